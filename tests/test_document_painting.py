"""Brushes, fills and the colour picker."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.document import areas, arranging, filling, selecting
from desktop_app.document.brushes import Brush, Stroke, dab
from desktop_app.document.document import Document
from desktop_app.document.edits import Part
from desktop_app.document.history import History
from desktop_app.document.inks import masked, painted
from inference.errors import BadRequest
from inference.geometry import Bounds, Size

RED = (255, 0, 0)
LAW = settings(max_examples=60, deadline=None)


@pytest.fixture
def history() -> Iterator[History]:
    history = History(Document.new(Size(200, 160)))
    yield history
    history.close()


def layer_of(history: History) -> int:
    assert history.document.active is not None
    return history.document.active


def stroke(
    history: History, brush: Brush, *points: tuple[float, float], ink: tuple[int, int, int] | None = RED
) -> Bounds:
    made = Stroke(history.begin("Brush stroke"), layer_of(history), brush, ink)
    for point in points:
        made.to(*point)
    return history.commit()


@pytest.mark.parametrize("size", [1, 2, 5, 20.5, 40, 300])
@pytest.mark.parametrize("hardness", [0.0, 0.5, 1.0])
def test_a_dab_is_round_and_as_large_as_it_says(size: float, hardness: float) -> None:
    mask = dab(size, hardness).astype(float) / 255
    np.testing.assert_allclose(mask, mask[::-1], atol=0.005)
    np.testing.assert_allclose(mask, mask.T, atol=0.005)
    assert mask[0].max() == 0
    if hardness == 1 and size >= 5:
        assert mask.sum() == pytest.approx(np.pi * size * size / 4, rel=0.05)
        assert mask.max() == 1


def test_a_dab_can_lie_between_pixels() -> None:
    mask = dab(10, 1.0, 0.5, 0.0)
    np.testing.assert_array_equal(mask[:, 1:], mask[:, :0:-1])
    assert not np.array_equal(mask, mask[:, ::-1])


def test_a_dab_lies_where_the_pen_is(history: History) -> None:
    stroke(history, Brush(size=9, hardness=1), (100.5, 80.5))
    alpha = history.document.compose()[..., 3]
    ys, xs = np.nonzero(alpha)
    assert (xs.mean(), ys.mean()) == (100, 80)
    assert xs.max() - xs.min() == 8


def test_a_stroke_is_even_where_it_crosses_itself(history: History) -> None:
    stroke(history, Brush(size=20, hardness=1, opacity=0.5), (20, 80), (180, 80), (100, 80), (100, 20), (100, 140))
    alpha = history.document.compose()[..., 3]
    assert alpha.max() == 128
    assert (alpha[80, 30:170] == 128).all()


def test_dabs_do_not_depend_on_how_the_path_is_cut(history: History) -> None:
    stroke(history, Brush(size=12), (20, 30), (120, 30))
    whole = history.document.compose()
    history.undo()
    stroke(history, Brush(size=12), *((20 + step / 4, 30) for step in range(401)))
    difference = np.abs(whole.astype(int) - history.document.compose())
    assert difference.max() <= 2


def test_two_strokes_add_up(history: History) -> None:
    for _ in range(2):
        stroke(history, Brush(size=20, opacity=0.5), (50, 50))
    assert history.document.compose()[50, 50, 3] == pytest.approx(255 * 0.75, abs=1)


def test_the_eraser_takes_alpha_and_leaves_colour(history: History) -> None:
    document = history.document
    history.do(*filling.fill(document, (10, 20, 30)))
    stroke(history, Brush(size=20, hardness=1), (50, 50), ink=None)
    assert document.layers[0].pixels[50, 50].tolist() == [10, 20, 30, 0]
    assert document.layers[0].pixels[100, 100].tolist() == [10, 20, 30, 255]


def test_pressure_scales_size_or_opacity(history: History) -> None:
    document = history.document
    for brush, x in ((Brush(size=40, pressure_size=True), 50), (Brush(size=40, pressure_opacity=True), 130)):
        made = Stroke(history.begin("b"), layer_of(history), brush, RED)
        made.to(x, 80, 0.5)
        history.commit()
    alpha = document.compose()[..., 3]
    assert alpha[80, 50] == 255
    assert np.count_nonzero(alpha[80, :90]) == pytest.approx(20, abs=2)
    assert alpha[80, 130] == 128
    assert np.count_nonzero(alpha[80, 90:]) == pytest.approx(40, abs=2)


def test_a_stroke_stays_in_the_selection(history: History) -> None:
    document = history.document
    history.do(selecting.select(document, areas.rectangle(document.size, 40, 40, 30, 30)))
    stroke(history, Brush(size=80, hardness=1), (40, 40), (80, 80))
    outside = document.compose()[..., 3].copy()
    outside[40:70, 40:70] = 0
    assert not outside.any()
    assert document.compose()[50, 50, 3] == 255


def test_a_stroke_on_the_selection_selects_and_erases(history: History) -> None:
    document = history.document
    for ink, wanted in ((RED, 255), (None, 0)):
        made = Stroke(history.begin("Select by brush"), Part.SELECTION, Brush(size=30), ink)
        assert made.to(60, 60).contains(Bounds(50, 50, 20, 20))
        history.commit()
        assert document.selection[60, 60] == wanted
    assert not document.compose().any()


def test_a_small_layer_grows_to_the_canvas_and_shrinks_back_on_undo(history: History) -> None:
    document = history.document
    history.do(arranging.add_layer(document, np.full((10, 10, 4), 255, np.uint8), x=-5, y=150))
    small = document.layers[-1]
    stroke(history, Brush(size=10), (100, 20))
    grown = document.layers[-1]
    assert grown.bounds == Bounds(-5, 0, 205, 160)
    assert grown.part(Bounds(-5, 150, 10, 10)).min() == 255
    history.undo()
    assert document.layers[-1] == small


@pytest.mark.parametrize("place", [(-500, -500), (0, 0), (199.9, 159.9), (1e5, 3)])
def test_strokes_may_leave_the_canvas(history: History, place: tuple[float, float]) -> None:
    bounds = stroke(history, Brush(size=30), (100, 80), place)
    assert history.document.stack.bounds.contains(bounds)


def test_a_locked_layer_is_left_alone(history: History) -> None:
    document = history.document
    history.do(arranging.set_locked(document, layer_of(history), locked=True))
    actions = (
        lambda: Stroke(history.begin("b"), layer_of(history), Brush(), RED),
        lambda: filling.fill(document, RED),
        lambda: filling.clear(document),
        lambda: arranging.remove_layer(document),
        lambda: arranging.move_layer(document, 1, 1),
        lambda: filling.put_pixels(document, np.zeros((2, 2, 4), np.uint8), 0, 0),
    )
    for action in actions:
        with pytest.raises(BadRequest, match=r"is locked\. Unlock it"):
            action()


@pytest.mark.parametrize("change", [{"size": 0}, {"size": 9999}, {"hardness": 2}, {"opacity": -1}, {"spacing": 0}])
def test_a_brush_that_cannot_be_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(BadRequest, match="goes from"):
        Brush(**change)  # pyright: ignore[reportArgumentType]


@LAW
@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_ink_is_laid_over(value: int, alpha: int, cover: int) -> None:
    pixels = np.array([[[value, value, value, alpha]]], np.uint8)
    coverage = np.array([[cover]], np.uint8)
    got = painted(pixels, coverage, (200, 100, 0))[0, 0].astype(float)
    w, a = cover / 255, alpha / 255
    total = w + a - w * a
    assert got[3] == pytest.approx(255 * total, abs=0.51)
    if total > 0:
        assert got[0] == pytest.approx((200 * w + value * a * (1 - w)) / total, abs=0.51)
    else:
        assert got[0] == value
    assert masked(pixels[..., 3], coverage, erase=False)[0, 0] == pytest.approx(255 * total, abs=1)
    assert masked(pixels[..., 3], coverage, erase=True)[0, 0] == pytest.approx(255 * a * (1 - w), abs=1)


def test_no_ink_changes_nothing() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 30, 4), np.uint8)
    nothing = np.zeros((30, 30), np.uint8)
    np.testing.assert_array_equal(painted(pixels, nothing, (1, 2, 3)), pixels)
    np.testing.assert_array_equal(painted(pixels, nothing, None), pixels)


def test_filling_stays_in_area_and_selection(history: History) -> None:
    document = history.document
    history.do(selecting.select(document, areas.rectangle(document.size, 0, 0, 50, 160)))
    touched = history.do(*filling.fill(document, RED, areas.rectangle(document.size, 30, 30, 60, 60)))
    assert touched == Bounds(30, 30, 20, 60)
    assert np.count_nonzero(document.compose()[..., 3]) == 20 * 60
    assert history.labels[-1] == "Fill"


def test_clearing_erases_the_selection_only(history: History) -> None:
    document = history.document
    history.do(*filling.fill(document, RED))
    history.do(selecting.select(document, areas.rectangle(document.size, 0, 0, 50, 160)))
    history.do(*filling.clear(document))
    assert document.compose()[..., 3].sum() == 255 * 150 * 160


@pytest.mark.parametrize(("contiguous", "wanted"), [(True, 1), (False, 2)])
def test_the_bucket_fills_what_looks_alike(history: History, contiguous: bool, wanted: int) -> None:
    document = history.document
    pixels = np.zeros((160, 200, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[20:40, 20:40] = pixels[20:40, 80:100] = (90, 90, 90, 255)
    history.do(*filling.put_pixels(document, pixels, 0, 0))
    history.do(*filling.bucket(document, 30, 30, RED, tolerance=10, contiguous=contiguous))
    red = (document.compose()[..., 0] == 255).sum()
    assert red == wanted * 20 * 20 - wanted * 76, "all but the soft edge"
    assert (document.compose()[50:, :, 0] == 0).all()


def test_the_bucket_can_look_at_the_whole_picture(history: History) -> None:
    document = history.document
    history.do(*filling.fill(document, (0, 0, 0), areas.rectangle(document.size, 0, 0, 100, 160)))
    history.do(arranging.add_layer(document))
    history.do(*filling.bucket(document, 150, 80, RED, merged=True))
    alpha = document.layers[-1].pixels[..., 3]
    assert (alpha[:, 102:] == 255).all()
    assert not alpha[:, :98].any()


def test_pixels_are_put_as_they_are(history: History) -> None:
    document = history.document
    history.do(*filling.fill(document, RED))
    before = document.compose()
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 4), np.uint8)
    history.do(*filling.put_pixels(document, pixels, 190, 10))
    np.testing.assert_array_equal(document.layers[0].pixels[10:30, 190:], pixels[:, :10])
    after = document.compose()
    after[10:30, 190:] = before[10:30, 190:]
    np.testing.assert_array_equal(after, before)


def test_the_picker_sees_what_is_shown(history: History) -> None:
    document = history.document
    history.do(*filling.fill(document, (100, 50, 0)))
    history.do(arranging.add_layer(document, np.full((10, 10, 4), 255, np.uint8), x=20, y=20))
    assert filling.colour_at(document, 25, 25) == (255, 255, 255, 255)
    assert filling.colour_at(document, 25, 25, document.layers[0].id) == (100, 50, 0, 255)
    assert filling.colour_at(document, 0, 0, radius=3) == (100, 50, 0, 255)
    assert filling.colour_at(document, 19, 25, radius=1) == (152, 118, 85, 255)
    assert filling.colour_at(document, -1, 0) is None
    assert filling.colour_at(document, 200, 0) is None
    assert filling.colour_at(document, 0, 0, document.layers[1].id) == (0, 0, 0, 0)
