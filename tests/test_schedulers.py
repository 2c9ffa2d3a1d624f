"""Every sampler step by step against diffusers, and against a model that knows the answer."""

from __future__ import annotations

import inspect

import diffusers
import numpy as np
import pytest
import torch
from conftest import assert_close
from tiny import CLASSIC, ZERO_SNR

from inference.noise import Latents, SeededNoise
from inference.samplers import SAMPLERS
from inference.schedulers import SMALLEST_ALPHA, TAMED_ALPHA, Sampler, build, zero_snr_betas

STEPS = 12
V_PREDICTION = {**CLASSIC, "_class_name": "DDIMScheduler", "prediction_type": "v_prediction"}
FROM_EULER = {
    "_class_name": "EulerDiscreteScheduler",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "num_train_timesteps": 1000,
    "prediction_type": "epsilon",
    "steps_offset": 1,
    "timestep_spacing": "leading",
}
"""A model saved with a scheduler that has no word for clipping."""
CONFIGS = {"classic": CLASSIC, "v": V_PREDICTION, "zero-snr": ZERO_SNR, "from-euler": FROM_EULER}
OWN_RESCALING = {
    name
    for name, spec in SAMPLERS.items()
    if "rescale_betas_zero_snr" in inspect.signature(getattr(diffusers, spec.scheduler).__init__).parameters
}

each_sampler = pytest.mark.parametrize("name", SAMPLERS)
each_config = pytest.mark.parametrize("config", CONFIGS)
each_strength = pytest.mark.parametrize("strength", [1.0, 0.6])


class GeneratorNoise:
    """The very numbers that a torch generator of that seed gives, in order."""

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.draws = 0

    def draw(self, purpose: str, shape: tuple[int, ...], step: int = 0) -> Latents:
        assert purpose == "step"
        self.draws += 1
        return torch.randn(shape, generator=self.generator).numpy()


class Silence:
    def draw(self, purpose: str, shape: tuple[int, ...], step: int = 0) -> Latents:
        raise AssertionError(f"a sampler that is said to draw no noise drew it at step {step}")


def normal(seed: int, *shape: int) -> Latents:
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def alphas_of(config: dict) -> np.ndarray:
    """Cumulated alphas of the training schedule, in double precision and from the papers alone."""
    betas = np.linspace(config["beta_start"] ** 0.5, config["beta_end"] ** 0.5, config["num_train_timesteps"]) ** 2
    alphas = np.cumprod(1 - betas)
    if config.get("rescale_betas_zero_snr"):
        roots = np.sqrt(alphas)
        alphas = ((roots - roots[-1]) * roots[0] / (roots[0] - roots[-1])) ** 2
    return alphas


class Oracle:
    """A model that knows the clean latents: its prediction follows from what it is shown and the timestep."""

    def __init__(self, config: dict, clean: Latents) -> None:
        self.alphas = alphas_of(config)
        self.velocity = config.get("prediction_type") == "v_prediction"
        self.latents = clean

    def alpha(self, timestep: float) -> float:
        return float(np.interp(timestep, np.arange(len(self.alphas)), self.alphas))

    def predict(self, shown: Latents, timestep: float) -> Latents:
        alpha = self.alpha(timestep)
        if self.velocity:
            return ((alpha**0.5 * shown - self.latents) / (1 - alpha) ** 0.5).astype(np.float32)
        return ((shown - alpha**0.5 * self.latents) / (1 - alpha) ** 0.5).astype(np.float32)

    def noise_level(self, shown: Latents, timestep: float) -> float:
        """How much noise is in what the model is shown, over how much the timestep promises."""
        alpha = self.alpha(timestep)
        return float((shown - alpha**0.5 * self.latents).std() / (1 - alpha) ** 0.5)


def started(sampler: Sampler, clean: Latents, noise: Latents, strength: float) -> Latents:
    return noise * np.float32(sampler.start_scale) if strength == 1 else sampler.add_noise(clean, noise, 0)


def reference_of(name: str, config: dict):
    """The same scheduler, made by diffusers alone."""
    spec = SAMPLERS[name]
    settings = {key: value for key, value in config.items() if not key.startswith("_")} | dict(spec.settings)
    settings.setdefault("clip_sample", False)
    if config.get("rescale_betas_zero_snr") and (spec.tamed or name not in OWN_RESCALING):
        settings["trained_betas"] = zero_snr_betas(config, TAMED_ALPHA if spec.tamed else SMALLEST_ALPHA)
        settings["rescale_betas_zero_snr"] = False
    cls = getattr(diffusers, spec.scheduler)
    known = inspect.signature(cls.__init__).parameters
    return cls(**{key: value for key, value in settings.items() if key in known})


