"""Ordered dither between two colours of a palette (Joel Yliluoma, "Arbitrary-palette positional dithering", 2011)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels
from inference.clusters import packed_of, unpacked
from inference.oklab import to_oklab
from inference.palettes import Palette

NONE, SIZES = "none", {"2x2": 2, "4x4": 4, "8x8": 8}
_NEAR = 10
"""Colours of a palette, the nearest to a pixel's, of which pairs are tried."""
_MOST = 1 << 16
"""Different colours above which they are told apart by 6 bits a channel."""
_GRAIN, _HUE = 0.2, 2.5
"""How much a mix is held to be worse for each unit of distance between its colours, and how much more a difference
of hue counts than one of lightness: dots of a far colour look like noise, the fewer they are the more."""


def bayer(side: int) -> NDArray[np.float64]:
    """Bayer's matrix of thresholds in (0, 1); ``side`` is a power of two."""
    matrix = np.zeros((1, 1))
    while len(matrix) < side:
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return (matrix + 0.5) / side**2


def dithered(colours: Pixels, palette: Palette, side: int) -> NDArray[np.intp]:
    """Index into the palette for each of (height, width, 3) sRGB bytes. The palette's own colours stay themselves."""
    height, width = colours.shape[:2]
    packed, back = np.unique(packed_of(colours), return_inverse=True)
    if len(packed) > _MOST:
        own = np.isin(packed, packed_of(palette.colours))
        coarse, again = np.unique(np.where(own, packed, packed & 0xFCFCFC | 0x020202), return_inverse=True)
        packed, back = coarse, again[back]
    first, second, share = _mixes(unpacked(packed), palette, side)
    back = back.reshape(height, width)
    thresholds = np.tile(bayer(side), (-(-height // side), -(-width // side)))[:height, :width]
    return np.where(share[back] > thresholds, second[back], first[back])


def _mixes(
    colours: Pixels, palette: Palette, side: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """For each colour the pair of the palette that mixes to it best, and the share of the second."""
    points, centres = to_oklab(colours), palette.lab
    near = _nearest_few(points, centres, min(_NEAR, len(centres)))
    rows = np.arange(len(points))
    best_first, best_second = near[:, 0].copy(), near[:, 0].copy()
    best_share = np.zeros(len(points))
    best = np.linalg.norm(points - centres[best_first], axis=1).astype(np.float64)
    for i in range(near.shape[1]):
        for j in range(i + 1, near.shape[1]):
            a, b = np.minimum(near[:, i], near[:, j]), np.maximum(near[:, i], near[:, j])
            way = centres[b] - centres[a]
            length = np.square(way).sum(axis=1)
            share = np.clip(((points - centres[a]) * way).sum(axis=1) / np.maximum(length, 1e-12), 0, 1)
            share = np.round(share * side**2) / side**2
            off = np.linalg.norm(centres[a] + share[:, None] * way - points, axis=1)
            grain = np.hypot(way[:, 0], _HUE * np.hypot(way[:, 1], way[:, 2]))
            cost = off + _GRAIN * grain * ((share > 0) & (share < 1))
            better = rows[cost < best - 1e-7]
            best[better], best_share[better] = cost[better], share[better]
            best_first[better], best_second[better] = a[better], b[better]
    return best_first, best_second, best_share


def _nearest_few(points: NDArray[np.float32], centres: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """(n, count) indices of the nearest centres, nearest first."""
    found = np.empty((len(points), count), np.intp)
    for start in range(0, len(points), 4096):
        part = points[start : start + 4096, None] - centres[None]
        found[start : start + 4096] = np.argsort(np.square(part).sum(axis=2), axis=1, kind="stable")[:, :count]
    return found
