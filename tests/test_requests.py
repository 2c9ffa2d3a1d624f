"""From the situation and the settings to a request."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.document.areas import rectangle
from desktop_app.document.arranging import extend_canvas, set_visible
from desktop_app.document.document import Document
from desktop_app.document.history import History
from desktop_app.document.selecting import select
from desktop_app.requests import GenerateSettings, Situation, Watch, build, check, mode_of, post_of
from desktop_app.results import Mode
from inference.api import Fill, Generate, Inpaint, Seamless, Vary
from inference.edits import plan_inpaint, plan_selection
from inference.errors import BadRequest
from inference.geometry import Bounds, Size
from inference.library import find_model
from inference.locks import ColourLock, Silhouette
from inference.manifest import ModelManifest, Task
from inference.post.chain import Chain
from inference.recipe import Recipe
from inference.styles import load_styles, sampling


@pytest.fixture(scope="module")
def manifest() -> ModelManifest:
    return find_model("sprites")


class Easel:
    """A document with its history."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.history = History(document)
        self.watch = Watch()

    @property
    def situation(self) -> Situation:
        return self.watch.situation(self.document)

    def select(self, x: float, y: float, width: float, height: float) -> None:
        self.history.do(select(self.document, rectangle(self.document.size, x, y, width, height)))


@pytest.fixture
def easel() -> Any:
    pixels = np.random.default_rng(1).integers(0, 256, (300, 400, 4), np.uint8)
    pixels[..., 3] = 255
    made = Easel(Document.of(pixels))
    yield made
    made.history.close()


def test_mode_follows_the_situation(easel: Easel) -> None:
    assert Watch().situation(None).mode is Mode.GENERATE
    assert Watch().situation(Document.new(Size(64, 64))).mode is Mode.GENERATE
    assert easel.situation.mode is Mode.VARY
    easel.select(10, 10, 50, 50)
    assert easel.situation.mode is Mode.INPAINT
    easel.history.do(extend_canvas(easel.document, right=80))
    assert easel.situation.mode is Mode.INPAINT
    easel.select(380, 10, 90, 90)
    assert easel.situation.mode is Mode.OUTPAINT
    easel.history.do(set_visible(easel.document, easel.document.layers[0].id, False))
    assert easel.situation.mode is Mode.GENERATE


def test_a_chosen_mode_wins(easel: Easel) -> None:
    assert mode_of(GenerateSettings(mode=Mode.GENERATE), easel.situation) is Mode.GENERATE


def test_the_watch_sees_paint(easel: Easel) -> None:
    document = Document.new(Size(64, 64))
    watch = Watch()
    assert watch.situation(document).picture is None
    raster = document.layers[0].raster
    raster.array[60, 60] = 255
    raster.version += 1
    assert watch.situation(document).picture == Bounds(0, 0, 64, 64)


@pytest.mark.parametrize(("mode", "spoil", "says"), [
    (Mode.VARY, "nothing open", "no picture"),
    (Mode.INPAINT, "nothing selected", "Nothing is selected"),
    (Mode.VARY, "empty", "canvas is empty"),
    (Mode.VARY, "tiny", "canvas is 9x9"),
])  # fmt: skip
def test_what_cannot_run_says_why(manifest: ModelManifest, mode: Mode, spoil: str, says: str) -> None:
    whole = Bounds(0, 0, 64, 64)
    situation = {
        "nothing open": Situation(),
        "nothing selected": Situation(canvas=Size(64, 64), picture=whole),
        "empty": Situation(canvas=Size(64, 64)),
        "tiny": Situation(canvas=Size(9, 9), picture=Bounds(0, 0, 9, 9)),
    }[spoil]
    with pytest.raises(BadRequest, match=says) as caught:
        check(GenerateSettings(mode=mode), situation, manifest)
    assert caught.value.hint


def test_a_model_that_cannot_is_named(manifest: ModelManifest) -> None:
    only = replace(manifest, tasks=(Task.INPAINT,))
    with pytest.raises(BadRequest, match="cannot generate: it can inpaint"):
        check(GenerateSettings(), Situation(), only)


