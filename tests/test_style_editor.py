"""The window's side of styles: the editor, its parts, blends, import and share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fake_engine
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from safetensors.numpy import save_file
from translated import speak, untranslated

from desktop_app.dialogs import style_preview
from desktop_app.dialogs.blend_styles import BlendStyles
from desktop_app.dialogs.style_editor import StyleEditor
from desktop_app.document.document import Document
from desktop_app.panels.steps_line import StepsLine
from desktop_app.panels.style_field import LorasField
from desktop_app.preferences import Preferences
from desktop_app.requests import GenerateSettings, loras_of
from desktop_app.studio import Studio
from desktop_app.style_trial import dressed
from inference.api import Generate
from inference.loras import Lora
from inference.palettes import find_palette, known_palettes
from inference.pictures import write_picture
from inference.post.chain import Chain
from inference.recipe import Recipe
from inference.style_files import own_styles, save_style
from inference.style_share import export_style
from inference.styles import Style, find_style

MS = 20_000


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(style_preview, "PAUSE_MS", 0)
    return tmp_path / "home"


@pytest.fixture
def engine() -> fake_engine.FakeEngine:
    return fake_engine.FakeEngine().open()


@pytest.fixture
def studio(qtbot: QtBot, engine: fake_engine.FakeEngine) -> Iterator[Studio]:
    made = Studio(lambda: engine, Preferences(welcome_done=True))
    yield made
    made.close()


def ink(**own: Any) -> Style:
    return save_style(
        Style(**{"name": "ink", "title": "Ink", "template": "{prompt}, ink", "models": ("sprites",), **own})
    )


@pytest.fixture
def editor(studio: Studio) -> Callable[[], StyleEditor]:
    def open_() -> StyleEditor:
        studio.styling.edit()
        dialog = studio.asks.open_dialogs[-1]
        assert isinstance(dialog, StyleEditor)
        return dialog

    return open_


def typed(edit: Any, text: str) -> None:
    edit.setText(text)
    edit.textEdited.emit(text)


def test_a_style_is_made_from_nothing(studio: Studio) -> None:
    studio.styling.new()
    (dialog,) = studio.asks.open_dialogs
    assert isinstance(dialog, StyleEditor)
    typed(dialog.title, "Wood cut")
    typed(dialog.template, "{prompt}, woodcut")
    typed(dialog.steps, "outline:width=2")
    dialog.colours.setCurrentIndex(dialog.colours.row_of("pico8"))
    dialog.colours.activated.emit(0)
    assert dialog.save.isEnabled()
    dialog.save.click()
    saved = find_style("wood-cut")
    assert (saved.template, saved.palette, saved.post) == (
        "{prompt}, woodcut",
        find_palette("pico8"),
        Chain.from_text("outline:width=2"),
    )
    assert saved.models == ("sprites",)
    assert not dialog.changed
    dialog.use.click()
    assert studio.window.generate.settings.style == "wood-cut"
    assert not studio.asks.open_dialogs


def test_references_come_from_files_layers_and_results(studio: Studio, tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", np.full((32, 32, 4), 80, np.uint8))
    pixels = np.full((24, 24, 4), 200, np.uint8)
    studio.desk.add(Document.of(pixels, "leaf"), "leaf")
    studio.styling.new()
    (dialog,) = studio.asks.open_dialogs
    assert isinstance(dialog, StyleEditor)
    dialog.add_pictures((tmp_path / "a.png",))
    dialog._offer()
    layer = next(action for action in dialog._menu.actions() if action.text() == "leaf")
    layer.trigger()
    assert dialog.references.count() == 2
    dialog.save.click()
    saved = find_style("new-style")
    assert len(saved.references) == 2
    assert all(path.is_file() for path in saved.references)
    dialog.references.item(0).setSelected(True)
    QTest.keyClick(dialog.references, Qt.Key.Key_Delete)
    assert dialog.changed
    dialog.save.click()
    assert len(find_style("new-style").references) == 1


def test_loras_have_weights(editor: Callable[[], StyleEditor], home: Path) -> None:
    layer = "lora_unet_a"
    drawn = np.ones((2, 4), np.float32)
    (home / "loras").mkdir(parents=True)
    tensors = {f"{layer}.lora_down.weight": drawn, f"{layer}.lora_up.weight": drawn.T.copy()}
    save_file(tensors, home / "loras" / "wash.safetensors")
    ink()
    dialog = editor()
    dialog.loras._offer()
    next(action for action in dialog.loras._menu.actions() if action.text() == "wash").trigger()
    (row,) = dialog.loras._rows
    row.slider.setValue(60)
    assert row.number.value() == 0.6
    row.number.setValue(3.0)
    assert dialog.loras.value[0].weight == 3.0
    dialog.save.click()
    (kept,) = find_style("ink").loras
    assert (kept.weight, kept.title) == (3.0, "wash")
    dialog.loras._rows[0].remove.click()
    assert dialog.changed
    assert dialog.draft.style.loras == ()


def test_edits_are_never_lost_by_closing(editor: Callable[[], StyleEditor]) -> None:
    ink()
    dialog = editor()
    typed(dialog.template, "{prompt}, ink, more")
    for leave in (dialog.reject, dialog.close_.click, dialog.close, dialog.new.click):
        leave()
        assert dialog.isVisible()
        assert dialog.template.text() == "{prompt}, ink, more"
        assert "not saved" in dialog.note.text()
    dialog.list.setCurrentRow(dialog._names.index("flat"))
    assert dialog.template.text() == "{prompt}, ink, more"
    assert dialog.list.currentRow() == dialog._names.index("ink")
    dialog.discard.click()
    assert dialog.template.text() == "{prompt}, ink"
    dialog.reject()
    assert not dialog.isVisible()


def test_what_is_edited_when_the_program_ends_is_kept(studio: Studio, editor: Callable[[], StyleEditor]) -> None:
    ink()
    dialog = editor()
    typed(dialog.template, "{prompt}, ink, more")
    studio.asks.close()
    assert find_style("ink").template == "{prompt}, ink, more"
    assert not studio.asks.open_dialogs


def test_a_style_of_the_program_is_only_copied(editor: Callable[[], StyleEditor]) -> None:
    dialog = editor()
    dialog._choose("fluent")
    assert not dialog.delete.isEnabled()
    typed(dialog.template, "{prompt}, fluent style, x")
    assert not dialog.save.isEnabled()
    assert "comes with the program" in dialog.note.text()
    dialog.discard.click()
    dialog.duplicate.click()
    assert dialog.title.text() == "Fluent 2"
    assert set(own_styles()) == {"fluent-2"}


def test_renaming_and_deleting(editor: Callable[[], StyleEditor], studio: Studio, tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", np.full((32, 32, 4), 80, np.uint8))
    ink(references=(tmp_path / "a.png",))
    dialog = editor()
    dialog._choose("ink")
    typed(dialog.title, "Fluent")
    assert not dialog.save.isEnabled()
    typed(dialog.title, "Indian ink")
    dialog.save.click()
    assert set(own_styles()) == {"indian-ink"}
    assert find_style("indian-ink").references[0].is_file()
    dialog.delete.click()
    assert set(own_styles()) == {"indian-ink"}, "one press only asks"
    dialog.delete.click()
    assert not own_styles()


def test_what_cannot_be_is_said_at_once(editor: Callable[[], StyleEditor]) -> None:
    ink()
    dialog = editor()
    for edit, text, words in (
        (dialog.template, "no place", "no {prompt}"),
        (dialog.title, "!", "cannot be called"),
        (dialog.steps, "melt", "melt"),
        (dialog.steps, "outline:width=900", "width"),
    ):
        before = edit.text()
        typed(edit, text)
        assert words in dialog.note.text()
        assert not dialog.save.isEnabled()
        typed(edit, before)
        assert not dialog.note.text()


def test_the_preview_is_made_through_the_queue(
    qtbot: QtBot, editor: Callable[[], StyleEditor], studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[bool, Any]] = []
    show = style_preview.StylePreview._show

    def listen(self: Any, which: bool, pixels: Any, **how: bool) -> None:
        shown.append((which, pixels))
        show(self, which, pixels, **how)

    monkeypatch.setattr(style_preview.StylePreview, "_show", listen)
    ink(palette=find_palette("pico8"))
    dialog = editor()
    pictures = dialog.preview.pictures
    qtbot.waitUntil(lambda: not pictures[True].pixmap().isNull() and not pictures[False].pixmap().isNull(), timeout=MS)
    wanted = dressed(find_style("ink"), np.full((64, 64, 4), style_preview.SEED, np.uint8))
    qtbot.waitUntil(lambda: any(which and np.array_equal(pixels, wanted) for which, pixels in shown), timeout=MS)
    asked = [job.request for job in studio.jobs.jobs if isinstance(job.request, Generate)]
    assert {request.prompt for request in asked} == {"red apple", "red apple, ink"}
    typed(dialog.template, "{prompt}, wash")
    qtbot.waitUntil(
        lambda: any(job.request.prompt == "red apple, wash" and job.state.ended for job in studio.jobs.jobs), timeout=MS
    )
    assert sum(job.request.prompt == "red apple" for job in studio.jobs.jobs) == 1, "the plain one was made again"
    dialog.discard.click()
    dialog.reject()
    assert not studio.jobs.waiting


def test_a_picture_is_dressed_as_the_engine_does() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (24, 24, 4)).astype(np.uint8)
    style = Style(name="a", title="A", template="{prompt}", palette=find_palette("pico8"), post=Chain.from_text("trim"))
    out = dressed(style, pixels)
    seen = out[out[..., 3] > 0, :3]
    assert {tuple(each) for each in seen} <= {tuple(each) for each in find_palette("pico8").colours}


def test_steps_complete_their_names(qtbot: QtBot) -> None:
    line = StepsLine()
    qtbot.addWidget(line)
    line.show()
    QTest.keyClicks(line, "out")
    assert line._completer.currentCompletion() == "outline"
    line._complete("outline")
    assert line.text() == "outline"
    QTest.keyClicks(line, ":wi")
    assert line._completer.currentCompletion() == "width="
    line._complete("width=")
    QTest.keyClicks(line, "2 shad")
    line._complete("shadow")
    assert line.chain == Chain.from_text("outline:width=2 shadow")


def test_styles_are_blended_in_the_panel(studio: Studio) -> None:
    studio.styling.blend()
    (dialog,) = studio.asks.open_dialogs
    assert isinstance(dialog, BlendStyles)
    dialog.choices[0].set_value("fluent")
    dialog.choices[1].set_value("noto")
    dialog.shares[0].set_value(0.6)
    dialog.shares[1].set_value(0.2)
    dialog.shares[1].changed.emit()
    assert dialog.words.text() == "Fluent 75% + Noto 25%"
    dialog.choices[1].set_value("fluent")
    dialog.choices[1].changed.emit()
    assert not dialog.use.isEnabled()
    dialog.choices[1].set_value("noto")
    dialog.choices[1].changed.emit()
    dialog.use.click()
    panel = studio.window.generate
    assert panel.settings.style == "fluent:0.75+noto:0.25"
    assert panel._style.value == "fluent:0.75+noto:0.25"
    assert panel._style.choice.currentText() == "Fluent 75% + Noto 25%"
    studio.styling.blend()
    (again,) = studio.asks.open_dialogs
    assert isinstance(again, BlendStyles)
    assert again.parts == [("fluent", 0.75), ("noto", 0.25)]


def test_a_dropped_style_is_taken_in(qtbot: QtBot, studio: Studio, tmp_path: Path) -> None:
    path = export_style(ink(), tmp_path / "ink")
    studio.filing.drop_files([path], onto=True)
    qtbot.waitUntil(lambda: "ink-2" in own_styles(), timeout=MS)
    qtbot.waitUntil(lambda: "Ink 2" in str(studio.window.area.strip.texts), timeout=MS)
    (tmp_path / "bad.gouache-style").write_bytes(b"no")
    studio.filing.open_path(tmp_path / "bad.gouache-style")
    qtbot.waitUntil(lambda: "not a whole style file" in str(studio.window.area.strip.texts), timeout=MS)


def test_a_style_is_shared(qtbot: QtBot, studio: Studio, tmp_path: Path) -> None:
    ink()
    studio.use_style("ink")
    studio.actions["style_share"].trigger()
    (files,) = studio.asks.open_dialogs
    assert isinstance(files, QFileDialog)
    files.fileSelected.emit(str(tmp_path / "out.gouache-style"))
    qtbot.waitUntil((tmp_path / "out.gouache-style").is_file, timeout=MS)
    files.reject()
    studio.use_style("fluent")
    studio.window.generate.set_settings(studio.window.generate.settings)


def test_the_panels_menu_leads_to_all_of_it(studio: Studio) -> None:
    studio.window.generate._style._fill()
    names = [action.text() for action in studio.window.generate._style._menu.actions()]
    assert names == ["New style...", "Edit styles...", "Blend styles...", "Import a style...", "Share the style..."]
    studio.window.generate._style._menu.actions()[1].trigger()
    assert isinstance(studio.asks.open_dialogs[-1], StyleEditor)


def test_loras_are_written_in_the_panel(studio: Studio, home: Path) -> None:
    (home / "loras").mkdir(parents=True)
    save_file({"x": np.ones(1, np.float32)}, home / "loras" / "wash.safetensors")
    panel = studio.window.generate
    field = panel.fields["loras"]
    assert isinstance(field, LorasField)
    typed(field.edit, "a:0.5, wa")
    assert field._completer.currentCompletion() == "wash"
    field._complete("wash")
    assert field.value == "a:0.5, wash:1"
    assert panel.settings.loras == "a:0.5, wash:1"
    assert loras_of(panel.settings) == (Lora("a", 0.5), Lora("wash", 1.0))
    studio.planner.plan()
    assert "no LoRA named 'a'" in panel.generate.toolTip()
    panel.set_settings(replace(panel.settings, loras="wash:0.25"))
    studio.planner.plan()
    assert "LoRA" not in panel.generate.toolTip()


def test_a_recipes_loras_come_back() -> None:
    recipe = Recipe(
        kind="generate",
        model="sprites",
        model_hash="",
        prompt="x",
        negative="",
        style=None,
        seed=1,
        steps=1,
        guidance=1.0,
        scheduler="ddim",
        width=64,
        height=64,
        extra={"loras": [{"name": "ink", "weight": 0.5, "hash": "0"}, {"name": "wash", "weight": -1, "hash": "1"}]},
    )
    settings = GenerateSettings.from_recipe(recipe, GenerateSettings(loras="other"))
    assert settings.loras == "ink:0.5, wash:-1"
    bare = replace(recipe, extra={"loras": "nonsense"})
    assert GenerateSettings.from_recipe(bare, settings).loras == ""


def test_it_speaks_chinese(editor: Callable[[], StyleEditor], studio: Studio) -> None:
    ink(title="墨")
    names = {"{prompt}", "Flat", "Fluent", "Glyph", "Noto", "Twemoji", "sprites", *known_palettes()}
    speak("zh_CN")
    try:
        dialog = editor()
        dialog._choose("fluent")
        assert untranslated(dialog, names) == []
        dialog.reject()
        studio.styling.blend()
        assert untranslated(studio.asks.open_dialogs[-1], names) == []
    finally:
        speak("en")
