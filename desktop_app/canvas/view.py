"""The canvas: a view of a document that is panned and zoomed by hand, and tells a tool what the hand does."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from desktop_app.canvas import painting, rulers
from desktop_app.canvas.document_view import DocumentView
from desktop_app.canvas.hand import Hand
from desktop_app.canvas.mask_overlay import NOWHERE
from desktop_app.canvas.pointer import Tool
from desktop_app.canvas.source import CanvasSource
from desktop_app.canvas.viewport import Viewport
from inference.geometry import Bounds

LEAST_RING = 1.5
"""Radius in view pixels under which a ring is no help; the cursor's cross is."""


class Canvas(DocumentView):
    """Shows a ``CanvasSource`` and hears mouse, pen, wheel and keys. Everything is called in the GUI thread.

    Signals:
        viewport_changed: the ``Viewport`` that is painted: zoom, place, size (for read-outs).
        cursor_moved: (x, y) in document pixels, or None when the cursor has left.
    """

    cursor_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self._hand = Hand(self)
        self._brush: float | None = None
        self._ringed = NOWHERE
        self._rulers = False
        self._marked: list[Bounds] = []
        self._focus_ring = False
        self.retranslate()

    def retranslate(self) -> None:
        """Texts in the language that is current."""
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(self.tr("The picture. Arrow keys move it, Space and dragging pans."))

    def set_source(self, source: CanvasSource | None) -> None:
        """Show another picture, all of it in sight; None for nothing."""
        self.cancel_gesture()
        super().set_source(source)

    def set_rulers(self, shown: bool) -> None:
        """Rulers in document pixels at the top and the left of the widget, or none."""
        if shown == self._rulers:
            return
        self._rulers = shown
        self._marked = []
        self._fill_view()
        self.update()

    @property
    def rulers(self) -> bool:
        """True while they are shown."""
        return self._rulers

    # The hand

    def set_tool(self, tool: Tool | None, cursor: Qt.CursorShape | QCursor = Qt.CursorShape.ArrowCursor) -> None:
        """Who hears of presses, moves and releases, and the cursor that shows it."""
        self._hand.set_tool(tool, cursor)

    def set_brush(self, diameter: float | None) -> None:
        """Draw a ring of this many document pixels at the cursor; None for no ring."""
        self._brush = diameter
        self.hand_changed()

    def cancel_gesture(self) -> bool:
        """Give up the stroke that is being made. Returns False when there was none."""
        return self._hand.cancel()

    def set_panning(self, panning: bool) -> None:
        """As if Space were held: dragging pans."""
        self._hand.set_panning(panning)

    # What the hand asks

    def to_document(self, place: QPointF) -> tuple[float, float]:
        """The point of the document that is seen at a place in the widget."""
        return self._painted.to_document(place.x() * self.scale, place.y() * self.scale)

    def takes(self, place: QPointF) -> bool:
        """True where a tool can work: there is a picture, and no ruler."""
        ruled = rulers.WIDTH if self._rulers else 0
        return self._surface is not None and place.x() >= ruled and place.y() >= ruled

    def hand_moved(self) -> None:
        """The cursor moved: its ring, its marks and its read-out follow."""
        self._move_ring()
        if self._rulers:
            self._move_marks()
            self._choose_cursor()
        cursor = self._hand.cursor
        self.cursor_moved.emit(None if cursor is None else self.to_document(cursor))

    def hand_changed(self) -> None:
        """The hand holds something else."""
        self._move_ring()
        self._choose_cursor()

    def _choose_cursor(self) -> None:
        shape = self._hand.shape(self._brush is not None)
        if shape != self.cursor():
            self.setCursor(shape)

    @property
    def _cursor(self) -> QPointF | None:
        """In view pixels."""
        return None if self._hand.cursor is None else self._hand.cursor * self.scale

    @property
    def _radius(self) -> float | None:
        """Of the brush in view pixels, when a ring shows it."""
        if self._brush is None or self._hand.pans:
            return None
        radius = self._brush * self._painted.zoom / 2
        return radius if radius >= LEAST_RING else None

    def _move_ring(self) -> None:
        """Repaint where the ring was and where it is."""
        radius, cursor, now = self._radius, self._cursor, NOWHERE
        if radius is not None and cursor is not None:
            now = painting.outer(QRectF(cursor.x() - radius, cursor.y() - radius, 2 * radius, 2 * radius)).padded(2)
        for area in (self._ringed, now):
            if not area.empty:
                self.update(painting.ring_region(area, self.scale))
        self._ringed = now

    def _move_marks(self) -> None:
        """Repaint where the rulers' marks were and where they are."""
        now = rulers.mark_areas(self._cursor, self._inset)
        for mark in (*self._marked, *now):
            self._update_view(mark)
        self._marked = now

    # What a view asks

    @property
    def _inset(self) -> int:
        return round(rulers.WIDTH * self.scale) if self._rulers else 0

    @property
    def _anchor(self) -> QPointF | None:
        return self._hand.cursor

    def _place(self, viewport: Viewport) -> None:
        before = self._told
        super()._place(viewport)
        if self._told == before:
            return
        self._move_ring()
        if self._hand.cursor is not None:
            self.cursor_moved.emit(self.to_document(self._hand.cursor))

    def _paint_above(self, painter: QPainter, viewport: Viewport, clip: QRect) -> None:
        radius, cursor = self._radius, self._cursor
        if radius is not None and cursor is not None:
            painting.paint_ring(painter, cursor.x(), cursor.y(), radius)
        if self._rulers:
            rulers.Rulers(viewport, self._look, self.scale).paint(painter, clip, cursor)
        if self._focus_ring:
            painting.paint_frame(painter, self._view_bounds, self._look.accent, self.scale)

    # Events

    def event(self, event: QEvent) -> bool:
        """Pinches."""
        match event.type():
            case QEvent.Type.NativeGesture if isinstance(event, QNativeGestureEvent):
                if self._hand.native_gesture(event):
                    return True
            case QEvent.Type.Gesture if isinstance(event, QGestureEvent):
                pinch = event.gesture(Qt.GestureType.PinchGesture)
                if isinstance(pinch, QPinchGesture):
                    self._hand.pinch(pinch, QPointF(self.mapFromGlobal(pinch.centerPoint())))
                    event.accept()
                    return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._hand.drop()
        super().hideEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._hand.wheel(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self._hand.key(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self._hand.key(event))

    def focusInEvent(self, event: QFocusEvent) -> None:
        by_key = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
        self._focus_ring = event.reason() in by_key
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._focus_ring = False
        self.set_panning(False)
        self.update()
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hand.follow(event.position())
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hand.follow(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hand.press(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._hand.press(event, 2)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hand.release(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen."""
        if event.type() == QEvent.Type.TabletPress:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._hand.tablet(event)
