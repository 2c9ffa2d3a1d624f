"""Checkpoints: all that a run needs to go on, in one file; the last two are kept, and a broken one is passed over.

A checkpoint holds tensors and the run's settings. There are no random states in it beyond the seed, because every draw
of a run is a function of seed and step (``training.batches``, and torch's generators are seeded anew each step).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from inference.errors import BadRequest
from inference.files import replace_file

KEPT = 2
VERSION = 1
_PATTERN = "step-{:08d}.safetensors"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A moment of a run: ``step`` steps are done."""

    step: int
    tensors: Mapping[str, Tensor]
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints of one run, in a folder of their own."""

    folder: Path

    def save(self, checkpoint: Checkpoint) -> Path:
        """Write beside, flush, replace, and drop all but the last two."""
        path = self.folder / _PATTERN.format(checkpoint.step)
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in checkpoint.tensors.items()}
        words = {
            "version": VERSION,
            "step": checkpoint.step,
            "settings": dict(checkpoint.settings),
            "sums": {name: _sum(tensor) for name, tensor in tensors.items()},
        }
        with replace_file(path) as draft:
            save_file(tensors, draft, {"gouache": json.dumps(words)})
        for old in self.paths()[KEPT:]:
            old.unlink(missing_ok=True)
        return path

    def paths(self) -> list[Path]:
        """The files, newest first."""
        return sorted(self.folder.glob("step-*.safetensors"), reverse=True)

    def newest(self) -> tuple[Checkpoint | None, list[str]]:
        """The newest checkpoint that is whole, or None; and a sentence for each that was passed over.

        Drafts that a killed process left are taken away.
        """
        for draft in self.folder.glob(".step-*.safetensors"):
            draft.unlink(missing_ok=True)
        notes: list[str] = []
        for path in self.paths():
            try:
                return read(path), notes
            except BadRequest as error:
                notes.append(str(error))
        return None, notes


def read(path: Path) -> Checkpoint:
    """Read a checkpoint and compare every tensor with its sum.

    Raises:
        BadRequest: when it is cut off, damaged, or of another version.
    """
    try:
        with safe_open(path, "pt") as file:
            words = json.loads((file.metadata() or {})["gouache"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
        whole = words["version"] == VERSION and {n: _sum(t) for n, t in tensors.items()} == words["sums"]
        checkpoint = Checkpoint(int(words["step"]), tensors, words["settings"])
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"The checkpoint {path.name} is broken.", detail=str(error)) from error
    if not whole:
        raise BadRequest(f"The checkpoint {path.name} is damaged.")
    return checkpoint


def _sum(tensor: Tensor) -> int:
    """CRC-32 of the bytes."""
    flat = tensor.reshape(-1)
    return zlib.crc32(flat.view(torch.uint8).numpy().data) if flat.numel() else 0
