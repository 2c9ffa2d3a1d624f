"""The panel of steps: what was done to a document, the oldest first, and a click to go back or forth."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QColor, QKeyEvent, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.document.history import History, Step
from desktop_app.messages import localised_label
from desktop_app.session import Session

Index = QModelIndex | QPersistentModelIndex

NOWHERE = QModelIndex()
STATE = Qt.ItemDataRole.UserRole
"""The role of whether a row is done ("done"), the current one ("current") or undone ("undone")."""
REST = 400
"""Milliseconds after a change until the memory is counted: of thousands of steps that takes some milliseconds."""


class StepModel(QAbstractListModel):
    """Row 0 is the document before the first step that is kept; row n is step n."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: list[Step] = []
        self._position = 0
        self._dropped = 0
        self._rows = 0

    @property
    def position(self) -> int:
        """The row of the current state."""
        return self._position

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 (Qt names it so)
        return 0 if parent.isValid() else self._rows

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._label(index.row())
        if role == STATE:
            return self._state(index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index.row())
        return None

    def _label(self, row: int) -> str:
        if row:
            return localised_label(self._steps[row - 1].label)
        return self.tr("Earlier steps, no longer kept") if self._dropped else self.tr("Original")

    def _state(self, row: int) -> str:
        return "current" if row == self._position else "done" if row < self._position else "undone"

    def _spoken(self, row: int) -> str:
        words = {"current": self.tr("{step}, current"), "undone": self.tr("{step}, undone"), "done": "{step}"}
        return words[self._state(row)].format(step=self._label(row))

    def reset(self, history: History | None) -> None:
        """Show another document's steps, or none."""
        self.beginResetModel()
        self._steps = list(history.steps) if history else []
        self._rows = len(self._steps) + 1 if history else 0
        self._position, self._dropped = (history.position, history.dropped) if history else (0, 0)
        self.endResetModel()

    def follow(self, history: History) -> bool:
        """Become what the history is now, by rows that go and come where steps did. False when nothing is new."""
        dropped, self._dropped = history.dropped - self._dropped, history.dropped
        gone = self._drop(dropped) + self._cut(history.steps)
        new = history.steps[len(self._steps) :]
        self._append(new)
        before, self._position = self._position, history.position
        first, last = sorted((min(before, self._rows - 1), self._position))
        if before != self._position:
            self.dataChanged.emit(self.index(first), self.index(last))
        return bool(gone or new or before != self._position)

    def _kept(self, steps: list[Step]) -> int:
        """How many of our steps are still at its beginning."""
        common = min(len(self._steps), len(steps))
        if common and self._steps[common - 1] is steps[common - 1]:
            return common  # the usual case: none, or some more, or some less at the end
        pairs = zip(self._steps, steps, strict=False)
        return next((count for count, (ours, theirs) in enumerate(pairs) if ours is not theirs), common)

    def _drop(self, count: int) -> int:
        """The oldest are no longer kept. Returns how many rows went."""
        count = self._remove(1, count)
        if count:
            self.dataChanged.emit(self.index(0), self.index(0))
        return count

    def _cut(self, steps: list[Step]) -> int:
        """Those that were undone, and then something else was done. Returns how many rows went."""
        kept = self._kept(steps)
        return self._remove(kept + 1, len(self._steps) - kept)

    def _remove(self, row: int, count: int) -> int:
        count = min(count, self._rows - row)
        if count > 0:
            self.beginRemoveRows(NOWHERE, row, row + count - 1)
            del self._steps[row - 1 : row - 1 + count]
            self._rows -= count
            self.endRemoveRows()
        return max(count, 0)

    def _append(self, steps: list[Step]) -> None:
        if steps:
            self.beginInsertRows(NOWHERE, self._rows, self._rows + len(steps) - 1)
            self._steps += steps
            self._rows += len(steps)
            self.endInsertRows()

    def retranslate(self) -> None:
        """The labels have other words."""
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(self._rows - 1))


