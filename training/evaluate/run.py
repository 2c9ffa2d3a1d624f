"""Evaluate a model folder: all sections, one report, the same for every model."""

from __future__ import annotations

import hashlib
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from inference.errors import BadRequest
from inference.manifest import Task
from training.classifier import load_judge, to_judge
from training.evaluate import sections
from training.evaluate.asked import Asked, Sampling
from training.evaluate.pictures import RealPictures
from training.evaluate.prompts import PROMPTS, read_prompts
from training.evaluate.report import Report, write_report
from training.evaluate.sections import QUICK, Context, Extent

T = TypeVar("T")
KEPT = "made"
"""Folder of the pictures that were made."""


@dataclass(frozen=True, kw_only=True)
class EvaluationSettings:
    """How a model is evaluated.

    Attributes:
        sampling: steps, guidance, scheduler; None as the model says.
        compare_steps: further numbers of steps to compare.
        quick: a subset that takes some minutes.
        prompts: the list.
        styles: the dataset's style names to the model's, where they differ.
        side: of the normalised pictures; None for the only one that there is.
        without: sections that are left out.
    """

    sampling: Sampling = field(default_factory=Sampling)
    compare_steps: tuple[int, ...] = ()
    quick: bool = False
    prompts: Path = PROMPTS
    styles: Mapping[str, str] = field(default_factory=dict)
    side: int | None = None
    without: tuple[str, ...] = ()
    device: str = "auto"
    threads: int | None = None
    extent: Extent | None = None

    def check(self) -> None:
        """Raise BadRequest for values that cannot be."""
        unknown = [name for name in self.without if name not in SECTIONS]
        if unknown:
            raise BadRequest(f"There is no section '{unknown[0]}'.", hint=f"There are {', '.join(SECTIONS)}.")
        if any(not 1 <= count <= 1000 for count in self.compare_steps):
            raise BadRequest("Steps go from 1 to 1000.", hint="Give whole numbers separated by commas.")


SECTIONS = (
    "reconstruction",
    "denoising",
    "fidelity",
    "kid",
    "diversity",
    "memorisation",
    "alpha",
    "steps",
    "inpainting",
)


def evaluate(
    model: str,
    dataset: Path,
    judge: Path,
    out: Path,
    *,
    settings: EvaluationSettings,
    progress: Callable[[str, int], None] = lambda what, done: None,
) -> Report:
    """Measure a model and write ``report.json``, ``report.md`` and the grids into ``out``.

    Pictures are kept in ``out/made``: an evaluation that was stopped goes on.

    Args:
        model: name of an installed model, or a folder.
        judge: folder of a judge (``train judge``).
        progress: called after each picture with the section and how many it has made.

    Raises:
        BadRequest: for a model, dataset, judge or list of prompts that cannot be used.
    """
    settings.check()
    prompts, watched = read_prompts(settings.prompts), load_judge(judge)
    real = RealPictures.read(dataset, settings.side)
    asked = Asked(
        model, out / KEPT, settings.sampling, settings.styles, device=settings.device, threads=settings.threads
    )
    counted = _Counted(progress)
    extent = settings.extent or (QUICK if settings.quick else Extent())
    context = Context(asked, real, watched, prompts, extent, out, counted.tick)
    with asked.opened():
        metrics, missed, seconds = _measured(context, settings, counted)
    report = Report(
        model=_of_the_model(asked),
        judge=sections.summary(watched, context.styles_like_the_models()),
        dataset=_of_the_dataset(real),
        settings={
            "steps": asked.steps,
            "guidance": _or(settings.sampling.guidance, asked.manifest.defaults.guidance),
            "scheduler": settings.sampling.scheduler or asked.manifest.defaults.scheduler,
            "quick": settings.quick,
            "extent": asdict(extent),
            "prompts": hashlib.sha256(json.dumps([asdict(p) for p in prompts]).encode()).hexdigest()[:16],
        },
        metrics=metrics,
        notes=context.notes,
        missed=missed,
        pictures=context.grids,
        seconds=seconds,
    )
    write_report(out, report)
    return report


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


class _Counted:
    """Counts pictures of a section for the progress callback."""

    def __init__(self, progress: Callable[[str, int], None]) -> None:
        self._progress, self._what, self._done = progress, "", 0

    def tick(self, what: str) -> None:
        self._done = self._done + 1 if what == self._what else 1
        self._what = what
        self._progress(what, self._done)


def _measured(
    context: Context, settings: EvaluationSettings, counted: _Counted
) -> tuple[dict[str, Any], list[str], dict[str, float]]:
    metrics: dict[str, Any] = {}
    seconds: dict[str, float] = {}
    missed: list[str] = []
    asked = context.asked

    def timed(name: str, work: Callable[[], T]) -> T:
        start = time.monotonic()
        result = work()
        seconds[name] = time.monotonic() - start
        return result

    def section(name: str, work: Callable[[], dict[str, Any]]) -> None:
        if name in settings.without:
            return
        found = timed(name, work)
        if found:
            metrics[name] = found

    if "vae_encoder" in asked.manifest.parts:
        section("reconstruction", lambda: sections.reconstruct(context))
        section("denoising", lambda: sections.denoise(context))
    else:
        context.notes.append(
            "The model has no encoder: reconstruction, denoising loss and inpainting are not measured."
        )
    if asked.can(Task.GENERATE):
        made = timed("prompts", lambda: sections.ask(context))
        if "fidelity" not in settings.without:
            metrics["fidelity"], missed = sections.fidelity(context, made)
        samples = timed("samples", lambda: sections.sample_grids(context)) if context.extent.samples else []
        if samples:
            metrics["samples"] = sections.by_style(context, samples)
        else:
            labels = [m.prompt.text for m in made]
            context.grid("prompts", [m.pixels for m in made], labels, 8, "unselected")
        known = sections.known_only([*made, *samples])
        places = sections.references(context, known)
        features = context.judge.look(to_judge(context.real.pixels[places], context.judge.design.side))[0]
        section("kid", lambda: sections.distribution(context, known, features))
        section("diversity", lambda: sections.diversity(context))
        section("memorisation", lambda: sections.memorised(context, [*made, *samples]))
        section("alpha", lambda: sections.alpha(context, [*made, *samples], places))
        if settings.compare_steps:
            section("steps", lambda: sections.fewer_steps(context, settings.compare_steps, features))
    else:
        context.notes.append("The model does not generate: only what it does is measured.")
    if asked.can(Task.INPAINT):
        section("inpainting", lambda: sections.inpaint(context))
    took = asked.seconds.get(asked.steps)
    if took:
        metrics["speed"] = {"seconds": statistics.median(took.values()), "pictures": len(took)}
    return metrics, missed, seconds


def _of_the_model(asked: Asked) -> dict[str, Any]:
    manifest = asked.manifest
    return {
        "name": manifest.name,
        "title": manifest.title,
        "hash": manifest.hash,
        "bytes": manifest.bytes,
        "styles": list(manifest.styles),
        "device": asked.engine.runtime.name,
    }


def _of_the_dataset(real: RealPictures) -> dict[str, Any]:
    rows: Sequence[str] = [entry.hash for entry in real.entries]
    return {
        "hash": hashlib.sha256("".join(rows).encode()).hexdigest()[:16],
        "pictures": len(rows),
        "held_out": len(real.held_out),
        "concepts": len(set(real.concepts)),
    }
