"""Low-rank adaptation: ten to fifty pictures teach an existing model a style, in a file of some hundred kilobytes.

Hu et al., LoRA: Low-Rank Adaptation of Large Language Models (2022): a layer's weight W becomes
W + s (alpha / rank) B A, with only A and B trained. The layers here are a few lines; peft would be one more dependency,
and its wrapped modules would have to be unwrapped before an export. Files are in the kohya layout with diffusers'
module names, which diffusers, ComfyUI and A1111 read (``training.lora_file``).
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn

from inference.errors import BadRequest, ModelRefused, UnknownName
from inference.layer_changes import LayerChange
from inference.layer_changes import LowRank as StoredLayer
from inference.lora_file import read_lora
from inference.words import Vocabulary
from inference.words_file import write_words
from training.autoencoder import check_corpus
from training.batches import Corpus
from training.denoiser import DenoiserSettings, DiffusionTask, captions_kept, latents_of
from training.export import PartReport, Precision, check_source, export_pipeline
from training.kinds import kind_in
from training.limits import check
from training.loop import Running, train
from training.lora_file import Changes, save_lora
from training.models import Models, load_models, save_models
from training.optimise import Optimisation
from training.progress import Progress
from training.restyled import cell_map, put_into, sketches_of
from training.sketched import SketchedUNet

LORA_FILE = "lora.safetensors"
FEWEST, MOST = 1, 5000
SKETCH = "lora_unet_sketch_basis"
"""Kohya's name of the eigenpictures."""
LARGE = 400_000_000
"""Parameters of a UNet above which the frozen weights are kept in bfloat16 and activations are computed twice."""

_ATTENTION = r"\.(to_q|to_k|to_v|to_out\.0)$"
TARGETS = {
    "attention": re.compile(_ATTENTION),
    "all": re.compile(
        _ATTENTION + r"|\.(proj_in|proj_out|ff\.net\.0\.proj|ff\.net\.2|conv1|conv2|conv_shortcut|time_emb_proj|conv)$"
    ),
}
"""Which of a UNet's layers are adapted. Small models hold little in their attention: "all" suits them."""
_TEXT_TARGETS = re.compile(r"\.(q_proj|k_proj|v_proj|out_proj|fc1|fc2)$")

LIMITS = {"rank": (1, 512), "strength": (-4.0, 4.0)}


@dataclass(frozen=True, kw_only=True)
class LoraSettings:
    """What is adapted.

    Attributes:
        rank: of the change of each layer.
        alpha: numerator of its scale; 0 for the rank, which makes the scale 1.
        targets: a name of ``TARGETS``.
        train_text: adapt the text encoder too, so that a new word can mean something.
    """

    rank: int = 16
    alpha: float = 0.0
    targets: str = "all"
    train_text: bool = True

    def check(self) -> None:
        """Raise BadRequest for values that cannot be."""
        check(self, {"rank": LIMITS["rank"], "alpha": (0.0, 1024.0)})
        if self.targets not in TARGETS:
            raise UnknownName("set of layers", self.targets, TARGETS)


