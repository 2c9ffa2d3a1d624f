"""vary-batch: one style and recipe for a folder of assets, resumable, with a report and a gate."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from inference.api import Engine, Picture, Vary
from inference.batch import OWN, Batch
from inference.batch_report import write_report
from inference.cli import progress
from inference.cli.arguments import add_machine, add_sampling, lock_arguments, post_argument, style_argument
from inference.cli.consistency import add_measure, measure_of
from inference.cli.output import check_folder
from inference.cli.requests import common, locks, make_engine
from inference.errors import BadPicture
from inference.post.chain import Chain, make_step, read_chain
from inference.post.scaling import Upscale

HELP = "vary all pictures of a folder by one recipe, with a contact sheet, a report and a gate"
USUAL_SEED = 0
"""Not a random one: a batch that goes on, or gets one asset more, has to use the same noise."""
METHOD = "lanczos"
"""Of --upscale; others are steps of --post."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("folder", type=Path, help="the assets; sub-folders are followed")
    parser.add_argument(
        "prompt", nargs="?", default="{}", help="{} stands for the asset's .txt, else its name (default: {})"
    )
    style_argument(parser)
    parser.add_argument("--strength", type=float, default=0.6, metavar="X", help="0 to 1 (default: 0.6)")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="results; run again to go on")
    lock_arguments(parser)
    post_argument(parser)
    parser.add_argument("--upscale", type=int, default=None, metavar="N", help="then make it N times as large")
    add_measure(parser)
    parser.add_argument(
        "--gate", type=float, default=None, metavar="X", help="results that score less go to rejected/ (exit status 1)"
    )
    add_sampling(parser)
    add_machine(parser)


def run(args: argparse.Namespace) -> int:
    """Work through the folder, write the report. Exit status 1: the gate rejects some; 2: some are unreadable."""
    args.seed = USUAL_SEED if args.seed is None else args.seed
    post = _chain(args)
    belonging = measure_of(args) if args.references else None
    check_folder(args.out)
    blank = np.zeros((16, 16, 4), np.uint8)
    first = Vary(image=blank, strength=args.strength, **locks(args), **common(args))
    with closing(_Lazy(lambda: make_engine(args))) as lazy:

        def make(request: Vary, label: str) -> Picture:
            (picture,) = progress.run(lazy.engine, request, quiet=args.quiet, label=label)
            return picture

        batch = Batch(
            args.folder,
            args.out,
            args.prompt,
            lambda **own: dataclasses.replace(first, **own),
            make,
            belonging,
            args.gate,
            post,
        )
        for entry in batch.run():
            if entry.error:
                print(f"gouache: {entry.error}", file=sys.stderr)
            elif not args.json:
                print(batch.path_of(entry), flush=True)
    write_report(batch, _title(args, post))
    if args.json:
        print((args.out / OWN / "report.json").read_text("utf-8"), end="")
    else:
        print(f"gouache: {batch.made} made; see {args.out / OWN / 'report.html'}", file=sys.stderr)
    if any(entry.rejected for entry in batch.entries.values()):
        return 1
    return BadPicture.exit_status if any(entry.error for entry in batch.entries.values()) else 0


def _chain(args: argparse.Namespace) -> Chain:
    """The steps that follow, upscaling at the end."""
    chain = read_chain(args.post) if args.post is not None else Chain()
    last = (make_step(Upscale.name, {"by": str(args.upscale), "method": METHOD}),) if args.upscale is not None else ()
    return Chain(chain.steps + last)


def _title(args: argparse.Namespace, post: Chain) -> str:
    kept = [f"{name} {value}" for name in ("colour", "silhouette") if (value := getattr(args, name))]
    said = [args.style or "as is", f"strength {args.strength:g}", *kept, *([post.as_text()] if post.steps else [])]
    return f"{args.folder.resolve().name} · {' · '.join(said)}"


class _Lazy:
    """The engine when it is first needed: a batch with nothing to do starts none."""

    def __init__(self, start: Callable[[], Engine]) -> None:
        self._start = start
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            self._engine = self._start()
        return self._engine

    def close(self) -> None:
        if self._engine is not None:
            self._engine.close()
