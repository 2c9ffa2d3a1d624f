"""The parts of a diffusers folder as PyTorch modules: load, encode words and pictures, save."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.utils import logging as diffusers_logging
from safetensors.torch import save_file
from torch import Tensor
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer
from transformers.utils import logging as transformers_logging

from inference.alpha import to_bytes, unpremultiply
from inference.errors import ModelRefused
from inference.manifest import latent_factor
from inference.words_file import WORDS_FILE
from training.export import check_source
from training.kinds import kind_in

PREMULTIPLIED = "premultiplied"


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries from writing bars and advice below our lines."""
    bars, level = transformers_logging.is_progress_bar_enabled(), transformers_logging.get_verbosity()
    level_too = diffusers_logging.get_verbosity()
    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    diffusers_logging.set_verbosity_error()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        diffusers_logging.set_verbosity(level_too)
        if bars:
            transformers_logging.enable_progress_bar()


@dataclass(eq=False)
class Models:
    """The parts of a Stable Diffusion pipeline.

    Attributes:
        texts: one text encoder, or SDXL's two.
        tokenizers: one for each text encoder.
        unet: a UNet2DConditionModel; like the others in Any, since diffusers' own types do not fit its modules.
        vae: an AutoencoderKL.
        scheduler: the config of the noise schedule.
    """

    texts: list[Any]
    tokenizers: list[CLIPTokenizer]
    unet: Any
    vae: Any
    scheduler: Mapping[str, Any]

    @property
    def factor(self) -> int:
        """Pixels of a side that one latent pixel stands for."""
        return latent_factor(self.vae.config)

    @property
    def inpainting(self) -> bool:
        """True when the UNet is told by a mask and the masked picture's latents."""
        return self.unet.config["in_channels"] == 2 * self.vae.config["latent_channels"] + 1

    def to(self, device: str) -> Models:
        """The same, on a device."""
        for module in (*self.texts, self.unet, self.vae):
            module.to(device)
        return self

    def freeze(self) -> Models:
        """The same, with nothing to train, in evaluation mode."""
        for module in (*self.texts, self.unet, self.vae):
            module.requires_grad_(False).eval()
        return self


def load_models(source: Path, dtype: torch.dtype = torch.float32) -> Models:
    """Load a diffusers Stable Diffusion folder (1.5, 2, XL or one of ours).

    Args:
        dtype: of text encoders and UNet; the autoencoder is always in fp32.

    Raises:
        ModelRefused: when the folder is no such pipeline.
    """
    check_source(source)
    kinds = {"text_encoder": CLIPTextModel, "text_encoder_2": CLIPTextModelWithProjection}
    texts = [(name, kind) for name, kind in kinds.items() if (source / name).is_dir()]
    tokenizers = ["tokenizer", "tokenizer_2"][: len(texts)]
    try:
        with quiet():
            return Models(
                texts=[_load(kind, source / name, dtype) for name, kind in texts],
                tokenizers=[CLIPTokenizer.from_pretrained(source / name, local_files_only=True) for name in tokenizers],
                unet=_load(UNet2DConditionModel, source / "unet", dtype),
                vae=_load(AutoencoderKL, source / "vae", torch.float32),
                scheduler=json.loads((source / "scheduler" / "scheduler_config.json").read_text("utf-8")),
            )
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelRefused(f"{source} cannot be read.", hint="Copy the model again.", detail=str(error)) from error


def load_vae(source: Path) -> Any:
    """The autoencoder in ``source`` or ``source/vae``, in fp32."""
    folder = source if (source / "config.json").is_file() else source / "vae"
    if not (folder / "config.json").is_file():
        raise ModelRefused(f"{source} has no autoencoder.", hint="Train one with `train autoencoder`.")
    with quiet():
        return _load(AutoencoderKL, folder, torch.float32)


def _load(kind: Any, folder: Path, dtype: torch.dtype) -> Any:
    model, found = kind_in(folder, kind).from_pretrained(
        folder, local_files_only=True, use_safetensors=True, dtype=dtype, output_loading_info=True
    )
    if found["missing_keys"]:
        raise ModelRefused(f"{folder} lacks weights.", hint="Copy the model again.")
    return model


def tokens(tokenizers: Sequence[CLIPTokenizer], captions: Sequence[str]) -> list[Tensor]:
    """(captions, window) ids for each tokenizer; what does not fit is cut off."""
    return [
        tokenizer(
            list(captions),
            padding="max_length",
            truncation=True,
            max_length=tokenizer.model_max_length,
            return_tensors="pt",
        ).input_ids
        for tokenizer in tokenizers
    ]


@dataclass(frozen=True, eq=False)
class Words:
    """What captions say to the UNet: (batch, sequence, width) states, and SDXL's further conditions."""

    states: Tensor
    added: Mapping[str, Tensor] | None = None


