"""The brush: dabs along a stroke, on a layer or on the selection.

A stroke gathers its dabs in a coverage by the larger of two, so that it is even where it crosses itself, and lays
ink through it on the pixels as they were before the stroke: opacity is the stroke's, not the dab's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from desktop_app.document.arranging import cover_canvas
from desktop_app.document.arrays import as_bytes
from desktop_app.document.document import selected
from desktop_app.document.edits import Part, Target, around
from desktop_app.document.history import Gesture
from desktop_app.document.inks import Ink, masked, painted, times
from inference.errors import BadRequest
from inference.geometry import Bounds
from inference.masks import Mask

LARGEST_BRUSH = 2000.0
PHASES = 4
"""Places within a pixel at which small dabs are drawn, a side."""
SMALL = 96.0
"""Diameter up to which the place within a pixel can be seen."""
ROOM = 128 * 128
"""Pixels of a rectangle that may be painted in vain before dabs are painted in two."""


@dataclass(frozen=True, kw_only=True)
class Brush:
    """What the hand holds.

    Attributes:
        size: diameter in pixels, 0.5 to 2000.
        hardness: 0 (soft from the middle on) to 1 (a sharp, smooth edge).
        opacity: of the whole stroke, 0 to 1.
        spacing: between dabs, as a share of the diameter.
        pressure_size: the pen's pressure scales the diameter.
        pressure_opacity: the pen's pressure scales the opacity.
    """

    size: float = 40.0
    hardness: float = 0.8
    opacity: float = 1.0
    spacing: float = 0.1
    pressure_size: bool = False
    pressure_opacity: bool = False

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("size", self.size, 0.5, LARGEST_BRUSH),
            ("hardness", self.hardness, 0, 1),
            ("opacity", self.opacity, 0, 1),
            ("spacing", self.spacing, 0.01, 10),
        ):
            if not least <= value <= most:
                raise BadRequest(f"The brush's {name} is {value:g}.", hint=f"It goes from {least:g} to {most:g}.")


@dataclass(frozen=True)
class Point:
    """Where the pen is: canvas coordinates (a pixel's centre lies at .5) and pressure, 0 to 1."""

    x: float
    y: float
    pressure: float = 1.0

    def towards(self, other: Point, share: float) -> Point:
        """The point at ``share`` of the way to another."""
        return Point(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
            self.pressure + (other.pressure - self.pressure) * share,
        )


@lru_cache(maxsize=64)
def dab(size: float, hardness: float, phase_x: float = 0.0, phase_y: float = 0.0) -> Mask:
    """One touch of the brush: (n, n) bytes whose centre lies at n / 2 + phase, in pixels from the upper left corner.

    Full inside ``hardness`` of the radius, then a smooth step to 0 at the radius; the edge is at least a pixel wide.
    """
    radius = size / 2
    half = math.ceil(radius + 1.5)
    along = np.arange(2 * half, dtype=np.float32) + np.float32(0.5 - half)
    distance = np.hypot(along - np.float32(phase_x), (along - np.float32(phase_y))[:, None])
    edge = max(radius * (1 - hardness), 1.0)
    t = np.clip((radius + 0.5 - distance) / edge, 0, 1)
    shape = t if edge == 1 else t * t * (3 - 2 * t)
    mask = np.round(shape * 255 * min(1.0, size * size)).astype(np.uint8)
    mask.flags.writeable = False
    return mask


class Stroke:
    """A stroke that is being made. ``to`` paints up to a point and returns what it touched.

    Args:
        gesture: what it is part of (see ``History.begin``); its commit makes the stroke one step.
        target: a layer, which is extended to the canvas first, or ``Part.SELECTION``.
        ink: a colour; None erases. On the selection any colour selects.

    Raises:
        BadRequest: when the layer is locked.
    """

    def __init__(self, gesture: Gesture, target: Target, brush: Brush, ink: Ink) -> None:
        document = gesture.document
        self._limit: Mask | None = None
        if not isinstance(target, Part):
            target = document.stack.writable(target).id
            grown = cover_canvas(document, target)
            if grown is not None:
                gesture.do(grown)
            self._limit = document.selection if selected(document.stack) else None
        self._touched = gesture.paint_on(target)
        self._canvas = document.stack.bounds
        self._coverage: Mask = np.zeros(self._touched.array.shape[:2], np.uint8)
        self._brush, self._ink, self._on_mask = brush, ink, isinstance(target, Part)
        self._last: Point | None = None
        self._walked = 0.0

    def to(self, x: float, y: float, pressure: float = 1.0) -> Bounds:
        """Paint from the last point (the first call: one dab) to this one.

        Returns:
            What of the canvas it touched; may be empty.
        """
        point = Point(x, y, min(max(pressure, 0.0), 1.0))
        touched: list[Bounds] = []
        pending = Bounds(0, 0, 0, 0)
        for place in self._places(point):
            bounds = self._dab(place)
            both = pending.union(bounds)
            if both.size.area > ROOM + 2 * (pending.size.area + bounds.size.area):
                touched.append(self._paint(pending))
                both = bounds
            pending = both
        self._last = point
        touched.append(self._paint(pending))
        return around(touched)

    def _places(self, point: Point) -> Iterator[Point]:
        """Where dabs are due between the last point and ``point``."""
        if self._last is None:
            yield point
            return
        length = math.hypot(point.x - self._last.x, point.y - self._last.y)
        step = max(self._diameter(point) * self._brush.spacing, 0.5)
        due = step - self._walked
        while due <= length:
            yield self._last.towards(point, due / length if length else 0.0)
            due += step
        self._walked = length - (due - step)

    def _diameter(self, point: Point) -> float:
        return max(self._brush.size * (point.pressure if self._brush.pressure_size else 1.0), 0.5)

    def _dab(self, point: Point) -> Bounds:
        """Add one dab to the coverage; returns its bounds in the array."""
        size = round(self._diameter(point) * 4) / 4
        fine = PHASES if size <= SMALL else 1
        column, row = math.floor(point.x * fine + 0.5), math.floor(point.y * fine + 0.5)
        mask = dab(size, self._brush.hardness, column % fine / fine, row % fine / fine)
        half = mask.shape[0] // 2
        x, y = self._touched.origin
        whole = Bounds(column // fine - half - x, row // fine - half - y, 2 * half, 2 * half)
        inside = whole.intersection(self._touched.bounds).intersection(self._canvas.moved(-x, -y))
        if not inside.empty:
            part = mask[inside.moved(-whole.x, -whole.y).slices]
            if self._brush.pressure_opacity and point.pressure < 1:
                part = as_bytes(cv2.convertScaleAbs(part, alpha=point.pressure))
            covered = self._coverage[inside.slices]
            np.maximum(covered, part, out=covered)
        return inside

    def _paint(self, bounds: Bounds) -> Bounds:
        """Lay ink through the coverage in ``bounds`` of the array; returns them on the canvas."""
        if bounds.empty:
            return bounds
        self._touched.touch(bounds)
        area = bounds.slices
        placed = bounds.moved(*self._touched.origin)
        coverage = np.ascontiguousarray(self._coverage[area])
        if self._brush.opacity < 1:
            coverage = as_bytes(cv2.convertScaleAbs(coverage, alpha=self._brush.opacity))
        if self._limit is not None:
            coverage = times(coverage, self._limit[placed.slices])
        before = self._touched.before[area]
        if self._on_mask:
            self._touched.array[area] = masked(np.ascontiguousarray(before), coverage, erase=self._ink is None)
        else:
            self._touched.array[area] = painted(before, coverage, self._ink)
        return placed
