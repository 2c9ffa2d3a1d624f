"""Controls of the option bar: alike in height, named, and smaller where there is little room."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from desktop_app import theme

STEPS = 1000
"""Of a slider."""
ROOMY, TIGHT, TIGHTEST = range(3)
"""How much room there is: for all, not for labels, not for sliders either."""
SLIDER, SHORT = 72, 48
"""Width of a slider, and of one in little room."""
NUMBER = 64


class Number(QDoubleSpinBox):
    """A number without arrows; what is typed counts when it is finished."""

    def __init__(self, least: float, most: float, decimals: int = 0) -> None:
        super().__init__()
        self.setDecimals(decimals)
        self.setRange(least, most)
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(NUMBER)
        theme.mark(self, role="bare")

    def textFromValue(self, value: float) -> str:
        """Without a separator of thousands."""
        return self.locale().toString(value, "f", self.decimals()).replace(self.locale().groupSeparator(), "")


class Amount(QWidget):
    """A number with a slider before it.

    Args:
        curved: the slider is finer where the numbers are small.

    Signals:
        changed: the user gave it another value.
    """

    changed = Signal(float)

    def __init__(self, least: float, most: float, *, curved: bool = False) -> None:
        super().__init__()
        self._least, self._most, self._curved = least, most, curved
        self.label = QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setSingleStep(STEPS // 100)
        self.slider.setFixedWidth(SLIDER)
        self.number = Number(least, most)
        self.label.setBuddy(self.number)
        theme.mark(self.label, role="quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        for part in (self.label, self.slider, self.number):
            row.addWidget(part)
        self.slider.valueChanged.connect(self._slide)
        self.number.valueChanged.connect(self._type)

    @property
    def value(self) -> float:
        """What it says."""
        return self.number.value()

    def set_value(self, value: float) -> None:
        """Show a value, without ``changed``."""
        with QSignalBlocker(self.number):
            self.number.setValue(value)
        self._follow()

    def set_words(self, name: str, tip: str, suffix: str) -> None:
        """What it is called, its tooltip and its unit."""
        self.label.setText(name)
        self.number.setSuffix(suffix)
        for part in (self.slider, self.number):
            part.setAccessibleName(name)
        for part in (self.label, self.slider, self.number):
            part.setToolTip(tip)

    def set_room(self, room: int) -> None:
        """Show what there is room for."""
        self.label.setVisible(room == ROOMY)
        self.slider.setFixedWidth(SLIDER if room == ROOMY else SHORT)
        self.slider.setVisible(room < TIGHTEST)

    def _slide(self, at: int) -> None:
        share = at / STEPS
        ratio = self._most / self._least if self._curved else 0.0
        value = self._least * ratio**share if self._curved else self._least + (self._most - self._least) * share
        if round(value) != round(self.number.value()):
            self.number.setValue(round(value))

    def _type(self, value: float) -> None:
        self._follow()
        self.changed.emit(value)

    def _follow(self) -> None:
        if self.slider.isSliderDown():
            return
        value = self.number.value()
        if self._curved:
            share = math.log(value / self._least) / math.log(self._most / self._least)
        else:
            share = (value - self._least) / (self._most - self._least)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(share * STEPS))


def button(icon: str, *, checkable: bool = False) -> QToolButton:
    """A square button with an icon."""
    out = QToolButton()
    out.setIcon(theme.icon(icon))
    out.setIconSize(theme.icon_size())
    out.setFixedSize(theme.CONTROL, theme.CONTROL)
    out.setCheckable(checkable)
    out.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return out


def group(*parts: QWidget, spacing: int = theme.GRID) -> QWidget:
    """Widgets in a row, as one."""
    out = QWidget()
    row = QHBoxLayout(out)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for part in parts:
        row.addWidget(part)
    return out
