"""What a masked area holds before it is denoised. Premultiplied RGBA in [0, 1] in and out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Colours
from inference.api import Fill
from inference.masks import Map

ORIGINAL_BELOW = 0.7
"""Strength below which ``Fill.AUTO`` keeps the original: enough of it survives to matter."""


def choose(fill: Fill, strength: float) -> Fill:
    """What ``Fill.AUTO`` stands for at a strength."""
    if fill is not Fill.AUTO:
        return fill
    return Fill.ORIGINAL if strength < ORIGINAL_BELOW else Fill.BLUR


def fill_masked(colours: Colours, masked: Map, fill: Fill, *, transparent: bool) -> Colours:
    """Fill where ``masked`` is above 0, softly where it is between 0 and 1.

    Args:
        transparent: neutral means nothing there (pictures with alpha) rather than grey.
    """
    if fill is Fill.ORIGINAL or not (masked > 0).any():
        return colours
    if fill is Fill.NEUTRAL or (masked >= 1).all():
        new = np.zeros_like(colours) if transparent else np.full_like(colours, 0.5)
        new[..., 3] = 0 if transparent else 1
    elif fill is Fill.INPAINT:
        new = _inpaint(colours, masked > 0)
    else:
        new = neighbourhood(colours, masked > 0)
    share = masked[..., None]
    return colours * (1 - share) + new * share


def neighbourhood(colours: Colours, unknown: NDArray[np.generic]) -> Colours:
    """Fill ``unknown`` with a blur of what is around it: fine near the edge, ever wider towards the middle.

    A pull-push pyramid: known pixels are averaged down, and unknown ones take the finest level that knows anything.
    Gortler et al., The Lumigraph (1996).
    """
    known = (~unknown.astype(bool)).astype(np.float32)
    levels: list[tuple[Colours, Map]] = [(colours * known[..., None], known)]
    while max(levels[-1][1].shape) > 1 and levels[-1][1].min() == 0:
        sums, weight = levels[-1]
        height, width = -(-weight.shape[0] // 2), -(-weight.shape[1] // 2)
        size = (width, height)
        halves = [np.asarray(cv2.resize(x, size, interpolation=cv2.INTER_AREA), np.float32) for x in (sums, weight)]
        levels.append((halves[0], halves[1]))
    out = _mean(*levels[-1])
    for sums, weight in reversed(levels[:-1]):
        wide = cv2.resize(out, (weight.shape[1], weight.shape[0]), interpolation=cv2.INTER_LINEAR)
        sure = np.clip(weight, 0, 1)[..., None]
        out = _mean(sums, weight) * sure + wide * (1 - sure)
    return np.where(unknown.astype(bool)[..., None], out, colours).astype(np.float32)


def _mean(sums: Colours, weight: Map) -> Colours:
    return sums / np.maximum(weight, 1e-20)[..., None]


def _inpaint(colours: Colours, unknown: NDArray[np.generic]) -> Colours:
    hole = unknown.astype(np.uint8)
    channels = [np.round(np.clip(colours[..., i], 0, 1) * 255).astype(np.uint8) for i in range(4)]
    radius = 3
    filled = [cv2.inpaint(channel, hole, radius, cv2.INPAINT_NS) for channel in channels]
    new = np.stack(filled, axis=2).astype(np.float32) / 255
    new[..., :3] = np.minimum(new[..., :3], new[..., 3:])
    return new
