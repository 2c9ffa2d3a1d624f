"""The field for prompts: keys that weigh words, a tint that shows the weights, and the prompts used before."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import takewhile

from PySide6.QtCore import QEvent, QMimeData, QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.panels.fields import Field
from desktop_app.panels.unknown_words import UnknownWords
from inference.prompt import marks, reweigh

MOST_KEPT = 100
"""Prompts in a history."""
STEP = 0.1
_SLACK = 2
"""Pixels without which Qt thinks that the last line does not fit."""
_CONTROL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_WEIGHTS = {Qt.Key.Key_Up: STEP, Qt.Key.Key_Down: -STEP}
_RUN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PromptHistory:
    """The prompts that were used, newest first, and where one is while walking through them."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._entries = list(dict.fromkeys(entry for entry in entries if entry.strip()))[:MOST_KEPT]
        self._at = -1
        self._draft = ""

    @property
    def entries(self) -> list[str]:
        """Newest first, each once."""
        return list(self._entries)

    def remember(self, text: str) -> None:
        """It was used: it is the newest now."""
        if text.strip():
            self._entries = [text, *(entry for entry in self._entries if entry != text)][:MOST_KEPT]
        self.leave()

    def leave(self) -> None:
        """The text was changed by hand: the next walk begins from it."""
        self._at = -1

    def older(self, text: str) -> str | None:
        """The prompt before this one; None at the oldest. What was being typed is kept for ``newer``."""
        if self._at < 0:
            self._draft = text
        return self._walk(text, 1)

    def newer(self, text: str) -> str | None:
        """The prompt after this one, in the end what was being typed; None when there is none."""
        return self._walk(text, -1) if self._at >= 0 else None

    def _walk(self, text: str, step: int) -> str | None:
        at = self._at + step
        while 0 <= at < len(self._entries) and self._entries[at] == text:
            at += step
        if at >= len(self._entries):
            return None
        self._at = max(at, -1)
        return self._entries[at] if at >= 0 else self._draft


