"""The queue of jobs and the one thread that works on them.

The queue belongs to the GUI thread: jobs are handed to the worker one at a time, so that waiting ones can be moved,
replaced and dropped without a lock. All signals reach methods of QObjects in the GUI thread.
"""

from __future__ import annotations

import enum
import itertools
import logging
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace

import numpy as np
import psutil
from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QTimer, Signal

from desktop_app.estimates import Measured
from desktop_app.worker import Assignment, Worker
from inference.api import Device, Engine, Generate, Inpaint, Picture, Request, Series, Step, Vary
from inference.errors import Cancelled, GouacheError
from inference.geometry import Size

log = logging.getLogger(__name__)

NAG_MS = 100
"""How often a running job is told to stop until it has: an engine may clear its flag as it begins."""
GAUGE_MS = 50
"""How often the memory of the process is looked at while a job runs; a look takes 10 microseconds."""
LARGE = 16
"""How many times larger than what a model sees a picture is whose own copies say more of the memory than the model."""
KEPT_BYTES = 512 << 20
"""Pictures held by the requests of jobs that have ended; the oldest are forgotten beyond that."""
KEPT_JOBS = 200

_stuck: list[QThread | Worker] = []
"""Threads that did not stop in time: kept, for Qt ends the process when a running thread is destroyed."""


