"""Write a clip: looked at, encoded as it comes, read back and compared, and only then put in its place."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path

import numpy as np

from inference.alpha import Pixels
from inference.clips.colours import Colours
from inference.clips.comparing import ExportFailed, Likeness, TooCoarse, compare
from inference.clips.encoding import Encoding
from inference.clips.folder import only_frames
from inference.clips.formats import Exact, Format, format_for
from inference.clips.frame import Frame
from inference.clips.options import USUAL_QUALITY, ExportOptions, ExportReport
from inference.clips.reading import open_clip
from inference.clips.source import Progress, Survey, rewound, survey
from inference.errors import BadRequest
from inference.files import replace_file, replace_folder
from inference.geometry import Size

TRIES = 4
"""Of a lossy encoder, each finer than the one before, before its result is refused."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Job:
    """One export: the frames, what is done to each before it is encoded, how, and what the result may be off by."""

    source: Iterable[Frame]
    seen: Survey
    path: Path
    format: Format
    fit: Callable[[Pixels], Pixels]
    encoding: Encoding
    limit: float
    notes: tuple[str, ...]
    progress: Progress


def write_clip(
    frames: Iterable[Frame],
    path: Path,
    options: ExportOptions | None = None,
    *,
    progress: Progress | None = None,
) -> ExportReport:
    """Write frames to a file, or to a folder of pictures, one at a time: memory does not grow with their number.

    Frames are gone through three times (to look, to write, to compare); such that can only be had once are kept in a
    folder beside ``path`` meanwhile, and stay there when something goes wrong. What was at ``path`` is replaced when
    the new file was read back and found right, not before.

    Args:
        frames: a ``Clip``, a list, anything that can be iterated; all of one size.
        path: its ending says the format, unless ``options`` do; a name without an ending is a folder.
        progress: is told what is done, and may raise ``Cancelled``.

    Raises:
        BadRequest: no frames, a size or an option that the format cannot have, no room on the disk.
        ExportFailed: what was read back is not what was given, at any quality.
    """
    options, progress = options or ExportOptions(), progress or _quiet
    chosen = format_for(path, options)
    _check_place(path, chosen)
    with rewound(frames, path) as source:
        seen = survey(source, progress, Colours() if chosen.name == "gif" else None)
        job = _job(source, seen, path, chosen=chosen, options=options, progress=progress)
        for finer in range(TRIES):
            try:
                return _written(job, finer)
            except TooCoarse:
                if finer == TRIES - 1:
                    raise
    raise ExportFailed("The clip could not be written.")


def allowed(quality: int | None) -> float:
    """What ``comparing.difference`` may be, in levels, of each frame of a lossy format."""
    return 2 + 0.12 * (100 - (USUAL_QUALITY if quality is None else quality))


def _job(
    source: Iterable[Frame], seen: Survey, path: Path, *, chosen: Format, options: ExportOptions, progress: Progress
) -> _Job:
    if max(seen.size.width, seen.size.height) > chosen.largest:
        raise BadRequest(f"The frames are {seen.size}.", hint=f"{chosen.title} has sides up to {chosen.largest}.")
    fit, fitted, notes = _fitting(chosen, seen, options)
    encoding = chosen.encoding(fitted, options)
    lossy = chosen.exact is Exact.NEVER or (chosen.exact is Exact.USUALLY and options.quality is not None)
    return _Job(
        source=source,
        seen=fitted,
        path=path,
        format=chosen,
        fit=fit,
        encoding=encoding,
        limit=allowed(options.quality) if lossy else 0.0,
        notes=(*notes, *encoding.notes),
        progress=progress,
    )


def _written(job: _Job, finer: int) -> ExportReport:
    with _replaced(job.path, job.format) as draft:
        _encode(job, draft, finer)
        held, durations = job.encoding.held(), _Durations()
        wanted = _wanted(job, held, durations)
        hidden = job.format.exact is not Exact.NEVER and job.format.name != "gif"
        likeness = compare(wanted, _read_back(draft), job.limit, hidden=hidden)
        size = sum(file.stat().st_size for file in draft.iterdir()) if draft.is_dir() else draft.stat().st_size
    return _report(job, finer, likeness, durations, size)


def _encode(job: _Job, draft: Path, finer: int) -> None:
    writer = job.encoding.begin(draft, finer)
    try:
        for number, frame in enumerate(job.source, 1):
            writer.add(Frame(job.fit(frame.pixels), frame.duration))
            job.progress("writing", number, job.seen.count)
        writer.close()
    except BaseException:
        writer.cancel()
        raise


