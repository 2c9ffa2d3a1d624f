"""A graph in half precision, with exactly those nodes kept in single precision that overflow: found by running it.

A node is kept when a value that it takes or gives is larger than half precision holds (65504), when a constant of it
would become 0, or when it computes the time's embedding, whose angles need the digits. Everything else computes in
half precision. What half precision does inside of an operator is not seen in its outputs beforehand, so the finished
graph is run too, and nodes that give no numbers there are kept as well, until there are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from inference.graph_types import element_types
from inference.manifest import GRAPH
from inference.runtime import Runtime
from training.graph_files import MOST_HALF, load_graph, save, value

Feeds = Mapping[str, NDArray[Any]]
FULL, HALF = TensorProto.FLOAT, TensorProto.FLOAT16
SMALLEST_HALF = 6e-8
"""Smallest number above 0 that half precision holds."""
MOST_TRIES = 8
PROBED = "largest::"
_LAYERS = ("Gemm", "MatMul", "Conv")
_SINGLE_INPUTS = {"Resize": (1, 2)}
"""Inputs that are single precision whatever the operator computes in."""


@dataclass(frozen=True)
class Halved:
    """What was done: names of the nodes kept in single precision, of how many, and the largest value that was met."""

    kept: tuple[str, ...]
    nodes: int
    largest: float


def halve_graph(folder: Path, probes: Sequence[Feeds], target: Path) -> Halved:
    """Write the graph of ``folder`` into ``target`` in half precision.

    Args:
        probes: inputs like those of real use; their largest values decide.
    """
    source = folder / GRAPH
    graph = load_graph(source).graph
    seen = largest_values(source, probes)
    kept = _needing_digits(graph, folder) | _touching(graph, {name for name, most in seen.items() if most > MOST_HALF})
    for _ in range(MOST_TRIES):
        model = load_graph(source)
        convert(model, kept, folder)
        save(model, target, source=folder)
        broken = _broken(model.graph, largest_values(target / GRAPH, probes)) - kept
        if not broken:
            break
        kept |= broken
    whole = [node.name for node in graph.node if node.op_type not in ("Constant", "Shape")]
    finite = [most for most in seen.values() if np.isfinite(most)]
    return Halved(tuple(sorted(kept & set(whole))), len(whole), max(finite, default=0.0))


# What is met


def float_values(graph: GraphProto) -> dict[str, int]:
    """Floating-point values by name, and the element type of each."""
    return {name: kind for name, kind in element_types(graph).items() if kind in (FULL, HALF)}


def largest_values(path: Path, probes: Sequence[Feeds]) -> dict[str, float]:
    """Largest magnitude of every floating-point value that a node gives, over all probes; inf and nan as they are."""
    model = load_graph(path)
    kinds = float_values(model.graph)
    watched = [
        name for node in model.graph.node for name in node.output if name in kinds and node.op_type != "Constant"
    ]
    for name in watched:
        mark = f"{PROBED}{name}"
        steps = [
            helper.make_node("Cast", [name], [f"{mark}:single"], to=FULL),
            helper.make_node("Abs", [f"{mark}:single"], [f"{mark}:size"]),
            helper.make_node("ReduceMax", [f"{mark}:size"], [mark], keepdims=0),
        ]
        model.graph.node.extend(steps)
        model.graph.output.append(helper.make_tensor_value_info(mark, FULL, []))
    probing = path.with_name(f"probing-{path.name}")
    probing.write_bytes(model.SerializeToString())
    found = dict.fromkeys(watched, 0.0)
    try:
        with closing(Runtime(device="cpu", cache=None)) as runtime:
            session = runtime.load(probing)
            for feeds in probes:
                for name, most in session.run(feeds).items():
                    if name.startswith(PROBED):
                        found[name.removeprefix(PROBED)] = float(
                            np.fmax(found[name.removeprefix(PROBED)], most) if np.isfinite(most) else np.inf
                        )
            session.close()
    finally:
        probing.unlink(missing_ok=True)
    return found


def _touching(graph: GraphProto, wide: set[str]) -> set[str]:
    return {node.name for node in graph.node if wide.intersection([*node.input, *node.output])}


def _broken(graph: GraphProto, seen: Mapping[str, float]) -> set[str]:
    """Nodes of the finished graph that give no numbers though they take some: the first ones, casts left out."""
    bad = {name for name, most in seen.items() if not np.isfinite(most)}
    first = [n for n in graph.node if bad.intersection(n.output) and not bad.intersection(n.input)]
    behind = {n.output[0]: n.input[0] for n in graph.node if n.op_type == "Cast"}
    makers = {name: n.name for n in graph.node for name in n.output if n.op_type != "Cast"}
    casts = {makers[behind[n.output[0]]] for n in first if n.op_type == "Cast" and behind[n.output[0]] in makers}
    return {n.name for n in first if n.op_type != "Cast"} | casts


def _needing_digits(graph: GraphProto, folder: Path) -> set[str]:
    """Nodes between the time (or SDXL's sizes) and the first layer, and those with a constant that half cannot hold."""
    timed, found = {"timestep", "time_ids"}, set[str]()
    tiny = {t.name for t in graph.initializer if t.data_type == FULL and _vanishes(value(t, folder))}
    for node in graph.node:
        if node.op_type == "Constant" and any(
            _vanishes(numpy_helper.to_array(a.t)) for a in node.attribute if a.HasField("t")
        ):
            tiny.update(node.output)
        if timed.intersection(node.input) and node.op_type not in _LAYERS:
            timed.update(node.output)
            found.add(node.name)
        if tiny.intersection(node.input):
            found.add(node.name)
    return found


def _vanishes(values: NDArray[Any]) -> bool:
    """A single number that half precision makes 0, or numbers that it cannot hold."""
    if values.dtype != np.float32 or not values.size:
        return False
    size = float(np.abs(values).max())
    return size > MOST_HALF or (values.size == 1 and 0 < size < SMALLEST_HALF)


# The change


def convert(model: ModelProto, kept: Iterable[str], folder: Path) -> None:
    """Turn a single-precision graph into half precision in place, but for the nodes named in ``kept``."""
    graph, kept = model.graph, set(kept)
    kinds = float_values(graph)
    for each in graph.input:
        if kinds.get(each.name) == FULL and each.name != "timestep":
            each.type.tensor_type.elem_type = HALF
            kinds[each.name] = HALF
    _halve_initializers(graph, kept, kinds, folder)
    nodes: list[NodeProto] = []
    casts: dict[tuple[str, int], str] = {}
    for node in graph.node:
        place = FULL if node.name in kept else HALF
        _turn_node(node, place, kinds)
        for at, name in enumerate(node.input):
            wanted = FULL if at in _SINGLE_INPUTS.get(node.op_type, ()) else place
            if name and kinds.get(name) in (FULL, HALF) and kinds[name] != wanted and node.op_type != "Cast":
                if (name, wanted) not in casts:
                    casts[name, wanted] = f"{name}::{'single' if wanted == FULL else 'half'}"
                    nodes.append(
                        helper.make_node(
                            "Cast", [name], [casts[name, wanted]], to=wanted, name=f"{casts[name, wanted]}::cast"
                        )
                    )
                node.input[at] = casts[name, wanted]
        nodes.append(node)
    for each in graph.output:
        if kinds.get(each.name) == FULL:
            _give_half(each.name, nodes)
        if each.name in kinds:
            each.type.tensor_type.elem_type = HALF
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]


