"""Which architecture a file's tensor names belong to: tables of signs. Names and shapes are all that is looked at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from inference.manifest import Family
from inference.tensor_header import TensorEntry

Tensors = Mapping[str, TensorEntry]
UNET = "model.diffusion_model."
ATTENDS = re.compile(
    r"attn2[._]to_[kv]\.(?:weight|lora_down\.weight|lora_A\.(?:default\.)?weight|hada_w1_b|hada_w2_b)$"
)
"""A layer that reads the words' states: its second axis is their width."""
CONTEXT_WIDTHS = {768: Family.SD1, 1024: Family.SD2, 2048: Family.SDXL}
REFINER_LABELS = 2560
"""Width of what SDXL's refiner is told beside the words; the base model's is 2816."""

OTHERS: tuple[tuple[str, str], ...] = (
    (r"single_stream_modulation\.lin\.", "Flux 2"),
    (r"early_stream_modulations\.", "Flux 3"),
    (r"distilled_guidance_layer\.", "Chroma"),
    (r"double_blocks[._]\d+[._](img|txt)_(attn|mlp|mod)|single_transformer_blocks[._]\d+", "Flux"),
    (
        r"joint_blocks[._]\d+[._]|context_embedder\.|transformer_blocks[._]\d+[._]attn[._]add_[kqv]_proj",
        "Stable Diffusion 3",
    ),
    (r"double_layers\.\d+\.attn\.w[12]q|cond_seq_linear\.", "AuraFlow"),
    (r"txt_in\.individual_token_refiner\.", "HunyuanVideo"),
    (r"mlp_t5\.|pooler\.positional_embedding|blocks\.\d+\.default_modulation", "Hunyuan-DiT"),
    (r"txtfusion\.projector\.", "Krea 2"),
    (r"txt_norm\.weight|txt_in\.text_norm|transformer_blocks\.\d+\.img_mod\.", "Qwen-Image"),
    (r"noise_refiner\.\d+\..*|layers\.\d+\.adaLN_modulation\.", "Z-Image or Lumina"),
    (r"cap_embedder\.", "Lumina"),
    (r"patchify_proj\.|av_ca_a2v_gate|last_scale_shift_table", "LTX-Video"),
    (r"head\.modulation$|vace_blocks\.", "Wan"),
    (r"blocks\.\d+\.attn\.qkv_x\.", "Mochi"),
    (r"double_stream_blocks\.\d+\.", "HiDream"),
    (r"net\.blocks\.(block)?\d+\.|net\.x_embedder\.", "Cosmos"),
    (r"clip_txt_mapper\.|down_blocks\.\d+\.\d+\.channelwise\.", "Stable Cascade"),
    (r"blocks\.\d+\.cross_attn\.(q|kv)_linear\.|attn\.pointwise", "PixArt or Sana"),
    (r"motion_modules\.|temporal_transformer\.", "AnimateDiff (a motion module)"),
    (r"unet\.time_stack|time_mixer|time_stack\.", "Stable Video Diffusion"),
    (r"decoder\.middle\.0\.residual\.", "a VAE of Wan"),
    (r"lllite_", "ControlNet-LLLite"),
    (r"ip_adapter\.|image_proj\.", "IP-Adapter"),
    (r"encoder_hid_proj\.|to_k_ip\.", "IP-Adapter or Kolors"),
)
"""Signs of what is not Stable Diffusion 1, 2 or XL, the surest first."""
_OTHERS = tuple((re.compile(sign), name) for sign, name in OTHERS)

SQUEEZED: tuple[tuple[str, str], ...] = (
    (r"\.(quant_state|absmax|quant_map)", "squeezed to 4 bits by bitsandbytes"),
    (r"\.(qweight|qzeros|g_idx)$", "squeezed to a few bits"),
    (
        r"\.(scale_weight|scale_input|weight_scale|comfy_quant)$|^scaled_fp8$",
        "squeezed to 8 bits with scales of their own",
    ),
)
"""Weights that are no numbers until something else is multiplied in."""
_SQUEEZED = tuple((re.compile(sign), words) for sign, words in SQUEEZED)

PREDICTION_KEYS = {"v_pred": "v_prediction"}
"""Empty tensors by which some models say how they were trained; ``ztsnr`` says: to zero terminal SNR."""
QUICK: tuple[tuple[str, str], ...] = (
    (r"lcm", "LCM"),
    (r"turbo", "Turbo"),
    (r"lightning", "Lightning"),
    (r"hyper", "Hyper"),
)
"""What distilled models are called; their tensors are those of other models."""


