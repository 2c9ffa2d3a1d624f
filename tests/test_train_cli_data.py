"""The commands train collect, clean, label, normalise: one clear sentence, the exit status, where results go."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pictured import dataset_of, save, thing

import main
from training.dataset import Dataset, read_dataset, write_dataset


def test_from_a_folder_to_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for n in range(4):
        save(tmp_path / "mine" / f"thing {'abcd'[n]}.png", thing(n))
    save(tmp_path / "mine" / "again.png", thing(2))
    target = str(tmp_path / "set")
    said = ["--licence", "own", "--source", "drawn by me", "--author", "me", "--style", "Mine"]
    assert main.main(["train", "collect", str(tmp_path / "mine"), "--to", target, *said, "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == target
    assert "5 added" in err
    assert "shareable" not in err
    assert main.main(["train", "clean", target, "--json"]) == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert (report["pictures"], report["used"], report["removed"]) == (5, 4, {"duplicate": 1})
    assert report["shareable"] is True
    assert "looked at 5 of 5" in err
    assert main.main(["train", "label", target, "--style", "Mine=pixel", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["styles"] == {"pixel": 4}
    assert main.main(["train", "normalise", target, "--size", "32", "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert np.load(Path(out.strip()) / "pixels.npy").shape == (4, 32, 32, 4)
    assert "4 pictures: 4 train, 0 val, 0 test" in err


def test_a_persons_word_through_the_command(tmp_path: Path) -> None:
    folder = dataset_of(tmp_path, [thing(1), thing(2)]).folder
    for words, expected in (
        (["--remove", "pictures/0.png"], False),
        ([], False),
        (["--reset", "pictures/0.png"], True),
    ):
        assert main.main(["train", "clean", str(folder), "--quiet", *words]) == 0
        assert read_dataset(folder).entries[0].used is expected


def test_a_missing_licence_is_said_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "mine" / "a cat.png", thing(1))
    assert main.main(["train", "collect", str(tmp_path / "mine"), "--to", str(tmp_path / "set"), "--quiet"]) == 0
    err = capsys.readouterr().err
    assert "Not shareable: 1 picture has no known licence." in err
    assert "Not shareable: 1 picture has no known source." in err
    assert main.main(["train", "clean", str(tmp_path / "set"), "--quiet"]) == 0
    assert "flagged by licence: 1" in capsys.readouterr().err


def test_a_sheet_through_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = save(tmp_path / "heroes.png", np.hstack([thing(1, 32), thing(2, 32)]))
    arguments = [
        "train",
        "collect",
        str(sheet),
        "--cell",
        "32x32",
        "--columns",
        "idle,walk",
        "--to",
        str(tmp_path / "set"),
    ]
    assert main.main([*arguments, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["sources"][0]["kind"] == "sheet"
    assert report["entries"] == 2


BAD = {
    "nothing there": ["collect", "{}/none", "--to", "{}/set"],
    "no pictures": ["collect", "{}/bare", "--to", "{}/set"],
    "a single file": ["collect", "{}/one.png", "--to", "{}/set"],
    "no cell": ["collect", "{}/one.png", "--kind", "sheet", "--to", "{}/set"],
    "no set": ["collect", "{}/x.json", "--to", "{}/set"],
    "colour": ["collect", "{}/icons", "--colours", "reddish", "--to", "{}/set"],
    "icon size": ["collect", "{}/icons", "--size", "5", "--to", "{}/set"],
    "no document": ["collect", "{}/none.ora", "--to", "{}/set"],
    "parts": ["collect", "{}/none.ora", "--parts", "layer", "--to", "{}/set"],
    "in the way": ["collect", "{}/pictures", "--to", "{}/one.png"],
    "no dataset": ["clean", "{}/bare"],
    "broken list": ["clean", "{}/broken"],
    "empty": ["clean", "{}/empty"],
    "empty to label": ["label", "{}/empty"],
    "empty to normalise": ["normalise", "{}/empty"],
    "one picture": ["normalise", "{}/single"],
    "all broken": ["normalise", "{}/spoiled"],
    "rule": ["clean", "{}/single", "--drop", "dupes"],
    "picture": ["clean", "{}/single", "--keep", "pictures/7.png"],
    "emojibase": ["label", "{}/single", "--emojibase", "{}/bare"],
    "names": ["label", "{}/single", "--names", "{}/x.json"],
    "style": ["label", "{}/single", "--style", "flat"],
    "size": ["normalise", "{}/single", "--size", "4"],
    "padding": ["normalise", "{}/single", "--padding", "0.7"],
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bad")
    (root / "bare").mkdir()
    (root / "x.json").write_text("[]")
    (root / "icons").mkdir()
    (root / "icons" / "icons.json").write_text("{}")
    save(root / "one.png", thing(1))
    save(root / "pictures" / "a.png", thing(1))
    write_dataset(Dataset(root / "empty"))
    (root / "broken").mkdir()
    (root / "broken" / "dataset.jsonl").write_text('{"file": "../x.png"}\n')
    dataset_of(root / "single", [thing(1)])
    spoiled = dataset_of(root / "spoiled", [thing(1), thing(2)])
    for entry in spoiled.entries:
        spoiled.path_of(entry).write_bytes(b"x")
    assert main.main(["train", "clean", str(spoiled.folder), "--quiet"]) == 0
    return root


@pytest.mark.parametrize("words", BAD.values(), ids=BAD)
def test_what_cannot_be_is_one_sentence(bad: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["train", *(word.format(bad) for word in words)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    lines = [line for line in err.splitlines() if line]
    assert len(lines) == 1, err
    assert lines[0].startswith("gouache: ")
    assert lines[0].endswith((".", "?"))


def test_a_size_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(["train", "normalise", "x", "--size", "big"])
    assert caught.value.code == 2
    assert "'big' is not a size" in capsys.readouterr().err
