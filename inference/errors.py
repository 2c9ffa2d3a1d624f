"""Errors in the words of the person who meets them: what happened, and the one thing to try."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class GouacheError(Exception):
    """Something that could not be done.

    Attributes:
        message: one sentence that says what happened.
        hint: one sentence that says what to do, or "".
        detail: anything for the log (a path, an exception's text), or "".
        exit_status: the command line's exit status for it.
    """

    exit_status = 1

    def __init__(self, message: str, *, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class BadRequest(GouacheError):
    """What was asked for cannot be: a value out of range, a size that is not allowed, a file in the way."""

    exit_status = 2


class BadPicture(BadRequest):
    """A picture or mask that cannot be read or used."""


class ModelRefused(BadRequest):
    """A model folder that cannot be used, with the plain reason."""


class UnknownName(BadRequest):
    """A name that stands for nothing; the message gives the near ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.4)
        if near:
            hint = f"Did you mean {' or '.join(near)}?"
        elif names:
            hint = f"Known: {', '.join(names[:20])}."
        else:
            hint = "There are none."
        super().__init__(f"There is no {kind} named '{name}'.", hint=hint)
        self.near = tuple(near)


class OutOfMemory(GouacheError):
    """The device has not enough memory, on every rung of the ladder that was tried."""


class EngineFailed(GouacheError):
    """The runtime failed in a way that is neither bad input nor lack of memory."""


class Cancelled(GouacheError):
    """Somebody asked to stop. Not a failure: the engine stays usable."""

    def __init__(self) -> None:
        super().__init__("Cancelled.")