def some_model(latents: torch.Tensor, timestep: torch.Tensor) -> torch.Tensor:
    """Any smooth function of what a UNet sees will do."""
    t = float(timestep) / 1000
    return torch.tanh(latents * (0.4 + t) + 0.3 * latents.roll(1, -1) * latents.roll(1, 1) - t)


@each_strength
@each_config
@each_sampler
def test_each_step_equals_that_of_diffusers(name, config, strength):
    settings = CONFIGS[config]
    clean, noise = normal(0, 2, 4, 6, 5), normal(1, 2, 4, 6, 5)
    sampler = Sampler(settings, name, STEPS, strength=strength, noise=GeneratorNoise(7))
    reference, generator = reference_of(name, settings), torch.Generator().manual_seed(7)
    reference.set_timesteps(STEPS)
    begin = (STEPS - int(STEPS * strength)) * reference.order
    if hasattr(reference, "set_begin_index"):
        reference.set_begin_index(begin)
    timesteps = reference.timesteps[begin:]
    assert_close(sampler.timesteps, timesteps, 0, "timesteps")
    latents = started(sampler, clean, noise, strength)
    wanted = torch.from_numpy(noise) * reference.init_noise_sigma
    if strength < 1:
        wanted = reference.add_noise(torch.from_numpy(clean), torch.from_numpy(noise), timesteps[:1].repeat(2))
    assert_close(latents, wanted, 1e-6, "the start")
    extra = {"generator": generator} if "generator" in inspect.signature(reference.step).parameters else {}
    for index, timestep in enumerate(timesteps):
        shown = reference.scale_model_input(wanted, timestep)
        scaled = sampler.scale(latents, index)
        assert_close(scaled, shown, 1e-6, f"what the model is shown at step {index}")
        prediction = some_model(shown, timestep)
        wanted = reference.step(prediction, timestep, wanted, **extra, return_dict=False)[0]
        latents = sampler.step(prediction.numpy(), index, latents)
        size = max(1.0, float(wanted.abs().max()))
        assert_close(latents / size, wanted / size, 1e-6, f"latents after step {index}")
        if index + 1 < len(timesteps):
            kept = reference.add_noise(
                torch.from_numpy(clean), torch.from_numpy(noise), timesteps[index + 1 : index + 2]
            )
            assert_close(sampler.add_noise(clean, noise, index + 1), kept, 1e-6, f"kept latents after step {index}")
    assert len(sampler) == len(timesteps)


# What is left of the noise where a schedule ends at the first trained timestep, not at nothing: a share of
# sqrt(1 - alpha_0) = 0.029 of noise that reaches 4.
FIRST_TIMESTEP = 0.15
ENDS_NOISY = {
    # set_alpha_to_one is off in these configs, so the last step goes to the alpha of timestep 0.
    ("ddim", "classic"): FIRST_TIMESTEP,
    ("ddim", "v"): FIRST_TIMESTEP,
    ("pndm", "classic"): FIRST_TIMESTEP,
    # PNDM's own default is the same. It also mixes predictions of several timesteps before it turns v into noise.
    ("pndm", "v"): FIRST_TIMESTEP,
    ("pndm", "from-euler"): FIRST_TIMESTEP,
    ("pndm", "zero-snr"): 0.3,
    # TCD's last step goes to timestep 0 by definition.
    ("tcd", "classic"): FIRST_TIMESTEP,
    ("tcd", "v"): FIRST_TIMESTEP,
    ("tcd", "zero-snr"): FIRST_TIMESTEP,
    ("tcd", "from-euler"): FIRST_TIMESTEP,
}


@pytest.mark.parametrize("steps", [STEPS, 25])
@each_strength
@each_config
@each_sampler
def test_a_model_that_knows_the_clean_latents_is_led_to_them(name, config, strength, steps):
    # Latents reach beyond 1, where a scheduler that clips them would be seen.
    clean, noise = 1.5 * normal(0, 2, 4, 6, 5), normal(1, 2, 4, 6, 5)
    oracle = Oracle(CONFIGS[config], clean)
    sampler = Sampler(CONFIGS[config], name, steps, strength=strength, noise=SeededNoise((1, 2)))
    latents = started(sampler, clean, noise, strength)
    # An alpha of 0 is replaced by a small one, through which a first preview shows a little of the noise.
    allowed = 5 * (TAMED_ALPHA if SAMPLERS[name].tamed else SMALLEST_ALPHA) ** 0.5
    for index, timestep in enumerate(sampler.timesteps):
        scaled = sampler.scale(latents, index)
        prediction = oracle.predict(scaled, timestep)
        assert_close(sampler.clean(prediction, index, scaled), clean, allowed, f"the preview at step {index}")
        latents = sampler.step(prediction, index, latents)
    assert_close(latents, clean, ENDS_NOISY.get((name, config), 1e-5), "the clean latents")


