"""Whether a clip that was read back is the clip that was given: frame for frame, to the pixel or within a limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from inference.alpha import Colours, Pixels, premultiply
from inference.clips.frame import Frame
from inference.errors import GouacheError

NEARER = 0.25
"""Levels by which a frame may be nearer to its neighbour than to itself before it counts as the neighbour."""


class ExportFailed(GouacheError):
    """A file was written that does not hold what was given; it was not kept."""


class TooCoarse(ExportFailed):
    """Only the pixels are too far off: a finer quality may do."""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How far apart the frames were: all pixels equal, and the worst frame's ``difference``."""

    exact: bool
    error: float


def difference(one: Pixels, other: Pixels) -> float:
    """Mean difference in levels of 255 of two (height, width, 4) pictures as they are seen: premultiplied,
    and halved in size, since a video's colours have half the resolution.
    """
    return float(np.abs(_seen(one) - _seen(other)).mean() * 255)


def compare(wanted: Iterable[Frame], got: Iterable[Frame], limit: float, *, hidden: bool = False) -> Likeness:
    """Go through both, side by side.

    Args:
        wanted: frames as they should be in the file, with the durations that it can hold.
        limit: what ``difference`` may be; 0 when all pixels that are seen must be equal.

        hidden: colours under pixels of no alpha must be equal too.

    Raises:
        ExportFailed: a frame is missing, too many, out of place or lasts another time. TooCoarse: above the limit.
    """
    exact, worst = True, 0.0
    before: Pixels | None = None
    others = iter(got)
    number = 0
    for number, frame in enumerate(wanted, 1):
        other = next(others, None)
        if other is None:
            raise ExportFailed(f"Only {number - 1} frames were found in the file that was written.")
        if other.size != frame.size:
            raise ExportFailed(f"The file that was written is {other.size}, not {frame.size}.")
        if other.duration != frame.duration:
            raise ExportFailed(f"Frame {number} lasts {other.duration} s in the file, not {frame.duration} s.")
        if not (np.array_equal(frame.pixels, other.pixels) if hidden else same(frame.pixels, other.pixels)):
            exact = False
            apart = difference(frame.pixels, other.pixels)
            worst = max(worst, apart)
            if limit == 0:
                raise ExportFailed(f"Frame {number} was not read back as it was given ({apart:.2f} levels off).")
            if apart > limit:
                raise TooCoarse(f"Frame {number} is {apart:.1f} levels off; {limit:.1f} are allowed.")
            if before is not None and difference(before, other.pixels) < apart - NEARER:
                raise ExportFailed(f"Frame {number} of the file looks like the one before it.")
        before = frame.pixels
    if next(others, None) is not None:
        raise ExportFailed(f"More than {number} frames were found in the file that was written.")
    return Likeness(exact=exact, error=worst)


def same(one: Pixels, other: Pixels) -> bool:
    """Equal, where anything is seen; no colour counts under a pixel of no alpha."""
    if np.array_equal(one, other):
        return True
    if not np.array_equal(one[..., 3], other[..., 3]):
        return False
    seen = one[..., 3] > 0
    return np.array_equal(one[seen], other[seen])


def _seen(pixels: Pixels) -> Colours:
    colours = premultiply(pixels)
    height, width = pixels.shape[:2]
    return np.asarray(cv2.resize(colours, (-(-width // 2), -(-height // 2)), interpolation=cv2.INTER_AREA), np.float32)
