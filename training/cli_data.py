"""train collect, label, choose, clean, normalise: from pictures to a dataset that a model can learn from."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from inference.errors import BadRequest

COLLECT_HELP = "add pictures to a dataset: a folder, a sprite sheet, an icon set, a document"
CLEAN_HELP = "find the pictures that a model should not learn from"
LABEL_HELP = "make captions uniform and add names in English and Chinese"
CHOOSE_HELP = "keep the pictures of a list of concepts, under the names that it gives"
RECOLOUR_HELP = "add coloured pictures in other colours, with the colour's word in their captions"
NORMALISE_HELP = "bring the pictures to a model's size and store them once"
REMOVING = "unreadable, empty, tiny, aspect, duplicate, unwanted, unchosen"
FLAGGING = "background, caption, licence"
"""The rules of ``training.clean``, which is not imported for a help text."""
SHOWN = 8
"""Examples in a line of words."""


def add_collect_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train collect``."""
    parser.add_argument("sources", type=Path, nargs="+", metavar="SOURCE", help="folder, sheet, icon set or .ora file")
    parser.add_argument("--to", type=Path, required=True, metavar="DATASET", help="the dataset's folder")
    parser.add_argument("--kind", choices=tuple(_FINDERS), default=None, help="what the source is (default: looked at)")
    said = parser.add_argument_group("what is said of all pictures (an icon set says it itself)")
    said.add_argument("--source", default="", metavar="TEXT", help="where they come from")
    said.add_argument("--licence", default="", metavar="SPDX", help="e.g. CC0-1.0; own for your own work")
    said.add_argument("--author", default="", metavar="NAME", help="who made them")
    said.add_argument("--style", default="", metavar="NAME", help="the name of their style")
    sheet = parser.add_argument_group("sprite sheets")
    sheet.add_argument("--cell", type=_size, default=None, metavar="WxH", help="size of a cell; makes it a sheet")
    sheet.add_argument("--margin", type=int, default=0, metavar="N", help="pixels before the first cell")
    sheet.add_argument("--spacing", type=int, default=0, metavar="N", help="pixels between cells")
    sheet.add_argument("--rows", type=_names, default=(), metavar="A,B", help="names of the rows: what it is")
    sheet.add_argument("--columns", type=_names, default=(), metavar="A,B", help="names of the columns: what it does")
    icons = parser.add_argument_group("icon sets")
    icons.add_argument("--size", type=int, default=256, metavar="N", help="pixels of the longer side (default: 256)")
    icons.add_argument("--colours", type=_names, default=(), metavar="A,B|all", help="tint icons without colours")
    icons.add_argument("--colours-each", type=int, default=1, metavar="N", help="colours for each of them")
    icons.add_argument(
        "--concepts", type=Path, default=None, metavar="JSON", help="only the icons that this list names"
    )
    document = parser.add_argument_group("documents")
    document.add_argument(
        "--parts", type=_names, default=("layers", "results"), metavar="A,B", help="layers, merged, results"
    )
    _add_answer(parser)


def run_collect(args: argparse.Namespace) -> int:
    """Collect from every source into one dataset."""
    from training.collect.storing import Origin, open_or_new, store

    dataset, reports = open_or_new(args.to), []
    said = Origin(source=args.source, licence=args.licence, author=args.author, style=args.style)
    for source in args.sources:
        kind = args.kind or _kind(source, args)
        group, found = _FINDERS[kind](source, args)
        dataset, done = store(dataset, found, said, group=group, progress=_progress(args))
        reports.append({"source": str(source), "kind": kind, **vars(done)})
    words = [
        f"{each['source']}: {each['added']} added, {each['present']} were there already, "
        f"{each['unreadable']} cannot be read" + _examples(each["names"])
        for each in reports
    ]
    words += [f"Not shareable: {why}." for why in dataset.obstacles]
    return _answer(args, args.to, words, {"sources": reports, **_state(dataset)})


