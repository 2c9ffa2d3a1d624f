"""How quick the canvas is: brush segments, panning and zooming on 4096x4096, and the GUI's gaps beside a busy worker.

    python -m benchmarks.canvas [--rounds 200] [--view 1280x800] [--seconds 4] [--platform offscreen]

Repaints are forced (``repaint``), so that a figure is from the event to the pixels in the window's buffer.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence

import numpy as np

from benchmarks.measuring import machine, memory, table
from inference.api import Event, Generate, Request, Step
from inference.geometry import Bounds, Size

SIDE = 4096
ZOOMS = (1.0, 0.1875, 4.0)
HEADS = ("case", "least ms", "p50 ms", "p99 ms", "largest ms")


class Flat:
    """A source that costs next to nothing, so that the canvas is what is measured."""

    def __init__(self, side: int) -> None:
        self.size = Size(side, side)
        y, x = np.mgrid[:side, :side].astype(np.uint16)
        self.pixels = np.stack([x >> 4, y >> 4, (x ^ y) & 255, np.full_like(x, 255)], axis=2).astype(np.uint8)
        self.pixels[: side // 4] //= 2
        inside = (x.astype(int) - side // 2) ** 2 + (y.astype(int) - side // 2) ** 2 < (side * 0.4) ** 2
        self.selected: np.ndarray | None = np.where(inside, 255, 0).astype(np.uint8)

    def compose(self, bounds: Bounds) -> np.ndarray:
        return self.pixels[bounds.slices]

    def mask(self, bounds: Bounds) -> np.ndarray | None:
        return None if self.selected is None else self.selected[bounds.slices]


class BusyEngine:
    """Keeps a core busy as a CPU engine does: arithmetic that lets go of the interpreter, and some that does not."""

    def __init__(self, hold: float) -> None:
        self.hold = hold
        self.stop = threading.Event()

    def run(self, request: Request) -> Generator[Event, None, None]:
        self.stop.clear()
        matrix = np.random.default_rng(0).random((700, 700), np.float32)
        preview = np.zeros((64, 64, 4), np.uint8)
        for index in range(1, 100_000):
            if self.stop.is_set():
                return
            matrix = matrix @ matrix
            matrix /= matrix.max()
            end = time.perf_counter() + self.hold
            while time.perf_counter() < end:
                sum(range(100))
            yield Step(index=index, count=100_000, previews=(preview,), bounds=Bounds(0, 0, 1024, 1024))

    def cancel(self) -> None:
        self.stop.set()

    def close(self) -> None:
        pass


def row(name: str, seconds: Sequence[float]) -> list[str]:
    taken = np.asarray(seconds) * 1000
    figures = (taken.min(), np.percentile(taken, 50), np.percentile(taken, 99), taken.max())
    return [name, *(f"{figure:.2f}" for figure in figures)]


def timed(function: Callable[[int], None], rounds: int) -> list[float]:
    taken = []
    for index in range(rounds):
        start = time.perf_counter()
        function(index)
        taken.append(time.perf_counter() - start)
    return taken


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--view", default="1280x800", type=Size.parse)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--platform", default="offscreen")
    options = parser.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = options.platform

    from PySide6.QtWidgets import QApplication

    from desktop_app.canvas.view import Canvas

    app = QApplication(sys.argv[:1])
    before = memory()["private"]
    source = Flat(SIDE)
    held = memory()["private"]
    canvas = Canvas()
    canvas.resize(options.view.width, options.view.height)
    canvas.show()
    app.processEvents()
    start = time.perf_counter()
    canvas.set_source(source)
    canvas.repaint()
    first = time.perf_counter() - start
    mib = memory()["private"] - held
    print(machine())
    print(f"view {options.view}, source {source.size} ({held - before:.0f} MiB), canvas adds {mib:.0f} MiB,")
    print(f"first picture after {first * 1000:.0f} ms\n")

    rows = []
    for zoom in ZOOMS:
        rows += measured(canvas, source, zoom, options.rounds)
    source.selected = None
    canvas.mask_changed(Bounds.of(source.size))
    rows += [[f"no mask: {name}", *rest] for name, *rest in measured(canvas, source, 1.0, options.rounds)]
    table("Canvas", HEADS, rows)
    canvas.set_source(Flat(SIDE))
    gaps(canvas, options.seconds)
    return 0


def measured(canvas, source: Flat, zoom: float, rounds: int) -> list[list[str]]:
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QApplication

    middle = QPointF(canvas.width() / 2, canvas.height() / 2)
    canvas.zoom_to(zoom, middle)
    canvas.centre_on(SIDE / 2, SIDE / 2)
    QApplication.processEvents()
    seen = canvas.viewport.visible
    span = min(seen.width, seen.height) - 128

    def spot(index: int) -> Bounds:
        return Bounds(seen.x + (index * 37) % max(1, span), seen.y + (index * 23) % max(1, span), 128, 128)

    def paint(index: int) -> None:
        source.pixels[spot(index).slices][..., 1] ^= 64
        canvas.changed(spot(index))
        QApplication.processEvents()

    def mask(index: int) -> None:
        place = spot(index // 2)  # each change is taken back by the next: a mask has an edge, not a weave
        if source.selected is not None:
            source.selected[place.slices] ^= 255
        canvas.mask_changed(place)
        QApplication.processEvents()

    def pan(index: int) -> None:
        canvas.pan(7 if index % 2 else -7, 3 if index % 2 else -3)
        canvas.repaint()

    def turn(index: int) -> None:
        canvas.zoom_to(zoom * (1.13 if index % 2 == 0 else 1), middle)
        canvas.repaint()

    def edge(_index: int) -> None:
        canvas._step_edge()
        QApplication.processEvents()

    def whole(_index: int) -> None:
        canvas.changed(Bounds.of(source.size))
        canvas.repaint()

    share = f"{zoom * 100:g} %"
    cases = {"changed 128x128": paint, "mask changed 128x128": mask, "pan": pan, "zoom": turn, "march": edge}
    found = [row(f"{share} {name}", timed(case, rounds)) for name, case in cases.items()]
    found.append(row(f"{share} changed all", timed(whole, max(5, rounds // 20))))
    canvas.zoom_to(zoom, middle)
    return found


def gaps(canvas, seconds: float) -> None:
    """The time between two turns of the event loop, while the canvas is panned and the worker works."""
    from PySide6.QtCore import QObject, QTimer
    from PySide6.QtWidgets import QApplication

    from desktop_app import worker
    from desktop_app.jobs import Jobs

    app = QApplication.instance()
    assert app is not None

    class Beat(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.times: list[float] = []
            self.timer = QTimer(self, interval=4)
            self.timer.timeout.connect(self.beat)
            self.timer.start()

        def beat(self) -> None:
            self.times.append(time.perf_counter())
            canvas.pan(5 if len(self.times) % 2 else -5, 0)

        def show(self, _number: int, step: Step) -> None:
            assert step.bounds is not None
            canvas.show_preview(step.previews[0], step.bounds)

    canvas.zoom_to(1.0)
    usual, ours = sys.getswitchinterval(), worker.SWITCH
    rows = []
    for name, hold, interval in (
        ("no worker", None, usual),
        ("worker in numpy", 0.0, usual),
        ("worker in numpy, 20 ms of Python a step", 0.02, usual),
        (f"the same, switch interval {ours * 1000:g} ms (ours)", 0.02, ours),
    ):
        sys.setswitchinterval(interval)
        worker.SWITCH = interval
        jobs = None
        beat = Beat()
        if hold is not None:
            engine = BusyEngine(hold)
            jobs = Jobs(lambda engine=engine: engine)
            jobs.stepped.connect(beat.show)
            jobs.submit(Generate(seed=1))
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            app.processEvents()
            time.sleep(0.0005)
        beat.timer.stop()
        rows.append(row(name, np.diff(beat.times[5:]).tolist()))
        if jobs is not None:
            jobs.close()
        canvas.hide_preview()
    sys.setswitchinterval(usual)
    worker.SWITCH = ours
    table("Between two beats of a 4 ms timer that pans the canvas", HEADS, rows)


if __name__ == "__main__":
    raise SystemExit(main())
