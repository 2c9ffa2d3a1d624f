"""What of a picture a variation keeps: its colours, its outline; or what it leaves open.

Pure functions on arrays; ``inference.edits`` calls them where a variation is planned and stitched.
"""

from __future__ import annotations

import enum
import hashlib

import cv2
import numpy as np

from inference import lab
from inference.alpha import Colours, Pixels, bleed
from inference.clusters import best_colours, nearest_of, packed_of, unpacked, visible_colours
from inference.masks import Map, Mask
from inference.oklab import to_oklab

MOST_COLOURS = 256
"""Colours of a picture that is not flat, at most."""
SURE = (0.5, 0.9)
"""From which alpha on a made pixel's colour begins to be trusted, and is: below, little was painted of it."""
REACH = 0.08
"""How far made colours are continued to a kept outline, as a share of the longer side; then come the source's."""
REMEMBERED = 16
"""Palettes of sources that are kept in memory."""
_EXACT = 1 << 17
_PALETTES: dict[tuple[tuple[int, ...], bytes], Pixels] = {}


class ColourLock(enum.Enum):
    """What of a source's colours a variation keeps."""

    FREE = "free"
    LAB = "lab"
    """Mean and deviation in CIE Lab, of what is seen: the same mood, for other shapes."""
    PALETTE = "palette"
    """Every colour is one of the source's (of the 256 that stand best for it, when it has more)."""


class Silhouette(enum.Enum):
    """What becomes of a source's outline in a variation."""

    FREE = "free"
    """It is varied like the rest."""
    LOCKED = "keep"
    """Alpha stays as it is, bit for bit, and colours reach to its edge."""
    LOOSE = "loose"
    """The outline is made anew from the first step on; only what lies inside guides."""


# Outline


def denoise_inside(where: Map, image: Pixels) -> Map:
    """A locked outline: nothing is renewed where nothing is seen, so that the model paints into what it is given.

    Args:
        where: (height, width) in [0, 1].
    """
    return where if image.shape[2] == 3 else where * (image[..., 3] > 0)


def denoise_loose(where: Map, image: Pixels, strength: float, band: float) -> Map:
    """An open outline: only what lies inside is held to its strength, the rest is made from nothing.

    Args:
        where: (height, width) in [0, 1].
        band: pixels inside the outline that are still open; less where the picture is thin.
    """
    if image.shape[2] == 3:
        return where * np.float32(strength)
    solid = np.pad((image[..., 3] >= 128).astype(np.uint8), 1, mode="constant")
    depth = np.asarray(cv2.distanceTransform(solid, cv2.DIST_L2, cv2.DIST_MASK_5), np.float32)[1:-1, 1:-1]
    inside = depth > min(band, 0.5 * float(depth.max()))
    return where * np.where(inside, np.float32(strength), np.float32(1))


def with_outline(made: Colours, source: Pixels) -> Colours:
    """Made colours under the source's alpha.

    Colours of what was made solidly are continued to the outline, so that neither background nor nothing shows at it;
    far from all that was made, the source shows, in the mood of what was made.

    Args:
        made: premultiplied RGBA in [0, 1], as large as ``source``.
        source: straight alpha.
    """
    low, high = SURE
    own = made[..., 3]
    sure = np.clip((own - low) / (high - low), 0, 1).astype(np.float32)
    alpha = (source[..., 3:] / np.float32(255)).astype(np.float32)
    straight = bleed(source, reach=max(source.shape[:2]))[..., :3].astype(np.float32) / 255
    goal = lab.moments(lab.to_lab(made), sure)
    if goal is not None:
        solid = np.dstack([straight, np.ones_like(own)])
        straight = lab.moved(solid, alpha[..., 0], goal)[..., :3]
        reach = np.float32(max(REACH * max(source.shape[:2]), 4.0))
        away = np.asarray(cv2.distanceTransform((sure < 0.5).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5))
        far = np.clip(2 * np.minimum(away / reach, 1) - 1, 0, 1)[..., None]
        filled = _continued(made[..., :3] / np.maximum(own[..., None], 1e-4), sure)
        straight = filled * (1 - far) + straight * far
    return np.concatenate([np.clip(straight, 0, 1) * alpha, alpha], axis=2).astype(np.float32)


def _continued(colours: Colours, weights: Map) -> Colours:
    """Colours (height, width, 3) continued smoothly from where their weight is 1 to where it is 0.

    Gortler et al., The Lumigraph (1996), pull and push.
    """
    levels = [np.dstack([colours * weights[..., None], weights]).astype(np.float32)]
    while max(levels[-1].shape[:2]) > 1:
        height, width = levels[-1].shape[:2]
        even = np.pad(levels[-1], ((0, height % 2), (0, width % 2), (0, 0)))
        cells = even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2, 4).sum((1, 3))
        levels.append(cells / np.maximum(cells[..., 3:], 1))
    out = levels[-1][..., :3] / np.maximum(levels[-1][..., 3:], 1e-6)
    for level in reversed(levels[:-1]):
        height, width = level.shape[:2]
        coarse = cv2.resize(out, (width, height), interpolation=cv2.INTER_LINEAR).reshape(height, width, 3)
        out = level[..., :3] + coarse * (1 - level[..., 3:])
    return out


# Colours


def with_statistics(made: Colours, source: Colours, shown: Map) -> Colours:
    """Made colours with the source's Lab statistics, over what is ``shown`` and seen.

    Args:
        made, source: premultiplied RGBA in [0, 1] of one size.
        shown: (height, width) in [0, 1].
    """
    goal = lab.moments(lab.to_lab(source), shown * source[..., 3])
    return made if goal is None else lab.moved(made, shown * made[..., 3], goal)


def source_palette(source: Pixels) -> Pixels:
    """(n, 3): the colours that are seen of a picture; of more than 256, its own that stand best for them.

    Those of the last pictures are remembered: a board asks for one picture's again and again.
    """
    key = (source.shape, hashlib.sha256(np.ascontiguousarray(source).data).digest())
    if key not in _PALETTES:
        while len(_PALETTES) >= REMEMBERED:
            _PALETTES.popitem()
        _PALETTES[key] = _palette(source)
    return _PALETTES[key]


def _palette(source: Pixels) -> Pixels:
    colours, weights = visible_colours(source)
    if len(colours) <= MOST_COLOURS:
        return colours
    best = best_colours(colours, weights, MOST_COLOURS)
    return _nearest(best, colours)


def with_palette(pixels: Pixels, palette: Pixels, shown: Mask) -> Pixels:
    """Straight bytes whose visible colours, where ``shown`` is not 0, are the nearest of a palette in OKLab."""
    seen = shown > 0
    if pixels.shape[2] == 4:
        seen &= pixels[..., 3] > 0
    if not len(palette) or not seen.any():
        return pixels
    out = pixels.copy()
    out[seen, :3] = _nearest(pixels[seen][:, :3], palette)
    return out


def _nearest(colours: Pixels, palette: Pixels) -> Pixels:
    """For each of (n, 3) the nearest of (m, 3)."""
    packed, back = np.unique(packed_of(colours), return_inverse=True)
    if len(packed) > _EXACT:  # a photograph: two bits of each channel are not looked at
        packed, back = np.unique(packed_of(np.asarray((colours & 0xFC) | 2, np.uint8)), return_inverse=True)
    return palette[nearest_of(to_oklab(unpacked(packed)), to_oklab(palette))][back.reshape(-1)]
