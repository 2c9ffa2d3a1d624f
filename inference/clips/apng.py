"""Animated PNG (PNG specification, third edition): written chunk by chunk, and looked through without decoding.

A frame is written as the rectangle in which it differs from the one before.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from inference.alpha import Pixels
from inference.clips.changes import changed
from inference.clips.encoding import Encoding
from inference.clips.frame import Frame
from inference.clips.options import ExportOptions
from inference.clips.source import Survey
from inference.geometry import Bounds

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LEVEL = 6
_DELAY = 65535
"""What numerator and denominator of a duration are at most."""


def encoding(seen: Survey, options: ExportOptions) -> Encoding:
    """Exact pixels, and durations of any fraction in 16 bits."""
    return Encoding(begin=lambda path, finer: ApngWriter(path, seen, options), held=lambda: held_duration)


class ApngWriter:
    """Frames to a file; only the last one is kept in memory."""

    def __init__(self, path: Path, seen: Survey, options: ExportOptions) -> None:
        self._file: BinaryIO = path.open("wb")
        self._alpha, self._sequence, self._before = seen.alpha and options.alpha, 0, None
        self._file.write(SIGNATURE)
        size = seen.size
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", size.width, size.height, 8, 6 if self._alpha else 2, 0, 0, 0))
        self._chunk(b"acTL", struct.pack(">II", seen.count, options.loops))

    def add(self, frame: Frame) -> None:
        first = self._before is None
        bounds = changed(frame.pixels, self._before)
        self._chunk(b"fcTL", self._control(bounds, frame.duration))
        for body in _compressed(frame.pixels[bounds.slices], alpha=self._alpha):
            if first:
                self._chunk(b"IDAT", body)
            else:
                self._chunk(b"fdAT", struct.pack(">I", self._next()) + body)
        self._before: Pixels | None = frame.pixels

    def close(self) -> None:
        self._chunk(b"IEND", b"")
        self._file.close()

    def cancel(self) -> None:
        self._file.close()

    def _control(self, bounds: Bounds, duration: Fraction) -> bytes:
        written = held_duration(duration)
        place = (bounds.width, bounds.height, bounds.x, bounds.y)
        # Left as it is afterwards (0), and put over what was there, transparency too (0).
        return struct.pack(">IIIIIHHBB", self._next(), *place, written.numerator, written.denominator, 0, 0)

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence - 1

    def _chunk(self, kind: bytes, body: bytes) -> None:
        self._file.write(struct.pack(">I", len(body)) + kind + body)
        self._file.write(struct.pack(">I", zlib.crc32(body, zlib.crc32(kind))))


def held_duration(duration: Fraction) -> Fraction:
    """The nearest that APNG holds: a fraction of two numbers of 16 bits."""
    if duration.numerator <= _DELAY and duration.denominator <= _DELAY:
        return duration
    if duration >= 1:
        return Fraction(1, 1) / (1 / min(duration, Fraction(_DELAY))).limit_denominator(_DELAY)
    return max(duration.limit_denominator(_DELAY), Fraction(1, _DELAY))


def scan(path: Path) -> tuple[list[Fraction], int, bool, int | None]:
    """Durations of the frames that are there, how many there should be, whether a still comes first, and the loops.

    A PNG that does not move has one frame, and no durations.
    """
    durations: list[Fraction] = []
    expected, loops, still, data = 1, None, False, False
    for kind, body in _chunks(path):
        if kind == b"acTL" and len(body) >= 8:
            expected, loops = struct.unpack(">II", body[:8])
        elif kind == b"fcTL" and len(body) >= 26:
            number, by = struct.unpack(">HH", body[20:24])
            durations.append(Fraction(number, by or 100))
        elif kind == b"IDAT" and not data:
            data, still = True, loops is not None and not durations
    return durations, expected, still, loops


def _chunks(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of whole chunks; pixels are stepped over."""
    length = path.stat().st_size
    with path.open("rb") as file:
        file.seek(len(SIGNATURE))
        while len(head := file.read(8)) == 8:
            size, kind = struct.unpack(">I4s", head)
            if file.tell() + size + 4 > length:
                return
            small = kind in (b"acTL", b"fcTL")
            yield kind, file.read(size) if small else b""
            file.seek(4 if small else size + 4, io.SEEK_CUR)


def _compressed(pixels: Pixels, *, alpha: bool) -> Iterator[bytes]:
    """The bodies of a PNG's IDAT chunks."""
    kept = pixels if alpha else pixels[..., :3]
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(kept)).save(file, "PNG", compress_level=LEVEL)
    written, at = file.getvalue(), len(SIGNATURE)
    while at < len(written):
        size, kind = struct.unpack(">I4s", written[at : at + 8])
        if kind == b"IDAT":
            yield written[at + 8 : at + 8 + size]
        at += size + 12
