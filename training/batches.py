"""Deterministic batches: which pictures, which captions, which noise, each a function of seed and step alone.

A resumed run therefore sees exactly what an uninterrupted one would have seen, and needs no random states.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

_SIDED = re.compile(
    r"\b(left|right|clockwise|anticlockwise|counterclockwise|letters?|numbers?|numerals?|words?|text|sign|map|clock)\b"
    r"|[左右字]|逆时针|顺时针",
    re.IGNORECASE,
)


class Corpus(Protocol):
    """Pictures that are ready for training, with their captions."""

    @property
    def pictures(self) -> NDArray[np.uint8]:
        """(n, height, width, 4) premultiplied RGBA bytes; may be a memory map."""
        ...

    @property
    def captions(self) -> Sequence[str]:
        """For each picture its plain caption, with its style."""
        ...

    def wording(self, index: int, seed: int, epoch: int) -> str:
        """The caption of a picture in a pass: synonyms, tags in any order, or "" so that guidance can be learned."""
        ...


def stream(seed: int, purpose: str, step: int) -> np.random.Generator:
    """Random numbers that depend on these three and on nothing else."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, zlib.crc32(purpose.encode()), step))))


@lru_cache(maxsize=4)
def _order(count: int, seed: int, epoch: int) -> NDArray[np.int64]:
    return stream(seed, "order", epoch).permutation(count)


def indices(count: int, batch: int, seed: int, step: int) -> NDArray[np.int64]:
    """Which of ``count`` pictures are in the batch of a step: every picture once in each pass, in a new order."""
    places = step * batch + np.arange(batch)
    return np.array([_order(count, seed, int(place) // count)[place % count] for place in places])


def timesteps(batch: int, seed: int, step: int, total: int = 1000) -> NDArray[np.int64]:
    """Stratified timesteps in 0 .. total - 1: one from each of ``batch`` equal intervals, in random order.

    One offset is shared by the batch, as in Kingma et al., Variational Diffusion Models (2021), appendix I.1.
    """
    draw = stream(seed, "timesteps", step)
    places = (np.arange(batch) + draw.random()) / batch
    return draw.permutation((places * total).astype(np.int64))


def noise(shape: tuple[int, ...], seed: int, purpose: str, step: int) -> NDArray[np.float32]:
    """Standard normal float32 noise."""
    return stream(seed, purpose, step).standard_normal(shape, np.float32)


def chosen(count: int, share: float, seed: int, purpose: str, step: int) -> NDArray[np.bool_]:
    """For each of ``count`` whether something happens to it, with probability ``share``."""
    return stream(seed, purpose, step).random(count) < share


def may_mirror(caption: str) -> bool:
    """False where left and right mean something: arrows, letters, clocks."""
    return not _SIDED.search(caption)


def wordings(corpus: Corpus, batch: int, seed: int, step: int) -> list[str]:
    """Captions of the pictures of a step, as they are worded in this pass."""
    count = len(corpus.captions)
    at = indices(count, batch, seed, step)
    epochs = (step * batch + np.arange(batch)) // count
    return [corpus.wording(int(i), seed, int(epoch)) for i, epoch in zip(at, epochs, strict=True)]


def crops(pictures: NDArray[np.uint8], side: int, seed: int, step: int) -> NDArray[np.uint8]:
    """Random squares of ``side`` pixels, turned and mirrored, from (batch, height, width, 4) pictures.

    Crops are drawn anew (up to four times) while they hold nothing: most of an icon's corners are empty.
    """
    draw = stream(seed, "crops", step)
    out = np.empty((len(pictures), side, side, pictures.shape[3]), np.uint8)
    for row, picture in zip(out, pictures, strict=True):
        part = picture[:0]
        for _ in range(4):
            y = int(draw.integers(picture.shape[0] - side + 1))
            x = int(draw.integers(picture.shape[1] - side + 1))
            part = picture[y : y + side, x : x + side]
            if part[..., 3].any():
                break
        part = part[:, ::-1] if draw.random() < 0.5 else part
        row[:] = np.rot90(part, int(draw.integers(4)))
    return out


def masks(count: int, shape: tuple[int, ...], seed: int, step: int, whole: float = 0.15) -> NDArray[np.float32]:
    """Inpainting masks, (count, 1, height, width), 1 where new: ellipses, boxes; a share of ``whole`` is all.

    Shapes are near to what hands draw in a studio: a rectangle, a lasso around a thing.
    """
    (height, width), draw = shape, stream(seed, "masks", step)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    out = np.zeros((count, 1, height, width), np.float32)
    for mask in out[:, 0]:
        kind = draw.random()
        if kind < whole:
            mask[:] = 1
            continue
        for _ in range(int(draw.integers(1, 4))):
            centre = draw.random(2) * (height, width)
            half = (0.08 + 0.3 * draw.random(2)) * (height, width)
            away = np.stack([(y - centre[0]) / half[0], (x - centre[1]) / half[1]])
            inside = (away**2).sum(0) < 1 if kind < 0.6 else np.abs(away).max(0) < 1
            mask[inside] = 1
    return out


def to_samples(pictures: NDArray[np.uint8], channels: int) -> NDArray[np.float32]:
    """(n, height, width, 4) premultiplied bytes to (n, channels, height, width) in [-1, 1].

    A model with three channels sees the picture on white.
    """
    colours = np.moveaxis(pictures.astype(np.float32) / 127.5, 3, 1)
    if channels == 3:
        colours = colours[:, :3] + (2 - colours[:, 3:])
    return np.clip(colours - 1, -1, 1)
