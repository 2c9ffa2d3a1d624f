"""What feedback and restyling share: requests from a picture, grains over it, strength pixel by pixel, colours held."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference import lab
from inference.alpha import Colours, Pixels, premultiply, unpremultiply
from inference.animation.animation import SHARE_DIGITS, Animation, asked, with_take
from inference.animation.folder import AnimationFolder
from inference.animation.timeline import FrameSpec, Moment
from inference.api import Blend, Generate, Request, Vary
from inference.board import Keys
from inference.edits import plan_vary
from inference.geometry import Context, Size
from inference.grains import SIDE, Grains
from inference.library import model_for
from inference.manifest import ModelManifest
from inference.masks import Map

STRENGTH_DIGITS = 6
ALPHA_SEEN = 0.5
"""Alpha from which a pixel counts for the colours of a frame."""


def vary(
    animation: Animation, frame: int, image: Pixels, *, where: Map | None = None, grains: Grains | None = None
) -> Vary | Blend:
    """The request of a frame that starts from a picture.

    Args:
        where: (height, width) strength of each pixel, 0 to 1; None is the frame's own everywhere.
    """
    spec = animation.spec(frame)
    strength = spec.strength if where is None else round(float(where.max()), STRENGTH_DIGITS)
    shared: dict[str, Any] = {"image": image, "strength": strength, "grains": grains}
    if where is not None and strength > 0 and where.min() < strength:
        shared |= _mapped(where, strength)
    ends = [_from(asked(animation, moment), shared) for moment in (spec.start, spec.end)]
    share = round(spec.share, SHARE_DIGITS)
    request: Vary | Blend
    if share <= 0 or share >= 1 or still(spec):
        request = ends[0] if share < 1 else ends[1]
    else:
        base = animation.base
        weights = (round(1 - share, SHARE_DIGITS), share)
        request = Blend(
            ends=tuple(ends), weights=weights, seed=0, steps=base.steps, scheduler=base.scheduler, previews=False
        )
    return with_take(request, animation.takes.get(frame, 0), frame)


def _mapped(where: Map, strength: float) -> dict[str, Any]:
    """A part of the run for each pixel: a cell of map value v is free for the last share v of the run (see
    ``pipelines._restore``)."""
    return {"where": np.round(np.clip(where / strength, 0, 1) * 255).astype(np.uint8)}


def _from(words: Generate | Vary, shared: Mapping[str, Any]) -> Vary:
    said = {
        each.name: getattr(words, each.name) for each in dataclasses.fields(words) if each.name in _SHARED and each.init
    }
    return Vary(**said, **shared)


_SHARED = frozenset({each.name for each in dataclasses.fields(Vary)} - {"image", "strength", "where", "grains"})


def still(spec: FrameSpec) -> bool:
    """True when the words, the seed and the rest of both moments are one."""
    plain = Moment()

    def pictured(moment: Moment) -> Moment:
        return dataclasses.replace(moment, camera=plain.camera, strength=plain.strength)

    return pictured(spec.start) == pictured(spec.end)


class Described:
    """Keys of frames that depend on a moment and on files: what holds, without the picture that it starts from."""

    def __init__(self, animation: Animation) -> None:
        self._animation = animation
        self._keys = Keys()
        self._blank = np.zeros((16, 16, 4), np.uint8)

    def said(self, frame: int) -> dict[str, Any]:
        """What a frame's key says of its moment."""
        animation = self._animation
        spec = animation.spec(frame)
        return {
            "picture": self._keys.cell(0, 0, vary(animation, frame, self._blank)).key,
            "strength": spec.strength,
            "camera": dataclasses.asdict(spec.camera),
            "consistency": dataclasses.asdict(animation.consistency),
            "mode": animation.mode.value,
            "silhouette": animation.silhouette.value,
        }


def manifest_of(request: Request) -> ModelManifest:
    """Of the model that makes it."""
    return model_for(request.model, request.style)


@dataclasses.dataclass(frozen=True)
class Sieve:
    """A grid of grains laid over a picture, as the model will see it.

    Attributes:
        shape: of the grid. corner: of the grid in the picture, x and y. pixel: picture pixels per grain.
    """

    shape: tuple[int, int]
    corner: tuple[float, float]
    pixel: float

    @classmethod
    def over(cls, image: Pixels, manifest: ModelManifest) -> Sieve:
        """For pictures like this one."""
        context: Context = plan_vary(Vary(image=image, seed=0), manifest).context
        small = context.size.divided(manifest.factor)
        return cls(
            (small.height * SIDE, small.width * SIDE),
            (float(context.bounds.x), float(context.bounds.y)),
            manifest.factor / SIDE / context.scale,
        )

    def in_picture(self, at: NDArray[np.floating]) -> NDArray[np.floating]:
        """Places of grains in picture pixels; a pixel's middle is a whole number."""
        return at * self.pixel + np.array(self.corner) - 0.5

    def in_grains(self, at: NDArray[np.floating]) -> NDArray[np.floating]:
        """The inverse."""
        return (at + 0.5 - np.array(self.corner)) / self.pixel


def held(pixels: Pixels, goal: lab.Moments | None, share: float) -> Pixels:
    """A frame whose colours are drawn towards a goal by ``share``, 0 to 1; alpha is not touched."""
    if goal is None or share <= 0:
        return pixels
    colours = premultiply(pixels)
    own = looks(colours)
    if own is None:
        return pixels
    out = unpremultiply(lab.moved(colours, seen_part(colours), lab.between(own, goal, share)))
    if pixels.shape[2] == 3:
        return np.ascontiguousarray(out[..., :3])
    out[..., 3] = pixels[..., 3]
    return out


def looks(colours: Colours) -> lab.Moments | None:
    """Mean and deviation of what is seen; None where nearly nothing is."""
    return lab.moments(lab.to_lab(colours), seen_part(colours))


def seen_part(colours: Colours) -> Map:
    """Alpha where it counts."""
    alpha = colours[..., 3]
    return np.where(alpha >= ALPHA_SEEN, alpha, 0).astype(np.float32)


def looks_of(folder: AnimationFolder, frame: int) -> lab.Moments | None:
    """Of a frame that is there."""
    return looks(premultiply(folder.read(frame)))


def size_of(pixels: Pixels) -> Size:
    """Width and height."""
    return Size(pixels.shape[1], pixels.shape[0])
