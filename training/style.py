"""Teach a style from the pictures in a training's folder, from the first look at them to the style in the studio.

The chain of ``train collect``, ``label``, ``clean``, ``normalise`` and ``lora --export`` for a window that watches from
another process: see ``inference.trainings`` for what the two tell each other. Every part can be killed and goes on.
"""

from __future__ import annotations

import errno
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inference.errors import BadRequest, GouacheError
from inference.files import write_text
from inference.library import find_model
from inference.manifest import ModelManifest
from inference.resources import cache_folder
from inference.trainings import (
    BATCH,
    FEWEST,
    PICTURES,
    RUN,
    SAMPLES,
    STOP,
    Order,
    Speed,
    Stage,
    own_state,
    read_order,
    read_state,
    style_file,
    style_model,
    write_speed,
    write_state,
)
from inference.words_file import read_words
from training.clean import clean, overridden
from training.collect.pictures import find_pictures
from training.collect.storing import Origin, store
from training.dataset import LIST, Dataset, write_dataset
from training.label import PLAIN, Names, label, normalise_caption
from training.progress import Progress
from training.stopping import Stopped, asked_to_stop, stoppable

if TYPE_CHECKING:
    from training.corpus import StoredCorpus
    from training.loop import Running

SHOWN = 4
"""Sample pictures each time."""
PROBED = 3
"""Steps that a measurement of speed takes, after one that is not counted."""
ROOM = 64 << 20
"""Bytes of disk for pictures, checkpoints and samples, besides the finished model."""


def check_style(folder: Path) -> Dataset:
    """Collect the pictures in ``folder``, caption and judge them: ``dataset.jsonl`` then says what is used and why not.

    The list is made anew: what people said is in the order.

    Raises:
        BadRequest: when there are no pictures, or the order cannot be read.
    """
    order = read_order(folder)
    pictures = folder / PICTURES
    if not pictures.is_dir() or not any(pictures.iterdir()):
        raise BadRequest("There are no pictures to learn from.", hint="Add some.")
    (folder / LIST).unlink(missing_ok=True)
    said = Origin(source=order.source, licence=order.licence, author=order.author, style=order.word)
    dataset, _ = store(Dataset(folder), find_pictures(pictures, folder), said, group="")
    entries = dataset.entries
    known = {entry.file for entry in entries}
    for kept in (True, False):
        files = {file for file, word in order.overrides.items() if word is kept and file in known}
        entries = overridden(entries, files, kept)
    captions = {file: normalise_caption(text) for file, text in order.captions.items()}
    dataset = dataset.with_entries(
        replace(entry, caption=captions[entry.file], concept=captions[entry.file]) if entry.file in captions else entry
        for entry in entries
    )
    write_dataset(dataset)
    dataset, _ = label(dataset, Names())
    return clean(dataset)[0]


def check_count(dataset: Dataset) -> None:
    """Raise BadRequest when too few pictures are left to learn a style from."""
    used, count = len(dataset.used), len(dataset.entries)
    if used >= FEWEST:
        return
    if not used:
        raise BadRequest(
            f"None of the {count} pictures can be used.", hint="See what is said of each, or add other pictures."
        )
    raise BadRequest(
        f"Only {used} of {count} pictures can be used; a style needs at least {FEWEST}.", hint="Add more, ten or so."
    )


def train_style(
    folder: Path, *, device: str = "cpu", threads: int, report: Callable[[Progress], None] = lambda _: None
) -> Path | None:
    """Do all that is left to do in ``folder``, and write how far it is there.

    Args:
        report: called with every report of the run.

    Returns:
        The style's file; None when somebody asked to stop: the same call goes on.

    Raises:
        GouacheError: for what cannot be done; the folder's state has it in words.
    """
    state = read_state(folder)  # without a process: it is being started, and this is the process
    if state.pid and state.alive and state.pid != own_state(Stage.STARTING).pid:
        raise BadRequest(f"{folder.name} is being trained already.", hint="Wait for it, or stop it.")
    (folder / RUN).mkdir(parents=True, exist_ok=True)
    (folder / RUN / STOP).unlink(missing_ok=True)
    work = _Work(folder)
    try:
        with stoppable():
            return _chain(work, device, threads, report)
    except (Stopped, KeyboardInterrupt):
        work.end(Stage.STOPPED)
        return None
    except GouacheError as error:
        work.end(Stage.FAILED, error)
        raise
    except OSError as error:
        failed = _disk_error(error)
        work.end(Stage.FAILED, failed)
        raise failed from error
    except MemoryError as error:
        failed = GouacheError("There is not enough memory to train.", hint="Close other programs, then go on.")
        work.end(Stage.FAILED, failed)
        raise failed from error
    except Exception as error:
        words = str(error).split("\n", maxsplit=1)[0] or type(error).__name__
        work.end(Stage.FAILED, GouacheError(f"Something went wrong: {words}.", hint="Try again."))
        raise


