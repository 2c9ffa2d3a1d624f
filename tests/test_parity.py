"""Our loop against diffusers' pipelines: the same weights, prompts and noise, compared after each step."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from conftest import assert_close
from drawn import one_thread  # noqa: F401 (a fixture)

from inference.noise import Latents, SeededNoise
from inference.pipelines import Denoising, Pipeline, guidance_embedding
from inference.samplers import SAMPLERS
from inference.solver import Tables

Sampler = Tables(None).sampler
"""Compiled, as the engine runs them."""

ATOL = 1e-4
PROMPT, NEGATIVE = "a photo of a red cat with a hat, best quality", "blurry, ugly"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A picture to be made by both. ``size`` is width, height in pixels; not square, so that a swap shows."""

    kind: str = "sd1"
    task: str = "text"
    sampler: str = "ddim"
    strength: float = 1.0
    guidance: float = 7.5
    batch: int = 1
    size: tuple[int, int] = (64, 48)
    steps: int = 5
    negative: str = NEGATIVE
    seed: int = 5

    def __str__(self) -> str:
        own = {key: value for key, value in vars(self).items() if value != getattr(Case(), key)}
        return "-".join(str(value).replace(" ", "") for value in own.values()) or "plain"

    @property
    def picture(self) -> Latents:
        """(1, 3, height, width) in [-1, 1]."""
        width, height = self.size
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        waves = np.stack([np.sin(x / 5), np.cos(y / 7), np.sin((x + y) / 9)])[None]
        return (0.9 * waves).astype(np.float32)

    @property
    def cells(self) -> Latents:
        """(height, width) of the latents: 1 where the picture is to be made anew."""
        width, height = self.size[0] // 8, self.size[1] // 8
        cells = np.zeros((height, width), np.float32)
        cells[1 : height // 2 + 1, 2 : width - 1] = 1
        return cells

    @property
    def mask(self) -> Latents:
        """The same in pixels."""
        return self.cells.repeat(8, 0).repeat(8, 1)


@dataclass
class Run:
    """What came of a case: the latents after each step, the pictures in [0, 1], and the noise in order."""

    steps: list[Latents] = field(default_factory=list)
    pictures: Latents | None = None
    draws: list[Latents] = field(default_factory=list)


class Replay:
    """Recorded noise, given out by purpose; a purpose that was not recorded gets numbers that spoil what they touch."""

    def __init__(self, draws: Sequence[Latents], purposes: Sequence[str]) -> None:
        self.known = dict(zip(purposes, draws, strict=False))
        self.steps = list(draws[len(purposes) :])

    def draw(self, purpose: str, shape: tuple[int, ...], step: int = 0) -> Latents:
        if purpose not in {*self.known, "step"}:
            return np.full(shape, np.nan, np.float32)
        drawn = self.steps.pop(0) if purpose == "step" else self.known[purpose]
        if drawn.shape[0] == 1:
            drawn = drawn.repeat(shape[0], 0)
        assert drawn.shape == shape, f"noise for {purpose} at step {step}: {drawn.shape} was recorded, {shape} is asked"
        return drawn


@contextmanager
def recorded() -> Iterator[list[Latents]]:
    """Keep what diffusers draws, in order."""
    draws: list[Latents] = []
    original = diffusers.utils.torch_utils.randn_tensor

    def randn_tensor(*args: Any, **kwargs: Any) -> torch.Tensor:
        drawn = original(*args, **kwargs)
        draws.append(drawn.numpy().copy())
        return drawn

    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("diffusers.") and "randn_tensor" in vars(module):
                patch.setattr(module, "randn_tensor", randn_tensor)
        yield draws


CLASSES = {
    "sd": {
        "text": "StableDiffusionPipeline",
        "image": "StableDiffusionImg2ImgPipeline",
        "mask": "StableDiffusionInpaintPipeline",
    },
    "sdxl": {
        "text": "StableDiffusionXLPipeline",
        "image": "StableDiffusionXLImg2ImgPipeline",
        "mask": "StableDiffusionXLInpaintPipeline",
    },
    "lcm": {"text": "LatentConsistencyModelPipeline", "image": "StableDiffusionImg2ImgPipeline"},
}
PURPOSES = {"text": ["start"], "image": ["posterior", "start"], "mask": ["posterior", "start", "masked"]}


@pytest.fixture(scope="module")
def reference(saved) -> Callable[[str, str], Any]:
    """``reference(kind, task)``: diffusers' own pipeline."""
    loaded: dict[tuple[str, str], tuple[Any, Any]] = {}

    def load(kind: str, task: str) -> Any:
        if (kind, task) not in loaded:
            name = CLASSES.get(kind, CLASSES["sd"])[task]
            pipe = getattr(diffusers, name).from_pretrained(saved(kind), local_files_only=True)
            pipe.set_progress_bar_config(disable=True)
            loaded[kind, task] = (pipe, pipe.scheduler)
        pipe, scheduler = loaded[kind, task]
        pipe.scheduler = type(scheduler).from_config(scheduler.config)
        return pipe

    return load


def theirs(pipe: Any, case: Case) -> Run:
    """The case by diffusers' pipeline."""
    run = Run()
    spec = SAMPLERS[case.sampler]
    pipe.scheduler = getattr(diffusers, spec.scheduler).from_config(pipe.scheduler.config, **spec.settings)
    width, height = case.size
    arguments = {
        "prompt": PROMPT,
        "num_images_per_prompt": case.batch,
        "num_inference_steps": case.steps,
        "guidance_scale": case.guidance,
        "negative_prompt": case.negative or None,
        "generator": torch.Generator().manual_seed(case.seed),
        "output_type": "latent",
        "height": height,
        "width": width,
        # The noise of a step as the scheduler itself has it; pipelines would turn TCD's off.
        "eta": 0.3 if case.sampler == "tcd" else 0.0,
        "callback_on_step_end": lambda _pipe, _i, _t, given: run.steps.append(given["latents"].numpy().copy()) or {},
    }
    if case.task != "text":
        arguments |= {"image": torch.from_numpy(case.picture) / 2 + 0.5, "strength": case.strength}
    if case.task == "mask":
        arguments |= {"mask_image": torch.from_numpy(case.mask)[None, None]}
    known = inspect.signature(pipe.__call__).parameters
    with recorded() as draws:
        latents = pipe(**{key: value for key, value in arguments.items() if key in known}).images
    run.draws = draws
    run.pictures = decoded(pipe, latents)
    return run


def decoded(pipe: Any, latents: torch.Tensor) -> Latents:
    with torch.no_grad():
        return (pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample / 2 + 0.5).clamp(0, 1).numpy()


def ours(pipeline: Pipeline, case: Case, noise: Any) -> Run:
    """The case by our pipeline, put together as the engine does it."""
    manifest = pipeline.manifest
    sampler = Sampler(manifest.scheduler, case.sampler, case.steps, strength=case.strength, noise=noise)
    guided = case.guidance > 1 and not manifest.guidance_embedded
    conditioning = pipeline.condition(PROMPT, case.negative, guided=guided)
    shape = (case.batch, manifest.latent_channels, *case.cells.shape)
    start = noise.draw("start", shape)
    job = Denoising(
        conditioning=conditioning, start=start * np.float32(sampler.start_scale), guidance=case.guidance, noise=start
    )
    if case.task != "text":
        job = with_source(pipeline, case, noise, job, sampler)
    run = Run(steps=[latents for _, latents, _ in pipeline.denoise(job, sampler)])
    run.pictures = np.clip(pipeline.decode(run.steps[-1]) / 2 + 0.5, 0, 1)
    return run


def with_source(pipeline: Pipeline, case: Case, noise: Any, job: Denoising, sampler: Sampler) -> Denoising:
    picture = case.picture
    clean = pipeline.draw(pipeline.moments(picture), noise, "posterior", case.batch)
    # diffusers begins from pure noise only when it inpaints at full strength.
    if case.task == "image" or case.strength < 1:
        job = replace(job, start=sampler.add_noise(clean, job.noise, 0))
    if case.task == "image":
        return job
    job = replace(job, clean=clean, keep_map=case.cells)
    if not pipeline.manifest.inpainting_unet:
        return job
    hidden = picture * (case.mask < 0.5)
    masked = pipeline.draw(pipeline.moments(hidden), noise, "masked", case.batch)
    return replace(job, mask=np.tile(case.cells, (case.batch, 1, 1, 1)), masked=masked)


def compare(case: Case, got: Run, wanted: Run) -> None:
    assert len(got.steps) == len(wanted.steps), f"{len(got.steps)} steps were run, {len(wanted.steps)} by diffusers"
    for index, (mine, other) in enumerate(zip(got.steps, wanted.steps, strict=True)):
        # The latents of a trained model stay within 4 or so; those of a random one may not, and round in proportion.
        size = max(1.0, float(np.abs(other).max()) / 4)
        assert_close(mine / size, other / size, ATOL, f"{case}: latents after step {index}")
    assert_close(got.pictures, wanted.pictures, ATOL, f"{case}: the pictures")
    assert wanted.pictures.std() > 0.02, "the pictures are flat: they would agree whatever was done"


def purposes_of(case: Case) -> list[str]:
    # With 9 channels and nothing to start from, diffusers does not encode the picture.
    skipped = case.kind == "sd1-inpaint" and case.strength == 1
    return [purpose for purpose in PURPOSES[case.task] if not (skipped and purpose == "posterior")]


def check(case: Case, pipeline: Pipeline, pipe: Any) -> None:
    wanted = theirs(pipe, case)
    noise = Replay(wanted.draws, purposes_of(case))
    compare(case, ours(pipeline, case, noise), wanted)
    # What diffusers draws at the last step weighs nothing there, and we do not draw it.
    assert len(noise.steps) <= 1, f"{len(noise.steps)} of diffusers' draws were never asked for"


BY_TASK = {
    "text": Case(),
    "image": Case(task="image", strength=0.6),
    "mask": Case(task="mask", strength=0.6),
    "mask-full": Case(task="mask"),
    "mask-9": Case(kind="sd1-inpaint", task="mask", strength=0.6),
}


@pytest.mark.parametrize("task", BY_TASK)
@pytest.mark.parametrize("name", SAMPLERS)
def test_every_sampler_makes_the_pictures_of_diffusers(name, task, pipeline, reference):
    case = replace(BY_TASK[task], sampler=name)
    check(case, pipeline(case.kind), reference(case.kind, case.task))


OTHERS = [
    Case(guidance=1.0),
    Case(guidance=1.0, task="mask", strength=0.6),
    Case(negative=""),
    Case(batch=3),
    Case(batch=3, sampler="euler-a"),
    Case(batch=3, task="image", strength=0.6),
    Case(batch=3, task="mask", strength=0.6, sampler="dpm++2m-sde"),
    Case(size=(72, 56)),
    Case(size=(72, 56), task="image", strength=0.6),
    Case(size=(56, 72), task="mask"),
    Case(size=(128, 32)),
    Case(task="image", strength=1.0),
    Case(task="image", strength=0.9, sampler="heun"),
    Case(steps=1),
    Case(steps=1, task="mask"),
    Case(steps=7, sampler="dpm++sde"),
    Case(steps=20, sampler="dpm++2m-karras"),
    Case(kind="sd1-inpaint", task="mask"),
    Case(kind="sd1-inpaint", task="mask", guidance=1.0, sampler="euler"),
    Case(kind="sd1-inpaint", task="mask", batch=3, size=(72, 56)),
    Case(kind="sd1-inpaint", task="mask", batch=3, strength=0.6, sampler="euler-a"),
    Case(kind="sd2-v"),
    Case(kind="sd2-v", guidance=1.0),
    Case(kind="sd2-v", sampler="euler"),
    Case(kind="sd2-v", sampler="dpm++2m", size=(56, 72)),
    Case(kind="sd2-v", sampler="pndm"),
    Case(kind="sd2-v", task="image", strength=0.6, batch=3),
    Case(kind="sd2-v", task="mask", strength=0.6, sampler="unipc"),
    Case(kind="sdxl"),
    Case(kind="sdxl", sampler="euler", negative=""),
    Case(kind="sdxl", guidance=1.0, sampler="euler"),
    Case(kind="sdxl", batch=3, size=(72, 56), sampler="euler-a"),
    Case(kind="sdxl", task="image", strength=0.6, sampler="dpm++2m"),
    Case(kind="sdxl", task="mask", strength=0.6, batch=3),
    Case(kind="sdxl", task="mask", size=(56, 72)),
    Case(kind="lcm", sampler="lcm", steps=4),
    Case(kind="lcm", sampler="lcm", steps=4, guidance=1.0),
    Case(kind="lcm", sampler="lcm", steps=4, batch=3, size=(72, 56), guidance=9.0),
    Case(kind="lcm", sampler="lcm", steps=4, task="image", strength=0.6),
    Case(kind="rgba"),
    Case(kind="rgba", guidance=1.0, size=(56, 72)),
    Case(kind="rgba", sampler="dpm++2m", batch=3),
    Case(kind="rgba", sampler="unipc"),
    Case(kind="rgba", sampler="ddpm"),
]


@pytest.mark.parametrize("case", OTHERS, ids=str)
def test_every_kind_of_model_makes_the_pictures_of_diffusers(case, pipeline, reference):
    check(case, pipeline(case.kind), reference(case.kind, case.task))


# diffusers takes pictures of 4 channels for latents, so that the RGBA model's edits are written out here in torch.
def theirs_by_hand(pipe: Any, case: Case, picture: Latents) -> Run:
    generator, run = torch.Generator().manual_seed(case.seed), Run()
    scheduler, unet = pipe.scheduler, pipe.unet
    negative, positive = (
        pipe.encode_prompt(text, "cpu", 1, do_classifier_free_guidance=False)[0] for text in (case.negative, PROMPT)
    )
    scheduler.set_timesteps(case.steps)
    timesteps = scheduler.timesteps[case.steps - int(case.steps * case.strength) :]
    cells = torch.from_numpy(case.cells)
    with torch.no_grad():
        posterior = pipe.vae.encode(torch.from_numpy(picture)).latent_dist
        run.draws = [torch.randn(posterior.mean.shape, generator=generator).numpy() for _ in range(2)]
        drawn, noise = map(torch.from_numpy, run.draws)
        clean = (posterior.mean + posterior.std * drawn) * pipe.vae.config.scaling_factor
        latents = scheduler.add_noise(clean, noise, timesteps[:1])
        for index, timestep in enumerate(timesteps):
            away = unet(latents, timestep, encoder_hidden_states=negative).sample
            towards = unet(latents, timestep, encoder_hidden_states=positive).sample
            prediction = away + case.guidance * (towards - away)
            latents = scheduler.step(prediction, timestep, latents).prev_sample
            if case.task == "mask":
                last = index + 1 == len(timesteps)
                kept = clean if last else scheduler.add_noise(clean, noise, timesteps[index + 1 : index + 2])
                latents = cells * latents + (1 - cells) * kept
            run.steps.append(latents.numpy().copy())
    run.pictures = decoded(pipe, latents)
    return run


@pytest.mark.parametrize("task", ["image", "mask"])
def test_a_model_with_alpha_edits_pictures_of_four_channels(task, pipeline, reference, monkeypatch):
    alpha = np.where(np.arange(48)[:, None] + np.arange(64) > 40, 0.8, -1).astype(np.float32)
    picture = np.concatenate([Case().picture, alpha[None, None]], axis=1)
    monkeypatch.setattr(Case, "picture", picture)
    case = Case(kind="rgba", task=task, strength=0.6)
    wanted = theirs_by_hand(reference("rgba", "text"), case, picture)
    compare(case, ours(pipeline("rgba"), case, Replay(wanted.draws, ["posterior", "start"])), wanted)


# The parts alone


def unet_inputs(kind: str, config: Any, batch: int, latent: tuple[int, int], tokens: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator)

    width = config.cross_attention_dim
    inputs = {
        "sample": normal(batch, config.in_channels, *latent),
        "encoder_hidden_states": normal(batch, tokens, width),
    }
    if kind == "sdxl":
        inputs |= {"text_embeds": normal(batch, 24), "time_ids": torch.tensor([[48.0, 64, 0, 0, 48, 64]] * batch)}
    if kind == "lcm":
        inputs |= {"timestep_cond": normal(batch, config.time_cond_proj_dim)}
    return inputs


@pytest.mark.parametrize(
    "sizes",
    [(1, (8, 8), 77), (3, (9, 7), 77), (2, (7, 9), 154), (1, (1, 5), 77), (2, (16, 6), 77)],
)
@pytest.mark.parametrize("kind", ["sd1", "sd1-inpaint", "sd2-v", "sdxl", "lcm", "rgba"])
def test_the_unet_is_that_of_diffusers_at_any_size(kind, sizes, pipeline, reference):
    unet = reference(kind, "mask" if kind == "sd1-inpaint" else "text").unet
    session = pipeline(kind).session("unet")
    inputs = unet_inputs(kind, unet.config, *sizes)
    added = {key: inputs[key] for key in ("text_embeds", "time_ids") if key in inputs}
    for timestep in (999.0, 431.5, 0.0):
        with torch.no_grad():
            wanted = unet(
                inputs["sample"],
                torch.tensor(timestep),
                inputs["encoder_hidden_states"],
                timestep_cond=inputs.get("timestep_cond"),
                added_cond_kwargs=added or None,
            ).sample
        feeds = {key: value.numpy() for key, value in inputs.items()} | {"timestep": np.array(timestep, np.float32)}
        assert_close(session.run(feeds)["out_sample"], wanted, ATOL, f"{kind} UNet at timestep {timestep}")


@pytest.mark.parametrize("latent", [(8, 8), (9, 7), (3, 12)])
@pytest.mark.parametrize("kind", ["sd1", "sdxl", "rgba"])
def test_the_autoencoder_is_that_of_diffusers_at_any_size(kind, latent, pipeline, reference):
    vae, mine = reference(kind, "text").vae, pipeline(kind)
    channels, generator = mine.manifest.channels, torch.Generator().manual_seed(4)
    pictures = torch.rand((2, channels, latent[0] * 8, latent[1] * 8), generator=generator) * 2 - 1
    latents = torch.randn((2, mine.manifest.latent_channels, *latent), generator=generator)
    with torch.no_grad():
        moments = vae.encode(pictures).latent_dist.parameters
        decoded = vae.decode(latents / vae.config.scaling_factor).sample
    assert_close(mine.moments(pictures.numpy()), moments, ATOL, f"{kind} encoder")
    assert_close(mine.decode(latents.numpy()), decoded, ATOL, f"{kind} decoder")


@pytest.mark.parametrize("scale", [0.0, 1.0, 3.5, 7.5, 13.0])
@pytest.mark.parametrize("width", [16, 17, 256])
def test_the_guidance_embedding_is_that_of_diffusers(width, scale, reference):
    wanted = reference("lcm", "text").get_guidance_scale_embedding(torch.tensor([scale]), embedding_dim=width)
    # Angles reach thousands, and single precision keeps four digits of their sines.
    assert_close(guidance_embedding(scale, width), wanted, 1e-3, "the embedding")


# Laws of our own loop


@pytest.mark.parametrize("task", ["text", "image", "mask", "mask-9"])
@pytest.mark.parametrize("name", ["ddim", "euler-a", "dpm++2m-sde"])
def test_a_batch_is_made_like_its_pictures(name, task, pipeline):
    case = replace(BY_TASK[task], sampler=name, batch=3)
    mine = pipeline(case.kind)
    batch = ours(mine, case, SeededNoise((11, 12, 13)))
    for row, seed in enumerate((11, 12, 13)):
        alone = ours(mine, replace(case, batch=1), SeededNoise((seed,)))
        assert_close(batch.steps[-1][row : row + 1], alone.steps[-1], 0, f"latents of picture {row}")
        assert_close(batch.pictures[row : row + 1], alone.pictures, 0, f"picture {row}")
    assert np.abs(batch.pictures[0] - batch.pictures[1]).max() > 0.02, "two seeds made the same picture"


def test_the_same_seed_makes_the_same_bytes(pipeline):
    case = Case(sampler="euler-a")
    first, second = (ours(pipeline("sd1"), case, SeededNoise((3,))) for _ in range(2))
    assert first.pictures.tobytes() == second.pictures.tobytes()


@pytest.mark.parametrize("rungs", [("split_guidance",), ("one_by_one",), ("split_guidance", "one_by_one")])
@pytest.mark.parametrize("case", [Case(batch=2), Case(kind="sdxl", batch=2), BY_TASK["mask-9"]], ids=str)
def test_giving_up_speed_for_memory_makes_the_same_picture(rungs, case, pipeline):
    noise = SeededNoise(range(case.batch))
    wanted = ours(pipeline(case.kind), case, noise)
    short = pipeline(case.kind)
    for rung in rungs:
        short.ladder.take(rung, rung)
    assert_close(ours(short, case, noise).steps[-1], wanted.steps[-1], 1e-5, "latents")


@pytest.mark.parametrize("name", ["ddim", "euler", "heun"])
def test_what_is_kept_is_clean_at_the_end(name, pipeline):
    case = Case(task="mask", strength=0.6, sampler=name)
    mine, noise = pipeline("sd1"), SeededNoise((1,))
    clean = mine.draw(mine.moments(case.picture), noise, "posterior", 1)
    latents = ours(mine, case, noise).steps[-1]
    kept = case.cells == 0
    assert latents[..., kept].tobytes() == clean[..., kept].tobytes()
    assert np.abs(latents[..., ~kept] - clean[..., ~kept]).max() > 0.1


def test_a_soft_map_frees_pixels_one_after_the_other(pipeline):
    case = Case(task="mask", sampler="ddim", steps=10)
    soft = np.full(case.cells.shape, 0.5, np.float32)
    soft[:, 0], soft[:, -1] = 0, 1
    at, free = loop_with_map(pipeline("sd1"), case, soft)
    assert at[0.0] == [False] * 9 + [False]
    assert at[0.5] == [False] * 4 + [True] * 6
    assert at[1.0] == [True] * 10
    assert free == 10


def test_a_unet_that_knows_the_mask_is_held_back_only_where_the_map_is_soft(pipeline):
    case = Case(kind="sd1-inpaint", task="mask", sampler="ddim", steps=10)
    soft = np.full(case.cells.shape, 0.5, np.float32)
    soft[:, 0], soft[:, -1] = 0, 1
    at, _ = loop_with_map(pipeline("sd1-inpaint"), case, soft)
    assert at[0.0] == [True] * 10
    assert at[0.5] == [False] * 4 + [True] * 6
    assert at[1.0] == [True] * 10


def loop_with_map(mine: Pipeline, case: Case, soft: Latents) -> tuple[dict[float, list[bool]], int]:
    """For each value of the map, whether it was free after each step; and the number of steps."""
    noise = SeededNoise((1,))
    sampler = Sampler(mine.manifest.scheduler, case.sampler, case.steps, noise=noise)
    start = noise.draw("start", (1, mine.manifest.latent_channels, *soft.shape))
    job = Denoising(conditioning=mine.condition(PROMPT, NEGATIVE, guided=True), start=start, noise=start)
    job = replace(with_source(mine, case, noise, job, sampler), keep_map=soft)
    free: dict[float, list[bool]] = {float(value): [] for value in np.unique(soft)}
    for index, latents, _ in mine.denoise(job, sampler):
        kept = sampler.add_noise(job.clean, job.noise, index + 1)
        for value, after in free.items():
            after.append(bool((latents != kept)[..., soft == value].any()))
    return free, len(sampler)


@pytest.mark.parametrize("kind", ["sd1", "sd2-v", "rgba"])
def test_previews_show_where_the_loop_is_heading(kind, pipeline):
    case = Case(kind=kind, steps=12)
    mine, noise = pipeline(kind), SeededNoise((1,))
    sampler = Sampler(mine.manifest.scheduler, case.sampler, case.steps, noise=noise)
    start = noise.draw("start", (1, mine.manifest.latent_channels, *case.cells.shape))
    job = Denoising(conditioning=mine.condition(PROMPT, NEGATIVE, guided=True), start=start, want_clean=True)
    run = list(mine.denoise(job, sampler))
    latents, heading = run[-1][1], run[-1][2]
    # DDIM's last step goes to the clean latents, or to the first trained timestep, where little noise is left.
    near = 1e-4 if kind == "rgba" else 0.05 * float(np.abs(latents).max()) + 0.15
    assert_close(heading, latents, near, "the last preview")
    assert all(heading is not None and np.isfinite(heading).all() for _, _, heading in run)
