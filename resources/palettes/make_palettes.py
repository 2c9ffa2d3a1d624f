"""Makes the palettes beside it that are our own.

Run it from the repository's root: ``PYTHONPATH=. python resources/palettes/make_palettes.py``.

Ramps are drawn in OKLCh: shadows turn towards violet, lights
towards yellow, as painters do, and the middle of a ramp has the most colour.
``pico8.hex`` is not made here: it is Joseph White's, CC0.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inference.oklab import from_oklab
from inference.palettes import Palette, write_palette

HERE = Path(__file__).parent
VIOLET, YELLOW = 300.0, 100.0
"""Hues of OKLCh in degrees to which shadows and lights turn."""


def turned(hue: float, towards: float, by: float) -> float:
    """A hue turned the short way."""
    return hue + ((towards - hue + 180) % 360 - 180) * by


def ramp(hue: float, chroma: float, lightness: tuple[float, ...], turn: float = 0.22) -> list[tuple[int, int, int]]:
    """Colours of one material from dark to light."""
    colours = []
    for level in lightness:
        away = (level - 0.62) / 0.4
        at = np.deg2rad(turned(hue, YELLOW if away > 0 else VIOLET, turn * min(abs(away), 1)))
        strength = chroma * (1 - 0.45 * min(abs(away), 1) ** 2)
        lab = np.array([[level, strength * np.cos(at), strength * np.sin(at)]], np.float32)
        r, g, b = from_oklab(lab)[0]
        colours.append((int(r), int(g), int(b)))
    return colours


def neutral(lightness: tuple[float, ...]) -> list[tuple[int, int, int]]:
    """Greys from cool and dark to warm and light."""
    cool, warm = np.array([0.008, -0.03]), np.array([0.002, 0.022])
    lab = [[level, *(cool + (warm - cool) * level**1.5)] for level in lightness]
    return [(int(r), int(g), int(b)) for r, g, b in from_oklab(np.array(lab, np.float32))]


FOUR, THREE, TWO = (0.33, 0.49, 0.65, 0.82), (0.38, 0.58, 0.79), (0.48, 0.72)
NEUTRAL = (0.16, 0.28, 0.4, 0.53, 0.66, 0.79, 0.9, 0.985)
ORCHARD_32 = [
    *neutral(NEUTRAL),
    *ramp(24, 0.19, FOUR),
    *ramp(58, 0.14, FOUR),
    *ramp(92, 0.155, (0.56, 0.7, 0.84, 0.94)),
    *ramp(142, 0.16, FOUR),
    *ramp(245, 0.14, FOUR),
    *ramp(318, 0.16, FOUR),
]
ORCHARD_16 = [
    *neutral((0.17, 0.4, 0.68, 0.98)),
    *ramp(24, 0.19, TWO),
    *ramp(55, 0.13, THREE),
    *ramp(92, 0.16, (0.87,)),
    *ramp(142, 0.16, TWO),
    *ramp(245, 0.14, TWO),
    *ramp(318, 0.16, TWO),
]
HANDHELD = ramp(135, 0.085, (0.26, 0.44, 0.66, 0.87), 0.12)
GREYS = [(int(v), int(v), int(v)) for v in np.linspace(0, 255, 8).round()]


def rgbi() -> list[tuple[int, int, int]]:
    """The sixteen colours of early PC monitors: a bit for each channel and one for all."""
    colours = []
    for bright in (0, 85):
        for i in range(8):  # dark yellow was made brown
            r, g, b = (170 * (i >> bit & 1) + bright for bit in (2, 1, 0))
            colours.append((r, 85 if i == 6 and not bright else g, b))
    return colours


if __name__ == "__main__":
    made = {"orchard32": ORCHARD_32, "orchard16": ORCHARD_16, "handheld4": HANDHELD, "greys8": GREYS, "rgbi16": rgbi()}
    for name, colours in made.items():
        write_palette(HERE / f"{name}.hex", Palette(name, np.array(colours, np.uint8)))
