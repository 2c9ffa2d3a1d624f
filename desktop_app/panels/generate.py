"""The generate panel: what to make, with which model, from which words; and the one bright button."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.messages import localised_error
from desktop_app.panels import generate_words as words
from desktop_app.panels.fields import (
    CheckField,
    ChoiceField,
    Field,
    Fold,
    HuggingScroll,
    NumberField,
    Option,
    ShareField,
    tool,
)
from desktop_app.panels.generate_fields import LockField, SeedField, SizeField, drawn, shown
from desktop_app.panels.prompt import PromptEdit, PromptField, PromptHistory
from desktop_app.panels.steps_line import StepsField
from desktop_app.panels.style_field import LorasField, StyleField
from desktop_app.panels.wording import MODE_ICONS, mode_title
from desktop_app.requests import MOST_CLIP_SKIP, MOST_CONTEXT, GenerateSettings, Situation, mode_of, size_for
from desktop_app.results import Mode
from inference.api import GUIDANCE_RANGE, LARGEST_SIDE, MOST_STEPS, Fill
from inference.embeddings import fitting, misfit
from inference.errors import GouacheError
from inference.library import find_model, model_folders
from inference.manifest import ModelManifest
from inference.samplers import SAMPLERS, title_of
from inference.styles import Style, known_style, load_styles, sampling

MOST_PICTURES = 16
"""In one run."""
USUAL_FEATHER, USUAL_CONTEXT = 16, 1.0
"""Where steps begin while they are automatic."""
_OFFERED, _MENU_WIDTH = 20, 360
"""Prompts in the menu of the history, and its width in pixels."""
_RUN = (QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_Return), QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_Enter))
_UPPER = (
    ("mode",),
    ("model",),
    ("style",),
    ("prompt",),
    ("negative",),
    ("strength",),
    ("colour",),
    ("silhouette",),
    ("count",),
    ("seed", "seed_locked"),
)
_LOWER = (
    ("steps",),
    ("guidance",),
    ("scheduler",),
    ("size",),
    ("fill",),
    ("feather",),
    ("context",),
    ("keep_outside",),
    ("match_colour",),
    ("seamless_x",),
    ("seamless_y",),
    ("variation_strength",),
    ("variation_seed",),
    ("loras",),
    ("post",),
    ("clip_skip",),
)


@dataclass(frozen=True)
class _Model:
    """An installed model: read, refused with a reason, or not read yet."""

    manifest: ModelManifest | None = None
    refused: GouacheError | None = None


class GeneratePanel(QWidget):
    """What Generate will do. Its ``settings`` are a value; nothing here runs anything.

    Signals:
        changed: ``settings`` are different.
        submitted: Generate, or Ctrl+Enter, while nothing speaks against it.
        cancelled: Cancel.
        unfolded: More was opened (True) or closed.
        style_wanted: the name of a command of the window about styles.
    """

    changed = Signal()
    submitted = Signal()
    cancelled = Signal()
    unfolded = Signal(bool)
    style_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = GenerateSettings()
        self._situation = Situation()
        self._models: dict[str, _Model] = {}
        self._styles: dict[str, Style] = {}
        self._problem: str | None = None
        self._estimate = ""
        self._running, self._waiting = False, 0
        self.fields = _fields()
        self._take_names()
        self._labels: dict[str, QLabel] = {}
        self.recall = tool("history")
        self.recall.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self.recall.setMenu(self._menu)
        self.more = Fold()
        self.generate, self.cancel = QPushButton(), QPushButton()
        self._caption = QLabel()
        self._caption.setWordWrap(True)
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # it may hold a path
        theme.mark(self._caption, role="caption")
        theme.mark(self.generate, primary=True)
        self._later = QTimer(self)
        self._lay_out()
        self._connect()
        self.reload_models()
        self.retranslate()

    def _take_names(self) -> None:
        """The fields that do more than hold a value."""
        fields: dict[str, Any] = self.fields
        self._prompts: dict[str, PromptField] = {name: fields[name] for name in ("prompt", "negative")}
        self.prompt: PromptEdit = fields["prompt"].edit
        self.negative: PromptEdit = fields["negative"].edit
        self._mode: ChoiceField = fields["mode"]
        self._style: StyleField = fields["style"]
        self._model: ChoiceField = fields["model"]
        self._fill: ChoiceField = fields["fill"]
        self._colour: ChoiceField = fields["colour"]
        self._silhouette: ChoiceField = fields["silhouette"]
        self._sampler: ChoiceField = fields["scheduler"]
        self._strength: ShareField = fields["strength"]
        self._count: NumberField = fields["count"]
        self._seed: SeedField = fields["seed"]
        self._lock: LockField = fields["seed_locked"]
        self._second: SeedField = fields["variation_seed"]
        self._steps: NumberField = fields["steps"]
        self._guidance: NumberField = fields["guidance"]
        self._feather: NumberField = fields["feather"]
        self._context: NumberField = fields["context"]
        self._size: SizeField = fields["size"]

    # What it says

    @property
    def settings(self) -> GenerateSettings:
        """As they stand."""
        return self._settings

    def set_settings(self, value: GenerateSettings) -> None:
        """Show other settings, no more than 16 pictures; ``changed`` when they are other ones."""
        value = replace(value, count=min(max(value.count, 1), MOST_PICTURES))
        before, self._settings = self._settings, value
        if before.model != value.model and value.model not in self._models:
            self._read(value.model)
        self._show()
        if before != value:
            self.changed.emit()

    @property
    def mode(self) -> Mode:
        """What will be done: never AUTO."""
        return mode_of(self._settings, self._situation)

    @property
    def manifest(self) -> ModelManifest | None:
        """Of the chosen model; None when it cannot be used."""
        return self._models.get(self._settings.model, _Model()).manifest

    def set_situation(self, situation: Situation) -> None:
        """What there is to work with: the automatic mode follows."""
        if situation != self._situation:
            self._situation = situation
            self._follow()

    def set_problem(self, text: str | None) -> None:
        """Why it cannot run, or None when it can."""
        self._problem = text or None
        self._show_footer()

    def set_estimate(self, text: str) -> None:
        """What a run will take: a quiet line under the button."""
        self._estimate = text
        self._show_footer()

    def set_running(self, running: bool, waiting: int = 0) -> None:
        """Whether a job runs, and how many wait: then Generate adds to the queue."""
        self._running, self._waiting = running, waiting
        self._show_footer()

    def submit(self) -> bool:
        """As Generate does. False when something speaks against it."""
        if self._problem is None:
            self.submitted.emit()
        return self._problem is None

    # Seed, prompt, More

    def next_seed(self) -> int:
        """Call it when a run begins. Unless the seed is locked, another is drawn for the run after.

        Returns:
            The seed of the run that begins.
        """
        seed = self._settings.seed
        if not self._settings.seed_locked:
            self.new_seed()
        return seed

    def new_seed(self) -> None:
        """Throw the dice."""
        self._seed.roll()

    def focus_prompt(self) -> None:
        """Put the cursor there."""
        self.prompt.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def prompt_history(self) -> list[str]:
        """The prompts that were remembered, newest first."""
        return self.prompt.history.entries

    @prompt_history.setter
    def prompt_history(self, entries: list[str]) -> None:
        self.prompt.history = PromptHistory(entries)
        self._show_history()

    def remember_prompt(self) -> None:
        """The prompt was used: it is the newest of the history now."""
        self.prompt.history.remember(self._settings.prompt)
        self._show_history()

    @property
    def more_shown(self) -> bool:
        """Whether More is open."""
        return self.more.isChecked()

    @more_shown.setter
    def more_shown(self, value: bool) -> None:
        self.more.setChecked(value)

    # Models and styles

    def reload_models(self) -> None:
        """Look what is installed. The chosen model is read now, the others one at a time when there is time."""
        self._models = dict.fromkeys(model_folders(), _Model())
        self._styles = load_styles()
        self._read(self._settings.model)
        self._show_models()
        self._show()
        self._later.start()

    def _read(self, name: str) -> None:
        try:
            self._models[name] = _Model(manifest=find_model(name))
        except GouacheError as error:
            self._models[name] = _Model(refused=error)
        self._show_models()

    def _read_next(self) -> None:
        unread = next((name for name, model in self._models.items() if model == _Model()), None)
        if unread is None:
            self._later.stop()
        else:
            self._read(unread)

    def _show_models(self) -> None:
        self._model.set_options([_model_option(name, model) for name, model in self._models.items()])
        self._model.set_value(self._settings.model)

    def _show_styles(self) -> None:
        suits = [style for style in self._styles.values() if self._suits(style)]
        chosen = self._settings.style
        options = [Option(None, self.tr("None")), *(self._style_option(style) for style in suits)]
        if chosen is not None and chosen not in {style.name for style in suits}:
            options.append(self._odd_option(chosen))
        self._style.set_options(options)
        self._style.set_value(chosen)

    def _odd_option(self, name: str) -> Option:
        """A blend, or a style that cannot be used."""
        style = self._chosen_style
        if style is not None and style.parts and self._suits(style):
            return Option(name, style.title, "between", style.title)
        reason = self.tr("It is made for another model.") if style else self.tr("This style is not installed.")
        return Option(name, style.title if style else name, reason=reason)

    @property
    def _chosen_style(self) -> Style | None:
        name = self._settings.style
        return self._styles.get(name) or known_style(name) if name else None

    @property
    def suiting_styles(self) -> tuple[Style, ...]:
        """Those that the chosen model can make."""
        return tuple(style for style in self._styles.values() if self._suits(style))

    def _style_option(self, style: Style) -> Option:
        """A style that may not be passed on says so."""
        if not style.licence:
            return Option(style.name, style.title)
        tip = self.tr("For yourself: the pictures it was taught from may not be passed on, or nobody knows.")
        return Option(style.name, style.title, "lock", tip)

    def _suits(self, style: Style) -> bool:
        manifest = self.manifest
        names = {self._settings.model, manifest.name if manifest else ""}
        return not style.models or bool(names & set(style.models)) or bool(manifest and style.name in manifest.styles)

    # Showing

    def retranslate(self) -> None:
        """All texts in the current language."""
        translate = QCoreApplication.translate
        for name, field in self.fields.items():
            said = words.FIELDS[name]
            title, tip = translate("GeneratePanel", said.name), translate("GeneratePanel", said.tip)
            field.set_words(title, tip)
            if name in self._labels:
                self._labels[name].setText(title)
                self._labels[name].setToolTip(tip)
        column = max(label.sizeHint().width() for label in self._labels.values())
        for label in self._labels.values():
            label.setMinimumWidth(column)
        self.more.setText(self.tr("More"))
        self.more.setToolTip(self.tr("Settings that the model and the style have sensible values for."))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Stop the picture that is being made (Esc)"))
        self._retranslate_fields()
        self._show_models()
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter from any of its fields."""
        if QKeySequence(event.keyCombination()) in _RUN:
            self.submit()
        else:
            super().keyPressEvent(event)

    def _retranslate_fields(self) -> None:
        """What only some fields say."""
        self.recall.setAccessibleName(self.tr("Earlier prompts"))
        self._strength.set_ends(self.tr("keep"), self.tr("anew"))
        self._seed.set_dice_words(self.tr("New seed"), self.tr("Draw a new seed (Ctrl+Shift+D)"))
        self._second.set_dice_words(self.tr("New 2nd seed"), self.tr("Draw another seed to mix in"))
        self._second.set_placeholder(self.tr("none"))
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.set_reset_words(self.tr("Back to the default"))
        self._mode.set_options([_mode_option(mode) for mode in Mode])
        self._fill.set_options([Option(fill, _said("GeneratePanel", words.FILL_TITLES[fill])) for fill in Fill])
        self._colour.set_options(_options(words.COLOUR_TITLES, words.COLOUR_TIPS))
        self._silhouette.set_options(_options(words.SILHOUETTE_TITLES, words.SILHOUETTE_TIPS))
        self._show_history()

    def _show(self) -> None:
        """All values, and what follows from them."""
        self._show_styles()
        self._follow()
        for name, field in self.fields.items():
            field.set_value(getattr(self._settings, self._attribute(name)))

    def _follow(self) -> None:
        """What depends on the situation and on other fields."""
        mode, found = self.mode, self._situation.mode
        auto = self.tr("Auto: {mode}").format(mode=mode_title(found))
        self._mode.choice.retitle(Mode.AUTO, auto, MODE_ICONS[found])
        self.prompt.setPlaceholderText(_said("GeneratePanel", words.PLACEHOLDERS[mode]))
        self._form.setRowVisible(self._strength, mode is not Mode.GENERATE)
        for lock in (self._colour, self._silhouette):
            self._form.setRowVisible(lock, mode is Mode.VARY)
        self._strength.set_value(getattr(self._settings, self._attribute("strength")))
        for name, (modes, reason) in words.NEEDS.items():
            self.fields[name].set_reason("" if mode in modes else _said("GeneratePanel", reason))
        mixes = self._settings.variation_strength > 0
        self._second.set_reason("" if mixes else _said("GeneratePanel", words.NO_SECOND_SEED))
        self._follow_defaults()
        self._show_footer()

    def _follow_defaults(self) -> None:
        """What is used where nothing is said, and whether the negative prompt is used at all."""
        manifest, style = self.manifest, self._chosen_style
        open_ = replace(self._settings, steps=None, guidance=None, scheduler=None)
        usual = sampling(open_, style, manifest.defaults) if manifest else None
        steps, guidance = (usual.steps, usual.guidance) if usual else (1, 1.0)
        self._steps.set_default(self._default("steps", str(steps)), steps)
        self._guidance.set_default(self._default("guidance", f"{guidance:g}"), guidance)
        self._feather.set_default(self.tr("automatic"), USUAL_FEATHER)
        self._context.set_default(self.tr("automatic"), USUAL_CONTEXT)
        sampler = self._default("scheduler", title_of(usual.scheduler) if usual else "")
        titles = [Option(name, spec.title) for name, spec in SAMPLERS.items()]
        self._sampler.set_options([Option(None, sampler), *titles])
        self._follow_size(manifest)
        reason = self._negative_reason(manifest, guidance)
        self.fields["negative"].set_reason(reason)
        words = manifest.words.knowing(tuple(fitting(manifest))) if manifest and manifest.words else None
        for name, silent in (("prompt", False), ("negative", bool(reason))):
            unknown = self._prompts[name].unknown
            unknown.set_words(None if silent else words)
            unknown.set_misfit(partial(_misfit, None if silent else manifest))

    def _default(self, name: str, value: str) -> str:
        """The words for a default, and whose it is."""
        if self.manifest is None:
            return self.tr("default")
        style = self._chosen_style
        if style is not None and name in style.sampling:
            return self.tr("{value} (style)").format(value=value)
        return self.tr("{value} (model)").format(value=value)

    def _follow_size(self, manifest: ModelManifest | None) -> None:
        if manifest is None:
            self._size.set_sizes(None, (), self.tr("default"))
            return
        canvas = self._situation.canvas
        size = size_for(canvas, manifest)
        whose = self.tr("{value} (canvas)") if size == canvas else self.tr("{value} (model)")
        self._size.set_sizes(manifest.size_rule, manifest.sizes, whose.format(value=shown(size)))

    def _negative_reason(self, manifest: ModelManifest | None, usual: float) -> str:
        said = self._settings.guidance
        if manifest is not None and manifest.guidance_embedded:
            return _said("GeneratePanel", words.NO_NEGATIVE)
        return _said("GeneratePanel", words.NO_GUIDANCE) if manifest and (usual if said is None else said) <= 1 else ""

    def _show_footer(self) -> None:
        queued = self._running or self._waiting > 0
        text = self.tr("Add to queue") if queued else self.tr("Generate")
        self.generate.setText(text)
        self.generate.setEnabled(self._problem is None)
        tip = self.tr("{action} (Ctrl+Enter)").format(action=text)
        self.generate.setToolTip(self._problem or tip)
        self.cancel.setVisible(self._running)
        under = self._problem or self._estimate
        if self._problem is None and self._waiting:
            waiting = self.tr("%n waiting", None, self._waiting)
            under = f"{under} · {waiting}" if under else waiting
        self._caption.setText(under)
        self._caption.setToolTip(under)
        self._caption.setVisible(bool(under))

    def _show_history(self) -> None:
        self._menu.clear()
        for entry in self.prompt_history[:_OFFERED]:
            line = self._menu.fontMetrics().elidedText(
                " ".join(entry.split()), Qt.TextElideMode.ElideRight, _MENU_WIDTH
            )
            action = self._menu.addAction(line.replace("&", "&&"))
            action.setData(entry)
            action.setToolTip(entry)
        used = self.tr("Earlier prompts (Alt+Up, Alt+Down in the prompt)")
        self.recall.setEnabled(bool(self.prompt_history))
        self.recall.setToolTip(used if self.prompt_history else self.tr("No prompt was used yet."))

    # Making and listening

    def _lay_out(self) -> None:
        held = QWidget()
        self._form = form = QFormLayout(held)
        form.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        form.setHorizontalSpacing(theme.INSIDE)
        form.setVerticalSpacing(theme.INSIDE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for names in _UPPER:
            self._add_row(names)
        form.addRow(self.more)
        for names in _LOWER:
            self._add_row(names)
        self._fold(shown=False)
        footer = QHBoxLayout()
        footer.setSpacing(theme.INSIDE)
        footer.addWidget(self.generate, 1)
        footer.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.INSIDE)
        column.setSpacing(theme.INSIDE)
        column.addWidget(HuggingScroll(held))
        beneath = QVBoxLayout()
        beneath.setContentsMargins(theme.INSIDE, 0, theme.INSIDE, 0)
        beneath.setSpacing(theme.GRID)
        beneath.addLayout(footer)
        beneath.addWidget(self._caption)
        column.addLayout(beneath)
        column.addStretch(1)

    def _add_row(self, names: tuple[str, ...]) -> None:
        first, *others = (self.fields[name] for name in names)
        if isinstance(first, CheckField):
            self._form.addRow(first)
            return
        label = self._labels[names[0]] = QLabel()
        label.setBuddy(first)
        if names[0] == "prompt":
            self._form.addRow(_prompt_row(label, self.recall, first))
            return
        label.setFixedHeight(theme.CONTROL)
        self._form.addRow(label, _side_by_side(first, others) if others else first)

    def _connect(self) -> None:
        for name, field in self.fields.items():
            field.changed.connect(partial(self._take, name))
        for edit in (self.prompt, self.negative):
            edit.submitted.connect(self.submit)
        self.generate.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.cancelled)
        self.more.toggled.connect(self._unfold)
        self._menu.triggered.connect(self._recall)
        self._later.timeout.connect(self._read_next)
        self._style.wanted.connect(self.style_wanted)

    def _attribute(self, name: str) -> str:
        """Of the settings, for a field: each mode has a strength of its own."""
        if name != "strength":
            return name
        return "vary_strength" if self.mode is Mode.VARY else "inpaint_strength"

    def _take(self, name: str) -> None:
        """The user changed a field."""
        new: dict[str, Any] = {self._attribute(name): self.fields[name].value}
        style = self._chosen_style
        before, self._settings = self._settings, replace(self._settings, **new)
        if before == self._settings:
            return
        if name == "model":
            if self._models.get(self._settings.model, _Model()) == _Model():
                self._read(self._settings.model)
            if style is not None and not self._suits(style):
                self._settings = replace(self._settings, style=None)
            self._show_styles()
        if name == "variation_strength" and new[name] > 0 and self._settings.variation_seed is None:
            self._settings = replace(self._settings, variation_seed=drawn())
            self._second.set_value(self._settings.variation_seed)
        self._follow()
        self.changed.emit()

    def _unfold(self, shown: bool) -> None:
        self._fold(shown=shown)
        self.unfolded.emit(shown)

    def _fold(self, *, shown: bool) -> None:
        for names in _LOWER:
            self._form.setRowVisible(self.fields[names[0]], shown)

    def _recall(self, action: QAction) -> None:
        self.prompt.recall(action.data())
        self.focus_prompt()


