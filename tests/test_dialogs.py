"""Dialogs: what they decide, what they refuse and why, and that each works by keyboard and in another language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import fake_engine  # noqa: F401 (offscreen, before Qt)
import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QAction, QGuiApplication, QKeySequence, QTextFormat
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.dialogs.about import About
from desktop_app.dialogs.amount import Amount
from desktop_app.dialogs.canvas_size import CanvasChange, CanvasSize
from desktop_app.dialogs.dialog import Dialog
from desktop_app.dialogs.new_document import PRESETS, NewDocument, NewDocumentChoice
from desktop_app.dialogs.preferences import PreferencesDialog
from desktop_app.dialogs.recipe import RecipeDialog, values
from desktop_app.dialogs.recovery import Recovery
from desktop_app.dialogs.shortcuts import Shortcuts
from desktop_app.dialogs.unsaved import Choice, Decision, Unsaved
from desktop_app.document.document import Document
from desktop_app.document.recovery import Autosave, Recovered, left_behind
from desktop_app.preferences import DEVICES, Preferences
from inference.geometry import Size
from inference.recipe import Recipe

RECIPE = Recipe(
    kind="inpaint",
    model="sprites",
    model_hash="0123456789abcdef",
    prompt="a <b>red</b> apple",
    negative="worm",
    style="fluent",
    seed=2**62 + 1,
    steps=20,
    guidance=4.5,
    scheduler="ddim",
    width=128,
    height=96,
    strength=0.75,
    variation_seed=7,
    variation_strength=0.2,
    backend="onnxruntime 1.31.1 CPU",
    notices=("The decoder ran in tiles.",),
)


class Window(QMainWindow):
    """A few actions with keys."""

    def __init__(self) -> None:
        super().__init__()
        menu = self.menuBar().addMenu("&File")
        for text, keys in (("&Open...", ["Ctrl+O"]), ("&Save", ["Ctrl+S", "F2"]), ("Export...", [])):
            action = menu.addAction(text)
            action.setShortcuts([QKeySequence(key) for key in keys])
        brush = QAction("Brush", self)
        brush.setShortcut(QKeySequence("B"))
        self.addAction(brush)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    return window


def found(tmp_path: Path, count: int = 2) -> list[Recovered]:
    out = []
    for number in range(count):
        file = tmp_path / f"copy{number}.ora"
        file.write_bytes(b"")
        out.append(Recovered(file, Path("/home/me/castle.ora") if number else None, f"Work {number}", 1.7e9))
    return out


Make = Callable[[QWidget], Dialog]
MAKERS: dict[str, Make] = {
    "new": lambda window: NewDocument(last=Size(300, 200), clipboard=Size(40, 50)),
    "canvas": lambda window: CanvasSize(Size(300, 200)),
    "amount": lambda window: Amount("Grow selection", 8),
    "recipe": lambda window: RecipeDialog(RECIPE),
    "preferences": lambda window: PreferencesDialog(Preferences()),
    "recovery": lambda window: Recovery([Recovered(Path("/none.ora"), None, "Work", 1.7e9)]),
    "unsaved": lambda window: Unsaved(["castle.ora", "tree.ora"]),
    "about": lambda window: About(),
    "shortcuts": Shortcuts,
}
ALL = pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))


@ALL
def test_each_is_opened_without_blocking_and_closed_by_escape(make: Make, window: QWidget, qtbot: QtBot) -> None:
    dialog = make(window)
    qtbot.addWidget(dialog)
    dialog.open()
    assert dialog.isVisible()
    margins = dialog.layout().contentsMargins()  # type: ignore[union-attr]
    assert {margins.left(), margins.top(), margins.right(), margins.bottom()} == {16}
    with qtbot.waitSignal(dialog.rejected, timeout=1000):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@ALL
def test_each_has_one_primary_button_a_title_and_names_for_all_its_controls(
    make: Make, window: QWidget, qtbot: QtBot
) -> None:
    dialog = make(window)
    qtbot.addWidget(dialog)
    dialog.open()
    assert dialog.windowTitle()
    primary = [button for button in dialog.findChildren(QPushButton) if button.property("primary")]
    assert len(primary) == 1
    assert primary[0].isDefault()
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView, QPlainTextEdit)
    for kind in kinds:
        for control in dialog.findChildren(kind):
            inner = isinstance(control.parent(), QAbstractSpinBox | QComboBox | QLineEdit | QAbstractItemView)
            if not control.isVisible() or inner or control.focusPolicy() == Qt.FocusPolicy.NoFocus:
                continue
            face = QAccessible.queryAccessibleInterface(control)
            assert face.text(QAccessible.Text.Name), f"{kind.__name__} {control.objectName()}"


@ALL
def test_each_takes_another_language(
    make: Make, window: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = make(window)
    qtbot.addWidget(dialog)
    dialog.open()
    monkeypatch.setattr(type(dialog), "tr", lambda self, text, *rest: f"«{text}»", raising=False)
    QApplication.sendEvent(dialog, QEvent(QEvent.Type.LanguageChange))
    for button in dialog.findChildren(QPushButton):
        if button.text() and button.isVisible():
            assert button.text().startswith("«")


def new(qtbot: QtBot, **settings: object) -> NewDocument:
    dialog = NewDocument(**settings)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def test_a_new_document_by_preset(qtbot: QtBot) -> None:
    dialog = new(qtbot, name="castle")
    row = next(row for row, preset in enumerate(PRESETS) if preset.size == Size(1920, 1080))
    dialog._list.setCurrentRow(row)
    with qtbot.waitSignal(dialog.chosen, timeout=1000) as chosen:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert chosen.args == [NewDocumentChoice(Size(1920, 1080), None, "castle")]
    assert not dialog.isVisible()


def test_a_new_document_by_numbers(qtbot: QtBot) -> None:
    dialog = new(qtbot)
    dialog._width.setValue(100)
    dialog._height.setValue(60)
    dialog._swap.click()
    dialog._background.setCurrentIndex(1)
    assert dialog.choice == NewDocumentChoice(Size(60, 100), (255, 255, 255), "Untitled")
    assert not dialog._swatch.isVisible()
    dialog.set_colour((1, 2, 3))
    assert dialog._swatch.isVisible()
    assert dialog.choice.colour == (1, 2, 3)


def test_the_clipboard_and_the_last_size_come_first(qtbot: QtBot) -> None:
    dialog = new(qtbot, last=Size(300, 200), clipboard=Size(40, 50))
    assert dialog.choice.size == Size(40, 50)
    assert "40 × 50" in dialog._list.item(0).text()
    dialog._list.setCurrentRow(1)
    assert dialog.choice.size == Size(300, 200)


def test_a_size_that_cannot_be_is_said_at_once(qtbot: QtBot) -> None:
    dialog = new(qtbot)
    told: list[object] = []
    dialog.chosen.connect(told.append)
    dialog._width.setValue(8193)
    assert "8192" in dialog.note.text()
    assert dialog.note.isVisible()
    assert not dialog._create.isEnabled()
    assert "8192" in dialog._create.toolTip()
    qtbot.keyClick(dialog._width, Qt.Key.Key_Return)
    dialog._list.itemDoubleClicked.emit(dialog._list.item(0))
    assert told == []
    dialog._width.setValue(8192)
    assert not dialog.note.isVisible()
    assert dialog._create.isEnabled()


def canvas(qtbot: QtBot) -> CanvasSize:
    dialog = CanvasSize(Size(300, 200))
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


@pytest.mark.parametrize(
    ("point", "wanted"),
    [
        (0, (0, 0, 101, 40)),
        (2, (101, 0, 0, 40)),
        (4, (50, 20, 51, 20)),
        (6, (0, 40, 101, 0)),
        (8, (101, 40, 0, 0)),
    ],
)
def test_a_new_size_lies_around_the_point_that_stays(
    qtbot: QtBot, point: int, wanted: tuple[int, int, int, int]
) -> None:
    dialog = canvas(qtbot)
    dialog._width.setValue(401)
    dialog._height.setValue(240)
    dialog._points.button(point).click()
    assert dialog.choice == CanvasChange(*wanted, True)


def test_sides_make_the_size(qtbot: QtBot) -> None:
    dialog = canvas(qtbot)
    dialog._sides["left"].setValue(-100)
    dialog._sides["bottom"].setValue(64)
    assert (dialog._width.value(), dialog._height.value()) == (200, 264)
    dialog._select.setChecked(False)
    with qtbot.waitSignal(dialog.chosen, timeout=1000) as chosen:
        dialog._apply.click()
    assert chosen.args == [CanvasChange(-100, 0, 0, 64, False)]


def test_a_canvas_that_only_loses_has_nothing_new_to_select(qtbot: QtBot) -> None:
    dialog = canvas(qtbot)
    assert not dialog._apply.isEnabled()
    assert dialog._apply.toolTip()
    dialog._width.setValue(100)
    assert dialog._apply.isEnabled()
    assert not dialog._select.isEnabled()
    assert dialog.choice.select_new is False


@pytest.mark.parametrize(
    ("sides", "word"),
    [
        ({"left": 8000}, "8192"),
        ({"left": -300}, "left"),
        ({"left": -300, "right": 50}, "left"),
        ({"top": -200}, "left"),
    ],
)
def test_a_canvas_that_cannot_be_is_said(qtbot: QtBot, sides: dict[str, int], word: str) -> None:
    dialog = canvas(qtbot)
    for side, value in sides.items():
        dialog._sides[side].setValue(value)
    assert word in dialog.note.text()
    assert not dialog._apply.isEnabled()


def test_an_amount_is_told_while_it_changes(qtbot: QtBot) -> None:
    dialog = Amount("Grow selection", 8)
    qtbot.addWidget(dialog)
    dialog.open()
    with qtbot.waitSignal(dialog.changed, timeout=1000) as changed:
        for value in (9, 10, 12):
            dialog._box.setValue(value)
    assert changed.args == [12.0]
    with qtbot.waitSignal(dialog.chosen, timeout=1000) as chosen:
        qtbot.keyClick(dialog._box, Qt.Key.Key_Return)
    assert chosen.args == [12.0]


def test_an_amount_that_was_cancelled_tells_nothing_more(qtbot: QtBot) -> None:
    dialog = Amount("Grow selection", 8)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog._box.setValue(20)
    with qtbot.assertNotEmitted(dialog.changed, wait=100), qtbot.waitSignal(dialog.rejected, timeout=1000):
        dialog.reject()


def test_slider_and_number_agree(qtbot: QtBot) -> None:
    dialog = Amount("Feather", 1, least=1, most=256)
    qtbot.addWidget(dialog)
    assert dialog._slider.value() == 0
    dialog._box.setValue(256)
    assert dialog._slider.value() == 1000
    dialog._slider.setValue(0)
    assert dialog.value == 1
    dialog._slider.setValue(1000)
    assert dialog.value == 256
    for value in (1, 2, 7, 40, 255):
        dialog._box.setValue(value)
        assert dialog.value == value


def test_a_recipe_is_shown_copied_and_used(qtbot: QtBot) -> None:
    dialog = RecipeDialog(RECIPE)
    qtbot.addWidget(dialog)
    dialog.open()
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    for text in values(RECIPE).values():
        assert text in shown
    assert str(2**62 + 1) in shown
    dialog._copy.click()
    assert QGuiApplication.clipboard().text() == RECIPE.parameters()
    with qtbot.waitSignal(dialog.used, timeout=1000) as used:
        dialog._use.click()
    assert used.args == [RECIPE]


def test_a_recipe_leaves_out_what_it_does_not_have() -> None:
    plain = replace(RECIPE, negative="", strength=None, variation_seed=None, notices=(), style=None)
    assert set(values(RECIPE)) - set(values(plain)) == {"negative", "strength", "variation", "notices", "style"}


def preferences(qtbot: QtBot, some: Preferences | None = None) -> tuple[PreferencesDialog, list[Preferences]]:
    dialog = PreferencesDialog(some or Preferences())
    qtbot.addWidget(dialog)
    told: list[Preferences] = []
    dialog.changed.connect(told.append)
    dialog.open()
    return dialog, told


def test_preferences_are_in_force_at_once(qtbot: QtBot) -> None:
    dialog, told = preferences(qtbot)
    dialog._theme.setCurrentIndex(2)
    dialog._language.setCurrentIndex(2)
    dialog._autosave.setCurrentIndex(0)
    dialog._device.setCurrentIndex(DEVICES.index("cpu"))
    dialog._threads.setValue(1)
    dialog._rulers.setChecked(True)
    dialog._results.setChecked(False)
    wanted = Preferences(
        theme="light", language="zh_CN", autosave=0, device="cpu", threads=1, rulers=True, keep_results=False
    )
    assert told[-1] == wanted == dialog.preferences
    assert len(told) == 7
    dialog._threads.setValue(0)
    assert told[-1].threads is None
    assert Preferences().with_choices(told[-1]) == told[-1], "a choice of the dialog is not among CHOICES"


def test_preferences_that_are_shown_change_nothing(qtbot: QtBot) -> None:
    odd = Preferences(
        autosave=77, history_mb=300, threads=3, recent=(Path("/a.png"),), language="zh_CN", theme="system"
    )
    dialog, told = preferences(qtbot, odd)
    assert dialog.preferences == odd
    QApplication.sendEvent(dialog, QEvent(QEvent.Type.LanguageChange))
    assert told == []
    dialog._mask.setChecked(False)
    assert told == [replace(odd, show_mask=False)]


def test_recovery_opens_what_is_checked(qtbot: QtBot, tmp_path: Path) -> None:
    copies = found(tmp_path)
    dialog = Recovery(copies)
    qtbot.addWidget(dialog)
    dialog.open()
    assert dialog.checked == tuple(copies)
    assert "castle.ora" in dialog._list.item(1).text()
    dialog._list.item(0).setCheckState(Qt.CheckState.Unchecked)
    with qtbot.waitSignal(dialog.recover_wanted, timeout=1000) as wanted:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert wanted.args == [(copies[1],)]


def test_recovery_asks_twice_before_it_lets_go(qtbot: QtBot, tmp_path: Path) -> None:
    copies = found(tmp_path)
    dialog = Recovery(copies)
    qtbot.addWidget(dialog)
    dialog.open()
    gone: list[tuple[Recovered, ...]] = []
    dialog.discard_wanted.connect(gone.append)
    dialog._discard.click()
    assert gone == []
    dialog._list.item(1).setCheckState(Qt.CheckState.Unchecked)
    dialog._discard.click()
    assert gone == [], "another choice has to be asked for anew"
    dialog._discard.click()
    assert gone == [(copies[0],)]
    assert dialog.isVisible()
    assert dialog._list.count() == 1
    assert not dialog._discard.isEnabled()
    dialog._list.item(0).setCheckState(Qt.CheckState.Checked)
    dialog._discard.click()
    dialog._discard.click()
    assert gone[1:] == [(copies[1],)]
    assert not dialog.isVisible()


def test_recovery_later_leaves_all(qtbot: QtBot, tmp_path: Path) -> None:
    copies = found(tmp_path)
    dialog = Recovery(copies)
    qtbot.addWidget(dialog)
    dialog.open()
    with qtbot.assertNotEmitted(dialog.discard_wanted), qtbot.assertNotEmitted(dialog.recover_wanted):
        dialog._later.click()
    assert all(copy.file.exists() for copy in copies)


def test_recovery_shows_the_picture(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.full((40, 40, 4), 255, np.uint8)
    Autosave(tmp_path).write(Document.of(pixels), None, "Work")
    monkeypatch.setattr("desktop_app.document.recovery._runs", lambda pid, started: False)
    dialog = Recovery(left_behind(tmp_path))
    qtbot.addWidget(dialog)
    image = dialog._list.item(0).icon().pixmap(40, 40).toImage()
    assert image.pixelColor(20, 20).lightness() == 255


def decided(dialog: Unsaved) -> list[Decision]:
    out: list[Decision] = []
    dialog.decided.connect(out.append)
    dialog.open()
    return out


def test_one_unsaved_document(qtbot: QtBot) -> None:
    for press, wanted in (
        ("_save", Decision(Choice.SAVE, (0,))),
        ("_discard", Decision(Choice.DISCARD)),
        ("_cancel", Decision(Choice.CANCEL)),
    ):
        dialog = Unsaved(["castle.ora"])
        qtbot.addWidget(dialog)
        out = decided(dialog)
        assert "castle.ora" in dialog._title.text()
        assert not dialog._list.isVisible()
        getattr(dialog, press).click()
        assert out == [wanted]


def test_enter_saves_and_escape_cancels(qtbot: QtBot) -> None:
    for key, choice in ((Qt.Key.Key_Return, Choice.SAVE), (Qt.Key.Key_Escape, Choice.CANCEL)):
        dialog = Unsaved(["castle.ora"])
        qtbot.addWidget(dialog)
        out = decided(dialog)
        qtbot.keyClick(dialog, key)
        assert [each.choice for each in out] == [choice]
    dialog = Unsaved(["castle.ora"])
    qtbot.addWidget(dialog)
    out = decided(dialog)
    dialog.close()
    assert out == [Decision(Choice.CANCEL)]


def test_some_of_several_are_saved(qtbot: QtBot) -> None:
    dialog = Unsaved(["castle.ora", "tree.ora", "Untitled"])
    qtbot.addWidget(dialog)
    out = decided(dialog)
    dialog._list.item(1).setCheckState(Qt.CheckState.Unchecked)
    dialog._save.click()
    assert out == [Decision(Choice.SAVE, (0, 2))]


def test_none_of_several_cannot_be_saved(qtbot: QtBot) -> None:
    dialog = Unsaved(["castle.ora", "tree.ora"])
    qtbot.addWidget(dialog)
    decided(dialog)
    for place in range(2):
        dialog._list.item(place).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog._save.isEnabled()
    assert dialog._save.toolTip()


def test_about_holds_the_licences(qtbot: QtBot) -> None:
    dialog = About()
    qtbot.addWidget(dialog)
    assert "Twemoji" in dialog._notices.toPlainText()
    assert "samples" in dialog._notices.toPlainText()
    assert "Apache License" in dialog._licence.toPlainText()
    styles = [block.begin().fragment().charFormat() for block in _blocks(dialog) if block.text()]
    assert max(style.font().pixelSize() for style in styles) <= 16
    assert not any(style.intProperty(QTextFormat.Property.FontSizeAdjustment) for style in styles)


def _blocks(dialog: About) -> list:
    block, out = dialog._notices.document().begin(), []
    while block.isValid():
        out.append(block)
        block = block.next()
    return out


def test_shortcuts_are_listed_and_found(window: Window, qtbot: QtBot) -> None:
    dialog = Shortcuts(window)
    qtbot.addWidget(dialog)
    dialog.open()
    listed = dict(dialog.shown)
    assert listed["Open"] == "Ctrl+O"
    assert listed["Save"] == "Ctrl+S, F2"
    assert listed["Brush"] == "B"
    assert "Export" not in listed
    dialog._search.setText("save")
    assert [name for name, _ in dialog.shown] == ["Save"]
    dialog._search.setText("ctrl+o")
    assert [name for name, _ in dialog.shown] == ["Open"]
    dialog._search.setText("zzz")
    assert dialog.shown == ()
    assert dialog._none.isVisible()
