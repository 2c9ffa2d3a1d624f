"""What a ControlNet is shown of a picture: edges, lines, a scribble, a soft copy, or the picture as it is.

Pure functions on arrays; nothing is learned and nothing is fetched. Lines are white on black, as ControlNets for edges,
line art and scribbles were trained on. Outlines of what is seen count as lines too, so that a sprite without ground has
some. Thresholds are meant for a picture at the size at which the model runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Colours, over
from inference.errors import BadRequest

Map = NDArray[np.float32]
"""(height, width, 3) in [0, 1]."""

NARROW, WIDE = 1.0, 1.6
"""The two blurs of a difference of Gaussians: 1.6 is near the Laplacian. Marr and Hildreth (1980)."""
LINE_GAIN = 24.0
"""How steep lines rise from black to white: a step of 0.15 in lightness becomes a clear line."""
FAINT = 0.012
"""Difference of lightness up to which there is no line: paper grain and compression."""
SCRIBBLE_BLUR = 2.0
SCRIBBLE_LEVEL = 0.35
LEAST_STROKE = 12
"""Pixels of a scribble's stroke, before it is made thick, below which it is a speck and left out."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A number that a reading can be told. ``least``, ``most``: its range; ``step``: what one click changes."""

    name: str
    least: float
    most: float
    usual: float
    step: float = 1.0


@dataclass(frozen=True, kw_only=True)
class ReadingKind:
    """One way to read a picture.

    Attributes:
        read: premultiplied RGBA and the settings' values to a map.
    """

    title: str
    read: Callable[..., Map]
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A kind of reading and the values of its settings, in the kind's order; none for the usual ones.

    Raises:
        BadRequest: for a kind that there is not, or values out of range.
    """

    kind: str = "plain"
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in READINGS:
            raise BadRequest(f"Pictures cannot be read as '{self.kind}'.", hint=f"Known: {', '.join(READINGS)}.")
        settings = READINGS[self.kind].settings
        if self.values and len(self.values) != len(settings):
            names = " and ".join(each.name for each in settings) or "no numbers"
            raise BadRequest(f"'{self.as_text()}' cannot be.", hint=f"Reading {self.kind} takes {names}.")
        object.__setattr__(self, "values", tuple(float(value) for value in self.values))
        for setting, value in zip(settings, self.values, strict=False):
            if not setting.least <= value <= setting.most:
                raise BadRequest(
                    f"The {setting.name} for reading {self.kind} is {value:g}.",
                    hint=f"It goes from {setting.least:g} to {setting.most:g}.",
                )
        if self.values == tuple(each.usual for each in settings):
            object.__setattr__(self, "values", ())

    @property
    def settled(self) -> tuple[float, ...]:
        """The values with nothing left open."""
        return self.values or tuple(each.usual for each in READINGS[self.kind].settings)

    def as_text(self) -> str:
        """``edges`` or ``edges:80,160``."""
        return self.kind + (f":{','.join(f'{value:g}' for value in self.values)}" if self.values else "")

    @classmethod
    def from_text(cls, text: str) -> Reading:
        """Read what ``as_text`` writes. Raises BadRequest."""
        kind, colon, values = text.strip().partition(":")
        try:
            return cls(kind, tuple(float(value) for value in values.split(",")) if colon else ())
        except ValueError:
            raise BadRequest(f"'{text}' cannot be read.", hint="Write for instance edges:80,160") from None


def read(colours: Colours, reading: Reading) -> Map:
    """The map that a ControlNet is shown.

    Args:
        colours: (height, width, 4) premultiplied RGBA in [0, 1], at the size at which the model runs.
    """
    kind = READINGS[reading.kind]
    return np.ascontiguousarray(kind.read(np.asarray(colours, np.float32), *reading.settled), np.float32)


def _on(colours: Colours, lightness: float) -> NDArray[np.float32]:
    """RGB over an even ground."""
    ground = np.full_like(colours, lightness)
    ground[..., 3] = 1
    return np.clip(over(colours, ground)[..., :3], 0, 1).astype(np.float32)


def _grey(colours: Colours) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(_on(colours, 1.0), cv2.COLOR_RGB2GRAY), np.float32)


def _channels(map_: NDArray[np.floating]) -> Map:
    return np.repeat(np.clip(map_, 0, 1)[..., None], 3, axis=2).astype(np.float32)


def _plain(colours: Colours) -> Map:
    return _on(colours, 0.0)


def _edges(colours: Colours, low: float, high: float) -> Map:
    """Canny, A Computational Approach to Edge Detection (1986), of lightness and of the outline."""
    seen = [np.round(each * 255).astype(np.uint8) for each in (_grey(colours), np.clip(colours[..., 3], 0, 1))]
    found = [cv2.Canny(each, min(low, high), max(low, high)) for each in seen]
    return _channels(np.maximum(*found).astype(np.float32) / 255)


def _darker(value: NDArray[np.float32], width: float) -> NDArray[np.float32]:
    """By how much a pixel is darker than what is around it: a difference of Gaussians, 0 where it is lighter."""
    narrow, wide = (cv2.GaussianBlur(value, (0, 0), sigma * width) for sigma in (NARROW, WIDE))
    return np.maximum(wide - narrow, 0)


def _drawn(colours: Colours, width: float) -> NDArray[np.float32]:
    """Soft lines in [0, 1] where it is dark beside something light, and along the outline of what is seen.

    Winnemoeller, Kyprianidis and Olsen, XDoG (2012), without the term that fills dark areas: those are no lines.
    """
    inside = 1 - np.clip(colours[..., 3], 0, 1)
    found = np.maximum(_darker(_grey(colours), width), 0.5 * _darker(inside, width))
    return np.tanh(LINE_GAIN * np.maximum(found - FAINT, 0)).astype(np.float32)


def _lines(colours: Colours, width: float) -> Map:
    return _channels(_drawn(colours, width))


def _scribble(colours: Colours, width: float) -> Map:
    """The clear lines of a blurred copy without specks, as thick as a marker's."""
    strokes = (_drawn(colours, SCRIBBLE_BLUR) > SCRIBBLE_LEVEL).astype(np.uint8)
    _, labels, found, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    kept = found[:, cv2.CC_STAT_AREA] >= LEAST_STROKE
    kept[0] = False
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * int(width) + 1,) * 2)
    return _channels(cv2.dilate(np.take(kept, np.asarray(labels, np.intp)).astype(np.uint8), brush).astype(np.float32))


