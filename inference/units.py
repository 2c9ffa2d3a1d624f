"""Bytes and spans of time as people say them."""

from __future__ import annotations

UNITS = ("B", "kB", "MB", "GB", "TB")


def readable(count: float) -> str:
    """Bytes as people say them."""
    for unit in UNITS:
        if count < 1000 or unit == UNITS[-1]:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError
