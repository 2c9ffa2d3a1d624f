"""Layers come, go, move and are transformed; the canvas is cut and extended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.document import areas, arranging, filling, selecting
from desktop_app.document.blending import BlendMode
from desktop_app.document.document import Document
from desktop_app.document.history import History
from desktop_app.document.layers import Layer, Stack
from desktop_app.document.transforming import Transform, Turn, transform_layer, transformed, turn_layer
from inference.errors import BadPicture, BadRequest
from inference.geometry import Bounds, Size

LAW = settings(max_examples=40, deadline=None)


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)


@pytest.fixture
def history() -> Iterator[History]:
    history = History(Document.new(Size(100, 80), colour=(255, 255, 255)))
    yield history
    history.close()


def names(document: Document) -> list[str]:
    return [layer.name for layer in document.layers]


def test_a_new_layer_lies_above_the_active_one_and_is_active(history: History) -> None:
    document = history.document
    history.do(arranging.add_layer(document))
    history.do(arranging.add_layer(document))
    document.choose(document.layers[0].id)
    history.do(arranging.add_layer(document, noise(5, 5), "Result", x=7, y=8))
    assert names(document) == ["Background", "Result", "Layer 1", "Layer 2"]
    assert document.active == document.layers[1].id
    assert document.layers[1].bounds == Bounds(7, 8, 5, 5)


def test_removing_chooses_the_layer_under_it(history: History) -> None:
    document = history.document
    history.do(arranging.add_layer(document))
    history.do(arranging.remove_layer(document))
    assert document.active == document.layers[0].id
    history.do(arranging.remove_layer(document))
    assert document.active is None
    assert not document.compose().any()
    with pytest.raises(BadRequest, match="There is no layer"):
        arranging.remove_layer(document)
    with pytest.raises(BadRequest, match="There is no layer"):
        arranging.flatten(document)
    history.do(arranging.add_layer(document))
    assert names(document) == ["Layer 1"]


def test_order(history: History) -> None:
    document = history.document
    for _ in range(3):
        history.do(arranging.add_layer(document))
    history.do(arranging.move_in_stack(document, document.layers[0].id, 2))
    assert names(document) == ["Layer 1", "Layer 2", "Background", "Layer 3"]
    history.do(arranging.move_in_stack(document, document.layers[0].id, 99))
    assert names(document)[-1] == "Layer 1"


def test_a_duplicate_is_a_layer_of_its_own(history: History) -> None:
    document = history.document
    layer = document.layers[0].id
    history.do(arranging.set_mode(document, layer, BlendMode.SCREEN))
    history.do(arranging.duplicate_layer(document))
    first, second = document.layers
    assert (second.mode, second.name) == (BlendMode.SCREEN, "Background copy")
    assert second.id != first.id
    history.do(*filling.fill(document, (0, 0, 0), layer=second.id))
    assert first.pixels.min() == 255


def test_merging_down_keeps_the_look(history: History) -> None:
    document = history.document
    history.do(arranging.add_layer(document, noise(60, 70), "Ink", x=-10, y=30))
    history.do(arranging.set_mode(document, document.layers[1].id, BlendMode.MULTIPLY))
    history.do(arranging.set_opacity(document, document.layers[1].id, 0.6))
    before = document.compose()
    history.do(arranging.merge_down(document))
    assert names(document) == ["Background"]
    assert document.layers[0].bounds == Bounds(-10, 0, 110, 90)
    np.testing.assert_array_equal(document.compose(), before)
    with pytest.raises(BadRequest, match="no layer under"):
        arranging.merge_down(document)


@LAW
@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 150), st.integers(1, 150))
def test_a_crop_shows_what_was_there(x: int, y: int, width: int, height: int) -> None:
    layers = (Layer.of(noise(50, 60), "a", x=5, y=-9), Layer.of(noise(30, 20, 1), "b", x=70, y=20))
    document = Document(Stack.of(Size(100, 80), layers))
    history = History(document)
    history.do(selecting.select(document, areas.ellipse(document.size, 10, 10, 50, 50)))
    before, selection, bounds = document.compose(), document.selection.copy(), Bounds(x, y, width, height)
    history.do(arranging.crop(document, bounds))
    assert document.size == bounds.size
    common = bounds.intersection(Bounds(0, 0, 100, 80))
    inside = common.moved(-x, -y)
    if not common.empty:
        np.testing.assert_array_equal(document.compose()[inside.slices], before[common.slices])
        np.testing.assert_array_equal(document.selection[inside.slices], selection[common.slices])
    assert all(document.stack.bounds.contains(layer.bounds) for layer in document.layers)
    history.close()


def test_extending_makes_transparent_room(history: History) -> None:
    document = history.document
    history.do(arranging.extend_canvas(document, left=10, top=20, right=30, bottom=40))
    assert document.size == Size(140, 140)
    assert document.layers[0].bounds == Bounds(10, 20, 100, 80)
    assert document.compose()[..., 3].sum() == 255 * 100 * 80
    assert history.labels == ("Extend canvas",)
    with pytest.raises(BadPicture, match="from 1 to 8192"):
        arranging.extend_canvas(document, left=9000)
    with pytest.raises(BadPicture, match="from 1 to 8192"):
        arranging.crop(document, Bounds(0, 0, 0, 5))


@pytest.mark.parametrize(
    ("turns", "back"),
    [
        ((Turn.FLIP_HORIZONTAL, Turn.FLIP_HORIZONTAL), True),
        ((Turn.FLIP_VERTICAL, Turn.FLIP_VERTICAL), True),
        ((Turn.LEFT, Turn.RIGHT), True),
        ((Turn.HALF, Turn.HALF), True),
        ((Turn.LEFT,) * 4, True),
        ((Turn.LEFT,), False),
    ],
)
def test_turns_lose_nothing(history: History, turns: tuple[Turn, ...], back: bool) -> None:
    document = history.document
    history.do(arranging.add_layer(document, noise(20, 30), x=10, y=10))
    for turn in turns:
        history.do(turn_layer(document, turn))
    same = np.array_equal(document.layers[-1].pixels, noise(20, 30)) if back else False
    assert same is back
    assert document.layers[-1].bounds.size == (Size(30, 20) if back else Size(20, 30))


def soft(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    alpha = np.clip(200 - 4 * np.hypot(x - width / 2, y - height / 2), 0, 255)
    return np.dstack([np.full_like(alpha, 200), np.full_like(alpha, 100), np.full_like(alpha, 50), alpha]).astype(
        np.uint8
    )


def test_a_transform_of_nothing_is_exact() -> None:
    for pixels in (noise(31, 40), soft(40, 50)):
        got, x, y = transformed(pixels, Transform())
        np.testing.assert_array_equal(got, pixels)
        assert (x, y) == (0, 0)
        got, x, y = transformed(pixels, Transform(dx=5, dy=-3, scale_x=-1))
        np.testing.assert_array_equal(got, pixels[:, ::-1])
        assert (x, y) == (5, -3)


@pytest.mark.parametrize(
    "change",
    [
        {"scale_x": 0.5, "scale_y": 0.5},
        {"scale_x": 2, "scale_y": 3},
        {"angle": 30},
        {"angle": 90},
        {"dx": 0.5},
        {"angle": 45, "scale_x": 1.5},
    ],
)
def test_transforms_leave_no_halo_and_keep_the_middle(change: dict[str, float]) -> None:
    pixels = soft(60, 80)
    got, x, y = transformed(pixels, Transform(**change))
    seen = got[..., 3] > 8
    for channel, value in enumerate((200, 100, 50)):
        assert np.abs(got[..., channel][seen].astype(int) - value).max() <= 2
    weights = got[..., 3].astype(float)
    ys, xs = np.mgrid[: got.shape[0], : got.shape[1]]
    middle = (xs * weights).sum() / weights.sum() + x, (ys * weights).sum() / weights.sum() + y
    old = pixels[..., 3].astype(float)
    oys, oxs = np.mgrid[:60, :80]
    wanted = (oxs * old).sum() / old.sum(), (oys * old).sum() / old.sum()
    assert middle == pytest.approx((wanted[0] + change.get("dx", 0), wanted[1]), abs=0.6)


def test_a_quarter_turn_by_angle_is_the_exact_one() -> None:
    pixels = soft(40, 60)
    got, x, y = transformed(pixels, Transform(angle=90))
    bounds = Bounds(x, y, got.shape[1], got.shape[0])
    exact = np.rot90(pixels, -1)
    inside = Bounds(10, -10, 40, 60).moved(-bounds.x, -bounds.y)
    assert np.abs(got[inside.slices][..., 3].astype(int) - exact[..., 3]).max() <= 1


@LAW
@given(st.floats(0.05, 3), st.floats(0.05, 3), st.floats(-720, 720), st.integers(1, 40), st.integers(1, 40))
def test_any_transform_stays_in_its_bounds(sx: float, sy: float, angle: float, width: int, height: int) -> None:
    got, _, _ = transformed(noise(height, width), Transform(scale_x=sx, scale_y=-sy, angle=angle))
    assert min(got.shape[:2]) >= 1
    assert max(got.shape[:2]) <= 3 * 1.5 * 40 + 4


def test_transforms_that_cannot_be(history: History) -> None:
    document = history.document
    with pytest.raises(BadRequest, match=r"from 0\.01 to 100"):
        Transform(scale_x=0)
    with pytest.raises(BadPicture, match="from 1 to 8192"):
        transform_layer(document, Transform(scale_x=100, scale_y=100))
    history.do(transform_layer(document, Transform(scale_x=0.5, scale_y=0.5)))
    assert document.layers[0].bounds == Bounds(25, 20, 50, 40)
    history.undo()
    assert document.layers[0].bounds == Bounds(0, 0, 100, 80)


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((3, 3), np.uint8),
        np.zeros((3, 3, 4), np.float32),
        np.zeros((3, 3, 2), np.uint8),
        np.zeros((0, 3, 4), np.uint8),
    ],
)
def test_pixels_that_are_no_layer(history: History, bad: np.ndarray) -> None:
    with pytest.raises(BadPicture):
        arranging.add_layer(history.document, bad)


def test_rgb_becomes_opaque(history: History) -> None:
    history.do(arranging.add_layer(history.document, noise(4, 4)[..., :3]))
    assert history.document.layers[-1].pixels[..., 3].min() == 255


def test_a_hidden_layer_and_one_of_no_opacity_are_not_seen(history: History) -> None:
    document = history.document
    before = document.compose()
    history.do(arranging.add_layer(document, noise(80, 100)))
    top = document.layers[-1].id
    history.do(arranging.set_visible(document, top, visible=False))
    np.testing.assert_array_equal(document.compose(), before)
    history.do(arranging.set_visible(document, top, visible=True))
    history.do(arranging.set_opacity(document, top, 0.0))
    np.testing.assert_array_equal(document.compose(), before)
    assert replace(document.layers[-1]).id == top
