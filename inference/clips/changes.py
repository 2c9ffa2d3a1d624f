"""What differs between a frame and the one before: the rectangle that has to be written again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels
from inference.geometry import Bounds, Size


def bounds_of(mask: NDArray[np.bool_]) -> Bounds:
    """The smallest rectangle around what is true; one pixel in the corner when nothing is."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return Bounds(0, 0, 1, 1)
    return Bounds(int(columns[0]), int(rows[0]), int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1)


def changed(pixels: Pixels, before: Pixels | None) -> Bounds:
    """Where a frame differs from the one before it; all of it when there is none."""
    if before is None:
        return Bounds.of(Size(pixels.shape[1], pixels.shape[0]))
    return bounds_of(words_of(pixels) != words_of(before))


def on_even(bounds: Bounds) -> Bounds:
    """Grown to the left and to the top so that it starts at even numbers."""
    x, y = bounds.x & ~1, bounds.y & ~1
    return Bounds(x, y, bounds.right - x, bounds.bottom - y)


def words_of(pixels: Pixels) -> NDArray[np.uint32]:
    """(height, width) one number a pixel."""
    return np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
