"""A timeline: keys, and what holds at any frame, as a pure function of its number."""

from __future__ import annotations

import enum
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cached_property

from inference.animation.camera import Camera, between
from inference.animation.easing import LINEAR, curve
from inference.api import GUIDANCE_RANGE, LARGEST_SEED
from inference.errors import BadRequest
from inference.request_checks import check_range, check_whole

MOST_FRAMES = 100_000
USUAL_STRENGTH = 0.5
RATES = (Fraction(1, 10), Fraction(240))


class Repeat(enum.Enum):
    """What comes after the last key."""

    ONCE = "once"
    """It stays as it is."""
    LOOP = "loop"
    """The way leads back to the first key, which comes right after the last frame."""
    PING_PONG = "ping-pong"
    """The same way back; neither end is shown twice."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """What somebody set at a frame; None is as at the key before.

    Attributes:
        style: "" for none.
        strength: for modes that start from a picture: how much of it is made anew, 0 to 1.
        easing: of the way from here to the next key (see ``easing.CURVES``).
        hold: frames that it stays as it is here, before that way begins.
    """

    frame: int
    prompt: str | None = None
    negative: str | None = None
    style: str | None = None
    seed: int | None = None
    guidance: float | None = None
    strength: float | None = None
    camera: Camera | None = None
    easing: str = LINEAR
    hold: int = 0

    def __post_init__(self) -> None:
        check_whole("key's frame", self.frame, 0, MOST_FRAMES - 1)
        check_whole("hold", self.hold, 0, MOST_FRAMES)
        if self.seed is not None:
            check_whole("seed", self.seed, 0, LARGEST_SEED)
        if self.guidance is not None:
            check_range("guidance", self.guidance, *GUIDANCE_RANGE)
        if self.strength is not None:
            check_range("strength", self.strength, 0, 1)
        curve(self.easing)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What holds at a key, with nothing left to the keys before. ``guidance`` None is the style's or the model's."""

    prompt: str = ""
    negative: str = ""
    style: str | None = None
    seed: int = 0
    guidance: float | None = None
    strength: float = USUAL_STRENGTH
    camera: Camera = field(default_factory=Camera)


@dataclass(frozen=True, kw_only=True)
class FrameSpec:
    """What holds at a frame: a place on the way from one moment to another.

    Attributes:
        share: of the way, 0 (``start``) to 1 (``end``).
    """

    start: Moment
    end: Moment
    share: float

    @property
    def camera(self) -> Camera:
        """Where the camera is."""
        return between(self.start.camera, self.end.camera, self.share)

    @property
    def strength(self) -> float:
        """How much is made anew."""
        if self.share <= 0 or self.share >= 1 or self.start.strength == self.end.strength:
            return self.start.strength if self.share < 1 else self.end.strength
        return (1 - self.share) * self.start.strength + self.share * self.end.strength


def _settled(key: Key, before: Moment) -> Moment:
    said = {each.name: getattr(key, each.name) for each in fields(Moment)}
    moment = replace(before, **{name: value for name, value in said.items() if value is not None})
    return replace(moment, style=moment.style or None)


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Keys in the order of their frames.

    Attributes:
        frames: how many there are.
        rate: frames a second.
        seed: where no key says one.
    """

    keys: tuple[Key, ...]
    frames: int
    rate: Fraction = Fraction(12)
    repeat: Repeat = Repeat.ONCE
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", tuple(self.keys))
        check_whole("number of frames", self.frames, 1, MOST_FRAMES)
        check_whole("seed", self.seed, 0, LARGEST_SEED)
        if not RATES[0] <= self.rate <= RATES[1]:
            raise BadRequest(f"{float(self.rate):g} frames a second cannot be.", hint="Give 0.1 to 240.")
        if not self.keys:
            raise BadRequest("The timeline has no keys.", hint='Give one: --key "0: a red apple"')
        for one, other in zip(self.keys, self.keys[1:], strict=False):
            if one.frame >= other.frame:
                what = "two keys" if one.frame == other.frame else "a key after a later one"
                raise BadRequest(f"The timeline has {what} at frame {other.frame}.", hint="Put keys in order.")
        if self.repeat is not Repeat.ONCE and self.keys[-1].frame >= max(self.frames, 2):
            raise BadRequest(
                f"The last key is at frame {self.keys[-1].frame} and there are {self.frames} frames.",
                hint="A loop needs frames after its last key for the way back.",
            )

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """What holds at each key."""
        out, before = [], Moment(seed=self.seed)
        for key in self.keys:
            before = _settled(key, before)
            out.append(before)
        return tuple(out)

    @cached_property
    def _starts(self) -> list[int]:
        return [key.frame for key in self.keys]

    def at(self, frame: int) -> FrameSpec:
        """What holds at a frame of any number: those beyond the last one go on as ``repeat`` says."""
        match self.repeat:
            case Repeat.ONCE:
                return self._between(max(frame, 0))
            case Repeat.PING_PONG:
                first, last = self._starts[0], self._starts[-1]
                there = (frame - first) % max(2 * (last - first), 1)
                return self._between(first + min(there, 2 * (last - first) - there))
        return self._looped(frame % self.frames)

    def _between(self, frame: int) -> FrameSpec:
        index = bisect_right(self._starts, frame) - 1
        if index < 0 or index == len(self.keys) - 1:
            here = self.moments[max(index, 0)]
            return FrameSpec(start=here, end=here, share=0.0)
        return self._on_the_way(index, index + 1, frame - self._starts[index], self._starts[index + 1])

    def _looped(self, frame: int) -> FrameSpec:
        index, last = bisect_right(self._starts, frame) - 1, len(self.keys) - 1
        if 0 <= index < last:
            return self._between(frame)
        gone = (frame - self._starts[last]) % self.frames
        return self._on_the_way(last, 0, gone, self._starts[0] + self.frames)

    def _on_the_way(self, one: int, other: int, gone: int, until: int) -> FrameSpec:
        """``gone`` frames after key ``one``; the next key is at frame ``until``, counted on beyond the last frame."""
        key = self.keys[one]
        length = until - key.frame
        hold = min(key.hold, length - 1) if length > 0 else 0
        share = curve(key.easing)((gone - hold) / (length - hold)) if gone > hold else 0.0
        return FrameSpec(start=self.moments[one], end=self.moments[other], share=share)


def usual_frames(keys: Sequence[Key], repeat: Repeat) -> int:
    """How many frames go with keys when nobody says: to the last one, and back for what repeats."""
    first, last = keys[0].frame, keys[-1].frame
    match repeat:
        case Repeat.ONCE:
            return last + 1
        case Repeat.PING_PONG:
            return max(2 * (last - first), 1)
    return last + max(round((last - first) / max(len(keys) - 1, 1)), 1)
