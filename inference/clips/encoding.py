"""How one clip is encoded: what an encoder promises before it begins, and takes while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from inference.alpha import Pixels
from inference.clips.frame import Frame
from inference.clips.timing import Held, unchanged


class Writer(Protocol):
    """Takes frames as they come; in the end it is closed, or cancelled when something went wrong."""

    def add(self, frame: Frame) -> None: ...
    def close(self) -> None: ...
    def cancel(self) -> None: ...


def as_it_is(pixels: Pixels) -> Pixels:
    """What an exact format shows."""
    return pixels


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """An encoder, told all that it must know.

    Attributes:
        begin: opens a file to write; the number says how many steps finer it is to be than was asked for.
        show: the pixels that the file shows for those that it is given (fewer colours, in a GIF).
        held: makes a function that turns durations, one after the other, into those that the file holds.
        exact: whether ``show`` changes no pixel that is seen.
        notes: what is not as it was given, in sentences.
    """

    begin: Callable[[Path, int], Writer]
    show: Callable[[Pixels], Pixels] = as_it_is
    held: Callable[[], Held] = lambda: unchanged
    exact: bool = True
    notes: tuple[str, ...] = ()
