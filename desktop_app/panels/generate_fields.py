"""Fields that only the generate panel has: seeds with their lock and dice, and sizes that a model can run."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

import random
from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QWidget

from desktop_app import theme
from desktop_app.panels.fields import TEXT, Calm, Choice, Field, Option, lay, mark_default, tool
from inference.api import LARGEST_SEED
from inference.errors import BadRequest
from inference.geometry import Size, SizeRule

DRAWN_SEEDS = 2**32
"""Seeds are drawn below it: short enough to be read and typed."""
_DIGITS = len(str(LARGEST_SEED))


class SeedSpin(Calm, QAbstractSpinBox):
    """A whole number from 0 to 2**63 - 1, which Qt's own cannot hold; nothing where that is allowed.

    Signals:
        edited: the user gave it another value.
    """

    edited = Signal()

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.mark(self, role="bare")
        self._optional = optional
        self._seed: int | None = None if optional else 0
        self.lineEdit().textEdited.connect(self._typed)
        self.lineEdit().setTextMargins(*TEXT)
        self.editingFinished.connect(self._show)

    @property
    def seed(self) -> int | None:
        """What it says."""
        return self._seed

    def set_seed(self, seed: int | None) -> None:
        """Show a seed, without ``edited``."""
        self._seed = seed
        self._show()

    def stepBy(self, steps: int) -> None:
        self._take(min(max((self._seed or 0) + steps, 0), LARGEST_SEED))
        self._show()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flag = QAbstractSpinBox.StepEnabledFlag
        up = flag.StepUpEnabled if (self._seed or 0) < LARGEST_SEED else flag.StepNone
        return up | (flag.StepDownEnabled if self._seed else flag.StepNone)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        state = QValidator.State
        if not text:
            return state.Acceptable if self._optional else state.Intermediate, text, position
        fits = text.isascii() and text.isdigit() and int(text[: _DIGITS + 1]) <= LARGEST_SEED
        return state.Acceptable if fits else state.Invalid, text, position

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance("0" * len(str(DRAWN_SEEDS))) + 16, hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _typed(self, text: str) -> None:
        if text or self._optional:
            self._take(int(text) if text else None)

    def _take(self, seed: int | None) -> None:
        if seed != self._seed:
            self._seed = seed
            self.edited.emit()

    def _show(self) -> None:
        text = "" if self._seed is None else str(self._seed)
        if self.lineEdit().text() != text:
            self.lineEdit().setText(text)
        self.lineEdit().setCursorPosition(0)


class SeedField(Field):
    """A seed, with a button that draws another."""

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__()
        self.spin = SeedSpin(optional=optional)
        self.dice = tool("dice")
        lay(self, self.spin, self.dice)
        self.spin.edited.connect(self.changed)
        self.dice.clicked.connect(self.roll)

    @property
    def value(self) -> int | None:
        return self.spin.seed

    def set_value(self, value: int | None) -> None:
        self.spin.set_seed(value)

    def roll(self) -> None:
        """Draw a seed that was not there before."""
        before = self.value
        self.set_value(next(seed for seed in iter(drawn, None) if seed != before))
        self.changed.emit()

    def set_dice_words(self, name: str, tip: str) -> None:
        """What the button is called, and its tooltip."""
        self.dice.setAccessibleName(name)
        self.dice.setToolTip(tip)

    def set_placeholder(self, text: str) -> None:
        """What an empty one shows."""
        self.spin.lineEdit().setPlaceholderText(text)

    def parts(self) -> Iterable[QWidget]:
        return (self.spin,)


class LockField(Field):
    """A padlock, open or closed."""

    def __init__(self) -> None:
        super().__init__()
        self.button = tool("unlock")
        self.button.setCheckable(True)
        lay(self, self.button)
        self.button.toggled.connect(self._toggled)

    @property
    def value(self) -> bool:
        return self.button.isChecked()

    def set_value(self, value: bool) -> None:
        with QSignalBlocker(self.button):
            self.button.setChecked(value)
        self._draw()

    def parts(self) -> Iterable[QWidget]:
        return (self.button,)

    def _toggled(self) -> None:
        self._draw()
        self.changed.emit()

    def _draw(self) -> None:
        self.button.setIcon(theme.icon("lock" if self.value else "unlock"))


class SizeField(Field):
    """A size, typed or chosen from the good ones; None for a default. What is typed moves to the nearest allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = Choice()
        self.choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        lay(self, self.choice)
        self._rule: SizeRule | None = None
        self._size: Size | None = None
        self._default = ""
        self._offered: tuple[object, ...] = ()
        self.choice.activated.connect(self._chosen)
        self._edit = QLineEdit()
        self.choice.setLineEdit(self._edit)
        self.choice.setCompleter(None)  # pyright: ignore[reportArgumentType] (None is allowed)
        self._edit.textEdited.connect(self._typed)
        self._edit.editingFinished.connect(self._finished)

    @property
    def value(self) -> Size | None:
        return self._size

    def set_value(self, value: Size | None) -> None:
        self._size = value
        self._show()

    def set_sizes(self, rule: SizeRule | None, sizes: Iterable[Size], default: str) -> None:
        """What is allowed, what to offer, and the words for the default."""
        sizes = tuple(sizes)
        if (rule, sizes, default) == self._offered:
            return
        self._offered = rule, sizes, default
        self._rule, self._default = rule, default
        self.choice.set_options([Option(None, default), *(Option(size, shown(size)) for size in sizes)])
        self._show()

    def parts(self) -> Iterable[QWidget]:
        return (self.choice,)

    def _chosen(self, row: int) -> None:
        self._take(self.choice.itemData(row))
        self._show()

    def _typed(self, text: str) -> None:
        mark_default(self.choice, False)
        size = self._read(text)
        if size is not None and (self._rule is None or self._rule.allows(size)):
            self._take(size)

    def _finished(self) -> None:
        text = self._edit.text().strip()
        if not text or text == self._default:
            self._take(None)
        elif (size := self._read(text)) is not None:
            self._take(self._rule.nearest(size) if self._rule else size)
        self._show()

    def _read(self, text: str) -> Size | None:
        try:
            return Size.parse(text)
        except BadRequest:
            return None

    def _take(self, size: Size | None) -> None:
        if size != self._size:
            self._size = size
            self.changed.emit()

    def _show(self) -> None:
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(self.choice.row_of(self._size))
            self.choice.setEditText(self._default if self._size is None else shown(self._size))
            self._edit.setCursorPosition(0)
        mark_default(self.choice, self._size is None)


def drawn() -> int:
    """A seed by chance."""
    return random.randrange(DRAWN_SEEDS)


def shown(size: Size) -> str:
    """A size as it is written for people."""
    return f"{size.width} × {size.height}"
