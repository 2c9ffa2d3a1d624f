"""A session: one open document, what was done to it, where it is kept, and who is told when it changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.document.composing import compose_for_screen as compose_layers
from desktop_app.document.document import Document
from desktop_app.document.edits import Edit, Part, Target
from desktop_app.document.history import Gesture, History
from desktop_app.document.layers import LayerId, Raster, Stack
from desktop_app.results import Results
from inference.alpha import Pixels
from inference.geometry import Bounds, Size
from inference.masks import Mask

_numbers = itertools.count(1)
_NOWHERE = Bounds(0, 0, 0, 0)


class Session(QObject):
    """One open document. Everything is called in the GUI thread; all changes go through it, so that all are heard of.

    It is a ``CanvasSource``.

    Signals (``Bounds`` are canvas pixels, never empty):
        painted: the picture looks different there.
        reselected: the selection is different there.
        arranged: layers came, went, moved or changed, or another one is active.
        resized: the canvas has another size; what it shows has moved by dx, dy.
        history_changed: steps were made, taken back or dropped.
        retitled: its title, its file or whether it is saved.

    Attributes:
        number: its identity while the program runs.
        document: only edits change it; read it freely.
        history: for reading (steps, position); do and undo through the session.
        results: the pictures that were made for it.
        path: its file, or None when it was never saved.
    """

    painted = Signal(object)
    reselected = Signal(object)
    arranged = Signal()
    resized = Signal(int, int)
    history_changed = Signal()
    retitled = Signal()

    def __init__(
        self,
        document: Document,
        *,
        title: str,
        path: Path | None = None,
        saved: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.number = next(_numbers)
        self.document = document
        self.history = History(document)
        self.results = Results.of(document, self)
        self.path = path
        self.edits = 0
        """Grows with every change of the document or its results."""
        self._title = title
        self._unsaved_results = not saved
        self._hidden: LayerId | None = None
        self.results.changed.connect(self._results_changed)

    def close(self) -> None:
        """Let go of the history's memory and thread. Call it before letting go of the session."""
        self.history.close()

    # What it is

    @property
    def title(self) -> str:
        """The file's name, or what a new document is called."""
        return self.path.name if self.path else self._title

    @property
    def changed(self) -> bool:
        """True when something would be lost by closing it."""
        return self.history.changed or self._unsaved_results

    @property
    def size(self) -> Size:
        """Of the canvas."""
        return self.document.size

    @property
    def anchor(self) -> tuple[int, int]:
        """Where on the canvas the point lies from which results are placed."""
        return self.document.stack.anchor

    def compose(self, bounds: Bounds) -> Pixels:
        """Premultiplied RGBA for the screen (see ``CanvasSource``)."""
        if self._hidden is None:
            return self.document.compose_for_screen(bounds)
        layers = tuple(layer for layer in self.document.layers if layer.id != self._hidden)
        return compose_layers(layers, bounds)

    def mask(self, bounds: Bounds) -> Mask | None:
        """The selection, or None when nothing is selected (see ``CanvasSource``)."""
        selection = self.document.selection[bounds.slices]
        if bounds.size != self.size or selection.any():
            return selection
        return None

    def hide_layer(self, layer: LayerId | None) -> None:
        """Leave a layer out of ``compose`` while a tool draws it itself; None shows all again. Not an edit."""
        before, self._hidden = self._hidden, layer
        for one in {before, layer} - {None}:
            found = [each for each in self.document.layers if each.id == one]
            bounds = found[0].bounds.intersection(self.document.stack.bounds) if found else _NOWHERE
            if before != layer and not bounds.empty:
                self.painted.emit(bounds)

    # What is done to it

    def do(self, *edits: Edit) -> Bounds:
        """Do edits as one step named for the first, or as part of the open gesture; returns the touched bounds."""
        return self._observed(lambda: self.history.do(*edits))

    def undo(self) -> Bounds:
        """Take the last step back, an open gesture first."""
        return self._observed(self.history.undo)

    def redo(self) -> Bounds:
        """Do the next step again."""
        return self._observed(self.history.redo)

    def jump(self, position: int) -> Bounds:
        """Go to the state after the first ``position`` steps."""
        return self._observed(lambda: self.history.jump(position))

    def begin(self, label: str) -> Gesture:
        """Start a gesture: everything until ``commit`` or ``cancel`` becomes one step.

        What is painted by ``Stroke`` is told by ``touched``.
        """
        gesture = self.history.begin(label)
        self.history_changed.emit()
        return gesture

    def watched(self, work: Callable[[], Bounds]) -> Bounds:
        """Run what changes the document by way of an open gesture (making a ``Stroke`` may extend a layer)."""
        return self._observed(work)

    def touched(self, target: Target, bounds: Bounds) -> None:
        """A stroke of the open gesture has painted on ``target``."""
        bounds = bounds.intersection(self.document.stack.bounds)
        if bounds.empty:
            return
        if target is Part.SELECTION:
            self.reselected.emit(bounds)
        else:
            self.painted.emit(bounds)

    def commit(self) -> None:
        """End the gesture: one step, or none when it changed nothing."""
        self.history.commit()
        self.edits += 1
        self._tell_history()

    def cancel(self) -> None:
        """End the gesture and undo what it did."""
        self._observed(self.history.cancel)

    def choose(self, layer: LayerId) -> None:
        """Make a layer the active one: nothing to undo."""
        if layer != self.document.active:
            self.document.choose(layer)
            self.arranged.emit()

    # Where it is kept

    def saved(self, path: Path, edits: int) -> None:
        """It was saved to ``path`` as it was when ``edits`` had that value."""
        self.path = path
        if edits == self.edits:
            self.history.mark_saved()
            self._unsaved_results = False
        self.retitled.emit()

    def handed_over(self) -> None:
        """What it shows is kept in another place: nothing is lost by closing it."""
        self.history.mark_saved()
        self._unsaved_results = False
        self.retitled.emit()

    def rename(self, title: str) -> None:
        """What a document without a file is called."""
        self._title = title
        self.retitled.emit()

    # Telling

    def _observed(self, work: Callable[[], Bounds]) -> Bounds:
        before = _State.of(self.document)
        bounds = work()
        self.edits += 1
        self._tell(before, _State.of(self.document), bounds)
        self._tell_history()
        return bounds

    def _tell(self, before: _State, after: _State, bounds: Bounds) -> None:
        inside = bounds.intersection(self.document.stack.bounds)
        if before.frame != after.frame:
            (left, top), (right, bottom) = before.stack.anchor, after.stack.anchor
            self.resized.emit(right - left, bottom - top)
        elif not inside.empty:
            if before.pixels != after.pixels or before.stack.layers != after.stack.layers:
                self.painted.emit(inside)
            if before.selection != after.selection:
                self.reselected.emit(inside)
        if before.stack.layers != after.stack.layers or before.stack.active != after.stack.active:
            self.arranged.emit()

    def _tell_history(self) -> None:
        self.history_changed.emit()
        self.retitled.emit()

    def _results_changed(self) -> None:
        self.edits += 1
        self._unsaved_results = True
        self.retitled.emit()


@dataclass(frozen=True)
class _State:
    """Enough of a document to say what kind of thing has changed."""

    stack: Stack
    pixels: frozenset[tuple[Raster, int]]
    selection: tuple[Raster, int]

    @classmethod
    def of(cls, document: Document) -> _State:
        stack = document.stack
        pixels = frozenset((layer.raster, layer.raster.version) for layer in stack.layers)
        return cls(stack, pixels, (stack.selection, stack.selection.version))

    @property
    def frame(self) -> tuple[Size, tuple[int, int]]:
        return self.stack.size, self.stack.anchor
