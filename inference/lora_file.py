"""LoRA files as numbers: kohya's layout, diffusers' and PEFT's, LoCon's convolutions; anything else is refused.

Hu et al., LoRA: Low-Rank Adaptation of Large Language Models (2022): a weight W becomes W + w (alpha / rank) B A. Only
safetensors are opened: they hold numbers and nothing that runs.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize, safe_open

from inference.errors import ModelRefused
from inference.tensor_header import refuse_other

Array = NDArray[np.floating]
LARGEST_FILE = 4 << 30
_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
_ENDINGS = {
    r"\.lora_(?:down|A)(?:\.default)?\.weight": "down",
    r"\.lora_(?:up|B)(?:\.default)?\.weight": "up",
    r"\.lora_mid\.weight": "mid",
    r"\.alpha": "alpha",
    r"\.lora(?:_linear_layer)?\.down\.weight": "down",
    r"\.lora(?:_linear_layer)?\.up\.weight": "up",
    r"_lora\.down\.weight": "down",
    r"_lora\.up\.weight": "up",
    r"\.diff": "diff",
    r"\.diff_b": "diff_b",
}
"""How the names of a layer's tensors end: kohya's and PEFT's, diffusers' over the years, LyCORIS's of a whole layer."""
_END = re.compile("|".join(f"(?P<e{i}>{pattern}$)" for i, pattern in enumerate(_ENDINGS)))
_OTHERS = {
    "hada_": "a LoHa",
    "lokr_": "a LoKr",
    "oft_": "an OFT",
    "dora_scale": "a DoRA",
    "lora_magnitude_vector": "a DoRA",
    "on_input": "an IA3",
}
"""What LyCORIS and PEFT also make; it is not the same algebra."""


@dataclass(frozen=True, eq=False)
class LowRank:
    """One layer's change.

    Attributes:
        down: (rank, inputs) or, of a convolution, (rank, inputs, height, width).
        up: (outputs, rank), or as a convolution of 1 x 1.
        mid: (rank, rank, height, width), where the convolution is a Tucker decomposition; else None.
        scale: alpha / rank.
    """

    down: Array
    up: Array
    mid: Array | None
    scale: float

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what it is added to: (outputs, inputs, ...)."""
        kernel = self.mid.shape[2:] if self.mid is not None else self.down.shape[2:]
        return (self.up.shape[0], self.down.shape[1], *kernel)

    def change(self, weight: float = 1.0, *, turned: bool = False) -> NDArray[np.float32]:
        """What is added to the layer's weight, in ``shape``; (inputs, outputs) of a linear layer when ``turned``."""
        factor = np.float32(weight * self.scale)
        up, down = (np.asarray(each, np.float32).reshape(each.shape[0], -1) for each in (self.up, self.down))
        if self.mid is not None:
            mid = np.asarray(self.mid, np.float32)
            return np.einsum("or,rshw,si->oihw", factor * up, mid, down, optimize=True)
        product = down.T @ (factor * up).T if turned else ((factor * up) @ down).reshape(self.shape)
        return product.astype(np.float32, copy=False)


@dataclass(frozen=True, eq=False)
class Whole:
    """What a whole layer gains.

    Attributes:
        weight: in the layer's shape in PyTorch.
        bias: (outputs,), or None.
    """

    weight: Array
    bias: Array | None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what it is added to: (outputs, inputs, ...)."""
        return self.weight.shape

    def change(self, weight: float = 1.0, *, turned: bool = False) -> NDArray[np.float32]:
        """As ``LowRank.change``."""
        value = np.asarray(self.weight, np.float32)
        return (weight * (value.T if turned else value)).astype(np.float32)


LayerChange = LowRank | Whole


@functools.lru_cache(maxsize=4)
def _read(path: Path, size: int, time: int) -> Mapping[str, LayerChange]:
    tensors, metadata = _tensors(path)
    found: dict[str, dict[str, Array]] = {}
    for key, value in tensors.items():
        ending = _END.search(key)
        if ending is None:
            _refuse_other(path, key)
            continue
        kind = _ENDINGS[list(_ENDINGS)[int(str(ending.lastgroup)[1:])]]
        found.setdefault(_layer(key[: ending.start()], ending[0]), {})[kind] = value
    half = next(
        (name for name, parts in found.items() if not {"down", "up"} <= parts.keys() and "diff" not in parts), None
    )
    if half is not None:
        raise ModelRefused(f"{path} has only a part of its layer {half}.", hint="Copy the LoRA again.")
    if not found:
        raise ModelRefused(f"{path} holds no low-rank layers.", hint="Give a LoRA's .safetensors file.")
    return {
        name: _whole(path, name, parts) if "diff" in parts else _low_rank(path, name, parts, metadata)
        for name, parts in found.items()
    }


def read_lora(path: Path) -> Mapping[str, LayerChange]:
    """Layers by their names in the file, without the endings; kept as long as the file stays the same.

    Raises:
        ModelRefused: when it is no LoRA, or one whose algebra is not known.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise ModelRefused(f"There is no LoRA {path}.", hint="Copy it again.", detail=str(error)) from error
    return _read(path, status.st_size, status.st_mtime_ns)


