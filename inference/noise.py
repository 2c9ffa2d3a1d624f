"""Noise from seeds, the same on every device, and the same for a picture whether it is made alone or in a batch.

Each draw has its own stream, keyed by the picture's seed, the purpose and the step, so that no draw depends on how
many came before it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Latents = NDArray[np.floating]
"""float32 in practice; numpy widens the type of many results, not their use."""


class NoiseSource(Protocol):
    """Where a pipeline's standard normal noise comes from, one row for each picture of the batch."""

    def draw(self, purpose: str, shape: tuple[int, ...], step: int = 0) -> Latents:
        """Noise of ``shape`` (batch, channels, height, width) for ``purpose`` ("start", "posterior", "step" ...)."""
        ...


@dataclass(frozen=True)
class Variation:
    """A second seed mixed in by spherical interpolation, 0 (not at all) to 1 (alone)."""

    seed: int
    strength: float


@dataclass(frozen=True)
class SeededNoise:
    """numpy noise for a batch of pictures, one seed each; a variation changes only the starting noise."""

    seeds: Sequence[int]
    variation: Variation | None = None

    def draw(self, purpose: str, shape: tuple[int, ...], step: int = 0) -> Latents:
        if shape[0] != len(self.seeds):
            raise ValueError(f"noise for {shape[0]} pictures asked of {len(self.seeds)} seeds")
        rows = [normal(seed, purpose, shape[1:], step) for seed in self.seeds]
        if self.variation is not None and purpose == "start":
            other = normal(self.variation.seed, purpose, shape[1:], step)
            rows = [slerp(row, other, self.variation.strength) for row in rows]
        return np.stack(rows)


@dataclass(frozen=True)
class BlendedNoise:
    """The same mix of several sources' noise for each picture of a batch; what sets pictures apart is their variation.

    Attributes:
        sources: of one picture each.
        weights: one for each source, summing to 1.
        variations: one for each picture, or None.
    """

    sources: Sequence[NoiseSource]
    weights: Sequence[float]
    variations: Sequence[Variation | None]

    def draw(self, purpose: str, shape: tuple[int, ...], step: int = 0) -> Latents:
        if shape[0] != len(self.variations):
            raise ValueError(f"noise for {shape[0]} pictures asked of {len(self.variations)} variations")
        mixed = mix([source.draw(purpose, (1, *shape[1:]), step)[0] for source in self.sources], self.weights)
        rows = [mixed] * len(self.variations)
        if purpose == "start":
            rows = [
                row if own is None else slerp(row, normal(own.seed, purpose, shape[1:], step), own.strength)
                for row, own in zip(rows, self.variations, strict=True)
            ]
        return np.stack(rows)


@dataclass(frozen=True)
class StackedNoise:
    """Several sources' noise for pictures that are made together, each as its own source gives it.

    Attributes:
        sources: of one picture each.
    """

    sources: Sequence[NoiseSource]

    def draw(self, purpose: str, shape: tuple[int, ...], step: int = 0) -> Latents:
        return np.concatenate([source.draw(purpose, (1, *shape[1:]), step) for source in self.sources])


def mix(noises: Sequence[Latents], weights: Sequence[float]) -> Latents:
    """Noises mixed by weights that sum to 1, as strong as they are: sum(w * n), scaled to the mean of their lengths.

    For independent noises that is sum(w * n) / ||w||, half way between two of them exactly where ``slerp`` is; noises
    that are alike, or the same, do not add up to more than one. One of weight 1 comes back bit for bit.
    """
    if len(noises) == 1:
        return noises[0]
    total = np.zeros_like(noises[0])
    for noise, weight in zip(noises, weights, strict=True):
        total += np.float32(weight) * noise
    length = sum(weight * float(np.linalg.norm(noise)) for noise, weight in zip(noises, weights, strict=True))
    return total * np.float32(length / max(float(np.linalg.norm(total)), 1e-12))


def normal(seed: int, purpose: str, shape: tuple[int, ...], step: int = 0) -> Latents:
    """Standard normal float32 noise of ``shape``, a function of its arguments and nothing else."""
    key = np.random.SeedSequence((seed, zlib.crc32(purpose.encode()), step))
    return np.random.Generator(np.random.PCG64(key)).standard_normal(shape, np.float32)


def slerp(a: Latents, b: Latents, t: float) -> Latents:
    """Spherical interpolation from ``a`` (t = 0) to ``b`` (t = 1) of arrays of one shape.

    Linear where the two are nearly parallel. Shoemake, Animating Rotation with Quaternion Curves (1985).
    """
    if t <= 0:
        return a
    if t >= 1:
        return b
    cosine = float(np.vdot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-12))
    if abs(cosine) > 0.9995:
        return ((1 - t) * a + t * b).astype(np.float32)
    angle = np.arccos(np.clip(cosine, -1, 1))
    weights = np.sin([(1 - t) * angle, t * angle]) / np.sin(angle)
    return (weights[0] * a + weights[1] * b).astype(np.float32)
