"""Stopping a run at once and never in the wrong moment: by a signal, or by a file that a window writes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

STOP_FILE = "stop"
"""A run whose folder holds a file of this name saves and leaves after the step that it is in."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """Somebody asked the run to stop. Like KeyboardInterrupt, it is nothing that library code may swallow."""


class _Shield:
    """Whether a stop must wait, and whether one waits. Signals arrive in the main thread only."""

    depth = 0
    waiting = False


def _on_signal(number: int, frame: FrameType | None) -> None:
    if _Shield.depth:
        _Shield.waiting = True
        return
    raise Stopped


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn Ctrl+C and SIGTERM into ``Stopped``, raised between two instructions but never inside ``shielded()``.

    A long call into torch (a backward pass) is finished first.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _on_signal) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _Shield.waiting = False


@contextmanager
def shielded() -> Iterator[None]:
    """What is done inside is done whole; a stop that came meanwhile is raised at the end."""
    _Shield.depth += 1
    try:
        yield
    finally:
        _Shield.depth -= 1
        if _Shield.waiting and not _Shield.depth:
            _Shield.waiting = False
            raise Stopped


def asked_to_stop(folder: Path) -> bool:
    """True when the stop file lies in ``folder``; it is taken away, so that the next start goes on."""
    file = folder / STOP_FILE
    if not file.exists():
        return False
    file.unlink(missing_ok=True)
    return True


def ask_to_stop(folder: Path) -> None:
    """Let the run in ``folder`` save and leave, from any process."""
    (folder / STOP_FILE).touch()
