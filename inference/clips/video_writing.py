"""MP4 (H.264 or AV1) and WebM (VP9, with alpha) written through PyAV: exact size, exact times, no frame reordered."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import av.error

from inference.alpha import Pixels, bleed
from inference.clips.encoding import Encoding
from inference.clips.frame import Frame
from inference.clips.options import USUAL_QUALITY, ExportOptions
from inference.clips.source import Survey
from inference.clips.timing import Held, Ticker, scale_for, ticked, unchanged
from inference.clips.video import EXACTLY, pixels_of
from inference.errors import BadRequest
from inference.geometry import Size

BT709, LIMITED, SRGB = 1, 1, 13
"""ITU-T H.273: primaries and matrix, range, transfer."""
WEBM_TICK = Fraction(1, 1000)
TRIED_SIDE = 64
"""Of the frames for which an encoder is opened, to see whether it opens."""


@dataclass(frozen=True, kw_only=True)
class Codec:
    """An encoder of FFmpeg.

    Attributes:
        encoder: FFmpeg's name.
        even: whether 4:2:0 needs even sides.
        finest, coarsest: its "crf" for quality 100 and 0.
        full_chroma: whether 4:4:4 is possible.
        alpha: whether transparency is possible.
    """

    name: str
    words: str
    encoder: str
    even: bool
    finest: int
    coarsest: int
    full_chroma: bool
    alpha: bool
    options: Mapping[str, str]


# bf=0: a reordered last frame makes FFmpeg write a track that is too short by the difference.
CODECS: dict[str, Codec] = {
    each.name: each
    for each in (
        Codec(
            name="h264",
            words="H.264",
            encoder="libx264",
            even=True,
            finest=12,
            coarsest=42,
            full_chroma=True,
            alpha=False,
            options={"preset": "medium", "bf": "0"},
        ),
        Codec(
            name="av1",
            words="AV1",
            encoder="libsvtav1",
            even=False,
            finest=12,
            coarsest=60,
            full_chroma=False,
            alpha=False,
            options={"preset": "8"},
        ),
        Codec(
            name="vp9",
            words="VP9",
            encoder="libvpx-vp9",
            even=False,
            finest=8,
            coarsest=58,
            full_chroma=True,
            alpha=True,
            options={"b": "0", "auto-alt-ref": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1"},
        ),
    )
}


def mp4_encoding(seen: Survey, options: ExportOptions) -> Encoding:
    """H.264 or AV1, with a clock that holds the durations exactly."""
    codec = codec_for([options.codec] if options.codec else ["h264", "av1"])
    check_possible(codec, seen, options)
    tick = Fraction(1, scale_for(seen.denominators))
    return _encoding(seen, options, codec, lambda: ticked(tick))


def webm_encoding(seen: Survey, options: ExportOptions) -> Encoding:
    """VP9. Times are in thousandths, but a constant rate is written down beside them and kept."""
    codec = codec_for(["vp9"])
    check_possible(codec, seen, options)
    return _encoding(seen, options, codec, lambda: unchanged if seen.constant else ticked(WEBM_TICK))


def _encoding(seen: Survey, options: ExportOptions, codec: Codec, held: Callable[[], Held]) -> Encoding:
    layout = layout_for(seen, options, codec)
    return Encoding(
        begin=lambda path, finer: VideoWriter(path, seen, options, codec, finer),
        show=lambda pixels: pixels_of(converted(pixels, layout)),
        held=held,
        exact=False,
    )


def layout_for(seen: Survey, options: ExportOptions, codec: Codec) -> str:
    """FFmpeg's name of how pixels lie in the file."""
    alpha = codec.alpha and seen.alpha and options.alpha
    return "yuva420p" if alpha else f"yuv{options.chroma}p"


def converted(pixels: Pixels, layout: str) -> av.VideoFrame:
    """RGBA bytes as an encoder takes them: BT.709, limited range, and no black under what is not seen."""
    shown = bleed(pixels) if layout == "yuva420p" else pixels
    frame = av.VideoFrame.from_ndarray(shown, format="rgba")
    return frame.reformat(format=layout, dst_colorspace=BT709, dst_color_range=LIMITED, interpolation=EXACTLY)


def codec_for(wanted: Sequence[str]) -> Codec:
    """The first of these codecs that FFmpeg can write as it is installed.

    Raises:
        BadRequest: when there is none.
    """
    for name in wanted:
        if writes(CODECS[name].encoder):
            return CODECS[name]
    names = " or ".join(CODECS[name].words for name in wanted)
    raise BadRequest(f"This installation cannot write {names}.", hint="Choose another format or codec.")


