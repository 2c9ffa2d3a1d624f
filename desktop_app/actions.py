"""Every command of the window as a row of one table: its menu, words, keys, icon, and what it needs to be of use."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from desktop_app import theme
from desktop_app.language import QT_TRANSLATE_NOOP


class Need(enum.Enum):
    """What must be there for a command to be of use; the value says what is missing, for its tooltip."""

    NOTHING = ""
    DOCUMENT = QT_TRANSLATE_NOOP("Actions", "Open or make a picture first.")
    LAYER = QT_TRANSLATE_NOOP("Actions", "Add a layer first.")
    SELECTION = QT_TRANSLATE_NOOP("Actions", "Select something first.")
    UNDO = QT_TRANSLATE_NOOP("Actions", "There is nothing to undo.")
    REDO = QT_TRANSLATE_NOOP("Actions", "There is nothing to redo.")
    RESULT = QT_TRANSLATE_NOOP("Actions", "Choose one of the results first.")
    RESULTS = QT_TRANSLATE_NOOP("Actions", "Generate something first.")
    ANIMATION = QT_TRANSLATE_NOOP("Actions", "Open or make an animation first.")
    RUNNING = QT_TRANSLATE_NOOP("Actions", "Nothing is running.")


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One command."""

    name: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    need: Need = Need.NOTHING
    checkable: bool = False


@dataclass(frozen=True)
class Menu:
    """One menu: commands, None for a line, or the name of a submenu that the window fills."""

    name: str
    title: str
    entries: tuple[Spec | str | None, ...]


