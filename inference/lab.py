"""Colour statistics in CIE Lab, and colours moved to others' statistics.

Reinhard et al., Color Transfer between Images (2001).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Colours
from inference.masks import Map

FEWEST_PIXELS = 16.0
"""Whole pixels that statistics are taken from at least."""
LARGEST_GAIN = 2.0
"""How far contrast is stretched or squeezed in one round."""
ROUNDS = 3
"""Clipping to what sRGB can show changes the statistics again."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean and standard deviation of L, a and b, each (3,): L from 0 to 100, a and b about -100 to 100."""

    mean: NDArray[np.floating]
    deviation: NDArray[np.floating]


def to_lab(colours: Colours) -> Colours:
    """Premultiplied RGBA in [0, 1] to CIE Lab (height, width, 3) of the straight colours."""
    straight = np.clip(colours[..., :3] / np.maximum(colours[..., 3:], 1e-4), 0, 1)
    return np.asarray(cv2.cvtColor(straight.astype(np.float32), cv2.COLOR_RGB2Lab), np.float32)


def from_lab(lab: Colours, alpha: Map) -> Colours:
    """The inverse: premultiplied RGBA with alpha (height, width, 1), clipped to sRGB."""
    rgb = np.clip(cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_Lab2RGB), 0, 1)
    return np.concatenate([rgb * alpha, alpha], axis=2)


def moments(lab: Colours, weights: Map) -> Moments | None:
    """Statistics of Lab colours (height, width, 3) by weight (height, width); None when too little is seen."""
    if float(weights.sum()) < FEWEST_PIXELS:
        return None
    return Moments(*weighted_moments(lab, weights[..., None], (0, 1)))


def weighted_moments(
    values: NDArray[np.floating], weights: NDArray[np.floating], axes: tuple[int, ...]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Mean and standard deviation over ``axes`` by weights that broadcast to ``values`` and do not sum to 0."""
    share = weights / weights.sum()
    mean = (values * share).sum(axes)
    apart = values - np.expand_dims(mean, axes)
    return mean, np.sqrt((apart**2 * share).sum(axes))


def moved(colours: Colours, weights: Map, goal: Moments) -> Colours:
    """Premultiplied RGBA whose statistics by ``weights`` are the goal's, as far as sRGB goes; alpha is not touched."""
    for _ in range(ROUNDS):
        lab = to_lab(colours)
        own = moments(lab, weights)
        if own is None:
            return colours
        gain = np.clip((goal.deviation + 1) / (own.deviation + 1), 1 / LARGEST_GAIN, LARGEST_GAIN)
        colours = from_lab((lab - own.mean) * gain + goal.mean, colours[..., 3:])
    return colours


def between(own: Moments, goal: Moments, share: float) -> Moments:
    """``own`` at 0, ``goal`` at 1."""
    return Moments(own.mean + share * (goal.mean - own.mean), own.deviation + share * (goal.deviation - own.deviation))
