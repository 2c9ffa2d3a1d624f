from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from conftest import assert_close
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.noise import Latents
from inference.tiles import spans, tiled

LAW = settings(max_examples=60, deadline=None)


def identity(values: Latents) -> Latents:
    return values


def enlarged(values: Latents) -> Latents:
    return values.repeat(4, axis=2).repeat(4, axis=3)


def shrunk(values: Latents) -> Latents:
    batch, channels, height, width = values.shape
    return values.reshape(batch, channels, height // 4, 4, width // 4, 4).mean(axis=(3, 5))


def blurred(values: Latents) -> Latents:
    """A smooth operator that sees 8 pixels around, and makes up what lies beyond the edge as convolutions do."""
    out = [[cv2.GaussianBlur(plane, (17, 17), 3) for plane in picture] for picture in values]
    return np.float32(out)


def smooth(height: int, width: int) -> Latents:
    """Waves over the whole of [0, 1]."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    waves = 0.5 + 0.25 * np.sin(x / 17) + 0.25 * np.cos(y / 23)
    return np.stack([waves, 1 - waves])[None].astype(np.float32)


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 8), st.integers(1, 12), st.integers(0, 40), st.integers(1, 400))
def test_windows_cover_everything_and_overlap_enough(step: int, overlap: int, more: int, length: int) -> None:
    overlap, length = overlap * step, length * step
    tile = 2 * overlap + (1 + more) * step
    windows = list(spans(length, tile, overlap, step))
    assert windows[0][0] == 0
    assert windows[-1][1] == length
    assert all(stop - start == min(tile, length) for start, stop in windows), windows
    assert all(start % step == 0 for start, _ in windows), windows
    for (_, stop), (start, _) in pairwise(windows):
        assert stop - start >= overlap, f"{windows} overlap by {stop - start}, not {overlap}"
    assert len(windows) <= max(1, -(-(length - overlap) // (tile - overlap))), "more windows than needed"


@LAW
@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 6), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_doing_nothing_in_tiles_does_nothing(height: int, width: int, overlap: int, more: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(2, 3, height, width)).astype(np.float32)
    out = tiled(identity, values, tile=2 * overlap + more, overlap=overlap, scale=(1, 1))
    assert_close(out, values, 1e-5, "identity in tiles")


@LAW
@given(st.integers(1, 50), st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_decoding_and_encoding_pixel_by_pixel_is_exact_in_tiles(height: int, width: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(1, 2, height, width)).astype(np.float32)
    large = tiled(enlarged, values, tile=16, overlap=4, scale=(4, 1))
    assert_close(large, enlarged(values), 1e-5, "enlarged in tiles")
    assert_close(tiled(shrunk, large, tile=64, overlap=16, scale=(1, 4)), values, 1e-5, "shrunk in tiles")


@pytest.mark.parametrize(("height", "width"), [(96, 97), (100, 300), (257, 131), (400, 64)])
@pytest.mark.parametrize("tile", [48, 96])
def test_no_seam_is_left_by_a_smooth_operator(height: int, width: int, tile: int) -> None:
    values = smooth(height, width)
    out = tiled(blurred, values, tile=tile, overlap=tile // 4, scale=(1, 1))
    assert_close(out, blurred(values), 1 / 255, f"{width}x{height} in tiles of {tile}")


def test_tiles_that_differ_are_blended_without_a_step() -> None:
    count = iter(range(1000))

    def shifted(values: Latents) -> Latents:
        return np.full_like(values, next(count) % 2)

    out = tiled(shifted, np.zeros((1, 1, 64, 400), np.float32), tile=96, overlap=24, scale=(1, 1))
    steps = np.abs(np.diff(out[0, 0], axis=1))
    assert steps.max() < 0.1, (
        f"a step of {steps.max():.3f} at column {np.unravel_index(steps.argmax(), steps.shape)[1]}"
    )


def test_every_window_is_small_and_contiguous() -> None:
    seen: list[tuple[int, ...]] = []

    def watched(values: Latents) -> Latents:
        assert values.flags.c_contiguous
        seen.append(values.shape)
        return values

    tiled(watched, np.zeros((1, 4, 100, 30), np.float32), tile=48, overlap=12, scale=(1, 1))
    assert set(seen) == {(1, 4, 48, 30)}
