"""Where what somebody brings goes, under which name, and how files that need no conversion get there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inference.controls import control_folder, known_controls
from inference.detected import Detected, What
from inference.errors import BadRequest, ModelRefused
from inference.files import explained, replace_file, replace_folder
from inference.library import model_folders
from inference.loras import file_hash, lora_folder
from inference.places import add_place, known_places
from inference.resources import user_folder
from inference.tensor_header import SUFFIX

LONGEST_NAME = 60
FOLDERS: Mapping[What, str] = {What.VAE: "vaes", What.EMBEDDING: "embeddings"}
CONVERTED = (What.CHECKPOINT, What.PIPELINE, What.CONTROLNET)
"""What becomes another form on the way in."""


@dataclass(frozen=True)
class Imported:
    """What came in: its name and place, and whether it was there before under that or another name."""

    name: str
    path: Path
    known: bool = False


def folder_for(what: What) -> Path:
    """Where things of a kind lie."""
    if what in (What.LORA, What.CONTROLNET):
        return lora_folder() if what is What.LORA else control_folder()
    return user_folder() / FOLDERS.get(what, "models")


def name_of(found: Detected, name: str | None = None) -> str:
    """The name that was asked for, or one made of the file's.

    Raises:
        BadRequest: for a name that no folder can have.
    """
    if name is None:
        path = found.path
        stem = path.stem if path.is_file() else path.name
        stem = path.parent.name if stem.startswith("diffusion_pytorch_model") else stem  # a folder of diffusers
        text = re.sub(r"[^\w.+-]+", "-", stem).strip("-.")
        return text[:LONGEST_NAME] or "model"
    if not re.fullmatch(r"[\w][\w .+-]*", name) or len(name) > LONGEST_NAME or name.endswith((".", " ")):
        raise BadRequest(f"'{name}' cannot be a name.", hint="Take letters, digits, dots and dashes.")
    return name


def free_name(name: str, what: What = What.CHECKPOINT) -> str:
    """The name, or with a number where a model (or a ControlNet) has it."""
    taken = known_controls() if what is What.CONTROLNET else model_folders()
    names = (name if n == 1 else f"{name}-{n}" for n in range(1, 10_000))
    return next(each for each in names if each not in taken)


def copy_in(found: Detected, name: str) -> Imported:
    """Copy a file that is used as it is. One with the same bytes is not copied again.

    Raises:
        ModelRefused: for what is converted, or not used by anything. BadRequest: when another file has that name.
    """
    if found.what in CONVERTED or found.what is What.ONNX:
        raise ModelRefused(f"{found.path} is {found.what.value}, not a file to copy.")
    folder = folder_for(found.what)
    same = _same(folder, found.path)
    if same is not None:
        return Imported(same.stem, same, known=True)
    target = folder / f"{name}{SUFFIX}"
    if target.exists():
        raise BadRequest(f"There is another {name} in {folder}.", hint="Give another --name.")
    with replace_file(target) as draft:
        shutil.copyfile(found.path, draft)
    return Imported(name, target)


def _same(folder: Path, path: Path) -> Path | None:
    """A file in the folder with the same bytes."""
    if not folder.is_dir():
        return None
    size = path.stat().st_size
    alike = [each for each in sorted(folder.rglob(f"*{SUFFIX}")) if each.stat().st_size == size]
    return next((each for each in alike if file_hash(each) == file_hash(path)), None)


def take_folder(found: Detected, name: str, *, copy: bool) -> Imported:
    """Use an ONNX folder where it lies, or copy it.

    Raises:
        BadRequest: when a model has that name.
    """
    for known, place in {**model_folders(), **known_places()}.items():
        if place.resolve() == found.path.resolve():
            return Imported(known, place, known=True)
    if name in model_folders():
        raise BadRequest(f"There is a model {name} already.", hint="Give another --name.")
    if not copy:
        add_place(name, found.path)
        return Imported(name, found.path)
    target = folder_for(What.ONNX) / name
    with explained(target), replace_folder(target) as draft:
        shutil.copytree(found.path, draft, dirs_exist_ok=True)
    return Imported(name, target)


def find_vae(name: str) -> Path:
    """A VAE of the user's by name, or a file. Raises BadRequest when there is none."""
    own = folder_for(What.VAE) / f"{name}{SUFFIX}"
    path = own if own.is_file() else Path(name).expanduser()
    if not path.is_file():
        raise BadRequest(f"There is no VAE {name}.", hint=f"Give a file, or a name in {folder_for(What.VAE)}.")
    return path
