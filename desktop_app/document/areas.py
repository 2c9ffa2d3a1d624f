"""Areas with soft edges: rectangles, ellipses, polygons, likeness of colour; and how they become a selection."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop_app.document.arrays import as_bytes
from inference.alpha import Pixels
from inference.errors import BadRequest
from inference.geometry import Bounds, Size
from inference.masks import Mask

FINE = 4
"""A polygon is drawn this many times finer a side and averaged."""
BAND = 128
"""Rows that are drawn at a time."""
NOWHERE = Bounds(0, 0, 0, 0)


@dataclass(frozen=True, eq=False)
class Area:
    """Coverage of a part of the canvas: bytes of the shape of ``bounds``; nothing is covered outside."""

    bounds: Bounds
    coverage: Mask

    def at(self, bounds: Bounds) -> Mask:
        """Its coverage in other bounds."""
        if bounds == self.bounds:
            return self.coverage
        out = np.zeros(bounds.size.shape, np.uint8)
        common = self.bounds.intersection(bounds)
        if not common.empty:
            inside = self.coverage[common.moved(-self.bounds.x, -self.bounds.y).slices]
            out[common.moved(-bounds.x, -bounds.y).slices] = inside
        return out


def everything(canvas: Size) -> Area:
    """All of a canvas."""
    return Area(Bounds.of(canvas), np.full(canvas.shape, 255, np.uint8))


def rectangle(canvas: Size, x: float, y: float, width: float, height: float) -> Area:
    """A rectangle; edges between pixels cover them in part. Sides may be negative (drawn backwards)."""
    left, right = sorted((x, x + width))
    top, bottom = sorted((y, y + height))
    bounds = _within(canvas, left, top, right, bottom)
    rows = _covered(bounds.y, bounds.height, top, bottom)
    columns = _covered(bounds.x, bounds.width, left, right)
    return Area(bounds, np.round(np.outer(rows, columns) * 255).astype(np.uint8))


def ellipse(canvas: Size, x: float, y: float, width: float, height: float) -> Area:
    """The ellipse in a rectangle, antialiased by the distance to its edge (first order: value over gradient)."""
    left, right = sorted((x, x + width))
    top, bottom = sorted((y, y + height))
    bounds = _within(canvas, left, top, right, bottom)
    a, b = max((right - left) / 2, 0.25), max((bottom - top) / 2, 0.25)
    u = (_centres(bounds.x, bounds.width, (left + right) / 2) / np.float32(a)) ** 2
    v = (_centres(bounds.y, bounds.height, (top + bottom) / 2) / np.float32(b))[:, None] ** 2
    coverage = np.empty(bounds.size.shape, np.uint8)
    for start in range(0, bounds.height, BAND):
        rows = slice(start, start + BAND)
        slope = np.sqrt(u / np.float32(a * a) + v[rows] / np.float32(b * b))
        inside = 0.5 - (u + v[rows] - 1) / np.maximum(2 * slope, np.float32(1e-6))
        coverage[rows] = np.clip(inside, 0, 1) * 255 + np.float32(0.5)
    return Area(bounds, coverage)


def polygon(canvas: Size, points: Sequence[tuple[float, float]]) -> Area:
    """A polygon or lasso by its corners (closed by itself, even-odd where it crosses itself), antialiased."""
    if len(points) < 3:
        return Area(NOWHERE, np.zeros((0, 0), np.uint8))
    corners = np.asarray(points, np.float64)
    bounds = _within(canvas, *corners.min(axis=0), *corners.max(axis=0))
    coverage = np.zeros(bounds.size.shape, np.uint8)
    for start in range(0, bounds.height, BAND):
        rows = coverage[start : start + BAND]
        rows[...] = _drawn(corners - (bounds.x, bounds.y + start), Size(bounds.width, rows.shape[0]))
    return Area(bounds, coverage)


def _drawn(corners: NDArray[np.float64], size: Size) -> Mask:
    """A polygon drawn ``FINE`` times finer, averaged. OpenCV's pixel centres lie at whole numbers."""
    if size.area == 0:
        return np.zeros(size.shape, np.uint8)
    fine = np.zeros((size.height * FINE, size.width * FINE), np.uint8)
    fixed = np.round((corners * FINE - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(fine, [fixed], 255, lineType=cv2.LINE_8, shift=4)
    return as_bytes(cv2.resize(fine, (size.width, size.height), interpolation=cv2.INTER_AREA))


def _within(canvas: Size, left: float, top: float, right: float, bottom: float) -> Bounds:
    x, y = math.floor(left), math.floor(top)
    return Bounds(x, y, math.ceil(right) - x, math.ceil(bottom) - y).intersection(Bounds.of(canvas))


def _covered(start: int, count: int, low: float, high: float) -> NDArray[np.float64]:
    """How much of each pixel from ``start`` on lies between two places."""
    edges = start + np.arange(count)
    return np.clip(np.minimum(edges + 1, high) - np.maximum(edges, low), 0, 1)


def _centres(start: int, count: int, middle: float) -> NDArray[np.float32]:
    return (start + np.arange(count) + 0.5 - middle).astype(np.float32)


def alike(pixels: Pixels, x: int, y: int, *, tolerance: int = 32, contiguous: bool = True, smooth: bool = True) -> Area:
    """The magic wand: pixels whose premultiplied colour and alpha differ from those at x, y by at most ``tolerance``.

    Args:
        pixels: (height, width, 4) bytes, straight alpha: a layer as it lies on the canvas, or the whole picture.
        tolerance: 0 to 255, of the largest channel.
        contiguous: only those that hang together with x, y (by their sides).
        smooth: soften the stairs of the edge.

    Raises:
        BadRequest: when x, y lies outside.
    """
    height, width = pixels.shape[:2]
    if not (0 <= x < width and 0 <= y < height):
        raise BadRequest("That point is outside the canvas.", hint="Click inside the picture.")
    colours = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGBA2mRGBA)
    seed = colours[y, x].astype(int)
    low, high = np.clip(seed - tolerance, 0, 255), np.clip(seed + tolerance, 0, 255)
    mask = as_bytes(cv2.inRange(colours, low, high))
    if contiguous:
        mask = _reached(mask, x, y)
    found = Bounds(*cv2.boundingRect(mask))
    if smooth:
        found = found.padded(1).intersection(Bounds(0, 0, width, height))
        blurred = cv2.GaussianBlur(mask[found.slices], (3, 3), 0, borderType=cv2.BORDER_REPLICATE)
        return Area(found, as_bytes(blurred))
    return Area(found, mask[found.slices].copy())


def _reached(mask: Mask, x: int, y: int) -> Mask:
    """The part of a mask of 0 and 255 that hangs together with x, y."""
    height, width = mask.shape
    walls = np.full((height + 2, width + 2), 1, np.uint8)
    walls[1:-1, 1:-1] = mask < 128
    cv2.floodFill(mask, walls, (x, y), 0, flags=4 | cv2.FLOODFILL_MASK_ONLY | (2 << 8), loDiff=255, upDiff=255)
    return ((walls[1:-1, 1:-1] == 2) * np.uint8(255)).astype(np.uint8)
