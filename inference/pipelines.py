"""A model at work: words to conditioning, pictures to latents and back, and the denoising loop.

One pipeline serves every Stable Diffusion family; what differs is in the manifest and in the graphs' own inputs.
All arrays are numpy; noise comes from a ``NoiseSource``; every call into a graph can be cancelled.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inference.api import Seamless
from inference.conditioning import Conditioning, TextEncoders
from inference.control_card import MID
from inference.errors import ModelRefused, OutOfMemory
from inference.loras import Lora
from inference.manifest import ModelManifest, Part, read_manifest
from inference.masks import Map
from inference.noise import Latents, NoiseSource
from inference.preview import PreviewMap, fit, sample_pictures
from inference.runtime import Change, Runtime, Session
from inference.store import ModelStore
from inference.taught_words import VECTORS, Taught
from inference.tiles import shrunk, tiled

if TYPE_CHECKING:
    from inference.references import Pull
    from inference.shared_norm import SharedNorm
    from inference.solver import Sampler
    from inference.steering import Steer

UNTILED_AREA = 128 * 128
"""Latent pixels up to which a picture is decoded in one piece."""
TILE, OVERLAP = 96, 24
"""Side of a decoding tile and its overlap in latent pixels; half of both when memory is short."""
LEAST_GAIN = 1e-3
"""Where a prediction says less of the clean latents, it is left as it is."""
WRAP = 8
"""Latent pixels that a seamless picture is continued by when it is decoded."""


@dataclass(frozen=True, kw_only=True)
class Denoising:
    """All that one run of the loop needs.

    Attributes:
        start: (batch, channels, height, width) latents as noisy as the sampler's first step wants.
        clean: the source's latents, where parts of them are to be kept; else None.
        noise: the noise that ``clean`` is hidden under as the loop goes on.
        keep_map: (height, width) denoise map in [0, 1]: 1 is renewed from the first step, 0 never; None renews all.
        clean_context: show the UNet what is never renewed as it is, not under noise: it was trained to fill holes.
        mask: (batch, 1, height, width), 1 where new, for inpainting UNets.
        masked: (batch, channels, height, width) latents of the picture with its masked part grey.
        guidance: scale, or (batch, 1, 1, 1) of each picture's; not used where the conditioning has no negative.
        seamless: axes on which the latents are rolled at each step.
        roll_seeds: of the rolls, one for each picture, so that a picture does not depend on its batch.
        want_clean: give the clean latents that the loop is heading for with each step.
        pull: draws those towards reference pictures, at each step.
        steers: ControlNets with their pictures; the pipeline must have been told that there are some (``wear``).
    """

    conditioning: Conditioning
    start: Latents
    clean: Latents | None = None
    noise: Latents | None = None
    keep_map: Map | None = None
    clean_context: bool = False
    mask: Latents | None = None
    masked: Latents | None = None
    guidance: float | Latents = 7.5
    seamless: Seamless = Seamless.NONE
    roll_seeds: tuple[int, ...] = ()
    want_clean: bool = False
    pull: Pull | None = None
    steers: tuple[Steer, ...] = ()


@dataclass
class Ladder:
    """What was given up for lack of memory, in the order it is given up; kept for the pipeline's life."""

    split_guidance: bool = False
    one_by_one: bool = False
    small_tiles: bool = False
    used: list[str] = field(default_factory=list)

    def take(self, rung: str, words: str) -> None:
        """Give something up and remember to say so."""
        setattr(self, rung, True)
        self.used.append(words)


