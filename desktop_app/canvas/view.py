"""The canvas: a widget that shows a source, is panned and zoomed, and tells a tool what the hand does."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QRegion,
    QResizeEvent,
    QShowEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QSizePolicy, QWidget

from desktop_app.canvas import painting
from desktop_app.canvas.mask_overlay import DASH, NOWHERE, MaskOverlay
from desktop_app.canvas.painting import Checkers, Overlay, Preview
from desktop_app.canvas.pointer import Button, Device, Modifiers, Pointer, Tool
from desktop_app.canvas.pyramid import Pyramid
from desktop_app.canvas.source import CanvasSource, Look
from desktop_app.canvas.surface import Surface, premultiplied
from desktop_app.canvas.viewport import Viewport
from inference.alpha import Pixels
from inference.geometry import Bounds, Size

log = logging.getLogger(__name__)

FADE_MS = 120
MARCH_MS = 120
IDLE_SLICE = 0.006
"""Seconds spent at a time on what is not seen."""
NOTCH = 2**0.25
"""One notch of a wheel: four double the zoom."""
ARROW_PAN = 64
LEAST_RING = 1.5
"""Radius in view pixels under which a ring is no help; the cursor's cross is."""
KEYS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
BUTTONS = {Qt.MouseButton.LeftButton: Button.LEFT, Qt.MouseButton.RightButton: Button.RIGHT}
MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: Modifiers.SHIFT,
    Qt.KeyboardModifier.ControlModifier: Modifiers.CTRL,
    Qt.KeyboardModifier.AltModifier: Modifiers.ALT,
}


