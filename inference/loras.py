"""LoRA files by name, and how much of each: what a request says of them. Light: no file is opened for its weights."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from inference.errors import BadRequest, UnknownName
from inference.resources import user_folder

SUFFIX = ".safetensors"
MOST_LORAS = 16
WEIGHT_RANGE = (-4.0, 4.0)
_HASH = re.compile(r"-[0-9a-f]{8}$")


@dataclass(frozen=True)
class Lora:
    """A change of a model's weights, and how much of it.

    Attributes:
        name: of a file in the user's folder of LoRAs, without its ending; or a path.
        weight: -4 to 4; 1 is as it was trained, 0 leaves the model as it is.
    """

    name: str
    weight: float = 1.0

    def __post_init__(self) -> None:
        low, high = WEIGHT_RANGE
        if not self.name.strip():
            raise BadRequest("A LoRA has no name.", hint="Give the name of a file, like ink:0.8")
        if not low <= self.weight <= high:
            raise BadRequest(
                f"The weight of the LoRA {self.title} is {self.weight:g}.", hint=f"It goes from {low:g} to {high:g}."
            )

    @property
    def title(self) -> str:
        """What a person calls it; a piece of a hash at the end of a file's name is left out."""
        return _HASH.sub("", Path(self.name).stem) if self.name.lower().endswith(SUFFIX) else self.name

    @classmethod
    def from_text(cls, text: str) -> Lora:
        """Read ``NAME``, ``NAME:0.8`` or ``FILE:0.8``."""
        name, colon, weight = text.rpartition(":")
        if colon:
            try:
                return cls(name, float(weight))
            except ValueError:
                pass
        return cls(text)


def lora_folder() -> Path:
    """The user's LoRA files."""
    return user_folder() / "loras"


def known_loras() -> dict[str, Path]:
    """The user's LoRA files by name, folders in the folder too."""
    folder = lora_folder()
    found = sorted(folder.rglob("*"), reverse=True) if folder.is_dir() else []
    return {path.stem: path for path in found if path.suffix.lower() == SUFFIX and path.is_file()}


def find_lora(name: str) -> Path:
    """The file of a LoRA.

    Raises:
        UnknownName: with the near names. BadRequest: when a path leads to nothing.
    """
    known = known_loras()
    by_name = known.get(name) or {each.lower(): path for each, path in known.items()}.get(name.lower())
    if by_name is not None:
        return by_name
    path = Path(name).expanduser()
    if path.suffix.lower() != SUFFIX and not any(sign in name for sign in "/\\"):
        raise UnknownName("LoRA", name, known)
    if path.suffix.lower() != SUFFIX:
        raise BadRequest(f"{name} is not a LoRA.", hint=f"Only {SUFFIX} files are read.")
    if not path.is_file():
        raise BadRequest(f"There is no LoRA {name}.", hint=f"Check the name, or put it into {lora_folder()}.")
    return path


def summed(loras: Iterable[Lora]) -> tuple[Lora, ...]:
    """Each file once, the weights of those that come several times added up; what weighs nothing is left out."""
    total: dict[str, float] = {}
    for lora in loras:
        total[lora.name] = total.get(lora.name, 0.0) + lora.weight
    return tuple(Lora(name, round(weight, 6)) for name, weight in total.items() if round(weight, 6) != 0)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes; a file is read again only when its size or time has changed.

    Raises:
        BadRequest: when it cannot be read.
    """
    try:
        status = path.stat()
        return _hashed(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise BadRequest(f"{path} cannot be read.", hint="Copy it again.", detail=str(error)) from error


@functools.lru_cache(maxsize=256)
def _hashed(path: Path, size: int, time: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
