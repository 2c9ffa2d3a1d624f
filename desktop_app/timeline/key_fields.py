"""The inspector of one key: what it says, and quietly what it leaves to the key before."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QLocale, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import form
from desktop_app.panels.fields import ChoiceField, Field, NumberField, Option
from desktop_app.panels.generate_fields import SeedField
from desktop_app.panels.prompt import PromptEdit
from desktop_app.panels.wording import decimal
from desktop_app.timeline.camera_fields import CameraFields, narrow
from desktop_app.timeline.easing_curve import USUAL, EasingCurve, handles_of, named
from desktop_app.timeline.edits import inherited, key_before
from desktop_app.timeline.open_animation import OpenAnimation
from desktop_app.timeline.wording import EASINGS, easing_title
from inference.animation.animation import Mode
from inference.animation.camera import Camera
from inference.animation.timeline import Key, Moment
from inference.api import GUIDANCE_RANGE, Vary

OWN_CURVE = "bezier"


class KeyFields(QWidget):
    """Shows the key that holds at a frame.

    Signals:
        changed: (Key, token): it says something else; changes of one token in a row are one step.
        key_wanted: a key at the current frame.
        panel_wanted: (Key): let it say what the Generate panel says.
    """

    changed = Signal(object, str)
    key_wanted = Signal()
    panel_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key: Key | None = None
        self._shown: tuple[OpenAnimation, int] | None = None
        self._known: object = None
        self._styles: dict[str, str] = {}
        self.heading = QLabel()
        theme.mark(self.heading, role="quiet")
        self.set_here = QPushButton()
        self.prompt, self.negative = PromptEdit(2, 5), PromptEdit(1, 3)
        self.style_choice, self.easing = ChoiceField(), ChoiceField()
        self.seed = SeedField(optional=True)
        self.strength = NumberField(0, 1, step=0.05, decimals=2)
        self.guidance = NumberField(*GUIDANCE_RANGE, step=0.5, decimals=1)
        self.hold = NumberField(0, 99_999, default=False)
        self.curve = EasingCurve()
        self.camera = CameraFields()
        self.from_panel = QPushButton()
        self._labels: dict[str, QLabel] = {}
        self._rows = form()
        self._lay_out()
        self._connect()
        self.retranslate()

    # What it shows

    def set_styles(self, styles: Mapping[str, str]) -> None:
        """Names and titles of styles to choose from."""
        self._styles = dict(styles)

    def show_key(self, animation: OpenAnimation, frame: int) -> None:
        """The key that holds at a frame."""
        line = animation.animation.timeline
        key = key_before(line, frame)
        known = (animation.setup, key.frame, key.frame == frame)
        if known == self._known:
            return
        self._shown, self._known, self._key = (animation, frame), known, key
        before, first = inherited(line, key), key == line.keys[0]
        here = line.moments[line.keys.index(key)]
        self.heading.setText(self.tr("Key at frame {number}").format(number=key.frame))
        self.set_here.setVisible(key.frame != frame)
        self.prompt.set_value(key.prompt or "")
        self.prompt.setPlaceholderText("" if first else before.prompt or self.tr("As before"))
        self.negative.set_value(key.negative or "")
        self.negative.setPlaceholderText("" if first else before.negative)
        self._show_style(key, before, first=first)
        self.seed.set_value(key.seed)
        self.seed.set_placeholder(self._left(str(before.seed), first=False))
        self._show_numbers(key, before, first=first)
        strong = animation.animation.mode is not Mode.WALK or isinstance(animation.animation.base, Vary)
        self._set_row("strength", strong)
        self._show_easing(key)
        self.hold.set_value(key.hold)
        self.camera.show_camera(key.camera, here.camera)

    def _left(self, value: str, *, first: bool) -> str:
        return value if first else self.tr("{value}, as before").format(value=value)

    def _show_style(self, key: Key, before: Moment, *, first: bool) -> None:
        none = self.tr("No style")
        title = self._styles.get(before.style or "", before.style or none)
        options = [] if first else [Option(None, self._left(title, first=False))]
        options += [Option("", none), *(Option(name, title) for name, title in self._styles.items())]
        if key.style and key.style not in self._styles:
            options.append(Option(key.style, key.style))
        self.style_choice.set_options(options)
        self.style_choice.set_value((key.style or "") if first else key.style)

    def _show_numbers(self, key: Key, before: Moment, *, first: bool) -> None:
        self.strength.set_default(self._left(decimal_words(before.strength, 2), first=first), before.strength)
        self.strength.set_value(key.strength)
        usual = self.tr("As the style says")
        guidance = usual if before.guidance is None else self._left(decimal(before.guidance), first=first)
        self.guidance.set_default(guidance, 3.0 if before.guidance is None else before.guidance)
        self.guidance.set_value(key.guidance)

    def _show_easing(self, key: Key) -> None:
        own = handles_of(key.easing) is not None
        self.easing.set_options(
            [*(Option(name, easing_title(name)) for name in EASINGS), Option(OWN_CURVE, self.tr("A curve of your own"))]
        )
        self.easing.set_value(OWN_CURVE if own else key.easing)
        self.curve.show_easing(key.easing)

    def _set_row(self, name: str, shown: bool) -> None:
        self._rows.setRowVisible(self._fields[name], shown)

    # What is changed

    def _say(self, token: str, **what: Any) -> None:
        if self._key is not None:
            self._key = replace(self._key, **what)
            self.changed.emit(self._key, f"{token} {self._key.frame}")

    def _said_text(self, name: str, edit: PromptEdit) -> None:
        self._say(name, **{name: edit.value or None})

    def _said_easing(self) -> None:
        chosen = self.easing.value
        self._say("", easing=named(USUAL) if chosen == OWN_CURVE else chosen)

    def _said_camera(self, camera: Camera | None, name: str) -> None:
        self._say(f"camera {name}" if name != "own" else "", camera=camera)

    # Building

    def _lay_out(self) -> None:
        self._fields: dict[str, QWidget] = {
            "prompt": self.prompt,
            "style": self.style_choice,
            "seed": self.seed,
            "strength": self.strength,
            "guidance": self.guidance,
            "easing": self.easing,
            "curve": self.curve,
            "hold": self.hold,
            "negative": self.negative,
        }
        rows = self._rows
        rows.setHorizontalSpacing(theme.INSIDE)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        for name, field in self._fields.items():
            label = self._labels[name] = QLabel()
            label.setBuddy(field)
            if isinstance(field, NumberField | SeedField):
                narrow(field)
            if name in ("prompt", "negative"):
                rows.addRow(label)
                rows.addRow(field)
            else:
                rows.addRow(label, field)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.INSIDE)
        whole.addWidget(self.heading)
        whole.addWidget(self.set_here)
        whole.addLayout(rows)
        whole.addWidget(self.camera)
        whole.addWidget(self.from_panel)

    def _connect(self) -> None:
        self.set_here.clicked.connect(self.key_wanted)
        self.prompt.changed.connect(lambda: self._said_text("prompt", self.prompt))
        self.negative.changed.connect(lambda: self._said_text("negative", self.negative))
        fields: dict[str, Field] = {
            "style": self.style_choice, "seed": self.seed, "strength": self.strength, "guidance": self.guidance,
            "hold": self.hold,
        }  # fmt: skip
        for name, field in fields.items():
            field.changed.connect(lambda name=name, field=field: self._say(name, **{name: field.value}))
        self.easing.changed.connect(self._said_easing)
        self.curve.changed.connect(lambda name: self._say("curve", easing=name))
        self.camera.changed.connect(self._said_camera)
        self.from_panel.clicked.connect(lambda: self.panel_wanted.emit(self._key))

    def retranslate(self) -> None:
        """Set all texts."""
        words = {
            "prompt": (self.tr("Prompt"), self.tr("What is to be seen from this key on")),
            "negative": (self.tr("Not wanted"), self.tr("What should not be seen")),
            "style": (self.tr("Style"), self.tr("How it is to look")),
            "seed": (self.tr("Seed"), self.tr("Another seed changes the shape too; left out, only the words change")),
            "strength": (self.tr("Strength"), self.tr("How much of the picture before is made anew")),
            "guidance": (self.tr("Guidance"), self.tr("How closely the words are followed")),
            "easing": (self.tr("Way on"), self.tr("How the way to the next key is spread over its frames")),
            "curve": ("", self.tr("The way over time; the handles of your own curve can be dragged")),
            "hold": (self.tr("Hold"), self.tr("Frames that it stays as it is before the way goes on")),
        }
        for name, (title, tip) in words.items():
            self._labels[name].setText(title)
            field = self._fields[name]
            if isinstance(field, Field):
                field.set_words(title, tip)
            else:
                field.setToolTip(tip)
                field.setAccessibleName(title or self.tr("Curve"))
        self.seed.set_dice_words(self.tr("Draw a seed"), self.tr("Another seed by chance"))
        for number in (self.strength, self.guidance):
            number.set_reset_words(self.tr("As at the key before"))
        self.set_here.setText(self.tr("Set a key here (K)"))
        self.from_panel.setText(self.tr("As the Generate panel"))
        self.from_panel.setToolTip(self.tr("Take prompt, style, seed and guidance from the Generate panel"))
        self._known = None
        if self._shown is not None:
            self.show_key(*self._shown)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def decimal_words(value: float, places: int) -> str:
    """A number with so many places, as the language writes it."""
    return QLocale().toString(float(value), "f", places)