def add_clean_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train clean``."""
    _add_dataset(parser)
    rules = parser.add_argument_group(f"rules that remove: {REMOVING}; that only flag: {FLAGGING}")
    rules.add_argument("--drop", action="append", default=[], metavar="RULE", help="let this rule remove")
    rules.add_argument("--flag", action="append", default=[], metavar="RULE", help="let this rule only flag")
    rules.add_argument("--without", action="append", default=[], metavar="TAG", help="remove what has this tag")
    rules.add_argument("--smallest", type=int, default=12, metavar="N", help="pixels of what is shown")
    rules.add_argument("--longest", type=float, default=8.0, metavar="X", help="longer over shorter side")
    rules.add_argument("--farthest", type=int, default=10, metavar="N", help="bits between near-duplicates")
    own = parser.add_argument_group("your word, which rules never change")
    own.add_argument("--keep", action="append", default=[], metavar="FILE", help="keep this picture whatever they say")
    own.add_argument("--remove", action="append", default=[], metavar="FILE", help="leave this picture out")
    own.add_argument("--reset", action="append", default=[], metavar="FILE", help="leave it to the rules again")
    _add_answer(parser)


def run_clean(args: argparse.Namespace) -> int:
    """Judge the pictures; the contact sheet of what was removed is the result."""
    from training.clean import Limits, clean, overridden

    dataset = _read(args)
    for files, word in ((args.keep, True), (args.remove, False), (args.reset, None)):
        dataset = dataset.with_entries(overridden(dataset.entries, files, word))
    limits = Limits(
        smallest=args.smallest,
        longest=args.longest,
        farthest=args.farthest,
        without=frozenset(tag.strip().lower() for tag in args.without),
    )
    dataset, report = clean(dataset, limits=limits, remove=args.drop, flag=args.flag, progress=_progress(args))
    words = [f"{report.used} of {report.pictures} pictures are used."]
    words += [f"removed by {name}: {count}" for name, count in report.removed.items()]
    words += [f"flagged by {name}: {count}" for name, count in report.flagged.items()]
    words += [f"decided by you: {report.overridden}"] if report.overridden else []
    sheet = dataset.folder / report.sheet if report.sheet else dataset.folder
    return _answer(args, sheet, words, {**asdict(report), **_state(dataset)})


def add_label_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train label``."""
    _add_dataset(parser)
    parser.add_argument("--emojibase", type=Path, default=None, metavar="FOLDER", help="npm package emojibase-data")
    parser.add_argument("--names", type=Path, default=None, metavar="JSON", help="names of your own, which count more")
    parser.add_argument("--style", action="append", default=[], metavar="OLD=NEW", help="rename a style")
    _add_answer(parser)


def run_label(args: argparse.Namespace) -> int:
    """Label the pictures."""
    from training.label import Names, label, read_emojibase, read_names

    dataset = _read(args)
    names = read_emojibase(args.emojibase) if args.emojibase else Names()
    if args.names:
        names = read_names(args.names).over(names)
    dataset, report = label(dataset, names, dict(map(_renaming, args.style)), _progress(args))
    words = [
        f"{report.pictures} pictures of {report.concepts} concepts; {report.named} have known names, "
        f"{report.chinese} Chinese ones.",
        "styles: " + ", ".join(f"{name or '(none)'} {count}" for name, count in report.styles.items()),
    ]
    words += [f"{len(report.unknown)} names are not known" + _examples(report.unknown)] if report.unknown else []
    return _answer(args, args.dataset, words, {**asdict(report), **_state(dataset)})


