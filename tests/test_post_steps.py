"""Outline, shadow, trim, pad, defringe, sharpen, upscale: what they must and must not touch."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured import thing

from inference.alpha import Pixels
from inference.errors import BadPicture
from inference.post.edges import Outline, Shadow, thickened
from inference.post.frames import ANCHORS, Pad, Trim
from inference.post.halos import Defringe, halo
from inference.post.scaling import Sharpen, Upscale
from inference.post.specks import Despeckle

LAW = settings(max_examples=15, deadline=None)
seeds = st.integers(0, 999)


def hard(seed: int, side: int = 24) -> Pixels:
    """Pixel art: whole pixels, some room around."""
    pixels = thing(seed, side)
    pixels[..., 3] = np.where(pixels[..., 3] >= 128, 255, 0)
    pixels[pixels[..., 3] == 0] = 0
    return np.pad(pixels, ((4, 4), (4, 4), (0, 0)))


def fringed(pixels: Pixels, ground: tuple[int, int, int]) -> Pixels:
    """The same with the ground's colour left in its soft edge."""
    alpha = pixels[..., 3:] / 255
    out = pixels.copy()
    out[..., :3] = np.rint(pixels[..., :3] * alpha + np.array(ground) * (1 - alpha))
    return out


def disc(side: int = 64, colour: tuple[int, int, int] = (180, 30, 40)) -> Pixels:
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    cover = np.clip(side * 0.35 + 0.5 - np.hypot(x, y), 0, 1)
    return np.dstack([np.full((side, side, 3), colour, np.uint8), np.rint(255 * cover).astype(np.uint8)])


