"""The boards of ``vary``: rows and columns of any two settings in a folder that is filled, resumed and widened."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Sequence
from contextlib import closing

from inference.api import Engine, Request
from inference.axes import EXAMPLES, Axis, AxisKind
from inference.board import Board, Cell, Run, runs
from inference.board_files import BoardFolder, Saved, board_sheet, same_question
from inference.cli import progress, vary_scores
from inference.cli.output import DEFAULT_FOLDER, Results, check_folder, slug
from inference.cli.requests import make_engine
from inference.errors import BadRequest, Cancelled
from inference.pictures import write_picture

MANY = 100
"""Cells above which the time is said, and asked about, before all of them are made."""
TRIAL = 2
"""Cells that are made to say the time: the first one waits for the model, the last one is measured."""
SHEET = "sheet.png"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What makes ``vary`` a board."""
    group = parser.add_argument_group("board")
    examples = ", ".join(f"{kind.value}={EXAMPLES[kind]}" for kind in (AxisKind.STYLE, AxisKind.STRENGTH))
    kinds = ", ".join(kind.value for kind in AxisKind)
    group.add_argument("--rows", default=None, metavar="WHAT=VALUES", help=f"for instance {examples}; of: {kinds}")
    group.add_argument("--columns", default=None, metavar="WHAT=VALUES", help="likewise")
    vary_scores.add_arguments(group)
    group.add_argument("--yes", action="store_true", help="make a large board without asking")


def run(args: argparse.Namespace, base: Request, name: str) -> int:
    """Fill a board's folder and print the paths of its cells, row by row, and of its sheet."""
    axes = [Axis.parse(text) if text else None for text in (args.rows, args.columns)]
    board = Board.of(base, *axes)
    folder = BoardFolder(check_folder(args.out or DEFAULT_FOLDER / f"board-{slug(name)}"))
    before = folder.load() if folder.exists else None
    if before is not None:
        if not same_question(board, before.board):
            raise BadRequest(
                f"{folder.path} holds a board of another picture or prompt.", hint="Choose another folder with --out."
            )
        if args.seed is None and args.recipe is None:
            board = dataclasses.replace(board, base=dataclasses.replace(board.base, seed=before.board.base.seed))
    made = folder.made(board.cells)
    pinned = frozenset() if before is None else before.pinned
    saved = Saved(board=board, title=name, pinned=pinned, references=vary_scores.references_of(args, before))
    if args.sort:
        vary_scores.check(saved)
    folder.save(saved)
    results = Results(args.json)
    try:
        if todo := runs(board.cells, made):
            with closing(make_engine(args)) as engine:
                _Filler(args, board, folder, results).fill(engine, todo)
    finally:
        _finish(args, saved, folder, results)
    return 0


class _Filler:
    def __init__(self, args: argparse.Namespace, board: Board, folder: BoardFolder, results: Results) -> None:
        self._args, self._board, self._folder, self._results = args, board, folder, results
        self._done = 0

    def fill(self, engine: Engine, todo: Sequence[Run]) -> None:
        """Make what is missing."""
        missing = sum(len(run.cells) for run in todo)
        if missing < len({cell.key for cell in self._board.cells}) and not self._args.quiet:
            print(f"gouache: {missing} of {self._board.count} cells are to be made.", file=sys.stderr)
        ask = missing > MANY and not self._args.yes
        took = 0.0
        for at, run in enumerate(todo):
            if ask and at == TRIAL:
                self._ask(missing - self._done, took)
            start = time.monotonic()
            label = f"{self._done + 1}/{missing} {self._label(run.cells[0])}"
            for picture in progress.run(
                engine, run.request, quiet=self._args.quiet, label=label, hear=self._results.hear
            ):
                self._folder.keep(run.cells[picture.index], picture)
                self._done += 1
            took = time.monotonic() - start

    def _label(self, cell: Cell) -> str:
        return _name(self._board, cell)

    def _ask(self, left: int, seconds: float) -> None:
        """Raises BadRequest when nobody can answer, Cancelled when the answer is no."""
        words = f"{left} more cells would take about {said_time(left * seconds)}"
        if not sys.stdin.isatty():
            raise BadRequest(f"{words}.", hint="Say --yes to make them, or give fewer values.")
        sys.stderr.write(f"gouache: {words}. Go on? [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise Cancelled


def _name(board: Board, cell: Cell) -> str:
    said = board.rows.label(board.rows.values[cell.row]), board.columns.label(board.columns.values[cell.column])
    return " · ".join(said)


def _finish(args: argparse.Namespace, saved: Saved, folder: BoardFolder, results: Results) -> None:
    """The sheet of what there is, and the paths: row by row, or the best first."""
    board = saved.board
    places = [(row, column) for row in range(len(board.rows.values)) for column in range(len(board.columns.values))]
    cells = {place: board.cell(*place) for place in places}
    made = {cell.key: found for cell in cells.values() if (found := folder.read(cell.key)) is not None}
    pictures = {key: found.pixels for key, found in made.items()}
    scored = vary_scores.measured(args, folder, saved, pictures) if args.sort else {}
    rank = {key: at for at, key in enumerate(scored)}
    for row, column in sorted(places, key=lambda place: rank.get(cells[place].key, len(rank))):
        key = cells[row, column].key
        if key in made:
            score = vary_scores.said(scored.get(key))
            results.list(folder.cell_path(key), pictures[key], made[key].recipe, row=row, column=column, **score)
    if made:
        seeded = AxisKind.SEED in (board.rows.kind, board.columns.kind)
        title = saved.title if seeded else f"{saved.title} · seed {board.base.seed}"
        lines = [
            [pictures.get(cells[row, column].key) for column in range(len(board.columns.values))]
            for row in range(len(board.rows.values))
        ]
        sheet = board_sheet(board, lines, title)
        write_picture(folder.path / SHEET, sheet)
        results.list(folder.path / SHEET, sheet)
    if scored:
        names = {cell.key: _name(board, cell) for cell in reversed(cells.values())}
        results.list(*vary_scores.sheet(folder, scored, pictures, names, saved.title))
        if not args.quiet:
            print(vary_scores.table(scored, names), file=sys.stderr)
    results.finish()


def said_time(seconds: float) -> str:
    """A duration for people: two units at most."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"
