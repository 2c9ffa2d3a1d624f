"""What can be said about an export, and what is reported of one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from inference.errors import BadRequest
from inference.geometry import Size

USUAL_QUALITY = 85
CHROMAS, PADS, CODECS, DITHERS = ("420", "444"), ("none", "even"), ("", "h264", "av1"), ("ordered", "none")


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """How a clip is written; what a format does not heed must be left as it is.

    Attributes:
        format: a name of ``formats.FORMATS``; "" for the one that the file's ending stands for.
        quality: 0 to 100; None for exact where the format can be exact (WebP), else 85.
        codec: of MP4: "h264", "av1", or "" for H.264 where it is there.
        chroma: "420", which every player knows, or "444", colours at full resolution.
        pad: "none", or "even": a column and a row of ``background`` where a side is odd.
        background: sRGB behind transparency, in formats without it.
        alpha: keep transparency where there is some.
        loops: how often it plays; 0 for ever.
        colours: of a GIF's palette, 2 to 256, transparency counts as one.
        dither: of a GIF whose colours do not fit: "ordered" (it does not crawl) or "none".
    """

    format: str = ""
    quality: int | None = None
    codec: str = ""
    chroma: str = "420"
    pad: str = "none"
    background: tuple[int, int, int] = (0, 0, 0)
    alpha: bool = True
    loops: int = 0
    colours: int = 256
    dither: str = "ordered"

    def __post_init__(self) -> None:
        """Raises BadRequest for a value out of its range."""
        for words, value, allowed in (
            ("codec", self.codec, CODECS),
            ("chroma", self.chroma, CHROMAS),
            ("padding", self.pad, PADS),
            ("dither", self.dither, DITHERS),
        ):
            if value not in allowed:
                raise BadRequest(f"'{value}' is not a {words}.", hint=f"There are {', '.join(filter(None, allowed))}.")
        for words, value, least, most in (
            ("quality", self.quality, 0, 100),
            ("number of loops", self.loops, 0, 65535),
            ("number of colours", self.colours, 2, 256),
        ):
            if value is not None and not least <= value <= most:
                raise BadRequest(f"{value} is not a {words}.", hint=f"Give one from {least} to {most}.")
        if len(self.background) != 3 or not all(0 <= each <= 255 for each in self.background):
            raise BadRequest("The background is no colour.", hint="Give three numbers from 0 to 255.")


@dataclass(frozen=True, kw_only=True)
class ExportReport:
    """What was written, after it was read back.

    Attributes:
        path: the file or folder.
        format: its name in ``formats.FORMATS``.
        count: frames.
        size: of every frame.
        duration: seconds in all, as written.
        rate: frames a second, None when they differ.
        alpha: whether transparency was written.
        bytes: of the file, or of all files.
        exact: every pixel read back is the pixel that was given.
        error: mean difference of the worst frame, in levels of 255 (``comparing.difference``), to the best that the
            format can show of it: a GIF's own colours, a video's colours at half resolution.
        limit: what ``error`` may be at most for this format and quality; 0 where pixels must be exact.
        notes: what is not as it was given, in sentences.
    """

    path: Path
    format: str
    count: int
    size: Size
    duration: Fraction
    rate: Fraction | None
    alpha: bool
    bytes: int
    exact: bool
    error: float
    limit: float
    notes: tuple[str, ...] = ()
