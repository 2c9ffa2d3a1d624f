"""An export as values: what is wished, what is known of it beforehand, and the work itself, for another thread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from inference.animation.folder import AnimationFolder
from inference.clips.atlas import Tag
from inference.clips.formats import FORMATS
from inference.clips.frame import Frame
from inference.clips.options import ExportOptions, ExportReport
from inference.clips.packing import GRID, SheetOptions, lay_out
from inference.clips.sheet_writing import SheetReport, names_of, write_sheet
from inference.clips.source import Progress
from inference.clips.writing import write_clip
from inference.errors import GouacheError
from inference.geometry import Size

LONGEST_NAME = 60


@dataclass(frozen=True)
class FolderFrames:
    """Frames of an animation, read as often as they are gone through.

    Attributes:
        numbers: which, in order. times: how long each is shown, in seconds.
    """

    folder: AnimationFolder
    numbers: Sequence[int]
    times: Sequence[Fraction]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.numbers)

    def __iter__(self) -> Iterator[Frame]:
        for number, time in zip(self.numbers, self.times, strict=True):
            yield Frame(self.folder.read(number), time)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be written.

    Attributes:
        path: a file; for numbered pictures a folder; for a sheet the picture's name.
        form: of a sheet, a name of ``SHEET_FORMATS``; "" for a clip.
        once: a sheet's animation is played once.
    """

    path: Path
    clip: ExportOptions = field(default_factory=ExportOptions)
    form: str = ""
    sheet: SheetOptions = field(default_factory=SheetOptions)
    name: str = ""
    once: bool = False


def write(frames: FolderFrames, wish: Wish, progress: Progress) -> ExportReport | SheetReport:
    """Write it, read it back, compare, and only then put it in its place.

    Raises:
        GouacheError: what was there before stays; frames are not touched. Whatever ``progress`` raises.
    """
    if not wish.form:
        return write_clip(frames, wish.path, wish.clip, progress=progress)
    tag = Tag(name=wish.name or wish.path.stem, first=0, last=frames.count - 1, loop=not wish.once)
    return write_sheet(frames, wish.path, wish.form, wish.sheet, tags=[tag], progress=progress)


def in_the_way(wish: Wish) -> list[Path]:
    """Files, or a folder that is not empty, that would be replaced."""
    if wish.form:
        return [path for path in names_of(wish.path) if path.exists()]
    there = any(wish.path.iterdir()) if wish.path.is_dir() else wish.path.exists()
    return [wish.path] if there else []


def pages(size: Size, count: int, options: SheetOptions) -> tuple[Size, ...] | None:
    """Sizes of a sheet's pages, where they can be told without looking at the frames; None where not.

    Raises:
        BadRequest: a frame does not fit on a page.
    """
    if options.trims:
        return None
    return lay_out([size] * count, options).pages if options.layout == GRID or count <= 200 else None


def rounds(times: Sequence[Fraction], form: str) -> Fraction | None:
    """The tick to which a clip's format rounds these times, in seconds; None when it holds them as they are."""
    tick = FORMATS[form].tick
    return None if tick is None or all((time / tick).denominator == 1 for time in times) else tick


def check(wish: Wish, size: Size, count: int) -> GouacheError | None:
    """Why it cannot be, as far as that is known without looking at the frames."""
    try:
        if wish.form:
            pages(size, count, wish.sheet)
    except GouacheError as error:
        return error
    return None


def file_name(title: str) -> str:
    """A title as the name of a file."""
    return re.sub(r"[^\w-]+", "-", title, flags=re.UNICODE).strip("-")[:LONGEST_NAME] or "animation"
