from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured import thing
from PIL import Image

from inference.alpha import Pixels
from inference.errors import BadRequest, UnknownName
from inference.oklab import from_oklab, to_oklab
from inference.palettes import (
    MOST_COLOURS,
    Palette,
    common_palette,
    find_palette,
    known_palettes,
    palette_of,
    read_palette,
    shipped,
    write_palette,
)

LAW = settings(max_examples=12, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def some(seed: int, count: int) -> Palette:
    return Palette("some", np.random.default_rng(seed).integers(0, 256, (count, 3)).astype(np.uint8))


def colours_in(pixels: Pixels) -> set[tuple[int, ...]]:
    return {tuple(int(v) for v in colour) for colour in pixels[pixels[..., 3] > 0][:, :3]}


def test_every_colour_survives_oklab() -> None:
    every = np.stack(np.meshgrid(*[np.arange(0, 256, 5)] * 3), axis=-1).reshape(-1, 3).astype(np.uint8)
    assert np.array_equal(from_oklab(to_oklab(every)), every)


@pytest.mark.parametrize(
    ("colour", "lab"),
    [((255, 255, 255), (1, 0, 0)), ((0, 0, 0), (0, 0, 0)), ((255, 0, 0), (0.62796, 0.22486, 0.12585))],
)
def test_oklab_has_the_published_values(colour: tuple[int, ...], lab: tuple[float, ...]) -> None:
    assert to_oklab(np.array([colour], np.uint8))[0] == pytest.approx(lab, abs=2e-4)


@LAW
@given(seeds, st.integers(1, 64))
def test_the_nearest_colour_is_the_nearest(seed: int, count: int) -> None:
    palette = some(seed, count)
    asked = np.random.default_rng(seed + 1).integers(0, 256, (7, 5, 3)).astype(np.uint8)
    apart = np.linalg.norm(to_oklab(asked)[..., None, :] - palette.lab, axis=-1)
    got = np.take_along_axis(apart, palette.nearest(asked)[..., None], axis=-1)[..., 0]
    assert np.allclose(got, apart.min(axis=-1), atol=1e-6)
    assert np.array_equal(palette.map(palette.colours), palette.colours)


@LAW
@given(seeds, st.integers(1, 300))
def test_gpl_and_hex_come_back(tmp_path_factory: pytest.TempPathFactory, seed: int, count: int) -> None:
    folder = tmp_path_factory.mktemp("palettes")
    for suffix in (".gpl", ".hex"):
        path = folder / f"some{suffix}"
        write_palette(path, some(seed, count))
        assert read_palette(path) == some(seed, count)


def test_an_act_tells_how_many_colours_count_and_which_is_clear(tmp_path: Path) -> None:
    colours = some(3, 5).colours
    table = colours.tobytes().ljust(768, b"\0")
    (tmp_path / "old.act").write_bytes(table)
    (tmp_path / "new.act").write_bytes(table + (5).to_bytes(2, "big") + (1).to_bytes(2, "big"))
    old = read_palette(tmp_path / "old.act").colours
    assert np.array_equal(old, [*colours, (0, 0, 0)])
    assert np.array_equal(read_palette(tmp_path / "new.act").colours, np.delete(colours, 1, axis=0))


def test_pictures_are_palettes(tmp_path: Path) -> None:
    colours = some(4, 6).colours
    Image.fromarray(colours[None].repeat(3, axis=0)).save(tmp_path / "strip.png")
    assert np.array_equal(read_palette(tmp_path / "strip.png").colours, colours)
    indexed = Image.new("P", (2, 2))
    indexed.putpalette(colours.tobytes())
    indexed.save(tmp_path / "indexed.png", transparency=2)
    assert np.array_equal(read_palette(tmp_path / "indexed.png").colours, np.delete(colours, 2, axis=0))


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("empty.hex", b""),
        ("word.hex", b"112233\nred\n"),
        ("short.hex", b"12345\n"),
        ("no-head.gpl", b"1 2 3\n"),
        ("large.gpl", b"GIMP Palette\n1 2 300\n"),
        ("two.gpl", b"GIMP Palette\n1 2\n"),
        ("long.act", b"\0" * 769),
        ("cut.png", b"\x89PNG\r\n\x1a\n1234"),
        ("many.hex", "".join(f"{i:06x}\n" for i in range(MOST_COLOURS + 1)).encode()),
        ("other.txt", b"112233"),
    ],
)
def test_a_broken_palette_is_told_in_one_sentence(tmp_path: Path, name: str, held: bytes) -> None:
    (tmp_path / name).write_bytes(held)
    with pytest.raises(BadRequest) as error:
        read_palette(tmp_path / name)
    assert error.value.hint


