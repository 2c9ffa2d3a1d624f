"""Rough pictures straight from latents: one small linear map, fitted to the model's own autoencoder.

A latent pixel of a Stable Diffusion autoencoder is nearly linear in the mean colour of the pixels that it stands
for, so a matrix of a few numbers shows what is coming at no cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels, unpremultiply
from inference.noise import Latents

FIT_PICTURES = 24


@dataclass(frozen=True, eq=False)
class PreviewMap:
    """``colour = latent @ matrix + bias``, colour in [-1, 1] as the decoder gives it.

    Attributes:
        matrix: (latent channels, 3 or 4).
        bias: (3 or 4,).
    """

    matrix: NDArray[np.floating]
    bias: NDArray[np.floating]

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> PreviewMap:
        """Read what ``as_json`` wrote."""
        return cls(np.asarray(value["matrix"], np.float32), np.asarray(value["bias"], np.float32))

    def as_json(self) -> dict[str, Any]:
        """Lists of numbers rounded to five digits."""
        return {"matrix": np.round(self.matrix, 5).tolist(), "bias": np.round(self.bias, 5).tolist()}

    def show(self, latents: Latents) -> tuple[Pixels, ...]:
        """A picture of one pixel per latent pixel for each of (batch, channels, height, width) latents."""
        colours = (np.moveaxis(latents, 1, -1) @ self.matrix + self.bias) / 2 + 0.5
        colours = np.clip(colours, 0, 1)
        if colours.shape[-1] == 3:
            colours = np.concatenate([colours, np.ones((*colours.shape[:3], 1), np.float32)], axis=-1)
        return tuple(unpremultiply(picture) for picture in colours)


def fit(latents: Latents, pictures: NDArray[np.floating]) -> PreviewMap:
    """Least squares from latents to the mean colours under them.

    Args:
        latents: (pictures, latent channels, height, width), as the UNet sees them.
        pictures: (pictures, 3 or 4, height * factor, width * factor) in [-1, 1].
    """
    count, channels, height, width = latents.shape
    factor = pictures.shape[2] // height
    means = pictures.reshape(count, -1, height, factor, width, factor).mean(axis=(3, 5))
    x = np.moveaxis(latents, 1, -1).reshape(-1, channels)
    y = np.moveaxis(means, 1, -1).reshape(x.shape[0], -1)
    design = np.concatenate([x, np.ones((len(x), 1), np.float32)], axis=1)
    solution, *_ = np.linalg.lstsq(design, y, rcond=None)
    return PreviewMap(solution[:-1].astype(np.float32), solution[-1].astype(np.float32))


def sample_pictures(channels: int, side: int, *, count: int = FIT_PICTURES, seed: int = 0) -> NDArray[np.floating]:
    """Made-up pictures to fit on: smooth grounds with coloured ellipses, on nothing when there is alpha.

    Returns:
        (count, channels, side, side) in [-1, 1]; RGBA is premultiplied.
    """
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    pictures = np.empty((count, channels, side, side), np.float32)
    for picture in pictures:
        corners = random.random((4, 3, 1, 1), np.float32)
        ground = corners[0] * (1 - x) * (1 - y) + corners[1] * x * (1 - y) + corners[2] * (1 - x) * y
        colour, alpha = ground + corners[3] * x * y, np.ones_like(x)
        if channels == 4 and random.random() < 0.75:
            alpha = np.zeros_like(x)
        for _ in range(random.integers(2, 7)):
            centre, radius = random.random(2), 0.05 + 0.3 * random.random(2)
            inside = ((x - centre[0]) / radius[0]) ** 2 + ((y - centre[1]) / radius[1]) ** 2 < 1
            colour = np.where(inside, random.random((3, 1, 1), np.float32), colour)
            alpha = np.where(inside, 1, alpha)
        picture[:3] = colour * alpha if channels == 4 else colour
        if channels == 4:
            picture[3] = alpha
    return pictures * 2 - 1
