"""The document without a window: strokes, compositing, undo, memory, files. Prints a Markdown table.

Times are of one process on a machine that may be busy: the least is the machine's, the median and the 99th
percentile are what a person would have met.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np

from desktop_app.document import areas, arranging, filling, selecting
from desktop_app.document.blending import BlendMode
from desktop_app.document.brushes import Brush, Stroke
from desktop_app.document.composing import compose_for_screen
from desktop_app.document.document import Document
from desktop_app.document.edits import Part
from desktop_app.document.history import History
from desktop_app.document.opening import open_document, save_document
from desktop_app.document.transforming import Transform, Turn, transform_layer, turn_layer
from inference.alpha import Pixels
from inference.geometry import Bounds, Size

Times = list[float]
CORNERS = [(9, 9), (4000, 400), (900, 4000)]


def timed(work: Callable[[], object], repeat: int = 1) -> Times:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return times


def show(what: str, times: Iterable[float], note: str = "") -> None:
    ordered = sorted(times)
    at = [ordered[0], ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]]
    print(f"| {what} | {len(ordered)} | {' | '.join(f'{value:.2f}' for value in at)} | {note} |", flush=True)


def photograph(side: int, seed: int) -> Pixels:
    """Smooth colours with grain, and soft alpha: nothing that packs well."""
    random = np.random.default_rng(seed)
    pixels = np.asarray(cv2.resize(random.integers(0, 256, (24, 24, 4), np.uint8), (side, side)), np.uint8)
    grain = random.integers(-6, 7, (side, side), np.int8)
    return np.clip(pixels[..., :4].astype(np.int16) + grain[..., None], 0, 255).astype(np.uint8)


def document_of(side: int) -> Document:
    """Three layers of the canvas's size: an opaque one, and two with soft alpha."""
    document = Document.of(photograph(side, 0)[..., :3].copy())
    history = History(document)
    for seed in (1, 2):
        history.do(arranging.add_layer(document, photograph(side, seed)))
    history.close()
    return document


def path(side: int, count: int) -> list[tuple[float, float]]:
    """A hand's path: about twenty pixels from one event to the next."""
    middle, reach = side / 2, side / 4
    return [(middle + reach * math.sin(i / 50), middle + reach * math.cos(i / 37)) for i in range(count)]


def strokes(document: Document, brush: Brush, label: str, target: Part | None = None) -> None:
    history = History(document)
    assert document.active is not None
    side = document.size.width
    begun: list[Stroke] = []
    ready = timed(
        lambda: begun.append(Stroke(history.begin("s"), target or document.active or 0, brush, (200, 30, 60)))
    )
    segments, repaints = [], []
    for point in path(side, 600):
        start = time.perf_counter()
        touched = begun[0].to(*point)
        middle = time.perf_counter()
        compose_for_screen(document.layers, touched)
        segments.append((middle - start) * 1000)
        repaints.append((time.perf_counter() - middle) * 1000)
    show(f"{label}: press", ready)
    show(f"{label}: segment", segments)
    show(f"{label}: compositing what it touched", repaints)
    show(f"{label}: release", timed(history.commit), f"{history.bytes / 1e6:.1f} MB raw")
    history.settle()
    undone = timed(history.undo)
    show(f"{label}: undo", undone, f"{history.steps[0].bytes / 1e6:.2f} MB kept")
    history.close()


