"""The command palette: every action of the window, found by some of its letters and run with Enter."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction, QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QMenuBar,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from desktop_app import theme
from desktop_app.matching import match
from desktop_app.preferences import MOST_COMMANDS

WIDTH, ROWS = 520, 10
BEHIND = " › "
"""Between a menu and what is in it."""
TITLE_FIRST = 4
"""How much more a letter in an action's own name counts than one in its menu's."""

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, eq=False)
class Command:
    """An action as it is listed.

    Attributes:
        menus: titles of the menus that lead to it, outermost first.
        key: its name for the list of recent ones; the same in every language.
        reason: why it is disabled, or "".
    """

    action: QAction
    title: str
    menus: tuple[str, ...]
    english: str
    key: str
    shortcut: str
    reason: str

    @property
    def path(self) -> str:
        """As "Layer › Merge down"."""
        return BEHIND.join((*self.menus, self.title))


class CommandPalette(QFrame):
    """Lies over the top of a window. ``popup`` shows it; Enter or a click runs a command, Esc closes it.

    Why an action is disabled it reads from the lines of its tooltip below the first. Properties of an action that it
    reads: ``english``, its English text, by which it is found too; ``unlisted``, True for what is not to be listed.

    Args:
        window: whose actions are listed; those in the menus of its menu bar first.

    Signals:
        ran: a command is about to run.

    Attributes:
        recent: keys of the commands that were run last, the latest first, for the preferences.
    """

    ran = Signal(QAction)

    def __init__(self, window: QWidget, recent: Sequence[str] = ()) -> None:
        super().__init__(window)
        self.recent: tuple[str, ...] = tuple(recent)
        self._window = window
        self._commands: list[Command] = []
        self._before: QWidget | None = None
        self.setObjectName("palette")
        self.setProperty("role", "palette")
        self.setAutoFillBackground(True)
        self._field = QLineEdit(self)
        self._field.setClearButtonEnabled(False)
        self._search = self._field.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._search.setProperty("unlisted", True)
        self._model = _Commands(self)
        self._list = QListView(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Painted(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        self._none = QLabel(self)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.mark(self._none, role="quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        layout.setSpacing(theme.INSIDE)
        for widget in (self._field, self._list, self._none):
            layout.addWidget(widget)
        self._field.installEventFilter(self)
        self._field.textChanged.connect(self._filter)
        self._list.clicked.connect(self._run)
        self._list.selectionModel().currentChanged.connect(self._announce)
        self.hide()
        self.retranslate()

    @property
    def shown(self) -> tuple[str, ...]:
        """The paths of the commands in the list, best first."""
        return tuple(command.path for command in self._model.commands)

    def popup(self) -> None:
        """Show it with all commands, those used last first."""
        if self.isVisible():
            self._field.selectAll()
            return
        self._before = QApplication.focusWidget()
        self._commands = list(commands(self._window))
        self._field.clear()
        self._filter("")
        self._place()
        self._window.installEventFilter(self)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close it; the keyboard goes back to where it was."""
        if not self.isVisible():
            return
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self._window.removeEventFilter(self)
        focused = QApplication.focusWidget()
        had = focused is None or self._holds(focused)
        self.hide()
        if had and self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def retranslate(self) -> None:
        """Set all texts."""
        self.setAccessibleName(self.tr("Command palette"))
        self._field.setPlaceholderText(self.tr("Find a command"))
        self._field.setAccessibleName(self.tr("Find a command"))
        self._search.setToolTip(self.tr("Find a command by some of its letters"))
        self._list.setAccessibleName(self.tr("Commands"))
        self._none.setText(self.tr("No command has these letters in this order."))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._field and isinstance(event, QKeyEvent):
            return self._key(kind, event)
        if watched is self._window and kind == QEvent.Type.Resize:
            self._place()
        elif kind == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget) and watched.isVisible():
            if watched is not self and not self.isAncestorOf(watched):
                self.dismiss()
        elif kind == QEvent.Type.FocusIn and isinstance(watched, QWidget) and not self._holds(watched):
            self.dismiss()
        return False

    def _holds(self, widget: QWidget) -> bool:
        return widget is self or self.isAncestorOf(widget)

    def _key(self, kind: QEvent.Type, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key not in _STEPS and key not in _RUN and key not in {Qt.Key.Key_Escape, Qt.Key.Key_Tab}:
            return False
        if kind == QEvent.Type.ShortcutOverride:  # the window has these keys too
            event.accept()
        elif kind == QEvent.Type.KeyPress:
            if key in _STEPS:
                self._step(_STEPS[key])
            elif key in _RUN:
                self._run(self._list.currentIndex())
            elif key == Qt.Key.Key_Escape:
                self.dismiss()
        return True

    def _step(self, by: int) -> None:
        """To the next one that is not disabled, around the ends; by a page: as far as there are some."""
        rows = [row for row, command in enumerate(self._model.commands) if command.action.isEnabled()]
        if not rows:
            return
        current = self._list.currentIndex().row()
        place = rows.index(current) + by if current in rows else 0
        place = place % len(rows) if abs(by) == 1 else min(max(place, 0), len(rows) - 1)
        self._list.setCurrentIndex(self._model.index(rows[place]))

    def _filter(self, query: str) -> None:
        self._model.show(ranked(self._commands, query, self.recent))
        found = self._model.rowCount() > 0
        self._list.setVisible(found)
        self._none.setVisible(not found)
        self._place()
        self._list.scrollToTop()
        self._step(0)

    def _announce(self, index: QModelIndex) -> None:
        """The keyboard stays in the field, so a screen reader has to be told what is chosen."""
        if self.isVisible() and index.isValid():
            said = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._list, said))

    def _place(self) -> None:
        room = self._window.size()
        width = min(WIDTH, room.width() - 2 * theme.BETWEEN)
        top = theme.BETWEEN + theme.CONTROL
        rows = min(max(self._model.rowCount(), 1), ROWS)
        height = min((rows + 1) * theme.CONTROL + 3 * theme.INSIDE + 2, room.height() - top - theme.BETWEEN)
        self.setGeometry((room.width() - width) // 2, top, width, height)

    def _run(self, index: QModelIndex) -> None:
        """The action runs after the palette has gone and the keyboard is back, from the event loop."""
        if not index.isValid():
            return
        command = self._model.commands[index.row()]
        if not command.action.isEnabled():
            return
        self.recent = (command.key, *(key for key in self.recent if key != command.key))[:MOST_COMMANDS]
        self.dismiss()
        self.ran.emit(command.action)
        QTimer.singleShot(0, command.action, command.action.trigger)


_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS - 1, Qt.Key.Key_PageUp: 1 - ROWS}
_RUN = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


