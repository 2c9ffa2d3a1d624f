"""Sprite sheets: laid out without overlap, cut out again to the pixel, in the forms that engines read."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from clipped import assert_same, film, sprites
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inference.clips.atlas import Tag
from inference.clips.frame import Frame
from inference.clips.packing import Laid, SheetOptions, lay_out
from inference.clips.reading import open_clip
from inference.clips.sheet_formats import SHEET_FORMATS
from inference.clips.sheet_reading import cut_out, grid_of, read_sheet
from inference.clips.sheet_writing import write_sheet
from inference.errors import BadRequest, UnknownName
from inference.geometry import Bounds, Size

TAGS = (
    Tag(name="run", first=0, last=3),
    Tag(name="wave", first=2, last=5, direction="pingpong", loop=False),
    Tag(name="back", first=4, last=7, direction="reverse"),
)


def blobs(count: int, side: int, seed: int) -> list[Frame]:
    """Noise in a random rectangle of each frame; some are empty, some the same."""
    chance = np.random.default_rng(seed)
    frames: list[Frame] = []
    for index in range(count):
        pixels = np.zeros((side, side + 3, 4), np.uint8)
        x, y, w, h = chance.integers(0, side, 4)
        patch = pixels[y : y + h, x : x + w]
        patch[:] = chance.integers(0, 256, patch.shape, np.uint8)
        patch[patch[..., 3] == 0] = 0  # no colour is kept under nothing
        if index % 4 == 3:
            pixels = frames[-2].pixels
        frames.append(Frame(pixels, Fraction(int(chance.integers(1, 300)), 1000)))
    return frames


OPTIONS = st.builds(
    SheetOptions,
    layout=st.sampled_from(["grid", "packed"]),
    trim=st.sampled_from([None, False, True]),
    padding=st.sampled_from([None, 0, 1, 5]),
    extrude=st.integers(0, 3),
    largest=st.sampled_from([64, 100, 4096]),
    power_of_two=st.booleans(),
)


@given(
    options=OPTIONS, form=st.sampled_from(sorted(SHEET_FORMATS)), count=st.integers(1, 9), seed=st.integers(0, 1 << 20)
)
@settings(max_examples=40)
def test_what_is_packed_is_unpacked_to_the_pixel(
    options: SheetOptions, form: str, count: int, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    frames, folder = blobs(count, 17, seed), tmp_path_factory.mktemp("sheet")
    try:
        report = write_sheet(frames, folder / "walk", form, options)
    except BadRequest as error:
        assert "Aseprite's form has one" in error.message
        assert not list(folder.iterdir())
        return
    with open_clip(report.files[-1]) as clip:
        assert clip.count == count
        assert_same(list(clip), frames)
    for image, size in zip(report.files, report.pages, strict=False):
        with Image.open(image) as opened:
            assert opened.size == (size.width, size.height)
    assert {each.name for each in folder.iterdir()} == {each.name for each in report.files}


@given(
    sizes=st.lists(st.builds(Size, st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=40), options=OPTIONS
)
@settings(max_examples=40)
def test_rectangles_never_touch(sizes: list[Size], options: SheetOptions) -> None:
    laid = lay_out(sizes, options)
    assert [bounds.size for _, bounds in laid.places] == sizes
    for page, size in enumerate(laid.pages):
        assert max(size.width, size.height) <= options.largest
        if options.power_of_two:
            assert size.width.bit_count() == size.height.bit_count() == 1
        covered = np.zeros(size.shape, np.uint8)
        for where, bounds in laid.places:
            if where == page:
                # With its extruded pixels and the gap before it, it is alone.
                around = bounds.padded(options.extrude)
                with_gap = Bounds(
                    around.x - options.gap,
                    around.y - options.gap,
                    around.width + options.gap,
                    around.height + options.gap,
                )
                assert Bounds.of(size).contains(with_gap)
                assert around.right + options.gap <= size.width
                assert around.bottom + options.gap <= size.height
                covered[with_gap.slices] += 1
        assert covered.max(initial=0) <= 1


def test_a_grid_can_be_cut_by_its_cells(tmp_path: Path) -> None:
    frames = sprites(7, 24)
    report = write_sheet(frames, tmp_path / "walk", "aseprite", SheetOptions(layout="grid", columns=4))
    assert report.pages == (Size(96, 48),)
    sheet = grid_of(tmp_path / "walk.png", Size(24, 24))
    for one, other in zip(cut_out(sheet.atlas, sheet.images), frames, strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)


def test_packing_is_close_and_shares_equal_frames(tmp_path: Path) -> None:
    frames = [frame for frame in sprites(6, 32) for _ in range(3)]
    report = write_sheet(frames, tmp_path / "walk", "texturepacker", SheetOptions(padding=0))
    assert report.shared == 18 - len({frame.pixels.tobytes() for frame in frames})
    grid = write_sheet(frames, tmp_path / "grid", "texturepacker", SheetOptions(layout="grid"))
    assert sum(page.area for page in report.pages) < sum(page.area for page in grid.pages) / 4
    assert report.filled > 0.7


@pytest.mark.slow
def test_many_frames_pack_well(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    sizes = [Size(int(w), int(h)) for w, h in chance.integers(8, 60, (300, 2))]
    laid: Laid = lay_out(sizes, SheetOptions(padding=0))
    assert len(laid.pages) == 1
    assert sum(size.area for size in sizes) / laid.pages[0].area > 0.85


def test_extruded_pixels_repeat_the_edge(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(1, 256, (4, 5, 4), np.uint8)
    write_sheet([Frame(pixels, Fraction(1, 10))], tmp_path / "x", "pixi", SheetOptions(extrude=2, padding=1))
    page = np.asarray(Image.open(tmp_path / "x.png"))
    np.testing.assert_array_equal(page[1:-1, 1:-1], np.pad(pixels, ((2, 2), (2, 2), (0, 0)), mode="edge"))
    assert not page[0].any()
    assert not page[:, -1].any()


def test_aseprite_tells_times_tags_and_directions(tmp_path: Path) -> None:
    for form in ("aseprite", "aseprite-hash"):
        write_sheet(sprites(), tmp_path / "cat", form, SheetOptions(pivot=(0.5, 1)), tags=TAGS)
        body = json.loads((tmp_path / "cat.json").read_text())
        assert isinstance(body["frames"], list) == (form == "aseprite")
        tags = body["meta"]["frameTags"]
        assert [(tag["name"], tag["from"], tag["to"], tag["direction"]) for tag in tags] == [
            ("run", 0, 3, "forward"),
            ("wave", 2, 5, "pingpong"),
            ("back", 4, 7, "reverse"),
        ]
        assert [tag.get("repeat") for tag in tags] == [None, "1", None]
        assert body["meta"]["slices"][0]["keys"][0]["pivot"] == {"x": 12, "y": 24}
        assert read_sheet(tmp_path / "cat.json").atlas.tags == TAGS


def test_times_in_milliseconds_do_not_drift(tmp_path: Path) -> None:
    report = write_sheet(film(30, 16, 16), tmp_path / "x", "aseprite")
    assert report.notes
    body = json.loads((tmp_path / "x.json").read_text())
    times = [frame["duration"] for frame in body["frames"]]
    assert set(times) == {33, 34}
    assert sum(times) == 1000


def test_phaser_has_animations_with_times(tmp_path: Path) -> None:
    write_sheet(sprites(), tmp_path / "cat", "phaser", tags=TAGS)
    run, wave, back = json.loads((tmp_path / "cat-animations.json").read_text())["anims"]
    assert [frame["frame"] for frame in back["frames"]] == [f"cat_{i:04d}.png" for i in (7, 6, 5, 4)]
    assert (run["repeat"], wave["repeat"], wave["yoyo"], run["yoyo"]) == (-1, 0, True, False)
    assert run["frames"][0]["duration"] == 80
    assert run["duration"] == 320


def test_unity_slices_count_from_below_and_keep_the_pivot(tmp_path: Path) -> None:
    frames = sprites(3)
    write_sheet(frames, tmp_path / "cat", "unity", SheetOptions(pivot=(0.5, 1.0)))
    meta = (tmp_path / "cat.png.meta").read_text()
    page = np.asarray(Image.open(tmp_path / "cat.png"))
    found = re.findall(
        r"x: (\d+)\n +y: (\d+)\n +width: (\d+)\n +height: (\d+)\n +alignment: 9\n"
        r" +pivot: {x: ([-\d.e]+), y: ([-\d.e]+)}",
        meta,
    )
    assert len(found) == 3
    for numbers, frame in zip(found, frames, strict=True):
        (x, y, w, h), (px, py) = map(int, numbers[:4]), map(float, numbers[4:])
        top = page.shape[0] - y - h
        rows, columns = np.nonzero(frame.pixels[..., 3])
        kept = frame.pixels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        np.testing.assert_array_equal(page[top : top + h, x : x + w], kept)
        assert columns.min() + px * w == pytest.approx(12, abs=1e-4)
        assert rows.min() + (1 - py) * h == pytest.approx(24, abs=1e-4)
    assert len(set(re.findall(r"internalID: (\d+)", meta))) == 3


def test_a_large_sheet_has_several_pages(tmp_path: Path) -> None:
    frames = film(20, 60, 60)
    report = write_sheet(frames, tmp_path / "big", "pixi", SheetOptions(largest=150), tags=TAGS)
    assert len(report.pages) == 5
    body = json.loads((tmp_path / "big-0.json").read_text())
    assert body["meta"]["related_multi_packs"] == [f"big-{i}.json" for i in range(1, 5)]
    assert "wave" not in body["animations"]
    assert any("wave" in note for note in report.notes)
    for form in ("phaser", "godot", "unity"):
        written = write_sheet(frames, tmp_path / form, form, SheetOptions(largest=150), tags=TAGS)
        with open_clip(written.files[-1]) as clip:
            for one, other in zip(clip, frames, strict=True):
                np.testing.assert_array_equal(one.pixels, other.pixels)
    with pytest.raises(BadRequest, match="5 pages"):
        write_sheet(frames, tmp_path / "no", "aseprite", SheetOptions(largest=150))


def test_what_others_turn_is_read_upright(tmp_path: Path) -> None:
    """TexturePacker's own way: turned clockwise on the page, width and height given as before."""
    pixels = np.random.default_rng(1).integers(1, 256, (3, 5, 4), np.uint8)
    Image.fromarray(np.ascontiguousarray(np.rot90(pixels, -1))).save(tmp_path / "x.png")
    frame = {"frame": {"x": 0, "y": 0, "w": 5, "h": 3}, "rotated": True, "trimmed": True}
    frame |= {"spriteSourceSize": {"x": 2, "y": 1, "w": 5, "h": 3}, "sourceSize": {"w": 8, "h": 6}}
    (tmp_path / "x.json").write_text(json.dumps({"frames": {"a.png": frame}, "meta": {"image": "x.png"}}))
    with open_clip(tmp_path / "x.json") as clip:
        (got,) = clip
    wanted = np.zeros((6, 8, 4), np.uint8)
    wanted[1:4, 2:7] = pixels
    np.testing.assert_array_equal(got.pixels, wanted)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "3", '{"frames": {}}', '{"frames": [], "meta": {"image": "x.png"}}', '{"frames": [{"filename": "a"}]}',
     '{"frames": {"a": {"frame": {"x": 0, "y": 0, "w": -4, "h": 3}}}, "meta": {"image": "x.png"}}',
     '{"frames": {"a": {"frame": {"x": 0, "y": 0, "w": 400, "h": 3}}}, "meta": {"image": "x.png"}}',
     '{"frames": {"a": {"frame": {"x": 0, "y": 0, "w": 4, "h": 3}}}, "meta": {"image": "missing.png"}}'],
)  # fmt: skip
def test_a_broken_sheet_is_refused(tmp_path: Path, text: str) -> None:
    Image.new("RGBA", (8, 8)).save(tmp_path / "x.png")
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(BadRequest), open_clip(tmp_path / "x.json") as clip:
        list(clip)


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="no form of sheet"):
        write_sheet(sprites(), tmp_path / "x", "asepritte")
    with pytest.raises(BadRequest, match="ends at frame 9"):
        write_sheet(sprites(), tmp_path / "x", "godot", tags=[Tag(name="run", first=0, last=9)])
    with pytest.raises(BadRequest, match="needs"):
        write_sheet(film(2), tmp_path / "x", "pixi", SheetOptions(largest=32))
    with pytest.raises(BadRequest, match="no frames"):
        write_sheet([], tmp_path / "x", "pixi")
    assert not list(tmp_path.iterdir())


