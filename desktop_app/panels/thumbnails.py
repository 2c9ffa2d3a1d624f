"""Small pictures of layers, made when they are first looked at, a few milliseconds at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from desktop_app.document.arrays import as_bytes
from desktop_app.document.layers import Layer, LayerId, Raster
from inference.alpha import Pixels
from inference.geometry import Bounds, Size

SAMPLES = 8
"""Pixels that are read for one of the thumbnail along each axis: a layer of 8192x8192 costs two milliseconds."""
BUDGET = 0.004
"""Seconds of one turn of the event loop after which no further thumbnail is begun."""


def fitted(canvas: Size, box: Size) -> Size:
    """The largest size with the canvas's shape that fits into a box; at least one pixel a side."""
    scale = min(box.width / canvas.width, box.height / canvas.height)
    return Size(max(1, round(canvas.width * scale)), max(1, round(canvas.height * scale)))


def thumbnail(layer: Layer, canvas: Size, size: Size) -> Pixels:
    """A layer as it lies on the canvas, made ``size`` large: (height, width, 4) bytes, premultiplied."""
    out = np.zeros((*size.shape, 4), np.uint8)
    seen = layer.bounds.intersection(Bounds.of(canvas))
    if not seen.empty:
        left, right = _span(seen.x, seen.right, canvas.width, size.width)
        top, bottom = _span(seen.y, seen.bottom, canvas.height, size.height)
        few = _sampled(layer.part(seen), canvas.width // size.width, canvas.height // size.height)
        smaller = few.shape[1] >= right - left and few.shape[0] >= bottom - top
        how = cv2.INTER_AREA if smaller else cv2.INTER_NEAREST
        premultiplied = cv2.cvtColor(few, cv2.COLOR_RGBA2mRGBA)
        out[top:bottom, left:right] = cv2.resize(premultiplied, (right - left, bottom - top), interpolation=how)
    return out


def _span(start: int, stop: int, whole: int, pixels: int) -> tuple[int, int]:
    """Where a part of the canvas lies on an axis of the thumbnail: at least one pixel of it."""
    first = min(round(start * pixels / whole), pixels - 1)
    return first, max(first + 1, round(stop * pixels / whole))


def _sampled(pixels: Pixels, across: int, down: int) -> Pixels:
    """Every so many pixels, given how many of them one of the thumbnail stands for."""
    steps = [max(1, each // SAMPLES) for each in (down, across)]
    rows, columns = (
        slice(min(step, length) // 2, None, step) for step, length in zip(steps, pixels.shape, strict=False)
    )
    words = pixels.view(np.uint32)[rows, columns, 0]  # whole pixels at once: four times as fast
    return as_bytes(np.ascontiguousarray(words).view(np.uint8).reshape(*words.shape, 4))


@dataclass
class _Made:
    """A thumbnail, and what it was made of; without a raster it is out of date."""

    picture: QPixmap
    raster: Raster | None
    state: tuple[object, ...]


class Thumbnails(QObject):
    """The thumbnails of one document's layers. Whoever asks for one that is missing or old hears of the new one.

    Signals:
        made: a layer's id, whose thumbnail is new.
    """

    made = Signal(int)

    def __init__(self, box: Size, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._box = box
        self._canvas = Size(1, 1)
        self._known: dict[LayerId, _Made] = {}
        self._wanted: dict[LayerId, tuple[Layer, float]] = {}
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._make_some)

    def follow(self, canvas: Size, layers: Iterable[Layer]) -> None:
        """These are the layers now: forget all others, and the pixels that they no longer have."""
        self._canvas = canvas
        rasters = {layer.id: layer.raster for layer in layers}
        self._known = {layer: made for layer, made in self._known.items() if layer in rasters}
        self._wanted = {layer: wanted for layer, wanted in self._wanted.items() if layer in rasters}
        for layer, made in self._known.items():
            if made.raster is not rasters[layer]:
                made.raster = None

    def size(self) -> Size:
        """Of all thumbnails, in logical pixels."""
        return fitted(self._canvas, self._box)

    def picture(self, layer: Layer, scale: float = 1.0) -> QPixmap | None:
        """The newest thumbnail there is of a layer, for a screen with ``scale`` pixels to a logical one.

        When it is not up to date, a new one is made soon.
        """
        made = self._known.get(layer.id)
        if made is None or made.raster is not layer.raster or made.state != self._state(layer, scale):
            self._wanted[layer.id] = (layer, scale)
            self._timer.start()
        return made.picture if made else None

    def _state(self, layer: Layer, scale: float) -> tuple[object, ...]:
        return (layer.raster.version, layer.x, layer.y, self._canvas, scale)

    def _make_some(self) -> None:
        end = time.perf_counter() + BUDGET
        while self._wanted and time.perf_counter() < end:
            key = next(iter(self._wanted))
            self._make(*self._wanted.pop(key))
            self.made.emit(key)
        if self._wanted:
            self._timer.start()

    def _make(self, layer: Layer, scale: float) -> None:
        box = Size(max(1, round(self._box.width * scale)), max(1, round(self._box.height * scale)))
        state = self._state(layer, scale)
        pixels = thumbnail(layer, self._canvas, fitted(self._canvas, box))
        height, width = pixels.shape[:2]
        kind = QImage.Format.Format_RGBA8888_Premultiplied
        picture = QPixmap.fromImage(QImage(pixels.data, width, height, pixels.strides[0], kind))
        picture.setDevicePixelRatio(scale)
        self._known[layer.id] = _Made(picture, layer.raster, state)
