"""From parsed arguments to the values that requests share, with a picture's recipe as the defaults."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from inference.alpha import Pixels
from inference.api import DEFAULT_MODEL, REFERENCE_WEIGHT, Engine
from inference.cli.arguments import seamless_of, seed_of
from inference.locks import ColourLock, Silhouette
from inference.loras import Lora, file_hash, find_lora, known_loras
from inference.metadata import read_recipe
from inference.pictures import read_picture
from inference.post.chain import Chain, read_chain
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

    references = tuple(picture_of(path) for path in args.reference or ())
    said = recipe.extra if recipe is not None else {}
    if said.get("references") and not references:
        print("gouache: The recipe's reference pictures are not in it. Give them with --reference.", file=sys.stderr)
    loras = tuple(_lora(text) for text in args.lora or ()) or _loras_of(recipe)
    if recipe is not None and recipe.kind == "blend":
        print("gouache: The picture is a blend of others; only its main words and settings are used.", file=sys.stderr)
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
        "references": references,
        "reference_weight": args.reference_weight
        if args.reference_weight is not None
        else said.get("reference_weight", REFERENCE_WEIGHT),
        "loras": loras,
        "previews": False,
    }


def post_of(args: argparse.Namespace, recipe: Recipe | None = None) -> Chain:
    """The steps of ``--post``, else those of the recipe."""
    if args.post is not None:
        return read_chain(args.post) if args.post.strip() else Chain()
    return Chain.from_json(recipe.extra.get("post", [])) if recipe is not None else Chain()


def _lora(text: str) -> Lora:
    """A LoRA that was typed. One that is not in the user's folder is known by its whole path from then on."""
    lora = Lora.from_text(text)
    path = find_lora(lora.name)
    return lora if path in known_loras().values() else Lora(str(path.resolve()), lora.weight)


def _loras_of(recipe: Recipe | None) -> tuple[Lora, ...]:
    """Those of a recipe; a file that is another one by now is told."""
    said = recipe.extra.get("loras", ()) if recipe is not None else ()
    for each in said:
        if file_hash(find_lora(str(each["name"])))[: len(str(each["hash"]))] != each["hash"]:
            print(f"gouache: The LoRA {each['name']} is not the one that the picture was made with.", file=sys.stderr)
    return tuple(Lora(str(each["name"]), float(each["weight"])) for each in said)


def locks(args: argparse.Namespace, recipe: Recipe | None = None) -> dict[str, Any]:
    """What a variation keeps: typed, or as the recipe says."""
    known = recipe.extra if recipe is not None else {}
    return {
        "colour": ColourLock(args.colour or known.get("colour", ColourLock.FREE.value)),
        "silhouette": Silhouette(args.silhouette or known.get("silhouette", Silhouette.FREE.value)),
    }


def make_engine(args: argparse.Namespace) -> Engine:
    """The engine on the device that was asked for. Imports the runtime."""
    from inference.engine import LocalEngine

    return LocalEngine(device=args.device, threads=args.threads)
