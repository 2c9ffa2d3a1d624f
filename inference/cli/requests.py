"""From parsed arguments to the values that requests share, with a picture's recipe as the defaults."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from inference.alpha import Pixels
from inference.api import DEFAULT_MODEL, Engine
from inference.cli.arguments import seamless_of, seed_of
from inference.metadata import read_recipe
from inference.pictures import read_picture
from inference.recipe import Recipe


def picture_of(path: Path) -> Pixels:
    """The picture in a file; what its reader should know goes to stderr."""
    loaded = read_picture(path)
    for note in loaded.notes:
        print(f"gouache: {note}", file=sys.stderr)
    return loaded.pixels


def recipe_of(args: argparse.Namespace) -> Recipe | None:
    """The recipe of ``--from``, or none."""
    return read_recipe(args.recipe) if getattr(args, "recipe", None) else None


def common(args: argparse.Namespace, recipe: Recipe | None = None) -> dict[str, Any]:
    """The fields of every request. What was typed wins over the recipe, the recipe over the model's defaults."""

    def chosen(typed: Any, name: str, default: Any = None) -> Any:
        if typed is not None and typed != "":
            return typed
        return getattr(recipe, name) if recipe is not None else default

    style = args.style if isinstance(args.style, str) else None
    return {
        "model": chosen(args.model, "model", DEFAULT_MODEL),
        "prompt": chosen(args.prompt, "prompt", ""),
        "negative": chosen(args.negative, "negative", ""),
        "style": chosen(style, "style"),
        "seed": recipe.seed if args.seed is None and recipe is not None else seed_of(args.seed),
        "steps": chosen(args.steps, "steps"),
        "guidance": chosen(args.guidance, "guidance"),
        "scheduler": chosen(args.scheduler, "scheduler"),
        "clip_skip": chosen(args.clip_skip, "clip_skip", 0),
        "variation_seed": chosen(args.variation_seed, "variation_seed"),
        "variation_strength": chosen(args.variation_strength, "variation_strength", 0.0),
        "seamless": seamless_of(chosen(args.seamless, "seamless", None) or None),
        "previews": False,
    }


def make_engine(args: argparse.Namespace) -> Engine:
    """The engine on the device that was asked for. Imports the runtime."""
    from inference.engine import LocalEngine

    return LocalEngine(device=args.device, threads=args.threads)
