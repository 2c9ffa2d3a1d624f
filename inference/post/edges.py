"""What goes around a shape: an outline and a drop shadow."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels, bleed, over, premultiply, unpremultiply
from inference.oklab import from_oklab, to_oklab
from inference.palettes import parse_colour
from inference.post.parameters import choice, colour, number, switch, whole
from inference.post.step import Step, emptied, is_hard, margins, with_room

EDGES = ("auto", "hard", "soft")
_GROW = "widen the canvas where it would be cut off"
_SIGMAS = 3
_FIRM, _FAINT = 128, 25
_NARROW = 6
"""Width up to which a line is worth the exact way, whose cost grows with the square of it."""
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
Cover = NDArray[np.float32]
"""(height, width) how much of each pixel is covered, in [0, 1]."""


@dataclass(frozen=True, kw_only=True)
class Outline(Step):
    """A line around the shape. Alpha changes outside; inside, only colours do."""

    name = "outline"
    title = "Outline"
    words = "a line around the shape, of one colour or a darker one of what it borders on"

    width: int = whole(1, 1, 64, "how wide", "px")
    place: str = choice(("outside", "inside"), "outside or inside the shape")
    tint: str = choice(("flat", "neighbour"), "flat: the colour below; neighbour: each pixel's neighbour, darkened")
    colour: str = colour("#000000", "of a flat line")
    darken: float = number(0.55, 0, 1, "how much darker a neighbour's colour gets")
    edge: str = choice(EDGES, "hard: whole pixels; soft: smooth; auto: as the picture is")
    grow: bool = switch(True, _GROW)

    def apply(self, pixels: Pixels) -> Pixels:
        if not pixels[..., 3].any():
            return pixels
        hard = self.edge == "hard" or (self.edge == "auto" and is_hard(pixels))
        outside = self.place == "outside"
        if outside and self.grow and min(margins(pixels[..., 3])) < self.width:
            pixels = with_room(pixels, self.width, self.width)
        return self._around(pixels, hard=hard) if outside else self._within(pixels, hard=hard)

    def _around(self, pixels: Pixels, *, hard: bool) -> Pixels:
        colours = self._colours(pixels)
        if hard:
            firm = pixels[..., 3:] >= _FIRM
            ring = thickened(firm[..., 0].astype(np.float32), self.width, hard=True)[..., None] > 0
            whole_pixels = np.dstack([pixels[..., :3], np.full(firm.shape, 255, np.uint8)])
            line = np.dstack([colours, np.where(ring, 255, 0).astype(np.uint8)])
            return emptied(np.where(firm, whole_pixels, line))
        shape = _without_faint_specks(np.asarray(pixels[..., 3] / 255, np.float32))
        # The line goes beneath the soft edge, not beneath glass inside the shape.
        outer = cv2.dilate((pixels[..., 3] <= _FAINT).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        ring = np.where(outer, thickened(shape, self.width, hard=False), 0)[..., None]
        line = np.concatenate([colours.astype(np.float32) / 255 * ring, ring], axis=2)
        return unpremultiply(over(premultiply(pixels), line))

    def _within(self, pixels: Pixels, *, hard: bool) -> Pixels:
        shape = np.asarray(pixels[..., 3] / 255, np.float32)
        gap = np.asarray(
            np.pad(1 - shape, 1, constant_values=1), np.float32
        )  # the picture's edge is an edge of the shape
        if hard:
            gap = (gap > 0.5).astype(np.float32)
        ring = thickened(gap, self.width, hard=hard)[1:-1, 1:-1, None]
        mixed = pixels[..., :3] + (self._colours(pixels).astype(np.float32) - pixels[..., :3]) * ring
        return emptied(np.dstack([np.rint(mixed).astype(np.uint8), pixels[..., 3:]]))

    def _colours(self, pixels: Pixels) -> Pixels:
        """The line's colour at every pixel, (height, width, 3)."""
        if self.tint == "flat":
            return np.full((*pixels.shape[:2], 3), parse_colour(self.colour), np.uint8)
        firm = pixels.copy()
        firm[firm[..., 3] < _FIRM] = 0
        near = bleed(firm if firm[..., 3].any() else pixels, reach=2 * self.width + 2)[..., :3]
        lab = to_oklab(near)
        return from_oklab(lab * np.array([1 - self.darken, 1 - self.darken / 3, 1 - self.darken / 3], np.float32))


