"""What the values of a request may be, and the sentences that say so."""

from __future__ import annotations

import numpy as np

from inference.alpha import Pixels
from inference.errors import BadPicture, BadRequest
from inference.masks import Mask

LARGEST_SIDE = 8192
SMALLEST_SIDE = 16
MOST_REFERENCES = 32
REFERENCE_WEIGHT = 0.5


def check_whole(name: str, value: int, least: int, most: int) -> None:
    """A whole number in a range. Raises BadRequest otherwise."""
    if not isinstance(value, int) or not least <= value <= most:
        raise BadRequest(
            f"The {name} is {value}, which cannot be.", hint=f"It is a whole number from {least} to {most}."
        )


def check_range(name: str, value: float, least: float, most: float) -> None:
    """A number in a range. Raises BadRequest otherwise."""
    if not least <= value <= most:
        raise BadRequest(f"The {name} is {value}, which cannot be.", hint=f"It goes from {least:g} to {most:g}.")


def checked_picture(image: Pixels) -> Pixels:
    """A read-only copy of a picture, (height, width, 3 or 4) bytes, 16 to 8192 pixels a side.

    Raises:
        BadPicture: when it is something else.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (3, 4):
        raise BadPicture("The picture is not RGB or RGBA with 8 bits a channel.", hint="Convert it first.")
    height, width = image.shape[:2]
    if not (SMALLEST_SIDE <= width <= LARGEST_SIDE and SMALLEST_SIDE <= height <= LARGEST_SIDE):
        raise BadPicture(
            f"The picture is {width}x{height}.", hint=f"Sides from {SMALLEST_SIDE} to {LARGEST_SIDE} can be used."
        )
    return _read_only(image)


def checked_mask(mask: Mask, shape: tuple[int, ...] | None) -> Mask:
    """A read-only copy of a mask, (height, width) bytes, of ``shape`` where that is given.

    Raises:
        BadPicture: when it is something else.
    """
    if mask.dtype != np.uint8 or mask.ndim != 2:
        raise BadPicture("The mask is not one channel of 8 bits.", hint="Convert it first.")
    if shape is not None and mask.shape != shape:
        raise BadPicture(
            f"The mask is {mask.shape[1]}x{mask.shape[0]} and the picture is {shape[1]}x{shape[0]}.",
            hint="Give a mask of the picture's size.",
        )
    if max(mask.shape) > 2 * LARGEST_SIDE:
        raise BadPicture("The mask is too large.", hint=f"Sides up to {2 * LARGEST_SIDE} can be used.")
    return _read_only(mask)


def _read_only(array: Pixels) -> Pixels:
    if not array.flags.writeable and array.flags.owndata and array.flags.c_contiguous:
        return array
    copy = np.array(array, order="C")
    copy.flags.writeable = False
    return copy
