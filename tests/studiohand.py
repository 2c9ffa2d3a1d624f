"""A studio in a window for tests: open and exposed, with a document to work on, and nothing left of it afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import translated
from fake_engine import PATIENCE, FakeEngine
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app import theme
from desktop_app.desk import recovery_folder
from desktop_app.document.document import Document
from desktop_app.preferences import Preferences, preferences_file
from desktop_app.session import Session
from desktop_app.studio import Studio
from inference.board_files import boards_folder
from inference.geometry import Size

MS = PATIENCE * 1000


class StudioBench:
    """A studio with a steered engine."""

    def __init__(
        self, qtbot: QtBot, engine: FakeEngine, preferences: Preferences, size: tuple[int, int] = (1200, 800)
    ) -> None:
        self.qtbot = qtbot
        self.engine = engine
        self.studio = Studio(lambda: engine, preferences)
        self.window = self.studio.window
        self.studio.show()
        self.window.resize(*size)
        qtbot.waitExposed(self.window)

    def picture(self, size: Size | None = None) -> Session:
        """A document of opaque noise."""
        size = size or Size(96, 80)
        pixels = np.random.default_rng(2).integers(0, 256, (*size.shape, 4), np.uint8)
        pixels[..., 3] = 255
        return self.studio.desk.add(Document.of(pixels), "picture")

    def settings(self, **what: object) -> None:
        """Set some of the panel's settings."""
        panel = self.window.generate
        panel.set_settings(replace(panel.settings, **what))  # type: ignore[arg-type]

    def finish(self) -> None:
        """Let the engine do all that it was asked for."""
        self.engine.open()
        self.qtbot.waitUntil(lambda: self.studio.jobs.running is None and not self.studio.jobs.waiting, timeout=MS)
        QApplication.processEvents()


@contextmanager
def sitting(bench: StudioBench) -> Iterator[None]:
    """Closes the studio and takes away what it wrote."""
    try:
        yield
    finally:
        bench.engine.open()
        bench.studio.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QGuiApplication.clipboard().clear()
        translated.speak("en")
        theme.apply(theme.DARK)
        for folder in (recovery_folder(), boards_folder()):
            shutil.rmtree(folder, ignore_errors=True)
        preferences_file().unlink(missing_ok=True)
