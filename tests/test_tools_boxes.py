"""Moving, transforming, cropping and extending: frames, their handles, and the one step that they end in."""

from __future__ import annotations

from collections.abc import Iterator

import fake_engine  # noqa: F401 (offscreen, before Qt)
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from toolhand import ALT, SHIFT, Hand, one_step, same, state

from desktop_app.document.arranging import add_layer, remove_layer
from desktop_app.document.blending import BlendMode
from desktop_app.document.document import Document
from desktop_app.requests import Mode, Watch
from desktop_app.tools.box import HANDLES, Box, Grip
from desktop_app.tools.preview import MODES, MOST, LayerPreview, content_of
from inference.api import LARGEST_SIDE
from inference.geometry import Bounds, Size

Key = Qt.Key
BOXED = ("transform", "crop", "extend")


def block() -> Document:
    """A grey layer, and above it a green block of 40 by 20 at 30, 20 on a layer as large as the canvas."""
    document = Document.new(Size(100, 80), colour=(90, 90, 90))
    pixels = np.zeros((80, 100, 4), np.uint8)
    pixels[20:40, 30:70] = (20, 220, 40, 255)
    pixels[20:30, 30:40] = (250, 250, 0, 255)
    return Document(add_layer(document, pixels, "Block").after)  # type: ignore[arg-type]


@pytest.fixture
def hand(qtbot: QtBot) -> Iterator[Hand]:
    made = Hand(block())
    yield made
    complaint = made.canvas._complaint
    made.close()
    assert not complaint


def shown(hand: Hand) -> np.ndarray:
    """What the canvas paints, (height, width, 3) RGB."""
    image = hand.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def seen(hand: Hand, x: float, y: float) -> tuple[int, ...]:
    place = hand.at(x, y)
    return tuple(int(part) for part in shown(hand)[int(place.y()), int(place.x())])


def content(hand: Hand) -> Bounds:
    return content_of(hand.document.stack.layer())


# Boxes


@given(
    grip=st.sampled_from(HANDLES),
    dx=st.integers(-60, 60),
    dy=st.integers(-60, 60),
    angle=st.sampled_from([0.0, 30.0, 90.0, -135.0]),
)
def test_the_side_across_stays(grip: Grip, dx: int, dy: int, angle: float) -> None:
    box = Box(x=50, y=40, width=40, height=20, angle=angle)
    moved = box.dragged(grip, dx, dy)
    u, v = grip.value
    if abs(moved.width) > 1 and abs(moved.height) > 1:
        assert moved.at(-u, -v) == pytest.approx(box.at(-u, -v), abs=1e-6)
    centred = box.dragged(grip, dx, dy, centred=True)
    assert (centred.x, centred.y) == (50, 40)


@given(grip=st.sampled_from(HANDLES), dx=st.integers(-30, 60), dy=st.integers(-30, 60))
def test_proportions_are_kept(grip: Grip, dx: int, dy: int) -> None:
    box = Box(x=50, y=40, width=60, height=30, angle=10)
    kept = box.dragged(grip, dx, dy, keep=True)
    if min(abs(kept.width), abs(kept.height)) > 2:
        assert abs(kept.width / kept.height) == pytest.approx(2, rel=1e-6)


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0])
def test_every_handle_is_taken_where_it_is_seen(angle: float) -> None:
    box = Box(x=50, y=40, width=60, height=30, angle=angle)
    for grip in HANDLES:
        assert box.grip(*box.at(*grip.value), 4) is grip
    assert box.grip(50, 40, 4) is Grip.INSIDE
    assert box.grip(200, 200, 4) is Grip.OUTSIDE


# Moving


def test_a_layer_is_moved(hand: Hand) -> None:
    hand.toolbox.choose("move")
    with one_step(hand):
        hand.drag((50, 30), (55, 50), (60, 45))
    assert content(hand) == Bounds(40, 35, 40, 20)
    assert hand.told[-1] == "Moved by 10, 15"
    assert hand.session._hidden is None


def test_while_it_is_moved_it_is_seen_where_it_will_be(hand: Hand) -> None:
    hand.toolbox.choose("move")
    hand.press(50, 30)
    hand.move(60, 50)
    assert seen(hand, 45, 45) == (250, 250, 0)
    assert seen(hand, 35, 25) == (90, 90, 90)
    during = shown(hand)
    hand.release(60, 50)
    assert np.array_equal(shown(hand)[:, 30:-30], during[:, 30:-30]), "what is shown is what it becomes"


