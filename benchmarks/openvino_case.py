"""OpenVINO for the benchmarks: measured, and not used by the program (see docs/performance.md).

Importing ``openvino`` imports its converter, which writes an identifier into the user's home and reports the import
to a web analytics service unless a consent file says no. Here its telemetry package is made impossible to import
first; OpenVINO then uses the stub that it ships for that case.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np


def open_graph(
    path: Path, *, threads: int | None, precision: str, shapes: Mapping[str, tuple[int, ...]] | None = None
) -> Callable[[Mapping[str, np.ndarray]], np.ndarray]:
    """A graph's first output as a function of its inputs.

    Args:
        precision: "f32", or "" for what OpenVINO chooses (bfloat16 where the processor can).
        shapes: of the inputs, for a graph compiled for them alone.
    """
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    core = openvino.Core()
    model = core.read_model(str(path))
    if shapes:
        model.reshape({name: list(shape) for name, shape in shapes.items()})
    settings: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1}
    settings |= {"INFERENCE_NUM_THREADS": threads} if threads else {}
    settings |= {"INFERENCE_PRECISION_HINT": precision} if precision else {}
    request = core.compile_model(model, "CPU", settings).create_infer_request()

    def run(inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        request.start_async(inputs, share_inputs=True)
        request.wait()
        return request.get_output_tensor(0).data.copy()

    return run
