"""Painting of each part of the canvas, from values. The painter's unit is the view pixel (see ``viewport``)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF, QRegion, QTransform

from desktop_app.canvas.sampling import seen_in
from desktop_app.canvas.source import Look
from desktop_app.canvas.surface import Surface, image_of
from desktop_app.canvas.viewport import SHARP_FROM, Viewport, checker_side
from inference.geometry import Bounds

GRID_FROM = 8.0
"""Zoom from which the pixel grid shows."""
DARK, LIGHT = QColor(15, 17, 20, 220), QColor(255, 255, 255, 235)
GRID = QColor(128, 128, 128, 96)


class Overlay(Protocol):
    """Something that a tool draws over the picture."""

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw in view pixels (``viewport.to_view``). The painter's state is put back afterwards."""
        ...


@dataclass(frozen=True)
class Outline:
    """An overlay of lines one pixel wide, seen on any ground: lassos, boxes, handles.

    Attributes:
        points: document coordinates.
        dashed: light dashes on dark.
    """

    points: tuple[tuple[float, float], ...]
    closed: bool = True
    dashed: bool = True

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw a dark line and light dashes on it."""
        polygon = QPolygonF([_pixel(viewport, *point) for point in self.points])
        draw = painter.drawPolygon if self.closed else painter.drawPolyline
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in _pens(self.dashed):
            painter.setPen(pen)
            draw(polygon)


@dataclass(frozen=True)
class ContextBox:
    """The dashed box around what an edit will see, and a caption at it."""

    bounds: Bounds
    caption: str = ""

    def area(self, viewport: Viewport, font: QFont, scale: float) -> Bounds:
        """The view pixels it takes."""
        area = viewport.covering(self.bounds, 2)
        return (
            area.union(outer(caption_rect(viewport, self.bounds, self.caption, font, scale))) if self.caption else area
        )

    def paint(self, painter: QPainter, viewport: Viewport, look: Look, font: QFont, scale: float) -> None:
        """Paint it; ``scale`` view pixels make a logical one."""
        paint_box(painter, viewport, self.bounds)
        if self.caption:
            painter.save()
            rect = caption_rect(viewport, self.bounds, self.caption, font, scale)
            paint_caption(painter, rect, self.caption, look, scale)
            painter.restore()


class Checkers:
    """The checkerboard, fixed to the document: its squares are whole numbers of document pixels.

    A sheet as large as the view is drawn once for a zoom, so that panning only copies it.
    """

    def __init__(self, colours: tuple[str, str]) -> None:
        self._squares = QImage(2, 2, QImage.Format.Format_RGB32)
        for x in (0, 1):
            for y in (0, 1):
                self._squares.setPixelColor(x, y, QColor(colours[(x + y) % 2]))
        self._sheet = QImage()
        self._side = 0.0

    def paint(self, painter: QPainter, viewport: Viewport, clip: QRect, least: float) -> None:
        """Fill ``clip``, inside the view, with squares of ``least`` view pixels or more."""
        side = checker_side(viewport.zoom, least)
        room = math.ceil(2 * side)
        wide, high = viewport.width + room, viewport.height + room
        if side != self._side or self._sheet.width() < wide or self._sheet.height() < high:
            self._draw(side, wide, high)
        across, down = viewport.left % (2 * side) - 2 * side, viewport.top % (2 * side) - 2 * side
        painter.drawImage(clip.topLeft(), self._sheet, clip.translated(-math.floor(across), -math.floor(down)))

    def _draw(self, side: float, width: int, height: int) -> None:
        self._side = side
        self._sheet = QImage(width + 1, height + 1, QImage.Format.Format_RGB32)
        brush = QBrush(self._squares)
        brush.setTransform(QTransform.fromScale(side, side))
        painter = QPainter(self._sheet)
        painter.fillRect(self._sheet.rect(), brush)
        painter.end()


def paint_surface(painter: QPainter, viewport: Viewport, surface: Surface, clip: QRect) -> None:
    """The picture, from the halving that fits; pixels that are seen as squares only in ``clip``.

    What is drawn depends on the viewport alone, never on the clip, so that a part repainted fits what is around it.
    """
    if viewport.zoom >= SHARP_FROM:
        _paint_squares(painter, viewport, surface, clip)
        return
    level = min(viewport.level, len(surface.images) - 1)
    step = 1 << level
    seen = viewport.visible.padded(2 * step).intersection(Bounds.of(surface.size))
    x, y = seen.x // step, seen.y // step
    width, height = -(-seen.right // step) - x, -(-seen.bottom // step) - y
    scale = step * viewport.zoom
    left, top = viewport.left + x * scale, viewport.top + y * scale
    exact = abs(scale - 1) <= 1e-9
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
    if exact:
        painter.drawImage(QPointF(left, top), surface.images[level], QRectF(x, y, width, height))
    else:
        target = QRectF(left, top, width * scale, height * scale)
        painter.drawImage(target, surface.images[level], QRectF(x, y, width, height))


def _paint_squares(painter: QPainter, viewport: Viewport, surface: Surface, clip: QRect) -> None:
    area = Bounds(clip.x(), clip.y(), clip.width(), clip.height())
    words, place = seen_in(surface.words, 0, viewport, area)
    if not place.empty:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        pixels = words.view(np.uint8).reshape(*words.shape, 4)
        painter.drawImage(QPointF(place.x, place.y), image_of(pixels))


def paint_grid(painter: QPainter, viewport: Viewport, clip: QRect) -> None:
    """Lines between the document's pixels."""
    x, y = viewport.to_document(clip.left(), clip.top())
    right, bottom = viewport.to_document(clip.right() + 1, clip.bottom() + 1)
    lines = []
    for column in range(max(1, math.floor(x)), min(viewport.size.width, math.ceil(right) + 1)):
        at = math.floor(viewport.left + column * viewport.zoom) + 0.5
        lines.append(QLineF(at, clip.top(), at, clip.bottom() + 1))
    for row in range(max(1, math.floor(y)), min(viewport.size.height, math.ceil(bottom) + 1)):
        at = math.floor(viewport.top + row * viewport.zoom) + 0.5
        lines.append(QLineF(clip.left(), at, clip.right() + 1, at))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(GRID, 1))
    painter.drawLines(lines)


