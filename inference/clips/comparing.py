"""Whether a clip that was read back is the clip that was given: frame for frame, to the pixel or within a limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from inference.alpha import Pixels
from inference.clips.changes import words_of
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
    return _apart(_seen(one), _seen(other))


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
            exact, wanted_now, got_now = False, _seen(frame.pixels), _seen(other.pixels)
            apart = _apart(wanted_now, got_now)
            worst = max(worst, apart)
            if limit == 0:
                raise ExportFailed(f"Frame {number} was not read back as it was given ({apart:.2f} levels off).")
            if apart > limit:
                raise TooCoarse(f"Frame {number} is {apart:.1f} levels off; {limit:.1f} are allowed.")
            if before is not None and _apart(before, got_now) < apart - NEARER:
                raise ExportFailed(f"Frame {number} of the file looks like the one before it.")
            before = wanted_now
        else:
            before = None
    if next(others, None) is not None:
        raise ExportFailed(f"More than {number} frames were found in the file that was written.")
    return Likeness(exact=exact, error=worst)


def same(one: Pixels, other: Pixels) -> bool:
    """Equal, where anything is seen; no colour counts under a pixel of no alpha."""
    different = words_of(one) != words_of(other)
    if not different.any():
        return True
    return not (different & ((one[..., 3] > 0) | (other[..., 3] > 0))).any()


def _seen(pixels: Pixels) -> Pixels:
    """Premultiplied and half as large, in bytes: this is done for every frame that is compared."""
    alpha = pixels[..., 3]
    if int(alpha.min()) < 255:
        whole = np.full_like(alpha, 255)
        pixels = np.asarray(cv2.multiply(pixels, cv2.merge([alpha, alpha, alpha, whole]), scale=1 / 255), np.uint8)
    height, width = pixels.shape[:2]
    half = (-(-width // 2), -(-height // 2))
    return np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), np.uint8)


def _apart(one: Pixels, other: Pixels) -> float:
    return float(np.mean(cv2.mean(cv2.absdiff(one, other))))
