"""Pictures that are nearly the same: a perceptual hash finds candidates, a small picture in colour confirms them.

The hash is the DCT one (pHash, Zauner 2010: "Implementation and Benchmarking of Perceptual Image Hash Functions"). It
does not see colour and little of lightness, so a red and a blue heart have the same one; the small
picture tells them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Colours, resize

FARTHEST = 10
"""Bits of 64 in which the hashes of nearly the same pictures may differ."""
SMALL = 16
"""Side of the small picture."""
MEAN, MOST = 6.0, 60.0
"""Largest mean and single difference of two small pictures, in levels of 255."""
STRETCH = 0.12
"""Largest difference of the logarithms of two aspects."""
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Likeness:
    """What is compared of a picture.

    Attributes:
        hash: 64 bits.
        small: (16, 16, 4) bytes, premultiplied RGBA.
        aspect: logarithm of width over height.
    """

    hash: int
    small: NDArray[np.uint8]
    aspect: float


def likeness_of(colours: Colours) -> Likeness:
    """Likeness of a picture, premultiplied RGBA in [0, 1], cut to what it shows."""
    small = np.round(_area(colours, SMALL) * 255).astype(np.uint8)
    height, width = colours.shape[:2]
    return Likeness(perceptual_hash(colours), small, float(np.log(width / height)))


def perceptual_hash(colours: Colours) -> int:
    """The signs of the 64 lowest frequencies but the constant one, around their median.

    Nothing counts as darker than black, so that a silhouette has a shape whatever its colour.
    """
    grey = 0.5 * (colours[..., :3] @ LUMA + colours[..., 3])
    low = cv2.dct(_area(grey, 32))[:8, :8].reshape(-1)
    low[0] = 0
    low[np.abs(low) < 1e-3] = 0
    bits = low > np.median(low)
    return int.from_bytes(np.packbits(bits).tobytes())


def _area(colours: NDArray[np.floating], side: int) -> NDArray[np.float32]:
    return np.ascontiguousarray(resize(colours.astype(np.float32), side, side), np.float32)


def near_duplicates(pictures: Sequence[Likeness], farthest: int = FARTHEST) -> list[int | None]:
    """For each picture the index of the earlier one that it repeats, or None.

    A picture is compared with those only that repeat nothing themselves, so likeness does not creep along a chain.
    All their hashes are compared at once: 64 bits are one XOR and one popcount, 10,000 pictures take a second, and
    no index structure is worth its place.
    """
    hashes = np.zeros(len(pictures), np.uint64)
    kept: list[int] = []
    places = np.zeros(len(pictures), np.int64)
    small = np.zeros((len(pictures), SMALL, SMALL, 4), np.uint8)
    found: list[int | None] = []
    for index, picture in enumerate(pictures):
        count = len(kept)
        distance = np.bitwise_count(hashes[:count] ^ np.uint64(picture.hash))
        candidates = np.flatnonzero(distance <= farthest)
        original = _confirmed(picture, pictures, small, candidates, places)
        found.append(original)
        if original is None:
            hashes[count], places[count], small[count] = picture.hash, index, picture.small
            kept.append(index)
    return found


def _confirmed(
    picture: Likeness,
    pictures: Sequence[Likeness],
    small: NDArray[np.uint8],
    candidates: NDArray[np.int64],
    places: NDArray[np.int64],
) -> int | None:
    """The first candidate that also looks the same in colour and has the same proportions."""
    if not len(candidates):
        return None
    difference = np.abs(small[candidates].astype(np.int16) - picture.small).reshape(len(candidates), -1)
    same = (difference.mean(1) <= MEAN) & (difference.max(1) <= MOST)
    for candidate in candidates[same]:
        place = int(places[candidate])
        if abs(pictures[place].aspect - picture.aspect) <= STRETCH:
            return place
    return None
