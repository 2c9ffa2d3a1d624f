"""Do pictures belong together? Distances of their features, a score against references, and an artist's own weights.

A score is a weighted mean of components, so that it can be explained: each component says how near a picture is to the
references, as compared with how near these are to each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from inference.alpha import Pixels
from inference.errors import BadRequest
from inference.features import Colours, Features, Numbers, features

COMPONENTS = ("palette", "swatches", "values", "outline", "silhouette", "detail")
DEFAULT_WEIGHTS: Mapping[str, float] = dict(zip(COMPONENTS, (0.05, 0.5, 0.05, 0.05, 0.05, 0.3), strict=True))
"""Swatches and detail tell styles apart best: chosen on one half of the concepts of five icon sets, and measured on the
other (``benchmarks/consistency.py --half``)."""
USUAL_SPREAD: Mapping[str, float] = dict(zip(COMPONENTS, (0.3, 0.5, 0.12, 0.2, 0.15, 0.15), strict=True))
"""Distances within a set of icons of one style, for want of references; set by hand. The medians between two icons of a
set are 0.55, 1.0, 0.14, 0.07, 0.14 and 0.08; with those, styles are told apart a little worse (AUC 0.914 for 0.919)."""
AT_SPREAD = 0.8
"""A component's score for a picture that is as far from the references as these are from each other."""
_PRIOR = 2.0
"""References that the usual spread counts for."""
_ASKED = 48
"""References, evenly drawn of all, whose distances to the others say what is usual: a large folder takes long."""
_SAME_COLOUR = 0.02
_FAR = 0.4
"""OKLab distance of colours that have nothing in common."""


def distance(a: Features, b: Features) -> dict[str, float]:
    """Distance of two pictures for each of ``COMPONENTS``: in [0, 1], symmetric, 0 for the same picture."""
    if a.empty or b.empty:
        return dict.fromkeys(COMPONENTS, 0.0 if a.empty and b.empty else 1.0)
    values = {
        "palette": _earth_mover(a.palette, b.palette) / _FAR,
        "swatches": (_strange(a.swatches, b.swatches.lab) + _strange(b.swatches, a.swatches.lab)) / 2,
        "values": _moved(a.values, b.values),
        "outline": 2 * float(np.abs(a.outline - b.outline).mean()),
        "silhouette": float(np.abs(a.silhouette[:5] - b.silhouette[:5]).mean() * 0.75)
        + float(np.abs(a.silhouette[5:] - b.silhouette[5:]).mean() * 0.25),
        "detail": (_moved(a.detail[:-1], b.detail[:-1]) + abs(float(a.detail[-1] - b.detail[-1]))) / 2,
    }
    return {name: float(min(1.0, max(0.0, value))) for name, value in values.items()}


def _earth_mover(a: Colours, b: Colours) -> float:
    """Work to turn one palette into the other, in OKLab units. Rubner et al., The Earth Mover's Distance (2000)."""
    if a.lab.shape == b.lab.shape and np.array_equal(a.lab, b.lab) and np.array_equal(a.share, b.share):
        return 0.0
    one, other = (np.column_stack([c.share, c.lab]).astype(np.float32) for c in (a, b))
    there, _, _ = cv2.EMD(one, other, cv2.DIST_L2)
    back, _, _ = cv2.EMD(other, one, cv2.DIST_L2)
    return (float(there) + float(back)) / 2


def _strange(own: Colours, known: Numbers) -> float:
    """How much of the area has colours that are not among the known ones; 1 from ``_SAME_COLOUR`` on."""
    apart = np.linalg.norm(own.lab[:, None] - known[None], axis=2).min(1)
    return float((own.share * np.minimum(1, apart / _SAME_COLOUR)).sum())


def _moved(a: Numbers, b: Numbers) -> float:
    """Earth mover's distance of two histograms over the length of their axis."""
    return float(np.abs(np.cumsum(a - b))[:-1].mean())


@dataclass(frozen=True)
class Score:
    """How well a picture belongs: ``total`` and its ``components``, each in [0, 1], 1 the best."""

    total: float
    components: Mapping[str, float]


class Belonging:
    """Scores pictures against references.

    A component's score is ``AT_SPREAD ** (d / s) ** 2``: ``d`` is the mean distance to the nearest third of the
    references (for swatches: to the colours of all of them), ``s`` the median of the same among the references, each
    against the others, drawn to ``USUAL_SPREAD`` when they are few.

    Raises:
        BadRequest: without references, or with weights that are not one number of at least 0 for each component.
    """

    def __init__(self, references: Sequence[Features], weights: Mapping[str, float] | None = None) -> None:
        if not references:
            raise BadRequest("There are no references to measure against.", hint="Give at least one picture.")
        self.references = tuple(references)
        self.weights = checked_weights(DEFAULT_WEIGHTS if weights is None else weights)
        self._spread = self._measure_spread()

    def score(self, picture: Features) -> Score:
        """How well the picture belongs."""
        return self._score(_to_set(picture, self.references))

    def _score(self, apart: Mapping[str, float]) -> Score:
        parts = {name: AT_SPREAD ** ((apart[name] / self._spread[name]) ** 2) for name in COMPONENTS}
        total = sum(self.weights[name] * parts[name] for name in COMPONENTS)
        return Score(min(1.0, total), parts)

    def among(self, index: int) -> Score:
        """How well a reference belongs to the others; wholly when it is the only one."""
        others = self.references[:index] + self.references[index + 1 :]
        if not others:
            return Score(1.0, dict.fromkeys(COMPONENTS, 1.0))
        return self._score(_to_set(self.references[index], others))

    def of(self, pixels: Pixels) -> float:
        """The total for a picture's pixels."""
        return self.score(features(pixels)).total

    def _measure_spread(self) -> dict[str, float]:
        count = len(self.references)
        if count == 1:
            return dict(USUAL_SPREAD)
        asked = range(0, count, -(-count // _ASKED))
        found = [_to_set(self.references[i], self.references[:i] + self.references[i + 1 :]) for i in asked]
        return {
            name: (count * float(np.median([each[name] for each in found])) + _PRIOR * usual) / (count + _PRIOR)
            for name, usual in USUAL_SPREAD.items()
        }


def _to_set(picture: Features, references: Sequence[Features]) -> dict[str, float]:
    apart = [distance(picture, each) for each in references]
    nearest = max(1, round(len(apart) / 3))
    means = {name: float(np.mean(sorted(each[name] for each in apart)[:nearest])) for name in COMPONENTS}
    known = [each.swatches.lab for each in references if not each.empty]
    if known and not picture.empty:
        means["swatches"] = _strange(picture.swatches, np.concatenate(known))
    return means


def checked_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights scaled to a sum of 1. Raises BadRequest when they are none."""
    values = [weights.get(name, 0.0) for name in COMPONENTS]
    usable = set(weights) <= set(COMPONENTS) and all(isinstance(v, int | float) and 0 <= v < 1e6 for v in values)
    if not usable or not sum(values) > 0:
        raise BadRequest(
            f"The weights {dict(weights)} cannot be used.",
            hint=f"Give a number of at least 0 for {', '.join(COMPONENTS)}; one of them above 0.",
        )
    return {name: float(value) / sum(values) for name, value in zip(COMPONENTS, values, strict=True)}
