"""What is learnt from jobs, kept in a file, and said of jobs to come."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from graphs import manifest_of
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app import estimates
from desktop_app.estimates import KEPT_SAMPLES, Estimate, Measured, Speeds, is_guided
from inference.api import BATCH_AREA, Device, together
from inference.geometry import Size
from inference.library import find_model
from inference.manifest import ModelManifest

SPRITES = find_model("sprites")
WEIGHTS = 2 * SPRITES.bytes
"""Half precision on disk, single in a processor's memory."""
SMALL, LARGE = Size(128, 128), Size(256, 256)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "speeds.json"


@pytest.fixture
def speeds(path: Path) -> Speeds:
    return Speeds.load(path)


def took(**changes: Any) -> Measured:
    usual: dict[str, Any] = {
        "model": "sprites",
        "device": "CPU",
        "size": SMALL,
        "guidance": 5.0,
        "count": 1,
        "seconds_per_step": 0.5,
        "seconds_per_picture": 2.0,
        "loaded": False,
        "memory": 40 << 20,
    }
    return Measured(**{**usual, **changes})


def said(speeds: Speeds, size: Size = SMALL, **changes: Any) -> Estimate:
    usual: dict[str, Any] = {"steps": 10, "count": 1, "guided": True}
    title = changes.pop("device", "CPU")
    device = title and Device(title=title, provider=title, name="x", threads=2, memory=8 << 30, weights=0)
    model: ModelManifest = changes.pop("model", SPRITES)
    return speeds.estimate(model, device, size, **{**usual, **changes})


def test_nothing_is_known_at_first_but_the_weights(speeds: Speeds) -> None:
    assert said(speeds) == Estimate(seconds=None, memory_bytes=WEIGHTS, measured=False)
    assert said(speeds, device=None) == Estimate(seconds=None, memory_bytes=WEIGHTS, measured=False)
    assert said(speeds, device="CUDA").memory_bytes == SPRITES.bytes


def test_what_was_measured_is_said_again(speeds: Speeds) -> None:
    speeds.take(took())
    assert said(speeds) == Estimate(seconds=10 * 0.5 + 2, memory_bytes=WEIGHTS + (40 << 20), measured=True)
    assert said(speeds, count=3, steps=4).seconds == pytest.approx(3 * (4 * 0.5 + 2))


def test_another_size_is_scaled_by_its_area_from_the_nearest(speeds: Speeds) -> None:
    speeds.take(took())
    assert said(speeds, LARGE) == Estimate(seconds=28, memory_bytes=WEIGHTS + (160 << 20), measured=False)
    speeds.take(took(size=Size(512, 512), seconds_per_step=16, seconds_per_picture=32, memory=640 << 20))
    near = said(speeds, Size(512, 256))
    assert near.seconds == pytest.approx((10 * 16 + 32) / 2)
    assert near.memory_bytes == WEIGHTS + (320 << 20)
    assert said(speeds, Size(64, 256)).measured, "an area is what counts, not its shape"


def test_guidance_asks_twice(speeds: Speeds) -> None:
    speeds.take(took())
    assert said(speeds, guided=False) == Estimate(
        seconds=10 * 0.25 + 2, memory_bytes=WEIGHTS + (40 << 20), measured=False
    )
    speeds.take(took(guidance=1.0, seconds_per_step=0.3))
    assert said(speeds, guided=False).seconds == pytest.approx(10 * 0.3 + 2)
    assert said(speeds, guided=False).measured
    assert said(speeds).seconds == pytest.approx(10 * 0.5 + 2)


def test_a_model_that_takes_guidance_as_an_input_is_not_guided() -> None:
    assert is_guided(SPRITES, 1.1)
    assert not is_guided(SPRITES, 1.0)
    assert not is_guided(dataclasses.replace(SPRITES, guidance_embedded=256), 8.5)


def test_devices_and_models_are_told_apart(speeds: Speeds) -> None:
    speeds.take(took())
    assert said(speeds, device="CUDA").seconds is None
    assert said(speeds, model=manifest_of(64)).seconds is None
    speeds.take(took(device="CUDA", seconds_per_step=0.01, seconds_per_picture=0.1))
    assert said(speeds, device="CUDA").seconds == pytest.approx(0.2)
    assert said(speeds, device="CUDA").memory_bytes == SPRITES.bytes, "a GPU's memory is not the process's"
    assert said(speeds).seconds == pytest.approx(7)
    assert said(speeds, device=None).seconds == pytest.approx(0.2), "what it ran on last"


def test_what_loading_spoilt_is_not_learnt(speeds: Speeds) -> None:
    speeds.take(took(loaded=True, seconds_per_picture=None))
    assert said(speeds) == Estimate(seconds=5, memory_bytes=WEIGHTS, measured=False)
    speeds.take(took(seconds_per_step=None))
    assert said(speeds) == Estimate(seconds=7, memory_bytes=WEIGHTS + (40 << 20), measured=True)


def test_one_busy_moment_does_not_count(speeds: Speeds) -> None:
    for seconds in (0.5, 30, 0.5):
        speeds.take(took(seconds_per_step=seconds))
    assert said(speeds).seconds == pytest.approx(7)
    for _ in range(KEPT_SAMPLES):
        speeds.take(took(seconds_per_step=1.0))
    assert said(speeds).seconds == pytest.approx(12), "what is long past is forgotten"


