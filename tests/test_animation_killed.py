"""The command killed at any moment, with the signal that nobody can catch: the next run goes on to the same frames."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inference.pictures import read_picture

ROOT = Path(__file__).resolve().parent.parent
FRAMES = 24

pytestmark = pytest.mark.slow


def start(out: Path, mode: str) -> subprocess.Popen[bytes]:
    command = [
        *(sys.executable, "main.py", "animate", "--key", "0: apple", "--key", "23: pear", "--frames", str(FRAMES)),
        *("--mode", mode, "--steps", "2", "--seed", "5", "--style", "noto", "--out", str(out), "--quiet"),
    ]
    env = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def frames_of(out: Path) -> dict[str, bytes]:
    return {path.name: read_picture(path).pixels.tobytes() for path in sorted(out.rglob("frames/*.png"))}


@pytest.mark.parametrize("mode", ["walk", "feedback"])
def test_frames_are_the_same_however_often_it_was_killed(mode: str, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert start(whole, mode).wait() == 0
    expected = frames_of(whole)
    assert len(expected) == FRAMES

    luck = random.Random(mode)
    kills = 0
    for wanted in (1, 6, 15):
        running = start(killed, mode)
        while running.poll() is None and len(list(killed.rglob("frames/*.png"))) < wanted:
            time.sleep(0.01)
        time.sleep(luck.random() / 20)  # anywhere in the writing of a frame, too
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            kills += 1
        running.wait()
        standing = frames_of(killed)
        assert standing.items() <= expected.items(), "what a kill leaves is whole and right"
        assert len(standing) >= wanted
    assert kills >= 2
    assert start(killed, mode).wait() == 0
    assert frames_of(killed) == expected
    assert not [path for path in killed.rglob("*") if path.name.startswith(".") and path.is_file()], "no leftovers"
