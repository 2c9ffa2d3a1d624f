"""upscale: pictures twice or four times as large, redrawn by the small network that comes with the program."""

from __future__ import annotations

import argparse
from pathlib import Path

from inference.cli import post
from inference.cli.output import DEFAULT_FOLDER

HELP = "make pictures two or four times as large, with clean edges; made for icons and sprites"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("images", nargs="+", type=Path, metavar="IN", help="pictures, and folders of pictures")
    parser.add_argument("--factor", type=int, choices=(2, 4), default=2, help="how many times as large (default: 2)")
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, metavar="FOLDER", help="default: out")
    parser.add_argument("--overwrite", action="store_true", help="replace results that are there already")
    parser.add_argument("--json", action="store_true", help="print results as JSON")


def run(args: argparse.Namespace) -> int:
    """One step of post-processing by its own name; pictures that cannot be made larger are named, the rest is done."""
    chain = f"upscale:by={args.factor},method=model"
    given = {**vars(args), "chain": chain, "list": False, "halo": False, "grid": False, "previews": False}
    return post.run(argparse.Namespace(**given))