def compositing(document: Document) -> None:
    side = document.size.width
    for edge in (128, 512, side):
        bounds = Bounds(side // 3, side // 3, edge, edge).slid_inside(document.stack.bounds)
        count = 300 if edge == 128 else 20 if edge == 512 else 3
        show(f"screen {edge}², 3 normal layers", timed(lambda b=bounds: document.compose_for_screen(b), count))
        show(f"exact {edge}², 3 normal layers", timed(lambda b=bounds: document.compose(b), count))
    bounds = Bounds(side // 3, side // 3, 128, 128)
    for mode in (BlendMode.MULTIPLY, BlendMode.SOFT_LIGHT, BlendMode.LUMINOSITY):
        edit = arranging.set_mode(document, document.layers[1].id, mode)
        before = document.stack
        History(document).do(edit)
        show(f"screen 128², one of 3 layers {mode.value}", timed(lambda: document.compose_for_screen(bounds), 300))
        document.stack = before


def undoing(document: Document) -> None:
    history = History(document)
    show(
        "fill a layer, opacity 0.5 (whole canvas)",
        timed(lambda: history.do(*filling.fill(document, (9, 80, 200), opacity=0.5))),
    )
    show("undo it, not yet packed", timed(history.undo))
    history.redo()
    show("packing it (background)", timed(history.settle), f"{history.bytes / 1e6:.0f} MB kept of 134")
    times = [timed(work)[0] for _ in range(5) for work in (history.undo, history.redo)]
    show("undo or redo a photograph's change, whole canvas", times)
    history.undo()
    flat = np.full((*document.size.shape, 4), (30, 60, 90, 255), np.uint8)
    history.do(arranging.add_layer(document, flat))
    history.do(*filling.fill(document, (200, 0, 0), areas.ellipse(document.size, 99, 99, 3800, 3500)))
    history.settle()
    times = [timed(work)[0] for _ in range(5) for work in (history.undo, history.redo)]
    show("undo or redo a painted change, whole canvas", times, f"{history.steps[-1].bytes / 1e6:.2f} MB kept")
    history.close()


def commands(document: Document) -> None:
    history = History(document)
    for label, work in (
        ("select an ellipse", lambda: selecting.select(document, areas.ellipse(document.size, 99, 99, 3800, 3500))),
        (
            "select a polygon",
            lambda: selecting.select(document, areas.polygon(document.size, [(9, 9), (4000, 400), (900, 4000)])),
        ),
        ("grow by 20", lambda: selecting.grow(document, 20)),
        ("feather by 30", lambda: selecting.feather(document, 30)),
        ("invert", lambda: selecting.invert(document)),
        (
            "magic wand",
            lambda: selecting.select(document, areas.alike(filling.looked_at(document), 50, 50)),
        ),
        ("turn by 90 degrees", lambda: turn_layer(document, Turn.LEFT)),
        ("rotate by 10 degrees", lambda: transform_layer(document, Transform(angle=10, scale_x=0.9, scale_y=0.9))),
        ("flatten", lambda: arranging.flatten(document)),
    ):
        show(label, timed(lambda work=work: history.do(work())))
    history.close()


def files(document: Document) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".ora", ".psd"):
            file = Path(folder) / f"a{suffix}"
            saved = timed(lambda f=file: save_document(f, document))
            show(f"save {suffix}", saved, f"{file.stat().st_size / 1e6:.0f} MB")
            show(f"open {suffix}", timed(lambda f=file: open_document(f)))
    show("snapshot for autosave", timed(document.snapshot))


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=4096, help="of the canvas, in pixels")
    parser.add_argument("--opencv-threads", type=int, default=1, help="more cost a brush 4 ms now and then")
    arguments = parser.parse_args()
    side = arguments.side
    cv2.setNumThreads(arguments.opencv_threads)
    print(f"Canvas {Size(side, side)}, three layers; milliseconds.\n")
    print("| what | times | least | median | p99 | |\n|-|-|-|-|-|-|")
    document = document_of(side)
    strokes(document, Brush(size=40), "brush of 40 px")
    strokes(document, Brush(size=40, hardness=0.2, opacity=0.5, pressure_size=True), "soft brush of 40 px, pressure")
    strokes(document, Brush(size=300), "brush of 300 px")
    strokes(document, Brush(size=40), "mask brush of 40 px", Part.SELECTION)
    compositing(document)
    empty = Document.new(document.size)
    strokes(empty, Brush(size=40), "brush of 40 px on an empty layer")
    undoing(document)
    files(document)
    commands(document)


if __name__ == "__main__":
    main()
