"""palette: one palette for a set of pictures, a palette in another format, or the list of those that are known."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from inference.alpha import Pixels
from inference.cli.requests import picture_of
from inference.cli.sources import sources_of
from inference.errors import BadPicture, BadRequest

HELP = "make one palette for pictures, convert a palette, or list the palettes that are known"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "given", nargs="*", metavar="IN", help="pictures and folders; or one palette: a name, .gpl, .hex, .act"
    )
    parser.add_argument(
        "--colours", type=int, default=None, metavar="N", help="how many, made from pictures (default: 16)"
    )
    parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="a .gpl or .hex file to write")
    parser.add_argument("--overwrite", action="store_true", help="replace the file when it is there already")
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    """Make, convert or list; unreadable pictures are named and the status is 2."""
    from inference.palettes import READERS, common_palette, find_palette, known_palettes, write_palette

    if not args.given:
        for name in sorted(known_palettes()):
            _print(name, find_palette(name).hex(), as_json=args.json)
        return 0
    if args.out is not None and args.out.exists() and not args.overwrite:
        raise BadRequest(f"{args.out} exists already.", hint="Give another name, or --overwrite.")
    first = Path(args.given[0])
    is_palette = not first.exists() or (
        first.suffix.lower() in READERS and first.suffix.lower() not in (".png", ".gif")
    )
    failed: list[str] = []
    if len(args.given) == 1 and is_palette and args.colours is None:
        palette = find_palette(args.given[0])
    else:
        pictures = _pictures([Path(each) for each in args.given], failed)
        palette = common_palette(pictures, args.colours or 16, args.out.stem if args.out else "common")
    if args.out is not None:
        write_palette(args.out, palette)
    _print(str(args.out or palette.name), palette.hex(), as_json=args.json)
    return BadRequest.exit_status if failed else 0


def _pictures(given: list[Path], failed: list[str]) -> Iterator[Pixels]:
    sources = sources_of(given)
    for source in sources:
        try:
            yield picture_of(source.path)
        except BadPicture as error:
            failed.append(str(source.path))
            print(f"gouache: {error}", file=sys.stderr)
    if len(failed) == len(sources):
        raise BadRequest("None of the pictures could be read.", hint="Check the names.")


def _print(name: str, colours: list[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"name": name, "colours": colours}, ensure_ascii=False))
    else:
        print(f"{name}: {len(colours)} colours: {' '.join(colours)}")