class _Work:
    """What a process says of itself while it is at a training."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._start = folder, time.monotonic()
        self._before = read_state(folder).seconds

    @property
    def seconds(self) -> float:
        return self._before + time.monotonic() - self._start

    def at(self, stage: Stage) -> None:
        """Begin a stage; a wish to stop is heard here too."""
        if asked_to_stop(self.folder / RUN):
            raise Stopped
        write_state(self.folder, own_state(stage, self.seconds))

    def end(self, stage: Stage, error: GouacheError | None = None) -> None:
        """Say how it ended; a full disk must not hide why."""
        state = replace(own_state(stage, self.seconds), pid=0)
        if error is not None:
            state = replace(state, message=error.message, hint=error.hint)
        try:
            write_state(self.folder, state)
        except GouacheError:
            if error is None:
                raise


def _disk_error(error: OSError) -> GouacheError:
    if error.errno == errno.ENOSPC:
        return BadRequest("The disk is full.", hint="Make room, then go on.")
    return BadRequest(f"A file could not be used: {(error.strerror or str(error)).lower()}.", hint="Try again.")


def _chain(work: _Work, device: str, threads: int, report: Callable[[Progress], None]) -> Path | None:
    folder = work.folder
    work.at(Stage.CHECKING)
    order = read_order(folder)
    manifest = find_model(order.model)
    _check_room(folder, manifest)
    dataset = check_style(folder)
    check_count(dataset)
    work.at(Stage.PREPARING)

    from inference.geometry import Size
    from training.corpus import StoredCorpus
    from training.lora import LORA_FILE
    from training.normalise import Frame, normalise

    side = min(manifest.native.width, manifest.native.height)
    corpus = StoredCorpus(folder, normalise(dataset, Frame(size=Size(side, side))))
    base = trainable(manifest)
    near = nearest(corpus, base, folder / RUN)
    if near:
        write_dataset(dataset.with_entries(replace(entry, style=near) for entry in dataset.entries))
        corpus = StoredCorpus(folder, corpus.store, captioning=PLAIN)
    work.at(Stage.LEARNING)
    if not (folder / RUN / LORA_FILE).is_file() and not _learn(folder, order, corpus, base, device, threads, report):
        work.end(Stage.STOPPED)
        return None
    work.at(Stage.EXPORTING)
    _export(folder, order, corpus, manifest, base, near)
    for scratch in (folder / RUN / "checkpoints", folder / "normalised"):
        shutil.rmtree(scratch, ignore_errors=True)
    for latents in (folder / RUN).glob("latents*.npy"):
        latents.unlink(missing_ok=True)
    work.end(Stage.DONE)
    return style_file(folder.name)


def _check_room(folder: Path, manifest: ModelManifest) -> None:
    needed, free = ROOM + 3 * manifest.bytes, shutil.disk_usage(folder).free
    if free < needed:
        raise BadRequest(
            f"The disk has {free >> 20} MB left; training needs {needed >> 20} MB.", hint="Make room, then go on."
        )


def trainable(manifest: ModelManifest) -> Path:
    """The model's weights for PyTorch; those of an ONNX folder are got back once and kept in the cache."""
    from training.restore import trainable_folder

    return trainable_folder(manifest.folder, cache_folder() / "trainable")


def nearest(corpus: StoredCorpus, base: Path, run: Path) -> str:
    """The style in which a model that sketches is taught (``training.restyled``); "" for other models."""
    from training.denoiser import latents_of
    from training.lora import sketches
    from training.models import load_models
    from training.restyled import nearest_style

    words = read_words(base)
    if words is None or not words.styles or not sketches(base):
        return ""
    import torch

    models = load_models(base).freeze()
    latents = latents_of(models.vae, corpus, run / "latents", "cpu", mirrored=False)
    captions = [entry.caption for entry in corpus.entries]
    return nearest_style(models, captions, torch.from_numpy(latents[:, 0, 0].copy()), sorted(words.styles))


