"""The upscaler's network: twice as large by bicubic interpolation, plus what a small residual network adds to it.

It works at the small size, and a pixel shuffle makes the large picture (Shi et al., Real-Time Single Image and Video
Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural Network, 2016). Its blocks have no norms (Lim et
al., EDSR, 2017): a place depends on ``margin`` pixels around it and on nothing else, so tiles equal the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

FACTOR = 2
CHANNELS = 4
"""Premultiplied RGBA in [0, 1]."""
_CUBIC = -0.5
"""Keys' a, for which the interpolation is exact to the third order (Cubic Convolution Interpolation, 1981)."""


@dataclass(frozen=True, kw_only=True)
class UpscalerDesign:
    """Size of an upscaler: ``blocks`` residual blocks of two convolutions with ``width`` channels."""

    width: int = 32
    blocks: int = 6

    @property
    def margin(self) -> int:
        """How far the network sees, in pixels of the small picture."""
        return 2 * self.blocks + 2


DESIGNS = {"tiny": UpscalerDesign(width=8, blocks=1), "small": UpscalerDesign()}
"""By name; "small" has 117 000 parameters."""


class _Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(cast("Tensor", self.second.bias))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(functional.relu(self.first(x)))


class UpscalerNet(nn.Module):
    """Pictures (batch, 4, height, width) in [0, 1] to (batch, 4, 2 height, 2 width); not clipped.

    As it is made it is bicubic interpolation: the last convolution starts at nothing.
    """

    cubic: Tensor

    def __init__(self, design: UpscalerDesign) -> None:
        super().__init__()
        self.design = design
        self.head = nn.Conv2d(CHANNELS, design.width, 3, padding=1)
        self.body = nn.Sequential(*(_Block(design.width) for _ in range(design.blocks)))
        self.tail = nn.Conv2d(design.width, CHANNELS * FACTOR**2, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(cast("Tensor", self.tail.bias))
        self.register_buffer("cubic", cubic_kernel().repeat(CHANNELS, 1, 1, 1), persistent=False)

    def forward(self, sample: Tensor) -> Tensor:
        added = self.tail(self.body(self.head(sample)))
        smooth = functional.conv2d(functional.pad(sample, (2, 2, 2, 2), "replicate"), self.cubic, groups=CHANNELS)
        return functional.pixel_shuffle(smooth + added, FACTOR)


def cubic_kernel() -> Tensor:
    """(4, 1, 5, 5): for each of the four pixels that a pixel becomes, its bicubic weights."""
    places = torch.arange(-2, 3, dtype=torch.float64)
    rows = torch.stack([_cubic((places - shift).abs()) for shift in (-0.25, 0.25)])
    return torch.einsum("ay,bx->abyx", rows, rows).reshape(FACTOR**2, 1, 5, 5).float()


def _cubic(far: Tensor) -> Tensor:
    a = _CUBIC
    near = (a + 2) * far**3 - (a + 3) * far**2 + 1
    outer = a * far**3 - 5 * a * far**2 + 8 * a * far - 4 * a
    return torch.where(far <= 1, near, torch.where(far < 2, outer, torch.zeros_like(far)))
