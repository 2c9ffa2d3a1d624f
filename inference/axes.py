"""Axes of a variation board: what changes along its rows or columns, value by value, and how one writes it."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass

from inference.errors import BadRequest, UnknownName
from inference.samplers import title_of

MOST_CELLS = 10_000
NOTHING = "none"
"""How one writes "no style"."""

Value = str | int | float | None


class AxisKind(enum.Enum):
    """What changes along an axis; the value is what one calls it."""

    STYLE = "style"
    STRENGTH = "strength"
    SEED = "seed"
    GUIDANCE = "guidance"
    STEPS = "steps"
    WORDS = "words"
    MODEL = "model"
    SCHEDULER = "scheduler"
    LIKENESS = "likeness"
    """How much of the second seed's noise there is, 0 to 1: how like the picture of that seed; of a blend, how
    little of other noise."""

    BETWEEN = "between"
    """Between the two pictures of a blend: 0 is the first one, 1 the second."""

    def checked(self, value: object) -> Value:
        """A value from a file. Raises TypeError when it is not what this axis takes."""
        kind = FIELDS[self][1]
        if self is AxisKind.STYLE and value is None:
            return None
        if isinstance(value, int | float) and kind is float and not isinstance(value, bool):
            return float(value)
        if isinstance(value, bool) or not isinstance(value, str | int) or not isinstance(value, kind):
            raise TypeError(f"{value!r} is no {self.value}")
        return value


FIELDS: Mapping[AxisKind, tuple[str, type]] = {
    AxisKind.STYLE: ("style", str),
    AxisKind.STRENGTH: ("strength", float),
    AxisKind.SEED: ("seed", int),
    AxisKind.GUIDANCE: ("guidance", float),
    AxisKind.STEPS: ("steps", int),
    AxisKind.WORDS: ("prompt", str),
    AxisKind.MODEL: ("model", str),
    AxisKind.SCHEDULER: ("scheduler", str),
    AxisKind.LIKENESS: ("variation_strength", float),
    AxisKind.BETWEEN: ("weights", float),
}
"""The request's field that each sets, and what its values are."""


@dataclass(frozen=True)
class Axis:
    """What changes along the rows or the columns, value by value; at least one, none twice.

    Raises:
        BadRequest: when there are no values, or too many.
    """

    kind: AxisKind
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(dict.fromkeys(self.values)))
        if not self.values:
            raise BadRequest(
                f"The axis '{self.kind.value}' has no values.", hint=f"Give some: {self.kind.value}={self.example}"
            )
        if len(self.values) > MOST_CELLS:
            raise BadRequest(f"A board has at most {MOST_CELLS} cells.", hint="Give fewer values.")

    @property
    def example(self) -> str:
        """Values as one types them."""
        return EXAMPLES[self.kind]

    @classmethod
    def parse(cls, text: str) -> Axis:
        """Read "strength=0.3,0.5,0.7" (see ``parse_values``).

        Raises:
            BadRequest: with what is wrong.
        """
        name, equals, values = text.partition("=")
        kinds = {kind.value: kind for kind in AxisKind}
        if name.strip().lower() not in kinds:
            raise UnknownName("axis", name.strip(), kinds)
        kind = kinds[name.strip().lower()]
        if not equals:
            raise BadRequest(f"The axis '{kind.value}' has no values.", hint=f"Write {kind.value}={EXAMPLES[kind]}")
        return cls(kind, parse_values(kind, values))

    @property
    def text(self) -> str:
        """The values as ``parse_values`` reads them."""
        said = [written(value) for value in self.values]
        return "|".join(said) if any("," in each for each in said) else ", ".join(said)

    def label(self, value: Value) -> str:
        """One value as a heading, in English."""
        match self.kind, value:
            case AxisKind.STYLE, None:
                return "as is"
            case AxisKind.SCHEDULER, str():
                return title_of(value)
            case AxisKind.WORDS | AxisKind.STYLE | AxisKind.MODEL, _:
                return str(value)
        return f"{self.kind.value} {written(value)}"


EXAMPLES: Mapping[AxisKind, str] = {
    AxisKind.STYLE: "fluent,noto,flat",
    AxisKind.STRENGTH: "0.3,0.5,0.7",
    AxisKind.SEED: "1..5",
    AxisKind.GUIDANCE: "1,2,4",
    AxisKind.STEPS: "4,8,16",
    AxisKind.WORDS: "red,green,blue",
    AxisKind.MODEL: "sprites",
    AxisKind.SCHEDULER: "ddim,euler-a",
    AxisKind.LIKENESS: "0.9,0.7,0.5",
    AxisKind.BETWEEN: "0,0.25,0.5,0.75,1",
}


def parse_values(kind: AxisKind, text: str) -> tuple[Value, ...]:
    """The values of an axis as one types them.

    Separated by commas, or by "|" where there is one (words may then hold commas). Numbers may be ranges: "1..5" counts
    up by one, "0.2..0.8/4" gives four at equal distances. "none" is no style.

    Raises:
        BadRequest: when one is not what the axis takes.
    """
    parts = [part.strip() for part in text.split("|" if "|" in text else ",")]
    read = FIELDS[kind][1]
    found: list[Value] = []
    for part in parts:
        if not part:
            continue
        if read is str:
            found.append(None if kind is AxisKind.STYLE and part.lower() == NOTHING else part)
        elif ".." in part:
            found += _range(kind, part)
        else:
            found.append(_number(kind, part))
        if len(found) > MOST_CELLS:
            raise BadRequest(f"A board has at most {MOST_CELLS} cells.", hint="Give fewer values.")
    return tuple(found)


def _number(kind: AxisKind, text: str) -> int | float:
    try:
        value = FIELDS[kind][1](text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadRequest(f"'{text}' is no {kind.value}.", hint=f"Write numbers, for instance {EXAMPLES[kind]}")
    return value


def _range(kind: AxisKind, text: str) -> list[Value]:
    ends, _, count = text.partition("/")
    first, _, last = ends.partition("..")
    low, high = _number(kind, first), _number(kind, last)
    if not count:
        if abs(high - low) >= MOST_CELLS:
            raise BadRequest(f"A board has at most {MOST_CELLS} cells.", hint="Give fewer values.")
        step = 1 if high >= low else -1
        return [low + step * at for at in range(int(abs(high - low)) + 1)]
    if not count.strip().isdigit() or not 2 <= int(count) <= MOST_CELLS:
        raise BadRequest(f"'{text}' is no range.", hint="Write 0.2..0.8/4 for four values at equal distances.")
    values = [low + (high - low) * at / (int(count) - 1) for at in range(int(count))]
    return [round(value) if FIELDS[kind][1] is int else round(value, 6) for value in values]


def written(value: Value) -> str:
    """One value as one types it."""
    if value is None:
        return NOTHING
    return f"{value:g}" if isinstance(value, float) else str(value)