def encode_words(models: Models, ids: Sequence[Tensor], side: tuple[int, int]) -> Words:
    """Text states as the engine computes them: the last layer's, or the last but one of SDXL's two encoders.

    Args:
        side: height and width of the pictures in pixels, which SDXL is told.
    """
    if len(models.texts) == 1:
        return Words(models.texts[0](input_ids=ids[0]).last_hidden_state)
    outs = [text(input_ids=i, output_hidden_states=True) for text, i in zip(models.texts, ids, strict=True)]
    states = torch.cat([out.hidden_states[-2] for out in outs], dim=-1)
    times = torch.tensor([[*side, 0, 0, *side]], dtype=states.dtype, device=states.device)
    return Words(states, {"text_embeds": outs[1].text_embeds, "time_ids": times.expand(len(states), -1)})


def latent_moments(vae: Any, samples: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of the latents as the UNet sees them: scaled and shifted.

    Args:
        samples: (batch, channels, height, width) in [-1, 1].
    """
    with torch.autocast(samples.device.type, enabled=False):
        posterior = vae.encode(samples.float()).latent_dist
    scale, shift = vae.config["scaling_factor"], vae.config.get("shift_factor") or 0.0
    return (posterior.mean - shift) * scale, posterior.std * scale


def decode_latents(vae: Any, latents: Tensor) -> Tensor:
    """Scaled latents to (batch, channels, height, width) pictures, about in [-1, 1]."""
    scale, shift = vae.config["scaling_factor"], vae.config.get("shift_factor") or 0.0
    with torch.autocast(latents.device.type, enabled=False):
        return vae.decode(latents.float() / scale + shift).sample


def to_pixels(samples: Tensor) -> list[np.ndarray]:
    """(batch, 3 or 4, height, width) in [-1, 1], premultiplied, to pictures with straight alpha."""
    colours = np.moveaxis(samples.detach().float().cpu().numpy() / 2 + 0.5, 1, 3)
    return [unpremultiply(c) if c.shape[2] == 4 else to_bytes(c) for c in np.clip(colours, 0, 1)]


def save_models(models: Models, source: Path | None, target: Path, *, half: bool = False) -> None:
    """Write a diffusers folder that ``training.export`` and diffusers read.

    Args:
        source: folder whose tokenizers and list of words are copied; None when ``target`` has them already.
        half: store weights in half precision.
    """
    dtype = torch.float16 if half else torch.float32
    names = ["text_encoder", "text_encoder_2"][: len(models.texts)]
    parts: dict[str, Any] = dict(zip(names, models.texts, strict=True)) | {"unet": models.unet, "vae": models.vae}
    with quiet():
        for name, module in parts.items():
            _save(module, target / name, dtype)
    _write_json(target / "scheduler" / "scheduler_config.json", models.scheduler)
    for name in ("tokenizer", "tokenizer_2"):
        if source is not None and (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
    if source is not None and (source / WORDS_FILE).is_file():
        shutil.copyfile(source / WORDS_FILE, target / WORDS_FILE)
    _write_json(target / "model_index.json", _index(models, source))


def _save(module: Any, folder: Path, dtype: torch.dtype) -> None:
    """Save without touching the module's own precision: optimisers hold views of its parameters."""
    state = {name: tensor.detach().to("cpu", dtype) for name, tensor in module.state_dict().items()}
    if isinstance(module, CLIPTextModel | CLIPTextModelWithProjection):
        module.save_pretrained(folder, state_dict=state)
        return
    module.save_config(folder)
    save_file({name: t.contiguous() for name, t in state.items()}, folder / WEIGHTS, {"format": "pt"})


WEIGHTS = "diffusion_pytorch_model.safetensors"


def _index(models: Models, source: Path | None) -> dict[str, Any]:
    """The folder's ``model_index.json``: the source's own, or that of a plain Stable Diffusion pipeline."""
    if source is not None and (source / "model_index.json").is_file():
        found = json.loads((source / "model_index.json").read_text("utf-8"))
        if found.get("vae", [None])[0] == "diffusers":
            return found
    two = len(models.texts) == 2
    kind = "StableDiffusionXL" if two else "StableDiffusion"
    index: dict[str, Any] = {
        "_class_name": f"{kind}{'Inpaint' if models.inpainting else ''}Pipeline",
        "_diffusers_version": "0.42.1",
        "scheduler": ["diffusers", models.scheduler["_class_name"]],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    if two:
        index |= {"text_encoder_2": ["transformers", "CLIPTextModelWithProjection"]}
        return index | {"tokenizer_2": ["transformers", "CLIPTokenizer"]}
    nothing = [None, None]
    index |= {"feature_extractor": nothing, "image_encoder": nothing, "safety_checker": nothing}
    return index | {"requires_safety_checker": False}


def _write_json(path: Path, values: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values, indent=2, default=list) + "\n", "utf-8")
