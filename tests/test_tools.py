"""Brushes, shapes and what is clicked: what each tool does to pixels, one step each, and nothing when given up."""

from __future__ import annotations

from collections.abc import Iterator

import fake_engine  # noqa: F401 (offscreen, before Qt)
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from toolhand import ALT, CTRL, FREE, LEFT, RIGHT, SHIFT, Hand, empty, one_step, picture, same, state

from desktop_app.document.areas import rectangle
from desktop_app.document.arranging import add_layer, set_locked, set_visible
from desktop_app.document.selecting import Combine, select
from desktop_app.tools.options import ToolOptions
from desktop_app.tools.specs import SPECS, SWAPS, TOOLS
from desktop_app.tools.toolbox import COMMANDS, MAKERS
from inference.geometry import Bounds, Size

BRUSHES = ("mask-brush", "mask-eraser", "paint-brush", "eraser")
DRAGS = (*BRUSHES, "rectangle", "ellipse", "lasso", "move")


@pytest.fixture
def hand(qtbot: QtBot) -> Iterator[Hand]:
    made = Hand(picture())
    yield made
    complaint = made.canvas._complaint
    made.close()
    assert not complaint


def select_block(hand: Hand, x: int = 30, y: int = 20, width: int = 20, height: int = 10) -> None:
    document = hand.document
    hand.session.do(select(document, rectangle(document.size, x, y, width, height)))


# Brushes


def test_the_mask_brush_selects_what_it_crosses(hand: Hand) -> None:
    hand.options.mask_size = 10
    with one_step(hand):
        hand.drag((20, 30), (50, 30), (50, 50))
    assert hand.selection[30, 35] == 255
    assert hand.selection[45, 50] == 255
    assert hand.selection[30, 10] == hand.selection[60, 60] == 0
    assert hand.selection[20, 35] == 0, "five pixels to each side, not ten"


@pytest.mark.parametrize(("held", "button"), [(ALT, LEFT), (FREE, RIGHT)])
def test_alt_and_the_right_button_erase_the_mask(hand: Hand, held: Qt.KeyboardModifier, button: Qt.MouseButton) -> None:
    select_block(hand, 0, 0, 100, 80)
    hand.options.mask_size = 10
    with one_step(hand):
        hand.drag((20, 30), (50, 30), held=held, button=button)
    assert hand.selection[30, 35] == 0
    assert hand.selection[60, 60] == 255


def test_the_mask_eraser(hand: Hand) -> None:
    select_block(hand, 0, 0, 100, 80)
    hand.toolbox.choose("mask-eraser")
    with one_step(hand):
        hand.drag((20, 30), (50, 30))
    assert hand.selection[30, 35] == 0


def test_the_paint_brush_paints_with_the_colour(hand: Hand) -> None:
    hand.toolbox.choose("paint-brush")
    hand.options.foreground = (10, 220, 90)
    hand.options.paint_hardness = 1
    before = hand.pixels
    with one_step(hand):
        hand.drag((10, 60), (40, 60))
    assert tuple(hand.pixels[60, 25]) == (10, 220, 90, 255)
    assert np.array_equal(hand.pixels[:40], before[:40])
    assert not hand.selection.any()


def test_opacity_is_that_of_the_stroke(hand: Hand) -> None:
    hand.toolbox.choose("mask-brush")
    hand.options.mask_opacity = 0.5
    hand.drag((10, 40), (90, 40), (10, 40))
    assert hand.selection.max() in range(126, 130)


def test_the_eraser_leaves_nothing(hand: Hand) -> None:
    hand.toolbox.choose("eraser")
    with one_step(hand):
        hand.drag((10, 60), (40, 60))
    assert hand.pixels[60, 25, 3] == 0
    assert hand.pixels[10, 25, 3] == 255