def paint_box(painter: QPainter, viewport: Viewport, bounds: Bounds) -> None:
    """A dashed box around ``bounds``."""
    corners = ((bounds.x, bounds.y), (bounds.right, bounds.y), (bounds.right, bounds.bottom), (bounds.x, bounds.bottom))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    Outline(corners).paint(painter, viewport)


def caption_rect(viewport: Viewport, bounds: Bounds, caption: str, font: QFont, scale: float) -> QRectF:
    """Where a box's caption stands: above its left top corner, or inside where there is no room."""
    metrics = QFontMetricsF(font)
    width, height = (metrics.horizontalAdvance(caption) + 12) * scale, (metrics.height() + 4) * scale
    box = view_rect(viewport, bounds)
    least = viewport.inset + 4
    left = min(max(box.left(), least), max(least, viewport.width - width - 4))
    top = box.top() - height - 4 * scale
    if top < least:
        top = max(box.top(), viewport.inset) + 4 * scale
        left += 4 * scale
    return QRectF(left, top, width, height)


def paint_caption(painter: QPainter, rect: QRectF, caption: str, look: Look, scale: float) -> None:
    """A caption in the painter's font on a plate of its own; ``scale`` view pixels make a logical one."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    plate = QColor(look.caption_back)
    plate.setAlpha(230)
    painter.setBrush(plate)
    painter.drawRoundedRect(rect, 3 * scale, 3 * scale)
    painter.translate(rect.topLeft())
    painter.scale(scale, scale)
    painter.setPen(QColor(look.caption))
    painter.drawText(QRectF(0, 0, rect.width() / scale, rect.height() / scale), Qt.AlignmentFlag.AlignCenter, caption)


def paint_ring(painter: QPainter, x: float, y: float, radius: float) -> None:
    """The brush's edge: a light line one pixel wide, with a dark one around it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, by in ((DARK, 0.5), (LIGHT, -0.5)):
        painter.setPen(QPen(colour, 1))
        painter.drawEllipse(QPointF(x, y), radius + by, radius + by)


def paint_frame(painter: QPainter, view: Bounds, colour: str, scale: float) -> None:
    """The ring of focus around the view."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour), 2 * scale))
    painter.drawRect(QRectF(scale, scale, view.width - 2 * scale, view.height - 2 * scale))


def ring_region(area: Bounds, scale: float) -> QRegion:
    """Logical pixels to repaint for a ring that fills ``area`` of the view: of large ones not the inside."""
    outer = QRegion(*_logical(area, scale, outer=True))
    inner = area.padded(-math.ceil(area.width * 0.147) - 4)
    return outer.subtracted(QRegion(*_logical(inner, scale, outer=False))) if inner.width >= 64 else outer


def view_rect(viewport: Viewport, bounds: Bounds) -> QRectF:
    """``bounds`` in view pixels."""
    left, top = viewport.to_view(bounds.x, bounds.y)
    return QRectF(left, top, bounds.width * viewport.zoom, bounds.height * viewport.zoom)


def outer(rect: QRectF) -> Bounds:
    """The whole view pixels that a rectangle has a part in."""
    whole = rect.toAlignedRect()
    return Bounds(whole.x(), whole.y(), whole.width(), whole.height())


def _pixel(viewport: Viewport, x: float, y: float) -> QPointF:
    """The middle of the view pixel at a point, so that a line one pixel wide is sharp."""
    across, down = viewport.to_view(x, y)
    return QPointF(math.floor(across) + 0.5, math.floor(down) + 0.5)


def _pens(dashed: bool) -> tuple[QPen, QPen]:
    light = QPen(LIGHT, 1)
    if dashed:
        light.setDashPattern([4, 4])
        light.setCapStyle(Qt.PenCapStyle.FlatCap)
    return QPen(DARK, 1 if dashed else 3), light


def _logical(area: Bounds, scale: float, *, outer: bool) -> tuple[int, int, int, int]:
    """x, y, width, height in logical pixels, grown or shrunk to whole ones."""
    low, high = (math.floor, math.ceil) if outer else (math.ceil, math.floor)
    left, top = low(area.x / scale), low(area.y / scale)
    return left, top, high(area.right / scale) - left, high(area.bottom / scale) - top
