"""What words are made of, and what forms of one word share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from inference.word_tables import IRREGULAR, SPELLINGS

_HAN = "\u3400-\u9fff\uf900-\ufaff"
UNIT = re.compile(rf"[{_HAN}]|[\u2600-\u27bf\U0001f000-\U0001faff]|[^\W_{_HAN}]+(?:['’][^\W_{_HAN}]+)*")
"""What a name is made of: a Chinese character, a pictograph, or a word of another script."""
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", ord("、"): ",", ord("。"): "."}
"""Full-width letters and punctuation, one for one, so that places stay what they are."""
_CHINESE = re.compile(f"[{_HAN}]")
_SHORTEST = 3
"""Letters of a word that has singular and plural."""


def is_chinese(text: str) -> bool:
    """True when a Chinese character is in it."""
    return _CHINESE.search(text) is not None


@lru_cache(maxsize=1 << 16)
def key_of(word: str) -> str:
    """What spellings of a word share: no case, accents and apostrophes, British spelling."""
    if word.isascii():
        key = word.lower().replace("'", "")
        return SPELLINGS.get(key, key)
    plain = unicodedata.normalize("NFKD", word.casefold())
    key = "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "'’")
    return SPELLINGS.get(key, key)


def keys_of(name: str) -> tuple[str, ...]:
    """The keys of a name's words and Chinese characters."""
    return tuple(key_of(word) for word in UNIT.findall(name.translate(WIDE)))


_PLURALS = {one: many for many, one in IRREGULAR.items()}


def forms(key: str) -> Iterator[str]:
    """Singulars and plurals that a word may have, the likely ones first."""
    if len(key) < _SHORTEST or not key.isalpha():
        return
    irregular = IRREGULAR.get(key), _PLURALS.get(key)
    yield from (form for form in irregular if form)
    if key.endswith("ies"):
        yield key[:-3] + "y"
    if key.endswith("ves"):
        yield from (key[:-3] + "f", key[:-3] + "fe")
    if key.endswith("s") and not key.endswith("ss"):
        yield key[:-1]
        if key.endswith("es"):
            yield key[:-2]
    yield from (key + "s", key + "es")
    if key.endswith("y"):
        yield key[:-1] + "ies"
    if key.endswith("f"):
        yield key[:-1] + "ves"
    if key.endswith("fe"):
        yield key[:-2] + "ves"
