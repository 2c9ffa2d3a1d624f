"""Which pixels of a picture are seen at the middles of view pixels: exactly, whatever part of the view is asked for.

Qt rounds the corners of what it scales: at zooms that are no whole numbers its pixels lie up to a view pixel off, by
how much depends on the part that is painted. No Qt here.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop_app.canvas.pyramid import Pyramid
from desktop_app.canvas.viewport import Viewport
from inference.geometry import Bounds


def sample(mask: Pyramid, viewport: Viewport, area: Bounds) -> NDArray[np.uint8]:
    """The mask at the centres of the view pixels in ``area``; 0 beyond the document."""
    level = min(viewport.level, len(mask.levels) - 1)
    out = np.zeros((area.height, area.width), np.uint8)
    seen, place = seen_in(mask.levels[level], level, viewport, area)
    out[place.moved(-area.x, -area.y).slices] = seen
    return out


def seen_in(array: NDArray[Any], level: int, viewport: Viewport, area: Bounds) -> tuple[NDArray[Any], Bounds]:
    """What view pixels show of a picture halved ``level`` times, (height, width) of one number a pixel.

    Returns:
        The pixels, and the part of ``area`` that they fill; empty where the picture is not seen.
    """
    columns, left = _hits(area.x, area.width, viewport.left, viewport.zoom, viewport.size.width)
    rows, top = _hits(area.y, area.height, viewport.top, viewport.zoom, viewport.size.height)
    place = Bounds(area.x + left, area.y + top, len(columns), len(rows))
    if place.empty:
        return array[:0, :0], Bounds(area.x, area.y, 0, 0)
    columns, rows = columns >> level, rows >> level
    near = array[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return picked(near, rows - rows[0], columns - columns[0]), place


def picked(array: NDArray[Any], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[Any]:
    """``array[rows][:, columns]`` by copying whole rows and turning: pixel by pixel takes three times as long."""
    fewer = len(rows) < array.shape[0]
    if fewer:
        array = array.take(rows, axis=0)
    across = _turned(_turned(array).take(columns, axis=0))
    return across if fewer else across.take(rows, axis=0)


def _turned(array: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(cv2.transpose(array))


def _hits(start: int, count: int, offset: float, zoom: float, length: int) -> tuple[NDArray[np.intp], int]:
    """Document pixels of the view pixels that lie on it, and how many pixels come before them."""
    at = np.floor((np.arange(start, start + count) + 0.5 - offset) / zoom).astype(np.intp)
    inside = np.flatnonzero((at >= 0) & (at < length))
    return (at[inside], int(inside[0])) if inside.size else (at[:0], 0)
