"""What runs in the inference thread: it iterates the engine and sends what comes out, as values.

Nothing here touches a widget. The window talks to ``desktop_app.jobs``, which owns the thread.
"""

from __future__ import annotations

import logging
import os
import statistics
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QThread, Signal

from desktop_app.estimates import Measured
from inference.api import Device, Engine, Event, Notice, Picture, Request, Step
from inference.errors import Cancelled, EngineFailed, GouacheError, OutOfMemory
from inference.geometry import Size
from inference.recipe import Recipe

log = logging.getLogger(__name__)

NICENESS = 10
"""Of the worker and the threads that the runtime starts in it; Linux alone ignores Qt's thread priorities."""
SWITCH = 0.001
"""Seconds after which Python may go over to the GUI: a fifth of the usual. Beside a worker that computes in Python,
on two busy cores, the 99th percentile of the GUI's gaps was 16-31 ms with it and 23-87 without, in eight runs."""
MEASURED = 16
"""Steps over which the speed is averaged."""


@dataclass(frozen=True, eq=False)
class Assignment:
    """A job on its way to the worker; ``stop`` is set by whoever cancels it."""

    job: int
    request: Request
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, eq=False)
class Progress:
    """A step and the measured seconds for each of the last ones (None until two steps are done)."""

    step: Step
    seconds_per_step: float | None


class Pace:
    """Measures speed from the moments at which steps end. The first step, which loads models, does not count."""

    def __init__(self) -> None:
        self._marks: deque[tuple[int, float]] = deque(maxlen=MEASURED + 1)

    def mark(self, index: int, now: float) -> float | None:
        """Step ``index`` is done at ``now`` seconds. Returns the seconds for each step."""
        self._marks.append((index, now))
        (first, start), (last, end) = self._marks[0], self._marks[-1]
        return (end - start) / (last - first) if last > first else None


@dataclass(eq=False)
class Stopwatch:
    """What one job takes, from the moments at which its events come."""

    pace: Pace = field(default_factory=Pace)
    seconds_per_step: float | None = None
    pictures: list[float] = field(default_factory=list)
    recipe: Recipe | None = None
    loaded: bool = False
    """Models were loaded in this job."""
    _last: float | None = None

    def step(self, index: int, now: float) -> float | None:
        """Returns the seconds for each step so far."""
        self._last = now
        self.seconds_per_step = self.pace.mark(index, now)
        return self.seconds_per_step

    def picture(self, recipe: Recipe, now: float) -> None:
        """A picture came."""
        self.recipe = recipe
        if self._last is not None:
            self.pictures.append(now - self._last)
            self._last = now

    def measured(self, request: Request, device: Device | None) -> Measured | None:
        """None when the job asked no model, or nobody said what it ran on."""
        if self.recipe is None or not self.pictures or device is None:
            return None
        clean = self.pictures[1:] if self.loaded else self.pictures  # the first one waited for the decoder
        return Measured(
            model=request.model,
            device=device.title,
            size=Size(self.recipe.width, self.recipe.height),
            guidance=self.recipe.guidance,
            count=request.count,
            seconds_per_step=self.seconds_per_step,
            seconds_per_picture=statistics.median_low(clean) if clean else None,
            loaded=self.loaded,
        )


class Newest:
    """One place for a value between two threads: a newer one replaces an older one that was not yet taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: Progress | None = None

    def put(self, value: Progress) -> bool:
        """Returns True when the place was empty, so that the taker has to be told."""
        with self._lock:
            empty, self._value = self._value is None, value
            return empty

    def take(self) -> Progress | None:
        """Empty the place."""
        with self._lock:
            value, self._value = self._value, None
            return value


class Worker(QObject):
    """Lives in the inference thread. Its slots run there; its signals carry the job's number.

    Args:
        make_engine: called in the inference thread when the first job comes, and again after it has failed.
        clock: seconds.
    """

    progressed = Signal(int)
    """A ``Progress`` lies in ``newest``: slow windows skip previews instead of falling behind."""
    pictured = Signal(int, object)
    noticed = Signal(int, str)
    device_told = Signal(object)
    """A ``Device``: it is the engine's, not a job's."""
    measured = Signal(int, object)
    """A ``Measured`` of a job that came to its end."""
    ended = Signal(int, object)
    """With None, Cancelled, or the GouacheError that stopped it."""

    def __init__(self, make_engine: Callable[[], Engine], clock: Callable[[], float]) -> None:
        super().__init__()
        self._make_engine = make_engine
        self._clock = clock
        self.engine: Engine | None = None
        """Set and cleared by the worker; others may only ``cancel`` it."""
        self.newest = Newest()
        self._device: Device | None = None

    def begin(self) -> None:
        """Step back behind the GUI, with all threads that start from here."""
        sys.setswitchinterval(SWITCH)
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)

    def run(self, assignment: Assignment) -> None:
        """Do a job; whatever happens in it, the thread stays usable."""
        error: GouacheError | None
        self.newest.take()
        try:
            self._iterate(assignment)
            error = None
        except GouacheError as raised:
            log.debug("job %d", assignment.job, exc_info=True)
            error = raised
        except MemoryError as raised:
            error = OutOfMemory("There is not enough memory.", hint="Try a smaller size.", detail=repr(raised))
        except Exception as raised:  # noqa: BLE001 (the worker's edge: it would be lost with the thread)
            error = EngineFailed(
                f"The engine failed: {raised or type(raised).__name__}.",
                hint="Try again; if it fails again, copy the details and restart Gouache.",
                detail=traceback.format_exc(),
            )
        if assignment.stop.is_set():
            error = Cancelled()
        self.ended.emit(assignment.job, error and _light(error))

    def end(self) -> None:
        """Close the engine in its own thread and leave the thread."""
        engine, self.engine = self.engine, None
        try:
            if engine is not None:
                engine.close()
        except Exception:  # nothing can be done about it any more
            log.exception("the engine could not be closed")
        finally:
            QThread.currentThread().quit()

    def _iterate(self, assignment: Assignment) -> None:
        stop, watch = assignment.stop, Stopwatch()
        if stop.is_set():
            return
        if self.engine is None:
            self.engine = self._make_engine()
        if stop.is_set():
            return
        events = self.engine.run(assignment.request)
        try:
            for event in events:
                if isinstance(event, Device):  # said once: it is passed on even when the job is to stop
                    watch.loaded = watch.loaded or self._device is None or event.weights != self._device.weights
                    self._device = event
                    self.device_told.emit(event)
                if stop.is_set():
                    return
                self._send(assignment.job, event, watch)
        finally:
            events.close()
        measured = watch.measured(assignment.request, self._device)
        if measured is not None:
            self.measured.emit(assignment.job, measured)

    def _send(self, job: int, event: Event, watch: Stopwatch) -> None:
        match event:
            case Step():
                if self.newest.put(Progress(event, watch.step(event.index, self._clock()))):
                    self.progressed.emit(job)
            case Picture():
                watch.picture(event.recipe, self._clock())
                self.pictured.emit(job, event)
            case Notice():
                self.noticed.emit(job, event.message)
            case Device():
                pass


def _light(error: GouacheError) -> GouacheError:
    """Without the frames it came through, which hold on to arrays."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
