"""Recovery: what a session that did not end well has left, to be opened again or let go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import Dialog, at_least, caption, title
from desktop_app.document.recovery import Recovered
from desktop_app.thumbnails import thumbnail

PICTURE = 56


class Recovery(Dialog):
    """Offers the copies. Closing it leaves them for the next start.

    Signals:
        recover_wanted: a tuple of ``Recovered``, to be opened; the others stay for the next start.
        discard_wanted: a tuple of ``Recovered``, to be let go. It was asked for twice.
    """

    recover_wanted = Signal(object)
    discard_wanted = Signal(object)

    def __init__(self, found: Sequence[Recovered], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found = list(found)
        self._sure = False
        self._title, self._text = title(), caption()
        self._list = QListWidget()
        self._list.setIconSize(QSize(PICTURE, PICTURE))
        self._list.setSpacing(2)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        for each in self._found:
            self._list.addItem(_item(each))
        self.body.addWidget(self._title)
        self.body.addWidget(self._text)
        self.body.addWidget(self._list, 1)
        self._discard = self.add_button(left=True)
        self._later = self.add_button()
        self._recover = self.add_button(primary=True)
        self._list.itemChanged.connect(self._rechecked)
        self._discard.clicked.connect(self._let_go)
        self._later.clicked.connect(self.reject)
        self._recover.clicked.connect(self._open)
        self.retranslate()
        at_least(self, 520, 200 + min(len(self._found), 4) * (PICTURE + theme.BETWEEN))
        self._recover.setFocus()

    @property
    def checked(self) -> tuple[Recovered, ...]:
        """Those that are checked."""
        items = [self._list.item(place) for place in range(self._list.count())]
        checked = [item.checkState() == Qt.CheckState.Checked for item in items]
        return tuple(each for each, wanted in zip(self._found, checked, strict=True) if wanted)

    def retranslate(self) -> None:
        """Set all texts."""
        count = len(self.checked)
        self.setWindowTitle(self.tr("Unsaved work was found"))
        self._title.setText(self.tr("Gouache was cut off. Your unsaved work is here."))
        self._text.setText(self.tr("These copies were made by themselves while you worked. Files are not touched."))
        self._list.setAccessibleName(self.tr("Copies of unsaved work"))
        for place, each in enumerate(self._found):
            self._list.item(place).setText(f"{each.title}\n{_when(each.time)}\n{self._where(each)}")
        self._later.setText(self.tr("Later"))
        self._later.setToolTip(self.tr("Ask again at the next start (Esc)"))
        self._recover.setText(self.tr("Open %n", None, count))
        if self._sure:
            self._discard.setText(self.tr("Delete %n for good", None, count))
        else:
            self._discard.setText(self.tr("Delete..."))
        for button in (self._recover, self._discard):
            button.setEnabled(count > 0)
            button.setToolTip("" if count else self.tr("Check at least one."))

    def _where(self, recovered: Recovered) -> str:
        return str(recovered.original) if recovered.original else self.tr("Never saved")

    def _rechecked(self) -> None:
        self._sure = False
        with_text = self._list.blockSignals(True)
        self.retranslate()
        self._list.blockSignals(with_text)

    def _open(self) -> None:
        wanted = self.checked
        self.accept()
        self.recover_wanted.emit(wanted)

    def _let_go(self) -> None:
        """The first press asks, the second does it; the dialog stays while there are others."""
        if not self._sure:
            self._sure = True
            self.retranslate()
            return
        gone = self.checked
        self._sure = False
        for place in reversed(range(len(self._found))):
            if self._found[place] in gone:
                del self._found[place]
                self._list.takeItem(place)
        self.discard_wanted.emit(gone)
        if self._found:
            self.retranslate()
        else:
            self.reject()


def _item(recovered: Recovered) -> QListWidgetItem:
    item = QListWidgetItem()
    item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    item.setCheckState(Qt.CheckState.Checked)
    item.setToolTip(str(recovered.original or recovered.title))
    image = thumbnail(recovered.file, 2 * PICTURE)
    item.setIcon(QIcon(_blank() if image.isNull() else QPixmap.fromImage(image)))
    item.setSizeHint(QSize(0, PICTURE + theme.INSIDE))
    return item


def _blank() -> QPixmap:
    """The sign for pictures, as large as elsewhere."""
    out = QPixmap(PICTURE, PICTURE)
    out.fill(Qt.GlobalColor.transparent)
    painter = QPainter(out)
    place = QRect(QPoint(0, 0), theme.icon_size())
    place.moveCenter(out.rect().center())
    theme.icon("image").paint(painter, place)
    painter.end()
    return out


def _when(seconds: float) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(seconds)), QLocale.FormatType.ShortFormat)
