"""Sheets as the resources of two editors: Godot's SpriteFrames (.tres) and Unity's sliced texture (.meta)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from inference.clips.atlas import Atlas, Sprite, Tag
from inference.clips.sheet_json import Files, frame_name, texture_packer


def godot(atlas: Atlas, name: str, pages: Sequence[str]) -> Files:
    """A SpriteFrames resource of Godot 4 (text format 3). The pages are looked for beside it.

    Trimmed frames keep their place by AtlasTexture's margin. A frame lasts its "duration" divided by "speed".
    """
    lines = [f'[gd_resource type="SpriteFrames" load_steps={len(pages) + len(atlas.sprites) + 1} format=3]', ""]
    lines += [
        f'[ext_resource type="Texture2D" path={_quoted(image)} id="page_{page}"]' for page, image in enumerate(pages)
    ]
    for number, sprite in enumerate(atlas.sprites):
        lines += ["", f'[sub_resource type="AtlasTexture" id="frame_{number}"]', *_region(sprite)]
    animations = ", ".join(_animation(atlas, tag) for tag in atlas.tags)
    lines += ["", "[resource]", f"animations = [{animations}]", ""]
    return {f"{name}.tres": "\n".join(lines)}


def _region(sprite: Sprite) -> list[str]:
    place, source = sprite.place, sprite.source
    lines = [
        f'atlas = ExtResource("page_{sprite.page}")',
        f"region = Rect2({place.x}, {place.y}, {place.width}, {place.height})",
    ]
    if sprite.trimmed:
        x, y = sprite.offset
        lines.append(f"margin = Rect2({x}, {y}, {source.width - place.width}, {source.height - place.height})")
    return [*lines, "filter_clip = true"]


def _animation(atlas: Atlas, tag: Tag) -> str:
    order = tag.order()
    shortest = min(atlas.sprites[i].duration for i in order)
    lengths = [_decimal(float(atlas.sprites[i].duration / shortest)) for i in order]
    frames = [
        f'{{\n"duration": {length},\n"texture": SubResource("frame_{i}")\n}}'
        for i, length in zip(order, lengths, strict=True)
    ]
    loop = "true" if tag.loop else "false"
    return (
        f'{{\n"frames": [{", ".join(frames)}],\n"loop": {loop},\n"name": &{_quoted(tag.name)},\n'
        f'"speed": {_decimal(float(1 / shortest))}\n}}'
    )


def _decimal(number: float) -> str:
    """With a point, as Godot tells floats from integers."""
    text = f"{number:.12g}"
    return text if "." in text or "e" in text else text + ".0"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def unity(atlas: Atlas, name: str, pages: Sequence[str]) -> Files:
    """A texture importer's settings beside each page: sprite mode "multiple", one slice a frame, pivot and all.

    Unity keeps times in animation clips of its own, so the frames' durations and the animations come in JSON too.
    """
    files = {f"{image}.meta": _meta(atlas, page, name) for page, image in enumerate(pages)}
    return files | texture_packer(atlas, name, pages)


def _meta(atlas: Atlas, page: int, name: str) -> str:
    slices = "".join(_slice(atlas, page, number, sprite, name) for number, sprite in atlas.on(page))
    guid = hashlib.md5(f"gouache {name} {page}".encode(), usedforsecurity=False).hexdigest()
    size = atlas.pages[page]
    longest = 1 << (max(size.width, size.height, 32) - 1).bit_length()
    return (
        f"fileFormatVersion: 2\nguid: {guid}\nTextureImporter:\n  serializedVersion: 13\n  mipmaps:\n"
        "    enableMipMap: 0\n    sRGBTexture: 1\n  isReadable: 0\n  textureType: 8\n  textureShape: 1\n"
        f"  maxTextureSize: {longest}\n  textureSettings:\n    serializedVersion: 2\n    filterMode: 0\n    wrapU: 1\n"
        "    wrapV: 1\n  nPOTScale: 0\n  spriteMode: 2\n  spriteExtrude: 1\n  spriteMeshType: 0\n  alignment: 0\n"
        "  spritePivot: {x: 0.5, y: 0.5}\n  spritePixelsToUnits: 100\n  alphaUsage: 1\n  alphaIsTransparency: 1\n"
        "  textureCompression: 0\n  platformSettings:\n  - serializedVersion: 3\n"
        "    buildTarget: DefaultTexturePlatform\n"
        f"    maxTextureSize: {longest}\n    textureFormat: -1\n    textureCompression: 0\n"
        f"  spriteSheet:\n    serializedVersion: 2\n    sprites:\n{slices}    outline: []\n    physicsShape: []\n"
        "  userData: \n  assetBundleName: \n  assetBundleVariant: \n"
    )


def _slice(atlas: Atlas, page: int, number: int, sprite: Sprite, name: str) -> str:
    """Unity's rows go up, and its pivot counts in parts of the slice."""
    place, (left, top) = sprite.place, sprite.offset
    x = (atlas.pivot[0] * sprite.source.width - left) / place.width
    y = 1 - (atlas.pivot[1] * sprite.source.height - top) / place.height
    title = frame_name(name, number).removesuffix(".png")
    identity = hashlib.md5(f"gouache {name} {number}".encode(), usedforsecurity=False).hexdigest()
    return (
        f"    - serializedVersion: 2\n      name: {_quoted(title)}\n      rect:\n        serializedVersion: 2\n"
        f"        x: {place.x}\n        y: {atlas.pages[page].height - place.bottom}\n"
        f"        width: {place.width}\n        height: {place.height}\n      alignment: 9\n"
        f"      pivot: {{x: {x:.6g}, y: {y:.6g}}}\n      border: {{x: 0, y: 0, z: 0, w: 0}}\n"
        f"      outline: []\n      physicsShape: []\n      tessellationDetail: 0\n      bones: []\n"
        f"      spriteID: {identity}\n      internalID: {int(identity[:8], 16) & 0x7FFFFFFF}\n      vertices: []\n"
        "      indices: \n      edges: []\n      weights: []\n"
    )
