"""The results strip: the pictures that were made for a document, run by run, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.language import QT_TRANSLATE_NOOP
from desktop_app.panels.eliding import ElidedLabel
from desktop_app.panels.results_view import ResultsView
from desktop_app.results import Result
from desktop_app.session import Session


@dataclass(frozen=True)
class _Command:
    """A row of the menu."""

    name: str
    text: str
    icon: str = ""
    keys: str = ""


APPLY = _Command("apply", QT_TRANSLATE_NOOP("ResultsStrip", "Apply as a new layer"), "apply", "Return")
MERGE = _Command("merge", QT_TRANSLATE_NOOP("ResultsStrip", "Apply into the layer"), "", "Shift+Return")
DISCARD = _Command("discard", QT_TRANSLATE_NOOP("ResultsStrip", "Discard"), "delete", "Del")
MORE = _Command("more", QT_TRANSLATE_NOOP("ResultsStrip", "More like this"), "like-this")
SEED = _Command("seed", QT_TRANSLATE_NOOP("ResultsStrip", "Copy the seed"), "duplicate")
RECIPE = _Command("recipe", QT_TRANSLATE_NOOP("ResultsStrip", "Show the recipe"), "recipe")
RESTORE = _Command("restore", QT_TRANSLATE_NOOP("ResultsStrip", "Bring back what was discarded"), "undo")
CANCEL = _Command("cancel", QT_TRANSLATE_NOOP("ResultsStrip", "Cancel this job"), "cancel", "Del")
MENU: tuple[_Command | None, ...] = (APPLY, MERGE, None, MORE, SEED, RECIPE, None, DISCARD, RESTORE)
BUTTONS = (DISCARD, MORE, SEED, RECIPE)


class ResultsStrip(QWidget):
    """Shows the results of one document. It changes nothing itself: it asks by signals.

    Signals:
        previewed: a ``Result`` to show in place on the canvas, or None.
        apply_wanted: (Result, merged): make it part of the document.
        discard_wanted: a tuple of ``Result``.
        restore_wanted: bring back what was discarded last.
        more_wanted: a ``Result``: make pictures that are like it.
        recipe_wanted: a ``Result``: show how it was made.
        seed_copied: its seed is on the clipboard.
        cancel_wanted: the number of a job whose pictures are still to come.
        generate_wanted: the empty strip's action.
        current_changed: another ``Result``, or None, is the chosen one.
    """

    previewed = Signal(object)
    apply_wanted = Signal(object, bool)
    discard_wanted = Signal(tuple)
    restore_wanted = Signal()
    more_wanted = Signal(object)
    recipe_wanted = Signal(object)
    seed_copied = Signal(object)
    cancel_wanted = Signal(int)
    generate_wanted = Signal()
    current_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._told: Result | None = None
        self._cancelled: int | None = None
        """The job that the menu would cancel."""
        self._view = ResultsView()
        self._commands = self._made_commands()
        self._menu = QMenu(self)
        self._job_menu = QMenu(self)
        self._apply = QPushButton()
        self._how = QToolButton()
        self._said = ElidedLabel()
        self._empty_text = QLabel()
        self._generate = QPushButton()
        self._bring_back = QPushButton()
        self._buttons = {command.name: QToolButton() for command in BUTTONS}
        self._pages = QStackedWidget()
        self._fill()
        self._connect()
        self.retranslate()
        self._refresh()

    # What it shows

    @property
    def current(self) -> Result | None:
        """The chosen result; of several, the one that was chosen last."""
        return self._view.current

    @property
    def chosen(self) -> tuple[Result, ...]:
        """All chosen results, the oldest first."""
        return self._view.chosen

    def set_session(self, session: Session | None) -> None:
        """Show the results of another document, or of none."""
        if self._session is not None:
            self._session.results.changed.disconnect(self._results_changed)
        self._session = session
        if session is not None:
            session.results.changed.connect(self._results_changed)
        self._view.set_runs(session.results.runs if session else (), anew=True)
        self._refresh()

    def set_progress(self, job: int, index: int, count: int) -> None:
        """A job has done ``index`` of ``count`` steps."""
        self._view.set_progress(job, index, count)

    # What can be done with the chosen ones; nothing when none is

    def apply(self, merged: bool = False) -> None:
        """As a new layer, or merged into the layer. Its preview ends."""
        result = self.current
        if result is not None:
            self._view.release()
            self.apply_wanted.emit(result, merged)

    def discard(self) -> None:
        """Take all that are chosen away."""
        if self.chosen:
            self.discard_wanted.emit(self.chosen)

    def more(self) -> None:
        """Ask for pictures like it."""
        if self.current is not None:
            self.more_wanted.emit(self.current)

    def copy_seed(self) -> None:
        """Put its seed on the clipboard."""
        if self.current is not None:
            QGuiApplication.clipboard().setText(str(self.current.seed))
            self.seed_copied.emit(self.current.seed)

    def show_recipe(self) -> None:
        """Ask for its recipe."""
        if self.current is not None:
            self.recipe_wanted.emit(self.current)

    def next(self) -> None:
        """Choose the next one; from nothing, the first of the newest run."""
        self._view.step(1)

    def previous(self) -> None:
        """Choose the one before; from nothing, the last of all."""
        self._view.step(-1)

    def choose(self, result: Result | None) -> None:
        """Choose it and preview it; None: choose nothing."""
        self._view.choose(result)

    # Building

    def _made_commands(self) -> dict[str, QAction]:
        work: dict[str, Callable[[], None]] = {
            "apply": self.apply,
            "merge": self._merge,
            "discard": self.discard,
            "more": self.more,
            "seed": self.copy_seed,
            "recipe": self.show_recipe,
            "restore": self.restore_wanted.emit,
            "cancel": self._cancel,
        }
        actions: dict[str, QAction] = {}
        for command in (*(each for each in MENU if each), CANCEL):
            action = actions[command.name] = QAction(self)
            if command.icon:
                action.setIcon(theme.icon(command.icon))
            if command.keys:  # for the eye: the list of thumbnails takes the key itself
                action.setShortcut(QKeySequence(command.keys))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)
            action.triggered.connect(lambda _checked=False, do=work[command.name]: do())
        return actions

    def _fill(self) -> None:
        pages = self._pages
        pages.addWidget(self._empty_page())
        pages.addWidget(self._view)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GRID, theme.GRID, theme.INSIDE, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(pages, 1)
        self._side = self._side_column()
        row.addWidget(self._side)
        for command in MENU:
            if command is None:
                self._menu.addSeparator()
            else:
                self._menu.addAction(self._commands[command.name])
        self._job_menu.addAction(self._commands["cancel"])
        self._how.setMenu(QMenu(self))
        self._how.menu().addActions([self._commands["apply"], self._commands["merge"]])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        theme.mark(self._empty_text, role="quiet")
        self._empty_text.setWordWrap(True)
        self._empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.INSIDE)
        buttons.addStretch()
        buttons.addWidget(self._generate)
        buttons.addWidget(self._bring_back)
        buttons.addStretch()
        column = QVBoxLayout(page)
        column.setSpacing(theme.INSIDE)
        column.addStretch()
        column.addWidget(self._empty_text)
        column.addLayout(buttons)
        column.addStretch()
        return page

    def _side_column(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, theme.GRID, 0, 0)
        column.setSpacing(theme.INSIDE)
        first = QHBoxLayout()
        first.setSpacing(theme.GRID)
        first.addWidget(self._apply, 1)
        self._how.setIcon(theme.icon("down"))
        self._how.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        first.addWidget(self._how)
        second = QHBoxLayout()
        second.setSpacing(theme.GRID)
        for command in BUTTONS:
            button = self._buttons[command.name]
            button.setIcon(theme.icon(command.icon))
            second.addWidget(button)
        for button in (self._how, *self._buttons.values()):
            button.setIconSize(theme.icon_size())
            button.setFixedSize(theme.CONTROL, theme.CONTROL)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        second.addStretch()
        theme.mark(self._said, role="caption")
        self._said.setFont(theme.numbers(theme.Type.CAPTION))
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self._said)
        column.addStretch()
        side.setMinimumWidth(4 * theme.CONTROL + 3 * theme.GRID)
        side.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        return side

    def _connect(self) -> None:
        view = self._view
        view.looked_at.connect(self.previewed)
        view.chosen_changed.connect(self._refresh)
        view.apply_asked.connect(self.apply)
        view.discard_asked.connect(self.discard)
        view.cancel_asked.connect(self.cancel_wanted)
        view.menu_asked.connect(self._show_menu)
        self._apply.clicked.connect(self._apply_clicked)
        self._generate.clicked.connect(self.generate_wanted)
        self._bring_back.clicked.connect(self.restore_wanted)
        for name, button in self._buttons.items():
            button.clicked.connect(self._commands[name].trigger)

    # Keeping up

    def _results_changed(self) -> None:
        assert self._session is not None
        self._view.set_runs(self._session.results.runs)
        self._refresh()

    def _refresh(self) -> None:
        """Pages, buttons and their words, by what there is and what is chosen."""
        runs = self._session.results.runs if self._session else ()
        restorable = self._session is not None and self._session.results.can_restore
        self._pages.setCurrentIndex(1 if runs else 0)
        self._side.setVisible(bool(runs))
        self._bring_back.setVisible(restorable)
        one, some = self.current is not None, bool(self.chosen)
        met = dict.fromkeys(("apply", "merge", "more", "seed", "recipe"), one)
        met |= {"discard": some, "restore": restorable}
        for name, on in met.items():
            self._commands[name].setEnabled(on)
        for name, button in self._buttons.items():
            button.setEnabled(met[name])
        self._apply.setEnabled(one)
        self._how.setEnabled(one)
        if self._apply.property("primary") is not one:
            theme.mark(self._apply, primary=one)
        self._describe()
        if self.current is not self._told:
            self._told = self.current
            self.current_changed.emit(self._told)

    def _describe(self) -> None:
        """Tooltips with keys, or with what is missing; and what is chosen, in words."""
        missing = self.tr("Choose one of the results first.")
        for command in (APPLY, MERGE, DISCARD, MORE, SEED, RECIPE):
            action = self._commands[command.name]
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            tip = f"{action.text()} ({keys})" if keys else action.text()
            action.setToolTip(tip if action.isEnabled() else f"{tip}\n{missing}")
            if command.name in self._buttons:
                self._buttons[command.name].setToolTip(action.toolTip())
        self._apply.setToolTip(self._commands["apply"].toolTip())
        tip = self.tr("How to apply it")
        self._how.setToolTip(tip if self._how.isEnabled() else f"{tip}\n{missing}")
        self._said.setText(self._words())

    def _words(self) -> str:
        chosen = self.chosen
        if len(chosen) > 1:
            return self.tr("%n chosen", None, len(chosen))
        if self.current is not None:
            width, height = self.current.size
            return f"{width}x{height} · {self.current.seed}"
        return self.tr("%n pictures", None, len(self._view.rows.results))

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        for command in (*(each for each in MENU if each), CANCEL):
            self._commands[command.name].setText(QCoreApplication.translate("ResultsStrip", command.text))
        for command in BUTTONS:
            self._buttons[command.name].setAccessibleName(self._commands[command.name].text())
        self._view.setAccessibleName(self.tr("Results"))
        self._menu.setAccessibleName(self.tr("Results"))
        self._apply.setText(self.tr("Apply"))
        self._how.setAccessibleName(self.tr("How to apply it"))
        self._empty_text.setText(self.tr("Pictures that you generate appear here."))
        self._generate.setText(self.tr("Generate"))
        self._generate.setToolTip(self.tr("Generate (Ctrl+Enter)"))
        self._bring_back.setText(QCoreApplication.translate("ResultsStrip", RESTORE.text))
        self._view.rows.retranslate()
        self._describe()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt names it so)
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    # Small steps

    def _apply_clicked(self) -> None:
        self.apply()

    def _merge(self) -> None:
        self.apply(merged=True)

    def _cancel(self) -> None:
        if self._cancelled is not None:
            self.cancel_wanted.emit(self._cancelled)

    def _show_menu(self, place: QPoint) -> None:
        """What can be done with what lies there; a result that is not chosen becomes the chosen one."""
        slot = self._view.slot_at(place)
        if slot is not None and slot.result is None:
            self._cancelled = slot.run.job
            self._job_menu.popup(place)
            return
        if slot is not None and slot.result not in self.chosen:
            self._view.choose(slot.result)
        self._menu.popup(place)
