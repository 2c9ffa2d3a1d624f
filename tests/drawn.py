"""A corpus of generated pictures: discs and boxes in plain colours, on nothing, with captions that say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
import torch

COLOURS = {"red": (230, 40, 40), "green": (40, 200, 70), "blue": (50, 80, 230), "yellow": (240, 210, 40)}
SHAPES = ("disc", "box")


def drawing(colour: str, shape: str, side: int, seed: int) -> np.ndarray:
    """(side, side, 4) premultiplied RGBA bytes."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side] / side
    away = np.stack([y - 0.5 + random.uniform(-0.1, 0.1), x - 0.5 + random.uniform(-0.1, 0.1)])
    radius = random.uniform(0.25, 0.4)
    inside = (away**2).sum(0) < radius**2 if shape == "disc" else np.abs(away).max(0) < radius
    return np.concatenate([inside[..., None] * np.array(COLOURS[colour]), inside[..., None] * 255], 2).astype(np.uint8)


@dataclass(frozen=True)
class Drawn:
    """``count`` drawings; a class of its own, so that worker processes can make it again."""

    count: int = 32
    side: int = 32

    @cached_property
    def _kinds(self) -> list[tuple[str, str]]:
        kinds = [(colour, shape) for colour in COLOURS for shape in SHAPES]
        return [kinds[i % len(kinds)] for i in range(self.count)]

    @cached_property
    def pictures(self) -> np.ndarray:
        rows = [drawing(*kind, self.side, seed) for seed, kind in enumerate(self._kinds)]
        return np.stack(rows) if rows else np.zeros((0, self.side, self.side, 4), np.uint8)

    @cached_property
    def captions(self) -> list[str]:
        return [f"{colour} {shape}, flat style" for colour, shape in self._kinds]

    def wording(self, index: int, seed: int, epoch: int) -> str:
        """Sometimes nothing, sometimes other words."""
        draw = np.random.default_rng((index, seed, epoch)).random()
        colour, shape = self._kinds[index]
        return "" if draw < 0.1 else f"{shape}, {colour}" if draw < 0.2 else self.captions[index]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Imported by tests of tiny models: several threads only wait for each other there."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
