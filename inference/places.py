"""Model folders that are used where they lie, outside of the user's folder: a list of paths."""

from __future__ import annotations

import json
from pathlib import Path

from inference.files import write_text
from inference.resources import user_folder

PLACES = "places.json"
VERSION = 1


def known_places() -> dict[str, Path]:
    """Folders by name; those that are not there now (a disk that is not plugged in) are left out."""
    return {name: path for name, path in all_places().items() if path.is_dir()}


def all_places() -> dict[str, Path]:
    """All of them. A list that cannot be read is an empty one."""
    try:
        said = json.loads((user_folder() / PLACES).read_text("utf-8"))["models"]
        return {str(name): Path(path) for name, path in said.items() if isinstance(path, str)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def add_place(name: str, folder: Path) -> None:
    """Remember a folder under a name."""
    _write({**all_places(), name: folder.resolve()})


def forget_place(name: str) -> None:
    """Forget a name; the folder stays where it is."""
    _write({each: path for each, path in all_places().items() if each != name})


def _write(places: dict[str, Path]) -> None:
    said = {"version": VERSION, "models": {name: str(path) for name, path in sorted(places.items())}}
    write_text(user_folder() / PLACES, json.dumps(said, indent=2, ensure_ascii=False) + "\n")
