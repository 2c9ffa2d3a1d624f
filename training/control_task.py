"""Train a small ControlNet that leads a model by drawings: edges, lines and scribbles of the training pictures.

Words, UNet and autoencoder stay as they are. What each picture is drawn as is chosen anew in each pass, with strokes of
several widths, since hands draw in many ways; some drawings are left out, so that no drawing leaves the model alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inference.files import replace_folder
from inference.readings import Reading, read
from training.autoencoder import check_corpus
from training.batches import Corpus, chosen, indices, noise, stream, timesteps, wordings
from training.control_net import SmallControlNet, control_for
from training.denoiser import latents_of, small_attention
from training.diffusion import Objective
from training.limits import check
from training.loop import Running, Sample, train
from training.models import Models, Words, decode_latents, encode_words, load_models, quiet, to_pixels, tokens
from training.optimise import Optimisation
from training.progress import Progress

LIMITS = {
    "gamma": (0.0, 1000.0),
    "wordless": (0.0, 1.0),
    "misled": (0.0, 1.0),
    "blank": (0.0, 1.0),
    "guidance": (1.0, 50.0),
}
DRAWN = ("scribble", "lines", "edges")
SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class ControlSettings:
    """What is trained and what counts.

    Attributes:
        base: diffusers folder of the model that is led.
        wordless: share of the pictures without words, so that drawings learn to lead alone.
        misled: share of the pictures with another one's words, so that a drawing wins over what words are drawn as.
        blank: share of the pictures without a drawing.
        gamma: of min-SNR weighting.
        guidance: of the sample pictures.
    """

    base: Path
    wordless: float = 0.3
    misled: float = 0.15
    blank: float = 0.08
    gamma: float = 5.0
    guidance: float = 2.0

    def check(self) -> None:
        """Raise BadRequest for values that cannot be."""
        check(self, LIMITS)


@dataclass(frozen=True, eq=False)
class ControlBatch:
    """Input of a step: latents, noise, times, token ids, drawings (batch, 3, height, width)."""

    clean: Tensor
    noise: Tensor
    times: Tensor
    ids: list[Tensor]
    drawings: Tensor


class ControlTask:
    """A ControlNet with a model and its pictures, for ``training.loop``."""

    def __init__(self, corpus: Corpus, folder: Path, settings: ControlSettings, running: Running) -> None:
        self.models = load_models(settings.base).to(running.device).freeze()
        self.corpus, self._settings, self._run = corpus, settings, running
        self.objective = Objective.of(self.models.scheduler, settings.gamma)
        self._latents = latents_of(self.models.vae, corpus, folder / "latents", running.device, mirrored=False)
        torch.manual_seed(running.seed)
        with quiet():
            self.control: SmallControlNet = control_for(self.models.unet, self.models.factor).to(running.device)
        small_attention(self.models)
        for module in (self.models.unet, self.control):
            module.to(memory_format=torch.channels_last)
        self.control.train()

    def trained(self) -> dict[str, nn.Parameter]:
        return dict(self.control.named_parameters())

    def batch(self, step: int, part: int, parts: int) -> ControlBatch:
        run, seed, mine = self._run, self._run.seed, slice(part, None, parts)
        at = indices(len(self._latents), run.batch, seed, step)[mine]
        words = np.array(wordings(self.corpus, run.batch, seed, step), dtype=object)
        other = chosen(run.batch, self._settings.misled, seed, "misled", step)
        words[other] = np.roll(words, 1)[other]
        words[chosen(run.batch, self._settings.wordless, seed, "wordless", step)] = ""
        blank = chosen(run.batch, self._settings.blank, seed, "blank", step)[mine]
        moments, own = self._latents[at, 0], step * parts + part
        clean = moments[:, 0] + moments[:, 1] * noise(moments[:, 0].shape, seed, "posterior", own)
        drawings = drawings_of(np.asarray(self.corpus.pictures[at]), seed, own)
        drawings[blank] = 0
        device = run.device
        return ControlBatch(
            clean=torch.from_numpy(clean).to(device),
            noise=torch.from_numpy(noise(clean.shape, seed, "noise", own)).to(device),
            times=torch.from_numpy(timesteps(run.batch, seed, step, len(self.objective.signal))[mine]).to(device),
            ids=[i.to(device) for i in tokens(self.models.tokenizers, list(words[mine]))],
            drawings=torch.from_numpy(drawings).to(device),
        )

    def loss(self, batch: ControlBatch) -> Tensor:
        with torch.no_grad():
            words = encode_words(self.models, batch.ids, (0, 0))
        noisy = self.objective.add_noise(batch.clean, batch.noise, batch.times)
        predicted = led(self.models, self.control, noisy, batch.times, words, batch.drawings)
        return self.objective.loss(predicted, batch.clean, batch.noise, batch.times)

    @torch.no_grad()
    def sample(self) -> Sample:
        """Drawings, what is made of them with the picture's own words, with a style alone, and without a drawing."""
        count = min(SHOWN, len(self.corpus.captions))
        at = np.arange(count) * len(self.corpus.captions) // count
        drawings = torch.from_numpy(drawings_of(np.asarray(self.corpus.pictures[at]), 0, 0)).to(self._run.device)
        own = [self.corpus.captions[int(i)] for i in at]
        rows = [np.repeat((d[:1] * 255).astype(np.uint8).transpose(1, 2, 0), 3, 2) for d in drawings.cpu().numpy()]
        labels = ["drawing"] * count
        for name, captions, seen in (
            ("own words", own, drawings),
            ("other words", [*own[1:], own[0]], drawings),
            ("no drawing", own, torch.zeros_like(drawings)),
        ):
            rows += self._made(captions, seen)
            labels += [name] * count
        pixels = [row if row.shape[2] == 4 else np.dstack([row, np.full(row.shape[:2], 255, np.uint8)]) for row in rows]
        return Sample(pixels, labels, columns=count)

    def _made(self, captions: list[str], drawings: Tensor, steps: int = 8) -> list[np.ndarray]:
        """Pictures by DDIM without noise, trailing timesteps."""
        models, count = self.models, len(captions)
        ids = [i.to(self._run.device) for i in tokens(models.tokenizers, [""] * count + captions)]
        words = encode_words(models, ids, (0, 0))
        shape = (count, *self._latents.shape[3:])
        latents = torch.from_numpy(noise(shape, self._run.seed, "sample", 0)).to(self._run.device)
        total = len(self.objective.signal)
        times = np.round(np.arange(total, 0, -total / steps)).astype(int) - 1
        for now, after in zip(times, [*times[1:], None], strict=True):
            at = torch.full((count,), int(now), device=latents.device)
            both = led(
                models, self.control, torch.cat([latents] * 2), torch.cat([at] * 2), words, drawings.repeat(2, 1, 1, 1)
            )
            without, with_words = both.float().chunk(2)
            clean, fresh = self.objective.clean_and_noise(
                latents, without + self._settings.guidance * (with_words - without), at
            )
            later = None if after is None else torch.full((count,), int(after), device=latents.device)
            latents = clean if later is None else self.objective.add_noise(clean, fresh, later)
        return to_pixels(decode_latents(models.vae, latents))


