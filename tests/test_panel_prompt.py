"""The prompt field: weighing by keys, tint, history, input methods, pasting, growing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import fake_engine  # noqa: F401 (offscreen, before Qt)
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QAction, QFont, QGuiApplication, QImage, QInputMethodEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app import theme
from desktop_app.panels.prompt import MOST_KEPT, PromptEdit, PromptHistory
from inference.prompt import marks, parse

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
UP, DOWN = Qt.Key.Key_Up, Qt.Key.Key_Down


@pytest.fixture
def edit(qtbot: QtBot) -> PromptEdit:
    edit = PromptEdit()
    edit.resize(280, 60)
    qtbot.addWidget(edit)
    edit.show()
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    return edit


@pytest.fixture
def styled(qapp: QApplication) -> Iterator[None]:
    sheet, palette, font = qapp.styleSheet(), qapp.palette(), qapp.font()
    yield
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)
    theme._current[0] = theme.DARK


def choose(edit: PromptEdit, start: int, end: int) -> None:
    cursor = edit.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    edit.setTextCursor(cursor)


def test_ctrl_up_and_down_weigh_what_is_selected(edit: PromptEdit, qtbot: QtBot) -> None:
    edit.set_value("a red fox")
    choose(edit, 2, 5)
    with qtbot.waitSignal(edit.changed):
        qtbot.keyClick(edit, UP, CTRL)
    assert edit.value == "a (red:1.1) fox"
    assert edit.textCursor().selectedText() == "red"
    qtbot.keyClick(edit, UP, CTRL)
    assert edit.value == "a (red:1.2) fox"
    for _ in range(3):
        qtbot.keyClick(edit, DOWN, CTRL)
    assert edit.value == "a (red:0.9) fox"


def test_without_a_selection_the_word_at_the_cursor_is_weighed(edit: PromptEdit, qtbot: QtBot) -> None:
    edit.set_value("a red fox")
    choose(edit, 7, 7)
    qtbot.keyClick(edit, DOWN, CTRL)
    assert edit.value == "a red (fox:0.9)"


def test_one_weighing_is_one_step_of_undo(edit: PromptEdit, qtbot: QtBot) -> None:
    qtbot.keyClicks(edit, "a fox")
    qtbot.keyClick(edit, UP, CTRL)
    qtbot.keyClick(edit, UP, CTRL)
    assert edit.value == "a (fox:1.2)"
    edit.undo()
    assert edit.value == "a (fox:1.1)"
    edit.undo()
    assert edit.value == "a fox"
    edit.redo()
    assert edit.value == "a (fox:1.1)"


def test_letters_that_qt_counts_as_two_do_not_shift_the_weight(edit: PromptEdit, qtbot: QtBot) -> None:
    edit.set_value("🦊🦊 红色 fox")
    choose(edit, 5, 7)
    assert edit.textCursor().selectedText() == "红色"
    qtbot.keyClick(edit, UP, CTRL)
    assert edit.value == "🦊🦊 (红色:1.1) fox"
    assert edit.textCursor().selectedText() == "红色"


def test_weighing_nothing_changes_nothing(edit: PromptEdit, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(edit.changed):
        qtbot.keyClick(edit, UP, CTRL)
    assert edit.value == ""


def test_ctrl_enter_submits_and_enter_begins_a_line(edit: PromptEdit, qtbot: QtBot) -> None:
    qtbot.keyClicks(edit, "a")
    with qtbot.assertNotEmitted(edit.submitted):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        with qtbot.waitSignal(edit.submitted):
            qtbot.keyClick(edit, key, CTRL)
    qtbot.keyClicks(edit, "b")
    assert edit.value == "a\nb"


def test_keys_mean_nothing_while_an_input_method_composes(edit: PromptEdit, qtbot: QtBot) -> None:
    edit.set_value("fox")
    edit.moveCursor(QTextCursor.MoveOperation.End)
    QApplication.sendEvent(edit, QInputMethodEvent("hu", []))
    with qtbot.assertNotEmitted(edit.submitted):
        qtbot.keyClick(edit, UP, CTRL)
        qtbot.keyClick(edit, Qt.Key.Key_Return, CTRL)
    assert "(" not in edit.value
    edit.set_value("")
    committed = QInputMethodEvent()
    committed.setCommitString("狐狸")
    QApplication.sendEvent(edit, committed)
    assert edit.value == "狐狸"
    qtbot.keyClick(edit, UP, CTRL)
    assert edit.value == "(狐狸:1.1)"


def test_tab_leaves_the_field(qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    column = QVBoxLayout(around)
    edit, line = PromptEdit(), QLineEdit()
    column.addWidget(edit)
    column.addWidget(line)
    around.show()
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    qtbot.keyClick(edit, Qt.Key.Key_Tab)
    assert line.hasFocus()
    assert edit.value == ""


def test_alt_up_and_down_walk_through_the_history_and_back_to_what_was_being_typed(
    edit: PromptEdit, qtbot: QtBot
) -> None:
    edit.history = PromptHistory(["newest", "older", "oldest"])
    qtbot.keyClicks(edit, "half a tho")
    seen = []
    for key in (UP, UP, UP, UP, DOWN, DOWN, DOWN, DOWN):
        qtbot.keyClick(edit, key, ALT)
        seen.append(edit.value)
    assert seen == ["newest", "older", "oldest", "oldest", "older", "newest", "half a tho", "half a tho"]


def test_typing_ends_the_walk(edit: PromptEdit, qtbot: QtBot) -> None:
    edit.history = PromptHistory(["newest", "older"])
    qtbot.keyClick(edit, UP, ALT)
    qtbot.keyClick(edit, UP, ALT)
    qtbot.keyClicks(edit, "!")
    qtbot.keyClick(edit, UP, ALT)
    assert edit.value == "newest"
    qtbot.keyClick(edit, DOWN, ALT)
    assert edit.value == "older!"


def test_a_recalled_prompt_can_be_undone(edit: PromptEdit, qtbot: QtBot) -> None:
    edit.history = PromptHistory(["a castle in the snow"])
    qtbot.keyClicks(edit, "a cat")
    qtbot.keyClick(edit, UP, ALT)
    assert edit.value == "a castle in the snow"
    edit.undo()
    assert edit.value == "a cat"


@given(entries=st.lists(st.text("ab \n", max_size=4)), draft=st.text("abc", max_size=3))
def test_the_history_walks_there_and_back(entries: list[str], draft: str) -> None:
    history = PromptHistory(entries)
    assert all(entry.strip() for entry in history.entries)
    assert len(set(history.entries)) == len(history.entries)
    text, down, up = draft, [], []
    while (older := history.older(text)) is not None:
        down.append(older)
        text = older
    assert [entry for entry in down if entry != draft] == [entry for entry in history.entries if entry != draft]
    while (newer := history.newer(text)) is not None:
        up.append(newer)
        text = newer
    assert text == draft
    assert [entry for entry in up if entry != draft] == [entry for entry in down[:-1] if entry != draft][::-1]


def test_what_is_used_again_is_the_newest_and_kept_once() -> None:
    history = PromptHistory(["a", "b"])
    history.remember("b")
    history.remember("  ")
    assert history.entries == ["b", "a"]
    for number in range(MOST_KEPT + 5):
        history.remember(str(number))
    assert len(history.entries) == MOST_KEPT
    assert history.entries[0] == str(MOST_KEPT + 4)


def formats(edit: PromptEdit) -> dict[str, set[tuple[str, bool]]]:
    """For each tinted stretch of the text its colour and whether it is bold."""
    found: dict[str, set[tuple[str, bool]]] = {}
    block = edit.document().firstBlock()
    while block.isValid():
        for run in block.layout().formats():
            text = block.text().encode("utf-16-le")[2 * run.start : 2 * (run.start + run.length)].decode("utf-16-le")
            look = run.format.foreground().color().name(), run.format.fontWeight() > QFont.Weight.Normal
            found.setdefault(text, set()).add(look)
        block = block.next()
    return found


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT], ids=lambda look: look.name)
def test_weights_are_tinted_and_can_be_read(edit: PromptEdit, look: theme.Theme, styled: None) -> None:
    theme.apply(look)
    edit.set_value("a 🦊 (red:1.3) [blue] (two\nlines:1.2) fox \\(not\\)")
    assert formats(edit) == {
        "(": {(look.quiet, False)},
        ":1.3)": {(look.quiet, False)},
        "red": {(look.link, True)},
        "[blue]": {(look.quiet, False)},
        "two": {(look.link, True)},
        "lines": {(look.link, True)},
        ":1.2)": {(look.quiet, False)},
    }
    assert theme.contrast(look.link, look.field) >= 4.5
    assert theme.contrast(look.quiet, look.field) >= 4.4


def test_a_new_theme_tints_anew(edit: PromptEdit, styled: None, qapp: QApplication) -> None:
    theme.apply(theme.DARK)
    edit.set_value("(red:1.3)")
    theme.apply(theme.LIGHT)
    qapp.processEvents()
    assert formats(edit)["red"] == {(theme.LIGHT.link, True)}


def test_closing_a_bracket_below_tints_the_line_above(edit: PromptEdit, qtbot: QtBot) -> None:
    edit.set_value("(red\nfox")
    assert formats(edit)["red"] == {(theme.current().link, True)}
    edit.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(edit, ":0.5)")
    assert formats(edit)["(red"] == {(theme.current().quiet, False)}


@given(st.text("ab ()[]:.12\\BREAK\n", max_size=24))
def test_marks_say_what_the_parser_says(prompt: str) -> None:
    found = marks(prompt)
    assert all(mark.start < mark.end for mark in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    weighed = [span.weight for span in parse(prompt) if span.text and span.weight != 1]
    told = [mark.weight for mark in found if mark.weight is not None]
    assert set(told) == set(weighed)
    assert 1 not in told


def test_only_text_is_taken_and_without_its_looks(edit: PromptEdit) -> None:
    rich, file, picture = QMimeData(), QMimeData(), QMimeData()
    rich.setHtml("<b>bold</b>")
    rich.setText("bold")
    file.setUrls([QUrl.fromLocalFile("/a/b.png")])
    file.setText("/a/b.png")
    picture.setImageData(QImage(2, 2, QImage.Format.Format_ARGB32))
    assert [edit.canInsertFromMimeData(data) for data in (rich, file, picture)] == [True, False, False]
    edit.insertFromMimeData(rich)
    assert edit.value == "bold"
    assert not edit.textCursor().charFormat().font().bold()


def window_with(keys: QKeySequence, qtbot: QtBot) -> tuple[QMainWindow, PromptEdit, QAction]:
    window, edit = QMainWindow(), PromptEdit()
    qtbot.addWidget(window)
    action = QAction(window)
    action.setShortcut(keys)
    window.addAction(action)
    window.setCentralWidget(edit)
    window.show()
    window.activateWindow()
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    return window, edit, action


def test_its_keys_are_not_taken_by_the_windows_actions(qtbot: QtBot) -> None:
    _window, edit, action = window_with(QKeySequence("Ctrl+Up"), qtbot)
    qtbot.keyClicks(edit, "fox")
    with qtbot.assertNotEmitted(action.triggered):
        qtbot.keyClick(edit, UP, CTRL)
    assert edit.value == "(fox:1.1)"


def test_pasting_a_picture_is_left_to_the_window(qtbot: QtBot) -> None:
    _window, edit, action = window_with(QKeySequence(QKeySequence.StandardKey.Paste), qtbot)
    QGuiApplication.clipboard().setImage(QImage(2, 2, QImage.Format.Format_ARGB32))
    with qtbot.waitSignal(action.triggered):
        qtbot.keyClick(edit, Qt.Key.Key_V, CTRL)
    QGuiApplication.clipboard().setText("words")
    with qtbot.assertNotEmitted(action.triggered):
        qtbot.keyClick(edit, Qt.Key.Key_V, CTRL)
    assert edit.value == "words"
    QGuiApplication.clipboard().clear()


def test_it_grows_with_its_text_and_then_scrolls(edit: PromptEdit, qtbot: QtBot) -> None:
    heights = []
    for lines in (0, 3, 4, 8, 12):
        edit.set_value("\n".join("x" * bool(lines) for _ in range(max(1, lines))))
        heights.append(edit.height())
        assert (edit.verticalScrollBar().maximum() > 0) == (lines > 8), lines
    assert heights[0] == heights[1] < heights[2] < heights[3] == heights[4]


def test_showing_a_text_is_no_change_by_the_user(edit: PromptEdit, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(edit.changed):
        edit.set_value("(red:1.2) fox")
    with qtbot.waitSignal(edit.changed):
        qtbot.keyClicks(edit, "s")
