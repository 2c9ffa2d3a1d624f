"""diffusers' schedulers behind numpy: one sampler object for one run of the loop.

The only module that imports diffusers and torch. Importing it takes seconds, so callers import it where it is needed,
and may do so in another thread while graphs load.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from typing import Any

import diffusers
import numpy as np
import torch
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from diffusers.utils import logging as diffusers_logging

from inference.errors import BadRequest
from inference.noise import Latents, NoiseSource
from inference.samplers import sampler

SMALLEST_ALPHA = 2.0**-24
"""Stands for a cumulated alpha of exactly 0 at the last timestep, as in diffusers' own schedulers."""


TAMED_ALPHA = 1 / (1 + 80.0**2)
"""The same at a noise level of 80, past which there is nothing to see: for samplers that place or average their steps
by noise level, and would spend them all on levels in the thousands."""

diffusers_logging.set_verbosity_error()


class StepNoise:
    """Takes the place of a torch generator in a scheduler's step: its noise comes from ``source``."""

    def __init__(self, source: NoiseSource) -> None:
        self.source = source
        self.step = 0

    def __call__(self, shape: tuple[int, ...]) -> torch.Tensor:
        return torch.from_numpy(self.source.draw("step", tuple(shape), self.step))


def _draw_from_step_noise(module: Any) -> None:
    """Let a scheduler module's ``randn_tensor`` understand a ``StepNoise``.

    Schedulers pass their ``generator`` on to that function and to nothing else. For any other generator it is what it
    was. There is no public way in: torch generators cannot be given numpy's numbers.
    """
    original = getattr(module, "randn_tensor", None)
    if original is None or hasattr(original, "knows_step_noise"):
        return

    def randn_tensor(shape: Any, generator: Any = None, *args: Any, **kwargs: Any) -> torch.Tensor:
        if isinstance(generator, StepNoise):
            return generator(shape)
        return original(shape, generator, *args, **kwargs)

    randn_tensor.knows_step_noise = True  # type: ignore[attr-defined]
    module.randn_tensor = randn_tensor


def build(config: Mapping[str, Any], name: str) -> Any:
    """A diffusers scheduler from a model's scheduler config and a sampler's name."""
    spec = sampler(name)
    cls = getattr(diffusers, spec.scheduler)
    _draw_from_step_noise(sys.modules[cls.__module__])
    known = inspect.signature(cls.__init__).parameters
    settings = {**config, **spec.settings}
    same = config.get("_class_name") == spec.scheduler
    if not same:
        # Another class's solver settings mean nothing here; what the model was trained with does.
        trained = {key: value for key, value in config.items() if key in _TRAINED_WITH}
        settings = {**_LATENT, **trained, **spec.settings}
    if settings.get("rescale_betas_zero_snr") and (spec.tamed or "rescale_betas_zero_snr" not in known):
        settings["trained_betas"] = zero_snr_betas(config, TAMED_ALPHA if spec.tamed else SMALLEST_ALPHA)
        settings["rescale_betas_zero_snr"] = False
    settings = {key: value for key, value in settings.items() if key in known}
    return cls.from_config(settings)


_LATENT = {"clip_sample": False}
"""Latents are not pixels: where the model's own scheduler knows no clipping, some classes would clip to [-1, 1]."""
_TRAINED_WITH = {
    "num_train_timesteps",
    "beta_start",
    "beta_end",
    "beta_schedule",
    "trained_betas",
    "prediction_type",
    "timestep_spacing",
    "steps_offset",
    "rescale_betas_zero_snr",
    "set_alpha_to_one",
    "clip_sample",
    "clip_sample_range",
    "thresholding",
    "dynamic_thresholding_ratio",
    "sample_max_value",
}


