"""models words: what a model knows, and how it reads a prompt."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from inference.embeddings import fitting
from inference.errors import BadRequest
from inference.library import find_model
from inference.word_forms import forms, key_of
from inference.words import Vocabulary, told

HELP = "list the words that a model knows, or look some up"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", metavar="NAME|FOLDER", help="an installed model, or any folder")
    parser.add_argument(
        "query", nargs="?", default="", metavar="QUERY", help="a word, a part of one, or a whole prompt"
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    """Print a line for each concept: its name, synonyms, Chinese names; how the query is read goes to stderr."""
    manifest = find_model(args.model)
    taught = fitting(manifest)
    for word, each in taught.items() if not args.json else ():
        print(f"gouache: embedding {word}: {each.count} vectors, {each.path}", file=sys.stderr)
    words = manifest.words.knowing(tuple(taught)) if manifest.words else None
    if words is None and taught:
        if args.json:
            print(json.dumps({"embeddings": list(taught)}, ensure_ascii=False, indent=2))
        return 0
    if words is None:
        raise BadRequest(
            f"The model {manifest.name} has no list of words.", hint="Any word may do; try it and look at the picture."
        )
    found = dict.fromkeys(matching(words, args.query))
    reading = words.read(args.query)
    if args.json:
        values = {
            "concepts": {label: vars(words.concepts[label]) for label in found},
            "styles": dict(words.styles),
            "words": words.words,
            "embeddings": list(taught),
            "read": reading.text,
            "unknown": [{"word": each.word, "nearest": list(each.near)} for each in reading.unknown],
        }
        print(json.dumps(values, ensure_ascii=False, indent=2))
        return 0
    for label in found:
        concept = words.concepts[label]
        print("\t".join((label, ", ".join(concept.synonyms), ", ".join(concept.chinese))).rstrip("\t"))
    if args.query:
        print(f"gouache: '{args.query}' is read as '{reading.text}'.", file=sys.stderr)
        if reading.unknown:
            print(f"gouache: {told(reading.unknown)}", file=sys.stderr)
    else:
        print(f"styles: {', '.join(words.styles) or 'none'}", file=sys.stderr)
        print(f"other words: {', '.join(words.words) or 'none'}", file=sys.stderr)
    return 0


def matching(words: Vocabulary, query: str) -> Iterator[str]:
    """Concepts whose name in some language, or one of whose tags, holds the query; all of them for an empty one."""
    key = key_of(query.strip())
    wanted = (key, *forms(key))
    for label, concept in words.concepts.items():
        names = (label, *concept.synonyms, *concept.chinese, *concept.tags)
        if any(form in key_of(name) for name in names for form in wanted):
            yield label
