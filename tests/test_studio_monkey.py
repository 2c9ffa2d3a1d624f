"""A monkey at the window: many random commands, strokes and jobs, after which undo brings back the first picture."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from random import Random

import numpy as np
import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot
from studiohand import MS, StudioBench, sitting

from desktop_app.actions import SPECS
from desktop_app.canvas.view import Canvas
from desktop_app.document.document import Document
from desktop_app.preferences import Preferences
from desktop_app.session import Session
from desktop_app.studio import Studio
from desktop_app.tools.specs import TOOLS
from inference.axes import Axis
from inference.board_scores import Against

DEEDS = 300
"""Of one test; with a few seeds this is a matter of seconds."""
LEFT_ALONE = {"quit", "close", "full_screen", "next_document", "paste", "new", "palette"}
"""Commands that end the sitting, leave the document, or say what another test's clipboard holds. Those that begin
animations, which have an undo of their own, are left alone too.
"""
NO_MODIFIER = Qt.KeyboardModifier.NoModifier
HELD = (NO_MODIFIER, NO_MODIFIER, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier)
KEYS = (
    *(Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up),
    *(Qt.Key.Key_X, Qt.Key.Key_D, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight, Qt.Key.Key_Space),
)


BOARD_KEYS = (
    *(Qt.Key.Key_P, Qt.Key.Key_C, Qt.Key.Key_D, Qt.Key.Key_L, Qt.Key.Key_B, Qt.Key.Key_I, Qt.Key.Key_S, Qt.Key.Key_A),
    *(Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_X, Qt.Key.Key_Tab, Qt.Key.Key_F),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End),
)
AXES = (
    ("style=flat,noto", "seed=1..3"),
    ("seed=4,5", "words=red,blue"),
    ("guidance=1,3", "steps=2,4,6"),
    ("style=flat", "seed=1"),
)


class Monkey:
    """A studio with one picture, and somebody who does anything with it."""

    def __init__(self, studio: Studio, seed: int) -> None:
        self.studio, self.window, self.random = studio, studio.window, Random(seed)
        pixels = np.random.default_rng(seed).integers(0, 256, (60, 80, 4), np.uint8)
        pixels[..., 3] = np.where(pixels[..., 3] > 60, 255, 0)
        self.session: Session = studio.desk.add(Document.of(pixels, "picture"), "picture")
        self.first = frozen(self.session.document)
        self.deeds = (
            *(self.stroke,) * 6,
            *(self.command,) * 6,
            *(self.key,) * 3,
            *(self.tool,) * 3,
            *(self.generate,) * 2,
            self.setting,
            self.undo,
            self.redo,
            self.jump,
            self.result,
            self.layer,
            *(self.board,) * 2,
        )

    def play(self, deeds: int) -> None:
        for _ in range(deeds):
            self.random.choice(self.deeds)()
            if self.random.random() < 0.3:
                QApplication.processEvents()
            for dialog in list(self.studio.asks.open_dialogs):
                files = isinstance(dialog, QFileDialog)  # where is not for a monkey to say
                self.random.choice((dialog.reject if files else dialog.accept, dialog.reject))()

    def rest(self, qtbot: QtBot) -> None:
        """Let all that is under way come to its end."""
        self.studio.jobs.cancel_all()
        self.window.toolbox.give_up()
        qtbot.waitUntil(lambda: self.studio.jobs.running is None and not self.studio.background.busy, timeout=MS)
        if self.studio.boards.board is not None:
            qtbot.waitUntil(lambda: not self.studio.boards.view.scoring.busy, timeout=MS)
            self.studio.boards.leave()
        self.studio.animations.leave()
        # Changes of a layer that come close together are one step, which ends a moment after the last of them.
        qtbot.waitUntil(lambda: not self.session.history.gesturing, timeout=MS)
        QApplication.processEvents()

    @property
    def canvas(self) -> Canvas:
        """Of the picture; the variations view is left for it."""
        self.studio.boards.leave()
        self.studio.animations.leave()
        canvas = self.window.area.canvas
        assert canvas is not None
        return canvas

    # What it does

    def command(self) -> None:
        names = sorted(name for name in SPECS.keys() - LEFT_ALONE if not name.startswith("animate_"))
        self.studio.actions[self.random.choice(names)].trigger()

    def tool(self) -> None:
        self.window.toolbox.choose(self.random.choice(TOOLS).name)

    def board(self) -> None:
        """Go to the variations view, and do some things there."""
        if self.studio.boards.shown is None:
            self.studio.actions["variations"].trigger()
        deeds = (self.fill, self.lay_out, self.measure, self.press, self.press, self.press, self.touch, self.touch)
        for _ in range(self.random.randint(1, 4)):
            if self.studio.boards.shown is not None:
                self.random.choice(deeds)()
            if self.random.random() < 0.3:
                QApplication.processEvents()

    def fill(self) -> None:
        self.studio.boards.view.start.click()

    def lay_out(self) -> None:
        rows, columns = self.random.choice(AXES)
        view = self.studio.boards.view
        view.set_axes(Axis.parse(rows), Axis.parse(columns))
        self.random.choice((view.apply_axes, view.swap.click, view.new.click))()

    def measure(self) -> None:
        view = self.studio.boards.view
        self.random.choice(
            (
                lambda: view.belongs.choose(self.random.choice((None, Against.PINS, Against.SOURCE))),
                view.belongs.learn.trigger,
                view.belongs.forget.trigger,
            )
        )()

    def press(self) -> None:
        view = self.studio.boards.view
        page = view.ranking if view.ranking_shown else view.compare if view.comparing else view.grid
        QTest.keyClick(page, self.random.choice(BOARD_KEYS), self.random.choice(HELD))

    def touch(self) -> None:
        view = self.studio.boards.view
        page = view.ranking.viewport() if view.ranking_shown else view.compare if view.comparing else view.grid
        place = QPoint(self.random.randrange(page.width()), self.random.randrange(page.height()))
        held = self.random.choice((*HELD, Qt.KeyboardModifier.ControlModifier))
        self.random.choice((QTest.mouseClick, QTest.mouseClick, QTest.mouseDClick))(
            page, Qt.MouseButton.LeftButton, held, place
        )

    def stroke(self) -> None:
        canvas = self.canvas
        button = self.random.choice((Qt.MouseButton.LeftButton,) * 4 + (Qt.MouseButton.RightButton,))
        held, points = self.random.choice(HELD), [self.point() for _ in range(self.random.randint(2, 6))]
        QTest.mousePress(canvas, button, held, points[0])
        for point in points[1:]:
            QTest.mouseMove(canvas, point)
            if self.random.random() < 0.03:
                self.random.choice((self.undo, self.command, self.tool, self.result))()
        QTest.mouseRelease(canvas, button, held, points[-1])

    def point(self) -> QPoint:
        canvas = self.canvas
        width, height = self.session.size.width, self.session.size.height
        x, y = self.random.uniform(-0.2, 1.2) * width, self.random.uniform(-0.2, 1.2) * height
        left, top = canvas.viewport.to_view(x, y)
        return QPoint(round(left / canvas.scale), round(top / canvas.scale))

    def key(self) -> None:
        canvas = self.canvas
        QTest.keyClick(canvas, self.random.choice(KEYS))

    def generate(self) -> None:
        self.studio.planner.plan()
        self.studio.actions["generate"].trigger()

    def undo(self) -> None:
        self.studio.actions["undo"].trigger()

    def redo(self) -> None:
        self.studio.actions["redo"].trigger()

    def jump(self) -> None:
        self.window.toolbox.settle()
        made = len(self.session.history.steps)
        self.session.jump(max(0, made - self.random.randint(0, 3)))

    def result(self) -> None:
        results = [result for run in self.session.results.runs for result in run.results]
        if results:
            self.window.results.choose(self.random.choice(results))
            names = ("apply", "apply", "apply_merged", "discard", "more_like")
            self.studio.actions[self.random.choice(names)].trigger()

    def layer(self) -> None:
        if self.session.document.layers:
            self.session.choose(self.random.choice(self.session.document.layers).id)

    def setting(self) -> None:
        options, panel = self.window.toolbox.options, self.window.generate
        options.mask_size = self.random.choice((1, 5, 40))
        options.paint_size = self.random.choice((1, 5, 40))
        panel.prompt.setPlainText(self.random.choice(("", "a fox", "(gem:1.4)")))


def frozen(document: Document) -> tuple[object, ...]:
    """Everything that undo has to bring back."""
    layers = [(each.id, each.name, each.bounds, each.opacity, each.visible, each.locked) for each in document.layers]
    return (document.size, layers, [each.pixels.tobytes() for each in document.layers], document.selection.tobytes())


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[Studio]:
    preferences = Preferences(language="en", autosave=0, welcome_done=True)
    bench = StudioBench(qtbot, FakeEngine(steps=2).open(), preferences, size=(1100, 760))
    with sitting(bench):
        yield bench.studio


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_whatever_is_done_can_be_undone(
    studio: Studio, seed: int, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    monkey = Monkey(studio, seed)
    session = monkey.session
    with caplog.at_level(logging.ERROR), capture_exceptions() as raised:
        monkey.play(DEEDS)
        monkey.rest(qtbot)
    assert not raised, raised
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert not session.history.gesturing, "a gesture is left open"
    assert len(session.history.steps) > DEEDS // 30, "it did next to nothing"
    session.jump(len(session.history.steps))
    last = frozen(session.document)
    session.jump(0)
    assert frozen(session.document) == monkey.first
    session.jump(len(session.history.steps))
    assert frozen(session.document) == last
