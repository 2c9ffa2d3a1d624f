"""Controls for one value each: alike in how they are named, explained, disabled with a reason, and left at a default.

None of them changes when the mouse wheel passes over it while the panel is scrolled.
"""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QLocale, QObject, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QStandardItem, QStandardItemModel, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme

_NOT_SET = "not-set"
TEXT = (6, 0, 0, 0)
"""Around the text of what counts: it begins where that of lists and lines does."""


class Field(QWidget):
    """A control for one value.

    Signals:
        changed: the user gave it another value.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tip = self._reason = ""

    @property
    def value(self) -> Any:
        """What it says."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value, without ``changed``."""
        raise NotImplementedError

    def set_words(self, name: str, tip: str) -> None:
        """What it is called for those who cannot see it, and what its tooltip says."""
        self._tip = tip
        self.setAccessibleName(name)
        for part in self.parts():
            part.setAccessibleName(name)
        self._explain()

    def set_reason(self, reason: str) -> None:
        """Why it cannot be used now; "" when it can."""
        self._reason = reason
        self.setEnabled(not reason)
        self._explain()

    def parts(self) -> Iterable[QWidget]:
        """The controls that carry its name."""
        return ()

    def _explain(self) -> None:
        tip = "\n\n".join(text for text in (self._reason, self._tip) if text)
        for part in (self, *self.parts()):
            part.setToolTip(tip)


_Mixed = QWidget if TYPE_CHECKING else object


class Calm(_Mixed):
    """Mixed into what the wheel would change: only while it has the keyboard."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


@dataclass(frozen=True)
class Option:
    """A row of a choice. With a reason it cannot be chosen, and its tooltip says why."""

    value: Any
    title: str
    icon: str = ""
    tip: str = ""
    reason: str = ""


class Choice(Calm, QComboBox):
    """A drop-down list as wide as it is given room, not as its longest row."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self._options: list[Option] = []
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(QStyledItemDelegate(self))
        self.setIconSize(theme.icon_size())

    def set_options(self, options: Iterable[Option]) -> None:
        """Other rows; the row of the same value stays chosen."""
        options = list(options)
        if options == self._options:
            return
        self._options = options
        chosen = self.currentData()
        with QSignalBlocker(self):
            self._rows.clear()
            for option in options:
                self._rows.appendRow(_row(option))
            self.setCurrentIndex(self.row_of(chosen))

    def retitle(self, value: Any, title: str, icon: str) -> None:
        """Another title and icon for a row."""
        self._options = [
            replace(option, title=title, icon=icon) if option.value == value else option for option in self._options
        ]
        row = self.row_of(value)
        if self.itemText(row) != title:
            self.setItemText(row, title)
            self.setItemIcon(row, theme.icon(icon))

    def row_of(self, value: Any) -> int:
        """The row that stands for a value, or -1."""
        return next((row for row in range(self.count()) if self.itemData(row) == value), -1)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """What does not fit ends in dots."""
        super().initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        rect = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self)
        room = rect.width() - (theme.ICON + theme.INSIDE if not option.currentIcon.isNull() else theme.GRID)
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)

    def showPopup(self) -> None:
        """The list may be wider than the control."""
        view = self.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + view.verticalScrollBar().sizeHint().width())
        super().showPopup()


