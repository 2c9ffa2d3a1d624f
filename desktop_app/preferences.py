"""What the user set and where they left off: one frozen value, kept in a JSON file with a version."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from inference.errors import BadRequest
from inference.files import write_text
from inference.resources import user_folder

log = logging.getLogger(__name__)

VERSION = 1
Values = dict[str, Any]

MIGRATIONS: dict[int, Callable[[Values], Values]] = {}
"""From a file's version to the next one."""

THEMES = ("system", "dark", "light")
DEVICES = ("auto", "cuda", "directml", "coreml", "cpu")
CHOICES = (
    "language",
    "theme",
    "autosave",
    "history_mb",
    "device",
    "threads",
    "rulers",
    "show_mask",
    "keep_results",
)
"""What the preferences dialog shows."""
MOST_RECENT, MOST_PROMPTS, MOST_COMMANDS = 10, 50, 10
AUTOSAVE_RANGE = (0, 3600)
"""Seconds; 0: never."""
HISTORY_RANGE = (64, 65536)
"""MB."""
MOST_THREADS = 256


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """Everything that is the same at the next start.

    Attributes:
        language: its code, or None: the system's.
        theme: one of ``THEMES``.
        recent: files, the latest first.
        geometry, state: the window's, as base64 text; "" before the first time.
        tools: options of the tools, for the toolbox alone to read.
        generate: the generate panel's settings, for it alone to read.
        export: what was chosen when an animation was exported, for that dialog alone to read.
        export_folder: where it was written; "" before the first time.
        prompts: that were used, the latest first.
        commands: that were used in the command palette, the latest first.
        autosave: seconds between copies of unsaved documents; 0: none are made.
        show_mask: the tint over what is selected.
        keep_results: pictures that were made are kept in the document's file.
        welcome_done: a first result came; the hints for beginners are gone for good.
        device: one of ``DEVICES``.
        threads: cores to use, or None: found by the program.
        history_mb: memory for undo, for each document.
    """

    language: str | None = None
    theme: str = "dark"
    recent: tuple[Path, ...] = ()
    geometry: str = ""
    state: str = ""
    tools: Values = field(default_factory=dict)
    generate: Values = field(default_factory=dict)
    export: Values = field(default_factory=dict)
    export_folder: str = ""
    prompts: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    autosave: int = 60
    rulers: bool = False
    show_mask: bool = True
    keep_results: bool = True
    welcome_done: bool = False
    device: str = "auto"
    threads: int | None = None
    history_mb: int = 1024

    def with_choices(self, other: Preferences) -> Preferences:
        """What is chosen in the preferences dialog as in ``other``, all else as here: it may have changed meanwhile."""
        return replace(self, **{name: getattr(other, name) for name in CHOICES})

    def with_recent(self, path: Path) -> Preferences:
        """A file was opened or saved."""
        return replace(self, recent=_in_front(path.absolute(), self.recent, MOST_RECENT))

    def without_recent(self, path: Path) -> Preferences:
        """A file is gone."""
        return replace(self, recent=tuple(each for each in self.recent if each != path.absolute()))

    def with_prompt(self, prompt: str) -> Preferences:
        """A prompt was used; one of spaces is not kept."""
        prompt = prompt.strip()
        return replace(self, prompts=_in_front(prompt, self.prompts, MOST_PROMPTS)) if prompt else self


def preferences_file() -> Path:
    """Where they are kept."""
    return user_folder() / "preferences.json"


def load(notes: list[str], path: Path | None = None) -> Preferences:
    """Read the preferences; it never fails. A value that cannot be is left at its default.

    A file that cannot be read is moved aside, with ".broken" behind its name, and the reader is told.

    Args:
        notes: what the reader should be told is added to it.
        path: for tests; the user's own file unless given.
    """
    path = path or preferences_file()
    try:
        values = json.loads(path.read_text("utf-8"))
        return _read(_migrated(values))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        log.warning("the preferences could not be read: %s", error)
        aside = path.with_name(path.name + ".broken")
        _move(path, aside)
        notes.append(f"Your preferences could not be read, so the usual ones are in use. The old file is {aside.name}.")
        return Preferences()


def save(preferences: Preferences, path: Path | None = None) -> None:
    """Write them; the old file stays until the new one is whole.

    Raises:
        BadRequest: when the place cannot be written.
    """
    values = asdict(preferences) | {"version": VERSION, "recent": [str(file) for file in preferences.recent]}
    try:
        text = json.dumps(values, ensure_ascii=False, indent=1)
    except (TypeError, ValueError) as error:
        raise BadRequest(
            "The preferences could not be saved.", hint="Report this to the authors.", detail=str(error)
        ) from error
    write_text(path or preferences_file(), text)


def _migrated(values: Values) -> Values:
    """Of a newer version only what is known is taken."""
    version = values["version"]
    if not isinstance(version, int):
        raise TypeError("the version is no number")
    while version < VERSION:
        values = MIGRATIONS[version](values)
        version += 1
    return values


def _read(values: Values) -> Preferences:
    kept: Values = {}
    for each in fields(Preferences):
        if each.name in values:
            try:
                kept[each.name] = _READERS[each.name](values[each.name])
            except (ValueError, TypeError):
                log.warning("the preference %s cannot be %r", each.name, values[each.name])
    return Preferences(**kept)


def _move(path: Path, aside: Path) -> None:
    try:
        path.replace(aside)
    except OSError as error:
        log.warning("%s could not be moved aside: %s", path, error)


def _in_front(item: Any, items: tuple[Any, ...], most: int) -> tuple[Any, ...]:
    return (item, *(each for each in items if each != item))[:most]


def _of(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return read


def _one_of(names: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in names:
            raise ValueError(f"{value!r} is none of {names}")
        return value

    return read


def _whole(least: int, most: int) -> Callable[[Any], int]:
    return lambda value: min(max(_of(int)(value), least), most)


def _or_none(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


def _texts(most: int) -> Callable[[Any], tuple[str, ...]]:
    return lambda value: tuple(_of(str)(each) for each in _of(list)(value)[:most])


def _paths(value: Any) -> tuple[Path, ...]:
    return tuple(Path(each) for each in _texts(MOST_RECENT)(value))


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "language": _or_none(_of(str)),
    "theme": _one_of(THEMES),
    "recent": _paths,
    "geometry": _of(str),
    "state": _of(str),
    "tools": _of(dict),
    "generate": _of(dict),
    "export": _of(dict),
    "export_folder": _of(str),
    "prompts": _texts(MOST_PROMPTS),
    "commands": _texts(MOST_COMMANDS),
    "autosave": _whole(*AUTOSAVE_RANGE),
    "rulers": _of(bool),
    "show_mask": _of(bool),
    "keep_results": _of(bool),
    "welcome_done": _of(bool),
    "device": _one_of(DEVICES),
    "threads": _or_none(_whole(1, MOST_THREADS)),
    "history_mb": _whole(*HISTORY_RANGE),
}
"""How each value is read; they raise ValueError or TypeError when it cannot be."""
