"""From a request to a job in which nothing is left open: settings, sources and plans, one or several to be blended."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from inference.api import Blend, Generate, Inpaint, Request, Series, Silhouette, Vary
from inference.edits import EditPlan, Source, plan_inpaint, plan_vary, prepare
from inference.embeddings import fitting
from inference.errors import BadRequest
from inference.geometry import Size
from inference.grains import GrainNoise
from inference.leads import Lead, check_leads, leads
from inference.library import model_for
from inference.loras import Lora, find_lora, summed
from inference.manifest import ModelManifest, Task
from inference.noise import BlendedNoise, NoiseSource, SeededNoise, StackedNoise, Variation
from inference.samplers import sampler as sampler_spec
from inference.styles import Style, Wording, find_style, sampling
from inference.words import Unknown, told, unknown_words


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A request with nothing left open.

    Attributes:
        wordings: whole prompts and negatives; several where styles are blended.
    """

    wordings: tuple[Wording, ...]
    steps: int
    guidance: float
    scheduler: str

    @classmethod
    def resolve(cls, request: Request, style: Style | None, manifest: ModelManifest) -> Settings:
        """The request's own values, else its style's, else the model's."""
        chosen = sampling(request, style, manifest.defaults)
        sampler_spec(chosen.scheduler)
        return cls(
            wordings=style.wordings(request.prompt, request.negative)
            if style
            else (Wording(request.prompt, request.negative),),
            steps=chosen.steps,
            guidance=chosen.guidance,
            scheduler=chosen.scheduler,
        )

    def guided(self, manifest: ModelManifest) -> bool:
        """True when each step needs a second prediction, of what the picture should not be."""
        return self.guidance > 1 and not manifest.guidance_embedded

    def counted(self, *, guided: bool) -> tuple[str, ...]:
        """The prompts that count, each once."""
        said = ((each.prompt, each.negative) if guided else (each.prompt,) for each in self.wordings)
        return tuple(dict.fromkeys(words for each in said for words in each))

    def unknown(self, manifest: ModelManifest, *, guided: bool) -> tuple[Unknown, ...]:
        """The words, among those that count, that the model does not know."""
        words = manifest.words.knowing(tuple(fitting(manifest))) if manifest.words else None
        return unknown_words(words, *self.counted(guided=guided))


