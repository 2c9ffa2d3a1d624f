"""Frames of a walk by the embedded model, against diffusers run frame by frame on the same weights; and flicker.

    python -m benchmarks.animation [--rounds 3] [--frames 9] [--clip FILE_OR_FOLDER] [--restyled 8] [--no-walk]

Ours goes the whole way of ``main.py animate``: keys, requests, batches, frames on disk. diffusers keeps its pipeline
loaded, is given mixed embeddings and slerped noise frame by frame, and writes nothing. What a frame costs outside UNet
and decoder is counted in the same process as ours. Flicker is measured on the sample pictures moving (rendered here,
CC-BY-4.0 like the model that made them) and on any clip that is given.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import ROOT, Child, machine, ratios, rounds_of, spread, table

ONE, OTHER, SEED = "a red apple", "a pear", 5


def _animation(frames: int) -> Any:
    from inference.animation.animation import Animation
    from inference.animation.timeline import Key, Timeline
    from inference.api import Generate

    keys = (Key(frame=0, prompt=ONE, style="fluent"), Key(frame=frames - 1, prompt=OTHER, seed=SEED + 1))
    return Animation(timeline=Timeline(keys=keys, frames=frames, seed=SEED), base=Generate(seed=0))


# In the child


def serve(what: str, frames: str, cache: str) -> Mapping[str, Callable[..., Any]]:
    """Ours or diffusers'."""
    return {"run": _diffusers(int(frames)) if what == "diffusers" else _ours(int(frames), Path(cache))}


