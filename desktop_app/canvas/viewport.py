"""Where a document lies in a view: a value, without Qt.

Document coordinates are in document pixels: (0, 0) is the outer corner of the first pixel, whose centre is (0.5, 0.5).
View coordinates are in pixels of the screen (not Qt's logical ones), so that 100 % shows one for one on any screen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from inference.geometry import Bounds, Size

LEAST_ZOOM, MOST_ZOOM = 1 / 64, 64.0
SHARP_FROM = 2.0
"""Zoom from which pixels are shown as squares."""
STEPS = tuple(sorted({2.0**n for n in range(-6, 7)} | {1.5 * 2.0**n for n in range(-6, 6)} | {1 / 3, 2 / 3, 5.0, 7.0}))
"""The zooms at which zooming by steps stops."""
KEPT = 64.0
"""View pixels of the document that panning leaves in sight."""
NEAR = 0.02
"""A zoom nearer than this share to a step becomes the step, so that wheels come back to 100 %."""


@dataclass(frozen=True, kw_only=True)
class Viewport:
    """A document of ``size`` seen at ``zoom`` in a view of ``width`` by ``height``.

    Attributes:
        zoom: view pixels for each document pixel, 1/64 to 64.
        left: view x of the document's left edge.
        top: view y of the document's top edge.
        inset: view pixels at the left and at the top that rulers hide.
    """

    size: Size
    width: int
    height: int
    zoom: float = 1.0
    left: float = 0.0
    top: float = 0.0
    inset: int = 0

    @classmethod
    def fitted(cls, size: Size, width: int, height: int, margin: int = 24, inset: int = 0) -> Viewport:
        """All of the document, centred; from 200 % on at a whole number, so that pixels are alike."""
        wide = max(1, width - inset - 2 * margin) / max(1, size.width)
        high = max(1, height - inset - 2 * margin) / max(1, size.height)
        zoom = min(wide, high)
        zoom = _limited(math.floor(zoom) if zoom >= 2 else zoom)
        view = cls(size=size, width=width, height=height, zoom=zoom, inset=inset)
        return view.centred(size.width / 2, size.height / 2)

    @property
    def middle(self) -> tuple[float, float]:
        """Of what the rulers leave of the view."""
        return (self.width + self.inset) / 2, (self.height + self.inset) / 2

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the document is seen."""
        return self.left + x * self.zoom, self.top + y * self.zoom

    def to_document(self, x: float, y: float) -> tuple[float, float]:
        """The point of the document that is seen there."""
        return (x - self.left) / self.zoom, (y - self.top) / self.zoom

    def snapped(self) -> Viewport:
        """With the document's corner on a whole view pixel: how it is painted, sharp at whole zooms."""
        return replace(self, left=float(math.floor(self.left + 0.5)), top=float(math.floor(self.top + 0.5)))

    def zoomed(self, zoom: float, x: float, y: float) -> Viewport:
        """At another zoom (limited), with the point of the document at view ``x, y`` kept there.

        Where the document is not under that point, it is then brought back into sight.
        """
        zoom = _limited(zoom)
        at_x, at_y = self.to_document(x, y)
        moved = replace(self, zoom=zoom, left=x - at_x * zoom, top=y - at_y * zoom)
        over = 0 <= at_x <= self.size.width and 0 <= at_y <= self.size.height
        return moved if over else moved.kept_near()

    def scaled(self, factor: float, x: float, y: float) -> Viewport:
        """Zoomed by a factor about view ``x, y``, caught by a near step that lies on the way."""
        zoom = self.zoom * factor
        near = min(STEPS, key=lambda step: abs(math.log(step / zoom)))
        caught = abs(near / zoom - 1) < NEAR and abs(factor - 1) > NEAR
        return self.zoomed(near if caught else zoom, x, y)

    def stepped(self, steps: int, x: float, y: float) -> Viewport:
        """``steps`` further along the list of zooms (negative: out)."""
        zoom = self.zoom
        for _ in range(abs(steps)):
            zoom = next_step(zoom, steps > 0)
        return self.zoomed(zoom, x, y)

    def panned(self, dx: float, dy: float) -> Viewport:
        """Moved by view pixels, with some of the document left in sight."""
        return replace(self, left=self.left + dx, top=self.top + dy).kept_near()

    def centred(self, x: float, y: float) -> Viewport:
        """With a point of the document in the middle of the view."""
        across, down = self.middle
        return replace(self, left=across - x * self.zoom, top=down - y * self.zoom)

    def resized(self, width: int, height: int) -> Viewport:
        """In a view of another size, with the same point of the document in its middle."""
        x, y = self.to_document(*self.middle)
        return replace(self, width=width, height=height).centred(x, y).kept_near()

    def with_inset(self, inset: int) -> Viewport:
        """With rulers of another width; the document stays where it is, unless nothing of it would be seen."""
        return replace(self, inset=inset).kept_near()

    def with_size(self, size: Size, dx: int = 0, dy: int = 0) -> Viewport:
        """For a document of another size whose content moved by ``dx, dy``: what is seen stays where it is."""
        left, top = self.left - dx * self.zoom, self.top - dy * self.zoom
        return replace(self, size=size, left=left, top=top).kept_near()

    def kept_near(self) -> Viewport:
        """Moved back, if needed, until ``KEPT`` pixels of the document (or all that there is) are in sight."""
        return replace(
            self,
            left=_kept(self.left, self.size.width * self.zoom, self.inset, self.width),
            top=_kept(self.top, self.size.height * self.zoom, self.inset, self.height),
        )

    @property
    def visible(self) -> Bounds:
        """The pixels of the document of which something is seen."""
        x, y = self.to_document(self.inset, self.inset)
        right, bottom = self.to_document(self.width, self.height)
        left, top = math.floor(x), math.floor(y)
        seen = Bounds(left, top, math.ceil(right) - left, math.ceil(bottom) - top)
        return seen.intersection(Bounds.of(self.size))

    def covering(self, bounds: Bounds, by: int = 0) -> Bounds:
        """The view pixels that show ``bounds``, grown by ``by``, cut to the view."""
        left, top = self.to_view(bounds.x, bounds.y)
        right, bottom = self.to_view(bounds.right, bounds.bottom)
        x, y = math.floor(left), math.floor(top)
        covered = Bounds(x, y, math.ceil(right) - x, math.ceil(bottom) - y).padded(by)
        return covered.intersection(Bounds(0, 0, self.width, self.height))

    @property
    def level(self) -> int:
        """The halving of the document to draw from: n for 1/2^n, never smaller than what is seen."""
        return max(0, math.floor(math.log2(1 / self.zoom) + 1e-9))


