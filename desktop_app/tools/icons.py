"""Icons of tools that paint on the selection: the theme's, with a dot in the colour of the selection's tint."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap

from desktop_app import theme

DOT = 0.36
"""Of the icon's side."""


class _Dotted(QIconEngine):
    def __init__(self, icon: QIcon) -> None:
        super().__init__()
        self._icon = icon

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        self._icon.paint(painter, rect, Qt.AlignmentFlag.AlignCenter, mode, state)
        side = rect.width() * DOT
        colour = theme.current().faint if mode == QIcon.Mode.Disabled else theme.current().link
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QRectF(rect.right() + 1 - side, rect.bottom() + 1 - side, side, side))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        out = QPixmap(size)
        out.fill(Qt.GlobalColor.transparent)
        painter = QPainter(out)
        try:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        finally:
            painter.end()
        return out


def masking(name: str) -> QIcon:
    """The theme's icon of that name with the dot. Raises KeyError when there is none."""
    return QIcon(_Dotted(theme.icon(name)))
