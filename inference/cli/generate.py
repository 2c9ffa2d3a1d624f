"""generate: pictures from words."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from inference.api import Generate
from inference.cli import progress
from inference.cli.arguments import add_machine, add_sampling, from_argument, post_argument, style_argument
from inference.cli.controls import control_arguments, controls_of
from inference.cli.output import DEFAULT_FOLDER, Results, check_folder, fresh, slug
from inference.cli.requests import common, make_engine, post_of, recipe_of
from inference.errors import BadRequest
from inference.geometry import Size

HELP = "make pictures from words"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("prompt", nargs="?", default="", help='what to make, for instance "a red apple"')
    style_argument(parser)
    parser.add_argument("--size", default=None, metavar="N|WxH", help="default: the model's own")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="pictures; each has the next seed")
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, metavar="FOLDER", help="default: out")
    post_argument(parser)
    from_argument(parser)
    add_sampling(parser)
    control_arguments(parser)
    add_machine(parser)


def run(args: argparse.Namespace) -> int:
    """Generate and write."""
    recipe = recipe_of(args)
    if recipe is not None and recipe.kind == "blend":
        raise BadRequest(
            f"{args.recipe} was blended from other pictures.",
            hint="Vary it, or make those again.",
        )
    if recipe is not None and recipe.kind != "generate":
        raise BadRequest(
            f"{args.recipe} was not generated from words but by '{recipe.kind}'.",
            hint=f"Use: main.py {recipe.kind} IMAGE --from {args.recipe}",
        )
    size = Size.parse(args.size) if args.size else Size(recipe.width, recipe.height) if recipe else None
    guided = controls_of(args, recipe)
    request = Generate(size=size, count=args.count, post=post_of(args, recipe), **guided, **common(args, recipe))
    folder = check_folder(args.out)
    results = Results(args.json)
    with closing(make_engine(args)) as engine:
        for picture in progress.run(engine, request, quiet=args.quiet, hear=results.hear):
            name = f"{slug(request.prompt)}-{picture.seed}.png"
            results.write(fresh(folder / name), picture.pixels, picture)
    results.finish()
    return 0
