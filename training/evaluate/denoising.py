"""How well the UNet predicts, by noise level: the training objective on pictures that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from inference.edits import to_model
from inference.noise import Latents, normal
from inference.pipelines import Denoising, Pipeline
from inference.solver import Sampler
from training.diffusion import Objective
from training.evaluate.asked import Asked, Still

LEVELS = (50, 200, 400, 600, 800, 900, 999)
"""Timesteps of 1000, from almost clean to pure noise."""


@dataclass(frozen=True)
class _Once:
    """A sampler that hands out the prediction at one timestep and changes nothing."""

    time: int

    @property
    def timesteps(self) -> NDArray[np.float32]:
        return np.array([self.time], np.float32)

    def __len__(self) -> int:
        return 1

    def scale(self, latents: Latents, index: int) -> Latents:
        return latents

    def step(self, prediction: Latents, index: int, latents: Latents) -> Latents:
        return prediction


def denoising_loss(
    asked: Asked, pictures: NDArray[np.uint8], prompts: Sequence[str], levels: Sequence[int] = LEVELS
) -> dict[int, float]:
    """Mean squared error of the prediction (noise or v, as the model was trained) at each timestep, in latents.

    Every picture meets the same noise at each timestep, a function of its place alone, so two models with the same
    autoencoder, or one model at two times, are compared without chance.

    Args:
        pictures: (n, height, width, 4) premultiplied bytes.
        prompts: of each, as they were worded in training.
    """
    manifest, pipeline = asked.manifest, asked.engine.pipeline(asked.manifest)
    objective = Objective.of(manifest.scheduler, 0)
    errors: dict[int, list[float]] = {level: [] for level in levels}
    for place, (picture, prompt) in enumerate(zip(pictures, prompts, strict=True)):
        seen = to_model(np.asarray(picture, np.float32) / 255, manifest)[None]
        clean = pipeline.draw(pipeline.moments(seen), Still(), "posterior", 1)
        words = pipeline.condition(prompt, "", guided=False)
        for level in levels:
            noise = normal(place, "loss", clean.shape[1:], level)[None]
            times = torch.tensor([level])
            parts = torch.from_numpy(clean), torch.from_numpy(noise)
            noisy, target = objective.add_noise(*parts, times), objective.target(*parts, times)
            job = _told(pipeline, Denoising(conditioning=words, start=noisy.numpy()), seen)
            predicted = _predicted(pipeline, job, level)
            errors[level].append(float(np.square(predicted - target.numpy()).mean()))
    return {level: float(np.mean(values)) for level, values in errors.items() if values}


def _predicted(pipeline: Pipeline, job: Denoising, level: int) -> Latents:
    sampler: Sampler = _Once(level)  # type: ignore[assignment]
    return next(pipeline.denoise(job, sampler))[1]


def _told(pipeline: Pipeline, job: Denoising, seen: Latents) -> Denoising:
    """An inpainting UNet is told that the whole picture is new."""
    if not pipeline.manifest.inpainting_unet:
        return job
    hidden = pipeline.draw(pipeline.moments(np.zeros_like(seen)), Still(), "masked", 1)
    mask = np.ones((1, 1, *hidden.shape[2:]), np.float32)
    return Denoising(conditioning=job.conditioning, start=job.start, mask=mask, masked=hidden)
