"""GIF, animated PNG and animated WebP, read by Pillow; what it does not tell is taken from their blocks."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Generator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from inference.api import LARGEST_SIDE
from inference.clips import apng, gif, webp
from inference.clips.frame import Clip, Frame, cut_off, rate_of
from inference.errors import BadRequest
from inference.geometry import Size


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What the blocks of a file say."""

    durations: list[Fraction]
    count: int
    whole: bool
    alpha: bool | None
    loops: int | None
    still_first: bool = False
    mended: bytes | None = None


def _gif(path: Path) -> _Found:
    durations, whole, alpha, loops = gif.scan(path)
    return _Found(durations=durations, count=len(durations), whole=whole, alpha=alpha, loops=loops)


def _apng(path: Path) -> _Found:
    durations, expected, still, loops = apng.scan(path)
    if loops is None:
        return _Found(durations=[Fraction(1, 10)], count=1, whole=True, alpha=None, loops=1)
    whole = len(durations) == expected
    return _Found(durations=durations, count=expected, whole=whole, alpha=None, loops=loops, still_first=still)


def _webp(path: Path) -> _Found:
    durations, whole, loops = webp.scan(path)
    if loops is None and whole:
        return _Found(durations=[Fraction(1, 10)], count=1, whole=True, alpha=None, loops=1)
    # A duration of 0 is shown as a tenth of a second, as a GIF's.
    shown = [each or gif.AS_SHOWN for each in durations]
    mended = None if whole else webp.mended(path)
    return _Found(durations=shown, count=len(shown), whole=whole, alpha=None, loops=loops, mended=mended)


_SCANS: dict[str, Callable[[Path], _Found]] = {"gif": _gif, "apng": _apng, "webp": _webp}


def open_pictures(path: Path, kind: str) -> Clip:
    """A GIF, APNG or WebP file.

    Args:
        kind: "gif", "apng" or "webp".

    Raises:
        BadRequest: when it is broken or has no frames.
    """
    found = _SCANS[kind](path)
    if not found.durations and not found.whole:
        raise BadRequest(f"{path} is cut off before its first frame.", hint="Save or download it again.")
    if not found.durations:
        raise BadRequest(f"{path} has no frames.", hint="Check that it was exported to its end.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(_file(path, found)) as image:
                size, bands = Size(*image.size), image.getbands()
                transparent = "transparency" in image.info
    except Image.DecompressionBombError as error:
        raise BadRequest(f"{path} is enormous.", hint=f"Sides up to {LARGEST_SIDE} can be used.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise BadRequest(f"{path} is broken or cut off.", hint="Save it again.", detail=str(error)) from error
    if max(size.width, size.height) > LARGEST_SIDE:
        raise BadRequest(f"The clip {path} is {size} pixels.", hint=f"Sides up to {LARGEST_SIDE} can be used.")
    return Clip(
        path,
        kind,
        size=size,
        count=found.count if found.whole else None,
        rate=rate_of(found.durations),
        alpha="A" in bands or transparent if found.alpha is None else found.alpha,
        loops=found.loops,
        read=lambda: _frames(path, found),
    )


def _frames(path: Path, found: _Found) -> Generator[Frame, None, None]:
    given = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(_file(path, found))
        with image:
            for index, duration in enumerate(found.durations):
                image.seek(index + found.still_first)
                yield Frame(np.array(image.convert("RGBA")), duration)
                given = index + 1
    except (OSError, EOFError, SyntaxError, ValueError) as error:
        raise cut_off(path, given, found.count) from error
    if not found.whole:
        raise cut_off(path, given, found.count)


def _file(path: Path, found: _Found) -> Path | io.BytesIO:
    return path if found.mended is None else io.BytesIO(found.mended)