def _tile(colours: Colours, times: float) -> Map:
    """The picture without what is smaller than ``times`` pixels: what the model paints anew."""
    picture = _on(colours, 1.0)
    height, width = picture.shape[:2]
    small = (max(1, round(width / times)), max(1, round(height / times)))
    if small == (width, height):
        return picture
    coarse = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    soft = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.asarray(soft, np.float32), 0, 1)


READINGS: Mapping[str, ReadingKind] = {
    "plain": ReadingKind(title="As it is", read=_plain),
    "edges": ReadingKind(
        title="Edges",
        read=_edges,
        settings=(
            Setting(name="low threshold", least=1, most=1000, usual=100, step=10),
            Setting(name="high threshold", least=1, most=1000, usual=200, step=10),
        ),
    ),
    "lines": ReadingKind(
        title="Lines",
        read=_lines,
        settings=(Setting(name="width", least=0.5, most=8, usual=1, step=0.5),),
    ),
    "scribble": ReadingKind(
        title="Scribble",
        read=_scribble,
        settings=(Setting(name="width", least=0, most=16, usual=2, step=1),),
    ),
    "tile": ReadingKind(
        title="Soft copy",
        read=_tile,
        settings=(Setting(name="softness", least=1, most=32, usual=4, step=1),),
    ),
}
"""By name; "plain" is for what is a map already: depth, pose, edges that were drawn."""

PLAIN = Reading()
