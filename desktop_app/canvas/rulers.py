"""Rulers at the top and the left of the view, in document pixels, with marks that follow the cursor."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from desktop_app import theme
from desktop_app.canvas.source import Look
from desktop_app.canvas.viewport import Viewport, ruler_step
from inference.geometry import Bounds

WIDTH = 16
"""Of a ruler, in logical pixels."""
APART = 64
"""Logical pixels from one figure to the next, or more."""
TICKS = (10, 5, 2)
"""Parts of the way from one figure to the next; of these the most that have room."""
ROOM = 5
"""Logical pixels from one tick to the next, or more."""


@dataclass(frozen=True)
class Rulers:
    """Both rulers of a view, ``viewport.inset`` wide.

    Attributes:
        scale: view pixels for each logical one.
    """

    viewport: Viewport
    look: Look
    scale: float

    def paint(self, painter: QPainter, clip: QRect, cursor: QPointF | None) -> None:
        """Paint what of them lies in ``clip``, with the marks of a cursor: all in view pixels."""
        view, wide = self.viewport, self.viewport.inset
        painter.setFont(_figures(self.scale))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._strip(painter, clip.intersected(QRect(wide, 0, view.width - wide, wide)), upright=False)
        self._strip(painter, clip.intersected(QRect(0, wide, wide, view.height - wide)), upright=True)
        painter.fillRect(clip.intersected(QRect(0, 0, wide, wide)), QColor(self.look.ruler))
        painter.setPen(QPen(QColor(self.look.border), 1))
        edge = wide - 0.5
        painter.drawLines([QLineF(edge, edge, view.width, edge), QLineF(edge, edge, edge, view.height)])
        for mark in mark_areas(cursor, wide):
            painter.fillRect(mark.x, mark.y, mark.width, mark.height, QColor(self.look.caption))

    def _strip(self, painter: QPainter, part: QRect, *, upright: bool) -> None:
        """A part of one ruler. The upright one is drawn as if it lay at the top, turned: right goes up."""
        if part.isEmpty():
            return
        painter.save()
        painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
        painter.fillRect(part, QColor(self.look.ruler))
        if upright:
            painter.translate(0, self.viewport.height)
            painter.rotate(-90)
            self._ticks(painter, self.viewport.top, part.top(), part.bottom() + 1, self.viewport.height)
        else:
            self._ticks(painter, self.viewport.left, part.left(), part.right() + 1, None)
        painter.restore()

    def _ticks(self, painter: QPainter, start: float, low: int, high: int, turned: int | None) -> None:
        """Ticks and figures between two view pixels.

        Args:
            start: view pixel of the document's edge.
            turned: the view's length, when places are counted from its end.
        """
        wide, scale, zoom = self.viewport.inset, self.scale, self.viewport.zoom
        step = ruler_step(zoom, APART * scale)
        between = step // next((parts for parts in TICKS if _fits(step, parts, zoom / scale)), 1)
        first = math.floor((low - start) / zoom) - step  # whose figure may reach in
        last = math.ceil((high - start) / zoom) + step
        lines = []
        painter.setPen(QPen(QColor(self.look.ruler_text), 1))
        for value in range(first - first % between, last + 1, between):
            at = math.floor(start + value * zoom)
            at = at if turned is None else turned - at - 1
            tall = wide - 1 if value % step == 0 else round((6 if 2 * value % step == 0 else 3) * scale)
            lines.append(QLineF(at + 0.5, wide - 1.5, at + 0.5, wide - 0.5 - tall))
            if value % step == 0:
                room = QRectF(at + 3 * scale, 0, APART * scale, wide - 2 * scale)
                painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), str(value))
        faint = QColor(self.look.ruler_text)
        faint.setAlpha(150)
        painter.setPen(QPen(faint, 1))
        painter.drawLines(lines)


def mark_areas(cursor: QPointF | None, wide: int) -> list[Bounds]:
    """View pixels of the marks for a cursor there."""
    if cursor is None or not wide:
        return []
    x, y = math.floor(cursor.x()), math.floor(cursor.y())
    found = [(x, Bounds(x, 0, 1, wide - 1)), (y, Bounds(0, y, wide - 1, 1))]
    return [mark for at, mark in found if at >= wide]


def _fits(step: int, parts: int, zoom: float) -> bool:
    return step % parts == 0 and step / parts * zoom >= ROOM


@cache
def _figures(scale: float) -> QFont:
    """Kept: to find the fonts of an interface takes some milliseconds."""
    font = theme.numbers(theme.Type.CAPTION)
    font.setPixelSize(round(font.pixelSize() * scale))
    return font
