"""The list of layers: rows that follow a stack, how a row looks, and what the mouse and the keys do on it.

It changes nothing: it says what the artist wants, and is told the layers that came of it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QColor,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QHelpEvent,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from desktop_app import theme
from desktop_app.document.blending import BlendMode
from desktop_app.document.control_layers import LayerControl
from desktop_app.document.layers import Layer, LayerId
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.messages import localised_label
from desktop_app.panels.thumbnails import Thumbnails
from inference.geometry import Size

Index = QModelIndex | QPersistentModelIndex

LAYER = Qt.ItemDataRole.UserRole
"""The role of a row's ``Layer``."""
NOWHERE = QModelIndex()
HEIGHT = 40
THUMBNAIL = Size(40, 30)
"""The room for it, in logical pixels."""
MARK = 28
"""Width of the eye and of the lock."""
NUMBER = 40
"""Width of the opacity."""
CHECKER = 4
BADGE = 16
"""Side of the mark of a control layer."""

BLEND_MODES: tuple[tuple[tuple[BlendMode, str], ...], ...] = (
    ((BlendMode.NORMAL, QT_TRANSLATE_NOOP("BlendModes", "Normal")),),
    (
        (BlendMode.DARKEN, QT_TRANSLATE_NOOP("BlendModes", "Darken")),
        (BlendMode.MULTIPLY, QT_TRANSLATE_NOOP("BlendModes", "Multiply")),
        (BlendMode.COLOR_BURN, QT_TRANSLATE_NOOP("BlendModes", "Color burn")),
    ),
    (
        (BlendMode.LIGHTEN, QT_TRANSLATE_NOOP("BlendModes", "Lighten")),
        (BlendMode.SCREEN, QT_TRANSLATE_NOOP("BlendModes", "Screen")),
        (BlendMode.COLOR_DODGE, QT_TRANSLATE_NOOP("BlendModes", "Color dodge")),
        (BlendMode.PLUS, QT_TRANSLATE_NOOP("BlendModes", "Add")),
    ),
    (
        (BlendMode.OVERLAY, QT_TRANSLATE_NOOP("BlendModes", "Overlay")),
        (BlendMode.SOFT_LIGHT, QT_TRANSLATE_NOOP("BlendModes", "Soft light")),
        (BlendMode.HARD_LIGHT, QT_TRANSLATE_NOOP("BlendModes", "Hard light")),
    ),
    (
        (BlendMode.DIFFERENCE, QT_TRANSLATE_NOOP("BlendModes", "Difference")),
        (BlendMode.EXCLUSION, QT_TRANSLATE_NOOP("BlendModes", "Exclusion")),
    ),
    (
        (BlendMode.HUE, QT_TRANSLATE_NOOP("BlendModes", "Hue")),
        (BlendMode.SATURATION, QT_TRANSLATE_NOOP("BlendModes", "Saturation")),
        (BlendMode.COLOR, QT_TRANSLATE_NOOP("BlendModes", "Color")),
        (BlendMode.LUMINOSITY, QT_TRANSLATE_NOOP("BlendModes", "Luminosity")),
    ),
)
"""All of them, in the groups that painters know."""
TITLES = {mode: title for group in BLEND_MODES for mode, title in group}


def percent(opacity: float) -> str:
    """An opacity as it is shown."""
    return QLocale().toString(round(opacity * 100)) + QCoreApplication.translate("LayersPanel", " %")


def guiding(control: LayerControl) -> str:
    """How a control layer guides, in a few words."""
    if not control.name:
        return QCoreApplication.translate("LayersPanel", "No ControlNet yet")
    words = QCoreApplication.translate("LayersPanel", "{name}, {strength}")
    return words.format(name=Path(control.name).name, strength=percent(control.strength))


