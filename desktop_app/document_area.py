"""The middle of the window: a tab and a canvas for each open document, the welcome when there is none."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.canvas.view import Canvas
from desktop_app.pictures import local_files
from desktop_app.session import Session
from desktop_app.strip import MessageStrip
from desktop_app.welcome import Welcome


class DocumentArea(QWidget):
    """Shows the open sessions. What it is told to do is asked for by signals.

    Signals:
        chosen: a session's tab was clicked.
        close_wanted: its cross.
        files_dropped: paths of files, and whether they fell on an open document's canvas.
        picture_dropped: a QImage.
        canvas_made: a new canvas, to be dressed.
    """

    chosen = Signal(object)
    close_wanted = Signal(object)
    files_dropped = Signal(list, bool)
    picture_dropped = Signal(object)
    canvas_made = Signal(object)

    def __init__(self, options: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.options = options
        self.strip = MessageStrip(self)
        self.welcome = Welcome(self)
        self._canvases: dict[Session, Canvas] = {}
        self._order: list[Session] = []
        self._tabs = QTabBar(self)
        self._tabs.setTabsClosable(True)
        self._tabs.setMovable(False)
        self._tabs.setExpanding(False)
        self._tabs.setDocumentMode(True)
        self._tabs.setElideMode(Qt.TextElideMode.ElideMiddle)
        self._tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tabs.currentChanged.connect(self._tab_changed)
        self._tabs.tabBarClicked.connect(self._tab_clicked)
        self._tabs.tabCloseRequested.connect(self._tab_closed)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.welcome)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (options, self._tabs, self.strip):
            layout.addWidget(widget)
        layout.addWidget(self._stack, 1)
        self._show_chrome()
        self.retranslate()

    @property
    def canvas(self) -> Canvas | None:
        """Of the session that is shown."""
        widget = self._stack.currentWidget()
        return widget if isinstance(widget, Canvas) else None

    @property
    def canvases(self) -> tuple[Canvas, ...]:
        """All of them."""
        return tuple(self._canvases.values())

    def canvas_of(self, session: Session) -> Canvas | None:
        """The canvas that shows a session."""
        return self._canvases.get(session)

    def add(self, session: Session) -> None:
        """Make a tab and a canvas for a session."""
        canvas = Canvas(self._stack)
        canvas.set_look(theme.current().canvas)
        self._canvases[session] = canvas
        self._order.append(session)
        session.painted.connect(canvas.changed)
        session.reselected.connect(canvas.mask_changed)
        session.resized.connect(canvas.reload)
        session.retitled.connect(self._retitle)
        self._stack.addWidget(canvas)
        self._tabs.blockSignals(True)
        self._tabs.addTab("")
        self._tabs.blockSignals(False)
        canvas.set_source(session)
        self.canvas_made.emit(canvas)
        self._retitle()

    def remove(self, session: Session) -> None:
        """Take a session's tab and canvas away."""
        canvas = self._canvases.pop(session)
        place = self._order.index(session)
        del self._order[place]
        canvas.cancel_gesture()
        canvas.set_tool(None)
        canvas.set_source(None)
        self._tabs.blockSignals(True)
        self._tabs.removeTab(place)
        self._tabs.blockSignals(False)
        self._stack.removeWidget(canvas)
        canvas.deleteLater()
        self._show_chrome()

    def show_session(self, session: Session | None) -> None:
        """Bring a session to the front; None for the welcome."""
        if session is None:
            self._stack.setCurrentWidget(self.welcome)
        else:
            self._stack.setCurrentWidget(self._canvases[session])
            self._tabs.blockSignals(True)
            self._tabs.setCurrentIndex(self._order.index(session))
            self._tabs.blockSignals(False)
        self._show_chrome()

    def show_page(self, page: QWidget) -> None:
        """Bring something else than a document to the front, until a session is shown."""
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self._show_chrome()

    def shows(self, page: QWidget) -> bool:
        """True while it is in front."""
        return self._stack.currentWidget() is page

    def next_session(self) -> None:
        """Choose the tab to the right, or the first."""
        if self._order:
            self._tabs.setCurrentIndex((self._tabs.currentIndex() + 1) % len(self._order))

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        self._tabs.setAccessibleName(self.tr("Open documents"))
        self._retitle()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasImage() or local_files(event.mimeData()):
            event.acceptProposedAction()
            self.welcome.set_drop_highlight(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.welcome.set_drop_highlight(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.welcome.set_drop_highlight(False)
        mime = event.mimeData()
        files = [Path(file) for file in local_files(mime)]
        if files:
            canvas = self.canvas
            at = event.position().toPoint()
            on_canvas = canvas is not None and canvas.geometry().contains(self._stack.mapFrom(self, at))
            self.files_dropped.emit(files, on_canvas)
        elif mime.hasImage():
            image = mime.imageData()
            if isinstance(image, QImage):
                self.picture_dropped.emit(image)
        event.acceptProposedAction()

    def _retitle(self) -> None:
        for place, session in enumerate(self._order):
            mark = " •" if session.changed else ""
            self._tabs.setTabText(place, f"{session.title}{mark}".replace("&", "&&"))
            where = str(session.path) if session.path else self.tr("Not saved yet")
            self._tabs.setTabToolTip(place, where)
            cross = self._tabs.tabButton(place, QTabBar.ButtonPosition.RightSide)
            if cross is not None:
                cross.setToolTip(self.tr("Close (Ctrl+W)"))
                cross.setAccessibleName(self.tr("Close {name}").format(name=session.title))

    def _tab_changed(self, place: int) -> None:
        if 0 <= place < len(self._order):
            self.chosen.emit(self._order[place])

    def _tab_clicked(self, place: int) -> None:
        """The tab of the session that a page hides."""
        if 0 <= place < len(self._order) and place == self._tabs.currentIndex() and self.canvas is None:
            self.chosen.emit(self._order[place])

    def _tab_closed(self, place: int) -> None:
        self.close_wanted.emit(self._order[place])

    def _show_chrome(self) -> None:
        has = bool(self._order)
        self._tabs.setVisible(has)
        self.options.setVisible(has and self.canvas is not None)
