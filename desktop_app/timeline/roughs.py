"""Rough pictures of frames, made in a few steps, one after the other, and not kept on disk."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from desktop_app.background import Background
from desktop_app.jobs import Jobs
from desktop_app.jobs import State as JobState
from desktop_app.timeline.frame_desk import FrameDesk, Setup
from inference.alpha import Pixels
from inference.api import Picture, Request
from inference.errors import GouacheError

MOST = 64
"""Pictures that are kept."""


class Roughs(QObject):
    """Belongs to the GUI thread; what frames need is read in the thread of the animation's files.

    Signals:
        changed: frames (a frozenset) that are waited for, or have a picture now, or no longer.
        told: a sentence.
        failed: a GouacheError.
    """

    changed = Signal(object)
    told = Signal(str)
    failed = Signal(object)

    def __init__(
        self, desk: FrameDesk, disk: Background, jobs: Jobs, setup: Callable[[], Setup], placement: object
    ) -> None:
        super().__init__()
        self._desk, self._disk, self._jobs, self._setup, self._placement = desk, disk, jobs, setup, placement
        self._pictures: OrderedDict[int, Pixels] = OrderedDict()
        self._asked: list[int] = []
        self._frame: int | None = None
        self.job: int | None = None
        """That makes the picture of ``_frame``."""
        jobs.picture_made.connect(self._picture)
        jobs.noticed.connect(self._notice)
        jobs.ended.connect(self._end)

    @property
    def busy(self) -> bool:
        """True while one is being made."""
        return self._frame is not None

    def picture(self, frame: int) -> Pixels | None:
        """What there is."""
        return self._pictures.get(frame)

    def waits(self, frame: int) -> bool:
        """True for one that is asked for."""
        return frame in self._asked

    def makes(self, frame: int) -> bool:
        """True for the one that is being made."""
        return frame == self._frame

    def ask(self, frames: Sequence[int]) -> None:
        """Make pictures of frames."""
        self._asked += [frame for frame in frames if frame not in self._asked and frame != self._frame]
        self.changed.emit(frozenset(frames))
        self._next()

    def forget(self, frame: int) -> None:
        """It has a picture of its own now."""
        self._pictures.pop(frame, None)

    def clear(self) -> None:
        """They are of another setup: drop all, and make no more."""
        self._pictures.clear()
        self.stop()

    def stop(self) -> None:
        """Make no more."""
        waiting = {*self._asked, *(() if self._frame is None else (self._frame,))}
        job, self._frame, self.job, self._asked = self.job, None, None, []
        if job is not None:
            self._jobs.cancel(job)
        if waiting:
            self.changed.emit(frozenset(waiting))

    def _next(self) -> None:
        if self._frame is not None or not self._asked:
            return
        frame, setup = self._asked.pop(0), self._setup()
        self._frame = frame
        self._disk.run(
            lambda: self._desk.preview(setup, frame),
            lambda request: self._submit(frame, request),
            lambda error: self._cannot(frame, error),
        )

    def _submit(self, frame: int, request: Request) -> None:
        if frame == self._frame and self.job is None:
            self.job = self._jobs.submit(request, self._placement)
            self.changed.emit(frozenset({frame}))

    def _cannot(self, frame: int, error: GouacheError) -> None:
        if frame == self._frame:
            self.stop()
        self.failed.emit(error)

    def _picture(self, number: int, picture: Picture) -> None:
        frame, setup = self._frame, self._setup()
        if frame is not None and number == self.job:
            self._disk.run(
                lambda: self._desk.previewed(setup, frame, picture),
                lambda pixels: self._take(frame, setup, pixels),
                self.failed.emit,
            )

    def _take(self, frame: int, setup: Setup, pixels: Pixels) -> None:
        if setup is self._setup():
            self._pictures[frame] = pixels
            self._pictures.move_to_end(frame)
            while len(self._pictures) > MOST:
                self._pictures.popitem(last=False)
        self.changed.emit(frozenset({frame}))

    def _notice(self, number: int, text: str) -> None:
        if number == self.job:
            self.told.emit(text)

    def _end(self, number: int) -> None:
        if number != self.job or self._frame is None:
            return
        job, frame = self._jobs.job(number), self._frame
        self._frame = self.job = None
        if job is None or job.state is not JobState.DONE:
            self._asked = []
        self.changed.emit(frozenset({frame}))
        self._next()

    def close(self) -> None:
        """Stop, and hear of nothing more."""
        self.stop()
        self._jobs.picture_made.disconnect(self._picture)
        self._jobs.noticed.disconnect(self._notice)
        self._jobs.ended.disconnect(self._end)
