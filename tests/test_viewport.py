"""Laws of the transform between a document and its view."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desktop_app.canvas.viewport import (
    KEPT,
    LEAST_ZOOM,
    MOST_ZOOM,
    STEPS,
    Viewport,
    checker_side,
    next_step,
    ruler_step,
)
from inference.geometry import Bounds, Size

sides = st.integers(1, 8192)
views = st.integers(1, 5000)
zooms = st.floats(LEAST_ZOOM, MOST_ZOOM)
offsets = st.floats(-20_000, 20_000)
shares = st.floats(0, 1)


@st.composite
def viewports(draw: st.DrawFn) -> Viewport:
    return Viewport(
        size=Size(draw(sides), draw(sides)),
        width=draw(views),
        height=draw(views),
        zoom=draw(zooms),
        left=draw(offsets),
        top=draw(offsets),
    )


def close(a: tuple[float, float], b: tuple[float, float], by: float) -> bool:
    return abs(a[0] - b[0]) <= by and abs(a[1] - b[1]) <= by


def in_sight(start: float, length: float, room: float) -> float:
    return min(start + length, room) - max(start, 0)


@given(viewports(), offsets, offsets)
def test_there_and_back(viewport: Viewport, x: float, y: float) -> None:
    assert close(viewport.to_view(*viewport.to_document(x, y)), (x, y), 1e-6)
    assert close(viewport.to_document(*viewport.to_view(x, y)), (x, y), 1e-6)


@given(viewports(), shares, shares, st.floats(0.001, 1000))
def test_zooming_keeps_the_point_under_the_cursor(viewport: Viewport, across: float, down: float, to: float) -> None:
    point = across * viewport.size.width, down * viewport.size.height
    cursor = viewport.to_view(*point)
    zoomed = viewport.zoomed(to, *cursor)
    assert LEAST_ZOOM <= zoomed.zoom <= MOST_ZOOM
    at = viewport.to_document(*cursor)
    assume(0 <= at[0] <= viewport.size.width and 0 <= at[1] <= viewport.size.height)
    assert close(zoomed.to_view(*at), cursor, 1e-6)


@given(viewports(), offsets, offsets, st.floats(0.1, 10))
def test_scaling_there_and_back_keeps_the_zoom(viewport: Viewport, x: float, y: float, factor: float) -> None:
    zoomed = viewport.scaled(factor, x, y)
    assert LEAST_ZOOM <= zoomed.zoom <= MOST_ZOOM
    assert abs(zoomed.zoom / min(max(viewport.zoom * factor, LEAST_ZOOM), MOST_ZOOM) - 1) <= 0.0201


def test_a_wheel_comes_back_to_a_hundred_percent() -> None:
    viewport = Viewport(size=Size(640, 480), width=800, height=600)
    for notch in [1] * 9 + [-1] * 9:
        viewport = viewport.scaled(2 ** (notch / 4), 200, 200)
    assert viewport.zoom == 1


@given(viewports(), st.floats(-30_000, 30_000), st.floats(-30_000, 30_000))
def test_panning_never_loses_the_document(viewport: Viewport, dx: float, dy: float) -> None:
    panned = viewport.panned(dx, dy)
    for start, length, room in (
        (panned.left, panned.size.width * panned.zoom, panned.width),
        (panned.top, panned.size.height * panned.zoom, panned.height),
    ):
        assert in_sight(start, length, room) >= min(KEPT, length, room) - 1e-6
    assert panned.zoom == viewport.zoom
    assert close((panned.kept_near().left, panned.kept_near().top), (panned.left, panned.top), 1e-9)


@given(viewports())
def test_fit_shows_all_in_the_middle(viewport: Viewport) -> None:
    fitted = Viewport.fitted(viewport.size, viewport.width, viewport.height, margin=0)
    if fitted.zoom > LEAST_ZOOM:
        assert fitted.left >= -1e-6
        assert fitted.top >= -1e-6
        assert fitted.visible == Bounds.of(fitted.size)
    middle = fitted.to_document(fitted.width / 2, fitted.height / 2)
    assert close(middle, (fitted.size.width / 2, fitted.size.height / 2), 1e-6)
    assert fitted.zoom < 2 or fitted.zoom == math.floor(fitted.zoom)


@given(viewports(), views, views)
def test_resizing_keeps_the_middle(viewport: Viewport, width: int, height: int) -> None:
    viewport = viewport.centred(viewport.size.width / 2, viewport.size.height / 2)
    resized = viewport.resized(width, height)
    middle = resized.to_document(width / 2, height / 2)
    assert close(middle, (viewport.size.width / 2, viewport.size.height / 2), 1e-6)


@given(viewports(), st.integers(0, 500), st.integers(0, 500))
def test_content_stays_where_it_is_when_the_document_grows(viewport: Viewport, dx: int, dy: int) -> None:
    viewport = viewport.centred(viewport.size.width / 2, viewport.size.height / 2)
    size = Size(viewport.size.width + dx, viewport.size.height + dy)
    stayed = replace(
        viewport, size=size, left=viewport.left - dx * viewport.zoom, top=viewport.top - dy * viewport.zoom
    )
    grown = viewport.with_size(size, dx, dy)
    assert grown == stayed.kept_near()
    assume(stayed == stayed.kept_near())  # else it would be out of sight
    x, y = viewport.size.width / 2, viewport.size.height / 2
    assert close(grown.to_view(x + dx, y + dy), viewport.to_view(x, y), 1e-4)


@given(viewports(), st.integers(0, 4000), st.integers(0, 4000), st.integers(1, 300), st.integers(1, 300))
def test_covering_holds_every_point_that_is_seen(viewport: Viewport, x: int, y: int, width: int, height: int) -> None:
    covering = viewport.covering(Bounds(x, y, width, height))
    for point in ((x, y), (x + width, y + height), (x + width / 2, y + height / 2)):
        across, down = viewport.to_view(*point)
        if 0 < across < viewport.width and 0 < down < viewport.height:
            assert covering.x <= across <= covering.right
            assert covering.y <= down <= covering.bottom


@given(viewports())
def test_what_is_visible_is_seen_and_nothing_else(viewport: Viewport) -> None:
    visible = viewport.visible
    assert Bounds.of(viewport.size).contains(visible)
    if not visible.empty:
        left, top = viewport.to_view(visible.x, visible.y)
        right, bottom = viewport.to_view(visible.right, visible.bottom)
        assert left < viewport.width + 1e-6
        assert top < viewport.height + 1e-6
        assert right > -1e-6
        assert bottom > -1e-6


@given(viewports())
def test_snapping_moves_by_half_a_pixel_at_most(viewport: Viewport) -> None:
    snapped = viewport.snapped()
    assert abs(snapped.left - viewport.left) <= 0.5
    assert snapped.left == math.floor(snapped.left)
    assert snapped.snapped() == snapped


@given(zooms)
def test_the_level_is_never_smaller_than_what_is_seen(zoom: float) -> None:
    level = Viewport(size=Size(1, 1), width=1, height=1, zoom=zoom).level
    left_over = zoom * 2**level
    assert level == 0 or 0.5 < left_over <= 1 + 1e-6


@given(zooms)
def test_steps_go_up_and_down(zoom: float) -> None:
    assert next_step(zoom, larger=True) > zoom or zoom >= MOST_ZOOM * (1 - 1e-5)
    assert next_step(zoom, larger=False) < zoom or zoom <= LEAST_ZOOM * (1 + 1e-5)
    assert {0.5, 1.0, 2.0} <= set(STEPS)


@given(zooms)
def test_checkers_are_never_mush(zoom: float) -> None:
    side = checker_side(zoom)
    assert 8 - 1e-6 <= side < 16 + 1e-6 or side == zoom
    assert math.log2(side / zoom) == pytest.approx(round(math.log2(side / zoom)))


@pytest.mark.parametrize(("zoom", "step"), [(1, 100), (2, 50), (4, 20), (64, 1), (0.1, 1000), (0.64, 100)])
def test_ruler_steps(zoom: float, step: int) -> None:
    assert ruler_step(zoom) == step


@given(viewports(), st.integers(0, 40), offsets, offsets)
def test_rulers_cover_a_part_of_the_view(viewport: Viewport, inset: int, dx: float, dy: float) -> None:
    assume(min(viewport.width, viewport.height) > inset + KEPT)
    ruled = viewport.with_inset(inset).panned(dx, dy)
    for start, side, length in (
        (ruled.left, ruled.size.width, ruled.width),
        (ruled.top, ruled.size.height, ruled.height),
    ):
        seen = min(start + side * ruled.zoom, length) - max(start, inset)
        assert seen >= min(KEPT, side * ruled.zoom) - 1e-6
    fitted = Viewport.fitted(ruled.size, ruled.width, ruled.height, 0, inset)
    assert fitted.to_view(fitted.size.width / 2, fitted.size.height / 2) == pytest.approx(fitted.middle)
    if LEAST_ZOOM < fitted.zoom < MOST_ZOOM:
        assert fitted.left >= inset - 1e-6
        assert fitted.top >= inset - 1e-6
        assert fitted.visible == Bounds.of(fitted.size)
