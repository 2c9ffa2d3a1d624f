"""post: pictures through a chain of steps, each named one after the other."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inference.alpha import Pixels
from inference.cli.output import DEFAULT_FOLDER, Results, check_folder, fresh
from inference.cli.requests import picture_of
from inference.cli.sources import Source, sources_of
from inference.errors import BadRequest, GouacheError
from inference.metadata import read_recipe
from inference.recipe import Recipe

HELP = "work on finished pictures: pixelate, fewer colours, outline, trim, pad, defringe, upscale ..."
EXAMPLE = "pixelate:cells=32,palette=pico8 outline:width=1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("images", nargs="*", type=Path, metavar="IN", help="pictures, and folders of pictures")
    parser.add_argument("--chain", default=None, metavar="STEPS|FILE", help=f'steps, like "{EXAMPLE}", or a .json file')
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, metavar="FOLDER", help="default: out")
    parser.add_argument("--overwrite", action="store_true", help="replace results that are there already")
    parser.add_argument("--previews", action="store_true", help="also a sheet of each picture after each step")
    parser.add_argument(
        "--halo", action="store_true", help="print the halo over black, white and magenta, before and after"
    )
    parser.add_argument("--grid", action="store_true", help="print the grid of existing pixel art")
    parser.add_argument("--list", action="store_true", help="list the steps, what they can be told, and the palettes")
    parser.add_argument("--json", action="store_true", help="print results as JSON")


def run(args: argparse.Namespace) -> int:
    """Work on all pictures; those that cannot be are named, the rest is done, and the status is 2."""
    from inference.post.chain import Chain, read_chain

    if args.list:
        print("\n".join(described()))
        return 0
    if not args.images:
        raise BadRequest("There are no pictures to work on.", hint="Name pictures or folders, or see --list.")
    if args.chain is None and not (args.halo or args.grid):
        raise BadRequest("There is no chain of steps.", hint=f'Give --chain "{EXAMPLE}", or see --list.')
    chain = read_chain(args.chain) if args.chain is not None else Chain()
    folder = check_folder(args.out)
    sources = sources_of(args.images, avoid=folder)
    results = Results(args.json)
    failed = 0
    for source in sources:
        try:
            _work(source, chain, args, results)
        except GouacheError as error:
            failed += 1
            told = str(error) if str(source.path) in error.message else f"{source.path}: {error}"
            print(f"gouache: {told}", file=sys.stderr)
    results.finish()
    if failed and len(sources) > 1:
        print(f"gouache: {failed} of {len(sources)} pictures could not be worked on.", file=sys.stderr)
    return BadRequest.exit_status if failed else 0


def _work(source: Source, chain: Any, args: argparse.Namespace, results: Results) -> None:
    pixels = picture_of(source.path)
    stages = list(chain.results(pixels))
    found = _measured(pixels, stages[-1] if stages else pixels, args)
    if not args.json:
        for line in _lines(source, found):
            print(line, flush=True)
    if args.chain is None:
        if args.json:
            results.entries.append({"path": str(source.path)} | found)
        return
    path = args.out / source.place.with_suffix(".png")
    ours = any(Path(entry["path"]) == path for entry in results.entries)
    path = _target(path, source.path, overwrite=args.overwrite and not ours)
    results.write(path, stages[-1], recipe=_recipe(source.path, chain.as_json()))
    results.entries[-1] |= {"source": str(source.path)} | found
    if args.previews:
        sheet = path.with_name(f"{path.stem}-steps.png")
        results.write(sheet if args.overwrite else fresh(sheet), _sheet(pixels, chain, stages, source.path.name))


def _target(path: Path, source: Path, *, overwrite: bool) -> Path:
    if not overwrite:
        return fresh(path)
    if path.exists() and path.resolve() == source.resolve():
        raise BadRequest(f"{source} would be replaced by its result.", hint="Choose another --out.")
    return path


def _recipe(path: Path, chain: list[dict[str, Any]]) -> Recipe | None:
    """The picture's recipe, which from now on says what was done to the picture afterwards."""
    try:
        recipe = read_recipe(path)
    except BadRequest:
        return None
    return dataclasses.replace(recipe, extra={**recipe.extra, "post": [*recipe.extra.get("post", []), *chain]})


def _measured(before: Pixels, after: Pixels, args: argparse.Namespace) -> dict[str, Any]:
    """What --halo and --grid ask for."""
    from inference.post.grid import detect_grid
    from inference.post.halos import halo

    found: dict[str, Any] = {}
    if args.halo:
        found["halo"] = dataclasses.asdict(halo(before))
        if args.chain is not None:
            found["halo_after"] = dataclasses.asdict(halo(after))
    if args.grid:
        grid = detect_grid(before)
        found["grid"] = dataclasses.asdict(grid) if grid else None
    return found


def _lines(source: Source, found: dict[str, Any]) -> Iterator[str]:
    for key, words in (("halo", "halo"), ("halo_after", "halo afterwards")):
        if key in found:
            told = ", ".join(f"{value:.1f} over {name}" for name, value in found[key].items() if name != "pixels")
            yield f"{source.path}: {words} {told} ({found[key]['pixels']} edge pixels)"
    if "grid" in found:
        grid = found["grid"]
        said = "no grid"
        if grid:
            said = f"pixels of {grid['cell']:g}, from {grid['x']:g}, {grid['y']:g}, confidence {grid['confidence']:.2f}"
        yield f"{source.path}: {said}"


def _sheet(pixels: Pixels, chain: Any, stages: list[Pixels], title: str) -> Pixels:
    """The picture and what each step made of it; small ones are enlarged by whole numbers."""
    from inference.sheets import contact_sheet

    pictures = [pixels, *stages]
    side = max(256, min(384, *(max(picture.shape[:2]) for picture in pictures)))
    shown = [_enlarged(picture, side) for picture in pictures]
    labels = [f"{p.shape[1]}x{p.shape[0]}" for p in pictures]
    names = ["source", *(step.name for step in chain.steps)]
    words = [f"{name} · {label}" for name, label in zip(names, labels, strict=True)]
    return contact_sheet(shown, words, columns=min(5, len(shown)), title=title, cell=side)


def _enlarged(pixels: Pixels, side: int) -> Pixels:
    """As many whole times as large as fits, on a square of that side: no sheet scales it any more."""
    from inference.post.frames import Pad
    from inference.post.scaling import enlarged
    from inference.post.step import rgba

    large = enlarged(rgba(pixels), max(1, side // max(pixels.shape[:2])))
    return large if max(large.shape[:2]) > side else Pad(width=side, height=side).apply(large)


def described() -> Iterator[str]:
    """All steps with what they can be told, and all palettes, in lines."""
    from inference.palettes import known_palettes
    from inference.post.chain import STEPS
    from inference.post.parameters import parameters_of

    for step in STEPS.values():
        yield f"{step.name}: {step.words}"
        for each in parameters_of(step):
            usual = "" if each.default is None else f" (default: {each.text(each.default)})"
            yield f"  {each.name}={each.range()}{usual}: {each.words}"
    yield f"palettes: {', '.join(sorted(known_palettes()))}, and files .gpl, .hex, .act, .png"
