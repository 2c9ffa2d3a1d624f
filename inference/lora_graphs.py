"""LoRAs merged into the weights of a graph when it is opened: which layer is which initializer, and what it becomes.

Exporters keep the names of modules in the names of nodes. The layer of a MatMul, Gemm or convolution with a weight is
read from there, the way ``training.restore`` does it; kohya's names, diffusers' and those of the original Stable
Diffusion XL checkpoints are looked up in one table. The graph is then told that its changed weights come from outside,
which is what onnxruntime replaces exactly (see ``inference.runtime``); no weight is written to the disk.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import external_data_helper, numpy_helper

from inference.detecting import detect
from inference.errors import ModelRefused
from inference.layer_changes import LayerChange, LowRank
from inference.lora_file import read_lora
from inference.loras import Lora, file_hash
from inference.manifest import ModelManifest, Part

_WEIGHT_AT = {"MatMul": 1, "Gemm": 1, "Conv": 1}
_PREFIXES = {
    "unet": ("lora_unet_", "unet_", "base_model_model_unet_", "base_model_model_", ""),
    "text_encoder": ("lora_te_", "lora_te1_", "text_encoder_", "base_model_model_"),
    "text_encoder_2": ("lora_te2_", "text_encoder_2_"),
}
"""What the names of a part's layers begin with in files, dots written as underscores."""


@dataclass(frozen=True)
class Layer:
    """Where a layer's weight lies in a graph.

    Attributes:
        path: of the PyTorch module: "mid_block.attentions.0.proj_in".
        node: index of the node that uses it.
        source: name of its initializer.
        turned: it is (inputs, outputs), as a MatMul wants it, and not as PyTorch has it.
        shape: as it is stored.
        bias: index of the node's input that is its bias; 0 for none.
    """

    path: str
    node: int
    source: str
    turned: bool
    shape: tuple[int, ...]
    bias: int = 0

    @property
    def torch_shape(self) -> tuple[int, ...]:
        """Its shape in PyTorch."""
        return self.shape[::-1] if self.turned else self.shape


@dataclass(frozen=True, eq=False)
class Change:
    """What LoRAs do to one graph.

    Attributes:
        key: names it by the content of the files and their weights.
        layers: what is added to which layer: changes and how much of each.
    """

    key: str
    layers: Mapping[Layer, Sequence[tuple[LayerChange, float]]]

    @property
    def bytes(self) -> int:
        """Memory that the merged weights take."""
        return 4 * sum(int(np.prod(layer.shape)) for layer in self.layers)

    def merged(self, path: Path) -> tuple[bytes, dict[str, NDArray[np.generic]]]:
        """The graph in ``path``, without the weights that change, and those weights by their new names."""
        model = onnx.load(path, load_external_data=False)
        held = {tensor.name: tensor for tensor in model.graph.initializer}
        casts = {node.output[0]: node for node in model.graph.node if node.op_type == "Cast"}
        weights: dict[str, NDArray[np.generic]] = {}
        for layer, changes in self.layers.items():
            node = model.graph.node[layer.node]
            values = {_WEIGHT_AT[node.op_type]: ("", partial(_merged, layer=layer, changes=changes))}
            shift = _shift(changes)
            if shift is not None and layer.bias:
                values[layer.bias] = (".bias", partial(np.add, shift))
            for at, (ending, changed) in values.items():
                name, cast = f"adapted::{layer.path}{ending}", casts.get(node.input[at])
                own = _value(held[cast.input[0] if cast else node.input[at]], path.parent)
                weights[name] = changed(own).astype(_cast_to(cast) if cast else own.dtype, copy=False)
                model.graph.initializer.append(_outside(name, weights[name]))
                node.input[at] = name
        drop_unused(model.graph)
        return model.SerializeToString(), weights


def changes_of(manifest: ModelManifest, loras: Sequence[Lora]) -> dict[str, Change]:
    """What LoRAs (their names are paths) do to each part of a model; parts that stay as they are are not in it.

    Raises:
        ModelRefused: when a layer of a file is not in the model, or has another shape there.
    """
    found: dict[str, dict[Layer, list[tuple[LayerChange, float]]]] = {}
    places = _places(manifest)
    for lora in loras:
        layers = read_lora(Path(lora.name))
        placed = {name: places[flat] for name in layers if (flat := name.replace(".", "_")) in places}
        missing = [name for name in layers if name not in placed]
        if missing:
            _refuse_family(manifest, lora)
            raise ModelRefused(
                f"The LoRA {lora.title} does not fit {manifest.title}: {len(missing)} of its {len(layers)} layers are "
                f"not in the model, {missing[0]} for one.",
                hint="It is for another kind of model.",
            )
        for name, (part, layer) in placed.items():
            _check_shape(manifest, lora, name, layer, layers[name])
            found.setdefault(part, {}).setdefault(layer, []).append((layers[name], lora.weight))
    said = "|".join(f"{file_hash(Path(lora.name))}:{lora.weight:g}" for lora in loras)
    key = hashlib.sha256(said.encode()).hexdigest()[:16]
    return {part: Change(key, layers) for part, layers in found.items()}


