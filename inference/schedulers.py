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
from numpy.typing import NDArray

from inference.errors import BadRequest
from inference.noise import Latents, NoiseSource, SeededNoise
from inference.samplers import sampler
from inference.solver import Row, Table, TableSampler, steps_to_run

SMALLEST_ALPHA = 2.0**-24
"""Stands for a cumulated alpha of exactly 0 at the last timestep, as in diffusers' own schedulers."""


TAMED_ALPHA = 1 / (1 + 80.0**2)
"""The same at a noise level of 80, past which there is nothing to see: for samplers that place or average their steps
by noise level, and would spend them all on levels in the thousands."""

MOST_COMPILED = 200
"""Steps up to which a run is compiled; a table of n steps takes n vectors of 2 n + 1 numbers to find."""
NEGLIGIBLE = 1e-6
"""Share of a step's largest coefficient below which one is rounding, not meaning."""

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
    """A live diffusers scheduler (see ``solver.Sampler``) set for a number of steps, from ``strength`` of the way on.

    Args:
        config: the model's scheduler config.
        name: see ``inference.samplers``.
        steps: of a full run.
        strength: share of the steps that is run, in (0, 1]; at least one step is.
        noise: where the noise of stochastic samplers comes from.

    Attributes:
        timesteps: of the steps that are run, (count,) float32.
        start_scale: what pure noise is multiplied with to start from nothing.
        clips: it clips or thresholds what it predicts, and so is not linear.
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
        begin = (steps - steps_to_run(steps, strength)) * order
        if hasattr(scheduler, "set_begin_index"):
            # Else it looks its place up by timestep, of which Karras sigmas can have several alike.
            scheduler.set_begin_index(begin)
        self._scheduler = scheduler
        self._timesteps = scheduler.timesteps[begin:]
        self.timesteps = self._timesteps.numpy().astype(np.float32)
        self.start_scale = float(scheduler.init_noise_sigma)
        self.prediction = str(scheduler.config.get("prediction_type", "epsilon"))
        self._cumulated = scheduler.alphas_cumprod.numpy()
        self.clips = bool(scheduler.config.get("clip_sample") or scheduler.config.get("thresholding"))
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


class _Basis:
    """Noise for compiling: the draw of step i is the i-th of the last ``steps`` unit vectors."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def draw(self, purpose: str, shape: tuple[int, ...], step: int = 0) -> Latents:
        return _unit(1 + self.steps + step, 1 + 2 * self.steps)


def _unit(index: int, length: int) -> Latents:
    vector = np.zeros((1, 1, 1, length), np.float32)
    vector[..., index] = 1
    return vector


def compile_table(config: Mapping[str, Any], name: str, steps: int, strength: float) -> Table | None:
    """Run the scheduler once on unit vectors and read its coefficients off.

    The space has a vector for the first latents, one for each step's prediction and one for each step's noise. Returns
    None where the scheduler is not linear: it clips or thresholds, or the table does not give what it gives.
    """
    probe = Sampler(config, name, steps, strength=strength, noise=_Basis(0))
    if len(probe) > MOST_COMPILED or probe.clips:
        return None
    count = len(probe)
    live = Sampler(config, name, steps, strength=strength, noise=_Basis(count))
    rows: list[Row] = []
    state = _unit(0, 1 + 2 * count)
    for index in range(count):
        noisy = live.add_noise(_unit(0, 2), _unit(1, 2), index).ravel()
        cleaned = live.clean(_unit(0, 2), index, _unit(1, 2)).ravel()
        at = int(np.abs(state).argmax())
        scale = float(live.scale(state, index).ravel()[at] / state.ravel()[at])
        following = live.step(_unit(1 + index, 1 + 2 * count), index, state)
        rows.append(
            _row(
                state.ravel().astype(np.float64),
                following.ravel().astype(np.float64),
                index,
                timestep=float(live.timesteps[index]),
                scale=scale,
                signal=float(noisy[0]),
                spread=float(noisy[1]),
                clean_prediction=float(cleaned[0]),
                clean_scaled=float(cleaned[1]),
            )
        )
        state = following
    table = Table(live.start_scale, tuple(rows))
    return table if _agrees(table, config, name, steps, strength) else None


def _row(state: NDArray[np.float64], following: NDArray[np.float64], index: int, **rest: float) -> Row:
    """One step's coefficients: the latents are kept by as much as the first latents in them are."""
    count = (len(state) - 1) // 2
    keep = following[0] / state[0] if state[0] else 0.0
    left = following - keep * state
    largest = max(abs(keep), float(np.abs(following).max()))

    def weights(first: int) -> dict[int, float]:
        seen = left[first : first + index + 1]
        return {i: float(weight) for i, weight in enumerate(seen) if abs(weight) > NEGLIGIBLE * largest}

    return Row(keep=float(keep), predictions=weights(1), noises=weights(1 + count), **rest)


def _agrees(table: Table, config: Mapping[str, Any], name: str, steps: int, strength: float) -> bool:
    """True when the table gives what the scheduler gives, on random numbers."""
    shape = (1, 4, 4, 4)
    noise = SeededNoise((0,))
    live = Sampler(config, name, steps, strength=strength, noise=noise)
    quick = TableSampler(table, noise)
    ours = theirs = noise.draw("start", shape) * np.float32(live.start_scale)
    for index in range(len(live)):
        prediction = noise.draw("prediction", shape, index)
        theirs, ours = live.step(prediction, index, theirs), quick.step(prediction, index, ours)
        if not np.allclose(ours, theirs, rtol=1e-4, atol=1e-4 * max(1.0, float(np.abs(theirs).max()))):
            return False
    return True
