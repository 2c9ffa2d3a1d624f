"""Cutting a rectangle into cells: what is worked on or kept at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from inference.geometry import Bounds

TILE = 128
"""Side in pixels of a tile of undo: smaller costs calls, larger keeps what did not change."""
THREADS = min(4, os.cpu_count() or 1)
WORTH_THREADS = 1 << 20
"""Pixels from which starting threads pays."""

Value = TypeVar("Value")


def cells(bounds: Bounds, side: int = TILE) -> Iterator[Bounds]:
    """The parts of ``bounds`` on a grid of ``side`` pixels that starts at 0,0; row by row."""
    for y in range(bounds.y - bounds.y % side, bounds.bottom, side):
        for x in range(bounds.x - bounds.x % side, bounds.right, side):
            cell = Bounds(x, y, side, side).intersection(bounds)
            if not cell.empty:
                yield cell


def each(work: Callable[[Value], None], values: Sequence[Value], pixels: int) -> None:
    """Call ``work`` with every value, in threads that end with this call when there are many ``pixels``."""
    if pixels < WORTH_THREADS or THREADS == 1:
        for value in values:
            work(value)
        return
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(work, values):
            pass
