"""What the canvas shows, and how it looks: the two things that it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from inference.alpha import Pixels
from inference.geometry import Bounds, Size
from inference.masks import Mask


class CanvasSource(Protocol):
    """A picture with, perhaps, a mask. Called in the GUI thread, never while painting.

    ``bounds`` are always inside the picture and never empty.
    """

    @property
    def size(self) -> Size:
        """Of the picture, at least 1x1. When it changes, the canvas is told by ``reload``."""
        ...

    def compose(self, bounds: Bounds) -> Pixels:
        """(height, width, 4) bytes, RGBA, premultiplied. Copied at once: it may be a view or a buffer used again."""
        ...

    def mask(self, bounds: Bounds) -> Mask | None:
        """(height, width) bytes, 255 where selected; None when there is no mask anywhere."""
        ...


@dataclass(frozen=True, kw_only=True)
class Look:
    """Colours of the canvas, "#rrggbb".

    Attributes:
        accent: the tint of the mask, and the ring of focus.
        soft: the tint of where an edit can reach.
        ruler_text: its figures and ticks.
    """

    surround: str = "#1e1f22"
    border: str = "#3a3d43"
    checkers: tuple[str, str] = ("#2b2d31", "#34373c")
    accent: str = "#4c8dff"
    soft: str = "#b58cff"
    caption: str = "#e6e7e9"
    caption_back: str = "#26282c"
    ruler: str = "#26282c"
    ruler_text: str = "#9aa0a8"
