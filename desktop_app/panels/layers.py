"""The panel of layers: the list, how the active one is blended, and what can be done with it.

Everything that it does goes through the session as one step, and what it shows is what the session then tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QPoint,
    QSignalBlocker,
    Qt,
    QTimer,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.document.arranging import (
    add_layer,
    duplicate_layer,
    flatten,
    merge_down,
    move_in_stack,
    remove_layer,
    rename_layer,
    set_control,
    set_locked,
    set_mode,
    set_opacity,
    set_visible,
    show_only,
)
from desktop_app.document.blending import BlendMode
from desktop_app.document.control_layers import LayerControl
from desktop_app.document.document import Document
from desktop_app.document.edits import Edit
from desktop_app.document.history import Gesture
from desktop_app.document.layers import Layer, LayerId, Stack
from desktop_app.document.selecting import select_alpha
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.panels.layer_rows import BLEND_MODES, LAYER, THUMBNAIL, TITLES, LayerModel, LayerView, RowDelegate
from desktop_app.panels.thumbnails import Thumbnails
from desktop_app.session import Session
from inference.errors import GouacheError

SOON = 150
"""Milliseconds after painting until the thumbnails follow."""
PAUSE = 300
"""Milliseconds without a change of the opacity, after which its step ends (while the slider is not held)."""
NO_DOCUMENT = QT_TRANSLATE_NOOP("LayersPanel", "Open or make a picture first.")
NO_LAYER = QT_TRANSLATE_NOOP("LayersPanel", "Add a layer first.")

Refusal = Callable[[Stack], str]
"""Why a command is of no use now (not translated yet), or ""."""


def _none(_stack: Stack) -> str:
    return ""


def _no_layer(stack: Stack) -> str:
    return "" if stack.layers else NO_LAYER


def _locked(stack: Stack) -> str:
    locked = bool(stack.layers) and stack.layer().locked
    return QT_TRANSLATE_NOOP("LayersPanel", "This layer is locked: unlock it first.") if locked else _no_layer(stack)


def _topmost(stack: Stack) -> str:
    top = bool(stack.layers) and stack.active == stack.layers[-1].id
    return QT_TRANSLATE_NOOP("LayersPanel", "This layer is the topmost.") if top else _no_layer(stack)


def _lowest(stack: Stack) -> str:
    low = bool(stack.layers) and stack.active == stack.layers[0].id
    return QT_TRANSLATE_NOOP("LayersPanel", "There is no layer under this one.") if low else _no_layer(stack)


def _not_merging(stack: Stack) -> str:
    refused = _lowest(stack) or _locked(stack)
    if not refused and stack.layers[stack.index(stack.layer().id) - 1].locked:
        return QT_TRANSLATE_NOOP("LayersPanel", "The layer under this one is locked: unlock it first.")
    if not refused and _one_guides(stack):
        return QT_TRANSLATE_NOOP("LayersPanel", "A control layer is no part of the picture.")
    return refused


def _one_guides(stack: Stack) -> bool:
    upper, lower = stack.layer(), stack.layers[stack.index(stack.layer().id) - 1]
    return (upper.control is None) != (lower.control is None)


@dataclass(frozen=True, kw_only=True)
class Command:
    """One thing to do with layers.

    Attributes:
        name: of the panel's method.
        keys: as ``QKeySequence`` reads them; the window's where it has the command, else the list's own.
        icon: of its button; without one it is only in the menus.
    """

    name: str
    text: str
    keys: str = ""
    icon: str = ""
    refusal: Refusal = _no_layer


COMMANDS = (
    Command(name="add", text=QT_TRANSLATE_NOOP("LayersPanel", "New layer"), keys="Ctrl+Shift+N", icon="add",
            refusal=_none),
    Command(name="duplicate", text=QT_TRANSLATE_NOOP("LayersPanel", "Duplicate layer"), keys="Ctrl+J",
            icon="duplicate"),
    Command(name="merge_down", text=QT_TRANSLATE_NOOP("LayersPanel", "Merge down"), keys="Ctrl+E", icon="merge-down",
            refusal=_not_merging),
    Command(name="raise_layer", text=QT_TRANSLATE_NOOP("LayersPanel", "Raise layer"), keys="Ctrl+PgUp", icon="raise",
            refusal=_topmost),
    Command(name="lower_layer", text=QT_TRANSLATE_NOOP("LayersPanel", "Lower layer"), keys="Ctrl+PgDown",
            icon="lower", refusal=_lowest),
    Command(name="delete", text=QT_TRANSLATE_NOOP("LayersPanel", "Delete layer"), keys="Shift+Del", icon="delete",
            refusal=_locked),
    Command(name="rename", text=QT_TRANSLATE_NOOP("LayersPanel", "Rename layer"), keys="F2"),
    Command(name="toggle", text=QT_TRANSLATE_NOOP("LayersPanel", "Show or hide layer"), keys="Space"),
    Command(name="solo", text=QT_TRANSLATE_NOOP("LayersPanel", "Show only this layer, or all")),
    Command(name="lock", text=QT_TRANSLATE_NOOP("LayersPanel", "Lock or unlock layer")),
    Command(name="select_by_alpha", text=QT_TRANSLATE_NOOP("LayersPanel", "Select the layer's shape"),
            keys="Ctrl+Alt+A"),
    Command(name="flatten", text=QT_TRANSLATE_NOOP("LayersPanel", "Flatten the picture")),
    Command(name="control", text=QT_TRANSLATE_NOOP("LayersPanel", "Control layer...")),
)  # fmt: skip
NAMED: Mapping[str, Command] = {command.name: command for command in COMMANDS}
MENU = (
    ("rename", "duplicate", "delete"),
    ("toggle", "solo", "lock"),
    ("raise_layer", "lower_layer", "merge_down", "flatten"),
    ("select_by_alpha", "control"),
)
"""The context menu, in groups."""
BUTTONS = tuple(command.name for command in COMMANDS if command.icon)
MORE = tuple(tuple(name for name in group if name not in BUTTONS) for group in MENU)
"""What has no button."""


class OneStep:
    """Edits that belong together become one step, also when each is to be seen at once."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._gesture: Gesture | None = None
        self._before: Stack | None = None

    def do(self, session: Session, edit: Edit) -> None:
        """Do an edit as part of the step, which is begun when there is none and named for its first."""
        if self._session is not session or session.history.gesture is not self._gesture:
            self.end()
            self._session, self._before = session, session.document.stack
            self._gesture = session.begin(edit.label)
        session.do(edit)

    def end(self) -> None:
        """The step is whole. It leaves no trace when everything is as before."""
        session, gesture, before = self._session, self._gesture, self._before
        self._session = self._gesture = self._before = None
        # Undo, or another gesture, may have ended it already.
        if session is None or session.history.gesture is not gesture:
            return
        if session.document.stack == before:
            session.cancel()
        else:
            session.commit()


