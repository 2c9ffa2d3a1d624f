"""All that is known of one thing in the library, and what can be done with it."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.dialogs.dialog import caption, form, title
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.library.cards import family_title, kind_title
from desktop_app.messages import localised
from desktop_app.panels.fields import tool
from desktop_app.panels.wording import decimal
from inference.detected import What
from inference.shelf import Entry
from inference.tuned import OWN, Decision, Row
from inference.units import readable
from inference.use_terms import Commercial

COMMERCIAL: Mapping[Commercial, str] = {
    Commercial.YES: QT_TRANSLATE_NOOP("Library", "Commercial use is allowed."),
    Commercial.CONDITIONS: QT_TRANSLATE_NOOP(
        "Library", "Commercial use is allowed under conditions: read the licence."
    ),
    Commercial.NO: QT_TRANSLATE_NOOP("Library", "No commercial use."),
    Commercial.UNKNOWN: QT_TRANSLATE_NOOP("Library", "Nobody says: ask its author before you sell what it makes."),
}
TASKS: Mapping[str, str] = {
    "generate": QT_TRANSLATE_NOOP("Library", "from words"),
    "vary": QT_TRANSLATE_NOOP("Library", "from a picture"),
    "inpaint": QT_TRANSLATE_NOOP("Library", "inpaint"),
}
FORMS: Mapping[str, str] = {
    OWN: QT_TRANSLATE_NOOP("Library", "as it is"),
    "8-bit weights": QT_TRANSLATE_NOOP("Library", "8-bit weights"),
    "8-bit sums": QT_TRANSLATE_NOOP("Library", "8-bit sums"),
    "half precision": QT_TRANSLATE_NOOP("Library", "half precision"),
}
"""Forms of a model, as they are measured."""
PROBLEMS: Mapping[str, str] = {
    "It is too far off.": QT_TRANSLATE_NOOP("Library", "too far off"),
    "Its picture is too far off.": QT_TRANSLATE_NOOP("Library", "its picture is too far off"),
}
"""Why a form was not taken, in few words."""
WIDTH = 300


def form_title(variant: str) -> str:
    """What people call a form."""
    return translated("Library", FORMS[variant]) if variant in FORMS else variant


class Details(QWidget):
    """The right side of the library.

    Signals:
        use_wanted, avoid_wanted, delete_wanted, move_wanted: of what is shown; avoid is for embeddings.
        tune_wanted: the fastest form for this device is to be found, or what was found taken back.
        favoured: whether it is a favourite now.
        tagged: its tags, as a tuple.
    """

    use_wanted = Signal()
    avoid_wanted = Signal()
    tune_wanted = Signal()
    delete_wanted = Signal()
    move_wanted = Signal()
    favoured = Signal(bool)
    tagged = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: Entry | None = None
        self._speed, self._twin = "", ""
        self._decision: Decision | None = None
        self.title, self.problem = title(), QLabel()
        self.problem.setWordWrap(True)
        theme.mark(self.problem, role="problem")
        self.favourite = tool("pin")
        self.favourite.setCheckable(True)
        self.rows: QFormLayout = form()
        self.tags = QLineEdit()
        self.tags.setMaxLength(200)
        self._tags_label = QLabel()
        self.use, self.avoid, self.show_file, self.relocate, self.delete = (QPushButton() for _ in range(5))
        self.tune = QPushButton()
        self._lay_out()
        self.favourite.clicked.connect(self.favoured)
        self.tags.editingFinished.connect(
            lambda: self.tagged.emit(tuple(t.strip() for t in self.tags.text().split(",") if t.strip()))
        )
        self.use.clicked.connect(self.use_wanted)
        self.tune.clicked.connect(self.tune_wanted)
        self.avoid.clicked.connect(self.avoid_wanted)
        self.delete.clicked.connect(self.delete_wanted)
        self.relocate.clicked.connect(self.move_wanted)
        self.show_file.clicked.connect(self._show_file)
        self.retranslate()

    def show_entry(
        self, entry: Entry | None, *, speed: str = "", twin: str = "", decision: Decision | None = None
    ) -> None:
        """Show a thing, or nothing.

        Args:
            speed: as measured here. twin: the name of another that is the same.
            decision: which form of a model runs on this device, and what was measured of all.
        """
        self._entry, self._speed, self._twin, self._decision = entry, speed, twin, decision
        self._show()

    def retranslate(self) -> None:
        """Set all texts."""
        self.favourite.setToolTip(self.tr("Favourite: it comes first"))
        self.favourite.setAccessibleName(self.tr("Favourite"))
        self._tags_label.setText(self.tr("Tags"))
        self.tags.setPlaceholderText(self.tr("with commas between them"))
        self.avoid.setText(self.tr("Use as negative"))
        self.avoid.setToolTip(self.tr("Put its word into the negative prompt"))
        self.show_file.setText(self.tr("Show the folder"))
        self.relocate.setText(self.tr("Move to..."))
        self.delete.setText(self.tr("Delete"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _lay_out(self) -> None:
        self.setFixedWidth(WIDTH)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.favourite, 0, Qt.AlignmentFlag.AlignTop)
        inner = QWidget()
        inner.setLayout(self.rows)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        tags = QHBoxLayout()
        tags.setSpacing(theme.BETWEEN)
        tags.addWidget(self._tags_label)
        tags.addWidget(self.tags, 1)
        self._tags_label.setBuddy(self.tags)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.BETWEEN, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(head)
        column.addWidget(self.problem)
        column.addWidget(area, 1)
        column.addLayout(tags)
        self.tune.setAutoDefault(False)
        column.addWidget(self.tune)
        for pair in ((self.use, self.avoid, self.show_file), (self.relocate, self.delete)):
            row = QHBoxLayout()
            row.setSpacing(theme.INSIDE)
            for button in pair:
                button.setAutoDefault(False)
                row.addWidget(button, 1)
            column.addLayout(row)

    def _show(self) -> None:
        entry = self._entry
        self.setEnabled(entry is not None)
        while self.rows.rowCount():
            self.rows.removeRow(0)
        if entry is None:
            self.title.setText("")
            self.problem.hide()
            self.tags.clear()
            return
        self.title.setText(entry.title)
        self.favourite.setChecked(entry.favourite)
        self.problem.setText(localised(entry.problem))
        self.problem.setVisible(bool(entry.problem))
        self.tags.setText(", ".join(entry.tags))
        model, word = entry.what is What.ONNX, entry.what is What.EMBEDDING
        self.use.setEnabled((model or word or entry.what is What.LORA) and not entry.problem)
        self.use.setText(self.tr("Use its word") if word else self.tr("Use it"))
        self.avoid.setVisible(word)
        self.tune.setVisible(model and not entry.problem)
        undo, find = self.tr("Undo the optimisation"), self.tr("Optimise for this device...")
        self.tune.setText(undo if self._decision is not None else find)
        self.tune.setToolTip(self.tr("Measures which form of the model is the fastest here, and uses it"))
        self.show_file.setVisible(not word)
        self.relocate.setEnabled(model and not entry.shipped)
        self.delete.setEnabled(not entry.shipped)
        self.delete.setToolTip(self.tr("It belongs to the program.") if entry.shipped else "")
        for name, value in self._facts(entry):
            if value:
                words, says = caption(), QLabel(name)
                theme.mark(says, role="caption")
                words.setText(value)
                words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self.rows.addRow(says, words)

    def _facts(self, entry: Entry) -> list[tuple[str, str]]:
        tasks = (translated("Library", TASKS[task]) for task in entry.tasks)
        size = (
            f"{decimal(float(readable(entry.bytes).split()[0]))} {readable(entry.bytes).split()[1]}"
            if entry.bytes
            else ""
        )
        decision, usable = self._decision, bool(entry.tasks) and not entry.problem
        return [
            (self.tr("Kind"), kind_title(entry.what)),
            (self.tr("Family"), family_title(entry)),
            (self.tr("Makes"), self.tr(", ").join(tasks)),
            (self.tr("Precision"), entry.precision),
            (self.tr("On disk"), size),
            (self.tr("Speed here"), self._speed or (self.tr("not measured yet") if usable else "")),
            (self.tr("Runs as"), "" if decision is None else form_title(decision.variant)),
            (self.tr("Measured"), "" if decision is None else "\n".join(map(self._measured, decision.rows))),
            (self.tr("Licence"), entry.terms.name or self.tr("not stated")),
            (self.tr("Selling"), translated("Library", COMMERCIAL[entry.terms.commercial])),
            (self.tr("Words"), ", ".join(entry.words)),
            (self.tr("From"), entry.source),
            (self.tr("Hash"), entry.hash[:16]),
            (self.tr("The same as"), self._twin),
            (self.tr("Lies in"), str(entry.path)),
        ]

    def _measured(self, row: Row) -> str:
        """A form's share of the time, and how far its picture is off."""
        name = form_title(row.variant)
        if row.problem:
            why = translated("Library", PROBLEMS[row.problem]) if row.problem in PROBLEMS else row.problem
            return self.tr("{form}: not taken, {why}").format(form=name, why=why)
        share = str(round(100 * row.ratio))
        if row.variant == OWN:
            return self.tr("{form}: {share} % time").format(form=name, share=share)
        shown = self.tr("{form}: {share} % time, {percent} % off")
        return shown.format(form=name, share=share, percent=decimal(100 * row.latents))

    def _show_file(self) -> None:
        if self._entry is not None:
            path: Path = self._entry.path
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))
