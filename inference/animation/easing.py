"""Easing: how the way from one key to the next is spread over its frames."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import cache

from inference.errors import BadRequest, UnknownName

Curve = Callable[[float], float]
"""From the share of the time to the share of the way, both in [0, 1]: exact at the ends, and never backwards."""

LINEAR = "linear"
_BEZIER = re.compile(r"bezier\(\s*([^,\s]+)\s*,\s*([^,\s]+)\s*,\s*([^,\s]+)\s*,\s*([^,\s]+)\s*\)")


def bezier(x1: float, y1: float, x2: float, y2: float) -> Curve:
    """The curve of CSS's cubic-bezier(): from (0, 0) to (1, 1) with two handles, all four numbers in [0, 1].

    With handles in that square both coordinates never fall, so the time is found by halving.
    """

    def at(share: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if _cubic(x1, x2, middle) < share else (low, middle)
        return _cubic(y1, y2, high)

    return at


def _cubic(first: float, second: float, t: float) -> float:
    return 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3


CURVES: Mapping[str, Curve] = {
    LINEAR: lambda t: t,
    "hold": lambda t: 0.0,
    "ease-in": lambda t: t * t,
    "ease-out": lambda t: t * (2 - t),
    "ease-in-out": lambda t: t * t * (3 - 2 * t),
    "sine": lambda t: (1 - math.cos(math.pi * t)) / 2,
    "slow-in": lambda t: t**3,
    "slow-out": lambda t: 1 - (1 - t) ** 3,
    "steps-2": lambda t: math.floor(2 * t) / 2,
    "steps-4": lambda t: math.floor(4 * t) / 4,
}
"""Curves by name; ``bezier(x1,y1,x2,y2)`` makes others."""


@cache
def curve(name: str) -> Curve:
    """The curve of that name, exact at the ends.

    Raises:
        UnknownName: with the near ones. BadRequest: for a Bezier curve that would go backwards.
    """
    found = _BEZIER.fullmatch(name.strip())
    inner = _bezier_of(found) if found else CURVES.get(name)
    if inner is None:
        raise UnknownName("easing", name, [*CURVES, "bezier(0.4,0,0.2,1)"])

    def exact(share: float) -> float:
        if share <= 0 or share >= 1:
            return 0.0 if share <= 0 else 1.0
        return min(max(inner(share), 0.0), 1.0)

    return exact


def _bezier_of(found: re.Match[str]) -> Curve:
    try:
        handles = tuple(float(text) for text in found.groups())
    except ValueError:
        handles = (math.nan,)
    if not all(0 <= value <= 1 for value in handles):
        raise BadRequest(f"'{found[0]}' is no easing.", hint="Give four numbers from 0 to 1: bezier(0.4,0,0.2,1).")
    return bezier(*handles)