def test_painting_stays_in_the_selection(hand: Hand) -> None:
    select_block(hand, 0, 0, 30, 80)
    hand.toolbox.choose("paint-brush")
    before = hand.pixels
    with one_step(hand):
        hand.drag((10, 60), (60, 60))
    assert tuple(hand.pixels[60, 20, :3]) == (0, 0, 0)
    assert np.array_equal(hand.pixels[:, 31:], before[:, 31:])


def test_shift_draws_a_line_from_the_last_point(hand: Hand) -> None:
    hand.options.mask_size = 6
    hand.click(10, 10)
    assert hand.selection[40, 40] == 0
    with one_step(hand):
        hand.click(70, 70, SHIFT)
    assert hand.selection[40, 40] == 255
    assert hand.selection[40, 60] == 0


def test_alt_picks_a_colour_with_the_paint_brush(hand: Hand) -> None:
    hand.toolbox.choose("paint-brush")
    hand.hover(30, 20, ALT)
    assert hand.canvas.cursor().shape() == Qt.CursorShape.BitmapCursor
    hand.click(30, 20, ALT)
    assert hand.options.foreground == (200, 30, 20)
    assert hand.steps == 0
    hand.hover(30, 20)
    assert hand.canvas.cursor().shape() == Qt.CursorShape.CrossCursor
    hand.drag((70, 20), (75, 20))
    assert tuple(hand.pixels[20, 72, :3]) == (200, 30, 20)


def test_painting_without_a_layer_adds_one_in_the_same_step(qtbot: QtBot) -> None:
    hand = Hand(empty())
    hand.toolbox.choose("paint-brush")
    with one_step(hand):
        hand.drag((10, 10), (50, 50))
    assert len(hand.document.layers) == 1
    assert hand.pixels[30, 30, 3] == 255
    hand.toolbox.choose("eraser")
    hand.session.undo()
    hand.drag((10, 10), (50, 50))
    assert [error.message for error in hand.failures] == ["There is no layer."]
    hand.close()


def test_a_layer_that_is_smaller_is_extended_in_the_same_step(hand: Hand) -> None:
    hand.session.do(add_layer(hand.document, np.full((5, 5, 4), 255, np.uint8), x=2, y=2))
    hand.toolbox.choose("paint-brush")
    with one_step(hand):
        hand.drag((50, 50), (60, 60))
    assert hand.document.stack.layer().bounds == Bounds(0, 0, 100, 80)


@pytest.mark.parametrize("tool", ["paint-brush", "eraser", "bucket", "fill", "move", "transform"])
@pytest.mark.parametrize(("edit", "word"), [(set_locked, "locked"), (set_visible, "hidden")])
def test_a_locked_or_hidden_layer_is_said_once(hand: Hand, tool: str, edit: object, word: str) -> None:
    layer = hand.document.stack.layer()
    make = (
        set_locked(hand.document, layer.id, True) if word == "locked" else set_visible(hand.document, layer.id, False)
    )
    hand.session.do(make)
    hand.toolbox.choose(tool)
    before, steps = state(hand.document), hand.steps
    hand.drag((30, 20), (40, 30), (50, 40), (60, 50))
    assert len(hand.failures) == 1
    assert word in hand.failures[0].message
    assert hand.failures[0].hint
    assert hand.steps == steps
    assert same(state(hand.document), before)
    assert not hand.session.history.gesturing


@pytest.mark.parametrize("tool", DRAGS)
def test_escape_in_a_gesture_leaves_nothing(hand: Hand, tool: str) -> None:
    select_block(hand)
    hand.toolbox.choose(tool)
    before, steps = state(hand.document), hand.steps
    picture_before = hand.canvas.grab().toImage()
    hand.press(30, 20)
    hand.move(50, 40)
    hand.move(60, 30)
    hand.key(Qt.Key.Key_Escape)
    hand.move(70, 30)
    hand.release(70, 30)
    assert same(state(hand.document), before)
    assert hand.steps == steps
    assert not hand.session.history.gesturing
    assert hand.failures == []
    assert hand.session._hidden is None
    hand.toolbox.choose("pan")
    assert hand.canvas._overlays == []
    assert picture_before.size() == hand.canvas.grab().toImage().size()


