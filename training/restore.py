"""An ONNX folder of ours back as a diffusers folder, so that what the studio ships can be trained further, offline.

The exporter keeps the names of most weights. Matrices of linear layers are transposed and scales of norms reshaped, and
both get numbers for names; the name of the node that uses one says which layer it is. Every weight of the PyTorch
module must be found once, in its shape, and every part is run against its graph before it counts.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from inference.errors import ModelRefused
from inference.files import replace_folder
from inference.manifest import hash_parts
from inference.words_file import WORDS_FILE
from training.export import PartExport, compare, text_part, unet_part, vae_parts
from training.kinds import kind_of
from training.models import Models, quiet, save_models

Weights = dict[str, NDArray[np.generic]]
AGREEMENT = 1e-3
"""Largest difference between a part and its graph, relative to the output's root mean square."""
_ROLES = {"MatMul": "weight", "Gemm": "weight", "Mul": "weight", "Add": "bias"}
"""What a numbered initializer is to the layer whose node uses it."""


def named_weights(graph: onnx.GraphProto, prefix: str) -> Weights:
    """The weights of a traced graph by their PyTorch names; those of numbered ones come from the nodes' names.

    Args:
        prefix: of the module inside what was traced ("model." or "vae."), which is taken away.
    """
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    alias = {node.output[0]: node.input[0] for node in graph.node if node.op_type in ("Cast", "Identity")}
    plain = {name: name.removesuffix("_half").removeprefix(prefix) for name in values}
    found: Weights = {plain[name]: value for name, value in values.items() if "::" not in name}
    for node in graph.node:
        layer = ".".join(node.name.split("/")[1:-1]).removeprefix(prefix)
        for source in (alias.get(given, given) for given in node.input):
            if source not in values:
                continue
            numbered = "::" in source
            # Equal weights of two layers are stored once, under the name of one of them.
            role = _ROLES.get(node.op_type, "") if numbered else plain[source].rpartition(".")[2]
            turned = values[source].T if numbered and node.op_type == "MatMul" else values[source]
            found.setdefault(f"{layer}.{role}", turned)
    return found


def fill(module: nn.Module, found: Mapping[str, NDArray[np.generic]], what: str) -> None:
    """Give a module the weights that were found, in fp32.

    Raises:
        ModelRefused: when one is missing or does not fit.
    """
    state = {}
    for name, wanted in module.state_dict().items():
        value = found.get(name, found.get(name.replace(*_POSITIONS)))
        if value is None or value.size != wanted.numel():
            raise ModelRefused(
                f"{what} does not tell its weight '{name}'.",
                hint="Only models that Gouache exported can be trained on.",
            )
        state[name] = torch.from_numpy(np.array(value, np.float32)).reshape(wanted.shape)
    module.load_state_dict(state)


_POSITIONS = ("pool.positional_embedding", "pool.bias")
"""A parameter that is added by itself looks like the bias of the layer it is in."""


def _graph(source: Path, part: str) -> onnx.GraphProto:
    return onnx.load(source / part / "model.onnx").graph


def _config(source: Path, part: str) -> dict[str, Any]:
    return json.loads((source / part / "config.json").read_text("utf-8"))


def restore_models(source: Path) -> Models:
    """The parts of an exported model as PyTorch modules in fp32.

    Raises:
        ModelRefused: when a weight cannot be found, or a part does not agree with its graph.
    """
    try:
        with quiet():
            models = _restored(source)
    except (OSError, ValueError, KeyError) as error:
        raise ModelRefused(f"{source} cannot be read.", hint="Copy the model again.", detail=str(error)) from error
    _prove(models, source)
    return models


def _restored(source: Path) -> Models:
    texts, tokenizers = [], []
    for index, (part, kind) in enumerate(_TEXTS.items()):
        if (source / part).is_dir():
            text = kind(CLIPTextConfig(**_config(source, part)))
            fill(text, named_weights(_graph(source, part), "model."), part)
            texts.append(text)
            tokenizers.append(CLIPTokenizer.from_pretrained(source / _TOKENIZERS[index], local_files_only=True))
    config = _config(source, "unet")
    unet: Any = kind_of(config, UNet2DConditionModel).from_config(config)
    fill(unet, named_weights(_graph(source, "unet"), "model."), "unet")
    config = _config(source, "vae_decoder")
    vae: Any = kind_of(config, AutoencoderKL).from_config(config)
    halves = [named_weights(_graph(source, part), "vae.") for part in ("vae_encoder", "vae_decoder")]
    fill(vae, {**_below(halves[0], *_FORTH), **_below(halves[1], *_BACK)}, "vae")
    scheduler = json.loads((source / "scheduler" / "scheduler_config.json").read_text("utf-8"))
    return Models(texts, tokenizers, unet, vae, scheduler).freeze()


_FORTH, _BACK = ("encoder", "quant_conv", "analysis"), ("decoder", "post_quant_conv", "synthesis")
"""Modules that an autoencoder's two halves hold."""
_TEXTS = {"text_encoder": CLIPTextModel, "text_encoder_2": CLIPTextModelWithProjection}
_TOKENIZERS = ("tokenizer", "tokenizer_2")


def _below(found: Weights, *heads: str) -> Weights:
    return {name: value for name, value in found.items() if name.split(".")[0] in heads}


def _prove(models: Models, source: Path) -> None:
    """Run every part on random inputs in PyTorch and in its graph."""
    parts: dict[str, list[PartExport]] = defaultdict(list)
    for name, text in zip(_TEXTS, models.texts, strict=False):
        parts[name].append(text_part(name, text, torch.float32))
    parts["unet"].append(unet_part(models.unet, torch.float32))
    for part in vae_parts(models.vae, torch.float32):
        parts[part.name].append(part)
    for name, (part,) in parts.items():
        report = compare(part, source / name)
        if not report.relative <= AGREEMENT:
            raise ModelRefused(
                f"{source / name} differs from its weights in PyTorch by {report.relative:.2g} of its scale.",
                hint="Only models that Gouache exported can be trained on.",
            )


def restore_pipeline(source: Path, target: Path) -> Path:
    """Write the ONNX folder ``source`` as the diffusers folder ``target``, and return it."""
    models = restore_models(source)
    with replace_folder(target) as draft:
        for name in _TOKENIZERS:
            if (source / name).is_dir():
                shutil.copytree(source / name, draft / name)
        if (source / WORDS_FILE).is_file():
            shutil.copyfile(source / WORDS_FILE, draft / WORDS_FILE)
        save_models(models, None, draft)
    return target


def trainable_folder(source: Path, scratch: Path) -> Path:
    """``source`` if it is a diffusers folder; an ONNX folder is restored once, into a folder in ``scratch``."""
    if not (source / "unet" / "model.onnx").is_file():
        return source
    mark = zlib.crc32(json.dumps(hash_parts(source), sort_keys=True).encode())
    target = scratch / f"{source.name}-{mark:08x}"
    return target if (target / "model_index.json").is_file() else restore_pipeline(source, target)
