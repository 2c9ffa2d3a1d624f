"""How the frames of each mode come about: the request of a frame, its key, and what is done to its picture."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from inference.alpha import Pixels, premultiply, unpremultiply
from inference.animation.animation import Animation, walk
from inference.animation.camera import Camera, seen
from inference.animation.folder import AnimationFolder, with_alpha
from inference.api import Picture, Request
from inference.board import Keys
from inference.geometry import Size

COURSE_VERSION = 1
"""Goes into every key: to be counted up when the same animation gives other frames."""


class Course(Protocol):
    """One mode at work on one animation."""

    @property
    def independent(self) -> bool:
        """True when no frame needs another, so that they may be made in any order and together."""
        ...

    def key(self, frame: int) -> str:
        """Names a frame's picture by all that it depends on; where it needs the frame before, that has to be there."""
        ...

    def request(self, frame: int) -> Request:
        """What makes it. Where it needs the frame before, that has to be there."""
        ...

    def finish(self, frame: int, picture: Picture) -> Pixels:
        """The frame: (height, width, 3 or 4) bytes."""
        ...


class Walk:
    """Frames between keys; the camera looks at the finished picture."""

    independent = True

    def __init__(self, animation: Animation, folder: AnimationFolder) -> None:
        self._animation = animation
        self._keys = Keys()

    def request(self, frame: int) -> Request:
        return walk(self._animation, frame)

    def key(self, frame: int) -> str:
        return digest(
            {
                "picture": self._keys.cell(0, 0, self.request(frame)).key,
                "camera": dataclasses.asdict(self._animation.spec(frame).camera),
            }
        )

    def finish(self, frame: int, picture: Picture) -> Pixels:
        return looked_at(picture.pixels, self._animation.spec(frame).camera)


def looked_at(pixels: Pixels, camera: Camera) -> Pixels:
    """A picture as a camera sees it; transparent where it sees beyond. A camera at rest changes no bit."""
    if camera.still:
        return pixels
    size = Size(pixels.shape[1], pixels.shape[0])
    return unpremultiply(seen(premultiply(with_alpha(pixels)), camera.matrix(size))[0])


def digest(said: Mapping[str, Any]) -> str:
    """A name for values that JSON can hold."""
    text = json.dumps({**said, "version": COURSE_VERSION}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
