"""The buttons of the timeline as a table: what they do, how they look, and when they are of use."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from desktop_app import theme
from desktop_app.language import QT_TRANSLATE_NOOP


class Group(enum.Enum):
    """Where a button stands: groups have a gap between them."""

    PLAY = "play"
    KEYS = "keys"
    FRAME = "frame"
    END = "end"


@dataclass(frozen=True)
class Tool:
    """A button.

    Attributes:
        keys: as they are written in its tooltip.
    """

    name: str
    group: Group
    icon: str
    keys: str
    text: str
    tip: str
    checkable: bool = False


TOOLS = (
    Tool("first", Group.PLAY, "skip-back", "Home", QT_TRANSLATE_NOOP("AnimateView", "First frame"),
         QT_TRANSLATE_NOOP("AnimateView", "To the first frame")),
    Tool("play", Group.PLAY, "start", "Space", QT_TRANSLATE_NOOP("AnimateView", "Play"),
         QT_TRANSLATE_NOOP("AnimateView", "Play at speed, or stay at a frame"), checkable=True),
    Tool("last", Group.PLAY, "skip-forward", "End", QT_TRANSLATE_NOOP("AnimateView", "Last frame"),
         QT_TRANSLATE_NOOP("AnimateView", "To the last frame")),
    Tool("way", Group.PLAY, "repeat", "L", QT_TRANSLATE_NOOP("AnimateView", "Loop"),
         QT_TRANSLATE_NOOP("AnimateView", "Play in a loop, back and forth, or once")),
    Tool("onion", Group.PLAY, "onion", "O", QT_TRANSLATE_NOOP("AnimateView", "Onion skin"),
         QT_TRANSLATE_NOOP("AnimateView", "See the frames before in red and those after in blue"), checkable=True),
    Tool("key_add", Group.KEYS, "key", "K", QT_TRANSLATE_NOOP("AnimateView", "Set a key"),
         QT_TRANSLATE_NOOP("AnimateView", "Set a key at this frame")),
    Tool("key_remove", Group.KEYS, "key-off", "Del", QT_TRANSLATE_NOOP("AnimateView", "Remove the key"),
         QT_TRANSLATE_NOOP("AnimateView", "Remove the keys of the chosen frames")),
    Tool("preview", Group.FRAME, "eye", "P", QT_TRANSLATE_NOOP("AnimateView", "Preview"),
         QT_TRANSLATE_NOOP("AnimateView", "A rough picture of the chosen frames in three steps")),
    Tool("again", Group.FRAME, "history", "R", QT_TRANSLATE_NOOP("AnimateView", "Make again"),
         QT_TRANSLATE_NOOP("AnimateView", "Make the chosen frames again, a little different")),
    Tool("edit", Group.FRAME, "paint", "E", QT_TRANSLATE_NOOP("AnimateView", "Edit on the canvas"),
         QT_TRANSLATE_NOOP("AnimateView", "Open this frame as a document")),
    Tool("bring", Group.FRAME, "bring-in", "B", QT_TRANSLATE_NOOP("AnimateView", "Bring in"),
         QT_TRANSLATE_NOOP("AnimateView", "The picture on the canvas becomes this frame, and is kept")),
    Tool("let_go", Group.FRAME, "unlock", "G", QT_TRANSLATE_NOOP("AnimateView", "Let go"),
         QT_TRANSLATE_NOOP("AnimateView", "Keep the painted frame no longer: it goes to the folder 'kept'")),
    Tool("inspector", Group.END, "settings", "I", QT_TRANSLATE_NOOP("AnimateView", "Settings"),
         QT_TRANSLATE_NOOP("AnimateView", "Settings of the key and of the animation"), checkable=True),
)  # fmt: skip


def button(icon: str) -> QToolButton:
    """A square button."""
    made = QToolButton()
    made.setIcon(theme.icon(icon))
    made.setIconSize(theme.icon_size())
    made.setFixedSize(theme.CONTROL, theme.CONTROL)
    return made


def menu_of(tools: Mapping[str, QToolButton], do: Callable[[str], None], parent: QWidget) -> QMenu:
    """What can be done with frames, as a menu of the same words, keys and reasons."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    group = Group.KEYS
    for tool in TOOLS:
        if tool.group not in (Group.KEYS, Group.FRAME):
            continue
        if tool.group is not group:
            menu.addSeparator()
        group, shown = tool.group, tools[tool.name]
        action = menu.addAction(shown.icon(), shown.text(), partial(do, tool.name))
        action.setEnabled(shown.isEnabled())
        action.setToolTip(shown.toolTip())
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
