"""How the results strip is painted: the caption of each run above its pictures, and one picture at a time."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QIcon, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app import theme
from desktop_app.panels.results_list import ResultList, Slot, when
from desktop_app.panels.results_thumbnails import Thumbnails
from desktop_app.panels.wording import MODE_ICONS, title

CAPTION = 18
"""Height of the runs' captions."""
PAD = theme.GRID
"""Around each picture."""
GAP = theme.BETWEEN
"""Between runs."""
CHECKER = 8
MARK = 16
"""Side of the check of what was applied, and of the cross that cancels."""


class ThumbnailDelegate(QStyledItemDelegate):
    """Paints rows of a ``ResultList``. A run's caption is painted by its rows, each a piece of it.

    Attributes:
        side: of a picture's square.
    """

    def __init__(self, rows: ResultList, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows
        self._thumbnails = thumbnails
        self.side = 88

    @property
    def height(self) -> int:
        """Of a row."""
        return CAPTION + self.side + 2 * PAD

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        slot = self._rows.slot(index)
        leads = slot is not None and slot.ordinal == 0 and index.row() > 0
        return QSize(self.side + 2 * PAD + (GAP if leads else 0), self.height)

    def square(self, rect: QRect) -> QRect:
        """Where the picture of the row at ``rect`` is."""
        return QRect(rect.right() - PAD - self.side + 1, rect.top() + CAPTION + PAD, self.side, self.side)

    def cross(self, rect: QRect) -> QRect:
        """Where the cross that cancels is, on the first picture still to come."""
        square = self.square(rect)
        return QRect(square.right() - MARK - 3, square.top() + 4, MARK, MARK)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        slot = self._rows.slot(index)
        if slot is None:
            return
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        try:
            self._paint_caption(painter, rect, slot)
            square = self.square(rect)
            if slot.result is None:
                self._paint_place(painter, square, rect, slot)
            else:
                self._paint_picture(painter, square, slot)
            self._paint_rings(painter, square, state)
        finally:
            painter.restore()

    def _paint_caption(self, painter: QPainter, rect: QRect, slot: Slot) -> None:
        """The row's piece of the caption of its run."""
        now = theme.current()
        step = self.side + 2 * PAD
        left = rect.right() + 1 - step * (slot.ordinal + 1) + PAD
        whole = QRect(left, rect.top() + 2, step * slot.count - 2 * PAD, CAPTION - 2)
        painter.save()
        painter.setClipRect(rect)
        icon = QRect(whole.left(), whole.center().y() - 6, 14, 14)
        theme.icon(MODE_ICONS[slot.run.mode]).paint(painter, icon)
        painter.setFont(theme.font(theme.Type.CAPTION))
        metrics = QFontMetrics(painter.font())
        words, time = title(slot.run.title, slot.run.mode), when(slot.run)
        room = whole.width() - 18
        beside = metrics.horizontalAdvance(time) + theme.INSIDE
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        if room - beside >= 72:
            room -= beside
            painter.setPen(QColor(now.quiet))
            painter.drawText(whole, middle | int(Qt.AlignmentFlag.AlignRight), time)
        painter.setPen(QColor(now.text))
        shown = metrics.elidedText(words[:400], Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(whole.left() + 18, whole.top(), room, whole.height()), middle, shown)
        painter.restore()

    def _paint_picture(self, painter: QPainter, square: QRect, slot: Slot) -> None:
        assert slot.result is not None
        image = self._thumbnails.get(slot.result)
        place = fitted(slot.result.size, square)
        if image is None or image.isNull():
            painter.fillRect(place, QColor(theme.current().field))
            if image is not None:
                self._paint_glyph(painter, square, "error")
            return
        if image.hasAlphaChannel():
            painter.fillRect(place, checkers(place.topLeft()))
        if image.width() * 2 <= place.width() * painter.device().devicePixelRatio():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)  # small pictures are pixel art
        painter.drawImage(QRectF(place), image)
        if slot.result.applied:
            self._paint_check(painter, square)

    def _paint_place(self, painter: QPainter, square: QRect, rect: QRect, slot: Slot) -> None:
        """A picture still to come: the first of them says how far the job is."""
        now = theme.current()
        painter.fillRect(square, QColor(now.field))
        done = self._rows.progress(slot.run.job)
        self._paint_glyph(painter, square, "waiting" if done is None else "image")
        if not slot.first:
            return
        theme.icon("close").paint(painter, self.cross(rect))
        if done is None:
            return
        index, count = done
        bar = QRectF(square.left() + 8, square.bottom() - 11, square.width() - 16, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.line))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setBrush(QColor(now.accent))
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * min(1, index / max(1, count)), 4), 2, 2)
        painter.setPen(QColor(now.quiet))
        painter.setFont(theme.numbers(theme.Type.CAPTION))
        words = QRectF(square.left(), bar.top() - 18, square.width(), 16)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), f"{index}/{count}")

    def _paint_glyph(self, painter: QPainter, square: QRect, name: str) -> None:
        side = theme.ICON
        at = square.center() - QPoint(side // 2, side // 2 + 4)
        theme.icon(name).paint(painter, QRect(at, QSize(side, side)), mode=QIcon.Mode.Disabled)

    def _paint_check(self, painter: QPainter, square: QRect) -> None:
        now = theme.current()
        at = QRectF(square.right() - MARK - 3, square.bottom() - MARK - 3, MARK, MARK)
        painter.setPen(QPen(QColor(now.dock), 1.5))
        painter.setBrush(QColor(now.good))
        painter.drawEllipse(at)
        painter.setPen(QPen(QColor(now.on_accent), 1.8, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        corners = ((0.28, 0.52), (0.44, 0.68), (0.74, 0.36))
        points = [QPointF(at.left() + at.width() * x, at.top() + at.height() * y) for x, y in corners]
        painter.drawPolyline(points)

    def _paint_rings(self, painter: QPainter, square: QRect, state: QStyle.StateFlag) -> None:
        now = theme.current()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        focus = bool(state & QStyle.StateFlag.State_HasFocus)
        if chosen or focus:
            painter.setPen(QPen(QColor(now.accent), 2 if chosen else 1))
            painter.drawRoundedRect(QRectF(square).adjusted(-2, -2, 2, 2), 3, 3)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(QColor(now.quiet), 1))
            painter.drawRoundedRect(QRectF(square).adjusted(-1.5, -1.5, 1.5, 1.5), 3, 3)


def fitted(size: tuple[int, int], square: QRect) -> QRect:
    """The largest rectangle of the shape of ``size`` in the middle of a square."""
    scale = square.width() / max(size)
    width, height = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    left, top = square.left() + (square.width() - width) // 2, square.top() + (square.height() - height) // 2
    return QRect(left, top, width, height)


def checkers(origin: QPoint) -> QBrush:
    """The canvas's checkerboard, from a corner."""
    one, other = (QColor(colour) for colour in theme.current().canvas.checkers)
    tile = QImage(2, 2, QImage.Format.Format_RGB32)
    for x, y in ((0, 0), (1, 1)):
        tile.setPixelColor(x, y, one)
        tile.setPixelColor(1 - x, y, other)
    brush = QBrush(QPixmap.fromImage(tile.scaled(2 * CHECKER, 2 * CHECKER)))
    transform = brush.transform()
    transform.translate(origin.x(), origin.y())
    brush.setTransform(transform)
    return brush
