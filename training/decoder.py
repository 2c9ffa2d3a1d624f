"""Train a model's decoder on what its own denoiser makes, so that the denoiser's mistakes do not show as blocks.

The latents that a small UNet ends with are not quite those of a picture: each cell is off by a little in colour, and a
decoder that only ever saw exact latents shows that faithfully, as a mosaic. Here pictures of the training set are made
noisy to some degree, denoised by the model, and the decoder learns to make the picture itself of them (beside exact
latents, so that it keeps what it can do). Encoder, words and UNet stay as they are.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inference.errors import BadRequest
from inference.files import replace_file, replace_folder
from training.autoencoder import SHOWN, check_corpus, psnr, reconstruction_loss
from training.batches import Corpus, chosen, indices, noise, stream, to_samples
from training.denoiser import fingerprint
from training.diffusion import Objective, guided
from training.limits import check
from training.loop import Running, Sample, train
from training.models import (
    Models,
    decode_latents,
    encode_words,
    latent_moments,
    load_models,
    save_models,
    to_pixels,
    tokens,
)
from training.optimise import Optimisation
from training.progress import Progress

LIMITS = {
    "drafted": (0.0, 1.0),
    "steps": (1, 100),
    "guidance": (1.0, 50.0),
    "least": (0.01, 100.0),
    "pictures": (0, 10**9),
}


@dataclass(frozen=True, kw_only=True)
class DecoderSettings:
    """What is trained and what counts.

    Attributes:
        base: diffusers folder whose decoder is trained.
        drafted: share of the pictures that the denoiser had a hand in; the others are exact latents.
        pictures: that are learned from, taken evenly from all; 0 for all. Drafts take longer than learning does.
        steps: that a picture is denoised in.
        guidance: with which it is.
        least, most: noise that a picture is made from, relative to what is left of it; drawn evenly in its logarithm.
        edges: weight of the gradients' error.
        blocks: weight of the error of 4x4 block means.
    """

    base: Path
    drafted: float = 0.6
    pictures: int = 2000
    steps: int = 3
    guidance: float = 2.0
    least: float = 0.3
    most: float = 3.0
    edges: float = 0.5
    blocks: float = 0.5

    def check(self) -> None:
        """Raise BadRequest for values that cannot be."""
        check(self, LIMITS)
        if not self.least <= self.most:
            raise BadRequest(f"The most noise, {self.most:g}, is less than the least, {self.least:g}.")


class DecoderTask:
    """A decoder with exact and drafted latents of its pictures, for ``training.loop``."""

    def __init__(self, corpus: Corpus, folder: Path, settings: DecoderSettings, running: Running) -> None:
        self.models = load_models(settings.base).to(running.device).freeze()
        if self.models.inpainting:
            raise BadRequest("A model that only inpaints makes no drafts.", hint="Give the plain model.")
        self._settings, self._run, self._pictures = settings, running, corpus.pictures
        count = len(corpus.pictures)
        taken = min(settings.pictures or count, count)
        self._rows = np.arange(taken, dtype=np.int64) * count // taken
        self._latents = latents_and_drafts(
            self.models, corpus, self._rows, folder / "drafts", settings=settings, seed=running.seed
        )
        vae = self.models.vae
        vae.to(memory_format=torch.channels_last).train()
        for part in (vae.decoder, vae.post_quant_conv):
            part.requires_grad_(True)

    def trained(self) -> dict[str, nn.Parameter]:
        return {name: p for name, p in self.models.vae.named_parameters() if p.requires_grad}

    def batch(self, step: int, part: int, parts: int) -> tuple[Tensor, Tensor]:
        run, mine = self._run, slice(part, None, parts)
        at = indices(len(self._latents), run.batch, run.seed, step)[mine]
        drafted = chosen(run.batch, self._settings.drafted, run.seed, "drafted", step)[mine]
        latents = torch.from_numpy(self._latents[at, drafted.astype(int)].astype(np.float32))
        wanted = torch.from_numpy(to_samples(np.asarray(self._pictures[self._rows[at]]), self._channels))
        device = run.device
        return latents.to(device), wanted.to(device, memory_format=torch.channels_last)

    @property
    def _channels(self) -> int:
        return self.models.vae.config["in_channels"]

    def loss(self, batch: tuple[Tensor, Tensor]) -> Tensor:
        latents, wanted = batch
        made = decode_latents(self.models.vae, latents)
        return reconstruction_loss(made, wanted, edges=self._settings.edges, blocks=self._settings.blocks)

    @torch.no_grad()
    def sample(self) -> Sample:
        """Pictures, the same from exact latents, and from drafts."""
        some = np.arange(0, len(self._latents), max(1, len(self._latents) // SHOWN))[:SHOWN]
        wanted = torch.from_numpy(to_samples(np.asarray(self._pictures[self._rows[some]]), self._channels))
        rows, figures = [*to_pixels(wanted)], {}
        for kind, name in enumerate(("psnr", "psnr_drafts")):
            latents = torch.from_numpy(self._latents[some, kind].astype(np.float32)).to(self._run.device)
            made = decode_latents(self.models.vae, latents).clamp(-1, 1).cpu()
            rows += to_pixels(made)
            figures[name] = psnr(made, wanted)
        count = len(some)
        labels = ["picture"] * count + ["exact"] * count + ["draft"] * count
        return Sample(rows, labels, columns=count, figures=figures)


def latents_and_drafts(
    models: Models,
    corpus: Corpus,
    rows: NDArray[np.int64],
    file: Path,
    *,
    settings: DecoderSettings,
    seed: int,
    batch: int = 16,
) -> NDArray[np.float16]:
    """Exact latents of pictures and what the denoiser makes of noisy ones: a memory map that is made once.

    All cores are used while it is made.

    Args:
        rows: of the corpus.

    Returns:
        (pictures, 2, channels, height, width): exact, drafted.
    """
    whole = fingerprint(corpus, *models.texts, models.unet, models.vae)
    whole = zlib.crc32(repr((replace(settings, base=Path()), seed)).encode(), whole)
    mark = file.with_suffix(f".{whole:08x}.npy")
    if mark.is_file():
        return np.load(mark, mmap_mode="r")
    parts, device, threads = [], next(models.unet.parameters()).device, torch.get_num_threads()
    torch.set_num_threads(os.cpu_count() or 1)
    for start in range(0, len(rows), batch):
        some = rows[start : start + batch]
        pictures = np.asarray(corpus.pictures[some])
        samples = torch.from_numpy(to_samples(pictures, models.vae.config["in_channels"])).to(device)
        with torch.no_grad():
            exact = latent_moments(models.vae, samples)[0]
            captions = [corpus.captions[int(row)] for row in some]
            drafts = draft(models, exact, captions, settings=settings, seed=seed, number=start)
        parts.append(torch.stack([exact, drafts], 1).cpu().numpy().astype(np.float16))
    torch.set_num_threads(threads)
    with replace_file(mark) as place:
        np.save(place, np.concatenate(parts))
    return np.load(mark, mmap_mode="r")


@torch.no_grad()
def draft(
    models: Models, clean: Tensor, captions: list[str], *, settings: DecoderSettings, seed: int, number: int
) -> Tensor:
    """Latents made noisy and denoised again by DDIM, each from a noise level of its own.

    Args:
        clean: (batch, channels, height, width).
        number: of the batch; the noise is a function of it and of the seed.
    """
    count, steps, device = len(clean), settings.steps, clean.device
    objective = Objective.of(models.scheduler, 0)
    ids = [i.to(device) for i in tokens(models.tokenizers, [""] * count + captions)]
    words = encode_words(models, ids, (clean.shape[2] * models.factor, clean.shape[3] * models.factor))
    levels = ((1 - objective.signal) / objective.signal.clamp(min=1e-8)).sqrt().numpy()  # noise to signal, rising
    wanted = np.exp(stream(seed, "levels", number).uniform(np.log(settings.least), np.log(settings.most), count))
    first = np.clip(np.searchsorted(levels, wanted), steps, len(levels) - 1)
    times = [torch.from_numpy(np.rint(first * (1 - i / steps)).astype(np.int64)).to(device) for i in range(steps)]
    fresh = torch.from_numpy(noise(tuple(clean.shape), seed, "draft", number)).to(device)
    latents = objective.add_noise(clean, fresh, times[0])
    for now, after in zip(times, [*times[1:], None], strict=True):
        latents = guided(models, objective, latents, now, after, words, settings.guidance)
    return latents


def train_decoder(
    corpus: Corpus, folder: Path, *, settings: DecoderSettings, running: Running, optimisation: Optimisation
) -> Iterator[Progress]:
    """Train in ``folder``, going on where it stopped; at the end ``folder/model`` is the model with the new decoder.

    Raises:
        BadRequest: for settings or a corpus that cannot be.
    """
    settings.check()
    check_corpus(corpus)
    kept = {"kind": "decoder", **asdict(settings), "base": settings.base.name, "corpus": len(corpus.pictures)}
    make = partial(DecoderTask, corpus, folder, settings, running)
    yield from train(make, folder, running, optimisation, kept, partial(_write, settings.base))


def _write(base: Path, task: DecoderTask, folder: Path) -> None:
    with replace_folder(folder / "model") as draft_folder:
        save_models(task.models, base, draft_folder)
