"""models delete, models restore: things out of the library into a bin, and back."""

from __future__ import annotations

import argparse
import sys

from inference.errors import UnknownName
from inference.shelf import binned, empty_bin, find_entry, remove, restore

DELETE_HELP = "move a model, LoRA, VAE or embedding of yours to the bin"
RESTORE_HELP = "take something out of the bin again"


def add_delete_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``models delete``."""
    parser.add_argument("name", help="of a model or file, or like lora:ink where several have it")
    parser.add_argument("--for-good", action="store_true", help="empty the bin as well")


def run_delete(args: argparse.Namespace) -> int:
    """Move it to the bin; of a folder that lies elsewhere only the place is forgotten."""
    removed = remove(find_entry(args.name))
    if args.for_good:
        empty_bin()
    elif removed.kept is not None:
        print(f"gouache: take it back with: models restore {removed.key}", file=sys.stderr)
    print(removed.path)
    return 0


def add_restore_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``models restore``."""
    parser.add_argument("name", help="as it was called, or like lora:ink")


def run_restore(args: argparse.Namespace) -> int:
    """Put the newest thing of that name back."""
    found = binned()
    for each in found:
        if args.name in (each.key, each.key.partition(":")[2]):
            print(restore(each))
            return 0
    raise UnknownName("thing in the bin", args.name, [each.key for each in found])
