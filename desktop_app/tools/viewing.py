"""Tools that change where one looks: hand and magnifier."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor, QPainter

from desktop_app.canvas.pointer import Button, Modifiers, Pointer
from desktop_app.canvas.viewport import Viewport
from desktop_app.tools.cursors import cursor
from desktop_app.tools.easel import Easel, StudioTool
from desktop_app.tools.overlays import paint_line
from inference.geometry import Bounds

DRAG = 6
"""Logical pixels from which a click is a drag."""


def seen_at(easel: Easel, pointer: Pointer) -> QPointF:
    """Where on the canvas's widget a pointer is, in logical pixels."""
    canvas = easel.canvas
    return QPointF(*canvas.viewport.to_view(pointer.x, pointer.y)) / canvas.scale


class PanTool(StudioTool):
    """Moves the picture along."""

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._from: QPointF | None = None

    def press(self, pointer: Pointer) -> None:
        self._from = seen_at(self.easel, pointer)
        self.easel.canvas.setCursor(cursor("holding"))

    def move(self, pointer: Pointer) -> None:
        if self._from is not None:
            now = seen_at(self.easel, pointer)
            by, self._from = now - self._from, now
            self.easel.canvas.pan(by.x(), by.y())

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)
        self.cancel()

    def cancel(self) -> None:
        self._from = None
        self.easel.canvas.setCursor(cursor("hand"))


class ZoomTool(StudioTool):
    """A click zooms by a step, a drag fills the view with a frame."""

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._start: Pointer | None = None
        self._end: Pointer | None = None
        self._out = False

    @property
    def cursor(self) -> QCursor | Qt.CursorShape | None:
        return cursor("zoom-out") if self._out else None

    def press(self, pointer: Pointer) -> None:
        self._start = self._end = pointer
        self.easel.show(self)

    def move(self, pointer: Pointer) -> None:
        if self._start is not None:
            before = self._corners()
            self._end = pointer
            for points in (before, self._corners()):
                across, down = zip(*points, strict=True)
                self.easel.repaint((min(across), min(down), max(across), max(down)))

    def release(self, pointer: Pointer) -> None:
        if self._start is None:
            return
        start = self._start
        self.cancel()
        at, end = seen_at(self.easel, start), seen_at(self.easel, pointer)
        if max(abs(end.x() - at.x()), abs(end.y() - at.y())) < DRAG:
            out = start.button is Button.RIGHT or Modifiers.ALT in start.modifiers
            self.easel.canvas.zoom_steps(-1 if out else 1, at)
        else:
            self._fill_view(start, pointer)

    def hover(self, pointer: Pointer) -> None:
        out = Modifiers.ALT in pointer.modifiers
        if out != self._out:
            self._out = out
            self.easel.reshaped.emit()

    def cancel(self) -> None:
        self._start = self._end = None
        self.easel.hide(self)

    def end(self) -> None:
        self._out = False
        self.cancel()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """The frame (an ``Overlay``)."""
        paint_line(painter, viewport, self._corners())

    def _corners(self) -> tuple[tuple[float, float], ...]:
        if self._start is None or self._end is None:
            return ()
        one, other = self._start, self._end
        return (one.x, one.y), (other.x, one.y), (other.x, other.y), (one.x, other.y)

    def _fill_view(self, one: Pointer, other: Pointer) -> None:
        canvas = self.easel.canvas
        view = canvas.viewport
        frame = Bounds.of(view.size)
        width, height = abs(other.x - one.x), abs(other.y - one.y)
        canvas.zoom_to(min(view.width / max(width, 1), view.height / max(height, 1)))
        middle_x = min(max((one.x + other.x) / 2, frame.x), frame.right)
        middle_y = min(max((one.y + other.y) / 2, frame.y), frame.bottom)
        canvas.centre_on(middle_x, middle_y)
