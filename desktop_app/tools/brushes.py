"""The brushes: strokes on the selection and on layers, each one step."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor

from desktop_app.canvas.pointer import Button, Device, Modifiers, Pointer
from desktop_app.document.brushes import Stroke
from desktop_app.document.edits import Part, Target
from desktop_app.document.history import Gesture
from desktop_app.document.inks import Ink
from desktop_app.session import Session
from desktop_app.tools.cursors import cursor
from desktop_app.tools.easel import Easel, StudioTool
from desktop_app.tools.picking import pick
from inference.geometry import Bounds


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a brush does."""

    label: str
    mask: bool
    erases: bool


KINDS = {
    "mask-brush": Kind(label="Paint mask", mask=True, erases=False),
    "mask-eraser": Kind(label="Erase mask", mask=True, erases=True),
    "paint-brush": Kind(label="Paint", mask=False, erases=False),
    "eraser": Kind(label="Erase", mask=False, erases=True),
}
OPPOSITE = {"mask-brush": KINDS["mask-eraser"]}
"""What the right button, Alt and the other end of a pen do."""


@dataclass
class _Work:
    """A stroke that is being made."""

    session: Session
    gesture: Gesture
    stroke: Stroke
    target: Target


class BrushTool(StudioTool):
    """One of ``KINDS``."""

    def __init__(self, easel: Easel, name: str) -> None:
        super().__init__(easel)
        self.name = name
        self._kind = KINDS[name]
        self._work: _Work | None = None
        self._picking = False
        self._last: tuple[Session, float, float] | None = None

    @property
    def diameter(self) -> float | None:
        return None if self._picking else self.easel.options.brush(mask=self._kind.mask).size

    @property
    def cursor(self) -> QCursor | Qt.CursorShape | None:
        return cursor("picker") if self._picking else None

    def press(self, pointer: Pointer) -> None:
        self.settle()
        if self._picks(pointer):
            self._show_picking(True)
            pick(self.easel, pointer, merged=True)
        elif pointer.button is Button.LEFT or self.name in OPPOSITE:
            self._start(pointer)

    def move(self, pointer: Pointer) -> None:
        if self._picking:
            pick(self.easel, pointer, merged=True)
        else:
            self._paint(pointer.x, pointer.y, pointer.pressure)

    def release(self, pointer: Pointer) -> None:
        if self._picking:
            self._show_picking(Modifiers.ALT in pointer.modifiers)
            return
        if pointer.device is Device.MOUSE:  # a pen is lifted without pressure, where it was
            self._paint(pointer.x, pointer.y, pointer.pressure)
        self.settle()

    def hover(self, pointer: Pointer) -> None:
        self._show_picking(self._picks(pointer))

    def cancel(self) -> None:
        self._show_picking(False)
        work, self._work = self._work, None
        if work is not None and work.session.history.gesture is work.gesture:
            work.session.cancel()

    def end(self) -> None:
        self.settle()
        self._show_picking(False)

    def settle(self) -> None:
        """The stroke ends here."""
        work, self._work = self._work, None
        if work is not None and work.session.history.gesture is work.gesture:
            work.session.commit()

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        """Figures set the opacity."""
        if held or not Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            return False
        share = (int(key) - int(Qt.Key.Key_0)) / 10 or 1.0
        setattr(self.easel.options, "mask_opacity" if self._kind.mask else "paint_opacity", share)
        return True

    def _picks(self, pointer: Pointer) -> bool:
        return self.name == "paint-brush" and Modifiers.ALT in pointer.modifiers

    def _show_picking(self, picking: bool) -> None:
        if picking != self._picking:
            self._picking = picking
            self.easel.reshaped.emit()

    def _start(self, pointer: Pointer) -> None:
        session, options = self.easel.session, self.easel.options
        kind = self._kind
        if pointer.button is Button.RIGHT or Modifiers.ALT in pointer.modifiers:
            kind = OPPOSITE.get(self.name, kind)
        if pointer.device is Device.ERASER:
            kind = KINDS["mask-eraser" if kind.mask else "eraser"]
        ink: Ink = None if kind.erases else options.foreground
        if not kind.mask and (kind.erases or self.easel.document.layers):
            self.easel.writable_layer()  # before a gesture is begun
        gesture = session.begin(kind.label)
        target: Target = Part.SELECTION if kind.mask else self.easel.layer_to_paint().id

        def make() -> Bounds:
            stroke = Stroke(gesture, target, options.brush(mask=kind.mask), ink)
            self._work = _Work(session, gesture, stroke, target)
            return Bounds(0, 0, 0, 0)

        try:
            session.watched(make)
        except Exception:
            session.cancel()
            raise
        if Modifiers.SHIFT in pointer.modifiers and self._last is not None and self._last[0] is session:
            self._paint(self._last[1], self._last[2], pointer.pressure)
        self._paint(pointer.x, pointer.y, pointer.pressure)

    def _paint(self, x: float, y: float, pressure: float) -> None:
        work = self._work
        if work is None:
            return
        if work.session.history.gesture is not work.gesture:  # undone meanwhile, or another has begun
            self._work = None
            return
        work.session.touched(work.target, work.stroke.to(x, y, pressure))
        self._last = (work.session, x, y)
