"""An animation that is open: its setup with undo, what each frame is, and the jobs that make what is missing.

One job is in the queue at a time, so that whatever else is asked for comes next, not after a whole animation. Files are
read and written in one thread of its own, in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.background import Background
from desktop_app.jobs import Jobs
from desktop_app.timeline.edits import Change
from desktop_app.timeline.filling import Filling
from desktop_app.timeline.frame_desk import About, FrameDesk, Setup, Standings
from desktop_app.timeline.roughs import Roughs
from desktop_app.timeline.undoing import Past
from inference.alpha import Pixels
from inference.animation.animation import Animation
from inference.animation.folder import AnimationFolder
from inference.animation.frame_log import State
from inference.animation.making import Kept, made_again
from inference.errors import Cancelled, GouacheError

PAUSE_MS = 200
"""Pause after a change before it is written, and frames are looked at again."""


@dataclass(frozen=True)
class AnimationPlacement:
    """Where an animation's jobs belong: marks them as no document's."""

    animation: AnimationFolder


@dataclass(frozen=True)
class Progress:
    """How far an animation is.

    Attributes:
        made: of ``count`` frames, as they should be or kept as somebody painted them.
        done: of ``todo`` frames of what is under way.
        seconds_left, per_minute: once they are known.
    """

    made: int
    count: int
    running: bool
    done: int = 0
    todo: int = 0
    seconds_left: float | None = None
    per_minute: float | None = None


class OpenAnimation(QObject):
    """Belongs to the GUI thread.

    Signals:
        changed: frames (a frozenset) that look different or are something else now.
        edited: another setup holds.
        progressed: more or fewer frames are made, or it was started or stopped.
        pictured: (frame, pixels): a frame has come, for those who keep pictures.
        completed: all that was asked for is made.
        told: a sentence, once each time frames are made.
        failed: a GouacheError.
    """

    changed = Signal(object)
    edited = Signal()
    progressed = Signal()
    pictured = Signal(int, object)
    completed = Signal()
    told = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        folder: AnimationFolder,
        setup: Setup,
        about: About,
        jobs: Jobs,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self.about = about
        self._past = Past(setup)
        self._desk = FrameDesk(folder)
        self._disk = Background(self, threads=1)
        self._states: tuple[State, ...] = (State.MISSING,) * setup.animation.timeline.frames
        self._kept = folder.exists
        self._looked = not self._kept
        placement = AnimationPlacement(folder)
        self.roughs = Roughs(self._desk, self._disk, jobs, lambda: self.setup, placement)
        self._filling = Filling(
            self._desk, self._disk, jobs, setup=lambda: self.setup, save=self._save, placement=placement, clock=clock
        )
        for part in (self.roughs, self._filling):
            part.setParent(self)
            part.changed.connect(self.changed)
            part.failed.connect(self.failed)
            part.told.connect(self.told)
        self._filling.looked.connect(self._take_standings)
        self._filling.kept.connect(self._take_kept)
        self._filling.ended.connect(self._filled)
        self._timed: tuple[Setup, list[Fraction], list[float]] | None = None
        self._settle = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._settle.timeout.connect(self._settled)
        if self._kept:
            self._look()

    # What there is

    @property
    def setup(self) -> Setup:
        """What makes the frames, and their times."""
        return self._past.now

    @property
    def animation(self) -> Animation:
        """What makes the frames."""
        return self._past.now.animation

    @property
    def count(self) -> int:
        """Frames."""
        return self.animation.timeline.frames

    @property
    def times(self) -> list[Fraction]:
        """How long each frame is shown, in seconds."""
        if self._timed is None or self._timed[0] is not self.setup:
            usual = 1 / self.animation.timeline.rate
            said = self.setup.times or ()
            times = [*said[: self.count], *[usual] * (self.count - len(said))]
            starts = [0.0, *map(float, accumulate(times))]
            self._timed = self.setup, times, starts
        return self._timed[1]

    def start_of(self, frame: int) -> float:
        """Seconds at which a frame begins."""
        _ = self.times
        assert self._timed is not None
        return self._timed[2][frame]

    @property
    def running(self) -> bool:
        """True while frames are being made."""
        return self._filling.run is not None

    @property
    def looked(self) -> bool:
        """False until it is known what the frames on disk are."""
        return self._looked

    @property
    def busy(self) -> bool:
        """True while something is read, written or waited for."""
        return self._disk.busy or self._settle.isActive() or self.running or self.roughs.busy

    def state(self, frame: int) -> State:
        """What a frame is."""
        return self._states[frame] if frame < len(self._states) else State.MISSING

    def waits(self, frame: int) -> bool:
        """True for a frame that is asked for and not being made yet."""
        return self._filling.waits(frame) or self.roughs.waits(frame)

    def makes(self, frame: int) -> bool:
        """True for a frame that is being made, or a rough one."""
        return self._filling.makes(frame) or self.roughs.makes(frame)

    def rough(self, frame: int) -> Pixels | None:
        """A rough picture of a frame: its preview, or the last step of what is being made."""
        step = self._filling.step(frame)
        return self.roughs.picture(frame) if step is None else step

    @property
    def kept_by_hand(self) -> tuple[int, ...]:
        """Frames that somebody painted."""
        return tuple(frame for frame, state in enumerate(self._states) if state is State.EDITED)

    @property
    def missing(self) -> tuple[int, ...]:
        """Frames without a picture."""
        return tuple(frame for frame in range(self.count) if self.state(frame) is State.MISSING)

    @property
    def left(self) -> tuple[int, ...]:
        """Frames that would be made."""
        return tuple(frame for frame in range(self.count) if self.state(frame) in (State.MISSING, State.OLD))

    @property
    def progress(self) -> Progress:
        """How far it is."""
        made = self.count - len(self.left)
        run = self._filling.run
        if run is None:
            return Progress(made, self.count, running=False)
        seconds, rate = self._filling.pace or (None, None)
        return Progress(made, self.count, True, run.done, run.done + len(run.todo), seconds, rate)

    # Changes

    @property
    def can_undo(self) -> bool:
        """True when there is a change to take back."""
        return self._past.can_undo

    @property
    def can_redo(self) -> bool:
        """True when one was taken back."""
        return self._past.can_redo

    def change(self, change: Change, token: str = "") -> bool:
        """Change what makes the frames, as one step of undo (see ``Past.do``); False when it cannot be."""
        try:
            animation = change(self.animation)
        except GouacheError as error:
            self.failed.emit(error)
            return False
        return self.put(replace(self.setup, animation=animation), token)

    def put(self, setup: Setup, token: str = "") -> bool:
        """Another setup, as one step of undo."""
        if self._past.do(setup, token):
            self._changed()
        return True

    def rest(self) -> None:
        """What is changed next is a step of its own."""
        self._past.rest()

    def undo(self) -> None:
        """Take the last change back."""
        if self._past.undo():
            self._changed()

    def redo(self) -> None:
        """Do it again."""
        if self._past.redo():
            self._changed()

    def _changed(self) -> None:
        """Made frames stay; which of them fit the new setup is looked up after a pause."""
        count = self.count
        self._states = (*self._states[:count], *[State.MISSING] * (count - len(self._states)))
        self.roughs.clear()
        self._kept = True
        self._settle.start()
        self.edited.emit()
        self.progressed.emit()

    def _settled(self) -> None:
        self._save()
        self._look()

    def _look(self) -> None:
        setup, number = self.setup, self._desk.outdate()
        self._disk.run(lambda: self._desk.look(setup, number), self._take_standings, self._not_looked, key="look")

    def _take_standings(self, standings: Standings) -> None:
        if standings.setup is not self.setup:
            return
        before, self._states, self._looked = self._states, standings.states, True
        self.changed.emit(frozenset(frame for frame, state in enumerate(self._states) if before[frame] is not state))
        self.progressed.emit()

    def _not_looked(self, error: GouacheError) -> None:
        self._looked = True
        if not isinstance(error, Cancelled):
            self.failed.emit(error)

    def _save(self) -> None:
        self._kept = True
        setup, about = self.setup, self.about
        self._disk.run(lambda: self._desk.save(setup, about), lambda _: None, self.failed.emit)

    # Making

    def start(self, wanted: Sequence[int] | None = None) -> None:
        """Make what is missing, or changed; of these frames, or of all. Nothing while it is under way."""
        if not self.running:
            self._start(None if wanted is None else tuple(wanted), set())

    def make_again(self, frames: Collection[int]) -> None:
        """Make frames again, a little different, also those that somebody painted: these go to ``kept``."""
        if self.running or not frames:
            return
        self.change(lambda animation: made_again(animation, frames))
        self._start(tuple(sorted(frames)), set(frames))

    def _start(self, wanted: tuple[int, ...] | None, again: set[int]) -> None:
        self._settle.stop()
        self._desk.outdate()
        self._past.rest()
        todo = set(range(self.count) if wanted is None else wanted) & {*self.left, *again}
        self._filling.start(wanted, again, todo)
        self.progressed.emit()

    def stop(self) -> None:
        """Make no more; what is made stays."""
        self.roughs.stop()
        self._filling.stop()

    def _take_kept(self, kept: Sequence[Kept]) -> None:
        states = list(self._states)
        for each in kept:
            self.roughs.forget(each.frame)
            if each.frame < len(states):
                states[each.frame] = State.MADE
            self.pictured.emit(each.frame, each.pixels)
        self._states = tuple(states)
        self.changed.emit(frozenset(each.frame for each in kept))
        self.progressed.emit()

    def _filled(self, completed: bool) -> None:
        self._look()
        self.progressed.emit()
        if completed:
            self.completed.emit()

    def preview(self, frames: Sequence[int]) -> None:
        """Make rough pictures of frames; they are not kept."""
        self.roughs.ask(frames)

    # By hand

    def put_picture(self, frame: int, pixels: Pixels, done: Callable[[bool], None]) -> None:
        """Make a picture a frame, kept until it is made again on purpose; ``done`` hears whether it was another one."""
        if not self._kept:
            self._save()

        def placed(changed: bool) -> None:
            if changed:
                self.pictured.emit(frame, pixels)
                self._look()
            done(changed)

        self._disk.run(lambda: self._desk.put(frame, pixels), placed, self.failed.emit)

    def let_go(self, frames: Collection[int]) -> None:
        """Keep these no longer as somebody painted them; what was painted goes to ``kept``."""

        def gone(frames: Sequence[int]) -> None:
            states = list(self._states)
            for frame in frames:
                states[frame] = State.MISSING
            self._states = tuple(states)
            self._look()
            self.changed.emit(frozenset(frames))
            self.progressed.emit()

        self._disk.run(lambda: self._desk.let_go(frames), gone, self.failed.emit)

    def keep(self) -> None:
        """Write it though nothing was changed or made yet; there may be frames in the folder already."""
        self._save()
        self._looked = False
        self._look()

    def rename(self, title: str) -> None:
        """Call it something else."""
        self.about = replace(self.about, title=title)
        self._settle.start()
        self._kept = True
        self.edited.emit()

    def close(self) -> None:
        """Stop, and wait until all that is made is written."""
        self.roughs.close()
        self._filling.close()
        if self._settle.isActive():
            self._settle.stop()
            self._save()
        self._desk.outdate()
        self._disk.close(finish=True)
        self._desk.close()
