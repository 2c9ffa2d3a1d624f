"""The formats that a clip can be written in, as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from fractions import Fraction
from pathlib import Path

from inference.clips import apng, folder, gif, webp
from inference.clips.encoding import Encoding
from inference.clips.options import ExportOptions
from inference.clips.source import Survey
from inference.errors import BadRequest, UnknownName


class Exact(Enum):
    """Whether what is read back is what was given, to the pixel."""

    ALWAYS = "always"
    USUALLY = "usually"
    """Unless a quality is given."""
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format of clips.

    Attributes:
        name: in ``ExportOptions.format``.
        title: as people call it.
        words: what it is good for.
        suffixes: endings, the usual first; none for a folder.
        alpha: whether it can be transparent.
        exact: whether it keeps pixels. A GIF does, once its colours are reduced.
        tick: seconds of which a duration is a whole number; None where any fraction is held.
        largest: longest side in pixels.
        heeds: the options that mean something for it.
        encoding: how frames that were looked at are encoded.
    """

    name: str
    title: str
    words: str
    suffixes: tuple[str, ...]
    alpha: bool
    exact: Exact
    tick: Fraction | None
    largest: int
    heeds: frozenset[str]
    encoding: Callable[[Survey, ExportOptions], Encoding]


def _mp4(seen: Survey, options: ExportOptions) -> Encoding:
    from inference.clips.video_writing import mp4_encoding

    return mp4_encoding(seen, options)


def _webm(seen: Survey, options: ExportOptions) -> Encoding:
    from inference.clips.video_writing import webm_encoding

    return webm_encoding(seen, options)


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format(
            name="mp4",
            title="MP4",
            words="plays everywhere; no transparency",
            suffixes=(".mp4",),
            alpha=False,
            exact=Exact.NEVER,
            tick=None,
            largest=8192,
            heeds=frozenset({"quality", "codec", "chroma", "pad", "background"}),
            encoding=_mp4,
        ),
        Format(
            name="webm",
            title="WebM",
            words="small, for the web and for engines; transparency",
            suffixes=(".webm",),
            alpha=True,
            exact=Exact.NEVER,
            tick=Fraction(1, 1000),
            largest=8192,
            heeds=frozenset({"quality", "chroma", "pad", "background", "alpha"}),
            encoding=_webm,
        ),
        Format(
            name="gif",
            title="GIF",
            words="plays everywhere; up to 256 colours, pixels are seen or not",
            suffixes=(".gif",),
            alpha=True,
            exact=Exact.ALWAYS,
            tick=gif.TICK,
            largest=65535,
            heeds=frozenset({"background", "alpha", "loops", "colours", "dither"}),
            encoding=gif.encoding,
        ),
        Format(
            name="apng",
            title="APNG",
            words="exact, with transparency; browsers play it",
            suffixes=(".apng", ".png"),
            alpha=True,
            exact=Exact.ALWAYS,
            tick=None,
            largest=1 << 24,
            heeds=frozenset({"background", "alpha", "loops"}),
            encoding=apng.encoding,
        ),
        Format(
            name="webp",
            title="animated WebP",
            words="exact unless a quality is given, with transparency; browsers play it",
            suffixes=(".webp",),
            alpha=True,
            exact=Exact.USUALLY,
            tick=webp.TICK,
            largest=webp.LARGEST,
            heeds=frozenset({"quality", "background", "alpha", "loops"}),
            encoding=webp.encoding,
        ),
        Format(
            name="png",
            title="PNG sequence",
            words="a folder of numbered pictures; exact",
            suffixes=(),
            alpha=True,
            exact=Exact.ALWAYS,
            tick=None,
            largest=1 << 24,
            heeds=frozenset({"background", "alpha"}),
            encoding=folder.encoding,
        ),
    )
}


def format_for(path: Path, options: ExportOptions) -> Format:
    """The format that is asked for, or that the ending stands for.

    Raises:
        BadRequest: when the ending stands for none, or an option is given that the format does not heed.
    """
    if options.format:
        if options.format not in FORMATS:
            raise UnknownName("format", options.format, FORMATS)
        found = FORMATS[options.format]
    else:
        found = _by_suffix(path)
    given = {each.name for each in fields(options) if getattr(options, each.name) != each.default} - {"format"}
    if unheeded := sorted(given - found.heeds):
        heeded = ", ".join(sorted(found.heeds))
        raise BadRequest(f"{found.title} has no {unheeded[0]} to be chosen.", hint=f"It has: {heeded}.")
    return found


def _by_suffix(path: Path) -> Format:
    suffix = path.suffix.lower()
    if path.is_dir() or not suffix:
        return FORMATS["png"]
    for each in FORMATS.values():
        if suffix in each.suffixes:
            return each
    known = [suffix for each in FORMATS.values() for suffix in each.suffixes]
    raise BadRequest(
        f"'{suffix}' is not a kind of clip that can be written.",
        hint=f"There are {', '.join(known)}, and folders (no ending).",
    )
