"""How two pictures differ: a picture of it, and two numbers. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from desktop_app.document.layers import rgba
from inference.alpha import Pixels, premultiply

GAIN = 3.0
"""By which differences are made brighter."""


@dataclass(frozen=True, eq=False)
class Difference:
    """Of two pictures, premultiplied: what cannot be seen does not differ.

    Attributes:
        shown: (height, width, 3) bytes: three times how far each pixel is apart, black where nothing is.
        mean: of all pixels and channels, in levels of 255.
        share: of the pixels that are not the same, 0 to 1.
    """

    shown: Pixels
    mean: float
    share: float

    @property
    def same(self) -> bool:
        """Not one pixel differs."""
        return self.share == 0


def difference(one: Pixels, other: Pixels) -> Difference:
    """Compare pictures, (height, width, 3 or 4) bytes; another size is first scaled to the first one's."""
    height, width = one.shape[:2]
    if other.shape[:2] != (height, width):
        other = np.asarray(cv2.resize(rgba(other), (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    apart = np.abs(premultiply(rgba(one)) - premultiply(rgba(other)))
    colour = np.maximum(apart[..., :3], apart[..., 3:])
    shown = np.clip(colour * GAIN * 255, 0, 255)
    differs = apart.max(axis=2) > 0
    return Difference(shown.round().astype(np.uint8), float(apart.mean() * 255), float(differs.mean()))
