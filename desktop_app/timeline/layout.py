"""Where frames lie in a strip that is scrolled and zoomed: a value, without Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

LEAST_CELL, MOST_CELL = 2.0, 160.0
"""Width of a frame in the strip."""


@dataclass(frozen=True, kw_only=True)
class StripLayout:
    """``count`` frames side by side.

    Attributes:
        cell: width of one.
        width: of the view.
        scroll: of the strip's left edge that is out of sight.
    """

    count: int
    cell: float = 72.0
    width: int = 1
    scroll: float = 0.0

    @property
    def whole(self) -> float:
        """Width of all frames."""
        return self.count * self.cell

    @property
    def most(self) -> float:
        """What can be scrolled."""
        return max(0.0, self.whole - self.width)

    def left(self, frame: int) -> float:
        """Where a frame begins in the view."""
        return frame * self.cell - self.scroll

    def at(self, x: float) -> int:
        """The frame at a place of the view, the nearest one outside."""
        return min(max(math.floor((x + self.scroll) / self.cell), 0), self.count - 1)

    def boundary(self, x: float) -> int:
        """The frame that a key dragged to a place of the view belongs to."""
        return min(max(round((x + self.scroll) / self.cell - 0.5), 0), self.count - 1)

    @property
    def seen(self) -> range:
        """Frames of which something is seen."""
        first = max(0, math.floor(self.scroll / self.cell))
        return range(first, min(self.count, math.ceil((self.scroll + self.width) / self.cell)))

    def every(self, least: float) -> int:
        """Frames from one picture to the next, so that each has at least ``least`` room: 1, 2, 5, 10, 20 ..."""
        wanted = max(1.0, least / self.cell)
        power = 10 ** math.floor(math.log10(wanted) + 1e-9)
        return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= wanted - 1e-9)

    def scrolled(self, to: float) -> StripLayout:
        """Scrolled as far as there is something."""
        return replace(self, scroll=min(max(to, 0.0), self.most))

    def zoomed(self, factor: float, x: float) -> StripLayout:
        """Wider or narrower cells; what is at ``x`` stays there."""
        cell = min(max(self.cell * factor, LEAST_CELL), MOST_CELL)
        place = (x + self.scroll) / self.cell
        return replace(self, cell=cell).scrolled(place * cell - x)

    def fitted(self) -> StripLayout:
        """All frames in sight, where they are not too many for that."""
        return replace(self, cell=min(max(self.width / max(self.count, 1), LEAST_CELL), MOST_CELL)).scrolled(0)

    def revealed(self, frame: int) -> StripLayout:
        """Scrolled no further than is needed for a frame to be seen whole, and some of its neighbours."""
        room = min(self.cell, max(0.0, (self.width - self.cell) / 2))
        left, right = frame * self.cell - room, (frame + 1) * self.cell + room
        return self.scrolled(min(left, max(self.scroll, right - self.width)))
