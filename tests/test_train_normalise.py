"""Pictures at a model's size: alpha, place, resuming, the same bytes each time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured import dataset_of, save, thing

import training.normalise as module
from inference.alpha import premultiply
from inference.errors import BadRequest
from inference.geometry import Size
from training.content import content_bounds, is_pixel_art
from training.dataset import BadDataset, Dataset, read_dataset, write_dataset
from training.normalise import Fit, Frame, normalise, normalise_picture, read_normalised
from training.split import Split

FRAME = Frame(size=Size(32, 32), padding=0.125)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 999),
    size=st.tuples(st.integers(16, 80), st.integers(16, 80)),
    box=st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(0, 30), st.integers(0, 30)),
)
def test_what_is_shown_is_centred_inside_the_padding(
    seed: int, size: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    width, height, x, y = box
    pixels = np.zeros((y + height + 3, x + width + 2, 4), np.uint8)
    pixels[y : y + height, x : x + width] = (*np.random.default_rng(seed).integers(0, 256, 3), 255)
    frame = Frame(size=Size(*size), padding=0.0625)
    out = normalise_picture(pixels, frame)
    assert out.shape == (size[1], size[0], 4)
    assert (out[..., :3] <= out[..., 3:]).all(), "colour over alpha: not premultiplied"
    shown = content_bounds(out)
    edge = round(0.0625 * min(size))
    assert shown.x >= edge
    assert shown.y >= edge
    assert abs(shown.x - (size[0] - shown.right)) <= 1
    assert abs(shown.y - (size[1] - shown.bottom)) <= 1


def test_the_place_of_a_thing_does_not_matter() -> None:
    pixels = thing(4)
    moved = np.pad(pixels, ((5, 20), (30, 1), (0, 0)))
    assert (normalise_picture(pixels, FRAME) == normalise_picture(moved, FRAME)).all()


def test_hidden_colour_leaves_no_trace() -> None:
    pixels = thing(4)
    hidden = pixels.copy()
    hidden[..., :3][hidden[..., 3] == 0] = 255
    assert (normalise_picture(pixels, FRAME) == normalise_picture(hidden, FRAME)).all()


def test_a_picture_of_the_frames_size_is_premultiplied_and_no_more() -> None:
    pixels = thing(5, 32)
    out = normalise_picture(pixels, Frame(size=Size(32, 32), fit=Fit.WHOLE))
    assert (out == np.round(premultiply(pixels) * 255).astype(np.uint8)).all()


def test_opaque_pictures_fill_the_frame() -> None:
    wide = np.zeros((40, 80, 3), np.uint8)
    wide[:, 20:60] = 200
    out = normalise_picture(wide, FRAME)
    assert (out == (200, 200, 200, 255)).all()


def test_pixel_art_keeps_its_edges() -> None:
    art = np.zeros((16, 16, 4), np.uint8)
    art[2:14, 2:14] = (200, 30, 30, 255)
    art[5:9, 5:9] = (30, 30, 200, 255)
    assert is_pixel_art(art)
    out = normalise_picture(art, Frame(size=Size(64, 64)))
    colours = {tuple(pixel) for pixel in out.reshape(-1, 4).tolist()}
    assert colours == {(0, 0, 0, 0), (200, 30, 30, 255), (30, 30, 200, 255)}
    assert not is_pixel_art(thing(1))


def some(tmp_path: Path, count: int = 5) -> Dataset:
    return dataset_of(tmp_path / "set", [thing(seed, 40 + seed) for seed in range(count)])


def test_a_store(tmp_path: Path) -> None:
    dataset = some(tmp_path)
    folder = normalise(dataset, FRAME)
    assert folder == dataset.folder / "normalised" / "32"
    store = read_normalised(folder)
    assert store.pixels.shape == (5, 32, 32, 4)
    assert [row.file for row in store.rows] == [entry.file for entry in dataset.entries]
    assert store.entries(dataset) == list(dataset.entries)
    assert len(store.rows_of(Split.TRAIN)) == 5
    assert (store.pixels[3] == normalise_picture(thing(3, 43), FRAME)).all()
    assert sorted(path.name for path in folder.iterdir()) == ["index.json", "pixels.npy"]
    assert str(tmp_path) not in (folder / "index.json").read_text("utf-8")


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    dataset = some(tmp_path)
    first = normalise(dataset, FRAME, tmp_path / "a")
    second = normalise(dataset, FRAME, tmp_path / "b")
    third = normalise(dataset, FRAME, tmp_path / "a")
    names = ("pixels.npy", "index.json")
    contents = [[(folder / name).read_bytes() for name in names] for folder in (first, second, third)]
    assert contents[0] == contents[1] == contents[2]


class Killed(BaseException):
    """Stands for a kill."""


def test_a_run_that_was_killed_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = some(tmp_path, 7)
    whole = (normalise(dataset, FRAME, tmp_path / "whole") / "pixels.npy").read_bytes()
    monkeypatch.setattr(module, "CHUNK", 2)

    def kill(_word: str, done: int, _whole: int) -> None:
        if done == 4:
            raise Killed

    with pytest.raises(Killed):
        normalise(dataset, FRAME, tmp_path / "cut", kill)
    with pytest.raises(BadDataset, match="no normalised pictures"):
        read_normalised(tmp_path / "cut")
    seen: list[int] = []
    normalise(dataset, FRAME, tmp_path / "cut", lambda _word, done, _whole: seen.append(done))
    assert seen == [6, 7], "it began again"
    assert (tmp_path / "cut" / "pixels.npy").read_bytes() == whole


def test_what_is_known_is_not_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = some(tmp_path)
    normalise(dataset.with_entries(dataset.entries[1:4]), FRAME)
    made: list[int] = []
    plain = module.normalise_picture
    monkeypatch.setattr(module, "normalise_picture", lambda *given: made.append(1) or plain(*given))
    folder = normalise(dataset, FRAME)
    assert len(made) == 2
    assert (read_normalised(folder).pixels[2] == plain(thing(2, 42), FRAME)).all()
    normalise(dataset, Frame(size=Size(32, 32), padding=0), folder)
    assert len(made) == 7, "another frame, other rows"


@pytest.mark.parametrize(("count", "words"), [(0, "no pictures"), (1, "only one")])
def test_too_few_pictures(tmp_path: Path, count: int, words: str) -> None:
    dataset = some(tmp_path, count) if count else Dataset(tmp_path)
    with pytest.raises(BadDataset, match=words) as caught:
        normalise(dataset, FRAME)
    assert caught.value.exit_status == 2


def test_a_picture_that_changed_or_broke_is_named(tmp_path: Path) -> None:
    dataset = some(tmp_path)
    save(dataset.folder / "pictures" / "2.png", thing(77))
    with pytest.raises(BadDataset, match=r"pictures/2\.png changed"):
        normalise(dataset, FRAME)
    (dataset.folder / "pictures" / "2.png").write_bytes(b"x")
    with pytest.raises(BadDataset, match=r"pictures/2\.png cannot be used"):
        normalise(dataset, FRAME)
    save(dataset.folder / "pictures" / "2.png", np.zeros((9, 9, 4), np.uint8))
    with pytest.raises(BadDataset, match="shows nothing"):
        normalise(dataset, FRAME)


def test_a_store_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    dataset = some(tmp_path)
    folder = normalise(dataset, FRAME)
    store = read_normalised(folder)
    with pytest.raises(BadDataset, match="changed since"):
        store.entries(dataset.with_entries(dataset.entries[1:]))
    index = json.loads((folder / "index.json").read_text("utf-8"))
    for broken in ({**index, "rows": index["rows"][1:]}, {**index, "version": 9}, {**index, "size": 3}, [], {}):
        (folder / "index.json").write_text(json.dumps(broken))
        with pytest.raises(BadDataset):
            read_normalised(folder)
    np.save(folder / "pixels.npy", np.array([{}], dtype=object), allow_pickle=True)
    (folder / "index.json").write_text(json.dumps(index))
    with pytest.raises(BadDataset):
        read_normalised(folder)


@pytest.mark.parametrize(
    "given", [{"size": Size(8, 8)}, {"size": Size(128, 4096)}, {"padding": 0.5}, {"padding": -1.0}]
)
def test_frames_that_cannot_be(given: dict) -> None:
    with pytest.raises(BadRequest):
        Frame(**given)


@pytest.mark.slow
def test_ten_thousand_pictures(tmp_path: Path) -> None:
    """From the list to the store: every step takes ten thousand, and repeats are found among them."""
    from training.clean import clean  # noqa: PLC0415

    dataset = dataset_of(tmp_path, [thing(seed % 9_900, 32) for seed in range(10_000)])
    cleaned, report = clean(read_dataset(tmp_path))
    assert report.removed["duplicate"] >= 100
    assert all(not entry.used for entry in cleaned.entries[9_900:])
    write_dataset(dataset.with_entries(cleaned.entries))
    store = read_normalised(normalise(read_dataset(tmp_path), Frame(size=Size(32, 32))))
    assert len(store.rows) == report.used
    shares = [len(store.rows_of(split)) / len(store.rows) for split in Split]
    assert shares == pytest.approx([0.9, 0.05, 0.05], abs=0.02)
