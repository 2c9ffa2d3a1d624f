"""Where the program's own files lie, and the user's."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
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
    return _placed("GOUACHE_HOME", platformdirs.user_data_dir)


def cache_folder() -> Path:
    """What can be deleted at any time; ``GOUACHE_CACHE`` moves it.

    Raises:
        BadRequest: as ``user_folder``.
    """
    return _placed("GOUACHE_CACHE", platformdirs.user_cache_dir)


def _placed(variable: str, usual: Callable[..., str]) -> Path:
    try:
        return Path(os.environ.get(variable) or usual(APP, appauthor=False))
    except RuntimeError as error:  # platformdirs': there is no home to begin its path with
        raise BadRequest("There is no home folder here.", hint=f"Set HOME, or name a folder in {variable}.") from error