def test_generate_takes_the_canvas_size_where_it_may(manifest: ModelManifest) -> None:
    document = Document.new(Size(192, 128))
    asked = build(document, GenerateSettings(prompt="a gem", seed=4), Watch().situation(document), manifest)
    assert isinstance(asked.request, Generate)
    assert asked.request.size == Size(192, 128)
    assert asked.run.frame == Bounds(0, 0, 192, 128)
    odd = Document.new(Size(301, 233))
    asked = build(odd, GenerateSettings(), Watch().situation(odd), manifest)
    assert isinstance(asked.request, Generate)
    assert asked.request.size == manifest.native
    assert asked.run.frame == Bounds(86, 52, 128, 128)


def test_vary_sends_the_whole_picture_and_the_mask_as_a_map(easel: Easel, manifest: ModelManifest) -> None:
    asked = build(easel.document, GenerateSettings(vary_strength=0.3), easel.situation, manifest)
    assert isinstance(asked.request, Vary)
    assert asked.request.where is None
    assert asked.request.strength == 0.3
    locked = GenerateSettings(colour=ColourLock.LAB, silhouette=Silhouette.LOCKED)
    request = build(easel.document, locked, easel.situation, manifest).request
    assert isinstance(request, Vary)
    assert (request.colour, request.silhouette) == (ColourLock.LAB, Silhouette.LOCKED)
    assert np.array_equal(asked.request.image, easel.document.compose())
    easel.select(10, 10, 50, 50)
    asked = build(easel.document, GenerateSettings(mode=Mode.VARY), easel.situation, manifest)
    assert isinstance(asked.request, Vary)
    assert asked.request.where is not None
    assert np.array_equal(asked.request.where, easel.document.selection)


@pytest.mark.parametrize("place", [(10, 10, 50, 50), (300, 200, 99, 99), (0, 0, 400, 300), (190, 140, 3, 3)])
@pytest.mark.parametrize("strength", [0.4, 1.0])
def test_inpainting_is_planned_as_it_was_shown(
    easel: Easel, manifest: ModelManifest, place: tuple[int, int, int, int], strength: float
) -> None:
    """Only the surroundings go along: the engine must choose the same context in them."""
    easel.select(*place)
    settings = GenerateSettings(inpaint_strength=strength, prompt="a gem")
    asked = build(easel.document, settings, easel.situation, manifest)
    assert isinstance(asked.request, Inpaint)
    shown = plan_selection(easel.document.selection, manifest, strength=strength)
    run = plan_inpaint(asked.request, manifest)
    frame = asked.run.frame
    assert run.context.size == shown.context.size
    assert run.context.bounds.moved(frame.x, frame.y) == shown.context.bounds
    assert run.patch.moved(frame.x, frame.y) == shown.patch
    assert np.array_equal(run.masks.composite, shown.masks.composite)


@given(
    st.integers(0, 380), st.integers(0, 280), st.integers(1, 400), st.integers(1, 300), st.integers(64, 1600),
    st.integers(64, 1600),
)  # fmt: skip
def test_on_any_canvas_the_context_is_the_one_shown(  # noqa: PLR0917
    x: int, y: int, width: int, height: int, canvas_width: int, canvas_height: int
) -> None:
    document = Document.new(Size(canvas_width, canvas_height), colour=(9, 99, 200))
    history = History(document)
    try:
        history.do(select(document, rectangle(document.size, x, y, width, height)))
        if document.selected() is None:
            return
        manifest = find_model("sprites")
        asked = build(document, GenerateSettings(), Watch().situation(document), manifest)
        assert isinstance(asked.request, Inpaint)
        shown = plan_selection(document.selection, manifest)
        run = plan_inpaint(asked.request, manifest)
        frame = asked.run.frame
        assert (run.context.bounds.moved(frame.x, frame.y), run.context.size) == (
            shown.context.bounds,
            shown.context.size,
        )
    finally:
        history.close()


def test_outpainting_sends_the_picture_without_the_room(easel: Easel, manifest: ModelManifest) -> None:
    easel.history.do(extend_canvas(easel.document, left=60))
    easel.select(0, 0, 70, 300)
    asked = build(easel.document, GenerateSettings(), easel.situation, manifest)
    assert isinstance(asked.request, Inpaint)
    assert asked.run.mode is Mode.OUTPAINT
    assert (asked.request.image[..., 3] == 255).all()
    frame = asked.run.frame.moved(*easel.document.stack.anchor)
    assert frame.x + asked.request.origin[0] == 60
    assert asked.request.mask.shape == frame.size.shape


