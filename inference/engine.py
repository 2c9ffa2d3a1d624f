"""The engine: requests in, events out, on this machine (see ``inference.api``)."""

from __future__ import annotations

import concurrent.futures
import hashlib
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from inference.alpha import Colours, Pixels, unpremultiply
from inference.api import Device, Event, Generate, Inpaint, Notice, Picture, Request, Step, Vary, together
from inference.edits import EditPlan, Source, from_model, plan_inpaint, plan_vary, prepare, stitch, to_model
from inference.errors import BadRequest
from inference.geometry import Bounds, Size
from inference.library import find_model, model_for
from inference.manifest import Alpha, ModelManifest, Task
from inference.masks import to_latent
from inference.noise import Latents, SeededNoise, Variation
from inference.pipelines import Conditioning, Denoising, Pipeline
from inference.recipe import Recipe
from inference.resources import cache_folder
from inference.runtime import TITLES, Runtime, device_name, missed
from inference.samplers import sampler as sampler_spec
from inference.solver import Sampler, Tables
from inference.store import ModelStore
from inference.styles import find_style, sampling
from inference.words import Unknown, told, unknown_words


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A request with nothing left open."""

    prompt: str
    negative: str
    steps: int
    guidance: float
    scheduler: str

    @classmethod
    def resolve(cls, request: Request, manifest: ModelManifest) -> Settings:
        """The request's own values, else its style's, else the model's."""
        style = find_style(request.style) if request.style else None
        chosen = sampling(request, style, manifest.defaults)
        sampler_spec(chosen.scheduler)
        return cls(
            prompt=style.apply(request.prompt) if style else request.prompt,
            negative=style.join_negative(request.negative) if style else request.negative,
            steps=chosen.steps,
            guidance=chosen.guidance,
            scheduler=chosen.scheduler,
        )

    def guided(self, manifest: ModelManifest) -> bool:
        """True when each step needs a second prediction, of what the picture should not be."""
        return self.guidance > 1 and not manifest.guidance_embedded

    def unknown(self, manifest: ModelManifest) -> tuple[Unknown, ...]:
        """The words, among those that count, that the model does not know."""
        return unknown_words(manifest.words, self.prompt, *([self.negative] if self.guided(manifest) else []))


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One batch of a request, ready to run."""

    request: Request
    manifest: ModelManifest
    settings: Settings
    size: Size
    seeds: tuple[int, ...] = ()
    first: int = 0
    plan: EditPlan | None = None
    source: Source | None = None
    source_hash: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def strength(self) -> float:
        """1 for pictures from words alone."""
        return self.request.strength if isinstance(self.request, Inpaint | Vary) else 1.0


class LocalEngine:
    """Runs requests with onnxruntime in this process (see ``inference.api.Engine``).

    Args:
        device: "auto", "cuda", "directml", "coreml" or "cpu".
        threads: cores for CPU sessions; None for all.
        cache: folder for optimised graphs; None for the user's cache folder.
        budget: bytes of weights kept loaded; None for a share of the free memory.
    """

    def __init__(
        self,
        *,
        device: str = "auto",
        threads: int | None = None,
        cache: Path | None = None,
        budget: int | None = None,
    ) -> None:
        self.runtime = Runtime(device=device, threads=threads, cache=cache or cache_folder() / "graphs")
        self._store = ModelStore(self.runtime, budget)
        self._pipelines: dict[Path, tuple[ModelManifest, Pipeline]] = {}
        self._warned = False
        self._obtained = ""
        self._told: Device | None = None
        self._tables = Tables(cache_folder() / "samplers")
        self._beside = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="gouache-tables")

    def cancel(self) -> None:
        """Stop the running request, from any thread."""
        self.runtime.cancel.set()

    def close(self) -> None:
        """Let go of models and threads."""
        self._store.drop_all()
        self._pipelines.clear()
        self._beside.shutdown(wait=False, cancel_futures=True)
        self.runtime.close()

    def pipeline(self, manifest: ModelManifest) -> Pipeline:
        """The pipeline of a model; its graphs are loaded when they are first run, and again when its files changed."""
        known, pipeline = self._pipelines.get(manifest.folder, (None, None))
        if pipeline is None or known is not manifest:
            self._store.drop(part.path for part in manifest.parts.values())
            pipeline = Pipeline(manifest, self._store)
            self._pipelines[manifest.folder] = (manifest, pipeline)
        return pipeline

    def run(self, request: Request) -> Generator[Event, None, None]:
        """Do the work (see ``inference.api.Engine``)."""
        self.runtime.cancel.clear()
        manifest = model_for(request.model, request.style)
        settings = Settings.resolve(request, manifest)
        _check_task(request, manifest)
        size, plan = _plan(request, manifest)
        edit = request if isinstance(request, Inpaint | Vary) else None
        job = Job(
            request=request,
            manifest=manifest,
            settings=settings,
            size=size,
            plan=plan,
            source=prepare(edit, plan, manifest) if edit and plan and edit.strength > 0 else None,
            source_hash=_hash(edit.image) if edit else "",
            extra=_extra(request),
        )
        if edit and edit.strength == 0:
            yield from self._unchanged(edit, job)
            return
        unknown = settings.unknown(manifest)
        if unknown:
            yield Notice(message=told(unknown), unknown=unknown)
            job = replace(job, notices=(told(unknown),))
        pipeline = self.pipeline(manifest)
        each = together(size, request.count)
        for first in range(0, request.count, each):
            seeds = tuple(request.seed + i for i in range(first, min(first + each, request.count)))
            yield from self._run_batch(pipeline, replace(job, seeds=seeds, first=first))
        yield from self._news()

    def _run_batch(self, pipeline: Pipeline, job: Job) -> Iterator[Event]:
        request, settings = job.request, job.settings
        run = (job.manifest.scheduler, settings.scheduler, settings.steps)
        # A scheduler that is not known yet brings torch, which takes seconds: graphs load meanwhile.
        table = self._beside.submit(self._tables.table, *run, job.strength)
        conditioning = pipeline.condition(
            settings.prompt,
            settings.negative,
            guided=settings.guided(job.manifest),
            clip_skip=request.clip_skip,
        )
        self._obtained = pipeline.session("unet").provider
        yield from self._news()
        yield from self._provider_notice()
        table.result()
        noise = SeededNoise(job.seeds, _variation(request))
        sampler = self._tables.sampler(*run, strength=job.strength, noise=noise)
        said = len(pipeline.ladder.used)
        denoising = _denoising(pipeline, job, conditioning, noise, sampler)
        shown = pipeline.preview_map() if request.previews else None
        bounds = job.plan.context.bounds if job.plan else Bounds.of(job.size)
        done, total = job.first * len(sampler), request.count * len(sampler)
        latents = denoising.start
        for index, newest, heading in pipeline.denoise(denoising, sampler):
            latents = newest
            previews = shown.show(heading) if shown is not None and heading is not None else ()
            yield Step(index=done + (index + 1) * len(job.seeds), count=total, previews=previews, bounds=bounds)
        for i in range(len(job.seeds)):
            decoded = pipeline.decode(latents[i : i + 1], request.seamless)[0]
            used = pipeline.ladder.used[said:]
            yield from (Notice(message=f"Memory was short: {rung}.") for rung in used)
            said = len(pipeline.ladder.used)
            yield self._picture(pipeline, job, i, decoded)

    def _picture(self, pipeline: Pipeline, job: Job, i: int, decoded: Latents) -> Picture:
        made = from_model(decoded, job.manifest)
        pixels, coverage, bounds = _placed(job, made)
        return Picture(
            pixels=pixels,
            bounds=bounds,
            coverage=coverage,
            seed=job.seeds[i],
            index=job.first + i,
            recipe=self._recipe(job, job.seeds[i], pipeline),
        )

    def _unchanged(self, request: Inpaint | Vary, job: Job) -> Iterator[Event]:
        """Strength 0: the picture as it is, without asking the model."""
        height, width = request.image.shape[:2]
        origin = request.origin if isinstance(request, Inpaint) else (0, 0)
        for i in range(request.count):
            yield Picture(
                pixels=request.image.copy(),
                bounds=Bounds(*origin, width, height),
                coverage=np.zeros((height, width), np.uint8),
                seed=request.seed + i,
                index=i,
                recipe=self._recipe(job, request.seed + i, None),
            )

    def _news(self) -> Iterator[Device]:
        """What the models run on, when that is not what was last said."""
        device = self._device()
        if device != self._told:
            self._told = device
            yield device

    def _device(self) -> Device:
        obtained, loaded = self._obtained, self._store.loaded()
        owners = {
            part.path: manifest.name for manifest, _ in self._pipelines.values() for part in manifest.parts.values()
        }
        latest_first = dict.fromkeys(owners[path] for path in reversed(loaded) if path in owners)
        return Device(
            title=TITLES.get(obtained, obtained),
            provider=obtained,
            name=device_name(obtained),
            threads=self.runtime.threads,
            memory=psutil.virtual_memory().total,
            weights=self._store.bytes,
            models=tuple(reversed(latest_first)),
            missed=missed(self.runtime.device, self.runtime.wanted, obtained),
        )

    def _provider_notice(self) -> Iterator[Notice]:
        """Once, and loudly, when a GPU was asked for (or is there) and was not obtained."""
        if self._warned:
            return
        self._warned = True
        why = missed(self.runtime.device, self.runtime.wanted, self._obtained)
        if why is not None:
            yield Notice(message=f"THE GPU IS NOT IN USE: {why} Run 'python main.py doctor' to see what is missing.")

    def _recipe(self, job: Job, seed: int, pipeline: Pipeline | None) -> Recipe:
        request, settings = job.request, job.settings
        edit = request if isinstance(request, Inpaint | Vary) else None
        return Recipe(
            kind=type(request).__name__.lower(),
            model=find_model(request.model).name,  # with the style, it is what to ask for again
            model_hash=job.manifest.hash,
            prompt=request.prompt,
            negative=request.negative,
            style=request.style,
            seed=seed,
            steps=settings.steps,
            guidance=settings.guidance,
            scheduler=settings.scheduler,
            width=job.size.width,
            height=job.size.height,
            clip_skip=request.clip_skip,
            variation_seed=request.variation_seed,
            variation_strength=request.variation_strength,
            seamless=(request.seamless.name or "").lower() if request.seamless else "",
            strength=edit.strength if edit else None,
            source=job.source_hash,
            backend=f"{self.runtime.name} {self._obtained}" if pipeline else "",
            extra=dict(job.extra),
            notices=(*job.notices, *(pipeline.ladder.used if pipeline else ())),
        )


def _extra(request: Request) -> dict[str, Any]:
    """The settings that only one kind of request has, for its recipe."""
    if isinstance(request, Vary):
        return {} if request.where is None else {"where": _hash(request.where)}
    if not isinstance(request, Inpaint):
        return {}
    return {
        "fill": request.fill.value,
        "feather": request.feather,
        "context": request.context,
        "keep_outside": request.keep_outside,
        "match_colour": request.match_colour,
        "mask": _hash(request.mask),
        "origin": list(request.origin),
    }


def _check_task(request: Request, manifest: ModelManifest) -> None:
    task = {Generate: Task.GENERATE, Vary: Task.VARY, Inpaint: Task.INPAINT}[type(request)]
    if task in manifest.tasks:
        return
    can = ", ".join(t.value for t in manifest.tasks) or "nothing"
    raise BadRequest(f"The model {manifest.name} cannot {task.value}: it can {can}.", hint="Choose another model.")


def _plan(request: Request, manifest: ModelManifest) -> tuple[Size, EditPlan | None]:
    match request:
        case Generate():
            size = request.size or manifest.native
            manifest.size_rule.check(size)
            return size, None
        case Inpaint():
            plan = plan_inpaint(request, manifest)
        case Vary():
            plan = plan_vary(request, manifest)
        case _:
            raise BadRequest(f"This engine does not know {type(request).__name__}.")
    return plan.context.size, plan


def _variation(request: Request) -> Variation | None:
    if request.variation_seed is None or request.variation_strength == 0:
        return None
    return Variation(request.variation_seed, request.variation_strength)


def _denoising(
    pipeline: Pipeline, job: Job, conditioning: Conditioning, noise: SeededNoise, sampler: Sampler
) -> Denoising:
    """The loop's input: pure noise, or the source as noisy as the first step wants it."""
    request, manifest = job.request, job.manifest
    small = job.size.divided(manifest.factor)
    start_noise = noise.draw("start", (len(job.seeds), manifest.latent_channels, *small.shape))
    plain = Denoising(
        conditioning=conditioning,
        start=start_noise * np.float32(sampler.start_scale),
        guidance=job.settings.guidance,
        seamless=request.seamless,
        roll_seeds=job.seeds,
        want_clean=request.previews,
    )
    return plain if job.source is None else _from_source(pipeline, job, job.source, noise, sampler, plain, start_noise)


