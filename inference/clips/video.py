"""MP4, WebM, MOV and whatever else FFmpeg opens, read through PyAV: exact times, alpha of VP8 and VP9, upright."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import av
import av.error
import numpy as np
from av.video.reformatter import Interpolation

from inference.alpha import Pixels
from inference.api import LARGEST_SIDE
from inference.clips.frame import Clip, Frame, cut_off
from inference.errors import BadRequest
from inference.geometry import Size

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

ALPHA_DECODERS = {"vp9": "libvpx-vp9", "vp8": "libvpx"}
"""FFmpeg's own decoders drop the second picture that holds the alpha; libvpx's do not."""
USUAL_DURATION = Fraction(1, 25)
"""Of a single frame in a file that says nothing."""
EXACTLY = (
    Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.FULL_CHR_H_INP
)
"""How FFmpeg changes between RGB and YUV. Its usual way is three times as far off, and wrong in the last columns of
widths that are no multiple of 8.
"""


def open_video(path: Path) -> Clip:
    """A video file.

    Raises:
        BadRequest: when it cannot be opened or has no pictures in it.
    """
    with _opened(path) as (container, stream):
        rate, alpha, count = _rate(stream), _has_alpha(stream), stream.frames or None
        kind = _kind(path, container.format.name)
        try:
            first = next(_timed(container, stream, rate), None)
        except av.error.FFmpegError as error:
            raise cut_off(path, 0, count or 0) from error
    if first is None:
        raise BadRequest(f"{path} has no frames.", hint="Check that it was exported to its end.")
    size = Size(first[0].shape[1], first[0].shape[0])
    if max(size.width, size.height) > LARGEST_SIDE:
        raise BadRequest(f"The clip {path} is {size} pixels.", hint=f"Sides up to {LARGEST_SIDE} can be used.")
    return Clip(path, kind, size=size, count=count, rate=rate, alpha=alpha, read=lambda: _frames(path, rate))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    try:
        container = av.open(str(path))
    except (av.error.FFmpegError, ValueError) as error:
        raise BadRequest(
            f"{path} is no clip, or it is broken or cut off.",
            hint="MP4, WebM, MOV, GIF, APNG, WebP and folders of pictures can be read.",
            detail=str(error),
        ) from error
    with container:
        if not container.streams.video:
            what = "sound, but no pictures" if container.streams.audio else "no frames"
            raise BadRequest(f"{path} has {what}.", hint="Give a clip with pictures in it.")
        yield container, container.streams.video[0]


def _frames(path: Path, rate: Fraction | None) -> Generator[Frame, None, None]:
    """Frames with the time to the next; the last one has what the file says, or the rate's."""
    given, waiting, begin = 0, None, None
    usual = 1 / rate if rate else USUAL_DURATION
    with _opened(path) as (container, stream):
        expected = stream.frames
        try:
            for pixels, start, length in _timed(container, stream, rate):
                begin = start if begin is None else begin
                before, waiting = waiting, (pixels, start, length)
                if before is not None:
                    yield Frame(before[0], start - before[1])
                    given += 1
                    _same_size(path, before[0], pixels, given)
        except av.error.FFmpegError as error:
            if waiting is not None:
                yield Frame(waiting[0], waiting[2] or usual)
                given += 1
            raise cut_off(path, given, expected) from error
        if waiting is None or begin is None:
            raise BadRequest(f"{path} has no frames.", hint="Check that it was exported to its end.")
        left = Fraction(container.duration or 0, 1_000_000) - (waiting[1] - begin)
        if waiting[2] is None and rate is None and not container.streams.audio and left > 0:
            last = left  # only the container tells how long
        else:
            last = waiting[2] or usual
        yield Frame(waiting[0], last)
        given += 1
    if given < expected or not _whole_matroska(path):
        raise cut_off(path, given, expected)


