"""Work that would make the window wait: opening, saving, planning. It runs in threads; its end is told in the GUI's."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from inference.errors import EngineFailed, GouacheError

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class _Task:
    done: Callable[[Any], None]
    failed: Callable[[GouacheError], None]
    key: str | None
    future: Future[None]


class Background(QObject):
    """Runs functions on values in threads. Called in the GUI thread; ``done`` and ``failed`` are called there.

    Signals:
        idle: nothing is under way any more.
    """

    idle = Signal()
    _ended = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._tasks: dict[int, _Task] = {}
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="gouache-beside")
        self._ended.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """True while the end of something is still to be told."""
        return bool(self._tasks)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[GouacheError], None],
        *,
        key: str | None = None,
    ) -> None:
        """Run ``work`` in a thread, then ``done`` with what it gives, or ``failed`` with why it could not.

        Args:
            key: a newer task of the same key makes the end of this one unheard.
        """
        if key is not None:
            self.forget(key)
        number = next(self._numbers)
        # Its end is queued, so it cannot be told before it is known here.
        self._tasks[number] = _Task(done, failed, key, self._pool.submit(self._work, number, work))

    def forget(self, key: str) -> None:
        """The end of the tasks of this key is not heard any more."""
        for number, task in list(self._tasks.items()):
            if task.key == key:
                del self._tasks[number]
                task.future.cancel()

    def close(self, *, finish: bool = False) -> None:
        """Wait for what is under way; what it would have told is not heard any more.

        Args:
            finish: wait for what has not begun too, as where files are written; else it is dropped.
        """
        self._tasks.clear()
        self._pool.shutdown(wait=True, cancel_futures=not finish)

    def _work(self, number: int, work: Callable[[], object]) -> None:
        try:
            self._ended.emit(number, work(), None)
        except GouacheError as error:
            self._ended.emit(number, None, error)
        except Exception as error:  # the thread's edge: it would be lost in it
            log.exception("something in the background failed")
            words = str(error) or type(error).__name__
            failed = EngineFailed(f"Something went wrong: {words}.", hint="Try again.", detail=repr(error))
            self._ended.emit(number, None, failed)

    def _take(self, number: int, value: object, error: GouacheError | None) -> None:
        task = self._tasks.pop(number, None)
        if task is not None:
            if error is None:
                task.done(value)
            else:
                task.failed(error)
        if not self._tasks:
            self.idle.emit()
