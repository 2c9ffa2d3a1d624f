"""Blinking: where the eyes of a sprite are, and the sprite with them shut a part of the way.

Eyes are two dark spots of about one size beside each other, well inside the sprite. Lids come down as the eyes are
pressed flat onto a line below their middles; what lay behind them is the colour around them, carried on as a plane.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alpha import Colours, Pixels, premultiply
from inference.errors import BadPicture
from inference.geometry import Bounds

LEVELS = (0.25, 0.35, 0.45, 0.55, 0.65)
"""How dark a spot is, in parts of the sprite's middle brightness; the darkest that makes a pair is taken."""
LEAST, MOST = 0.0004, 0.09
"""Of an eye's area, in parts of what is seen of the sprite."""
LINE = 0.62
"""Where the lids meet, from an eye's top."""
MOST_EYES = 8
RING = 0.6
"""Width of what is looked at around an eye, in its own sizes."""
ALIKE = 40
"""Levels from the usual colour there within which a pixel is skin."""
SHUT = 0.12
"""What is left of an eye's height when it is shut: the line of the lashes."""


def eyes_of(pixels: Pixels) -> tuple[Bounds, Bounds]:
    """The boxes of a sprite's two eyes, the left one first.

    Args:
        pixels: (height, width, 4) bytes.

    Raises:
        BadPicture: when none are found.
    """
    solid = (pixels[..., 3] >= 128).astype(np.uint8)
    whole = Bounds(*cv2.boundingRect(solid))
    light = cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2GRAY).astype(np.float32)
    if not whole.empty:
        depth = max(1, round(0.03 * min(whole.width, whole.height)))
        whole_inside = cv2.erode(np.pad(solid, 1), np.ones((3, 3), np.uint8), iterations=depth)
        inside = np.asarray(whole_inside, np.uint8)[1:-1, 1:-1]
        middle = float(np.median(light[solid > 0]))
        for level in LEVELS:
            pair = _pair(((light < level * middle) & (solid > 0)).astype(np.uint8), inside, whole, int(solid.sum()))
            if pair is not None:
                return pair
    raise BadPicture("No eyes were found in the sprite.", hint="Say where they are, or choose the flash.")


def eyes_chosen(selection: NDArray[np.uint8], place: Bounds) -> tuple[Bounds, ...]:
    """The boxes of what somebody selected on a sprite: each piece is an eye.

    Args:
        selection: (height, width) of the canvas, 0 to 255. place: of the sprite on the canvas.

    Returns:
        In pixels of the sprite; none where the selection has nothing to do with eyes: more than ``MOST_EYES`` pieces,
        or one of more than a quarter of the sprite.
    """
    part = place.intersection(Bounds(0, 0, selection.shape[1], selection.shape[0]))
    if part.empty:
        return ()
    count, _, stats, _ = cv2.connectedComponentsWithStats((selection[part.slices] >= 128).astype(np.uint8))
    boxes = [Bounds(*(int(each) for each in row[:4])).moved(part.x - place.x, part.y - place.y) for row in stats[1:]]
    large = any(4 * box.width * box.height > place.width * place.height for box in boxes)
    return () if count - 1 > MOST_EYES or large else tuple(sorted(boxes, key=lambda box: box.x))


