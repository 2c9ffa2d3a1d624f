"""Tiny random diffusion pipelines, saved as diffusers folders: every kind of model that Gouache runs, in seconds.

Weights are random and seeded. Norms are not left at 1 and 0, where mistakes would not show, and the last convolutions
are scaled up so that pictures move.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

WINDOW = 77
START, END = "<|startoftext|>", "<|endoftext|>"
_WORDS = """
a an the of on in with and by at red green blue cat dog house tree castle sword shield apple mushroom dragon
photo painting drawing picture style flat small big dark light old new water fire stone wood sky sun moon star
blurry ugly low quality best detailed sharp icon sprite pixel art game very wearing hat
"""
WORDS = _WORDS.split()

ZERO_SNR = {
    "_class_name": "DDIMScheduler",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "clip_sample": False,
    "clip_sample_range": 1.0,
    "dynamic_thresholding_ratio": 0.995,
    "num_train_timesteps": 1000,
    "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "sample_max_value": 1.0,
    "set_alpha_to_one": True,
    "steps_offset": 0,
    "thresholding": False,
    "timestep_spacing": "trailing",
    "trained_betas": None,
}
"""The scheduler config of a small sprite model: v-prediction, zero terminal signal-to-noise, trailing timesteps."""
CLASSIC = {
    "_class_name": "PNDMScheduler",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "clip_sample": False,
    "num_train_timesteps": 1000,
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "trained_betas": None,
}
"""The scheduler config that Stable Diffusion 1.5 is published with."""


@dataclass(frozen=True, kw_only=True)
class TinyKind:
    """What sets one kind of pipeline apart; the rest is shared."""

    seed: int
    scheduler: Mapping[str, Any] = field(default_factory=lambda: CLASSIC)
    unet: Mapping[str, Any] = field(default_factory=dict)
    vae: Mapping[str, Any] = field(default_factory=dict)
    text: Mapping[str, Any] = field(default_factory=dict)
    pad: str = END
    two_encoders: bool = False
    pipeline: str = "StableDiffusionPipeline"


KINDS: Mapping[str, TinyKind] = {
    "sd1": TinyKind(seed=1),
    "sd1-inpaint": TinyKind(seed=2, unet={"in_channels": 9}, pipeline="StableDiffusionInpaintPipeline"),
    "sd2-v": TinyKind(
        seed=3,
        scheduler={**CLASSIC, "_class_name": "DDIMScheduler", "prediction_type": "v_prediction"},
        unet={"use_linear_projection": True, "attention_head_dim": [4, 8]},
        text={"hidden_act": "gelu"},
        pad="!",
    ),
    "sdxl": TinyKind(
        seed=4,
        scheduler={**CLASSIC, "_class_name": "EulerDiscreteScheduler", "timestep_spacing": "leading"},
        unet={
            "cross_attention_dim": 72,
            "use_linear_projection": True,
            "addition_embed_type": "text_time",
            "addition_time_embed_dim": 8,
            "projection_class_embeddings_input_dim": 6 * 8 + 24,
            "transformer_layers_per_block": [2, 1],
        },
        vae={"scaling_factor": 0.13025},
        text={"initializer_factor": 2.0},  # its hidden states are taken as they are, without a norm
        two_encoders=True,
        pipeline="StableDiffusionXLPipeline",
    ),
    "lcm": TinyKind(
        seed=5,
        scheduler={**CLASSIC, "_class_name": "LCMScheduler"},
        unet={"time_cond_proj_dim": 16},
        pipeline="LatentConsistencyModelPipeline",
    ),
    "rgba": TinyKind(
        seed=6,
        scheduler=ZERO_SNR,
        unet={
            "in_channels": 6,
            "out_channels": 6,
            "addition_embed_type": "text",
            "addition_embed_type_num_heads": 4,
            "resnet_time_scale_shift": "scale_shift",
        },
        vae={
            "in_channels": 4,
            "out_channels": 4,
            "latent_channels": 6,
            "scaling_factor": 1.0,
            "mid_block_add_attention": False,
        },
    ),
}


def save(kind: str, folder: Path) -> Path:
    """Write the pipeline of that kind into ``folder`` as diffusers does; the same bytes each time."""
    tiny = KINDS[kind]
    with torch.random.fork_rng():
        torch.manual_seed(tiny.seed)
        parts = {"unet": _unet(tiny), "vae": _vae(tiny), "text_encoder": _text_encoder(tiny)}
        if tiny.two_encoders:
            parts["text_encoder_2"] = _text_encoder(tiny, projected=True)
        for model in parts.values():
            _stir(model)
    for name, model in parts.items():
        model.save_pretrained(folder / name)
    write_tokenizer(folder / "tokenizer", pad=tiny.pad)
    if tiny.two_encoders:
        write_tokenizer(folder / "tokenizer_2", pad="!")
    scheduler = getattr(diffusers, tiny.scheduler["_class_name"])
    scheduler.from_config(dict(tiny.scheduler)).save_pretrained(folder / "scheduler")
    (folder / "model_index.json").write_text(json.dumps(_index(tiny), indent=2) + "\n")
    return folder


def _index(tiny: TinyKind) -> dict[str, Any]:
    index: dict[str, Any] = {
        "_class_name": tiny.pipeline,
        "_diffusers_version": "0.42.1",
        "scheduler": ["diffusers", tiny.scheduler["_class_name"]],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    if tiny.two_encoders:
        return index | {
            "force_zeros_for_empty_prompt": True,
            "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
            "tokenizer_2": ["transformers", "CLIPTokenizer"],
        }
    nothing = [None, None]
    return index | {
        "feature_extractor": nothing,
        "image_encoder": nothing,
        "requires_safety_checker": False,
        "safety_checker": nothing,
    }


def _unet(tiny: TinyKind) -> Any:
    settings = {
        "sample_size": 8,
        "in_channels": 4,
        "out_channels": 4,
        "block_out_channels": (32, 64),
        "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
        "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
        "layers_per_block": 1,
        "norm_num_groups": 8,
        "attention_head_dim": 4,
        "cross_attention_dim": 32,
    }
    unet = UNet2DConditionModel(**(settings | dict(tiny.unet)))
    unet.conv_out.weight.data *= 3
    return unet


def _vae(tiny: TinyKind) -> Any:
    settings = {
        "block_out_channels": (8, 8, 16, 16),
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "layers_per_block": 1,
        "norm_num_groups": 4,
        "latent_channels": 4,
        "sample_size": 64,
        "scaling_factor": 0.18215,
    }
    vae = AutoencoderKL(**(settings | dict(tiny.vae)))
    vae.encoder.conv_out.weight.data *= 4
    vae.decoder.conv_out.weight.data *= 3
    return vae


def _text_encoder(tiny: TinyKind, *, projected: bool = False) -> Any:
    vocabulary = vocabulary_of(WORDS)[0]
    settings = {
        "vocab_size": len(vocabulary),
        "hidden_size": 40 if projected else 32,
        "intermediate_size": 48,
        "projection_dim": 24,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "max_position_embeddings": WINDOW,
        "hidden_act": "gelu" if projected else "quick_gelu",
        "bos_token_id": vocabulary[START],
        "eos_token_id": vocabulary[END],
        "pad_token_id": vocabulary["!" if projected else tiny.pad],
        "initializer_factor": 5.0,
    }
    config = CLIPTextConfig(**(settings | dict(tiny.text)))
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config).eval()


def _stir(model: Any) -> None:
    """Random norms and biases, so that no two of them are equal."""
    for name, weight in model.named_parameters():
        if weight.ndim == 1:
            centre = 1.0 if "norm" in name and name.endswith("weight") else 0.0
            weight.data = centre + 0.1 * torch.randn(weight.shape)


def byte_letters() -> list[str]:
    """The 256 letters that stand for bytes in CLIP's vocabulary, in its order ("!" is the first)."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return [chr(byte) for byte in shown] + [chr(256 + i) for i in range(len(hidden))]


