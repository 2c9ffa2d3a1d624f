"""Unsaved work: the one question that is asked before something would be lost."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop_app.dialogs.dialog import Dialog, at_least, caption, title


class Choice(enum.Enum):
    """What is to be done."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Decision:
    """What is to be done, and which of the documents (by their place) are to be saved; the rest are let go."""

    choice: Choice
    save: tuple[int, ...] = ()


class Unsaved(Dialog):
    """Asks what is to become of documents that are about to be closed. Esc cancels.

    Args:
        titles: of the documents with unsaved work, at least one.

    Signals:
        decided: a ``Decision``, once, when the dialog has closed, however it was closed.
    """

    decided = Signal(object)

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = tuple(titles)
        self._decision = Decision(Choice.CANCEL)
        self._title, self._text = title(), caption()
        self._list = QListWidget()
        for name in self._titles:
            item = QListWidgetItem(name)
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked)
            self._list.addItem(item)
        self._list.setVisible(len(self._titles) > 1)
        self._list.setFixedHeight(min(len(self._titles), 6) * 30 + 8)
        self.body.addWidget(self._title)
        self.body.addWidget(self._text)
        self.body.addWidget(self._list)
        self._discard = self.add_button(left=True)
        self._cancel = self.add_button()
        self._save = self.add_button(primary=True)
        self._list.itemChanged.connect(self.retranslate)
        self._discard.clicked.connect(self._let_go)
        self._cancel.clicked.connect(self.reject)
        self._save.clicked.connect(self._keep)
        self.finished.connect(self._tell)
        self.retranslate()
        at_least(self, 420, 0)
        self._save.setFocus()

    @property
    def checked(self) -> tuple[int, ...]:
        """Places of the documents that are to be saved."""
        items = [self._list.item(place) for place in range(self._list.count())]
        return tuple(place for place, item in enumerate(items) if item.checkState() == Qt.CheckState.Checked)

    def retranslate(self) -> None:
        """Set all texts."""
        one = len(self._titles) == 1
        self.setWindowTitle(self.tr("Unsaved work"))
        if one:
            self._title.setText(self.tr('Save "{title}" before it is closed?').format(title=self._titles[0]))
            self._save.setText(self.tr("Save"))
            self._discard.setText(self.tr("Do not save"))
        else:
            checked = len(self.checked)
            self._title.setText(self.tr("Save %n document(s) before they are closed?", None, len(self._titles)))
            self._save.setText(self.tr("Save %n", None, checked))
            self._discard.setText(self.tr("Save none"))
            self._save.setEnabled(checked > 0)
            self._save.setToolTip("" if checked else self.tr("Check at least one document."))
        self._text.setText(
            self.tr("What is not saved is lost.") if one else self.tr("Those that are not checked are not saved.")
        )
        self._list.setAccessibleName(self.tr("Documents to save"))
        self._cancel.setText(self.tr("Cancel"))

    def _keep(self) -> None:
        self._decision = Decision(Choice.SAVE, self.checked)
        self.accept()

    def _let_go(self) -> None:
        self._decision = Decision(Choice.DISCARD)
        self.accept()

    def _tell(self) -> None:
        self.decided.emit(self._decision)