def led(  # noqa: PLR0917
    models: Models, control: SmallControlNet, noisy: Tensor, times: Tensor, words: Words, drawings: Tensor
) -> Tensor:
    """The UNet's prediction with what the ControlNet adds."""
    down, middle = control(noisy, times, words.states, drawings)
    added = None if words.added is None else dict(words.added)
    return models.unet(
        noisy,
        times,
        words.states,
        added_cond_kwargs=added,
        down_block_additional_residuals=down,
        mid_block_additional_residual=middle,
        return_dict=False,
    )[0]


def drawings_of(pictures: NDArray[np.uint8], seed: int, step: int) -> NDArray[np.float32]:
    """A drawing of each picture, (n, 3, height, width) in [0, 1]: edges, lines or a scribble, in strokes of some width.

    Args:
        pictures: (n, height, width, 4) premultiplied bytes.
    """
    draw = stream(seed, "drawings", step)
    out = []
    for picture in pictures:
        colours = picture.astype(np.float32) / 255
        kind = DRAWN[int(draw.integers(len(DRAWN)))]
        values: Mapping[str, tuple[float, ...]] = {
            "scribble": (float(draw.integers(0, 5)),),
            "lines": (float(draw.uniform(0.7, 3)),),
            "edges": (low := float(draw.uniform(40, 160)), 2 * low),
        }
        seen = read(colours, Reading(kind, values[kind]))
        if draw.random() < 0.5:
            seen = _shaken(seen, draw)
        out.append(np.moveaxis(seen, 2, 0))
    return np.stack(out).astype(np.float32)


def _shaken(seen: NDArray[np.float32], draw: np.random.Generator) -> NDArray[np.float32]:
    """Lines as an unsure hand draws them: bent by a few pixels over wide stretches."""
    side = seen.shape[0]
    bend = cv2.resize(
        draw.normal(0, 0.02 * side, (4, 4, 2)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC
    )
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    return np.asarray(cv2.remap(seen, x + bend[..., 0], y + bend[..., 1], cv2.INTER_LINEAR), np.float32)


def train_control(
    corpus: Corpus, folder: Path, *, settings: ControlSettings, running: Running, optimisation: Optimisation
) -> Iterator[Progress]:
    """Train in ``folder``, going on where it stopped; at the end ``folder/control`` holds the ControlNet.

    Raises:
        BadRequest: for settings or a corpus that cannot be.
    """
    settings.check()
    check_corpus(corpus)
    kept = {"kind": "control", **asdict(settings), "base": settings.base.name, "corpus": len(corpus.pictures)}
    make = partial(ControlTask, corpus, folder, settings, running)
    yield from train(make, folder, running, optimisation, kept, _write)


def _write(task: ControlTask, folder: Path) -> None:
    with replace_folder(folder / "control") as draft, quiet():
        task.control.save_pretrained(draft)