def _from_source(  # noqa: PLR0917
    pipeline: Pipeline,
    job: Job,
    source: Source,
    noise: SeededNoise,
    sampler: Sampler,
    plain: Denoising,
    start_noise: Latents,
) -> Denoising:
    manifest, count, seamless = job.manifest, len(job.seeds), job.request.seamless
    seen = to_model(source.seen, manifest)[None]
    clean = pipeline.draw(pipeline.moments(seen, seamless), noise, "posterior", count)
    keep_map = to_latent(source.denoise, manifest.factor)
    mask = masked = None
    if manifest.inpainting_unet:
        new = to_latent((source.denoise > 0).astype(np.float32), manifest.factor)
        mask = np.broadcast_to(new, (count, 1, *new.shape)).astype(np.float32)
        hidden = seen * (source.denoise <= 0)
        masked = pipeline.draw(pipeline.moments(hidden, seamless), noise, "masked", count)
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


def _placed(job: Job, made: Colours) -> tuple[Pixels, np.ndarray, Bounds]:
    """The finished bytes, their coverage, and where they belong."""
    request = job.request
    if job.plan is None or job.source is None:
        pixels = unpremultiply(made)
        if job.manifest.alpha is Alpha.NONE:
            pixels = np.ascontiguousarray(pixels[..., :3])
        return pixels, np.full(job.size.shape, 255, np.uint8), Bounds.of(job.size)
    assert isinstance(request, Inpaint | Vary)
    pixels, coverage = stitch(request, job.plan, job.source, made)
    return pixels, coverage, job.plan.patch


def _hash(pixels: np.ndarray) -> str:
    return hashlib.sha256(str(pixels.shape).encode() + np.ascontiguousarray(pixels).tobytes()).hexdigest()
