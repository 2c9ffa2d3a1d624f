"""Loaded graphs, kept while they fit a memory budget; the one that was used longest ago goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

import psutil

from inference.manifest import Part
from inference.runtime import CPU, Runtime, Session

BUDGET_SHARE = 0.6
"""Share of the memory that is free at the start which loaded graphs may take."""


class ModelStore:
    """Sessions by graph file.

    Args:
        runtime: makes the sessions.
        budget: bytes of weights kept loaded; None for a share of the free memory. The graph in use always stays.
    """

    def __init__(self, runtime: Runtime, budget: int | None = None) -> None:
        self.runtime = runtime
        self.budget = budget if budget is not None else int(psutil.virtual_memory().available * BUDGET_SHARE)
        self._sessions: OrderedDict[Path, tuple[Session, int]] = OrderedDict()

    def session(self, part: Part) -> Session:
        """The part's session, loaded when it is not."""
        if part.path in self._sessions:
            self._sessions.move_to_end(part.path)
            return self._sessions[part.path][0]
        size = part.loaded_bytes(cpu=self.runtime.wanted == [CPU])
        self._make_room(size)
        session = self.runtime.load(part.path)
        self._sessions[part.path] = (session, size)
        return session

    def loaded(self) -> list[Path]:
        """The graphs that are loaded, the one used longest ago first."""
        return list(self._sessions)

    @property
    def bytes(self) -> int:
        """Memory for the weights that are loaded."""
        return sum(size for _, size in self._sessions.values())

    def drop(self, paths: Iterable[Path]) -> None:
        """Close the sessions of graphs that are no longer what they were."""
        for path in paths:
            if path in self._sessions:
                self._sessions.pop(path)[0].close()

    def drop_all(self) -> None:
        """Close every session."""
        while self._sessions:
            self._drop_oldest()

    def _make_room(self, size: int) -> None:
        while self._sessions and self.bytes + size > self.budget:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        _, (session, _) = self._sessions.popitem(last=False)
        session.close()
