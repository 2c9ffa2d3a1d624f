"""models check: is a model folder whole, and does it make a picture?"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from inference.cli.arguments import add_device
from inference.errors import ModelRefused
from inference.library import model_folders
from inference.manifest import MANIFEST_FILE, PARTS

HELP = "check a model folder: files, hashes, words, licence, graphs, one small picture"
WHOLE, BROKEN = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", metavar="NAME|FOLDER", help="an installed model, or any folder")
    parser.add_argument("--steps", type=int, default=4, metavar="N", help="of the picture (default: 4)")
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    """Print a line for each check; status 1 when one of them fails."""
    folder = _folder(args.model)
    from inference.checking import State, check_model

    found = []
    for check in check_model(folder, steps=args.steps, device=args.device, threads=args.threads):
        found.append(check)
        if not args.json:
            print(f"{check.state.value:<5} {check.name:<19} {check.words}", flush=True)
    whole = all(check.state is not State.FAIL for check in found)
    if args.json:
        checks = [{"name": check.name, "state": check.state.value, "words": check.words} for check in found]
        print(json.dumps({"folder": str(folder), "whole": whole, "checks": checks}, ensure_ascii=False, indent=2))
    return WHOLE if whole else BROKEN


def _folder(name: str) -> Path:
    """The folder of an installed model, or one that is meant to be a model.

    Raises:
        ModelRefused: when it is nothing of the kind.
    """
    folder = model_folders().get(name, Path(name).expanduser())
    if any((folder / each).exists() for each in ("model_index.json", MANIFEST_FILE, *PARTS)):
        return folder
    raise ModelRefused(
        f"'{name}' is neither an installed model nor a model folder.", hint="See: python main.py models list"
    )
