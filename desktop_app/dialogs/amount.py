"""Amount: one number of pixels, with what it would do seen at once."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QSpinBox, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import Dialog

STEPS = 1000
"""Of the slider, which is finer where numbers are small."""
WAIT_MS = 40
"""After the last change until ``changed`` is told: a drag of the slider must not queue up work."""


class Amount(Dialog):
    """Asks for a number of pixels.

    Args:
        title: what it is for, in the interface's language.
        value: to begin with.
        least, most: its range.

    Signals:
        changed: the number is another one (for a preview); not told more often than every 40 ms.
        chosen: it is decided; the dialog has closed. Otherwise ``rejected`` is told.
    """

    changed = Signal(float)
    chosen = Signal(float)

    def __init__(
        self, title: str, value: int, *, least: int = 1, most: int = 256, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._least, self._most = least, most
        self._told: int | None = None
        self.setWindowTitle(title)
        self._label = QLabel()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, STEPS)
        self._slider.setMinimumWidth(200)
        self._box = QSpinBox()
        self._box.setRange(least, most)
        self._box.setValue(value)
        self._label.setBuddy(self._box)
        self._cancel = self.add_button()
        self._apply = self.add_button(primary=True)
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._tell)
        row = QHBoxLayout()
        row.setSpacing(theme.BETWEEN)
        for widget in (self._label, self._slider, self._box):
            row.addWidget(widget)
        row.setStretch(1, 1)
        self.body.addLayout(row)
        self._slider.valueChanged.connect(self._slide)
        self._box.valueChanged.connect(self._take)
        self._cancel.clicked.connect(self.reject)
        self._apply.clicked.connect(self._accept)
        self.retranslate()
        self._follow()
        self._box.setFocus()
        self._box.selectAll()

    @property
    def value(self) -> float:
        """Pixels."""
        return float(self._box.value())

    def retranslate(self) -> None:
        """Set all texts; the title is whoever's gave it."""
        self._label.setText(self.tr("By"))
        self._box.setSuffix(self.tr(" px"))
        self._box.setAccessibleName(self.windowTitle())
        self._slider.setAccessibleName(self.windowTitle())
        self._cancel.setText(self.tr("Cancel"))
        self._apply.setText(self.tr("Apply"))

    def tell_now(self) -> None:
        """Tell ``changed`` for what is there already: the first preview."""
        self._tell()

    def _slide(self, at: int) -> None:
        ratio = (self._most + 1 - self._least) ** (at / STEPS)
        self._box.setValue(round(self._least - 1 + ratio))

    def _take(self) -> None:
        self._follow()
        self._timer.start()

    def _follow(self) -> None:
        if self._most <= self._least:
            return
        share = math.log(self._box.value() - self._least + 1) / math.log(self._most + 1 - self._least)
        if not self._slider.isSliderDown():
            with QSignalBlocker(self._slider):
                self._slider.setValue(round(share * STEPS))

    def _tell(self) -> None:
        if self._box.value() != self._told:
            self._told = self._box.value()
            self.changed.emit(self.value)

    def done(self, result: int) -> None:
        """Nothing more is told about a dialog that has closed."""
        self._timer.stop()
        super().done(result)

    def _accept(self) -> None:
        self.accept()
        self.chosen.emit(self.value)
