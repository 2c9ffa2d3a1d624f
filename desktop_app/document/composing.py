"""Compositing a stack of layers: exactly, for files and merging, and quickly, for the screen.

Both work pixel by pixel, so that what a dirty rectangle gives is what the whole gives.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from desktop_app.document.arrays import as_bytes
from desktop_app.document.blending import BlendMode, Planes, lay
from desktop_app.document.control_layers import picture_layers
from desktop_app.document.grid import cells, each
from desktop_app.document.layers import Layer
from inference.alpha import Pixels
from inference.geometry import Bounds

CELL = 256
"""Side in pixels of what is composited at a time: its intermediate arrays stay in the cache."""

Layers = Sequence[Layer]


def compose(layers: Layers, bounds: Bounds) -> Pixels:
    """What the visible ``layers`` (lowest first) look like in ``bounds``, computed in floats and rounded once.

    Control layers are no part of it.

    Returns:
        (height, width, 4) bytes with straight alpha. One visible layer of opacity 1 comes out as it is, except that
        no colour is left where alpha is 0.
    """
    out = np.zeros((bounds.height, bounds.width, 4), np.uint8)
    layers = picture_layers(layers)

    def work(cell: Bounds) -> None:
        shown = _shown(layers, cell)
        if shown:
            out[cell.moved(-bounds.x, -bounds.y).slices] = _straight(_exact(shown, cell))

    each(work, _cells(bounds), bounds.size.area)
    return out


def compose_for_screen(layers: Layers, bounds: Bounds, out: Pixels | None = None) -> Pixels:
    """The same with control layers, premultiplied and fast: normal layers in integers, rounded once for each layer.

    Args:
        out: (height, width, 4) to write into; made when missing.

    Returns:
        (height, width, 4) bytes, premultiplied: what ``QImage.Format_RGBA8888_Premultiplied`` holds.
    """
    if out is None:
        out = np.empty((bounds.height, bounds.width, 4), np.uint8)

    def work(cell: Bounds) -> None:
        _fast(_shown(layers, cell), cell, out[cell.moved(-bounds.x, -bounds.y).slices])

    each(work, _cells(bounds), bounds.size.area)
    return out


def _cells(bounds: Bounds) -> list[Bounds]:
    return list(cells(bounds, CELL)) if bounds.size.area > CELL * CELL else [bounds]


def _shown(layers: Layers, cell: Bounds) -> list[Layer]:
    """The layers that can be seen in a cell: those above the topmost that hides all beneath it."""
    shown: list[Layer] = []
    for layer in reversed(layers):
        if not layer.visible or layer.opacity <= 0 or layer.bounds.intersection(cell).empty:
            continue
        shown.append(layer)
        if _hides(layer, cell):
            break
    return shown[::-1]


def _hides(layer: Layer, cell: Bounds) -> bool:
    if layer.mode is not BlendMode.NORMAL or layer.opacity < 1 or not layer.bounds.contains(cell):
        return False
    part = layer.part(cell)
    return part[0, 0, 3] == 255 and int(cv2.extractChannel(part, 3).min()) == 255


def _exact(layers: list[Layer], cell: Bounds) -> Planes:
    """(4, height, width) premultiplied."""
    onto = np.zeros((4, cell.height, cell.width), np.float32)
    for layer in layers:
        area = layer.bounds.intersection(cell)
        rows, columns = area.moved(-cell.x, -cell.y).slices
        _lay(onto[:, rows, columns], layer.part(area), layer)
    return onto


def _lay(onto: Planes, pixels: Pixels, layer: Layer) -> None:
    source = planes(pixels)
    if source[3].any():
        lay(onto, source[:3], source[3] * np.float32(layer.opacity), layer.mode)


def planes(pixels: Pixels) -> Planes:
    """(height, width, channels) bytes to (channels, height, width) in [0, 1]."""
    out = np.empty((pixels.shape[2], *pixels.shape[:2]), np.float32)
    for index, channel in enumerate(cv2.split(pixels)):
        np.multiply(channel, np.float32(1 / 255), out=out[index])
    return out


def _straight(premultiplied: Planes) -> Pixels:
    alpha = premultiplied[3]
    gain = 1 / np.maximum(alpha, np.float32(1e-6))
    gain *= alpha >= np.float32(0.5 / 255)
    premultiplied[:3] *= gain
    return _bytes(premultiplied)


def _bytes(values: Planes) -> Pixels:
    """Rounded bytes (height, width, channels) of planes in [0, 1], which are used up."""
    values *= np.float32(255)
    values += np.float32(0.5)
    np.minimum(values, np.float32(255), out=values)
    return as_bytes(cv2.merge(list(values.astype(np.uint8))))


def _fast(layers: list[Layer], cell: Bounds, out: Pixels) -> None:
    out[...] = 0
    for index, layer in enumerate(layers):
        area = layer.bounds.intersection(cell)
        onto = out[area.moved(-cell.x, -cell.y).slices]
        if layer.mode is BlendMode.NORMAL:
            _over(onto, layer.part(area), layer.opacity, first=index == 0)
        else:
            _blend(onto, layer.part(area), layer)


def _over(onto: Pixels, pixels: Pixels, opacity: float, *, first: bool) -> None:
    """*Over* in bytes: ``source + backdrop * (255 - alpha) / 255``."""
    alpha = cv2.extractChannel(pixels, 3)
    if not cv2.hasNonZero(alpha):
        return
    if opacity < 1:
        alpha = cv2.convertScaleAbs(alpha, alpha=opacity)
        pixels = np.array(pixels)
        cv2.insertChannel(alpha, pixels, 3)
    source = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
    if first:
        onto[...] = source
        return
    left = cv2.merge([cv2.bitwise_not(alpha)] * 4)
    onto[...] = cv2.add(cv2.multiply(onto, left, scale=1 / 255), source)


def _blend(onto: Pixels, pixels: Pixels, layer: Layer) -> None:
    backdrop = planes(onto)
    _lay(backdrop, pixels, layer)
    onto[...] = _bytes(backdrop)
