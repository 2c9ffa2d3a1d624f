"""What the tools are set to: kept while the program runs, and saved by the window."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, overload

from PySide6.QtCore import QObject, Signal

from desktop_app.document.brushes import LARGEST_BRUSH, Brush
from desktop_app.document.inks import Colour
from desktop_app.document.selecting import Combine

Value = TypeVar("Value")
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
BIGGER = 1.15
"""A step of the brush's size, at least a pixel."""
HARDER = 0.1


class Option(Generic[Value]):
    """One value of ``ToolOptions``: setting it to something else tells ``changed``.

    Args:
        default: what it is at first.
        read: makes a value that is allowed of what is given; raises ValueError or TypeError when it cannot be one.
    """

    def __init__(self, default: Value, read: Callable[[Any], Value]) -> None:
        self._default, self._read = default, read
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Option[Value]: ...
    @overload
    def __get__(self, instance: ToolOptions, owner: type) -> Value: ...
    def __get__(self, instance: ToolOptions | None, owner: type) -> Option[Value] | Value:
        return self if instance is None else instance.values.get(self._name, self._default)

    def __set__(self, instance: ToolOptions, value: Value) -> None:
        allowed = self._read(value)
        if allowed != self.__get__(instance, type(instance)):
            instance.values[self._name] = allowed
            instance.changed.emit()


def _between(least: float, most: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        number = float(value)
        if math.isnan(number):
            raise ValueError(value)
        return min(max(number, least), most)

    return read


def _colour(value: Any) -> Colour:
    red, green, blue = (min(max(int(part), 0), 255) for part in value)
    return red, green, blue


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _count(value: Any) -> int:
    return min(max(int(value), 0), 255)


class ToolOptions(QObject):
    """The options of all tools. Sizes are diameters in pixels, hardness and opacity are shares from 0 to 1.

    Signals:
        changed: one of them is another.
    """

    changed = Signal()

    mask_size = Option(60.0, _between(1, LARGEST_BRUSH))
    mask_hardness = Option(0.8, _between(0, 1))
    mask_opacity = Option(1.0, _between(0.01, 1))
    paint_size = Option(20.0, _between(1, LARGEST_BRUSH))
    paint_hardness = Option(0.8, _between(0, 1))
    paint_opacity = Option(1.0, _between(0.01, 1))
    pressure_size = Option(True, _switch)
    pressure_opacity = Option(False, _switch)
    tolerance = Option(32, _count)
    contiguous = Option(True, _switch)
    all_layers = Option(True, _switch)
    combine = Option(Combine.REPLACE, Combine)
    foreground = Option(BLACK, _colour)
    background = Option(WHITE, _colour)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, Any] = {}
        """What differs from the defaults, by name; set the attributes, not this."""

    def as_dict(self) -> dict[str, Any]:
        """All of them as JSON."""
        return {name: _plain(getattr(self, name)) for name in NAMES}

    def from_dict(self, values: Mapping[str, Any]) -> None:
        """Take over what ``as_dict`` gave; what is unknown or cannot be is left as it is."""
        for name in NAMES:
            if name in values:
                try:
                    setattr(self, name, values[name])
                except (OverflowError, TypeError, ValueError):
                    continue

    def brush(self, *, mask: bool) -> Brush:
        """What the brush of masks, or that of layers, is set to."""
        size, hardness, opacity = (
            (self.mask_size, self.mask_hardness, self.mask_opacity)
            if mask
            else (self.paint_size, self.paint_hardness, self.paint_opacity)
        )
        return Brush(
            size=size,
            hardness=hardness,
            opacity=opacity,
            pressure_size=self.pressure_size,
            pressure_opacity=self.pressure_opacity,
        )

    def resize(self, steps: int, *, mask: bool) -> None:
        """Make a brush larger by some steps, or smaller."""
        name = "mask_size" if mask else "paint_size"
        size = getattr(self, name)
        for _ in range(abs(steps)):
            size = max(size * BIGGER, size + 1) if steps > 0 else min(size / BIGGER, size - 1)
        setattr(self, name, float(round(size)))

    def harden(self, steps: int, *, mask: bool) -> None:
        """Make a brush harder by tenths, or softer."""
        name = "mask_hardness" if mask else "paint_hardness"
        setattr(self, name, round(getattr(self, name) + steps * HARDER, 2))

    def swap_colours(self) -> None:
        """The background colour in front."""
        self.foreground, self.background = self.background, self.foreground

    def default_colours(self) -> None:
        """Black on white."""
        self.foreground, self.background = BLACK, WHITE


NAMES = tuple(name for name, option in vars(ToolOptions).items() if isinstance(option, Option))


def _plain(value: Any) -> Any:
    if isinstance(value, Combine):
        return value.value
    return list(value) if isinstance(value, tuple) else value
