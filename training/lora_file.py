"""Files of low-rank layers, written in kohya's layout; ``inference.lora_file`` reads them.

What a whole layer gains (the eigenpictures of a model that sketches, ``training.restyled``) is stored as ``diff`` and
``diff_b``, as LyCORIS and ComfyUI call it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import save_file
from torch import Tensor

from inference.files import replace_file

if TYPE_CHECKING:
    from training.lora import LowRank

Changes = Mapping[str, tuple[Tensor, Tensor]]
"""What weight and bias of whole layers gain, by kohya's name."""


def save_lora(
    layers: Mapping[str, LowRank], path: Path, words: Mapping[str, str] | None = None, changes: Changes | None = None
) -> None:
    """Write the layers in half precision, with ``words`` as the file's metadata."""
    tensors: dict[str, Tensor] = {}
    for name, (weight, bias) in (changes or {}).items():
        tensors |= {f"{name}.diff": weight.cpu().half().contiguous(), f"{name}.diff_b": bias.cpu().half().contiguous()}
    for name, layer in layers.items():
        parts = {"lora_down.weight": layer.down.weight, "lora_up.weight": layer.up.weight}
        tensors |= {f"{name}.{key}": value.detach().cpu().half().contiguous() for key, value in parts.items()}
        tensors[f"{name}.alpha"] = torch.tensor(layer.alpha)
    with replace_file(path) as draft:
        save_file(tensors, draft, {"format": "pt", **(words or {})})
