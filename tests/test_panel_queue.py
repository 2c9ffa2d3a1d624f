"""The queue panel with a steerable engine, and the words for quantities. No test sleeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from fake_engine import PATIENCE, FakeEngine, ask
from PySide6.QtCore import QEvent, QLocale, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app import theme
from desktop_app.jobs import Job, Jobs, State
from desktop_app.panels.queue import ENDED, QueuePanel
from desktop_app.panels.queue_cards import progress_words
from desktop_app.panels.wording import duration, memory, mode_of, speed, title
from desktop_app.results import Mode
from inference.api import Inpaint, Vary
from inference.errors import EngineFailed, OutOfMemory

MS = PATIENCE * 1000
IMAGE = np.zeros((32, 32, 4), np.uint8)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(
        steps=20,
        failures={
            90: OutOfMemory("There is not enough memory.", hint="Try a smaller size."),
            91: EngineFailed("The engine failed: oh.", hint="Try again.", detail="Traceback: oh"),
        },
    )


@pytest.fixture
def jobs(engine: FakeEngine) -> Iterator[Jobs]:
    times = iter(range(10_000))
    made = Jobs(lambda: engine, clock=lambda: next(times) / 8)
    yield made
    assert made.close(PATIENCE)
    made.deleteLater()


@pytest.fixture
def panel(qtbot: QtBot, jobs: Jobs) -> QueuePanel:
    theme.apply(theme.DARK)
    made = QueuePanel(jobs)
    qtbot.addWidget(made)
    made.resize(280, 600)
    made.show()
    return made


def until(qtbot: QtBot, what: Callable[[], bool]) -> None:
    qtbot.waitUntil(what, timeout=MS)


def shown(panel: QueuePanel) -> list[int]:
    """Numbers of the waiting jobs, as the panel has them."""
    return [job.id for job in panel._waiting.rows.jobs]


def words(panel: QWidget) -> str:
    return "\n".join(each.text() for each in panel.findChildren(QLabel) if each.isVisible())


@pytest.fixture
def waiting(qtbot: QtBot, jobs: Jobs, panel: QueuePanel, engine: FakeEngine) -> list[int]:
    """One job runs, three wait."""
    numbers = [jobs.submit(replace(ask(seed), prompt=f"prompt {seed}")) for seed in range(4)]
    until(qtbot, lambda: bool(engine.seeds) and shown(panel) == numbers[1:])
    return numbers


def test_the_empty_panel_says_what_to_do(qtbot: QtBot, panel: QueuePanel) -> None:
    assert "Nothing runs" in words(panel)
    assert not panel._running.isVisible()
    assert not panel._stop.isVisible()
    with qtbot.waitSignal(panel.generate_wanted, timeout=MS):
        qtbot.mouseClick(panel._generate, Qt.MouseButton.LeftButton)


def test_the_running_job(qtbot: QtBot, jobs: Jobs, panel: QueuePanel, engine: FakeEngine, waiting: list[int]) -> None:
    card = panel._running
    assert card.isVisible()
    assert "prompt 0" in words(card)
    assert "Starting..." in words(card)
    assert not panel._empty.isVisible()
    for step in range(1, 13):
        engine.let(1)
        until(qtbot, lambda step=step: getattr(jobs.running, "index", 0) == step)
    until(qtbot, lambda: "12/20 · 8.0 steps/s · 1.0 s left" in words(card))
    assert (card._bar.value(), card._bar.maximum()) == (12, 20)
    assert card._bar.height() == 4
    qtbot.mouseClick(card._stop, Qt.MouseButton.LeftButton)
    assert jobs.running is not None
    assert jobs.running.stopping
    until(qtbot, lambda: panel._running.number == waiting[1])
    assert card._stop.isEnabled()
    assert "Cancelled" in words(panel)


def test_stopping_is_said(qtbot: QtBot, jobs: Jobs, panel: QueuePanel, waiting: list[int], engine: FakeEngine) -> None:
    engine.deaf = True
    qtbot.mouseClick(panel._running._stop, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: "Stopping..." in words(panel))
    assert not panel._running._stop.isEnabled()
    engine.open()
    until(qtbot, lambda: jobs.running is None)


def test_many_steps_are_shown_now_and_then(qtbot: QtBot, jobs: Jobs, panel: QueuePanel, waiting: list[int]) -> None:
    before = panel.refreshes
    for _ in range(600):
        jobs.changed.emit(waiting[0])
    assert panel.refreshes == before
    until(qtbot, lambda: panel.refreshes == before + 1)
    assert not panel._soon.isActive()
    jobs.changed.emit(waiting[2])  # it waits: nothing to be seen of it here
    assert not panel._soon.isActive()


def test_a_hidden_panel_is_left_alone(
    qtbot: QtBot, jobs: Jobs, panel: QueuePanel, waiting: list[int], engine: FakeEngine
) -> None:
    panel.hide()
    before = panel.refreshes
    number = jobs.submit(ask(7))
    engine.let(3)
    until(qtbot, lambda: getattr(jobs.running, "index", 0) == 3 and not panel._soon.isActive())
    assert panel.refreshes == before
    assert shown(panel) == waiting[1:]
    panel.show()
    assert shown(panel) == [*waiting[1:], number]
    assert "3/20" in words(panel)


def test_reordering_by_buttons_and_keys(qtbot: QtBot, jobs: Jobs, panel: QueuePanel, waiting: list[int]) -> None:
    _, one, two, three = waiting
    assert not panel._up.isEnabled()
    assert "Choose a waiting job first." in panel._up.toolTip()
    rows = panel._waiting
    rows.setCurrentIndex(rows.rows.index(2))
    assert panel._up.isEnabled()
    assert not panel._down.isEnabled()
    assert "last already" in panel._down.toolTip()
    qtbot.mouseClick(panel._up, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: shown(panel) == [one, three, two])
    assert rows.chosen_row == 1  # it goes on with the same job
    qtbot.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    until(qtbot, lambda: shown(panel) == [three, one, two])
    qtbot.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert not panel._up.isEnabled()
    qtbot.keyClick(rows, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    until(qtbot, lambda: shown(panel) == [one, three, two])
    assert [job.id for job in jobs.waiting] == [one, three, two]


@pytest.mark.parametrize(
    ("row", "below", "half", "order"),
    [(0, 2, "lower", [1, 2, 0]), (0, 1, "lower", [1, 0, 2]), (2, 0, "upper", [2, 0, 1]), (1, 1, "lower", [0, 1, 2])],
)
def test_reordering_by_dragging(  # noqa: PLR0917
    qtbot: QtBot,
    jobs: Jobs,
    panel: QueuePanel,
    waiting: list[int],
    monkeypatch: pytest.MonkeyPatch,
    row: int,
    below: int,
    half: str,
    order: list[int],
) -> None:
    rows = panel._waiting
    rows.setCurrentIndex(rows.rows.index(row))
    rect = rows.visualRect(rows.rows.index(below))
    place = rect.center() + QPoint(0, 6 if half == "lower" else -6)
    mime: QMimeData = rows.rows.mimeData([rows.rows.index(row)])
    event = QDropEvent(
        QPointF(place), Qt.DropAction.MoveAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    monkeypatch.setattr(rows, "dragged_here", lambda _event: True)
    rows.dropEvent(event)
    assert event.dropAction() == Qt.DropAction.IgnoreAction  # Qt removes no rows on its own
    wanted = [waiting[1:][index] for index in order]
    until(qtbot, lambda: shown(panel) == wanted)
    assert [job.id for job in jobs.waiting] == wanted


def test_cancelling_what_waits(qtbot: QtBot, jobs: Jobs, panel: QueuePanel, waiting: list[int]) -> None:
    _, one, two, three = waiting
    rows = panel._waiting
    cross = rows._delegate.cross(rows.visualRect(rows.rows.index(1)))
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=cross.center())
    until(qtbot, lambda: shown(panel) == [one, three])
    rows.setCurrentIndex(rows.rows.index(0))
    qtbot.keyClick(rows, Qt.Key.Key_Delete)
    until(qtbot, lambda: shown(panel) == [three])
    assert rows.chosen_row == 0
    qtbot.mouseClick(panel._drop, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: shown(panel) == [])
    assert not rows.isVisible()
    assert not panel._clear.isEnabled()
    assert "Nothing waits." in panel._clear.toolTip()
    assert [getattr(jobs.job(number), "state", None) for number in (one, two, three)] == [State.CANCELLED] * 3


def test_clear_and_cancel_all(qtbot: QtBot, jobs: Jobs, panel: QueuePanel, waiting: list[int]) -> None:
    qtbot.mouseClick(panel._clear, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: shown(panel) == [])
    assert jobs.running is not None
    jobs.submit(ask(5))
    qtbot.mouseClick(panel._stop, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: jobs.running is None and not panel._running.isVisible())
    assert jobs.waiting == ()
    assert not panel._stop.isVisible()


def test_a_failed_job(qtbot: QtBot, jobs: Jobs, panel: QueuePanel, engine: FakeEngine) -> None:
    first, second = jobs.submit(ask(90)), jobs.submit(ask(91))
    engine.open()
    until(qtbot, lambda: set(panel._cards) == {first, second})
    plain, detailed = panel._cards[first], panel._cards[second]
    until(qtbot, lambda: 0 < detailed.y() < plain.y())  # the newest first
    until(qtbot, lambda: "There is not enough memory. Try a smaller size." in words(plain))
    until(qtbot, detailed._more.isVisible)
    assert not plain._more.isVisible()
    assert not detailed._details.isVisible()
    qtbot.mouseClick(detailed._more, Qt.MouseButton.LeftButton)
    assert detailed._details.isVisible()
    assert detailed._details.toPlainText() == "Traceback: oh"
    qtbot.mouseClick(detailed._copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "The engine failed: oh. Try again.\n\nTraceback: oh"
    with qtbot.waitSignal(panel.retry_wanted, timeout=MS) as retried:
        qtbot.mouseClick(plain._retry, Qt.MouseButton.LeftButton)
    assert retried.args == [first]
    qtbot.mouseClick(plain._close, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: set(panel._cards) == {second})
    assert jobs.job(first) is None


def test_what_has_ended(qtbot: QtBot, jobs: Jobs, panel: QueuePanel, engine: FakeEngine) -> None:
    engine.open()
    numbers = [jobs.submit(ask(seed, count=2)) for seed in range(ENDED + 3)]
    until(qtbot, lambda: jobs.running is None and not jobs.waiting and list(panel._lines)[-1] == numbers[-1])
    assert sorted(panel._lines) == numbers[-ENDED:]
    until(qtbot, lambda: "2 pictures" in words(panel._lines[numbers[-1]]))
    until(qtbot, lambda: panel._lines[numbers[-1]].y() < panel._lines[numbers[-2]].y())


def test_double_click_and_enter_show_a_job(
    qtbot: QtBot, jobs: Jobs, panel: QueuePanel, waiting: list[int], engine: FakeEngine
) -> None:
    asked: list[int] = []
    panel.show_wanted.connect(asked.append)
    rows = panel._waiting
    qtbot.mouseDClick(panel._running, Qt.MouseButton.LeftButton)
    qtbot.keyClick(panel._running, Qt.Key.Key_Return)
    qtbot.mouseDClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualRect(rows.rows.index(1)).center())
    rows.setCurrentIndex(rows.rows.index(0))
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert asked == [waiting[0], waiting[0], waiting[2], waiting[1]]
    engine.open()
    until(qtbot, lambda: len(panel._lines) == 4)
    qtbot.keyClick(panel._lines[waiting[3]], Qt.Key.Key_Enter)
    assert asked[-1] == waiting[3]


def test_a_queue_that_was_busy_before_the_panel(qtbot: QtBot, jobs: Jobs, waiting: list[int]) -> None:
    late = QueuePanel(jobs)
    qtbot.addWidget(late)
    assert shown(late) == waiting[1:]
    assert late._running.number == waiting[0]


def test_everything_has_a_name(
    qtbot: QtBot, jobs: Jobs, panel: QueuePanel, waiting: list[int], engine: FakeEngine
) -> None:
    jobs.submit(ask(91))
    engine.let(1000)
    until(qtbot, lambda: len(panel._cards) == 1)
    jobs.submit(ask(1000))
    jobs.submit(ask(1001))
    for each in panel.findChildren(QWidget):
        if each.focusPolicy() != Qt.FocusPolicy.NoFocus and not each.objectName().startswith("qt_"):
            text = each.text() if isinstance(each, QPushButton | QLabel) else ""
            assert each.accessibleName() or text or not each.isVisible() or "ScrollArea" in type(each).__name__, each


def test_it_fits_a_narrow_dock(panel: QueuePanel, waiting: list[int]) -> None:
    assert panel.minimumSizeHint().width() <= 260
    assert panel._running.minimumSizeHint().width() <= 244
    assert panel._all_row.minimumSizeHint().width() <= 244


def test_it_follows_the_language(panel: QueuePanel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "tr", lambda text, *_: f"<{text}>", raising=False)
    QApplication.sendEvent(panel, QEvent(QEvent.Type.LanguageChange))
    assert panel._clear.text() == "<Clear waiting>"
    assert "<Nothing waits.>" in panel._clear.toolTip()
    assert panel._waiting.accessibleName() == "<Waiting jobs>"


# Words


@pytest.fixture
def english() -> Iterator[None]:
    usual = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(usual)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((-1, "0.0 s"), (0, "0.0 s"), (3.14, "3.1 s"), (9.94, "9.9 s"), (9.96, "10 s"), (42.4, "42 s")),
        *((59.6, "1 min 0 s"), (130, "2 min 10 s"), (3599.4, "59 min 59 s"), (3599.6, "1 h 0 min")),
        (3900, "1 h 5 min"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("size", "text"),
    [
        *((-1, "0 bytes"), (0, "0 bytes"), (512, "512 bytes"), (1 << 10, "1.0 kB"), (812 << 20, "812 MB")),
        *(((1 << 30) - 1, "1.0 GB"), (3 << 29, "1.5 GB"), (16 << 30, "16 GB"), (5 << 40, "5.0 TB")),
    ],
)
def test_memory(size: int, text: str) -> None:
    assert memory(size) == text


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1 / 8.1, "8.1 steps/s"),
        (1, "1.0 steps/s"),
        (2.5, "2.5 s a step"),
        (90, "1 min 30 s a step"),
        (0, "1000000 steps/s"),
    ],
)
def test_speeds(seconds: float, text: str) -> None:
    assert speed(seconds) == text


def test_numbers_are_written_as_the_language_does() -> None:
    usual = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    try:
        assert duration(3.14) == "3,1 s"
        assert memory(3 << 29) == "1,5 GB"
    finally:
        QLocale.setDefault(usual)


def test_what_a_request_makes() -> None:
    small, large = np.zeros((32, 32), np.uint8), np.zeros((64, 48), np.uint8)
    assert mode_of(ask(1)) is Mode.GENERATE
    assert mode_of(Vary(seed=1, image=IMAGE)) is Mode.VARY
    assert mode_of(Inpaint(seed=1, image=IMAGE, mask=small)) is Mode.INPAINT
    assert mode_of(Inpaint(seed=1, image=IMAGE, mask=large)) is Mode.OUTPAINT
    assert title("a\n fox ", Mode.VARY) == "a fox"
    assert title("  ", Mode.VARY) == "Vary"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("what", "text"),
    [
        ({}, "Starting..."),
        ({"stopping": True, "index": 3}, "Stopping..."),
        ({"index": 1, "count": 20}, "1/20"),
        ({"index": 12, "count": 20, "seconds_per_step": 0.125}, "12/20 · 8.0 steps/s · 1.0 s left"),
        ({"index": 20, "count": 20, "seconds_per_step": 0.125}, "20/20 · 8.0 steps/s · finishing"),
    ],
)
def test_how_far_a_job_is(what: dict[str, object], text: str) -> None:
    job = Job(id=1, request=ask(1), **({"state": State.RUNNING} | what))  # type: ignore[arg-type]
    assert progress_words(job) == text
