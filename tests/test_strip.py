"""The strip of messages: nothing is lost, nothing takes the focus, and only good news go by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import fake_engine  # noqa: F401 (offscreen, before Qt)
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app import messages, strip
from desktop_app.strip import SHOWN, Kind, MessageStrip
from inference.errors import BadRequest

LONG = "The picture could not be opened because " + "it is very long and " * 20 + "broken."


@pytest.fixture
def place(qtbot: QtBot) -> Iterator[tuple[MessageStrip, QLineEdit]]:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    messages, edit = MessageStrip(), QLineEdit()
    layout.addWidget(messages)
    layout.addWidget(edit)
    window.resize(640, 400)
    window.show()
    window.activateWindow()
    edit.setFocus()
    yield messages, edit


def rows(messages: MessageStrip) -> list[QFrame]:
    return [row for row in messages.findChildren(strip._Row) if row.isVisible()]


def button(row: QFrame, name: str) -> QToolButton:
    (found,) = [each for each in row.findChildren(QToolButton) if name in each.toolTip()]
    return found


def test_without_a_message_it_is_not_there(place: tuple[MessageStrip, QLineEdit]) -> None:
    messages, _ = place
    assert not messages.isVisible()
    messages.show_message(Kind.WARNING, "Careful.")
    assert messages.isVisible()
    messages.clear()
    assert not messages.isVisible()


def test_an_error_says_what_happened_and_what_to_do(place: tuple[MessageStrip, QLineEdit]) -> None:
    messages, edit = place
    messages.show_error(BadRequest("It is broken.", hint="Mend it.", detail="line 3"))
    assert messages.texts == ("It is broken. Mend it.",)
    (row,) = rows(messages)
    assert row.property("role") == "strip-error"
    button(row, "Copy").click()
    assert QGuiApplication.clipboard().text() == "It is broken. Mend it.\nline 3"
    shown = [label.text() for label in row.findChildren(QLabel) if label.isVisible()]
    assert "line 3" not in shown
    button(row, "Show all").click()
    shown = [label.text() for label in row.findChildren(QLabel) if label.isVisible()]
    assert "line 3" in shown
    assert edit.hasFocus()


def test_the_newest_is_on_top_and_three_are_seen(place: tuple[MessageStrip, QLineEdit], qtbot: QtBot) -> None:
    messages, _ = place
    for number in range(5):
        messages.show_message(Kind.WARNING, f"Message {number}")
    assert messages.texts == tuple(f"Message {number}" for number in (4, 3, 2, 1, 0))
    assert len(rows(messages)) == SHOWN == 3
    assert "2 more" in messages._count.text()
    with qtbot.waitSignal(messages.emptied, timeout=2000):
        for _ in range(5):
            button(min(rows(messages), key=lambda row: row.y()), "Close").click()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert messages.texts == ()


def test_the_same_again_is_counted(place: tuple[MessageStrip, QLineEdit]) -> None:
    messages, _ = place
    for _ in range(3):
        messages.show_error(BadRequest("It is broken."))
        messages.show_message(Kind.WARNING, "It is broken.")
    messages.show_error(BadRequest("It is broken."))
    assert messages.texts == ("It is broken.", "It is broken.")
    shown = [label.text() for row in rows(messages) for label in row.findChildren(QLabel) if label.isVisible()]
    assert sorted(text for text in shown if "times" in text) == ["3 times", "4 times"]
    assert messages._rows[0].kind is Kind.ERROR


def test_only_good_news_go_by_themselves(
    place: tuple[MessageStrip, QLineEdit], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strip, "SECONDS", 0.05)
    messages, _ = place
    for kind in (Kind.GOOD, Kind.INFO, Kind.ERROR):
        messages.show_message(kind, kind.value)
    qtbot.waitUntil(lambda: messages.texts == ("error",), timeout=2000)
    for kind in (Kind.WARNING, Kind.LOUD):
        messages.show_message(kind, kind.value)
    messages.show_message("good", "kept", seconds=0)
    assert len(rows(messages)) == SHOWN
    assert not [row for row in messages._rows if row._timer.isActive()]
    messages.close_kind(Kind.LOUD)
    assert messages.texts == ("kept", "warning", "error")


def test_a_message_that_is_read_does_not_go(place: tuple[MessageStrip, QLineEdit], qtbot: QtBot) -> None:
    messages, _ = place
    messages.show_message(Kind.INFO, LONG, seconds=30)
    (row,) = rows(messages)
    timer = row._timer  # type: ignore[attr-defined]
    assert timer.isActive()
    button(row, "Show all").click()
    assert not timer.isActive()
    button(row, "Show all").click()
    assert timer.isActive()
    QApplication.sendEvent(row, QEvent(QEvent.Type.Leave))
    assert timer.isActive()


def test_long_text_is_cut_and_unfolds(place: tuple[MessageStrip, QLineEdit], qtbot: QtBot) -> None:
    messages, _ = place
    messages.show_message(Kind.WARNING, LONG)
    QApplication.processEvents()
    (row,) = rows(messages)
    label = next(label for label in row.findChildren(QLabel) if label.text().startswith("The picture"))
    assert label.text().endswith("…")
    assert label.width() > 300
    before = row.height()
    button(row, "Show all").click()
    assert label.text() == LONG
    qtbot.waitUntil(lambda: row.height() >= before + 2 * label.fontMetrics().height(), timeout=2000)
    button(row, "Copy").click()
    assert QGuiApplication.clipboard().text() == LONG


def test_what_fits_has_nothing_to_unfold(place: tuple[MessageStrip, QLineEdit]) -> None:
    messages, _ = place
    messages.show_message(Kind.WARNING, "Short.")
    QApplication.processEvents()
    (row,) = rows(messages)
    assert not button(row, "Show all").isVisible()


def test_an_action_closes_the_message_and_runs(place: tuple[MessageStrip, QLineEdit]) -> None:
    messages, edit = place
    seen: list[tuple[str, ...]] = []
    messages.show_message(Kind.WARNING, "Full.", [("Make room", lambda: seen.append(messages.texts))])
    (row,) = rows(messages)
    (made,) = row.findChildren(QPushButton)
    assert made.text() == "Make room"
    made.click()
    assert seen == [()]
    assert edit.hasFocus()


def test_escape_closes_the_message_that_has_the_focus(place: tuple[MessageStrip, QLineEdit], qtbot: QtBot) -> None:
    messages, edit = place
    messages.show_message(Kind.WARNING, "First.")
    messages.show_message(Kind.WARNING, "Second.")
    assert edit.hasFocus()
    close = button(min(rows(messages), key=lambda row: row.y()), "Close")
    close.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(close, Qt.Key.Key_Escape)
    assert messages.texts == ("First.",)


def test_it_follows_the_language(
    place: tuple[MessageStrip, QLineEdit], monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    said, _ = place
    error = BadRequest("It is broken.")
    said.show_error(error)
    monkeypatch.setattr(strip, "localised_error", lambda error: f"坏了:{error.message}")
    for row in rows(said):
        QApplication.sendEvent(row, QEvent(QEvent.Type.LanguageChange))
    assert said.texts == ("坏了:It is broken.",)
    (label,) = [label for label in said.findChildren(QLabel) if label.text().startswith("坏了")]
    assert label.isVisible()
    assert messages.localised("It is broken.") == "It is broken."


def test_it_is_announced(place: tuple[MessageStrip, QLineEdit], monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(strip.QAccessible, "updateAccessibility", lambda event: said.append(event.message()))
    messages, _ = place
    messages.show_error(BadRequest("It is broken.", hint="Mend it."))
    assert said == ["Error: It is broken. Mend it."]
    for each in messages.findChildren(QToolButton):
        face = QAccessible.queryAccessibleInterface(each)
        assert face.text(QAccessible.Text.Name)


def test_the_number_of_messages_has_an_end(
    place: tuple[MessageStrip, QLineEdit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strip, "MOST", 4)
    messages, _ = place
    for number in range(9):
        messages.show_message(Kind.ERROR, str(number))
    assert messages.texts == ("8", "7", "6", "5")
