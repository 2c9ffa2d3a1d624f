"""The importers: folders, sheets, icon sets, documents; hostile files among them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictured import save, thing
from PIL import Image, PngImagePlugin

from desktop_app.document.document import Document
from desktop_app.document.layers import Layer, Raster, Stack
from desktop_app.document.ora import write_ora
from desktop_app.results import Mode, Result, Run
from desktop_app.results import store as keep
from inference.errors import BadPicture, BadRequest
from inference.geometry import Bounds, Size
from inference.pictures import read_picture, write_picture
from inference.recipe import Recipe
from training.collect.document import Part, find_in_document
from training.collect.iconify import PALETTE, BadSet, chosen_colours, find_icons, read_set
from training.collect.pictures import caption_beside, find_pictures, prompt_in
from training.collect.sheet import Grid, find_cells, png_of
from training.collect.storing import Found, Origin, open_or_new, safe_name, store
from training.collect.words import caption_of_name, code_points_in_name
from training.dataset import BadDataset, Dataset, Entry, read_dataset

NAMES = {
    "red_Apple-02": "red apple",
    "magicSword": "magic sword",
    "IMG_2041": "",
    "00012-1234567": "",
    "deadbeefcafe1234": "",
    "Layer 3": "",
    "3d glasses": "3d glasses",
    "knight_walk_001": "knight walk",
    "龙": "龙",
    "": "",
}


@pytest.mark.parametrize(("name", "caption"), NAMES.items())
def test_captions_of_names(name: str, caption: str) -> None:
    assert caption_of_name(name) == caption


CODES = {
    "1f409": "1f409",
    "emoji_u1F409": "1f409",
    "U+1F409": "1f409",
    "2764-fe0f": "2764-fe0f",
    "0023-fe0f-20e3": "0023-fe0f-20e3",
    "1f9d1-200d-1f3a8": "1f9d1-200d-1f3a8",
    "26a1": "26a1",
    "2728": "",
    "2041": "",
    "0001-0002": "",
    "deadbeef": "",
    "face": "",
    "unicorn": "",
    "1f409 dragon": "",
}


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_code_points_of_names(name: str, code: str) -> None:
    assert code_points_in_name(name) == code
    assert code_points_in_name(name, digits=True) == (code or ("2728" if name == "2728" else ""))


def test_a_folder_of_emoji_by_code_point(tmp_path: Path) -> None:
    for name in ("1f409", "2728", "2764-fe0f"):
        save(tmp_path / "assets" / f"{name}.png", thing(1))
    found = list(find_pictures(tmp_path))
    assert [each.entry.extra for each in found] == [{"codepoint": code} for code in ("1f409", "2728", "2764-fe0f")]
    assert not any(each.entry.caption or each.entry.concept for each in found), "its label comes from the code"
    counted = tmp_path / "counted"
    for name in ("2728", "2729"):
        save(counted / "stars" / f"{name}.png", thing(1))
    assert [each.entry.extra for each in find_pictures(counted)] == [{}, {}]


@pytest.mark.parametrize("text", ["../../x", "", "...", "a/b\\c", "龙", "x" * 500, "CON:", "a\0b"])
def test_safe_names(text: str) -> None:
    name = safe_name(text)
    assert name
    assert len(name) <= 80
    assert not set(name) & set('/\\:\0 *?"<>|')
    assert not name.startswith(".")


def recipe(prompt: str) -> Recipe:
    return Recipe(
        kind="generate", model="m", model_hash="0", prompt=prompt, negative="", style="flat", seed=1, steps=2,
        guidance=3.0, scheduler="euler", width=64, height=64,
    )  # fmt: skip


def test_a_folder(tmp_path: Path) -> None:
    source = tmp_path / "mine"
    save(source / "green_frog_01.png", thing(1))
    save(source / "IMG_1.png", thing(2))
    (source / "IMG_1.txt").write_text("a blue\n dragon ", "utf-8")
    write_picture(source / "made.png", thing(3), recipe("a golden 剑"))
    write_picture(source / "made.webp", thing(4), recipe("a silver key"))
    save(source / "trees" / "001.png", thing(5))
    save(source / ".hidden" / "x.png", thing(6))
    (source / "broken.png").write_bytes(b"no picture")
    (source / "notes.md").write_text("x")
    (source / "link.png").symlink_to(source / "IMG_1.png")
    dataset, done = store(Dataset(tmp_path / "set"), find_pictures(source), Origin(licence="own"), group="mine")
    by_name = {Path(entry.file).name: entry for entry in dataset.entries}
    assert {name: entry.caption for name, entry in by_name.items()} == {
        "green_frog_01.png": "green frog",
        "img_1.png": "a blue dragon",
        "made.png": "a golden 剑",
        "made.webp": "a silver key",
        "trees-001.png": "trees",
        "broken.png": "broken",
    }
    assert (done.added, done.unreadable, done.names) == (6, 1, ["broken"])
    assert by_name["broken.png"].hash == ""
    assert {entry.licence for entry in dataset.entries} == {"own"}
    assert not dataset.shareable, "nobody said where they come from"
    again, done = store(read_dataset(dataset.folder), find_pictures(source), Origin(), group="mine")
    assert (done.added, done.present) == (0, 6)
    assert again.entries == dataset.entries
    assert len(list((dataset.folder / "pictures" / "mine").iterdir())) == 6


def test_pictures_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    found = [Found(name="a", entry=Entry(file=""), content=png_of(thing(seed))) for seed in (1, 2, 3)]
    for _ in range(2):
        dataset, _ = store(open_or_new(tmp_path), found, Origin(), group="../x")
        assert [entry.file for entry in dataset.entries] == [f"pictures/x/a{end}.png" for end in ("", "-2", "-3")]


def test_pictures_that_lie_in_the_dataset_stay_where_they_are(tmp_path: Path) -> None:
    save(tmp_path / "mine" / "frog.png", thing(1))
    dataset, _ = store(Dataset(tmp_path), find_pictures(tmp_path, tmp_path), Origin(), group="x")
    assert [entry.file for entry in dataset.entries] == ["mine/frog.png"]
    assert store(dataset, find_pictures(tmp_path, tmp_path), Origin(), group="x")[1].present == 1


def test_a_folders_own_list_of_captions(tmp_path: Path) -> None:
    save(tmp_path / "a.png", thing(1))
    (tmp_path / "metadata.jsonl").write_text('{"file_name": "a.png", "text": "a  cat"}\n', "utf-8")
    assert [each.entry.caption for each in find_pictures(tmp_path)] == ["a cat"]
    (tmp_path / "metadata.jsonl").write_text("[]", "utf-8")
    with pytest.raises(BadDataset, match="not a list of captions"):
        list(find_pictures(tmp_path))


def test_no_pictures_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="no pictures"):
        list(find_pictures(tmp_path))
    with pytest.raises(BadRequest, match="not a folder"):
        list(find_pictures(tmp_path / "none"))
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadRequest, match="is a file"):
        open_or_new(tmp_path / "file")


def test_prompts_of_other_programs(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "a cat,\na hat\nNegative prompt: dog\nSteps: 20, Seed: 1")
    Image.fromarray(thing(1)).save(tmp_path / "a.png", pnginfo=info)
    assert prompt_in(tmp_path / "a.png") == "a cat, a hat"
    info = PngImagePlugin.PngInfo()
    info.add_text("gouache", "{broken")
    info.add_text("parameters", "Steps: 20")
    Image.fromarray(thing(1)).save(tmp_path / "b.png", pnginfo=info)
    assert prompt_in(tmp_path / "b.png") == ""
    assert prompt_in(tmp_path / "none.png") == ""
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfcaf\xff " + b"x" * 5000)
    assert len(caption_beside(tmp_path / "a.png")) <= 2000


def sheet_of(rows: int, columns: int, *, margin: int, spacing: int, side: int = 16) -> np.ndarray:
    out = np.zeros((margin + rows * (side + spacing), margin + columns * (side + spacing), 4), np.uint8)
    for row in range(rows):
        for column in range(columns):
            y, x = margin + row * (side + spacing), margin + column * (side + spacing)
            out[y : y + side, x : x + side] = thing(10 * row + column, side)
    return out


def test_a_sheet(tmp_path: Path) -> None:
    pixels = sheet_of(2, 3, margin=2, spacing=1)
    pixels[2:18, 19:35] = 0  # the second cell of the first row
    path = save(tmp_path / "heroes_01.png", pixels)
    grid = Grid(width=16, height=16, margin=2, spacing=1)
    found = list(find_cells(path, grid, rows=["knight"], columns=["idle", "walk"]))
    assert [each.name[-3:] for each in found] == ["1-1", "1-3", "2-1", "2-2", "2-3"]
    assert [each.entry.caption for each in found] == [
        "knight, idle",
        "knight",
        "heroes, idle",
        "heroes, walk",
        "heroes",
    ]
    assert found[0].entry.concept == "knight"
    first = np.array(Image.open(io.BytesIO(found[0].content or b"")))
    assert (first == thing(0, 16)).all()


@pytest.mark.parametrize(
    "grid", [{"width": 0, "height": 4}, {"width": 4, "height": 4, "spacing": -1}, {"width": 99, "height": 9}]
)
def test_grids_that_cannot_be(tmp_path: Path, grid: dict[str, int]) -> None:
    path = save(tmp_path / "a.png", thing(1, 32))
    with pytest.raises(BadRequest):
        list(find_cells(path, Grid(**grid)))


def test_an_empty_sheet(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", np.zeros((32, 32, 4), np.uint8))
    with pytest.raises(BadDataset, match="empty"):
        list(find_cells(path, Grid(width=16, height=16)))


SQUARE = '<path fill="#f00" d="M0 0h8v16H0z"/>'


def icon_set(folder: Path, **changes: Any) -> Path:
    values = {
        "prefix": "tiny",
        "width": 16,
        "height": 16,
        "icons": {
            "left-half": {"body": SQUARE},
            "mono": {"body": '<path fill="currentColor" d="M0 0h16v16H0z"/>', "width": 32},
            "secret": {"body": SQUARE, "hidden": True},
        },
        "aliases": {"half": {"parent": "left-half"}, "right-half": {"parent": "left-half", "hFlip": True}},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "icons.json").write_text(json.dumps(values | changes))
    (folder / "info.json").write_text(
        json.dumps({"name": "Tiny", "license": {"spdx": "MIT"}, "author": {"name": "Ann"}})
    )
    (folder / "chars.json").write_text(json.dumps({"1f409": "left-half"}))
    (folder / "package.json").write_text(json.dumps({"version": "1.2.3"}))
    return folder


def test_an_icon_set(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    icons = read_set(icon_set(tmp_path / "package"))
    found = list(find_icons(icons, size=32, palette=tuple(PALETTE), colours_each=2))
    dataset, done = store(Dataset(tmp_path / "set"), found, Origin(style="mine"), group=icons.prefix)
    assert done.unreadable == 0
    left, first, second, right = dataset.entries
    assert (left.caption, left.synonyms, left.extra) == ("left half", ("half",), {"codepoint": "1f409"})
    assert (left.licence, left.author, left.source, left.style) == (
        "MIT",
        "Ann",
        "npm @iconify-json/tiny 1.2.3",
        "mine",
    )
    pixels = read_picture(dataset.path_of(left)).pixels
    assert pixels.shape == (32, 32, 4)
    assert (pixels[8, 4] == (255, 0, 0, 255)).all()
    assert (pixels[8, 28] == 0).all()
    assert (read_picture(dataset.path_of(right)).pixels == pixels[:, ::-1]).all()
    colour = first.caption.split()[0]
    assert first.concept == second.concept == "mono"
    assert first.caption != second.caption
    wide = read_picture(dataset.path_of(first)).pixels
    assert wide.shape == (16, 32, 4)
    assert "#" + bytes(wide[8, 8, :3].tolist()).hex() == PALETTE[colour]
    assert dataset.shareable


def test_colours_are_a_function_of_the_name() -> None:
    names = tuple(PALETTE)
    assert chosen_colours("sword", names, 2) == chosen_colours("sword", names[::-1], 2)
    assert len({chosen_colours(f"icon {n}", names, 1)[0] for n in range(200)}) == len(names)
    assert chosen_colours("sword", (), 3) == [""]


def test_one_file_that_says_it_all(tmp_path: Path) -> None:
    info = {"name": "Tiny", "license": {"title": "CC BY-SA 4.0"}}
    folder = icon_set(tmp_path, info=info)
    icons = read_set(folder / "icons.json")
    assert (icons.origin.licence, icons.origin.author) == ("CC BY-SA 4.0", "unknown")


BODIES = {
    "file": '<image href="file:///etc/passwd" width="9" height="9"/>',
    "entity": '<!DOCTYPE x [<!ENTITY a "b">]>',
    "use of a file": '<use xlink:href="/etc/passwd#a"/>',
    "font": "<text>x</text>",
    "program": "<script>x</script>",
    "broken": "<path",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_hostile_drawings_are_not_rendered(tmp_path: Path, body: str) -> None:
    pytest.importorskip("resvg_py")
    icons = read_set(icon_set(tmp_path / "package", icons={"a": {"body": body}}, aliases={}))
    dataset, done = store(Dataset(tmp_path / "set"), find_icons(icons, size=16), Origin(), group="x")
    assert (done.unreadable, dataset.entries[0].hash) == (1, "")


SETS: dict[str, dict[str, Any]] = {
    "no icons": {"icons": []},
    "no prefix": {"prefix": 3},
    "no body": {"icons": {"a": {}}, "aliases": {}},
    "no parent": {"aliases": {"x": {"parent": "none"}}},
    "a circle": {"aliases": {"x": {"parent": "y"}, "y": {"parent": "x"}}},
    "no number": {"width": "wide"},
    "icon is a number": {"icons": {"a": 3}, "aliases": {}},
}


@pytest.mark.parametrize("changes", SETS.values(), ids=SETS)
def test_broken_sets_are_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(BadSet):
        read_set(icon_set(tmp_path, **changes))


def test_no_set(tmp_path: Path) -> None:
    with pytest.raises(BadSet):
        read_set(tmp_path)
    (tmp_path / "icons.json").write_text("[" * 100_000)
    with pytest.raises(BadSet):
        read_set(tmp_path)


STACK = """<?xml version="1.0"?><image w="64" h="64"><stack>
<layer name="Red knight" src="data/layer1.png"/><layer name="Layer 2" src="data/layer0.png"/>
<stack visibility="hidden"><layer name="sketch" src="data/layer2.png"/></stack></stack></image>"""


def document(path: Path, **entries: bytes | None) -> Path:
    run = {"mode": "generate", "results": [{"id": "abc", "recipe": recipe("a fox").as_json()}]}
    patch = {"mode": "inpaint", "results": [{"id": "none", "recipe": recipe("a patch").as_json()}]}
    content: dict[str, bytes | None] = {
        "mimetype": b"image/openraster",
        "stack.xml": STACK.encode(),
        "data/layer0.png": png_of(thing(0)),
        "data/layer1.png": png_of(thing(1)),
        "mergedimage.png": png_of(thing(2)),
        "gouache/results.json": json.dumps({"version": 1, "runs": [run, patch]}).encode(),
        "gouache/results/abc.png": png_of(thing(3)),
        **entries,
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, each in content.items():
            if each is not None:
                archive.writestr(name, each)
    return path


def test_a_document(tmp_path: Path) -> None:
    path = document(tmp_path / "castle_scene.ora")
    found = list(find_in_document(path, tuple(Part)))
    assert [each.entry.caption for each in found] == ["castle scene", "red knight", "castle scene", "a fox"]
    assert found[-1].entry.style == "flat"
    dataset, done = store(Dataset(tmp_path / "set"), found, Origin(source="me", licence="own"), group="castle")
    assert (done.added, done.unreadable) == (4, 0)
    assert dataset.shareable


def test_a_document_of_the_studio(tmp_path: Path) -> None:
    """As the studio itself writes it, results and all."""
    layer = Layer(raster=Raster(thing(1)), name="blue slime")
    written = Document(Stack.of(Size(64, 64), (layer,)))
    note = {"id": "r", "x": 0, "y": 0, "seed": 1, "recipe": recipe("a ghost").as_json()}
    coverage = png_of(np.full((64, 64, 1), 255, np.uint8)[..., 0])
    result = Result.kept(note, png_of(thing(2)), coverage)
    keep(written, [Run(mode=Mode.GENERATE, title="a ghost", frame=Bounds(0, 0, 64, 64), results=(result,))], (0, 0))
    write_ora(tmp_path / "a.ora", written)
    found = list(find_in_document(tmp_path / "a.ora", (Part.LAYERS, Part.RESULTS)))
    assert [each.entry.caption for each in found] == ["blue slime", "a ghost"]
    assert (np.array(Image.open(io.BytesIO(found[0].content or b""))) == thing(1)).all()


DOCUMENTS: dict[str, dict[str, bytes | None]] = {
    "no stack": {"stack.xml": None},
    "entities": {"stack.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><image>&a;</image>'},
    "no xml": {"stack.xml": b"<image"},
    "no layer": {"data/layer1.png": None},
    "no picture": {"data/layer1.png": b"x"},
    "results are no json": {"gouache/results.json": b"["},
    "results are no list": {"gouache/results.json": b'{"runs": 3}'},
    "no result": {"gouache/results/abc.png": None},
}


@pytest.mark.parametrize("entries", DOCUMENTS.values(), ids=DOCUMENTS)
def test_broken_documents_are_refused(tmp_path: Path, entries: dict[str, bytes | None]) -> None:
    path = document(tmp_path / "a.ora", **entries)
    with pytest.raises(BadPicture) as caught:
        list(find_in_document(path, tuple(Part)))
    assert caught.value.exit_status == 2


def test_no_document(tmp_path: Path) -> None:
    with pytest.raises(BadPicture, match="does not exist"):
        list(find_in_document(tmp_path / "a.ora", (Part.LAYERS,)))
    (tmp_path / "a.ora").write_bytes(b"PK\x03\x04")
    with pytest.raises(BadPicture, match="cut off"):
        list(find_in_document(tmp_path / "a.ora", (Part.LAYERS,)))
    bare = document(tmp_path / "b.ora", **{"gouache/results.json": None})
    with pytest.raises(BadDataset, match="none of: results"):
        list(find_in_document(bare, (Part.RESULTS,)))
