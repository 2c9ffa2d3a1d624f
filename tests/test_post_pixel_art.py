from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured import thing

from inference.alpha import Pixels
from inference.errors import BadPicture, BadRequest
from inference.oklab import to_oklab
from inference.palettes import Palette, find_palette
from inference.post.grid import detect_grid, sample
from inference.post.pixel_art import DITHERS, Pixelate, Quantise
from inference.post.scaling import enlarged
from inference.post.tidying import without_burrs, without_specks

LAW = settings(max_examples=12, deadline=None)
seeds = st.integers(0, 999)
PALETTE = find_palette("orchard16")


def colours_in(pixels: Pixels) -> set[tuple[int, ...]]:
    return {tuple(int(v) for v in colour) for colour in pixels[pixels[..., 3] > 0][:, :3]}


def of(palette: Palette) -> set[tuple[int, ...]]:
    return {tuple(int(v) for v in colour) for colour in palette.colours}


def art(seed: int, width: int = 24, height: int = 20) -> Pixels:
    """Pixel art in which every column and row has changes."""
    chance = np.random.default_rng(seed)
    pixels = np.dstack(
        [PALETTE.colours[chance.integers(0, 16, (height, width))], np.full((height, width), 255, np.uint8)]
    )
    pixels[chance.random((height, width)) < 0.2] = 0
    return pixels


@LAW
@given(seeds, st.sampled_from(DITHERS))
def test_quantise_keeps_alpha_and_gives_the_palette_alone(seed: int, dither: str) -> None:
    pixels = thing(seed, 48)
    step = Quantise(palette=PALETTE, dither=dither)
    done = step.apply(pixels)
    assert np.array_equal(done[..., 3], pixels[..., 3])
    assert colours_in(done) <= of(PALETTE)
    assert np.array_equal(step.apply(done), done), "a second time changed it"


@LAW
@given(seeds, st.integers(1, 20))
def test_quantise_takes_no_more_of_its_own_colours_than_asked(seed: int, count: int) -> None:
    pixels = thing(seed, 48)
    done = Quantise(colours=count).apply(pixels)
    assert len(colours_in(done)) <= count
    assert np.array_equal(Quantise(colours=count).apply(done), done)


def test_dither_gives_the_colour_that_one_colour_cannot() -> None:
    black_and_white = Palette("two", np.array([[90, 90, 90], [150, 150, 150]], np.uint8))
    grey = np.full((32, 32, 4), (120, 120, 120, 255), np.uint8)
    flat = Quantise(palette=black_and_white).apply(grey)
    mixed = Quantise(palette=black_and_white, dither="4x4").apply(grey)
    wanted = to_oklab(grey[..., :3]).mean(axis=(0, 1))
    off = [np.linalg.norm(to_oklab(p[..., :3]).mean(axis=(0, 1)) - wanted) for p in (flat, mixed)]
    assert len(colours_in(mixed)) == 2
    assert off[1] < 0.25 * off[0]


@LAW
@given(seeds, st.integers(4, 40), st.sampled_from(DITHERS))
def test_pixel_art_is_small_hard_and_in_the_palette(seed: int, cells: int, dither: str) -> None:
    pixels = thing(seed, 64)[:, :48]
    step = Pixelate(cells=cells, palette=PALETTE, dither=dither)
    done = step.apply(pixels)
    assert done.shape == (cells, round(48 * cells / 64), 4)
    assert set(np.unique(done[..., 3])) <= {0, 255}
    assert colours_in(done) <= of(PALETTE)
    assert not done[done[..., 3] == 0].any()
    assert np.array_equal(step.apply(done), done), "a second time changed it"


@LAW
@given(seeds, st.integers(4, 24))
def test_pixel_art_in_its_own_colours_stays_as_it_is(seed: int, count: int) -> None:
    step = Pixelate(cells=20, colours=count)
    done = step.apply(thing(seed, 64))
    assert len(colours_in(done)) <= count
    assert np.array_equal(step.apply(done), done)


