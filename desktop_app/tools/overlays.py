"""What tools draw over the picture: outlines, handles, captions and shade. The painter's unit is the view pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from desktop_app import theme
from desktop_app.canvas.painting import DARK, LIGHT, Outline, paint_caption
from desktop_app.canvas.viewport import Viewport
from desktop_app.tools.box import HANDLES, Box
from inference.geometry import Bounds

HANDLE = 8
"""Logical pixels of a handle's side."""
GAP = 8
"""Between a frame and its caption."""
SHADE = QColor(0, 0, 0, 120)

Points = Sequence[tuple[float, float]]


def paint_line(painter: QPainter, viewport: Viewport, points: Points, *, closed: bool = True) -> None:
    """Dashes of light on dark, one pixel wide."""
    if points:
        straight = closed and _straight(points)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not straight)
        Outline(tuple(points), closed=closed).paint(painter, viewport)


def paint_ellipse(painter: QPainter, viewport: Viewport, bounds: Bounds) -> None:
    """The ellipse in a rectangle, in the same line."""
    steps = 128
    x, y = bounds.x + bounds.width / 2, bounds.y + bounds.height / 2
    turns = (2 * math.pi * step / steps for step in range(steps))
    points = [_view(viewport, x + math.cos(t) * bounds.width / 2, y + math.sin(t) * bounds.height / 2) for t in turns]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    light = QPen(LIGHT, 1)
    light.setDashPattern([4, 4])
    for pen in (QPen(DARK, 1), light):
        painter.setPen(pen)
        painter.drawPolygon(QPolygonF(points))


def paint_handles(painter: QPainter, viewport: Viewport, places: Points, scale: float) -> None:
    """A light square with a dark edge at each place."""
    side = round(HANDLE * scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(DARK, 1))
    painter.setBrush(QColor(255, 255, 255))
    for place in places:
        at = _view(viewport, *place)
        painter.drawRect(QRectF(math.floor(at.x() - side / 2) + 0.5, math.floor(at.y() - side / 2) + 0.5, side, side))


def paint_box(painter: QPainter, viewport: Viewport, box: Box, scale: float) -> None:
    """A box with its eight handles."""
    paint_line(painter, viewport, box.corners)
    paint_handles(painter, viewport, [box.at(*grip.value) for grip in HANDLES], scale)


def paint_shade(painter: QPainter, viewport: Viewport, within: Bounds, hole: Bounds, colour: QColor = SHADE) -> None:
    """Colour over all of ``within`` but ``hole``."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for bounds in (within, hole.intersection(within)):
        path.addRect(QRectF(_view(viewport, bounds.x, bounds.y), _view(viewport, bounds.right, bounds.bottom)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillPath(path, colour)


def paint_words(
    painter: QPainter, viewport: Viewport, text: str, reach: tuple[float, float, float, float], scale: float
) -> None:
    """A caption under the middle of a rectangle (left, top, right, bottom in document pixels), kept in sight."""
    font = theme.font(theme.Type.CAPTION)
    metrics = QFontMetricsF(font)
    width, height = (metrics.horizontalAdvance(text) + 12) * scale, (metrics.height() + 4) * scale
    left, top = viewport.to_view(reach[0], reach[1])
    right, bottom = viewport.to_view(reach[2], reach[3])
    low = viewport.inset + 4 * scale
    x = min(max((left + right - width) / 2, low), max(low, viewport.width - width - 4 * scale))
    y = bottom + GAP * scale
    if y + height > viewport.height:
        y = max(top + GAP * scale, viewport.height - height - GAP * scale)
    painter.save()
    painter.setFont(font)
    paint_caption(painter, QRectF(x, max(y, low), width, height), text, theme.current().canvas, scale)
    painter.restore()


def _view(viewport: Viewport, x: float, y: float) -> QPointF:
    return QPointF(*viewport.to_view(x, y))


def _straight(points: Points) -> bool:
    """True when every line runs along the pixels."""
    around = [*points[1:], points[0]]
    return all(abs(x - u) < 1e-6 or abs(y - v) < 1e-6 for (x, y), (u, v) in zip(points, around, strict=True))
