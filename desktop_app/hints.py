"""Hints for the first steps: numbered cards that point at the real controls until the first result."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

import enum

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from desktop_app import theme
from desktop_app.language import QT_TRANSLATE_NOOP, translated

ARROW = 8
"""How far the arrow reaches out of a card, in pixels."""
WIDTH = 208
BADGE = 20

STEPS = (
    QT_TRANSLATE_NOOP("HintCard", "Brush over what should change"),
    QT_TRANSLATE_NOOP("HintCard", "Say what should be there"),
    QT_TRANSLATE_NOOP("HintCard", "Press Generate"),
)
"""The first three steps."""


class Side(enum.Enum):
    """Of a card: where its arrow is."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"
    NONE = "none"


class Badge(QWidget):
    """A number in a circle."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.setFixedSize(BADGE, BADGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(look.quiet), 1))
            painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setPen(QColor(look.text))
            painter.setFont(theme.font(theme.Type.CAPTION, bold=True))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), str(self._number))
        finally:
            painter.end()


class HintCard(QWidget):
    """A small card with a number, a sentence, an arrow on one side and a button that closes it.

    Args:
        step: 0 to 2, one of ``STEPS``.

    Signals:
        closed: the reader closed it.

    Attributes:
        step: which of them.
    """

    closed = Signal()

    def __init__(self, step: int, side: Side = Side.NONE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step, self._side = step, side
        self._tip = 0
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setIcon(theme.icon("close"))
        self._close.setFixedSize(BADGE, BADGE)
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(*_margins(side))
        row.setSpacing(theme.INSIDE)
        upper = Qt.AlignmentFlag.AlignTop
        row.addWidget(Badge(step + 1), 0, upper)
        row.addWidget(self._text, 1)
        row.addWidget(self._close, 0, upper)
        self.setFixedWidth(WIDTH)
        self.retranslate()

    def point_at(self, target: QRect, room: QRect) -> None:
        """Lie beside ``target`` with the tip of the arrow at its edge, within ``room``; both in the parent's pixels."""
        self.setFixedHeight(self.heightForWidth(WIDTH) if self.hasHeightForWidth() else self.sizeHint().height())
        place = _beside(target, self.rect(), self._side)
        inside = QRect(place)
        inside.moveLeft(min(max(place.left(), room.left()), room.right() - place.width() + 1))
        inside.moveTop(min(max(place.top(), room.top()), room.bottom() - place.height() + 1))
        upright = self._side in {Side.TOP, Side.BOTTOM}
        self._tip = (place.left() - inside.left()) if upright else (place.top() - inside.top())
        self.setGeometry(inside)
        self.update()

    def dismiss(self) -> None:
        """Close it."""
        self.hide()
        self.closed.emit()

    def retranslate(self) -> None:
        """Set all texts."""
        text = translated("HintCard", STEPS[self.step])
        self._text.setText(text)
        self.setAccessibleName(self.tr("Step {number}: {text}").format(number=self.step + 1, text=text))
        self._close.setToolTip(self.tr("Close this hint (Esc)"))
        self._close.setAccessibleName(self.tr("Close this hint"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(look.link), 1))
            painter.setBrush(QColor(look.field))
            painter.drawPath(self._outline())
        finally:
            painter.end()

    def _outline(self) -> QPainterPath:
        whole = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        left, top, right, bottom = (ARROW if self._side is each else 0 for each in _AROUND)
        card = whole.adjusted(left, top, -right, -bottom)
        path = QPainterPath()
        path.addRoundedRect(card, theme.INSIDE, theme.INSIDE)
        tip = {
            Side.LEFT: QPointF(whole.left(), card.center().y() + self._tip),
            Side.RIGHT: QPointF(whole.right(), card.center().y() + self._tip),
            Side.TOP: QPointF(card.center().x() + self._tip, whole.top()),
            Side.BOTTOM: QPointF(card.center().x() + self._tip, whole.bottom()),
        }.get(self._side)
        if tip is None:
            return path
        arrow = QPainterPath()
        upright = self._side in {Side.TOP, Side.BOTTOM}
        across, into = (
            (QPointF(ARROW, 0), QPointF(0, ARROW + 1)) if upright else (QPointF(0, ARROW), QPointF(ARROW + 1, 0))
        )
        base = tip + (into if self._side in {Side.LEFT, Side.TOP} else -into)
        arrow.addPolygon(QPolygonF([tip, base + across, base - across, tip]))
        return path.united(arrow)


class StepHints(QObject):
    """The three cards over a window, each beside the control it speaks of, until ``finish``.

    A card whose control is not to be seen hides with it.

    Signals:
        dismissed: the reader closed the last of them.
    """

    dismissed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._cards: dict[HintCard, QWidget] = {}

    @property
    def cards(self) -> tuple[HintCard, ...]:
        """Those that are left."""
        return tuple(self._cards)

    def point(self, step: int, target: QWidget, side: Side) -> None:
        """Put the card of a step (0 to 2) beside a control; ``side`` is the card's that has the arrow."""
        card = HintCard(step, side, self._window)
        self._cards[card] = target
        card.closed.connect(self._forget_closed)
        for watched in (self._window, target):
            watched.installEventFilter(self)
        self._place()

    def complete(self, step: int) -> None:
        """A step (0 to 2) was done: its card goes."""
        for card in self.cards:
            if card.step == step:
                self._drop(card)

    def finish(self) -> None:
        """Take them away."""
        for card in self.cards:
            self._drop(card)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVED:
            self._place()
        return False

    def _place(self) -> None:
        for card, target in self._cards.items():
            seen = target.isVisible()
            if seen:
                at = target.mapTo(self._window, QPoint(0, 0))
                room = self._window.rect().adjusted(theme.GRID, theme.GRID, -theme.GRID, -theme.GRID)
                card.point_at(QRect(at, target.size()), room)
                card.raise_()
            card.setVisible(seen)

    def _forget_closed(self) -> None:
        card = self.sender()
        if isinstance(card, HintCard) and card in self._cards:
            self._drop(card)
            if not self._cards:
                self.dismissed.emit()

    def _drop(self, card: HintCard) -> None:
        target = self._cards.pop(card)
        if target not in self._cards.values():
            target.removeEventFilter(self)
        if not self._cards:
            self._window.removeEventFilter(self)
        card.hide()
        card.deleteLater()


_AROUND = (Side.LEFT, Side.TOP, Side.RIGHT, Side.BOTTOM)
_MOVED = {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest}


def _margins(side: Side) -> tuple[int, int, int, int]:
    left, top, right, bottom = (theme.INSIDE + (ARROW if side is each else 0) for each in _AROUND)
    return left, top, right, bottom


def _beside(target: QRect, card: QRect, side: Side) -> QRect:
    """The card centred beside the target, on the side across from its arrow."""
    place = QRect(QPoint(0, 0), card.size())
    place.moveCenter(target.center())
    if side is Side.LEFT:
        place.moveLeft(target.right() + 1)
    elif side is Side.RIGHT:
        place.moveRight(target.left() - 1)
    elif side is Side.TOP:
        place.moveTop(target.bottom() + 1)
    elif side is Side.BOTTOM:
        place.moveBottom(target.top() - 1)
    return place
