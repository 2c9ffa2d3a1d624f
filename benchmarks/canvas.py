"""How quick the canvas is: strokes, panning and zooming on 4096x4096, from a real event until the repaint is done.

    python -m benchmarks.canvas [--platform offscreen|xcb] [--events 300] [--only WORD] [--busy N] [--gaps SECONDS]

A document of three layers (grain, half-clear multiply, soft alpha at opacity 0.7) fills a window of 1440x900. Each
figure is one event sent to the widget and the event loop run until the paint event that it caused is over, so tool,
compositing, overlay, painting and the hand-over to the window system are all in it. The hand moves 12 view pixels an
event. ``ours`` is the processor time of this process, all threads; ``server`` that of the X server, on average, since
under Xvfb it shares our cores and copies what a real one hands to a GPU. ``whole view`` is the other way of doing it:
the median of repainting everything in the same place, taken in turns with the events. ``--busy`` starts processes that
keep a core busy each, as a job on the processor does.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.measuring import machine, memory, table
from inference.api import Event, Generate, Request, Step
from inference.geometry import Bounds, Size

if TYPE_CHECKING:
    from PySide6.QtCore import QObject, QPointF

    from desktop_app.canvas.pointer import Pointer
    from desktop_app.canvas.view import Canvas

SIDE = 4096
STRIDE = 12
"""View pixels that the hand moves from one event to the next."""
AIM = 16.0
PAUSE = 0.004
"""Seconds of rest after each event: a hand's events come at 125 Hz, and a process that never rests is made to."""
WHOLE_EVERY = 4
"""A repaint of the whole view is timed after so many events."""
HEADS = ("case", "p50 ms", "p99 ms", "max ms", "ours p50", "ours p99", "server", "whole view")


@dataclass
class Times:
    """Milliseconds of each event, and of what it is compared with."""

    wall: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    server: float = 0.0

    def row(self, name: str) -> list[str]:
        wall, ours = np.asarray(self.wall), np.asarray(self.ours)
        over = " **over**" if np.percentile(wall, 99) > AIM else ""
        figures = [np.percentile(wall, 50), np.percentile(wall, 99), wall.max()]
        figures += [np.percentile(ours, 50), np.percentile(ours, 99)]
        cells = [f"{figure:.2f}" for figure in figures]
        cells[1] += over
        whole = f"{np.median(self.whole):.2f}" if self.whole else "-"
        return [name, *cells, f"{self.server:.2f}" if self.server else "-", whole]


class Scene:
    """The canvas on a document, and a hand that sends it events."""

    def __init__(self, view: Size) -> None:
        from PySide6.QtCore import QEvent, QObject
        from PySide6.QtWidgets import QApplication

        from desktop_app.canvas.view import Canvas
        from desktop_app.document.history import History

        class Eye(QObject):
            """Sees when the canvas has been painted."""

            painted = 0

            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
                if event.type() == QEvent.Type.UpdateRequest:
                    self.painted += 1
                return False

        self.app = QApplication.instance() or QApplication(sys.argv[:1])
        self.document = document_of(SIDE)
        self.history = History(self.document)
        self.source = Shown(self.document)
        held = memory()["private"]
        self.canvas: Canvas = Canvas()
        self.eye = Eye()
        self.canvas.resize(view.width, view.height)
        self.canvas.show()
        self.settle()
        self.canvas.installEventFilter(self.eye)
        start = time.perf_counter()
        self.canvas.set_source(self.source)
        self.canvas.repaint()
        self.first = (time.perf_counter() - start) * 1000
        self.settle()
        self.adds = memory()["private"] - held

    def settle(self) -> None:
        """Let what is done when nobody waits be done."""
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.002)

    def timed(self, send: Callable[[], None], times: Times) -> None:
        seen, start, spent = self.eye.painted, time.perf_counter(), time.process_time()
        send()
        for _ in range(1000):
            self.app.processEvents()
            if self.eye.painted > seen:
                break
        times.wall.append((time.perf_counter() - start) * 1000)
        times.ours.append((time.process_time() - spent) * 1000)
        time.sleep(PAUSE)

    def whole(self, times: Times) -> None:
        start = time.perf_counter()
        self.canvas.repaint()
        self.app.processEvents()
        times.whole.append((time.perf_counter() - start) * 1000)

    def mouse(self, kind: str, where: QPointF, button: str) -> None:
        from PySide6.QtCore import QEvent, Qt
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        which = getattr(Qt.MouseButton, button)
        none = Qt.MouseButton.NoButton
        moved, released = kind == "MouseMove", kind == "MouseButtonRelease"
        keys = Qt.KeyboardModifier.NoModifier
        place = self.canvas.mapToGlobal(where)
        pressed, held = none if moved else which, none if released else which
        QApplication.sendEvent(self.canvas, QMouseEvent(getattr(QEvent.Type, kind), where, place, pressed, held, keys))

    def wheel(self, where: QPointF, turned: int) -> None:
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        none, keys, phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        place = self.canvas.mapToGlobal(where)
        event = QWheelEvent(where, place, QPoint(), QPoint(0, turned), none, keys, phase, False)
        QApplication.sendEvent(self.canvas, event)

    def select(self, mask: np.ndarray) -> None:
        self.document.selection[...] = mask
        self.source.selected = bool(mask.any())
        self.canvas.mask_changed(Bounds.of(self.document.size))
        self.settle()


