"""Masks: arrays (height, width) of bytes, 255 where a picture may change; and the two soft masks of an edit.

The *denoise map* says how much each pixel is renewed, the *composite mask* how much of the new pixel is shown. The
composite's ring lies inside the band that was softly denoised, so that the seam is never a place where old and new
were not negotiated.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.errors import BadPicture
from inference.geometry import Bounds

Mask = NDArray[np.uint8]
Map = NDArray[np.floating]

FEATHER_SHARE = 0.1
"""Feather as a share of the selection's diagonal."""


@dataclass(frozen=True)
class SoftMasks:
    """Denoise map and composite mask in [0, 1], with ``composite <= denoise`` everywhere."""

    denoise: Map
    composite: Map


def bounds_of(mask: Mask) -> Bounds:
    """The smallest rectangle around what is not 0.

    Raises:
        BadPicture: when the mask is empty.
    """
    x, y, width, height = cv2.boundingRect(mask)
    if width == 0:
        raise BadPicture("The mask is empty: nothing may change.", hint="Paint over what should change.")
    return Bounds(x, y, width, height)


def feather_radius(bounds: Bounds, *, strength: float = 1.0, least: float = 2.0) -> float:
    """Width of the soft band in pixels: it scales with the selection and with how much it is renewed."""
    return max(least, FEATHER_SHARE * bounds.diagonal * strength)


def soften(mask: Mask, feather: float, *, keep_outside: bool = False) -> SoftMasks:
    """The two soft masks for a selection.

    Args:
        mask: (height, width) bytes; soft edges are kept.
        feather: width of the band in pixels; 0 gives hard masks.
        keep_outside: no pixel outside the selection may change at all. The band is still denoised softly, for
            coherence, but it is not shown.
    """
    painted = mask.astype(np.float32) / 255
    if feather <= 0:
        hard = (mask > 0).astype(np.float32)
        return SoftMasks(np.maximum(hard, painted), hard)
    core = mask >= 128
    if not core.any():
        core = mask > 0
    outside = (~core).astype(np.uint8)
    distance = np.asarray(cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)
    # OpenCV's last bit depends on where its arrays lie in memory; the square of a distance is a whole number.
    np.sqrt(np.rint(np.square(distance, out=distance), out=distance), out=distance)
    denoise = np.maximum(_ramp(distance, 0.25 * feather, feather), painted)
    shown = np.maximum(_ramp(distance, 0.0, 0.75 * feather), painted)
    if keep_outside:
        shown = np.minimum(shown, painted)
    return SoftMasks(denoise, np.minimum(shown, denoise))


def _ramp(distance: NDArray[np.floating], start: float, end: float) -> Map:
    """1 up to ``start``, 0 from ``end`` on, with a smooth step between (no corner that the eye finds)."""
    t = np.clip((end - distance) / max(end - start, 1e-6), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def to_latent(denoise: Map, factor: int) -> Map:
    """The denoise map at latent resolution: the largest value in each cell, so that the last pixel counts.

    Args:
        denoise: (height, width), both multiples of ``factor``.

    Returns:
        (height / factor, width / factor).
    """
    height, width = denoise.shape
    return denoise.reshape(height // factor, factor, width // factor, factor).max(axis=(1, 3))


def ring_weights(masks: SoftMasks, feather: float, clearance: float = 0.0) -> Map:
    """Weights in [0, 1] of the pixels around a selection that colour statistics are taken from.

    Pixels that are renewed, even softly, and those within ``clearance`` pixels of them (a latent pixel wide) weigh
    nothing; the others weigh less with distance.
    """
    renewed = masks.denoise > 0
    if not renewed.any() or renewed.all():
        return np.zeros(masks.composite.shape, np.float32)
    distance = cv2.distanceTransform((~renewed).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    weights = np.exp(-distance / max(2 * feather, 4.0)).astype(np.float32)
    return np.where(distance <= clearance, 0, weights).astype(np.float32)
