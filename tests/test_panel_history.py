"""The panel of steps: its rows follow the history, a click goes there, and thousands of steps cost next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import fake_engine  # noqa: F401 (offscreen, before Qt)
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTranslator
from PySide6.QtGui import QAccessible, QColor, QHoverEvent, QKeyEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app import theme
from desktop_app.document.arranging import add_layer, remove_layer, set_opacity, set_visible
from desktop_app.document.document import Document
from desktop_app.document.history import History, Step
from desktop_app.panels.history import STATE, HistoryPanel, StepModel
from desktop_app.session import Session
from inference.geometry import Size

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Key = Qt.Key
SIGNALS = ("rowsInserted", "rowsRemoved", "rowsMoved", "modelReset", "dataChanged")
Open = Callable[[], Session]


@pytest.fixture
def open_session(qapp: QApplication) -> Iterator[Open]:
    made: list[Session] = []

    def make() -> Session:
        made.append(Session(Document.new(Size(32, 24)), title="test"))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture
def panel(qtbot: QtBot) -> HistoryPanel:
    panel = HistoryPanel()
    qtbot.addWidget(panel)
    panel.resize(280, 300)
    panel.show()
    qtbot.waitExposed(panel)
    QAbstractItemModelTester(panel.view.model(), QAbstractItemModelTester.FailureReportingMode.Fatal, panel)
    return panel


def step(session: Session, value: int = 1) -> None:
    """One more step."""
    layer = session.document.stack.layer()
    opacity = (round(layer.opacity * 1000) + value) % 1000 / 1000
    session.do(set_opacity(session.document, layer.id, opacity))


def labels(panel: HistoryPanel) -> list[str]:
    model = panel.view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def states(panel: HistoryPanel) -> list[str]:
    model = panel.view.model()
    return [model.index(row, 0).data(STATE) for row in range(model.rowCount())]


def told(model: StepModel) -> list[str]:
    """What a model tells from now on, by name."""
    heard: list[str] = []
    for name in SIGNALS:
        getattr(model, name).connect(lambda *_args, name=name: heard.append(name))
    return heard


def caption(panel: HistoryPanel) -> str:
    return next(label.text() for label in panel.findChildren(QLabel) if label.property("role") == "caption")


def click(qtbot: QtBot, panel: HistoryPanel, row: int) -> None:
    index = panel.view.model().index(row, 0)
    panel.view.scrollTo(index)
    qtbot.mouseClick(panel.view.viewport(), LEFT, NONE, panel.view.visualRect(index).center())


def test_rows_follow_doing_undoing_and_redoing(panel: HistoryPanel, open_session: Open) -> None:
    session = open_session()
    panel.set_session(session)
    assert labels(panel) == ["Original"]
    assert states(panel) == ["current"]
    session.do(add_layer(session.document))
    step(session)
    assert labels(panel) == ["Original", "Add layer", "Layer opacity"]
    assert states(panel) == ["done", "done", "current"]
    session.undo()
    assert states(panel) == ["done", "current", "undone"]
    session.jump(0)
    assert states(panel) == ["current", "undone", "undone"]
    session.redo()
    assert states(panel) == ["done", "current", "undone"]
    session.do(set_visible(session.document, session.document.active or 0, False))
    assert labels(panel) == ["Original", "Add layer", "Hide layer"]
    assert states(panel) == ["done", "done", "current"]


def test_a_click_goes_there(panel: HistoryPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session()
    panel.set_session(session)
    opacities = [1.0]
    for _ in range(4):
        step(session)
        opacities.append(session.document.layers[0].opacity)
    for row in (2, 0, 4, 3):
        click(qtbot, panel, row)
        assert session.history.position == row
        assert session.document.layers[0].opacity == opacities[row]
        assert states(panel)[row] == "current"


def test_arrows_look_around_and_enter_goes(panel: HistoryPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session()
    panel.set_session(session)
    for _ in range(3):
        step(session)
    qtbot.keyClick(panel.view, Key.Key_Up)
    qtbot.keyClick(panel.view, Key.Key_Up)
    assert session.history.position == 3
    qtbot.keyClick(panel.view, Key.Key_Return)
    assert session.history.position == 1
    qtbot.keyClick(panel.view, Key.Key_Down)
    qtbot.keyClick(panel.view, Key.Key_Space)
    assert session.history.position == 2


def test_enter_and_space_come_before_the_windows(panel: HistoryPanel, qapp: QApplication) -> None:
    wanted = ((Key.Key_Return, NONE, True), (Key.Key_Space, NONE, True), (Key.Key_Q, NONE, False))
    for key, modifier, ours in (*wanted, (Key.Key_Return, Qt.KeyboardModifier.ControlModifier, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
        event.ignore()
        qapp.sendEvent(panel.view, event)
        assert event.isAccepted() is ours, key


def test_an_open_gesture_is_no_row(panel: HistoryPanel, open_session: Open) -> None:
    session = open_session()
    panel.set_session(session)
    heard = told(panel.view.model())
    session.begin("Layer opacity")
    step(session)
    step(session)
    assert heard == []
    session.commit()
    assert heard == ["rowsInserted", "dataChanged"]
    assert labels(panel) == ["Original", "Layer opacity"]


def test_the_current_step_is_kept_in_view(panel: HistoryPanel, open_session: Open) -> None:
    session = open_session()
    panel.set_session(session)
    for _ in range(60):
        step(session)
    view = panel.view

    def seen(row: int) -> bool:
        return view.viewport().rect().contains(view.visualRect(view.model().index(row, 0)))

    assert seen(60)
    assert not seen(0)
    session.jump(0)
    assert seen(0)
    assert seen(1)  # the first of what could be redone
    session.jump(30)
    assert seen(30)


def test_the_caption_says_what_it_takes(panel: HistoryPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session()
    panel.set_session(session)
    for _ in range(12):
        step(session)
    assert caption(panel).startswith("12 steps")
    session.do(add_layer(session.document))
    session.undo()  # its pixels are now known to the history alone
    qtbot.waitUntil(lambda: caption(panel).endswith("bytes") and not caption(panel).endswith(" 0 bytes"))
    panel.set_session(None)
    assert caption(panel) == ""


def test_the_memory_is_not_counted_while_nobody_looks(
    panel: HistoryPanel, open_session: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    monkeypatch.setattr(History, "bytes", property(lambda _history: counted.append(1) or 0))
    panel.hide()
    session = open_session()
    panel.set_session(session)
    step(session)
    panel._rest.timeout.emit()
    assert counted == []
    panel.show()
    qtbot.waitUntil(lambda: counted == [1])


def test_five_thousand_steps_cost_one_row_each(panel: HistoryPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session()
    for _ in range(5000):
        step(session)
    panel.set_session(session)
    model = panel.view.model()
    assert model.rowCount() == 5001
    heard = told(model)
    step(session)
    assert heard == ["rowsInserted", "dataChanged"]
    heard.clear()
    session.undo()
    session.redo()
    session.jump(10)
    assert heard == ["dataChanged"] * 3
    heard.clear()
    step(session)
    assert heard == ["rowsRemoved", "rowsInserted", "dataChanged"]
    assert model.rowCount() == 12


def test_painting_asks_only_for_rows_that_are_seen(
    panel: HistoryPanel, open_session: Open, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session()
    for _ in range(5000):
        step(session)
    asked: set[int] = set()
    label = StepModel._label
    monkeypatch.setattr(StepModel, "_label", lambda model, row: asked.add(row) or label(model, row))
    panel.set_session(session)
    panel.view.viewport().grab()
    qapp.processEvents()
    assert 5000 in asked
    assert len(asked) < 40


def test_steps_that_are_no_longer_kept(panel: HistoryPanel, open_session: Open) -> None:
    session = open_session()
    panel.set_session(session)
    for _ in range(5):
        step(session)
    heard = told(panel.view.model())
    session.history.budget = 0
    session.do(remove_layer(session.document))  # the layer's pixels are the history's now: over the budget
    assert session.history.dropped == 5
    assert len(labels(panel)) == len(session.history.steps) + 1
    assert labels(panel)[0] == "Earlier steps, no longer kept"
    assert labels(panel)[-1] == "Remove layer"
    assert states(panel)[-1] == "current"
    assert "modelReset" not in heard


@given(data=st.data())
def test_rows_become_any_other_steps(qapp: QApplication, data: st.DataObject) -> None:
    """Random pushes, jumps and drops: the rows always are the history's."""
    history = History(Document.new(Size(2, 2)))
    model = StepModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.reset(history)
    for number in range(data.draw(st.integers(1, 12))):
        for what in data.draw(st.lists(st.sampled_from(["push", "jump", "drop"]), max_size=3)):
            if what == "push":
                del history.steps[history.position :]
                history.steps.append(Step(label=str(number), edits=()))
                history.position += 1
            elif what == "jump":
                history.position = data.draw(st.integers(0, len(history.steps)))
            elif history.position > 0:
                del history.steps[0]
                history.position -= 1
                history.dropped += 1
        model.follow(history)
        shown = [model.index(row).data() for row in range(1, model.rowCount())]
        assert shown == list(history.labels)
        assert model.position == history.position
    history.close()


