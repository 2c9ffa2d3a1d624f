"""The cleaner: rules, near-duplicates, people's word, and that cleaning twice changes nothing."""

from __future__ import annotations

import io
import json
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured import dataset_of, save, thing
from PIL import Image

import training.cli_data as cli
from inference.alpha import Pixels, premultiply, resize, unpremultiply
from inference.errors import UnknownName
from training.clean import RULES, Limits, Measured, clean, judge, measure, overridden, removing, rules_of
from training.dataset import BadDataset, Dataset, Entry, read_dataset, write_dataset
from training.likeness import SMALL, Likeness, likeness_of, near_duplicates


def alike(*pictures: Pixels) -> list[int | None]:
    found = [measure(pixels).likeness for pixels in pictures]
    return near_duplicates([likeness for likeness in found if likeness])


def jpeg(pixels: Pixels) -> Pixels:
    out = io.BytesIO()
    Image.fromarray(pixels).convert("RGB").save(out, "JPEG", quality=70)
    return np.array(Image.open(out))


def scaled(pixels: Pixels, side: int) -> Pixels:
    return unpremultiply(resize(premultiply(pixels), side, side))


def padded(pixels: Pixels) -> Pixels:
    return np.pad(pixels, ((9, 3), (0, 14), (0, 0)))


SEEDS = st.integers(0, 5000)


@settings(max_examples=40)
@given(seed=SEEDS, side=st.sampled_from([96, 128, 200]))
def test_a_resized_or_moved_picture_is_found(seed: int, side: int) -> None:
    original = thing(seed, 128)
    assert alike(original, scaled(original, side), padded(original)) == [None, 0, 0]


def test_most_pictures_of_half_the_size_are_found() -> None:
    """Rather one that is seen twice than two that were different: not all are."""
    found = [alike(thing(seed, 128), scaled(thing(seed, 128), 64))[1] == 0 for seed in range(100)]
    assert sum(found) > 85


@settings(max_examples=40)
@given(seed=SEEDS)
def test_a_jpeg_is_found(seed: int) -> None:
    original = thing(seed, 128, opaque=True)
    assert alike(original, jpeg(original)) == [None, 0]


@settings(max_examples=40)
@given(seed=SEEDS)
def test_a_mirrored_or_other_picture_is_not(seed: int) -> None:
    original = thing(seed, 128, opaque=True)
    assert alike(original, original[:, ::-1], thing(seed + 10_000, 128, opaque=True)) == [None, None, None]


def heart(colour: tuple[int, int, int]) -> Pixels:
    pixels = np.zeros((64, 64, 4), np.uint8)
    cv2.circle(pixels, (32, 32), 25, (*colour, 255), -1)
    return pixels


def test_the_same_shape_in_another_colour_is_another_picture() -> None:
    assert alike(heart((220, 40, 40)), heart((40, 40, 220)), heart((0, 0, 0))) == [None, None, None]


def test_one_colour_throughout_has_a_hash() -> None:
    flat = likeness_of(np.ones((9, 9, 4), np.float32))
    assert flat.hash == 0
    assert near_duplicates([]) == []


def test_likeness_does_not_creep_along_a_chain() -> None:
    """Each repeats its neighbour; only what repeats the first goes with it."""

    def at(level: int) -> Likeness:
        return Likeness(0, np.full((SMALL, SMALL, 4), level, np.uint8), 0.0)

    assert near_duplicates([at(0), at(5), at(10), at(15)]) == [None, 0, None, 2]


def test_ten_thousand_are_compared_in_seconds() -> None:
    chance = np.random.default_rng(0)
    small = chance.integers(0, 256, (10_000, SMALL, SMALL, 4), dtype=np.uint8)
    pictures = [Likeness(int(chance.integers(0, 1 << 62)), small[n], 0.0) for n in range(10_000)]
    pictures[9_999] = replace(pictures[123], hash=pictures[123].hash ^ 0b1011)
    started = time.perf_counter()
    found = near_duplicates(pictures)
    assert time.perf_counter() - started < 5
    assert found[9_999] == 123
    assert sum(each is not None for each in found) == 1


def empty() -> Pixels:
    return np.zeros((64, 64, 4), np.uint8)


def hidden_colour() -> Pixels:
    pixels = thing(1)
    pixels[..., :3][pixels[..., 3] == 0] = 99
    return pixels


def line() -> Pixels:
    pixels = empty()
    pixels[30:33] = thing(1, 64, opaque=True)[30:33]
    return pixels


def dot() -> Pixels:
    pixels = empty()
    pixels[20:27, 20:27] = thing(2, 64, opaque=True)[20:27, 20:27]
    return pixels


def on_white() -> Pixels:
    pixels = np.full((64, 64, 3), 255, np.uint8)
    pixels[16:48, 16:48] = thing(3, 32, opaque=True)[..., :3]
    return pixels


