"""Arguments that several commands share, and the parser that answers with one line."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from inference.api import DEFAULT_MODEL, Seamless
from inference.errors import BadRequest
from inference.locks import ColourLock, Silhouette
from inference.samplers import SAMPLERS

T = TypeVar("T")


class Parser(argparse.ArgumentParser):
    """argparse, but an error is one line that says what to do, and exit status 2."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", _Help)
        kwargs.setdefault("allow_abbrev", False)
        super().__init__(*args, **kwargs)

    def error(self, message: str) -> NoReturn:
        """Print one line and leave with status 2."""
        sys.stderr.write(f"gouache: {message}. See: {self.prog} --help\n")
        raise SystemExit(2)


class _Help(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=100)


def add_sampling(parser: argparse.ArgumentParser) -> None:
    """Words, seed and sampling: what every picture needs."""
    group = parser.add_argument_group("picture")
    group.add_argument("--negative", default="", metavar="TEXT", help="what the picture should not be")
    group.add_argument("--seed", type=int, default=None, metavar="N", help="of the first picture (default: random)")
    group.add_argument("--steps", type=int, default=None, metavar="N", help="denoising steps (default: the model's)")
    group.add_argument("--guidance", type=float, default=None, metavar="X", help="how closely the words are followed")
    group.add_argument("--scheduler", default=None, metavar="NAME", help=f"sampler: {', '.join(SAMPLERS)}")
    group.add_argument("--clip-skip", type=int, default=None, metavar="N", help="leave out the last N text layers")
    group.add_argument("--variation-seed", type=int, default=None, metavar="N", help="a second seed to mix in")
    group.add_argument("--variation-strength", type=float, default=None, metavar="X", help="how much of it: 0 to 1")
    group.add_argument(
        "--seamless", choices=("none", "x", "y", "both"), default=None, help="repeat without a seam on these axes"
    )
    group.add_argument(
        "--reference",
        type=Path,
        action="append",
        default=None,
        metavar="PICTURE",
        help="take on its colours and texture, whatever it shows; several: their common look",
    )
    group.add_argument(
        "--reference-weight",
        type=float,
        default=None,
        metavar="X",
        help="how far: 0 to 1 (default: the style's, or 0.5)",
    )
    group.add_argument(
        "--lora",
        action="append",
        default=None,
        metavar="NAME|FILE[:WEIGHT]",
        help="change the model's weights by a LoRA, for instance ink:0.8; several add up",
    )


def post_argument(parser: argparse.ArgumentParser) -> None:
    """Steps after the making."""
    parser.add_argument(
        "--post", default=None, metavar="STEPS|FILE", help="finish each picture by these steps (see post --list)"
    )


def add_machine(parser: argparse.ArgumentParser) -> None:
    """Model, device and form of the answer."""
    group = parser.add_argument_group("machine")
    group.add_argument("--model", default=None, metavar="NAME|FOLDER", help=f"default: {DEFAULT_MODEL}")
    add_device(group)
    group.add_argument("--json", action="store_true", help="print results as JSON")
    group.add_argument("--quiet", action="store_true", help="no progress")


def add_device(group: argparse._ActionsContainer) -> None:
    """Where the arithmetic runs."""
    group.add_argument(
        "--device", choices=("auto", "cuda", "directml", "coreml", "cpu"), default="auto", help="default: auto"
    )
    group.add_argument("--threads", type=_cores, default=None, metavar="N", help="cores to use (default: all)")


def _cores(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of cores")
    return int(text)


def style_argument(parser: argparse.ArgumentParser, *, many: bool = False) -> None:
    """--style, once or several times."""
    words = "style, or several by weight: fluent:0.6+noto:0.4"
    words += "; give it several times for several rows" if many else ""
    parser.add_argument("--style", action="append" if many else "store", default=None, metavar="NAME", help=words)


def lock_arguments(parser: argparse.ArgumentParser) -> None:
    """What a variation keeps of its source."""
    parser.add_argument(
        "--colour",
        choices=[each.value for each in ColourLock],
        default=None,
        help="keep the picture's colours: lab their mean and contrast, palette only colours that it has",
    )
    parser.add_argument(
        "--silhouette",
        choices=[each.value for each in Silhouette],
        default=None,
        help="keep the outline to the last bit, or loose: make it anew around what lies inside",
    )


def from_argument(parser: argparse.ArgumentParser) -> None:
    """--from PICTURE."""
    parser.add_argument(
        "--from", dest="recipe", type=Path, default=None, metavar="PICTURE", help="take all settings from this picture"
    )


def seamless_of(name: str | None) -> Seamless:
    """The flag that a word stands for."""
    return Seamless[(name or "none").upper()]


def seed_of(seed: int | None) -> int:
    """The seed that was given, or a random one of 32 bits, which people can still read out."""
    return secrets.randbelow(2**32) if seed is None else seed


def pairs(text: str, count: int, kind: Callable[[str], T], what: str) -> tuple[T, ...]:
    """``count`` values separated by commas. Raises BadRequest otherwise."""
    try:
        values = tuple(kind(value) for value in text.split(","))
    except ValueError:
        values = ()
    if len(values) != count:
        raise BadRequest(f"'{text}' is not {what}.", hint=f"Give {count} numbers separated by commas.")
    return values
