"""How much a clip flickers: what changes between its frames beyond what moves."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from inference.alpha import Pixels, premultiply
from inference.animation.flow import motion_between, moved

SURE = 0.9
"""Trust from which a pixel counts."""


def flicker(frames: Iterable[Pixels], clip: Iterable[Pixels]) -> float:
    """Mean difference of each frame from the one before it, moved as a clip moves, where that can be followed.

    Known as warping error (Lai et al., Learning Blind Video Temporal Consistency, 2018).

    Args:
        frames: (height, width, 4) bytes. clip: of the same size, whose motion is followed: what frames were made from,
            or the frames themselves.

    Returns:
        In levels of 0 to 255 of premultiplied RGBA; 0 for a single frame.
    """
    means = []
    for (before, after), (one, two) in zip(pairwise(frames), pairwise(clip), strict=True):
        motion = motion_between(one, two)
        sure = motion.trust >= SURE
        if sure.any():
            change = np.abs(moved(premultiply(before), motion.back) - premultiply(after)).mean(axis=2)
            means.append(float(change[sure].mean()) * 255)
    return float(np.mean(means)) if means else 0.0