def test_a_cell_has_the_colour_that_most_of_it_has() -> None:
    pixels = np.full((40, 40, 4), (200, 0, 0, 255), np.uint8)
    pixels[:, 14:] = (0, 0, 200, 255)  # cells of ten: the second is three fifths blue
    done = Pixelate(cells=4, colours=2).apply(pixels)
    assert colours_in(done) == {(200, 0, 0), (0, 0, 200)}, "an edge got a mixed colour"
    assert np.array_equal(done[0, :, 2] > 0, [False, True, True, True])


@LAW
@given(seeds, st.integers(2, 12), st.data())
def test_the_grid_of_enlarged_pixel_art_is_found_and_undone(seed: int, k: int, data: st.DataObject) -> None:
    small = art(seed)
    x, y = (data.draw(st.integers(0, k * 2 // 3)) for _ in range(2))
    large = enlarged(small, k)[y:, x:]
    grid = detect_grid(large)
    assert grid is not None
    assert (grid.cell, grid.x, grid.y) == (k, (k - x) % k, (k - y) % k)
    assert grid.confidence > 0.95
    kept = Pixelate(cells=0).apply(large)
    assert np.array_equal(kept, small) or k - x < k / 3 or k - y < k / 3


@pytest.mark.parametrize("size", [173, 250, 301])
def test_cells_that_are_not_whole_are_found(size: int) -> None:
    small = art(3, 24, 24)
    rows = np.arange(size) * 24 // size
    grid = detect_grid(small[rows][:, rows])
    assert grid is not None
    assert grid.cell == pytest.approx(size / 24, rel=0.004)
    assert np.array_equal(sample(small[rows][:, rows], grid), small)


def test_a_grid_is_found_beneath_noise() -> None:
    small = art(5)
    large = enlarged(small, 8)
    noise = np.random.default_rng(0).normal(0, 6, large.shape)
    noisy = np.clip(large + noise, 0, 255).astype(np.uint8)
    noisy[..., 3] = large[..., 3]
    grid = detect_grid(noisy)
    assert grid is not None
    assert (grid.cell, grid.x, grid.y) == (8, 0, 0)
    off = np.abs(sample(noisy, grid).astype(int) - small)[small[..., 3] > 0]
    assert off.max() <= 12, f"a colour is {off.max()} levels off"


@pytest.mark.parametrize("seed", range(12))
def test_smooth_pictures_and_art_that_is_not_enlarged_have_no_grid(seed: int) -> None:
    assert detect_grid(thing(seed, 96)) is None
    assert detect_grid(art(seed)) is None
    assert detect_grid(np.full((30, 30, 4), 255, np.uint8)) is None


def test_pixelating_by_a_grid_that_is_not_there_says_what_to_do() -> None:
    with pytest.raises(BadPicture, match="how many cells"):
        Pixelate(cells=0).apply(thing(1, 96))


def test_burrs_go_and_corners_and_lines_stay() -> None:
    plain = np.zeros((14, 20), bool)
    plain[6:12, 3:17] = True
    burred = plain.copy()
    burred[5, 9] = True
    burred[8, 17] = True
    burred[11, 6] = False
    assert np.array_equal(without_burrs(burred), plain)
    mast = plain.copy()
    mast[2:6, 9] = True
    roof = plain.copy()
    roof[5, 7:12], roof[4, 8:11], roof[3, 9] = True, True, True
    for shape in (plain, mast, roof, ~plain):
        assert np.array_equal(without_burrs(shape), shape)


def test_a_speck_goes_and_a_glint_stays() -> None:
    pixels = np.full((9, 9, 3), (200, 40, 40), np.uint8)
    pixels[2, 2], pixels[6, 6] = (190, 44, 40), (255, 255, 255)
    done = without_specks(pixels, np.ones((9, 9), bool))
    assert tuple(done[2, 2]) == (200, 40, 40)
    assert tuple(done[6, 6]) == (255, 255, 255)


@pytest.mark.parametrize(
    "wrong", [{"cells": -1}, {"cells": 2.5}, {"dither": "3x3"}, {"cover": float("nan")}, {"tidy": 1}, {"palette": "x"}]
)
def test_what_is_out_of_range_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadRequest, match="Give"):
        Pixelate(**wrong)  # pyright: ignore[reportArgumentType]
