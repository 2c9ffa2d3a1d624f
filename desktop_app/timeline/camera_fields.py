"""Where a key's camera is: as at the key before, or six numbers."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.panels.fields import CheckField, Field, NumberField
from inference.animation.camera import Camera

NARROW = 72


@dataclass(frozen=True)
class _Number:
    """One number.

    Attributes:
        share: of the field's number that the camera has: percent are hundredths.
    """

    title: str
    tip: str
    least: float
    most: float
    step: float
    suffix: str = ""
    share: float = 1.0


NUMBERS: Mapping[str, _Number] = {
    "x": _Number(
        QT_TRANSLATE_NOOP("CameraFields", "Right"),
        QT_TRANSLATE_NOOP("CameraFields", "How far the camera has moved right, in widths of the picture"),
        -1000, 1000, 5, " %", 0.01,
    ),
    "y": _Number(
        QT_TRANSLATE_NOOP("CameraFields", "Down"),
        QT_TRANSLATE_NOOP("CameraFields", "How far the camera has moved down, in heights of the picture"),
        -1000, 1000, 5, " %", 0.01,
    ),
    "zoom": _Number(
        QT_TRANSLATE_NOOP("CameraFields", "Zoom"),
        QT_TRANSLATE_NOOP("CameraFields", "Above 100 % is nearer"),
        1, 100_000, 5, " %", 0.01,
    ),
    "rotate": _Number(
        QT_TRANSLATE_NOOP("CameraFields", "Turn"),
        QT_TRANSLATE_NOOP("CameraFields", "Of the camera, clockwise; what it sees turns the other way"),
        -3600, 3600, 5, "°",
    ),
    "tilt": _Number(
        QT_TRANSLATE_NOOP("CameraFields", "Tilt"),
        QT_TRANSLATE_NOOP("CameraFields", "Perspective: the top goes away"),
        -75, 75, 5, "°",
    ),
    "turn": _Number(
        QT_TRANSLATE_NOOP("CameraFields", "Swing"),
        QT_TRANSLATE_NOOP("CameraFields", "Perspective: the left side goes away"),
        -75, 75, 5, "°",
    ),
}  # fmt: skip


class CameraFields(QWidget):
    """Six numbers under a check.

    Signals:
        changed: (Camera or None, name of what was changed).
    """

    changed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.own = CheckField()
        self.numbers = {
            name: NumberField(each.least, each.most, step=each.step, decimals=1, default=False, suffix=each.suffix)
            for name, each in NUMBERS.items()
        }
        self._labels = {name: QLabel() for name in NUMBERS}
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.INSIDE)
        grid.setVerticalSpacing(theme.GRID)
        for place, name in enumerate(NUMBERS):
            row, column = divmod(place, 2)
            grid.addWidget(self._labels[name], row, 2 * column)
            grid.addWidget(self.numbers[name], row, 2 * column + 1)
            self._labels[name].setBuddy(self.numbers[name])
            narrow(self.numbers[name])
            self.numbers[name].changed.connect(lambda name=name: self._edited(name))
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self.own)
        column.addLayout(grid)
        self.own.changed.connect(self._checked)
        self.retranslate()

    def show_camera(self, own: Camera | None, here: Camera) -> None:
        """Show what a key says, and what holds there; without ``changed``."""
        self.own.set_value(own is not None)
        for name, field in self.numbers.items():
            field.set_value(getattr(here, name) / NUMBERS[name].share)
            field.setEnabled(own is not None)

    @property
    def camera(self) -> Camera:
        """What the numbers say."""
        values = {each.name: self.numbers[each.name].value * NUMBERS[each.name].share for each in fields(Camera)}
        return Camera(**{name: round(value, 6) for name, value in values.items()})

    def _checked(self) -> None:
        self.changed.emit(self.camera if self.own.value else None, "own")

    def _edited(self, name: str) -> None:
        if self.own.value:
            self.changed.emit(self.camera, name)

    def retranslate(self) -> None:
        """Set all texts."""
        self.own.set_words(self.tr("Camera set here"), self.tr("Without it the camera is where the key before has it"))
        for name, each in NUMBERS.items():
            title = translated("CameraFields", each.title)
            self._labels[name].setText(title)
            self.numbers[name].set_words(title, translated("CameraFields", each.tip))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def narrow(field: Field) -> None:
    """Let a number be narrower than the longest that it could be: the column is."""
    for part in field.parts():
        part.setMinimumWidth(NARROW)
