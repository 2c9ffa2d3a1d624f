"""A dataset: a folder with pictures and ``dataset.jsonl``, one picture a line, the licence of each known or marked.

The list begins with a line that names its format and version. Commands add to it line by line, so that a run that was
killed loses nothing, or replace it as a whole. People may edit it: ``override`` is theirs and no command changes it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from inference.alpha import Pixels
from inference.errors import BadRequest
from inference.files import replace_file
from training.licences import UNKNOWN, Licence, Sharing, licence_of

FORMAT, VERSION = "gouache-dataset", 1
LIST = "dataset.jsonl"
LONGEST_LINE = 1 << 20
"""Characters of one entry."""
ALWAYS = ("file", "caption", "tags", "style", "source", "licence", "author", "hash")
"""Fields that are written even when they are empty."""

Progress = Callable[[str, int, int], None]
"""Called with what is done, how far it is and how far it goes (0 when nobody knows)."""


class BadDataset(BadRequest):
    """A dataset that cannot be read or used, with the plain reason."""


class Malformed(ValueError):
    """What is wrong with an entry, in words that follow "line 7"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One picture of a dataset.

    Attributes:
        file: path below the dataset's folder, with forward slashes.
        caption: what it shows, in English, without the style.
        tags: words that are also true of it.
        style: the name of its style, or "".
        source: where it came from, in words that others can follow; "unknown" when nobody has said.
        licence: SPDX identifier or expression, "own" for the user's own work, or "unknown".
        author: who made it, or "unknown".
        hash: SHA-256 of the pixels (``pixel_hash``), or "" when they cannot be read.
        concept: what it shows regardless of style; pictures of one concept never lie in two splits.
        synonyms: other English names.
        chinese: Chinese names, the usual one first.
        kept: what the cleaning rules decided; None before they have looked.
        override: what a person decided; wins over ``kept`` and is never overwritten.
        reasons: what the rules have to say, each ``rule: detail``.
        extra: what only some pictures have (``codepoint``, ``made``), and fields that this version does not know; both
            are written back.
    """

    file: str
    caption: str = ""
    tags: tuple[str, ...] = ()
    style: str = ""
    source: str = UNKNOWN
    licence: str = UNKNOWN
    author: str = UNKNOWN
    hash: str = ""
    concept: str = ""
    synonyms: tuple[str, ...] = ()
    chinese: tuple[str, ...] = ()
    kept: bool | None = None
    override: bool | None = None
    reasons: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def used(self) -> bool:
        """True unless a rule removed it or a person did; a person's word wins."""
        return self.kept is not False if self.override is None else self.override

    def as_json(self) -> dict[str, Any]:
        """The required fields, and the others where they say something."""
        values = {name: getattr(self, name) for name in _FIELDS}
        return {
            name: value for name, value in values.items() if name in ALWAYS or value != _FIELDS[name].default
        } | dict(self.extra)

    @classmethod
    def from_json(cls, values: Any) -> Entry:
        """Read what ``as_json`` wrote; unknown keys go to ``extra``.

        Raises:
            Malformed: when a field is missing, of the wrong kind or hostile.
        """
        if not isinstance(values, dict):
            raise Malformed("is not an entry")
        known = {name: _CHECKS[name](name, value) for name, value in values.items() if name in _CHECKS}
        if "file" not in known:
            raise Malformed("names no file")
        for name in ("source", "licence", "author"):
            known[name] = known.get(name, "").strip() or UNKNOWN
        check_file(known["file"])
        return cls(**known, extra={name: value for name, value in values.items() if name not in _CHECKS})