@cache
def writes(encoder: str) -> bool:
    """True when FFmpeg has this encoder and it opens: a package may carry an empty library in place of x264."""
    os.environ.setdefault("SVT_LOG", "1")
    if encoder not in av.codecs_available:
        return False
    context: Any = av.CodecContext.create(encoder, "w")
    context.width = context.height = TRIED_SIDE
    context.pix_fmt, context.time_base = "yuv420p", Fraction(1, 10)
    try:
        context.open()
    except av.error.FFmpegError:
        return False
    return True


def check_possible(codec: Codec, seen: Survey, options: ExportOptions) -> None:
    """Raises BadRequest for a size or chroma that the codec cannot have: nothing is rounded in silence."""
    if options.chroma == "444" and not codec.full_chroma:
        raise BadRequest(f"{codec.words} is written with chroma 420 only.", hint="Leave out 444, or use H.264 or WebM.")
    if options.chroma == "444" and codec.alpha and seen.alpha and options.alpha:
        raise BadRequest("WebM has either transparency or chroma 444.", hint="Leave out one of them.")
    odd = seen.size.width % 2 or seen.size.height % 2
    if codec.even and options.chroma == "420" and odd and options.pad == "none":
        raise BadRequest(
            f"{codec.words} needs even sides, and the frames are {seen.size}.",
            hint="Pad to even sides (--pad even), or use --chroma 444, --codec av1 or WebM, which need not.",
        )


class VideoWriter:
    """Frames to a file, encoded as they come.

    Args:
        seen: of the frames as they come, padded and flattened.
        finer: steps of quality above what the options say (each 6 of "crf").
    """

    def __init__(self, path: Path, seen: Survey, options: ExportOptions, codec: Codec, finer: int = 0) -> None:
        os.environ.setdefault("SVT_LOG", "1")
        self._webm = codec.name == "vp9"
        tick = WEBM_TICK if self._webm else Fraction(1, scale_for(seen.denominators))
        self._ticker, self._lengths = Ticker(tick), {}
        self._layout = layout_for(seen, options, codec)
        muxing = {} if self._webm else {"movflags": "+faststart", "video_track_timescale": str(tick.denominator)}
        self._file: Any = av.open(str(path), "w", format="webm" if self._webm else "mp4", options=muxing)
        rate = 1 / seen.constant if seen.constant else None
        mean = (seen.count / seen.duration).limit_denominator(1 << 16)
        self._stream, self._encoder = self._streams(codec, rate, mean, seen.size)
        encoder = self._encoder
        encoder.width, encoder.height, encoder.pix_fmt = seen.size.width, seen.size.height, self._layout
        encoder.time_base, encoder.framerate = tick, rate or mean
        encoder.colorspace = encoder.color_primaries = BT709
        encoder.color_range, encoder.color_trc = LIMITED, SRGB
        encoder.options = {**codec.options, "crf": str(crf_for(codec, options.quality, finer))}

    def _streams(self, codec: Codec, rate: Fraction | None, mean: Fraction, size: Size) -> tuple[Any, Any]:
        """The track and its encoder. Matroska writes a rate down: it must not be told one where there is none."""
        if not self._webm or rate is not None:
            stream = self._file.add_stream(codec.encoder, rate=rate or mean)
            return stream, stream.codec_context
        stream = self._file.add_mux_stream(codec.encoder, None, width=size.width, height=size.height)
        if self._layout == "yuva420p":
            stream.metadata["alpha_mode"] = "1"
        return stream, av.CodecContext.create(codec.encoder, "w")

    def add(self, frame: Frame) -> None:
        start, length = self._ticker.next(frame.duration)
        picture = converted(frame.pixels, self._layout)
        picture.pts, picture.time_base = start, self._ticker.tick
        self._lengths[start] = length
        self._mux(self._encoder.encode(picture))

    def close(self) -> None:
        self._mux(self._encoder.encode(None))
        self._file.close()

    def cancel(self) -> None:
        self._file.close()

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            packet.stream, packet.duration = self._stream, self._lengths.pop(packet.pts)
            self._file.mux_one(packet)


def crf_for(codec: Codec, quality: int | None, finer: int = 0) -> int:
    """The encoder's scale of quality for ours."""
    share = (USUAL_QUALITY if quality is None else quality) / 100
    return max(1, round(codec.coarsest + (codec.finest - codec.coarsest) * share) - 6 * finer)
