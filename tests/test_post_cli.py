"""post and palette on the command line: what is written where, and that one broken picture stops nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pictured import save, thing
from PIL import Image

import main as program
from inference.metadata import read_recipe
from inference.palettes import find_palette, read_palette
from inference.pictures import read_picture, write_picture
from inference.recipe import Recipe

CHAIN = "pixelate:cells=16,palette=pico8 pad:width=24,height=24"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for i, place in enumerate(("set/a.png", "set/deep/a.png", "set/deep/b.png")):
        save(tmp_path / place, thing(i))
    (tmp_path / "set" / "cut.png").write_bytes((tmp_path / "set" / "a.png").read_bytes()[:200])
    (tmp_path / "set" / "note.txt").write_text("no picture")
    return tmp_path


def run(*arguments: object) -> int:
    return program.main([str(each) for each in arguments])


def test_a_folder_keeps_its_names_and_a_broken_picture_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("post", "set", "--chain", CHAIN, "--out", "out") == 2
    out, told = capsys.readouterr()
    assert [Path(line).as_posix() for line in out.splitlines()] == ["out/a.png", "out/deep/a.png", "out/deep/b.png"]
    assert "set/cut.png is broken" in told
    assert "1 of 4 pictures" in told
    palette = {tuple(c) for c in find_palette("pico8").colours.tolist()}
    for line in out.splitlines():
        pixels = read_picture(Path(line)).pixels
        assert pixels.shape == (24, 24, 4)
        assert {tuple(c) for c in pixels[pixels[..., 3] > 0][:, :3].tolist()} <= palette


def test_nothing_is_overwritten_unless_asked_and_a_source_never(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert run("post", "set/a.png", "--chain", "trim", "--out", "out") == 0
    assert [Path(line).name for line in capsys.readouterr().out.splitlines()] == ["a.png", "a-2.png"]
    assert run("post", "set/a.png", "--chain", "trim", "--out", "out", "--overwrite") == 0
    assert len(list((folder / "out").iterdir())) == 2
    before = (folder / "set" / "a.png").read_bytes()
    assert run("post", "set/a.png", "--chain", "trim", "--out", "set", "--overwrite") == 2
    assert "would be replaced" in capsys.readouterr().err
    assert (folder / "set" / "a.png").read_bytes() == before


def test_sources_of_one_name_do_not_replace_each_other(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        given = ["set/a.png", "set/deep/a.png"]
        assert run("post", *given, "--chain", "trim", "--out", "out", "--overwrite") == 0
        names = [Path(line).name for line in capsys.readouterr().out.splitlines()]
        assert names[0] == "a.png"
        assert names[1] != "a.png"


def test_results_in_the_folder_that_is_read_are_not_read_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "set" / "cut.png").unlink()
    for _ in range(2):
        assert run("post", "set", "--chain", "trim", "--out", "set/done", "--overwrite") == 0
    assert len(list((folder / "set" / "done").rglob("*.png"))) == 3


def test_a_recipe_stays_and_says_what_was_done(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = Recipe(
        kind="generate", model="m", model_hash="", prompt="apple", negative="", style=None, seed=7, steps=1, guidance=1,
        scheduler="ddim", width=64, height=64,
    )  # fmt: skip
    write_picture(folder / "made.png", thing(5), recipe)
    assert run("post", "made.png", "--chain", "trim outline:width=2", "--out", "out") == 0
    assert run("post", "out/made.png", "--chain", "pad:square=yes", "--out", "again") == 0
    kept = read_recipe(folder / "again" / "made.png")
    assert (kept.prompt, kept.seed) == ("apple", 7)
    assert kept.extra["post"] == [{"step": "trim"}, {"step": "outline", "width": 2}, {"step": "pad", "square": True}]


def test_halo_and_grid_are_measured_without_a_chain(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = np.random.default_rng(0).integers(0, 256, (12, 12, 4)).astype(np.uint8)
    small[..., 3] = 255
    Image.fromarray(small.repeat(5, 0).repeat(5, 1)).save("art.png")
    assert run("post", "art.png", "--grid", "--halo", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found[0]["grid"] == {"cell": 5, "x": 0.0, "y": 0.0, "confidence": 1.0}
    assert found[0]["halo"]["pixels"] == 0
    assert run("post", "art.png", "--grid") == 0
    assert "pixels of 5, from 0, 0" in capsys.readouterr().out
    assert not (folder / "out").exists()


def test_a_sheet_shows_every_step(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("post", "set/a.png", "--chain", CHAIN, "--out", "out", "--previews") == 0
    assert [Path(line).name for line in capsys.readouterr().out.splitlines()] == ["a.png", "a-steps.png"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "There are no pictures"),
        (("set/a.png",), "There is no chain"),
        (("set/a.png", "--chain", "pixelat"), "Did you mean pixelate"),
        (("empty", "--chain", "trim"), "There are no pictures in empty"),
        (("none.png", "--chain", "trim"), "none.png does not exist"),
        (("set/a.png", "--chain", "pad:width=8,height=8"), "set/a.png: It is 64x64, larger than 8x8"),
        (("set/a.png", "--chain", "trim", "--out", "set/a.png"), "is a file, not a folder"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    (folder / "empty").mkdir()
    assert run("post", *arguments) == 2
    error = capsys.readouterr().err
    assert told in error
    assert len(error.splitlines()) == 1


def test_the_list_names_every_step_and_palette(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("post", "--list") == 0
    out = capsys.readouterr().out
    for word in ("pixelate:", "cells=0 to 512", "outline:", "upscale:", "orchard32", "pico8"):
        assert word in out


def test_one_palette_for_a_set(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("palette", "set", "--colours", "8", "--out", "mine.gpl") == 2, "the broken picture is told"
    assert "cut.png" in capsys.readouterr().err
    assert len(read_palette(folder / "mine.gpl")) == 8
    assert run("post", "set/a.png", "--chain", "quantise:palette=mine.gpl", "--out", "out") == 0
    assert run("palette", "mine.gpl", "--out", "mine.hex") == 0
    assert np.array_equal(read_palette(folder / "mine.hex").colours, read_palette(folder / "mine.gpl").colours)
    assert run("palette", "pico8", "--out", "mine.hex") == 2
    assert "exists already" in capsys.readouterr().err


def test_palettes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("palette") == 0
    assert "pico8: 16 colours: #000000" in capsys.readouterr().out
    assert run("palette", "picoo", "--json") == 2
    assert "Did you mean pico8" in capsys.readouterr().err
