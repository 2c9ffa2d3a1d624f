"""The generate panel: settings through its widgets, defaults, modes, the seed, reasons, keys, the wheel, languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import fake_engine  # noqa: F401 (offscreen, before Qt)
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTranslator
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QMainWindow,
    QScrollArea,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app import theme
from desktop_app.panels import generate
from desktop_app.panels.fields import CheckField, ChoiceField, NumberField, ShareField
from desktop_app.panels.generate import MOST_PICTURES, GeneratePanel
from desktop_app.panels.generate_fields import SeedField, SizeField
from desktop_app.requests import GenerateSettings, Situation
from desktop_app.results import Mode
from inference.api import LARGEST_SEED, Fill
from inference.errors import ModelRefused, UnknownName
from inference.geometry import Bounds, Size
from inference.library import find_model
from inference.locks import ColourLock, Silhouette
from inference.manifest import Defaults, ModelManifest
from inference.recipe import Recipe
from inference.styles import Style

CTRL = Qt.KeyboardModifier.ControlModifier
CANVAS = Size(512, 512)
WHOLE = Bounds.of(CANVAS)
SITUATIONS = {
    Mode.GENERATE: Situation(canvas=CANVAS),
    Mode.INPAINT: Situation(canvas=CANVAS, picture=WHOLE, selected=Bounds(9, 9, 50, 50)),
    Mode.OUTPAINT: Situation(canvas=CANVAS, picture=Bounds(0, 0, 400, 512), selected=Bounds(390, 0, 122, 512)),
    Mode.VARY: Situation(canvas=CANVAS, picture=WHOLE),
}


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModelManifest | ModelRefused]:
    """The embedded model, one that runs in few steps, one without a negative prompt, and a broken one."""
    sprites = find_model("sprites")
    quick = Defaults(steps=4, guidance=1.0, scheduler="lcm")
    models: dict[str, ModelManifest | ModelRefused] = {
        "sprites": sprites,
        "quick": replace(sprites, name="quick", title="Quick", native=Size(64, 64), defaults=quick, styles=()),
        "embedded": replace(sprites, name="embedded", title="Embedded", guidance_embedded=256, styles=()),
        "broken": ModelRefused("It has no unet/model.onnx.", hint="Copy the model again."),
    }
    styles = {
        "noto": Style(name="noto", title="Noto", template="{prompt}", models=("sprites",)),
        "bold": Style(
            name="bold",
            title="Bold",
            template="{prompt}",
            sampling={"steps": 9, "guidance": 2.5, "scheduler": "euler"},
        ),
        "fast": Style(name="fast", title="Fast", template="{prompt}", models=("quick",)),
    }

    def find(name: str) -> ModelManifest:
        model = models.get(name)
        if isinstance(model, ModelManifest):
            return model
        raise model or UnknownName("model", name, models)

    monkeypatch.setattr(generate, "model_folders", lambda: {name: Path(name) for name in models})
    monkeypatch.setattr(generate, "find_model", find)
    monkeypatch.setattr(generate, "load_styles", lambda: dict(styles))
    return models


@pytest.fixture
def panel(qtbot: QtBot, installed: dict[str, Any]) -> GeneratePanel:
    panel = GeneratePanel()
    qtbot.addWidget(panel)
    panel.resize(300, 1200)
    panel.more_shown = True
    panel.show()
    qtbot.waitUntil(lambda: not panel._later.isActive())
    return panel


@pytest.fixture
def styled(qapp: QApplication) -> Iterator[None]:
    sheet, palette, font = qapp.styleSheet(), qapp.palette(), qapp.font()
    theme.apply(theme.DARK)
    yield
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)


# A hand for each kind of field: what a user does to give it a value, and what they read in it


def pick(field: ChoiceField, value: Any) -> None:
    row = field.choice.row_of(value)
    assert row >= 0, value
    field.choice.setCurrentIndex(row)
    field.choice.activated.emit(row)


def enter(widget: QWidget, text: str) -> None:
    widget.setFocus()
    widget.selectAll()  # pyright: ignore[reportAttributeAccessIssue]
    QTest.keyClick(widget, Qt.Key.Key_Delete)
    QTest.keyClicks(widget, text)
    QTest.keyClick(widget, Qt.Key.Key_Return)


def give(panel: GeneratePanel, name: str, value: Any) -> None:
    field = panel.fields[name]
    if isinstance(field, ChoiceField):
        pick(field, value)
    elif isinstance(field, NumberField):
        enter(field.number, "" if value is None else f"{value:g}")
    elif isinstance(field, ShareField):
        enter(field.percent, f"{round(value * 100)}")
    elif isinstance(field, SeedField):
        enter(field.spin, "" if value is None else str(value))
    elif isinstance(field, SizeField):
        enter(field._edit, "" if value is None else str(value))
    elif isinstance(field, CheckField):
        if field.box.isChecked() is not value:
            field.box.click()
    elif name == "seed_locked":
        if panel._lock.value is not value:
            panel._lock.button.click()
    else:
        edit = {"prompt": panel.prompt, "negative": panel.negative}.get(name) or field.edit
        edit.setFocus()
        edit.selectAll()
        QTest.keyClick(edit, Qt.Key.Key_Delete)
        QTest.keyClicks(edit, value)


def read(panel: GeneratePanel, name: str) -> str:
    field = panel.fields[name]
    if isinstance(field, ChoiceField | SizeField):
        return field.choice.currentText()
    if isinstance(field, NumberField):
        return field.number.text()
    if isinstance(field, ShareField):
        return f"{field.percent.text()} {field.slider.value()}"
    if isinstance(field, SeedField):
        return field.spin.lineEdit().text()
    return str(field.value)


GIVEN = [
    ("mode", Mode.VARY, "Vary"),
    ("model", "quick", "Quick"),
    ("style", "noto", "Noto"),
    ("prompt", "a (red:1.2) fox, in snow", "a (red:1.2) fox, in snow"),
    ("negative", "text", "text"),
    ("count", 16, "16"),
    ("seed", LARGEST_SEED, "9223372036854775807"),
    ("seed_locked", True, "True"),
    ("steps", 35, "35"),
    ("steps", 1000, "1000"),
    ("guidance", 7.25, "7.25"),
    ("guidance", 0.0, "0"),
    ("scheduler", "dpm++2m-karras", "DPM++ 2M Karras"),
    ("size", Size(144, 112), "144 × 112"),
    ("size", Size(256, 64), "256 × 64"),
    ("colour", ColourLock.PALETTE, "Keep the palette"),
    ("silhouette", Silhouette.LOOSE, "Made anew"),
    ("fill", Fill.BLUR, "Blurred surroundings"),
    ("feather", 12.5, "12.5 px"),
    ("context", 1.25, "1.25 ×"),
    ("keep_outside", True, "True"),
    ("match_colour", False, "False"),
    ("seamless_x", True, "True"),
    ("seamless_y", True, "True"),
    ("variation_seed", 77, "77"),
    ("variation_strength", 0.25, "25 % 25"),
    ("clip_skip", 2, "2"),
    ("loras", "ink:0.8, wash", "ink:0.8, wash"),
    ("post", "trim outline:width=2", "trim outline:width=2"),
]
FOR_MODE = {"size": Mode.GENERATE, "colour": Mode.VARY, "silhouette": Mode.VARY}


def at(panel: GeneratePanel, mode: Mode) -> None:
    panel.set_situation(SITUATIONS[mode])


@pytest.mark.parametrize(("name", "value", "text"), GIVEN, ids=str)
def test_what_is_entered_becomes_the_setting_and_is_shown(
    panel: GeneratePanel, qtbot: QtBot, name: str, value: Any, text: str
) -> None:
    at(panel, FOR_MODE.get(name, Mode.INPAINT))
    start = replace(GenerateSettings(), variation_strength=0.5 if name == "variation_seed" else 0.0, variation_seed=3)
    panel.set_settings(start)
    with qtbot.waitSignal(panel.changed):
        give(panel, name, value)
    assert panel.settings == replace(start, **{name: value})
    assert read(panel, name) == text
    panel.set_settings(start)
    assert read(panel, name) != text
    with qtbot.waitSignal(panel.changed):
        panel.set_settings(replace(start, **{name: value}))
    assert read(panel, name) == text
    assert panel.fields[name].value == value


def test_every_setting_has_a_field(panel: GeneratePanel) -> None:
    names = {each.name for each in fields(GenerateSettings)} - {"inpaint_strength", "vary_strength"}
    assert names | {"strength"} == set(panel.fields)
    assert {name for name, _, _ in GIVEN} | {"strength"} == set(panel.fields)


def test_what_is_not_touched_stays_none(panel: GeneratePanel, qtbot: QtBot) -> None:
    for mode in SITUATIONS:
        at(panel, mode)
    for area in panel.findChildren(QAbstractSpinBox):
        area.setFocus()
        qtbot.keyClick(area, Qt.Key.Key_Tab)
    assert panel.settings == GenerateSettings()
    with qtbot.assertNotEmitted(panel.changed):
        panel.set_settings(GenerateSettings())


# Defaults


@pytest.mark.parametrize(
    ("settings", "steps", "guidance", "sampler"),
    [
        (GenerateSettings(), "8 (model)", "2 (model)", "Euler a (model)"),
        (GenerateSettings(model="quick"), "4 (model)", "1 (model)", "LCM (model)"),
        (GenerateSettings(style="bold"), "9 (style)", "2.5 (style)", "Euler (style)"),
        (GenerateSettings(style="bold", steps=5), "5", "2.5 (style)", "Euler (style)"),
        (GenerateSettings(model="broken"), "default", "default", "default"),
    ],
)
def test_defaults_are_those_of_the_style_or_the_model(
    panel: GeneratePanel, settings: GenerateSettings, steps: str, guidance: str, sampler: str
) -> None:
    panel.set_settings(settings)
    assert [read(panel, name) for name in ("steps", "guidance", "scheduler")] == [steps, guidance, sampler]
    assert panel.settings == settings


def test_choosing_another_model_shows_its_defaults(panel: GeneratePanel) -> None:
    pick(panel._model, "quick")
    assert read(panel, "steps") == "4 (model)"
    assert panel.settings.steps is None


@pytest.mark.parametrize(
    ("canvas", "text"),
    [(None, "128 × 128 (model)"), (Size(256, 64), "256 × 64 (canvas)"), (Size(999, 999), "128 × 128 (model)")],
)
def test_the_size_is_the_canvas_where_the_model_can(panel: GeneratePanel, canvas: Size | None, text: str) -> None:
    panel.set_situation(Situation(canvas=canvas))
    assert read(panel, "size") == text


def test_a_default_is_quiet_and_a_value_can_be_taken_back(panel: GeneratePanel, qtbot: QtBot) -> None:
    steps = panel._steps
    assert steps.number.property("not-set") is True
    assert not steps._reset.isVisible()  # pyright: ignore[reportOptionalMemberAccess]
    give(panel, "steps", 30)
    assert steps.number.property("not-set") is False
    assert steps._reset.isVisible()  # pyright: ignore[reportOptionalMemberAccess]
    with qtbot.waitSignal(panel.changed):
        steps._reset.trigger()  # pyright: ignore[reportOptionalMemberAccess]
    assert panel.settings.steps is None
    give(panel, "steps", 30)
    give(panel, "steps", None)
    assert panel.settings.steps is None
    assert read(panel, "steps") == "8 (model)"


def test_steps_begin_at_the_default_and_stay_in_range(panel: GeneratePanel, qtbot: QtBot) -> None:
    number = panel._steps.number
    qtbot.keyClick(number, Qt.Key.Key_Up)
    assert panel.settings.steps == 9
    give(panel, "steps", 1)
    qtbot.keyClick(number, Qt.Key.Key_Down)
    assert panel.settings.steps == 1
    qtbot.keyClick(panel._feather.number, Qt.Key.Key_Up)
    assert panel.settings.feather is None, "it is disabled without a selection"
    at(panel, Mode.INPAINT)
    qtbot.keyClick(panel._feather.number, Qt.Key.Key_Up)
    assert panel.settings.feather == 17


def test_typing_into_a_default_replaces_its_words(panel: GeneratePanel, qtbot: QtBot) -> None:
    edit = panel._steps.number.lineEdit()
    qtbot.mouseClick(edit, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    qtbot.keyClicks(panel._steps.number, "12")
    assert panel.settings.steps == 12


@pytest.mark.parametrize(
    ("typed", "size"),
    [("101", Size(104, 104)), ("130x70", Size(128, 72)), ("9999x1", Size(1024, 32)), ("tall", Size(96, 96))],
)
def test_a_size_that_the_model_cannot_run_moves_to_the_nearest(panel: GeneratePanel, typed: str, size: Size) -> None:
    panel.set_settings(GenerateSettings(size=Size(96, 96)))
    enter(panel._size._edit, typed)
    allowed = find_model("sprites").size_rule
    assert allowed.allows(panel.settings.size or Size(1, 1))
    assert panel.settings.size == size
    assert read(panel, "size") == f"{size.width} × {size.height}"


# Models and styles


def test_broken_models_are_listed_and_say_why(panel: GeneratePanel) -> None:
    choice = panel._model.choice
    titles = [choice.itemText(row) for row in range(choice.count())]
    assert titles == ["Gouache Sprites 1", "Quick", "Embedded", "broken"]
    item = choice._rows.item(3)
    assert not item.isEnabled()
    assert item.toolTip() == "It has no unet/model.onnx. Copy the model again."
    assert choice._rows.item(1).isEnabled()


def test_a_model_that_is_not_installed_is_kept_and_says_so(panel: GeneratePanel) -> None:
    panel.set_settings(GenerateSettings(model="gone"))
    assert read(panel, "model") == "gone"
    assert not panel._model.choice._rows.item(panel._model.choice.currentIndex()).isEnabled()
    assert panel.manifest is None
    assert panel.settings.model == "gone"


def test_new_models_are_found(panel: GeneratePanel, installed: dict[str, Any], qtbot: QtBot) -> None:
    installed["new"] = replace(installed["quick"], name="new", title="New")
    panel.reload_models()
    qtbot.waitUntil(lambda: not panel._later.isActive())
    assert panel._model.choice.row_of("new") >= 0
    assert panel.settings.model == "sprites"


def test_only_styles_that_suit_the_model_are_offered(panel: GeneratePanel) -> None:
    def offered() -> list[Any]:
        return [panel._style.choice.itemData(row) for row in range(panel._style.choice.count())]

    assert offered() == [None, "noto", "bold"]
    pick(panel._style, "noto")
    pick(panel._model, "quick")
    assert offered() == [None, "bold", "fast"]
    assert panel.settings.style is None
    pick(panel._style, "bold")
    pick(panel._model, "sprites")
    assert panel.settings.style == "bold"
    panel.set_settings(GenerateSettings(style="fast"))
    assert panel.settings.style == "fast", "what a recipe says is shown as it is"
    assert read(panel, "style") == "Fast"


# Modes


@pytest.mark.parametrize("mode", list(SITUATIONS))
def test_the_mode_follows_the_situation(panel: GeneratePanel, mode: Mode) -> None:
    panel.set_situation(SITUATIONS[mode])
    titles = {Mode.GENERATE: "Generate", Mode.INPAINT: "Inpaint", Mode.OUTPAINT: "Outpaint", Mode.VARY: "Vary"}
    assert panel.mode is mode
    assert read(panel, "mode") == f"Auto: {titles[mode]}"
    assert panel.settings.mode is Mode.AUTO
    pick(panel._mode, Mode.GENERATE)
    assert panel.mode is Mode.GENERATE
    assert panel._mode.choice.itemText(0) == f"Auto: {titles[mode]}"


def test_the_prompt_asks_what_the_mode_needs(panel: GeneratePanel) -> None:
    asked = []
    for mode in SITUATIONS:
        at(panel, mode)
        asked.append(panel.prompt.placeholderText())
    assert asked == [
        "Describe the picture",
        "What should be there?",
        "What lies beyond the edge?",
        "How should it differ?",
    ]


def test_each_mode_has_its_strength(panel: GeneratePanel) -> None:
    assert not panel._strength.isVisible()
    at(panel, Mode.VARY)
    assert panel._strength.isVisible()
    give(panel, "strength", 0.35)
    at(panel, Mode.INPAINT)
    assert read(panel, "strength") == "100 % 100"
    panel._strength.slider.setValue(80)
    at(panel, Mode.OUTPAINT)
    assert read(panel, "strength") == "80 % 80"
    at(panel, Mode.VARY)
    assert read(panel, "strength") == "35 % 35"
    assert (panel.settings.vary_strength, panel.settings.inpaint_strength) == (0.35, 0.8)


def test_locks_are_shown_for_variations_alone(panel: GeneratePanel) -> None:
    for mode in (Mode.GENERATE, Mode.INPAINT, Mode.OUTPAINT, Mode.VARY):
        at(panel, mode)
        for name in ("colour", "silhouette"):
            assert panel.fields[name].isVisibleTo(panel) == (mode is Mode.VARY)
            for part in panel.fields[name].parts():
                assert part.accessibleName()


def test_fields_that_do_not_matter_say_why(panel: GeneratePanel) -> None:
    edits = ("fill", "feather", "context", "keep_outside", "match_colour")
    at(panel, Mode.GENERATE)
    assert panel.fields["size"].isEnabled()
    for name in edits:
        assert not panel.fields[name].isEnabled()
        for part in panel.fields[name].parts():
            assert part.toolTip().startswith("Only for inpainting and outpainting")
    at(panel, Mode.INPAINT)
    assert all(panel.fields[name].isEnabled() for name in edits)
    assert "Only" not in panel.fields["fill"].toolTip()
    assert not panel.fields["size"].isEnabled()
    assert panel.fields["size"].toolTip().startswith("Only for pictures from words alone")


def test_the_negative_prompt_is_off_without_guidance_and_keeps_its_words(panel: GeneratePanel) -> None:
    give(panel, "negative", "text")
    negative = panel.fields["negative"]
    assert negative.isEnabled()
    give(panel, "guidance", 1)
    assert not negative.isEnabled()
    assert panel.negative.toolTip().startswith("Not used at guidance 1 and below.")
    assert panel.settings.negative == "text"
    give(panel, "guidance", 1.5)
    assert negative.isEnabled()
    panel.set_settings(GenerateSettings(model="quick"))
    assert not negative.isEnabled()
    panel.set_settings(GenerateSettings(model="embedded", guidance=8.0))
    assert not negative.isEnabled()
    assert "without a negative prompt" in panel.negative.toolTip()


# Seeds


def test_a_run_gets_a_new_seed_unless_it_is_locked(panel: GeneratePanel, qtbot: QtBot) -> None:
    give(panel, "seed", 7)
    with qtbot.waitSignal(panel.changed):
        assert panel.next_seed() == 7
    after = panel.settings.seed
    assert after != 7
    assert read(panel, "seed") == str(after), "it shows the seed that will be used next"
    give(panel, "seed_locked", True)
    with qtbot.assertNotEmitted(panel.changed):
        assert [panel.next_seed(), panel.next_seed()] == [after, after]
    panel._seed.dice.click()
    assert panel.settings.seed != after
    assert panel.settings.seed_locked


@pytest.mark.parametrize("typed", ["9223372036854775808", "-1", "1.5", "a", "99999999999999999999999"])
def test_what_is_no_seed_cannot_be_typed(panel: GeneratePanel, typed: str) -> None:
    enter(panel._seed.spin, typed)
    assert 0 <= panel.settings.seed <= LARGEST_SEED
    assert read(panel, "seed") == str(panel.settings.seed)


def test_an_emptied_seed_stays_what_it_was(panel: GeneratePanel) -> None:
    give(panel, "seed", 41)
    enter(panel._seed.spin, "")
    assert panel.settings.seed == 41
    assert read(panel, "seed") == "41"


def test_seed_steps_stop_at_the_ends(panel: GeneratePanel, qtbot: QtBot) -> None:
    for start, key, end in (
        (0, Qt.Key.Key_Down, 0),
        (5, Qt.Key.Key_Up, 6),
        (LARGEST_SEED, Qt.Key.Key_Up, LARGEST_SEED),
    ):
        panel.set_settings(GenerateSettings(seed=start))
        qtbot.keyClick(panel._seed.spin, key)
        assert panel.settings.seed == end


def test_a_variation_draws_its_seed(panel: GeneratePanel) -> None:
    assert not panel._second.isEnabled()
    assert panel._second.spin.toolTip().startswith("Raise the variation first.")
    give(panel, "variation_strength", 0.2)
    drawn = panel.settings.variation_seed
    assert drawn is not None
    assert panel._second.isEnabled()
    give(panel, "variation_strength", 0.3)
    assert panel.settings.variation_seed == drawn
    give(panel, "variation_seed", None)
    assert panel.settings.variation_seed is None


# Running


def test_a_problem_disables_generate_and_says_why(panel: GeneratePanel, qtbot: QtBot) -> None:
    panel.set_estimate("about 3 s")
    assert panel._caption.text() == "about 3 s"
    panel.set_problem("Nothing is selected.")
    assert not panel.generate.isEnabled()
    assert panel.generate.toolTip() == "Nothing is selected."
    assert panel._caption.text() == "Nothing is selected."
    with qtbot.assertNotEmitted(panel.submitted):
        assert not panel.submit()
        qtbot.keyClick(panel.prompt, Qt.Key.Key_Return, CTRL)
    panel.set_problem(None)
    assert panel.generate.isEnabled()
    assert panel.generate.toolTip() == "Generate (Ctrl+Enter)"
    assert panel._caption.text() == "about 3 s"


def test_a_long_path_in_a_reason_does_not_widen_the_panel(panel: GeneratePanel) -> None:
    before = panel.minimumSizeHint().width()
    panel.set_problem(f"/{'a' * 200} is not a diffusion model in <b>ONNX</b> form.")
    assert panel.minimumSizeHint().width() == before
    assert panel._caption.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize("name", ["prompt", "negative", "count", "seed", "steps", "size", "model", "match_colour"])
def test_ctrl_enter_submits_from_every_field_once(panel: GeneratePanel, qtbot: QtBot, name: str) -> None:
    at(panel, Mode.INPAINT if name == "match_colour" else Mode.GENERATE)
    asked: list[int] = []
    panel.submitted.connect(lambda: asked.append(1))
    (part, *_) = panel.fields[name].parts()
    part.setFocus()
    qtbot.keyClick(part, Qt.Key.Key_Return, CTRL)
    assert asked == [1]


def test_generate_and_cancel(panel: GeneratePanel, qtbot: QtBot) -> None:
    assert panel.generate.text() == "Generate"
    assert not panel.cancel.isVisible()
    with qtbot.waitSignal(panel.submitted):
        panel.generate.click()
    panel.set_running(True, 2)
    assert panel.generate.text() == "Add to queue"
    assert panel.generate.isEnabled()
    assert "2 waiting" in panel._caption.text()
    with qtbot.waitSignal(panel.cancelled):
        panel.cancel.click()
    panel.set_running(False)
    assert panel.generate.text() == "Generate"
    assert not panel.cancel.isVisible()


def test_prompts_are_remembered_and_chosen_again(panel: GeneratePanel, qtbot: QtBot) -> None:
    assert not panel.recall.isEnabled()
    assert panel.recall.toolTip() == "No prompt was used yet."
    for words in ("a cat", "cats & dogs\nin a boat", ""):
        give(panel, "prompt", "")
        panel.prompt.insertPlainText(words)
        panel.remember_prompt()
    assert panel.prompt_history == ["cats & dogs\nin a boat", "a cat"]
    actions = panel._menu.actions()
    assert [action.text() for action in actions] == ["cats && dogs in a boat", "a cat"]
    with qtbot.waitSignal(panel.changed):
        actions[0].trigger()
    assert panel.settings.prompt == "cats & dogs\nin a boat"
    assert panel.prompt.hasFocus()
    panel.prompt_history = ["x"]
    assert panel.prompt_history == ["x"]


def test_more_is_folded_until_it_is_opened(qtbot: QtBot, installed: dict[str, Any]) -> None:
    panel = GeneratePanel()
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.more_shown
    assert not panel.fields["steps"].isVisible()
    assert panel.fields["seed"].isVisible()
    with qtbot.waitSignal(panel.unfolded, check_params_cb=lambda shown: shown):
        panel.more.click()
    assert panel.fields["steps"].isVisible()
    assert panel.fields["clip_skip"].isVisible()


# The wheel, room, words


def wheel(widget: QWidget, qapp: QApplication) -> bool:
    """Turn it by one notch over a widget. True when the widget took it; else Qt gives it to what is around."""
    where = QPointF(widget.rect().center())
    event = QWheelEvent(
        where,
        QPointF(widget.mapToGlobal(where.toPoint())),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    qapp.sendEvent(widget, event)
    return event.isAccepted()


def test_the_wheel_passes_over_everything_and_scrolls_the_panel(
    panel: GeneratePanel, qtbot: QtBot, qapp: QApplication
) -> None:
    panel.resize(300, 300)
    at(panel, Mode.INPAINT)
    panel.set_settings(
        GenerateSettings(variation_strength=0.5, variation_seed=5, steps=9, guidance=5.0, size=Size(96, 96))
    )
    (area,) = panel.findChildren(QScrollArea)
    panel.generate.setFocus()
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 100)
    before = panel.settings
    kinds = (QAbstractSpinBox, QComboBox, QSlider)
    widgets = [widget for kind in kinds for widget in panel.findChildren(kind) if widget.isEnabled()]
    assert len(widgets) > 12
    for widget in widgets:
        assert not wheel(widget, qapp), f"{widget} swallowed the wheel"
        assert panel.settings == before, widget
        assert not widget.focusPolicy() & Qt.FocusPolicy.WheelFocus.value & ~Qt.FocusPolicy.StrongFocus.value, widget
    for name in ("mode", "model", "style"):
        area.verticalScrollBar().setValue(0)
        place = panel.fields[name].mapTo(panel, panel.fields[name].rect().center())
        QTest.wheelEvent(panel.windowHandle(), QPointF(place), QPoint(0, -120))
        assert area.verticalScrollBar().value() > 0
    assert panel.settings == before


def test_the_wheel_changes_what_has_the_keyboard(panel: GeneratePanel, qtbot: QtBot, qapp: QApplication) -> None:
    panel._count.number.setFocus()
    qtbot.waitUntil(panel._count.number.hasFocus)
    assert wheel(panel._count.number, qapp)
    assert panel.settings.count == 3


class Longer(QTranslator):
    """Every text is longer by 40 %."""

    def translate(self, context: str, text: str, note: Any = None, count: int = -1) -> str:  # pyright: ignore
        return text + "~" * max(1, round(0.4 * len(text)))

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def longer(qapp: QApplication) -> Iterator[Callable[[bool], None]]:
    translator = Longer()

    def switch(on: bool) -> None:
        (qapp.installTranslator if on else qapp.removeTranslator)(translator)
        qapp.processEvents()

    yield switch
    qapp.removeTranslator(translator)


def in_a_dock(panel: GeneratePanel, height: int, qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    dock = QDockWidget("Generate", window)
    dock.setWidget(panel)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.setCentralWidget(QWidget())
    qtbot.addWidget(window)
    window.resize(1024, height)
    window.show()
    window.resizeDocks([dock], [300], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    return window


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("mode", list(SITUATIONS))
def test_a_dock_of_300_shows_all_down_to_generate_without_scrolling(  # noqa: PLR0917
    qtbot: QtBot, installed: dict[str, Any], styled: None, longer: Callable[[bool], None], mode: Mode, long: bool
) -> None:
    longer(long)
    panel = GeneratePanel()
    panel.set_situation(SITUATIONS[mode])
    panel.set_settings(GenerateSettings(prompt="\n".join("abcdef"), negative="a\nb"))
    panel.set_running(True, 2)
    panel.set_estimate("runs at 128 × 128 · about 3 s · 420 MB")
    height = 660 if mode is Mode.VARY else 600  # what may change has two rows of its own
    window = in_a_dock(panel, height, qtbot)
    assert panel.width() == 300
    (area,) = panel.findChildren(QScrollArea)
    assert area.verticalScrollBar().maximum() == 0
    for widget in panel.findChildren(QWidget):
        if widget.isVisible() and not isinstance(widget, QLabel):
            assert widget.mapTo(panel, widget.rect().bottomRight()).x() < 300, widget
    for label in panel.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.sizeHint().width(), f"{label.text()} is cut"
    assert panel.generate.mapTo(window, panel.generate.rect().bottomLeft()).y() < height
    panel.more_shown = True
    QApplication.processEvents()
    assert area.verticalScrollBar().maximum() > 0
    assert panel.generate.mapTo(window, panel.generate.rect().bottomLeft()).y() < height


def test_the_language_changes_while_it_is_open(panel: GeneratePanel, longer: Callable[[bool], None]) -> None:
    give(panel, "prompt", "a fox")
    settings = panel.settings

    def texts() -> list[str]:
        said = [panel.generate.text(), panel.more.text(), panel.cancel.text(), panel.prompt.placeholderText()]
        said += [label.text() for label in panel._labels.values()]
        for field in panel.fields.values():
            said += [part.toolTip() for part in field.parts()] + [part.accessibleName() for part in field.parts()]
        for name in ("mode", "fill", "style", "steps", "feather"):
            said.append(read(panel, name))
        return [*said, panel._seed.dice.toolTip(), panel.recall.toolTip(), panel.generate.toolTip()]

    before = texts()
    assert not any("~" in text for text in before)
    longer(True)
    assert [text for text in texts() if "~" not in text] == []
    assert panel.settings == settings
    longer(False)
    assert texts() == before


def test_everything_that_takes_the_keyboard_has_a_name_and_says_what_it_is(panel: GeneratePanel) -> None:
    at(panel, Mode.INPAINT)
    for widget in panel.findChildren(QWidget):
        inside = isinstance(widget.parent(), QAbstractSpinBox | QComboBox)
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible() or inside:
            continue
        name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        assert name, widget
        assert widget.toolTip(), f"{name} explains nothing"


def test_tab_goes_down_the_panel(panel: GeneratePanel, qtbot: QtBot) -> None:
    at(panel, Mode.VARY)
    panel.prompt_history = ["x"]
    panel._mode.choice.setFocus()
    names = []
    for _ in range(17):
        focused = QApplication.focusWidget()
        assert focused is not None
        names.append(focused.accessibleName() or focused.property("text"))
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert names == [
        "Mode",
        "Model",
        "Style",
        "Make, edit, blend and share styles",
        "Earlier prompts",
        "Prompt",
        "Negative",
        "Strength",
        "Strength",
        "Colours",
        "Outline",
        "Pictures",
        "Seed",
        "New seed",
        "Keep the seed",
        "More",
        "Steps",
    ]


def test_a_new_theme_is_taken_up(panel: GeneratePanel, styled: None) -> None:
    theme.apply(theme.LIGHT)
    QApplication.sendEvent(panel, QEvent(QEvent.Type.PaletteChange))
    picture = panel.grab().toImage()
    button = panel.generate.mapTo(panel, QPoint(6, 14))
    assert picture.pixelColor(button * picture.devicePixelRatio()).name() == theme.LIGHT.accent
    theme.apply(theme.DARK)


# Settings in files

settings_values = st.builds(
    GenerateSettings,
    mode=st.sampled_from(Mode),
    model=st.text(max_size=5),
    style=st.none() | st.text(max_size=5),
    prompt=st.text(max_size=9),
    negative=st.text(max_size=9),
    inpaint_strength=st.floats(0, 1),
    vary_strength=st.floats(0, 1),
    steps=st.none() | st.integers(1, 1000),
    guidance=st.none() | st.floats(0, 50),
    scheduler=st.none() | st.sampled_from(["ddim", "euler-a"]),
    size=st.none() | st.builds(Size, st.integers(1, 8192), st.integers(1, 8192)),
    seed=st.integers(0, LARGEST_SEED),
    seed_locked=st.booleans(),
    count=st.integers(1, MOST_PICTURES),
    clip_skip=st.integers(0, 12),
    variation_seed=st.none() | st.integers(0, LARGEST_SEED),
    variation_strength=st.floats(0, 1),
    seamless_x=st.booleans(),
    seamless_y=st.booleans(),
    fill=st.sampled_from(Fill),
    feather=st.none() | st.floats(0, 8192),
    context=st.none() | st.floats(0, 16),
    keep_outside=st.booleans(),
    match_colour=st.booleans(),
    colour=st.sampled_from(ColourLock),
    silhouette=st.sampled_from(Silhouette),
)


@given(settings_values)
def test_settings_come_back_from_json(settings: GenerateSettings) -> None:
    assert GenerateSettings.from_dict(json.loads(json.dumps(settings.as_dict()))) == settings


@given(st.dictionaries(st.sampled_from([each.name for each in fields(GenerateSettings)]), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)))  # fmt: skip
def test_what_is_broken_in_a_file_is_left_at_its_default(values: dict[str, Any]) -> None:
    settings = GenerateSettings.from_dict(values)
    usual = GenerateSettings()
    for name, value in values.items():
        kept = getattr(settings, name)
        written = settings.as_dict()[name]
        assert kept == getattr(usual, name) or written == value or float(written) == float(value), name
    assert GenerateSettings.from_dict(json.loads(json.dumps(settings.as_dict()))) == settings


RECIPE = Recipe(
    kind="inpaint",
    model="sprites",
    model_hash="",
    prompt="a fox",
    negative="text",
    style="noto",
    seed=2**62,
    steps=12,
    guidance=3.5,
    scheduler="euler",
    width=144,
    height=112,
    clip_skip=1,
    variation_seed=4,
    variation_strength=0.25,
    seamless="both",
    strength=0.75,
    extra={"fill": "blur", "feather": 4.5, "context": None, "keep_outside": True, "match_colour": False, "mask": "x"},
)


def test_a_recipe_fills_the_panel(panel: GeneratePanel) -> None:
    at(panel, Mode.INPAINT)
    base = GenerateSettings(mode=Mode.AUTO, count=2, size=Size(64, 64), context=2.0)
    settings = GenerateSettings.from_recipe(RECIPE, base)
    panel.set_settings(settings)
    assert panel.settings == settings
    shown = {name: read(panel, name) for name in panel.fields}
    assert shown == {
        "mode": "Auto: Inpaint",
        "model": "Gouache Sprites 1",
        "style": "Noto",
        "prompt": "a fox",
        "negative": "text",
        "strength": "75 % 75",
        "colour": "Free",
        "silhouette": "Varied",
        "count": "2",
        "seed": str(2**62),
        "seed_locked": "True",
        "steps": "12",
        "guidance": "3.5",
        "scheduler": "Euler",
        "size": "64 × 64",
        "fill": "Blurred surroundings",
        "feather": "4.5 px",
        "context": "automatic",
        "keep_outside": "True",
        "match_colour": "False",
        "seamless_x": "True",
        "seamless_y": "True",
        "variation_seed": "4",
        "variation_strength": "25 % 25",
        "clip_skip": "1",
        "loras": "",
        "post": "",
    }
    assert GenerateSettings.from_recipe(replace(RECIPE, kind="generate"), base).size == Size(144, 112)
    varied = GenerateSettings.from_recipe(replace(RECIPE, kind="vary"), base)
    assert (varied.vary_strength, varied.inpaint_strength) == (0.75, base.inpaint_strength)


def test_a_recipe_from_a_strange_file_changes_only_what_it_can() -> None:
    base = GenerateSettings(steps=5)
    strange: dict[str, Any] = {
        "steps": "many",
        "guidance": 1e9,
        "seed": -1,
        "extra": {"fill": "glitter", "feather": "x"},
    }
    settings = GenerateSettings.from_recipe(replace(RECIPE, **strange), base)
    assert (settings.steps, settings.guidance, settings.seed) == (5, None, 1)
    assert (settings.fill, settings.feather) == (Fill.AUTO, None)
    assert settings.prompt == "a fox"


def test_too_many_pictures_become_as_many_as_it_offers(panel: GeneratePanel) -> None:
    panel.set_settings(GenerateSettings(count=500))
    assert panel.settings.count == MOST_PICTURES
    assert read(panel, "count") == str(MOST_PICTURES)
