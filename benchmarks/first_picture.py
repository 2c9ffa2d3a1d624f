"""From the start of the process to the first picture's file, split in parts, with an empty and a filled cache.

    python -m benchmarks.first_picture [--rounds 5]

Whole times are those of ``python main.py generate`` as it is; the parts come from runs with watches on the engine.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measuring import ROOT, machine, spread, table

GENERATE = ["generate", "apple", "--style", "fluent", "--seed", "5", "--quiet"]
PARTS = {
    "interpreter": "interpreter's start",
    "command line": "command line's imports",
    "engine": "engine's imports (numpy, onnxruntime)",
    "manifest": "model's manifest",
    "waiting": "all else: waiting for the scheduler's table, recipe, events",
    "load": "opening graphs",
    "text": "text",
    "denoise": "denoising, 20 steps",
    "decode": "decoding",
    "write": "writing the file",
    "whole": "all of it, until the process is about to end",
    "scheduler": "the scheduler's table, in a thread beside (compiled with torch and diffusers the first time)",
}
BESIDE = ("whole", "waiting", "scheduler")
"""What is not a part in the sum of parts."""


# In the child: the command line with watches on it


class Watches:
    """Seconds by part; opening a graph is taken out of the part that it happens in."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(PARTS, 0.0)
        self.opened = 0.0

    def on(self, owner: Any, method: str, part: str) -> None:
        """Take the time of a method's calls."""
        original = getattr(owner, method)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            start, opened = time.perf_counter(), self.opened
            try:
                return original(*args, **kwargs)
            finally:
                taken = time.perf_counter() - start
                if part == "scheduler":
                    self.seconds[part] += taken
                elif part == "load":
                    self.opened += taken
                    self.seconds[part] += taken
                else:
                    self.seconds[part] += taken - (self.opened - opened)

        setattr(owner, method, wrapped)

    def on_steps(self, owner: Any, method: str, part: str) -> None:
        """Take the time spent in a generator's steps."""
        original = getattr(owner, method)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            steps = original(*args, **kwargs)
            while True:
                start, opened = time.perf_counter(), self.opened
                value = next(steps, None)
                self.seconds[part] += time.perf_counter() - start - (self.opened - opened)
                if value is None:
                    return
                yield value

        setattr(owner, method, wrapped)


def watched(started: float, arguments: list[str]) -> None:
    """Run the command line and print the seconds of its parts."""
    watches = Watches()
    seconds = watches.seconds
    seconds["interpreter"] = time.time() - started
    begin = time.perf_counter()
    import main

    main.build_parser()
    seconds["command line"] = time.perf_counter() - begin
    begin = time.perf_counter()
    from inference import engine, runtime
    from inference.cli import output

    seconds["engine"] = time.perf_counter() - begin
    watches.on(engine, "find_model", "manifest")
    watches.on(runtime.Runtime, "load", "load")
    watches.on(engine.Pipeline, "condition", "text")
    watches.on_steps(engine.Pipeline, "denoise", "denoise")
    watches.on(engine.Pipeline, "decode", "decode")
    watches.on(output.Results, "write", "write")
    watches.on(engine.Tables, "table", "scheduler")
    status = main.main(arguments)
    seconds["whole"] = time.time() - started
    named = sum(seconds[part] for part in PARTS if part not in BESIDE)
    seconds["waiting"] = seconds["whole"] - named
    sys.stderr.write("\x02" + json.dumps(seconds) + "\n")
    sys.stderr.flush()
    sys.exit(status)


# In the parent


def run(command: list[str], cache: Path, out: Path) -> tuple[float, float, str]:
    """Seconds, peak MiB resident, and what was said on stderr."""
    start = time.time()
    environment = {**os.environ, "GOUACHE_CACHE": str(cache)}
    process = subprocess.Popen(
        [*command, *GENERATE, "--out", str(out)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    assert process.stderr is not None
    reader = threading.Thread(target=lambda: said.append(process.stderr.read()))
    reader.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    reader.join()
    if process.returncode:
        raise SystemExit(said[0])
    return time.time() - start, usage.ru_maxrss / 1024, said[0]


def _in_parts(cache: Path, out: Path) -> dict[str, float]:
    code = f"from benchmarks.first_picture import watched; import sys; watched({time.time()}, sys.argv[1:])"
    _, _, said = run([sys.executable, "-c", code], cache, out)
    return json.loads(said[said.index("\x02") + 1 :].splitlines()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print(machine() + "\n")
    whole: dict[str, list[tuple[float, float]]] = {"empty": [], "filled": []}
    parts: dict[str, list[dict[str, float]]] = {"empty": [], "filled": []}
    with tempfile.TemporaryDirectory() as scratch:
        cache, out = Path(scratch) / "cache", Path(scratch) / "out"
        empty: Callable[[], None] = lambda: shutil.rmtree(cache, ignore_errors=True)  # noqa: E731
        run([sys.executable, "main.py"], cache, out)
        for _ in range(given.rounds):
            empty()
            whole["empty"].append(run([sys.executable, "main.py"], cache, out)[:2])
            whole["filled"].append(run([sys.executable, "main.py"], cache, out)[:2])
            empty()
            parts["empty"].append(_in_parts(cache, out))
            parts["filled"].append(_in_parts(cache, out))
    rows = [
        [f"cache {name}", spread([s for s, _ in runs], ".2f"), spread([m for _, m in runs], ".0f")]
        for name, runs in whole.items()
    ]
    table("python main.py generate", ["", "s: median (min–max)", "peak resident MiB"], rows)
    rows = [
        [words, *(spread([p[part] for p in parts[name]], ".2f") for name in parts)] for part, words in PARTS.items()
    ]
    table("In parts, s", ["part", "cache empty", "cache filled"], rows)


if __name__ == "__main__":
    main()
