"""What one thread does with an animation's folder: looks, takes work, keeps frames. One of it at a time, in order."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from inference.alpha import Pixels
from inference.animation.animation import Animation
from inference.animation.folder import TIMES, AnimationFolder, with_alpha
from inference.animation.frame_log import State
from inference.animation.making import PREVIEW_STEPS, Kept, Making, Work, check
from inference.api import Picture, Request
from inference.errors import BadPicture, BadRequest, Cancelled
from inference.files import write_text

log = logging.getLogger(__name__)

ABOUT = "about.json"
AT_ONCE = 64
"""Frames that are looked at between two questions whether that is still wanted."""


@dataclass(frozen=True, kw_only=True)
class About:
    """What the window knows of an animation besides what makes its frames.

    Attributes:
        title: what a person calls it.
        pivot: of a sprite, in parts of the frame's width and height; None where nobody said.
        once: it is played once, and not for ever.
    """

    title: str = ""
    pivot: tuple[float, float] | None = None
    once: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Setup:
    """What can be undone: what makes the frames, and how long each is shown (None: by the rate)."""

    animation: Animation
    times: tuple[Fraction, ...] | None = None

    def alike(self, other: Setup) -> bool:
        """True when both say the same. Requests hold arrays: these are the same when they are one."""
        one, two = self.animation, other.animation
        plain = all(getattr(one, each.name) == getattr(two, each.name) for each in fields(one) if each.name != "base")
        return plain and self.times == other.times and type(one.base) is type(two.base) and _one(one.base, two.base)


@dataclass(frozen=True)
class Standings:
    """What each frame is, of which setup."""

    setup: Setup
    states: tuple[State, ...]


@dataclass(frozen=True)
class Begun:
    """The first piece of work (None: there is none), how things stand, and the frames that will be made."""

    work: Work | None
    standings: Standings
    todo: frozenset[int]


class FrameDesk:
    """Every method but ``outdate`` is called in the thread of the animation's files."""

    def __init__(self, folder: AnimationFolder) -> None:
        self.folder = folder
        self._setup: Setup | None = None
        self._making: Making | None = None
        self._work: Iterator[Work] | None = None
        self._newest = 0
        self._lock = threading.Lock()

    def outdate(self) -> int:
        """What is being looked at is not wanted any more; returns the number of what is. From any thread."""
        with self._lock:
            self._newest += 1
            return self._newest

    def making(self, setup: Setup) -> Making:
        """For a setup; what it found out stays known while the setup is the same."""
        if self._making is None or self._setup is not setup:
            self._making, self._setup = Making(setup.animation, self.folder), setup
        return self._making

    # Files

    def load(self) -> tuple[Setup, About]:
        """What is on the disk. Raises BadRequest when it cannot be read."""
        animation = self.folder.load()
        times = None
        if (self.folder.path / TIMES).is_file():
            times = tuple(self.folder.times(animation.timeline.frames, animation.timeline.rate))
        return Setup(animation=animation, times=times), read_about(self.folder.path)

    def save(self, setup: Setup, about: About) -> None:
        """Write what makes the frames, and what is known of it."""
        self.folder.save(setup.animation)
        if setup.times is None:
            (self.folder.path / TIMES).unlink(missing_ok=True)
        else:
            self.folder.save_times(setup.times)
        said = {"title": about.title, "pivot": about.pivot, "once": about.once}
        write_text(self.folder.path / ABOUT, json.dumps(said, ensure_ascii=False) + "\n")

    # Looking

    def look(self, setup: Setup, number: int) -> Standings:
        """What each frame is. Raises Cancelled when a newer look is wanted."""
        making = self.making(setup)
        frames = making.all()
        found: dict[int, State] = {}
        step = AT_ONCE if making.course.independent else len(frames)
        for start in range(0, len(frames), max(step, 1)):
            if number < self._newest:
                raise Cancelled
            found |= _states(making, frames[start : start + step])
        return Standings(setup, tuple(found[frame] for frame in frames))

    # Making

    def begin(self, setup: Setup, wanted: Sequence[int] | None, again: Collection[int]) -> Begun:
        """Start on what is left to be made. Raises what ``check`` raises when it cannot be."""
        check(setup.animation)
        making = self.making(setup)
        self._work = making.work(wanted, again)
        first = next(self._work, None)  # frames that show the same as others are copied by now
        states = _states(making, making.all())
        chosen = making.all() if wanted is None else wanted
        left = (State.MISSING, State.OLD)
        todo = frozenset(frame for frame in chosen if frame in again or states[frame] in left)
        return Begun(first, Standings(setup, tuple(states[frame] for frame in making.all())), todo)

    def more(self) -> Work | None:
        """The next piece of work; None at the end. All before it has to be kept by now."""
        return None if self._work is None else next(self._work, None)

    def keep(self, setup: Setup, work: Work, picture: Picture) -> list[Kept]:
        """Put a picture where it belongs."""
        return self.making(setup).keep(work, picture)

    def preview(self, setup: Setup, frame: int) -> Request:
        """A rough picture of a frame. Raises BadRequest when the frame that it needs is not there."""
        try:
            return self.making(setup).preview(frame, PREVIEW_STEPS)
        except BadPicture as error:
            raise BadRequest(
                "This frame is made from the one before it, which is not there yet.", hint="Make that one first."
            ) from error

    def previewed(self, setup: Setup, frame: int, picture: Picture) -> Pixels:
        """The picture of a preview as the frame would be."""
        return with_alpha(self.making(setup).course.finish(frame, picture))

    # By hand

    def put(self, frame: int, pixels: Pixels) -> bool:
        """Make a picture a frame, kept until somebody asks for another; False when it is that frame already.

        Raises:
            BadRequest: when it has another size than the frames that there are, or cannot be written.
        """
        size = self._size()
        if size is not None and pixels.shape[:2] != size:
            height, width = pixels.shape[:2]
            raise BadRequest(
                f"The picture is {width}x{height}, and the frames are {size[1]}x{size[0]}.",
                hint="Give the canvas the frames' size (Ctrl+Alt+C).",
            )
        with suppress(BadPicture):
            if np.array_equal(self.folder.read(frame), with_alpha(pixels)):
                return False
        self.folder.put(frame, pixels)
        return True

    def let_go(self, frames: Collection[int]) -> list[int]:
        """Put what was painted aside, in ``kept``; these frames are missing then."""
        return [frame for frame in frames if self.folder.put_aside(frame)]

    def _size(self) -> tuple[int, int] | None:
        """(height, width) of the frames."""
        first = next(iter(sorted(self.folder.frame_path(0).parent.glob("*.png"))), None)
        return None if first is None else self.folder.read(int(first.stem)).shape[:2]

    def close(self) -> None:
        """No more work."""
        self._work = None


def read_about(path: Path) -> About:
    """What the window kept of an animation; what is missing or damaged is at its default."""
    try:
        said = json.loads((path / ABOUT).read_text("utf-8"))
        pivot = said.get("pivot")
        about = About(title=str(said.get("title", "")), once=bool(said.get("once")))
        return about if pivot is None else replace(about, pivot=(float(pivot[0]), float(pivot[1])))
    except FileNotFoundError:
        return About()
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        log.info("%s is not used: %s", path / ABOUT, error)
        return About()


def _one(base: Request, other: Request) -> bool:
    def same(value: Any, another: Any) -> bool:
        return value is another or (not isinstance(value, np.ndarray) and bool(value == another))

    return all(same(getattr(base, each.name), getattr(other, each.name)) for each in fields(base))


def _states(making: Making, frames: Sequence[int]) -> dict[int, State]:
    standing = making.standing(frames)
    lists = {
        State.MADE: standing.made,
        State.EDITED: standing.edited,
        State.OLD: standing.old,
        State.MISSING: standing.missing,
    }
    return {frame: state for state, those in lists.items() for frame in those}
