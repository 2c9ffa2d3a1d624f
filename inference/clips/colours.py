"""The colours of a whole clip, counted frame by frame in fixed memory, and one palette for all of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels
from inference.clusters import best_colours, nearest_of, packed_of, unpacked
from inference.oklab import to_oklab

MOST = 256
_COUNTED, _FOUND = 5, 6
"""Bits of a channel by which colours are counted, and by which their nearest in a palette is remembered."""
_BAYER = np.array([[0, 2], [3, 1]])
for _ in range(2):
    _BAYER = np.block([[4 * _BAYER, 4 * _BAYER + 2], [4 * _BAYER + 3, 4 * _BAYER + 1]])
THRESHOLDS = ((_BAYER + 0.5) / 64 - 0.5).astype(np.float32)
"""(8, 8) Bayer's matrix around 0. It stands still, so a dithered clip does not crawl as diffused error does."""
MOST_DITHER = 40.0
OPAQUE_FROM = 128
"""A GIF's pixel is seen or not: seen from this alpha on."""


class Colours:
    """How many pixels of which colour were seen (alpha from 128 on); some MB, whatever the clip."""

    def __init__(self) -> None:
        self._exact: NDArray[np.uint32] | None = np.zeros(0, np.uint32)
        self._counts = np.zeros(1 << 3 * _COUNTED)
        self._sums = np.zeros((3, 1 << 3 * _COUNTED))

    def add(self, pixels: Pixels) -> None:
        """Count a frame's."""
        flat = pixels.reshape(-1, 4)
        if int(flat[:, 3].min()) < OPAQUE_FROM:
            flat = flat[flat[:, 3] >= OPAQUE_FROM]
        if self._exact is not None:
            found = np.union1d(self._exact, packed_of(flat[:, :3]))
            self._exact = found if len(found) <= MOST else None
        cells = _cells_of(flat[:, :3], _COUNTED)
        self._counts += np.bincount(cells, minlength=len(self._counts))
        for channel in range(3):
            self._sums[channel] += np.bincount(cells, flat[:, channel], minlength=len(self._counts))

    def exact(self, count: int) -> Pixels | None:
        """(n, 3) every colour that was seen, when they are at most ``count``."""
        return unpacked(self._exact) if self._exact is not None and len(self._exact) <= count else None

    def palette(self, count: int) -> Pixels:
        """(at most ``count``, 3) that stand best for what was seen (in OKLab)."""
        return best_colours(*self._weighted(), count)

    def spread(self, palette: Pixels) -> float:
        """Mean distance, in levels, from what was seen to its nearest in the palette."""
        means, weights = self._weighted()
        near = palette[nearest_of(to_oklab(means), to_oklab(palette))]
        return float(np.average(np.abs(means.astype(float) - near).mean(axis=1), weights=weights))

    def _weighted(self) -> tuple[Pixels, NDArray[np.float64]]:
        """The mean colour of each cell that was seen, and how often."""
        used = np.flatnonzero(self._counts)
        means = np.round(self._sums[:, used] / self._counts[used]).T.astype(np.uint8)
        return means, self._counts[used]


class Quantiser:
    """Pixels to indices into one palette; index ``len(palette)`` is "nothing there".

    Args:
        palette: (1 to 255, 3) sRGB, or 256 when nothing is transparent.
        dither: levels by which the thresholds move a colour before the nearest is taken; 0 for none.
        exact: every colour that comes is in the palette, which is in the order of ``packed_of``.
    """

    def __init__(self, palette: Pixels, dither: float, *, exact: bool) -> None:
        self.palette, self.exact = palette, exact
        self._dither = min(dither, MOST_DITHER)
        self._lab = to_oklab(palette)
        self._packed = packed_of(palette)
        self._table = np.full(1 << 3 * _FOUND, -1, np.int16)

    def indices(self, pixels: Pixels) -> NDArray[np.uint8]:
        """(height, width) of (height, width, 4)."""
        colours = pixels[..., :3]
        if self.exact:
            found = np.searchsorted(self._packed, packed_of(colours))
        else:
            found = self._nearest(_cells_of(self._dithered(colours), _FOUND))
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


def _cells_of(colours: Pixels, bits: int) -> NDArray[np.intp]:
    few = (colours >> (8 - bits)).astype(np.intp)
    return (few[..., 0] << 2 * bits) | (few[..., 1] << bits) | few[..., 2]


def _centres(cells: NDArray[np.intp]) -> Pixels:
    """(n, 3): the colour in the middle of a cell."""
    least = (1 << _FOUND) - 1
    few = np.stack([cells >> 2 * _FOUND, cells >> _FOUND & least, cells & least], axis=-1)
    return ((few << (8 - _FOUND)) + (1 << (7 - _FOUND))).astype(np.uint8)
