"""The few colours that stand best for many: variance splits in OKLab, then k-means (Lloyd)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels
from inference.oklab import Lab, from_oklab, to_oklab

_BLOCK = 2048
_BINNED_ABOVE = 1 << 14
"""More different colours than this are counted in cells of 8 levels a channel."""
_ROUNDS = 8
_CLEAR_WINNER = 0.25
"""A colour with this share of its cluster stands for it as it is: what an artist chose must not move by a level."""


def packed_of(colours: Pixels) -> NDArray[np.uint32]:
    """sRGB bytes (..., 3) as one number each, 0xrrggbb."""
    wide = colours.astype(np.uint32)
    return np.asarray((wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2], np.uint32)


def unpacked(packed: NDArray[np.uint32]) -> Pixels:
    """The inverse of ``packed_of``: (n,) to (n, 3)."""
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=-1).astype(np.uint8)


def once(colours: Pixels) -> Pixels:
    """(n, 3) without what came before, in the order of first appearance."""
    _, first = np.unique(packed_of(colours), return_index=True)
    return np.ascontiguousarray(colours[np.sort(first)])


def nearest_of(points: Lab, centres: Lab) -> NDArray[np.intp]:
    """Index of the nearest centre (the first of equals) for each of (n, 3) points."""
    index = np.empty(len(points), np.intp)
    places = centres.astype(np.float64)  # neighbours near white are closer than what float32 leaves of such sums
    lengths = np.square(places).sum(axis=1)
    for start in range(0, len(points), _BLOCK):
        x, y, z = -2 * points[start : start + _BLOCK].astype(np.float64).T[..., None]
        # Sums of products without BLAS: the same bits on every machine.
        apart = lengths + x * places[:, 0]
        apart += y * places[:, 1]
        apart += z * places[:, 2]
        index[start : start + _BLOCK] = apart.argmin(axis=1)
    return index


def merged(colours: Pixels, weights: NDArray[np.float64]) -> tuple[Pixels, NDArray[np.float64]]:
    """The different colours of (n, 3), in order of their bytes, each with the sum of its weights."""
    packed, back = np.unique(packed_of(colours), return_inverse=True)
    return unpacked(packed), np.bincount(back.ravel(), weights, minlength=len(packed)).astype(np.float64)


def visible_colours(pixels: Pixels) -> tuple[Pixels, NDArray[np.float64]]:
    """The different colours that can be seen, (n, 3), and how many whole pixels of each (alpha counts)."""
    flat = pixels.reshape(-1, pixels.shape[2])
    weights = flat[:, 3] / 255 if pixels.shape[2] == 4 else np.ones(len(flat))
    seen = weights > 0
    return merged(flat[seen, :3], weights[seen])


def best_colours(colours: Pixels, weights: NDArray[np.float64], count: int) -> Pixels:
    """(at most ``count``, 3) of (n, 3) different colours with their weights."""
    if len(colours) > _BINNED_ABOVE:
        colours, weights = _binned(colours, weights)
    points = to_oklab(colours)
    member = _split(points, weights, count)
    for _ in range(_ROUNDS):
        total = np.bincount(member, weights, minlength=count)
        sums = [np.bincount(member, weights * points[:, axis], minlength=count) for axis in range(3)]
        alive = total > 0
        centres = (np.stack(sums, axis=1)[alive] / total[alive, None]).astype(np.float32)
        after = nearest_of(points, centres)
        if np.array_equal(after, member):
            break
        member = after
    return np.concatenate([_representative(colours, weights, points, member == i) for i in np.unique(member)])


def _binned(colours: Pixels, weights: NDArray[np.float64]) -> tuple[Pixels, NDArray[np.float64]]:
    """The heaviest colour of each cell of 8 levels a channel, with the cell's whole weight."""
    cells = packed_of(colours // 8)
    order = np.lexsort((-weights, cells))
    first = np.flatnonzero(np.diff(cells[order], prepend=cells[order][0] + 1))
    return colours[order][first], np.add.reduceat(weights[order], first)


def _split(points: Lab, weights: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """Clusters by splitting the one with the largest squared error, where it halves best along its main axis."""
    member = np.zeros(len(points), np.intp)
    errors = [_error(points, weights)]
    while len(errors) < count and max(errors) > 0:
        worst = int(np.argmax(errors))
        own = np.flatnonzero(member == worst)
        upper = own[_upper_half(points[own], weights[own])]
        member[upper] = len(errors)
        errors.append(_error(points[upper], weights[upper]))
        lower = np.flatnonzero(member == worst)
        errors[worst] = _error(points[lower], weights[lower])
    return member


def _error(points: Lab, weights: NDArray[np.float64]) -> float:
    if len(points) < 2:
        return 0.0
    mean = np.average(points, axis=0, weights=weights)
    return float((np.square(points - mean).sum(axis=1) * weights).sum())


def _upper_half(points: Lab, weights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points lie beyond the cut along the main axis that leaves the least squared error (neither side empty)."""
    centred = points - np.average(points, axis=0, weights=weights)
    _, axes = np.linalg.eigh((centred * weights[:, None]).T @ centred)
    along = centred @ axes[:, -1]
    order = np.argsort(along, kind="stable")
    left = np.cumsum(weights[order])[:-1]
    sums = np.cumsum((along * weights)[order])
    between = sums[:-1] ** 2 / left + (sums[-1] - sums[:-1]) ** 2 / np.maximum(weights.sum() - left, 1e-12)
    upper = np.zeros(len(points), bool)
    upper[order[int(np.argmax(between)) + 1 :]] = True
    return upper


def _representative(colours: Pixels, weights: NDArray[np.float64], points: Lab, own: NDArray[np.bool_]) -> Pixels:
    """(1, 3): the colour that stands for a cluster: the one that dominates it, else its mean."""
    share = weights[own]
    if share.max() >= _CLEAR_WINNER * share.sum():
        return colours[own][[int(share.argmax())]]
    return from_oklab(np.average(points[own], axis=0, weights=share)[None].astype(np.float32))
