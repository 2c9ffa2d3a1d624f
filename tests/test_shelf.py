"""The library without a window: what is in it, favourites and tags, the bin and back, moving, licences."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from inference.detected import What
from inference.errors import BadRequest, UnknownName
from inference.library import model_folders
from inference.resources import RESOURCES
from inference.shelf import (
    Entry,
    binned,
    duplicates,
    empty_bin,
    entries,
    find_entry,
    mark,
    move,
    remove,
    restore,
)
from inference.use_terms import Commercial, terms_of
from main import main

EMBEDDED = RESOURCES / "models" / "sprites"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def model(home: Path, name: str = "mine", **card: object) -> Path:
    folder = home / "models" / name
    shutil.copytree(EMBEDDED, folder)
    said = json.loads((folder / "gouache.json").read_text())
    (folder / "gouache.json").write_text(json.dumps({**said, "title": name.title(), **card}))
    return folder


def lora(home: Path, name: str = "ink") -> Path:
    key = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
    path = home / "loras" / f"{name}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    layers = {f"{key}.lora_down.weight": torch.zeros(2, 768), f"{key}.lora_up.weight": torch.zeros(320, 2)}
    save_file(layers, path, {"modelspec.license": "CC-BY-NC-4.0", "modelspec.title": "Ink Wash"})
    return path


def test_everything_is_listed_with_what_is_known_of_it(home: Path) -> None:
    model(home, licence="CreativeML Open RAIL-M", origin={"file": "/x/dream.safetensors", "sha256": "ab" * 32})
    lora(home)
    (home / "vaes").mkdir()
    (home / "vaes" / "odd.safetensors").write_bytes(b"nothing")
    found = {entry.key: entry for entry in entries()}
    assert set(found) == {"onnx:sprites", "controlnet:drawing", "onnx:mine", "lora:ink", "vae:odd"}
    mine, ink = found["onnx:mine"], found["lora:ink"]
    assert (mine.title, mine.source, mine.hash, mine.shipped) == ("Mine", "/x/dream.safetensors", "ab" * 32, False)
    assert mine.terms.commercial is Commercial.CONDITIONS
    assert (ink.title, ink.family, ink.terms.commercial) == ("Ink Wash", "Stable Diffusion 1", Commercial.NO)
    assert found["onnx:sprites"].shipped
    assert "too short" in found["vae:odd"].problem


def test_a_broken_model_is_listed_with_its_reason(home: Path) -> None:
    (model(home) / "unet" / "model.onnx").write_bytes(b"\x08\x08")
    assert "not a whole ONNX file" in find_entry("mine").problem


def test_favourites_come_first_and_tags_are_found(home: Path) -> None:
    model(home, "zebra")
    mark(find_entry("zebra"), favourite=True, tags=["soft", " draft ", "soft", ""])
    first = entries()[0]
    assert (first.name, first.tags, first.favourite) == ("zebra", ("soft", "draft"), True)
    assert first.fits("ZEBRA draft")
    assert not first.fits("zebra other")
    for text in ("", "[]", '{"marks": []}', '{"marks": {"onnx:zebra": {"tags": 3}}}'):
        (home / "library.json").write_text(text)
        assert {entry.favourite for entry in entries()} == {False}


@pytest.mark.parametrize("kind", ["model", "lora"])
def test_what_is_deleted_comes_back_as_it_was(home: Path, kind: str) -> None:
    path = model(home) if kind == "model" else lora(home)
    before = {file: file.read_bytes() for file in ([path] if path.is_file() else path.rglob("*.json"))}
    entry = find_entry("mine" if kind == "model" else "ink")
    removed = remove(entry)
    assert not path.exists()
    assert entry.key not in {each.key for each in entries()}
    assert binned() == (removed,)
    assert restore(removed) == path
    assert {file: file.read_bytes() for file in before} == before
    assert binned() == ()


def test_the_bin_is_emptied_on_purpose_and_replaces_nothing(home: Path) -> None:
    path = lora(home)
    removed = remove(find_entry("ink"))
    lora(home)
    with pytest.raises(BadRequest, match="another ink"):
        restore(removed)
    assert path.exists()
    assert empty_bin() == 1
    path.unlink()
    with pytest.raises(BadRequest, match="not in the bin any more"):
        restore(removed)


def test_the_programs_own_model_stays(home: Path, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="belongs to the program"):
        remove(find_entry("sprites"))
    with pytest.raises(BadRequest, match="cannot be moved"):
        move(find_entry("sprites"), tmp_path)


def test_a_folder_elsewhere_is_only_forgotten(home: Path, tmp_path: Path) -> None:
    theirs = model(tmp_path, "theirs")
    assert main(["models", "import", str(theirs)]) == 0
    removed = remove(find_entry("theirs"))
    assert theirs.is_dir()
    assert "theirs" not in model_folders()
    restore(removed)
    assert model_folders()["theirs"] == theirs


def test_a_model_is_moved_to_another_disk_and_keeps_its_name(home: Path, tmp_path: Path) -> None:
    folder = model(home)
    assert move(find_entry("mine"), tmp_path / "large") == tmp_path / "large" / "mine"
    assert not folder.exists()
    assert model_folders()["mine"] == tmp_path / "large" / "mine"
    assert find_entry("mine").elsewhere
    assert move(find_entry("mine"), home / "models") == folder
    assert json.loads((home / "places.json").read_text())["models"] == {}
    with pytest.raises(BadRequest, match="already"):
        move(find_entry("mine"), home / "models")


def test_models_of_the_same_file_are_told(home: Path) -> None:
    for name in ("one", "two"):
        model(home, name, origin={"file": "x", "sha256": "cd" * 32})
    assert duplicates(entries()) == {"onnx:two": "one"}


@pytest.mark.parametrize(
    ("text", "commercial"),
    [
        ("", Commercial.UNKNOWN),
        ("something of my own", Commercial.UNKNOWN),
        ("CreativeML Open RAIL-M", Commercial.CONDITIONS),
        ("openrail++", Commercial.CONDITIONS),
        ("cc-by-nc-4.0", Commercial.NO),
        ("CC BY-NC-SA 4.0", Commercial.NO),
        ("stabilityai-non-commercial", Commercial.NO),
        ("Fair AI Public License 1.0-SD", Commercial.CONDITIONS),
        ("CC BY-SA 4.0", Commercial.CONDITIONS),
        ("CC0-1.0", Commercial.YES),
        ("CC-BY-4.0: use it for anything, name the sources", Commercial.YES),
        ("Apache-2.0", Commercial.YES),
        ("MIT", Commercial.YES),
        ("permitted by nobody", Commercial.UNKNOWN),
    ],
)
def test_what_licences_mean(text: str, commercial: Commercial) -> None:
    assert terms_of(text).commercial is commercial


def test_the_commands_delete_and_restore(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = lora(home)
    assert main(["models", "delete", "lora:ink"]) == 0
    assert "models restore lora:ink" in capsys.readouterr().err
    assert main(["models", "restore", "ink"]) == 0
    assert path.exists()
    assert main(["models", "restore", "ink"]) == 2
    assert main(["models", "delete", "nothing"]) == 2
    assert main(["models", "delete", "sprites"]) == 2
    assert main(["models", "delete", "ink", "--for-good"]) == 0
    assert not list((home / "bin").glob("*"))


def test_an_entry_is_found_by_name_or_key(home: Path) -> None:
    lora(home)
    entry: Entry = find_entry("ink")
    assert entry.what is What.LORA
    assert find_entry("lora:ink") == entry
    with pytest.raises(UnknownName):
        find_entry("inck")
