"""A finished picture becomes part of the document: as a layer of its own, or merged into one.

Either way the picture then looks as it was previewed, and outside its coverage not one pixel is different.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.document.arranging import cover_canvas, layer_above
from desktop_app.document.blending import BlendMode
from desktop_app.document.composing import compose
from desktop_app.document.control_layers import picture_layers
from desktop_app.document.document import Document
from desktop_app.document.edits import Edit, repaint, restack
from desktop_app.document.layers import Layer, LayerId, Stack, rgba
from inference.alpha import Pixels
from inference.errors import BadRequest
from inference.geometry import Bounds
from inference.masks import Mask


def applied(  # noqa: PLR0917
    document: Document, pixels: Pixels, coverage: Mask, x: int, y: int, name: str, above: LayerId | None = None
) -> tuple[Edit, ...]:
    """A new, active layer that shows ``pixels`` where ``coverage`` is not 0.

    Where the picture is translucent over something, a layer on top could not take that away: the new layer then holds
    the whole edited picture, and the visible layers under it are hidden.

    Args:
        pixels: (height, width, 3 or 4) bytes, straight alpha.
        coverage: (height, width) bytes.
        x: column of the canvas at which they belong.
        y: row likewise.
        above: the layer right above which it comes; the topmost when that is gone or None.

    Raises:
        BadRequest: when all of it lies off the canvas.
    """
    stack = document.stack
    place = layer_above(stack, above)
    under = stack.layers[:place]
    part, found = _part(document, pixels, coverage, x, y)
    below = compose(under, found)
    changed = _changed(part, below, coverage[found.moved(-x, -y).slices])
    if not (changed & (part[..., 3] < 255) & (below[..., 3] > 0)).any():
        shown = np.zeros_like(part)
        np.copyto(_whole(shown), _whole(part), where=changed)
        return (_inserted(stack, under, Layer.of(shown, name, x=found.x, y=found.y), place),)
    whole = compose(under, stack.bounds)
    view = whole[found.slices]
    view[changed] = part[changed]
    hidden = tuple(replace(layer, visible=False) if layer.control is None else layer for layer in under)
    return (_inserted(stack, hidden, Layer.of(whole, name), place),)


def looks(  # noqa: PLR0917
    document: Document, pixels: Pixels, coverage: Mask, x: int, y: int, above: LayerId | None = None
) -> tuple[Pixels, Bounds]:
    """What will be seen once a picture is applied, under the layers that came above it since, and where.

    Returns:
        (height, width, 4) bytes with straight alpha, and their place on the canvas. As ``applied`` to the last bit when
        nothing lies above; else within one level.

    Raises:
        BadRequest: when all of it lies off the canvas.
    """
    stack = document.stack
    place = layer_above(stack, above)
    part, found = _part(document, pixels, coverage, x, y)
    covered = coverage[found.moved(-x, -y).slices] > 0
    if not covered.all():
        seen = compose(stack.layers[:place], found)
        np.copyto(_whole(seen), _whole(part), where=covered)
        part = seen
    over = stack.layers[place:]
    return (compose((Layer.of(part, "", x=found.x, y=found.y), *over), found) if over else part), found


def merged(  # noqa: PLR0917
    document: Document, pixels: Pixels, coverage: Mask, x: int, y: int, above: LayerId | None = None
) -> tuple[Edit, ...]:
    """``pixels`` put into the layer ``above`` where ``coverage`` is not 0.

    Where they are translucent, the visible layers under it are cleared too, so that nothing shines through.

    Raises:
        BadRequest: when a layer is locked, or hidden, or mixes in a way that would change the picture.
    """
    stack = document.stack
    place = layer_above(stack, above)
    if place == 0:
        return applied(document, pixels, coverage, x, y, "Layer 1", above)
    target = stack.writable(stack.layers[place - 1].id)
    if target.control is not None:
        raise BadRequest(
            f"The layer '{target.name}' is a control layer, so a picture cannot be merged into it.",
            hint="Apply it as a new layer.",
        )
    if not target.visible or target.opacity < 1 or target.mode is not BlendMode.NORMAL:
        raise BadRequest(
            f"The layer '{target.name}' is hidden, translucent or blended, so a picture cannot be merged into it.",
            hint="Apply it as a new layer.",
        )
    part, found = _part(document, pixels, coverage, x, y)
    changed = _changed(part, compose(stack.layers[:place], found), coverage[found.moved(-x, -y).slices])
    edits: list[Edit] = []
    extended = cover_canvas(document, target.id)
    if extended is not None and isinstance(extended.after, Stack):
        edits.append(replace(extended, label=LABEL))
        stack = extended.after
    edits.append(_put(stack, target.id, found, part, changed))
    holes = changed & (part[..., 3] < 255)
    for layer in picture_layers(stack.layers[: place - 1]):
        inside = layer.bounds.intersection(found)
        if layer.visible and not inside.empty and holes.any():
            hole = holes[inside.moved(-found.x, -found.y).slices]
            edits.append(_put(stack, stack.writable(layer.id).id, inside, np.zeros((*hole.shape, 4), np.uint8), hole))
    return tuple(edits)


LABEL = "Apply picture"


def _part(document: Document, pixels: Pixels, coverage: Mask, x: int, y: int) -> tuple[Pixels, Bounds]:
    """What of a picture lies on the canvas, in RGBA, and where."""
    bounds = Bounds(x, y, pixels.shape[1], pixels.shape[0])
    found = bounds.intersection(document.stack.bounds)
    if found.empty or not coverage[found.moved(-x, -y).slices].any():
        raise BadRequest("This picture belongs outside the canvas as it is now.", hint="Undo the crop, then apply it.")
    return rgba(pixels[found.moved(-x, -y).slices]), found


def _changed(part: Pixels, below: Pixels, coverage: Mask) -> NDArray[np.bool_]:
    """Where the picture is really different: colour under zero alpha is not."""
    different = (_whole(part) != _whole(below)) & ((part[..., 3] | below[..., 3]) > 0)
    return different & (coverage > 0)


def _whole(pixels: Pixels) -> NDArray[np.uint32]:
    """Each pixel as one number: four times as quick to compare and copy."""
    return pixels.view(np.uint32)[..., 0]


def _inserted(stack: Stack, under: tuple[Layer, ...], layer: Layer, place: int) -> Edit:
    layers = (*under, layer, *stack.layers[place:])
    bounds = layer.bounds.intersection(stack.bounds)
    return restack(LABEL, stack, replace(stack, layers=layers, active=layer.id), bounds)


def _put(stack: Stack, layer: LayerId, bounds: Bounds, pixels: Pixels, where: NDArray[np.bool_]) -> Edit:
    old = stack.layer(layer).part(bounds)
    return repaint(LABEL, stack, layer, bounds, np.where(where[..., None], pixels, old))
