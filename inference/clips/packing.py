"""Lay frames out on pages: in a grid of equal cells, or packed close by rectpack's MaxRects (Jylänki, 2010)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import rectpack

from inference.errors import BadRequest
from inference.geometry import Bounds, Size

GRID, PACKED = LAYOUTS = ("grid", "packed")
MANY = 400
"""Rectangles from which the faster skyline algorithm is taken: MaxRects' time grows with their square."""
_GROWTH = 1.06


@dataclass(frozen=True, kw_only=True)
class SheetOptions:
    """How a sheet is laid out.

    Attributes:
        layout: "grid" (equal cells, what every engine can cut) or "packed".
        trim: leave the empty border out: of each frame when packed, the common one in a grid. None: when packed.
        padding: empty pixels around and between frames; None for 2 when packed, 0 in a grid.
        extrude: times that a frame's edge pixels are repeated around it, so that nothing bleeds in when it is scaled.
        columns: of a grid; 0 for as many as make it about square.
        largest: longest side of a page.
        power_of_two: sides of pages are powers of two.
        pivot: see ``Atlas``.
    """

    layout: str = PACKED
    trim: bool | None = None
    padding: int | None = None
    extrude: int = 0
    columns: int = 0
    largest: int = 4096
    power_of_two: bool = False
    pivot: tuple[float, float] = (0.5, 0.5)

    def __post_init__(self) -> None:
        """Raises BadRequest for a value out of its range."""
        if self.layout not in LAYOUTS:
            raise BadRequest(f"'{self.layout}' is not a layout.", hint=f"There are {' and '.join(LAYOUTS)}.")
        for words, value, least, most in (
            ("padding", self.padding, 0, 256),
            ("number of extruded pixels", self.extrude, 0, 64),
            ("number of columns", self.columns, 0, 16384),
            ("largest side", self.largest, 16, 16384),
        ):
            if value is not None and not least <= value <= most:
                raise BadRequest(f"{value} is not a {words}.", hint=f"Give one from {least} to {most}.")

    @property
    def trims(self) -> bool:
        """Whether empty borders are left out."""
        return self.layout == PACKED if self.trim is None else self.trim

    @property
    def gap(self) -> int:
        """Empty pixels around and between frames."""
        return (2 if self.layout == PACKED else 0) if self.padding is None else self.padding


@dataclass(frozen=True)
class Laid:
    """Pages and, for each rectangle, its page and its place there, without padding and extruded pixels."""

    pages: tuple[Size, ...]
    places: tuple[tuple[int, Bounds], ...]


def lay_out(sizes: Sequence[Size], options: SheetOptions) -> Laid:
    """Find a place for each rectangle.

    Raises:
        BadRequest: when one does not fit on the largest page.
    """
    around = 2 * options.extrude + options.gap
    cells = [Size(size.width + around, size.height + around) for size in sizes]
    room = _floor_power(options.largest) if options.power_of_two else options.largest
    for number, cell in enumerate(cells):
        if max(cell.width, cell.height) + options.gap > room:
            raise BadRequest(
                f"Frame {number} needs {cell.width + options.gap}x{cell.height + options.gap} pixels of a page, "
                f"and pages have sides up to {room}.",
                hint="Allow larger pages (--largest), or trim or scale the frames.",
            )
    pages, places = (_grid if options.layout == GRID else _packed)(cells, options, room - options.gap)
    inset = options.gap + options.extrude
    laid = [
        (page, Bounds(x + inset, y + inset, *_pair(size))) for (page, x, y), size in zip(places, sizes, strict=True)
    ]
    return Laid(tuple(_page(size, options) for size in pages), tuple(laid))


Place = tuple[int, int, int]
"""Page, column, row."""


