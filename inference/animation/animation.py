"""An animation: a timeline, what its frames are made from, and the request of each frame that needs no other frame."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from inference.animation.timeline import FrameSpec, Moment, Timeline
from inference.api import Blend, Generate, Request, Vary
from inference.errors import BadRequest
from inference.locks import Silhouette
from inference.request_checks import check_range, check_whole

TAKE_STRENGTH = 0.25
"""How much of a take's noise is new: a frame made again has to go with its neighbours."""


R = TypeVar("R", bound=Request)
SHARE_DIGITS = 9
"""Of the way between keys, so that a share and what is left of 1 are told apart from no others by rounding."""


class Mode(enum.Enum):
    """Where a frame comes from."""

    WALK = "walk"
    """Words and noise (and the picture, where there is one) on the way between two keys; no frame needs another."""
    FEEDBACK = "feedback"
    """The frame before it, moved with the camera and made anew by the strength."""
    RESTYLE = "restyle"
    """The same frame of a clip, and the frame before it moved as the clip moves."""


@dataclass(frozen=True, kw_only=True)
class Consistency:
    """What holds frames together that start from others.

    Attributes:
        flow: follow the clip's motion: its last result, where it can be followed, and its noise. Feedback follows the
            camera in any case.
        trusted: share of the strength where the frame before can be followed, 0 to 1. Where it cannot, all of it.
        fresh: how much of the new picture is shown where the frame before can be followed, 0 to 1; the rest is the
            frame before, moved. Low is calm, high is crisp. Where the clip stands still, next to nothing of it is.
            (Restyling alone.)
        colour: how far colours are held to the first frame's, 0 to 1.
    """

    flow: bool = True
    trusted: float = 0.6
    fresh: float = 0.35
    colour: float = 0.6

    def __post_init__(self) -> None:
        check_range("strength where it is trusted", self.trusted, 0, 1)
        check_range("share of the new picture", self.fresh, 0, 1)
        check_range("hold on colours", self.colour, 0, 1)


NONE = Consistency(flow=False, trusted=1.0, fresh=1.0, colour=0.0)
"""Each frame for itself."""


@dataclass(frozen=True, kw_only=True)
class Animation:
    """What makes frames, and nothing of the frames themselves.

    Attributes:
        base: what keys do not say: model, steps, sampler, size, references. A ``Vary`` walks from its picture; in the
            other modes it is a ``Generate``.
        takes: how often a frame was made again, by frame: each take has a little noise of its own.
        silhouette: restyling: whether the clip's outline is kept; it is then the clip's alpha, to the last bit.
    """

    timeline: Timeline
    base: Generate | Vary
    mode: Mode = Mode.WALK
    consistency: Consistency = Consistency()
    takes: Mapping[int, int] = field(default_factory=dict)
    silhouette: Silhouette = Silhouette.FREE

    def __post_init__(self) -> None:
        if self.mode is not Mode.WALK and not isinstance(self.base, Generate):
            raise BadRequest("Only a walk starts from one picture.", hint="Leave it out, or walk.")
        object.__setattr__(self, "base", replace(self.base, count=1, previews=False))
        for frame, take in self.takes.items():
            check_whole("frame", frame, 0, self.timeline.frames - 1)
            check_whole("take", take, 0, 1_000_000)

    def spec(self, frame: int) -> FrameSpec:
        """What holds at a frame."""
        return self.timeline.at(frame)


def asked(animation: Animation, moment: Moment) -> Generate | Vary:
    """The base with what holds at a key."""
    values = {
        "prompt": moment.prompt,
        "negative": moment.negative,
        "style": moment.style,
        "seed": moment.seed,
        "guidance": moment.guidance,
    }
    if isinstance(animation.base, Vary):
        return replace(animation.base, **values, strength=moment.strength)
    return replace(animation.base, **values)


def walk(animation: Animation, frame: int) -> Generate | Vary | Blend:
    """The request of a frame of a walk; on a key it is that key's own, so the picture is the same, bit for bit.

    The way back asks for the same blends as the way there, so that a loop between two keys costs half.
    """
    spec = animation.spec(frame)
    start, end, share = spec.start, spec.end, round(spec.share, SHARE_DIGITS)
    request: Generate | Vary | Blend
    if share <= 0 or share >= 1 or _same(animation, spec):
        request = asked(animation, start if share < 1 else end)
    else:
        if repr(start) > repr(end):
            start, end, share = end, start, round(1 - share, SHARE_DIGITS)
        request = Blend(
            ends=(asked(animation, start), asked(animation, end)),
            weights=(round(1 - share, SHARE_DIGITS), share),
            seed=0,
            steps=animation.base.steps,
            scheduler=animation.base.scheduler,
            previews=False,
        )
    return with_take(request, animation.takes.get(frame, 0), frame)


def with_take(request: R, take: int, frame: int) -> R:
    """The same with the noise of a take; take 0 is the frame as it was first made."""
    if take == 0:
        return request
    return replace(request, variation_seed=take_seed(take, frame), variation_strength=TAKE_STRENGTH)


def take_seed(take: int, frame: int) -> int:
    """A seed for each take of each frame."""
    return 7_000_000_000 + take * 1_000_000 + frame


def _same(animation: Animation, spec: FrameSpec) -> bool:
    """True when the two moments differ in nothing that a picture of this animation depends on."""

    def pictured(moment: Moment) -> Moment:
        still = replace(moment, camera=Moment().camera)
        return still if isinstance(animation.base, Vary) else replace(still, strength=0.5)

    return pictured(spec.start) == pictured(spec.end)