def test_a_session_that_was_swapped_out_is_not_heard(panel: HistoryPanel, open_session: Open) -> None:
    first, second = open_session(), open_session()
    for session in (first, second, first, None, second):
        panel.set_session(session)
    heard = told(panel.view.model())
    step(first)
    assert heard == []
    assert first.receivers("2history_changed()") == 0
    step(second)
    assert heard == ["rowsInserted", "dataChanged"]  # heard once, however often it was swapped in


def test_rows_can_be_heard_and_seen(panel: HistoryPanel, open_session: Open) -> None:
    session = open_session()
    panel.set_session(session)
    step(session)
    step(session)
    session.undo()
    heard = QAccessible.queryAccessibleInterface(panel.view)
    assert heard.text(QAccessible.Text.Name) == "Steps"
    spoken = [heard.child(row).text(QAccessible.Text.Name) for row in range(3)]
    assert spoken == ["Original", "Layer opacity, current", "Layer opacity, undone"]


def test_the_current_one_is_marked_and_undone_ones_are_grey(
    panel: HistoryPanel, open_session: Open, qapp: QApplication
) -> None:
    sheet, palette, font = qapp.styleSheet(), qapp.palette(), qapp.font()
    theme.apply(theme.DARK)
    try:
        session = open_session()
        panel.set_session(session)
        step(session)
        step(session)
        session.jump(1)
        qapp.processEvents()
        away = QPointF(-9, -9)  # the mouse lies on no row
        qapp.sendEvent(panel.view.viewport(), QHoverEvent(QEvent.Type.HoverLeave, away, away, away))
        shot = panel.view.viewport().grab().toImage()
        rects = [panel.view.visualRect(panel.view.model().index(row, 0)) for row in range(3)]
        grounds = [shot.pixelColor(rect.topRight() + QPoint(-4, 4)) for rect in rects]
        assert grounds == [QColor(theme.DARK.dock), QColor(theme.DARK.chosen), QColor(theme.DARK.dock)]
        row = [shot.copy(rect) for rect in rects]
        brightest = [
            max(image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height()))
            for image in row
        ]
        assert brightest[2] < brightest[0]
    finally:
        qapp.setStyleSheet(sheet)
        qapp.setPalette(palette)
        qapp.setFont(font)


