"""The strip: all frames in a row that fills as they come, the keys above them. Only what is in sight is painted."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QToolTip, QWidget

from desktop_app.timeline.frame_images import FrameImages
from desktop_app.timeline.keys import command_of, takes
from desktop_app.timeline.layout import StripLayout
from desktop_app.timeline.open_animation import OpenAnimation
from desktop_app.timeline.strip_painting import CELLS, KEYS, RULER, StripPainter
from desktop_app.timeline.wording import frame_words

BAR = 12
NOTCH = 1.2
GRIP = 9
"""Pixels beside a key at which it can still be taken."""


class FrameStrip(QWidget):
    """Shows an ``OpenAnimation``.

    Signals:
        scrubbed: a frame was pointed at.
        range_chosen: (first, last) of several frames, both in it.
        key_moved: (which key, to): it is dragged; told while it is.
        key_dropped: the drag has ended.
        key_wanted: a frame of the keys' lane was double-clicked.
        command: the name of a key's command.
        menu_wanted: a place on the screen.
    """

    scrubbed = Signal(int)
    range_chosen = Signal(int, int)
    key_moved = Signal(int, int)
    key_dropped = Signal()
    key_wanted = Signal(int)
    command = Signal(str)
    menu_wanted = Signal(QPoint)

    def __init__(self, images: FrameImages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._animation: OpenAnimation | None = None
        self._layout = StripLayout(count=1)
        self._images = images
        self._current = 0
        self._chosen = range(1)
        self._dragged: int | None = None
        self._scrubbing = False
        self.bar = QScrollBar(Qt.Orientation.Horizontal, self)
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bar.valueChanged.connect(self._scroll)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFixedHeight(KEYS + CELLS + RULER + BAR)
        images.arrived.connect(self._pictures_came)
        self.retranslate()

    # What it shows

    def set_animation(self, animation: OpenAnimation | None) -> None:
        """Show another one, from its start."""
        if self._animation is not None:
            self._animation.changed.disconnect(self._look_again)
            self._animation.edited.disconnect(self._relay)
        self._animation = animation
        self._current, self._chosen, self._dragged = 0, range(1), None
        if animation is not None:
            animation.changed.connect(self._look_again)
            animation.edited.connect(self._relay)
            self._layout = StripLayout(count=animation.count, width=max(1, self.width()))
        self._relay()

    @property
    def layout_now(self) -> StripLayout:
        """Where frames lie."""
        return self._layout

    @property
    def chosen(self) -> range:
        """The frames that commands act on: the current one, or several."""
        return self._chosen

    def set_current(self, frame: int, chosen: range | None = None, *, quietly: bool = False) -> None:
        """Mark a frame, and bring it into sight; quietly while it plays."""
        self._current, self._chosen = frame, chosen or range(frame, frame + 1)
        self._set(self._layout.revealed(frame))
        if self._animation is not None and not quietly:
            self._describe()
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def _describe(self) -> None:
        if self._animation is not None:
            self.setAccessibleDescription(frame_words(self._animation, self._current))

    def fit(self) -> None:
        """All frames in sight."""
        self._set(self._layout.fitted())

    def zoom_steps(self, steps: int) -> None:
        """Wider cells (or narrower) about the current frame."""
        x = self._layout.left(self._current) + self._layout.cell / 2
        self._set(self._layout.zoomed(NOTCH ** (2 * steps), min(max(x, 0), self.width())))

    def _relay(self) -> None:
        count = self._animation.count if self._animation is not None else 1
        self._set(replace(self._layout, count=count).scrolled(self._layout.scroll))

    def _set(self, layout: StripLayout) -> None:
        self._layout = layout
        with QSignalBlocker(self.bar):
            self.bar.setRange(0, round(layout.most))
            self.bar.setPageStep(layout.width)
            self.bar.setSingleStep(max(1, round(layout.cell)))
            self.bar.setValue(round(layout.scroll))
        self.bar.setVisible(layout.most > 0)
        self.update()

    def _scroll(self, value: int) -> None:
        self._layout = self._layout.scrolled(value)
        self.update()

    def _look_again(self, _frames: object) -> None:
        self.update()

    def _pictures_came(self, _frames: object) -> None:
        self.update()

    # The hand and the keys

    def _key_near(self, place: QPointF) -> int | None:
        """The frame of the key whose mark is there."""
        if self._animation is None or place.y() >= KEYS:
            return None
        line = self._animation.animation.timeline
        places = [(abs(self._layout.left(key.frame) + self._middle - place.x()), key.frame) for key in line.keys]
        near, frame = min(places)
        return frame if near <= GRIP else None

    @property
    def _middle(self) -> float:
        return min(self._layout.cell / 2, CELLS / 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton or self._animation is None:
            return
        key = self._key_near(event.position())
        if key is not None:
            frames = [each.frame for each in self._animation.animation.timeline.keys]
            self._dragged = frames.index(key)
            self.scrubbed.emit(key)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.range_chosen.emit(self._current, self._layout.at(event.position().x()))
        else:
            self._scrubbing = True
            self.scrubbed.emit(self._layout.at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._dragged is not None and self._animation is not None:
            to = self._layout.boundary(x - self._middle + self._layout.cell / 2)
            if to != self._animation.animation.timeline.keys[self._dragged].frame:
                self.key_moved.emit(self._dragged, to)
        elif self._scrubbing:
            self.scrubbed.emit(self._layout.at(x))
        else:
            near = self._key_near(event.position()) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            self.key_dropped.emit()
        self._dragged, self._scrubbing = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        frame = self._layout.at(event.position().x())
        if event.position().y() < KEYS:
            self.key_wanted.emit(frame)
        else:
            self.command.emit("edit")

    def wheelEvent(self, event: QWheelEvent) -> None:
        angle, pixels = event.angleDelta(), event.pixelDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._set(self._layout.zoomed(NOTCH ** (angle.y() / 120), event.position().x()))
        else:
            by = pixels.x() or pixels.y() or (angle.x() or angle.y()) / 120 * 2 * CELLS
            self._set(self._layout.scrolled(self._layout.scroll - by))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        frame = self._layout.at(event.pos().x())
        if frame not in self._chosen:
            self.scrubbed.emit(frame)
        self.menu_wanted.emit(event.globalPos())

    def event(self, event: QEvent) -> bool:
        if takes(event):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._animation is not None:
            frame = self._key_near(QPointF(event.pos()))
            frame = self._layout.at(event.pos().x()) if frame is None else frame
            QToolTip.showText(event.globalPos(), frame_words(self._animation, frame, key=True), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = command_of(event)
        match event.key():
            case _ if command is not None:
                self.command.emit(command)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_steps(1)
            case Qt.Key.Key_Minus:
                self.zoom_steps(-1)
            case Qt.Key.Key_F | Qt.Key.Key_0:
                self.fit()
            case _:
                event.ignore()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        brush = StripPainter(self, painter, self._layout, self._images)
        brush.ground()
        if self._animation is None:
            return
        line = self._animation.animation.timeline
        for frame in self._layout.seen:
            brush.frame(self._animation, frame, current=frame == self._current, chosen=frame in self._chosen)
        brush.ruler(float(line.rate))
        brush.keys(self._animation, current=self._current)
        brush.playhead(self._current, focused=self.hasFocus())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.bar.setGeometry(0, self.height() - BAR, self.width(), BAR)
        self._set(replace(self._layout, width=max(1, self.width())).scrolled(self._layout.scroll))
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(640, self.height())

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Set all texts."""
        self.setAccessibleName(self.tr("Frames"))
        self._describe()
        self.update()
