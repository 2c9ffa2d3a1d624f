"""Opening and saving: round trips, other programs' habits, and files that mean harm."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode as PsdMode
from test_document_laws import documents, noise

from desktop_app.document import archive, areas, filling, ora, recovery, selecting
from desktop_app.document.blending import BlendMode
from desktop_app.document.document import Document
from desktop_app.document.history import History
from desktop_app.document.layers import Layer, Raster, Stack
from desktop_app.document.opening import EXPORTS, PICTURES, export_picture, open_document, save_document
from desktop_app.document.recovery import Autosave, left_behind
from inference.errors import BadPicture, BadRequest
from inference.geometry import Size

FILES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def two_layers() -> Document:
    layers = (
        Layer.of(noise(1, 30, 40), "背景"),
        replace(
            Layer.of(noise(2, 20, 25), 'A <b> & "c"', x=-5, y=12), opacity=0.75, mode=BlendMode.MULTIPLY, locked=True
        ),
    )
    return Document(Stack.of(Size(40, 30), layers))


def same_layers(a: Document, b: Document, *, opacity: float = 0.0) -> None:
    assert a.size == b.size
    assert len(a.layers) == len(b.layers)
    for one, other in zip(a.layers, b.layers, strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
        for name in ("name", "mode", "visible", "locked", "bounds"):
            assert getattr(one, name) == getattr(other, name), name
        assert one.opacity == pytest.approx(other.opacity, abs=opacity)


# ------------------------------------------------------------------ round trips


@FILES
@given(documents())
def test_ora_comes_back_to_the_byte(tmp_path: Path, document: Document) -> None:
    history = History(document)
    history.do(selecting.select(document, areas.ellipse(document.size, 1, 1, 20, 20)))
    history.close()
    document.choose(document.layers[0].id)
    save_document(tmp_path / "a.ora", document)
    opened = open_document(tmp_path / "a.ora")
    assert opened.notes == ()
    same_layers(opened.document, document)
    np.testing.assert_array_equal(opened.document.selection, document.selection)
    assert opened.document.active == opened.document.layers[0].id
    np.testing.assert_array_equal(opened.document.compose(), document.compose())


@FILES
@given(documents())
def test_psd_comes_back_to_the_byte(tmp_path: Path, document: Document) -> None:
    save_document(tmp_path / "a.psd", document)
    opened = open_document(tmp_path / "a.psd")
    assert opened.notes == ()
    same_layers(opened.document, document, opacity=0.5 / 255 + 1e-9)
    merged = np.array(PSDImage.open(tmp_path / "a.psd").topil()).astype(int)
    wanted = document.compose().astype(int)
    np.testing.assert_array_equal(merged[..., 3], wanted[..., 3])
    assert (np.abs(merged - wanted)[..., :3] * wanted[..., 3:]).max() <= 2 * 255


def test_a_locked_layer_stays_locked(tmp_path: Path) -> None:
    for suffix in (".ora", ".psd"):
        save_document(tmp_path / f"a{suffix}", two_layers())
        same_layers(open_document(tmp_path / f"a{suffix}").document, two_layers(), opacity=0.002)


def test_the_archive_is_what_the_specification_asks_for(tmp_path: Path) -> None:
    document = two_layers()
    save_document(tmp_path / "a.ora", document)
    with zipfile.ZipFile(tmp_path / "a.ora") as file:
        first = file.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert file.read("mimetype") == b"image/openraster"
        assert (tmp_path / "a.ora").read_bytes()[30:38] == b"mimetype"
        merged = np.array(Image.open(io.BytesIO(file.read("mergedimage.png"))))
        np.testing.assert_array_equal(merged, document.compose())
        assert max(Image.open(io.BytesIO(file.read("Thumbnails/thumbnail.png"))).size) <= 256
        assert file.testzip() is None


def test_saving_twice_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("a.ora", "b.ora"):
        save_document(tmp_path / name, two_layers())
    assert (tmp_path / "a.ora").read_bytes() == (tmp_path / "b.ora").read_bytes()


def test_notes_and_unknown_entries_ride_along(tmp_path: Path) -> None:
    document = two_layers()
    document.notes = {"history": [{"seed": 7, "prompt": "一个苹果"}], "view": {"zoom": 0.5}}
    document.entries = {"animation/frames.xml": b"<x/>", "data/layer0.png": b"not ours", "gouache/odd.bin": b"\0\1"}
    save_document(tmp_path / "a.ora", document)
    opened = open_document(tmp_path / "a.ora").document
    assert opened.notes == document.notes
    assert opened.entries == document.entries
    save_document(tmp_path / "b.ora", opened)
    assert open_document(tmp_path / "b.ora").document.entries == document.entries
    same_layers(open_document(tmp_path / "b.ora").document, document)


def test_a_note_that_cannot_be_read_is_kept_as_it_is(tmp_path: Path) -> None:
    document = two_layers()
    document.entries = {"gouache/history.json": b"{broken"}
    save_document(tmp_path / "a.ora", document)
    opened = open_document(tmp_path / "a.ora")
    assert "could not be read" in opened.notes[0]
    assert opened.document.entries == document.entries


def test_names_that_xml_cannot_hold(tmp_path: Path) -> None:
    document = Document.of(noise(1, 5, 5), "a\0b\x1fc\ud800d😀")
    save_document(tmp_path / "a.ora", document)
    assert open_document(tmp_path / "a.ora").document.layers[0].name == "abcd😀"


def test_a_document_without_layers(tmp_path: Path) -> None:
    document = Document(Stack.of(Size(5, 4)))
    save_document(tmp_path / "a.ora", document)
    assert open_document(tmp_path / "a.ora").document.layers == ()
    with pytest.raises(BadRequest, match="no layer to save"):
        save_document(tmp_path / "a.psd", document)


@pytest.mark.parametrize("suffix", PICTURES)
def test_pictures_open_as_one_layer(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"苹果{suffix}"
    pixels = np.full((20, 30, 3), (200, 100, 50), np.uint8)
    Image.fromarray(pixels).save(path)
    document = open_document(path).document
    assert document.size == Size(30, 20)
    assert document.layers[0].name == "苹果"
    assert np.abs(document.layers[0].pixels[..., :3].astype(int) - pixels).max() <= 6


@pytest.mark.parametrize("suffix", EXPORTS)
def test_exports_show_the_picture(tmp_path: Path, suffix: str) -> None:
    document = Document.new(Size(30, 20), colour=(10, 200, 90))
    export_picture(tmp_path / f"a{suffix}", document)
    with Image.open(tmp_path / f"a{suffix}") as image:
        assert np.abs(np.array(image.convert("RGB")).astype(int) - (10, 200, 90)).max() <= 3


@pytest.mark.parametrize(
    ("name", "action"), [("a.txt", save_document), ("a.png", save_document), ("a.ora", export_picture)]
)
def test_endings_that_cannot_be_written(tmp_path: Path, name: str, action: Callable[[Path, Document], None]) -> None:
    with pytest.raises(BadRequest):
        action(tmp_path / name, two_layers())
    assert not list(tmp_path.iterdir())


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ora"
    save_document(path, two_layers())
    old = path.read_bytes()

    def fail(_: Raster) -> bytes:
        raise MemoryError

    with pytest.raises(MemoryError):
        ora.write_ora(path, two_layers(), fail)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


# ------------------------------------------------------------------ other programs' files

LAYER = '<layer name="{0}" src="data/{0}.png"/>'


def png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def archived(path: Path, stack: str, entries: dict[str, bytes] | None = None, size: str = 'w="8" h="6"') -> Path:
    pictures = {f"data/{name}.png": png(noise(index, 6, 8)) for index, name in enumerate("abc")}
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "image/openraster")
        file.writestr("stack.xml", f"<?xml version='1.0'?><image {size}><stack>{stack}</stack></image>")
        for name, content in (pictures | (entries or {})).items():
            file.writestr(name, content)
    return path


def test_groups_that_change_nothing_are_opened(tmp_path: Path) -> None:
    inner = f'<stack name="g">{LAYER.format("a")}<stack>{LAYER.format("b")}</stack></stack>'
    opened = open_document(archived(tmp_path / "a.ora", inner + LAYER.format("c")))
    assert [layer.name for layer in opened.document.layers] == ["c", "b", "a"]
    assert opened.notes == ()


def test_a_hidden_group_hides_its_layers(tmp_path: Path) -> None:
    path = archived(tmp_path / "a.ora", f'<stack visibility="hidden">{LAYER.format("a")}</stack>{LAYER.format("b")}')
    assert [layer.visible for layer in open_document(path).document.layers] == [True, False]


@pytest.mark.parametrize("attributes", ['opacity="0.5"', 'composite-op="svg:multiply"', ""])
def test_a_group_that_shows_differently_becomes_one_layer(tmp_path: Path, attributes: str) -> None:
    blended = '<layer name="a" src="data/a.png" composite-op="svg:screen"/>'
    path = archived(
        tmp_path / "a.ora", f'<stack name="G" {attributes}>{blended}{LAYER.format("b")}</stack>{LAYER.format("c")}'
    )
    opened = open_document(path)
    assert [layer.name for layer in opened.document.layers] == ["c", "G"]
    assert "'G' was merged" in opened.notes[0]
    inside = (Layer.of(noise(1, 6, 8), "b"), replace(Layer.of(noise(0, 6, 8), "a"), mode=BlendMode.SCREEN))
    np.testing.assert_array_equal(opened.document.layers[1].pixels, Document(Stack.of(Size(8, 6), inside)).compose())
    through = archived(tmp_path / "b.ora", f'<stack isolation="auto">{blended}</stack>{LAYER.format("c")}')
    assert open_document(through).document.layers[1].mode is BlendMode.SCREEN


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    text = '<text name="Hello"/><layer name="x" src="data/a.png" composite-op="svg:dst-out" opacity="nan"/>'
    opened = open_document(archived(tmp_path / "a.ora", text))
    assert any("'Hello'" in note for note in opened.notes)
    assert any("svg:dst-out" in note for note in opened.notes)
    assert opened.document.layers[0].opacity == 1


def test_a_psd_with_groups_masks_and_clipping(tmp_path: Path) -> None:
    psd = PSDImage.new("RGBA", (40, 30))
    psd.create_pixel_layer(Image.fromarray(noise(1, 30, 40)), name="base")
    group = psd.create_group(name="group")
    group.create_pixel_layer(Image.fromarray(noise(2, 10, 12)), name="inside", top=3, left=4)
    dimmed = psd.create_group(name="dimmed")
    dimmed.create_pixel_layer(Image.fromarray(noise(3, 10, 12)), name="deep", top=5, left=20)
    dimmed.opacity = 128
    clip = psd.create_pixel_layer(Image.fromarray(noise(4, 30, 40)), name="clipped")
    masked = psd.create_pixel_layer(Image.fromarray(noise(5, 30, 40)), name="masked")
    half = np.zeros((30, 40), np.uint8)
    half[:, 20:] = 255
    masked.create_mask(Image.fromarray(half))
    masked.blend_mode = PsdMode.VIVID_LIGHT
    psd.save(tmp_path / "a.psd")
    assert clip is not None
    opened = open_document(tmp_path / "a.psd")
    layers = {layer.name: layer for layer in opened.document.layers}
    assert list(layers) == ["base", "inside", "dimmed", "clipped", "masked"]
    assert layers["dimmed"].opacity == pytest.approx(128 / 255)
    np.testing.assert_array_equal(layers["inside"].pixels, noise(2, 10, 12))
    assert not layers["masked"].pixels[:, :20, 3].any()
    np.testing.assert_array_equal(layers["masked"].pixels[:, 20:], noise(5, 30, 40)[:, 20:])
    assert any("blend mode" in note for note in opened.notes)


def test_a_psd_clipping_layer_is_cut_to_its_base(tmp_path: Path) -> None:
    psd = PSDImage.new("RGBA", (40, 30))
    psd.create_pixel_layer(Image.fromarray(noise(1, 10, 12)), name="base", top=2, left=3)
    clip = psd.create_pixel_layer(Image.new("RGBA", (40, 30), (9, 8, 7, 255)), name="clipped")
    clip.clipping = True
    psd.save(tmp_path / "a.psd")
    clipped = open_document(tmp_path / "a.psd").document.layers[1]
    np.testing.assert_array_equal(clipped.pixels[2:12, 3:15, 3], noise(1, 10, 12)[..., 3])
    assert clipped.pixels[..., 3].astype(int).sum() == noise(1, 10, 12)[..., 3].astype(int).sum()


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_flat_psd_of_another_kind(tmp_path: Path, mode: str) -> None:
    PSDImage.frompil(Image.new(mode, (20, 10), 77 if mode == "L" else (0, 0, 0, 128))).save(tmp_path / "a.psd")
    opened = open_document(tmp_path / "a.psd").document
    assert opened.size == Size(20, 10)
    assert opened.layers[0].pixels[..., 3].min() == 255


# ------------------------------------------------------------------ files that are broken or mean harm


def huge_png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    good = png(noise(0, 2, 2))

    chunk = b"IHDR" + header
    return good[:8] + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + good[33:]


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE image [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><image w="8" h="6">
<stack name="&b;"/></image>"""
A = LAYER.format("a")

BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "no zip": (lambda p: p.write_bytes(b"hello"), "is not an OpenRaster file"),
    "empty": (lambda p: p.write_bytes(b""), "is not an OpenRaster file"),
    "escape": (lambda p: archived(p, A, {"../../evil": b""}), "points outside"),
    "absolute": (lambda p: archived(p, A, {"/etc/passwd": b""}), "points outside"),
    "drive": (lambda p: archived(p, A, {"C:/x": b""}), "points outside"),
    "backslash": (lambda p: archived(p, A, {"a\\..\\..\\x": b""}), "points outside"),
    "missing layer": (lambda p: archived(p, LAYER.format("zzz")), "'data/zzz.png', which is not in it"),
    "no source": (lambda p: archived(p, '<layer name="q"/>'), "'q' has no picture"),
    "no png": (lambda p: archived(p, A, {"data/a.png": b"GIF89a"}), "'data/a.png' is not a picture"),
    "cut png": (lambda p: archived(p, A, {"data/a.png": png(noise(0, 60, 60))[:200]}), "'data/a.png' is not a picture"),
    "huge layer": (lambda p: archived(p, A, {"data/a.png": huge_png(100_000, 100_000)}), "1 to 8192|not a picture"),
    "huge canvas": (lambda p: archived(p, A, size='w="99999" h="5"'), "from 1 to 8192"),
    "no canvas": (lambda p: archived(p, A, size=""), "'w' is 'None'"),
    "zero canvas": (lambda p: archived(p, A, size='w="0" h="6"'), "from 1 to 8192"),
    "infinite canvas": (lambda p: archived(p, A, size='w="inf" h="6"'), "'w' is 'inf'"),
    "far layer": (lambda p: archived(p, '<layer src="data/a.png" x="99999999999"/>'), "'x' is 99999999999"),
    "opacity": (lambda p: archived(p, '<layer src="data/a.png" opacity="half"/>'), "an opacity is 'half'"),
    "broken xml": (lambda p: archived(p, "<stack>"), "stack.xml cannot be read"),
    "deep": (lambda p: archived(p, "<stack>" * 200 + "</stack>" * 200), "nested too deep"),
    "selection": (lambda p: archived(p, A, {"gouache/selection.png": png(noise(0, 3, 3))}), "another size"),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(BAD))
