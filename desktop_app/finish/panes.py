"""A picture before and after, side by side on the same ground, small ones enlarged by whole numbers."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app import theme
from desktop_app.pictures import to_image
from inference.alpha import Pixels
from inference.post.halos import GROUNDS

CAPTION = 24
CHECKER = 8
CHECKERS = "checkers"


class Panes(QWidget):
    """Two panes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage | None] = [None, None]
        self._captions = ["", ""]
        self._ground = CHECKERS
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(2 * 200, 200)

    def sizeHint(self) -> QSize:
        return QSize(2 * 300, 320)

    def set_pictures(self, before: Pixels | None, after: Pixels | None) -> None:
        """Show these; None for nothing."""
        self._images = [None if pixels is None else to_image(pixels) for pixels in (before, after)]
        self._stale = False
        self.update()

    def set_captions(self, before: str, after: str) -> None:
        """What stands above the panes."""
        self._captions = [before, after]
        self.update()

    def set_ground(self, ground: str) -> None:
        """Show them on one of ``GROUNDS``, or on checkers."""
        self._ground = ground
        self.update()

    def set_stale(self, stale: bool) -> None:
        """What is shown after is not made with the steps of now yet."""
        self._stale = stale
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            width = (self.width() - theme.INSIDE) // 2
            for place, image in enumerate(self._images):
                room = QRect(place * (width + theme.INSIDE), 0, width, self.height())
                self._paint(painter, room, image, place)
        finally:
            painter.end()

    def _paint(self, painter: QPainter, room: QRect, image: QImage | None, place: int) -> None:
        look = theme.current()
        painter.setFont(theme.numbers(theme.Type.CAPTION))
        painter.setPen(QColor(look.quiet))
        above = QRect(room.x(), room.y(), room.width(), CAPTION)
        text = painter.fontMetrics().elidedText(self._captions[place], Qt.TextElideMode.ElideRight, above.width())
        painter.drawText(above, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        room = room.adjusted(0, CAPTION, 0, 0)
        self._lay_ground(painter, room)
        if image is not None and not image.isNull():
            painter.setOpacity(0.5 if self._stale and place else 1.0)
            at, sharp = _fitted(image, room)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not sharp)
            painter.drawImage(at, image)
            painter.setOpacity(1.0)
        painter.setPen(QColor(look.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(room.adjusted(0, 0, -1, -1))

    def _lay_ground(self, painter: QPainter, room: QRect) -> None:
        if self._ground != CHECKERS:
            painter.fillRect(room, QColor(*GROUNDS[self._ground]))
            return
        light, dark = (QColor(each) for each in theme.current().canvas.checkers)
        painter.fillRect(room, light)
        painter.setClipRect(room)
        for row, y in enumerate(range(room.top(), room.bottom() + 1, CHECKER)):
            for x in range(room.left() + CHECKER * (row % 2), room.right() + 1, 2 * CHECKER):
                painter.fillRect(x, y, CHECKER, CHECKER, dark)
        painter.setClipping(False)


def _fitted(image: QImage, room: QRect) -> tuple[QRect, bool]:
    """Where a picture lies in its room, and whether its pixels are shown as squares."""
    scale = min(room.width() / image.width(), room.height() / image.height())
    sharp = scale >= 1
    scale = float(int(scale)) if sharp else scale
    width, height = max(1, round(image.width() * scale)), max(1, round(image.height() * scale))
    return QRect(room.x() + (room.width() - width) // 2, room.y() + (room.height() - height) // 2, width, height), sharp
