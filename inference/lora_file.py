"""LoRA files as changes of layers: kohya's layout, diffusers' and PEFT's, and LyCORIS's; anything else is refused.

Only safetensors are opened: they hold numbers and nothing that runs. The algebra is in ``inference.layer_changes``.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, deserialize, safe_open

from inference.errors import ModelRefused
from inference.layer_changes import (
    Array,
    Butterfly,
    Decomposed,
    Factors,
    Hadamard,
    Kronecker,
    LayerChange,
    LowRank,
    Rotated,
    Scaled,
    Whole,
)
from inference.tensor_header import refuse_other

LARGEST_FILE = 4 << 30
_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
_WHOLE_NUMBERS = {"I64": "<i8", "I32": "<i4", "U8": "<u1", "BOOL": "?"}
"""Only flags are, and an alpha that somebody wrote as one."""
_ENDINGS = {
    r"\.lora_(?:down|A)(?:\.default)?\.weight": "down",
    r"\.lora_(?:up|B)(?:\.default)?\.weight": "up",
    r"\.lora_mid\.weight": "mid",
    r"\.alpha": "alpha",
    r"\.lora(?:_linear_layer)?\.down\.weight": "down",
    r"\.lora(?:_linear_layer)?\.up\.weight": "up",
    r"_lora\.down\.weight": "down",
    r"_lora\.up\.weight": "up",
    r"\.lora_magnitude_vector(?:\.default)?(?:\.weight)?": "magnitude",
    r"\.diff": "diff",
    r"\.diff_b": "diff_b",
    r"\.dora_scale": "dora_scale",
    r"\.hada_(?:w[12]_[ab]|t[12])": "",
    r"\.lokr_(?:w[12](?:_[ab])?|t2)": "",
    r"\.oft_blocks": "oft_blocks",
    r"\.rescale": "rescale",
    r"\.on_input": "on_input",
    r"\.weight": "amounts",
}
"""How the names of a layer's tensors end: kohya's and PEFT's, diffusers' over the years, LyCORIS's; "" is the same."""
_END = re.compile("|".join(f"(?P<e{i}>{pattern}$)" for i, pattern in enumerate(_ENDINGS)))
_OTHERS = {
    "oft_R": "an OFT in PEFT's layout",
    "oft_diag": "an OFT in an old layout",
    "boft_": "a BOFT in PEFT's layout",
    "ia3_l": "an IA3 in PEFT's layout",
    ".a1.weight": "a GLoRA",
    ".w_norm": "a LyCORIS with trained norms",
    ".b_norm": "a LyCORIS with trained norms",
    "lokr_t1": "a LoKr in an old layout",
}
"""What LyCORIS and PEFT also make, and is not read."""


@functools.lru_cache(maxsize=4)
def _read(path: Path, size: int, time: int) -> Mapping[str, LayerChange]:
    tensors, metadata = _tensors(path)
    found: dict[str, dict[str, Array]] = {}
    scaled = {key.removesuffix(".on_input") for key in tensors if key.endswith(".on_input")}
    for key, value in tensors.items():
        ending = _END.search(key)
        if ending is None or (ending[0] == ".weight" and key.removesuffix(".weight") not in scaled):
            _refuse_other(path, key)
            continue
        kind = _ENDINGS[list(_ENDINGS)[int(str(ending.lastgroup)[1:])]] or ending[0][1:]
        found.setdefault(_layer(key[: ending.start()], ending[0]), {})[kind] = value
    if not found:
        raise ModelRefused(f"{path} holds no low-rank layers.", hint="Give a LoRA's .safetensors file.")
    return {name: _change(path, name, parts, metadata) for name, parts in found.items()}


def _change(path: Path, name: str, parts: Mapping[str, Array], metadata: Mapping[str, str]) -> LayerChange:
    kind = next((kind for sign, kind in _KINDS.items() if sign in parts), None)
    if kind is None:
        raise ModelRefused(f"{path} has only a part of its layer {name}.", hint="Copy the LoRA again.")
    if not all(np.isfinite(part).all() for part in parts.values()):
        raise ModelRefused(f"The layer {name} of {path} is not made of numbers.", hint="Its training failed.")
    layer = _Layer(path, name, parts, metadata)
    try:
        change = kind(layer)
    except KeyError:
        raise ModelRefused(f"{path} has only a part of its layer {name}.", hint="Copy the LoRA again.") from None
    if "magnitude" in parts:  # PEFT's is of the outputs, wherever their axis is
        return Decomposed(change, parts["magnitude"].reshape(-1, 1))
    if "dora_scale" in parts:
        lengths = parts["dora_scale"]
        return Decomposed(change, lengths.reshape(-1, 1) if lengths.ndim < 2 else lengths)
    return change


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
        if not any((found := _END.search(key)) and found[0] != ".weight" for key in keys):
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
    known = {**_DTYPES, **_WHOLE_NUMBERS} if name.endswith((".on_input", ".alpha")) else _DTYPES
    dtype = known.get(entry["dtype"])
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
        raise ModelRefused(
            f"{path} is {kind}, which is not supported.", hint="Use a LoRA, LoCon, LoHa, LoKr, DoRA, OFT or IA3."
        )
    if key.endswith((".bias", "_norm.weight")) or key.startswith(("bundle_emb", "emb_params")):
        raise ModelRefused(
            f"{path} changes more than low-rank layers ({key}).",
            hint="Use a LoRA, LoCon, LoHa, LoKr, DoRA, OFT or IA3.",
        )


