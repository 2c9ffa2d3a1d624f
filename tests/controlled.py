"""Tiny random ControlNets for the tiny pipelines: their zero convolutions are stirred, so that they do something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import ControlNetModel, UNet2DConditionModel
from original import unet_name

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


_ENDS = {
    "controlnet_cond_embedding.conv_in": "input_hint_block.0",
    "controlnet_cond_embedding.conv_out": "input_hint_block.14",
    "controlnet_mid_block": "middle_block_out.0",
}


def original_name(key: str) -> str:
    """A weight's name in the code that ControlNet was published with."""
    head, _, kind = key.rpartition(".")
    if head in _ENDS:
        return f"{_ENDS[head]}.{kind}"
    if head.startswith("controlnet_down_blocks."):
        return f"zero_convs.{head.rpartition('.')[2]}.0.{kind}"
    if head.startswith("controlnet_cond_embedding.blocks."):
        return f"input_hint_block.{2 * int(head.rpartition('.')[2]) + 2}.{kind}"
    return unet_name(key, 2, ())


def original_state(control: Any, prefix: str = "control_model.") -> dict[str, torch.Tensor]:
    """A ControlNet's weights in the original layout."""
    return {prefix + original_name(key): value.contiguous() for key, value in control.state_dict().items()}
