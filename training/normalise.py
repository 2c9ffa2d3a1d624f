"""Bring pictures to a model's size and store them once, ready to be mapped into memory.

``pixels.npy`` is (pictures, height, width, 4) bytes of **premultiplied** RGBA: the embedded model is trained on
premultiplied colours in [-1, 1], so a batch is ``pixels[rows] / 127.5 - 1`` and nothing is rounded twice; on white it
is ``rgb + 255 - alpha``. ``index.json`` says which picture each row is and which split it belongs to. Captions stay in
the dataset: they may change without a pixel being touched.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Colours, Pixels, premultiply, resize, to_bytes
from inference.errors import BadPicture, BadRequest
from inference.files import write_text
from inference.geometry import Size
from inference.pictures import read_picture
from training.content import content_bounds, cut, is_opaque, is_pixel_art
from training.dataset import BadDataset, Dataset, Entry, Progress, pixel_hash
from training.split import Split, splits_of

VERSION = 1
FOLDER, PIXELS, INDEX = "normalised", "pixels.npy", "index.json"
DRAFT, STATE = "pixels.draft.npy", "draft.json"
CHUNK = 128
"""Pictures between two marks from which a run can resume."""
THREADS = 2
FEWEST = 2
SIDES = (16, 1024)
SIZE = Size(128, 128)
"""The embedded model's."""


class Fit(enum.Enum):
    """How a picture is brought into the frame.

    ``CONTENT`` cuts it to what is visible and pads it; opaque pictures fill the frame instead (their edges are cut
    evenly). ``WHOLE`` puts the whole picture inside, with the margins that it has.
    """

    CONTENT = "content"
    WHOLE = "whole"


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The size and the way to it.

    Attributes:
        padding: empty share of the frame's shorter side, at each edge, around what a picture shows.
    """

    size: Size = SIZE
    padding: float = 0.0625
    fit: Fit = Fit.CONTENT

    def __post_init__(self) -> None:
        """Refuse frames that cannot be."""
        if not all(SIDES[0] <= side <= SIDES[1] for side in (self.size.width, self.size.height)):
            raise BadRequest(f"{self.size.width}x{self.size.height} is no size to train at.", hint="Sides: 16 to 1024.")
        if not 0 <= self.padding <= 0.4:
            raise BadRequest(f"A padding of {self.padding:g} leaves nothing.", hint="Give 0 to 0.4.")

    def as_json(self) -> dict[str, Any]:
        """What two stores must share for a row of one to be a row of the other."""
        size, fit = [self.size.width, self.size.height], self.fit.value
        return {"version": VERSION, "size": size, "padding": self.padding, "fit": fit, "alpha": "premultiplied"}


@dataclass(frozen=True)
class Row:
    """Which picture a row is."""

    file: str
    hash: str
    split: str


@dataclass(frozen=True)
class Normalised:
    """A store that is ready.

    Attributes:
        pixels: (pictures, height, width, 4) bytes, premultiplied RGBA, mapped from the disk and read-only.
        rows: one for each.
    """

    folder: Path
    pixels: NDArray[np.uint8]
    rows: tuple[Row, ...]

    def rows_of(self, split: Split) -> NDArray[np.int64]:
        """The rows of a split."""
        return np.flatnonzero([row.split == split.value for row in self.rows])

    def entries(self, dataset: Dataset) -> list[Entry]:
        """The dataset's entry for each row, with the captions of today.

        Raises:
            BadDataset: when the dataset has lost or changed a picture since.
        """
        known = {(entry.file, entry.hash): entry for entry in dataset.entries}
        missing = next((row.file for row in self.rows if (row.file, row.hash) not in known), None)
        if missing is not None:
            raise BadDataset(f"{missing} changed since the pictures were normalised.", hint="Run train normalise.")
        return [known[row.file, row.hash] for row in self.rows]


def normalise_picture(pixels: Pixels, frame: Frame) -> NDArray[np.uint8]:
    """One picture in the frame: (height, width, 4) bytes, premultiplied RGBA.

    Args:
        pixels: (height, width, 3 or 4) bytes, straight alpha, with something visible.
    """
    if frame.fit is Fit.WHOLE:
        return _placed(pixels, frame.size, frame.size)
    if is_opaque(pixels):
        return _placed(_covering(pixels, frame.size), frame.size, frame.size)
    edge = 2 * round(frame.padding * min(frame.size.width, frame.size.height))
    inner = Size(frame.size.width - edge, frame.size.height - edge)
    return _placed(cut(pixels, content_bounds(pixels)), inner, frame.size)


def _covering(pixels: Pixels, size: Size) -> Pixels:
    """The largest part in the middle with the frame's proportions."""
    height, width = pixels.shape[:2]
    scale = min(width / size.width, height / size.height)
    wide, high = max(1, round(size.width * scale)), max(1, round(size.height * scale))
    x, y = (width - wide) // 2, (height - high) // 2
    return pixels[y : y + high, x : x + wide]


