"""One small picture of a new model: that it makes one at all, and what its card shows."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np

from inference.api import Generate, Picture
from inference.engine import LocalEngine
from inference.geometry import Size
from inference.manifest import ModelManifest, read_manifest
from inference.pictures import write_picture
from training.export import ExportFailed

SAMPLE = "sample.png"
STEPS = 6
SIDE = 256
"""Pixels: the picture is for a card, and shall not take longer than the conversion."""


def smoke_picture(folder: Path) -> str:
    """Make ``sample.png`` in a model's folder.

    Raises:
        ExportFailed: when the picture has one colour throughout or is none. Inpainting models make none, and say so.
    """
    manifest = read_manifest(folder)
    if manifest.inpainting_unet:
        return "none, since it only fills holes."
    size, steps = _size(manifest), 4 if manifest.few_steps else STEPS
    request = Generate(prompt="a red apple on a table", seed=1, steps=steps, model=str(folder), size=size)
    # A budget of nothing keeps one graph at a time, and no optimised copies are made of a model that may not stay.
    with closing(LocalEngine(device="cpu", budget=1)) as engine:
        engine.runtime.cache, engine.runtime.frugal = None, True
        picture = next(event for event in engine.run(request) if isinstance(event, Picture))
    pixels = picture.pixels
    if float(np.ptp(pixels, axis=(0, 1)).max()) == 0:
        raise ExportFailed(
            "The converted model makes pictures of one colour.", hint="Try --precision fp32, or get the original file."
        )
    write_picture(folder / SAMPLE, pixels)
    return f'`{SAMPLE}`, {size} in {steps} steps, of "{request.prompt}".'


def _size(manifest: ModelManifest) -> Size:
    """A small square that the model can make."""
    side = max(manifest.size_rule.least, min(manifest.native.width, SIDE))
    side -= side % manifest.size_rule.multiple
    return Size(side, side)