def test_a_picture_with_few_colours_has_exactly_those() -> None:
    palette = some(9, 12)
    pixels = np.dstack([palette.colours.reshape(3, 4, 3), np.full((3, 4), 255, np.uint8)])
    assert colours_in(pixels) == {tuple(int(v) for v in c) for c in palette_of(pixels, 12).colours}


@LAW
@given(seeds, st.integers(1, 40))
def test_no_more_colours_than_asked_dark_first(seed: int, count: int) -> None:
    palette = palette_of(thing(seed % 1000, 32), count)
    assert 1 <= len(palette) <= count
    assert (np.diff(palette.lab[:, 0]) >= -1e-5).all()


def test_flat_colours_do_not_move_by_a_level() -> None:
    flat = [(220, 46, 68, 255), (30, 120, 200, 255), (250, 230, 20, 255), (20, 20, 24, 255)]
    pixels = np.zeros((40, 40, 4), np.uint8)
    for i, colour in enumerate(flat):
        pixels[:, 10 * i : 10 * i + 10] = colour
    chance = np.random.default_rng(0)
    pixels[::13, ::3, :3] = chance.integers(0, 256, (4, 14, 3))
    assert {colour[:3] for colour in flat} <= {tuple(int(v) for v in c) for c in palette_of(pixels, 8).colours}


def test_more_colours_are_nearer_to_the_picture() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (200, 200, 4)).astype(np.uint8)
    pixels[..., 3] = 255
    lab = to_oklab(pixels[..., :3])
    errors = []
    for count in (2, 8, 32, 128):
        palette = palette_of(pixels, count)
        errors.append(float(np.square(lab - palette.lab[palette.nearest(pixels[..., :3])]).sum(axis=2).mean()))
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.1 * errors[0]


def test_each_picture_counts_the_same_in_a_common_palette() -> None:
    small, large = np.zeros((2, 2, 4), np.uint8), np.zeros((90, 90, 4), np.uint8)
    small[:], large[:] = (200, 30, 30, 255), (30, 30, 200, 255)
    chance = np.random.default_rng(2)
    large[..., 1] += chance.integers(0, 20, large.shape[:2]).astype(np.uint8)
    palette = common_palette([small, large], 2)
    assert (200, 30, 30) in {tuple(int(v) for v in c) for c in palette.colours}


def test_nothing_visible_gives_black() -> None:
    assert np.array_equal(palette_of(np.zeros((4, 4, 4), np.uint8), 8).colours, [[0, 0, 0]])


def test_shipped_palettes_can_be_read_and_are_known_by_their_names(tmp_path: Path) -> None:
    known = known_palettes()
    assert {"pico8", "orchard16", "orchard32"} <= set(known)
    for name in known:
        palette = find_palette(name.upper())
        assert len(palette) == len(np.unique(palette.colours, axis=0))
        assert shipped(palette)
    assert not shipped(Palette("pico8", some(1, 3).colours))
    with pytest.raises(UnknownName, match="pico8"):
        find_palette("pico")
    write_palette(tmp_path / "mine.hex", some(5, 4))
    assert np.array_equal(find_palette("mine.hex", tmp_path).colours, some(5, 4).colours)
