"""Words that a text encoder was not born with: a graph that takes vectors for them as an input.

No weight is copied and nothing depends on which words there are, so a prompt with other embeddings runs in the same
session. The ids that the graph sees at such places are those of a word that it knows: some encoders find the end of a
prompt as its largest id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from inference.errors import ModelRefused
from inference.graph_changes import opened
from inference.runtime import Change

WHERE, ROWS, VECTORS = "taught_where", "taught_rows", "taught_vectors"
"""Inputs: (batch, sequence, 1) True where a vector stands; (batch, sequence) which; (vectors, width) all of them."""
_PASSED_ON = ("Cast", "Reshape", "Identity", "Flatten", "Unsqueeze", "Squeeze")


@dataclass(frozen=True, eq=False)
class Taught:
    """Makes a text encoder take vectors, on top of what LoRAs do to it.

    Attributes:
        under: the change of LoRAs, or None.
    """

    under: Change | None = None

    @property
    def key(self) -> str:
        """The session is the same for all embeddings."""
        return f"{self.under.key if self.under else ''}+words"

    @property
    def bytes(self) -> int:
        """Memory of changed weights: the LoRAs'."""
        return self.under.bytes if self.under else 0

    def merged(self, path: Path) -> tuple[bytes, Mapping[str, NDArray[np.generic]]]:
        """The graph in ``path`` with the inputs. Raises ModelRefused where it has no table of words."""
        model, weights = opened(path, self.under)
        _take_vectors(model.graph, path)
        return model.SerializeToString(), weights


def _take_vectors(graph: onnx.GraphProto, path: Path) -> None:
    table, at = _looked_up(graph, path)
    width, element = _width_and_element(graph, table.input[0])
    own, new = table.output[0], "taught_own"
    table.output[0] = new
    graph.input.extend(
        [
            helper.make_tensor_value_info(WHERE, TensorProto.BOOL, ["batch", "sequence", 1]),
            helper.make_tensor_value_info(ROWS, TensorProto.INT64, ["batch", "sequence"]),
            helper.make_tensor_value_info(VECTORS, element, ["vectors", width]),
        ]
    )
    nodes = (
        helper.make_node("Gather", [VECTORS, ROWS], ["taught_looked_up"], axis=0),
        helper.make_node("Where", [WHERE, "taught_looked_up", new], [own]),
    )
    for place, node in enumerate(nodes, at + 1):
        graph.node.insert(place, node)


def _looked_up(graph: onnx.GraphProto, path: Path) -> tuple[onnx.NodeProto, int]:
    """The node that turns ids into vectors, and its place."""
    ids = {"input_ids"}
    for at, node in enumerate(graph.node):
        if node.op_type in _PASSED_ON and node.input[0] in ids:
            ids.add(node.output[0])
        elif node.op_type == "Gather" and node.input[1] in ids:
            return node, at
    raise ModelRefused(f"{path} does not look words up in a table.", hint="Embeddings cannot be used with it.")


def _width_and_element(graph: onnx.GraphProto, table: str) -> tuple[int, int]:
    """Of the table, which may be stored in half precision and cast."""
    cast = next((node for node in graph.node if node.op_type == "Cast" and node.output[0] == table), None)
    source = cast.input[0] if cast is not None else table
    held = next(tensor for tensor in graph.initializer if tensor.name == source)
    to = next((each.i for each in cast.attribute if each.name == "to"), 0) if cast is not None else 0
    return held.dims[1], to or held.data_type
