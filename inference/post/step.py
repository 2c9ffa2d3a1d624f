"""A step of post-processing: a frozen value with a name that turns one picture into another."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from inference.alpha import Pixels
from inference.post.parameters import parameters_of

LARGEST_RESULT = 8192
"""Longest side that a step may give."""


class Step:
    """What every step is: checked when it is made, pure and deterministic when it is applied.

    Attributes:
        name: what one types.
        title: what a person reads.
        words: what it does, in one line.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    words: ClassVar[str]

    def __post_init__(self) -> None:
        for parameter in parameters_of(self):
            object.__setattr__(self, parameter.name, parameter.check(getattr(self, parameter.name)))

    def apply(self, pixels: Pixels) -> Pixels:
        """The picture after the step.

        Args:
            pixels: (height, width, 4) bytes, straight alpha; it is not changed.

        Raises:
            BadPicture: when this picture cannot be treated so.
        """
        raise NotImplementedError


def rgba(pixels: Pixels) -> Pixels:
    """(height, width, 4): a picture without alpha is opaque."""
    if pixels.shape[2] == 4:
        return pixels
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def is_hard(pixels: Pixels) -> bool:
    """Whether every pixel is there or not there, as in pixel art."""
    alpha = pixels[..., 3]
    return bool(((alpha == 0) | (alpha == 255)).all())


def emptied(pixels: Pixels) -> Pixels:
    """A picture without colours where there is nothing to see."""
    return np.where(pixels[..., 3:] > 0, pixels, 0).astype(np.uint8)


def with_room(pixels: Pixels, x: int, y: int) -> Pixels:
    """The picture with ``x`` transparent columns left and right, and ``y`` rows above and beneath: it stays centred."""
    return np.pad(pixels, ((y, y), (x, x), (0, 0)))


def margins(alpha: np.ndarray) -> tuple[int, int, int, int]:
    """Empty columns and rows left, above, right and beneath what can be seen; of nothing, half the picture each."""
    height, width = alpha.shape
    columns, rows = np.flatnonzero(alpha.any(axis=0)), np.flatnonzero(alpha.any(axis=1))
    if not len(columns):
        return width // 2, height // 2, width - width // 2, height - height // 2
    return int(columns[0]), int(rows[0]), int(width - 1 - columns[-1]), int(height - 1 - rows[-1])
