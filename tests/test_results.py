"""Runs and results: how they come, go, come back, and are kept in a document's file."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_engine import ask, picture
from pytestqt.qtbot import QtBot

from desktop_app.document.arranging import extend_canvas
from desktop_app.document.document import Document
from desktop_app.document.opening import open_document, save_document
from desktop_app.results import FOLDER, NOTE, Mode, Result, Results, Run, store
from desktop_app.session import Session
from inference.api import Picture
from inference.geometry import Bounds, Size

FRAME = Bounds(10, 20, 64, 64)
SMALL = Size(12, 8)


def run(**named: object) -> Run:
    return Run(**({"mode": Mode.INPAINT, "title": "a fox", "frame": FRAME, "wanted": 4, "open": True} | named))  # type: ignore[arg-type]


def patch(seed: int, *, size: Size = SMALL, channels: int = 4) -> Picture:
    """A picture that covers a part of its frame, with some of it unchanged."""
    rng = np.random.default_rng(seed)
    coverage = rng.choice(np.array([0, 255], np.uint8), size.shape)
    pixels = rng.integers(0, 256, (*size.shape, channels), np.uint8)
    return replace(
        picture(ask(seed), 0), pixels=pixels, coverage=coverage, bounds=Bounds(3, 5, size.width, size.height)
    )


def filled(*counts: int, opened: bool = False) -> Results:
    """Runs of so many results each."""
    results = Results()
    for number, count in enumerate(counts):
        one = run(title=f"run {number}", wanted=count, open=True)
        results.begin(one)
        for seed in range(count):
            results.add(one.id, patch(10 * number + seed))
        if not opened:
            results.end(one.id)
    return results


def all_of(results: Results) -> list[list[Result]]:
    return [list(each.results) for each in results.runs]


def test_pictures_come_to_their_place(qtbot: QtBot) -> None:
    results = Results()
    one, other = run(), run()
    results.begin(one)
    results.begin(other)
    with qtbot.waitSignal(results.changed):
        result = results.add(one.id, patch(7))
    assert result is not None
    assert result.bounds == Bounds(13, 25, 12, 8)
    assert result.seed == 7
    assert all_of(results) == [[result], []]
    assert results.run_of(result) is results.runs[0]
    assert results.add("gone", patch(8)) is None


def test_what_is_still_to_come_is_counted() -> None:
    results = Results()
    one = run(wanted=3)
    results.begin(one)
    assert results.runs[0].missing == 3
    first = results.add(one.id, patch(1))
    results.add(one.id, patch(2))
    assert first is not None
    results.discard(first)
    assert results.runs[0].missing == 1  # two have come, though one of them is gone
    results.end(one.id)
    assert results.runs[0].missing == 0


def test_a_run_without_pictures_goes_with_its_job() -> None:
    results = filled(2)
    empty = run()
    results.begin(empty)
    results.end(empty.id)
    assert [each.title for each in results.runs] == ["run 0"]
    assert not results.runs[0].open
    results.end("gone")


def test_discard_and_restore() -> None:
    results = filled(2, 1)
    (first, second), (third,) = all_of(results)
    assert not results.can_restore
    results.discard(first)
    results.discard(second, third)
    assert all_of(results) == []
    assert results.restore()
    assert all_of(results) == [[second], [third]]
    assert results.can_restore
    assert results.restore()
    assert all_of(results) == [[first, second], [third]]
    assert not results.restore()


def test_restore_keeps_what_came_since() -> None:
    results = filled(2)
    ((first, second),) = all_of(results)
    still = run(wanted=2)
    results.begin(still)
    results.discard(first, second)
    new = results.add(still.id, patch(77))
    later = run(wanted=1)
    results.begin(later)
    newest = results.add(later.id, patch(78))
    assert results.restore()
    assert all_of(results) == [[first, second], [new], [newest]]
    assert results.runs[1].open
    assert results.runs[1].missing == 1


def test_restore_brings_no_empty_run_back() -> None:
    results = filled(1)
    ((first,),) = all_of(results)
    empty = run()
    results.begin(empty)
    results.discard(first)
    results.end(empty.id)  # cancelled before its first picture
    assert results.restore()
    assert all_of(results) == [[first]]


def test_discarding_what_is_gone_is_nothing(qtbot: QtBot) -> None:
    results = filled(1)
    ((first,),) = all_of(results)
    results.discard(first)
    with qtbot.assertNotEmitted(results.changed, wait=0):
        results.discard(first)
    assert results.restore()
    assert not results.can_restore


def test_a_discarded_open_run_takes_its_next_pictures() -> None:
    results = Results()
    one = run(wanted=2)
    results.begin(one)
    first = results.add(one.id, patch(1))
    assert first is not None
    results.discard(first)
    second = results.add(one.id, patch(2))
    assert all_of(results) == [[second]]


@pytest.mark.parametrize("channels", [3, 4])
def test_packed_pixels_are_the_same(channels: int) -> None:
    made = patch(3, channels=channels)
    result = Result(made, 0, 0)
    result.pack()
    np.testing.assert_array_equal(result.pixels, made.pixels)
    np.testing.assert_array_equal(result.coverage, made.coverage)
    assert result.size == (12, 8)


def test_a_thumbnail_keeps_nothing() -> None:
    made = patch(3, size=Size(300, 100))
    result = Result(made, 0, 0)
    np.testing.assert_array_equal(result.thumbnail(400), made.pixels)
    small = result.thumbnail(60)
    assert small.shape == (20, 60, 4)
    result.pack()
    np.testing.assert_array_equal(result.thumbnail(60), small)
    assert result._pixels is None


def test_a_thumbnail_has_no_halo() -> None:
    """The colour of what is transparent does not bleed into what is seen."""
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[:, :31] = (200, 100, 50, 255)
    pixels[:, 31:] = (255, 255, 255, 0)
    made = replace(patch(1, size=Size(64, 64)), pixels=pixels, coverage=np.full((64, 64), 255, np.uint8))
    small = Result(made, 0, 0).thumbnail(32)
    seen = small[small[..., 3] > 0]
    assert np.abs(seen[:, :3].astype(int) - (200, 100, 50)).max() <= 2


def test_a_file_keeps_them(tmp_path: Path) -> None:
    session = Session(Document.new(Size(128, 96)), title="a")
    try:
        one = run(wanted=3)
        session.results.begin(one)
        made = [patch(seed, channels=3 + seed % 2) for seed in range(3)]
        results = [session.results.add(one.id, each) for each in made]
        session.results.end(one.id)
        assert results[1] is not None
        session.results.mark_applied(results[1])
        session.do(extend_canvas(session.document, left=8, top=4, right=6))
        shot = session.document.snapshot()
        store(shot, session.results.runs, session.anchor)
        save_document(tmp_path / "a.ora", shot)
    finally:
        session.close()

    opened = Session(open_document(tmp_path / "a.ora").document, title="b")
    try:
        (again,) = opened.results.runs
        assert (again.id, again.mode, again.title, again.time) == (one.id, one.mode, one.title, one.time)
        assert again.frame == FRAME.moved(8, 4)
        assert not again.open
        assert again.missing == 0
        for kept, first in zip(again.results, made, strict=True):
            np.testing.assert_array_equal(kept.pixels, first.pixels)
            np.testing.assert_array_equal(kept.coverage, first.coverage)
            assert kept.seed == first.seed
            assert kept.recipe == first.recipe
            assert kept.bounds == Bounds(10 + 3 + 8, 20 + 5 + 4, 12, 8)
        assert [kept.applied for kept in again.results] == [False, True, False]
        assert NOTE not in opened.document.notes  # they are written anew when it is saved
        assert not any(name.startswith(FOLDER) for name in opened.document.entries)
    finally:
        opened.close()


def kept_document(count: int = 2) -> Document:
    document = Document.new(Size(64, 64))
    store(document, filled(count).runs, (0, 0))
    return document


def test_runs_without_pictures_are_not_kept() -> None:
    document = Document.new(Size(64, 64))
    store(document, [run()], (0, 0))
    assert NOTE not in document.notes


def huge_png() -> bytes:
    """A header of 60000x60000 pixels and nothing behind it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note, entries, name: entries.pop(f"{name}.png"),
        lambda note, entries, name: entries.pop(f"{name}-coverage.png"),
        lambda note, entries, name: entries.update({f"{name}.png": b"no picture"}),
        lambda note, entries, name: entries.update({f"{name}.png": huge_png()}),
        lambda note, entries, name: entries.update({f"{name}.png": entries[f"{name}-coverage.png"]}),
        lambda note, entries, name: note["runs"][0]["results"][0].update(recipe="{"),
        lambda note, entries, name: note["runs"][0]["results"][0].update(x="left"),
        lambda note, entries, name: note["runs"][0]["results"][0].pop("seed"),
        lambda note, entries, name: note["runs"][0]["results"].insert(0, 5),
    ],
)
def test_a_broken_result_is_left_out(spoil) -> None:
    document = kept_document(2)
    note = json.loads(json.dumps(document.notes[NOTE]))
    assert isinstance(note, dict)
    ids = [each["id"] for each in note["runs"][0]["results"]]
    spoil(note, document.entries, f"{FOLDER}{ids[0]}")
    document.notes[NOTE] = note
    (read,) = Results.of(document).runs
    assert ids[1] in [each.id for each in read.results]
    assert len(read.results) <= 2


@pytest.mark.parametrize(
    "note",
    [None, 5, [], {}, {"runs": 5}, {"runs": [5, None, {}]}, {"runs": [{"id": "a", "mode": "sing", "results": []}]}],
)
def test_broken_notes_are_no_results(note) -> None:
    document = Document.new(Size(8, 8))
    document.notes[NOTE] = note
    assert Results.of(document).runs == ()


def test_discarded_results_do_not_come_from_the_file() -> None:
    results = filled(2)
    ((first, second),) = all_of(results)
    results.discard(first)
    document = Document.new(Size(64, 64))
    store(document, results.runs, (0, 0))
    assert [each.id for each in Results.of(document).runs[0].results] == [second.id]
