"""The flattened picture as images that Qt paints quickest, and which parts of it are out of date."""

from __future__ import annotations

import time

import cv2
import numpy as np
from PySide6.QtGui import QImage

from desktop_app.canvas.pyramid import Pyramid
from desktop_app.canvas.source import CanvasSource
from inference.geometry import Bounds, Size

TILE = 512
"""Side in pixels of what is brought up to date at a time when nobody is waiting for it."""
SOLID = np.uint32(0xFF000000)
"""A pixel of at least this value is opaque."""
AT_ONCE = 1024 * 1024
"""Pixels of a change that are composed at once, seen or not."""


class Surface:
    """A source's pixels, premultiplied BGRA (``ARGB32_Premultiplied``, which Qt paints three times as fast as RGBA).

    Small changes are composed at once. Of large ones only what is seen is; the rest waits, as stale tiles, for
    ``freshen`` (it came into sight) or ``freshen_some`` (there is nothing else to do).
    """

    def __init__(self, source: CanvasSource) -> None:
        self._source = source
        self.size: Size = source.size
        self._pyramid = Pyramid(self.size, 4)
        self.images = [image_of(level) for level in self._pyramid.levels]
        self._stale = np.ones(self.size.divided(TILE).shape, bool)
        self._opaque = np.zeros_like(self._stale)

    @property
    def bytes(self) -> int:
        """Memory of all levels."""
        return self._pyramid.bytes

    @property
    def words(self) -> np.ndarray:
        """(height, width) pixels as numbers, 0xAARRGGBB: the memory of ``images[0]``, to be read."""
        return self._pyramid.levels[0].view(np.int32)[..., 0]

    @property
    def stale(self) -> bool:
        """True when some tile is out of date."""
        return bool(self._stale.any())

    def opaque(self, bounds: Bounds) -> bool:
        """True when nothing can be seen through the picture in ``bounds``, as far as is known."""
        return bool(self._opaque[_tiles(bounds.intersection(Bounds.of(self.size))).slices].all())

    def change(self, bounds: Bounds, seen: Bounds) -> Bounds:
        """The source changed in ``bounds``. Returns what was composed: all of it, or the ``seen`` part."""
        bounds = bounds.intersection(Bounds.of(self.size))
        if bounds.size.area <= AT_ONCE:
            self._compose(bounds)
            return bounds
        self._stale[_tiles(bounds).slices] = True
        return self.freshen(seen)

    def freshen(self, seen: Bounds) -> Bounds:
        """Compose the stale tiles that are seen. Returns the bounds that changed."""
        if seen.empty:
            return Bounds(0, 0, 0, 0)
        tiles = _tiles(seen)
        rows, columns = np.nonzero(self._stale[tiles.slices])
        if not rows.size:
            return Bounds(0, 0, 0, 0)
        x, y = tiles.x + int(columns.min()), tiles.y + int(rows.min())
        right, bottom = tiles.x + int(columns.max()) + 1, tiles.y + int(rows.max()) + 1
        return self._freshen_tiles(Bounds(x, y, right - x, bottom - y))

    def freshen_some(self, seconds: float) -> Bounds:
        """Compose stale tiles for about so long; ``stale`` tells whether more are left. Returns what was composed."""
        end = time.monotonic() + seconds
        done = Bounds(0, 0, 0, 0)
        while self.stale and time.monotonic() < end:
            row, column = np.unravel_index(int(self._stale.argmax()), self._stale.shape)
            done = done.union(self._freshen_tiles(Bounds(int(column), int(row), 1, 1)))
        return done

    def _freshen_tiles(self, tiles: Bounds) -> Bounds:
        pixels = Bounds(tiles.x * TILE, tiles.y * TILE, tiles.width * TILE, tiles.height * TILE)
        pixels = pixels.intersection(Bounds.of(self.size))
        self._compose(pixels)
        self._stale[tiles.slices] = False
        return pixels

    def _compose(self, bounds: Bounds) -> None:
        if not bounds.empty:
            pixels = cv2.cvtColor(self._source.compose(bounds), cv2.COLOR_RGBA2BGRA)
            self._pyramid.write(bounds, pixels.astype(np.uint8, copy=False))
            self._judge(bounds)

    def _judge(self, bounds: Bounds) -> None:
        """Find out which tiles are opaque now: from the change alone where that says it."""
        words = self.words.view(np.uint32)
        tiles = _tiles(bounds)
        for row in range(tiles.y, tiles.bottom):
            for column in range(tiles.x, tiles.right):
                tile = Bounds(column * TILE, row * TILE, TILE, TILE)
                solid = bool((words[tile.intersection(bounds).slices] >= SOLID).all())
                if solid and not self._opaque[row, column]:
                    solid = bool((words[tile.slices] >= SOLID).all())
                self._opaque[row, column] = solid


def premultiplied(pixels: np.ndarray) -> tuple[QImage, np.ndarray]:
    """An image of straight RGB or RGBA bytes, and the array that it shares its memory with (to be kept)."""
    if pixels.shape[2] == 3:
        array = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGRA))
    else:
        array = np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA), cv2.COLOR_RGBA2BGRA))
    return image_of(array), array


def image_of(array: np.ndarray) -> QImage:
    """An image on the memory of (height, width, 4) bytes, premultiplied BGRA; the array is to be kept."""
    height, width = array.shape[:2]
    return QImage(array.data, width, height, array.strides[0], QImage.Format.Format_ARGB32_Premultiplied)


def _tiles(bounds: Bounds) -> Bounds:
    x, y = bounds.x // TILE, bounds.y // TILE
    return Bounds(x, y, -(-bounds.right // TILE) - x, -(-bounds.bottom // TILE) - y)
