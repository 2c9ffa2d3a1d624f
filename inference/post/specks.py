"""Taking away what was left lying around a shape: specks and haze, as models and cut-outs leave them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inference.alpha import Pixels
from inference.post.parameters import number, whole
from inference.post.step import Step


@dataclass(frozen=True, kw_only=True)
class Despeckle(Step):
    """Without small loose parts and haze. What stays is not touched."""

    name = "despeckle"
    title = "Despeckle"
    words = "without specks and haze around the shape"

    least: float = number(1.0, 0, 50, "parts smaller than this part of the largest go", "%")
    faint: int = whole(32, 0, 254, "alpha up to which a pixel away from any part is haze")

    def apply(self, pixels: Pixels) -> Pixels:
        alpha = pixels[..., 3]
        seen = (alpha > self.faint).astype(np.uint8)
        if not seen.any():
            return pixels
        count, labels = cv2.connectedComponents(seen, connectivity=8)
        weights = np.bincount(labels.ravel(), alpha.ravel().astype(np.float64), minlength=count)
        weights[0] = 0
        kept = (weights >= self.least / 100 * weights.max()) & (np.arange(count) > 0)
        near = cv2.dilate(kept[labels].astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        stays = kept[labels] | (near & (labels == 0))
        return np.where(stays[..., None], pixels, 0).astype(np.uint8)
