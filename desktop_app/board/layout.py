"""Where a board's cells lie: a value, without Qt.

Board coordinates are picture pixels: at zoom 1 a cell's picture is shown one for one.
"""

from __future__ import annotations

from dataclasses import dataclass

from inference.geometry import Bounds, Size

GAP = 0.08
"""Between cells, as a share of a cell's longer side."""


@dataclass(frozen=True)
class GridLayout:
    """Rows and columns of equal cells.

    Attributes:
        cell: picture pixels of a cell.
    """

    rows: int
    columns: int
    cell: Size

    @property
    def gap(self) -> int:
        """Board pixels between two cells."""
        return max(4, round(GAP * max(self.cell.width, self.cell.height)))

    @property
    def size(self) -> Size:
        """Of the whole."""
        return Size(
            self.columns * (self.cell.width + self.gap) - self.gap, self.rows * (self.cell.height + self.gap) - self.gap
        )

    def bounds(self, row: int, column: int) -> Bounds:
        """Of a cell."""
        return Bounds(
            column * (self.cell.width + self.gap),
            row * (self.cell.height + self.gap),
            self.cell.width,
            self.cell.height,
        )

    def at(self, x: float, y: float) -> tuple[int, int] | None:
        """The cell at a point; None between cells and outside."""
        column, across = divmod(x, self.cell.width + self.gap)
        row, down = divmod(y, self.cell.height + self.gap)
        inside = across < self.cell.width and down < self.cell.height
        if not inside or not (0 <= row < self.rows and 0 <= column < self.columns):
            return None
        return int(row), int(column)

    def seen(self, bounds: Bounds) -> tuple[range, range]:
        """Rows and columns of which something may be in these bounds."""

        def part(start: int, end: int, pitch: int, count: int) -> range:
            return range(max(0, start // pitch), min(count, max(0, -(-end // pitch))))

        return (
            part(bounds.y, bounds.bottom, self.cell.height + self.gap, self.rows),
            part(bounds.x, bounds.right, self.cell.width + self.gap, self.columns),
        )

    def stepped(self, place: tuple[int, int], down: int, right: int) -> tuple[int, int]:
        """The neighbour in a direction, or the place itself at an edge."""
        row, column = place
        return min(max(row + down, 0), self.rows - 1), min(max(column + right, 0), self.columns - 1)
