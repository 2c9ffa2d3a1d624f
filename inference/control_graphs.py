"""A UNet that takes what ControlNets add: derived from the stored graph when it is opened, without its PyTorch weights.

The way up of every UNet joins what it has so far with a skip connection of the way down, along the channels. What a
ControlNet says of that connection is added there, and what it says of the middle to what the first join begins with.
The joins are found by their structure, so graphs of any exporter can be steered. Nothing is written beside the model,
and a model that is used without ControlNets is opened as before.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, helper

from inference.control_card import DOWN, MID, SHARE, SKETCH
from inference.errors import ModelRefused
from inference.graph_changes import opened
from inference.graph_types import element_types
from inference.manifest import Part
from inference.runtime import Change

KEY = "steered"
_ELEMENTWISE = {"Add", "Sub", "Mul", "Div", "Cast", "Identity"}
"""What leaves channels as they are."""


@dataclass(frozen=True, eq=False)
class Steered:
    """A UNet with inputs for what ControlNets add, in the weights that it has or in those that LoRAs give it."""

    worn: Change | None = None

    @property
    def key(self) -> str:
        """See ``inference.runtime.Change``."""
        return f"{self.worn.key}+{KEY}" if self.worn else KEY

    @property
    def bytes(self) -> int:
        """See ``inference.runtime.Change``."""
        return self.worn.bytes if self.worn else 0

    def merged(self, path: Path) -> tuple[bytes, Mapping[str, NDArray[Any]]]:
        """The graph with its new inputs, and the weights that LoRAs change."""
        model, weights = opened(path, self.worn)
        steer(model.graph, path)
        return model.SerializeToString(), weights


def steer(graph: GraphProto, path: Path) -> int:
    """Add the inputs ``down_residual_0 ...`` and ``mid_residual``, and those of a sketch where the UNet has one.

    Returns how many skip connections there are.

    Raises:
        ModelRefused: when the graph joins nothing, so that it is no UNet that is known.
    """
    joins = _joins(graph)
    if not joins:
        raise ModelRefused(f"{path} cannot be guided by a ControlNet.", hint="Its UNet has no skip connections.")
    kinds = element_types(graph)
    count = len(joins)
    added = [(joins[count - 1 - i], 1, f"{DOWN}{i}") for i in range(count)] + [(joins[0], 0, MID)]
    before: dict[int, list[NodeProto]] = {}
    for at, which, name in added:
        node = graph.node[at]
        own = node.input[which]
        kind = kinds[own]
        # A residual of one element stands for none: it is broadcast.
        graph.input.append(helper.make_tensor_value_info(name, kind, [f"{name}_{axis}" for axis in "bchw"]))
        before.setdefault(at, []).append(helper.make_node("Add", [own, name], [f"{name}_added"], name=f"{name}_add"))
        node.input[which] = f"{name}_added"
    place = _sketch_join(graph)
    if place is not None:
        before.setdefault(place, []).extend(_drawn(graph, graph.node[place], kinds))
    nodes = [each for at, node in enumerate(graph.node) for each in (*before.get(at, ()), node)]
    copies = [NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(copies)
    return count


def _drawn(graph: GraphProto, node: NodeProto, kinds: Mapping[str, int]) -> list[NodeProto]:
    """own + share * (drawn - own): what is joined in place of the words' sketch. A share of 0 leaves it bit for bit."""
    own = node.input[1]
    for name in (SKETCH, SHARE):
        axes = [f"{name}_{axis}" for axis in "bchw"]
        graph.input.append(helper.make_tensor_value_info(name, kinds[own], axes))
    node.input[1] = f"{SKETCH}_joined"
    return [
        helper.make_node("Sub", [SKETCH, own], [f"{SKETCH}_change"], name=f"{SKETCH}_sub"),
        helper.make_node("Mul", [f"{SKETCH}_change", SHARE], [f"{SKETCH}_part"], name=f"{SKETCH}_mul"),
        helper.make_node("Add", [own, f"{SKETCH}_part"], [f"{SKETCH}_joined"], name=f"{SKETCH}_add"),
    ]


