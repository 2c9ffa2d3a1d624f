"""The grid of existing pixel art: how large its pixels are and where they begin, also when they are not whole.

The differences between neighbouring columns of enlarged pixel art lie on a comb. The comb's spacing is the longest at
which the Fourier sum of the differences is still in phase.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels, premultiply
from inference.post.step import rgba

SMALLEST, SMALLEST_BROKEN = 2.0, 3.0
"""Least side of a cell, and of one that is not whole: smaller ones fit anything."""
_LEAST, _LEAST_BROKEN = 0.6, 0.8
"""Confidence beneath which there is no grid, and none whose cells are not whole."""
_FEWEST = 4
"""Cells along each axis that a grid must have."""
_INNER = 0.25
"""Part of a cell at each side that is not looked at for its colour: scaling and JPEG blur the border."""
_STUMP = 1 / 3
"""Part of a cell that must be in the picture for it to be a cell."""


@dataclass(frozen=True)
class Grid:
    """A grid of pixel art's pixels.

    Attributes:
        cell: side of a cell in pixels, at least 2; whole for pictures that were enlarged by a whole number.
        x, y: where the first whole cell begins; 0 <= x, y < cell.
        confidence: in [0, 1]; 1 when every change of colour lies on the grid.
    """

    cell: float
    x: float
    y: float
    confidence: float


def detect_grid(pixels: Pixels) -> Grid | None:
    """The grid of a picture, or None when it has none (also when each pixel is a cell of its own)."""
    colours = premultiply(rgba(pixels))
    across, down = _changes(colours, axis=1), _changes(colours, axis=0)
    if not across.any() or not down.any():
        return None
    best: Grid | None = None
    for cell in _candidates(across, down):
        x, confidence_x = _fit(across, cell)
        y, confidence_y = _fit(down, cell)
        confidence = min(confidence_x, confidence_y)
        least = _LEAST if float(cell).is_integer() else _LEAST_BROKEN
        if confidence >= least and (best is None or confidence > best.confidence + 0.1):
            best = Grid(cell, x, y, confidence)
    return best


def sample(pixels: Pixels, grid: Grid) -> Pixels:
    """One pixel for each cell: its inner pixels' median in each channel, so that a blurred border does not count."""
    height, width = pixels.shape[:2]
    columns, rows = _spans(width, grid.x, grid.cell), _spans(height, grid.y, grid.cell)
    out = np.zeros((len(rows), len(columns), 4), np.uint8)
    for i, (top, bottom) in enumerate(rows):
        for j, (left, right) in enumerate(columns):
            out[i, j] = _middle(pixels[top:bottom, left:right].reshape(-1, 4))
    return out


def _middle(cell: Pixels) -> Pixels:
    """The median of the pixels that are seen, if that is most of them."""
    seen = cell[cell[:, 3] >= 128]
    if 2 * len(seen) < len(cell):
        seen = cell[cell[:, 3] < 128]
    return np.percentile(seen, 50, axis=0, method="nearest").astype(np.uint8)


def _spans(length: int, start: float, cell: float) -> list[tuple[int, int]]:
    """The inner part of each cell along an axis; stumps at the ends count when a third of the cell is there."""
    spans = []
    for i in range(-1, int(length / cell) + 1):
        low, high = start + i * cell, start + (i + 1) * cell
        shown = min(high, length) - max(low, 0)
        if shown < _STUMP * cell:
            continue
        inset = _INNER * cell if shown > 0.9 * cell else _INNER / 2 * cell
        first = int(np.ceil(max(low, 0) + (inset if low > 0.5 else 0) - 1e-6))
        last = int(np.floor(min(high, length) - (inset if high < length - 0.5 else 0) + 1e-6))
        if last <= first:
            first = min(int((max(low, 0) + min(high, length)) / 2), length - 1)
            last = first + 1
        spans.append((first, last))
    return spans


def _changes(colours: NDArray[np.floating], axis: int) -> NDArray[np.float64]:
    """How much changes before each column (or row), without the noise floor; the first is 0."""
    steps = np.abs(np.diff(colours, axis=axis)).sum(axis=2).sum(axis=1 - axis).astype(np.float64)
    floor = np.percentile(steps, 40)
    return np.concatenate([[0.0], np.maximum(steps - floor, 0)])


def _candidates(across: NDArray[np.float64], down: NDArray[np.float64]) -> list[float]:
    """Cells worth a look, largest first: peaks of both axes' common periodicity, as such and rounded."""
    longest = max(len(across), len(down))
    most = min(across.size, down.size) / _FEWEST
    if most < SMALLEST:
        return []
    # Spacings so close that no cell is missed by more than an eighth of a cell at the far end.
    frequencies = np.arange(max(1 / most, 1 / 256), 1 / SMALLEST + 1e-9, 1 / (8 * longest))
    power = _coherence(across, frequencies) * _coherence(down, frequencies)
    peaks = np.flatnonzero((power >= np.roll(power, 1)) & (power >= np.roll(power, -1)) & (power > 0.15))
    cells: list[float] = []
    for peak in peaks:
        exact = 1 / _refined(across, down, frequencies[peak], 1 / (8 * longest))
        if abs(exact - round(exact)) * longest / exact < 1:
            cells.append(round(exact))
        elif exact >= SMALLEST_BROKEN:
            cells.append(exact)
    return sorted({cell for cell in cells if cell >= SMALLEST}, reverse=True)


def _coherence(changes: NDArray[np.float64], frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Length of the mean phase of the changes at each frequency, in [0, 1] (Rayleigh's statistic)."""
    at = np.flatnonzero(changes)
    phases = np.exp(2j * np.pi * np.outer(frequencies, at))
    return np.abs(phases @ changes[at]) / changes.sum()


def _refined(across: NDArray[np.float64], down: NDArray[np.float64], frequency: float, step: float) -> float:
    fine = np.linspace(frequency - step, frequency + step, 41)
    return float(fine[np.argmax(_coherence(across, fine) * _coherence(down, fine))])


def _fit(changes: NDArray[np.float64], cell: float) -> tuple[float, float]:
    """Where the comb of this spacing lies, and how much more of the change it catches than chance would."""
    at = np.flatnonzero(changes)
    weights = changes[at]
    if float(cell).is_integer():
        held = np.bincount(at % int(cell), weights, minlength=int(cell))
        start, caught, chance = float(held.argmax()), float(held.max()), 1 / cell
    else:
        mean = np.angle((weights * np.exp(2j * np.pi * at / cell)).sum()) / (2 * np.pi) * cell
        start = float(mean % cell)
        off = np.abs((at - start + cell / 2) % cell - cell / 2)
        caught, chance = float(weights[off <= 0.75].sum()), 1.5 / cell
    return start, max(0.0, (caught / float(weights.sum()) - chance) / (1 - chance))
