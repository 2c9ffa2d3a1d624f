"""The pictures that a style is taught from: chosen, judged by the cleaner, overruled with a click, captioned."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QIcon,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.dialogs.dialog import caption
from desktop_app.dialogs.file_drops import FileDropList
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.pictures import to_image
from desktop_app.teaching import Judged, Verdict
from inference.alpha import Pixels

SIDE, CELL = 84, QSize(132, 146)
"""Of a thumbnail, and of its place."""
RULES: Mapping[str, str] = {
    "unreadable": QT_TRANSLATE_NOOP("TrainPictures", "It cannot be read."),
    "empty": QT_TRANSLATE_NOOP("TrainPictures", "There is nothing to see in it."),
    "tiny": QT_TRANSLATE_NOOP("TrainPictures", "What it shows is too small."),
    "aspect": QT_TRANSLATE_NOOP("TrainPictures", "It is too long and thin."),
    "duplicate": QT_TRANSLATE_NOOP("TrainPictures", "It is nearly the same as {file}."),
    "background": QT_TRANSLATE_NOOP("TrainPictures", "It has a plain background: a transparent one teaches better."),
    "caption": QT_TRANSLATE_NOOP("TrainPictures", "Nothing says what it shows: write it below."),
}
"""What the cleaner's rules mean; what is not here is said elsewhere."""
FILE, PICTURES = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
"""Roles of an item: its file; its icons, used and left out."""
_LEFT_OUT = 0.35
"""Opacity."""


@dataclass(frozen=True)
class Offer:
    """A picture of the open document that can be taken: a layer or a result."""

    title: str
    pixels: Callable[[], Pixels]
    caption: str = ""


@dataclass(frozen=True)
class Offers:
    """What the open document has."""

    layers: tuple[Offer, ...] = ()
    results: tuple[Offer, ...] = ()


