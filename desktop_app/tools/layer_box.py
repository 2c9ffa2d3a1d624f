"""Scaling, turning and moving a layer by a box around what it shows; the pixels change once, when it is applied."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtGui import QCursor

from desktop_app.canvas.pointer import Modifiers, Pointer
from desktop_app.document.document import Document
from desktop_app.document.edits import Edit, restack
from desktop_app.document.layers import Layer, LayerId, Raster
from desktop_app.document.transforming import Transform, transform_layer
from desktop_app.session import Session
from desktop_app.tools.box import Box, Grip
from desktop_app.tools.boxed import BoxTool, Drag, by, straight
from desktop_app.tools.cursors import cursor
from desktop_app.tools.easel import Easel
from desktop_app.tools.gestures import one_step
from desktop_app.tools.preview import LayerPreview, content_of
from inference.geometry import Bounds


@dataclass(frozen=True)
class _Subject:
    """The layer that is transformed, as it was when the box was put around it."""

    session: Session
    layer: Layer
    version: int
    content: Bounds

    def same(self) -> bool:
        """True while its pixels are still there and the same."""
        found = [one for one in self.session.document.layers if one.id == self.layer.id]
        if not found or found[0].raster is not self.layer.raster:
            return False
        return (found[0].x, found[0].y, found[0].raster.version) == (self.layer.x, self.layer.y, self.version)


class TransformTool(BoxTool):
    """The box around the active layer."""

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._subject: _Subject | None = None
        self._preview: LayerPreview | None = None
        self._applying = False

    def first_box(self) -> Box | None:
        self._drop_preview()
        session, stack = self.easel.session, self.easel.document.stack
        self._subject = None
        if stack.active is None:
            return None
        layer = stack.layer()
        content = content_of(layer)
        self._subject = _Subject(session, layer, layer.raster.version, content)
        return None if content.empty else Box.of(content)

    def press(self, pointer: Pointer) -> None:
        self.easel.writable_layer()
        if self.box is None:
            self.easel.told.emit(self.tr("This layer is empty: there is nothing to transform."))
        super().press(pointer)

    def dragged(self, drag: Drag, pointer: Pointer) -> Box:
        shift, alt = Modifiers.SHIFT in pointer.modifiers, Modifiers.ALT in pointer.modifiers
        if drag.grip is Grip.INSIDE:
            return drag.box.moved(*straight(drag, pointer))
        if drag.grip is Grip.OUTSIDE:
            return drag.box.turned(drag.start, (pointer.x, pointer.y), steps=shift)
        return drag.box.dragged(drag.grip, *by(drag, pointer), keep=shift, centred=alt)

    def changed(self) -> None:
        subject = self._subject
        if self._preview is None and subject is not None:
            self._preview = LayerPreview(subject.session.document.stack, subject.layer, subject.content)
            subject.session.hide_layer(subject.layer.id)
            self.easel.hide(self)  # the box lies above the preview
            self.easel.show(self._preview)
            self.easel.show(self)
        if self._preview is not None and self.box is not None:
            self._preview.box = self.box

    def outside_cursor(self) -> QCursor:
        return cursor("turn")

    def words(self, box: Box) -> str:
        turned = f"  {box.angle:g}°" if box.angle else ""
        return super().words(box) + turned

    def set_frame(self, width: float, height: float, angle: float) -> None:
        if self.box is not None:
            self.easel.writable_layer()
            self.set_box(replace(self.box, angle=angle).sized(width, height))

    def refresh(self) -> None:
        """Another layer is active, or this one was changed by something else."""
        subject, active = self._subject, self.easel.document.active
        if self._applying:
            return
        if subject is None or not subject.same():
            if subject is not None or active is not None:
                self.restart()
        elif subject.layer.id != active:
            self.settle()  # the layer of before is finished; the new one stays active
            self.restart()

    def end(self) -> None:
        self._drop_preview()
        self._subject = None
        super().end()

    def apply(self) -> None:
        subject, box = self._subject, self.box
        if subject is None or box is None or not self.pending:
            return
        self._applying = True
        try:
            if subject.same():
                one_step(subject.session, lambda session: _transform(session, subject, box), label="Transform layer")
        finally:
            self._applying = False
            self.restart()

    def _drop_preview(self) -> None:
        if self._preview is not None and self._subject is not None:
            self.easel.hide(self._preview)
            self._preview = None
            self._subject.session.hide_layer(None)


def transform_to(content: Bounds, box: Box) -> Transform:
    """What brings ``content`` into a box. Raises BadRequest when it would be too small or too large."""
    home = Box.of(content)
    return Transform(
        scale_x=box.width / home.width,
        scale_y=box.height / home.height,
        angle=box.angle,
        dx=box.x - home.x,
        dy=box.y - home.y,
    )


def _transform(session: Session, subject: _Subject, box: Box) -> None:
    layer = subject.layer.id
    session.do(_trimmed(session.document, layer, subject.content))
    session.do(transform_layer(session.document, transform_to(subject.content, box), layer))


def _trimmed(document: Document, layer: LayerId, content: Bounds) -> Edit:
    """Cut a layer to what it shows: a transform is about its middle, and costs what it is large."""
    stack = document.stack
    old = stack.writable(layer)
    cut = replace(old, raster=Raster(old.part(content).copy()), x=content.x, y=content.y)
    return restack("Transform layer", stack, stack.having(cut), Bounds(0, 0, 0, 0))