class ChoiceField(Field):
    """One of some values. A row whose value is None stands for a default and is shown quietly."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = Choice()
        lay(self, self.choice)
        self.choice.activated.connect(self._chosen)
        self.choice.currentIndexChanged.connect(self._tint)

    @property
    def value(self) -> Any:
        return self.choice.currentData()

    def set_value(self, value: Any) -> None:
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(self.choice.row_of(value))
        self._tint()

    def set_options(self, options: Iterable[Option]) -> None:
        """Other rows; what was chosen stays chosen when it is among them."""
        self.choice.set_options(options)
        self._tint()

    def parts(self) -> Iterable[QWidget]:
        return (self.choice,)

    def _chosen(self) -> None:
        self.changed.emit()

    def _tint(self) -> None:
        default = self.choice.currentIndex() >= 0 and self.choice.currentData() is None
        mark_default(self.choice, default)


class Number(Calm, QDoubleSpinBox):
    """A number that may be left at a default: then it shows the default quietly, and steps start from there."""

    _reset: QAction | None = None

    def __init__(self, least: float, most: float, step: float, decimals: int) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setDecimals(decimals)
        self.setRange(least, most)
        self.setSingleStep(step)
        self.lineEdit().setTextMargins(*TEXT)
        self.least, self.start = least, least

    def allow_default(self) -> QAction:
        """Let it be nothing: one step under the least. Returns the action that makes it so, a button inside it."""
        self.setMinimum(self.least - self.singleStep())
        edit = self.lineEdit()
        self._reset = edit.addAction(theme.icon("undo"), QLineEdit.ActionPosition.TrailingPosition)
        self._reset.triggered.connect(self._clear)
        edit.cursorPositionChanged.connect(self._choose_all)
        self.valueChanged.connect(self.show_default)
        self.show_default()
        return self._reset

    @property
    def unset(self) -> bool:
        """True while it is left at its default."""
        return self.value() < self.least

    def _choose_all(self) -> None:
        """Typing replaces the words for the default wherever one clicks in them."""
        edit = self.lineEdit()
        if self.unset and self.hasFocus() and not edit.hasSelectedText():
            edit.selectAll()

    def show_default(self) -> None:
        """Look as what it holds."""
        if self._reset is not None:
            self._reset.setVisible(not self.unset)
            mark_default(self, self.unset)

    def stepBy(self, steps: int) -> None:
        now = self.start if self.unset else self.value()
        self.setValue(min(max(now + steps * self.singleStep(), self.least), self.maximum()))

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flag = QAbstractSpinBox.StepEnabledFlag
        now = self.start if self.unset else self.value()
        up = flag.StepUpEnabled if now < self.maximum() else flag.StepNone
        return up | (flag.StepDownEnabled if now > self.least else flag.StepNone)

    def textFromValue(self, value: float) -> str:
        return _plain(self.locale(), value)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """An emptied field goes back to the default."""
        if self._empty(text):
            return QValidator.State.Acceptable, text, position
        return super().validate(text, position)  # pyright: ignore[reportReturnType] (PySide says object)

    def valueFromText(self, text: str) -> float:
        return self.minimum() if self._empty(text) else super().valueFromText(text)

    def _empty(self, text: str) -> bool:
        return self._reset is not None and not text.removesuffix(self.suffix()).strip()

    def _clear(self) -> None:
        self.setValue(self.minimum())


class NumberField(Field):
    """A number from ``least`` to ``most``; whole when it has no decimals; None for a default where that is allowed."""

    def __init__(
        self, least: float, most: float, *, step: float = 1, decimals: int = 0, default: bool = True, suffix: str = ""
    ) -> None:
        super().__init__()
        self.number = Number(least, most, step, decimals)
        self.number.setSuffix(suffix)
        self._reset = self.number.allow_default() if default else None
        lay(self, self.number)
        self.number.valueChanged.connect(self.changed)

    @property
    def value(self) -> Any:
        if self.number.unset:
            return None
        return self.number.value() if self.number.decimals() else round(self.number.value())

    def set_value(self, value: Any) -> None:
        with QSignalBlocker(self.number):
            self.number.setValue(self.number.minimum() if value is None else max(value, self.number.least))
        self.number.show_default()

    def set_default(self, text: str, start: float) -> None:
        """What it shows while it is left at its default, and the number from which steps start then."""
        self.number.start = start
        if text != self.number.specialValueText():
            self.number.setSpecialValueText(text)

    def set_reset_words(self, text: str) -> None:
        """The tooltip of the button that goes back to the default."""
        if self._reset is not None:
            self._reset.setText(text)
            self._reset.setToolTip(text)

    def parts(self) -> Iterable[QWidget]:
        return (self.number,)


class ShareField(Field):
    """A share from 0 to 1: a slider and a percentage, with words under the slider's ends."""

    def __init__(self) -> None:
        super().__init__()
        self.slider = _CalmSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setFixedHeight(theme.CONTROL)
        self.percent = _CalmSpin()
        self.percent.setRange(0, 100)
        self.percent.setSuffix(" %")
        theme.mark(self.percent, role="bare")
        self.percent.setFixedWidth(2 * theme.CONTROL)
        self._ends = (_caption(Qt.AlignmentFlag.AlignLeft), _caption(Qt.AlignmentFlag.AlignRight))
        row, ends = QHBoxLayout(), QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self.slider, 1)
        row.addWidget(self.percent)
        ends.addWidget(self._ends[0])
        ends.addWidget(self._ends[1])
        ends.setContentsMargins(0, 0, self.percent.width() + theme.INSIDE, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addLayout(ends)
        self.setFocusProxy(self.slider)
        self.slider.valueChanged.connect(self._slid)
        self.percent.valueChanged.connect(self._typed)

    @property
    def value(self) -> float:
        return self.percent.value() / 100

    def set_value(self, value: float) -> None:
        with QSignalBlocker(self.slider), QSignalBlocker(self.percent):
            self.percent.setValue(round(value * 100))
            self.slider.setValue(round(value * 100))

    def set_ends(self, left: str, right: str) -> None:
        """The words under the slider's ends; none where both are ""."""
        for label, text in zip(self._ends, (left, right), strict=True):
            label.setText(text)
            label.setVisible(bool(text))

    def parts(self) -> Iterable[QWidget]:
        return self.slider, self.percent

    def _slid(self, value: int) -> None:
        with QSignalBlocker(self.percent):
            self.percent.setValue(value)
        self.changed.emit()

    def _typed(self, value: int) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(value)
        self.changed.emit()


class LineField(Field):
    """Text in one line. Who makes it says when it ``changed``.

    Args:
        edit: the line.
    """

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__()
        self.edit = edit
        lay(self, edit)

    @property
    def value(self) -> str:
        return self.edit.text()

    def set_value(self, value: str) -> None:
        if value != self.edit.text():
            self.edit.setText(value)

    def parts(self) -> Iterable[QWidget]:
        return (self.edit,)


class CheckField(Field):
    """Yes or no, with its words beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.box = QCheckBox()
        lay(self, self.box)
        self.box.toggled.connect(self.changed)

    @property
    def value(self) -> bool:
        return self.box.isChecked()

    def set_value(self, value: bool) -> None:
        with QSignalBlocker(self.box):
            self.box.setChecked(value)

    def set_words(self, name: str, tip: str) -> None:
        self.box.setText(name)
        super().set_words(name, tip)

    def parts(self) -> Iterable[QWidget]:
        return (self.box,)


class Fold(QToolButton):
    """The header of rows that can be folded away."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(theme.icon_size())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.CONTROL)
        theme.mark(self, role="fold")
        self.toggled.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self.setIcon(theme.icon("down" if self.isChecked() else "right"))


def scrolled(held: QWidget, panel: QWidget) -> QScrollArea:
    """``held`` as all that a panel shows, scrolled upright where it is too high."""
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(held)
    outer = QVBoxLayout(panel)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(scroll)
    return scroll


class HuggingScroll(QScrollArea):
    """Scrolls upright. It is as high as what it holds where there is room, so that what follows stands right below."""

    def __init__(self, held: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._held = held
        self.setWidget(held)
        held.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        return self._held.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._held.minimumSizeHint().width(), 3 * theme.CONTROL)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._held and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def tool(icon: str) -> QToolButton:
    """A square button with an icon of the theme."""
    button = QToolButton()
    button.setIcon(theme.icon(icon))
    button.setIconSize(theme.icon_size())
    button.setFixedSize(theme.CONTROL, theme.CONTROL)
    return button


class _CalmSlider(Calm, QSlider):
    pass


class _CalmSpin(Calm, QSpinBox):
    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(*TEXT)


def _row(option: Option) -> QStandardItem:
    item = QStandardItem(option.title)
    if option.icon:
        item.setIcon(theme.icon(option.icon))
    item.setData(option.value, Qt.ItemDataRole.UserRole)
    item.setToolTip(option.reason or option.tip)
    item.setEnabled(not option.reason)
    return item


def lay(field: QWidget, first: QWidget, *others: QWidget) -> QLayout:
    """Put a field's controls side by side; the first gets the room and the keyboard."""
    row = QHBoxLayout(field)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.GRID)
    row.addWidget(first, 1)
    for other in others:
        row.addWidget(other)
    field.setFocusProxy(first)
    return row


def _caption(side: Qt.AlignmentFlag) -> QLabel:
    label = QLabel()
    label.setAlignment(side)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    label.hide()
    theme.mark(label, role="caption")
    return label


def mark_default(widget: QWidget, default: bool) -> None:
    """Have it drawn quietly while it shows a default."""
    if bool(widget.property(_NOT_SET)) != default:
        theme.mark(widget, **{_NOT_SET: default})


def _plain(locale: QLocale, value: float) -> str:
    locale = QLocale(locale)
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(value, "f", QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value)