class LowRank(nn.Module):
    """A linear layer or convolution with a low-rank change beside it.

    Attributes:
        strength: factor of the change; 0 is the layer as it was.
    """

    down: nn.Linear | nn.Conv2d
    up: nn.Linear | nn.Conv2d

    def __init__(self, base: nn.Linear | nn.Conv2d, rank: int, alpha: float) -> None:
        super().__init__()
        self.base: Any = base
        rank = min(rank, *base.weight.shape[:2])
        self.alpha, self.strength = alpha or float(rank), 1.0
        if isinstance(base, nn.Conv2d):
            how: dict[str, Any] = {name: getattr(base, name) for name in ("stride", "padding", "dilation")}
            self.down = nn.Conv2d(base.in_channels, rank, (base.kernel_size[0], base.kernel_size[1]), bias=False, **how)
            self.up = nn.Conv2d(rank, base.out_channels, 1, bias=False)
        else:
            self.down = nn.Linear(base.in_features, rank, bias=False)
            self.up = nn.Linear(rank, base.out_features, bias=False)
        nn.init.kaiming_uniform_(self.down.weight, a=math.sqrt(5))
        nn.init.zeros_(self.up.weight)
        self.rank = rank
        self.to(base.weight.device)

    def forward(self, x: Tensor, *given: Any) -> Tensor:
        """The base's output and the change's."""
        change = self.up(self.down(x if torch.is_autocast_enabled(x.device.type) else x.to(self.down.weight.dtype)))
        return self.base(x) + (self.strength * self.alpha / self.rank) * change.to(x.dtype)

    @torch.no_grad()
    def merged(self) -> nn.Linear | nn.Conv2d:
        """The base, its weight changed for good."""
        down, up = self.down.weight.double(), self.up.weight.double()
        change = (up.flatten(1) @ down.flatten(1)).view(self.base.weight.shape)
        change *= self.strength * self.alpha / self.rank
        self.base.weight.copy_((self.base.weight.double() + change).to(self.base.weight.dtype))
        return self.base


def _roots(models: Models) -> Iterator[tuple[str, str, nn.Module]]:
    """Kohya's prefix, diffusers' prefix, and the module, for the UNet and the text encoders."""
    yield "lora_unet", "unet", models.unet
    names = ["lora_te"] if len(models.texts) == 1 else ["lora_te1", "lora_te2"]
    others = ["text_encoder", "text_encoder_2"]
    yield from zip(names, others, models.texts, strict=False)


def _path(prefix: str, path: str) -> str:
    """Kohya's name of a module; it puts text encoders below ``text_model``, as transformers once did."""
    if prefix.startswith("lora_te") and not path.startswith(("text_model.", "text_projection")):
        path = f"text_model.{path}"
    return f"{prefix}_{path.replace('.', '_')}"


def _adaptable(models: Models) -> dict[str, tuple[nn.Module, str]]:
    """Every linear layer and convolution by kohya's name: its root module and its path there."""
    return {
        _path(prefix, path): (root, path)
        for prefix, _, root in _roots(models)
        for path, module in root.named_modules()
        if isinstance(module, nn.Linear | nn.Conv2d)
    }


def adapted(models: Models) -> dict[str, LowRank]:
    """The low-rank layers that are in the models, by kohya's name."""
    return {
        _path(prefix, path): module
        for prefix, _, root in _roots(models)
        for path, module in root.named_modules()
        if isinstance(module, LowRank)
    }


def _replace(root: nn.Module, path: str, change: Callable[[Any], nn.Module]) -> None:
    parent, _, name = path.rpartition(".")
    owner = root.get_submodule(parent)
    owner.register_module(name, change(owner.get_submodule(name)))


def adapt(models: Models, settings: LoraSettings) -> dict[str, LowRank]:
    """Put low-rank layers, which change nothing yet, into the models."""
    text = _TEXT_TARGETS if settings.train_text else re.compile("$^")
    for name, (root, path) in sorted(_adaptable(models).items()):
        if (TARGETS[settings.targets] if name.startswith("lora_unet") else text).search(f".{path}"):
            _replace(root, path, partial(LowRank, rank=settings.rank, alpha=settings.alpha))
    found = adapted(models)
    if not found:
        raise ModelRefused("The model has no layers that can be adapted.")
    return found


def merge(models: Models, strength: float = 1.0) -> None:
    """Merge the low-rank layers into the weights; the models are then as before, only changed."""
    for _, _, root in list(_roots(models)):
        for path, module in [(p, m) for p, m in root.named_modules() if isinstance(m, LowRank)]:
            module.strength = strength
            _replace(root, path, LowRank.merged)


