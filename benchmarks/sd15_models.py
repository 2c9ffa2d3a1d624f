"""A UNet and a decoder of Stable Diffusion 1.5's real size with seeded random weights, in PyTorch and exported."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel

from training.export import FusedAttnProcessor, trace, unet_part, vae_parts

UNET = {
    "sample_size": 64,
    "in_channels": 4,
    "out_channels": 4,
    "layers_per_block": 2,
    "block_out_channels": (320, 640, 1280, 1280),
    "down_block_types": ("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
    "cross_attention_dim": 768,
    "attention_head_dim": 8,
}
"""The published UNet's architecture: 859,520,964 parameters."""
VAE = {
    "in_channels": 3,
    "out_channels": 3,
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "block_out_channels": (128, 256, 512, 512),
    "layers_per_block": 2,
    "latent_channels": 4,
    "norm_num_groups": 32,
    "sample_size": 512,
}


def unet() -> UNet2DConditionModel:
    """The UNet, always with the same weights."""
    torch.manual_seed(0)
    return UNet2DConditionModel(**UNET).eval()


def vae() -> AutoencoderKL:
    """The autoencoder, always with the same weights."""
    torch.manual_seed(1)
    return AutoencoderKL(**VAE).eval()


def export(folder: Path) -> None:
    """Export what ``folder`` does not hold yet: ``unet`` and ``vae_decoder``, each fused and plain."""
    for name, fused in (("unet", True), ("unet_plain", False)):
        if not (folder / name / "model.onnx").is_file():
            model = unet()
            if fused:
                model.set_attn_processor(FusedAttnProcessor())
            trace(unet_part(model, torch.float32), folder / name)
            del model
    for name, fused in (("vae_decoder", True), ("vae_decoder_plain", False)):
        if not (folder / name / "model.onnx").is_file():
            coder = vae()
            if fused:
                coder.set_attn_processor(FusedAttnProcessor())
            trace(vae_parts(coder, torch.float32)[1], folder / name)