def _learn(  # noqa: PLR0917
    folder: Path,
    order: Order,
    corpus: StoredCorpus,
    base: Path,
    device: str,
    threads: int,
    report: Callable[[Progress], None],
) -> bool:
    """Learn to the last step. False when somebody asked to stop."""
    from training.loop import RUN_FILE, read_settings
    from training.lora import suited, train_lora
    from training.optimise import Optimisation

    run, steps = folder / RUN, order.effort.steps
    if (run / RUN_FILE).is_file():
        threads = int(read_settings(run)["threads"])
    lora, settings = suited(base)
    reports = train_lora(
        corpus,
        base,
        run,
        lora=lora,
        settings=settings,
        running=_running(run, device, threads, sample_steps=max(1, steps // SAMPLES)),
        optimisation=Optimisation(steps=steps, rate=1e-3, warmup=steps // 20),
    )
    last = None
    with closing(reports):  # type: ignore[type-var]
        for last in reports:
            report(last)
    return last is not None and last.step == last.steps


def _running(run: Path, device: str, threads: int, sample_steps: int) -> Running:
    from training.loop import Running, bf16_for

    return Running(
        batch=BATCH,
        device=device,
        bf16=bf16_for(device, run),
        threads=threads,
        save_seconds=30,
        sample_steps=sample_steps,
        sample_pictures=SHOWN,
    )


def _export(  # noqa: PLR0917
    folder: Path, order: Order, corpus: StoredCorpus, manifest: ModelManifest, base: Path, near: str
) -> None:
    """The model first, then the file that names it: a style is in the list only when it is whole.

    Args:
        near: the style that stands in prompts for this one; "" for its own word.
    """
    from training.card import styled_card
    from training.lora import LORA_FILE, export_lora
    from training.words import words_after

    name = folder.name
    card = styled_card(manifest.folder, corpus, order.title.strip())
    words = read_words(base) if near else words_after(base, corpus.entries, corpus.captioning)
    export_lora(
        base, folder / RUN / LORA_FILE, style_model(name), card={**card, "name": name}, words=words, overwrite=True
    )
    licence = str(card.get("licence", ""))
    style = {
        "version": 1,
        "name": name,
        "title": order.title.strip(),
        "template": f"{{prompt}}, {near or order.word} style",
        "models": [manifest.name],
        "model": name,
        "licence": licence if licence.startswith("for yourself") else "",
    }
    write_text(style_file(name), json.dumps(style, ensure_ascii=False, indent=2) + "\n")


# Speed


class _Probe:
    """Pictures of noise, to measure with."""

    def __init__(self, side: int) -> None:
        draw = np.random.default_rng(0)
        self.pictures: NDArray[np.uint8] = draw.integers(0, 255, (BATCH, side, side, 4), dtype=np.uint8)
        self.captions = [f"thing {number}, some style" for number in range(BATCH)]

    def wording(self, index: int, seed: int, epoch: int) -> str:
        """Always the same."""
        return self.captions[index]


def measure_speed(model: str, *, device: str = "cpu", threads: int) -> Speed:
    """Measure what a training takes here, in some ten seconds, and remember it.

    Writing the finished model is not measured: it takes about three times as long as loading it.
    """
    started = time.perf_counter()
    import torch

    from training.loop import arithmetic, gradients
    from training.lora import make_lora_task, suited

    manifest = find_model(model)
    base = trainable(manifest)
    with _scratch() as folder:
        running = _running(folder, device, threads, 0)
        side = min(manifest.native.width, manifest.native.height)
        with arithmetic(running):
            lora, settings = suited(base)
            task = make_lora_task(_Probe(side), base, folder, lora=lora, settings=settings, running=running)
            gradients(task, running, 0, 0, 1)
            loaded = time.perf_counter()
            for step in range(PROBED):
                gradients(task, running, step + 1, 0, 1)
            stepped = time.perf_counter()
            with torch.no_grad():
                task.sample()
            sampled = time.perf_counter()
    speed = Speed(step=(stepped - loaded) / PROBED, sample=sampled - stepped, around=4 * (loaded - started))
    write_speed(model, speed)
    return speed


@contextmanager
def _scratch() -> Iterator[Path]:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="gouache-speed-") as name:
        yield Path(name)