def _halve_initializers(graph: GraphProto, kept: set[str], kinds: dict[str, int], folder: Path) -> None:
    single = {
        name
        for node in graph.node
        for at, name in enumerate(node.input)
        if node.name in kept or at in _SINGLE_INPUTS.get(node.op_type, ())
    }
    for index, tensor in enumerate(graph.initializer):
        if tensor.data_type == FULL and tensor.name not in single:
            with np.errstate(over="ignore"):
                half = np.clip(value(tensor, folder), -MOST_HALF, MOST_HALF).astype(np.float16)
            graph.initializer[index].CopyFrom(numpy_helper.from_array(half, tensor.name))
            kinds[tensor.name] = HALF


def _turn_node(node: NodeProto, place: int, kinds: dict[str, int]) -> None:
    """Set what a node gives: casts to single precision go to its place, constants stay where they are needed."""
    if node.op_type == "Constant":
        return
    for each in node.attribute:
        if node.op_type == "Cast" and each.name == "to" and each.i == FULL:
            each.i = place
        if node.op_type == "ConstantOfShape" and each.name == "value" and each.t.data_type == FULL and place == HALF:
            each.t.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(each.t).astype(np.float16)))
    for name in node.output:
        if name in kinds:
            kinds[name] = place


def _give_half(name: str, nodes: list[NodeProto]) -> None:
    """Let a value that was kept in single precision leave the graph in half."""
    inner = f"{name}::single"
    for node in nodes:
        for names in (node.input, node.output):
            for at, each in enumerate(names):
                if each == name:
                    names[at] = inner
    nodes.append(helper.make_node("Cast", [inner], [name], to=HALF, name=f"{name}::cast"))
