"""Cells side by side, all zoomed and panned as one, or as their differences from the first."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app import theme
from desktop_app.board.difference import Difference, difference
from desktop_app.board.open_board import OpenBoard
from desktop_app.board.wording import cell_name, number
from desktop_app.board.zooming import Zooming, surround
from desktop_app.pictures import to_image
from inference.board import Cell
from inference.geometry import Size

MOST_PANES = 8
CAPTION = 24
GAP = 4


class ComparePanes(Zooming):
    """Shows cells of one board that are made.

    Signals:
        current_changed: another pane is the current one, or shows another cell.
    """

    current_changed = Signal()

    KEYS: ClassVar[Mapping[int, str]] = {
        Qt.Key.Key_P: "pin", Qt.Key.Key_C: "grid", Qt.Key.Key_D: "difference", Qt.Key.Key_Return: "promote",
        Qt.Key.Key_Enter: "promote", Qt.Key.Key_L: "more", Qt.Key.Key_B: "between", Qt.Key.Key_I: "recipe",
        Qt.Key.Key_Space: "fit", Qt.Key.Key_Z: "fit",
    }  # fmt: skip

    def __init__(self, image_of: Callable[[Cell], QImage | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image_of = image_of
        self._board: OpenBoard | None = None
        self._cells: list[Cell] = []
        self._at = 0
        self._different = False
        self._differences: dict[tuple[str, str], tuple[Difference, QImage]] = {}
        self.retranslate()

    # What it shows

    def set_cells(self, board: OpenBoard | None, cells: Sequence[Cell]) -> None:
        """Show these, at most eight; the last one is the current one."""
        if self._board is not None:
            self._board.changed.disconnect(self._look_again)
        self._board = board
        self._cells = list(cells[:MOST_PANES])
        self._at = max(0, len(self._cells) - 1)
        self._differences.clear()
        if board is not None:
            board.changed.connect(self._look_again)
            made = board.made(self._cells[0]) if self._cells else None
            if made is not None:
                self.set_content(Size(made.pixels.shape[1], made.pixels.shape[0]))
        self._tell_current()

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What is shown, pane by pane."""
        return tuple(self._cells)

    @property
    def current(self) -> Cell | None:
        """That of the current pane."""
        return self._cells[self._at] if self._cells else None

    @property
    def different(self) -> bool:
        """True while differences are shown."""
        return self._different

    def set_different(self, shown: bool) -> None:
        """The differences from the first pane's picture, or the pictures themselves. Of two cells both are shown."""
        self._different = shown
        self._arrange()
        self.update()

    def measured(self) -> Difference | None:
        """Of the current pane from the first; None when that is the first."""
        if len(self._cells) < 2 or self._at == 0:
            return None
        found = self._difference(self._cells[self._at])
        return found[0] if found else None

    def pane(self) -> QRect:
        return self._panes()[0]

    def pane_at(self, place: QPointF) -> QRect:
        return next((pane for pane in self._panes() if pane.contains(place.toPoint())), self.pane())

    def _shown(self) -> int:
        """Panes: two cells have a third one for their difference."""
        count = max(1, len(self._cells))
        return 3 if self._different and count == 2 else count

    def _panes(self) -> list[QRect]:
        """Where pictures are shown, below their captions: rows as many as make them largest."""
        count = self._shown()
        rows = max(range(1, count + 1), key=lambda rows: self._room(rows, math.ceil(count / rows)))
        columns = math.ceil(count / rows)
        width, height = (self.width() - GAP * (columns - 1)) // columns, (self.height() - GAP * (rows - 1)) // rows
        panes = []
        for at in range(count):
            row, column = divmod(at, columns)
            left, top = column * (width + GAP), row * (height + GAP)
            panes.append(QRect(left, top + CAPTION, max(1, width), max(1, height - CAPTION)))
        return panes

    def _room(self, rows: int, columns: int) -> float:
        wide, high = self.width() / columns / self._content.width, (self.height() / rows - CAPTION)
        return min(wide, high / self._content.height)

    # The hand and the keys

    def clicked(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        for at, pane in enumerate(self._panes()[: len(self._cells)]):
            if pane.adjusted(0, -CAPTION, 0, 0).contains(place.toPoint()):
                self._at = at
                self._tell_current()

    def double_clicked(self, place: QPointF) -> None:
        self.key_asked.emit("promote")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        key = Qt.Key(event.key())
        if key in steps:
            self._walk(*steps[key])
        elif key == Qt.Key.Key_X and len(self._cells) > 1:
            self._cells = [*self._cells[1:], self._cells[0]]
            self._tell_current()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            back = event.key() == Qt.Key.Key_Backtab
            if back or event.key() == Qt.Key.Key_Tab:
                return self._next_pane(-1 if back else 1) or super().event(event)
        return super().event(event)

    def _next_pane(self, by: int) -> bool:
        """Past the last pane the keyboard goes on to other widgets."""
        at = self._at + by
        if not 0 <= at < len(self._cells):
            return False
        self._at = at
        self._tell_current()
        return True

    def _walk(self, down: int, right: int) -> None:
        """The current pane shows the next cell of the board in that direction that is made."""
        if self._board is None or self.current is None:
            return
        board, row, column = self._board.board, self.current.row + down, self.current.column + right
        while 0 <= row < len(board.rows.values) and 0 <= column < len(board.columns.values):
            cell = board.cell(row, column)
            if self._board.made(cell) is not None:
                self._cells[self._at] = cell
                self._tell_current()
                return
            row, column = row + down, column + right

    def _tell_current(self) -> None:
        if self._board is not None and self.current is not None:
            self.setAccessibleDescription(cell_name(self._board.board, self.current))
        self.current_changed.emit()
        self.update()

    def _look_again(self, _keys: object) -> None:
        self.update()

    def retranslate(self) -> None:
        """Set all texts."""
        self.setAccessibleName(self.tr("Comparison"))
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), surround())
        panes = self._panes()
        for at, cell in enumerate(self._cells):
            apart = self._different and at > 0 and len(self._cells) > 2
            self._paint_pane(painter, panes[at], at, self._of(cell, apart), self._caption(cell, at, apart))
        if self._different and len(self._cells) == 2:
            cell = self._cells[1]
            self._paint_pane(painter, panes[2], -1, self._of(cell, True), self._difference_words(cell))
        painter.end()

    def _of(self, cell: Cell, apart: bool) -> QImage | None:
        if not apart:
            return self._image_of(cell)
        found = self._difference(cell)
        return found[1] if found else None

    def _difference(self, cell: Cell) -> tuple[Difference, QImage] | None:
        if self._board is None or not self._cells:
            return None
        first = self._cells[0]
        key = first.key, cell.key
        one, other = self._board.made(first), self._board.made(cell)
        if key not in self._differences and one is not None and other is not None:
            found = difference(one.pixels, other.pixels)
            self._differences[key] = found, to_image(found.shown)
        return self._differences.get(key)

    def _caption(self, cell: Cell, at: int, apart: bool) -> str:
        assert self._board is not None
        name = cell_name(self._board.board, cell)
        if apart:
            return f"{name} · {self._difference_words(cell)}"
        return name

    def _difference_words(self, cell: Cell) -> str:
        found = self._difference(cell)
        if found is None:
            return ""
        if found[0].same:
            return self.tr("No difference")
        share, mean = number(100 * found[0].share, 3), number(found[0].mean, 3)
        return self.tr("Difference: {share} % of the pixels, {mean} levels").format(share=share, mean=mean)

    def _paint_pane(self, painter: QPainter, pane: QRect, at: int, image: QImage | None, caption: str) -> None:
        look, current = theme.current(), at == self._at
        top = QRect(pane.left(), pane.top() - CAPTION, pane.width(), CAPTION)
        painter.fillRect(top, QColor(look.dock))
        painter.setFont(theme.font(theme.Type.CAPTION, bold=current))
        painter.setPen(QColor(look.text if current else look.quiet))
        inside = top.adjusted(theme.INSIDE, 0, -theme.INSIDE, 0)
        pinned = self._board is not None and at >= 0 and self._cells[at].key in self._board.pinned
        if pinned:
            side = 14
            theme.icon("pinned").paint(painter, QRect(inside.right() - side, inside.center().y() - 6, side, side))
            inside.adjust(0, 0, -side - theme.GRID, 0)
        words = QFontMetrics(painter.font()).elidedText(caption, Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, words)
        painter.save()
        painter.setClipRect(pane)
        if image is not None:
            view, scale = self._view, self.scale
            left, upper = view.to_view(0, 0)
            right, lower = view.to_view(view.size.width, view.size.height)
            x, y = round(left / scale), round(upper / scale)
            place = QRect(x, y, round(right / scale) - x, round(lower / scale) - y).translated(pane.topLeft())
            self.paint_picture(painter, image, place)
        painter.restore()
        if current and len(self._cells) > 1:
            painter.setPen(QPen(QColor(look.accent if self.hasFocus() else look.quiet), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(top.united(pane)).adjusted(1, 1, -1, -1))
