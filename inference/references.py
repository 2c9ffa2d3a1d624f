"""Reference pictures: what they look like in numbers, and a denoising loop that is drawn towards it.

Not what they show is taken on, but how: mean and deviation of the latents' channels where something is seen, which hold
colour, contrast and texture, and mean and deviation in CIE Lab for the finished picture. It needs the model's own
encoder and nothing else. The idea is adaptive instance normalisation (Huang and Belongie, 2017), applied to the clean
latents that each step predicts.

Several references seldom agree. What is asked for is the nearest value within their own spread: a picture that could be
one of them in some respect is left alone in it, so that red and green references make no brown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inference import lab
from inference.alpha import Colours, Pixels, premultiply, resize
from inference.edits import to_model
from inference.manifest import ModelManifest
from inference.masks import Map
from inference.noise import Latents
from inference.preview import PreviewMap

LARGEST_GAIN = 2.0
"""How far a latent channel is stretched or squeezed in one step."""
FEWEST_CELLS = 4.0
CALM = 0.5
"""Share of the run after which the pull on latents fades, to nothing at the end: the last steps are for detail."""


@dataclass(frozen=True, eq=False)
class Range:
    """Values (n,) that are as they should be from ``low`` to ``high``."""

    low: NDArray[np.floating]
    high: NDArray[np.floating]

    @classmethod
    def around(cls, values: NDArray[np.floating]) -> Range:
        """A standard deviation around the mean of (pictures, n)."""
        mean, spread = values.mean(0), values.std(0)
        return cls(mean - spread, mean + spread)

    def nearest(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """What ``values`` should be."""
        return np.clip(values, self.low, self.high)


@dataclass(frozen=True, eq=False)
class Statistics:
    """What pictures look like.

    Attributes:
        mean, deviation: of each latent channel.
        lab_mean, lab_deviation: of L, a and b.
    """

    mean: Range
    deviation: Range
    lab_mean: Range
    lab_deviation: Range


class Encoder(Protocol):
    """What of a pipeline is needed."""

    manifest: ModelManifest

    def moments(self, pictures: Latents) -> Latents: ...

    def mean_latents(self, moments: Latents) -> Latents: ...


def measure(pictures: Sequence[Pixels], encoder: Encoder) -> Statistics | None:
    """Statistics of reference pictures; None when nothing is to be seen on them."""
    latents, labs = [], []
    for picture in pictures:
        fitted = _fitted(premultiply(picture), encoder.manifest)
        seen = np.asarray(fitted[..., 3], np.float32)
        own = lab.moments(lab.to_lab(fitted), seen)
        factor = encoder.manifest.factor
        cells = seen.reshape(seen.shape[0] // factor, factor, seen.shape[1] // factor, factor).mean((1, 3))
        if own is None or cells.sum() < FEWEST_CELLS:
            continue
        clean = encoder.mean_latents(encoder.moments(to_model(fitted, encoder.manifest)[None]))[0]
        latents.append(lab.weighted_moments(clean, cells, (1, 2)))
        labs.append((own.mean, own.deviation))
    if not latents:
        return None
    (mean, deviation), (lab_mean, lab_deviation) = (
        [Range.around(np.stack(column)) for column in zip(*rows, strict=True)] for rows in (latents, labs)
    )
    return Statistics(mean, deviation, lab_mean, lab_deviation)


def average(statistics: Sequence[Statistics], weights: Sequence[float]) -> Statistics:
    """By weights that sum to 1."""

    def mixed(name: str) -> Range:
        ranges = [getattr(each, name) for each in statistics]
        low, high = ([np.asarray(getattr(each, side)) for each in ranges] for side in ("low", "high"))
        return Range(np.average(low, axis=0, weights=weights), np.average(high, axis=0, weights=weights))

    return Statistics(*(mixed(name) for name in ("mean", "deviation", "lab_mean", "lab_deviation")))


@dataclass(frozen=True, eq=False)
class Pull:
    """Draws latents towards statistics.

    The weight holds for the first half of the run and then falls to nothing along a cosine, since the last steps repair
    what the pull did to details. Cells move as much as they are seen, so that a background stays what it is.

    Attributes:
        weight: 0 to 1.
        sight: the map from latents to colours, which tells what is seen; None where everything is.
        free: (height, width) in [0, 1]: which cells are made anew and count; None for all.
    """

    statistics: Statistics
    weight: float
    sight: PreviewMap | None = None
    free: Map | None = None

    def share(self, done: float) -> float:
        """The weight at a share of the run in [0, 1]."""
        late = max(0.0, (done - CALM) / (1 - CALM))
        return self.weight * 0.5 * (1 + float(np.cos(np.pi * late)))

    def __call__(self, clean: Latents, done: float) -> Latents:
        """Clean latents (batch, channels, height, width), moved; each picture by itself."""
        return np.stack([self._moved(row, self.share(done)) for row in clean])

    def _moved(self, clean: Latents, share: float) -> Latents:
        seen = self._seen(clean)
        if seen.sum() < FEWEST_CELLS:
            return clean
        mean, deviation = lab.weighted_moments(clean, seen, (1, 2))
        goal, spread = self.statistics.mean.nearest(mean), self.statistics.deviation.nearest(deviation)
        gain = np.clip(spread / np.maximum(deviation, 1e-6), 1 / LARGEST_GAIN, LARGEST_GAIN)
        wanted = (clean - mean[:, None, None]) * gain[:, None, None] + goal[:, None, None]
        return (clean + np.float32(share) * seen * (wanted - clean)).astype(np.float32)

    def _seen(self, clean: Latents) -> Map:
        seen = np.ones(clean.shape[1:], np.float32)
        if self.sight is not None and len(self.sight.bias) > 3:
            alpha = np.tensordot(self.sight.matrix[:, 3], clean, axes=(0, 0)) + self.sight.bias[3]
            seen = np.clip(alpha / 2 + 0.5, 0, 1).astype(np.float32)
        return seen if self.free is None else seen * self.free


def towards(made: Colours, statistics: Statistics, weight: float) -> Colours:
    """A finished picture, premultiplied RGBA in [0, 1], its Lab statistics drawn to the references' by a weight."""
    own = lab.moments(lab.to_lab(made), made[..., 3])
    if own is None or weight <= 0:
        return made
    goal = lab.Moments(statistics.lab_mean.nearest(own.mean), statistics.lab_deviation.nearest(own.deviation))
    return lab.moved(made, made[..., 3], lab.between(own, goal, weight))


def _fitted(colours: Colours, manifest: ModelManifest) -> Colours:
    """A picture as large as it can be in the model's own size, in its middle, on nothing."""
    size = manifest.native
    height, width = colours.shape[:2]
    scale = min(size.width / width, size.height / height)
    width, height = max(1, round(width * scale)), max(1, round(height * scale))
    out = np.zeros((size.height, size.width, 4), np.float32)
    left, top = (size.width - width) // 2, (size.height - height) // 2
    out[top : top + height, left : left + width] = resize(colours, width, height)
    return out
