"""Jobs and documents together, with a steered engine: what comes back lands where it belongs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from fake_engine import PATIENCE, FakeEngine
from pytestqt.qtbot import QtBot

from desktop_app.background import Background
from desktop_app.desk import Desk
from desktop_app.document.areas import rectangle
from desktop_app.document.arranging import add_layer, crop, extend_canvas
from desktop_app.document.document import Document
from desktop_app.document.selecting import select
from desktop_app.jobs import Jobs, State
from desktop_app.making import Making, Preview
from desktop_app.requests import GenerateSettings
from desktop_app.results import Mode, Result
from desktop_app.session import Session
from inference.api import Inpaint
from inference.errors import GouacheError, OutOfMemory
from inference.geometry import Bounds, Size

MS = PATIENCE * 1000
SMALL = Size(64, 64)
ASKED = GenerateSettings(prompt="a gem", count=1, seed=5)


class Studio:
    """A desk, a queue with a steered engine, and what joins them."""

    def __init__(self, qtbot: QtBot) -> None:
        self.engine = FakeEngine()
        self.background = Background()
        self.desk = Desk(self.background)
        self.jobs = Jobs(lambda: self.engine)
        self.making = Making(self.desk, self.jobs, self.background)
        self.errors: list[GouacheError] = []
        self.previews: list[Preview] = []
        self.arrived: list[tuple[Session, Result]] = []
        self.making.failed.connect(self.errors.append)
        self.making.previewed.connect(self.previews.append)
        self.making.arrived.connect(lambda session, result: self.arrived.append((session, result)))
        self.qtbot = qtbot

    def open(self, size: Size = SMALL) -> Session:
        pixels = np.random.default_rng(1).integers(0, 256, (*size.shape, 4), np.uint8)
        pixels[..., 3] = 255
        return self.desk.add(Document.of(pixels), "picture")

    def ask(self, session: Session | None, settings: GenerateSettings = ASKED) -> int:
        number = self.making.submit(session, settings, "Untitled")
        assert number is not None, self.errors
        return number

    def state(self, number: int) -> State | None:
        job = self.jobs.job(number)
        return job.state if job else None

    def wait(self, number: int, state: State) -> None:
        self.qtbot.waitUntil(lambda: self.state(number) is state, timeout=MS)

    def wait_pictures(self, count: int) -> None:
        self.qtbot.waitUntil(lambda: len(self.arrived) >= count, timeout=MS)

    def close(self) -> None:
        self.jobs.close()
        self.background.close()
        self.desk.close_all()


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[Studio]:
    made = Studio(qtbot)
    yield made
    made.close()


def inpainting(session: Session) -> None:
    session.do(select(session.document, rectangle(session.size, 8, 8, 20, 20)))


def test_without_a_document_one_is_made(studio: Studio) -> None:
    studio.engine.open()
    number = studio.ask(None)
    studio.wait(number, State.DONE)
    session, result = studio.arrived[0]
    assert studio.desk.current is session
    assert (session.title, session.size, session.path) == ("Untitled", Size(128, 128), None)
    assert session.changed
    assert studio.making.apply(session, result)
    assert np.array_equal(session.document.compose(Bounds(0, 0, 64, 64)), result.pixels)


def test_cancelled_while_waiting_leaves_nothing(studio: Studio) -> None:
    session = studio.open()
    first, second = studio.ask(session), studio.ask(session)
    studio.wait(first, State.RUNNING)
    studio.jobs.cancel(second)
    studio.wait(second, State.CANCELLED)
    assert [run.job for run in session.results.runs] == [first]


def test_cancelled_while_running_keeps_what_has_come(studio: Studio) -> None:
    session = studio.open()
    number = studio.ask(session, GenerateSettings(prompt="a gem", count=3, seed=5))
    studio.engine.let(4)
    studio.wait_pictures(1)
    studio.jobs.cancel(number)
    studio.wait(number, State.CANCELLED)
    (run,) = session.results.runs
    assert not run.open
    assert [result.seed for result in run.results] == [5]


def test_cancelled_after_the_end_changes_nothing(studio: Studio) -> None:
    session = studio.open()
    studio.engine.open()
    number = studio.ask(session)
    studio.wait(number, State.DONE)
    studio.jobs.cancel(number)
    assert studio.state(number) is State.DONE
    assert len(session.results.runs[0].results) == 1


def test_its_document_closed_during_a_job(studio: Studio, qtbot: QtBot) -> None:
    session = studio.open()
    first, second = studio.ask(session), studio.ask(session)
    studio.engine.let(1)
    qtbot.waitUntil(lambda: studio.engine.seeds == [5], timeout=MS)
    studio.desk.close(session)
    studio.wait(first, State.CANCELLED)
    studio.wait(second, State.CANCELLED)
    assert studio.arrived == []
    assert studio.desk.sessions == ()


def test_edited_during_a_job_the_result_lands_where_it_belongs(studio: Studio) -> None:
    session = studio.open(Size(96, 80))
    inpainting(session)
    number = studio.ask(session)
    studio.wait(number, State.RUNNING)
    later = np.full((80, 96, 4), 200, np.uint8)
    later[..., 3] = 0
    later[:10, :10, 3] = 255
    session.do(add_layer(session.document, later, "later"))
    session.do(extend_canvas(session.document, left=30, top=10))
    studio.engine.open()
    studio.wait(number, State.DONE)
    result = studio.arrived[0][1]
    before = session.document.compose()
    assert studio.making.apply(session, result)
    assert [layer.name for layer in session.document.layers] == ["Background", "a gem", "later"]
    frame = session.results.runs[0].frame
    place = Bounds(frame.x + 30, frame.y + 10, 64, 64).intersection(session.document.stack.bounds)
    assert result.bounds.moved(*session.anchor).intersection(session.document.stack.bounds) == place
    after = session.document.compose()
    assert np.array_equal(after[10:20, 30:40], before[10:20, 30:40])  # the later layer stays on top
    outside = np.ones(after.shape[:2], bool)
    outside[place.slices] = False
    assert np.array_equal(after[outside], before[outside])
    assert (after[place.slices][12:, 12:] == 5).all()
    session.undo()
    assert np.array_equal(session.document.compose(), before)


def test_two_results_applied_and_undone_in_both_orders(studio: Studio) -> None:
    session = studio.open()
    studio.engine.open()
    number = studio.ask(session, GenerateSettings(prompt="a gem", count=2, seed=5, mode=Mode.VARY))
    studio.wait(number, State.DONE)
    first, second = (result for _, result in studio.arrived)
    for one, other in ((first, second), (second, first)):
        before = session.document.compose()
        position = session.history.position
        assert studio.making.apply(session, one)
        after_one = session.document.compose()
        assert np.array_equal(after_one, one.pixels)
        assert studio.making.apply(session, other)
        assert np.array_equal(session.document.compose(), other.pixels)
        session.undo()
        assert np.array_equal(session.document.compose(), after_one)
        session.undo()
        assert np.array_equal(session.document.compose(), before)
        session.redo()
        session.redo()
        assert np.array_equal(session.document.compose(), other.pixels)
        session.jump(position)
        assert np.array_equal(session.document.compose(), before)


def test_a_missing_model_is_said_and_nothing_is_queued(studio: Studio) -> None:
    session = studio.open()
    assert studio.making.submit(session, GenerateSettings(model="gone"), "Untitled") is None
    assert "There is no model named 'gone'" in studio.errors[0].message
    assert studio.jobs.jobs == ()
    assert session.results.runs == ()


def test_out_of_memory_is_said_and_the_queue_goes_on(studio: Studio) -> None:
    session = studio.open()
    studio.engine.failures[5] = OutOfMemory("There is not enough memory.", hint="Try a smaller size.")
    studio.engine.open()
    first = studio.ask(session)
    second = studio.ask(session, GenerateSettings(prompt="another", count=1, seed=6))
    studio.wait(first, State.FAILED)
    studio.wait(second, State.DONE)
    assert [error.hint for error in studio.errors] == ["Try a smaller size."]
    assert [run.title for run in session.results.runs] == ["another"]
    assert studio.making.retry(first) is not None


def test_the_step_is_shown_in_place_with_its_surroundings(studio: Studio, qtbot: QtBot) -> None:
    session = studio.open(Size(200, 200))
    inpainting(session)
    studio.ask(session)
    studio.engine.let(2)
    qtbot.waitUntil(lambda: not studio.background.busy and studio.jobs.running is not None, timeout=MS)
    studio.engine.let(1)
    qtbot.waitUntil(lambda: bool(studio.previews), timeout=MS)
    assert studio.previews[-1].session is session
    assert studio.previews[-1].pixels.shape[2] == 4


def test_more_like_this_keeps_most_of_the_noise(studio: Studio) -> None:
    session = studio.open(Size(96, 80))
    inpainting(session)
    studio.engine.open()
    studio.wait(studio.ask(session), State.DONE)
    result = studio.arrived[0][1]
    number = studio.making.more_like(session, result, 3)
    assert number is not None
    job = studio.jobs.job(number)
    assert job is not None
    request = job.request
    assert isinstance(request, Inpaint)
    assert (request.variation_seed, request.variation_strength, request.count) == (5, 0.8, 3)
    assert request.prompt == "a gem"


def test_more_like_this_when_the_request_is_forgotten(studio: Studio) -> None:
    session = studio.open(Size(96, 80))
    inpainting(session)
    studio.engine.open()
    number = studio.ask(session)
    studio.wait(number, State.DONE)
    studio.jobs.forget(number)
    result = studio.arrived[0][1]
    result.recipe = type(result.recipe)(**{**vars(result.recipe), "model": "sprites", "kind": "inpaint", "steps": 3})
    again = studio.making.more_like(session, result, 2)
    assert again is not None, studio.errors
    job = studio.jobs.job(again)
    assert job is not None
    assert isinstance(job.request, Inpaint)
    assert job.request.mask.any()
    session.do(crop(session.document, Bounds(40, 40, 20, 20)))
    assert studio.making.more_like(session, studio.arrived[0][1], 2) is None
    assert "cut" in studio.errors[-1].message


def test_more_like_a_variation_lies_on_the_canvas_as_it_is_now(studio: Studio) -> None:
    session = studio.open(Size(96, 80))
    studio.engine.open()
    number = studio.ask(session)
    studio.wait(number, State.DONE)
    studio.jobs.forget(number)
    result = studio.arrived[0][1]
    result.recipe = type(result.recipe)(**{**vars(result.recipe), "model": "sprites", "kind": "vary", "steps": 3})
    session.do(crop(session.document, Bounds(20, 10, 60, 50)))
    assert studio.making.more_like(session, result, 1) is not None, studio.errors
    frame = session.results.runs[-1].frame
    assert frame.moved(*session.anchor) == session.document.stack.bounds


def test_discarded_while_running_what_comes_is_dropped_and_what_was_comes_back(studio: Studio) -> None:
    session = studio.open()
    number = studio.ask(session, GenerateSettings(prompt="a gem", count=2, seed=5))
    studio.engine.let(4)
    studio.wait_pictures(1)
    session.results.discard(studio.arrived[0][1])
    studio.engine.open()
    studio.wait(number, State.DONE)
    assert [result.seed for result in session.results.runs[0].results] == [6]
    assert session.results.restore()
    assert [result.seed for result in session.results.runs[0].results] == [5, 6]
