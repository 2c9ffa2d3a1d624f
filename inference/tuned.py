"""Which graph of a UNet is run on this device: what was measured here, kept in the library's own file. Light.

A decision holds for one device: provider, its name, the runtime's version. Where its graph is gone (caches may be
emptied) or the model has changed, the model runs as it is.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.files import write_text
from inference.manifest import GRAPH, Part
from inference.resources import cache_folder, user_folder

DECISIONS, VERSION = "optimised.json", 1
OWN = "own"
"""The model's own graph, as it was made."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a graph was measured on."""

    provider: str
    name: str
    runtime: str

    @property
    def key(self) -> str:
        """Names it in the file."""
        return f"{self.provider} | {self.name} | {self.runtime}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """What was measured of one form of a UNet.

    Attributes:
        seconds: of one prediction, median.
        ratio: of its time to the model's own, median of runs in pairs; 0 where it was not timed.
        prediction: how far predictions are off, root mean square, relative to the model's own.
        latents: the same for the finished latents of a picture.
        picture: mean difference of the picture, in levels of 255.
        bytes: that it takes on the disk.
        problem: why it cannot be taken, or "".
    """

    variant: str
    seconds: float = 0.0
    ratio: float = 0.0
    prediction: float = 0.0
    latents: float = 0.0
    picture: float = 0.0
    bytes: int = 0
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is run, and why.

    Attributes:
        model: what people call it.
        stamp: of the part that was measured.
        rows: all that was measured, the model's own first.
    """

    model: str
    stamp: str
    variant: str
    rows: tuple[Row, ...]
    when: str = ""

    @property
    def taken(self) -> Row:
        """The row that won."""
        return next(row for row in self.rows if row.variant == self.variant)


@dataclass(frozen=True)
class Cost:
    """Bytes that measuring takes: memory, and disk until it is done."""

    memory: int
    disk: int


def cost_of(part: Part) -> Cost:
    """The model's own graph and one other are open at once; each is written to the disk before it is measured."""
    full = part.bytes * (2 if part.element == "float16" else 1)
    return Cost(memory=4 * full + (700 << 20), disk=2 * full)


def stamp_of(part: Part) -> str:
    """Names a part by its files, without reading the weights."""
    said = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in part.files]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def variant_folder(stamp: str, variant: str) -> Path:
    """Where another form of a part lies."""
    return cache_folder() / "variants" / stamp / variant


def graph_of(part: Part, place: Place) -> Path:
    """The graph that is run: the one that was chosen here, or the part's own."""
    found = decision_of(part, place) if _file().exists() else None
    if found is None or found.variant == OWN:
        return part.path
    graph = variant_folder(found.stamp, found.variant) / GRAPH
    return graph if graph.is_file() else part.path


def decision_of(part: Part, place: Place) -> Decision | None:
    """What was decided for a part here, if its files are still those."""
    return all_decisions().get((stamp_of(part), place.key))


def decisions_of(part: Part) -> dict[str, Decision]:
    """What was decided for a part, by device."""
    stamp = stamp_of(part)
    return {place: each for (known, place), each in all_decisions().items() if known == stamp}


def all_decisions() -> dict[tuple[str, str], Decision]:
    """By stamp and device. A file that cannot be read decides nothing."""
    try:
        status = _file().stat()
    except OSError:
        return {}
    return _read(_file(), status.st_size, status.st_mtime_ns)


def keep(decision: Decision, place: Place) -> None:
    """Remember a decision; another one for the same part and device is replaced."""
    _write({**all_decisions(), (decision.stamp, place.key): decision})


def forget(part: Part) -> bool:
    """Run a part as it is again, on every device, and delete its other forms. False where nothing was decided."""
    stamp, known = stamp_of(part), all_decisions()
    kept = {key: each for key, each in known.items() if key[0] != stamp}
    if len(kept) < len(known):
        _write(kept)
    shutil.rmtree(variant_folder(stamp, OWN).parent, ignore_errors=True)
    return len(kept) < len(known)


def _file() -> Path:
    return user_folder() / DECISIONS


@functools.lru_cache(maxsize=2)
def _read(path: Path, size: int, time: int) -> dict[tuple[str, str], Decision]:
    try:
        said = json.loads(path.read_text("utf-8"))
        return {(str(each["stamp"]), str(each["place"])): _decision(each) for each in said["decisions"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _decision(said: Mapping[str, Any]) -> Decision:
    rows = tuple(Row(**each) for each in said["rows"])
    variant = str(said["variant"])
    if variant not in {row.variant for row in rows} or "/" in variant or "\\" in variant:
        raise ValueError(variant)
    return Decision(
        model=str(said["model"]), stamp=str(said["stamp"]), variant=variant, rows=rows, when=str(said["when"])
    )


def _write(decisions: Mapping[tuple[str, str], Decision]) -> None:
    said = [{"place": place, **dataclasses.asdict(each)} for (_, place), each in decisions.items()]
    text = json.dumps({"version": VERSION, "decisions": said}, indent=1, ensure_ascii=False) + "\n"
    write_text(_file(), text)
