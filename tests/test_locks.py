"""What a variation keeps of its source, with what a model makes drawn at random: no model is needed."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from graphs import manifest_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference import lab
from inference.alpha import Pixels, premultiply
from inference.api import ColourLock, Silhouette, Vary
from inference.edits import plan_vary, prepare, stitch
from inference.locks import denoise_loose, source_palette, with_outline, with_palette, with_statistics
from inference.masks import Mask

LAW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
seeds = st.integers(0, 2**32 - 1)
sides = st.integers(16, 90)
outlines = st.sampled_from(["disc", "noise", "none", "all", "line"])


def alpha_of(kind: str, seed: int, height: int, width: int) -> Mask:
    y, x = np.mgrid[0:height, 0:width]
    away = np.hypot(x - width / 2, y - height / 2)
    shapes = {
        "disc": np.clip(min(height, width) / 3 - away + 0.5, 0, 1) * 255,
        "noise": np.random.default_rng(seed).integers(0, 256, (height, width)),
        "none": np.zeros((height, width)),
        "all": np.full((height, width), 255),
        "line": np.where(np.abs(x - y) < 2, 255, 0),
    }
    return np.round(shapes[kind]).astype(np.uint8)


def smooth(seed: int, height: int, width: int) -> Pixels:
    small = np.random.default_rng(seed).integers(0, 256, (4, 4, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def picture_of(seed: int, height: int, width: int, outline: str = "disc") -> Pixels:
    return np.dstack([smooth(seed, height, width), alpha_of(outline, seed, height, width)])


def varied(image: Pixels, made_seed: int, *, outline: str = "disc", **values: Any) -> tuple[Pixels, Mask]:
    manifest = manifest_of(64)
    request = Vary(image=image, seed=1, **values)
    plan = plan_vary(request, manifest)
    size = plan.context.size
    made = premultiply(picture_of(made_seed, size.height, size.width, outline))
    return stitch(request, plan, prepare(request, plan, manifest), made)


def colours_of(pixels: Pixels) -> set[bytes]:
    return {bytes(colour) for colour in pixels[pixels[..., 3] > 0][:, :3]}


@LAW
@given(seeds, st.tuples(sides, sides), outlines, outlines, st.sampled_from(ColourLock))
def test_a_locked_outline_is_the_sources_to_the_last_bit(seed, size, outline, made, colour):
    image = picture_of(seed, *size, outline)
    pixels, coverage = varied(image, seed + 1, outline=made, silhouette=Silhouette.LOCKED, colour=colour)
    assert np.array_equal(pixels[..., 3], image[..., 3])
    hidden = image[..., 3] == 0
    assert np.array_equal(pixels[hidden], image[hidden]), "what cannot be seen was changed"
    assert not coverage[hidden].any()


def test_a_free_outline_is_what_was_made():
    image = picture_of(1, 64, 64, "line")
    pixels, _ = varied(image, 2)
    assert not np.array_equal(pixels[..., 3], image[..., 3])


@LAW
@given(seeds, sides)
def test_a_colour_reaches_the_locked_outline_without_a_fringe(seed, side):
    """One red picture on nothing, smaller than the outline: all is red, no black and no source at the edge."""
    image = picture_of(seed, side, side)
    made = np.zeros((side, side, 4), np.float32)
    shape = cv2.erode(image[..., 3], np.ones((3, 3), np.uint8)).astype(np.float32) / 255
    made[..., 0], made[..., 3] = 0.8 * shape, shape
    out = with_outline(made, image)
    seen = image[..., 3] > 0
    straight = out[seen][:, :3] / out[seen][:, 3:]
    assert np.abs(straight - [0.8, 0, 0]).max() < 0.02


def test_a_faint_picture_has_no_colour_to_continue():
    """Nothing is solid, much is nearly so: the distance to what is solid is endless."""
    image = picture_of(3, 20, 20)
    faint = np.full((20, 20, 4), 0.6, np.float32)
    assert np.isfinite(with_outline(faint, image)).all()


def test_where_nothing_was_made_the_sources_own_colours_stand():
    image = picture_of(3, 64, 64)
    out = with_outline(np.zeros((64, 64, 4), np.float32), image)
    assert np.allclose(out, premultiply(image), atol=1e-6)


@LAW
@given(seeds, st.tuples(sides, sides), outlines, st.sampled_from(Silhouette))
def test_a_palette_lock_brings_no_colour_that_the_source_has_not(seed, size, outline, silhouette):
    image = picture_of(seed, *size, outline)
    image[..., :3] &= 0xE0
    pixels, coverage = varied(image, seed + 1, colour=ColourLock.PALETTE, silhouette=silhouette)
    palette = {bytes(colour) for colour in source_palette(image)}
    assert palette <= (colours_of(image) or palette)
    if palette:
        changed = pixels[coverage > 0]
        assert {bytes(c) for c in changed[changed[:, 3] > 0][:, :3]} <= palette


def test_a_picture_of_many_colours_has_a_palette_of_its_own_256():
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (64, 64, 3)).astype(np.uint8)
    palette = source_palette(image)
    assert 128 <= len(palette) <= 256
    assert {bytes(c) for c in palette} <= {bytes(c) for c in image.reshape(-1, 3)}


def test_a_palette_of_a_gradient_leaves_no_bands():
    ramp = np.repeat(np.linspace(0, 255, 256).round().astype(np.uint8)[None], 32, 0)
    image = np.dstack([ramp, ramp // 2, 255 - ramp])
    out = with_palette(image, source_palette(image), np.full(ramp.shape, 255, np.uint8))
    assert np.array_equal(out, image)


@LAW
@given(seeds, seeds, sides)
def test_a_lab_lock_keeps_mean_and_deviation_of_what_is_seen(seed, other, side):
    image, made = picture_of(seed, side, side), picture_of(other, side, side)
    image[..., :3] = 64 + image[..., :3] // 2  # well inside what sRGB can show
    made[..., :3] = 64 + made[..., :3] // 2
    source, new = premultiply(image), premultiply(made)
    out = with_statistics(new, source, np.ones((side, side), np.float32))
    assert np.array_equal(out[..., 3], new[..., 3])
    wanted, before, after = (lab.moments(lab.to_lab(each), each[..., 3]) for each in (source, new, out))
    assert wanted is not None
    assert before is not None
    assert after is not None
    assert np.abs(after.mean - wanted.mean).max() < 4, (after.mean, wanted.mean)
    off = np.abs(after.deviation - wanted.deviation)
    assert (off <= np.maximum(4, np.abs(before.deviation - wanted.deviation))).all()


def test_colours_of_what_is_not_seen_weigh_nothing():
    image = picture_of(1, 48, 48)
    other = image.copy()
    other[other[..., 3] == 0] = (255, 0, 255, 0)
    first, second = (varied(each, 5, colour=ColourLock.LAB)[0] for each in (image, other))
    seen = first[..., 3] > 0
    assert np.array_equal(first[seen], second[seen])


@pytest.mark.parametrize("silhouette", Silhouette)
@pytest.mark.parametrize("colour", ColourLock)
def test_a_map_of_zeros_gives_the_source_back(silhouette, colour):
    image = picture_of(4, 40, 56, "noise")
    nowhere = np.zeros((40, 56), np.uint8)
    pixels, coverage = varied(image, 9, where=nowhere, silhouette=silhouette, colour=colour)
    assert np.array_equal(pixels, image)
    assert not coverage.any()


def test_a_loose_outline_is_open_and_its_inside_is_held():
    image = picture_of(1, 64, 64)
    strengths = denoise_loose(np.ones((64, 64), np.float32), image, 0.4, 6.0)
    assert strengths[32, 32] == np.float32(0.4)
    assert (strengths[image[..., 3] < 128] == 1).all()
    edge = cv2.dilate(255 - image[..., 3], np.ones((5, 5), np.uint8)) > 200
    assert (strengths[edge] == 1).all()


def test_a_thin_picture_still_guides_a_loose_outline():
    image = picture_of(1, 64, 64, "line")
    assert (denoise_loose(np.ones((64, 64), np.float32), image, 0.4, 12.0) < 1).sum() > 30


def test_a_picture_without_alpha_keeps_its_three_channels():
    image = smooth(1, 40, 40)
    for silhouette in Silhouette:
        pixels, _ = varied(image, 2, silhouette=silhouette, colour=ColourLock.PALETTE)
        assert pixels.shape == (40, 40, 3)
