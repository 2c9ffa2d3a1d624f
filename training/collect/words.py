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
JOINERS = frozenset("\ufe0f\u200d\u20e3")
"""Parts of emoji that are never a picture by themselves."""


def caption_of_name(name: str) -> str:
    """What a file's or layer's name says, or "": ``red_Apple-02`` is "red apple", ``IMG_2041`` is nothing."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name))
    words = re.sub(r"[\W_]+", " ", spaced).lower().split()
    while words and _is_number(words[-1]):
        words.pop()
    while words and _is_number(words[0]):
        words.pop(0)
    return "" if all(word in NOISE or _is_number(word) for word in words) else " ".join(words)


def code_points_in_name(name: str, *, digits: bool = False) -> str:
    """The code points by which emoji are filed, ``1f409``, ``emoji_u1f409`` or ``2764-fe0f``; "" for other names.

    Args:
        digits: four digits alone, which may be a counter, count when they are a symbol's ("2728").
    """
    plain = re.sub(r"^(?:emoji_?)?u\+?(?=[0-9a-f]{4})", "", name.lower())
    if not re.fullmatch(r"[0-9a-f]{4,5}(?:[-_ ][0-9a-f]{4,5})*", plain):
        return ""
    codes = re.split(r"[-_ ]", plain)
    signs = {chr(int(code, 16)) for code in codes}
    pictured = any("\U0001f000" <= sign <= "\U0001faff" for sign in signs)
    joined = len(codes) > 1 and bool(signs & JOINERS)
    alone = len(codes) == 1 and (digits or not plain.isdecimal()) and unicodedata.category(min(signs)) == "So"
    return "-".join(codes) if pictured or joined or alone else ""


def _is_number(word: str) -> bool:
    """Counters, dates, sizes and the long hexadecimal names of downloads."""
    return bool(re.fullmatch(r"\d+|\d+x\d+|v\d+|[0-9a-f]{8,}|(?=.*\d)[0-9a-f]{4,}", word))
