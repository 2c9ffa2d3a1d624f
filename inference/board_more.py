"""From picks on a board to a board of more: like one of them, like all of them, or on the way from one to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inference.api import LARGEST_SEED, Blend, Generate, Request, Vary
from inference.axes import Axis, AxisKind
from inference.board import Board
from inference.errors import BadRequest

LIKENESS = (0.9, 0.75, 0.5)
"""Shares of the picks' own noise, row by row."""
NEAR = (1.0, 0.85, 0.7)
"""The same between two picks: the first row is exactly on the way."""
STEPS_BETWEEN = (0.0, 0.25, 0.5, 0.75, 1.0)
NEW_SEEDS = 4


def more_like(picks: Sequence[Request], seed: int, *, seeds: int = NEW_SEEDS) -> Board:
    """A board of variants of what was picked, likest first: of one picture its noise mixed with that of new seeds, of
    several first blended in equal shares.

    Args:
        seed: of the first variant; the next have the next.

    Raises:
        BadRequest: when the picks cannot be blended.
    """
    first = min(seed, LARGEST_SEED - seeds)
    rows, columns = Axis(AxisKind.LIKENESS, LIKENESS), Axis(AxisKind.SEED, tuple(range(first, first + seeds)))
    pick = picks[0]
    if len(picks) == 1 and not isinstance(pick, Blend):
        base: Request = replace(pick, seed=first, variation_seed=pick.seed, variation_strength=LIKENESS[0])
    else:
        base = replace(_blended(picks), seed=first)
    return Board(base, rows, columns)


def between(one: Request, other: Request, seed: int) -> Board:
    """A board of the way from one pick to another, with more of other noise row by row.

    Raises:
        BadRequest: when they cannot be blended.
    """
    base = _blended((one, other))
    if len(base.ends) != 2:
        raise BadRequest(
            "A blend of several pictures has no other end.", hint="Choose two pictures that are no blends."
        )
    return Board(replace(base, seed=seed), Axis(AxisKind.LIKENESS, NEAR), Axis(AxisKind.BETWEEN, STEPS_BETWEEN))


def _blended(picks: Sequence[Request]) -> Blend:
    """Picks in equal shares; of a pick that is a blend itself, its ends."""
    ends: list[Generate | Vary] = []
    weights: list[float] = []
    for pick in picks:
        if isinstance(pick, Blend):
            if len(picks) > 1 and pick.variation_strength > 0:
                raise BadRequest("A variant of a blend cannot be blended again.", hint="Choose other pictures.")
            ends += pick.ends
            weights += [weight / len(picks) for weight in pick.weights]
        elif isinstance(pick, Generate | Vary):
            ends.append(replace(pick, count=1, previews=False))
            weights.append(1 / len(picks))
    kept = [(end, weight) for end, weight in zip(ends, weights, strict=True) if weight > 0]
    if len(kept) == 1:
        raise BadRequest("These are one and the same picture.", hint="Choose two that differ.")
    return Blend(ends=tuple(end for end, _ in kept), weights=tuple(weight for _, weight in kept), seed=0)