def apply_lora(models: Models, path: Path, strength: float = 1.0) -> None:
    """Put a LoRA file's layers into the models, at a strength; ``merge`` makes them part of the weights.

    Raises:
        ModelRefused: when a layer of the file is not in the models or has another shape.
    """
    places = _adaptable(models)
    by_diffusers = {
        name.replace(prefix, other, 1): name
        for prefix, other, _ in _roots(models)
        for name in places
        if name.startswith(prefix + "_")
    }
    for name, stored in read_lora(path).items():
        flat = name.replace(".", "_")
        place = places.get(flat) or places.get(by_diffusers.get(flat, ""))
        place = place or places.get(by_diffusers.get(flat.replace("text_encoder_", "text_encoder_text_model_"), ""))
        if place is None:
            raise ModelRefused(
                f"The LoRA changes a layer that this model lacks: {name}.", hint="It is for another model."
            )
        low_rank = isinstance(stored, StoredLayer)
        change = partial(_filled, stored=stored) if low_rank else partial(_changed, stored=stored)
        _replace(*place, partial(change, strength=strength, name=name))


@torch.no_grad()
def _changed(base: Any, stored: LayerChange, strength: float, name: str) -> nn.Module:
    """The layer itself, as the file changes it."""
    _check_fits(stored.fits(tuple(base.weight.shape)), name)
    moved = stored.moved(base.weight.detach().float().cpu().numpy(), strength)
    base.weight.data.add_(torch.from_numpy(moved).to(base.weight))
    if stored.bias is not None:
        _check_fits(getattr(base.bias, "shape", None) == stored.bias.shape, name)
        base.bias.data.add_(strength * torch.from_numpy(np.array(stored.bias)).to(base.bias))
    return base


def _check_fits(fits: bool, name: str) -> None:
    if not fits:
        raise ModelRefused(
            f"The LoRA's layer {name} has another shape than this model's.", hint="It is for another model."
        )


def _filled(base: Any, stored: StoredLayer, strength: float, name: str) -> LowRank:
    down, up = (torch.from_numpy(np.array(part)) for part in (stored.down, stored.up))
    _check_fits(stored.mid is None, name)
    layer = LowRank(base, down.shape[0], stored.scale * down.shape[0])
    _check_fits(layer.down.weight.numel() == down.numel() and layer.up.weight.numel() == up.numel(), name)
    layer.down.weight.data = down.float().reshape(layer.down.weight.shape).to(base.weight.device)
    layer.up.weight.data = up.float().reshape(layer.up.weight.shape).to(base.weight.device)
    layer.strength = strength
    return layer.requires_grad_(False)


def sketches(base: Path) -> bool:
    """Whether the diffusers folder ``base`` has a UNet that sketches from the words.

    Raises:
        ModelRefused: when it is none.
    """
    check_source(base)
    return kind_in(base / "unet", UNet2DConditionModel) is SketchedUNet


def suited(base: Path) -> tuple[LoraSettings, DenoiserSettings]:
    """What to adapt of the diffusers folder ``base``, and how.

    A UNet that sketches from the words (``training.sketched``) gets its layout from them: ten pictures must not change
    what the words say, or everything takes the layout of the ten; nor may they be mirrored, since the sketch is not.
    See ``training.restyled`` for the rest.
    """
    if sketches(base):
        return LoraSettings(train_text=False), DenoiserSettings(mirror=0.0, sketch=0.0, own_sketch=True)
    return LoraSettings(), DenoiserSettings()


def make_lora_task(
    corpus: Corpus, base: Path, folder: Path, *, lora: LoraSettings, settings: DenoiserSettings, running: Running
) -> LoraTask:
    """The task of training low-rank layers on the frozen models in ``base``."""
    models = load_models(base).freeze()
    if sum(p.numel() for p in models.unet.parameters()) > LARGE:
        for module in (*models.texts, models.unet):
            module.to(torch.bfloat16 if running.bf16 else torch.float32)
        models.unet.enable_gradient_checkpointing()
        models.unet.train()  # diffusers computes activations twice in training mode only
    models.to(running.device)
    changes = {}
    if isinstance(models.unet, SketchedUNet):
        models.unet.train()  # the sketch is doubted in training mode only
        changes = {SKETCH: _recoloured(models, corpus, folder, running.device)}
    layers = adapt(models, lora)
    parameters = {
        f"{name}.{part}": getattr(layer, part).weight for name, layer in layers.items() for part in ("down", "up")
    }
    return LoraTask(models, parameters, corpus, folder=folder, settings=settings, running=running, changes=changes)


