"""Selecting by shapes that are dragged or clicked: rectangle, ellipse, lasso, polygon."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from desktop_app.canvas.pointer import Button, Modifiers, Pointer
from desktop_app.canvas.viewport import Viewport
from desktop_app.document.areas import Area, ellipse, polygon, rectangle
from desktop_app.document.selecting import Combine, select, select_none
from desktop_app.tools.combining import combined
from desktop_app.tools.easel import Easel, StudioTool
from desktop_app.tools.overlays import paint_ellipse, paint_handles, paint_line, paint_words
from inference.geometry import Bounds, Size

CLOSE = 8
"""Logical pixels from the first corner within which a click closes a polygon."""
LEAST_STEP = 1.0
"""Logical pixels between two points of a lasso."""

Point = tuple[float, float]
Shape = Callable[[Size, float, float, float, float], Area]
SHAPES: dict[str, Shape] = {"rectangle": rectangle, "ellipse": ellipse}


class _Held:
    """Keys that were down at the press say how a shape combines; let go and pressed again they shape it."""

    def __init__(self, easel: Easel, held: Modifiers) -> None:
        combining = held if easel.document.selected() is not None else Modifiers.NONE
        self.how = combined(easel.options.combine, combining)
        self._spent = combining

    def shaping(self, held: Modifiers) -> Modifiers:
        self._spent &= held
        return held & ~self._spent


class DragTool(StudioTool):
    """A rectangle, or the ellipse in it, from corner to corner, in whole pixels."""

    def __init__(self, easel: Easel, name: str) -> None:
        super().__init__(easel)
        self._name = name
        self._start: Point | None = None
        self._end: Point = (0.0, 0.0)
        self._keys = Modifiers.NONE
        self._held: _Held | None = None
        self._carried = False

    @property
    def bounds(self) -> Bounds:
        """Of the shape that is dragged."""
        if self._start is None:
            return Bounds(0, 0, 0, 0)
        return dragged(self._start, self._end, self._keys)

    def press(self, pointer: Pointer) -> None:
        if pointer.button is not Button.LEFT:
            return
        self._held = _Held(self.easel, pointer.modifiers)
        self._start = self._end = (pointer.x, pointer.y)
        self._keys, self._carried = Modifiers.NONE, False
        self.easel.show(self)

    def move(self, pointer: Pointer) -> None:
        if self._start is None or self._held is None:
            return
        before = self.bounds
        if self._carried:
            by = pointer.x - self._end[0], pointer.y - self._end[1]
            self._start = self._start[0] + by[0], self._start[1] + by[1]
        self._end = pointer.x, pointer.y
        self._keys = self._held.shaping(pointer.modifiers)
        self.easel.repaint(*(_edges(bounds) for bounds in (before, self.bounds)))
        self.easel.told.emit(_measures(self.bounds))

    def release(self, pointer: Pointer) -> None:
        if self._start is None or self._held is None:
            return
        self.move(pointer)
        bounds, held = self.bounds, self._held
        self.cancel()
        document = self.easel.document
        if not bounds.intersection(document.stack.bounds).empty:
            area = SHAPES[self._name](document.size, bounds.x, bounds.y, bounds.width, bounds.height)
            self.easel.session.do(select(document, area, held.how))
        elif held.how is Combine.REPLACE and document.selected() is not None:
            self.easel.session.do(select_none(document))

    def cancel(self) -> None:
        self._start = self._held = None
        self.easel.hide(self)

    def end(self) -> None:
        self.cancel()

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        """Space carries the shape along."""
        if key != Qt.Key.Key_Space or self._start is None:
            return False
        self._carried = True
        return True

    def key_up(self, key: Qt.Key) -> bool:
        carried, self._carried = self._carried, self._carried and key != Qt.Key.Key_Space
        return carried and key == Qt.Key.Key_Space

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """The shape and its size (an ``Overlay``)."""
        bounds = self.bounds
        if bounds.empty:
            return
        if self._name == "ellipse":
            paint_ellipse(painter, viewport, bounds)
        else:
            paint_line(painter, viewport, corners(bounds))
        paint_words(painter, viewport, _measures(bounds), _edges(bounds), self.easel.canvas.scale)


class LassoTool(StudioTool):
    """The inside of a line that is drawn."""

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._points: list[Point] = []
        self._how = Combine.REPLACE

    def press(self, pointer: Pointer) -> None:
        if pointer.button is Button.LEFT:
            self._how = combined(self.easel.options.combine, pointer.modifiers)
            self._points = [(pointer.x, pointer.y)]
            self.easel.show(self)

    def move(self, pointer: Pointer) -> None:
        if not self._points:
            return
        last, now = self._points[-1], (pointer.x, pointer.y)
        if math.dist(last, now) >= self.easel.reach(LEAST_STEP):
            self._points.append(now)
            self.easel.repaint(_around(last, now))

    def release(self, pointer: Pointer) -> None:
        if not self._points:
            return
        self.move(pointer)
        points, how = self._points, self._how
        self.cancel()
        select_polygon(self.easel, points, how)

    def cancel(self) -> None:
        self._points = []
        self.easel.hide(self)

    def end(self) -> None:
        self.cancel()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """The line so far (an ``Overlay``)."""
        paint_line(painter, viewport, self._points, closed=False)


class PolygonTool(StudioTool):
    """A polygon by its corners; between the clicks it is pending."""

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._points: list[Point] = []
        self._next: Point = (0.0, 0.0)
        self._how = Combine.REPLACE

    @property
    def pending(self) -> bool:
        return bool(self._points)

    def press(self, pointer: Pointer) -> None:
        if pointer.button is not Button.LEFT:
            return
        if not self._points:
            self._how = combined(self.easel.options.combine, pointer.modifiers)
            self._points = [(pointer.x, pointer.y)]
            self.easel.show(self)
        elif pointer.clicks > 1 or self._closes(pointer):
            self.apply()
            return
        else:
            self._points.append(self._kept(pointer))
        self._follow((pointer.x, pointer.y))
        self.easel.changed.emit()

    def move(self, pointer: Pointer) -> None:
        self.hover(pointer)

    def hover(self, pointer: Pointer) -> None:
        if self._points:
            self._follow(self._kept(pointer))

    def apply(self) -> None:
        points, how = self._points, self._how
        self.give_up()
        if len(points) > 2:
            select_polygon(self.easel, points, how)

    def give_up(self) -> bool:
        pending, self._points = self.pending, []
        self.easel.hide(self)
        if pending:
            self.easel.changed.emit()
        return pending

    def end(self) -> None:
        self.give_up()

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        """Backspace takes the last corner back."""
        if key != Qt.Key.Key_Backspace or not self._points:
            return False
        gone = self._points.pop()
        if not self._points:
            self.give_up()
        else:
            self.easel.repaint(_around(gone, self._next), _around(gone, self._points[-1]))
        return True

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """The lines so far, and a handle where a click closes it (an ``Overlay``)."""
        paint_line(painter, viewport, [*self._points, self._next], closed=False)
        paint_handles(painter, viewport, self._points[:1], self.easel.canvas.scale)

    def _closes(self, pointer: Pointer) -> bool:
        near = math.dist(self._points[0], (pointer.x, pointer.y)) <= self.easel.reach(CLOSE)
        return near and len(self._points) > 2

    def _kept(self, pointer: Pointer) -> Point:
        """Shift keeps the line to whole eighths of a turn."""
        x, y = self._points[-1]
        dx, dy = pointer.x - x, pointer.y - y
        if Modifiers.SHIFT not in pointer.modifiers or len(self._points) == 0:
            return pointer.x, pointer.y
        turn = round(math.atan2(dy, dx) / (math.pi / 4)) * (math.pi / 4)
        along = dx * math.cos(turn) + dy * math.sin(turn)
        return x + along * math.cos(turn), y + along * math.sin(turn)

    def _follow(self, point: Point) -> None:
        last = self._points[-1]
        self.easel.repaint(_around(last, self._next), _around(last, point))
        self._next = point


def select_polygon(easel: Easel, points: list[Point], how: Combine) -> None:
    """Combine the inside of a line with the selection; a line around nothing selects nothing."""
    document = easel.document
    area = polygon(document.size, points)
    if area.coverage.any():
        easel.session.do(select(document, area, how, label="Lasso"))
    elif how is Combine.REPLACE and document.selected() is not None:
        easel.session.do(select_none(document))


def dragged(start: Point, end: Point, keys: Modifiers) -> Bounds:
    """The whole pixels between two corners: a square with Shift, about the first corner with Alt."""
    left, top, right, bottom = round(start[0]), round(start[1]), round(end[0]), round(end[1])
    across, down = right - left, bottom - top
    if Modifiers.SHIFT in keys:
        side = max(abs(across), abs(down))
        across, down = math.copysign(side, across), math.copysign(side, down)
    if Modifiers.ALT in keys:
        left, top, across, down = left - across, top - down, 2 * across, 2 * down
    x, y = min(left, left + across), min(top, top + down)
    return Bounds(int(x), int(y), int(abs(across)), int(abs(down)))


def corners(bounds: Bounds) -> tuple[Point, ...]:
    """Clockwise from the upper left."""
    return (
        (bounds.x, bounds.y),
        (bounds.right, bounds.y),
        (bounds.right, bounds.bottom),
        (bounds.x, bounds.bottom),
    )


def _around(*points: Point) -> tuple[float, float, float, float]:
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across), max(down)


def _edges(bounds: Bounds) -> tuple[float, float, float, float]:
    return bounds.x, bounds.y, bounds.right, bounds.bottom


def _measures(bounds: Bounds) -> str:
    return f"{bounds.width} × {bounds.height}"
