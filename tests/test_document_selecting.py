"""Areas, and what they do to the selection."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.document import areas, selecting
from desktop_app.document.areas import Area
from desktop_app.document.document import Document
from desktop_app.document.history import History
from desktop_app.document.selecting import Combine
from inference.errors import BadRequest
from inference.geometry import Bounds, Size

CANVAS = Size(120, 90)
LAW = settings(max_examples=60, deadline=None)
places = st.floats(-20, 130)
lengths = st.floats(-60, 60)


@pytest.fixture
def history() -> Iterator[History]:
    history = History(Document.new(CANVAS))
    yield history
    history.close()


def whole(area: Area) -> np.ndarray:
    return area.at(Bounds.of(CANVAS)).astype(float) / 255


@LAW
@given(places, places, lengths, lengths)
def test_a_rectangle_covers_its_exact_area(x: float, y: float, width: float, height: float) -> None:
    got = whole(areas.rectangle(CANVAS, x, y, width, height))
    left, right = sorted((x, x + width))
    top, bottom = sorted((y, y + height))
    inside = max(0, min(right, 120) - max(left, 0)) * max(0, min(bottom, 90) - max(top, 0))
    assert got.sum() == pytest.approx(inside, abs=0.003 * got.size**0.5 * 4 + 0.02 * inside)


@pytest.mark.parametrize(("width", "height"), [(60, 40), (80, 80), (100, 6), (31.5, 20.25)])
def test_an_ellipse_covers_its_area_and_is_even(width: float, height: float) -> None:
    got = whole(areas.ellipse(CANVAS, 60 - width / 2, 45 - height / 2, width, height))
    assert got.sum() == pytest.approx(np.pi * width * height / 4, rel=0.02)
    np.testing.assert_allclose(got, got[:, ::-1], atol=0.005)
    np.testing.assert_allclose(got, got[::-1], atol=0.005)
    assert 0 < ((got > 0) & (got < 1)).sum() < 4 * (width + height)


def test_a_polygon_is_the_rectangle_with_its_corners() -> None:
    corners = [(10.5, 20.25), (70.5, 20.25), (70.5, 60.75), (10.5, 60.75)]
    got, wanted = whole(areas.polygon(CANVAS, corners)), whole(areas.rectangle(CANVAS, 10.5, 20.25, 60, 40.5))
    assert np.abs(got - wanted).max() <= 0.4, "OpenCV draws the edge itself too: an eighth of a pixel"
    assert got.sum() == pytest.approx(wanted.sum(), rel=0.015)


def test_a_triangle_has_a_smooth_edge() -> None:
    got = whole(areas.polygon(CANVAS, [(10, 10), (110, 40), (20, 80)]))
    assert got.sum() == pytest.approx(abs((100 * 70) - (30 * 10)) / 2, rel=0.01)
    assert len(np.unique(got)) > 8


def test_a_polygon_may_be_larger_than_the_canvas_and_cross_itself() -> None:
    size = Size(8192, 300)
    huge = areas.polygon(size, [(-9000, -9000), (20000, -9000), (20000, 9000), (-9000, 9000)])
    assert huge.bounds == Bounds.of(size)
    assert huge.coverage.min() == 255
    bow = whole(areas.polygon(CANVAS, [(10, 10), (110, 80), (110, 10), (10, 80)]))
    assert bow[45, 20] == 1
    assert bow[15, 60] == 0


@pytest.mark.parametrize("points", [[], [(1, 1)], [(1, 1), (50, 50)], [(500, 500), (600, 500), (600, 600)]])
def test_a_polygon_of_nothing_is_nothing(points: list[tuple[float, float]]) -> None:
    area = areas.polygon(CANVAS, points)
    assert not area.coverage.any()


WAYS = [
    (Combine.REPLACE, lambda _old, new: new),
    (Combine.ADD, np.maximum),
    (Combine.SUBTRACT, lambda old, new: np.minimum(old, 1 - new)),
    (Combine.INTERSECT, np.minimum),
]


@pytest.mark.parametrize(("how", "wanted"), WAYS)
def test_combining(history: History, how: Combine, wanted) -> None:
    first, second = areas.ellipse(CANVAS, 5, 5, 60, 60), areas.ellipse(CANVAS, 40, 20, 60, 60)
    history.do(selecting.select(history.document, first))
    history.do(selecting.select(history.document, second, how))
    got = history.document.selection / 255
    np.testing.assert_allclose(got, wanted(whole(first), whole(second)), atol=1e-9)
    history.undo()
    np.testing.assert_allclose(history.document.selection / 255, whole(first))


def test_everything_nothing_and_the_rest(history: History) -> None:
    document = history.document
    history.do(selecting.select_all(document))
    assert document.selection.min() == 255
    history.do(selecting.invert(document))
    assert document.selected() is None
    history.do(selecting.select(document, areas.rectangle(CANVAS, 3, 4, 5, 6)))
    assert document.selected() == Bounds(3, 4, 5, 6)
    history.do(selecting.select_none(document))
    assert document.selected() is None
    with pytest.raises(BadRequest, match="Nothing is selected"):
        selecting.grow(document, 2)


@LAW
@given(st.integers(0, 9999))
def test_inverting_twice_is_nothing(seed: int) -> None:
    document = Document.new(CANVAS)
    history = History(document)
    mask = np.random.default_rng(seed).integers(0, 256, CANVAS.shape, np.uint8)
    history.do(selecting.select_mask(document, mask))
    history.do(selecting.invert(document))
    history.do(selecting.invert(document))
    np.testing.assert_array_equal(document.selection, mask)
    history.close()


@pytest.mark.parametrize("by", [1, 3, 10])
def test_growing_and_shrinking_a_rectangle(history: History, by: int) -> None:
    document = history.document
    history.do(selecting.select(document, areas.rectangle(CANVAS, 40, 30, 30, 30)))
    history.do(selecting.grow(document, by))
    assert document.selected() == Bounds(40 - by, 30 - by, 30 + 2 * by, 30 + 2 * by)
    assert document.selection[45, 40 - by] == 255
    assert document.selection[30 - by, 40 - by] < 255, "corners are round"
    history.undo()
    history.do(selecting.shrink(document, by))
    assert document.selected() == Bounds(40 + by, 30 + by, 30 - 2 * by, 30 - 2 * by)


def test_shrinking_does_not_start_at_the_canvas_edge(history: History) -> None:
    document = history.document
    history.do(selecting.select(document, areas.rectangle(CANVAS, 0, 0, 30, 90)))
    history.do(selecting.shrink(document, 4))
    assert document.selected() == Bounds(0, 0, 26, 90)


def test_feathering_is_even_and_keeps_the_middle(history: History) -> None:
    document = history.document
    history.do(selecting.select(document, areas.rectangle(CANVAS, 60, 0, 60, 90)))
    history.do(selecting.feather(document, 8))
    row = document.selection[45].astype(int)
    assert (np.diff(row) >= 0).all()
    assert row[119] == 255
    assert row[50] == 0
    assert row[59] + row[60] == pytest.approx(255, abs=3)
    assert (document.selection[0] == document.selection[45]).all()


def test_selecting_by_alpha(history: History) -> None:
    document = history.document
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 4), np.uint8)
    from desktop_app.document import arranging  # noqa: PLC0415

    history.do(arranging.add_layer(document, pixels, x=100, y=-10))
    history.do(selecting.select_alpha(document))
    np.testing.assert_array_equal(document.selection[:20, 100:], pixels[10:, :20, 3])
    assert not document.selection[:, :100].any()
    history.do(arranging.move_layer(document, 500, 500))
    history.do(selecting.select_alpha(document))
    assert document.selected() is None


def picture() -> np.ndarray:
    pixels = np.zeros((90, 120, 4), np.uint8)
    pixels[10:30, 10:30] = (200, 0, 0, 255)
    pixels[10:30, 60:80] = (205, 0, 0, 255)
    pixels[50:70, 10:30] = (0, 200, 0, 255)
    return pixels


@pytest.mark.parametrize(
    ("place", "tolerance", "contiguous", "pixels"),
    [
        ((15, 15), 0, True, 400),
        ((15, 15), 0, False, 400),
        ((15, 15), 5, False, 800),
        ((15, 15), 5, True, 400),
        ((0, 0), 0, True, 90 * 120 - 1200),
        ((0, 0), 255, True, 90 * 120),
    ],
)
def test_the_wand(place: tuple[int, int], tolerance: int, contiguous: bool, pixels: int) -> None:
    area = areas.alike(picture(), *place, tolerance=tolerance, contiguous=contiguous, smooth=False)
    assert (area.coverage == 255).sum() == pixels
    assert set(np.unique(area.coverage)) <= {0, 255}
    assert whole(area)[place[1], place[0]] == 1


def test_the_wand_does_not_pass_corners_and_softens_its_edge() -> None:
    pixels = np.zeros((90, 120, 4), np.uint8)
    pixels[:10, :10] = pixels[10:20, 10:20] = 255
    assert (areas.alike(pixels, 0, 0, smooth=False).coverage == 255).sum() == 100
    soft = areas.alike(pixels, 0, 0)
    assert 0 < soft.coverage[5, 10] < 128 < soft.coverage[5, 9] < 255


def test_transparent_pixels_are_alike_whatever_colour_they_hide() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (90, 120, 4), np.uint8)
    pixels[..., 3] = 0
    assert areas.alike(pixels, 3, 3, tolerance=0).coverage.min() == 255
    with pytest.raises(BadRequest, match="outside the canvas"):
        areas.alike(pixels, 120, 0)


def test_a_mask_of_another_size_is_refused(history: History) -> None:
    with pytest.raises(BadRequest, match="must be 120x90"):
        selecting.select_mask(history.document, np.zeros((5, 5), np.uint8))
