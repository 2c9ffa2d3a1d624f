"""A folder of pictures as a clip: numbered PNG files, and their durations in ``clip.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import numpy as np
from PIL import Image

from inference.alpha import Pixels
from inference.clips.encoding import Encoding
from inference.clips.frame import Clip, Frame, checked, rate_of
from inference.clips.options import ExportOptions
from inference.errors import BadRequest
from inference.files import write_text
from inference.folders import READABLE
from inference.geometry import Size
from inference.pictures import read_picture

FILE, FORMAT, VERSION = "clip.json", "gouache-clip", 1
NAME = "frame_{:05d}.png"
USUAL_RATE = Fraction(12)
"""Frames a second of a folder that says none: animation "on twos"."""
LEVEL = 1
"""Of PNG's compression: higher ones take several times as long for a tenth of the size."""


def open_folder(folder: Path, rate: Fraction | None = None) -> Clip:
    """A folder of pictures, in the order of the numbers in their names.

    Args:
        rate: frames a second, where ``clip.json`` does not give durations; None for 12.

    Raises:
        BadRequest: when it holds no pictures, or ``clip.json`` is broken.
    """
    files = _files(folder)
    if not files:
        raise BadRequest(f"{folder} has no frames.", hint="Give a folder of numbered pictures.")
    durations = _durations(folder, len(files), rate)
    first = _rgba(files[0])

    def read() -> Generator[Frame, None, None]:
        size = None
        for index, (file, duration) in enumerate(zip(files, durations, strict=True)):
            frame = Frame(_rgba(file), duration)
            size = checked(frame, size, index).size
            yield frame

    return Clip(
        folder,
        "png",
        size=Size(first.shape[1], first.shape[0]),
        count=len(files),
        rate=rate_of(durations),
        alpha=True,
        read=read,
    )


def encoding(seen: object, options: ExportOptions) -> Encoding:
    """Pictures as they come."""
    return Encoding(begin=lambda path, finer: FolderWriter(path))


class FolderWriter:
    """Frames into a folder, each on disk at once; ``close`` adds their durations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._durations: list[Fraction] = []

    def add(self, frame: Frame) -> None:
        save_png(self.folder / NAME.format(len(self._durations)), frame.pixels)
        self._durations.append(frame.duration)

    def close(self) -> None:
        runs = [[str(duration), len(list(run))] for duration, run in groupby(self._durations)]
        body = {"format": FORMAT, "version": VERSION, "frames": len(self._durations), "durations": runs}
        write_text(self.folder / FILE, json.dumps(body, indent=1) + "\n")

    def cancel(self) -> None:
        """Nothing is open."""


def save_png(file: Path, pixels: Pixels) -> None:
    """A PNG as fast as it gets, whole or not at all."""
    try:
        Image.fromarray(pixels).save(file, "PNG", compress_level=LEVEL)
    except OSError:
        file.unlink(missing_ok=True)
        raise


def only_frames(folder: Path) -> bool:
    """Whether a folder holds nothing but what ``FolderWriter`` writes, so that it may be replaced."""
    return all(path.name == FILE or re.fullmatch(r"frame_\d+\.png", path.name) for path in folder.iterdir())


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.iterdir() if path.suffix.lower() in READABLE and not path.name.startswith("."))
    return sorted((path for path in found if path.is_file()), key=_by_number)


def _by_number(path: Path) -> tuple[tuple[int, str], ...]:
    """2 comes before 10."""
    parts = re.findall(r"\d+|\D+", path.name.lower())
    return tuple((int(part), "") if part.isascii() and part.isdigit() else (0, part) for part in parts)


def _durations(folder: Path, count: int, rate: Fraction | None) -> list[Fraction]:
    file = folder / FILE
    if rate is not None or not file.exists():
        return [1 / (rate or USUAL_RATE)] * count
    try:
        body = json.loads(file.read_text("utf-8"))
        known = body["format"] == FORMAT
        found = [Fraction(text) for text, times in body["durations"] for _ in range(min(int(times), count + 1))]
    except (ValueError, KeyError, TypeError, ZeroDivisionError, OSError) as error:
        raise BadRequest(f"{file} is broken.", hint="Remove it, and give a rate.", detail=str(error)) from error
    if not known or len(found) != count:
        raise BadRequest(
            f"{folder} has {count} frames, but {FILE} tells of {len(found)}.",
            hint=f"Put the missing frames back, or remove {FILE} and give a rate.",
        )
    return found


def _rgba(file: Path) -> Pixels:
    pixels = read_picture(file).pixels
    if pixels.shape[2] == 4:
        return pixels
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
