"""Frames of the canvas: crop makes it smaller, extend larger."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QCursor, QPainter

from desktop_app import theme
from desktop_app.canvas.pointer import Modifiers, Pointer
from desktop_app.canvas.viewport import Viewport
from desktop_app.document.areas import Area
from desktop_app.document.arranging import crop, extend_canvas
from desktop_app.document.selecting import select
from desktop_app.session import Session
from desktop_app.tools.box import Box, Grip
from desktop_app.tools.boxed import BoxTool, Drag, by, straight
from desktop_app.tools.cursors import cursor
from desktop_app.tools.gestures import one_step
from desktop_app.tools.overlays import paint_shade
from desktop_app.tools.shapes import dragged as spanned
from inference.api import LARGEST_SIDE
from inference.geometry import Bounds, Size
from inference.masks import Mask

OVERLAP = 64
"""The new room is selected with a sixty-fourth of the picture's shorter side beside it: 8 pixels of 512."""
LEAST_OVERLAP, MOST_OVERLAP = 4, 64
TINT = 70
"""Alpha of the colour over new room."""


class FrameTool(BoxTool):
    """A frame in whole pixels; it starts as the canvas."""

    def first_box(self) -> Box | None:
        return Box.of(self.easel.document.stack.bounds)

    def allowed(self, bounds: Bounds) -> Bounds:
        """The nearest frame that can be."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Where the canvas has another size, what was framed is no longer there."""
        if self.home != self.first_box():
            self.restart()

    def set_frame(self, width: float, height: float, angle: float) -> None:
        if self.box is not None:
            self.set_box(Box.of(self.allowed(self.box.sized(round(width), round(height)).bounds)))

    def dragged(self, drag: Drag, pointer: Pointer) -> Box:
        keep, centred = Modifiers.SHIFT in pointer.modifiers, Modifiers.ALT in pointer.modifiers
        return Box.of(self.allowed(drag.box.dragged(drag.grip, *by(drag, pointer), keep=keep, centred=centred).bounds))


class CropTool(FrameTool):
    """What stays of the canvas. The first drag begins a frame; then it is moved from within."""

    def allowed(self, bounds: Bounds) -> Bounds:
        canvas = self.easel.document.stack.bounds
        inside = bounds.intersection(canvas)
        return Bounds(bounds.x, bounds.y, 1, 1).slid_inside(canvas) if inside.empty else inside

    def grip_at(self, box: Box, x: float, y: float) -> Grip:
        grip = super().grip_at(box, x, y)
        return Grip.OUTSIDE if grip is Grip.INSIDE and not self.pending else grip

    def dragged(self, drag: Drag, pointer: Pointer) -> Box:
        canvas = self.easel.document.stack.bounds
        if drag.grip is Grip.INSIDE:
            return Box.of(drag.box.moved(*straight(drag, pointer)).bounds.slid_inside(canvas))
        if drag.grip is Grip.OUTSIDE:
            made = spanned(drag.start, (pointer.x, pointer.y), pointer.modifiers).intersection(canvas)
            return drag.box if made.empty else Box.of(made)
        return super().dragged(drag, pointer)

    def outside_cursor(self) -> QCursor:
        return cursor("cross")

    def apply(self) -> None:
        if self.box is None or not self.pending:
            return
        bounds, session = self.box.bounds, self.easel.session
        self.box = self.home
        session.do(crop(session.document, bounds))
        self.restart()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """What goes is darkened."""
        if self.box is not None:
            paint_shade(painter, viewport, self.easel.document.stack.bounds, self.box.bounds)
        super().paint(painter, viewport)


class ExtendTool(FrameTool):
    """Room around the canvas. It is selected as it is made, so that Generate fills it."""

    def allowed(self, bounds: Bounds) -> Bounds:
        """Never smaller than the canvas, never larger than a picture can be."""
        size = self.easel.document.size
        left, right = _sides(-bounds.x, bounds.right - size.width, LARGEST_SIDE - size.width)
        top, bottom = _sides(-bounds.y, bounds.bottom - size.height, LARGEST_SIDE - size.height)
        return Bounds(-left, -top, size.width + left + right, size.height + top + bottom)

    def set_frame(self, width: float, height: float, angle: float) -> None:
        """The new room is shared by both sides."""
        size = self.easel.document.size
        wider, higher = max(0, round(width) - size.width), max(0, round(height) - size.height)
        wanted = Bounds(-(wider // 2), -(higher // 2), size.width + wider, size.height + higher)
        self.set_box(Box.of(self.allowed(wanted)))

    def dragged(self, drag: Drag, pointer: Pointer) -> Box:
        if drag.grip in {Grip.INSIDE, Grip.OUTSIDE}:
            return drag.box
        return super().dragged(drag, pointer)

    def inside_cursor(self) -> QCursor:
        return cursor("arrow")

    def apply(self) -> None:
        if self.box is None or not self.pending:
            return
        bounds, session = self.box.bounds, self.easel.session
        self.box = self.home
        one_step(session, lambda session: extend(session, bounds), label="Extend canvas")
        self.restart()
        self.easel.told.emit(self.tr("The new room is selected: press Generate to fill it."))

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """New room is tinted."""
        if self.box is not None and self.pending:
            tint = QColor(theme.current().accent)
            tint.setAlpha(TINT)
            paint_shade(painter, viewport, self.box.bounds, self.easel.document.stack.bounds, tint)
        super().paint(painter, viewport)


def extend(session: Session, frame: Bounds) -> None:
    """Make ``frame``, around the canvas, the canvas, and select the new room with some of the picture beside it."""
    old = session.document.stack.bounds
    right, bottom = frame.right - old.right, frame.bottom - old.bottom
    session.do(extend_canvas(session.document, -frame.x, -frame.y, right, bottom))
    document = session.document
    mask = _room(document.size, old.moved(-frame.x, -frame.y).intersection(document.stack.bounds))
    session.do(select(document, Area(document.stack.bounds, mask), label="Extend canvas"))


def _room(size: Size, picture: Bounds) -> Mask:
    """All but the picture, and the edge of it where room was added."""
    side = min(picture.width, picture.height)
    overlap = min(max(side // OVERLAP, LEAST_OVERLAP), MOST_OVERLAP, max(side // 4, 1))
    left, top = overlap if picture.x > 0 else 0, overlap if picture.y > 0 else 0
    right = overlap if picture.right < size.width else 0
    bottom = overlap if picture.bottom < size.height else 0
    mask = np.full(size.shape, 255, np.uint8)
    mask[picture.y + top : picture.bottom - bottom, picture.x + left : picture.right - right] = 0
    return mask


def _sides(low: int, high: int, most: int) -> tuple[int, int]:
    """Room on two sides: none is negative, together they are at most ``most``."""
    low = min(max(low, 0), most)
    return low, min(max(high, 0), most - low)
