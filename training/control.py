"""ControlNets as PyTorch modules and as parts to export: diffusers folders, and single files in either layout.

Sizes are read from the tensors' shapes, and from ``config.json`` where it lies beside; names of the original layout are
turned by diffusers' published conversion.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers.loaders import single_file_utils as published
from diffusers.models.controlnets.controlnet import ControlNetModel
from torch import Tensor, nn

from inference.architectures import UNET, control_prefix, unet_signs
from inference.control_card import DOWN, MID, PICTURE
from inference.errors import ModelRefused
from inference.tensor_header import TensorEntry, read_tensor_header
from training.checkpoint import HEAD, filled, read_tensors, unet_config
from training.export import TRACED_LATENT, FusedAttnProcessor, PartExport

HINT_BLOCK = "input_hint_block"
SDXL_ADDED = 256
"""Width of the embedding of each of SDXL's six numbers."""


class _Control(nn.Module):
    """A ControlNet whose outputs stand in one row: the skip connections' in order, then the middle's."""

    def __init__(self, model: ControlNetModel, names: tuple[str, ...]) -> None:
        super().__init__()
        self.model = model
        self.names = names

    def forward(
        self, sample: Tensor, timestep: Tensor, encoder_hidden_states: Tensor, picture: Tensor, *extra: Tensor
    ) -> tuple[Tensor, ...]:
        down, middle = self.model(
            sample,
            timestep,
            encoder_hidden_states,
            picture,
            added_cond_kwargs=dict(zip(self.names, extra, strict=True)) or None,
            return_dict=False,
        )
        return (*down, middle)


def control_part(model: ControlNetModel) -> PartExport:
    """A ControlNet in fp32, ready to be exported."""
    config: Any = model.config
    processor: Any = FusedAttnProcessor()
    model.set_attn_processor(processor)
    extra: dict[str, int] = {}
    if config.addition_embed_type == "text_time":
        extra["text_embeds"] = config.projection_class_embeddings_input_dim - 6 * config.addition_time_embed_dim
        extra["time_ids"] = 6
    factor = picture_factor(config)

    def draw(batch: int, height: int, wide: int, sequence: int, seed: int) -> dict[str, Tensor]:
        generator = torch.Generator().manual_seed(seed)

        def normal(*shape: int) -> Tensor:
            return torch.randn(shape, generator=generator)

        return {
            "sample": normal(batch, config.in_channels, height, wide),
            "timestep": torch.tensor(float(300 + seed)),
            "encoder_hidden_states": normal(batch, sequence, config.cross_attention_dim),
            PICTURE: torch.rand((batch, 3, height * factor, wide * factor), generator=generator),
        } | {key: normal(batch, size) for key, size in extra.items()}

    outputs = (*(f"{DOWN}{i}" for i in range(len(model.controlnet_down_blocks))), MID)
    free = {"sample": {0: "batch", 2: "height", 3: "width"}, "encoder_hidden_states": {0: "batch", 1: "sequence"}}
    free |= {PICTURE: {0: "batch", 2: "picture_height", 3: "picture_width"}} | {key: {0: "batch"} for key in extra}
    return PartExport(
        name="controlnet",
        module=_Control(model, tuple(extra)),
        config=dict(config),
        inputs=draw(2, TRACED_LATENT, TRACED_LATENT, 77, 0),
        outputs=outputs,
        axes=free | {name: {0: "batch", 2: f"{name}_height", 3: f"{name}_width"} for name in outputs},
        probes=(draw(1, 16, 16, 24, 1), draw(3, 17, 10, 77, 2)),
    )


def picture_factor(config: Any) -> int:
    """Picture pixels of a side that one latent pixel stands for."""
    widths = config.conditioning_embedding_out_channels
    return 2 ** (len(widths) - 1)


def read_control(path: Path) -> Any:
    """The ControlNet in a file or a diffusers folder, in fp32.

    Raises:
        ModelRefused: when there is none, or it is built in another way.
    """
    file = path / "diffusion_pytorch_model.safetensors" if path.is_dir() else path
    tensors = read_tensor_header(file).tensors
    prefix = control_prefix(tensors)
    if prefix is None:
        raise ModelRefused(f"{file} holds no ControlNet.", hint="See: models inspect.")
    found = read_tensors(file, lambda name: name.startswith(prefix))
    own = {name.removeprefix(prefix): entry for name, entry in tensors.items() if name.startswith(prefix)}
    state = {name.removeprefix(prefix): value for name, value in found.items()}
    try:
        return _filled(file, own, state)
    except (TypeError, ValueError, LookupError, AttributeError, RuntimeError) as error:
        raise ModelRefused(
            f"{file} is not built as ControlNets are.", hint="Get the original file.", detail=repr(error)
        ) from error


def _filled(file: Path, own: Mapping[str, TensorEntry], state: dict[str, Tensor]) -> Any:
    if f"{HINT_BLOCK}.0.weight" not in own:
        return filled(file, ControlNetModel, _settings(file, own), state)
    config = _original_config(file, own)
    named = published.convert_controlnet_checkpoint(dict(state), config) | _labels(state)
    return filled(file, ControlNetModel, config, {name: value for name, value in named.items() if value is not None})


