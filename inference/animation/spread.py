"""Frames that need no other, shared out to several workers with Dask: in this process, or on a cluster of one's own.

Each worker opens an engine of its own when its first work comes and keeps it. Requests go out and pictures come back as
values, so a worker needs the model under the same name but no common disk; frames are kept here, by one thread.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from inference.animation.making import Work
from inference.api import Engine, Event, Notice, Picture
from inference.errors import BadRequest, EngineFailed, GouacheError

MOST_WORKERS = 256
AHEAD = 2
"""Pieces of work a worker that are waiting for it: enough to keep it busy, few enough to stop soon."""
NOWHERE = "127.0.0.1:0"
"""Dask always opens a port for its pages: here one that only this machine reaches, and with no pages."""
HINT = 'Install it: pip install "gouache[cluster]"'


@dataclass(frozen=True, kw_only=True)
class Workers:
    """Who does the work.

    Attributes:
        count: in this process; not heeded with an address.
        address: of a Dask scheduler that runs already, or "".
        device, threads: of each worker's engine.
    """

    count: int = 1
    address: str = ""
    device: str = "auto"
    threads: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_WORKERS:
            raise BadRequest(f"{self.count} workers cannot be.", hint=f"Give 1 to {MOST_WORKERS}.")


def spread(work: Iterable[Work], workers: Workers) -> Iterator[tuple[Work, Event]]:
    """Pictures and notices, in whatever order the work is done. Closing it lets the workers end what they are at.

    Raises:
        BadRequest: when Dask is not installed or the cluster does not answer. EngineFailed: when a worker was lost.
    """
    distributed = _dask()
    with _cluster(distributed, workers) as client:
        try:
            yield from _shared(distributed, client, work, workers)
        finally:
            if not workers.address:
                client.run(close_engine)


def _shared(distributed: Any, client: Any, work: Iterable[Work], workers: Workers) -> Iterator[tuple[Work, Event]]:
    waiting, running = iter(work), {}
    room = AHEAD * max(len(client.nthreads()), 1)
    done = distributed.as_completed(loop=client.loop)

    def send() -> None:
        piece = next(waiting, None)
        if piece is not None:
            future = client.submit(pictures, piece.request, workers.device, workers.threads, pure=False)
            running[future.key] = piece
            done.add(future)

    for _ in range(room):
        send()
    for future in done:
        piece = running.pop(future.key)
        for event in _result(future):
            yield piece, event
        future.release()
        send()


def _result(future: Any) -> list[Event]:
    try:
        return future.result()
    except GouacheError:
        raise
    except Exception as error:
        raise EngineFailed("A worker was lost.", hint="Run the command again to go on.", detail=repr(error)) from error


def _dask() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise BadRequest("Workers need Dask, which is not installed.", hint=HINT) from error
    logging.getLogger("distributed").setLevel(logging.ERROR)  # a stop is no news
    return distributed


def _cluster(distributed: Any, workers: Workers) -> Any:
    """A client; with its own workers, in this process, where there is no address."""
    try:
        if workers.address:
            return distributed.Client(workers.address, timeout=10, set_as_default=False)
        from dask import config

        with config.set({f"distributed.{part}.http.routes": [] for part in ("scheduler", "worker")}):
            return distributed.Client(
                processes=False,
                n_workers=workers.count,
                threads_per_worker=1,
                dashboard_address=NOWHERE,
                worker_dashboard_address=NOWHERE,
                memory_limit=0,
                set_as_default=False,
            )
    except (OSError, ValueError) as error:
        raise BadRequest(
            f"No Dask scheduler answers at {workers.address}.", hint="Check the address.", detail=str(error)
        ) from error


# In the workers


def pictures(request: Any, device: str, threads: int | None) -> list[Event]:
    """What a worker is asked to do: all pictures of a request, with its notices."""
    engine = _engine(device, threads)
    return [event for event in engine.run(request) if isinstance(event, Picture | Notice)]


def _engine(device: str, threads: int | None) -> Engine:
    from distributed import get_worker

    worker: Any = get_worker()
    engine = getattr(worker, "gouache_engine", None)
    if engine is None:
        engine = worker.gouache_engine = make_engine(device, threads)
    return engine


def make_engine(device: str, threads: int | None) -> Engine:
    """A worker's engine."""
    from inference.engine import LocalEngine

    return LocalEngine(device=device, threads=threads)


def close_engine(dask_worker: Any) -> None:
    """Stop what a worker is at, and let go of its models."""
    engine = getattr(dask_worker, "gouache_engine", None)
    if engine is not None:
        engine.cancel()
        engine.close()
        dask_worker.gouache_engine = None
