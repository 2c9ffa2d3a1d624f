"""A cycle as a sprite sheet: a grid, and JSON as Aseprite writes it with each frame's time, the pivot and the loop."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inference.alpha import Pixels
from inference.animation.cycle import CycleFrame
from inference.files import write_text
from inference.pictures import write_picture
from inference.version import VERSION

IN_A_ROW = 8


def write_sheet(
    path: Path, frames: Sequence[CycleFrame], name: str, pivot: tuple[float, float], *, repeats: bool
) -> Path:
    """Write ``path`` and, beside it, the JSON; returns the JSON's path.

    Args:
        name: of the animation, its tag.
        pivot: of the feet in a frame, x and y in pixels.
        repeats: it goes on for ever; else the tag says that it is played once.

    Raises:
        BadRequest: when the place cannot be written.
    """
    sheet, places = laid_out([frame.pixels for frame in frames])
    write_picture(path, sheet)
    beside = path.with_suffix(".json")
    said = as_json(frames, places, path.name, sheet.shape[:2], name, pivot, repeats=repeats)
    write_text(beside, json.dumps(said, indent=1) + "\n")
    return beside


def laid_out(frames: Sequence[Pixels]) -> tuple[Pixels, list[tuple[int, int]]]:
    """A grid without gaps, at most eight in a row, and the top left corner of each frame."""
    height, width = frames[0].shape[:2]
    columns = min(len(frames), IN_A_ROW)
    sheet = np.zeros((height * math.ceil(len(frames) / columns), width * columns, 4), np.uint8)
    places = [(index % columns * width, index // columns * height) for index in range(len(frames))]
    for pixels, (x, y) in zip(frames, places, strict=True):
        sheet[y : y + height, x : x + width] = pixels
    return sheet, places


def as_json(  # noqa: PLR0917
    frames: Sequence[CycleFrame],
    places: Sequence[tuple[int, int]],
    image: str,
    shape: tuple[int, int],
    name: str,
    pivot: tuple[float, float],
    *,
    repeats: bool,
) -> dict[str, Any]:
    """Frames are named by their numbers, as engines look them up."""
    height, width = frames[0].pixels.shape[:2]
    size = {"w": width, "h": height}
    whole = {"x": 0, "y": 0, **size}
    tag = {"name": name, "from": 0, "to": len(frames) - 1, "direction": "forward", "color": "#000000ff"}
    foot = {"x": math.floor(pivot[0]), "y": math.floor(pivot[1])}
    return {
        "frames": [
            {
                "filename": str(index),
                "frame": {"x": x, "y": y, **size},
                "rotated": False,
                "trimmed": False,
                "spriteSourceSize": whole,
                "sourceSize": size,
                "duration": int(frame.duration * 1000),
            }
            for index, (frame, (x, y)) in enumerate(zip(frames, places, strict=True))
        ],
        "meta": {
            "app": "Gouache",
            "version": VERSION,
            "image": image,
            "format": "RGBA8888",
            "size": {"w": shape[1], "h": shape[0]},
            "scale": "1",
            "frameTags": [tag if repeats else {**tag, "repeat": "1"}],
            "slices": [{"name": "feet", "color": "#0000ffff", "keys": [{"frame": 0, "bounds": whole, "pivot": foot}]}],
        },
    }
