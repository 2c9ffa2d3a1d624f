"""Laws of the document: undo is the inverse of redo, a dirty rectangle gives what the whole gives."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.document import areas, arranging, filling, selecting, transforming
from desktop_app.document.blending import BlendMode
from desktop_app.document.brushes import Brush, Stroke
from desktop_app.document.composing import compose, compose_for_screen
from desktop_app.document.document import Document
from desktop_app.document.edits import Part
from desktop_app.document.history import History
from desktop_app.document.layers import Layer, Stack
from inference.alpha import Pixels
from inference.errors import BadRequest
from inference.geometry import Bounds, Size

LAW = settings(max_examples=40, deadline=None)
MODES = list(BlendMode)


def noise(seed: int, height: int, width: int) -> Pixels:
    """Random pixels: some opaque, some empty, some soft."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (height, width, 4), np.uint8)
    kind = random.integers(0, 3, (height, width))
    pixels[..., 3] = np.where(kind == 0, 0, np.where(kind == 1, 255, pixels[..., 3]))
    return pixels


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    seed, width, height = draw(st.integers(0, 9999)), draw(st.integers(1, 60)), draw(st.integers(1, 60))
    layer = Layer.of(noise(seed, height, width), draw(st.sampled_from(["Ink", "背景", "a<b>&'\""])))
    if draw(st.booleans()):
        layer.pixels[..., 3] = 255
    return replace(
        layer,
        opacity=draw(st.sampled_from([0.0, 0.3, 0.5, 1.0])),
        mode=draw(st.sampled_from(MODES)),
        visible=draw(st.booleans()) or draw(st.booleans()),
        x=draw(st.integers(-20, 40)),
        y=draw(st.integers(-20, 40)),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    size = Size(draw(st.integers(1, 60)), draw(st.integers(1, 60)))
    return Document(Stack.of(size, tuple(draw(st.lists(layers(), min_size=1, max_size=4)))))


@st.composite
def bounds_in(draw: st.DrawFn, size: Size) -> Bounds:
    x, y = draw(st.integers(0, size.width - 1)), draw(st.integers(0, size.height - 1))
    return Bounds(x, y, draw(st.integers(1, size.width - x)), draw(st.integers(1, size.height - y)))


State = tuple[object, ...]


def state_of(document: Document) -> State:
    """All that undo must bring back, to the byte."""
    stack = document.stack
    fields = [(*(getattr(layer, name) for name in ("id", "name", "opacity", "mode", "visible", "locked", "x", "y")),
               layer.pixels.shape, layer.pixels.tobytes()) for layer in stack.layers]  # fmt: skip
    return stack.size, stack.active, tuple(fields), document.selection.tobytes()


# ------------------------------------------------------------------ random edits

Action = Callable[[History, np.random.Generator], object]


def some_area(document: Document, random: np.random.Generator) -> areas.Area:
    x, y, width, height = random.uniform(-10, 50, 4)
    shapes = (areas.rectangle, areas.ellipse)
    if random.random() < 0.3:
        return areas.polygon(document.size, [tuple(random.uniform(-5, 60, 2)) for _ in range(5)])
    return shapes[random.integers(2)](document.size, x, y, width, height)


def some_layer(document: Document, random: np.random.Generator) -> int:
    if not document.layers:
        raise BadRequest("There is no layer.")
    return document.layers[random.integers(len(document.layers))].id


def stroke(history: History, random: np.random.Generator) -> Bounds:
    document = history.document
    target = Part.SELECTION if random.random() < 0.3 else some_layer(document, random)
    ink = None if random.random() < 0.3 else (200, 30, 90)
    brush = Brush(size=float(random.uniform(0.5, 30)), hardness=float(random.random()), opacity=0.7, pressure_size=True)
    gesture = history.begin("Brush stroke")
    made = Stroke(gesture, target, brush, ink)
    for _ in range(3):
        made.to(*random.uniform(-20, 80, 2), pressure=float(random.random()))
    return history.cancel() if random.random() < 0.2 else history.commit()


ACTIONS: dict[str, Action] = {
    "add": lambda h, r: h.do(arranging.add_layer(h.document, noise(int(r.integers(99)), 9, 11), x=3, y=-2)),
    "add empty": lambda h, r: h.do(arranging.add_layer(h.document)),
    "remove": lambda h, r: h.do(arranging.remove_layer(h.document, some_layer(h.document, r))),
    "duplicate": lambda h, r: h.do(arranging.duplicate_layer(h.document, some_layer(h.document, r))),
    "reorder": lambda h, r: h.do(
        arranging.move_in_stack(h.document, some_layer(h.document, r), int(r.integers(-1, 5)))
    ),
    "rename": lambda h, r: h.do(arranging.rename_layer(h.document, some_layer(h.document, r), "新")),
    "opacity": lambda h, r: h.do(arranging.set_opacity(h.document, some_layer(h.document, r), float(r.random()))),
    "mode": lambda h, r: h.do(arranging.set_mode(h.document, some_layer(h.document, r), MODES[r.integers(len(MODES))])),
    "visible": lambda h, r: h.do(arranging.set_visible(h.document, some_layer(h.document, r), bool(r.integers(2)))),
    "locked": lambda h, r: h.do(arranging.set_locked(h.document, some_layer(h.document, r), bool(r.integers(2)))),
    "move": lambda h, r: h.do(arranging.move_layer(h.document, *(int(v) for v in r.integers(-30, 30, 2)))),
    "merge down": lambda h, r: h.do(arranging.merge_down(h.document, some_layer(h.document, r))),
    "flatten": lambda h, r: h.do(arranging.flatten(h.document)),
    "crop": lambda h, r: h.do(arranging.crop(h.document, Bounds(*(int(v) for v in r.integers(-9, 9, 2)), 33, 27))),
    "extend": lambda h, r: h.do(arranging.extend_canvas(h.document, 5, 0, 3, 7)),
    "turn": lambda h, r: h.do(transforming.turn_layer(h.document, list(transforming.Turn)[r.integers(5)])),
    "transform": lambda h, r: h.do(
        transforming.transform_layer(h.document, transforming.Transform(scale_x=0.6, scale_y=-1.2, angle=20))
    ),
    "select": lambda h, r: h.do(
        selecting.select(h.document, some_area(h.document, r), list(selecting.Combine)[r.integers(4)])
    ),
    "select all": lambda h, r: h.do(selecting.select_all(h.document)),
    "deselect": lambda h, r: h.do(selecting.select_none(h.document)),
    "by alpha": lambda h, r: h.do(selecting.select_alpha(h.document, some_layer(h.document, r))),
    "invert": lambda h, r: h.do(selecting.invert(h.document)),
    "grow": lambda h, r: h.do(selecting.grow(h.document, 3)),
    "shrink": lambda h, r: h.do(selecting.shrink(h.document, 2)),
    "feather": lambda h, r: h.do(selecting.feather(h.document, 4)),
    "fill": lambda h, r: h.do(*filling.fill(h.document, (9, 99, 199), some_area(h.document, r), opacity=0.6)),
    "clear": lambda h, r: h.do(*filling.clear(h.document, some_layer(h.document, r))),
    "bucket": lambda h, r: h.do(*filling.bucket(h.document, 0, 0, (1, 2, 3), merged=bool(r.integers(2)))),
    "put": lambda h, r: h.do(
        *filling.put_pixels(h.document, noise(3, 20, 20), *(int(v) for v in r.integers(-9, 40, 2)))
    ),
    "stroke": stroke,
}


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Histories of this module are closed; see ``opened``."""
    yield
    while OPEN:
        OPEN.pop().close()


OPEN: list[History] = []


def opened(document: Document, **options: int) -> History:
    OPEN.append(History(document, **options))
    return OPEN[-1]


@LAW
@given(documents(), st.lists(st.sampled_from(sorted(ACTIONS)), min_size=1, max_size=8), st.integers(0, 9999))
def test_undo_and_redo_are_inverse_over_any_edits(document: Document, names: list[str], seed: int) -> None:
    random = np.random.default_rng(seed)
    history = opened(document)
    states = [state_of(document)]
    for name in names:
        try:
            ACTIONS[name](history, random)
        except BadRequest:
            history.cancel()  # nothing selected, a locked layer, the last layer gone
        if history.position == len(states):
            states.append(state_of(document))
        assert state_of(document) == states[-1], f"{name} changed something that no step knows"
    assert len(history.steps) == len(states) - 1
    history.settle()
    for position in (0, len(names), *random.integers(0, len(states), 5)):
        history.jump(int(position))
        assert state_of(document) == states[history.position]
    history.close()


@LAW
@given(documents(), st.sampled_from(sorted(ACTIONS)), st.integers(0, 9999))
def test_an_edit_changes_nothing_outside_the_bounds_it_returns(document: Document, name: str, seed: int) -> None:
    history = opened(document)
    before, selection, size = document.compose(), document.selection.copy(), document.size
    try:
        touched = ACTIONS[name](history, np.random.default_rng(seed))
    except BadRequest:
        return
    if document.size != size:
        return
    assert isinstance(touched, Bounds)
    inside = touched.intersection(document.stack.bounds)
    for old, new in ((before, document.compose()), (selection, document.selection)):
        same = old.copy()
        same[inside.slices] = new[inside.slices]
        np.testing.assert_array_equal(same, new)
    assert not history.steps or history.undo().contains(touched)
    np.testing.assert_array_equal(document.compose(), before)
    history.close()


@LAW
@given(st.data())
@pytest.mark.parametrize("draw_it", [compose, compose_for_screen])
def test_a_dirty_rectangle_gives_what_the_whole_gives(draw_it: Callable[..., Pixels], data: st.DataObject) -> None:
    document = data.draw(documents())
    bounds = data.draw(bounds_in(document.size))
    whole = draw_it(document.layers, document.stack.bounds)
    np.testing.assert_array_equal(draw_it(document.layers, bounds), whole[bounds.slices])


def test_large_pictures_are_composed_in_threads_to_the_same_bytes() -> None:
    stack = Stack.of(Size(1300, 1100), (Layer.of(noise(1, 1100, 1300), "a"), Layer.of(noise(2, 900, 1000), "b", x=77)))
    for draw_it in (compose, compose_for_screen):
        whole = draw_it(stack.layers, stack.bounds)
        part = Bounds(211, 307, 200, 150)
        np.testing.assert_array_equal(draw_it(stack.layers, part), whole[part.slices])


@LAW
@given(documents())
def test_the_screen_shows_the_exact_picture_within_a_level_for_each_layer(document: Document) -> None:
    sharp = {BlendMode.COLOR_BURN, BlendMode.COLOR_DODGE, BlendMode.HUE, BlendMode.SATURATION, BlendMode.COLOR}
    plain = tuple(layer for layer in document.layers if layer.mode not in sharp)  # those multiply a rounding
    exact = compose(plain, document.stack.bounds).astype(np.float64)
    exact[..., :3] *= exact[..., 3:] / 255
    shown = compose_for_screen(plain, document.stack.bounds)
    assert np.abs(exact - shown).max() <= 1.5 + 2.5 * len(plain)
    assert (shown[..., :3] <= shown[..., 3:]).all()


@LAW
@given(layers())
def test_one_layer_is_composed_to_itself(layer: Layer) -> None:
    alone = replace(layer, opacity=1.0, visible=True, x=0, y=0)
    wanted = alone.pixels.copy()
    wanted[wanted[..., 3] == 0] = 0
    np.testing.assert_array_equal(compose((alone,), alone.bounds), wanted)


@LAW
@given(documents())
def test_flattening_does_not_change_the_picture(document: Document) -> None:
    before = document.compose()
    history = opened(document)
    history.do(arranging.flatten(document))
    assert len(document.layers) == 1
    np.testing.assert_array_equal(document.compose(), before)
    history.close()


MODULES = [
    "areas",
    "arranging",
    "archive",
    "arrays",
    "blending",
    "brushes",
    "composing",
    "document",
    "edits",
    "filling",
    "grid",
    "groups",
    "history",
    "inks",
    "layers",
    "opening",
    "ora",
    "patches",
    "psd",
    "recovery",
    "selecting",
    "transforming",
]


def test_the_document_brings_neither_qt_nor_a_runtime() -> None:
    code = (
        f"import sys, {', '.join(f'desktop_app.document.{name}' for name in MODULES)}\n"
        "heavy = {'PySide6', 'torch', 'onnxruntime', 'diffusers', 'transformers', 'tokenizers'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
