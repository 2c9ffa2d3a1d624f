"""Cursors: the system's where there is one, else an icon with a light edge, so that it is seen on any ground."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QCursor, QGuiApplication, QPainter, QPixmap

from desktop_app import theme

SIDE = 24
SHAPES = {
    "arrow": Qt.CursorShape.ArrowCursor,
    "cross": Qt.CursorShape.CrossCursor,
    "move": Qt.CursorShape.SizeAllCursor,
    "hand": Qt.CursorShape.OpenHandCursor,
    "holding": Qt.CursorShape.ClosedHandCursor,
}
DRAWN = {
    "picker": ("picker", (3, 20)),
    "zoom-in": ("zoom-in", (10, 10)),
    "zoom-out": ("zoom-out", (10, 10)),
    "turn": ("redo", (12, 12)),
}
"""Our icon, and the point of it that points."""
AROUND = tuple((x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y)


def cursor(name: str) -> QCursor:
    """A cursor by its name. Raises KeyError when there is none."""
    return QCursor(SHAPES[name]) if name in SHAPES else _drawn(name)


@cache
def _drawn(name: str) -> QCursor:
    icon, hot = DRAWN[name]
    ratio = QGuiApplication.primaryScreen().devicePixelRatio() if QGuiApplication.primaryScreen() else 1.0
    picture = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    light, dark = _tinted(icon, "#ffffff", ratio), _tinted(icon, "#15171a", ratio)
    corner = QPoint(2, 2)
    painter = QPainter(picture)
    try:
        for across, down in AROUND:
            painter.drawPixmap(corner + QPoint(across, down), light)
        painter.drawPixmap(corner, dark)
    finally:
        painter.end()
    return QCursor(picture, *hot)


def _tinted(icon: str, colour: str, ratio: float) -> QPixmap:
    side = round((SIDE - 4) * ratio)
    out = theme.icon(icon).pixmap(side, side)
    painter = QPainter(out)
    try:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(out.rect(), QColor(colour))
    finally:
        painter.end()
    out.setDevicePixelRatio(ratio)
    return out
