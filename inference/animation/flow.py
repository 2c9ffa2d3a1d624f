"""Motion between two frames: dense optical flow, where it can be trusted, and pictures moved along it.

Flow by Kroeger et al., Fast Optical Flow using Dense Inverse Search (2016), as in OpenCV.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Colours, Pixels, premultiply
from inference.masks import Map

Vectors = NDArray[np.float32]
"""(height, width, 2): x and y in pixels."""

SMALL = 400
"""Pictures with a shorter side below this are matched at full resolution, others at half."""
GROUND = 0.5
"""Grey that transparent pictures are matched on."""
GRAIN, LARGEST_GRAIN = 1.5 / 255, 6 / 255
"""Mean difference of a pixel and its neighbours that passes for grain, and from which something happens."""
NEARLY_STILL = 0.9
"""Below 1, so that a slow fade is not taken for stillness for ever."""
CHANGE, LARGEST_CHANGE = 0.04, 0.16
"""Mean difference of a moved pixel (premultiplied RGBA, 0 to 1) up to which it is trusted, and from where it is not."""


@dataclass(frozen=True, eq=False)
class Motion:
    """What happened between two frames.

    Attributes:
        back: for each pixel of the later frame, from where it came (added to its place).
        forth: for each pixel of the earlier frame, where it went.
        trust: (height, width) of the later frame: 1 where it can be followed back, 0 where something new appears.
        covered: (height, width) of the earlier frame, True where it cannot be followed forth.
        still: (height, width) of the later frame: 1 where both are the same bytes around, up to ``NEARLY_STILL`` where
            they differ by a film's grain, 0 where something happens.
    """

    back: Vectors
    forth: Vectors
    trust: Map
    covered: NDArray[np.bool_]
    still: Map


def motion_between(before: Pixels, after: Pixels) -> Motion:
    """The motion between two frames of one size, (height, width, 4) bytes.

    Nothing moves where the frames are the same but for grain. Trusted is what comes back to its place when it is
    followed forth and back (Sundaram et al., Dense Point Trajectories by GPU-Accelerated Large Displacement Optical
    Flow, 2010) and looks as it did.
    """
    one, two = premultiply(before), premultiply(after)
    grey_one, grey_two = _grey(one), _grey(two)
    same = cv2.erode((before == after).all(axis=2).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    still = _still(one, two, same)
    rests = still >= NEARLY_STILL / 2
    forth, back = _flow(grey_one, grey_two), _flow(grey_two, grey_one)
    forth[rests], back[rests] = 0, 0
    look = np.clip((LARGEST_CHANGE - _difference(moved(one, back), two)) / (LARGEST_CHANGE - CHANGE), 0, 1)
    trust = _consistent(back, forth) * look
    trust[rests] = 1
    return Motion(back, forth, trust.astype(np.float32), _consistent(forth, back) == 0, still)


def _still(one: Colours, two: Colours, same: NDArray[np.bool_]) -> Map:
    out = NEARLY_STILL * np.clip((LARGEST_GRAIN - _difference(one, two, 5)) / (LARGEST_GRAIN - GRAIN), 0, 1)
    out[same] = 1
    return out.astype(np.float32)


def moved(colours: NDArray[np.floating], back: Vectors) -> NDArray[np.floating]:
    """Colours (height, width, channels) of an earlier frame where they are in the later one; what lies outside is its
    edge's. Cubic, and exact where nothing moves."""
    places = _places(back)
    out = sampled(colours, places, cv2.INTER_CUBIC)
    out = np.clip(np.asarray(out, np.float32), 0, 1)
    if out.ndim == 3 and out.shape[2] == 4:
        out[..., :3] = np.minimum(out[..., :3], out[..., 3:])
    return out


def sampled(
    values: NDArray[np.generic],
    at: NDArray[np.floating],
    interpolation: int = cv2.INTER_LINEAR,
    border: int = cv2.BORDER_REPLICATE,
) -> NDArray[np.float32]:
    """Values of an array at places: (height, width, 2) x and y in pixels, whose middles are whole numbers."""
    x, y = (np.ascontiguousarray(at[..., axis], np.float32) for axis in (0, 1))
    return np.asarray(cv2.remap(values, x, y, interpolation, borderMode=border), np.float32)  # type: ignore[call-overload]


def _flow(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> Vectors:
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0 if min(one.shape) < SMALL else 1)
    return np.asarray(search.calc(one, two, None), np.float32)  # type: ignore[call-overload]


def _grey(colours: Colours) -> NDArray[np.uint8]:
    shown = colours[..., :3] + GROUND * (1 - colours[..., 3:])
    return np.round(cv2.cvtColor(shown.astype(np.float32), cv2.COLOR_RGB2GRAY) * 255).astype(np.uint8)


def _places(flow: Vectors) -> Vectors:
    height, width = flow.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.stack([x, y], axis=2) + flow


def _consistent(there: Vectors, back: Vectors) -> Map:
    """1 where following ``there`` and then ``back`` leads home, and stays inside, softened by a pixel."""
    height, width = there.shape[:2]
    places = _places(there)
    returned = sampled(back, places)
    error = ((there + returned) ** 2).sum(2)
    allowed = 0.01 * ((there**2).sum(2) + (returned**2).sum(2)) + 0.5
    inside = (places >= -1).all(axis=2) & (places[..., 0] <= width) & (places[..., 1] <= height)
    return ((error < allowed) & inside).astype(np.float32)


def _difference(one: Colours, two: Colours, around: int = 3) -> Map:
    return np.asarray(cv2.blur(np.abs(one - two).mean(axis=2), (around, around)), np.float32)
