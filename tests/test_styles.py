from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.errors import BadRequest, UnknownName
from inference.samplers import SAMPLERS
from inference.styles import PLACE, Style, find_style, load_styles, read_style

FLAT = {"version": 1, "name": "Flat", "title": "Flat icons", "template": "{prompt}, flat", "negative": "photo"}


def write(folder: Path, value: Any, name: str = "flat.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


def test_a_style_is_read(tmp_path: Path) -> None:
    sampling = {"steps": "12", "guidance": 3, "scheduler": "euler", "unknown": 1}
    style = read_style(write(tmp_path, {**FLAT, "sampling": sampling, "models": ["sprites"], "later": True}))
    assert style == Style(
        name="flat",
        title="Flat icons",
        template="{prompt}, flat",
        negative="photo",
        sampling={"steps": 12, "guidance": 3.0, "scheduler": "euler"},
        models=("sprites",),
    )


def test_a_style_needs_only_a_name_and_a_template(tmp_path: Path) -> None:
    style = read_style(write(tmp_path, {"name": "像素", "template": "像素 {prompt}"}))
    assert (style.title, style.apply(" 猫 ")) == ("像素", "像素 猫")


@pytest.mark.parametrize(
    ("own", "added", "whole"),
    [("", "", ""), ("blur", "", "blur"), ("", "photo", "photo"), (" blur ", "photo", "blur, photo")],
)
def test_negatives_are_joined(own: str, added: str, whole: str) -> None:
    assert Style(name="a", title="a", template=PLACE, negative=added).join_negative(own) == whole


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40))
def test_the_prompt_goes_where_the_template_says(prompt: str) -> None:
    style = Style(name="a", title="a", template="a {prompt} (of {this:1.2})")
    assert style.apply(prompt) == f"a {prompt.strip()} (of {{this:1.2}})"


BROKEN: dict[str, Any] = {
    "nothing": "",
    "half": '{"name": "flat"',
    "a list": [],
    "a number": 3,
    "null": "null",
    "no name": {"template": "{prompt}"},
    "no template": {"name": "flat"},
    "no place": {**FLAT, "template": "flat"},
    "newer": {**FLAT, "version": 99},
    "version in words": {**FLAT, "version": "one"},
    "sampling is null": {**FLAT, "sampling": None},
    "sampling is a list": {**FLAT, "sampling": ["steps"]},
    "steps in words": {**FLAT, "sampling": {"steps": "many"}},
    "endless steps": '{"name": "flat", "template": "{prompt}", "sampling": {"steps": Infinity}}',
    "models is a number": {**FLAT, "models": 3},
    "nested too deep": "[" * 100_000,
}


@pytest.mark.parametrize("value", BROKEN.values(), ids=BROKEN)
def test_a_broken_style_is_refused_with_its_path(tmp_path: Path, value: Any) -> None:
    path = write(tmp_path, value)
    with pytest.raises(BadRequest) as refused:
        read_style(path)
    assert str(path) in refused.value.message
    assert refused.value.hint


def test_a_style_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "flat.json"
    path.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(BadRequest, match="cannot be read"):
        read_style(path)
    with pytest.raises(BadRequest, match="cannot be read"):
        read_style(tmp_path / "none.json")


def test_the_users_styles_win(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    write(ours, FLAT)
    write(ours, {**FLAT, "name": "pixel"}, "pixel.json")
    write(theirs, {**FLAT, "title": "Mine"})
    styles = load_styles([ours, tmp_path / "missing", theirs])
    assert {name: style.title for name, style in styles.items()} == {"flat": "Mine", "pixel": "Flat icons"}


def test_styles_are_found_by_name_whatever_its_case(tmp_path: Path) -> None:
    styles = load_styles([write(tmp_path, FLAT).parent])
    assert find_style("FLAT", styles).name == "flat"
    with pytest.raises(UnknownName, match="Did you mean flat"):
        find_style("flot", styles)


def test_the_styles_that_the_program_ships_are_whole() -> None:
    for name, style in load_styles().items():
        assert name == style.name
        assert style.apply("a cat").count("a cat") == style.template.count(PLACE)
        assert style.sampling.get("scheduler", "ddim") in SAMPLERS, f"{name} wants {style.sampling}"
        assert 1 <= style.sampling.get("steps", 1) <= 1000
