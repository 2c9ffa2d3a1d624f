"""The colours of a whole clip, counted frame by frame in fixed memory, and one palette for all of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels
from inference.clusters import best_colours, nearest_of, packed_of, unpacked
from inference.oklab import to_oklab

_BITS = 6
"""Of a channel, by which colours are counted and looked up when there are many."""
_CELLS = 1 << 3 * _BITS
_BAYER = np.array([[0, 2], [3, 1]])
for _ in range(2):
    _BAYER = np.block([[4 * _BAYER, 4 * _BAYER + 2], [4 * _BAYER + 3, 4 * _BAYER + 1]])
THRESHOLDS = ((_BAYER + 0.5) / 64 - 0.5).astype(np.float32)
"""(8, 8) Bayer's matrix around 0. It stands still, so a dithered clip does not crawl as diffused error does."""
MOST_DITHER = 40.0
OPAQUE_FROM = 128
"""A GIF's pixel is seen or not: seen from this alpha on."""


class Colours:
    """How many pixels of which colour were seen (alpha from 128 on); 20 MB, whatever the clip."""

    def __init__(self) -> None:
        self._seen = np.zeros(1 << 24, bool)
        self._counts = np.zeros(_CELLS, np.float64)
        self._sums = np.zeros((3, _CELLS), np.float64)

    def add(self, pixels: Pixels) -> None:
        """Count a frame's."""
        flat = pixels.reshape(-1, 4)
        if int(flat[:, 3].min()) < OPAQUE_FROM:
            flat = flat[flat[:, 3] >= OPAQUE_FROM]
        self._seen[packed_of(flat[:, :3])] = True
        cells = _cells_of(flat[:, :3])
        self._counts += np.bincount(cells, minlength=_CELLS)
        for channel in range(3):
            self._sums[channel] += np.bincount(cells, flat[:, channel], minlength=_CELLS)

    def different(self) -> Pixels:
        """(n, 3) every colour that was seen."""
        return unpacked(np.flatnonzero(self._seen).astype(np.uint32))

    def palette(self, count: int) -> Pixels:
        """(at most ``count``, 3): all colours when they fit, else those that stand best for them (in OKLab)."""
        if np.count_nonzero(self._seen) <= count:
            return self.different()
        used = np.flatnonzero(self._counts)
        means = np.round(self._sums[:, used] / self._counts[used]).T.astype(np.uint8)
        return best_colours(means, self._counts[used], count)

    def spread(self, palette: Pixels) -> float:
        """Mean distance, in levels, from what was seen to its nearest in the palette."""
        used = np.flatnonzero(self._counts)
        means = np.round(self._sums[:, used] / self._counts[used]).T.astype(np.uint8)
        near = palette[nearest_of(to_oklab(means), to_oklab(palette))]
        apart = np.abs(means.astype(float) - near).mean(axis=1)
        return float(np.average(apart, weights=self._counts[used]))


class Quantiser:
    """Pixels to indices into one palette; index ``len(palette)`` is "nothing there".

    Args:
        palette: (1 to 255, 3) sRGB, or 256 when nothing is transparent.
        dither: levels by which the thresholds move a colour before the nearest is taken; 0 for none.
        exact: every colour that comes is in the palette.
    """

    def __init__(self, palette: Pixels, dither: float, *, exact: bool) -> None:
        self.palette, self.exact = palette, exact
        self._dither = min(dither, MOST_DITHER)
        self._lab = to_oklab(palette)
        self._table = np.zeros(1 << 24, np.uint8) if exact else np.full(_CELLS, -1, np.int16)
        if exact:
            self._table[packed_of(palette)] = np.arange(len(palette))

    def indices(self, pixels: Pixels) -> NDArray[np.uint8]:
        """(height, width) of (height, width, 4)."""
        colours = pixels[..., :3]
        exact = self.exact
        found = self._table[packed_of(colours)] if exact else self._nearest(_cells_of(self._dithered(colours)))
        return np.where(pixels[..., 3] >= OPAQUE_FROM, found, len(self.palette)).astype(np.uint8)

    def shown(self, indices: NDArray[np.uint8]) -> Pixels:
        """What indices look like: (height, width, 4)."""
        whole = np.zeros((256, 4), np.uint8)
        whole[: len(self.palette), :3], whole[: len(self.palette), 3] = self.palette, 255
        return whole[indices]

    def _dithered(self, colours: Pixels) -> Pixels:
        if self._dither == 0:
            return colours
        height, width = colours.shape[:2]
        tiles = np.tile(THRESHOLDS, (-(-height // 8), -(-width // 8)))[:height, :width]
        moved = colours + (tiles * np.float32(self._dither))[..., None]
        return np.clip(np.rint(moved), 0, 255).astype(np.uint8)

    def _nearest(self, cells: NDArray[np.intp]) -> NDArray[np.integer]:
        found = self._table[cells]
        if (found < 0).any():
            new = np.unique(cells[found < 0])
            self._table[new] = nearest_of(to_oklab(_centres(new)), self._lab)
            found = self._table[cells]
        return found


def _cells_of(colours: Pixels) -> NDArray[np.intp]:
    few = (colours >> (8 - _BITS)).astype(np.intp)
    return (few[..., 0] << 2 * _BITS) | (few[..., 1] << _BITS) | few[..., 2]


def _centres(cells: NDArray[np.intp]) -> Pixels:
    """(n, 3): the colour in the middle of a cell."""
    few = np.stack([cells >> 2 * _BITS, cells >> _BITS & (1 << _BITS) - 1, cells & (1 << _BITS) - 1], axis=-1)
    return ((few << (8 - _BITS)) + (1 << (7 - _BITS))).astype(np.uint8)
