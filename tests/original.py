"""Diffusers' models in the original checkpoint layout, and files of headers alone, of any size.

The names are those of Stable Diffusion's own code; ``tests/test_importing.py`` holds that diffusers' published
conversion turns them back into what they were made from.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

State = dict[str, torch.Tensor]
ELEMENTS = {"F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "I8": 1, "I64": 8}

SD1_UNET = {
    "sample_size": 64,
    "block_out_channels": (320, 640, 1280, 1280),
    "cross_attention_dim": 768,
    "attention_head_dim": 8,
}
SD2_UNET = {
    **SD1_UNET,
    "sample_size": 96,
    "cross_attention_dim": 1024,
    "attention_head_dim": (5, 10, 20, 20),
    "use_linear_projection": True,
}
SDXL_UNET = {
    "sample_size": 128,
    "block_out_channels": (320, 640, 1280),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "transformer_layers_per_block": (1, 2, 10),
    "attention_head_dim": (5, 10, 20),
    "cross_attention_dim": 2048,
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
"""As they are published."""
SD_VAE = {
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
    "latent_channels": 4,
}
CLIP_L = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
OPEN_CLIP_H = {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16}
OPEN_CLIP_G = {
    "hidden_size": 1280,
    "intermediate_size": 5120,
    "num_hidden_layers": 32,
    "num_attention_heads": 20,
    "projection_dim": 1280,
}

SMALL_VAE = {**SD_VAE, "block_out_channels": (32, 32, 32, 32)}
SMALL_UNET = {"block_out_channels": (32, 64, 64, 64)}
SMALL_TEXT = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
KINDS: Mapping[str, Mapping[str, Any]] = {
    "sd1": {"unet": SD1_UNET, "vae": SD_VAE, "text": CLIP_L},
    "sd2": {"unet": SD2_UNET, "vae": SD_VAE, "open": OPEN_CLIP_H},
    "sdxl": {"unet": SDXL_UNET, "vae": SD_VAE, "text": CLIP_L, "big": OPEN_CLIP_G},
    "small-sd1": {
        "unet": {**SD1_UNET, **SMALL_UNET, "cross_attention_dim": 64},
        "vae": SMALL_VAE,
        "text": {**SMALL_TEXT, "hidden_size": 64, "num_attention_heads": 1},
    },
    "small-sd2": {
        "unet": {
            **SD2_UNET,
            "block_out_channels": (64, 64, 64, 64),
            "attention_head_dim": (1, 1, 1, 1),
            "cross_attention_dim": 64,
        },
        "vae": SMALL_VAE,
        "open": {**SMALL_TEXT, "hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 1},
    },
    "small-sdxl": {
        "unet": {
            **SDXL_UNET,
            "block_out_channels": (64, 64, 64),
            "attention_head_dim": (1, 1, 1),
            "transformer_layers_per_block": (1, 1, 2),
            "cross_attention_dim": 128,
            "addition_time_embed_dim": 32,
            "projection_class_embeddings_input_dim": 6 * 32 + 64,
        },
        "vae": SMALL_VAE,
        "text": {**SMALL_TEXT, "hidden_size": 64, "num_attention_heads": 1},
        "big": {**SMALL_TEXT, "hidden_size": 64, "num_attention_heads": 1, "projection_dim": 64},
    },
}
"""Parts of a checkpoint by kind: ``text`` is OpenAI's CLIP, ``open`` and ``big`` are OpenCLIP's."""


def models(kind: str, *, seed: int = 0, channels: int = 4) -> dict[str, Any]:
    """The parts as diffusers and transformers have them, random and seeded."""
    said = KINDS[kind]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        found: dict[str, Any] = {
            "unet": UNet2DConditionModel(**{**said["unet"], "in_channels": channels}),
            "vae": AutoencoderKL(**said["vae"]),
        }
        if "text" in said:
            found["text"] = CLIPTextModel(CLIPTextConfig(vocab_size=49408, hidden_act="quick_gelu", **said["text"]))
        for name in ("open", "big"):
            if name in said:
                config = CLIPTextConfig(vocab_size=49408, hidden_act="gelu", **said[name])
                found[name] = CLIPTextModelWithProjection(config)
    return {name: model.eval() for name, model in found.items()}


def checkpoint(parts: Mapping[str, Any], *, vae: bool = True, layers: int = 2) -> State:
    """All parts in one state dict, in the original layout."""
    xl = "big" in parts
    state = {f"model.diffusion_model.{k}": v for k, v in unet_state(parts["unet"].state_dict(), layers)}
    if vae:
        state |= {f"first_stage_model.{k}": v for k, v in vae_state(parts["vae"].state_dict())}
    if "text" in parts:
        prefix = "conditioner.embedders.0.transformer." if xl else "cond_stage_model.transformer."
        state |= {prefix + k: v for k, v in clip_state(parts["text"].state_dict())}
    if "open" in parts:
        state |= {f"cond_stage_model.model.{k}": v for k, v in open_clip_state(parts["open"].state_dict())}
    if xl:
        state |= {f"conditioner.embedders.1.model.{k}": v for k, v in open_clip_state(parts["big"].state_dict())}
    return state


def save(kind: str, path: Path, *, dtype: torch.dtype = torch.float32, seed: int = 0, **how: Any) -> Path:
    """A checkpoint in one file."""
    metadata, vae = how.pop("metadata", None), how.pop("vae", True)
    state = checkpoint(models(kind, seed=seed, **how), vae=vae)
    save_file({name: value.to(dtype).contiguous() for name, value in state.items()}, path, metadata)
    return path


def shapes(kind: str, **how: Any) -> dict[str, tuple[int, ...]]:
    """Names and shapes of a checkpoint of real size; nothing is allocated."""
    vae = how.pop("vae", True)
    with torch.device("meta"):
        return {name: tuple(value.shape) for name, value in checkpoint(models(kind, **how), vae=vae).items()}


def write_header(
    path: Path,
    tensors: Mapping[str, tuple[int, ...]],
    *,
    element: str = "F16",
    metadata: Mapping[str, str] | None = None,
    cut: int | None = None,
) -> Path:
    """A file with that header whose weights are a hole: no disk is used. ``cut``: bytes after which it ends."""
    said: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    at = 0
    for name, shape in tensors.items():
        end = at + math.prod(shape) * ELEMENTS[element]
        said[name] = {"dtype": element, "shape": list(shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(said).encode()
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
    os.truncate(path, min(8 + len(text) + at, cut if cut is not None else 1 << 62))
    return path


# Names

_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "time_emb_proj": "emb_layers.1",
    "conv_shortcut": "skip_connection",
}
_UNET_ENDS = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}


def unet_state(state: Mapping[str, torch.Tensor], layers: int = 2) -> Iterator[tuple[str, torch.Tensor]]:
    """A UNet's weights under the original names."""
    attended = {m[1] for key in state if (m := re.match(r"up_blocks\.(\d+)\.attentions", key))}
    for key, value in state.items():
        yield unet_name(key, layers, attended), value


