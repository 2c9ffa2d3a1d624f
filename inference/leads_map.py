"""The map that a ControlNet is shown of a picture: cut and scaled as the model runs, then read. Light."""

from __future__ import annotations

import numpy as np

from inference.alpha import Colours, Pixels, premultiply, resize
from inference.geometry import Bounds, Context, Size
from inference.noise import Latents
from inference.readings import Reading, read


def shown(picture: Pixels, reading: Reading, frame: Size, context: Context | None, size: Size) -> Latents:
    """The map that a ControlNet is shown of a picture: (1, 3, height, width).

    Args:
        frame: of the request; the picture is made to cover it.
        context: which part of the frame the model sees; None for all of it.
        size: at which the model runs.
    """
    colours = premultiply(picture)
    if context is None:
        ready = covering(colours, size)
    else:
        at = context.bounds
        whole = covering(colours, frame)
        inside = at.intersection(Bounds.of(frame))
        ready = np.zeros((*at.size.shape, 4), np.float32)
        ready[inside.moved(-at.x, -at.y).slices] = whole[inside.slices]
        ready = resize(ready, size.width, size.height)
    return np.ascontiguousarray(np.moveaxis(read(ready, reading), 2, 0))[None]


def covering(colours: Colours, size: Size) -> Colours:
    """A picture scaled until it covers ``size``; what stands over is cut off on both sides alike."""
    height, width = colours.shape[:2]
    scale = max(size.width / width, size.height / height)
    kept = (min(width, round(size.width / scale)), min(height, round(size.height / scale)))
    x, y = (width - kept[0]) // 2, (height - kept[1]) // 2
    return resize(colours[y : y + kept[1], x : x + kept[0]], size.width, size.height)
