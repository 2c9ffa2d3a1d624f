"""A checkpoint in one file and the original layout, part by part as PyTorch modules. Only one part is ever in memory.

Sizes are read from the tensors' shapes, names are turned by diffusers' published conversion; nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accelerate import init_empty_weights
from diffusers.loaders import single_file_utils as published
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors import safe_open
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from inference.architectures import UNET, UnetSigns, unet_signs, vae_prefix
from inference.errors import ModelRefused
from inference.manifest import Family
from inference.tensor_header import TensorEntry, TensorHeader, read_tensor_header

State = dict[str, Tensor]
Tensors = Mapping[str, TensorEntry]
HEAD = 64
"""Width of a head of attention in all but Stable Diffusion 1's UNet, which has eight heads everywhere."""
XL_CLIP, XL_OPEN = "conditioner.embedders.0.transformer.", "conditioner.embedders.1.model."
CLIP, OPEN = "cond_stage_model.transformer.", "cond_stage_model.model."
HINT = "It may be merged from parts of different models; get the original."


class Checkpoint:
    """One file, opened lazily.

    Raises:
        ModelRefused: when it cannot be read, or is no checkpoint.
    """

    def __init__(self, path: Path) -> None:
        self.header: TensorHeader = read_tensor_header(path)
        self.tensors = self.header.tensors
        signs = unet_signs(self.tensors)
        if signs is None:
            raise ModelRefused(f"{path} holds no UNet in the original layout.", hint="See: models inspect.")
        self.signs: UnetSigns = signs

    @property
    def path(self) -> Path:
        """The file."""
        return self.header.path

    def unet(self) -> Any:
        """The UNet in fp32."""
        state = self._read(lambda name: name.startswith(UNET))
        config = unet_config(self.path, self.tensors, self.signs)
        turned = published.convert_ldm_unet_checkpoint(dict(state), config)
        guided = f"{UNET}time_embed.cond_proj.weight"
        if guided in state:
            turned["time_embedding.cond_proj.weight"] = state[guided]
        return filled(self.path, UNet2DConditionModel, config, turned)

    def vae(self) -> Any:
        """The autoencoder in fp32. Raises ModelRefused when it is not in the file."""
        prefix = vae_prefix(self.tensors)
        if prefix is None:
            raise ModelRefused(f"{self.path} holds no VAE.", hint="Give one with --vae.")
        return read_vae(self.path, self.signs.family)

    def text(self, part: str) -> Any:
        """A text encoder in fp32: "text_encoder", or SDXL's "text_encoder_2"."""
        prefix = next(
            each
            for each in ((XL_OPEN,) if part == "text_encoder_2" else (XL_CLIP, CLIP, OPEN))
            if any(name.startswith(each) for name in self.tensors)
        )
        state = self._read(lambda name: name.startswith(prefix))
        if prefix in (CLIP, XL_CLIP):
            return self._clip(prefix, state)
        return self._open_clip(prefix, state)

    def _clip(self, prefix: str, state: State) -> Any:
        named = {f"text_model.{name.removeprefix(prefix).removeprefix('text_model.')}": t for name, t in state.items()}
        config = clip_config(named, CLIP_NAMES)
        return filled(self.path, CLIPTextModel, config, named)

    def _open_clip(self, prefix: str, state: State) -> Any:
        projected = prefix == XL_OPEN
        own = {name.removeprefix(prefix): value for name, value in state.items()}
        config = clip_config(own, OPEN_NAMES)
        if projected and "text_projection" in own:
            config.projection_dim = own["text_projection"].shape[1]
        if not projected:  # Stable Diffusion 2 is told by the last but one layer, and what comes after it is left out
            config.num_hidden_layers -= 1
            last = f"{prefix}transformer.resblocks.{config.num_hidden_layers}."
            state = {name: value for name, value in state.items() if not name.startswith(last)}
            state.pop(f"{prefix}text_projection", None)
        kind = CLIPTextModelWithProjection if projected else CLIPTextModel
        # Without a projection the published conversion takes the widths of the three matrices from the config.
        holder = type("Holder", (), {"config": config})()
        turned = published.convert_open_clip_checkpoint(holder, state, prefix=prefix)
        return filled(self.path, kind, config, turned)

    def _read(self, wanted: Callable[[str], bool]) -> State:
        """Those tensors as the file has them: mapped from the disk, not read."""
        return read_tensors(self.path, wanted)


def read_tensors(path: Path, wanted: Callable[[str], bool]) -> State:
    """Some tensors of a file, mapped from the disk; whole numbers (positions) are left out."""
    with safe_open(path, "pt") as opened:
        found = {name: opened.get_tensor(name) for name in opened.keys() if wanted(name)}  # noqa: SIM118
    return {name: value for name, value in found.items() if value.is_floating_point() and not _SPARE.search(name)}


