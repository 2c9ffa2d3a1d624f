"""The style's list in the generate panel, with a menu of what can be done with styles; and LoRAs in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QMenu, QToolButton

from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.panels.fields import ChoiceField, LineField, tool
from inference.loras import known_loras

COMMANDS: Mapping[str, str] = {
    "style_new": QT_TRANSLATE_NOOP("StyleField", "New style..."),
    "styles": QT_TRANSLATE_NOOP("StyleField", "Edit styles..."),
    "style_blend": QT_TRANSLATE_NOOP("StyleField", "Blend styles..."),
    "style_import": QT_TRANSLATE_NOOP("StyleField", "Import a style..."),
    "style_share": QT_TRANSLATE_NOOP("StyleField", "Share the style..."),
}
"""Names of the window's commands, and how they are called here."""


class StyleField(ChoiceField):
    """A choice with a menu beside it.

    Signals:
        wanted: the name of one of the window's commands.
    """

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.menu_button = tool("more")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.menu_button.setMenu(self._menu)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.menu_button)

    def set_words(self, name: str, tip: str) -> None:
        super().set_words(name, tip)
        words = translated("StyleField", QT_TRANSLATE_NOOP("StyleField", "Make, edit, blend and share styles"))
        self.menu_button.setAccessibleName(words)
        self.menu_button.setToolTip(words)

    def _fill(self) -> None:
        self._menu.clear()
        for command, title in COMMANDS.items():
            action = self._menu.addAction(translated("StyleField", title), partial(self.wanted.emit, command))
            action.setEnabled(command != "style_share" or self.value is not None)


class LorasField(LineField):
    """LoRAs and weights, with the names of those that there are to choose from as one types."""

    def __init__(self) -> None:
        super().__init__(QLineEdit())
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setWidget(self.edit)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.activated.connect(self._complete)
        self.edit.textEdited.connect(self._typed)

    def _typed(self) -> None:
        word = self.edit.text()[: self.edit.cursorPosition()].rpartition(",")[2].strip()
        self._words.setStringList(sorted(known_loras()))
        self._completer.setCompletionPrefix(word)
        if word and self._completer.completionCount() and self._completer.currentCompletion() != word:
            self._completer.complete()
        elif (popup := self._completer.popup()) is not None:
            popup.hide()
        self.changed.emit()

    def _complete(self, chosen: str) -> None:
        at = self.edit.cursorPosition()
        before, comma, word = self.edit.text()[:at].rpartition(",")
        space = " " if comma else word[: len(word) - len(word.lstrip())]
        text = f"{before}{comma}{space}{chosen}:1"
        self.edit.setText(text + self.edit.text()[at:])
        self.edit.setCursorPosition(len(text))
        self.changed.emit()
