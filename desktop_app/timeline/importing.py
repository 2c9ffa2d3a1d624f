"""A clip taken in, frame by frame, as what an animation restyles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from inference.alpha import Pixels
from inference.animation.folder import AnimationFolder
from inference.animation.timeline import MOST_FRAMES
from inference.clips.frame import Frame
from inference.clips.partial import Good
from inference.clips.reading import open_clip
from inference.errors import BadRequest

Progress = Callable[[int, int | None], None]
"""Frames read, and how many there are, or None. What it raises stops the reading."""
SUFFIXES = (".mp4", ".webm", ".mov", ".mkv", ".avi", ".m4v", ".gif", ".webp", ".apng", ".png", ".tres", ".json")
"""Files that may be clips."""
VIDEOS = SUFFIXES[:6]
"""Those that are nothing else."""


@dataclass(frozen=True)
class Taken:
    """What was read.

    Attributes:
        times: how long each frame lasts, in seconds.
        alpha: whether one has holes.
        fault: what ended it early, or None.
    """

    times: tuple[Fraction, ...]
    alpha: bool
    fault: BadRequest | None = None


def take_clip(source: Path, folder: AnimationFolder, progress: Progress) -> Taken:
    """Read a clip into a folder's ``clip``; of a broken one the good frames.

    Raises:
        BadRequest: when it is no clip, or the folder cannot be written. Whatever ``progress`` raises.
    """
    with open_clip(source) as clip:
        good = Good(clip)
        taken = take_frames(good, folder, lambda done, _: progress(done, clip.count))
    return Taken(taken.times, taken.alpha, good.fault)


def take_frames(frames: Iterable[Frame], folder: AnimationFolder, progress: Progress) -> Taken:
    """The same with frames that are there."""
    times: list[Fraction] = []
    alpha = False
    for frame in frames:
        if len(times) >= MOST_FRAMES:
            break
        folder.keep_clip(len(times), frame.pixels)
        alpha = alpha or bool(frame.pixels[..., 3].min() < 255)
        times.append(frame.duration)
        progress(len(times), None)
    return Taken(tuple(times), alpha)


def of_pictures(pictures: Iterable[Pixels], rate: Fraction) -> Iterable[Frame]:
    """Pictures as frames of one length."""
    return (Frame(pixels, 1 / rate) for pixels in pictures)
