"""OKLab, in which equal distances look about equally different (Björn Ottosson, "A perceptual color space", 2020)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels, to_bytes

Lab = NDArray[np.float32]
"""(..., 3) L in [0, 1], a and b in about [-0.4, 0.4]."""

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
_FROM_LAB = np.linalg.inv(_TO_LAB.astype(np.float64)).astype(np.float32)
_FROM_CONES = np.linalg.inv(_TO_CONES.astype(np.float64)).astype(np.float32)


def _linear(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """sRGB's transfer function undone (IEC 61966-2-1); values in [0, 1]."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR = _linear(np.arange(256) / 255)


def to_oklab(colours: Pixels) -> Lab:
    """sRGB bytes (..., 3) to OKLab."""
    return np.cbrt(_LINEAR[colours] @ _TO_CONES.T) @ _TO_LAB.T


def from_oklab(lab: Lab) -> Pixels:
    """OKLab to sRGB bytes (..., 3); what sRGB cannot show is clipped."""
    linear = np.clip(_to_linear(lab), 0, 1)
    return to_bytes(np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055))


def fitted(lab: Lab) -> Pixels:
    """OKLab to sRGB bytes (..., 3); lightness and hue are kept, chroma gives way where sRGB cannot show it."""
    lab = np.array(lab, np.float32)
    lab[..., 0] = np.clip(lab[..., 0], 0, 1)
    for _ in range(12):
        linear = _to_linear(lab)
        outside = (linear < -1e-4).any(-1) | (linear > 1 + 1e-4).any(-1)
        if not outside.any():
            break
        lab[outside, 1:] *= 0.85
    return from_oklab(lab)


def _to_linear(lab: Lab) -> NDArray[np.float32]:
    cones: NDArray[np.float32] = lab.astype(np.float32) @ _FROM_LAB.T
    return ((cones * cones * cones) @ _FROM_CONES.T).astype(np.float32)
