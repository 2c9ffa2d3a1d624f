"""The studio's window: the pieces in their places, and the wires between them.

It holds no state of its own but what is seen: documents belong to the desk, jobs to the queue, settings to the panel.
"""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QSizePolicy, QWidget

from desktop_app import theme
from desktop_app.actions import Actions
from desktop_app.document_area import DocumentArea
from desktop_app.jobs import Jobs
from desktop_app.panels.device import DeviceBadge, DevicePanel
from desktop_app.panels.generate import GeneratePanel
from desktop_app.panels.history import HistoryPanel
from desktop_app.panels.layers import LayersPanel
from desktop_app.panels.queue import QueuePanel
from desktop_app.panels.results import ResultsStrip
from desktop_app.tools.option_bar import OptionBar
from desktop_app.tools.toolbar import ToolBar
from desktop_app.tools.toolbox import Toolbox

LAYOUT_VERSION = 1
"""Of the docks: a remembered layout of another version is not used."""
DOCK_WIDTH = 304
RESULTS_HEIGHT = 148


class Window(QMainWindow):
    """The main window.

    Signals:
        close_asked: somebody wants to close it; ``let_close`` lets it.
    """

    close_asked = Signal()

    def __init__(self, jobs: Jobs, commands: Callable[[Window], dict[str, Callable[..., object]]]) -> None:
        super().__init__()
        self._may_close = False
        self._prefix = ""
        self.setObjectName("window")
        self.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AnimatedDocks
        )
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.toolbox = Toolbox(self)
        self.area = DocumentArea(OptionBar(self.toolbox), self)
        self.setCentralWidget(self.area)
        self.tool_bar = ToolBar(self.toolbox)
        self.tool_bar.setObjectName("tools")
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.tool_bar)

        self.generate = GeneratePanel()
        self.layers = LayersPanel()
        self.steps = HistoryPanel()
        self.queue = QueuePanel(jobs)
        self.device = DevicePanel(jobs)
        self.results = ResultsStrip()
        self.docks = {
            "generate": self._dock("generate", self.generate, Qt.DockWidgetArea.RightDockWidgetArea),
            "layers": self._dock("layers", self.layers, Qt.DockWidgetArea.RightDockWidgetArea),
            "history": self._dock("history", self.steps, Qt.DockWidgetArea.RightDockWidgetArea),
            "queue": self._dock("queue", self.queue, Qt.DockWidgetArea.RightDockWidgetArea),
            "device": self._dock("device", self.device, Qt.DockWidgetArea.RightDockWidgetArea),
            "results": self._dock("results", self.results, Qt.DockWidgetArea.BottomDockWidgetArea),
        }
        for name in ("history", "queue", "device"):
            self.tabifyDockWidget(self.docks["layers"], self.docks[name])
        self.docks["layers"].raise_()

        self.badge = DeviceBadge(jobs)
        self.menuBar().setCornerWidget(self.badge, Qt.Corner.TopRightCorner)
        self._hint = QLabel()
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setContentsMargins(theme.INSIDE, 0, 0, 0)
        theme.mark(self._hint, role="quiet")
        self._places = {name: self._read_out() for name in ("cursor", "size", "zoom", "seed")}
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self._hint, 1)
        for place in self._places.values():
            self.statusBar().addPermanentWidget(place)

        self.actions_ = Actions(self, commands(self))
        self.actions_.fill(self.menuBar())
        for dock in self.docks.values():
            self.actions_.submenus["panels"].addAction(dock.toggleViewAction())
        self.setMinimumSize(800, 560)
        self.retranslate()

    # What is seen

    def say(self, text: str) -> None:
        """One line of what just happened, or of what to do next."""
        self._hint.setText(text)
        self._hint.setToolTip(text)

    def read_out(self, name: str, text: str) -> None:
        """Numbers at the right of the status bar: "cursor", "size", "zoom" or "seed"."""
        label = self._places[name]
        label.setText(text)
        label.setVisible(bool(text))

    def set_prefix(self, text: str, changed: bool) -> None:
        """What the title begins with: the document's name."""
        self._prefix = text
        self.setWindowModified(changed)
        self._retitle()

    def show_panels(self, shown: bool) -> None:
        """All docks and tools, or the canvas alone."""
        for widget in (*self.docks.values(), self.tool_bar):
            widget.setVisible(shown)

    def layout_state(self) -> tuple[str, str]:
        """Geometry and docks, for the preferences."""
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        return geometry, bytes(self.saveState(LAYOUT_VERSION).toBase64().data()).decode()

    def restore_layout(self, geometry: str, state: str) -> None:
        """What ``layout_state`` gave; the usual layout when it cannot be used."""
        placed = bool(geometry) and self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if not placed:
            self.resize(self._usual_size())
        if not (state and self.restoreState(QByteArray.fromBase64(state.encode()), LAYOUT_VERSION)):
            self.usual_layout()

    def usual_layout(self) -> None:
        """Docks as they come from the box."""
        right = [self.docks["generate"], self.docks["layers"]]
        self.resizeDocks(right, [DOCK_WIDTH, DOCK_WIDTH], Qt.Orientation.Horizontal)
        self.resizeDocks(right, [440, 260], Qt.Orientation.Vertical)
        self.resizeDocks([self.docks["results"]], [RESULTS_HEIGHT], Qt.Orientation.Vertical)

    def let_close(self) -> None:
        """Close it for good."""
        self._may_close = True
        self.close()

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        titles = {
            "generate": self.tr("Generate"),
            "layers": self.tr("Layers"),
            "history": self.tr("History"),
            "queue": self.tr("Queue"),
            "device": self.tr("Device"),
            "results": self.tr("Results"),
        }
        for name, dock in self.docks.items():
            dock.setWindowTitle(titles[name])
            dock.setAccessibleName(titles[name])
        self.tool_bar.setWindowTitle(self.tr("Tools"))
        self.menuBar().setAccessibleName(self.tr("Menus"))
        self._places["cursor"].setAccessibleName(self.tr("Cursor"))
        self._places["size"].setAccessibleName(self.tr("Canvas size"))
        self._places["zoom"].setAccessibleName(self.tr("Zoom"))
        self._places["seed"].setAccessibleName(self.tr("Seed"))
        self._retitle()

    # Events

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            super().closeEvent(event)
        else:
            event.ignore()
            self.close_asked.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    # Parts

    def _dock(self, name: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(self)
        dock.setObjectName(f"dock-{name}")
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _read_out(self) -> QLabel:
        label = QLabel()
        label.setFont(theme.numbers(theme.Type.CAPTION))
        label.setContentsMargins(theme.INSIDE, 0, theme.INSIDE, 0)
        label.setVisible(False)
        return label

    def _retitle(self) -> None:
        name = self.tr("Gouache")
        self.setWindowTitle(f"{self._prefix}[*] - {name}" if self._prefix else f"{name}[*]")

    def _usual_size(self) -> QSize:
        screen = self.screen().availableGeometry() if self.screen() else None
        if screen is None:
            return QSize(1440, 900)
        return QSize(min(1600, screen.width()), min(1000, screen.height()))
