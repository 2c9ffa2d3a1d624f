"""What can be chosen of an export: the form, and for each form what it heeds."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QColorDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import add_row, caption, form
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.panels.fields import CheckField, ChoiceField, Field, NumberField, Option, lay
from inference.clips.formats import FORMATS
from inference.clips.options import USUAL_QUALITY, ExportOptions
from inference.clips.packing import GRID, PACKED, SheetOptions

CLIPS: Mapping[str, tuple[str, str]] = {
    "mp4": ("MP4", QT_TRANSLATE_NOOP("ExportFields", "A video that plays everywhere; no transparency")),
    "webm": ("WebM", QT_TRANSLATE_NOOP("ExportFields", "A small video with transparency, for the web and engines")),
    "gif": ("GIF", QT_TRANSLATE_NOOP("ExportFields", "Plays everywhere; up to 256 colours, pixels are seen or not")),
    "apng": ("APNG", QT_TRANSLATE_NOOP("ExportFields", "Exact, with transparency; browsers play it")),
    "webp": ("WebP", QT_TRANSLATE_NOOP("ExportFields", "Exact or small, with transparency; browsers play it")),
    "png": (
        QT_TRANSLATE_NOOP("ExportFields", "Numbered PNG files"),
        QT_TRANSLATE_NOOP("ExportFields", "A folder of exact pictures"),
    ),
}
SHEETS: Mapping[str, str] = {
    "aseprite": QT_TRANSLATE_NOOP("ExportFields", "Sheet: Aseprite"),
    "aseprite-hash": QT_TRANSLATE_NOOP("ExportFields", "Sheet: Aseprite, by name"),
    "texturepacker": QT_TRANSLATE_NOOP("ExportFields", "Sheet: TexturePacker"),
    "godot": QT_TRANSLATE_NOOP("ExportFields", "Sheet: Godot"),
    "unity": QT_TRANSLATE_NOOP("ExportFields", "Sheet: Unity"),
    "phaser": QT_TRANSLATE_NOOP("ExportFields", "Sheet: Phaser"),
    "pixi": QT_TRANSLATE_NOOP("ExportFields", "Sheet: PixiJS"),
}
SHEET_TIPS: Mapping[str, str] = {
    "aseprite": QT_TRANSLATE_NOOP("ExportFields", "A picture and Aseprite's JSON array; most engines read it"),
    "aseprite-hash": QT_TRANSLATE_NOOP("ExportFields", "A picture and Aseprite's JSON hash"),
    "texturepacker": QT_TRANSLATE_NOOP("ExportFields", "A picture and TexturePacker's JSON"),
    "godot": QT_TRANSLATE_NOOP("ExportFields", "A picture and SpriteFrames for Godot 4"),
    "unity": QT_TRANSLATE_NOOP("ExportFields", "A picture with its slices for Unity, and JSON for the times"),
    "phaser": QT_TRANSLATE_NOOP("ExportFields", "A picture, a multiatlas and animations for Phaser"),
    "pixi": QT_TRANSLATE_NOOP("ExportFields", "A picture and a spritesheet for PixiJS"),
}
CLIP_FIELDS = ("quality", "codec", "chroma", "pad", "alpha", "background", "loops", "colours", "dither")
UNSET = ("quality", "padding")
"""May be left to the program."""
SHEET_FIELDS = ("layout", "columns", "trim", "padding", "extrude", "largest", "power_of_two", "pivot_x", "pivot_y")


class ColourField(Field):
    """A colour, chosen in a dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.button = QPushButton()
        self._colour = (0, 0, 0)
        lay(self, self.button)
        self.button.clicked.connect(self._ask)
        self.set_value((0, 0, 0))

    @property
    def value(self) -> tuple[int, int, int]:
        return self._colour

    def set_value(self, value: tuple[int, int, int]) -> None:
        red, green, blue = value
        self._colour = (red, green, blue)
        swatch = QPixmap(QSize(theme.ICON, theme.ICON))
        swatch.fill(QColor(*value))
        self.button.setIcon(QIcon(swatch))
        self.button.setText(QColor(*value).name())

    def parts(self) -> Iterable[QWidget]:
        return (self.button,)

    def _ask(self) -> None:
        dialog = QColorDialog(QColor(*self._colour), self.window())
        dialog.colorSelected.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take(self, colour: QColor) -> None:
        self.set_value((colour.red(), colour.green(), colour.blue()))
        self.changed.emit()


