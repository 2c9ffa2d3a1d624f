"""Is a model folder whole? Files, hashes, words, licence, graphs, and one small picture, told check by check."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from inference.api import MOST_STEPS
from inference.edits import from_model
from inference.errors import BadRequest, GouacheError, ModelRefused
from inference.geometry import Size
from inference.manifest import MANIFEST_FILE, Family, ModelManifest, hash_parts, read_manifest
from inference.noise import Latents, SeededNoise
from inference.pipelines import Denoising, Pipeline
from inference.prompt import escaped
from inference.resources import cache_folder
from inference.runtime import Runtime
from inference.solver import Tables
from inference.store import ModelStore
from inference.styles import load_styles
from inference.text import PromptTokenizer
from inference.words_file import WORDS_FILE

USUAL_STEPS = 4
PROBED = 8
"""Side of the latents that the autoencoder's halves are tried on."""
LARGE = 256 * 256
"""Pixels above which the picture is made smaller than the model's own size."""


class State(Enum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, and what was found, in a sentence."""

    name: str
    state: State
    words: str


Finding = tuple[State, str]


def check_model(
    folder: Path, *, steps: int = USUAL_STEPS, device: str = "cpu", threads: int | None = None
) -> Iterator[Check]:
    """Look at everything that makes a model folder usable; each check as soon as it is done.

    Args:
        steps: of the picture that is made.

    Raises:
        BadRequest: for steps or a device that cannot be.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise BadRequest(f"The number of steps is {steps}, which cannot be.", hint="Give at least 1.")
    try:
        manifest = read_manifest(folder)
    except ModelRefused as error:
        yield Check("manifest", State.FAIL, str(error))
        return
    yield Check("manifest", *_manifest(manifest))
    yield _tried("files", lambda: _files(manifest))
    yield _tried("hashes", lambda: _hashes(manifest))
    yield _tried("words", lambda: _words(manifest))
    yield _tried("licence", lambda: _licence(manifest))
    runtime = Runtime(device=device, threads=threads)
    with closing(runtime):
        pipeline = Pipeline(manifest, ModelStore(runtime))
        graphs = [_tried(f"graph {name}", lambda name=name: _graph(pipeline, name)) for name in manifest.parts]
        yield from graphs
        if any(graph.state is State.FAIL for graph in graphs):
            yield Check("picture", State.FAIL, "None was tried, since a graph cannot be used.")
            return
        yield _tried("picture", lambda: _picture(pipeline, steps))


def _tried(name: str, look: Callable[[], Finding]) -> Check:
    try:
        return Check(name, *look())
    except GouacheError as error:
        return Check(name, State.FAIL, str(error))
    except (OSError, ValueError, LookupError, TypeError) as error:
        return Check(name, State.FAIL, f"It cannot be used: {error}.")


def _manifest(manifest: ModelManifest) -> Finding:
    tasks = ", ".join(task.value for task in manifest.tasks)
    if not (manifest.folder / MANIFEST_FILE).is_file():
        return State.WARN, f"There is no {MANIFEST_FILE}; read as {manifest.family.value}, which can {tasks}."
    return State.OK, f"{manifest.title}: {manifest.family.value}, which can {tasks}."


def _files(manifest: ModelManifest) -> Finding:
    """Tokenizers that can be read, a noise schedule, and a config for each graph."""
    folder = manifest.folder
    names = ["tokenizer", *(["tokenizer_2"] if "text_encoder_2" in manifest.parts else [])]
    for name in names:
        PromptTokenizer(folder / name)
    wanted = [
        "model_index.json",
        "scheduler/scheduler_config.json",
        *(f"{part}/config.json" for part in manifest.parts),
    ]
    missing = [name for name in wanted if not (folder / name).is_file()]
    for name in set(wanted).difference(missing):
        json.loads((folder / name).read_text("utf-8"))
    if not manifest.scheduler:
        return (
            State.FAIL,
            "There is no scheduler/scheduler_config.json, so the noise that it was trained with is unknown.",
        )
    if missing:
        return State.WARN, f"There is no {', '.join(missing)}; usual values are taken."
    return State.OK, f"All {len(wanted) + len(names)} are there."


def _hashes(manifest: ModelManifest) -> Finding:
    if not manifest.hashes:
        return State.WARN, f"{MANIFEST_FILE} gives none, so changed files cannot be found."
    found = hash_parts(manifest.folder)
    changed = sorted(name for name in found | dict(manifest.hashes) if found.get(name) != manifest.hashes.get(name))
    if changed:
        return State.FAIL, f"Changed, added or lost since the export: {', '.join(changed)}."
    return State.OK, f"{len(found)} files are as they were exported."


def _words(manifest: ModelManifest) -> Finding:
    words = manifest.words
    if words is None:
        small = manifest.family is Family.OWN
        return State.WARN if small else State.OK, f"There is no {WORDS_FILE}: unknown words will not be told."
    lost = [label for label in words.concepts if words.read(escaped(label)).text != escaped(label)]
    if lost:
        return State.WARN, f"{WORDS_FILE} has {len(lost)} names that are read as another, {lost[0]} among them."
    styles = sorted(set(manifest.styles) - set(words.styles))
    if styles:
        return State.WARN, f"{MANIFEST_FILE} names styles that {WORDS_FILE} does not know: {', '.join(styles)}."
    unknown = [
        f"{style.name} says '{each.word}'"
        for style in load_styles().values()
        if manifest.name in style.models
        for each in words.read(style.apply("")).unknown
    ]
    if unknown:
        return State.WARN, f"Styles use words that the model does not know: {', '.join(unknown)}."
    chinese = sum(bool(concept.chinese) for concept in words.concepts.values())
    return State.OK, f"{len(words.concepts)} concepts, {chinese} with Chinese names, {len(words.styles)} styles."


def _licence(manifest: ModelManifest) -> Finding:
    if not manifest.licence:
        return State.WARN, "Not stated; ask its author before you pass it on."
    if not manifest.sources:
        return State.WARN, f"{manifest.licence}; nobody says what it was trained on."
    return State.OK, f"{manifest.licence}; {len(manifest.sources)} sources."


def _graph(pipeline: Pipeline, name: str) -> Finding:
    """It loads, and what can be tried by itself takes and gives the shapes that the manifest says."""
    manifest, session = pipeline.manifest, pipeline.session(name)
    lost = set(manifest.parts[name].header.inputs) - set(session.inputs)
    if lost:
        return State.FAIL, f"Loaded, it does not take {', '.join(sorted(lost))}."
    side, channels, factor = PROBED, manifest.latent_channels, manifest.factor
    shape: tuple[int, ...] = ()
    wanted: list[tuple[int, ...]] = []
    if name == "vae_decoder":
        shape = _finite(pipeline.decode(np.zeros((1, channels, side, side), np.float32))).shape
        wanted = [(1, manifest.channels, side * factor, side * factor)]
    elif name == "vae_encoder":
        picture = np.zeros((1, manifest.channels, side * factor, side * factor), np.float32)
        shape = _finite(pipeline.moments(picture)).shape
        wanted = [(1, each, side, side) for each in (channels, 2 * channels)]
    elif name == "text_encoder":
        shape = (_finite(pipeline.condition("", "", guided=False).hidden).shape[-1],)
        axes = manifest.parts["unet"].header.inputs["encoder_hidden_states"].axes
        width = axes[2] if axes is not None and len(axes) == 3 else None
        wanted = [(width,)] if isinstance(width, int) and width > 0 else []
    if wanted and shape not in wanted:
        return State.FAIL, f"It gives {_sides(shape)} where {' or '.join(map(_sides, wanted))} was expected."
    return State.OK, f"It loads on {session.provider}" + (f" and gives {_sides(shape)}." if shape else ".")


def _picture(pipeline: Pipeline, steps: int) -> Finding:
    """Made as the engine makes one, but every value on the way is looked at."""
    manifest, usual = pipeline.manifest, pipeline.manifest.defaults
    size = _size(manifest)
    prompt = next(iter(manifest.words.concepts), "") if manifest.words else "a red apple"
    guided = usual.guidance > 1 and not manifest.guidance_embedded
    noise = SeededNoise((0,))
    sampler = Tables(cache_folder() / "samplers").sampler(
        manifest.scheduler, usual.scheduler, steps, strength=1.0, noise=noise
    )
    small = size.divided(manifest.factor)
    start = noise.draw("start", (1, manifest.latent_channels, *small.shape)) * np.float32(sampler.start_scale)
    mask = masked = None
    if manifest.inpainting_unet:
        blank = np.zeros((1, manifest.channels, *size.shape), np.float32)
        mask = np.ones((1, 1, *small.shape), np.float32)
        masked = pipeline.draw(pipeline.moments(blank), noise, "masked", 1)
    job = Denoising(
        conditioning=pipeline.condition(prompt, "", guided=guided),
        start=start,
        guidance=usual.guidance,
        mask=mask,
        masked=masked,
    )
    latents = start
    for _, latents, _ in pipeline.denoise(job, sampler):
        if latents.shape != start.shape:
            return State.FAIL, f"The unet gives {_sides(latents.shape)} where {_sides(start.shape)} was expected."
        _finite(latents)
    decoded = _finite(pipeline.decode(latents))[0]
    made = from_model(decoded, manifest)
    if float(np.ptp(made, axis=(0, 1)).max()) < 1 / 255:
        return State.FAIL, f"The picture of '{prompt}' has one colour throughout."
    return State.OK, f"'{prompt}' at {size} in {steps} steps."


def _size(manifest: ModelManifest) -> Size:
    """The model's own size, or a quarter to a half of a large one's."""
    if manifest.native.area <= LARGE:
        return manifest.native
    fitting = [size for size in manifest.sizes if size.area <= manifest.native.area // 4]
    return max(fitting, key=lambda size: size.area, default=manifest.native)


def _finite(values: Latents) -> Latents:
    if not np.isfinite(values).all():
        raise ValueError("it gives values that are no numbers")
    return values


def _sides(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))
