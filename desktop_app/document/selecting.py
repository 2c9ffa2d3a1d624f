"""Edits of the selection: areas are added, taken away, intersected; it is inverted, grown, shrunk, feathered."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable

import cv2
import numpy as np

from desktop_app.document.areas import NOWHERE, Area, everything
from desktop_app.document.arrays import as_bytes
from desktop_app.document.document import Document
from desktop_app.document.edits import Edit, Part, repaint
from desktop_app.document.layers import LayerId
from inference.errors import BadRequest
from inference.masks import Mask


class Combine(enum.Enum):
    """What an area does to what is selected."""

    REPLACE = "replace"
    ADD = "add"
    SUBTRACT = "subtract"
    INTERSECT = "intersect"


COMBINED = {
    Combine.REPLACE: lambda _old, new: new,
    Combine.ADD: np.maximum,
    Combine.SUBTRACT: lambda old, new: np.minimum(old, 255 - new),
    Combine.INTERSECT: np.minimum,
}
WHOLE = (Combine.REPLACE, Combine.INTERSECT)
"""Those that change what is selected outside the area."""


def select(document: Document, area: Area, how: Combine = Combine.REPLACE, label: str = "Select") -> Edit:
    """Combine an area with the selection."""
    bounds = area.bounds.intersection(document.stack.bounds)
    if how in WHOLE:
        bounds = bounds.union(document.selected() or NOWHERE)
    mixed = COMBINED[how](document.selection[bounds.slices], area.at(bounds))
    return repaint(label, document.stack, Part.SELECTION, bounds, mixed)


def select_mask(document: Document, mask: Mask, label: str = "Select") -> Edit:
    """Make a mask of the canvas's size the selection."""
    if mask.shape != document.size.shape or mask.dtype != np.uint8:
        raise BadRequest("The mask does not have the canvas's size.", hint=f"It must be {document.size}.")
    return select(document, Area(document.stack.bounds, mask), label=label)


def select_all(document: Document) -> Edit:
    """Select the whole canvas."""
    return select(document, everything(document.size), label="Select all")


def select_none(document: Document) -> Edit:
    """Select nothing."""
    return select(document, Area(NOWHERE, np.zeros((0, 0), np.uint8)), label="Deselect")


def select_alpha(document: Document, layer: LayerId | None = None, how: Combine = Combine.REPLACE) -> Edit:
    """Select a layer's alpha."""
    source = document.stack.layer(layer)
    bounds = source.bounds.intersection(document.stack.bounds)
    coverage = source.part(bounds)[..., 3].copy() if not bounds.empty else np.zeros((0, 0), np.uint8)
    return select(document, Area(bounds if not bounds.empty else NOWHERE, coverage), how, "Select by alpha")


def invert(document: Document) -> Edit:
    """Select what was not selected."""
    return select_mask(document, 255 - document.selection, "Invert selection")


def grow(document: Document, by: float) -> Edit:
    """Widen the selection by ``by`` pixels, round at its corners; soft edges stay soft."""
    return _around(document, by, lambda mask: grown(mask, by), "Grow selection")


def shrink(document: Document, by: float) -> Edit:
    """Narrow the selection by ``by`` pixels; the canvas's edge is no edge of it."""
    return _around(document, 0, lambda mask: 255 - grown(255 - mask, by), "Shrink selection", cut=True)


def feather(document: Document, radius: float) -> Edit:
    """Soften the selection's edge over about ``radius`` pixels to both sides; the canvas's edge stays."""
    return _around(document, 2 * radius, lambda mask: feathered(mask, radius), "Feather selection")


def _around(document: Document, reach: float, work: Callable[[Mask], Mask], label: str, *, cut: bool = False) -> Edit:
    """Work on the selection's rectangle, with room to reach into (at least a pixel, where the canvas has it)."""
    found = document.selected()
    if found is None:
        raise BadRequest("Nothing is selected.", hint="Select something first.")
    bounds = found.padded(1 if cut else math.ceil(reach) + 1).intersection(document.stack.bounds)
    return repaint(label, document.stack, Part.SELECTION, bounds, work(document.selection[bounds.slices]))


def grown(mask: Mask, by: float) -> Mask:
    """A mask widened by ``by`` pixels: full up to that distance from what is at least half selected."""
    core = mask >= 128
    if not core.any():
        return mask.copy()
    distance = cv2.distanceTransform((~core).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    wider = np.round(np.clip(by + 1 - distance, 0, 1) * 255).astype(np.uint8)
    return np.maximum(wider, mask) if by > 0 else mask.copy()


def feathered(mask: Mask, radius: float) -> Mask:
    """A mask blurred (stack blur: near to a Gaussian, at a cost that does not grow with the radius)."""
    side = 2 * round(radius) + 1
    if side < 3:
        return mask.copy()
    pad = round(radius)
    padded = cv2.copyMakeBorder(mask, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    return as_bytes(cv2.stackBlur(padded, (side, side)))[pad:-pad, pad:-pad].copy()
