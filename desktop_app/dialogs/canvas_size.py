"""Canvas size: room added to the sides or taken away, by sides or by a new size that keeps one of nine points."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.dialogs.dialog import Dialog, add_row, at_least, caption, form
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from inference.api import LARGEST_SIDE
from inference.geometry import Size

LONGEST_TYPED = 99_999
SIDES = ("left", "top", "right", "bottom")
POINTS = (
    QT_TRANSLATE_NOOP("CanvasSize", "Keep the top left"),
    QT_TRANSLATE_NOOP("CanvasSize", "Keep the top"),
    QT_TRANSLATE_NOOP("CanvasSize", "Keep the top right"),
    QT_TRANSLATE_NOOP("CanvasSize", "Keep the left"),
    QT_TRANSLATE_NOOP("CanvasSize", "Keep the middle"),
    QT_TRANSLATE_NOOP("CanvasSize", "Keep the right"),
    QT_TRANSLATE_NOOP("CanvasSize", "Keep the bottom left"),
    QT_TRANSLATE_NOOP("CanvasSize", "Keep the bottom"),
    QT_TRANSLATE_NOOP("CanvasSize", "Keep the bottom right"),
)
"""Which point of the picture stays where it is, row by row."""


@dataclass(frozen=True)
class CanvasChange:
    """Pixels added on each side, negative: taken away; and whether what is new is to be selected."""

    left: int
    top: int
    right: int
    bottom: int
    select_new: bool

    @property
    def adds(self) -> bool:
        """True when there is new room anywhere."""
        return max(self.left, self.top, self.right, self.bottom) > 0


class CanvasSize(Dialog):
    """Asks how the canvas is to change.

    Args:
        size: of the canvas now.

    Signals:
        chosen: a ``CanvasChange``; the dialog has closed.
    """

    chosen = Signal(object)

    def __init__(self, size: Size, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._width, self._height = _number(1, LONGEST_TYPED, size.width), _number(1, LONGEST_TYPED, size.height)
        self._sides = {side: _number(-LARGEST_SIDE, LARGEST_SIDE, 0) for side in SIDES}
        self._points = QButtonGroup(self)
        for place in range(9):
            button = QPushButton()
            button.setAutoDefault(False)
            button.setCheckable(True)
            button.setFixedSize(theme.CONTROL, theme.CONTROL)
            self._points.addButton(button, place)
        self._points.button(4).setChecked(True)
        self._select = QCheckBox()
        self._select.setChecked(True)
        self._labels = {key: QLabel() for key in ("width", "height", "keep", *SIDES)}
        self._now = caption()
        self._cancel = self.add_button()
        self._apply = self.add_button(primary=True)
        self._lay_out()
        for box in (self._width, self._height):
            box.valueChanged.connect(self._spread)
        self._points.idClicked.connect(self._spread)
        for box in self._sides.values():
            box.valueChanged.connect(self._sum)
        self._cancel.clicked.connect(self.reject)
        self._apply.clicked.connect(self._accept)
        self.retranslate()
        self._width.setFocus()
        self._width.selectAll()

    @property
    def choice(self) -> CanvasChange:
        """As it stands."""
        left, top, right, bottom = (self._sides[side].value() for side in SIDES)
        change = CanvasChange(left, top, right, bottom, False)
        return CanvasChange(left, top, right, bottom, change.adds and self._select.isChecked())

    def retranslate(self) -> None:
        """Set all texts."""
        self.setWindowTitle(self.tr("Canvas size"))
        self._now.setText(
            self.tr("The canvas is {width} × {height} px now.").format(width=self._size.width, height=self._size.height)
        )
        for key, text in (
            ("width", self.tr("Width")),
            ("height", self.tr("Height")),
            ("keep", self.tr("Keep in place")),
            ("left", self.tr("Left")),
            ("top", self.tr("Top")),
            ("right", self.tr("Right")),
            ("bottom", self.tr("Bottom")),
        ):
            self._labels[key].setText(text)
        for box in (self._width, self._height, *self._sides.values()):
            box.setSuffix(self.tr(" px"))
        for place, text in enumerate(POINTS):
            button = self._points.button(place)
            button.setToolTip(translated("CanvasSize", text))
            button.setAccessibleName(translated("CanvasSize", text))
        self._select.setText(self.tr("Select the new room, to paint beyond the edge"))
        self._cancel.setText(self.tr("Cancel"))
        self._apply.setText(self.tr("Change"))
        self._check()

    def _lay_out(self) -> None:
        sizes = form()
        add_row(sizes, self._labels["width"], self._width)
        add_row(sizes, self._labels["height"], self._height)
        points = QGridLayout()
        points.setSpacing(theme.GRID)
        for place in range(9):
            points.addWidget(self._points.button(place), *divmod(place, 3))
        points.setColumnStretch(3, 1)
        add_row(sizes, self._labels["keep"], points)
        sides = form()
        for side in SIDES:
            add_row(sides, self._labels[side], self._sides[side])
        both = QHBoxLayout()
        both.setSpacing(2 * theme.BETWEEN)
        for rows in (sizes, sides):
            column = QVBoxLayout()
            column.addLayout(rows)
            column.addStretch()
            both.addLayout(column, 1)
        self.body.addWidget(self._now)
        self.body.addLayout(both)
        self.body.addSpacing(theme.INSIDE)
        self.body.addWidget(self._select)
        at_least(self, 460, 0)

    def _spread(self) -> None:
        """From a new size to the sides: what is added lies away from the point that stays."""
        row, column = divmod(self._points.checkedId(), 3)
        for before, after, more, share in (
            ("left", "right", self._width.value() - self._size.width, column),
            ("top", "bottom", self._height.value() - self._size.height, row),
        ):
            first = more * share // 2
            self._set(self._sides[before], first)
            self._set(self._sides[after], more - first)
        self._check()

    def _sum(self) -> None:
        """From the sides to the new size."""
        self._set(self._width, self._size.width + self._sides["left"].value() + self._sides["right"].value())
        self._set(self._height, self._size.height + self._sides["top"].value() + self._sides["bottom"].value())
        self._check()

    def _set(self, box: QSpinBox, value: int) -> None:
        with QSignalBlocker(box):
            box.setValue(value)

    def _check(self) -> None:
        change = self.choice
        width = self._size.width + change.left + change.right
        height = self._size.height + change.top + change.bottom
        problem = ""
        if max(width, height) > LARGEST_SIDE:
            problem = self.tr("Sides go up to {most} px. Make it smaller.").format(most=LARGEST_SIDE)
        elif min(width, height) < 1:
            problem = self.tr("Nothing would be left. Take away less.")
        elif self._gone(change):
            problem = self.tr("Nothing of the picture would be left. Take away less.")
        self.say(problem)
        same = not any((change.left, change.top, change.right, change.bottom))
        self._apply.setEnabled(not problem and not same)
        self._apply.setToolTip(problem or (self.tr("The size is the same.") if same else ""))
        self._select.setEnabled(change.adds)
        self._select.setToolTip("" if change.adds else self.tr("There is no new room."))

    def _gone(self, change: CanvasChange) -> bool:
        taken = (-change.left, -change.right), (-change.top, -change.bottom)
        return any(max(sides) >= side for sides, side in zip(taken, (self._size.width, self._size.height), strict=True))

    def _accept(self) -> None:
        choice = self.choice
        self.accept()
        self.chosen.emit(choice)


def _number(least: int, most: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(least, most)
    box.setValue(value)
    return box