def vocabulary_of(words: list[str]) -> tuple[dict[str, int], list[str]]:
    """A vocabulary in CLIP's order, and merges by which each of the words becomes one token."""
    merges: list[tuple[str, str]] = []
    for word in words:
        left, *others = _pieces(word, merges)
        for right in others:
            merges.append((left, right))
            left += right
    letters = byte_letters()
    joined = [left + right for left, right in merges]
    tokens = list(dict.fromkeys([*letters, *(letter + "</w>" for letter in letters), *joined, START, END]))
    return {token: index for index, token in enumerate(tokens)}, [" ".join(merge) for merge in merges]


def _pieces(word: str, merges: list[tuple[str, str]]) -> list[str]:
    """Byte-pair encoding of a word: always the earliest merge that fits."""
    pieces = [*word[:-1], word[-1] + "</w>"]
    while fitting := [merge for merge in merges if merge in pairwise(pieces)]:
        at = list(pairwise(pieces)).index(fitting[0])
        pieces[at : at + 2] = ["".join(fitting[0])]
    return pieces


def write_tokenizer(folder: Path, *, pad: str = END, window: int = WINDOW) -> Path:
    """A CLIP tokenizer as published models have it: ``vocab.json``, ``merges.txt`` and two files of settings."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary, merges = vocabulary_of(WORDS)
    special = {"bos_token": START, "eos_token": END, "pad_token": pad, "unk_token": END}
    settings = {**special, "model_max_length": window, "tokenizer_class": "CLIPTokenizer"}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n", "utf-8")
    (folder / "special_tokens_map.json").write_text(json.dumps(special), "utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    return folder
