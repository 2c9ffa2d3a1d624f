"""Noise that moves with a picture: grains that are carried along, each with its own values, as many as fill a latent.

A latent cell is divided into ``side`` by ``side`` grains, each with a standard normal value for every draw; the cell's
noise is their sum over ``side``, which is standard normal again. A grain that is carried to another place takes its
values along; where two come to one place the older stays, and a place that none came to gets a fresh one. Which of
them stays depends on the motion alone and never on values, so what each frame sees is white Gaussian noise of unit
variance, exactly, and what follows the motion keeps its noise. After Chang et al., How I Warped Your Noise (2024),
whose noise is an integral over subdivided pixels, and the nearest-neighbour carrying of Burgert et al.,
Go-with-the-Flow (2025).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.noise import Latents, Variation, normal, slerp

SIDE = 4
"""Grains along a side of a latent cell."""
_PARTS = 1024
_GOLDEN, _MIX1, _MIX2 = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


@dataclass(frozen=True, eq=False)
class Grains:
    """Which grain lies where: arrays of (height, width) of a grid of grains.

    Attributes:
        births: the frame at which it came to be. cells: its place then, counted row by row.
        at: (height, width, 2) x and y of each in grains from the grid's corner.
    """

    births: NDArray[np.int32]
    cells: NDArray[np.int32]
    at: NDArray[np.float32]

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the grid."""
        return self.births.shape[0], self.births.shape[1]


def fresh(height: int, width: int, birth: int = 0) -> Grains:
    """A grid of new grains, each in the middle of its place."""
    y, x = np.mgrid[0:height, 0:width]
    at = np.stack([x, y], axis=2).astype(np.float32) + np.float32(0.5)
    return Grains(
        np.full((height, width), birth, np.int32), np.arange(height * width, dtype=np.int32).reshape(height, width), at
    )


def carried(grains: Grains, to: NDArray[np.floating], birth: int) -> Grains:
    """Grains after a motion.

    Args:
        to: (height, width, 2) where each grain goes, NaN for those that are covered.
        birth: of those that fill what is empty then.
    """
    height, width = grains.shape
    # Rounded, so that grains that move alike fall into places alike: float32 is finer near zero than far from it.
    where = np.rint(to.reshape(-1, 2) * _PARTS) / _PARTS
    known = np.asarray(np.isfinite(where).all(axis=1))
    place = np.floor(np.where(known[:, None], where, -1)).astype(np.int64)
    inside = known & (place >= 0).all(axis=1) & (place[:, 0] < width) & (place[:, 1] < height)
    which = np.flatnonzero(inside)
    cell = place[which, 1] * width + place[which, 0]
    distance = np.abs(where[which] - place[which] - 0.5).sum(axis=1)
    order = np.lexsort((which, distance, grains.births.reshape(-1)[which], cell))
    taken, first = np.unique(cell[order], return_index=True)
    winners = which[order[first]]
    out = fresh(height, width, birth)
    out.births.reshape(-1)[taken] = grains.births.reshape(-1)[winners]
    out.cells.reshape(-1)[taken] = grains.cells.reshape(-1)[winners]
    out.at.reshape(-1, 2)[taken] = where[winners].astype(np.float32)
    return out


@dataclass(frozen=True)
class GrainNoise:
    """A noise source (see ``inference.noise.NoiseSource``) for pictures of one motion, one seed each."""

    seeds: Sequence[int]
    grains: Grains
    variation: Variation | None = None

    def draw(self, purpose: str, shape: tuple[int, ...], step: int = 0) -> Latents:
        rows = [self._row(seed, purpose, shape[1:], step) for seed in self.seeds]
        if self.variation is not None and purpose == "start":
            other = normal(self.variation.seed, purpose, shape[1:], step)
            rows = [slerp(row, other, self.variation.strength) for row in rows]
        return np.stack(rows)

    def _row(self, seed: int, purpose: str, shape: tuple[int, ...], step: int) -> Latents:
        channels, height, width = shape
        side = self.grains.shape[0] // height
        if self.grains.shape != (height * side, width * side):
            raise ValueError(f"grains of {self.grains.shape} for latents of {shape}")
        values = values_of(self.grains, seed, purpose, channels, step)
        return values.reshape(channels, height, side, width, side).sum((2, 4)) / np.float32(side)


def values_of(grains: Grains, seed: int, purpose: str, channels: int, step: int = 0) -> Latents:
    """Standard normal float32 (channels, height, width): functions of seed, purpose, step, channel, birth and cell."""
    key = np.random.SeedSequence((seed, zlib.crc32(purpose.encode()), step)).generate_state(channels, np.uint64)
    grain = (grains.births.astype(np.uint64) << np.uint64(32)) | grains.cells.astype(np.uint64)
    bits = _mixed(_mixed(grain)[None] ^ key[:, None, None])
    one = ((bits >> np.uint64(40)).astype(np.float32) + np.float32(0.5)) / np.float32(2**24)
    two = (bits & np.uint64(0xFFFFFF)).astype(np.float32) / np.float32(2**24)
    return np.sqrt(-2 * np.log(one)) * np.cos(np.float32(2 * np.pi) * two)  # Box and Muller (1958)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele et al., 2014): neighbouring numbers to independent ones."""
    out = values + _GOLDEN
    out = (out ^ (out >> np.uint64(30))) * _MIX1
    out = (out ^ (out >> np.uint64(27))) * _MIX2
    return out ^ (out >> np.uint64(31))
