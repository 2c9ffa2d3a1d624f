"""A layer after a chain of post-processing: its new pixels, where they lie, and the one edit that puts them there."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.document.document import Document
from desktop_app.document.edits import Edit, restack
from desktop_app.document.layers import LayerId, Raster
from inference.alpha import Pixels
from inference.errors import BadRequest
from inference.post.chain import Chain
from inference.post.frames import Pad, Trim
from inference.post.step import margins, rgba

MOVING = (Trim, Pad)
"""Steps that change the frame and not what it shows: what is shown stays in its place."""


def finished(chain: Chain, pixels: Pixels) -> tuple[Pixels, tuple[int, int]]:
    """A picture after a chain, and by how much its first pixel has moved, so that what it shows stays where it is.

    Raises:
        BadPicture: when a step cannot be done with this picture. Cancelled.
    """
    before, x, y = rgba(pixels), 0.0, 0.0
    for step, after in zip(chain.steps, chain.results(before), strict=True):
        one, other = (_middle(each, seen=isinstance(step, MOVING)) for each in (before, after))
        x, y, before = x + one[0] - other[0], y + one[1] - other[1], after
    return before, (round(x), round(y))


def _middle(pixels: Pixels, *, seen: bool) -> tuple[float, float]:
    """The middle of a picture, or of what can be seen of it."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = margins(pixels[..., 3]) if seen and pixels[..., 3].any() else (0, 0, 0, 0)
    return (left + width - right) / 2, (top + height - bottom) / 2


def finish_layer(document: Document, layer: LayerId, version: int, pixels: Pixels, moved: tuple[int, int]) -> Edit:
    """Give a layer the pixels that a chain made of it.

    Args:
        version: its raster's when the chain was begun.
        moved: as ``finished`` gave it.

    Raises:
        BadRequest: when it is locked, gone, or was painted on meanwhile.
    """
    stack = document.stack
    target = stack.writable(layer)
    if target.raster.version != version:
        raise BadRequest("The layer was changed meanwhile.", hint="Apply the steps again.")
    after = replace(target, raster=Raster(pixels), x=target.x + moved[0], y=target.y + moved[1])
    bounds = after.bounds.union(target.bounds).intersection(stack.bounds)
    return restack("Finish layer", stack, stack.having(after), bounds)
