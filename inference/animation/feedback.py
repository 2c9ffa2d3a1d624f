"""Feedback: each frame is the one before it, moved with the camera and made anew by its strength."""

from __future__ import annotations

import numpy as np

from inference.alpha import Pixels, premultiply, unpremultiply
from inference.animation.animation import Animation, walk
from inference.animation.camera import motion, seen
from inference.animation.course import digest
from inference.animation.folder import AnimationFolder
from inference.animation.from_pictures import Described, Sieve, held, looks_of, manifest_of, size_of, vary
from inference.animation.timeline import Moment
from inference.api import Picture, Request
from inference.board import Keys
from inference.geometry import Size
from inference.grains import Grains, carried, fresh


class Feedback:
    """Frames from the frame before, on disk."""

    independent = False

    def __init__(self, animation: Animation, folder: AnimationFolder) -> None:
        self._animation, self._folder = animation, folder
        self._described, self._keys = Described(animation), Keys()
        self._grains: tuple[int, Grains] | None = None

    def key(self, frame: int) -> str:
        if frame == 0:
            return digest({"picture": self._keys.cell(0, 0, self.request(0)).key, "mode": "feedback"})
        anchor, share = self._anchor(frame)
        before = {
            "before": self._folder.sha(frame - 1),
            "anchor": self._folder.sha(anchor) if share > 0 else "",
            "camera before": repr(self._animation.spec(frame - 1).camera),
        }
        return digest(self._described.said(frame) | before)

    def request(self, frame: int) -> Request:
        if frame == 0:
            return walk(self._animation, 0)
        image = self._folder.read(frame - 1)
        size = size_of(image)
        one, two = (self._animation.spec(each).camera for each in (frame - 1, frame))
        colours, there = seen(premultiply(image), motion(one, two, size))
        strength = self._animation.spec(frame).strength
        where = None
        if there.min() < 1:
            where = strength + (1 - strength) * (1 - there)
        grains = self._grains_at(frame, image, size) if self._animation.consistency.flow else None
        return vary(self._animation, frame, unpremultiply(colours), where=where, grains=grains)

    def finish(self, frame: int, picture: Picture) -> Pixels:
        if frame == 0:
            return picture.pixels
        anchor, share = self._anchor(frame)
        return held(picture.pixels, looks_of(self._folder, anchor) if share > 0 else None, share)

    def _anchor(self, frame: int) -> tuple[int, float]:
        """The frame whose colours are held, and how far: that of the first key of the same words, less on the way to
        other words."""
        spec, line = self._animation.spec(frame), self._animation.timeline
        anchor = frame
        while anchor > 0 and _words(line.at(anchor - 1).start) == _words(spec.start):
            anchor -= 1
        leaving = spec.share if _words(spec.start) != _words(spec.end) else 0.0
        share = self._animation.consistency.colour * (1 - leaving)
        return anchor, share if anchor < frame else 0.0

    def _grains_at(self, frame: int, image: Pixels, size: Size) -> Grains:
        """Grains after the camera's motions up to a frame: a function of the timeline alone."""
        sieve = Sieve.over(image, manifest_of(self._described_request(frame)))
        start, grains = self._grains or (0, fresh(*sieve.shape))
        if start > frame or grains.shape != sieve.shape:
            start, grains = 0, fresh(*sieve.shape)
        for each in range(start + 1, frame + 1):
            one, two = (self._animation.spec(number).camera for number in (each - 1, each))
            if one != two:
                at = sieve.in_picture(grains.at.astype(np.float64))
                places = np.concatenate([at, np.ones((*grains.shape, 1))], axis=2) @ motion(one, two, size).T
                ahead = places[..., 2:] > 1e-6
                to = np.where(ahead, places[..., :2] / np.where(ahead, places[..., 2:], 1), np.nan)
                grains = carried(grains, sieve.in_grains(to), each)
        self._grains = frame, grains
        return grains

    def _described_request(self, frame: int) -> Request:
        return walk(self._animation, frame)


def _words(moment: Moment) -> tuple[str, str, str | None]:
    return moment.prompt, moment.negative, moment.style