def test_a_stroke_that_was_undone_meanwhile_paints_no_more(hand: Hand) -> None:
    before = state(hand.document)
    hand.press(20, 30)
    hand.move(40, 30)
    hand.session.undo()
    hand.move(60, 30)
    hand.release(60, 30)
    assert same(state(hand.document), before)
    assert hand.steps == 0


def test_settling_keeps_the_stroke(hand: Hand) -> None:
    hand.press(20, 30)
    hand.move(40, 30)
    hand.toolbox.settle()
    assert hand.steps == 1
    hand.move(70, 70)
    hand.release(70, 70)
    assert hand.steps == 1
    assert hand.selection[70, 70] == 0


@pytest.mark.parametrize(("name", "expected"), [("mask-brush", 0), ("paint-brush", 0)])
def test_the_other_end_of_a_pen_erases_and_pressure_counts(hand: Hand, name: str, expected: int) -> None:
    select_block(hand, 0, 0, 100, 80)
    hand.toolbox.choose(name)
    hand.options.mask_size = hand.options.paint_size = 40
    pen = QPointingDevice(
        "pen",
        7,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Eraser,
        QInputDevice.Capability.All,
        1,
        3,
        "seat",
        QPointingDeviceUniqueId.fromNumericId(7),
    )
    for kind, pressure in ((QEvent.Type.TabletPress, 0.25), (QEvent.Type.TabletRelease, 0.0)):
        place = QPointF(hand.at(50, 40))
        button = Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else button
        where = hand.canvas.mapToGlobal(place)
        event = QTabletEvent(kind, pen, place, where, pressure, 0, 0, 0, 0, 0, FREE, button, held)
        QApplication.sendEvent(hand.canvas, event)
    erased = hand.selection if name == "mask-brush" else hand.pixels[..., 3]
    assert hand.steps == 2
    assert erased[40, 50] == expected
    assert erased[40, 62] == 255, "a quarter of the size, not all of it"


def test_the_ring_is_as_large_as_the_brush(hand: Hand) -> None:
    hand.options.mask_size = 33
    assert hand.canvas._brush == 33
    hand.toolbox.choose("paint-brush")
    assert hand.canvas._brush == hand.options.paint_size == 20
    hand.toolbox.command_actions["larger"].trigger()
    assert hand.canvas._brush == hand.options.paint_size == 23
    hand.toolbox.choose("rectangle")
    assert hand.canvas._brush is None


def test_figures_set_the_opacity(hand: Hand) -> None:
    hand.key(Qt.Key.Key_4)
    assert hand.options.mask_opacity == pytest.approx(0.4)
    assert hand.options.paint_opacity == 1
    hand.key(Qt.Key.Key_0)
    assert hand.options.mask_opacity == 1


def test_x_swaps_painting_and_erasing(hand: Hand) -> None:
    for one, other in SWAPS.items():
        hand.toolbox.choose(one)
        hand.toolbox.command_actions["swap-tool"].trigger()
        assert hand.toolbox.current == other


# Shapes


def test_a_rectangle_is_selected_in_whole_pixels(hand: Hand) -> None:
    hand.toolbox.choose("rectangle")
    with one_step(hand):
        hand.drag((10.2, 20.4), (30, 30), (50.6, 40.9))
    expected = np.zeros((80, 100), np.uint8)
    expected[20:41, 10:51] = 255
    assert np.array_equal(hand.selection, expected)
    assert "41 × 21" in hand.told


def test_an_ellipse_fills_its_rectangle(hand: Hand) -> None:
    hand.toolbox.choose("ellipse")
    with one_step(hand):
        hand.drag((10, 20), (50, 60))
    assert hand.document.selected() == Bounds(10, 20, 40, 40)
    assert hand.selection[40, 30] == 255
    assert hand.selection[21, 11] == 0