class Pipeline:
    """A model with its graphs, loaded as they are needed."""

    def __init__(self, manifest: ModelManifest, store: ModelStore) -> None:
        self.manifest = manifest
        self.ladder = Ladder()
        self._store = store
        self._changes: Mapping[str, Change] = {}
        self._shared: dict[str, SharedNorm] = {}

    def wear(self, loras: Sequence[Lora], *, steered: bool = False) -> None:
        """Run with the weights that these LoRAs (their names are paths) change, from now on.

        Args:
            steered: with a UNet that takes what ControlNets add.

        Raises:
            ModelRefused: when one does not fit the model.
        """
        changes: dict[str, Change] = {}
        if loras:
            from inference.lora_graphs import changes_of

            changes |= changes_of(self.manifest, loras)
        if steered:
            from inference.control_graphs import Steered

            changes["unet"] = Steered(changes.get("unet"))
        self._changes = changes

    # Words

    def condition(self, prompt: str, negative: str, *, guided: bool, clip_skip: int = 0) -> Conditioning:
        """Encode a prompt and, when ``guided``, what it should not be (see ``TextEncoders.condition``)."""
        return self._texts.condition(prompt, negative, guided=guided, clip_skip=clip_skip)

    @cached_property
    def _texts(self) -> TextEncoders:
        return TextEncoders(self.manifest, self._run, pooled=lambda: "text_embeds" in self._inputs("unet"))

    # Pictures

    def moments(self, pictures: Latents, seamless: Seamless = Seamless.NONE) -> Latents:
        """(batch, channels, height, width) pictures in [-1, 1] to the encoder's means and log variances."""
        factor = self.manifest.factor
        padded = _wrap(pictures, WRAP * factor, seamless)
        moments = self._in_tiles("vae_encoder", padded, (1, factor))
        return _unwrap(moments, WRAP, seamless)

    def draw(self, moments: Latents, noise: NoiseSource, purpose: str, count: int) -> Latents:
        """Latents for ``count`` pictures from the distribution that ``moments`` (of one or of each) describe."""
        channels = self.manifest.latent_channels
        drawn = np.repeat(moments, count, axis=0) if len(moments) == 1 else moments
        if drawn.shape[1] == 2 * channels:
            mean, log_variance = drawn[:, :channels], drawn[:, channels:]
            spread = np.exp(0.5 * np.clip(log_variance, -30, 20))
            drawn = mean + spread * noise.draw(purpose, mean.shape)
        return ((drawn - self.manifest.shift) * np.float32(self.manifest.scaling)).astype(np.float32)

    def mean_latents(self, moments: Latents) -> Latents:
        """The latents in the middle of the distributions that ``moments`` describe: no noise is drawn."""
        return self.draw(moments, _Silence(), "posterior", len(moments))

    def decode(self, latents: Latents, seamless: Seamless = Seamless.NONE) -> Latents:
        """Latents to (batch, channels, height, width) pictures, about in [-1, 1].

        When memory is short it is decoded in small tiles; the latents are not lost.
        """
        ready = latents / np.float32(self.manifest.scaling) + np.float32(self.manifest.shift)
        ready = _wrap(ready, WRAP, seamless)
        factor = self.manifest.factor
        picture = self._in_tiles("vae_decoder", ready, (factor, 1))
        return _unwrap(picture, WRAP * factor, seamless)

    def _in_tiles(self, name: str, values: Latents, scale: tuple[int, int]) -> Latents:
        """Run a half of the autoencoder: whole, in tiles when it is large, in small tiles when memory is short."""
        unit = scale[1]
        ladder = self.ladder
        side = max(values.shape[2:]) / unit
        whole = values.shape[2] * values.shape[3] / unit**2 <= UNTILED_AREA
        if not ladder.small_tiles:
            try:
                return self._run_vae(name, values) if whole else self._tiled(name, values, scale, TILE, OVERLAP)
            except OutOfMemory:
                if side <= TILE // 2:
                    raise
                ladder.take("small_tiles", "decoded in small tiles")
        return self._tiled(name, values, scale, TILE // 2, OVERLAP // 2)

    def _tiled(self, name: str, values: Latents, scale: tuple[int, int], tile: int, overlap: int) -> Latents:
        unit = scale[1]
        shared = self._shared_norm(name)
        rows = []
        for row in np.split(values, len(values)):
            if shared.known:
                least = math.isqrt(UNTILED_AREA) if tile == TILE else tile
                statistics = shared.statistics(shrunk(row, least * unit, unit))
                run = partial(shared.run, statistics=statistics)
            else:
                run = partial(self._run_vae, name)
            rows.append(tiled(run, row, tile=tile * unit, overlap=overlap * unit, scale=scale))
        return np.concatenate(rows)

    def _shared_norm(self, name: str) -> SharedNorm:
        if name not in self._shared:
            from inference.shared_norm import SharedNorm

            cache = self._store.runtime.cache
            folder = cache.parent / "tiled" if cache else Path(tempfile.mkdtemp(prefix="gouache-"))
            self._shared[name] = SharedNorm(self._part(name), self._store, folder)
        return self._shared[name]

    def _run_vae(self, part: str, values: Latents) -> Latents:
        name = "sample" if part == "vae_encoder" else "latent_sample"
        rows = [next(iter(self._run(part, {name: row[None]}).values())) for row in values]
        return np.concatenate(rows).astype(np.float32)

    # The loop

    def denoise(self, job: Denoising, sampler: Sampler) -> Iterator[tuple[int, Latents, Latents | None]]:
        """Run the loop: after each step its index, the latents, and the clean latents that they are heading for."""
        latents = job.start
        count = len(sampler)
        for index in range(count):
            scaled = sampler.scale(latents, index)
            if job.clean_context and job.keep_map is not None and job.clean is not None:
                scaled = np.where(job.keep_map == 0, job.clean, scaled)
            now = replace(job, steers=tuple(each for each in job.steers if each.leads(index, count)))
            prediction = self._predict(now, scaled, float(sampler.timesteps[index]), index)
            heading = None
            if job.want_clean or job.pull is not None:
                heading = sampler.clean(prediction, index, scaled)
            if job.pull is not None and heading is not None:
                pulled = job.pull(heading, index / count)
                prediction = prediction + _change(sampler, index, pulled - heading)
                heading = pulled
            latents = sampler.step(prediction, index, latents)
            if job.keep_map is not None:
                latents = _restore(job, sampler, latents, index + 1)
            yield index, latents, heading

    def _predict(self, job: Denoising, scaled: Latents, timestep: float, index: int) -> Latents:
        if not job.seamless:
            return self._guided(job, scaled, timestep)
        shifts = [_roll_of(job.seamless, seed, index, scaled.shape) for seed in job.roll_seeds]
        moved = replace(
            job,
            mask=_rolled(job.mask, shifts),
            masked=_rolled(job.masked, shifts),
            steers=tuple(each.rolled(shifts, scaled.shape[2:]) for each in job.steers),
        )
        prediction = self._guided(moved, _rolled(scaled, shifts), timestep)
        return _rolled(prediction, [(-down, -across) for down, across in shifts])

    def _guided(self, job: Denoising, scaled: Latents, timestep: float) -> Latents:
        """The prediction of a batch, with classifier-free guidance; gives up batching when memory is short."""
        ladder = self.ladder
        while True:
            try:
                if ladder.one_by_one and len(scaled) > 1:
                    rows = [self._guided_at_once(_row(job, i), scaled[i : i + 1], timestep) for i in range(len(scaled))]
                    return np.concatenate(rows)
                return self._guided_at_once(job, scaled, timestep)
            except OutOfMemory:
                if job.conditioning.guided and not ladder.split_guidance:
                    ladder.take("split_guidance", "guided in two halves")
                elif len(scaled) > 1 and not ladder.one_by_one:
                    ladder.take("one_by_one", "made one picture at a time")
                else:
                    raise

    def _guided_at_once(self, job: Denoising, scaled: Latents, timestep: float) -> Latents:
        conditioning = job.conditioning
        if job.mask is not None and job.masked is not None:
            scaled = np.concatenate([scaled, job.mask, job.masked], axis=1)
        if not conditioning.guided:
            return self._unet(job, scaled, timestep, slice(0, 1))
        if self.ladder.split_guidance:
            halves = [self._unet(job, scaled, timestep, slice(i, i + 1)) for i in (0, 1)]
        else:
            both = np.concatenate([scaled, scaled])
            halves = np.split(self._unet(job, both, timestep, slice(0, 2)), 2)
        return halves[0] + np.asarray(job.guidance, np.float32) * (halves[1] - halves[0])

    def _unet(self, job: Denoising, sample: Latents, timestep: float, which: slice) -> Latents:
        inputs = self._inputs("unet")
        hidden, pooled = job.conditioning.told(which, len(sample) // (which.stop - which.start))
        feeds: dict[str, NDArray[np.floating]] = {
            "sample": sample,
            "timestep": np.full((1,) if inputs["timestep"][1] else (), timestep, np.float32),
            "encoder_hidden_states": hidden,
        }
        if pooled is not None:
            factor = self.manifest.factor
            height, width = sample.shape[2] * factor, sample.shape[3] * factor
            feeds["text_embeds"] = pooled
            feeds["time_ids"] = np.tile(np.array([height, width, 0, 0, height, width], np.float32), (len(sample), 1))
        if "timestep_cond" in inputs:
            scales = np.broadcast_to(np.ravel(job.guidance), len(sample))
            rows = [guidance_embedding(float(scale) - 1, self.manifest.guidance_embedded) for scale in scales]
            feeds["timestep_cond"] = np.concatenate(rows)
        return next(iter(self._run("unet", feeds | self._steered(job, feeds)).values())).astype(np.float32, copy=False)

    def _steered(self, job: Denoising, feeds: Mapping[str, NDArray[np.floating]]) -> dict[str, NDArray[np.floating]]:
        """What ControlNets add at this step, for a UNet that takes it."""
        if MID not in self._inputs("unet"):
            return {}
        from inference.steering import residuals, silent

        return {**silent(self._inputs("unet")), **residuals(job.steers, feeds, self._store)}

    # Graphs

    def _part(self, name: str) -> Part:
        try:
            return self.manifest.parts[name]
        except KeyError:
            raise ModelRefused(
                f"The model {self.manifest.name} has no {name}.", hint="It can only generate; use another model."
            ) from None

    def session(self, name: str) -> Session:
        """A part's session."""
        return self._store.session(self._part(name), self._changes.get(name))

    def _inputs(self, name: str) -> Mapping[str, tuple[type, int | None]]:
        return self.session(name).inputs

    def _run(self, name: str, feeds: Mapping[str, NDArray[np.generic]]) -> dict[str, Latents]:
        if VECTORS in feeds:
            return self._store.session(self._part(name), Taught(self._changes.get(name))).run(feeds)
        return self.session(name).run(feeds)

    def preview_map(self) -> PreviewMap | None:
        """The manifest's map from latents to colours, or one fitted now with the model's own encoder."""
        if self.manifest.preview is None and "vae_encoder" in self.manifest.parts:
            self.manifest = replace(self.manifest, preview=self._fit_preview())
        return self.manifest.preview

    def _fit_preview(self) -> PreviewMap:
        side = 16 * self.manifest.factor
        pictures = sample_pictures(self.manifest.channels, side)
        return fit(self.mean_latents(self.moments(pictures)), pictures)


class _Silence:
    """No noise: the encoder's mean."""

    def draw(self, purpose: str, shape: tuple[int, ...], step: int = 0) -> Latents:
        return np.zeros(shape, np.float32)


def fit_preview(folder: Path) -> PreviewMap:
    """Fit the preview map of the model in ``folder``."""
    runtime = Runtime(device="cpu")
    pipeline = Pipeline(read_manifest(folder), ModelStore(runtime))
    try:
        fitted = pipeline.preview_map()
    finally:
        runtime.close()
    if fitted is None:
        raise ModelRefused(f"{folder} has no encoder.", hint="Previews are fitted with it.")
    return fitted


def guidance_embedding(scale: float, width: int) -> Latents:
    """Sinusoidal embedding (1, width) of a guidance scale, for UNets distilled to take it as an input.

    Luo et al., Latent Consistency Models (2023); the convention of the published weights: 1000 * scale,
    frequencies down to 1/10000, sines then cosines.
    """
    half = width // 2
    frequencies = np.exp(np.arange(half, dtype=np.float32) * -(np.log(10000.0) / (half - 1)))
    angles = np.float32(scale * 1000.0) * frequencies.astype(np.float32)
    embedding = np.concatenate([np.sin(angles), np.cos(angles)])
    return np.pad(embedding, (0, width - 2 * half))[None].astype(np.float32)


def _restore(job: Denoising, sampler: Sampler, latents: Latents, following: int) -> Latents:
    """Put back the source, as noisy as step ``following`` wants it, where the map does not yet allow change.

    A pixel of map value v is free from the step at which a share of 1 - v of the run is done. With a map of zeros and
    ones this is the latent blending of diffusers' inpainting. An inpainting UNet is told by its mask what to keep, so
    only what lies between 0 and 1 is held back from it. Levin and Fried, Differential Diffusion (2023).
    """
    assert job.clean is not None and job.noise is not None and job.keep_map is not None
    share_done = min(following, len(sampler) - 1) / len(sampler)
    free = (job.keep_map >= 1 - share_done) & (job.keep_map > 0)
    if job.mask is not None:
        free |= job.keep_map == 0
    return np.where(free, latents, sampler.add_noise(job.clean, job.noise, following))


def _change(sampler: Sampler, index: int, of_clean: Latents) -> Latents:
    """By how much a prediction changes when the clean latents that it stands for do: one is linear in the other."""
    gain = sampler.clean(np.ones(1, np.float32), index, np.zeros(1, np.float32)).item()
    return of_clean * np.float32(1 / gain) if abs(gain) > LEAST_GAIN else np.zeros_like(of_clean)


def _row(job: Denoising, i: int) -> Denoising:
    """The job of one picture of a batch, as far as the UNet is concerned."""
    one = slice(i, i + 1)
    return replace(
        job,
        conditioning=job.conditioning.row(i),
        guidance=job.guidance[one] if isinstance(job.guidance, np.ndarray) else job.guidance,
        mask=None if job.mask is None else job.mask[one],
        masked=None if job.masked is None else job.masked[one],
        steers=tuple(each.row(i) for each in job.steers),
    )


def _roll_of(seamless: Seamless, seed: int, index: int, shape: tuple[int, ...]) -> tuple[int, int]:
    random = np.random.default_rng((seed, index))
    down, across = int(random.integers(shape[2])), int(random.integers(shape[3]))
    return (down if Seamless.Y in seamless else 0, across if Seamless.X in seamless else 0)


def _rolled(values: Latents | None, shifts: list[tuple[int, int]]) -> Latents:
    if values is None:
        return None  # type: ignore[return-value]
    return np.stack([np.roll(row, shift, axis=(1, 2)) for row, shift in zip(values, shifts, strict=True)])


def _pads(amount: int, seamless: Seamless) -> tuple[int, int]:
    return (amount if Seamless.Y in seamless else 0, amount if Seamless.X in seamless else 0)


def _wrap(values: Latents, amount: int, seamless: Seamless) -> Latents:
    """Continue a repeating picture beyond its edges."""
    if not seamless:
        return values
    y, x = _pads(amount, seamless)
    return np.pad(values, ((0, 0), (0, 0), (y, y), (x, x)), mode="wrap")


def _unwrap(values: Latents, amount: int, seamless: Seamless) -> Latents:
    y, x = _pads(amount, seamless)
    return values[:, :, y : values.shape[2] - y, x : values.shape[3] - x]
