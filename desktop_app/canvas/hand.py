"""What the hand does with mouse, pen, wheel and keys: pans and zooms the stage, or tells the tool."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QCursor,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QPinchGesture

from desktop_app.canvas.pointer import Button, Device, Modifiers, Pointer, Tool

NOTCH = 2**0.25
"""One notch of a wheel: four double the zoom."""
ARROW_PAN = 64
KEYS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
BUTTONS = {Qt.MouseButton.LeftButton: Button.LEFT, Qt.MouseButton.RightButton: Button.RIGHT}
MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: Modifiers.SHIFT,
    Qt.KeyboardModifier.ControlModifier: Modifiers.CTRL,
    Qt.KeyboardModifier.AltModifier: Modifiers.ALT,
}
ARROW = Qt.CursorShape.ArrowCursor


class Stage(Protocol):
    """What the hand works on. Places are the widget's, in logical pixels."""

    def to_document(self, place: QPointF) -> tuple[float, float]:
        """The point of the document that is seen there."""
        ...

    def takes(self, place: QPointF) -> bool:
        """True when a tool can work there."""
        ...

    def pan(self, dx: float, dy: float) -> None: ...

    def zoom_by(self, factor: float, at: QPointF) -> None: ...

    def hand_moved(self) -> None:
        """The cursor is somewhere else."""
        ...

    def hand_changed(self) -> None:
        """The hand holds something else: show it by another cursor."""
        ...


