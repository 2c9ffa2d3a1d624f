"""What a step can be told: typed parameters with ranges, from which a window draws controls and text is read."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, cast

import numpy as np

from inference.errors import BadRequest
from inference.palettes import Palette, find_palette, parse_colour, shipped

Value = int | float | str | bool | Palette | None
_KEY = "parameter"
_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


class Kind(Enum):
    """What sort of value a parameter takes."""

    WHOLE = "a whole number"
    NUMBER = "a number"
    CHOICE = "a choice"
    SWITCH = "yes or no"
    COLOUR = "a colour"
    PALETTE = "a palette"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One thing that a step can be told.

    Attributes:
        words: what it does, for people.
        low, high: the range of numbers, both included.
        choices: the words of a choice.
        unit: "px", or "".
    """

    name: str
    kind: Kind
    default: Value
    words: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    unit: str = ""

    def check(self, value: object) -> Value:
        """The value as the step keeps it. Raises BadRequest when it is of another kind or out of range."""
        match self.kind:
            case Kind.SWITCH if isinstance(value, bool):
                return value
            case Kind.WHOLE | Kind.NUMBER if isinstance(value, int | float) and not isinstance(value, bool):
                whole = self.kind is Kind.WHOLE
                if math.isfinite(value) and self.low <= value <= self.high and not (whole and value != int(value)):
                    return int(value) if whole else float(value)
            case Kind.CHOICE if value in self.choices:
                return str(value)
            case Kind.COLOUR if isinstance(value, str):
                try:
                    r, g, b = parse_colour(value)
                except ValueError:
                    raise self._refused(value) from None
                return f"#{r:02x}{g:02x}{b:02x}"
            case Kind.PALETTE if value is None or isinstance(value, Palette):
                return value
        raise self._refused(value)

    def read(self, value: object, folder: Path | None = None) -> Value:
        """The value from JSON or text: palettes by name, by file (relative to ``folder``) or as their colours."""
        if isinstance(value, str):
            value = self._parsed(value)
        if self.kind is Kind.PALETTE:
            return self._palette(value, folder)
        return self.check(value)

    def write(self, value: Value) -> Any:
        """The value for JSON: a palette that is shipped by its name, any other as its colours."""
        if isinstance(value, Palette):
            return value.name if shipped(value) else {"name": value.name, "colours": value.hex()}
        return value

    def text(self, value: Value) -> str:
        """The value for a command line."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, Palette):
            return value.name if shipped(value) else "+".join(value.hex())
        return f"{value:g}" if isinstance(value, float) else str(value)

    def range(self) -> str:
        """What may be given, in words."""
        match self.kind:
            case Kind.WHOLE | Kind.NUMBER:
                return f"{self.low:g} to {self.high:g}{' ' + self.unit if self.unit else ''}"
            case Kind.CHOICE:
                return ", ".join(self.choices)
            case Kind.COLOUR:
                return "#rrggbb"
            case Kind.PALETTE:
                return "a name, a file, or #rrggbb+#rrggbb"
        return self.kind.value

    def _parsed(self, text: str) -> object:
        low = text.strip().lower()
        if self.kind is Kind.SWITCH and low in _YES + _NO:
            return low in _YES
        if self.kind in (Kind.WHOLE, Kind.NUMBER):
            try:
                return float(low)
            except ValueError:
                return text
        return low if self.kind is Kind.CHOICE else text.strip()

    def _palette(self, value: object, folder: Path | None) -> Palette | None:
        name: object = "own"
        if isinstance(value, dict):
            name, value = value.get("name", "own"), value.get("colours")
        if isinstance(value, str) and value.startswith("#"):
            value = value.split("+")
        if isinstance(value, str) and value:
            return find_palette(value, folder)
        if isinstance(value, list) and value and isinstance(name, str):
            try:
                return Palette(name, np.array([parse_colour(str(each)) for each in value], np.uint8))
            except ValueError as error:
                raise self._refused(value, str(error)) from error
        if value in (None, ""):
            return None
        raise self._refused(value)

    def _refused(self, value: object, detail: str = "") -> BadRequest:
        shown = str(value)[:60]
        return BadRequest(f"{self.name} cannot be '{shown}'.", hint=f"Give {self.range()}.", detail=detail)


def whole(default: int, low: int, high: int, words: str, unit: str = "") -> Any:
    """A field that takes whole numbers."""
    return _field(Kind.WHOLE, default, words, low=low, high=high, unit=unit)


def number(default: float, low: float, high: float, words: str, unit: str = "") -> Any:
    """A field that takes numbers."""
    return _field(Kind.NUMBER, default, words, low=low, high=high, unit=unit)


def choice(choices: Sequence[str], words: str) -> Any:
    """A field that takes one of some words; the first is the default."""
    return _field(Kind.CHOICE, choices[0], words, choices=tuple(choices))


def switch(default: bool, words: str) -> Any:
    """A field that is on or off."""
    return _field(Kind.SWITCH, default, words)


def colour(default: str, words: str) -> Any:
    """A field that takes a colour, "#rrggbb"."""
    return _field(Kind.COLOUR, default, words)


def palette(words: str) -> Any:
    """A field that takes a palette, or none."""
    return _field(Kind.PALETTE, None, words)


def _field(kind: Kind, default: Value, words: str, **more: Any) -> Any:
    return dataclasses.field(default=default, metadata={_KEY: {"kind": kind, "words": words, **more}})


def parameters_of(step: Any) -> tuple[Parameter, ...]:
    """The parameters of a step or of its class, in the order in which they are shown."""
    return tuple(
        Parameter(name=field.name, default=cast("Value", field.default), **field.metadata[_KEY])
        for field in dataclasses.fields(step)
        if _KEY in field.metadata
    )
