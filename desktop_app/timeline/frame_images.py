"""Pictures of frames for the screen, small and whole: read in a thread when they are wanted, forgotten when too many.

Frames are read from their files, which are replaced whole, so that reading needs no lock.
"""

from __future__ import annotations

import enum
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from desktop_app.background import Background
from desktop_app.pictures import to_image
from inference.alpha import Pixels
from inference.animation.folder import AnimationFolder
from inference.errors import GouacheError

SMALL_SIDE = 128
"""Longest side of a small picture: twice that of the strip's, for dense screens."""
KEPT_SMALL, KEPT_BYTES = 2500, 192 << 20
WANTED = 128
"""Frames that are waited for at most: what was in sight long ago is not wanted any more."""
AT_ONCE = 6


class Kind(enum.Enum):
    """Of a picture."""

    SMALL = "small"
    WHOLE = "whole"


_Place = tuple[Kind, int]


class FrameImages(QObject):
    """Called in the GUI thread.

    Signals:
        arrived: frames (a frozenset) whose pictures are there now.
    """

    arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = Background(self, threads=1)
        self._folder: AnimationFolder | None = None
        self._small: OrderedDict[int, QImage] = OrderedDict()
        self._whole: OrderedDict[int, QImage] = OrderedDict()
        self._bytes = 0
        self._versions: dict[int, int] = {}
        self._absent: set[int] = set()
        self._wanted: OrderedDict[_Place, None] = OrderedDict()
        self._reading = False
        self._round = 0

    def set_folder(self, folder: AnimationFolder | None) -> None:
        """Show frames of another animation."""
        self._folder = folder
        self._round += 1
        self._small.clear()
        self._whole.clear()
        self._wanted.clear()
        self._absent.clear()
        self._bytes, self._reading = 0, False

    @property
    def busy(self) -> bool:
        """True while pictures are read."""
        return self._reading

    def small(self, frame: int) -> QImage | None:
        """A small picture; when it is not there yet it is read, and ``arrived`` tells."""
        return self._get(Kind.SMALL, frame)

    def whole(self, frame: int) -> QImage | None:
        """The frame itself, likewise."""
        return self._get(Kind.WHOLE, frame)

    def has(self, frame: int) -> bool:
        """True when the frame itself is there at once."""
        return frame in self._whole

    def want(self, frames: Iterable[int]) -> None:
        """Read these ahead."""
        for frame in frames:
            self._get(Kind.WHOLE, frame)

    def put(self, frame: int, pixels: Pixels) -> None:
        """A frame has come: its picture is known without reading."""
        self._versions[frame] = self._versions.get(frame, 0) + 1
        self._absent.discard(frame)
        image = to_image(pixels).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        self._keep(frame, image)
        self.arrived.emit(frozenset({frame}))

    def forget(self, frames: Iterable[int]) -> None:
        """They may look different now."""
        for frame in frames:
            self._versions[frame] = self._versions.get(frame, 0) + 1
            self._absent.discard(frame)
            self._small.pop(frame, None)
            image = self._whole.pop(frame, None)
            self._bytes -= 0 if image is None else image.sizeInBytes()

    def close(self) -> None:
        """Read no more."""
        self._reader.close()

    def _get(self, kind: Kind, frame: int) -> QImage | None:
        kept = self._small if kind is Kind.SMALL else self._whole
        image = kept.get(frame)
        if image is not None:
            kept.move_to_end(frame)
        elif frame not in self._absent and self._folder is not None:
            self._wanted[kind, frame] = None
            self._wanted.move_to_end((kind, frame))
            while len(self._wanted) > WANTED:
                self._wanted.popitem(last=False)
            self._read()
        return image

    def _read(self) -> None:
        """The newest wishes first."""
        folder = self._folder
        if self._reading or not self._wanted or folder is None:
            return
        frames: list[int] = []
        while self._wanted and len(frames) < AT_ONCE:
            _, frame = self._wanted.popitem()[0]
            if frame not in frames:
                frames.append(frame)
        self._reading = True
        paths = {frame: folder.frame_path(frame) for frame in frames}
        versions, which = {frame: self._versions.get(frame, 0) for frame in frames}, self._round
        self._reader.run(
            lambda: {frame: _read(path) for frame, path in paths.items()},
            lambda images: self._take(images, versions, which),
            lambda error: self._not_read(error, which),
        )

    def _take(self, images: dict[int, QImage], versions: dict[int, int], which: int) -> None:
        if which != self._round:
            return
        self._reading = False
        for frame, image in images.items():
            if self._versions.get(frame, 0) != versions[frame]:
                continue
            if image.isNull():
                self._absent.add(frame)
            else:
                self._keep(frame, image)
        self.arrived.emit(frozenset(images))
        self._read()

    def _not_read(self, _error: GouacheError, which: int) -> None:
        if which == self._round:
            self._reading = False

    def _keep(self, frame: int, image: QImage) -> None:
        before = self._whole.pop(frame, None)
        self._bytes += image.sizeInBytes() - (0 if before is None else before.sizeInBytes())
        self._whole[frame] = image
        self._small[frame] = _shrunk(image)
        self._small.move_to_end(frame)
        while len(self._small) > KEPT_SMALL:
            self._small.popitem(last=False)
        while self._bytes > KEPT_BYTES and len(self._whole) > 1:
            _, oldest = self._whole.popitem(last=False)
            self._bytes -= oldest.sizeInBytes()


def _read(path: Path) -> QImage:
    """A frame's file; an empty image where there is none."""
    image = QImage(str(path)) if path.is_file() else QImage()
    return image if image.isNull() else image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _shrunk(image: QImage) -> QImage:
    if max(image.width(), image.height()) <= SMALL_SIDE:
        return image
    kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(QSize(SMALL_SIDE, SMALL_SIDE), kept, smooth)
