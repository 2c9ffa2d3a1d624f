"""An engine that does what a test says, when it says so; and the offscreen platform, before Qt is imported."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator
from dataclasses import dataclass, field, replace

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_API"] = os.environ["PYTEST_QT_API"] = "pyside6"

import numpy as np

from inference.api import Blend, Device, Event, Generate, Notice, Picture, Request, Series, Step, Vary
from inference.errors import Cancelled
from inference.geometry import Bounds, Size
from inference.recipe import Recipe

PATIENCE = 20
"""Seconds after which a test that waits for the other thread has failed."""


@dataclass
class FakeEngine:
    """Each event waits for ``let``; ``open`` lets all of them through.

    Attributes:
        steps: of each request that does not say.
        failures: what to raise, by seed, after the first step.
        device: said first when set.
        deaf: ignore ``cancel`` (but a closed generator stops it all the same).
    """

    steps: int = 3
    failures: dict[int, BaseException] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    device: Device | None = None
    deaf: bool = False
    seeds: list[int] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    cancels: int = 0
    closed: int = 0
    _gate: threading.Condition = field(default_factory=threading.Condition)
    _allowed: float = 0
    _stopped: bool = False

    def let(self, events: float) -> None:
        """Let so many more events through."""
        with self._gate:
            self._allowed += events
            self._gate.notify_all()

    def open(self) -> FakeEngine:
        """Let everything through from now on."""
        self.let(float("inf"))
        return self

    def reset(self) -> FakeEngine:
        """As it was at first: nothing comes through until it is let."""
        with self._gate:
            self._allowed = 0
        self.failures.clear()
        self.seeds.clear()
        self.notices = ()
        return self

    def run(self, request: Request) -> Generator[Event, None, None]:
        with self._gate:
            self._stopped = False
        self.seeds += [each.seed for each in parts(request)]
        self.threads.add(threading.get_ident())
        try:
            yield from self._work(request)
        finally:
            self.threads.add(threading.get_ident())
            self.ended.release()

    def cancel(self) -> None:
        with self._gate:
            self.cancels += 1
            self._stopped = not self.deaf
            self._gate.notify_all()

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        self.closed += 1

    def _work(self, request: Request) -> Generator[Event, None, None]:
        if self.device is not None:
            yield self.device
        for notice in self.notices:
            yield Notice(message=notice)
        steps = request.steps or self.steps
        for index in range(1, steps + 1):
            self._wait()
            preview = np.full((4, 4, 4), index, np.uint8)
            yield Step(index=index, count=steps, previews=(preview,), bounds=Bounds(0, 0, 64, 64))
            failing = [each.seed for each in parts(request) if each.seed in self.failures]
            if failing:
                raise self.failures[failing[0]]
        for number in range(request.count):
            self._wait()
            made = picture(request.requests[number], 0) if isinstance(request, Series) else picture(request, number)
            yield replace(made, index=number)

    def _wait(self) -> None:
        with self._gate:
            if not self._gate.wait_for(lambda: self._stopped or self._allowed > 0, PATIENCE):
                raise TimeoutError("nobody let the engine go on")
            if self._stopped:
                raise Cancelled
            self._allowed -= 1


def picture(request: Request, number: int) -> Picture:
    seed = request.seed + number
    size = frame_of(request)
    pixels = np.full((*size.shape, 4), seed % 256, np.uint8)
    recipe = Recipe(
        kind="generate",
        model="fake",
        model_hash="",
        prompt=request.prompt,
        negative="",
        style=None,
        seed=seed,
        steps=request.steps or 0,
        guidance=1.0,
        scheduler="ddim",
        width=64,  # what the model sees, whatever the picture's size
        height=64,
    )
    return Picture(
        pixels=pixels,
        bounds=Bounds.of(size),
        coverage=np.full(size.shape, 255, np.uint8),
        seed=seed,
        index=number,
        recipe=recipe,
    )


def parts(request: Request) -> tuple[Request, ...]:
    """The requests of a series, else the only one."""
    return request.requests if isinstance(request, Series) else (request,)


def frame_of(request: Request) -> Size:
    """A variation has its source's size, a blend its ends', all else 64 x 64."""
    first = request.ends[0] if isinstance(request, Blend) else request
    return Size(first.image.shape[1], first.image.shape[0]) if isinstance(first, Vary) else Size(64, 64)


def ask(seed: int = 1, *, count: int = 1, steps: int | None = None) -> Generate:
    return Generate(prompt="a fox", seed=seed, count=count, steps=steps)
