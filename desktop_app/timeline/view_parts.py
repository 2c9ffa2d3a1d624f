"""Where the pieces of the Animate view are put, and their words."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.language import translated
from desktop_app.panels.eliding import ElidedLabel
from desktop_app.panels.fields import Fold
from desktop_app.timeline.frame_images import FrameImages
from desktop_app.timeline.key_fields import KeyFields
from desktop_app.timeline.stage import Stage
from desktop_app.timeline.start_page import StartPage
from desktop_app.timeline.strip import FrameStrip
from desktop_app.timeline.tools import TOOLS, Group, button
from desktop_app.timeline.whole_fields import WholeFields

INSPECTOR = 276


class ViewParts(QWidget):
    """The widgets and their layout; what they do is the view's.

    Attributes:
        start: what is shown while there is no animation.
        make, said, bar: make or stop, how far it is.
        place: the current frame in words.
        tools: buttons by name, see ``TOOLS``.
    """

    def __init__(self, images: FrameImages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start = StartPage()
        self.make, self.export = QPushButton(), QPushButton()
        theme.mark(self.make, primary=True)
        self.said, self.bar = ElidedLabel(), QProgressBar()
        theme.mark(self.said, role="caption")
        self.bar.setTextVisible(False)
        self.new_menu, self.animations_menu = QMenu(self), QMenu(self)
        self.animations_menu.setToolTipsVisible(True)
        self.new, self.animations = QPushButton(), QPushButton()
        self.new.setMenu(self.new_menu)
        self.animations.setMenu(self.animations_menu)
        self.leave = button("close")
        for part in (self.make, self.export, self.new, self.animations):
            part.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves Space to the strip
        self.stage, self.strip = Stage(), FrameStrip(images)
        self.key_fields, self.whole_fields = KeyFields(), WholeFields()
        self.key_fold, self.whole_fold = Fold(), Fold()
        self.inspector = QScrollArea()
        self.place = QLabel()
        self.place.setFont(theme.numbers(theme.Type.CAPTION))
        self.tools = {tool.name: button(tool.icon) for tool in TOOLS}
        for tool in TOOLS:
            self.tools[tool.name].setCheckable(tool.checkable)
        self.tools["inspector"].setChecked(True)
        self.tools["inspector"].toggled.connect(self.inspector.setVisible)
        self._pages = QStackedWidget()
        self._work = QWidget()
        self._lay_out()

    def show_work(self, shown: bool) -> None:
        """The animation, or ways to begin one."""
        self._pages.setCurrentWidget(self._work if shown else self.start)
        for part in (self.make, self.export, self.new):
            part.setVisible(shown)
        if not shown:
            self.said.setText("")
            self.bar.hide()

    # Building

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._head())
        whole.addWidget(self._pages, 1)
        self._pages.addWidget(self.start)
        self._pages.addWidget(self._work)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.stage, 1)
        middle.addWidget(self._inspector())
        work = QVBoxLayout(self._work)
        work.setContentsMargins(0, 0, 0, 0)
        work.setSpacing(0)
        work.addLayout(middle, 1)
        work.addLayout(self._transport())
        work.addWidget(self.strip)
        order: Sequence[QWidget] = (
            self.make, self.export, self.new, self.animations, self.leave, self.stage, *self.tools.values(), self.strip,
        )  # fmt: skip
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _head(self) -> QHBoxLayout:
        state = QVBoxLayout()
        state.setSpacing(theme.GRID)
        state.addStretch()
        state.addWidget(self.said)
        state.addWidget(self.bar)
        state.addStretch()
        head = QHBoxLayout()
        head.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        head.setSpacing(theme.INSIDE)
        head.addWidget(self.make)
        head.addLayout(state, 1)
        for widget in (self.export, self.new, self.animations, self.leave):
            head.addWidget(widget)
        return head

    def _inspector(self) -> QScrollArea:
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE + theme.GRID, theme.INSIDE)
        column.setSpacing(theme.INSIDE)
        for fold, fields in ((self.key_fold, self.key_fields), (self.whole_fold, self.whole_fields)):
            column.addWidget(fold)
            column.addWidget(fields)
            fold.setChecked(True)
            fold.toggled.connect(fields.setVisible)
        column.addStretch()
        scroll = self.inspector
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(INSPECTOR)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(held)
        return scroll

    def _transport(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(theme.INSIDE, theme.GRID, theme.INSIDE, theme.GRID)
        row.setSpacing(theme.GRID)
        group = Group.PLAY
        for tool in TOOLS:
            if tool.group is Group.END:
                row.addSpacing(theme.INSIDE)
                row.addWidget(self.place)
                row.addStretch()
            elif tool.group is not group:
                row.addSpacing(theme.INSIDE)
            group = tool.group
            row.addWidget(self.tools[tool.name])
        self.place.setMinimumWidth(1)
        self.place.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        return row

    def retranslate(self) -> None:
        """Set all texts."""
        for tool in TOOLS:
            shown = self.tools[tool.name]
            text = translated("AnimateView", tool.text)
            shown.setText(text)
            shown.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            shown.setAccessibleName(text)
        self.export.setText(self.tr("Export..."))
        self.export.setToolTip(self.tr("A video, a GIF, a sprite sheet, or numbered pictures"))
        self.new.setText(self.tr("New"))
        self.new.setToolTip(self.tr("Another animation"))
        self.animations.setText(self.tr("Animations"))
        self.animations.setToolTip(self.tr("Animations that you made, and those in folders"))
        self.leave.setToolTip(self.tr("Back to the canvas (Esc)"))
        self.leave.setAccessibleName(self.tr("Back to the canvas"))
        self.bar.setAccessibleName(self.tr("Frames made"))
        self.said.setAccessibleName(self.tr("Progress of the animation"))
        self.place.setAccessibleName(self.tr("Current frame"))
        self.key_fold.setText(self.tr("Key"))
        self.whole_fold.setText(self.tr("Animation"))
        self.inspector.setAccessibleName(self.tr("Settings of the key and of the animation"))
        self.stage.setAccessibleName(self.tr("Stage"))
        self.setAccessibleName(self.tr("Animate"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(760, 520)
