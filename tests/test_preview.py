from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.preview import PreviewMap, fit, sample_pictures

LAW = settings(max_examples=20, deadline=None)


def linear(seed: int, latent_channels: int, channels: int) -> PreviewMap:
    random = np.random.default_rng(seed)
    matrix = random.normal(0, 0.2, (latent_channels, channels)).astype(np.float32)
    return PreviewMap(matrix, random.normal(0, 0.1, channels).astype(np.float32))


@LAW
@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 4]), st.sampled_from([4, 6, 16]))
def test_a_linear_autoencoder_is_found_exactly(seed: int, channels: int, latent_channels: int) -> None:
    true = linear(seed, latent_channels, channels)
    latents = np.random.default_rng(seed).normal(size=(3, latent_channels, 6, 5)).astype(np.float32)
    colours = np.moveaxis(np.moveaxis(latents, 1, -1) @ true.matrix + true.bias, -1, 1)
    pictures = np.repeat(np.repeat(colours, 8, axis=2), 8, axis=3)
    found = fit(latents, pictures.astype(np.float32))
    assert np.abs(found.matrix - true.matrix).max() < 1e-4
    assert np.abs(found.bias - true.bias).max() < 1e-4


@LAW
@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 4]))
def test_a_preview_is_a_small_rgba_picture_for_each_latent(seed: int, channels: int) -> None:
    latents = np.random.default_rng(seed).normal(0, 5, (2, 4, 7, 9)).astype(np.float32)
    pictures = linear(seed, 4, channels).show(latents)
    assert [(picture.shape, picture.dtype) for picture in pictures] == [((7, 9, 4), np.uint8)] * 2
    for picture in pictures:
        assert channels == 4 or (picture[..., 3] == 255).all()
        assert not picture[picture[..., 3] == 0].any(), "colour where there is nothing"


def test_a_preview_shows_the_colours_that_the_map_says() -> None:
    identity = PreviewMap(np.eye(4, 3, dtype=np.float32), np.zeros(3, np.float32))
    latents = np.float32([-1, 0, 1, 9]).reshape(1, 4, 1, 1)
    assert identity.show(latents)[0].tolist() == [[[0, 128, 255, 255]]]


@LAW
@given(st.integers(0, 2**32 - 1))
def test_a_map_is_read_back_from_json(seed: int) -> None:
    one = linear(seed, 6, 4)
    back = PreviewMap.from_json(json.loads(json.dumps(one.as_json())))
    assert back.matrix.dtype == back.bias.dtype == np.float32
    assert np.abs(back.matrix - one.matrix).max() <= 6e-6
    assert np.abs(back.bias - one.bias).max() <= 6e-6


@pytest.mark.parametrize("channels", [3, 4])
def test_made_up_pictures_are_in_range_and_premultiplied(channels: int) -> None:
    pictures = (sample_pictures(channels, 32, count=12) + 1) / 2
    assert pictures.shape == (12, channels, 32, 32)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    assert np.array_equal(pictures, (sample_pictures(channels, 32, count=12) + 1) / 2), "not the same every time"
    if channels == 4:
        assert (pictures[:, :3] <= pictures[:, 3:] + 1e-6).all()
        assert (pictures[:, 3] == 0).any(), "no picture has transparency"
