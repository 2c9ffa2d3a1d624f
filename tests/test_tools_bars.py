"""The bars of the tools: what they show, that they fit, their words; and the commands that belong to no tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import fake_engine  # noqa: F401 (offscreen, before Qt)
import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPlainTextEdit, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from toolhand import SHIFT, Hand, empty, one_step, picture

from desktop_app import theme
from desktop_app.document.areas import rectangle
from desktop_app.document.selecting import Combine, select
from desktop_app.document.transforming import Turn
from desktop_app.session import Session
from desktop_app.tools import commands
from desktop_app.tools.option_bar import OptionBar
from desktop_app.tools.specs import SPECS, TOOLS, Show
from desktop_app.tools.toolbar import ToolBar
from desktop_app.tools.toolbox import Toolbox
from inference.errors import BadRequest
from inference.geometry import Bounds

Key = Qt.Key


@pytest.fixture
def hand(qtbot: QtBot) -> Iterator[Hand]:
    made = Hand(picture())
    yield made
    made.close()


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """With the studio's own look, as it is measured."""
    theme.apply(theme.DARK)
    yield
    qapp.setStyleSheet("")


@pytest.fixture
def option_bar(hand: Hand, qtbot: QtBot) -> OptionBar:
    bar = OptionBar(hand.toolbox)
    qtbot.addWidget(bar)
    bar.resize(1000, bar.sizeHint().height())
    bar.show()
    return bar


def texts(widget: QWidget) -> list[QWidget]:
    """Every control that can have the focus."""
    return [one for one in widget.findChildren(QWidget) if one.focusPolicy() != Qt.FocusPolicy.NoFocus]


def select_block(hand: Hand) -> None:
    document = hand.document
    hand.session.do(select(document, rectangle(document.size, 30, 20, 20, 10)))


# The bar of tools


def test_it_fits_a_window_of_seven_hundred_pixels(qtbot: QtBot, dressed: None) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    toolbox = Toolbox(window)
    bar = ToolBar(toolbox)
    window.addToolBar(Qt.ToolBarArea.LeftToolBarArea, bar)
    window.resize(1024, 700)
    window.show()
    assert bar.sizeHint().height() <= 560
    assert bar.sizeHint().width() <= 80
    assert all(button.isVisible() for button in bar.buttons.values())
    window.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)
    QApplication.processEvents()
    assert bar.sizeHint().height() <= 80
    assert all(button.isVisible() for button in bar.buttons.values())


def test_a_button_takes_its_tool_and_shows_it(hand: Hand, qtbot: QtBot) -> None:
    bar = ToolBar(hand.toolbox)
    qtbot.addWidget(bar)
    bar.show()
    for name, button in bar.buttons.items():
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert hand.toolbox.current == name
        assert [one for one, each in bar.buttons.items() if each.isChecked()] == [name]
        assert SPECS[name].key in button.toolTip()
        assert button.accessibleName() == SPECS[name].title


def test_colours_are_shown_swapped_and_chosen(hand: Hand, qtbot: QtBot) -> None:
    bar = ToolBar(hand.toolbox)
    qtbot.addWidget(bar)
    bar.show()
    colours = bar.colours
    hand.options.foreground = (250, 10, 20)
    image = colours.foreground.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert image.pixelColor(15, 15) == QColor(250, 10, 20)
    assert "#fa0a14" in colours.foreground.toolTip()
    for button in colours.findChildren(QToolButton):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert {hand.options.foreground, hand.options.background} == {(0, 0, 0), (255, 255, 255)}
    QTest.mouseClick(colours.background, Qt.MouseButton.LeftButton)
    assert colours.dialog is not None
    colours.dialog.setCurrentColor(QColor(1, 2, 3))
    assert hand.options.background == (1, 2, 3)
    assert hand.options.foreground != (1, 2, 3)
    bar.hide()
    assert not colours.dialog.isVisible()


@pytest.mark.parametrize("make", [QLineEdit, QPlainTextEdit, QSpinBox])
def test_letters_typed_in_a_field_take_no_tool(hand: Hand, qtbot: QtBot, make: Callable[[], QWidget]) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    field = make()
    window.setCentralWidget(field)
    for action in hand.toolbox.actions():
        window.addAction(action)
    window.show()
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    for key in (Key.Key_B, Key.Key_V, Key.Key_X):
        QTest.keyClick(field, key)
    QTest.keyClick(field, Key.Key_C, SHIFT)
    assert hand.toolbox.current == "mask-brush"
    window.setFocus()
    QTest.keyClick(window, Key.Key_V)
    assert hand.toolbox.current == "move"
    QTest.keyClick(window, Key.Key_C, SHIFT)
    assert hand.toolbox.current == "extend"
    QTest.keyClick(window, Key.Key_BracketRight)
    assert hand.options.paint_size > 20


# The option bar


def test_each_tool_shows_its_options_and_no_others(hand: Hand, option_bar: OptionBar) -> None:
    for spec in TOOLS:
        hand.toolbox.choose(spec.name)
        shown = {name for name, part in option_bar._groups.items() if part.isVisible()}
        assert shown == set(spec.shows), spec.name
        assert option_bar.title.text() == spec.title
    assert {show for spec in TOOLS for show in spec.shows} == set(Show)