# diffusers' PNDM runs its second step twice. A run that starts late has left one of the two out and is a step ahead
# of its latents from then on, in diffusers' pipelines and here alike.
@each_config
@pytest.mark.parametrize("name", [name for name in SAMPLERS if name != "pndm"])
def test_latents_are_as_noisy_as_the_model_is_told(name, config):
    clean, noise = normal(0, 1, 4, 64, 64), normal(1, 1, 4, 64, 64)
    oracle = Oracle(CONFIGS[config], clean)
    sampler = Sampler(CONFIGS[config], name, 25, strength=0.6, noise=SeededNoise((1,)))
    latents = sampler.add_noise(clean, noise, 0)
    # Karras timesteps are rounded to whole ones, which shows where there is little noise.
    allowed = 0.1 if "karras" in name else 0.025
    for index, timestep in enumerate(sampler.timesteps):
        scaled = sampler.scale(latents, index)
        level = oracle.noise_level(scaled, timestep)
        assert abs(level - 1) < allowed, f"step {index} at timestep {timestep}: {level:.3f} of the noise it should have"
        latents = sampler.step(oracle.predict(scaled, timestep), index, latents)


@each_config
def test_pndm_from_the_start_is_as_noisy_as_the_model_is_told(config):
    clean, noise = normal(0, 1, 4, 32, 32), normal(1, 1, 4, 32, 32)
    oracle = Oracle(CONFIGS[config], clean)
    sampler = Sampler(CONFIGS[config], "pndm", 25, noise=SeededNoise((1,)))
    latents = noise
    for index, timestep in enumerate(sampler.timesteps):
        level = oracle.noise_level(latents, timestep)
        assert abs(level - 1) < 0.1, f"step {index} at timestep {timestep}: {level:.3f} of the noise it should have"
        latents = sampler.step(oracle.predict(latents, timestep), index, latents)


@pytest.mark.parametrize("name", ["ddim", "euler", "heun", "dpm++2m", "unipc"])
@pytest.mark.parametrize("config", ["classic", "v", "zero-snr"])
def test_without_noise_of_its_own_a_sampler_follows_the_straight_line(name, config):
    clean, noise = normal(0, 1, 4, 8, 8), normal(1, 1, 4, 8, 8)
    oracle = Oracle(CONFIGS[config], clean)
    sampler = Sampler(CONFIGS[config], name, 25, strength=0.6, noise=Silence())
    latents = sampler.add_noise(clean, noise, 0)
    for index, timestep in enumerate(sampler.timesteps):
        alpha = oracle.alpha(timestep)
        scaled = sampler.scale(latents, index)
        assert_close(scaled, alpha**0.5 * clean + (1 - alpha) ** 0.5 * noise, 1e-4, f"before step {index}")
        latents = sampler.step(oracle.predict(scaled, timestep), index, latents)


@pytest.mark.parametrize("config", ["classic", "v", "zero-snr"])
@each_sampler
def test_kept_latents_are_as_noisy_as_the_others(name, config):
    clean, noise = normal(0, 1, 4, 32, 32), normal(1, 1, 4, 32, 32)
    oracle = Oracle(CONFIGS[config], clean)
    sampler = Sampler(CONFIGS[config], name, STEPS, strength=0.6, noise=SeededNoise((1,)))
    latents = sampler.add_noise(clean, noise, 0)
    allowed = 0.1 if "karras" in name else 0.025
    for index, timestep in enumerate(sampler.timesteps):
        kept = sampler.scale(sampler.add_noise(clean, noise, index), index)
        level = oracle.noise_level(kept, timestep)
        assert abs(level - 1) < allowed, f"step {index} at timestep {timestep}: {level:.3f} of the noise it should have"
        latents = sampler.step(oracle.predict(sampler.scale(latents, index), timestep), index, latents)
    assert sampler.add_noise(clean, noise, len(sampler)) is clean


@each_sampler
def test_only_samplers_that_say_so_draw_noise(name):
    spec = SAMPLERS[name]
    source = GeneratorNoise(0) if spec.noisy else Silence()
    sampler = Sampler(ZERO_SNR, name, STEPS, noise=source)
    latents = normal(0, 1, 4, 4, 4) * np.float32(sampler.start_scale)
    for index in range(len(sampler)):
        latents = sampler.step(normal(index, 1, 4, 4, 4), index, latents)
    if spec.noisy:
        assert source.draws >= STEPS - 1


