"""How an animation stands, in words: how far it is, and why a button is of no use now."""

from __future__ import annotations

from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.panels.wording import decimal, duration
from desktop_app.timeline.edits import key_at
from desktop_app.timeline.open_animation import OpenAnimation
from inference.animation.frame_log import State

OF = QT_TRANSLATE_NOOP("AnimateView", "{done} of {count}")
MADE = QT_TRANSLATE_NOOP("AnimateView", "{made} of {count} made")
KEPT = QT_TRANSLATE_NOOP("AnimateView", "{count} kept as painted")
RATE = QT_TRANSLATE_NOOP("AnimateView", "{number} frames a minute")
LEFT = QT_TRANSLATE_NOOP("AnimateView", "about {time} left")
ABOUT = QT_TRANSLATE_NOOP("AnimateView", "about {time}")
ONE_FRAME = QT_TRANSLATE_NOOP("AnimateView", "There is one frame.")
KEY_THERE = QT_TRANSLATE_NOOP("AnimateView", "There is a key already.")
NO_KEY = QT_TRANSLATE_NOOP("AnimateView", "There is no key here.")
LAST_KEY = QT_TRANSLATE_NOOP("AnimateView", "One key has to stay.")
BUSY = QT_TRANSLATE_NOOP("AnimateView", "Frames are being made.")
NOT_PAINTED = QT_TRANSLATE_NOOP("AnimateView", "Nothing was painted here.")
NOT_MADE = QT_TRANSLATE_NOOP("AnimateView", "This frame is not made yet.")


def progress_words(animation: OpenAnimation, about: float | None) -> str:
    """How far it is; ``about`` are the seconds that the rest may take."""
    progress = animation.progress
    if not progress.running:
        parts = [_said(MADE).format(made=progress.made, count=progress.count)]
        kept = len(animation.kept_by_hand)
        if kept:
            parts.append(_said(KEPT).format(count=kept))
        if about is not None:
            parts.append(_said(ABOUT).format(time=duration(about)))
        return " · ".join(parts)
    parts = [_said(OF).format(done=progress.done, count=progress.todo)]
    if progress.per_minute is not None and progress.seconds_left is not None:
        parts.append(_said(RATE).format(number=decimal(progress.per_minute)))
        parts.append(_said(LEFT).format(time=duration(progress.seconds_left)))
    return " · ".join(parts)


def why_not(animation: OpenAnimation, current: int, chosen: range) -> dict[str, str]:
    """For tools by name, why they are of no use now; "" where they are."""
    line = animation.animation.timeline
    keys = [key for key in line.keys if key.frame in chosen]
    painted = any(animation.state(frame) is State.EDITED for frame in chosen if frame < animation.count)
    no_key = "" if keys and len(line.keys) > 1 else LAST_KEY if keys else NO_KEY
    reasons = {
        "play": ONE_FRAME if animation.count < 2 else "",
        "key_add": KEY_THERE if key_at(line, current) is not None else "",
        "key_remove": no_key,
        "again": BUSY if animation.running else "",
        "let_go": "" if painted else NOT_PAINTED,
        "edit": NOT_MADE if animation.state(current) is State.MISSING else "",
    }
    return {name: _said(text) if text else "" for name, text in reasons.items()}


def _said(text: str) -> str:
    return translated("AnimateView", text)
