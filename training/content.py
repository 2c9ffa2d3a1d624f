"""What a picture shows: the box around it, and what else the cleaner and the normaliser ask of its pixels."""

from __future__ import annotations

import numpy as np

from inference.alpha import Pixels
from inference.geometry import Bounds

VISIBLE = 12
"""Alpha from which a pixel counts as seen; less is haze."""
SOLID = 128
"""Alpha from which a pixel is more there than not: the box around these does not grow when a picture is scaled."""
OPAQUE = 250
PIXEL_ART_COLOURS = 64
PIXEL_ART_SIDE = 96


def alpha_of(pixels: Pixels) -> Pixels:
    """(height, width) bytes."""
    return pixels[..., 3] if pixels.shape[2] == 4 else np.full(pixels.shape[:2], 255, np.uint8)


def content_bounds(pixels: Pixels, least: int = VISIBLE) -> Bounds:
    """The box around what has at least this alpha; empty when nothing has."""
    seen = alpha_of(pixels) >= least
    columns, rows = np.flatnonzero(seen.any(0)), np.flatnonzero(seen.any(1))
    if not len(rows):
        return Bounds(0, 0, 0, 0)
    x, y = int(columns[0]), int(rows[0])
    return Bounds(x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1)


def solid_bounds(pixels: Pixels) -> Bounds:
    """The box around what is more there than not; of a faint picture the one around what is visible."""
    bounds = content_bounds(pixels, SOLID)
    return content_bounds(pixels) if bounds.empty else bounds


def cut(pixels: Pixels, bounds: Bounds) -> Pixels:
    """The part of a picture inside ``bounds``."""
    return pixels[bounds.y : bounds.bottom, bounds.x : bounds.right]


def is_opaque(pixels: Pixels) -> bool:
    """No pixel lets anything through."""
    return pixels.shape[2] == 3 or bool(pixels[..., 3].min() >= OPAQUE)


def is_pixel_art(pixels: Pixels) -> bool:
    """Small, of few colours, its edges hard: scaling it up must not blur it."""
    alpha = alpha_of(pixels)
    if max(pixels.shape[:2]) > PIXEL_ART_SIDE or ((alpha > 0) & (alpha < 255)).any():
        return False
    seen = pixels[alpha > 0]
    return 0 < len(np.unique(seen.reshape(-1, pixels.shape[2]), axis=0)) <= PIXEL_ART_COLOURS
