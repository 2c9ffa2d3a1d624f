"""Small clips for the tests: a disc that moves over a gradient, with any size, durations and transparency."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from inference.clips.frame import Frame

THIRTIETH = Fraction(1, 30)


def film(
    count: int = 12,
    width: int = 64,
    height: int = 48,
    *,
    alpha: bool = False,
    soft: bool = False,
    duration: Callable[[int], Fraction] = lambda index: THIRTIETH,
) -> list[Frame]:
    """Frames that all differ."""
    y, x = np.mgrid[0:height, 0:width]
    frames = []
    for index in range(count):
        inside = width / 3 - np.hypot(x - width / 3 - 2 * index % (width / 3 + 1), y - height / 2)
        pixels = np.zeros((height, width, 4), np.uint8)
        pixels[..., 0], pixels[..., 1] = x * 255 // max(width - 1, 1), y * 255 // max(height - 1, 1)
        pixels[..., 2] = np.where(inside > 0, 40 + index * 211 // max(count, 1), 20)
        cover = np.clip(inside, 0, 1) if soft else inside > 0
        pixels[..., 3] = cover * 255 if alpha else 255
        frames.append(Frame(pixels, duration(index)))
    return frames


def uneven(index: int) -> Fraction:
    """Durations that differ."""
    return Fraction(1 + index % 3, 24)


def sprites(count: int = 8, side: int = 24) -> list[Frame]:
    """A square of few colours that hops, on nothing."""
    frames = []
    for index in range(count):
        pixels = np.zeros((side, side, 4), np.uint8)
        top = 2 + (index * 3) % (side - 12)
        pixels[top : top + 8, 6:16] = (200, 30, 40, 255)
        pixels[top + 2 : top + 4, 8:10] = (20, 20, 220, 255)
        frames.append(Frame(pixels, Fraction(8, 100)))
    return frames


def assert_same(got: Sequence[Frame], wanted: Sequence[Frame]) -> None:
    """To the pixel and to the fraction of a second."""
    assert len(got) == len(wanted)
    for index, (one, other) in enumerate(zip(got, wanted, strict=True)):
        assert one.duration == other.duration, f"frame {index} lasts {one.duration}, not {other.duration}"
        np.testing.assert_array_equal(one.pixels, other.pixels, f"frame {index}")


def only_sound(path: Path) -> Path:
    """A second of silence."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("aac", rate=48000)
        for index in range(20):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48000, index * 1024
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def changing_size(path: Path) -> Path:
    """Raw H.264: four frames of 64x48, then four of 32x32, one after the other."""
    with path.open("wb") as out:
        for width, height in ((64, 48), (32, 32)):
            held = io.BytesIO()
            with av.open(held, "w", format="h264") as file:
                stream = file.add_stream("libx264", rate=25, options={"bf": "0"})
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
                for frame in film(4, width, height):
                    file.mux(stream.encode(av.VideoFrame.from_ndarray(frame.pixels, format="rgba")))
                file.mux(stream.encode(None))
            out.write(held.getvalue())
    return path
