"""styles list, show, export, import, delete: the styles that one has, and styles as files to pass on."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from inference.cli.output import fresh
from inference.style_files import as_json, delete_style, own_styles
from inference.styles import Style, find_style, load_styles

LIST_HELP = "list all styles"
SHOW_HELP = "say what a style does"
EXPORT_HELP = "write a style as one file to pass on"
IMPORT_HELP = "take styles from files into your own"
DELETE_HELP = "delete styles of your own"


def add_list_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``styles list``."""
    _json(parser)


def add_show_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``styles show``."""
    parser.add_argument("style", metavar="NAME", help="or a blend: fluent:0.6+noto:0.4")
    _json(parser)


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``styles export``."""
    parser.add_argument("style", metavar="NAME")
    parser.add_argument("--out", type=Path, default=Path(), metavar="FILE|FOLDER", help="default: here, by its name")


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``styles import``."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="*.gouache-style")
    parser.add_argument("--title", default=None, metavar="TEXT", help="call it otherwise (one file)")


def add_delete_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``styles delete``."""
    parser.add_argument("styles", nargs="+", metavar="NAME")


def run_list(args: argparse.Namespace) -> int:
    """One line for each."""
    own = own_styles()
    styles = load_styles()
    if args.json:
        print(json.dumps([_described(style, style.name in own) for style in styles.values()], ensure_ascii=False))
        return 0
    width = max((len(name) for name in styles), default=0)
    for name, style in styles.items():
        print(f"{name:<{width}}  {style.title}{'' if name not in own else ' (yours)'}{_parts(style)}")
    return 0


def run_show(args: argparse.Namespace) -> int:
    """All that it says."""
    style = find_style(args.style)
    described = _described(style, style.name in own_styles())
    if args.json:
        print(json.dumps(described, ensure_ascii=False))
        return 0
    for key, value in described.items():
        if value not in (None, "", [], {}, False):
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            print(f"{key:<10} {shown}")
    return 0


def run_export(args: argparse.Namespace) -> int:
    """Write it and print where."""
    from inference.style_share import SHARE_SUFFIX, export_style

    style = find_style(args.style)
    path = args.out / f"{style.name}{SHARE_SUFFIX}" if args.out.is_dir() else args.out
    path = path if path.suffix == SHARE_SUFFIX else path.with_name(path.name + SHARE_SUFFIX)
    print(export_style(style, fresh(path)))
    return 0


def run_import(args: argparse.Namespace) -> int:
    """Read them and print their names."""
    from inference.errors import BadRequest
    from inference.style_share import import_style

    if args.title is not None and len(args.files) > 1:
        raise BadRequest("One title cannot be for several styles.", hint="Import them one by one.")
    for path in args.files:
        print(import_style(path, args.title).name, flush=True)
    return 0


def run_delete(args: argparse.Namespace) -> int:
    """Delete them, each whole."""
    for name in args.styles:
        delete_style(name)
        print(name)
    return 0


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print as JSON")


def _parts(style: Style) -> str:
    has = {
        f"{len(style.loras)} LoRA": style.loras,
        f"{len(style.references)} pictures": style.references,
        "palette": style.palette,
        "post": style.post.steps,
        "own model": style.model,
    }
    words = [word for word, there in has.items() if there]
    return f": {', '.join(words)}" if words else ""


def _described(style: Style, own: bool) -> dict[str, Any]:
    if style.parts:
        names = [{"style": part.name, "weight": round(weight, 4)} for part, weight in style.parts]
        return {"name": style.name, "title": style.title, "own": own, "parts": names} | _look(style)
    said = as_json(style)
    said.pop("version")
    return said | {"own": own} | _look(style)


def _look(style: Style) -> dict[str, Any]:
    """With files by their paths, since these are the user's own eyes."""
    return {
        "loras": [{"file": lora.name, "weight": lora.weight} for lora in style.loras],
        "references": [str(path) for path in style.references],
        "post": style.post.as_text(),
    }