class PromptEdit(QPlainTextEdit):
    """A prompt of some lines that grows with its text.

    Ctrl+Up and Ctrl+Down weigh the selected words, Alt+Up and Alt+Down walk through the history, Ctrl+Enter runs,
    Enter begins a line, Tab leaves.

    Signals:
        changed: the user changed the text.
        submitted: Ctrl+Enter.
    """

    changed = Signal()
    submitted = Signal()

    def __init__(self, least: int = 3, most: int = 8) -> None:
        super().__init__()
        self._least, self._most = least, most
        self._known = ""
        self._walking = False
        self.history = PromptHistory()
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.setViewportMargins(theme.GRID, 0, 0, 0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._tint = _Tint(self.document())
        self.textChanged.connect(self._edited)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    @property
    def value(self) -> str:
        """The text."""
        return self.toPlainText()

    def set_value(self, text: str) -> None:
        """Show a text, without ``changed``. It can be undone."""
        if text == self.value:
            return
        with QSignalBlocker(self):
            self._put(text)
        self._known = text
        self.history.leave()
        self._tint.refresh()
        self._fit()

    def weigh(self, step: float) -> None:
        """Change the weight of the selection, or of the word at the cursor, by ``step``."""
        text, cursor = self.value, self.textCursor()
        start, end = (_index(text, at) for at in (cursor.selectionStart(), cursor.selectionEnd()))
        new, start, end = reweigh(text, start, end, step)
        if new == text:
            return
        self._put(new)
        cursor = self.textCursor()
        cursor.setPosition(_units(new, start))
        cursor.setPosition(_units(new, end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def walk(self, *, older: bool) -> None:
        """Show the prompt before or after this one in the history."""
        text = self.history.older(self.value) if older else self.history.newer(self.value)
        if text is not None:
            self.recall(text)

    def recall(self, text: str) -> None:
        """Take a prompt from the history, as if typed, but without leaving one's place in it."""
        self._walking = True
        self._put(text)
        self._walking = False
        self.moveCursor(QTextCursor.MoveOperation.End)

    def replace(self, start: int, end: int, words: str) -> None:
        """Put other words in the place of some, as if typed; the cursor comes behind them."""
        text = self.value
        self._put(text[:start] + words + text[end:])
        cursor = self.textCursor()
        cursor.setPosition(_units(self.value, start + len(words)))
        self.setTextCursor(cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._composing() or not self._act(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keys that mean something here are not the window's; pasting what is no text is."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Paste) and not self._can_paste():
                event.ignore()
                return False
            if self._does(event):
                event.accept()
                return True
        return super().event(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text alone: files and pictures are for the canvas."""
        return source.hasText() and not any(url.isLocalFile() for url in source.urls())

    def insertFromMimeData(self, source: QMimeData) -> None:
        if self.canInsertFromMimeData(source):
            self.insertPlainText(source.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._tint.refresh()
            self._fit()

    def _does(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return held in (_CONTROL, _ALT) and event.key() in _WEIGHTS

    def _act(self, event: QKeyEvent) -> bool:
        held, key = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, Qt.Key(event.key())
        if held == _CONTROL and key in _RUN:
            self.submitted.emit()
        elif held == _CONTROL and key in _WEIGHTS:
            self.weigh(_WEIGHTS[key])
        elif held == _ALT and key in _WEIGHTS:
            self.walk(older=key == Qt.Key.Key_Up)
        else:
            return False
        return True

    def _composing(self) -> bool:
        """True while an input method shows what is not decided yet."""
        layout = self.textCursor().block().layout()
        return layout is not None and bool(layout.preeditAreaText())

    def _can_paste(self) -> bool:
        held = QGuiApplication.clipboard().mimeData()
        return held is not None and self.canInsertFromMimeData(held)

    def _put(self, text: str) -> None:
        """Change no more than differs, in one step of undo."""
        old = self.value
        head = _common(old, text)
        tail = _common(reversed(old[head:]), reversed(text[head:]))
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.setPosition(_units(old, head))
        cursor.setPosition(_units(old, len(old) - tail), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[head : len(text) - tail])
        cursor.endEditBlock()

    def _edited(self) -> None:
        """The tint too counts as a change of the text for Qt."""
        text = self.value
        if text == self._known:
            return
        self._known = text
        if not self._walking:
            self.history.leave()
        self._tint.refresh()
        self.changed.emit()

    def _fit(self) -> None:
        """As high as its lines, between the least and the most."""
        block = self.document().firstBlock()
        layout = block.layout()
        laid = layout.lineAt(0).height() if layout.lineCount() else 0
        line = max(laid, QFontMetrics(self.font()).lineSpacing())
        high = 0.0
        while block.isValid() and high < self._most * line:
            high += self.blockBoundingRect(block).height()
            block = block.next()
        inside = min(max(high, self._least * line), self._most * line)
        margins = self.contentsMargins()
        wanted = max(theme.CONTROL, math.ceil(inside) + _SLACK + margins.top() + margins.bottom())
        if wanted != self.maximumHeight():
            self.setFixedHeight(wanted)


class PromptField(Field):
    """A prompt as a field of a panel, with what the model does not know of it beneath."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__()
        self.edit = PromptEdit(least, most)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self.edit)
        self.unknown = UnknownWords(self.edit)
        column.addWidget(self.unknown)
        self.setFocusProxy(self.edit)
        self.edit.changed.connect(self.changed)

    @property
    def value(self) -> str:
        return self.edit.value

    def set_value(self, value: str) -> None:
        self.edit.set_value(value)

    def parts(self) -> Iterable[QWidget]:
        return (self.edit,)


class _Tint(QSyntaxHighlighter):
    """Brackets and numbers quietly, weighty words boldly, light ones quietly."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._text = ""
        self._runs: list[tuple[int, int, QTextCharFormat]] = []

    def refresh(self) -> None:
        """Tint all of it anew: a bracket may be closed lines later."""
        self._read()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if self._text != self.document().toPlainText():
            self._read()
        first = self.currentBlock().position()
        for start, end, look in self._runs:
            if start < first + len(text) and end > first:
                self.setFormat(max(start - first, 0), end - max(start, first), look)

    def _read(self) -> None:
        self._text = self.document().toPlainText()
        quiet, strong = QTextCharFormat(), QTextCharFormat()
        quiet.setForeground(QColor(theme.current().quiet))
        strong.setForeground(QColor(theme.current().link))
        strong.setFontWeight(QFont.Weight.DemiBold)
        self._runs = [
            (
                _units(self._text, mark.start),
                _units(self._text, mark.end),
                strong if mark.weight and mark.weight > 1 else quiet,
            )
            for mark in marks(self._text)
        ]


def _units(text: str, index: int) -> int:
    """Qt counts UTF-16 units: an emoji is two of them."""
    return len(text[:index].encode("utf-16-le", "surrogatepass")) // 2


def _index(text: str, units: int) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "surrogatepass"))


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """Letters that both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
