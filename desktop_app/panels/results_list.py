"""The rows of the results strip: every result and every picture still to come, run after run, as a Qt model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QDateTime,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from desktop_app.panels.wording import mode_title, title
from desktop_app.results import Result, Run

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True)
class Slot:
    """One place in the strip.

    Attributes:
        run: as it stands at this moment.
        result: None for a picture that is still to come.
        ordinal: its place in the run, from 0.
        count: places of the run.
        first: of the pictures still to come.
    """

    run: Run
    result: Result | None
    ordinal: int
    count: int
    first: bool = False


class ResultList(QAbstractListModel):
    """Changes row by row, so that what is chosen stays chosen. ``slot`` gives what a row stands for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._slots: list[Slot] = []
        self._progress: dict[int, tuple[int, int]] = {}

    # Reading

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 (Qt names it so)
        return 0 if parent.isValid() else len(self._slots)

    def flags(self, index: Index) -> Qt.ItemFlag:
        slot = self.slot(index)
        if slot is None:
            return Qt.ItemFlag.NoItemFlags
        chosen = Qt.ItemFlag.ItemIsSelectable if slot.result is not None else Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren | chosen

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        slot = self.slot(index)
        if slot is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(slot)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._explained(slot)
        return None

    def slot(self, index: Index) -> Slot | None:
        """None when there is no such row."""
        return self._slots[index.row()] if 0 <= index.row() < len(self._slots) else None

    def index_of(self, result: Result | None) -> QModelIndex:
        """Invalid when it is not there."""
        rows = (row for row, slot in enumerate(self._slots) if result is not None and slot.result is result)
        return self.index(next(rows, -1))

    @property
    def results(self) -> list[Result]:
        """All of them, the oldest first."""
        return [slot.result for slot in self._slots if slot.result is not None]

    def progress(self, job: int | None) -> tuple[int, int] | None:
        """Steps done and steps in all; None while the job waits."""
        return None if job is None else self._progress.get(job)

    # Changing

    def set_runs(self, runs: Sequence[Run]) -> list[int]:
        """Show these. Returns the rows that are new or hold what is new."""
        wanted = [slot for run in runs for slot in _slots(run)]
        arrived = self._fill_placeholders(wanted)
        self._remove_gone({_key(slot) for slot in wanted})
        arrived |= self._insert_new(wanted)
        self._slots = wanted
        if wanted:
            self.dataChanged.emit(self.index(0), self.index(len(wanted) - 1))
        open_jobs = {run.job for run in runs if run.open}
        self._progress = {job: done for job, done in self._progress.items() if job in open_jobs}
        return [row for row, slot in enumerate(wanted) if _key(slot) in arrived]

    def set_progress(self, job: int, index: int, count: int) -> None:
        """A job has done ``index`` of ``count`` steps."""
        rows = [row for row, slot in enumerate(self._slots) if slot.run.job == job and slot.result is None]
        if rows:
            self._progress[job] = index, count
            self.dataChanged.emit(self.index(rows[0]), self.index(rows[-1]))

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._slots, self._progress = [], {}
        self.endResetModel()

    def retranslate(self) -> None:
        """The words of all rows may be others now."""
        if self._slots:
            self.dataChanged.emit(self.index(0), self.index(len(self._slots) - 1))

    def _fill_placeholders(self, wanted: list[Slot]) -> set[object]:
        """New pictures take the rows of those that were to come: nothing moves for them."""
        known = {slot.result for slot in self._slots}
        places: dict[str, list[int]] = {}
        for row, slot in enumerate(self._slots):
            if slot.result is None:
                places.setdefault(slot.run.id, []).append(row)
        filled: set[object] = set()
        for slot in wanted:
            free = places.get(slot.run.id)
            if slot.result is not None and slot.result not in known and free:
                self._slots[free.pop(0)] = slot
                filled.add(_key(slot))
        return filled

    def _remove_gone(self, wanted: set[object]) -> None:
        for row in range(len(self._slots) - 1, -1, -1):
            if _key(self._slots[row]) not in wanted:
                self.beginRemoveRows(_ROOT, row, row)
                del self._slots[row]
                self.endRemoveRows()

    def _insert_new(self, wanted: list[Slot]) -> set[object]:
        """The order of those that stay is the same."""
        new: set[object] = set()
        row = 0
        while row < len(wanted):
            if row < len(self._slots) and _key(self._slots[row]) == _key(wanted[row]):
                row += 1
                continue
            known = _key(self._slots[row]) if row < len(self._slots) else None
            end = row
            while end < len(wanted) and _key(wanted[end]) != known:
                end += 1
            self.beginInsertRows(_ROOT, row, end - 1)
            self._slots[row:row] = wanted[row:end]
            self.endInsertRows()
            new |= {_key(slot) for slot in wanted[row:end]}
            row = end
        return new

    # Words

    def _spoken(self, slot: Slot) -> str:
        words = [title(slot.run.title, slot.run.mode)]
        place = QCoreApplication.translate("ResultsStrip", "picture {number} of {count}")
        words.append(place.format(number=slot.ordinal + 1, count=slot.count))
        if slot.result is None:
            words.append(QCoreApplication.translate("ResultsStrip", "still to come"))
        elif slot.result.applied:
            words.append(QCoreApplication.translate("ResultsStrip", "applied"))
        return ", ".join(words)

    def _explained(self, slot: Slot) -> str:
        lines = [title(slot.run.title, slot.run.mode)[:400], f"{mode_title(slot.run.mode)} · {when(slot.run)}"]
        if slot.result is None:
            lines.append(QCoreApplication.translate("ResultsStrip", "Still to come. Del cancels it."))
        else:
            width, height = slot.result.size
            seed = QCoreApplication.translate("ResultsStrip", "Seed {seed}").format(seed=slot.result.seed)
            lines.append(f"{seed} · {width}x{height}")
            lines.append(QCoreApplication.translate("ResultsStrip", "Enter or double click applies it."))
        return "\n".join(lines)


def when(run: Run) -> str:
    """The time of day at which it was asked for, with the date when it was not today."""
    asked = QDateTime.fromSecsSinceEpoch(int(run.time))
    short = QLocale.FormatType.ShortFormat
    if asked.date() == QDateTime.currentDateTime().date():
        return QLocale().toString(asked.time(), short)
    return QLocale().toString(asked, short)


def _slots(run: Run) -> list[Slot]:
    count = len(run.results) + run.missing
    places: list[Result | None] = [*run.results, *([None] * run.missing)]
    return [Slot(run, result, at, count, at == len(run.results)) for at, result in enumerate(places)]


def _key(slot: Slot) -> object:
    """What makes a row the same row. Pictures to come are counted from the run's end: the first ones come first."""
    return slot.result if slot.result is not None else (slot.run.id, slot.count - slot.ordinal)
