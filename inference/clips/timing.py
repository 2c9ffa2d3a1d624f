"""Durations in whole ticks of a format, without drift, and the tick that holds them exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

LARGEST_SCALE = 1_000_000_000
"""Ticks a second that a clock in 32 bits still counts (MP4's, H.264's)."""
USUAL_SCALE = 90_000
LEAST_SCALE = 10_000


@dataclass
class Ticker:
    """Turns durations into ticks: every frame starts at the tick nearest to its exact time, so nothing drifts.

    Attributes:
        tick: seconds.
        least: ticks that a frame lasts at least.
        exact: whether every frame so far started and ended on a tick.
    """

    tick: Fraction
    least: int = 1
    exact: bool = True
    _time: Fraction = field(default=Fraction(0), init=False)
    _start: int = field(default=0, init=False)

    def next(self, duration: Fraction) -> tuple[int, int]:
        """First tick and number of ticks of the next frame."""
        self._time += duration
        end = self._time / self.tick
        self.exact &= end.denominator == 1
        start, stop = self._start, max(self._start + self.least, round(end))
        self._start = stop
        return start, stop - start


def scale_for(denominators: int) -> int:
    """Ticks a second in which durations of these denominators (their least common multiple) are whole.

    At least 10,000, as players expect; the usual 90,000 where no scale of 32 bits holds them.
    """
    if denominators > LARGEST_SCALE:
        return USUAL_SCALE
    return denominators * max(1, math.ceil(LEAST_SCALE / denominators))


Held = Callable[[Fraction], Fraction]
"""Given the durations of a clip one after the other, those that a file holds."""


def ticked(tick: Fraction, least: int = 1) -> Held:
    """Durations in whole ticks, at least ``least`` of them."""
    ticker = Ticker(tick, least)
    return lambda duration: ticker.next(duration)[1] * tick


def unchanged(duration: Fraction) -> Fraction:
    """Any duration is held."""
    return duration
