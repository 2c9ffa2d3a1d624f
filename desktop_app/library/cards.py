"""The library's things as cards: a picture, a name, what it is; a star on favourites."""

# ruff: noqa: N802 (Qt names its methods so)

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop_app import theme
from desktop_app.dialogs.file_drops import FileDropList
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from inference.detected import What
from inference.manifest import Family
from inference.shelf import Entry

CARD, PICTURE, PAD = QSize(172, 188), 104, 8
ENTRY, SPEED = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
KINDS: Mapping[What, str] = {
    What.ONNX: QT_TRANSLATE_NOOP("Library", "Model"),
    What.LORA: QT_TRANSLATE_NOOP("Library", "LoRA"),
    What.VAE: QT_TRANSLATE_NOOP("Library", "VAE"),
    What.EMBEDDING: QT_TRANSLATE_NOOP("Library", "Embedding"),
    What.CONTROLNET: QT_TRANSLATE_NOOP("Library", "ControlNet"),
    What.CHECKPOINT: QT_TRANSLATE_NOOP("Library", "Model"),
    What.PIPELINE: QT_TRANSLATE_NOOP("Library", "Model"),
}
OWN_SIZE = QT_TRANSLATE_NOOP("Library", "Stable Diffusion of its own size")
GLYPHS: Mapping[What, str] = {
    What.ONNX: "generate",
    What.LORA: "brush",
    What.VAE: "image",
    What.EMBEDDING: "recipe",
    What.CONTROLNET: "layers",
}


def kind_title(what: What) -> str:
    """What people call it."""
    return translated("Library", KINDS[what])


def family_title(entry: Entry) -> str:
    """A model's family; the published ones are names, and the same everywhere."""
    return translated("Library", OWN_SIZE) if entry.family == Family.OWN.value else entry.family


class Cards(FileDropList):
    """A grid of cards; ``dropped`` files are to be imported.

    Signals:
        delete_wanted: the delete key.
    """

    delete_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformItemSizes(True)
        self.setSpacing(4)
        self.setItemDelegate(_Card(self))
        theme.mark(self, role="pictures")

    @property
    def chosen(self) -> Entry | None:
        """The card that is chosen."""
        item = self.currentItem()
        return item.data(ENTRY) if item is not None else None

    def show_entries(self, entries: Sequence[Entry], speed: Callable[[Entry], str] = lambda _: "") -> None:
        """Show these; the one that was chosen stays so. ``speed``: as measured here, in words, or ""."""
        before = self.chosen
        self.blockSignals(True)
        self.clear()
        for entry in entries:
            item = QListWidgetItem(entry.title)
            item.setData(ENTRY, entry)
            item.setData(SPEED, speed(entry))
            item.setSizeHint(CARD)
            item.setToolTip(entry.title)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{entry.title}, {kind_title(entry.what)}, {family_title(entry)}"
            )
            self.addItem(item)
        keys = [entry.key for entry in entries]
        self.blockSignals(False)
        self.setCurrentRow(keys.index(before.key) if before is not None and before.key in keys else 0 if keys else -1)

    def choose(self, key: str) -> None:
        """Choose a card."""
        for row in range(self.count()):
            if self.item(row).data(ENTRY).key == key:
                self.setCurrentRow(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)


class _Card(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return CARD

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY)
        now, whole = theme.current(), QRect(option.rect).adjusted(2, 2, -2, -2)  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(now.accent if chosen else now.line))
        painter.setBrush(QColor(now.hover if hovered or chosen else now.field))
        painter.drawRoundedRect(whole, 4, 4)
        inner = whole.adjusted(PAD, PAD, -PAD, -PAD)
        picture = QRect(inner.left(), inner.top(), inner.width(), PICTURE)
        _paint_picture(painter, picture, entry)
        if entry.favourite:
            theme.icon("pinned").paint(painter, QRect(picture.right() - 20, picture.top() + 2, 18, 18))
        line = QRect(inner.left(), picture.bottom() + 6, inner.width(), 20)
        painter.setFont(theme.font(bold=True))
        painter.setPen(QColor(now.text))
        _line(painter, line, entry.title)
        painter.setFont(theme.font(theme.Type.CAPTION))
        painter.setPen(QColor(now.text if entry.problem else now.quiet))
        _line(
            painter,
            line.translated(0, 19),
            f"{kind_title(entry.what)} · {family_title(entry)}" if entry.family else kind_title(entry.what),
        )
        painter.setPen(QColor(now.quiet))
        known = (index.data(SPEED), entry.precision, *entry.tags)
        _line(painter, line.translated(0, 35), ", ".join(filter(None, known)))
        painter.restore()


def _line(painter: QPainter, where: QRect, text: str) -> None:
    shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, where.width())
    painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_picture(painter: QPainter, where: QRect, entry: Entry) -> None:
    pixmap = QPixmap(str(entry.sample)) if entry.sample else QPixmap()
    if pixmap.isNull():
        painter.fillRect(where, QColor(theme.current().window))
        side = 32
        at = QRect(where.center().x() - side // 2, where.center().y() - side // 2, side, side)
        theme.icon("warning" if entry.problem else GLYPHS.get(entry.what, "generate")).paint(painter, at)
        return
    scaled = pixmap.scaled(
        where.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    off = QRect(
        (scaled.width() - where.width()) // 2, (scaled.height() - where.height()) // 2, where.width(), where.height()
    )
    painter.drawPixmap(where, scaled, off)
