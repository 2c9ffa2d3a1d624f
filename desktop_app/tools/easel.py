"""What every tool stands before: the session and its canvas, the options, and the ways to be heard."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCursor

from desktop_app.canvas.painting import Overlay
from desktop_app.canvas.pointer import Pointer
from desktop_app.canvas.view import Canvas
from desktop_app.document.arranging import add_layer
from desktop_app.document.document import Document
from desktop_app.document.layers import Layer
from desktop_app.session import Session
from desktop_app.tools.options import ToolOptions
from inference.errors import BadRequest
from inference.geometry import Bounds

MARGIN = 72
"""Logical pixels around a shape that its handles and captions take."""


class Easel(QObject):
    """Shared by the tools of a toolbox.

    Signals:
        failed: a GouacheError.
        told: a sentence for the status bar.
        changed: what a tool has under way is another: its frame, or whether there is something to apply.
        reshaped: the cursor or the brush's ring of the current tool is another.
    """

    failed = Signal(object)
    told = Signal(str)
    changed = Signal()
    reshaped = Signal()

    def __init__(self, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.options = options
        self.target: tuple[Session, Canvas] | None = None

    @property
    def session(self) -> Session:
        """The one that is worked on; there must be one."""
        assert self.target is not None
        return self.target[0]

    @property
    def canvas(self) -> Canvas:
        """Where it is seen."""
        assert self.target is not None
        return self.target[1]

    @property
    def document(self) -> Document:
        """Of the session."""
        return self.session.document

    def reach(self, logical: float) -> float:
        """Document pixels that so many logical pixels of the screen show."""
        return logical * self.canvas.scale / self.canvas.viewport.zoom

    def repaint(self, *areas: tuple[float, float, float, float]) -> None:
        """An overlay looks different around these (left, top, right, bottom in document pixels)."""
        margin = self.reach(MARGIN)
        for left, top, right, bottom in areas:
            x, y = math.floor(left - margin), math.floor(top - margin)
            self.canvas.update_overlays(Bounds(x, y, math.ceil(right + margin) - x, math.ceil(bottom + margin) - y))

    def show(self, overlay: Overlay) -> None:
        """Put an overlay on the canvas."""
        self.canvas.add_overlay(overlay)

    def hide(self, overlay: Overlay) -> None:
        """Take it away."""
        self.canvas.remove_overlay(overlay)

    def writable_layer(self) -> Layer:
        """The active layer. Raises BadRequest when there is none, or it is locked or hidden."""
        layer = self.document.stack.writable()
        if not layer.visible:
            raise BadRequest(f"The layer '{layer.name}' is hidden.", hint="Show it in the layers panel.")
        return layer

    def layer_to_paint(self) -> Layer:
        """The same; where there are no layers one is added, as part of the open gesture."""
        if not self.document.layers:
            self.session.do(add_layer(self.document))
        return self.writable_layer()


class StudioTool(QObject):
    """A tool that does nothing: each one says what it does otherwise. See ``canvas.pointer.Tool`` for the gestures."""

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self.easel = easel

    # What it shows

    @property
    def diameter(self) -> float | None:
        """Of the brush's ring in document pixels."""
        return None

    @property
    def cursor(self) -> QCursor | Qt.CursorShape | None:
        """Another cursor than the one of the table."""
        return None

    @property
    def pending(self) -> bool:
        """True when there is something to apply or to give up."""
        return False

    @property
    def frame(self) -> tuple[float, float, float] | None:
        """Width, height (pixels) and angle (degrees) of its frame, for the option bar."""
        return None

    def set_frame(self, width: float, height: float, angle: float) -> None:
        """Numbers were typed."""

    # Its life

    def begin(self) -> None:
        """It was taken into the hand, before a session and a canvas."""

    def end(self) -> None:
        """It is laid down: nothing of it is left on the canvas."""

    def refresh(self) -> None:
        """The document's layers or size have changed."""

    def settle(self) -> None:
        """Finish what is under way, so that nothing is lost."""
        if self.pending:
            self.apply()

    def apply(self) -> None:
        """Do what is pending. Raises GouacheError."""

    def give_up(self) -> bool:
        """Forget what is pending. Returns False when nothing was."""
        return False

    # Gestures

    def press(self, pointer: Pointer) -> None: ...

    def move(self, pointer: Pointer) -> None: ...

    def release(self, pointer: Pointer) -> None: ...

    def hover(self, pointer: Pointer) -> None: ...

    def cancel(self) -> None: ...

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        """A key was pressed on the canvas. Returns True when it meant something."""
        return False

    def key_up(self, key: Qt.Key) -> bool:
        """A key was let go."""
        return False
