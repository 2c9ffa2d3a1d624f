"""Styles with LoRAs, references, palettes and steps: read, refused, saved, renamed, deleted, and what they do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from inference.api import Generate
from inference.board import request_key
from inference.errors import BadRequest, UnknownName
from inference.loras import Lora, find_lora, summed
from inference.palettes import find_palette
from inference.pictures import write_picture
from inference.post.chain import Chain
from inference.style_files import (
    copy_style,
    delete_style,
    free_title,
    name_for,
    own_folder,
    own_styles,
    rename_style,
    save_style,
)
from inference.styles import Style, files_folder, find_style, load_styles, read_style


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"


def picture(path: Path, shade: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_picture(path, np.full((32, 32, 4), shade, np.uint8))
    return path


def lora(path: Path, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = np.random.default_rng(seed)
    layer = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q"
    save_file({f"{layer}.lora_down.weight": drawn.random((2, 8), np.float32)}, path)
    return path


def rich(folder: Path) -> Style:
    return Style(
        name="ink",
        title="Ink",
        template="{prompt}, ink",
        negative="photo",
        sampling={"steps": 9},
        models=("sprites",),
        loras=(Lora(str(lora(folder / "wash.safetensors")), 0.7),),
        references=(picture(folder / "a.png", 90), picture(folder / "b.png", 160)),
        reference_weight=0.4,
        palette=find_palette("pico8"),
        post=Chain.from_text("trim outline:width=2"),
    )


def test_a_saved_style_comes_back_with_its_files(tmp_path: Path) -> None:
    made = rich(tmp_path)
    saved = save_style(made)
    assert find_style("ink") == saved
    assert replace(saved, loras=(), references=()) == replace(made, loras=(), references=())
    assert saved.loras[0].weight == 0.7
    assert [Path(saved.loras[0].name).read_bytes()] == [Path(made.loras[0].name).read_bytes()]
    assert [path.read_bytes() for path in saved.references] == [path.read_bytes() for path in made.references]
    for path in (*saved.references, Path(saved.loras[0].name)):
        assert path.parent == files_folder(own_folder() / "ink.json")
    assert json.loads((own_folder() / "ink.json").read_text("utf-8"))["version"] == 2


def test_a_style_of_words_stays_readable_for_older_programs() -> None:
    save_style(Style(name="plain", title="Plain", template="{prompt}"))
    assert json.loads((own_folder() / "plain.json").read_text("utf-8"))["version"] == 1


def test_saving_again_sweeps_what_is_no_longer_named(tmp_path: Path) -> None:
    saved = save_style(rich(tmp_path))
    again = save_style(replace(saved, references=saved.references[:1], loras=()))
    assert {path.name for path in saved.references[0].parent.iterdir()} == {again.references[0].name}
    bare = save_style(replace(again, references=()))
    assert not saved.references[0].parent.exists()
    assert bare.references == ()


def test_pictures_that_are_in_no_file_are_written() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (24, 32, 4), np.uint8)
    style = Style(name="a", title="A", template="{prompt}", references=(Path("layer-1"),))
    saved = save_style(style, {Path("layer-1"): pixels})
    assert saved.references[0].is_file()
    assert len(list(saved.references[0].parent.iterdir())) == 1


def test_renaming_copying_and_deleting(tmp_path: Path) -> None:
    save_style(rich(tmp_path))
    renamed = rename_style("ink", "Indian Ink")
    assert (renamed.name, renamed.title) == ("indian-ink", "Indian Ink")
    assert set(own_styles()) == {"indian-ink"}
    assert not files_folder(own_folder() / "ink.json").exists()
    copied = copy_style(renamed, free_title("Indian Ink"))
    assert copied.title == "Indian Ink 2"
    with pytest.raises(BadRequest, match="already"):
        rename_style(copied.name, "Indian ink")
    delete_style("indian-ink")
    assert set(own_styles()) == {copied.name}
    assert all(path.is_file() for path in copied.references)


def test_only_ones_own_styles_can_be_changed(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="comes with the program"):
        delete_style("fluent")
    with pytest.raises(BadRequest, match="comes with the program"):
        save_style(Style(name="fluent", title="Fluent", template="{prompt}"))
    with pytest.raises(UnknownName):
        delete_style("fluint")
    save_style(replace(rich(tmp_path), model=own_folder() / "ink"))
    with pytest.raises(BadRequest, match="was trained"):
        delete_style("ink")


@pytest.mark.parametrize("title", ["", "  ", "!?", "a" * 41])
def test_titles_that_cannot_be(title: str) -> None:
    with pytest.raises(BadRequest, match="cannot be called"):
        name_for(title)


def test_titles_of_any_script_make_names() -> None:
    assert [name_for(each) for each in ("Ink & wash", "水墨", "CON", "None", "../a:b+c")] == [
        "ink-wash",
        "水墨",
        "con-style",
        "none-style",
        "a-b-c",
    ]


def broken(folder: Path, **changes: Any) -> Path:
    """A style file of version 2 with something wrong in it."""
    lora(folder / "ink.files" / "a.safetensors")
    picture(folder / "ink.files" / "a.png", 9)
    path = folder / "ink.json"
    path.write_text(json.dumps({"version": 2, "name": "ink", "template": "{prompt}", **changes}), "utf-8")
    return path


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a LoRA that is not there": ({"loras": [{"file": "b.safetensors"}]}, "lacks its LoRA b.safetensors"),
    "a picture that is not there": ({"references": {"pictures": ["b.png"]}}, "lacks its picture b.png"),
    "a LoRA above": ({"loras": [{"file": "../a.safetensors"}]}, "cannot be read"),
    "a LoRA anywhere": ({"loras": [{"file": "/etc/a.safetensors"}]}, "cannot be read"),
    "a LoRA on a drive": ({"loras": [{"file": "C:\\a.safetensors"}]}, "cannot be read"),
    "a pickle": ({"loras": [{"file": "a.pt"}]}, "cannot be read"),
    "a picture above": ({"references": {"pictures": ["..\\a.png"]}}, "cannot be read"),
    "a picture that is none": ({"references": {"pictures": ["a.safetensors"]}}, "cannot be read"),
    "a palette's file": ({"palette": "/etc/palette.gpl"}, "cannot be read"),
    "a palette's file in a step": ({"post": [{"step": "quantise", "palette": "a.png"}]}, "cannot be read"),
    "a palette that nobody knows": ({"palette": "pico9"}, "no palette named 'pico9'"),
    "colours that are none": ({"palette": ["red"]}, "cannot be"),
    "a step that nobody knows": ({"post": [{"step": "melt"}]}, "no step named 'melt'"),
    "steps in a word": ({"post": "trim"}, "cannot be read"),
    "a weight in words": ({"loras": [{"file": "a.safetensors", "weight": "much"}]}, "cannot be read"),
    "a weight beyond": ({"loras": [{"file": "a.safetensors", "weight": 9}]}, "goes from -4 to 4"),
    "a references' weight beyond": ({"references": {"pictures": ["a.png"], "weight": 2}}, "cannot be read"),
    "too many LoRAs": ({"loras": [{"file": "a.safetensors"}] * 17}, "17 LoRAs"),
    "too many pictures": ({"references": {"pictures": ["a.png"] * 33}}, "33 pictures"),
    "newer": ({"version": 3}, "newer Gouache"),
}


@pytest.mark.parametrize(("changes", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read_style(broken(tmp_path, **changes))
    said = f"{refused.value.message} {refused.value.hint}"
    assert words in said
    assert refused.value.hint
    assert "\n" not in said


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    path = broken(tmp_path, references={"pictures": ["out.png"]})
    (tmp_path / "ink.files" / "out.png").symlink_to(picture(tmp_path / "elsewhere" / "x.png", 3))
    with pytest.raises(BadRequest, match="cannot be read"):
        read_style(path)


def test_a_style_that_lacks_a_file_is_not_offered_but_says_why(tmp_path: Path) -> None:
    saved = save_style(rich(tmp_path))
    saved.references[0].unlink()
    assert "ink" not in load_styles()
    with pytest.raises(BadRequest, match="lacks its picture"):
        find_style("ink")


def test_a_key_knows_the_content_of_a_styles_files(tmp_path: Path) -> None:
    whole = rich(tmp_path)
    save_style(whole)
    keys = {request_key(Generate(seed=1, style="ink"))}
    for change in (
        {"loras": (replace(whole.loras[0], weight=0.6),)},
        {"loras": (Lora(str(lora(tmp_path / "other" / "wash.safetensors", 5)), 0.7),)},
        {"references": whole.references[:1]},
        {"reference_weight": 0.9},
        {"palette": None},
        {"post": Chain.from_text("trim outline:width=3")},
        {"post": Chain.from_text("trim")},
    ):
        save_style(replace(whole, **change))
        keys.add(request_key(Generate(seed=1, style="ink")))
    assert len(keys) == 8, "two different styles have one key"
    save_style(rich(tmp_path / "elsewhere"))
    assert request_key(Generate(seed=1, style="ink")) in keys, "where a file came from is in the key"


def test_keys_of_before_are_kept() -> None:
    """Boards that were made with styles of version 1 do not make their cells again."""
    assert request_key(Generate(seed=1, prompt="x", style="fluent")) != request_key(Generate(seed=1, prompt="x"))
    lean = Style(name="a", title="A", template="{prompt}")
    from inference.board import Keys  # noqa: PLC0415

    assert Keys()._styled(lean).keys() == {
        "name",
        "title",
        "template",
        "negative",
        "sampling",
        "models",
        "model",
        "licence",
    }


def test_loras_are_named_and_found(home: Path) -> None:
    assert Lora.from_text("ink:0.8") == Lora("ink", 0.8)
    assert Lora.from_text("ink") == Lora("ink", 1.0)
    assert Lora.from_text("C:\\ink.safetensors") == Lora("C:\\ink.safetensors", 1.0)
    assert Lora.from_text("C:\\ink.safetensors:-0.5") == Lora("C:\\ink.safetensors", -0.5)
    for text in ("", ":1", "ink:5"):
        with pytest.raises(BadRequest):
            Lora.from_text(text)
    path = lora(home / "loras" / "mine" / "Ink.safetensors")
    assert find_lora("ink") == path == find_lora(str(path))
    with pytest.raises(UnknownName, match="Did you mean Ink"):
        find_lora("Ink2")
    with pytest.raises(BadRequest, match="There is no LoRA"):
        find_lora("./none.safetensors")
    with pytest.raises(BadRequest, match=r"Only \.safetensors"):
        find_lora("./a.pt")


def test_weights_of_one_file_add_up() -> None:
    assert summed([Lora("a", 0.5), Lora("b", 1), Lora("a", 0.25), Lora("b", -1)]) == (Lora("a", 0.75),)
