"""Write a sheet: frames looked at, laid out, drawn on their pages, cut out again and compared, then put in place."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from inference.alpha import Pixels
from inference.clips.atlas import Atlas, Sprite, Tag
from inference.clips.changes import bounds_of
from inference.clips.comparing import ExportFailed, compare
from inference.clips.frame import Frame, checked
from inference.clips.packing import GRID, SheetOptions, lay_out
from inference.clips.sheet_formats import SHEET_FORMATS
from inference.clips.sheet_json import Files
from inference.clips.sheet_reading import cut_out, read_sheet
from inference.clips.source import Progress, rewound
from inference.errors import BadRequest, UnknownName
from inference.files import explained
from inference.geometry import Bounds, Size

AT_ONCE = 4
"""Pages in memory; frames are gone through again for each such group."""
NEAREST = Fraction(1, 1000)
"""Seconds that a time may be off where frames start at the nearest millisecond: half at its start, half at its end."""
_Draw = Callable[[Iterable[int]], dict[int, Pixels]]
_SUFFIXES = (".json", ".png", ".tres", ".meta")


@dataclass(frozen=True, kw_only=True)
class SheetReport:
    """What was written.

    Attributes:
        files: all of them; the last is the one to open.
        shared: frames that show the same as another and share its place.
        filled: part of the pages that frames cover.
    """

    files: tuple[Path, ...]
    count: int
    size: Size
    pages: tuple[Size, ...]
    tags: tuple[Tag, ...]
    shared: int
    filled: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Cut:
    """What is kept of a frame, and which of the different pictures that is."""

    kept: Bounds
    picture: int
    duration: Fraction


def write_sheet(
    frames: Iterable[Frame],
    path: Path,
    form: str,
    options: SheetOptions | None = None,
    *,
    tags: Sequence[Tag] = (),
    progress: Progress | None = None,
) -> SheetReport:
    """Write frames of one size as a sheet. Every frame is cut out again and compared before the files are put in place.

    Args:
        path: names the files, with or without an ending: ``walk`` gives walk.png and walk.json.
        form: a name of ``SHEET_FORMATS``.
        tags: animations; none for one over all frames, named like the file.
        progress: is told what is done, and may raise ``Cancelled``.

    Raises:
        BadRequest: no frames, too large a frame, a tag beyond the frames, no room on the disk.
    """
    options, progress = options or SheetOptions(), progress or (lambda what, done, count: None)
    if form not in SHEET_FORMATS:
        raise UnknownName("form of sheet", form, SHEET_FORMATS)
    path = _stem(path)
    with rewound(frames, path) as source:
        size, cuts = _look(source, options, progress)
        atlas, drawn = _atlas(size, cuts, options, tuple(tags), path.name)
        images = [f"{path.name}{f'-{i}' if len(atlas.pages) > 1 else ''}.png" for i in range(len(atlas.pages))]
        files = SHEET_FORMATS[form].files(atlas, path.name, images)
        draw = partial(_drawn, source, atlas, extrude=options.extrude, progress=progress)
        with explained(path):
            written = _write(source, path.parent, atlas, images=images, files=files, draw=draw)
    area = sum(sprite.kept.area for sprite in (atlas.sprites[i] for i in drawn))
    notes = [] if _whole(atlas) else ["Times are rounded to milliseconds, except in .tres; nothing drifts."]
    apart = [tag.name for tag in atlas.tags if len({atlas.sprites[i].page for i in tag.order()}) > 1]
    if form in ("pixi", "texturepacker") and apart:
        notes.append(f"Animations over several pages are left out of the file: {', '.join(apart)}.")
    return SheetReport(
        files=tuple(written),
        count=len(cuts),
        size=size,
        pages=atlas.pages,
        tags=atlas.tags,
        shared=len(cuts) - len(drawn),
        filled=area / sum(page.area for page in atlas.pages),
        notes=tuple(notes),
    )


def names_of(path: Path) -> list[Path]:
    """Files that a sheet of this name may replace, as far as is known before its frames are."""
    stem = _stem(path)
    return [stem.with_name(stem.name + suffix) for suffix in (".png", ".json", ".tres", "-0.png", "-0.json")]


def _stem(path: Path) -> Path:
    return path.with_suffix("") if path.suffix.lower() in _SUFFIXES else path


def _look(frames: Iterable[Frame], options: SheetOptions, progress: Progress) -> tuple[Size, list[_Cut]]:
    """What is to be kept of each frame; frames that show the same are one picture."""
    size: Size | None = None
    cuts: list[_Cut] = []
    pictures: dict[bytes, int] = {}
    for number, frame in enumerate(frames):
        size = checked(frame, size, number).size
        kept = bounds_of(frame.pixels[..., 3] > 0) if options.trims else Bounds.of(size)
        body = repr(kept).encode() + frame.pixels[kept.slices].tobytes()
        picture = pictures.setdefault(hashlib.sha256(body).digest(), len(pictures))
        cuts.append(_Cut(kept=kept, picture=picture, duration=frame.duration))
        progress("looking", number + 1, None)
    if size is None:
        raise BadRequest("There are no frames to write.", hint="Make some first.")
    return size, cuts


def _atlas(
    size: Size, cuts: list[_Cut], options: SheetOptions, tags: tuple[Tag, ...], name: str
) -> tuple[Atlas, list[int]]:
    """The atlas, and the numbers of the frames that are drawn. A grid has a cell for every frame, in order."""
    if options.layout == GRID:
        common = cuts[0].kept
        for cut in cuts:
            common = common.union(cut.kept)
        cuts = [replace(cut, kept=common, picture=number) for number, cut in enumerate(cuts)]
    drawn: dict[int, int] = {}
    for number, cut in enumerate(cuts):
        drawn.setdefault(cut.picture, number)
    first = list(drawn.values())
    laid = lay_out([cuts[number].kept.size for number in first], options)
    places = dict(zip(drawn, laid.places, strict=True))
    sprites = tuple(
        Sprite(
            page=places[cut.picture][0],
            place=places[cut.picture][1],
            offset=(cut.kept.x, cut.kept.y),
            source=size,
            duration=cut.duration,
        )
        for cut in cuts
    )
    tags = tags or (Tag(name=name, first=0, last=len(cuts) - 1),)
    return Atlas(sprites=sprites, pages=laid.pages, tags=tags, pivot=options.pivot), first


def _write(
    source: Iterable[Frame], folder: Path, atlas: Atlas, *, images: Sequence[str], files: Files, draw: _Draw
) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder, prefix=".sheet-"))
    try:
        for start in range(0, len(images), AT_ONCE):
            group = range(start, min(start + AT_ONCE, len(images)))
            for page, pixels in draw(group).items():
                Image.fromarray(pixels).save(draft / images[page], "PNG", compress_level=6)
        for name, text in files.items():
            (draft / name).write_text(text, "utf-8", newline="\n")
        _check(source, atlas, draft / list(files)[-1])
        written = [folder / name for name in (*images, *files)]
        for path in written:
            (draft / path.name).replace(path)
        return written
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check(source: Iterable[Frame], atlas: Atlas, file: Path) -> None:
    """Cut out what was written as a stranger would, and compare. Raises ExportFailed."""
    read = read_sheet(file)
    tagged = {number for tag in atlas.tags for number in tag.order()}

    def wanted() -> Iterator[Frame]:
        for number, (frame, sprite) in enumerate(zip(source, read.atlas.sprites, strict=False)):
            if number in tagged and abs(sprite.duration - frame.duration) > NEAREST:
                raise ExportFailed(f"Frame {number} lasts {sprite.duration} s in {file.name}, not {frame.duration} s.")
            yield Frame(frame.pixels, sprite.duration)

    if len(read.atlas.sprites) != len(atlas.sprites):
        raise ExportFailed(f"{file.name} tells of {len(read.atlas.sprites)} frames, not {len(atlas.sprites)}.")
    compare(wanted(), cut_out(read.atlas, read.images), limit=0)


def _drawn(
    source: Iterable[Frame], atlas: Atlas, pages: Iterable[int], *, extrude: int, progress: Progress
) -> dict[int, Pixels]:
    canvases = {page: np.zeros((*atlas.pages[page].shape, 4), np.uint8) for page in pages}
    done: set[tuple[int, Bounds]] = set()
    for number, (frame, sprite) in enumerate(zip(source, atlas.sprites, strict=True), 1):
        at = (sprite.page, sprite.place)
        if sprite.page in canvases and at not in done:
            done.add(at)
            kept = frame.pixels[Bounds(*sprite.offset, sprite.place.width, sprite.place.height).slices]
            wide = np.pad(kept, ((extrude, extrude), (extrude, extrude), (0, 0)), mode="edge")
            canvases[sprite.page][sprite.place.padded(extrude).slices] = wide
        progress("writing", number, len(atlas.sprites))
    return canvases


def _whole(atlas: Atlas) -> bool:
    return all((sprite.duration * 1000).denominator == 1 for sprite in atlas.sprites)
