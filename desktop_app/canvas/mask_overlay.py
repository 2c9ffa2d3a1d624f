"""The mask as it is laid over the picture: a tint, and an edge one pixel wide whose dashes march.

It lives in view pixels: the cost of an edge is that of the view, however ragged the mask. No Qt but the image.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from desktop_app.canvas.pyramid import Pyramid
from desktop_app.canvas.viewport import Viewport
from inference.geometry import Bounds

TINT = 0.4
INSIDE = 128
"""The edge runs where the mask passes this value."""
DASH = 4
"""View pixels of a dash, and of the gap after it."""
LIGHT, DARK = 0xFFFFFFFF, 0xFF14161A
NOWHERE = Bounds(0, 0, 0, 0)


class MaskOverlay:
    """``image`` is as large as the view; ``touched`` holds all of it that is not transparent."""

    def __init__(self, accent: str) -> None:
        self.phase = 0
        self._viewport: Viewport | None = None
        self.tinted = True
        self._resize(1, 1)
        self.set_accent(accent)

    def set_accent(self, accent: str) -> None:
        """The tint's colour, "#rrggbb"; ``rebuild`` to see it."""
        alpha = np.round(np.arange(256) * TINT).astype(np.uint32)
        red, green, blue = (int(accent[at : at + 2], 16) for at in (1, 3, 5))
        scaled = [(value * alpha + 127) // 255 for value in (red, green, blue)]
        self._tints = (alpha << 24 | scaled[0] << 16 | scaled[1] << 8 | scaled[2]).astype(np.uint32)

    def clear(self) -> None:
        """No mask."""
        self._pixels[:] = 0
        self._edge[:] = False
        self._index_edge()
        self.touched = NOWHERE

    def rebuild(self, mask: Pyramid, viewport: Viewport, area: Bounds | None = None, dash: int = DASH) -> None:
        """Bring a part of the view (None: all of it) up to date.

        Args:
            viewport: snapped.
            area: in view pixels.
            dash: view pixels of a dash.
        """
        if self._pixels.shape != (viewport.height, viewport.width):
            self._resize(viewport.width, viewport.height)
            area = None
        view = Bounds(0, 0, viewport.width, viewport.height)
        if area is None:
            self.touched = NOWHERE
            area = view
        self._draw_all(mask, viewport, (area.intersection(view),), dash)

    def follow(self, mask: Pyramid, viewport: Viewport, dash: int = DASH) -> None:
        """The view moved: shift what is there and draw what came into sight; after anything else, draw it all."""
        before = self._viewport
        moved = before and replace(before, left=viewport.left, top=viewport.top) == viewport
        across, down = (int(viewport.left - before.left), int(viewport.top - before.top)) if before else (0, 0)
        width, height = viewport.width, viewport.height
        if not moved or abs(across) >= width or abs(down) >= height:
            self.rebuild(mask, viewport, None, dash)
            return
        for array in (self._pixels, self._edge):
            _shift(array, across, down)
        self.touched = self.touched.moved(across, down).intersection(Bounds(0, 0, width, height))
        side = Bounds(0 if across > 0 else width + across, 0, abs(across), height)
        end = Bounds(0, 0 if down > 0 else height + down, width, abs(down))
        self._draw_all(mask, viewport, (side, end), dash)

    def step(self) -> Bounds:
        """Let the dashes march on by a pixel. Returns the part of the view to repaint."""
        self.phase += 1
        self._march()
        return self.edge

    def _draw_all(self, mask: Pyramid, viewport: Viewport, areas: tuple[Bounds, ...], dash: int) -> None:
        for area in areas:
            shown = area.intersection(viewport.covering(Bounds.of(mask.size), 1))
            self._pixels[area.slices] = 0
            self._edge[area.slices] = False
            if not shown.empty:
                self._draw(sample(mask, viewport, shown.padded(1)), shown)
        self._viewport, self._dash = viewport, dash
        self._index_edge()
        self._march()

    def _draw(self, values: NDArray[np.uint8], area: Bounds) -> None:
        if not values.any():
            return
        inside = values >= INSIDE
        core = inside[1:-1, 1:-1]
        around = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
        self._edge[area.slices] = core & ~around
        if self.tinted:
            self._pixels[area.slices] = self._tints.take(values[1:-1, 1:-1], mode="clip")
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


def _shift(array: NDArray[Any], across: int, down: int) -> None:
    """Move what is in an array; what comes in keeps its old values."""
    height, width = array.shape
    rows, columns = slice(max(down, 0), height + min(down, 0)), slice(max(across, 0), width + min(across, 0))
    from_rows = slice(max(-down, 0), height + min(-down, 0))
    from_columns = slice(max(-across, 0), width + min(-across, 0))
    array[rows, columns] = array[from_rows, from_columns]


def sample(mask: Pyramid, viewport: Viewport, area: Bounds) -> NDArray[np.uint8]:
    """The mask at the centres of the view pixels in ``area``; 0 beyond the document."""
    level = min(viewport.level, len(mask.levels) - 1)
    array = mask.levels[level]
    columns, left = _hits(area.x, area.width, viewport.left, viewport.zoom, mask.size.width)
    rows, top = _hits(area.y, area.height, viewport.top, viewport.zoom, mask.size.height)
    out = np.zeros((area.height, area.width), np.uint8)
    if rows.size and columns.size:
        columns, rows = columns >> level, rows >> level
        near = array[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        seen = near.take(columns - columns[0], axis=1).take(rows - rows[0], axis=0)
        out[top : top + rows.size, left : left + columns.size] = seen
    return out


def _hits(start: int, count: int, offset: float, zoom: float, length: int) -> tuple[NDArray[np.intp], int]:
    """Document pixels of the view pixels that lie on it, and how many pixels come before them."""
    at = np.floor((np.arange(start, start + count) + 0.5 - offset) / zoom).astype(np.intp)
    inside = np.flatnonzero((at >= 0) & (at < length))
    return (at[inside], int(inside[0])) if inside.size else (at[:0], 0)
