"""What holds for an animation as a whole: its mode, length and speed, what comes after, what holds it together."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import caption, form
from desktop_app.panels.fields import CheckField, ChoiceField, Field, NumberField, Option, ShareField
from desktop_app.timeline.camera_fields import narrow
from desktop_app.timeline.edits import rate_of, with_frames, with_rate, with_repeat
from desktop_app.timeline.flickering import Flicker
from desktop_app.timeline.key_fields import decimal_words
from desktop_app.timeline.open_animation import OpenAnimation, Progress
from desktop_app.timeline.wording import MODE_TIPS, MODES, REPEATS, said
from inference.animation.animation import Animation, Mode
from inference.animation.timeline import MOST_FRAMES, Repeat
from inference.api import Vary
from inference.locks import Silhouette

SHARES = ("trusted", "fresh", "colour")
"""Fields under their words: a slider needs the width."""


class WholeFields(QWidget):
    """Shows an animation.

    Signals:
        changed: (a change, token): see ``OpenAnimation.change``.
        renamed: (str) its title.
        panel_wanted: let model, size and sampling be as the Generate panel says.
        compare_wanted: make the clip without consistency too, to compare how much both flicker.
    """

    changed = Signal(object, str)
    renamed = Signal(str)
    panel_wanted = Signal()
    compare_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLineEdit()
        self.mode, self.repeat = ChoiceField(), ChoiceField()
        self.frames = NumberField(1, MOST_FRAMES, default=False)
        self.rate = NumberField(0.1, 240, decimals=3, default=False)
        self.base = caption()
        self.from_panel = QPushButton()
        self.flow, self.outline = CheckField(), CheckField()
        self.trusted, self.fresh, self.colour = ShareField(), ShareField(), ShareField()
        self.flicker = caption()
        self.compare = QPushButton()
        self._labels: dict[str, QLabel] = {}
        self._comparing = False
        self._measured: tuple[Flicker | None, Progress | None] = None, None
        self._shown: tuple[OpenAnimation, Callable[[], str]] | None = None
        self._rows = form()
        self._lay_out()
        self._connect()
        self.retranslate()

    def show_animation(self, animation: OpenAnimation, base_words: Callable[[], str]) -> None:
        """Show what is so now; ``base_words`` says what frames are made with."""
        self._shown = animation, base_words
        told = animation.animation
        restyled = told.mode is Mode.RESTYLE
        varied = isinstance(told.base, Vary)
        if not self.title.hasFocus():
            self.title.setText(animation.about.title)
        why = self.tr("A walk from a picture has no frame before it to start from.") if varied else ""
        modes = (Mode.RESTYLE,) if restyled else (Mode.WALK, Mode.FEEDBACK)
        self.mode.set_options(
            Option(mode, said(MODES[mode]), tip=said(MODE_TIPS[mode]), reason=why if mode is Mode.FEEDBACK else "")
            for mode in modes
        )
        self.mode.set_value(told.mode)
        self.frames.set_value(told.timeline.frames)
        self.rate.set_value(round(float(told.timeline.rate), 3))
        self.repeat.set_value(told.timeline.repeat)
        self.base.setText(base_words())
        how = told.consistency
        self.flow.set_value(how.flow)
        for name in SHARES:
            getattr(self, name).set_value(getattr(how, name))
        self.outline.set_value(told.silhouette is Silhouette.LOCKED)
        shown = {
            "mode": not restyled, "frames": True, "repeat": not restyled, "flow": told.mode is not Mode.WALK,
            "trusted": restyled, "fresh": restyled, "colour": told.mode is not Mode.WALK, "outline": restyled,
        }  # fmt: skip
        for name, on in shown.items():
            self._rows.setRowVisible(self._fields[name], on)
            if name in SHARES:
                self._rows.setRowVisible(self._labels[name], on)
        self.frames.set_reason(self.tr("The clip has so many.") if restyled else "")
        self.from_panel.setEnabled(not varied)
        for widget in (self.flicker, self.compare):
            widget.setVisible(restyled)

    def show_flicker(self, flicker: Flicker | None, comparing: Progress | None) -> None:
        """How much it flickers, and how far the comparison is."""
        parts = []
        if flicker is not None:
            parts = [
                self.tr("Flicker {number}").format(number=decimal_words(flicker.frames, 2)),
                self.tr("the clip itself {number}").format(number=decimal_words(flicker.clip, 2)),
            ]
            if flicker.alone is not None:
                words = self.tr("each frame alone {number}").format(number=decimal_words(flicker.alone, 2))
                parts.insert(1, words)
        if comparing is not None:
            words = self.tr("frames alone: {made} of {count}")
            parts.append(words.format(made=comparing.made, count=comparing.count))
        self._measured = flicker, comparing
        self.flicker.setText(" · ".join(parts) or self.tr("How much it flickers is measured when all is made."))
        self._comparing = comparing is not None
        self._name_compare()

    def _name_compare(self) -> None:
        stop, compare = self.tr("Stop comparing"), self.tr("Compare with each frame alone")
        self.compare.setText(stop if self._comparing else compare)

    # What is changed

    def _say_consistency(self, name: str, value: Any) -> None:
        def change(animation: Animation) -> Animation:
            return replace(animation, consistency=replace(animation.consistency, **{name: value}))

        self.changed.emit(change, name)

    def _say_mode(self) -> None:
        mode = self.mode.value
        self.changed.emit(lambda animation: replace(animation, mode=mode), "")

    def _say_outline(self) -> None:
        kept = Silhouette.LOCKED if self.outline.value else Silhouette.FREE
        self.changed.emit(lambda animation: replace(animation, silhouette=kept), "")

    def _say_repeat(self) -> None:
        repeat = self.repeat.value
        self.changed.emit(lambda animation: with_repeat(animation, repeat), "")

    def _say_frames(self) -> None:
        count = self.frames.value
        self.changed.emit(lambda animation: with_frames(animation, count), "frames")

    def _say_rate(self) -> None:
        rate = rate_of(self.rate.value)
        self.changed.emit(lambda animation: with_rate(animation, rate), "rate")

    # Building

    def _lay_out(self) -> None:
        self._fields: dict[str, QWidget] = {
            "title": self.title, "mode": self.mode, "frames": self.frames, "rate": self.rate, "repeat": self.repeat,
            "base": self.base, "flow": self.flow, "outline": self.outline, "trusted": self.trusted,
            "fresh": self.fresh, "colour": self.colour,
        }  # fmt: skip
        rows = self._rows
        rows.setHorizontalSpacing(theme.INSIDE)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        for name, field in self._fields.items():
            label = self._labels[name] = QLabel()
            label.setBuddy(field)
            if isinstance(field, NumberField):
                narrow(field)
            if name in ("base", "flow", "outline"):
                rows.addRow(field)
            elif name in SHARES:
                rows.addRow(label)
                rows.addRow(field)
            else:
                rows.addRow(label, field)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.INSIDE)
        whole.addLayout(rows)
        whole.addWidget(self.flicker)
        whole.addWidget(self.compare)
        whole.addWidget(self.from_panel)

    def _connect(self) -> None:
        self.title.textEdited.connect(self.renamed)
        self.mode.changed.connect(self._say_mode)
        self.frames.number.setKeyboardTracking(False)
        self.rate.number.setKeyboardTracking(False)
        self.frames.changed.connect(self._say_frames)
        self.rate.changed.connect(self._say_rate)
        self.repeat.changed.connect(self._say_repeat)
        self.flow.changed.connect(lambda: self._say_consistency("flow", self.flow.value))
        self.outline.changed.connect(self._say_outline)
        for name in SHARES:
            field: ShareField = getattr(self, name)
            field.changed.connect(lambda name=name, field=field: self._say_consistency(name, field.value))
        self.from_panel.clicked.connect(self.panel_wanted)
        self.compare.clicked.connect(self.compare_wanted)

    def retranslate(self) -> None:
        """Set all texts."""
        words = {
            "title": (self.tr("Title"), self.tr("What the animation is called")),
            "mode": (self.tr("Mode"), self.tr("Where a frame comes from")),
            "frames": (self.tr("Frames"), self.tr("How many there are")),
            "rate": (self.tr("Per second"), self.tr("Frames a second")),
            "repeat": (self.tr("Then"), self.tr("What comes after the last key")),
            "base": ("", ""),
            "flow": (self.tr("Follow the motion"), self.tr("Frames and their noise move as the picture moves")),
            "outline": (self.tr("Keep the clip's outline"), self.tr("Transparency stays that of the clip")),
            "trusted": (
                self.tr("Strength where motion is followed"),
                self.tr("Share of the strength where the frame before can be followed; elsewhere all of it"),
            ),
            "fresh": (
                self.tr("New picture shown there"),
                self.tr("The rest is the frame before, moved: low is calm, high is crisp"),
            ),
            "colour": (self.tr("Hold colours"), self.tr("How far colours are held to the first frame's")),
        }
        for name, (title, tip) in words.items():
            self._labels[name].setText(title)
            field = self._fields[name]
            if isinstance(field, Field):
                field.set_words(title, tip)
            elif name != "base":
                field.setToolTip(tip)
                field.setAccessibleName(title)
        self.repeat.set_options(Option(repeat, said(REPEATS[repeat])) for repeat in Repeat)
        if self._shown is not None:
            self.show_animation(*self._shown)
            self.show_flicker(*self._measured)
        self.from_panel.setText(self.tr("As the Generate panel"))
        self.from_panel.setToolTip(self.tr("Take model, size, steps and sampler from the Generate panel"))
        self._name_compare()
        self.flicker.setToolTip(self.tr("What changes between frames beyond what moves, in levels of 255"))
        self.compare.setToolTip(self.tr("Make the clip without consistency too, and measure how much both flicker"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
