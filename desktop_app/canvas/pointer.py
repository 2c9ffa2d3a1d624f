"""What a tool hears of mouse and pen: values, in the document's coordinates."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol


class Modifiers(enum.Flag):
    """Keys held down."""

    NONE = 0
    SHIFT = enum.auto()
    CTRL = enum.auto()
    """Command on a Mac."""
    ALT = enum.auto()


class Button(enum.Enum):
    """What was pressed. The middle button belongs to panning."""

    NONE = enum.auto()
    LEFT = enum.auto()
    """The pen's tip, too."""
    RIGHT = enum.auto()


class Device(enum.Enum):
    """What the hand holds."""

    MOUSE = enum.auto()
    PEN = enum.auto()
    ERASER = enum.auto()
    """The other end of a pen."""


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """One report of mouse or pen.

    Attributes:
        x: in document pixels, may lie beyond the document.
        y: likewise.
        pressure: 0 to 1; 1 for a mouse.
        button: that began the gesture.
        clicks: 2 for the press that completes a double click.
    """

    x: float
    y: float
    pressure: float = 1.0
    modifiers: Modifiers = Modifiers.NONE
    button: Button = Button.NONE
    device: Device = Device.MOUSE
    clicks: int = 1


class Tool(Protocol):
    """A gesture is one ``press``, any number of ``move`` and one ``release`` or ``cancel``; ``hover`` lies between."""

    def press(self, pointer: Pointer) -> None: ...

    def move(self, pointer: Pointer) -> None: ...

    def release(self, pointer: Pointer) -> None: ...

    def hover(self, pointer: Pointer) -> None: ...

    def cancel(self) -> None: ...
