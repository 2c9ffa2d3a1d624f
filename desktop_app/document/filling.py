"""Filling and picking: colour through an area or a selection, the bucket, and the colour under the pointer."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from desktop_app.document.areas import Area, alike, everything
from desktop_app.document.arranging import cover_canvas
from desktop_app.document.arrays import as_bytes
from desktop_app.document.composing import compose
from desktop_app.document.document import Document
from desktop_app.document.edits import Edit, repaint
from desktop_app.document.grid import cells
from desktop_app.document.inks import Ink, painted, times
from desktop_app.document.layers import Layer, LayerId, Stack
from inference.alpha import Pixels
from inference.errors import BadRequest
from inference.geometry import Bounds

BAND = 512
"""Pixels a side that are painted at a time."""


def fill(
    document: Document,
    ink: Ink,
    area: Area | None = None,
    layer: LayerId | None = None,
    *,
    opacity: float = 1.0,
    label: str = "Fill",
) -> tuple[Edit, ...]:
    """Lay ink on a layer through an area and the selection; everywhere when there is neither.

    Returns:
        The edits to do together: the layer is extended to the canvas first where it must be.
    """
    stack = document.stack
    target = stack.writable(layer)
    extended = cover_canvas(document, target.id) if ink is not None else None
    if extended is not None and isinstance(extended.after, Stack):
        stack = extended.after
        target = stack.layer(target.id)
    limit = _limited(document, area or everything(document.size), target.bounds)
    if limit.bounds.empty:
        return ()
    if opacity < 1:
        limit = Area(limit.bounds, as_bytes(cv2.convertScaleAbs(limit.coverage, alpha=opacity)))
    edit = repaint(label, stack, target.id, limit.bounds, _filled(target, limit, ink))
    return (edit,) if extended is None else (replace(extended, label=label), edit)


def clear(document: Document, layer: LayerId | None = None) -> tuple[Edit, ...]:
    """Erase what is selected of a layer (all of it when nothing is)."""
    return fill(document, None, layer=layer, label="Clear")


def bucket(
    document: Document,
    x: int,
    y: int,
    ink: Ink,
    *,
    tolerance: int = 32,
    contiguous: bool = True,
    merged: bool = False,
    layer: LayerId | None = None,
) -> tuple[Edit, ...]:
    """Fill what looks like the pixel at x, y of the canvas.

    Args:
        merged: look at the whole picture instead of the layer alone.
    """
    seen = looked_at(document, layer, merged=merged)
    area = alike(seen, x, y, tolerance=tolerance, contiguous=contiguous)
    return fill(document, ink, area, layer, label="Bucket fill")


def looked_at(document: Document, layer: LayerId | None = None, *, merged: bool = False) -> Pixels:
    """What the wand and the bucket compare: the picture, or one layer as it lies on the canvas."""
    if merged:
        return document.compose()
    alone = document.stack.layer(layer)
    out = np.zeros((*document.size.shape, 4), np.uint8)
    inside = alone.bounds.intersection(document.stack.bounds)
    if not inside.empty:
        out[inside.slices] = alone.part(inside)
    return out


def put_pixels(
    document: Document, pixels: Pixels, x: int, y: int, *, layer: LayerId | None = None, label: str = "Apply picture"
) -> tuple[Edit, ...]:
    """Replace a layer's pixels from x, y of the canvas on by RGBA ``pixels``, as they are; nothing else changes."""
    stack = document.stack
    target = stack.writable(layer)
    extended = cover_canvas(document, target.id)
    if extended is not None and isinstance(extended.after, Stack):
        stack = extended.after
    bounds = Bounds(x, y, pixels.shape[1], pixels.shape[0])
    if pixels.ndim != 3 or pixels.shape[2] != 4:
        raise BadRequest("The picture has no alpha channel.", hint="Convert it to RGBA first.")
    edit = repaint(label, stack, target.id, bounds, pixels)
    return (edit,) if extended is None else (replace(extended, label=label), edit)


def colour_at(
    document: Document, x: int, y: int, layer: LayerId | None = None, radius: int = 0
) -> tuple[int, int, int, int] | None:
    """Red, green, blue, alpha of the picture (or of one layer) at a pixel, or None outside the canvas.

    Args:
        radius: average (premultiplied) of the square that reaches so many pixels to every side.
    """
    point = Bounds(x, y, 1, 1)
    if not document.stack.bounds.contains(point):
        return None
    square = point.padded(radius).intersection(document.stack.bounds)
    layers = document.layers if layer is None else (replace(document.stack.layer(layer), opacity=1.0, visible=True),)
    pixels = compose(layers, square).reshape(-1, 4).astype(np.float64)
    weights = pixels[:, 3:]
    colour = (pixels[:, :3] * weights).sum(axis=0) / max(weights.sum(), 1e-9)
    red, green, blue = (round(float(value)) for value in colour)
    return red, green, blue, round(float(weights.mean()))


def _limited(document: Document, area: Area, room: Bounds) -> Area:
    """The area where the selection and the layer allow it."""
    found = document.selected()
    bounds = area.bounds.intersection(document.stack.bounds).intersection(room)
    if found is None:
        return Area(bounds, area.at(bounds))
    bounds = bounds.intersection(found)
    if bounds.empty:
        return Area(bounds, np.zeros(bounds.size.shape, np.uint8))
    return Area(bounds, times(area.at(bounds), document.selection[bounds.slices]))


def _filled(layer: Layer, area: Area, ink: Ink) -> Pixels:
    before = layer.part(area.bounds)
    out = np.empty_like(before)
    for cell in cells(Bounds.of(area.bounds.size), BAND):
        coverage = np.ascontiguousarray(area.coverage[cell.slices])
        out[cell.slices] = painted(before[cell.slices], coverage, ink)
    return out
