"""The engine: requests in, events out, on this machine (see ``inference.api``)."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import psutil

from inference.api import Device, Event, Notice, Picture, Request, Series, Step, together
from inference.embeddings import misfit
from inference.finishing import Placed, dressed, finished, handed_back, left_off
from inference.geometry import Bounds
from inference.jobs import Job, job_of, joined
from inference.manifest import ModelManifest
from inference.pipelines import Pipeline
from inference.recording import recipe_of
from inference.references import Statistics
from inference.resources import cache_folder
from inference.runtime import TITLES, Runtime, device_name, missed
from inference.solver import Tables
from inference.starting import condition, denoising, references, stackable
from inference.store import ModelStore
from inference.tuned import graph_of
from inference.words import told


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
        self._place = self.runtime.place
        self._store = ModelStore(self.runtime, budget, lambda part: graph_of(part, self._place))
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
        yield from self._run_series(request) if isinstance(request, Series) else self._run_one(request)

    def _run_one(self, request: Request) -> Iterator[Event]:
        job = job_of(request)
        if not job.changes:
            yield from self._unchanged(job)
            return
        unknown = job.unknown()
        if unknown:
            yield Notice(message=told(unknown), unknown=unknown)
            job = replace(job, notices=(told(unknown),))
        for message in _messages(job):
            yield Notice(message=message)
            job = replace(job, notices=(*job.notices, message))
        pipeline = self.pipeline(job.manifest)
        pipeline.wear(job.loras, steered=bool(job.controls))
        pulled = references(pipeline, job)
        each = together(job.size, request.count)
        for first in range(0, request.count, each):
            seeds = tuple(request.seed + i for i in range(first, min(first + each, request.count)))
            yield from self._run_batch(pipeline, replace(job, seeds=seeds, first=first), pulled)
        yield from self._news()

    def _run_series(self, series: Series) -> Iterator[Event]:
        """Its requests, as many together as fit, else one after the other; events count over the whole series."""
        jobs = [job_of(request) for request in series.requests]
        first = 0
        while first < len(jobs):
            some = jobs[first : first + together(jobs[first].size, len(jobs))]
            job = joined(series, some, first)
            pipeline = self.pipeline(some[0].manifest)
            pipeline.wear(some[0].loras)
            if job is not None and stackable(pipeline, job):
                unknown = job.unknown()
                if unknown:
                    yield Notice(message=told(unknown), unknown=unknown)
                left = dict.fromkeys(message for row in job.rows for message in _messages(row))
                yield from (Notice(message=message) for message in left)
                yield from self._run_batch(pipeline, replace(job, rows=tuple(map(_noticed, job.rows))), None)
            else:
                yield from self._one_after_the_other(series, some, first)
            first += len(some)
        if any(job.changes for job in jobs):
            yield from self._news()

    def _one_after_the_other(self, series: Series, jobs: Sequence[Job], first: int) -> Iterator[Event]:
        for index, job in enumerate(jobs, first):
            for event in self._run_one(replace(job.request, previews=series.previews)):
                match event:
                    case Step():
                        whole = len(series.requests) * event.count
                        yield replace(event, index=index * event.count + event.index, count=whole)
                    case Picture():
                        yield replace(event, index=index)
                    case _:
                        yield event

    def _run_batch(self, pipeline: Pipeline, job: Job, pulled: tuple[Statistics, float] | None) -> Iterator[Event]:
        request, settings = job.request, job.settings
        run = (job.manifest.scheduler, settings.scheduler, settings.steps)
        # A scheduler that is not known yet brings torch, which takes seconds: graphs load meanwhile.
        table = self._beside.submit(self._tables.table, *run, job.strength)
        conditioning = condition(pipeline, job)
        self._obtained = pipeline.session("unet").provider
        yield from self._news()
        yield from self._provider_notice()
        table.result()
        noise = job.noise()
        sampler = self._tables.sampler(*run, strength=job.strength, noise=noise)
        said = len(pipeline.ladder.used)
        ready = denoising(pipeline, job, conditioning, noise, sampler, pulled)
        shown = pipeline.preview_map() if request.previews else None
        plan = job.ends[0].plan
        bounds = plan.context.bounds if plan else Bounds.of(job.size)
        done, total = job.first * len(sampler), request.count * len(sampler)
        latents = ready.start
        for index, newest, heading in pipeline.denoise(ready, sampler):
            latents = newest
            previews = shown.show(heading) if shown is not None and heading is not None else ()
            yield Step(index=done + (index + 1) * len(job.seeds), count=total, previews=previews, bounds=bounds)
        for i, seed in enumerate(job.seeds):
            decoded = pipeline.decode(latents[i : i + 1], request.seamless)[0]
            used = pipeline.ladder.used[said:]
            yield from (Notice(message=f"Memory was short: {rung}.") for rung in used)
            said = len(pipeline.ladder.used)
            row = job.rows[i] if job.rows else job
            picture = self._picture(row, seed, dressed(row, finished(row, decoded, pulled)), pipeline)
            yield replace(picture, index=job.first + i) if job.rows else picture

    def _backend(self, job: Job) -> str:
        """Runtime and provider, and the form of the model where it is not its own."""
        unet = job.manifest.parts["unet"]
        changed = bool(job.loras or job.controls)
        graph = unet.path if changed else self._store.opened(unet)
        form = "" if graph == unet.path else f", {graph.parent.name}"
        return f"{self.runtime.name} {self._obtained}{form}"

    def _unchanged(self, job: Job) -> Iterator[Event]:
        """Nothing may change: the picture as it is, without asking the model."""
        for i in range(job.request.count):
            yield self._picture(job, job.request.seed + i, handed_back(job), None)

    def _picture(self, job: Job, seed: int, placed: Placed, pipeline: Pipeline | None) -> Picture:
        pixels, coverage, bounds = placed
        recipe = replace(
            recipe_of(job, seed),
            backend=self._backend(job) if pipeline else "",
            notices=(*job.notices, *(pipeline.ladder.used if pipeline else ())),
        )
        return Picture(
            pixels=pixels,
            bounds=bounds,
            coverage=coverage,
            seed=seed,
            index=seed - job.request.seed,
            recipe=recipe,
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


def _messages(job: Job) -> tuple[str, ...]:
    """What a job leaves off, and the embeddings that it does not understand, in sentences."""
    return tuple(filter(None, (left_off(job), misfit(job.manifest, job.prompts))))


def _noticed(row: Job) -> Job:
    return replace(row, notices=(*row.notices, *_messages(row)))
