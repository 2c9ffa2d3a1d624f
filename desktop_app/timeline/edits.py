"""Changes of an animation as values: keys that come, go and move, other frames, another way. No Qt, no files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import fields, replace
from fractions import Fraction

from inference.animation.animation import Animation
from inference.animation.timeline import MOST_FRAMES, RATES, Key, Moment, Repeat, Timeline, usual_frames

INHERITED = tuple(each.name for each in fields(Moment))
"""Fields of a key that are as at the key before when nobody set them."""
FILM_RATES = tuple(Fraction(rate * 1000, 1001) for rate in (24, 30, 48, 60, 120))
"""Rates that people write as 23.976, 29.97 ..."""
Change = Callable[[Animation], Animation]


def key_at(line: Timeline, frame: int) -> Key | None:
    """The key of a frame."""
    return next((key for key in line.keys if key.frame == frame), None)


def key_before(line: Timeline, frame: int) -> Key:
    """The key that holds at a frame: its own, else the one before, else the first."""
    return next((key for key in reversed(line.keys) if key.frame <= frame), line.keys[0])


def moment_of(line: Timeline, key: Key) -> Moment:
    """What holds at one of its keys."""
    return line.moments[line.keys.index(key)]


def inherited(line: Timeline, key: Key) -> Moment:
    """What would hold at one of its keys if it said nothing."""
    place = line.keys.index(key)
    return line.moments[place - 1] if place else Moment(seed=line.seed)


def explicit(key: Key, moment: Moment) -> Key:
    """The key with nothing left to the one before; a style that is none says so."""
    said = {
        name: getattr(moment, name)
        for name in INHERITED
        if getattr(key, name) is None and getattr(moment, name) is not None
    }
    return replace(key, **said)


def with_key(animation: Animation, key: Key) -> Animation:
    """With a key, in the place of one at the same frame. Before the first, it says all that that one says."""
    line = animation.timeline
    others = [each for each in line.keys if each.frame != key.frame]
    if line.keys[0].frame > key.frame:
        key = explicit(key, line.moments[0])
    return _with_line(animation, replace(line, keys=_ordered([*others, key])))


def without_keys(animation: Animation, frames: Collection[int]) -> Animation:
    """Without the keys of these frames; the last one stays. What becomes the first one keeps what held at it."""
    line = animation.timeline
    left = [key for key in line.keys if key.frame not in frames] or [line.keys[0]]
    if left[0] != line.keys[0]:
        left[0] = explicit(left[0], moment_of(line, left[0]))
    return _with_line(animation, replace(line, keys=tuple(left)))


def with_key_moved(animation: Animation, frame: int, to: int) -> Animation:
    """With a key moved as far as its neighbours and the last frame let it."""
    line = animation.timeline
    key = key_at(line, frame)
    if key is None:
        return animation
    place = line.keys.index(key)
    least = line.keys[place - 1].frame + 1 if place else 0
    most = line.keys[place + 1].frame - 1 if place + 1 < len(line.keys) else line.frames - 1
    moved = replace(key, frame=min(max(to, least), max(most, least)))
    return _with_line(animation, replace(line, keys=(*line.keys[:place], moved, *line.keys[place + 1 :])))


def with_frames(animation: Animation, count: int) -> Animation:
    """With so many frames, but no fewer than its keys need."""
    count = min(max(count, animation.timeline.keys[-1].frame + 1, 1), MOST_FRAMES)
    return _with_line(animation, replace(animation.timeline, frames=count))


def with_rate(animation: Animation, rate: Fraction) -> Animation:
    """At another speed."""
    return _with_line(animation, replace(animation.timeline, rate=min(max(rate, RATES[0]), RATES[1])))


def with_repeat(animation: Animation, repeat: Repeat) -> Animation:
    """With another way on from the last key, and room for it."""
    line = animation.timeline
    frames, last = line.frames, line.keys[-1].frame
    if len(line.keys) > 1:
        usual = usual_frames(line.keys, repeat)
        match repeat:
            case Repeat.PING_PONG:
                frames = usual
            case Repeat.LOOP if last >= frames - 1:
                frames = usual
    frames = max(frames, last + 1, 2 if repeat is not Repeat.ONCE else 1)
    return _with_line(animation, replace(line, frames=min(frames, MOST_FRAMES), repeat=repeat))


def rate_of(number: float) -> Fraction:
    """Frames a second as typed: 23.976 is 24000/1001."""
    near = next((rate for rate in FILM_RATES if abs(float(rate) - number) < 0.006), None)
    return near or Fraction(str(round(number, 3)))


def _with_line(animation: Animation, line: Timeline) -> Animation:
    takes = {frame: take for frame, take in animation.takes.items() if frame < line.frames}
    return replace(animation, timeline=line, takes=takes)


def _ordered(keys: Sequence[Key]) -> tuple[Key, ...]:
    return tuple(sorted(keys, key=lambda key: key.frame))
