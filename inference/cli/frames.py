"""Frames of an animation made from the command line: one bar, what is said once, and a clip at the end."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from inference.animation.animation import Mode
from inference.animation.folder import AnimationFolder
from inference.animation.making import Making, Standing, Work
from inference.animation.spread import Workers, spread
from inference.animation.timeline import Repeat
from inference.api import Event, Notice, Picture
from inference.cli.output import Results, check_folder
from inference.cli.progress import LOG_INTERVAL, TERMINAL_INTERVAL, interruptible
from inference.cli.requests import make_engine
from inference.clips.formats import format_for
from inference.clips.frame import Frame
from inference.clips.options import ExportOptions
from inference.clips.writing import write_clip
from inference.errors import BadRequest, Cancelled

SHOWN = 5
"""Numbers of frames that are listed one by one."""


def fill(args: argparse.Namespace, making: Making, wanted: Iterable[int] | None, again: Collection[int] = ()) -> None:
    """Make what is missing.

    Raises:
        BadRequest: when frames of something else are in the way. Cancelled: what was made is kept.
    """
    frames = list(making.all() if wanted is None else wanted)
    standing = making.standing(frames)
    old = [frame for frame in standing.old if frame not in again]
    if old and not args.overwrite:
        raise BadRequest(
            f"{_listed(old)} in {making.folder.path} of other settings, or of a frame before that has changed.",
            hint="Give --overwrite to make them anew, --export-only to use all frames as they are, or another --out.",
        )
    _say_edited(args, standing, again)
    todo = len({*standing.missing, *standing.old, *(frame for frame in frames if frame in again)})
    if todo == 0:
        return
    if todo < len(frames) and not args.quiet:
        print(f"gouache: {todo} of {len(frames)} frames are to be made.", file=sys.stderr)
    shared = getattr(args, "workers", None) is not None or bool(getattr(args, "cluster", None))
    if shared and not making.course.independent:
        raise BadRequest(
            "Here each frame needs the one before it, so workers cannot share them.", hint="Leave out --workers."
        )
    events = _spread(args, making.work(frames, again)) if shared else _here(args, making.work(frames, again))
    said: set[str] = set()
    with _kept(making, frames), closing(events), _bar(todo, args.quiet) as bar:
        for work, event in events:
            match event:
                case Picture():
                    bar.update(len(making.keep(work, event)))
                case Notice() if event.message not in said:
                    said.add(event.message)
                    print(f"gouache: {event.message}", file=sys.stderr)


def _here(args: argparse.Namespace, work: Iterable[Work]) -> Generator[tuple[Work, Event], None, None]:
    """One engine, one piece of work after the other."""
    with closing(make_engine(args)) as engine, interruptible(engine):
        for piece in work:
            for event in engine.run(piece.request):
                yield piece, event


def _spread(args: argparse.Namespace, work: Iterable[Work]) -> Generator[tuple[Work, Event], None, None]:
    """Several engines, each taking what comes next."""
    count = 1 if args.workers is None else args.workers
    threads = args.threads or max(1, (os.cpu_count() or 1) // max(count, 1))
    workers = Workers(count=count, address=args.cluster or "", device=args.device, threads=threads)
    yield from spread(work, workers)


@contextmanager
def _kept(making: Making, frames: list[int]) -> Iterator[None]:
    """Say what is there when the work is stopped."""
    try:
        yield
    except (Cancelled, KeyboardInterrupt):
        left = making.standing(frames).todo
        print(
            f"gouache: {len(frames) - left} of {len(frames)} frames are in {making.folder.path}; "
            "the same command goes on from there.",
            file=sys.stderr,
        )
        raise


def _bar(count: int, quiet: bool) -> tqdm[NoReturn]:
    return tqdm(
        desc="frames",
        unit="frame",
        total=count,
        disable=quiet,
        file=sys.stderr,
        mininterval=TERMINAL_INTERVAL if sys.stderr.isatty() else LOG_INTERVAL,
        bar_format="{desc}: {percentage:3.0f}%|{bar:24}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}]",
    )


def _say_edited(args: argparse.Namespace, standing: Standing, again: Collection[int]) -> None:
    edited = [frame for frame in standing.edited if frame not in again]
    if edited and not args.quiet:
        print(f"gouache: {_listed(edited)} not as they were made; they are kept.", file=sys.stderr)


def _listed(frames: list[int]) -> str:
    """``Frame 3 is`` or ``Frames 3, 4, 5 are``."""
    if len(frames) == 1:
        return f"Frame {frames[0]} is"
    more = f" and {len(frames) - SHOWN} more" if len(frames) > SHOWN else ""
    return f"Frames {', '.join(str(frame) for frame in frames[:SHOWN])}{more} are"


def deliver(args: argparse.Namespace, making: Making, out: Path, results: Results) -> None:
    """List the frames of a folder, or encode the clip.

    Raises:
        BadRequest: when frames are missing, or the clip cannot be written; the frames stay.
    """
    frames = list(making.all())
    missing = [frame for frame in frames if not making.folder.frame_path(frame).is_file()]
    if missing and is_clip(out):
        raise BadRequest(f"{_listed(missing)} missing.", hint="Run the command without --export-only.")
    if not is_clip(out):
        for frame in sorted({*frames} - {*missing}):
            results.list(making.folder.frame_path(frame), making.folder.read(frame), frame=frame)
        return
    times = making.folder.times(len(frames), making.animation.timeline.rate)
    try:
        report = write_clip(_Strip(making.folder, times), out, options_of(args, making))
    except BadRequest:
        print(f"gouache: The frames are in {making.folder.path}; --export-only tries again.", file=sys.stderr)
        raise
    for note in report.notes if not args.quiet else ():
        print(f"gouache: {note}", file=sys.stderr)
    results.list_clip(report)


@dataclass(frozen=True)
class _Strip:
    """The frames of a folder, read as often as they are gone through."""

    folder: AnimationFolder
    times: list[Fraction]

    def __iter__(self) -> Iterator[Frame]:
        for frame, time in enumerate(self.times):
            yield Frame(self.folder.read(frame), time)


def options_of(args: argparse.Namespace, making: Making) -> ExportOptions:
    """How the clip is written: what repeats plays for ever, what does not plays once, where the format can say so."""
    out = args.out
    once = making.animation.timeline.repeat is Repeat.ONCE and making.animation.mode is not Mode.RESTYLE
    heeds = format_for(out, ExportOptions()).heeds
    return ExportOptions(loops=1 if once else 0) if "loops" in heeds else ExportOptions()


def check_clip(args: argparse.Namespace, out: Path) -> None:
    """Raise BadRequest before any work when the clip cannot be written there."""
    if not is_clip(out):
        return
    format_for(out, ExportOptions())
    check_folder(out.parent)
    if out.exists() and not args.overwrite:
        raise BadRequest(f"{out} exists already.", hint="Give another name, or --overwrite.")


def folder_for(out: Path) -> AnimationFolder:
    """Where the frames of an animation lie whose result is ``out``: in it when it is a folder, else beside it."""
    return AnimationFolder(out.with_suffix(".animation") if is_clip(out) else out)


def is_clip(out: Path) -> bool:
    """True when ``out`` names a file."""
    return bool(out.suffix) and out.suffix != ".animation" and not out.is_dir()
