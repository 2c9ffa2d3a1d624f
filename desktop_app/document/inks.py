"""Ink meets pixels: painting and erasing through a coverage, on layers and on masks."""

from __future__ import annotations

import cv2
import numpy as np

from desktop_app.document.arrays import Bytes, Floats, as_bytes
from inference.alpha import Pixels
from inference.masks import Mask

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""
Ink = Colour | None
"""A colour, or None to erase."""


def painted(pixels: Pixels, coverage: Mask, ink: Ink) -> Pixels:
    """A layer's pixels with ink laid *over* them.

    Args:
        pixels: (height, width, 4) bytes, straight alpha.
        coverage: (height, width) bytes: how much ink each pixel gets.
    """
    if ink is None:
        out = pixels.copy()
        out[..., 3] = erased(pixels[..., 3], coverage)
        return out
    alpha = pixels[..., 3].astype(np.float32)
    weight = coverage.astype(np.float32)
    total = weight + alpha - weight * alpha * np.float32(1 / 255)
    share = weight / np.maximum(total, np.float32(1e-6))
    channels = cv2.split(np.ascontiguousarray(pixels))
    mixed = [_mixed(as_bytes(channel), value, share) for channel, value in zip(channels[:3], ink, strict=True)]
    return as_bytes(cv2.merge([*mixed, _rounded(total)]))


def masked(mask: Mask, coverage: Mask, *, erase: bool) -> Mask:
    """A mask with a coverage added (as the *over* of masks) or taken away."""
    if erase:
        return erased(mask, coverage)
    return 255 - erased(255 - mask, coverage)


def erased(alpha: Bytes, coverage: Mask) -> Bytes:
    """``alpha * (255 - coverage) / 255``."""
    return times(alpha, 255 - coverage)


def through(pixels: Pixels, coverage: Mask) -> Pixels:
    """A copy of a layer's pixels that shows only as much of them as a coverage lets through."""
    out = pixels.copy()
    out[..., 3] = times(pixels[..., 3], coverage)
    return out


def times(coverage: Mask, other: Mask) -> Mask:
    """The product of two coverages."""
    return as_bytes(cv2.multiply(np.ascontiguousarray(coverage), np.ascontiguousarray(other), scale=1 / 255))


def _mixed(channel: Bytes, value: int, share: Floats) -> Bytes:
    old = channel.astype(np.float32)
    return _rounded(old + (np.float32(value) - old) * share)


def _rounded(values: Floats) -> Bytes:
    return (values + np.float32(0.5)).astype(np.uint8)
