"""Variation boards in the studio: begun from the canvas and the panel, found again, and their cells made layers."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog

from desktop_app.board.axis_field import Offers
from desktop_app.board.open_board import OpenBoard
from desktop_app.board.view import BoardView
from desktop_app.board.wording import axis_title, cell_name
from desktop_app.document.applying import LABEL, applied
from desktop_app.document.document import Document
from desktop_app.estimates import is_guided
from desktop_app.panels.wording import duration
from desktop_app.requests import build, topmost
from desktop_app.results import Mode
from desktop_app.session import Session
from desktop_app.strip import Action, Kind
from desktop_app.tools.gestures import one_step
from inference.api import Blend, Request
from inference.axes import Axis, AxisKind
from inference.board import BLENDED, Board, Cell
from inference.board_files import FILE, BoardFolder, Saved, boards_folder, same_question
from inference.board_more import between, more_like
from inference.errors import GouacheError
from inference.library import find_model, model_folders, model_for
from inference.styles import find_style, load_styles, sampling

if TYPE_CHECKING:
    from desktop_app.studio import Studio

MANY = 100
"""Missing cells from which the time is said, and asked about, before they are made."""
RECENT = 12
"""Boards in the menu."""
FIRST_SEEDS = 5
FIRST_STRENGTHS = (0.3, 0.45, 0.6, 0.75, 0.9)
MOST_STYLES = 5
DRAWN_SEEDS = 2**32


@dataclass(frozen=True)
class _Origin:
    """Where the pictures of a board belong: an open session, and a point from its anchor."""

    session: int
    x: int
    y: int


class Boards(QObject):
    """The board that is open, and the view that shows it; made when it is first wanted.

    Signals:
        told: a sentence.
        failed: a GouacheError.
    """

    told = Signal(str)
    failed = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._view: BoardView | None = None
        self._board: OpenBoard | None = None
        self._origin: _Origin | None = None
        self._layers: list[Path] = []

    # What is seen

    @property
    def board(self) -> OpenBoard | None:
        """The one that is open."""
        return self._board

    @property
    def view(self) -> BoardView:
        """The page of the window."""
        if self._view is None:
            view = self._view = BoardView(self._studio.window.area, estimate=self._estimate)
            view.promote_wanted.connect(self.promote)
            view.more_wanted.connect(self.more)
            view.between_wanted.connect(self.between)
            view.recipe_wanted.connect(self._studio.asks.show_recipe)
            view.new_wanted.connect(self.begin)
            view.start_wanted.connect(self.start)
            view.boards_wanted.connect(self._fill_menu)
            view.leave_wanted.connect(self.leave)
            view.told.connect(self.told)
            view.failed.connect(self.failed)
            self._studio.window.area.chosen.connect(self._tab_chosen)
        return self._view

    @property
    def shown(self) -> BoardView | None:
        """The view while it is in front."""
        view = self._view
        return view if view is not None and self._studio.window.area.shows(view) else None

    def toggle(self) -> None:
        """To the board, or back to the canvas."""
        if self.shown:
            self.leave()
        else:
            self.show()

    def show(self) -> None:
        """The board that is open, else the last one of this canvas and prompt, else a new one."""
        self._studio.window.toolbox.settle()
        if self._board is None and not self._open_last():
            self.begin()
        if self._board is not None:
            view = self.view
            view.set_offers(self._offers(self._board.board.base))
            self._studio.window.area.show_page(view)
            self._studio.window.say(
                self.tr("Arrow keys move, Space looks closely, P pins, C compares, Enter makes a layer.")
            )
            view.grid.setFocus()

    def leave(self) -> None:
        """Back to the canvas; what is under way goes on."""
        if self.shown is None:
            return
        area = self._studio.window.area
        area.show_session(self._studio.desk.current)
        if area.canvas is not None:
            area.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def escape(self) -> bool:
        """Give up the nearest thing on the board; False when it is not in front."""
        view = self.shown
        if view is None:
            return False
        if not view.escape():
            if self._board is not None and self._board.running:
                self._board.stop()
            else:
                self.leave()
        return True

    def _tab_chosen(self, session: Session) -> None:
        if self.shown and session is self._studio.desk.current:
            self.leave()

    # Boards

    def begin(self) -> None:
        """A new board of what the panel says and the canvas shows; nothing is written until something is made."""
        try:
            board, origin = self._asked()
        except GouacheError as error:
            self.failed.emit(error)
            return
        self._set(BoardFolder(self._free_folder()), Saved(board=board, title=self._title(board)), origin)

    def open(self, path: Path) -> bool:
        """A board of a folder; False when it cannot be read (``failed`` has the reason)."""
        folder = BoardFolder(path)
        try:
            saved = folder.load()
            _ = saved.board.cells
        except GouacheError as error:
            self.failed.emit(error)
            return False
        self._set(folder, saved, None)
        return True

    def start(self) -> None:
        """Make what is missing; a great many cells are asked about first."""
        board = self._board
        if board is None:
            return
        missing = board.progress.count - board.progress.made
        if missing <= MANY:
            board.start()
            return
        seconds = self._estimate(board, missing)
        text = self.tr("%n cells are to be made.", None, missing)
        if seconds is not None:
            text = self.tr("%n cells take about {time}.", None, missing).format(time=duration(seconds))
        make = Action(self.tr("Make them"), board.start)
        self._studio.window.area.strip.show_message(Kind.WARNING, text, (make,), seconds=0)

    def more(self, cells: Sequence[Cell]) -> None:
        """A new board of pictures like some of this board, begun at once."""
        if self._board is not None and cells:
            names = ", ".join(cell_name(self._board.board, cell) for cell in cells)
            title = self.tr("Like {name}").format(name=names)
            picks = [cell.request for cell in cells]
            self._derive(lambda: more_like(picks, random.randrange(DRAWN_SEEDS)), title)

    def between(self, one: Cell, other: Cell) -> None:
        """A new board of what lies between two cells, begun at once."""
        if self._board is not None:
            ends = (cell_name(self._board.board, cell) for cell in (one, other))
            title = self.tr("Between {one} and {other}").format(one=next(ends), other=next(ends))
            self._derive(lambda: between(one.request, other.request, random.randrange(DRAWN_SEEDS)), title)

    def _derive(self, make: Callable[[], Board], title: str) -> None:
        try:
            board = make()
            _ = board.cells
        except GouacheError as error:
            self.failed.emit(error)
            return
        self._set(BoardFolder(self._free_folder()), Saved(board=board, title=title[:80]), self._origin)
        self.start()

    def close(self) -> None:
        """Stop, and write what is not written yet."""
        if self._view is not None:
            self._view.scoring.set_board(None)
        if self._board is not None:
            self._board.close()
            self._board = None

    def _set(self, folder: BoardFolder, saved: Saved, origin: _Origin | None) -> None:
        """Have another board open."""
        self.close()
        self._origin = origin
        board = self._board = OpenBoard(folder, saved, self._studio.jobs, self)
        board.failed.connect(self.failed)
        board.told.connect(self.told)
        view = self.view
        view.set_offers(self._offers(saved.board.base))
        view.set_board(board)
        view.grid.setFocus()

    def _asked(self) -> tuple[Board, _Origin | None]:
        """The board that the panel and the canvas ask for, with axes that show most at once.

        Raises:
            GouacheError: when it cannot be asked for.
        """
        session, settings = self._studio.desk.current, self._studio.window.generate.settings
        situation = self._studio.making.situation(session)
        words = settings.mode is Mode.GENERATE or situation.picture is None
        settings = replace(settings, mode=Mode.GENERATE if words else Mode.VARY, count=1)
        manifest = model_for(settings.model, settings.style)
        asked = build(session and session.document, settings, situation, manifest)
        frame = asked.run.frame
        origin = None if session is None else _Origin(session.number, frame.x, frame.y)
        styles = [name for name, style in load_styles().items() if not style.models or manifest.name in style.models]
        rows = Axis(AxisKind.STYLE, tuple(styles[:MOST_STYLES]) or (settings.style,))
        if words:
            first = settings.seed
            columns = Axis(AxisKind.SEED, tuple(range(first, first + FIRST_SEEDS)))
        else:
            columns = Axis(AxisKind.STRENGTH, FIRST_STRENGTHS)
        board = Board(asked.request, rows, columns)
        _ = board.cells
        return board, origin

    def _open_last(self) -> bool:
        """The newest board that asks the same question as the panel and the canvas do now."""
        try:
            wanted, origin = self._asked()
        except GouacheError:
            return False
        for folder in self._recent():
            try:
                saved = folder.load()
                _ = saved.board.cells
            except GouacheError:
                continue
            if same_question(saved.board, wanted):
                self._set(folder, saved, origin)
                return True
        return False

    def _title(self, board: Board) -> str:
        session = self._studio.desk.current
        named = session.title if session is not None else ""
        return board.base.prompt.strip()[:60] or named or self.tr("Untitled")

    def _free_folder(self) -> Path:
        name = time.strftime("%Y%m%d-%H%M%S")
        path, number = boards_folder() / name, 2
        while path.exists():
            path = boards_folder() / f"{name}-{number}"
            number += 1
        return path

    def _recent(self) -> list[BoardFolder]:
        """Of the user's boards, the one that was changed last first."""
        found = [path for path in boards_folder().glob(f"*/{FILE}") if path.is_file()]
        found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        return [BoardFolder(path.parent) for path in found[:RECENT]]

    def _fill_menu(self) -> None:
        menu = self.view.boards_menu
        menu.clear()
        for folder in self._recent():
            try:
                saved = folder.load()
            except GouacheError:
                continue
            board = saved.board
            axes = f"{axis_title(board.rows.kind)} × {axis_title(board.columns.kind)}"
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime((folder.path / FILE).stat().st_mtime))
            title = saved.title.replace("&", "&&")
            action = menu.addAction(f"{title} · {axes} · {when}", partial(self.open, folder.path))
            action.setToolTip(str(folder.path))
            first = next((folder.cell_path(key) for key in sorted(saved.pinned)), None) or next(
                iter(sorted((folder.path / "cells").glob("*.png"))), None
            )
            if first is not None and first.is_file():
                action.setIcon(QIcon(str(first)))
        if menu.isEmpty():
            menu.addAction(self.tr("No boards yet")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.tr("Open a folder..."), self._ask_folder)
        shown = menu.addAction(self.tr("Show the files of this board"), self._show_files)
        shown.setEnabled(self._board is not None and self._board.folder.exists)

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self._studio.window, self.tr("Open a board's folder"), str(boards_folder()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.open(Path(path)))
        dialog.open()

    def _show_files(self) -> None:
        if self._board is not None:
            self.told.emit(self.tr("This board's files are in {folder}").format(folder=self._board.folder.path))

    def _offers(self, base: Request) -> Offers:
        special = (AxisKind.LIKENESS, AxisKind.STRENGTH, AxisKind.BETWEEN)
        kinds = [kind for kind in AxisKind if kind not in special]
        if hasattr(base, "strength"):
            kinds.insert(1, AxisKind.STRENGTH)
        if base.variation_seed is not None:
            kinds.append(AxisKind.LIKENESS)
        if isinstance(base, Blend):
            kinds = [
                kind for kind in AxisKind if kind in BLENDED and (kind is not AxisKind.BETWEEN or len(base.ends) == 2)
            ]
        models = {}
        for name in model_folders():
            try:
                models[name] = find_model(name).title
            except GouacheError:
                continue
        styles = {name: style.title for name, style in load_styles().items()}
        return Offers(kinds=tuple(kinds), styles=styles, models=models)

    def _estimate(self, board: OpenBoard, cells: int) -> float | None:
        """Seconds for so many cells, from what was measured; None before anything was."""
        base = board.board.base
        try:
            manifest = model_for(base.model, base.style)
            style = find_style(base.style) if base.style else None
        except GouacheError:
            return None
        usual = sampling(base, style, manifest.defaults)
        share = getattr(base, "strength", 1.0)
        for axis in (board.board.rows, board.board.columns):
            if axis.kind is AxisKind.STRENGTH:
                share = float(np.mean([float(value or 0) for value in axis.values]))
        estimate = self._studio.speeds.estimate(
            manifest,
            self._studio.jobs.device,
            getattr(base, "size", None) or manifest.native,
            steps=max(1, round(usual.steps * share)),
            count=cells,
            guided=is_guided(manifest, usual.guidance),
        )
        return estimate.seconds

    # What is done with cells

    def promote(self, cells: Sequence[Cell]) -> None:
        """Put cells on the canvas, each as a layer, all as one step; without a document the first one becomes one."""
        board = self._board
        found = [(cell, made) for cell in cells if board is not None and (made := board.made(cell)) is not None]
        if board is None or not found:
            return
        studio = self._studio
        session = studio.desk.session(self._origin.session) if self._origin else None
        session = session or studio.desk.current
        if session is None:
            cell, made = found.pop(0)
            name = cell_name(board.board, cell)
            session = studio.desk.add(Document.of(made.pixels, name), board.title, saved=False)
            self._origin = _Origin(session.number, -session.anchor[0], -session.anchor[1])
            studio.window.area.show_page(self.view)
        studio.window.toolbox.settle()

        def layers(session: Session) -> None:
            for cell, made in found:
                x, y = self._place(session, made.pixels.shape[1], made.pixels.shape[0])
                name = cell_name(board.board, cell)[:60]
                coverage = _coverage(cell.request, made.pixels)
                edits = applied(session.document, made.pixels, coverage, x, y, name, topmost(session.document))
                session.do(*edits)

        try:
            if found:
                one_step(session, layers, label=LABEL)
        except GouacheError as error:
            self.failed.emit(error)
            return
        studio.window.say(self.tr("%n layers were made. Ctrl+Z takes them back.", None, max(1, len(found))))

    def _place(self, session: Session, width: int, height: int) -> tuple[int, int]:
        """Where a picture belongs on the canvas: where it came from, else in the middle."""
        if self._origin is not None and self._origin.session == session.number:
            return self._origin.x + session.anchor[0], self._origin.y + session.anchor[1]
        return (session.size.width - width) // 2, (session.size.height - height) // 2


def _coverage(request: Request, pixels: np.ndarray) -> np.ndarray:
    """255 where a picture is not what it started from; everywhere when it started from nothing, or is the same."""
    image = getattr(request, "image", None)
    if image is not None and image.shape == pixels.shape:
        changed = (image != pixels).any(axis=2)
        if changed.any():
            return np.where(changed, np.uint8(255), np.uint8(0))
    return np.full(pixels.shape[:2], 255, np.uint8)
