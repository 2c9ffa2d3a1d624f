"""cycle: a short animation of one sprite, as a sheet for an engine or as a clip."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

from inference.alpha import Pixels
from inference.animation.animation import Animation
from inference.animation.cycle import CYCLES, LEAST_FRAMES, MOST_FRAMES, CycleFrame, cycle_named, frames_of
from inference.animation.folder import AnimationFolder, with_alpha
from inference.animation.making import Making, check
from inference.animation.timeline import Key, Repeat, Timeline
from inference.api import Vary
from inference.cli.arguments import add_machine, add_sampling, style_argument
from inference.cli.frames import check_clip, fill
from inference.cli.output import DEFAULT_FOLDER, Results, check_folder, fresh
from inference.cli.requests import common, picture_of
from inference.clips.atlas import Tag
from inference.clips.formats import format_for
from inference.clips.frame import Frame
from inference.clips.options import ExportOptions
from inference.clips.packing import SheetOptions
from inference.clips.sheet_formats import SHEET_FORMATS
from inference.clips.sheet_writing import write_sheet
from inference.clips.writing import write_clip
from inference.errors import BadRequest
from inference.geometry import Bounds
from inference.locks import ColourLock, Silhouette

HELP = "animate one sprite: it breathes, bobs, blinks, flashes, flickers, spins or jumps"
USUAL_SEED = 0
TURNS = 3
"""Seeds that the noise of a latent cycle goes round by."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("sprite", type=Path, help="a picture with transparency")
    parser.add_argument("prompt", nargs="?", default="", help="what it shows, where the model has a part in it")
    kinds = "; ".join(f"{name} {cycle.words}" for name, cycle in CYCLES.items())
    parser.add_argument("--kind", required=True, metavar="KIND", help=kinds)
    parser.add_argument("--frames", type=int, default=8, metavar="N", help="default: 8")
    parser.add_argument("--amount", type=float, default=1.0, metavar="X", help="of motion, 0 to 4 (default: 1)")
    parser.add_argument(
        "--eyes",
        action="append",
        default=[],
        metavar="X,Y,W,H",
        help="where an eye is, for blink; once for each eye (default: they are looked for)",
    )
    parser.add_argument("--seconds", type=Fraction, default=None, metavar="X", help="that the whole of it takes")
    parser.add_argument(
        "--alive", type=float, default=None, metavar="X", help="how much the model makes anew in each frame, 0 to 1"
    )
    parser.add_argument(
        "--silhouette",
        choices=(Silhouette.LOCKED.value, Silhouette.FREE.value),
        default=Silhouette.LOCKED.value,
        help="of what the model makes (default: locked)",
    )
    parser.add_argument(
        "--out", type=Path, default=None, metavar="FILE", help="a sheet (.png, with .json beside it), or a clip"
    )
    parser.add_argument("--form", choices=tuple(SHEET_FORMATS), default="aseprite", help="of what lies beside a sheet")
    parser.add_argument("--overwrite", action="store_true", help="replace what is there")
    style_argument(parser)
    add_sampling(parser)
    add_machine(parser)


def _box(text: str) -> Bounds:
    """ "12,20,6,8". Raises BadRequest otherwise."""
    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError:
        raise BadRequest(f"'{text}' is no box.", hint="Give left, top, width and height: --eyes 12,20,6,8.") from None
    return Bounds(x, y, width, height)


def run(args: argparse.Namespace) -> int:
    """Draw the frames and write them."""
    cycle = cycle_named(args.kind)
    if not LEAST_FRAMES <= args.frames <= MOST_FRAMES:
        raise BadRequest(f"{args.frames} frames cannot be.", hint=f"Give {LEAST_FRAMES} to {MOST_FRAMES}.")
    if args.seconds is not None and not 0 < args.seconds <= 600:
        raise BadRequest(f"{float(args.seconds):g} seconds cannot be.", hint="Give up to 600.")
    eyes = [_box(text) for text in args.eyes]
    sprite = with_alpha(picture_of(args.sprite))
    out = _target(args)
    alive = cycle.latent if args.alive is None else args.alive
    sprites = _alive(args, sprite, alive, out) if alive > 0 else [sprite] * args.frames
    frames, pivot = frames_of(sprites, args.kind, amount=args.amount, seconds=args.seconds, eyes=eyes)
    results = Results(args.json)
    _write(args, frames, pivot, out, results)
    results.finish()
    return 0


def _target(args: argparse.Namespace) -> Path:
    out = args.out or fresh(DEFAULT_FOLDER / f"{args.sprite.stem}-{args.kind}.png")
    if not out.suffix:
        raise BadRequest(f"{out} is no file.", hint="Give a sheet.png, or a clip such as sheet.gif.")
    if out.suffix.lower() == ".png":
        check_folder(out.parent)
        there = next((path for path in (out, out.with_suffix(".json")) if path.exists()), None)
        if there is not None and not args.overwrite:
            raise BadRequest(f"{there} exists already.", hint="Give another name, or --overwrite.")
    else:
        check_clip(args, out)
    return out


def _alive(args: argparse.Namespace, sprite: Pixels, strength: float, out: Path) -> list[Pixels]:
    """The sprite made anew in each frame by noise that goes round in a ring of seeds, so that the cycle closes."""
    args.seed = USUAL_SEED if args.seed is None else args.seed
    said = common(args)
    turns = min(TURNS, args.frames)
    keys = tuple(
        Key(
            frame=round(turn * args.frames / turns),
            prompt=args.prompt,
            negative=said["negative"],
            style=said["style"] or "",
            guidance=said["guidance"],
            strength=strength,
            seed=args.seed + turn,
        )
        for turn in range(turns)
    )
    base = Vary(
        image=sprite,
        silhouette=Silhouette(args.silhouette),
        colour=ColourLock.LAB,
        **{**said, "prompt": "", "negative": "", "style": None, "guidance": None, "seed": 0},
    )
    line = Timeline(keys=keys, frames=args.frames, repeat=Repeat.LOOP, seed=args.seed)
    animation = Animation(timeline=line, base=base)
    folder = AnimationFolder(out.with_suffix(".animation"))
    check_folder(folder.path)
    check(animation)
    folder.save(animation)
    fill(args, Making(animation, folder), None)
    return [folder.read(frame) for frame in range(args.frames)]


def _write(
    args: argparse.Namespace, frames: list[CycleFrame], pivot: tuple[float, float], out: Path, results: Results
) -> None:
    repeats = CYCLES[args.kind].repeats
    strip = [Frame(each.pixels, each.duration) for each in frames]
    if out.suffix.lower() == ".png":
        size = strip[0].size
        foot = ((pivot[0] + 0.5) / size.width, (pivot[1] + 1) / size.height)
        tag = Tag(name=args.kind, first=0, last=len(strip) - 1, loop=repeats)
        report = write_sheet(strip, out, args.form, SheetOptions(layout="grid", pivot=foot), tags=[tag])
        results.list_sheet(report)
        return
    heeds = format_for(out, ExportOptions()).heeds
    options = ExportOptions(loops=0 if repeats else 1) if "loops" in heeds else ExportOptions()
    results.list_clip(write_clip(strip, out, options))
