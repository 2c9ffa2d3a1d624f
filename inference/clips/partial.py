"""A clip taken as far as it is good, and one taken in part or at another speed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from inference.clips.frame import Clip, Frame
from inference.errors import BadRequest


class Good:
    """The frames of a clip before its first fault; none is an error.

    Attributes:
        fault: what ended it early, once it was gone through; None when it was whole.
    """

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        self.fault: BadRequest | None = None

    def __iter__(self) -> Iterator[Frame]:
        given = 0
        try:
            for frame in self.clip:
                yield frame
                given += 1
        except BadRequest as error:
            if not given:
                raise
            self.fault = error


@dataclass(frozen=True)
class Part:
    """Frames ``first`` to ``last`` (from 0, both in it; None: the end), each for 1 / ``rate`` s when there is one."""

    frames: Clip | Good
    first: int = 0
    last: int | None = None
    rate: Fraction | None = None

    def __iter__(self) -> Iterator[Frame]:
        stop = None if self.last is None else self.last + 1
        frame = None
        for frame in islice(self.frames, self.first, stop):
            yield frame if self.rate is None else Frame(frame.pixels, 1 / self.rate)
        if frame is None and self.first:
            raise BadRequest(f"The clip has no frame {self.first}.", hint="Frames are counted from 0.")

    @property
    def count(self) -> int | None:
        """Frames, when the clip knows and all are taken."""
        whole = self.first == 0 and self.last is None and isinstance(self.frames, Clip)
        return self.frames.count if whole and isinstance(self.frames, Clip) else None
