"""The steps of a chain as a list: added from a menu, reordered, switched off, taken away."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.finish.wording import step_title, step_words
from desktop_app.panels.fields import tool
from inference.post.chain import LONGEST, STEPS, Chain
from inference.post.step import Step

_KEY = Qt.ItemDataRole.UserRole


class Steps(QWidget):
    """A list of steps.

    Signals:
        changed: the chain is another one.
        chosen: (Step or None): another row is the current one.
    """

    changed = Signal()
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._steps: dict[int, Step] = {}
        self.list = QListWidget()
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.add = QPushButton()
        self.add.setAutoDefault(False)
        self.add.setIcon(theme.icon("add"))
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.add.setMenu(self.menu)
        self.up, self.down, self.remove = tool("up"), tool("down"), tool("delete")
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.GRID)
        buttons.addWidget(self.add, 1)
        for button in (self.up, self.down, self.remove):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        for kind in STEPS.values():
            self.menu.addAction("").triggered.connect(lambda _checked=False, kind=kind: self.append(kind()))
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.remove.clicked.connect(self._remove)
        self.list.currentRowChanged.connect(self._choose)
        self.list.itemChanged.connect(lambda _item: self.changed.emit())
        self.list.model().rowsMoved.connect(lambda *_where: self._moved())
        self.retranslate()
        self._choose()

    # What it holds

    @property
    def chain(self) -> Chain:
        """The steps that are on, in order."""
        return Chain(tuple(self._steps[self._key(item)] for item in self._items() if _is_on(item)))

    @property
    def rows(self) -> tuple[tuple[Step, bool], ...]:
        """All steps, and whether each is on."""
        return tuple((self._steps[self._key(item)], _is_on(item)) for item in self._items())

    def set_rows(self, rows: Iterable[tuple[Step, bool]]) -> None:
        """Other steps; the first one is the current one."""
        with QSignalBlocker(self.list):
            self.list.clear()
            self._steps.clear()
            for step, on in rows:
                self._insert(self.list.count(), step, on)
        self.list.setCurrentRow(0 if self.list.count() else -1)
        self._choose()
        self.changed.emit()

    def append(self, step: Step) -> None:
        """One more, beneath the current one."""
        row = self.list.currentRow() + 1 if self.list.currentRow() >= 0 else self.list.count()
        with QSignalBlocker(self.list):
            self._insert(row, step, True)
        self.list.setCurrentRow(row)
        self._choose()
        self.changed.emit()

    def replace(self, step: Step) -> None:
        """The current one is told something else."""
        item = self.list.currentItem()
        if item is not None:
            self._steps[self._key(item)] = step
            self.changed.emit()

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        self.add.setText(self.tr("Add a step"))
        self.list.setAccessibleName(self.tr("Steps"))
        for button, text in (
            (self.up, self.tr("Earlier")),
            (self.down, self.tr("Later")),
            (self.remove, self.tr("Take away")),
        ):
            button.setToolTip(text)
            button.setAccessibleName(text)
        for action, kind in zip(self.menu.actions(), STEPS.values(), strict=True):
            action.setText(step_title(kind))
            action.setToolTip(step_words(kind))
        with QSignalBlocker(self.list):
            for item in self._items():
                item.setText(step_title(self._steps[self._key(item)]))
                item.setToolTip(step_words(self._steps[self._key(item)]))

    # Parts

    def _insert(self, row: int, step: Step, on: bool) -> None:
        item = QListWidgetItem(step_title(step))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        item.setToolTip(step_words(step))
        number = next(self._numbers)
        self._steps[number] = step
        item.setData(_KEY, number)
        self.list.insertItem(row, item)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _key(self, item: QListWidgetItem) -> int:
        return int(item.data(_KEY))

    def _choose(self, *_row: int) -> None:
        item, row, count = self.list.currentItem(), self.list.currentRow(), self.list.count()
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)
        self.remove.setEnabled(item is not None)
        self.add.setEnabled(count < LONGEST)
        self.chosen.emit(self._steps[self._key(item)] if item is not None else None)

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        with QSignalBlocker(self.list):
            self.list.insertItem(row + by, self.list.takeItem(row))
            self.list.setCurrentRow(row + by)
        self._moved()

    def _moved(self) -> None:
        self._choose()
        self.changed.emit()

    def _remove(self) -> None:
        row = self.list.currentRow()
        with QSignalBlocker(self.list):
            del self._steps[self._key(self.list.takeItem(row))]
        self._moved()


def _is_on(item: QListWidgetItem) -> bool:
    return item.checkState() == Qt.CheckState.Checked
