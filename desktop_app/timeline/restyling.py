"""Clips and layers that become the ground of an animation: chosen or dropped, read in a thread, opened."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from desktop_app.background import Background
from desktop_app.timeline.beginning import RATE, free_folder, layers_as_frames, of_clip
from desktop_app.timeline.frame_desk import About
from desktop_app.timeline.importing import SUFFIXES, VIDEOS, Progress, Taken, of_pictures, take_clip, take_frames
from inference.animation.folder import FILE, AnimationFolder
from inference.cancelling import Cancel
from inference.clips.pictures import open_pictures
from inference.errors import BadRequest, Cancelled, GouacheError
from inference.folders import READABLE
from inference.library import model_for

if TYPE_CHECKING:
    from desktop_app.studio import Studio

SHOWN_EVERY = 5
"""Frames between two tellings of how far the reading is."""


class Restyling(QObject):
    """Belongs to ``Animations``.

    Signals:
        failed: a GouacheError.
    """

    failed = Signal(object)
    _read = Signal(int, object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._background = Background(self, threads=1)
        self._cancel = Cancel()
        self._name = ""
        self._read.connect(self._show, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """True while something is read."""
        return self._background.busy

    def takes(self, files: Sequence[Path], *, shown: bool) -> bool:
        """Take in what was dropped, when it is a clip: any while the timeline is in front, else videos alone."""
        if len(files) != 1:
            return False
        path = files[0]
        if path.is_dir() and (path / FILE).is_file():
            self._studio.animations.open(path)
        elif path.suffix.lower() in VIDEOS or (shown and (path.is_dir() or path.suffix.lower() in SUFFIXES)):
            self.take(path)
        else:
            return False
        return True

    def ask(self) -> None:
        """Choose a clip; one picture of a folder of frames stands for all."""
        every = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        filters = [self.tr("Clips, and a picture of a folder of frames") + f" ({every})", self.tr("All files") + " (*)"]
        dialog = QFileDialog(self._studio.window, self.tr("Restyle a clip"))
        dialog.setNameFilters(filters)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self.take(_meant(Path(file))))
        dialog.open()

    def take(self, path: Path) -> None:
        """Read a clip, and open what restyles it."""
        self._begin(path.stem, lambda folder, progress: take_clip(path, folder, progress))

    def take_layers(self) -> None:
        """The current document's layers as frames, the lowest first."""
        session = self._studio.desk.current
        frames = layers_as_frames(session.document) if session is not None else []
        if session is None or len(frames) < 1:
            self.failed.emit(BadRequest("There are no layers to be frames.", hint="Open a document with some layers."))
            return
        title = Path(session.title).stem
        self._begin(title, lambda folder, progress: take_frames(of_pictures(frames, RATE), folder, progress))

    def _begin(self, title: str, read: Callable[[AnimationFolder, Progress], Taken]) -> None:
        if self.busy:
            self.stop()
        studio, folder = self._studio, free_folder()
        settings = studio.window.generate.settings
        self._cancel, self._name = Cancel(), title
        cancel = self._cancel
        studio.animations.close_animation()
        studio.animations.show()
        self._show(0, None)

        def progress(done: int, count: int | None) -> None:
            cancel.check()
            if done % SHOWN_EVERY == 0:
                self._read.emit(done, count)

        def work() -> Taken:
            try:
                return read(folder, progress)
            except BaseException:
                shutil.rmtree(folder.path, ignore_errors=True)
                raise

        def taken(found: Taken) -> None:
            studio.animations.view.start.show_reading(None)
            try:
                manifest = model_for(settings.model, settings.style)
                strength = settings.vary_strength
                setup = of_clip(settings, manifest, found.times, alpha=found.alpha, strength=strength)
            except GouacheError as error:
                shutil.rmtree(folder.path, ignore_errors=True)
                self.failed.emit(error)
                return
            studio.animations.use(folder, setup, About(title=title)).keep()
            studio.animations.show()
            if found.fault is not None:
                self.failed.emit(found.fault)

        self._background.run(work, taken, self._not_read, key="read")

    def stop(self) -> None:
        """Read no more."""
        self._cancel.set()

    def _show(self, done: int, count: int | None) -> None:
        if not self._cancel.is_set():
            words = self.tr("Reading {name}: %n frames", None, done).format(name=self._name)
            self._studio.animations.view.start.show_reading(words, done, count)

    def _not_read(self, error: GouacheError) -> None:
        self._studio.animations.view.start.show_reading(None)
        if not isinstance(error, Cancelled):
            self.failed.emit(error)

    def close(self) -> None:
        """At the end of the program."""
        self._cancel.set()
        self._background.close()


def _meant(path: Path) -> Path:
    """A still picture among others stands for its folder."""
    if path.suffix.lower() != ".png":
        return path
    others = [each for each in path.parent.iterdir() if each.suffix.lower() in READABLE]
    try:
        still = open_pictures(path, "apng").count == 1
    except GouacheError:
        still = True
    return path.parent if still and len(others) > 1 else path