def commands(window: QWidget) -> Iterator[Command]:
    """The actions of a window: those in its menu bar in their order, then the rest."""
    seen: set[QAction] = set()
    for bar in window.findChildren(QMenuBar):
        for action, menus, english in _in_menus(bar.actions(), (), ()):
            if action not in seen:
                seen.add(action)
                yield _command(action, menus, english)
    for action in window.findChildren(QAction):
        if action not in seen and action.menu() is None and _listed(action):
            seen.add(action)
            yield _command(action, (), ())


def ranked(all_of_them: Iterable[Command], query: str, recent: Sequence[str]) -> list[tuple[Command, tuple[int, ...]]]:
    """The commands that fit, best first, with the places of the letters that were found in their paths.

    Without a query all of them, those used last first.
    """
    order = {key: place for place, key in enumerate(recent)}
    found: list[tuple[float, int, Command, tuple[int, ...]]] = []
    for command in all_of_them:
        hit = _fit(command, query)
        if hit is not None:
            score, places = hit
            found.append((-score, order.get(command.key, len(order)), command, places))
    found.sort(key=lambda each: each[:2])
    return [(command, places) for _, _, command, places in found]


def _fit(command: Command, query: str) -> tuple[float, tuple[int, ...]] | None:
    if not query.strip():
        return 0, ()
    ahead = len(command.path) - len(command.title)
    hits: list[tuple[float, tuple[int, ...]]] = []
    if (found := match(query, command.title)) is not None:
        hits.append((found.score + TITLE_FIRST, tuple(place + ahead for place in found.places)))
    if (found := match(query, command.path)) is not None:
        hits.append((found.score - TITLE_FIRST, found.places))
    if (found := match(query, command.english)) is not None:
        hits.append((found.score, ()))
    return max(hits, default=None, key=lambda hit: hit[0])


