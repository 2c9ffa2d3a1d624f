"""A document: a stack of layers on a canvas, a selection, and the notes that ride along in its file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop_app.document.composing import compose, compose_for_screen
from desktop_app.document.layers import Layer, LayerId, Raster, Stack, blank
from inference.alpha import Pixels
from inference.geometry import Bounds, Size
from inference.masks import Mask

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Document:
    """What is open in one tab. One thread owns it; others are given a ``snapshot``.

    Only edits change the stack and the pixels (see ``history.History``).

    Attributes:
        stack: canvas size, layers, active layer and selection.
        notes: name to JSON, kept in the file as ``gouache/NAME.json``: the history of generated pictures, for one.
            They are not part of undo.
        entries: what other programs keep in the file that we do not know, by name; saved again as it was.
    """

    def __init__(
        self, stack: Stack, *, notes: dict[str, Json] | None = None, entries: dict[str, bytes] | None = None
    ) -> None:
        self.stack = stack
        self.notes: dict[str, Json] = dict(notes or {})
        self.entries: dict[str, bytes] = dict(entries or {})

    @classmethod
    def new(cls, size: Size, name: str = "Background", colour: tuple[int, int, int] | None = None) -> Document:
        """One layer of the canvas's size, transparent or of one colour."""
        pixels = blank(size)
        if colour is not None:
            pixels[...] = (*colour, 255)
        return cls(Stack.of(size, (Layer(raster=Raster(pixels), name=name),)))

    @classmethod
    def of(cls, pixels: Pixels, name: str = "Background") -> Document:
        """One layer that holds a picture."""
        height, width = pixels.shape[:2]
        return cls(Stack.of(Size(width, height), (Layer.of(pixels, name),)))

    @property
    def size(self) -> Size:
        """Of the canvas."""
        return self.stack.size

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The lowest first."""
        return self.stack.layers

    @property
    def active(self) -> LayerId | None:
        """The layer that tools work on."""
        return self.stack.active

    @property
    def selection(self) -> Mask:
        """(height, width) bytes, soft; only edits write into it."""
        return self.stack.selection.array

    def choose(self, layer: LayerId) -> None:
        """Make a layer the active one. Not an edit: nothing to undo."""
        self.stack = replace(self.stack, active=self.stack.layer(layer).id)

    def compose(self, bounds: Bounds | None = None) -> Pixels:
        """The exact picture, straight alpha; of the whole canvas unless ``bounds`` are given."""
        return compose(self.layers, bounds or self.stack.bounds)

    def compose_for_screen(self, bounds: Bounds | None = None, out: Pixels | None = None) -> Pixels:
        """The quick picture, premultiplied; within a grey level per layer of the exact one."""
        return compose_for_screen(self.layers, bounds or self.stack.bounds, out)

    def selected(self) -> Bounds | None:
        """The rectangle around what is selected, or None when nothing is."""
        return selected(self.stack)

    def snapshot(self, previous: Document | None = None) -> Document:
        """A copy for another thread to read or save.

        Args:
            previous: an earlier snapshot, whose copies of what has not changed since are used again.
        """
        return self.copying(previous)()

    def copying(self, previous: Document | None = None) -> Callable[[], Document]:
        """A snapshot's first half: hundreds of MB take tenths of a second to copy.

        Returns:
            What copies, for another thread. What it gives is torn where somebody painted meanwhile: it is good only as
            the ``previous`` of a ``snapshot``, which copies that again.
        """
        kept = {(copy.source, copy.version): copy for copy in _copies(previous)}
        stack, notes, entries = self.stack, dict(self.notes), dict(self.entries)
        # Versions are read here, where nobody is painting: whoever paints from now on makes them older.
        seen = {raster: (raster.version, raster.array) for raster in stack.rasters}

        def copied(raster: Raster) -> Raster:
            version, array = seen[raster]
            return kept.get((raster, version)) or _Copy(raster, version, array)

        def copy() -> Document:
            layers = tuple(replace(layer, raster=copied(layer.raster)) for layer in stack.layers)
            whole = replace(stack, layers=layers, selection=copied(stack.selection))
            return Document(whole, notes=notes, entries=entries)

        return copy

    def painted_since(self, snapshot: Document) -> bool:
        """True when a new snapshot would have to copy pixels again."""
        known = {(copy.source, copy.version) for copy in _copies(snapshot)}
        return any((raster, raster.version) not in known for raster in self.stack.rasters)


class _Copy(Raster):
    """A raster's pixels as they were at a version of it."""

    __slots__ = ("source",)

    def __init__(self, source: Raster, version: int, array: NDArray[np.uint8]) -> None:
        super().__init__(array.copy())
        self.source = source
        self.version = version


def _copies(snapshot: Document | None) -> list[_Copy]:
    return [raster for raster in snapshot.stack.rasters if isinstance(raster, _Copy)] if snapshot else []


def selected(stack: Stack) -> Bounds | None:
    """The rectangle around what is selected, or None when nothing is."""
    x, y, width, height = cv2.boundingRect(stack.selection.array)
    return Bounds(x, y, width, height) if width else None
