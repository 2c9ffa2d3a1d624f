"""Thumbnails of results, made in a thread when they come into sight, the one asked for last before the others."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from desktop_app.pictures import to_image
from desktop_app.results import Result

log = logging.getLogger(__name__)

KEPT = 256
"""Thumbnails that are remembered: some five screens of them."""
ASKED = 64
"""Thumbnails that may wait to be made; one that is dropped is asked for again when it is painted again."""


class Thumbnails(QObject):
    """Belongs to the GUI thread.

    Args:
        side: of the square that they fit into, in pixels of the screen.

    Signals:
        ready: a ``Result`` has its thumbnail.

    Attributes:
        made: how many were made so far.
    """

    ready = Signal(object)
    _finished = Signal(object, object)

    def __init__(self, side: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.side = side
        self.made = 0
        self._known: OrderedDict[Result, QImage] = OrderedDict()
        self._lock = threading.Lock()
        self._asked: deque[Result] = deque(maxlen=ASKED)
        self._under_way: set[Result] = set()
        self._working = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="gouache-thumbnails")
        self._finished.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def get(self, result: Result) -> QImage | None:
        """It, empty when it cannot be made; or None, and ``ready`` will tell of it."""
        image = self._known.get(result)
        if image is not None:
            self._known.move_to_end(result)
            return image
        with self._lock:
            if result in self._under_way:
                return None
            if result not in self._asked:
                self._asked.append(result)
            start, self._working = not self._working, True
        if start:
            self._pool.submit(self._work)
        return None

    def clear(self) -> None:
        """Forget all of them, and what was asked for."""
        with self._lock:
            self._asked.clear()
        self._known.clear()

    def _next(self) -> Result | None:
        with self._lock:
            if not self._asked:
                self._working = False
                return None
            result = self._asked.pop()
            self._under_way.add(result)
            return result

    def _work(self) -> None:
        """In the thread: until nobody asks for more."""
        while (result := self._next()) is not None:
            try:
                image = to_image(result.thumbnail(self.side))
            except (OSError, ValueError, SyntaxError, MemoryError):
                log.exception("a result has no thumbnail")
                image = QImage()
            try:
                self._finished.emit(result, image)
            except RuntimeError:  # the strip is gone
                return

    def _take(self, result: Result, image: QImage) -> None:
        self.made += 1
        with self._lock:
            self._under_way.discard(result)
        self._known[result] = image
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        self.ready.emit(result)