def check_file(file: str) -> None:
    """Refuse a name that does not lie plainly below the dataset's folder.

    Raises:
        Malformed: with the reason.
    """
    path = PurePosixPath(file)
    strange = "\\" in file or ":" in file or any(ord(letter) < 32 for letter in file)
    if strange or path.is_absolute() or ".." in path.parts or str(path) != file or file in (".", LIST):
        raise Malformed(f"names a file outside of the dataset or in a way that is not portable: {file!r}")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed(f"has no text as {name}")
    if not value.isascii():
        value.encode("utf-8")  # a lone surrogate, which JSON can spell and no file can hold, is a ValueError
    return value


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Malformed(f"has no list as {name}")
    return tuple(_text(name, each) for each in value)


def _flag(name: str, value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise Malformed(f"has neither true, false nor null as {name}")
    return value


_FIELDS = {each.name: each for each in fields(Entry) if each.name != "extra"}
_KINDS = {"str": _text, "tuple[str, ...]": _texts, "bool | None": _flag}
_CHECKS: dict[str, Callable[[str, Any], Any]] = {name: _KINDS[str(each.type)] for name, each in _FIELDS.items()}


@dataclass(frozen=True)
class Dataset:
    """A dataset as it was read.

    Attributes:
        notes: what the reader should be told.
    """

    folder: Path
    entries: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[Entry, ...]:
        """The entries that training may use."""
        return tuple(entry for entry in self.entries if entry.used)

    @property
    def obstacles(self) -> tuple[str, ...]:
        """Why a model that was trained on it cannot be called shareable; empty when it can."""
        return (*_refused(self.used), *_unsourced(self.used))

    @property
    def shareable(self) -> bool:
        """True when the licence and the source of every used picture allow to pass on a model trained on them."""
        return bool(self.used) and not self.obstacles

    def path_of(self, entry: Entry) -> Path:
        """Where a picture lies.

        Raises:
            BadDataset: when a link leads out of the dataset's folder.
        """
        path = self.folder / entry.file
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise BadDataset(f"{entry.file} leads out of the dataset's folder.", hint="Copy the picture into it.")
        return path

    def with_entries(self, entries: Iterable[Entry]) -> Dataset:
        """The same dataset with other entries; nothing is written."""
        return replace(self, entries=tuple(entries), notes=())


@dataclass(frozen=True)
class Credit:
    """A line of the attribution list."""

    source: str
    author: str
    licence: str
    pictures: int


def credits_of(entries: Iterable[Entry]) -> tuple[Credit, ...]:
    """Who has to be named, with how many pictures, the largest share first."""
    counted = Counter((entry.source, entry.author, entry.licence) for entry in entries)
    return tuple(Credit(*key, count) for key, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _refused(entries: Iterable[Entry]) -> list[str]:
    counted = Counter(entry.licence for entry in entries)
    refused = {name: licence_of(name) for name in counted if licence_of(name).sharing is Sharing.REFUSED}
    return [_refusal(counted[name], licence) for name, licence in sorted(refused.items())]


def _refusal(count: int, licence: Licence) -> str:
    pictures = "1 picture has" if count == 1 else f"{count} pictures have"
    if licence.name.lower() == UNKNOWN:
        return f"{pictures} no known licence"
    return f"{pictures} the licence {licence.name}, which {licence.why}"


def _unsourced(entries: Iterable[Entry]) -> list[str]:
    count = sum(entry.source == UNKNOWN for entry in entries)
    return [f"{'1 picture has' if count == 1 else f'{count} pictures have'} no known source"] if count else []


def pixel_hash(pixels: Pixels) -> str:
    """SHA-256 of a picture's size and pixels; colour under zero alpha does not count, opaque alpha is implied.

    Args:
        pixels: (height, width, 3 or 4) bytes, straight alpha.
    """
    height, width, channels = pixels.shape
    whole = np.full((height, width, 4), 255, np.uint8)
    whole[..., :channels] = pixels
    whole.view(np.uint32)[..., 0] *= whole[..., 3] > 0
    return hashlib.sha256(f"{width}x{height}:".encode() + whole.tobytes()).hexdigest()


def read_dataset(folder: Path) -> Dataset:
    """Read a dataset's list. A last line that a killed run cut off is left out, with a note.

    Raises:
        BadDataset: when there is none, or a line is not an entry; the line is named.
    """
    path = folder / LIST
    try:
        content = path.read_bytes()
        text = content.decode("utf-8")
    except FileNotFoundError:
        raise BadDataset(f"{folder} is not a dataset: it has no {LIST}.", hint="Make one: train collect.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadDataset(f"{path} cannot be read.", hint="It should be UTF-8 text.", detail=str(error)) from error
    lines = text.split("\n")
    torn = lines.pop()
    notes = []
    if torn.strip():
        try:
            _parsed(torn)
            lines.append(torn)
        except ValueError:
            notes.append(f"The last line of {LIST} was cut off and is left out.")
    return Dataset(folder, _entries(path, lines), tuple(notes))


def _entries(path: Path, lines: list[str]) -> tuple[Entry, ...]:
    entries: dict[str, Entry] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            values = _parsed(line)
            if number == 1 and isinstance(values, dict) and "format" in values:
                _check_header(values)
                continue
            entry = Entry.from_json(values)
            _check_new(entry, entries)
        except ValueError as error:
            raise BadDataset(f"Line {number} of {path} {error}.", hint="Mend or delete that line.") from error
        entries[entry.file] = entry
    return tuple(entries.values())


def _check_new(entry: Entry, known: Mapping[str, Entry]) -> None:
    if entry.file in known:
        raise Malformed(f"names {entry.file} a second time")


def _parsed(line: str) -> Any:
    if len(line) > LONGEST_LINE:
        raise Malformed("is longer than an entry can be")
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Malformed("is not JSON") from error


def _check_header(values: dict[str, Any]) -> None:
    version = values.get("version")
    if values["format"] != FORMAT or not isinstance(version, int) or version < 1:
        raise Malformed("names a format that is not a dataset's")
    if version > VERSION:
        raise Malformed(f"says that it was written by a newer Gouache (version {version})")


def write_dataset(dataset: Dataset) -> None:
    """Replace the list as a whole; the old one stays until the new one is on the disk."""
    with replace_file(dataset.folder / LIST) as draft:
        draft.write_bytes(_header() + b"".join(map(_line, dataset.entries)))


def append(dataset: Dataset, entries: Iterable[Entry]) -> Dataset:
    """Add entries at the end of the list and of ``dataset``; whole lines go to the disk in one write.

    Raises:
        BadDataset: when an entry's file is in the list already or names a place outside; nothing is written then.
    """
    new = tuple(entries)
    taken = Counter([entry.file for entry in (*dataset.entries, *new)])
    for entry in new:
        if taken[entry.file] > 1:
            raise BadDataset(f"{entry.file} is in the dataset already.", hint="Give it another name.")
        try:
            Entry.from_json(json.loads(_line(entry)))
        except ValueError as error:
            raise BadDataset(f"An entry {error}.", hint="Rename the picture.") from error
    path = dataset.folder / LIST
    if not path.exists():
        write_dataset(dataset)
    with path.open("r+b") as file:
        _end_whole(file)
        file.write(b"".join(map(_line, new)))
        file.flush()
        os.fsync(file.fileno())
    return dataset.with_entries((*dataset.entries, *new))


def _end_whole(file: Any) -> None:
    """Go to the end; a line that was cut off is taken away, a whole one gets its end."""
    content = file.read()
    start = content.rfind(b"\n") + 1
    tail = content[start:]
    if tail.strip():
        try:
            json.loads(tail)
            file.write(b"\n")
            return
        except (ValueError, RecursionError):
            pass
    file.seek(start)
    file.truncate()


def _header() -> bytes:
    return json.dumps({"format": FORMAT, "version": VERSION}).encode() + b"\n"


def _line(entry: Entry) -> bytes:
    values = entry.as_json()
    try:
        return json.dumps(values, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # in a field that we do not know
        return json.dumps(values).encode() + b"\n"
