"""Contact sheets: pictures in a grid on a checkerboard, with a word under each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inference.alpha import Pixels

GAP, LABEL, TITLE = 12, 20, 28
PAPER, INK, QUIET, WRONG = (38, 40, 44), (230, 231, 233), (154, 160, 168), (255, 157, 138)
LIGHT, DARK, CHECK = 92, 74, 8


def contact_sheet(
    pictures: Sequence[Pixels],
    labels: Sequence[str],
    *,
    columns: int,
    title: str = "",
    cell: int = 0,
    marked: Collection[int] = (),
) -> Pixels:
    """Lay pictures out in rows.

    Args:
        labels: one for each picture; cut with an ellipsis when it is wider than its cell.
        cell: side of a cell in pixels; 0 takes the largest picture's (at most 384).
        marked: indices of pictures whose labels stand in the colour of what is wrong.

    Returns:
        (height, width, 3) bytes.
    """
    side = cell or min(max(max(p.shape[:2]) for p in pictures), 384)
    rows = -(-len(pictures) // columns)
    top = TITLE + GAP if title else 0
    sheet = Image.new("RGB", (GAP + columns * (side + GAP), top + GAP + rows * (side + LABEL + GAP)), PAPER)
    draw = ImageDraw.Draw(sheet)
    small, large = ImageFont.load_default(12), ImageFont.load_default(16)
    if title:
        draw.text((GAP, GAP), _fitted(draw, title, large, sheet.width - 2 * GAP), INK, large)
    for i, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x, y = GAP + i % columns * (side + GAP), top + GAP + i // columns * (side + LABEL + GAP)
        _paste(sheet, picture, x, y, side)
        draw.text((x, y + side + 4), _fitted(draw, label, small, side), WRONG if i in marked else QUIET, small)
    return np.asarray(sheet)


def grid_sheet(
    pictures: Sequence[Sequence[Pixels | None]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    title: str = "",
    cell: int,
) -> Pixels:
    """Lay pictures out in a grid with a heading for each row, at its left, and for each column, above it.

    Args:
        pictures: row by row; None leaves a cell empty.
        cell: side of a cell in pixels.

    Returns:
        (height, width, 3) bytes.
    """
    small, large = ImageFont.load_default(12), ImageFont.load_default(16)
    measure = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    gap = GAP if cell >= 4 * GAP else 4
    left = min(round(max(measure.textlength(label, small) for label in rows)), max(cell, 96)) + gap
    top = (TITLE + gap if title else 0) + LABEL
    size = (gap + left + len(columns) * (cell + gap), gap + top + len(rows) * (cell + gap))
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    if title:
        draw.text((gap, gap), _fitted(draw, title, large, sheet.width - 2 * gap), INK, large)
    for column, label in enumerate(columns):
        x = gap + left + column * (cell + gap)
        draw.text((x, gap + top - LABEL), _fitted(draw, label, small, cell), QUIET, small)
    for row, label in enumerate(rows):
        y = gap + top + row * (cell + gap)
        draw.text((gap, y + cell // 2 - 8), _fitted(draw, label, small, left - gap), QUIET, small)
        for column, picture in enumerate(pictures[row]):
            if picture is not None:
                _paste(sheet, picture, gap + left + column * (cell + gap), y, cell)
    return np.asarray(sheet)


def _paste(sheet: Image.Image, picture: Pixels, x: int, y: int, side: int) -> None:
    image = Image.fromarray(picture).convert("RGBA")
    scale = min(side / image.width, side / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    ground = Image.fromarray(checkerboard(*size))
    ground.paste(image, mask=image.getchannel("A"))
    sheet.paste(ground, (x + (side - size[0]) // 2, y + (side - size[1]) // 2))


def checkerboard(width: int, height: int) -> Pixels:
    """What transparency looks like: (height, width, 3) bytes."""
    y, x = np.mgrid[0:height, 0:width] // CHECK
    grey = np.where((x + y) % 2 == 0, LIGHT, DARK).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _fitted(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, room: int) -> str:
    if draw.textlength(text, font) <= room:
        return text
    while text and draw.textlength(text + "…", font) > room:
        text = text[:-1]
    return text + "…"
