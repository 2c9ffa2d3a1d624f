"""Sheets in JSON: Aseprite's array and hash, TexturePacker's hash, and what PixiJS and Phaser make of the latter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from inference.clips.atlas import FORWARD, REVERSE, Atlas, Tag
from inference.errors import BadRequest
from inference.geometry import Bounds
from inference.version import VERSION

Files = dict[str, str]
"""Names and contents of the files that go with the pages; the one to open comes last."""
APP = "https://github.com/aseprite/aseprite"
_BOX = ("x", "y", "w", "h")


def aseprite_array(atlas: Atlas, name: str, pages: Sequence[str]) -> Files:
    """Aseprite's "array": frames are named by their number, so that Phaser's ``createFromAseprite`` finds them."""
    frames = [{"filename": str(number), **_frame(atlas, number)} for number in range(len(atlas.sprites))]
    return {f"{name}.json": _text({"frames": frames, "meta": _aseprite_meta(atlas, pages)})}


def aseprite_hash(atlas: Atlas, name: str, pages: Sequence[str]) -> Files:
    """Aseprite's "hash"."""
    frames = {str(number): _frame(atlas, number) for number in range(len(atlas.sprites))}
    return {f"{name}.json": _text({"frames": frames, "meta": _aseprite_meta(atlas, pages)})}


def texture_packer(atlas: Atlas, name: str, pages: Sequence[str]) -> Files:
    """TexturePacker's "JSON (Hash)": a file for each page, tied together as its multipacks are."""
    files: Files = {}
    names = [f"{name}-{page}.json" if len(pages) > 1 else f"{name}.json" for page in range(len(pages))]
    for page, (file, image) in enumerate(zip(names, pages, strict=True)):
        here = dict(atlas.on(page))
        frames = {frame_name(name, number): _frame(atlas, number) | _pivot(atlas) for number in here}
        # PixiJS looks for an animation's frames on its own page only.
        tags = [tag for tag in atlas.tags if all(number in here for number in tag.order())]
        animations = {tag.name: [frame_name(name, number) for number in tag.order()] for tag in tags}
        body: dict[str, Any] = {"frames": frames, "animations": animations, "meta": _meta(atlas, page, image)}
        if page == 0 and len(pages) > 1:
            body["meta"]["related_multi_packs"] = names[1:]
        files[file] = _text(body)
    return dict(reversed(files.items()))


def phaser(atlas: Atlas, name: str, pages: Sequence[str]) -> Files:
    """Phaser's multiatlas, and its animations for ``load.animation``."""
    textures = []
    for page, image in enumerate(pages):
        frames = [{"filename": frame_name(name, i), **_frame(atlas, i), **_pivot(atlas)} for i, _ in atlas.on(page)]
        textures.append(
            {"image": image, "format": "RGBA8888", "size": _size(atlas, page), "scale": 1, "frames": frames}
        )
    animations = [_phaser_animation(atlas, tag, name) for tag in atlas.tags]
    body = {"textures": textures, "meta": {"app": "Gouache", "version": VERSION}}
    return {
        f"{name}-animations.json": _text({"anims": animations, "globalTimeScale": 1}),
        f"{name}.json": _text(body),
    }


def frame_name(name: str, number: int) -> str:
    """As TexturePacker names them: the files that they came from."""
    return f"{name}_{number:04d}.png"


def _phaser_animation(atlas: Atlas, tag: Tag, name: str) -> dict[str, Any]:
    order = [tag.first + tag.last - i for i in range(tag.first, tag.last + 1)]
    order = order if tag.direction == REVERSE else order[::-1]
    times = atlas.milliseconds
    durations = [times[i] for i in order]
    frames = [
        {"key": name, "frame": frame_name(name, i), "duration": duration}
        for i, duration in zip(order, durations, strict=True)
    ]
    return {
        "key": tag.name,
        "type": "frame",
        "frames": frames,
        "duration": sum(durations),
        "skipMissedFrames": True,
        "repeat": -1 if tag.loop else 0,
        "yoyo": tag.direction not in (FORWARD, REVERSE),
    }


def _aseprite_meta(atlas: Atlas, pages: Sequence[str]) -> dict[str, Any]:
    if len(pages) > 1:
        raise BadRequest(
            f"The frames need {len(pages)} pages, and Aseprite's form has one.",
            hint="Allow larger pages (--largest), trim or scale the frames, or choose another format.",
        )
    tags = []
    for tag in atlas.tags:
        entry = {"name": tag.name, "from": tag.first, "to": tag.last, "direction": tag.direction, "color": "#000000ff"}
        tags.append(entry if tag.loop else entry | {"repeat": "1"})
    return _meta(atlas, 0, pages[0]) | {"app": APP, "frameTags": tags, "layers": [], "slices": _pivot_slice(atlas)}


def _pivot_slice(atlas: Atlas) -> list[dict[str, Any]]:
    """Aseprite keeps a pivot in a slice; none is written for the middle, where everybody looks for it."""
    if atlas.pivot == (0.5, 0.5):
        return []
    source = atlas.sprites[0].source
    pivot = {"x": round(atlas.pivot[0] * source.width), "y": round(atlas.pivot[1] * source.height)}
    bounds = dict(zip(_BOX, (0, 0, source.width, source.height), strict=True))
    return [{"name": "pivot", "color": "#0000ffff", "keys": [{"frame": 0, "bounds": bounds, "pivot": pivot}]}]


def _meta(atlas: Atlas, page: int, image: str) -> dict[str, Any]:
    return {
        "app": "Gouache",
        "version": VERSION,
        "image": image,
        "format": "RGBA8888",
        "size": _size(atlas, page),
        "scale": "1",
    }


def _size(atlas: Atlas, page: int) -> dict[str, int]:
    return {"w": atlas.pages[page].width, "h": atlas.pages[page].height}


def _frame(atlas: Atlas, number: int) -> dict[str, Any]:
    sprite = atlas.sprites[number]
    return {
        "frame": _box(sprite.place),
        "rotated": False,
        "trimmed": sprite.trimmed,
        "spriteSourceSize": _box(Bounds(*sprite.offset, sprite.kept.width, sprite.kept.height)),
        "sourceSize": {"w": sprite.source.width, "h": sprite.source.height},
        "duration": atlas.milliseconds[number],
    }


def _pivot(atlas: Atlas) -> dict[str, dict[str, float]]:
    """PixiJS calls it anchor."""
    point = dict(zip("xy", atlas.pivot, strict=True))
    return {"pivot": point, "anchor": point}


def _box(bounds: Bounds) -> dict[str, int]:
    return dict(zip(_BOX, (bounds.x, bounds.y, bounds.width, bounds.height), strict=True))


def _text(body: object) -> str:
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"
