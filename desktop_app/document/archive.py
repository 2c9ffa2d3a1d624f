"""Reading zip files that may be hostile: names that escape, bombs, entries that lie about their size."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from inference.errors import BadPicture

MOST_ENTRIES = 4096
LARGEST_ENTRY = 1 << 30
LARGEST_WHOLE = 2 << 30
"""Bytes, unpacked."""
LARGEST_RATIO = 200
"""Unpacked over packed: text packs by 20, PNG not at all."""
SMALL_ENTRY = 1 << 20
"""Bytes below which the ratio does not matter."""


class Archive:
    """A zip file whose entries were looked over before anything is unpacked.

    Raises:
        BadPicture: on opening, when it is no zip file or one that means harm; on reading, when an entry is broken.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError as error:
            raise BadPicture(f"{path} does not exist.", hint="Check the name.") from error
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise BadPicture(
                f"{path.name} is not an OpenRaster file or is cut off.",
                hint="Open it in the program that made it and save it again.",
                detail=str(error),
            ) from error
        try:
            self._check()
        except BadPicture:
            self.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Of all files in it."""
        return tuple(entry.filename for entry in self._zip.infolist() if not entry.is_dir())

    def read(self, name: str) -> bytes:
        """An entry's bytes."""
        try:
            return self._zip.read(name)
        except KeyError as error:
            raise BadPicture(
                f"{self.path.name} names '{name}', which is not in it.", hint="Save it again with all its layers."
            ) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise BadPicture(
                f"'{name}' in {self.path.name} is broken.",
                hint="Open it in the program that made it and save it again.",
                detail=str(error),
            ) from error

    def rest(self, known: Mapping[str, object] | set[str]) -> dict[str, bytes]:
        """All entries that are not ``known``."""
        return {name: self.read(name) for name in self.names if name not in known}

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def _check(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_WHOLE:
            raise self._bomb()
        names = [entry.filename for entry in entries]
        if len(set(names)) != len(names):
            raise BadPicture(f"{self.path.name} holds two files of one name.", hint="Do not trust this file.")
        for entry in entries:
            self._check_entry(entry)

    def _check_entry(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in entry.orig_filename:
            raise BadPicture(
                f"{self.path.name} holds the name '{name}', which points outside of it.", hint="Do not trust this file."
            )
        swollen = entry.file_size > max(SMALL_ENTRY, LARGEST_RATIO * entry.compress_size)
        if entry.file_size > LARGEST_ENTRY or swollen:
            raise self._bomb()

    def _bomb(self) -> BadPicture:
        return BadPicture(f"{self.path.name} would unpack to an enormous size.", hint="Do not trust this file.")
