"""How well the window answers while the real engine works: gaps between turns of the event loop, and what they cost.

    python -m benchmarks.responsiveness [--rounds 5] [--small 4] [--settings 1 2 2-spin]

Each setting (threads of a CPU session, spinning or not) is a process with an offscreen Qt application, ``Jobs`` and
``LocalEngine``; the processes take turns. In a turn the embedded model works on ``--small`` jobs of 128x128 in 20
steps, one after the other, and on one of 512x512. Meanwhile a timer of 1 ms measures the gaps between two turns of
the event loop, and a widget of 400x300 is repainted every 16 ms. The loop's own gaps, with nothing running, come
first.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.measuring import Child, machine, ratios, spread, table
from inference.machine import physical_cores

SMALL, LARGE, STEPS, LARGE_STEPS = 128, 512, 20, 5
IDLE_MS = 1500
QUICK = 50.0
"""Milliseconds that the 99th percentile of the gaps is to stay under."""
HEADS = ("setting", "p50 ms", "p99 ms", "largest ms", "over 50 ms", "s/step 128", "ratio", "s/step 512", "ratio")


def serve(threads: str, spinning: str) -> Mapping[str, Callable[..., Any]]:
    """A window of one setting."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QElapsedTimer, QEventLoop, QObject, Qt, QTimer
    from PySide6.QtGui import QColor, QPainter, QPaintEvent
    from PySide6.QtWidgets import QApplication, QWidget

    from desktop_app.jobs import Jobs, State
    from inference.api import Engine, Generate, Step
    from inference.geometry import Size

    app = QApplication(sys.argv[:1])

    def make_engine() -> Engine:
        from inference import runtime
        from inference.engine import LocalEngine

        if spinning == "spin":
            usual = runtime._options

            def spin(*args: Any, **named: Any) -> Any:
                options = usual(*args, **named)
                options.add_session_config_entry("session.intra_op.allow_spinning", "1")
                return options

            runtime._options = spin
        return LocalEngine(device="cpu", threads=int(threads))

    class Light(QWidget):
        """A load such as a canvas with a progress bar is."""

        def __init__(self) -> None:
            super().__init__()
            self.resize(400, 300)
            self._turn = 0

        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
            self._turn += 1
            painter = QPainter(self)
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.fillRect(self.rect(), QColor(40, 40, 44))
                for i in range(12):
                    painter.setBrush(QColor.fromHsv((self._turn + 30 * i) % 360, 160, 200))
                    painter.drawEllipse(20 + 28 * i, 100, 60, 60)
                painter.drawText(20, 40, f"step {self._turn}")
            finally:
                painter.end()

    class Watch(QObject):
        """The gaps, and the pace of the jobs."""

        def __init__(self) -> None:
            super().__init__()
            self.gaps: list[float] = []
            self.marks: list[tuple[int, int, float]] = []
            self.left = 0
            self.loop = QEventLoop()
            self._clock = QElapsedTimer()
            self._timer = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
            self._timer.timeout.connect(self.turn)

        def start(self) -> None:
            self.gaps = []
            self._clock.start()
            self._timer.start()

        def stop(self) -> None:
            self._timer.stop()

        def turn(self) -> None:
            self.gaps.append(self._clock.nsecsElapsed() / 1e6)
            self._clock.restart()

        def stepped(self, job: int, step: Step) -> None:
            self.marks.append((job, step.index, time.perf_counter()))

        def ended(self, number: int) -> None:
            job = jobs.job(number)
            if job is None or job.state is not State.DONE:
                raise RuntimeError(f"a job ended as {job and job.state}: {job and job.error}")
            self.left -= 1
            if self.left == 0:
                self.loop.quit()

    jobs, watch, light = Jobs(make_engine), Watch(), Light()
    jobs.stepped.connect(watch.stepped)
    jobs.ended.connect(watch.ended)
    app.aboutToQuit.connect(jobs.close)
    light.show()
    painting = QTimer(interval=16, timerType=Qt.TimerType.PreciseTimer)
    painting.timeout.connect(light.update)
    painting.start()

    def work(small: int, large: int) -> list[float]:
        """Jobs until their end; seconds per step of those with two steps or more, by job."""
        watch.marks, watch.left = [], small + large
        for seed in range(small):
            jobs.submit(Generate(prompt="a red apple", seed=seed, steps=STEPS, scheduler="ddim"))
        for seed in range(large):
            size = Size(LARGE, LARGE)
            jobs.submit(Generate(prompt="a red apple", seed=seed, steps=LARGE_STEPS, size=size, scheduler="ddim"))
        watch.start()
        watch.loop.exec()
        watch.stop()
        paces = []
        for job in sorted({job for job, _, _ in watch.marks}):
            marks = [(index, now) for number, index, now in watch.marks if number == job]
            paces.append((marks[-1][1] - marks[0][1]) / (marks[-1][0] - marks[0][0]))
        return paces

    def run(small: int) -> dict[str, Any]:
        paces = work(small, 0)
        gaps = watch.gaps
        large = work(0, 1)
        return {"gaps": gaps, "large gaps": watch.gaps, "small": statistics.median(paces), "large": large[0]}

    def idle() -> list[float]:
        watch.start()
        QTimer.singleShot(IDLE_MS, watch.loop.quit)
        watch.loop.exec()
        watch.stop()
        return watch.gaps

    work(1, 1)
    return {"run": run, "idle": idle, "close": lambda: jobs.close() and None}


