"""Pictures twice as large, and more, by a small network: in tiles that cannot be told from the whole.

It always runs on the processor: it is small, a graphics card's memory belongs to the model, and the same picture then
gives the same bytes on every kind of card.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels, premultiply, resize, unpremultiply
from inference.cancelling import heard
from inference.errors import BadRequest
from inference.runtime import Runtime, Session, threads_beside_a_window
from inference.tiles import windows
from inference.upscaling_card import GRAPH, SHIPPED, UpscalerCard, read_card

TILE = 192
"""Side of a tile without its margin, in pixels of the small picture: what a tile needs is a few dozen megabytes."""
MOST = 16
_WINDOW = np.ones((3, 3), np.uint8)
_LOADING = threading.Lock()


class Upscaler:
    """A network that makes pictures larger. Calls may come from any thread.

    Args:
        folder: with its card and graph.
        tile: see ``TILE``.

    Raises:
        ModelRefused: when the folder holds none that can be used.
    """

    def __init__(self, folder: Path = SHIPPED, *, threads: int | None = None, tile: int = TILE) -> None:
        self.card: UpscalerCard = read_card(folder)
        self._tile = tile
        self._runtime = Runtime(device="cpu", threads=threads or threads_beside_a_window())
        self._session: Session = self._runtime.load(folder / GRAPH)
        (self._input,) = self._session.inputs

    def run(self, pixels: Pixels) -> Iterator[tuple[float, Pixels]]:
        """Make a picture ``card.factor`` times as large, a tile at a time.

        Args:
            pixels: (height, width, 4) bytes, straight alpha.

        Yields:
            after each tile the share that is done, and the picture so far, which is whole when the share is 1.

        Raises:
            Cancelled: when whoever asked was told to stop (``cancelling.heard``). OutOfMemory, EngineFailed.
        """
        factor, margin = self.card.factor, self.card.margin
        height, width = pixels.shape[:2]
        out = np.empty((height * factor, width * factor, 4), np.uint8)
        source = np.pad(pixels, ((margin, margin), (margin, margin), (0, 0)), mode="edge")
        tiles = windows(height, width, tile=self._tile, overlap=0)
        for done, (y, x) in enumerate(tiles, 1):
            heard()
            around = source[y.start : y.stop + 2 * margin, x.start : x.stop + 2 * margin]
            rows, columns = (slice(each.start * factor, each.stop * factor) for each in (y, x))
            out[rows, columns] = self._made(around)
            yield done / len(tiles), out

    def _made(self, around: Pixels) -> Pixels:
        """What a part of the picture becomes that has its margin around it, without that margin."""
        factor, margin = self.card.factor, self.card.margin
        if not around[..., 3].any():
            height, width = (factor * (side - 2 * margin) for side in around.shape[:2])
            return np.zeros((height, width, 4), np.uint8)
        sample = np.ascontiguousarray(premultiply(around).transpose(2, 0, 1)[None], np.float32)
        (made,) = self._session.run({self._input: sample}).values()
        edge = factor * margin
        colours = made[0].transpose(1, 2, 0)[edge : made.shape[2] - edge, edge : made.shape[3] - edge]
        alpha = _certain(colours[..., 3], around[..., 3], margin, factor)
        return unpremultiply(np.dstack([np.clip(colours[..., :3], 0, alpha[..., None]), alpha]))

    def close(self) -> None:
        """Let the network go."""
        self._session.close()
        self._runtime.close()


def _certain(made: NDArray[np.float32], alpha: NDArray[np.uint8], margin: int, factor: int) -> NDArray[np.float32]:
    """The alpha that was made, in [0, 1], and exactly nothing or all where all around was nothing or all."""
    inner = (slice(margin, alpha.shape[0] - margin), slice(margin, alpha.shape[1] - margin))
    empty, full = cv2.dilate(alpha, _WINDOW)[inner] == 0, cv2.erode(alpha, _WINDOW)[inner] == 255
    known = np.where(full, np.float32(1), np.where(empty, np.float32(0), np.float32(np.nan)))
    known = known.repeat(factor, axis=0).repeat(factor, axis=1)
    return np.where(np.isnan(known), np.clip(made, 0, 1), known)


@lru_cache(maxsize=1)
def _opened() -> Upscaler:
    return Upscaler()


def shipped() -> Upscaler:
    """The upscaler that comes with the program, opened once."""
    with _LOADING:
        return _opened()


def enlarged(pixels: Pixels, by: int) -> Pixels:
    """A picture ``by`` times as large. Between powers of two it is made larger than that, then smaller.

    Args:
        pixels: (height, width, 3 or 4) bytes, straight alpha.
        by: 1 to 16.

    Returns:
        (height by, width by, 4) bytes.

    Raises:
        BadRequest: for another ``by``. ModelRefused, Cancelled, OutOfMemory, EngineFailed.
    """
    if not 1 <= by <= MOST:
        raise BadRequest(f"A picture cannot be made {by} times as large.", hint=f"Give 1 to {MOST}.")
    height, width = pixels.shape[:2]
    made = pixels if pixels.shape[2] == 4 else np.dstack([pixels, np.full((height, width), 255, np.uint8)])
    while made.shape[0] < by * height:
        *_, (_, made) = shipped().run(made)
    if made.shape[0] != by * height:
        made = unpremultiply(resize(premultiply(made), by * width, by * height))
    return made
