"""The canvas around a shape: trimmed to what can be seen, padded to an exact size."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inference.alpha import Pixels, premultiply, resize, unpremultiply
from inference.errors import BadPicture
from inference.post.parameters import choice, switch, whole
from inference.post.step import LARGEST_RESULT, Step, is_hard, margins, with_room

ANCHORS = {
    "centre": (0.5, 0.5),
    "top": (0.5, 0.0),
    "bottom": (0.5, 1.0),
    "left": (0.0, 0.5),
    "right": (1.0, 0.5),
    "top-left": (0.0, 0.0),
    "top-right": (1.0, 0.0),
    "bottom-left": (0.0, 1.0),
    "bottom-right": (1.0, 1.0),
}
"""Where a picture stands on a larger canvas: parts of the free room that lie left of it and above it."""


@dataclass(frozen=True, kw_only=True)
class Trim(Step):
    """Without empty rows and columns around. A picture of nothing stays as it is."""

    name = "trim"
    title = "Trim"
    words = "without the empty border"

    margin: int = whole(0, 0, 512, "empty pixels to leave", "px")
    threshold: int = whole(0, 0, 254, "alpha up to which a pixel counts as empty")

    def apply(self, pixels: Pixels) -> Pixels:
        seen = pixels[..., 3] > self.threshold
        if not seen.any():
            return pixels
        left, top, right, bottom = margins(seen)
        height, width = seen.shape
        cut = pixels[top : height - bottom, left : width - right]
        return np.ascontiguousarray(with_room(cut, self.margin, self.margin))


@dataclass(frozen=True, kw_only=True)
class Pad(Step):
    """A canvas of an exact size; no pixel is scaled unless it does not fit and may be."""

    name = "pad"
    title = "Pad"
    words = "a canvas of an exact size, of a multiple, or of the next power of two"

    width: int = whole(0, 0, LARGEST_RESULT, "exact width; 0 for the picture's", "px")
    height: int = whole(0, 0, LARGEST_RESULT, "exact height; 0 for the picture's", "px")
    to: str = choice(("exact", "power-of-two", "multiple"), "then each side up to the next power of two, or multiple")
    multiple: int = whole(8, 1, 1024, "of which a side is to be a multiple", "px")
    square: bool = switch(False, "both sides as long as the longer one")
    anchor: str = choice(tuple(ANCHORS), "where the picture stands on the canvas")
    larger: str = choice(("refuse", "shrink", "cut"), "what is done with a picture that is larger than the exact size")

    def size_for(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the canvas for a picture of that size."""
        wide, high = self.width or width, self.height or height
        if self.square:
            wide = high = max(self.width, self.height) or max(width, height)
        if self.to == "power-of-two":
            wide, high = 1 << (wide - 1).bit_length(), 1 << (high - 1).bit_length()
        elif self.to == "multiple":
            wide, high = -(-wide // self.multiple) * self.multiple, -(-high // self.multiple) * self.multiple
        return wide, high

    def apply(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        wide, high = self.size_for(width, height)
        if max(wide, high) > LARGEST_RESULT:
            raise BadPicture(f"It would be {wide}x{high}.", hint=f"Sides up to {LARGEST_RESULT} are possible.")
        if width > wide or height > high:
            pixels = self._fitted(pixels, wide, high)
            height, width = pixels.shape[:2]
        part_x, part_y = ANCHORS[self.anchor]
        out = np.zeros((high, wide, 4), np.uint8)
        # Half pixels go to the right and beneath, so that pixel art does not wander as it is padded again.
        x, y = _start(wide - width, part_x), _start(high - height, part_y)
        out[max(y, 0) : y + height, max(x, 0) : x + width] = pixels[max(-y, 0) :, max(-x, 0) :][
            : high - max(y, 0), : wide - max(x, 0)
        ]
        return out

    def _fitted(self, pixels: Pixels, wide: int, high: int) -> Pixels:
        height, width = pixels.shape[:2]
        if self.larger == "cut":
            return pixels
        if self.larger == "refuse":
            raise BadPicture(
                f"It is {width}x{height}, larger than {wide}x{high}.",
                hint="Trim it first, give a larger size, or larger=shrink.",
            )
        scale = min(wide / width, high / height)
        size = (max(1, min(wide, round(width * scale))), max(1, min(high, round(height * scale))))
        if is_hard(pixels):
            return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)
        return unpremultiply(resize(premultiply(pixels), *size))


def _start(room: int, part: float) -> int:
    """Pixels before the picture; negative when it is cut."""
    return int(np.floor(room * part))