TOKENS = re.compile(
    r'\s*(?:(?P<string>&?"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?P<word>[A-Za-z_]\w*)'
    r"|(?P<sign>[\[\]{}(),:=]))"
)


class Variant:
    """Godot's text form of values, after its documentation of the TSCN file format."""

    def __init__(self, text: str) -> None:
        self.tokens = [(match.lastgroup, match[match.lastgroup]) for match in TOKENS.finditer(text)]
        assert "".join(token for _, token in self.tokens) == "".join(re.findall(r'"(?:[^"\\]|\\.)*"|\S', text))
        self.at = 0

    def take(self, sign: str = "") -> str:
        _, token = self.tokens[self.at]
        assert not sign or token == sign, f"{token} stands where {sign} should"
        self.at += 1
        return token

    def several(self, end: str, one) -> list:
        found = []
        while self.tokens[self.at][1] != end:
            found.append(one())
            if self.tokens[self.at][1] != end:
                self.take(",")
        self.take(end)
        return found

    def pair(self) -> tuple:
        key = self.value()
        self.take(":")
        return key, self.value()

    def value(self):
        kind, token = self.tokens[self.at]
        self.at += 1
        if token == "[":
            return self.several("]", self.value)
        if token == "{":
            return dict(self.several("}", self.pair))
        if kind == "string":
            return json.loads(token.removeprefix("&"))
        if kind == "number":
            return float(token) if "." in token or "e" in token else int(token)
        if token in ("true", "false"):
            return token == "true"
        self.take("(")
        return (token, *self.several(")", self.value))


