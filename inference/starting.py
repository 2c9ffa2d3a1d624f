"""What a denoising loop starts from: a job's noise, its sources as latents, its references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from inference.alpha import Pixels
from inference.api import Blend, Request
from inference.conditioning import Conditioning, blended, stacked, weighted
from inference.edits import Source, to_model
from inference.jobs import End, Job
from inference.masks import Map, to_latent
from inference.noise import Latents, NoiseSource
from inference.pictures import read_picture
from inference.pipelines import Denoising, Pipeline
from inference.references import Pull, Statistics, average, measure
from inference.steering import Steer
from inference.styles import Style

if TYPE_CHECKING:
    from inference.solver import Sampler


def condition(pipeline: Pipeline, job: Job) -> Conditioning:
    """What the words say, mixed where there are several ends or styles."""
    if job.rows:
        return stacked([condition(pipeline, row) for row in job.rows])
    worded = [(end, words) for end in job.ends for words in end.settings.wordings]
    states = [
        pipeline.condition(words.prompt, words.negative, guided=job.guided, clip_skip=end.request.clip_skip)
        for end, words in worded
    ]
    return blended(states, [end.weight * words.weight for end, words in worded])


def stackable(pipeline: Pipeline, job: Job) -> bool:
    """True when the prompts of a job's rows are of one length, so that they can be told to the UNet together."""
    return len({condition(pipeline, row).hidden.shape for row in job.rows}) == 1


def references(pipeline: Pipeline, job: Job) -> tuple[Statistics, float] | None:
    """Statistics of a job's references and their weight, averaged over its ends; None when it has none.

    A request's own references stand for its style's.
    """
    asked = [look for end in job.ends for look in _looks(end.request, end.style, end.weight)]
    if isinstance(job.request, Blend) and job.request.references:
        asked = _looks(job.request, None, 1.0)
    measured = [(measure(pictures, pipeline), weight) for pictures, weight in asked if weight > 0]
    found = [(statistics, weight) for statistics, weight in measured if statistics is not None]
    total = sum(weight for _, weight in found)
    if not found:
        return None
    return average([statistics for statistics, _ in found], [weight / total for _, weight in found]), total


def _looks(request: Request, style: Style | None, share: float) -> list[tuple[Sequence[Pixels], float]]:
    """Reference pictures and how far they count."""
    if request.references:
        return [(request.references, share * request.reference_weight)]
    own = style.looks() if style is not None else ()
    return [([read_picture(path).pixels for path in paths], share * weight) for paths, weight in own]


def denoising(  # noqa: PLR0917
    pipeline: Pipeline,
    job: Job,
    conditioning: Conditioning,
    noise: NoiseSource,
    sampler: Sampler,
    pulled: tuple[Statistics, float] | None,
) -> Denoising:
    """The loop's input: pure noise, or the sources as noisy as the first step wants them."""
    manifest = job.manifest
    small = job.size.divided(manifest.factor)
    start_noise = noise.draw("start", (len(job.seeds), manifest.latent_channels, *small.shape))
    plain = Denoising(
        conditioning=conditioning,
        start=start_noise * np.float32(sampler.start_scale),
        guidance=_guidance(job),
        seamless=job.request.seamless,
        roll_seeds=_roll_seeds(job),
        want_clean=job.request.previews,
        steers=tuple(
            Steer(card=lead.card, picture=lead.map, strength=lead.strength, start=lead.start, end=lead.end)
            for lead in job.controls
        ),
    )
    sources = [(end, end.source) for end in job.ends if end.source is not None]
    ready = plain if not sources else _from_sources(pipeline, job, sources, sampler, plain, start_noise)
    if pulled is None:
        return ready
    sight = pipeline.preview_map() if manifest.channels > 3 else None
    return replace(ready, pull=Pull(*pulled, sight=sight, free=ready.keep_map))


def _from_sources(  # noqa: PLR0917
    pipeline: Pipeline,
    job: Job,
    sources: list[tuple[End, Source]],
    sampler: Sampler,
    plain: Denoising,
    start_noise: Latents,
) -> Denoising:
    """Sources' latents and maps mixed by weight; an end from words alone has no say in the latents, and renews all."""
    manifest, seamless, count = job.manifest, job.request.seamless, len(job.seeds)
    total = sum(end.weight for end, _ in sources)
    shares = [end.weight / total for end, _ in sources]
    maps = [to_latent(source.denoise, manifest.factor) for _, source in sources]
    shown = [to_model(source.seen, manifest)[None] for _, source in sources]

    def drawn(pictures: list[Latents], purpose: str) -> Latents:
        latents = [
            pipeline.draw(pipeline.moments(picture, seamless), job.noise_of(end), purpose, count)
            for (end, _), picture in zip(sources, pictures, strict=True)
        ]
        return weighted(latents, shares)

    clean = drawn(shown, "posterior")
    keep_map = _renewed(maps, [end.weight for end, _ in sources], 1 - total)
    mask = masked = None
    if manifest.inpainting_unet:
        new = np.max([to_latent((each.denoise > 0).astype(np.float32), manifest.factor) for _, each in sources], axis=0)
        mask = np.broadcast_to(new, (count, 1, *new.shape)).astype(np.float32)
        hidden = [seen * (each.denoise <= 0) for seen, (_, each) in zip(shown, sources, strict=True)]
        masked = drawn(hidden, "masked")
    return replace(
        plain,
        start=plain.start if job.strength >= 1 else sampler.add_noise(clean, start_noise, 0),
        clean=clean,
        noise=start_noise,
        keep_map=None if keep_map.min() >= 1 else keep_map,
        clean_context=manifest.clean_context,
        mask=mask,
        masked=masked,
    )


def _renewed(maps: list[Map], weights: list[float], rest: float) -> Map:
    """Denoise maps mixed by weight; what is left of the weights renews all."""
    if len(maps) == 1 and rest <= 0:
        return maps[0]
    return np.clip(weighted(maps, weights) + np.float32(max(rest, 0)), 0, 1)


def _guidance(job: Job) -> float | Latents:
    if not job.rows:
        return job.settings.guidance
    return np.array([row.settings.guidance for row in job.rows], np.float32).reshape(-1, 1, 1, 1)


def _roll_seeds(job: Job) -> tuple[int, ...]:
    """A blend rolls as its main end does, so that at weight 1 it is that end."""
    if job.rows:
        return tuple(seed for row in job.rows for seed in _roll_seeds(row))
    if isinstance(job.request, Blend):
        return (job.request.main.seed,) * len(job.seeds)
    return job.seeds