MENUS: tuple[Menu, ...] = (
    Menu("file", QT_TRANSLATE_NOOP("Actions", "&File"), (
        Spec(name="new", text=QT_TRANSLATE_NOOP("Actions", "New..."), keys=("Ctrl+N",), icon="new"),
        Spec(name="open", text=QT_TRANSLATE_NOOP("Actions", "Open..."), keys=("Ctrl+O",), icon="open"),
        "recent",
        "samples",
        Spec(name="place", text=QT_TRANSLATE_NOOP("Actions", "Place as layer..."), icon="image", need=Need.DOCUMENT),
        None,
        Spec(name="save", text=QT_TRANSLATE_NOOP("Actions", "Save"), keys=("Ctrl+S",), icon="save", need=Need.DOCUMENT),
        Spec(name="save_as", text=QT_TRANSLATE_NOOP("Actions", "Save as..."), keys=("Ctrl+Shift+S",),
             need=Need.DOCUMENT),
        Spec(name="export", text=QT_TRANSLATE_NOOP("Actions", "Export picture..."), keys=("Ctrl+Shift+E",),
             icon="export", need=Need.DOCUMENT),
        None,
        Spec(name="close", text=QT_TRANSLATE_NOOP("Actions", "Close"), keys=("Ctrl+W",), icon="close",
             need=Need.DOCUMENT),
        None,
        Spec(name="preferences", text=QT_TRANSLATE_NOOP("Actions", "Preferences..."), keys=("Ctrl+,",),
             icon="settings"),
        Spec(name="quit", text=QT_TRANSLATE_NOOP("Actions", "Quit"), keys=("Ctrl+Q",)),
    )),
    Menu("edit", QT_TRANSLATE_NOOP("Actions", "&Edit"), (
        Spec(name="undo", text=QT_TRANSLATE_NOOP("Actions", "Undo"), keys=("Ctrl+Z",), icon="undo", need=Need.UNDO),
        Spec(name="redo", text=QT_TRANSLATE_NOOP("Actions", "Redo"), keys=("Ctrl+Shift+Z", "Ctrl+Y"), icon="redo",
             need=Need.REDO),
        None,
        Spec(name="cut", text=QT_TRANSLATE_NOOP("Actions", "Cut"), keys=("Ctrl+X",), need=Need.LAYER),
        Spec(name="copy", text=QT_TRANSLATE_NOOP("Actions", "Copy"), keys=("Ctrl+C",), icon="duplicate",
             need=Need.LAYER),
        Spec(name="copy_merged", text=QT_TRANSLATE_NOOP("Actions", "Copy merged"), keys=("Ctrl+Shift+C",),
             need=Need.LAYER),
        Spec(name="paste", text=QT_TRANSLATE_NOOP("Actions", "Paste"), keys=("Ctrl+V",)),
        Spec(name="clear", text=QT_TRANSLATE_NOOP("Actions", "Clear"), keys=("Del",), need=Need.LAYER),
        Spec(name="fill", text=QT_TRANSLATE_NOOP("Actions", "Fill with the colour"), keys=("Shift+F5",), icon="bucket",
             need=Need.LAYER),
        None,
        Spec(name="canvas_size", text=QT_TRANSLATE_NOOP("Actions", "Canvas size..."), keys=("Ctrl+Alt+C",),
             icon="extend", need=Need.DOCUMENT),
        Spec(name="crop_to_selection", text=QT_TRANSLATE_NOOP("Actions", "Crop to the selection"), icon="crop",
             need=Need.SELECTION),
    )),
    Menu("layer", QT_TRANSLATE_NOOP("Actions", "&Layer"), (
        Spec(name="layer_add", text=QT_TRANSLATE_NOOP("Actions", "New layer"), keys=("Ctrl+Shift+N",), icon="add",
             need=Need.DOCUMENT),
        Spec(name="layer_duplicate", text=QT_TRANSLATE_NOOP("Actions", "Duplicate layer"), keys=("Ctrl+J",),
             icon="duplicate", need=Need.LAYER),
        Spec(name="layer_copy", text=QT_TRANSLATE_NOOP("Actions", "New layer from the selection"),
             keys=("Ctrl+Alt+J",), need=Need.LAYER),
        Spec(name="layer_rename", text=QT_TRANSLATE_NOOP("Actions", "Rename layer"), keys=("F2",), need=Need.LAYER),
        Spec(name="layer_delete", text=QT_TRANSLATE_NOOP("Actions", "Delete layer"), keys=("Shift+Del",),
             icon="delete", need=Need.LAYER),
        None,
        Spec(name="layer_raise", text=QT_TRANSLATE_NOOP("Actions", "Raise layer"), keys=("Ctrl+PgUp",), icon="up",
             need=Need.LAYER),
        Spec(name="layer_lower", text=QT_TRANSLATE_NOOP("Actions", "Lower layer"), keys=("Ctrl+PgDown",), icon="down",
             need=Need.LAYER),
        Spec(name="merge_down", text=QT_TRANSLATE_NOOP("Actions", "Merge down"), keys=("Ctrl+E",), need=Need.LAYER),
        Spec(name="flatten", text=QT_TRANSLATE_NOOP("Actions", "Flatten the picture"), need=Need.LAYER),
        None,
        Spec(name="layer_control", text=QT_TRANSLATE_NOOP("Actions", "Control layer..."), icon="controls",
             need=Need.LAYER),
        None,
        Spec(name="flip_horizontal", text=QT_TRANSLATE_NOOP("Actions", "Flip left to right"), need=Need.LAYER),
        Spec(name="flip_vertical", text=QT_TRANSLATE_NOOP("Actions", "Flip top to bottom"), need=Need.LAYER),
        Spec(name="turn_left", text=QT_TRANSLATE_NOOP("Actions", "Turn 90° left"), need=Need.LAYER),
        Spec(name="turn_right", text=QT_TRANSLATE_NOOP("Actions", "Turn 90° right"), need=Need.LAYER),
        Spec(name="turn_half", text=QT_TRANSLATE_NOOP("Actions", "Turn 180°"), need=Need.LAYER),
        None,
        Spec(name="finish", text=QT_TRANSLATE_NOOP("Actions", "Finish..."), keys=("Ctrl+Shift+F",), icon="wand",
             need=Need.LAYER),
    )),
    Menu("select", QT_TRANSLATE_NOOP("Actions", "&Select"), (
        Spec(name="select_all", text=QT_TRANSLATE_NOOP("Actions", "Select all"), keys=("Ctrl+A",), icon="select-all",
             need=Need.DOCUMENT),
        Spec(name="select_none", text=QT_TRANSLATE_NOOP("Actions", "Deselect"), keys=("Ctrl+D", "Ctrl+Shift+A"),
             icon="deselect", need=Need.SELECTION),
        Spec(name="invert", text=QT_TRANSLATE_NOOP("Actions", "Invert the selection"), keys=("Ctrl+Shift+I",),
             icon="invert", need=Need.DOCUMENT),
        Spec(name="select_alpha", text=QT_TRANSLATE_NOOP("Actions", "Select the layer's shape"), keys=("Ctrl+Alt+A",),
             icon="select-alpha", need=Need.LAYER),
        None,
        Spec(name="grow", text=QT_TRANSLATE_NOOP("Actions", "Grow..."), keys=("Ctrl+Alt+G",), icon="grow",
             need=Need.SELECTION),
        Spec(name="shrink", text=QT_TRANSLATE_NOOP("Actions", "Shrink..."), keys=("Ctrl+Alt+S",), icon="shrink",
             need=Need.SELECTION),
        Spec(name="feather", text=QT_TRANSLATE_NOOP("Actions", "Feather..."), keys=("Shift+F6",), icon="feather",
             need=Need.SELECTION),
        None,
        Spec(name="quick_mask", text=QT_TRANSLATE_NOOP("Actions", "Tint the selection"), keys=("Q",), checkable=True),
    )),
    Menu("generate", QT_TRANSLATE_NOOP("Actions", "&Generate"), (
        Spec(name="generate", text=QT_TRANSLATE_NOOP("Actions", "Generate"), keys=("Ctrl+Return", "Ctrl+Enter"),
             icon="generate"),
        Spec(name="cancel_job", text=QT_TRANSLATE_NOOP("Actions", "Stop the running job"), keys=("Ctrl+.",),
             icon="stop", need=Need.RUNNING),
        Spec(name="cancel_all", text=QT_TRANSLATE_NOOP("Actions", "Stop all jobs"), need=Need.RUNNING),
        Spec(name="focus_prompt", text=QT_TRANSLATE_NOOP("Actions", "Go to the prompt"), keys=("F4",)),
        Spec(name="new_seed", text=QT_TRANSLATE_NOOP("Actions", "New seed"), keys=("Ctrl+Shift+D",), icon="dice"),
        None,
        Spec(name="next_result", text=QT_TRANSLATE_NOOP("Actions", "Next result"), keys=("Alt+Right",),
             need=Need.RESULTS),
        Spec(name="previous_result", text=QT_TRANSLATE_NOOP("Actions", "Previous result"), keys=("Alt+Left",),
             need=Need.RESULTS),
        Spec(name="apply", text=QT_TRANSLATE_NOOP("Actions", "Apply as a new layer"), keys=("Alt+Return",),
             icon="apply", need=Need.RESULT),
        Spec(name="apply_merged", text=QT_TRANSLATE_NOOP("Actions", "Apply into the layer"),
             keys=("Alt+Shift+Return",), need=Need.RESULT),
        Spec(name="discard", text=QT_TRANSLATE_NOOP("Actions", "Discard the result"), keys=("Alt+Del",),
             icon="delete", need=Need.RESULT),
        Spec(name="more_like", text=QT_TRANSLATE_NOOP("Actions", "More like this"), keys=("Ctrl+M",),
             icon="like-this", need=Need.RESULT),
        Spec(name="copy_seed", text=QT_TRANSLATE_NOOP("Actions", "Copy the seed"), need=Need.RESULT),
        Spec(name="recipe", text=QT_TRANSLATE_NOOP("Actions", "Show the recipe"), keys=("Ctrl+I",), icon="recipe",
             need=Need.RESULT),
        None,
        Spec(name="variations", text=QT_TRANSLATE_NOOP("Actions", "Variations"), keys=("Ctrl+B",), icon="board"),
        Spec(name="styles", text=QT_TRANSLATE_NOOP("Actions", "Styles..."), keys=("Ctrl+Alt+Y",), icon="settings"),
        Spec(name="style_new", text=QT_TRANSLATE_NOOP("Actions", "New style..."), icon="add"),
        Spec(name="style_blend", text=QT_TRANSLATE_NOOP("Actions", "Blend styles..."), icon="between"),
        Spec(name="style_import", text=QT_TRANSLATE_NOOP("Actions", "Import a style..."), icon="open"),
        Spec(name="style_share", text=QT_TRANSLATE_NOOP("Actions", "Share the style..."), icon="export"),
        Spec(name="library", text=QT_TRANSLATE_NOOP("Actions", "Library..."), keys=("Ctrl+Alt+L",), icon="queue"),
        Spec(name="train_style", text=QT_TRANSLATE_NOOP("Actions", "Train a style..."), icon="brush"),
    )),
    Menu("animate", QT_TRANSLATE_NOOP("Actions", "&Animate"), (
        Spec(name="animate", text=QT_TRANSLATE_NOOP("Actions", "Timeline"), keys=("Ctrl+L",), icon="film"),
        None,
        Spec(name="animate_prompt", text=QT_TRANSLATE_NOOP("Actions", "New animation from the prompt"),
             icon="generate"),
        Spec(name="animate_picture", text=QT_TRANSLATE_NOOP("Actions", "New animation from the picture"), icon="image",
             need=Need.DOCUMENT),
        Spec(name="animate_clip", text=QT_TRANSLATE_NOOP("Actions", "Restyle a clip..."), icon="film"),
        Spec(name="animate_layers", text=QT_TRANSLATE_NOOP("Actions", "Restyle the layers"), icon="layers",
             need=Need.DOCUMENT),
        Spec(name="animate_cycle", text=QT_TRANSLATE_NOOP("Actions", "Cycle of a sprite..."), icon="repeat"),
        None,
        Spec(name="animate_export", text=QT_TRANSLATE_NOOP("Actions", "Export the animation..."), keys=("Ctrl+Alt+E",),
             icon="export", need=Need.ANIMATION),
        Spec(name="animate_bring", text=QT_TRANSLATE_NOOP("Actions", "Bring the picture in as a frame"),
             keys=("Ctrl+Alt+B",), icon="bring-in", need=Need.DOCUMENT),
    )),
    Menu("view", QT_TRANSLATE_NOOP("Actions", "&View"), (
        Spec(name="zoom_in", text=QT_TRANSLATE_NOOP("Actions", "Zoom in"), keys=("Ctrl++", "Ctrl+=", "+"),
             icon="zoom-in", need=Need.DOCUMENT),
        Spec(name="zoom_out", text=QT_TRANSLATE_NOOP("Actions", "Zoom out"), keys=("Ctrl+-", "-"), icon="zoom-out",
             need=Need.DOCUMENT),
        Spec(name="fit", text=QT_TRANSLATE_NOOP("Actions", "Fit to the window"), keys=("Ctrl+0",), icon="fit",
             need=Need.DOCUMENT),
        Spec(name="actual_size", text=QT_TRANSLATE_NOOP("Actions", "100 %"), keys=("Ctrl+1",), need=Need.DOCUMENT),
        Spec(name="rulers", text=QT_TRANSLATE_NOOP("Actions", "Rulers"), keys=("Ctrl+R",), checkable=True),
        None,
        "panels",
        Spec(name="hide_panels", text=QT_TRANSLATE_NOOP("Actions", "Canvas only"), keys=("F12",), checkable=True),
        Spec(name="full_screen", text=QT_TRANSLATE_NOOP("Actions", "Full screen"), keys=("F11",), checkable=True),
        None,
        Spec(name="light_theme", text=QT_TRANSLATE_NOOP("Actions", "Light theme"), icon="sun", checkable=True),
        "languages",
        None,
        Spec(name="next_document", text=QT_TRANSLATE_NOOP("Actions", "Next document"), keys=("Ctrl+Tab",),
             need=Need.DOCUMENT),
    )),
    Menu("help", QT_TRANSLATE_NOOP("Actions", "&Help"), (
        Spec(name="palette", text=QT_TRANSLATE_NOOP("Actions", "Find a command..."), keys=("Ctrl+Shift+P",),
             icon="search"),
        Spec(name="shortcuts", text=QT_TRANSLATE_NOOP("Actions", "Keys"), keys=("F1",), icon="help"),
        Spec(name="update", text=QT_TRANSLATE_NOOP("Actions", "Check for an update...")),
        Spec(name="about", text=QT_TRANSLATE_NOOP("Actions", "About Gouache"), icon="info"),
    )),
)  # fmt: skip

