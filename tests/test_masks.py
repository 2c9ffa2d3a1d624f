from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.errors import BadPicture
from inference.geometry import Bounds
from inference.masks import SoftMasks, bounds_of, feather_radius, ring_weights, soften, to_latent

LAW = settings(max_examples=60, deadline=None)
KINDS = ["one pixel", "islands", "full", "soft", "faint", "corner", "frame"]
seeds = st.integers(0, 2**32 - 1)
feathers = st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.5, 30.0, 500.0])


def mask_of(kind: str, seed: int, height: int, width: int) -> np.ndarray:
    """A mask that is not empty."""
    random = np.random.default_rng(seed)
    mask = np.zeros((height, width), np.uint8)
    y, x = random.integers(height), random.integers(width)
    match kind:
        case "one pixel":
            mask[y, x] = random.integers(1, 256)
        case "islands":
            mask[random.random(mask.shape) < 0.02] = 255
            mask[y : y + height // 4, x : x + width // 4] = 255
        case "full":
            mask[:] = 255
        case "soft":
            mask[y, x] = 255
            mask = cv2.GaussianBlur(mask, (0, 0), max(height, width) / 12)
            mask = (mask.astype(np.float32) * 255 / max(1, mask.max())).astype(np.uint8)
        case "faint":
            mask = random.integers(0, 128, mask.shape, np.uint8)
        case "corner":
            mask[-1, -1] = 255
        case _:
            mask[0] = mask[-1] = 255
            mask[:, 0] = mask[:, -1] = 255
    mask[y, x] = max(mask[y, x], 1)
    return mask


masks = st.builds(mask_of, st.sampled_from(KINDS), seeds, st.integers(1, 70), st.integers(1, 70))


@LAW
@given(masks, feathers, st.booleans())
def test_nothing_is_shown_that_was_not_renewed(mask: np.ndarray, feather: float, keep: bool) -> None:
    soft = soften(mask, feather, keep_outside=keep)
    for one in (soft.denoise, soft.composite):
        assert (one.shape, one.dtype) == (mask.shape, np.float32)
        assert 0 <= one.min() <= one.max() <= 1
    excess = soft.composite - soft.denoise
    at = np.unravel_index(excess.argmax(), excess.shape)
    assert excess[at] <= 0, f"composite exceeds denoise by {excess[at]} at {at}"


@LAW
@given(masks, feathers, st.booleans())
def test_what_is_painted_is_renewed_at_least_that_much(mask: np.ndarray, feather: float, keep: bool) -> None:
    soft = soften(mask, feather, keep_outside=keep)
    assert (soft.denoise >= mask.astype(np.float32) / 255).all()
    assert (soft.composite[mask == 255] == 1).all()
    assert (soft.composite[mask > 0] > 0).all(), "a painted pixel cannot change"


@LAW
@given(masks, feathers)
def test_kept_outside_means_no_pixel_outside(mask: np.ndarray, feather: float) -> None:
    soft = soften(mask, feather, keep_outside=True)
    assert not soft.composite[mask == 0].any()
    if feather > 0:
        assert (soft.composite <= mask.astype(np.float32) / 255).all()


@LAW
@given(masks, feathers.filter(bool), st.booleans())
def test_far_from_the_selection_nothing_changes(mask: np.ndarray, feather: float, keep: bool) -> None:
    soft = soften(mask, feather, keep_outside=keep)
    far = cv2.distanceTransform((mask == 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) >= feather
    assert not soft.composite[far].any()
    assert not soft.denoise[far].any()


@LAW
@given(masks)
def test_without_a_feather_masks_are_hard(mask: np.ndarray) -> None:
    soft = soften(mask, 0)
    assert np.array_equal(soft.composite, (mask > 0).astype(np.float32))
    assert np.array_equal(soft.denoise, soft.composite)


def test_the_band_falls_off_smoothly_and_the_picture_is_renewed_further_than_it_is_shown() -> None:
    mask = np.zeros((9, 120), np.uint8)
    mask[:, :20] = 255
    soft = soften(mask, 40)
    for one in (soft.denoise[4], soft.composite[4]):
        assert (np.diff(one) <= 0).all()
        assert np.abs(np.diff(one)).max() < 0.06, f"a step of {np.abs(np.diff(one)).max():.3f}"
    band = (soft.composite[4] > 0) & (soft.composite[4] < 1)
    assert 20 < band.sum() < 40
    assert (soft.denoise[4][band] > soft.composite[4][band]).all()


@LAW
@given(masks)
def test_bounds_hold_what_is_painted_and_touch_it_on_every_side(mask: np.ndarray) -> None:
    bounds = bounds_of(mask)
    outside = mask.copy()
    outside[bounds.slices] = 0
    assert not outside.any()
    cut = mask[bounds.slices]
    assert cut[0].any()
    assert cut[-1].any()
    assert cut[:, 0].any()
    assert cut[:, -1].any()


def test_an_empty_mask_is_refused() -> None:
    with pytest.raises(BadPicture, match="mask is empty"):
        bounds_of(np.zeros((8, 8), np.uint8))


def test_the_feather_grows_with_the_selection_and_with_the_strength() -> None:
    small, large = Bounds(0, 0, 30, 40), Bounds(0, 0, 300, 400)
    assert feather_radius(small) == pytest.approx(5)
    assert feather_radius(large) == pytest.approx(50)
    assert feather_radius(large, strength=0.5) == pytest.approx(25)
    assert feather_radius(Bounds(0, 0, 1, 1)) == 2


@LAW
@given(seeds, st.integers(1, 8), st.integers(1, 8), st.sampled_from([2, 4, 8]))
def test_the_last_pixel_of_a_latent_cell_counts(seed: int, rows: int, columns: int, factor: int) -> None:
    denoise = np.random.default_rng(seed).random((rows * factor, columns * factor), np.float32)
    small = to_latent(denoise, factor)
    assert small.shape == (rows, columns)
    for row in range(rows):
        for column in range(columns):
            cell = denoise[row * factor : (row + 1) * factor, column * factor : (column + 1) * factor]
            assert small[row, column] == cell.max()


@LAW
@given(masks, feathers, st.booleans(), st.floats(0, 20))
def test_statistics_are_taken_where_nothing_was_renewed(
    mask: np.ndarray, feather: float, keep: bool, clearance: float
) -> None:
    soft = soften(mask, feather, keep_outside=keep)
    weights = ring_weights(soft, feather, clearance)
    assert (weights.shape, weights.dtype) == (mask.shape, np.float32)
    assert np.isfinite(weights).all()
    assert 0 <= weights.min() <= weights.max() <= 1
    assert not weights[soft.denoise > 0].any()
    assert not weights[soft.composite > 0].any()


def test_the_ring_weighs_less_with_distance_and_keeps_clear_of_the_band() -> None:
    soft = SoftMasks(*(np.zeros((2, 5, 100), np.float32)))
    soft.denoise[:, :10] = soft.composite[:, :10] = 1
    row = ring_weights(soft, 4, clearance=8)[2]
    assert not row[:17].any()
    assert (np.diff(row[18:]) < 0).all()


@pytest.mark.parametrize("value", [0, 1])
def test_there_is_no_ring_around_nothing_or_everything(value: int) -> None:
    flat = np.full((6, 6), value, np.float32)
    assert not ring_weights(SoftMasks(flat, flat), 4).any()
