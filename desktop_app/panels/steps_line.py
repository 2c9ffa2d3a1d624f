"""A line that says a chain of steps, with their names to choose from as one types."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

from desktop_app.panels.fields import LineField
from inference.post.chain import STEPS, Chain
from inference.post.parameters import parameters_of


class StepsLine(QLineEdit):
    """A chain of steps in words, with the steps' and settings' names to choose from as one types."""

    def __init__(self) -> None:
        super().__init__()
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setWidget(self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.activated.connect(self._complete)
        self.textEdited.connect(self._offer)

    @property
    def chain(self) -> Chain:
        """What it says.

        Raises:
            BadRequest: with what is wrong, in one sentence.
        """
        return Chain.from_text(self.text()) if self.text().strip() else Chain()

    def set_chain(self, chain: Chain) -> None:
        """Show a chain."""
        self.setText(chain.as_text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        taken = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab)
        popup = self._completer.popup()
        if popup is not None and popup.isVisible() and event.key() in taken:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _offer(self) -> None:
        start, word = _at(self.text()[: self.cursorPosition()])
        step, colon, _ = start.rpartition(" ")[2].partition(":")
        names = [f"{each.name}=" for each in parameters_of(STEPS[step])] if colon and step in STEPS else list(STEPS)
        if colon and step not in STEPS:
            names = []
        self._words.setStringList(names)
        self._completer.setCompletionPrefix(word)
        if word and self._completer.completionCount() and self._completer.currentCompletion() != word:
            self._completer.complete()
        else:
            _hide(self._completer)

    def _complete(self, chosen: str) -> None:
        before, after = self.text()[: self.cursorPosition()], self.text()[self.cursorPosition() :]
        start, _ = _at(before)
        self.setText(f"{start}{chosen}{after}")
        self.setCursorPosition(len(start) + len(chosen))
        self.textEdited.emit(self.text())


def _at(before: str) -> tuple[str, str]:
    """What stands before the word that is being typed, and that word."""
    place = max(before.rfind(sign) for sign in " :,") + 1
    return before[:place], before[place:]


def _hide(completer: QCompleter) -> None:
    """Take its list away, where there is one."""
    popup = completer.popup()
    if popup is not None:
        popup.hide()


class StepsField(LineField):
    """A panel's field of steps, as text."""

    def __init__(self) -> None:
        super().__init__(StepsLine())
        self.edit.textEdited.connect(self.changed)