class Hand:
    """One gesture at a time: a tool's, or panning.

    Attributes:
        cursor: its place, None when it is not over the stage.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._tool: Tool | None = None
        self._tool_cursor = QCursor(ARROW)
        self._button = Button.NONE
        self._device = Device.MOUSE
        self._pan_from: QPointF | None = None
        self._space = False
        self.cursor: QPointF | None = None

    def set_tool(self, tool: Tool | None, cursor: Qt.CursorShape | QCursor = ARROW) -> None:
        """Who hears of presses, moves and releases, and the cursor that shows it."""
        self.cancel()
        self._tool = tool
        self._tool_cursor = QCursor(cursor)
        self._stage.hand_changed()

    @property
    def pans(self) -> bool:
        """True while dragging pans, or would."""
        return self._space or self._pan_from is not None

    def shape(self, brush: bool) -> QCursor:
        """The cursor to show; ``brush``: a ring is shown around it."""
        if self._pan_from is not None:
            return QCursor(Qt.CursorShape.ClosedHandCursor)
        if self._space:
            return QCursor(Qt.CursorShape.OpenHandCursor)
        if self.cursor is not None and self._button is Button.NONE and not self._stage.takes(self.cursor):
            return QCursor(ARROW)
        return QCursor(Qt.CursorShape.CrossCursor) if brush else self._tool_cursor

    def cancel(self) -> bool:
        """Give up the gesture of the tool. Returns False when there was none."""
        if self._button is Button.NONE:
            return False
        self._button = Button.NONE
        if self._tool is not None:
            self._tool.cancel()
        return True

    def drop(self) -> None:
        """Give up every gesture."""
        self.cancel()
        self._pan_from = None

    def set_panning(self, panning: bool) -> None:
        """As if Space were held."""
        self._space = panning
        if not panning and self._button is Button.NONE:
            self._pan_from = None
        self._stage.hand_changed()

    def follow(self, place: QPointF | None) -> None:
        """The cursor is there (None: it left)."""
        if place != self.cursor:
            self.cursor = place
            self._stage.hand_moved()

    # Events

    def wheel(self, event: QWheelEvent) -> None:
        """A wheel zooms about the cursor, with Shift it pans sideways; two fingers on a touch pad pan."""
        angle, pixels = event.angleDelta(), event.pixelDelta()
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        pad = event.pointingDevice().type() == QPointingDevice.DeviceType.TouchPad
        if pad and not pixels.isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._stage.pan(pixels.x(), pixels.y())
        elif shift or angle.y() == 0:
            turned = angle.x() or angle.y()
            self._stage.pan(turned / 120 * ARROW_PAN, 0)
        else:
            self._stage.zoom_by(NOTCH ** (angle.y() / 120), event.position())
        event.accept()

    def native_gesture(self, event: QNativeGestureEvent) -> bool:
        """Two fingers on a Mac's touch pad. Returns False when it is none of ours."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._stage.zoom_by(max(0.2, 1 + event.value()), event.position())
        return True

    def pinch(self, pinch: QPinchGesture, centre: QPointF) -> None:
        """Two fingers on a screen, around a place."""
        self._stage.zoom_by(max(0.2, pinch.scaleFactor()), centre)
        moved = pinch.centerPoint() - pinch.lastCenterPoint()
        self._stage.pan(moved.x(), moved.y())

    def key(self, event: QKeyEvent) -> bool:
        """A key went down or up. Returns False when it means nothing here."""
        down = event.type() == QEvent.Type.KeyPress
        if event.key() == Qt.Key.Key_Space and not (down and event.modifiers()):
            if not event.isAutoRepeat():
                self.set_panning(down)
            return True
        if down and event.key() in KEYS and not event.modifiers():
            across, below = KEYS[Qt.Key(event.key())]
            self._stage.pan(across * ARROW_PAN, below * ARROW_PAN)
            return True
        return False

    def tablet(self, event: QTabletEvent) -> None:
        """A pen; accepting keeps Qt from making mouse events of it."""
        end = event.pointerType() == QPointingDevice.PointerType.Eraser
        device = Device.ERASER if end else Device.PEN
        match event.type():
            case QEvent.Type.TabletPress:
                self.press(event, 1, device, event.pressure())
            case QEvent.Type.TabletMove:
                self.move(event, device, event.pressure())
            case QEvent.Type.TabletRelease:
                self.release(event, device, event.pressure())
        event.accept()

    def press(
        self, event: QMouseEvent | QTabletEvent, clicks: int = 1, device: Device = Device.MOUSE, pressure: float = 1.0
    ) -> None:
        """A button or the pen's tip went down."""
        self.follow(event.position())
        if self._button is not Button.NONE or self._pan_from is not None:
            return
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self._pan_from = event.position()
            self._stage.hand_changed()
        elif event.button() in BUTTONS and self._tool is not None and self._stage.takes(event.position()):
            self._button, self._device = BUTTONS[event.button()], device
            self._tool.press(self._pointer(event, device, pressure, clicks))

    def move(self, event: QMouseEvent | QTabletEvent, device: Device = Device.MOUSE, pressure: float = 1.0) -> None:
        """It moves, with or without something held."""
        if self._pan_from is not None:
            moved = event.position() - self._pan_from
            self._pan_from = self.cursor = event.position()
            self._stage.pan(moved.x(), moved.y())
            return
        self.follow(event.position())
        if self._tool is None:
            return
        if self._button is not Button.NONE:
            if device is self._device:
                self._tool.move(self._pointer(event, device, pressure))
        elif self._stage.takes(event.position()):
            self._tool.hover(self._pointer(event, device, pressure))

    def release(self, event: QMouseEvent | QTabletEvent, device: Device = Device.MOUSE, pressure: float = 1.0) -> None:
        """The button or the tip is up again."""
        self.follow(event.position())
        if self._pan_from is not None and event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton):
            self._pan_from = None
            self._stage.hand_changed()
        elif self._button is not Button.NONE and BUTTONS.get(event.button()) is self._button:
            pointer = self._pointer(event, device, pressure)
            self._button = Button.NONE
            if self._tool is not None:
                self._tool.release(pointer)

    def _pointer(self, event: QMouseEvent | QTabletEvent, device: Device, pressure: float, clicks: int = 1) -> Pointer:
        x, y = self._stage.to_document(event.position())
        held = Modifiers.NONE
        for key, modifier in MODIFIERS.items():
            if event.modifiers() & key:
                held |= modifier
        return Pointer(x=x, y=y, pressure=pressure, modifiers=held, button=self._button, device=device, clicks=clicks)