def _tensors(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    try:
        with path.open("rb") as file:
            refuse_other(file.read(32), path)
        if path.stat().st_size > LARGEST_FILE:
            raise ModelRefused(f"{path} is too large to be a LoRA.", hint="Is it a whole model?")
        with safe_open(path, "np") as opened:
            metadata = dict(opened.metadata() or {})
            keys = list(opened.keys())
        if not any(_END.search(key) for key in keys):
            for key in keys:
                _refuse_other(path, key)
            raise ModelRefused(f"{path} holds no low-rank layers.", hint="Give a LoRA's .safetensors file.")
        held = deserialize(path.read_bytes())
        return {name: _array(path, name, entry) for name, entry in held}, metadata
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelRefused(
            f"{path} is not a LoRA.", hint="Only .safetensors files are read.", detail=str(error)
        ) from error


def _array(path: Path, name: str, entry: Mapping[str, Any]) -> Array:
    dtype = _DTYPES.get(entry["dtype"])
    if dtype is None:
        raise ModelRefused(
            f"{path} holds numbers of the kind {entry['dtype']} ({name}).", hint="Save it in half or full precision."
        )
    raw = np.frombuffer(entry["data"], dtype)
    if entry["dtype"] == "BF16":
        raw = (raw.astype(np.uint32) << 16).view(np.float32)
    return raw.reshape(entry["shape"])


def _refuse_other(path: Path, key: str) -> None:
    """Raise for what would change the picture and is not read."""
    kind = next((words for sign, words in _OTHERS.items() if sign in key), None)
    if kind is not None:
        raise ModelRefused(f"{path} is {kind}, which is not supported.", hint="Use a plain LoRA or LoCon.")
    if key.endswith((".bias", "_norm.weight")) or key.startswith(("bundle_emb", "emb_params")):
        raise ModelRefused(f"{path} changes more than low-rank layers ({key}).", hint="Use a plain LoRA or LoCon.")


def _layer(name: str, ending: str) -> str:
    """A layer's name; that of old attention processors as it is today."""
    name = name.replace(".processor", "")
    return f"{name}.0" if ending.startswith("_lora.") and name.endswith("to_out") else name


def _whole(path: Path, name: str, parts: Mapping[str, Array]) -> Whole:
    weight, bias = parts["diff"], parts.get("diff_b")
    if weight.ndim not in (2, 4) or (bias is not None and bias.shape != weight.shape[:1]):
        raise ModelRefused(f"The layer {name} of {path} does not fit together.", hint="Copy the LoRA again.")
    _check_numbers(path, name, parts)
    return Whole(weight, bias)


def _check_numbers(path: Path, name: str, parts: Mapping[str, Array]) -> None:
    if not all(np.isfinite(part).all() for part in parts.values()):
        raise ModelRefused(f"The layer {name} of {path} is not made of numbers.", hint="Its training failed.")


def _low_rank(path: Path, name: str, parts: Mapping[str, Array], metadata: Mapping[str, str]) -> LowRank:
    down, up, mid = parts["down"], parts["up"], parts.get("mid")
    rank = down.shape[0] if down.ndim else 0
    fits = (
        down.ndim in (2, 4)
        and up.ndim in (2, 4)
        and rank > 0
        and up.shape[1] == (mid.shape[0] if mid is not None else rank)
    )
    whole = up.ndim == 2 or up.shape[2:] == (1, 1)
    middle = mid is None or (mid.ndim == 4 and mid.shape[1] == rank and down.shape[2:] in ((), (1, 1)))
    if not (fits and whole and middle):
        raise ModelRefused(f"The layer {name} of {path} does not fit together.", hint="Copy the LoRA again.")
    _check_numbers(path, name, parts)
    if "alpha" in parts:
        return LowRank(down, up, mid, float(parts["alpha"].reshape(-1)[0]) / rank)
    return LowRank(down, up, mid, _scale_said(path, name, rank, metadata))


def _scale_said(path: Path, name: str, rank: int, metadata: Mapping[str, str]) -> float:
    """PEFT says alpha once for all layers: diffusers in the file's metadata, PEFT in ``adapter_config.json``."""
    config: dict[str, Any] = {}
    try:
        if "lora_adapter_metadata" in metadata:
            said = json.loads(metadata["lora_adapter_metadata"])
            prefix = next((key for key in ("unet.", "text_encoder_2.", "text_encoder.") if name.startswith(key)), "")
            config = {key.removeprefix(prefix): value for key, value in said.items() if key.startswith(prefix)}
        elif path.name == "adapter_model.safetensors":
            config = json.loads(path.with_name("adapter_config.json").read_text("utf-8"))
        patterns = config.get("alpha_pattern") or {}
        own = [value for key, value in patterns.items() if re.search(rf"(?:^|\.)(?:{key})$", name)]
        alpha = float(own[0] if own else config.get("lora_alpha", rank))
        return alpha / math.sqrt(rank) if config.get("use_rslora") else alpha / rank
    except (OSError, ValueError, TypeError, AttributeError, re.error) as error:
        raise ModelRefused(f"{path} does not say its scale.", hint="Copy it again.", detail=str(error)) from error