def _fields() -> dict[str, Field]:
    """By the attribute of the settings that each is for, in the order in which they stand."""
    return {
        "mode": ChoiceField(),
        "model": ChoiceField(),
        "style": StyleField(),
        "prompt": PromptField(3, 8),
        "negative": PromptField(1, 3),
        "strength": ShareField(),
        "colour": ChoiceField(),
        "silhouette": ChoiceField(),
        "count": NumberField(1, MOST_PICTURES, default=False),
        "seed": SeedField(),
        "seed_locked": LockField(),
        "steps": NumberField(1, MOST_STEPS),
        "guidance": NumberField(*GUIDANCE_RANGE, step=0.5, decimals=2),
        "scheduler": ChoiceField(),
        "size": SizeField(),
        "fill": ChoiceField(),
        "feather": NumberField(0, LARGEST_SIDE, suffix=" px", decimals=1),
        "context": NumberField(0, MOST_CONTEXT, step=0.25, decimals=2, suffix=" ×"),
        "keep_outside": CheckField(),
        "match_colour": CheckField(),
        "seamless_x": CheckField(),
        "seamless_y": CheckField(),
        "variation_strength": ShareField(),
        "variation_seed": SeedField(optional=True),
        "loras": LorasField(),
        "post": StepsField(),
        "clip_skip": NumberField(0, MOST_CLIP_SKIP, default=False),
    }


