"""Undo and redo: steps of edits, gestures that make one step, and a budget of bytes that drops the oldest."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.document.document import Document
from desktop_app.document.edits import Edit, Target, around, origin_of, raster_of, redo, undo
from desktop_app.document.grid import TILE
from desktop_app.document.layers import Raster
from desktop_app.document.patches import Patch
from inference.geometry import Bounds

BUDGET = 1 << 30
"""Bytes that a document's history may take."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One entry of the history panel: what one gesture or command did."""

    label: str
    edits: tuple[Edit, ...]

    @property
    def bounds(self) -> Bounds:
        """What of the canvas it touches."""
        return around(edit.bounds for edit in self.edits)

    @property
    def rasters(self) -> frozenset[Raster]:
        """Pixels that come or go with it."""
        return frozenset().union(*(edit.rasters for edit in self.edits))

    @property
    def bytes(self) -> int:
        """Memory of its patches."""
        return sum(patch.bytes for edit in self.edits for patch in edit.patches)

    def pack(self) -> None:
        """Pack its patches. For a background thread."""
        for edit in self.edits:
            for patch in edit.patches:
                patch.pack()


class Touched:
    """An array that a gesture paints on, and what it held before: tiles are kept when they are first touched.

    Attributes:
        target: whose array it is.
        origin: where on the canvas its first pixel lies.
        array: the live pixels.
        before: the pixels as the gesture found them, filled in only where ``touch`` was called.
    """

    def __init__(self, document: Document, target: Target) -> None:
        self.target = target
        self.origin = origin_of(document.stack, target)
        self._raster = raster_of(document.stack, target)
        self.array = self._raster.array
        self.before: NDArray[np.uint8] = np.empty_like(self.array)
        height, width = self.array.shape[:2]
        self._tiles = np.zeros((-(-height // TILE), -(-width // TILE)), bool)

    @property
    def bounds(self) -> Bounds:
        """All of the array, in its own coordinates."""
        return self._raster.bounds

    def touch(self, bounds: Bounds) -> None:
        """Keep what the array holds in ``bounds`` (its own coordinates, inside it), before it is painted there."""
        self._raster.version += 1
        rows, columns = bounds.y // TILE, bounds.x // TILE
        seen = self._tiles[rows : -(-bounds.bottom // TILE), columns : -(-bounds.right // TILE)]
        for row, column in np.argwhere(~seen):
            tile = Bounds(int(column + columns) * TILE, int(row + rows) * TILE, TILE, TILE)
            place = tile.intersection(self.bounds).slices
            self.before[place] = self.array[place]
        seen[...] = True

    def edit(self, label: str) -> Edit | None:
        """What was painted, or None when nothing is different."""
        places = [place for place in self._places() if not np.array_equal(*self._pair(place))]
        if not places:
            return None
        return Edit(
            label=label,
            target=self.target,
            bounds=around(places).moved(*self.origin),
            before=Patch(self.before, places),
            after=Patch(self.array, places),
        )

    def revert(self) -> Bounds:
        """Put everything back; returns the bounds on the canvas."""
        places = self._places()
        for place in places:
            self.array[place.slices] = self.before[place.slices]
        self._raster.version += 1
        return around(places).moved(*self.origin)

    def _places(self) -> list[Bounds]:
        return [
            Bounds(int(column) * TILE, int(row) * TILE, TILE, TILE).intersection(self.bounds)
            for row, column in np.argwhere(self._tiles)
        ]

    def _pair(self, place: Bounds) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        return self.before[place.slices], self.array[place.slices]


class Gesture:
    """Everything between press and release: it becomes one step."""

    def __init__(self, document: Document, label: str) -> None:
        self.document = document
        self.label = label
        self._parts: list[Edit | Touched] = []

    def do(self, edit: Edit) -> Bounds:
        """Do an edit as part of the gesture; returns the bounds it touched."""
        self._parts.append(edit)
        return redo(self.document, edit)

    def paint_on(self, target: Target) -> Touched:
        """The target's array, to paint on in place; do no other edit of that target in the same gesture after."""
        touched = Touched(self.document, target)
        self._parts.append(touched)
        return touched

    def edits(self) -> tuple[Edit, ...]:
        """What it did, first things first."""
        made = (part.edit(self.label) if isinstance(part, Touched) else part for part in self._parts)
        return tuple(edit for edit in made if edit is not None)

    def revert(self) -> Bounds:
        """Undo all of it; returns the bounds it touched."""
        return around(
            [
                part.revert() if isinstance(part, Touched) else undo(self.document, part)
                for part in reversed(self._parts)
            ]
        )


class History:
    """The steps of one document. ``position`` steps are done; those after it can be redone.

    Packing runs in one background thread; everything else belongs to the thread that owns the document.

    Args:
        budget: bytes that steps may take together; the oldest are dropped beyond it, never the latest.
    """

    def __init__(self, document: Document, budget: int = BUDGET) -> None:
        self.document = document
        self.budget = budget
        self.steps: list[Step] = []
        self.position = 0
        self.dropped = 0
        self._saved: int | None = 0
        self._spent = 0
        """At least what the steps take: packing only makes it less."""
        self._gesture: Gesture | None = None
        self._packer = ThreadPoolExecutor(1, thread_name_prefix="pack")
        self._packing: list[Future[None]] = []

    @property
    def labels(self) -> tuple[str, ...]:
        """Of all steps, the oldest first; ``jump(n)`` goes to the state after the first n of them."""
        return tuple(step.label for step in self.steps)

    @property
    def gesture(self) -> Gesture | None:
        """The open one: whoever began it can see whether another has taken its place."""
        return self._gesture

    @property
    def gesturing(self) -> bool:
        """True while a gesture is open."""
        return self._gesture is not None

    @property
    def can_undo(self) -> bool:
        """True when there is a step to take back."""
        return self.position > 0 or self._gesture is not None

    @property
    def can_redo(self) -> bool:
        """True when there is a step to do again."""
        return self.position < len(self.steps) and self._gesture is None

    @property
    def bytes(self) -> int:
        """Memory of all steps, with the pixels that only they still know."""
        shown = self.document.stack.rasters
        known = frozenset().union(*(step.rasters for step in self.steps)) - shown
        return sum(step.bytes for step in self.steps) + sum(raster.bytes for raster in known)

    @property
    def changed(self) -> bool:
        """True when the document is not as it was last saved (see ``mark_saved``)."""
        return self._saved != self.dropped + self.position or self._gesture is not None

    def mark_saved(self) -> None:
        """The document was saved as it is now."""
        self._saved = self.dropped + self.position

    def begin(self, label: str) -> Gesture:
        """Start a gesture; one that is still open is committed first."""
        self.commit()
        self._gesture = Gesture(self.document, label)
        return self._gesture

    def commit(self) -> Bounds:
        """End the gesture: it becomes one step, or none when it changed nothing. Returns the step's bounds."""
        gesture, self._gesture = self._gesture, None
        edits = gesture.edits() if gesture else ()
        if gesture is None or not edits:
            return Bounds(0, 0, 0, 0)
        step = Step(label=gesture.label, edits=edits)
        self._push(step)
        return step.bounds

    def cancel(self) -> Bounds:
        """End the gesture and undo what it did; returns the bounds it touched."""
        gesture, self._gesture = self._gesture, None
        return gesture.revert() if gesture else Bounds(0, 0, 0, 0)

    def do(self, *edits: Edit) -> Bounds:
        """Do edits as one step named for the first, or as part of the open gesture.

        Returns:
            The touched bounds. Edits that change nothing make no step.
        """
        real = tuple(edit for edit in edits if not edit.idle)
        if self._gesture is not None:
            return around([self._gesture.do(edit) for edit in real])
        touched = around([redo(self.document, edit) for edit in real])
        if real:
            self._push(Step(label=edits[0].label, edits=real))
        return touched

    def undo(self) -> Bounds:
        """Take the last step back (an open gesture first); returns the touched bounds."""
        if self._gesture is not None:
            return self.cancel()
        return self.jump(max(self.position - 1, 0))

    def redo(self) -> Bounds:
        """Do the next step again; returns the touched bounds."""
        self.commit()
        return self.jump(min(self.position + 1, len(self.steps)))

    def jump(self, position: int) -> Bounds:
        """Go to the state in which the first ``position`` steps are done; returns the touched bounds."""
        self.commit()
        position = min(max(position, 0), len(self.steps))
        touched: list[Bounds] = []
        passed = self.steps[min(position, self.position) : max(position, self.position)]
        while self.position > position:
            self.position -= 1
            touched += [undo(self.document, edit) for edit in reversed(self.steps[self.position].edits)]
        while self.position < position:
            touched += [redo(self.document, edit) for edit in self.steps[self.position].edits]
            self.position += 1
        self._park(passed)
        return around(touched)

    def settle(self) -> None:
        """Wait until everything is packed, then drop what is over the budget."""
        for future in self._packing:
            future.result()
        self._packing.clear()
        self._spent = self.bytes
        self._drop()

    def close(self) -> None:
        """Forget all steps and end the background thread."""
        self._packer.shutdown(wait=True, cancel_futures=True)
        self.steps.clear()
        self.position = 0
        self._gesture = None

    def _push(self, step: Step) -> None:
        if self._saved is not None and self._saved > self.dropped + self.position:
            self._saved = None
        del self.steps[self.position :]
        self.steps.append(step)
        self.position += 1
        self._later(step.pack)
        self._park([step])
        self._spent += step.bytes + sum(raster.bytes for raster in step.rasters)
        self._drop()

    def _park(self, steps: list[Step]) -> None:
        """Pack the pixels that have left the document with ``steps``."""
        shown = self.document.stack.rasters
        for raster in {raster for step in steps for raster in step.rasters} - shown:
            raster.park()
            self._later(raster.pack)

    def _later(self, work: Callable[[], None]) -> None:
        self._packing = [future for future in self._packing if not future.done()]
        self._packing.append(self._packer.submit(work))

    def _drop(self) -> None:
        """Drop the oldest steps while all take too much. Counting is left out while they cannot."""
        if self._spent <= self.budget:
            return
        while self.position > 1 and self.bytes > self.budget:
            del self.steps[0]
            self.position -= 1
            self.dropped += 1
        self._spent = self.bytes
