"""animate: frames between keys, kept one by one, resumed, made again, and exported as a clip."""

from __future__ import annotations

import argparse
import dataclasses
from fractions import Fraction
from pathlib import Path
from typing import Any

from inference.animation.animation import Animation, Mode
from inference.animation.easing import CURVES
from inference.animation.folder import AnimationFolder
from inference.animation.key_text import EXAMPLE, parse_frames, parse_key
from inference.animation.making import PREVIEW_STEPS, Making, check, made_again
from inference.animation.timeline import Key, Repeat, Timeline, usual_frames
from inference.api import Generate, Vary
from inference.cli import progress
from inference.cli.arguments import add_machine, add_sampling, style_argument
from inference.cli.frames import check_clip, deliver, fill, folder_for
from inference.cli.output import DEFAULT_FOLDER, Results, check_folder, slug
from inference.cli.requests import common, make_engine, picture_of
from inference.errors import BadRequest
from inference.geometry import Size

HELP = "make frames between keys: walk between words and seeds, or feed each frame into the next"
EPILOG = f"A key is FRAME: PROMPT | SETTINGS, for instance {EXAMPLE}; seed, strength, guidance, style, easing, hold, and the camera's x, y, zoom, rotate, tilt and turn can be set. What a key does not say is as at the key before. Easings: {', '.join(CURVES)}, bezier(x1,y1,x2,y2)."  # noqa: E501


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.epilog = EPILOG
    parser.add_argument("--key", action="append", default=None, metavar="KEY", help="what holds at a frame; see below")
    parser.add_argument("--frames", type=int, default=None, metavar="N", help="default: as many as the keys need")
    parser.add_argument("--fps", type=Fraction, default=None, metavar="X", help="frames a second (default: 12)")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--loop", action="store_true", help="the way leads from the last key back to the first")
    way.add_argument("--ping-pong", action="store_true", help="the same way back")
    parser.add_argument("--mode", choices=(Mode.WALK.value, Mode.FEEDBACK.value), default=None, help="default: walk")
    parser.add_argument("--image", type=Path, default=None, metavar="PICTURE", help="walk from variations of this")
    parser.add_argument(
        "--strength", type=float, default=None, metavar="X", help="where no key says one (default: 0.5)"
    )
    parser.add_argument("--easing", default=None, metavar="NAME", help="where no key says one (default: linear)")
    parser.add_argument("--size", default=None, metavar="N|WxH", help="default: the model's own")
    style_argument(parser)
    add_folder(parser)
    add_sampling(parser)
    add_machine(parser)


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Where frames go, and what is done with those that are there."""
    group = parser.add_argument_group("frames")
    group.add_argument(
        "--out", type=Path, default=None, metavar="FILE|FOLDER", help="a clip by its ending, or a folder of frames"
    )
    group.add_argument("--overwrite", action="store_true", help="replace frames of other settings, and the clip")
    group.add_argument("--remake", default=None, metavar="A..B", help="make these frames again, a little different")
    group.add_argument("--export-only", action="store_true", help="make nothing; export the frames that are there")
    group.add_argument("--workers", type=int, default=None, metavar="N", help="engines that share the frames of a walk")
    group.add_argument(
        "--cluster", default=None, metavar="ADDRESS", help="of a Dask scheduler whose workers share them"
    )
    group.add_argument("--preview", default=None, metavar="FRAME", help="a rough picture of one frame, and no more")
    group.add_argument(
        "--preview-steps", type=int, default=PREVIEW_STEPS, metavar="N", help=f"of a preview (default: {PREVIEW_STEPS})"
    )


def run(args: argparse.Namespace) -> int:
    """Make the frames, then the clip."""
    keys = _keys(args)
    if args.out is None and not keys:
        raise BadRequest("There are no keys.", hint=f"Give at least one: {EXAMPLE}")
    out = args.out = args.out or DEFAULT_FOLDER / f"animation-{slug(keys[0].prompt or '')}"
    folder = folder_for(out)
    check_folder(folder.path)
    before = folder.load() if folder.exists else None
    if before is None and not keys:
        raise BadRequest(f"There is no animation in {folder.path}.", hint=f"Give it keys: {EXAMPLE}")
    animation = _animation(args, keys, before) if keys else before
    assert animation is not None
    return make(args, animation, folder, out)


def make(args: argparse.Namespace, animation: Animation, folder: AnimationFolder, out: Path) -> int:
    """Save the animation, make what is missing, export."""
    count = animation.timeline.frames
    if args.preview is not None:
        return _preview(args, Making(animation, folder), parse_frames(args.preview, count)[0])
    again = parse_frames(args.remake, count) if args.remake else range(0)
    check_clip(args, out)
    check(animation)
    animation = made_again(animation, again)
    making = Making(animation, folder)
    if not args.export_only:
        folder.save(animation)
        fill(args, making, again or None, again)
    results = Results(args.json)
    deliver(args, making, out, results)
    results.finish()
    return 0


def _keys(args: argparse.Namespace) -> tuple[Key, ...]:
    rate = Fraction(12) if args.fps is None else args.fps
    keys = [parse_key(text, rate) for text in args.key or ()]
    if args.easing:
        keys = [
            dataclasses.replace(key, easing=args.easing) if "easing=" not in text else key
            for key, text in zip(keys, args.key, strict=True)
        ]
    return tuple(sorted(keys, key=lambda key: key.frame))


def _animation(args: argparse.Namespace, keys: tuple[Key, ...], before: Animation | None) -> Animation:
    repeat = Repeat.LOOP if args.loop else Repeat.PING_PONG if args.ping_pong else Repeat.ONCE
    if args.seed is None and before is not None:
        args.seed = before.timeline.seed
    args.prompt = ""
    said = common(args)
    first = keys[0]
    values = {
        name: said[name] for name in ("negative", "style", "guidance") if said[name] and getattr(first, name) is None
    }
    if args.strength is not None and first.strength is None:
        values["strength"] = args.strength
    keys = (dataclasses.replace(first, **values), *keys[1:])
    timeline = Timeline(
        keys=keys,
        frames=usual_frames(keys, repeat) if args.frames is None else args.frames,
        rate=Fraction(12) if args.fps is None else args.fps,
        repeat=repeat,
        seed=said["seed"],
    )
    return Animation(
        timeline=timeline,
        base=_base(args, said),
        mode=Mode(args.mode or Mode.WALK.value),
        takes=before.takes if before is not None else {},
    )


def _base(args: argparse.Namespace, said: dict[str, Any]) -> Generate | Vary:
    settled = {**said, "prompt": "", "negative": "", "style": None, "guidance": None, "seed": 0}
    if args.image is not None:
        if args.size:
            raise BadRequest("A walk from a picture has its size.", hint="Leave out --size.")
        return Vary(image=picture_of(args.image), **settled)
    return Generate(size=Size.parse(args.size) if args.size else None, **settled)


def _preview(args: argparse.Namespace, making: Making, frame: int) -> int:
    if not 1 <= args.preview_steps <= 1000:
        raise BadRequest(f"{args.preview_steps} steps cannot be.", hint="Give 1 to 1000.")
    path = making.folder.path / "previews" / f"{frame:06d}.png"
    results = Results(args.json)
    engine = make_engine(args)
    try:
        for picture in progress.run(engine, making.preview(frame, args.preview_steps), quiet=args.quiet):
            results.write(path, making.course.finish(frame, picture))
    finally:
        engine.close()
    results.finish()
    return 0
