"""A patch: what an area of an array held, in tiles that are packed when it pays."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np

from desktop_app.document.arrays import Bytes
from desktop_app.document.grid import cells, each
from inference.geometry import Bounds

LEAST_RATIO = 2
"""A tile is kept packed when it becomes smaller by this factor. Photographs do not: they would unpack too slowly."""
PROBE = 8
"""One row of so many is packed first, to see whether it pays."""


class Patch:
    """The contents of some cells of an array (height, width) or (height, width, 4) of bytes.

    A cell of one value is kept as that value, any other as it was or, after ``pack``, deflated. Reading is safe while
    another thread packs: a cell's content is replaced in one assignment.

    Attributes:
        bytes: memory that the contents take.
    """

    __slots__ = ("_contents", "_places", "_shape", "bytes")

    def __init__(self, array: Bytes, places: Iterable[Bounds]) -> None:
        """Copy the cells ``places`` (array coordinates, inside it) out of ``array``."""
        self._places = tuple(places)
        self._shape = array.shape[2:]
        self._contents: list[Bytes | bytes] = [_content(array[place.slices]) for place in self._places]
        self.bytes = self._count()

    @classmethod
    def of(cls, array: Bytes, bounds: Bounds, origin: tuple[int, int] = (0, 0)) -> Patch:
        """What ``array``, whose first pixel lies at ``origin``, holds in ``bounds``."""
        x, y = origin
        places = tuple(cells(bounds))
        patch = cls(array, (place.moved(-x, -y) for place in places))
        patch._places = places
        return patch

    @property
    def places(self) -> tuple[Bounds, ...]:
        """The cells."""
        return self._places

    @property
    def pixels(self) -> int:
        """Pixels in all cells."""
        return sum(place.size.area for place in self._places)

    def write(self, array: Bytes) -> None:
        """Put the contents where they belong."""

        def put(index: int) -> None:
            place, content = self._places[index], self._contents[index]
            if isinstance(content, bytes):
                shape = (place.height, place.width, *self._shape)
                raw = zlib.decompress(content, bufsize=int(np.prod(shape)))
                content = np.frombuffer(raw, np.uint8).reshape(shape)
            _put(array[place.slices], content)

        each(put, range(len(self._places)), self.pixels)

    def pack(self) -> None:
        """Deflate (zlib, level 1) the cells where it pays. For a background thread."""
        for index, content in enumerate(self._contents):
            if isinstance(content, np.ndarray) and content.ndim > len(self._shape) and _pays(content[::PROBE]):
                packed = zlib.compress(content.data, 1)
                if len(packed) * LEAST_RATIO < content.nbytes:
                    self._contents[index] = packed
        self.bytes = self._count()

    def _count(self) -> int:
        return sum(item.nbytes if isinstance(item, np.ndarray) else len(item) for item in self._contents)


def _pays(sample: Bytes) -> bool:
    return len(zlib.compress(np.ascontiguousarray(sample).data, 1)) * LEAST_RATIO < 1.5 * sample.nbytes


def _put(cell: Bytes, content: Bytes) -> None:
    """Write a cell, or its one value; four channels at a time where they lie together."""
    if content.ndim == 1 and content.shape == (4,) and cell.strides[1:] == (4, 1):
        cell.view(np.uint32)[...] = content.view(np.uint32)
    else:
        cell[...] = content


def _content(cell: Bytes) -> Bytes:
    """A copy of a cell, or its one value."""
    first = cell[0, 0]
    return np.array(first) if _uniform(cell) else np.array(cell, order="C")


def _uniform(cell: Bytes) -> bool:
    if cell.ndim == 3 and cell.shape[2] == 4 and cell.strides[1:] == (4, 1):
        words = cell.view(np.uint32)[..., 0]
        return bool((words[0] == words[0, 0]).all()) and bool((words == words[0, 0]).all())
    return bool((cell == cell[0, 0]).all())
