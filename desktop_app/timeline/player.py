"""Playing at speed: the frame that belongs to a moment, dropped frames rather than a slower clip."""

from __future__ import annotations

import enum
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate

from PySide6.QtCore import QObject, Qt, QTimer, Signal

TICK_MS = 8
"""Between two looks at the clock: the shortest frame, of 240 a second, lasts four."""


class Way(enum.Enum):
    """What comes after the last frame."""

    LOOP = "loop"
    PING_PONG = "ping-pong"
    """The same way back; neither end is shown twice."""
    ONCE = "once"


class Course:
    """Which frame is shown when."""

    def __init__(self, times: Sequence[Fraction], way: Way, frames: range | None = None) -> None:
        frames = range(len(times)) if frames is None else frames
        order = list(frames)
        if way is Way.PING_PONG:
            order += order[-2:0:-1]
        self._order = order
        self._ends = [float(end) for end in accumulate(times[frame] for frame in order)]
        self._once = way is Way.ONCE

    @property
    def seconds(self) -> float:
        """Of one round."""
        return self._ends[-1]

    def at(self, seconds: float) -> int:
        """The frame that is shown after so many seconds; the last one after the end of what is played once."""
        if self.over(seconds):
            return self._order[-1]
        return self._order[min(bisect_right(self._ends, seconds % self.seconds), len(self._order) - 1)]

    def start_of(self, frame: int) -> float:
        """Seconds at which a frame begins for the first time; 0 for one that is not played."""
        place = self._order.index(frame) if frame in self._order else 0
        return self._ends[place - 1] if place else 0.0

    def over(self, seconds: float) -> bool:
        """True after the end of what is played once."""
        return self._once and seconds >= self.seconds

    def after(self, seconds: float, count: int) -> list[int]:
        """The frames that come next, each once."""
        place = bisect_right(self._ends, seconds % self.seconds)
        coming = [self._order[(place + step) % len(self._order)] for step in range(min(count, len(self._order)))]
        return list(dict.fromkeys(coming))


class Player(QObject):
    """Plays a course by the clock.

    Signals:
        moved: (frame, frames that come next): it is another one's turn.
        stopped: it has come to an end, or was told to.
    """

    moved = Signal(int, list)
    stopped = Signal()

    AHEAD = 8

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._course: Course | None = None
        self._began = 0.0
        self._shown = -1
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.look)

    @property
    def playing(self) -> bool:
        """True while it plays."""
        return self._course is not None

    def play(self, course: Course, frame: int) -> None:
        """From a frame on; from the start when that is the end of what is played once."""
        start = course.start_of(frame)
        if course.over(start) or course.at(start) == course.at(course.seconds * (1 - 1e-9)):
            start = 0.0
        self._course, self._began, self._shown = course, self._clock() - start, -1
        self._timer.start()
        self.look()

    def retime(self, course: Course) -> None:
        """The times are others: go on from the frame that is shown."""
        if self._course is not None:
            self._began = self._clock() - course.start_of(self._shown)
            self._course = course

    def stop(self) -> None:
        """Stay at the frame that is shown."""
        if self._course is not None:
            self._course = None
            self._timer.stop()
            self.stopped.emit()

    def look(self) -> None:
        """Show what belongs to now."""
        course = self._course
        if course is None:
            return
        gone = self._clock() - self._began
        frame = course.at(gone)
        if frame != self._shown:
            self._shown = frame
            self.moved.emit(frame, course.after(gone, self.AHEAD))
        if course.over(gone):
            self.stop()
