"""Preferences: each change is in force at once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QSpinBox, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import Dialog, add_row, at_least, caption, form
from desktop_app.language import LANGUAGES, QT_TRANSLATE_NOOP, translated
from desktop_app.preferences import DEVICES, THEMES, Preferences
from inference.machine import physical_cores

THEME_NAMES = {
    "system": QT_TRANSLATE_NOOP("PreferencesDialog", "As the system's"),
    "dark": QT_TRANSLATE_NOOP("PreferencesDialog", "Dark"),
    "light": QT_TRANSLATE_NOOP("PreferencesDialog", "Light"),
}
DEVICE_NAMES = {
    "auto": QT_TRANSLATE_NOOP("PreferencesDialog", "Automatic"),
    "cuda": QT_TRANSLATE_NOOP("PreferencesDialog", "NVIDIA graphics card (CUDA)"),
    "directml": QT_TRANSLATE_NOOP("PreferencesDialog", "Graphics card on Windows (DirectML)"),
    "coreml": QT_TRANSLATE_NOOP("PreferencesDialog", "Apple (Core ML)"),
    "cpu": QT_TRANSLATE_NOOP("PreferencesDialog", "Processor (CPU)"),
}
AUTOSAVES = (0, 15, 30, 60, 120, 300, 600)
"""Seconds to choose from; 0: never."""
HISTORIES = (256, 512, 1024, 2048, 4096, 8192)
"""MB to choose from."""


class PreferencesDialog(Dialog):
    """Shows the preferences that one sets by hand.

    Signals:
        changed: the new ``Preferences``, after each change.
    """

    changed = Signal(object)

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._language, self._theme = QComboBox(), QComboBox()
        self._autosave, self._history = QComboBox(), QComboBox()
        self._device, self._threads = QComboBox(), QSpinBox()
        self._threads.setRange(0, max(physical_cores(), preferences.threads or 0))
        self._rulers, self._mask, self._results = QCheckBox(), QCheckBox(), QCheckBox()
        self._choices: dict[QComboBox, tuple[str, tuple[object, ...]]] = {
            self._language: ("language", (None, *LANGUAGES)),
            self._theme: ("theme", THEMES),
            self._autosave: ("autosave", _with(AUTOSAVES, preferences.autosave)),
            self._history: ("history_mb", _with(HISTORIES, preferences.history_mb)),
            self._device: ("device", DEVICES),
        }
        self._checks = {self._rulers: "rulers", self._mask: "show_mask", self._results: "keep_results"}
        names = ("language", "theme", "autosave", "history", "device", "threads")
        self._labels = {name: QLabel() for name in names}
        self._headings = [QLabel(), QLabel(), QLabel()]
        for heading in self._headings:
            theme.mark(heading, role="quiet")
        self._later = caption()
        self._close = self.add_button(primary=True)
        self._close.clicked.connect(self.accept)
        self._lay_out()
        self.retranslate()
        self.set_preferences(preferences)
        for box in self._choices:
            box.currentIndexChanged.connect(self._take)
        self._threads.valueChanged.connect(self._take)
        for check in self._checks:
            check.toggled.connect(self._take)
        self._language.setFocus()

    @property
    def preferences(self) -> Preferences:
        """As they stand."""
        return self._preferences

    def set_preferences(self, preferences: Preferences) -> None:
        """Show others, without telling ``changed``."""
        self._preferences = preferences
        for box, (name, known) in self._choices.items():
            value = getattr(preferences, name)
            with QSignalBlocker(box):
                box.setCurrentIndex(known.index(value) if value in known else 0)
        with QSignalBlocker(self._threads):
            self._threads.setValue(preferences.threads or 0)
        for check, name in self._checks.items():
            with QSignalBlocker(check):
                check.setChecked(getattr(preferences, name))

    def retranslate(self) -> None:
        """Set all texts."""
        self.setWindowTitle(self.tr("Preferences"))
        for heading, text in zip(self._headings, (self.tr("Look"), self.tr("Safety"), self.tr("Machine")), strict=True):
            heading.setText(text)
        for name, text in (
            ("language", self.tr("Language")),
            ("theme", self.tr("Theme")),
            ("autosave", self.tr("Copy unsaved work")),
            ("history", self.tr("Memory for undo")),
            ("device", self.tr("Device")),
            ("threads", self.tr("Processor cores")),
        ):
            self._labels[name].setText(text)
        self._fill(self._language, [self.tr("As the system's"), *LANGUAGES.values()])
        self._fill(self._theme, [translated("PreferencesDialog", THEME_NAMES[name]) for name in THEMES])
        self._fill(self._autosave, [self._every(seconds) for seconds in self._known(self._autosave)])
        self._fill(self._history, [self._memory(size) for size in self._known(self._history)])
        self._fill(self._device, [translated("PreferencesDialog", DEVICE_NAMES[name]) for name in DEVICES])
        self._autosave.setToolTip(self.tr("How often a copy of unsaved work is kept, for when the program is cut off"))
        self._history.setToolTip(self.tr("For each document; the oldest steps are dropped beyond it"))
        self._threads.setSpecialValueText(self.tr("Automatic"))
        self._threads.setToolTip(self.tr("How many cores make pictures; fewer leave more for other programs"))
        self._rulers.setText(self.tr("Show rulers"))
        self._mask.setText(self.tr("Tint what is selected"))
        self._results.setText(self.tr("Keep results in the document's file"))
        self._results.setToolTip(self.tr("Pictures that were made for a document come back when it is opened again"))
        self._later.setText(self.tr("Used from the next start on."))
        self._close.setText(self.tr("Close"))

    def _lay_out(self) -> None:
        look, safety, machine = form(), form(), form()
        add_row(look, self._labels["language"], self._language)
        add_row(look, self._labels["theme"], self._theme)
        add_row(look, QLabel(), self._rulers)
        add_row(look, QLabel(), self._mask)
        add_row(safety, self._labels["autosave"], self._autosave)
        add_row(safety, self._labels["history"], self._history)
        add_row(safety, QLabel(), self._results)
        add_row(machine, self._labels["device"], self._device)
        add_row(machine, self._labels["threads"], self._threads)
        add_row(machine, QLabel(), self._later)
        for place, (heading, rows) in enumerate(zip(self._headings, (look, safety, machine), strict=True)):
            if place:
                self.body.addSpacing(theme.INSIDE)
            self.body.addWidget(heading)
            self.body.addLayout(rows)
        self._rows = (look, safety, machine)
        self.body.addStretch()
        at_least(self, 440, 0)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt names it so)
        super().showEvent(event)
        self._align()

    def _align(self) -> None:
        """One column of labels through all groups."""
        labels = [
            item.widget()
            for rows in self._rows
            for row in range(rows.rowCount())
            if (item := rows.itemAt(row, QFormLayout.ItemRole.LabelRole)) is not None
        ]
        widest = max(label.sizeHint().width() for label in self._labels.values())
        for label in labels:
            if label is not None:
                label.setMinimumWidth(widest)

    def _fill(self, box: QComboBox, texts: list[str]) -> None:
        with QSignalBlocker(box):
            current = box.currentIndex()
            box.clear()
            box.addItems(texts)
            box.setCurrentIndex(max(current, 0))

    def _known(self, box: QComboBox) -> tuple[int, ...]:
        return tuple(value for value in self._choices[box][1] if isinstance(value, int))

    def _every(self, seconds: int) -> str:
        if not seconds:
            return self.tr("Never")
        if seconds % 60:
            return self.tr("Every %n second(s)", None, seconds)
        return self.tr("Every %n minute(s)", None, seconds // 60)

    def _memory(self, megabytes: int) -> str:
        if megabytes % 1024:
            return self.tr("{size} MB").format(size=megabytes)
        return self.tr("{size} GB").format(size=megabytes // 1024)

    def _take(self) -> None:
        said: dict[str, object] = {name: known[box.currentIndex()] for box, (name, known) in self._choices.items()}
        said |= {name: check.isChecked() for check, name in self._checks.items()}
        said["threads"] = self._threads.value() or None
        wanted = replace(self._preferences, **said)  # type: ignore[arg-type]
        if wanted != self._preferences:
            self._preferences = wanted
            self.changed.emit(wanted)


def _with(usual: tuple[int, ...], value: int) -> tuple[int, ...]:
    """The usual ones, and the one that is set when it is another."""
    return tuple(sorted({*usual, value}))
