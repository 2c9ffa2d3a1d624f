"""How the strip of frames is painted: cells with their states, the ruler, keys with what they say, the playhead."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop_app import theme
from desktop_app.panels.results_painting import checkers
from desktop_app.pictures import to_image
from desktop_app.timeline.frame_images import FrameImages
from desktop_app.timeline.layout import StripLayout
from desktop_app.timeline.open_animation import OpenAnimation
from desktop_app.timeline.wording import key_words
from inference.animation.frame_log import State

KEYS, CELLS, RULER = 24, 68, 18
"""Heights of the three lanes."""
SIDE = 60
"""Of a frame's picture."""
EDGE = 3
"""Height of the line that says what a frame is."""
DIAMOND = 6
MARKED = 28
"""Width of a cell from which its signs are shown."""


class StripPainter:
    """Paints one strip once."""

    def __init__(self, widget: QWidget, painter: QPainter, layout: StripLayout, images: FrameImages) -> None:
        self._widget, self._painter, self._layout, self._images = widget, painter, layout, images
        self._look = theme.current()
        self._every = layout.every(SIDE + 4)

    def ground(self) -> None:
        """Lanes without anything in them."""
        wide = self._widget.width()
        self._painter.fillRect(QRect(0, 0, wide, self._widget.height()), QColor(self._look.window))
        self._painter.fillRect(QRect(0, KEYS, wide, CELLS), QColor(self._look.dock))
        self._painter.setPen(QColor(self._look.line))
        self._painter.drawLine(0, KEYS - 1, wide, KEYS - 1)
        self._painter.drawLine(0, KEYS + CELLS, wide, KEYS + CELLS)

    def frame(self, animation: OpenAnimation, frame: int, *, current: bool, chosen: bool) -> None:
        """One cell: its picture, when it is its turn to have one, and what it is."""
        left, right = round(self._layout.left(frame)), round(self._layout.left(frame + 1))
        cell = QRect(left, KEYS, right - left, CELLS)
        if chosen:
            self._painter.fillRect(cell, QColor(self._look.chosen))
        if frame % self._every == 0:
            room = round(self._layout.left(frame + self._every)) - left
            self._picture(animation, frame, QRect(left, KEYS, room, CELLS))
        self._edge(animation, frame, cell)

    def _picture(self, animation: OpenAnimation, frame: int, room: QRect) -> None:
        side = min(SIDE, room.width() - 4)
        spot = QRect(0, 0, side, SIDE)
        spot.moveCenter(QRect(room.left(), KEYS, room.width(), CELLS - EDGE).center())
        rough = animation.rough(frame)
        image = to_image(rough) if rough is not None else self._images.small(frame)
        state = animation.state(frame)
        if image is None or (state is State.MISSING and rough is None):
            self._absent(animation, frame, spot)
            return
        place = _within(spot, image)
        self._painter.fillRect(place, checkers(place.topLeft()))
        self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        self._painter.setOpacity(0.45 if state is State.OLD and rough is None else 1)
        self._painter.drawImage(place, image)
        self._painter.setOpacity(1)
        if self._layout.cell >= MARKED:
            self._sign(animation, frame, place, rough=rough is not None)

    def _absent(self, animation: OpenAnimation, frame: int, spot: QRect) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(self._look.field))
        self._painter.drawRoundedRect(QRectF(spot), 4, 4)
        sign = "generate" if animation.makes(frame) else "waiting" if animation.waits(frame) else ""
        if sign:
            place = QRect(0, 0, 16, 16)
            place.moveCenter(spot.center())
            theme.icon(sign).paint(self._painter, place)

    def _sign(self, animation: OpenAnimation, frame: int, place: QRect, *, rough: bool) -> None:
        signs = (
            ("paint", animation.state(frame) is State.EDITED),
            ("generate", animation.makes(frame)),
            ("waiting", animation.waits(frame)),
            ("feather", rough),
        )
        name = next((name for name, on in signs if on), "")
        if not name:
            return
        back = QColor(self._look.dock)
        back.setAlphaF(0.85)
        spot = QRect(place.right() - 17, place.top() + 1, 18, 18)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(back)
        self._painter.drawRoundedRect(QRectF(spot), 4, 4)
        theme.icon(name).paint(self._painter, spot.adjusted(2, 2, -2, -2))

    def _edge(self, animation: OpenAnimation, frame: int, cell: QRect) -> None:
        colours = {
            State.MADE: self._look.quiet,
            State.EDITED: self._look.good,
            State.OLD: self._look.warning,
            State.MISSING: self._look.line,
        }
        gap = 1 if cell.width() > 6 else 0
        line = QRect(cell.left() + gap, cell.bottom() - EDGE + 1, max(1, cell.width() - gap), EDGE)
        self._painter.fillRect(line, QColor(colours[animation.state(frame)]))

    def ruler(self, rate: float) -> None:
        """Numbers of frames, and whole seconds as longer strokes."""
        self._painter.setFont(theme.numbers(theme.Type.CAPTION))
        step = self._layout.every(44)
        top = KEYS + CELLS + 1
        seen = self._layout.seen
        for frame in range(seen.start - seen.start % step, seen.stop, step):
            x = round(self._layout.left(frame))
            self._painter.setPen(QColor(self._look.line))
            self._painter.drawLine(x, top, x, top + 4)
            self._painter.setPen(QColor(self._look.quiet))
            self._painter.drawText(QRect(x + 4, top, 60, RULER - 2), Qt.AlignmentFlag.AlignVCenter, str(frame))

    def keys(self, animation: OpenAnimation, *, current: int) -> None:
        """Diamonds, what they say, and bars for how long they hold."""
        line = animation.animation.timeline
        self._painter.setFont(theme.font(theme.Type.CAPTION))
        ends = [*(key.frame for key in line.keys[1:]), line.frames]
        for key, end in zip(line.keys, ends, strict=True):
            middle = self._layout.left(key.frame) + min(self._layout.cell / 2, CELLS / 2)
            stop = self._layout.left(end)
            if stop < 0 or middle > self._widget.width() + 2 * DIAMOND:
                continue
            hold = min(key.hold, end - key.frame)
            if hold:
                wide = round(hold * self._layout.cell)
                self._painter.fillRect(QRect(round(middle), KEYS - 5, wide, 2), QColor(self._look.quiet))
            words = key_words(animation, key)
            room = QRect(round(max(middle, 0)) + DIAMOND + 4, 0, 0, KEYS - 4)
            room.setRight(round(min(stop, self._widget.width())) - 4)
            if room.width() > 16:
                self._painter.setPen(QColor(self._look.text if key.frame == current else self._look.quiet))
                shown = self._painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
                self._painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
            self._diamond(QPointF(middle, KEYS / 2 - 1), on=key.frame == current)
        self._ways(animation)

    def _diamond(self, at: QPointF, *, on: bool) -> None:
        side = DIAMOND
        shape = QPolygonF(
            [at + QPointF(0, -side), at + QPointF(side, 0), at + QPointF(0, side), at + QPointF(-side, 0)]
        )
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._painter.setPen(QPen(QColor(self._look.accent if on else self._look.text), 1.5))
        self._painter.setBrush(QColor(self._look.accent if on else self._look.dock))
        self._painter.drawPolygon(shape)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _ways(self, animation: OpenAnimation) -> None:
        """A thin line between keys that lead to each other."""
        line = animation.animation.timeline
        self._painter.setPen(QColor(self._look.line))
        half = min(self._layout.cell / 2, CELLS / 2)
        for one, other in pairwise(line.keys):
            left, right = (round(self._layout.left(key.frame) + half) for key in (one, other))
            if right > 0 and left < self._widget.width():
                self._painter.drawLine(left + DIAMOND, KEYS - 4, right - DIAMOND, KEYS - 4)

    def playhead(self, frame: int, *, focused: bool) -> None:
        """Around the current frame."""
        left, right = round(self._layout.left(frame)), round(self._layout.left(frame + 1))
        colour = QColor(self._look.accent if focused else self._look.quiet)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        if right - left >= 8:
            self._painter.setPen(QPen(colour, 2))
            self._painter.drawRect(QRect(left, KEYS, right - left - 1, CELLS - 1).adjusted(1, 1, 0, 0))
        else:
            self._painter.fillRect(QRect(left, KEYS, max(2, right - left), CELLS + 6), colour)


def _within(rect: QRect, image: QImage) -> QRect:
    """The largest place for a picture inside a cell, in the middle."""
    size = image.size().scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(rect.topLeft(), size)
    place.moveCenter(rect.center())
    return place
