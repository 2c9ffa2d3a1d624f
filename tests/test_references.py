"""Statistics of reference pictures and the pull towards them, with an encoder of a few lines."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from graphs import manifest_of
from hypothesis import given, settings
from hypothesis import strategies as st

from inference import lab
from inference.alpha import Pixels, premultiply
from inference.noise import Latents
from inference.preview import PreviewMap
from inference.references import Pull, Range, Statistics, average, measure, towards

LAW = settings(max_examples=20, deadline=None)
seeds = st.integers(0, 2**32 - 1)


class Means:
    """Latents are the means of each channel of a cell."""

    manifest = manifest_of(64)

    def moments(self, pictures: Latents) -> Latents:
        factor = self.manifest.factor
        count, channels, height, width = pictures.shape
        cells = pictures.reshape(count, channels, height // factor, factor, width // factor, factor)
        return cells.mean((3, 5)).astype(np.float32)

    def mean_latents(self, moments: Latents) -> Latents:
        return moments


def plain(colour: tuple[int, int, int], alpha: int = 255) -> Pixels:
    random = np.random.default_rng(sum(colour))
    pixels = np.full((48, 64, 4), (*colour, alpha), np.uint8)
    pixels[..., :3] += random.integers(0, 20, (48, 64, 3)).astype(np.uint8)
    return pixels


def statistics(*pictures: Pixels) -> Statistics:
    found = measure(pictures, Means())
    assert found is not None
    return found


def clean(seed: int, count: int = 1) -> Latents:
    return np.random.default_rng(seed).normal(0.2, 0.7, (count, 4, 8, 8)).astype(np.float32)


def off(latents: Latents, wanted: Statistics) -> tuple[float, float]:
    mean, deviation = latents.mean((1, 2)), latents.std((1, 2))
    return (
        float(np.abs(mean - wanted.mean.nearest(mean)).sum()),
        float(np.abs(deviation - wanted.deviation.nearest(deviation)).sum()),
    )


@LAW
@given(seeds, st.floats(0, 0.99))
def test_the_pull_moves_statistics_the_further_the_more_weight(seed, done):
    wanted = statistics(plain((200, 40, 40)))
    row = clean(seed)
    distances = [off(Pull(wanted, weight)(row, done)[0], wanted) for weight in (0, 0.25, 0.5, 0.75, 1)]
    for before, after in itertools.pairwise(distances):
        assert after[0] <= before[0] + 1e-4
    assert distances[0][0] == pytest.approx(off(row[0], wanted)[0])


def test_a_full_pull_at_first_gives_the_references_own_means():
    wanted = statistics(plain((200, 40, 40)))
    assert off(Pull(wanted, 1.0)(clean(1), 0.0)[0], wanted)[0] < 1e-4


def test_the_pull_fades_in_the_second_half():
    shares = [Pull(statistics(plain((9, 9, 9))), 0.8).share(done) for done in (0, 0.5, 0.7, 0.9, 1)]
    assert shares[:2] == [0.8, 0.8]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == pytest.approx(0)


def test_without_weight_nothing_moves():
    wanted = statistics(plain((200, 40, 40)))
    row = clean(3)
    assert np.array_equal(Pull(wanted, 0.0)(row, 0.0), row)
    made = premultiply(plain((20, 40, 90)))
    assert towards(made, wanted, 0.0) is made


def test_a_batch_is_pulled_as_each_alone():
    pull = Pull(statistics(plain((200, 40, 40))), 0.7)
    batch = clean(5, count=3)
    together = pull(batch, 0.2)
    for i in range(3):
        assert np.array_equal(together[i : i + 1], pull(batch[i : i + 1], 0.2))


def test_what_is_not_seen_stays_as_it_is():
    sight = PreviewMap(np.eye(4, dtype=np.float32), np.zeros(4, np.float32))
    row = clean(2)
    row[:, 3] = np.where(np.arange(8) < 4, 1, -1)
    out = Pull(statistics(plain((200, 40, 40))), 1.0, sight=sight)(row, 0.0)
    assert np.array_equal(out[..., 4:], row[..., 4:])
    assert not np.array_equal(out[..., :4], row[..., :4])


def test_cells_that_are_kept_do_not_count():
    free = np.zeros((8, 8), np.float32)
    free[:, :4] = 1
    row = clean(2)
    other = row.copy()
    other[..., 4:] = 9
    pull = Pull(statistics(plain((200, 40, 40))), 1.0, free=free)
    assert np.allclose(pull(row, 0.0)[..., :4], pull(other, 0.0)[..., :4])


def test_between_references_nothing_is_asked_for():
    red, green = plain((220, 30, 30)), plain((30, 220, 30))
    both = statistics(red, green)
    for picture in (red, green):
        alone = statistics(picture)
        assert np.allclose(both.lab_mean.nearest(alone.lab_mean.low), alone.lab_mean.low, atol=1e-3)
        made = premultiply(picture)
        assert np.abs(towards(made, both, 1.0) - made).max() < 0.03, "a reference itself was changed"


@pytest.mark.parametrize("colour", [(200, 40, 40), (90, 120, 60), (128, 128, 128)])
def test_the_finished_picture_moves_in_lab_the_further_the_more_weight(colour):
    wanted = statistics(plain(colour))
    made = premultiply(plain((60, 90, 150), 200))

    def distance(weight: float) -> float:
        out = towards(made, wanted, weight)
        assert np.allclose(out[..., 3], made[..., 3])
        own = lab.moments(lab.to_lab(out), out[..., 3])
        assert own is not None
        return float(np.abs(own.mean - wanted.lab_mean.low).sum())

    distances = [distance(weight) for weight in (0, 0.25, 0.5, 0.75, 1)]
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < 3


def test_nothing_to_be_seen_has_no_statistics():
    assert measure([plain((9, 9, 9), alpha=0)], Means()) is None
    assert measure([], Means()) is None


def test_transparent_parts_of_a_reference_weigh_nothing():
    first = plain((200, 40, 40))
    first[:, 32:, 3] = 0
    second = first.copy()
    second[:, 32:, :3] = 255
    one, other = statistics(first), statistics(second)
    assert np.allclose(one.mean.low, other.mean.low, atol=1e-5)
    assert np.allclose(one.lab_mean.low, other.lab_mean.low, atol=1e-4)


def test_an_average_of_one_is_itself_and_of_two_between():
    red, blue = statistics(plain((220, 30, 30))), statistics(plain((30, 30, 220)))
    assert np.allclose(average([red], [1.0]).mean.low, red.mean.low)
    middle = average([red, blue], [0.5, 0.5])
    assert np.allclose(middle.lab_mean.high, (red.lab_mean.high + blue.lab_mean.high) / 2)


def test_a_range_takes_what_is_inside():
    span = Range(np.zeros(2), np.ones(2))
    assert span.nearest(np.array([0.4, 3.0])).tolist() == [0.4, 1.0]