def test_it_sets_and_follows_the_options(hand: Hand, option_bar: OptionBar) -> None:
    options = hand.options
    option_bar.brush_size.number.setValue(120)
    option_bar.hardness.number.setValue(40)
    option_bar.opacity.slider.setValue(500)
    assert (options.mask_size, options.mask_hardness) == (120, 0.4)
    assert options.mask_opacity == pytest.approx(0.5, abs=0.02)
    assert options.paint_size == 20
    hand.toolbox.choose("paint-brush")
    assert option_bar.brush_size.value == 20
    options.paint_size = 333
    assert option_bar.brush_size.value == 333
    option_bar.pressure_opacity.click()
    assert options.pressure_opacity
    hand.toolbox.choose("wand")
    option_bar.tolerance.number.setValue(7)
    option_bar.contiguous.click()
    option_bar.all_layers.click()
    assert (options.tolerance, options.contiguous, options.all_layers) == (7, False, False)
    option_bar.combine[Combine.SUBTRACT].click()
    assert options.combine is Combine.SUBTRACT
    options.combine = Combine.INTERSECT
    assert option_bar.combine[Combine.INTERSECT].isChecked()
    assert not option_bar.combine[Combine.SUBTRACT].isChecked()


def test_the_slider_of_sizes_is_finer_where_they_are_small(option_bar: OptionBar) -> None:
    size = option_bar.brush_size
    size.set_value(10)
    small = size.slider.value()
    size.set_value(1000)
    assert 250 < small < 400
    assert size.slider.value() > 850


def test_frames_are_typed_applied_and_given_up(hand: Hand, option_bar: OptionBar) -> None:
    hand.toolbox.choose("crop")
    assert option_bar.frame_width.value() == 100
    assert not option_bar.apply.isEnabled()
    assert "nothing to apply" in option_bar.apply.toolTip()
    option_bar.frame_width.setValue(50)
    assert option_bar.apply.isEnabled()
    option_bar.cancel.click()
    assert option_bar.frame_width.value() == 100
    option_bar.frame_height.setValue(30)
    with one_step(hand):
        option_bar.apply.click()
    assert (hand.document.size.width, hand.document.size.height) == (100, 30)
    assert not option_bar.apply.isEnabled()


@pytest.mark.parametrize("width", [1200, 620, 400])
def test_it_is_never_wider_than_it_may_be(hand: Hand, option_bar: OptionBar, dressed: None, width: int) -> None:
    assert option_bar.minimumSizeHint().width() <= 620
    option_bar.resize(width, option_bar.height())
    for spec in TOOLS:
        hand.toolbox.choose(spec.name)
        QApplication.processEvents()
        shown = [part for name, part in option_bar._groups.items() if name in spec.shows]
        assert option_bar.width() == width
        for part in shown:
            assert part.geometry().right() < width, f"{spec.name} at {width}"
            assert part.height() <= 30
    hand.toolbox.choose("mask-brush")
    assert option_bar.brush_size.label.isVisible() == (width == 1200)
    assert option_bar.brush_size.slider.isVisible() == (width >= 620)


def test_every_control_has_a_name(hand: Hand, option_bar: OptionBar, qtbot: QtBot) -> None:
    bar = ToolBar(hand.toolbox)
    qtbot.addWidget(bar)
    for widget in (option_bar, bar):
        for one in texts(widget):
            named = one.accessibleName() or getattr(one, "text", str)() or isinstance(one.parentWidget(), QSpinBox)
            inner = isinstance(one, QLineEdit)
            assert named or inner, one
            assert one.toolTip() or inner or not isinstance(one, QToolButton), one


def test_words_follow_the_language(hand: Hand, option_bar: OptionBar, qtbot: QtBot) -> None:
    bar = ToolBar(hand.toolbox)
    qtbot.addWidget(bar)
    option_bar.brush_size.label.setText("")
    hand.toolbox.tool_actions["crop"].setText("")
    bar.buttons["crop"].setAccessibleName("")
    for widget in (option_bar, bar):
        QApplication.sendEvent(widget, QEvent(QEvent.Type.LanguageChange))
    assert option_bar.brush_size.label.text() == "Size"
    assert hand.toolbox.tool_actions["crop"].text() == bar.buttons["crop"].accessibleName() == "Crop"


# Commands


@pytest.mark.parametrize(
    "command",
    [
        commands.invert,
        commands.select_all,
        commands.select_none,
        commands.select_alpha,
        lambda session: commands.grow(session, 3),
        lambda session: commands.shrink(session, 3),
        lambda session: commands.feather(session, 3),
        lambda session: commands.fill(session, (1, 2, 3)),
        commands.clear,
        commands.copy_to_layer,
        lambda session: commands.turn(session, Turn.LEFT),
    ],
)
def test_commands_are_one_step(hand: Hand, command: Callable[[Session], None]) -> None:
    select_block(hand)
    with one_step(hand):
        command(hand.session)


def test_a_copy_looks_the_same_and_holds_what_is_selected(hand: Hand) -> None:
    select_block(hand)
    commands.copy_to_layer(hand.session)
    made = hand.document.stack.layer()
    assert made.bounds == Bounds(30, 20, 20, 10)
    assert np.array_equal(made.pixels, hand.document.layers[0].part(made.bounds))
    hand.session.choose(hand.document.layers[0].id)
    commands.select_none(hand.session)
    commands.copy_to_layer(hand.session)
    assert hand.document.stack.layer().bounds == Bounds(0, 0, 100, 80)


def test_nothing_to_copy_or_to_grow_is_said(hand: Hand) -> None:
    with pytest.raises(BadRequest):
        commands.grow(hand.session, 3)
    none = Hand(empty())
    with pytest.raises(BadRequest):
        commands.copy_to_layer(none.session)
    commands.fill(none.session, (4, 5, 6))
    assert none.steps == 1
    assert tuple(none.pixels[0, 0]) == (4, 5, 6, 255)
    none.close()
