"""Captions out of names: of files, layers and icons."""

from __future__ import annotations

import re
import unicodedata

NOISE = frozenset(
    (
        *("img", "image", "images", "dsc", "dscn", "pict", "picture", "photo", "screenshot", "scan", "file"),
        *("untitled", "export", "copy", "final", "new", "frame", "sprite", "layer", "tile", "icon", "asset"),
        "background",
    )
)
"""Words that programs and cameras name things by; a name of nothing else says nothing."""


def caption_of_name(name: str) -> str:
    """What a file's or layer's name says, or "": ``red_Apple-02`` is "red apple", ``IMG_2041`` is nothing."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name))
    words = re.sub(r"[\W_]+", " ", spaced).lower().split()
    while words and _is_number(words[-1]):
        words.pop()
    while words and _is_number(words[0]):
        words.pop(0)
    return "" if all(word in NOISE or _is_number(word) for word in words) else " ".join(words)


def _is_number(word: str) -> bool:
    """Counters, dates, sizes and the long hexadecimal names of downloads."""
    return bool(re.fullmatch(r"\d+|\d+x\d+|v\d+|[0-9a-f]{8,}|(?=.*\d)[0-9a-f]{4,}", word))