def add_choose_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train choose``."""
    _add_dataset(parser)
    parser.add_argument("--concepts", type=Path, required=True, metavar="JSON", help="the list of concepts")
    _add_answer(parser)


def run_choose(args: argparse.Namespace) -> int:
    """Choose the pictures of a list of concepts."""
    from training.choose import choose, read_concepts

    dataset, report = choose(_read(args), read_concepts(args.concepts), _progress(args))
    words = [
        f"{report.chosen} of {report.pictures} pictures are chosen; "
        f"{report.found} of {report.listed} concepts have some."
    ]
    words += [f"{len(report.missing)} have none" + _examples(report.missing)] if report.missing else []
    return _answer(args, args.dataset, words, {**asdict(report), **_state(dataset)})


def add_recolour_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train recolour``."""
    _add_dataset(parser)
    parser.add_argument("--colours", type=_names, default=(), metavar="A,B", help="default: eleven usual ones")
    parser.add_argument("--each", type=int, default=1, metavar="N", help="colours for each picture (default: 1)")
    parser.add_argument(
        "--without-prompts", type=Path, default=None, metavar="JSON", help="no picture of these (default: evaluation's)"
    )
    _add_answer(parser)


def run_recolour(args: argparse.Namespace) -> int:
    """Add pictures in other colours."""
    from training.evaluate.prompts import PROMPTS, read_prompts
    from training.recolour import COLOURS, recolour

    if not 1 <= args.each <= len(COLOURS):
        raise BadRequest(f"A picture cannot come in {args.each} colours.", hint=f"Give 1 to {len(COLOURS)}.")
    without = [prompt.text for prompt in read_prompts(args.without_prompts or PROMPTS)]
    dataset, done = recolour(
        _read(args), colours=args.colours or COLOURS, each=args.each, without=without, progress=_progress(args)
    )
    words = [f"{done.added} pictures in other colours added, {done.present} were there already"]
    return _answer(args, args.dataset, words, {"added": done.added, "present": done.present, **_state(dataset)})


def add_normalise_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train normalise``."""
    _add_dataset(parser)
    parser.add_argument("--size", type=_size, default=(128, 128), metavar="N|WxH", help="default: 128")
    parser.add_argument(
        "--padding", type=float, default=0.0625, metavar="X", help="share of the side (default: 0.0625)"
    )
    parser.add_argument(
        "--fit", choices=("content", "whole"), default="content", help="what is visible, or the whole picture"
    )
    parser.add_argument("--out", type=Path, default=None, metavar="FOLDER", help="default: DATASET/normalised/SIZE")
    _add_answer(parser)


def run_normalise(args: argparse.Namespace) -> int:
    """Store the pictures at a model's size."""
    from inference.geometry import Size
    from training.normalise import Fit, Frame, normalise, read_normalised
    from training.split import Split

    dataset, started = _read(args), time.perf_counter()
    frame = Frame(size=Size(*args.size), padding=args.padding, fit=Fit(args.fit))
    folder = normalise(dataset, frame, args.out, _progress(args))
    store = read_normalised(folder)
    counts = {split.value: len(store.rows_of(split)) for split in Split}
    words = [f"{len(store.rows)} pictures: " + ", ".join(f"{count} {name}" for name, count in counts.items())]
    words += [f"Not shareable: {why}." for why in dataset.obstacles]
    report = {"pictures": len(store.rows), "splits": counts, "seconds": round(time.perf_counter() - started, 2)}
    return _answer(args, folder, words, report | _state(dataset))


def _kind(source: Path, args: argparse.Namespace) -> str:
    if args.cell is not None:
        return "sheet"
    if source.suffix.lower() == ".ora":
        return "document"
    if source.suffix.lower() == ".json" or (source / "icons.json").is_file():
        return "icons"
    if source.is_dir():
        return "folder"
    if not source.exists():
        raise BadRequest(f"{source} does not exist.", hint="Check the name.")
    raise BadRequest(f"{source} is a single file.", hint="Give its folder, or --cell WxH when it is a sprite sheet.")


def _folder(source: Path, args: argparse.Namespace) -> tuple[str, Iterator[Any]]:
    from training.collect.pictures import find_pictures

    return source.resolve().name, find_pictures(source, args.to)


