"""Train the KL autoencoder: pictures with alpha to latents and back.

Loss: absolute and squared error, error of the gradients (edges), error of the colours of 4x4 blocks (measured runs let
browns and greens drift), and the divergence from a standard normal. Kingma and Welling, Auto-Encoding Variational Bayes
(2014); Rombach et al., High-Resolution Image Synthesis with Latent Diffusion Models (2022).
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from torch import Tensor, nn
from torch.nn import functional

from inference.errors import BadRequest, UnknownName
from inference.files import replace_folder
from training.batches import Corpus, crops, indices, to_samples
from training.limits import check
from training.loop import Running, Sample, train
from training.models import load_vae, quiet, to_pixels
from training.optimise import Optimisation
from training.patched import PatchedAutoencoderKL
from training.progress import Progress

SHOWN = 8
STARTED = 512
"""Pictures whose principal components a linear start is made of."""
MEASURED = 32
"""Pictures that the reconstruction is measured on while training; the evaluation measures on all held-out ones."""


@dataclass(frozen=True, kw_only=True)
class AutoencoderDesign:
    """Size of an autoencoder; it shrinks a side by 2 for each step from one level of channels to the next.

    Attributes:
        patch: pixels of a side that are channels from the first step on; 0 for a plain AutoencoderKL.
    """

    channels: tuple[int, ...]
    latent_channels: int = 6
    layers: int = 1
    groups: int = 8
    patch: int = 0

    def build(self, side: int) -> Any:
        """One with random weights, for RGBA pictures of ``side`` pixels."""
        settings: dict[str, Any] = {
            "in_channels": 4,
            "out_channels": 4,
            "down_block_types": ("DownEncoderBlock2D",) * len(self.channels),
            "up_block_types": ("UpDecoderBlock2D",) * len(self.channels),
            "block_out_channels": self.channels,
            "layers_per_block": self.layers,
            "latent_channels": self.latent_channels,
            "norm_num_groups": self.groups,
            "sample_size": side,
            "scaling_factor": 1.0,
            "mid_block_add_attention": False,
        }
        with quiet():
            return PatchedAutoencoderKL(**settings, patch=self.patch) if self.patch else AutoencoderKL(**settings)


DESIGNS = {
    "tiny": AutoencoderDesign(channels=(8, 8, 16), latent_channels=4, groups=4),
    "small": AutoencoderDesign(channels=(32, 64, 96, 128)),
    "medium": AutoencoderDesign(channels=(32, 64, 128, 192), latent_channels=8, layers=2),
    "sprites": AutoencoderDesign(channels=(64, 128), latent_channels=24, patch=4),
}
"""By name; "small" is a plain one (3.3 M parameters, 26 dB after 24 minutes on two cores), "sprites" is that of the
embedded model."""

LIMITS = {"crop": (0, 4096), "whole": (0.0, 1.0), "divergence": (0.0, 10.0), "edges": (0.0, 100.0), "blocks": (0, 100)}


@dataclass(frozen=True, kw_only=True)
class AutoencoderSettings:
    """What is trained and what counts.

    Attributes:
        design: a name of ``DESIGNS``; not used with ``base``.
        base: folder of an autoencoder to go on from, or None.
        crop: side in pixels of the random crops that it trains on; 0 for whole pictures.
        whole: share of the steps, the last ones, that see whole pictures: norms measure them as the studio will.
        divergence: weight of the KL divergence, mean over latent values.
        edges: weight of the gradients' error.
        blocks: weight of the error of 4x4 block means.
        only_decoder: with ``base``: leave the latents as they are, so that models trained on them go on fitting.
    """

    design: str = "small"
    base: Path | None = None
    crop: int = 64
    whole: float = 0.15
    divergence: float = 3e-4
    edges: float = 0.5
    blocks: float = 0.5
    only_decoder: bool = False

    def check(self) -> None:
        """Raise BadRequest for values that cannot be."""
        check(self, LIMITS)
        if self.base is None and self.design not in DESIGNS:
            raise UnknownName("design", self.design, DESIGNS)
        if self.base is None and self.only_decoder:
            raise BadRequest("A decoder alone needs an autoencoder to start from.", hint="Give it with --from.")


def reconstruction_loss(made: Tensor, wanted: Tensor, *, edges: float, blocks: float) -> Tensor:
    """Absolute and squared error of pictures (batch, channels, height, width), with weights for that of their gradients
    and of the means of 4x4 blocks."""
    wrong = made - wanted
    across, down = wrong.diff(dim=3).abs().mean(), wrong.diff(dim=2).abs().mean()
    even = functional.avg_pool2d(wrong, 4).abs().mean()
    return wrong.abs().mean() + wrong.square().mean() + edges * (across + down) + blocks * even


@dataclass(frozen=True, kw_only=True)
class _Losses:
    divergence: float
    edges: float
    blocks: float

    def __call__(self, made: Tensor, wanted: Tensor, moments: tuple[Tensor, Tensor]) -> Tensor:
        """One number from pictures (batch, 4, height, width) in [-1, 1] and the latents' mean and log variance."""
        mean, log_variance = moments
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
        same = reconstruction_loss(made, wanted, edges=self.edges, blocks=self.blocks)
        return same + self.divergence * divergence


