"""A flag that one thread sets and that wakes whoever waits for a call to end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from inference.errors import Cancelled


class Cancel:
    """Set from any thread; checked, and waited on, in the worker's."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal handler may set it while its own thread holds it
        self._set = False
        self._waiting: set[threading.Event] = set()

    def set(self) -> None:
        """Ask for a stop."""
        with self._lock:
            self._set = True
            for event in self._waiting:
                event.set()

    def clear(self) -> None:
        """Before new work."""
        with self._lock:
            self._set = False

    def is_set(self) -> bool:
        """True once a stop was asked for."""
        return self._set

    def check(self) -> None:
        """Raise Cancelled when a stop was asked for."""
        if self._set:
            raise Cancelled

    @contextmanager
    def wakes(self, future: Future[Any]) -> Iterator[threading.Event]:
        """An event that is set when ``future`` is done or a stop is asked for."""
        event = threading.Event()
        with self._lock:
            self._waiting.add(event)
            if self._set:
                event.set()
        future.add_done_callback(lambda _: event.set())
        try:
            yield event
        finally:
            with self._lock:
                self._waiting.discard(event)


_listening: ContextVar[Cancel | None] = ContextVar("listening", default=None)


@contextmanager
def stopped_by(cancel: Cancel) -> Iterator[None]:
    """What runs inside, in this thread, and asks with ``heard`` stops once ``cancel`` is set: pure functions need not
    hand it on to each other."""
    before = _listening.set(cancel)
    try:
        yield
    finally:
        _listening.reset(before)


def heard() -> None:
    """Raise Cancelled when whoever called this thread's work asked for a stop."""
    cancel = _listening.get()
    if cancel is not None:
        cancel.check()