class StepDelegate(QStyledItemDelegate):
    """The current step is marked as chosen, those that were undone are grey."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 (Qt names it so)
        super().initStyleOption(option, index)
        state = index.data(STATE)
        option.textElideMode = Qt.TextElideMode.ElideRight
        if state == "current":
            option.state |= QStyle.StateFlag.State_Selected
        elif state == "undone":
            option.palette.setColor(QPalette.ColorRole.Text, QColor(theme.current().quiet))


class StepView(QListView):
    """A list in which the keys only look around: Enter, Space or a click goes to a step.

    Signals:
        wanted: a row was asked for.
    """

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setSelectionMode(self.SelectionMode.NoSelection)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.clicked.connect(self._clicked)

    def event(self, event: QEvent) -> bool:
        """Enter and Space belong to the list while it has the focus, whatever the window does with them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _chooses(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt names it so)
        index = self.currentIndex()
        if _chooses(event) and index.isValid():
            self.wanted.emit(index.row())
        else:
            super().keyPressEvent(event)

    def _clicked(self, index: QModelIndex) -> None:
        self.wanted.emit(index.row())


def _chooses(event: QKeyEvent) -> bool:
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    return plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class HistoryPanel(QWidget):
    """Shows a session's steps and goes to the one that is clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._model = StepModel(self)
        self._bytes: int | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._count)
        self._build()
        self.retranslate()
        self.set_session(None)

    def set_session(self, session: Session | None) -> None:
        """Show the steps of another session, or none."""
        if self._session is not None:
            self._heard(self._session).disconnect(self._follow)
        self._session = session
        if session is not None:
            self._heard(session).connect(self._follow)
        self._bytes = None
        self._model.reset(session.history if session else None)
        self._pages.setCurrentIndex(0 if session else 1)
        self._show_current()
        self._show_caption()
        self._rest.start()

    def _heard(self, session: Session) -> SignalInstance:
        return session.history_changed

    def _follow(self) -> None:
        if self._session is None:
            return
        if not self._model.follow(self._session.history):
            return  # a gesture began: nothing to see yet
        self._show_current()
        self._show_caption()
        if not self._rest.isActive():
            self._rest.start()

    def _jump(self, row: int) -> None:
        if self._session is not None:
            self._session.jump(row)

    def _show_current(self) -> None:
        index = self._model.index(self._model.position)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index.siblingAtRow(min(index.row() + 1, self._model.rowCount() - 1)))
            self.view.scrollTo(index)

    def _count(self) -> None:
        """Ask how much memory the steps take: only for those who see it."""
        if self._session is not None and self.isVisible():
            self._bytes = self._session.history.bytes
            self._show_caption()

    def _show_caption(self) -> None:
        if self._session is None:
            self._caption.setText("")
            return
        steps = self.tr("%n steps", None, self._model.rowCount() - 1)
        if self._bytes is None:
            self._caption.setText(steps)
            return
        memory = QLocale().formattedDataSize(self._bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
        self._caption.setText(self.tr("{steps}, {memory}").format(steps=steps, memory=memory))

    def _build(self) -> None:
        self.view = StepView()
        self.view.setModel(self._model)
        self.view.setItemDelegate(StepDelegate(self.view))
        self.view.wanted.connect(self._jump)
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("role", "quiet")
        self._caption = QLabel()
        self._caption.setProperty("role", "caption")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.INSIDE] * 4)
        layout.setSpacing(theme.INSIDE)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._caption)

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        self.view.setAccessibleName(self.tr("Steps"))
        self.view.setAccessibleDescription(self.tr("Enter goes to the step"))
        self._empty.setText(self.tr("Open or make a picture to see its steps here."))
        self._caption.setToolTip(self.tr("Steps that can be undone or redone, and the memory that they take"))
        self._model.retranslate()
        self._show_caption()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt names it so)
        """Count what was not counted while nobody saw it."""
        super().showEvent(event)
        self._show_current()
        self._rest.start()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt names it so)
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
