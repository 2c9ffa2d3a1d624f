"""Memory that a closed document leaves: the C library would keep hundreds of MB of it for later."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Return what is free to the system. From any thread; does nothing where the C library does so by itself."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
