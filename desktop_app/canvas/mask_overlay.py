"""The mask as it is laid over the picture: a tint, and an edge one pixel wide whose dashes march.

Under the tint of the mask lies a fainter one, where the edit that is planned can reach. Both live in view pixels: the
cost is that of the view, however ragged the mask, and of a view that moved only what came into sight is drawn. No Qt
but the image.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from desktop_app.canvas.pyramid import Pyramid
from desktop_app.canvas.sampling import sample
from desktop_app.canvas.source import CanvasSource
from desktop_app.canvas.viewport import SHARP_FROM, Viewport
from inference.geometry import Bounds, Size
from inference.masks import Mask

TINT, SOFT_TINT = 0.4, 0.28
INSIDE = 128
"""The edge runs where the mask passes this value."""
DASH = 4
"""View pixels of a dash, and of the gap after it."""
LIGHT, DARK = 0xFFFFFFFF, 0xFF14161A
NOWHERE = Bounds(0, 0, 0, 0)


class MaskOverlay:
    """``image`` is as large as the view; ``touched`` holds all of it that is not transparent.

    What changes is only noted; ``refresh`` draws it, once for a frame.

    Attributes:
        mask: of the document, None when there is none.
        edge: view pixels that hold all of the marching edge.
    """

    def __init__(self, accent: str, soft: str) -> None:
        self.phase = 0
        self.mask: Pyramid | None = None
        self._soft: tuple[Pyramid, Bounds] | None = None
        self._tinted = True
        self._viewport: Viewport | None = None
        self._stale: Bounds | None = None
        self._resize(1, 1)
        self.set_colours(accent, soft)

    def set_colours(self, accent: str, soft: str) -> None:
        """Of the mask's tint, and of where an edit can reach: "#rrggbb"."""
        self._tints, self._softs = _tints(accent, TINT), _tints(soft, SOFT_TINT)
        self.touch(None)

    @property
    def tinted(self) -> bool:
        """True when it has its tints."""
        return self._tinted

    def set_tinted(self, tinted: bool) -> bool:
        """With its tints, or the edge alone. Returns False when it is so already."""
        if tinted == self._tinted:
            return False
        self._tinted = tinted
        self.touch(None)
        return True

    def forget(self) -> None:
        """Another document."""
        self.mask = self._soft = None
        self.touch(None)

    def read(self, source: CanvasSource, size: Size, bounds: Bounds) -> None:
        """The source's mask changed in ``bounds`` (inside the document of ``size``), appeared or went."""
        whole = Bounds.of(size)
        values = source.mask(bounds)
        if values is not None and self.mask is None and bounds != whole:
            bounds, values = whole, source.mask(whole)
        if values is None:
            self.mask = None
            self.touch(None)
            return
        if self.mask is None:
            self.mask = Pyramid(size)
        self.mask.write(bounds, values)
        self.touch(bounds)

    def set_soft(self, values: Mask | None, bounds: Bounds) -> Bounds:
        """Where an edit can reach: (height, width) bytes at ``bounds`` of the document; copied.

        Returns:
            What of the document looks different.
        """
        touched = self._soft[1].union(bounds) if self._soft else bounds
        if not touched.empty:
            self.touch(touched)
        self._soft = None
        if values is not None and not bounds.empty:
            pyramid = Pyramid(bounds.size)
            pyramid.write(Bounds.of(bounds.size), values)
            self._soft = pyramid, bounds
        return touched

    def touch(self, bounds: Bounds | None) -> None:
        """What is drawn for these document pixels (None: for all) is out of date."""
        if bounds is None:
            self._viewport = None
        else:
            self._stale = self._stale.union(bounds) if self._stale else bounds

    def refresh(self, viewport: Viewport, dash: int = DASH) -> None:
        """Bring it up to date for a view.

        Args:
            viewport: snapped.
            dash: view pixels of a dash.
        """
        if self.mask is None and self._soft is None:
            self._clear()
        else:
            areas = self._moved(viewport)
            if self._stale is not None:
                # A value between two view pixels may move the edge of both.
                areas.append(viewport.covering(self._stale, spill(viewport)))
            if areas:
                self._draw_all(viewport, areas, dash)
            self._viewport = viewport
        self._stale = None

    def step(self) -> Bounds:
        """Let the dashes march on by a pixel. Returns the part of the view to repaint."""
        self.phase += 1
        self._march()
        return self.edge

    def _moved(self, viewport: Viewport) -> list[Bounds]:
        """Shift what is there to where it is seen now. Returns what is to be drawn: what came into sight, or all."""
        before, width, height = self._viewport, viewport.width, viewport.height
        if before == viewport:
            return []
        across, down = (int(viewport.left - before.left), int(viewport.top - before.top)) if before else (0, 0)
        slid = before is not None and replace(before, left=viewport.left, top=viewport.top) == viewport
        if not slid or abs(across) >= width or abs(down) >= height:
            if self._pixels.shape != (height, width):
                self._resize(width, height)
            self.touched = NOWHERE
            self._stale = None
            return [Bounds(0, 0, width, height)]
        for array in (self._pixels, self._edge):
            _shift(array, across, down)
        self.touched = self.touched.moved(across, down).intersection(Bounds(0, 0, width, height))
        side = Bounds(0 if across > 0 else width + across, 0, abs(across), height)
        end = Bounds(0, 0 if down > 0 else height + down, width, abs(down))
        return [side, end]

    def _clear(self) -> None:
        if self._viewport is not None or self.touched != NOWHERE:
            self._pixels[:] = 0
            self._edge[:] = False
            self._index_edge()
        self.touched = NOWHERE
        self._viewport = None

    def _draw_all(self, viewport: Viewport, areas: list[Bounds], dash: int) -> None:
        for area in areas:
            shown = area.intersection(viewport.covering(Bounds.of(viewport.size), 1))
            self._pixels[area.slices] = 0
            self._edge[area.slices] = False
            if not shown.empty:
                self._draw(viewport, shown)
        self._dash = dash
        self._index_edge()
        self._march()

    def _draw(self, viewport: Viewport, area: Bounds) -> None:
        values = sample(self.mask, viewport, area.padded(1)) if self.mask else None
        if values is not None and values.any():
            self._draw_mask(values, area)
        else:
            values = None
        if self._soft is not None and self._tinted:
            self._draw_soft(viewport, area, values)

    def _draw_mask(self, values: NDArray[np.uint8], area: Bounds) -> None:
        inside = values >= INSIDE
        around = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
        self._edge[area.slices] = inside[1:-1, 1:-1] & ~around
        if self._tinted:
            np.take(self._tints, values[1:-1, 1:-1], out=self._pixels[area.slices], mode="clip")
        self.touched = self.touched.union(area)

    def _draw_soft(self, viewport: Viewport, area: Bounds, mask: NDArray[np.uint8] | None) -> None:
        """Under the mask: the tint gives way as the mask's grows."""
        assert self._soft is not None
        pyramid, place = self._soft
        left, top = viewport.to_view(place.x, place.y)
        values = sample(pyramid, replace(viewport, size=pyramid.size, left=left, top=top), area)
        if not values.any():
            return
        if mask is not None:
            values = np.asarray(cv2.multiply(values, cv2.bitwise_not(mask[1:-1, 1:-1]), scale=1 / 255), np.uint8)
        self._pixels[area.slices] += self._softs.take(values, mode="clip")
        self.touched = self.touched.union(area)

    def _march(self) -> None:
        dark = ((self._columns + self._rows + self.phase) // self._dash) & 1
        self._pixels[self._rows, self._columns] = np.where(dark, np.uint32(DARK), np.uint32(LIGHT))

    def _index_edge(self) -> None:
        flat = np.flatnonzero(self._edge)
        self._rows, self._columns = np.divmod(flat, self._edge.shape[1])
        if not flat.size:
            self.edge = NOWHERE
            return
        x, y = int(self._columns.min()), int(self._rows[0])
        self.edge = Bounds(x, y, int(self._columns.max()) + 1 - x, int(self._rows[-1]) + 1 - y)

    def _resize(self, width: int, height: int) -> None:
        self._pixels = np.zeros((height, width), np.uint32)
        self._edge = np.zeros((height, width), bool)
        self._dash = DASH
        self.touched = NOWHERE
        self._index_edge()
        stride = self._pixels.strides[0]
        self.image = QImage(self._pixels.data, width, height, stride, QImage.Format.Format_ARGB32_Premultiplied)


def spill(viewport: Viewport) -> int:
    """How many view pixels a document pixel is smeared by halving and smoothing."""
    if viewport.zoom >= SHARP_FROM:
        return 1
    return math.ceil(2 * viewport.zoom * (1 << viewport.level)) + 1


def _tints(colour: str, most: float) -> NDArray[np.uint32]:
    """For each value of a mask a pixel, premultiplied ARGB, of opacity 0 to ``most``."""
    alpha = np.round(np.arange(256) * most).astype(np.uint32)
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    scaled = [(value * alpha + 127) // 255 for value in (red, green, blue)]
    return (alpha << 24 | scaled[0] << 16 | scaled[1] << 8 | scaled[2]).astype(np.uint32)


def _shift(array: NDArray[Any], across: int, down: int) -> None:
    """Move what is in an array; what comes in keeps its old values."""
    height, width = array.shape
    rows, columns = slice(max(down, 0), height + min(down, 0)), slice(max(across, 0), width + min(across, 0))
    from_rows = slice(max(-down, 0), height + min(-down, 0))
    from_columns = slice(max(-across, 0), width + min(-across, 0))
    array[rows, columns] = array[from_rows, from_columns]
