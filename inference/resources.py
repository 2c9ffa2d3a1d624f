"""Where the program's own files lie, and the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

from inference.errors import BadRequest

APP = "gouache"

RESOURCES = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent)) / "resources"
"""What the program ships."""


def user_folder() -> Path:
    """The user's models and styles; ``GOUACHE_HOME`` moves it.

    Raises:
        BadRequest: when the system says of no folder that it is the user's.
    """
    return _placed(os.environ.get("GOUACHE_HOME") or platformdirs.user_data_dir(APP, appauthor=False), "GOUACHE_HOME")


def cache_folder() -> Path:
    """What can be deleted at any time; ``GOUACHE_CACHE`` moves it.

    Raises:
        BadRequest: as ``user_folder``.
    """
    return _placed(
        os.environ.get("GOUACHE_CACHE") or platformdirs.user_cache_dir(APP, appauthor=False), "GOUACHE_CACHE"
    )


def _placed(folder: str, variable: str) -> Path:
    """The folder, unless it would be one named "~" wherever the program happens to be started."""
    if folder.startswith("~"):
        raise BadRequest("There is no home folder here.", hint=f"Set HOME, or name a folder in {variable}.")
    return Path(folder)
