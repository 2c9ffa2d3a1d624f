"""The two colours of the tools: shown, changed, swapped, put back."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QColorDialog, QToolButton, QWidget

from desktop_app import theme
from desktop_app.document.inks import Colour
from desktop_app.tools.options import ToolOptions
from desktop_app.tools.toolbox import Toolbox

SIDE = 34
SMALL = 20
SIZE = QSize(60, 56)


class ColourButton(QAbstractButton):
    """A square of a colour."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour: Colour = (0, 0, 0)
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_colour(self, colour: Colour) -> None:
        """Show another."""
        self._colour = colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            edge = look.accent if self.hasFocus() else look.quiet if self.underMouse() else look.line
            painter.setPen(QPen(QColor(edge), 2))
            painter.setBrush(QColor(look.window))
            painter.drawRoundedRect(room, 4, 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*self._colour))
            painter.drawRoundedRect(room.adjusted(2, 2, -2, -2), 2, 2)
        finally:
            painter.end()


class Colours(QWidget):
    """Foreground over background, with buttons that swap them and make them black and white."""

    def __init__(self, toolbox: Toolbox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._toolbox = toolbox
        self._options: ToolOptions = toolbox.options
        self._dialog: QColorDialog | None = None
        self._edited = "foreground"
        self.setFixedSize(SIZE)
        self.background, self.foreground = ColourButton(self), ColourButton(self)
        self.foreground.move(0, 0)
        self.background.move(SIZE.width() - SIDE, SIZE.height() - SIDE)
        self._swap = self._small("swap", SIZE.width() - SMALL - 1, 0)
        self._reset = self._small("reset", 1, SIZE.height() - SMALL)
        self.foreground.clicked.connect(self._edit_foreground)
        self.background.clicked.connect(self._edit_background)
        self._swap.clicked.connect(self._options.swap_colours)
        self._reset.clicked.connect(self._options.default_colours)
        self._options.changed.connect(self._follow)
        for one, other in ((self.foreground, self.background), (self.background, self._swap)):
            QWidget.setTabOrder(one, other)
        QWidget.setTabOrder(self._swap, self._reset)
        self.retranslate()

    @property
    def dialog(self) -> QColorDialog | None:
        """Where a colour is being chosen."""
        return self._dialog

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        self._titles = {"foreground": self.tr("Foreground colour"), "background": self.tr("Background colour")}
        tips = {self._swap: "swap-colours", self._reset: "default-colours"}
        for button, name in tips.items():
            action = self._toolbox.command_actions[name]
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            button.setAccessibleName(action.text())
            button.setToolTip(self.tr("{command} ({keys})").format(command=action.text(), keys=keys))
        self._follow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def hideEvent(self, event: QEvent) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        if self._dialog is not None:
            self._dialog.close()
        super().hideEvent(event)  # pyright: ignore[reportArgumentType]

    def _small(self, icon: str, x: int, y: int) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(theme.icon(icon))
        button.setIconSize(QSize(14, 14))
        button.setFixedSize(SMALL, SMALL)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setStyleSheet("padding: 0;")
        button.move(x, y)
        return button

    def _follow(self) -> None:
        for name, button in (("foreground", self.foreground), ("background", self.background)):
            colour: Colour = getattr(self._options, name)
            button.set_colour(colour)
            button.setAccessibleName(self._titles[name])
            code = "#{:02x}{:02x}{:02x}".format(*colour)
            button.setToolTip(self.tr("{title}: {code}").format(title=self._titles[name], code=code))

    def _edit_foreground(self) -> None:
        self._edit("foreground")

    def _edit_background(self) -> None:
        self._edit("background")

    def _edit(self, name: str) -> None:
        """Choose a colour; it is used while it is chosen."""
        if self._dialog is None:
            self._dialog = QColorDialog(self)
            self._dialog.setOptions(
                QColorDialog.ColorDialogOption.DontUseNativeDialog | QColorDialog.ColorDialogOption.NoButtons
            )
            self._dialog.currentColorChanged.connect(self._take)
        self._edited = name
        self._dialog.setWindowTitle(self._titles[name])
        self._dialog.setCurrentColor(QColor(*getattr(self._options, name)))
        self._dialog.show()
        self._dialog.raise_()

    def _take(self, colour: QColor) -> None:
        setattr(self._options, self._edited, (colour.red(), colour.green(), colour.blue()))
