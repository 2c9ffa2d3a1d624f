"""Train a model that sketches to be led by drawings: edges, lines and scribbles of the training pictures.

Words, UNet and autoencoder stay as they are; a small network learns to sketch each picture from its drawing and its
words (``training.control_net``), by the squared error of the latents. What a picture is drawn as is chosen anew in each
pass, in strokes of several widths and more or less surely, since hands draw in many ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inference.errors import BadRequest
from inference.files import replace_folder
from inference.readings import Reading, read
from training.autoencoder import check_corpus
from training.batches import Corpus, chosen, indices, stream, wordings
from training.control_net import DrawnSketch
from training.denoiser import latents_of
from training.diffusion import Objective, sample_latents
from training.limits import check
from training.loop import Running, Sample, train
from training.models import decode_latents, encode_words, load_models, quiet, to_pixels, tokens
from training.optimise import Optimisation
from training.progress import Progress
from training.sketched import SketchedUNet

LIMITS = {"wordless": (0.0, 1.0), "misled": (0.0, 1.0), "guidance": (1.0, 50.0)}
DRAWN = ("scribble", "lines", "edges")
SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class ControlSettings:
    """What is trained and what counts.

    Attributes:
        base: diffusers folder of the model that is led.
        wordless: share of the pictures without words, so that a drawing leads alone too.
        misled: share of the pictures with another one's words, so that shapes are the drawing's and not the words'.
        guidance: of the sample pictures.
    """

    base: Path
    wordless: float = 0.15
    misled: float = 0.05
    guidance: float = 2.0

    def check(self) -> None:
        """Raise BadRequest for values that cannot be."""
        check(self, LIMITS)


@dataclass(frozen=True, eq=False)
class ControlBatch:
    """Input of a step: (batch, channels, height, width) latents, token ids, (batch, 3, height, width) drawings."""

    clean: Tensor
    ids: list[Tensor]
    drawings: Tensor


class ControlTask:
    """A network that reads drawings, with a model and its pictures, for ``training.loop``."""

    def __init__(self, corpus: Corpus, folder: Path, settings: ControlSettings, running: Running) -> None:
        self.models = load_models(settings.base).to(running.device).freeze()
        if not isinstance(self.models.unet, SketchedUNet):
            raise BadRequest("This model has no sketch that a drawing could lead.", hint="Use a model that sketches.")
        self.corpus, self._settings, self._run = corpus, settings, running
        self._latents = latents_of(self.models.vae, corpus, folder / "latents", running.device, mirrored=False)
        config = self.models.unet.config
        torch.manual_seed(running.seed)
        with quiet():
            build: Any = DrawnSketch  # diffusers' decorator hides what it takes
            self.control: Any = build(
                latent_channels=config["out_channels"],
                factor=self.models.factor,
                cross_attention_dim=config["cross_attention_dim"],
            ).to(running.device)
        self.control.to(memory_format=torch.channels_last).train()

    def trained(self) -> dict[str, nn.Parameter]:
        return dict(self.control.named_parameters())

    def batch(self, step: int, part: int, parts: int) -> ControlBatch:
        run, seed, mine = self._run, self._run.seed, slice(part, None, parts)
        at = indices(len(self._latents), run.batch, seed, step)[mine]
        words = np.array(wordings(self.corpus, run.batch, seed, step), dtype=object)
        other = chosen(run.batch, self._settings.misled, seed, "misled", step)
        words[other] = np.roll(words, 1)[other]
        words[chosen(run.batch, self._settings.wordless, seed, "wordless", step)] = ""
        drawings = drawings_of(np.asarray(self.corpus.pictures[at]), seed, step * parts + part)
        device = run.device
        return ControlBatch(
            clean=torch.from_numpy(self._latents[at, 0, 0].copy()).to(device),
            ids=[i.to(device) for i in tokens(self.models.tokenizers, list(words[mine]))],
            drawings=torch.from_numpy(drawings).to(device),
        )

    def loss(self, batch: ControlBatch) -> Tensor:
        with torch.no_grad():
            words = encode_words(self.models, batch.ids, (0, 0))
        return (self.control(words.states, batch.drawings) - batch.clean).square().mean()

    @torch.no_grad()
    def sample(self) -> Sample:
        """Drawings, their sketches, what is made of them with their own and with other words, and without them."""
        count = min(SHOWN, len(self.corpus.captions))
        at = np.arange(count) * len(self.corpus.captions) // count
        drawings = torch.from_numpy(drawings_of(np.asarray(self.corpus.pictures[at]), 0, 0)).to(self._run.device)
        own = [self.corpus.captions[int(i)] for i in at]
        other = [*own[1:], own[0]]
        rows = [np.moveaxis((each * 255).astype(np.uint8), 0, 2) for each in drawings.cpu().numpy()]
        words = encode_words(self.models, [i.to(self._run.device) for i in tokens(self.models.tokenizers, own)], (0, 0))
        rows += to_pixels(decode_latents(self.models.vae, self.control(words.states, drawings)))
        rows += self._made(own, drawings) + self._made(other, drawings) + self._made(own, None)
        names = ("drawing", "sketch", "own words", "other words", "no drawing")
        return Sample(rows, [name for name in names for _ in own], columns=count)

    def _made(self, captions: list[str], drawings: Tensor | None) -> list[np.ndarray]:
        models, unet = self.models, self.models.unet
        objective = Objective.of(models.scheduler, 0)
        ids = [i.to(self._run.device) for i in tokens(models.tokenizers, [""] * len(captions) + captions)]
        if drawings is not None:
            unet.drawn = self.control(encode_words(models, ids, (0, 0)).states, drawings.repeat(2, 1, 1, 1))
        try:
            latents = sample_latents(
                models,
                objective,
                captions,
                self._latents.shape[-2:],
                steps=8,
                guidance=self._settings.guidance,
                seed=self._run.seed,
            )
        finally:
            unet.drawn = None
        return to_pixels(decode_latents(models.vae, latents))


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
