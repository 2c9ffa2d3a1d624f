"""train words: tell a model which words it was trained on."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

from inference.errors import BadRequest

HELP = "write down which words a model was trained on, from its dataset"
CAPTIONS = ("varied", "plain")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("dataset", type=Path, metavar="DATASET", help="the dataset that it was trained on")
    parser.add_argument("model", type=Path, metavar="MODEL", help="its folder: diffusers or ONNX")
    parser.add_argument("--size", type=int, default=None, metavar="N", help="side of the normalised pictures")
    parser.add_argument("--add", action="store_true", help="keep the words that it has already")
    parser.add_argument(
        "--style", action="append", default=[], metavar="STYLE=CHINESE", help="a style's Chinese name, as in flat=扁平"
    )
    add_captions(parser)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def add_captions(parser: argparse.ArgumentParser) -> None:
    """--captions."""
    parser.add_argument(
        "--captions",
        choices=CAPTIONS,
        default="varied",
        help="plain: names alone, better for small models; varied: synonyms, Chinese and tags, too (default)",
    )


def run(args: argparse.Namespace) -> int:
    """Write ``words.json`` into the model's folder."""
    from inference.words_file import read_words
    from training.corpus import StoredCorpus, find_store
    from training.label import CAPTIONINGS
    from training.words import added, put_words, words_of

    if not (args.model / "model_index.json").is_file():
        raise BadRequest(f"{args.model} is no model folder.", hint="Give the folder that holds model_index.json.")
    corpus = StoredCorpus(args.dataset, find_store(args.dataset, args.size))
    captioning = replace(CAPTIONINGS[args.captions], chinese_styles=dict(_pair(text) for text in args.style))
    words, known = words_of(corpus.entries, captioning), read_words(args.model) if args.add else None
    words = words if known is None else added(known, words)
    path = put_words(words, args.model)
    if args.json:
        counts = {"concepts": len(words.concepts), "styles": len(words.styles), "words": len(words.words)}
        print(json.dumps({"path": str(path)} | counts))
    else:
        print(path)
    return 0


def _pair(text: str) -> tuple[str, str]:
    style, equals, chinese = text.partition("=")
    if not (style and equals and chinese):
        raise BadRequest(f"'{text}' is not STYLE=CHINESE.", hint="For instance --style flat=扁平.")
    return style, chinese
