"""The pictures that were made for a document: kept with it, previewed in place, applied, discarded, made again.

Runs and results are values; ``Results`` is the list of them, owned by the GUI thread.
"""

from __future__ import annotations

import enum
import io
import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, Signal

from desktop_app.document.document import Document, Json
from desktop_app.document.layers import LayerId
from inference.alpha import Pixels
from inference.api import LARGEST_SIDE, Picture
from inference.errors import BadRequest
from inference.geometry import Bounds
from inference.masks import Mask
from inference.recipe import Recipe

NOTE = "results"
FOLDER = "gouache/results/"
NOTES_VERSION = 1
BROKEN = (
    *(KeyError, TypeError, ValueError, OSError, SyntaxError, AttributeError, BadRequest),
    Image.DecompressionBombError,
)
"""What reading a result from a broken or hostile file may raise."""


class Mode(enum.Enum):
    """What is made. ``AUTO`` finds one of the others from the situation."""

    AUTO = "auto"
    GENERATE = "generate"
    INPAINT = "inpaint"
    OUTPAINT = "outpaint"
    VARY = "vary"


class Result:
    """One picture. Its pixels may be kept as PNG and are decoded when they are asked for.

    Attributes:
        id: its name in the file.
        x: column of its first pixel, from the document's anchor.
        y: row likewise.
        applied: it was made part of the document at least once.
    """

    __slots__ = ("_coverage", "_lock", "_pixels", "_pngs", "applied", "id", "recipe", "seed", "size", "x", "y")

    def __init__(self, picture: Picture, x: int, y: int) -> None:
        self.id = uuid.uuid4().hex
        self._pixels: Pixels | None = picture.pixels
        self._coverage: Mask | None = picture.coverage
        self._pngs: tuple[bytes, bytes] | None = None
        self._lock = threading.Lock()
        self.x, self.y = x, y
        self.size = (picture.pixels.shape[1], picture.pixels.shape[0])
        self.seed = picture.seed
        self.recipe = picture.recipe
        self.applied = False

    @property
    def pixels(self) -> Pixels:
        """(height, width, 3 or 4) bytes, straight alpha."""
        return self._arrays()[0]

    @property
    def coverage(self) -> Mask:
        """(height, width) bytes: 0 where nothing was changed."""
        return self._arrays()[1]

    @property
    def bounds(self) -> Bounds:
        """From the document's anchor."""
        return Bounds(self.x, self.y, *self.size)

    def pngs(self) -> tuple[bytes, bytes]:
        """Pixels and coverage as PNG; encoded once. From any thread."""
        with self._lock:
            pngs, pixels, coverage = self._pngs, self._pixels, self._coverage
        if pngs is None:  # the lock is free meanwhile: who wants to look at the picture does not wait for its file
            assert pixels is not None
            assert coverage is not None
            pngs = _png(pixels), _png(coverage)
            with self._lock:
                self._pngs = pngs
        return pngs

    def thumbnail(self, side: int) -> Pixels:
        """The picture, made small enough for a square of ``side`` pixels; straight alpha. From any thread.

        What had to be decoded for it is not kept.
        """
        with self._lock:
            pixels, pngs = self._pixels, self._pngs
        if pixels is None:
            assert pngs is not None
            pixels = _decoded(pngs[0])
        if max(pixels.shape[:2]) <= side:
            return pixels
        image = Image.fromarray(pixels)
        image.thumbnail((side, side), Image.Resampling.BOX)
        return np.array(image)

    def pack(self) -> None:
        """Keep the PNG alone. From any thread."""
        self.pngs()
        with self._lock:
            self._pixels = self._coverage = None

    def _arrays(self) -> tuple[Pixels, Mask]:
        with self._lock:
            if self._pixels is None or self._coverage is None:
                assert self._pngs is not None
                self._pixels, self._coverage = _decoded(self._pngs[0]), _decoded(self._pngs[1])
            return self._pixels, self._coverage

    @classmethod
    def kept(cls, value: dict[str, Any], png: bytes, coverage: bytes) -> Result:
        """One that was read from a file. Raises what a broken one raises."""
        result = cls.__new__(cls)
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            result.size = image.size
            mode = image.mode
        with Image.open(io.BytesIO(coverage), formats=("PNG",)) as image:
            if image.size != result.size or image.mode != "L" or mode not in ("RGB", "RGBA"):
                raise ValueError("the coverage does not fit the picture")
        if max(result.size) > LARGEST_SIDE:
            raise ValueError("the picture is too large")
        result.id = str(value["id"])
        result._pixels = result._coverage = None
        result._pngs = (png, coverage)
        result._lock = threading.Lock()
        result.x, result.y = int(value["x"]), int(value["y"])
        result.seed = int(value["seed"])
        result.recipe = Recipe.from_json(str(value["recipe"]))
        result.applied = bool(value.get("applied", False))
        return result

    def as_note(self, anchor: tuple[int, int]) -> dict[str, Json]:
        """What the document's note says of it; places are from the canvas's corner there."""
        return {
            "id": self.id,
            "x": self.x + anchor[0],
            "y": self.y + anchor[1],
            "seed": self.seed,
            "recipe": self.recipe.as_json(),
            "applied": self.applied,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """The pictures of one job.

    Attributes:
        mode: what was made; never ``AUTO``.
        title: the prompt.
        time: seconds since 1970 at which it was asked for.
        frame: the request's frame, from the document's anchor.
        above: the layer right above which its pictures belong.
        wanted: how many pictures were asked for.
        job: its number in the queue while the program runs, or None.
        open: the job has not ended yet.
        came: how many of them have come, those that were discarded since among them.
    """

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    mode: Mode
    title: str
    time: float = field(default_factory=time.time)
    frame: Bounds
    above: LayerId | None = None
    wanted: int = 1
    job: int | None = None
    open: bool = False
    came: int = 0
    results: tuple[Result, ...] = ()

    @property
    def missing(self) -> int:
        """Pictures that are still to come."""
        return max(0, self.wanted - self.came) if self.open else 0


class Results(QObject):
    """All runs of one document, the oldest first.

    Signals:
        changed: runs or results came or went, or were applied.
    """

    changed = Signal()

    def __init__(self, runs: Iterable[Run] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs: tuple[Run, ...] = tuple(runs)
        self._discarded: list[tuple[Run, ...]] = []

    @classmethod
    def of(cls, document: Document, parent: QObject | None = None) -> Results:
        """What a document's file has kept; its notes and entries are taken out of the document."""
        note = document.notes.pop(NOTE, None)
        entries = {name: document.entries.pop(name) for name in list(document.entries) if name.startswith(FOLDER)}
        return cls(_runs(note, entries), parent)

    def begin(self, run: Run) -> None:
        """A job was asked for."""
        self.runs = (*self.runs, run)
        self.changed.emit()

    def add(self, run_id: str, picture: Picture) -> Result | None:
        """A picture of a run has come; None when the run was discarded meanwhile."""
        run = self.run(run_id)
        if run is None:
            return None
        x, y = run.frame.x + picture.bounds.x, run.frame.y + picture.bounds.y
        result = Result(picture, x, y)
        self._put(replace(run, results=(*run.results, result), came=run.came + 1))
        return result

    def end(self, run_id: str) -> None:
        """Its job has ended; a run without pictures goes."""
        run = self.run(run_id)
        if run is None:
            return
        if run.results:
            self._put(replace(run, open=False))
        else:
            self.runs = tuple(each for each in self.runs if each.id != run_id)
            self.changed.emit()

    def run(self, run_id: str) -> Run | None:
        """The run of that id."""
        return next((run for run in self.runs if run.id == run_id), None)

    def run_of(self, result: Result) -> Run | None:
        """The run that a result belongs to; None when it was discarded."""
        return next((run for run in self.runs if result in run.results), None)

    def mark_applied(self, result: Result) -> None:
        """It became part of the document."""
        result.applied = True
        self.changed.emit()

    def discard(self, *results: Result) -> None:
        """Take results away; ``restore`` brings the last ones back."""
        if not any(self.run_of(result) for result in results):
            return
        self._discarded.append(self.runs)
        kept = [replace(run, results=tuple(r for r in run.results if r not in results)) for run in self.runs]
        self.runs = tuple(run for run in kept if run.results or run.open)
        self.changed.emit()

    @property
    def can_restore(self) -> bool:
        """True when something was discarded."""
        return bool(self._discarded)

    def restore(self) -> bool:
        """Bring back what was discarded last, beside all that came since. Returns False when there is nothing."""
        if not self._discarded:
            return False
        before = self._discarded.pop()
        now = {run.id: run for run in self.runs}
        known = {run.id for run in before}
        runs = [_joined(run, now.get(run.id)) for run in before]
        runs += [run for run in self.runs if run.id not in known]
        self.runs = tuple(run for run in runs if run.results or run.open)
        self.changed.emit()
        return True

    def _put(self, run: Run) -> None:
        self.runs = tuple(run if each.id == run.id else each for each in self.runs)
        self.changed.emit()


def store(document: Document, runs: Iterable[Run], anchor: tuple[int, int]) -> None:
    """Write runs into a document's notes and entries, for its file. From any thread, on a snapshot of the document."""
    finished = [run for run in runs if run.results]
    if not finished:
        return
    kept: list[Json] = []
    for run in finished:
        notes: list[Json] = []
        for result in run.results:
            png, coverage = result.pngs()
            document.entries[f"{FOLDER}{result.id}.png"] = png
            document.entries[f"{FOLDER}{result.id}-coverage.png"] = coverage
            notes.append(result.as_note(anchor))
        frame = run.frame.moved(*anchor)
        kept.append(
            {
                "id": run.id,
                "mode": run.mode.value,
                "title": run.title,
                "time": run.time,
                "frame": [frame.x, frame.y, frame.width, frame.height],
                "results": notes,
            }
        )
    document.notes[NOTE] = {"version": NOTES_VERSION, "runs": kept}


def _runs(note: Json, entries: dict[str, bytes]) -> list[Run]:
    """The runs that can be read; what is broken is left out."""
    if not isinstance(note, dict) or not isinstance(note.get("runs"), list):
        return []
    runs = (_run(value, entries) for value in note["runs"])  # pyright: ignore[reportOptionalIterable, reportGeneralTypeIssues]
    return [run for run in runs if run is not None and run.results]


def _run(value: Any, entries: dict[str, bytes]) -> Run | None:
    try:
        results = (_result(each, entries) for each in value["results"])
        return Run(
            id=str(value["id"]),
            mode=Mode(value["mode"]),
            title=str(value["title"]),
            time=float(value["time"]),
            frame=Bounds(*(int(number) for number in value["frame"])),
            results=tuple(result for result in results if result is not None),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _result(value: Any, entries: dict[str, bytes]) -> Result | None:
    try:
        name = f"{FOLDER}{value['id']}"
        return Result.kept(value, entries[f"{name}.png"], entries[f"{name}-coverage.png"])
    except BROKEN:
        return None


def _joined(before: Run, now: Run | None) -> Run:
    """A run as it was, with what has come to it since."""
    if now is None:
        return replace(before, open=False)
    since = tuple(result for result in now.results if result not in before.results)
    return replace(now, results=(*before.results, *since))


def _png(pixels: Pixels | Mask) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _decoded(png: bytes) -> Pixels:
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        return np.array(image)
