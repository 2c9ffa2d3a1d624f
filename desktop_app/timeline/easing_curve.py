"""The picture of an easing: its curve, and for one of one's own two handles to drag."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app import theme
from inference.animation.easing import curve

USUAL = (0.4, 0.0, 0.2, 1.0)
"""Handles to begin with."""
POINTS = 48
GRIP = 5
NUDGE = 0.05
HEIGHT = 56


def handles_of(name: str) -> tuple[float, float, float, float] | None:
    """The handles of ``bezier(x1,y1,x2,y2)``; None for a curve by name."""
    if not name.strip().startswith("bezier("):
        return None
    numbers = [float(text) for text in re.findall(r"[0-9.]+", name)]
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) == 4 else None


def named(handles: tuple[float, float, float, float]) -> str:
    """The easing of such handles."""
    return "bezier({})".format(",".join(f"{value:.2f}".rstrip("0").rstrip(".") for value in handles))


class EasingCurve(QWidget):
    """Shows an easing; a Bezier curve's handles can be dragged, or moved with the arrow keys (Shift: the second one).

    Signals:
        changed: (str) the easing is another one.
    """

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = "linear"
        self._held: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)

    @property
    def name(self) -> str:
        """What it shows."""
        return self._name

    def show_easing(self, name: str) -> None:
        """Show a curve, without ``changed``."""
        self._name = name
        bent = handles_of(name) is not None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if bent else Qt.FocusPolicy.NoFocus)
        self.update()

    @property
    def _frame(self) -> QRectF:
        return QRectF(self.rect()).adjusted(GRIP + 2, GRIP + 2, -GRIP - 2, -GRIP - 2)

    def _place(self, x: float, y: float) -> QPointF:
        frame = self._frame
        return QPointF(frame.left() + x * frame.width(), frame.bottom() - y * frame.height())

    def _take(self, handles: tuple[float, float, float, float]) -> None:
        inside = [min(max(value, 0.0), 1.0) for value in handles]
        self._name = named((inside[0], inside[1], inside[2], inside[3]))
        self.update()
        self.changed.emit(self._name)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        handles = handles_of(self._name)
        if handles is None or event.button() != Qt.MouseButton.LeftButton:
            return
        far = [(self._place(*handles[at : at + 2]) - event.position()).manhattanLength() for at in (0, 2)]
        self._held = 0 if far[0] <= far[1] else 2
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        handles, held = handles_of(self._name), self._held
        if handles is None or held is None:
            return
        frame = self._frame
        x = (event.position().x() - frame.left()) / frame.width()
        y = (frame.bottom() - event.position().y()) / frame.height()
        values = list(handles)
        values[held : held + 2] = [x, y]
        self._take((values[0], values[1], values[2], values[3]))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        handles = handles_of(self._name)
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
        step = steps.get(Qt.Key(event.key()))
        if handles is None or step is None:
            super().keyPressEvent(event)
            return
        at = 2 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0
        values = list(handles)
        values[at] += NUDGE * step[0]
        values[at + 1] += NUDGE * step[1]
        self._take((values[0], values[1], values[2], values[3]))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(QColor(look.accent if self.hasFocus() else look.line), 1))
        painter.setBrush(QColor(look.field))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        at = curve(self._name)
        points = [self._place(step / POINTS, at(step / POINTS)) for step in range(POINTS + 1)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(look.text), 1.5))
        painter.drawPolyline(QPolygonF(points))
        handles = handles_of(self._name)
        if handles is not None:
            painter.setPen(QPen(QColor(look.accent), 1))
            painter.setBrush(QColor(look.accent))
            for end, handle in (((0.0, 0.0), handles[:2]), ((1.0, 1.0), handles[2:])):
                painter.drawLine(self._place(*end), self._place(*handle))
                painter.drawEllipse(self._place(*handle), GRIP, GRIP)

    def sizeHint(self) -> QSize:
        return QSize(160, HEIGHT)
