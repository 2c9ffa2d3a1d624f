"""Read a sheet back into frames: JSON of Aseprite, TexturePacker, Phaser; Godot's SpriteFrames; grids."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from inference.alpha import Pixels
from inference.clips.atlas import Atlas, Sprite, Tag
from inference.clips.frame import Clip, Frame, rate_of
from inference.errors import BadRequest
from inference.geometry import Bounds, Size
from inference.pictures import read_picture

SUFFIXES = (".json", ".tres")
USUAL_MILLISECONDS = 100
"""Of a frame in a file that gives no times, as TexturePacker's."""
PAGES_KEPT = 4


@dataclass(frozen=True, eq=False)
class Sheet:
    """What a file says of a sheet, and the pictures of its pages."""

    atlas: Atlas
    images: tuple[Path, ...]


def read_sheet(path: Path) -> Sheet:
    """The file of a sheet, with the other files of its multipack.

    Raises:
        BadRequest: it is no sheet, broken, or a page is missing or too small for its frames.
    """
    try:
        text = path.read_text("utf-8")
        sheet = _godot(path, text) if path.suffix.lower() == ".tres" else _json(path, json.loads(text))
    except FileNotFoundError as error:
        raise BadRequest(f"{path} does not exist.", hint="Check the name.") from error
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, ZeroDivisionError) as error:
        raise BadRequest(
            f"{path} is no sheet that can be read, or it is broken.",
            hint="JSON of Aseprite, TexturePacker, PixiJS and Phaser, and SpriteFrames of Godot can be read.",
            detail=str(error),
        ) from error
    if not sheet.atlas.sprites:
        raise BadRequest(f"{path} has no frames.", hint="Export it again.")
    return sheet


def open_sheet(path: Path) -> Clip:
    """A sheet as a clip: its frames in their order, untrimmed.

    Raises:
        BadRequest: see ``read_sheet``; and when the frames have different sizes.
    """
    sheet = read_sheet(path)
    sizes = {sprite.source for sprite in sheet.atlas.sprites}
    if len(sizes) > 1:
        raise BadRequest(
            f"The pictures on {path} have different sizes.", hint="Take them out with sheet unpack instead."
        )
    durations = [sprite.duration for sprite in sheet.atlas.sprites]
    return Clip(
        path,
        "sheet",
        size=sizes.pop(),
        count=len(durations),
        rate=rate_of(durations),
        alpha=True,
        read=lambda: cut_out(sheet.atlas, sheet.images),
    )


@dataclass(frozen=True, eq=False)
class SheetFrames:
    """The frames of a sheet, as often as one likes, each for 1 / ``rate`` s when there is one."""

    sheet: Sheet
    rate: Fraction | None = None

    def __iter__(self) -> Iterator[Frame]:
        for frame in cut_out(self.sheet.atlas, self.sheet.images):
            yield frame if self.rate is None else Frame(frame.pixels, 1 / self.rate)


def grid_of(image: Path, cell: Size, *, padding: int = 0, duration: Fraction = Fraction(1, 10)) -> Sheet:
    """A picture as a grid of equal cells, row by row; empty cells at the end are no frames.

    Raises:
        BadRequest: when not one cell fits.
    """
    pixels = _page(image)
    height, width = pixels.shape[:2]
    columns = (width - padding) // (cell.width + padding) if cell.width else 0
    rows = (height - padding) // (cell.height + padding) if cell.height else 0
    if columns < 1 or rows < 1:
        raise BadRequest(f"{image} is {width}x{height}: no cell of {cell} fits.", hint="Give the size of one frame.")
    places = [
        Bounds(padding + x * (cell.width + padding), padding + y * (cell.height + padding), cell.width, cell.height)
        for y in range(rows)
        for x in range(columns)
    ]
    while len(places) > 1 and not pixels[places[-1].slices][..., 3].any():
        places.pop()
    sprites = tuple(Sprite(page=0, place=each, offset=(0, 0), source=cell, duration=duration) for each in places)
    return Sheet(Atlas(sprites=sprites, pages=(Size(width, height),), tags=()), (image,))


def cut_out(atlas: Atlas, images: Sequence[Path]) -> Generator[Frame, None, None]:
    """The frames of an atlas, whole and upright, one at a time.

    Raises:
        BadRequest: when a page is missing, broken or too small.
    """
    page = lru_cache(PAGES_KEPT)(_page)
    for number, sprite in enumerate(atlas.sprites):
        pixels = page(images[sprite.page])
        if not Bounds.of(Size(pixels.shape[1], pixels.shape[0])).contains(sprite.place):
            raise BadRequest(f"Frame {number} lies beyond {images[sprite.page]}.", hint="Export the sheet again.")
        kept = pixels[sprite.place.slices]
        if sprite.turned:
            kept = np.rot90(kept)
        whole = np.zeros((*sprite.source.shape, 4), np.uint8)
        whole[Bounds(*sprite.offset, kept.shape[1], kept.shape[0]).slices] = kept
        yield Frame(whole, sprite.duration)


