"""What the model does not know of a prompt: shown when typing pauses, replaced at a click, silent for other models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import fake_engine  # noqa: F401 (offscreen, before Qt)
import numpy as np
import pytest
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot
from safetensors.numpy import save_file
from translated import chinese, speak, untranslated

from desktop_app.panels import generate, unknown_words
from desktop_app.panels.generate import GeneratePanel
from desktop_app.panels.prompt import PromptField
from inference.embeddings import misfit
from inference.library import find_model
from inference.nearest import Concept
from inference.words import Vocabulary

KNOWN = Vocabulary(
    {
        "dagger": Concept((), ("匕首",), ("weapon",)),
        "crossed swords": Concept((), ("双剑",), ("weapon",)),
        "a button (blood type)": Concept(("a",), (), ("bloodtype",)),
    },
    {"flat": ()},
    ("green",),
)


@pytest.fixture
def field(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> PromptField:
    monkeypatch.setattr(unknown_words, "PAUSE", 1)
    field = PromptField(3, 8)
    qtbot.addWidget(field)
    field.resize(280, 160)
    field.unknown.set_words(KNOWN)
    field.show()
    return field


def test_an_unknown_word_is_shown_when_typing_pauses(field: PromptField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field.edit, "a green sabre")
    assert field.unknown.isHidden(), "it waits for a pause"
    qtbot.waitUntil(field.unknown.isVisible)
    assert "sabre" in field.unknown.text()
    assert ">dagger</a>" in field.unknown.text()
    field.edit.set_value("a green dagger")
    qtbot.waitUntil(field.unknown.isHidden)


def test_a_near_word_takes_its_place_at_a_click_and_can_be_taken_back(field: PromptField, qtbot: QtBot) -> None:
    field.set_value("🎨 green (sabre:1.3), flat style")
    field.unknown.look()
    with qtbot.waitSignal(field.changed):
        field.unknown.linkActivated.emit("1 0")
    assert field.value == "🎨 green (dagger:1.3), flat style"
    assert [unknown.word for unknown in field.unknown.unknown] == ["🎨"]
    field.edit.undo()
    assert field.value == "🎨 green (sabre:1.3), flat style"


def test_brackets_of_a_name_become_letters(field: PromptField) -> None:
    field.set_value("bloodtype")
    field.unknown.look()
    field.unknown.linkActivated.emit("0 0")
    assert field.value == r"a button \(blood type\)"
    assert field.unknown.unknown == ()


def test_a_click_after_the_prompt_has_changed_changes_nothing(field: PromptField) -> None:
    field.set_value("sabre")
    field.unknown.look()
    field.set_value("no sabre")
    field.unknown.linkActivated.emit("0 0")
    assert field.value == "no sabre"
    assert [unknown.word for unknown in field.unknown.unknown] == ["no", "sabre"]


def test_what_is_typed_is_never_taken_for_markup(field: PromptField) -> None:
    field.set_value("<img/src=x>&amp;")
    field.unknown.look()
    assert "<img" not in field.unknown.text()


def test_many_words_are_counted(field: PromptField) -> None:
    field.set_value("zorp quux blip flub gnar")
    field.unknown.look()
    assert field.unknown.text().count("<b>") == 3
    assert "2 more" in field.unknown.text()


def test_models_that_do_not_say_what_they_know_are_silent(field: PromptField) -> None:
    field.set_value("sabre")
    field.unknown.set_words(None)
    assert field.unknown.isHidden()
    field.unknown.set_words(KNOWN)
    assert field.unknown.isVisible()


def test_it_is_in_both_languages_and_has_a_name(field: PromptField) -> None:
    field.set_value("sabre zorp aaa bbb ccc")
    field.unknown.look()
    speak("zh_CN")
    try:
        assert untranslated(field, allow=["sabre", "zorp", "aaa", "dagger", "crossed", "swords", "href", "br"]) == []
    finally:
        speak("en")
    assert chinese(field) == []
    interface = QAccessible.queryAccessibleInterface(field.unknown)
    assert interface is not None
    assert field.unknown.accessibleName() == "Unknown words"


def test_the_panel_asks_the_chosen_model(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    sprites = find_model("sprites")
    models = {"sprites": replace(sprites, words=KNOWN), "any": replace(sprites, name="any", words=None)}
    monkeypatch.setattr(generate, "model_folders", lambda: {name: Path(name) for name in models})
    monkeypatch.setattr(generate, "find_model", models.__getitem__)
    panel = GeneratePanel()
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: not panel._later.isActive())
    both = [panel.fields[name].unknown for name in ("prompt", "negative")]  # type: ignore[attr-defined]
    panel.set_settings(replace(panel.settings, prompt="sabre", negative="zorp"))
    qtbot.waitUntil(lambda: all(notes.isVisible() for notes in both))
    panel.set_settings(replace(panel.settings, guidance=1.0))
    assert [notes.isVisible() for notes in both] == [True, False], "the negative prompt is not used"
    panel.set_settings(replace(panel.settings, model="any"))
    assert not any(notes.isVisible() for notes in both)


def test_an_embedding_for_another_kind_of_model_is_told(
    field: PromptField, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for models that do not say what they know."""
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path))
    (tmp_path / "embeddings").mkdir()
    save_file({"emb_params": np.zeros((1, 768), np.float32)}, tmp_path / "embeddings" / "fog.safetensors")
    field.unknown.set_words(None)
    field.unknown.set_misfit(lambda prompt: misfit(find_model("sprites"), [prompt]))
    field.set_value("a green dagger")
    field.unknown.look()
    assert field.unknown.isHidden()
    field.set_value("a fog")
    field.unknown.look()
    assert "fog (768)" in field.unknown.text()
