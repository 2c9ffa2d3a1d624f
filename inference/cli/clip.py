"""clip: say what a clip is, convert it, take its frames out."""

from __future__ import annotations

import argparse
import json
import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inference.errors import BadRequest

if TYPE_CHECKING:
    from inference.clips.frame import Clip
    from inference.clips.options import ExportOptions, ExportReport
    from inference.clips.partial import Good, Part
    from inference.clips.source import Progress

INFO_HELP = "say what a clip is: size, frames, times, transparency; every frame is read"
CONVERT_HELP = "write a clip in another format; the result is read back and compared frame for frame"
FRAMES_HELP = "take the frames of a clip out, as a folder of PNG files; of a broken clip, those that are good"
CLIP = "MP4, WebM, MOV, GIF, APNG, animated WebP, a folder of pictures, or a sheet's .json or .tres"


def add_info_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``clip info``."""
    parser.add_argument("clip", type=Path, metavar="CLIP", help=CLIP)
    add_rate(parser)
    parser.add_argument("--json", action="store_true", help="print as JSON")


def add_convert_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``clip convert``."""
    parser.add_argument("source", type=Path, metavar="SRC", help=CLIP)
    parser.add_argument("target", type=Path, metavar="DST", help="its ending says the format; none is a folder of PNGs")
    parser.add_argument("--format", default="", metavar="NAME", help="mp4, webm, gif, apng, webp, png")
    parser.add_argument(
        "--quality", type=int, default=None, metavar="N", help="0 to 100 (default: exact in WebP, else 85)"
    )
    parser.add_argument("--codec", choices=("h264", "av1"), default="", help="of MP4 (default: h264)")
    parser.add_argument("--chroma", choices=("420", "444"), default="420", help="resolution of colours (default: 420)")
    parser.add_argument("--pad", choices=("none", "even"), default="none", help="H.264 needs even sides at 420")
    parser.add_argument(
        "--background", default=None, metavar="#RRGGBB", help="behind transparency, where there is none"
    )
    parser.add_argument("--no-alpha", action="store_true", help="lay it on the background in every format")
    parser.add_argument("--loops", type=int, default=0, metavar="N", help="how often it plays (default: 0, for ever)")
    parser.add_argument("--colours", type=int, default=256, metavar="N", help="of a GIF, 2 to 256")
    parser.add_argument("--dither", choices=("ordered", "none"), default="ordered", help="of a GIF")
    add_part(parser)
    add_rate(parser)
    add_manner(parser)


