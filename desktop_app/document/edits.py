"""An edit is data: where, before, after. One kind, for pixels, for the selection and for the stack of layers."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from desktop_app.document.document import Document
from desktop_app.document.layers import LayerId, Raster, Stack
from desktop_app.document.patches import Patch
from inference.geometry import Bounds


class Part(enum.Enum):
    """What an edit changes when it is not a layer's pixels."""

    SELECTION = "selection"
    STACK = "stack"


Target = LayerId | Part


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change of one thing.

    Attributes:
        label: in the artist's words, for the history panel.
        target: a layer (its pixels), the selection, or the stack.
        bounds: what of the canvas must be drawn anew; a crop's may reach beyond it.
        before: what there was: a patch of the target's array, or the whole stack (a value; it shares its pixels).
        after: what there is.
        rasters: those that only one of the two stacks shows.
    """

    label: str
    target: Target
    bounds: Bounds
    before: Patch | Stack
    after: Patch | Stack
    rasters: frozenset[Raster] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        if isinstance(self.before, Stack) and isinstance(self.after, Stack):
            object.__setattr__(self, "rasters", self.before.rasters ^ self.after.rasters)

    @property
    def idle(self) -> bool:
        """True when it certainly changes nothing: the same stack, or a patch of no pixels."""
        if isinstance(self.before, Patch):
            return not self.before.places
        return self.before == self.after

    @property
    def patches(self) -> tuple[Patch, ...]:
        """The patches it holds."""
        return tuple(part for part in (self.before, self.after) if isinstance(part, Patch))


def redo(document: Document, edit: Edit) -> Bounds:
    """Do an edit; returns the bounds it touched. The document must be as it was when the edit was made."""
    return _put(document, edit, edit.after)


def undo(document: Document, edit: Edit) -> Bounds:
    """Take an edit back; returns the bounds it touched."""
    return _put(document, edit, edit.before)


def _put(document: Document, edit: Edit, content: Patch | Stack) -> Bounds:
    if isinstance(content, Stack):
        document.stack = content
        return edit.bounds
    raster = raster_of(document.stack, edit.target)
    content.write(raster.array)
    raster.version += 1
    return edit.bounds


def raster_of(stack: Stack, target: Target) -> Raster:
    """The array that a target is painted on."""
    if isinstance(target, Part):
        return stack.selection
    return stack.layer(target).raster


def origin_of(stack: Stack, target: Target) -> tuple[int, int]:
    """Where on the canvas the first pixel of a target lies."""
    if isinstance(target, Part):
        return 0, 0
    layer = stack.layer(target)
    return layer.x, layer.y


def restack(label: str, before: Stack, after: Stack, bounds: Bounds | None = None) -> Edit:
    """An edit of the structure; ``bounds`` are all of both canvases when not given."""
    touched = before.bounds.union(after.bounds) if bounds is None else bounds
    return Edit(label=label, target=Part.STACK, bounds=touched, before=before, after=after)


def repaint(label: str, stack: Stack, target: Target, bounds: Bounds, pixels: NDArray[np.uint8]) -> Edit:
    """An edit that puts ``pixels`` at ``bounds`` of the canvas; what lies beyond the target's array is left out."""
    x, y = origin_of(stack, target)
    raster = raster_of(stack, target)
    own = bounds.moved(-x, -y)
    inside = own.intersection(raster.bounds)
    return Edit(
        label=label,
        target=target,
        bounds=inside.moved(x, y),
        before=Patch.of(raster.array, inside),
        after=Patch.of(pixels, inside, (own.x, own.y)),
    )


def around(parts: Iterable[Bounds]) -> Bounds:
    """The smallest rectangle around all."""
    whole = Bounds(0, 0, 0, 0)
    for part in parts:
        whole = whole.union(part)
    return whole