def next_step(zoom: float, larger: bool) -> float:
    """The next zoom of the list."""
    if larger:
        return next((step for step in STEPS if step > zoom * (1 + 1e-6)), MOST_ZOOM)
    return next((step for step in reversed(STEPS) if step < zoom * (1 - 1e-6)), LEAST_ZOOM)


def ruler_step(zoom: float, least: float = 64) -> int:
    """Document pixels between two labels of a ruler: 1, 2 or 5 times a power of ten, ``least`` view pixels or more."""
    wanted = max(1.0, least / zoom)
    power = 10 ** math.floor(math.log10(wanted) + 1e-9)
    return next(round(power * factor) for factor in (1, 2, 5, 10) if power * factor >= wanted - 1e-9)


def checker_side(zoom: float, least: float = 8) -> float:
    """View pixels of a square of the checkerboard: document pixels doubled until ``least`` is reached."""
    return zoom * 2.0 ** max(0, math.ceil(math.log2(least / zoom) - 1e-9))


def _limited(zoom: float) -> float:
    return min(max(zoom, LEAST_ZOOM), MOST_ZOOM)


def _kept(start: float, length: float, low: float, high: float) -> float:
    kept = min(KEPT, length, max(1.0, high - low))
    return min(max(start, low + kept - length), high - kept)