_SPARE = re.compile(r"(logit_scale|position_ids|attn_mask)$")


def filled(path: Path, kind: Any, config: Any, state: Mapping[str, Tensor]) -> Any:
    """A module with those weights in fp32.

    Raises:
        ModelRefused: when weights are missing, left over, or of another shape.
    """
    with init_empty_weights(include_buffers=False):
        module = kind(config) if isinstance(config, CLIPTextConfig) else kind.from_config(config)
    own = dict(module.state_dict())
    bare = not any(name.startswith("text_model.") for name in own)  # transformers' CLIPTextModel was flattened
    given = {name.removeprefix("text_model.") if bare else name: value for name, value in state.items()}
    missing, spare = sorted(own.keys() - given.keys()), sorted(given.keys() - own.keys())
    wrong = [name for name in own if name in given and given[name].shape != own[name].shape]
    if missing or spare or wrong:
        words = f"lacks {len(missing)} weights ({missing[0]})" if missing else ""
        words = words or (f"has {len(spare)} weights too many ({spare[0]})" if spare else f"has a strange {wrong[0]}")
        raise ModelRefused(f"{path} {words}: it is not built as its family is.", hint=HINT)
    module.load_state_dict({name: value.float() for name, value in given.items()}, assign=True)
    return module.eval().requires_grad_(requires_grad=False)


# Sizes from shapes


def _levels(path: Path, tensors: Tensors) -> tuple[list[list[int]], int]:
    """Slots of the UNet's way down, level by level, and how many residual blocks a level has."""
    slots = sorted({int(m[1]) for name in tensors if (m := re.match(rf"{UNET}input_blocks\.(\d+)\.", name))} - {0})
    levels: list[list[int]] = [[]]
    for slot in slots:
        if f"{UNET}input_blocks.{slot}.0.op.weight" in tensors:
            levels.append([])
        else:
            levels[-1].append(slot)
    counts = {len(level) for level in levels}
    if len(counts) != 1 or 0 in counts:
        raise ModelRefused(
            f"The UNet of {path} is built irregularly.", hint="Distilled UNets like SSD-1B are not known."
        )
    return levels, counts.pop()


def _depth(tensors: Tensors, block: str) -> int:
    sign = re.compile(rf"{re.escape(UNET + block)}\.transformer_blocks\.(\d+)\.")
    return 1 + max((int(m[1]) for name in tensors if (m := sign.match(name))), default=-1)


