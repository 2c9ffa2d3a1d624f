"""Quantities and kinds of work in the interface's words: times, memory, speeds, what a job makes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from desktop_app.language import QT_TRANSLATE_NOOP
from desktop_app.results import Mode
from inference.api import Inpaint, Request, Vary

MODES = {
    Mode.AUTO: QT_TRANSLATE_NOOP("Wording", "Automatic"),
    Mode.GENERATE: QT_TRANSLATE_NOOP("Wording", "Generate"),
    Mode.INPAINT: QT_TRANSLATE_NOOP("Wording", "Inpaint"),
    Mode.OUTPAINT: QT_TRANSLATE_NOOP("Wording", "Outpaint"),
    Mode.VARY: QT_TRANSLATE_NOOP("Wording", "Vary"),
}
MODE_ICONS = {
    Mode.AUTO: "wand",
    Mode.GENERATE: "generate",
    Mode.INPAINT: "mask-brush",
    Mode.OUTPAINT: "extend",
    Mode.VARY: "like-this",
}
"""Names of ``theme.icon``."""
_UNITS = (
    (1 << 40, QT_TRANSLATE_NOOP("Wording", "{number} TB")),
    (1 << 30, QT_TRANSLATE_NOOP("Wording", "{number} GB")),
    (1 << 20, QT_TRANSLATE_NOOP("Wording", "{number} MB")),
    (1 << 10, QT_TRANSLATE_NOOP("Wording", "{number} kB")),
)


def duration(seconds: float) -> str:
    """ "3.1 s", "42 s", "2 min 10 s", "1 h 5 min"."""
    seconds = max(0.0, seconds)
    if seconds < 9.95:
        return _said("{number} s").format(number=decimal(seconds))
    whole = round(seconds)
    if whole < 60:
        return _said("{number} s").format(number=whole)
    if whole < 3600:
        return _said("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=whole % 60)
    minutes = round(seconds / 60)
    return _said("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def memory(size: int) -> str:
    """Bytes as "812 MB" or "1.5 GB": 1024 of each make one of the next."""
    for unit, text in _UNITS:
        if size >= unit * 0.9995:
            share = size / unit
            return _said(text).format(number=decimal(share) if share < 9.95 else QLocale().toString(round(share)))
    return _said("{number} bytes").format(number=QLocale().toString(max(0, size)))


def speed(seconds_per_step: float) -> str:
    """ "8.1 steps/s", or how long a slow step takes."""
    if seconds_per_step <= 1:
        rate = 1 / max(seconds_per_step, 1e-6)
        return _said("{number} steps/s").format(number=decimal(rate) if rate < 99.95 else round(rate))
    return _said("{time} a step").format(time=duration(seconds_per_step))


def decimal(number: float) -> str:
    """With one place, as the language writes it."""
    return QLocale().toString(float(number), "f", 1)


def mode_title(mode: Mode) -> str:
    """What is made, in one word."""
    return _said(MODES[mode])


def mode_of(request: Request) -> Mode:
    """What a request makes: a mask that reaches beyond its picture paints outwards."""
    match request:
        case Inpaint():
            return Mode.INPAINT if request.mask.shape == request.image.shape[:2] else Mode.OUTPAINT
        case Vary():
            return Mode.VARY
    return Mode.GENERATE


def title(prompt: str, mode: Mode) -> str:
    """What a job or a run is called: its prompt in one line, or what it makes when there is none."""
    return " ".join(prompt.split()) or mode_title(mode)


def _said(text: str) -> str:
    return QCoreApplication.translate("Wording", text)


_TEXTS = (
    QT_TRANSLATE_NOOP("Wording", "{number} s"),
    QT_TRANSLATE_NOOP("Wording", "{minutes} min {seconds} s"),
    QT_TRANSLATE_NOOP("Wording", "{hours} h {minutes} min"),
    QT_TRANSLATE_NOOP("Wording", "{number} bytes"),
    QT_TRANSLATE_NOOP("Wording", "{number} steps/s"),
    QT_TRANSLATE_NOOP("Wording", "{time} a step"),
)
"""For lupdate, which does not find them in calls of ``_said``."""