def other_architecture(names: Tensors) -> str:
    """What a file is that is none of ours, or ""."""
    for sign, name in _OTHERS:
        if any(sign.search(each) for each in names):
            return name
    return ""


def squeezed_how(names: Tensors) -> str:
    """How the weights are squeezed, where that is not by a plain number type; else ""."""
    for sign, words in _SQUEEZED:
        if any(sign.search(each) for each in names):
            return words
    return ""


def quick_by_name(*texts: str) -> str:
    """The distillation that a name speaks of, or ""."""
    return next((name for sign, name in QUICK for text in texts if re.search(sign, text, re.IGNORECASE)), "")


def context_width(tensors: Tensors, prefix: str = "") -> int:
    """Width of the words' states that a file's attention reads, or 0."""
    for name, entry in tensors.items():
        if name.startswith(prefix) and ATTENDS.search(name) and len(entry.shape) >= 2:
            return entry.shape[1]
    return 0


@dataclass(frozen=True)
class UnetSigns:
    """What a UNet in the original layout shows.

    Attributes:
        channels: that it takes.
        context: width of the words' states.
        labels: width of SDXL's other conditions, or 0.
        embeds_guidance: it takes a guidance as an input (LCM).
    """

    channels: int
    context: int
    labels: int
    embeds_guidance: bool

    @property
    def family(self) -> Family:
        """By structure, then by width."""
        return Family.SDXL if self.labels else CONTEXT_WIDTHS.get(self.context, Family.OWN)


def unet_signs(tensors: Tensors, prefix: str = UNET) -> UnetSigns | None:
    """What the UNet under ``prefix`` shows, or None where there is none."""
    first = tensors.get(f"{prefix}input_blocks.0.0.weight")
    context = context_width(tensors, prefix)
    if first is None or len(first.shape) != 4 or not context:
        return None
    labels = tensors.get(f"{prefix}label_emb.0.0.weight")
    width = labels.shape[1] if labels is not None and len(labels.shape) == 2 else 0
    return UnetSigns(first.shape[1], context, width, f"{prefix}time_embed.cond_proj.weight" in tensors)


PRECISIONS = {"F32": "fp32", "F16": "fp16", "BF16": "bf16", "F64": "fp64", "F8_E4M3": "fp8", "F8_E5M2": "fp8"}
CONTROL_PREFIXES = ("control_model.", "")


def control_prefix(tensors: Tensors) -> str | None:
    """Where a ControlNet in the original or diffusers' layout lies in a file; None where there is none."""
    for prefix in CONTROL_PREFIXES:
        if (
            f"{prefix}input_hint_block.0.weight" in tensors
            or f"{prefix}controlnet_cond_embedding.conv_in.weight" in tensors
        ):
            return prefix
    return None


TEXT_ENCODERS: Mapping[str, tuple[str, ...]] = {
    "text_encoder": (
        "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight",
        "cond_stage_model.transformer.embeddings.token_embedding.weight",
        "cond_stage_model.model.token_embedding.weight",
        "conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight",
    ),
    "text_encoder_2": ("conditioner.embedders.1.model.token_embedding.weight",),
}
VAE_PREFIXES = ("first_stage_model.", "vae.", "")


def text_encoders(tensors: Tensors) -> tuple[str, ...]:
    """The text encoders that a checkpoint holds, by our names for them."""
    return tuple(part for part, keys in TEXT_ENCODERS.items() if any(key in tensors for key in keys))


def vae_prefix(tensors: Tensors) -> str | None:
    """Where a VAE in the original or diffusers' layout lies in a file; None where there is none."""
    for prefix in VAE_PREFIXES:
        if f"{prefix}decoder.conv_in.weight" in tensors and f"{prefix}decoder.conv_out.weight" in tensors:
            return prefix
    return None


def precision_of(tensors: Tensors, prefix: str = "") -> str:
    """Of most values under a prefix."""
    counted = Counter[str]()
    for name, entry in tensors.items():
        if name.startswith(prefix):
            counted[entry.element] += entry.count
    most = counted.most_common(1)
    return PRECISIONS.get(most[0][0], most[0][0].lower()) if most else ""
