"""Measures of pictures and of sets of pictures; plain functions of arrays, for any model."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.float32]
"""(pictures, height, width, 4) premultiplied RGBA in [0, 1]."""
Features = NDArray[np.floating]
"""(pictures, width)."""

BEST = 99.0
"""PSNR in dB that identical pictures are said to have, so that a report holds numbers only."""
FAINT = 0.05
"""Alpha below which a pixel that is not empty is called faint."""
SOLID = 0.5
AWAY = 3
"""Pixels from an edge beyond which its soft rim does not reach."""
SUBSETS, SUBSET = 50, 100


def psnr(made: NDArray[np.floating], wanted: NDArray[np.floating]) -> float:
    """Peak signal-to-noise ratio in dB of values in [0, 1], over all of them together."""
    wrong = float(np.mean(np.square(made.astype(np.float64) - wanted)))
    return BEST if wrong <= 0 else min(BEST, -10 * math.log10(wrong))


def on_white(pictures: Pictures) -> NDArray[np.float32]:
    """Premultiplied RGBA laid on white: (..., 3)."""
    return pictures[..., :3] + (1 - pictures[..., 3:])


def reconstruction(made: Pictures, wanted: Pictures) -> dict[str, float]:
    """How well pictures were made again.

    Returns:
        ``psnr`` over all pixels of all pictures, premultiplied RGBA, as the autoencoder's training reports it;
        ``psnr_mean`` of each picture, averaged; ``psnr_low``, the fifth percentile of these; ``psnr_white`` of RGB on
        white; ``alpha_error``, the mean absolute error of alpha; ``alpha_wrong``, the share of pixels whose alpha is
        off by more than a tenth.
    """
    each = [psnr(one, other) for one, other in zip(made, wanted, strict=True)]
    alpha = np.abs(made[..., 3] - wanted[..., 3])
    return {
        "psnr": psnr(made, wanted),
        "psnr_mean": float(np.mean(each)),
        "psnr_low": float(np.percentile(each, 5)),
        "psnr_white": psnr(on_white(made), on_white(wanted)),
        "alpha_error": float(alpha.mean()),
        "alpha_wrong": float((alpha > 0.1).mean()),
        "pictures": len(made),
    }


def polynomial_mmd(one: Features, other: Features) -> float:
    """Unbiased squared maximum mean discrepancy with the kernel (x y / width + 1)^3.

    Binkowski et al., Demystifying MMD GANs (2018), the estimator behind KID; it may be below 0.
    """
    width = one.shape[1]
    first, second = one.astype(np.float64), other.astype(np.float64)

    def kernel(a: Features, b: Features) -> NDArray[np.float64]:
        return (a @ b.T / width + 1) ** 3

    within = [kernel(x, x) for x in (first, second)]
    means = [(k.sum() - np.trace(k)) / (len(k) * (len(k) - 1)) for k in within]
    return float(sum(means) - 2 * kernel(first, second).mean())


def kid(one: Features, other: Features, seed: int = 0) -> tuple[float, float]:
    """Kernel inception distance: mean and standard error of ``polynomial_mmd`` over random subsets.

    Subsets have one size, at most 100, so that sets of different sizes can be compared. Features of two pictures or
    more are needed on each side.
    """
    size = min(SUBSET, len(one), len(other))
    if size < 2:
        raise ValueError("KID needs two pictures on each side")
    draw = np.random.default_rng(seed)
    found = [
        polynomial_mmd(one[draw.permutation(len(one))[:size]], other[draw.permutation(len(other))[:size]])
        for _ in range(SUBSETS)
    ]
    return float(np.mean(found)), float(np.std(found) / math.sqrt(SUBSETS))


def spread(features: Features) -> float:
    """Mean Euclidean distance of all pairs; 0 for fewer than two."""
    if len(features) < 2:
        return 0.0
    return float(distances(features, features)[np.triu_indices(len(features), 1)].mean())


def distances(one: Features, other: Features) -> NDArray[np.float64]:
    """(len(one), len(other)) Euclidean distances."""
    first, second = one.astype(np.float64), other.astype(np.float64)
    squared = (first**2).sum(1)[:, None] + (second**2).sum(1)[None] - 2 * first @ second.T
    return np.sqrt(np.maximum(squared, 0))


def cleanliness(alphas: NDArray[np.floating]) -> dict[str, float]:
    """What transparency should not have, as shares of all pixels, averaged over pictures.

    Args:
        alphas: (pictures, height, width) in [0, 1].

    Returns:
        ``faint``: alpha above 0 and below 5 %, wherever; ``haze``: alpha above 0 more than 3 pixels away from
        anything solid (alpha of a half); ``holes``: alpha below 95 % more than 3 pixels inside of what is solid.
    """
    found = {"faint": [], "haze": [], "holes": []}
    for alpha in alphas:
        solid = alpha >= SOLID
        shown = np.round(alpha * 255) > 0
        found["faint"].append((shown & (alpha < FAINT)).mean())
        found["haze"].append((shown & (_distance_to(solid) > AWAY)).mean())
        found["holes"].append(((alpha < 1 - FAINT) & (_distance_to(~solid) > AWAY)).mean())
    return {name: float(np.mean(values or [0.0])) for name, values in found.items()}


def _distance_to(there: NDArray[np.bool_]) -> NDArray[np.floating]:
    """Of each pixel to the nearest True one, in pixels; where there is none it is far."""
    if not there.any():
        return np.full(there.shape, np.inf)
    distance = cv2.distanceTransform((~there).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(distance, np.float32)