def unet_config(path: Path, tensors: Tensors, signs: UnetSigns) -> dict[str, Any]:
    """What diffusers calls the UNet's settings.

    Raises:
        ModelRefused: when its levels are not alike (a distilled UNet).
    """
    levels, layers = _levels(path, tensors)
    widths = [tensors[f"{UNET}input_blocks.{level[0]}.0.out_layers.3.weight"].shape[0] for level in levels]
    depths = [{_depth(tensors, f"input_blocks.{slot}.1") for slot in level} for level in levels]
    middle = _depth(tensors, "middle_block.1")
    if any(len(each) != 1 for each in depths) or middle < 1:
        raise ModelRefused(
            f"The UNet of {path} is built irregularly.", hint="Distilled UNets like SSD-1B are not known."
        )
    depth = [each.pop() for each in depths]
    first = next(name for name in tensors if name.startswith(UNET) and name.endswith(".1.proj_in.weight"))
    linear = len(tensors[first].shape) == 2
    config: dict[str, Any] = {
        "sample_size": 128 if signs.labels else 64,
        "in_channels": signs.channels,
        "out_channels": out.shape[0] if (out := tensors.get(f"{UNET}out.2.weight")) else signs.channels,
        "block_out_channels": tuple(widths),
        "down_block_types": tuple("CrossAttnDownBlock2D" if d else "DownBlock2D" for d in depth),
        "up_block_types": tuple("CrossAttnUpBlock2D" if d else "UpBlock2D" for d in reversed(depth)),
        "layers_per_block": layers,
        "transformer_layers_per_block": (*(max(1, d) for d in depth[:-1]), max(depth[-1], middle)),
        "cross_attention_dim": signs.context,
        "use_linear_projection": linear,
        "attention_head_dim": tuple(max(1, width // HEAD) for width in widths) if linear else 8,
        "time_cond_proj_dim": None,
    }
    guided = tensors.get(f"{UNET}time_embed.cond_proj.weight")
    if guided is not None:
        config["time_cond_proj_dim"] = guided.shape[1]
    if signs.labels:
        pooled = tensors.get(f"{XL_OPEN}text_projection")
        config |= {
            "addition_embed_type": "text_time",
            "projection_class_embeddings_input_dim": signs.labels,
            "addition_time_embed_dim": (signs.labels - (pooled.shape[1] if pooled else 1280)) // 6,
        }
    return config


@dataclass(frozen=True)
class TextNames:
    """Where a text encoder's sizes are read, and its activation, which no shape tells."""

    layers: str
    inner: str
    tokens: str
    places: str
    activation: str


CLIP_NAMES = TextNames(
    "text_model.encoder.layers",
    ".mlp.fc1.weight",
    "text_model.embeddings.token_embedding.weight",
    "text_model.embeddings.position_embedding.weight",
    "quick_gelu",
)
OPEN_NAMES = TextNames(
    "transformer.resblocks", ".mlp.c_fc.weight", "token_embedding.weight", "positional_embedding", "gelu"
)


def clip_config(state: State, names: TextNames) -> CLIPTextConfig:
    """A text encoder's settings from its weights' shapes."""
    layer = re.compile(rf"{re.escape(names.layers)}\.(\d+)\.")
    count = 1 + max(int(m[1]) for name in state if (m := layer.match(name)))
    vocabulary, width = state[names.tokens].shape
    config = CLIPTextConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=state[f"{names.layers}.0{names.inner}"].shape[0],
        projection_dim=width,
        num_hidden_layers=count,
        num_attention_heads=max(1, width // HEAD),
        max_position_embeddings=state[names.places].shape[0],
        hidden_act=names.activation,
        bos_token_id=vocabulary - 2,
        eos_token_id=vocabulary - 1,
        pad_token_id=vocabulary - 1,
    )
    config._attn_implementation = "eager"  # the exporter cannot write the mask of fused attention
    return config


_OLD_ATTENTION = {"query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0"}


def read_vae(path: Path, family: Family | None) -> Any:
    """The autoencoder in a file, alone or in a checkpoint, in the original layout or in diffusers'.

    Raises:
        ModelRefused: when there is none, or it is built in another way.
    """
    tensors = read_tensor_header(path).tensors
    prefix = vae_prefix(tensors)
    if prefix is None:
        raise ModelRefused(f"{path} holds no VAE.", hint="See: models inspect.")
    state = read_tensors(
        path, lambda name: name.startswith((f"{prefix}encoder.", f"{prefix}decoder.", *_quants(prefix)))
    )
    own = {name.removeprefix(prefix): value for name, value in state.items()}
    diffusers_layout = any(name.startswith("decoder.up_blocks.") for name in own)
    config = vae_config(own, family, diffusers_layout=diffusers_layout)
    if diffusers_layout:
        turned = {_today(name): _flat(name, value) for name, value in own.items()}
    else:
        turned = published.convert_ldm_vae_checkpoint(own, config)
    return filled(path, AutoencoderKL, config, turned)


def _quants(prefix: str) -> tuple[str, ...]:
    return (f"{prefix}quant_conv.", f"{prefix}post_quant_conv.")


def _today(name: str) -> str:
    """The name of an attention's weight; diffusers had others at first."""
    return re.sub(r"\.(query|key|value|proj_attn)\.", lambda found: f".{_OLD_ATTENTION[found[1]]}.", name)


def _flat(name: str, value: Tensor) -> Tensor:
    return value[:, :, 0, 0] if ".attentions." in name and value.ndim == 4 else value


def vae_config(state: State, family: Family | None, *, diffusers_layout: bool) -> dict[str, Any]:
    """What diffusers calls the autoencoder's settings."""
    level, block = ("encoder.down_blocks", "resnets") if diffusers_layout else ("encoder.down", "block")
    sign = re.compile(rf"{re.escape(level)}\.(\d+)\.{block}\.(\d+)\.conv1\.weight")
    found = {(int(m[1]), int(m[2])): value.shape[0] for name, value in state.items() if (m := sign.fullmatch(name))}
    widths = [found[i, 0] for i in range(1 + max(i for i, _ in found))]
    return {
        "in_channels": state["encoder.conv_in.weight"].shape[1],
        "out_channels": state["decoder.conv_out.weight"].shape[0],
        "latent_channels": state["decoder.conv_in.weight"].shape[1],
        "block_out_channels": tuple(widths),
        "down_block_types": ("DownEncoderBlock2D",) * len(widths),
        "up_block_types": ("UpDecoderBlock2D",) * len(widths),
        "layers_per_block": 1 + max(j for i, j in found if i == 0),
        "use_quant_conv": "quant_conv.weight" in state,
        "use_post_quant_conv": "post_quant_conv.weight" in state,
        "sample_size": 1024 if family is Family.SDXL else 512,
        "scaling_factor": 0.13025 if family is Family.SDXL else 0.18215,
    }


def weights_of(module: nn.Module) -> int:
    """Bytes of a module's weights in fp32."""
    return 4 * sum(parameter.numel() for parameter in module.parameters())