def _sheet(source: Path, args: argparse.Namespace) -> tuple[str, Iterator[Any]]:
    from training.collect.sheet import Grid, find_cells

    if args.cell is None:
        raise BadRequest("A sprite sheet needs the size of its cells.", hint="Give --cell, for example --cell 32x32.")
    grid = Grid(width=args.cell[0], height=args.cell[1], margin=args.margin, spacing=args.spacing)
    return source.stem, find_cells(source, grid, rows=args.rows, columns=args.columns)


def _icons(source: Path, args: argparse.Namespace) -> tuple[str, Iterator[Any]]:
    from inference.errors import UnknownName
    from training.collect.iconify import PALETTE, find_icons, read_set

    if not 16 <= args.size <= 2048:
        raise BadRequest(f"Icons cannot be rendered at {args.size} pixels.", hint="Give 16 to 2048.")
    palette = tuple(PALETTE) if args.colours == ("all",) else args.colours
    for name in palette:
        if name not in PALETTE:
            raise UnknownName("colour", name, PALETTE)
    icons = read_set(source)
    if args.concepts is not None:
        icons = _only(icons, args.concepts)
    return icons.prefix, find_icons(icons, size=args.size, palette=palette, colours_each=args.colours_each)


def _only(icons: Any, path: Path) -> Any:
    """The icons that a list of concepts names; all where it names none of this set."""
    from training.choose import read_concepts

    named = read_concepts(path).icons_of(icons.prefix)
    return replace(icons, icons=tuple(icon for icon in icons.icons if named is None or icon.name in named))


def _document(source: Path, args: argparse.Namespace) -> tuple[str, Iterator[Any]]:
    from inference.errors import UnknownName
    from training.collect.document import Part, find_in_document

    known = {part.value: part for part in Part}
    for name in args.parts:
        if name not in known:
            raise UnknownName("part of a document", name, known)
    return source.stem, find_in_document(source, tuple(known[name] for name in args.parts))


_FINDERS = {"folder": _folder, "sheet": _sheet, "icons": _icons, "document": _document}


def _add_dataset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", type=Path, metavar="DATASET", help="the dataset's folder")


def _add_answer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _read(args: argparse.Namespace) -> Any:
    from training.dataset import read_dataset

    dataset = read_dataset(args.dataset)
    for note in dataset.notes:
        print(f"gouache: {note}", file=sys.stderr)
    return dataset


def _state(dataset: Any) -> dict[str, Any]:
    return {
        "dataset": str(dataset.folder),
        "entries": len(dataset.entries),
        "shareable": dataset.shareable,
        "obstacles": list(dataset.obstacles),
    }


def _answer(args: argparse.Namespace, path: Path, words: list[str], report: dict[str, Any]) -> int:
    """Words to stderr and the result's path to stdout, or the report as JSON."""
    if args.json:
        print(json.dumps(report, indent=2, ensure_ascii=False))
        return 0
    for line in words:
        print(line, file=sys.stderr)
    print(path)
    return 0


def _progress(args: argparse.Namespace) -> Any:
    last = 0.0

    def show(word: str, done: int, whole: int) -> None:
        nonlocal last
        now = time.monotonic()
        if not args.quiet and (now - last > 1 or (whole and done == whole)):
            last = now
            print(f"{word} {done}" + (f" of {whole}" if whole else ""), file=sys.stderr, flush=True)

    return show


def _examples(names: Any) -> str:
    shown = ", ".join(list(names)[:SHOWN])
    return f": {shown}{' ...' if len(names) > SHOWN else ''}" if shown else ""


def _renaming(text: str) -> tuple[str, str]:
    old, sign, new = text.partition("=")
    if not sign or not new.strip():
        raise BadRequest(f"'{text}' renames no style.", hint="Give OLD=NEW.")
    return old.strip(), new.strip()


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not width.isdecimal() or not (height or width).isdecimal() or len(text) > 11:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size")
    return int(width), int(height or width)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))
