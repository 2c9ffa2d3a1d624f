"""Frames that can be gone through several times, and what must be known of them before the first is written."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path

from inference.clips.colours import Colours
from inference.clips.folder import FolderWriter, open_folder
from inference.clips.frame import Frame, checked
from inference.clips.timing import LARGEST_SCALE
from inference.errors import BadRequest, GouacheError
from inference.geometry import Size

Progress = Callable[[str, int, int | None], None]
"""What is done ("looking", "writing", "checking"), frames done, frames in all or None. What it raises, stops it."""


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What is known of frames that were all looked at once.

    Attributes:
        duration: of all frames in seconds.
        constant: the duration of each, or None when they differ.
        denominators: least common multiple of the durations' denominators, or more than ``LARGEST_SCALE``.
        alpha: whether any pixel is not opaque.
        soft: whether any pixel is neither opaque nor fully transparent.
        colours: those seen, when they were asked for.
    """

    size: Size
    count: int
    duration: Fraction
    constant: Fraction | None
    denominators: int
    alpha: bool
    soft: bool
    colours: Colours | None = None


def survey(frames: Iterable[Frame], progress: Progress, colours: Colours | None = None) -> Survey:
    """Look at all frames once.

    Raises:
        BadRequest: there are none, one is no picture, or they change their size.
    """
    size: Size | None = None
    count, total, denominators, alpha, soft = 0, Fraction(0), 1, False, False
    durations: set[Fraction] = set()
    expected = getattr(frames, "count", None)
    for frame in frames:
        size = checked(frame, size, count).size
        count, total = count + 1, total + frame.duration
        if frame.duration not in durations and len(durations) < 1 << 16:
            durations.add(frame.duration)
            if denominators <= LARGEST_SCALE:
                denominators = lcm(denominators, frame.duration.denominator)
        if not soft:
            values = frame.pixels[..., 3]
            alpha = alpha or int(values.min()) < 255
            soft = alpha and bool(((values > 0) & (values < 255)).any())
        if colours is not None:
            colours.add(frame.pixels)
        progress("looking", count, expected if isinstance(expected, int) else None)
    if size is None:
        raise BadRequest("There are no frames to write.", hint="Make some first.")
    return Survey(
        size=size,
        count=count,
        duration=total,
        constant=durations.pop() if len(durations) == 1 else None,
        denominators=denominators,
        alpha=alpha,
        soft=soft,
        colours=colours,
    )


@contextmanager
def rewound(frames: Iterable[Frame], path: Path) -> Iterator[Iterable[Frame]]:
    """The frames, from a folder beside ``path`` when they can only be had once.

    When the block fails, that folder stays and the error says where: no frame is lost with the file.
    """
    if not isinstance(frames, Iterator):
        yield frames
        return
    folder = _free(path.with_name(f"{path.stem}-frames"))
    folder.mkdir(parents=True)
    try:
        _spool(frames, folder)
        yield open_folder(folder)
    except BaseException as error:
        if not any(folder.glob("*.png")):
            shutil.rmtree(folder, ignore_errors=True)
            raise
        kept = f"The frames are kept in {folder}."
        if isinstance(error, OSError):
            reason = (error.strerror or str(error)).lower()
            raise BadRequest(f"{folder} could not be written: {reason}.", hint=f"Make room there. {kept}") from error
        if isinstance(error, GouacheError):
            error.hint = f"{error.hint} {kept}".strip()
        raise
    shutil.rmtree(folder, ignore_errors=True)


def _spool(frames: Iterator[Frame], folder: Path) -> None:
    writer, size, count = FolderWriter(folder), None, 0
    try:
        for frame in frames:
            size, count = checked(frame, size, count).size, count + 1
            writer.add(frame)
    finally:
        writer.close()
    if not count:
        raise BadRequest("There are no frames to write.", hint="Make some first.")


def _free(folder: Path) -> Path:
    number = 1
    free = folder
    while free.exists():
        number += 1
        free = folder.with_name(f"{folder.name}-{number}")
    return free
