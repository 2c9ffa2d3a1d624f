"""Control layer: which ControlNet a layer guides through, how it is read, how far and how long; with what it sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import Dialog, add_row, at_least, caption, form
from desktop_app.document.control_layers import LayerControl
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.panels.fields import ChoiceField, NumberField, Option
from inference.alpha import Pixels
from inference.controls import KINDS
from inference.geometry import Size
from inference.leads_map import shown
from inference.readings import READINGS, Reading

SOON = 60
"""Milliseconds after a change until the map follows."""
PREVIEW = 240
"""Longer side of the shown map in pixels."""
WAYS = {
    "plain": QT_TRANSLATE_NOOP("ControlLayer", "As it is"),
    "edges": QT_TRANSLATE_NOOP("ControlLayer", "Edges"),
    "lines": QT_TRANSLATE_NOOP("ControlLayer", "Lines"),
    "scribble": QT_TRANSLATE_NOOP("ControlLayer", "Scribble"),
    "tile": QT_TRANSLATE_NOOP("ControlLayer", "Soft copy"),
}
WAY_TIPS = {
    "plain": QT_TRANSLATE_NOOP("ControlLayer", "The layer is a map already: depth, a pose, white lines on black"),
    "edges": QT_TRANSLATE_NOOP("ControlLayer", "Sharp edges, for ControlNets of the kind canny"),
    "lines": QT_TRANSLATE_NOOP("ControlLayer", "Soft lines, for line art and soft edges"),
    "scribble": QT_TRANSLATE_NOOP("ControlLayer", "Few thick lines, for rough sketches"),
    "tile": QT_TRANSLATE_NOOP("ControlLayer", "The picture without its detail, which is made anew"),
}
SETTINGS = {
    "low threshold": QT_TRANSLATE_NOOP("ControlLayer", "Faint edges from"),
    "high threshold": QT_TRANSLATE_NOOP("ControlLayer", "Clear edges from"),
    "width": QT_TRANSLATE_NOOP("ControlLayer", "Width"),
    "softness": QT_TRANSLATE_NOOP("ControlLayer", "Softness"),
}
MOST_SETTINGS = max(len(kind.settings) for kind in READINGS.values())


@dataclass(frozen=True, kw_only=True)
class KnownControl:
    """A ControlNet that can be chosen. ``reason``: why not, or ""."""

    name: str
    title: str
    kind: str
    reason: str = ""


class ControlLayer(Dialog):
    """Asks how a layer guides.

    Args:
        before: how it does now; None for a layer of the picture.
        known: the ControlNets that there are.
        pixels: (height, width, 4) of the layer over the canvas, straight alpha.
        size: at which the model would run.

    Signals:
        chosen: a ``LayerControl``, or None for a layer of the picture; the dialog has closed.
    """

    chosen = Signal(object)

    def __init__(
        self,
        before: LayerControl | None,
        known: Sequence[KnownControl],
        pixels: Pixels,
        size: Size,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._known = tuple(known)
        self._pixels, self._size = pixels, size
        self.net, self.way = ChoiceField(), ChoiceField()
        self.numbers = [NumberField(0, 1, default=False) for _ in range(MOST_SETTINGS)]
        self.strength = NumberField(0, 200, step=5, default=False, suffix=" %")
        self.start = NumberField(0, 100, step=5, default=False, suffix=" %")
        self.end = NumberField(0, 100, step=5, default=False, suffix=" %")
        self.preview = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._labels = {name: QLabel() for name in ("net", "way", "strength", "start", "end")}
        self._number_labels = [QLabel() for _ in self.numbers]
        self._hint, self._sees = caption(), caption()
        self.remove = self.add_button(left=True)
        self.remove.setVisible(before is not None)
        self.cancel, self.use = self.add_button(), self.add_button(primary=True)
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._lay_out()
        self._begin(before or self._first())
        self._connect()
        self.retranslate()
        self._draw()
        at_least(self, 680, 340)

    @property
    def control(self) -> LayerControl:
        """As it stands. Raises BadRequest when the numbers cannot be."""
        return LayerControl(
            name=self.net.value or "",
            reading=self.reading,
            strength=self.strength.value / 100,
            start=self.start.value / 100,
            end=self.end.value / 100,
        )

    @property
    def reading(self) -> Reading:
        """What is made of the layer."""
        settings = READINGS[self.way.value].settings
        return Reading(self.way.value, tuple(float(self.numbers[i].value) for i in range(len(settings))))

    def _first(self) -> LayerControl:
        usable = next((each for each in self._known if not each.reason), None)
        return LayerControl(name=usable.name, reading=_usual(usable)) if usable else LayerControl()

    def _begin(self, control: LayerControl) -> None:
        self._list_nets(control.name)
        self.net.set_value(control.name)
        self._list_ways()
        self._set_reading(control.reading)
        for field, value in ((self.strength, control.strength), (self.start, control.start), (self.end, control.end)):
            field.set_value(round(value * 100))

    def _set_reading(self, reading: Reading) -> None:
        self.way.set_value(reading.kind)
        settings = READINGS[reading.kind].settings
        for place, (field, label) in enumerate(zip(self.numbers, self._number_labels, strict=True)):
            used = place < len(settings)
            field.setVisible(used)
            label.setVisible(used)
            if used:
                setting = settings[place]
                number = field.number
                number.least = setting.least
                number.setDecimals(0 if setting.step >= 1 else 1)
                number.setSingleStep(setting.step)
                number.setRange(setting.least, setting.most)
                field.set_value(reading.settled[place])
        self._name_settings()

    def _connect(self) -> None:
        self.net.changed.connect(self._net_chosen)
        self.way.changed.connect(self._way_chosen)
        for field in (*self.numbers, self.strength, self.start, self.end):
            field.changed.connect(self._follow)
        self._soon.timeout.connect(self._draw)
        self.cancel.clicked.connect(self.reject)
        self.use.clicked.connect(self._accept)
        self.remove.clicked.connect(self._remove)

    def _net_chosen(self) -> None:
        net = next((each for each in self._known if each.name == self.net.value), None)
        if net is not None:
            self._set_reading(_usual(net))
        self._follow()

    def _way_chosen(self) -> None:
        self._set_reading(Reading(self.way.value))
        self._follow()

    def _follow(self) -> None:
        wrong = self.start.value > self.end.value
        self.say(self.tr("It would end before it starts.") if wrong else "")
        self.use.setEnabled(not wrong)
        self._soon.start()

    def _draw(self) -> None:
        """What the ControlNet sees."""
        seen = shown(self._pixels, self.reading, self._size, None, self._size)[0]
        pixels = np.ascontiguousarray(np.round(np.moveaxis(seen, 0, 2) * 255).astype(np.uint8))
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        ratio = self.devicePixelRatioF()
        side = round(PREVIEW * ratio)
        picture = QPixmap.fromImage(image).scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        picture.setDevicePixelRatio(ratio)
        self.preview.setPixmap(picture)

    def _accept(self) -> None:
        self.chosen.emit(self.control)
        self.accept()

    def _remove(self) -> None:
        self.chosen.emit(None)
        self.accept()

    # Making

    def _lay_out(self) -> None:
        rows = form()
        add_row(rows, self._labels["net"], self.net)
        add_row(rows, self._labels["way"], self.way)
        for label, field in zip(self._number_labels, self.numbers, strict=True):
            add_row(rows, label, field)
        for name in ("strength", "start", "end"):
            add_row(rows, self._labels[name], getattr(self, name))
        self.preview.setFixedSize(PREVIEW, PREVIEW)
        theme.mark(self.preview, role="picture")
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.BETWEEN)
        grid.setVerticalSpacing(theme.GRID)
        grid.addLayout(rows, 0, 0, 2, 1)
        grid.addWidget(self.preview, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._sees, 1, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addWidget(self._hint)

    def _list_nets(self, own: str = "") -> None:
        options = [Option("", self.tr("None yet"))]
        options += [
            Option(each.name, f"{each.title} · {KINDS[each.kind].title}", reason=each.reason) for each in self._known
        ]
        named = own or self.net.value or ""
        if named not in {option.value for option in options}:
            options.append(Option(named, named, tip=self.tr("It is not installed here.")))
        self.net.set_options(options)

    def _list_ways(self) -> None:
        self.way.set_options(
            Option(name, translated("ControlLayer", text), tip=translated("ControlLayer", WAY_TIPS[name]))
            for name, text in WAYS.items()
        )

    def _name_settings(self) -> None:
        for label, setting, field in zip(
            self._number_labels, READINGS[self.way.value].settings, self.numbers, strict=False
        ):
            name = translated("ControlLayer", SETTINGS[setting.name])
            label.setText(name)
            field.set_words(name, "")

    def retranslate(self) -> None:
        """All texts."""
        self.setWindowTitle(self.tr("Control layer"))
        self._list_nets()
        self._list_ways()
        self._name_settings()
        words = {
            "net": (self.tr("ControlNet"), self.tr("The network through which the layer guides the picture")),
            "way": (self.tr("Read as"), self.tr("What is made of the layer before the ControlNet sees it")),
            "strength": (self.tr("Strength"), self.tr("How far the picture follows the layer")),
            "start": (self.tr("From"), self.tr("The share of the steps after which it begins to guide")),
            "end": (self.tr("Until"), self.tr("The share of the steps after which the picture is free")),
        }
        for name, (text, tip) in words.items():
            self._labels[name].setText(text)
            getattr(self, name).set_words(text, tip)
        none = self.tr("No ControlNet is installed: import one in the library. Until then, hide the layer to generate.")
        self._hint.setText("" if self._known else none)
        self._hint.setVisible(not self._known)
        self._sees.setText(self.tr("What the ControlNet sees"))
        self.preview.setAccessibleName(self.tr("What the ControlNet sees"))
        self.remove.setText(self.tr("Make it a picture layer"))
        self.cancel.setText(self.tr("Cancel"))
        self.use.setText(self.tr("Guide with it"))


def _usual(net: KnownControl) -> Reading:
    return Reading(KINDS[net.kind].reading)
