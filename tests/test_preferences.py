"""Preferences: what is written comes back, and no file can keep the program from starting."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from desktop_app import preferences
from desktop_app.preferences import MIGRATIONS, VERSION, Preferences, load, save
from inference.errors import BadRequest


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "preferences.json"


FULL = Preferences(
    language="zh_CN",
    theme="light",
    recent=(Path("/a/b.ora"), Path("/图/画.png")),
    geometry="AdnQ",
    state="AAAA",
    tools={"brush": {"size": 24.5}},
    generate={"prompt": "红苹果", "steps": None},
    export={"form": "gif", "background": [1, 2, 3]},
    export_folder="/games/clips",
    prompts=("红苹果", "castle"),
    commands=("Layer > Merge down",),
    autosave=0,
    rulers=True,
    show_mask=False,
    keep_results=False,
    welcome_done=True,
    device="cpu",
    threads=2,
    history_mb=512,
)


def test_all_comes_back(file: Path) -> None:
    usual = Preferences()
    same = [each.name for each in fields(Preferences) if getattr(FULL, each.name) == getattr(usual, each.name)]
    assert not same, f"the test does not change {same}"
    save(FULL, file)
    notes: list[str] = []
    assert load(notes, file) == FULL
    assert notes == []
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_without_a_file_they_are_the_usual_ones(file: Path) -> None:
    notes: list[str] = []
    assert load(notes, file) == Preferences()
    assert notes == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "1", "null", "{}", '{"version": "1"}', '{"version": -1}', "\ud800", "[" * 100_000],
    ids=["empty", "cut", "list", "number", "null", "no-version", "text", "too-old", "no-utf8", "deep"],
)
def test_a_broken_file_is_moved_aside(file: Path, text: str) -> None:
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    notes: list[str] = []
    assert load(notes, file) == Preferences()
    (note,) = notes
    assert "preferences.json.broken" in note
    assert not file.exists()
    assert file.with_name("preferences.json.broken").read_bytes() == text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", ["dark"]),
        ("autosave", "60"),
        ("autosave", True),
        ("recent", "a.png"),
        ("recent", [1]),
        ("tools", []),
        ("threads", 1.5),
        ("rulers", 1),
        ("device", None),
    ],
)
def test_a_value_that_cannot_be_is_left_out(file: Path, name: str, value: object) -> None:
    file.write_text(json.dumps({"version": VERSION, "prompts": ["kept"], name: value}), "utf-8")
    notes: list[str] = []
    assert load(notes, file) == Preferences(prompts=("kept",))
    assert notes == []


@pytest.mark.parametrize(
    ("name", "value", "wanted"), [("autosave", -5, 0), ("threads", 0, 1), ("history_mb", 1, 64), ("autosave", 1e9, 60)]
)
def test_numbers_are_kept_in_their_ranges(file: Path, name: str, value: float, wanted: int) -> None:
    file.write_text(json.dumps({"version": VERSION, name: value}), "utf-8")
    assert getattr(load([], file), name) == wanted


def test_a_newer_file_is_read_as_far_as_it_is_known(file: Path) -> None:
    file.write_text(json.dumps({"version": VERSION + 5, "theme": "light", "smell": "roses"}), "utf-8")
    assert load([], file) == Preferences(theme="light")


def test_older_files_go_through_each_migration(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preferences, "VERSION", 3)
    monkeypatch.setitem(MIGRATIONS, 1, lambda values: values | {"theme": values.pop("colours")})
    monkeypatch.setitem(MIGRATIONS, 2, lambda values: values | {"theme": values["theme"].lower()})
    file.write_text(json.dumps({"version": 1, "colours": "LIGHT"}), "utf-8")
    assert load([], file) == Preferences(theme="light")


def test_every_older_version_has_a_migration() -> None:
    assert sorted(MIGRATIONS) == list(range(1, VERSION))


def test_recent_files() -> None:
    some = Preferences()
    for number in range(12):
        some = some.with_recent(Path(f"/{number}.png"))
    assert [path.stem for path in some.recent] == [str(number) for number in range(11, 1, -1)]
    some = some.with_recent(Path("/5.png"))
    assert some.recent[0] == Path("/5.png")
    assert len(set(some.recent)) == len(some.recent) == 10
    assert Path("/5.png") not in some.without_recent(Path("/5.png")).recent
    assert Preferences().with_recent(Path("near.png")).recent == (Path("near.png").absolute(),)


def test_choices_are_taken_and_the_rest_stays() -> None:
    now = Preferences(prompts=("key",), welcome_done=True, theme="dark")
    assert now.with_choices(Preferences(theme="light", threads=3)) == replace(now, theme="light", threads=3)


def test_prompts() -> None:
    some = Preferences().with_prompt(" apple ").with_prompt("  ").with_prompt("key").with_prompt("apple")
    assert some.prompts == ("apple", "key")


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BadRequest, match="could not be written"):
        save(Preferences(), tmp_path / "file" / "preferences.json")
    with pytest.raises(BadRequest, match="could not be saved"):
        save(Preferences(tools={"brush": object()}), tmp_path / "preferences.json")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_it_needs_no_qt() -> None:
    assert "Qt" not in Path(preferences.__file__).read_text("utf-8")
