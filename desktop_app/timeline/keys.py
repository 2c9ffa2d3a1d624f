"""Keys of the timeline: a table, and what takes them from the window while the timeline has the keyboard."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from desktop_app.language import QT_TRANSLATE_NOOP

_SHIFT = Qt.KeyboardModifier.ShiftModifier
KEYS: Mapping[tuple[Qt.Key, bool], str] = {
    (Qt.Key.Key_Space, False): "play",
    (Qt.Key.Key_Left, False): "back",
    (Qt.Key.Key_Right, False): "forth",
    (Qt.Key.Key_Left, True): "choose_back",
    (Qt.Key.Key_Right, True): "choose_forth",
    (Qt.Key.Key_Home, False): "first",
    (Qt.Key.Key_End, False): "last",
    (Qt.Key.Key_Up, False): "key_before",
    (Qt.Key.Key_Down, False): "key_after",
    (Qt.Key.Key_PageUp, False): "key_before",
    (Qt.Key.Key_PageDown, False): "key_after",
    (Qt.Key.Key_K, False): "key_add",
    (Qt.Key.Key_Delete, False): "key_remove",
    (Qt.Key.Key_Backspace, False): "key_remove",
    (Qt.Key.Key_P, False): "preview",
    (Qt.Key.Key_R, False): "again",
    (Qt.Key.Key_E, False): "edit",
    (Qt.Key.Key_B, False): "bring",
    (Qt.Key.Key_G, False): "let_go",
    (Qt.Key.Key_O, False): "onion",
    (Qt.Key.Key_L, False): "way",
    (Qt.Key.Key_I, False): "inspector",
    (Qt.Key.Key_A, False): "choose_all",
    (Qt.Key.Key_Return, False): "make",
    (Qt.Key.Key_Enter, False): "make",
}
"""Key and whether Shift is held, and the command."""
SHOWN: tuple[tuple[str, str], ...] = (
    (QT_TRANSLATE_NOOP("TimelineKeys", "Play, stay"), "Space"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "A frame back, forth; choose several"), "Left, Right; Shift+Left, Shift+Right"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "The first frame, the last"), "Home, End"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "The key before, after"), "Up, Down"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "Set a key, remove it"), "K, Del"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "Make what is missing"), "Enter"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "A rough preview"), "P"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "Make again, a little different"), "R"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "Edit the frame on the canvas"), "E"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "Bring the picture on the canvas in as the frame"), "B"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "Let go of what was painted"), "G"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "Onion skin"), "O"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "Loop, back and forth, once"), "L"),
    (QT_TRANSLATE_NOOP("TimelineKeys", "Settings of keys"), "I"),
)
"""For the list of keys."""


def command_of(event: QKeyEvent) -> str | None:
    """What a key stands for; None for those that the timeline leaves alone."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if held not in (Qt.KeyboardModifier.NoModifier, _SHIFT):
        return None
    return KEYS.get((Qt.Key(event.key()), held == _SHIFT))


def takes(event: QEvent) -> bool:
    """True for a key that would be the window's, and is the timeline's: accept it then."""
    override = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
    if override and command_of(event) is not None:  # pyright: ignore[reportArgumentType]
        event.accept()
        return True
    return False
