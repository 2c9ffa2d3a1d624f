"""Variation boards on disk: a folder with ``board.json``, ``cells/KEY.png`` with their recipes, and what the request
starts from in ``sources/``. The command line and the window read and write the same folders.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from inference.alpha import Pixels
from inference.api import Picture, Request, paste
from inference.axes import Axis, AxisKind
from inference.board import Board, Cell, picture_hash
from inference.board_scores import References
from inference.errors import BadPicture, BadRequest
from inference.files import write_text
from inference.metadata import read_recipe
from inference.pictures import read_picture, write_picture
from inference.recipe import Recipe
from inference.request_json import request_as_json, request_from_json
from inference.resources import user_folder
from inference.sheets import grid_sheet
from inference.source_files import get_source, put_source

FILE, CELLS, SOURCES = "board.json", "cells", "sources"
FORMAT, VERSION = "gouache-board", 1
SHEET_SIDE, SHEET_CELL = 8192, 256
"""Pixels that a sheet's sides and its cells have at most."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Saved:
    """What a folder says of its board.

    Attributes:
        title: what a person calls it.
        pinned: keys of the cells that were pinned, also of cells that are no longer on the board.
        references: what its pictures are measured against, or None.
    """

    board: Board
    title: str = ""
    pinned: frozenset[str] = frozenset()
    references: References | None = None


@dataclass(frozen=True, eq=False)
class Made:
    """A cell's picture as it was kept: (height, width, 3 or 4) bytes with straight alpha, and its recipe."""

    pixels: Pixels
    recipe: Recipe


@dataclass(frozen=True)
class BoardFolder:
    """A board's folder. Files are written whole or not at all, and cells that a board no longer shows stay for when it
    shows them again.
    """

    path: Path

    @property
    def exists(self) -> bool:
        """True when there is a board in it."""
        return (self.path / FILE).is_file()

    def save(self, saved: Saved) -> None:
        """Write the board; its cells are written by ``keep``."""
        board = saved.board
        said = {
            "format": FORMAT,
            "version": VERSION,
            "title": saved.title,
            "rows": _axis_json(board.rows),
            "columns": _axis_json(board.columns),
            "base": request_as_json(board.base, partial(put_source, self.path / SOURCES)),
            "pinned": sorted(saved.pinned),
            "references": None if saved.references is None else saved.references.as_json(),
        }
        write_text(self.path / FILE, json.dumps(said, ensure_ascii=False, indent=1) + "\n")

    def load(self) -> Saved:
        """Read the board.

        Raises:
            BadRequest: when there is none, or it is damaged or from a newer version.
        """
        path = self.path / FILE
        try:
            said = json.loads(path.read_text("utf-8"))
            self._check(said["format"], said["version"])
            base = request_from_json(said["base"], partial(get_source, self.path / SOURCES))
            board = Board(base, _axis(said["rows"]), _axis(said["columns"]))
            pinned = frozenset(str(key) for key in said.get("pinned", ()))
            against = said.get("references")
            references = None if against is None else References.from_json(against)
            return Saved(board=board, title=str(said.get("title", "")), pinned=pinned, references=references)
        except FileNotFoundError:
            raise BadRequest(f"There is no board in {self.path}.", hint="Choose a folder with a board.json.") from None
        except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise BadRequest(
                f"The board {path} cannot be read.", hint="Its pictures are in cells/.", detail=repr(error)
            ) from error

    def _check(self, made: str, version: int) -> None:
        if made != FORMAT:
            raise ValueError(made)
        if version > VERSION:
            raise BadRequest(f"The board {self.path} was made by a newer Gouache.", hint="Update the program.")

    # Cells

    def cell_path(self, key: str) -> Path:
        """Where a cell's picture lies."""
        return self.path / CELLS / f"{key}.png"

    def keep(self, cell: Cell, picture: Picture) -> Path:
        """Write a cell's picture with its recipe. Raises BadRequest when the folder cannot be written."""
        path = self.cell_path(cell.key)
        write_picture(path, whole(cell.request, picture), picture.recipe)
        return path

    def read(self, key: str) -> Made | None:
        """A cell's picture; None when there is none, or it is damaged, and has to be made (again)."""
        path = self.cell_path(key)
        if not path.is_file():
            return None
        with contextlib.suppress(BadPicture, BadRequest):
            return Made(read_picture(path).pixels, read_recipe(path))
        return None

    def made(self, cells: Iterable[Cell]) -> set[str]:
        """Keys of those cells whose pictures there are."""
        return {key for key in {cell.key for cell in cells} if self.read(key) is not None}


def whole(request: Request, picture: Picture) -> Pixels:
    """A cell's picture in its full frame, whatever part of it the engine sent."""
    image = getattr(request, "image", None)
    height, width = picture.pixels.shape[:2]
    if image is None or image.shape[:2] == (height, width):
        return picture.pixels
    return paste(image, picture)


def boards_folder() -> Path:
    """Where the window keeps boards."""
    return user_folder() / "boards"


def same_question(one: Board, other: Board) -> bool:
    """True when both start from the same picture and prompt: then one may take the other's place in a folder."""

    def said(board: Board) -> tuple[object, ...]:
        base = board.base
        pictures = [
            picture_hash(value)
            for each in dataclasses.fields(base)
            if isinstance(value := getattr(base, each.name), np.ndarray)
        ]
        return type(base), base.prompt, pictures

    return said(one) == said(other)


def board_sheet(board: Board, pictures: Sequence[Sequence[Pixels | None]], title: str = "") -> Pixels:
    """A contact sheet with headings. ``pictures`` are rows; None leaves a cell empty."""
    sides = [max(pixels.shape[:2]) for row in pictures for pixels in row if pixels is not None]
    most = max(len(board.rows.values), len(board.columns.values))
    cell = min(max(sides, default=SHEET_CELL), SHEET_CELL, max(8, SHEET_SIDE // most - 4))
    return grid_sheet(
        pictures,
        rows=[board.rows.label(value) for value in board.rows.values],
        columns=[board.columns.label(value) for value in board.columns.values],
        title=title,
        cell=cell,
    )


def _axis_json(axis: Axis) -> dict[str, Any]:
    return {"kind": axis.kind.value, "values": list(axis.values)}


def _axis(said: Any) -> Axis:
    kind = AxisKind(said["kind"])
    return Axis(kind, tuple(kind.checked(value) for value in said["values"]))
