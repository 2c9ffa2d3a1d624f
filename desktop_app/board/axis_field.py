"""The fields for what changes along the rows or the columns of a board: what, and its values."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QSizePolicy, QStackedWidget, QWidget

from desktop_app import theme
from desktop_app.board.wording import NO_STYLE, axis_title
from desktop_app.language import translated
from desktop_app.panels.fields import Choice, Option
from inference.axes import EXAMPLES, Axis, AxisKind, Value, parse_values
from inference.samplers import SAMPLERS, title_of

KIND_WIDTH = 112
LISTED = (AxisKind.STYLE, AxisKind.MODEL, AxisKind.SCHEDULER)
"""Kinds whose values are chosen from a list; the others' are typed."""


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What there is to choose from.

    Attributes:
        kinds: that the request can vary in.
        styles, models: names and titles.
    """

    kinds: tuple[AxisKind, ...] = ()
    styles: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)

    def of(self, kind: AxisKind) -> list[tuple[Value, str]]:
        """Values of a listed kind with their titles."""
        match kind:
            case AxisKind.STYLE:
                return [(None, translated("Board", NO_STYLE)), *self.styles.items()]
            case AxisKind.MODEL:
                return list(self.models.items())
        return [(name, title_of(name)) for name in SAMPLERS]


class _StaysOpen(QMenu):
    """A menu of checks that is not closed by each of them."""

    def mouseReleaseEvent(self, event: QEvent) -> None:
        action = self.activeAction()
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)  # pyright: ignore[reportArgumentType]


class AxisField(QWidget):
    """What changes, and its values.

    Signals:
        changed: the user changed one of them.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers = Offers()
        self._name = ""
        self._typed: dict[AxisKind, str] = {kind: EXAMPLES[kind] for kind in AxisKind}
        self._listed: dict[AxisKind, list[Value]] = {kind: [] for kind in LISTED}
        self.kind_choice = Choice()
        self.kind_choice.setFixedWidth(KIND_WIDTH)
        self.values_edit = QLineEdit()
        self.values_button = QPushButton()
        self.values_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._menu = _StaysOpen(self)
        self.values_button.setMenu(self._menu)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.values_edit)
        self._pages.addWidget(self.values_button)
        self._pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self.kind_choice)
        row.addWidget(self._pages, 1)
        self.kind_choice.activated.connect(self._kind_chosen)
        self.values_edit.textEdited.connect(self._edited)
        self._menu.aboutToShow.connect(self._fill_menu)

    # What it says

    @property
    def kind(self) -> AxisKind:
        """What changes."""
        return self.kind_choice.currentData() or AxisKind.STYLE

    def axis(self) -> Axis:
        """What the fields say.

        Raises:
            BadRequest: when there are no values, or one is not what the axis takes.
        """
        kind = self.kind
        if kind in LISTED:
            known = [value for value, _ in self._offers.of(kind)]
            chosen = set(self._listed[kind])
            others = [value for value in self._listed[kind] if value not in known]
            return Axis(kind, tuple([value for value in known if value in chosen] + others))
        return Axis(kind, parse_values(kind, self._typed[kind]))

    def set_axis(self, axis: Axis) -> None:
        """Show an axis, without ``changed``."""
        if axis.kind in LISTED:
            self._listed[axis.kind] = list(axis.values)
        else:
            self._typed[axis.kind] = axis.text
        with QSignalBlocker(self.kind_choice):
            self.kind_choice.setCurrentIndex(self.kind_choice.row_of(axis.kind))
        self._show()

    def set_offers(self, offers: Offers, taken: Iterable[AxisKind] = ()) -> None:
        """What there is to choose from; kinds that the other axis has taken cannot be chosen."""
        self._offers = offers
        taken = set(taken)
        why = self.tr("The other direction has it already.")
        options = [
            Option(kind, axis_title(kind), reason=why if kind in taken and kind is not AxisKind.WORDS else "")
            for kind in offers.kinds
        ]
        self.kind_choice.set_options(options)
        self._show()

    def set_words(self, name: str) -> None:
        """What the fields are called for those who cannot see them."""
        self._name = name
        self.kind_choice.setAccessibleName(name)
        values = self.tr("Values of: {name}").format(name=name)
        self.values_edit.setAccessibleName(values)
        self.values_button.setAccessibleName(values)
        self._show()

    def _show(self) -> None:
        kind = self.kind
        listed = kind in LISTED
        self._pages.setCurrentWidget(self.values_button if listed else self.values_edit)
        self.kind_choice.setToolTip(self.tr("What changes: {name}").format(name=self._name))
        if listed:
            titles = dict(self._offers.of(kind))
            chosen = [titles.get(value, str(value)) for value in self._listed[kind]]
            self.values_button.setText(", ".join(chosen).replace("&", "&&") or self.tr("Choose..."))
            self.values_button.setToolTip("\n".join(chosen) or self.tr("Choose what the cells show"))
            return
        self.values_button.setText("")
        self.values_button.setToolTip("")
        if self.values_edit.text() != self._typed[kind]:
            self.values_edit.setText(self._typed[kind])
        if kind is AxisKind.WORDS:
            tip = self.tr("Words, separated by commas. They go where {} stands in the prompt, or at its end.")
        else:
            tip = self.tr("Numbers, separated by commas; 1..5 counts up, 0.2..0.8/4 gives four at equal distances.")
        self.values_edit.setToolTip(tip)

    def _kind_chosen(self) -> None:
        kind = self.kind
        if kind in LISTED and not self._listed[kind]:
            self._listed[kind] = [value for value, _ in self._offers.of(kind)[:4]]
        self._show()
        self.changed.emit()

    def _edited(self, text: str) -> None:
        self._typed[self.kind] = text
        self.changed.emit()

    def _fill_menu(self) -> None:
        kind = self.kind
        self._menu.clear()
        self._menu.setMinimumWidth(self.values_button.width())
        for value, title in self._offers.of(kind):
            action = QAction(title.replace("&", "&&"), self._menu)
            action.setCheckable(True)
            action.setChecked(value in self._listed[kind])
            action.toggled.connect(lambda on, value=value: self._toggled(value, on))
            self._menu.addAction(action)

    def _toggled(self, value: Value, on: bool) -> None:
        listed: Sequence[Value] = self._listed[self.kind]
        self._listed[self.kind] = [*listed, value] if on else [each for each in listed if each != value]
        self._show()
        self.changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._show()
        super().changeEvent(event)
