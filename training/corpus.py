"""A dataset's normalised pictures as a corpus for training: pixels mapped from the disk, captions of today."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.errors import BadRequest
from training.dataset import Entry, read_dataset
from training.label import Captioning, caption_at
from training.normalise import FOLDER, INDEX, Normalised, read_normalised
from training.split import Split


@dataclass(frozen=True)
class StoredCorpus:
    """The pictures of one split; small to send to another process, which opens the files itself.

    Attributes:
        dataset: folder with ``dataset.jsonl``.
        store: folder with the normalised pixels.
        captioning: how captions vary.
    """

    dataset: Path
    store: Path
    split: Split = Split.TRAIN
    captioning: Captioning = field(default_factory=Captioning)

    def __getstate__(self) -> dict[str, object]:
        """Without what was read."""
        names = ("dataset", "store", "split", "captioning")
        return {name: self.__dict__[name] for name in names}

    @cached_property
    def _opened(self) -> Normalised:
        return read_normalised(self.store)

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        return self._opened.rows_of(self.split)

    @cached_property
    def entries(self) -> list[Entry]:
        """The dataset's entry for each picture."""
        every = self._opened.entries(read_dataset(self.dataset))
        return [every[row] for row in self._rows]

    @property
    def pictures(self) -> NDArray[np.uint8]:
        """(n, height, width, 4) premultiplied bytes: the map itself where all rows are wanted, else a copy of some."""
        return self._pictures

    @cached_property
    def _pictures(self) -> NDArray[np.uint8]:
        pixels = self._opened.pixels
        return pixels if len(self._rows) == len(pixels) else pixels[self._rows]

    @property
    def captions(self) -> list[str]:
        """Caption and style of each."""
        return self._captions

    @cached_property
    def _captions(self) -> list[str]:
        return [f"{entry.caption}, {entry.style} style" if entry.style else entry.caption for entry in self.entries]

    def wording(self, index: int, seed: int, epoch: int) -> str:
        """See ``training.label.caption_at``."""
        return caption_at(self.entries[index], self.captioning, seed=seed, epoch=epoch)


def find_store(dataset: Path, side: int | None = None) -> Path:
    """The folder of a dataset's normalised pictures.

    Args:
        side: in pixels; None for the only one that there is.

    Raises:
        BadRequest: when there is none, or several and no side was given.
    """
    stores = sorted(path.parent for path in (dataset / FOLDER).glob(f"*/{INDEX}"))
    wanted = [store for store in stores if side is None or store.name == str(side)]
    if not wanted:
        size = f" at {side} pixels" if side else ""
        raise BadRequest(f"{dataset} has no normalised pictures{size}.", hint="Make them: train normalise.")
    if len(wanted) > 1:
        raise BadRequest(f"{dataset} has pictures of several sizes.", hint="Choose one with --size.")
    return wanted[0]
