"""consistency: whether pictures belong to a set, component by component; picks that re-weight the measure."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from inference.consistency import COMPONENTS, Belonging
from inference.errors import BadPicture, BadRequest
from inference.features import Features
from inference.folders import measured
from inference.taste import Taste

HELP = "measure whether pictures belong to a set, against references"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("pictures", type=Path, nargs="*", help="pictures or folders to measure")
    add_measure(parser, required=True)
    parser.add_argument("--picked", type=Path, nargs="+", default=[], metavar="PICTURE", help="learn: the good ones")
    parser.add_argument(
        "--passed-over", type=Path, nargs="+", default=[], metavar="PICTURE", help="learn: the others that were seen"
    )
    parser.add_argument("--json", action="store_true", help="print results as JSON")


def add_measure(parser: argparse._ActionsContainer, *, required: bool = False) -> None:
    """References, and the project's own weights."""
    parser.add_argument(
        "--references",
        type=Path,
        nargs="+",
        default=[],
        required=required,
        metavar="PICTURE",
        help="approved pictures, or folders of them",
    )
    parser.add_argument("--taste", type=Path, default=None, metavar="FILE", help="a project's picks (JSON)")


def measure_of(args: argparse.Namespace) -> Belonging:
    """The measure that ``add_measure``'s arguments ask for; references that cannot be read are named and left out."""
    weights = Taste.load(args.taste).weights if args.taste else None
    found, _ = read_features(args.references)
    return Belonging(list(found.values()), weights)


def read_features(places: Sequence[Path]) -> tuple[dict[Path, Features], list[str]]:
    """Features of all pictures, and why others could not be read; that goes to stderr, too."""
    found: dict[Path, Features] = {}
    broken: list[str] = []
    for path, one in measured(places):
        if isinstance(one, BadPicture):
            broken.append(str(one))
            print(f"gouache: {one}", file=sys.stderr)
        else:
            found[path] = one
    return found, broken


def run(args: argparse.Namespace) -> int:
    """Learn from picks where there are some, measure the pictures, print the best first."""
    if bool(args.picked) != bool(args.passed_over):
        raise BadRequest("Picks are learned against what was passed over.", hint="Give --picked and --passed-over.")
    if args.picked and not args.taste:
        raise BadRequest("There is no file to keep the picks in.", hint="Give --taste FILE.")
    if not args.pictures and not args.picked:
        raise BadRequest("There are no pictures to measure.", hint="Give pictures or a folder.")
    measure = measure_of(args)
    broken: list[str] = []
    if args.picked:
        sides = []
        for places in (args.picked, args.passed_over):
            found, bad = read_features(places)
            sides.append([measure.score(each).components for each in found.values()])
            broken += bad
        taste = Taste.load(args.taste).with_picks(*sides)
        taste.save(args.taste)
        measure = Belonging(measure.references, taste.weights)
    found, bad = read_features(args.pictures)
    broken += bad
    rows = sorted(((measure.score(each), path) for path, each in found.items()), key=lambda row: -row[0].total)
    if args.json:
        said = [{"path": str(path), "score": score.total, "components": score.components} for score, path in rows]
        print(json.dumps({"weights": measure.weights, "pictures": said, "unreadable": broken}, indent=2))
    else:
        print(f"{'score':>6}" + "".join(f"{name:>11}" for name in COMPONENTS) + "  picture")
        print(f"{'weight':>6}" + "".join(f"{measure.weights[name]:11.2f}" for name in COMPONENTS))
        for score, path in rows:
            print(f"{score.total:6.2f}" + "".join(f"{score.components[n]:11.2f}" for n in COMPONENTS) + f"  {path}")
    return 2 if broken else 0
