"""About: the version, and the licences of all that is shipped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QTabWidget, QTextBrowser, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import Dialog, at_least, caption, title
from desktop_app.dialogs.libraries import Libraries
from inference.resources import RESOURCES
from inference.version import VERSION

NOTICES = RESOURCES / "LICENSES.md"
LIBRARIES = RESOURCES.parent / "licences" / "parts.json"
"""Whose work is in a package, with the licences' texts beside it; not there beside the sources."""
LICENCES = (RESOURCES / "LICENSE", RESOURCES.parent / "LICENSE")
"""Where the program's own licence may lie: in a package, and beside the sources."""


class About(Dialog):
    """Says what this program is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._text = title(), caption()
        self._notices, self._licence = QTextBrowser(), QTextBrowser()
        self._notices.setOpenExternalLinks(False)
        self._notices.setOpenLinks(False)
        self._notices.setMarkdown(_read(NOTICES))
        _tame(self._notices.document())
        self._licence.setPlainText(next((_read(path) for path in LICENCES if path.exists()), ""))
        self._tabs = QTabWidget()
        self._tabs.addTab(self._notices, "")
        if self._licence.toPlainText():
            self._tabs.addTab(self._licence, "")
        self._libraries = Libraries(LIBRARIES) if LIBRARIES.is_file() else None
        if self._libraries is not None:
            self._tabs.addTab(self._libraries, "")
        for page in (self._notices, self._licence):
            page.setTabChangesFocus(True)
        self.body.addWidget(self._title)
        self.body.addWidget(self._text)
        self.body.addWidget(self._tabs, 1)
        self._close = self.add_button(primary=True)
        self._close.clicked.connect(self.accept)
        self.retranslate()
        at_least(self, 600, 520)
        self._close.setFocus()

    def retranslate(self) -> None:
        """Set all texts."""
        self.setWindowTitle(self.tr("About Gouache"))
        self._title.setText(self.tr("Gouache {version}").format(version=VERSION))
        self._text.setText(
            self.tr("An offline generative studio for designers and game artists. Nothing leaves this computer.")
        )
        self._tabs.setTabText(0, self.tr("What it is made of"))
        for page, words in ((self._licence, self.tr("Licence")), (self._libraries, self.tr("Libraries"))):
            if page is not None and self._tabs.indexOf(page) >= 0:
                self._tabs.setTabText(self._tabs.indexOf(page), words)
        self._notices.setAccessibleName(self.tr("What it is made of"))
        self._licence.setAccessibleName(self.tr("Licence"))
        self._close.setText(self.tr("Close"))


def _tame(document: QTextDocument) -> None:
    """Headings in the sizes of type that there are."""
    block = document.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        if level:
            style = QTextCharFormat()
            style.setFont(theme.font(theme.Type.TITLE if level == 1 else theme.Type.BODY, bold=True))
            style.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
            cursor = QTextCursor(block)
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.mergeCharFormat(style)
            spaced = block.blockFormat()
            spaced.setTopMargin(0 if block.blockNumber() == 0 else theme.BETWEEN)
            spaced.setBottomMargin(theme.GRID)
            cursor.setBlockFormat(spaced)
        block = block.next()


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""
