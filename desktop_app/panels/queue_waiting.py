"""The jobs that wait, in a list that is reordered by dragging, by keys and by buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QDropEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app import theme
from desktop_app.jobs import Job
from desktop_app.panels.wording import MODE_ICONS, mode_of, mode_title, title

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_CROSS = 20


class WaitingRows(QAbstractListModel):
    """The waiting jobs, the next one first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs: list[Job] = []

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 (Qt names it so)
        return 0 if parent.isValid() else len(self.jobs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.jobs):
            return None
        job = self.jobs[index.row()]
        mode = mode_of(job.request)
        words = title(job.request.prompt, mode)
        if role == Qt.ItemDataRole.DisplayRole:
            return words
        if role == Qt.ItemDataRole.DecorationRole:
            return theme.icon(MODE_ICONS[mode])
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{words[:400]}\n{mode_title(mode)}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802 (Qt names it so)
        return Qt.DropAction.MoveAction

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 (Qt names it so)
        mime = QMimeData()
        mime.setData("application/x-gouache-job", str(self.jobs[indexes[0].row()].id).encode())
        return mime

    def mimeTypes(self) -> list[str]:  # noqa: N802 (Qt names it so)
        return ["application/x-gouache-job"]

    def set_jobs(self, jobs: Sequence[Job]) -> None:
        """Show these."""
        if [job.id for job in jobs] != [job.id for job in self.jobs]:
            self.beginResetModel()
            self.jobs = list(jobs)
            self.endResetModel()


class _Delegate(QStyledItemDelegate):
    """A row with a cross at its end."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        now = theme.current()
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or over:
            painter.setPen(QColor(now.accent) if state & QStyle.StateFlag.State_HasFocus else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(now.chosen if chosen else now.hover))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)
        middle = rect.center().y()
        theme.icon(MODE_ICONS[mode_of(index.model().jobs[index.row()].request)]).paint(  # pyright: ignore[reportAttributeAccessIssue]
            painter, QRect(rect.left() + 8, middle - 7, 16, 16)
        )
        painter.setPen(QColor(now.text))
        painter.setFont(theme.font())
        room = rect.adjusted(32, 0, -_CROSS - 8, 0)
        words = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
        if chosen or over:
            theme.icon("close").paint(painter, self.cross(rect).adjusted(3, 3, -3, -3))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 (Qt names it so)
        return QSize(0, theme.CONTROL)

    def cross(self, rect: QRect) -> QRect:
        """Where the cross is that cancels."""
        return QRect(rect.right() - _CROSS - 3, rect.center().y() - _CROSS // 2 + 1, _CROSS, _CROSS)


class WaitingList(QListView):
    """As high as its rows: what is around it scrolls.

    Signals:
        moved: (job, turn): a job was given another turn.
        cancelled: a job is to be dropped.
        shown: a job was opened by double click or Enter.
        chosen_changed: another row is chosen.
    """

    moved = Signal(int, int)
    cancelled = Signal(int)
    shown = Signal(int)
    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = WaitingRows(self)
        self._delegate = _Delegate(self)
        self.setModel(self.rows)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setDropIndicatorShown(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.selectionModel().selectionChanged.connect(self._chosen)

    @property
    def chosen_row(self) -> int | None:
        """None when no row is chosen."""
        rows = self.selectionModel().selectedRows()
        return rows[0].row() if rows else None

    def set_jobs(self, jobs: Sequence[Job]) -> None:
        """Show these; what is chosen stays chosen."""
        row = self.chosen_row
        chosen = self.rows.jobs[row].id if row is not None else None
        self.rows.set_jobs(jobs)
        self.setFixedHeight(theme.CONTROL * len(jobs) + 2)
        places = {job.id: place for place, job in enumerate(jobs)}
        if chosen in places:
            self.setCurrentIndex(self.rows.index(places[chosen]))
        elif row is not None and jobs:
            self.setCurrentIndex(self.rows.index(min(row, len(jobs) - 1)))
        self.chosen_changed.emit()

    def raise_chosen(self) -> None:
        """The chosen job comes one turn sooner."""
        self._move_chosen(-1)

    def lower_chosen(self) -> None:
        """The chosen job comes one turn later."""
        self._move_chosen(1)

    def cancel_chosen(self) -> None:
        """The chosen job is to be dropped."""
        row = self.chosen_row
        if row is not None:
            self.cancelled.emit(self.rows.jobs[row].id)

    def _move_chosen(self, by: int) -> None:
        row = self.chosen_row
        if row is not None and 0 <= row + by < len(self.rows.jobs):
            self.moved.emit(self.rows.jobs[row].id, row + by)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt names it so)
        """The queue moves the job, and the rows follow the queue: Qt is told that nothing is left to do."""
        row = self.chosen_row
        if row is None or not self.dragged_here(event):
            event.ignore()
            return
        place = event.position().toPoint()
        target = self.indexAt(place)
        to = target.row() if target.isValid() else len(self.rows.jobs)
        if target.isValid() and place.y() > self.visualRect(target).center().y():
            to += 1
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        to -= to > row
        if to != row:
            self.moved.emit(self.rows.jobs[row].id, to)

    def dragged_here(self, event: QDropEvent) -> bool:
        """True when a row of this list is being dragged."""
        return event.source() is self

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt names it so)
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        row = self.chosen_row
        match event.key():
            case Qt.Key.Key_Up if alt:
                self.raise_chosen()
            case Qt.Key.Key_Down if alt:
                self.lower_chosen()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.cancel_chosen()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if row is not None:
                self.shown.emit(self.rows.jobs[row].id)
            case _:
                super().keyPressEvent(event)

    def event(self, event: Any) -> bool:
        """Del is a command of the window elsewhere."""
        if (
            event.type() == event.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
            and self.chosen_row is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt names it so)
        place = event.position().toPoint()
        index = self.indexAt(place)
        if index.isValid() and self._delegate.cross(self.visualRect(index)).contains(place):
            self.cancelled.emit(self.rows.jobs[index.row()].id)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt names it so)
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.shown.emit(self.rows.jobs[index.row()].id)

    def _chosen(self) -> None:
        self.chosen_changed.emit()
