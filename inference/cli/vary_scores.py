"""The scores of a board: ``vary --sort`` orders its cells by how well they belong."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inference.alpha import Pixels
from inference.board_files import BoardFolder, Saved
from inference.board_scores import (
    Against,
    References,
    approved,
    best_first,
    scores,
    source_features,
    taste_file,
)
from inference.consistency import COMPONENTS, DEFAULT_WEIGHTS, Score
from inference.errors import BadRequest
from inference.features import Features, features
from inference.files import write_text
from inference.pictures import write_picture
from inference.sheets import contact_sheet
from inference.taste import Taste

SHEET, FILE = "best-first.png", "scores.json"
MOST_ON_SHEET, COLUMNS, CELL = 200, 8, 128


def add_arguments(group: argparse._ActionsContainer) -> None:
    """What to measure against, and the project's weights."""
    group.add_argument(
        "--sort",
        action="append",
        default=None,
        metavar="WHAT",
        help="best first, measured against pins, source, or approved pictures (a file or folder; several times)",
    )
    group.add_argument(
        "--taste", type=Path, default=None, metavar="FILE", help="a project's picks (default: taste.json beside boards)"
    )


def measured(
    args: argparse.Namespace, folder: BoardFolder, saved: Saved, pictures: Mapping[str, Pixels]
) -> dict[str, Score]:
    """Scores of a board's cells by their keys, the best first; none when nothing is measured.

    Raises:
        BadRequest: when there is nothing to measure against.
    """
    if saved.references is None or not pictures:
        return {}
    place = args.taste or taste_file(folder.path)
    weights = Taste.load(place).weights if place.exists() or args.taste else dict(DEFAULT_WEIGHTS)
    found = {key: features(pixels) for key, pixels in pictures.items()}
    scored = scores(found, _references(folder, saved, found), weights)
    ranked = {key: scored[key] for key in best_first(scored)}
    said = {
        "against": saved.references.as_json(),
        "weights": weights,
        "cells": [{"key": key, "score": one.total, "components": one.components} for key, one in ranked.items()],
    }
    write_text(folder.path / FILE, json.dumps(said, ensure_ascii=False, indent=1, default=dict) + "\n")
    return ranked


def check(saved: Saved) -> None:
    """Before anything is made: is there something to measure against?

    Raises:
        BadRequest: when there is not.
    """
    references = saved.references
    if references is None:
        return
    if references.against is Against.PINS and not saved.pinned:
        raise BadRequest("No cell of this board is pinned.", hint="Pin some in the window, or sort by other pictures.")
    if references.against is Against.SOURCE and getattr(saved.board.base, "image", None) is None:
        source_features(None)


def _references(folder: BoardFolder, saved: Saved, found: Mapping[str, Features]) -> dict[str, Features]:
    assert saved.references is not None
    match saved.references.against:
        case Against.SOURCE:
            return source_features(getattr(saved.board.base, "image", None))
        case Against.APPROVED:
            read, broken = approved(saved.references.places)
            for reason in broken:
                print(f"gouache: {reason}", file=sys.stderr)
            return read
    elsewhere = {key: made for key in saved.pinned - found.keys() if (made := folder.read(key)) is not None}
    pins = {key: found[key] for key in found.keys() & saved.pinned}
    return dict(sorted((pins | {key: features(made.pixels) for key, made in elsewhere.items()}).items()))


def table(scored: Mapping[str, Score], names: Mapping[str, str]) -> str:
    """For people: each cell's score and what it is made of, the best first."""
    head = f"{'score':>6}" + "".join(f"{name:>11}" for name in COMPONENTS) + "  cell"
    rows = [
        f"{one.total:6.2f}" + "".join(f"{one.components[name]:11.2f}" for name in COMPONENTS) + f"  {names[key]}"
        for key, one in scored.items()
    ]
    return "\n".join([head, *rows])


def sheet(
    folder: BoardFolder,
    scored: Mapping[str, Score],
    pictures: Mapping[str, Pixels],
    names: Mapping[str, str],
    title: str,
) -> tuple[Path, Pixels]:
    """Write the cells in the order of their scores."""
    shown = list(scored)[:MOST_ON_SHEET]
    labels = [f"{scored[key].total:.2f} {names[key]}" for key in shown]
    columns = min(COLUMNS, max(4, len(shown)))
    pixels = contact_sheet([pictures[key] for key in shown], labels, columns=columns, title=title, cell=CELL)
    write_picture(folder.path / SHEET, pixels)
    return folder.path / SHEET, pixels


def said(score: Score | None) -> dict[str, Any]:
    """A cell's part in ``--json``."""
    return {} if score is None else {"score": score.total, "components": dict(score.components)}


def references_of(args: argparse.Namespace, before: Saved | None) -> References | None:
    """What was asked for, else what the board was last measured against when its cells are only to be sorted again."""
    if args.sort:
        return References.parse(args.sort)
    return before.references if before is not None else None
