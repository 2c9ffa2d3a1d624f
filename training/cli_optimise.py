"""models optimise: find by measuring which form of a model is the fastest on this device, and use it from then on."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys

from inference.errors import BadRequest
from inference.library import find_model
from inference.manifest import ModelManifest
from inference.tuned import OWN, Decision, Row, cost_of, decision_of, forget
from inference.units import readable

HELP = "measure which form of a model is the fastest on this device, and use that"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", metavar="NAME|FOLDER", help="an installed model, or any folder")
    parser.add_argument("--device", default="auto", help="auto, cuda, directml, coreml or cpu")
    parser.add_argument("--threads", type=int, default=None, metavar="N", help="cores for the processor")
    parser.add_argument("--again", action="store_true", help="measure although it was done here before")
    parser.add_argument("--undo", action="store_true", help="run the model as it is again")
    parser.add_argument("--estimate", action="store_true", help="only say what it takes")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--json-lines", action="store_true", help="print progress as lines of JSON, too")


def run(args: argparse.Namespace) -> int:
    """Measure, decide, and print the table."""
    if args.threads is not None and args.threads < 1:
        raise BadRequest(f"--threads {args.threads} cannot be.", hint="Give 1 or more.")
    manifest = find_model(args.model)
    part = manifest.parts["unet"]
    if args.undo:
        said = "runs as it is again." if forget(part) else "ran as it is already."
        print(f"gouache: {manifest.title} {said}", file=sys.stderr)
        return 0
    cost = cost_of(part)
    takes = f"{readable(cost.memory)} of memory, and {readable(cost.disk)} of disk until it is done"
    if args.estimate:
        numbers = {"name": manifest.name, "memory": cost.memory, "disk": cost.disk}
        print(json.dumps(numbers) if args.json or args.json_lines else f"it takes about {takes}")
        return 0
    found = None if args.again else _known(manifest, args)
    if found is not None:
        print("gouache: that was measured here before; --again measures anew.", file=sys.stderr)
    else:
        print(f"gouache: measuring {manifest.title}; it takes about {takes}.", file=sys.stderr)
        found = _measure(manifest, args)
    _print(args, manifest, found)
    return 0


def _known(manifest: ModelManifest, args: argparse.Namespace) -> Decision | None:
    from contextlib import closing

    from inference.runtime import Runtime

    with closing(Runtime(device=args.device)) as runtime:
        return decision_of(manifest.parts["unet"], runtime.place)


def _measure(manifest: ModelManifest, args: argparse.Namespace) -> Decision:
    from training.trials import Trial, Trying

    decision: Decision | None = None
    for said in Trial(manifest, device=args.device, threads=args.threads).run():
        match said:
            case Trying():
                if args.json_lines:
                    print(json.dumps({"doing": said.words, "share": round(said.share, 4)}), flush=True)
                else:
                    print(f"[{100 * said.share:3.0f}%] {said.words}", file=sys.stderr, flush=True)
            case Decision():
                decision = said
            case Row():
                pass
    assert decision is not None
    return decision


def _print(args: argparse.Namespace, manifest: ModelManifest, found: Decision) -> None:
    if args.json or args.json_lines:
        print(json.dumps({"name": manifest.name, **dataclasses.asdict(found)}, ensure_ascii=False), flush=True)
        return
    for row in found.rows:
        print("\t".join(_cells(row)))
    what = "as it is" if found.variant == OWN else found.variant
    print(f"gouache: {manifest.title} runs here {what}.", file=sys.stderr)


def _cells(row: Row) -> tuple[str, ...]:
    """Variant, time of a prediction, share of the own time, how far off predictions, latents and the picture are."""
    name = "as it is" if row.variant == OWN else row.variant
    timed = (f"{row.seconds:.3g} s", f"{row.ratio:.2f}x") if row.ratio else ("-", "-")
    errors = (f"{100 * row.prediction:.2g} %", f"{100 * row.latents:.2g} %", f"{row.picture:.2g}/255")
    return (name, *timed, *errors, readable(row.bytes) if row.bytes else "-", row.problem)
