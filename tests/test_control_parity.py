"""ControlNets against diffusers' pipelines: the same weights, pictures and noise, compared after each step."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import controlled
import diffusers
import numpy as np
import pytest
import torch
from conftest import assert_close
from drawn import one_thread  # noqa: F401 (a fixture)
from test_parity import PROMPT, Case, Replay, Run, Sampler, compare, decoded, purposes_of, recorded, with_source

from inference.api import Seamless
from inference.control_card import read_card
from inference.noise import Latents, SeededNoise
from inference.pipelines import Denoising, Pipeline
from inference.samplers import SAMPLERS
from inference.steering import Steer

CLASSES = {
    ("sd1", "text"): "StableDiffusionControlNetPipeline",
    ("sd1", "image"): "StableDiffusionControlNetImg2ImgPipeline",
    ("sd1", "mask"): "StableDiffusionControlNetInpaintPipeline",
    ("sd1-inpaint", "mask"): "StableDiffusionControlNetInpaintPipeline",
    ("sd2-v", "text"): "StableDiffusionControlNetPipeline",
    ("sdxl", "text"): "StableDiffusionXLControlNetPipeline",
    ("sdxl", "image"): "StableDiffusionXLControlNetImg2ImgPipeline",
    ("sdxl", "mask"): "StableDiffusionXLControlNetInpaintPipeline",
}
Lead = tuple[int, float, float, float]
"""Seed of a ControlNet's weights, strength, start and end."""


@dataclass(frozen=True, kw_only=True)
class Guided(Case):
    """A picture that ControlNets guide."""

    leads: tuple[Lead, ...] = ((11, 1.0, 0.0, 1.0),)

    def __str__(self) -> str:
        own = {key: value for key, value in vars(self).items() if value != getattr(Guided(), key)}
        return "-".join(str(value).replace(" ", "") for value in own.values()) or "plain"

    def seen(self, index: int) -> Latents:
        """(1, 3, height, width) in [0, 1]: what the ControlNet of that place is shown."""
        width, height = self.size
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        rings = np.sin(np.hypot(x - 20, y - 10 * index) / 3) > 0
        return np.stack([rings, np.roll(rings, 5, 0), rings]).astype(np.float32)[None]


@pytest.fixture(scope="module")
def control(saved, tmp_path_factory) -> Callable[[str, int], tuple[Path, Path]]:
    """``control(kind, seed)``: a ControlNet for that kind of model, as diffusers' folder and imported."""
    folder = tmp_path_factory.mktemp("controls")

    @cache
    def make(kind: str, seed: int) -> tuple[Path, Path]:
        plain = kind.removesuffix("-inpaint")  # a ControlNet sees the latents alone, whatever else the UNet is shown
        source = controlled.save_control(saved(plain), folder / f"{kind}-{seed}", seed)
        return source, controlled.import_control(source, folder / "imported" / f"{kind}-{seed}", kind="canny")

    return make