def _pair(dark: NDArray[np.uint8], inside: NDArray[np.uint8], whole: Bounds, area: int) -> tuple[Bounds, Bounds] | None:
    """The two spots that are most like a pair of eyes."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    spots = []
    for label in range(1, count):
        x, y, width, height, size = (int(each) for each in stats[label])
        fits = LEAST * area <= size <= MOST * area and width <= 2.5 * height and height <= 4 * width
        high = (centres[label][1] - whole.y) / whole.height
        if fits and 0.15 < high < 0.68 and inside[labels == label].all():
            spots.append((Bounds(x, y, width, height), size, centres[label]))
    middle = whole.x + whole.width / 2
    best: tuple[float, tuple[Bounds, Bounds]] | None = None
    for one, other in combinations(sorted(spots, key=lambda spot: spot[2][0]), 2):
        unlike = abs(np.log(one[1] / other[1]))
        slope = abs(one[2][1] - other[2][1]) / whole.height
        apart = (other[2][0] - one[2][0]) / whole.width
        aside = abs((one[2][0] + other[2][0]) / 2 - middle) / whole.width
        if unlike < 0.7 and slope < 0.1 and 0.08 < apart < 0.8 and aside < 0.25:
            cost = float(unlike + 4 * slope + 2 * aside - 0.4 * np.log(one[1] + other[1]))  # nostrils are smaller
            if best is None or cost < best[0]:
                best = cost, (one[0], other[0])
    return None if best is None else best[1]


def with_lids(pixels: Pixels, eyes: Sequence[Bounds], shut: float) -> Colours:
    """The sprite with its eyes shut by a part, its alpha as it is.

    Args:
        pixels: (height, width, 4) bytes. eyes: their boxes. shut: 0 open to 1 shut.

    Returns:
        (height, width, 4) premultiplied.
    """
    out = premultiply(pixels)
    if shut <= 0:
        return out
    alpha, skin = out[..., 3:], premultiply(_without(pixels, eyes))
    open_ones, out, there = out, skin, np.zeros(pixels.shape[:2], np.float32)
    for eye in eyes:
        there[:] = 0
        cv2.ellipse(there, _ellipse(_grown(eye)), 1.0, -1)
        pressed, where = (_pressed(each, eye, shut) for each in (open_ones, there))
        out = out + (pressed - out) * where[..., None]
    out[..., 3:] = alpha
    out[..., :3] = np.minimum(out[..., :3], alpha)
    return np.ascontiguousarray(out, np.float32)


def _grown(eye: Bounds) -> Bounds:
    """With the soft edge around it."""
    return eye.padded(max(1, round(0.12 * max(eye.width, eye.height))))


def _ellipse(box: Bounds) -> tuple[tuple[float, float], tuple[float, float], float]:
    """For OpenCV: middle, size (a little more than the box, whose corners an ellipse leaves out), angle."""
    middle = (box.x + (box.width - 1) / 2, box.y + (box.height - 1) / 2)
    return middle, (box.width * 1.12, box.height * 1.12), 0.0


def _without(pixels: Pixels, eyes: Sequence[Bounds]) -> Pixels:
    """The skin where the eyes are: a plane of colour through what is around each of them, without what is unlike most
    of it (a brow, a mouth).
    """
    out = pixels.copy()
    whole = Bounds(0, 0, pixels.shape[1], pixels.shape[0])
    holes = np.zeros(pixels.shape[:2], np.uint8)
    for eye in eyes:
        cv2.ellipse(holes, _ellipse(_grown(_grown(eye))), 1, -1)
    for eye in eyes:
        near = eye.padded(max(3, round(RING * max(eye.width, eye.height)))).intersection(whole)
        ring = (holes[near.slices] == 0) & (pixels[near.slices][..., 3] > 0)
        y, x = np.nonzero(ring)
        if len(y) == 0:
            continue
        colours = pixels[near.slices][ring][:, :3].astype(np.float64)
        usual = np.median(colours, axis=0)
        alike = np.abs(colours - usual).max(axis=1) <= ALIKE
        plane = np.linalg.lstsq(_at(x[alike], y[alike]), colours[alike], rcond=None)[0]
        share = _soft(eye, whole)[near.slices]
        y, x = np.nonzero(share)
        filled = np.clip(_at(x, y) @ plane, usual - ALIKE, usual + ALIKE)
        there = out[near.slices][y, x, :3]
        out[near.slices][y, x, :3] = np.clip(np.rint(there + (filled - there) * share[y, x][:, None]), 0, 255)
    return out


def _soft(eye: Bounds, whole: Bounds) -> NDArray[np.float32]:
    """How much of a pixel is skin where an eye was: all of it on the eye, ever less around it."""
    inner, outer = (np.zeros((whole.height, whole.width), np.float32) for _ in range(2))
    cv2.ellipse(inner, _ellipse(_grown(eye)), 1.0, -1)
    cv2.ellipse(outer, _ellipse(_grown(_grown(eye))), 1.0, -1)
    blurred = cv2.GaussianBlur(outer, (0, 0), 0.5 + 0.06 * max(eye.width, eye.height))
    return np.maximum(np.asarray(blurred, np.float32) * outer, inner)


def _at(x: NDArray[np.integer], y: NDArray[np.integer]) -> NDArray[np.float64]:
    return np.stack([np.ones(len(x)), x, y], axis=1).astype(np.float64)


def _pressed(picture: NDArray[np.float32], eye: Bounds, shut: float) -> NDArray[np.float32]:
    """Pressed flat onto the line where the eye's lids meet."""
    height, width = picture.shape[:2]
    line, left = eye.y + LINE * (eye.height - 1), 1 - shut * (1 - SHUT)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.asarray(cv2.remap(picture, x, line + (y - line) / np.float32(left), cv2.INTER_LINEAR), np.float32)