class LayerModel(QAbstractListModel):
    """Layers as rows, the topmost first.

    Signals:
        renamed: a layer's id, and the name that was typed.
    """

    renamed = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Layer] = []

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 (Qt names it so)
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.ItemIsDropEnabled
        known = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsEditable
        return known | flag.ItemIsDragEnabled | flag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        shown = SHOWN.get(role)
        return shown(self, self._rows[index.row()]) if shown else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        layer = self._rows[index.row()]
        if role != Qt.ItemDataRole.EditRole or value == self.name(layer):
            return False
        self.renamed.emit(layer.id, value)
        return True

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802
        return Qt.DropAction.MoveAction

    def name(self, layer: Layer) -> str:
        """As it is shown: those that the program gave are in the interface's language."""
        return localised_label(layer.name)

    def spoken(self, layer: Layer) -> str:
        """A row in words, for those who hear it."""
        words = [self.name(layer), self.tr("visible") if layer.visible else self.tr("hidden")]
        words += [self.tr("locked")] if layer.locked else []
        words += [self.tr("control layer"), guiding(layer.control)] if layer.control is not None else []
        words += [translated("BlendModes", TITLES[layer.mode])] if layer.mode is not BlendMode.NORMAL else []
        return ", ".join([*words, percent(layer.opacity)])

    def row_of(self, layer: LayerId | None) -> int | None:
        """Where a layer is, or None."""
        return next((row for row, each in enumerate(self._rows) if each.id == layer), None)

    def reset(self, layers: Sequence[Layer]) -> None:
        """Show the layers (the topmost first) of another document."""
        self.beginResetModel()
        self._rows = list(layers)
        self.endResetModel()

    def follow(self, layers: Sequence[Layer]) -> None:
        """Become ``layers`` (the topmost first) with as few changes as show what happened."""
        staying = {layer.id for layer in layers}
        for row in reversed(range(len(self._rows))):
            if self._rows[row].id not in staying:
                self.beginRemoveRows(NOWHERE, row, row)
                del self._rows[row]
                self.endRemoveRows()
        for row, layer in enumerate(layers):
            self._bring(row, layer, layers)
        changed = [row for row, layer in enumerate(layers) if self._rows[row] is not layer]
        self._rows = list(layers)
        for row in changed:
            self.dataChanged.emit(self.index(row), self.index(row))

    def _bring(self, row: int, layer: Layer, layers: Sequence[Layer]) -> None:
        """Have ``layer`` at ``row``; those above it are in place already."""
        here = self.row_of(layer.id)
        if here is None:
            self.beginInsertRows(NOWHERE, row, row)
            self._rows.insert(row, layer)
            self.endInsertRows()
        elif here == row + 1:  # the one in its place went down: one move, wherever to
            wanted = [each.id for each in layers].index(self._rows[row].id)
            self._move(row, min(wanted, len(self._rows) - 1))
        elif here != row:
            self._move(here, row)

    def _move(self, row: int, to: int) -> None:
        self.beginMoveRows(NOWHERE, row, row, NOWHERE, to + 1 if to > row else to)
        self._rows.insert(to, self._rows.pop(row))
        self.endMoveRows()


SHOWN: dict[int, Callable[[LayerModel, Layer], Any]] = {
    Qt.ItemDataRole.DisplayRole: LayerModel.name,
    Qt.ItemDataRole.EditRole: LayerModel.name,
    Qt.ItemDataRole.AccessibleTextRole: LayerModel.spoken,
    LAYER: lambda _model, layer: layer,
}


def _lines(index: Index) -> list[str]:
    """What stands beside the thumbnail: the name, and how it guides, or a blend mode that is not the usual one."""
    layer: Layer = index.data(LAYER)
    if layer.control is not None:
        return [index.data(), guiding(layer.control)]
    mode = layer.mode
    return [index.data()] + ([translated("BlendModes", TITLES[mode])] if mode is not BlendMode.NORMAL else [])


class Spot(enum.Enum):
    """What of a row is under the mouse."""

    EYE = "eye"
    THUMBNAIL = "thumbnail"
    NAME = "name"
    NUMBER = "number"
    LOCK = "lock"


def spots(row: QRect) -> dict[Spot, QRect]:
    """Where the parts of a row lie."""
    left, right = row.left(), row.right() + 1
    picture = left + MARK + theme.GRID
    name = picture + THUMBNAIL.width + theme.INSIDE
    lock = right - MARK
    number = lock - NUMBER
    ends = (
        (Spot.EYE, left, left + MARK),
        (Spot.THUMBNAIL, picture, picture + THUMBNAIL.width),
        (Spot.NAME, name, number - theme.GRID),
        (Spot.NUMBER, number, lock),
        (Spot.LOCK, lock, right),
    )
    return {spot: QRect(start, row.top(), stop - start, row.height()) for spot, start, stop in ends}


