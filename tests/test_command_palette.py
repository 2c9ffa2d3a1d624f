"""The command palette: what is listed, in which order, and that a command runs once the palette has gone."""

from __future__ import annotations

import fake_engine  # noqa: F401 (offscreen, before Qt)
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.command_palette import CommandPalette, commands, plain
from desktop_app.matching import match


class Window(QMainWindow):
    """Menus with actions that say in ``ran`` what they did."""

    def __init__(self) -> None:
        super().__init__()
        self.ran: list[str] = []
        self.field = QLineEdit()
        self.setCentralWidget(self.field)
        file = self.menuBar().addMenu("&File")
        self.add(file, "&Open...", "Ctrl+O")
        self.add(file, "&Save", "Ctrl+S")
        export = file.addMenu("&Export")
        self.add(export, "As &PNG...", "")
        layer = self.menuBar().addMenu("&Layer")
        self.merge = self.add(layer, "&Merge down", "Ctrl+E")
        layer.addSeparator()
        self.add(layer, "Shi&mmer", "")
        self.hidden = self.add(layer, "Hidden", "")
        self.hidden.setVisible(False)
        self.brush = QAction("Brush", self)
        self.brush.triggered.connect(lambda: self.ran.append("Brush"))
        self.addAction(self.brush)
        secret = QAction("Secret", self)
        secret.setProperty("unlisted", True)
        self.addAction(secret)

    def add(self, menu: QWidget, text: str, key: str) -> QAction:
        action = menu.addAction(text)  # type: ignore[attr-defined]
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda: self.ran.append(plain(action.text())))
        return action


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.show()
    window.activateWindow()
    window.field.setFocus()
    return window


@pytest.fixture
def palette(window: Window) -> CommandPalette:
    return CommandPalette(window)


def field(palette: CommandPalette) -> QLineEdit:
    (found,) = palette.findChildren(QLineEdit)
    return found


ALL = ("File › Open", "File › Save", "File › Export › As PNG", "Layer › Merge down", "Layer › Shimmer", "Brush")


def test_every_action_is_listed_once(window: Window, palette: CommandPalette) -> None:
    assert window.hidden is not None
    palette.popup()
    assert palette.shown == ALL


def test_it_lies_at_the_top_of_the_window_and_has_the_keyboard(window: Window, palette: CommandPalette) -> None:
    palette.popup()
    assert palette.width() == 520
    assert abs(palette.geometry().center().x() - window.rect().center().x()) <= 1
    assert palette.y() < 64
    assert field(palette).hasFocus()
    window.resize(400, 300)
    QApplication.processEvents()
    assert window.rect().contains(palette.geometry())


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("mer", "Layer › Merge down"),
        ("md", "Layer › Merge down"),
        ("MERGE", "Layer › Merge down"),
        ("down merge", "Layer › Merge down"),
        ("sa", "File › Save"),
        ("layer sh", "Layer › Shimmer"),
        ("png", "File › Export › As PNG"),
        ("b", "Brush"),
    ],
)
def test_what_fits_best_is_first(palette: CommandPalette, query: str, first: str) -> None:
    palette.popup()
    field(palette).setText(query)
    assert palette.shown[0] == first


def test_what_does_not_fit_is_not_listed(palette: CommandPalette) -> None:
    palette.popup()
    field(palette).setText("zzz")
    assert palette.shown == ()
    assert palette._none.isVisible()
    field(palette).setText("merged")
    assert palette.shown == ("Layer › Merge down",)


def test_enter_runs_it_when_the_palette_has_gone(window: Window, palette: CommandPalette, qtbot: QtBot) -> None:
    seen: list[tuple[bool, bool]] = []
    window.merge.triggered.connect(lambda: seen.append((palette.isVisible(), window.field.hasFocus())))
    palette.popup()
    qtbot.keyClicks(field(palette), "merge")
    qtbot.keyClick(field(palette), Qt.Key.Key_Return)
    assert window.ran == []
    qtbot.waitUntil(lambda: window.ran == ["Merge down"], timeout=2000)
    assert seen == [(False, True)]


def test_arrows_choose(window: Window, palette: CommandPalette, qtbot: QtBot) -> None:
    palette.popup()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(field(palette), key)
    qtbot.waitUntil(lambda: window.ran == ["Save"], timeout=2000)
    palette.popup()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Enter):
        qtbot.keyClick(field(palette), key)
    qtbot.waitUntil(lambda: window.ran == ["Save", "Brush"], timeout=2000)


