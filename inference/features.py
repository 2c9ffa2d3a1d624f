"""What a picture looks like as a few numbers: colours, lightness, outline, silhouette, detail.

Only what can be seen counts: a picture is cut to its visible part first, so that neither its place nor an empty margin
changes a number. Sizes are measured on a picture whose longest side is at most ``SIDE``.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels, premultiply, resize, unpremultiply
from inference.oklab import Lab, to_oklab

Numbers = NDArray[np.float64]

SIDE = 128
"""Longest side in pixels at which lines and slopes are measured."""
COLOUR_SIDE = 256
"""Longest side at which colours are counted; larger pictures are sampled, not averaged: mixing would make colours."""
PALETTE = 12
SWATCHES = 24
VALUES = 16
_COARSE, _FINE = 0.08, 0.02
_DEPTHS = (0.0, 1.5, 3.0, 5.0, 8.0)
"""Borders of the rings below the silhouette's edge, in pixels of ``SIDE``."""
_SLOPES = (0.0, 0.002, 0.006, 0.015, 0.04, 0.1, np.inf)
"""Borders of the classes of lightness gradient, a pixel."""
_SEEN = 128


@dataclass(frozen=True, eq=False)
class Colours:
    """A few colours in OKLab (n, 3), float64, and their shares of the visible area (n,), which sum to 1."""

    lab: Numbers
    share: Numbers


@dataclass(frozen=True, eq=False)
class Features:
    """The numbers of one picture.

    Attributes:
        empty: nothing can be seen; the others then are zeros.
        palette: at most 12 colours that stand for all.
        swatches: at most 24 colours as they are, told apart finely: what was picked from a fixed palette shows.
        values: (16,) shares of lightness.
        outline: (5,) lightness of four rings below the edge against the inside, and the first ring's chroma against it.
        silhouette: (12,) area and solidity in the box, roundness, aspect, softness of the edge, Hu's seven moments.
        detail: (7,) shares of the six classes of gradient, and how many colours there are in effect (0 one, 1 many).
    """

    empty: bool
    palette: Colours
    swatches: Colours
    values: Numbers
    outline: Numbers
    silhouette: Numbers
    detail: Numbers


def features(pixels: Pixels) -> Features:
    """Measure a picture: (height, width, 3 or 4) bytes, straight alpha."""
    cut = visible_part(pixels)
    if cut is None:
        none = Colours(np.zeros((0, 3)), np.zeros(0))
        return Features(True, none, none, np.zeros(VALUES), np.zeros(5), np.zeros(12), np.zeros(7))
    small = _reduced(cut)
    lab = to_oklab(small[..., :3])
    alpha = small[..., 3]
    depth = _depth(alpha)
    colours = _seen_colours(cut)
    counts, fine = _cells(colours, _FINE)
    lightness, _ = np.histogram(np.clip(colours[:, 0], 0, 1), VALUES, (0, 1))
    return Features(
        empty=False,
        palette=_main_colours(colours, _COARSE, PALETTE),
        swatches=_top(counts, fine, SWATCHES),
        values=lightness / lightness.sum(),
        outline=_outline(lab, depth),
        silhouette=_silhouette(alpha),
        detail=np.append(_slopes(lab, depth), _variety(counts)),
    )