class RowDelegate(QStyledItemDelegate):
    """How a row looks: eye, thumbnail, name with the blend mode under it, opacity, lock."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._icons: dict[str, QIcon] = {}
        self._checkers: tuple[tuple[str, str], QBrush] | None = None
        self._guides: QIcon | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        return QSize(MARK * 2 + NUMBER + THUMBNAIL.width, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        layer = index.data(LAYER)
        painter.save()
        try:
            option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
            self._paint(painter, option, index, layer)
        finally:
            painter.restore()

    def _paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, layer: Layer) -> None:
        places = spots(option.rect)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        self._icon(painter, "eye" if layer.visible else "eye-off", places[Spot.EYE], faint=not layer.visible)
        if layer.locked or state & QStyle.StateFlag.State_MouseOver:
            self._icon(painter, "lock" if layer.locked else "unlock", places[Spot.LOCK], faint=not layer.locked)
        self._picture(painter, places[Spot.THUMBNAIL], layer)
        if layer.control is not None:
            self._badge(painter, places[Spot.THUMBNAIL])
        look = theme.current()
        quiet = QColor(look.text if chosen else look.quiet)
        painter.setPen(QColor(look.text) if layer.visible else quiet)
        painter.setFont(option.font)
        self._words(painter, places[Spot.NAME], _lines(index), quiet)
        figures = QFont(option.font)
        figures.setFeature(QFont.Tag("tnum"), 1)
        painter.setFont(figures)
        painter.setPen(quiet)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(places[Spot.NUMBER], int(flags), percent(layer.opacity))

    def _words(self, painter: QPainter, place: QRect, lines: list[str], quiet: QColor) -> None:
        """The first in the painter's font and colour, a second one smaller under it."""
        small = QFont(painter.font())
        small.setPixelSize(theme.Type.CAPTION)
        inset = 4 if len(lines) > 1 else 0
        height = (place.height() - 2 * inset) // len(lines)
        for number, text in enumerate(lines):
            if number:
                painter.setFont(small)
                painter.setPen(quiet)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
            line = QRect(place.x(), place.y() + inset + number * height, place.width(), height)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)

    def _icon(self, painter: QPainter, name: str, place: QRect, *, faint: bool) -> None:
        if name not in self._icons:
            self._icons[name] = theme.icon(name)
        side = theme.ICON
        square = QRect(place.x() + (place.width() - side) // 2, place.y() + (place.height() - side) // 2, side, side)
        self._icons[name].paint(painter, square, mode=QIcon.Mode.Disabled if faint else QIcon.Mode.Normal)

    def _picture(self, painter: QPainter, place: QRect, layer: Layer) -> None:
        size = self._thumbnails.size()
        left, top = place.x() + (place.width() - size.width) // 2, place.y() + (place.height() - size.height) // 2
        box = QRect(left, top, size.width, size.height)
        painter.setBrushOrigin(box.topLeft())
        painter.fillRect(box, self._checkered())
        picture = self._thumbnails.picture(layer, painter.device().devicePixelRatioF())
        if picture is not None:
            painter.drawPixmap(box, picture)
        painter.setPen(QColor(theme.current().line))
        painter.drawRect(box.adjusted(-1, -1, 0, 0))

    def _badge(self, painter: QPainter, place: QRect) -> None:
        """A mark in the corner of the thumbnail of what guides."""
        square = QRect(place.right() - BADGE + 1, place.bottom() - BADGE + 1, BADGE, BADGE)
        painter.fillRect(square, QColor(theme.current().dock))
        if self._guides is None:
            self._guides = theme.icon("controls")
        self._guides.paint(painter, square.adjusted(1, 1, -1, -1))

    def _checkered(self) -> QBrush:
        colours = theme.current().canvas.checkers
        if self._checkers is None or self._checkers[0] != colours:
            tile = QPixmap(2 * CHECKER, 2 * CHECKER)
            tile.fill(QColor(colours[0]))
            painter = QPainter(tile)
            for at in (0, CHECKER):
                painter.fillRect(at, at, CHECKER, CHECKER, QColor(colours[1]))
            painter.end()
            self._checkers = (colours, QBrush(tile))
        return self._checkers[1]

    # Renaming in place

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: N802
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("Name of the layer"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        # A layer may change while its name is typed: what was typed stays.
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(index.data(Qt.ItemDataRole.EditRole))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:  # noqa: N802
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        place = spots(option.rect)
        name = place[Spot.NAME].united(place[Spot.NUMBER])
        height = min(theme.CONTROL, name.height())
        top = name.y() + (name.height() - height) // 2
        editor.setGeometry(name.x() - theme.INSIDE, top, name.width() + theme.INSIDE, height)

    def helpEvent(  # noqa: N802
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        spot = next((spot for spot, place in spots(option.rect).items() if place.contains(event.pos())), None)
        QToolTip.showText(event.globalPos(), self._tip(spot, index), view)
        return True

    def _tip(self, spot: Spot | None, index: Index) -> str:
        layer: Layer = index.data(LAYER)
        if spot is Spot.EYE:
            what = self.tr("Hide layer (Space)") if layer.visible else self.tr("Show layer (Space)")
            return what + "\n" + self.tr("With Alt: show only this one, or all again")
        if spot is Spot.LOCK:
            return self.tr("Unlock layer") if layer.locked else self.tr("Lock layer against changes")
        return index.data() + "\n" + self.tr("Double-click to rename (F2), drag to reorder")


class LayerView(QListView):
    """The list itself. Layers are meant by their ids.

    Signals:
        eye_pressed: on a layer; True when only that one is wanted (Alt).
        eye_swept: the button is still down, and the mouse came over the eye of a layer.
        eye_released: the button is up again.
        lock_pressed: on a layer.
        dropped: a layer, and the row that it shall have.
        key_pressed: the name of a command of ``KEYS``.
    """

    eye_pressed = Signal(int, bool)
    eye_swept = Signal(int)
    eye_released = Signal()
    lock_pressed = Signal(int)
    dropped = Signal(int, int)
    key_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sweeping = False
        self._gap: int | None = None
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self.setEditTriggers(self.EditTrigger.DoubleClicked)
        self.setDragDropMode(self.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(False)  # we draw our own: the style's is hard to see
        self.setMouseTracking(True)
        self.setMinimumHeight(2 * HEIGHT)

    # The mouse on an eye or a lock

    def hit(self, position: QPoint) -> tuple[LayerId | None, Spot | None]:
        """The layer and the part of its row at a point of the viewport."""
        index = self.indexAt(position)
        if not index.isValid():
            return None, None
        places = spots(self.visualRect(index))
        spot = next((spot for spot, place in places.items() if place.contains(position)), None)
        return index.data(LAYER).id, spot

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if not self._mark_pressed(event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if not self._mark_pressed(event):
            super().mouseDoubleClickEvent(event)

    def _mark_pressed(self, event: QMouseEvent) -> bool:
        layer, spot = self.hit(event.position().toPoint())
        if layer is None or spot not in (Spot.EYE, Spot.LOCK) or event.button() != Qt.MouseButton.LeftButton:
            return False
        if spot is Spot.LOCK:
            self.lock_pressed.emit(layer)
        else:
            solo = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self._sweeping = not solo
            self.eye_pressed.emit(layer, solo)
        return True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if not self._sweeping:
            super().mouseMoveEvent(event)
            return
        layer, spot = self.hit(event.position().toPoint())
        if layer is not None and spot is Spot.EYE:
            self.eye_swept.emit(layer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._sweeping:
            self._sweeping = False
            self.eye_released.emit()
        else:
            super().mouseReleaseEvent(event)

    # Keys

    def event(self, event: QEvent) -> bool:
        """Here our keys come before the window's: Delete removes the layer, not what is selected of it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _command(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        command = _command(event)
        if command and self.state() != self.State.EditingState:
            self.key_pressed.emit(command)
        else:
            super().keyPressEvent(event)

    # Dragging a row

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802
        """The thumbnail goes with the mouse: the whole row would hide the line where it will go."""
        index = self.currentIndex()
        drag = QDrag(self)
        drag.setMimeData(self.model().mimeData([index]))
        drag.setPixmap(self.viewport().grab(spots(self.visualRect(index))[Spot.THUMBNAIL]))
        drag.setHotSpot(QPoint(-theme.BETWEEN, -theme.INSIDE))
        drag.exec(Qt.DropAction.MoveAction)

    def gap_at(self, y: int) -> int:
        """The number of rows above the place where a row dropped at ``y`` of the viewport would go."""
        rows = self.model().rowCount()
        return min(max(round((y + self.verticalScrollBar().value()) / HEIGHT), 0), rows)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if event.source() is self:
            super().dragEnterEvent(event)
        else:
            event.ignore()  # files and pictures are for the window

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        if event.source() is not self:
            event.ignore()
            return
        super().dragMoveEvent(event)  # scrolls near the edges
        self._show_gap(self.gap_at(event.position().toPoint().y()))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        super().dragLeaveEvent(event)
        self._show_gap(None)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        gap = self.gap_at(event.position().toPoint().y())
        super().dragLeaveEvent(QDragLeaveEvent())  # ends scrolling
        self._show_gap(None)
        if event.source() is not self:
            event.ignore()
            return
        event.acceptProposedAction()
        moved = self.currentIndex()
        if moved.isValid() and gap not in (moved.row(), moved.row() + 1):
            self.dropped.emit(moved.data(LAYER).id, gap - (gap > moved.row()))

    def _show_gap(self, gap: int | None) -> None:
        if gap != self._gap:
            self._gap = gap
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self._gap is None:
            return
        painter = QPainter(self.viewport())
        try:
            y = self._gap * HEIGHT - self.verticalScrollBar().value()
            top = min(max(y - 1, 0), self.viewport().height() - 2)
            painter.fillRect(0, top, self.viewport().width(), 2, QColor(theme.current().accent))
        finally:
            painter.end()


KEYS: dict[tuple[Qt.Key, Qt.KeyboardModifier], str] = {
    (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier): "toggle",
    (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier): "delete",
    (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier): "delete",
    (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier): "rename",
    (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier): "raise_layer",
    (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier): "lower_layer",
}
"""What keys do while the list has the focus: names of ``LayersPanel``'s methods."""


def _command(event: QKeyEvent) -> str | None:
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return KEYS.get((Qt.Key(event.key()), modifiers))
