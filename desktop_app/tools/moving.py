"""Moving a layer by hand or by arrow keys, and choosing the layer that lies under the pointer."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import Qt

from desktop_app.canvas.pointer import Button, Modifiers, Pointer
from desktop_app.document.arranging import move_layer
from desktop_app.document.layers import Layer, LayerId
from desktop_app.session import Session
from desktop_app.tools.easel import Easel, StudioTool
from desktop_app.tools.preview import LayerPreview, content_of
from inference.geometry import Bounds

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
FAR = 10
"""Pixels that an arrow key moves with Shift."""


@dataclass
class _Drag:
    session: Session
    layer: LayerId
    start: tuple[float, float]
    by: tuple[int, int] = (0, 0)
    preview: LayerPreview | None = None


class MoveTool(StudioTool):
    """Drags the active layer."""

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._drag: _Drag | None = None
        self._home = (0.0, 0.0)

    def press(self, pointer: Pointer) -> None:
        if pointer.button is not Button.LEFT:
            return
        if Modifiers.CTRL in pointer.modifiers:
            self._choose(pointer)
        else:
            layer = self.easel.writable_layer()
            self._drag = _Drag(self.easel.session, layer.id, (pointer.x, pointer.y))

    def move(self, pointer: Pointer) -> None:
        drag = self._drag
        if drag is None:
            return
        by = _steps(drag.start, pointer)
        if by == drag.by:
            return
        drag.by = by
        if drag.preview is None:
            drag.preview = self._shown(drag)
        preview = drag.preview
        if preview is not None:
            before = preview.box
            preview.box = before.moved(by[0] - (before.x - self._home[0]), by[1] - (before.y - self._home[1]))
            self.easel.repaint(before.reach, preview.box.reach)
        self.easel.told.emit(self.tr("Moved by {x}, {y}").format(x=by[0], y=by[1]))

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)
        self.settle()

    def settle(self) -> None:
        """The layer stays where it is now."""
        drag = self._drag
        if drag is None:
            return
        try:
            if drag.by != (0, 0):
                _nudge(drag.session, drag.layer, drag.by)
        finally:
            self.cancel()

    def cancel(self) -> None:
        drag, self._drag = self._drag, None
        if drag is not None and drag.preview is not None:
            self.easel.hide(drag.preview)
            drag.session.hide_layer(None)

    def end(self) -> None:
        self.cancel()

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        """Arrow keys move by a pixel, with Shift by ten."""
        far = held == Qt.KeyboardModifier.ShiftModifier
        if key not in ARROWS or (held and not far) or self._drag is not None:
            return False
        across, down = (part * (FAR if far else 1) for part in ARROWS[key])
        _nudge(self.easel.session, self.easel.writable_layer().id, (across, down))
        return True

    def _shown(self, drag: _Drag) -> LayerPreview | None:
        layer = drag.session.document.stack.layer(drag.layer)
        content = content_of(layer)
        if content.empty:
            return None
        preview = LayerPreview(drag.session.document.stack, layer, content)
        self._home = preview.box.x, preview.box.y
        drag.session.hide_layer(layer.id)
        self.easel.show(preview)
        return preview

    def _choose(self, pointer: Pointer) -> None:
        point = Bounds(math.floor(pointer.x), math.floor(pointer.y), 1, 1)
        for layer in reversed(self.easel.document.layers):
            if _seen_at(layer, point):
                self.easel.session.choose(layer.id)
                self.easel.told.emit(layer.name)
                return


def _seen_at(layer: Layer, point: Bounds) -> bool:
    return layer.visible and layer.bounds.contains(point) and bool(layer.part(point)[0, 0, 3])


def _nudge(session: Session, layer: LayerId, by: tuple[int, int]) -> None:
    found = session.document.stack.layer(layer)
    session.do(move_layer(session.document, found.x + by[0], found.y + by[1], layer))


def _steps(start: tuple[float, float], pointer: Pointer) -> tuple[int, int]:
    """Whole pixels from the start; with Shift along one axis only."""
    across, down = round(pointer.x - start[0]), round(pointer.y - start[1])
    if Modifiers.SHIFT in pointer.modifiers:
        return (across, 0) if abs(across) >= abs(down) else (0, down)
    return across, down