class LayersPanel(QWidget):
    """Shows a session's layers and changes them.

    Its methods named in ``COMMANDS`` may be called by menus at any time: what cannot be done is told by ``failed``.

    Signals:
        failed: a GouacheError, to be shown.
        control_wanted: how the active layer guides is to be asked.
    """

    failed = Signal(object)
    control_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._following = False
        self._step = OneStep()
        self._sweep: bool | None = None
        self._thumbnails = Thumbnails(THUMBNAIL, self)
        self._model = LayerModel(self)
        self.view = LayerView()
        self._painted = QTimer(self, singleShot=True, interval=SOON)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._build()
        self._connect()
        self.retranslate()
        self.set_session(None)

    def set_session(self, session: Session | None) -> None:
        """Show the layers of another session, or none."""
        self._end_step()
        if self._session is not None:
            for signal, slot in self._heard(self._session):
                signal.disconnect(slot)
        self._session = session
        if session is not None:
            for signal, slot in self._heard(session):
                signal.connect(slot)
        self._following = True
        self._follow_thumbnails()
        self._model.reset(self._rows())
        self._following = False
        self._follow()

    def _heard(self, session: Session) -> tuple[tuple[SignalInstance, Callable[[], None]], ...]:
        return (
            (session.painted, self._see_soon),
            (session.resized, self._resized),
            (session.arranged, self._follow),
        )

    # Commands

    def add(self) -> None:
        """A new transparent layer above the active one."""
        self._do(add_layer)

    def duplicate(self) -> None:
        """A copy of the active layer above it."""
        self._do(duplicate_layer)

    def delete(self) -> None:
        """Remove the active layer."""
        self._do(remove_layer)

    def merge_down(self) -> None:
        """Merge the active layer into the one under it."""
        self._do(merge_down)

    def flatten(self) -> None:
        """Merge all visible layers, drop the others."""
        self._do(flatten)

    def raise_layer(self) -> None:
        """The active layer goes up by one."""
        self._do(lambda document: _shifted(document, 1))

    def lower_layer(self) -> None:
        """The active layer goes down by one."""
        self._do(lambda document: _shifted(document, -1))

    def rename(self) -> None:
        """Type another name for the active layer in its row."""
        index = self.view.currentIndex()
        if index.isValid():
            self.view.setFocus()
            self.view.scrollTo(index)
            self.view.edit(index)

    def toggle(self) -> None:
        """Show or hide the active layer."""
        self._do(lambda document: _changed(document, lambda layer: set_visible(document, layer.id, not layer.visible)))

    def solo(self) -> None:
        """Show only the active layer, or all when it is the only one that is shown."""
        self._do(lambda document: _changed(document, lambda layer: show_only(document, layer.id)))

    def lock(self) -> None:
        """Lock or unlock the active layer."""
        self._do(lambda document: _changed(document, lambda layer: set_locked(document, layer.id, not layer.locked)))

    def control(self) -> None:
        """Ask how the active layer guides pictures."""
        self._end_step()
        self._try(lambda session: session.document.stack.layer() and self.control_wanted.emit())

    def guide(self, layer: LayerId, control: LayerControl | None) -> None:
        """Have a layer guide pictures so; with None it is a part of the picture."""
        self._do(lambda document: set_control(document, layer, control))

    def select_by_alpha(self) -> None:
        """Select what the active layer covers."""
        self._do(select_alpha)

    def _do(self, make: Callable[[Document], Edit]) -> None:
        self._end_step()
        self._try(lambda session: session.do(make(session.document)))

    def _try(self, work: Callable[[Session], object]) -> None:
        if self._session is None:
            return
        try:
            work(self._session)
        except GouacheError as error:
            self.failed.emit(error)
            self._follow()  # a control may show what could not be

    # What the list tells

    def _chosen(self, current: QModelIndex) -> None:
        if not self._following and current.isValid():
            self._end_step()
            self._try(lambda session: session.choose(current.data(LAYER).id))

    def _renamed(self, layer: LayerId, name: str) -> None:
        self._do(lambda document: rename_layer(document, layer, name))

    def _dropped(self, layer: LayerId, row: int) -> None:
        place = self._model.rowCount() - 1 - row
        self._do(lambda document: move_in_stack(document, layer, place))

    def _lock_pressed(self, layer: LayerId) -> None:
        self._do(lambda document: set_locked(document, layer, not document.stack.layer(layer).locked))

    def _eye_pressed(self, layer: LayerId, solo: bool) -> None:
        if solo:
            self._do(lambda document: show_only(document, layer))
        elif self._session is not None:
            self._end_step()
            self._sweep = not self._session.document.stack.layer(layer).visible
            self._eye_swept(layer)

    def _eye_swept(self, layer: LayerId) -> None:
        """All eyes that the mouse is drawn over become as the first one."""
        wanted = self._sweep
        if wanted is not None:
            self._try(lambda session: self._step.do(session, set_visible(session.document, layer, wanted)))

    def _eye_released(self) -> None:
        self._sweep = None
        self._end_step()

    def _key_pressed(self, command: str) -> None:
        getattr(self, command)()

    # Blend mode and opacity

    def _mode_chosen(self, row: int) -> None:
        mode: BlendMode | None = self.mode.itemData(row)
        if mode is not None:
            self._do(lambda document: _changed(document, lambda layer: set_mode(document, layer.id, mode)))

    def _opacity_changed(self, value: int) -> None:
        def change(session: Session) -> None:
            document = session.document
            self._step.do(session, set_opacity(document, document.stack.layer().id, value / 100))

        self._try(change)
        if self.slider.isSliderDown():
            self._pause.stop()
        else:
            self._pause.start()

    def _end_step(self) -> None:
        self._pause.stop()
        self._step.end()

    # Showing

    def _rows(self) -> list[Layer]:
        return list(reversed(self._session.document.layers)) if self._session else []

    def _follow_thumbnails(self) -> None:
        if self._session is None:
            self._thumbnails.follow(THUMBNAIL, ())
        else:
            self._thumbnails.follow(self._session.size, self._session.document.layers)

    def _follow(self) -> None:
        """Show the layers as they are now."""
        self._following = True
        self._follow_thumbnails()
        self._model.follow(self._rows())
        active = self._model.row_of(self._session.document.active if self._session else None)
        index = self._model.index(-1 if active is None else active)
        if index != self.view.currentIndex():
            self.view.setCurrentIndex(index)
        self._following = False
        self._show_active()
        self._show_refusals()
        self._pages.setCurrentIndex(0 if self._model.rowCount() else 1)

    def _show_active(self) -> None:
        index = self.view.currentIndex()
        layer: Layer | None = index.data(LAYER) if index.isValid() else None
        with QSignalBlocker(self.mode), QSignalBlocker(self.slider), QSignalBlocker(self.spin):
            value = round(layer.opacity * 100) if layer else 100
            self.mode.setCurrentIndex(self.mode.findData(layer.mode if layer else BlendMode.NORMAL))
            self.slider.setValue(value)
            self.spin.setValue(value)

    def _show_refusals(self) -> None:
        """Enable what is of use; the rest says why it is not."""
        for name, button in self.buttons.items():
            command = NAMED[name]
            refused = self._refused(command)
            button.setEnabled(not refused)
            button.setToolTip("\n".join([_tip(command)] + ([refused] if refused else [])))
        refused = self._refused(NAMED["lock"])
        tips = {
            self.more: self.tr("More commands for layers"),
            self.mode: self.tr("Blend mode: how the layer mixes with those under it"),
            self.slider: self.tr("Opacity of the layer"),
            self.spin: self.tr("Opacity of the layer, in percent"),
        }
        for widget, tip in tips.items():
            widget.setEnabled(not refused)
            widget.setToolTip("\n".join([tip] + ([refused] if refused else [])))
        none = self._session is None
        self._empty.setText(
            self.tr("Open or make a picture to see its layers here.") if none else self.tr("There are no layers.")
        )
        self._first.setVisible(not none)

    def _refused(self, command: Command) -> str:
        reason = command.refusal(self._session.document.stack) if self._session else NO_DOCUMENT
        return translated("LayersPanel", reason) if reason else ""

    def _see_soon(self) -> None:
        if not self._painted.isActive():
            self._painted.start()

    def _resized(self) -> None:
        self._follow()
        self.view.viewport().update()

    def _made(self, layer: LayerId) -> None:
        row = self._model.row_of(layer)
        if row is not None:
            self.view.update(self._model.index(row))

    def _show_menu(self, place: QPoint) -> None:
        """The context menu, for the row under the mouse or, asked for by a key, for the active one."""
        if not self.view.currentIndex().isValid():
            return
        menu = self.menu(MENU)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.view.viewport().mapToGlobal(place))

    def _fill_more(self) -> None:
        menu = self.more.menu()
        menu.clear()
        self._fill(menu, MORE)

    def menu(self, groups: tuple[tuple[str, ...], ...]) -> QMenu:
        """A menu of commands, as they are of use now."""
        menu = QMenu(self)
        self._fill(menu, groups)
        return menu

    def _fill(self, menu: QMenu, groups: tuple[tuple[str, ...], ...]) -> None:
        menu.setToolTipsVisible(True)
        for group in groups:
            menu.addSeparator()  # leading and double ones are not shown
            for name in group:
                command = NAMED[name]
                refused = self._refused(command)
                keys = _keys(command)
                text = translated("LayersPanel", command.text)
                action = menu.addAction(f"{text}\t{keys}" if keys else text)
                action.setEnabled(not refused)
                action.setToolTip(refused or text)
                action.triggered.connect(getattr(self, name))

    # Making

    def _build(self) -> None:
        self._delegate = RowDelegate(self._thumbnails, self.view)
        self.view.setModel(self._model)
        self.view.setItemDelegate(self._delegate)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._build_empty())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.INSIDE] * 4)
        layout.setSpacing(theme.INSIDE)
        layout.addLayout(self._build_blending())
        layout.addWidget(self._pages, 1)
        layout.addLayout(self._build_buttons())

    def _build_blending(self) -> QGridLayout:
        self.mode = QComboBox()
        self.mode.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.mode.setMaxVisibleItems(30)
        for group in BLEND_MODES:
            if self.mode.count():
                self.mode.insertSeparator(self.mode.count())
            for mode, title in group:
                self.mode.addItem(title, mode)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.spin = QSpinBox()
        self.spin.setRange(0, 100)
        self.spin.setKeyboardTracking(False)  # typing 80 is one change, not two
        self.spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._mode_label, self._opacity_label = QLabel(), QLabel()
        self._mode_label.setBuddy(self.mode)
        self._opacity_label.setBuddy(self.slider)
        grid = QGridLayout()
        grid.setSpacing(theme.INSIDE)
        grid.addWidget(self._mode_label, 0, 0)
        grid.addWidget(self.mode, 0, 1, 1, 2)
        grid.addWidget(self._opacity_label, 1, 0)
        grid.addWidget(self.slider, 1, 1)
        grid.addWidget(self.spin, 1, 2)
        grid.setColumnStretch(1, 1)
        return grid

    def _build_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        self.buttons: dict[str, QToolButton] = {}
        for name in BUTTONS:
            button = self.buttons[name] = _button(NAMED[name].icon)
            button.clicked.connect(getattr(self, name))
            row.addWidget(button)
        row.addStretch(1)
        self.more = _button("more")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.more)
        menu.aboutToShow.connect(self._fill_more)
        self.more.setMenu(menu)
        row.addWidget(self.more)
        return row

    def _build_empty(self) -> QWidget:
        page = QWidget()
        self._empty = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("role", "quiet")
        self._first = QPushButton()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(*[theme.INSIDE] * 4)
        layout.setSpacing(theme.INSIDE)
        layout.addStretch(1)
        layout.addWidget(self._empty)
        layout.addWidget(self._first, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        return page

    def _connect(self) -> None:
        view = self.view
        view.selectionModel().currentChanged.connect(self._chosen)
        view.eye_pressed.connect(self._eye_pressed)
        view.eye_swept.connect(self._eye_swept)
        view.eye_released.connect(self._eye_released)
        view.lock_pressed.connect(self._lock_pressed)
        view.dropped.connect(self._dropped)
        view.key_pressed.connect(self._key_pressed)
        view.customContextMenuRequested.connect(self._show_menu)
        self._model.renamed.connect(self._renamed)
        self._thumbnails.made.connect(self._made)
        self._painted.timeout.connect(view.viewport().update)
        self._pause.timeout.connect(self._end_step)
        self.mode.activated.connect(self._mode_chosen)
        self.slider.valueChanged.connect(self._opacity_changed)
        self.slider.sliderReleased.connect(self._end_step)
        self.spin.valueChanged.connect(self._opacity_changed)
        self._first.clicked.connect(self.add)

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        self._mode_label.setText(self.tr("Mode"))
        self._opacity_label.setText(self.tr("Opacity"))
        self.view.setAccessibleName(self.tr("Layers"))
        self.mode.setAccessibleName(self.tr("Blend mode"))
        self.slider.setAccessibleName(self.tr("Opacity"))
        self.spin.setAccessibleName(self.tr("Opacity in percent"))
        self.spin.setSuffix(self.tr(" %"))
        for row in range(self.mode.count()):
            mode = self.mode.itemData(row)
            if mode is not None:
                self.mode.setItemText(row, translated("BlendModes", TITLES[mode]))
        for name, button in self.buttons.items():
            button.setAccessibleName(translated("LayersPanel", NAMED[name].text))
        self.more.setAccessibleName(self.tr("More"))
        self._first.setText(self.tr("New layer"))
        self._show_refusals()
        self.view.viewport().update()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt names it so)
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _button(icon: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(theme.icon(icon))
    button.setIconSize(theme.icon_size())
    button.setFixedSize(theme.CONTROL, theme.CONTROL)
    return button


def _keys(command: Command) -> str:
    return QKeySequence(command.keys).toString(QKeySequence.SequenceFormat.NativeText)


def _tip(command: Command) -> str:
    text, keys = translated("LayersPanel", command.text), _keys(command)
    if not keys:
        return text
    return QCoreApplication.translate("LayersPanel", "{command} ({keys})").format(command=text, keys=keys)


def _shifted(document: Document, by: int) -> Edit:
    layer = document.stack.layer().id
    return move_in_stack(document, layer, document.stack.index(layer) + by)


def _changed(document: Document, change: Callable[[Layer], Edit]) -> Edit:
    """An edit of the active layer."""
    return change(document.stack.layer())
