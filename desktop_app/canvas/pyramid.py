"""A picture and its halvings, kept in step with what changes. No Qt."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.geometry import Bounds, Size

SMALLEST = 64
"""No further halving once the longer side is this short."""


class Pyramid:
    """``levels[n]`` is the picture at 1/2^n; sides are rounded up, an odd edge counts its last pixel twice.

    Args:
        size: of level 0.
        channels: 0 for (height, width) arrays.
    """

    def __init__(self, size: Size, channels: int = 0) -> None:
        self.size = size
        tail = (channels,) if channels else ()
        self.levels: list[NDArray[np.uint8]] = [np.zeros((*size.shape, *tail), np.uint8)]
        while max(size.width, size.height) > SMALLEST:
            size = size.divided(2)
            self.levels.append(np.zeros((*size.shape, *tail), np.uint8))

    @property
    def bytes(self) -> int:
        """Memory of all levels."""
        return sum(level.nbytes for level in self.levels)

    def write(self, bounds: Bounds, pixels: NDArray[np.uint8]) -> None:
        """Replace ``bounds`` (inside the picture) and bring the halvings up to date."""
        self.levels[0][bounds.slices] = pixels
        for larger, smaller in zip(self.levels, self.levels[1:], strict=False):
            bounds = halved(bounds)
            smaller[bounds.slices] = _half(larger[doubled(bounds).slices])


def halved(bounds: Bounds) -> Bounds:
    """The pixels of the next level that ``bounds`` has a part in."""
    x, y = bounds.x // 2, bounds.y // 2
    return Bounds(x, y, -(-bounds.right // 2) - x, -(-bounds.bottom // 2) - y)


def doubled(bounds: Bounds) -> Bounds:
    """The pixels of the level before that make up ``bounds``."""
    return Bounds(2 * bounds.x, 2 * bounds.y, 2 * bounds.width, 2 * bounds.height)


def _half(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        tail = [(0, 0)] * (pixels.ndim - 2)
        pixels = np.pad(pixels, [(0, height % 2), (0, width % 2), *tail], mode="edge")
        height, width = pixels.shape[:2]
    return cv2.resize(pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
