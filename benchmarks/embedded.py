"""The model that the program ships: our engine against diffusers on the same weights, and where the time goes.

    python -m benchmarks.embedded WEIGHTS [--rounds 9]

WEIGHTS is the folder of the PyTorch weights that the embedded model was exported from. Both make 128x128 pictures
with 20 steps of DDIM and guidance 4, in float32, with all cores.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring import (
    TIMING_HEADS,
    Child,
    PeakMemory,
    Taken,
    in_turns,
    machine,
    memory,
    ratios,
    spread,
    table,
    timed,
    timing_rows,
)

STEPS = 20
GUIDANCE = 4.0
PROMPT = "apple, fluent style"

# In the child


def serve(what: str, weights: str, cache: str, options: str) -> Mapping[str, Callable[..., Any]]:
    """Ours or diffusers'."""
    said = json.loads(options)
    return _diffusers(weights, said) if what == "diffusers" else _ours(cache, said)


def _diffusers(weights: str, options: Mapping[str, Any]) -> Mapping[str, Callable[..., Any]]:
    import torch
    from diffusers import StableDiffusionPipeline

    if options.get("threads"):
        torch.set_num_threads(options["threads"])
    pipeline = StableDiffusionPipeline.from_pretrained(weights, torch_dtype=torch.float32, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.vae_scale_factor = (
        128 // pipeline.unet.config.sample_size
    )  # it counts blocks: wrong where pixels are patched

    def run(count: int = 1, previews: bool = False) -> Taken:
        generator = torch.Generator().manual_seed(5)
        return timed(
            lambda: pipeline(
                PROMPT,
                num_inference_steps=STEPS,
                guidance_scale=GUIDANCE,
                num_images_per_prompt=count,
                generator=generator,
                height=128,
                width=128,
                output_type="np",
            )
        )

    return {"run": run, "memory": lambda: _peak(lambda: run(1))}


def _ours(cache: str, options: Mapping[str, Any]) -> Mapping[str, Callable[..., Any]]:
    from inference import runtime
    from inference.api import Generate
    from inference.engine import LocalEngine

    if options.get("spinning"):
        usual = runtime._options

        def spinning(*args: Any, **kwargs: Any) -> Any:
            made = usual(*args, **kwargs)
            made.add_session_config_entry("session.intra_op.allow_spinning", "1")
            return made

        runtime._options = spinning
    engine = LocalEngine(device="cpu", threads=options.get("threads"), cache=Path(cache))

    def make(count: int = 1, previews: bool = False) -> None:
        request = Generate(
            prompt=PROMPT, seed=5, steps=STEPS, guidance=GUIDANCE, scheduler="ddim", count=count, previews=previews
        )
        for _ in engine.run(request):
            pass

    def run(count: int = 1, previews: bool = False) -> Taken:
        return timed(lambda: make(count, previews))

    def singles(count: int) -> Taken:
        return timed(lambda: [make() for _ in range(count)])

    def parts(previews: bool) -> dict[str, float]:
        return _parts(lambda: make(1, previews))

    return {
        "run": run,
        "singles": singles,
        "parts": parts,
        "handoff": lambda: _handoff(engine.runtime),
        "memory": lambda: _peak(make),
    }


def _peak(function: Callable[[], object]) -> dict[str, float]:
    with PeakMemory() as watch:
        function()
    return {"peak": watch.peak["private"], **memory()}


class Clock:
    """Seconds by name, taken around functions that are wrapped while it lasts."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._originals: list[tuple[Any, str, Any]] = []

    def watch(self, owner: Any, method: str, name: str | Callable[..., str]) -> None:
        """Take the time of every call of a method."""
        original = getattr(owner, method)
        self._originals.append((owner, method, original))

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                key = name if isinstance(name, str) else name(*args)
                self.seconds[key] += time.perf_counter() - start

        setattr(owner, method, wrapped)

    def watch_steps(self, owner: Any, method: str, name: str) -> None:
        """Take the time spent inside a generator."""
        original = getattr(owner, method)
        self._originals.append((owner, method, original))

        def wrapped(*args: Any, **kwargs: Any) -> Iterator[Any]:
            made = original(*args, **kwargs)
            while True:
                start = time.perf_counter()
                try:
                    value = next(made)
                except StopIteration:
                    return
                finally:
                    self.seconds[name] += time.perf_counter() - start
                yield value

        setattr(owner, method, wrapped)

    def restore(self) -> None:
        """Undo the wrapping."""
        for owner, method, original in self._originals:
            setattr(owner, method, original)


def _parts(make: Callable[[], None]) -> dict[str, float]:
    """Seconds of one picture by part. The wrappers' own cost, some microseconds a step, counts as ours."""
    import onnxruntime

    from inference.pipelines import Pipeline
    from inference.preview import PreviewMap
    from inference.runtime import OrtSession
    from inference.solver import Tables, TableSampler

    clock = Clock()
    graph = {"last_hidden_state": "text", "out_sample": "unet", "sample": "decoder"}
    clock.watch(onnxruntime.InferenceSession, "run", lambda _, outputs, *rest: "graph " + graph[outputs[0]])
    clock.watch(OrtSession, "run", lambda session, *rest: "session " + graph[session._outputs[0]])
    clock.watch(TableSampler, "scale", "sampler")
    clock.watch(TableSampler, "step", "sampler")
    clock.watch(TableSampler, "clean", "previews")
    clock.watch(Tables, "sampler", "sampler, once")
    clock.watch(PreviewMap, "show", "previews")
    clock.watch_steps(Pipeline, "denoise", "loop")
    try:
        whole, _ = timed(make)
    finally:
        clock.restore()
    return {"whole": whole, **clock.seconds}


def _handoff(runtime: Any, calls: int = 2000) -> float:
    """Seconds that one call through the runtime's thread costs more than a direct one."""

    def nothing() -> None:
        return None

    through, _ = timed(lambda: [runtime.call(nothing, nothing) for _ in range(calls)])
    direct, _ = timed(lambda: [nothing() for _ in range(calls)])
    return (through - direct) / calls


# In the parent


def against_diffusers(weights: str, cache: str, rounds: int, threads: int) -> None:
    """Whole pictures, one and four at once."""
    said = json.dumps({"threads": threads or None})
    children = {name: Child("benchmarks.embedded", [name, weights, cache, said]) for name in ("ours", "diffusers")}
    for count in (1, 4):
        cases = {
            "ours": lambda count=count: children["ours"](count=count),
            "ours, with previews": lambda count=count: children["ours"](count=count, previews=True),
            "diffusers, PyTorch eager": lambda count=count: children["diffusers"](count=count),
        }
        if count > 1:
            cases["ours, four times one"] = lambda count=count: children["ours"]("singles", count=count)
        taken = in_turns(cases, rounds, warm=2)
        table(f"{count} at once, {threads or 'all'} threads", TIMING_HEADS, timing_rows(taken, "ours"))
    rows = [
        [name, *(f"{m[key]:.0f}" for key in ("private", "peak", "resident"))]
        for name, m in ((name, child("memory")) for name, child in children.items())
    ]
    table("Memory (MiB)", ["case", "private", "peak private", "resident"], rows)
    for child in children.values():
        child.close()


def settings(weights: str, cache: str, rounds: int, threads: int) -> None:
    """Threads and spinning."""
    wanted = {
        "2 threads, no spinning (ours)": {},
        "2 threads, spinning": {"spinning": True},
        "1 thread": {"threads": 1},
    }
    children = {n: Child("benchmarks.embedded", ["ours", weights, cache, json.dumps(o)]) for n, o in wanted.items()}
    taken = in_turns({n: (lambda c=c: c(count=1)) for n, c in children.items()}, rounds, warm=2)
    table("Threads", TIMING_HEADS, timing_rows(taken, next(iter(wanted))))
    for child in children.values():
        child.close()


def by_part(weights: str, cache: str, rounds: int, threads: int) -> None:
    """Where a picture's time goes, and what the loop costs beside the graph."""
    child = Child("benchmarks.embedded", ["ours", weights, cache, "{}"])
    for previews in (False, True):
        child(count=1, previews=previews)
        found = [child("parts", previews=previews) for _ in range(rounds)]
        names = ["whole", "loop", "graph text", "graph unet", "graph decoder", "sampler", "sampler, once", "previews"]
        rows = [[name, spread([f.get(name, 0) * 1000 for f in found], ".2f")] for name in names]
        beside = [(f["loop"] - f["graph unet"]) for f in found]
        handed = [(f["session unet"] - f["graph unet"]) for f in found]
        other = [b - h - f["sampler"] for b, h, f in zip(beside, handed, found, strict=True)]
        loops = [f["loop"] for f in found]
        rows += [
            ["loop beside the graph", spread([b * 1000 for b in beside], ".2f")],
            ["... of which thread, casts, options", spread([h * 1000 for h in handed], ".2f")],
            ["... of which numpy (guidance, inputs, clean latents)", spread([o * 1000 for o in other], ".2f")],
            ["loop beside the graph, % of the loop", spread([100 * r for r in ratios(beside, loops)], ".2f")],
        ]
        title = f"By part, {STEPS} steps, previews {'on' if previews else 'off'}"
        table(title, ["part", "ms a picture: median (min–max)"], rows)
    cost = [child("handoff") * 1e6 for _ in range(5)]
    print(f"A call through the runtime's thread costs {spread(cost, '.0f')} microseconds more than a direct one.\n")
    child.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", help="folder of the PyTorch weights")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=0, help="of both; 0 for each one's own default")
    parser.add_argument("--only", choices=("diffusers", "settings", "parts"))
    given = parser.parse_args()
    print(machine() + "\n")
    with tempfile.TemporaryDirectory() as cache:
        measures = {"diffusers": against_diffusers, "settings": settings, "parts": by_part}
        for name, measure in measures.items():
            if given.only in (None, name):
                measure(given.weights, cache, given.rounds, given.threads)


if __name__ == "__main__":
    main()