def add_frames_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``clip frames``."""
    parser.add_argument("source", type=Path, metavar="SRC", help=CLIP)
    parser.add_argument("target", type=Path, metavar="DIR", help="frame_00000.png ... and clip.json with their times")
    add_part(parser)
    add_rate(parser)
    add_manner(parser)


def add_part(parser: argparse.ArgumentParser) -> None:
    """Which frames."""
    parser.add_argument("--range", default=None, metavar="A-B", help="only these frames, counted from 0")


def add_rate(parser: argparse.ArgumentParser) -> None:
    """How fast."""
    parser.add_argument(
        "--rate", default=None, metavar="FPS", help="frames a second, like 24 or 24000/1001, instead of the clip's own"
    )


def add_manner(parser: argparse.ArgumentParser) -> None:
    """What else there is to say."""
    parser.add_argument("--good", action="store_true", help="of a broken clip, take the frames that are good")
    parser.add_argument("--overwrite", action="store_true", help="replace what is there already")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run_info(args: argparse.Namespace) -> int:
    """Read it all, say what it is; status 2 when it is broken, after what is known of it."""
    from inference.clips.partial import Good
    from inference.clips.reading import open_clip
    from inference.clips.source import survey

    with open_clip(args.clip, rate=rate_of(args.rate)) as clip:
        good = Good(clip)
        seen = survey(good, quiet)
        rate = 1 / seen.constant if seen.constant else None
        told: dict[str, Any] = {
            "path": str(args.clip),
            "kind": clip.kind,
            "width": seen.size.width,
            "height": seen.size.height,
            "frames": seen.count,
            "seconds": float(seen.duration),
            "rate": str(rate) if rate else None,
            "alpha": seen.alpha,
            "loops": clip.loops,
            "whole": good.fault is None,
        }
    if args.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        speed = f"{_number(rate)} frames a second" if rate else "frames of different length"
        alpha = "transparency" if seen.alpha else "no transparency"
        print(f"{args.clip}: {clip.kind}, {seen.size}, {seen.count} frames, {told['seconds']:.3f} s, {speed}, {alpha}")
    return fault_told(good.fault)


def run_convert(args: argparse.Namespace) -> int:
    """Convert, read back, say where it is."""
    from inference.clips.options import ExportOptions

    options = ExportOptions(
        format=args.format,
        quality=args.quality,
        codec=args.codec,
        chroma=args.chroma,
        pad=args.pad,
        background=colour_of(args.background) if args.background else (0, 0, 0),
        alpha=not args.no_alpha,
        loops=args.loops,
        colours=args.colours,
        dither=args.dither,
    )
    return _written(args, options)


def run_frames(args: argparse.Namespace) -> int:
    """Take frames out; the good ones of a broken clip too."""
    from inference.clips.options import ExportOptions

    args.good = True
    return _written(args, ExportOptions(format="png"))


def _written(args: argparse.Namespace, options: ExportOptions) -> int:
    from inference.clips.reading import open_clip
    from inference.clips.writing import write_clip

    check_target(args.target, args.source, overwrite=args.overwrite)
    with open_clip(args.source, rate=rate_of(args.rate)) as clip, Bar(args.quiet) as bar:
        good, part = part_of(clip, args)
        report = write_clip(part, args.target, options, progress=bar)
    show(report, as_json=args.json)
    return fault_told(good.fault if good else None)


def part_of(clip: Clip, args: argparse.Namespace) -> tuple[Good | None, Part]:
    """What is asked for of a clip, and what watches for its fault."""
    from inference.clips.partial import Good, Part

    good = Good(clip) if args.good else None
    first, last = range_of(args.range)
    return good, Part(good or clip, first, last, rate_of(args.rate))


def show(report: ExportReport, *, as_json: bool) -> None:
    """The path on stdout, what is to be known beside it on stderr."""
    for note in report.notes:
        print(f"gouache: {note}", file=sys.stderr)
    if not as_json:
        print(report.path)
        return
    told = {
        "path": str(report.path),
        "format": report.format,
        "width": report.size.width,
        "height": report.size.height,
        "frames": report.count,
        "seconds": float(report.duration),
        "rate": str(report.rate) if report.rate else None,
        "alpha": report.alpha,
        "bytes": report.bytes,
        "exact": report.exact,
        "error": round(report.error, 3),
        "limit": report.limit,
        "notes": list(report.notes),
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))


def fault_told(fault: BadRequest | None) -> int:
    """Status 2, and the sentence, when something ended early."""
    if fault is None:
        return 0
    print(f"gouache: {fault}", file=sys.stderr)
    return BadRequest.exit_status


def check_target(target: Path, source: Path, *, overwrite: bool) -> None:
    """Raises BadRequest for a target that is the source, or is there already."""
    if target.exists() and source.exists() and target.resolve() == source.resolve():
        raise BadRequest(f"{source} would be replaced by its result.", hint="Give another name.")
    there = any(target.iterdir()) if target.is_dir() else target.exists()
    if there and not overwrite:
        raise BadRequest(f"{target} exists already.", hint="Give another name, or --overwrite.")


def rate_of(text: str | None) -> Fraction | None:
    """Frames a second. Raises BadRequest for what is none."""
    if text is None:
        return None
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not Fraction(1, 3600) <= rate <= 1000:
        raise BadRequest(f"'{text}' is no rate.", hint="Give frames a second, like 24 or 24000/1001.")
    return rate


def range_of(text: str | None) -> tuple[int, int | None]:
    """First and last frame of "3-8", "3-" or "5"."""
    if text is None:
        return 0, None
    match = re.fullmatch(r"(\d{1,9})(-(\d{1,9})?)?", text.strip())
    if match is None or (match[3] and int(match[3]) < int(match[1])):
        raise BadRequest(f"'{text}' is no range of frames.", hint="Give one like 0-11, counted from 0.")
    first = int(match[1])
    return first, first if not match[2] else int(match[3]) if match[3] else None


def colour_of(text: str) -> tuple[int, int, int]:
    """A colour of six hexadecimal digits."""
    match = re.fullmatch(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", text.strip())
    if match is None:
        raise BadRequest(f"'{text}' is no colour.", hint="Give one like #ff8800.")
    red, green, blue = (int(part, 16) for part in match.groups())
    return red, green, blue


class Bar:
    """Progress on stderr: one bar for what is being done."""

    def __init__(self, quiet: bool) -> None:
        self._quiet, self._what, self._bar = quiet, "", None

    def __enter__(self) -> Progress:
        return self

    def __call__(self, what: str, done: int, count: int | None) -> None:
        from inference.cli.progress import bar

        if what != self._what:
            self.__exit__()
            self._what, self._bar = what, bar(count, what, self._quiet, unit="frame")
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def quiet(what: str, done: int, count: int | None) -> None:
    """Says nothing."""


def _number(rate: Fraction | None) -> str:
    return f"{float(rate):.6g}" if rate else ""
