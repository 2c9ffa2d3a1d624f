"""How long another LoRA takes: a session with merged weights against opening the model and against a new export.

    python -m benchmarks.loras [--sd15 FOLDER] [--rounds 5]

The embedded model is always measured. FOLDER holds ``unet/model.onnx`` of Stable Diffusion 1.5's real size (see
``benchmarks.sd15_size``); the LoRA there changes what kohya's do (attention, feed-forward, projections), at rank 8.
Weights are random: nothing here is about pictures.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.measuring import machine
from inference.layer_changes import LowRank
from inference.lora_graphs import Change, Layer, _layers
from inference.resources import RESOURCES
from inference.runtime import Runtime

USUAL = re.compile(r"\.(to_q|to_k|to_v|to_out\.0|ff\.net\.0\.proj|ff\.net\.2|proj_in|proj_out)$")
RANK = 8


def change(path: Path, seed: int) -> Change:
    """A random LoRA of the layers that are usually trained."""
    drawn = np.random.default_rng(seed)
    layers = [layer for layer in _layers(path, 0, 0) if USUAL.search(layer.path)]
    return Change(str(seed), {layer: [(_low_rank(layer, drawn), 0.8)] for layer in layers})


def _low_rank(layer: Layer, drawn: np.random.Generator) -> LowRank:
    outputs, inputs, *kernel = layer.torch_shape
    down = drawn.standard_normal((RANK, inputs, *kernel), np.float32) * 0.02
    return LowRank(down, drawn.standard_normal((outputs, RANK), np.float32) * 0.02, None, 1.0)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(path: Path, rounds: int, cache: Path) -> dict[str, list[float]]:
    """Each way once a round, in turns."""
    runtime = Runtime(device="cpu", cache=None)
    cached = Runtime(device="cpu", cache=cache)
    cached.load(path).close()
    taken: dict[str, list[float]] = {}
    for number in range(rounds):
        made = change(path, number)
        for name, work in {
            "merge": lambda made=made: made.merged(path),
            "another LoRA": lambda made=made: runtime.load(path, made).close(),
            "the graph itself": lambda: runtime.load(path).close(),
            "its optimised copy": lambda: cached.load(path).close(),
        }.items():
            taken.setdefault(name, []).append(seconds(work))
    return taken


def export_again(folder: Path) -> float:
    """What merging by exporting takes: restore, merge, trace and compare with PyTorch."""
    from training.export import export_pipeline
    from training.restore import restore_pipeline

    base = restore_pipeline(RESOURCES / "models" / "sprites", folder / "base")
    return seconds(lambda: export_pipeline(base, folder / "again"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sd15", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    print(machine())
    graphs = {"embedded": RESOURCES / "models" / "sprites" / "unet" / "model.onnx"}
    if args.sd15:
        graphs["SD 1.5"] = args.sd15 / "unet" / "model.onnx"
    with tempfile.TemporaryDirectory() as scratch:
        for name, path in graphs.items():
            for way, values in measure(path, args.rounds, Path(scratch) / "cache").items():
                print(f"{name}: {way}: {statistics.median(values):.2f} s ({min(values):.2f} to {max(values):.2f})")
        print(f"embedded: exported again: {export_again(Path(scratch)):.1f} s")


if __name__ == "__main__":
    main()
