"""Inpainting: half of a real picture is made anew. Is the other half untouched, and does the border show?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels, premultiply

SIDES = ("left", "right", "top", "bottom")


def half_mask(height: int, width: int, index: int) -> NDArray[np.uint8]:
    """255 on one half: left, right, top, bottom in turn."""
    mask = np.zeros((height, width), np.uint8)
    side = SIDES[index % len(SIDES)]
    rows = {"top": slice(None, height // 2), "bottom": slice(height // 2, None)}.get(side, slice(None))
    columns = {"left": slice(None, width // 2), "right": slice(width // 2, None)}.get(side, slice(None))
    mask[rows, columns] = 255
    return mask


def kept(original: Pixels, made: Pixels, mask: NDArray[np.uint8]) -> float:
    """The share of pixels outside the mask that are the same bytes; colour under zero alpha does not count."""
    outside = mask == 0
    if not outside.any():
        return 1.0
    return float((_plain(original)[outside] == _plain(made)[outside]).all(1).mean())


def _plain(pixels: Pixels) -> Pixels:
    whole = pixels if pixels.shape[2] == 4 else np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    return np.where(whole[..., 3:] > 0, whole, 0).astype(np.uint8)


def seam(pixels: Pixels, mask: NDArray[np.uint8]) -> float:
    """Mean absolute step of premultiplied RGBA, in [0, 1], between neighbours on both sides of the mask's border."""
    colours, inside = premultiply(pixels), mask > 0
    steps = []
    for axis in (0, 1):
        crossed = np.diff(inside, axis=axis)
        steps.append(np.abs(np.diff(colours, axis=axis)).mean(2)[crossed])
    found = np.concatenate(steps)
    return float(found.mean()) if len(found) else 0.0


def erased(pixels: Pixels, mask: NDArray[np.uint8]) -> Pixels:
    """The picture with nothing where the mask is."""
    out = _plain(pixels).copy()
    out[mask > 0] = 0
    return out
