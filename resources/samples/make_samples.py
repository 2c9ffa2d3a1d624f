"""Makes the sample pictures beside it: three sprites of the embedded model, and a scene with such sprites as layers.

Run it from the repository's root: ``PYTHONPATH=. python resources/samples/make_samples.py``. The seeds were chosen by
eye. On one kind of machine the pixels are the same each time.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from desktop_app.document.document import Document
from desktop_app.document.layers import Layer, Stack
from desktop_app.document.opening import save_document
from inference.alpha import Pixels, premultiply, resize, unpremultiply
from inference.api import Generate, Picture
from inference.engine import LocalEngine
from inference.geometry import Size
from inference.pictures import write_picture

HERE = Path(__file__).parent
SIDE = 512
HORIZON = 300
"""Row at which the sky ends and the sea begins."""


@dataclass(frozen=True)
class Sprite:
    """What to make, always in the style "fluent"."""

    prompt: str
    seed: int


@dataclass(frozen=True)
class Placed:
    """A sprite in the scene: its name as a layer, its side there and its left top corner."""

    sprite: Sprite
    name: str
    side: int
    x: int
    y: int
    opacity: float = 1.0
    mirrored: bool = False


SPRITES = {"shield": Sprite("shield", 5), "crown": Sprite("crown", 9), "mushroom": Sprite("mushroom", 6)}

CLOUD, PALM = Sprite("cloud", 3), Sprite("palm tree", 9)
SCENE = (
    Placed(CLOUD, "Small cloud", 96, 372, 40, 0.75),
    Placed(CLOUD, "Cloud", 150, 40, 60, 0.9, mirrored=True),
    Placed(Sprite("castle", 2), "Castle", 208, 154, 152),
    Placed(PALM, "Left palm", 144, 26, 218),
    Placed(PALM, "Right palm", 168, 338, 214, mirrored=True),
    Placed(SPRITES["mushroom"], "Mushroom", 88, 214, 352),
)


def main() -> None:
    """Make them all."""
    with closing(LocalEngine(device="cpu")) as engine:
        for name, sprite in SPRITES.items():
            picture = made(engine, sprite)
            write_picture(HERE / f"{name}.png", picture.pixels, picture.recipe)
        sprites = [placed(made(engine, each.sprite).pixels, each) for each in SCENE]
    painted = [Layer.of(sky(), "Sky"), Layer.of(sea(), "Sea"), Layer.of(island(), "Island")]
    layers = (painted[0], *sprites[:2], *painted[1:], *sprites[2:])
    save_document(HERE / "island.ora", Document(Stack.of(Size(SIDE, SIDE), layers)))


def made(engine: LocalEngine, sprite: Sprite) -> Picture:
    """One picture of the embedded model."""
    request = Generate(prompt=sprite.prompt, style="fluent", seed=sprite.seed, previews=False)
    return next(event for event in engine.run(request) if isinstance(event, Picture))


def placed(pixels: Pixels, where: Placed) -> Layer:
    """A sprite as a layer."""
    scaled = unpremultiply(resize(premultiply(pixels), where.side, where.side))
    turned = scaled[:, ::-1] if where.mirrored else scaled
    layer = Layer.of(turned, where.name, x=where.x, y=where.y)
    return Layer(raster=layer.raster, name=where.name, x=where.x, y=where.y, opacity=where.opacity)


def sky() -> Pixels:
    """From deep blue to the light at the horizon."""
    return opaque(gradient((72, 146, 236), (214, 240, 255), HORIZON + 20))


def sea() -> Pixels:
    """Below the horizon, with lines of foam that widen as they come near."""
    out = np.zeros((SIDE, SIDE, 4), np.uint8)
    water = opaque(gradient((116, 190, 214), (28, 92, 150), SIDE - HORIZON))
    out[HORIZON:] = water[: SIDE - HORIZON]
    random = np.random.default_rng(3)
    for row in np.linspace(HORIZON + 8, SIDE - 8, 16):
        near = (row - HORIZON) / (SIDE - HORIZON)
        for _ in range(3):
            at, long = random.uniform(0, SIDE), 14 + 60 * near
            ends = [(round(at + side * long / 2), round(row)) for side in (-1, 1)]
            cv2.line(out, *ends, (196, 232, 240, 255), 1 + round(2 * near), cv2.LINE_AA)
    out[:HORIZON] = 0
    return out


def island() -> Pixels:
    """A beach with grass on it."""
    colours = np.zeros((SIDE, SIDE, 4), np.float32)
    for centre, axes, colour in (
        ((256, 410), (236, 92), (226, 196, 140)),
        ((256, 402), (222, 80), (246, 222, 168)),
        ((256, 382), (196, 58), (112, 178, 84)),
        ((256, 376), (184, 48), (140, 202, 98)),
    ):
        cover = np.zeros((SIDE, SIDE), np.uint8)
        cv2.ellipse(cover, centre, axes, 0, 0, 360, 255, -1, cv2.LINE_AA)
        share = (cover.astype(np.float32) / 255)[..., None]
        colours = colours * (1 - share) + np.array([*colour, 255], np.float32) / 255 * share
    return unpremultiply(colours)


def gradient(top: tuple[int, int, int], bottom: tuple[int, int, int], rows: int) -> np.ndarray:
    """(SIDE, SIDE, 3): from one colour to the other in so many rows, then the other."""
    share = np.clip(np.arange(SIDE) / (rows - 1), 0, 1)[:, None, None]
    return np.broadcast_to(np.array(top) * (1 - share) + np.array(bottom) * share, (SIDE, SIDE, 3))


def opaque(colours: np.ndarray) -> Pixels:
    """RGB in 0..255 as RGBA bytes."""
    return np.dstack([np.round(colours), np.full((SIDE, SIDE), 255)]).astype(np.uint8)


if __name__ == "__main__":
    main()
