"""The element type of every value in a graph, from the operators alone: shapes are not needed."""

from __future__ import annotations

from collections.abc import Mapping

from onnx import AttributeProto, GraphProto, NodeProto, TensorProto

FULL = TensorProto.FLOAT
_WHOLE = {"Shape", "Size", "NonZero", "ArgMax", "ArgMin", "TopK"}
_TRUTH = {"Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "And", "Or", "Xor", "IsNaN", "IsInf"}
_BY_INPUT = {"Where": 1, "DequantizeLinear": 1}
"""Operators whose type is that of another input than the first."""


def element_types(graph: GraphProto) -> dict[str, int]:
    """Element types by the names of values, as ``TensorProto`` numbers them."""
    kinds = {tensor.name: tensor.data_type for tensor in graph.initializer}
    kinds |= {each.name: each.type.tensor_type.elem_type for each in graph.input}
    for node in graph.node:
        kinds |= dict.fromkeys(node.output, _kind(node, kinds))
    return kinds


def _kind(node: NodeProto, kinds: Mapping[str, int]) -> int:
    said = {each.name: each for each in node.attribute}
    if node.op_type == "Cast":
        return said["to"].i
    if node.op_type in ("Constant", "ConstantOfShape"):
        held = next((each for each in said.values() if each.name in ("value", "value_float", "value_int")), None)
        if held is None:
            return FULL
        by_kind = {AttributeProto.TENSOR: held.t.data_type, AttributeProto.FLOAT: FULL}
        return by_kind.get(held.type, TensorProto.INT64)
    if node.op_type in _WHOLE:
        return TensorProto.INT64
    if node.op_type in _TRUTH:
        return TensorProto.BOOL
    at = _BY_INPUT.get(node.op_type, 0)
    return kinds.get(node.input[at], FULL) if len(node.input) > at else FULL
