"""models import: whatever a designer owns, into the library: converted, copied, or used where it lies."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from inference.cli.models import describe_found
from inference.control_card import control_named
from inference.controls import KINDS, UNKNOWN
from inference.detected import Detected, What
from inference.detecting import detect
from inference.errors import BadRequest
from inference.importing import CONVERTED, Imported, copy_in, find_vae, folder_for, free_name, name_of, take_folder
from inference.machine import nvidia_driver
from inference.units import readable

HELP = "bring in a model, LoRA, ControlNet, VAE or embedding: convert it where that is needed, without a network"
PRECISIONS = ("auto", "fp32", "fp16", "half-weights")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("path", type=Path, metavar="PATH", help=".safetensors file, diffusers folder or ONNX folder")
    parser.add_argument("--name", default=None, help="what it is called here (default: like the file)")
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="auto",
        help="fp16 computes in half precision; half-weights only stores in it (default: fp16 with an NVIDIA card, "
        "else half-weights, or fp32 for what is stored so)",
    )
    parser.add_argument("--vae", default=None, metavar="NAME|FILE", help="take this autoencoder instead of its own")
    parser.add_argument("--prediction", choices=("epsilon", "v"), default=None, help="where the file does not say it")
    parser.add_argument("--kind", choices=tuple(KINDS), default=None, help="of a ControlNet, where its name says none")
    parser.add_argument("--title", default="", help="what people call it")
    parser.add_argument("--licence", default="", metavar="TEXT", help="its licence, where the file does not say it")
    parser.add_argument(
        "--native", type=int, default=0, metavar="PIXELS", help="side of the pictures it was trained on"
    )
    parser.add_argument("--copy", action="store_true", help="copy an ONNX folder (default: use it where it lies)")
    parser.add_argument("--overwrite", action="store_true", help="replace a model of the same name")
    parser.add_argument("--estimate", action="store_true", help="only say what it is and what importing it takes")
    parser.add_argument("--ask", action="store_true", help="say what a conversion takes, and wait for the line 'yes'")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--json-lines", action="store_true", help="print progress as lines of JSON, too")


def run(args: argparse.Namespace) -> int:
    """Bring it in; print its name."""
    path = args.path.expanduser()
    found = detect(path)
    if found.what in CONVERTED:
        return _convert(found, args)
    if args.estimate:
        _print(args, {**describe_found(found), "takes": f"{readable(found.bytes)} of disk"})
        return 0
    name = name_of(found, args.name)
    taken = take_folder(found, name, copy=args.copy) if found.what is What.ONNX else copy_in(found, name)
    _tell(args, found, taken)
    return 0


def _convert(found: Detected, args: argparse.Namespace) -> int:
    name = name_of(found, args.name)
    kept = args.name or args.overwrite
    target = folder_for(found.what) / (name if kept else free_name(name, found.what))
    if args.kind and found.what is not What.CONTROLNET:
        raise BadRequest("--kind is for ControlNets.", hint=f"This is {found.what.value}.")
    if args.native and not (64 <= args.native <= 4096 and args.native % 8 == 0):
        raise BadRequest(f"--native {args.native} cannot be.", hint="Give a multiple of 8 from 64 to 4096.")
    from training.conversion import Order, convert, estimate
    from training.export import Precision

    order = Order(
        found=found,
        target=target,
        precision=Precision(_precision(found, args.precision)),
        vae=find_vae(args.vae) if args.vae else None,
        prediction={"v": "v_prediction", "epsilon": "epsilon", None: ""}[args.prediction],
        title=args.title,
        licence=args.licence,
        native=args.native,
        kind=args.kind or "",
    )
    expected = estimate(order)
    takes = (
        f"about {_time(expected.seconds)}, {readable(expected.memory)} of memory, {readable(expected.disk)} of disk "
        f"and {readable(expected.scratch)} more until it is done"
    )
    if args.estimate:
        _print(args, {**describe_found(found), "takes": takes} | _numbers(expected))
        return 0
    if args.ask:
        _ask(found, _numbers(expected), takes)
    elif not args.json_lines:
        print(f"gouache: {found.sentence}: {takes}.", file=sys.stderr)
    for doing in convert(order, overwrite=args.overwrite):
        if args.json_lines:
            said = {"doing": doing.words, "share": round(doing.share, 4), "seconds_left": round(doing.seconds_left, 1)}
            print(json.dumps(said), flush=True)
        else:
            left = _time(doing.seconds_left)
            print(f"[{100 * doing.share:3.0f}%] {doing.words} (about {left} left)", file=sys.stderr, flush=True)
    _tell(args, found, Imported(target.name, target))
    return 0


def _ask(found: Detected, numbers: dict[str, Any], takes: str) -> None:
    """Say what it takes and wait. Raises BadRequest for anything but yes."""
    print(json.dumps({"asks": found.sentence, **numbers, "takes": takes}, ensure_ascii=False), flush=True)
    if sys.stdin.readline().strip() != "yes":
        raise BadRequest("The import was not begun.")


def _precision(found: Detected, asked: str) -> str:
    if asked != "auto":
        return asked
    if nvidia_driver():
        return "fp16"
    return "fp32" if found.precision in ("fp32", "fp64") else "half-weights"


def _numbers(expected: Any) -> dict[str, Any]:
    return {"memory": expected.memory, "disk": expected.disk, "scratch": expected.scratch, "seconds": expected.seconds}


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _print(args: argparse.Namespace, said: dict[str, Any]) -> None:
    if args.json or args.json_lines:
        print(json.dumps(said, ensure_ascii=False), flush=True)
        return
    for key, value in said.items():
        print(f"{key + ':':<14} {value}")


def _tell(args: argparse.Namespace, found: Detected, taken: Imported) -> None:
    said = {"name": taken.name, "path": str(taken.path), "what": found.what.value, "known": taken.known}
    if args.json or args.json_lines:
        print(json.dumps(said, ensure_ascii=False), flush=True)
        return
    if taken.known:
        print(f"gouache: it is there already, as {taken.name}.", file=sys.stderr)
    use = {What.LORA: f"--lora {taken.name}", What.VAE: f"models import ... --vae {taken.name}"}
    use[What.CONTROLNET] = f"--control {taken.name} --control-picture FILE"
    if found.what is What.CONTROLNET and control_named(str(taken.path)).kind == UNKNOWN:
        print(
            "gouache: Its name does not say what it was trained on. Import it with --kind and --overwrite to say it.",
            file=sys.stderr,
        )
    use = dict.fromkeys((*CONVERTED, What.ONNX), f'generate "..." --model {taken.name}') | use
    if found.what in use:
        print(f"gouache: use it with: {use[found.what]}", file=sys.stderr)
    print(taken.path)