class LoraTask(DiffusionTask):
    """Teaching low-rank layers.

    Attributes:
        changes: what whole layers gained before the first step.
    """

    def __init__(self, *given: Any, changes: Changes, **more: Any) -> None:
        super().__init__(*given, **more)
        self.changes = changes


def _recoloured(models: Models, corpus: Corpus, folder: Path, device: str) -> tuple[Tensor, Tensor]:
    """Let the sketch be in the colours of the pictures, and return how its eigenpictures changed."""
    latents = latents_of(models.vae, corpus, folder / "latents", device, mirrored=False)
    means = torch.from_numpy(latents[:, 0, 0].copy()).to(device)
    return put_into(models.unet.sketch, *cell_map(sketches_of(models, corpus.captions), means))


def train_lora(
    corpus: Corpus,
    base: Path,
    folder: Path,
    *,
    lora: LoraSettings,
    settings: DenoiserSettings,
    running: Running,
    optimisation: Optimisation,
) -> Iterator[Progress]:
    """Train in ``folder``, going on where it stopped; at the end ``folder/lora.safetensors`` is the finished LoRA.

    Args:
        base: diffusers folder (``training.restore`` makes one of an ONNX folder of ours).

    Raises:
        BadRequest: for settings or a corpus that cannot be.
    """
    lora.check()
    settings.check()
    check_corpus(corpus)
    if len(corpus.pictures) > MOST:
        raise BadRequest(f"A LoRA learns from up to {MOST} pictures.", hint="Train a model instead.")
    make = partial(make_lora_task, corpus, base, folder, lora=lora, settings=settings, running=running)
    kept = {**asdict(settings), **asdict(lora), "base": base.name, "design": "", "pictures": len(corpus.pictures)}
    kept |= captions_kept(corpus)
    yield from train(make, folder, running, optimisation, {"kind": "lora", **kept}, _write)


def _write(task: LoraTask, folder: Path) -> None:
    save_lora(adapted(task.models), folder / LORA_FILE, changes=task.changes)


def merge_lora(base: Path, lora: Path, target: Path, strength: float = 1.0, *, half: bool = False) -> None:
    """Write the diffusers folder ``base`` with a LoRA merged into its weights as the new folder ``target``."""
    low, high = LIMITS["strength"]
    if not low <= strength <= high:
        raise BadRequest(f"The strength is {strength:g}; it can be from {low:g} to {high:g}.")
    models = load_models(base).freeze()
    apply_lora(models, lora, strength)
    merge(models, strength)
    save_models(models, base, target, half=half)


def export_lora(
    base: Path,
    lora: Path,
    target: Path,
    *,
    strength: float = 1.0,
    card: dict[str, Any] | None = None,
    words: Vocabulary | None = None,
    precision: Precision = Precision.HALF_WEIGHTS,
    overwrite: bool = False,
    progress: Callable[[str, int, int], None] = lambda part, index, count: None,
) -> list[PartReport]:
    """Merge and export: ``target`` becomes an ONNX folder that the studio runs.

    Args:
        words: what it says that it knows; None for what ``base`` says.
    """
    with tempfile.TemporaryDirectory(prefix="gouache-lora-") as scratch:
        merge_lora(base, lora, Path(scratch) / "merged", strength)
        if words is not None:
            write_words(words, Path(scratch) / "merged")
        return export_pipeline(
            Path(scratch) / "merged", target, precision=precision, card=card, overwrite=overwrite, progress=progress
        )
