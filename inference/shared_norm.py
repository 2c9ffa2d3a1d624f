"""Tiles that share one set of normalisation statistics, so that a tiled picture has the tones of the whole one.

An autoencoder normalises groups of channels by their mean and variance over the whole picture. A tile on its own has
other statistics, and so other tones: that is where the seams of tiled decoders come from. Here the normalisation
nodes of a graph are rewritten: one graph reports the statistics that it sees, and is shown the picture made small;
the other takes them as inputs, and runs the tiles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from inference.files import replace_file
from inference.manifest import Part
from inference.noise import Latents
from inference.onnx_header import read_header
from inference.store import ModelStore

NORM = "InstanceNormalization"
"""What the TorchScript exporter writes group normalisation as, on (batch, groups, values)."""


@dataclass(frozen=True)
class NormGraphs:
    """The rewritten graphs of one part.

    Attributes:
        measuring: normalises by itself and reports what it saw.
        given: normalises by its inputs.
    """

    measuring: Path
    given: Path


def rewrite(source: Path, folder: Path) -> NormGraphs | None:
    """Write the two graphs into ``folder``; None when ``source`` has no normalisation that is known."""
    graphs = NormGraphs(folder / "measuring" / "model.onnx", folder / "given" / "model.onnx")
    if graphs.measuring.is_file() and graphs.given.is_file():
        return graphs
    for path, given in ((graphs.measuring, False), (graphs.given, True)):
        model = onnx.load(source)
        if not _rewrite(model, given):
            return None
        with replace_file(path) as draft:
            onnx.save_model(model, draft)
    return graphs


def _rewrite(model: onnx.ModelProto, given: bool) -> int:
    """Make every normalisation take its statistics as inputs, or report them. Returns how many there are."""
    graph = model.graph
    opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    graph.initializer.append(numpy_helper.from_array(np.array([2], np.int64), "norm_axes"))
    graph.initializer.append(numpy_helper.from_array(np.array([1, -1, 1], np.int64), "norm_column"))
    nodes: list[onnx.NodeProto] = []
    count = 0
    for node in graph.node:
        if node.op_type != NORM:
            nodes.append(node)
            continue
        nodes.extend(_normalise_by_inputs(node, count) if given else (*_report(node, count, opset), node))
        for kind in ("mean", "variance"):
            value = helper.make_tensor_value_info(f"{kind}_{count}", TensorProto.FLOAT, ["rows", "groups", 1])
            (graph.input if given else graph.output).append(value)
        count += 1
    del graph.node[:]
    graph.node.extend(nodes)
    return count


def _report(node: onnx.NodeProto, index: int, opset: int) -> Iterator[onnx.NodeProto]:
    values, n = node.input[0], f"norm_{index}"

    def mean(source: str, target: str) -> onnx.NodeProto:
        if opset >= 18:
            return helper.make_node("ReduceMean", [source, "norm_axes"], [target], keepdims=1)
        return helper.make_node("ReduceMean", [source], [target], axes=[2], keepdims=1)

    yield mean(values, f"mean_{index}")
    yield helper.make_node("Sub", [values, f"mean_{index}"], [f"{n}_centred"])
    yield helper.make_node("Mul", [f"{n}_centred", f"{n}_centred"], [f"{n}_squared"])
    yield mean(f"{n}_squared", f"variance_{index}")


def _normalise_by_inputs(node: onnx.NodeProto, index: int) -> Iterator[onnx.NodeProto]:
    values, scale, bias = node.input
    n = f"norm_{index}"
    epsilon = next((a.f for a in node.attribute if a.name == "epsilon"), 1e-5)
    constant = numpy_helper.from_array(np.array(epsilon, np.float32), f"{n}_epsilon_value")
    yield helper.make_node("Constant", [], [f"{n}_epsilon"], value=constant)
    yield helper.make_node("Sub", [values, f"mean_{index}"], [f"{n}_centred"])
    yield helper.make_node("Add", [f"variance_{index}", f"{n}_epsilon"], [f"{n}_sum"])
    yield helper.make_node("Sqrt", [f"{n}_sum"], [f"{n}_spread"])
    yield helper.make_node("Reshape", [scale, "norm_column"], [f"{n}_scale"])
    yield helper.make_node("Reshape", [bias, "norm_column"], [f"{n}_bias"])
    yield helper.make_node("Div", [f"{n}_scale", f"{n}_spread"], [f"{n}_gain"])
    yield helper.make_node("Mul", [f"{n}_centred", f"{n}_gain"], [f"{n}_scaled"])
    yield helper.make_node("Add", [f"{n}_scaled", f"{n}_bias"], list(node.output))


class SharedNorm:
    """One part of a model, ready to run in tiles under shared statistics.

    Args:
        part: the autoencoder's half.
        store: keeps the rewritten graphs' sessions.
        folder: where the rewritten graphs are kept.
    """

    def __init__(self, part: Part, store: ModelStore, folder: Path) -> None:
        status = part.path.stat()
        key = hashlib.sha256(f"{part.path.resolve()}|{status.st_size}|{status.st_mtime_ns}".encode()).hexdigest()
        graphs = rewrite(part.path, folder / key[:32])
        self.known = graphs is not None
        if graphs is not None:
            self._parts = {
                name: Part(f"{part.name} in tiles", path, read_header(path), part.config)
                for name, path in (("measuring", graphs.measuring), ("given", graphs.given))
            }
        self._store = store
        self._input = next(iter(part.header.inputs))
        self._output = next(iter(part.header.outputs))

    def statistics(self, values: Latents) -> dict[str, Latents]:
        """What the normalisations see in ``values`` (1, channels, height, width)."""
        seen = self._store.session(self._parts["measuring"]).run({self._input: values})
        return {name: value for name, value in seen.items() if name != self._output}

    def run(self, values: Latents, statistics: dict[str, Latents]) -> Latents:
        """The part's output for a tile, normalised by ``statistics``."""
        return self._store.session(self._parts["given"]).run({self._input: values, **statistics})[self._output]
