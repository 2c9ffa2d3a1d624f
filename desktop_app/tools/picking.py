"""Tools that work where they are clicked: wand, bucket, fill and colour picker."""

from __future__ import annotations

import math

from desktop_app.canvas.pointer import Button, Modifiers, Pointer
from desktop_app.document.areas import alike
from desktop_app.document.filling import bucket, colour_at, fill, looked_at
from desktop_app.document.selecting import select
from desktop_app.session import Session
from desktop_app.tools.combining import combined
from desktop_app.tools.easel import Easel, StudioTool
from desktop_app.tools.gestures import one_step


def pick(easel: Easel, pointer: Pointer, *, merged: bool, background: bool = False) -> bool:
    """Take the colour under the pointer, of the picture or of the active layer. False where there is none."""
    document = easel.document
    layer = None if merged else document.active
    colour = colour_at(document, math.floor(pointer.x), math.floor(pointer.y), layer)
    if colour is None or colour[3] == 0:
        return False
    if background:
        easel.options.background = colour[:3]
    else:
        easel.options.foreground = colour[:3]
    easel.told.emit("#{:02x}{:02x}{:02x}".format(*colour[:3]))
    return True


class PickerTool(StudioTool):
    """The colour under the pointer, while it is dragged."""

    def press(self, pointer: Pointer) -> None:
        background = pointer.button is Button.RIGHT or Modifiers.ALT in pointer.modifiers
        if not pick(self.easel, pointer, merged=self.easel.options.all_layers, background=background):
            self.easel.told.emit(self.tr("There is no colour here."))

    def move(self, pointer: Pointer) -> None:
        self.press(pointer)


class WandTool(StudioTool):
    """Selects what looks like the pixel that is clicked."""

    def press(self, pointer: Pointer) -> None:
        if pointer.button is not Button.LEFT:
            return
        document, options = self.easel.document, self.easel.options
        pixels = looked_at(document, merged=options.all_layers)
        x, y = math.floor(pointer.x), math.floor(pointer.y)
        area = alike(pixels, x, y, tolerance=options.tolerance, contiguous=options.contiguous)
        how = combined(options.combine, pointer.modifiers)
        self.easel.session.do(select(document, area, how, label="Magic wand"))


class BucketTool(StudioTool):
    """Fills what looks like the pixel that is clicked."""

    def press(self, pointer: Pointer) -> None:
        if _picked(self.easel, pointer):
            return
        easel, options = self.easel, self.easel.options

        def work(session: Session) -> None:
            layer = easel.layer_to_paint()
            edits = bucket(
                session.document,
                math.floor(pointer.x),
                math.floor(pointer.y),
                options.foreground,
                tolerance=options.tolerance,
                contiguous=options.contiguous,
                merged=options.all_layers,
                layer=layer.id,
            )
            session.do(*edits)

        one_step(easel.session, work, label="Bucket fill")


class FillTool(StudioTool):
    """Fills the selection, or all of the layer, with the colour."""

    def press(self, pointer: Pointer) -> None:
        if _picked(self.easel, pointer):
            return
        easel = self.easel

        def work(session: Session) -> None:
            session.do(*fill(session.document, easel.options.foreground, layer=easel.layer_to_paint().id))

        one_step(easel.session, work, label="Fill")


def _picked(easel: Easel, pointer: Pointer) -> bool:
    """True when the press was none that fills."""
    if Modifiers.ALT in pointer.modifiers:
        pick(easel, pointer, merged=True)
        return True
    return pointer.button is not Button.LEFT