@pytest.mark.parametrize("name", [name for name, spec in SAMPLERS.items() if spec.noisy])
def test_a_samplers_noise_comes_from_its_source_alone(name):
    def run(seed: int, torch_seed: int) -> Latents:
        torch.manual_seed(torch_seed)
        sampler = Sampler(ZERO_SNR, name, 4, noise=SeededNoise((seed,)))
        latents = normal(0, 1, 4, 4, 4) * np.float32(sampler.start_scale)
        for index in range(len(sampler)):
            latents = sampler.step(normal(index, 1, 4, 4, 4), index, latents)
        return latents

    assert_close(run(1, 1), run(1, 2), 0, "the same seed twice")
    assert np.abs(run(1, 1) - run(2, 1)).max() > 1e-3


@each_sampler
def test_a_batch_is_stepped_like_its_pictures(name):
    together, start = SeededNoise((5, 6, 7)), normal(0, 3, 4, 4, 5)

    def run(noise: SeededNoise, rows: slice) -> Latents:
        sampler = Sampler(ZERO_SNR, name, 6, noise=noise)
        latents = start[rows] * np.float32(sampler.start_scale)
        for index in range(len(sampler)):
            latents = sampler.step(normal(index, 3, 4, 4, 5)[rows], index, latents)
        return latents

    batch = run(together, slice(None))
    for row in range(3):
        alone = run(SeededNoise((5 + row,)), slice(row, row + 1))
        size = max(1.0, float(np.abs(alone).max()))
        assert_close(batch[row : row + 1] / size, alone / size, 1e-6, f"picture {row} of the batch")


@pytest.mark.parametrize(
    ("steps", "strength", "run"),
    [(10, 1.0, 10), (10, 0.6, 6), (10, 0.99, 9), (10, 0.05, 1), (1, 0.3, 1), (25, 0.02, 1), (3, 0.7, 2)],
)
@pytest.mark.parametrize("name", ["ddim", "euler", "dpm++2m", "lcm"])
def test_strength_is_the_share_of_steps_that_is_run(name, steps, strength, run):
    assert len(Sampler(CLASSIC, name, steps, strength=strength, noise=Silence())) == run


def test_heun_asks_the_model_twice_for_each_step_but_the_last():
    assert len(Sampler(CLASSIC, "heun", 10, noise=Silence())) == 19
    assert len(Sampler(CLASSIC, "heun", 10, strength=0.6, noise=Silence())) == 11


def test_rescaled_betas_have_no_signal_left_at_the_last_timestep():
    betas = np.array(zero_snr_betas(ZERO_SNR))
    alphas, wanted = np.cumprod(1 - betas), alphas_of(ZERO_SNR)
    assert_close(alphas[:-1], wanted[:-1], 1e-5, "cumulated alphas")
    assert alphas[-1] == pytest.approx(SMALLEST_ALPHA, rel=0.01)


@each_sampler
def test_every_scheduler_has_the_schedule_that_the_model_was_trained_with(name):
    for config in CONFIGS.values():
        alphas, wanted = build(config, name).alphas_cumprod.numpy(), alphas_of(config)
        assert_close(alphas, np.maximum(wanted, TAMED_ALPHA) if SAMPLERS[name].tamed else wanted, 1e-5, "alphas")


@each_config
@each_sampler
@pytest.mark.parametrize("steps", [4, 25, 50])
def test_noise_never_grows_from_step_to_step(name, config, steps):
    sampler = Sampler(CONFIGS[config], name, steps, noise=Silence())
    alphas = build(CONFIGS[config], name).alphas_cumprod.numpy()
    levels = np.interp(sampler.timesteps, np.arange(len(alphas)), alphas)
    assert (np.diff(sampler.timesteps) <= 0).all(), sampler.timesteps
    assert (np.diff(levels) >= 0).all(), levels


@each_sampler
def test_latents_are_never_clipped_unless_the_model_says_so(name):
    assert not build(FROM_EULER, name).config.get("clip_sample", False)
    asked = build({**V_PREDICTION, "clip_sample": True}, name)
    assert asked.config.get("clip_sample", True)


@each_sampler
def test_a_models_own_scheduler_keeps_its_settings(name):
    spec = SAMPLERS[name]
    own = {**CLASSIC, "_class_name": spec.scheduler, "solver_order": 3, "original_inference_steps": 20}
    scheduler = build(own, name)
    for key in ("solver_order", "original_inference_steps"):
        assert scheduler.config.get(key, own[key]) == own[key]
    other = build({**own, "_class_name": "SomeOtherScheduler"}, name)
    assert other.config.get("solver_order", 2) == 2
    assert other.config.get("original_inference_steps", 50) in (50, None)
