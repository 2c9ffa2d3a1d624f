"""The strip of messages above the canvas: what went wrong, what to do, and what was done. It never takes the focus."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QEnterEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.messages import localised, localised_error
from inference.errors import GouacheError

SHOWN = 3
"""Messages that are seen at once; the others come up as those are closed."""
MOST = 50
"""The oldest are dropped beyond it."""
SECONDS = 6.0
"""After which good and plain news go by themselves."""


class Kind(enum.Enum):
    """Of a message."""

    ERROR = "error"
    WARNING = "warning"
    GOOD = "good"
    INFO = "info"
    LOUD = "loud"
    """What must not be overlooked: the graphics card was not obtained."""


class _Look(NamedTuple):
    role: str
    icon: str
    name: str
    goes: bool


_LOOKS = {
    Kind.ERROR: _Look("strip-error", "error", QT_TRANSLATE_NOOP("MessageStrip", "Error"), False),
    Kind.WARNING: _Look("strip-warning", "warning", QT_TRANSLATE_NOOP("MessageStrip", "Warning"), False),
    Kind.GOOD: _Look("strip-good", "good", QT_TRANSLATE_NOOP("MessageStrip", "Done"), True),
    Kind.INFO: _Look("strip-info", "info", QT_TRANSLATE_NOOP("MessageStrip", "Note"), True),
    Kind.LOUD: _Look("strip-loud", "warning", QT_TRANSLATE_NOOP("MessageStrip", "Warning"), False),
}


class Action(NamedTuple):
    """A button of a message: what it says, and what it does. The message is closed first."""

    text: str
    run: Callable[[], object]


Actions = Sequence[tuple[str, Callable[[], object]]]


class MessageStrip(QWidget):
    """A stack of messages, the newest on top. Without one it takes no room.

    Signals:
        emptied: the last message was closed.
    """

    emptied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._rows: list[_Row] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        self._layout.setSpacing(theme.GRID)
        self._more = QWidget()
        self._count = QLabel()
        self._close_all = QPushButton()
        self._close_all.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close_all.clicked.connect(self.clear)
        theme.mark(self._count, role="caption")
        more = QHBoxLayout(self._more)
        more.setContentsMargins(theme.INSIDE, 0, 0, 0)
        more.addWidget(self._count)
        more.addStretch()
        more.addWidget(self._close_all)
        self._layout.addWidget(self._more)
        self._arrange()
        self.retranslate()

    @property
    def texts(self) -> tuple[str, ...]:
        """All messages as they are shown, the newest first."""
        return tuple(row.text for row in self._rows)

    def show_error(self, error: GouacheError, actions: Actions = ()) -> None:
        """Say what went wrong and what to do; the detail is folded away."""
        self._put(_Row(Kind.ERROR, lambda: localised_error(error), error.detail, actions))

    def show_message(self, kind: Kind | str, text: str, actions: Actions = (), *, seconds: float | None = None) -> None:
        """Say something.

        Args:
            kind: or its value, as "info".
            text: in the interface's language, or a sentence of the engine's.
            seconds: after which it goes; 0: never. Good and plain news go after six unless it is given, others stay.
        """
        kind = Kind(kind)
        if seconds is None:
            seconds = SECONDS if _LOOKS[kind].goes else 0
        self._put(_Row(kind, lambda: localised(text), "", actions, seconds))

    def clear(self) -> None:
        """Close all messages."""
        rows, self._rows = self._rows, []
        for row in rows:
            self._drop(row)
        self._arrange()
        if rows:
            self.emptied.emit()

    def close_kind(self, kind: Kind) -> None:
        """Close the messages of a kind: what they warned of is over."""
        for row in [row for row in self._rows if row.kind is kind]:
            self._close(row)

    def retranslate(self) -> None:
        """Set all texts."""
        self.setAccessibleName(self.tr("Messages"))
        self._close_all.setText(self.tr("Close all"))
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _put(self, row: _Row) -> None:
        same = next((each for each in self._rows if each.key == row.key), None)
        if same is not None:
            self._rows.remove(same)
            row.count = same.count + 1
            self._drop(same)
        row.closed.connect(self._close_sender)
        self._rows.insert(0, row)
        self._layout.insertWidget(0, row)
        for old in self._rows[MOST:]:
            self._drop(old)
        del self._rows[MOST:]
        self._arrange()
        row.announce()

    def _close_sender(self) -> None:
        row = self.sender()
        if isinstance(row, _Row):
            self._close(row)

    def _close(self, row: _Row) -> None:
        if row not in self._rows:
            return
        self._rows.remove(row)
        self._drop(row)
        self._arrange()
        if not self._rows:
            self.emptied.emit()

    def _drop(self, row: _Row) -> None:
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _arrange(self) -> None:
        for index, row in enumerate(self._rows):
            row.setVisible(index < SHOWN)
        hidden = max(0, len(self._rows) - SHOWN)
        self._count.setText(self.tr("%n more message(s)", None, hidden))
        self._more.setVisible(hidden > 0)
        self.setVisible(bool(self._rows))


class _Row(QFrame):
    """One message."""

    closed = Signal()

    def __init__(
        self,
        kind: Kind,
        say: Callable[[], str],
        detail: str,
        actions: Actions,
        seconds: float = 0,
    ) -> None:
        super().__init__()
        self.kind = kind
        self.count = 1
        self.key = (kind, say(), detail, tuple(name for name, _ in actions))
        self._say, self._detail = say, detail
        self._timer = QTimer(self, singleShot=True, interval=round(seconds * 1000))
        self._timer.timeout.connect(self.closed)
        theme.mark(self, role=_LOOKS[kind].role)
        self._icon = _Picture(_LOOKS[kind].icon)
        self._text = _Folded()
        self._text.fits_changed.connect(self._arrange)
        self._counted = QLabel()
        theme.mark(self._counted, role="caption")
        self._told = _selectable(QLabel(detail))
        self._told.setWordWrap(True)
        theme.mark(self._told, role="caption")
        self._buttons = [QPushButton(name) for name, _ in actions]
        for button, (_, run) in zip(self._buttons, actions, strict=True):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._run, run))
        self._unfold, self._copy, self._close = _button("down"), _button("duplicate"), _button("close")
        self._unfold.setCheckable(True)
        self._unfold.toggled.connect(self._fold)
        self._copy.clicked.connect(self.copy)
        self._close.clicked.connect(self.closed)
        self._lay_out()
        self.retranslate()
        self._fold(False)
        self._unfold.setChecked(kind is Kind.LOUD)

    @property
    def text(self) -> str:
        """The whole message in the interface's language."""
        return self._say()

    def copy(self) -> None:
        """Put message, hint and detail on the clipboard."""
        QGuiApplication.clipboard().setText("\n".join(part for part in (self.text, self._detail) if part))

    def announce(self) -> None:
        """Have a screen reader say it, without the focus coming here."""
        said = f"{translated('MessageStrip', _LOOKS[self.kind].name)}: {self.text}"
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))

    def retranslate(self) -> None:
        """Set all texts."""
        name = translated("MessageStrip", _LOOKS[self.kind].name)
        self.setAccessibleName(f"{name}: {self.text}")
        self._icon.setToolTip(name)
        self._text.set_whole(self.text)
        self._counted.setText(self.tr("{count} times").format(count=self.count))
        for button, text in (
            (self._unfold, self.tr("Show all of the message")),
            (self._copy, self.tr("Copy the message")),
            (self._close, self.tr("Close the message (Esc)")),
        ):
            button.setToolTip(text)
            button.setAccessibleName(text)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._counted.setText(self.tr("{count} times").format(count=self.count))
        self._arrange()
        self._wait()

    def enterEvent(self, event: QEnterEvent) -> None:
        """It does not go while it is read."""
        super().enterEvent(event)
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._wait()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(theme.GRID)
        middle.addWidget(self._text)
        middle.addWidget(self._told)
        top = Qt.AlignmentFlag.AlignTop
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.INSIDE, theme.GRID, theme.GRID, theme.GRID)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._icon, 0, top)
        row.addLayout(middle, 1)
        for widget in (self._counted, *self._buttons, self._unfold, self._copy, self._close):
            row.addWidget(widget, 0, top)
        self._counted.setFixedHeight(theme.CONTROL)

    def _fold(self, unfolded: bool) -> None:
        self._unfold.setIcon(theme.icon("up" if unfolded else "down"))
        self._text.set_folded(not unfolded)
        self._told.setVisible(unfolded and bool(self._detail))
        self._wait()

    def _arrange(self) -> None:
        self._counted.setVisible(self.count > 1)
        self._unfold.setVisible(bool(self._detail) or not self._text.fits)

    def _wait(self) -> None:
        reads = self._unfold.isChecked() or self.underMouse()
        if self._timer.interval() and not reads and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    def _run(self, run: Callable[[], object], _checked: bool = False) -> None:
        self.closed.emit()
        run()


