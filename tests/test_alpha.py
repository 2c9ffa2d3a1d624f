from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.alpha import Pixels, bleed, colours_at, over, premultiply, resize, to_bytes, unpremultiply

LAW = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def noise(seed: int, height: int = 13, width: int = 17, channels: int = 4) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


def sprite(seed: int, height: int, width: int) -> Pixels:
    """White shapes with hard and soft edges on transparent black."""
    random = np.random.default_rng(seed)
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 3] = random.choice(np.uint8([0, 0, 255, 255, 90]), (height, width))
    pixels[pixels[..., 3] > 0, :3] = 255
    return pixels


@LAW
@given(seeds)
def test_opaque_colours_survive_exactly(seed: int) -> None:
    pixels = noise(seed)
    pixels[..., 3] = 255
    assert np.array_equal(unpremultiply(premultiply(pixels)), pixels)
    assert np.array_equal(unpremultiply(premultiply(pixels[..., :3])), pixels)


@LAW
@given(seeds, st.integers(8, 255))
def test_a_round_trip_moves_no_colour_by_more_than_a_level(seed: int, least: int) -> None:
    pixels = noise(seed)
    pixels[..., 3] = np.maximum(pixels[..., 3], least)
    back = unpremultiply(premultiply(pixels))
    assert np.array_equal(back[..., 3], pixels[..., 3])
    difference = np.abs(back.astype(int) - pixels)
    assert difference.max() <= 1, f"{difference.max()} levels at {np.unravel_index(difference.argmax(), pixels.shape)}"


@LAW
@given(seeds)
def test_no_colour_is_left_where_there_is_nothing(seed: int) -> None:
    pixels = noise(seed)
    pixels[::2, :, 3] = 0
    colours = premultiply(pixels)
    assert not colours[::2].any()
    assert not unpremultiply(colours)[::2].any()
    faint = colours.copy()
    faint[..., 3] = 0.4 / 255
    assert not unpremultiply(faint).any(), "alpha that rounds to 0 left colour"


@LAW
@given(seeds)
def test_premultiplied_colour_never_exceeds_alpha(seed: int) -> None:
    colours = premultiply(noise(seed))
    assert (colours[..., :3] <= colours[..., 3:]).all()


@pytest.mark.parametrize("values", [[-1.0, -0.0, 2.0, np.inf, -np.inf], [0.5 / 255 + 1e-4, 254.6 / 255, 1.0]])
def test_bytes_are_rounded_and_clipped(values: list[float]) -> None:
    got = to_bytes(np.float32(values))
    wanted = [min(255, max(0, round(min(max(value, -2), 2) * 255))) for value in values]
    assert got.tolist() == wanted


@LAW
@given(seeds, st.integers(1, 40), st.integers(1, 40))
def test_resizing_never_lets_colour_exceed_alpha(seed: int, width: int, height: int) -> None:
    scaled = resize(premultiply(noise(seed)), width, height)
    assert scaled.shape == (height, width, 4)
    assert scaled.min() >= 0
    assert scaled.max() <= 1
    excess = (scaled[..., :3] - scaled[..., 3:]).max()
    assert excess <= 0, f"colour exceeds alpha by {excess}"


@LAW
@given(seeds, st.integers(1, 60), st.integers(1, 60), st.integers(2, 30), st.integers(2, 30))
def test_a_resized_white_sprite_leaves_no_halo_on_white(
    seed: int, width: int, height: int, old_width: int, old_height: int
) -> None:
    scaled = resize(premultiply(sprite(seed, old_height, old_width)), width, height)
    laid = to_bytes(over(scaled, np.ones((height, width, 4), np.float32)))
    assert laid.min() == 255, f"{255 - laid.min()} levels too dark at {np.unravel_index(laid.argmin(), laid.shape)}"


def test_resizing_to_the_same_size_changes_nothing() -> None:
    colours = premultiply(noise(1))
    assert resize(colours, colours.shape[1], colours.shape[0]) is colours


@LAW
@given(seeds, st.integers(1, 40), st.integers(1, 40))
def test_maps_are_resized_too(seed: int, width: int, height: int) -> None:
    scaled = resize(np.random.default_rng(seed).random((9, 11), np.float32), width, height)
    assert scaled.shape == (height, width)
    assert 0 <= scaled.min() <= scaled.max() <= 1


@LAW
@given(seeds)
def test_over_keeps_what_is_opaque_and_shows_what_is_under_nothing(seed: int) -> None:
    top, bottom = premultiply(noise(seed)), premultiply(noise(seed + 1))
    top[:4, :, 3:] = 1
    top[4:8] = 0
    laid = over(top, bottom)
    assert np.array_equal(laid[:4], top[:4])
    assert np.array_equal(laid[4:8], bottom[4:8])
    assert laid.max() <= 1 + 1e-6


@LAW
@given(seeds)
def test_colours_at_another_alpha_keep_their_hue_and_stay_below_it(seed: int) -> None:
    random = np.random.default_rng(seed)
    colours = premultiply(noise(seed))
    colours[:3, ..., :] = 0
    wanted = random.random((*colours.shape[:2], 1), np.float32)
    got = colours_at(colours, colours[..., 3:], wanted)
    assert np.array_equal(got[..., 3:], wanted)
    assert np.isfinite(got).all()
    assert (got[..., :3] <= wanted).all()
    shown = (colours[..., 3] > 0.1) & (wanted[..., 0] > 0.1)
    before, after = colours[shown] / colours[shown][:, 3:], got[shown] / got[shown][:, 3:]
    assert np.abs(before - after).max(initial=0) < 1e-4


def test_bleeding_gives_hidden_pixels_their_nearest_neighbours_colour() -> None:
    pixels = np.zeros((9, 30, 4), np.uint8)
    pixels[:, 0] = (200, 10, 10, 255)
    pixels[:, 29] = (10, 10, 200, 40)
    out = bleed(pixels, reach=8)
    assert np.array_equal(out[..., 3], pixels[..., 3])
    assert (out[:, 1:9, :3] == (200, 10, 10)).all()
    assert (out[:, 21:29, :3] == (10, 10, 200)).all()
    assert not out[:, 10:20].any(), "bled further than it may"
    assert not pixels[:, 1:29].any(), "the picture it was given has changed"


@LAW
@given(seeds)
def test_bleeding_touches_no_visible_pixel(seed: int) -> None:
    pixels = noise(seed)
    pixels[np.random.default_rng(seed).random(pixels.shape[:2]) < 0.5, 3] = 0
    out = bleed(pixels, reach=50)
    assert np.array_equal(out[..., 3], pixels[..., 3])
    assert np.array_equal(out[pixels[..., 3] > 0], pixels[pixels[..., 3] > 0])
    seen = {tuple(colour) for colour in pixels[pixels[..., 3] > 0][:, :3]}
    if seen:
        assert {tuple(colour) for colour in out[..., :3].reshape(-1, 3)} <= seen, "a colour from nowhere"


@pytest.mark.parametrize("alpha", [0, 255])
def test_bleeding_leaves_pictures_alone_that_are_all_hidden_or_all_seen(alpha: int) -> None:
    pixels = noise(3)
    pixels[..., 3] = alpha
    assert np.array_equal(bleed(pixels), pixels)
    assert np.array_equal(bleed(pixels[..., :3]), pixels[..., :3])
