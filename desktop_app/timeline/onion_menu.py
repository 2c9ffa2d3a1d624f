"""How many neighbours of a frame shine through: the menu of the onion skin's button."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.timeline.onion import MOST


class OnionMenu(QMenu):
    """Signals:
    chosen: (int) neighbours on each side.
    """

    chosen = Signal(int)

    def __init__(self, count: int, parent: QWidget) -> None:
        super().__init__(parent)
        group = QActionGroup(self)
        for each in range(1, MOST + 1):
            action = self.addAction("")
            action.setCheckable(True)
            action.setChecked(each == count)
            action.setData(each)
            action.triggered.connect(lambda _checked=False, each=each: self.chosen.emit(each))
            group.addAction(action)
        self.retranslate()

    def retranslate(self) -> None:
        """Set all texts."""
        for action in self.actions():
            action.setText(self.tr("%n neighbours on each side", None, action.data()))