def _grid(cells: Sequence[Size], options: SheetOptions, room: int) -> tuple[list[Size], list[Place]]:
    cell = Size(max(each.width for each in cells), max(each.height for each in cells))
    most = room // cell.width
    square = math.ceil(math.sqrt(len(cells) * cell.height / cell.width))
    columns = options.columns or min(max(1, square), most, len(cells))
    if columns > most:
        raise BadRequest(f"{columns} columns of {cell.width} pixels are too wide for a page of {room}.")
    each = columns * (room // cell.height)
    places = [
        (i // each, i % each % columns * cell.width, i % each // columns * cell.height) for i in range(len(cells))
    ]
    pages = [
        Size(columns * cell.width, -(-min(each, len(cells) - start) // columns) * cell.height)
        for start in range(0, len(cells), each)
    ]
    return pages, places


def _packed(cells: Sequence[Size], options: SheetOptions, room: int) -> tuple[list[Size], list[Place]]:
    pages: list[Size] = []
    places: dict[int, Place] = {}
    for members in _shared_out(cells, room):
        size, found = _smallest([cells[each] for each in members], options, room)
        for each, (x, y) in zip(members, found, strict=True):
            places[each] = (len(pages), x, y)
        pages.append(size)
    return pages, [places[each] for each in range(len(cells))]


def _shared_out(cells: Sequence[Size], room: int) -> list[list[int]]:
    """Which rectangles come on which page."""
    bins = _fitted(cells, [Size(room, room)] * len(cells))
    members: dict[int, list[int]] = {}
    for number, (page, _, _) in bins.items():
        members.setdefault(page, []).append(number)
    return [sorted(members[page]) for page in sorted(members)]


def _smallest(cells: Sequence[Size], options: SheetOptions, room: int) -> tuple[Size, list[tuple[int, int]]]:
    """The smallest of the sizes that are tried on which all fit."""
    for size in _sizes(cells, options, room):
        found = _fitted(cells, [size])
        if len(found) == len(cells):
            places = [(found[each][1], found[each][2]) for each in range(len(cells))]
            used = Size(
                max(x + cell.width for (x, _), cell in zip(places, cells, strict=True)),
                max(y + cell.height for (_, y), cell in zip(places, cells, strict=True)),
            )
            return used, places
    raise BadRequest("The frames do not fit on their page.")


def _sizes(cells: Sequence[Size], options: SheetOptions, room: int) -> Iterator[Size]:
    """Sizes that may be large enough, by area."""
    area = sum(cell.area for cell in cells)
    widest, highest = max(cell.width for cell in cells), max(cell.height for cell in cells)
    if options.power_of_two:
        powers = [1 << i for i in range(room.bit_length() + 1) if 1 << i <= room + options.gap]
        sizes: Iterable[Size] = (Size(w - options.gap, h - options.gap) for w in powers for h in powers if w < 4 * h)
        sizes = sorted(sizes, key=lambda size: (size.area, abs(size.width - size.height)))
    else:
        sides = [math.ceil(math.sqrt(area) * _GROWTH**step) for step in range(60)]
        sizes = [Size(min(max(side, widest), room), min(max(side, highest), room)) for side in sides]
        sizes = [*dict.fromkeys(sizes)]
    for size in sizes:
        if size.area >= area and size.width >= widest and size.height >= highest:
            yield size
    yield Size(room, room)


def _fitted(cells: Sequence[Size], bins: Sequence[Size]) -> dict[int, Place]:
    """Those that find a place."""
    algorithm: Any = rectpack.MaxRectsBssf if len(cells) < MANY else rectpack.SkylineBlWm
    packer: Any = rectpack.newPacker(rotation=False, pack_algo=algorithm)
    for number, cell in enumerate(cells):
        packer.add_rect(cell.width, cell.height, number)
    for size in bins:
        packer.add_bin(size.width, size.height)
    packer.pack()
    return {number: (page, x, y) for page, x, y, _, _, number in packer.rect_list()}


def _page(used: Size, options: SheetOptions) -> Size:
    width, height = used.width + options.gap, used.height + options.gap
    if options.power_of_two:
        return Size(1 << (width - 1).bit_length(), 1 << (height - 1).bit_length())
    return Size(width, height)


def _floor_power(number: int) -> int:
    return 1 << (number.bit_length() - 1)


def _pair(size: Size) -> tuple[int, int]:
    return size.width, size.height