def _in_menus(
    actions: Iterable[QAction], menus: tuple[str, ...], english: tuple[str, ...]
) -> Iterator[tuple[QAction, tuple[str, ...], tuple[str, ...]]]:
    for action in actions:
        inner = action.menu()
        if isinstance(inner, QMenu):
            if action.isVisible():
                names = (*english, _english(inner.menuAction()))
                yield from _in_menus(inner.actions(), (*menus, plain(inner.title())), names)
        elif _listed(action):
            yield action, menus, english


def _listed(action: QAction) -> bool:
    hidden = action.isSeparator() or not action.isVisible() or bool(action.property("unlisted"))
    return bool(plain(action.text())) and not hidden


def _command(action: QAction, menus: tuple[str, ...], english: tuple[str, ...]) -> Command:
    path = BEHIND.join((*english, _english(action)))
    return Command(
        action=action,
        title=plain(action.text()),
        menus=menus,
        english=path,
        key=action.objectName() or path,
        shortcut=action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
        reason="" if action.isEnabled() else " ".join(action.toolTip().splitlines()[1:]),
    )


def _english(action: QAction) -> str:
    return plain(str(action.property("english") or action.text()))


def plain(text: str) -> str:
    """An action's text without its mnemonic ("&Open...", "打开(&O)...") and the dots behind it."""
    text = re.sub(r"\(&\w\)", "", text)
    text = re.sub(r"&(.)", r"\1", text)
    return text.strip().removesuffix("...").removesuffix("…").strip()


class _Commands(QAbstractListModel):
    """The commands that are listed."""

    PLACES = Qt.ItemDataRole.UserRole.value
    COMMAND = PLACES + 1

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: list[tuple[Command, tuple[int, ...]]] = []

    @property
    def commands(self) -> list[Command]:
        """In the order of the list."""
        return [command for command, _ in self._found]

    def show(self, found: list[tuple[Command, tuple[int, ...]]]) -> None:
        """List others."""
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (as Qt declares it)
        return 0 if parent.isValid() else len(self._found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        command, places = self._found[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return command.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (command.path, command.shortcut, command.reason) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return command.reason or None
        return {self.PLACES: places, self.COMMAND: command}.get(role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        enabled = self._found[index.row()][0].action.isEnabled()
        return Qt.ItemFlag.ItemIsSelectable | (Qt.ItemFlag.ItemIsEnabled if enabled else Qt.ItemFlag.NoItemFlags)


class _Painted(QStyledItemDelegate):
    """A row: the path with the found letters in the link's colour, the shortcut or the reason at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, theme.CONTROL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme.current()
        command: Command = index.data(_Commands.COMMAND)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        enabled = command.action.isEnabled()
        painter.save()
        try:
            if index == self.parent().currentIndex():  # type: ignore[attr-defined]
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(look.chosen))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.drawRoundedRect(rect, theme.GRID, theme.GRID)
            inner = rect.adjusted(theme.INSIDE, 0, -theme.INSIDE, 0)
            right = command.reason or command.shortcut
            used = self._right(painter, inner, right, look.quiet)
            inner.setRight(inner.right() - used)
            places = set(index.data(_Commands.PLACES))
            ahead = len(command.path) - len(command.title)
            colours = (look.text, look.quiet, look.link) if enabled else (look.faint, look.faint, look.faint)
            painter.setFont(theme.font())
            shown = painter.fontMetrics().elidedText(command.path, Qt.TextElideMode.ElideRight, inner.width())
            own, menus, found = colours
            _write(
                painter,
                inner,
                shown,
                [found if at in places else menus if at < ahead else own for at in range(len(shown))],
            )
        finally:
            painter.restore()

    def _right(self, painter: QPainter, rect: QRect, text: str, colour: str) -> int:
        """Returns the width that it takes."""
        if not text:
            return 0
        painter.setFont(theme.font(theme.Type.CAPTION))
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() // 2)
        painter.setPen(QColor(colour))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), shown)
        return metrics.horizontalAdvance(shown) + theme.BETWEEN


def _write(painter: QPainter, rect: QRect, text: str, colours: Sequence[str]) -> None:
    """Text with a colour for each letter."""
    metrics = painter.fontMetrics()
    base = rect.top() + (rect.height() + metrics.ascent() - metrics.descent()) // 2
    start = 0
    for colour, run in groupby(colours):
        end = start + len(list(run))
        painter.setPen(QColor(colour))
        painter.drawText(QPoint(rect.left() + metrics.horizontalAdvance(text[:start]), base), text[start:end])
        start = end
