"""Halos: how far a picture's soft edge carries colours of a background it no longer stands on, and taking them away.

An honest edge pixel looks, over any ground, like a mix of the colour inside and the ground. A fringe of the old
background does not: over black a white one is lighter than both. The halo number is the distance in OKLab from what is
seen to the nearest mix of the two, so it counts what an eye would notice over that ground and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels, bleed
from inference.oklab import to_oklab
from inference.post.parameters import number, whole
from inference.post.step import Step, rgba

GROUNDS = {"black": (0, 0, 0), "white": (255, 255, 255), "magenta": (255, 0, 255)}
FIRM, REACH = 250, 6
"""Alpha from which a pixel has a colour of its own, and how far from such a pixel an edge may be, in pixels."""
_FEW = 1 / 16
"""Coverage beneath which a pixel's colour cannot be seen, and is not told by its bytes either."""


@dataclass(frozen=True)
class HaloReport:
    """How much of a halo a picture has.

    Attributes:
        black, white, magenta: mean distance in OKLab, times 100, of the edge from an honest one over that ground.
            Icons drawn without a ground have less than 1, those cut from white or black 4 to 10 over the opposite.
        pixels: how many pixels of a soft edge were looked at.
    """

    black: float
    white: float
    magenta: float
    pixels: int

    @property
    def worst(self) -> float:
        """The largest of the three."""
        return max(self.black, self.white, self.magenta)


def halo(pixels: Pixels) -> HaloReport:
    """Measure the halo of (height, width, 3 or 4) bytes; a picture without soft edges has none."""
    pixels = rgba(pixels)
    inside, edge = _inside(pixels, REACH)
    edge &= pixels[..., 3] >= 255 * _FEW
    if not edge.any():
        return HaloReport(0.0, 0.0, 0.0, 0)
    alpha = pixels[edge][:, 3:].astype(np.float32) / 255
    seen, own = pixels[edge][:, :3].astype(np.float32), inside[edge].astype(np.float32)
    found = {}
    for name, ground in GROUNDS.items():
        under = np.array(ground, np.float32)
        composite = alpha * seen + (1 - alpha) * under
        way = own - under
        share = np.clip(((composite - under) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-6), 0, 1)
        honest = under + share[:, None] * way
        apart = to_oklab(_rounded(composite)) - to_oklab(_rounded(honest))
        found[name] = round(100 * float(np.linalg.norm(apart, axis=1).mean()), 3)
    return HaloReport(**found, pixels=int(edge.sum()))


@dataclass(frozen=True, kw_only=True)
class Defringe(Step):
    """Soft edges in the colour of what they are the edge of. Without ``choke`` and ``harden`` alpha is not touched."""

    name = "defringe"
    title = "Defringe"
    words = "edges without the colours of an old background"

    amount: float = number(1.0, 0, 1, "how much of the fringe is replaced")
    reach: int = whole(REACH, 1, 32, "how far inside the true colour may lie", "px")
    choke: int = whole(0, 0, 8, "take this much off the outline first, where the fringe is opaque", "px")
    harden: float = number(0.0, 0, 1, "make the edge steeper: 0 as it is, 1 whole pixels")
    bleed: int = whole(0, 0, 64, "colour under empty pixels around, for engines that filter textures", "px")

    def apply(self, pixels: Pixels) -> Pixels:
        out = pixels.copy()
        if self.choke:
            size = 2 * self.choke + 1
            disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
            out[..., 3] = cv2.erode(out[..., 3], disc, borderType=cv2.BORDER_CONSTANT, borderValue=0)
        if self.amount > 0:
            inside, edge = _inside(out, self.reach)
            mixed = out[..., :3] + self.amount * (inside.astype(np.float32) - out[..., :3])
            out[..., :3][edge] = _rounded(mixed)[edge]
        if self.harden > 0:
            out[..., 3] = _steeper(out[..., 3], self.harden)
        out[..., :3][out[..., 3] == 0] = 0
        return bleed(out, self.bleed) if self.bleed else out


def _inside(pixels: Pixels, reach: int) -> tuple[Pixels, NDArray[np.bool_]]:
    """The colour of the nearest firm pixel at each pixel, and which pixels are a soft edge within reach of one."""
    firm = pixels[..., 3] >= FIRM
    if not firm.any():
        return pixels[..., :3], np.zeros(firm.shape, bool)
    known = np.where(firm[..., None], pixels, 0).astype(np.uint8)
    near = bleed(known, reach)[..., :3]
    apart = cv2.distanceTransform((~firm).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return near, ~firm & (pixels[..., 3] > 0) & (apart <= reach - 0.5)


def _steeper(alpha: NDArray[np.uint8], much: float) -> NDArray[np.uint8]:
    """Alpha pushed away from one half; 1 leaves only 0 and 255."""
    if much >= 1:
        return np.where(alpha >= 128, 255, 0).astype(np.uint8)
    value = (alpha / 255 - 0.5) / (1 - much) + 0.5
    return _rounded(255 * value)


def _rounded(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