SUBMENUS: Mapping[str, str] = {
    "recent": QT_TRANSLATE_NOOP("Actions", "Open recent"),
    "samples": QT_TRANSLATE_NOOP("Actions", "Open a sample"),
    "panels": QT_TRANSLATE_NOOP("Actions", "Panels"),
    "languages": QT_TRANSLATE_NOOP("Actions", "Language"),
}
SPECS: Mapping[str, Spec] = {
    entry.name: entry for menu in MENUS for entry in menu.entries if isinstance(entry, Spec)
}  # fmt: skip


class Actions(QObject):
    """The table as QActions of a window.

    Args:
        window: owns them; their keys work anywhere in it.
        commands: what each does, by name; a checkable one is given whether it is checked.
    """

    def __init__(self, window: QWidget, commands: Mapping[str, Callable[..., object]]) -> None:
        super().__init__(window)
        missing = SPECS.keys() ^ commands.keys()
        if missing:
            raise ValueError(f"commands without a row or a function: {', '.join(sorted(missing))}")
        self._window = window
        self._met: frozenset[Need] = frozenset({Need.NOTHING})
        self._actions = {name: self._made(spec, commands[name]) for name, spec in SPECS.items()}
        self._menus: dict[str, QMenu] = {}
        self.submenus: dict[str, QMenu] = {}
        window.installEventFilter(self)
        self.retranslate()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def fill(self, bar: QMenuBar) -> None:
        """Make the menus."""
        for menu in MENUS:
            made = self._menus[menu.name] = bar.addMenu("")
            made.setToolTipsVisible(True)
            for entry in menu.entries:
                if entry is None:
                    made.addSeparator()
                elif isinstance(entry, str):
                    self.submenus[entry] = made.addMenu("")
                else:
                    made.addAction(self._actions[entry.name])
        self.retranslate()

    def set_met(self, met: frozenset[Need]) -> None:
        """Enable what the needs allow; the others say what they need."""
        met |= {Need.NOTHING}
        if met == self._met:
            return
        self._met = met
        for name, spec in SPECS.items():
            self._actions[name].setEnabled(spec.need in met)
            self._describe(name, spec)

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        for name, spec in SPECS.items():
            self._actions[name].setText(_said(spec.text))
            self._describe(name, spec)
        titles = {menu.name: menu.title for menu in MENUS}
        for name, menu in self._menus.items():
            menu.setTitle(_said(titles[name]))
        for name, menu in self.submenus.items():
            menu.setTitle(_said(SUBMENUS[name]))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt names it so)
        """Follow the window's language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        return super().eventFilter(watched, event)

    def _made(self, spec: Spec, command: Callable[..., object]) -> QAction:
        action = QAction(self._window)
        action.setObjectName(spec.name)
        action.setProperty("english", spec.text.replace("&", ""))
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        if spec.icon:
            action.setIcon(theme.icon(spec.icon))
        action.setCheckable(spec.checkable)
        action.setEnabled(spec.need in self._met)
        # Plain functions are safe here: the GUI thread alone triggers actions.
        action.triggered.connect(command if spec.checkable else lambda _checked: command())
        self._window.addAction(action)
        return action

    def _describe(self, name: str, spec: Spec) -> None:
        action = self._actions[name]
        words = action.text().replace("...", "").replace("&", "")
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = f"{words} ({keys})" if keys else words
        if not action.isEnabled() and spec.need is not Need.NOTHING:
            tip = f"{tip}\n{_said(spec.need.value)}"
        action.setToolTip(tip)


def _said(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
