"""A hand for the tests of the tools: events on a real canvas, with a real session behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.canvas.view import Canvas
from desktop_app.document.document import Document
from desktop_app.session import Session
from desktop_app.tools.toolbox import Toolbox
from inference.errors import GouacheError
from inference.geometry import Size

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_BUTTON = Qt.MouseButton.NoButton
FREE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
Held = Qt.KeyboardModifier
Point = tuple[float, float]


class Hand:
    """A toolbox on a canvas of 400 by 300 that shows a session.

    Attributes:
        failures: what the toolbox said could not be done.
        told: what it said for the status bar.
    """

    def __init__(self, document: Document, zoom: float = 2.0) -> None:
        self.session = Session(document, title="test")
        self.canvas = Canvas()
        self.canvas.resize(400, 300)
        self.canvas.set_source(self.session)
        self.session.painted.connect(self.canvas.changed)
        self.session.reselected.connect(self.canvas.mask_changed)
        self.session.resized.connect(self.canvas.reload)
        self.toolbox = Toolbox()
        self.options = self.toolbox.options
        self.failures: list[GouacheError] = []
        self.told: list[str] = []
        self.toolbox.failed.connect(self.failures.append)
        self.toolbox.told.connect(self.told.append)
        self.canvas.show()
        self.canvas.zoom_to(zoom)
        self.toolbox.set_target(self.session, self.canvas)

    def close(self) -> None:
        self.toolbox.set_target(None, None)
        self.session.close()
        self.canvas.close()
        self.canvas.deleteLater()

    # Reading

    @property
    def document(self) -> Document:
        return self.session.document

    @property
    def steps(self) -> int:
        return len(self.session.history.steps)

    @property
    def selection(self) -> np.ndarray:
        return self.document.selection

    @property
    def pixels(self) -> np.ndarray:
        return self.document.compose()

    # Moving

    def at(self, x: float, y: float) -> QPointF:
        view = self.canvas.viewport.to_view(x, y)
        return QPointF(*view) / self.canvas.scale

    def send(self, kind: QEvent.Type, at: Point, button: Qt.MouseButton, held: Held, down: bool) -> None:
        place = self.at(*at)
        buttons = button if down else NO_BUTTON
        moved = kind == QEvent.Type.MouseMove
        event = QMouseEvent(
            kind, place, self.canvas.mapToGlobal(place), NO_BUTTON if moved else button, buttons, held
        )  # fmt: skip
        QApplication.sendEvent(self.canvas, event)

    def press(self, x: float, y: float, held: Held = FREE, button: Qt.MouseButton = LEFT) -> None:
        self.send(QEvent.Type.MouseButtonPress, (x, y), button, held, True)

    def move(self, x: float, y: float, held: Held = FREE, button: Qt.MouseButton = LEFT) -> None:
        self.send(QEvent.Type.MouseMove, (x, y), button, held, True)

    def release(self, x: float, y: float, held: Held = FREE, button: Qt.MouseButton = LEFT) -> None:
        self.send(QEvent.Type.MouseButtonRelease, (x, y), button, held, False)

    def hover(self, x: float, y: float, held: Held = FREE) -> None:
        self.send(QEvent.Type.MouseMove, (x, y), NO_BUTTON, held, False)

    def click(self, x: float, y: float, held: Held = FREE, button: Qt.MouseButton = LEFT) -> None:
        self.press(x, y, held, button)
        self.release(x, y, held, button)

    def double_click(self, x: float, y: float) -> None:
        self.click(x, y)
        self.send(QEvent.Type.MouseButtonDblClick, (x, y), LEFT, FREE, True)
        self.release(x, y)

    def drag(self, *points: Point, held: Held = FREE, button: Qt.MouseButton = LEFT) -> None:
        self.press(*points[0], held, button)
        for point in points[1:]:
            self.move(*point, held, button)
        self.release(*points[-1], held, button)

    def key(self, key: Qt.Key, held: Held = FREE) -> None:
        QTest.keyClick(self.canvas, key, held)

    def key_event(self, kind: QEvent.Type, key: Qt.Key) -> None:
        QApplication.sendEvent(self.canvas, QKeyEvent(kind, key, FREE))


@contextmanager
def one_step(hand: Hand) -> Iterator[None]:
    """What is done inside is one step, and undo brings back every byte, redo what was made."""
    document, before = hand.document, state(hand.document)
    steps = hand.steps
    yield
    after = state(document)
    assert hand.failures == []
    assert hand.steps == steps + 1, f"{hand.steps - steps} steps"
    assert not hand.session.history.gesturing
    hand.session.undo()
    assert same(state(document), before), "undo does not bring back what there was"
    hand.session.redo()
    assert same(state(document), after), "redo does not bring back what was made"


def state(document: Document) -> tuple[object, dict[str, np.ndarray]]:
    """Everything that undo must bring back."""
    layers = [(layer.id, layer.name, layer.x, layer.y, layer.opacity) for layer in document.layers]
    pixels = {str(layer.id): layer.pixels.copy() for layer in document.layers}
    return (document.size, tuple(layers)), pixels | {"selection": document.selection.copy()}


def same(one: tuple[object, dict[str, np.ndarray]], other: tuple[object, dict[str, np.ndarray]]) -> bool:
    if one[0] != other[0] or one[1].keys() != other[1].keys():
        return False
    return all(np.array_equal(one[1][name], other[1][name]) for name in one[1])


def picture(width: int = 100, height: int = 80) -> Document:
    """Noise with a red block at 20,10 to 60,40 and nothing at the lower right."""
    rng = np.random.default_rng(7)
    pixels = rng.integers(0, 256, (height, width, 4)).astype(np.uint8)
    pixels[..., 3] = 255
    pixels[10:40, 20:60] = (200, 30, 20, 255)
    pixels[height - 20 :, width - 20 :] = 0
    return Document.of(pixels, "Picture")


def empty(width: int = 100, height: int = 80) -> Document:
    """A document without layers."""
    document = Document.new(Size(width, height))
    document.stack = replace(document.stack, layers=(), active=None)
    return document
