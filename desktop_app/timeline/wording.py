"""Animations in the interface's words: frames, keys, modes, easings, ways, cycles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.timeline.edits import key_at, moment_of
from inference.animation.animation import Mode
from inference.animation.frame_log import State
from inference.animation.timeline import Key, Repeat
from inference.styles import known_style

if TYPE_CHECKING:
    from desktop_app.timeline.open_animation import OpenAnimation

MODES: Mapping[Mode, str] = {
    Mode.WALK: QT_TRANSLATE_NOOP("Timeline", "Walk"),
    Mode.FEEDBACK: QT_TRANSLATE_NOOP("Timeline", "Feedback"),
    Mode.RESTYLE: QT_TRANSLATE_NOOP("Timeline", "Restyle"),
}
MODE_TIPS: Mapping[Mode, str] = {
    Mode.WALK: QT_TRANSLATE_NOOP("Timeline", "Frames lie on the way from key to key; none needs another"),
    Mode.FEEDBACK: QT_TRANSLATE_NOOP(
        "Timeline", "Each frame is the one before, moved with the camera and made anew by the strength"
    ),
    Mode.RESTYLE: QT_TRANSLATE_NOOP("Timeline", "Each frame of the clip made anew, held together by its motion"),
}
REPEATS: Mapping[Repeat, str] = {
    Repeat.ONCE: QT_TRANSLATE_NOOP("Timeline", "Ends at the last key"),
    Repeat.LOOP: QT_TRANSLATE_NOOP("Timeline", "Closed loop"),
    Repeat.PING_PONG: QT_TRANSLATE_NOOP("Timeline", "There and back"),
}
EASINGS: Mapping[str, str] = {
    "linear": QT_TRANSLATE_NOOP("Timeline", "Even"),
    "hold": QT_TRANSLATE_NOOP("Timeline", "Stay, then jump"),
    "ease-in": QT_TRANSLATE_NOOP("Timeline", "Slow start"),
    "ease-out": QT_TRANSLATE_NOOP("Timeline", "Slow end"),
    "ease-in-out": QT_TRANSLATE_NOOP("Timeline", "Slow start and end"),
    "sine": QT_TRANSLATE_NOOP("Timeline", "Soft wave"),
    "slow-in": QT_TRANSLATE_NOOP("Timeline", "Very slow start"),
    "slow-out": QT_TRANSLATE_NOOP("Timeline", "Very slow end"),
    "steps-2": QT_TRANSLATE_NOOP("Timeline", "Two steps"),
    "steps-4": QT_TRANSLATE_NOOP("Timeline", "Four steps"),
}
STATES: Mapping[State, str] = {
    State.MADE: QT_TRANSLATE_NOOP("Timeline", "made"),
    State.EDITED: QT_TRANSLATE_NOOP("Timeline", "kept as it is"),
    State.OLD: QT_TRANSLATE_NOOP("Timeline", "made from earlier settings"),
    State.MISSING: QT_TRANSLATE_NOOP("Timeline", "not made"),
}
WAITS, MAKES = QT_TRANSLATE_NOOP("Timeline", "waiting"), QT_TRANSLATE_NOOP("Timeline", "being made")
FRAME = QT_TRANSLATE_NOOP("Timeline", "Frame {number}")
KEY = QT_TRANSLATE_NOOP("Timeline", "Key: {words}")
AS_BEFORE = QT_TRANSLATE_NOOP("Timeline", "as before")


def said(text: str) -> str:
    """A text of these tables, translated."""
    return translated("Timeline", text)


def frame_words(animation: OpenAnimation, frame: int, *, key: bool = False) -> str:
    """A frame in one line: its number, its time, what it is; with its key in a second one."""
    state = MAKES if animation.makes(frame) else WAITS if animation.waits(frame) else STATES[animation.state(frame)]
    words = f"{said(FRAME).format(number=frame)} · {seconds(animation.start_of(frame))} · {said(state)}"
    here = key_at(animation.animation.timeline, frame)
    return f"{words}\n{said(KEY).format(words=key_words(animation, here))}" if key and here is not None else words


def key_words(animation: OpenAnimation, key: Key) -> str:
    """What a key says, for the lane of keys: its words and style as far as it says them."""
    moment = moment_of(animation.animation.timeline, key)
    words = [key.prompt or ""]
    if key.style is not None and moment.style:
        style = known_style(moment.style)
        words.append(style.title if style is not None else moment.style)
    if key.seed is not None:
        words.append(QCoreApplication.translate("Board", "seed {value}").format(value=key.seed))
    if key.camera is not None:
        words.append(said(QT_TRANSLATE_NOOP("Timeline", "camera")))
    return " · ".join(word for word in words if word) or said(AS_BEFORE)


def easing_title(name: str) -> str:
    """Of a curve."""
    return said(EASINGS[name]) if name in EASINGS else name


def seconds(value: float) -> str:
    """ "1.25 s"."""
    return translated("Wording", "{number} s").format(number=QLocale().toString(value, "f", 2))


def rate_words(rate: float) -> str:
    """ "12" or "23.976", as the language writes it."""
    return QLocale().toString(round(rate, 3), "g", 6)
