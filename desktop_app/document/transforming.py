"""Moving, scaling, turning and flipping a layer's pixels: exactly where that can be, premultiplied where not."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop_app.document.document import Document
from desktop_app.document.edits import Edit, restack
from desktop_app.document.grid import cells
from desktop_app.document.layers import Layer, LayerId, Raster, check_size
from inference.alpha import Pixels
from inference.errors import BadRequest
from inference.geometry import Bounds, Size

BAND = 512
"""Pixels a side that are converted at a time."""
FULL = 65535
"""Full colour and alpha while pixels are resampled: 16 bits, so that faint pixels keep their hue."""

Wide = NDArray[np.uint16]
"""(height, width, 4), premultiplied, 0 to 65535."""


class Turn(enum.Enum):
    """What moves pixels without mixing them."""

    FLIP_HORIZONTAL = "flip-horizontal"
    FLIP_VERTICAL = "flip-vertical"
    LEFT = "left"
    RIGHT = "right"
    HALF = "half"


TURNS: dict[Turn, Callable[[Pixels], Pixels]] = {
    Turn.FLIP_HORIZONTAL: lambda pixels: pixels[:, ::-1],
    Turn.FLIP_VERTICAL: lambda pixels: pixels[::-1],
    Turn.LEFT: lambda pixels: np.rot90(pixels, 1),
    Turn.RIGHT: lambda pixels: np.rot90(pixels, -1),
    Turn.HALF: lambda pixels: np.rot90(pixels, 2),
}


@dataclass(frozen=True, kw_only=True)
class Transform:
    """What is done to a layer about its middle: scaled, then turned, then moved.

    Attributes:
        scale_x: 0.01 to 100; negative flips.
        scale_y: likewise.
        angle: degrees, clockwise on the screen.
        dx: pixels to the right.
        dy: pixels down.
    """

    scale_x: float = 1.0
    scale_y: float = 1.0
    angle: float = 0.0
    dx: float = 0.0
    dy: float = 0.0

    def __post_init__(self) -> None:
        for value in (self.scale_x, self.scale_y):
            if not 0.01 <= abs(value) <= 100:
                raise BadRequest(f"The scale is {value:g}.", hint="It goes from 0.01 to 100.")


def turn_layer(document: Document, turn: Turn, layer: LayerId | None = None) -> Edit:
    """Flip a layer, or turn it by 90 or 180 degrees, about its middle, without loss."""
    stack = document.stack
    old = stack.writable(layer)
    pixels = np.ascontiguousarray(TURNS[turn](old.pixels))
    height, width = pixels.shape[:2]
    x, y = old.x + (old.bounds.width - width) // 2, old.y + (old.bounds.height - height) // 2
    return _replaced("Transform layer", document, replace(old, raster=Raster(pixels), x=x, y=y))


def transform_layer(document: Document, transform: Transform, layer: LayerId | None = None) -> Edit:
    """Scale, turn and move a layer: averaged by area when it shrinks, Lanczos or cubic otherwise."""
    old = document.stack.writable(layer)
    pixels, x, y = transformed(old.pixels, transform)
    return _replaced("Transform layer", document, replace(old, raster=Raster(pixels), x=old.x + x, y=old.y + y))


def _replaced(label: str, document: Document, layer: Layer) -> Edit:
    stack = document.stack
    bounds = stack.layer(layer.id).bounds.union(layer.bounds).intersection(stack.bounds)
    return restack(label, stack, stack.having(layer), bounds)


def transformed(pixels: Pixels, transform: Transform) -> tuple[Pixels, int, int]:
    """The transformed pixels, and where their first one lies relative to the first one of ``pixels``.

    Raises:
        BadPicture: when they would be larger than 8192 pixels a side.
    """
    height, width = pixels.shape[:2]
    pixels = pixels[:: -1 if transform.scale_y < 0 else 1, :: -1 if transform.scale_x < 0 else 1]
    size = Size(max(1, round(width * abs(transform.scale_x))), max(1, round(height * abs(transform.scale_y))))
    check_size(size, "layer")
    left, top = (width - size.width) / 2 + transform.dx, (height - size.height) / 2 + transform.dy
    quarter, rest = divmod(transform.angle, 90)
    if rest == 0 and quarter % 2 == 0 and left.is_integer() and top.is_integer():
        return _scaled_exactly(pixels, size, half=quarter % 4 == 2), int(left), int(top)
    wide = _resized(_wide(pixels), size)
    bounds, matrix = _placed(size, transform.angle, left, top)
    check_size(bounds.size, "layer")
    into = (bounds.width, bounds.height)
    turned = cv2.warpAffine(wide, matrix, into, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    return _narrow(np.asarray(turned, np.uint16)), bounds.x, bounds.y


def _scaled_exactly(pixels: Pixels, size: Size, *, half: bool) -> Pixels:
    if (pixels.shape[1], pixels.shape[0]) != (size.width, size.height):
        pixels = _narrow(_resized(_wide(pixels), size))
    return np.array(np.rot90(pixels, 2) if half else pixels, order="C")  # never the layer's own memory


def _placed(size: Size, angle: float, left: float, top: float) -> tuple[Bounds, NDArray[np.float64]]:
    """Where the turned rectangle lies, and the matrix from its pixels (centres at whole numbers) to there."""
    turn = math.radians(angle)
    cos, sin = math.cos(turn), math.sin(turn)
    reach_x = (abs(cos) * size.width + abs(sin) * size.height) / 2
    reach_y = (abs(sin) * size.width + abs(cos) * size.height) / 2
    middle_x, middle_y = left + size.width / 2, top + size.height / 2
    x, y = math.floor(middle_x - reach_x - 1e-6), math.floor(middle_y - reach_y - 1e-6)
    right, bottom = math.ceil(middle_x + reach_x + 1e-6), math.ceil(middle_y + reach_y + 1e-6)
    from_x, from_y = (size.width - 1) / 2, (size.height - 1) / 2
    to_x, to_y = middle_x - x - 0.5, middle_y - y - 0.5
    matrix = [[cos, -sin, to_x - cos * from_x + sin * from_y], [sin, cos, to_y - sin * from_x - cos * from_y]]
    return Bounds(x, y, right - x, bottom - y), np.asarray(matrix)


def _resized(wide: Wide, size: Size) -> Wide:
    """Each axis by its own rule: area when smaller, Lanczos when larger."""
    for width, height in ((size.width, wide.shape[0]), (size.width, size.height)):
        if (wide.shape[1], wide.shape[0]) != (width, height):
            smaller = width <= wide.shape[1] and height <= wide.shape[0]
            how = cv2.INTER_AREA if smaller else cv2.INTER_LANCZOS4
            wide = np.asarray(cv2.resize(wide, (width, height), interpolation=how), np.uint16)
    return wide


def _wide(pixels: Pixels) -> Wide:
    """Straight bytes to premultiplied 16 bits."""
    out = np.empty(pixels.shape, np.uint16)
    for cell in cells(Bounds(0, 0, pixels.shape[1], pixels.shape[0]), BAND):
        part = np.ascontiguousarray(pixels[cell.slices])
        alpha = part[..., 3].astype(np.uint32) * 257
        for channel in range(3):
            out[(*cell.slices, channel)] = (part[..., channel] * alpha + 127) // 255
        out[(*cell.slices, 3)] = alpha
    return out


def _narrow(wide: Wide) -> Pixels:
    """Premultiplied 16 bits to straight bytes; colour that a filter made brighter than its alpha is clipped."""
    out = np.empty(wide.shape, np.uint8)
    for cell in cells(Bounds(0, 0, wide.shape[1], wide.shape[0]), BAND):
        part = wide[cell.slices].astype(np.float32)
        alpha = part[..., 3]
        gain = np.where(alpha >= 128.5, 255 / np.maximum(alpha, 1), 0).astype(np.float32)
        for channel in range(3):
            out[(*cell.slices, channel)] = np.minimum(part[..., channel] * gain + 0.5, 255)
        out[(*cell.slices, 3)] = alpha / 257 + 0.5
    return out