@LAW
@given(seeds, st.integers(1, 4))
def test_an_outline_leaves_the_shape_and_surrounds_it(seed: int, width: int) -> None:
    pixels = hard(seed)
    done = Outline(width=width, colour="#123456", grow=False).apply(pixels)
    there = pixels[..., 3] == 255
    assert np.array_equal(done[there], pixels[there])
    line = (done[..., 3] == 255) & ~there
    assert (done[line] == (0x12, 0x34, 0x56, 255)).all()
    assert set(np.unique(done[..., 3])) <= {0, 255}
    beside = cv2.dilate(there.astype(np.uint8), np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)) > 0
    assert (line | there)[beside].all(), "a pixel beside the shape has no line"
    apart = cv2.distanceTransform((~there).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    assert apart[line].max(initial=0) <= width + 0.5


@LAW
@given(seeds)
def test_a_thin_line_has_no_doubled_pixels(seed: int) -> None:
    """No line pixel touches the shape by a corner alone: those are what makes stairs look thick."""
    pixels = hard(seed)
    done = Outline(grow=False).apply(pixels)
    there = np.pad(pixels[..., 3] == 255, 1)
    beside = there[:-2, 1:-1] | there[2:, 1:-1] | there[1:-1, :-2] | there[1:-1, 2:]
    line = (done[..., 3] == 255) & (pixels[..., 3] == 0)
    assert not (line & ~beside).any()


@LAW
@given(seeds, st.integers(1, 12), st.sampled_from(["auto", "hard", "soft"]))
def test_an_inner_line_touches_no_alpha(seed: int, width: int, edge: str) -> None:
    pixels = thing(seed, 40)
    done = Outline(width=width, place="inside", edge=edge).apply(pixels)
    assert np.array_equal(done[..., 3], pixels[..., 3])


def test_a_soft_line_on_a_straight_edge_is_as_wide_as_asked() -> None:
    for cover in (0.0, 0.3, 0.8):
        shape = np.zeros((40, 60), np.float32)
        shape[:, :20], shape[:, 20] = 1, cover
        for width in (1, 2, 5, 6, 7, 12):
            line = thickened(shape, width, hard=False)[20]
            assert line.sum() == pytest.approx(20 + cover + width, abs=0.02), (cover, width)


def test_a_soft_line_leaves_no_gap_to_the_shape_and_nothing_beneath_glass() -> None:
    pixels = disc()
    pixels[28:36, 28:36, 3] = 100
    done = Outline(width=3, colour="#ffffff").apply(pixels)
    assert done[32, 32].tolist() == pixels[32, 32].tolist(), "the line shows through glass"
    row = done[32]
    seen = np.flatnonzero(row[:, 3])
    assert (np.delete(row[seen[1] : seen[-1], 3], np.arange(28 - seen[1], 36 - seen[1])) >= 250).all()


def test_an_outline_that_would_be_cut_widens_the_canvas() -> None:
    full = np.full((6, 8, 4), 255, np.uint8)
    assert Outline(width=2).apply(full).shape == (10, 12, 4)
    assert Outline(width=2, grow=False).apply(full).shape == full.shape
    assert Outline(width=1).apply(np.pad(full, ((1, 1), (1, 1), (0, 0)))).shape == (8, 10, 4)


def test_a_neighbours_line_is_its_colour_darkened() -> None:
    pixels = np.zeros((9, 12, 4), np.uint8)
    pixels[2:7, 2:6], pixels[2:7, 6:10] = (230, 60, 60, 255), (60, 60, 230, 255)
    done = Outline(tint="neighbour").apply(pixels)
    left, right = done[4, 1], done[4, 10]
    assert left[0] > 2 * left[2], left
    assert right[2] > 2 * right[0], right
    assert max(left[:3]) < 200
    assert max(right[:3]) < 200


@LAW
@given(seeds, st.integers(-6, 6), st.integers(-6, 6), st.sampled_from([0.0, 1.5]))
def test_a_shadow_leaves_what_is_opaque(seed: int, x: int, y: int, blur: float) -> None:
    pixels = hard(seed)
    done = Shadow(x=x, y=y, blur=blur).apply(pixels)
    dy, dx = (done.shape[0] - pixels.shape[0]) // 2, (done.shape[1] - pixels.shape[1]) // 2
    core = done[dy : dy + pixels.shape[0], dx : dx + pixels.shape[1]]
    there = pixels[..., 3] == 255
    assert np.array_equal(core[there], pixels[there])
    if blur == 0:
        assert set(np.unique(done[..., 3])) <= {0, 128, 255}
    assert not done[0, :, 3].any() or blur == 0
    dark = (done[..., 3] > 0) & (done[..., 3] < 255)
    assert not done[dark][:, :3].any()


def test_nothing_stays_nothing() -> None:
    empty = np.zeros((8, 9, 4), np.uint8)
    for step in (Outline(), Shadow(), Trim(), Defringe(), Despeckle(), Sharpen()):
        assert np.array_equal(step.apply(empty), empty)


@LAW
@given(seeds, st.integers(0, 5))
def test_trim_leaves_the_margin_and_every_visible_pixel(seed: int, margin: int) -> None:
    pixels = hard(seed)
    done = Trim(margin=margin).apply(pixels)
    inner = done[margin : done.shape[0] - margin, margin : done.shape[1] - margin]
    assert inner[..., 3].any(axis=0)[[0, -1]].all()
    assert inner[..., 3].any(axis=1)[[0, -1]].all()
    assert (done[..., 3] > 0).sum() == (pixels[..., 3] > 0).sum()
    assert np.array_equal(Trim(margin=margin).apply(done), done)


@LAW
@given(
    seeds, st.integers(1, 80), st.integers(1, 80), st.sampled_from(tuple(ANCHORS)), st.sampled_from(["shrink", "cut"])
)
def test_pad_gives_exactly_the_size(seed: int, width: int, height: int, anchor: str, larger: str) -> None:
    pixels = hard(seed)
    step = Pad(width=width, height=height, anchor=anchor, larger=larger)
    done = step.apply(pixels)
    assert done.shape == (height, width, 4)
    assert np.array_equal(step.apply(done), done)
    if width >= 32 and height >= 32:
        assert (done[..., 3] > 0).sum() == (pixels[..., 3] > 0).sum()


@pytest.mark.parametrize(
    ("settings", "size"),
    [
        ({"to": "power-of-two"}, (64, 32)),
        ({"to": "power-of-two", "square": True}, (64, 64)),
        ({"to": "multiple", "multiple": 10}, (40, 20)),
        ({"square": True}, (33, 33)),
        ({"width": 48}, (48, 17)),
        ({"width": 65, "to": "power-of-two"}, (128, 32)),
    ],
)
def test_sizes_that_pad_gives(settings: dict[str, object], size: tuple[int, int]) -> None:
    pixels = np.full((17, 33, 4), 255, np.uint8)
    done = Pad(**settings).apply(pixels)  # pyright: ignore[reportArgumentType]
    assert (done.shape[1], done.shape[0]) == size
    assert (done[..., 3] > 0).sum() == 17 * 33


def test_a_picture_that_is_too_large_is_refused_unless_it_may_be_changed() -> None:
    with pytest.raises(BadPicture, match="larger than 16x16"):
        Pad(width=16, height=16).apply(np.full((20, 10, 4), 255, np.uint8))


@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (255, 0, 255), (40, 200, 60)])
def test_defringe_lowers_the_halo_and_touches_no_alpha(ground: tuple[int, int, int]) -> None:
    clean = disc()
    dirty = fringed(clean, ground)
    done = Defringe().apply(dirty)
    assert halo(clean).worst < 0.5
    assert halo(dirty).worst > 4
    assert halo(done).worst < 0.5
    assert np.array_equal(done[..., 3], dirty[..., 3])
    # The clean picture is known here: the edge has its true colour again, to what firm pixels of alpha 250 carry.
    seen = clean[..., 3] >= 16
    assert np.abs(done[seen].astype(int) - clean[seen]).max() <= 5
    assert halo(done).worst <= halo(Defringe(amount=0.5).apply(dirty)).worst < halo(dirty).worst


