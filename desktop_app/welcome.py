"""The welcome: what is seen where the canvas will be, while no document is open. Calm, and nothing has to be closed."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QIcon,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from desktop_app import theme
from desktop_app.background import Background
from desktop_app.hints import STEPS, Badge
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.thumbnails import thumbnail
from inference.resources import RESOURCES

WIDEST = 760
SAMPLES_FOLDER = RESOURCES / "samples"
PICTURE, SMALL_PICTURE, RECENT_PICTURE = 128, 96, 40
"""Sides of thumbnails: of samples, of samples where there is little room, of recent files."""
TIGHT = 640
"""Height below which there is little room."""
RECENT_ROWS, RECENT_COLUMNS = 2, 3


@dataclass(frozen=True)
class Sample:
    """A sample picture: its file, and its name in English, to be translated."""

    file: str
    name: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return SAMPLES_FOLDER / self.file


SAMPLES = (
    Sample("island.ora", QT_TRANSLATE_NOOP("Welcome", "Island")),
    Sample("shield.png", QT_TRANSLATE_NOOP("Welcome", "Shield")),
    Sample("crown.png", QT_TRANSLATE_NOOP("Welcome", "Crown")),
    Sample("mushroom.png", QT_TRANSLATE_NOOP("Welcome", "Mushroom")),
)


class Welcome(QWidget):
    """The empty state. Drops are the window's to take; this only shows that they would land well.

    Args:
        background: reads thumbnails; one of its own unless given.

    Signals:
        open_wanted, new_wanted, paste_wanted: the buttons.
        file_chosen: a recent file.
        sample_chosen: a sample's file; a copy is to be opened, for it is not the user's. ``sample_name`` says what to
            call it.
        prompt_wanted: the keyboard should go to the prompt.
    """

    open_wanted = Signal()
    new_wanted = Signal()
    paste_wanted = Signal()
    file_chosen = Signal(Path)
    sample_chosen = Signal(Path)
    prompt_wanted = Signal()

    def __init__(self, parent: QWidget | None = None, *, background: Background | None = None) -> None:
        super().__init__(parent)
        self._background = background or Background(self, threads=1)
        self._asked: set[_Tile] = set()
        self._recent: list[_Tile] = []
        self._drop = _DropZone()
        self._open, self._new, self._paste = QPushButton(), QPushButton(), QPushButton()
        self._samples = [_Tile(sample.path, PICTURE) for sample in SAMPLES]
        self._headings = {name: QLabel() for name in ("samples", "recent", "prompt")}
        for heading in self._headings.values():
            theme.mark(heading, role="quiet")
        self._prompt = QPushButton()
        self._steps = [QLabel() for _ in STEPS]
        self._recent_grid = QGridLayout()
        self._lay_out()
        for button, signal in (
            (self._open, self.open_wanted),
            (self._new, self.new_wanted),
            (self._paste, self.paste_wanted),
            (self._prompt, self.prompt_wanted),
        ):
            button.clicked.connect(signal)
        for tile in self._samples:
            tile.clicked.connect(partial(self._choose_sample, tile.path))
        self.set_recent(())
        self.retranslate()

    def set_recent(self, paths: Sequence[Path]) -> None:
        """Offer these files, the latest first; as many as there is room for."""
        for tile in self._recent:
            self._recent_grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self._asked.difference_update(self._recent)
        self._recent = [_Tile(path, RECENT_PICTURE, beside=True) for path in paths[: RECENT_ROWS * RECENT_COLUMNS]]
        for place, tile in enumerate(self._recent):
            tile.set_name(tile.path.name)
            tile.setToolTip(str(tile.path))
            tile.clicked.connect(partial(self._choose_file, tile.path))
            self._recent_grid.addWidget(tile, *divmod(place, RECENT_COLUMNS))
        self._headings["recent"].setVisible(bool(self._recent))
        self._fit()
        self._load()

    def set_paste(self, possible: bool) -> None:
        """Whether there is a picture on the clipboard."""
        self._paste.setEnabled(possible)
        self._set_paste_tip()

    def set_drop_highlight(self, lit: bool) -> None:
        """Something that can be opened is dragged over the window."""
        self._drop.set_lit(lit)

    def set_steps_shown(self, shown: bool) -> None:
        """The three steps: for those who have made no picture yet."""
        for ghost in self._ghosts:
            ghost.setVisible(shown)

    def sample_name(self, path: Path) -> str:
        """A sample's name in the interface's language."""
        return next((translated("Welcome", each.name) for each in SAMPLES if each.path == path), path.stem)

    def retranslate(self) -> None:
        """Set all texts."""
        self.setAccessibleName(self.tr("Welcome"))
        self._drop.title.setText(self.tr("Drop a picture here"))
        self._drop.text.setText(self.tr("PNG, JPEG, WebP, GIF, BMP, TIFF, PSD or OpenRaster"))
        self._open.setText(self.tr("Open..."))
        self._open.setToolTip(self.tr("Open a picture or a document (Ctrl+O)"))
        self._new.setText(self.tr("New..."))
        self._new.setToolTip(self.tr("Begin an empty document (Ctrl+N)"))
        self._paste.setText(self.tr("Paste"))
        self._headings["samples"].setText(self.tr("Or try one of these"))
        self._headings["recent"].setText(self.tr("Recent files"))
        self._headings["prompt"].setText(self.tr("Or begin with words: type a prompt and press Generate (Ctrl+Enter)."))
        self._prompt.setText(self.tr("Write a prompt"))
        self._prompt.setToolTip(self.tr("Go to the prompt"))
        for tile, sample in zip(self._samples, SAMPLES, strict=True):
            name = translated("Welcome", sample.name)
            tile.set_name(name)
            tile.setToolTip(self.tr('Open a copy of the sample "{name}"').format(name=name))
        for label, text in zip(self._steps, STEPS, strict=True):
            label.setText(translated("HintCard", text))
        self._set_paste_tip()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), QColor(theme.current().window))
        finally:
            painter.end()

    def _lay_out(self) -> None:
        column = QWidget()
        column.setObjectName("column")
        column.setMaximumWidth(WIDEST)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(theme.BETWEEN, theme.BETWEEN, theme.BETWEEN, theme.BETWEEN)
        rows.setSpacing(theme.INSIDE)
        rows.addStretch()
        for button in (self._open, self._new, self._paste):
            self._drop.buttons.addWidget(button)
        rows.addWidget(self._drop)
        rows.addSpacing(theme.INSIDE)
        rows.addWidget(self._headings["samples"])
        samples = _row(*self._samples)
        samples.setSpacing(theme.INSIDE)
        rows.addLayout(samples)
        rows.addSpacing(theme.INSIDE)
        rows.addWidget(self._headings["recent"])
        self._recent_grid.setSpacing(theme.INSIDE)
        for at in range(RECENT_COLUMNS):
            self._recent_grid.setColumnStretch(at, 1)
        rows.addLayout(self._recent_grid)
        rows.addSpacing(theme.INSIDE)
        prompt = _row(self._headings["prompt"], self._prompt)
        self._headings["prompt"].setWordWrap(True)
        prompt.setStretch(0, 1)
        rows.addLayout(prompt)
        rows.addSpacing(theme.INSIDE)
        self._ghosts = [_Ghost(number, label) for number, label in enumerate(self._steps, 1)]
        steps = _row(*self._ghosts)
        for place in range(len(self._ghosts)):
            steps.setStretch(place, 1)
        rows.addLayout(steps)
        rows.addStretch()
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        middle = QWidget()
        around = QHBoxLayout(middle)
        around.setContentsMargins(0, 0, 0, 0)
        around.addStretch(1)
        around.addWidget(column, 1000)
        around.addStretch(1)
        middle.setAutoFillBackground(False)
        scroll.setWidget(middle)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _set_paste_tip(self) -> None:
        if self._paste.isEnabled():
            self._paste.setToolTip(self.tr("Begin with the picture on the clipboard (Ctrl+V)"))
        else:
            self._paste.setToolTip(self.tr("There is no picture on the clipboard. Copy one first."))

    def _fit(self) -> None:
        """Smaller samples and one row of files where there is little room."""
        tight = self.height() < TIGHT
        for tile in self._samples:
            tile.set_side(SMALL_PICTURE if tight else PICTURE)
        for place, tile in enumerate(self._recent):
            tile.setVisible(place < RECENT_COLUMNS * (1 if tight else RECENT_ROWS))

    def _load(self) -> None:
        """Ask for the thumbnails that are not there yet, once they are to be seen."""
        if not self.isVisible():
            return
        side = round(PICTURE * self.devicePixelRatioF())
        for tile in (*self._samples, *self._recent):
            if tile not in self._asked:
                self._asked.add(tile)
                self._background.run(partial(thumbnail, tile.path, side), tile.take, _leave)

    def _choose_sample(self, path: Path) -> None:
        self.sample_chosen.emit(path)

    def _choose_file(self, path: Path) -> None:
        self.file_chosen.emit(path)


class _DropZone(QFrame):
    """A dashed frame."""

    def __init__(self) -> None:
        super().__init__()
        self._lit = False
        self.title, self.text = QLabel(), QLabel()
        theme.mark(self.title, role="title")
        theme.mark(self.text, role="caption")
        self.text.setWordWrap(True)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(theme.INSIDE)
        words = QVBoxLayout()
        words.setSpacing(theme.GRID)
        words.addWidget(self.title)
        words.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.BETWEEN, theme.BETWEEN, theme.BETWEEN, theme.BETWEEN)
        row.setSpacing(theme.BETWEEN)
        row.addLayout(words, 1)
        row.addLayout(self.buttons)

    def set_lit(self, lit: bool) -> None:
        """Whether something is dragged over the window."""
        self._lit = lit
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(QColor(look.accent if self._lit else look.quiet), 2 if self._lit else 1, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(QColor(look.chosen if self._lit else look.dock))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.INSIDE, theme.INSIDE)
        finally:
            painter.end()


class _Ghost(QFrame):
    """A step in a pale frame."""

    def __init__(self, number: int, label: QLabel) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        row.setSpacing(theme.INSIDE)
        label.setWordWrap(True)
        row.addWidget(Badge(number))
        row.addWidget(label, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.current().line), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.INSIDE, theme.INSIDE)
        finally:
            painter.end()


class _Tile(QToolButton):
    """A file as a picture with its name below or beside it."""

    def __init__(self, path: Path, side: int, *, beside: bool = False) -> None:
        super().__init__()
        self.path = path
        self._side, self._image, self._name, self._beside = side, QImage(), "", beside
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if beside else Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        self.setToolButtonStyle(style)
        self.setSizePolicy(
            QSizePolicy.Policy.Ignored if beside else QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._draw()

    @property
    def loaded(self) -> bool:
        """True when its picture has come."""
        return not self._image.isNull()

    def set_name(self, name: str) -> None:
        """What is written at it."""
        self._name = name
        self.setAccessibleName(name)
        self._cut()

    def set_side(self, side: int) -> None:
        """Of its picture, in pixels."""
        if side != self._side:
            self._side = side
            self._draw()

    def take(self, image: QImage) -> None:
        """Its picture has come; an empty one leaves the sign for pictures."""
        if isValid(self):
            self._image = image
            self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._side + 2 * theme.INSIDE, super().minimumSizeHint().height())

    def _cut(self) -> None:
        room = self.width() - 2 * theme.INSIDE - (self._side + theme.INSIDE if self._beside else 0)
        self.setText(self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, max(1, room)))

    def _draw(self) -> None:
        """The picture in the middle of a rounded square."""
        look, ratio = theme.current(), self.devicePixelRatioF()
        gap = theme.INSIDE if self._beside else 0
        whole = QPixmap(QSize(self._side + gap, self._side) * ratio)
        whole.setDevicePixelRatio(ratio)
        whole.fill(Qt.GlobalColor.transparent)
        square = QRectF(0, 0, self._side, self._side)
        painter = QPainter(whole)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        clip = QPainterPath()
        clip.addRoundedRect(square, theme.GRID, theme.GRID)
        painter.setClipPath(clip)
        painter.fillRect(square, QColor(look.field))
        if self._image.isNull():
            inner = square.toRect().adjusted(*(round(self._side * part) for part in (0.3, 0.3, -0.3, -0.3)))
            theme.icon("image").paint(painter, inner)
        else:
            size = QSize(self._image.size()).scaled(square.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(square.center())
            painter.drawImage(place, self._image)
        painter.end()
        self.setIcon(QIcon(whole))
        self.setIconSize(QSize(self._side + gap, self._side))
        self._cut()


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.BETWEEN)
    for widget in widgets:
        row.addWidget(widget)
    return row


def _leave(_: object) -> None:
    """A thumbnail that cannot be had is no matter."""