class TrainPictures(QWidget):
    """A grid of pictures with a row of buttons above and the caption of the current one below.

    Signals:
        files_wanted: the button that opens a file dialog.
        dropped: paths that were dropped on it.
        offered: a tuple of ``Offer`` that were chosen.
        removed: the files of pictures to take out.
        captioned: file, and what it shows.
        overridden: file, and whether to use it.
    """

    files_wanted = Signal()
    dropped = Signal(object)
    offered = Signal(object)
    removed = Signal(object)
    captioned = Signal(str, str)
    overridden = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offers: Callable[[], Offers] = Offers
        self._verdict = Verdict()
        self._captions: Mapping[str, str] = {}
        self._overrides: Mapping[str, bool] = {}
        self._looking = False
        self.add, self.take, self.remove = QPushButton(), QPushButton(), QPushButton()
        self._menu = QMenu(self)
        self.take.setMenu(self._menu)
        self.count = QLabel()
        theme.mark(self.count, role="caption")
        self.grid = _Grid()
        self.words = QLineEdit()
        self.words.setMaxLength(300)
        self._says = QLabel()
        self._reason = caption()
        self._lay_out()
        self.add.clicked.connect(self.files_wanted)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.remove.clicked.connect(self._remove)
        self.grid.dropped.connect(self.dropped)
        self.grid.delete_wanted.connect(self._remove)
        self.grid.currentItemChanged.connect(self._show_current)
        self.grid.itemSelectionChanged.connect(self._show_current)
        self.grid.itemChanged.connect(self._checked)
        self.words.editingFinished.connect(self._caption)
        self.words.returnPressed.connect(self._next)
        self.retranslate()

    # What is seen

    def set_pictures(self, pictures: Mapping[str, QImage]) -> None:
        """Show these, by their files; what was chosen stays so."""
        current = self.current
        with QSignalBlocker(self.grid):
            self.grid.clear()
            for file, image in pictures.items():
                item = QListWidgetItem()
                item.setData(FILE, file)
                item.setData(PICTURES, (_icon(image), _icon(image, _LEFT_OUT)))
                item.setSizeHint(CELL)
                item.setFlags(
                    Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
                )
                self.grid.addItem(item)
        row = list(pictures).index(current) if current in pictures else (0 if pictures else -1)
        self._show()
        self.grid.setCurrentRow(row)
        self._show_current()

    def set_words(self, captions: Mapping[str, str], overrides: Mapping[str, bool]) -> None:
        """What a person said."""
        self._captions, self._overrides = dict(captions), dict(overrides)
        self._show()

    def set_verdict(self, verdict: Verdict, *, looking: bool) -> None:
        """What the cleaner said last, and whether it is looking again."""
        self._verdict, self._looking = verdict, looking
        self._show()

    @property
    def current(self) -> str:
        """The file of the chosen picture, or ""."""
        item = self.grid.currentItem()
        return item.data(FILE) if item is not None else ""

    @property
    def files(self) -> list[str]:
        """All that are shown."""
        return [self.grid.item(row).data(FILE) for row in range(self.grid.count())]

    @property
    def used(self) -> int:
        """How many will be learned from, as far as is known."""
        return sum(self.is_used(file) for file in self.files)

    def is_used(self, file: str) -> bool:
        """A person's word, else the cleaner's."""
        judged = self._verdict.pictures.get(file)
        return self._overrides.get(file, judged.used if judged else True)

    def caption_of(self, file: str) -> str:
        """A person's word, else what name and metadata say."""
        judged = self._verdict.pictures.get(file)
        return self._captions.get(file, judged.caption if judged else "")

    def reasons_of(self, file: str) -> list[str]:
        """What the cleaner says of it, in plain words."""
        judged = self._verdict.pictures.get(file)
        return reasons(judged, captioned=bool(self._captions.get(file))) if judged else []

    def retranslate(self) -> None:
        """Set all texts."""
        self.add.setText(self.tr("Add files..."))
        self.add.setToolTip(self.tr("Choose pictures, or drop files and folders below"))
        self.take.setText(self.tr("From the document"))
        self.take.setToolTip(self.tr("Take layers or results of the open document"))
        self.remove.setText(self.tr("Remove"))
        self.remove.setToolTip(self.tr("Take the chosen pictures out (Del)"))
        self.grid.setAccessibleName(self.tr("Pictures to learn from"))
        self.grid.hint = self.tr("Drop ten or more pictures of one style here, or add them with the buttons above.")
        self._says.setText(self.tr("It shows"))
        self.words.setPlaceholderText(self.tr("what it shows, without the style: red apple"))
        self.words.setAccessibleName(self.tr("What the chosen picture shows"))
        self.words.setToolTip(self.tr("Enter goes to the next picture"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes from caption to caption; it never presses the dialog's bright button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)

    # Showing

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(theme.INSIDE)
        for button in (self.add, self.take, self.remove):
            button.setAutoDefault(False)
            above.addWidget(button)
        above.addStretch()
        above.addWidget(self.count)
        below = QHBoxLayout()
        below.setSpacing(theme.INSIDE)
        below.addWidget(self._says)
        below.addWidget(self.words, 1)
        self._says.setBuddy(self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(above)
        column.addWidget(self.grid, 1)
        column.addLayout(below)
        column.addWidget(self._reason)

    def _show(self) -> None:
        with QSignalBlocker(self.grid):
            for row in range(self.grid.count()):
                self._show_item(self.grid.item(row))
        count, used = self.grid.count(), self.used
        if not count:
            text = ""
        elif self._looking:
            text = self.tr("Looking at %n picture(s)...", None, count)
        else:
            text = self.tr("{used} of {count} will be used").format(used=used, count=count)
        self.count.setText(text)
        self._show_current()

    def _show_item(self, item: QListWidgetItem) -> None:
        file = item.data(FILE)
        used, said = self.is_used(file), self.reasons_of(file)
        item.setCheckState(Qt.CheckState.Checked if used else Qt.CheckState.Unchecked)
        words = self.caption_of(file) or self.tr("(no caption)")
        left_out = said[0] if said else self.tr("Left out by you.")
        item.setText(words if used else left_out)
        item.setIcon(item.data(PICTURES)[0 if used else 1])
        item.setForeground(self.palette().text() if used else self.palette().placeholderText())
        tip = [Path(file).name, words, *said]
        item.setToolTip("\n".join(tip))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join([words, *(() if used else (left_out,))]))

    def _show_current(self) -> None:
        file = self.current
        self.words.setEnabled(bool(file))
        self.remove.setEnabled(bool(self.grid.selectedItems()))
        if not self.words.hasFocus() or self.words.property("file") != file:
            self.words.setProperty("file", file)
            self.words.setText(self.caption_of(file) if file else "")
        said = self.reasons_of(file) if file else []
        if file and not self.is_used(file):
            said = [*said, self.tr("Check its box to use it all the same.")]
        self._reason.setText(" ".join(said))
        self._reason.setVisible(self.grid.count() > 0)

    # Changing

    def _caption(self) -> None:
        file = self.words.property("file")
        if file and self.words.text().strip() != self.caption_of(file):
            self.captioned.emit(file, self.words.text().strip())

    def _next(self) -> None:
        self._caption()  # Qt tells of Enter before it tells that the editing is over
        row = self.grid.currentRow() + 1
        if row < self.grid.count():
            self.grid.setCurrentRow(row)
            self.words.setProperty("file", "")
            self._show_current()
            self.words.selectAll()

    def _checked(self, item: QListWidgetItem) -> None:
        self.overridden.emit(item.data(FILE), item.checkState() == Qt.CheckState.Checked)

    def _remove(self) -> None:
        files = tuple(item.data(FILE) for item in self.grid.selectedItems())
        if files:
            self.removed.emit(files)

    def _fill_menu(self) -> None:
        self._menu.clear()
        offers = self.offers()
        for title, all_, each in (
            (self.tr("Layers"), self.tr("All layers"), offers.layers),
            (self.tr("Results"), self.tr("All results"), offers.results),
        ):
            if not each:
                continue
            self._menu.addSection(title)
            for offer in each[:_MOST_OFFERED]:
                icon = QIcon(_picture(to_image(offer.pixels())))
                text = offer.title.replace("&", "&&")
                self._menu.addAction(icon, text, lambda offer=offer: self.offered.emit((offer,)))
            if len(each) > 1:
                self._menu.addAction(all_, lambda each=each: self.offered.emit(each))
        if self._menu.isEmpty():
            self._menu.addAction(self.tr("No document is open.")).setEnabled(False)


_MOST_OFFERED = 24


class _Grid(FileDropList):
    """Takes files that are dropped on it; says what to do while it is empty."""

    delete_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.hint = ""
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(CELL)
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setWordWrap(True)
        theme.mark(self, role="pictures")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.count():
            return
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().placeholderText().color())
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.viewport().rect().adjusted(40, 20, -40, -20), int(flags), self.hint)
        painter.end()