class Shown:
    """The document as the canvas wants it."""

    def __init__(self, document: object) -> None:
        from desktop_app.document.document import Document

        assert isinstance(document, Document)
        self.document = document
        self.selected = False

    @property
    def size(self) -> Size:
        return self.document.size

    def compose(self, bounds: Bounds) -> np.ndarray:
        return self.document.compose_for_screen(bounds)

    def mask(self, bounds: Bounds) -> np.ndarray | None:
        return self.document.selection[bounds.slices] if self.selected else None


class Hand:
    """A brush as the window's tool is one: a stroke on a layer or on the selection, one step of the history."""

    def __init__(self, scene: Scene, size: float, on_mask: bool) -> None:
        from desktop_app.document.brushes import Brush

        self.scene, self.on_mask = scene, on_mask
        self.brush = Brush(size=size)

    def press(self, pointer: Pointer) -> None:
        from desktop_app.document.brushes import Stroke
        from desktop_app.document.edits import Part

        document = self.scene.document
        target = Part.SELECTION if self.on_mask else document.layers[0].id
        self.stroke = Stroke(self.scene.history.begin("stroke"), target, self.brush, (200, 30, 60))
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        bounds = self.stroke.to(pointer.x, pointer.y)
        if self.on_mask:
            self.scene.source.selected = True
            self.scene.canvas.mask_changed(bounds)
        else:
            self.scene.canvas.changed(bounds)

    def release(self, pointer: Pointer) -> None:
        self.scene.history.commit()

    def hover(self, pointer: Pointer) -> None:
        pass

    def cancel(self) -> None:
        self.scene.history.cancel()


def document_of(side: int):
    from desktop_app.document import arranging
    from desktop_app.document.blending import BlendMode
    from desktop_app.document.document import Document
    from desktop_app.document.history import History

    def photograph(seed: int) -> np.ndarray:
        random = np.random.default_rng(seed)
        smooth = np.asarray(cv2.resize(random.integers(0, 256, (24, 24, 4), np.uint8), (side, side)))
        grain = random.integers(-6, 7, (side, side), np.int8)
        return np.clip(smooth.astype(np.int16) + grain[..., None], 0, 255).astype(np.uint8)

    document = Document.of(np.ascontiguousarray(photograph(0)[..., :3]))
    history = History(document)
    for seed in (1, 2):
        history.do(arranging.add_layer(document, photograph(seed)))
    history.do(arranging.set_mode(document, document.layers[1].id, BlendMode.MULTIPLY))
    history.do(arranging.set_opacity(document, document.layers[2].id, 0.7))
    history.close()
    return document