def test_bad_archives_are_refused_in_clear_words(tmp_path: Path, kind: str) -> None:
    make, message = BAD[kind]
    path = tmp_path / "bad.ora"
    make(path)
    with pytest.raises(BadPicture, match=message) as caught:
        open_document(path)
    assert caught.value.hint


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([("stack.xml", LAUGHS)], "document type"),
        (
            [("stack.xml", LAUGHS.decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16"))],
            "document type",
        ),
        ([("stack.xml", b"<svg/>")], "describes no image"),
        ([("stack.xml", b'<image w="3" h="3"/>')], "has no stack"),
        ([("stack.xml", b"\xff\xfe\x00")], "cannot be read"),
        ([("mimetype", b"x")], "'stack.xml', which is not in it"),
        ([("stack.xml", b"<a/>"), ("stack.xml", b"<b/>")], "two files of one name"),
        ([("bomb", b"\0" * 30_000_000)], "enormous size"),
        ([(f"f{index}", b"") for index in range(5000)], "enormous size"),
    ],
)
def test_more_bad_archives(tmp_path: Path, entries: list[tuple[str, bytes]], message: str) -> None:
    path = tmp_path / "bad.ora"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            file.writestr(name, content)
    with pytest.raises(BadPicture, match=message):
        open_document(path)


