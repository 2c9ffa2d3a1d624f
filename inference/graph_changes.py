"""Where changes of a graph begin: the stored graph without its weights, or what another change makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx
from numpy.typing import NDArray

from inference.runtime import Change


def opened(path: Path, under: Change | None) -> tuple[onnx.ModelProto, Mapping[str, NDArray[Any]]]:
    """The graph to change, and the weights that are other ones already.

    Args:
        under: what is changed first, None for nothing.
    """
    if under is None:
        return onnx.load(path, load_external_data=False), {}
    graph, weights = under.merged(path)
    return onnx.load_model_from_string(graph), weights
