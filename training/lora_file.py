"""Files of low-rank layers: kohya's layout is written, diffusers' and PEFT's are read too.

What a whole layer gains (the eigenpictures of a model that sketches, ``training.restyled``) is stored as ``diff`` and
``diff_b``, as LyCORIS and ComfyUI call it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from inference.errors import ModelRefused
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


_KEYS = {
    "lora_down.weight": "down",
    "lora_up.weight": "up",
    "alpha": "alpha",
    "lora_A.weight": "down",
    "lora_B.weight": "up",
    "lora.down.weight": "down",
    "lora.up.weight": "up",
    "diff": "diff",
    "diff_b": "diff_b",
}
"""Endings of kohya's and diffusers' names."""


def read_lora(path: Path) -> dict[str, dict[str, Tensor]]:
    """Tensors "down", "up" and perhaps "alpha", or "diff" and "diff_b", by name of layer, as it is in the file.

    Raises:
        ModelRefused: when it is no such file.
    """
    found: dict[str, dict[str, Tensor]] = {}
    try:
        with safe_open(path, "pt") as file:
            for key in file.keys():  # noqa: SIM118 (not a mapping)
                ending = next((end for end in _KEYS if key.endswith(f".{end}")), None)
                if ending is not None:
                    found.setdefault(key.removesuffix(f".{ending}"), {})[_KEYS[ending]] = file.get_tensor(key)
    except (SafetensorError, OSError) as error:
        raise ModelRefused(
            f"{path} is not a LoRA.", hint="Only .safetensors files are read.", detail=str(error)
        ) from error
    whole = {name: parts for name, parts in found.items() if {"down", "up"} <= parts.keys() or "diff" in parts}
    if not whole:
        raise ModelRefused(f"{path} holds no low-rank layers.", hint="Give a LoRA's .safetensors file.")
    return whole
