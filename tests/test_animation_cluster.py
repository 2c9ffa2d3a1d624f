"""A Dask cluster that runs already, in processes of its own: the same frames, and no harm when a worker is killed."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference.pictures import read_picture

distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")

ROOT = Path(__file__).resolve().parent.parent
ENV = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
SCHEDULER = "--port 0 --host 127.0.0.1 --no-dashboard --dashboard-address 127.0.0.1:0 --scheduler-file"
WORKER = "--nthreads 1 --no-nanny --no-dashboard --host 127.0.0.1 --scheduler-file"
FRAMES = 12

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(600)]


@contextlib.contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, *words], cwd=ROOT, env=ENV, stdout=quiet, stderr=quiet) as running:
        try:
            yield running
        finally:
            running.kill()


def wait_for(path: Path) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} did not come"
        time.sleep(0.05)


def animate(out: Path, *more: str) -> list[str]:
    return [
        *("main.py", "animate", "--key", "0: apple", "--key", f"{FRAMES - 1}: pear", "--frames", str(FRAMES)),
        *("--steps", "2", "--seed", "5", "--style", "noto", "--quiet", "--out", str(out), *more),
    ]


def frames_of(out: Path) -> dict[str, bytes]:
    return {path.name: read_picture(path).pixels.tobytes() for path in sorted(out.rglob("frames/*.png"))}


def test_workers_elsewhere_make_the_same_frames_though_one_is_killed(tmp_path: Path) -> None:
    alone, shared, file = tmp_path / "alone", tmp_path / "shared", tmp_path / "scheduler.json"
    with process(*animate(alone)) as running:
        assert running.wait() == 0
    with contextlib.ExitStack() as stack:
        stack.enter_context(process("-m", "distributed.cli.dask_scheduler", *SCHEDULER.split(), str(file)))
        wait_for(file)
        start = ("-m", "distributed.cli.dask_worker", *WORKER.split(), str(file))
        one, _other = (stack.enter_context(process(*start)) for _ in range(2))
        with distributed.Client(scheduler_file=str(file), timeout=30, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        running = stack.enter_context(process(*animate(shared, "--cluster", address)))
        end = time.monotonic() + 120
        while not list(shared.rglob("frames/*.png")):
            assert running.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
        one.kill()
        assert running.wait() == 0
    assert frames_of(shared) == frames_of(alone)
    assert len(frames_of(shared)) == FRAMES
