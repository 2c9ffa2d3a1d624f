"""Models by name, read again when they change."""

import json
import shutil

import pytest

from inference import library
from inference.errors import ModelRefused, UnknownName
from inference.library import find_model
from inference.resources import RESOURCES


def test_a_model_is_read_once_and_again_when_a_file_changes(tmp_path, monkeypatch):
    folder = shutil.copytree(RESOURCES / "models" / "sprites", tmp_path / "mine")
    reads = []
    read = library.read_manifest
    monkeypatch.setattr(library, "read_manifest", lambda f: (reads.append(f), read(f))[1])
    assert find_model(str(folder)).defaults.steps == find_model(str(folder)).defaults.steps == 8
    assert len(reads) == 1
    card = json.loads((folder / "gouache.json").read_text())
    card["defaults"]["steps"] = 8
    (folder / "gouache.json").write_text(json.dumps(card))
    assert find_model(str(folder)).defaults.steps == 8
    shutil.rmtree(folder / "unet")
    with pytest.raises(ModelRefused, match="unet"):
        find_model(str(folder))


def test_unknown_names_and_folders_are_told_apart(tmp_path):
    with pytest.raises(UnknownName, match="sprites"):
        find_model("sprits")
    with pytest.raises(ModelRefused, match="does not exist"):
        find_model(str(tmp_path / "nothing"))
