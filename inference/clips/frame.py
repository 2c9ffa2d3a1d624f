"""A frame, and a clip that gives its frames one at a time."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import numpy as np

from inference.alpha import Pixels
from inference.errors import BadRequest
from inference.geometry import Size


@dataclass(frozen=True, eq=False)
class Frame:
    """(height, width, 4) bytes with straight alpha, shown for ``duration`` seconds."""

    pixels: Pixels
    duration: Fraction

    @property
    def size(self) -> Size:
        """Its size."""
        return Size(self.pixels.shape[1], self.pixels.shape[0])


class Clip:
    """A clip that was looked at and can be read as often as one likes, one frame at a time.

    Attributes:
        path: the file or folder.
        kind: what it is, a short word: mp4, webm, gif, apng ...
        size: of every frame.
        count: frames, or None when only reading them all can tell.
        rate: frames a second, or None when the durations differ or are not known before they are read.
        alpha: whether there may be transparent pixels.
        loops: how often it plays, 0 for ever; None where that is not said.
    """

    def __init__(
        self,
        path: Path,
        kind: str,
        *,
        size: Size,
        count: int | None,
        rate: Fraction | None,
        alpha: bool,
        read: Callable[[], Generator[Frame, None, None]],
        loops: int | None = None,
    ) -> None:
        self.path, self.kind = path, kind
        self.size, self.count, self.rate, self.alpha, self.loops = size, count, rate, alpha, loops
        self._read = read
        self._begun: list[Generator[Frame, None, None]] = []

    def frames(self) -> Iterator[Frame]:
        """Read from the start.

        Raises:
            BadRequest: while iterated, after the last good frame: the file is cut off, broken, or changes its size.
        """
        self._begun = [each for each in self._begun if inspect.getgeneratorstate(each) != inspect.GEN_CLOSED]
        self._begun.append(self._read())
        return self._begun[-1]

    def __iter__(self) -> Iterator[Frame]:
        return self.frames()

    def __enter__(self) -> Clip:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._begun:
            each.close()
        self._begun = []


def checked(frame: Frame, size: Size | None, index: int) -> Frame:
    """The frame, when it is one and of the size of the first.

    Raises:
        BadRequest: otherwise.
    """
    pixels = frame.pixels
    if pixels.ndim != 3 or pixels.shape[2] != 4 or pixels.dtype != np.uint8 or 0 in pixels.shape:
        raise BadRequest(f"Frame {index + 1} is no picture with alpha, but {pixels.dtype} of shape {pixels.shape}.")
    if frame.duration <= 0:
        raise BadRequest(f"Frame {index + 1} lasts {frame.duration} s.", hint="Every frame must last some time.")
    if size is not None and frame.size != size:
        raise BadRequest(
            f"The frames change their size: frame {index + 1} is {frame.size}, those before it {size}.",
            hint="Make them one size first, with the step 'pad' of the command post.",
        )
    return frame


def rate_of(durations: list[Fraction]) -> Fraction | None:
    """Frames a second when all last equally long."""
    return 1 / durations[0] if durations and len(set(durations)) == 1 else None


def cut_off(path: Path, given: int, expected: int) -> BadRequest:
    """What is said of a clip that ends, or breaks, before its last frame.

    Args:
        given: frames that were read.
        expected: frames that it tells of, 0 where it does not.
    """
    if expected > given:
        message = f"{path} is cut off or broken: of {expected} frames {given} can be read."
    else:
        message = f"{path} is cut off or broken after frame {given}."
    return BadRequest(message, hint="Save or download it again.")
