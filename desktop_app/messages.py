"""Errors, notices and labels of edits in the interface's language.

They are made as English sentences with values in them, far from Qt. Here a sentence is matched with the templates that
the sources hold (``messages_list``), the template is translated, and the values are put back in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from PySide6.QtCore import QCoreApplication

from desktop_app.messages_list import EDITS, JOINED, MESSAGES
from inference.errors import GouacheError

FIELD = re.compile(r"\{(\d+)\}")
GAP = re.compile(r"(?<=[.?]) ")
LONGEST = 1000
"""Letters; what is longer (a runtime's own words) would take long to match and is left as it is."""
DEEPEST = 4
"""Sentences within sentences that are looked into."""


def localised(text: str) -> str:
    """An error's or a notice's text in the interface's language; unchanged when it is not known.

    ``str(error)`` will do too: what happened and what to do, one after the other.
    """
    if len(text) > LONGEST:
        return text
    whole = _words(text)
    for gap in GAP.finditer(text):
        parts = text[: gap.start()], text[gap.end() :]
        known = [_words(part) for part in parts]
        # The hint of an error would fit as a value into its message.
        if all(known) and sum(known) > whole:
            return _after(*(_shown("Messages", part, DEEPEST) for part in parts))
    return _shown("Messages", text, DEEPEST)


def localised_error(error: GouacheError) -> str:
    """What happened and what to do, as ``str(error)`` has it."""
    said = [_shown("Messages", text, DEEPEST) for text in (error.message, error.hint) if text]
    return _after(*said)


def localised_label(text: str) -> str:
    """An edit's label, or a name that a layer was given by the program ("Layer 3", "Background", "Layer 3 copy")."""
    return _shown("Edits", text, DEEPEST)


def _after(*said: str) -> str:
    """Sentences in a row: Chinese follows without a space."""
    return "".join(("" if not at or "\u2e80" <= text[:1] <= "\uffef" else " ") + text for at, text in enumerate(said))


def _words(text: str) -> int:
    """How much of a sentence is a template's own; 0 when it fits none."""
    return next((len(FIELD.sub("", form.template)) for form in _forms("Messages") if form.match(text)), 0)


def _shown(context: str, text: str, depth: int) -> str:
    for form in _forms(context):
        match, template = form.match(text), form.template
        if match is None:
            continue
        translation = QCoreApplication.translate(context, template)
        if translation == template:
            return text
        values = [_value(context, template, field, match, depth) for field in range(len(match.groups()))]
        return _filled(translation, values)
    return text


def _filled(template: str, values: list[str]) -> str:
    """Not str.format: a value, or a template, may hold braces of its own."""
    return FIELD.sub(lambda place: values[int(place[1])], template)


def _value(context: str, template: str, field: int, match: re.Match[str], depth: int) -> str:
    """A value in the interface's language, when it is made of our words; what stands in quotes is somebody's name."""
    value = match[field + 1]
    if depth == 0 or match.string[: match.start(field + 1)].endswith("'"):
        return value
    separator = JOINED.get(template, {}).get(field)
    if separator is None:
        return _shown(context, value, depth - 1)
    parts = [_shown(context, part, depth - 1) for part in value.split(separator)]
    return QCoreApplication.translate(context, separator).join(parts)


@dataclass(frozen=True)
class _Form:
    """A template and what it matches."""

    template: str
    pieces: tuple[str, ...]
    pattern: re.Pattern[str]

    def match(self, text: str) -> re.Match[str] | None:
        """The words between the fields are looked for first: most templates are out after one of them."""
        if not (text.startswith(self.pieces[0]) and text.endswith(self.pieces[-1])):
            return None
        at = 0
        for piece in self.pieces:
            at = text.find(piece, at)
            if at < 0:
                return None
            at += len(piece)
        return self.pattern.fullmatch(text)


@cache
def _forms(context: str) -> tuple[_Form, ...]:
    """Those with the most words of their own first."""
    templates = {"Messages": MESSAGES, "Edits": EDITS}[context]
    ordered = sorted(templates, key=lambda template: len(FIELD.sub("", template)), reverse=True)
    return tuple(_Form(each, tuple(FIELD.split(each)[::2]), _pattern(each)) for each in ordered)


def _pattern(template: str) -> re.Pattern[str]:
    """Sides of a size, "{0}x{1}", are numbers: any words with an x between them would fit otherwise."""
    pieces = FIELD.split(template)[::2]
    sides = [before == "x" or after == "x" for before, after in pairwise(pieces)]
    values = ["([0-9]+)" if side else "(.+?)" for side in sides]
    pattern = "".join(piece for pair in zip(map(re.escape, pieces), [*values, ""], strict=True) for piece in pair)
    return re.compile(pattern, re.DOTALL)
