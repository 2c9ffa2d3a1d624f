"""sheet: frames into a sprite sheet that an engine reads, and out of one."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from inference.cli.clip import (
    CLIP,
    Bar,
    add_manner,
    add_part,
    add_rate,
    check_target,
    fault_told,
    part_of,
    rate_of,
    show,
)
from inference.errors import BadRequest
from inference.geometry import Size

if TYPE_CHECKING:
    from inference.clips.atlas import Tag
    from inference.clips.sheet_reading import Sheet
    from inference.clips.sheet_writing import SheetReport

PACK_HELP = "pack frames into a sprite sheet for a game engine; every frame is cut out again and compared"
UNPACK_HELP = "take the frames of a sprite sheet out, as a folder of PNG files"
FORMATS = "aseprite, aseprite-hash, texturepacker, godot, unity, phaser, pixi"


def add_pack_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``sheet pack``."""
    parser.add_argument("source", type=Path, metavar="SRC", help=CLIP)
    parser.add_argument("target", type=Path, metavar="OUT", help="names the files: walk gives walk.png, walk.json ...")
    parser.add_argument("--format", default="aseprite", metavar="NAME", help=f"{FORMATS} (default: aseprite)")
    parser.add_argument("--layout", choices=("packed", "grid"), default="packed", help="default: packed")
    parser.add_argument(
        "--trim", choices=("yes", "no"), default=None, help="leave empty borders out (default: when packed)"
    )
    parser.add_argument("--padding", type=int, default=None, metavar="N", help="default: 2 when packed, 0 in a grid")
    parser.add_argument("--extrude", type=int, default=0, metavar="N", help="repeat the edge pixels so often")
    parser.add_argument("--columns", type=int, default=0, metavar="N", help="of a grid (default: about square)")
    parser.add_argument("--largest", type=int, default=4096, metavar="N", help="longest side of a page (default: 4096)")
    parser.add_argument("--power-of-two", action="store_true", help="pages have sides of powers of two")
    parser.add_argument(
        "--pivot", default="0.5,0.5", metavar="X,Y", help="from the top left, 0 to 1 (default: 0.5,0.5)"
    )
    parser.add_argument(
        "--tag",
        action="append",
        default=[],
        metavar="NAME:A-B[:reverse|pingpong][:once]",
        help="an animation, frames counted from 0; several times for several",
    )
    add_part(parser)
    add_rate(parser)
    add_manner(parser)


def add_unpack_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``sheet unpack``."""
    parser.add_argument("source", type=Path, metavar="SHEET", help="a .json or .tres; or a picture, with --cell")
    parser.add_argument("target", type=Path, metavar="DIR", help="frame_00000.png ... and clip.json with their times")
    parser.add_argument("--cell", default=None, metavar="WxH", help="the picture is a grid of such cells")
    parser.add_argument("--padding", type=int, default=0, metavar="N", help="empty pixels around and between its cells")
    add_rate(parser)
    parser.add_argument("--overwrite", action="store_true", help="replace what is there already")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run_pack(args: argparse.Namespace) -> int:
    """Pack, cut out again, say which files there are."""
    from inference.clips.packing import SheetOptions
    from inference.clips.reading import open_clip
    from inference.clips.sheet_writing import names_of, write_sheet

    options = SheetOptions(
        layout=args.layout,
        trim=None if args.trim is None else args.trim == "yes",
        padding=args.padding,
        extrude=args.extrude,
        columns=args.columns,
        largest=args.largest,
        power_of_two=args.power_of_two,
        pivot=_pivot(args.pivot),
    )
    for name in names_of(args.target):
        check_target(name, args.source, overwrite=args.overwrite)
    with open_clip(args.source, rate=rate_of(args.rate)) as clip, Bar(args.quiet) as bar:
        good, part = part_of(clip, args)
        tags = [tag_of(text) for text in args.tag]
        report = write_sheet(part, args.target, args.format, options, tags=tags, progress=bar)
    _show(report, as_json=args.json)
    return fault_told(good.fault if good else None)


def run_unpack(args: argparse.Namespace) -> int:
    """Unpack; pictures of different sizes too."""
    from inference.clips.options import ExportOptions
    from inference.clips.sheet_reading import SheetFrames, grid_of, read_sheet
    from inference.clips.writing import write_clip

    check_target(args.target, args.source, overwrite=args.overwrite)
    rate = rate_of(args.rate)
    if args.cell is not None:
        if not 0 <= args.padding <= 256:
            raise BadRequest(f"{args.padding} is no padding.", hint="Give one from 0 to 256.")
        sheet = grid_of(args.source, Size.parse(args.cell), padding=args.padding)
    elif args.source.suffix.lower() in (".png", ".webp", ".jpg", ".jpeg"):
        raise BadRequest(f"{args.source} is a picture.", hint="Give its .json or .tres, or --cell WxH for a grid.")
    else:
        sheet = read_sheet(args.source)
    if len({sprite.source for sprite in sheet.atlas.sprites}) > 1:
        return _apart(sheet, args.target, as_json=args.json)
    with Bar(args.quiet) as bar:
        report = write_clip(SheetFrames(sheet, rate), args.target, ExportOptions(format="png"), progress=bar)
    show(report, as_json=args.json)
    return 0


def _apart(sheet: Sheet, target: Path, *, as_json: bool) -> int:
    """Pictures of different sizes: they are no clip, but a folder of pictures all the same."""
    from inference.clips.folder import only_frames, save_png
    from inference.clips.sheet_reading import cut_out
    from inference.files import replace_folder

    if target.is_dir() and not only_frames(target):
        raise BadRequest(f"{target} holds other things than frames.", hint="Give a new folder.")
    with replace_folder(target) as draft:
        count = 0
        for count, frame in enumerate(cut_out(sheet.atlas, sheet.images), 1):
            save_png(draft / f"frame_{count - 1:05d}.png", frame.pixels)
    print(json.dumps({"path": str(target), "frames": count}) if as_json else target)
    return 0


def tag_of(text: str) -> Tag:
    """ "walk:0-7", "blink:8-11:pingpong:once". Raises BadRequest otherwise."""
    from inference.clips.atlas import DIRECTIONS, FORWARD, Tag

    match = re.fullmatch(rf"([^:]+):(\d{{1,9}})(?:-(\d{{1,9}}))?((?::(?:{'|'.join(DIRECTIONS)}|once))*)", text)
    if match is None:
        raise BadRequest(f"'{text}' is no animation.", hint="Give one like walk:0-7, or blink:8-11:pingpong:once.")
    said = [part for part in match[4].split(":") if part]
    direction = next((part for part in said if part != "once"), FORWARD)
    first = int(match[2])
    return Tag(name=match[1], first=first, last=int(match[3] or first), direction=direction, loop="once" not in said)


def _pivot(text: str) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        x = y = -1.0
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise BadRequest(f"'{text}' is no pivot.", hint="Give two numbers from 0 to 1, like 0.5,1 for the feet.")
    return x, y


def _show(report: SheetReport, *, as_json: bool) -> None:
    for note in report.notes:
        print(f"gouache: {note}", file=sys.stderr)
    if not as_json:
        for path in report.files:
            print(path)
        return
    told = {
        "files": [str(path) for path in report.files],
        "frames": report.count,
        "width": report.size.width,
        "height": report.size.height,
        "pages": [[page.width, page.height] for page in report.pages],
        "animations": [tag.name for tag in report.tags],
        "shared": report.shared,
        "filled": round(report.filled, 3),
        "notes": list(report.notes),
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))
