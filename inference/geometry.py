"""Integer sizes and rectangles, the sizes a model likes, and the context that an edit is given.

A size is width then height. Only here and where arrays are indexed do width and height swap.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from inference.errors import BadRequest

ASPECTS = (1.0, 5 / 4, 4 / 3, 3 / 2, 7 / 4, 2.0)
"""Width over height of the sizes that a model is run at, and their inverses."""


@dataclass(frozen=True, order=True)
class Size:
    """Width and height in pixels, both at least 0."""

    width: int
    height: int

    @classmethod
    def parse(cls, text: str) -> Size:
        """``"128"`` or ``"128x96"``. Raises BadRequest otherwise."""
        match = re.fullmatch(r"\s*(\d{1,6})\s*(?:[x×*]\s*(\d{1,6}))?\s*", text)
        if match is None:
            raise BadRequest(f"'{text}' is not a size.", hint="Write 128 or 128x96.")
        width = int(match[1])
        return cls(width, int(match[2]) if match[2] else width)

    @property
    def area(self) -> int:
        """Pixels."""
        return self.width * self.height

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of an array of this size: height, width."""
        return self.height, self.width

    def scaled(self, factor: float) -> Size:
        """Both sides times ``factor``, rounded, at least 1."""
        return Size(max(1, round(self.width * factor)), max(1, round(self.height * factor)))

    def divided(self, by: int) -> Size:
        """Both sides divided by ``by``, rounded up."""
        return Size(-(-self.width // by), -(-self.height // by))

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True)
class Bounds:
    """A rectangle of pixels; the left and top edges belong to it, the right and bottom ones do not."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def of(cls, size: Size) -> Bounds:
        """The whole of ``size``."""
        return cls(0, 0, size.width, size.height)

    @property
    def right(self) -> int:
        """First column past the rectangle."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row past the rectangle."""
        return self.y + self.height

    @property
    def size(self) -> Size:
        """Its size."""
        return Size(self.width, self.height)

    @property
    def empty(self) -> bool:
        """True when no pixel is inside."""
        return self.width <= 0 or self.height <= 0

    @property
    def diagonal(self) -> float:
        """Length from corner to corner in pixels."""
        return math.hypot(self.width, self.height)

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of an array; the rectangle must not reach above or left of it."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def padded(self, by: int) -> Bounds:
        """Grown by ``by`` pixels on every side."""
        return Bounds(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def moved(self, dx: int, dy: int) -> Bounds:
        """Shifted."""
        return Bounds(self.x + dx, self.y + dy, self.width, self.height)

    def intersection(self, other: Bounds) -> Bounds:
        """The common part, of zero size when there is none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Bounds(x, y, max(0, right - x), max(0, bottom - y))

    def union(self, other: Bounds) -> Bounds:
        """The smallest rectangle around both; an empty one adds nothing."""
        if self.empty or other.empty:
            return other if self.empty else self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Bounds(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def contains(self, other: Bounds) -> bool:
        """True when every pixel of ``other`` is inside."""
        return other.empty or self.intersection(other) == other

    def slid_inside(self, outer: Bounds) -> Bounds:
        """Moved, not cut, so as to lie inside ``outer``; centred on an axis where it is the larger."""
        return Bounds(
            _slide(self.x, self.width, outer.x, outer.width),
            _slide(self.y, self.height, outer.y, outer.height),
            self.width,
            self.height,
        )

    def __str__(self) -> str:
        return f"{self.size} at {self.x},{self.y}"


def _slide(start: int, length: int, outer: int, room: int) -> int:
    if length >= room:
        return outer - (length - room) // 2
    return min(max(start, outer), outer + room - length)


@dataclass(frozen=True)
class SizeRule:
    """Which sizes a model can be run at: sides between ``least`` and ``most`` in steps of ``multiple``."""

    multiple: int
    least: int
    most: int

    def check(self, size: Size) -> None:
        """Raise BadRequest, with the rule and the nearest size that obeys it, when ``size`` is not allowed."""
        if self.allows(size):
            return
        raise BadRequest(
            f"The size {size} is not allowed: both sides must be multiples of {self.multiple} "
            f"from {self.least} to {self.most}.",
            hint=f"The nearest is {self.nearest(size)}.",
        )

    def allows(self, size: Size) -> bool:
        """True when both sides obey."""
        return self.nearest(size) == size

    def nearest(self, size: Size) -> Size:
        """The allowed size nearest to ``size``."""
        return Size(self._side(size.width), self._side(size.height))

    def _side(self, length: int) -> int:
        least, most = -(-self.least // self.multiple), self.most // self.multiple
        return self.multiple * min(max(round(length / self.multiple), least), most)


def good_sizes(native: Size, multiple: int) -> tuple[Size, ...]:
    """The short list of sizes that a model is run at when the studio may choose: near its native area.

    Few sizes mean that graphs, memory arenas and kernel searches stay warm. Sides are multiples of an eighth of
    the native side (at least ``multiple``), as the sizes that such models were trained on are.
    """
    side = math.sqrt(native.area)
    step = max(multiple, math.floor(side / 8 / multiple) * multiple)
    sizes = {native}
    for aspect in ASPECTS:
        long = max(step, round(side * math.sqrt(aspect) / step) * step)
        short = max(step, round(side / math.sqrt(aspect) / step) * step)
        sizes |= {Size(long, short), Size(short, long)}
    return tuple(sorted(sizes))


@dataclass(frozen=True)
class Context:
    """What an edit sees: ``bounds`` of the picture (may reach beyond it), run at ``size``."""

    bounds: Bounds
    size: Size

    @property
    def scale(self) -> float:
        """Run pixels per picture pixel."""
        return self.size.width / self.bounds.width


def choose_context(
    wanted: Bounds, picture: Size, sizes: tuple[Size, ...], *, least: int = 0, inside: bool = True
) -> Context:
    """The context for an edit that needs to see ``wanted``.

    It has the aspect of one of ``sizes``, holds all of ``wanted``, is at least ``least`` pixels a side where the
    picture is, slides inside the picture before it reaches beyond it, and never shrinks.

    Args:
        wanted: what must be seen, inside the picture.
        picture: the picture's size.
        sizes: the sizes to run at (see ``good_sizes``).
        least: smallest side in picture pixels, so that a small edit is not blown up.
        inside: slide the context into the picture.
    """
    whole = Bounds.of(picture)
    grown = _at_least(wanted, min(least, picture.width), min(least, picture.height))
    options = [_fitted(grown, size) for size in sizes]
    best = min(options, key=lambda option: _cost(option, whole))
    return Context(best.bounds.slid_inside(whole), best.size) if inside else best


def _cost(context: Context, whole: Bounds) -> tuple[float, float]:
    """Pixels beyond the picture first, then pixels in all."""
    slid = context.bounds.slid_inside(whole)
    beyond = slid.size.area - slid.intersection(whole).size.area
    return beyond, slid.size.area


def _fitted(wanted: Bounds, size: Size) -> Context:
    """The smallest rectangle of ``size``'s aspect around ``wanted``, centred on it."""
    scale = max(wanted.width / size.width, wanted.height / size.height)
    width = max(wanted.width, math.ceil(size.width * scale - 1e-9))
    height = max(wanted.height, math.ceil(size.height * scale - 1e-9))
    return Context(_at_least(wanted, width, height), size)


def _at_least(bounds: Bounds, width: int, height: int) -> Bounds:
    width, height = max(width, bounds.width), max(height, bounds.height)
    return Bounds(bounds.x - (width - bounds.width) // 2, bounds.y - (height - bounds.height) // 2, width, height)