def test_of_memory_the_largest_counts_for_later_jobs_take_what_earlier_ones_left(speeds: Speeds) -> None:
    for memory in (30 << 20, 40 << 20, 0, 1 << 20):
        speeds.take(took(memory=memory))
    assert said(speeds).memory_bytes == WEIGHTS + (40 << 20)


def test_memory_of_a_batch_is_that_of_the_batch_nearest_to_it(speeds: Speeds) -> None:
    speeds.take(took())
    assert said(speeds, count=64).memory_bytes == WEIGHTS + (40 << 20)
    speeds.take(took(count=64, memory=100 << 20))
    assert together(SMALL, 10_000) == 64
    for count, mib in ((1, 40), (2, 40), (32, 100), (64, 100), (10_000, 100)):
        assert said(speeds, count=count).memory_bytes == WEIGHTS + (mib << 20), count
    speeds.take(took(count=4, memory=1 << 20))
    assert said(speeds, count=4).memory_bytes == WEIGHTS + (40 << 20), "no less than a single picture needs"
    speeds.take(took(size=LARGE, memory=200 << 20))
    assert said(speeds, LARGE, count=4).memory_bytes == WEIGHTS + (200 << 20), "the area counts more than the batch"


@settings(deadline=None)
@given(st.integers(8, 4096), st.integers(8, 4096), st.integers(1, 10_000))
def test_pictures_are_denoised_together_within_the_batch_area(width: int, height: int, count: int) -> None:
    size = Size(width, height)
    at_once = together(size, count)
    assert 1 <= at_once <= count
    assert at_once == 1 or at_once * size.area <= BATCH_AREA
    assert at_once == count or (at_once + 1) * size.area > BATCH_AREA


def test_a_model_that_is_gone_teaches_nothing(speeds: Speeds, path: Path) -> None:
    speeds.take(took(model="no such model"))
    speeds.save()
    assert not path.exists()


# The file


def test_it_is_kept(speeds: Speeds, path: Path) -> None:
    speeds.take(took())
    speeds.take(took(size=LARGE, device="CUDA", guidance=1.0))
    assert not path.exists()
    speeds.save()
    again = Speeds.load(path)
    for size in (SMALL, LARGE):
        for device in ("CPU", "CUDA", None):
            assert said(again, size, device=device) == said(speeds, size, device=device)
    assert json.loads(path.read_text("utf-8"))["version"] == estimates.VERSION
    assert [file.name for file in path.parent.iterdir()] == ["speeds.json"]


def test_it_lies_in_the_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUACHE_CACHE", str(tmp_path))
    speeds = Speeds.load()
    speeds.take(took())
    speeds.save()
    assert (tmp_path / "speeds.json").is_file()
    assert said(Speeds.load()).measured


def test_nothing_new_is_not_written(speeds: Speeds, path: Path) -> None:
    speeds.take(took())
    speeds.save()
    path.unlink()
    speeds.save()
    assert not path.exists()


GOOD = ["step", "x", "CPU", 100, True, 1, [1.0]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        "7",
        "[" * 100_000,
        '{"version": 2, "samples": []}',
        '{"version": 1}',
        '{"version": 1, "samples": 3}',
        '{"version": 1, "samples": [[]]}',
        *(
            json.dumps({"version": 1, "samples": [GOOD, [*GOOD[:i], wrong, *GOOD[i + 1 :]]]})
            for i, wrong in [(0, "speed"), (3, 0), (3, -1), (3, 1.5), (3, None), (5, 0), (6, []), (6, 3), (6, ["a"])]
        ),
        json.dumps({"version": 1, "samples": [[*GOOD[:6], [float("nan")]]]}),
        json.dumps({"version": 1, "samples": [[*GOOD[:6], [-1.0]]]}),
    ],
)
def test_a_broken_file_is_ignored_and_replaced(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    speeds = Speeds.load(path)
    assert said(speeds).seconds is None
    speeds.take(took())
    speeds.save()
    assert said(Speeds.load(path)).measured


def test_bytes_that_are_no_text_are_ignored(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe\x00")
    assert said(Speeds.load(path)).seconds is None


def test_a_disk_that_cannot_be_written_is_no_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    speeds = Speeds.load(tmp_path / "file" / "speeds.json")
    speeds.take(took())
    speeds.save()
    assert "could not be written" in caplog.text
    assert said(speeds).measured


def test_what_is_kept_has_a_limit(speeds: Speeds, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimates, "KEPT_KEYS", 6)
    for side in range(64, 640, 64):
        speeds.take(took(size=Size(side, side), seconds_per_step=side * side))
    speeds.save()
    assert len(json.loads(path.read_text("utf-8"))["samples"]) == 6
    assert said(speeds, Size(576, 576)).measured
    assert not said(speeds, Size(64, 64)).measured


def test_it_brings_no_qt_and_no_runtime() -> None:
    code = (
        "import sys, desktop_app.estimates\n"
        "heavy = {'torch', 'onnxruntime', 'diffusers', 'tokenizers', 'PySide6'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