def _ours(frames: int, cache: Path) -> Callable[..., dict[str, float]]:
    from inference.animation.folder import AnimationFolder
    from inference.animation.making import Making
    from inference.api import Picture
    from inference.engine import LocalEngine
    from inference.pipelines import Pipeline

    engine = LocalEngine(device="cpu", cache=cache)
    inside = 0.0

    def timed(method: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            nonlocal inside
            start = time.perf_counter()
            try:
                return method(*given, **named)
            finally:
                inside += time.perf_counter() - start

        return run

    Pipeline._run = timed(Pipeline._run)  # type: ignore[method-assign]

    def run(warm: bool = False) -> dict[str, float]:
        nonlocal inside
        folder = AnimationFolder(Path(tempfile.mkdtemp()))
        making = Making(_animation(2 if warm else frames), folder)
        inside, start, used = 0.0, time.perf_counter(), time.process_time()
        for work in making.work():
            for event in engine.run(work.request):
                if isinstance(event, Picture):
                    making.keep(work, event)
        whole = time.perf_counter() - start
        shutil.rmtree(folder.path)
        return {"whole": whole, "used": time.process_time() - used, "outside": whole - inside}

    return run


def _diffusers(frames: int) -> Callable[..., dict[str, float]]:
    import torch
    from diffusers import EulerAncestralDiscreteScheduler, StableDiffusionPipeline

    from inference.api import DEFAULT_MODEL
    from inference.library import find_model
    from inference.noise import slerp
    from inference.styles import find_style, sampling
    from training.restore import restore_models

    manifest = find_model(DEFAULT_MODEL)
    models = restore_models(manifest.folder)
    pipeline: Any = StableDiffusionPipeline(
        vae=models.vae,
        text_encoder=models.texts[0],
        tokenizer=models.tokenizers[0],
        unet=models.unet,
        scheduler=EulerAncestralDiscreteScheduler.from_config(models.scheduler),
        safety_checker=None,  # pyright: ignore[reportArgumentType]
        feature_extractor=None,  # pyright: ignore[reportArgumentType]
        requires_safety_checker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    style = find_style("fluent")
    said = sampling(_animation(2).base, style, manifest.defaults)
    shape = (1, manifest.latent_channels, *manifest.native.divided(manifest.factor).shape)

    def run(warm: bool = False) -> dict[str, float]:
        start, used = time.perf_counter(), time.process_time()
        ends = [pipeline.encode_prompt(style.apply(each), "cpu", 1, True) for each in (ONE, OTHER)]
        noises = [np.random.default_rng(seed).standard_normal(shape, np.float32) for seed in (SEED, SEED + 1)]
        for share in np.linspace(0, 1, 2 if warm else frames):
            words, empty = ((1 - float(share)) * one + float(share) * other for one, other in zip(*ends, strict=True))
            pipeline(
                prompt_embeds=words,
                negative_prompt_embeds=empty,
                latents=torch.from_numpy(slerp(noises[0], noises[1], float(share)).copy()),
                num_inference_steps=said.steps,
                guidance_scale=said.guidance,
                generator=torch.Generator().manual_seed(SEED),
                output_type="np",
            )
        return {"whole": time.perf_counter() - start, "used": time.process_time() - used, "outside": 0.0}

    return run


# In the parent


def walk(rounds: int, frames: int) -> None:
    names = {"ours": "ours, with files", "diffusers": "diffusers, frame by frame"}
    with tempfile.TemporaryDirectory() as cache:
        children = {name: Child("benchmarks.animation", [name, str(frames), cache]) for name in names}
        taken = rounds_of(children, names, rounds)
    whole = {name: [one["whole"] for one in taken[name]] for name in names}
    used = {name: [one["used"] for one in taken[name]] for name in names}
    rows = [
        [
            title,
            spread([60 * frames / each for each in whole[name]]),
            spread(ratios(whole[name], whole["ours"]), ".2f"),
            f"{statistics.median(ratios(used[name], used['ours'])):.2f}",
        ]
        for name, title in names.items()
    ]
    table(f"A walk of {frames} frames", ["case", "frames a minute", "ratio of times", "of processor times"], rows)
    outside = [100 * one["outside"] / one["whole"] for one in taken["ours"]]
    per_frame = [1000 * one["outside"] / frames for one in taken["ours"]]
    print(f"Outside the graphs: {spread(outside)} % of the time, {spread(per_frame)} ms a frame, files included.\n")


def moving_sample(name: str, frames: int) -> list[np.ndarray]:
    """A sample picture that hops to and fro, leaning, on a transparent ground: 128x128 RGBA."""
    import cv2

    from inference.alpha import premultiply, unpremultiply
    from inference.animation.folder import with_alpha
    from inference.pictures import read_picture

    colours = premultiply(with_alpha(read_picture(ROOT / "resources" / "samples" / name).pixels))
    small = cv2.resize(colours, (88, 88), interpolation=cv2.INTER_AREA)
    out = []
    for frame in range(frames):
        angle = 2 * np.pi * frame / 24
        place = cv2.getRotationMatrix2D((44, 80), 10 * np.sin(angle), 1 + 0.06 * np.sin(2 * angle))
        place[:, 2] += 20 + 12 * np.sin(angle), 32 - 14 * abs(np.sin(angle))
        out.append(unpremultiply(np.asarray(cv2.warpAffine(small, place, (128, 128)))))
    return out


def flickers(clips: Mapping[str, tuple[list[np.ndarray], str, str]]) -> None:
    from inference.animation.animation import NONE, Animation, Consistency, Mode
    from inference.animation.flicker import flicker
    from inference.animation.folder import AnimationFolder
    from inference.animation.making import Making
    from inference.animation.timeline import Key, Timeline
    from inference.api import Generate, Picture
    from inference.engine import LocalEngine
    from inference.locks import Silhouette

    engine = LocalEngine(device="cpu")
    rows = []
    for name, (frames, prompt, style) in clips.items():
        found = []
        for how in (NONE, Consistency()):
            key = Key(frame=0, prompt=prompt, style=style, strength=0.5)
            transparent = any((frame[..., 3] < 255).any() for frame in frames)
            animation = Animation(
                timeline=Timeline(keys=(key,), frames=len(frames), seed=3),
                base=Generate(seed=0),
                mode=Mode.RESTYLE,
                consistency=how,
                silhouette=Silhouette.LOCKED if transparent else Silhouette.FREE,
            )
            with tempfile.TemporaryDirectory() as place:
                folder = AnimationFolder(Path(place))
                for number, frame in enumerate(frames):
                    folder.keep_clip(number, frame)
                making = Making(animation, folder)
                for work in making.work():
                    for event in engine.run(work.request):
                        if isinstance(event, Picture):
                            making.keep(work, event)
                found.append(flicker((folder.read(each) for each in making.all()), frames))
        rows.append(
            [name, f"{flicker(frames, frames):.2f}", *(f"{each:.2f}" for each in found), f"{found[0] / found[1]:.1f}"]
        )
        print(rows[-1], flush=True)
    engine.close()
    table("Flicker, levels of 255", ["clip", "of itself", "each frame alone", "held together", "ratio"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=9)
    parser.add_argument("--restyled", type=int, default=8, help="frames of each clip")
    parser.add_argument("--clip", type=Path, default=None)
    parser.add_argument("--prompt", default="a rabbit")
    parser.add_argument("--no-walk", action="store_true")
    given = parser.parse_args()
    print(machine() + "\n")
    if not given.no_walk:
        walk(given.rounds, given.frames)
    clips = {
        f"{name} hopping": (moving_sample(f"{name}.png", given.restyled), f"a {name}", "twemoji")
        for name in ("mushroom", "crown")
    }
    if given.clip:
        from itertools import islice

        from inference.clips.reading import open_clip

        with open_clip(given.clip) as clip:
            read = [frame.pixels for frame in islice(clip.frames(), given.restyled)]
        clips[given.clip.name] = read, given.prompt, "fluent"
    flickers(clips)


if __name__ == "__main__":
    main()
