"""An artist's picks re-weight the consistency measure: what was picked should score above what was passed over."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from inference.consistency import COMPONENTS, DEFAULT_WEIGHTS, checked_weights
from inference.errors import BadRequest
from inference.features import Numbers
from inference.files import write_text

TASTE_VERSION = 2
"""2: what was learned from boards, each under its name."""
_SHARPNESS = 12.0
"""A pair counts as settled when its scores differ by some 1 / 12."""
_HOLD = 0.05
"""How much the weights before hold against the picks."""
_ROUNDS = 400

Components = Mapping[str, float]


@dataclass(frozen=True)
class Picks:
    """Of pictures that were seen together: the components' scores of those that were picked, and of the others."""

    picked: tuple[Components, ...]
    passed_over: tuple[Components, ...]

    @property
    def pairs(self) -> Numbers:
        """(pairs, components): each pick's scores minus those of each that was passed over."""
        good, bad = (
            np.array([[each[name] for name in COMPONENTS] for each in side]) for side in (self.picked, self.passed_over)
        )
        return (good[:, None] - bad[None]).reshape(-1, len(COMPONENTS))


def reweighted(
    weights: Components, picked: Sequence[Components], passed_over: Sequence[Components]
) -> dict[str, float]:
    """Weights that rank what was picked above what was passed over, not further from ``weights`` than it takes.

    The minimum over non-negative weights of sum 1 of the mean of log(1 + exp(-12 (score of a pick - score of another)))
    over all pairs, plus ``_HOLD`` times the squared distance from ``weights`` times the number of components: convex
    with one minimum, found by projected gradient steps; the order of the pictures does not matter.

    Args:
        picked, passed_over: components' scores (``Score.components``); without one of the two nothing is learned.
    """
    return _fitted(checked_weights(weights), [Picks(tuple(picked), tuple(passed_over))])


def _fitted(start: Components, looks: Sequence[Picks]) -> dict[str, float]:
    """The same for several looks: what was passed over in one is not compared with what was picked in another."""
    found = [each.pairs for each in looks if each.picked and each.passed_over]
    if not found:
        return dict(start)
    pairs = np.concatenate(found)
    pairs = pairs[np.lexsort(pairs.T)]
    before = np.array([start[name] for name in COMPONENTS])
    hold = _HOLD * len(COMPONENTS)
    steepest = _SHARPNESS**2 / 4 * float(np.linalg.norm(pairs, axis=1).max() ** 2) + 2 * hold
    now = before
    for _ in range(_ROUNDS):
        wrong = 1 / (1 + np.exp(_SHARPNESS * (pairs @ now)))
        slope = -_SHARPNESS * (wrong[:, None] * pairs).mean(0) + 2 * hold * (now - before)
        now = _on_simplex(now - slope / steepest)
    return dict(zip(COMPONENTS, (float(each) for each in now), strict=True))


def _on_simplex(point: Numbers) -> Numbers:
    """The nearest point with non-negative parts of sum 1. Duchi et al., Efficient Projections (2008)."""
    falling = np.sort(point)[::-1]
    excess = (np.cumsum(falling) - 1) / np.arange(1, len(point) + 1)
    last = np.flatnonzero(falling > excess)[-1]
    return np.maximum(point - excess[last], 0)


@dataclass(frozen=True)
class Taste:
    """What an artist picked and passed over in a project: the components' scores of each picture.

    Attributes:
        boards: what was learned from each board, by its name.
    """

    picked: tuple[Components, ...] = ()
    passed_over: tuple[Components, ...] = ()
    boards: Mapping[str, Picks] = field(default_factory=dict)

    @property
    def weights(self) -> dict[str, float]:
        """The measure's weights after all the picks."""
        return _fitted(dict(DEFAULT_WEIGHTS), [Picks(self.picked, self.passed_over), *self.boards.values()])

    def with_picks(self, picked: Sequence[Components], passed_over: Sequence[Components]) -> Taste:
        """These and further ones."""
        return replace(self, picked=self.picked + tuple(picked), passed_over=self.passed_over + tuple(passed_over))

    def with_board(self, name: str, picks: Picks | None) -> Taste:
        """What a board says now takes the place of what it said before; None: it has no say any more."""
        others = {board: said for board, said in self.boards.items() if board != name}
        return replace(self, boards=others if picks is None else {**others, name: picks})

    def save(self, path: Path) -> None:
        """Write JSON; the old file stays until the new one is whole."""
        said = {
            "version": TASTE_VERSION,
            "picked": list(self.picked),
            "passed_over": list(self.passed_over),
            "boards": {name: dataclasses.asdict(picks) for name, picks in self.boards.items()},
        }
        write_text(path, json.dumps({**said, "weights": self.weights}, indent=1, default=dict) + "\n")

    @classmethod
    def load(cls, path: Path) -> Taste:
        """Read it back; a file that is not there is no picks yet.

        Raises:
            BadRequest: when it is broken or from a newer version.
        """
        if not path.exists():
            return cls()
        try:
            said = json.loads(path.read_text("utf-8"))
            if said["version"] > TASTE_VERSION:
                raise BadRequest(f"The picks in {path} were made by a newer Gouache.", hint="Update the program.")
            boards = {str(name): Picks(*_sides(each)) for name, each in said.get("boards", {}).items()}
            return cls(*_sides(said), boards)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadRequest(
                f"The picks in {path} cannot be read.", hint="Repair or delete it.", detail=str(error)
            ) from error


def _sides(said: Mapping[str, Any]) -> tuple[tuple[Components, ...], tuple[Components, ...]]:
    return tuple(map(_components, said["picked"])), tuple(map(_components, said["passed_over"]))


def _components(said: Mapping[str, float]) -> Components:
    values = {name: float(said[name]) for name in COMPONENTS}
    if not all(0 <= value <= 1 for value in values.values()):
        raise ValueError("a score is not in [0, 1]")
    return values
