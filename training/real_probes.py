"""Inputs like those of real use, whose largest values decide what half precision can hold.

Random numbers are too tame: a text encoder's states have outliers of hundreds, latents reach eight times their mean.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.manifest import GRAPH, Family
from inference.runtime import Runtime
from training.export import PartExport

Feeds = dict[str, NDArray[Any]]
TIMES = (981.0, 500.0, 21.0)
SIDE = 16
STRETCH = 1.5
"""How much larger than usual the latents are that the decoder is tried with."""
PROMPT_LENGTHS = (2, 20, 77)
OUTLIER = 30.0
"""Magnitude that a few values of the first token's state have in every CLIP text encoder."""


def real_probes(export: PartExport, parts: Path, family: Family | None) -> list[Feeds]:
    """Inputs for a part. ``parts``: the folder of the text encoders that are done: the UNet sees what they give."""
    if export.name.startswith("text_encoder"):
        return [{"input_ids": ids} for ids in _ids(export.config)]
    if export.name == "unet":
        return _unet(export, parts, family)
    if export.name == "controlnet":
        return _control(export)
    draw = np.random.default_rng(7)
    shape = {name: tuple(value.shape) for name, value in export.inputs.items()}
    if export.name == "vae_decoder":
        scale = STRETCH / float(export.config.get("scaling_factor") or 1.0)
        channels = shape["latent_sample"][1]
        return [{"latent_sample": _normal(draw, 1, channels, SIDE, SIDE) * np.float32(k * scale)} for k in (0.3, 1.0)]
    channels = shape["sample"][1]
    blank = np.ones((1, channels, 64, 64))
    pictures = [draw.uniform(-1, 1, blank.shape), blank, -blank]
    return [{"sample": picture.astype(np.float32)} for picture in pictures]


def _ids(config: Mapping[str, Any]) -> list[NDArray[np.int64]]:
    """Short, usual and full prompts of random words, padded as they are in use."""
    count, length = int(config["vocab_size"]), int(config.get("max_position_embeddings", 77))
    draw, found = np.random.default_rng(3), []
    for words in PROMPT_LENGTHS:
        ids = np.full((1, length), count - 1, np.int64)
        ids[0, 0] = count - 2
        inner = min(words, length - 2)
        ids[0, 1 : 1 + inner] = draw.integers(0, count - 2, inner)
        found.append(ids)
    return found


def _unet(export: PartExport, parts: Path, family: Family | None) -> list[Feeds]:
    draw, shapes = np.random.default_rng(5), {name: tuple(value.shape) for name, value in export.inputs.items()}
    found = []
    for time, (hidden, pooled) in zip(TIMES, _states(parts, family is Family.SDXL), strict=True):
        feeds: Feeds = {
            "sample": _normal(draw, 1, shapes["sample"][1], SIDE, SIDE),
            "timestep": np.array(time, np.float32),
            "encoder_hidden_states": hidden,
        }
        if "text_embeds" in shapes:
            feeds |= {"text_embeds": pooled, "time_ids": np.array([[1024, 1024, 0, 0, 1024, 1024]], np.float32)}
        if "timestep_cond" in shapes:
            feeds["timestep_cond"] = _normal(draw, 1, shapes["timestep_cond"][1])
        found.append(feeds)
    return found


def _control(export: PartExport) -> list[Feeds]:
    """Its text encoder is not beside it: states are drawn, the first of them as large as CLIP's first always is."""
    draw, shapes = np.random.default_rng(5), {name: tuple(value.shape) for name, value in export.inputs.items()}
    factor = shapes["controlnet_cond"][2] // shapes["sample"][2]
    found = []
    for time, seen in zip(TIMES, (0.0, 0.5, 1.0), strict=True):
        hidden = _normal(draw, 1, 77, shapes["encoder_hidden_states"][2])
        hidden[:, 0, :4] = OUTLIER
        picture = draw.random((1, 3, SIDE * factor, SIDE * factor)) < seen
        feeds: Feeds = {
            "sample": _normal(draw, 1, shapes["sample"][1], SIDE, SIDE),
            "timestep": np.array(time, np.float32),
            "encoder_hidden_states": hidden,
            "controlnet_cond": picture.astype(np.float32),
        }
        if "text_embeds" in shapes:
            pooled = _normal(draw, 1, shapes["text_embeds"][1])
            feeds |= {"text_embeds": pooled, "time_ids": np.array([[1024, 1024, 0, 0, 1024, 1024]], np.float32)}
        found.append(feeds)
    return found


def _states(parts: Path, doubled: bool) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """What the text encoders give for each prompt: the states that the UNet is told, and the pooled ones."""
    names = ["text_encoder", "text_encoder_2"] if doubled else ["text_encoder"]
    each: list[list[dict[str, NDArray[Any]]]] = []
    for name in names:
        with closing(Runtime(device="cpu", cache=None)) as runtime:
            session = runtime.load(parts / name / GRAPH)
            config = _config(parts / name)
            each.append([session.run({"input_ids": ids}) for ids in _ids(config)])
            session.close()
    found = []
    for outputs in zip(*each, strict=True):
        if not doubled:
            states = outputs[0]["last_hidden_state"]
        else:
            states = np.concatenate([out[f"hidden_states.{_last(out) - 1}"] for out in outputs], axis=-1)
        pooled = outputs[-1].get("text_embeds", outputs[-1].get("pooler_output"))
        found.append((states.astype(np.float32), np.asarray(pooled, np.float32)))
    return found


def _config(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "config.json").read_text("utf-8"))


def _last(outputs: Mapping[str, Any]) -> int:
    return max(int(name.rpartition(".")[2]) for name in outputs if name.startswith("hidden_states."))


def _normal(draw: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    return draw.standard_normal(shape).astype(np.float32)