def _refuse_family(manifest: ModelManifest, lora: Lora) -> None:
    """Say which model a LoRA is for, where its file tells."""
    family = detect(Path(lora.name)).family
    if family is not None and family is not manifest.family:
        raise ModelRefused(
            f"The LoRA {lora.title} is for {family.value}, and {manifest.title} is {manifest.family.value}.",
            hint="Use it with a model of its own family.",
        )


def _check_shape(manifest: ModelManifest, lora: Lora, name: str, layer: Layer, change: LayerChange) -> None:
    if not change.fits(layer.torch_shape):
        own, other = _shape_words(change.shape), _shape_words(layer.torch_shape)
        raise ModelRefused(
            f"The LoRA {lora.title} does not fit {manifest.title}: its layer {name} is {own}, the model's {other}.",
            hint="It is for another kind of model.",
        )
    if change.bias is not None and not layer.bias:
        raise ModelRefused(
            f"The LoRA {lora.title} does not fit {manifest.title}: it moves a bias that {name} has not.",
            hint="It is for another kind of model.",
        )


def _shape_words(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _merged(
    own: NDArray[np.generic], layer: Layer, changes: Sequence[tuple[LayerChange, float]]
) -> NDArray[np.float32]:
    """A weight as it is stored, with all changes of the model's own: their order does not matter."""
    value = np.array(own, np.float32)
    before = np.asarray(own, np.float32)
    for change, weight in changes:
        if isinstance(change, LowRank):
            value += change.change(weight, turned=layer.turned).reshape(layer.shape)
        else:
            moved = change.moved(before.T if layer.turned else before, weight)
            value += moved.T if layer.turned else moved
    return value


def _shift(changes: Sequence[tuple[LayerChange, float]]) -> NDArray[np.float32] | None:
    """What the bias gains."""
    found = [
        np.float32(weight) * np.asarray(each.bias, np.float32) for each, weight in changes if each.bias is not None
    ]
    return np.stack(found).sum(axis=0).astype(np.float32) if found else None


def _outside(name: str, value: NDArray[np.generic]) -> onnx.TensorProto:
    """An initializer that says it lies in a file. The file is never opened: the session is given the value."""
    kind = onnx.helper.np_dtype_to_tensor_dtype(value.dtype)
    tensor = onnx.TensorProto(name=name, data_type=kind, dims=value.shape, raw_data=b"")
    external_data_helper.set_external_data(tensor, "given", 0, value.nbytes)
    return tensor


def _value(tensor: onnx.TensorProto, folder: Path) -> NDArray[np.generic]:
    """A weight; one in a file beside the graph is mapped from there and not read as a whole."""
    if not external_data_helper.uses_external_data(tensor):
        return numpy_helper.to_array(tensor)
    said = external_data_helper.ExternalDataInfo(tensor)
    kind = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type)
    return np.memmap(folder / said.location, kind, "r", said.offset or 0, tuple(tensor.dims))


def _cast_to(node: onnx.NodeProto) -> np.dtype[np.generic]:
    """The type of a weight that is stored in half precision and cast before it is used."""
    return np.dtype(onnx.helper.tensor_dtype_to_np_dtype(next(each.i for each in node.attribute if each.name == "to")))


def drop_unused(graph: onnx.GraphProto) -> None:
    """Take out casts and weights that nothing uses any more."""
    used = {name for node in graph.node for name in node.input} | {value.name for value in graph.output}
    idle = [node for node in graph.node if node.op_type == "Cast" and node.output[0] not in used]
    for node in idle:
        graph.node.remove(node)
    used = {name for node in graph.node for name in node.input} | {value.name for value in graph.output}
    for tensor in [tensor for tensor in graph.initializer if tensor.name not in used]:
        graph.initializer.remove(tensor)


# Names


def _places(manifest: ModelManifest) -> dict[str, tuple[str, Layer]]:
    """Every layer that can be changed, by all the names that files have for it."""
    places: dict[str, tuple[str, Layer]] = {}
    for part, prefixes in _PREFIXES.items():
        if part in manifest.parts:
            for layer in layers_of(manifest.parts[part]):
                for name in _names(part, layer.path):
                    for prefix in prefixes:
                        places.setdefault(prefix + name, (part, layer))
    return places


