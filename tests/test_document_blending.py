"""The blend modes against the W3C's formulas, written once more for one pixel at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.document.blending import BLENDS, BlendMode, lay
from desktop_app.document.composing import compose
from desktop_app.document.layers import Layer
from desktop_app.document.ora import MODES, OPS
from desktop_app.document.psd import MODES as PSD_MODES

Colour = tuple[float, float, float]
channel = st.integers(0, 255).map(lambda value: value / 255)
colours = st.tuples(channel, channel, channel)


def soft_light(cb: float, cs: float) -> float:
    if cs <= 0.5:
        return cb - (1 - 2 * cs) * cb * (1 - cb)
    curve = ((16 * cb - 12) * cb + 4) * cb if cb <= 0.25 else math.sqrt(cb)
    return cb + (2 * cs - 1) * (curve - cb)


def hard_light(cb: float, cs: float) -> float:
    return cb * 2 * cs if cs <= 0.5 else cb + (2 * cs - 1) - cb * (2 * cs - 1)


SEPARABLE: dict[BlendMode, Callable[[float, float], float]] = {
    BlendMode.MULTIPLY: lambda cb, cs: cb * cs,
    BlendMode.SCREEN: lambda cb, cs: cb + cs - cb * cs,
    BlendMode.OVERLAY: lambda cb, cs: hard_light(cs, cb),
    BlendMode.DARKEN: min,
    BlendMode.LIGHTEN: max,
    BlendMode.COLOR_DODGE: lambda cb, cs: 0 if cb == 0 else 1 if cs == 1 else min(1, cb / (1 - cs)),
    BlendMode.COLOR_BURN: lambda cb, cs: 1 if cb == 1 else 0 if cs == 0 else 1 - min(1, (1 - cb) / cs),
    BlendMode.HARD_LIGHT: hard_light,
    BlendMode.SOFT_LIGHT: soft_light,
    BlendMode.DIFFERENCE: lambda cb, cs: abs(cb - cs),
    BlendMode.EXCLUSION: lambda cb, cs: cb + cs - 2 * cb * cs,
    BlendMode.PLUS: lambda cb, cs: min(1, cb + cs),
}


def lum(c: Colour) -> float:
    return 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]


def set_lum(c: Colour, wanted: float) -> Colour:
    d = wanted - lum(c)
    c = (c[0] + d, c[1] + d, c[2] + d)
    light, low, high = lum(c), min(c), max(c)
    if low < 0:
        c = tuple(light + (x - light) * light / (light - low) for x in c)
    if high > 1:
        c = tuple(light + (x - light) * (1 - light) / (high - light) for x in c)
    return c


def set_sat(c: Colour, s: float) -> Colour:
    order = sorted(range(3), key=lambda index: c[index])
    low, mid, high = order
    out = [0.0, 0.0, 0.0]
    if c[high] > c[low]:
        out[mid] = (c[mid] - c[low]) * s / (c[high] - c[low])
        out[high] = s
    return out[0], out[1], out[2]


def sat(c: Colour) -> float:
    return max(c) - min(c)


WHOLE: dict[BlendMode, Callable[[Colour, Colour], Colour]] = {
    BlendMode.HUE: lambda cb, cs: set_lum(set_sat(cs, sat(cb)), lum(cb)),
    BlendMode.SATURATION: lambda cb, cs: set_lum(set_sat(cb, sat(cs)), lum(cb)),
    BlendMode.COLOR: lambda cb, cs: set_lum(cs, lum(cb)),
    BlendMode.LUMINOSITY: lambda cb, cs: set_lum(cb, lum(cs)),
}


def formula(mode: BlendMode, cb: Colour, cs: Colour) -> Colour:
    if mode is BlendMode.NORMAL:
        return cs
    if mode in WHOLE:
        return WHOLE[mode](cb, cs)
    return tuple(SEPARABLE[mode](b, s) for b, s in zip(cb, cs, strict=True))  # pyright: ignore[reportReturnType]


def plane(colour: Colour) -> np.ndarray:
    return np.array(colour, np.float32).reshape(3, 1, 1)


@settings(max_examples=60, deadline=None)
@given(colours, colours)
@pytest.mark.parametrize("mode", list(BLENDS))
def test_every_mode_is_the_formula(mode: BlendMode, cb: Colour, cs: Colour) -> None:
    got = BLENDS[mode](plane(cb), plane(cs)).ravel()
    assert got == pytest.approx(formula(mode, cb, cs), abs=2e-4)


@settings(max_examples=30, deadline=None)
@given(colours, channel, colours, channel)
@pytest.mark.parametrize("mode", list(BlendMode))
def test_compositing_is_the_formula(mode: BlendMode, cb: Colour, ab: float, cs: Colour, alpha: float) -> None:
    """Section 5.8: co = as (1 - ab) Cs + as ab B(cb, Cs) + (1 - as) ab Cb, ao = as + ab (1 - as)."""
    onto = np.array([*(c * ab for c in cb), ab], np.float32).reshape(4, 1, 1)
    lay(onto, plane(cs), np.full((1, 1), alpha, np.float32), mode)
    mixed = formula(mode, cb, cs)
    wanted = [
        alpha * (1 - ab) * s + alpha * ab * m + (1 - alpha) * ab * b for b, s, m in zip(cb, cs, mixed, strict=True)
    ]
    assert onto.ravel() == pytest.approx([*wanted, alpha + ab * (1 - alpha)], abs=1e-3)


@pytest.mark.parametrize(
    ("mode", "backdrop", "source", "wanted"),
    [
        (BlendMode.NORMAL, 100, 200, 200),
        (BlendMode.MULTIPLY, 128, 128, 64),
        (BlendMode.SCREEN, 128, 128, 192),
        (BlendMode.COLOR_DODGE, 0, 255, 0),
        (BlendMode.COLOR_DODGE, 1, 255, 255),
        (BlendMode.COLOR_BURN, 255, 0, 255),
        (BlendMode.COLOR_BURN, 254, 0, 0),
        (BlendMode.PLUS, 200, 100, 255),
        (BlendMode.DIFFERENCE, 30, 200, 170),
    ],
)
def test_bytes(mode: BlendMode, backdrop: int, source: int, wanted: int) -> None:
    pixels = [np.full((2, 2, 4), (value, value, value, 255), np.uint8) for value in (backdrop, source)]
    stack = Layer.of(pixels[0], "a"), replace(Layer.of(pixels[1], "b"), mode=mode)
    assert compose(stack, stack[0].bounds)[0, 0].tolist() == [wanted, wanted, wanted, 255]


def test_every_mode_has_a_name_in_every_format() -> None:
    assert set(OPS) == set(PSD_MODES) == set(BlendMode)
    assert all(MODES[op] is mode for mode, op in OPS.items())
    assert len(set(PSD_MODES.values())) == len(BlendMode)
