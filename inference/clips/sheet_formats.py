"""The forms that a sheet can be written in, as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inference.clips.atlas import Atlas
from inference.clips.sheet_engines import godot, unity
from inference.clips.sheet_json import Files, aseprite_array, aseprite_hash, phaser, texture_packer


@dataclass(frozen=True, kw_only=True)
class SheetFormat:
    """A form: what it is for, and its files for an atlas, a name and the names of the pages."""

    name: str
    words: str
    files: Callable[[Atlas, str, Sequence[str]], Files]


SHEET_FORMATS: dict[str, SheetFormat] = {
    each.name: each
    for each in (
        SheetFormat(name="aseprite", words="Aseprite's JSON array; most engines read it", files=aseprite_array),
        SheetFormat(name="aseprite-hash", words="Aseprite's JSON hash", files=aseprite_hash),
        SheetFormat(name="texturepacker", words="TexturePacker's JSON hash", files=texture_packer),
        SheetFormat(name="godot", words="SpriteFrames of Godot 4 (.tres)", files=godot),
        SheetFormat(name="unity", words="a sliced texture of Unity (.meta), and JSON for the times", files=unity),
        SheetFormat(name="phaser", words="multiatlas and animations of Phaser", files=phaser),
        SheetFormat(name="pixi", words="spritesheet of PixiJS, with animations", files=texture_packer),
    )
}
