"""Tiny random ControlNets for the tiny pipelines: their zero convolutions are stirred, so that they do something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import ControlNetModel, UNet2DConditionModel

from inference.detecting import detect
from training.conversion import Order, Precision, convert

PICTURED = (4, 6, 8, 8)
"""Widths of what reads the picture: a factor of 8, as in every published ControlNet."""


def control_of(unet: UNet2DConditionModel, seed: int, pictured: tuple[int, ...] = PICTURED) -> Any:
    """A ControlNet that fits a UNet, with random weights of its own."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        control = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=pictured)
        for name, weight in control.named_parameters():
            if "controlnet_" in name:
                weight.data = 0.3 * torch.randn(weight.shape) / max(1, weight[0].numel()) ** 0.5
            elif weight.ndim > 1:
                weight.data += 0.02 * torch.randn(weight.shape)
    return control.eval()


def save_control(pipeline: Path, folder: Path, seed: int = 11) -> Path:
    """Write a ControlNet for the saved pipeline as diffusers does."""
    unet = UNet2DConditionModel.from_pretrained(pipeline / "unet", local_files_only=True)
    control_of(unet, seed).save_pretrained(folder)
    return folder


def import_control(source: Path, target: Path, **order: Any) -> Path:
    """Convert it as ``models import`` does."""
    precision = Precision(order.pop("precision", "fp32"))
    list(convert(Order(found=detect(source), target=target, precision=precision, **order)))
    return target
