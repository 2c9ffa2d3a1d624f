"""Taking turns and taking stock: interleaved timings in child processes, ratios of pairs, memory, the machine's facts.

Every way of doing a thing lives in a process of its own, so that it has its own threads and its own memory; the
processes take turns, one call each, so that whatever else the machine does falls on all of them alike. What counts
is the ratio of two neighbours in a round, not a time.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MIB = 1 << 20
PACKAGES = ("numpy", "onnxruntime-gpu", "onnxruntime", "torch", "diffusers", "openvino")


def memory() -> dict[str, float]:
    """MiB of this process, from ``/proc/self/smaps_rollup``.

    ``private`` is what is its alone and backed by no file; ``mapped`` are pages of files (weights, libraries), which
    the system takes back when others need the room. The kernel's own ``Private_Dirty`` would count a mapped file's
    pages too for as long as the file, freshly written, is not yet on disk.
    """
    fields = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":")
        fields[name] = int(value.split()[0]) / 1024
    private = fields["Anonymous"] + fields["Swap"]
    return {"private": private, "mapped": fields["Rss"] - fields["Anonymous"], "resident": fields["Rss"]}


class PeakMemory:
    """Watches the memory of this process while its block runs."""

    def __init__(self, every: float = 0.02) -> None:
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak = memory()

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            now = memory()
            self.peak = {name: max(now[name], value) for name, value in self.peak.items()}

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


class Child:
    """A way of doing something, in its own process: it is made once and then called as often as one likes.

    Args:
        module: whose ``serve`` is called in the child with ``arguments``; it must return a mapping from command to
            function, whose JSON-able results come back here.
        environment: added to this process's own.
    """

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.measuring", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            text=True,
        )
        self.ready = self._read()

    def __call__(self, command: str = "run", **arguments: Any) -> Any:
        """Call a command and wait for its result."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([command, arguments]) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("\x02"):
                return json.loads(line[1:])
        raise RuntimeError(f"a child ended with status {self._process.wait()}")

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def rounds_of(
    children: Mapping[str, Child], titles: Mapping[str, str], rounds: int
) -> dict[str, list[dict[str, float]]]:
    """Let children take turns: one call each to warm up, then ``rounds`` that count; each is told when it is done.

    Returns:
        What each gave ("whole" and "used" among it: seconds, and seconds of the processor), round by round.
    """
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in children}
    for index in range(1 + rounds):
        for name, child in children.items():
            one = child(warm=index == 0)
            if index:
                taken[name].append(one)
                print(f"round {index}, {titles[name]}: {one['whole']:.1f} s, processor {one['used']:.1f} s", flush=True)
    for child in children.values():
        child.close()
    return taken


def serve(make: Callable[..., Mapping[str, Callable[..., Any]]], arguments: Sequence[str]) -> None:
    """The child's side of ``Child``."""
    start = time.perf_counter()
    commands = make(*arguments)
    answer: Any = {"seconds": time.perf_counter() - start, **memory()}
    print("\x02" + json.dumps(answer), flush=True)
    for line in sys.stdin:
        command, named = json.loads(line)
        print("\x02" + json.dumps(commands[command](**named)), flush=True)


Taken = list[float]
"""Seconds on the clock, seconds of processor time over all threads."""


def timed(function: Callable[[], object]) -> Taken:
    """What a call takes."""
    start, before = time.perf_counter(), time.process_time()
    function()
    return [time.perf_counter() - start, time.process_time() - before]


def in_turns(cases: Mapping[str, Callable[[], Taken]], rounds: int, warm: int = 1) -> dict[str, list[Taken]]:
    """What each case takes in each round: A B C, A B C, ...; ``warm`` rounds before are not counted."""
    taken: dict[str, list[Taken]] = {name: [] for name in cases}
    for index in range(warm + rounds):
        for name, case in cases.items():
            one = case()
            if index >= warm:
                taken[name].append(one)
    return taken


def spread(values: Sequence[float], form: str = ".3f") -> str:
    """Median (least–most)."""
    return f"{statistics.median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def ratios(values: Sequence[float], base: Sequence[float]) -> list[float]:
    """Each value over the base's in the same round."""
    return [value / other for value, other in zip(values, base, strict=True)]


TIMING_HEADS = ("case", "s: median (min–max)", "ratio", "processor s", "ratio")


def timing_rows(taken: Mapping[str, Sequence[Taken]], base: str) -> list[list[str]]:
    """Rows for ``table``: case, seconds, their ratio to ``base``, processor seconds, their ratio.

    With one thread the processor's seconds are those of a machine that does nothing else.
    """
    rows = []
    for name, values in taken.items():
        row = [name]
        for kind in (0, 1):
            mine, other = [v[kind] for v in values], [v[kind] for v in taken[base]]
            row += [spread(mine), spread(ratios(mine, other), ".2f")]
        rows.append(row)
    return rows


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, printed and returned."""
    lines = [f"### {title}", "", "| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    text = "\n".join(lines) + "\n"
    print(text, flush=True)
    return text


def machine() -> str:
    """Processor, cores, versions and how busy the machine is, in one line."""
    name = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            name = line.split(":")[1].strip()
            break
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    cores = len(os.sched_getaffinity(0))
    return f"{name}, {cores} cores, Python {platform.python_version()}, {', '.join(versions)}, load {load}"


if __name__ == "__main__":
    import importlib

    serve(importlib.import_module(sys.argv[1]).serve, sys.argv[2:])