def _sketch_join(graph: GraphProto) -> int | None:
    """The node that joins what the UNet is shown with a sketch that it has made itself; None for UNets without one."""
    made = {name for node in graph.node for name in node.output}
    shown = {"sample"} | {
        node.output[0] for node in graph.node if node.op_type in ("Cast", "Identity") and node.input[0] == "sample"
    }
    for at, node in enumerate(graph.node):
        if node.op_type == "Concat" and len(node.input) == 2 and node.input[0] in shown and node.input[1] in made:
            return at
    return None


def sketches(part: Part) -> bool:
    """True for a UNet that sketches before it denoises."""
    return _looked_at(part)[1]


def blocks_of_unet(part: Part) -> tuple[int, ...]:
    """Channels of a UNet's skip connections in order, then of its middle; 0 where the graph does not tell."""
    return _looked_at(part)[0]


def _looked_at(part: Part) -> tuple[tuple[int, ...], bool]:
    status = part.path.stat()
    return _read(part.path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _read(path: Path, size: int, time: int) -> tuple[tuple[int, ...], bool]:
    """Blocks, and whether it sketches: a graph is loaded once for both."""
    graph = onnx.load(path, load_external_data=False).graph
    return _blocks(graph), _sketch_join(graph) is not None


def _blocks(graph: GraphProto) -> tuple[int, ...]:
    joins = _joins(graph)
    if not joins:
        return ()
    makers = {name: node for node in graph.node for name in node.output}
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    shapes |= {node.output[0]: shapes[node.input[0]] for node in graph.node if _widened(node, shapes)}
    values = [graph.node[at].input[1] for at in reversed(joins)] + [graph.node[joins[0]].input[0]]
    return tuple(_channels(value, makers, shapes) for value in values)


def _widened(node: NodeProto, shapes: Mapping[str, tuple[int, ...]]) -> bool:
    return node.op_type in ("Cast", "DequantizeLinear") and node.input[0] in shapes


def _joins(graph: GraphProto) -> list[int]:
    """The nodes that join the way up with the way down, in the order in which they are run.

    What comes first was made of what comes second: so a join is told from a place where inputs are put side by side.
    """
    makers = {name: node for node in graph.node for name in node.output}
    readers: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    found = []
    for at, node in enumerate(graph.node):
        axis = next((each.i for each in node.attribute if each.name == "axis"), 0)
        if node.op_type != "Concat" or axis != 1 or len(node.input) != 2:
            continue
        if _convolved(node.output[0], readers) and _made_of(node.input[0], node.input[1], makers):
            found.append(at)
    return found


def _made_of(value: str, source: str, makers: Mapping[str, NodeProto]) -> bool:
    """True when ``source`` was used to make ``value``."""
    waiting, seen = [value], set[str]()
    while waiting:
        name = waiting.pop()
        if name == source:
            return True
        node = makers.get(name)
        if node is not None and name not in seen:
            seen.add(name)
            waiting.extend(node.input)
    return False


def _convolved(value: str, used: Mapping[str, list[NodeProto]]) -> bool:
    """True when a value goes into a convolution as it is: a residual block's shortcut. Time embeddings do not."""
    readers = used.get(value, [])
    through = [node for node in readers if node.op_type in ("Cast", "Identity")]
    return any(node.op_type == "Conv" and node.input[0] == value for node in readers) or any(
        _convolved(node.output[0], used) for node in through
    )


def _channels(value: str, makers: Mapping[str, NodeProto], shapes: Mapping[str, tuple[int, ...]]) -> int:
    """Channels of the nearest convolution that a value was made by, through what leaves them as they are."""
    waiting, seen = [value], set[str]()
    while waiting:
        name = waiting.pop(0)
        node = makers.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        if node.op_type == "Conv" and len(shapes.get(node.input[1], ())) == 4:
            return shapes[node.input[1]][0]
        if node.op_type in _ELEMENTWISE:
            waiting.extend(node.input)
    return 0


NOTHING = np.zeros((1, 1, 1, 1), np.float32)
"""A residual that adds nothing, whatever the size."""
