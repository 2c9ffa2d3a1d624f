"""Stable Diffusion 1.5's real size on this CPU: our sessions against PyTorch and OpenVINO; memory; cancelling.

    python -m benchmarks.sd15_size [--folder FOLDER] [--rounds 5] [--compile]

Weights are random and seeded, so nothing here is about pictures. The folder is kept when it is given (7 GB of graphs
and as much of caches; exporting takes some minutes, once).
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import (
    TIMING_HEADS,
    Child,
    PeakMemory,
    Taken,
    in_turns,
    machine,
    memory,
    table,
    timed,
    timing_rows,
)

SIDES = (32, 64)
OURS = "onnxruntime (ours)"
GROUPS = (
    {
        OURS: ("ort", ""),
        "PyTorch eager": ("torch", ""),
        "OpenVINO f32": ("openvino-f32", ""),
        "OpenVINO default precision": ("openvino-default", ""),
    },
    {
        OURS: ("ort", ""),
        "onnxruntime, plain attention": ("ort", "_plain"),
        "OpenVINO f32, plain attention": ("openvino-f32", "_plain"),
    },
)
"""Groups that are in memory together: up to 12 GB."""


def feeds(part: str, side: int) -> dict[str, np.ndarray]:
    """Inputs as in a real step: guidance makes a batch of two; the decoder gets one picture."""
    drawn = np.random.default_rng(side)
    if part == "vae_decoder":
        return {"latent_sample": drawn.standard_normal((1, 4, side, side), np.float32)}
    return {
        "sample": drawn.standard_normal((2, 4, side, side), np.float32),
        "timestep": np.array(500, np.float32),
        "encoder_hidden_states": drawn.standard_normal((2, 77, 768), np.float32),
    }


# In the child


def serve(backend: str, part: str, folder: str, variant: str, threads: str) -> Mapping[str, Callable[..., Any]]:
    """One backend with one part."""
    run, runtime, load = (_torch if backend.startswith("torch") else _session)(
        backend, part, Path(folder), variant, int(threads) or None
    )

    def once(side: int) -> dict[str, float]:
        inputs = feeds(part, side)
        with PeakMemory() as watch:
            seconds, _ = timed(lambda: run(inputs))
        return {"seconds": seconds, "peak": watch.peak["private"], **memory()}

    def plain(side: int) -> Taken:
        inputs = feeds(part, side)
        return timed(lambda: run(inputs))

    def keep(side: int, path: str) -> None:
        np.save(path, run(feeds(part, side)))

    def cancel(side: int, after: float) -> dict[str, float]:
        return _cancel(runtime, lambda: run(feeds(part, side)), after)

    return {"once": once, "run": plain, "keep": keep, "cancel": cancel, "load": lambda: load}


def _session(
    backend: str, part: str, folder: Path, variant: str, threads: int | None
) -> tuple[Callable[[Any], np.ndarray], Any, float]:
    path = folder / f"{part}{variant}" / "model.onnx"
    if backend != "ort":
        from benchmarks.openvino_case import open_graph

        return open_graph(path, threads=threads, precision="f32" if backend == "openvino-f32" else ""), None, 0.0
    from inference.runtime import Runtime

    runtime = Runtime(device="cpu", threads=threads, cache=folder / "cache")
    start = time.perf_counter()
    session = runtime.load(path)
    return lambda inputs: next(iter(session.run(inputs).values())), runtime, time.perf_counter() - start


def _torch(
    backend: str, part: str, folder: Path, variant: str, threads: int | None
) -> tuple[Callable[[Any], np.ndarray], None, float]:
    import torch

    from benchmarks import sd15_models

    if threads:
        torch.set_num_threads(threads)
    call: Callable[..., Any] = sd15_models.unet() if part == "unet" else sd15_models.vae().decode
    if backend == "torch-compile":
        call = torch.compile(call)

    def run(inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        with torch.inference_mode():
            return call(*(torch.from_numpy(value) for value in inputs.values()), return_dict=False)[0].numpy()

    return run, None, 0.0


def _cancel(runtime: Any, call: Callable[[], object], after: float) -> dict[str, float]:
    """Seconds from asking for a stop to being let go, and until the next call may start."""
    from inference.errors import Cancelled

    asked: list[float] = []

    def ask() -> None:
        asked.append(time.perf_counter())
        runtime.cancel.set()

    timer = threading.Timer(after, ask)
    timer.start()
    freed = 0.0
    try:
        call()
    except Cancelled:
        freed = time.perf_counter()
    timer.join()
    runtime.cancel.clear()
    if not freed:
        return {"freed": -1.0, "idle": -1.0}
    runtime.call(lambda: None, lambda: None)
    return {"freed": freed - asked[0], "idle": time.perf_counter() - asked[0]}


# In the parent


def speed(folder: Path, part: str, sides: Sequence[int], rounds: int, threads: int, groups: Sequence[int]) -> None:
    """Time all backends on one part in turns, and how far each is from ours."""
    for group in (GROUPS[index] for index in groups):
        children: dict[str, Child] = {}
        for name, (backend, variant) in group.items():
            try:
                children[name] = Child("benchmarks.sd15_size", [backend, part, str(folder), variant, str(threads)])
            except RuntimeError as error:
                print(f"{name}: {error}")
        ready = {name: child.ready for name, child in children.items()}
        rows = [[name, f"{now['seconds']:.1f}", f"{now['private']:.0f}"] for name, now in ready.items()]
        table(f"{part}: making it ready", ["case", "s", "private MiB"], rows)
        for side in sides:
            taken = in_turns({n: (lambda c=c, s=side: c("run", side=s)) for n, c in children.items()}, rounds)
            after = {name: child("once", side=side) for name, child in children.items()}
            away = _distances(children, side)
            rows = [[*row, f"{after[row[0]]['peak']:.0f}", away[row[0]]] for row in timing_rows(taken, OURS)]
            heads = [*TIMING_HEADS, "peak private MiB", "off ours by"]
            table(f"{part}, {side}x{side} latents, {threads or 'all'} threads", heads, rows)
        for child in children.values():
            child.close()


def _distances(children: Mapping[str, Child], side: int) -> dict[str, str]:
    """Largest difference from ours over the root mean square."""
    with tempfile.TemporaryDirectory() as scratch:
        got = {}
        for index, (name, child) in enumerate(children.items()):
            path = f"{scratch}/{index}.npy"
            child("keep", side=side, path=path)
            got[name] = np.load(path)
    scale = float(np.sqrt(np.mean(got[OURS] ** 2)))
    return {name: f"{float(np.abs(value - got[OURS]).max()) / scale:.1e}" for name, value in got.items()}


def loading(folder: Path) -> None:
    """First and second load of each part, each in a fresh process, and memory through a 64x64 step."""
    rows = []
    for part in ("unet", "vae_decoder"):
        for kind in ("first", "second", "third"):
            if kind == "first":
                shutil.rmtree(folder / "cache", ignore_errors=True)
            child = Child("benchmarks.sd15_size", ["ort", part, str(folder), "", "0"])
            loaded = child.ready
            seconds = child("load")
            child("run", side=64)
            ran = child("once", side=64)
            child.close()
            values = (loaded["private"], ran["peak"], ran["private"], ran["mapped"], ran["resident"])
            rows.append([part, kind, f"{seconds:.2f}", *(f"{value:.0f}" for value in values)])
    heads = ["part", "load", "s", "private after load", "peak in 64x64 steps", "private after"]
    table("Loading and memory (MiB)", [*heads, "mapped", "resident"], rows)


def cancelling(folder: Path, tries: int) -> None:
    """Ask for a stop at many moments of a long call."""
    rows = []
    for part in ("unet", "vae_decoder"):
        child = Child("benchmarks.sd15_size", ["ort", part, str(folder), "", "0"])
        child("run", side=64)
        whole, _ = child("run", side=64)
        rows.append([f"{part} 64x64, {whole:.1f} s", *_same_afterwards(child, whole, tries)])
        child.close()
    heads = ["call", "let go after, s: p50", "p95", "max", "idle again, s: p50", "max", "same result after"]
    table("Cancelling inside a call", heads, rows)


def _same_afterwards(child: Child, whole: float, tries: int) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        child("keep", side=64, path=f"{scratch}/before.npy")
        moments = [whole * (i + 0.5) / tries * 0.9 for i in range(tries)]
        answers = [child("cancel", side=64, after=moment) for moment in moments]
        child("keep", side=64, path=f"{scratch}/after.npy")
        same = np.array_equal(np.load(f"{scratch}/before.npy"), np.load(f"{scratch}/after.npy"))
    freed = np.array([a["freed"] for a in answers if a["freed"] >= 0])
    idle = np.array([a["idle"] for a in answers if a["freed"] >= 0])
    p50, p95 = np.percentile(freed, [50, 95])
    values = (p50, p95, freed.max(), np.median(idle), idle.max())
    return [*(f"{value:.3f}" for value in values), "bit-identical" if same else "DIFFERENT"]


def compiled(folder: Path, rounds: int, threads: int) -> None:
    """torch.compile against eager and ours; its first call takes minutes and needs a C++ compiler."""
    names = {OURS: "ort", "PyTorch eager": "torch", "torch.compile": "torch-compile"}
    children = {n: Child("benchmarks.sd15_size", [b, "unet", str(folder), "", str(threads)]) for n, b in names.items()}
    first, _ = children["torch.compile"]("run", side=32)
    taken = in_turns({n: (lambda c=c: c("run", side=32)) for n, c in children.items()}, rounds)
    rows = timing_rows(taken, OURS)
    table(f"UNet, 32x32 latents (first compiled call {first:.0f} s)", TIMING_HEADS, rows)
    for child in children.values():
        child.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="keeps the exported graphs; a temporary one otherwise")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0, help="of every backend; 0 for each one's own default")
    parser.add_argument("--sides", type=int, nargs="+", default=SIDES, help="latent sides")
    parser.add_argument("--groups", type=int, nargs="+", default=[0, 1], help="0: backends; 1: plain attention")
    parser.add_argument("--tries", type=int, default=20, help="cancelled calls")
    parser.add_argument("--only", choices=("unet", "vae_decoder", "loading", "cancelling", "compile"))
    parser.add_argument("--compile", action="store_true", help="measure torch.compile too")
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        _export(folder)
        print(machine() + "\n")
        parts: dict[str, Callable[[], None]] = {
            "loading": lambda: loading(folder),
            "unet": lambda: speed(folder, "unet", given.sides, given.rounds, given.threads, given.groups),
            "vae_decoder": lambda: speed(folder, "vae_decoder", given.sides, given.rounds, given.threads, given.groups),
            "cancelling": lambda: cancelling(folder, given.tries),
            "compile": lambda: compiled(folder, given.rounds, given.threads),
        }
        for name, measure in parts.items():
            if given.only in (None, name) and (name != "compile" or given.compile or given.only == "compile"):
                measure()


def _export(folder: Path) -> None:
    """In a process of its own, whose memory goes when it ends."""
    import multiprocessing

    from benchmarks import sd15_models

    process = multiprocessing.get_context("spawn").Process(target=sd15_models.export, args=(folder,))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("the graphs could not be exported")


if __name__ == "__main__":
    main()
