"""From a pick on a board to a board of more like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inference.api import LARGEST_SEED, Request
from inference.axes import Axis, AxisKind
from inference.board import Board

LIKENESS = (0.9, 0.75, 0.5)
"""Shares of a pick's own noise, row by row."""
NEW_SEEDS = 4


def more_like(pick: Request, seed: int, *, seeds: int = NEW_SEEDS, likeness: Sequence[float] = LIKENESS) -> Board:
    """A board of variants of one picture: its noise mixed with that of new seeds, likest first.

    Args:
        seed: of the first variant; the next have the next.
    """
    first = min(seed, LARGEST_SEED - seeds)
    base = replace(pick, seed=first, variation_seed=pick.seed, variation_strength=likeness[0])
    columns = Axis(AxisKind.SEED, tuple(range(first, first + seeds)))
    return Board(base, Axis(AxisKind.LIKENESS, tuple(likeness)), columns)