def test_places_are_kept_from_the_anchor(easel: Easel, manifest: ModelManifest) -> None:
    easel.history.do(extend_canvas(easel.document, left=60, top=20))
    easel.select(70, 30, 40, 40)
    frame = build(easel.document, GenerateSettings(), easel.situation, manifest).run.frame
    assert frame.moved(60, 20).contains(Bounds(70, 30, 40, 40))
    assert easel.document.stack.anchor == (60, 20)


def test_the_request_keeps_its_own_pixels(easel: Easel, manifest: ModelManifest) -> None:
    easel.select(10, 10, 50, 50)
    asked = build(easel.document, GenerateSettings(), easel.situation, manifest)
    assert isinstance(asked.request, Inpaint)
    before = asked.request.mask.copy(), asked.request.image.copy()
    easel.document.selection[...] = 0
    easel.document.layers[0].pixels[...] = 0
    assert np.array_equal(asked.request.mask, before[0])
    assert np.array_equal(asked.request.image, before[1])


def test_effective_settings_come_from_panel_style_and_model(manifest: ModelManifest) -> None:
    style = next(style for style in load_styles().values())
    style = replace(style, sampling={"steps": 7})
    assert sampling(GenerateSettings(), None, manifest.defaults).steps == manifest.defaults.steps
    assert sampling(GenerateSettings(), style, manifest.defaults).steps == 7
    assert sampling(GenerateSettings(steps=3), style, manifest.defaults).steps == 3


FULL = GenerateSettings(
    mode=Mode.INPAINT, model="x", style="flat", prompt="a", negative="b", inpaint_strength=0.5, vary_strength=0.25,
    steps=9, guidance=3.5, scheduler="euler", size=Size(96, 128), seed=2**62, seed_locked=True, count=3, clip_skip=1,
    variation_seed=5, variation_strength=0.125, seamless_x=True, seamless_y=True, fill=Fill.BLUR, feather=4.0,
    context=1.5, keep_outside=True, match_colour=False, colour=ColourLock.PALETTE, silhouette=Silhouette.LOOSE,
)  # fmt: skip


def test_settings_survive_json() -> None:
    for settings in (GenerateSettings(), FULL):
        assert GenerateSettings.from_dict(json.loads(json.dumps(settings.as_dict()))) == settings


@pytest.mark.parametrize("name", list(FULL.as_dict()))
@pytest.mark.parametrize("value", ["?", [1, "x"], {}, None, -1])
def test_broken_settings_are_left_at_their_defaults(name: str, value: Any) -> None:
    made = GenerateSettings.from_dict({**FULL.as_dict(), name: value})
    for other in FULL.as_dict():
        if other != name:
            assert getattr(made, other) == getattr(FULL, other)
    json.dumps(made.as_dict())


def test_settings_of_a_recipe_make_its_request_again() -> None:
    recipe = Recipe(
        kind="inpaint", model="sprites", model_hash="", prompt="gem", negative="dull", style="flat", seed=77, steps=11,
        guidance=2.5, scheduler="euler", width=128, height=128, strength=0.75, seamless="both", clip_skip=1,
        extra={"fill": "blur", "feather": 3.0, "context": None, "keep_outside": True, "match_colour": False},
    )  # fmt: skip
    settings = GenerateSettings.from_recipe(recipe, GenerateSettings(vary_strength=0.11))
    assert (settings.seed, settings.seed_locked, settings.prompt) == (77, True, "gem")
    assert (settings.inpaint_strength, settings.vary_strength) == (0.75, 0.11)
    assert (settings.fill, settings.feather, settings.keep_outside) == (Fill.BLUR, 3.0, True)
    assert settings.seamless_x and settings.seamless_y
    assert not settings.post
    steps = Chain.from_text("pixelate:cells=16 outline")
    finished = GenerateSettings.from_recipe(replace(recipe, extra={"post": steps.as_json()}), FULL)
    assert post_of(finished) == steps
    assert not GenerateSettings.from_recipe(replace(recipe, extra={"post": [{"step": "explode"}]}), FULL).post
    varied = replace(recipe, kind="vary", extra={"colour": "lab"})
    settings = GenerateSettings.from_recipe(varied, FULL)
    assert (settings.colour, settings.silhouette) == (ColourLock.LAB, Silhouette.FREE)
    assert (Seamless.X | Seamless.Y) == Seamless.BOTH
