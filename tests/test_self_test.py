"""The self-test: what it reports, what it says when something is wrong, and that it leaves the user's files alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from desktop_app import self_test
from desktop_app.self_test import Bench, Outcome, Unfit, as_text, attempt, probe_folder, report
from inference.errors import BadRequest

ROOT = Path(__file__).resolve().parent.parent


def bench() -> Bench:
    return Bench(args=None, stack=ExitStack())  # type: ignore[arg-type]


def raising(error: Exception):
    def step(_: Bench) -> str:
        raise error

    return step


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (BadRequest("It is round.", hint="Make it square."), "It is round. Make it square."),
        (OSError(28, "No space left on device", "/tmp/a"), "No space left on device: /tmp/a."),
        (ZeroDivisionError("by nothing"), "ZeroDivisionError: by nothing"),
    ],
)
def test_what_goes_wrong_becomes_words(error, words):
    outcome = attempt("step", raising(error), bench())
    assert (outcome.passed, outcome.words) == (False, words)


def test_one_step_that_fails_fails_the_test():
    good = Outcome(step="a", passed=True, seconds=1.0, words="fine")
    bad = Outcome(step="b", passed=False, seconds=0.5, words="not fine")
    assert report([good], "CPU")["passed"]
    told = report([good, bad], "CPU")
    assert not told["passed"]
    lines = as_text(told).splitlines()
    assert any(line.startswith("ok     a") for line in lines)
    assert any(line.startswith("FAILED b") and line.endswith("not fine") for line in lines)
    assert lines[-1] == "Self-test FAILED."


def test_a_folder_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unfit, match=r"cannot be written.*GOUACHE_HOME"):
        probe_folder(tmp_path / "file" / "inside")
    probe_folder(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_steps_that_need_an_earlier_one_say_so():
    for name, step in self_test.ORDER[1:]:
        outcome = attempt(name, step, bench())
        assert not outcome.passed
        assert "There " in outcome.words


def test_where_nothing_can_be_written_the_user_s_folder_is_left_alone(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setenv("GOUACHE_CACHE", str(tmp_path / "cache"))
    with ExitStack() as stack:
        here = Bench(args=None, stack=stack)  # type: ignore[arg-type]
        outcome = attempt("folders", self_test.ORDER[0][1], here)
        assert not outcome.passed
        assert here.workplace is not None
        assert Path(os.environ["GOUACHE_HOME"]).is_relative_to(here.workplace)
    assert not here.workplace.exists()


@pytest.mark.slow
@pytest.mark.timeout(1600)
def test_the_whole_of_it_from_source(tmp_path):
    told = tmp_path / "报告 1.json"
    home = tmp_path / "home"
    environment = os.environ | {"GOUACHE_HOME": str(home), "GOUACHE_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, str(ROOT / "main.py"), "--self-test", "--device", "cpu", "--report", str(told)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=1500)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith("Self-test passed.")
    written = json.loads(told.read_text("utf-8"))
    assert [step["step"] for step in written["steps"]] == ["folders", "window", "generate", "inpaint", "clips"]
    assert written["device"] == "CPUExecutionProvider"
    assert not written["packaged"]
    assert list(home.iterdir()) == [], "the user's folder was written to"


def test_without_a_home_one_is_asked_for(tmp_path):
    code = (
        "import pathlib, inference.resources as r\n"
        "def homeless(*_, **__): raise RuntimeError('could not determine the home directory')\n"
        "r.platformdirs.user_data_dir = r.platformdirs.user_cache_dir = homeless\n"
        "import main\nraise SystemExit(main.main(['styles', 'list']))"
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("GOUACHE_HOME", "GOUACHE_CACHE")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT, timeout=120
    )
    assert done.returncode == 2
    assert done.stderr.strip() == "gouache: There is no home folder here. Set HOME, or name a folder in GOUACHE_HOME."
