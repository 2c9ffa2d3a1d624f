"""Cut a sprite sheet by its grid; empty cells are left out."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from inference.alpha import Pixels
from inference.errors import BadRequest
from inference.geometry import Bounds
from inference.pictures import read_picture
from training.collect.storing import Found
from training.collect.words import caption_of_name
from training.dataset import BadDataset, Entry

MOST_CELLS = 100_000


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Where the cells of a sheet lie, in pixels.

    Attributes:
        width, height: of a cell.
        margin: left of the first column and above the first row.
        spacing: between two cells.
    """

    width: int
    height: int
    margin: int = 0
    spacing: int = 0

    def cells(self, width: int, height: int) -> tuple[tuple[int, int, Bounds], ...]:
        """(row, column, bounds) of each whole cell of a sheet, row by row.

        Raises:
            BadRequest: when not one fits, or there are more than anybody drew.
        """
        if min(self.width, self.height) < 1 or min(self.margin, self.spacing) < 0:
            raise BadRequest("A cell needs a width and a height, margins and spacings cannot be negative.")
        columns = (width - self.margin + self.spacing) // (self.width + self.spacing)
        rows = (height - self.margin + self.spacing) // (self.height + self.spacing)
        if min(columns, rows) < 1:
            raise BadRequest(
                f"A cell of {self.width}x{self.height} does not fit a sheet of {width}x{height}.",
                hint="Check --cell and --margin.",
            )
        if columns * rows > MOST_CELLS:
            raise BadRequest(f"This grid has {columns * rows} cells.", hint="Check --cell.")
        return tuple((row, column, self._bounds(row, column)) for row in range(rows) for column in range(columns))

    def _bounds(self, row: int, column: int) -> Bounds:
        x = self.margin + column * (self.width + self.spacing)
        y = self.margin + row * (self.height + self.spacing)
        return Bounds(x, y, self.width, self.height)


def find_cells(path: Path, grid: Grid, *, rows: Sequence[str] = (), columns: Sequence[str] = ()) -> Iterator[Found]:
    """The cells of a sheet that show something.

    Args:
        rows: names of the rows from the top (what the thing is); fewer are completed by the sheet's own name.
        columns: names of the columns (what it does).

    Raises:
        BadPicture: when the sheet cannot be read. BadDataset: when all cells are empty.
    """
    sheet = read_picture(path).pixels
    title = caption_of_name(path.stem)
    shown = False
    for row, column, bounds in grid.cells(sheet.shape[1], sheet.shape[0]):
        cell = sheet[bounds.y : bounds.y + bounds.height, bounds.x : bounds.x + bounds.width]
        if is_blank(cell):
            continue
        shown = True
        thing = _named(rows, row) or title
        caption = ", ".join(words for words in (thing, _named(columns, column)) if words)
        entry = Entry(file="", caption=caption, concept=thing)
        yield Found(name=f"{path.stem}-{row + 1}-{column + 1}", entry=entry, content=png_of(cell))
    if not shown:
        raise BadDataset(f"All cells of {path.name} are empty.", hint="Check --cell and --margin.")


def is_blank(cell: Pixels) -> bool:
    """Nothing visible, or one colour and one alpha throughout."""
    if cell.shape[2] == 4 and not cell[..., 3].any():
        return True
    return not np.ptp(cell.reshape(-1, cell.shape[2]), axis=0).any()


def png_of(pixels: Pixels) -> bytes:
    """A picture's bytes as PNG."""
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, "PNG", compress_level=3)
    return out.getvalue()


def _named(names: Sequence[str], index: int) -> str:
    return names[index].strip() if index < len(names) else ""
