"""The row of thumbnails: what is looked at, what is chosen, and the keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QSizePolicy, QWidget

from desktop_app.panels.results_list import ResultList, Slot
from desktop_app.panels.results_painting import ThumbnailDelegate
from desktop_app.panels.results_thumbnails import Thumbnails
from desktop_app.results import Result, Run

REST_MS = 80
"""How long the pointer rests before the first preview; from one picture to the next it is immediate."""
SMALLEST, USUAL, LARGEST = 64, 88, 160
"""Sides of a thumbnail."""
ZOOM_STEP = 8
_SCROLLBAR = 12


class ResultsView(QListView):
    """Thumbnails in one row, the newest at the right end.

    Signals:
        looked_at: a ``Result`` to preview, or None.
        chosen_changed: another one, several or none are chosen.
        apply_asked: by Enter or double click; True: merged (with Shift).
        discard_asked: by Del, of what is chosen.
        cancel_asked: of a job, by its number.
        menu_asked: at a place of the screen.
        zoomed: the thumbnails have another size.
    """

    looked_at = Signal(object)
    chosen_changed = Signal()
    apply_asked = Signal(bool)
    discard_asked = Signal()
    cancel_asked = Signal(int)
    menu_asked = Signal(QPoint)
    zoomed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ResultList(self)
        self.thumbnails = Thumbnails(LARGEST, self)
        self._delegate = ThumbnailDelegate(self.rows, self.thumbnails, self)
        self._shown: Result | None = None
        self._hovered: Result | None = None
        self._ignored: Result | None = None
        """Under the pointer, but done with: it was just applied."""
        self._left: Result | None = None
        """Where ``step`` goes on when nothing is chosen."""
        self._quiet = False
        self._unseen: tuple[int, int] | None = None
        """Rows that came while the pointer was over the strip: nothing moves under it."""
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._show)
        self._settle = QTimer(self, interval=0, singleShot=True)
        self._settle.timeout.connect(self._reveal)

        self.setModel(self.rows)
        self.setItemDelegate(self._delegate)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.horizontalScrollBar().setSingleStep(24)
        self.thumbnails.ready.connect(self._thumbnail_ready)
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self._resize()

    # What there is

    @property
    def current(self) -> Result | None:
        """The one that is chosen; of several, the one that was chosen last."""
        index = self.currentIndex()
        if index.isValid() and self.selectionModel().isSelected(index):
            slot = self.rows.slot(index)
            return slot.result if slot else None
        chosen = self.chosen
        return chosen[-1] if chosen else None

    @property
    def chosen(self) -> tuple[Result, ...]:
        """All that are chosen, the oldest first."""
        slots = (self.rows.slot(index) for index in sorted(self.selectedIndexes()))
        return tuple(slot.result for slot in slots if slot is not None and slot.result is not None)

    @property
    def side(self) -> int:
        """Of a thumbnail."""
        return self._delegate.side

    def set_runs(self, runs: tuple[Run, ...], *, anew: bool = False) -> None:
        """Show these; ``anew``: they belong to another document."""
        if anew:
            self.rows.clear()
            self.thumbnails.clear()
            self._hovered = self._ignored = self._left = self._unseen = None
        before = self.current
        beside = self._neighbours(before)
        self._quiet = True
        arrived = self.rows.set_runs(runs)
        self._quiet = False
        if before is not None and before not in self.rows.results:
            here = set(self.rows.results)
            self.choose(next((each for each in beside if each in here), None))
        elif before is None:
            self.clearSelection()  # Qt chooses the neighbour of what is gone
        if self._hovered is not None and self._hovered not in self.rows.results:
            self._hovered = None
        if arrived:
            last = self.rows.slot(self.rows.index(arrived[-1]))
            first = arrived[0] if self._unseen is None else min(arrived[0], self._unseen[0])
            self._unseen = max(first, arrived[-1] - (last.ordinal if last else 0)), arrived[-1]
            self._left = None
            self._settle.start()
        self._selection_changed()

    def set_progress(self, job: int, index: int, count: int) -> None:
        """A job has done ``index`` of ``count`` steps."""
        self.rows.set_progress(job, index, count)

    def zoom(self, side: int) -> None:
        """Show thumbnails of this side, 64 to 160."""
        side = max(SMALLEST, min(LARGEST, side))
        if side != self._delegate.side:
            self._delegate.side = side
            self._resize()
            self.doItemsLayout()
            self.keep_in_sight()
            self.zoomed.emit(side)

    # Choosing

    def choose(self, result: Result | None) -> None:
        """Choose this one alone, and bring it into sight."""
        index = self.rows.index_of(result)
        if not index.isValid():
            self.clearSelection()
            return
        self._ignored = None
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def step(self, by: int) -> None:
        """Choose the next (1) or the previous one (-1); from nothing the first of the newest run, or the last."""
        results = self.rows.results
        if not results:
            return
        origin = self.current or self._left
        if origin is not None and origin in results:
            self.choose(results[max(0, min(len(results) - 1, results.index(origin) + by))])
        elif by < 0:
            self.choose(results[-1])
        else:
            newest = self.rows.slot(self.rows.index_of(results[-1]))
            assert newest is not None
            self.choose(newest.run.results[0])

    def release(self) -> bool:
        """Choose nothing and preview nothing. Returns False when that was so already."""
        if self.current is None and self._shown is None:
            return False
        self._ignored, self._left = self._hovered or self.current, self.current
        self._hovered = None
        self.clearSelection()
        self._show()
        return True

    # Looking

    def _selection_changed(self) -> None:
        if not self._quiet:
            if self.current is not None:
                self._hovered = None
            self.chosen_changed.emit()
            self._show()

    def _show(self) -> None:
        """Tell what should be previewed when it is another one."""
        self._rest.stop()
        wanted = self._hovered or self.current
        if wanted is not self._shown:
            self._shown = wanted
            self.looked_at.emit(wanted)

    def _hover(self, result: Result | None) -> None:
        if result is not self._ignored:
            self._ignored = None
        elif result is not None:
            return
        if result is self._hovered:
            return
        self._hovered = result
        if result is not None and self._shown is not None:
            self._show()
        else:
            self._rest.start()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt names it so)
        super().mouseMoveEvent(event)
        slot = self.rows.slot(self.indexAt(event.position().toPoint()))
        self._hover(slot.result if slot is not None else None)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 (Qt names it so)
        """The pointer leaves the thumbnails, if only for the scroll bar."""
        done = super().viewportEvent(event)
        if event.type() == QEvent.Type.Leave:
            self._hovered = self._ignored = None
            self._show()
            self._settle.start()
        return done

    def _thumbnail_ready(self, result: Result) -> None:
        index = self.rows.index_of(result)
        if index.isValid():
            self.update(index)

    def _reveal(self) -> None:
        """Bring what has come into sight, its beginning if not all of it fits; later while the pointer is here."""
        if self._unseen is None or (self.viewport().underMouse() and self.horizontalScrollBar().maximum() > 0):
            return
        (first, last), self._unseen = self._unseen, None
        for row in (last, first):
            self.scrollTo(self.rows.index(min(row, self.rows.rowCount() - 1)))

    # Keys, buttons, wheel

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt names it so)
        slot = self._crossed(event)
        if slot is not None:
            self.cancel_asked.emit(slot.run.job)
            return
        self._ignored = None
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt names it so)
        slot = self.rows.slot(self.indexAt(event.position().toPoint()))
        if event.button() == Qt.MouseButton.LeftButton and slot is not None and slot.result is not None:
            self.choose(slot.result)
            self.apply_asked.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt names it so)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.apply_asked.emit(shift)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self._delete()
            case Qt.Key.Key_Escape if self.release():
                pass
            case Qt.Key.Key_Escape:
                event.ignore()
            case _:
                super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keys that are shortcuts of the window elsewhere mean the results here."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            key, plain = event.key(), event.modifiers() == Qt.KeyboardModifier.NoModifier
            mine = key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            escape = key == Qt.Key.Key_Escape and (self.current is not None or self._shown is not None)
            if plain and (mine or escape):
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt names it so)
        super().focusInEvent(event)
        keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        results = self.rows.results
        if event.reason() in keys and self.current is None and results:
            self.choose(self._left if self._left in results else results[-1])

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt names it so)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turned = event.angleDelta().y()
            self.zoom(self.side + (ZOOM_STEP if turned > 0 else -ZOOM_STEP if turned < 0 else 0))
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 (Qt names it so)
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            at = self.visualRect(index).center() if index.isValid() else self.viewport().rect().center()
            self.menu_asked.emit(self.viewport().mapToGlobal(at))
        else:
            self.menu_asked.emit(event.globalPos())

    def slot_at(self, place: QPoint) -> Slot | None:
        """What lies there on the screen."""
        return self.rows.slot(self.indexAt(self.viewport().mapFromGlobal(place)))

    def _delete(self) -> None:
        slot = self.rows.slot(self.currentIndex())
        if slot is not None and slot.result is None and slot.run.job is not None and not self.chosen:
            self.cancel_asked.emit(slot.run.job)
        elif self.chosen:
            self.discard_asked.emit()

    def _crossed(self, event: QMouseEvent) -> Slot | None:
        """The run whose cross was hit."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        slot = self.rows.slot(index)
        if slot is None or not slot.first or slot.run.job is None or event.button() != Qt.MouseButton.LeftButton:
            return None
        return slot if self._delegate.cross(self.visualRect(index)).adjusted(-4, -4, 4, 4).contains(place) else None

    def _neighbours(self, result: Result | None) -> list[Result]:
        """Which one to choose when this one goes: those after it, then those before it."""
        results = self.rows.results
        if result is None or result not in results:
            return []
        at = results.index(result)
        return [*results[at + 1 :], *reversed(results[:at])]

    # Size

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt names it so)
        return QSize(480, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt names it so)
        super().resizeEvent(event)
        self.keep_in_sight()

    def keep_in_sight(self) -> None:
        """Scroll to what is chosen."""
        if self.current is not None:
            self.scrollTo(self.rows.index_of(self.current))

    def _resize(self) -> None:
        self.setMinimumHeight(self._delegate.height + _SCROLLBAR)
        self.updateGeometry()