def soft_mask(side: int) -> np.ndarray:
    """A ragged ellipse over most of the document, with an edge some hundred pixels wide."""
    y, x = np.mgrid[:side, :side].astype(np.float32)
    turn = np.arctan2(y - side / 2, x - side / 2)
    reach = side * (0.38 + 0.04 * np.sin(9 * turn) + 0.02 * np.sin(31 * turn))
    distance = np.hypot(x - side / 2, (y - side / 2) * 1.15)
    return (np.clip((reach - distance) / 300 + 0.5, 0, 1) * 255).astype(np.uint8)


def path(scene: Scene, count: int) -> Iterator[QPointF]:
    """A loop around the middle of the view, ``STRIDE`` view pixels from one event to the next."""
    from PySide6.QtCore import QPointF

    wide, high = scene.canvas.width(), scene.canvas.height()
    reach = high * 0.35
    for index in range(count):
        turn = index * STRIDE / reach
        swing = reach * (0.75 + 0.25 * math.sin(turn * 0.37))
        yield QPointF(wide / 2 + swing * math.cos(turn), high / 2 + swing * math.sin(turn))


def strokes(scene: Scene, count: int, size: float, on_mask: bool) -> Times:
    times = Times()
    scene.canvas.set_tool(Hand(scene, size, on_mask))
    scene.canvas.set_brush(size)
    selected, before = scene.source.selected, scene.document.selection.copy()
    places = list(path(scene, count + 1))
    scene.mouse("MouseButtonPress", places[0], "LeftButton")
    scene.app.processEvents()
    for index, place in enumerate(places[1:]):
        scene.timed(lambda place=place: scene.mouse("MouseMove", place, "LeftButton"), times)
        if index % WHOLE_EVERY == 0:
            scene.whole(times)
    scene.mouse("MouseButtonRelease", places[-1], "LeftButton")
    scene.canvas.set_tool(None)
    scene.canvas.set_brush(None)
    scene.canvas.changed(scene.history.undo())
    scene.history.settle()
    scene.select(before)
    scene.source.selected = selected
    return times


def pans(scene: Scene, count: int) -> Times:
    times = Times()
    places = list(path(scene, count + 1))
    scene.mouse("MouseButtonPress", places[0], "MiddleButton")
    for place in places[1:]:
        scene.timed(lambda place=place: scene.mouse("MouseMove", place, "MiddleButton"), times)
    scene.mouse("MouseButtonRelease", places[-1], "MiddleButton")
    return times


def zooms(scene: Scene, count: int) -> Times:
    """Notch by notch from the smallest to the largest and back, as often as it takes."""
    from PySide6.QtCore import QPointF

    times = Times()
    where = QPointF(scene.canvas.width() * 0.45, scene.canvas.height() * 0.55)
    scene.canvas.zoom_to(1 / 32, where)
    scene.settle()
    scene.mouse("MouseMove", where, "NoButton")
    turned = 120
    while len(times.wall) < count:
        scene.timed(lambda turned=turned: scene.wheel(where, turned), times)
        zoom = scene.canvas.viewport.zoom
        turned = -120 if zoom >= 32 else 120 if zoom <= 1 / 32 else turned
    return times


def bursts(scene: Scene, count: int) -> Times:
    """Eight notches that wait in line, as after a quick turn, until all of it is painted."""
    from PySide6.QtCore import QPointF

    times = Times()
    where = QPointF(scene.canvas.width() * 0.45, scene.canvas.height() * 0.55)
    scene.canvas.zoom_to(1 / 16, where)
    scene.settle()

    def turn(by: int) -> None:
        for _ in range(8):
            scene.wheel(where, by)

    for index in range(count):
        scene.timed(lambda index=index: turn(120 if index % 6 < 3 else -120), times)
    return times


def at(scene: Scene, zoom: float | None) -> None:
    from PySide6.QtCore import QPointF

    if zoom is None:
        scene.canvas.fit()
    else:
        scene.canvas.zoom_to(zoom, QPointF(scene.canvas.width() / 2, scene.canvas.height() / 2))
        scene.canvas.centre_on(SIDE / 2, SIDE / 2)
    scene.settle()