def _figures(gaps: Sequence[float]) -> list[str]:
    return [
        f"{np.percentile(gaps, 50):.1f}",
        f"{np.percentile(gaps, 99):.1f}",
        f"{max(gaps):.1f}",
        f"{sum(gap > QUICK for gap in gaps) / len(gaps):.2%}",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    cores = physical_cores()
    usual = sorted({1, max(1, cores - 1), cores, 2})
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--small", type=int, default=4)
    parser.add_argument("--settings", nargs="*", default=[f"{n}{s}" for n in usual for s in ("", "-spin")])
    options = parser.parse_args(arguments)
    print(machine())
    children = {name: Child("benchmarks.responsiveness", _arguments(name)) for name in options.settings}
    try:
        quiet = [gap for child in children.values() for gap in child("idle")]
        taken: dict[str, list[dict[str, Any]]] = {name: [] for name in children}
        for _ in range(options.rounds):
            for name, child in children.items():
                taken[name].append(child("run", small=options.small))
    finally:
        for child in children.values():
            child("close")
            child.close()
    _report(quiet, taken)
    print(machine())
    return 0


def _arguments(name: str) -> list[str]:
    threads, _, spinning = name.partition("-")
    return [threads, spinning]


def _report(quiet: Sequence[float], taken: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    base = max(taken, key=lambda name: (int(name.partition("-")[0]), "spin" not in name))
    rows = [["nothing runs", *_figures(quiet), "", "", "", ""]]
    for name, rounds in taken.items():
        costs = []
        for size in ("small", "large"):
            mine, other = [r[size] for r in rounds], [r[size] for r in taken[base]]
            costs += [spread(mine), spread(ratios(mine, other), ".2f")]
        gaps = [gap for r in rounds for gap in (*r["gaps"], *r["large gaps"])]
        rows.append([name, *_figures(gaps), *costs])
    table(f"Gaps of the event loop; seconds a step, ratio to {base} in the same round", HEADS, rows)
    rows = []
    for name, rounds in taken.items():
        for kind in ("gaps", "large gaps"):
            each = [float(np.percentile(r[kind], 99)) for r in rounds]
            most = [max(r[kind]) for r in rounds]
            rows.append([name, "512" if "large" in kind else "128", spread(each, ".1f"), spread(most, ".1f")])
    table("By round", ("setting", "size", "p99 ms", "largest ms"), rows)


if __name__ == "__main__":
    sys.exit(main())
