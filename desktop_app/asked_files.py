"""Files that the system asks a running program to open: macOS sends them as events, not as arguments."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent, QGuiApplication


class AskedFiles(QObject):
    """Hears of them.

    Signals:
        asked: (Path) a file.
    """

    asked = Signal(object)

    def __init__(self, app: QGuiApplication, parent: QObject) -> None:
        super().__init__(parent)
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent) and event.file():
            self.asked.emit(Path(event.file()))
            return True
        return super().eventFilter(watched, event)
