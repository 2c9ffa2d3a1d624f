"""Pixel art from any picture: fewer colours with or without dither, and a grid of large pixels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inference.alpha import Pixels, bleed
from inference.errors import BadPicture
from inference.oklab import from_oklab, to_oklab
from inference.palettes import Palette, palette_of
from inference.post import dithering
from inference.post.grid import detect_grid, sample
from inference.post.parameters import choice, number, palette, switch, whole
from inference.post.step import Step, emptied
from inference.post.tidying import without_burrs, without_specks

DITHERS = (dithering.NONE, *dithering.SIZES)
MOST_CELLS = 512
COLOURS = "the colours; left out, the picture's own best few"
_FREELY = 48
"""Colours that cells vote for when their colours are not limited."""
_TIE = 1e-6
"""Votes are sums of floats; of nearly equal ones the earlier colour wins on every machine."""


@dataclass(frozen=True, kw_only=True)
class Quantise(Step):
    """Fewer colours. Alpha is not touched."""

    name = "quantise"
    title = "Fewer colours"
    words = "the nearest colours of a palette, or the picture's own best few"

    palette: Palette | None = palette(COLOURS)  # noqa: RUF009 (a field)
    colours: int = whole(16, 1, 256, "how many of its own, without a palette")
    dither: str = choice(DITHERS, "pattern that mixes two colours where none is near")

    def apply(self, pixels: Pixels) -> Pixels:
        chosen = self.palette or palette_of(pixels, self.colours)
        return emptied(np.dstack([_in_colours(pixels, chosen, self.dither), pixels[..., 3:]]))


@dataclass(frozen=True, kw_only=True)
class Pixelate(Step):
    """Small pixel art, one pixel a cell. Upscale it by a whole number to see it large."""

    name = "pixelate"
    title = "Pixelate"
    words = "a grid of large pixels in few colours, or the true pixels of enlarged pixel art"

    cells: int = whole(32, 0, MOST_CELLS, "pixels along the longer side; 0 finds the grid of existing pixel art")
    palette: Palette | None = palette(COLOURS)  # noqa: RUF009 (a field)
    colours: int = whole(16, 0, 256, "how many of its own, without a palette; 0 for as many as come")
    dither: str = choice(DITHERS, "pattern that mixes two colours where none is near")
    alpha: str = choice(("hard", "soft"), "hard: a pixel is there or not; soft: it may be half there")
    cover: float = number(0.5, 0.05, 0.95, "how much of a cell must be there for the pixel to be there")
    tidy: bool = switch(True, "take away lone specks and burrs")

    def apply(self, pixels: Pixels) -> Pixels:
        small = self._found(pixels) if self.cells == 0 else self._made(pixels)
        return emptied(small)

    def _found(self, pixels: Pixels) -> Pixels:
        """The true pixels of enlarged pixel art. Its colours are kept unless there is a palette."""
        grid = detect_grid(pixels)
        if grid is None:
            raise BadPicture("No grid of pixels was found in it.", hint="Say how many cells it should have.")
        small = sample(pixels, grid)
        if self.alpha == "hard":
            small[..., 3] = np.where(small[..., 3] >= 255 * self.cover, 255, 0)
        if self.palette is None:
            return small
        return np.dstack([_in_colours(small, self.palette, self.dither), small[..., 3:]])

    def _made(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        scale = min(1.0, self.cells / max(width, height))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        held = cv2.resize(pixels[..., 3].astype(np.float32) / 255, size, interpolation=cv2.INTER_AREA)
        alpha = np.where(held >= self.cover, 255, 0) if self.alpha == "hard" else np.rint(held * 255)
        tidy = self.tidy and scale < 1
        if tidy and self.alpha == "hard":
            alpha = without_burrs(alpha > 0) * 255
        chosen = self.palette or palette_of(pixels, self.colours or _FREELY)
        free = self.palette is None and self.colours == 0
        colours = _voted(pixels, chosen, size, mixed=free or self.dither != dithering.NONE)
        if not free:
            colours = _in_colours(colours, chosen, self.dither)
        if tidy and self.dither == dithering.NONE:
            colours = without_specks(colours, alpha > 0)
        return np.dstack([colours, alpha.astype(np.uint8)])


def _in_colours(pixels: Pixels, chosen: Palette, dither: str) -> Pixels:
    """(height, width, 3) in the colours of a palette."""
    colours = np.ascontiguousarray(pixels[..., :3])
    if dither == dithering.NONE:
        return chosen.map(colours)
    return chosen.colours[dithering.dithered(colours, chosen, dithering.SIZES[dither])]


def _voted(pixels: Pixels, chosen: Palette, size: tuple[int, int], *, mixed: bool) -> Pixels:
    """The colour that most of each cell has, (height, width, 3); ``mixed``: the mean of the pixels that voted for it.

    A mean of all pixels would make colours that are on neither side of an edge: the mud of scaled pictures.
    """
    index = chosen.nearest(pixels[..., :3])
    shown = pixels[..., 3].astype(np.float32) / 255
    lab = to_oklab(pixels[..., :3]) if mixed else np.zeros(0, np.float32)
    most = np.zeros(size[::-1], np.float32)
    colours = np.zeros((*size[::-1], 3), np.uint8)
    for i in np.unique(index[shown > 0]):
        own = np.where(index == i, shown, 0).astype(np.float32)
        votes = cv2.resize(own, size, interpolation=cv2.INTER_AREA)
        wins = votes > most + _TIE
        most[wins] = votes[wins]
        if mixed:
            sums = np.asarray(cv2.resize(lab * own[..., None], size, interpolation=cv2.INTER_AREA), np.float32)
            colours[wins] = from_oklab(np.asarray(sums[wins] / votes[wins][:, None], np.float32))
        else:
            colours[wins] = chosen.colours[i]
    return bleed(np.dstack([colours, (most > 0).astype(np.uint8)]), reach=2)[..., :3]
