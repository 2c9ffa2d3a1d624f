"""The canvas: what is painted, what is composed when, what a tool hears, and that nothing is left running."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise

import fake_engine  # noqa: F401 (offscreen, before Qt)
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QEnterEvent,
    QImage,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPointingDevice,
    QRegion,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.canvas import surface as surface_module
from desktop_app.canvas.mask_overlay import DARK, LIGHT, MaskOverlay
from desktop_app.canvas.painting import Outline
from desktop_app.canvas.pointer import Button, Device, Modifiers, Pointer
from desktop_app.canvas.pyramid import Pyramid
from desktop_app.canvas.rulers import Rulers
from desktop_app.canvas.sampling import picked, sample
from desktop_app.canvas.source import Look
from desktop_app.canvas.surface import Surface, premultiplied
from desktop_app.canvas.view import Canvas
from desktop_app.canvas.viewport import Viewport
from desktop_app.theme import THEMES, contrast
from inference.geometry import Bounds, Size

calm = settings(deadline=None)
"""A machine that is busy takes its time."""
RED, GREEN = (255, 0, 0, 255), (0, 255, 0, 255)
MOVE, PRESS, RELEASE = QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease
NONE, LEFT, RIGHT, MIDDLE = (
    Qt.MouseButton.NoButton,
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)


class Painted:
    """A source made of an array, which remembers what it was asked."""

    def __init__(self, width: int = 64, height: int = 48, colour: tuple[int, int, int, int] = RED) -> None:
        self.pixels = np.full((height, width, 4), colour, np.uint8)
        self.selected: np.ndarray | None = None
        self.asked: list[Bounds] = []

    @property
    def size(self) -> Size:
        return Size(self.pixels.shape[1], self.pixels.shape[0])

    def compose(self, bounds: Bounds) -> np.ndarray:
        assert not bounds.empty
        assert Bounds.of(self.size).contains(bounds)
        self.asked.append(bounds)
        return self.pixels[bounds.slices]

    def mask(self, bounds: Bounds) -> np.ndarray | None:
        assert Bounds.of(self.size).contains(bounds)
        return None if self.selected is None else self.selected[bounds.slices]

    def select(self, bounds: Bounds) -> Bounds:
        self.selected = np.zeros(self.size.shape, np.uint8)
        self.selected[bounds.slices] = 255
        return Bounds.of(self.size)


class Hand:
    """A tool that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Pointer | None]] = []

    def press(self, pointer: Pointer) -> None:
        self.heard.append(("press", pointer))

    def move(self, pointer: Pointer) -> None:
        self.heard.append(("move", pointer))

    def release(self, pointer: Pointer) -> None:
        self.heard.append(("release", pointer))

    def hover(self, pointer: Pointer) -> None:
        self.heard.append(("hover", pointer))

    def cancel(self) -> None:
        self.heard.append(("cancel", None))

    @property
    def words(self) -> list[str]:
        return [word for word, _ in self.heard]


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[Canvas]:
    widget = Canvas()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    assert not widget._complaint


def shown(canvas: Canvas) -> np.ndarray:
    """What is painted, (height, width, 3) RGB."""
    return rgb(canvas.grab().toImage())


