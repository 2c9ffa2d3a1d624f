"""What the Animate view shows while no animation is open: how to begin, and the last ones."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.dialogs.dialog import caption, title
from desktop_app.language import QT_TRANSLATE_NOOP, translated

WIDEST = 560
PICTURE = 40
WAYS = (
    ("prompt", "generate", QT_TRANSLATE_NOOP("StartPage", "From the prompt"),
     QT_TRANSLATE_NOOP("StartPage", "Walk from words to words")),
    ("picture", "image", QT_TRANSLATE_NOOP("StartPage", "From the picture"),
     QT_TRANSLATE_NOOP("StartPage", "Walk between variations of the canvas")),
    ("clip", "film", QT_TRANSLATE_NOOP("StartPage", "Restyle a clip..."),
     QT_TRANSLATE_NOOP("StartPage", "A video, GIF, WebP, or a folder of frames; drop one here")),
    ("layers", "layers", QT_TRANSLATE_NOOP("StartPage", "Restyle the layers"),
     QT_TRANSLATE_NOOP("StartPage", "The document's layers as frames, the lowest first")),
    ("cycle", "repeat", QT_TRANSLATE_NOOP("StartPage", "Cycle of a sprite..."),
     QT_TRANSLATE_NOOP("StartPage", "It breathes, bobs, blinks, flashes, flickers, spins or jumps")),
    ("open", "open", QT_TRANSLATE_NOOP("StartPage", "Open a folder..."),
     QT_TRANSLATE_NOOP("StartPage", "An animation of the command line, or another one")),
)  # fmt: skip
"""Name, icon, words, and what it is."""


@dataclass(frozen=True)
class Recent:
    """An animation that was made before.

    Attributes:
        about: when, how many frames. picture: of a frame, or None.
    """

    path: Path
    title: str
    about: str
    picture: Path | None


class StartPage(QWidget):
    """Shows ways to begin.

    Signals:
        wanted: the name of a way of ``WAYS``.
        chosen: (Path) an animation's folder.
        stop_wanted: what is being read is not wanted any more.
        recent_wanted: the list of the last ones is to be filled.
    """

    wanted = Signal(str)
    chosen = Signal(object)
    stop_wanted = Signal()
    recent_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading, self._recent_label = title(), QLabel()
        theme.mark(self._recent_label, role="quiet")
        self.ways: dict[str, QPushButton] = {}
        self._tips: dict[str, QLabel] = {}
        self.recent = QListWidget()
        self.recent.setIconSize(QSize(PICTURE, PICTURE))
        self.recent.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.recent.itemActivated.connect(self._activated)
        self.recent.itemClicked.connect(self._activated)
        self.reading, self.bar, self.stop = caption(), QProgressBar(), QPushButton()
        self.bar.setTextVisible(False)
        self.stop.clicked.connect(self.stop_wanted)
        self._busy = QWidget()
        self._lay_out()
        self.show_reading(None)
        self.retranslate()

    def set_recent(self, recent: Sequence[Recent]) -> None:
        """The last ones, newest first."""
        self.recent.clear()
        for each in recent:
            item = QListWidgetItem(f"{each.title}\n{each.about}")
            item.setData(Qt.ItemDataRole.UserRole, each.path)
            item.setToolTip(str(each.path))
            item.setIcon(QIcon(_square(each.picture)))
            self.recent.addItem(item)
        for widget in (self.recent, self._recent_label):
            widget.setVisible(bool(recent))

    def show_reading(self, words: str | None, done: int = 0, count: int | None = None) -> None:
        """Something is being read; None: nothing is."""
        self._busy.setVisible(words is not None)
        for button in self.ways.values():
            button.setEnabled(words is None)
        self.reading.setText(words or "")
        self.bar.setRange(0, count or 0)
        self.bar.setValue(done)

    def _activated(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.BETWEEN)
        grid.setVerticalSpacing(theme.GRID)
        for place, (name, icon, _, _) in enumerate(WAYS):
            row, column = divmod(place, 2)
            button = self.ways[name] = QPushButton()
            button.setIcon(theme.icon(icon))
            button.clicked.connect(lambda _checked=False, name=name: self.wanted.emit(name))
            theme.mark(button, primary=name == "prompt")
            tip = self._tips[name] = caption()
            tip.setContentsMargins(0, 0, 0, theme.BETWEEN)
            grid.addWidget(button, 2 * row, column)
            grid.addWidget(tip, 2 * row + 1, column)
        busy = QHBoxLayout(self._busy)
        busy.setContentsMargins(0, 0, 0, 0)
        busy.addWidget(self.reading, 1)
        busy.addWidget(self.bar, 1)
        busy.addWidget(self.stop)
        inner = QWidget()
        inner.setMaximumWidth(WIDEST)
        column = QVBoxLayout(inner)
        column.setSpacing(theme.INSIDE)
        column.addStretch(1)
        column.addWidget(self.heading)
        column.addLayout(grid)
        column.addWidget(self._busy)
        column.addSpacing(theme.INSIDE)
        column.addWidget(self._recent_label)
        column.addWidget(self.recent, 4)
        column.addStretch(1)
        whole = QHBoxLayout(self)
        whole.addStretch(1)
        whole.addWidget(inner, 100)
        whole.addStretch(1)

    def retranslate(self) -> None:
        """Set all texts."""
        self.heading.setText(self.tr("A new animation"))
        for name, _, words, tip in WAYS:
            self.ways[name].setText(translated("StartPage", words))
            self._tips[name].setText(translated("StartPage", tip))
        self._recent_label.setText(self.tr("The last ones"))
        self.recent.setAccessibleName(self.tr("The last animations"))
        self.bar.setAccessibleName(self.tr("Frames read"))
        self.stop.setText(self.tr("Stop"))
        self.setAccessibleName(self.tr("Begin an animation"))
        self.recent_wanted.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _square(path: Path | None) -> QPixmap:
    picture = QPixmap(str(path)) if path is not None else QPixmap()
    if picture.isNull():
        picture = theme.icon("film").pixmap(QSize(PICTURE // 2, PICTURE // 2))
    return picture