def test_shift_makes_a_square_and_alt_starts_from_the_middle(hand: Hand) -> None:
    hand.toolbox.choose("rectangle")
    hand.drag((10, 10), (50, 30), held=SHIFT)
    assert hand.document.selected() == Bounds(10, 10, 40, 40)
    hand.session.undo()
    hand.drag((50, 40), (60, 45), held=ALT)
    assert hand.document.selected() == Bounds(40, 35, 20, 10)


def test_space_carries_the_shape(hand: Hand) -> None:
    hand.toolbox.choose("rectangle")
    hand.press(10, 10)
    hand.move(30, 20)
    hand.key_event(QEvent.Type.KeyPress, Qt.Key.Key_Space)
    hand.move(40, 40)
    hand.key_event(QEvent.Type.KeyRelease, Qt.Key.Key_Space)
    hand.release(50, 40)
    assert hand.document.selected() == Bounds(20, 30, 30, 10)


@pytest.mark.parametrize(
    ("held", "option", "area"),
    [
        (FREE, Combine.REPLACE, {(45, 25): 255, (35, 22): 0}),
        (SHIFT, Combine.REPLACE, {(45, 25): 255, (35, 22): 255, (60, 25): 255}),
        (ALT, Combine.REPLACE, {(45, 25): 0, (35, 22): 255, (60, 25): 0}),
        (SHIFT | ALT, Combine.REPLACE, {(45, 25): 255, (35, 22): 0, (60, 25): 0}),
        (FREE, Combine.ADD, {(45, 25): 255, (35, 22): 255}),
        (FREE, Combine.SUBTRACT, {(45, 25): 0, (35, 22): 255}),
    ],
)
@pytest.mark.parametrize("tool", ["rectangle", "lasso"])
def test_shapes_combine(
    hand: Hand, tool: str, held: Qt.KeyboardModifier, option: Combine, area: dict[tuple[int, int], int]
) -> None:
    select_block(hand, 30, 20, 20, 10)
    hand.toolbox.choose(tool)
    hand.options.combine = option
    corners = [(40, 20), (70, 20), (70, 40), (40, 40)] if tool == "lasso" else [(40, 20), (70, 40)]
    hand.press(*corners[0], held)
    for corner in corners[1:]:
        hand.move(*corner)  # let go: pressed again it would make a square
    hand.release(*corners[-1])
    assert {at: hand.selection[at[1], at[0]] for at in area} == area


def test_a_click_with_a_shape_selects_nothing(hand: Hand) -> None:
    select_block(hand)
    hand.toolbox.choose("rectangle")
    with one_step(hand):
        hand.click(5, 5)
    assert hand.document.selected() is None
    hand.click(5, 5)
    assert hand.steps == 2, "there was nothing left to deselect"


def test_the_lasso_selects_what_it_goes_around(hand: Hand) -> None:
    hand.toolbox.choose("lasso")
    with one_step(hand):
        hand.drag((10, 10), (60, 10), (60, 50), (10, 50))
    assert hand.selection[30, 30] == 255
    assert hand.selection[60, 30] == 0


@pytest.mark.parametrize("close", ["double click", "enter", "first corner", "settle", "another tool"])
def test_a_polygon_is_closed(hand: Hand, close: str) -> None:
    hand.toolbox.choose("polygon")
    with one_step(hand):
        for corner in ((10, 10), (60, 10), (60, 50)):
            hand.click(*corner)
        assert hand.toolbox.pending
        {
            "double click": lambda: hand.double_click(10, 50),
            "enter": lambda: (hand.click(10, 50), hand.key(Qt.Key.Key_Return)),
            "first corner": lambda: (hand.click(10, 50), hand.click(10.5, 10.5)),
            "settle": lambda: (hand.click(10, 50), hand.toolbox.settle()),
            "another tool": lambda: (hand.click(10, 50), hand.toolbox.choose("pan")),
        }[close]()
    assert hand.selection[30, 30] == 255
    assert hand.selection[60, 30] == 0
    assert not hand.toolbox.pending
    assert hand.canvas._overlays == []


