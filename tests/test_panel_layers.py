"""The panel of layers: what it shows, that each thing done is one step, and that it lets go of a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import fake_engine  # noqa: F401 (offscreen, before Qt)
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, Qt, QTranslator
from PySide6.QtGui import QAccessible, QColor, QDropEvent, QKeyEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QStyle
from pytestqt.qtbot import QtBot

from desktop_app import actions, theme
from desktop_app.document.arranging import add_layer, move_in_stack, remove_layer, set_locked, set_opacity
from desktop_app.document.blending import BlendMode
from desktop_app.document.document import Document
from desktop_app.document.layers import Layer, LayerId, Raster, blank
from desktop_app.panels.layer_rows import BLEND_MODES, HEIGHT, LAYER, LayerModel, Spot, spots
from desktop_app.panels.layers import BUTTONS, COMMANDS, MENU, LayersPanel
from desktop_app.panels.thumbnails import Thumbnails, fitted, thumbnail
from desktop_app.session import Session
from inference.errors import BadRequest
from inference.geometry import Size

LEFT, NONE, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key

RED, GREEN, BLUE = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255)

Open = Callable[..., Session]


@pytest.fixture
def open_session(qapp: QApplication) -> Iterator[Open]:
    """``open_session(n)``: a document of n layers, "Background", "Layer 1" and so on, the topmost active."""
    made: list[Session] = []

    def make(layers: int = 3) -> Session:
        document = Document.new(Size(64, 48), colour=(200, 180, 120))
        for number in range(1, layers):
            document.stack = add_layer(document, name=f"Layer {number}").after  # type: ignore[assignment]
        made.append(Session(document, title="test"))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture
def panel(qtbot: QtBot) -> LayersPanel:
    panel = LayersPanel()
    qtbot.addWidget(panel)
    panel.resize(280, 480)
    panel.show()
    qtbot.waitExposed(panel)
    QAbstractItemModelTester(panel.view.model(), QAbstractItemModelTester.FailureReportingMode.Fatal, panel)
    return panel


def rows(panel: LayersPanel) -> list[Layer]:
    model = panel.view.model()
    return [model.index(row, 0).data(LAYER) for row in range(model.rowCount())]


def names(panel: LayersPanel) -> list[str]:
    return [layer.name for layer in rows(panel)]


def spot(panel: LayersPanel, row: int, which: Spot) -> QPoint:
    index = panel.view.model().index(row, 0)
    panel.view.scrollTo(index)
    return spots(panel.view.visualRect(index))[which].center()


def click(qtbot: QtBot, panel: LayersPanel, row: int, which: Spot, modifier: Qt.KeyboardModifier = NONE) -> None:
    qtbot.mouseClick(panel.view.viewport(), LEFT, modifier, spot(panel, row, which))


def failures(panel: LayersPanel) -> list[BadRequest]:
    heard: list[BadRequest] = []
    panel.failed.connect(heard.append)
    return heard


def assert_one_step(session: Session, panel: LayersPanel, label: str, before: tuple[Layer, ...]) -> None:
    """One step was made, undo gives what there was, redo what there is; the rows follow both."""
    assert [step.label for step in session.history.steps] == [label]
    after = session.document.layers
    assert after != before
    session.undo()
    assert session.document.layers == before
    assert rows(panel) == list(reversed(before))
    session.redo()
    assert session.document.layers == after
    assert rows(panel) == list(reversed(after))


# What it shows


def test_rows_are_the_layers_topmost_first(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(3)
    panel.set_session(session)
    assert names(panel) == ["Layer 2", "Layer 1", "Background"]
    assert panel.view.currentIndex().row() == 0
    session.do(add_layer(session.document))
    assert names(panel) == ["Layer 3", "Layer 2", "Layer 1", "Background"]
    assert panel.view.currentIndex().data() == "Layer 3"
    session.undo()
    assert names(panel) == ["Layer 2", "Layer 1", "Background"]
    session.redo()
    session.jump(0)
    assert rows(panel) == list(reversed(session.document.layers))


@given(data=st.data())
def test_rows_become_any_other_layers(qapp: QApplication, data: st.DataObject) -> None:
    raster = Raster(blank(Size(1, 1)))
    layers = {number: Layer(id=number, raster=raster, name=str(number)) for number in range(8)}
    model = LayerModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    for _ in range(3):
        wanted = [layers[number] for number in data.draw(st.lists(st.sampled_from(range(8)), unique=True))]
        model.follow(wanted)
        assert [model.index(row).data(LAYER) for row in range(model.rowCount())] == wanted


@pytest.mark.parametrize("place", [0, 49, 99])
def test_a_moved_row_is_one_move(panel: LayersPanel, open_session: Open, place: int) -> None:
    session = open_session(100)
    panel.set_session(session)
    told: list[str] = []
    model = panel.view.model()
    for name in ("rowsMoved", "rowsInserted", "rowsRemoved", "modelReset"):
        getattr(model, name).connect(lambda *_args, name=name: told.append(name))
    layer = session.document.layers[30].id
    session.do(move_in_stack(session.document, layer, place))
    assert told == ["rowsMoved"]
    assert rows(panel) == list(reversed(session.document.layers))


def test_a_change_keeps_the_scroll_position_and_the_focus(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(100)
    panel.set_session(session)
    panel.activateWindow()
    panel.view.setFocus()
    qtbot.waitUntil(panel.view.hasFocus)
    bar = panel.view.verticalScrollBar()
    bar.setValue(1000)
    session.do(set_opacity(session.document, session.document.layers[70].id, 0.5))
    session.do(set_locked(session.document, session.document.layers[1].id, True))
    assert bar.value() == 1000
    assert panel.view.hasFocus()


def test_rows_can_be_heard(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(2)
    panel.set_session(session)
    session.do(set_opacity(session.document, session.document.active or 0, 0.8))
    row = panel.view.model().index(0, 0)
    assert row.data(Qt.ItemDataRole.AccessibleTextRole) == "Layer 1, visible, 80 %"
    panel.mode.setCurrentIndex(panel.mode.findData(BlendMode.MULTIPLY))
    panel.mode.activated.emit(panel.mode.currentIndex())
    panel.toggle()
    panel.lock()
    assert row.data(Qt.ItemDataRole.AccessibleTextRole) == "Layer 1, hidden, locked, Multiply, 80 %"
    heard = QAccessible.queryAccessibleInterface(panel.view)
    assert heard.text(QAccessible.Text.Name) == "Layers"
    assert heard.child(0).text(QAccessible.Text.Name) == "Layer 1, hidden, locked, Multiply, 80 %"


def test_everything_with_focus_has_a_name(panel: LayersPanel, open_session: Open) -> None:
    panel.set_session(open_session(2))
    controls = [panel.view, panel.mode, panel.slider, panel.spin, panel.more, *panel.buttons.values()]
    for control in controls:
        assert control.accessibleName(), control
        assert control.focusPolicy() != Qt.FocusPolicy.NoFocus
        assert control is panel.view or control.toolTip(), control


def test_without_a_session_nothing_can_be_done(panel: LayersPanel) -> None:
    assert panel.view.model().rowCount() == 0
    assert not panel.view.isVisible()
    for name, button in panel.buttons.items():
        assert not button.isEnabled(), name
        assert "Open or make a picture first." in button.toolTip()
    assert not panel.slider.isEnabled()
    heard = failures(panel)
    for command in COMMANDS:
        getattr(panel, command.name)()
    assert heard == []


def test_without_layers_one_can_be_added(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(1)
    panel.set_session(session)
    panel.delete()
    assert rows(panel) == []
    assert not panel.view.isVisible()
    assert "Add a layer first." in panel.buttons["duplicate"].toolTip()
    assert panel.buttons["add"].isEnabled()
    heard = failures(panel)
    panel.duplicate()
    assert [error.message for error in heard] == ["There is no layer."]
    qtbot.mouseClick(panel._first, LEFT)
    assert names(panel) == ["Layer 1"]
    assert panel.view.isVisible()
    assert [step.label for step in session.history.steps] == ["Remove layer", "Add layer"]


def test_buttons_say_why_not(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(3)
    panel.set_session(session)
    assert not panel.buttons["raise_layer"].isEnabled()
    assert "This layer is the topmost." in panel.buttons["raise_layer"].toolTip()
    session.choose(session.document.layers[0].id)
    for name in ("lower_layer", "merge_down"):
        assert not panel.buttons[name].isEnabled()
        assert "There is no layer under this one." in panel.buttons[name].toolTip()
    panel.lock()
    assert "locked" in panel.buttons["delete"].toolTip()
    session.choose(session.document.layers[1].id)
    assert panel.buttons["delete"].isEnabled()
    assert "The layer under this one is locked" in panel.buttons["merge_down"].toolTip()


OWN_KEYS = {"toggle": ("Space",), "solo": (), "lock": ()}


def test_keys_are_the_windows() -> None:
    """The tooltips and menus name keys that the window answers to (Space is the list's own)."""
    elsewhere = {name: f"layer_{name.removesuffix('_layer')}" for name in BUTTONS if name != "merge_down"}
    elsewhere |= {"rename": "layer_rename", "select_by_alpha": "select_alpha", "control": "layer_control"}
    for command in COMMANDS:
        spec = actions.SPECS.get(elsewhere.get(command.name, command.name))
        assert command.keys == "".join(spec.keys[:1] if spec else OWN_KEYS[command.name]), command.name
    assert {name for group in MENU for name in group} | {"add"} == {command.name for command in COMMANDS}


def test_all_blend_modes_are_there_once(panel: LayersPanel) -> None:
    modes = [mode for group in BLEND_MODES for mode, _title in group]
    assert len(modes) == len(set(modes)) == len(BlendMode)
    shown = [panel.mode.itemData(row) for row in range(panel.mode.count())]
    assert [mode for mode in shown if mode is not None] == modes
    assert shown.count(None) == len(BLEND_MODES) - 1


# What is done


COMMAND_STEPS = {
    "add": "Add layer",
    "duplicate": "Duplicate layer",
    "merge_down": "Merge down",
    "lower_layer": "Reorder layers",
    "delete": "Remove layer",
    "toggle": "Hide layer",
    "solo": "Show one layer",
    "lock": "Lock layer",
    "flatten": "Flatten",
}


@pytest.mark.parametrize("name", COMMAND_STEPS)
def test_a_command_is_one_step(panel: LayersPanel, open_session: Open, name: str) -> None:
    session = open_session(3)
    panel.set_session(session)
    before = session.document.layers
    getattr(panel, name)()
    assert_one_step(session, panel, COMMAND_STEPS[name], before)


def test_raising_and_lowering(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(3)
    panel.set_session(session)
    session.choose(session.document.layers[0].id)
    panel.raise_layer()
    assert names(panel) == ["Layer 2", "Background", "Layer 1"]
    assert panel.view.currentIndex().data() == "Background"
    panel.raise_layer()
    panel.raise_layer()  # it is at the top: no step
    assert names(panel) == ["Background", "Layer 2", "Layer 1"]
    assert len(session.history.steps) == 2
    panel.lower_layer()
    assert names(panel) == ["Layer 2", "Background", "Layer 1"]


def test_buttons_and_menu_call_the_commands(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(2)
    panel.set_session(session)
    qtbot.mouseClick(panel.buttons["duplicate"], LEFT)
    assert names(panel) == ["Layer 1 copy", "Layer 1", "Background"]
    menu = panel.menu(MENU)
    entries = {action.text().split("\t")[0]: action for action in menu.actions() if action.text()}
    entries["Lock or unlock layer"].trigger()
    assert rows(panel)[0].locked
    menu = panel.menu(MENU)
    entries = {action.text().split("\t")[0]: action for action in menu.actions() if action.text()}
    assert not entries["Delete layer"].isEnabled()
    assert "locked" in entries["Delete layer"].toolTip()
    more = panel.more.menu()
    more.aboutToShow.emit()
    assert "Flatten the picture" in [action.text() for action in more.actions()]


def test_select_by_alpha(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(1)
    panel.set_session(session)
    panel.select_by_alpha()
    assert session.document.selection.all()
    assert [step.label for step in session.history.steps] == ["Select by alpha"]


def test_a_click_on_the_eye_hides_and_does_not_choose(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(3)
    panel.set_session(session)
    active, before = session.document.active, session.document.layers
    click(qtbot, panel, 2, Spot.EYE)
    assert [layer.visible for layer in rows(panel)] == [True, True, False]
    assert session.document.active == active
    assert session.history.gesture is None
    assert_one_step(session, panel, "Hide layer", before)


def test_the_mouse_drawn_over_eyes_hides_them_in_one_step(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(4)
    panel.set_session(session)
    before = session.document.layers
    viewport = panel.view.viewport()
    qtbot.mousePress(viewport, LEFT, NONE, spot(panel, 0, Spot.EYE))
    for row in (1, 2, 1):
        qtbot.mouseMove(viewport, spot(panel, row, Spot.EYE))
    qtbot.mouseRelease(viewport, LEFT, NONE, spot(panel, 2, Spot.EYE))
    assert [layer.visible for layer in rows(panel)] == [False, False, False, True]
    assert_one_step(session, panel, "Hide layer", before)


def test_alt_and_the_eye_show_one_then_all(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(3)
    panel.set_session(session)
    panel.toggle()
    click(qtbot, panel, 1, Spot.EYE, ALT)
    assert [layer.visible for layer in rows(panel)] == [False, True, False]
    click(qtbot, panel, 1, Spot.EYE, ALT)
    assert [layer.visible for layer in rows(panel)] == [True, True, True]
    assert [step.label for step in session.history.steps] == ["Hide layer", "Show one layer", "Show all layers"]
    session.undo()
    session.undo()
    assert [layer.visible for layer in rows(panel)] == [False, True, True]


def test_a_click_on_the_lock(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(2)
    panel.set_session(session)
    before = session.document.layers
    click(qtbot, panel, 1, Spot.LOCK)
    assert [layer.locked for layer in rows(panel)] == [False, True]
    assert_one_step(session, panel, "Lock layer", before)


def test_a_locked_layer_is_not_removed(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(2)
    panel.set_session(session)
    panel.lock()
    heard = failures(panel)
    panel.delete()
    assert [error.message for error in heard] == ["The layer 'Layer 1' is locked."]
    assert names(panel) == ["Layer 1", "Background"]


def test_the_blend_mode(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(2)
    panel.set_session(session)
    before = session.document.layers
    panel.mode.setCurrentIndex(panel.mode.findData(BlendMode.SOFT_LIGHT))
    panel.mode.activated.emit(panel.mode.currentIndex())
    assert rows(panel)[0].mode is BlendMode.SOFT_LIGHT
    assert_one_step(session, panel, "Blend mode", before)
    session.undo()
    assert panel.mode.currentData() is BlendMode.NORMAL
    session.choose(session.document.layers[0].id)
    assert panel.mode.currentData() is BlendMode.NORMAL


def test_dragging_the_slider_is_one_step(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(2)
    panel.set_session(session)
    before = session.document.layers
    panel.slider.setSliderDown(True)
    for value in (90, 60, 35):
        panel.slider.setValue(value)
        assert rows(panel)[0].opacity == value / 100
        assert panel.spin.value() == value
    assert session.history.steps == []
    panel.slider.setSliderDown(False)
    assert_one_step(session, panel, "Layer opacity", before)
    session.undo()
    assert panel.slider.value() == 100


def test_dragging_the_slider_back_is_no_step(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(2)
    panel.set_session(session)
    panel.slider.setSliderDown(True)
    panel.slider.setValue(40)
    panel.slider.setValue(100)
    panel.slider.setSliderDown(False)
    assert session.history.steps == []
    assert session.history.gesture is None


def test_keys_on_the_slider_are_one_step_after_a_pause(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(2)
    panel.set_session(session)
    before = session.document.layers
    for _ in range(3):
        qtbot.keyClick(panel.slider, Key.Key_Left)
    assert rows(panel)[0].opacity == 0.97
    qtbot.waitUntil(lambda: session.history.gesture is None)
    assert_one_step(session, panel, "Layer opacity", before)


def test_another_command_ends_the_step_of_the_opacity(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(2)
    panel.set_session(session)
    panel.spin.setValue(50)
    panel.add()
    assert [step.label for step in session.history.steps] == ["Layer opacity", "Add layer"]


def test_undo_while_the_slider_is_held(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(2)
    panel.set_session(session)
    panel.slider.setSliderDown(True)
    panel.slider.setValue(70)
    session.undo()
    assert panel.slider.value() == 100
    panel.slider.setValue(60)
    panel.slider.setValue(50)
    panel.slider.setSliderDown(False)
    assert [step.label for step in session.history.steps] == ["Layer opacity"]
    session.undo()
    assert rows(panel)[0].opacity == 1


def test_a_stroke_begun_meanwhile_is_left_alone(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(2)
    panel.set_session(session)
    panel.spin.setValue(50)
    stroke = session.begin("Brush")
    panel._pause.timeout.emit()
    assert session.history.gesture is stroke
    session.cancel()
    assert [step.label for step in session.history.steps] == ["Layer opacity"]


def test_renaming_in_place(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(2)
    panel.set_session(session)
    before = session.document.layers
    panel.rename()
    editor = panel.view.findChild(QLineEdit)
    assert editor is not None
    assert editor.accessibleName()
    assert editor.selectedText() == "Layer 1"
    qtbot.keyClicks(editor, "Sky")
    # The layer changes while its name is typed: what was typed stays.
    session.do(set_opacity(session.document, session.document.active or 0, 0.5))
    assert editor.text() == "Sky"
    session.undo()
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: names(panel) == ["Sky", "Background"])
    assert_one_step(session, panel, "Rename layer", before)


@pytest.mark.parametrize("how", ["double", "F2"])
def test_how_renaming_begins(panel: LayersPanel, open_session: Open, qtbot: QtBot, how: str) -> None:
    panel.set_session(open_session(2))
    if how == "F2":
        qtbot.keyClick(panel.view, Key.Key_F2)
    else:
        qtbot.mouseClick(panel.view.viewport(), LEFT, NONE, spot(panel, 0, Spot.NAME))
        qtbot.mouseDClick(panel.view.viewport(), LEFT, NONE, spot(panel, 0, Spot.NAME))
    assert panel.view.findChild(QLineEdit) is not None


def test_two_quick_clicks_on_an_eye_are_no_renaming(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(2)
    panel.set_session(session)
    qtbot.mouseClick(panel.view.viewport(), LEFT, NONE, spot(panel, 0, Spot.EYE))
    qtbot.mouseDClick(panel.view.viewport(), LEFT, NONE, spot(panel, 0, Spot.EYE))
    qtbot.mouseRelease(panel.view.viewport(), LEFT, NONE, spot(panel, 0, Spot.EYE))
    assert panel.view.findChild(QLineEdit) is None
    assert [step.label for step in session.history.steps] == ["Hide layer", "Show layer"]


def test_an_empty_name_is_refused(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(1)
    panel.set_session(session)
    heard = failures(panel)
    panel.rename()
    editor = panel.view.findChild(QLineEdit)
    assert editor is not None
    editor.setText("  ")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: [error.message for error in heard] == ["A layer needs a name."])
    assert names(panel) == ["Background"]


@pytest.mark.parametrize(
    ("row", "gap", "wanted"),
    [
        (0, 3, ["Layer 1", "Background", "Layer 2"]),
        (0, 2, ["Layer 1", "Layer 2", "Background"]),
        (2, 0, ["Background", "Layer 2", "Layer 1"]),
        (1, 1, None),
        (1, 2, None),
    ],
)
def test_dragging_a_row(panel: LayersPanel, open_session: Open, row: int, gap: int, wanted: list[str] | None) -> None:
    session = open_session(3)
    panel.set_session(session)
    before = session.document.layers
    session.choose(session.document.layers[2 - row].id)
    panel.view.dropEvent(dropped(panel, gap, panel.view))
    if wanted is None:
        assert session.history.steps == []
        return
    assert names(panel) == wanted
    assert panel.view.currentIndex().row() == gap - (gap > row)
    assert_one_step(session, panel, "Reorder layers", before)


def test_what_comes_from_elsewhere_is_not_dropped_here(panel: LayersPanel, open_session: Open) -> None:
    session = open_session(3)
    panel.set_session(session)
    event = dropped(panel, 3, None)
    panel.view.dropEvent(event)
    assert not event.isAccepted()
    assert session.history.steps == []


class Dropped(QDropEvent):
    """A drop that says where it comes from: Qt knows that only of real ones."""

    origin: Any = None

    def source(self) -> Any:
        return self.origin


def dropped(panel: LayersPanel, gap: int, origin: object) -> Dropped:
    panel._mime = QMimeData()  # type: ignore[attr-defined] (a drop does not own it)
    place = QPointF(20, gap * HEIGHT - panel.view.verticalScrollBar().value())
    event = Dropped(place, Qt.DropAction.MoveAction, panel._mime, LEFT, NONE)  # type: ignore[attr-defined]
    event.origin = origin
    return event


def test_the_place_of_a_drop_is_drawn(panel: LayersPanel, open_session: Open) -> None:
    panel.set_session(open_session(3))
    panel.view._show_gap(2)
    shot = panel.view.viewport().grab().toImage()
    y = round((2 * HEIGHT) * shot.devicePixelRatio())
    assert shot.pixelColor(5, y) == QColor(theme.current().accent)
    panel.view._show_gap(None)
    assert panel.view.viewport().grab().toImage().pixelColor(5, y) != QColor(theme.current().accent)


def test_keys_of_the_list(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(3)
    panel.set_session(session)
    qtbot.keyClick(panel.view, Key.Key_Down)
    assert session.document.stack.layer().name == "Layer 1"
    qtbot.keyClick(panel.view, Key.Key_Space)
    assert [layer.visible for layer in rows(panel)] == [True, False, True]
    qtbot.keyClick(panel.view, Key.Key_Up, ALT)
    assert names(panel) == ["Layer 1", "Layer 2", "Background"]
    qtbot.keyClick(panel.view, Key.Key_Delete)
    assert names(panel) == ["Layer 2", "Background"]
    assert [step.label for step in session.history.steps] == ["Hide layer", "Reorder layers", "Remove layer"]


def test_its_keys_come_before_the_windows(panel: LayersPanel, qapp: QApplication) -> None:
    for key, ours in ((Key.Key_Delete, True), (Key.Key_Space, True), (Key.Key_F2, True), (Key.Key_Q, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, NONE)
        event.ignore()
        qapp.sendEvent(panel.view, event)
        assert event.isAccepted() is ours, key


def test_choosing_a_row_is_no_step(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(3)
    panel.set_session(session)
    click(qtbot, panel, 2, Spot.NAME)
    assert session.document.stack.layer().name == "Background"
    assert session.history.steps == []
    session.choose(session.document.layers[1].id)
    assert panel.view.currentIndex().row() == 1


# Sessions come and go


def test_a_session_that_was_swapped_out_is_not_heard(panel: LayersPanel, open_session: Open) -> None:
    first, second = open_session(2), open_session(4)
    for session in (first, second, first, None, second):
        panel.set_session(session)
    shown: list[object] = []
    for name in ("rowsInserted", "rowsRemoved", "rowsMoved", "dataChanged", "modelReset"):
        getattr(panel.view.model(), name).connect(lambda *_args: shown.append(1))
    first.do(add_layer(first.document))
    first.choose(first.document.layers[0].id)
    assert shown == []
    assert len(rows(panel)) == 4
    for signal in ("painted", "resized", "arranged"):
        assert first.receivers(_signature(first, signal)) == 0
    second.do(add_layer(second.document))
    assert len(shown) == 1  # heard once, however often it was swapped in


def _signature(session: Session, name: str) -> str:
    """What QObject.receivers wants: the code 2 before the signature, as the SIGNAL macro has it."""
    meta = session.metaObject()
    found = [meta.method(index) for index in range(meta.methodCount())]
    return "2" + next(bytes(m.methodSignature()).decode() for m in found if bytes(m.name()).decode() == name)


def test_swapping_ends_an_open_step(panel: LayersPanel, open_session: Open) -> None:
    first, second = open_session(2), open_session(2)
    panel.set_session(first)
    panel.spin.setValue(30)
    panel.set_session(second)
    assert [step.label for step in first.history.steps] == ["Layer opacity"]
    assert panel.spin.value() == 100
    assert second.history.steps == []


# Thumbnails


def middle(panel: LayersPanel, row: int) -> QColor:
    """The colour in the middle of a row's thumbnail."""
    shot = panel.view.viewport().grab().toImage()
    place = spot(panel, row, Spot.THUMBNAIL) * shot.devicePixelRatio()
    return shot.pixelColor(place)


def test_a_thumbnail_shows_the_layers_colour(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(2)
    panel.set_session(session)
    qtbot.waitUntil(lambda: middle(panel, 1) == QColor(200, 180, 120))
    checkers = {QColor(colour).name() for colour in theme.current().canvas.checkers}
    assert middle(panel, 0).name() in checkers
    # Painted on: it follows by itself.
    layer = session.document.layers[1]
    session.begin("Brush").paint_on(layer.id).touch(layer.raster.bounds)
    layer.pixels[...] = GREEN
    session.touched(layer.id, layer.bounds)
    session.commit()
    qtbot.waitUntil(lambda: middle(panel, 0) == QColor(0, 255, 0))
    session.undo()
    qtbot.waitUntil(lambda: middle(panel, 0).name() in checkers)


def test_a_thumbnail_is_the_layer_as_it_lies_on_the_canvas() -> None:
    pixels = np.full((50, 100, 4), RED, np.uint8)
    pixels[:, 50:] = (0, 0, 255, 128)
    small = thumbnail(Layer.of(pixels, "x", x=100, y=-20), Size(200, 100), Size(40, 20))
    assert small.shape == (20, 40, 4)
    assert not small[:, :20].any()
    assert not small[6:].any()
    assert (small[:6, 20:30] == RED).all()
    assert (small[:6, 30:] == (0, 0, 128, 128)).all()  # premultiplied


@pytest.mark.parametrize("canvas", [Size(8192, 8192), Size(8192, 3), Size(1, 8192), Size(1, 1), Size(7, 5)])
def test_thumbnails_of_extreme_canvases(canvas: Size) -> None:
    size = fitted(canvas, Size(40, 30))
    assert 1 <= size.width <= 40
    assert 1 <= size.height <= 30
    layer = Layer.of(np.full((min(canvas.height, 9), min(canvas.width, 9), 4), BLUE, np.uint8), "x")
    assert (thumbnail(layer, canvas, size)[0, 0] == BLUE).all()
    assert not thumbnail(Layer.of(np.full((4, 4, 4), BLUE, np.uint8), "x", x=9000), canvas, size).any()


def test_a_layer_of_8192_is_read_only_in_part() -> None:
    """What makes it quick: at most a hundredth of the pixels of a large layer are looked at."""
    document = Document.new(Size(8192, 8192))
    pixels = document.layers[0].pixels
    pixels[::2, ::2] = RED
    looked = []
    view = pixels.view(Watched)
    view.looked = looked
    layer = document.layers[0]
    layer.raster._array = view
    thumbnail(layer, document.size, Size(30, 30))
    assert looked
    assert max(looked) <= pixels.size / 100


class Watched(np.ndarray[Any, Any]):
    """An array that tells how much was copied out of it by slicing with steps."""

    looked: list[int]

    def __array_finalize__(self, whole: Any) -> None:
        self.looked = getattr(whole, "looked", [])

    def __getitem__(self, place: Any) -> Any:
        out = super().__getitem__(place)
        if isinstance(place, tuple) and any(isinstance(part, slice) and (part.step or 1) > 1 for part in place):
            self.looked.append(out.size * 4)
        return out


def test_only_rows_that_are_seen_get_thumbnails(panel: LayersPanel, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(100)
    made: list[LayerId] = []
    panel._thumbnails.made.connect(made.append)
    panel.set_session(session)
    seen = panel.view.viewport().height() // HEIGHT
    qtbot.waitUntil(lambda: len(set(made)) >= seen)
    assert len(set(made)) <= seen + 2


def test_thumbnails_let_go_of_layers(qapp: QApplication, open_session: Open, qtbot: QtBot) -> None:
    session = open_session(2)
    thumbnails = Thumbnails(Size(40, 30))
    document = session.document
    thumbnails.follow(session.size, document.layers)
    top = document.layers[1]
    with qtbot.waitSignal(thumbnails.made):
        assert thumbnails.picture(top) is None
    assert thumbnails.picture(top) is not None
    session.do(remove_layer(document))
    thumbnails.follow(session.size, document.layers)
    assert top.id not in thumbnails._known


# Words


def test_it_follows_the_language(panel: LayersPanel, open_session: Open, qapp: QApplication, qtbot: QtBot) -> None:
    class Loud(QTranslator):
        def translate(self, _context: str, text: str, *_rest: object) -> str:
            return "*" + text

        def isEmpty(self) -> bool:
            return False

    panel.set_session(open_session(1))
    loud = Loud()
    qapp.installTranslator(loud)
    try:
        qapp.processEvents()
        assert panel.mode.itemText(0) == "*Normal"
        assert panel.buttons["add"].toolTip().startswith("**New layer")
        assert panel.view.accessibleName() == "*Layers"
        assert panel.view.model().index(0, 0).data() == "*Background"
    finally:
        qapp.removeTranslator(loud)
        qapp.processEvents()
    assert panel.mode.itemText(0) == "Normal"


def test_it_fits_a_narrow_dock(panel: LayersPanel, open_session: Open) -> None:
    panel.set_session(open_session(30))
    assert panel.minimumSizeHint().width() <= 260
    assert panel.minimumSizeHint().height() <= 240
    bar = panel.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
    name = spots(QRect(0, 0, 260 - 2 * theme.INSIDE - bar, HEIGHT))[Spot.NAME]
    assert name.width() >= 50
