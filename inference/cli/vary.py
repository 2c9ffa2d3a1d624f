"""vary: a picture in other styles and strengths, with a contact sheet; with --rows or --columns a variation board."""

from __future__ import annotations

import argparse
import dataclasses
from contextlib import closing
from pathlib import Path

from inference.api import Generate, Picture, Vary
from inference.cli import progress, vary_board
from inference.cli.arguments import (
    add_machine,
    add_sampling,
    from_argument,
    lock_arguments,
    post_argument,
    style_argument,
)
from inference.cli.controls import control_arguments, controls_of
from inference.cli.output import DEFAULT_FOLDER, Results, check_folder, fresh, slug
from inference.cli.requests import common, locks, make_engine, picture_of, post_of, recipe_of
from inference.errors import BadRequest
from inference.geometry import Size
from inference.pictures import SUFFIXES, read_mask
from inference.recipe import Recipe
from inference.sheets import contact_sheet

HELP = "make variations of a picture: styles by strengths with a contact sheet, or a board of any two settings"
USUAL_STRENGTH = 0.6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("image", nargs="?", help="the picture to start from; a board may do without")
    parser.add_argument("prompt", nargs="?", default="", help="what it shows or should show")
    style_argument(parser, many=True)
    parser.add_argument(
        "--strength",
        type=float,
        action="append",
        default=None,
        metavar="X",
        help="0 the picture itself, 1 nothing of it is left; several make columns (default: 0.6)",
    )
    parser.add_argument("--where", type=Path, default=None, metavar="MASK", help="how much may change, pixel by pixel")
    lock_arguments(parser)
    parser.add_argument("--count", type=int, default=1, metavar="N", help="pictures for each style and strength")
    parser.add_argument(
        "--out", type=Path, default=None, metavar="FOLDER", help="default: out; for a board out/board-NAME"
    )
    vary_board.add_arguments(parser)
    post_argument(parser)
    from_argument(parser)
    add_sampling(parser)
    control_arguments(parser, own=True)
    add_machine(parser)


def run(args: argparse.Namespace) -> int:
    """Vary, write the pictures and the sheet."""
    recipe = recipe_of(args)
    if args.rows or args.columns:
        return _board(args, recipe)
    if args.sort:
        raise BadRequest("--sort orders the cells of a board.", hint="Say --rows or --columns.")
    if args.image is None:
        raise BadRequest("There is no picture to vary.", hint="Give one, or --rows and --columns for a board of words.")
    args.image = Path(args.image)
    first = _first(args, recipe)
    folder = check_folder(args.out or DEFAULT_FOLDER)
    styles = args.style or [recipe.style if recipe else None]
    strengths = args.strength or [first.strength]
    requests = [
        dataclasses.replace(first, style=style, strength=strength) for style in styles for strength in strengths
    ]
    results = Results(args.json)
    cells: list[Picture] = []
    with closing(make_engine(args)) as engine:
        for i, request in enumerate(requests):
            label = f"{i + 1}/{len(requests)} {request.style or 'as is'} {request.strength:g}"
            for picture in progress.run(engine, request, quiet=args.quiet, label=label, hear=results.hear):
                name = f"{args.image.stem}-{slug(request.style or 'vary')}-{request.strength:g}-{picture.seed}.png"
                results.write(fresh(folder / name), picture.pixels, picture)
                cells.append(picture)
    labels = [_label(cell, args.count > 1) for cell in cells]
    sheet = contact_sheet(
        [first.image, *(cell.pixels for cell in cells)] if len(cells) == 1 else [cell.pixels for cell in cells],
        ["source", *labels] if len(cells) == 1 else labels,
        columns=2 if len(cells) == 1 else len(strengths) * args.count,
        title=f"{args.image.name} · seed {first.seed}",
    )
    results.write(fresh(folder / f"{args.image.stem}-sheet.png"), sheet)
    results.finish()
    return 0


def _first(args: argparse.Namespace, recipe: Recipe | None) -> Vary:
    """The request that all others differ from by style and strength."""
    usual = recipe.strength if recipe and recipe.strength is not None else USUAL_STRENGTH
    image = picture_of(args.image)
    return Vary(
        image=image,
        where=read_mask(args.where) if args.where else None,
        strength=args.strength[0] if args.strength else usual,
        count=args.count,
        post=post_of(args, recipe),
        **locks(args, recipe),
        **controls_of(args, recipe, image),
        **common(args, recipe),
    )


def _board(args: argparse.Namespace, recipe: Recipe | None) -> int:
    """A board: from a picture, or from words when the only thing given is no picture."""
    if args.image is not None and not args.prompt and not _is_picture(args.image):
        args.image, args.prompt = None, args.image
    several = [f"--{name}" for name in ("style", "strength") if len(getattr(args, name) or ()) > 1]
    if several:
        axis = several[0].removeprefix("--")
        raise BadRequest(f"A board has one {several[0]}.", hint=f"Write --rows {axis}=A,B or --columns {axis}=A,B")
    if args.count != 1:
        raise BadRequest("A board has one picture a cell.", hint="Write --columns seed=1..5 for several seeds.")
    args.style = args.style[0] if args.style else None
    if args.image is None:
        needs = ("where", "strength", "colour", "silhouette")
        what = next((f"--{name}" for name in needs if getattr(args, name)), None)
        if what is not None:
            raise BadRequest(f"{what} needs a picture to start from.", hint="Give one before the prompt.")
        size = Size(recipe.width, recipe.height) if recipe is not None and recipe.kind == "generate" else None
        said = controls_of(args, recipe) | common(args, recipe)
        return vary_board.run(args, Generate(size=size, post=post_of(args, recipe), **said), args.prompt)
    args.image = Path(args.image)
    return vary_board.run(args, _first(args, recipe), args.image.stem)


def _is_picture(text: str) -> bool:
    return Path(text).exists() or Path(text).suffix.lower() in (*SUFFIXES, ".gif", ".bmp", ".tif", ".tiff")


def _label(cell: Picture, several: bool) -> str:
    words = f"{cell.recipe.style or 'as is'} {cell.recipe.strength:g}"
    return f"{words} · {cell.seed}" if several else words
