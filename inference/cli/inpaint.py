"""inpaint: make a part of a picture anew, or paint beyond its edges."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

import numpy as np

from inference.alpha import Pixels
from inference.api import Fill, Inpaint, paste
from inference.cli import progress
from inference.cli.arguments import add_machine, add_sampling, from_argument, pairs, style_argument
from inference.cli.controls import control_arguments, controls_of
from inference.cli.output import Results, fresh, target_for
from inference.cli.requests import common, make_engine, picture_of, recipe_of
from inference.errors import BadRequest
from inference.geometry import Bounds, Size
from inference.masks import Mask
from inference.pictures import read_mask
from inference.post.step import rgba

HELP = "make a part of a picture anew, or paint beyond its edges"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("image", type=Path, help="the picture")
    parser.add_argument("prompt", nargs="?", default="", help="what should be there")
    parser.add_argument("--mask", type=Path, default=None, help="white (or opaque) where the picture may change")
    parser.add_argument(
        "--extend", default=None, metavar="L,T,R,B", help="paint outwards by so many pixels: left,top,right,bottom"
    )
    style_argument(parser)
    parser.add_argument(
        "--strength", type=float, default=None, metavar="X", help="0 nothing changes, 1 all new (default: 1)"
    )
    parser.add_argument(
        "--fill",
        choices=[fill.value for fill in Fill],
        default=None,
        help="what is under the mask at first (default: auto)",
    )
    parser.add_argument("--feather", type=float, default=None, metavar="PX", help="soft band (default: scales)")
    parser.add_argument(
        "--context", type=float, default=None, metavar="X", help="how much around it is seen (default: 0.5)"
    )
    parser.add_argument("--keep-outside", action="store_true", help="change not one pixel outside the mask")
    parser.add_argument("--no-colour-match", action="store_true", help="leave the result's colours as they come")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="results; each has the next seed")
    parser.add_argument("--out", type=Path, default=None, metavar="FILE|FOLDER", help="default: a new file in out")
    parser.add_argument("--overwrite", action="store_true", help="replace --out when it exists")
    from_argument(parser)
    add_sampling(parser)
    control_arguments(parser, own=True)
    add_machine(parser)


def run(args: argparse.Namespace) -> int:
    """Inpaint and write."""
    recipe = recipe_of(args)
    image = picture_of(args.image)
    height, width = image.shape[:2]
    mask, origin = _frame(args, Size(width, height))
    known = recipe.extra if recipe else {}
    strength = args.strength if args.strength is not None else recipe.strength if recipe else None
    request = Inpaint(
        image=image,
        mask=mask,
        origin=origin,
        strength=1.0 if strength is None else strength,
        fill=Fill(args.fill or known.get("fill", Fill.AUTO.value)),
        feather=args.feather if args.feather is not None else known.get("feather"),
        context=args.context if args.context is not None else known.get("context"),
        keep_outside=args.keep_outside or bool(known.get("keep_outside")),
        match_colour=not args.no_colour_match and bool(known.get("match_colour", True)),
        count=args.count,
        **controls_of(args, recipe, _placed(image, origin, Size(mask.shape[1], mask.shape[0]))),
        **common(args, recipe),
    )
    target = target_for(args.out, f"{args.image.stem}-inpainted", overwrite=args.overwrite)
    results = Results(args.json)
    with closing(make_engine(args)) as engine:
        for picture in progress.run(engine, request, quiet=args.quiet, hear=results.hear):
            place = target if picture.index == 0 else fresh(target.with_stem(f"{target.stem}-{picture.seed}"))
            whole = paste(request.image, picture, origin, Size(mask.shape[1], mask.shape[0]))
            results.write(place, whole, picture)
    results.finish()
    return 0


def _placed(image: Pixels, origin: tuple[int, int], frame: Size) -> Pixels:
    """The picture where it lies in a larger frame, transparent around it."""
    height, width = image.shape[:2]
    if (width, height) == (frame.width, frame.height):
        return image
    whole = np.zeros((*frame.shape, 4), np.uint8)
    whole[Bounds(*origin, width, height).slices] = rgba(image)
    return whole


def _frame(args: argparse.Namespace, size: Size) -> tuple[Mask, tuple[int, int]]:
    """The mask over the whole frame, and where the picture lies in it."""
    if args.mask is None and args.extend is None:
        raise BadRequest("There is no mask.", hint="Give --mask FILE, or --extend L,T,R,B to paint outwards.")
    mask = read_mask(args.mask) if args.mask else np.zeros(size.shape, np.uint8)
    if mask.shape != size.shape:
        raise BadRequest(
            f"The mask is {mask.shape[1]}x{mask.shape[0]} and the picture is {size}.", hint="Make them equal."
        )
    if args.extend is None:
        return mask, (0, 0)
    left, top, right, bottom = pairs(args.extend, 4, int, "left,top,right,bottom")
    if min(left, top, right, bottom) < 0 or max(left, top, right, bottom) > 4096:
        raise BadRequest(f"--extend {args.extend} is out of range.", hint="Each number goes from 0 to 4096.")
    frame = np.full((size.height + top + bottom, size.width + left + right), 255, np.uint8)
    frame[top : top + size.height, left : left + size.width] = mask
    return frame, (left, top)
