"""Blend styles: which, and how much of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop_app.dialogs.dialog import Dialog, at_least, caption
from desktop_app.messages import localised_error
from desktop_app.panels.fields import ChoiceField, Option, ShareField
from inference.errors import GouacheError
from inference.style_blends import NONE, blend_name, is_blend, read_blend
from inference.styles import Style, find_style

ROWS = 4


class BlendStyles(Dialog):
    """Up to four styles and their shares; what it is is said beneath.

    Signals:
        chosen: the blend, as a style is named.
    """

    chosen = Signal(str)

    def __init__(self, styles: Sequence[Style], before: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._styles = tuple(styles)
        self.choices = [ChoiceField() for _ in range(ROWS)]
        self.shares = [ShareField() for _ in range(ROWS)]
        self.words = caption()
        self.cancel, self.use = self.add_button(), self.add_button(primary=True)
        grid = QGridLayout()
        for row, (choice, share) in enumerate(zip(self.choices, self.shares, strict=True)):
            share.set_ends("", "")
            grid.addWidget(choice, row, 0)
            grid.addWidget(share, row, 1)
            choice.changed.connect(self._follow)
            share.changed.connect(self._follow)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        self.body.addLayout(grid)
        self.body.addWidget(self.words)
        self.body.addStretch(1)
        self.cancel.clicked.connect(self.reject)
        self.use.clicked.connect(self._use)
        self.retranslate()
        self._begin(before)
        at_least(self, 480, 280)

    @property
    def parts(self) -> list[tuple[str, float]]:
        """Names and shares that are above 0; shares need not sum to 1."""
        rows = zip(self.choices, self.shares, strict=True)
        return [(choice.value, share.value) for choice, share in rows if choice.value and share.value > 0]

    @property
    def name(self) -> str:
        """The blend.

        Raises:
            GouacheError: when it cannot be.
        """
        parts = read_blend("+".join(f"{name}:{share}" for name, share in self.parts))
        name = blend_name(parts)
        find_style(name)
        return name

    def _begin(self, before: str | None) -> None:
        """The blend or style that was chosen, or the first two."""
        names = [style.name for style in self._styles]
        parts: list[tuple[str, float]] = []
        if before and is_blend(before):
            parts = [(name, share) for name, share in read_blend(before) if name in (*names, NONE)]
        elif before in names:
            parts = [(before, 0.5)]
        rest = [name for name in names if name not in [name for name, _ in parts]]
        while len(parts) < 2 and rest:
            parts.append((rest.pop(0), 0.5))
        for (name, share), choice, field in zip(parts, self.choices, self.shares, strict=False):
            choice.set_value(name)
            field.set_value(share)
        self._follow()

    def _follow(self) -> None:
        for choice, share in zip(self.choices, self.shares, strict=True):
            share.setEnabled(bool(choice.value))
        try:
            name = self.name
        except GouacheError as error:
            self.words.setText("")
            self.say(localised_error(error) if len(self.parts) > 1 else self.tr("Choose at least two styles."))
            self.use.setEnabled(False)
            return
        self.say("")
        self.words.setText(find_style(name).title)
        self.use.setEnabled(True)

    def _use(self) -> None:
        self.chosen.emit(self.name)
        self.accept()

    def retranslate(self) -> None:
        """All texts."""
        self.setWindowTitle(self.tr("Blend styles"))
        options = [Option(None, "–"), Option(NONE, self.tr("No style"))]
        options += [Option(style.name, style.title) for style in self._styles]
        for place, (choice, share) in enumerate(zip(self.choices, self.shares, strict=True), 1):
            choice.set_options(options)
            choice.set_words(self.tr("Style {number}").format(number=place), "")
            share.set_words(
                self.tr("Share of style {number}").format(number=place),
                self.tr("How much of it; shares need not sum to 100 %"),
            )
        self.cancel.setText(self.tr("Cancel"))
        self.use.setText(self.tr("Use the blend"))