def layers_of(part: Part) -> tuple[Layer, ...]:
    """The linear layers and convolutions of a part."""
    status = part.path.stat()
    return _layers(part.path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _layers(path: Path, size: int, time: int) -> tuple[Layer, ...]:
    graph = onnx.load(path, load_external_data=False).graph
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    alias = {node.output[0]: node.input[0] for node in graph.node if node.op_type in ("Cast", "Identity")}
    found = []
    for index, node in enumerate(graph.node):
        at = _WEIGHT_AT.get(node.op_type)
        if at is None or len(node.input) <= at:
            continue
        source = alias.get(node.input[at], node.input[at])
        if source in shapes and len(shapes[source]) in (2, 4):
            turned = node.op_type == "MatMul" or (node.op_type == "Gemm" and not _flag(node, "transB"))
            bias = 2 if len(node.input) > 2 else 0
            found.append(Layer(_path_of(node, source), index, source, turned, shapes[source], bias))
    shared = Counter(layer.path for layer in found)
    return tuple(_rooted(layer) for layer in found if shared[layer.path] == 1 and layer.path)


def _path_of(node: onnx.NodeProto, source: str) -> str:
    """The layer's module, from the node's name.

    One that is called from outside of its own parent ("model.basis") lacks that: then the weight's name says it. That
    is not trusted otherwise, since equal weights of two layers are stored once.
    """
    called = node.name.split("/")[1:-1]
    named = source.removesuffix("_half").removesuffix(".weight").split(".")
    rest = iter(named)
    within = source.removesuffix("_half").endswith(".weight") and all(each in rest for each in called)
    return ".".join(named if within and len(called) < len(named) else called)


def _flag(node: onnx.NodeProto, name: str) -> int:
    return next((each.i for each in node.attribute if each.name == name), 0)


def _rooted(layer: Layer) -> Layer:
    """Its path below the module that files know; ours are traced inside of another one."""
    path = re.sub(r"^(?:model|unet|text_model|text_encoder)\.", "", layer.path)
    path = path.removeprefix("text_model.")
    return replace(layer, path=path)


def _names(part: str, path: str) -> Iterator[str]:
    """A layer's names in files, dots as underscores: diffusers', and the original checkpoint's or transformers'."""
    flat = path.replace(".", "_")
    yield flat
    if part == "unet":
        yield from (name.replace(".", "_") for name in _original_names(path))
    else:
        yield f"text_model_{flat}"


_RESNET = {
    "conv1": "in_layers.2",
    "conv2": "out_layers.3",
    "time_emb_proj": "emb_layers.1",
    "conv_shortcut": "skip_connection",
}
_HEADS = {
    "conv_in": "input_blocks.0.0",
    "conv_out": "out.2",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
}
_BLOCK = re.compile(r"(down|up)_blocks\.(\d+)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.?(.*)")
LAYERS_PER_BLOCK = 2
"""Of every UNet that was published in the original layout."""


def _original_names(path: str) -> Iterator[str]:
    """What Stable Diffusion's own code calls a UNet's layer; LoRAs for SDXL are written so."""
    if path in _HEADS:
        yield _HEADS[path]
    if path.startswith("mid_block."):
        _, kind, index, rest = path.split(".", 3)
        yield f"middle_block.{2 * int(index) if kind == 'resnets' else 1}.{_RESNET.get(rest, rest)}"
    found = _BLOCK.fullmatch(path)
    if found is None:
        return
    way, block, kind, index, rest = found[1], int(found[2]), found[3], int(found[4]), found[5]
    rest = _RESNET.get(rest, rest) if kind == "resnets" else rest
    if way == "down":
        first = 1 + block * (LAYERS_PER_BLOCK + 1)
        place = {"resnets": (first + index, 0), "attentions": (first + index, 1)}
        slot, sub = place.get(kind, (first + LAYERS_PER_BLOCK, 0))
        yield f"input_blocks.{slot}.{sub}.{'op' if kind == 'downsamplers' else rest}"
        return
    first = block * (LAYERS_PER_BLOCK + 1)
    if kind == "upsamplers":  # beside an attention it comes third, otherwise second
        yield from (f"output_blocks.{first + LAYERS_PER_BLOCK}.{sub}.{rest}" for sub in (1, 2))
    else:
        yield f"output_blocks.{first + index}.{0 if kind == 'resnets' else 1}.{rest}"
