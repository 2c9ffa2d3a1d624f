"""Where the parts of a model come from: a checkpoint in one file or a diffusers folder, one part at a time, in fp32."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTextModelWithProjection

from inference.detected import Detected, What
from inference.errors import ModelRefused
from inference.manifest import Family
from training.checkpoint import Checkpoint, read_vae
from training.clip_files import END, schedule, write_tokenizer
from training.control import control_part, read_control
from training.export import FusedAttnProcessor, PartExport, check_source, load_module, text_part, unet_part, vae_parts


@dataclass(frozen=True)
class PartSource:
    """A module of a source: the parts that it becomes, how many weights it has, and how it is loaded."""

    names: tuple[str, ...]
    weights: int
    load: Callable[[], list[PartExport]]


class ModelSource(Protocol):
    """What a model is converted from."""

    @property
    def parts(self) -> tuple[PartSource, ...]:
        """Its modules, text encoders first: what they give is what the UNet is tried with."""
        ...

    @property
    def index(self) -> Mapping[str, Any]:
        """What ``model_index.json`` says."""
        ...

    def write_settings(self, folder: Path) -> None:
        """Write tokenizers and the scheduler's config."""
        ...


def source_of(found: Detected, *, vae: Path | None = None, prediction: str = "") -> ModelSource:
    """The source that was detected.

    Args:
        vae: a file whose autoencoder is taken instead of the model's own.
        prediction: what the model predicts, where the file does not say or says it wrongly.

    Raises:
        ModelRefused: when it is none, or has no VAE.
    """
    if found.what is What.CHECKPOINT:
        return FileSource(found, vae, prediction or found.prediction)
    if found.what is What.PIPELINE:
        return FolderSource(found.path, vae)
    if found.what is What.CONTROLNET:
        return ControlSource(found)
    raise ModelRefused(f"{found.path} is {found.what.value}: there is nothing to convert.", hint="See: models inspect.")


def _fused(module: Any) -> Any:
    module.set_attn_processor(FusedAttnProcessor())
    return module


class FileSource:
    """A checkpoint in one file."""

    def __init__(self, found: Detected, vae: Path | None, prediction: str) -> None:
        self.found, self.vae, self.prediction = found, vae, prediction
        self.file = Checkpoint(found.path)
        if vae is None and "vae" not in found.parts:
            raise ModelRefused(f"{found.path} holds no VAE.", hint="Give one of the same family with --vae FILE.")

    @property
    def parts(self) -> tuple[PartSource, ...]:
        """See ``ModelSource``."""
        file, family = self.file, self.found.family
        texts = [name for name in self.found.parts if name.startswith("text_encoder")]

        def text(name: str) -> list[PartExport]:
            return [text_part(name, file.text(name), torch.float32)]

        def vae() -> list[PartExport]:
            return vae_parts(_fused(read_vae(self.vae, family) if self.vae else file.vae()), torch.float32)

        return (
            *(PartSource((name,), self._weights(_TEXT_PREFIXES[name]), lambda name=name: text(name)) for name in texts),
            PartSource(
                ("unet",),
                self._weights(("model.diffusion_model.",)),
                lambda: [unet_part(_fused(file.unet()), torch.float32)],
            ),
            PartSource(
                ("vae_encoder", "vae_decoder"), self._weights(("first_stage_model.", "vae.")) or _VAE_WEIGHTS, vae
            ),
        )

    def _weights(self, prefixes: tuple[str, ...]) -> int:
        return sum(entry.count for name, entry in self.file.tensors.items() if name.startswith(prefixes))

    @property
    def index(self) -> Mapping[str, Any]:
        """See ``ModelSource``."""
        xl, fill = self.found.family is Family.SDXL, "inpainting" in self.found.variant
        kind = f"StableDiffusion{'XL' if xl else ''}{'Inpaint' if fill else ''}Pipeline"
        zeros = {"force_zeros_for_empty_prompt": True} if xl else {}
        return {"_class_name": kind, **zeros}

    def write_settings(self, folder: Path) -> None:
        """See ``ModelSource``."""
        opened = any(name.startswith("cond_stage_model.model.") for name in self.file.tensors)
        write_tokenizer(folder / "tokenizer", pad="!" if opened else END)
        if "text_encoder_2" in self.found.parts:
            write_tokenizer(folder / "tokenizer_2", pad="!")
        config = schedule(self.found.family, self.found.variant, self.prediction, zero_snr="ztsnr" in self.file.tensors)
        (folder / "scheduler").mkdir()
        (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(config, indent=2) + "\n")


_TEXT_PREFIXES = {
    "text_encoder": ("cond_stage_model.", "conditioner.embedders.0."),
    "text_encoder_2": ("conditioner.embedders.1.",),
}
_VAE_WEIGHTS = 84_000_000
"""Of Stable Diffusion's autoencoder, where it comes from elsewhere."""


class FolderSource:
    """A diffusers folder."""

    def __init__(self, folder: Path, vae: Path | None) -> None:
        self.folder, self.vae, self._index = folder, vae, check_source(folder)

    @property
    def parts(self) -> tuple[PartSource, ...]:
        """See ``ModelSource``."""

        def text(kind: Any, name: str) -> list[PartExport]:
            module = load_module(self.folder, name, kind, torch.float32, attn_implementation="eager")
            return [text_part(name, module, torch.float32)]

        def unet() -> list[PartExport]:
            return [
                unet_part(_fused(load_module(self.folder, "unet", UNet2DConditionModel, torch.float32)), torch.float32)
            ]

        def vae() -> list[PartExport]:
            own = (
                load_module(self.folder, "vae", AutoencoderKL, torch.float32)
                if self.vae is None
                else read_vae(self.vae, None)
            )
            return vae_parts(_fused(own), torch.float32)

        kinds = {"text_encoder": CLIPTextModel, "text_encoder_2": CLIPTextModelWithProjection}
        texts = [(name, kind) for name, kind in kinds.items() if (self.folder / name).is_dir()]
        return (
            *(PartSource((n,), self._weights(n), lambda n=n, kind=kind: text(kind, n)) for n, kind in texts),
            PartSource(("unet",), self._weights("unet"), unet),
            PartSource(("vae_encoder", "vae_decoder"), self._weights("vae"), vae),
        )

    def _weights(self, name: str) -> int:
        return sum(file.stat().st_size for file in (self.folder / name).glob("*.safetensors")) // 4

    @property
    def index(self) -> Mapping[str, Any]:
        """See ``ModelSource``."""
        return self._index

    def write_settings(self, folder: Path) -> None:
        """See ``ModelSource``."""
        for name in ("tokenizer", "tokenizer_2", "scheduler"):
            if (self.folder / name).is_dir():
                shutil.copytree(self.folder / name, folder / name)


class ControlSource:
    """A ControlNet: one part, and no settings beside it."""

    index: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, found: Detected) -> None:
        self.found = found

    @property
    def parts(self) -> tuple[PartSource, ...]:
        """See ``ModelSource``."""
        return (PartSource(("controlnet",), self.found.values, lambda: [control_part(read_control(self.found.path))]),)

    def write_settings(self, folder: Path) -> None:
        """See ``ModelSource``."""
