"""Measures of pictures: known values, and what must grow or stay when pictures change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluate import metrics
from training.evaluate.colours import agrees, colour_in
from training.evaluate.seams import erased, half_mask, kept, seam


def noise(*shape, seed=0):
    return np.random.default_rng(seed).random(shape, np.float32)


@given(st.floats(0.001, 0.9))
@settings(max_examples=20, deadline=None)
def test_psnr_of_a_constant_error(error):
    wanted = np.zeros((2, 4, 4, 4))
    assert metrics.psnr(wanted + error, wanted) == pytest.approx(-20 * np.log10(error))


def test_psnr_of_the_same_is_a_number():
    assert metrics.psnr(noise(2, 4, 4, 4), noise(2, 4, 4, 4)) == metrics.BEST


def test_reconstruction_tells_colour_from_alpha():
    wanted = np.zeros((3, 8, 8, 4), np.float32)
    wanted[..., 3] = 1
    colour, alpha = wanted.copy(), wanted.copy()
    colour[..., 0] += 0.2
    alpha[..., 3] -= 0.2
    one, other = metrics.reconstruction(colour, wanted), metrics.reconstruction(alpha, wanted)
    assert one["alpha_error"] == 0
    assert one["alpha_wrong"] == 0
    assert other["alpha_error"] == pytest.approx(0.2)
    assert other["alpha_wrong"] == 1
    assert one["psnr"] == pytest.approx(other["psnr"])
    assert one["psnr"] == pytest.approx(-10 * np.log10(0.04 / 4))
    assert other["psnr_white"] < one["psnr_white"]  # white shines through in all three channels


def test_white_shines_through():
    picture = np.array([[[[0.1, 0.2, 0.0, 0.25]]]], np.float32)
    assert np.allclose(metrics.on_white(picture), [0.85, 0.95, 0.75])


def test_kid_is_nothing_for_one_distribution_and_grows():
    draw = np.random.default_rng(1)
    one, other = draw.standard_normal((300, 16)), draw.standard_normal((300, 16))
    values = [metrics.kid(one, other + shift)[0] for shift in (0.0, 0.3, 0.6, 1.2)]
    assert abs(values[0]) < 0.02
    assert values[0] < values[1] < values[2] < values[3]
    assert values[1] > 0.1


def test_the_estimator_is_unbiased():
    """Over many small samples of one distribution its mean is 0, above and below; the biased one is above 0 always."""
    draw = np.random.default_rng(2)
    found = [metrics.polynomial_mmd(draw.standard_normal((6, 4)), draw.standard_normal((6, 4))) for _ in range(600)]
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(len(found))
    assert min(found) < 0 < max(found)


def test_kid_by_hand():
    one, other = np.array([[0.0], [1.0]]), np.array([[2.0], [0.0]])
    # kernels (x y + 1)^3: within 1 and 1, across 1, 1, 27, 1
    assert metrics.polynomial_mmd(one, other) == pytest.approx(1 + 1 - 2 * 30 / 4)


def test_kid_of_one_picture_is_refused():
    with pytest.raises(ValueError, match="two pictures"):
        metrics.kid(np.zeros((1, 4)), np.zeros((9, 4)))


@given(st.integers(2, 12), st.integers(1, 8), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_distances_and_spread(count, width, seed):
    features = np.random.default_rng(seed).standard_normal((count, width))
    plain = np.array([[np.linalg.norm(a - b) for b in features] for a in features])
    assert np.allclose(metrics.distances(features, features), plain, atol=1e-6)
    assert metrics.spread(features) == pytest.approx(plain.sum() / (count * (count - 1)), abs=1e-6)
    assert metrics.spread(features[:1]) == 0
    assert metrics.spread(np.repeat(features[:1], 3, 0)) == pytest.approx(0, abs=1e-6)


def disc(side=64, radius=20):
    y, x = np.mgrid[0:side, 0:side] - side / 2
    return np.clip(radius - np.hypot(x, y) + 0.5, 0, 1).astype(np.float32)


def test_a_clean_disc_has_no_haze_and_no_holes():
    found = metrics.cleanliness(disc()[None])
    assert found["haze"] == found["holes"] == 0
    assert found["faint"] < 0.005


def test_known_haze_and_known_holes():
    hazy, holed = disc(), disc()
    hazy[:4, :16] = 0.03
    holed[30:34, 30:34] = 0.5
    assert metrics.cleanliness(hazy[None])["haze"] == pytest.approx(64 / 64**2)
    assert metrics.cleanliness(hazy[None])["faint"] >= 64 / 64**2
    assert metrics.cleanliness(holed[None])["holes"] == pytest.approx(16 / 64**2)
    assert metrics.cleanliness(holed[None])["haze"] == 0


def test_haze_without_anything_solid_is_all_haze():
    assert metrics.cleanliness(np.full((1, 8, 8), 0.1, np.float32))["haze"] == 1
    assert metrics.cleanliness(np.zeros((0, 8, 8), np.float32)) == {"faint": 0, "haze": 0, "holes": 0}


PAINTS = {
    "red": [(230, 30, 30), (150, 20, 30)],
    "orange": [(245, 140, 30)],
    "yellow": [(250, 215, 40), (255, 190, 50)],
    "green": [(40, 160, 60), (120, 200, 60)],
    "blue": [(40, 90, 220), (100, 180, 240), (20, 30, 100)],
    "purple": [(140, 60, 180)],
    "pink": [(255, 130, 180)],
    "brown": [(130, 80, 40)],
    "black": [(20, 20, 22)],
    "white": [(245, 245, 250)],
    "grey": [(128, 130, 128)],
}


@pytest.mark.parametrize("name", PAINTS)
def test_colours_are_what_people_call_them(name):
    for paint in PAINTS[name]:
        pixels = np.full((8, 8, 4), 255, np.uint8)
        pixels[..., :3] = paint
        assert agrees(pixels, name), f"{paint} is {name}"
        others = {"red", "yellow", "green", "blue", "white", "black"} - {name}
        assert not [other for other in others if agrees(pixels, other)], f"{paint} is only {name}"


def test_what_is_transparent_has_no_colour_and_outlines_do_not_count():
    pixels = np.zeros((10, 10, 4), np.uint8)
    pixels[..., :3] = (230, 30, 30)
    assert not agrees(pixels, "red")
    pixels[2:8, 2:8, 3] = 255
    pixels[2:4, 2:8, :3] = 20  # a dark outline
    assert agrees(pixels, "red")


def test_colour_words():
    assert colour_in("a Violet potion") == "purple"
    assert colour_in("gray wolf") == "grey"
    assert colour_in("a bored redhead") is None


@pytest.mark.parametrize("index", range(4))
def test_half_is_masked_and_the_rest_is_kept(index):
    picture = np.random.default_rng(index).integers(0, 256, (16, 12, 4)).astype(np.uint8)
    mask = half_mask(16, 12, index)
    assert (mask > 0).mean() == 0.5
    assert kept(picture, erased(picture, mask), mask) == 1.0
    assert erased(picture, mask)[mask > 0].sum() == 0
    other = picture.copy()
    at = np.argwhere(mask == 0)[0]
    other[tuple(at)] = (1, 2, 3, 255) if picture[tuple(at)][3] != 255 else (1, 2, 3, 254)
    assert kept(picture, other, mask) == pytest.approx(1 - 1 / (mask == 0).sum())


def test_colour_under_nothing_may_change():
    picture = np.zeros((4, 4, 4), np.uint8)
    other = picture.copy()
    other[..., 0] = 9
    assert kept(picture, other, half_mask(4, 4, 0)) == 1.0


def test_a_seam_is_seen_at_the_border_only():
    flat = np.full((16, 16, 4), 255, np.uint8)
    mask = half_mask(16, 16, 0)
    assert seam(flat, mask) == 0
    broken = flat.copy()
    broken[mask > 0] = (0, 0, 0, 255)
    assert seam(broken, mask) == pytest.approx(3 / 4)
    inside = flat.copy()
    inside[2:5, 2:5] = 0
    assert seam(inside, mask) == 0