def godot(text: str) -> list[tuple[str, dict, dict]]:
    """Sections: kind, attributes of the heading, properties."""
    sections = []
    for heading, body in re.findall(r"^\[(\w+[^\n]*)\]\n(.*?)(?=^\[(?!\{)|\Z)", text, re.DOTALL | re.MULTILINE):
        kind, _, rest = heading.partition(" ")
        attributes = {}
        for key, value in re.findall(r'(\w+)=("[^"]*"|\d+)', rest):
            attributes[key] = Variant(value).value()
        reader, properties = Variant(body), {}
        while reader.at < len(reader.tokens):
            key = reader.take()
            reader.take("=")
            properties[key] = reader.value()
        sections.append((kind, attributes, properties))
    return sections


def test_godot_reads_it_by_its_documented_grammar(tmp_path: Path) -> None:
    frames = sprites()
    frames = [Frame(each.pixels, Fraction(1 + i % 2, 12)) for i, each in enumerate(frames)]
    write_sheet(frames, tmp_path / "cat", "godot", tags=TAGS)
    sections = godot((tmp_path / "cat.tres").read_text())
    head, *rest = sections
    assert head[:2] == ("gd_resource", {"type": "SpriteFrames", "load_steps": len(rest), "format": 3})
    external = {attributes["id"]: attributes for kind, attributes, _ in rest if kind == "ext_resource"}
    assert [each["path"] for each in external.values()] == ["cat.png"]
    internal = {attributes["id"]: properties for kind, attributes, properties in rest if kind == "sub_resource"}
    page = np.asarray(Image.open(tmp_path / "cat.png"))
    (resource,) = [properties for kind, _, properties in rest if kind == "resource"]
    run, wave, back = resource["animations"]
    assert (run["name"], run["loop"], wave["loop"]) == ("run", True, False)
    assert len(wave["frames"]) == 6
    assert [frame["duration"] / run["speed"] for frame in run["frames"]] == pytest.approx([1 / 12, 2 / 12] * 2)
    for frame, number in zip(back["frames"], (7, 6, 5, 4), strict=True):
        kind, name = frame["texture"]
        texture = internal[name]
        assert kind == "SubResource"
        assert texture["atlas"] == ("ExtResource", "page_0")
        _, x, y, w, h = texture["region"]
        _, left, top, more, higher = texture["margin"]
        assert (w + more, h + higher) == (24, 24)
        np.testing.assert_array_equal(page[y : y + h, x : x + w], frames[number].pixels[top : top + h, left : left + w])
