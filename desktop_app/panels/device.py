"""What the models really run on: a panel that tells all of it, and a badge for the window's corner."""

from __future__ import annotations

import platform
from importlib import metadata

import psutil
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Signal, qVersion
from PySide6.QtGui import QColor, QGuiApplication, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.jobs import Jobs
from desktop_app.messages import localised
from desktop_app.panels.fields import scrolled
from desktop_app.panels.wording import memory
from inference.api import Device
from inference.version import VERSION

LOOK_MS = 2000
"""How often the memory is looked at while the panel is seen."""
PACKAGES = ("onnxruntime-gpu", "onnxruntime", "PySide6-Essentials", "numpy", "opencv-python-headless", "Pillow")
"""Whose versions go into a bug report."""
DOT = 8


class DevicePanel(QWidget):
    """Tells what is used, how much memory that takes, and loudly when a GPU was not obtained.

    Signals:
        banner: a GPU was not obtained: the sentence, in the interface's language. Once for each reason.
        told: a sentence for the status bar.
        addon_wanted: the folder of a GPU add-on is to be chosen.
    """

    banner = Signal(str)
    told = Signal(str)
    addon_wanted = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._missed: str | None = None
        self._process = psutil.Process()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._strip, self._strip_title, self._strip_text = QFrame(), QLabel(), QLabel()
        self._hint = QLabel()
        names = ("device", "name", "threads", "weights", "models", "process", "machine")
        self._labels = {name: QLabel() for name in names}
        self._values = {name: QLabel() for name in names}
        self._form = QFormLayout()
        self._copy, self._addon = QPushButton(), QPushButton()
        self._fill()
        jobs.device_changed.connect(self._device_changed)
        self._copy.clicked.connect(self.copy_details)
        self._addon.clicked.connect(self.addon_wanted)
        self.retranslate()
        if jobs.device is not None:
            self._device_changed(jobs.device)

    # Keeping up

    def look(self) -> None:
        """Read the memory of the program and of the machine."""
        everything = psutil.virtual_memory()
        self._values["process"].setText(memory(self._process.memory_info().rss))
        machine = self.tr("{used} of {total} in use")
        used = everything.total - everything.available
        self._values["machine"].setText(machine.format(used=memory(used), total=memory(everything.total)))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt names it so)
        """Memory is looked at from now on."""
        super().showEvent(event)
        self.look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 (Qt names it so)
        """Memory is not looked at any more."""
        super().hideEvent(event)
        self._timer.stop()

    @property
    def looking(self) -> bool:
        """True while memory is looked at."""
        return self._timer.isActive()

    def _device_changed(self, device: Device) -> None:
        self._show_device()
        if device.missed and device.missed != self._missed:
            self.banner.emit(localised(device.missed))
        self._missed = device.missed

    def _show_device(self) -> None:
        device = self._jobs.device
        self._hint.setVisible(device is None)
        for name in ("device", "name", "threads", "weights", "models"):
            self._form.setRowVisible(self._values[name], device is not None)
        self._strip.setVisible(device is not None and device.missed is not None)
        if device is None:
            return
        self._strip_text.setText(localised(device.missed or ""))
        provider = "" if device.provider.startswith(device.title) else f" ({device.provider})"
        self._values["device"].setText(f"{device.title}{provider}")
        self._values["name"].setText(device.name)
        self._values["threads"].setText(str(device.threads))
        self._values["weights"].setText(memory(device.weights))
        self._values["models"].setText(", ".join(device.models) or self.tr("none"))

    # For a bug report

    def details(self) -> str:
        """What a bug report needs to say of the program, the machine and the device; always in English."""
        everything = psutil.virtual_memory()
        lines = [
            f"Gouache {VERSION}",
            f"Python {platform.python_version()}, Qt {qVersion()}",
            *(f"{name} {version}" for name in PACKAGES if (version := _version(name))),
            f"System: {platform.platform()}",
            f"Cores: {psutil.cpu_count(logical=False) or '?'}, threads: {psutil.cpu_count() or '?'}",
            f"Memory: {everything.total >> 20} MB, {everything.available >> 20} MB of it free",
            f"This program: {self._process.memory_info().rss >> 20} MB",
        ]
        device = self._jobs.device
        if device is None:
            return "\n".join([*lines, "Device: nothing was loaded yet"])
        lines += [
            f"Device: {device.title} ({device.provider}), {device.name}",
            f"Threads: {device.threads}",
            f"Weights: {device.weights >> 20} MB, models: {', '.join(device.models) or 'none'}",
        ]
        return "\n".join([*lines, f"GPU not used: {device.missed}"] if device.missed else lines)

    def copy_details(self) -> None:
        """Put them on the clipboard."""
        QGuiApplication.clipboard().setText(self.details())
        self.told.emit(self.tr("The details are on the clipboard."))

    # Building

    def _fill(self) -> None:
        theme.mark(self._strip, role="strip-loud")
        theme.mark(self._hint, role="quiet")
        self._strip_title.setFont(theme.font(bold=True))
        strip = QVBoxLayout(self._strip)
        strip.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        strip.setSpacing(theme.GRID)
        for label in (self._strip_title, self._strip_text):
            label.setWordWrap(True)
            strip.addWidget(label)
        self._strip_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._hint.setWordWrap(True)
        form = self._form
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(theme.BETWEEN)
        form.setVerticalSpacing(theme.INSIDE)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for name, value in self._values.items():
            theme.mark(self._labels[name], role="quiet")
            self._labels[name].setAlignment(Qt.AlignmentFlag.AlignTop)
            self._labels[name].setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
            value.setFont(theme.numbers())
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(self._labels[name], value)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        column.setSpacing(theme.BETWEEN)
        column.addWidget(self._strip)
        column.addWidget(self._hint)
        column.addLayout(form)
        column.addWidget(self._copy)
        column.addWidget(self._addon)
        column.addStretch(1)
        self._scroll = scrolled(inside, self)

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        self._scroll.setAccessibleName(self.tr("Device"))
        words = {
            "device": self.tr("Computes on"),
            "name": self.tr("Name"),
            "threads": self.tr("Threads"),
            "weights": self.tr("Weights loaded"),
            "models": self.tr("Models loaded"),
            "process": self.tr("This program"),
            "machine": self.tr("Memory"),
        }
        for name, text in words.items():
            self._labels[name].setText(text)
            self._values[name].setAccessibleName(text)
        self._strip_title.setText(self.tr("The GPU is not used"))
        self._hint.setText(self.tr("The model loads with the first picture."))
        self._copy.setText(self.tr("Copy details"))
        self._copy.setToolTip(self.tr("Versions, system and device as plain text, for a bug report"))
        self._addon.setText(self.tr("Use a GPU add-on..."))
        self._addon.setToolTip(self.tr("A folder with NVIDIA's libraries, for a program that came without them"))
        self._show_device()
        if self.isVisible():
            self.look()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt names it so)
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class DeviceBadge(QToolButton):
    """What the models run on in one word, with a dot: green when all is well, amber when a GPU was not obtained."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.setIcon(theme.icon("device"))
        self.setIconSize(theme.icon_size())
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        jobs.device_changed.connect(self._device_changed)
        self.retranslate()

    @property
    def state(self) -> str:
        """ "unknown" before the first job, "good" or "warning"."""
        device = self._jobs.device
        if device is None:
            return "unknown"
        return "warning" if device.missed else "good"

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        device = self._jobs.device
        if device is None:
            self.setText(self.tr("Device"))
            story = [self.tr("The model loads with the first picture.")]
        else:
            self.setText(device.title)
            threads = self.tr("%n threads", None, device.threads)
            story = [f"{device.title} · {device.name}" if device.name != device.title else device.title, threads]
            story.append(self.tr("{size} of weights loaded").format(size=memory(device.weights)))
            if device.models:
                story.append(", ".join(device.models))
            if device.missed:
                story.insert(0, localised(device.missed))
        self.setIcon(theme.icon("warning" if self.state == "warning" else "device"))
        self.setToolTip("\n".join(story))
        self.setAccessibleName(self.tr("Device: {name}").format(name=self.text()))
        self.setAccessibleDescription(" ".join(story))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt names it so)
        super().paintEvent(event)
        now = theme.current()
        colour = {"good": now.good, "warning": now.warning}.get(self.state)
        if colour is None:
            return
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            corner = QPoint(self.width() - DOT - theme.GRID, (self.height() - DOT) // 2)
            painter.drawEllipse(QRectF(corner.x(), corner.y(), DOT, DOT))
        finally:
            painter.end()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt names it so)
        hint = super().sizeHint()
        hint.setWidth(hint.width() + DOT + theme.GRID)
        return hint

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt names it so)
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _device_changed(self, _device: Device) -> None:
        self.retranslate()


def _version(package: str) -> str:
    """Empty when it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
