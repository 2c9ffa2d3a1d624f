"""--control, --control-picture and --control-from: pictures that guide a picture, typed or from a recipe."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inference.alpha import Pixels
from inference.board import picture_hash
from inference.cli.requests import picture_of
from inference.control_card import control_named
from inference.controls import KINDS, Control, find_control, known_controls
from inference.errors import BadRequest
from inference.readings import READINGS, Reading
from inference.recipe import Recipe

_NUMBER = r"\d*\.?\d+"
_TYPED = re.compile(rf"(?P<name>.+?)(?::(?P<strength>-?{_NUMBER}))?(?::(?P<start>{_NUMBER})-(?P<end>{_NUMBER}))?")


def control_arguments(parser: argparse.ArgumentParser, *, own: bool = False) -> None:
    """The arguments. ``own``: without --control-picture the picture that is worked on is read."""
    group = parser.add_argument_group(
        "control", "a picture that guides the result through a ControlNet; several add up"
    )
    group.add_argument(
        "--control",
        action="append",
        default=None,
        metavar="NAME[:STRENGTH[:START-END]]",
        help="a ControlNet, for instance canny:0.8, or canny:0.8:0-0.6 to lead for the first 60%% of the steps",
    )
    usual = " (default: the picture itself)" if own else ""
    group.add_argument(
        "--control-picture",
        type=Path,
        action="append",
        default=None,
        metavar="FILE",
        help=f"what it is shown; one for each --control, or one for all{usual}",
    )
    group.add_argument(
        "--control-from",
        action="append",
        default=None,
        metavar="HOW[:NUMBERS]",
        help=f"what is made of it first: {', '.join(READINGS)}; for instance edges:80,160; plain for what is a map "
        "already (default: what the ControlNet was trained on)",
    )


def controls_of(args: argparse.Namespace, recipe: Recipe | None = None, image: Pixels | None = None) -> dict[str, Any]:
    """The request's field. What was typed wins over the recipe.

    Args:
        image: what is read where no picture was given.

    Raises:
        BadRequest: when a picture is missing, or there are more of something than of ControlNets.
    """
    said = [_typed(text) for text in args.control or ()] or _kept(recipe)
    if not said:
        if args.control_picture or args.control_from:
            raise BadRequest("No ControlNet was named.", hint="Name one with --control.")
        return {"controls": ()}
    files = [picture_of(path) for path in args.control_picture or ()] or ([image] if image is not None else [])
    if not files:
        raise BadRequest("The ControlNet has no picture to follow.", hint="Give one with --control-picture FILE.")
    pictures = _spread(files, len(said), "--control-picture")
    ways = _spread(args.control_from or [None], len(said), "--control-from")
    return {"controls": tuple(_control(*each) for each in zip(said, pictures, ways, strict=True))}


def _typed(text: str) -> dict[str, Any]:
    found = _TYPED.fullmatch(text)
    if found is None:
        raise BadRequest(f"'{text}' is no ControlNet.", hint="Write for instance canny:0.8")
    numbers = {key: float(value) for key, value in found.groupdict().items() if value is not None and key != "name"}
    path = find_control(found["name"])
    # One that is not in the user's folder is known by its whole path from then on.
    own = path in known_controls().values()
    return {"name": path.name if own else str(path.resolve())} | numbers


def _kept(recipe: Recipe | None) -> list[dict[str, Any]]:
    """Those of a recipe; a ControlNet that is another one by now is told."""
    said = [dict(each) for each in recipe.extra.get("controls", ())] if recipe is not None else []
    for each in said:
        if control_named(str(each["name"])).hash[:12] != each.get("hash"):
            print(
                f"gouache: The ControlNet {each['name']} is not the one that the picture was made with.",
                file=sys.stderr,
            )
    return said


def _spread(given: Sequence[Any], count: int, what: str) -> Sequence[Any]:
    """One for each, or one for all."""
    if len(given) == 1:
        return [given[0]] * count
    if len(given) != count:
        raise BadRequest(
            f"There are {count} ControlNets and {len(given)} {what}.", hint="Give one for each, or one for all."
        )
    return given


def _control(said: Mapping[str, Any], picture: Pixels, way: str | None) -> Control:
    kept = said.get("picture")
    if kept and kept != picture_hash(picture):
        print("gouache: The control picture is not the one that the picture was made with.", file=sys.stderr)
    usual = said.get("from") or KINDS[control_named(said["name"]).kind].reading
    return Control(
        name=str(said["name"]),
        picture=picture,
        reading=Reading.from_text(way or str(usual)),
        **{key: float(said[key]) for key in ("strength", "start", "end") if key in said},
    )
