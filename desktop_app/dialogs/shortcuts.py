"""Shortcuts: every action of the window with its keys, by menu, to be searched."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHeaderView, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from desktop_app import theme
from desktop_app.command_palette import BEHIND, Command, commands
from desktop_app.dialogs.dialog import Dialog, at_least
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.timeline.keys import SHOWN

ALWAYS = (
    (QT_TRANSLATE_NOOP("Shortcuts", "Pan"), QT_TRANSLATE_NOOP("Shortcuts", "Space, or the middle button, and drag")),
    (QT_TRANSLATE_NOOP("Shortcuts", "Zoom to the cursor"), QT_TRANSLATE_NOOP("Shortcuts", "Wheel")),
    (QT_TRANSLATE_NOOP("Shortcuts", "Pan sideways"), QT_TRANSLATE_NOOP("Shortcuts", "Shift and wheel")),
)
"""What is no action: on the canvas."""
NAMES, KEYS = 0, 1


class Shortcuts(Dialog):
    """Lists the actions of a window.

    Args:
        window: whose actions are listed.
    """

    def __init__(self, window: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent or window)
        self._window = window
        self._search = QLineEdit()
        self._search.setClearButtonEnabled(True)
        self._tree = QTreeWidget()
        self._tree.setColumnCount(2)
        self._tree.setRootIsDecorated(False)
        self._tree.setIndentation(theme.BETWEEN)
        self._tree.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self._tree.header().setStretchLastSection(False)
        self._tree.header().setSectionResizeMode(NAMES, QHeaderView.ResizeMode.Stretch)
        self._tree.header().setSectionResizeMode(KEYS, QHeaderView.ResizeMode.ResizeToContents)
        self._none = QLabel()
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.mark(self._none, role="quiet")
        self.body.addWidget(self._search)
        self.body.addWidget(self._tree, 1)
        self.body.addWidget(self._none, 1)
        self._close = self.add_button(primary=True)
        self._close.clicked.connect(self.accept)
        self._search.textChanged.connect(self._filter)
        self.retranslate()
        at_least(self, 480, 560)
        self._search.setFocus()

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """Names and keys of what is listed, in order."""
        items = [item for _, inner in self._groups() for item in inner]
        return tuple((item.text(NAMES), item.text(KEYS)) for item in items if not item.isHidden())

    def retranslate(self) -> None:
        """Set all texts."""
        self.setWindowTitle(self.tr("Shortcuts"))
        self._search.setPlaceholderText(self.tr("Find a name or a key"))
        self._search.setAccessibleName(self.tr("Find a name or a key"))
        self._tree.setHeaderLabels([self.tr("Command"), self.tr("Key")])
        self._tree.setAccessibleName(self.tr("Shortcuts"))
        self._none.setText(self.tr("No command has this name or key."))
        self._close.setText(self.tr("Close"))
        self._fill(list(commands(self._window)))
        self._filter(self._search.text())

    def _fill(self, listed: Sequence[Command]) -> None:
        self._tree.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        rows = [(BEHIND.join(each.menus) or self.tr("Tools"), each.title, _keys(each)) for each in listed]
        canvas = self.tr("On the canvas")
        rows += [(canvas, translated("Shortcuts", name), translated("Shortcuts", keys)) for name, keys in ALWAYS]
        rows += [(self.tr("In the timeline"), translated("TimelineKeys", name), keys) for name, keys in SHOWN]
        for group, name, keys in rows:
            if not keys:
                continue
            if group not in groups:
                groups[group] = QTreeWidgetItem(self._tree, [group])
                groups[group].setFont(NAMES, theme.font(bold=True))
                groups[group].setFirstColumnSpanned(True)
            QTreeWidgetItem(groups[group], [name, keys])
        self._tree.expandAll()

    def _groups(self) -> list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]]:
        """Menus and what is in them."""
        return [(group, _children(group)) for group in _children(self._tree.invisibleRootItem())]

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        for group, items in self._groups():
            for item in items:
                said = f"{group.text(NAMES)} {item.text(NAMES)} {item.text(KEYS)}".casefold()
                item.setHidden(not all(word in said for word in wanted))
            group.setHidden(all(item.isHidden() for item in items))
        found = bool(self.shown)
        self._tree.setVisible(found)
        self._none.setVisible(not found)


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for place in range(item.childCount()) if (child := item.child(place)) is not None]


def _keys(command: Command) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(keys.toString(native) for keys in command.action.shortcuts() if not keys.isEmpty())
