"""The controls of one step, drawn from its own description of what it can be told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import add_row, caption, form
from desktop_app.finish.wording import choice_title, parameter_title, said, sentence, step_words
from desktop_app.panels.fields import CheckField, ChoiceField, Field, NumberField, Option, lay
from desktop_app.tools.colours import ColourButton
from inference.palettes import find_palette, known_palettes, parse_colour
from inference.post.parameters import Kind, Parameter, parameters_of
from inference.post.step import Step

WHOLE_STEP, FINE_STEP = 1, 0.05


class ColourField(Field):
    """A colour: a square to press, and its six digits to type."""

    def __init__(self) -> None:
        super().__init__()
        self.button, self.digits = ColourButton(self), QLineEdit()
        self.button.setFixedSize(theme.CONTROL, theme.CONTROL)
        lay(self, self.digits, self.button)
        self._value = "#000000"
        self.digits.editingFinished.connect(self._typed)
        self.button.clicked.connect(self._ask)

    @property
    def value(self) -> str:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = str(value)
        self.digits.setText(self._value)
        self.button.set_colour(parse_colour(self._value))

    def parts(self) -> Iterable[QWidget]:
        return self.digits, self.button

    def _typed(self) -> None:
        colour = QColor(self.digits.text().strip())
        self._take(colour if colour.isValid() else QColor(self._value))

    def _ask(self) -> None:
        dialog = QColorDialog(QColor(self._value), self)
        dialog.colorSelected.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take(self, colour: QColor) -> None:
        before = self._value
        self.set_value(colour.name())
        if self._value != before:
            self.changed.emit()


class PaletteField(ChoiceField):
    """A palette by name, or none: the picture's own colours."""

    def __init__(self) -> None:
        super().__init__()
        self._named = {None: None}
        options = [Option(None, said("Its own colours"))]
        self.set_options([*options, *(Option(name, name) for name in sorted(known_palettes()))])

    @property
    def value(self) -> Any:
        name = self.choice.currentData()
        return self._named[name] if name in self._named else find_palette(name)

    def set_value(self, value: Any) -> None:
        if value is not None and self.choice.row_of(value.name) < 0:
            self._named[value.name] = value
            rows = [Option(each, each or said("Its own colours")) for each in (*self._named, *sorted(known_palettes()))]
            self.set_options(rows)
        super().set_value(value.name if value is not None else None)


class Parameters(QWidget):
    """The controls of a step.

    Signals:
        changed: (Step): the user told it something else.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step: Step | None = None
        self.fields: dict[str, Field] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, theme.INSIDE, 0)
        self._held: QWidget | None = None

    def set_step(self, step: Step | None) -> None:
        """Show the controls of another step; None for none. The same kind keeps its controls."""
        if step is not None and type(step) is type(self._step) and self.fields:
            for parameter in parameters_of(step):
                self.fields[parameter.name].set_value(getattr(step, parameter.name))
            self._step = step
            return
        self._step = step
        self.rebuild()

    def rebuild(self) -> None:
        """Make the controls anew, in the language of now."""
        if self._held is not None:
            self._held.hide()
            self._column.removeWidget(self._held)
            self._held.deleteLater()
        self._held, self.fields = QWidget(), {}
        rows = form()
        rows.setContentsMargins(0, 0, 0, 0)
        self._held.setLayout(rows)
        if self._step is not None:
            words = caption()
            words.setText(step_words(self._step))
            rows.addRow(words)
            for parameter in parameters_of(self._step):
                self._add(rows, parameter)
        self._column.insertWidget(0, self._held)

    def _add(self, rows: Any, parameter: Parameter) -> None:
        assert self._step is not None
        title = parameter_title(self._step.name, parameter.name)
        field = _field(parameter)
        field.set_value(getattr(self._step, parameter.name))
        field.set_words(title, sentence(said(parameter.words)))
        field.changed.connect(self._told)
        self.fields[parameter.name] = field
        if isinstance(field, CheckField):
            rows.addRow(field)
            return
        add_row(rows, QLabel(title), field)

    def _told(self) -> None:
        assert self._step is not None
        self._step = type(self._step)(**{name: field.value for name, field in self.fields.items()})
        self.changed.emit(self._step)


def _field(parameter: Parameter) -> Field:
    unit = f" {parameter.unit}" if parameter.unit else ""
    low, high = parameter.low, parameter.high
    match parameter.kind:
        case Kind.WHOLE:
            return NumberField(low, high, step=WHOLE_STEP, default=False, suffix=unit)
        case Kind.NUMBER:
            step = FINE_STEP if high <= 4 else 0.5
            return NumberField(low, high, step=step, decimals=2, default=False, suffix=unit)
        case Kind.CHOICE:
            field = ChoiceField()
            field.set_options(Option(each, choice_title(each)) for each in parameter.choices)
            return field
        case Kind.SWITCH:
            return CheckField()
        case Kind.COLOUR:
            return ColourField()
        case Kind.PALETTE:
            return PaletteField()
