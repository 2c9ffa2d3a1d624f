"""Captions, names in two languages, and how captions vary while a model trains."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictured import dataset_of, thing

from training.dataset import BadDataset, Dataset, Entry, read_dataset
from training.label import (
    SKIN_TONE,
    Captioning,
    Names,
    caption_at,
    label,
    label_entry,
    normalise_caption,
    normalise_tags,
    plain_name,
    read_emojibase,
    read_names,
    shuffled,
)

CAPTIONS = {
    "  A Red\tDragon. ": "a red dragon",
    "red_dragon,, ,flying": "red dragon, flying",
    "“Hero’s” sword!": '"hero\'s" sword',
    "ｆｕｌｌ　width": "full width",
    "一只龙，红色。": "一只龙, 红色",
    "": "",
    " .,; ": "",
}


@pytest.mark.parametrize(("text", "expected"), CAPTIONS.items())
def test_captions(text: str, expected: str) -> None:
    assert normalise_caption(text) == expected


@given(text=st.text(max_size=60))
def test_a_caption_is_normal_after_once(text: str) -> None:
    once = normalise_caption(text)
    assert normalise_caption(once) == once
    assert "\n" not in once


@given(tags=st.lists(st.text(max_size=12), max_size=6))
def test_tags_are_normal_after_once(tags: list[str]) -> None:
    once = normalise_tags(tags)
    assert normalise_tags(once) == once
    assert len(set(once)) == len(once)


def emojibase(folder: Path) -> Path:
    """The package's layout with five concepts."""
    rows = [
        ("1F409", "dragon", "龙", ["animal", "fairytale"], ["中国", "龙族"], 3),
        ("1F34E", "red apple", "红苹果", ["fruit"], ["苹果", "食物"], 4),
        ("0023-FE0F-20E3", "keycap: #", "按键: #", [], [], 8),
        ("002A-FE0F-20E3", "keycap: *", "按键: *", [], [], 8),
        ("1F9D1-200D-1F3A8", "artist", "艺术家", ["palette"], [], 1),
    ]
    english = [
        {"hexcode": code, "label": name, "tags": tags, "group": group, "subgroup": 1}
        for code, name, _, tags, _, group in rows
    ]
    chinese = [{"hexcode": code, "label": name, "tags": tags} for code, _, name, _, tags, _ in rows]
    groups = {
        "groups": {"1": "people-body", "3": "animals-nature", "4": "food-drink", "8": "symbols"},
        "subgroups": {"1": "x"},
    }
    files = {
        "en/data.json": [*english, {"hexcode": "1F1E6", "label": "regional indicator A"}],
        "zh/data.json": chinese,
        "meta/groups.json": groups,
        "en/shortcodes/emojibase.json": {"1F34E": ["apple", "red_apple"]},
        "en/shortcodes/cldr.json": {"1F409": "dragon"},
    }
    for name, values in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(values), "utf-8")
    return folder


@pytest.fixture
def names(tmp_path: Path) -> Names:
    return read_emojibase(emojibase(tmp_path / "emojibase"))


def labelled(names: Names, **said: object) -> Entry:
    entry = label_entry(Entry(file="a.png", **said), names, {})  # pyright: ignore[reportArgumentType]
    assert label_entry(entry, names, {}) == entry, "labelling twice changes something"
    return entry


def test_names_groups_and_chinese(names: Names) -> None:
    dragon = labelled(names, caption="Dragon", concept="dragon", tags=("Mine",))
    assert dragon.chinese == ("龙", "龙族"), "what people only think of is no name"
    assert dragon.tags == ("mine", "animals nature", "x", "animal", "fairytale")
    apple = labelled(names, caption="apple")
    assert (apple.caption, apple.concept, apple.synonyms) == ("red apple", "red apple", ("apple",))
    assert apple.chinese == ("红苹果", "苹果")


def test_names_by_code_points_and_by_synonyms(names: Names) -> None:
    assert labelled(names, caption="wyrm", extra={"codepoint": "1f409"}).concept == "dragon"
    assert labelled(names, caption="wyrm", synonyms=("dragon",)).caption == "dragon"
    for sign in "#*":
        assert labelled(names, caption=f"keycap {sign}").chinese == (f"按键 {sign}",)


def test_skin_tones_share_their_concept(names: Names) -> None:
    code = {"codepoint": "1f9d1-1f3ff-200d-1f3a8"}
    short = labelled(names, caption="artist medium dark", concept="artist medium dark", extra=code)
    long = labelled(names, caption="artist medium-dark skin tone")
    for entry in (short, long):
        assert (entry.caption, entry.concept) == ("artist, medium-dark skin tone", "artist")
        assert SKIN_TONE in entry.tags
        assert entry.synonyms == entry.chinese == ()
    assert plain_name("traffic light") == ("traffic light", ())
    filed = labelled(names, extra=code)
    assert (filed.caption, filed.concept, SKIN_TONE in filed.tags) == ("artist", "artist", True)


