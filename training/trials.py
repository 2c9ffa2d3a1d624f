"""Which form of a model's UNet is the fastest on this device: each is built, compared with the model's own, timed.

The model's own graph and one other are open at once, and run in turns, so that a busy moment slows both. What is off by
more than the limits is not taken however fast it is. Nothing is decided before all is measured: a run that is stopped
anywhere leaves the model as it was.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from inference.errors import BadRequest, GouacheError
from inference.files import explained
from inference.geometry import Size
from inference.manifest import GRAPH, ModelManifest
from inference.noise import Latents, SeededNoise
from inference.pipelines import Denoising, Pipeline
from inference.runtime import Runtime, Session
from inference.solver import Tables
from inference.store import ModelStore
from inference.tuned import OWN, Cost, Decision, Row, cost_of, keep, stamp_of, variant_folder
from inference.units import readable
from training.variants import VARIANTS, folder_bytes

Feeds = Mapping[str, NDArray[np.generic]]
PROMPT, SEED = "a red apple on a table", 1
MOST_STEPS = 8
"""Of the picture that is compared."""
PAIRS, LEAST_PAIRS = 9, 3
LONGEST = 90.0
"""Seconds after which a form is not timed again, once there are enough pairs."""
GAIN = 0.97
"""Share of the time from which another form is worth it."""
MOST_PREDICTION, MOST_LATENTS, MOST_PICTURE = 0.03, 0.15, 4.0
"""Limits of what may be off (see ``Row``)."""


@dataclass(frozen=True, kw_only=True)
class Trying:
    """What is being done. ``share``: of all the work, 0 to 1."""

    words: str
    share: float


@dataclass(frozen=True)
class Made:
    """A picture: its finished latents, itself in about [-1, 1], what the UNet was asked, and what it said."""

    latents: Latents
    picture: Latents
    feeds: tuple[Feeds, ...] = ()
    predictions: tuple[Latents, ...] = ()


class _Watched(Pipeline):
    """A pipeline whose UNet can be another form, and that notes what it is asked."""

    unet: Session | None = None

    def __init__(self, manifest: ModelManifest, store: ModelStore) -> None:
        super().__init__(manifest, store)
        self.runtime = store.runtime
        self.asked: list[Feeds] = []
        self.said: list[Latents] = []

    def session(self, name: str) -> Session:
        return self.unet if name == "unet" and self.unet is not None else super().session(name)

    def _run(self, name: str, feeds: Feeds) -> dict[str, Latents]:
        out = super()._run(name, feeds)
        if name == "unet":
            self.asked.append(feeds)
            self.said.append(next(iter(out.values())))
        return out

    def make(self, size: Size) -> Made:
        """A picture from words, in few steps."""
        manifest, usual, noise = self.manifest, self.manifest.defaults, SeededNoise([SEED])
        self.asked.clear()
        self.said.clear()
        guided = usual.guidance > 1 and not manifest.guidance_embedded
        small = size.divided(manifest.factor)
        steps = min(usual.steps, MOST_STEPS)
        sampler = Tables(None).sampler(manifest.scheduler, usual.scheduler, steps, noise=noise)
        start = noise.draw("start", (1, manifest.latent_channels, *small.shape))
        job = Denoising(
            conditioning=self.condition(PROMPT, "", guided=guided),
            start=start * np.float32(sampler.start_scale),
            guidance=usual.guidance,
        )
        if manifest.inpainting_unet:
            job = replace(job, mask=np.ones((1, 1, *small.shape), np.float32), masked=np.zeros_like(start))
        latents = start
        for _, newest, _ in self.denoise(job, sampler):
            latents = newest
        return Made(latents, self.decode(latents), tuple(self.asked), tuple(self.said))


@dataclass
class Trial:
    """The search for one model.

    Args:
        device: as the runtime knows it.
        clock: seconds, for tests.
    """

    manifest: ModelManifest
    device: str = "auto"
    threads: int | None = None
    clock: Callable[[], float] = time.perf_counter
    variants: Mapping[str, Callable[[Path, Sequence[Any], Path], None]] = field(default_factory=lambda: VARIANTS)
    _own_seconds: float = field(default=0.0, init=False)

    def run(self) -> Iterator[Trying | Row | Decision]:
        """Measure everything; the decision comes last, and is kept.

        Raises:
            BadRequest: when there is no room.
        """
        part = self.manifest.parts["unet"]
        stamp = stamp_of(part)
        check_room(cost_of(part), variant_folder(stamp, OWN).parent)
        with (
            explained(variant_folder(stamp, OWN)),
            closing(Runtime(device=self.device, threads=self.threads)) as runtime,
        ):
            # A budget of nothing: text encoders and decoders take no memory from what is measured.
            pipeline = _Watched(self.manifest, ModelStore(runtime, budget=1))
            own = runtime.load(part.path)
            pipeline.unet = own
            yield Trying(words="making a picture with the model as it is", share=0.0)
            made = pipeline.make(self.manifest.native)
            rows = [Row(variant=OWN, ratio=1.0, bytes=part.bytes)]
            for index, name in enumerate(self.variants):
                for said in self._try(name, index, pipeline, own, made, stamp):
                    if isinstance(said, Row):
                        rows.append(said)
                    yield said
                rows[0] = replace(rows[0], seconds=self._own_seconds or rows[0].seconds)
            place = runtime.place
        yield rows[0]
        best = min((row for row in rows if row.ratio and not row.problem), key=lambda row: row.ratio)
        chosen = best.variant if best.ratio < GAIN else OWN
        for name in self.variants:
            if name != chosen:
                shutil.rmtree(variant_folder(stamp, name), ignore_errors=True)
        decision = Decision(
            model=self.manifest.title,
            stamp=stamp,
            variant=chosen,
            rows=tuple(rows),
            when=time.strftime("%Y-%m-%d %H:%M"),
        )
        keep(decision, place)
        yield decision

    def _try(  # noqa: PLR0917
        self, name: str, index: int, pipeline: _Watched, own: Session, made: Made, stamp: str
    ) -> Iterator[Trying | Row]:
        def at(words: str, within: float) -> Trying:
            return Trying(words=f"{name}: {words}", share=(index + within) / len(self.variants))

        part, folder = self.manifest.parts["unet"], variant_folder(stamp, name)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        yield at("writing", 0.0)
        picked = _spread(made.feeds)
        try:
            self.variants[name](part.path, [made.feeds[i] for i in picked], folder)
            yield at("comparing", 0.4)
            session = _opened(pipeline.runtime, folder / GRAPH, own)
        except (GouacheError, ValueError, MemoryError) as error:
            yield Row(variant=name, problem=f"It cannot be made: {error}")
            return
        try:
            row = Row(
                variant=name,
                bytes=folder_bytes(folder),
                prediction=max(off(made.predictions[i], _predicted(session, made.feeds[i])) for i in picked),
            )
            if not row.prediction <= MOST_PREDICTION:
                yield replace(row, problem="It is too far off.")
                return
            yield at("timing", 0.5)
            row = self._timed(row, own, session, made.feeds[picked[-1]])
            yield at("comparing a picture", 0.8)
            pipeline.unet = session
            other = pipeline.make(self.manifest.native)
            row = replace(
                row,
                latents=off(made.latents, other.latents),
                picture=float(np.abs(made.picture - other.picture).mean()) * 127.5,
            )
            far = not (row.latents <= MOST_LATENTS and row.picture <= MOST_PICTURE)
            yield replace(row, problem="Its picture is too far off." if far else "")
        except GouacheError as error:
            yield Row(variant=name, problem=f"It cannot be run: {error}")
        finally:
            pipeline.unet = own
            session.close()

    def _timed(self, row: Row, own: Session, other: Session, feeds: Feeds) -> Row:
        """Both in turns, each first every second time; the median of the pairs counts."""
        pairs: list[tuple[float, float]] = []
        began = self.clock()
        for session in (own, other):
            session.run(feeds)
        while len(pairs) < PAIRS and (len(pairs) < LEAST_PAIRS or self.clock() - began < LONGEST):
            if len(pairs) % 2:
                second, first = self._seconds(other, feeds), self._seconds(own, feeds)
            else:
                first, second = self._seconds(own, feeds), self._seconds(other, feeds)
            pairs.append((first, second))
        self._own_seconds = statistics.median(first for first, _ in pairs)
        ratio = statistics.median(second / first for first, second in pairs)
        return replace(row, ratio=ratio, seconds=statistics.median(second for _, second in pairs))

    def _seconds(self, session: Session, feeds: Feeds) -> float:
        began = self.clock()
        session.run(feeds)
        return self.clock() - began


def _opened(runtime: Runtime, graph: Path, own: Session) -> Session:
    """Another graph; refused where it does not get the provider that the own one has."""
    session = runtime.load(graph)
    if session.provider != own.provider:
        session.close()
        raise BadRequest(f"It does not run on {own.provider}.", hint="The model stays as it is.")
    return session


def check_room(cost: Cost, folder: Path) -> None:
    """Refuse what cannot end well. Raises BadRequest."""
    folder.mkdir(parents=True, exist_ok=True)
    free, there = shutil.disk_usage(folder).free, psutil.virtual_memory().available
    if cost.disk > free:
        raise BadRequest(
            f"Measuring needs {readable(cost.disk)} of disk, and {folder} has {readable(free)}.",
            hint="Make room there.",
        )
    if cost.memory > there:
        raise BadRequest(
            f"Measuring needs about {readable(cost.memory)} of memory, and {readable(there)} is free.",
            hint="Close other programs, or do it on a larger machine.",
        )


def off(wanted: Latents, got: Latents) -> float:
    """Root mean square of a difference, relative to that of what was wanted; infinite where there are no numbers."""
    wanted, got = np.asarray(wanted, np.float64), np.asarray(got, np.float64)
    if not np.isfinite(got).all():
        return float("inf")
    scale = float(np.sqrt(np.square(wanted).mean())) or 1.0
    return float(np.sqrt(np.square(wanted - got).mean())) / scale


def _predicted(session: Session, feeds: Feeds) -> Latents:
    return next(iter(session.run(feeds).values()))


def _spread(feeds: Sequence[Feeds]) -> list[int]:
    """The first, the middle and the last prediction."""
    return sorted({0, len(feeds) // 2, len(feeds) - 1})