def test_too_many_pixels_are_refused_before_they_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ora, "MOST_PIXELS", 100)
    path = archived(tmp_path / "a.ora", "".join(LAYER.format(name) for name in "abc"))
    with pytest.raises(BadPicture, match="more memory than there is"):
        open_document(path)


def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.ora"
    save_document(path, two_layers())
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        entry = file.getinfo("data/layer0.png")
    raw[entry.header_offset + 200] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(BadPicture, match="is broken"):
        open_document(path)


@pytest.mark.parametrize("cut", [0, 4, 20, 30, 200, 1000])
def test_bad_psd_files_are_refused_in_clear_words(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.psd"
    save_document(path, two_layers())
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BadPicture, match="is not a Photoshop document or is broken") as caught:
        open_document(path)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["a.ora", "a.psd", "a.png"])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadPicture, match="does not exist"):
        open_document(tmp_path / name)


def test_an_archive_is_closed_when_it_is_refused(tmp_path: Path) -> None:
    path = archived(tmp_path / "a.ora", A, {"../x": b""})
    with pytest.raises(BadPicture):
        archive.Archive(path)
    path.unlink()


# ------------------------------------------------------------------ autosave

CRASH = """
import sys
from pathlib import Path
from desktop_app.document.document import Document
from desktop_app.document.recovery import Autosave
from inference.geometry import Size
import os
document = Document.new(Size(20, 10), colour=(1, 2, 3))
Autosave(Path(sys.argv[1])).write(document, Path("/somewhere/画.ora"), "画")
os._exit(1)
"""


