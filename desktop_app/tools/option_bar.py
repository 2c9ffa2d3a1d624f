"""The row above the canvas: the options of the tool that is in the hand, and no others."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QLabel, QLayout, QSizePolicy, QToolButton, QWidget

from desktop_app import theme
from desktop_app.document.brushes import LARGEST_BRUSH
from desktop_app.document.selecting import Combine
from desktop_app.language import translated
from desktop_app.tools.controls import ROOMY, TIGHTEST, Amount, Number, button, group
from desktop_app.tools.specs import SPECS, Show
from desktop_app.tools.toolbox import Toolbox
from inference.api import LARGEST_SIDE

COMBINES = {
    Combine.REPLACE: "select-alpha",
    Combine.ADD: "select-add",
    Combine.SUBTRACT: "subtract",
    Combine.INTERSECT: "intersect",
}
LEAST = 320
"""Pixels that it asks for. Where its controls take more than there is, labels go first, then sliders."""


class OptionBar(QWidget):
    """Options of the current tool."""

    def __init__(self, toolbox: Toolbox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._toolbox = toolbox
        self._options = toolbox.options
        self.title = QLabel()
        self.brush_size = Amount(1, LARGEST_BRUSH, curved=True)
        self.hardness, self.opacity, self.tolerance = Amount(0, 100), Amount(1, 100), Amount(0, 255)
        self.pressure_size = button("pressure-size", checkable=True)
        self.pressure_opacity = button("feather", checkable=True)
        self.contiguous, self.all_layers = QCheckBox(), QCheckBox()
        self.combine = {how: button(icon, checkable=True) for how, icon in COMBINES.items()}
        self.frame_width, self.frame_height = Number(1, LARGEST_SIDE), Number(1, LARGEST_SIDE)
        self.angle = Number(-180, 180, 1)
        self._letters = {self.frame_width: QLabel(), self.frame_height: QLabel(), self.angle: QLabel()}
        self.apply, self.cancel = button("apply"), button("close")
        self._groups = self._grouped()
        self._amounts = (self.brush_size, self.hardness, self.opacity, self.tolerance)
        self._lay()
        self._connect()
        self.retranslate()
        self._choose()

    # Words

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        self.setAccessibleName(self.tr("Tool options"))
        self.brush_size.set_words(self.tr("Size"), self.tr("Diameter of the brush ([ and ])"), self.tr(" px"))
        self.hardness.set_words(
            self.tr("Hardness"), self.tr("How sharp the brush's edge is (Shift+[ and Shift+])"), self.tr(" %")
        )
        self.opacity.set_words(
            self.tr("Opacity"), self.tr("How much one stroke covers (1 to 9, and 0 for all)"), self.tr(" %")
        )
        self.tolerance.set_words(
            self.tr("Tolerance"), self.tr("How different a colour may be from the one that is clicked, 0 to 255"), ""
        )
        _name(self.pressure_size, self.tr("Pen pressure changes the size"))
        _name(self.pressure_opacity, self.tr("Pen pressure changes the opacity"))
        self.contiguous.setText(self.tr("Connected"))
        self.contiguous.setToolTip(self.tr("Only what hangs together with the pixel that is clicked"))
        self.all_layers.setText(self.tr("All layers"))
        self.all_layers.setToolTip(self.tr("Look at the whole picture instead of the active layer alone"))
        _name(self.combine[Combine.REPLACE], self.tr("New selection"))
        _name(self.combine[Combine.ADD], self.tr("Add to the selection (Shift)"))
        _name(self.combine[Combine.SUBTRACT], self.tr("Take away from the selection (Alt)"))
        _name(self.combine[Combine.INTERSECT], self.tr("Keep what is in both (Shift+Alt)"))
        self._measure(self.frame_width, self.tr("W"), self.tr("Width"), self.tr(" px"))
        self._measure(self.frame_height, self.tr("H"), self.tr("Height"), self.tr(" px"))
        self._measure(self.angle, self.tr("Angle"), self.tr("Angle"), "°")
        self._show_title()
        self._show_pending()
        self._fit()

    def _measure(self, number: Number, letter: str, name: str, suffix: str) -> None:
        self._letters[number].setText(letter)
        number.setSuffix(suffix)
        number.setAccessibleName(name)
        number.setToolTip(name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    # Room

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST, theme.CONTROL + 2 * theme.GRID)

    def sizeHint(self) -> QSize:
        return QSize(self._row.sizeHint().width(), theme.CONTROL + 2 * theme.GRID)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show as much as there is room for."""
        for room in range(ROOMY, TIGHTEST + 1):
            self.title.setVisible(room == ROOMY)
            for amount in self._amounts:
                amount.set_room(room)
            if self._wanted() <= self.width():
                break

    def _wanted(self) -> int:
        """Pixels that what is shown takes. Counted here: the row remembers how wide its parts were."""
        parts = [part for part in (self.title, *self._groups.values()) if not part.isHidden()]
        margins = self._row.contentsMargins()
        gaps = self._row.spacing() * len(parts)  # one before the stretch
        return margins.left() + margins.right() + gaps + sum(_width(part) for part in parts)

    # What is shown

    def _grouped(self) -> dict[Show, QWidget]:
        width, height, angle = (self._letters[one] for one in (self.frame_width, self.frame_height, self.angle))
        return {
            Show.COMBINE: group(*self.combine.values(), spacing=0),
            Show.SIZE: self.brush_size,
            Show.HARDNESS: self.hardness,
            Show.OPACITY: self.opacity,
            Show.PRESSURE: group(self.pressure_size, self.pressure_opacity, spacing=0),
            Show.TOLERANCE: self.tolerance,
            Show.CONTIGUOUS: self.contiguous,
            Show.ALL_LAYERS: self.all_layers,
            Show.FRAME: group(width, self.frame_width, height, self.frame_height, spacing=theme.INSIDE),
            Show.ANGLE: group(angle, self.angle, spacing=theme.INSIDE),
            Show.APPLY: group(self.apply, self.cancel),
        }

    def _lay(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for letter in self._letters.values():
            theme.mark(letter, role="quiet")
        self._row = QHBoxLayout(self)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._row.setContentsMargins(theme.INSIDE, theme.GRID, theme.INSIDE, theme.GRID)
        self._row.setSpacing(theme.BETWEEN)
        self._row.addWidget(self.title)
        for part in self._groups.values():
            self._row.addWidget(part)
        self._row.addStretch(1)
        self._exclusive = QButtonGroup(self)
        for one in self.combine.values():
            self._exclusive.addButton(one)

    def _choose(self) -> None:
        """Another tool is in the hand."""
        shows = SPECS[self._toolbox.current].shows
        for name, part in self._groups.items():
            part.setVisible(name in shows)
        self._show_title()
        self._show_options()
        self._show_pending()
        self._fit()

    def _show_title(self) -> None:
        self.title.setText(translated("Tools", SPECS[self._toolbox.current].title))

    def _show_options(self) -> None:
        options = self._options
        brush = options.brush(mask=self._toolbox.paints_mask)
        self.brush_size.set_value(brush.size)
        self.hardness.set_value(round(brush.hardness * 100))
        self.opacity.set_value(round(brush.opacity * 100))
        self.tolerance.set_value(options.tolerance)
        checks = {
            self.pressure_size: options.pressure_size,
            self.pressure_opacity: options.pressure_opacity,
            self.contiguous: options.contiguous,
            self.all_layers: options.all_layers,
            self.combine[options.combine]: True,
        }
        for check, on in checks.items():
            with QSignalBlocker(check):
                check.setChecked(on)

    def _show_pending(self) -> None:
        target, tool = self._toolbox.easel.target, self._toolbox.tool
        frame, pending = None if target is None else tool.frame, self._toolbox.pending
        numbers = (self.frame_width, self.frame_height, self.angle)
        for number, value in zip(numbers, frame or (), strict=False):
            with QSignalBlocker(number):
                number.setValue(value)
        for number in numbers:
            number.setEnabled(frame is not None)
        why = "" if pending else "\n" + self.tr("There is nothing to apply yet.")
        for one, words in ((self.apply, self.tr("Apply (Enter)")), (self.cancel, self.tr("Give up (Esc)"))):
            one.setEnabled(pending)
            one.setToolTip(words + why)
        self.apply.setAccessibleName(self.tr("Apply"))
        self.cancel.setAccessibleName(self.tr("Give up"))

    # What is changed

    def _connect(self) -> None:
        self._toolbox.chosen.connect(self._choose)
        self._options.changed.connect(self._show_options)
        self._toolbox.easel.changed.connect(self._show_pending)
        self.brush_size.changed.connect(self._set_size)
        self.hardness.changed.connect(self._set_hardness)
        self.opacity.changed.connect(self._set_opacity)
        self.tolerance.changed.connect(self._set_tolerance)
        for check in (self.pressure_size, self.pressure_opacity, self.contiguous, self.all_layers):
            check.toggled.connect(self._set_checks)
        self._exclusive.buttonClicked.connect(self._set_combine)
        for number in (self.frame_width, self.frame_height, self.angle):
            number.valueChanged.connect(self._set_frame)
        self.apply.clicked.connect(self._toolbox.apply)
        self.cancel.clicked.connect(self._toolbox.give_up)

    def _set_size(self, value: float) -> None:
        self._set_brush("size", value)

    def _set_hardness(self, value: float) -> None:
        self._set_brush("hardness", value / 100)

    def _set_opacity(self, value: float) -> None:
        self._set_brush("opacity", value / 100)

    def _set_brush(self, name: str, value: float) -> None:
        setattr(self._options, f"mask_{name}" if self._toolbox.paints_mask else f"paint_{name}", value)

    def _set_tolerance(self, value: float) -> None:
        self._options.tolerance = round(value)

    def _set_checks(self) -> None:
        checks = {
            "pressure_size": self.pressure_size,
            "pressure_opacity": self.pressure_opacity,
            "contiguous": self.contiguous,
            "all_layers": self.all_layers,
        }
        values = {name: check.isChecked() for name, check in checks.items()}
        for name, on in values.items():
            setattr(self._options, name, on)

    def _set_combine(self, clicked: QToolButton) -> None:
        self._options.combine = next(how for how, one in self.combine.items() if one is clicked)

    def _set_frame(self) -> None:
        self._toolbox.set_frame(self.frame_width.value(), self.frame_height.value(), self.angle.value())


def _width(part: QWidget) -> int:
    layout = part.layout()
    if layout is None:
        return part.sizeHint().width()
    layout.invalidate()
    return layout.sizeHint().width()


def _name(one: QToolButton, words: str) -> None:
    one.setAccessibleName(words)
    one.setToolTip(words)