class ExportFields(QWidget):
    """Signals:
    changed: something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = ChoiceField()
        self.about = caption()
        usual = SheetOptions()
        self.fields: dict[str, Field] = {
            "quality": NumberField(0, 100),
            "codec": ChoiceField(),
            "chroma": CheckField(),
            "pad": CheckField(),
            "alpha": CheckField(),
            "background": ColourField(),
            "loops": NumberField(0, 65535, default=False),
            "colours": NumberField(2, 256, default=False),
            "dither": CheckField(),
            "layout": ChoiceField(),
            "columns": NumberField(0, 16384, default=False),
            "trim": CheckField(),
            "padding": NumberField(0, 256),
            "extrude": NumberField(0, 64, default=False),
            "largest": NumberField(16, 16384, default=False),
            "power_of_two": CheckField(),
            "pivot_x": NumberField(0, 100, decimals=1, default=False, suffix=" %"),
            "pivot_y": NumberField(0, 100, decimals=1, default=False, suffix=" %"),
        }
        usually: Mapping[str, Any] = {
            "quality": None,
            "padding": None,
            "alpha": True,
            "dither": True,
            "colours": 256,
            "trim": True,
            "largest": usual.largest,
            "pivot_x": 50,
            "pivot_y": 50,
        }
        for name, value in usually.items():
            self.fields[name].set_value(value)
        self._labels = {name: QLabel() for name in ("form", *self.fields)}
        self._rows = form()
        self._lay_out()
        self.form.changed.connect(self._show)
        for name, field in self.fields.items():
            field.changed.connect(self._show if name == "layout" else self.changed)
        self.retranslate()

    # What it says

    @property
    def sheet(self) -> str:
        """The form of a sheet; "" for a clip."""
        return self.form.value if self.form.value in SHEETS else ""

    @property
    def clip_options(self) -> ExportOptions:
        """Of a clip; what the format does not heed is at its default."""
        read = {
            "quality": lambda value: value,
            "chroma": lambda value: "444" if value else "420",
            "pad": lambda value: "even" if value else "none",
            "dither": lambda value: "ordered" if value else "none",
        }
        heeds = FORMATS[self.form.value].heeds
        said: dict[str, Any] = {
            name: read.get(name, lambda value: value)(self.fields[name].value) for name in CLIP_FIELDS if name in heeds
        }
        return ExportOptions(format=self.form.value, **said)

    @property
    def sheet_options(self) -> SheetOptions:
        """Of a sheet."""
        said = {name: self.fields[name].value for name in SHEET_FIELDS[:-2]}
        if said["layout"] != GRID:
            said["columns"] = 0
        pivot = (self.fields["pivot_x"].value / 100, self.fields["pivot_y"].value / 100)
        return SheetOptions(**said, pivot=pivot)

    @property
    def suffix(self) -> str:
        """The usual ending; "" for a folder."""
        if self.sheet:
            return ".png"
        return next(iter(FORMATS[self.form.value].suffixes), "")

    def set_once(self, once: bool) -> None:
        """Played once, or for ever."""
        self.fields["loops"].set_value(1 if once else 0)

    def set_pivot(self, pivot: tuple[float, float]) -> None:
        """In parts of the frame."""
        self.fields["pivot_x"].set_value(round(pivot[0] * 100, 1))
        self.fields["pivot_y"].set_value(round(pivot[1] * 100, 1))

    def as_dict(self) -> dict[str, Any]:
        """All that is chosen, for the next time."""
        return {"form": self.form.value} | {name: field.value for name, field in self.fields.items()}

    def use(self, values: Mapping[str, Any]) -> None:
        """Choose what ``as_dict`` gave; what cannot be is left as it is, for it may come from a file."""
        for name, value in values.items():
            field = self.form if name == "form" else self.fields.get(name)
            if field is None:
                continue
            before = field.value
            try:
                field.set_value(value)
                fits = field.value is not None or name in UNSET
            except (TypeError, ValueError):
                fits = False
            if not fits:
                field.set_value(before)
        self._show()

    # Building

    def _show(self) -> None:
        """The rows that the form heeds."""
        chosen = self.form.value
        heeds = {*SHEET_FIELDS, "loops"} if self.sheet else set(FORMATS[chosen].heeds)
        if self.sheet and self.fields["layout"].value != GRID:
            heeds.discard("columns")
        for name in self.fields:
            self._rows.setRowVisible(self.fields[name], name in heeds)
        tip = SHEET_TIPS[chosen] if self.sheet else CLIPS[chosen][1]
        self.about.setText(translated("ExportFields", tip))
        quality = self.fields["quality"]
        assert isinstance(quality, NumberField)
        exact = chosen == "webp"
        quality.set_default(self.tr("exact") if exact else str(USUAL_QUALITY), USUAL_QUALITY)
        padding = self.fields["padding"]
        assert isinstance(padding, NumberField)
        padding.set_default("0" if self.fields["layout"].value == GRID else "2", 2)
        self.changed.emit()

    def _lay_out(self) -> None:
        add_row(self._rows, self._labels["form"], self.form)
        self._rows.addRow(self.about)
        for name, field in self.fields.items():
            if isinstance(field, CheckField):
                self._rows.addRow(QLabel(), field)
            else:
                add_row(self._rows, self._labels[name], field)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(self._rows)
        whole.addStretch()

    def retranslate(self) -> None:
        """Set all texts."""
        words = {
            "form": (self.tr("Format"), self.tr("What is written")),
            "quality": (self.tr("Quality"), self.tr("0 to 100; higher is larger and nearer to the frames")),
            "codec": (self.tr("Codec"), self.tr("How the video is coded")),
            "chroma": (self.tr("Colours at full resolution"), self.tr("Sharper edges of colour; some players cannot")),
            "pad": (self.tr("Pad to even sides"), self.tr("Some players need sides of even numbers")),
            "alpha": (self.tr("Keep transparency"), self.tr("Else frames are laid on the background")),
            "background": (self.tr("Background"), self.tr("Behind what is transparent")),
            "loops": (self.tr("Plays"), self.tr("How often it plays; 0 for ever")),
            "colours": (self.tr("Colours"), self.tr("Of the palette; transparency counts as one")),
            "dither": (self.tr("Dither"), self.tr("Mix colours that the palette does not have; it does not crawl")),
            "layout": (self.tr("Layout"), self.tr("Equal cells, or as close as they fit")),
            "columns": (self.tr("Columns"), self.tr("0 for about square")),
            "trim": (self.tr("Trim empty borders"), self.tr("Leave out what is transparent around frames")),
            "padding": (self.tr("Padding"), self.tr("Empty pixels around and between frames")),
            "extrude": (self.tr("Extrude"), self.tr("How often a frame's edge is repeated around it")),
            "largest": (self.tr("Largest side"), self.tr("Of a page; more pages are made when it is full")),
            "power_of_two": (self.tr("Sides of powers of two"), self.tr("Pages as some engines want them")),
            "pivot_x": (self.tr("Pivot, across"), self.tr("The point that stands still, from the left")),
            "pivot_y": (self.tr("Pivot, down"), self.tr("The point that stands still, from the top")),
        }
        for name, (title, tip) in words.items():
            (self.form if name == "form" else self.fields[name]).set_words(title, tip)
            self._labels[name].setText(title)
        self._offer()
        self._show()

    def _offer(self) -> None:
        clips = [Option(name, translated("ExportFields", words), tip=tip) for name, (words, tip) in CLIPS.items()]
        sheets = [Option(name, translated("ExportFields", words)) for name, words in SHEETS.items()]
        chosen = self.form.value or "webp"
        self.form.set_options([*clips, *sheets])
        self.form.set_value(chosen)
        codec, layout = self.fields["codec"], self.fields["layout"]
        assert isinstance(codec, ChoiceField)
        assert isinstance(layout, ChoiceField)
        codec.set_options(
            [Option("", self.tr("H.264 where it is there")), Option("h264", "H.264"), Option("av1", "AV1")]
        )
        codec.set_value(codec.value or "")
        before = layout.value or PACKED
        layout.set_options([Option(PACKED, self.tr("Packed")), Option(GRID, self.tr("Grid"))])
        layout.set_value(before)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def beside(*widgets: QWidget) -> QHBoxLayout:
    """Widgets in a row; the first gets the room."""
    row = QHBoxLayout()
    row.setSpacing(theme.INSIDE)
    for place, widget in enumerate(widgets):
        row.addWidget(widget, 0 if place else 1)
    return row