class AutoencoderTask:
    """An autoencoder with its pictures, for ``training.loop``."""

    def __init__(
        self, corpus: Corpus, held_out: Corpus | None, settings: AutoencoderSettings, running: Running, steps: int
    ) -> None:
        side = corpus.pictures.shape[1]
        vae: Any = load_vae(settings.base) if settings.base else DESIGNS[settings.design].build(side)
        if settings.base is None and DESIGNS[settings.design].patch:
            vae.start_linear(_spread_out(corpus, STARTED))
        self.vae = vae
        self.vae.to(running.device, memory_format=torch.channels_last).train()
        if settings.only_decoder:
            for encoding in (self.vae.encoder, self.vae.quant_conv):
                encoding.requires_grad_(False)
        self.corpus, self.held_out = corpus, held_out or corpus
        self._settings, self._running, self._whole_from = settings, running, round(steps * (1 - settings.whole))
        self._losses = _Losses(divergence=settings.divergence, edges=settings.edges, blocks=settings.blocks)

    def trained(self) -> dict[str, nn.Parameter]:
        return {name: p for name, p in self.vae.named_parameters() if p.requires_grad}

    def batch(self, step: int, part: int, parts: int) -> Tensor:
        run, crop = self._running, self._settings.crop
        size, side = run.batch, self.corpus.pictures.shape[1]
        whole = step >= self._whole_from or not crop or crop >= side
        if whole and crop and crop < side:
            size = max(parts, size * crop * crop // (side * side))  # as many pixels as in the crops
        at = indices(len(self.corpus.pictures), size, run.seed, step)[part::parts]
        # Each part draws its own crops; the step that they are drawn for differs.
        pictures = self.corpus.pictures[at]
        pictures = crops(pictures, side if whole else crop, run.seed, step * parts + part)
        return torch.from_numpy(to_samples(pictures, 4)).to(run.device, memory_format=torch.channels_last)

    def loss(self, batch: Tensor) -> Tensor:
        posterior = self.vae.encode(batch).latent_dist
        posterior.mean, posterior.logvar = posterior.mean.float(), posterior.logvar.float()
        drawn = posterior.mean + torch.exp(0.5 * posterior.logvar) * torch.randn_like(posterior.mean)
        made = self.vae.decode(drawn).sample.float()
        return self._losses(made, batch, (posterior.mean, posterior.logvar))

    def sample(self) -> Sample:
        wanted = torch.from_numpy(to_samples(np.asarray(self.held_out.pictures[:MEASURED]), 4)).to(self._running.device)
        made = reconstruct(self.vae, wanted)
        both = [*to_pixels(wanted[:SHOWN]), *to_pixels(made[:SHOWN])]
        shown = len(both) // 2
        labels = ["picture"] * shown + ["made again"] * shown
        return Sample(both, labels, columns=shown, figures={"psnr": psnr(made, wanted)})


@torch.no_grad()
def reconstruct(vae: Any, samples: Tensor, batch: int = 8) -> Tensor:
    """Pictures through the autoencoder and back, without noise, in [-1, 1]."""
    parts = [vae.decode(vae.encode(part).latent_dist.mean).sample for part in samples.split(batch)]
    return torch.cat(parts).clamp(-1, 1)


def psnr(made: Tensor, wanted: Tensor) -> float:
    """Peak signal-to-noise ratio in dB of premultiplied RGBA in [-1, 1], over all pictures together."""
    wrong = (made - wanted).float().square().mean().clamp(min=1e-12)
    return float(10 * torch.log10(4.0 / wrong))


@torch.no_grad()
def normalised(vae: Any, samples: Tensor, batch: int = 8) -> Any:
    """The same autoencoder with latents of mean 0 and deviation 1: folded exactly into the 1x1 convolutions around the
    latents, so that the scaling factor is 1.

    Each channel gets a deviation of 1; with a linear start the mean variance becomes 1 and channels keep their
    proportions, for the noise of diffusion is to drown what matters least first.

    Args:
        samples: (pictures, channels, height, width) in [-1, 1] on which the latents are measured.
    """
    vae = deepcopy(vae)
    posteriors = [vae.encode(part).latent_dist for part in samples.split(batch)]
    mean = torch.cat([p.mean for p in posteriors]).double()
    power = mean.var(dim=(0, 2, 3)) + torch.cat([p.var for p in posteriors]).double().mean(dim=(0, 2, 3))
    linear = isinstance(vae, PatchedAutoencoderKL)
    spread = (power.mean().expand_as(power) if linear else power).sqrt()
    centre = mean.mean(dim=(0, 2, 3))
    _rescale_output(vae.quant_conv, centre, spread)
    vae.quant_conv.bias.data[len(centre) :] -= 2 * spread.log().float()
    _rescale_input(vae.post_quant_conv, centre, spread)
    if linear:
        _rescale_output(vae.analysis, torch.zeros_like(centre), spread)
        _rescale_input(vae.synthesis, centre, spread)
    vae.register_to_config(scaling_factor=1.0)
    return vae


def _rescale_output(conv: nn.Conv2d, centre: Tensor, spread: Tensor) -> None:
    """Let the first channels that a 1x1 convolution gives be moved and divided."""
    weight, bias, count = conv.weight.double(), _bias(conv), len(centre)
    weight[:count] /= spread.view(-1, 1, 1, 1)
    bias[:count] = (bias[:count] - centre) / spread
    conv.weight.data, conv.bias.data = weight.float(), bias.float()  # type: ignore[union-attr]


def _rescale_input(conv: nn.Conv2d, centre: Tensor, spread: Tensor) -> None:
    """Let a 1x1 convolution take channels that were moved and divided."""
    weight = conv.weight.double()
    bias = _bias(conv) + weight[:, :, 0, 0] @ centre
    weight = weight * spread.view(1, -1, 1, 1)
    conv.weight.data, conv.bias.data = weight.float(), bias.float()  # type: ignore[union-attr]


def _bias(conv: nn.Conv2d) -> Tensor:
    assert conv.bias is not None
    return conv.bias.detach().double().clone()


def train_autoencoder(
    corpus: Corpus,
    folder: Path,
    *,
    settings: AutoencoderSettings,
    running: Running,
    optimisation: Optimisation,
    held_out: Corpus | None = None,
) -> Iterator[Progress]:
    """Train in ``folder``, going on where it stopped; at the end ``folder/vae`` is a diffusers autoencoder.

    Args:
        held_out: pictures that samples and PSNR are taken from; None takes the trained ones.

    Raises:
        BadRequest: for settings or a corpus that cannot be.
    """
    settings.check()
    check_corpus(corpus)
    make = partial(AutoencoderTask, corpus, held_out, settings, running, optimisation.steps)
    kept = {
        "kind": "autoencoder",
        **asdict(settings),
        "base": settings.base.name if settings.base else "",
        "pictures": len(corpus.pictures),
    }
    yield from train(make, folder, running, optimisation, kept, _write)


def _spread_out(corpus: Corpus, count: int) -> Tensor:
    """About ``count`` pictures from all over the corpus."""
    some = corpus.pictures[:: max(1, len(corpus.pictures) // count)]
    return torch.from_numpy(to_samples(np.asarray(some), 4))


def _write(task: AutoencoderTask, folder: Path) -> None:
    finished = task.vae
    if not task._settings.only_decoder:
        finished = normalised(finished, _spread_out(task.corpus, 256).to(task._running.device))
    with replace_folder(folder / "vae") as draft, quiet():
        finished.eval().to("cpu").save_pretrained(draft)


def check_corpus(corpus: Corpus) -> None:
    """Raise BadRequest unless there are pictures, square ones, each with a caption."""
    shape = corpus.pictures.shape
    if not len(corpus.pictures):
        raise BadRequest("There are no pictures to train on.", hint="Collect some, or see what the cleaner removed.")
    if corpus.pictures.ndim != 4 or shape[3] != 4 or shape[1] != shape[2]:
        raise BadRequest(f"The pictures to train on have the shape {shape}.", hint="Normalise the dataset again.")
    if len(corpus.captions) != len(corpus.pictures) or not all(corpus.captions):
        raise BadRequest("Some pictures to train on have no caption.", hint="Name them in the dataset: train label.")
