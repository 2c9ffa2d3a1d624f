"""The toolbox: which tool is in the hand, on which session and canvas, and the actions that change it."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from shiboken6 import isValid

from desktop_app import theme
from desktop_app.canvas.pointer import Pointer
from desktop_app.canvas.view import Canvas
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.session import Session
from desktop_app.tools.brushes import KINDS, BrushTool
from desktop_app.tools.canvas_frames import CropTool, ExtendTool
from desktop_app.tools.cursors import cursor
from desktop_app.tools.easel import Easel, StudioTool
from desktop_app.tools.icons import masking
from desktop_app.tools.layer_box import TransformTool
from desktop_app.tools.moving import MoveTool
from desktop_app.tools.options import ToolOptions
from desktop_app.tools.picking import BucketTool, FillTool, PickerTool, WandTool
from desktop_app.tools.shapes import DragTool, LassoTool, PolygonTool
from desktop_app.tools.specs import FIRST, SPECS, SWAPS, TOOLS
from desktop_app.tools.viewing import PanTool, ZoomTool
from inference.errors import GouacheError

MAKERS: dict[str, Callable[[Easel], StudioTool]] = {
    **{name: partial(BrushTool, name=name) for name in KINDS},
    "rectangle": partial(DragTool, name="rectangle"),
    "ellipse": partial(DragTool, name="ellipse"),
    "lasso": LassoTool,
    "polygon": PolygonTool,
    "wand": WandTool,
    "bucket": BucketTool,
    "fill": FillTool,
    "picker": PickerTool,
    "move": MoveTool,
    "transform": TransformTool,
    "crop": CropTool,
    "extend": ExtendTool,
    "pan": PanTool,
    "zoom": ZoomTool,
}
COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "smaller": (QT_TRANSLATE_NOOP("Tools", "Smaller brush"), ("[",)),
    "larger": (QT_TRANSLATE_NOOP("Tools", "Larger brush"), ("]",)),
    "softer": (QT_TRANSLATE_NOOP("Tools", "Softer brush"), ("Shift+[",)),
    "harder": (QT_TRANSLATE_NOOP("Tools", "Harder brush"), ("Shift+]",)),
    "swap-tool": (QT_TRANSLATE_NOOP("Tools", "Swap painting and erasing"), ("X",)),
    "swap-colours": (QT_TRANSLATE_NOOP("Tools", "Swap the colours"), ("Shift+X",)),
    "default-colours": (QT_TRANSLATE_NOOP("Tools", "Black and white"), ("D",)),
}
"""Titles and keys of what is no tool."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Ear:
    """What the canvas tells of the hand, handed to the tool of now. What cannot be done is said once a gesture."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self.busy = self._deaf = False

    def press(self, pointer: Pointer) -> None:
        self.busy, self._deaf = True, False
        self._hear(self._toolbox.tool.press, pointer)

    def move(self, pointer: Pointer) -> None:
        if not self._deaf:
            self._hear(self._toolbox.tool.move, pointer)

    def release(self, pointer: Pointer) -> None:
        self.busy = False
        if not self._deaf:
            self._hear(self._toolbox.tool.release, pointer)

    def hover(self, pointer: Pointer) -> None:
        self._hear(self._toolbox.tool.hover, pointer)

    def cancel(self) -> None:
        self.busy = False
        self._toolbox.tool.cancel()

    def _hear(self, hear: Callable[[Pointer], None], pointer: Pointer) -> None:
        tool = self._toolbox.tool
        try:
            hear(pointer)
        except GouacheError as error:
            self._deaf = True
            tool.cancel()
            self._toolbox.failed.emit(error)
        except Exception:
            self._deaf = True
            tool.cancel()
            raise


class Toolbox(QObject):
    """All tools, one of them in the hand.

    Signals:
        chosen: the name of the tool that was taken.
        failed: a GouacheError: what a tool could not do.
        told: a sentence for the status bar.

    Attributes:
        options: of all tools.
        easel: what the tools stand before.
    """

    chosen = Signal(str)
    failed = Signal(object)
    told = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.options = ToolOptions(self)
        self.easel = Easel(self.options, self)
        self._tools = {spec.name: MAKERS[spec.name](self.easel) for spec in TOOLS}
        self._name = FIRST
        self._ear = _Ear(self)
        self._group = QActionGroup(self)
        self.tool_actions = {spec.name: self._tool_action(spec.name) for spec in TOOLS}
        self.command_actions = {name: self._command_action(name) for name in COMMANDS}
        self.tool_actions[FIRST].setChecked(True)
        self.easel.failed.connect(self.failed)
        self.easel.told.connect(self.told)
        self.easel.reshaped.connect(self._reshape)
        self.options.changed.connect(self._resize_ring)
        self.retranslate()

    # The tool in the hand

    @property
    def current(self) -> str:
        """Its name."""
        return self._name

    @property
    def tool(self) -> StudioTool:
        """The one that is in the hand."""
        return self._tools[self._name]

    @property
    def paints_mask(self) -> bool:
        """True when sizes and hardness are those of the mask's brush."""
        return SPECS[self._name].masks

    def choose(self, name: str) -> None:
        """Take another tool; what the last one has under way is finished first. Raises KeyError when there is none."""
        spec = SPECS[name]
        if name != self._name:
            self._lay_down()
            self._name = name
            self.tool_actions[name].setChecked(True)
            self._take_up()
            self.chosen.emit(name)
        self.told.emit(translated("Tools", spec.hint))

    def swap(self) -> None:
        """From painting to erasing and back; from any other tool to the mask brush."""
        self.choose(SWAPS.get(self._name, FIRST))

    def set_target(self, session: Session | None, canvas: Canvas | None) -> None:
        """What the tools work on. What is under way is finished on the old one first."""
        target = (session, canvas) if session is not None and canvas is not None else None
        if target == self.easel.target:
            return
        self._lay_down()
        self._leave()
        self.easel.target = target
        if target is not None:
            self._enter(*target)
            self._take_up()
        self.easel.changed.emit()

    # What is under way

    @property
    def pending(self) -> bool:
        """True when a frame, a transform or a polygon waits to be applied or given up."""
        return self.easel.target is not None and self.tool.pending

    def apply(self) -> None:
        """Do what is pending."""
        if self.pending:
            self._try(self.tool.apply)

    def settle(self) -> None:
        """Finish all that is under way, before saving or generating: nothing is lost."""
        if self.easel.target is not None:
            self._try(self.tool.settle)

    def give_up(self) -> bool:
        """Forget what is pending. Returns False when nothing was."""
        return self.pending and self.tool.give_up()

    def set_frame(self, width: float, height: float, angle: float) -> None:
        """Give the tool's frame these numbers."""
        if self.easel.target is not None:
            self._try(lambda: self.tool.set_frame(width, height, angle))

    # Actions

    def actions(self) -> list[QAction]:
        """Of all tools (checkable, one at a time), then of what is no tool. Add them to a window for their keys."""
        return [*self.tool_actions.values(), *self.command_actions.values()]

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        for name, action in self.tool_actions.items():
            self._describe(action, SPECS[name].title)
            hint = translated("Tools", SPECS[name].hint)
            action.setStatusTip(hint)
        for name, action in self.command_actions.items():
            self._describe(action, COMMANDS[name][0])

    def _describe(self, action: QAction, title: str) -> None:
        text = translated("Tools", title)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setText(text)
        action.setToolTip(self.tr("{title} ({keys})").format(title=text, keys=keys))

    def _tool_action(self, name: str) -> QAction:
        spec = SPECS[name]
        action = QAction(masking(spec.icon) if spec.masks else theme.icon(spec.icon), "", self._group)
        action.setObjectName(f"tool-{name}")
        action.setProperty("english", spec.title)
        action.setCheckable(True)
        action.setAutoRepeat(False)
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        action.triggered.connect(lambda _checked: self.choose(name))
        return action

    def _command_action(self, name: str) -> QAction:
        action = QAction(self)
        title, keys = COMMANDS[name]
        action.setObjectName(name)
        action.setProperty("english", title)
        action.setShortcuts([QKeySequence(each) for each in keys])
        action.triggered.connect(lambda _checked: self._command(name))
        return action

    def _command(self, name: str) -> None:
        options, mask = self.options, self.paints_mask
        table: dict[str, Callable[[], None]] = {
            "smaller": lambda: options.resize(-1, mask=mask),
            "larger": lambda: options.resize(1, mask=mask),
            "softer": lambda: options.harden(-1, mask=mask),
            "harder": lambda: options.harden(1, mask=mask),
            "swap-tool": self.swap,
            "swap-colours": options.swap_colours,
            "default-colours": options.default_colours,
        }
        table[name]()

    # Between canvas and tool

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the canvas."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            return self.tool.key_up(Qt.Key(event.key()))
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in ENTER and not held and self.pending:
            self.apply()
            return True
        if key == Qt.Key.Key_Escape and not held:
            return self.easel.canvas.cancel_gesture() or self.give_up()
        try:
            return self.tool.key(Qt.Key(key), held)
        except GouacheError as error:
            self.failed.emit(error)
            return True

    def _enter(self, session: Session, canvas: Canvas) -> None:
        canvas.installEventFilter(self)
        session.arranged.connect(self._refresh)
        session.resized.connect(self._refresh)
        session.history_changed.connect(self._refresh)

    def _leave(self) -> None:
        if self.easel.target is None:
            return
        session, canvas = self.easel.target
        if isValid(session):
            session.arranged.disconnect(self._refresh)
            session.resized.disconnect(self._refresh)
            session.history_changed.disconnect(self._refresh)
        if isValid(canvas):
            canvas.removeEventFilter(self)
            canvas.set_tool(None)
            canvas.set_brush(None)

    def _lay_down(self) -> None:
        if self.easel.target is None or not all(isValid(each) for each in self.easel.target):
            return
        self.settle()
        self.easel.canvas.cancel_gesture()
        self.tool.end()

    def _take_up(self) -> None:
        if self.easel.target is not None:
            self._try(self.tool.begin)
            self._dress()
        self.easel.changed.emit()

    def _refresh(self) -> None:
        self._try(self.tool.refresh)

    def _dress(self) -> None:
        """The cursor and the ring of the tool."""
        tool, canvas = self.tool, self.easel.canvas
        canvas.set_tool(self._ear, tool.cursor or cursor(SPECS[self._name].cursor))
        canvas.set_brush(tool.diameter)

    def _reshape(self) -> None:
        if self.easel.target is None:
            return
        if not self._ear.busy:
            self._dress()
            return
        tool, canvas = self.tool, self.easel.canvas  # setting a tool would end the gesture
        canvas.set_brush(tool.diameter)
        canvas.setCursor(tool.cursor or cursor(SPECS[self._name].cursor))

    def _resize_ring(self) -> None:
        if self.easel.target is not None:
            self.easel.canvas.set_brush(self.tool.diameter)

    def _try(self, work: Callable[[], object]) -> None:
        try:
            work()
        except GouacheError as error:
            self.failed.emit(error)
