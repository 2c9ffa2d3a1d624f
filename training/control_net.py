"""A drawing read as a sketch: the rough latent picture that a model's own words would give, with a drawing's shapes.

A model that sketches (``training.sketched``) decides the layout of a picture in its sketch, and refines it. So a
drawing can lead it by a sketch of its own: the drawing is folded into the latents' grid and goes through a small U-Net
(Ronneberger et al., 2015), whose residual blocks are moved and scaled by what the words say (Perez et al., FiLM, 2018),
since a drawing has no colours. Zhang et al., Adding Conditional Control to Text-to-Image Diffusion Models (2023), copy
the way down of the UNet instead, and what comes of it at these sizes lost against the words' sketch.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.embeddings import TextTimeEmbedding
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn
from torch.nn import functional

HEADS = 4
"""Of the attention that makes one vector of the words."""


class Block(nn.Module):
    """A residual block whose features are moved and scaled by what the words say."""

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


class DrawnSketch(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """See the module's text.

    Args:
        latent_channels: of the sketch. widths: channels of each level.
        factor: picture pixels per latent pixel on a side.
        cross_attention_dim: width of the words' states.
        told: width of what the words say as a whole.
    """

    @register_to_config
    def __init__(  # noqa: PLR0917 (diffusers reads a config off the signature)
        self,
        latent_channels: int = 24,
        widths: Sequence[int] = (64, 128, 192),
        factor: int = 8,
        cross_attention_dim: int = 192,
        told: int = 256,
        groups: int = 16,
    ) -> None:
        super().__init__()
        self.pool = TextTimeEmbedding(cross_attention_dim, told, num_heads=HEADS)
        self.fold = nn.PixelUnshuffle(factor)
        self.seen = nn.Conv2d(factor**2, widths[0], 3, padding=1)
        self.ways_down = nn.ModuleList(Block(width, told, groups) for width in widths)
        self.downs = nn.ModuleList(nn.Conv2d(one, two, 3, stride=2, padding=1) for one, two in pairwise(widths))
        self.ups = nn.ModuleList(nn.Conv2d(two, one, 3, padding=1) for one, two in pairwise(widths))
        self.ways_up = nn.ModuleList(Block(width, told, groups) for width in widths[:-1])
        self.norm = nn.GroupNorm(groups, widths[0])
        self.out = nn.Conv2d(widths[0], latent_channels, 3, padding=1)

    def forward(self, encoder_hidden_states: Tensor, controlnet_cond: Tensor) -> Tensor:
        """(batch, latent_channels, height / factor, width / factor).

        Args:
            encoder_hidden_states: (batch, sequence, cross_attention_dim).
            controlnet_cond: (batch, 3, height, width) in [0, 1]: lines white on black.
        """
        told = functional.silu(self.pool(encoder_hidden_states))
        x = self.seen(self.fold(controlnet_cond.mean(1, keepdim=True)))
        levels = []
        for place, block in enumerate(self.ways_down):
            x = block(x if place == 0 else self.downs[place - 1](x), told)
            levels.append(x)
        for up, block, before in zip(reversed(self.ups), reversed(self.ways_up), reversed(levels[:-1]), strict=True):
            x = functional.interpolate(x, size=before.shape[-2:], mode="nearest")
            x = block(before + up(x), told)
        return self.out(functional.silu(self.norm(x)))
