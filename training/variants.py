"""Other forms of a UNet's graph that may be faster on some device: half precision, weights of 8 bits."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from inference.lora_graphs import drop_unused
from inference.manifest import GRAPH
from training.graph_files import load_graph, save, value
from training.half import Feeds, halve_graph

BLOCK = 32
"""Inputs that share a scale."""
SMALLEST = 4096
"""Values of a weight that is worth it."""
ZERO = 128
"""Of a byte: what 0 is stored as."""


def eight_bits(graph: Path, probes: Sequence[Feeds], target: Path, *, integer: bool) -> None:
    """Store the weights of linear layers in 8 bits with a scale for each block of inputs; others stay as they are.

    Args:
        integer: inputs are rounded to 8 bits too and sums made of whole numbers; otherwise weights are widened.
    """
    model = load_graph(graph)
    held = {tensor.name: tensor for tensor in model.graph.initializer}
    casts = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Cast"}
    for index, node in enumerate(model.graph.node):
        if node.op_type != "MatMul":
            continue
        tensor = held.get(casts.get(node.input[1], node.input[1]))
        if tensor is None or len(tensor.dims) != 2 or np.prod(tensor.dims) < SMALLEST or tensor.dims[0] < BLOCK:
            continue
        stored, scales = rounded(np.asarray(value(tensor, graph.parent), np.float32))
        names = f"{node.name}::bytes", f"{node.name}::scales"
        model.graph.initializer.extend(map(numpy_helper.from_array, (stored, scales), names))
        replaced = helper.make_node(
            "MatMulNBits",
            [node.input[0], *names],
            list(node.output),
            name=node.name,
            domain="com.microsoft",
            K=tensor.dims[0],
            N=tensor.dims[1],
            bits=8,
            block_size=BLOCK,
            accuracy_level=4 if integer else 1,
        )
        model.graph.node[index].CopyFrom(replaced)
    drop_unused(model.graph)
    if not any(each.domain == "com.microsoft" for each in model.opset_import):
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    save(model, target, source=graph.parent)


def rounded(weight: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """(inputs, outputs) to bytes (outputs, blocks, BLOCK) and scales (outputs, blocks); each block's largest is 127."""
    inputs, outputs = weight.shape
    blocks = -(-inputs // BLOCK)
    padded = np.zeros((outputs, blocks * BLOCK), np.float32)
    padded[:, :inputs] = weight.T
    split = padded.reshape(outputs, blocks, BLOCK)
    scales = np.abs(split).max(axis=2) / 127
    steps = np.rint(split / np.where(scales > 0, scales, 1)[..., None])
    return (steps + ZERO).astype(np.uint8), scales.astype(np.float32)


def half(graph: Path, probes: Sequence[Feeds], target: Path) -> None:
    """Compute in half precision but for what overflows."""
    full = target.with_name(f"{target.name}.full")
    try:
        _widen(graph, full)
        halve_graph(full, probes, target)
    finally:
        shutil.rmtree(full, ignore_errors=True)


def _widen(graph: Path, target: Path) -> None:
    """Write a graph whose weights are all stored in the precision that they are used in."""
    model = load_graph(graph)
    held = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in [node for node in model.graph.node if node.op_type == "Cast" and node.input[0] in held]:
        wide = value(held[node.input[0]], graph.parent).astype(_kind_of(node))
        model.graph.initializer.append(numpy_helper.from_array(np.asarray(wide), node.output[0]))
        model.graph.node.remove(node)
    drop_unused(model.graph)
    save(model, target, source=graph.parent)


def _kind_of(cast: onnx.NodeProto) -> np.dtype[np.generic]:
    to = next((each.i for each in cast.attribute if each.name == "to"), TensorProto.FLOAT)
    return np.dtype(helper.tensor_dtype_to_np_dtype(to))


VARIANTS: Mapping[str, Callable[[Path, Sequence[Feeds], Path], None]] = {
    "8-bit weights": partial(eight_bits, integer=False),
    "8-bit sums": partial(eight_bits, integer=True),
    "half precision": half,
}
"""How each is made: of a graph, inputs of real use, and an empty folder."""


def folder_bytes(folder: Path) -> int:
    """Of a graph and its weights."""
    return sum(file.stat().st_size for file in folder.glob(f"{GRAPH}*"))
