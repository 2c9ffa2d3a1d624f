"""A list of concepts: which pictures it takes, what they are called then, and what it leaves out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pictured import dataset_of, thing

import main
from training.choose import (
    CHINESE_COLOURS,
    Concepts,
    choose,
    choose_entry,
    has_colour,
    icon_of,
    read_concepts,
)
from training.clean import clean
from training.collect.iconify import PALETTE
from training.dataset import BadDataset, Dataset, Entry, read_dataset
from training.label import SKIN_TONE, name_key, normalise_caption
from training.split import TAUGHT

OWN = Path(main.__file__).parent / "training" / "curation" / "sprites.json"
AXE = {
    "label": "axe",
    "group": "weapon",
    "chinese": ["斧头", "金斧"],
    "synonyms": ["hatchet", "golden axe"],
    "names": ["woodcutter's axe"],
    "icons": {"game-icons": ["wood-axe"]},
}
ORC = {"label": "orc", "group": "creature", "icons": {"game-icons": ["orc-head"]}}
CROW = {"label": "crow", "names": ["black bird"], "chinese": ["乌鸦"]}


def listed(folder: Path, *concepts: Any, **said: Any) -> Path:
    path = folder / "list.json"
    path.write_text(json.dumps({"format": "gouache-concepts", "version": 1, "concepts": concepts} | said), "utf-8")
    return path


@pytest.fixture
def concepts(tmp_path: Path) -> Concepts:
    return read_concepts(listed(tmp_path, AXE, ORC, CROW))


def chosen(concepts: Concepts, file: str, **said: Any) -> Entry:
    entry = choose_entry(Entry(file=file, **said), concepts)
    assert choose_entry(entry, concepts) == entry, "choosing twice changes something"
    return entry


def test_pictures_are_found_by_name_and_renamed(concepts: Concepts) -> None:
    entry = chosen(
        concepts, "pictures/noto/axe.png", caption="woodcutter's axe", concept="Woodcutters axe", tags=("x",)
    )
    assert (entry.caption, entry.concept, entry.tags) == ("axe", "axe", ("weapon",))
    assert entry.synonyms == ("hatchet", "golden axe")
    assert entry.chinese == ("斧头", "金斧")
    assert entry.used


def test_a_taught_concept_says_so_and_another_list_takes_it_back(concepts: Concepts, tmp_path: Path) -> None:
    picture = {"file": "pictures/noto/axe.png", "caption": "woodcutter's axe"}
    taught = read_concepts(listed(tmp_path, {**AXE, "taught": True}))
    entry = chosen(taught, **picture)
    assert entry.extra[TAUGHT] is True
    assert TAUGHT not in choose_entry(entry, concepts).extra


def test_tints_stay_in_every_name(concepts: Concepts) -> None:
    said = {"caption": "red wood axe", "concept": "wood axe", "tags": ("red", "tools")}
    entry = chosen(concepts, "pictures/game-icons/wood-axe-red.png", **said)
    assert (entry.caption, entry.concept, entry.tags) == ("red axe", "axe", ("weapon", "red"))
    assert entry.synonyms == ("red hatchet",), "a golden axe is not red"
    assert entry.chinese == ("红色斧头",)
    assert chosen(concepts, "pictures/game-icons/wood-axe.png", caption="wood axe").caption == "axe"


def test_a_name_that_ends_in_a_colour_is_no_tint() -> None:
    own = Entry(file="pictures/mine/book-blue.png", caption="blue book", concept="blue book", tags=("blue",))
    assert icon_of(own) == ("mine", "book-blue", "")


def test_of_a_set_with_icons_only_those_are_taken(concepts: Concepts) -> None:
    for file, caption in (("pictures/game-icons/black-bird.png", "black bird"), ("pictures/noto/orc.png", "orc")):
        entry = chosen(concepts, file, caption=caption, concept=caption)
        assert (entry.used, entry.caption) == (False, caption)
        assert entry.reasons == ("unchosen: not in the list of concepts",)


def test_skin_tones_are_left_out_and_a_persons_word_wins(concepts: Concepts) -> None:
    toned = chosen(concepts, "pictures/noto/a.png", concept="black bird", tags=(SKIN_TONE,))
    assert not toned.used
    assert chosen(concepts, "pictures/noto/b.png", concept="orc", override=True).used


def test_what_was_left_out_comes_back_with_another_list(concepts: Concepts, tmp_path: Path) -> None:
    out = chosen(concepts, "pictures/noto/dog.png", concept="dog", kept=True)
    more = read_concepts(listed(tmp_path, {"label": "dog"}))
    assert choose_entry(out, more).used
    tiny = replace(out, reasons=("tiny: shows 3x3 pixels", *out.reasons))
    assert not choose_entry(tiny, more).used, "the other rules' word stands"


def test_another_list_finds_what_was_renamed(concepts: Concepts, tmp_path: Path) -> None:
    crow = chosen(concepts, "pictures/noto/a.png", concept="black bird")
    raven = choose_entry(crow, read_concepts(listed(tmp_path, {"label": "raven", "names": ["black bird"]})))
    assert (crow.concept, raven.concept) == ("crow", "raven")
    relabelled = replace(crow, concept="what a table of names makes of a crow")
    assert choose_entry(relabelled, concepts).concept == "crow"


def test_cleaning_keeps_the_choice(tmp_path: Path, concepts: Concepts) -> None:
    dataset = dataset_of(tmp_path / "set", [thing(n) for n in range(3)])
    names = ("black bird", "dog", "black bird")
    dataset = dataset.with_entries(
        replace(entry, concept=name, caption=name) for entry, name in zip(dataset.entries, names, strict=True)
    )
    dataset, report = choose(dataset, concepts)
    assert (report.pictures, report.chosen, report.found, report.listed) == (3, 2, 1, 3)
    assert report.missing == ("axe", "orc")
    for _ in range(2):
        dataset, cleaned = clean(read_dataset(dataset.folder))
        assert cleaned.removed == {"unchosen": 1}
        assert [entry.caption for entry in dataset.used] == ["crow", "crow"]


BAD = {
    "no json": "cannot be read",
    "[]": "is not a list of concepts",
    '{"format": "gouache-concepts", "version": 2, "concepts": []}': "another version",
}


@pytest.mark.parametrize(("text", "words"), BAD.items())
def test_what_is_no_list(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "list.json").write_text(text, "utf-8")
    with pytest.raises(BadDataset, match=words):
        read_concepts(tmp_path / "list.json")
    with pytest.raises(BadDataset, match="cannot be read"):
        read_concepts(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"label": " "}, "no label"),
        ("axe", "no label"),
        ({"label": "b", "group": 3}, "group of 'b'"),
        ({"label": "b", "chinese": "斧"}, "lists of words"),
        ({"label": "b", "icons": ["wood-axe"]}, "lists of words"),
        ({"label": "Axe", "icons": {"game-icons": ["other"]}}, "'axe' is listed twice"),
        ({"label": "b", "names": ["Woodcutters axe"]}, "both 'axe' and 'b'"),
        ({"label": "b", "icons": {"game-icons": ["wood-axe"]}}, "both 'axe' and 'b'"),
    ],
)
def test_bad_concepts_are_named(tmp_path: Path, second: Any, words: str) -> None:
    with pytest.raises(BadDataset, match=words):
        read_concepts(listed(tmp_path, AXE, second))


def test_a_list_that_fits_nothing_changes_nothing(tmp_path: Path, concepts: Concepts) -> None:
    dataset = dataset_of(tmp_path / "set", [thing(1)])
    before = read_dataset(dataset.folder)
    with pytest.raises(BadDataset, match="None of the pictures"):
        choose(dataset, concepts)
    assert read_dataset(dataset.folder) == before
    with pytest.raises(BadDataset, match="no pictures"):
        choose(Dataset(tmp_path), concepts)


def test_colours_of_names() -> None:
    assert set(CHINESE_COLOURS) == set(PALETTE)
    assert all(map(has_colour, ("red heart", "gold coin", "红心", "a silver spoon")))
    assert not any(map(has_colour, ("heart", "hundred", "goldfish", "爱心", "")))


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = dataset_of(tmp_path / "set", [thing(1), thing(2)]).folder
    orc = {"label": "orc", "chinese": ["兽人"], "names": ["thing 0", "thing 1"]}
    path = listed(tmp_path, orc, {"label": "elf"})
    assert main.main(["train", "choose", str(folder), "--concepts", str(path)]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == str(folder)
    assert "2 of 2 pictures are chosen; 1 of 2 concepts have some." in err
    assert "1 have none: elf" in err
    assert read_dataset(folder).entries[0].chinese == ("兽人",)
    assert main.main(["train", "choose", str(folder), "--concepts", str(tmp_path / "none.json")]) == 2


def test_our_own_list_is_well_formed() -> None:
    concepts = read_concepts(OWN).concepts
    labels = {name_key(concept.label) for concept in concepts}
    first = [concept.chinese[0] for concept in concepts]
    said = [name_key(name) for concept in concepts for name in concept.synonyms]
    assert len(labels) == len(concepts) > 1000
    assert len(set(first)) == len(first), "two concepts share their usual Chinese name"
    assert len(set(said)) == len(said), "two concepts share a synonym"
    assert not labels & set(said), "a synonym is another concept's label"
    for concept in concepts:
        assert concept.group
        assert concept.names or concept.icons
        assert concept.label == normalise_caption(concept.label)
        assert re.search("[一-龥A-Z]", concept.chinese[0]), concept.label


def test_collecting_only_what_the_list_names(tmp_path: Path) -> None:
    square = '<path fill="currentColor" d="M2 2h12v12H2z"/>'
    icons = {name: {"body": square} for name in ("wood-axe", "orc-head", "dog")}
    package = tmp_path / "package"
    package.mkdir()
    (package / "icons.json").write_text(json.dumps({"prefix": "game-icons", "icons": icons}), "utf-8")
    path = listed(tmp_path, AXE, CROW)
    words = ["--to", str(tmp_path / "set"), "--concepts", str(path), "--colours", "red,blue", "--colours-each", "2"]
    assert main.main(["train", "collect", str(package), *words, "--quiet"]) == 0
    entries = read_dataset(tmp_path / "set").entries
    assert [icon_of(entry) for entry in entries] == [("game-icons", "wood-axe", tint) for tint in _tints(entries)]
    assert sorted(_tints(entries)) == ["blue", "red"]


def _tints(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.tags[0] for entry in entries]
