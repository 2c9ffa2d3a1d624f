"""A variation board that is open: its cells, what is made of them, and the jobs that make the rest.

One run is in the queue at a time, so that whatever else is asked for comes next, not after a whole board.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from desktop_app.background import Background
from desktop_app.jobs import Jobs, State
from inference.alpha import Pixels
from inference.api import Picture, Step
from inference.axes import Axis
from inference.board import Board, Cell, Run, runs
from inference.board_files import BoardFolder, Made, Saved, whole
from inference.board_scores import References

READ_AT_ONCE = 16
"""Cells that are read between two tellings of them."""


class CellState(enum.Enum):
    """Of one cell."""

    EMPTY = "empty"
    """Nobody has asked for it."""
    READING = "reading"
    WAITING = "waiting"
    RUNNING = "running"
    MADE = "made"


@dataclass(frozen=True)
class BoardPlacement:
    """Where a board's jobs belong: marks them as no document's."""

    board: BoardFolder


@dataclass(frozen=True)
class Progress:
    """How far a board is.

    Attributes:
        made: of ``count`` cells.
        seconds_left: of a board that is being filled, once it is known.
    """

    made: int
    count: int
    running: bool
    seconds_left: float | None


class OpenBoard(QObject):
    """Belongs to the GUI thread; files are read and written in one thread of its own, in order.

    Signals:
        changed: keys (a frozenset) of cells that look different.
        laid_out: there are other cells.
        progressed: more or fewer of them are made, or it was started or stopped.
        told: a sentence, once each time the board is filled.
        failed: a GouacheError.
    """

    changed = Signal(object)
    laid_out = Signal()
    progressed = Signal()
    told = Signal(str)
    failed = Signal(object)

    def __init__(self, folder: BoardFolder, saved: Saved, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.title = saved.title
        self._jobs = jobs
        self._disk = Background(self, threads=1)
        self._board = saved.board
        self._pinned = set(saved.pinned)
        self._references = saved.references
        self._made: dict[str, Made] = {}
        self._reading: set[str] = set()
        self._previews: dict[str, Pixels] = {}
        self._kept = folder.exists
        self._todo: list[Run] = []
        self._waiting: set[str] = set()
        """Keys of the cells of ``_todo``."""
        self._run: Run | None = None
        self._job: int | None = None
        self._began = 0.0
        self._done = 0
        self._said: set[str] = set()
        jobs.stepped.connect(self._step)
        jobs.picture_made.connect(self._picture)
        jobs.noticed.connect(self._notice)
        jobs.ended.connect(self._end)
        self._read()

    # What there is

    @property
    def board(self) -> Board:
        """As it is laid out."""
        return self._board

    @property
    def pinned(self) -> frozenset[str]:
        """Keys of the pinned cells, also of those that are not on the board now."""
        return frozenset(self._pinned)

    @property
    def pinned_cells(self) -> tuple[Cell, ...]:
        """Those on the board, row by row."""
        cells = {(cell.row, cell.column): cell for cell in self._board.cells if cell.key in self._pinned}
        return tuple(cells[place] for place in sorted(cells))

    @property
    def references(self) -> References | None:
        """What its pictures are measured against."""
        return self._references

    @property
    def running(self) -> bool:
        """True while it is being filled."""
        return self._job is not None

    @property
    def progress(self) -> Progress:
        """How far it is."""
        keys = {cell.key for cell in self._board.cells}
        left = len(self._waiting) + (len(self._run.cells) if self._run else 0)
        each = (time.monotonic() - self._began) / self._done if self._done else None
        seconds = each * left if self.running and each is not None else None
        return Progress(len(keys & self._made.keys()), len(keys), self.running, seconds)

    def state(self, cell: Cell) -> CellState:
        """Of a cell."""
        if cell.key in self._made:
            return CellState.MADE
        if cell.key in self._reading:
            return CellState.READING
        if self._run is not None and any(cell.key == each.key for each in self._run.cells):
            return CellState.RUNNING
        if cell.key in self._waiting:
            return CellState.WAITING
        return CellState.EMPTY

    def made(self, cell: Cell) -> Made | None:
        """Its picture and recipe; None while there is none."""
        return self._made.get(cell.key)

    def preview(self, cell: Cell) -> Pixels | None:
        """Of a cell that is being made: the last step's rough picture."""
        return self._previews.get(cell.key)

    # What can be done

    def set_axes(self, rows: Axis, columns: Axis, cells_of: Board | None = None) -> None:
        """Lay out other rows and columns. Cells that there are stay; what was still to come is dropped.

        Args:
            cells_of: a board of these axes whose keys are known already.

        Raises:
            BadRequest: when they do not go together.
        """
        board = cells_of or Board(self._board.base, rows, columns)
        _ = board.cells
        self.stop()
        self._board = board
        if self._kept:
            self._save()
        self.laid_out.emit()
        self.progressed.emit()
        self._read()

    def start(self) -> None:
        """Make all cells that are missing; nothing when it is under way or nothing is missing."""
        if self.running:
            return
        made = self._made.keys() | self._reading
        self._todo = runs(self._board.cells, made)
        self._waiting = {cell.key for run in self._todo for cell in run.cells}
        self._began, self._done = time.monotonic(), 0
        self._said.clear()
        self._save()
        self._next()
        self.changed.emit(frozenset(cell.key for cell in self._board.cells))
        self.progressed.emit()

    def stop(self) -> None:
        """Make no more; what is made stays."""
        waiting = self._drop_waiting()
        if self._job is not None:
            number, run = self._job, self._run
            self._job = self._run = None
            waiting |= {cell.key for cell in run.cells} if run else set()
            self._previews.clear()
            self._jobs.cancel(number)
        if waiting:
            self.changed.emit(frozenset(waiting))
            self.progressed.emit()

    def pin(self, cells: Iterable[Cell], pinned: bool) -> None:
        """Pin cells, or take their pins away."""
        keys = {cell.key for cell in cells}
        before = set(self._pinned)
        self._pinned = before | keys if pinned else before - keys
        if self._pinned != before:
            self._save()
            self.changed.emit(frozenset(keys))

    def measure_against(self, references: References | None) -> None:
        """Keep what its pictures are measured against (see ``Scoring``)."""
        if references != self._references:
            self._references = references
            if self._kept:
                self._save()

    def close(self) -> None:
        """Stop, and wait until all that is made is written."""
        self.stop()
        self._jobs.stepped.disconnect(self._step)
        self._jobs.picture_made.disconnect(self._picture)
        self._jobs.noticed.disconnect(self._notice)
        self._jobs.ended.disconnect(self._end)
        self._disk.close(finish=True)

    # Files

    def _save(self) -> None:
        self._kept = True
        pinned, references = frozenset(self._pinned), self._references
        saved = Saved(board=self._board, title=self.title, pinned=pinned, references=references)
        self._disk.run(lambda: self.folder.save(saved), lambda _: None, self.failed.emit)

    def _read(self) -> None:
        """Bring back the cells that are on disk, some at a time."""
        wanted = [cell.key for cell in self._board.cells if cell.key not in self._made]
        wanted = [key for key in dict.fromkeys(wanted) if self.folder.cell_path(key).is_file()]
        self._reading = set(wanted)
        for at in range(0, len(wanted), READ_AT_ONCE):
            part = wanted[at : at + READ_AT_ONCE]
            self._disk.run(lambda part=part: self._read_part(part), self._take_read, self.failed.emit)

    def _read_part(self, keys: list[str]) -> dict[str, Made | None]:
        return {key: self.folder.read(key) for key in keys}

    def _take_read(self, found: dict[str, Made | None]) -> None:
        self._reading -= found.keys()
        self._made |= {key: made for key, made in found.items() if made is not None}
        self.changed.emit(frozenset(found))
        self.progressed.emit()

    # Jobs

    def _next(self) -> None:
        self._run = self._job = None
        while self._todo and self._run is None:
            run = self._todo.pop(0)
            self._waiting -= {cell.key for cell in run.cells}
            if any(cell.key not in self._made for cell in run.cells):
                self._run = run
        if self._run is not None:
            request = replace(self._run.request, previews=True)
            self._job = self._jobs.submit(request, BoardPlacement(self.folder))
            self.changed.emit(frozenset(cell.key for cell in self._run.cells))

    def _drop_waiting(self) -> set[str]:
        """Returns the keys of those that will not be made."""
        waiting, self._waiting, self._todo = self._waiting, set(), []
        return waiting

    def _step(self, number: int, step: Step) -> None:
        if number == self._job and self._run is not None and step.previews:
            keys = [cell.key for cell in self._run.cells if cell.key not in self._made]
            self._previews |= dict(zip(keys, step.previews, strict=False))
            self.changed.emit(frozenset(keys))

    def _picture(self, number: int, picture: Picture) -> None:
        if number != self._job or self._run is None:
            return
        cell = self._run.cells[picture.index]
        self._made[cell.key] = Made(whole(cell.request, picture), picture.recipe)
        self._previews.pop(cell.key, None)
        self._done += 1
        self._disk.run(lambda: self.folder.keep(cell, picture), lambda _: None, self._cannot_keep)
        self.changed.emit(frozenset({cell.key}))
        self.progressed.emit()

    def _cannot_keep(self, error: object) -> None:
        """The disk is full or gone: go on making nothing that would be lost."""
        self.stop()
        self.failed.emit(error)

    def _notice(self, number: int, text: str) -> None:
        if number == self._job and text not in self._said:
            self._said.add(text)
            self.told.emit(text)

    def _end(self, number: int) -> None:
        if number != self._job:
            return
        job = self._jobs.job(number)
        self._previews.clear()
        if job is not None and job.state is State.DONE:
            self._next()
        else:
            self._run = self._job = None
            self._drop_waiting()
        if self._job is None:
            self.changed.emit(frozenset(cell.key for cell in self._board.cells))
        self.progressed.emit()
