"""Where the program's own files lie, and the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APP = "gouache"

RESOURCES = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent)) / "resources"
"""What the program ships."""


def user_folder() -> Path:
    """The user's models and styles; ``GOUACHE_HOME`` moves it."""
    return Path(os.environ.get("GOUACHE_HOME") or platformdirs.user_data_dir(APP, appauthor=False))


def cache_folder() -> Path:
    """What can be deleted at any time; ``GOUACHE_CACHE`` moves it."""
    return Path(os.environ.get("GOUACHE_CACHE") or platformdirs.user_cache_dir(APP, appauthor=False))
