"""An artist's picks re-weight the consistency measure: what was picked should score above what was passed over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.consistency import COMPONENTS, DEFAULT_WEIGHTS, checked_weights
from inference.errors import BadRequest
from inference.features import Numbers
from inference.files import write_text

TASTE_VERSION = 1
_SHARPNESS = 12.0
"""A pair counts as settled when its scores differ by some 1 / 12."""
_HOLD = 0.05
"""How much the weights before hold against the picks."""
_ROUNDS = 400

Components = Mapping[str, float]


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
    start = checked_weights(weights)
    if not picked or not passed_over:
        return start
    good, bad = (np.array([[each[name] for name in COMPONENTS] for each in side]) for side in (picked, passed_over))
    pairs = (good[:, None] - bad[None]).reshape(-1, len(COMPONENTS))
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
    """What an artist picked and passed over in a project: the components' scores of each picture."""

    picked: tuple[Components, ...] = ()
    passed_over: tuple[Components, ...] = ()

    @property
    def weights(self) -> dict[str, float]:
        """The measure's weights after all the picks."""
        return reweighted(DEFAULT_WEIGHTS, self.picked, self.passed_over)

    def with_picks(self, picked: Sequence[Components], passed_over: Sequence[Components]) -> Taste:
        """These and further ones."""
        return Taste(self.picked + tuple(picked), self.passed_over + tuple(passed_over))

    def save(self, path: Path) -> None:
        """Write JSON; the old file stays until the new one is whole."""
        said = {"version": TASTE_VERSION, "picked": list(self.picked), "passed_over": list(self.passed_over)}
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
            return cls(tuple(map(_components, said["picked"])), tuple(map(_components, said["passed_over"])))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadRequest(
                f"The picks in {path} cannot be read.", hint="Repair or delete it.", detail=str(error)
            ) from error


def _components(said: Mapping[str, float]) -> Components:
    values = {name: float(said[name]) for name in COMPONENTS}
    if not all(0 <= value <= 1 for value in values.values()):
        raise ValueError("a score is not in [0, 1]")
    return values
