"""A finished upscaler as the folder that the studio runs: graph and card, measured as it is shipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from inference.alpha import Pixels, premultiply, resize, to_bytes, unpremultiply
from inference.files import replace_folder
from inference.post.scaling import METHODS
from inference.upscaling import Upscaler
from inference.upscaling_card import CARD, GRAPH, UpscalerCard, hash_of
from training.corpus import StoredCorpus
from training.dataset import credits_of, read_dataset
from training.export import PartExport, Precision, export_part
from training.loop import read_settings
from training.upscaler import halved, load_net, psnr
from training.upscaler_net import CHANNELS, FACTOR, UpscalerNet

Method = Callable[[Pixels], Pixels]
TRACED = 24
_TOLD = ("pictures", "batch", "crop", "rate", "seed", "bf16")


def export_upscaler(
    run: Path, target: Path, *, title: str, dataset: Path, unseen: Sequence[StoredCorpus], early: bool = False
) -> UpscalerCard:
    """Write the upscaler of a run into ``target``, with what it is worth on the ``unseen`` pictures.

    Args:
        early: the run need not be finished.

    Raises:
        BadRequest: when the run holds no upscaler. ExportFailed: when the graph does not agree with PyTorch.
    """
    (net, steps), settings, said = load_net(run, early=early), read_settings(run), read_dataset(dataset)
    credit = [f"{each.source}, {each.author}, {each.licence}" for each in credits_of(said.used)]
    with replace_folder(target) as draft:
        report = export_part(upscaler_part(net), draft, Precision.HALF_WEIGHTS)
        (draft / "config.json").unlink()
        card = UpscalerCard(
            name=target.name,
            title=title or target.name,
            factor=FACTOR,
            margin=net.design.margin,
            licence="CC-BY-4.0: use it for anything, name the sources"
            if said.shareable
            else f"for yourself: {next(iter(said.obstacles), 'unknown licences')}",
            sources=tuple(credit),
            training={name: settings[name] for name in _TOLD} | {"steps": steps, "difference": report.relative},
            hash=hash_of((draft / GRAPH).read_bytes()),
        )
        (draft / CARD).write_text(card.text(), "utf-8")
        with closing(Upscaler(draft, threads=1)) as upscaler:
            figures = measured(unseen, methods(upscaler))
        card = replace(card, figures=figures)
        (draft / CARD).write_text(card.text(), "utf-8")
    return card


def upscaler_part(net: UpscalerNet) -> PartExport:
    """The network with free batch, height and width."""

    def draw(seed: int, *shape: int) -> dict[str, torch.Tensor]:
        return {"sample": torch.rand(shape, generator=torch.Generator().manual_seed(seed))}

    free = {0: "batch", 2: "height", 3: "width"}
    larger = {0: "batch", 2: "large_height", 3: "large_width"}
    return PartExport(
        name="upscaler",
        module=net,
        config={},
        inputs=draw(0, 2, CHANNELS, TRACED, TRACED),
        outputs=("large",),
        axes={"sample": free, "large": larger},
        probes=(draw(1, 1, CHANNELS, 33, 20), draw(2, 3, CHANNELS, 8, 40)),
    )


def methods(upscaler: Upscaler) -> dict[str, Method]:
    """What the upscaler is compared with, and itself: (height, width, 4) bytes to twice the size."""

    def model(pixels: Pixels) -> Pixels:
        *_, (_, made) = upscaler.run(pixels)
        return made

    def bicubic(pixels: Pixels) -> Pixels:
        size = (FACTOR * pixels.shape[1], FACTOR * pixels.shape[0])
        scaled = np.clip(cv2.resize(premultiply(pixels), size, interpolation=cv2.INTER_CUBIC), 0, 1)
        return unpremultiply(np.asarray(np.minimum(scaled, scaled[..., 3:])))

    def lanczos(pixels: Pixels) -> Pixels:
        return unpremultiply(resize(premultiply(pixels), FACTOR * pixels.shape[1], FACTOR * pixels.shape[0]))

    return {
        "nearest": lambda pixels: METHODS["integer"](pixels, FACTOR),
        "bicubic": bicubic,
        "lanczos": lanczos,
        "lanczos, held": lambda pixels: METHODS["lanczos"](pixels, FACTOR),
        "model": model,
    }


def measured(unseen: Sequence[StoredCorpus], how: Mapping[str, Method]) -> dict[str, Any]:
    """PSNR in dB of premultiplied RGBA in the pictures' own size and in half of it, over all pictures and by style."""
    pictures = [
        (pixels, entry.style) for each in unseen for pixels, entry in zip(each.pictures, each.entries, strict=True)
    ]
    found: dict[str, Any] = {"pictures": len(pictures)}
    if not pictures:
        return found
    stored = np.stack([pixels for pixels, _ in pictures]).astype(np.float32) / 255
    styles = np.array([style for _, style in pictures])
    for wanted in (stored, np.round(halved(stored) * 255) / 255):
        side = wanted.shape[1]
        small = [unpremultiply(each) for each in halved(wanted)]
        found[f"{side // 2} to {side}"] = {
            name: _by_style(method, small, wanted, styles) for name, method in how.items()
        }
    return found


def _by_style(
    method: Method, small: Sequence[Pixels], wanted: NDArray[np.floating], styles: NDArray[np.str_]
) -> dict[str, float]:
    made = np.stack([to_bytes(premultiply(method(each))) for each in small]).astype(np.float32) / 255
    found = {"all": round(psnr(made, wanted), 2)}
    for style in sorted(set(styles)):
        found[str(style)] = round(psnr(made[styles == style], wanted[styles == style]), 2)
    return found