def _original_config(file: Path, tensors: Mapping[str, TensorEntry]) -> dict[str, Any]:
    """As the UNet's that it is a copy of, and the widths of what reads the picture."""
    named = {f"{UNET}{name}": entry for name, entry in tensors.items()}
    signs = unet_signs(named)
    if signs is None:
        raise ModelRefused(f"{file} holds no ControlNet in the original layout.", hint="See: models inspect.")
    said = unet_config(file, named, signs)
    kept = {name: said[name] for name in said if name not in ("sample_size", "out_channels", "up_block_types")}
    kept.pop("time_cond_proj_dim")
    places = sorted(int(m[1]) for name in tensors if (m := re.fullmatch(rf"{HINT_BLOCK}\.(\d+)\.weight", name)))
    widths = [tensors[f"{HINT_BLOCK}.{place}.weight"].shape[0] for place in places]
    # Each width but the last comes twice; the last convolution is the one that becomes the UNet's width.
    return kept | {"conditioning_embedding_out_channels": tuple(widths[:-1:2])}


def _labels(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """SDXL's added conditions, which the published conversion leaves out."""
    ends = [(layer, kind) for layer in (1, 2) for kind in ("weight", "bias")]
    names = {f"add_embedding.linear_{layer}.{kind}": f"label_emb.0.{2 * layer - 2}.{kind}" for layer, kind in ends}
    return {name: state[other] for name, other in names.items() if other in state}


def _settings(file: Path, tensors: Mapping[str, TensorEntry]) -> dict[str, Any]:
    """What ``config.json`` beside the file says, else what the shapes say."""
    beside = file.with_name("config.json")
    if not beside.is_file():
        return _shapes_config(file, tensors)
    try:
        said = json.loads(beside.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelRefused(f"{beside} is not readable.", hint="Copy it again.", detail=str(error)) from error
    if not isinstance(said, dict):
        raise ModelRefused(f"{beside} holds no settings.", hint="Copy it again.")
    return {name: value for name, value in said.items() if not name.startswith("_")}


def _shapes_config(file: Path, tensors: Mapping[str, TensorEntry]) -> dict[str, Any]:
    """diffusers' settings from diffusers' names, for a file without its folder."""
    places = {
        (int(m[1]), int(m[2])): tensors[name].shape[0]
        for name in tensors
        if (m := re.fullmatch(r"down_blocks\.(\d+)\.resnets\.(\d+)\.conv1\.weight", name))
    }
    try:
        widths = [places[level, 0] for level in range(1 + max(level for level, _ in places))]
        depths = [_depth(tensors, f"down_blocks.{level}.attentions.0") for level in range(len(widths))]
        middle = _depth(tensors, "mid_block.attentions.0")
        first = next(name for name in tensors if name.endswith(".attentions.0.proj_in.weight"))
        context = next(entry.shape[1] for name, entry in tensors.items() if name.endswith("attn2.to_k.weight"))
        pictured = ["conv_in", *(f"blocks.{2 * i + 1}" for i in range(len(_picture_blocks(tensors)) // 2))]
        seen = [tensors[f"controlnet_cond_embedding.{name}.weight"].shape[0] for name in pictured]
    except (ValueError, LookupError, StopIteration) as error:
        raise ModelRefused(f"{file} is no whole ControlNet.", hint="Get its folder.", detail=repr(error)) from error
    linear = len(tensors[first].shape) == 2
    config: dict[str, Any] = {
        "in_channels": tensors["conv_in.weight"].shape[1],
        "block_out_channels": tuple(widths),
        "down_block_types": tuple("CrossAttnDownBlock2D" if d else "DownBlock2D" for d in depths),
        "layers_per_block": 1 + max(layer for level, layer in places if level == 0),
        "transformer_layers_per_block": (*(max(1, d) for d in depths[:-1]), max(depths[-1], middle)),
        "cross_attention_dim": context,
        "use_linear_projection": linear,
        "attention_head_dim": tuple(max(1, width // HEAD) for width in widths) if linear else 8,
        "conditioning_embedding_out_channels": tuple(seen),
    }
    added = tensors.get("add_embedding.linear_1.weight")
    if added is not None:
        config |= {
            "addition_embed_type": "text_time",
            "projection_class_embeddings_input_dim": added.shape[1],
            "addition_time_embed_dim": SDXL_ADDED,
        }
    return config


def _picture_blocks(tensors: Mapping[str, TensorEntry]) -> list[str]:
    return [name for name in tensors if re.fullmatch(r"controlnet_cond_embedding\.blocks\.\d+\.weight", name)]


def _depth(tensors: Mapping[str, TensorEntry], block: str) -> int:
    sign = re.compile(rf"{re.escape(block)}\.transformer_blocks\.(\d+)\.")
    return 1 + max((int(m[1]) for name in tensors if (m := sign.match(name))), default=-1)
