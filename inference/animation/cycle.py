"""Cycles: one sprite that breathes, bobs, blinks, flashes, spins or jumps, its feet in place and its alpha clean.

A kind of cycle says, for a phase in [0, 1), where each place of the sprite goes; phase 0 is the sprite itself, bit for
bit. Heights are measured from the pivot (the middle of the lowest row that is seen) in heights of the sprite.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Colours, Pixels, premultiply, unpremultiply
from inference.animation.blinking import eyes_of, with_lids
from inference.animation.flow import sampled
from inference.errors import BadPicture, BadRequest, UnknownName
from inference.geometry import Bounds

SEEN = 128
"""Alpha from which a pixel counts as part of the sprite: dust in a corner is not where its feet are."""
LEAST_FRAMES, MOST_FRAMES = 2, 240
LEAST_WIDTH = 0.06
"""Of what is seen from its edge, in its widths: a coin has a rim."""
RIM, SHADE = 0.6, 0.3
"""How bright the rim is, and how much darker a side gets that turns away."""
FLASH = 0.75
"""How far a flash goes to white."""


@dataclass(frozen=True)
class Sprite:
    """A sprite with its place.

    Attributes:
        pixels: (height, width, 4) bytes. seen: where it is. pivot: of its feet, x and y in pixels.
        eyes: where they are, for the kinds that move them.
    """

    pixels: Pixels
    seen: Bounds
    pivot: tuple[float, float]
    eyes: tuple[Bounds, ...] = ()

    @classmethod
    def of(cls, pixels: Pixels) -> Sprite:
        """Raises BadPicture when nothing is seen."""
        x, y, width, height = cv2.boundingRect((pixels[..., 3] >= SEEN).astype(np.uint8))
        if width == 0:
            raise BadPicture("The sprite is transparent all over.", hint="Give a picture with something in it.")
        feet = np.flatnonzero(pixels[y + height - 1, :, 3] >= SEEN)
        return cls(pixels, Bounds(x, y, width, height), (float(feet.min() + feet.max()) / 2, float(y + height - 1)))


@dataclass(frozen=True, eq=False)
class CycleFrame:
    """(height, width, 4) bytes, shown for ``duration`` seconds."""

    pixels: Pixels
    duration: Fraction


@dataclass(frozen=True)
class Cycle:
    """What a kind does.

    Attributes:
        draw: the sprite at a phase, by an amount (1 is usual), on a canvas that is ``room`` larger on each side.
        words: for people. times: how long a frame lasts, by its phase, in shares of an even one.
        repeats: it goes on for ever; else it is played once when something happens.
        eyed: it moves the eyes.
        latent: strength with which the model makes each frame anew, 0 for none.
        usual: seconds that the whole of it takes.
    """

    draw: Callable[[Sprite, float, float], Colours]
    words: str
    times: Callable[[float], float] = lambda _: 1.0
    repeats: bool = True
    eyed: bool = False
    latent: float = 0.0
    usual: Fraction = Fraction(1)


def room_of(sprite: Sprite) -> int:
    """Pixels that are added on each side, so that nothing is cut while it moves."""
    return math.ceil(0.4 * max(sprite.seen.width, sprite.seen.height))


def frames_of(
    sprites: Sequence[Pixels],
    kind: str,
    *,
    amount: float = 1.0,
    seconds: Fraction | None = None,
    eyes: Sequence[Bounds] = (),
) -> tuple[list[CycleFrame], tuple[float, float]]:
    """A cycle's frames, cut to what is seen in any of them and to no less than the sprite's own canvas.

    Args:
        sprites: the sprite, or one for each frame; all of one size. Their number is the number of frames.
        amount: of motion; 1 is usual, 0 none.
        seconds: the whole takes; None as is usual for the kind.
        eyes: where they are in the first sprite, for ``blink``; they are looked for unless given.

    Returns:
        Frames of one size, and where the feet are in them, x and y in pixels.

    Raises:
        BadPicture: when nothing of the sprite is seen, or it has no eyes that could be found.
    """
    cycle = cycle_named(kind)
    if not LEAST_FRAMES <= len(sprites) <= MOST_FRAMES:
        raise BadRequest(f"A cycle of {len(sprites)} frames cannot be.", hint=f"Give {LEAST_FRAMES} to {MOST_FRAMES}.")
    if not 0 <= amount <= 4:
        raise BadRequest(f"The amount {amount:g} cannot be.", hint="1 is usual; it goes from 0 to 4.")
    first = Sprite.of(sprites[0])
    if cycle.eyed:
        first = replace(first, eyes=_inside(eyes, sprites[0]) or eyes_of(sprites[0]))
    room = room_of(first)
    phases = [index / len(sprites) for index in range(len(sprites))]
    drawn = []
    for pixels, phase in zip(sprites, phases, strict=True):
        sprite = Sprite(
            np.pad(pixels, ((room, room), (room, room), (0, 0))),
            _moved(first.seen, room),
            _at(first, room),
            tuple(_moved(eye, room) for eye in first.eyes),
        )
        drawn.append(sprite.pixels if phase == 0 else unpremultiply(cycle.draw(sprite, phase, amount)))
    own = Bounds(room, room, sprites[0].shape[1], sprites[0].shape[0])
    cut = own
    for pixels in drawn:
        cut = cut.union(Bounds(*cv2.boundingRect((pixels[..., 3] > 0).astype(np.uint8))))
    shares = [cycle.times(phase) for phase in phases]
    whole = cycle.usual if seconds is None else seconds
    times = [_milliseconds(whole * Fraction(share) / Fraction(sum(shares))) for share in shares]
    frames = [
        CycleFrame(np.ascontiguousarray(pixels[cut.slices]), time) for pixels, time in zip(drawn, times, strict=True)
    ]
    x, y = _at(first, room)
    return frames, (x - cut.x, y - cut.y)


def cycle_named(kind: str) -> Cycle:
    """The cycle of that name. Raises UnknownName with the near ones."""
    if kind not in CYCLES:
        raise UnknownName("cycle", kind, CYCLES)
    return CYCLES[kind]


def _inside(eyes: Sequence[Bounds], pixels: Pixels) -> tuple[Bounds, ...]:
    """Raises BadRequest for eyes that are not in the picture."""
    whole = Bounds(0, 0, pixels.shape[1], pixels.shape[0])
    for eye in eyes:
        if eye.empty or eye.intersection(whole) != eye:
            raise BadRequest(
                f"An eye at {eye.x},{eye.y} of {eye.width}x{eye.height} is not in the sprite.",
                hint=f"The sprite is {whole.width}x{whole.height}; give the box of an eye in it.",
            )
    return tuple(eyes)


def _moved(bounds: Bounds, by: int) -> Bounds:
    return bounds.moved(by, by)


def _at(sprite: Sprite, room: int) -> tuple[float, float]:
    return sprite.pivot[0] + room, sprite.pivot[1] + room


def _milliseconds(seconds: Fraction) -> Fraction:
    """Whole milliseconds, at least 10: what engines count in."""
    return Fraction(max(round(seconds * 1000), 10), 1000)


# Motions


def _bent(sprite: Sprite, place: Callable[[NDArray[np.floating], NDArray[np.floating]], tuple]) -> Colours:
    """The sprite bent: ``place`` says for each place (from the pivot, x right, y up, in heights) what is there."""
    height, width = sprite.pixels.shape[:2]
    unit = sprite.seen.height
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    across, up = place((x - sprite.pivot[0]) / unit, (sprite.pivot[1] - y) / unit)
    at = np.stack([sprite.pivot[0] + across * unit, sprite.pivot[1] - up * unit], axis=2).astype(np.float32)
    return _sampled(premultiply(sprite.pixels), at)


def _sampled(colours: Colours, at: NDArray[np.float32]) -> Colours:
    """Cubic, with what its overshoot leaves around edges taken off."""
    out = sampled(colours, at, cv2.INTER_CUBIC, cv2.BORDER_CONSTANT)
    out = np.clip(np.asarray(out, np.float32), 0, 1)
    out[..., :3] = np.minimum(out[..., :3], out[..., 3:])
    out[out[..., 3] < 2 / 255] = 0
    return out


def _scaled(sprite: Sprite, across: float, up: float, lift: float = 0.0) -> Colours:
    """Stretched from the feet, and lifted by a share of its height."""
    return _bent(sprite, lambda x, y: (x / across, (y - lift) / up))


def _idle(sprite: Sprite, phase: float, amount: float) -> Colours:
    """Breathing: the chest rises and narrows, the head sways a little behind."""
    breath = 0.05 * amount * (1 - math.cos(2 * math.pi * phase)) / 2
    sway = 0.015 * amount * math.sin(2 * math.pi * phase)

    def place(x: NDArray[np.floating], y: NDArray[np.floating]) -> tuple:
        height = np.clip(y / (1 + breath), 0, 1)
        chest = np.sin(np.pi * height) ** 2
        return (x - sway * height**2) / (1 - 0.5 * breath * chest), y / (1 + breath)

    return _bent(sprite, place)


def _bob(sprite: Sprite, phase: float, amount: float) -> Colours:
    """Up and down by whole pixels: nothing is resampled."""
    lift = round(0.1 * amount * sprite.seen.height * (1 - math.cos(2 * math.pi * phase)) / 2)
    return premultiply(np.roll(sprite.pixels, -min(lift, room_of(sprite)), axis=0))


_JUMP = (
    (0.0, 1.0, 0.0),
    (0.18, 0.80, 0.0),
    (0.34, 1.16, 0.08),
    (0.5, 1.02, 0.2),
    (0.66, 1.12, 0.08),
    (0.78, 0.82, 0.0),
    (0.9, 1.05, 0.0),
    (1.0, 1.0, 0.0),
)
"""Phase, height and lift of a jump: crouching, stretching, high up, falling, landing, settling."""


def _squash(sprite: Sprite, phase: float, amount: float) -> Colours:
    """A jump in squash and stretch; what is lost in height is gained in width."""
    after = next(index for index, row in enumerate(_JUMP) if row[0] > phase)
    one, other = _JUMP[after - 1], _JUMP[after]
    share = (phase - one[0]) / (other[0] - one[0])
    share = share * share * (3 - 2 * share)
    up = 1 + amount * ((1 - share) * one[1] + share * other[1] - 1)
    lift = amount * ((1 - share) * one[2] + share * other[2])
    up = max(up, 0.3)
    return _scaled(sprite, 1 / math.sqrt(up), up, min(lift, 0.35))


def _spin(sprite: Sprite, phase: float, amount: float) -> Colours:
    """Round its upright axis, with a rim: copies behind each other from the far side to the near one."""
    angle = 2 * math.pi * phase
    cosine, sine = math.cos(angle), math.sin(angle)
    middle = sprite.seen.x + (sprite.seen.width - 1) / 2
    across = math.copysign(max(abs(cosine), LEAST_WIDTH), cosine)
    thick = LEAST_WIDTH * amount * sprite.seen.width * abs(sine)
    colours = premultiply(sprite.pixels)
    y, x = np.mgrid[0 : colours.shape[0], 0 : colours.shape[1]].astype(np.float32)
    out = np.zeros_like(colours)
    layers = max(2, math.ceil(thick) + 1)
    for layer in range(layers):
        shift = math.copysign(1, sine * cosine) * thick * (layer / (layers - 1) - 0.5)
        at = np.stack([middle + (x - middle - shift) / across, y], axis=2).astype(np.float32)
        side = _sampled(colours, at)
        light = 1 - SHADE * amount * (1 - abs(cosine)) if layer == layers - 1 else RIM
        side[..., :3] *= np.float32(max(light, 0))
        out = side + out * (1 - side[..., 3:])
    return out


def _blink(sprite: Sprite, phase: float, amount: float) -> Colours:
    """Lids down and up again."""
    return with_lids(sprite.pixels, sprite.eyes, min(1.0, amount * math.sin(math.pi * phase) * 1.08))


def _flash(sprite: Sprite, phase: float, amount: float) -> Colours:
    """A flash of white over it, twice and short."""
    colours = premultiply(sprite.pixels)
    flash = FLASH * min(amount, 1) * abs(math.sin(2 * math.pi * phase))
    white = np.repeat(colours[..., 3:], 3, axis=2)
    colours[..., :3] += (white - colours[..., :3]) * np.float32(flash)
    return colours


def _still(sprite: Sprite, phase: float, amount: float) -> Colours:
    """Where it is: what changes, the model does."""
    return premultiply(sprite.pixels)


CYCLES: Mapping[str, Cycle] = {
    "idle": Cycle(_idle, "breathes", usual=Fraction(8, 5)),
    "bob": Cycle(_bob, "goes up and down by whole pixels", usual=Fraction(6, 5)),
    "blink": Cycle(
        _blink,
        "rests, then shuts its eyes and opens them",
        times=lambda phase: 16.0 if phase == 0 else 0.5,
        eyed=True,
        usual=Fraction(2),
    ),
    "flash": Cycle(_flash, "rests, then flashes white twice", times=lambda phase: 6.0 if phase == 0 else 0.5),
    "flicker": Cycle(_still, "is made anew a little by the model in each frame", latent=0.45, usual=Fraction(4, 5)),
    "spin": Cycle(_spin, "turns round like a coin", usual=Fraction(1)),
    "squash": Cycle(_squash, "jumps once in squash and stretch", repeats=False, usual=Fraction(4, 5)),
}
