"""Our sheets in engines that we did not write: PixiJS and Phaser from npm, run in node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clipped import film, sprites
from PIL import Image

from inference.clips.atlas import Tag
from inference.clips.frame import Frame
from inference.clips.packing import SheetOptions
from inference.clips.sheet_writing import write_sheet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PACKAGES = ("pixi.js@8.22.0", "phaser@4.2.1")
SCRIPT = Path(__file__).with_name("engines.cjs")
TAGS = [
    Tag(name="run", first=0, last=3),
    Tag(name="wave", first=2, last=5, direction="pingpong", loop=False),
    Tag(name="back", first=4, last=7, direction="reverse"),
]


@pytest.fixture(scope="module")
def packages() -> Path:
    """A folder with both packages, kept between runs; whatever registry npm is set up with."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("node and npm are not installed")
    user = getattr(os, "getuid", lambda: "user")()
    folder = Path(tempfile.gettempdir()) / f"gouache-test-packages-{user}"
    folder.mkdir(exist_ok=True)
    wanted = folder / "installed.txt"
    if not wanted.exists() or wanted.read_text() != repr(PACKAGES):
        command = [npm, "install", "--prefix", ".", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=400)
        except subprocess.TimeoutExpired:
            pytest.skip("npm took too long")
        if done.returncode:
            pytest.skip(f"npm could not install the engines: {done.stderr.strip()[-200:]}")
        wanted.write_text(repr(PACKAGES))
    return folder


def engine(packages: Path, kind: str, *files: Path) -> dict[str, Any]:
    done = subprocess.run(
        ["node", str(SCRIPT), kind, *map(str, files)], cwd=packages, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def timed() -> list[Frame]:
    return [Frame(each.pixels, Fraction(40 + 10 * index, 1000)) for index, each in enumerate(sprites())]


def rebuilt(entry: dict[str, Any], page: np.ndarray) -> np.ndarray:
    """The frame as an engine would show it."""
    x, y, w, h = entry["frame"]
    wide, high = entry["orig"]
    left, top = entry["trim"][:2] if entry["trim"] else (0, 0)
    whole = np.zeros((high, wide, 4), np.uint8)
    whole[top : top + h, left : left + w] = page[y : y + h, x : x + w]
    return whole


def assert_shown(entries: list[dict[str, Any]], images: list[Path], frames: list[Frame]) -> None:
    assert len(entries) == len(frames)
    pages = [np.asarray(Image.open(image)) for image in images]
    for entry, frame in zip(entries, frames, strict=True):
        np.testing.assert_array_equal(rebuilt(entry, pages[entry.get("index", 0)]), frame.pixels, entry["name"])


@pytest.mark.parametrize("form", ["pixi", "texturepacker"])
def test_pixi_shows_our_frames(packages: Path, tmp_path: Path, form: str) -> None:
    frames = timed()
    write_sheet(frames, tmp_path / "cat", form, SheetOptions(extrude=1, pivot=(0.5, 1)), tags=TAGS)
    found = engine(packages, "pixi", tmp_path / "cat.json")
    assert_shown(found["frames"], [tmp_path / "cat.png"], frames)
    assert {tuple(entry["anchor"]) for entry in found["frames"]} == {(0.5, 1)}
    numbers = {name: [int(each[4:8]) for each in labels] for name, labels in found["animations"]}
    assert numbers == {"run": [0, 1, 2, 3], "wave": [2, 3, 4, 5, 4, 3], "back": [7, 6, 5, 4]}


@pytest.mark.parametrize("form", ["aseprite", "aseprite-hash"])
def test_phaser_makes_animations_of_our_aseprite_files(packages: Path, tmp_path: Path, form: str) -> None:
    frames = timed()
    write_sheet(frames, tmp_path / "cat", form, tags=TAGS)
    found = engine(packages, "aseprite", tmp_path / "cat.json")
    assert_shown(found["frames"], [tmp_path / "cat.png"], frames)
    animations = {each["key"]: each for each in found["animations"]}
    assert [each["missing"] for each in animations.values()] == [0, 0, 0]
    assert [each["duration"] for each in animations["run"]["frames"]] == [40, 50, 60, 70]
    assert [each["frame"] for each in animations["back"]["frames"]] == ["7", "6", "5", "4"]
    assert animations["wave"]["yoyo"]


@pytest.mark.parametrize("largest", [4096, 64])
def test_phaser_plays_our_animations(packages: Path, tmp_path: Path, largest: int) -> None:
    frames = timed() if largest == 4096 else [Frame(f.pixels, Fraction(1, 10)) for f in film(8, 40, 40)]
    options = SheetOptions(largest=largest, pivot=(0.25, 0.75))
    report = write_sheet(frames, tmp_path / "cat", "phaser", options, tags=TAGS)
    assert (len(report.pages) > 1) == (largest == 64)
    found = engine(packages, "phaser", tmp_path / "cat.json", tmp_path / "cat-animations.json")
    images = [path for path in report.files if path.suffix == ".png"]
    assert_shown(found["frames"], images, frames)
    assert {tuple(entry["anchor"]) for entry in found["frames"]} == {(0.25, 0.75)}
    run, wave, back = found["animations"]
    times = [round(frame.duration * 1000) for frame in frames]
    assert run["frames"] == [[f"cat_{i:04d}.png", times[i]] for i in range(4)]
    assert back["frames"] == [[f"cat_{i:04d}.png", times[i]] for i in (7, 6, 5, 4)]
    assert (run["repeat"], wave["repeat"], wave["yoyo"]) == (-1, 0, True)
    assert run["duration"] == sum(times[:4])


def test_phasers_reader_of_unitys_files_finds_our_slices(packages: Path, tmp_path: Path) -> None:
    frames = timed()
    write_sheet(frames, tmp_path / "cat", "unity", SheetOptions(layout="grid", padding=1))
    found = engine(packages, "unity", tmp_path / "cat.png.meta", tmp_path / "cat.png")
    shown = [entry for entry in found["frames"] if "cat_" in entry["name"]]
    assert_shown(shown, [tmp_path / "cat.png"], frames)
