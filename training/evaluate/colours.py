"""Is it red? Colour words and the colours that people mean by them, in CIE Lab."""

from __future__ import annotations

import re
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels


@dataclass(frozen=True)
class _Range:
    """Hue angle in degrees, counter-clockwise from ``start`` to ``end``, and lightness from ``dark`` to ``light``."""

    start: float
    end: float
    dark: float = 0
    light: float = 101


HUES = {
    "red": _Range(352, 42, 0, 66),
    "orange": _Range(42, 76, 52),
    "yellow": _Range(74, 112, 55),
    "green": _Range(108, 218),
    "blue": _Range(215, 302),
    "purple": _Range(299, 340),
    "pink": _Range(325, 40, 48),
    "brown": _Range(40, 95, 0, 60),
}
"""Neighbours overlap where people disagree."""
GREYS = {"white": (78, 101), "grey": (35, 85), "black": (0, 40)}
"""Lightness of what has no hue."""
SPELLINGS = {"gray": "grey", "violet": "purple", "golden": "yellow", "silver": "grey"}
WORDS = (*HUES, *GREYS)
COLOURFUL = 18
"""Chroma from which a colour has a hue."""
FEW = 0.1
"""Share of colourful pixels below which a picture has no colour but a grey."""


def colour_in(text: str) -> str | None:
    """The first colour word of a prompt, in its plain spelling, or None."""
    found = (SPELLINGS.get(word, word) for word in re.findall(r"[a-z]+", text.lower()))
    return next((word for word in found if word in WORDS), None)


def agrees(pixels: Pixels, colour: str) -> bool:
    """True when a picture is of that colour in the main: half of its colourful pixels are, or their mean is; for a
    grey, half of all pixels.

    Args:
        pixels: (height, width, 3 or 4), straight alpha; what is less than half there does not count.
    """
    seen = pixels[pixels[..., 3] >= 128][:, :3] if pixels.shape[2] == 4 else pixels.reshape(-1, 3)
    if not len(seen):
        return False
    lab = _lab(seen)
    hued = np.hypot(lab[:, 1], lab[:, 2]) >= COLOURFUL
    if colour in GREYS:
        low, high = GREYS[colour]
        return bool((~hued & (lab[:, 0] >= low) & (lab[:, 0] < high)).mean() >= 0.5)
    if hued.mean() < FEW:
        return False
    wanted = HUES[colour]
    return bool(_within(lab[hued], wanted).mean() >= 0.5 or _within(lab[hued].mean(0, keepdims=True), wanted)[0])


def _lab(colours: NDArray[np.uint8]) -> NDArray[np.float32]:
    values = np.ascontiguousarray(colours.reshape(1, -1, 3), np.float32) / 255
    return np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2Lab), np.float32)[0]


def _within(lab: NDArray[np.floating], wanted: _Range) -> NDArray[np.bool_]:
    hue, chroma = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])), np.hypot(lab[:, 1], lab[:, 2])
    there = (hue - wanted.start) % 360 <= (wanted.end - wanted.start) % 360
    return there & (lab[:, 0] >= wanted.dark) & (lab[:, 0] < wanted.light) & (chroma >= COLOURFUL)
