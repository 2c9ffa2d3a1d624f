"""The real pictures that a model is measured against: a dataset's normalised pictures by split, style and concept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.corpus import find_store
from training.dataset import Entry, read_dataset
from training.normalise import read_normalised
from training.split import Split, concept_key


@dataclass(frozen=True, eq=False)
class RealPictures:
    """A dataset's pictures.

    Attributes:
        pixels: (n, height, width, 4) premultiplied bytes, mapped from the disk.
        entries, splits: of each.
    """

    pixels: NDArray[np.uint8]
    entries: list[Entry]
    splits: list[Split]

    @classmethod
    def read(cls, dataset: Path, side: int | None = None) -> RealPictures:
        """The normalised pictures of a dataset.

        Raises:
            BadRequest: when there are none.
        """
        store = read_normalised(find_store(dataset, side))
        splits = [Split(row.split) for row in store.rows]
        return cls(store.pixels, store.entries(read_dataset(dataset)), splits)

    @cached_property
    def concepts(self) -> list[str]:
        """The concept of each."""
        return [concept_key(entry) for entry in self.entries]

    @cached_property
    def trained(self) -> NDArray[np.int64]:
        """Places of the training pictures."""
        return np.flatnonzero([split is Split.TRAIN for split in self.splits])

    @cached_property
    def held_out(self) -> NDArray[np.int64]:
        """Places of validation and test pictures; may be empty."""
        return np.flatnonzero([split is not Split.TRAIN for split in self.splits])

    def where(
        self, places: NDArray[np.int64], *, concepts: Collection[str] = (), styles: Collection[str] = ()
    ) -> NDArray[np.int64]:
        """Those of ``places`` with one of the concepts and one of the styles; an empty collection allows any."""
        return np.array(
            [
                place
                for place in places
                if (not concepts or self.concepts[place] in concepts)
                and (not styles or self.entries[place].style in styles)
            ],
            np.int64,
        )

    def caption(self, place: int, style: str) -> str:
        """A picture's caption with a style's name, as in training."""
        caption = self.entries[place].caption or self.concepts[place]
        return f"{caption}, {style} style" if style else caption


def some(places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """``count`` of the places, evenly spread."""
    if count >= len(places):
        return places
    return places[np.linspace(0, len(places) - 1, count).astype(int)]
