"""Restyling: each frame of a clip made anew, held together by following the clip's own motion."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inference import lab
from inference.alpha import Colours, Pixels, premultiply, unpremultiply
from inference.animation.animation import Animation
from inference.animation.course import digest, looked_at
from inference.animation.flow import Motion, motion_between, moved, sampled
from inference.animation.folder import AnimationFolder, with_alpha
from inference.animation.from_pictures import Described, Sieve, held, looks, looks_of, manifest_of, vary
from inference.api import Blend, Picture, Request, Vary
from inference.grains import Grains, carried, fresh
from inference.locks import Silhouette, with_outline
from inference.masks import Map

FOLLOWED = 0.5
"""Share of the frame before in what the model is shown where it can be followed; the rest is the clip, so that nothing
drifts away from it."""

FINISH = 2
"""Version of what ``finish`` does: frames of another one count as made from earlier settings."""


class Restyle:
    """Frames from the clip's frames and the frame before, all on disk."""

    def __init__(self, animation: Animation, folder: AnimationFolder) -> None:
        self._animation, self._folder = animation, folder
        self._described = Described(animation)
        self._grains: tuple[int, Grains] | None = None
        self._motion: tuple[int, Motion] | None = None
        self._clip_shas: dict[int, str] = {}

    @property
    def independent(self) -> bool:
        return not (self._animation.consistency.flow or self._animation.consistency.colour > 0)

    def key(self, frame: int) -> str:
        said = self._described.said(frame) | {"clip": self._folder.clip_sha(frame)}
        if frame > 0 and not self.independent:
            said |= {"clip before": self._folder.clip_sha(frame - 1), "before": self._folder.sha(frame - 1)}
            said |= {"first": self._folder.sha(0), "finish": FINISH}
        return digest(said)

    def request(self, frame: int) -> Request:
        image = self._clip(frame)
        if not self._animation.consistency.flow:
            return self._vary(frame, image)
        grains = self._grains_at(frame, image)
        if frame == 0:
            return self._vary(frame, image, grains=grains)
        trust = self._motion_to(frame).trust
        strength, trusted = self._animation.spec(frame).strength, self._animation.consistency.trusted
        where = strength * (1 - trust * (1 - trusted))
        mixed = _mixed(premultiply(image), self._followed(frame), trust * FOLLOWED)
        return self._vary(frame, self._outlined(mixed, image), where=where, grains=grains)

    def finish(self, frame: int, picture: Picture) -> Pixels:
        how, pixels = self._animation.consistency, with_alpha(picture.pixels)
        if frame == 0:
            return pixels
        pixels = held(pixels, self._goal(frame), how.colour)
        if not how.flow or how.fresh >= 1:
            return pixels
        motion = self._motion_to(frame)
        fresh = how.fresh * (1 - motion.still)
        shown = _mixed(premultiply(pixels), self._followed(frame), motion.trust * (1 - fresh))
        return self._outlined(shown, self._clip(frame))

    def _vary(self, frame: int, image: Pixels, *, where: Map | None = None, grains: Grains | None = None) -> Request:
        solid = np.ascontiguousarray(image[..., :3]) if (image[..., 3] == 255).all() else image
        request = vary(self._animation, frame, solid, where=where, grains=grains)
        silhouette = self._animation.silhouette
        if isinstance(request, Blend):
            ends = tuple(replace(end, silhouette=silhouette) for end in request.ends if isinstance(end, Vary))
            return replace(request, ends=ends)
        return replace(request, silhouette=silhouette)

    def _followed(self, frame: int) -> Colours:
        """The last frame where its parts are now."""
        return moved(premultiply(self._folder.read(frame - 1)), self._motion_to(frame).back)

    def _outlined(self, colours: Colours, clip: Pixels) -> Pixels:
        """Bytes, with the clip's alpha where that is locked."""
        if self._animation.silhouette is not Silhouette.LOCKED:
            return unpremultiply(colours)
        pixels = unpremultiply(with_outline(colours, clip))
        pixels[..., 3] = clip[..., 3]
        return pixels

    def _goal(self, frame: int) -> lab.Moments | None:
        """The first frame's colours, and what has changed in the clip's since."""
        first = looks_of(self._folder, 0)
        then, now = (looks(premultiply(self._clip(each))) for each in (0, frame))
        if first is None or then is None or now is None:
            return None
        return lab.Moments(
            first.mean + now.mean - then.mean, np.maximum(first.deviation + now.deviation - then.deviation, 0)
        )

    def _clip(self, frame: int) -> Pixels:
        return looked_at(self._folder.read_clip(frame), self._animation.spec(frame).camera)

    def _motion_to(self, frame: int) -> Motion:
        if self._motion is None or self._motion[0] != frame:
            self._motion = frame, motion_between(self._clip(frame - 1), self._clip(frame))
        return self._motion[1]

    def _grains_at(self, frame: int, image: Pixels) -> Grains:
        """Grains after the clip's motions up to a frame: a function of the clip and the timeline."""
        sieve = Sieve.over(image, manifest_of(self._animation.base))
        start, grains = self._grains or (0, fresh(*sieve.shape))
        if start > frame or grains.shape != sieve.shape:
            start, grains = 0, fresh(*sieve.shape)
        for each in range(start + 1, frame + 1):
            grains = carried(grains, _grains_followed(grains, sieve, self._motion_to(each)), each)
        self._grains = frame, grains
        return grains


def _mixed(one: Colours, other: Colours, share: Map) -> Colours:
    return one + (other - one) * share[..., None]


def _grains_followed(grains: Grains, sieve: Sieve, motion: Motion) -> NDArray[np.floating]:
    """Where grains go; NaN for those that get covered."""
    at = sieve.in_picture(grains.at).astype(np.float32)
    forth = sampled(motion.forth, at)
    covered = sampled(motion.covered.astype(np.uint8), at, cv2.INTER_NEAREST)
    to = sieve.in_grains(at + forth)
    to[covered > 0] = np.nan
    return to
