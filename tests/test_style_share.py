"""Styles as files: what goes out comes in, and hostile files are refused without leaving anything."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from inference.errors import BadRequest
from inference.loras import Lora, file_hash
from inference.palettes import Palette
from inference.pictures import write_picture
from inference.post.chain import Chain
from inference.style_files import own_folder, own_styles, save_style
from inference.style_share import MANIFEST, export_style, import_style
from inference.styles import Style, find_style
from main import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"


@pytest.fixture
def style(tmp_path: Path) -> Style:
    layer = "lora_unet_mid_block_attentions_0_proj_in"
    drawn = np.random.default_rng(0).random((2, 8), np.float32)
    save_file(
        {f"{layer}.lora_down.weight": drawn, f"{layer}.lora_up.weight": drawn.T.copy()}, tmp_path / "a.safetensors"
    )
    write_picture(tmp_path / "a.png", np.full((32, 32, 4), 99, np.uint8))
    return save_style(
        Style(
            name="ink",
            title="Ink",
            template="{prompt}, ink",
            loras=(Lora(str(tmp_path / "a.safetensors"), 0.5),),
            references=(tmp_path / "a.png",),
            palette=Palette("mine", np.array([[1, 2, 3], [200, 1, 9]], np.uint8)),
            post=Chain.from_text("trim"),
        )
    )


def contents(style: Style) -> Any:
    files = [file_hash(path) for path in (*style.references, *(Path(lora.name) for lora in style.loras))]
    bare = replace(style, name="", title="", references=(), loras=())
    return bare, files, [lora.weight for lora in style.loras]


def test_what_goes_out_comes_in(style, tmp_path, monkeypatch):
    path = export_style(style, tmp_path / "out" / "Ink")
    assert path.name == "Ink.gouache-style"
    again = import_style(path)
    assert (again.name, again.title) == ("ink-2", "Ink 2"), "the name was taken"
    assert contents(again) == contents(style)
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "another"))
    fresh = import_style(path)
    assert (fresh.name, contents(fresh)) == ("ink", contents(style))
    assert find_style("ink") == fresh
    assert import_style(path, "水墨").title == "水墨"
    with pytest.raises(BadRequest, match="already"):
        import_style(path, "Ink")


def test_the_same_style_is_the_same_file(style, tmp_path):
    one, other = (export_style(style, tmp_path / name) for name in "ab")
    with zipfile.ZipFile(one) as a, zipfile.ZipFile(other) as b:
        assert [(name, a.read(name)) for name in a.namelist()] == [(name, b.read(name)) for name in b.namelist()]


@pytest.mark.slow
def test_a_style_with_a_model_of_its_own(exported, tmp_path):
    import shutil  # noqa: PLC0415

    shutil.copytree(exported("rgba"), own_folder() / "taught")
    taught = save_style(Style(name="taught", title="Taught", template="{prompt}", model=own_folder() / "taught"))
    path = export_style(taught, tmp_path / "taught")
    again = import_style(path)
    assert again.model == own_folder() / "taught-2"
    for file in (own_folder() / "taught").rglob("*"):
        if file.is_file():
            assert file.read_bytes() == (again.model / file.relative_to(taught.model)).read_bytes()


def test_what_may_not_be_passed_on_stays(style, tmp_path):
    with pytest.raises(BadRequest, match="for yourself"):
        export_style(replace(style, licence="for yourself: unknown sources"), tmp_path / "a")
    with pytest.raises(BadRequest, match="blend"):
        export_style(find_style("ink+none"), tmp_path / "a")


Change = Callable[[dict[str, bytes], dict[str, Any]], None]


def rewritten(path: Path, change: Change, target: Path, compression: int = zipfile.ZIP_STORED) -> Path:
    """A shared style with its entries and manifest changed."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(entries.pop(MANIFEST))
    change(entries, manifest)
    with zipfile.ZipFile(target, "w", compression) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest))
        for name, data in entries.items():
            archive.writestr(name, data)
    return target