def theirs(case: Guided, saved: Any, control: Any) -> tuple[Any, Run]:
    """The case by diffusers' pipeline."""
    nets = [diffusers.ControlNetModel.from_pretrained(control(case.kind, seed)[0]) for seed, *_ in case.leads]
    pictures = [torch.from_numpy(case.seen(index)) for index in range(len(nets))]
    kind = getattr(diffusers, CLASSES[case.kind, case.task])
    many = len(nets) > 1
    pipe = kind.from_pretrained(saved(case.kind), controlnet=nets if many else nets[0], local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    spec = SAMPLERS[case.sampler]
    pipe.scheduler = getattr(diffusers, spec.scheduler).from_config(pipe.scheduler.config, **spec.settings)
    run = Run()
    shown = pictures if many else pictures[0]
    columns = list(zip(*case.leads, strict=True)) if many else case.leads[0]
    arguments = {
        "prompt": PROMPT,
        "num_images_per_prompt": case.batch,
        "num_inference_steps": case.steps,
        "guidance_scale": case.guidance,
        "negative_prompt": case.negative or None,
        "generator": torch.Generator().manual_seed(case.seed),
        "output_type": "latent",
        "height": case.size[1],
        "width": case.size[0],
        "eta": 0.0,
        "callback_on_step_end": lambda _p, _i, _t, given: run.steps.append(given["latents"].numpy().copy()) or {},
        "controlnet_conditioning_scale": list(columns[1]) if many else columns[1],
        "control_guidance_start": list(columns[2]) if many else columns[2],
        "control_guidance_end": list(columns[3]) if many else columns[3],
        "image" if case.task == "text" else "control_image": shown,
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
    return pipe, run


def steers(case: Guided, control: Any) -> tuple[Steer, ...]:
    return tuple(
        Steer(
            card=read_card(control(case.kind, seed)[1]),
            picture=case.seen(index),
            strength=strength,
            start=start,
            end=end,
        )
        for index, (seed, strength, start, end) in enumerate(case.leads)
    )


def ours(pipeline: Pipeline, case: Guided, noise: Any, led: tuple[Steer, ...], **more: Any) -> Run:
    """The case by our pipeline, put together as the engine does it."""
    manifest = pipeline.manifest
    pipeline.wear((), steered=bool(led))
    sampler = Sampler(manifest.scheduler, case.sampler, case.steps, strength=case.strength, noise=noise)
    conditioning = pipeline.condition(PROMPT, case.negative, guided=case.guidance > 1)
    start = noise.draw("start", (case.batch, manifest.latent_channels, *case.cells.shape))
    job = Denoising(
        conditioning=conditioning,
        start=start * np.float32(sampler.start_scale),
        guidance=case.guidance,
        noise=start,
        steers=led,
        **more,
    )
    if case.task != "text":
        job = with_source(pipeline, case, noise, job, sampler)
    run = Run(steps=[latents for _, latents, _ in pipeline.denoise(job, sampler)])
    run.pictures = np.clip(pipeline.decode(run.steps[-1]) / 2 + 0.5, 0, 1)
    return run


TWO = ((11, 0.8, 0.0, 0.6), (12, 1.6, 0.3, 1.0))
QUICK = [Guided(sampler="euler"), Guided(leads=TWO, batch=2, size=(72, 56))]
MORE = [
    Guided(guidance=1.0),
    Guided(leads=((11, 0.5, 0.0, 1.0),), sampler="dpm++2m"),
    Guided(leads=((11, 2.0, 0.4, 0.9),), steps=10, sampler="heun"),
    Guided(task="image", strength=0.6),
    Guided(task="image", strength=0.8, batch=3, leads=TWO, sampler="euler-a", size=(72, 56)),
    Guided(task="mask", strength=0.6),
    Guided(task="mask", leads=TWO),
    Guided(kind="sd1-inpaint", task="mask"),
    Guided(kind="sd1-inpaint", task="mask", strength=0.6, batch=2, leads=((11, 1.3, 0.2, 1.0),)),
    Guided(kind="sd2-v", sampler="euler"),
    Guided(kind="sdxl", sampler="euler"),
    Guided(kind="sdxl", guidance=1.0, leads=TWO, batch=3, size=(72, 56)),
    Guided(kind="sdxl", task="image", strength=0.6, sampler="dpm++2m"),
    Guided(kind="sdxl", task="mask", strength=0.6, batch=2, leads=TWO),
]


@pytest.mark.parametrize("case", [*QUICK, *(pytest.param(case, marks=pytest.mark.slow) for case in MORE)], ids=str)
def test_the_picture_is_that_of_diffusers(case, pipeline, saved, control):
    _, wanted = theirs(case, saved, control)
    noise = Replay(wanted.draws, purposes_of(case))
    led = steers(case, control)
    compare(case, ours(pipeline(case.kind), case, noise, led), wanted)
    without = ours(pipeline(case.kind), case, Replay(wanted.draws, purposes_of(case)), ())
    size = max(1.0, float(np.abs(wanted.steps[-1]).max()) / 4)
    apart = np.abs(without.steps[-1] - wanted.steps[-1]).max() / size
    assert apart > 0.02, f"{case}: the ControlNet changes nothing, so any picture would agree ({apart:.2g})"


def test_a_control_of_no_strength_or_of_no_step_changes_next_to_nothing(pipeline, control):
    case = Guided(sampler="euler-a", batch=2)
    mine, noise = pipeline("sd1"), SeededNoise((1, 2))
    plain = ours(mine, case, noise, ())
    for lead in ((11, 0.0, 0.0, 1.0), (11, 1.0, 0.95, 1.0)):
        led = steers(replace(case, leads=(lead,)), control)
        # The steered graph is another one: its sums may be fused in another order.
        assert_close(ours(mine, case, noise, led).steps[-1], plain.steps[-1], 1e-4, f"latents under {lead}")


@pytest.mark.parametrize("rungs", [("split_guidance",), ("one_by_one",), ("split_guidance", "one_by_one")])
def test_giving_up_speed_for_memory_makes_the_same_picture(rungs, pipeline, control):
    case = Guided(batch=2, leads=TWO)
    noise, led = SeededNoise((1, 2)), steers(case, control)
    wanted = ours(pipeline("sd1"), case, noise, led)
    short = pipeline("sd1")
    for rung in rungs:
        short.ladder.take(rung, rung)
    assert_close(ours(short, case, noise, led).steps[-1], wanted.steps[-1], 1e-5, "latents")


def test_a_batch_is_made_like_its_pictures_and_rolls_with_its_maps(pipeline, control):
    case = Guided(batch=2, sampler="euler-a")
    mine, led = pipeline("sd1"), steers(case, control)
    both = ours(mine, case, SeededNoise((7, 8)), led, seamless=Seamless.BOTH, roll_seeds=(7, 8))
    for row, seed in enumerate((7, 8)):
        alone = replace(case, batch=1)
        one = ours(mine, alone, SeededNoise((seed,)), led, seamless=Seamless.BOTH, roll_seeds=(seed,))
        assert_close(both.steps[-1][row : row + 1], one.steps[-1], 0, f"latents of picture {row}")
