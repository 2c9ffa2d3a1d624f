"""From a folder of pictures to a style that the engine runs: the chain, its words for bad input, stopping, going on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
from drawn import Drawn, one_thread  # noqa: F401 (a fixture)
from PIL import Image

from inference import trainings
from inference.alpha import unpremultiply
from inference.errors import BadRequest, GouacheError
from inference.library import find_model, model_for
from inference.styles import find_style, load_styles
from inference.trainings import (
    Effort,
    Order,
    Speed,
    Stage,
    State,
    check_title,
    delete_training,
    read_order,
    read_state,
    read_training,
    trainings_folder,
    write_order,
    write_state,
)
from main import main
from training import style as chain
from training.style import check_style, train_style

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GOUACHE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return tmp_path / "home"


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(Effort, "steps", property(lambda _: 4))


def draw(folder: Path, count: int = 6) -> Path:
    """Drawings with names that say what they show."""
    folder.mkdir(parents=True)
    drawn = Drawn(count=count)
    for number, (pixels, caption) in enumerate(zip(drawn.pictures, drawn.captions, strict=True)):
        name = f"{caption.split(',')[0]} {number}.png"
        Image.fromarray(unpremultiply(pixels / np.float32(255))).save(folder / name)
    return folder


def order(model: Path | str, count: int = 6, **what) -> Path:
    """A training that was ordered."""
    wanted = Order(**{"title": "Ink & Wash", "model": str(model), "source": "these tests", **what})
    folder = trainings_folder() / wanted.name
    draw(folder / "pictures", count)
    write_order(folder, wanted)
    return folder


def test_an_order_comes_back(home):
    file = "pictures/a.png"
    wanted = Order(title="Tusche 水墨", effort=Effort.THOROUGH, captions={file: "a"}, overrides={file: False})
    home.mkdir()
    write_order(home, wanted)
    assert read_order(home) == wanted


@pytest.mark.parametrize(
    ("title", "word", "name"),
    [
        ("Ink & Wash", "ink wash", "ink-wash"),
        ("My (bold:1.2) Style", "my bold 1 2", "my-bold-1-2"),
        ("水墨风格", "水墨", "水墨"),
        ("Style", "style", "style"),
        ("con", "con", "con-style"),
        ("../..", "", ""),
        ("{prompt}", "prompt", "prompt"),
    ],
)
def test_names_are_safe_in_files_and_prompts(title, word, name):
    assert (Order(title=title).word, Order(title=title).name) == (word, name)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("", "no name"),
        (" ", "no name"),
        ("!?", "cannot be called"),
        ("x" * 41, "cannot be called"),
        ("Flat", "already"),
    ],
)
def test_a_name_that_cannot_be(home, title, words):
    with pytest.raises(BadRequest, match=words):
        check_title(Order(title=title))


@pytest.mark.slow
def test_a_style_with_its_own_model_from_order_to_picture(home, exported, quick, capsys):
    folder = order(exported("rgba"), captions={"pictures/missing.png": "not there"})
    assert main(["train", "style", str(folder), "--quiet", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    style = find_style("ink-wash")
    assert (said["style"], style.title, style.apply("cat")) == ("ink-wash", "Ink & Wash", "cat, ink wash style")
    assert style.licence == ""
    manifest = model_for(str(exported("rgba")), "ink-wash")
    assert manifest.folder == home / "styles" / "ink-wash"
    assert manifest.hash != find_model(str(exported("rgba"))).hash
    state = read_state(folder)
    assert (state.stage, state.pid, state.alive) == (Stage.DONE, 0, False)
    assert state.seconds > 0
    assert not (folder / "run" / "checkpoints").exists()
    assert (folder / "run" / "lora.safetensors").is_file()
    out = home / "out.png"
    words = ["--style", "ink-wash", "--model", str(exported("rgba")), "--seed", "1", "--steps", "2", "--quiet"]
    assert main(["generate", "cat", *words, "--out", str(out)]) == 0
    delete_training(read_training(folder))
    assert "ink-wash" not in load_styles()
    assert not (home / "styles" / "ink-wash").exists()
    assert not folder.exists()


@pytest.mark.slow
def test_an_unknown_licence_makes_a_style_for_yourself(home, exported, quick):
    folder = order(exported("rgba"), licence="unknown", source="")
    train_style(folder, threads=1)
    assert find_style("ink-wash").licence.startswith("for yourself")


def test_what_people_say_counts(home):
    folder = order("sprites")
    files = [entry.file for entry in check_style(folder).entries]
    write_order(
        folder, Order(title="Ink", captions={files[0]: "A  Red Fish"}, overrides={files[1]: False}, licence="own")
    )
    dataset = check_style(folder)
    assert dataset.entries[0].caption == "a red fish"
    assert [entry.used for entry in dataset.entries] == [True, False, *[True] * 4]
    assert {entry.style for entry in dataset.entries} == {"ink"}


def spoil(folder: Path) -> None:
    for path in (folder / "pictures").glob("*.png"):
        path.write_bytes(b"nothing")


def thin(folder: Path) -> None:
    for path in sorted((folder / "pictures").glob("*.png"))[1:]:
        path.unlink()


BAD = {
    "none": (lambda folder: shutil.rmtree(folder / "pictures"), "There are no pictures to learn from. Add some."),
    "one": (thin, "Only 1 of 1 pictures can be used; a style needs at least 3. Add more, ten or so."),
    "refused": (spoil, "None of the 6 pictures can be used."),
    "order": (lambda folder: (folder / "order.json").write_text("{"), "order.json cannot be read"),
    "newer": (lambda folder: (folder / "order.json").write_text('{"version": 99}'), "made by a newer Gouache"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_said_and_kept(home, capsys, what):
    folder = order("sprites")
    spoiling, words = BAD[what]
    spoiling(folder)
    assert main(["train", "style", str(folder), "--quiet"]) == 2
    assert words in capsys.readouterr().err
    state = read_state(folder)
    assert state.stage is Stage.FAILED
    assert words.split(". ")[0] in f"{state.message} {state.hint}"


def test_a_full_disk(home, monkeypatch):
    folder = order("sprites")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1 << 20))
    with pytest.raises(BadRequest, match="The disk has 1 MB left"):
        train_style(folder, threads=1)
    monkeypatch.undo()
    monkeypatch.setenv("GOUACHE_HOME", str(home))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(chain, "check_style", full)
    with pytest.raises(BadRequest, match="The disk is full"):
        train_style(folder, threads=1)
    assert read_state(folder).message == "The disk is full."


def test_what_nobody_expected_is_said_too(home, monkeypatch):
    folder = order("sprites")
    monkeypatch.setattr(chain, "check_style", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        train_style(folder, threads=1)
    assert read_state(folder).message == "Something went wrong: division by zero."


@pytest.mark.slow
def test_it_stops_when_asked_and_goes_on(home, exported, quick):
    folder = order(exported("rgba"))
    seen = []

    def stop(progress):
        seen.append(progress.step)
        if progress.step == 2:
            (folder / "run" / "stop").touch()

    assert train_style(folder, threads=1, report=stop) is None
    assert (read_state(folder).stage, max(seen)) == (Stage.STOPPED, 2)
    before = read_state(folder).seconds
    assert train_style(folder, threads=2, report=lambda p: seen.append(p.step)) is not None
    assert seen[-1] == 4
    assert read_state(folder).seconds > before


def test_one_process_at_a_time(home):
    folder = order("sprites")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        began = trainings.psutil.Process(other.pid).create_time()
        write_state(folder, State(stage=Stage.LEARNING, pid=other.pid, began=began))
        with pytest.raises(BadRequest, match="being trained already"):
            train_style(folder, threads=1)
        with pytest.raises(BadRequest, match="Stop it first"):
            delete_training(read_training(folder))
        write_state(folder, State(stage=Stage.LEARNING, pid=other.pid, began=began - 100))
        assert read_training(folder).state.stage is Stage.CUT_OFF, "another process has its number now"
        write_state(folder, State(stage=Stage.LEARNING, pid=other.pid, began=began))
        other.communicate(b"\n")
    assert read_training(folder).state.stage is Stage.CUT_OFF


@pytest.mark.slow
def test_a_window_that_starts_it_does_not_stand_in_its_way(home, exported, quick):
    folder = order(exported("rgba"))
    write_state(folder, State(stage=Stage.STARTING))
    assert train_style(folder, threads=1) is not None
    assert read_state(folder).stage is Stage.DONE


def test_a_process_that_never_came_is_dead_after_a_while(home, monkeypatch):
    home.mkdir()
    write_order(home, Order(title="a"))
    write_state(home, State(stage=Stage.STARTING))
    assert read_training(home).state.alive
    monkeypatch.setattr(time, "time", lambda: os.times().elapsed + 1e12)
    assert read_training(home).state.stage is Stage.CUT_OFF


def test_check_as_json(home, tmp_path, capsys):
    pictures = draw(tmp_path / "mine", 4)
    (pictures / "broken.png").write_bytes(b"nothing")
    assert main(["train", "style", str(pictures), "--name", "Ink", "--check", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["problem"] is None
    assert [row["used"] for row in said["pictures"]].count(False) == 1
    assert next(row for row in said["pictures"] if not row["used"])["reasons"][0].startswith("unreadable")
    assert "no known licence" in said["obstacles"][0]
    assert not trainings_folder().exists() or not list(trainings_folder().iterdir())


@pytest.mark.parametrize(
    ("change", "words"),
    [([], "has no name"), (["--name", "Flat"], "named 'Flat' already"), (["--name", "?"], "be called")],
)
def test_a_new_style_needs_a_name(home, tmp_path, capsys, change, words):
    assert main(["train", "style", str(draw(tmp_path / "mine", 3)), *change]) == 2
    assert words in capsys.readouterr().err
    assert main(["train", "style", str(tmp_path / "nothing"), "--name", "x"]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_speed_is_measured_and_remembered(home, exported, capsys):
    model = str(exported("rgba"))
    assert trainings.read_speed(model) is None
    assert main(["train", "speed", "--model", model, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    speed = trainings.read_speed(model)
    assert speed is not None and said["step"] == speed.step > 0
    assert speed.seconds(Effort.QUICK) < speed.seconds(Effort.NORMAL) < speed.seconds(Effort.THOROUGH)
    trainings.write_speed("other", Speed(step=1, sample=1, around=1))
    assert trainings.read_speed(model) == speed
    trainings.speeds_file().write_text("[")
    assert trainings.read_speed(model) is None


def test_a_trained_style_that_lost_its_model(home):
    folder = home / "styles"
    folder.mkdir(parents=True)
    said = {"name": "lost", "template": "{prompt}", "model": "lost"}
    (folder / "lost.json").write_text(json.dumps(said))
    with pytest.raises(GouacheError):
        model_for("sprites", "lost")
    assert model_for("sprites", None).name == "sprites"