def rgb(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


@contextmanager
def updates(canvas: Canvas) -> Iterator[list[QRegion]]:
    """What the canvas asks to have painted again."""
    areas: list[QRegion] = []
    canvas.update = lambda *area: areas.append(QRegion(*area))  # type: ignore[method-assign]
    try:
        yield areas
    finally:
        del canvas.update


def at(canvas: Canvas, x: float, y: float) -> tuple[int, ...]:
    """The colour painted at the middle of a document pixel."""
    across, down = canvas.viewport.to_view(x + 0.5, y + 0.5)
    return tuple(int(value) for value in shown(canvas)[int(down), int(across)])


def place(canvas: Canvas, x: float, y: float) -> QPointF:
    """Where a document point lies in the widget."""
    return QPointF(*(value / canvas.scale for value in canvas.viewport.to_view(x, y)))


def mouse(
    canvas: Canvas,
    kind: QEvent.Type,
    where: QPointF,
    button: Qt.MouseButton = LEFT,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    held = NONE if kind == RELEASE else button
    pressed = NONE if kind == MOVE else button
    event = QMouseEvent(kind, where, canvas.mapToGlobal(where), pressed, held, keys)
    QApplication.sendEvent(canvas, event)


def wheel(
    canvas: Canvas, where: QPointF, turned: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    event = QWheelEvent(
        where,
        canvas.mapToGlobal(where),
        QPoint(),
        QPoint(0, turned),
        NONE,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


# Pyramids


@calm
@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_a_pyramid_written_in_parts_is_the_pyramid(width: int, height: int, data: st.DataObject) -> None:
    pixels = np.random.default_rng(width * 1000 + height).integers(0, 256, (height, width, 4), np.uint8)
    whole, parts = Pyramid(Size(width, height), 4), Pyramid(Size(width, height), 4)
    whole.write(Bounds(0, 0, width, height), pixels)
    for _ in range(3):
        x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
        bounds = Bounds(x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y)))
        parts.write(bounds, pixels[bounds.slices])
    left = Bounds(0, 0, max(1, width // 2), height)
    parts.write(left, pixels[left.slices])
    right = Bounds(left.width, 0, width - left.width, height)
    if not right.empty:
        parts.write(right, pixels[right.slices])
    for level, (one, other) in enumerate(zip(whole.levels, parts.levels, strict=True)):
        assert np.array_equal(one, other), f"level {level} differs"


def test_halving_keeps_flat_colour_and_premultiplication() -> None:
    pyramid = Pyramid(Size(301, 203), 4)
    pyramid.write(Bounds(0, 0, 301, 203), np.full((203, 301, 4), (10, 20, 30, 40), np.uint8))
    for level in pyramid.levels:
        assert (level == (10, 20, 30, 40)).all()
    assert max(pyramid.levels[-1].shape[:2]) <= 64


# Surfaces


def test_small_changes_are_composed_at_once_and_large_ones_when_seen() -> None:
    source = Painted(2048, 2048)
    surface = Surface(source)
    seen = Bounds(0, 0, 300, 300)
    assert surface.stale
    surface.freshen(seen)
    assert source.asked == [Bounds(0, 0, 512, 512)]
    source.asked.clear()
    assert surface.change(Bounds(1500, 1500, 10, 10), seen) == Bounds(1500, 1500, 10, 10)
    assert surface.change(Bounds.of(source.size), seen) == Bounds(0, 0, 512, 512)
    surface.freshen(seen)
    assert source.asked == [Bounds(1500, 1500, 10, 10), Bounds(0, 0, 512, 512)]
    surface.freshen(Bounds(500, 500, 100, 100))  # three more tiles, in one call
    assert source.asked[2:] == [Bounds(0, 0, 1024, 1024)]
    while surface.stale:
        assert not surface.freshen_some(0.001).empty
    assert surface.bytes == pytest.approx(2048 * 2048 * 4 * 4 / 3, rel=0.01)


def test_what_is_opaque_is_known() -> None:
    source = Painted(1100, 600)
    surface = Surface(source)
    everywhere = Bounds.of(source.size)
    assert not surface.opaque(everywhere)  # nothing was read yet
    surface.freshen(everywhere)
    assert surface.opaque(everywhere)
    hole = Bounds(600, 20, 4, 4)
    source.pixels[hole.slices] = (0, 0, 0, 254)
    surface.change(hole.padded(3), everywhere)
    assert not surface.opaque(Bounds(550, 300, 5, 5))
    assert surface.opaque(Bounds(0, 0, 512, 600))
    surface.change(Bounds(700, 100, 9, 9), everywhere)  # the hole is still there
    assert not surface.opaque(hole)
    source.pixels[hole.slices] = RED
    surface.change(hole, everywhere)
    assert surface.opaque(everywhere)


def test_pixels_lie_as_qt_wants_them() -> None:
    source = Painted(3, 2, (10, 20, 30, 40))
    surface = Surface(source)
    surface.freshen(Bounds(0, 0, 3, 2))
    assert surface.images[0].pixel(0, 0) == 40 << 24 | 10 << 16 | 20 << 8 | 30


def test_premultiplying_pictures() -> None:
    straight = np.array([[(200, 100, 50, 128), (9, 9, 9, 0)]], np.uint8)
    image, _memory = premultiplied(straight)
    assert image.pixel(0, 0) == 128 << 24 | 100 << 16 | 50 << 8 | 25
    assert image.pixel(1, 0) == 0
    opaque, _memory = premultiplied(straight[..., :3])
    assert opaque.pixelColor(0, 0) == QColor(200, 100, 50)


# What is painted


def test_an_empty_canvas_shows_its_surround(canvas: Canvas) -> None:
    assert (shown(canvas) == (0x1E, 0x1F, 0x22)).all()
    canvas.changed(Bounds(0, 0, 5, 5))
    canvas.mask_changed(Bounds(0, 0, 5, 5))
    canvas.set_source(Painted())
    canvas.set_source(None)
    assert (shown(canvas) == (0x1E, 0x1F, 0x22)).all()


@pytest.mark.parametrize("zoom", [1 / 8, 0.1875, 0.5, 1.0, 1.5, 2.0, 4.0, 7.0])
def test_the_document_fills_its_place_and_no_more(canvas: Canvas, zoom: float) -> None:
    source = Painted(160, 80)
    canvas.set_source(source)
    canvas.zoom_to(zoom, QPointF(200, 150))
    image, viewport = shown(canvas), canvas.viewport
    place = viewport.covering(Bounds.of(source.size))
    inner = image[place.padded(-1).slices] if min(place.width, place.height) > 4 else image[150:151, 200:201]
    assert (inner == RED[:3]).all()
    outside = image.copy()
    outside[place.padded(2).intersection(Bounds(0, 0, 400, 300)).slices] = (0x1E, 0x1F, 0x22)
    assert (outside == (0x1E, 0x1F, 0x22)).all()


@pytest.mark.parametrize("zoom", [2.0, 2.3, 2.7, 3.7, 5.1, 7.0])
@pytest.mark.parametrize("ruled", [False, True])
def test_squares_lie_where_the_pixels_are(canvas: Canvas, zoom: float, ruled: bool) -> None:
    """Qt alone is up to a view pixel off, and the edge of the mask and the grid would lie beside the pixels."""
    source = Painted(300, 200)
    source.pixels[..., :3] = np.random.default_rng(5).integers(0, 256, (200, 300, 3))
    canvas.set_source(source)
    canvas.set_rulers(ruled)
    canvas.zoom_to(zoom, QPointF(200, 150))
    viewport = canvas.viewport
    columns = np.floor((np.arange(20, 390) + 0.5 - viewport.left) / zoom).astype(int)
    rows = np.floor((np.arange(20, 290) + 0.5 - viewport.top) / zoom).astype(int)
    assert np.array_equal(shown(canvas)[20:290, 20:390], source.pixels[rows][:, columns, :3])


@pytest.mark.parametrize("zoom", [1.0, 2.0, 4.0, 16.0])
def test_pixels_are_exact_at_whole_zooms(canvas: Canvas, zoom: float) -> None:
    rng = np.random.default_rng(1)
    source = Painted(40, 30)
    source.pixels[..., :3] = rng.integers(0, 256, (30, 40, 3))
    canvas.set_source(source)
    canvas.zoom_to(zoom, QPointF(200.3, 150.7))
    image, viewport = shown(canvas), canvas.viewport
    seen = viewport.visible
    for y in range(seen.y + 1, seen.bottom - 1, 5):
        for x in range(seen.x + 1, seen.right - 1, 5):
            left, top = (int(value) for value in viewport.to_view(x, y))
            block = image[top : top + int(zoom), left : left + int(zoom)]
            inside = block[1:, 1:] if zoom >= 8 else block  # the grid
            assert (inside == source.pixels[y, x, :3]).all(), (x, y)


def test_the_pixel_grid_shows_at_high_zoom_only(canvas: Canvas) -> None:
    canvas.set_source(Painted())
    canvas.zoom_to(4)
    assert (shown(canvas)[100:200, 150:250] == RED[:3]).all()
    canvas.zoom_to(16)
    assert not (shown(canvas)[100:200, 150:250] == RED[:3]).all()


def test_checkers_show_through_and_move_with_the_document(canvas: Canvas) -> None:
    source = Painted(400, 400, (0, 0, 0, 0))
    canvas.set_source(source)
    canvas.zoom_to(1, QPointF(200, 150))
    colours = {tuple(int(part) for part in QColor(name).getRgb()[:3]) for name in Look().checkers}
    before = {(x, y): at(canvas, x, y) for x in (190, 197, 205) for y in (190, 197, 205)}
    assert set(before.values()) == colours
    canvas.pan(13, 7)
    assert {point: at(canvas, *point) for point in before} == before


@pytest.mark.parametrize("zoom", [0.1875, 0.3, 0.5, 1.0, 1.3, 2.0, 3.7, 9.0])
def test_a_part_repainted_fits_what_is_around_it(canvas: Canvas, zoom: float) -> None:
    """Dirty rectangles give the picture that painting all of it gives."""
    allowed = 0 if zoom in (0.5, 1) or zoom >= 2 else 1  # Qt rounds differently from where a span begins
    rng = np.random.default_rng(2)
    source = Painted(700, 500)
    source.pixels[..., :3] = rng.integers(0, 256, (500, 700, 3))
    source.select(Bounds(200, 150, 200, 120))
    canvas.set_source(source)
    canvas.set_context(Bounds(100, 100, 400, 300))
    canvas.set_soft(rng.integers(0, 256, (300, 400), np.uint8), Bounds(100, 100, 400, 300))
    canvas.set_rulers(True)
    canvas.zoom_to(zoom, QPointF(200, 150))
    canvas.pan(0.4, 0.7)
    target = QImage(400, 300, QImage.Format.Format_RGB32)
    canvas.render(target)
    for _ in range(6):
        middle = canvas.viewport.to_document(*(int(value) for value in rng.integers(50, 250, 2)))
        x, y = (int(np.clip(value, 0, side - 40)) for value, side in zip(middle, (700, 500), strict=True))
        touched = Bounds(x, y, 33, 27)
        source.pixels[touched.slices] = rng.integers(0, 256, 4)
        source.pixels[..., 3] = 255
        assert source.selected is not None
        source.selected[touched.padded(-9).slices] ^= 255
        with updates(canvas) as areas:
            canvas.changed(touched)
            canvas.mask_changed(touched)
        for area in areas:
            canvas.render(target, area.boundingRect().topLeft(), area)
        whole = QImage(400, 300, QImage.Format.Format_RGB32)
        canvas.render(whole)
        difference = np.abs(rgb(target).astype(int) - rgb(whole))
        where = np.argwhere(difference.max(axis=2) > allowed)
        assert not where.size, f"{difference.max()} apart at {where[0]} for {touched} of {canvas.viewport}"


def test_a_changed_part_is_seen(canvas: Canvas) -> None:
    source = Painted()
    canvas.set_source(source)
    source.pixels[10:20, 10:20] = GREEN
    source.asked.clear()
    canvas.changed(Bounds(10, 10, 10, 10))
    assert source.asked == [Bounds(10, 10, 10, 10)]
    assert at(canvas, 15, 15) == GREEN[:3]
    assert at(canvas, 25, 25) == RED[:3]
    canvas.changed(Bounds(-50, -50, 20, 20))
    canvas.changed(Bounds(60, 40, 100, 100))
    assert source.asked[1:] == [Bounds(60, 40, 4, 8)]


def test_a_large_picture_appears_tile_by_tile(canvas: Canvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[Bounds] = []
    update = canvas._update_document
    monkeypatch.setattr(canvas, "_update_document", lambda bounds: (painted.append(bounds), update(bounds)))
    source = Painted(4096, 2560)
    canvas.set_source(source)
    assert source.asked == [], "the window does not wait for it"
    qtbot.waitUntil(lambda: not canvas._idle.isActive())
    assert {bounds.size for bounds in source.asked} == {Size(512, 512)}
    assert sum(bounds.size.area for bounds in painted) >= 4096 * 2560, "and all of it is painted again"
    source.asked.clear()
    canvas.reload()
    assert source.asked == [Bounds.of(source.size)], "what was seen before does not go meanwhile"


def test_a_large_change_appears_tile_by_tile(canvas: Canvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Painted(3000, 2000)
    canvas.set_source(source)
    qtbot.waitUntil(lambda: not canvas._idle.isActive())
    source.pixels[:] = GREEN
    source.asked.clear()
    monkeypatch.setattr("desktop_app.canvas.document_view.ARRIVES_LATER", 2_000_000)
    canvas.changed(Bounds.of(source.size))
    assert source.asked == [], "the window does not wait for it"
    qtbot.waitUntil(lambda: not canvas._idle.isActive())
    assert sum(bounds.size.area for bounds in source.asked) >= 3000 * 2000
    assert canvas._surface is not None
    assert not canvas._surface.stale


def test_tiles_come_in_when_there_is_time(canvas: Canvas, qtbot: QtBot) -> None:
    source = Painted(3000, 2000)
    canvas.set_source(source)
    canvas.zoom_to(1, QPointF(200, 150))
    qtbot.waitUntil(lambda: not canvas._idle.isActive())
    source.pixels[:] = GREEN
    source.asked.clear()
    canvas.changed(Bounds.of(source.size))
    assert sum(bounds.size.area for bounds in source.asked) < 3000 * 2000 / 2
    assert canvas._idle.isActive()
    qtbot.waitUntil(lambda: not canvas._idle.isActive())
    assert canvas._surface is not None
    assert not canvas._surface.stale


def test_what_is_stale_is_composed_before_it_is_seen(canvas: Canvas) -> None:
    source = Painted(3000, 2000)
    canvas.set_source(source)
    canvas.zoom_to(1)
    source.pixels[:] = GREEN
    canvas.changed(Bounds.of(source.size))
    canvas.centre_on(100, 100)
    assert at(canvas, 100, 100) == GREEN[:3]


def test_a_document_that_changes_its_size(canvas: Canvas) -> None:
    source = Painted()
    source.select(Bounds(1, 1, 5, 5))
    canvas.set_source(source)
    canvas.zoom_to(3)
    before = canvas.viewport.to_view(20, 20)
    source.pixels = np.full((60, 90, 4), GREEN, np.uint8)
    source.selected = None
    canvas.reload(10, 5)
    assert canvas.viewport.size == Size(90, 60)
    assert canvas.viewport.to_view(30, 25) == pytest.approx(before, abs=1)
    assert at(canvas, 85, 55) == GREEN[:3]
    source.pixels = np.full((20, 20, 4), RED, np.uint8)
    canvas.changed(Bounds(0, 0, 1, 1))  # noticed even when nobody said so
    assert canvas.viewport.size == Size(20, 20)


# The mask


def test_the_mask_tints_and_its_edge_marches(canvas: Canvas, qtbot: QtBot) -> None:
    source = Painted(colour=(0, 0, 0, 255))
    canvas.set_source(source)
    canvas.zoom_to(4)
    assert not canvas.animating
    canvas.mask_changed(source.select(Bounds(20, 20, 16, 12)))
    accent = np.array(QColor(Look().accent).getRgb()[:3])
    assert np.abs(np.array(at(canvas, 25, 25)) - accent * 0.4).max() <= 1
    assert at(canvas, 5, 5) == (0, 0, 0)
    assert canvas.animating
    left, top = (int(value) for value in canvas.viewport.to_view(20, 20))
    edge = {tuple(int(part) for part in pixel) for pixel in shown(canvas)[top : top + 40, left]}
    assert edge == {QColor(LIGHT).getRgb()[:3], QColor(DARK & 0xFFFFFF).getRgb()[:3]}
    phase = canvas._overlay.phase
    qtbot.waitUntil(lambda: canvas._overlay.phase > phase)
    canvas.set_mask_shown(False)
    assert at(canvas, 25, 25) == (0, 0, 0)
    assert canvas.animating


def test_the_edge_marches_only_where_somebody_sees_it(canvas: Canvas) -> None:
    source = Painted()
    source.select(Bounds(4, 4, 30, 30))
    canvas.set_source(source)
    shown(canvas)
    assert canvas.animating
    canvas.hide()
    assert not canvas.animating
    canvas.show()
    assert canvas.animating
    source.selected = None
    canvas.mask_changed(Bounds.of(source.size))
    shown(canvas)
    assert not canvas.animating
    source.select(Bounds(0, 0, 0, 0))  # there is a mask, and nothing in it
    canvas.mask_changed(Bounds.of(source.size))
    shown(canvas)
    assert not canvas.animating


def test_a_mask_that_comes_in_part_is_read_whole(canvas: Canvas) -> None:
    source = Painted()
    canvas.set_source(source)
    source.select(Bounds(30, 30, 10, 10))
    canvas.mask_changed(Bounds(0, 0, 5, 5))
    assert at(canvas, 35, 35) != RED[:3]


def overlay_of(mask: Pyramid | None) -> MaskOverlay:
    overlay = MaskOverlay("#4c8dff", "#b58cff")
    overlay.mask = mask
    return overlay


@calm
@given(
    st.sampled_from([0.1, 0.25, 0.7, 1.0, 2.0, 3.3, 16.0]), st.integers(-300, 100), st.integers(-200, 100), st.data()
)
def test_an_overlay_rebuilt_in_parts_is_the_overlay(zoom: float, left: int, top: int, data: st.DataObject) -> None:
    size = Size(150, 90)
    rng = np.random.default_rng(3)
    mask = Pyramid(size)
    mask.write(Bounds.of(size), rng.integers(0, 256, size.shape, np.uint8))
    viewport = Viewport(size=size, width=120, height=100, zoom=zoom, left=float(left), top=float(top))
    parts, whole = overlay_of(mask), overlay_of(mask)
    parts.refresh(viewport)
    x, y = data.draw(st.integers(0, 140)), data.draw(st.integers(0, 80))
    touched = Bounds(x, y, min(20, 150 - x), min(20, 90 - y))
    mask.write(touched, np.full((touched.height, touched.width), 255, np.uint8))
    parts.touch(touched)
    parts.refresh(viewport)
    whole.refresh(viewport)
    assert parts.image == whole.image
    assert parts.edge == whole.edge


@calm
@given(
    st.sampled_from([0.25, 1.0, 3.3]),
    st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60)), min_size=1, max_size=5),
)
def test_an_overlay_that_follows_is_the_overlay(zoom: float, moves: list[tuple[int, int]]) -> None:
    size = Size(150, 90)
    mask = Pyramid(size)
    mask.write(Bounds.of(size), np.random.default_rng(3).integers(0, 256, size.shape, np.uint8))
    viewport = Viewport(size=size, width=70, height=50, zoom=zoom, left=-20.0, top=-15.0)
    following, whole = overlay_of(mask), overlay_of(mask)
    following.refresh(viewport)
    for across, down in moves:
        viewport = replace(viewport, left=viewport.left + across, top=viewport.top + down)
        following.refresh(viewport)
        whole.touch(None)
        whole.refresh(viewport)
        assert following.image == whole.image
        assert following.edge == whole.edge


@calm
@given(
    st.sampled_from([0.25, 0.7, 1.0, 3.3]),
    st.lists(
        st.tuples(st.integers(-40, 40), st.integers(-40, 40), st.integers(0, 130), st.integers(0, 70), st.booleans()),
        min_size=1,
        max_size=6,
    ),
)
def test_changes_and_moves_between_two_frames_are_all_in_the_next(
    zoom: float, happenings: list[tuple[int, int, int, int, bool]]
) -> None:
    size = Size(150, 90)
    mask = Pyramid(size)
    values = np.random.default_rng(3).integers(0, 256, size.shape, np.uint8)
    mask.write(Bounds.of(size), values)
    viewport = Viewport(size=size, width=70, height=50, zoom=zoom, left=-20.0, top=-15.0)
    once, whole = overlay_of(mask), overlay_of(mask)
    for overlay in (once, whole):
        overlay.set_soft(values[10:60, 20:90].copy(), Bounds(20, 10, 70, 50))
        overlay.refresh(viewport)
    for across, down, x, y, on_mask in happenings:
        viewport = replace(viewport, left=viewport.left + across, top=viewport.top + down)
        touched = Bounds(x, y, 20, 20).intersection(Bounds.of(size))
        if on_mask:
            mask.write(touched, np.full((touched.height, touched.width), 255, np.uint8))
            once.touch(touched)
        else:
            for overlay in (once, whole):
                overlay.set_soft(np.full((touched.height, touched.width), 200, np.uint8), touched)
    once.refresh(viewport)
    whole.touch(None)
    whole.refresh(viewport)
    assert once.image == whole.image
    assert once.edge == whole.edge


@calm
@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_rows_and_columns_are_picked(height: int, width: int, data: st.DataObject) -> None:
    array = np.random.default_rng(height * 41 + width).integers(0, 256, (height, width), np.uint8)
    rows = np.sort(np.array(data.draw(st.lists(st.integers(0, height - 1), min_size=1, max_size=60)), np.intp))
    columns = np.sort(np.array(data.draw(st.lists(st.integers(0, width - 1), min_size=1, max_size=60)), np.intp))
    assert np.array_equal(picked(array, rows, columns), array[rows][:, columns])


def test_a_mask_is_sampled_at_the_middles_of_view_pixels() -> None:
    mask = Pyramid(Size(4, 2))
    mask.write(Bounds(0, 0, 4, 2), np.arange(8, dtype=np.uint8).reshape(2, 4))
    viewport = Viewport(size=Size(4, 2), width=20, height=10, zoom=2, left=3, top=1)
    found = sample(mask, viewport, Bounds(0, 0, 20, 10))
    assert found.shape == (10, 20)
    assert found[1:5, 3:11].tolist() == np.arange(8).reshape(2, 4).repeat(2, 0).repeat(2, 1).tolist()
    assert found.sum() == np.arange(8).sum() * 4


def test_every_edge_pixel_lies_inside_beside_the_outside() -> None:
    size = Size(60, 60)
    mask = Pyramid(size)
    values = np.zeros(size.shape, np.uint8)
    values[10:40, 15:50] = 200
    mask.write(Bounds.of(size), values)
    overlay = overlay_of(mask)
    overlay.refresh(Viewport(size=size, width=60, height=60))
    assert overlay.edge == Bounds(15, 10, 35, 30)
    assert overlay._edge.sum() == 2 * 35 + 2 * 28


# Where an edit can reach


def test_where_an_edit_can_reach_shows_faintly_below_the_mask(canvas: Canvas) -> None:
    source = Painted(colour=(0, 0, 0, 255))
    canvas.set_source(source)
    canvas.zoom_to(4)
    canvas.mask_changed(source.select(Bounds(20, 20, 16, 12)))
    masked = at(canvas, 25, 25)
    bounds = Bounds(14, 14, 28, 24)
    canvas.set_soft(np.full((24, 28), 255, np.uint8), bounds)
    soft = at(canvas, 16, 16)
    colour = np.array(QColor(Look().soft).getRgb()[:3])
    assert np.abs(np.array(soft) - colour * 0.28).max() <= 1
    assert sum(soft) < sum(masked)  # the fainter of the two
    assert at(canvas, 25, 25) == masked  # the mask's tint alone
    assert at(canvas, 12, 16) == (0, 0, 0)
    canvas.set_mask_shown(False)
    assert at(canvas, 16, 16) == (0, 0, 0)
    canvas.set_mask_shown(True)
    canvas.set_soft(None)
    assert at(canvas, 16, 16) == (0, 0, 0)
    assert at(canvas, 25, 25) == masked


def test_the_reach_goes_with_its_values_and_repaints_only_its_place(canvas: Canvas) -> None:
    canvas.set_source(Painted(200, 150, (0, 0, 0, 255)))
    canvas.zoom_to(1, QPointF(200, 150))
    shown(canvas)
    values = np.tile(np.arange(0, 250, 10, dtype=np.uint8), (20, 1))
    with updates(canvas) as areas:
        canvas.set_soft(values, Bounds(50, 40, 25, 20))
    values[:] = 0  # it was copied
    left, top = (int(value) for value in canvas.viewport.to_view(50, 40))
    assert [area.boundingRect().intersected(QRect(left, top, 25, 20)) for area in areas] == [QRect(left, top, 25, 20)]
    assert areas[0].boundingRect().width() < 40
    reds = [at(canvas, x, 50)[2] for x in range(50, 75)]
    assert reds == sorted(reds)
    assert reds[-1] > reds[0] == 0
    with updates(canvas) as areas:  # what went and what came
        canvas.set_soft(np.full((5, 5), 255, np.uint8), Bounds(60, 100, 5, 5))
    assert areas[0].boundingRect().contains(QRect(left, top, 25, 20))
    assert at(canvas, 70, 50) == (0, 0, 0)
    assert at(canvas, 62, 102) != (0, 0, 0)


def test_a_reach_beyond_the_document_is_cut(canvas: Canvas) -> None:
    canvas.set_source(Painted(100, 80, (0, 0, 0, 255)))
    canvas.zoom_to(1, QPointF(200, 150))
    before = shown(canvas)
    canvas.set_soft(np.full((60, 60), 255, np.uint8), Bounds(-30, -30, 60, 60))
    changed = np.argwhere((shown(canvas) != before).any(axis=2))
    left, top = (int(value) for value in canvas.viewport.to_view(0, 0))
    assert changed.min(axis=0).tolist() == [top, left]
    assert changed.max(axis=0).tolist() == [top + 29, left + 29]
    with pytest.raises(ValueError, match="does not fill"):
        canvas.set_soft(np.zeros((3, 4), np.uint8), Bounds(0, 0, 3, 4))
    canvas.set_source(Painted(100, 80, (0, 0, 0, 255)))  # another document
    assert (shown(canvas)[top : top + 20, left : left + 20] == 0).all()


# Boxes, previews, rings, overlays


def test_the_context_box_and_its_caption(canvas: Canvas) -> None:
    canvas.set_source(Painted())
    before = shown(canvas)
    canvas.set_context(Bounds(-10, 5, 40, 30), "512x384")
    after = shown(canvas)
    left, top = (int(value) for value in canvas.viewport.to_view(-10, 5))
    changed = np.argwhere((before != after).any(axis=2))
    assert changed[:, 1].min() <= max(left, 0)
    assert changed[:, 0].min() < top  # the caption stands above
    canvas.set_context(None)
    assert np.array_equal(shown(canvas), before)


@pytest.mark.parametrize("over", [False, True])
def test_a_preview_fades_in_at_its_place(canvas: Canvas, qtbot: QtBot, over: bool) -> None:
    canvas.set_source(Painted())
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:4] = GREEN
    canvas.show_preview(pixels, Bounds(16, 16, 32, 16), over=over)
    assert canvas._previews.fading
    assert at(canvas, 20, 20) != GREEN[:3]
    qtbot.waitUntil(lambda: not canvas._previews.fading)
    assert at(canvas, 20, 20) == GREEN[:3]
    assert at(canvas, 5, 5) == RED[:3]
    below = at(canvas, 40, 30)  # where the preview is transparent
    assert (below == RED[:3]) == over
    for _ in range(3):  # steps come one upon another
        canvas.show_preview(pixels[..., :3], Bounds(16, 16, 32, 16))
    canvas.show_preview(pixels, Bounds(0, 0, 8, 8))
    canvas.hide_preview()
    assert at(canvas, 20, 20) == RED[:3]
    assert not canvas._previews.fading


def test_a_preview_does_not_fade_where_nobody_sees_it(canvas: Canvas) -> None:
    canvas.set_source(Painted())
    canvas.hide()
    canvas.show_preview(np.full((4, 4, 3), 9, np.uint8), Bounds(0, 0, 8, 8))
    assert not canvas._previews.fading
    canvas.show()
    canvas.show_preview(np.full((4, 4, 3), 9, np.uint8), Bounds(0, 0, 8, 8))
    canvas.hide()
    assert not canvas._previews.fading


@pytest.mark.parametrize("over", [False, True])
def test_steps_that_come_thirty_times_a_second_do_not_flash(canvas: Canvas, over: bool) -> None:
    """Brighter and brighter frames: what is seen never falls back, and the last one is reached."""
    canvas.set_source(Painted(colour=(0, 0, 0, 255)))
    place = Bounds(16, 16, 16, 16)
    seen = []
    for frame in range(40):
        step = np.full((8, 8, 4), (min(255, 100 + 10 * frame),) * 3 + (200,), np.uint8)
        canvas.show_preview(step, place, over=over)
        for _ in range(3):
            seen.append(at(canvas, 20, 20)[0])
            for animation in (canvas._previews._appearing, canvas._previews._mixing):
                if animation.state() == animation.State.Running:
                    animation.setCurrentTime(animation.currentTime() + 11)
    steps = np.diff(seen)
    assert steps.min() >= -1, seen
    assert steps.max() < 60, seen
    assert seen[-1] >= 0.75 * 255


def test_a_successor_begins_where_the_one_before_is(canvas: Canvas) -> None:
    canvas.set_source(Painted(colour=(0, 0, 0, 255)))
    previews, place = canvas._previews, Bounds(0, 0, 64, 48)
    canvas.show_preview(np.full((8, 8, 3), 200, np.uint8), place)
    previews.finish()
    assert at(canvas, 20, 20) == (200, 200, 200)
    canvas.show_preview(np.full((16, 16, 3), 100, np.uint8), place)  # of another size
    previews._mixing.pause()
    assert at(canvas, 20, 20) == (200, 200, 200)
    previews._mixing.setCurrentTime(60)
    assert at(canvas, 20, 20) == (150, 150, 150)
    canvas.show_preview(np.full((16, 16, 3), 0, np.uint8), place)
    previews._mixing.pause()
    assert at(canvas, 20, 20) == (150, 150, 150)
    previews._mixing.resume()
    previews.finish()
    assert at(canvas, 20, 20) == (0, 0, 0)
    huge = np.zeros((2048, 1100, 3), np.uint8)  # takes its place at once
    huge[:] = 77
    canvas.show_preview(huge, place)
    assert not previews.fading
    assert at(canvas, 20, 20) == (77, 77, 77)


def test_the_ring_has_the_brushes_true_size(canvas: Canvas) -> None:
    canvas.set_source(Painted(200, 200, (90, 90, 90, 255)))
    canvas.zoom_to(1, QPointF(200, 150))
    before = shown(canvas)
    canvas.set_brush(100)
    mouse(canvas, MOVE, QPointF(200, 150), NONE)
    ring = np.argwhere((shown(canvas) != before).any(axis=2))
    across = ring[:, 1].max() - ring[:, 1].min() + 1
    down = ring[:, 0].max() - ring[:, 0].min() + 1
    assert 100 <= across <= 103
    assert 100 <= down <= 103
    colours = {int(value) for value in shown(canvas)[150, :, 0]}
    assert min(colours) < 60
    assert max(colours) > 200
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert np.array_equal(shown(canvas), before)


@pytest.mark.parametrize("diameter", [3, 40, 150])
def test_a_ring_that_moves_leaves_no_trace(canvas: Canvas, qtbot: QtBot, diameter: int) -> None:
    canvas.set_source(Painted(300, 200, (90, 90, 90, 255)))
    canvas.zoom_to(1, QPointF(200, 150))
    canvas.set_brush(diameter)
    target = QImage(400, 300, QImage.Format.Format_RGB32)
    canvas.render(target)
    for x in range(120, 260, 13):
        with updates(canvas) as areas:
            mouse(canvas, MOVE, QPointF(x + 0.25, 150.5), NONE)
        whole = QImage(400, 300, QImage.Format.Format_RGB32)
        canvas.render(whole)
        painter = QPainter(target)
        for area in areas:
            painter.setClipRegion(area)
            painter.drawImage(0, 0, whole)
        painter.end()
        assert target == whole


def test_overlays_draw_and_go(canvas: Canvas) -> None:
    canvas.set_source(Painted())
    before = shown(canvas)
    outline = Outline(((5, 5), (50, 8), (30, 40)), closed=False, dashed=False)
    canvas.add_overlay(outline)
    canvas.update_overlays(Bounds(5, 5, 45, 35))
    assert not np.array_equal(shown(canvas), before)
    canvas.remove_overlay(outline)
    canvas.remove_overlay(outline)
    assert np.array_equal(shown(canvas), before)


def test_no_exception_leaves_the_painting(canvas: Canvas, caplog: pytest.LogCaptureFixture, qtbot: QtBot) -> None:
    class Broken:
        def paint(self, painter: QPainter, viewport: Viewport) -> None:
            painter.setClipRect(0, 0, 1, 1)
            raise RuntimeError("a tool's mistake")

    canvas.set_source(Painted())
    broken = Broken()
    with caplog.at_level(logging.ERROR), qtbot.captureExceptions() as raised:
        canvas.add_overlay(broken)
        for _ in range(5):
            shown(canvas)
    assert not raised
    assert caplog.text.count("Traceback") == 1
    canvas.remove_overlay(broken)
    canvas._complaint = ""
    assert at(canvas, 3, 3) == RED[:3]


def test_another_look(canvas: Canvas) -> None:
    canvas.set_source(Painted())
    canvas.set_look(Look(surround="#ffffff"))
    assert tuple(shown(canvas)[0, 0]) == (255, 255, 255)


# Placing


def test_it_fits_until_it_is_moved(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.set_source(Painted())
    assert canvas.viewport.zoom == 5
    canvas.resize(800, 600)
    qtbot.waitUntil(lambda: canvas.viewport.width == 800)
    assert canvas.viewport.zoom == 11
    canvas.zoom_to(2)
    canvas.resize(400, 300)
    qtbot.waitUntil(lambda: canvas.viewport.width == 400)
    assert canvas.viewport.zoom == 2
    canvas.fit()
    assert canvas.viewport.zoom == 5


def test_the_wheel_zooms_about_the_cursor(canvas: Canvas) -> None:
    canvas.set_source(Painted(600, 400))
    canvas.zoom_to(1)
    cursor = QPointF(123, 77)
    mouse(canvas, MOVE, cursor, NONE)
    point = canvas.viewport.to_document(123, 77)
    for turned in (120, 120, 120, 120, 40, 40, -15):
        wheel(canvas, cursor, turned)
        assert canvas.viewport.to_document(123, 77) == pytest.approx(point, abs=0.6)
    assert canvas.viewport.zoom > 2
    before = canvas.viewport
    wheel(canvas, cursor, 120, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.viewport.zoom == before.zoom
    assert canvas.viewport.left == before.left + 64


def test_many_events_make_one_drawing(canvas: Canvas, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Painted(600, 400)
    canvas.set_source(source)
    canvas.mask_changed(source.select(Bounds(50, 50, 300, 200)))
    shown(canvas)
    drawn: list[list[Bounds]] = []
    draw = MaskOverlay._draw_all

    def counted(self: MaskOverlay, viewport: Viewport, areas: list[Bounds], dash: int) -> None:
        drawn.append(areas)
        draw(self, viewport, areas, dash)

    monkeypatch.setattr(MaskOverlay, "_draw_all", counted)
    for _ in range(8):
        wheel(canvas, QPointF(150, 100), 120)
    assert not drawn
    assert canvas.viewport.zoom > 2
    shown(canvas)
    assert len(drawn) == 1
    for _ in range(5):
        canvas.pan(3, 1)
        canvas.mask_changed(Bounds(100, 100, 10, 10))
    shown(canvas)
    assert len(drawn) == 2
    assert sum(area.size.area for area in drawn[1]) < 400 * 300 / 4  # what came into sight, and the change


def test_a_pinch_zooms(canvas: Canvas) -> None:
    canvas.set_source(Painted(600, 400))
    canvas.zoom_to(1)
    where = QPointF(50, 60)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        where,
        where,
        canvas.mapToGlobal(where),
        0.5,
        QPointF(),
    )
    QApplication.sendEvent(canvas, event)
    assert canvas.viewport.zoom == pytest.approx(1.5)


def test_zoom_steps_and_limits(canvas: Canvas) -> None:
    canvas.set_source(Painted())
    canvas.zoom_to(1)
    zooms = []
    for _ in range(30):
        canvas.zoom_steps(1)
        zooms.append(canvas.viewport.zoom)
    assert zooms[:2] == [1.5, 2]
    assert zooms[-1] == 64
    assert all(one <= other for one, other in pairwise(zooms))
    canvas.zoom_to(1e-9)
    assert canvas.viewport.zoom == 1 / 64
    shown(canvas)


def test_panning_by_middle_button_space_and_arrows(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.set_source(Painted(600, 400))
    hand = Hand()
    canvas.set_tool(hand)
    canvas.zoom_to(1, QPointF(200, 150))
    start = canvas.viewport
    mouse(canvas, PRESS, QPointF(100, 100), MIDDLE)
    mouse(canvas, MOVE, QPointF(130, 90), MIDDLE)
    mouse(canvas, RELEASE, QPointF(130, 90), MIDDLE)
    assert (canvas.viewport.left, canvas.viewport.top) == (start.left + 30, start.top - 10)
    canvas.setFocus()
    key = Qt.Key.Key_Space
    QApplication.sendEvent(canvas, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
    assert canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
    mouse(canvas, PRESS, QPointF(100, 100))
    assert canvas.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    mouse(canvas, MOVE, QPointF(70, 110))
    mouse(canvas, RELEASE, QPointF(70, 110))
    QApplication.sendEvent(canvas, QKeyEvent(QEvent.Type.KeyRelease, key, Qt.KeyboardModifier.NoModifier))
    assert (canvas.viewport.left, canvas.viewport.top) == (start.left, start.top)
    assert "press" not in hand.words
    mouse(canvas, PRESS, QPointF(100, 100))
    mouse(canvas, RELEASE, QPointF(100, 100))
    assert hand.words[-2:] == ["press", "release"]
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.viewport.left == start.left + 64
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_B, Qt.KeyboardModifier.NoModifier)
    canvas.keyPressEvent(event)
    assert not event.isAccepted()  # shortcuts are the window's


def test_the_document_is_never_lost(canvas: Canvas) -> None:
    canvas.set_source(Painted(100, 100))
    canvas.zoom_to(1)
    canvas.pan(9999, -9999)
    assert not canvas.viewport.visible.empty


# Rulers


def test_rulers_take_their_room_from_fitting_and_from_the_tool(canvas: Canvas) -> None:
    canvas.set_source(Painted(800, 400))
    canvas.set_rulers(True)
    assert canvas.rulers
    viewport = canvas.viewport
    assert viewport.inset == 16
    assert viewport.zoom == (400 - 16 - 48) / 800
    assert viewport.to_view(400, 200) == pytest.approx((208, 158), abs=0.5)
    hand = Hand()
    canvas.set_tool(hand, Qt.CursorShape.CrossCursor)
    for where in (QPointF(8, 150), QPointF(200, 15)):
        mouse(canvas, MOVE, where, NONE)
        assert canvas.cursor().shape() == Qt.CursorShape.ArrowCursor
        mouse(canvas, PRESS, where)
        mouse(canvas, RELEASE, where)
    assert hand.words == []
    inside = place(canvas, 400, 200)
    mouse(canvas, MOVE, inside, NONE)
    assert canvas.cursor().shape() == Qt.CursorShape.CrossCursor
    mouse(canvas, PRESS, inside)
    mouse(canvas, MOVE, QPointF(5, 5))  # a stroke may go on over them
    mouse(canvas, RELEASE, QPointF(5, 5))
    assert hand.words == ["hover", "press", "move", "release"]
    pointer = hand.heard[1][1]
    assert pointer is not None
    assert (pointer.x, pointer.y) == pytest.approx((400, 200))
    canvas.pan(9999, 9999)
    right, bottom = canvas.viewport.to_view(0, 0)
    assert (right, bottom) == (400 - 64, 300 - 64)
    canvas.pan(-9999, -9999)
    assert canvas.viewport.to_view(800, 400) == pytest.approx((16 + 64, 16 + 64), abs=1)


def test_rulers_leave_the_document_where_it_is(canvas: Canvas) -> None:
    canvas.set_source(Painted(800, 400))
    canvas.zoom_to(1)
    before = canvas.viewport
    canvas.set_rulers(True)
    assert replace(canvas.viewport, inset=0) == before
    canvas.set_rulers(False)
    assert canvas.viewport == before


def test_rulers_show_ticks_figures_and_the_cursor(canvas: Canvas) -> None:
    canvas.set_source(Painted(300, 200))
    canvas.zoom_to(1, QPointF(200, 150))
    plain = shown(canvas)
    canvas.set_rulers(True)
    ruled = shown(canvas)
    assert np.array_equal(ruled[16:, 16:], plain[16:, 16:])
    back = np.array(QColor(Look().ruler).getRgb()[:3])
    left, top = (int(value) for value in canvas.viewport.to_view(100, 100))
    assert (ruled[2:13, left] != back).any(axis=1).all()  # the tick of a figure
    assert (ruled[top, 2:13] != back).any(axis=1).all()
    assert (ruled[2:12, left + 2 : left + 24] != back).any()
    assert (ruled[top - 24 : top - 2, 2:12] != back).any()
    mouse(canvas, MOVE, QPointF(123, 77), NONE)
    marked = shown(canvas)
    light = QColor(Look().caption).getRgb()[:3]
    assert {tuple(int(part) for part in pixel) for pixel in marked[:15, 123]} == {light}
    assert {tuple(int(part) for part in pixel) for pixel in marked[77, :15]} == {light}
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert np.array_equal(shown(canvas), ruled)


def test_marks_that_move_leave_no_trace(canvas: Canvas) -> None:
    canvas.set_source(Painted(300, 200))
    canvas.zoom_to(1, QPointF(200, 150))
    canvas.set_rulers(True)
    target = QImage(400, 300, QImage.Format.Format_RGB32)
    canvas.render(target)
    for x in range(2, 260, 9):
        with updates(canvas) as areas:
            mouse(canvas, MOVE, QPointF(x + 0.25, 290 - x), NONE)
        for area in areas:
            canvas.render(target, area.boundingRect().topLeft(), area)
        whole = QImage(400, 300, QImage.Format.Format_RGB32)
        canvas.render(whole)
        where = np.argwhere((rgb(target) != rgb(whole)).any(axis=2))
        assert not where.size, f"at {where[0]} for {x}"


@pytest.mark.parametrize("zoom", [1 / 64, 0.1, 1.0, 3.0, 20.0, 64.0])
def test_figures_lie_at_their_pixels(canvas: Canvas, zoom: float, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas.set_source(Painted(3000, 2000))
    canvas.set_rulers(True)
    canvas.zoom_to(zoom, QPointF(200, 150))
    figures: list[tuple[float, int]] = []

    class Counted(QPainter):
        def drawText(self, room: QRectF, _flags: int, text: str) -> None:
            figures.append((self.combinedTransform().map(room.topLeft()).x(), int(text)))

    picture = QImage(400, 300, QImage.Format.Format_RGB32)
    painter = Counted(picture)
    Rulers(canvas.viewport, Look(), 1.0).paint(painter, QRect(16, 0, 384, 16), None)
    painter.end()
    assert len(figures) >= 3
    for at_x, value in figures:
        assert at_x - 3 == pytest.approx(canvas.viewport.to_view(value, 0)[0], abs=1)
    assert min(one - other for other, one in pairwise(sorted(at_x for at_x, _ in figures))) >= 63


def test_figures_can_be_read() -> None:
    for look in (theme.canvas for theme in THEMES.values()):
        assert contrast(look.ruler_text, look.ruler) >= 4.5
        assert contrast(look.caption, look.ruler) >= 4.5


# The hand


def test_a_tool_hears_document_coordinates(canvas: Canvas) -> None:
    canvas.set_source(Painted())
    canvas.zoom_to(4)
    hand = Hand()
    canvas.set_tool(hand, Qt.CursorShape.CrossCursor)
    held = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier
    mouse(canvas, MOVE, place(canvas, 1, 1), NONE)
    mouse(canvas, PRESS, place(canvas, 10.25, 20.5), LEFT, held)
    mouse(canvas, MOVE, place(canvas, 11.5, 21))
    mouse(canvas, PRESS, place(canvas, 11.5, 21), RIGHT)  # one gesture at a time
    mouse(canvas, RELEASE, place(canvas, 11.5, 21), RIGHT)
    mouse(canvas, RELEASE, place(canvas, -3, 900))
    mouse(canvas, PRESS, place(canvas, 5, 5), RIGHT)
    mouse(canvas, RELEASE, place(canvas, 5, 5), RIGHT)
    assert hand.words == ["hover", "press", "move", "release", "press", "release"]
    pointers = [pointer for _, pointer in hand.heard if pointer]
    assert (pointers[1].x, pointers[1].y) == pytest.approx((10.25, 20.5))
    assert pointers[1].modifiers == Modifiers.SHIFT | Modifiers.ALT
    assert pointers[1].button is Button.LEFT
    assert pointers[1].pressure == 1
    assert (pointers[3].x, pointers[3].y) == pytest.approx((-3, 900))
    assert pointers[3].button is Button.LEFT
    assert pointers[4].button is Button.RIGHT
    assert canvas.cursor().shape() == Qt.CursorShape.CrossCursor


def test_a_double_click_says_so(canvas: Canvas) -> None:
    canvas.set_source(Painted())
    hand = Hand()
    canvas.set_tool(hand)
    mouse(canvas, QEvent.Type.MouseButtonDblClick, place(canvas, 5, 5))
    mouse(canvas, RELEASE, place(canvas, 5, 5))
    assert [pointer.clicks for _, pointer in hand.heard if pointer] == [2, 1]


def test_a_gesture_can_be_given_up(canvas: Canvas) -> None:
    canvas.set_source(Painted())
    hand = Hand()
    canvas.set_tool(hand)
    assert not canvas.cancel_gesture()
    for end in (canvas.cancel_gesture, canvas.hide, lambda: canvas.set_tool(None)):
        canvas.show()
        hand.heard.clear()
        mouse(canvas, PRESS, place(canvas, 5, 5))
        end()
        mouse(canvas, RELEASE, place(canvas, 5, 5))
        assert hand.words == ["press", "cancel"]
    mouse(canvas, PRESS, place(canvas, 5, 5))  # no tool: nothing


@pytest.mark.parametrize("end", [QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser])
def test_pressure_of_a_pen(canvas: Canvas, end: QPointingDevice.PointerType) -> None:
    canvas.set_source(Painted())
    canvas.zoom_to(4)
    hand = Hand()
    canvas.set_tool(hand)
    pen = QPointingDevice(
        "pen", 7, QInputDevice.DeviceType.Stylus, end, QInputDevice.Capability.All, 1, 3, "seat", canvas_id()
    )

    def pressed(kind: QEvent.Type, x: float, pressure: float) -> QTabletEvent:
        where = place(canvas, x, 12)
        button = NONE if kind == QEvent.Type.TabletMove else LEFT
        held = NONE if kind == QEvent.Type.TabletRelease else LEFT
        return QTabletEvent(
            kind,
            pen,
            where,
            canvas.mapToGlobal(where),
            pressure,
            0,
            0,
            0,
            0,
            0,
            Qt.KeyboardModifier.NoModifier,
            button,
            held,
        )

    for kind, x, pressure in (
        (QEvent.Type.TabletPress, 10.0, 0.25),
        (QEvent.Type.TabletMove, 10.5, 0.75),
        (QEvent.Type.TabletRelease, 11.0, 0.0),
    ):
        event = pressed(kind, x, pressure)
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted()  # or Qt would send a mouse event after it
    assert hand.words == ["press", "move", "release"]
    pointers = [pointer for _, pointer in hand.heard if pointer]
    assert [pointer.pressure for pointer in pointers] == pytest.approx([0.25, 0.75, 0])
    assert [pointer.x for pointer in pointers] == pytest.approx([10, 10.5, 11])
    wanted = Device.PEN if end == QPointingDevice.PointerType.Pen else Device.ERASER
    assert {pointer.device for pointer in pointers} == {wanted}


def canvas_id() -> object:
    from PySide6.QtGui import QPointingDeviceUniqueId  # noqa: PLC0415

    return QPointingDeviceUniqueId.fromNumericId(7)


def test_read_outs(canvas: Canvas) -> None:
    seen: list[Viewport] = []
    cursors: list[tuple[float, float] | None] = []
    canvas.viewport_changed.connect(seen.append)
    canvas.cursor_moved.connect(cursors.append)
    canvas.set_source(Painted())
    canvas.zoom_to(4)
    canvas.zoom_to(4)
    assert [viewport.zoom for viewport in seen] == [5, 4]
    assert seen[-1] == canvas.viewport
    mouse(canvas, MOVE, place(canvas, 3.5, 4.5), NONE)
    assert cursors[-1] == pytest.approx((3.5, 4.5))
    canvas.pan(8, 0)  # the document moves under the cursor
    assert cursors[-1] == pytest.approx((1.5, 4.5))
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert cursors[-1] is None
    where = QPointF(10, 10)
    QApplication.sendEvent(canvas, QEnterEvent(where, where, where))
    assert cursors[-1] is not None


def test_it_can_be_reached_and_is_named(canvas: Canvas) -> None:
    assert canvas.focusPolicy() == Qt.FocusPolicy.StrongFocus
    interface = QAccessible.queryAccessibleInterface(canvas)
    assert interface.text(QAccessible.Text.Name) == "Canvas"
    canvas.set_source(Painted())
    before = shown(canvas)
    canvas.activateWindow()
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert canvas.hasFocus()
    assert tuple(shown(canvas)[0, 5]) == QColor(Look().accent).getRgb()[:3]
    canvas.clearFocus()
    assert np.array_equal(shown(canvas), before)


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_on_a_dense_screen(canvas: Canvas, monkeypatch: pytest.MonkeyPatch, scale: float) -> None:
    """A hundred percent is one picture pixel for one of the screen."""
    rng = np.random.default_rng(4)
    source = Painted(300, 200)
    source.pixels[..., :3] = rng.integers(0, 256, (200, 300, 3))
    monkeypatch.setattr(canvas, "devicePixelRatioF", lambda: scale)
    canvas.set_source(source)
    canvas.zoom_to(1, QPointF(200, 150))
    assert (canvas.viewport.width, canvas.viewport.height) == (400 * scale, 300 * scale)
    image = QImage(round(400 * scale), round(300 * scale), QImage.Format.Format_RGB888)
    image.setDevicePixelRatio(scale)
    canvas.render(image)
    pixels = rgb(image)
    left, top = int(canvas.viewport.left), int(canvas.viewport.top)
    assert np.array_equal(pixels[top : top + 200, left : left + 300], source.pixels[..., :3])
    hand = Hand()
    canvas.set_tool(hand)
    mouse(canvas, PRESS, place(canvas, 100, 50))
    mouse(canvas, RELEASE, place(canvas, 100, 50))
    pointer = hand.heard[0][1]
    assert pointer is not None
    assert (pointer.x, pointer.y) == pytest.approx((100, 50))


def test_it_says_its_name_in_the_language_that_is_current(canvas: Canvas) -> None:
    canvas.setAccessibleName("")
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.LanguageChange))
    assert canvas.accessibleName() == "Canvas"


def test_nothing_is_left(qtbot: QtBot) -> None:
    canvas = Canvas()
    source = Painted(3000, 3000)
    source.select(Bounds(5, 5, 500, 500))
    canvas.resize(300, 200)
    canvas.set_source(source)
    canvas.show()
    canvas.show_preview(np.zeros((4, 4, 3), np.uint8), Bounds(0, 0, 90, 90))
    gone: list[bool] = []
    canvas.destroyed.connect(lambda: gone.append(True))
    timers = [canvas._march, canvas._idle]
    canvas.close()
    canvas.deleteLater()
    qtbot.waitUntil(lambda: bool(gone))
    for timer in timers:
        with pytest.raises(RuntimeError, match="deleted"):
            timer.isActive()


def test_tiles_are_those_of_the_module() -> None:
    assert surface_module.TILE**2 <= surface_module.AT_ONCE
