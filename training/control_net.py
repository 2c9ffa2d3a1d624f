"""A small ControlNet for a small model: what a drawing adds to a UNet's skip connections and middle.

Zhang et al., Adding Conditional Control to Text-to-Image Diffusion Models (2023), copy the whole way down of the UNet.
A model whose latents have 16 pixels a side needs less: the drawing is folded into the latents' grid, joined with the
noisy latents, and goes down through one residual block a level. Time and words move and scale the blocks' features
(Perez et al., FiLM, 2018). What comes out passes convolutions that start at zero, so that training starts from the
model as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.embeddings import TimestepEmbedding, Timesteps
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn
from torch.nn import functional

TIMES = 128
"""Width of the sinusoids that stand for a timestep."""


class Block(nn.Module):
    """A residual block whose features are moved and scaled by what time and words say."""

    def __init__(self, channels: int, told: int, groups: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(groups, channels), nn.GroupNorm(groups, channels)
        self.conv1, self.conv2 = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        self.told = nn.Linear(told, 2 * channels)

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        """(batch, channels, height, width) and (batch, told)."""
        hidden = self.conv1(functional.silu(self.norm1(x)))
        scale, shift = self.told(told)[:, :, None, None].chunk(2, dim=1)
        return x + self.conv2(functional.silu(self.norm2(hidden) * (1 + scale) + shift))


class SmallControlNet(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """See the module's text.

    Args:
        in_channels: of the latents. block_out_channels: of the UNet's levels.
        layers_per_block: of the UNet; each has a skip connection of its own.
        factor: picture pixels per latent pixel on a side.
        cross_attention_dim: width of the words' states.
        norm_num_groups: of the norms.
    """

    @register_to_config
    def __init__(  # noqa: PLR0917 (diffusers reads a config off the signature)
        self,
        in_channels: int = 4,
        block_out_channels: Sequence[int] = (96, 160, 224),
        layers_per_block: int = 1,
        factor: int = 8,
        cross_attention_dim: int = 192,
        norm_num_groups: int = 16,
    ) -> None:
        super().__init__()
        widths, told = list(block_out_channels), 2 * cross_attention_dim
        self.time_proj = Timesteps(TIMES, flip_sin_to_cos=True, downscale_freq_shift=0)
        self.time = TimestepEmbedding(TIMES, told)
        self.words = nn.Linear(cross_attention_dim, told)
        self.fold = nn.PixelUnshuffle(factor)
        self.seen = nn.Conv2d(3 * factor**2, widths[0], 3, padding=1)
        self.latents = nn.Conv2d(in_channels, widths[0], 3, padding=1)
        self.levels = nn.ModuleList(Block(width, told, norm_num_groups) for width in widths)
        self.downs = nn.ModuleList(
            nn.Conv2d(before, after, 3, stride=2, padding=1) for before, after in pairwise(widths)
        )
        joins = [(0, 0)]
        for level in range(len(widths)):
            joins += [(level, level)] * layers_per_block
            joins += [(level, level + 1)] if level < len(widths) - 1 else []
        self.joins = joins
        outs = [*(widths[level] for level, _ in joins), widths[-1]]
        # The skip connection behind a downsampling has the channels of the level before it, at the size of the next.
        self.outs = nn.ModuleList(
            zeroed(nn.Conv2d(widths[at], out, 1))
            for (_, at), out in zip([*joins, (len(widths) - 1,) * 2], outs, strict=True)
        )

    def forward(
        self, sample: Tensor, timestep: Tensor, encoder_hidden_states: Tensor, controlnet_cond: Tensor
    ) -> tuple[list[Tensor], Tensor]:
        """What is added to each skip connection, and to the middle.

        Args:
            sample: (batch, in_channels, height, width) noisy latents. timestep: a number or (batch,).
            encoder_hidden_states: (batch, sequence, cross_attention_dim).
            controlnet_cond: (batch, 3, factor * height, factor * width) in [0, 1]; black says nothing.
        """
        times = self.time_proj(timestep.reshape(-1).expand(sample.shape[0])).to(sample.dtype)
        told = functional.silu(self.time(times) + self.words(encoder_hidden_states.mean(1)))
        x = self.seen(self.fold(controlnet_cond)) + self.latents(sample)
        levels = []
        for place, block in enumerate(self.levels):
            x = block(x if place == 0 else self.downs[place - 1](x), told)
            levels.append(x)
        made = [out(levels[at]) for out, (_, at) in zip(self.outs, self.joins, strict=False)]
        return made, self.outs[-1](levels[-1])


def zeroed(layer: nn.Conv2d) -> nn.Conv2d:
    """A layer that gives nothing yet."""
    nn.init.zeros_(layer.weight)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


def control_for(unet: torch.nn.Module, factor: int) -> SmallControlNet:
    """A small ControlNet with random weights that goes with a UNet of diffusers."""
    config = unet.config
    return SmallControlNet(
        in_channels=config["out_channels"],
        block_out_channels=tuple(config["block_out_channels"]),
        layers_per_block=config["layers_per_block"],
        factor=factor,
        cross_attention_dim=config["cross_attention_dim"],
        norm_num_groups=config["norm_num_groups"],
    )
