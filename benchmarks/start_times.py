"""How long until the window is there, cold and warm, and the memory of the idle window: packaged against from source.

    xvfb-run -a .venv/bin/python -m benchmarks.start_times dist/gouache/gouache

Cold: the program's files were put out of the system's memory (what other programs use of them stays). Needs xdotool.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
IDLE = 8
"""Seconds after which the memory of an untouched window is looked at."""


def main() -> int:
    """Take turns, so that a busy machine is as busy for both; print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, nargs="?", default=ROOT / "dist" / "gouache" / "gouache")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    program = args.program.resolve()
    if not program.exists() or not os.environ.get("DISPLAY"):
        print("left out: it needs a package (make package) and a display")
        return 0
    ways: dict[str, tuple[list[str], list[Path]]] = {
        "packaged": ([str(program)], [program.parent]),
        "source": ([sys.executable, str(ROOT / "main.py")], _source_folders()),
    }
    times: dict[tuple[str, str], list[float]] = {}
    memory: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(args.rounds):
        for kind in ("cold", "warm"):
            for name, (command, folders) in ways.items():
                if kind == "cold":
                    forget(folders)
                took, rss = started(command, idle=kind == "warm")
                times.setdefault((name, kind), []).append(took)
                if rss:
                    memory[name].append(rss)
                print(f"round {number + 1} {name} {kind}: {took:.2f} s", file=sys.stderr)
    for kind in ("cold", "warm"):
        medians = {name: statistics.median(times[name, kind]) for name in ways}
        ratio = medians["packaged"] / medians["source"]
        print(f"{kind}: packaged {medians['packaged']:.2f} s, source {medians['source']:.2f} s, ratio {ratio:.2f}")
    idle = {name: statistics.median(values) for name, values in memory.items()}
    print(f"idle memory: packaged {idle['packaged']:.0f} MB, source {idle['source']:.0f} MB")
    return 0


def _source_folders() -> list[Path]:
    packages = Path(sys.prefix).resolve() / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"
    used = ("PySide6", "shiboken6", "numpy", "numpy.libs", "cv2", "opencv_python_headless.libs", "PIL", "psd_tools")
    return [*(packages / name for name in used), ROOT / "desktop_app", ROOT / "inference", ROOT / "resources"]


def forget(folders: Sequence[Path]) -> None:
    """Put the folders' files out of the system's memory."""
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file() and not file.is_symlink():
                handle = os.open(file, os.O_RDONLY)
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(handle)


def started(command: list[str], *, idle: bool) -> tuple[float, float]:
    """Seconds until the window is shown, and the memory in MB of the process when it is left alone (else 0)."""
    with tempfile.TemporaryDirectory() as home:
        surroundings = os.environ | {"GOUACHE_HOME": home, "GOUACHE_CACHE": home, "QT_QPA_PLATFORM": "xcb"}
        start = time.perf_counter()
        process = subprocess.Popen([*command, "studio"], env=surroundings, stderr=subprocess.DEVNULL)
        try:
            found = ["xdotool", "search", "--sync", "--onlyvisible", "--pid", str(process.pid), "--name", "Gouache"]
            subprocess.run(found, check=True, stdout=subprocess.DEVNULL, timeout=180)
            took = time.perf_counter() - start
            if not idle:
                return took, 0.0
            time.sleep(IDLE)
            return took, psutil.Process(process.pid).memory_info().rss / 1e6
        finally:
            process.terminate()
            process.wait(30)


if __name__ == "__main__":
    sys.exit(main())
