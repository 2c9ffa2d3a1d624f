"""Loaded graphs, kept while they fit a memory budget; the one that was used longest ago goes first.

A graph whose weights LoRAs have changed is another one, for each set of LoRAs.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import psutil

from inference.errors import ModelRefused
from inference.manifest import Part
from inference.runtime import CPU, Change, Runtime, Session

log = logging.getLogger(__name__)

BUDGET_SHARE = 0.6
"""Share of the memory that is free at the start which loaded graphs may take."""


MOST_CHANGED = 3
"""Sets of LoRAs that are kept of one graph: who tries weights one after the other does not fill the memory."""


class _Open(NamedTuple):
    """A loaded graph.

    Attributes:
        size: memory of its weights.
        source, path: the file that was to be opened, and the one that was.
    """

    session: Session
    size: int
    source: Path
    path: Path


class ModelStore:
    """Sessions by graph file.

    Args:
        runtime: makes the sessions.
        budget: bytes of weights kept loaded; None for a share of the free memory. The graph in use always stays.
        chosen: says which graph is opened for a part that nothing changes; None for its own.
    """

    def __init__(
        self, runtime: Runtime, budget: int | None = None, chosen: Callable[[Part], Path] | None = None
    ) -> None:
        self.runtime = runtime
        self._chosen = chosen
        self.budget = budget if budget is not None else int(psutil.virtual_memory().available * BUDGET_SHARE)
        self._sessions: OrderedDict[tuple[Path, str], _Open] = OrderedDict()

    def session(self, part: Part, change: Change | None = None) -> Session:
        """The part's session, loaded when it is not; with other weights where there is a change."""
        name = (part.path, change.key if change else "")
        source = self._chosen(part) if self._chosen is not None and change is None else part.path
        if name in self._sessions and self._sessions[name].source != source:
            self._sessions.pop(name).session.close()
        if name in self._sessions:
            self._sessions.move_to_end(name)
            return self._sessions[name].session
        size = part.loaded_bytes(cpu=self.runtime.wanted == [CPU]) + (change.bytes if change else 0)
        self._forget_changed(part.path, MOST_CHANGED - 1 if change else MOST_CHANGED)
        self._make_room(size)
        self._sessions[name] = self._load(part, source, change, size)
        return self._sessions[name].session

    def _load(self, part: Part, source: Path, change: Change | None, size: int) -> _Open:
        try:
            return _Open(self.runtime.load(source, change), size, source, source)
        except ModelRefused:
            if source == part.path:
                raise
            log.warning("%s could not be opened; the model's own graph is used.", source)
            return _Open(self.runtime.load(part.path), size, source, part.path)

    def opened(self, part: Part) -> Path:
        """The graph that is open for a part that nothing changes; its own where none is."""
        found = self._sessions.get((part.path, ""))
        return found.path if found is not None else part.path

    def loaded(self) -> list[Path]:
        """The graphs that are loaded, the one used longest ago first."""
        return list(dict.fromkeys(path for path, _ in reversed(self._sessions)))[::-1]

    @property
    def bytes(self) -> int:
        """Memory for the weights that are loaded."""
        return sum(each.size for each in self._sessions.values())

    def drop(self, paths: Iterable[Path]) -> None:
        """Close the sessions of graphs that are no longer what they were."""
        gone = set(paths)
        for name in [name for name in self._sessions if name[0] in gone]:
            self._sessions.pop(name).session.close()

    def drop_all(self) -> None:
        """Close every session."""
        while self._sessions:
            self._drop_oldest()

    def _make_room(self, size: int) -> None:
        while self._sessions and self.bytes + size > self.budget:
            self._drop_oldest()

    def _forget_changed(self, path: Path, most: int) -> None:
        changed = [name for name in self._sessions if name[0] == path and name[1]]
        for name in changed[: max(0, len(changed) - most)]:
            self._sessions.pop(name).session.close()

    def _drop_oldest(self) -> None:
        _, oldest = self._sessions.popitem(last=False)
        oldest.session.close()
