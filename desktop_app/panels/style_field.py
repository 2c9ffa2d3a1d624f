"""The style's list in the generate panel, with a menu of what can be done with styles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton

from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.panels.fields import ChoiceField, tool

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