class _Folded(QLabel):
    """Text on one line, cut where the room ends, until it is unfolded.

    Signals:
        fits_changed: whether all of it is seen when it is folded.
    """

    fits_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        _selectable(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(theme.CONTROL)
        self._whole, self._folded = "", True
        self.fits = True

    def set_whole(self, text: str) -> None:
        """All of the text."""
        self._whole = text
        self._set()

    def set_folded(self, folded: bool) -> None:
        """One line, or as many as it takes."""
        self._folded = folded
        self.setWordWrap(not folded)
        self._set()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._set()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _set(self) -> None:
        line = " ".join(self._whole.split())
        cut = self.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, max(1, self.width()))
        shown = cut if self._folded else self._whole
        if shown != self.text():
            self.setText(shown)
        self.setToolTip("" if cut == line or not self._folded else self._whole)
        fits = cut == line
        if fits != self.fits:
            self.fits = fits
            self.fits_changed.emit()


class _Picture(QLabel):
    """An icon that follows the theme."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setFixedHeight(theme.CONTROL)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self.setPixmap(theme.icon(self._name).pixmap(theme.icon_size(), self.devicePixelRatioF()))


def _selectable(label: QLabel) -> QLabel:
    """By the mouse alone: a click in it must not take the keyboard from the canvas."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return label


def _button(icon: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(theme.icon(icon))
    button.setIconSize(theme.icon_size())
    button.setFixedSize(theme.CONTROL, theme.CONTROL)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
