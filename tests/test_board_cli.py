"""vary --rows --columns: boards that are filled, resumed and widened, with the embedded model."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import main as program
from inference.api import Series
from inference.cli import vary_board
from inference.consistency import COMPONENTS
from inference.engine import LocalEngine
from inference.metadata import read_recipe
from inference.taste import Taste

FAST = ["--steps", "2", "--device", "cpu", "--quiet"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    picture = np.zeros((128, 128, 4), np.uint8)
    picture[32:96, 32:96] = (200, 60, 40, 255)
    Image.fromarray(picture).save("box.png")
    return tmp_path


@pytest.fixture
def asked(monkeypatch):
    """The requests that reach an engine."""
    seen = []
    original = LocalEngine.run

    def run(self, request):
        seen.append(request)
        return original(self, request)

    monkeypatch.setattr(LocalEngine, "run", run)
    return seen


def run(*arguments):
    return program.main([str(a) for a in arguments])


def entries(capsys):
    return json.loads(capsys.readouterr().out)


def test_a_board_is_filled_once_and_widened_by_its_new_cells(folder, capsys, asked):
    rows = ["--rows", "style=none,flat", "--out", "b", "--json"]
    assert run("vary", "box.png", "box", *rows, "--columns", "strength=0.4,0.8", *FAST) == 0
    first = entries(capsys)
    assert [(entry["row"], entry["column"]) for entry in first[:-1]] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [entry["recipe"]["strength"] for entry in first[:-1]] == [0.4, 0.8, 0.4, 0.8]
    assert [entry["recipe"]["style"] for entry in first[:-1]] == [None, None, "flat", "flat"]
    assert Path(first[-1]["path"]).name == "sheet.png"
    assert len(asked) == 4
    files = {path: path.read_bytes() for path in Path("b/cells").iterdir()}
    assert run("vary", "box.png", "box", *rows, "--columns", "strength=0.4,0.6,0.8", *FAST) == 0
    assert len(asked) == 6, "the two of the new column"
    assert {request.strength for request in asked[4:]} == {0.6}
    second = entries(capsys)
    assert len({entry["seed"] for entry in second[:-1]}) == 1, "the seed is the board's"
    assert all(path.read_bytes() == data for path, data in files.items())
    assert run("vary", "box.png", "box", *rows, "--columns", "strength=0.4,0.6,0.8", *FAST) == 0
    assert len(asked) == 6


@pytest.mark.slow
def test_cells_of_a_batch_are_those_that_one_makes_alone(folder, asked):
    words = ["--rows", "style=flat,noto", "--columns", "seed=3..7"]
    assert run("vary", "apple", *words, "--out", "b", *FAST) == 0
    assert any(isinstance(request, Series) for request in asked)
    assert sum(request.count for request in asked) == 10
    for path in Path("b/cells").iterdir():
        recipe = read_recipe(path)
        again = ["--style", recipe.style, "--seed", recipe.seed, "--out", f"alone/{path.stem}"]
        if recipe.seed in (4, 5):
            assert run("generate", "apple", *again, *FAST) == 0
            (alone,) = Path("alone", path.stem).iterdir()
            assert alone.read_bytes() == path.read_bytes()


def test_words_alone_make_a_board_in_a_folder_of_their_name(folder, capsys):
    assert run("vary", "{} potion", "--rows", "words=red,blue", *FAST, "--seed", "1") == 0
    paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert [read_recipe(path).prompt for path in paths[:-1]] == ["red potion", "blue potion"]
    assert paths[-1] == Path("out/board-potion/sheet.png")


@pytest.mark.slow
def test_a_large_board_says_the_time_and_makes_nothing_more_unasked(folder, capsys, monkeypatch, asked):
    grid = ["--rows", "seed=1..100", "--columns", "guidance=0..9.9/100", "--out", "b"]
    assert run("vary", "apple", *grid, *FAST) == 2
    captured = capsys.readouterr()
    assert "9998 more cells would take about" in captured.err
    assert "--yes" in captured.err
    assert len(asked) == len(list(Path("b/cells").iterdir())) == vary_board.TRIAL
    monkeypatch.setattr(vary_board, "MANY", 3)
    small = ["--rows", "seed=1..4", "--out", "c"]
    for answer, made in (("n", 2), ("y", 4)):
        monkeypatch.setattr("sys.stdin", _Terminal(answer))
        assert run("vary", "apple", *small, *FAST) == (0 if answer == "y" else 130)
        assert len(list(Path("c/cells").iterdir())) == made
    assert run("vary", "pear", "--rows", "seed=1..4", "--out", "d", "--yes", *FAST) == 0


class _Terminal:
    def __init__(self, answer):
        self._answer = answer

    def isatty(self):
        return True

    def readline(self):
        return self._answer + "\n"


def test_another_picture_does_not_take_a_boards_place(folder, capsys):
    assert run("vary", "apple", "--rows", "seed=1,2", "--out", "b", *FAST) == 0
    before = Path("b/board.json").read_bytes()
    assert run("vary", "pear", "--rows", "seed=1,2", "--out", "b", *FAST) == 2
    assert "--out" in capsys.readouterr().err
    assert Path("b/board.json").read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["vary"],
        ["vary", "--quiet", "apple", "--rows", "seed="],
        ["vary", "apple", "--rows", "seed"],
        ["vary", "apple", "--rows", "sede=1"],
        ["vary", "apple", "--rows", "seed=1", "--columns", "seed=2"],
        ["vary", "apple", "--rows", "strength=0.5"],
        ["vary", "apple", "--rows", "seed=1", "--strength", "0.5"],
        ["vary", "no.png", "apple", "--rows", "seed=1"],
        ["vary", "no.png", "--rows", "seed=1"],
        ["vary", "box.png", "apple", "--rows", "strength=0.5,2"],
        ["vary", "box.png", "apple", "--rows", "style=flut"],
        ["vary", "apple", "--rows", "seed=1,2", "--count", "3"],
        ["vary", "apple", "--rows", "seed=1", "--style", "flat", "--style", "noto"],
        ["vary", "apple", "--rows", "seed=1..200", "--columns", "steps=1..100"],
        ["vary", "apple", "--rows", "seed=1", "--out", "box.png"],
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(folder, capsys, arguments):
    assert run(*arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("gouache: ")
    assert captured.err.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["box.png"]


def test_a_board_is_sorted_by_what_belongs_and_says_why(folder, capsys):
    board = ["vary", "box.png", "box", "--columns", "strength=0,0.5,1", "--out", "b", "--json", *FAST]
    assert run(*board) == 0
    entries(capsys)
    assert run(*board, "--sort", "source") == 0
    sorted_entries = entries(capsys)
    scores = [entry["score"] for entry in sorted_entries[:-2]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == pytest.approx(1), "strength 0 is the source"
    assert (sorted_entries[0]["column"], set(sorted_entries[0]["components"])) == (0, set(COMPONENTS))
    assert [Path(entry["path"]).name for entry in sorted_entries[-2:]] == ["sheet.png", "best-first.png"]
    said = json.loads(Path("b/scores.json").read_text("utf-8"))
    assert [cell["score"] for cell in said["cells"]] == scores
    taste = {name: float(name == "silhouette") for name in COMPONENTS}
    Taste(picked=(taste,), passed_over=({**taste, "silhouette": 0.0},)).save(Path("taste.json"))
    assert run(*board, "--sort", "source") == 0
    capsys.readouterr()
    heavier = json.loads(Path("b/scores.json").read_text("utf-8"))["weights"]["silhouette"]
    assert heavier > said["weights"]["silhouette"], "taste.json beside the board is the project's"


@pytest.mark.parametrize("what", ["pins", "nowhere", "source"])
def test_what_cannot_be_measured_against_is_refused_before_anything_is_made(folder, capsys, asked, what):
    assert run("vary", "a fox", "--columns", "seed=1..3", "--out", "b", "--sort", what, *FAST) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not asked


def test_sorting_needs_a_board(folder, capsys):
    assert run("vary", "box.png", "box", "--sort", "source", *FAST) == 2
    assert "board" in capsys.readouterr().err
