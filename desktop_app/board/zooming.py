"""What the grid and the comparison share: a surface that the wheel zooms about the cursor and a drag pans."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPointingDevice,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app import theme
from desktop_app.canvas.viewport import SHARP_FROM, Viewport
from desktop_app.panels.results_painting import checkers
from inference.geometry import Size

NOTCH = 1.25
"""Zoom of one notch of a wheel."""
SIDEWAYS = 48
"""View pixels that a notch pans."""
MARGIN = 12
TYPED = frozenset(range(Qt.Key.Key_Space, Qt.Key.Key_AsciiTilde + 1))
"""Keys of signs and letters: a board takes them from the tools while it has the keyboard."""
TAKEN = TYPED | {
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Tab),
    *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
}


class Zooming(QWidget):
    """Holds a viewport on something of ``content`` pixels; who derives paints it and says what a click is.

    Signals:
        zoomed: it is seen at another size or place.
        key_asked: the name of a command that a key stands for (see ``KEYS``).
    """

    zoomed = Signal()
    key_asked = Signal(str)

    KEYS: ClassVar[Mapping[int, str]] = {}
    """Commands by plain keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 120)
        self._content = Size(1, 1)
        self._view = Viewport(size=self._content, width=1, height=1)
        self._fitted = True
        self._pressed: QPointF | None = None
        self._dragging = False

    # What is seen

    @property
    def scale(self) -> float:
        """Pixels of the screen for each of Qt's."""
        return self.devicePixelRatioF()

    @property
    def viewport(self) -> Viewport:
        """How the content lies in its pane, in pixels of the screen."""
        return self._view

    def pane(self) -> QRect:
        """Where the content is shown, in Qt's pixels: of several linked ones the first."""
        return self.rect()

    def pane_at(self, place: QPointF) -> QRect:
        """The pane that a place belongs to."""
        return self.pane()

    def set_content(self, size: Size) -> None:
        """Show something of another size; all of it."""
        self._content = size
        self._fitted = True
        self._arrange()

    def fit(self) -> None:
        """All of it in sight, and kept so when the widget's size changes."""
        self._fitted = True
        self._arrange()

    def zoom_to(self, zoom: float) -> None:
        """So many pixels of the screen for each one of the content, about the middle."""
        self._set(self._view.zoomed(zoom, *self._view.middle))

    def zoom_steps(self, steps: int) -> None:
        """In (or out) by steps."""
        self._set(self._view.stepped(steps, *self._view.middle))

    def zoom_by(self, factor: float, place: QPointF) -> None:
        """About a place in the widget."""
        at = (place - QPointF(self.pane_at(place).topLeft())) * self.scale
        self._set(self._view.scaled(factor, at.x(), at.y()))

    def pan(self, dx: float, dy: float) -> None:
        """By Qt's pixels."""
        self._set(self._view.panned(dx * self.scale, dy * self.scale))

    def _set(self, view: Viewport) -> None:
        self._fitted = False
        self._view = view
        self.zoomed.emit()
        self.update()

    def _arrange(self) -> None:
        pane = self.pane()
        width, height = max(1, round(pane.width() * self.scale)), max(1, round(pane.height() * self.scale))
        if self._fitted:
            self._view = Viewport.fitted(self._content, width, height, margin=round(MARGIN * self.scale))
        else:
            self._view = self._view.with_size(self._content).resized(width, height)
        self.zoomed.emit()
        self.update()

    def paint_picture(self, painter: QPainter, image: QImage, place: QRect, *, smooth: bool | None = None) -> None:
        """A picture on a checkerboard; its pixels as squares from 200 % on, unless it is to be smooth."""
        painter.fillRect(place, checkers(place.topLeft()))
        if smooth is None:
            smooth = place.width() * self.scale < image.width() * SHARP_FROM
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(place, image)

    # What a click is

    def clicked(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The left button came up where it went down."""

    def double_clicked(self, place: QPointF) -> None:
        """It did so twice."""

    def hovered(self, place: QPointF | None) -> None:
        """The cursor is there; None: it has left."""

    # Events

    def event(self, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.ShortcutOverride if isinstance(event, QKeyEvent):
                plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
                if event.key() in TAKEN and plain == Qt.KeyboardModifier.NoModifier:
                    event.accept()
                    return True
            case QEvent.Type.NativeGesture if isinstance(event, QNativeGestureEvent):
                if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                    self.zoom_by(max(0.2, 1 + event.value()), event.position())
                    return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = self.KEYS.get(event.key())
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        match event.key():
            case _ if held:
                event.ignore()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_steps(1)
            case Qt.Key.Key_Minus:
                self.zoom_steps(-1)
            case Qt.Key.Key_0 | Qt.Key.Key_F:
                self.fit()
            case Qt.Key.Key_1:
                self.zoom_to(1)
            case _ if command is not None:
                self.key_asked.emit(command)
            case _:
                event.setAccepted(event.key() in TYPED)

    def wheelEvent(self, event: QWheelEvent) -> None:
        angle, pixels = event.angleDelta(), event.pixelDelta()
        pad = event.pointingDevice().type() == QPointingDevice.DeviceType.TouchPad
        if pad and not pixels.isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan(pixels.x(), pixels.y())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or angle.y() == 0:
            self.pan((angle.x() or angle.y()) / 120 * SIDEWAYS, 0)
        else:
            self.zoom_by(NOTCH ** (angle.y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._dragging = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self.hovered(event.position())
            return
        moved = event.position() - self._pressed
        if not self._dragging and moved.manhattanLength() >= QApplication.startDragDistance():
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragging:
            self._pressed = event.position()
            self.pan(moved.x(), moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_click = self._pressed is not None and not self._dragging
        self._pressed, self._dragging = None, False
        self.unsetCursor()
        if was_click and event.button() == Qt.MouseButton.LeftButton:
            self.clicked(event.position(), event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered(None)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)


def surround() -> QColor:
    """What is around pictures."""
    return QColor(theme.current().canvas.surround)
