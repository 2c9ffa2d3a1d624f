"""Check for an update: a file or an address, and what the makers say there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import Dialog, at_least, caption
from desktop_app.messages import localised
from inference.errors import GouacheError
from inference.gpu_addon import system_name
from inference.version import VERSION

if TYPE_CHECKING:  # reading a note brings a library that the window does not need
    from inference.updates import Release


class UpdateDialog(Dialog):
    """Asks where to look, and tells what was found.

    Signals:
        wanted: a path or an address, to be looked at.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._label, self._place = caption(), QLabel(), QLineEdit()
        self._choose, self._found = QPushButton(), QLabel()
        self._label.setBuddy(self._place)
        self._found.setWordWrap(True)
        self._found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._found.hide()
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        for widget in (self._label, self._place, self._choose):
            row.addWidget(widget)
        row.setStretch(1, 1)
        self.body.addWidget(self._text)
        self.body.addLayout(row)
        self.body.addWidget(self._found)
        self.body.addStretch(1)
        self._close = self.add_button()
        self._check = self.add_button(primary=True)
        self._choose.setAutoDefault(False)
        self._choose.clicked.connect(self._choose_file)
        self._close.clicked.connect(self.reject)
        self._check.clicked.connect(self._ask)
        self._place.textChanged.connect(self._follow)
        self.retranslate()
        self._follow()
        at_least(self, 520, 220)
        self._place.setFocus()

    def retranslate(self) -> None:
        """Set all texts."""
        self.setWindowTitle(self.tr("Check for an Update"))
        self._text.setText(
            self.tr(
                "This is Gouache {version}. It never looks for a newer version by itself. Give it the makers' file "
                "update.json, or the address where it lies; their signature is checked, and nothing is installed."
            ).format(version=VERSION)
        )
        self._label.setText(self.tr("File or address"))
        self._place.setPlaceholderText("https://")
        self._choose.setText(self.tr("Choose a file..."))
        self._close.setText(self.tr("Close"))
        self._check.setText(self.tr("Check"))

    def show_release(self, release: Release) -> None:
        """What was found."""
        self._wait(False)
        if not release.is_newer():
            self._tell(self.tr("There is no newer version than {version}.").format(version=VERSION))
            return
        lines = [self.tr("There is a newer version: {version} of {date}.").format(
            version=release.version, date=release.date
        )]  # fmt: skip
        lines += [release.notes] if release.notes else []
        installer = release.installer_for(system_name())
        if installer is not None:
            where = installer.address or installer.name
            lines.append(self.tr("To update, open its installer: {place}").format(place=where))
            lines.append(f"SHA-256: {installer.sha256}")
        self._tell("\n\n".join(lines))

    def show_problem(self, error: GouacheError) -> None:
        """Why nothing was found."""
        self._wait(False)
        self._found.hide()
        self.say(" ".join(part for part in (localised(error.message), localised(error.hint)) if part))

    def _tell(self, text: str) -> None:
        self._found.setText(text)
        self._found.show()

    def _ask(self) -> None:
        self.say("")
        self._found.hide()
        self._wait(True)
        self.wanted.emit(self._place.text().strip())

    def _wait(self, waiting: bool) -> None:
        self._place.setEnabled(not waiting)
        self._check.setEnabled(not waiting and bool(self._place.text().strip()))

    def _follow(self) -> None:
        self._check.setEnabled(bool(self._place.text().strip()))

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self._choose.text())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("*.json")
        dialog.fileSelected.connect(self._place.setText)
        dialog.open()
