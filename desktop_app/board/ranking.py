"""The cells of a board as a list, those that belong best first, each with what its score is made of."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop_app import theme
from desktop_app.board.grid import BoardGrid
from desktop_app.board.scoring import Scoring
from desktop_app.board.wording import cell_name, component_title, score_lines, score_number
from desktop_app.board.zooming import TAKEN
from desktop_app.panels.results_painting import checkers
from inference.board import Cell
from inference.consistency import COMPONENTS, Score

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
PICTURE = 48
"""Side of a row's picture, in logical pixels."""
NUMBER, BESIDE = 72, 28
"""Least width of a column of scores, and what it has beside its heading's words: margins and the arrow."""
NAMED = 152
"""Least width of the column with pictures and names."""
SORT = Qt.ItemDataRole.UserRole
FIRST_PART = 2
"""The column of the first component: before it are the cell and its score."""


class _Rows(QAbstractTableModel):
    def __init__(self, scoring: Scoring, parent: QWidget) -> None:
        super().__init__(parent)
        self.scoring = scoring
        self.rows: list[tuple[Cell, Score]] = []

    def show(self) -> None:
        """What there is now; rows that stay are only told to be looked at again."""
        found = self.scoring.ranked
        if {cell.key for cell, _ in found} == {cell.key for cell, _ in self.rows}:
            scores = {cell.key: (cell, score) for cell, score in found}
            self.rows = [scores[cell.key] for cell, _ in self.rows]
            if self.rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, self.columnCount() - 1))
            return
        self.beginResetModel()
        self.rows = found
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else FIRST_PART + len(COMPONENTS)

    def value(self, row: int, column: int) -> float:
        score = self.rows[row][1]
        return score.components[COMPONENTS[column - FIRST_PART]] if column >= FIRST_PART else score.total

    def name(self, row: int) -> str:
        board = self.scoring.board
        return "" if board is None else cell_name(board.board, self.rows[row][0])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if not index.isValid() or row >= len(self.rows):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole if column == 0:
                return self.name(row)
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return score_number(self.value(row, column))
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join([self.name(row), *score_lines(self.rows[row][1], self.scoring.weights)])
            case _ if role == SORT:
                return self.name(row) if column == 0 else self.value(row, column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        part = COMPONENTS[section - FIRST_PART] if section >= FIRST_PART else None
        match role:
            case Qt.ItemDataRole.DisplayRole if part is not None:
                return component_title(part)
            case Qt.ItemDataRole.DisplayRole:
                return (self.tr("Cell"), self.tr("Score"))[section]
            case Qt.ItemDataRole.ToolTipRole if part is not None:
                share = f"{self.scoring.weights[part]:.0%}"
                return self.tr("Counts {share} of the score. Click to sort by it.").format(share=share)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class _Painted(QStyledItemDelegate):
    """A picture beside the cell's name, and bars for numbers."""

    def __init__(self, view: Ranking, image_of: Callable[[Cell], QImage | None]) -> None:
        super().__init__(view)
        self._view, self._image_of = view, image_of

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(NUMBER, PICTURE + theme.INSIDE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if option.state & QStyle.StateFlag.State_Selected:  # pyright: ignore[reportAttributeAccessIssue]
            painter.fillRect(option.rect, QColor(theme.current().chosen))  # pyright: ignore[reportAttributeAccessIssue]
        if index.column() == 0:
            self._paint_cell(painter, option, index)
        else:
            self._paint_number(painter, option, index)

    def _inside(self, option: QStyleOptionViewItem) -> tuple[QRect, bool]:
        """Where to paint, and whether the row is chosen: then its ground is strong, and all on it has to be."""
        rect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # pyright: ignore[reportAttributeAccessIssue]
        return rect.adjusted(theme.INSIDE, 0, -theme.INSIDE, 0), chosen

    def _paint_cell(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, rect = theme.current(), self._inside(option)[0]
        cell = self._view.cell_at(index)
        image = None if cell is None else self._image_of(cell)
        spot = QRect(rect.left(), rect.center().y() - PICTURE // 2 + 1, PICTURE, PICTURE)
        if image is not None:
            size = image.size().scaled(spot.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(spot.topLeft(), size)
            place.moveCenter(spot.center())
            painter.fillRect(place, checkers(place.topLeft()))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, image)
        words = rect.adjusted(PICTURE + theme.INSIDE, 0, 0, 0)
        if cell is not None and self._view.pinned(cell):
            star = QRect(words.right() - theme.ICON, rect.center().y() - theme.ICON // 2, theme.ICON, theme.ICON)
            theme.icon("pinned").paint(painter, star)
            words.setRight(star.left() - theme.GRID)
        painter.setPen(QColor(look.text))
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_number(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, (rect, chosen) = theme.current(), self._inside(option)
        total = index.column() == FIRST_PART - 1
        strong = QColor(look.text if total or chosen else look.quiet)
        painter.setFont(theme.numbers())
        painter.setPen(strong)
        painter.drawText(rect.adjusted(0, 0, 0, -6), Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        line = QRect(rect.left(), rect.center().y() + 10, rect.width(), 3)
        painter.fillRect(line, QColor(look.line))
        line.setWidth(round(rect.width() * float(index.data(SORT))))
        painter.fillRect(line, QColor(look.accent if total else look.quiet))


class Ranking(QTableView):
    """Shows what a ``Scoring`` knows. A click on a heading sorts by that column.

    Signals:
        key_asked: a command's name.
        current_changed: another row is the current one, or others are chosen.
    """

    key_asked = Signal(str)
    current_changed = Signal()

    def __init__(
        self, scoring: Scoring, image_of: Callable[[Cell], QImage | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._scoring = scoring
        self._rows = _Rows(scoring, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._rows)
        self._sorted.setSortRole(SORT)
        self._sorted.setDynamicSortFilter(True)
        self.setModel(self._sorted)
        self.setItemDelegate(_Painted(self, image_of))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(PICTURE + theme.INSIDE)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setMinimumSectionSize(64)
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        scoring.changed.connect(self._rows.show)
        self.selectionModel().selectionChanged.connect(lambda *_: self.current_changed.emit())
        self.selectionModel().currentChanged.connect(lambda *_: self.current_changed.emit())
        self.doubleClicked.connect(lambda _: self.key_asked.emit("promote"))
        self.retranslate()

    KEYS: ClassVar[Mapping[int, str]] = {
        key: name for key, name in BoardGrid.KEYS.items() if name not in ("loupe", "choose_pinned")
    }

    def cell_at(self, index: Index) -> Cell | None:
        """Of a row."""
        row = self._sorted.mapToSource(index).row()  # pyright: ignore[reportArgumentType]
        return self._rows.rows[row][0] if 0 <= row < len(self._rows.rows) else None

    def pinned(self, cell: Cell) -> bool:
        """True when a pin is on it."""
        board = self._scoring.board
        return board is not None and cell.key in board.pinned

    @property
    def current(self) -> Cell | None:
        """The cell of the current row."""
        return self.cell_at(self.currentIndex())

    @property
    def chosen(self) -> tuple[Cell, ...]:
        """The chosen rows' cells from top to bottom; else the current one."""
        rows = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        cells = [self.cell_at(index) for index in rows] or [self.current]
        return tuple(cell for cell in cells if cell is not None)

    def first(self) -> None:
        """Choose the top row, where none is chosen."""
        if not self.selectionModel().hasSelection() and self._sorted.rowCount():
            self.selectRow(max(0, self.currentIndex().row()))

    def retranslate(self) -> None:
        """Set all texts."""
        self.setAccessibleName(self.tr("Cells by their scores"))
        self._rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self._rows.columnCount() - 1)
        metrics = QFontMetrics(theme.font())
        for column in range(1, self._rows.columnCount()):
            words = str(self._rows.headerData(column, Qt.Orientation.Horizontal))
            self.setColumnWidth(column, max(NUMBER, metrics.horizontalAdvance(words) + BESIDE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        others = sum(self.columnWidth(column) for column in range(1, self._rows.columnCount()))
        self.setColumnWidth(0, max(NAMED, self.viewport().width() - others))
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            if event.key() in TAKEN and plain == Qt.KeyboardModifier.NoModifier:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = self._command(event)
        if command is not None:
            self.key_asked.emit(command)
        else:
            super().keyPressEvent(event)

    def _command(self, event: QKeyEvent) -> str | None:
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self.KEYS.get(event.key()) if plain == Qt.KeyboardModifier.NoModifier else None
