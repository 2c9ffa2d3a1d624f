"""Model folders made of graphs that hold next to nothing, and manifests without a folder: enough to be recognised."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from inference.geometry import Size, SizeRule
from inference.manifest import Alpha, Defaults, Family, ModelManifest, Task

Axes = tuple[int | str, ...]
LATENT_SIDES: Axes = ("height", "width")
SCHEDULER = {"_class_name": "DDIMScheduler", "prediction_type": "epsilon"}


def graph(
    inputs: Mapping[str, Axes], outputs: Mapping[str, Axes], *, domain: str = "", weights: int = 4
) -> onnx.ModelProto:
    """A graph that adds a weight to its first input for each output."""
    first = next(iter(inputs))
    nodes = [helper.make_node("Add", [first, "weight"], [name], domain=domain) for name in outputs]
    made = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, axes) for name, axes in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, axes) for name, axes in outputs.items()],
        [numpy_helper.from_array(np.arange(weights, dtype=np.float32), "weight")],
    )
    opsets = [helper.make_opsetid("", 17)] + ([helper.make_opsetid(domain, 1)] if domain else [])
    return helper.make_model(made, opset_imports=opsets, ir_version=8, producer_name="graphs")


def unet_graph(channels: int, width: int, **more: Axes) -> onnx.ModelProto:
    """A UNet by its inputs; ``more`` are those that only some families have."""
    inputs: dict[str, Axes] = {
        "sample": ("batch", channels, *LATENT_SIDES),
        "timestep": ("batch",),
        "encoder_hidden_states": ("batch", "sequence", width),
        **more,
    }
    return graph(inputs, {"out_sample": ("batch", channels, *LATENT_SIDES)})


def decoder_graph(latent_channels: int, channels: int = 3) -> onnx.ModelProto:
    """A decoder by its input."""
    return graph(
        {"latent_sample": ("batch", latent_channels, *LATENT_SIDES)},
        {"sample": ("batch", channels, "tall", "wide")},
    )


def encoder_graph(latent_channels: int, channels: int = 3) -> onnx.ModelProto:
    """An encoder by its input."""
    return graph(
        {"sample": ("batch", channels, "tall", "wide")},
        {"latent_parameters": ("batch", 2 * latent_channels, *LATENT_SIDES)},
    )


def text_graph(width: int) -> onnx.ModelProto:
    """A text encoder by its input."""
    return graph({"input_ids": ("batch", 77)}, {"last_hidden_state": ("batch", 77, width)})


def write_part(folder: Path, model: onnx.ModelProto, config: Mapping[str, Any] | None = None) -> Path:
    """Write one part of a model; returns the path of its graph."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    if config is not None:
        (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return folder / "model.onnx"


def write_model(
    folder: Path,
    *,
    width: int = 768,
    latent_channels: int = 4,
    unet_channels: int | None = None,
    channels: int = 3,
    more: Mapping[str, Axes] | None = None,
    scheduler: Mapping[str, Any] | None = None,
    unet: Mapping[str, Any] | None = None,
    vae: Mapping[str, Any] | None = None,
    text_encoders: tuple[str, ...] = ("text_encoder",),
    card: Mapping[str, Any] | None = None,
) -> Path:
    """Write a whole model folder, a Stable Diffusion 1 unless told otherwise."""
    blocks = {"block_out_channels": [8, 8, 8, 8], "out_channels": channels, **(vae or {})}
    for name in text_encoders:
        write_part(folder / name, text_graph(width))
    write_part(folder / "unet", unet_graph(unet_channels or latent_channels, width, **(more or {})), unet or {})
    write_part(folder / "vae_encoder", encoder_graph(latent_channels, channels), blocks)
    write_part(folder / "vae_decoder", decoder_graph(latent_channels, channels), blocks)
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler or SCHEDULER), "utf-8")
    if card is not None:
        (folder / "gouache.json").write_text(json.dumps(card), "utf-8")
    return folder


def manifest_of(side: int, *, channels: int = 4, factor: int = 8) -> ModelManifest:
    """The manifest of a model that exists on no disk, for edits."""
    return ModelManifest(
        name="nowhere",
        title="Nowhere",
        folder=Path("nowhere"),
        family=Family.OWN,
        tasks=(Task.GENERATE, Task.VARY, Task.INPAINT),
        parts={},
        channels=channels,
        alpha=Alpha.PREMULTIPLIED if channels == 4 else Alpha.NONE,
        latent_channels=4,
        unet_channels=4,
        factor=factor,
        scaling=1.0,
        shift=0.0,
        native=Size(side, side),
        size_rule=SizeRule(factor, side // 4, side * 8),
        scheduler=SCHEDULER,
        prediction="epsilon",
        defaults=Defaults(steps=20, guidance=7.5, scheduler="ddim"),
        few_steps=False,
        clean_context=False,
        guidance_embedded=0,
        text_layer=0,
        zero_empty_negative=False,
        precision="fp32",
        licence="",
        sources=(),
        styles=(),
        haze=(0.0, 1.0),
        preview=None,
    )
