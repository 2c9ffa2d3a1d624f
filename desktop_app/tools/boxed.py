"""What frames have in common: a box that is dragged by its handles, applied or given up."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor, QPainter

from desktop_app.canvas.pointer import Button, Modifiers, Pointer
from desktop_app.canvas.viewport import Viewport
from desktop_app.tools.box import Box, Grip
from desktop_app.tools.cursors import cursor
from desktop_app.tools.easel import Easel, StudioTool
from desktop_app.tools.overlays import HANDLE, paint_box, paint_words

SHAPES = (
    Qt.CursorShape.SizeHorCursor,
    Qt.CursorShape.SizeFDiagCursor,
    Qt.CursorShape.SizeVerCursor,
    Qt.CursorShape.SizeBDiagCursor,
)
"""By eighths of a turn from the right, clockwise."""


@dataclass
class Drag:
    """A handle in the hand."""

    grip: Grip
    start: tuple[float, float]
    box: Box
    """As it was at the press."""


class BoxTool(StudioTool):
    """A box over the picture. What dragging does to it, and what it is for, its children say."""

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self.box: Box | None = None
        self.home: Box | None = None
        """The box as it was before anything was changed."""
        self.drag: Drag | None = None
        self._grip: Grip | None = None

    # What children say

    def first_box(self) -> Box | None:
        """Where the box lies at first; None when there is nothing to put it around."""
        raise NotImplementedError

    def grip_at(self, box: Box, x: float, y: float) -> Grip:
        """What is taken at a point."""
        return box.grip(x, y, self.easel.reach(HANDLE))

    def dragged(self, drag: Drag, pointer: Pointer) -> Box:
        """The box with what is dragged under the pointer."""
        raise NotImplementedError

    def changed(self) -> None:
        """The box is another."""

    def outside_cursor(self) -> QCursor:
        """Where neither the box nor a handle is."""
        return cursor("arrow")

    def inside_cursor(self) -> QCursor:
        """In the box."""
        return cursor("move")

    def words(self, box: Box) -> str:
        """Its measures."""
        return f"{round(abs(box.width))} × {round(abs(box.height))}"

    # What it shows

    @property
    def pending(self) -> bool:
        return self.box != self.home

    @property
    def frame(self) -> tuple[float, float, float] | None:
        box = self.box
        return None if box is None else (abs(box.width), abs(box.height), box.angle)

    @property
    def cursor(self) -> QCursor | Qt.CursorShape | None:
        box, grip = self.box, self._grip
        if box is None or grip is None:
            return None
        if grip is Grip.OUTSIDE:
            return self.outside_cursor()
        if grip is Grip.INSIDE:
            return self.inside_cursor()
        (x, y), middle = box.at(*grip.value), (box.x, box.y)
        eighth = round(math.degrees(math.atan2(y - middle[1], x - middle[0])) / 45) % 4
        if grip.value[0] and grip.value[1]:  # a corner's cursor is slanted, however flat the box
            eighth = _slanted(grip, box)
        return QCursor(SHAPES[eighth])

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """The box, its handles and measures (an ``Overlay``)."""
        if self.box is not None:
            scale = self.easel.canvas.scale
            paint_box(painter, viewport, self.box, scale)
            paint_words(painter, viewport, self.words(self.box), self.box.reach, scale)

    # Its life

    def begin(self) -> None:
        self.easel.show(self)
        self.restart()

    def end(self) -> None:
        self.drag = self._grip = None
        self.box = self.home = None
        self.easel.hide(self)

    def restart(self) -> None:
        """Around what there is now."""
        self.drag = None
        self.box = self.home = self.first_box()
        self.easel.canvas.update_overlays()
        self.easel.changed.emit()

    def give_up(self) -> bool:
        pending = self.pending
        if pending:
            self.restart()
        return pending

    def set_box(self, box: Box) -> None:
        """Show another box."""
        before, self.box = self.box, box
        if before == box:
            return
        self.changed()
        self.easel.repaint(*(each.reach for each in (before, box) if each is not None))
        self.easel.told.emit(self.words(box))
        self.easel.changed.emit()

    # Gestures

    def press(self, pointer: Pointer) -> None:
        box = self.box
        if box is None or pointer.button is not Button.LEFT:
            return
        grip = self.grip_at(box, pointer.x, pointer.y)
        if pointer.clicks > 1 and grip is Grip.INSIDE and self.pending:
            self.apply()
            return
        self.drag = Drag(grip, (pointer.x, pointer.y), box)

    def move(self, pointer: Pointer) -> None:
        if self.drag is not None and self.box is not None:
            self.set_box(self.dragged(self.drag, pointer))

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)
        self.drag = None

    def cancel(self) -> None:
        """Only what this drag did is given up."""
        drag, self.drag = self.drag, None
        if drag is not None and self.box is not None:
            self.set_box(drag.box)

    def hover(self, pointer: Pointer) -> None:
        grip = None if self.box is None else self.grip_at(self.box, pointer.x, pointer.y)
        if grip is not self._grip:
            self._grip = grip
            self.easel.reshaped.emit()


def by(drag: Drag, pointer: Pointer) -> tuple[float, float]:
    """How far a drag has come."""
    return pointer.x - drag.start[0], pointer.y - drag.start[1]


def straight(drag: Drag, pointer: Pointer) -> tuple[float, float]:
    """The same; with Shift along one axis only."""
    across, down = by(drag, pointer)
    if Modifiers.SHIFT not in pointer.modifiers:
        return across, down
    return (across, 0.0) if abs(across) >= abs(down) else (0.0, down)


def _slanted(grip: Grip, box: Box) -> int:
    u, v = grip.value
    flipped = box.width * box.height < 0
    return round((box.angle + (45 if (u == v) != flipped else 135)) / 45) % 4
