"""Controls for the parts of a style: LoRAs with weights, reference pictures, steps in words."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.dialogs.file_drops import FileDropList
from desktop_app.dialogs.train_pictures import Offer, Offers
from desktop_app.panels.fields import TEXT, Calm, tool
from desktop_app.pictures import to_image
from inference.loras import WEIGHT_RANGE, Lora, known_loras

SIDE = 48
SHOWN_WEIGHT = 2.0
"""The slider goes from minus to plus this; more can be typed."""
_PER_UNIT = 100
_HALF_STEP = 0.005
_MOST_OFFERED = 24


class _Slider(Calm, QSlider):
    pass


class _Spin(Calm, QDoubleSpinBox):
    pass


class LoraRow(QWidget):
    """One LoRA: its name, a slider, a number, a button that takes it away.

    Signals:
        changed: the weight.
        removed: it is to go.
    """

    changed = Signal()
    removed = Signal()

    def __init__(self, lora: Lora) -> None:
        super().__init__()
        self._lora = lora
        self.title = QLabel(lora.title)
        self.title.setToolTip(lora.name)
        self.title.setMinimumWidth(96)
        self.slider, self.number, self.remove = _Slider(Qt.Orientation.Horizontal), _Spin(), tool("close")
        top = round(SHOWN_WEIGHT * _PER_UNIT)
        self.slider.setRange(-top, top)
        self.slider.setPageStep(10)
        self.number.setRange(*WEIGHT_RANGE)
        self.number.setSingleStep(0.05)
        self.number.setFixedWidth(76)
        self.number.lineEdit().setTextMargins(*TEXT)
        self.number.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self.title, 1)
        row.addWidget(self.slider, 2)
        row.addWidget(self.number)
        row.addWidget(self.remove)
        self.number.setValue(lora.weight)
        self.slider.setValue(round(lora.weight * _PER_UNIT))
        self.slider.valueChanged.connect(self._slid)
        self.number.valueChanged.connect(self._typed)
        self.remove.clicked.connect(self.removed)
        self.retranslate()

    @property
    def lora(self) -> Lora:
        """As it is set."""
        shown = round(self.number.value(), 2)
        return self._lora if abs(shown - self._lora.weight) < _HALF_STEP else replace(self._lora, weight=shown)

    def retranslate(self) -> None:
        """All texts."""
        name = self.tr("Weight of {lora}").format(lora=self._lora.title)
        for part in (self.slider, self.number):
            part.setAccessibleName(name)
            part.setToolTip(self.tr("1 is as it was trained, 0 is nothing, below 0 takes away"))
        self.remove.setAccessibleName(self.tr("Remove {lora}").format(lora=self._lora.title))
        self.remove.setToolTip(self.tr("Remove it"))

    def _slid(self, value: int) -> None:
        with QSignalBlocker(self.number):
            self.number.setValue(value / _PER_UNIT)
        self.changed.emit()

    def _typed(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value * _PER_UNIT))
        self.changed.emit()


class LoraList(QWidget):
    """LoRAs one below the other, and a button that adds one.

    Signals:
        changed: LoRAs or weights.
        file_wanted: a LoRA is to be chosen from the disk, for ``add``.
    """

    changed = Signal()
    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[LoraRow] = []
        self.add_ = QPushButton()
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._offer)
        self.add_.setMenu(self._menu)
        self.add_.setAutoDefault(False)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.GRID)
        self._column.addWidget(self.add_, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def value(self) -> tuple[Lora, ...]:
        """All, from top to bottom."""
        return tuple(row.lora for row in self._rows)

    def set_value(self, loras: Sequence[Lora]) -> None:
        """Show others, without ``changed``."""
        if tuple(loras) == self.value:
            return
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = []
        for lora in loras:
            self._put(lora)

    def add(self, path: Path) -> None:
        """One more, at a weight of 1."""
        self._put(Lora(str(path)))
        self.changed.emit()

    def retranslate(self) -> None:
        """All texts."""
        self.add_.setText(self.tr("Add a LoRA"))
        for row in self._rows:
            row.retranslate()

    def _put(self, lora: Lora) -> None:
        row = LoraRow(lora)
        self._rows.append(row)
        self._column.insertWidget(len(self._rows) - 1, row)
        row.changed.connect(self.changed)
        row.removed.connect(lambda: self._take(row))

    def _take(self, row: LoraRow) -> None:
        self._rows.remove(row)
        self._column.removeWidget(row)
        row.deleteLater()
        self.changed.emit()

    def _offer(self) -> None:
        self._menu.clear()
        for name, path in sorted(known_loras().items()):
            self._menu.addAction(name.replace("&", "&&"), lambda path=path: self.add(path))
        if not self._menu.isEmpty():
            self._menu.addSeparator()
        self._menu.addAction(self.tr("From a file..."), self.file_wanted.emit)


class ReferenceList(FileDropList):
    """Reference pictures, small. Takes files that are dropped on it; Del removes the chosen ones.

    Signals:
        removed: paths of pictures that are to go.
        dropped: paths that were dropped on it.
    """

    removed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + theme.INSIDE, SIDE + theme.INSIDE))
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.setFixedHeight(SIDE + 3 * theme.INSIDE)

    def set_pictures(self, pictures: Sequence[tuple[Path, QImage]]) -> None:
        """Show others."""
        self.clear()
        for path, image in pictures:
            item = QListWidgetItem(QIcon(QPixmap.fromImage(image)), "")
            item.setData(Qt.ItemDataRole.UserRole, path)
            item.setToolTip(path.name)
            self.addItem(item)

    @property
    def chosen(self) -> tuple[Path, ...]:
        """The pictures that are selected."""
        return tuple(item.data(Qt.ItemDataRole.UserRole) for item in self.selectedItems())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen:
            self.removed.emit(self.chosen)
        else:
            super().keyPressEvent(event)


def offer_pictures(menu: QMenu, offers: Offers, titles: tuple[str, str], take: Callable[[Offer], None]) -> None:
    """Fill a menu with a document's layers and results."""
    for title, group in zip(titles, (offers.layers, offers.results), strict=True):
        if group:
            menu.addSection(title)
        for offer in group[:_MOST_OFFERED]:
            small = to_image(offer.pixels()).scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
            menu.addAction(
                QIcon(QPixmap.fromImage(small)), offer.title.replace("&", "&&"), lambda offer=offer: take(offer)
            )