@dataclass(frozen=True, kw_only=True, eq=False)
class End:
    """A request as a part of a job: all of it, or one of those that are blended.

    Attributes:
        weight: its share; those of a job sum to 1.
        size: at which the model runs.
        style: that the request names.
        plan: None for pictures from words alone.
        source: what the model is shown; None where there is no plan, and where nothing may change.
    """

    request: Generate | Inpaint | Vary
    weight: float
    settings: Settings
    size: Size
    style: Style | None = None
    plan: EditPlan | None = None
    source: Source | None = None

    @property
    def strength(self) -> float:
        """Share of the steps that are run: 1 from words alone, and where an outline is made from nothing."""
        if isinstance(self.request, Generate):
            return 1.0
        loose = isinstance(self.request, Vary) and self.request.silhouette is Silhouette.LOOSE
        return 1.0 if loose and self.request.strength > 0 else self.request.strength

    @property
    def frame(self) -> Size:
        """Of the finished picture."""
        return self.plan.frame if self.plan else self.size

    @property
    def changes(self) -> bool:
        """False where the source is handed back as it is."""
        return self.strength > 0 and (self.plan is None or bool(self.plan.masks.composite.any()))


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One batch of a request, ready to run.

    Attributes:
        settings: mixed by weight where there are several ends.
        ends: those with a weight above 0.
        rows: the job of each picture, where they have one each (see ``Series``); else none.
    """

    request: Request
    manifest: ModelManifest
    settings: Settings
    size: Size
    ends: tuple[End, ...]
    seeds: tuple[int, ...] = ()
    first: int = 0
    notices: tuple[str, ...] = ()
    rows: tuple[Job, ...] = ()

    @property
    def strength(self) -> float:
        """Share of the steps that are run."""
        return self._mixed([end.strength for end in self.ends])

    @property
    def weights(self) -> tuple[float, ...]:
        """Of the ends."""
        return tuple(end.weight for end in self.ends)

    @property
    def guided(self) -> bool:
        """True when each step needs a second prediction."""
        return self.settings.guided(self.manifest)

    @property
    def style(self) -> Style | None:
        """The main end's."""
        return max(self.ends, key=lambda end: end.weight).style

    @property
    def loras(self) -> tuple[Lora, ...]:
        """Changes of the model's weights, of all ends and their styles, by weight."""
        return summed(
            Lora(str(find_lora(lora.name)), lora.weight * end.weight)
            for end in self.ends
            for lora in (*end.request.loras, *(end.style.loras if end.style else ()))
        )

    @cached_property
    def controls(self) -> tuple[Lead, ...]:
        """The ControlNets that lead, of all ends, by weight. The same picture for the same one counts once."""
        asked = [(control, end, end.weight) for end in self.ends for control in end.request.controls]
        if isinstance(self.request, Blend):
            asked += [(control, self.ends[0], 1.0) for control in self.request.controls]
        return leads(asked, self.size, self.manifest.native)

    @property
    def changes(self) -> bool:
        """False where sources are handed back as they are."""
        return any(end.changes for end in self.ends)

    def unknown(self) -> tuple[Unknown, ...]:
        """The words that the model does not know, each once."""
        found = [word for row in self.rows for word in row.unknown()]
        if not self.rows:
            found = [word for end in self.ends for word in end.settings.unknown(self.manifest, guided=self.guided)]
        several = len(self.ends) > 1 or bool(self.rows)
        return tuple({word.word: word for word in reversed(found)}.values())[::-1] if several else tuple(found)

    @property
    def prompts(self) -> tuple[str, ...]:
        """All that is said, each once."""
        if self.rows:
            return tuple(dict.fromkeys(words for row in self.rows for words in row.prompts))
        return tuple(dict.fromkeys(each for end in self.ends for each in end.settings.counted(guided=self.guided)))

    def noise(self) -> NoiseSource:
        """Of the running batch."""
        if self.rows:
            return StackedNoise([row.noise() for row in self.rows])
        if not isinstance(self.request, Blend):
            return _noise(self.request, self.seeds)
        sources = [_noise(end.request, (end.request.seed,)) for end in self.ends]
        strength, base = self.request.variation_strength, self.request.variation_seed
        start = self.request.seed if base is None else base
        variations = [
            Variation(start + seed - self.request.seed, strength) if strength > 0 else None for seed in self.seeds
        ]
        return BlendedNoise(sources, self.weights, variations)

    def noise_of(self, end: End) -> NoiseSource:
        """What one end's source is drawn with."""
        if not isinstance(self.request, Blend):
            return self.noise()
        return _noise(end.request, (end.request.seed,) * len(self.seeds))

    def _mixed(self, values: Sequence[float]) -> float:
        if len(set(values)) == 1:  # the weights' sum may be a bit less than 1
            return values[0]
        return sum(weight * value for weight, value in zip(self.weights, values, strict=True))


def job_of(request: Request) -> Job:
    """Resolve, check, plan and prepare a request.

    Raises:
        BadRequest: when the model cannot do it, or the pictures to blend do not fit together.
    """
    ends: list[tuple[Request, float]] = [(request, 1.0)]
    if isinstance(request, Blend):
        ends = [(end, weight) for end, weight in zip(request.ends, request.weights, strict=True) if weight > 0]
    manifest = model_for(ends[0][0].model, ends[0][0].style)
    for end, _ in ends[1:]:
        other = model_for(end.model, end.style)
        if other.folder != manifest.folder:
            raise BadRequest(
                f"The pictures to blend are made by {manifest.title} and by {other.title}.",
                hint="Blend pictures of one model.",
            )
    resolved = [_end(end, weight, manifest) for end, weight in ends]
    first = resolved[0]
    for end in resolved[1:]:
        sizes = (first.frame, end.frame) if first.frame != end.frame else (first.size, end.size)
        if sizes[0] != sizes[1]:
            raise BadRequest(
                f"The pictures to blend are made at {sizes[0]} and {sizes[1]}.", hint="Blend pictures of one size."
            )
    job = Job(
        request=request,
        manifest=manifest,
        settings=_settings(request, resolved),
        size=first.size,
        ends=tuple(resolved),
    )
    check_leads(job.controls, manifest)
    if job.changes:
        ready = [_prepared(end, manifest) for end in resolved]
        job = dataclasses.replace(job, ends=tuple(ready))
    return job


