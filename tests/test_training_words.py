"""The words of a model from its dataset's captions; added to, put into folders, exported along."""

from __future__ import annotations

import json
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.manifest import MANIFEST_FILE, hash_file
from inference.prompt import escaped
from inference.words import Vocabulary
from inference.words_file import WORDS_FILE, read_words
from training.dataset import Entry
from training.export import export_pipeline
from training.label import PLAIN, SKIN_TONE, Captioning, caption_at
from training.words import added, put_words, words_after, words_of


def entry(caption: str, **said: object) -> Entry:
    values = {"concept": caption, "style": "flat", **said}
    return Entry(file=f"{caption}-{values['style']}.png", caption=caption, **values)  # type: ignore[arg-type]


DATA = [
    entry("goblin", synonyms=("hobgoblin",), chinese=("哥布林",), tags=("creature",)),
    entry("goblin", style="noto", tags=("monster",)),
    entry("judge", synonyms=("justice",)),
    entry("judge, dark skin tone", concept="judge", tags=(SKIN_TONE,)),
    entry("red apple", extra={"codepoint": "1f34e"}),
    entry("a small knight with a big sword and a red cape", style="noto"),
    entry("Fire Engine", concept="vehicle 7"),
]


def test_concepts_styles_and_other_words_come_from_the_entries() -> None:
    words = words_of(DATA, PLAIN)
    assert set(words.concepts) == {"goblin", "judge", "red apple", "fire engine"}
    assert words.concepts["goblin"].synonyms == ("hobgoblin",)
    assert words.concepts["goblin"].tags == ("creature", "monster")
    assert set(words.styles) == {"flat", "noto"}
    assert {"small", "knight", "dark", "skin", "with", "a"} <= set(words.words)
    assert not {"goblin", "red", "creature"} & set(words.words)
    assert words.read("🍎").text == "red apple"
    assert words.read("vehicle 7").text == "fire engine"
    assert words.read("哥布林, flat style").text == "goblin, flat style"


def test_a_thing_that_comes_in_colours_is_known_without_them() -> None:
    words = words_of([entry("blue katana", concept="katana"), entry("red orb", concept="orb")], PLAIN)
    assert set(words.concepts) == {"katana", "orb"}
    assert set(words.words) == {"blue", "red"}
    assert words.read("katanas, red orb, 蓝色的武士刀").text == "katana, red orb, blue katana"


def test_other_names_of_a_thing_that_comes_in_colours_are_known_without_them() -> None:
    crate = entry("red wooden crate", concept="wooden crate", synonyms=("red crate",), chinese=("红色木箱",))
    words = words_of([crate, entry("blue apple", concept="apple")], PLAIN)
    assert words.concepts["wooden crate"].synonyms == ("crate",)
    assert words.concepts["wooden crate"].chinese == ("木箱",)
    assert words.read("crate, a blue crate, 木箱").text == "wooden crate, blue wooden crate, wooden crate"


def test_words_of_tags_count_where_tags_are_in_captions() -> None:
    assert "creature" in words_of(DATA, Captioning(tags=0.5)).words
    assert words_of(DATA, PLAIN).read("creature").unknown[0].near == ("goblin",)


def test_little_words_of_a_name_alone_are_no_words() -> None:
    many = [*(entry(f"thing {number}") for number in range(60)), entry("a button", synonyms=("a",))]
    words = words_of(many, PLAIN)
    assert "a" not in words.words
    assert words.read("a thing").text == "thing"


@given(st.lists(st.sampled_from(DATA), min_size=1, unique_by=lambda each: each.file), st.integers(0, 20))
@settings(max_examples=40)
def test_no_caption_that_was_heard_holds_an_unknown_word(entries: list[Entry], epoch: int) -> None:
    words = words_of(entries)
    for each in entries:
        heard = caption_at(each, Captioning(), seed=1, epoch=epoch)
        assert words.read(escaped(heard)).unknown == ()


@given(st.lists(st.sampled_from(DATA), unique_by=lambda each: each.file))
@settings(max_examples=40)
def test_labels_are_read_as_themselves(entries: list[Entry]) -> None:
    words = words_of(entries)
    assert all(words.read(escaped(label)).text == escaped(label) for label in words.concepts)


def test_plain_captions_are_captions_and_styles_alone() -> None:
    heard = {caption_at(DATA[0], PLAIN, seed=0, epoch=epoch) for epoch in range(200)}
    assert heard == {"", "goblin", "goblin, flat style"}


def test_words_are_added_to_those_of_the_base(tmp_path) -> None:
    base, more = words_of(DATA[:1], PLAIN), words_of([entry("Goblin", chinese=("小妖",)), entry("orb")], PLAIN)
    both = added(base, more)
    assert set(both.concepts) == {"goblin", "orb"}
    assert both.concepts["goblin"].chinese == ("哥布林", "小妖")
    assert words_after(None, DATA, PLAIN) == words_of(DATA, PLAIN)
    assert words_after(tmp_path, DATA, PLAIN) is None, "a base that does not say knows more than is seen here"
    put_words(base, tmp_path)
    after = words_after(tmp_path, [entry("orb")], PLAIN)
    assert after is not None
    assert set(after.concepts) == {"goblin", "orb"}


def test_a_manifest_with_hashes_gets_that_of_the_words(tmp_path) -> None:
    (tmp_path / MANIFEST_FILE).write_text(json.dumps({"hashes": {"unet/model.onnx": "0"}}), "utf-8")
    path = put_words(words_of(DATA), tmp_path)
    hashes = json.loads((tmp_path / MANIFEST_FILE).read_text("utf-8"))["hashes"]
    assert hashes == {"unet/model.onnx": "0", WORDS_FILE: hash_file(path)}


@pytest.mark.parametrize("entries", [[], [entry("", concept="")], [entry("…")]])
def test_nothing_gives_an_empty_vocabulary(entries: list[Entry]) -> None:
    words = words_of(entries)
    assert not words.concepts
    assert words.read("zorp").text == ""
    assert isinstance(words, Vocabulary)


def test_an_export_takes_the_words_along(saved, tmp_path) -> None:
    source = shutil.copytree(saved("rgba"), tmp_path / "source")
    put_words(words_of(DATA), source)
    export_pipeline(source, tmp_path / "out")
    assert read_words(tmp_path / "out") == read_words(source)
    manifest = json.loads((tmp_path / "out" / MANIFEST_FILE).read_text("utf-8"))
    assert manifest["hashes"][WORDS_FILE] == hash_file(tmp_path / "out" / WORDS_FILE)
