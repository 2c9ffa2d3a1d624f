"""Memorisation: is a made picture a copy of one that the model was trained on?

A copy is a picture that is nearer to a training picture than a changed copy of a real one would be, both in the judge's
features and in pixels: moved by a pixel, softened, tinted a little. How near that is is measured on real pictures, so
no threshold is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.classifier import Judge, to_judge
from training.evaluate.metrics import Features, distances

SIDE = 32
PERCENTILE = 99
"""Of the distances between pictures and their changed copies, up to which a picture counts as a copy."""
Bytes = NDArray[np.uint8]


def changed(pictures: Bytes, seed: int = 0) -> Bytes:
    """Copies that a person would call the same: moved by up to two pixels, softened, tinted by up to 6 %.

    Args:
        pictures: (n, height, width, 4) premultiplied bytes.
    """
    draw, out = np.random.default_rng(seed), np.empty_like(pictures)
    for row, picture in zip(out, pictures, strict=True):
        x, y = draw.integers(-2, 3, 2)
        moved = np.roll(picture.astype(np.float32), (int(y), int(x)), axis=(0, 1))
        soft = np.asarray(cv2.GaussianBlur(moved, (0, 0), float(draw.uniform(0.3, 1.2))))
        soft[..., :3] = np.minimum(soft[..., :3] * draw.uniform(0.94, 1.06, 3), soft[..., 3:])
        row[:] = np.round(soft)
    return out


@dataclass(frozen=True, eq=False)
class Seen:
    """Training pictures, ready to be searched.

    Attributes:
        small: (n, 32 * 32 * 4) premultiplied values in [0, 1].
        near: features' and pixels' distance up to which a picture is a copy.
    """

    features: Features
    small: NDArray[np.float32]
    near: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Nearest:
    """For each picture the nearest training picture by features, and how far it is in both senses."""

    places: NDArray[np.int64]
    features: NDArray[np.float64]
    pixels: NDArray[np.float64]
    copies: NDArray[np.bool_]


def small(pictures: Bytes) -> NDArray[np.float32]:
    """(n, 32 * 32 * 4) values in [0, 1]: what pixels are compared in."""
    shrunk = to_judge(pictures, SIDE) / 2 + 0.5
    return shrunk.reshape(len(pictures), -1).astype(np.float32)


def remember(judge: Judge, pictures: Bytes, samples: int = 256) -> Seen:
    """Features and small copies of training pictures, and the distance of what counts as a copy.

    Args:
        pictures: (n, height, width, 4) premultiplied bytes.
        samples: how many of them are changed to measure that distance.
    """
    some = np.linspace(0, len(pictures) - 1, min(samples, len(pictures))).astype(int)
    kept = small(pictures)
    features = judge.look(to_judge(pictures, judge.design.side))[0]
    other = changed(np.asarray(pictures[some]))
    apart = np.linalg.norm(judge.look(to_judge(other, judge.design.side))[0] - features[some], axis=1)
    pixels = _rms(small(other), kept[some])
    return Seen(features, kept, (float(np.percentile(apart, PERCENTILE)), float(np.percentile(pixels, PERCENTILE))))


def nearest(seen: Seen, features: Features, pictures: Bytes, *, itself: NDArray[np.int64] | None = None) -> Nearest:
    """Look for each picture among the training pictures.

    Args:
        itself: for each picture its own place among the training pictures, which is passed over.
    """
    apart = distances(features, seen.features)
    if itself is not None:
        apart[np.arange(len(apart)), itself] = np.inf
    candidates = np.argsort(apart, axis=1)[:, :5]
    own = small(pictures)
    pixels = np.stack([_rms(own, seen.small[candidates[:, i]]) for i in range(candidates.shape[1])], axis=1)
    near = np.take_along_axis(apart, candidates, 1)
    copies = np.asarray((near <= seen.near[0]) & (pixels <= seen.near[1])).any(axis=1)
    return Nearest(candidates[:, 0], near[:, 0], pixels.min(1), np.asarray(copies))


def _rms(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.sqrt(np.square(one - other, dtype=np.float64).mean(1))
