"""Pictures in other colours: what is turned, what stays, what is passed over, and under which names they are listed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import main
from inference.alpha import Pixels
from inference.errors import UnknownName
from inference.pictures import read_picture
from training.collect.iconify import PALETTE
from training.dataset import Dataset, Entry, pixel_hash, read_dataset, write_dataset
from training.recolour import COLOURS, RECOLOURED, recolour, recoloured

GREEN = (60, 160, 60)


def apple(colour: tuple[int, int, int] = (200, 40, 40)) -> Pixels:
    """A disc in two lightnesses with a green leaf, half-transparent at its rim."""
    y, x = np.mgrid[:48, :48]
    far = np.hypot(x - 24, y - 28)
    out = np.zeros((48, 48, 4), np.uint8)
    out[far < 18] = (*colour, 255)
    out[(far < 18) & (x > 28)] = (*(c * 3 // 4 for c in colour), 255)
    out[(far >= 18) & (far < 19)] = (*colour, 128)
    out[2:10, 20:30] = (*GREEN, 255)
    return out


def dataset(folder: Path, **pictures: Pixels) -> Dataset:
    entries = []
    for name, pixels in pictures.items():
        path = folder / "pictures" / "flat" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
        caption = name.replace("_", " ")
        entries.append(
            Entry(
                file=f"pictures/flat/{name}.png",
                caption=caption,
                concept=caption,
                style="flat",
                licence="MIT",
                author="Ann",
                source="drawn",
                chinese=("苹果", "红苹果"),
                synonyms=("pippin", "red pippin"),
                hash=pixel_hash(pixels),
                kept=True,
            )
        )
    made = Dataset(folder, tuple(entries))
    write_dataset(made)
    return made


@pytest.mark.parametrize("colour", [c for c in COLOURS if c not in ("red", "pink", "orange", "brown")])
def test_the_main_colour_turns_and_the_rest_stays(colour):
    before = apple()
    after = recoloured(before, PALETTE[colour])
    assert after is not None
    assert np.array_equal(after[..., 3], before[..., 3])
    assert np.array_equal(after[before[..., 3] == 0], before[before[..., 3] == 0])
    # Nearer to the new colour than the old one was.
    wanted = np.array([int(PALETTE[colour][i : i + 2], 16) for i in (1, 3, 5)])
    body = (before[..., 0] == 200) & (before[..., 3] == 255)
    new, old = after[body][:, :3].mean(0), before[body][:, :3].mean(0)
    assert np.abs(new - wanted).sum() < 0.6 * np.abs(old - wanted).sum()
    if colour != "yellow":  # whose hue is near
        leaf = (before[..., :3] == GREEN).all(2)
        assert np.abs(after[leaf][:, :3].astype(int) - GREEN).max() <= 8
    # Light and shade stay in order.
    light, dark = body, (before[..., 0] == 150) & (before[..., 3] == 255)
    assert after[light][:, :3].astype(int).sum(1).mean() > after[dark][:, :3].astype(int).sum(1).mean()


def test_what_cannot_be_turned_is_none():
    assert recoloured(apple((128, 128, 128)), PALETTE["blue"]) is None, "grey, but for a leaf"
    assert recoloured(apple(), PALETTE["red"]) is None, "it is red already"
    assert recoloured(np.zeros((20, 20, 4), np.uint8), PALETTE["red"]) is None


def test_opaque_pictures_too():
    picture = np.full((16, 16, 3), (200, 40, 40), np.uint8)
    after = recoloured(picture, PALETTE["blue"])
    assert after is not None
    assert after.shape == picture.shape
    assert after[0, 0, 2] > 150 > after[0, 0, 0]


def test_names_source_and_licence_go_along(tmp_path):
    changed, done = recolour(dataset(tmp_path, apple=apple()), colours=("blue",))
    assert done.added == 1
    (new,) = (entry for entry in changed.entries if RECOLOURED in entry.extra)
    assert (new.caption, new.concept, new.style) == ("blue apple", "apple", "flat")
    assert "blue" in new.tags
    assert new.chinese == ("蓝色苹果",)
    assert new.synonyms == ("blue pippin",)
    assert (new.licence, new.author, new.source) == ("MIT", "Ann", "drawn")
    assert new.extra[RECOLOURED] == "pictures/flat/apple.png"
    pixels = read_picture(tmp_path / new.file).pixels
    assert pixels[28, 16, 2] > pixels[28, 16, 0]
    assert new.hash == pixel_hash(pixels)


def test_again_adds_nothing(tmp_path):
    changed, _ = recolour(dataset(tmp_path, apple=apple(), pear=apple((60, 80, 220))))
    again, done = recolour(read_dataset(tmp_path))
    assert done.added == 0
    assert again.entries == changed.entries


def test_what_is_passed_over(tmp_path):
    stone = apple((128, 128, 128))
    start = dataset(tmp_path, red_apple=apple(), stone=stone, cherry=apple())
    start = start.with_entries(
        replace(entry, kept=False) if entry.caption == "cherry" else entry for entry in start.entries
    )
    _, done = recolour(start)
    assert done.added == 0


def test_no_picture_of_what_is_asked_about_later(tmp_path):
    without = [f"{colour} apple" for colour in COLOURS if colour != "teal"]
    changed, _ = recolour(dataset(tmp_path, apple=apple()), each=3, without=without)
    assert [entry.caption for entry in changed.entries] == ["apple", "teal apple"]


def test_several_colours(tmp_path):
    changed, done = recolour(dataset(tmp_path, apple=apple()), each=3)
    captions = {entry.caption for entry in changed.entries}
    assert (done.added, len(captions)) == (3, 4)


def test_a_colour_that_there_is_not(tmp_path):
    with pytest.raises(UnknownName, match="blu"):
        recolour(dataset(tmp_path, apple=apple()), colours=("blu",))


def test_as_a_command(tmp_path, capsys):
    dataset(tmp_path, apple=apple())
    assert main.main(["train", "recolour", str(tmp_path), "--colours", "blue,green", "--each", "2", "--quiet"]) == 0
    assert "2 pictures in other colours added" in capsys.readouterr().err
    assert main.main(["train", "recolour", str(tmp_path), "--each", "99"]) == 2
    assert "99 colours" in capsys.readouterr().err
