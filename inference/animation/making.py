"""What is left to be made of an animation, request by request, and results put in their places.

Nothing here runs an engine: the command line and the window take work, run its request, and keep what comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from inference.alpha import Pixels
from inference.animation.animation import Animation, Mode, asked
from inference.animation.courses import course_of
from inference.animation.folder import AnimationFolder
from inference.animation.frame_log import State
from inference.api import Blend, Generate, Picture, Request, Series
from inference.board import Keys
from inference.errors import BadRequest
from inference.library import model_for

TOGETHER = 4
"""Frames of one request: they come all at once, and a strip should be seen to fill."""
PREVIEW_STEPS = 3


@dataclass(frozen=True, eq=False)
class Work:
    """A request, and where its pictures belong.

    Attributes:
        frames: for each picture, in order: the frames that show it.
        keys: for each picture.
    """

    request: Request
    frames: tuple[tuple[int, ...], ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Kept:
    """A frame that is on disk now."""

    frame: int
    path: Path
    pixels: Pixels


@dataclass(frozen=True)
class Standing:
    """Frames by what they are."""

    made: tuple[int, ...] = ()
    edited: tuple[int, ...] = ()
    old: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()

    @property
    def todo(self) -> int:
        """Frames that will be made."""
        return len(self.old) + len(self.missing)


@dataclass
class Making:
    """An animation that becomes frames in a folder."""

    animation: Animation
    folder: AnimationFolder
    _keys: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.course = course_of(self.animation, self.folder)

    def all(self) -> range:
        """All frames."""
        return range(self.animation.timeline.frames)

    def key(self, frame: int) -> str:
        """A frame's key (see ``Course.key``)."""
        if not self.course.independent:
            return self.course.key(frame)
        if frame not in self._keys:
            self._keys[frame] = self.course.key(frame)
        return self._keys[frame]

    def standing(self, wanted: Iterable[int] | None = None) -> Standing:
        """What there is. Of frames that need the one before, those after one that will be made count as to be made."""
        found: Mapping[State, list[int]] = {state: [] for state in State}
        broken = False
        for frame in self.all() if wanted is None else wanted:
            there = bool(self.folder.sha(frame))
            if broken and not self.course.independent and there:
                state = self.folder.state(frame, "")
            else:
                state = self.folder.state(frame, self.key(frame)) if there else State.MISSING
            broken = broken or state in (State.MISSING, State.OLD)
            found[state].append(frame)
        return Standing(*(tuple(found[each]) for each in (State.MADE, State.EDITED, State.OLD, State.MISSING)))

    def work(self, wanted: Iterable[int] | None = None, again: Collection[int] = ()) -> Iterator[Work]:
        """What has to be run, in order. Frames that somebody painted on are left as they are. Where a frame needs the
        one before, that has to be kept before more work is asked for.

        Args:
            again: frames that are made though they are there, also where they are painted on.
        """
        frames = list(self.all() if wanted is None else wanted)
        yield from self._together(frames, again) if self.course.independent else self._one_by_one(frames, again)

    def _made(self, frame: int) -> bool:
        return self.folder.state(frame, self.key(frame)) is State.MADE

    def _left(self, frame: int, again: Collection[int]) -> bool:
        done = self.folder.state(frame, self.key(frame)) in (State.MADE, State.EDITED)
        return frame in again or not done

    def _one_by_one(self, frames: Sequence[int], again: Collection[int]) -> Iterator[Work]:
        for frame in frames:
            if self._left(frame, again):
                yield Work(self.course.request(frame), ((frame,),), (self.key(frame),))

    def _together(self, frames: Sequence[int], again: Collection[int]) -> Iterator[Work]:
        places: dict[str, list[int]] = {}
        for frame in frames:
            if self._left(frame, again):
                places.setdefault(self.key(frame), []).append(frame)
        made = (
            {self.key(frame): frame for frame in self.all() if frame not in again and self._made(frame)}
            if places
            else {}
        )
        for key in places.keys() & made.keys():
            for frame in places.pop(key):
                self.folder.copy(frame, key, made[key])
        keys = list(places)
        for start in range(0, len(keys), TOGETHER):
            some = keys[start : start + TOGETHER]
            requests = [self.course.request(places[key][0]) for key in some]
            yield from self._batched(requests, [tuple(places[key]) for key in some], some)

    def _batched(
        self, requests: Sequence[Request], frames: Sequence[tuple[int, ...]], keys: Sequence[str]
    ) -> Iterator[Work]:
        from_words = [request for request in requests if isinstance(request, Generate | Blend)]
        if len(from_words) == len(requests) > 1 and not any(_pictured(request) for request in from_words):
            yield Work(Series(requests=tuple(from_words), previews=False), tuple(frames), tuple(keys))
        else:
            for request, places, key in zip(requests, frames, keys, strict=True):
                yield Work(request, (places,), (key,))

    def keep(self, work: Work, picture: Picture) -> list[Kept]:
        """Put a picture of the work's request where it belongs.

        Raises:
            BadRequest: when the folder cannot be written; what was kept before stays.
        """
        frames, key = work.frames[picture.index], work.keys[picture.index]
        pixels = self.course.finish(frames[0], picture)
        first = self.folder.keep(frames[0], key, pixels, picture.recipe)
        rest = [(frame, self.folder.copy(frame, key, frames[0])) for frame in frames[1:]]
        return [Kept(frame, path, pixels) for frame, path in [(frames[0], first), *rest]]

    def preview(self, frame: int, steps: int = PREVIEW_STEPS) -> Request:
        """A rough picture of a frame in a few steps; finish it with ``course.finish`` and do not keep it.

        Raises:
            BadPicture: when it needs the frame before and that is not there.
        """
        return replace(self.course.request(frame), steps=steps)


def check(animation: Animation) -> None:
    """Find out before any work whether models, styles, samplers and the size go with each other.

    Raises:
        UnknownName, BadRequest: when they do not.
    """
    keys, folders = Keys(), set()
    for moment in animation.timeline.moments:
        request = asked(animation, moment)
        keys.cell(0, 0, request)
        manifest = model_for(request.model, request.style)
        folders.add(manifest.folder)
        if isinstance(request, Generate) and request.size is not None and animation.mode is not Mode.RESTYLE:
            manifest.size_rule.check(request.size)
    if len(folders) > 1:
        raise BadRequest("The keys' styles are made by different models.", hint="Walk between styles of one model.")


def made_again(animation: Animation, frames: Iterable[int]) -> Animation:
    """The animation with one more take of these frames."""
    takes = dict(animation.takes)
    for frame in frames:
        takes[frame] = takes.get(frame, 0) + 1
    return replace(animation, takes=takes)


def _pictured(request: Request) -> bool:
    """True where a request starts from pictures, or has references: then it is run alone."""
    if request.references:
        return True
    return isinstance(request, Blend) and any(not isinstance(end, Generate) or end.references for end in request.ends)
