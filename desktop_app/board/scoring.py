"""How well the cells of the open board belong, measured beside the window's work; what pins teach the measure."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.background import Background
from desktop_app.board.open_board import OpenBoard
from inference.alpha import Pixels
from inference.board import Cell
from inference.board_files import BoardFolder
from inference.board_scores import (
    Against,
    References,
    approved,
    best_first,
    picks_of,
    scores,
    source_features,
    taste_file,
)
from inference.consistency import DEFAULT_WEIGHTS, Score
from inference.errors import GouacheError
from inference.features import Features, features
from inference.taste import Picks, Taste

AT_ONCE = 4
"""Pictures that are measured between two looks at what else is wanted."""
SETTLE_MS = 60
"""Changes of a board that come so close together are measured as one."""


@dataclass(frozen=True)
class _Scored:
    scores: Mapping[str, Score]
    weights: Mapping[str, float]
    broken: tuple[str, ...]


class Scoring(QObject):
    """Belongs to the GUI thread; measures in a thread of its own.

    Signals:
        changed: scores, weights or references are others.
        failed: a GouacheError.
        unread: (list of str): why approved pictures could not be read.
        learned: weights (a mapping) after pins were learned or forgotten.
    """

    changed = Signal()
    failed = Signal(object)
    unread = Signal(list)
    learned = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._board: OpenBoard | None = None
        self._background: Background | None = None
        self._stop = threading.Event()
        self._features: dict[str, Features] = {}
        self._measuring: set[str] = set()
        self._absent: set[str] = set()
        self._approved: tuple[References, dict[str, Features], tuple[str, ...]] | None = None
        self._scored = _Scored({}, DEFAULT_WEIGHTS, ())
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._measure)

    # What is known

    @property
    def board(self) -> OpenBoard | None:
        """The one that is measured."""
        return self._board

    @property
    def references(self) -> References | None:
        """What is measured against; None: nothing is measured."""
        return None if self._board is None else self._board.references

    @property
    def weights(self) -> Mapping[str, float]:
        """Of the components, after all that the project's pins taught."""
        return self._scored.weights

    @property
    def busy(self) -> bool:
        """True while scores are still to come."""
        return self._settle.isActive() or (self._background is not None and self._background.busy)

    def score(self, cell: Cell) -> Score | None:
        """Of a cell that is made and measured."""
        return self._scored.scores.get(cell.key)

    @property
    def ranked(self) -> list[tuple[Cell, Score]]:
        """The board's cells with scores, the best first; cells of one picture once."""
        if self._board is None:
            return []
        cells = {cell.key: cell for cell in reversed(self._board.board.cells)}
        on_board = {key: score for key, score in self._scored.scores.items() if key in cells}
        return [(cells[key], on_board[key]) for key in best_first(on_board)]

    @property
    def lesson(self) -> Picks | None:
        """What the pins say; None when nothing is pinned, or nothing was passed over."""
        if self._board is None:
            return None
        return picks_of({cell.key: score for cell, score in self.ranked}, self._board.pinned)

    # What is wanted

    def set_board(self, board: OpenBoard | None) -> None:
        """Measure another board, or none; what is under way is given up."""
        if self._board is not None:
            for signal in (self._board.changed, self._board.laid_out):
                signal.disconnect(self._board_changed)
        self._settle.stop()
        if self._background is not None:
            self._stop.set()
            self._background.close()
            self._background.deleteLater()
        self._background = None if board is None else Background(self, threads=1)
        self._stop = threading.Event()
        self._board = board
        self._features, self._measuring, self._absent, self._approved = {}, set(), set(), None
        self._show(_Scored({}, DEFAULT_WEIGHTS, ()))
        if board is not None:
            for signal in (board.changed, board.laid_out):
                signal.connect(self._board_changed)
            self._settle.start()

    def laid_out(self) -> None:
        """The board has other cells: scores are of those that it has."""
        self.changed.emit()

    def measure_against(self, references: References | None) -> None:
        """Measure against something else; approved pictures are read anew."""
        if self._board is None:
            return
        self._approved = None
        self._board.measure_against(references)
        if self._background is not None:
            self._background.forget("scores")
        self._show(_Scored({}, self.weights, ()))
        self._settle.start()

    def learn(self) -> None:
        """What is pinned is what the artist wants, the rest of the board is not: the project's weights follow."""
        lesson = self.lesson
        if lesson is not None:
            self._teach(lesson)

    def forget(self) -> None:
        """What this board taught counts no more."""
        self._teach(None)

    # Beside

    def _board_changed(self, *_what: object) -> None:
        self._absent.clear()
        if self.references is not None and not self._settle.isActive():
            self._settle.start()

    def _measure(self) -> None:
        """Measure pictures that are not yet, some at a time, then score all."""
        board, background = self._board, self._background
        if board is None or background is None or board.references is None:
            return
        todo = self._unmeasured(board)
        for at in range(0, len(todo), AT_ONCE):
            self._measuring |= {key for key, _ in todo[at : at + AT_ONCE]}
            background.run(
                lambda part=todo[at : at + AT_ONCE]: {key: _measured(pixels()) for key, pixels in part},
                self._take_features,
                self.failed.emit,
            )
        if not self._measuring:
            self._score(board, board.references, background)

    def _unmeasured(self, board: OpenBoard) -> list[tuple[str, Callable[[], Pixels | None]]]:
        """Cells that are made, and pins that are not on the board now; what cannot be read waits for a change."""
        known = self._features.keys() | self._measuring | self._absent
        todo: dict[str, Callable[[], Pixels | None]] = {}
        for cell in board.board.cells:
            made = board.made(cell)
            if made is not None and cell.key not in known:
                todo[cell.key] = lambda pixels=made.pixels: pixels
        on_board = {cell.key for cell in board.board.cells}
        for key in sorted(board.pinned - on_board - known):
            todo[key] = lambda key=key: _pixels_of(board.folder, key)
        return list(todo.items())

    def _take_features(self, found: Mapping[str, Features | None]) -> None:
        self._measuring -= found.keys()
        self._features |= {key: one for key, one in found.items() if one is not None}
        self._absent |= {key for key, one in found.items() if one is None}
        if not self._measuring:
            self._measure()

    def _score(self, board: OpenBoard, references: References, background: Background) -> None:
        known, place, stopped = dict(self._features), taste_file(board.folder.path), self._stop.is_set
        pinned = {key: known[key] for key in sorted(board.pinned) if key in known}
        image = getattr(board.board.base, "image", None)
        before = self._approved

        def work() -> tuple[_Scored, tuple[References, dict[str, Features], tuple[str, ...]] | None]:
            weights = Taste.load(place).weights
            read = before
            match references.against:
                case Against.PINS:
                    against = pinned
                case Against.SOURCE:
                    against = source_features(image)
                case Against.APPROVED:
                    if read is None or read[0] != references:
                        found, broken = approved(references.places, stopped)
                        read = references, found, tuple(broken)
                    against = read[1]
            found_scores = scores(known, against, weights, stopped) if against else {}
            return _Scored(found_scores, weights, read[2] if read and read is not before else ()), read

        background.run(work, self._take_scores, self._cannot, key="scores")

    def _take_scores(
        self, found: tuple[_Scored, tuple[References, dict[str, Features], tuple[str, ...]] | None]
    ) -> None:
        scored, self._approved = found
        self._show(scored)
        if scored.broken:
            self.unread.emit(list(scored.broken))

    def _cannot(self, error: GouacheError) -> None:
        """Approved pictures that are gone, or a file of picks that is broken: measure nothing rather than something."""
        if self._board is not None:
            self._board.measure_against(None)
        self._show(_Scored({}, DEFAULT_WEIGHTS, ()))
        self.failed.emit(error)

    def _show(self, scored: _Scored) -> None:
        self._scored = scored
        self.changed.emit()

    def _teach(self, lesson: Picks | None) -> None:
        board, background = self._board, self._background
        if board is None or background is None:
            return
        place, name = taste_file(board.folder.path), board.folder.path.name

        def work() -> Mapping[str, float]:
            taste = Taste.load(place).with_board(name, lesson)
            taste.save(place)
            return taste.weights

        def done(weights: Mapping[str, float]) -> None:
            self.learned.emit(weights)
            self._settle.start()

        background.run(work, done, self.failed.emit)


def _measured(pixels: Pixels | None) -> Features | None:
    return None if pixels is None else features(pixels)


def _pixels_of(folder: BoardFolder, key: str) -> Pixels | None:
    made = folder.read(key)
    return None if made is None else made.pixels
