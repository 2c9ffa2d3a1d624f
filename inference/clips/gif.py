"""GIF89a: one palette for the whole clip, frames as changed rectangles; and its blocks without decoding.

The blocks are written here and the pixels (LZW) by Pillow, whose own writer keeps the whole clip in memory.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from inference.clips.changes import bounds_of
from inference.clips.colours import Colours, Quantiser
from inference.clips.encoding import Encoding
from inference.clips.frame import Frame
from inference.clips.options import ExportOptions
from inference.clips.source import Survey
from inference.clips.timing import Ticker, ticked
from inference.geometry import Bounds, Size

TICK = Fraction(1, 100)
LONGEST = 65535
LEAST_SHOWN = 2
"""Ticks: browsers show frames that last less for a tenth of a second."""
AS_SHOWN = Fraction(1, 10)
"""Seconds that a frame of 0 or 1 ticks lasts in every browser."""
_KEEP, _CLEAR = 1, 2

Indices = NDArray[np.uint8]


def encoding(seen: Survey, options: ExportOptions) -> Encoding:
    """A palette for all of it, and times in hundredths."""
    quantiser = quantiser_for(seen, options)
    return Encoding(
        begin=lambda path, finer: GifWriter(path, seen, options, quantiser),
        show=lambda pixels: quantiser.shown(quantiser.indices(pixels)),
        held=lambda: ticked(TICK, LEAST_SHOWN),
        exact=quantiser.exact and not seen.soft,
        notes=tuple(_notes(seen, quantiser)),
    )


def _notes(seen: Survey, quantiser: Quantiser) -> Iterator[str]:
    if not quantiser.exact and seen.colours is not None:
        off = seen.colours.spread(quantiser.palette)
        yield f"{len(quantiser.palette)} colours stand for {len(seen.colours.different())} (mean difference {off:.1f})."
    if seen.soft:
        yield "Half-transparent pixels are shown whole from alpha 128 on, and not at all below."
    if seen.constant is not None and seen.constant < LEAST_SHOWN * TICK:
        yield "A GIF's frames last 0.02 s at least, so it plays slower than it was made."


def quantiser_for(seen: Survey, options: ExportOptions) -> Quantiser:
    """The palette of a clip, and how its colours come into it."""
    colours = seen.colours or Colours()
    room = options.colours - seen.alpha
    different = len(colours.different())
    if different <= room:
        return Quantiser(colours.different(), 0, exact=True)
    palette = colours.palette(min(room, options.colours - 1))
    dither = 2 * colours.spread(palette) if options.dither == "ordered" else 0
    return Quantiser(palette, dither, exact=False)


class GifWriter:
    """Frames to a file; only two are kept in memory: what must vanish is cleared by the frame before."""

    def __init__(self, path: Path, seen: Survey, options: ExportOptions, quantiser: Quantiser) -> None:
        self._file: BinaryIO = path.open("wb")
        self._quantiser, self._ticker = quantiser, Ticker(TICK, LEAST_SHOWN)
        count = len(quantiser.palette)
        self._nothing = count if count < 256 else None
        self._canvas = np.full(seen.size.shape, count & 255, np.uint8) if self._nothing is not None else None
        self._waiting: tuple[Indices, int] | None = None
        self._head(seen.size, options.loops)

    def add(self, frame: Frame) -> None:
        indices = self._quantiser.indices(frame.pixels)
        _, length = self._ticker.next(frame.duration)
        if self._waiting is not None:
            self._write(*self._waiting, indices)
        self._waiting = (indices, min(length, LONGEST))

    def close(self) -> None:
        if self._waiting is not None:
            self._write(*self._waiting, None)
        self._file.write(b";")
        self._file.close()

    def cancel(self) -> None:
        self._file.close()

    def _head(self, size: Size, loops: int) -> None:
        bits = max(1, (len(self._quantiser.palette) + (self._nothing is not None) - 1).bit_length())
        table = self._quantiser.palette.tobytes().ljust(3 << bits, b"\0")
        background = self._nothing or 0
        screen = struct.pack("<HHBBB", size.width, size.height, 0xF0 | (bits - 1), background, 0)
        self._file.write(b"GIF89a" + screen + table)
        if loops != 1:
            again = loops - 1 if loops else 0  # the first time is not counted
            self._file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<HB", again, 0))

    def _write(self, indices: Indices, length: int, after: Indices | None) -> None:
        nothing = self._nothing
        stays = np.zeros_like(indices, bool) if self._canvas is None else self._canvas == indices
        bounds, disposal = bounds_of(~stays), _KEEP
        if nothing is not None and after is not None:
            vanishing = (indices != nothing) & (after == nothing)
            if vanishing.any():
                bounds, disposal = bounds.union(bounds_of(vanishing)), _CLEAR
        self._block(self._cut(indices, stays, bounds), bounds, length, disposal)
        self._canvas = indices.copy()
        if disposal == _CLEAR:
            self._canvas[bounds.slices] = nothing or 0

    def _cut(self, indices: Indices, stays: NDArray[np.bool_], bounds: Bounds) -> Indices:
        """What lies in the rectangle; what is there already is left out, which packs better."""
        part = indices[bounds.slices]
        if self._nothing is None:
            return np.ascontiguousarray(part)
        return np.where(stays[bounds.slices], np.uint8(self._nothing), part)

    def _block(self, part: Indices, bounds: Bounds, length: int, disposal: int) -> None:
        image = Image.frombytes("P", (bounds.width, bounds.height), part.tobytes())
        told = {"duration": 10 * length, "disposal": disposal, "interlace": 0}
        if self._nothing is not None:
            told["transparency"] = self._nothing
        for piece in GifImagePlugin.getdata(image, (bounds.x, bounds.y), **told):
            self._file.write(piece)


def scan(path: Path) -> tuple[list[Fraction], bool, bool, int | None]:
    """Durations of the frames that are there, whether the file has its end, whether there is transparency, the loops.

    A frame of less than two ticks has the tenth of a second for which every browser shows it.
    """
    durations: list[Fraction] = []
    alpha, loops, delay = False, 1, 0
    with path.open("rb") as file:
        head = file.read(13)
        if len(head) < 13:
            return durations, False, alpha, loops
        _skip_table(file, head[10])
        while kind := file.read(1):
            if kind == b";":
                return durations, True, alpha, loops
            if kind == b"!":
                label, blocks = file.read(1), list(_blocks(file))
                if label == b"\xf9" and blocks and len(blocks[0]) >= 4:
                    delay, alpha = int.from_bytes(blocks[0][1:3], "little"), alpha or bool(blocks[0][0] & 1)
                elif label == b"\xff" and blocks[:1] == [b"NETSCAPE2.0"] and len(blocks) > 1:
                    again = int.from_bytes(blocks[1][1:3], "little")
                    loops = again + 1 if again else 0
            elif kind == b",":
                descriptor = file.read(9)
                if len(descriptor) < 9:
                    break
                _skip_table(file, descriptor[8])
                file.seek(1, io.SEEK_CUR)
                if not _skip_blocks(file):
                    break
                durations.append(delay * TICK if delay >= LEAST_SHOWN else AS_SHOWN)
                delay = 0
            else:
                break
    return durations, False, alpha, loops


def _skip_table(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        file.seek(3 << ((flags & 7) + 1), io.SEEK_CUR)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while (size := file.read(1)) and size[0]:
        yield file.read(size[0])


def _skip_blocks(file: BinaryIO) -> bool:
    """Whether they come to an end."""
    while size := file.read(1):
        if not size[0]:
            return True
        file.seek(size[0], io.SEEK_CUR)
    return False