def _page(image: Path) -> Pixels:
    pixels = read_picture(image).pixels
    if pixels.shape[2] == 4:
        return pixels
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def _json(path: Path, body: dict[str, Any]) -> Sheet:
    """Array or hash, one page or several; frames in the order of their numbers, when several pages share them."""
    entries: list[tuple[str, int, dict[str, Any]]] = []
    images: list[Path] = []
    tags: list[Tag] = []
    for folder, texture in _textures(path, body):
        meta = texture.get("meta", texture)
        frames = texture["frames"]
        listed = frames.items() if isinstance(frames, dict) else ((each["filename"], each) for each in frames)
        entries += [(name, len(images), entry) for name, entry in listed]
        images.append(folder / meta["image"])
        tags += [_tag(each) for each in meta.get("frameTags", [])]
    if len(images) > 1:
        entries.sort(key=lambda entry: _by_number(entry[0]))
    sprites = tuple(_sprite(page, entry) for _, page, entry in entries)
    tags = [tag for tag in tags if tag.last < len(sprites)]
    return Sheet(Atlas(sprites=sprites, pages=(), tags=tuple(tags)), tuple(images))


def _textures(path: Path, body: dict[str, Any]) -> list[tuple[Path, dict[str, Any]]]:
    if "textures" in body:
        return [(path.parent, each) for each in body["textures"]]
    others = body["meta"].get("related_multi_packs", [])
    loaded = [json.loads((path.parent / each).read_text("utf-8")) for each in others]
    return [(path.parent, each) for each in (body, *loaded)]


def _sprite(page: int, entry: dict[str, Any]) -> Sprite:
    box = entry["frame"]
    turned = bool(entry.get("rotated", False))
    width, height = (box["h"], box["w"]) if turned else (box["w"], box["h"])
    kept = entry.get("spriteSourceSize", {"x": 0, "y": 0})
    source = entry.get("sourceSize", {"w": box["w"], "h": box["h"]})
    sprite = Sprite(
        page=page,
        place=Bounds(int(box["x"]), int(box["y"]), int(width), int(height)),
        offset=(int(kept["x"]), int(kept["y"])),
        source=Size(int(source["w"]), int(source["h"])),
        duration=Fraction(entry.get("duration", USUAL_MILLISECONDS)) / 1000,
        turned=turned,
    )
    return _checked(sprite)


def _checked(sprite: Sprite) -> Sprite:
    inside = Bounds(*sprite.offset, sprite.kept.width, sprite.kept.height)
    if sprite.place.empty or not Bounds.of(sprite.source).contains(inside) or sprite.duration <= 0:
        raise ValueError(f"impossible frame {sprite}")
    return sprite


def _tag(entry: dict[str, Any]) -> Tag:
    direction = str(entry["direction"]).removesuffix("_reverse")
    once = "repeat" in entry
    return Tag(name=entry["name"], first=entry["from"], last=entry["to"], direction=direction, loop=not once)


def _by_number(name: str) -> tuple[Any, ...]:
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", name))


_RECT = r"Rect2\(\s*([-\d.]+),\s*([-\d.]+),\s*([-\d.]+),\s*([-\d.]+)\s*\)"


def _godot(path: Path, text: str) -> Sheet:
    """Pages and regions of a SpriteFrames resource, times from its animations."""
    if 'type="SpriteFrames"' not in text.split("\n", 1)[0]:
        raise ValueError("no SpriteFrames")
    images = dict(
        re.findall(r'\[ext_resource type="Texture2D"[^\]]*?path="(?:res://)?([^"]+)"[^\]]*? id="([^"]+)"\]', text)
    )
    pages = {key: number for number, key in enumerate(images.values())}
    regions = re.findall(r'\[sub_resource type="AtlasTexture" id="([^"]+)"\](.*?)(?=\n\[)', text, re.DOTALL)
    durations, tags = _godot_times(text, [key for key, _ in regions])
    sprites = tuple(_godot_sprite(body, pages, durations.get(key)) for key, body in regions)
    found = tuple(path.parent / Path(image).name for image in images)
    return Sheet(Atlas(sprites=sprites, pages=(), tags=tags), found)


def _godot_times(text: str, keys: Sequence[str]) -> tuple[dict[str, Fraction], tuple[Tag, ...]]:
    durations: dict[str, Fraction] = {}
    tags: list[Tag] = []
    pattern = r'"frames": \[(.*?)\],\s*"loop": (true|false),\s*"name": &"((?:[^"\\]|\\.)*)",\s*"speed": ([\d.e+-]+)'
    for frames, loop, name, speed in re.findall(pattern, text, re.DOTALL):
        listed = re.findall(r'"duration": ([\d.e+-]+),\s*"texture": SubResource\("([^"]+)"\)', frames)
        for length, key in listed:
            durations.setdefault(key, (Fraction(length) / Fraction(speed)).limit_denominator(100_000))
        order = [keys.index(key) for _, key in listed]
        if order and all(after - before == 1 for before, after in pairwise(order)):
            tags.append(Tag(name=json.loads(f'"{name}"'), first=order[0], last=order[-1], loop=loop == "true"))
    return durations, tuple(tags)


def _godot_sprite(body: str, pages: dict[str, int], duration: Fraction | None) -> Sprite:
    page = re.search(r'atlas = ExtResource\("([^"]+)"\)', body)
    region = re.search(rf"region = {_RECT}", body)
    margin = re.search(rf"margin = {_RECT}", body)
    if page is None or region is None:
        raise ValueError(body)
    place = Bounds(*(round(float(each)) for each in region.groups()))
    x, y, more, higher = (round(float(each)) for each in margin.groups()) if margin else (0, 0, 0, 0)
    return _checked(
        Sprite(
            page=pages[page[1]],
            place=place,
            offset=(x, y),
            source=Size(place.width + more, place.height + higher),
            duration=duration or Fraction(USUAL_MILLISECONDS, 1000),
        )
    )
