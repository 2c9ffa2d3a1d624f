"""Several processes at one batch: they share the parameters' vector, and their gradients are averaged in order.

One torch process with two threads falls to a tenth of its speed when another program takes a core; two processes with
one thread each lose only what the other takes (measured, see docs/training.md). The sum is always taken in the same
order, so that a run with a number of workers can be repeated bit for bit.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, multiprocessing

from inference.errors import GouacheError
from training.optimise import FlatParameters

if TYPE_CHECKING:
    from training.loop import Running, Task


class WorkerLost(GouacheError):
    """A worker process ended before the run did."""


class Crew:
    """This process and its workers (none when ``running.workers`` is 1).

    Args:
        make: builds the task; called in each worker.
        flat: this process's parameters; moved to shared memory when there are workers.
    """

    def __init__(self, make: Callable[[], Task], flat: FlatParameters, running: Running) -> None:
        self._flat, self._running = flat, running
        self._gradients: list[Tensor] = []
        self._pipes: list[Any] = []
        self._processes: list[Any] = []
        if running.workers > 1:
            flat.values.share_memory_()
        for part in range(1, running.workers):
            self._start(make, part)

    def _start(self, make: Callable[[], Task], part: int) -> None:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        gradients = torch.zeros_like(self._flat.values).share_memory_()
        given = (make, self._flat.values, gradients, there, self._running, part)
        process = context.Process(target=_work, args=given, daemon=True)
        process.start()
        there.close()
        self._gradients.append(gradients)
        self._pipes.append(here)
        self._processes.append(process)

    def gradients(self, task: Task, step: int) -> float:
        """Fill the shared gradients with the mean over all parts. Returns the mean loss."""
        from training.loop import gradients  # noqa: PLC0415 (it imports this module)

        parts = self._running.workers
        self._flat.gradients.zero_()
        try:
            for pipe in self._pipes:
                pipe.send(step)
            losses = [gradients(task, self._running, step, 0, parts)]
            for pipe, other in zip(self._pipes, self._gradients, strict=True):
                losses.append(pipe.recv())
                self._flat.gradients.add_(other)
        except (EOFError, OSError) as error:
            raise WorkerLost("A worker process ended.", hint="Start the run again; it goes on.") from error
        if parts > 1:
            self._flat.gradients.div_(parts)
        return sum(losses) / parts

    def close(self) -> None:
        """Let the workers end; their step, if they are in one, is thrown away."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(timeout=5)
            if process.is_alive():
                process.terminate()
                process.join()


def _work(  # noqa: PLR0917
    make: Callable[[], Task], values: Tensor, gradients: Tensor, pipe: Any, running: Running, part: int
) -> None:
    """A worker: gradients of its part of each step it is told, until the pipe is closed."""
    from training.loop import arithmetic, seed_torch  # noqa: PLC0415
    from training.loop import gradients as add_gradients  # noqa: PLC0415

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with arithmetic(running):
        seed_torch(running.seed, 0)
        task = make()
        FlatParameters(task.trained(), values, gradients)
        while True:
            try:
                step = pipe.recv()
                gradients.zero_()
                pipe.send(add_gradients(task, running, step, part, running.workers))
            except (EOFError, OSError):
                return