def _layer(name: str, ending: str) -> str:
    """A layer's name; that of old attention processors as it is today."""
    name = name.replace(".processor", "")
    return f"{name}.0" if ending.startswith("_lora.") and name.endswith("to_out") else name


@dataclass(frozen=True)
class _Layer:
    """One layer of a file, while it is read."""

    path: Path
    name: str
    parts: Mapping[str, Array]
    metadata: Mapping[str, str]

    def check(self, fits: bool) -> None:
        """Raise ModelRefused when its pieces do not fit together."""
        if not fits:
            raise ModelRefused(
                f"The layer {self.name} of {self.path} does not fit together.", hint="Copy the LoRA again."
            )

    def scale(self, rank: int) -> float:
        """alpha / rank, by the layer's own alpha or what the file says of all."""
        if "alpha" in self.parts:
            alpha = float(self.parts["alpha"].reshape(-1)[0])
            return (alpha or rank) / rank
        return _scale_said(self.path, self.name, rank, self.metadata)

    def factors(self, left: str, right: str, core: str) -> Factors:
        """A product of two pieces, or of three."""
        found = Factors(self.parts[left], self.parts[right], self.parts.get(core))
        self.check(found.fits_together)
        return found


def _whole(layer: _Layer) -> Whole:
    weight, bias = layer.parts["diff"], layer.parts.get("diff_b")
    layer.check(weight.ndim in (2, 4) and (bias is None or bias.shape == weight.shape[:1]))
    return Whole(weight, bias)


def _low_rank(layer: _Layer) -> LowRank:
    down, up, mid = layer.parts["down"], layer.parts["up"], layer.parts.get("mid")
    rank = down.shape[0] if down.ndim else 0
    layer.check(
        down.ndim in (2, 4)
        and up.ndim in (2, 4)
        and rank > 0
        and up.shape[1] == (mid.shape[0] if mid is not None else rank)
    )
    layer.check(up.ndim == 2 or up.shape[2:] == (1, 1))
    layer.check(mid is None or (mid.ndim == 4 and mid.shape[1] == rank and down.shape[2:] in ((), (1, 1))))
    return LowRank(down, up, mid, layer.scale(rank))


def _hadamard(layer: _Layer) -> Hadamard:
    one, other = (layer.factors(f"hada_w{i}_a", f"hada_w{i}_b", f"hada_t{i}") for i in (1, 2))
    found = Hadamard(one, other, layer.scale(one.rank))
    layer.check(found.shape == replace(found, one=other).shape)
    return found


def _kronecker(layer: _Layer) -> Kronecker:
    parts = layer.parts
    small = parts["lokr_w1"] if "lokr_w1" in parts else layer.factors("lokr_w1_a", "lokr_w1_b", "")
    large = parts["lokr_w2"] if "lokr_w2" in parts else layer.factors("lokr_w2_a", "lokr_w2_b", "lokr_t2")
    layer.check(not isinstance(small, np.ndarray) or small.ndim == 2)
    layer.check(not isinstance(large, np.ndarray) or large.ndim in (2, 4))
    factored = next((each for each in (large, small) if isinstance(each, Factors)), None)
    if factored is None:  # with nothing of low rank, LyCORIS writes an alpha that means 1
        return Kronecker(small, large, 1.0 if "alpha" in parts else layer.scale(0))
    return Kronecker(small, large, layer.scale(factored.rank))


def _rotated(layer: _Layer) -> Rotated | Butterfly:
    blocks, rescale = layer.parts["oft_blocks"], layer.parts.get("rescale")
    limit = float(layer.parts["alpha"].reshape(-1)[0]) if "alpha" in layer.parts else 0.0
    layer.check(blocks.ndim in (3, 4) and blocks.shape[-1] == blocks.shape[-2] > 0)
    return Rotated(blocks, rescale, limit) if blocks.ndim == 3 else Butterfly(blocks, rescale, limit)


def _scaled(layer: _Layer) -> Scaled:
    amounts = layer.parts["amounts"]
    layer.check(amounts.ndim > 0 and amounts.size == max(amounts.shape))
    return Scaled(amounts.reshape(-1), bool(layer.parts["on_input"].reshape(-1)[0]))


_KINDS: Mapping[str, Callable[[_Layer], LayerChange]] = {
    "diff": _whole,
    "hada_w1_a": _hadamard,
    "lokr_w1": _kronecker,
    "lokr_w1_a": _kronecker,
    "oft_blocks": _rotated,
    "on_input": _scaled,
    "down": _low_rank,
    "up": _low_rank,
}
"""What a layer is, by one of its tensors."""


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
        rank = rank or int(config.get("r", 1))  # 0: the layer's tensors do not tell
        alpha = float(own[0] if own else config.get("lora_alpha", config.get("alpha", rank)))
        return alpha / math.sqrt(rank) if config.get("use_rslora") else alpha / rank
    except (OSError, ValueError, TypeError, AttributeError, re.error) as error:
        raise ModelRefused(f"{path} does not say its scale.", hint="Copy it again.", detail=str(error)) from error