def test_a_polygon_is_given_up_and_its_corners_are_taken_back(hand: Hand) -> None:
    hand.toolbox.choose("polygon")
    for corner in ((10, 10), (60, 10), (60, 50)):
        hand.click(*corner)
    hand.key(Qt.Key.Key_Backspace)
    assert hand.toolbox.pending
    hand.key(Qt.Key.Key_Escape)
    assert not hand.toolbox.pending
    assert hand.steps == 0
    hand.click(10, 10)
    hand.key(Qt.Key.Key_Backspace)
    assert not hand.toolbox.pending


# What is clicked


def test_the_wand_selects_what_looks_alike(hand: Hand) -> None:
    hand.toolbox.choose("wand")
    hand.options.tolerance = 0
    with one_step(hand):
        hand.click(30, 20)
    assert hand.selection[25, 40] == 255
    assert hand.selection[5, 5] == 0
    assert hand.document.selected() == Bounds(19, 9, 42, 32)  # its edge is softened by a pixel
    hand.click(30, 20, ALT)
    assert hand.selection[25, 40] == 0


def test_the_wand_outside_says_so(hand: Hand) -> None:
    hand.toolbox.choose("wand")
    hand.click(-5, 20)
    assert len(hand.failures) == 1
    assert hand.steps == 0


def test_the_bucket_fills_what_looks_alike(hand: Hand) -> None:
    hand.toolbox.choose("bucket")
    hand.options.tolerance = 0
    hand.options.foreground = (1, 2, 3)
    before = hand.pixels
    with one_step(hand):
        hand.click(30, 20)
    assert tuple(hand.pixels[25, 40]) == (1, 2, 3, 255)
    assert np.array_equal(hand.pixels[50:], before[50:])
    hand.click(30, 20, ALT)
    assert hand.steps == 1, "Alt picks"


@pytest.mark.parametrize("tool", ["bucket", "fill"])
def test_filling_without_a_layer_adds_one(qtbot: QtBot, tool: str) -> None:
    hand = Hand(empty())
    hand.toolbox.choose(tool)
    hand.options.foreground = (9, 8, 7)
    with one_step(hand):
        hand.click(30, 20)
    assert tuple(hand.pixels[70, 90]) == (9, 8, 7, 255)
    hand.close()


def test_fill_fills_the_selection(hand: Hand) -> None:
    select_block(hand)
    hand.toolbox.choose("fill")
    before = hand.pixels
    with one_step(hand):
        hand.click(1, 1)
    assert not hand.pixels[20:30, 30:50, :3].any()
    assert np.array_equal(hand.pixels[40:], before[40:])


def test_the_picker_takes_both_colours(hand: Hand) -> None:
    hand.toolbox.choose("picker")
    hand.drag((5, 5), (30, 20))
    assert hand.options.foreground == (200, 30, 20)
    hand.options.foreground = (0, 0, 0)
    hand.click(30, 20, button=RIGHT)
    assert hand.options.background == (200, 30, 20)
    assert hand.options.foreground == (0, 0, 0)
    hand.click(95, 75)
    assert hand.options.foreground == (0, 0, 0), "there is nothing there"
    assert hand.steps == 0


# Looking


def test_the_hand_pans(hand: Hand) -> None:
    hand.toolbox.choose("pan")
    left, top = hand.canvas.viewport.left, hand.canvas.viewport.top
    start = hand.at(50, 40)
    hand.press(50, 40)
    assert hand.canvas.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    hand.move(60, 45)
    hand.release(50, 40)  # the picture has moved along: this is where the pointer is
    assert hand.canvas.viewport.left == pytest.approx(left + 20, abs=1)
    assert hand.canvas.viewport.top == pytest.approx(top + 10, abs=1)
    assert hand.canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
    assert start != hand.at(50, 40)


