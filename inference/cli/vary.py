"""vary: a picture in other styles and strengths, with a contact sheet."""

from __future__ import annotations

import argparse
import dataclasses
from contextlib import closing
from pathlib import Path

from inference.api import Picture, Vary
from inference.cli import progress
from inference.cli.arguments import add_machine, add_sampling, from_argument, lock_arguments, style_argument
from inference.cli.output import DEFAULT_FOLDER, Results, check_folder, fresh
from inference.cli.requests import common, locks, make_engine, picture_of, recipe_of
from inference.pictures import read_mask
from inference.sheets import contact_sheet

HELP = "make variations of a picture: styles by strengths, with a contact sheet"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("image", type=Path, help="the picture to start from")
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
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, metavar="FOLDER", help="default: out")
    from_argument(parser)
    add_sampling(parser)
    add_machine(parser)


def run(args: argparse.Namespace) -> int:
    """Vary, write the pictures and the sheet."""
    recipe = recipe_of(args)
    image = picture_of(args.image)
    where = read_mask(args.where) if args.where else None
    folder = check_folder(args.out)
    usual = recipe.strength if recipe and recipe.strength is not None else 0.6
    styles, strengths = args.style or [recipe.style if recipe else None], args.strength or [usual]
    first = Vary(
        image=image, where=where, strength=strengths[0], count=args.count, **locks(args, recipe), **common(args, recipe)
    )
    requests = [
        dataclasses.replace(first, style=style, strength=strength) for style in styles for strength in strengths
    ]
    results = Results(args.json)
    cells: list[Picture] = []
    with closing(make_engine(args)) as engine:
        for i, request in enumerate(requests):
            label = f"{i + 1}/{len(requests)} {request.style or 'as is'} {request.strength:g}"
            for picture in progress.run(engine, request, quiet=args.quiet, label=label, hear=results.hear):
                name = f"{args.image.stem}-{request.style or 'vary'}-{request.strength:g}-{picture.seed}.png"
                results.write(fresh(folder / name), picture.pixels, picture)
                cells.append(picture)
    labels = [_label(cell, args.count > 1) for cell in cells]
    sheet = contact_sheet(
        [image, *(cell.pixels for cell in cells)] if len(cells) == 1 else [cell.pixels for cell in cells],
        ["source", *labels] if len(cells) == 1 else labels,
        columns=2 if len(cells) == 1 else len(strengths) * args.count,
        title=f"{args.image.name} · seed {first.seed}",
    )
    results.write(fresh(folder / f"{args.image.stem}-sheet.png"), sheet)
    results.finish()
    return 0


def _label(cell: Picture, several: bool) -> str:
    words = f"{cell.recipe.style or 'as is'} {cell.recipe.strength:g}"
    return f"{words} · {cell.seed}" if several else words
