"""Encode and decode large pictures a tile at a time: overlapping windows, blended so that no seam is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from inference.noise import Latents


def tiled(
    run: Callable[[Latents], Latents], values: Latents, *, tile: int, overlap: int, scale: tuple[int, int]
) -> Latents:
    """Apply ``run`` to windows of ``values`` and blend the results.

    Args:
        run: (batch, channels, h, w) to (batch, channels', h * up / down, w * up / down).
        values: (batch, channels, height, width).
        tile: side of a window in pixels of ``values``, more than twice ``overlap``.
        overlap: how far neighbours reach into each other.
        scale: (up, down): (8, 1) decodes, (1, 8) encodes; windows start and end at multiples of ``down``.
    """
    up, down = scale
    height, width = values.shape[2:]
    total: Latents | None = None
    weight = np.zeros((height * up // down, width * up // down), np.float32)
    for y, x in windows(height, width, tile=tile, overlap=overlap, step=down):
        part = run(np.ascontiguousarray(values[:, :, y, x]))
        if total is None:
            total = np.zeros((*part.shape[:2], *weight.shape), np.float32)
        rows = slice(y.start * up // down, y.stop * up // down)
        columns = slice(x.start * up // down, x.stop * up // down)
        share = np.outer(
            _profile(rows, weight.shape[0], overlap * up // down),
            _profile(columns, weight.shape[1], overlap * up // down),
        )
        total[:, :, rows, columns] += part * share
        weight[rows, columns] += share
    assert total is not None
    return total / weight


def windows(height: int, width: int, *, tile: int, overlap: int, step: int = 1) -> list[tuple[slice, slice]]:
    """Rows and columns of the tiles of a picture, row by row."""
    across = [slice(*span) for span in spans(width, tile, overlap, step)]
    return [(slice(*span), x) for span in spans(height, tile, overlap, step) for x in across]


def spans(length: int, tile: int, overlap: int, step: int = 1) -> Iterator[tuple[int, int]]:
    """Windows of ``tile`` that cover ``length``, evenly spread, each overlapping the next by at least ``overlap``."""
    if length <= tile:
        yield 0, length
        return
    count = -(-(length - overlap) // (tile - overlap))
    for i in range(count):
        start = round(i * (length - tile) / (count - 1) / step) * step
        yield start, min(start + tile, length)


def _profile(span: slice, length: int, overlap: int) -> Latents:
    """Weights along one side of a window: a smooth ramp where it meets a neighbour, 1 elsewhere.

    The outermost quarter of the overlap weighs nothing: there the window's own edge shows.
    """
    size = span.stop - span.start
    margin = overlap // 4
    ramp = (np.arange(size, dtype=np.float32) + 0.5 - margin) / max(overlap - 2 * margin, 1)
    up = _smooth(ramp) if span.start > 0 else np.ones(size, np.float32)
    down = _smooth(ramp[::-1]) if span.stop < length else np.ones(size, np.float32)
    return np.maximum(up * down, 1e-4).astype(np.float32)


def _smooth(t: Latents) -> Latents:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


def shrunk(values: Latents, side: int, step: int) -> Latents:
    """(1, channels, height, width) values with the longer side at most ``side``, sides multiples of ``step``."""
    height, width = values.shape[2:]
    scale = min(1.0, side / max(height, width))
    size = [max(step, round(length * scale / step) * step) for length in (width, height)]
    rows = [cv2.resize(channel, size, interpolation=cv2.INTER_AREA) for channel in values[0]]
    return np.stack(rows)[None].astype(np.float32)
