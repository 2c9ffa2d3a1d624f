"""The grid of a variation board: rows and columns with headings that stay in sight, cells that fill as they come."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from desktop_app import theme
from desktop_app.board.layout import GridLayout
from desktop_app.board.open_board import CellState, OpenBoard
from desktop_app.board.scoring import Scoring
from desktop_app.board.wording import axis_title, cell_name, recipe_lines, score_lines, score_number, value_title
from desktop_app.board.zooming import Zooming, surround
from desktop_app.pictures import to_image
from inference.board import Cell
from inference.consistency import Score
from inference.geometry import Size

ABOVE = 28
"""Height of the columns' headings."""
LEAST_BESIDE, MOST_BESIDE = 64, 168
"""Width of the rows' headings."""
USUAL_CELL = Size(128, 128)
"""Until the first picture says how large they are."""
STAR = 16
BADGE = 18
"""Height of a score on a cell."""
BADGE_FROM = 40
"""Width of a cell from which it shows its score."""
FAR = 1.15
"""Zoom, over the one at which a single cell fills the view, from which it counts as looked at closely."""

Place = tuple[int, int]


class BoardGrid(Zooming):
    """Shows an ``OpenBoard``.

    Signals:
        current_changed: another cell is the current one, or what is known of it changed.
        chosen_changed: others are chosen.
        hover_changed: the cursor is on another cell (a ``Cell``) or on none (None).
    """

    current_changed = Signal()
    chosen_changed = Signal()
    hover_changed = Signal(object)

    KEYS: ClassVar[Mapping[int, str]] = {
        Qt.Key.Key_P: "pin", Qt.Key.Key_C: "compare", Qt.Key.Key_D: "difference", Qt.Key.Key_Return: "promote",
        Qt.Key.Key_Enter: "promote", Qt.Key.Key_L: "more", Qt.Key.Key_B: "between", Qt.Key.Key_I: "recipe",
        Qt.Key.Key_Space: "loupe", Qt.Key.Key_Z: "loupe", Qt.Key.Key_A: "choose_pinned", Qt.Key.Key_S: "best_first",
    }  # fmt: skip

    def __init__(self, scoring: Scoring | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board: OpenBoard | None = None
        self._scoring = scoring
        if scoring is not None:
            scoring.changed.connect(self.update)
        self._layout = GridLayout(1, 1, USUAL_CELL)
        self._beside: int | None = None
        self._images: dict[str, QImage] = {}
        self._current: Place = (0, 0)
        self._anchor: Place = (0, 0)
        self._chosen: set[Place] = set()
        self._hover: Place | None = None
        self.retranslate()

    # What it shows

    def set_board(self, board: OpenBoard | None) -> None:
        """Show another board, all of it."""
        if self._board is not None:
            self._board.changed.disconnect(self._look_again)
            self._board.laid_out.disconnect(self._lay_out)
        self._board = board
        self._images.clear()
        self._current = self._anchor = (0, 0)
        if board is not None:
            board.changed.connect(self._look_again)
            board.laid_out.connect(self._lay_out)
        self._lay_out()

    @property
    def board(self) -> OpenBoard | None:
        """The one that is shown."""
        return self._board

    @property
    def current(self) -> Cell | None:
        """The cell that keys act on."""
        return None if self._board is None else self._cell(self._current)

    @property
    def chosen(self) -> tuple[Cell, ...]:
        """The chosen cells, row by row; the current one when none is chosen."""
        if self._board is None:
            return ()
        return tuple(self._cell(place) for place in sorted(self._chosen or {self._current}))

    def choose(self, cells: Iterable[Cell]) -> None:
        """Choose these."""
        self._chosen = {(cell.row, cell.column) for cell in cells}
        self.chosen_changed.emit()
        self.update()

    def make_current(self, place: Place) -> None:
        """Move to a cell, and bring it into sight."""
        self._current = place
        self._reveal(place)
        self._tell_current()

    def image(self, cell: Cell) -> QImage | None:
        """A cell's picture for the screen."""
        made = self._board.made(cell) if self._board else None
        if made is None:
            return None
        if cell.key not in self._images:
            image = to_image(made.pixels)
            self._images[cell.key] = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        return self._images[cell.key]

    @property
    def near(self) -> bool:
        """True while one cell fills the view."""
        return self._view.zoom >= self._closest() / FAR

    def loupe(self) -> None:
        """The current cell as large as the view allows, or back to all of them."""
        if self.near:
            self.fit()
            return
        bounds = self._layout.bounds(*self._current)
        zoom = self._closest()
        view = self._view.zoomed(zoom, *self._view.middle)
        self._set(view.centred(bounds.x + bounds.width / 2, bounds.y + bounds.height / 2))

    def _closest(self) -> float:
        pane, cell = self.pane(), self._layout.cell
        room = min(pane.width() / cell.width, pane.height() / cell.height) * self.scale * 0.94
        return float(int(room)) if room >= 2 else room

    def pane(self) -> QRect:
        """Right of the rows' headings, below the columns'."""
        if self._beside is None:
            self._beside = self._measured()
        beside = self._beside
        return QRect(beside, ABOVE, max(1, self.width() - beside), max(1, self.height() - ABOVE))

    def _measured(self) -> int:
        """Width of the rows' headings; asked for each cell, so it is kept until rows or words are others."""
        if self._board is None:
            return LEAST_BESIDE
        metrics = QFontMetrics(theme.font(theme.Type.CAPTION, bold=True))
        rows = self._board.board.rows
        widest = max(metrics.horizontalAdvance(value_title(rows, value)) for value in rows.values[:200])
        corner = metrics.horizontalAdvance(self._corner())
        return min(max(widest, corner, LEAST_BESIDE) + 2 * theme.INSIDE + theme.GRID, MOST_BESIDE)

    def _corner(self) -> str:
        if self._board is None:
            return ""
        board = self._board.board
        return f"{axis_title(board.rows.kind)} ↓ {axis_title(board.columns.kind)} →"

    def _lay_out(self) -> None:
        self._hover = self._beside = None
        if self._board is not None:
            board = self._board.board
            self._layout = GridLayout(len(board.rows.values), len(board.columns.values), self._cell_size())
            self._current = self._layout.stepped(self._current, 0, 0)
            self._anchor = self._current
            keys = {cell.key for cell in board.cells}
            self._images = {key: image for key, image in self._images.items() if key in keys}
        self._chosen.clear()
        self.set_content(self._layout.size)
        self._tell_current()
        self.chosen_changed.emit()

    def _cell_size(self) -> Size:
        """Of the largest picture that there is; what a picture starts from before the first."""
        assert self._board is not None
        shapes = [made.pixels.shape for cell in self._board.board.cells if (made := self._board.made(cell))]
        if not shapes:
            base = self._board.board.base
            image, size = getattr(base, "image", None), getattr(base, "size", None)
            if image is not None:
                return Size(image.shape[1], image.shape[0])
            return size or USUAL_CELL
        return Size(max(shape[1] for shape in shapes), max(shape[0] for shape in shapes))

    def _look_again(self, keys: frozenset[str]) -> None:
        if self._board is not None and self._cell_size() != self._layout.cell:
            layout = GridLayout(self._layout.rows, self._layout.columns, self._cell_size())
            self._layout = layout
            self.set_content(layout.size)
        if self.current is not None and self.current.key in keys:
            self._tell_current()
        self.update()

    # The hand and the keys

    def clicked(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        at = self._place_at(place)
        if at is None:
            self._chosen.clear()
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._chosen = (self._chosen or {self._current}) ^ {at}
            self._current = self._anchor = at
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._choose_to(at)
        elif self._star_at(at).contains(place.toPoint()) and self._board is not None:
            cell = self._cell(at)
            self._current = at
            self._board.pin([cell], cell.key not in self._board.pinned)
        else:
            self._chosen.clear()
            self._current = self._anchor = at
        self._tell_current()
        self.chosen_changed.emit()

    def double_clicked(self, place: QPointF) -> None:
        at = self._place_at(place)
        if at is not None:
            self._current = at
            self.loupe()
            self._tell_current()

    def hovered(self, place: QPointF | None) -> None:
        at = None if place is None else self._place_at(place)
        if at != self._hover:
            self._hover = at
            self.hover_changed.emit(None if at is None else self._cell(at))
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self._layout.stepped((0, 0), self._layout.rows, self._layout.columns)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        row, _ = self._current
        steps = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_PageUp: (-last[0], 0), Qt.Key.Key_PageDown: (last[0], 0),
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in steps:
            self._move(self._layout.stepped(self._current, *steps[key]), shift)
        elif key == Qt.Key.Key_Home:
            self._move((0 if control else row, 0), shift)
        elif key == Qt.Key.Key_End:
            self._move((last[0] if control else row, last[1]), shift)
        else:
            super().keyPressEvent(event)

    def escape(self) -> bool:
        """Give up what is chosen, then the closeness. Returns False when there was nothing to give up."""
        if self._chosen:
            self._chosen.clear()
            self.chosen_changed.emit()
        elif self.near and self._layout.rows * self._layout.columns > 1:
            self.fit()
        else:
            return False
        self.update()
        return True

    def _move(self, place: Place, choosing: bool) -> None:
        if choosing:
            self._choose_to(place)
        else:
            self._chosen.clear()
            self._current = self._anchor = place
        self._reveal(place)
        self._tell_current()
        self.chosen_changed.emit()

    def _choose_to(self, place: Place) -> None:
        """All from where choosing began."""
        (top, left), (bottom, right) = self._anchor, place
        rows = range(min(top, bottom), max(top, bottom) + 1)
        columns = range(min(left, right), max(left, right) + 1)
        self._chosen = {(row, column) for row in rows for column in columns}
        self._current = place

    def _reveal(self, place: Place) -> None:
        """Pan just as far as needed; closely, to the middle."""
        bounds = self._layout.bounds(*place)
        view = self._view
        if self.near:
            self._set(view.centred(bounds.x + bounds.width / 2, bounds.y + bounds.height / 2))
            return
        left, top = view.to_view(bounds.x, bounds.y)
        right, bottom = view.to_view(bounds.right, bounds.bottom)
        dx = -left if left < 0 else min(0.0, view.width - right)
        dy = -top if top < 0 else min(0.0, view.height - bottom)
        if (dx or dy) and not self._fitted:
            self._set(view.panned(dx, dy))

    def _tell_current(self) -> None:
        self.setAccessibleDescription(self.cell_words(self.current) if self.current else "")
        event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        QAccessible.updateAccessibility(event)
        self.current_changed.emit()
        self.update()

    def cell_words(self, cell: Cell) -> str:
        """A cell in one line: its values, and what there is to say of it."""
        assert self._board is not None
        states = {
            CellState.EMPTY: self.tr("not made"),
            CellState.READING: self.tr("being read"),
            CellState.WAITING: self.tr("waiting"),
            CellState.RUNNING: self.tr("being made"),
            CellState.MADE: "",
        }
        pinned = self.tr("pinned") if cell.key in self._board.pinned else ""
        said = (cell_name(self._board.board, cell), states[self._board.state(cell)], pinned)
        return " · ".join(words for words in said if words)

    def retranslate(self) -> None:
        """Set all texts."""
        self.setAccessibleName(self.tr("Variation board"))
        self._beside = None
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._place_at(QPointF(event.pos()))
            if at is None or self._board is None:
                QToolTip.hideText()
            else:
                cell = self._cell(at)
                made = self._board.made(cell)
                lines = recipe_lines(made.recipe) if made else [self.cell_words(cell)]
                score = self._score(cell)
                if score is not None and self._scoring is not None:
                    lines += ["", *score_lines(score, self._scoring.weights)]
                QToolTip.showText(event.globalPos(), "\n".join(lines), self)
            return True
        return super().event(event)

    def _score(self, cell: Cell) -> Score | None:
        return None if self._scoring is None else self._scoring.score(cell)

    # Places

    def _cell(self, place: Place) -> Cell:
        assert self._board is not None
        return self._board.board.cell(*place)

    def _place_at(self, place: QPointF) -> Place | None:
        pane = self.pane()
        if self._board is None or not pane.contains(place.toPoint()):
            return None
        at = (place - QPointF(pane.topLeft())) * self.scale
        return self._layout.at(*self._view.to_document(at.x(), at.y()))

    def cell_rect(self, place: Place) -> QRect:
        """Where a cell is seen, in Qt's pixels."""
        bounds, pane, scale = self._layout.bounds(*place), self.pane(), self.scale
        left, top = self._view.to_view(bounds.x, bounds.y)
        right, bottom = self._view.to_view(bounds.right, bounds.bottom)
        x, y = round(left / scale), round(top / scale)
        return QRect(x, y, max(1, round(right / scale) - x), max(1, round(bottom / scale) - y)).translated(
            pane.topLeft()
        )

    def _star_at(self, place: Place) -> QRect:
        rect = self.cell_rect(place)
        side = min(STAR + 8, rect.width() // 3)
        return QRect(rect.right() - side + 1, rect.top(), side, side)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), surround())
        if self._board is not None:
            pane = self.pane()
            rows, columns = self._layout.seen(self._view.visible)
            painter.save()
            painter.setClipRect(pane)
            for row in rows:
                for column in columns:
                    self._paint_cell(painter, (row, column))
            painter.restore()
            self._paint_headings(painter, pane, rows, columns)
        painter.end()

    def _paint_cell(self, painter: QPainter, place: Place) -> None:
        assert self._board is not None
        look, rect, cell = theme.current(), self.cell_rect(place), self._cell(place)
        image = self.image(cell)
        state = self._board.state(cell)
        if image is not None:
            self.paint_picture(painter, image, _within(rect, image))
        else:
            preview = self._board.preview(cell)
            if preview is not None:
                rough = to_image(preview)
                painter.setOpacity(0.85)
                self.paint_picture(painter, rough, _within(rect, rough), smooth=True)
                painter.setOpacity(1)
            else:
                self._paint_placeholder(painter, rect, state)
        pinned = cell.key in self._board.pinned
        if rect.width() >= 28 and (pinned or (place == self._hover and image is not None)):
            self._paint_star(painter, self._star_at(place), pinned)
        score = self._score(cell)
        if score is not None and rect.width() >= BADGE_FROM:
            self._paint_score(painter, rect, score.total)
        chosen, current = place in self._chosen, place == self._current
        outer = QRectF(rect).adjusted(-2, -2, 2, 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state is CellState.RUNNING:
            painter.setPen(QPen(QColor(look.good), 2))
            painter.drawRect(outer)
        if chosen or current:
            painter.setPen(QPen(QColor(look.accent if chosen or self.hasFocus() else look.quiet), 2 if chosen else 1.5))
            painter.drawRoundedRect(outer, 2, 2)
        if current and chosen:
            painter.drawRoundedRect(outer.adjusted(-3, -3, 3, 3), 4, 4)
        elif place == self._hover and not current:
            painter.setPen(QPen(QColor(look.quiet), 1))
            painter.drawRect(outer)

    def _paint_placeholder(self, painter: QPainter, rect: QRect, state: CellState) -> None:
        look = theme.current()
        painter.fillRect(rect, QColor(look.dock))
        dashed = QPen(QColor(look.line), 1, Qt.PenStyle.DashLine if state is CellState.EMPTY else Qt.PenStyle.SolidLine)
        painter.setPen(dashed)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
        if state in (CellState.WAITING, CellState.RUNNING, CellState.READING) and rect.width() >= 24:
            side = min(theme.ICON, rect.width() // 2)
            spot = QRect(0, 0, side, side)
            spot.moveCenter(rect.center())
            painter.setOpacity(0.9 if state is CellState.RUNNING else 0.4)
            theme.icon("generate" if state is CellState.RUNNING else "waiting").paint(painter, spot)
            painter.setOpacity(1)

    def _paint_star(self, painter: QPainter, spot: QRect, pinned: bool) -> None:
        look = theme.current()
        painter.setPen(Qt.PenStyle.NoPen)
        back = QColor(look.dock)
        back.setAlphaF(0.85)
        painter.setBrush(back)
        painter.drawRoundedRect(QRectF(spot).adjusted(2, 2, -2, -2), 4, 4)
        side = min(STAR, spot.width() - 6)
        glyph = QRect(0, 0, side, side)
        glyph.moveCenter(spot.center())
        theme.icon("pinned" if pinned else "pin").paint(painter, glyph)

    def _paint_score(self, painter: QPainter, rect: QRect, total: float) -> None:
        """A number at the foot of a cell, over a line as long as it says."""
        look = theme.current()
        painter.setFont(theme.numbers(theme.Type.CAPTION))
        words = score_number(total)
        spot = QRect(0, 0, painter.fontMetrics().horizontalAdvance(words) + theme.INSIDE, BADGE)
        spot.moveBottomLeft(rect.bottomLeft())
        back = QColor(look.dock)
        back.setAlphaF(0.85)
        painter.fillRect(spot, back)
        painter.setPen(QColor(look.text))
        painter.drawText(spot.adjusted(0, 0, 0, -2), Qt.AlignmentFlag.AlignCenter, words)
        painter.fillRect(QRect(spot.left(), spot.bottom() - 1, round(spot.width() * total), 2), QColor(look.accent))

    def _paint_headings(self, painter: QPainter, pane: QRect, rows: range, columns: range) -> None:
        assert self._board is not None
        look, board = theme.current(), self._board.board
        painter.fillRect(QRect(0, 0, self.width(), ABOVE), QColor(look.window))
        painter.fillRect(QRect(0, 0, pane.left(), self.height()), QColor(look.window))
        painter.setPen(QColor(look.line))
        painter.drawLine(0, ABOVE - 1, self.width(), ABOVE - 1)
        painter.drawLine(pane.left() - 1, 0, pane.left() - 1, self.height())
        font, bold = theme.font(theme.Type.CAPTION), theme.font(theme.Type.CAPTION, bold=True)
        metrics = QFontMetrics(bold)
        elide = Qt.TextElideMode.ElideRight
        painter.setFont(font)
        painter.setPen(QColor(look.quiet))
        corner = QRect(theme.INSIDE, 0, pane.left() - 2 * theme.INSIDE, ABOVE)
        painter.drawText(
            corner, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(self._corner(), elide, corner.width())
        )
        painter.setClipRect(QRect(pane.left(), 0, pane.width(), ABOVE))
        for column in columns:
            rect = self.cell_rect((0, column))
            seen = QRect(rect.left(), 0, rect.width(), ABOVE).intersected(QRect(pane.left(), 0, pane.width(), ABOVE))
            on = column == self._current[1]
            painter.setFont(bold if on else font)
            painter.setPen(QColor(look.text if on else look.quiet))
            words = metrics.elidedText(value_title(board.columns, board.columns.values[column]), elide, seen.width())
            painter.drawText(seen, Qt.AlignmentFlag.AlignCenter, words)
        beside = QRect(theme.INSIDE, pane.top(), pane.left() - 2 * theme.INSIDE, pane.height())
        painter.setClipRect(beside)
        for row in rows:
            rect = self.cell_rect((row, 0))
            seen = QRect(beside.left(), rect.top(), beside.width(), rect.height()).intersected(beside)
            on = row == self._current[0]
            painter.setFont(bold if on else font)
            painter.setPen(QColor(look.text if on else look.quiet))
            words = metrics.elidedText(value_title(board.rows, board.rows.values[row]), elide, seen.width())
            if seen.height() >= metrics.height():
                painter.drawText(seen, Qt.AlignmentFlag.AlignVCenter, words)
        painter.setClipping(False)


def _within(rect: QRect, image: QImage) -> QRect:
    """The largest place for a picture inside a cell, in the middle."""
    size = image.size().scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(rect.topLeft(), size)
    place.moveCenter(rect.center())
    return place if place.size() != rect.size() else rect
