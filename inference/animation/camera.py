"""The camera of an animation: where it looks, as one matrix, and pictures seen through it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Colours
from inference.errors import BadRequest
from inference.geometry import Size
from inference.masks import Map

Matrix = NDArray[np.float64]
"""(3, 3): homogeneous pixel coordinates of the scene to those of what the camera sees."""

FOCUS = 1.2
"""Distance from which a tilted picture is seen, in its longer sides."""
LIMITS = {"x": 1e3, "y": 1e3, "rotate": 1e5, "tilt": 75.0, "turn": 75.0}
ZOOMS = (1e-3, 1e6)


@dataclass(frozen=True, kw_only=True)
class Camera:
    """Where the camera is.

    Attributes:
        x, y: how far it has moved right and down, in widths and heights of the picture.
        zoom: above 1 is nearer.
        rotate: of the camera, clockwise, in degrees; what it sees turns the other way.
        tilt, turn: of the picture's plane away from the camera, top first and left first, in degrees, -75 to 75.
    """

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0
    rotate: float = 0.0
    tilt: float = 0.0
    turn: float = 0.0

    def __post_init__(self) -> None:
        for name, most in LIMITS.items():
            if not abs(getattr(self, name)) <= most:
                raise BadRequest(f"The camera's {name} is {getattr(self, name)}.", hint=f"At most {most:g}.")
        if not ZOOMS[0] <= self.zoom <= ZOOMS[1]:
            raise BadRequest(f"The camera's zoom is {self.zoom}.", hint="1 is as it is, 2 is twice as near.")

    @property
    def still(self) -> bool:
        """True when it shows the picture as it is."""
        return self == Camera()

    def matrix(self, size: Size) -> Matrix:
        """For pictures of ``size``."""
        middle = np.array([[1, 0, size.width / 2 - 0.5], [0, 1, size.height / 2 - 0.5], [0, 0, 1]])
        shift = np.array([[1, 0, -self.x * size.width], [0, 1, -self.y * size.height], [0, 0, 1]])
        angle = -math.radians(self.rotate)
        cosine, sine = math.cos(angle) * self.zoom, math.sin(angle) * self.zoom
        turned = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
        return middle @ self._plane(FOCUS * max(size.width, size.height)) @ turned @ shift @ np.linalg.inv(middle)

    def _plane(self, focus: float) -> Matrix:
        """A plane through the origin, turned about its axes, seen from ``focus`` in front of it."""
        tilt, turn = math.radians(self.tilt), math.radians(self.turn)
        about_x = np.array([[1, 0, 0], [0, math.cos(tilt), 0], [0, math.sin(tilt), 0]])
        about_y = np.array([[math.cos(turn), 0, 0], [0, 1, 0], [math.sin(turn), 0, 0]])
        columns = np.stack([about_y[:, 0], about_x[:, 1], np.zeros(3)], axis=1)
        seen = np.array([[1, 0, 0], [0, 1, 0], [0, 0, -1 / focus]]) @ columns
        seen[2, 2] = 1
        return seen


def between(one: Camera, other: Camera, share: float) -> Camera:
    """``one`` at 0, ``other`` at 1. The zoom grows by the same factor in the same time, so it seems even."""
    if share <= 0 or share >= 1 or one == other:
        return one if share <= 0 or one == other else other
    values = {
        each.name: (1 - share) * getattr(one, each.name) + share * getattr(other, each.name) for each in fields(Camera)
    }
    return Camera(**values | {"zoom": math.exp((1 - share) * math.log(one.zoom) + share * math.log(other.zoom))})


def motion(one: Camera, other: Camera, size: Size) -> Matrix:
    """What happens to a picture seen by ``one`` when the camera moves to ``other``."""
    return other.matrix(size) @ np.linalg.inv(one.matrix(size))


def seen(colours: Colours, matrix: Matrix) -> tuple[Colours, Map]:
    """A picture through a matrix, and how much of each pixel was in the picture, in [0, 1].

    Premultiplied RGBA; where the camera sees beyond the picture there is nothing (alpha 0).
    """
    height, width = colours.shape[:2]
    if np.allclose(matrix / matrix[2, 2], np.eye(3), atol=1e-9):
        return colours, np.ones((height, width), np.float32)
    out = cv2.warpPerspective(colours, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    out = np.clip(np.asarray(out, np.float32), 0, 1)
    out[..., :3] = np.minimum(out[..., :3], out[..., 3:])
    whole = np.ones((height, width), np.float32)
    there = cv2.warpPerspective(whole, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return out, np.asarray(there, np.float32)
