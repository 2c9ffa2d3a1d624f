"""Larger and sharper, without rings around edges and without the colours of empty pixels."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels, premultiply, resize, unpremultiply
from inference.errors import BadPicture
from inference.post.parameters import choice, number, whole
from inference.post.step import LARGEST_RESULT, Step, emptied

_WINDOW = np.ones((3, 3), np.uint8)


def enlarged(pixels: Pixels, by: int) -> Pixels:
    """Each pixel becomes a square."""
    return np.ascontiguousarray(pixels.repeat(by, axis=0).repeat(by, axis=1))


def _lanczos(pixels: Pixels, by: int) -> Pixels:
    """Lanczos-4 on premultiplied colours; where it would ring, it is held to what its neighbours are."""
    source = premultiply(pixels)
    width, height = pixels.shape[1] * by, pixels.shape[0] * by
    scaled = resize(source, width, height)
    size, nearest = (width, height), cv2.INTER_NEAREST_EXACT
    low = cv2.resize(cv2.erode(source, _WINDOW), size, interpolation=nearest)
    high = cv2.resize(cv2.dilate(source, _WINDOW), size, interpolation=nearest)
    return unpremultiply(np.clip(scaled, low, high))


def _model(pixels: Pixels, by: int) -> Pixels:
    """By the upscaler that is shipped. Steps bring no runtime, so it is looked up when it is wanted."""
    return importlib.import_module("inference.upscaling").enlarged(pixels, by)


METHODS: dict[str, Callable[[Pixels, int], Pixels]] = {"integer": enlarged, "lanczos": _lanczos, "model": _model}
"""How a picture gets larger: (height, width, 4) bytes and a whole number to ``by`` times the size."""


@dataclass(frozen=True, kw_only=True)
class Sharpen(Step):
    """Steeper edges, by an unsharp mask on colours weighted by alpha. Alpha is not touched."""

    name = "sharpen"
    title = "Sharpen"
    words = "steeper edges inside the shape, without rings"

    amount: float = number(0.6, 0, 4, "how much")
    radius: float = number(1.0, 0.3, 16, "how wide the edges are", "px")

    def apply(self, pixels: Pixels) -> Pixels:
        alpha = np.asarray(pixels[..., 3] / 255, np.float32)
        blurred = _weighted_blur(pixels, alpha, self.radius)
        straight = pixels[..., :3].astype(np.float32)
        sharp = straight + self.amount * (straight - blurred)
        low, high = _range_around(pixels, alpha > 0)
        bounded = np.clip(sharp, low, high)
        return emptied(np.dstack([np.clip(np.rint(bounded), 0, 255).astype(np.uint8), pixels[..., 3:]]))


@dataclass(frozen=True, kw_only=True)
class Upscale(Step):
    """A whole number of times as large."""

    name = "upscale"
    title = "Upscale"
    words = "a whole number of times as large"

    by: int = whole(2, 1, 16, "how many times as large")
    method: str = choice(
        tuple(METHODS), "integer: each pixel a square, for pixel art; lanczos: smooth; model: redrawn, for icons"
    )

    def apply(self, pixels: Pixels) -> Pixels:
        longest = max(pixels.shape[:2]) * self.by
        if longest > LARGEST_RESULT:
            raise BadPicture(f"Its longer side would be {longest}.", hint=f"Sides up to {LARGEST_RESULT} are possible.")
        return METHODS[self.method](pixels, self.by) if self.by > 1 else pixels


def _weighted_blur(pixels: Pixels, alpha: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """A Gaussian of straight colours in which empty pixels have no say."""
    total = cv2.GaussianBlur(alpha, (0, 0), sigma)
    mixed = cv2.GaussianBlur(pixels[..., :3].astype(np.float32) * alpha[..., None], (0, 0), sigma)
    blurred = mixed / np.maximum(total, 1e-6)[..., None]
    return np.where(alpha[..., None] > 0, blurred, pixels[..., :3]).astype(np.float32)


def _range_around(pixels: Pixels, seen: NDArray[np.bool_]) -> tuple[Pixels, Pixels]:
    """The least and the most of each channel among a pixel and its visible neighbours."""
    low = np.where(seen[..., None], pixels[..., :3], 255).astype(np.uint8)
    high = np.where(seen[..., None], pixels[..., :3], 0).astype(np.uint8)
    return np.asarray(cv2.erode(low, _WINDOW), np.uint8), np.asarray(cv2.dilate(high, _WINDOW), np.uint8)