class State(enum.Enum):
    """Of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """True when nothing more will come."""
        return self not in {State.WAITING, State.RUNNING}


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """A job as it stands at this moment.

    Attributes:
        placement: whatever the window needs to put the pictures back; never looked at.
        place: a newer job for the same place takes this one's turn while it waits; None: no place.
        stopping: it runs and was told to stop.
        index: steps done.
        count: steps in all; before the first, those of the last job like it, or 0.
        seconds_per_step: measured, in this job or the last one like it; None when there is nothing to go by.
        pictures: how many have come.
        notices: what the user should know that did not stop it.
        error: why it failed.
    """

    id: int
    request: Request
    placement: object = None
    place: Hashable = None
    state: State = State.WAITING
    stopping: bool = False
    index: int = 0
    count: int = 0
    seconds_per_step: float | None = None
    pictures: int = 0
    notices: tuple[str, ...] = ()
    error: GouacheError | None = None

    @property
    def rate(self) -> float | None:
        """Steps a second."""
        return 1 / self.seconds_per_step if self.seconds_per_step else None

    @property
    def seconds_left(self) -> float | None:
        """Until its last step, when that can be said."""
        if self.seconds_per_step is None or self.count == 0 or self.state.ended:
            return None
        return max(0, self.count - self.index) * self.seconds_per_step


@dataclass(eq=False)
class _Queue:
    """Jobs by number, and the numbers of those that wait, in order."""

    jobs: dict[int, Job] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)


class Gauge(QObject):
    """How far the memory of this process rises above what it was when a job began.

    Args:
        resident: bytes of this process that are in memory now; None asks the system.
    """

    def __init__(self, parent: QObject | None = None, *, resident: Callable[[], int] | None = None) -> None:
        super().__init__(parent)
        process = psutil.Process()
        self._resident = resident or (lambda: process.memory_info().rss)
        self._start = self._peak = 0
        self._timer = QTimer(self, interval=GAUGE_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """A job begins."""
        self._start = self._peak = self._resident()
        self._timer.start()

    def look(self) -> None:
        """Take a sample."""
        self._peak = max(self._peak, self._resident())

    def end(self) -> None:
        """The job has ended."""
        self._timer.stop()

    @property
    def rise(self) -> int:
        """Bytes, of the last job."""
        return self._peak - self._start


class Jobs(QObject):
    """The queue. Everything is called in the GUI thread; every signal is emitted there.

    Args:
        make_engine: makes the engine, in the inference thread, when the first job comes; a failure is that job's
            error, and the next job tries again.
        clock: seconds, for measuring speed.

    Signals (the first argument is always the job's number):
        changed: anything about one job; ``job(id)`` has its new state.
        queue_changed: jobs were added, moved or ended (no argument).
        stepped: a ``Step``, with previews as arrays. Steps are skipped when they come faster than they are taken.
        picture_made: a ``Picture``. None is ever skipped.
        noticed: a notice's text.
        ended: the job is done, failed or cancelled: once for each job.

    And two that are not a job's:
        device_changed: a ``Device``: what the models run on, as the engine last said.
        measured: a ``Measured``: what a job took that came to its end, for ``estimates.Speeds``.
    """

    changed = Signal(int)
    queue_changed = Signal()
    stepped = Signal(int, object)
    picture_made = Signal(int, object)
    noticed = Signal(int, str)
    ended = Signal(int)
    device_changed = Signal(object)
    measured = Signal(object)

    _assigned = Signal(object)
    _closing = Signal()

    def __init__(
        self,
        make_engine: Callable[[], Engine],
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._queue = _Queue()
        self._assignment: Assignment | None = None
        self._speeds: dict[Hashable, tuple[float, int]] = {}
        self._closed = False
        self._device: Device | None = None
        self._gauge = Gauge(self)
        self._nag = QTimer(self, interval=NAG_MS)
        self._nag.timeout.connect(self._tell_to_stop)

        self._thread = QThread()
        self._thread.setObjectName("gouache-inference")
        self._worker = Worker(make_engine, clock)
        self._worker.moveToThread(self._thread)
        queued = Qt.ConnectionType.QueuedConnection
        self._thread.started.connect(self._worker.begin)
        self._assigned.connect(self._worker.run, queued)
        self._closing.connect(self._worker.end, queued)
        self._worker.progressed.connect(self._take_progress, queued)
        self._worker.pictured.connect(self._take_picture, queued)
        self._worker.noticed.connect(self._take_notice, queued)
        self._worker.device_told.connect(self._take_device, queued)
        self._worker.measured.connect(self._take_measured, queued)
        self._worker.ended.connect(self._take_end, queued)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)
        self._thread.start(QThread.Priority.LowPriority)

    # What there is

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Those that ended (oldest first), the running one, the waiting ones in their order."""
        jobs = self._queue.jobs
        waiting = set(self._queue.waiting)
        return (*(job for job in jobs.values() if job.id not in waiting), *self.waiting)

    @property
    def waiting(self) -> tuple[Job, ...]:
        """Next first."""
        return tuple(self._queue.jobs[number] for number in self._queue.waiting)

    @property
    def running(self) -> Job | None:
        """The one that the engine works on."""
        return self._queue.jobs[self._assignment.job] if self._assignment else None

    @property
    def device(self) -> Device | None:
        """What the models run on, as the engine last said; None before the first job."""
        return self._device

    def job(self, number: int) -> Job | None:
        """None when it was forgotten."""
        return self._queue.jobs.get(number)

    # What can be done

    def submit(self, request: Request, placement: object = None, *, place: Hashable = None) -> int:
        """Put a job at the end of the queue, or in the turn of one that waits for the same ``place``.

        Returns:
            The job's number. Signals about it come later, never from within this call, but for ``queue_changed``.
        """
        number = next(self._numbers)
        speed, count = self._speeds.get(_kind(request), (None, 0))
        job = Job(id=number, request=request, placement=placement, place=place, seconds_per_step=speed, count=count)
        self._queue.jobs[number] = job
        older = next((each.id for each in self.waiting if place is not None and each.place == place), None)
        if self._closed:
            self._end(number, State.CANCELLED)
        elif older is None:
            self._queue.waiting.append(number)
        else:
            self._queue.waiting[self._queue.waiting.index(older)] = number
            self._end(older, State.CANCELLED)
        self.queue_changed.emit()
        QTimer.singleShot(0, self, self._next)
        return number

    def cancel(self, number: int) -> None:
        """Drop a waiting job, stop a running one; nothing when it has ended."""
        job = self.job(number)
        if job is None or job.state.ended or job.stopping:
            return
        if job.state is State.WAITING:
            self._queue.waiting.remove(number)
            self._end(number, State.CANCELLED)
            self.queue_changed.emit()
            return
        assert self._assignment is not None
        self._assignment.stop.set()
        self._change(number, stopping=True)
        self._tell_to_stop()
        self._nag.start()

    def clear_waiting(self) -> None:
        """Drop all that waits; the running job goes on."""
        dropped, self._queue.waiting = self._queue.waiting, []
        for number in dropped:
            self._end(number, State.CANCELLED)
        if dropped:
            self.queue_changed.emit()

    def cancel_all(self) -> None:
        """Drop all that waits and stop what runs."""
        self.clear_waiting()
        if self._assignment is not None:
            self.cancel(self._assignment.job)

    def move(self, number: int, to: int) -> None:
        """Give a waiting job another turn; 0 is the next. Nothing when it does not wait."""
        waiting = self._queue.waiting
        if number not in waiting:
            return
        waiting.remove(number)
        waiting.insert(max(0, to), number)
        self.queue_changed.emit()

    def forget(self, number: int) -> None:
        """Let go of a job that has ended, and of its request's pictures."""
        job = self.job(number)
        if job is not None and job.state.ended:
            del self._queue.jobs[number]
            self.queue_changed.emit()

    def close(self, seconds: float = 10) -> bool:
        """Drop all jobs, stop the running one, close the engine in its thread and wait for the thread.

        Returns False when the thread did not stop in time; it is then left alone until the process ends.
        No signal is emitted after this but those of the jobs dropped here.
        """
        if self._closed:
            return not self._thread.isRunning()
        self._closed = True
        self.cancel_all()
        self._nag.stop()
        self._gauge.end()
        self._closing.emit()
        end = time.monotonic() + seconds
        while not self._thread.wait(NAG_MS):
            self._tell_to_stop()
            if time.monotonic() >= end:
                log.error("the inference thread did not stop within %g s", seconds)
                _stuck.extend((self._thread, self._worker))
                break
        if self._assignment is not None:
            number, self._assignment = self._assignment.job, None
            self._end(number, State.CANCELLED)
            self.queue_changed.emit()
        return not self._thread.isRunning()

    # What the worker says

    def _take_progress(self, number: int) -> None:
        progress = self._worker.newest.take()
        if progress is None or not self._listening(number):
            return
        step: Step = progress.step
        speed = progress.seconds_per_step
        if speed is None:
            self._change(number, index=step.index, count=step.count)
        else:
            self._speeds[_kind(self._queue.jobs[number].request)] = speed, step.count
            self._change(number, index=step.index, count=step.count, seconds_per_step=speed)
        self.stepped.emit(number, step)

    def _take_picture(self, number: int, picture: Picture) -> None:
        if self._listening(number):
            self._change(number, pictures=self._queue.jobs[number].pictures + 1)
            self.picture_made.emit(number, picture)

    def _take_notice(self, number: int, message: str) -> None:
        if self._listening(number):
            self._change(number, notices=(*self._queue.jobs[number].notices, message))
            self.noticed.emit(number, message)

    def _take_device(self, device: Device) -> None:
        self._device = device
        self.device_changed.emit(device)

    def _take_measured(self, number: int, measured: Measured) -> None:
        if self._listening(number):
            self._gauge.look()
            picture = getattr(self._queue.jobs[number].request, "image", None)
            large = picture is not None and picture.shape[0] * picture.shape[1] > LARGE * measured.size.area
            self.measured.emit(replace(measured, memory=None if large else self._gauge.rise))

    def _take_end(self, number: int, error: GouacheError | None) -> None:
        if self._assignment is None or self._assignment.job != number:
            return
        cancelled = isinstance(error, Cancelled) or self._queue.jobs[number].stopping
        self._assignment = None
        self._nag.stop()
        self._gauge.end()
        if cancelled:
            self._end(number, State.CANCELLED)
        elif error is not None:
            log.warning("job %d failed: %s %s", number, error, error.detail)
            self._end(number, State.FAILED, error)
        else:
            self._end(number, State.DONE)
        self.queue_changed.emit()
        self._next()

    def _listening(self, number: int) -> bool:
        """False for what was sent before somebody cancelled."""
        return self._assignment is not None and self._assignment.job == number and not self._assignment.stop.is_set()

    # Turns

    def _next(self) -> None:
        if self._assignment is not None or self._closed or not self._queue.waiting:
            return
        number = self._queue.waiting.pop(0)
        self._assignment = Assignment(number, self._queue.jobs[number].request)
        self._gauge.begin()
        self._change(number, state=State.RUNNING)
        self.queue_changed.emit()
        if self._assignment is not None:
            self._assigned.emit(self._assignment)

    def _tell_to_stop(self) -> None:
        engine = self._worker.engine
        if engine is not None:
            engine.cancel()

    def _change(self, number: int, **what: object) -> None:
        self._queue.jobs[number] = replace(self._queue.jobs[number], **what)  # pyright: ignore[reportArgumentType]
        self.changed.emit(number)

    def _end(self, number: int, state: State, error: GouacheError | None = None) -> None:
        job = self._queue.jobs.pop(number)
        self._queue.jobs[number] = replace(job, state=state, error=error, stopping=False)  # the ended come in order
        self.changed.emit(number)
        self.ended.emit(number)
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        ended = [job for job in self._queue.jobs.values() if job.state.ended]
        held = sum(_weight(job.request) for job in ended)
        while len(ended) > 1 and (held > KEPT_BYTES or len(ended) > KEPT_JOBS):
            oldest = ended.pop(0)
            held -= _weight(oldest.request)
            del self._queue.jobs[oldest.id]


def _kind(request: Request) -> Hashable:
    """Jobs of one kind run at about one speed."""
    return type(request), request.model, _size(request), request.count, request.steps, request.scheduler


def _size(request: Request) -> Size | None:
    match request:
        case Generate():
            return request.size
        case Series():
            return _size(request.requests[0])
        case Inpaint() | Vary():
            height, width = request.image.shape[:2]
            return Size(width, height)
    return None


def _weight(request: Request) -> int:
    """Bytes of its arrays."""
    return sum(value.nbytes for value in vars(request).values() if isinstance(value, np.ndarray))
