"""Blend modes: the set that OpenRaster, Krita, GIMP and PSD share, by the W3C's formulas.

Source: W3C, *Compositing and Blending Level 1*, sections 5.8 (result colour), 10.1 (separable) and 10.2
(non-separable). ``PLUS`` is not a blend mode there: here it adds colours and composites as all others do, which is
what PSD's linear dodge and Krita's addition are.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Planes = NDArray[np.floating[Any]]
"""(channels, height, width) in [0, 1]: channels first, so that a map (height, width) broadcasts over them."""
Blend = Callable[[Planes, Planes], Planes]
"""``blend(backdrop, source)``: (3, height, width) straight colours to the mixed colour."""

EXACT = np.float32(1 / 1024)
"""Colours nearer to 0 or 1 than this are 0 or 1: far less than half a grey level, far more than rounding."""


class BlendMode(enum.Enum):
    """How a layer's colour meets what lies under it."""

    NORMAL = "normal"
    MULTIPLY = "multiply"
    SCREEN = "screen"
    OVERLAY = "overlay"
    DARKEN = "darken"
    LIGHTEN = "lighten"
    COLOR_DODGE = "color-dodge"
    COLOR_BURN = "color-burn"
    HARD_LIGHT = "hard-light"
    SOFT_LIGHT = "soft-light"
    DIFFERENCE = "difference"
    EXCLUSION = "exclusion"
    HUE = "hue"
    SATURATION = "saturation"
    COLOR = "color"
    LUMINOSITY = "luminosity"
    PLUS = "plus"


def _multiply(backdrop: Planes, source: Planes) -> Planes:
    return backdrop * source


def _screen(backdrop: Planes, source: Planes) -> Planes:
    return backdrop + source - backdrop * source


def _hard_light(backdrop: Planes, source: Planes) -> Planes:
    twice = 2 * source
    return np.where(source <= 0.5, backdrop * twice, _screen(backdrop, twice - 1))


def _overlay(backdrop: Planes, source: Planes) -> Planes:
    return _hard_light(source, backdrop)


def _color_dodge(backdrop: Planes, source: Planes) -> Planes:
    mixed = np.minimum(1, backdrop / np.maximum(1 - source, EXACT))
    return np.where(backdrop <= EXACT, np.float32(0), np.where(source >= 1 - EXACT, np.float32(1), mixed))


def _color_burn(backdrop: Planes, source: Planes) -> Planes:
    mixed = 1 - np.minimum(1, (1 - backdrop) / np.maximum(source, EXACT))
    return np.where(backdrop >= 1 - EXACT, np.float32(1), np.where(source <= EXACT, np.float32(0), mixed))


def _soft_light(backdrop: Planes, source: Planes) -> Planes:
    curve = np.where(backdrop <= 0.25, ((16 * backdrop - 12) * backdrop + 4) * backdrop, np.sqrt(backdrop))
    twice = 2 * source - 1
    return backdrop + twice * np.where(source <= 0.5, backdrop - backdrop * backdrop, curve - backdrop)


def _difference(backdrop: Planes, source: Planes) -> Planes:
    return np.abs(backdrop - source)


def _exclusion(backdrop: Planes, source: Planes) -> Planes:
    return backdrop + source - 2 * backdrop * source


def _plus(backdrop: Planes, source: Planes) -> Planes:
    return np.minimum(1, backdrop + source)


def _lum(colour: Planes) -> Planes:
    return np.float32(0.3) * colour[0] + np.float32(0.59) * colour[1] + np.float32(0.11) * colour[2]


def _sat(colour: Planes) -> Planes:
    return colour.max(axis=0) - colour.min(axis=0)


def _clip_color(colour: Planes) -> Planes:
    """ClipColor: pulled towards its luminosity until it lies in [0, 1]."""
    lum, low, high = _lum(colour), colour.min(axis=0), colour.max(axis=0)
    under = np.where(low < 0, lum / np.maximum(lum - low, np.float32(1e-6)), np.float32(1))
    colour = lum + (colour - lum) * under
    over = np.where(high > 1, (1 - lum) / np.maximum(high - lum, np.float32(1e-6)), np.float32(1))
    return np.clip(lum + (colour - lum) * over, 0, 1)


def _set_lum(colour: Planes, lum: Planes) -> Planes:
    return _clip_color(colour + (lum - _lum(colour)))


def _set_sat(colour: Planes, sat: Planes) -> Planes:
    """SetSat: stretched so that its smallest part is 0 and its largest ``sat``; grey becomes black."""
    low, spread = colour.min(axis=0), _sat(colour)
    return (colour - low) * np.where(spread > EXACT, sat / np.maximum(spread, EXACT), np.float32(0))


def _hue(backdrop: Planes, source: Planes) -> Planes:
    return _set_lum(_set_sat(source, _sat(backdrop)), _lum(backdrop))


def _saturation(backdrop: Planes, source: Planes) -> Planes:
    return _set_lum(_set_sat(backdrop, _sat(source)), _lum(backdrop))


def _color(backdrop: Planes, source: Planes) -> Planes:
    return _set_lum(source, _lum(backdrop))


def _luminosity(backdrop: Planes, source: Planes) -> Planes:
    return _set_lum(backdrop, _lum(source))


BLENDS: Mapping[BlendMode, Blend] = {
    BlendMode.MULTIPLY: _multiply,
    BlendMode.SCREEN: _screen,
    BlendMode.OVERLAY: _overlay,
    BlendMode.DARKEN: np.minimum,
    BlendMode.LIGHTEN: np.maximum,
    BlendMode.COLOR_DODGE: _color_dodge,
    BlendMode.COLOR_BURN: _color_burn,
    BlendMode.HARD_LIGHT: _hard_light,
    BlendMode.SOFT_LIGHT: _soft_light,
    BlendMode.DIFFERENCE: _difference,
    BlendMode.EXCLUSION: _exclusion,
    BlendMode.HUE: _hue,
    BlendMode.SATURATION: _saturation,
    BlendMode.COLOR: _color,
    BlendMode.LUMINOSITY: _luminosity,
    BlendMode.PLUS: _plus,
}
"""The blend function of every mode but ``NORMAL``, whose mixed colour is the source's."""


def lay(onto: Planes, colours: Planes, alpha: Planes, mode: BlendMode) -> None:
    """Composite a source *over* ``onto``, in place.

    Args:
        onto: (4, height, width) premultiplied backdrop.
        colours: (3, height, width) straight source colours.
        alpha: (height, width) source alpha, with mask and opacity.
    """
    backdrop_alpha = onto[3]
    if mode is not BlendMode.NORMAL:
        straight = onto[:3] * (1 / np.maximum(backdrop_alpha, np.float32(1e-6)))
        np.clip(straight, 0, 1, out=straight)
        mixed = BLENDS[mode](straight, colours)
        colours = colours + backdrop_alpha * (mixed - colours)
    onto *= 1 - alpha
    onto[:3] += colours * alpha
    backdrop_alpha += alpha
