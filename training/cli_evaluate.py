"""train evaluate: one report for any model. train prompts: the list that models are asked."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from inference.cli.arguments import add_device
from inference.errors import BadRequest

HELP = "measure a model on held-out pictures and a fixed list of prompts, or compare reports"
PROMPTS_HELP = "make the list of prompts that models are asked for from a dataset"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train evaluate``."""
    parser.add_argument("model", nargs="?", default=None, metavar="MODEL", help="name or folder of an exported model")
    parser.add_argument("--data", type=Path, default=None, metavar="DATASET", help="a dataset with normalised pictures")
    parser.add_argument("--judge", type=Path, default=None, metavar="FOLDER", help="from train judge")
    parser.add_argument("--out", type=Path, default=None, metavar="FOLDER", help="of the report; goes on where it was")
    parser.add_argument("--compare", type=Path, nargs="+", default=None, metavar="REPORT", help="print a table instead")
    parser.add_argument(
        "--steps", default=None, metavar="N,N", help="denoising steps; further ones are compared with it"
    )
    parser.add_argument("--guidance", type=float, default=None, metavar="X", help="default: the model's")
    parser.add_argument("--scheduler", default=None, metavar="NAME", help="sampler (default: the model's)")
    parser.add_argument("--quick", action="store_true", help="a subset, in some minutes")
    parser.add_argument("--without", default="", metavar="A,B", help="sections to leave out")
    parser.add_argument("--prompts", type=Path, default=None, metavar="FILE", help="another list (train prompts)")
    parser.add_argument("--styles", default="", metavar="A=B,C=D", help="the dataset's styles to the model's names")
    parser.add_argument("--size", type=int, default=None, metavar="N", help="side of the normalised pictures")
    parser.add_argument(
        "--card", type=Path, default=None, metavar="FILE", help="model card whose evaluation is replaced"
    )
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def run(args: argparse.Namespace) -> int:
    """Evaluate and print the report's path, or compare reports."""
    from training.evaluate.report import compared, in_words, read_report, update_card

    if args.compare is not None:
        print(compared([read_report(path) for path in args.compare]))
        return 0
    missing = [name for name in ("model", "data", "judge", "out") if getattr(args, name) is None]
    if missing:
        said = "MODEL" if missing[0] == "model" else f"--{missing[0]}"
        raise BadRequest(f"train evaluate needs {said}.", hint="Or --compare with reports.")
    from training.evaluate.asked import Sampling
    from training.evaluate.prompts import PROMPTS
    from training.evaluate.run import EvaluationSettings, evaluate

    steps = _numbers(args.steps) if args.steps else ()
    settings = EvaluationSettings(
        sampling=Sampling(steps=steps[0] if steps else None, guidance=args.guidance, scheduler=args.scheduler),
        compare_steps=steps if len(steps) > 1 else (),
        quick=args.quick,
        prompts=args.prompts or PROMPTS,
        styles=_pairs(args.styles),
        side=args.size,
        without=tuple(name.strip() for name in args.without.split(",") if name.strip()),
        device=args.device,
        threads=args.threads,
    )
    report = evaluate(args.model, args.data, args.judge, args.out, settings=settings, progress=_progress(args.quiet))
    if args.card is not None:
        update_card(args.card, report)
    if args.json:
        print(json.dumps(report.as_json(), indent=1, ensure_ascii=False))
        return 0
    if not args.quiet:
        print(in_words(report), file=sys.stderr)
    print(args.out / "report.json")
    return 0


def add_prompts_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train prompts``."""
    parser.add_argument("dataset", type=Path, metavar="DATASET", help="a labelled dataset with normalised pictures")
    parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="default: the program's own list")
    parser.add_argument("--size", type=int, default=None, metavar="N", help="side of the normalised pictures")


def run_prompts(args: argparse.Namespace) -> int:
    """Write the list and print its path."""
    from training.evaluate.pictures import RealPictures
    from training.evaluate.prompts import KINDS, PROMPTS, make_prompts, write_prompts

    real = RealPictures.read(args.dataset, args.size)
    prompts = make_prompts(real.entries, real.splits)
    path = args.out or PROMPTS
    write_prompts(path, prompts)
    counts = ", ".join(f"{sum(p.kind == kind for p in prompts)} {kind}" for kind in KINDS)
    print(f"{len(prompts)} prompts: {counts}", file=sys.stderr)
    print(path)
    return 0


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise BadRequest(f"'{text}' is no list of steps.", hint="Give whole numbers, as in 20,8,4.") from None


def _pairs(text: str) -> dict[str, str]:
    parts = [part.partition("=") for part in text.split(",") if part.strip()]
    if not all(sign and name.strip() and other.strip() for name, sign, other in parts):
        raise BadRequest(f"'{text}' does not say which style is which.", hint="Give it as noto=soft,flat=plain.")
    return {name.strip(): other.strip() for name, _, other in parts}


def _progress(quiet: bool) -> Callable[[str, int], None]:
    """At most one line in two seconds."""
    shown = 0.0

    def tell(what: str, done: int) -> None:
        nonlocal shown
        if not quiet and time.monotonic() - shown > 2:
            print(f"{what}: {done}", file=sys.stderr, flush=True)
            shown = time.monotonic()

    return tell
