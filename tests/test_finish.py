"""Finish: steps put together in the window, previewed in the background, applied as one step or as further results."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import fake_engine
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from translated import speak, untranslated

from desktop_app.document.document import Document
from desktop_app.document.finishing import finish_layer, finished
from desktop_app.finish import wording
from desktop_app.finish.dialog import Finish, Target
from desktop_app.finish.fields import ColourField, PaletteField
from desktop_app.finish.finishing import CHOSEN, EVERY, LAYER
from desktop_app.preferences import Preferences
from desktop_app.results import Mode, Run
from desktop_app.studio import Studio
from inference.api import Picture
from inference.cancelling import heard
from inference.errors import BadPicture, BadRequest
from inference.geometry import Bounds
from inference.post.chain import STEPS, Chain, read_chain
from inference.post.parameters import parameters_of
from inference.post.saved import PRESETS, chains_folder, keep_chain, kept_chains
from inference.post.step import Step, margins
from inference.recipe import Recipe

MS = 30_000


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))


def disc(side=48):
    """An orange disc a little off the middle, with a soft edge."""
    y, x = np.mgrid[0:side, 0:side]
    alpha = np.clip(side / 4 - np.hypot(x - side * 0.4, y - side * 0.55) + 0.5, 0, 1) * 255
    return np.dstack([np.full_like(alpha, v) for v in (230, 120, 30)] + [alpha]).astype(np.uint8)


def dialog(qtbot: QtBot, chain: str = "", pixels=None) -> Finish:
    pixels = disc() if pixels is None else pixels
    rows = [(step, True) for step in (Chain.from_text(chain).steps if chain else ())]
    made = Finish([Target(LAYER, "圆盘", lambda: pixels)], rows)
    qtbot.addWidget(made)
    made.show()
    return made


def settle(qtbot: QtBot, made: Finish) -> None:
    qtbot.waitUntil(lambda: not made._later.isActive() and not made._background.busy, timeout=MS)


# Words


def test_every_word_of_a_step_is_on_the_list_for_translators():
    wanted = set(PRESETS)
    for step in STEPS.values():
        wanted |= {step.title, step.words}
        for each in parameters_of(step):
            label = wording._LABELS.get((step.name, each.name), each.name.capitalize())
            wanted |= {each.words, label, *(choice.replace("-", " ") for choice in each.choices)}
    assert wanted <= set(wording.TEXTS), wanted - set(wording.TEXTS)


def test_every_preset_is_a_chain():
    assert all(Chain.from_text(text).steps for text in PRESETS.values())


# Kept chains


def test_a_kept_chain_is_read_back_and_by_the_command_line(tmp_path):
    chain = Chain.from_text("trim outline:width=3,colour=#102030 pixelate:palette=pico8")
    path = keep_chain("My: chain/..", chain)
    assert path.parent == chains_folder()
    assert kept_chains() == {"My- chain": path}
    assert read_chain(str(path)) == chain


@pytest.mark.parametrize("name", ["", "  ", "///", "..."])
def test_a_name_of_nothing_is_refused(name):
    with pytest.raises(BadRequest):
        keep_chain(name, Chain.from_text("trim"))
    assert not kept_chains()


# Places


@settings(max_examples=40, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(3, 20), st.integers(3, 20)), elements=st.sampled_from([0, 255])))
def test_what_is_shown_stays_where_it_is(alpha):
    pixels = np.dstack([np.full((*alpha.shape, 3), 9, np.uint8), alpha])
    made, (x, y) = finished(Chain.from_text("trim:margin=2 pad:to=power-of-two,anchor=top-left"), pixels)
    if alpha.any():
        left, top, right, bottom = margins(alpha)
        seen = (left, top, alpha.shape[1] - right, alpha.shape[0] - bottom)
        a, b, c, d = margins(made[..., 3])
        assert (a + x, b + y, made.shape[1] - c + x, made.shape[0] - d + y) == seen


def test_upscaling_and_outlines_grow_around_the_middle():
    _, moved = finished(Chain.from_text("upscale:by=3"), disc(40))
    assert moved == (-40, -40)
    full = np.full((10, 10, 4), 255, np.uint8)
    assert finished(Chain.from_text("outline:width=2"), full)[1] == (-2, -2)


def test_a_layer_that_was_painted_on_meanwhile_or_is_locked_is_left_alone():
    document = Document.of(disc(), "Disc")
    layer = document.stack.layer()
    with pytest.raises(BadRequest, match="meanwhile"):
        finish_layer(document, layer.id, layer.raster.version - 1, disc(), (0, 0))


# The dialog


def test_the_preview_is_what_the_chain_makes(qtbot: QtBot):
    made = dialog(qtbot, "outline:width=2 upscale:by=2")
    settle(qtbot, made)
    wanted = made.chain.apply(disc())
    image = made.panes._images[1]
    assert image is not None
    assert (image.width(), image.height()) == (wanted.shape[1], wanted.shape[0])
    assert f"{wanted.shape[1]} × {wanted.shape[0]}" in made.panes._captions[1]
    assert made.halo.text().count("→") == 3
    assert made.apply.isEnabled()


def test_steps_are_added_told_moved_switched_off_and_taken_away(qtbot: QtBot):
    made = dialog(qtbot)
    settle(qtbot, made)
    assert not made.apply.isEnabled()
    for name in ("outline", "pixelate"):
        made.steps.menu.actions()[list(STEPS).index(name)].trigger()
    fields = made.parameters.fields
    assert list(fields) == [each.name for each in parameters_of(STEPS["pixelate"])]
    assert isinstance(fields["palette"], PaletteField)
    fields["palette"].set_value(Chain.from_text("quantise:palette=pico8").steps[0].palette)
    fields["palette"].changed.emit()
    assert made.chain.as_text() == "outline pixelate:palette=pico8"
    qtbot.mouseClick(made.steps.up, Qt.MouseButton.LeftButton)
    assert made.chain.as_text() == "pixelate:palette=pico8 outline"
    made.steps.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert made.chain.as_text() == "outline"
    assert len(made.steps.rows) == 2
    qtbot.mouseClick(made.steps.remove, Qt.MouseButton.LeftButton)
    assert [step.name for step, _ in made.steps.rows] == ["outline"]
    colour = made.parameters.fields["colour"]
    assert isinstance(colour, ColourField)
    colour.digits.setText("#AbCdEf")
    colour.digits.editingFinished.emit()
    assert made.chain.as_text() == "outline:colour=#abcdef"
    colour.digits.setText("no colour")
    colour.digits.editingFinished.emit()
    assert colour.value == "#abcdef"


@pytest.mark.parametrize("name", sorted(STEPS))
def test_each_step_has_a_control_for_each_of_its_parameters(qtbot: QtBot, name):
    made = dialog(qtbot, name)
    step = made.chain.steps[0]
    made.parameters._told()
    assert made.chain.steps[0] == step
    assert set(made.parameters.fields) == {each.name for each in parameters_of(step)}
    assert all(field.toolTip() or any(p.toolTip() for p in field.parts()) for field in made.parameters.fields.values())


def test_what_a_picture_does_not_allow_is_said_and_cannot_be_applied(qtbot: QtBot):
    made = dialog(qtbot, "pad:width=16,height=16")
    settle(qtbot, made)
    assert made.note.isVisible()
    assert not made.apply.isEnabled()
    with pytest.raises(BadPicture):
        made.chain.apply(disc())
    made.use(Chain.from_text("trim"))
    settle(qtbot, made)
    assert not made.note.isVisible()
    assert made.apply.isEnabled()


@dataclass(frozen=True, kw_only=True)
class Held(Step):
    """A step that waits, and stops when it is told to."""

    name = "held"
    title = "Held"
    words = "waits"

    def apply(self, pixels):
        BEGUN.set()
        while not GO.wait(0.01):
            heard()
        return pixels


BEGUN, GO = threading.Event(), threading.Event()


def test_the_newest_preview_wins_and_the_old_one_is_stopped(qtbot: QtBot):
    BEGUN.clear()
    GO.clear()
    made = dialog(qtbot, "trim")
    made.steps.set_rows([(Held(), True)])
    qtbot.waitUntil(BEGUN.is_set, timeout=MS)
    made.steps.set_rows([(step, True) for step in Chain.from_text("upscale:by=2").steps])
    settle(qtbot, made)
    assert not GO.is_set()
    assert made.panes._images[1].width() == 96


def test_of_a_large_picture_the_seen_part_is_looked_at(qtbot: QtBot):
    large = np.zeros((900, 2000, 4), np.uint8)
    large[600:, 1500:] = 255
    made = Finish([Target(LAYER, "Large", lambda: large, Bounds(1600, 700, 100, 100))])
    qtbot.addWidget(made)
    made.show()
    assert made._source.shape == (640, 640, 4)
    assert made._source[-300:, -470:].all()
    assert made.part.isVisible()


def test_a_chain_is_kept_from_the_dialog_and_offered_again(qtbot: QtBot):
    made = dialog(qtbot, "trim")
    made.keep("Mine")
    made._fill_menu()
    titles = [action.text() for action in made.menu.actions()]
    assert "Mine" in titles
    made.use(Chain())
    next(action for action in made.menu.actions() if action.text() == "Mine").trigger()
    assert made.chain.as_text() == "trim"
    kept_chains()["Mine"].write_text("{")
    made._load(kept_chains()["Mine"])
    assert made.note.isVisible()


def test_it_speaks_chinese(qtbot: QtBot):
    made = dialog(qtbot, "outline")
    try:
        speak("zh_CN")
        assert made.windowTitle() == "成品处理"
        assert untranslated(made) == []
    finally:
        speak("en")


# In the studio


@pytest.fixture
def studio(qtbot: QtBot):
    made = Studio(fake_engine.FakeEngine, Preferences())
    yield made
    made.close()


def opened(studio: Studio):
    return studio.desk.add(Document.of(disc(), "Disc"), "Disc")


def begin(qtbot: QtBot, studio: Studio, chain: str, key: str):
    studio.actions["finish"].trigger()
    made = studio.asks.open_dialogs[-1]
    made.use(Chain.from_text(chain))
    made.target.set_value(key)
    made._retarget()
    settle(qtbot, made)
    made.apply.click()
    return made


def test_a_layer_is_finished_in_one_step_that_can_be_undone(qtbot: QtBot, studio: Studio):
    session = opened(studio)
    made = begin(qtbot, studio, "trim outline:width=2 upscale:by=2", LAYER)
    qtbot.waitUntil(lambda: made not in studio.asks.open_dialogs, timeout=MS)
    layer = session.document.stack.layer()
    wanted, _ = finished(Chain.from_text("trim outline:width=2 upscale:by=2"), disc())
    assert np.array_equal(layer.pixels, wanted)
    session.undo()
    assert np.array_equal(session.document.stack.layer().pixels, disc())
    assert not session.history.can_undo
    studio.actions["finish"].trigger()
    assert studio.asks.open_dialogs[-1].chain.as_text() == "trim outline:width=2 upscale"


def test_results_are_finished_beside_the_old_ones(qtbot: QtBot, studio: Studio):
    session = opened(studio)
    run = Run(mode=Mode.GENERATE, title="disc", frame=Bounds(0, 0, 48, 48), wanted=2, open=True)
    recipe = Recipe(
        kind="generate", model="m", model_hash="", prompt="disc", negative="", style=None, seed=5,
        steps=1, guidance=1.0, scheduler="ddim", width=48, height=48,
    )  # fmt: skip
    session.results.begin(run)
    full = np.full((48, 48), 255, np.uint8)
    for seed in (5, 6):
        picture = Picture(pixels=disc(), bounds=Bounds(0, 0, 48, 48), coverage=full, seed=seed, index=0, recipe=recipe)
        session.results.add(run.id, picture)
    session.results.end(run.id)
    made = begin(qtbot, studio, "upscale:by=2", EVERY)
    qtbot.waitUntil(lambda: made not in studio.asks.open_dialogs, timeout=MS)
    results = [result for each in session.results.runs for result in each.results]
    assert [result.size for result in results] == [(48, 48), (48, 48), (96, 96), (96, 96)]
    assert results[-1].recipe.extra["post"] == [{"step": "upscale"}]
    assert np.array_equal(results[0].pixels, disc())
    studio.window.results.choose(results[1])
    studio.actions["finish"].trigger()
    assert CHOSEN in studio.asks.open_dialogs[-1]._targets


def test_it_can_be_stopped_and_nothing_is_changed(qtbot: QtBot, studio: Studio):
    session = opened(studio)
    BEGUN.clear()
    GO.set()
    studio.actions["finish"].trigger()
    made = studio.asks.open_dialogs[-1]
    made.steps.set_rows([(Held(), True)])
    settle(qtbot, made)
    GO.clear()
    BEGUN.clear()
    made.apply.click()
    qtbot.waitUntil(BEGUN.is_set, timeout=MS)
    made.reject()
    qtbot.waitUntil(lambda: not made._busy, timeout=MS)
    assert made in studio.asks.open_dialogs
    assert not session.history.can_undo
    assert made.steps.isEnabled()
