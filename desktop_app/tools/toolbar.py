"""The bar of tools at the left: two columns of buttons, and the colours under them."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QToolBar, QToolButton, QWidget

from desktop_app import theme
from desktop_app.tools.colours import Colours
from desktop_app.tools.specs import TOOLS
from desktop_app.tools.toolbox import Toolbox

ACROSS = 2
"""Columns of a bar that stands, rows of one that lies."""


class ToolBar(QToolBar):
    """A button for each tool, in groups."""

    def __init__(self, toolbox: Toolbox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._toolbox = toolbox
        self.buttons = {name: self._button(name) for name in toolbox.tool_actions}
        self.colours = Colours(toolbox)
        self._lines: list[QFrame] = []
        self._grids: list[tuple[QGridLayout, list[str]]] = []
        self._body = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._body)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.GRID)
        for _, group in groupby(TOOLS, lambda spec: spec.group):
            self._add_group([spec.name for spec in group])
        self._row.addWidget(self.colours, 0, Qt.AlignmentFlag.AlignCenter)
        self.addWidget(self._body)
        self.setOrientation(Qt.Orientation.Vertical)
        self.orientationChanged.connect(self._lay)
        self._lay()
        self.retranslate()

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        self._toolbox.retranslate()
        self.setWindowTitle(self.tr("Tools"))
        self.setAccessibleName(self.tr("Tools"))
        for name, button in self.buttons.items():
            button.setAccessibleName(self._toolbox.tool_actions[name].text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._toolbox.tool_actions[name])
        button.setIconSize(theme.icon_size())
        button.setFixedSize(theme.CONTROL, theme.CONTROL)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _add_group(self, names: list[str]) -> None:
        if self._grids:
            line = QFrame()
            line.setAutoFillBackground(True)
            line.setBackgroundRole(QPalette.ColorRole.Mid)
            self._lines.append(line)
            self._row.addWidget(line)
        grid = QGridLayout()
        grid.setSpacing(theme.GRID)
        self._grids.append((grid, names))
        self._row.addLayout(grid)

    def _lay(self) -> None:
        """Stand or lie."""
        lies = self.orientation() == Qt.Orientation.Horizontal
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if lies else QBoxLayout.Direction.TopToBottom)
        for grid, names in self._grids:
            for place, name in enumerate(names):
                row, column = divmod(place, ACROSS)
                grid.addWidget(self.buttons[name], *((column, row) if lies else (row, column)))
        for line in self._lines:
            line.setMinimumSize(1, 1)
            line.setMaximumSize(1 if lies else 16777215, 16777215 if lies else 1)
