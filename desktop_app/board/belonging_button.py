"""The button that says what a board's pictures are measured against, and has the pins taught."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from desktop_app import theme
from desktop_app.board.scoring import Scoring
from desktop_app.board.wording import component_title
from inference.board_scores import Against, References

NAMED = 3
"""Components that are named when the measure has learned something."""


class BelongingButton(QToolButton):
    """Opens a menu.

    Signals:
        told: a sentence.
    """

    told = Signal(str)

    def __init__(self, scoring: Scoring, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scoring = scoring
        self.setIcon(theme.icon("belongs"))
        self.setIconSize(theme.icon_size())
        self.setMinimumSize(theme.CONTROL, theme.CONTROL)
        self.setMaximumHeight(theme.CONTROL)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.setMenu(menu)
        self._group = QActionGroup(self)
        self.choices: dict[Against | None, QAction] = {}
        for against in (None, *Against):
            action = self.choices[against] = menu.addAction("")
            action.setCheckable(True)
            self._group.addAction(action)
            action.triggered.connect(lambda _checked=False, against=against: self.choose(against))
        menu.addSeparator()
        self.learn = menu.addAction("", scoring.learn)
        self.forget = menu.addAction("", scoring.forget)
        menu.aboutToShow.connect(self.refresh)
        scoring.changed.connect(self.refresh)
        scoring.learned.connect(self._tell)
        self.retranslate()

    def choose(self, against: Against | None) -> None:
        """Measure against this; approved pictures are asked for."""
        match against:
            case Against.APPROVED:
                self._ask()
            case None:
                self._scoring.measure_against(None)
            case _:
                self._scoring.measure_against(References(against))
        self.refresh()

    def _ask(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Choose a folder of approved pictures"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        before = self._scoring.references
        if before is not None and before.places:
            dialog.setDirectory(str(before.places[0]))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.approve(Path(path)))
        dialog.open()

    def approve(self, place: Path) -> None:
        """Measure against the pictures of this folder."""
        self._scoring.measure_against(References(Against.APPROVED, (place,)))

    def refresh(self) -> None:
        """Show what is so."""
        board, references = self._scoring.board, self._scoring.references
        self.choices[None if references is None else references.against].setChecked(True)
        sourced = board is not None and getattr(board.board.base, "image", None) is not None
        source = self.choices[Against.SOURCE]
        source.setEnabled(sourced)
        source.setToolTip("" if sourced else self.tr("This board starts from words alone."))
        lesson = self._scoring.lesson
        self.learn.setEnabled(lesson is not None)
        why = self.tr("Measure first, and pin what you want; what is not pinned counts as passed over.")
        self.learn.setToolTip(
            self.tr("The measure goes by what sets the pinned cells apart, on all boards of this folder.")
            if lesson is not None
            else why
        )
        places = references.places if references is not None else ()
        self.choices[Against.APPROVED].setToolTip("\n".join(map(str, places)))

    def _tell(self, weights: Mapping[str, float]) -> None:
        most = sorted(weights, key=lambda name: -weights[name])[:NAMED]
        parts = ", ".join(f"{component_title(name)} {weights[name]:.0%}" for name in most)
        self.told.emit(self.tr("Now counts most: {parts}").format(parts=parts))

    def retranslate(self) -> None:
        """Set all texts."""
        self.setText(self.tr("Belongs"))
        self.setAccessibleName(self.tr("Does it belong"))
        self.setToolTip(self.tr("Measure how well each cell belongs to a set"))
        texts = {
            None: self.tr("No scores"),
            Against.PINS: self.tr("To the pinned cells"),
            Against.SOURCE: self.tr("To the picture it starts from"),
            Against.APPROVED: self.tr("To approved pictures..."),
        }
        for against, text in texts.items():
            self.choices[against].setText(text)
        self.learn.setText(self.tr("Learn from the pins"))
        self.forget.setText(self.tr("Forget what this board taught"))
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
