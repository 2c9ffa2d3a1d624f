"""How much a restyled clip flickers: its number, the clip's, and that of the same clip with each frame for itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from desktop_app.background import Background
from desktop_app.jobs import Jobs
from desktop_app.timeline.frame_desk import Setup
from desktop_app.timeline.open_animation import OpenAnimation
from inference.alpha import Pixels
from inference.animation.animation import NONE, Mode
from inference.animation.flicker import flicker
from inference.animation.folder import AnimationFolder
from inference.cancelling import Cancel
from inference.errors import Cancelled, GouacheError

ALONE = "alone"
"""Folder of the same clip, each frame for itself; the command line uses it too."""


@dataclass(frozen=True)
class Flicker:
    """In levels of 0 to 255 (see ``inference.animation.flicker``).

    Attributes:
        alone: with each frame for itself; None where that was not made.
    """

    frames: float
    clip: float
    alone: float | None = None


class Flickering(QObject):
    """Measures the animation that is open, in a thread, whenever all of its frames are there.

    Signals:
        changed: other numbers, or the comparison is further.
        failed: a GouacheError.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._background = Background(self, threads=1)
        self._cancel = Cancel()
        self._animation: OpenAnimation | None = None
        self._alone: OpenAnimation | None = None
        self.flicker: Flicker | None = None

    @property
    def alone(self) -> OpenAnimation | None:
        """The comparison, while it is being made."""
        return self._alone

    @property
    def busy(self) -> bool:
        """True while something is measured or made."""
        return self._background.busy or self._alone is not None

    def set_animation(self, animation: OpenAnimation | None) -> None:
        """Measure another one."""
        self._stop()
        if self._animation is not None:
            self._animation.progressed.disconnect(self._look)
        self._animation, self.flicker = animation, None
        if animation is not None:
            animation.progressed.connect(self._look)
        self.changed.emit()

    def compare(self) -> None:
        """Make the clip with each frame for itself too, beside it, and measure both; or stop that."""
        animation = self._animation
        if self._alone is not None:
            self._stop()
            self.changed.emit()
            return
        if animation is None or animation.animation.mode is not Mode.RESTYLE:
            return
        source, alone = animation.folder, AnimationFolder(animation.folder.path / ALONE)
        count, told = animation.count, animation.animation

        def begin(_: None) -> None:
            setup = Setup(animation=replace(told, consistency=NONE, takes={}), times=animation.setup.times)
            other = self._alone = OpenAnimation(alone, setup, animation.about, self._jobs, self)
            other.failed.connect(self.failed)
            other.failed.connect(self._given_up)
            other.completed.connect(self._made)
            other.progressed.connect(self.changed)
            other.start()

        self._background.run(lambda: _clip_copied(source, alone, count), begin, self.failed.emit, key="copy")

    def _made(self) -> None:
        self._close_alone()
        self._measure()

    def _given_up(self, _error: object) -> None:
        self._close_alone()
        self.changed.emit()

    def _look(self) -> None:
        animation = self._animation
        if animation is None or animation.animation.mode is not Mode.RESTYLE or animation.count < 2:
            return
        if animation.running or not animation.looked or animation.left:
            if self.flicker is not None:
                self.flicker = None
                self.changed.emit()
        elif self.flicker is None and not self._background.busy:
            self._measure()

    def _measure(self) -> None:
        animation = self._animation
        if animation is None or animation.left:
            return
        self._cancel = cancel = Cancel()
        folder, count = animation.folder, animation.count
        self._background.run(lambda: measured(folder, count, cancel), self._take, self._not_measured, key="measure")

    def _take(self, flicker: Flicker) -> None:
        self.flicker = flicker
        self.changed.emit()

    def _not_measured(self, error: GouacheError) -> None:
        if not isinstance(error, Cancelled):
            self.failed.emit(error)

    def _close_alone(self) -> None:
        alone, self._alone = self._alone, None
        if alone is not None:
            alone.close()
            alone.deleteLater()

    def _stop(self) -> None:
        self._cancel.set()
        self._background.forget("measure")
        self._background.forget("copy")
        self._close_alone()

    def close(self) -> None:
        """At the end of the program."""
        self.set_animation(None)
        self._background.close()


def measured(folder: AnimationFolder, count: int, cancel: Cancel) -> Flicker:
    """Of a folder's frames, its clip, and of ``alone`` where all of its frames are there.

    Raises:
        Cancelled. BadPicture: a frame is missing.
    """

    def clip() -> Iterator[Pixels]:
        for frame in range(count):
            cancel.check()
            yield folder.read_clip(frame)

    alone = AnimationFolder(folder.path / ALONE)
    whole = all(alone.frame_path(frame).is_file() for frame in range(count))
    return Flicker(
        frames=flicker(map(folder.read, range(count)), clip()),
        clip=flicker(clip(), clip()),
        alone=flicker(map(alone.read, range(count)), clip()) if whole else None,
    )


def _clip_copied(source: AnimationFolder, target: AnimationFolder, count: int) -> None:
    for frame in range(count):
        path = target.clip_path(frame)
        if not path.is_file() or source.clip_sha(frame) != target.clip_sha(frame):
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source.clip_path(frame), path)
