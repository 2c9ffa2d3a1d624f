"""Which frames of a folder are made, from what, and whether somebody has painted on them since.

A line is added before a frame's file is put in its place, so that a process that is killed leaves either the frame with
its line, or a line without its frame, which then is made again. Old lines stay: a file that fits none of a frame's
lines was changed by somebody else's hand.
"""

from __future__ import annotations

import contextlib
import enum
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from inference.errors import BadRequest
from inference.files import write_text


class State(enum.Enum):
    """What a frame's file is."""

    MISSING = "missing"
    MADE = "made"
    """From what its key says."""
    OLD = "old"
    """Made by us, from something else."""
    EDITED = "edited"
    """Not ours, or no longer: somebody has painted on it, or put it there."""


@dataclass(frozen=True)
class Line:
    """A frame as it was made: what its picture depends on, and SHA-256 of its file."""

    key: str
    sha: str


@dataclass
class FrameLog:
    """The lines of ``path``, newest last."""

    path: Path
    lines: dict[int, list[Line]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> FrameLog:
        """What was written; a last line that was cut off, and whatever is no line, counts for nothing."""
        log = cls(path)
        text = path.read_text("utf-8", "replace") if path.is_file() else ""
        for line in text.splitlines():
            with contextlib.suppress(ValueError, TypeError, KeyError):
                said = json.loads(line)
                log.lines.setdefault(int(said["frame"]), []).append(Line(str(said["key"]), str(said["sha"])))
        if text and not text.endswith("\n"):
            log._tidy()
        return log

    def add(self, frame: int, line: Line) -> None:
        """Write a line and wait until it is on the disk.

        Raises:
            BadRequest: when it cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(_text(frame, line))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise BadRequest(
                f"{self.path} could not be written: {reason}.", hint="The frames so far are kept; make room and go on."
            ) from error
        self.lines.setdefault(frame, []).append(line)

    def state(self, frame: int, key: str, sha: str) -> State:
        """What a frame is whose key would be ``key`` and whose file has hash ``sha`` ("" without a file)."""
        ours = self.lines.get(frame, [])
        if not sha:
            return State.MISSING
        matching = [line for line in ours if line.sha == sha]
        if not matching:
            return State.EDITED
        return State.MADE if any(line.key == key for line in matching) else State.OLD

    def _tidy(self) -> None:
        lines = [_text(frame, line) for frame, those in sorted(self.lines.items()) for line in those]
        write_text(self.path, "".join(lines))


def _text(frame: int, line: Line) -> str:
    return json.dumps({"frame": frame, "key": line.key, "sha": line.sha}) + "\n"


def file_sha(path: Path) -> str:
    """SHA-256 of a file; "" when there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
