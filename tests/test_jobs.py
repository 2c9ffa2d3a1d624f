"""The queue and its thread, with an engine that waits for the test's word at each event. No test sleeps."""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fake_engine import PATIENCE, FakeEngine, ask
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app import jobs as jobs_module
from desktop_app.estimates import Measured
from desktop_app.jobs import Gauge, Jobs, State
from desktop_app.worker import NICENESS, SWITCH, Newest, Pace, Progress
from inference.api import Device, Engine, Picture, Step, Vary
from inference.errors import BadRequest, EngineFailed, OutOfMemory
from inference.geometry import Size

MS = PATIENCE * 1000
ROOT = Path(__file__).resolve().parent.parent
Make = Callable[..., Jobs]


class Log(QObject):
    """Everything that the queue says, in order, and in which thread it was heard."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.steps: list[tuple[int, int]] = []
        self.pictures: list[tuple[int, int]] = []
        self.ends: list[tuple[int, State]] = []
        self.notices: list[tuple[int, str]] = []
        self.threads: set[int] = set()
        self._jobs = jobs
        jobs.stepped.connect(self.take_step)
        jobs.picture_made.connect(self.take_picture)
        jobs.ended.connect(self.take_end)
        jobs.noticed.connect(self.take_notice)

    def take_step(self, number: int, step: Step) -> None:
        self.threads.add(threading.get_ident())
        assert isinstance(step.previews[0], np.ndarray)
        self.steps.append((number, step.index))

    def take_picture(self, number: int, picture: Picture) -> None:
        self.threads.add(threading.get_ident())
        assert isinstance(picture.pixels, np.ndarray)
        self.pictures.append((number, picture.seed))

    def take_end(self, number: int) -> None:
        self.threads.add(threading.get_ident())
        job = self._jobs.job(number)
        assert job is not None
        self.ends.append((number, job.state))

    def take_notice(self, number: int, message: str) -> None:
        self.notices.append((number, message))


@pytest.fixture(autouse=True)
def usual_switching() -> Iterator[None]:
    usual = sys.getswitchinterval()
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    made: list[Jobs] = []

    def build(engine: Engine | Callable[[], Engine], **named: object) -> Jobs:
        jobs = Jobs(engine if not isinstance(engine, FakeEngine) else lambda: engine, **named)  # type: ignore[arg-type]
        made.append(jobs)
        return jobs

    yield build
    for jobs in made:
        assert jobs.close(PATIENCE)
        assert jobs.running is None
        assert not jobs.waiting
        jobs.deleteLater()


def until(qtbot: QtBot, what: Callable[[], bool]) -> None:
    qtbot.waitUntil(what, timeout=MS)


def state(jobs: Jobs, number: int) -> State:
    job = jobs.job(number)
    assert job is not None
    return job.state


def test_a_job_runs_to_its_end(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine(notices=("smaller tiles",))
    jobs = make(engine)
    log = Log(jobs)
    placement = object()
    number = jobs.submit(ask(7, count=2), placement)
    assert state(jobs, number) is State.WAITING
    for step in (1, 2, 3):
        engine.let(1)
        until(qtbot, lambda step=step: (number, step) in log.steps)
    engine.let(2)
    until(qtbot, lambda: log.ends == [(number, State.DONE)])
    job = jobs.job(number)
    assert job is not None
    assert (job.index, job.count, job.pictures, job.placement) == (3, 3, 2, placement)
    assert job.notices == ("smaller tiles",)
    assert log.notices == [(number, "smaller tiles")]
    assert log.pictures == [(number, 7), (number, 8)]
    assert log.threads == {threading.get_ident()}
    assert threading.get_ident() not in engine.threads


def test_the_engine_is_made_in_the_worker_when_it_is_needed(qtbot: QtBot, make: Make) -> None:
    made: list[int] = []

    def build() -> Engine:
        made.append(threading.get_ident())
        return FakeEngine().open()

    jobs = make(build)
    qtbot.wait(0)
    assert not made
    log = Log(jobs)
    jobs.submit(ask(1))
    jobs.submit(ask(2))
    until(qtbot, lambda: len(log.ends) == 2)
    assert len(made) == 1
    assert made[0] != threading.get_ident()


def test_the_worker_steps_back(qtbot: QtBot, make: Make) -> None:
    found: list[int] = []

    def build() -> Engine:
        found.append(
            os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) if sys.platform == "linux" else NICENESS
        )
        return FakeEngine().open()

    jobs = make(build)
    log = Log(jobs)
    jobs.submit(ask(1))
    until(qtbot, lambda: bool(log.ends))
    assert found[0] >= NICENESS
    assert sys.getswitchinterval() == pytest.approx(SWITCH)


def test_cancel_while_waiting(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine()
    jobs = make(engine)
    log = Log(jobs)
    first, second = jobs.submit(ask(1)), jobs.submit(ask(2))
    until(qtbot, lambda: bool(engine.seeds))
    jobs.cancel(second)
    assert log.ends == [(second, State.CANCELLED)]
    engine.open()
    until(qtbot, lambda: len(log.ends) == 2)
    assert engine.seeds == [1]
    assert state(jobs, first) is State.DONE


def test_cancel_while_running(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine()
    jobs = make(engine)
    log = Log(jobs)
    number, after = jobs.submit(ask(1)), jobs.submit(ask(2))
    engine.let(1)
    until(qtbot, lambda: log.steps == [(number, 1)])
    jobs.cancel(number)
    jobs.cancel(number)
    assert jobs.running is not None
    assert jobs.running.stopping
    until(qtbot, lambda: log.ends == [(number, State.CANCELLED)])
    engine.open()
    until(qtbot, lambda: log.ends[1:] == [(after, State.DONE)])
    assert log.pictures == [(after, 2)]


def test_cancel_of_an_engine_that_does_not_hear_it(qtbot: QtBot, make: Make) -> None:
    """The flag may be cleared as the engine begins: the worker looks for itself at the next event."""
    engine = FakeEngine(deaf=True)
    jobs = make(engine)
    log = Log(jobs)
    number = jobs.submit(ask(1))
    until(qtbot, lambda: bool(engine.seeds))
    jobs.cancel(number)
    until(qtbot, lambda: engine.cancels >= 3)  # it is told again and again
    engine.let(1)
    until(qtbot, lambda: log.ends == [(number, State.CANCELLED)])
    assert not log.steps


def test_cancel_after_the_end_is_nothing(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine().open()
    jobs = make(engine)
    log = Log(jobs)
    number = jobs.submit(ask(1))
    until(qtbot, lambda: bool(log.ends))
    with qtbot.assertNotEmitted(jobs.changed, wait=0):
        jobs.cancel(number)
        jobs.cancel(99)
    assert log.ends == [(number, State.DONE)]
    assert engine.cancels == 0


def test_cancel_before_the_worker_has_begun(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine().open()
    jobs = make(engine)
    log = Log(jobs)
    number = jobs.submit(ask(1))
    jobs.cancel(number)
    assert log.ends == [(number, State.CANCELLED)]
    jobs.submit(ask(2))
    until(qtbot, lambda: len(log.ends) == 2)
    assert engine.seeds == [2]


def test_cancel_while_the_engine_is_made(qtbot: QtBot, make: Make) -> None:
    making, go = threading.Event(), threading.Event()
    engine = FakeEngine().open()

    def build() -> Engine:
        making.set()
        assert go.wait(PATIENCE)
        return engine

    jobs = make(build)
    log = Log(jobs)
    number = jobs.submit(ask(1))
    until(qtbot, making.is_set)
    jobs.cancel(number)
    go.set()
    until(qtbot, lambda: log.ends == [(number, State.CANCELLED)])
    assert engine.seeds == []


def test_what_was_sent_before_the_cancel_is_dropped(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine()
    jobs = make(engine)
    log = Log(jobs)
    number = jobs.submit(ask(1))
    until(qtbot, lambda: bool(engine.seeds))
    engine.let(4)
    assert engine.ended.acquire(timeout=PATIENCE)  # steps, picture and end are on their way, none was heard
    jobs.cancel(number)
    until(qtbot, lambda: bool(log.ends))
    assert log.ends == [(number, State.CANCELLED)]
    assert not log.steps
    assert not log.pictures


def test_a_slow_window_sees_the_newest_step_and_every_picture(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine(steps=200)
    jobs = make(engine)
    log = Log(jobs)
    number = jobs.submit(ask(1, count=5))
    until(qtbot, lambda: bool(engine.seeds))
    engine.open()
    assert engine.ended.acquire(timeout=PATIENCE)
    until(qtbot, lambda: log.ends == [(number, State.DONE)])
    assert log.steps == [(number, 200)]
    assert log.pictures == [(number, seed) for seed in range(1, 6)]


def test_order_and_moving(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine()
    jobs = make(engine)
    log = Log(jobs)
    numbers = [jobs.submit(ask(seed)) for seed in range(5)]
    until(qtbot, lambda: bool(engine.seeds))
    jobs.move(numbers[4], 0)
    jobs.move(numbers[1], 99)
    jobs.move(numbers[0], 1)  # it runs: nothing
    assert [job.id for job in jobs.waiting] == [numbers[index] for index in (4, 2, 3, 1)]
    assert [job.id for job in jobs.jobs] == [numbers[index] for index in (0, 4, 2, 3, 1)]
    engine.open()
    until(qtbot, lambda: len(log.ends) == 5)
    assert engine.seeds == [0, 4, 2, 3, 1]


def test_clear_waiting_leaves_the_running_one(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine()
    jobs = make(engine)
    log = Log(jobs)
    numbers = [jobs.submit(ask(seed)) for seed in range(4)]
    until(qtbot, lambda: bool(engine.seeds))
    jobs.clear_waiting()
    assert log.ends == [(number, State.CANCELLED) for number in numbers[1:]]
    engine.open()
    until(qtbot, lambda: (numbers[0], State.DONE) in log.ends)
    assert engine.seeds == [0]


def test_a_newer_job_takes_the_turn_of_one_for_the_same_place(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine()
    jobs = make(engine)
    log = Log(jobs)
    jobs.submit(ask(0), place="a")
    until(qtbot, lambda: bool(engine.seeds))
    old, other = jobs.submit(ask(1), place="a"), jobs.submit(ask(2), place="b")
    new = jobs.submit(ask(3), place="a")
    assert [job.id for job in jobs.waiting] == [new, other]
    assert log.ends == [(old, State.CANCELLED)]
    jobs.submit(ask(4))
    jobs.submit(ask(5))  # no place: both stay
    engine.open()
    until(qtbot, lambda: len(log.ends) == 6)
    assert engine.seeds == [0, 3, 2, 4, 5]  # the running one was not replaced


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (OutOfMemory("The GPU is full."), OutOfMemory, "full"),
        (MemoryError(), OutOfMemory, "memory"),
        (BadRequest("No such style."), BadRequest, "style"),
        (ValueError("shape (1, 2)"), EngineFailed, "shape"),
    ],
)
def test_a_failure_leaves_the_thread_usable(
    qtbot: QtBot, make: Make, raised: BaseException, kind: type[Exception], words: str
) -> None:
    engine = FakeEngine(failures={1: raised}).open()
    jobs = make(engine)
    log = Log(jobs)
    bad, good = jobs.submit(ask(1)), jobs.submit(ask(2))
    until(qtbot, lambda: len(log.ends) == 2)
    assert log.ends == [(bad, State.FAILED), (good, State.DONE)]
    job = jobs.job(bad)
    assert job is not None
    assert type(job.error) is kind
    assert words in str(job.error)
    assert job.error.__traceback__ is None
    assert job.error.__context__ is None
    if kind is EngineFailed:
        assert "Traceback" in job.error.detail


def test_an_engine_that_cannot_be_made(qtbot: QtBot, make: Make) -> None:
    outcomes: list[Engine | Exception] = [
        EngineFailed("No onnxruntime."),
        ImportError("libcudart.so"),
        FakeEngine().open(),
    ]

    def build() -> Engine:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    jobs = make(build)
    log = Log(jobs)
    numbers = [jobs.submit(ask(seed)) for seed in range(4)]
    until(qtbot, lambda: len(log.ends) == 4)
    assert [end for _, end in log.ends] == [State.FAILED, State.FAILED, State.DONE, State.DONE]
    errors = [job.error for number in numbers if (job := jobs.job(number)) and job.error]
    assert "No onnxruntime" in str(errors[0])
    assert "libcudart" in str(errors[1])
    assert all(type(error) is EngineFailed for error in errors)


def test_fifty_jobs(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine().open()
    jobs = make(engine)
    log = Log(jobs)
    numbers = [jobs.submit(ask(seed)) for seed in range(50)]
    until(qtbot, lambda: len(log.ends) == 50)
    assert log.ends == [(number, State.DONE) for number in numbers]
    assert engine.seeds == list(range(50))
    assert len(engine.threads) == 1


def test_close_during_a_job(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine()
    jobs = make(engine)
    log = Log(jobs)
    first, second = jobs.submit(ask(1)), jobs.submit(ask(2))
    until(qtbot, lambda: bool(engine.seeds))
    thread = jobs._thread
    assert jobs.close(PATIENCE)
    assert thread.isFinished()
    assert engine.closed == 1
    assert len(engine.threads) == 1  # made, run and closed in one thread, and not in this one
    assert threading.get_ident() not in engine.threads
    assert sorted(log.ends) == [(first, State.CANCELLED), (second, State.CANCELLED)]
    said = len(log.ends)
    assert jobs.close()
    late = jobs.submit(ask(3))
    assert state(jobs, late) is State.CANCELLED
    qtbot.wait(0)
    assert len(log.ends) == said + 1


def test_close_of_an_idle_queue_without_an_engine(qtbot: QtBot, make: Make) -> None:
    made: list[int] = []

    def build() -> Engine:
        made.append(1)
        return FakeEngine()

    assert make(build).close(PATIENCE)
    assert not made


def test_close_that_does_not_come_in_time(qtbot: QtBot, make: Make, caplog: pytest.LogCaptureFixture) -> None:
    engine = FakeEngine(deaf=True)
    jobs = make(engine)
    jobs.submit(ask(1))
    until(qtbot, lambda: bool(engine.seeds))
    with caplog.at_level(logging.ERROR):
        assert not jobs.close(0)
    assert "did not stop" in caplog.text
    assert jobs_module._stuck
    engine.let(1)
    assert jobs._thread.wait(MS)
    jobs_module._stuck.clear()


def test_an_engine_that_fails_to_close(qtbot: QtBot, make: Make, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(FakeEngine):
        def close(self) -> None:
            raise RuntimeError("cuda")

    jobs = make(Broken().open())
    log = Log(jobs)
    jobs.submit(ask(1))
    until(qtbot, lambda: bool(log.ends))
    assert jobs.close(PATIENCE)
    assert "could not be closed" in caplog.text


def test_speed_and_time_left(qtbot: QtBot, make: Make) -> None:
    now = iter([100.0, 102.0, 104.0, 200.0, 201.0])
    engine = FakeEngine(steps=5)
    jobs = make(engine, clock=lambda: next(now))
    log = Log(jobs)
    number = jobs.submit(ask(1))
    job = jobs.job(number)
    assert job is not None
    assert (job.rate, job.seconds_left) == (None, None)
    wanted = [(None, None), (0.5, 6.0), (0.5, 4.0)]
    for index, (rate, left) in enumerate(wanted, 1):
        engine.let(1)
        until(qtbot, lambda index=index: (number, index) in log.steps)
        job = jobs.job(number)
        assert job is not None
        assert (job.rate, job.seconds_left) == (rate, left), index
    jobs.cancel(number)
    until(qtbot, lambda: bool(log.ends))
    like, other = jobs.submit(ask(2)), jobs.submit(ask(2, count=9))
    job = jobs.job(like)
    assert job is not None
    assert job.seconds_left == 10  # as the last one like it
    job = jobs.job(other)
    assert job is not None
    assert job.seconds_left is None


DEVICE = Device(title="CPU", provider="CPUExecutionProvider", name="A CPU", threads=1, memory=8 << 30, weights=100)


class Ears(QObject):
    """What is said of the device and of what jobs took."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.devices: list[Device] = []
        self.measured: list[Measured] = []
        self.threads: set[int] = set()
        jobs.device_changed.connect(self.take_device)
        jobs.measured.connect(self.take_measured)

    def take_device(self, device: Device) -> None:
        self.threads.add(threading.get_ident())
        self.devices.append(device)

    def take_measured(self, measured: Measured) -> None:
        self.threads.add(threading.get_ident())
        self.measured.append(measured)


