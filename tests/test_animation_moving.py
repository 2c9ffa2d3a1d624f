"""What holds frames together: noise that moves stays noise, flow is trusted where it is right, flicker is a number."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.alpha import premultiply
from inference.animation.flicker import flicker
from inference.animation.flow import motion_between, moved
from inference.animation.from_pictures import Sieve, held, looks
from inference.grains import GrainNoise, Grains, carried, fresh, values_of
from inference.library import find_model
from inference.manifest import read_manifest

LAW = settings(max_examples=100)


def shifted(grains: Grains, x: float, y: float, birth: int) -> Grains:
    return carried(grains, grains.at + np.array([x, y]), birth)


def textured(seed: int, side: int = 128) -> np.ndarray:
    """Colours that a flow can hold on to, opaque."""
    soft = cv2.GaussianBlur(np.random.default_rng(seed).random((side, side, 3)).astype(np.float32), (0, 0), 2)
    soft = (soft - soft.min()) / (soft.max() - soft.min())
    return np.dstack([np.round(soft * 255).astype(np.uint8), np.full((side, side), 255, np.uint8)])


@LAW
@given(st.integers(0, 2**63 - 1), st.floats(-3, 3), st.floats(-3, 3), st.integers(1, 12))
def test_no_grain_is_in_two_places_and_none_is_lost_inside(seed: int, x: float, y: float, frames: int) -> None:
    grains = fresh(24, 32)
    for frame in range(1, frames + 1):
        grains = shifted(grains, x, y, frame)
    named = set(zip(grains.births.ravel().tolist(), grains.cells.ravel().tolist(), strict=True))
    assert len(named) == 24 * 32
    gone_x, gone_y = (int(np.ceil(frames * (abs(speed) + 1 / 2048))) for speed in (x, y))
    assert (grains.births == 0).sum() >= max(0, 24 - gone_y) * max(0, 32 - gone_x)


def test_grains_move_by_whole_cells_with_their_values() -> None:
    before = fresh(32, 32)
    after = before
    for frame in range(1, 9):
        after = shifted(after, 0.5, 0, frame)  # eight halves are four grains, one cell
    one, two = (GrainNoise([5], each).draw("start", (1, 4, 8, 8))[0] for each in (before, after))
    assert np.array_equal(one[:, :, :-1], two[:, :, 1:])
    assert not np.array_equal(one[:, :, -1], two[:, :, 0])


@pytest.mark.parametrize("motion", ["still", "zoom", "turn", "random"])
def test_noise_that_moved_is_still_white_and_of_unit_variance(motion: str) -> None:
    random = np.random.default_rng(1)
    grains, middle = fresh(128, 128), 64
    for frame in range(1, 13):
        at = grains.at.astype(np.float64) - middle
        if motion == "zoom":
            at *= 1.07
        elif motion == "turn":
            at = at @ np.array([[0.98, -0.2], [0.2, 0.98]])
        elif motion == "random":
            at += random.normal(0, 2, at.shape)
        grains = carried(grains, at + middle, frame)
    noise = np.stack([GrainNoise([seed], grains).draw("start", (1, 4, 32, 32))[0] for seed in range(40)])
    assert abs(noise.mean()) < 0.015
    assert abs(noise.var() - 1) < 0.02
    for axis in (2, 3):
        neighbours = np.mean(noise * np.roll(noise, 1, axis))
        assert abs(neighbours) < 0.015, f"{motion}: neighbours correlate by {neighbours:.3f}"
    assert abs(np.mean(noise**4) - 3) < 0.2, "as heavy in its tails as a normal distribution"


def test_values_are_functions_of_the_grain_alone() -> None:
    whole, part = fresh(16, 16), fresh(16, 16)
    moved_grains = shifted(part, 3, 0, 1)
    one, two = values_of(whole, 9, "step", 3, 2), values_of(moved_grains, 9, "step", 3, 2)
    assert np.array_equal(one[:, :, :-3], two[:, :, 3:])
    for other in (
        values_of(whole, 8, "step", 3, 2),
        values_of(whole, 9, "start", 3, 2),
        values_of(whole, 9, "step", 3),
    ):
        assert not np.array_equal(one, other)
    assert values_of(fresh(1, 2), 7, "start", 1).ravel().tolist() == pytest.approx(
        values_of(fresh(1, 3), 7, "start", 1).ravel()[:2].tolist()
    )


def test_a_wrong_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="grains of"):
        GrainNoise([1], fresh(20, 16)).draw("start", (1, 4, 8, 8))


@settings(max_examples=8)
@given(st.integers(0, 99), st.integers(-4, 4), st.integers(-4, 4))
def test_a_shift_is_found_and_trusted(seed: int, x: int, y: int) -> None:
    before = textured(seed)
    after = np.roll(before, (y, x), axis=(0, 1))
    motion = motion_between(before, after)
    inner = (slice(16, -16),) * 2
    assert np.abs(motion.back[inner] + (x, y)).mean() < 0.3
    assert motion.trust[inner].mean() > 0.9
    close = np.abs(moved(premultiply(before), motion.back) - premultiply(after)).mean(2)[inner]
    assert close.mean() < 0.02


def test_what_appears_is_not_trusted_and_what_stays_is_exact() -> None:
    before = textured(3)
    after = before.copy()
    after[40:80, 40:80] = textured(4)[40:80, 40:80]
    motion = motion_between(before, after)
    assert motion.trust[48:72, 48:72].mean() < 0.35
    assert (motion.trust[:30] == 1).all()
    assert (motion.back[:30] == 0).all()
    colours = premultiply(before)
    assert np.array_equal(moved(colours, motion.back)[:30], colours[:30])


def test_flow_does_not_depend_on_the_number_of_threads() -> None:
    before, after = textured(5), np.roll(textured(5), (2, 3), axis=(0, 1))
    threads = cv2.getNumThreads()
    try:
        found = []
        for number in (1, 2, 3):
            cv2.setNumThreads(number)
            found.append(motion_between(before, after))
    finally:
        cv2.setNumThreads(threads)
    for other in found[1:]:
        assert np.array_equal(found[0].back, other.back)
        assert np.array_equal(found[0].trust, other.trust)


def test_flicker_is_nothing_for_what_moves_and_counts_what_does_not() -> None:
    clip = [np.roll(textured(6), 2 * frame, axis=1) for frame in range(4)]
    random = np.random.default_rng(2)
    restless = [np.clip(frame + random.normal(0, 12, frame.shape), 0, 255).astype(np.uint8) for frame in clip]
    calm, wild = flicker(clip, clip), flicker(restless, clip)
    assert calm < 1
    assert 6 < wild < 16, wild
    assert flicker(clip[:1], clip[:1]) == 0


def test_colours_are_held_and_alpha_is_not_touched() -> None:
    first, later = textured(7), textured(7)
    later[..., 0] = later[..., 0] // 2
    later[:20, :, 3] = 77
    goal = looks(premultiply(first))
    assert goal is not None
    out = held(later, goal, 1.0)
    own, after = looks(premultiply(later)), looks(premultiply(out))
    assert own is not None
    assert after is not None
    assert np.abs(after.mean - goal.mean).max() < 0.25 * np.abs(own.mean - goal.mean).max()
    assert np.array_equal(out[..., 3], later[..., 3])
    assert held(later, goal, 0.0) is later
    assert held(later, None, 1.0) is later


def test_a_sieve_knows_where_its_grains_are() -> None:
    manifest = read_manifest(find_model("sprites").folder)
    for height, width in ((128, 128), (96, 200), (64, 64)):
        sieve = Sieve.over(np.zeros((height, width, 4), np.uint8), manifest)
        at = fresh(*sieve.shape).at.astype(np.float64)
        there = sieve.in_picture(at)
        assert np.allclose(sieve.in_grains(there), at)
        assert there[0, 0, 0] < sieve.pixel / 2
        assert there[-1, -1, 1] >= height - 2.5
        assert Sieve.over(np.zeros((128, 128, 4), np.uint8), manifest).pixel == manifest.factor / 4