def _misfit(manifest: ModelManifest | None, prompt: str) -> str:
    return misfit(manifest, [prompt]) if manifest is not None else ""


def _said(context: str, text: str) -> str:
    return QCoreApplication.translate(context, text)


def _options(titles: Mapping[Any, str], tips: Mapping[Any, str]) -> list[Option]:
    return [
        Option(each, _said("GeneratePanel", titles[each]), tip=_said("GeneratePanel", tips[each])) for each in titles
    ]


def _mode_option(mode: Mode) -> Option:
    tip = _said("GeneratePanel", words.MODE_TIPS[mode])
    return Option(mode, mode_title(mode), MODE_ICONS[mode], tip)


def _model_option(name: str, model: _Model) -> Option:
    title = model.manifest.title if model.manifest else name
    return Option(name, title, tip=title, reason=localised_error(model.refused) if model.refused else "")


def _prompt_row(label: QLabel, button: QToolButton, field: Field) -> QLayout:
    above = QHBoxLayout()
    above.addWidget(label)
    above.addStretch(1)
    above.addWidget(button)
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addLayout(above)
    column.addWidget(field)
    return column


def _side_by_side(first: Field, others: list[Field]) -> QLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.GRID)
    row.addWidget(first, 1)
    for other in others:
        row.addWidget(other)
    return row
