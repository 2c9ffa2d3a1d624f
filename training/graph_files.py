"""Graphs written to the disk weight by weight, so that memory holds one weight at a time; weights in half precision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.external_data_helper import ExternalDataInfo, set_external_data, uses_external_data

from inference.manifest import GRAPH

EMBEDDED_LIMIT = 1_800_000_000
"""Bytes above which weights go to a file beside the graph (a protobuf ends at 2 GiB)."""
BESIDE = "model.onnx_data"
SMALLEST_BESIDE = 1024
"""Bytes of a weight below which it stays in the graph: shape constants must."""
MOST_HALF = float(np.finfo(np.float16).max)


def load_graph(path: Path) -> onnx.ModelProto:
    """A graph without the weights that lie beside it."""
    return onnx.load(path, load_external_data=False)


def value(tensor: TensorProto, folder: Path | None) -> NDArray[Any]:
    """A weight; one in a file beside the graph is mapped from there."""
    if not uses_external_data(tensor):
        return numpy_helper.to_array(tensor)
    said, kind = ExternalDataInfo(tensor), helper.tensor_dtype_to_np_dtype(tensor.data_type)
    if not tensor.dims or not said.length:
        raw = (Path(folder or ".") / said.location).read_bytes()
        at = said.offset or 0
        return np.frombuffer(raw[at : at + (said.length or len(raw) - at)], kind).reshape(tuple(tensor.dims))
    return np.memmap(Path(folder or ".") / said.location, kind, "r", said.offset or 0, tuple(tensor.dims))


def _bytes(tensor: TensorProto) -> int:
    return int(np.prod(tensor.dims)) * helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize


def save(model: onnx.ModelProto, folder: Path, *, source: Path | None = None) -> None:
    """Write a graph into ``folder``, its weights beside it when they do not fit a protobuf.

    Args:
        source: the folder of the files that weights lie in; they are emptied out of ``model`` as they are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in (GRAPH, BESIDE):
        (folder / old).unlink(missing_ok=True)
    if sum(_bytes(tensor) for tensor in model.graph.initializer) < EMBEDDED_LIMIT:
        for tensor in model.graph.initializer:
            if uses_external_data(tensor):
                tensor.CopyFrom(numpy_helper.from_array(np.array(value(tensor, source)), tensor.name))
        onnx.save_model(model, folder / GRAPH)
        return
    with (folder / BESIDE).open("wb") as file:
        for tensor in model.graph.initializer:
            if _bytes(tensor) >= SMALLEST_BESIDE:
                _write_beside(tensor, file, source)
            elif uses_external_data(tensor):
                tensor.CopyFrom(numpy_helper.from_array(np.array(value(tensor, source)), tensor.name))
    (folder / GRAPH).write_bytes(model.SerializeToString())


def _write_beside(tensor: TensorProto, file: Any, source: Path | None) -> None:
    values, at = np.ascontiguousarray(value(tensor, source)), file.tell()
    values.tofile(file)
    kept = TensorProto(name=tensor.name, data_type=tensor.data_type, dims=tensor.dims, raw_data=b"")
    set_external_data(kept, BESIDE, at, values.nbytes)
    kept.ClearField("raw_data")
    tensor.CopyFrom(kept)


def halve_weights(model: onnx.ModelProto, smallest: int = 256, *, source: Path | None = None) -> int:
    """Store fp32 initializers of at least ``smallest`` values in fp16, widened by a Cast at load.

    onnxruntime folds the Cast away when it optimises the graph, so the arithmetic is fp32 throughout. A tensor
    with a value that fp16 cannot hold stays as it is. Returns the number of tensors halved.
    """
    graph = model.graph
    casts = []
    for index, tensor in enumerate(graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < smallest:
            continue
        values = value(tensor, source)
        if np.abs(values).max() > MOST_HALF:
            continue
        half = numpy_helper.from_array(values.astype(np.float16), tensor.name + "_half")
        casts.append(helper.make_node("Cast", [half.name], [tensor.name], to=TensorProto.FLOAT))
        graph.initializer[index].CopyFrom(half)
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return len(casts)
