"""Autosave: copies of open documents in a folder, which a session that ends well takes away again."""

from __future__ import annotations

import json
import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import psutil

from desktop_app.document.document import Document
from desktop_app.document.ora import PngCache, write_ora
from inference.files import write_text


@dataclass(frozen=True)
class Recovered:
    """What a session that did not end well has left.

    Attributes:
        file: the copy, an .ora file.
        original: the file that was being edited, or None when it had never been saved.
        title: what the document was called.
        time: when the copy was made, in seconds since 1970.
    """

    file: Path
    original: Path | None
    title: str
    time: float

    def discard(self) -> None:
        """Take the copy away; its note goes first, so that a half-done discard is no copy."""
        self.file.with_suffix(".json").unlink(missing_ok=True)
        self.file.unlink(missing_ok=True)


class Autosave:
    """The copy of one open document. ``write`` belongs on a background thread, with a snapshot.

    Args:
        folder: of all copies; made when missing.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / f"{uuid.uuid4().hex}.ora"
        self._cache = PngCache()

    def write(self, snapshot: Document, original: Path | None, title: str) -> None:
        """Replace the copy; only rasters that changed since the last one are encoded again.

        Raises:
            BadRequest: when the place cannot be written.
        """
        write_ora(self.file, snapshot, self._cache.encode)
        self._cache.forget_but(snapshot.stack.rasters)
        note = {
            "original": None if original is None else str(original),
            "title": title,
            "time": time.time(),
            "pid": os.getpid(),
            "started": psutil.Process().create_time(),
        }
        write_text(self.file.with_suffix(".json"), json.dumps(note, ensure_ascii=False))

    def discard(self) -> None:
        """The document was saved or closed: take the copy away."""
        Recovered(self.file, None, "", 0.0).discard()


def left_behind(folder: Path) -> list[Recovered]:
    """The copies whose session is gone, the newest first. Notes that cannot be read are passed over."""
    found = [recovered for note in folder.glob("*.json") if (recovered := _read(note)) is not None]
    return sorted(found, key=lambda recovered: recovered.time, reverse=True)


def _read(note: Path) -> Recovered | None:
    file = note.with_suffix(".ora")
    try:
        said = json.loads(note.read_text("utf-8"))
        original = Path(said["original"]) if said["original"] else None
        recovered = Recovered(file, original, str(said["title"]), float(said["time"]))
        running = _runs(int(said["pid"]), float(said["started"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return recovered if file.exists() and not running else None


def _runs(pid: int, started: float) -> bool:
    """True when the process that wrote the copy is still there; its number may have gone to another."""
    try:
        return abs(psutil.Process(pid).create_time() - started) < 1
    except psutil.Error:
        return False
