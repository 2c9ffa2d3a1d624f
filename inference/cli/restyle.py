"""restyle: each frame of a clip made anew, held together by following the clip's own motion."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

from inference.alpha import Pixels
from inference.animation.animation import NONE, Animation, Consistency, Mode
from inference.animation.flicker import flicker
from inference.animation.folder import AnimationFolder
from inference.animation.making import Making
from inference.animation.timeline import MOST_FRAMES, Key, Timeline
from inference.api import Generate
from inference.cli.animate import add_folder, make
from inference.cli.arguments import add_machine, add_sampling, style_argument
from inference.cli.frames import fill, folder_for
from inference.cli.output import DEFAULT_FOLDER, check_folder
from inference.cli.requests import common
from inference.clips.reading import open_clip
from inference.errors import BadRequest
from inference.locks import Silhouette

HELP = "make the frames of a clip anew in other words or another style, without flicker"
USUAL_SEED = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    usual = Consistency()
    parser.add_argument("clip", type=Path, help="MP4, WebM, GIF, APNG, WebP, or a folder of numbered pictures")
    parser.add_argument("--prompt", default="", metavar="TEXT", help="what it shows or should show")
    style_argument(parser)
    parser.add_argument("--strength", type=float, default=0.5, metavar="X", help="0 to 1 (default: 0.5)")
    parser.add_argument(
        "--silhouette",
        choices=(Silhouette.FREE.value, Silhouette.LOCKED.value),
        default=None,
        help="locked keeps the clip's transparency to the last bit (default: locked where there is some)",
    )
    parser.add_argument("--frames", type=int, default=None, metavar="N", help="only the first N")
    parser.add_argument(
        "--fps", type=Fraction, default=None, metavar="X", help="of a folder without times (default: 12)"
    )
    group = parser.add_argument_group("consistency")
    group.add_argument("--alone", action="store_true", help="each frame for itself, without any of it")
    group.add_argument(
        "--trusted",
        type=float,
        default=usual.trusted,
        metavar="X",
        help=f"share of the strength where the motion can be followed (default: {usual.trusted})",
    )
    group.add_argument(
        "--fresh",
        type=float,
        default=usual.fresh,
        metavar="X",
        help=f"share of the new picture there; low is calm, high is crisp (default: {usual.fresh})",
    )
    group.add_argument(
        "--hold-colours",
        type=float,
        default=usual.colour,
        metavar="X",
        help=f"how far colours are held to the first frame's (default: {usual.colour})",
    )
    group.add_argument(
        "--against", action="store_true", help="make it without consistency too, in the folder's alone/, and compare"
    )
    add_folder(parser)
    add_sampling(parser)
    add_machine(parser)


def run(args: argparse.Namespace) -> int:
    """Read the clip, make its frames, write the result."""
    out = args.out = args.out or DEFAULT_FOLDER / f"restyled-{args.clip.stem}"
    folder = folder_for(out)
    check_folder(folder.path)
    if args.preview is None:
        before = folder.load() if folder.exists else None
        if before is not None and before.mode is not Mode.RESTYLE:
            raise BadRequest(f"{folder.path} holds another animation.", hint="Choose another --out.")
    count, rate, alpha = bring_in(args, folder)
    animation = _animation(args, count, rate, alpha)
    if folder.exists:
        animation = _with_takes(animation, folder.load())
    status = make(args, animation, folder, out)
    if args.preview is None and not args.export_only:
        _say_flicker(args, animation, folder)
    return status


def bring_in(args: argparse.Namespace, folder: AnimationFolder) -> tuple[int, Fraction, bool]:
    """Keep the clip's frames beside those that are made of them; their number, rate, and whether one has holes.

    Raises:
        BadRequest: when it cannot be read to its end (what could be read stays), or has no frames.
    """
    most = MOST_FRAMES if args.frames is None else args.frames
    if most < 1:
        raise BadRequest(f"{most} frames cannot be.", hint="Give at least 1.")
    times: list[Fraction] = []
    alpha = False
    with open_clip(args.clip, rate=args.fps) as clip:
        for frame in islice(clip.frames(), most):
            folder.keep_clip(len(times), frame.pixels)
            alpha = alpha or bool(frame.pixels[..., 3].min() < 255)
            times.append(frame.duration)
    if not times:
        raise BadRequest(f"{args.clip} has no frames.", hint="Save it again.")
    rate = len(times) / sum(times, Fraction(0))
    if len(set(times)) > 1:
        folder.save_times(times)
    return len(times), min(max(rate, Fraction(1, 10)), Fraction(240)), alpha


def _animation(args: argparse.Namespace, count: int, rate: Fraction, alpha: bool) -> Animation:
    args.seed = USUAL_SEED if args.seed is None else args.seed
    said = common(args)
    key = Key(
        frame=0,
        prompt=args.prompt,
        negative=said["negative"],
        style=said["style"] or "",
        guidance=said["guidance"],
        strength=args.strength,
    )
    usual = Silhouette.LOCKED if alpha else Silhouette.FREE
    return Animation(
        timeline=Timeline(keys=(key,), frames=count, rate=rate, seed=args.seed),
        base=Generate(**{**said, "prompt": "", "negative": "", "style": None, "guidance": None, "seed": 0}),
        mode=Mode.RESTYLE,
        consistency=NONE
        if args.alone
        else Consistency(trusted=args.trusted, fresh=args.fresh, colour=args.hold_colours),
        silhouette=Silhouette(args.silhouette) if args.silhouette else usual,
    )


def _with_takes(animation: Animation, before: Animation) -> Animation:
    kept = {frame: take for frame, take in before.takes.items() if frame < animation.timeline.frames}
    return replace(animation, takes=kept)


def _say_flicker(args: argparse.Namespace, animation: Animation, folder: AnimationFolder) -> None:
    frames = range(animation.timeline.frames)
    if len(frames) < 2:
        return

    def clip() -> Iterator[Pixels]:
        return map(folder.read_clip, frames)

    words = f"Flicker: {flicker(map(folder.read, frames), clip()):.2f} levels of 255"
    if args.against and not args.alone:
        alone = AnimationFolder(folder.path / "alone")
        for frame, pixels in enumerate(clip()):
            alone.keep_clip(frame, pixels)
        plain = replace(animation, consistency=NONE, takes={})
        alone.save(plain)
        fill(args, Making(plain, alone), None)
        words += f"; without consistency: {flicker(map(alone.read, frames), clip()):.2f}"
    print(f"gouache: {words}; the clip itself: {flicker(clip(), clip()):.2f}.", file=sys.stderr)