def test_what_a_crashed_session_left_is_offered(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    (found,) = left_behind(tmp_path)
    assert (found.original, found.title) == (Path("/somewhere/画.ora"), "画")
    assert open_document(found.file).document.layers[0].pixels[0, 0].tolist() == [1, 2, 3, 255]
    found.discard()
    assert left_behind(tmp_path) == []
    assert not list(tmp_path.iterdir())


def test_a_running_session_is_not_a_crashed_one(tmp_path: Path) -> None:
    save = Autosave(tmp_path)
    save.write(two_layers(), None, "Untitled")
    assert left_behind(tmp_path) == []
    note = next(tmp_path.glob("*.json"))
    said = json.loads(note.read_text("utf-8"))
    assert said["pid"] == os.getpid()
    note.write_text(json.dumps(said | {"started": 5.0}), "utf-8")  # the same number, another process
    assert [found.title for found in left_behind(tmp_path)] == ["Untitled"]
    save.discard()
    assert not list(tmp_path.iterdir())
    save.discard()


def test_broken_notes_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}", "utf-8")
    (tmp_path / "b.json").write_text("nonsense", "utf-8")
    (tmp_path / "c.json").write_text('{"original": null, "title": "x", "time": 1, "pid": -4, "started": 0}', "utf-8")
    assert left_behind(tmp_path) == []
    assert left_behind(tmp_path / "missing") == []


def test_autosave_encodes_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[Raster] = []
    original = ora.png_of
    monkeypatch.setattr(ora, "png_of", lambda raster: (encoded.append(raster), original(raster))[1])
    document = two_layers()
    save = Autosave(tmp_path)
    first = document.snapshot()
    save.write(first, None, "a")
    encoded.clear()
    history = History(document)
    history.do(*filling.fill(document, (1, 2, 3), layer=document.layers[0].id))
    second = document.snapshot(first)
    save.write(second, None, "a")
    assert second.layers[0].raster in encoded
    assert second.layers[1].raster not in encoded
    same_layers(open_document(save.file).document, document)
    history.close()
    save.discard()
    assert recovery.left_behind(tmp_path) == []
