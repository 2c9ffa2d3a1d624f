"""New document: a size from a list of usual ones or typed, a background and a name."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.dialogs.dialog import Dialog, add_row, at_least, caption, form
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.panels.wording import memory
from inference.api import LARGEST_SIDE
from inference.geometry import Size

Colour = tuple[int, int, int]
LONGEST_TYPED = 99_999
WHITE: Colour = (255, 255, 255)
FIRST_COLOUR: Colour = (76, 141, 255)


@dataclass(frozen=True)
class NewDocumentChoice:
    """What was chosen; ``colour`` None: transparent."""

    size: Size
    colour: Colour | None
    name: str


@dataclass(frozen=True)
class Preset:
    """A usual size."""

    name: str
    size: Size


PRESETS = (
    Preset(QT_TRANSLATE_NOOP("NewDocument", "Sprite, small"), Size(64, 64)),
    Preset(QT_TRANSLATE_NOOP("NewDocument", "Sprite"), Size(128, 128)),
    Preset(QT_TRANSLATE_NOOP("NewDocument", "Sprite, large"), Size(256, 256)),
    Preset(QT_TRANSLATE_NOOP("NewDocument", "Icon or tile"), Size(512, 512)),
    Preset(QT_TRANSLATE_NOOP("NewDocument", "Square"), Size(1024, 1024)),
    Preset(QT_TRANSLATE_NOOP("NewDocument", "Full HD"), Size(1920, 1080)),
    Preset(QT_TRANSLATE_NOOP("NewDocument", "4K"), Size(3840, 2160)),
    Preset(QT_TRANSLATE_NOOP("NewDocument", "A4 at 150 dpi"), Size(1240, 1754)),
)
LAST = QT_TRANSLATE_NOOP("NewDocument", "As last time")
CLIPBOARD = QT_TRANSLATE_NOOP("NewDocument", "As on the clipboard")


class NewDocument(Dialog):
    """Asks for a size, a background and a name.

    Args:
        name: to begin with.
        last: the size of the last new document.
        clipboard: the size of the picture on the clipboard.

    Signals:
        chosen: a ``NewDocumentChoice``; the dialog has closed.
    """

    chosen = Signal(object)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        name: str = "",
        last: Size | None = None,
        clipboard: Size | None = None,
    ) -> None:
        super().__init__(parent)
        extra = [Preset(title, size) for title, size in ((CLIPBOARD, clipboard), (LAST, last)) if size is not None]
        self._presets = (*extra, *PRESETS)
        self._colour = FIRST_COLOUR
        self._list = QListWidget()
        self._list.setMinimumHeight(len(self._presets) * (theme.CONTROL + 2))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for _ in self._presets:
            self._list.addItem(QListWidgetItem())
        self._name = QLineEdit(name)
        self._width, self._height = _side(), _side()
        self._swap = QToolButton()
        self._swap.setText("⇄")
        self._swap.setFixedSize(theme.CONTROL, theme.CONTROL)
        self._background = QComboBox()
        self._background.addItems(["", "", ""])
        self._swatch = QPushButton()
        self._swatch.setFixedWidth(2 * theme.CONTROL)
        self._labels = {key: QLabel() for key in ("name", "width", "height", "background")}
        self._memory = caption()
        self._cancel = self.add_button()
        self._create = self.add_button(primary=True)
        self._lay_out()
        self._list.currentRowChanged.connect(self._take_preset)
        self._list.itemDoubleClicked.connect(self._accept)
        for side in (self._width, self._height):
            side.valueChanged.connect(self._check)
        self._swap.clicked.connect(self._turn)
        self._background.currentIndexChanged.connect(self._show_swatch)
        self._swatch.clicked.connect(self._ask_colour)
        self._cancel.clicked.connect(self.reject)
        self._create.clicked.connect(self._accept)
        self.retranslate()
        self._list.setCurrentRow(0 if extra else PRESETS.index(PRESETS[3]))
        self._show_swatch()
        self._width.setFocus()
        self._width.selectAll()

    @property
    def choice(self) -> NewDocumentChoice:
        """As it stands."""
        name = self._name.text().strip() or self.tr("Untitled")
        colour = (None, WHITE, self._colour)[self._background.currentIndex()]
        return NewDocumentChoice(Size(self._width.value(), self._height.value()), colour, name)

    def set_colour(self, colour: Colour) -> None:
        """The background, when it is a colour."""
        self._colour = colour
        self._background.setCurrentIndex(2)
        self._show_swatch()

    def retranslate(self) -> None:
        """Set all texts."""
        self.setWindowTitle(self.tr("New document"))
        self._list.setAccessibleName(self.tr("Usual sizes"))
        for row, preset in enumerate(self._presets):
            item = self._list.item(row)
            item.setText(f"{translated('NewDocument', preset.name)}   {preset.size.width} × {preset.size.height}")
        self._list.ensurePolished()
        self._list.setFixedWidth(self._list.sizeHintForColumn(0) + theme.BETWEEN)
        self._labels["name"].setText(self.tr("Name"))
        self._labels["width"].setText(self.tr("Width"))
        self._labels["height"].setText(self.tr("Height"))
        self._labels["background"].setText(self.tr("Background"))
        self._name.setPlaceholderText(self.tr("Untitled"))
        for side in (self._width, self._height):
            side.setSuffix(self.tr(" px"))
        self._swap.setToolTip(self.tr("Swap width and height"))
        self._swap.setAccessibleName(self.tr("Swap width and height"))
        for index, text in enumerate((self.tr("Transparent"), self.tr("White"), self.tr("Colour"))):
            self._background.setItemText(index, text)
        self._swatch.setToolTip(self.tr("Choose the background's colour"))
        self._swatch.setAccessibleName(self.tr("Choose the background's colour"))
        self._cancel.setText(self.tr("Cancel"))
        self._create.setText(self.tr("Create"))
        self._check()

    def _lay_out(self) -> None:
        rows = form()
        add_row(rows, self._labels["name"], self._name)
        width = QHBoxLayout()
        width.addWidget(self._width, 1)
        width.addWidget(self._swap)
        add_row(rows, self._labels["width"], width, self._width)
        add_row(rows, self._labels["height"], self._height)
        background = QHBoxLayout()
        background.addWidget(self._background, 1)
        background.addWidget(self._swatch)
        add_row(rows, self._labels["background"], background, self._background)
        right = QVBoxLayout()
        right.addLayout(rows)
        right.addWidget(self._memory)
        right.addStretch()
        both = QHBoxLayout()
        both.setSpacing(theme.BETWEEN)
        both.addWidget(self._list)
        both.addLayout(right, 1)
        self.body.addLayout(both)
        at_least(self, 560, 0)

    def _take_preset(self, row: int) -> None:
        if 0 <= row < len(self._presets):
            self._set_size(self._presets[row].size)

    def _turn(self) -> None:
        self._set_size(Size(self._height.value(), self._width.value()))

    def _set_size(self, size: Size) -> None:
        with QSignalBlocker(self._width), QSignalBlocker(self._height):
            self._width.setValue(size.width)
            self._height.setValue(size.height)
        self._check()

    def _check(self) -> None:
        size = Size(self._width.value(), self._height.value())
        fits = max(size.width, size.height) <= LARGEST_SIDE
        problem = "" if fits else self.tr("Sides go up to {most} px. Make it smaller.").format(most=LARGEST_SIDE)
        self.say(problem)
        self._create.setEnabled(fits)
        self._create.setToolTip(problem)
        self._memory.setText(self.tr("Each layer takes {memory}.").format(memory=memory(size.area * 4)))
        self._memory.setVisible(fits)

    def _show_swatch(self) -> None:
        self._swatch.setVisible(self._background.currentIndex() == 2)
        self._swatch.setStyleSheet(f"background: {QColor(*self._colour).name()};")

    def _ask_colour(self) -> None:
        asked = QColorDialog(QColor(*self._colour), self)
        asked.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.colorSelected.connect(self._take_colour)
        asked.open()

    def _take_colour(self, colour: QColor) -> None:
        self.set_colour((colour.red(), colour.green(), colour.blue()))

    def _accept(self, _item: object = None) -> None:
        if self._create.isEnabled():
            choice = self.choice
            self.accept()
            self.chosen.emit(choice)


def _side() -> QSpinBox:
    box = QSpinBox()
    box.setRange(1, LONGEST_TYPED)
    return box