def test_layers_above_stay_above(hand: Hand) -> None:
    hand.session.do(add_layer(hand.document, np.full((80, 20, 4), 255, np.uint8), x=50, y=0))
    hand.session.choose(hand.document.layers[1].id)
    hand.toolbox.choose("move")
    hand.press(35, 25)
    hand.move(45, 35)
    assert seen(hand, 60, 40) == (255, 255, 255)
    assert seen(hand, 78, 40) == (20, 220, 40)
    hand.release(45, 35)


def test_shift_keeps_to_an_axis_and_arrows_nudge(hand: Hand) -> None:
    hand.toolbox.choose("move")
    hand.drag((50, 30), (60, 34), held=SHIFT)
    assert content(hand) == Bounds(40, 20, 40, 20)
    with one_step(hand):
        hand.key(Key.Key_Down)
    hand.key(Key.Key_Left, SHIFT)
    assert content(hand) == Bounds(30, 21, 40, 20)


# Transforming


def test_a_side_scales_and_the_rest_stays(hand: Hand) -> None:
    hand.toolbox.choose("transform")
    with one_step(hand):
        hand.drag((70, 30), (80, 30), (90, 33))
        assert hand.steps == 0, "nothing is done before it is applied"
        assert hand.toolbox.pending
        hand.key(Key.Key_Return)
    assert content(hand) == Bounds(30, 20, 60, 20)
    assert not hand.toolbox.pending
    assert tuple(hand.pixels[35, 85, :3]) == (20, 220, 40)


def test_scaling_by_whole_factors_is_exact(hand: Hand) -> None:
    hand.toolbox.choose("transform")
    hand.drag((70, 40), (50, 30), (50, 30))
    hand.toolbox.apply()
    assert content(hand) == Bounds(30, 20, 20, 10)
    assert tuple(hand.pixels[22, 32, :3]) == (250, 250, 0)
    assert tuple(hand.pixels[27, 45, :3]) == (20, 220, 40)


def test_shift_keeps_proportions_and_alt_the_middle(hand: Hand) -> None:
    hand.toolbox.choose("transform")
    hand.drag((70, 40), (90, 40), held=SHIFT)
    assert hand.toolbox.tool.frame == (60, 30, 0)
    hand.key(Key.Key_Escape)
    hand.drag((70, 30), (75, 30), held=ALT)
    assert hand.toolbox.tool.frame == (50, 20, 0)
    hand.toolbox.apply()
    assert content(hand) == Bounds(25, 20, 50, 20)


def test_inside_moves_and_outside_turns(hand: Hand) -> None:
    hand.toolbox.choose("transform")
    hand.drag((50, 30), (55, 40))
    assert hand.toolbox.tool.frame == (40, 20, 0)
    hand.drag((95, 40), (55, 79))  # a quarter about 55, 40
    frame = hand.toolbox.tool.frame
    assert frame is not None
    assert frame[2] == pytest.approx(90, abs=0.1)
    hand.key(Key.Key_Escape)
    hand.drag((90, 30), (52, 72), held=SHIFT)
    frame = hand.toolbox.tool.frame
    assert frame is not None
    assert frame[2] % 15 == 0
    assert frame[2] != 0
    with one_step(hand):
        hand.toolbox.apply()
    turned = content(hand)
    assert turned.height > turned.width


def test_escape_gives_the_transform_up(hand: Hand) -> None:
    hand.toolbox.choose("transform")
    before, picture_before = state(hand.document), hand.pixels
    hand.drag((70, 30), (90, 30))
    assert hand.session._hidden is not None
    hand.key(Key.Key_Escape)
    assert not hand.toolbox.pending
    assert hand.session._hidden is None
    assert same(state(hand.document), before)
    assert np.array_equal(hand.pixels, picture_before)
    assert hand.steps == 0


def test_escape_in_a_drag_gives_only_that_up(hand: Hand) -> None:
    hand.toolbox.choose("transform")
    hand.drag((70, 30), (80, 30))
    hand.press(50, 40)
    hand.move(50, 60)
    hand.key(Key.Key_Escape)
    hand.release(50, 60)
    assert hand.toolbox.tool.frame == (50, 20, 0)


