"""clip and sheet on the command line: what is written, what is refused, and what a broken clip still gives."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from clipped import film, only_sound, sprites, uneven

import main as program
from inference.clips.reading import open_clip
from inference.clips.writing import write_clip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    write_clip(film(10, 33, 25, alpha=True, duration=uneven), folder / "a.apng")
    write_clip(sprites(), folder / "hop.gif")
    write_clip(film(20), folder / "cut.mp4")
    whole = (folder / "cut.mp4").read_bytes()
    (folder / "cut.mp4").write_bytes(whole[: len(whole) * 7 // 10])
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path in made.iterdir():
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: object) -> int:
    return program.main([str(each) for each in arguments])


def test_info_tells_what_is_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("clip", "info", "a.apng", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["width"], told["height"], told["frames"], told["rate"], told["alpha"]) == (33, 25, 10, None, True)
    assert told["seconds"] == pytest.approx(19 / 24)
    assert run("clip", "info", "hop.gif") == 0
    assert "gif, 24x24, 8 frames, 0.640 s, 12.5 frames a second, transparency" in capsys.readouterr().out


def test_info_tells_of_the_good_part_of_a_broken_clip(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("clip", "info", "cut.mp4", "--json") == 2
    out, told = capsys.readouterr()
    assert json.loads(out)["whole"] is False
    assert f"of 20 frames {json.loads(out)['frames']} can be read" in told


def test_convert_there_and_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for target in ("b.webp", "c", "d.png"):
        assert run("clip", "convert", "a.apng", target, "--rate", "25", "--quiet") == 0
    with open_clip(folder / "a.apng") as first, open_clip(folder / "d.png") as last:
        for one, other in zip(first, last, strict=True):
            np.testing.assert_array_equal(one.pixels, other.pixels)
            assert other.duration == Fraction(1, 25)
    assert capsys.readouterr().out.split() == ["b.webp", "c", "d.png"]
    assert run("clip", "convert", "a.apng", "e.gif", "--range", "2-5", "--colours", "16", "--json") == 0
    assert json.loads(capsys.readouterr().out)["frames"] == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("a.apng", "x.mp4"), "even sides"),
        (("a.apng", "x.avi"), "not a kind of clip"),
        (("a.apng", "hop.gif"), "exists already"),
        (("a.apng", "a.apng", "--overwrite"), "replaced by its result"),
        (("a.apng", "x.gif", "--quality", "5"), "no quality"),
        (("a.apng", "x.webp", "--quality", "500"), "not a quality"),
        (("a.apng", "x.gif", "--rate", "fast"), "no rate"),
        (("a.apng", "x.gif", "--rate", "1/0"), "no rate"),
        (("a.apng", "x.gif", "--range", "5-2"), "no range"),
        (("a.apng", "x.gif", "--range", "50-"), "no frame 50"),
        (("a.apng", "x.mp4", "--background", "pink"), "no colour"),
        (("cut.mp4", "x.gif"), "cut off"),
        (("missing.mp4", "x.gif"), "does not exist"),
    ],
)
def test_what_cannot_be_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    before = sorted(each.name for each in folder.iterdir())
    assert run("clip", "convert", *arguments, "--quiet") == 2
    out, told = capsys.readouterr()
    assert words in told
    assert told.count("\n") == 1
    assert not out
    assert sorted(each.name for each in folder.iterdir()) == before


def test_frames_of_a_broken_clip_are_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("clip", "frames", "cut.mp4", "kept", "--quiet") == 2
    assert "cut off" in capsys.readouterr().err
    with open_clip(folder / "kept") as clip:
        assert clip.count
        assert clip.rate == 30
        assert len(list(clip)) == clip.count
    assert run("clip", "frames", only_sound(folder / "s.mp4"), "none", "--quiet") == 2
    assert not (folder / "none").exists()


@pytest.mark.parametrize("form", ["aseprite", "godot", "phaser", "pixi", "unity", "texturepacker"])
def test_pack_and_unpack(folder: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    assert run("sheet", "pack", "hop.gif", "hop", "--format", form, "--tag", "up:0-3:once", "--tag", "all:0-7") == 0
    written = capsys.readouterr().out.split()
    assert all((folder / name).exists() for name in written)
    assert run("sheet", "unpack", written[-1], "back", "--quiet") == 0
    with open_clip(folder / "hop.gif") as first, open_clip(folder / "back") as last:
        for one, other in zip(first, last, strict=True):
            seen = one.pixels[..., 3] > 0
            np.testing.assert_array_equal(one.pixels[seen], other.pixels[seen])
            assert one.duration == other.duration
    assert run("sheet", "pack", "hop.gif", "hop", "--format", form) == 2
    assert "exists already" in capsys.readouterr().err


def test_a_grid_is_cut_without_its_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("sheet", "pack", "hop.gif", "g", "--layout", "grid", "--columns", "3", "--padding", "1") == 0
    assert run("sheet", "unpack", "g.png", "cells", "--cell", "24x24", "--padding", "1", "--rate", "8") == 0
    with open_clip(folder / "cells") as clip:
        assert (clip.count, clip.rate) == (8, 8)
    assert run("sheet", "unpack", "g.png", "no") == 2
    assert run("sheet", "unpack", "g.png", "no", "--cell", "999") == 2
    assert not (folder / "no").exists()


@pytest.mark.parametrize("tag", ["x", "x:", "x:a-b", "x:0-2:sideways", ":0-2", "x:5-2"])
def test_a_tag_that_is_none_is_refused(folder: Path, capsys: pytest.CaptureFixture[str], tag: str) -> None:
    assert run("sheet", "pack", "hop.gif", "new", "--tag", tag, "--quiet") == 2
    assert "animation" in capsys.readouterr().err
    assert not list(folder.glob("new*"))
