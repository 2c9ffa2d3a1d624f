"""The diffusion objective: noise levels, targets, loss weights, and a plain sampler for looking at what is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from diffusers import DDPMScheduler  # type: ignore[attr-defined]
from torch import Tensor

from inference.errors import ModelRefused
from training.batches import noise as drawn_noise
from training.models import Models, Words, encode_words, tokens

ZERO_SNR: Mapping[str, Any] = {
    "_class_name": "DDIMScheduler",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "clip_sample": False,
    "num_train_timesteps": 1000,
    "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "set_alpha_to_one": True,
    "steps_offset": 0,
    "timestep_spacing": "trailing",
    "trained_betas": None,
}
"""Noise schedule of the models that are trained here: v-prediction, zero terminal signal-to-noise ratio, trailing
timesteps. Lin et al., Common Diffusion Noise Schedules and Sample Steps are Flawed (2024)."""


@dataclass(frozen=True, eq=False)
class Objective:
    """What a UNet is taught to predict, and how much each noise level counts.

    Attributes:
        signal: (timesteps,) the cumulative product of alphas, from almost 1 to 0.
        prediction: "v_prediction" or "epsilon".
        gamma: of min-SNR weighting; 0 for weights of 1.
    """

    signal: Tensor
    prediction: str
    gamma: float

    @classmethod
    def of(cls, scheduler: Mapping[str, Any], gamma: float) -> Objective:
        """The objective that a scheduler's config describes."""
        fitting = {key: value for key, value in scheduler.items() if key in _TAKEN}
        prediction = scheduler.get("prediction_type", "epsilon")
        if prediction not in ("epsilon", "v_prediction"):
            raise ModelRefused(f"Models that predict '{prediction}' cannot be trained here.")
        return cls(DDPMScheduler(**fitting).alphas_cumprod, prediction, gamma)

    def at(self, times: Tensor) -> Tensor:
        """(batch, 1, 1, 1) signal power at timesteps."""
        return self.signal.to(times.device)[times].view(-1, 1, 1, 1)

    def add_noise(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """Latents as noisy as their timesteps say."""
        power = self.at(times)
        return power.sqrt() * clean + (1 - power).sqrt() * noise

    def target(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """The noise, or v = a noise - s clean (Salimans and Ho, Progressive Distillation, 2022)."""
        if self.prediction == "epsilon":
            return noise
        power = self.at(times)
        return power.sqrt() * noise - (1 - power).sqrt() * clean

    def weights(self, times: Tensor) -> Tensor:
        """(batch,) min-SNR weights, Hang et al., Efficient Diffusion Training via Min-SNR Weighting Strategy (2023).

        min(snr, gamma) / snr for noise. For v it is min(snr + 1, gamma) / (snr + 1): the paper's min(snr, gamma) /
        (snr + 1) would give pure noise, at a signal-to-noise ratio of 0, no weight, and what a picture shows is
        decided there.
        """
        if not self.gamma:
            return torch.ones(len(times), device=times.device)
        power = self.at(times).view(-1)
        ratio = power / (1 - power).clamp(min=1e-8)
        ratio = ratio + 1 if self.prediction == "v_prediction" else ratio
        return ratio.clamp(max=self.gamma) / ratio.clamp(min=1e-8)

    def loss(
        self, predicted: Tensor, clean: Tensor, noise: Tensor, times: Tensor, fresh: Tensor | None = None
    ) -> Tensor:
        """Mean weighted squared error.

        Args:
            fresh: (batch, 1, height, width) 1 where the error counts, 0 where it does not; None for everywhere.
        """
        wrong = (predicted.float() - self.target(clean, noise, times)).square()
        if fresh is not None:
            wrong = wrong * (fresh / fresh.mean(dim=(1, 2, 3), keepdim=True).clamp(min=1e-6))
        return (wrong.mean(dim=(1, 2, 3)) * self.weights(times)).mean()

    def clean_and_noise(self, noisy: Tensor, predicted: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
        """What a prediction says about the clean latents and the noise."""
        power = self.at(times)
        signal, spread = power.sqrt(), (1 - power).sqrt()
        if self.prediction == "epsilon":
            return (noisy - spread * predicted) / signal.clamp(min=1e-4), predicted
        return signal * noisy - spread * predicted, spread * noisy + signal * predicted


_TAKEN = {
    "beta_end",
    "beta_schedule",
    "beta_start",
    "num_train_timesteps",
    "rescale_betas_zero_snr",
    "trained_betas",
}


def predict(models: Models, noisy: Tensor, times: Tensor, words: Words, told: Tensor | None = None) -> Tensor:
    """The UNet's prediction.

    Args:
        told: (batch, 1 + channels, height, width) mask and masked latents, for inpainting UNets.
    """
    seen = noisy if told is None else torch.cat([noisy, told], dim=1)
    added = None if words.added is None else dict(words.added)
    out = models.unet(seen, times, words.states, added_cond_kwargs=added, return_dict=False)
    return out[0]


def sample_latents(
    models: Models,
    objective: Objective,
    prompts: list[str],
    shape: tuple[int, int],
    *,
    steps: int = 20,
    guidance: float = 4.0,
    seed: int = 0,
    blank: Tensor | None = None,
) -> Tensor:
    """Latents for prompts by DDIM without noise (Song et al., 2021), trailing timesteps, classifier-free guidance.

    Args:
        shape: height and width in latent pixels.
        blank: (1, channels, height, width) latents of an empty picture, which inpainting UNets are told.
    """
    device, count = next(models.unet.parameters()).device, len(prompts)
    ids = [i.to(device) for i in tokens(models.tokenizers, [""] * count + prompts)]
    side = (shape[0] * models.factor, shape[1] * models.factor)
    words = encode_words(models, ids, side)
    channels, total = models.vae.config["latent_channels"], len(objective.signal)
    latents = torch.from_numpy(drawn_noise((count, channels, *shape), seed, "sample", 0)).to(device)
    told = None if blank is None else torch.cat([torch.ones_like(blank[:, :1]), blank], 1).expand(2 * count, -1, -1, -1)
    times = np.round(np.arange(total, 0, -total / steps)).astype(int) - 1
    for time, after in zip(times, [*times[1:], None], strict=True):
        now, then = (None if t is None else torch.full((count,), int(t), device=device) for t in (time, after))
        assert now is not None
        latents = guided(models, objective, latents, now, then, words, guidance, told)
    return latents


def guided(  # noqa: PLR0917
    models: Models,
    objective: Objective,
    latents: Tensor,
    times: Tensor,
    after: Tensor | None,
    words: Words,
    guidance: float,
    told: Tensor | None = None,
) -> Tensor:
    """One step of DDIM without noise, with classifier-free guidance.

    Args:
        latents: (batch, channels, height, width) as noisy as ``times`` say, which may differ.
        after: the timesteps that the result is as noisy as; None for not noisy at all.
        words: of twice the batch: without words, then with them. ``told`` likewise.
    """
    both = predict(models, torch.cat([latents] * 2), torch.cat([times] * 2), words, told)
    without, with_words = both.float().chunk(2)
    clean, noise = objective.clean_and_noise(latents, without + guidance * (with_words - without), times)
    return clean if after is None else objective.add_noise(clean, noise, after)