def test_the_magnifier_zooms_in_out_and_to_a_frame(hand: Hand) -> None:
    hand.toolbox.choose("zoom")
    hand.click(50, 40)
    assert hand.canvas.viewport.zoom == 3
    hand.click(50, 40, ALT)
    hand.click(50, 40, button=RIGHT)
    assert hand.canvas.viewport.zoom == 1.5
    hand.canvas.zoom_to(2)
    hand.drag((20, 20), (60, 50))
    assert hand.canvas.viewport.zoom == pytest.approx(10)
    assert hand.canvas.viewport.to_document(200, 150) == pytest.approx((40, 35), abs=1)


# The toolbox


def test_the_table_is_whole_and_no_keys_collide() -> None:
    assert {spec.name for spec in TOOLS} == MAKERS.keys()
    keys = [key for spec in TOOLS for key in spec.keys] + [key for _, keys in COMMANDS.values() for key in keys]
    assert len(keys) == len(set(keys))
    assert len({spec.title for spec in TOOLS}) == len(TOOLS)
    assert all(spec.hint for spec in TOOLS)


def test_the_keys_are_not_those_of_the_window() -> None:
    from desktop_app.actions import SPECS as COMMANDS_OF_WINDOW  # noqa: PLC0415

    taken = {key for spec in COMMANDS_OF_WINDOW.values() for key in spec.keys}
    assert not taken & (
        {key for spec in TOOLS for key in spec.keys} | {k for _, keys in COMMANDS.values() for k in keys}
    )


def test_actions_choose_tools(hand: Hand, qtbot: QtBot) -> None:
    actions = hand.toolbox.tool_actions
    assert hand.toolbox.actions()[: len(actions)] == list(actions.values())
    for name, action in actions.items():
        action.trigger()
        assert hand.toolbox.current == name
        assert [one for one in actions.values() if one.isChecked()] == [action]
        assert action.toolTip().endswith(f"({SPECS[name].key})")
        assert action.statusTip() == SPECS[name].hint
        assert not action.icon().isNull()
        assert hand.told[-1] == SPECS[name].hint
    with pytest.raises(KeyError):
        hand.toolbox.choose("spoon")


def test_another_session_is_worked_on(hand: Hand, qtbot: QtBot) -> None:
    other = Hand(picture())
    hand.press(20, 30)
    hand.move(40, 30)
    hand.toolbox.set_target(other.session, other.canvas)
    assert hand.steps == 1, "what was under way is finished"
    hand.release(40, 30)
    hand.drag((20, 50), (40, 50))
    assert hand.steps == 1
    other.close()
    hand.toolbox.set_target(None, None)
    hand.toolbox.choose("crop")
    assert not hand.toolbox.pending
    assert not hand.toolbox.give_up()
    hand.toolbox.settle()


def test_options_are_kept(hand: Hand) -> None:
    options = hand.options
    options.mask_size, options.foreground, options.combine = 77, (1, 2, 3), Combine.ADD
    again = ToolOptions()
    again.from_dict(options.as_dict())
    assert again.as_dict() == options.as_dict()
    assert again.combine is Combine.ADD
    changes: list[bool] = []
    again.changed.connect(lambda: changes.append(True))
    again.from_dict({"mask_size": "big", "foreground": [1], "combine": "melt", "unknown": 3, "tolerance": None})
    assert again.as_dict() == options.as_dict()
    assert not changes
    again.mask_size = 1e9
    assert again.mask_size == 2000
    assert changes == [True]


def test_ctrl_click_chooses_the_layer_that_is_seen(hand: Hand) -> None:
    hand.session.do(add_layer(hand.document, np.full((5, 5, 4), 255, np.uint8), "Small", x=2, y=2))
    lower, upper = hand.document.layers
    hand.toolbox.choose("move")
    hand.click(50, 50, CTRL)
    assert hand.document.active == lower.id
    hand.click(4, 4, CTRL)
    assert hand.document.active == upper.id
    assert hand.document.size == Size(100, 80)
