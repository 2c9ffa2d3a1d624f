"""The welcome and the hints: what they offer, what they say was chosen, and how they make room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fake_engine  # noqa: F401 (offscreen, before Qt)
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.background import Background
from desktop_app.document.document import Document
from desktop_app.document.opening import open_document, save_document
from desktop_app.hints import STEPS, HintCard, Side, StepHints
from desktop_app.thumbnails import thumbnail
from desktop_app.welcome import SAMPLES, SAMPLES_FOLDER, Welcome
from inference.geometry import Size
from inference.metadata import read_recipe
from inference.pictures import write_picture


@pytest.fixture
def welcome(qtbot: QtBot) -> Iterator[Welcome]:
    background = Background()
    welcome = Welcome(background=background)
    qtbot.addWidget(welcome)
    welcome.resize(1060, 760)
    welcome.show()
    yield welcome
    background.close()


def test_the_buttons_say_what_is_wanted(welcome: Welcome, qtbot: QtBot) -> None:
    welcome.set_paste(True)
    for button, signal in (
        (welcome._open, welcome.open_wanted),
        (welcome._new, welcome.new_wanted),
        (welcome._paste, welcome.paste_wanted),
        (welcome._prompt, welcome.prompt_wanted),
    ):
        with qtbot.waitSignal(signal, timeout=1000):
            button.click()


def test_without_a_picture_on_the_clipboard_paste_says_why(welcome: Welcome) -> None:
    welcome.set_paste(False)
    assert not welcome._paste.isEnabled()
    assert "no picture on the clipboard" in welcome._paste.toolTip()


def test_samples_are_there_and_are_chosen(welcome: Welcome, qtbot: QtBot) -> None:
    assert len(SAMPLES) == 4
    qtbot.waitUntil(lambda: all(tile.loaded for tile in welcome._samples), timeout=5000)
    for tile, sample in zip(welcome._samples, SAMPLES, strict=True):
        with qtbot.waitSignal(welcome.sample_chosen, timeout=1000) as chosen:
            tile.click()
        assert chosen.args == [sample.path]
        assert welcome.sample_name(sample.path) == sample.name


def test_the_samples_can_be_opened() -> None:
    for sample in SAMPLES:
        opened = open_document(sample.path)
        assert opened.notes == ()
        size = Size(512, 512) if sample.path.suffix == ".ora" else Size(128, 128)
        assert opened.document.size == size
        assert opened.document.compose()[..., 3].max() == 255
    assert len(open_document(SAMPLES[0].path).document.layers) == 9
    recipe = read_recipe(SAMPLES_FOLDER / "crown.png")
    assert recipe is not None
    assert recipe.prompt == "crown"


def test_recent_files_are_offered(welcome: Welcome, tmp_path: Path, qtbot: QtBot) -> None:
    paths = [tmp_path / f"picture {number}.png" for number in range(8)]
    write_picture(paths[0], np.full((20, 30, 4), 200, np.uint8))
    (tmp_path / "picture 1.png").write_text("no picture", "utf-8")
    welcome.set_recent(paths)
    shown = [tile for tile in welcome._recent if tile.isVisible()]
    assert [tile.path for tile in shown] == paths[:6]
    assert shown[0].toolTip() == str(paths[0])
    qtbot.waitUntil(lambda: shown[0].loaded, timeout=5000)
    with qtbot.waitSignal(welcome.file_chosen, timeout=1000) as chosen:
        shown[2].click()
    assert chosen.args == [paths[2]]
    welcome.set_recent(())
    assert not welcome._headings["recent"].isVisible()


def test_a_thumbnail_may_come_too_late(welcome: Welcome, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "picture.png"
    write_picture(path, np.full((20, 30, 4), 200, np.uint8))
    welcome.set_recent([path])
    welcome.set_recent([])
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: not welcome._background.busy, timeout=5000)


def test_there_is_room_for_all_of_it_in_a_small_window(welcome: Welcome) -> None:
    welcome.set_recent([Path(f"/{number}.png") for number in range(6)])
    welcome.resize(640, 520)
    QApplication.processEvents()
    bar = welcome.findChildren(QWidget, "qt_scrollarea_vcontainer")
    assert not any(each.isVisible() for each in bar)
    for button in welcome.findChildren(QAbstractButton):
        if button.isVisible():
            place = QRect(button.mapTo(welcome, button.rect().topLeft()), button.size())
            assert welcome.rect().contains(place), button.text()


def test_everything_can_be_reached_by_keyboard_and_has_a_name(welcome: Welcome, qtbot: QtBot) -> None:
    welcome.set_recent([Path("/a.png")])
    for button in welcome.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    with qtbot.waitSignal(welcome.sample_chosen, timeout=1000):
        welcome._samples[1].setFocus()
        qtbot.keyClick(welcome._samples[1], Qt.Key.Key_Space)


def test_drops_are_lit(welcome: Welcome) -> None:
    before = welcome.grab().toImage()
    welcome.set_drop_highlight(True)
    assert welcome.grab().toImage() != before
    welcome.set_drop_highlight(False)
    assert welcome.grab().toImage() == before


def test_the_steps_go_after_the_first_result(welcome: Welcome) -> None:
    assert all(label.isVisible() for label in welcome._steps)
    assert [label.text() for label in welcome._steps] == list(STEPS)
    welcome.set_steps_shown(False)
    assert not any(label.isVisible() for label in welcome._steps)


@pytest.fixture
def controls(qtbot: QtBot) -> tuple[QWidget, QPushButton]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    button = QPushButton("Generate", window)
    button.setGeometry(600, 300, 100, 28)
    window.show()
    return window, button


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT, Side.TOP, Side.BOTTOM], ids=lambda side: side.value)
def test_a_card_lies_beside_its_control(controls: tuple[QWidget, QPushButton], side: Side) -> None:
    window, button = controls
    button.move(350, 300)
    card = HintCard(0, side, window)
    card.show()
    card.point_at(button.geometry(), window.rect())
    assert window.rect().contains(card.geometry())
    assert not card.geometry().intersects(button.geometry())
    gap = {
        Side.LEFT: card.x() - button.geometry().right(),
        Side.RIGHT: button.x() - card.geometry().right(),
        Side.TOP: card.y() - button.geometry().bottom(),
        Side.BOTTOM: button.y() - card.geometry().bottom(),
    }[side]
    assert gap == 1
    assert not card.grab().toImage().isNull()


def test_a_card_stays_inside_the_window(controls: tuple[QWidget, QPushButton]) -> None:
    window, button = controls
    button.move(0, 0)
    card = HintCard(1, Side.TOP, window)
    card.point_at(button.geometry(), window.rect())
    assert window.rect().contains(card.geometry())
    assert card._tip < 0


def test_cards_follow_their_controls(controls: tuple[QWidget, QPushButton]) -> None:
    window, button = controls
    hints = StepHints(window)
    hints.point(2, button, Side.RIGHT)
    (card,) = hints.cards
    assert card.isVisible()
    before = card.pos()
    button.move(500, 200)
    QApplication.processEvents()
    assert card.pos() != before
    button.hide()
    QApplication.processEvents()
    assert not card.isVisible()
    button.show()
    QApplication.processEvents()
    assert card.isVisible()


def test_the_last_closed_card_is_told(controls: tuple[QWidget, QPushButton], qtbot: QtBot) -> None:
    window, button = controls
    hints = StepHints(window)
    hints.point(0, button, Side.RIGHT)
    hints.point(1, button, Side.BOTTOM)
    first, second = hints.cards
    told: list[int] = []
    hints.dismissed.connect(lambda: told.append(1))
    first._close.click()
    assert told == []
    qtbot.keyClick(second, Qt.Key.Key_Escape)
    assert told == [1]
    assert hints.cards == ()


def test_finished_hints_are_gone(controls: tuple[QWidget, QPushButton]) -> None:
    window, button = controls
    hints = StepHints(window)
    hints.point(0, button, Side.RIGHT)
    hints.finish()
    assert hints.cards == ()
    assert not any(card.isVisible() for card in window.findChildren(HintCard))


def test_thumbnails(tmp_path: Path) -> None:
    wide = np.zeros((300, 600, 4), np.uint8)
    wide[...] = 10, 200, 30, 255
    write_picture(tmp_path / "a.png", wide)
    write_picture(tmp_path / "a.jpg", wide)
    save_document(tmp_path / "a.ora", Document.of(wide))
    (tmp_path / "broken.ora").write_bytes(b"PK")
    for name in ("a.png", "a.jpg", "a.ora"):
        image = thumbnail(tmp_path / name, 64)
        assert (image.width(), image.height()) == (64, 32), name
        assert image.pixelColor(30, 15).green() > 190
    for name in ("broken.ora", "missing.png", "a.psd"):
        assert thumbnail(tmp_path / name, 64) == QImage()