def test_without_a_session_it_says_so(panel: HistoryPanel, open_session: Open) -> None:
    assert not panel.view.isVisible()
    assert "Open or make a picture to see its steps here." in [label.text() for label in panel.findChildren(QLabel)]
    panel.set_session(open_session())
    assert panel.view.isVisible()
    panel.set_session(None)
    assert not panel.view.isVisible()


def test_it_follows_the_language(panel: HistoryPanel, open_session: Open, qapp: QApplication) -> None:
    class Loud(QTranslator):
        def translate(self, _context: str, text: str, *_rest: object) -> str:
            return "*" + text

        def isEmpty(self) -> bool:
            return False

    session = open_session()
    panel.set_session(session)
    step(session)
    loud = Loud()
    qapp.installTranslator(loud)
    try:
        qapp.processEvents()
        assert labels(panel) == ["*Original", "*Layer opacity"]
        assert panel.view.accessibleName() == "*Steps"
        assert caption(panel).startswith("*")
    finally:
        qapp.removeTranslator(loud)
        qapp.processEvents()
    assert labels(panel) == ["Original", "Layer opacity"]


def test_it_fits_a_narrow_and_short_dock(panel: HistoryPanel, open_session: Open) -> None:
    panel.set_session(open_session())
    assert panel.minimumSizeHint().width() <= 260
    assert panel.minimumSizeHint().height() <= 160
