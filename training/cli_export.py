"""models export: a diffusers pipeline folder to an ONNX folder that the engine runs."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from inference.errors import BadRequest

HELP = "export a diffusers pipeline folder to an ONNX model folder"
PRECISIONS = ("fp32", "fp16", "half-weights")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("source", type=Path, metavar="FOLDER", help="diffusers pipeline with safetensors weights")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the new model folder")
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="fp32",
        help="fp16 computes in half precision (for GPUs); half-weights only stores in it (default: fp32)",
    )
    parser.add_argument(
        "--card", type=Path, default=None, metavar="JSON", help="title, licence, defaults ... of the manifest"
    )
    parser.add_argument("--plain-attention", action="store_true", help="standard operators only, for other runtimes")
    parser.add_argument("--overwrite", action="store_true", help="replace --out when it exists")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(args: argparse.Namespace) -> int:
    """Export, compare every part with PyTorch, print the report."""
    card = _card(args.card)
    from training.export import Precision, export_pipeline

    def progress(part: str, index: int, count: int) -> None:
        print(f"[{index + 1}/{count}] {part}", file=sys.stderr, flush=True)

    reports = export_pipeline(
        args.source,
        args.out,
        precision=Precision(args.precision),
        fused_attention=not args.plain_attention,
        card=card,
        progress=progress,
        overwrite=args.overwrite,
    )
    if args.json:
        print(json.dumps({"path": str(args.out), "parts": [vars(report) for report in reports]}, indent=2))
        return 0
    for report in reports:
        print(
            f"{report.part:<16} largest difference from PyTorch {report.largest:.1e}, relative {report.relative:.1e}",
            file=sys.stderr,
        )
    print(args.out)
    return 0


def _card(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        card = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadRequest(f"{path} is not readable JSON.", hint="Check --card.", detail=str(error)) from error
    if not isinstance(card, dict):
        raise BadRequest(f"{path} does not hold settings.", hint="Check --card.")
    return card