def test_the_mouse_runs_it(window: Window, palette: CommandPalette, qtbot: QtBot) -> None:
    palette.popup()
    view = palette._list
    place = view.visualRect(view.model().index(1, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.ran == ["Save"], timeout=2000)
    assert not palette.isVisible()


def test_escape_and_a_click_beside_it_close_it(window: Window, palette: CommandPalette, qtbot: QtBot) -> None:
    palette.popup()
    qtbot.keyClick(field(palette), Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert window.field.hasFocus()
    palette.popup()
    qtbot.mouseClick(window.field, Qt.MouseButton.LeftButton)
    assert not palette.isVisible()
    assert window.ran == []


def test_the_keys_of_the_window_wait(window: Window, palette: CommandPalette, qtbot: QtBot) -> None:
    window.brush.setShortcut(QKeySequence("B"))
    window.merge.setShortcut(QKeySequence("Esc"))
    palette.popup()
    qtbot.keyClick(field(palette), Qt.Key.Key_B)
    assert field(palette).text() == "b"
    qtbot.keyClick(field(palette), Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert window.ran == []
    assert not palette.isVisible()


def test_a_disabled_one_says_why_and_does_not_run(window: Window, palette: CommandPalette, qtbot: QtBot) -> None:
    window.merge.setEnabled(False)
    window.merge.setToolTip("Merge down (Ctrl+E)\nThere is no layer below.")
    palette.popup()
    field(palette).setText("merge")
    index = palette._model.index(0)
    assert not index.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "There is no layer below." in index.data(Qt.ItemDataRole.AccessibleTextRole)
    qtbot.keyClick(field(palette), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert window.ran == []
    assert palette.isVisible()
    assert palette.recent == ()


def test_arrows_pass_over_disabled_ones(window: Window, palette: CommandPalette, qtbot: QtBot) -> None:
    window.merge.setEnabled(False)
    palette.popup()
    field(palette).setText("mer")
    assert palette.shown[0] == "Layer › Merge down"
    assert palette._list.currentIndex().data() == "Layer › Shimmer"
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
        qtbot.keyClick(field(palette), key)
        assert palette._list.currentIndex().data() == "Layer › Shimmer"


def test_what_was_used_last_is_first(window: Window, palette: CommandPalette, qtbot: QtBot) -> None:
    for name in ("merge", "save"):
        palette.popup()
        field(palette).setText(name)
        qtbot.keyClick(field(palette), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.ran) == 2, timeout=2000)
    palette.popup()
    assert palette.shown[:3] == ("File › Save", "Layer › Merge down", "File › Open")
    again = CommandPalette(window, palette.recent)
    again.popup()
    assert again.shown[:3] == palette.shown[:3]


def test_english_finds_the_chinese_one(window: Window, palette: CommandPalette) -> None:
    window.merge.setProperty("english", "&Merge down")
    window.merge.setText("向下合并(&M)")
    palette.popup()
    field(palette).setText("merge")
    assert palette.shown == ("Layer › 向下合并",)
    field(palette).setText("合并")
    assert palette.shown == ("Layer › 向下合并",)


def test_what_is_chosen_is_announced(palette: CommandPalette, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        "desktop_app.command_palette.QAccessible.updateAccessibility", lambda event: said.append(event.message())
    )
    palette.popup()
    qtbot.keyClick(field(palette), Qt.Key.Key_Down)
    assert said[-1].startswith("File › Save")


def test_the_list_is_of_the_moment(window: Window, palette: CommandPalette) -> None:
    palette.popup()
    palette.dismiss()
    window.hidden.setVisible(True)
    palette.popup()
    assert "Layer › Hidden" in palette.shown


def test_it_paints(window: Window, palette: CommandPalette) -> None:
    window.merge.setEnabled(False)
    palette.popup()
    field(palette).setText("e")
    assert not palette.grab().toImage().isNull()
    assert len(list(commands(window))) == len(ALL)


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("save", "Save", "Save as"),
        ("sa", "Save", "Mesa"),
        ("md", "Merge down", "Command"),
        ("inv", "Invert", "Grow inside every"),
        ("fit", "Fit", "Feather it"),
    ],
)
def test_ranking(query: str, better: str, worse: str) -> None:
    one, other = match(query, better), match(query, worse)
    assert one is not None
    assert other is not None
    assert one.score > other.score


def test_places_are_those_of_the_letters() -> None:
    found = match("md", "Merge down")
    assert found is not None
    assert found.places == (0, 6)
    assert match("dm", "Merge down") is None
    assert match("", "Merge down") is not None
    odd = match("i", "İi")
    assert odd is not None


def test_a_long_query_does_not_take_long() -> None:
    assert match("a" * 30, "a" * 60 + "b") is not None
    assert match("ab" * 30, "ab" * 40) is not None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("&Open...", "Open"), ("打开(&O)...", "打开"), ("Fish && chips", "Fish & chips"), ("Save as…", "Save as")],
)
def test_plain(text: str, wanted: str) -> None:
    assert plain(text) == wanted