def cases() -> dict[str, Callable[[Scene, int], Times]]:
    found: dict[str, Callable[[Scene, int], Times]] = {}
    for name, zoom in {"100 %": 1.0, "fit": None, "18.75 %": 0.1875}.items():
        for size in (40, 200):
            for what, on_mask in {"layer": False, "selection": True}.items():

                def stroke(scene: Scene, count: int, zoom=zoom, size=size, on_mask=on_mask) -> Times:
                    at(scene, zoom)
                    return strokes(scene, count, size, on_mask)

                found[f"{name}: {size} px brush on the {what}"] = stroke

        def pan(scene: Scene, count: int, zoom=zoom) -> Times:
            at(scene, zoom)
            return pans(scene, count)

        found[f"{name}: pan"] = pan
    found["wheel, whole range"] = zooms
    found["wheel, 8 notches at once"] = bursts
    return found


def server_time() -> Callable[[], float]:
    """Milliseconds of processor time of the X server that shows us, so far; 0 where there is none."""
    name = os.environ.get("DISPLAY", "").split(":")[-1].split(".")[0]
    lock = Path(f"/tmp/.X{name}-lock")
    if os.environ["QT_QPA_PLATFORM"] != "xcb" or not lock.exists():
        return lambda: 0.0
    stat = Path(f"/proc/{lock.read_text().strip()}/schedstat")
    return lambda: int(stat.read_text().split()[0]) / 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=300)
    parser.add_argument("--view", default="1440x900", type=Size.parse)
    parser.add_argument("--platform", default="offscreen", help="xcb starts an Xvfb where there is no display")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--busy", type=int, default=0, help="processes that work beside")
    parser.add_argument("--gaps", type=float, default=0.0, help="seconds for each kind of worker; 0 leaves it out")
    options = parser.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = options.platform
    if options.platform == "xcb" and not os.environ.get("DISPLAY"):
        under = shutil.which("xvfb-run")
        if under is None:
            parser.error("xcb needs a display, or xvfb-run.")
        command = [under, "-a", "-s", "-screen 0 1600x1000x24", sys.executable, "-m", "benchmarks.canvas"]
        os.execv(under, command + list(arguments if arguments is not None else sys.argv[1:]))

    with busy(options.busy):
        measure(options)
    return 0


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Keep so many cores busy."""
    work = "while True: sum(range(10000))"
    children = [subprocess.Popen([sys.executable, "-S", "-c", work]) for _ in range(count)]
    try:
        yield
    finally:
        for child in children:
            child.kill()
            child.wait()


def measure(options: argparse.Namespace) -> None:
    scene = Scene(options.view)
    print(machine())
    print(f"{options.platform}, {options.busy} busy processes beside, view {options.view},")
    print(f"document {SIDE}x{SIDE} of three layers,")
    print(f"canvas adds {scene.adds:.0f} MiB, first picture after {scene.first:.0f} ms\n")
    spent = server_time()
    for title, mask in (("no selection", None), ("a large soft selection", soft_mask(SIDE))):
        scene.select(np.zeros((SIDE, SIDE), np.uint8) if mask is None else mask)
        rows = []
        for name, case in cases().items():
            if options.only in name:
                before = spent()
                times = case(scene, options.events)
                times.server = (spent() - before) / max(1, len(times.wall) + len(times.whole))
                rows.append(times.row(name))
        table(f"Canvas, {options.platform}, {title}", HEADS, rows)
    if options.gaps:
        gaps(scene.canvas, options.gaps)
    scene.history.close()
    scene.canvas.close()


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


def gaps(canvas: Canvas, seconds: float) -> None:
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
        found = np.diff(beat.times[5:]) * 1000
        rows.append([name, *(f"{np.percentile(found, share):.2f}" for share in (50, 99, 100))])
        if jobs is not None:
            jobs.close()
        canvas.hide_preview()
    sys.setswitchinterval(usual)
    worker.SWITCH = ours
    table("Between two beats of a 4 ms timer that pans the canvas", ("case", "p50 ms", "p99 ms", "max ms"), rows)


if __name__ == "__main__":
    raise SystemExit(main())