@pytest.mark.parametrize("leave", ["another tool", "settle", "another layer", "another session"])
def test_leaving_a_transform_applies_it(hand: Hand, leave: str) -> None:
    lower, upper = hand.document.layers
    hand.toolbox.choose("transform")
    hand.drag((70, 30), (90, 30))
    {
        "another tool": lambda: hand.toolbox.choose("pan"),
        "settle": hand.toolbox.settle,
        "another layer": lambda: hand.session.choose(lower.id),
        "another session": lambda: hand.toolbox.set_target(None, None),
    }[leave]()
    assert hand.steps == 1
    assert content_of(hand.document.stack.layer(upper.id)) == Bounds(30, 20, 60, 20)
    assert hand.session._hidden is None
    if leave == "another layer":
        assert hand.document.active == lower.id
        assert hand.toolbox.tool.frame == (100, 80, 0)


def test_a_layer_that_goes_takes_the_transform_with_it(hand: Hand) -> None:
    hand.toolbox.choose("transform")
    hand.drag((70, 30), (90, 30))
    hand.session.do(remove_layer(hand.document))
    assert not hand.toolbox.pending
    assert hand.session._hidden is None
    assert hand.toolbox.tool.frame == (100, 80, 0), "around the layer that is active now"
    hand.session.undo()
    assert hand.toolbox.tool.frame == (40, 20, 0)
    assert hand.failures == []


def test_undo_of_a_stroke_moves_the_box(hand: Hand) -> None:
    hand.toolbox.choose("eraser")
    hand.drag((30, 20), (30, 40), (40, 40), (40, 20))
    hand.toolbox.choose("transform")
    assert hand.toolbox.tool.frame != (40, 20, 0)
    hand.session.undo()
    assert hand.toolbox.tool.frame == (40, 20, 0)


def test_numbers_shape_the_box(hand: Hand) -> None:
    hand.toolbox.choose("transform")
    hand.toolbox.set_frame(20, 60, 0)
    with one_step(hand):
        hand.toolbox.apply()
    assert content(hand) == Bounds(30, 20, 20, 60)
    hand.toolbox.set_frame(9000, 60, 0)
    hand.toolbox.apply()
    assert len(hand.failures) == 1
    assert hand.steps == 1
    assert not hand.session.history.gesturing


def test_an_empty_layer_says_so(hand: Hand) -> None:
    hand.session.do(add_layer(hand.document))
    hand.toolbox.choose("transform")
    assert hand.toolbox.tool.frame is None
    hand.drag((30, 30), (50, 50))
    assert "empty" in hand.told[-1]
    assert hand.steps == 1


def test_the_transform_is_seen_while_it_is_dragged(hand: Hand) -> None:
    hand.toolbox.choose("transform")
    hand.press(50, 30)
    hand.move(55, 45)
    assert seen(hand, 40, 40) == (250, 250, 0)
    assert seen(hand, 32, 23) == (90, 90, 90)
    hand.release(55, 45)


def test_cursors_show_what_a_handle_does(hand: Hand) -> None:
    hand.toolbox.choose("transform")
    shapes = {}
    for grip in HANDLES:
        box = Box.of(Bounds(30, 20, 40, 20))
        hand.hover(*box.at(*grip.value))
        shapes[grip] = hand.canvas.cursor().shape()
    cursors = Qt.CursorShape
    assert shapes[Grip.LEFT] == shapes[Grip.RIGHT] == cursors.SizeHorCursor
    assert shapes[Grip.TOP] == shapes[Grip.BOTTOM] == cursors.SizeVerCursor
    assert shapes[Grip.TOP_LEFT] == shapes[Grip.BOTTOM_RIGHT] == cursors.SizeFDiagCursor
    assert shapes[Grip.TOP_RIGHT] == shapes[Grip.BOTTOM_LEFT] == cursors.SizeBDiagCursor
    hand.hover(50, 30)
    assert hand.canvas.cursor().shape() == cursors.SizeAllCursor
    hand.hover(95, 70)
    assert hand.canvas.cursor().shape() == cursors.BitmapCursor


def test_every_mode_that_qt_knows_is_one_of_ours() -> None:
    assert MODES.keys() < set(BlendMode)
    assert BlendMode.NORMAL not in MODES


# Cropping


def test_a_frame_is_cropped_to(hand: Hand) -> None:
    before = hand.pixels
    hand.toolbox.choose("crop")
    with one_step(hand):
        hand.drag((10, 10), (60, 50))
        assert hand.document.size == Size(100, 80)
        hand.key(Key.Key_Enter)
    assert hand.document.size == Size(50, 40)
    assert np.array_equal(hand.pixels, before[10:50, 10:60])
    assert not hand.toolbox.pending


