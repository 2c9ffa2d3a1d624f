"""The results strip: what it shows, previews, chooses and asks for. No test sleeps."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from fake_engine import PATIENCE, ask, picture
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QFocusEvent, QGuiApplication, QMouseEvent, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app import theme
from desktop_app.document.document import Document
from desktop_app.panels.results import ResultsStrip
from desktop_app.panels.results_list import ResultList
from desktop_app.panels.results_view import LARGEST, SMALLEST
from desktop_app.results import Mode, Result, Results, Run
from desktop_app.session import Session
from inference.api import Picture
from inference.geometry import Bounds, Size

MS = PATIENCE * 1000
FRAME = Bounds(0, 0, 64, 64)


@dataclass
class Heard:
    """What the strip has asked for."""

    previews: list[Result | None] = field(default_factory=list)
    applied: list[tuple[Result, bool]] = field(default_factory=list)
    discarded: list[tuple[Result, ...]] = field(default_factory=list)
    others: list[tuple[str, object]] = field(default_factory=list)


@pytest.fixture
def strip(qtbot: QtBot) -> Iterator[ResultsStrip]:
    theme.apply(theme.DARK)
    QCursor.setPos(700, 700)  # not over the strip
    made = ResultsStrip()
    qtbot.addWidget(made)
    made.resize(800, 140)
    made.show()
    yield made
    made.set_session(None)


@pytest.fixture
def heard(strip: ResultsStrip) -> Heard:
    out = Heard()
    strip.previewed.connect(out.previews.append)
    strip.apply_wanted.connect(lambda result, merged: out.applied.append((result, merged)))
    strip.discard_wanted.connect(out.discarded.append)
    for name in ("more_wanted", "recipe_wanted", "seed_copied", "cancel_wanted"):
        getattr(strip, name).connect(lambda value, name=name: out.others.append((name, value)))
    for name in ("generate_wanted", "restore_wanted"):
        getattr(strip, name).connect(lambda name=name: out.others.append((name, None)))
    return out


@pytest.fixture
def session() -> Iterator[Session]:
    made = Session(Document.new(Size(64, 64)), title="a")
    yield made
    made.close()


def coloured(seed: int, colour: tuple[int, ...] = (200, 30, 30, 255), size: Size = Size(64, 64)) -> Picture:  # noqa: B008
    made = picture(ask(seed), 0)
    pixels = np.full((*size.shape, 4), colour, np.uint8)
    return replace(made, pixels=pixels, coverage=np.full(size.shape, 255, np.uint8), bounds=Bounds.of(size))


def add(
    results: Results, count: int, *, wanted: int | None = None, job: int | None = None, title: str = "a fox"
) -> Run:
    """A run of so many pictures; it stays open while some are still to come."""
    one = Run(mode=Mode.GENERATE, title=title, frame=FRAME, wanted=wanted or count, job=job, open=True)
    results.begin(one)
    for seed in range(count):
        results.add(one.id, coloured(seed + 1))
    if count == (wanted or count):
        results.end(one.id)
    found = results.run(one.id)
    assert found is not None
    return found


def view(strip: ResultsStrip):
    return strip._view


def middle(strip: ResultsStrip, row: int) -> QPoint:
    return view(strip).visualRect(view(strip).rows.index(row)).center()


def move(strip: ResultsStrip, row: int) -> None:
    """The pointer comes over a row."""
    place = QPointF(middle(strip, row))
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, view(strip).viewport().mapToGlobal(place), none, none, Qt.KeyboardModifier(0)
    )
    QApplication.sendEvent(view(strip).viewport(), event)


def leave(strip: ResultsStrip) -> None:
    view(strip).viewport().setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    QApplication.sendEvent(view(strip).viewport(), QEvent(QEvent.Type.Leave))


def click(qtbot: QtBot, strip: ResultsStrip, row: int, *keys: Qt.KeyboardModifier) -> None:
    modifier = keys[0] if keys else Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(view(strip).viewport(), Qt.MouseButton.LeftButton, modifier, middle(strip, row))


def press(qtbot: QtBot, strip: ResultsStrip, key: Qt.Key, *keys: Qt.KeyboardModifier) -> None:
    qtbot.keyClick(view(strip), key, keys[0] if keys else Qt.KeyboardModifier.NoModifier)


def in_sight(strip: ResultsStrip, row: int) -> bool:
    rect = view(strip).visualRect(view(strip).rows.index(row))
    return view(strip).viewport().rect().contains(rect.center())


# What it shows


def test_the_empty_strip_says_what_to_do(qtbot: QtBot, strip: ResultsStrip, session: Session, heard: Heard) -> None:
    strip.set_session(session)
    assert strip._empty_text.isVisible()
    assert not strip._apply.isVisible()
    assert not strip._bring_back.isVisible()
    qtbot.mouseClick(strip._generate, Qt.MouseButton.LeftButton)
    assert heard.others == [("generate_wanted", None)]
    add(session.results, 1)
    assert view(strip).isVisible()
    assert not strip._empty_text.isVisible()


def test_pictures_take_the_places_that_were_kept_for_them(strip: ResultsStrip, session: Session) -> None:
    strip.set_session(session)
    rows = view(strip).rows
    one = add(session.results, 0, wanted=3, job=5)
    assert rows.rowCount() == 3
    assert rows.progress(5) is None
    strip.set_progress(5, 12, 60)
    strip.set_progress(6, 1, 2)
    assert rows.progress(5) == (12, 60)
    assert rows.progress(6) is None
    first = session.results.add(one.id, coloured(1))
    slots = [rows.slot(rows.index(row)) for row in range(3)]
    assert [slot and slot.result for slot in slots] == [first, None, None]
    assert [slot and slot.first for slot in slots] == [False, True, False]
    session.results.end(one.id)
    assert rows.rowCount() == 1
    assert rows.progress(5) is None


def test_a_new_document_shows_its_own(strip: ResultsStrip, session: Session, heard: Heard) -> None:
    other = Session(Document.new(Size(64, 64)), title="b")
    try:
        one = add(session.results, 2)
        add(other.results, 1)
        strip.set_session(session)
        strip.choose(one.results[0])
        strip.set_session(other)
        assert strip.current is None
        assert heard.previews == [one.results[0], None]
        assert view(strip).rows.rowCount() == 1
        add(session.results, 3)
        assert view(strip).rows.rowCount() == 1
        strip.set_session(None)
        assert view(strip).rows.rowCount() == 0
    finally:
        other.close()


def test_what_was_chosen_stays_chosen(strip: ResultsStrip, session: Session, heard: Heard) -> None:
    strip.set_session(session)
    first, second = add(session.results, 2), add(session.results, 1, wanted=4, job=3)
    chosen = second.results[0]
    strip.choose(chosen)
    session.results.discard(first.results[0])
    session.results.add(second.id, coloured(9))
    session.results.mark_applied(chosen)
    session.results.end(second.id)
    session.results.restore()
    assert strip.current is chosen
    assert heard.previews == [chosen]


def test_rows_follow_the_results_whatever_happens() -> None:
    """Random changes, each checked against what Qt asks of a model, and row by row."""
    dice = random.Random(7)
    results, rows = Results(), ResultList()
    QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for _ in range(400):
        open_runs = [run for run in results.runs if run.open]
        everything = [result for run in results.runs for result in run.results]
        match dice.randrange(6):
            case 0 if len(results.runs) < 12:
                results.begin(Run(mode=Mode.VARY, title="x", frame=FRAME, wanted=dice.randint(1, 4), open=True, job=1))
            case 1 | 2 if open_runs:
                one = dice.choice(open_runs)
                if one.missing:
                    results.add(one.id, coloured(1, size=Size(1, 1)))
            case 3 if open_runs:
                results.end(dice.choice(open_runs).id)
            case 4 if everything:
                results.discard(*dice.sample(everything, min(len(everything), dice.randint(1, 3))))
            case 5:
                results.restore()
        before = {rows.slot(rows.index(row)).result for row in range(rows.rowCount())}  # type: ignore[union-attr]
        arrived = rows.set_runs(results.runs)
        slots = [rows.slot(rows.index(row)) for row in range(rows.rowCount())]
        wanted = [each for run in results.runs for each in (*run.results, *([None] * run.missing))]
        assert [slot.result for slot in slots if slot] == wanted
        assert {row for row, each in enumerate(wanted) if each is not None and each not in before} <= set(arrived)


def test_only_what_is_in_sight_is_decoded(qtbot: QtBot, strip: ResultsStrip, session: Session) -> None:
    for _ in range(100):
        add(session.results, 5)
    everything = [result for run in session.results.runs for result in run.results]
    for result in everything:
        result.pack()
    strip.set_session(session)
    last = everything[-1]
    thumbnails = view(strip).thumbnails
    qtbot.waitUntil(lambda: thumbnails._known.get(last) is not None and not thumbnails._working, timeout=MS)
    assert len(everything) == 500
    assert in_sight(strip, 499)
    assert thumbnails.made < 30
    assert all(result._pixels is None for result in everything)


def test_thumbnails_are_the_pictures_on_a_checkerboard(qtbot: QtBot, strip: ResultsStrip, session: Session) -> None:
    one = Run(mode=Mode.GENERATE, title="", frame=FRAME, wanted=2, open=True)
    session.results.begin(one)
    red = session.results.add(one.id, coloured(1, (255, 0, 0, 255)))
    clear = session.results.add(one.id, coloured(2, (0, 255, 0, 0)))
    session.results.end(one.id)
    assert red
    assert clear
    strip.set_session(session)
    qtbot.waitUntil(lambda: view(strip).thumbnails.made == 2, timeout=MS)
    square = view(strip)._delegate.square

    def colours(row: int) -> set[str]:
        image = view(strip).viewport().grab().toImage()
        place = square(view(strip).visualRect(view(strip).rows.index(row))).adjusted(4, 4, -24, -24)
        ratio = image.devicePixelRatio()
        return {
            image.pixelColor(round(x * ratio), round(y * ratio)).name()
            for x in range(place.left(), place.right(), 3)
            for y in range(place.top(), place.bottom(), 3)
        }

    assert colours(0) == {"#ff0000"}
    assert colours(1) == {QColor(colour).name() for colour in theme.DARK.canvas.checkers}


def test_what_was_applied_is_marked(qtbot: QtBot, strip: ResultsStrip, session: Session) -> None:
    one = add(session.results, 1)
    strip.set_session(session)
    qtbot.waitUntil(lambda: view(strip).thumbnails.made == 1, timeout=MS)
    place = view(strip)._delegate.square(view(strip).visualRect(view(strip).rows.index(0)))

    def has_mark() -> bool:
        image = view(strip).viewport().grab(place).toImage()
        every = (image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height()))
        return QColor(theme.DARK.good).name() in every

    assert not has_mark()
    session.results.mark_applied(one.results[0])
    assert has_mark()
    assert "applied" in view(strip).rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_picture_that_cannot_be_read_is_no_crash(
    qtbot: QtBot, strip: ResultsStrip, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    one = add(session.results, 1)
    result = one.results[0]
    result.pack()
    png, coverage = result.pngs()
    result._pngs = png[: len(png) // 2], coverage
    strip.set_session(session)
    qtbot.waitUntil(lambda: view(strip).thumbnails.made == 1, timeout=MS)
    image = view(strip).thumbnails.get(result)
    assert image is not None
    assert image.isNull()
    assert not view(strip).grab().isNull()
    assert "no thumbnail" in caplog.text


# The newest is in sight


def test_the_newest_is_in_sight(qtbot: QtBot, strip: ResultsStrip, session: Session) -> None:
    for _ in range(10):
        add(session.results, 4)
    strip.set_session(session)
    qtbot.waitUntil(lambda: in_sight(strip, 39), timeout=MS)
    view(strip).horizontalScrollBar().setValue(0)
    assert not in_sight(strip, 39)
    one = add(session.results, 0, wanted=4, job=9)
    qtbot.waitUntil(lambda: in_sight(strip, 40) and in_sight(strip, 43), timeout=MS)
    view(strip).horizontalScrollBar().setValue(0)
    session.results.add(one.id, coloured(1))
    qtbot.waitUntil(lambda: in_sight(strip, 40), timeout=MS)


def test_nothing_moves_under_the_pointer(qtbot: QtBot, strip: ResultsStrip, session: Session) -> None:
    for _ in range(10):
        add(session.results, 4)
    strip.set_session(session)
    qtbot.waitUntil(lambda: in_sight(strip, 39), timeout=MS)
    bar = view(strip).horizontalScrollBar()
    bar.setValue(0)
    view(strip).viewport().setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    add(session.results, 4)
    qtbot.wait(0)
    qtbot.wait(0)
    assert bar.value() == 0
    leave(strip)
    qtbot.waitUntil(lambda: in_sight(strip, 43), timeout=MS)


# Looking


def test_hovering_previews_after_a_rest_and_then_at_once(
    qtbot: QtBot, strip: ResultsStrip, session: Session, heard: Heard
) -> None:
    first, second, third = add(session.results, 3).results
    strip.set_session(session)
    move(strip, 0)
    assert heard.previews == []
    assert view(strip)._rest.isActive()
    qtbot.waitUntil(lambda: heard.previews == [first], timeout=MS)
    move(strip, 1)
    move(strip, 2)
    assert heard.previews == [first, second, third]
    leave(strip)
    assert heard.previews == [first, second, third, None]
    assert strip.current is None


def test_passing_by_previews_nothing(strip: ResultsStrip, session: Session, heard: Heard) -> None:
    add(session.results, 3)
    strip.set_session(session)
    move(strip, 0)
    move(strip, 1)
    leave(strip)
    assert heard.previews == []
    assert not view(strip)._rest.isActive()


def test_what_is_chosen_stays_until_escape(qtbot: QtBot, strip: ResultsStrip, session: Session, heard: Heard) -> None:
    first, second = add(session.results, 2).results
    strip.set_session(session)
    click(qtbot, strip, 0)
    assert strip.current is first
    move(strip, 1)
    assert heard.previews == [first, second]
    leave(strip)
    assert heard.previews == [first, second, first]
    move(strip, 1)
    click(qtbot, strip, 1)
    assert heard.previews == [first, second, first, second]  # without a glimpse of the first
    move(strip, 0)
    click(qtbot, strip, 0)
    heard.previews[3:] = []
    press(qtbot, strip, Qt.Key.Key_Escape)
    assert heard.previews == [first, second, first, None]
    assert strip.current is None


def test_escape_with_nothing_chosen_is_the_windows(qtbot: QtBot, session: Session) -> None:
    class Window(QWidget):
        escapes = 0

        def keyPressEvent(self, event) -> None:
            self.escapes += event.key() == Qt.Key.Key_Escape

    window = Window()
    qtbot.addWidget(window)
    strip = ResultsStrip(window)
    window.show()
    one = add(session.results, 1)
    strip.set_session(session)
    strip.choose(one.results[0])
    press(qtbot, strip, Qt.Key.Key_Escape)
    assert window.escapes == 0
    press(qtbot, strip, Qt.Key.Key_Escape)
    assert window.escapes == 1
    strip.set_session(None)


def test_arrows_and_tab_preview(qtbot: QtBot, strip: ResultsStrip, session: Session, heard: Heard) -> None:
    first, second, third = add(session.results, 3).results
    strip.set_session(session)
    QApplication.sendEvent(view(strip), QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert heard.previews == [third]
    press(qtbot, strip, Qt.Key.Key_Left)
    press(qtbot, strip, Qt.Key.Key_Left)
    press(qtbot, strip, Qt.Key.Key_Left)
    assert heard.previews == [third, second, first]
    press(qtbot, strip, Qt.Key.Key_End)
    assert strip.current is third


def test_next_and_previous(strip: ResultsStrip, session: Session) -> None:
    old, new = add(session.results, 2), add(session.results, 2, wanted=3, job=1)
    strip.set_session(session)
    strip.next()
    assert strip.current is new.results[0]  # the first of the newest run
    strip.previous()
    assert strip.current is old.results[1]
    for _ in range(5):
        strip.next()
    assert strip.current is new.results[1]  # what is still to come is passed over
    view(strip).release()
    strip.previous()
    assert strip.current is new.results[0]  # it goes on from where it was
    view(strip).release()
    newest = add(session.results, 1)
    strip.next()
    assert strip.current is newest.results[0]
    strip.set_session(None)
    strip.next()
    assert strip.current is None


# Doing


def test_enter_applies(qtbot: QtBot, strip: ResultsStrip, session: Session, heard: Heard) -> None:
    first, second = add(session.results, 2).results
    strip.set_session(session)
    press(qtbot, strip, Qt.Key.Key_Return)
    assert heard.applied == []
    strip.choose(first)
    press(qtbot, strip, Qt.Key.Key_Return)
    assert heard.applied == [(first, False)]
    assert heard.previews == [first, None]  # the canvas shows the document again
    strip.next()
    press(qtbot, strip, Qt.Key.Key_Enter, Qt.KeyboardModifier.ShiftModifier)
    assert heard.applied == [(first, False), (second, True)]


def test_double_click_applies(qtbot: QtBot, strip: ResultsStrip, session: Session, heard: Heard) -> None:
    first, second = add(session.results, 2).results
    strip.set_session(session)
    move(strip, 0)
    qtbot.mouseDClick(view(strip).viewport(), Qt.MouseButton.LeftButton, pos=middle(strip, 0))
    assert heard.applied == [(first, False)]
    assert heard.previews[-1] is None
    said = len(heard.previews)
    move(strip, 0)  # it trembles
    assert not view(strip)._rest.isActive()
    assert len(heard.previews) == said
    move(strip, 1)
    qtbot.waitUntil(lambda: heard.previews[-1] is second, timeout=MS)


def test_buttons_and_menu(qtbot: QtBot, strip: ResultsStrip, session: Session, heard: Heard) -> None:
    one = add(session.results, 2).results[0]
    strip.set_session(session)
    buttons: list[QAbstractButton] = [strip._apply, strip._how, *strip._buttons.values()]
    assert not any(button.isEnabled() for button in buttons)
    assert all("Choose one of the results first." in button.toolTip() for button in buttons)
    assert strip._apply.property("primary") is False
    strip.choose(one)
    assert all(button.isEnabled() for button in buttons)
    assert "first" not in strip._apply.toolTip()
    assert "Return" in strip._apply.toolTip()
    assert strip._apply.property("primary") is True
    for name in ("more", "seed", "recipe"):
        qtbot.mouseClick(strip._buttons[name], Qt.MouseButton.LeftButton)
    assert heard.others == [("more_wanted", one), ("seed_copied", one.seed), ("recipe_wanted", one)]
    assert QGuiApplication.clipboard().text() == str(one.seed)
    qtbot.mouseClick(strip._buttons["discard"], Qt.MouseButton.LeftButton)
    assert heard.discarded == [(one,)]
    qtbot.mouseClick(strip._apply, Qt.MouseButton.LeftButton)
    strip.choose(one)
    strip._how.menu().actions()[1].trigger()
    assert heard.applied == [(one, False), (one, True)]


def test_a_seed_of_63_bits(strip: ResultsStrip, session: Session, heard: Heard) -> None:
    one = Run(mode=Mode.GENERATE, title="", frame=FRAME, open=True)
    session.results.begin(one)
    result = session.results.add(one.id, replace(coloured(1), seed=2**63 - 1))
    strip.set_session(session)
    strip.choose(result)
    strip.copy_seed()
    assert heard.others == [("seed_copied", 2**63 - 1)]


def test_nothing_is_asked_for_when_nothing_is_chosen(strip: ResultsStrip, session: Session, heard: Heard) -> None:
    add(session.results, 2)
    strip.set_session(session)
    for work in (strip.apply, strip.discard, strip.more, strip.copy_seed, strip.show_recipe):
        work()
    assert heard == Heard()


def test_discarding_goes_on_to_the_next(qtbot: QtBot, strip: ResultsStrip, session: Session, heard: Heard) -> None:
    first, second, third = add(session.results, 3).results
    strip.discard_wanted.connect(lambda those: session.results.discard(*those))
    strip.set_session(session)
    strip.choose(second)
    press(qtbot, strip, Qt.Key.Key_Delete)
    assert strip.current is third
    press(qtbot, strip, Qt.Key.Key_Delete)
    assert strip.current is first
    press(qtbot, strip, Qt.Key.Key_Delete)
    assert strip.current is None
    assert heard.discarded == [(second,), (third,), (first,)]
    assert heard.previews == [second, third, first, None]


def test_what_was_discarded_can_be_brought_back(
    qtbot: QtBot, strip: ResultsStrip, session: Session, heard: Heard
) -> None:
    one = add(session.results, 1)
    strip.set_session(session)
    session.results.discard(one.results[0])
    assert strip._bring_back.isVisible()
    strip.restore_wanted.connect(session.results.restore)
    qtbot.mouseClick(strip._bring_back, Qt.MouseButton.LeftButton)
    assert heard.others == [("restore_wanted", None)]
    assert view(strip).isVisible()
    assert strip.current is None


def test_several_are_discarded_together(qtbot: QtBot, strip: ResultsStrip, session: Session, heard: Heard) -> None:
    results = add(session.results, 5).results
    strip.set_session(session)
    click(qtbot, strip, 1)
    click(qtbot, strip, 3, Qt.KeyboardModifier.ShiftModifier)
    click(qtbot, strip, 2, Qt.KeyboardModifier.ControlModifier)
    assert strip.chosen == (results[1], results[3])
    assert "2" in strip._said.text()
    strip.discard()
    assert heard.discarded == [(results[1], results[3])]


def test_pictures_to_come_can_be_cancelled(qtbot: QtBot, strip: ResultsStrip, session: Session, heard: Heard) -> None:
    one = add(session.results, 1, wanted=4, job=12)
    strip.set_session(session)
    cross = view(strip)._delegate.cross(view(strip).visualRect(view(strip).rows.index(1)))
    qtbot.mouseClick(view(strip).viewport(), Qt.MouseButton.LeftButton, pos=cross.center())
    assert heard.others == [("cancel_wanted", 12)]
    elsewhere = view(strip)._delegate.cross(view(strip).visualRect(view(strip).rows.index(2)))
    qtbot.mouseClick(view(strip).viewport(), Qt.MouseButton.LeftButton, pos=elsewhere.center())
    assert len(heard.others) == 1
    strip.choose(one.results[0])
    press(qtbot, strip, Qt.Key.Key_Right)
    press(qtbot, strip, Qt.Key.Key_Delete)
    assert heard.others == [("cancel_wanted", 12)] * 2
    assert heard.discarded == []


def test_the_menu_belongs_to_what_was_clicked(strip: ResultsStrip, session: Session, heard: Heard) -> None:
    one = add(session.results, 2, wanted=3, job=4)
    strip.set_session(session)
    to_screen = view(strip).viewport().mapToGlobal
    view(strip).menu_asked.emit(to_screen(middle(strip, 1)))
    assert strip.current is one.results[1]
    assert strip._menu.isVisible()
    strip._menu.close()
    view(strip).menu_asked.emit(to_screen(middle(strip, 2)))
    assert strip._job_menu.isVisible()
    strip._job_menu.actions()[0].trigger()
    strip._job_menu.close()
    assert heard.others == [("cancel_wanted", 4)]


def test_the_window_hears_which_is_chosen(qtbot: QtBot, strip: ResultsStrip, session: Session) -> None:
    first, second = add(session.results, 2).results
    strip.set_session(session)
    told: list[Result | None] = []
    strip.current_changed.connect(told.append)
    click(qtbot, strip, 0)
    click(qtbot, strip, 1)
    strip.apply()
    assert told == [first, second, None]


# Size, words


def wheel(strip: ResultsStrip, turned: int) -> None:
    centre = QPointF(view(strip).viewport().rect().center())
    event = QWheelEvent(
        centre,
        view(strip).viewport().mapToGlobal(centre),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view(strip).viewport(), event)


def test_the_wheel_zooms(strip: ResultsStrip, session: Session) -> None:
    results = add(session.results, 20).results
    strip.set_session(session)
    strip.choose(results[10])
    low = view(strip).minimumHeight()
    for _ in range(20):
        wheel(strip, 120)
    assert view(strip).side == LARGEST
    assert view(strip).visualRect(view(strip).rows.index(1)).width() > LARGEST
    assert in_sight(strip, 10)
    assert view(strip).minimumHeight() == low + LARGEST - 88
    for _ in range(20):
        wheel(strip, -120)
    assert view(strip).side == SMALLEST


def test_it_is_132_high(strip: ResultsStrip, session: Session) -> None:
    add(session.results, 1)
    strip.set_session(session)
    assert strip.minimumSizeHint().height() <= 132
    assert strip.minimumSizeHint().width() <= 300


def test_everything_has_a_name(strip: ResultsStrip, session: Session) -> None:
    add(session.results, 1)
    strip.set_session(session)
    for each in strip.findChildren(QWidget):
        if each.isVisible() and each.focusPolicy() != Qt.FocusPolicy.NoFocus:
            text = each.text() if isinstance(each, QPushButton) else ""
            assert each.accessibleName() or text, each
    spoken = view(strip).rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "a fox, picture 1 of 1"


def test_it_follows_the_language(strip: ResultsStrip, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    add(session.results, 1)
    strip.set_session(session)
    monkeypatch.setattr(strip, "tr", lambda text, *_: f"<{text}>", raising=False)
    QApplication.sendEvent(strip, QEvent(QEvent.Type.LanguageChange))
    assert strip._apply.text() == "<Apply>"
    assert "<Choose one of the results first.>" in strip._apply.toolTip()
