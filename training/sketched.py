"""A UNet that first sketches from the words what the picture may be, and then denoises with the sketch in view.

A small UNet learns local shapes soon and the layout of a whole picture late: words reach it as one vector, or by
attention from places that do not know where they are. Here the words are turned into a rough latent picture, the
sketch, that stands beside the noisy latents as further input channels. It is a weighted sum of the principal
components of the latents that the model is trained on ("eigenpictures", Sirovich and Kirby, Low-Dimensional Procedure
for the Characterization of Human Faces, 1987); a small network gives the weights from the words and is taught by the
squared error of the sketch, which costs about a fifteenth of training the whole. While the UNet is trained the
weights are made noisy, so that it does not trust them too far (Ho et al., Cascaded Diffusion Models, 2022,
conditioning augmentation).

Everything else is diffusers' ``UNet2DConditionModel``, and the exported graph has its inputs and outputs.
"""

from __future__ import annotations

from typing import Any

import torch
from diffusers.models.embeddings import TextTimeEmbedding
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn
from torch.nn import functional

DOUBT = 0.4
"""Deviation from which the noise of each picture's weights draws its own deviation, of weights whose deviation is 1."""


class Sketch(nn.Module):
    """Word states to a rough latent picture.

    Args:
        width: of the word states.
        components: eigenpictures.
        shape: channels, height and width of the sketch.
    """

    def __init__(self, width: int, components: int, shape: tuple[int, int, int], heads: int) -> None:
        super().__init__()
        self.shape = shape
        inner = 4 * width
        self.pool = TextTimeEmbedding(width, inner, num_heads=heads)
        self.layers = nn.ModuleList(nn.Sequential(nn.LayerNorm(inner), nn.Linear(inner, inner)) for _ in range(2))
        self.weights = nn.Linear(inner, components)
        self.basis = nn.Linear(components, shape[0] * shape[1] * shape[2]).requires_grad_(False)

    def forward(self, states: Tensor) -> Tensor:
        """(batch, sequence, width) to the weights of the eigenpictures, (batch, components)."""
        hidden = self.pool(states)
        for layer in self.layers:
            hidden = hidden + functional.silu(layer(hidden))
        return self.weights(hidden)

    def draw(self, weights: Tensor) -> Tensor:
        """The sum of the eigenpictures with these weights, (batch, *shape)."""
        return self.basis(weights).unflatten(1, self.shape)

    @torch.no_grad()
    def set_basis(self, mean: Tensor, components: Tensor) -> None:
        """Set the eigenpictures.

        Args:
            mean: (channels, height, width) the mean of all latents.
            components: (components, channels, height, width) the principal components times their deviations; fewer
                than there is room for leave the others at zero.
        """
        self.basis.bias.copy_(mean.flatten())
        self.basis.weight.zero_()
        self.basis.weight[:, : len(components)] = components.flatten(1).T


class SketchedUNet(UNet2DConditionModel):
    """A UNet2DConditionModel with a sketch of its own.

    Args:
        components: of the sketch.
        settings: as UNet2DConditionModel takes them. ``in_channels`` are those of ``sample``, without the sketch.
    """

    def __init__(self, components: int = 384, **settings: Any) -> None:
        super().__init__(**settings)
        self.register_to_config(components=components)
        config: Any = self.config
        old, side, channels = self.conv_in, config.sample_size, config.out_channels
        self.conv_in = nn.Conv2d(old.in_channels + channels, old.out_channels, 3, padding=1)
        self.sketch = Sketch(
            config.cross_attention_dim, components, (channels, side, side), config.addition_embed_type_num_heads
        )
        self.sketched: Tensor | None = None
        self.shown: Tensor | None = None
        self.drawn: Tensor | None = None

    @staticmethod
    def _get_init_keys(input_class: type) -> set[str]:
        """What a stored config may hold: diffusers reads it off the signature, which has no names here."""
        return UNet2DConditionModel._get_init_keys(UNet2DConditionModel) | {"components"}

    def forward(self, sample: Any, timestep: Any, encoder_hidden_states: Any, *args: Any, **kwargs: Any) -> Any:
        """As UNet2DConditionModel's; where gradients are wanted, keeps the sketch as ``sketched`` for the loss.

        ``shown``, (batch, components), are weights of the sketch to be used instead of what the words say; ``drawn``,
        (batch, channels, height, width), is a whole sketch to be used instead.
        """
        weights = self.sketch(encoder_hidden_states) if self.shown is None else self.shown
        self.sketched = self.sketch.draw(weights) if torch.is_grad_enabled() else None
        if self.training:
            doubt = DOUBT * torch.randn(len(weights), 1, device=weights.device).abs()
            weights = weights + doubt * torch.randn_like(weights)
        seen = self.sketch.draw(weights) if self.drawn is None else self.drawn
        seen = functional.interpolate(seen, size=sample.shape[-2:], mode="bilinear", align_corners=False)
        both = torch.cat([sample, seen.to(sample.dtype)], dim=1)
        both = both.contiguous(memory_format=torch.channels_last) if self.training else both
        return super().forward(both, timestep, encoder_hidden_states, *args, **kwargs)
