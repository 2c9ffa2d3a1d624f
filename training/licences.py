"""Licences of training pictures: what each says about passing on a model that was trained on them.

This is the project's own careful reading, not a lawyer's: what asks for the same licence again, forbids commerce or
changes, or is not known, keeps a model from being called shareable.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass

UNKNOWN = "unknown"
"""What a required field holds when nobody has said."""


class Sharing(enum.IntEnum):
    """Whether a model may be passed on; ordered, the strictest last."""

    FREE = 0
    ATTRIBUTION = 1
    REFUSED = 2


@dataclass(frozen=True)
class Licence:
    """A licence as the trainer understands it.

    Attributes:
        name: the SPDX identifier (https://spdx.org/licenses), or a word of ours.
        why: what keeps a model from being shared, or "".
    """

    name: str
    sharing: Sharing
    why: str = ""


_FREE = ("CC0-1.0", "Unlicense", "0BSD", "MIT-0", "WTFPL", "PDDL-1.0", "own")
_ATTRIBUTION = (
    *("MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib"),
    *("CC-BY-1.0", "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0"),
)
_SAME = ("OFL-1.1", "MPL-2.0", "GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0", "AGPL-3.0", "FAL-1.3", "ODbL-1.0")
_WHY = {"SA": "asks for the same licence again", "NC": "forbids commercial use", "ND": "forbids changes"}

KNOWN: dict[str, Licence] = {
    licence.name.lower(): licence
    for licence in (
        *(Licence(name, Sharing.FREE) for name in _FREE),
        *(Licence(name, Sharing.ATTRIBUTION) for name in _ATTRIBUTION),
        *(Licence(name, Sharing.REFUSED, _WHY["SA"]) for name in _SAME),
    )
}
ALIASES = {
    "cc0": "cc0-1.0",
    "public-domain": "cc0-1.0",
    "apache": "apache-2.0",
    "apache2": "apache-2.0",
    "apache-license-2.0": "apache-2.0",
    "mit-license": "mit",
    "bsd-3": "bsd-3-clause",
    "bsd-2": "bsd-2-clause",
    "ofl": "ofl-1.1",
    "cc-by": "cc-by-4.0",
    "mine": "own",
}
_RESTRICTED = re.compile(r"cc-by((?:-(?:nc|nd|sa))+)(?:-\d\.\d)?")


def licence_of(text: str) -> Licence:
    """The licence that ``text`` names: an SPDX identifier, an expression with OR or AND, or a usual spelling.

    What is not known is refused, never guessed.
    """
    words = text.strip()
    if " OR " in words:
        return _joined(words, " OR ", min)
    if " AND " in words:
        return _joined(words, " AND ", max)
    key = re.sub(r"[\s_]+", "-", words.lower()).removesuffix("-or-later").removesuffix("-only")
    key = ALIASES.get(key, key)
    if key in KNOWN:
        return KNOWN[key]
    restricted = _RESTRICTED.fullmatch(key)
    if restricted:
        parts = restricted[1].upper().strip("-").split("-")
        return Licence(key.upper(), Sharing.REFUSED, " and ".join(_WHY[part] for part in parts))
    return Licence(words or UNKNOWN, Sharing.REFUSED, "is not known")


def _joined(text: str, word: str, choose: Callable[..., Licence]) -> Licence:
    """Of alternatives the freest counts, of conditions the strictest."""
    parts = [licence_of(part.strip("() ")) for part in text.split(word)]
    chosen = choose(parts, key=lambda licence: licence.sharing)
    return Licence(text, chosen.sharing, chosen.why)
