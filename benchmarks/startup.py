"""How long until the window can be used, what was imported for it, and what it costs while nobody does anything.

Each start is a process of its own, timed from before the process to the first turn of the event loop that has nothing
left to do. Paired with starting Qt alone, which no window can do without. Needs a display (xvfb-run will do).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEAVY = ("torch", "diffusers", "transformers", "onnxruntime", "tokenizers", "inference.engine")

STUDIO = """
import json, sys, time
sys.argv = ["main.py", "studio"]
import main
args = main.build_parser().parse_args(["studio"])
from desktop_app.start import open_studio
app, studio = open_studio(args)
"""
QT = """
import json, sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
studio = QMainWindow()
studio.show()
"""
END = """
from PySide6.QtCore import QElapsedTimer, QTimer
quiet = QElapsedTimer()
def turn():
    app.processEvents()
while True:
    quiet.start(); app.processEvents()
    if quiet.elapsed() < 2: break
done = time.time()
import psutil
info = psutil.Process().memory_full_info()
cpu = psutil.Process().cpu_times(); start = time.time()
QTimer.singleShot(5000, app.quit)
app.exec()
after = psutil.Process().cpu_times()
heavy = [name for name in HEAVY if name in sys.modules]
print(json.dumps({
    "done": done, "rss": info.rss, "private": info.uss, "heavy": heavy, "modules": len(sys.modules),
    "idle": (after.user + after.system - cpu.user - cpu.system) / (time.time() - start),
}))
if hasattr(studio, "background"):
    studio.close()
"""


def started(code: str, home: str) -> dict[str, float]:
    """One start; seconds and bytes."""
    environment = {**os.environ, "GOUACHE_HOME": home, "GOUACHE_CACHE": home}
    program = f"HEAVY = {HEAVY!r}\n{code}\n{END}"
    before = time.time()
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True,
        cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    said = json.loads(done.stdout.splitlines()[-1])
    if said["heavy"]:
        raise SystemExit(f"imported before the window: {', '.join(said['heavy'])}")
    return {
        "seconds": said["done"] - before,
        "rss": said["rss"] / 2**20,
        "private": said["private"] / 2**20,
        "modules": said["modules"],
        "idle": 100 * said["idle"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        started(STUDIO, home)
        pairs = [(started(QT, home), started(STUDIO, home)) for _ in range(runs)]
    print(f"platform: {os.environ.get('QT_QPA_PLATFORM', 'xcb')}; medians of {runs} (least to most)")
    for name, unit in (("seconds", "s"), ("rss", "MiB"), ("private", "MiB"), ("modules", ""), ("idle", "% of a core")):
        for title, place in (("Qt alone", 0), ("studio", 1)):
            values = [pair[place][name] for pair in pairs]
            print(
                f"{name:8} {title:9} {statistics.median(values):8.2f} {unit} ({min(values):.2f} to {max(values):.2f})"
            )
    ratio = statistics.median(pair[1]["seconds"] / pair[0]["seconds"] for pair in pairs)
    print(f"the studio takes {ratio:.2f} times what Qt alone takes")


if __name__ == "__main__":
    main()
