"""Frames being made: work taken from the folder's thread, one job in the queue at a time, pictures put in place."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from desktop_app.background import Background
from desktop_app.jobs import Jobs
from desktop_app.jobs import State as JobState
from desktop_app.timeline.frame_desk import Begun, FrameDesk, Setup
from inference.alpha import Pixels
from inference.animation.making import Kept, Work
from inference.api import Picture, Step
from inference.errors import Cancelled, GouacheError


@dataclass
class Run:
    """What is under way.

    Attributes:
        setup: that its work is of; when it is another than now's, work is taken anew after the running job.
        wanted: frames; None for all. again: those that are made though they are there.
        todo: those still to be made.
        work, job: the running job's.
    """

    setup: Setup
    wanted: tuple[int, ...] | None
    again: set[int]
    todo: set[int]
    began: float
    work: Work | None = None
    job: int | None = None
    done: int = 0


class Filling(QObject):
    """Belongs to the GUI thread.

    Args:
        setup: of now. save: writes it.

    Signals:
        looked: ``Standings``: what frames are, found out on the way.
        kept: (list of Kept) frames are on disk.
        changed: frames (a frozenset) that look different.
        ended: (bool) it has ended: all is made, or it was stopped.
        told: a sentence, once a run.
        failed: a GouacheError.
    """

    looked = Signal(object)
    kept = Signal(object)
    changed = Signal(object)
    ended = Signal(bool)
    told = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        desk: FrameDesk,
        disk: Background,
        jobs: Jobs,
        *,
        setup: Callable[[], Setup],
        save: Callable[[], None],
        placement: object,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._desk, self._disk, self._jobs, self._clock = desk, disk, jobs, clock
        self._setup, self._save, self._placement = setup, save, placement
        self._run: Run | None = None
        self._steps: dict[int, Pixels] = {}
        self._said: set[str] = set()
        jobs.stepped.connect(self._step)
        jobs.picture_made.connect(self._picture)
        jobs.noticed.connect(self._notice)
        jobs.ended.connect(self._end)

    @property
    def run(self) -> Run | None:
        """What is under way."""
        return self._run

    def step(self, frame: int) -> Pixels | None:
        """The last step's picture of a frame that is being made."""
        return self._steps.get(frame)

    def makes(self, frame: int) -> bool:
        """True for one that is being made."""
        work = self._run.work if self._run is not None else None
        return work is not None and any(frame in frames for frames in work.frames)

    def waits(self, frame: int) -> bool:
        """True for one whose turn will come."""
        return self._run is not None and frame in self._run.todo and not self.makes(frame)

    @property
    def pace(self) -> tuple[float, float] | None:
        """Seconds left, and frames a minute; None before the first frame."""
        run = self._run
        gone = 0.0 if run is None else self._clock() - run.began
        if run is None or not run.done or gone <= 0:
            return None
        return gone / run.done * len(run.todo), run.done * 60 / gone

    def start(self, wanted: tuple[int, ...] | None, again: set[int], todo: set[int]) -> None:
        """Make frames; ``todo`` is what is thought to be missing until it is looked up."""
        self._said.clear()
        self._save()
        run = self._run = Run(self._setup(), wanted, again, todo, self._clock())
        self._begin(run)

    def stop(self) -> None:
        """Make no more; what is made stays."""
        run, self._run = self._run, None
        if run is None:
            return
        waiting, self._steps = run.todo | self._steps.keys(), {}
        if run.job is not None:
            self._jobs.cancel(run.job)
        self.changed.emit(frozenset(waiting))
        self.ended.emit(False)

    def _begin(self, run: Run) -> None:
        setup, wanted, again = run.setup, run.wanted, frozenset(run.again)
        if wanted is not None:
            wanted = tuple(frame for frame in wanted if frame < setup.animation.timeline.frames)
        self._disk.run(
            lambda: self._desk.begin(setup, wanted, again),
            lambda begun: self._take_begun(run, begun),
            lambda error: self._cannot(run, error),
        )

    def _take_begun(self, run: Run, begun: Begun) -> None:
        if run is self._run:
            run.todo = set(begun.todo)
            self.looked.emit(begun.standings)
            self.changed.emit(begun.todo)
            self._take_work(run, begun.work)

    def _take_work(self, run: Run, work: Work | None) -> None:
        if run is not self._run:
            return
        if run.setup is not self._setup():  # it was changed meanwhile: the rest is made as it is said now
            run.setup, run.work = self._setup(), None
            self._save()
            self._begin(run)
        elif work is None:
            self._run = None
            self.ended.emit(True)
        else:
            run.work = work
            run.job = self._jobs.submit(replace(work.request, previews=True), self._placement)
            self.changed.emit(frozenset(frame for frames in work.frames for frame in frames))

    def _cannot(self, run: Run, error: GouacheError) -> None:
        """The setup cannot be made, or the disk is full or gone: make nothing that would be lost."""
        if run is self._run:
            self.stop()
        if not isinstance(error, Cancelled):
            self.failed.emit(error)

    # Jobs

    def _step(self, number: int, step: Step) -> None:
        run = self._run
        if run is not None and number == run.job and run.work is not None and step.previews:
            for frames, pixels in zip(run.work.frames, step.previews, strict=False):
                self._steps |= dict.fromkeys((frame for frame in frames if frame in run.todo), pixels)
            self.changed.emit(frozenset(self._steps))

    def _picture(self, number: int, picture: Picture) -> None:
        run = self._run
        if run is not None and number == run.job and run.work is not None:
            setup, work = run.setup, run.work
            self._disk.run(
                lambda: self._desk.keep(setup, work, picture),
                lambda kept: self._take_kept(run, kept),
                lambda error: self._cannot(run, error),
            )

    def _take_kept(self, run: Run, kept: Sequence[Kept]) -> None:
        for each in kept:
            run.todo.discard(each.frame)
            run.again.discard(each.frame)
            self._steps.pop(each.frame, None)
        run.done += len(kept)
        self.kept.emit(kept)

    def _notice(self, number: int, text: str) -> None:
        if self._run is not None and number == self._run.job and text not in self._said:
            self._said.add(text)
            self.told.emit(text)

    def _end(self, number: int) -> None:
        job, run = self._jobs.job(number), self._run
        if run is None or number != run.job:
            return
        run.job = None
        if job is not None and job.state is JobState.DONE:
            more = self._desk.more
            self._disk.run(more, lambda work: self._take_work(run, work), lambda error: self._cannot(run, error))
        else:
            self.stop()

    def close(self) -> None:
        """Stop, and hear of nothing more."""
        self.stop()
        self._jobs.stepped.disconnect(self._step)
        self._jobs.picture_made.disconnect(self._picture)
        self._jobs.noticed.disconnect(self._notice)
        self._jobs.ended.disconnect(self._end)
