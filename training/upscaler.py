"""Train the upscaler: icons made small, and what they were before.

What makes them small is drawn for each picture: mostly the mean of 2x2 pixels, as the studio shrinks, else something
softer. Some stand on a flat ground, so that edges between opaque colours are learned as well as edges of alpha.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from inference.alpha import unpremultiply
from inference.errors import BadRequest, UnknownName
from inference.files import replace_file
from training.autoencoder import check_corpus
from training.batches import Corpus, crops, indices, stream
from training.checkpoints import Checkpoints
from training.limits import check
from training.loop import Running, Sample, read_settings, train
from training.optimise import FlatParameters, Optimisation
from training.progress import Progress
from training.upscaler_net import DESIGNS, FACTOR, UpscalerNet

WEIGHTS = "upscaler.safetensors"
SHOWN, MEASURED = 6, 32
LIMITS = {"crop": (16, 1024), "cut": (0, 64), "edges": (0.0, 10.0), "soft": (0.0, 1.0), "solid": (0.0, 1.0)}
SOFT = np.array([1, 3, 3, 1], np.float32) / 8
"""Weights of a row of four pixels that become one, when it is not the mean of two."""


@dataclass(frozen=True, kw_only=True)
class UpscalerSettings:
    """What is trained and on what.

    Attributes:
        design: a name of ``DESIGNS``.
        crop: side in pixels of the small pictures that it is trained on.
        cut: pixels at a crop's sides that do not count: there the network does not see what lies beyond.
        halved: share of the pictures that are first made half as large, where they are large enough: small icons have
            more in each pixel.
        soft: share that are made small by something softer than the mean.
        solid: share that stand on a flat ground.
        edges: weight of the gradients' error.
    """

    design: str = "small"
    crop: int = 32
    cut: int = 2
    halved: float = 0.5
    soft: float = 0.25
    solid: float = 0.25
    edges: float = 0.5

    def check(self) -> None:
        """Raise BadRequest for values that cannot be."""
        check(self, {**LIMITS, "halved": (0.0, 1.0)})
        if self.design not in DESIGNS:
            raise UnknownName("design", self.design, DESIGNS)
        if 2 * self.cut >= self.crop:
            raise BadRequest("Nothing is left of the crops.", hint="Choose a smaller cut.")


class UpscalerTask:
    """An upscaler with its pictures, for ``training.loop``."""

    def __init__(self, corpus: Corpus, held_out: Corpus | None, settings: UpscalerSettings, running: Running) -> None:
        self.net = UpscalerNet(DESIGNS[settings.design]).to(running.device).train()
        self.corpus, self.held_out = corpus, held_out or corpus
        self._settings, self._running = settings, running

    def trained(self) -> dict[str, nn.Parameter]:
        return dict(self.net.named_parameters())

    def batch(self, step: int, part: int, parts: int) -> tuple[Tensor, Tensor]:
        run, how = self._running, self._settings
        at = indices(len(self.corpus.pictures), run.batch, run.seed, step)[part::parts]
        draw = stream(run.seed, f"upscaler {part}", step)
        large = _large(self.corpus.pictures[at], how, draw, run.seed, step * parts + part)
        small = np.where(draw.random((len(large), 1, 1, 1)) < how.soft, softened(large), halved(large))
        small = np.round(small * 255) / 255
        return _tensor(small, run.device), _tensor(large, run.device)

    def loss(self, batch: tuple[Tensor, Tensor]) -> Tensor:
        small, large = batch
        cut = FACTOR * self._settings.cut
        wrong = (self.net(small).float() - large)[..., cut : large.shape[2] - cut, cut : large.shape[3] - cut]
        across, down = wrong.diff(dim=3).abs().mean(), wrong.diff(dim=2).abs().mean()
        return wrong.abs().mean() + wrong.square().mean() + self._settings.edges * (across + down)

    def sample(self) -> Sample:
        wanted = np.asarray(self.held_out.pictures[:MEASURED], np.float32) / 255
        small = np.round(halved(wanted) * 255) / 255
        made = upscaled(self.net, small)
        plain = upscaled(UpscalerNet(self.net.design), small)
        shown = [unpremultiply(each) for group in (wanted, plain, made) for each in group[:SHOWN]]
        count = len(shown) // 3
        labels = ["picture"] * count + ["bicubic"] * count + ["made"] * count
        figures = {"psnr": psnr(made, wanted), "bicubic": psnr(plain, wanted)}
        return Sample(shown, labels, columns=count, figures=figures)


def _large(
    pictures: NDArray[np.uint8], how: UpscalerSettings, draw: np.random.Generator, seed: int, step: int
) -> NDArray[np.float32]:
    """Crops of twice the size that is trained on, (batch, side, side, 4) premultiplied in [0, 1]."""
    side = FACTOR * how.crop
    if min(pictures.shape[1:3]) < side:
        raise BadRequest(f"Crops of {how.crop} need pictures of {side} pixels a side.", hint="Choose a smaller --crop.")
    whole = crops(pictures, side, seed, step).astype(np.float32) / 255
    if min(pictures.shape[1:3]) >= 2 * side:
        smaller = halved(crops(pictures, 2 * side, seed, step).astype(np.float32) / 255)
        whole = np.where(draw.random((len(whole), 1, 1, 1)) < how.halved, smaller, whole)
    order = draw.permuted(np.tile(np.arange(3), (len(whole), 1)), axis=1)
    whole[..., :3] = np.take_along_axis(whole[..., :3], order[:, None, None, :], axis=3)
    ground = draw.random((len(whole), 1, 1, 3), np.float32)
    solid = draw.random((len(whole), 1, 1, 1)) < how.solid
    on_ground = np.concatenate([whole[..., :3] + (1 - whole[..., 3:]) * ground, np.ones_like(whole[..., 3:])], 3)
    return np.where(solid, on_ground, whole).astype(np.float32)


def halved(pictures: NDArray[np.floating]) -> NDArray[np.floating]:
    """(n, height, width, channels) with the mean of each 2x2 pixels."""
    count, height, width, channels = pictures.shape
    return pictures.reshape(count, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4))


def softened(pictures: NDArray[np.floating]) -> NDArray[np.floating]:
    """Half as large by the weights ``SOFT``."""
    for axis in (1, 2):
        padding = [(1, 1) if each == axis else (0, 0) for each in range(4)]
        padded = np.moveaxis(np.pad(pictures, padding, mode="edge"), axis, 0)
        count = pictures.shape[axis]
        rows = sum(weight * padded[i : i + count : 2] for i, weight in enumerate(SOFT))
        pictures = np.moveaxis(np.asarray(rows, np.float32), 0, axis)
    return pictures


@torch.no_grad()
def upscaled(net: UpscalerNet, pictures: NDArray[np.floating], batch: int = 4) -> NDArray[np.floating]:
    """(n, height, width, 4) premultiplied pictures twice as large, in [0, 1], no colour above its alpha."""
    device = next(net.parameters()).device
    parts = [net(_tensor(pictures[i : i + batch], device)).cpu() for i in range(0, len(pictures), batch)]
    made = torch.cat(parts).permute(0, 2, 3, 1).numpy().clip(0, 1)
    made[..., :3] = np.minimum(made[..., :3], made[..., 3:])
    return made


def psnr(made: NDArray[np.floating], wanted: NDArray[np.floating]) -> float:
    """Peak signal-to-noise ratio in dB of values in [0, 1], over all pictures together."""
    wrong = np.square(np.asarray(made, np.float64) - wanted).mean()
    return float(-10 * np.log10(max(wrong, 1e-12)))


def _tensor(pictures: NDArray[np.floating], device: Any) -> Tensor:
    """Channels first."""
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(pictures, 3, 1), np.float32)).to(device)


def train_upscaler(
    corpus: Corpus,
    folder: Path,
    *,
    settings: UpscalerSettings,
    running: Running,
    optimisation: Optimisation,
    held_out: Corpus | None = None,
) -> Iterator[Progress]:
    """Train in ``folder``, going on where it stopped; at the end ``folder`` has ``upscaler.safetensors``.

    Raises:
        BadRequest: for settings or a corpus that cannot be.
    """
    settings.check()
    check_corpus(corpus)
    make = partial(UpscalerTask, corpus, held_out, settings, running)
    kept = {"kind": "upscaler", **asdict(settings), "pictures": len(corpus.pictures)}
    yield from train(make, folder, running, optimisation, kept, _write)


def _write(task: UpscalerTask, folder: Path) -> None:
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in task.net.state_dict().items()}
    with replace_file(folder / WEIGHTS) as draft:
        save_file(tensors, draft, {"design": task._settings.design})


def load_net(run: Path, *, early: bool = False) -> tuple[UpscalerNet, int]:
    """The network of a run, and how many steps it was trained.

    Args:
        early: that of an unfinished run will do: the averaged weights of its newest checkpoint.

    Raises:
        BadRequest: when it is not finished, or has nothing yet.
    """
    said = read_settings(run)
    try:
        net = UpscalerNet(DESIGNS[str(said["design"])])
        if (run / WEIGHTS).is_file():
            net.load_state_dict(load_file(run / WEIGHTS))
            return net.eval(), int(said["steps"])
        found, _ = Checkpoints(run / "checkpoints").newest()
        if early and found is not None:
            FlatParameters(dict(net.named_parameters())).values.copy_(found.tensors["average"])
            return net.eval(), found.step
    except (OSError, KeyError, RuntimeError) as error:
        raise BadRequest(f"{run} holds no upscaler.", hint="Go on with train upscaler.") from error
    raise BadRequest(f"The upscaler in {run} is not finished.", hint="Go on with train upscaler, or export it --early.")