def _same_size(path: Path, before: Pixels, now: Pixels, given: int) -> None:
    if before.shape != now.shape:
        sizes = [Size(each.shape[1], each.shape[0]) for each in (before, now)]
        raise BadRequest(
            f"{path} changes its size from {sizes[0]} to {sizes[1]} after frame {given}.",
            hint="Cut it there, or save it in one size.",
        )


def _timed(
    container: InputContainer, stream: VideoStream, rate: Fraction | None
) -> Iterator[tuple[Pixels, Fraction, Fraction | None]]:
    """Pixels, start and duration in seconds. Starts are put on the grid of a constant rate where the container's
    ticks are too coarse for it (WebM's thousandths); a frame without a time follows the one before it.
    """
    usual = 1 / rate if rate else USUAL_DURATION
    start, length = -usual, None
    for frame in _decoded(container, stream):
        tick = frame.time_base or stream.time_base or Fraction(1, 1000)
        after = start + (length or usual)
        length = frame.duration * tick if frame.duration else None
        told = after if frame.pts is None else frame.pts * tick
        if rate is not None:
            on_grid = round(told * rate) / rate
            if abs(on_grid - told) <= tick:
                told = on_grid
            if length is None or abs(length - usual) <= tick:
                length = usual
        if told <= start:
            told = after
        start = told
        yield _upright(frame), start, length


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    name = ALPHA_DECODERS.get(stream.codec_context.name, "") if _has_alpha(stream) else ""
    if not name or name not in av.codecs_available:
        stream.thread_type = "AUTO"
        yield from container.decode(stream)
        return
    decoder: Any = av.CodecContext.create(name, "r")
    for packet in container.demux(stream):
        yield from decoder.decode(packet if packet.size else None)


def _rate(stream: VideoStream) -> Fraction | None:
    """Frames a second when the file says that they are constant."""
    average, grid = stream.average_rate, stream.base_rate
    return Fraction(average) if average and average == grid else None


def _has_alpha(stream: VideoStream) -> bool:
    tags = {key.lower(): value for key, value in stream.metadata.items()}
    shape = stream.codec_context.format
    return tags.get("alpha_mode") == "1" or (shape is not None and any(part.is_alpha for part in shape.components))


def pixels_of(frame: av.VideoFrame) -> Pixels:
    """RGBA bytes in full range."""
    return np.asarray(frame.reformat(format="rgba", interpolation=EXACTLY).to_ndarray(), np.uint8)


def _upright(frame: av.VideoFrame) -> Pixels:
    """Pixels turned as the file says: phones film lying."""
    pixels = pixels_of(frame)
    quarters = round((frame.rotation or 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, quarters)) if quarters else pixels


def _kind(path: Path, names: str) -> str:
    suffix = path.suffix.lower().lstrip(".")
    if suffix in names.split(",") or suffix in ("mkv", "webm"):
        return suffix
    return {"matroska,webm": "webm"}.get(names, "mp4" if "mp4" in names else names.split(",", 1)[0])


def _whole_matroska(path: Path) -> bool:
    """False when a WebM or Matroska file is shorter than it says; it does not count its frames (RFC 8794, RFC 9559)."""
    with path.open("rb") as file:
        if file.read(4) != b"\x1a\x45\xdf\xa3":
            return True
        header, _ = _ebml_number(file)
        file.seek(header, io.SEEK_CUR)
        if file.read(4) != b"\x18\x53\x80\x67":
            return False
        length, known = _ebml_number(file)
        return not known or file.tell() + length <= path.stat().st_size


def _ebml_number(file: BinaryIO) -> tuple[int, bool]:
    """A number of 1 to 8 bytes, and whether it is one: all ones mean "not known"."""
    first = file.read(1)
    if not first or not first[0]:
        return 0, False
    more = 8 - first[0].bit_length()
    mask = (1 << 7 * (more + 1)) - 1
    number = int.from_bytes(first + file.read(more), "big") & mask
    return number, number != mask
