"""Encode and decode large pictures a tile at a time: overlapping windows, blended so that no seam is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
    for top, bottom in spans(height, tile, overlap, down):
        for left, right in spans(width, tile, overlap, down):
            part = run(np.ascontiguousarray(values[:, :, top:bottom, left:right]))
            if total is None:
                total = np.zeros((*part.shape[:2], *weight.shape), np.float32)
            rows = slice(top * up // down, bottom * up // down)
            columns = slice(left * up // down, right * up // down)
            share = np.outer(
                _profile(rows, weight.shape[0], overlap * up // down),
                _profile(columns, weight.shape[1], overlap * up // down),
            )
            total[:, :, rows, columns] += part * share
            weight[rows, columns] += share
    assert total is not None
    return total / weight


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
    """Weights along one side of a window: a smooth ramp where it meets a neighbour, 1 elsewhere."""
    size = span.stop - span.start
    ramp = (np.arange(size, dtype=np.float32) + 0.5) / max(overlap, 1)
    up = _smooth(ramp) if span.start > 0 else np.ones(size, np.float32)
    down = _smooth(ramp[::-1]) if span.stop < length else np.ones(size, np.float32)
    return np.maximum(up * down, 1e-4).astype(np.float32)


def _smooth(t: Latents) -> Latents:
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)
