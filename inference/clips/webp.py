"""Animated WebP (the WebP Container Specification): frames encoded by libwebp, put into the container one by one.

Pillow's own writer keeps the whole clip in memory. A frame is written as the rectangle in which it differs from the
one before; places are even numbers there.
"""

from __future__ import annotations

import dataclasses
import io
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from inference.alpha import Pixels
from inference.clips.changes import changed, on_even
from inference.clips.encoding import Encoding
from inference.clips.frame import Frame
from inference.clips.options import ExportOptions
from inference.clips.source import Survey
from inference.clips.timing import Ticker, ticked

TICK = Fraction(1, 1000)
LARGEST = 16383
LONGEST = (1 << 24) - 1
LOSSLESS_METHOD, LOSSY_METHOD = 1, 4
"""libwebp's effort, 0 to 6."""
FINER = 10
"""Of quality, when a result was too coarse."""
_ALPHA, _MOVES, _REPLACES = 0x10, 0x02, 0x02


def encoding(seen: Survey, options: ExportOptions) -> Encoding:
    """Exact, unless a quality is given."""

    def begin(path: Path, finer: int) -> WebpWriter:
        quality = None if options.quality is None else min(100, options.quality + FINER * finer)
        return WebpWriter(path, seen, dataclasses.replace(options, quality=quality))

    return Encoding(begin=begin, held=lambda: ticked(TICK))


class WebpWriter:
    """Frames to a file; only the last one is kept in memory."""

    def __init__(self, path: Path, seen: Survey, options: ExportOptions) -> None:
        self._file: BinaryIO = path.open("wb")
        self._alpha, self._quality = seen.alpha and options.alpha, options.quality
        self._ticker, self._before = Ticker(TICK), None
        flags = _MOVES | (_ALPHA if self._alpha else 0)
        size = _three(seen.size.width - 1) + _three(seen.size.height - 1)
        self._file.write(b"RIFF\0\0\0\0WEBP")
        self._chunk(b"VP8X", bytes([flags, 0, 0, 0]) + size)
        self._chunk(b"ANIM", b"\0\0\0\0" + struct.pack("<H", options.loops))

    def add(self, frame: Frame) -> None:
        bounds = on_even(changed(frame.pixels, self._before))
        _, length = self._ticker.next(frame.duration)
        place = (bounds.x // 2, bounds.y // 2, bounds.width - 1, bounds.height - 1, min(length, LONGEST))
        picture = _encoded(frame.pixels[bounds.slices], self._quality, alpha=self._alpha)
        self._chunk(b"ANMF", b"".join(map(_three, place)) + bytes([_REPLACES]) + picture)
        self._before: Pixels | None = frame.pixels

    def close(self) -> None:
        length = self._file.tell() - 8
        self._file.seek(4)
        self._file.write(struct.pack("<I", length))
        self._file.close()

    def cancel(self) -> None:
        self._file.close()

    def _chunk(self, kind: bytes, body: bytes) -> None:
        self._file.write(kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2))


def scan(path: Path) -> tuple[list[Fraction], bool, int | None]:
    """Durations of the frames that are there, whether the file is as long as it says, and the loops."""
    durations: list[Fraction] = []
    loops, length = None, path.stat().st_size
    for kind, body, end in _chunks(path):
        if end > length:
            return durations, False, loops
        if kind == b"ANMF":
            durations.append(Fraction(int.from_bytes(body[12:15], "little"), 1000))
        elif kind == b"ANIM":
            loops = int.from_bytes(body[4:6], "little")
    return durations, _length(path) <= length, loops


def _length(path: Path) -> int:
    with path.open("rb") as file:
        return int.from_bytes(file.read(8)[4:], "little") + 8


def _chunks(path: Path) -> Iterator[tuple[bytes, bytes, int]]:
    """Kind, the first bytes of the body, and where the chunk ends."""
    with path.open("rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            size = int.from_bytes(head[4:], "little")
            end = file.tell() + size
            yield head[:4], file.read(min(size, 16)), end
            file.seek(end + size % 2)


def _encoded(pixels: Pixels, quality: int | None, *, alpha: bool) -> bytes:
    """The chunks of a still picture, without what the container says already."""
    kept = np.ascontiguousarray(pixels if alpha else pixels[..., :3])
    file = io.BytesIO()
    if quality is None:
        Image.fromarray(kept).save(file, "WEBP", lossless=True, exact=True, quality=50, method=LOSSLESS_METHOD)
    else:
        Image.fromarray(kept).save(file, "WEBP", quality=quality, exact=True, method=LOSSY_METHOD)
    written, at, out = file.getvalue(), 12, b""
    while at < len(written):
        size = int.from_bytes(written[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        if written[at : at + 4] in (b"ALPH", b"VP8 ", b"VP8L"):
            out += written[at:end]
        at = end
    return out


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")
