"""Straight and premultiplied alpha, and transparency that an engine can use: no halo, no colour under nothing."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(height, width, 3) RGB or (height, width, 4) RGBA with straight alpha, bytes."""
Colours = NDArray[np.floating]
"""The same shape in floats; premultiplied RGBA in [0, 1] unless said otherwise."""


def premultiply(pixels: Pixels) -> Colours:
    """Bytes with straight alpha to premultiplied RGBA in [0, 1]; RGB becomes opaque."""
    colours = pixels.astype(np.float32) / 255
    if pixels.shape[2] == 3:
        return np.dstack([colours, np.ones(pixels.shape[:2], np.float32)])
    colours[..., :3] *= colours[..., 3:]
    return colours


def unpremultiply(colours: Colours) -> Pixels:
    """Premultiplied RGBA in [0, 1] to bytes with straight alpha; no colour is left where alpha rounds to 0."""
    alpha = np.clip(colours[..., 3:], 0, 1)
    shown = np.round(alpha * 255) > 0
    straight = np.where(shown, colours[..., :3] / np.maximum(alpha, 1e-6), 0)
    return to_bytes(np.concatenate([straight, alpha], axis=2))


def to_bytes(values: NDArray[np.floating]) -> Pixels:
    """[0, 1] to 0..255, rounded, clipped."""
    return np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)


def colours_at(colours: Colours, alpha: NDArray[np.floating], wanted: NDArray[np.floating]) -> Colours:
    """Premultiplied colours whose alpha was ``alpha``, with alpha ``wanted``; colour never exceeds alpha."""
    gain = np.divide(wanted, alpha, out=np.zeros_like(alpha), where=alpha > 1e-6)
    return np.concatenate([np.clip(colours[..., :3] * gain, 0, wanted), wanted], axis=2)


def over(top: Colours, bottom: Colours) -> Colours:
    """Porter and Duff's *over*, premultiplied RGBA."""
    return top + bottom * (1 - top[..., 3:])


def bleed(pixels: Pixels, reach: int = 8) -> Pixels:
    """Give pixels of zero alpha the colour of their nearest visible neighbour, up to ``reach`` pixels away.

    Alpha does not change, so nothing looks different; a filter that mixes straight colours then finds no black.
    """
    if pixels.shape[2] == 3:
        return pixels
    hidden = pixels[..., 3] == 0
    if hidden.all() or not hidden.any():
        return pixels
    distance, labels = cv2.distanceTransformWithLabels(
        hidden.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    colour_of = np.zeros((labels.max() + 1, 3), np.uint8)
    colour_of[labels[~hidden]] = pixels[..., :3][~hidden]
    near = hidden & (distance <= reach)
    out = pixels.copy()
    out[..., :3][near] = colour_of[labels[near]]
    return out


def resize(colours: NDArray[np.floating], width: int, height: int) -> NDArray[np.floating]:
    """Scale premultiplied colours (or a map): area when smaller, Lanczos when larger, never out of [0, 1]."""
    if colours.shape[:2] == (height, width):
        return colours
    smaller = width * height < colours.shape[0] * colours.shape[1]
    scaled = cv2.resize(colours, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LANCZOS4)
    scaled = np.clip(np.asarray(scaled, np.float32), 0, 1)
    if scaled.ndim == 3 and scaled.shape[2] == 4:
        scaled[..., :3] = np.minimum(scaled[..., :3], scaled[..., 3:])
    return scaled
