"""Whose work is in the package: everybody's licence to be read, in the About dialog."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from desktop_app import theme

LIST_WIDTH = 220


@dataclass(frozen=True, kw_only=True)
class Library:
    """One of the parts of the package.

    Attributes:
        licence: an SPDX expression, or words.
        texts: names of files beside the list.
    """

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]


def read_libraries(file: Path) -> tuple[Library, ...]:
    """The parts that the package's own list names; none when it cannot be read."""
    try:
        told = json.loads(file.read_text("utf-8"))
        return tuple(
            Library(name=each["name"], version=each["version"], licence=each["licence"], texts=tuple(each["texts"]))
            for each in told
        )
    except (OSError, ValueError, KeyError, TypeError):
        return ()


class Libraries(QWidget):
    """A list of the parts, and the licence of the one that is chosen."""

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = file.parent
        self._list, self._text = QListWidget(), QPlainTextEdit()
        self._list.setFixedWidth(LIST_WIDTH)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        for library in read_libraries(file):
            item = QListWidgetItem(f"{library.name} {library.version}".strip())
            item.setToolTip(library.licence)
            item.setSizeHint(QSize(0, theme.CONTROL))
            item.setData(Qt.ItemDataRole.UserRole, library)
            self._list.addItem(item)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._list)
        row.addWidget(self._text, 1)
        self._list.currentItemChanged.connect(self._show)
        self._list.setCurrentRow(0)

    def _show(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is None:
            return
        library: Library = item.data(Qt.ItemDataRole.UserRole)
        texts = (_read(self._folder / Path(name).name) for name in library.texts)
        self._text.setPlainText("\n\n".join([f"{item.text()}: {library.licence}", *texts]))
        self._list.setAccessibleName(self.window().windowTitle())
        self._text.setAccessibleName(item.text())


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""
