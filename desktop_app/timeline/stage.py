"""The stage: one frame as large as there is room, its neighbours shining through, zoomed and panned like a canvas."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app import theme
from desktop_app.board.zooming import Zooming, surround
from desktop_app.timeline.keys import command_of, takes
from desktop_app.timeline.onion import OVER, UNDER, see_through, tinted
from inference.geometry import Size

MARK = 22
"""Height of the note on what is no finished frame."""
TINTED = 12
"""Skins that are kept tinted."""


class Stage(Zooming):
    """Shows pictures that it is given.

    Signals:
        double: a double click: edit this frame.
    """

    double = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._skins: list[tuple[QImage, str, int]] = []
        self._note = ""
        self._empty = ""
        self._tinted: dict[tuple[int, str], QImage] = {}
        self._size = Size(1, 1)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    @property
    def size_of_frames(self) -> Size:
        """In pixels."""
        return self._size

    @property
    def skins(self) -> tuple[tuple[str, int], ...]:
        """Tint of each skin that is shown, and how far it is."""
        return tuple((tint, far) for _, tint, far in self._skins)

    @property
    def note(self) -> str:
        """What is said of the picture."""
        return self._note

    def show_picture(
        self, image: QImage | None, size: Size, skins: Sequence[tuple[QImage, str, int]] = (), note: str = ""
    ) -> None:
        """Show a frame.

        Args:
            image: None where there is none yet. size: of frames; a rough picture may be smaller.
            skins: neighbours, with their tint and how far they are, the farthest first.
            note: what is said of it, "" for nothing.
        """
        if size != self._size:
            self._size = size
            self.set_content(size)
        self._image, self._skins, self._note = image, list(skins), note
        self.update()

    def set_empty_words(self, words: str) -> None:
        """What is said where there is no picture."""
        self._empty = words
        self.update()

    def double_clicked(self, place: QPointF) -> None:
        self.double.emit()

    def event(self, event: QEvent) -> bool:
        return True if takes(event) else super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = command_of(event)
        if command is None:
            super().keyPressEvent(event)
        else:
            self.key_asked.emit(command)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), surround())
        view = self.viewport.snapped()
        scale = self.scale
        place = QRect(
            round(view.left / scale),
            round(view.top / scale),
            max(1, round(self._size.width * view.zoom / scale)),
            max(1, round(self._size.height * view.zoom / scale)),
        )
        if self._image is None and not self._skins:
            self._paint_empty(painter)
        else:
            self._paint_frame(painter, place)
        if self._note:
            self._paint_note(painter, place)
        if self.hasFocus():
            painter.setPen(QColor(theme.current().accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_frame(self, painter: QPainter, place: QRect) -> None:
        image = self._image
        nothing = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
        nothing.fill(Qt.GlobalColor.transparent)
        self.paint_picture(painter, nothing, place)
        under = image is None or see_through(image)
        if under:
            self._paint_skins(painter, place, UNDER)
        if image is not None:
            sharp = place.width() * self.scale >= image.width() * 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not sharp)
            painter.drawImage(place, image)
        if not under:
            self._paint_skins(painter, place, OVER)

    def _paint_skins(self, painter: QPainter, place: QRect, shares: Sequence[float]) -> None:
        for image, tint, far in self._skins:
            painter.setOpacity(shares[min(far, len(shares)) - 1])
            painter.drawImage(place, self._skin(image, tint))
        painter.setOpacity(1)

    def _skin(self, image: QImage, tint: str) -> QImage:
        key = (image.cacheKey(), tint)
        if key not in self._tinted:
            while len(self._tinted) >= TINTED:
                self._tinted.pop(next(iter(self._tinted)))
            self._tinted[key] = tinted(image, tint)
        return self._tinted[key]

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setPen(QColor(theme.current().quiet))
        painter.setFont(theme.font())
        room = self.rect().adjusted(theme.BETWEEN, theme.BETWEEN, -theme.BETWEEN, -theme.BETWEEN)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._empty)

    def _paint_note(self, painter: QPainter, place: QRect) -> None:
        look = theme.current()
        painter.setFont(theme.font(theme.Type.CAPTION))
        wide = painter.fontMetrics().horizontalAdvance(self._note) + 2 * theme.INSIDE
        left, top = max(place.left(), 0), max(place.top(), 0)
        spot = QRect(min(left + theme.GRID, self.width() - wide - theme.GRID), top + theme.GRID, wide, MARK)
        back = QColor(look.dock)
        back.setAlphaF(0.9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(back)
        painter.drawRoundedRect(QRectF(spot), 4, 4)
        painter.setPen(QColor(look.text))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, self._note)