def reasons(judged: Judged, *, captioned: bool = False) -> list[str]:
    """The cleaner's reasons in the interface's words; that of a caption that was given meanwhile is no more one."""
    out = []
    for reason in judged.reasons:
        rule, _, detail = reason.partition(":")
        if rule in RULES and not (rule == "caption" and captioned):
            file = Path(detail.rpartition(" ")[2]).name if rule == "duplicate" else ""
            out.append(translated("TrainPictures", RULES[rule]).format(file=file))
    return out


def _icon(image: QImage, opacity: float = 1.0) -> QIcon:
    """The same picture whether it is chosen or not: a chosen one is not tinted."""
    picture = _picture(image, opacity)
    out = QIcon(picture)
    out.addPixmap(picture, QIcon.Mode.Selected)
    return out


def _picture(image: QImage, opacity: float = 1.0) -> QPixmap:
    """A thumbnail in the middle of a square; a sign where it cannot be read."""
    out = QPixmap(SIDE, SIDE)
    out.fill(Qt.GlobalColor.transparent)
    painter = QPainter(out)
    painter.setOpacity(opacity)
    if image.isNull():
        icon = theme.icon("error").pixmap(theme.icon_size())
        painter.drawPixmap((SIDE - icon.width()) // 2, (SIDE - icon.height()) // 2, icon)
    else:
        kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        small = image.scaled(QSize(SIDE, SIDE), kept, smooth)
        painter.drawImage((SIDE - small.width()) // 2, (SIDE - small.height()) // 2, small)
    painter.end()
    return out
