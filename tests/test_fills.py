from __future__ import annotations

import numpy as np
import pytest
from conftest import assert_close
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.alpha import Colours, premultiply
from inference.api import Fill
from inference.fills import ORIGINAL_BELOW, choose, fill_masked, neighbourhood

LAW = settings(max_examples=40, deadline=None)
FILLS = [Fill.NEUTRAL, Fill.BLUR, Fill.INPAINT, Fill.ORIGINAL]
seeds = st.integers(0, 2**32 - 1)
sides = st.integers(1, 40)
shares = st.sampled_from([0.0, 0.05, 0.5, 0.95, 1.0])


def picture(seed: int, height: int, width: int) -> Colours:
    return premultiply(np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8))


def holes(seed: int, height: int, width: int, share: float) -> np.ndarray:
    return (np.random.default_rng(seed + 1).random((height, width)) < share).astype(np.float32)


def check_colours(colours: Colours, what: str) -> None:
    assert np.isfinite(colours).all(), f"{what} is not finite"
    assert colours.min() >= 0, f"{what} goes down to {colours.min()}"
    assert colours.max() <= 1 + 1e-6, f"{what} goes up to {colours.max()}"
    excess = (colours[..., :3] - colours[..., 3:]).max()
    assert excess <= 1e-6, f"{what}: colour exceeds alpha by {excess}"


@LAW
@given(seeds, sides, sides, shares)
def test_the_neighbourhood_leaves_known_pixels_alone(seed: int, height: int, width: int, share: float) -> None:
    colours, unknown = picture(seed, height, width), holes(seed, height, width, share)
    out = neighbourhood(colours, unknown)
    assert np.array_equal(out[unknown == 0], colours[unknown == 0])
    check_colours(out, "the neighbourhood")


@LAW
@given(seeds, st.integers(1, 200), st.integers(1, 200), shares)
def test_constant_surroundings_fill_with_that_constant(seed: int, height: int, width: int, share: float) -> None:
    colour = picture(seed, 1, 1)
    colours = np.broadcast_to(colour, (height, width, 4)).copy()
    unknown = holes(seed, height, width, share)
    if unknown.all():
        unknown[-1, -1] = 0
    colours[unknown > 0] = np.random.default_rng(seed).random(4, np.float32)
    assert_close(neighbourhood(colours, unknown), np.broadcast_to(colour, colours.shape), 1e-4, "a constant")


@pytest.mark.parametrize("shape", [(16, 2000), (2000, 16), (1, 500), (1500, 1500)])
def test_one_known_pixel_fills_everything_however_far(shape: tuple[int, int]) -> None:
    colours, unknown = np.zeros((*shape, 4), np.float32), np.ones(shape, np.float32)
    colours[0, 0], unknown[0, 0] = (0.25, 0.5, 0.75, 1), 0
    wanted = np.broadcast_to(colours[0, 0], colours.shape)
    assert_close(neighbourhood(colours, unknown), wanted, 1e-3, f"one pixel in {shape}")


def test_a_hole_between_two_colours_changes_gradually_from_one_to_the_other() -> None:
    colours = np.ones((40, 120, 4), np.float32)
    colours[:, :60, :3] = 0
    unknown = np.zeros((40, 120), np.float32)
    unknown[:, 20:100] = 1
    row = neighbourhood(colours, unknown)[20, :, 0]
    assert row[22] < 0.2
    assert row[97] > 0.8
    assert np.diff(row).min() > -0.02, "goes back and forth"
    assert np.abs(np.diff(row)).max() < 0.2, "has a step"


def test_when_nothing_is_known_nothing_is_there() -> None:
    assert not neighbourhood(picture(1, 9, 7), np.ones((9, 7), np.float32)).any()


@LAW
@given(
    seed=seeds,
    height=sides,
    width=sides,
    share=shares,
    fill=st.sampled_from(FILLS),
    transparent=st.booleans(),
    soft=st.booleans(),
)
def test_every_fill_is_a_picture_and_stays_inside_the_mask(
    *, seed: int, height: int, width: int, share: float, fill: Fill, transparent: bool, soft: bool
) -> None:
    colours, masked = picture(seed, height, width), holes(seed, height, width, share)
    if soft:
        masked *= np.random.default_rng(seed).random(masked.shape, np.float32)
    before = colours.copy()
    out = fill_masked(colours, masked, fill, transparent=transparent)
    check_colours(out, fill.value)
    assert np.array_equal(out[masked == 0], before[masked == 0]), f"{fill.value} reached beyond the mask"
    assert np.array_equal(colours, before), f"{fill.value} wrote into the picture that it was given"


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("value", [1.0, 0.5])
def test_a_mask_over_everything_can_be_filled(fill: Fill, value: float) -> None:
    colours = picture(1, 24, 32)
    out = fill_masked(colours, np.full((24, 32), value, np.float32), fill, transparent=False)
    check_colours(out, fill.value)
    assert fill is Fill.ORIGINAL or not np.array_equal(out, colours)


def test_neutral_is_nothing_for_models_with_alpha_and_grey_for_others() -> None:
    colours, masked = picture(1, 8, 8), np.zeros((8, 8), np.float32)
    masked[2:6, 2:6] = 1
    assert not fill_masked(colours, masked, Fill.NEUTRAL, transparent=True)[2:6, 2:6].any()
    grey = fill_masked(colours, masked, Fill.NEUTRAL, transparent=False)[2:6, 2:6]
    assert (grey == (0.5, 0.5, 0.5, 1)).all()


@pytest.mark.parametrize("fill", [Fill.BLUR, Fill.INPAINT])
def test_a_hole_in_a_plain_ground_disappears(fill: Fill) -> None:
    ground = np.broadcast_to(np.float32([0.2, 0.4, 0.6, 1]), (48, 64, 4))
    colours, masked = ground.copy(), np.zeros((48, 64), np.float32)
    masked[10:30, 20:50] = 1
    colours[10:30, 20:50] = (1, 0, 0, 1)
    assert_close(fill_masked(colours, masked, fill, transparent=False), ground, 1.5 / 255, fill.value)


@pytest.mark.parametrize(
    ("strength", "fill"), [(0.0, Fill.ORIGINAL), (ORIGINAL_BELOW - 0.01, Fill.ORIGINAL), (ORIGINAL_BELOW, Fill.BLUR)]
)
def test_auto_chooses_by_strength(strength: float, fill: Fill) -> None:
    assert choose(Fill.AUTO, strength) is fill
    assert choose(Fill.NEUTRAL, strength) is Fill.NEUTRAL