def added(name: str) -> Change:
    """Another file, rightly announced."""

    def change(entries: dict[str, bytes], manifest: dict[str, Any]) -> None:
        entries[name] = b"x"
        manifest["files"][name] = {"bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}

    return change


def said(**values: Any) -> Change:
    return lambda entries, manifest: manifest.update(values)


def styled(**values: Any) -> Change:
    return lambda entries, manifest: manifest["style"].update(values)


def unannounced(entries: dict[str, bytes], manifest: dict[str, Any]) -> None:
    entries["files/more.png"] = b"x"


def swapped(entries: dict[str, bytes], manifest: dict[str, Any]) -> None:
    name = next(iter(entries))
    entries[name] = b"y" * len(entries[name])


def pickled(entries: dict[str, bytes], manifest: dict[str, Any]) -> None:
    name = next(name for name in entries if name.endswith(".safetensors"))
    entries[name] = b"\x80\x02}q\x00."
    manifest["files"][name] = {"bytes": 6, "sha256": hashlib.sha256(entries[name]).hexdigest()}


def no_picture(entries: dict[str, bytes], manifest: dict[str, Any]) -> None:
    name = next(name for name in entries if name.endswith(".png"))
    entries[name] = b"no"
    manifest["files"][name] = {"bytes": 2, "sha256": hashlib.sha256(b"no").hexdigest()}


HOSTILE: dict[str, tuple[Change, str]] = {
    "above": (added("../evil.json"), "trusted"),
    "above, deeper": (added("files/../../evil.json"), "trusted"),
    "absolute": (added("/tmp/evil.json"), "trusted"),
    "a drive": (added("C:evil.json"), "trusted"),
    "backslashes": (added("files\\..\\evil.json"), "trusted"),
    "a hidden file": (added("files/.evil"), "trusted"),
    "another folder": (added("else/evil.json"), "trusted"),
    "deep in a model": (added("model/a/b/c.json"), "trusted"),
    "unannounced": (unannounced, "trusted"),
    "another content": (swapped, "trusted"),
    "another format": (said(format="else"), "trusted"),
    "newer": (said(version=2), "newer Gouache"),
    "a newer style": (styled(version=3), "newer Gouache"),
    "no files": (said(files=None), "trusted"),
    "no style": (said(style=[]), "trusted"),
    "a style that names what is not there": (styled(loras=[{"file": "b.safetensors"}]), "no style that can be used"),
    "a style that leads out": (styled(references={"pictures": ["../../a.png"]}), "trusted"),
    "a model that leads out": (styled(model="../x"), "no style that can be used"),
    "a step that nobody knows": (styled(post=[{"step": "melt"}]), "no style that can be used"),
    "no place for the prompt": (styled(template="x"), "no style that can be used"),
    "a pickle": (pickled, "no style that can be used"),
    "no picture": (no_picture, "no style that can be used"),
}


@pytest.mark.parametrize(("change", "words"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_and_leave_nothing(style, tmp_path, change, words):
    path = rewritten(export_style(style, tmp_path / "a"), change, tmp_path / "b.gouache-style")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BadRequest, match=words) as refused:
        import_style(path)
    assert refused.value.hint
    assert sorted(tmp_path.rglob("*")) == before
    assert set(own_styles()) == {"ink"}


def test_a_zip_bomb_is_refused(style, tmp_path):
    path = rewritten(export_style(style, tmp_path / "a"), styled(), tmp_path / "b.gouache-style", zipfile.ZIP_DEFLATED)
    with pytest.raises(BadRequest, match="trusted"):
        import_style(path)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip" * 99, b"\x80\x02."])
def test_what_is_no_zip_is_refused(tmp_path, data):
    (tmp_path / "a.gouache-style").write_bytes(data)
    with pytest.raises(BadRequest, match="not a whole style file"):
        import_style(tmp_path / "a.gouache-style")
    with pytest.raises(BadRequest, match="There is no file"):
        import_style(tmp_path / "b.gouache-style")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_never_becomes_another_style(style, tmp_path, data):
    """Cut off anywhere or with any byte changed it is refused, or it is the style that went out."""
    whole = export_style(style, tmp_path / "a").read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = bytearray(whole)
    if data.draw(st.booleans()):
        damaged = damaged[:at]
    else:
        damaged[at] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "b.gouache-style"
    path.write_bytes(bytes(damaged))
    try:
        again = import_style(path)
    except BadRequest:
        return
    assert contents(again)[1:] == contents(style)[1:], "its files are others"


def test_the_commands(style, tmp_path, capsys):
    def said_by(*arguments: Any) -> tuple[int, str]:
        status = main([str(each) for each in arguments])
        return status, capsys.readouterr().out

    status, out = said_by("styles", "list")
    assert status == 0
    assert "Ink (yours): 1 LoRA, 1 pictures, palette, post" in out
    assert "Fluent" in out
    status, out = said_by("styles", "show", "ink", "--json")
    assert json.loads(out)["template"] == "{prompt}, ink"
    assert said_by("styles", "show", "ink:0.6+none:0.4")[0] == 0
    status, out = said_by("styles", "export", "ink", "--out", tmp_path)
    assert out.strip() == str(tmp_path / "ink.gouache-style")
    status, out = said_by("styles", "export", "ink", "--out", tmp_path)
    assert out.strip() != str(tmp_path / "ink.gouache-style"), "a file was written over"
    status, out = said_by("styles", "import", tmp_path / "ink.gouache-style")
    assert out.strip() == "ink-2"
    assert said_by("styles", "delete", "ink", "ink-2") == (0, "ink\nink-2\n")
    assert said_by("styles", "delete", "fluent")[0] == 2
    assert said_by("styles", "show", "nothing")[0] == 2
