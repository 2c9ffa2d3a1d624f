"""A box that is dragged by its handles, as a value: frames of crop and extend, and the one around a layer."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass, replace

from inference.geometry import Bounds

LEAST = 1.0
"""Pixels of a side."""
STEP = 15.0
"""Degrees between the angles that Shift keeps to."""


class Grip(enum.Enum):
    """Where a box is taken; of a handle the value says on which side (-1, 0, 1) of the middle it lies."""

    TOP_LEFT = (-1, -1)
    TOP = (0, -1)
    TOP_RIGHT = (1, -1)
    RIGHT = (1, 0)
    BOTTOM_RIGHT = (1, 1)
    BOTTOM = (0, 1)
    BOTTOM_LEFT = (-1, 1)
    LEFT = (-1, 0)
    INSIDE = (0, 0)
    OUTSIDE = (2, 2)


HANDLES = tuple(grip for grip in Grip if grip not in {Grip.INSIDE, Grip.OUTSIDE})


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle about a middle, turned.

    Attributes:
        x: of its middle.
        y: likewise.
        width: negative when it is flipped.
        height: likewise.
        angle: degrees, clockwise on the screen.
    """

    x: float
    y: float
    width: float
    height: float
    angle: float = 0.0

    @classmethod
    def of(cls, bounds: Bounds) -> Box:
        """Around whole pixels."""
        x, y = bounds.x + bounds.width / 2, bounds.y + bounds.height / 2
        return cls(x=x, y=y, width=float(bounds.width), height=float(bounds.height))

    @property
    def bounds(self) -> Bounds:
        """The whole pixels that an upright box is nearest to."""
        width, height = max(1, round(abs(self.width))), max(1, round(abs(self.height)))
        return Bounds(round(self.x - width / 2), round(self.y - height / 2), width, height)

    @property
    def upright(self) -> bool:
        """True when its sides run along those of the pixels."""
        return self.angle % 90 == 0

    def at(self, u: float, v: float) -> tuple[float, float]:
        """The point at shares of its half sides: -1, -1 is the upper left corner."""
        dx, dy = _turned(u * self.width / 2, v * self.height / 2, self.angle)
        return self.x + dx, self.y + dy

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Clockwise from the upper left."""
        return self.at(-1, -1), self.at(1, -1), self.at(1, 1), self.at(-1, 1)

    @property
    def reach(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the upright rectangle around it."""
        across, down = zip(*self.corners, strict=True)
        return min(across), min(down), max(across), max(down)

    def grip(self, x: float, y: float, reach: float) -> Grip:
        """What is taken at a point; handles and sides are caught from ``reach`` pixels on."""
        dx, dy = _turned(x - self.x, y - self.y, -self.angle)
        u, v = (_side(offset, size, reach) for offset, size in ((dx, self.width), (dy, self.height)))
        if u is None or v is None:
            return Grip.OUTSIDE
        return Grip((u, v))

    def dragged(self, grip: Grip, dx: float, dy: float, *, keep: bool = False, centred: bool = False) -> Box:
        """With a handle moved by dx, dy; the side across stays, or the middle (``centred``).

        Args:
            keep: its proportions.
        """
        if grip in {Grip.INSIDE, Grip.OUTSIDE}:
            return self
        u, v = grip.value
        if self.upright:
            dx, dy = float(round(dx)), float(round(dy))
        across, down = _turned(dx, dy, -self.angle)
        times = 2 if centred else 1
        width, height = _longer(self.width, u * across * times), _longer(self.height, v * down * times)
        if keep:
            width, height = self._kept(width, height)
        if centred:
            return replace(self, width=width, height=height)
        moved = _turned((width - self.width) / 2 * u, (height - self.height) / 2 * v, self.angle)
        return replace(self, x=self.x + moved[0], y=self.y + moved[1], width=width, height=height)

    def moved(self, dx: float, dy: float) -> Box:
        """Elsewhere; an upright one by whole pixels."""
        if self.upright:
            dx, dy = float(round(dx)), float(round(dy))
        return replace(self, x=self.x + dx, y=self.y + dy)

    def turned(self, start: tuple[float, float], to: tuple[float, float], *, steps: bool = False) -> Box:
        """Turned about its middle as a point goes from ``start`` to ``to``; ``steps``: by whole steps."""
        one, other = (math.atan2(y - self.y, x - self.x) for x, y in (start, to))
        angle = self.angle + math.degrees(other - one)
        angle = round(angle / STEP) * STEP if steps else round(angle, 1)
        return replace(self, angle=(angle + 180) % 360 - 180)

    def sized(self, width: float, height: float) -> Box:
        """Another size about the same middle, or, upright, from the same upper left corner; flips stay."""
        width, height = math.copysign(max(width, LEAST), self.width), math.copysign(max(height, LEAST), self.height)
        box = replace(self, width=width, height=height)
        if not self.upright:
            return box
        left, top, _, _ = self.reach
        now_left, now_top, _, _ = box.reach
        return replace(box, x=box.x + left - now_left, y=box.y + top - now_top)

    def _kept(self, width: float, height: float) -> tuple[float, float]:
        """The same proportions, as large as the side that changed most."""
        across, down = width / self.width, height / self.height
        factor = across if abs(across - 1) > abs(down - 1) else down
        width, height = self.width * factor, self.height * factor
        if self.upright:
            width, height = float(round(width)), float(round(height))
        return width or LEAST, height or LEAST


def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
    turn = math.radians(angle)
    cos, sin = math.cos(turn), math.sin(turn)
    if angle % 90 == 0:
        cos, sin = float(round(cos)), float(round(sin))
    return x * cos - y * sin, x * sin + y * cos


def _side(offset: float, size: float, reach: float) -> int | None:
    """On which side of a length an offset from its middle lies; 0 between them, None beyond both."""
    half = abs(size) / 2
    if abs(offset) > half + reach:
        return None
    if abs(offset) < half - min(reach, half / 2):
        return 0
    return int(math.copysign(1, offset * size))


def _longer(size: float, by: float) -> float:
    """A side that is never shorter than ``LEAST``; it flips when it is dragged through the other."""
    out = size + by
    return out if abs(out) >= LEAST else math.copysign(LEAST, out)