@dataclass(frozen=True, kw_only=True)
class Shadow(Step):
    """A shadow beneath the shape. The shape itself is not touched."""

    name = "shadow"
    title = "Drop shadow"
    words = "a shadow beneath the shape, soft or of whole pixels"

    x: int = whole(2, -256, 256, "how far to the right", "px")
    y: int = whole(2, -256, 256, "how far down", "px")
    blur: float = number(2.0, 0, 128, "how soft; 0 for pixel art", "px")
    colour: str = colour("#000000", "of the shadow")
    opacity: float = number(0.5, 0, 1, "how dark")
    grow: bool = switch(True, _GROW)

    def apply(self, pixels: Pixels) -> Pixels:
        if not pixels[..., 3].any():
            return pixels
        reach = int(np.ceil(_SIGMAS * self.blur))
        if self.grow:
            left, top, right, bottom = margins(pixels[..., 3])
            pixels = with_room(
                pixels,
                max(0, reach - self.x - left, reach + self.x - right),
                max(0, reach - self.y - top, reach + self.y - bottom),
            )
        height, width = pixels.shape[:2]
        cast = np.zeros((height, width), np.float32)
        shape = np.asarray(pixels[..., 3] / 255, np.float32)
        here, there = _shifted(height, self.y), _shifted(width, self.x)
        cast[here[1], there[1]] = shape[here[0], there[0]]
        if self.blur > 0:
            size = 2 * reach + 1
            cast = cv2.GaussianBlur(cast, (size, size), self.blur, borderType=cv2.BORDER_CONSTANT)
        cast = np.asarray(cast * self.opacity, np.float32)
        tint = np.array(parse_colour(self.colour), np.float32) / 255
        shown = unpremultiply(over(premultiply(pixels), np.dstack([tint * cast[..., None], cast])))
        opaque = pixels[..., 3:] == 255
        return np.where(opaque, pixels, shown)


def _without_faint_specks(shape: Cover) -> Cover:
    """Coverage near what is at least half there: a line around haze would be a smudge."""
    firm = shape >= 0.5 * min(1.0, float(shape.max()))
    return np.where(cv2.dilate(firm.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0, shape, 0).astype(np.float32)


def _shifted(length: int, by: int) -> tuple[slice, slice]:
    """Where pixels come from and where they go along an axis."""
    by = max(-length, min(length, by))
    return slice(max(0, -by), length - max(0, by)), slice(max(0, by), length - max(0, -by))


def thickened(shape: Cover, width: int, *, hard: bool) -> Cover:
    """The shape and ``width`` pixels around it.

    Hard: one pixel is the cross, which leaves no doubled pixels on diagonals; wider lines are round (distance at most
    ``width`` + 0.3, which has no single-pixel tips). Soft: each edge pixel's own coverage carries on outwards.
    """
    if hard and width == 1:
        return np.asarray(cv2.dilate(shape, _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0), np.float32)
    if hard:
        apart = cv2.distanceTransform((shape < 0.5).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        return (np.rint(np.square(apart)) <= (width + 0.3) ** 2).astype(np.float32)
    return _soft(shape, width) if width <= _NARROW else _soft_and_wide(shape, width)


def _soft(shape: Cover, width: int) -> Cover:
    """Grey dilation with a disc of soft rim: on a straight edge, exactly the coverage of the shape moved outwards."""
    reach = width + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    rim = np.clip(width + 1 - np.hypot(x, y), 0, 1).astype(np.float32)
    out = np.zeros_like(shape)
    for cover in np.unique(rim[rim > 0]):
        kernel = (rim >= cover).astype(np.uint8)
        out = np.maximum(out, cover * cv2.dilate(shape, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0))
    return out


def _soft_and_wide(shape: Cover, width: int) -> Cover:
    """The same by distances: from the firm pixels, moved by how far the nearest one's edge is from its centre."""
    firm = shape >= 0.5
    if not firm.any():
        return np.zeros_like(shape)
    apart = cv2.distanceTransform((~firm).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    _, found = cv2.distanceTransformWithLabels(
        (~firm).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    labels = np.asarray(found, np.intp)
    beyond = cv2.dilate(np.where(firm, 0, shape).astype(np.float32), _CROSS)
    edge = np.zeros(int(labels.max()) + 1, np.float32)
    edge[labels[firm]] = (shape + beyond)[firm] - 0.5
    return np.where(firm, 1, np.clip(width + 0.5 + edge[labels] - apart, 0, 1)).astype(np.float32)
