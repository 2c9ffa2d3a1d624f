"""Where the frames of an animation lie on the pages of a sheet, and which of them belong to which animation."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from inference.clips.timing import Ticker
from inference.errors import BadRequest
from inference.geometry import Bounds, Size

FORWARD, REVERSE, PINGPONG = DIRECTIONS = ("forward", "reverse", "pingpong")


@dataclass(frozen=True, kw_only=True)
class Sprite:
    """A frame on a page.

    Attributes:
        page: number of the page.
        place: what is kept of the frame, on the page; as it stands there when it is turned.
        offset: where that lies in the frame, columns and rows.
        source: the frame's whole size.
        turned: it lies on the page turned by a quarter, clockwise. We write none, but read them.
    """

    page: int
    place: Bounds
    offset: tuple[int, int]
    source: Size
    duration: Fraction
    turned: bool = False

    @property
    def trimmed(self) -> bool:
        """Whether the page holds less than the whole frame."""
        return self.kept != self.source

    @property
    def kept(self) -> Size:
        """Size of what is kept, upright."""
        size = self.place.size
        return Size(size.height, size.width) if self.turned else size


@dataclass(frozen=True, kw_only=True)
class Tag:
    """An animation: frames ``first`` to ``last``, both in it, played in a direction, for ever or once."""

    name: str
    first: int
    last: int
    direction: str = FORWARD
    loop: bool = True

    def __post_init__(self) -> None:
        """Raises BadRequest for a tag that cannot be."""
        if self.direction not in DIRECTIONS:
            raise BadRequest(f"'{self.direction}' is not a direction.", hint=f"There are {', '.join(DIRECTIONS)}.")
        if not self.name or not 0 <= self.first <= self.last:
            raise BadRequest(f"'{self.name}' from {self.first} to {self.last} is no animation.")

    def order(self) -> list[int]:
        """Numbers of the frames as they are shown in one round, for engines that know no direction."""
        frames = list(range(self.first, self.last + 1))
        if self.direction == REVERSE:
            return frames[::-1]
        return frames + frames[-2:0:-1] if self.direction == PINGPONG else frames


@dataclass(frozen=True, kw_only=True)
class Atlas:
    """All frames in their order, the sizes of the pages, the animations, and the pivot that all share.

    Attributes:
        pivot: the point that stands still, in parts of the frame's width and height from its top left corner.
    """

    sprites: tuple[Sprite, ...]
    pages: tuple[Size, ...]
    tags: tuple[Tag, ...]
    pivot: tuple[float, float] = (0.5, 0.5)

    def __post_init__(self) -> None:
        """Raises BadRequest when a tag goes beyond the frames."""
        for tag in self.tags:
            if tag.last >= len(self.sprites):
                raise BadRequest(
                    f"The animation {tag.name} ends at frame {tag.last}, and the last is {len(self.sprites) - 1}.",
                    hint="Frames are counted from 0.",
                )

    @cached_property
    def milliseconds(self) -> list[int]:
        """How long each frame is shown, rounded so that nothing drifts."""
        ticker = Ticker(Fraction(1, 1000))
        return [ticker.next(each.duration)[1] for each in self.sprites]

    def on(self, page: int) -> list[tuple[int, Sprite]]:
        """Numbers and frames that lie on a page."""
        return [(number, each) for number, each in enumerate(self.sprites) if each.page == page]
