"""Beneath a prompt: the words that the model does not know, and near ones that take their place at a click."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Protocol

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop_app import theme
from desktop_app.messages import localised
from inference.prompt import escaped
from inference.words import Unknown, Vocabulary

PAUSE = 400
"""Milliseconds after the last key until the words are looked up."""
MOST_SHOWN = 3
"""Words that are shown; the others are counted."""


class _Edit(Protocol):
    @property
    def value(self) -> str: ...

    def document(self) -> QTextDocument: ...

    def replace(self, start: int, end: int, words: str) -> None: ...

    def setFocus(self, reason: Qt.FocusReason, /) -> None: ...


def _nothing(_: str) -> str:
    return ""


class UnknownWords(QLabel):
    """Looks at a prompt when its typist pauses. Hidden while all is known. For models that do not say
    what they know, only embeddings for another kind of model are told.

    Args:
        edit: the prompt; a word is replaced in it as if typed.
    """

    def __init__(self, edit: _Edit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edit = edit
        self._words: Vocabulary | None = None
        self._seen = ""
        self._unknown: tuple[Unknown, ...] = ()
        self._misfit: Callable[[str], str] = _nothing
        self._strange = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        reached = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        self.setTextInteractionFlags(reached)
        theme.mark(self, role="caption")
        self.hide()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.look)
        edit.document().contentsChanged.connect(self._soon)
        self.linkActivated.connect(self._take)
        self.retranslate()

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """What was found when it was last looked."""
        return self._unknown

    def set_words(self, words: Vocabulary | None) -> None:
        """What the model knows; None where it does not say."""
        if words is not self._words:
            self._words = words
            self.look()

    def set_misfit(self, misfit: Callable[[str], str]) -> None:
        """Says in one sentence which of a prompt's words are embeddings for another kind of model."""
        self._misfit = misfit
        self.look()

    def look(self) -> None:
        """Look the words up now."""
        self._pause.stop()
        self._seen = self._edit.value
        self._unknown = self._words.read(self._seen).unknown if self._words is not None else ()
        self._strange = self._misfit(self._seen)
        self._show()

    def retranslate(self) -> None:
        """All texts in the current language."""
        self.setAccessibleName(self.tr("Unknown words"))
        self.setToolTip(self.tr("The model leaves out what it does not know. Click a word to take it instead."))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _soon(self) -> None:
        """The tint of the prompt counts as a change, too."""
        if self._edit.value != self._seen:
            self._pause.start()

    def _show(self) -> None:
        lines = [self._line(at, unknown) for at, unknown in enumerate(self._unknown[:MOST_SHOWN])]
        more = len(self._unknown) - MOST_SHOWN
        if more > 0:
            lines.append(self.tr("and %n more", None, more))
        if self._strange:
            lines.append(escape(localised(self._strange)))
        self.setText("<br>".join(lines))
        self.setVisible(bool(lines))

    def _line(self, at: int, unknown: Unknown) -> str:
        word = f"<b>{escape(unknown.word)}</b>"
        if not unknown.near:
            return self.tr("{word} is not known").format(word=word)
        names = ", ".join(f'<a href="{at} {place}">{escape(name)}</a>' for place, name in enumerate(unknown.near))
        return self.tr("{word} is not known; near: {names}").format(word=word, names=names)

    def _take(self, link: str) -> None:
        """Put a near name where the unknown word is, unless the prompt has changed meanwhile."""
        at, place = map(int, link.split())
        if self._edit.value == self._seen:
            unknown = self._unknown[at]
            self._edit.replace(unknown.start, unknown.end, escaped(unknown.near[place]))
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.look()
