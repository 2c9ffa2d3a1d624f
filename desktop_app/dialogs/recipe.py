"""Recipe: how a picture was made, to be read, copied and used again."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QScrollArea, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import Dialog, add_row, at_least, caption, form
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.messages import localised
from inference.recipe import Recipe
from inference.samplers import title_of

KINDS = {
    "generate": QT_TRANSLATE_NOOP("RecipeDialog", "Made from words"),
    "inpaint": QT_TRANSLATE_NOOP("RecipeDialog", "A part made anew"),
    "vary": QT_TRANSLATE_NOOP("RecipeDialog", "Made from a picture"),
    "blend": QT_TRANSLATE_NOOP("RecipeDialog", "Blended from other pictures"),
}
LABELS = {
    "kind": QT_TRANSLATE_NOOP("RecipeDialog", "Kind"),
    "prompt": QT_TRANSLATE_NOOP("RecipeDialog", "Prompt"),
    "negative": QT_TRANSLATE_NOOP("RecipeDialog", "Negative"),
    "style": QT_TRANSLATE_NOOP("RecipeDialog", "Style"),
    "model": QT_TRANSLATE_NOOP("RecipeDialog", "Model"),
    "size": QT_TRANSLATE_NOOP("RecipeDialog", "Size of the run"),
    "seed": QT_TRANSLATE_NOOP("RecipeDialog", "Seed"),
    "variation": QT_TRANSLATE_NOOP("RecipeDialog", "Second seed"),
    "steps": QT_TRANSLATE_NOOP("RecipeDialog", "Steps"),
    "guidance": QT_TRANSLATE_NOOP("RecipeDialog", "Guidance"),
    "sampler": QT_TRANSLATE_NOOP("RecipeDialog", "Sampler"),
    "strength": QT_TRANSLATE_NOOP("RecipeDialog", "Strength"),
    "seamless": QT_TRANSLATE_NOOP("RecipeDialog", "Seamless"),
    "device": QT_TRANSLATE_NOOP("RecipeDialog", "Made by"),
    "notices": QT_TRANSLATE_NOOP("RecipeDialog", "Notices"),
}
TEXT_HEIGHT = 104


def values(recipe: Recipe) -> dict[str, str]:
    """What is shown beside each of ``LABELS``; what a recipe does not have is left out."""
    varied = recipe.variation_seed is not None
    all_of_them = {
        "kind": translated("RecipeDialog", KINDS.get(recipe.kind, recipe.kind)),
        "prompt": recipe.prompt,
        "negative": recipe.negative,
        "style": recipe.style or "",
        "model": recipe.model,
        "size": f"{recipe.width} × {recipe.height} px",
        "seed": str(recipe.seed),
        "variation": f"{recipe.variation_seed} ({recipe.variation_strength:g})" if varied else "",
        "steps": str(recipe.steps),
        "guidance": f"{recipe.guidance:g}",
        "sampler": title_of(recipe.scheduler),
        "strength": "" if recipe.strength is None else f"{recipe.strength:g}",
        "seamless": recipe.seamless,
        "device": recipe.backend,
        "notices": "\n".join(localised(notice) for notice in recipe.notices),
    }
    return {name: text for name, text in all_of_them.items() if text}


class RecipeDialog(Dialog):
    """Shows a recipe.

    Signals:
        used: the ``Recipe``: its settings are to be used; the dialog has closed.
    """

    used = Signal(object)

    def __init__(self, recipe: Recipe, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipe = recipe
        rows = form()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(theme.GRID)
        self._labels: dict[str, QLabel] = {}
        self._values: dict[str, QLabel] = {}
        for name in values(recipe):
            label, value = QLabel(), QLabel()
            theme.mark(label, role="quiet")
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            add_row(rows, label, value)
            label.setMinimumHeight(0)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._labels[name], self._values[name] = label, value
        inner = QWidget()
        inner.setLayout(rows)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._caption = caption()
        self._text = QPlainTextEdit(recipe.parameters())
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(TEXT_HEIGHT)
        self.body.addWidget(scroll, 1)
        self.body.addSpacing(theme.INSIDE)
        self.body.addWidget(self._caption)
        self.body.addWidget(self._text)
        self._copy = self.add_button(left=True)
        self._close = self.add_button()
        self._use = self.add_button(primary=True)
        self._copy.clicked.connect(self._copy_text)
        self._close.clicked.connect(self.reject)
        self._use.clicked.connect(self._take)
        self.retranslate()
        at_least(self, 520, 460)
        self._use.setFocus()

    def retranslate(self) -> None:
        """Set all texts."""
        self.setWindowTitle(self.tr("Recipe"))
        for name, text in values(self._recipe).items():
            self._labels[name].setText(translated("RecipeDialog", LABELS[name]))
            self._values[name].setText(text)
        self._caption.setText(self.tr("As other programs read it"))
        self._text.setAccessibleName(self.tr("Recipe as text"))
        self._copy.setText(self.tr("Copy"))
        self._copy.setToolTip(self.tr("Copy the recipe as text"))
        self._close.setText(self.tr("Close"))
        self._use.setText(self.tr("Use these settings"))

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self._recipe.parameters())

    def _take(self) -> None:
        self.accept()
        self.used.emit(self._recipe)
