"""Datasets as files, licences, and the split by concept."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictured import dataset_of, thing

from training.dataset import (
    LIST,
    BadDataset,
    Dataset,
    Entry,
    Malformed,
    append,
    credits_of,
    pixel_hash,
    read_dataset,
    write_dataset,
)
from training.licences import Sharing, licence_of
from training.split import FEWEST, Split, concept_key, split_of, splits_of

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAMES = st.from_regex(r"[a-z0-9]{1,8}(/[a-z0-9]{1,8}){0,2}\.png", fullmatch=True)
ENTRIES = st.builds(
    Entry,
    file=NAMES,
    caption=WORDS,
    tags=st.lists(WORDS, max_size=3).map(tuple),
    style=WORDS,
    source=WORDS.map(lambda words: words.strip() or "unknown"),
    licence=st.sampled_from(["MIT", "own", "unknown", "CC-BY-SA-4.0"]),
    concept=WORDS,
    synonyms=st.lists(WORDS, max_size=2).map(tuple),
    chinese=st.lists(WORDS, max_size=2).map(tuple),
    kept=st.sampled_from([None, True, False]),
    override=st.sampled_from([None, True, False]),
    reasons=st.lists(WORDS, max_size=2).map(tuple),
    extra=st.dictionaries(st.sampled_from(["codepoint", "mine"]), WORDS | st.integers(), max_size=2),
)


@given(entries=st.lists(ENTRIES, max_size=5, unique_by=lambda entry: entry.file), cut=st.integers(0, 5))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, entries: list[Entry], cut: int) -> None:
    folder = tmp_path_factory.mktemp("set")
    dataset = Dataset(folder, tuple(entries[:cut]))
    write_dataset(dataset)
    append(dataset, entries[cut:])
    assert read_dataset(folder).entries == tuple(entries)


def test_ten_thousand_entries_are_read_at_once(tmp_path: Path) -> None:
    entries = [
        Entry(file=f"pictures/{n}.png", caption=f"thing {n}", tags=("a", "b", "c"), hash="0" * 64, chinese=("龙",))
        for n in range(10_000)
    ]
    write_dataset(Dataset(tmp_path, tuple(entries)))
    started = time.perf_counter()
    dataset = read_dataset(tmp_path)
    seconds = time.perf_counter() - started
    assert len(dataset.entries) == 10_000
    assert seconds < 2, f"{seconds:.2f} s"  # about 0.2 on a free core


HOSTILE = {
    "escape": '{"file": "../secret.png"}',
    "absolute": '{"file": "/etc/passwd"}',
    "drive": '{"file": "C:/x.png"}',
    "backslash": '{"file": "a\\\\..\\\\b.png"}',
    "zero": '{"file": "a\\u0000.png"}',
    "not plain": '{"file": "a/./b.png"}',
    "surrogate": '{"file": "a.png", "caption": "\\ud800"}',
    "no file": '{"caption": "x"}',
    "no text": '{"file": 3}',
    "no list": '{"file": "a.png", "tags": "x"}',
    "no texts": '{"file": "a.png", "tags": [1]}',
    "no flag": '{"file": "a.png", "kept": "yes"}',
    "no entry": "[1, 2]",
    "no json": "{",
    "deep": "[" * 100_000,
    "huge number": '{"file": "a.png", "x": ' + "9" * 10_000 + "}",
    "long": '{"file": "a.png", "caption": "' + "x" * (1 << 20) + '"}',
    "twice": '{"file": "first.png"}',
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_a_bad_line_is_named_in_one_sentence(tmp_path: Path, line: str) -> None:
    lines = ['{"format": "gouache-dataset", "version": 1}', '{"file": "first.png"}', line, '{"file": "last.png"}']
    (tmp_path / LIST).write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(BadDataset, match=r"^Line 3 of .*\.") as caught:
        read_dataset(tmp_path)
    assert caught.value.exit_status == 2
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "header", ['{"format": "other", "version": 1}', '{"format": "gouache-dataset", "version": 9}', '{"format": 1}']
)
def test_other_formats_and_newer_versions_are_refused(tmp_path: Path, header: str) -> None:
    (tmp_path / LIST).write_text(header + "\n", "utf-8")
    with pytest.raises(BadDataset, match="Line 1"):
        read_dataset(tmp_path)


def test_a_list_without_a_header_is_read(tmp_path: Path) -> None:
    (tmp_path / LIST).write_text('{"file": "a.png", "text": "kept"}', "utf-8")
    (entry,) = read_dataset(tmp_path).entries
    assert (entry.licence, entry.source, entry.author) == ("unknown", "unknown", "unknown")
    assert entry.as_json()["text"] == "kept"


def test_a_list_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / LIST).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadDataset, match="cannot be read"):
        read_dataset(tmp_path)
    with pytest.raises(BadDataset, match="not a dataset"):
        read_dataset(tmp_path / "nowhere")


def test_a_line_that_was_cut_off_is_left_out_and_mended(tmp_path: Path) -> None:
    dataset = append(Dataset(tmp_path), [Entry(file="a.png"), Entry(file="b.png")])
    whole = (tmp_path / LIST).read_bytes()
    (tmp_path / LIST).write_bytes(whole[:-9])
    torn = read_dataset(tmp_path)
    assert [entry.file for entry in torn.entries] == ["a.png"]
    assert "cut off" in torn.notes[0]
    append(torn, [Entry(file="b.png")])
    assert (tmp_path / LIST).read_bytes() == whole
    assert read_dataset(tmp_path).entries == dataset.entries


def test_a_last_line_without_an_end_stays(tmp_path: Path) -> None:
    (tmp_path / LIST).write_text('{"file": "a.png"}', "utf-8")
    append(read_dataset(tmp_path), [Entry(file="b.png")])
    assert [entry.file for entry in read_dataset(tmp_path).entries] == ["a.png", "b.png"]


@pytest.mark.parametrize("file", ["a.png", "../b.png", ""])
def test_nothing_is_added_when_one_entry_cannot_be(tmp_path: Path, file: str) -> None:
    dataset = append(Dataset(tmp_path), [Entry(file="a.png")])
    before = (tmp_path / LIST).read_bytes()
    with pytest.raises(BadDataset):
        append(dataset, [Entry(file="new.png"), Entry(file=file)])
    assert (tmp_path / LIST).read_bytes() == before


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"")
    dataset = dataset_of(tmp_path / "set", [thing(1)])
    (tmp_path / "set" / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(BadDataset, match="leads out"):
        dataset.path_of(Entry(file="link.png"))


def test_a_person_overrules_the_rules() -> None:
    words = {None: [True, True, False], True: [True] * 3, False: [False] * 3}
    for override, expected in words.items():
        assert [Entry(file="a", kept=kept, override=override).used for kept in (None, True, False)] == expected


def test_the_hash_is_of_what_is_seen() -> None:
    pixels = thing(3)
    hidden = pixels.copy()
    hidden[..., :3][hidden[..., 3] == 0] = 77
    assert pixel_hash(pixels) == pixel_hash(hidden)
    opaque = np.full((4, 6, 4), 255, np.uint8)
    assert pixel_hash(opaque) == pixel_hash(opaque[..., :3])
    assert pixel_hash(opaque) != pixel_hash(opaque.reshape(6, 4, 4))


LICENCES = {
    "CC0-1.0": Sharing.FREE,
    "own": Sharing.FREE,
    "Public Domain": Sharing.FREE,
    "MIT": Sharing.ATTRIBUTION,
    "apache 2.0": Sharing.ATTRIBUTION,
    "CC BY 4.0": Sharing.ATTRIBUTION,
    "CC-BY-3.0": Sharing.ATTRIBUTION,
    "MIT OR GPL-3.0": Sharing.ATTRIBUTION,
    "MIT AND GPL-3.0-only": Sharing.REFUSED,
    "CC BY-SA 4.0": Sharing.REFUSED,
    "CC-BY-NC-4.0": Sharing.REFUSED,
    "CC-BY-NC-ND-4.0": Sharing.REFUSED,
    "GPL-3.0-or-later": Sharing.REFUSED,
    "unknown": Sharing.REFUSED,
    "": Sharing.REFUSED,
    "free for everybody": Sharing.REFUSED,
}


@pytest.mark.parametrize(("text", "sharing"), LICENCES.items())
def test_licences(text: str, sharing: Sharing) -> None:
    licence = licence_of(text)
    assert licence.sharing is sharing
    assert bool(licence.why) is (sharing is Sharing.REFUSED)


def test_what_keeps_a_dataset_from_being_shareable_is_said() -> None:
    def among(*entries: Entry) -> Dataset:
        return Dataset(Path("x"), entries)

    good = Entry(file="a.png", source="s", licence="MIT", author="A")
    assert among(good).shareable
    assert not among().shareable
    assert among(Entry(file="b.png", source="s")).obstacles == ("1 picture has no known licence",)
    assert among(good, Entry(file="b.png", licence="MIT")).obstacles == ("1 picture has no known source",)
    refused = Entry(file="c.png", source="s", licence="CC BY-NC-SA 4.0")
    assert "forbids commercial use and asks for the same licence again" in among(good, refused).obstacles[0]
    removed = Entry(file="c.png", source="s", licence="unknown", kept=False)
    assert among(good, removed).shareable, "what is not used does not count"
    assert credits_of([good, good, refused])[0].pictures == 2


CONCEPTS = st.lists(st.text("abcdef ", min_size=1, max_size=6), min_size=FEWEST, max_size=200)


@given(concepts=CONCEPTS, added=CONCEPTS)
def test_a_concept_has_one_split_that_stays(concepts: list[str], added: list[str]) -> None:
    entries = [
        Entry(file=f"{style}/{index}.png", concept=concept.upper() if style == "flat" else concept, style=style)
        for index, concept in enumerate(concepts)
        for style in ("flat", "soft")
    ]
    sides: dict[str, set[Split]] = {}
    for entry, split in zip(entries, splits_of(entries), strict=True):
        sides.setdefault(concept_key(entry), set()).add(split)
    assert all(len(found) == 1 for found in sides.values()), "the same thing lies on two sides"
    if len(sides) >= FEWEST:
        more = [*entries, *(Entry(file=f"new/{n}.png", concept=concept) for n, concept in enumerate(added))]
        assert splits_of(more)[: len(entries)] == splits_of(entries)


def test_what_people_ask_for_first_is_never_held_out() -> None:
    plain = [Entry(file=f"{n}-{style}.png", concept=f"thing {n}") for n in range(200) for style in ("flat", "soft")]
    held = next(entry for entry, split in zip(plain, splits_of(plain), strict=True) if split is not Split.TRAIN)
    said = [replace(entry, extra={"taught": True}) if entry is held else entry for entry in plain]
    sides = dict(zip(plain, splits_of(said), strict=True))
    assert {split for entry, split in sides.items() if entry.concept == held.concept} == {Split.TRAIN}
    assert [s for e, s in sides.items() if e.concept != held.concept] == [
        s for e, s in zip(plain, splits_of(plain), strict=True) if e.concept != held.concept
    ]


def test_shares_of_the_splits() -> None:
    found = [split_of(f"concept {n}") for n in range(20_000)]
    shares = [found.count(split) / len(found) for split in Split]
    assert shares == pytest.approx([0.90, 0.05, 0.05], abs=0.01)


def test_few_pictures_are_all_for_training() -> None:
    assert set(splits_of([Entry(file=f"{n}.png", caption=f"knight {n}") for n in range(20)])) == {Split.TRAIN}


def test_malformed_is_a_value_error() -> None:
    with pytest.raises(Malformed):
        Entry.from_json(json.loads('{"file": ".."}'))
