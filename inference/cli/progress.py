"""Progress on stderr: one bar with rate and time left, and what has to be said beside it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from tqdm import tqdm

from inference.api import Engine, Notice, Picture, Request, Step
from inference.words import Unknown

TERMINAL_INTERVAL, LOG_INTERVAL = 0.1, 10.0


def run(
    engine: Engine,
    request: Request,
    *,
    quiet: bool = False,
    label: str = "",
    hear: Callable[[tuple[Unknown, ...]], None] = lambda _: None,
) -> Iterator[Picture]:
    """Iterate the engine, show its steps, pass its pictures on.

    Args:
        hear: is told the words that the model does not know, before the first picture; of none, too.

    Ctrl-C stops the engine (it raises Cancelled); a second one stops the program.
    """
    shown: tqdm[NoReturn] | None = None
    if not quiet and sys.stderr.isatty():
        sys.stderr.write("loading\r")
    hear(())
    try:
        with interruptible(engine):
            for event in engine.run(request):
                match event:
                    case Step():
                        shown = shown or bar(event.count, label or "denoising", quiet)
                        shown.update(event.index - shown.n)
                    case Notice():
                        print(f"gouache: {event.message}", file=sys.stderr)
                        if event.unknown:
                            hear(event.unknown)
                    case Picture():
                        yield event
    finally:
        if shown is not None:
            shown.close()


def bar(count: int | None, label: str, quiet: bool, *, unit: str = "step") -> tqdm[NoReturn]:
    """A bar; without a count it only counts."""
    return tqdm(
        desc=label,
        unit=unit,
        total=count,
        disable=quiet,
        file=sys.stderr,
        mininterval=TERMINAL_INTERVAL if sys.stderr.isatty() else LOG_INTERVAL,
        bar_format="{desc}: {percentage:3.0f}%|{bar:24}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}]"
        if count
        else None,
    )


@contextmanager
def interruptible(engine: Engine) -> Iterator[None]:
    """Ctrl-C stops the engine, which then raises Cancelled; a second one stops the program."""

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, previous)
        engine.cancel()

    try:
        previous = signal.signal(signal.SIGINT, stop)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
