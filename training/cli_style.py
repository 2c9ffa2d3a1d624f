"""train style, train speed: from a folder of pictures to a style in the studio, in one command that goes on."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from inference.api import DEFAULT_MODEL
from inference.errors import BadRequest, GouacheError
from inference.trainings import (
    ORDER,
    PICTURES,
    Effort,
    Order,
    check_title,
    draft_folder,
    read_order,
    read_speed,
    trainings_folder,
    usual_threads,
    write_order,
)

HELP = "teach the embedded model a style, which then is in the studio's list"
SPEED_HELP = "measure how fast this machine trains styles"
NOT_DONE = 130
"""Exit status of a training that was stopped before its end."""
NICE = 10
"""Other programs come first."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train style``."""
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="pictures (with --name), or a training to go on with: its folder"
    )
    new = parser.add_argument_group("a new style")
    new.add_argument("--name", default="", metavar="TEXT", help="what the style is called")
    new.add_argument("--effort", choices=[effort.value for effort in Effort], default="normal", help="default: normal")
    new.add_argument(
        "--model", default=DEFAULT_MODEL, metavar="NAME", help=f"what is taught (default: {DEFAULT_MODEL})"
    )
    new.add_argument("--source", default="", metavar="TEXT", help="where the pictures come from")
    new.add_argument("--licence", default="unknown", metavar="SPDX", help="e.g. CC0-1.0; own for your own work")
    new.add_argument("--author", default="", metavar="NAME", help="who made them")
    parser.add_argument(
        "--check", action="store_true", help="only look at the pictures and say what is wrong with them"
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="default: cpu")
    _add_machine(parser)


def add_speed_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train speed``."""
    parser.add_argument("--model", default=DEFAULT_MODEL, metavar="NAME", help=f"default: {DEFAULT_MODEL}")
    parser.add_argument("--again", action="store_true", help="measure though it was measured before")
    _add_machine(parser)


def _add_machine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threads", type=int, default=None, metavar="N", help="default: all cores but one")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def run(args: argparse.Namespace) -> int:
    """Train a style, or go on; its file is the result."""
    folder = args.folder
    if not (folder / ORDER).is_file():
        folder = _begin(args, folder)
    if args.check:
        try:
            return _check(args, folder)
        finally:
            if folder != args.folder:
                shutil.rmtree(folder, ignore_errors=True)
    _step_back()
    from training.style import train_style

    style = train_style(folder, device=args.device, threads=args.threads or usual_threads(), report=_shower(args))
    if style is None:
        print(f"gouache: The training is saved; go on with: train style {folder}", file=sys.stderr)
        return NOT_DONE
    print(json.dumps({"path": str(style), "style": style.stem}, ensure_ascii=False) if args.json else style)
    return 0


def run_speed(args: argparse.Namespace) -> int:
    """Measure, unless it is known."""
    speed = None if args.again or args.threads else read_speed(args.model)
    if speed is None:
        _step_back()
        from training.style import measure_speed

        speed = measure_speed(args.model, threads=args.threads or usual_threads())
    minutes = {effort.value: round(speed.seconds(effort) / 60, 1) for effort in Effort}
    if args.json:
        print(json.dumps({**asdict(speed), "minutes": minutes}))
    else:
        for name, value in minutes.items():
            print(f"{name:<9} about {value:g} minutes")
    return 0


def _begin(args: argparse.Namespace, pictures: Path) -> Path:
    """A training with copies of the pictures in a folder."""
    if not pictures.is_dir():
        raise BadRequest(f"{pictures} is not a folder.", hint="Give a folder of pictures.")
    if not args.name:
        raise BadRequest("The style has no name.", hint="Give it one with --name.")
    order = Order(
        title=args.name,
        model=args.model,
        effort=Effort(args.effort),
        source=args.source,
        licence=args.licence,
        author=args.author,
    )
    check_title(order)
    folder = trainings_folder() / (f"{draft_folder().name}-{order.name}" if args.check else order.name)
    try:
        if args.check:
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(pictures, folder / PICTURES, ignore=shutil.ignore_patterns(".*"))
    except (OSError, shutil.Error) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise BadRequest(f"{pictures} could not be copied.", hint="Is the disk full?", detail=str(error)) from error
    write_order(folder, order)
    return folder


def _check(args: argparse.Namespace, folder: Path) -> int:
    from training.style import check_count, check_style

    dataset = check_style(folder)
    problem: GouacheError | None = None
    try:
        check_count(dataset)
    except GouacheError as error:
        problem = error
    title = read_order(folder).title
    if args.json:
        pictures = [_judged(entry) for entry in dataset.entries]
        said = {"message": problem.message, "hint": problem.hint} if problem else None
        print(json.dumps({"pictures": pictures, "problem": said, "obstacles": dataset.obstacles}, ensure_ascii=False))
        return 0
    for entry in dataset.entries:
        words = "; ".join(entry.reasons)
        print(
            f"{'used' if entry.used else 'left out':<9} {entry.file}: {entry.caption}"
            + (f"  ({words})" if words else "")
        )
    for why in dataset.obstacles:
        print(f"'{title}' would be for yourself: {why}.", file=sys.stderr)
    if problem is not None:
        raise problem
    return 0


def _judged(entry: Any) -> dict[str, Any]:
    return {"file": entry.file, "caption": entry.caption, "used": entry.used, "reasons": list(entry.reasons)}


def _shower(args: argparse.Namespace) -> Any:
    from training.progress import in_words

    shown = 0.0

    def show(progress: Any) -> None:
        nonlocal shown
        now = time.monotonic()
        if not args.quiet and (progress.worth_a_line or now - shown > 2):
            shown = now
            print(in_words(progress), file=sys.stderr, flush=True)

    return show


def _step_back() -> None:
    """Let other programs go first, the window above all."""
    import psutil

    process = psutil.Process()
    if sys.platform == "win32":
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    elif process.nice() < NICE:
        process.nice(NICE)
