from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.noise import BlendedNoise, SeededNoise, Variation, mix, normal, slerp

LAW = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**63 - 1)
SHAPE = (4, 8, 6)


@LAW
@given(seeds, st.sampled_from(["start", "posterior", "step"]), st.integers(0, 1000))
def test_the_same_seed_gives_the_same_noise(seed: int, purpose: str, step: int) -> None:
    assert np.array_equal(normal(seed, purpose, SHAPE, step), normal(seed, purpose, SHAPE, step))


def test_the_noise_of_a_seed_never_changes_between_versions() -> None:
    got = normal(7, "start", (4,))
    assert got.dtype == np.float32
    assert got.tolist() == pytest.approx([1.5494666, -1.0173482, -0.5659298, 0.3329600], abs=1e-6), got.tolist()


@LAW
@given(st.lists(seeds, min_size=1, max_size=5), seeds, st.floats(0, 1), st.integers(0, 50))
def test_a_picture_gets_the_same_noise_alone_and_in_a_batch(
    batch: list[int], other: int, strength: float, step: int
) -> None:
    variation = Variation(other, strength)
    for purpose in ("start", "step"):
        together = SeededNoise(batch, variation).draw(purpose, (len(batch), *SHAPE), step)
        for row, seed in zip(together, batch, strict=True):
            assert np.array_equal(row, SeededNoise([seed], variation).draw(purpose, (1, *SHAPE), step)[0])


@LAW
@given(seeds, seeds, st.integers(0, 99))
def test_seeds_purposes_and_steps_each_have_noise_of_their_own(seed: int, other: int, step: int) -> None:
    own = normal(seed, "start", SHAPE, step)
    assert not np.array_equal(own, normal(seed, "posterior", SHAPE, step))
    assert not np.array_equal(own, normal(seed, "start", SHAPE, step + 1))
    assert seed == other or not np.array_equal(own, normal(other, "start", SHAPE, step))


def test_noise_is_standard_normal() -> None:
    values = normal(1, "start", (4, 128, 128))
    assert abs(values.mean()) < 0.02, values.mean()
    assert abs(values.std() - 1) < 0.02, values.std()


def test_a_variation_changes_the_start_alone() -> None:
    varied, usual = SeededNoise([5], Variation(9, 0.4)), SeededNoise([5])
    assert not np.array_equal(varied.draw("start", (1, *SHAPE)), usual.draw("start", (1, *SHAPE)))
    assert np.array_equal(varied.draw("step", (1, *SHAPE), 3), usual.draw("step", (1, *SHAPE), 3))


@LAW
@given(seeds, seeds)
def test_a_variation_goes_from_one_seed_to_the_other(seed: int, other: int) -> None:
    def start(strength: float) -> np.ndarray:
        return SeededNoise([seed], Variation(other, strength)).draw("start", (1, *SHAPE))[0]

    assert np.array_equal(start(0), normal(seed, "start", SHAPE))
    assert np.array_equal(start(1), normal(other, "start", SHAPE))


@LAW
@given(seeds, seeds, st.floats(0, 1))
def test_a_mix_of_two_noises_is_as_strong_as_they_are(seed: int, other: int, t: float) -> None:
    a, b = normal(seed, "start", (4, 32, 32)), normal(other, "start", (4, 32, 32))
    lengths = sorted((np.linalg.norm(a), np.linalg.norm(b)))
    mixed = float(np.linalg.norm(slerp(a, b, t)))
    assert lengths[0] * 0.99 <= mixed <= lengths[1] * 1.01, f"{mixed:.2f} is not between {lengths} at t = {t}"


@LAW
@given(seeds, st.floats(0, 1))
def test_a_noise_mixed_with_itself_is_itself(seed: int, t: float) -> None:
    a = normal(seed, "start", SHAPE)
    mixed = slerp(a, a, t)
    assert mixed.dtype == np.float32
    assert np.abs(mixed - a).max() < 1e-5


def test_a_batch_that_does_not_fit_its_seeds_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="2 pictures asked of 1"):
        SeededNoise([1]).draw("start", (2, *SHAPE))


@LAW
@given(seeds, seeds, st.floats(0, 1))
def test_a_blend_of_two_noises_is_as_strong_as_they_are_and_near_a_slerp(seed: int, other: int, t: float) -> None:
    a, b = (normal(each, "start", (4, 24, 24)) for each in (seed, other))
    mixed = mix([a, b], [1 - t, t])
    assert abs(float(mixed.std()) - 1) < 0.06
    spherical = slerp(a, b, t)
    cosine = float(np.vdot(mixed, spherical) / np.linalg.norm(mixed) / np.linalg.norm(spherical))
    assert cosine > 0.99
    if seed != other:
        assert np.allclose(mix([a, b], [0.5, 0.5]), slerp(a, b, 0.5), atol=2e-2)


@LAW
@given(st.lists(st.tuples(seeds, st.floats(0.01, 1)), min_size=1, max_size=6))
def test_a_blend_of_many_noises_is_as_strong_as_they_are(parts: list[tuple[int, float]]) -> None:
    """Also of one noise with itself."""
    total = sum(weight for _, weight in parts)
    mixed = mix([normal(seed, "start", (4, 24, 24)) for seed, _ in parts], [weight / total for _, weight in parts])
    assert abs(float(mixed.std()) - 1) < 0.06


def test_pictures_of_a_blend_differ_by_their_variation_alone() -> None:
    sources = [SeededNoise((1,)), SeededNoise((2,))]
    shape = (2, 4, 8, 8)
    same = BlendedNoise(sources, (0.5, 0.5), (None, None)).draw("start", shape)
    assert np.array_equal(same[0], same[1])
    apart = BlendedNoise(sources, (0.5, 0.5), (Variation(5, 0.3), Variation(6, 0.3)))
    drawn = apart.draw("start", shape)
    assert not np.array_equal(drawn[0], drawn[1])
    alone = BlendedNoise(sources, (0.5, 0.5), (Variation(6, 0.3),)).draw("start", (1, 4, 8, 8))
    assert np.array_equal(drawn[1:], alone)
    steps = apart.draw("step", shape, 3)
    assert np.array_equal(steps[0], steps[1])
