"""What a model's licence means for what is made with it: a table of the field's usual ones. Not legal advice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Commercial(Enum):
    """Whether pictures may be sold."""

    YES = "commercial use is allowed"
    CONDITIONS = "commercial use is allowed under conditions: read the licence"
    NO = "no commercial use"
    UNKNOWN = "nobody says: ask its author before you sell what it makes"


@dataclass(frozen=True)
class Terms:
    """A licence by the name that people know, and what it allows."""

    name: str
    commercial: Commercial


_TABLE: tuple[tuple[str, str, Commercial], ...] = (
    (r"non.?commercial|\bcc.?by.?nc|\bnc\b|research.only|not.for.commercial", "", Commercial.NO),
    (r"openrail\+\+", "CreativeML Open RAIL++-M", Commercial.CONDITIONS),
    (r"open.?rail|creativeml", "CreativeML Open RAIL-M", Commercial.CONDITIONS),
    (r"fair.?ai", "Fair AI Public License", Commercial.CONDITIONS),
    (r"stability.*community", "Stability AI Community License", Commercial.CONDITIONS),
    (r"\bcc.?by.?(nd|sa)", "", Commercial.CONDITIONS),
    (r"\b(a?gpl|lgpl|mpl)\b", "", Commercial.CONDITIONS),
    (r"\bcc.?0|public.domain|unlicense|wtfpl", "CC0", Commercial.YES),
    (r"\bcc.?by\b|\bmit\b|apache|\bbsd\b|\bisc\b|^own$|you may use .* for\W+anything", "", Commercial.YES),
)
"""Signs in a licence's text, the strictest first; the name is "" where the text is name enough."""


def terms_of(licence: str) -> Terms:
    """What a licence's name or text says; what is not known is never guessed."""
    text = " ".join(licence.split())
    for sign, name, commercial in _TABLE:
        if re.search(sign, text, re.IGNORECASE):
            return Terms(name or text, commercial)
    return Terms(text, Commercial.UNKNOWN)