def test_a_fringe_is_seen_over_other_grounds_than_its_own() -> None:
    white = halo(fringed(disc(), (255, 255, 255)))
    black = halo(fringed(disc(), (0, 0, 0)))
    assert white.white < 1 < white.black
    assert black.black < 1 < black.white
    assert min(white.magenta, black.magenta) > 1
    assert white.pixels == black.pixels > 50


@LAW
@given(seeds)
def test_defringe_twice_is_defringe_once(seed: int) -> None:
    pixels = fringed(thing(seed, 48), (255, 255, 255))
    once = Defringe().apply(pixels)
    assert np.array_equal(Defringe().apply(once), once)
    assert halo(once).worst <= halo(pixels).worst
    opaque = pixels[..., 3] >= 250
    assert np.array_equal(once[opaque], pixels[opaque])


def test_an_opaque_fringe_is_choked_and_an_edge_is_hardened() -> None:
    pixels = np.zeros((20, 20, 4), np.uint8)
    pixels[4:16, 4:16] = (255, 255, 255, 255)
    pixels[5:15, 5:15] = (200, 20, 20, 255)
    done = Defringe(choke=1).apply(pixels)
    assert (done[done[..., 3] > 0][:, :3] == (200, 20, 20)).all()
    assert set(np.unique(Defringe(harden=1).apply(disc())[..., 3])) == {0, 255}
    assert Defringe(bleed=3).apply(disc())[32, 8, :3].tolist() == [180, 30, 40]


@LAW
@given(seeds, st.floats(0, 4), st.floats(0.3, 4))
def test_sharpening_touches_no_alpha_and_leaves_no_rings(seed: int, amount: float, radius: float) -> None:
    pixels = thing(seed, 40)
    done = Sharpen(amount=amount, radius=radius).apply(pixels)
    assert np.array_equal(done[..., 3], pixels[..., 3])
    seen = pixels[..., 3] > 0
    assert done[seen][:, :3].max(axis=0).tolist() <= pixels[seen][:, :3].max(axis=0).tolist()
    flat = np.full((12, 12, 4), (90, 120, 30, 255), np.uint8)
    assert np.array_equal(Sharpen(amount=amount, radius=radius).apply(flat), flat)


def test_sharpening_steepens_an_edge() -> None:
    ramp = np.full((20, 40, 4), 255, np.uint8)
    ramp[..., :3] = np.interp(np.arange(40), [15, 25], [60, 200])[None, :, None].astype(np.uint8)
    before, after = (np.abs(np.diff(p[10, :, 0].astype(int))).max() for p in (ramp, Sharpen(amount=2).apply(ramp)))
    assert after > before


@LAW
@given(seeds, st.integers(1, 5))
def test_whole_scaling_repeats_and_lanczos_rings_nowhere(seed: int, by: int) -> None:
    pixels = hard(seed)
    large = Upscale(by=by).apply(pixels)
    assert np.array_equal(large[::by, ::by], pixels)
    assert large.shape == (32 * by, 32 * by, 4)
    smooth = Upscale(by=by, method="lanczos").apply(pixels)
    assert smooth.shape == large.shape
    far = cv2.erode((pixels[..., 3] == 0).astype(np.uint8), np.ones((3, 3), np.uint8))
    assert not smooth[far.repeat(by, 0).repeat(by, 1) > 0].any(), "a ghost of the shape in empty room"
    inner = cv2.erode((pixels[..., 3] == 255).astype(np.uint8), np.ones((3, 3), np.uint8))
    assert (smooth[inner.repeat(by, 0).repeat(by, 1) > 0][:, 3] == 255).all(), "a hole in what is opaque"


def test_scaling_beyond_what_can_be_read_again_is_refused() -> None:
    with pytest.raises(BadPicture, match="8192"):
        Upscale(by=16).apply(np.zeros((4, 600, 4), np.uint8))


def test_specks_and_haze_go_and_the_shape_stays() -> None:
    clean = disc()
    dirty = clean.copy()
    dirty[2:4, 2:4] = (255, 255, 255, 255)
    dirty[60, 5:40] = (90, 90, 90, 20)
    step = Despeckle()
    assert np.array_equal(step.apply(dirty), step.apply(clean))
    assert np.array_equal(step.apply(clean)[..., 3] > 32, clean[..., 3] > 32)
    assert np.array_equal(step.apply(step.apply(dirty)), step.apply(dirty))
    dirty[40:58, 58:63] = (10, 10, 10, 255)
    assert step.apply(dirty)[50, 60, 3] == 255, "a part of the picture is gone"


def test_a_soft_line_leaves_haze_alone() -> None:
    pixels = disc()
    pixels[2:4, 2:4] = (80, 80, 80, 24)
    done = Outline(width=2, colour="#ffffff").apply(pixels)
    assert done[:8, :8, 3].max() <= 24
