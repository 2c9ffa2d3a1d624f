"""A picture shown at a place before it is part of the document, and how it comes: it fades in, and its successor out
of it. Each begins from what is seen at that moment, so that nothing flashes however quickly they follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PySide6.QtCore import QObject, QRect, QRectF, QVariantAnimation, Signal
from PySide6.QtGui import QImage, QPainter

from desktop_app.canvas.painting import Checkers, view_rect
from desktop_app.canvas.surface import image_of, premultiplied
from desktop_app.canvas.viewport import SHARP_FROM, Viewport
from inference.alpha import Pixels
from inference.geometry import Bounds

FADE_MS = 120
MOST_MIXED = 2048 * 1024
"""Pixels of a preview up to which it fades out of the one before; larger ones take its place at once."""


@dataclass(frozen=True, eq=False)
class Preview:
    """A picture and its place.

    Attributes:
        array: (height, width, 4) bytes, premultiplied BGRA: the image's memory.
        over: lay it over what is there; else it hides what is there.
    """

    image: QImage
    array: np.ndarray
    bounds: Bounds
    over: bool = False

    @property
    def opaque(self) -> bool:
        """True when nothing can be seen through it."""
        return bool(self.array[0, 0, 3] == 255 and self.array[..., 3].min() == 255)


class Previews(QObject):
    """The preview of a canvas. Nothing is shown at first.

    Signals:
        changed: ``Bounds`` in which it looks different.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preview: Preview | None = None
        self._seen: Preview | None = None
        self._from: np.ndarray | None = None
        self._opaque = False
        self._appearing = self._animation(self._repaint)
        self._mixing = self._animation(self._mix)

    @property
    def hiding(self) -> bool:
        """True while one hides what is under it."""
        return self._preview is not None and not self._preview.over

    @property
    def fading(self) -> bool:
        """True while it is on its way."""
        running = QVariantAnimation.State.Running
        return running in (self._appearing.state(), self._mixing.state())

    def show(self, pixels: Pixels, bounds: Bounds, *, over: bool, fade: bool) -> None:
        """Show straight RGB or RGBA bytes at ``bounds`` instead of what is shown; ``fade``: not at once."""
        image, array = premultiplied(pixels)
        before, self._preview = self._seen, Preview(image, array, bounds, over)
        stays = before is not None and before.bounds == bounds and before.over == over
        if not stays:
            self._repaint()
            self._halt(self._appearing, run=fade)
        if stays and fade and before is not None and max(array.size, before.array.size) <= 4 * MOST_MIXED:
            self._from = _sized(before.array, array.shape)
            self._opaque = before.opaque and self._preview.opaque
            self._halt(self._mixing, run=True)
        else:
            self._end_mix()
        self._repaint()

    def hide(self) -> None:
        """Take it away at once."""
        self._repaint()
        self._preview = self._seen = self._from = None
        self.finish()

    def finish(self) -> None:
        """Be done with fading."""
        self._halt(self._appearing, run=False)
        self._end_mix()
        self._repaint()

    def paint(self, painter: QPainter, viewport: Viewport, shown: QRect, checkers: Checkers, least: float) -> None:
        """Paint it; smooth, unless its pixels are seen as squares. See ``Checkers`` for the rest."""
        if self._seen is None:
            return
        target = view_rect(viewport, self._seen.bounds)
        area = shown.intersected(target.toAlignedRect())
        if area.isEmpty():
            return
        running = self._appearing.state() != QVariantAnimation.State.Stopped
        painter.setOpacity(float(self._appearing.currentValue()) if running else 1.0)
        if not self._seen.over and not self._opaque:
            checkers.paint(painter, viewport, area, least)
        pixel = target.width() / max(1, self._seen.image.width())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, pixel < SHARP_FROM)
        painter.drawImage(target, self._seen.image, QRectF(self._seen.image.rect()))
        painter.setOpacity(1.0)

    def _animation(self, step) -> QVariantAnimation:
        animation = QVariantAnimation(self)
        animation.setDuration(FADE_MS)
        animation.setStartValue(0.0)
        animation.setEndValue(1.0)
        animation.valueChanged.connect(step)
        return animation

    @staticmethod
    def _halt(animation: QVariantAnimation, *, run: bool) -> None:
        animation.stop()
        if run:
            animation.start()

    def _mix(self, share: float) -> None:
        """Show the next picture by ``share``, and the rest of the one that was seen when it came."""
        if self._preview is None or self._from is None:
            return
        if share >= 1:
            self._end_mix()
        else:
            array = np.asarray(cv2.addWeighted(self._from, 1 - share, self._preview.array, share, 0), np.uint8)
            self._seen = Preview(image_of(array), array, self._preview.bounds, self._preview.over)
        self._repaint()

    def _end_mix(self) -> None:
        self._mixing.stop()
        self._from, self._seen = None, self._preview
        self._opaque = self._preview is not None and self._preview.opaque

    def _repaint(self, _share: object = None) -> None:
        if self._seen is not None:
            self.changed.emit(self._seen.bounds)


def _sized(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Premultiplied pixels in another size."""
    if array.shape == shape:
        return array
    return np.asarray(cv2.resize(array, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR))