def test_the_device_is_passed_on_and_remembered(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine(device=DEVICE)
    jobs = make(engine)
    ears, log = Ears(jobs), Log(jobs)
    assert jobs.device is None
    jobs.submit(ask(1))
    until(qtbot, lambda: bool(ears.devices))
    assert ears.devices == [DEVICE]
    assert jobs.device is DEVICE
    assert not log.steps  # it comes before the first
    engine.device = None
    engine.open()
    jobs.submit(ask(2))
    until(qtbot, lambda: len(log.ends) == 2)
    assert jobs.device is DEVICE
    assert ears.threads == {threading.get_ident()}


def test_the_device_is_passed_on_even_by_a_job_that_is_to_stop(qtbot: QtBot, make: Make) -> None:
    """The engine says it once."""
    go = threading.Event()

    class Late(FakeEngine):
        def _work(self, request):
            assert go.wait(PATIENCE)
            yield from super()._work(request)

    engine = Late(device=DEVICE, deaf=True)
    jobs = make(engine)
    ears, log = Ears(jobs), Log(jobs)
    number = jobs.submit(ask(1))
    until(qtbot, lambda: bool(engine.seeds))
    jobs.cancel(number)
    go.set()
    until(qtbot, lambda: bool(log.ends))
    assert log.ends == [(number, State.CANCELLED)]
    assert ears.devices == [DEVICE]


def test_what_a_job_took_is_measured(qtbot: QtBot, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gauge, "rise", 5 << 20)
    first = [10.0, 12.0, 14.0, 15.0, 15.5]  # three steps, two pictures
    second = [20.0, 21.0, 22.0, 22.25, 22.5]
    now = iter([*first, *second])
    engine = FakeEngine(device=DEVICE).open()
    jobs = make(engine, clock=lambda: next(now))
    ears, log = Ears(jobs), Log(jobs)
    jobs.submit(ask(1, count=2))
    jobs.submit(ask(2, count=2))
    until(qtbot, lambda: len(log.ends) == 2)
    common = {"model": "sprites", "device": "CPU", "size": Size(64, 64), "guidance": 1.0, "count": 2}
    assert ears.measured == [
        # The first job loads; its first picture waits for the decoder and is left out.
        Measured(**common, seconds_per_step=2, seconds_per_picture=0.5, loaded=True, memory=5 << 20),
        Measured(**common, seconds_per_step=1, seconds_per_picture=0.25, loaded=False, memory=5 << 20),
    ]


def test_the_memory_of_a_large_picture_is_not_laid_to_the_model(qtbot: QtBot, make: Make) -> None:
    jobs = make(FakeEngine(device=DEVICE).open())
    ears, log = Ears(jobs), Log(jobs)
    jobs.submit(Vary(image=np.zeros((400, 400, 4), np.uint8), seed=1, count=1))
    jobs.submit(Vary(image=np.zeros((80, 80, 4), np.uint8), seed=2, count=1))
    until(qtbot, lambda: len(log.ends) == 2)
    assert [measured.memory is None for measured in ears.measured] == [True, False]


def test_a_job_that_does_not_come_to_its_end_is_not_measured(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine(device=DEVICE, failures={1: BadRequest("No such style.")})
    jobs = make(engine)
    ears, log = Ears(jobs), Log(jobs)
    jobs.submit(ask(1))
    stopped = jobs.submit(ask(2))
    engine.let(2)
    until(qtbot, lambda: (stopped, 1) in log.steps)
    jobs.cancel(stopped)
    until(qtbot, lambda: len(log.ends) == 2)
    assert [end for _, end in log.ends] == [State.FAILED, State.CANCELLED]
    assert not ears.measured


def test_the_gauge_keeps_the_highest_of_what_it_sees(qtbot: QtBot) -> None:
    seen = iter([100, 140, 190, 120, 300, 310])
    gauge = Gauge(resident=lambda: next(seen))
    gauge.begin()
    for _ in range(3):
        gauge.look()
    gauge.end()
    assert gauge.rise == 90
    gauge.begin()
    gauge.look()
    assert gauge.rise == 10


def test_the_gauge_sees_memory_that_was_taken_and_given_back() -> None:
    # In a process of its own: what the system takes back from this one while the test runs would count against it.
    program = """
import numpy as np
from desktop_app.jobs import Gauge

gauge = Gauge()
gauge.begin()
block = np.ones(64 << 20, np.uint8)
gauge.look()
del block
gauge.look()
print(gauge.rise)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert (48 << 20) < int(done.stdout) < (200 << 20)


def test_pace_forgets_what_is_long_past() -> None:
    pace = Pace()
    assert pace.mark(1, 0) is None
    assert pace.mark(2, 100) == 100
    for index in range(3, 40):
        speed = pace.mark(index, 100 + index)
    assert speed == 1


def test_newest_keeps_one() -> None:
    box = Newest()
    one, two = (Progress(Step(index=index, count=2), None) for index in (1, 2))
    assert box.put(one)
    assert not box.put(two)
    assert box.take() is two
    assert box.take() is None


def test_old_requests_are_let_go(qtbot: QtBot, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "KEPT_BYTES", 3 * 64 * 64 * 3)
    jobs = make(FakeEngine().open())
    log = Log(jobs)
    image = np.zeros((64, 64, 3), np.uint8)
    numbers = [jobs.submit(Vary(seed=seed, image=image)) for seed in range(5)]
    until(qtbot, lambda: len(log.ends) == 5)
    assert [job.id for job in jobs.jobs] == numbers[2:]
    jobs.forget(numbers[3])
    assert [job.id for job in jobs.jobs] == [numbers[2], numbers[4]]


def test_a_request_is_not_kept_alive_by_the_worker(qtbot: QtBot, make: Make) -> None:
    jobs = make(FakeEngine().open())
    log = Log(jobs)
    request = ask(1)
    gone = weakref.ref(request)
    number = jobs.submit(request)
    del request
    until(qtbot, lambda: bool(log.ends))
    jobs.forget(number)
    log.deleteLater()
    until(qtbot, lambda: gc.collect() >= 0 and gone() is None)


def test_slots_that_act_from_within(qtbot: QtBot, make: Make) -> None:
    """A slot may cancel, submit and clear while it is told."""

    class Busy(QObject):
        def __init__(self, jobs: Jobs) -> None:
            super().__init__()
            self.jobs, self.more = jobs, 3
            jobs.ended.connect(self.again)
            jobs.changed.connect(self.stop_running)

        def again(self, _number: int) -> None:
            if self.more:
                self.more -= 1
                self.jobs.submit(ask(10 + self.more))

        def stop_running(self, number: int) -> None:
            job = self.jobs.job(number)
            if job is not None and job.state is State.RUNNING:
                self.jobs.cancel(number)

    jobs = make(FakeEngine().open())
    busy = Busy(jobs)
    jobs.submit(ask(1))
    until(qtbot, lambda: busy.more == 0 and all(job.state.ended for job in jobs.jobs))
    assert {job.state for job in jobs.jobs} == {State.CANCELLED}


def test_a_receiver_that_is_gone(qtbot: QtBot, make: Make) -> None:
    engine = FakeEngine()
    jobs = make(engine)
    log, other = Log(jobs), Log(jobs)
    jobs.submit(ask(1))
    until(qtbot, lambda: bool(engine.seeds))
    log.deleteLater()
    del log
    engine.open()
    until(qtbot, lambda: bool(other.ends))