def visible_part(pixels: Pixels) -> Pixels | None:
    """RGBA cut to the box of what is more than half opaque; None when nothing is."""
    if pixels.shape[2] == 3:
        pixels = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    seen = pixels[..., 3] >= _SEEN
    if not seen.any():
        return None
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    return np.ascontiguousarray(pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def silhouette_change(before: Pixels, after: Pixels) -> float:
    """1 minus the overlap (intersection over union) of what is more than half opaque, in [0, 1].

    The pictures lie on each other as they are; the second is scaled to the first when their sizes differ.
    """
    a, b = (p[..., 3] if p.shape[2] == 4 else np.full(p.shape[:2], 255, np.uint8) for p in (before, after))
    if a.shape != b.shape:
        b = cv2.resize(b, a.shape[::-1], interpolation=cv2.INTER_AREA)
    one, other = a >= _SEEN, b >= _SEEN
    union = np.count_nonzero(one | other)
    return 0.0 if union == 0 else 1.0 - np.count_nonzero(one & other) / union


def _reduced(cut: Pixels) -> Pixels:
    height, width = cut.shape[:2]
    scale = SIDE / max(height, width)
    if scale >= 1:
        return cut
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return unpremultiply(resize(premultiply(cut), *size))


def _depth(alpha: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How far each pixel lies inside the silhouette, 0 outside."""
    ground = np.pad((alpha >= _SEEN).astype(np.uint8), 1)
    return np.asarray(cv2.distanceTransform(ground, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)[1:-1, 1:-1]


def _seen_colours(cut: Pixels) -> Lab:
    stride = -(-max(cut.shape[:2]) // COLOUR_SIDE)
    cut = cut[::stride, ::stride]
    seen = cut[..., 3] >= _SEEN
    return to_oklab(cut[seen][:, :3] if seen.any() else cut.reshape(-1, 4)[:, :3])


def _cells(lab: Lab, size: float) -> tuple[Numbers, Numbers]:
    """Counts and mean colours of the occupied cubes of OKLab, the fullest first."""
    keys = np.floor(lab / size + 0.5).astype(np.int64) + 512
    packed = (keys[:, 0] << 20) | (keys[:, 1] << 10) | keys[:, 2]
    _, back, counts = np.unique(packed, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(back.ravel(), lab[:, i]) for i in range(3)], axis=1)
    order = np.argsort(-counts, kind="stable")
    return counts[order].astype(np.float64), (sums / counts[:, None])[order]


def _top(counts: Numbers, means: Numbers, most: int) -> Colours:
    return Colours(means[:most], counts[:most] / counts[:most].sum())


def _main_colours(lab: Lab, size: float, most: int) -> Colours:
    """The fullest cells; each of the others is counted with the nearest of them."""
    counts, means = _cells(lab, size)
    top = means[:most]
    near = np.linalg.norm(means[:, None] - top[None], axis=2).argmin(1)
    share = np.bincount(near, counts, minlength=len(top))
    sums = np.stack([np.bincount(near, counts * means[:, i], minlength=len(top)) for i in range(3)], axis=1)
    return Colours(sums / share[:, None], share / share.sum())


def _outline(lab: Lab, depth: NDArray[np.float32]) -> Numbers:
    inside = depth > _DEPTHS[-1]
    if np.count_nonzero(inside) < 0.02 * np.count_nonzero(depth):  # thin things are all edge
        inside = depth > 0
    usual, chroma = lab[inside][:, 0].mean(), np.hypot(lab[..., 1], lab[..., 2])
    rings = [(depth > low) & (depth <= high) for low, high in itertools.pairwise(_DEPTHS)]
    levels = [float(lab[ring][:, 0].mean() - usual) if ring.any() else 0.0 for ring in rings]
    first = rings[0] if rings[0].any() else depth > 0
    return np.array([*levels, chroma[first].mean() - chroma[inside].mean()])


def _silhouette(alpha: NDArray[np.uint8]) -> Numbers:
    shape = np.pad((alpha >= _SEEN).astype(np.uint8), 1)
    area = float(shape.sum())
    outlines, _ = cv2.findContours(shape, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    length = sum(cv2.arcLength(each, True) for each in outlines)
    hull = cv2.contourArea(cv2.convexHull(np.concatenate(outlines)))
    height, width = alpha.shape
    soft = np.count_nonzero((alpha > 0) & (alpha < 255)) / max(np.count_nonzero(alpha), 1)
    moments = cv2.HuMoments(cv2.moments(shape, True)).ravel()
    hu = np.sign(moments) / np.maximum(1, -np.log10(np.abs(moments) + 1e-12))
    basic = [
        area / alpha.size,
        min(1.0, area / max(hull, 1.0)),
        min(1.0, 4 * np.pi * area / max(length, 1.0) ** 2),
        min(height, width) / max(height, width),
        soft,
    ]
    return np.concatenate([basic, hu])


def _slopes(lab: Lab, depth: NDArray[np.float32]) -> Numbers:
    """Shares of the classes of gradient where no pixel of the background takes part."""
    light = np.ascontiguousarray(lab[..., 0])
    across = cv2.Sobel(light, cv2.CV_32F, 1, 0, ksize=3, borderType=cv2.BORDER_REPLICATE) / 8
    down = cv2.Sobel(light, cv2.CV_32F, 0, 1, ksize=3, borderType=cv2.BORDER_REPLICATE) / 8
    inside = depth > 2
    slope = np.hypot(across, down)[inside if inside.any() else depth > 0]
    counts, _ = np.histogram(slope, _SLOPES)
    return counts / max(counts.sum(), 1)


def _variety(counts: Numbers) -> float:
    """The number of colours in effect (exponent of their entropy) on a logarithmic scale: 1 is 0, 200 and more is 1."""
    share = counts / counts.sum()
    return float(min(1.0, -(share * np.log(share)).sum() / np.log(200)))
