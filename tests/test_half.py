"""Graphs in half precision: which nodes stay in single precision, and that the rest does compute in half."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from inference.runtime import Runtime
from training.half import Halved, float_values, halve_graph, largest_values

FLOAT = TensorProto.FLOAT


def graph(folder: Path, nodes: Sequence[onnx.NodeProto], weights: dict[str, Any], inputs: dict[str, list[Any]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    held = [numpy_helper.from_array(np.asarray(each, np.float32), name) for name, each in weights.items()]
    given = [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in inputs.items()]
    made = helper.make_graph(list(nodes), "g", given, [helper.make_tensor_value_info("y", FLOAT, None)], held)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save_model(model, folder / "model.onnx")
    return folder


def node(kind: str, inputs: list[str], output: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(kind, inputs, [output], name=f"/{output}", **attributes)


def run(folder: Path, feeds: dict[str, Any]) -> np.ndarray:
    with closing(Runtime(device="cpu", cache=None)) as runtime:
        session = runtime.load(folder / "model.onnx")
        return session.run(feeds)["y"]


def halved(tmp_path: Path, source: Path, feeds: dict[str, Any]) -> tuple[Halved, np.ndarray]:
    done = halve_graph(source, [feeds], tmp_path / "half")
    return done, run(tmp_path / "half", feeds)


CHAIN = [
    node("Mul", ["x", "small"], "a"),
    node("Mul", ["a", "large"], "b"),  # overflows where large * a does
    node("Add", ["b", "shift"], "c"),
    node("Div", ["c", "large"], "d"),
    node("Tanh", ["d"], "e"),
    node("Add", ["e", "shift"], "y"),
]


@pytest.mark.parametrize(
    ("large", "kept"), [(10.0, ()), (20_000.0, ("/b", "/c", "/d")), (1e6, ("/b", "/c", "/d"))], ids=str
)
def test_just_the_nodes_that_overflow_are_kept(tmp_path: Path, large: float, kept: tuple[str, ...]) -> None:
    weights = {"small": [2.0, 3.0], "large": [large, large], "shift": [0.5, 0.25]}
    source, feeds = graph(tmp_path / "full", CHAIN, weights, {"x": [2]}), {"x": np.array([1.0, 2.0], np.float32)}
    done, found = halved(tmp_path, source, feeds)
    assert done.kept == kept
    assert done.nodes == 6
    assert found.dtype == np.float16
    np.testing.assert_allclose(found.astype(np.float32), run(source, feeds), rtol=2e-3)


def test_the_rest_computes_in_half_precision(tmp_path: Path) -> None:
    weights = {"small": [2.0, 3.0], "large": [20_000.0] * 2, "shift": [0.5, 0.25]}
    source = graph(tmp_path / "full", CHAIN, weights, {"x": [2]})
    halved(tmp_path, source, {"x": np.array([1.0, 2.0], np.float32)})
    model = onnx.load(tmp_path / "half" / "model.onnx")
    kinds = float_values(model.graph)
    single = {n.name for n in model.graph.node if n.op_type != "Cast" and kinds[n.output[0]] == FLOAT}
    assert single == {"/b", "/c", "/d"}
    assert next(t for t in model.graph.initializer if t.name == "small").data_type == TensorProto.FLOAT16
    assert model.graph.input[0].type.tensor_type.elem_type == TensorProto.FLOAT16


def test_the_largest_values_are_those_that_are_met(tmp_path: Path) -> None:
    weights = {"small": [2.0, 3.0], "large": [100.0, 100.0], "shift": [0.5, 0.25]}
    source = graph(tmp_path / "full", CHAIN, weights, {"x": [2]})
    feeds = [{"x": np.array([1.0, 2.0], np.float32)}, {"x": np.array([-7.0, 0.0], np.float32)}]
    assert largest_values(source / "model.onnx", feeds)["b"] == pytest.approx(1400)
    assert not list(source.glob("probing-*"))


def test_the_time_keeps_its_digits_until_the_first_weight(tmp_path: Path) -> None:
    nodes = [
        node("Mul", ["timestep", "rate"], "angle"),
        node("Sin", ["angle"], "wave"),
        node("MatMul", ["wave", "matrix"], "hidden"),
        node("Add", ["hidden", "sample"], "y"),
    ]
    weights = {"rate": [[1.0, 0.37]], "matrix": np.eye(2)}
    source = graph(tmp_path / "full", nodes, weights, {"timestep": [], "sample": [1, 2]})
    feeds = {"timestep": np.float32(999.5), "sample": np.zeros((1, 2), np.float32)}
    done, found = halved(tmp_path, source, feeds)
    assert {"/angle", "/wave"} <= set(done.kept)
    np.testing.assert_allclose(found.astype(np.float32), run(source, feeds), atol=2e-3)
    assert onnx.load(tmp_path / "half" / "model.onnx").graph.input[0].type.tensor_type.elem_type == FLOAT


def test_a_constant_that_would_vanish_keeps_its_node(tmp_path: Path) -> None:
    nodes = [node("Mul", ["x", "x"], "a"), node("Add", ["a", "eps"], "b"), node("Reciprocal", ["b"], "c")]
    nodes += [node("Clip", ["c", "", "most"], "y")]
    source = graph(tmp_path / "full", nodes, {"eps": 1e-9, "most": 4.0}, {"x": [2]})
    feeds = {"x": np.array([0.0, 1.0], np.float32)}
    done, found = halved(tmp_path, source, feeds)
    assert "/b" in done.kept
    np.testing.assert_allclose(found.astype(np.float32), [4.0, 1.0], rtol=2e-3)


def test_a_resize_keeps_its_scales_in_single_precision(tmp_path: Path) -> None:
    nodes = [node("Resize", ["x", "", "scales"], "y", mode="nearest")]
    source = graph(tmp_path / "full", nodes, {"scales": [1.0, 1.0, 2.0, 2.0]}, {"x": [1, 1, 2, 2]})
    feeds = {"x": np.arange(4, dtype=np.float32).reshape(1, 1, 2, 2)}
    done, found = halved(tmp_path, source, feeds)
    assert done.kept == ()
    np.testing.assert_array_equal(found.astype(np.float32), run(source, feeds))