GOOD = Entry(file="a.png", caption="a thing", source="s", licence="MIT")
SAID = {
    "good": (thing(1), GOOD, set()),
    "hidden colour": (hidden_colour(), GOOD, set()),
    "transparent": (empty(), GOOD, {"empty"}),
    "uniform": (np.full((64, 64, 3), 200, np.uint8), GOOD, {"empty"}),
    "a dot": (dot(), GOOD, {"tiny"}),
    "a line": (line(), GOOD, {"aspect"}),
    "plain background": (on_white(), GOOD, {"background"}),
    "a scene": (thing(9, 64, opaque=True), GOOD, set()),
    "no caption": (thing(1), replace(GOOD, caption=" "), {"caption"}),
    "no licence": (thing(1), replace(GOOD, licence="unknown"), {"licence"}),
    "unwanted": (thing(1), replace(GOOD, tags=("flags",)), {"unwanted"}),
}


@pytest.mark.parametrize(("pixels", "entry", "expected"), SAID.values(), ids=SAID)
def test_rules(pixels: Pixels, entry: Entry, expected: set[str]) -> None:
    limits = Limits(without=frozenset({"flags"}))
    judged = judge(entry, measure(pixels), limits, removing())
    assert set(rules_of(judged)) == expected
    assert judged.kept is not any(RULES[name].removes for name in expected)


def test_the_command_line_names_the_rules() -> None:
    assert cli.REMOVING.split(", ") == [rule.name for rule in RULES.values() if rule.removes]
    assert cli.FLAGGING.split(", ") == [rule.name for rule in RULES.values() if not rule.removes]


def test_rules_can_be_told_to_remove_or_to_flag() -> None:
    assert "background" in removing(remove=["background"])
    assert "tiny" not in removing(flag=["tiny"])
    with pytest.raises(UnknownName, match="duplicate"):
        removing(flag=["duplicates"])


def spoiled(tmp_path: Path) -> Dataset:
    """Three good pictures, a repeat, an empty one, a broken and a missing one."""
    dataset = dataset_of(
        tmp_path / "set", [thing(1), thing(2), thing(3), scaled(thing(1), 48), empty(), thing(5), thing(6)]
    )
    (dataset.folder / "pictures" / "5.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (dataset.folder / "pictures" / "6.png").unlink()
    return dataset


def test_cleaning(tmp_path: Path) -> None:
    dataset, report = clean(spoiled(tmp_path))
    assert [entry.used for entry in dataset.entries] == [True, True, True, False, False, False, False]
    assert dataset.entries[3].reasons == ("duplicate: nearly the same as pictures/0.png",)
    assert report.removed == {"unreadable": 2, "empty": 1, "duplicate": 1}
    assert report.used == 3
    assert read_dataset(dataset.folder).entries == dataset.entries
    assert str(tmp_path) not in (dataset.folder / "dataset.jsonl").read_text("utf-8")
    summary = json.loads((dataset.folder / "clean.json").read_text("utf-8"))
    assert summary["removed"] == report.removed
    with Image.open(dataset.folder / "removed.png") as sheet:
        assert sheet.width > 600


def test_cleaning_twice_changes_nothing(tmp_path: Path) -> None:
    first, _ = clean(spoiled(tmp_path))
    content = (first.folder / "dataset.jsonl").read_bytes()
    second, _ = clean(read_dataset(first.folder))
    assert (first.folder / "dataset.jsonl").read_bytes() == content
    assert second.entries == first.entries


@pytest.mark.parametrize("keep", [True, False])
def test_a_persons_word_stays(tmp_path: Path, keep: bool) -> None:
    dataset = spoiled(tmp_path)
    chosen = "pictures/3.png" if keep else "pictures/1.png"
    dataset = dataset.with_entries(overridden(dataset.entries, [chosen], keep))
    for _ in range(2):
        dataset, report = clean(dataset)
        by_file = {entry.file: entry for entry in dataset.entries}
        assert by_file[chosen].override is keep
        assert by_file[chosen].used is keep
        assert report.overridden == 1
    if keep:
        assert not by_file["pictures/0.png"].used, "the one that a person wants stays, the other is the repeat"
    freed = dataset.with_entries(overridden(dataset.entries, [chosen], None))
    assert clean(freed)[1].overridden == 0
    with pytest.raises(UnknownName):
        overridden(dataset.entries, ["pictures/none.png"], True)


def test_what_is_not_used_takes_nothing_with_it(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, [thing(1, 128), scaled(thing(1, 128), 96)])
    dataset = dataset.with_entries([replace(dataset.entries[0], tags=("flags",)), dataset.entries[1]])
    cleaned, _ = clean(dataset, limits=Limits(without=frozenset({"flags"})))
    assert [entry.used for entry in cleaned.entries] == [False, True]


def test_a_clean_dataset_has_no_sheet(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, [thing(1), thing(2)])
    save(tmp_path / "removed.png", thing(1))
    _, report = clean(dataset)
    assert report.sheet is None
    assert not (tmp_path / "removed.png").exists()


def test_an_empty_dataset_is_said(tmp_path: Path) -> None:
    write_dataset(Dataset(tmp_path))
    with pytest.raises(BadDataset, match="no pictures"):
        clean(read_dataset(tmp_path))


def test_judging_is_pure() -> None:
    measured = Measured(error="broken")
    judged = judge(GOOD, measured, Limits(), removing())
    assert judge(judged, measured, Limits(), removing()) == judged
    assert GOOD.kept is None
