"""Small pictures for the tests of the trainer: things that differ, drawn from a seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from inference.alpha import Pixels
from training.dataset import Dataset, Entry, append, pixel_hash


def thing(seed: int, side: int = 64, *, opaque: bool = False) -> Pixels:
    """(side, side, 4) bytes: some shapes that no other seed has, on nothing or on a colour."""
    chance = np.random.default_rng(seed)
    big = 4 * side
    ground = (*(int(v) for v in chance.integers(0, 256, 3)), 255) if opaque else (0, 0, 0, 0)
    image = Image.new("RGBA", (big, big), ground)
    draw = ImageDraw.Draw(image)
    for _ in range(7):
        x, y = (int(v) for v in chance.integers(0, big * 3 // 4, 2))
        w, h = (int(v) for v in chance.integers(big // 8, big // 2, 2))
        colour = (*(int(v) for v in chance.integers(0, 256, 3)), 255)
        (draw.ellipse if chance.random() < 0.5 else draw.rectangle)((x, y, x + w, y + h), fill=colour)
    return np.array(image.convert("RGBa").resize((side, side), Image.Resampling.BOX).convert("RGBA"))


def save(path: Path, pixels: Pixels) -> Path:
    """Write a PNG; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def dataset_of(folder: Path, pictures: list[Pixels], **said: str) -> Dataset:
    """A dataset of these pictures, named 0.png, 1.png ... with a caption and a concept each."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for index, pixels in enumerate(pictures):
        save(folder / "pictures" / f"{index}.png", pixels)
        given = {"source": "drawn", "licence": "own", "author": "us"} | said
        words = f"thing {index}"
        file = f"pictures/{index}.png"
        entries.append(Entry(file=file, caption=words, concept=words, hash=pixel_hash(pixels), **given))
    return append(Dataset(folder), entries)
