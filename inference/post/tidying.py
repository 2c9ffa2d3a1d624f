"""What a pixel artist would clean by hand: burrs on an outline, lone specks of nearly the same colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels
from inference.clusters import packed_of
from inference.oklab import to_oklab

Shape = NDArray[np.bool_]
_SPECK = 0.12
"""Distance in OKLab up to which a lone pixel is a speck; beyond it, it is a glint or an eye."""
_FEW = 3
"""Neighbours of one colour that a speck gives way to."""
_BURR = np.array([[0, -1, 0], [-1, 1, -1], [1, 1, 1], [1, 1, 1]], np.int8)
"""A pixel that sticks out of a straight edge (hit or miss: 1 is there, -1 is not there, 0 is not asked)."""
_AROUND = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0)]


def without_burrs(shape: Shape) -> Shape:
    """The shape without single pixels that stick out of a straight edge five pixels long, and without such notches."""
    return ~_shaved(~_shaved(shape))


def _shaved(shape: Shape) -> Shape:
    kernel = np.full((4, 7), 0, np.int8)
    kernel[:, 2:5] = _BURR
    kernel[1, 1], kernel[1, 5], kernel[2, 1], kernel[2, 5] = -1, -1, 1, 1
    padded = np.pad(shape.astype(np.uint8), 4)
    gone = np.zeros_like(padded)
    for turns in range(4):
        turned = np.ascontiguousarray(np.rot90(padded, turns))
        hit = np.asarray(cv2.morphologyEx(turned, cv2.MORPH_HITMISS, kernel, anchor=(3, 1)), np.uint8)
        gone |= np.rot90(hit, -turns)
    return (padded & ~gone)[4:-4, 4:-4] > 0


def without_specks(colours: Pixels, shape: Shape) -> Pixels:
    """(height, width, 3) in which pixels that no neighbour equals have their neighbours' commonest colour, if near."""
    packed = packed_of(colours).astype(np.int64)
    packed[~shape] = -1
    framed = np.pad(packed, 1, constant_values=-1)
    height, width = shape.shape
    around = np.stack([framed[1 + y : 1 + y + height, 1 + x : 1 + x + width] for y, x in _AROUND])
    counts = (around[:, None] == around[None]).sum(axis=1)
    counts[around < 0] = 0
    at = counts.argmax(axis=0)
    common = np.take_along_axis(around, at[None], axis=0)[0]
    lone = shape & ~(around == packed).any(axis=0) & (counts.max(axis=0) >= _FEW)
    if not lone.any():
        return colours
    near = np.maximum(common, 0)
    wanted = np.stack([near >> 16, near >> 8 & 255, near & 255], axis=-1).astype(np.uint8)
    distance = np.linalg.norm(to_oklab(colours) - to_oklab(wanted), axis=2)
    return np.where((lone & (distance < _SPECK))[..., None], wanted, colours)
