"""Onion skin: neighbours of a frame, tinted and faint."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage, QPainter

BEFORE, AFTER = "#e5605b", "#3f9cf5"
"""Tints of frames before and after."""
MOST = 3
"""Frames on each side."""
TINT = 0.65
"""How far a skin has its tint's colour."""
UNDER, OVER = (0.55, 0.32, 0.18), (0.34, 0.2, 0.12)
"""How much of the first, second, third neighbour is seen: under a frame that is transparent, over one that is not."""


def tinted(image: QImage, colour: str) -> QImage:
    """The same picture in shades of a colour."""
    out = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    tint = QColor(colour)
    tint.setAlphaF(TINT)
    painter = QPainter(out)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
    painter.fillRect(out.rect(), tint)
    painter.end()
    return out


def see_through(image: QImage) -> bool:
    """True when something can be seen behind it: a corner or the middle of a side is not opaque."""
    if not image.hasAlphaChannel():
        return False
    right, low = image.width() - 1, image.height() - 1
    places = [(0, 0), (right, 0), (0, low), (right, low), (right // 2, 0), (0, low // 2), (right, low // 2)]
    return any(image.pixelColor(*place).alpha() < 255 for place in places)


def neighbours(frame: int, count: int, skins: int, *, around: bool) -> list[tuple[int, str, int]]:
    """Frames to be seen around one: frame, tint, and how far it is; the farthest first.

    Args:
        around: after the last frame comes the first.
    """
    out = []
    for far in range(min(skins, MOST), 0, -1):
        for step, tint in ((-far, BEFORE), (far, AFTER)):
            other = (frame + step) % count if around else frame + step
            if 0 <= other < count and other != frame:
                out.append((other, tint, far))
    return out