class Canvas(QWidget):
    """Shows a ``CanvasSource``. Everything is called in the GUI thread; ``Bounds`` are document pixels.

    Signals:
        viewport_changed: the ``Viewport`` that is painted: zoom, place, size (for read-outs and rulers).
        cursor_moved: (x, y) in document pixels, or None when the cursor has left.
    """

    viewport_changed = Signal(object)
    cursor_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(self.tr("The picture. Arrow keys move it, Space and dragging pans."))

        self._source: CanvasSource | None = None
        self._surface: Surface | None = None
        self._mask: Pyramid | None = None
        self._look = Look()
        self._checkers = Checkers(self._look.checkers)
        self._viewport = Viewport(size=Size(1, 1), width=1, height=1)
        self._follow_fit = True
        self._told: Viewport | None = None

        self._overlay = MaskOverlay(self._look.accent)
        self._overlay_stale: Bounds | None = None
        self._context: Bounds | None = None
        self._caption = ""
        self._overlays: list[Overlay] = []
        self._preview: Preview | None = None
        self._faded: Preview | None = None
        self._complaint = ""

        self._tool: Tool | None = None
        self._tool_cursor = QCursor(Qt.CursorShape.ArrowCursor)
        self._button = Button.NONE
        self._device = Device.MOUSE
        self._brush: float | None = None
        self._cursor: QPointF | None = None
        self._pan_from: QPointF | None = None
        self._space = False
        self._pinch_from = 1.0
        self._ringed = NOWHERE
        self._focus_ring = False

        self._march = QTimer(self, interval=MARCH_MS)
        self._march.timeout.connect(self._step_edge)
        self._idle = QTimer(self, interval=0)
        self._idle.timeout.connect(self._freshen_some)
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(FADE_MS)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(self._repaint_preview)
        self._fade.finished.connect(self._end_fade)

    # What is shown

    def set_source(self, source: CanvasSource | None) -> None:
        """Show another picture, all of it in sight; None for nothing."""
        self.cancel_gesture()
        self._source = source
        self._follow_fit = True
        self._drop_preview()
        self._context = None
        self._read_source()
        self._place(self._fitted())
        self.update()

    def reload(self, dx: int = 0, dy: int = 0) -> None:
        """Read all of the source again: its size changed and its content moved by ``dx, dy`` (cropped, extended)."""
        self._read_source()
        size = self._surface.size if self._surface else Size(1, 1)
        self._place(self._fitted() if self._follow_fit else self._viewport.with_size(size, dx, dy))
        self.update()

    def changed(self, bounds: Bounds) -> None:
        """The source's pixels (not its mask) changed: compose them and repaint."""
        if self._source is None or self._surface is None:
            return
        if self._source.size != self._surface.size:
            self.reload()
            return
        done = self._surface.change(bounds, self._painted.visible)
        self._update_document(done, blurred=True)
        self._run_timers()

    def mask_changed(self, bounds: Bounds) -> None:
        """The source's mask changed, appeared or went."""
        if self._source is None or self._surface is None:
            return
        bounds = bounds.intersection(Bounds.of(self._surface.size))
        if bounds.empty:
            return
        self._read_mask(bounds)
        # A value between two view pixels may move the edge of both.
        self._touch_overlay(self._painted.covering(bounds, self._spill()))

    def set_look(self, look: Look) -> None:
        """Other colours."""
        self._look = look
        self._checkers = Checkers(look.checkers)
        self._overlay.set_accent(look.accent)
        self._touch_overlay(None)
        self.update()

    def set_mask_shown(self, shown: bool) -> None:
        """Tint what is masked, or show the marching edge alone."""
        self._overlay.tinted = shown
        self._touch_overlay(None)

    def set_context(self, bounds: Bounds | None, caption: str = "") -> None:
        """The dashed box around what an edit will see (may reach beyond the document); None hides it."""
        for box in (self._context, bounds):
            if box is not None:
                self._update_view(self._box_area(box, caption if box is bounds else self._caption))
        self._context, self._caption = bounds, caption

    def show_preview(self, pixels: Pixels, bounds: Bounds, *, over: bool = False) -> None:
        """Fade a picture in at ``bounds``, whatever its own size.

        Args:
            pixels: (height, width, 3 or 4) bytes, straight alpha; copied.
            over: lay it over the document; else it hides what is there, transparent or not.
        """
        image, memory = premultiplied(pixels)
        # Steps that come faster than they fade would never be seen: the newest takes over from the one shown best.
        if self._preview is not None and (self._faded is None or self._shown_share() >= 0.5):
            self._faded = self._preview
        if self._preview is not None and self._preview.bounds != bounds:
            self._repaint_preview()
            self._faded = None
        self._preview = Preview(image, bounds, over, memory)
        self._fade.stop()
        if self.isVisible():
            self._fade.start()
        else:
            self._faded = None
        self._repaint_preview()

    def hide_preview(self) -> None:
        """Take the preview away at once."""
        self._repaint_preview()
        self._drop_preview()

    def add_overlay(self, overlay: Overlay) -> None:
        """Let something else draw over the picture, above the mask and below the brush."""
        self._overlays.append(overlay)
        self.update()

    def remove_overlay(self, overlay: Overlay) -> None:
        """No longer."""
        if overlay in self._overlays:
            self._overlays.remove(overlay)
        self.update()

    def update_overlays(self, bounds: Bounds | None = None) -> None:
        """An overlay looks different within ``bounds`` (None: anywhere)."""
        self._update_view(self._painted.covering(bounds, 4) if bounds else self._view_bounds)

    # Where one looks

    @property
    def viewport(self) -> Viewport:
        """As it is painted."""
        return self._painted

    @property
    def scale(self) -> float:
        """View pixels for each of Qt's logical pixels."""
        return self.devicePixelRatioF()

    @property
    def animating(self) -> bool:
        """True while the mask's edge marches."""
        return self._march.isActive()

    def fit(self) -> None:
        """All of the document; stays so while the view changes its size, until it is zoomed or panned."""
        self._follow_fit = True
        self._place(self._fitted())

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """To a zoom about a place in the widget: the cursor when it is there, else the middle."""
        self._zoom(lambda x, y: self._viewport.zoomed(zoom, x, y), at)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by a factor, caught by near steps."""
        self._zoom(lambda x, y: self._viewport.scaled(factor, x, y), at)

    def zoom_steps(self, steps: int, at: QPointF | None = None) -> None:
        """Along the list of zooms: positive is larger."""
        self._zoom(lambda x, y: self._viewport.stepped(steps, x, y), at)

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by logical pixels."""
        self._follow_fit = False
        self._place(self._viewport.panned(dx * self.scale, dy * self.scale))

    def centre_on(self, x: float, y: float) -> None:
        """Bring a point of the document to the middle."""
        self._follow_fit = False
        self._place(self._viewport.centred(x, y).kept_near())

    # The hand

    def set_tool(self, tool: Tool | None, cursor: Qt.CursorShape | QCursor = Qt.CursorShape.ArrowCursor) -> None:
        """Who hears of presses, moves and releases, and the cursor that shows it."""
        self.cancel_gesture()
        self._tool = tool
        self._tool_cursor = QCursor(cursor)
        self._choose_cursor()

    def set_brush(self, diameter: float | None) -> None:
        """Draw a ring of this many document pixels at the cursor; None for no ring."""
        self._brush = diameter
        self._move_ring()
        self._choose_cursor()

    def cancel_gesture(self) -> bool:
        """Give up the stroke that is being made. Returns False when there was none."""
        if self._button is Button.NONE:
            return False
        self._button = Button.NONE
        if self._tool is not None:
            self._tool.cancel()
        return True

    def set_panning(self, panning: bool) -> None:
        """As if Space were held: dragging pans."""
        self._space = panning
        if not panning and self._button is Button.NONE:
            self._pan_from = None
        self._choose_cursor()

    # Reading the source

    def _read_source(self) -> None:
        self._surface = Surface(self._source) if self._source else None
        self._mask = None
        self._told = None
        if self._surface:
            self._read_mask(Bounds.of(self._surface.size))
        self._touch_overlay(None)

    def _read_mask(self, bounds: Bounds) -> None:
        assert self._source is not None
        assert self._surface is not None
        values = self._source.mask(bounds)
        whole = Bounds.of(self._surface.size)
        if values is None:
            self._mask = None
            return
        if self._mask is None:
            self._mask = Pyramid(self._surface.size)
            if bounds != whole:
                values = self._source.mask(whole)
                if values is None:
                    self._mask = None
                    return
                bounds = whole
        self._mask.write(bounds, values)

    def _freshen_some(self) -> None:
        if self._surface is None or not self._surface.freshen_some(IDLE_SLICE):
            self._idle.stop()

    # Placing

    @property
    def _painted(self) -> Viewport:
        return self._viewport.snapped()

    @property
    def _view_bounds(self) -> Bounds:
        return Bounds(0, 0, round(self.width() * self.scale), round(self.height() * self.scale))

    def _fitted(self) -> Viewport:
        view = self._view_bounds
        size = self._surface.size if self._surface else Size(1, 1)
        return Viewport.fitted(size, max(1, view.width), max(1, view.height), round(24 * self.scale))

    def _place(self, viewport: Viewport) -> None:
        self._viewport = viewport
        painted = self._painted
        if painted == self._told:
            return
        self._told = painted
        if self._surface is not None:
            self._surface.freshen(painted.visible)
        if self._mask is not None and self._overlay_stale is None:
            self._overlay.follow(self._mask, painted, self._dash)
            self.update()
        else:
            self._touch_overlay(None)
        self._move_ring()
        self._run_timers()
        self.viewport_changed.emit(painted)
        if self._cursor is not None:
            self.cursor_moved.emit(self._at(self._cursor))

    def _zoom(self, change: Callable[[float, float], Viewport], at: QPointF | None) -> None:
        if at is None:
            at = QPointF(self.width() / 2, self.height() / 2) if self._cursor is None else self._cursor
        self._follow_fit = False
        self._place(change(at.x() * self.scale, at.y() * self.scale))

    def _at(self, position: QPointF) -> tuple[float, float]:
        return self._painted.to_document(position.x() * self.scale, position.y() * self.scale)

    # Repainting

    def _update_view(self, area: Bounds) -> None:
        """Repaint some view pixels."""
        if area.empty:
            return
        scale = self.scale
        left, top = math.floor(area.x / scale), math.floor(area.y / scale)
        right, bottom = math.ceil(area.right / scale), math.ceil(area.bottom / scale)
        self.update(left, top, right - left, bottom - top)

    def _update_document(self, bounds: Bounds, *, blurred: bool = False) -> None:
        if not bounds.empty:
            self._update_view(self._painted.covering(bounds, self._spill() if blurred else 1))

    def _spill(self) -> int:
        """How far a document pixel is smeared in the view by halving and smoothing."""
        zoom = self._painted.zoom
        return 1 if zoom >= painting.SHARP_FROM else math.ceil(2 * zoom * (1 << self._painted.level)) + 1

    def _touch_overlay(self, area: Bounds | None) -> None:
        """The mask's overlay is out of date in some view pixels (None: everywhere)."""
        if area is None:
            self._overlay_stale = self._view_bounds
            self.update()
        else:
            self._overlay_stale = self._overlay_stale.union(area) if self._overlay_stale else area
            self._update_view(area)

    def _refresh_overlay(self) -> None:
        if self._overlay_stale is None:
            return
        stale, self._overlay_stale = self._overlay_stale, None
        before = self._overlay.edge
        if self._mask is None:
            self._overlay.clear()
        else:
            whole = stale == self._view_bounds
            self._overlay.rebuild(self._mask, self._painted, None if whole else stale, self._dash)
        if (before == NOWHERE) != (self._overlay.edge == NOWHERE):
            self._run_timers()

    @property
    def _dash(self) -> int:
        return max(DASH, round(DASH * self.scale))

    def _step_edge(self) -> None:
        self._update_view(self._overlay.step())

    def _run_timers(self) -> None:
        """Timers run only while somebody can see what they do."""
        seen = self.isVisible() and not self.window().isMinimized()
        _run(self._march, seen and self._overlay.edge != NOWHERE)
        _run(self._idle, seen and self._surface is not None and self._surface.stale)

    def _shown_share(self) -> float:
        running = self._fade.state() == QVariantAnimation.State.Running
        return float(self._fade.currentValue()) if running else 1.0

    def _repaint_preview(self, _share: object = None) -> None:
        if self._preview is not None:
            self._update_view(self._painted.covering(self._preview.bounds, 2))

    def _end_fade(self) -> None:
        self._faded = None
        self._repaint_preview()

    def _drop_preview(self) -> None:
        self._fade.stop()
        self._preview = self._faded = None

    def _box_area(self, bounds: Bounds, caption: str) -> Bounds:
        area = self._painted.covering(bounds, 2)
        if caption:
            rect = painting.caption_rect(self._painted, bounds, caption, self.font(), self.scale)
            area = area.union(_outer(rect))
        return area

    def _ring_area(self) -> Bounds:
        radius = self._radius
        if radius is None or self._cursor is None:
            return NOWHERE
        x, y = self._cursor.x() * self.scale, self._cursor.y() * self.scale
        return _outer(QRectF(x - radius, y - radius, 2 * radius, 2 * radius)).padded(2)

    @property
    def _radius(self) -> float | None:
        """Of the brush in view pixels, when a ring shows it."""
        if self._brush is None or self._pan_from is not None or self._space:
            return None
        radius = self._brush * self._painted.zoom / 2
        return radius if radius >= LEAST_RING else None

    def _move_ring(self) -> None:
        """Repaint where the ring was and where it is; of large ones not the inside."""
        for area in (self._ringed, now := self._ring_area()):
            if area.empty:
                continue
            inner = area.padded(-math.ceil(area.width * 0.147) - 4)
            if inner.width < 64:
                self._update_view(area)
                continue
            region = QRegion(*_logical(area, self.scale, outer=True))
            self.update(region.subtracted(QRegion(*_logical(inner, self.scale, outer=False))))
        self._ringed = now

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Never lets an exception out: Qt does not survive one while a painter is open."""
        painter = QPainter(self)
        try:
            self._paint(painter, event.rect())
        except Exception as error:  # said once, not sixty times a second
            complaint = repr(error)
            if complaint != self._complaint:
                self._complaint = complaint
                log.exception("the canvas could not be painted")
        finally:
            painter.end()

    def _paint(self, painter: QPainter, dirty: QRect) -> None:
        scale = self.scale
        painter.scale(1 / scale, 1 / scale)
        clip = QRect(
            math.floor(dirty.x() * scale),
            math.floor(dirty.y() * scale),
            math.ceil(dirty.width() * scale) + 1,
            math.ceil(dirty.height() * scale) + 1,
        )
        viewport = self._painted
        document = painting.view_rect(viewport, Bounds.of(viewport.size)).toAlignedRect()
        painter.fillRect(clip, QColor(self._look.surround))
        if self._surface is not None:
            shown = clip.intersected(document)
            if not shown.isEmpty():
                self._paint_picture(painter, viewport, shown)
            painter.setPen(QPen(QColor(self._look.border), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(document).adjusted(-0.5, -0.5, 0.5, 0.5))
            self._paint_mask(painter, clip)
            self._paint_boxes(painter, viewport)
        if self._radius is not None and self._cursor is not None:
            painting.paint_ring(painter, self._cursor.x() * scale, self._cursor.y() * scale, self._radius)
        if self._focus_ring:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._look.accent), 2 * scale))
            view = self._view_bounds
            painter.drawRect(QRectF(scale, scale, view.width - 2 * scale, view.height - 2 * scale))

    def _paint_picture(self, painter: QPainter, viewport: Viewport, shown: QRect) -> None:
        assert self._surface is not None
        least = 8 * self.scale
        painter.save()
        painter.setClipRect(shown, Qt.ClipOperation.IntersectClip)
        if not self._surface.opaque(viewport.visible):
            self._checkers.paint(painter, viewport, shown, least)
        painting.paint_surface(painter, viewport, self._surface)
        share = self._shown_share()
        for preview, opacity in ((self._faded, 1.0), (self._preview, share)):
            if preview is None:
                continue
            painter.setOpacity(opacity)
            area = shown.intersected(painting.view_rect(viewport, preview.bounds).toAlignedRect())
            if not preview.over and not area.isEmpty():
                self._checkers.paint(painter, viewport, area, least)
            painting.paint_preview(painter, viewport, preview)
            painter.setOpacity(1.0)
        if viewport.zoom >= painting.GRID_FROM * self.scale:
            painting.paint_grid(painter, viewport, shown)
        painter.restore()

    def _paint_mask(self, painter: QPainter, clip: QRect) -> None:
        self._refresh_overlay()
        touched = self._overlay.touched
        area = clip.intersected(QRect(touched.x, touched.y, touched.width, touched.height))
        if self._mask is not None and not area.isEmpty():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(area.topLeft(), self._overlay.image, area)

    def _paint_boxes(self, painter: QPainter, viewport: Viewport) -> None:
        if self._context is not None:
            painting.paint_box(painter, viewport, self._context)
            if self._caption:
                rect = painting.caption_rect(viewport, self._context, self._caption, self.font(), self.scale)
                painter.save()
                painting.paint_caption(painter, rect, self._caption, self._look, self.scale)
                painter.restore()
        for overlay in self._overlays:
            painter.save()
            try:
                overlay.paint(painter, viewport)
            finally:
                painter.restore()

    # Events

    def event(self, event: QEvent) -> bool:
        """Pinches, and screens of another density."""
        match event.type():
            case QEvent.Type.NativeGesture if isinstance(event, QNativeGestureEvent):
                if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                    self.zoom_by(max(0.2, 1 + event.value()), event.position())
                    return True
            case QEvent.Type.Gesture if isinstance(event, QGestureEvent):
                if self._pinch(event):
                    return True
            case QEvent.Type.DevicePixelRatioChange:
                self._fill_view()
        return super().event(event)

    def _pinch(self, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        centre = self.mapFromGlobal(pinch.centerPoint())
        self.zoom_by(max(0.2, pinch.scaleFactor()), centre)
        moved = pinch.centerPoint() - pinch.lastCenterPoint()
        self.pan(moved.x(), moved.y())
        event.accept()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fill_view()
        super().resizeEvent(event)

    def _fill_view(self) -> None:
        view = self._view_bounds
        if self._follow_fit:
            self._place(self._fitted())
        else:
            self._place(self._viewport.resized(max(1, view.width), max(1, view.height)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill_view()
        self._run_timers()

    def hideEvent(self, event: QHideEvent) -> None:
        self.cancel_gesture()
        self._pan_from = None
        self._end_fade()
        self._fade.stop()
        super().hideEvent(event)
        self._run_timers()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms about the cursor, with Shift it pans sideways; two fingers on a touch pad pan."""
        angle, pixels = event.angleDelta(), event.pixelDelta()
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        pad = event.pointingDevice().type() == QPointingDevice.DeviceType.TouchPad
        if pad and not pixels.isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan(pixels.x(), pixels.y())
        elif shift or angle.y() == 0:
            turned = angle.x() or angle.y()
            self.pan(turned / 120 * ARROW_PAN, 0)
        else:
            self.zoom_by(NOTCH ** (angle.y() / 120), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            if not event.isAutoRepeat():
                self.set_panning(True)
        elif event.key() in KEYS and not event.modifiers():
            across, down = KEYS[Qt.Key(event.key())]
            self.pan(across * ARROW_PAN, down * ARROW_PAN)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.set_panning(False)
        else:
            event.ignore()

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
        self._follow(event.position())
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._cursor = None
        self._move_ring()
        self.cursor_moved.emit(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press(event, 1)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._press(event, 2)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move(event, Device.MOUSE, 1.0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._release(event, Device.MOUSE, 1.0)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen; accepting keeps Qt from making mouse events of it."""
        end = event.pointerType() == QPointingDevice.PointerType.Eraser
        device = Device.ERASER if end else Device.PEN
        match event.type():
            case QEvent.Type.TabletPress:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self._press(event, 1, device, event.pressure())
            case QEvent.Type.TabletMove:
                self._move(event, device, event.pressure())
            case QEvent.Type.TabletRelease:
                self._release(event, device, event.pressure())
        event.accept()

    def _press(
        self, event: QMouseEvent | QTabletEvent, clicks: int, device: Device = Device.MOUSE, pressure: float = 1.0
    ) -> None:
        self._follow(event.position())
        if self._button is not Button.NONE or self._pan_from is not None:
            return
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self._pan_from = event.position()
            self._move_ring()
            self._choose_cursor()
        elif event.button() in BUTTONS and self._tool is not None and self._surface is not None:
            self._button, self._device = BUTTONS[event.button()], device
            self._tool.press(self._pointer(event, device, pressure, clicks))

    def _move(self, event: QMouseEvent | QTabletEvent, device: Device, pressure: float) -> None:
        if self._pan_from is not None:
            moved = event.position() - self._pan_from
            self._pan_from = event.position()
            self._cursor = event.position()
            self.pan(moved.x(), moved.y())
            return
        self._follow(event.position())
        if self._tool is None or self._surface is None:
            return
        if self._button is Button.NONE:
            self._tool.hover(self._pointer(event, device, pressure))
        elif device is self._device:
            self._tool.move(self._pointer(event, device, pressure))

    def _release(self, event: QMouseEvent | QTabletEvent, device: Device, pressure: float) -> None:
        self._follow(event.position())
        if self._pan_from is not None and event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton):
            self._pan_from = None
            self._move_ring()
            self._choose_cursor()
        elif self._button is not Button.NONE and BUTTONS.get(event.button()) is self._button:
            pointer = self._pointer(event, device, pressure)
            self._button = Button.NONE
            if self._tool is not None:
                self._tool.release(pointer)

    def _pointer(self, event: QMouseEvent | QTabletEvent, device: Device, pressure: float, clicks: int = 1) -> Pointer:
        x, y = self._at(event.position())
        held = Modifiers.NONE
        for key, modifier in MODIFIERS.items():
            if event.modifiers() & key:
                held |= modifier
        return Pointer(x=x, y=y, pressure=pressure, modifiers=held, button=self._button, device=device, clicks=clicks)

    def _follow(self, position: QPointF) -> None:
        if position == self._cursor:
            return
        self._cursor = position
        self._move_ring()
        self.cursor_moved.emit(self._at(position))

    def _choose_cursor(self) -> None:
        if self._pan_from is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._brush is not None:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.setCursor(self._tool_cursor)

    def sizeHint(self) -> QSize:
        return QSize(960, 720)


def _run(timer: QTimer, wanted: bool) -> None:
    if wanted and not timer.isActive():
        timer.start()
    elif not wanted and timer.isActive():
        timer.stop()


def _outer(rect: QRectF) -> Bounds:
    whole = rect.toAlignedRect()
    return Bounds(whole.x(), whole.y(), whole.width(), whole.height())


def _logical(area: Bounds, scale: float, *, outer: bool) -> Iterable[int]:
    """x, y, width, height in logical pixels, grown or shrunk to whole ones."""
    low, high = (math.floor, math.ceil) if outer else (math.ceil, math.floor)
    left, top = low(area.x / scale), low(area.y / scale)
    return left, top, high(area.right / scale) - left, high(area.bottom / scale) - top