def test_the_frame_is_moved_from_within_and_dragged_by_its_sides(hand: Hand) -> None:
    hand.toolbox.choose("crop")
    hand.drag((10, 10), (50, 40))
    hand.drag((30, 25), (35, 30))
    hand.drag((55, 30), (70, 33))
    hand.double_click(40, 30)
    assert hand.document.size == Size(55, 30)
    assert hand.session.anchor == (-15, -15)


def test_the_frame_stays_on_the_canvas(hand: Hand) -> None:
    hand.toolbox.choose("crop")
    hand.drag((60, 50), (150, 120))
    assert hand.toolbox.tool.frame == (40, 30, 0)
    hand.drag((80, 65), (10, 10))
    hand.drag((20, 15), (-90, -90))
    hand.toolbox.apply()
    assert hand.document.size == Size(40, 30)
    assert hand.failures == []


@pytest.mark.parametrize("tool", BOXED)
def test_enter_without_a_change_does_nothing(hand: Hand, tool: str) -> None:
    hand.toolbox.choose(tool)
    hand.key(Key.Key_Return)
    hand.toolbox.apply()
    hand.toolbox.settle()
    hand.toolbox.choose("pan")
    assert hand.steps == 0
    assert hand.canvas._overlays == []


@pytest.mark.parametrize("tool", ["crop", "extend"])
def test_a_frame_is_given_up(hand: Hand, tool: str) -> None:
    hand.toolbox.choose(tool)
    hand.drag((100, 40), (120 if tool == "extend" else 70, 40))
    assert hand.toolbox.pending
    assert hand.toolbox.give_up()
    assert not hand.toolbox.give_up()
    assert hand.toolbox.tool.frame == (100, 80, 0)
    assert hand.steps == 0


def test_a_crop_is_undone_while_the_tool_is_in_the_hand(hand: Hand) -> None:
    hand.toolbox.choose("crop")
    hand.drag((10, 10), (60, 50))
    hand.toolbox.apply()
    assert hand.toolbox.tool.frame == (50, 40, 0)
    hand.session.undo()
    assert hand.toolbox.tool.frame == (100, 80, 0)


# Extending


def test_new_room_is_selected_with_some_of_the_picture(hand: Hand) -> None:
    before = hand.pixels
    hand.toolbox.choose("extend")
    with one_step(hand):
        hand.drag((100, 40), (120, 44))
        hand.drag((50, 0), (50, -10))
        hand.key(Key.Key_Return)
    assert hand.document.size == Size(120, 90)
    assert np.array_equal(hand.pixels[10:, :100], before)
    assert not hand.pixels[:10, :, 3].any()
    expected = np.zeros((90, 120), np.uint8)
    expected[:, 96:] = 255  # 20 columns, and 4 of the picture
    expected[:14] = 255
    assert np.array_equal(hand.selection, expected)
    assert Watch().situation(hand.document).mode is Mode.OUTPAINT


def test_the_canvas_is_never_made_smaller_or_too_large(hand: Hand) -> None:
    hand.toolbox.choose("extend")
    hand.drag((100, 40), (50, 40))
    assert not hand.toolbox.pending
    hand.toolbox.set_frame(50, 200, 0)
    assert hand.toolbox.tool.frame == (100, 200, 0)
    hand.toolbox.set_frame(1e6, 200, 0)
    assert hand.toolbox.tool.frame == (LARGEST_SIDE, 200, 0)


def test_all_sides_at_once_with_alt(hand: Hand) -> None:
    hand.toolbox.choose("extend")
    hand.drag((100, 80), (110, 85), held=ALT)
    hand.toolbox.apply()
    assert hand.document.size == Size(120, 90)
    assert hand.session.anchor == (10, 5)
    assert hand.selection[0, 0] == 255
    assert hand.selection[45, 60] == 0


@pytest.mark.parametrize("tool", BOXED)
def test_frames_are_drawn_on_any_ground(hand: Hand, tool: str) -> None:
    hand.toolbox.choose("pan")  # no ring at the cursor
    plain = shown(hand)
    hand.toolbox.choose(tool)
    drawn = shown(hand)
    changed = (drawn != plain).any(axis=2)
    assert drawn[changed].min() < 60, "a dark line"
    assert drawn[changed].max() > 230, "and a light one"
    hand.toolbox.choose("pan")
    assert np.array_equal(shown(hand), plain)


def test_large_layers_are_drawn_from_fewer_pixels() -> None:
    document = Document.new(Size(3000, 3000), colour=(1, 2, 3))
    preview = LayerPreview(document.stack, document.layers[0], document.stack.bounds)
    assert preview._image.width() * preview._image.height() <= MOST