def test_an_unknown_name_stays(names: Names) -> None:
    entry = labelled(names, caption="Blue Goblin_King", style="pixel")
    assert (entry.caption, entry.concept, entry.chinese) == ("blue goblin king", "blue goblin king", ())


def test_a_caption_of_ones_own_stays(names: Names) -> None:
    entry = labelled(names, caption="a green dragon on a hill", concept="dragon")
    assert entry.caption == "a green dragon on a hill"
    assert entry.chinese[0] == "龙"


def test_names_of_ones_own_come_first(names: Names, tmp_path: Path) -> None:
    table = {
        "dragon": {"chinese": ["巨龙"]},
        "goblin": {"chinese": ["哥布林"], "synonyms": ["hobgoblin"], "tags": ["monster"]},
    }
    (tmp_path / "own.json").write_text(json.dumps(table), "utf-8")
    both = read_names(tmp_path / "own.json").over(names)
    assert labelled(both, caption="dragon").chinese == ("巨龙", "龙", "龙族")
    assert labelled(both, caption="wyrm", extra={"codepoint": "1f409"}).chinese[0] == "巨龙"
    goblin = labelled(both, caption="hobgoblin")
    assert (goblin.concept, goblin.chinese, goblin.tags) == ("goblin", ("哥布林",), ("monster",))


@pytest.mark.parametrize("content", ["[", "[]", '{"a": 3}', '{"a": {"chinese": 3}}'])
def test_a_broken_table_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "own.json").write_text(content)
    with pytest.raises(BadDataset):
        read_names(tmp_path / "own.json")


@pytest.mark.parametrize("name", ["en/data.json", "zh/data.json", "meta/groups.json"])
def test_a_folder_that_is_no_emojibase_is_refused(tmp_path: Path, name: str) -> None:
    folder = emojibase(tmp_path)
    (folder / name).write_text("[3]" if "data" in name else "{}")
    with pytest.raises(BadDataset):
        read_emojibase(folder)
    (folder / name).unlink()
    with pytest.raises(BadDataset):
        read_emojibase(folder)


def test_labelling_a_dataset(names: Names, tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path / "set", [thing(1), thing(2)], style="a")
    first, second = dataset.entries
    dataset = dataset.with_entries([replace(first, caption="dragon", concept="", override=True), second])
    done, report = label(dataset, names, {"a": "b"})
    assert read_dataset(dataset.folder).entries == done.entries
    assert done.entries[0].override is True
    assert (report.named, report.chinese, report.concepts, report.styles) == (1, 1, 2, {"b": 2})
    assert report.unknown == ("thing 1",)
    with pytest.raises(BadDataset, match="no pictures"):
        label(Dataset(tmp_path), names)


DRAGON = Entry(
    file="a.png",
    caption="dragon",
    tags=("animal", "green", "x"),
    style="flat",
    hash="1",
    synonyms=("wyrm",),
    chinese=("龙", "巨龙"),
)
CERTAIN = Captioning(dropout=0, synonyms=0, chinese=0, style=1, tags=0)


def test_captions_at_training() -> None:
    def at(**changes: object) -> str:
        return caption_at(DRAGON, replace(CERTAIN, **changes), seed=1, epoch=2)  # pyright: ignore[reportArgumentType]

    assert at() == "dragon, flat style"
    assert at(style=0) == "dragon"
    assert at(dropout=1) == ""
    assert at(synonyms=1) == "wyrm, flat style"
    assert at(chinese=1, chinese_styles={"flat": "扁平"}) in {"龙，扁平风格", "巨龙，扁平风格"}
    assert set(at(tags=1).split(", ")[2:]) <= {"animal", "green", "x"}
    assert caption_at(Entry(file="b.png"), Captioning(), seed=1, epoch=1) == ""


@given(seed=st.integers(0, 99), epoch=st.integers(0, 99))
def test_a_caption_is_a_function_of_entry_seed_and_epoch(seed: int, epoch: int) -> None:
    assert caption_at(DRAGON, Captioning(), seed=seed, epoch=epoch) == caption_at(
        DRAGON, Captioning(), seed=seed, epoch=epoch
    )


def test_shares_are_kept() -> None:
    found = [caption_at(DRAGON, Captioning(), seed=0, epoch=epoch) for epoch in range(4000)]
    assert found.count("") / 4000 == pytest.approx(0.1, abs=0.02)
    assert sum("龙" in caption for caption in found) / 4000 == pytest.approx(0.18, abs=0.02)


@given(tags=st.lists(st.text("abc", min_size=1), unique=True, max_size=8), most=st.integers(1, 5))
def test_tags_are_shuffled_without_repeats(tags: list[str], most: int) -> None:
    found = shuffled(tuple(tags), random.Random(0), most)
    assert len(set(found)) == len(found) <= most
    assert set(found) <= set(tags)
    assert bool(found) is bool(tags)