def _read_back(draft: Path) -> Iterator[Frame]:
    try:
        with open_clip(draft) as clip:
            yield from clip
    except BadRequest as error:
        raise ExportFailed("The file that was written cannot be read to its end.", detail=error.message) from error


@dataclasses.dataclass
class _Durations:
    """What was found of the durations while frames were compared."""

    total: Fraction = Fraction(0)
    exact: bool = True
    different: set[Fraction] = dataclasses.field(default_factory=set)

    def add(self, given: Fraction, held: Fraction) -> None:
        self.total += held
        self.exact &= given == held
        if len(self.different) < 2:
            self.different.add(held)


def _wanted(job: _Job, held: Callable[[Fraction], Fraction], durations: _Durations) -> Iterator[Frame]:
    """The frames as they should be in the file."""
    for number, frame in enumerate(job.source, 1):
        duration = held(frame.duration)
        durations.add(frame.duration, duration)
        yield Frame(job.encoding.show(job.fit(frame.pixels)), duration)
        job.progress("checking", number, job.seen.count)


def _report(job: _Job, finer: int, likeness: Likeness, durations: _Durations, size: int) -> ExportReport:
    notes = list(job.notes)
    if not durations.exact:
        notes.append(f"Times are rounded to those that {job.format.title} can hold; nothing drifts.")
    if finer:
        notes.append("It was written in a finer quality than asked for: the pixels were too far off.")
    return ExportReport(
        path=job.path,
        format=job.format.name,
        count=job.seen.count,
        size=job.seen.size,
        duration=durations.total,
        rate=1 / durations.different.pop() if len(durations.different) == 1 else None,
        alpha=job.seen.alpha,
        bytes=size,
        exact=likeness.exact and job.encoding.exact,
        error=likeness.error,
        limit=job.limit,
        notes=tuple(notes),
    )


def _fitting(
    chosen: Format, seen: Survey, options: ExportOptions
) -> tuple[Callable[[Pixels], Pixels], Survey, list[str]]:
    """What is done to frames before they are encoded, what is known of them afterwards, and what to say of it."""
    notes: list[str] = []
    steps: list[Callable[[Pixels], Pixels]] = []
    size = seen.size
    if seen.alpha and not (chosen.alpha and options.alpha):
        steps.append(lambda pixels: _flat(pixels, options.background))
        seen = dataclasses.replace(seen, alpha=False, soft=False)
        colour = "#{:02x}{:02x}{:02x}".format(*options.background)
        notes.append(f"Transparency is laid on {colour}" + (f": {chosen.title} has none." if not chosen.alpha else "."))
    if options.pad == "even" and (size.width % 2 or size.height % 2):
        size = Size(size.width + size.width % 2, size.height + size.height % 2)
        fill = (0, 0, 0, 0) if seen.alpha else (*options.background, 255)
        steps.append(lambda pixels: _padded(pixels, size, fill))
        notes.append(f"Frames are padded from {seen.size} to {size}, at the right and at the bottom.")
        seen = dataclasses.replace(seen, size=size)

    def fit(pixels: Pixels) -> Pixels:
        for step in steps:
            pixels = step(pixels)
        return pixels

    return fit, seen, notes


def _flat(pixels: Pixels, background: tuple[int, int, int]) -> Pixels:
    """On an opaque ground, in whole numbers."""
    alpha = pixels[..., 3:].astype(np.uint16)
    ground = np.array(background, np.uint16)
    mixed = (pixels[..., :3] * alpha + ground * (255 - alpha) + 127) // 255
    return np.dstack([mixed.astype(np.uint8), np.full(pixels.shape[:2], 255, np.uint8)])


def _padded(pixels: Pixels, size: Size, fill: tuple[int, ...]) -> Pixels:
    out = np.empty((*size.shape, 4), np.uint8)
    out[:] = fill
    out[: pixels.shape[0], : pixels.shape[1]] = pixels
    return out


def _check_place(path: Path, chosen: Format) -> None:
    """Raises BadRequest for a folder that holds other things than frames: replacing it would lose them."""
    if chosen.suffixes or not path.is_dir():
        return
    if not only_frames(path):
        raise BadRequest(f"{path} holds other things than frames.", hint="Give a new folder.")


def _replaced(path: Path, chosen: Format) -> AbstractContextManager[Path]:
    return replace_file(path) if chosen.suffixes else replace_folder(path)


def _quiet(what: str, done: int, count: int | None) -> None:
    """Tells nobody."""