def _placed(pixels: Pixels, inner: Size, size: Size) -> NDArray[np.uint8]:
    """Scaled to fit ``inner``, in the middle of ``size``."""
    scaled = to_bytes(_scaled(pixels, inner))
    height, width = scaled.shape[:2]
    x, y = (size.width - width) // 2, (size.height - height) // 2
    out = np.zeros((size.height, size.width, 4), np.uint8)
    out[y : y + height, x : x + width] = scaled
    return out


def _scaled(pixels: Pixels, inner: Size) -> Colours:
    """Premultiplied; pixel art grows by whole factors and keeps its edges."""
    height, width = pixels.shape[:2]
    scale = min(inner.width / width, inner.height / height)
    colours = premultiply(pixels)
    if scale >= 2 and is_pixel_art(pixels):
        factor = int(scale)
        return colours.repeat(factor, 0).repeat(factor, 1)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    return resize(colours, min(wide, inner.width), min(high, inner.height))


def normalise(dataset: Dataset, frame: Frame, folder: Path | None = None, progress: Progress = lambda *_: None) -> Path:
    """Write the store of a dataset's used pictures and return its folder.

    A run that was killed goes on where it was; a row that an earlier store has is copied. The same pictures and the
    same frame give the same bytes.

    Args:
        folder: where; by default below the dataset, named by the size.

    Raises:
        BadDataset: when fewer than two pictures can be used, or one changed since it was cleaned.
    """
    entries = _usable(dataset)
    folder = folder or default_folder(dataset, frame)
    splits = splits_of(entries)
    rows = [Row(entry.file, entry.hash, split.value) for entry, split in zip(entries, splits, strict=True)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _fill(dataset, entries, frame, folder, progress)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadRequest(f"{folder} could not be written: {reason}.", hint="Is the disk full?") from error
    index = frame.as_json() | {"rows": [asdict(row) for row in rows]}
    (folder / INDEX).unlink(missing_ok=True)  # between the two there is no store, and never a wrong one
    (folder / DRAFT).replace(folder / PIXELS)
    write_text(folder / INDEX, json.dumps(index, ensure_ascii=False, indent=0) + "\n")
    (folder / STATE).unlink(missing_ok=True)
    return folder


def default_folder(dataset: Dataset, frame: Frame) -> Path:
    """Below the dataset, named by the size."""
    width, height = frame.size.width, frame.size.height
    return dataset.folder / FOLDER / (f"{width}" if width == height else f"{width}x{height}")


def read_normalised(folder: Path) -> Normalised:
    """Open a store.

    Raises:
        BadDataset: when it is none, unfinished, or its parts do not belong together.
    """
    hint = "Make it: train normalise."
    try:
        index = json.loads((folder / INDEX).read_text("utf-8"))
        pixels = np.load(folder / PIXELS, mmap_mode="r", allow_pickle=False)
        rows = tuple(Row(str(row["file"]), str(row["hash"]), str(row["split"])) for row in index["rows"])
        width, height = index["size"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadDataset(f"{folder} holds no normalised pictures.", hint=hint, detail=str(error)) from error
    if pixels.shape != (len(rows), height, width, 4) or pixels.dtype != np.uint8 or index.get("version") != VERSION:
        raise BadDataset(f"The normalised pictures in {folder} do not fit their index.", hint=hint)
    return Normalised(folder, pixels, rows)


def _usable(dataset: Dataset) -> tuple[Entry, ...]:
    entries = dataset.used
    if not dataset.entries:
        raise BadDataset(f"The dataset {dataset.folder} has no pictures.", hint="Add some: train collect.")
    if len(entries) < FEWEST:
        left = "none" if not entries else "only one"
        raise BadDataset(
            f"Of {len(dataset.entries)} pictures {left} can be used; a model needs several to learn from.",
            hint="See what train clean says, or add more: train collect.",
        )
    return entries


def _fill(dataset: Dataset, entries: Sequence[Entry], frame: Frame, folder: Path, progress: Progress) -> None:
    key = _key(entries, frame)
    done = _resumed(folder, key)
    shape = (len(entries), frame.size.height, frame.size.width, 4)
    if done:
        store = np.lib.format.open_memmap(folder / DRAFT, mode="r+")
    else:
        store = np.lib.format.open_memmap(folder / DRAFT, mode="w+", dtype=np.uint8, shape=shape)
    earlier = _earlier(folder, frame)

    def row(entry: Entry) -> NDArray[np.uint8]:
        known = earlier.get(entry.hash) if entry.hash else None
        return _row(dataset, entry, frame) if known is None else known

    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(done, len(entries), CHUNK):
            for place, pixels in enumerate(pool.map(row, entries[start : start + CHUNK]), start):
                store[place] = pixels
            store.flush()
            end = min(start + CHUNK, len(entries))
            write_text(folder / STATE, json.dumps({"key": key, "done": end}))
            progress("normalised", end, len(entries))


def _row(dataset: Dataset, entry: Entry, frame: Frame) -> NDArray[np.uint8]:
    try:
        pixels = read_picture(dataset.path_of(entry)).pixels
    except BadPicture as error:
        raise BadDataset(
            f"{entry.file} cannot be used.", hint="Leave it out: train clean.", detail=str(error)
        ) from error
    if content_bounds(pixels).empty:
        raise BadDataset(f"{entry.file} shows nothing.", hint="Leave it out: train clean.")
    if entry.hash != pixel_hash(pixels):
        raise BadDataset(f"{entry.file} changed since it was collected.", hint="Run train clean again.")
    return normalise_picture(pixels, frame)


def _key(entries: Sequence[Entry], frame: Frame) -> str:
    plan = json.dumps([frame.as_json(), [(entry.file, entry.hash) for entry in entries]])
    return hashlib.sha256(plan.encode()).hexdigest()


def _resumed(folder: Path, key: str) -> int:
    """How many rows of the draft are done; 0 when there is none for this plan."""
    try:
        state = json.loads((folder / STATE).read_text("utf-8"))
        return int(state["done"]) if state["key"] == key and (folder / DRAFT).exists() else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _earlier(folder: Path, frame: Frame) -> dict[str, NDArray[np.uint8]]:
    """The rows of a finished store of the same frame, by the pictures' hashes."""
    try:
        index = json.loads((folder / INDEX).read_text("utf-8"))
        if any(index.get(key) != value for key, value in frame.as_json().items()):
            return {}
        known = read_normalised(folder)
    except (OSError, ValueError, AttributeError, BadDataset):
        return {}
    return {row.hash: pixels for row, pixels in zip(known.rows, known.pixels, strict=True)}
