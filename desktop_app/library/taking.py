"""Asked before something long begins: what it takes of memory, disk and time, beside what there is."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import psutil
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import Dialog, add_row, at_least, caption, form, title
from desktop_app.panels.wording import duration, memory
from inference.resources import user_folder


@dataclass(frozen=True, kw_only=True)
class Takes:
    """Bytes and seconds; 0 seconds where nobody knows. ``scratch`` is free again at the end."""

    memory: int
    disk: int
    scratch: int = 0
    seconds: float = 0.0


class Taking(Dialog):
    """Shows what it takes; there is a warning where there is not so much.

    Args:
        title: what is about to happen. words: what it is good for.

    Signals:
        decided: True to begin, False for not.
    """

    decided = Signal(bool)

    def __init__(self, title_: str, words: str, takes: Takes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._takes, self._words = takes, words
        self.headline, self.text = title(), caption()
        self.headline.setText(title_)
        self.text.setText(words)
        self.labels = {name: QLabel() for name in ("time", "memory", "disk", "scratch")}
        self.values = {name: QLabel() for name in self.labels}
        rows = form()
        for name, label in self.labels.items():
            theme.mark(label, role="caption")
            if getattr(takes, "seconds" if name == "time" else name):
                add_row(rows, label, self.values[name])
        self.body.addWidget(self.headline)
        self.body.addWidget(self.text)
        self.body.addLayout(rows)
        self.body.addStretch()
        self.leave, self.begin = self.add_button(), self.add_button(primary=True)
        self.begin.clicked.connect(self.accept)
        self.leave.clicked.connect(self.reject)
        self.finished.connect(lambda code: self.decided.emit(bool(code)))
        self.retranslate()
        at_least(self, 420, 240)

    def retranslate(self) -> None:
        """Set all texts."""
        takes, there = self._takes, psutil.virtual_memory()
        free = shutil.disk_usage(_there(user_folder())).free
        self.setWindowTitle(self.headline.text())
        names = (self.tr("Time"), self.tr("Memory"), self.tr("On disk"), self.tr("Until it is done"))
        for label, text in zip(self.labels.values(), names, strict=True):
            label.setText(text)
        beside = self.tr("{size}, {free} are free")
        self.values["time"].setText(self.tr("about {time}").format(time=duration(takes.seconds)))
        self.values["memory"].setText(beside.format(size=memory(takes.memory), free=memory(there.available)))
        self.values["disk"].setText(beside.format(size=memory(takes.disk), free=memory(free)))
        self.values["scratch"].setText(self.tr("{size} more on disk").format(size=memory(takes.scratch)))
        short = takes.memory > there.available or takes.disk + takes.scratch > free
        self.say(self.tr("There is less than that: close other programs, or make room.") if short else "")
        self.begin.setText(self.tr("Begin"))
        self.leave.setText(self.tr("Not now"))


def _there(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    return next(each for each in (path, *path.parents) if each.exists())
