"""A KL autoencoder that starts from the best linear transform of its pictures, and never works at full resolution.

Two things are added to diffusers' ``AutoencoderKL``. Pixels of ``patch`` x ``patch`` become channels before the first
convolution and channels become pixels after the last (Shi et al., Real-Time Single Image and Video Super-Resolution
Using an Efficient Sub-Pixel Convolutional Neural Network, 2016): on a processor the full resolution is where an
autoencoder spends most of its time. And a fixed linear transform of each block of pixels, their principal components
(Pearson, 1901; for pictures the Karhunen-Loeve transform), leads past the network in both directions, so that
training begins with that transform's error instead of noise, and the network only learns what is missing.
"""

from __future__ import annotations

from typing import Any, Self

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.vae import DecoderOutput
from torch import Tensor, nn
from torch.nn import functional

from inference.manifest import latent_factor

NOISE = -6.0
"""Log variance that the latents start with."""


class PatchedAutoencoderKL(AutoencoderKL):
    """Diffusers' AutoencoderKL between pixel unshuffle and shuffle, beside a fixed linear transform.

    Args:
        patch: pixels of a side that become channels.
        settings: as AutoencoderKL takes them; its channels are those of a picture, in and out.
    """

    def __init__(self, patch: int = 1, **settings: Any) -> None:
        super().__init__(**settings)
        self.register_to_config(patch=patch)
        config: Any = self.config
        in_channels, out_channels, latent_channels = config.in_channels, config.out_channels, config.latent_channels
        block_out_channels = config.block_out_channels
        self.encoder.conv_in = nn.Conv2d(in_channels * patch**2, block_out_channels[0], 3, padding=1)
        self.decoder.conv_out = nn.Conv2d(block_out_channels[0], out_channels * patch**2, 3, padding=1)
        self.patch, self.block = patch, latent_factor(config)
        values = in_channels * self.block**2
        self.analysis = nn.Conv2d(values, latent_channels, 1).requires_grad_(False)
        self.synthesis = nn.Conv2d(latent_channels, out_channels * self.block**2, 1).requires_grad_(False)
        for conv in (self.analysis, self.synthesis):
            nn.init.zeros_(conv.weight)
            nn.init.zeros_(conv.bias)  # type: ignore[arg-type]

    @staticmethod
    def _get_init_keys(input_class: type) -> set[str]:
        """What a stored config may hold: diffusers reads it off the signature, which has no names here."""
        return AutoencoderKL._get_init_keys(AutoencoderKL) | {"patch"}

    def _encode(self, x: Any) -> Any:
        moments = super()._encode(functional.pixel_unshuffle(x, self.patch))
        linear = self.analysis(functional.pixel_unshuffle(x, self.block))
        return torch.cat([moments[:, : linear.shape[1]] + linear, moments[:, linear.shape[1] :]], dim=1)

    def _decode(self, z: Any, return_dict: bool = True) -> Any:
        learned = functional.pixel_shuffle(super()._decode(z, return_dict=False)[0], self.patch)
        decoded = learned + functional.pixel_shuffle(self.synthesis(z), self.block)
        return DecoderOutput(sample=decoded) if return_dict else (decoded,)

    @torch.no_grad()
    def start_linear(self, samples: Tensor, *, evening: float = 0.5) -> Self:
        """Set the linear transform from pictures, and let the network start at nothing.

        Args:
            samples: (pictures, channels, height, width) in [-1, 1]; sides are multiples of the block.
            evening: 0 keeps the components' own deviations, 1 makes them all equal. In between, what matters most
                still stands out of the noise first, and the last components are not lost in it.
        """
        rows = functional.pixel_unshuffle(samples, self.block).movedim(1, -1).flatten(0, 2).double()
        centre = rows.mean(0)
        power, basis = torch.linalg.eigh((rows - centre).T.cov())
        kept = self.synthesis.in_channels
        spread, basis = power.flip(0)[:kept].clamp(min=1e-12).sqrt(), basis.flip(1)[:, :kept]
        scale = spread**evening
        scale = scale * (spread / scale).square().mean().sqrt()  # mean variance of 1
        forth = basis.T / scale.view(-1, 1)
        for conv, weight, bias in (
            (self.analysis, forth, -(forth @ centre)),
            (self.synthesis, basis * scale, centre),
        ):
            conv.weight.copy_(weight.view_as(conv.weight))
            conv.bias.copy_(bias)  # type: ignore[union-attr]
        last: Any = self.quant_conv
        for conv in (last, self.decoder.conv_out):
            nn.init.zeros_(conv.weight)
            nn.init.zeros_(conv.bias)  # type: ignore[arg-type]
        last.bias[kept:] = NOISE
        return self
