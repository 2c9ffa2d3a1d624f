"""What all dialogs share: margins, a title, a row of buttons of which one is bright, and the language."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app import theme


class Dialog(QDialog):
    """A dialog that is opened with ``open`` and tells by its signals what was decided; Esc closes it.

    Attributes:
        body: where the content goes.
        note: a line above the buttons that says what is wrong, or "".
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.INSIDE)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.hide()
        theme.mark(self.note, role="problem")
        self._left = QHBoxLayout()
        self._right = QHBoxLayout()
        buttons = QHBoxLayout()
        for side in (self._left, self._right, buttons):
            side.setSpacing(theme.INSIDE)
        buttons.addLayout(self._left)
        buttons.addStretch()
        buttons.addLayout(self._right)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.BETWEEN, theme.BETWEEN, theme.BETWEEN, theme.BETWEEN)
        whole.setSpacing(theme.BETWEEN)
        whole.addLayout(self.body, 1)
        whole.addWidget(self.note)
        whole.addLayout(buttons)

    def add_button(self, *, primary: bool = False, left: bool = False) -> QPushButton:
        """A button of the lowest row; the primary one is what Enter presses."""
        button = QPushButton()
        button.setAutoDefault(primary)
        button.setDefault(primary)
        theme.mark(button, primary=primary)
        (self._left if left else self._right).addWidget(button)
        return button

    def say(self, problem: str) -> None:
        """What is wrong with what was entered; "" when nothing is."""
        self.note.setText(problem)
        self.note.setVisible(bool(problem))

    def retranslate(self) -> None:
        """Set all texts."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def form() -> QFormLayout:
    """One column of labels, aligned, and one of controls."""
    out = QFormLayout()
    out.setHorizontalSpacing(theme.BETWEEN)
    out.setVerticalSpacing(theme.INSIDE)
    out.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    out.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return out


def add_row(rows: QFormLayout, label: QLabel, field: QWidget | QLayout, control: QWidget | None = None) -> None:
    """A label that names the control for screen readers too."""
    label.setMinimumHeight(theme.CONTROL)
    control = control or (field if isinstance(field, QWidget) else None)
    if control is not None:
        label.setBuddy(control)
    rows.addRow(label, field)  # type: ignore[call-overload]


def caption() -> QLabel:
    """A small, quiet line."""
    label = QLabel()
    label.setWordWrap(True)
    theme.mark(label, role="caption")
    return label


def title() -> QLabel:
    """A line in the largest type."""
    label = QLabel()
    label.setWordWrap(True)
    theme.mark(label, role="title")
    return label


def at_least(widget: QWidget, width: int, height: int) -> None:
    """Open at this size, or larger where the content needs it."""
    widget.resize(widget.sizeHint().expandedTo(QSize(width, height)))
