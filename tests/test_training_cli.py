"""The commands: from a folder of pictures to a style in the studio, and what is said when something is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from drawn import Drawn, one_thread  # noqa: F401 (a fixture)
from PIL import Image

from inference.alpha import unpremultiply
from inference.manifest import read_manifest
from inference.words_file import read_words
from main import main
from training.corpus import StoredCorpus, find_store
from training.progress import ProgressLog
from training.split import Split

QUICK = ["--steps", "4", "--batch", "4", "--sample-steps", "0", "--quiet"]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """Twelve drawings as a dataset with normalised pictures."""
    folder = tmp_path_factory.mktemp("pictures")
    drawn = Drawn(count=12)
    for number, (pixels, caption) in enumerate(zip(drawn.pictures, drawn.captions, strict=True)):
        name = f"{caption.split(',')[0]} {number}.png"
        Image.fromarray(unpremultiply(pixels / np.float32(255))).save(folder / name)
    place = str(tmp_path_factory.mktemp("trained") / "dataset")
    given = ["--style", "drawn", "--licence", "own", "--source", "these tests", "--quiet"]
    assert main(["train", "collect", str(folder), "--to", place, *given]) == 0
    assert main(["train", "normalise", place, "--size", "32", "--quiet"]) == 0
    return Path(place)


def test_a_stored_corpus_is_the_dataset(dataset):
    corpus = StoredCorpus(dataset, find_store(dataset))
    assert corpus.pictures.shape == (12, 32, 32, 4)
    assert all(caption.endswith(", drawn style") for caption in corpus.captions)
    assert corpus.wording(3, 1, 7) == corpus.wording(3, 1, 7)
    assert len({corpus.wording(3, 1, epoch) for epoch in range(40)}) > 1
    assert len(StoredCorpus(dataset, find_store(dataset), Split.TEST).pictures) == 0


@pytest.mark.slow
def test_a_style_from_a_folder_of_pictures(dataset, exported, tmp_path, capsys):
    run, out = tmp_path / "run", tmp_path / "styled"
    command = ["train", "lora", str(dataset), "--out", str(run), "--from", str(exported("rgba")), *QUICK]
    assert main([*command, "--export", str(out), "--title", "My Style", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["path"] == str(out)
    manifest = read_manifest(out)
    assert manifest.title == "My Style"
    assert manifest.styles[0] == "drawn"
    assert manifest.words is None, "its base does not say what it knows"
    assert (run / "lora.safetensors").is_file()
    assert list(ProgressLog(run))[-1].note == f"Exported to {out}."


def test_a_run_is_left_when_its_time_is_over_and_goes_on(dataset, saved, tmp_path, capsys):
    command = ["train", "lora", str(dataset), "--out", str(tmp_path), "--from", str(saved("rgba")), *QUICK]
    assert main([*command, "--minutes", "0"]) == 130
    assert "goes on" in capsys.readouterr().err
    assert main(command) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "lora.safetensors")


@pytest.fixture(scope="module")
def trained(dataset, tmp_path_factory):
    """A model from nothing: its autoencoder, then its words and its UNet."""
    first, second = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    tiny = ["--design", "tiny", *QUICK]
    assert main(["train", "clean", str(dataset), "--flag", "duplicate", "--quiet"]) == 0
    assert main(["train", "autoencoder", str(dataset), "--out", str(first), "--crop", "0", *tiny]) == 0
    assert main(["train", "model", str(dataset), "--out", str(second), "--vae", str(first / "vae"), *tiny]) == 0
    return second / "model"


def test_what_was_trained_is_exported_checked_and_makes_pictures(trained, tmp_path, capsys):
    card, out = tmp_path / "card.json", tmp_path / "drawn"
    said = {"name": "drawn", "alpha": "premultiplied", "licence": "own", "styles": ["drawn"]}
    card.write_text(json.dumps(said | {"native": [32, 32], "defaults": {"steps": 2, "guidance": 2.0}}), "utf-8")
    assert main(["models", "export", str(trained), "--out", str(out), "--card", str(card)]) == 0
    capsys.readouterr()
    assert main(["models", "check", str(out), "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)
    assert "fail" not in json.dumps(checks)
    made = tmp_path / "made"
    assert main(["generate", "red disc", "--model", str(out), "--out", str(made), "--quiet"]) == 0
    (picture,) = made.glob("*.png")
    assert np.asarray(Image.open(picture)).shape == (32, 32, 4)


def test_a_model_goes_on_as_an_inpainting_one_and_keeps_its_words(dataset, trained, tmp_path):
    assert (trained / "model_index.json").is_file()
    heard = read_words(trained)
    assert heard is not None
    assert all(not heard.read(caption).unknown for caption in StoredCorpus(dataset, find_store(dataset)).captions)
    words = ["--from", str(trained), "--inpainting", *QUICK]
    assert main(["train", "model", str(dataset), "--out", str(tmp_path / "three"), *words, "--captions", "plain"]) == 0
    assert read_words(tmp_path / "three" / "model") == heard, "what its base knows is kept"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (["--rate", "0"], "'rate' is 0"),
        (["--batch", "0"], "'batch' is 0"),
        (["--rank", "0"], "'rank' is 0"),
        (["--layers", "most"], "named 'most'"),
        (["--schedule", "zigzag"], "named 'zigzag'"),
        (["--size", "48"], "no normalised pictures at 48 pixels"),
        (["--from", "nowhere"], "not a diffusers pipeline"),
        (["--device", "tpu"], "no device 'tpu'"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(dataset, saved, tmp_path, capsys, change, words):  # noqa: PLR0917
    command = ["train", "lora", str(dataset), "--out", str(tmp_path), "--from", str(saved("rgba"))]
    capsys.readouterr()  # what making the model said
    assert main([*command, *QUICK, *change]) == 2
    said = capsys.readouterr().err.strip()
    assert words in said
    assert "\n" not in said


def test_one_folder_holds_one_run(dataset, saved, tmp_path, capsys):
    command = ["train", "lora", str(dataset), "--out", str(tmp_path), "--from", str(saved("rgba")), *QUICK]
    assert main(command) == 0
    assert main([*command, "--rank", "3"]) == 2
    assert "another 'rank' (16, not 3)" in capsys.readouterr().err


def test_a_dataset_without_normalised_pictures(dataset, tmp_path, capsys):
    bare = tmp_path / "bare"
    shutil.copytree(dataset, bare, ignore=shutil.ignore_patterns("normalised"))
    assert main(["train", "lora", str(bare), "--out", str(tmp_path / "run")]) == 2
    assert "train normalise" in capsys.readouterr().err