def zero_snr_betas(config: Mapping[str, Any], last_alpha: float = SMALLEST_ALPHA) -> list[float]:
    """The model's betas rescaled to zero terminal signal-to-noise, for schedulers that cannot do it themselves.

    ``last_alpha`` stands for the cumulated alpha of 0 at the last timestep, and for any that is smaller.

    Lin et al., Common Diffusion Noise Schedules and Sample Steps are Flawed (2023), Algorithm 1.
    """
    plain: Any = DDIMScheduler.from_config({**config, "rescale_betas_zero_snr": False})
    rescaled: Any = DDIMScheduler.from_config({**config, "rescale_betas_zero_snr": True})
    cumulated = rescaled.alphas_cumprod.clamp(min=min(last_alpha, float(plain.alphas_cumprod[-1])))
    alphas = cumulated / torch.cat([torch.ones(1), cumulated[:-1]])
    return (1 - alphas).tolist()


class Sampler:
    """A scheduler set for a number of steps, starting at ``strength`` of the way.

    Args:
        config: the model's scheduler config.
        name: see ``inference.samplers``.
        steps: of a full run.
        strength: share of the steps that is run, in (0, 1]; at least one step is.
        noise: where the noise of stochastic samplers comes from.

    Attributes:
        timesteps: of the steps that are run, (count,) float32.
        start_scale: what pure noise is multiplied with to start from nothing.
    """

    def __init__(
        self, config: Mapping[str, Any], name: str, steps: int, *, strength: float = 1.0, noise: NoiseSource
    ) -> None:
        scheduler = build(config, name)
        try:
            scheduler.set_timesteps(steps)
        except ValueError as error:
            raise BadRequest(
                f"The sampler {name} cannot run {steps} steps with this model.",
                hint="Ask for fewer steps, or choose another sampler.",
                detail=str(error),
            ) from error
        order = scheduler.order
        run = min(max(int(steps * strength), 1), steps)
        begin = (steps - run) * order
        if hasattr(scheduler, "set_begin_index"):
            # Else it looks its place up by timestep, of which Karras sigmas can have several alike.
            scheduler.set_begin_index(begin)
        self._scheduler = scheduler
        self._timesteps = scheduler.timesteps[begin:]
        self.timesteps = self._timesteps.numpy().astype(np.float32)
        self.start_scale = float(scheduler.init_noise_sigma)
        self.prediction = str(scheduler.config.get("prediction_type", "epsilon"))
        self._cumulated = scheduler.alphas_cumprod.numpy()
        self._noise = StepNoise(noise)
        accepted = inspect.signature(scheduler.step).parameters
        self._arguments = {"generator": self._noise} if "generator" in accepted else {}

    def __len__(self) -> int:
        return len(self.timesteps)

    def scale(self, latents: Latents, index: int) -> Latents:
        """What the UNet is shown at step ``index``."""
        return self._scheduler.scale_model_input(torch.from_numpy(latents), self._timesteps[index]).numpy()

    def step(self, prediction: Latents, index: int, latents: Latents) -> Latents:
        """Latents after step ``index``."""
        self._noise.step = index
        return self._scheduler.step(
            torch.from_numpy(prediction),
            self._timesteps[index],
            torch.from_numpy(latents),
            return_dict=False,
            **self._arguments,
        )[0].numpy()

    def add_noise(self, latents: Latents, noise: Latents, index: int) -> Latents:
        """Clean latents as noisy as those before step ``index``; after the last step they are clean."""
        if index >= len(self):
            return latents
        return self._scheduler.add_noise(
            torch.from_numpy(latents), torch.from_numpy(noise), self._timesteps[index : index + 1]
        ).numpy()

    def clean(self, prediction: Latents, index: int, scaled: Latents) -> Latents:
        """The clean latents that a prediction stands for, for previews.

        Args:
            scaled: what the UNet was shown, which is variance preserving for every scheduler.
        """
        if self.prediction == "sample":
            return prediction
        alpha = float(np.interp(self.timesteps[index], np.arange(len(self._cumulated)), self._cumulated))
        signal, spread = max(alpha, SMALLEST_ALPHA) ** 0.5, (1 - alpha) ** 0.5
        if self.prediction == "v_prediction":
            return signal * scaled - spread * prediction
        return (scaled - spread * prediction) / signal