def unet_name(key: str, layers: int, attended: Iterable[str]) -> str:
    """One name."""
    for ours, theirs in _UNET_ENDS.items():
        if key.startswith(f"{ours}."):
            return key.replace(ours, theirs)
    if key.startswith("mid_block."):
        _, kind, index, rest = key.split(".", 3)
        return f"middle_block.{int(index) * 2 if kind == 'resnets' else 1}.{_inner(kind, rest)}"
    way, block, kind, index, rest = key.split(".", 4)
    first = int(block) * (layers + 1)
    if way == "down_blocks":
        slot = 1 + first + (layers if kind == "downsamplers" else int(index))
        if kind == "downsamplers":
            return f"input_blocks.{slot}.0.{rest.replace('conv', 'op')}"
        return f"input_blocks.{slot}.{0 if kind == 'resnets' else 1}.{_inner(kind, rest)}"
    if kind == "upsamplers":
        return f"output_blocks.{first + layers}.{2 if block in attended else 1}.{rest}"
    return f"output_blocks.{first + int(index)}.{0 if kind == 'resnets' else 1}.{_inner(kind, rest)}"


def _inner(kind: str, rest: str) -> str:
    head, _, tail = rest.partition(".")
    return f"{_RESNET[head]}.{tail}" if kind == "resnets" else rest


_VAE = (
    ("mid_block.resnets.0", "mid.block_1"),
    ("mid_block.resnets.1", "mid.block_2"),
    ("mid_block.attentions.0", "mid.attn_1"),
    ("conv_norm_out", "norm_out"),
    ("conv_shortcut", "nin_shortcut"),
    ("group_norm", "norm"),
    ("to_q", "q"),
    ("to_k", "k"),
    ("to_v", "v"),
    ("to_out.0", "proj_out"),
    ("downsamplers.0", "downsample"),
    ("upsamplers.0", "upsample"),
)


def vae_state(state: Mapping[str, torch.Tensor]) -> Iterator[tuple[str, torch.Tensor]]:
    """An autoencoder's weights under the original names, its attention as convolutions."""
    last = max(int(m[1]) for key in state if (m := re.match(r"decoder\.up_blocks\.(\d+)", key)))
    for key, value in state.items():
        name = re.sub(r"down_blocks\.(\d+)\.resnets", r"down.\1.block", key)
        name = re.sub(r"down_blocks\.(\d+)\.", r"down.\1.", name)
        name = re.sub(r"up_blocks\.(\d+)\.resnets", lambda m: f"up.{last - int(m[1])}.block", name)
        name = re.sub(r"up_blocks\.(\d+)\.", lambda m: f"up.{last - int(m[1])}.", name)
        for ours, theirs in _VAE:
            name = name.replace(ours, theirs)
        yield name, value[:, :, None, None] if ".mid.attn_1." in name and value.ndim == 2 else value


def clip_state(state: Mapping[str, torch.Tensor]) -> Iterator[tuple[str, torch.Tensor]]:
    """OpenAI's CLIP, as transformers named it when these checkpoints were published."""
    for key, value in state.items():
        if not key.endswith("position_ids"):
            yield f"text_model.{key.removeprefix('text_model.')}", value


_OPEN = {
    "embeddings.token_embedding": "token_embedding",
    "final_layer_norm": "ln_final",
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
    "self_attn.out_proj": "attn.out_proj",
}


def open_clip_state(state: Mapping[str, torch.Tensor]) -> Iterator[tuple[str, torch.Tensor]]:
    """OpenCLIP's names; the three matrices of attention as one."""
    for key, value in state.items():
        name = key.removeprefix("text_model.")
        if name == "text_projection.weight":
            yield "text_projection", value.T
        elif name == "embeddings.position_embedding.weight":
            yield "positional_embedding", value
        elif ".k_proj." in name or ".v_proj." in name or name.endswith("position_ids"):
            continue
        elif ".q_proj." in name:
            three = [state[key.replace("q_proj", f"{each}_proj")] for each in "qkv"]
            name = name.replace("encoder.layers.", "transformer.resblocks.").replace(
                "self_attn.q_proj.", "attn.in_proj_"
            )
            yield name, torch.cat(three)
        else:
            name = name.replace("encoder.layers.", "transformer.resblocks.")
            for ours, theirs in _OPEN.items():
                name = name.replace(ours, theirs)
            yield name, value