def style_of(request: Request) -> Style | None:
    """The style that a request names."""
    return find_style(request.style) if request.style else None


def _noise(request: Request, seeds: Sequence[int]) -> NoiseSource:
    if isinstance(request, Vary) and request.grains is not None:
        return GrainNoise(seeds, request.grains, variation_of(request))
    return SeededNoise(seeds, variation_of(request))


def joined(series: Series, jobs: Sequence[Job], first: int) -> Job | None:
    """One job for requests that are denoised together, or None where they cannot be.

    Args:
        jobs: of some of the series' requests. first: the place of the first of them.
    """
    one = jobs[0]
    alike = {
        (
            job.manifest.folder,
            job.size,
            job.settings.scheduler,
            job.settings.steps,
            job.guided,
            job.request.seamless,
            job.loras,
        )
        for job in jobs
    }
    from_words = all(isinstance(end.request, Generate) for job in jobs for end in job.ends)
    plain = not any(_pulled(job) or job.controls for job in jobs)
    if len(jobs) == 1 or len(alike) > 1 or not from_words or not plain:
        return None
    seeds = tuple(job.request.seed for job in jobs)
    rows = tuple(_row(job) for job in jobs)
    return Job(
        request=dataclasses.replace(series, seamless=one.request.seamless, previews=series.previews),
        manifest=one.manifest,
        settings=one.settings,
        size=one.size,
        ends=one.ends,
        seeds=seeds,
        first=first,
        rows=rows,
    )


def _pulled(job: Job) -> bool:
    """True when something draws the pictures towards others."""
    asked = (job.request, *(end.request for end in job.ends), *(end.style for end in job.ends if end.style))
    return any(each.references for each in asked)


def _row(job: Job) -> Job:
    unknown = job.unknown()
    return dataclasses.replace(job, seeds=(job.request.seed,), notices=(told(unknown),) if unknown else ())


def variation_of(request: Request) -> Variation | None:
    """The second seed, where it counts."""
    if request.variation_seed is None or request.variation_strength == 0:
        return None
    return Variation(request.variation_seed, request.variation_strength)


def _end(request: Request, weight: float, manifest: ModelManifest) -> End:
    _check_task(request, manifest)
    style = style_of(request)
    settings = Settings.resolve(request, style, manifest)
    match request:
        case Generate():
            size = request.size or manifest.native
            manifest.size_rule.check(size)
            return End(request=request, weight=weight, settings=settings, size=size, style=style)
        case Inpaint():
            plan = plan_inpaint(request, manifest)
        case Vary():
            plan = plan_vary(request, manifest)
        case _:
            raise BadRequest(f"This engine does not know {type(request).__name__}.")
    return End(request=request, weight=weight, settings=settings, size=plan.context.size, style=style, plan=plan)


def _prepared(end: End, manifest: ModelManifest) -> End:
    if end.plan is None or isinstance(end.request, Generate):
        return end
    return dataclasses.replace(end, source=prepare(end.request, end.plan, manifest))


def _check_task(request: Request, manifest: ModelManifest) -> None:
    tasks = {Generate: Task.GENERATE, Vary: Task.VARY, Inpaint: Task.INPAINT}
    task = tasks.get(type(request))
    if task is None:
        raise BadRequest(f"This engine does not know {type(request).__name__}.")
    if task in manifest.tasks:
        return
    can = ", ".join(t.value for t in manifest.tasks) or "nothing"
    raise BadRequest(f"The model {manifest.name} cannot {task.value}: it can {can}.", hint="Choose another model.")


def _settings(request: Request, ends: Sequence[End]) -> Settings:
    """The only end's, or a mix of all; what a blend itself says holds for all."""
    if not isinstance(request, Blend):
        return ends[0].settings
    main = max(ends, key=lambda end: end.weight).settings
    steps = round(sum(end.weight * end.settings.steps for end in ends))
    guidance = sum(end.weight * end.settings.guidance for end in ends)
    scheduler = (request.scheduler or main.scheduler).lower()
    sampler_spec(scheduler)
    return dataclasses.replace(
        main,
        steps=steps if request.steps is None else request.steps,
        guidance=guidance if request.guidance is None else request.guidance,
        scheduler=scheduler,
    )
