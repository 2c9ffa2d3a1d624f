"""A layer as it will lie, drawn by Qt while it is dragged: the document itself changes once, when it is let go."""

from __future__ import annotations

import math

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPolygonF, QTransform

from desktop_app.canvas.surface import image_of, premultiplied
from desktop_app.canvas.viewport import SHARP_FROM, Viewport
from desktop_app.document.blending import BlendMode
from desktop_app.document.composing import compose_for_screen
from desktop_app.document.layers import Layer, Stack
from desktop_app.tools.box import Box
from inference.geometry import Bounds

MOST = 4 << 20
"""Pixels that are drawn for a layer: of a larger one only every n-th."""
MODE = QPainter.CompositionMode
MODES = {
    BlendMode.MULTIPLY: MODE.CompositionMode_Multiply,
    BlendMode.SCREEN: MODE.CompositionMode_Screen,
    BlendMode.OVERLAY: MODE.CompositionMode_Overlay,
    BlendMode.DARKEN: MODE.CompositionMode_Darken,
    BlendMode.LIGHTEN: MODE.CompositionMode_Lighten,
    BlendMode.COLOR_DODGE: MODE.CompositionMode_ColorDodge,
    BlendMode.COLOR_BURN: MODE.CompositionMode_ColorBurn,
    BlendMode.HARD_LIGHT: MODE.CompositionMode_HardLight,
    BlendMode.SOFT_LIGHT: MODE.CompositionMode_SoftLight,
    BlendMode.DIFFERENCE: MODE.CompositionMode_Difference,
    BlendMode.EXCLUSION: MODE.CompositionMode_Exclusion,
}
"""How Qt blends; other modes are drawn as normal."""


def content_of(layer: Layer) -> Bounds:
    """The rectangle on the canvas around what a layer shows; empty when it shows nothing."""
    x, y, width, height = cv2.boundingRect(cv2.extractChannel(layer.pixels, 3))
    return Bounds(x + layer.x, y + layer.y, width, height)


class LayerPreview:
    """The part of a layer that shows something, in whatever box it is dragged to. An ``Overlay``.

    What lies above the layer is drawn above it again. Modes that need the pixels below are Qt's.

    Args:
        content: on the canvas, inside the layer; not empty.
    """

    def __init__(self, stack: Stack, layer: Layer, content: Bounds) -> None:
        self.box = Box.of(content)
        self._whole = self.box
        self._canvas = stack.bounds
        part = layer.part(content)
        self._step = max(1, math.ceil(math.sqrt(content.size.area / MOST)))
        self._image, self._pixels = premultiplied(np.ascontiguousarray(part[:: self._step, :: self._step]))
        self._opacity, self._mode = layer.opacity, MODES.get(layer.mode, MODE.CompositionMode_SourceOver)
        self._above, self._kept = _above(stack, layer)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw it where its box lies, inside the canvas."""
        place = QTransform()
        place.translate(viewport.left, viewport.top)
        place.scale(viewport.zoom, viewport.zoom)
        canvas = QPainterPath()
        canvas.addRect(place.mapRect(QRectF(0, 0, self._canvas.width, self._canvas.height)))
        painter.setClipPath(canvas, Qt.ClipOperation.IntersectClip)
        painter.save()
        self._paint_layer(painter, viewport, place)
        painter.restore()
        if self._above is not None:
            area = QPainterPath()
            area.addPolygon(place.map(QPolygonF([QPointF(*corner) for corner in self.box.corners])))
            painter.setClipPath(area, Qt.ClipOperation.IntersectClip)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, viewport.zoom < SHARP_FROM)
            painter.setTransform(place, True)
            painter.drawImage(0, 0, self._above)

    def _paint_layer(self, painter: QPainter, viewport: Viewport, place: QTransform) -> None:
        box = self.box
        changed = (box.width, box.height, box.angle) != (self._whole.width, self._whole.height, 0)
        smooth = changed or viewport.zoom < SHARP_FROM or self._step > 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not box.upright)
        painter.setOpacity(self._opacity)
        painter.setCompositionMode(self._mode)
        move = QTransform()
        move.translate(box.x, box.y)
        move.rotate(box.angle)
        move.scale(box.width, box.height)
        painter.setTransform(move * place, True)
        painter.drawImage(QRectF(-0.5, -0.5, 1, 1), self._image, QRectF(self._image.rect()))


def _above(stack: Stack, layer: Layer) -> tuple[QImage | None, object]:
    """What normal layers above it show together, and the array behind the image."""
    layers = stack.layers[stack.index(layer.id) + 1 :]
    seen = tuple(one for one in layers if one.visible and one.opacity > 0 and one.mode is BlendMode.NORMAL)
    if not seen:
        return None, None
    pixels = np.asarray(cv2.cvtColor(compose_for_screen(seen, stack.bounds), cv2.COLOR_RGBA2BGRA))
    return image_of(pixels), pixels
