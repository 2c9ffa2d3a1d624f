"""A widget that shows a source in a viewport, with all that lies over it: mask, previews, boxes, overlays.

What changes is noted, and drawn once for a frame: events that come faster than frames cost next to nothing.
"""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

import logging
import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.canvas import painting
from desktop_app.canvas.mask_overlay import DASH, NOWHERE, MaskOverlay, spill
from desktop_app.canvas.painting import Checkers, ContextBox, Overlay
from desktop_app.canvas.previews import Previews
from desktop_app.canvas.source import CanvasSource, Look
from desktop_app.canvas.surface import Surface
from desktop_app.canvas.viewport import Viewport
from inference.alpha import Pixels
from inference.geometry import Bounds, Size
from inference.masks import Mask

log = logging.getLogger(__name__)

MARCH_MS = 120
IDLE_SLICE = 0.006
"""Seconds spent at a time on what is not seen."""
ARRIVES = 8 * 1024 * 1024
"""Pixels in sight of a source from which it appears tile by tile, for the window is not to wait for it."""
ARRIVES_LATER = 32 * 1024 * 1024
"""Pixels in sight of a change from which it does, too: composing them at once would take half a second."""
MARGIN = 24
"""Logical pixels left around a document that is fitted."""


class DocumentView(QWidget):
    """Shows a ``CanvasSource``. Everything is called in the GUI thread; ``Bounds`` are document pixels.

    Signals:
        viewport_changed: the ``Viewport`` that is painted: zoom, place, size (for read-outs).
    """

    viewport_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)

        self._source: CanvasSource | None = None
        self._surface: Surface | None = None
        self._look = Look()
        self._checkers = Checkers(self._look.checkers)
        self._viewport = Viewport(size=Size(1, 1), width=1, height=1)
        self._follow_fit = True
        self._told: Viewport | None = None

        self._overlay = MaskOverlay(self._look.accent, self._look.soft)
        self._context: ContextBox | None = None
        self._overlays: list[Overlay] = []
        self._previews = Previews(self)
        self._previews.changed.connect(self._repaint_preview)
        self._arriving = False
        self._tinted = True
        self._complaint = ""

        self._march = QTimer(self, interval=MARCH_MS)
        self._march.timeout.connect(self._step_edge)
        self._idle = QTimer(self, interval=0)
        self._idle.timeout.connect(self._freshen_some)

    # What is shown

    def set_source(self, source: CanvasSource | None) -> None:
        """Show another picture, all of it in sight; None for nothing."""
        self._source = source
        self._follow_fit = True
        self.hide_preview()
        self._context = None
        self._read_source()
        self._arriving = True
        self._place(self._fitted())
        self.update()

    def reload(self, dx: int = 0, dy: int = 0) -> None:
        """Read all of the source again: its size changed and its content moved by ``dx, dy`` (cropped, extended)."""
        self._read_source()
        self._arriving = False
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
        seen = self._painted.visible
        if bounds.intersection(seen).size.area > ARRIVES_LATER:
            self._surface.change(bounds, NOWHERE)
            self._arriving = True
        else:
            self._update_document(self._surface.change(bounds, seen))
        self._run_timers()

    def mask_changed(self, bounds: Bounds) -> None:
        """The source's mask changed, appeared or went."""
        if self._source is None or self._surface is None:
            return
        bounds = bounds.intersection(Bounds.of(self._surface.size))
        if bounds.empty:
            return
        before = self._overlay.mask
        self._overlay.read(self._source, self._surface.size, bounds)
        self._update_document(bounds if self._overlay.mask is before else Bounds.of(self._surface.size))

    def set_soft(self, mask_values: Mask | None, bounds: Bounds | None = None) -> None:
        """Show faintly where an edit can reach, under the mask's tint; None hides it, and so do a reload and a source.

        Args:
            mask_values: (height, width) bytes of ``bounds``, 255 where all may change (an edit's soft map); copied.
            bounds: may reach beyond the document; only what lies on it is shown.
        """
        if mask_values is None or bounds is None or self._surface is None:
            gone = self._overlay.set_soft(None, NOWHERE)
        else:
            if mask_values.shape != bounds.size.shape:
                raise ValueError(f"a map of {mask_values.shape} does not fill {bounds}")
            inside = bounds.intersection(Bounds.of(self._surface.size))
            gone = self._overlay.set_soft(mask_values[inside.moved(-bounds.x, -bounds.y).slices], inside)
        self._update_document(gone)

    def set_look(self, look: Look) -> None:
        """Other colours."""
        self._look = look
        self._checkers = Checkers(look.checkers)
        self._overlay.set_colours(look.accent, look.soft)
        self.update()

    def set_mask_shown(self, shown: bool) -> None:
        """Tint what is masked and where the edit can reach, or show the marching edge alone.

        While a preview hides the document there is no tint, which would colour it.
        """
        self._tinted = shown
        self._choose_tint()

    def set_context(self, bounds: Bounds | None, caption: str = "") -> None:
        """The dashed box around what an edit will see (may reach beyond the document); None hides it."""
        now = ContextBox(bounds, caption) if bounds is not None else None
        for box in (self._context, now):
            if box is not None:
                self._update_view(box.area(self._painted, self.font(), self.scale))
        self._context = now

    def show_preview(self, pixels: Pixels, bounds: Bounds, *, over: bool = False) -> None:
        """Fade a picture in at ``bounds``, whatever its own size, out of the one that is shown there.

        Args:
            pixels: (height, width, 3 or 4) bytes, straight alpha; copied.
            over: lay it over the document; else it hides what is there, transparent or not.
        """
        self._previews.show(pixels, bounds, over=over, fade=self.isVisible())
        self._choose_tint()

    def hide_preview(self) -> None:
        """Take the preview away at once."""
        self._previews.hide()
        self._choose_tint()

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

    # Reading the source

    def _read_source(self) -> None:
        self._surface = Surface(self._source) if self._source else None
        self._told = None
        self._overlay.forget()
        if self._source and self._surface:
            self._overlay.read(self._source, self._surface.size, Bounds.of(self._surface.size))

    def _freshen_seen(self, seen: Bounds) -> None:
        """What is seen is up to date, but of a large picture that has just come the tiles appear one by one."""
        assert self._surface is not None
        self._arriving = self._arriving and self._surface.stale and seen.size.area > ARRIVES
        if not self._arriving:
            self._surface.freshen(seen)

    def _freshen_some(self) -> None:
        if self._surface is not None:
            done = self._surface.freshen_some(IDLE_SLICE)
            if self._arriving:
                self._update_document(done)
        if self._surface is None or not self._surface.stale:
            self._arriving = False
            self._idle.stop()

    # Placing

    @property
    def _painted(self) -> Viewport:
        return self._viewport.snapped()

    @property
    def _view_bounds(self) -> Bounds:
        return Bounds(0, 0, round(self.width() * self.scale), round(self.height() * self.scale))

    @property
    def _inset(self) -> int:
        """View pixels at the left and the top that something else covers."""
        return 0

    @property
    def _anchor(self) -> QPointF | None:
        """What zooming keeps in its place when nothing is said; None for the middle."""
        return None

    def _fitted(self) -> Viewport:
        view = self._view_bounds
        size = self._surface.size if self._surface else Size(1, 1)
        margin = round(MARGIN * self.scale)
        return Viewport.fitted(size, max(1, view.width), max(1, view.height), margin, self._inset)

    def _fill_view(self) -> None:
        """The widget's size, or its screen's density, changed."""
        view = self._view_bounds
        if self._follow_fit:
            self._place(self._fitted())
        else:
            resized = self._viewport.resized(max(1, view.width), max(1, view.height))
            self._place(resized.with_inset(self._inset))

    def _place(self, viewport: Viewport) -> None:
        self._viewport = viewport
        painted = self._painted
        if painted == self._told:
            return
        self._told = painted
        if self._surface is not None:
            self._freshen_seen(painted.visible)
        self.update()
        self._run_timers()
        self.viewport_changed.emit(painted)

    def _zoom(self, change: Callable[[float, float], Viewport], at: QPointF | None) -> None:
        if at is None:
            at = self._anchor or QPointF(self.width() / 2, self.height() / 2)
        self._follow_fit = False
        self._place(change(at.x() * self.scale, at.y() * self.scale))

    # Repainting

    def _update_view(self, area: Bounds) -> None:
        """Repaint some view pixels."""
        if area.empty:
            return
        scale = self.scale
        left, top = math.floor(area.x / scale), math.floor(area.y / scale)
        right, bottom = math.ceil(area.right / scale), math.ceil(area.bottom / scale)
        self.update(left, top, right - left, bottom - top)

    def _update_document(self, bounds: Bounds) -> None:
        """Repaint where pixels of the document are seen, with what they are smeared into."""
        if not bounds.empty:
            self._update_view(self._painted.covering(bounds, spill(self._painted)))

    def _choose_tint(self) -> None:
        if self._overlay.set_tinted(self._tinted and not self._previews.hiding):
            self.update()

    def _repaint_preview(self, bounds: Bounds) -> None:
        self._update_view(self._painted.covering(bounds, 2))

    def _step_edge(self) -> None:
        self._update_view(self._overlay.step())

    def _run_timers(self) -> None:
        """Timers run only while somebody can see what they do."""
        seen = self.isVisible() and not self.window().isMinimized()
        _run(self._march, seen and self._overlay.edge != NOWHERE)
        _run(self._idle, seen and self._surface is not None and self._surface.stale)

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
        painter.fillRect(clip, QColor(self._look.surround))
        if self._surface is not None:
            self._paint_document(painter, viewport, clip)
        self._paint_above(painter, viewport, clip)

    def _paint_above(self, painter: QPainter, viewport: Viewport, clip: QRect) -> None:
        """What lies over the picture and its overlays."""

    def _paint_document(self, painter: QPainter, viewport: Viewport, clip: QRect) -> None:
        document = painting.view_rect(viewport, Bounds.of(viewport.size)).toAlignedRect()
        shown = clip.intersected(document)
        if not shown.isEmpty():
            self._paint_picture(painter, viewport, shown)
        painter.setPen(QPen(QColor(self._look.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(document).adjusted(-0.5, -0.5, 0.5, 0.5))
        self._paint_mask(painter, viewport, clip)
        self._paint_boxes(painter, viewport)

    def _paint_picture(self, painter: QPainter, viewport: Viewport, shown: QRect) -> None:
        assert self._surface is not None
        least = 8 * self.scale
        painter.save()
        painter.setClipRect(shown, Qt.ClipOperation.IntersectClip)
        if not self._surface.opaque(viewport.visible):
            self._checkers.paint(painter, viewport, shown, least)
        painting.paint_surface(painter, viewport, self._surface, shown)
        self._previews.paint(painter, viewport, shown, self._checkers, least)
        if viewport.zoom >= painting.GRID_FROM * self.scale:
            painting.paint_grid(painter, viewport, shown)
        painter.restore()

    def _paint_mask(self, painter: QPainter, viewport: Viewport, clip: QRect) -> None:
        before = self._overlay.edge
        self._overlay.refresh(viewport, max(DASH, round(DASH * self.scale)))
        if (before == NOWHERE) != (self._overlay.edge == NOWHERE):
            self._run_timers()
        touched = self._overlay.touched
        area = clip.intersected(QRect(touched.x, touched.y, touched.width, touched.height))
        if not area.isEmpty():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(area.topLeft(), self._overlay.image, area)

    def _paint_boxes(self, painter: QPainter, viewport: Viewport) -> None:
        if self._context is not None:
            self._context.paint(painter, viewport, self._look, self.font(), self.scale)
        for overlay in self._overlays:
            painter.save()
            try:
                overlay.paint(painter, viewport)
            finally:
                painter.restore()

    # Events

    def event(self, event: QEvent) -> bool:
        """Screens of another density."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._fill_view()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fill_view()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill_view()
        self._run_timers()

    def hideEvent(self, event: QHideEvent) -> None:
        self._previews.finish()
        super().hideEvent(event)
        self._run_timers()

    def sizeHint(self) -> QSize:
        return QSize(960, 720)


def _run(timer: QTimer, wanted: bool) -> None:
    if wanted and not timer.isActive():
        timer.start()
    elif not wanted and timer.isActive():
        timer.stop()
