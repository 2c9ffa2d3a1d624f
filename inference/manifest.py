"""What a model folder is, read from its graphs' inputs and its configs without loading a weight.

Any folder in the layout of Hugging Face's ONNX diffusion repositories is read: ``model_index.json``,
``scheduler/scheduler_config.json``, ``tokenizer/``, and ``text_encoder/``, ``unet/``, ``vae_encoder/``,
``vae_decoder/`` with ``model.onnx`` each (SDXL: ``text_encoder_2/`` and ``tokenizer_2/`` too). What differs between
families is data here, never a branch in the engine. ``gouache.json`` adds what no config says, ``words.json``
(``inference.words_file``) the words that the model knows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any

from inference.errors import ModelRefused
from inference.geometry import Size, SizeRule, good_sizes
from inference.onnx_header import OnnxHeader, TensorInfo, read_header, refuse_pickle
from inference.preview import PreviewMap
from inference.samplers import name_for
from inference.words import Vocabulary
from inference.words_file import WORDS_FILE, read_words

MANIFEST_FILE = "gouache.json"
MANIFEST_VERSION = 1
GRAPH = "model.onnx"
PARTS = ("text_encoder", "text_encoder_2", "unet", "vae_encoder", "vae_decoder")
NEEDED = ("text_encoder", "unet", "vae_decoder")


class Family(Enum):
    """Which Stable Diffusion a model descends from; the value is what people call it."""

    SD1 = "Stable Diffusion 1"
    SD2 = "Stable Diffusion 2"
    SDXL = "Stable Diffusion XL"
    OWN = "Stable Diffusion of its own size"


class Task(Enum):
    """What a model can do."""

    GENERATE = "generate"
    VARY = "vary"
    INPAINT = "inpaint"


class Alpha(Enum):
    """How a model's pictures carry transparency."""

    NONE = "none"
    PREMULTIPLIED = "premultiplied"
    STRAIGHT = "straight"


@dataclass(frozen=True)
class Part:
    """One graph of a model."""

    name: str
    path: Path
    header: OnnxHeader
    config: Mapping[str, Any]

    @property
    def bytes(self) -> int:
        """Size on disk, with the weights beside the graph."""
        return sum(file.stat().st_size for file in self.files)

    @property
    def files(self) -> tuple[Path, ...]:
        """The graph and the files that hold its weights."""
        return (self.path, *(self.path.parent / name for name in sorted(self.header.external)))

    def loaded_bytes(self, *, cpu: bool) -> int:
        """Memory for its weights: half precision becomes single where a processor computes."""
        return self.bytes * (2 if cpu and self.element == "float16" else 1)

    @property
    def element(self) -> str:
        """The element type of most weights."""
        weights = self.header.weight_elements
        floats = {name: count for name, count in weights.items() if name in ("float32", "float16", "bfloat16", "int8")}
        return max(floats, key=floats.__getitem__) if floats else "none"


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """What a model runs with when nobody says otherwise."""

    steps: int
    guidance: float
    scheduler: str


@dataclass(frozen=True, kw_only=True)
class ModelManifest:
    """All that is known of a model without its weights.

    Attributes:
        channels: 3 (RGB) or 4 (RGBA) of the autoencoder's pictures.
        unet_channels: input channels of the UNet: the latents', plus 1 + the latents' for inpainting models.
        factor: picture pixels per latent pixel on a side.
        scaling, shift: latents are ``(encoded - shift) * scaling``.
        haze: alpha up to the first value is nothing, from the second on opaque (RGBA models).
        guidance_embedded: width of the UNet's guidance embedding (LCM), or 0.
        few_steps: distilled to run in a handful of steps without guidance.
        clean_context: the UNet was trained to fill holes in clean latents: inpainting shows it the rest without noise.
        words: what the text encoder was trained on; None where nobody says, and any word may do.
        text_layer: index from the end of the hidden state that conditions the UNet; 0 for the last, after its norm.
    """

    name: str
    title: str
    folder: Path
    family: Family
    tasks: tuple[Task, ...]
    parts: Mapping[str, Part]
    channels: int
    alpha: Alpha
    latent_channels: int
    unet_channels: int
    factor: int
    scaling: float
    shift: float
    native: Size
    size_rule: SizeRule
    scheduler: Mapping[str, Any]
    prediction: str
    defaults: Defaults
    few_steps: bool
    guidance_embedded: int
    clean_context: bool
    text_layer: int
    zero_empty_negative: bool
    precision: str
    licence: str
    sources: tuple[str, ...]
    styles: tuple[str, ...]
    haze: tuple[float, float]
    preview: PreviewMap | None
    words: Vocabulary | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def sizes(self) -> tuple[Size, ...]:
        """The sizes that an edit is run at."""
        return tuple(size for size in good_sizes(self.native, self.size_rule.multiple) if self.size_rule.allows(size))

    @property
    def inpainting_unet(self) -> bool:
        """True for UNets that are given the mask and the masked picture."""
        return self.unet_channels == 2 * self.latent_channels + 1

    @property
    def bytes(self) -> int:
        """Size of all parts on disk."""
        return sum(part.bytes for part in self.parts.values())

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the parts' hashes; reads the files when the manifest does not know them."""
        known = self.hashes or hash_parts(self.folder)
        return hashlib.sha256(json.dumps(dict(known), sort_keys=True).encode()).hexdigest()


def read_manifest(folder: Path) -> ModelManifest:
    """Recognise the model in ``folder``.

    Raises:
        ModelRefused: with a plain reason, when it is not a model that can be used.
    """
    _refuse_what_is_no_model(folder)
    card = _card(folder)
    parts = {name: _part(folder, name) for name in PARTS if (folder / name).exists()}
    missing = [name for name in NEEDED if name not in parts]
    if missing:
        raise ModelRefused(
            f"{folder} has no {', '.join(f'{name}/{GRAPH}' for name in missing)}.",
            hint="A diffusion model needs a text encoder, a UNet and a decoder.",
        )
    try:
        manifest = _recognise(folder, card, parts)
        _check_sizes(manifest)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
        raise ModelRefused(
            f"The settings of {folder} make no sense.", hint="Copy the model again.", detail=str(error)
        ) from error
    return manifest


def hash_parts(folder: Path) -> dict[str, str]:
    """SHA-256 of each graph and weights file, and of the list of words, by path in the folder."""
    files = [file for part in PARTS if (folder / part).exists() for file in _part(folder, part).files]
    files += [file for file in (folder / WORDS_FILE,) if file.is_file()]
    return {file.relative_to(folder).as_posix(): hash_file(file) for file in sorted(files)}


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_what_is_no_model(folder: Path) -> None:
    if folder.is_file():
        with folder.open("rb") as file:
            refuse_pickle(file.read(16), folder)
        raise ModelRefused(
            f"{folder} is a file, not a model folder.",
            hint="Give the folder that holds model_index.json; other files must be exported first (models export).",
        )
    if not folder.is_dir():
        raise ModelRefused(f"{folder} does not exist.", hint="Give the folder that holds model_index.json.")
    if any((folder / part / GRAPH).exists() for part in PARTS):
        return
    if (folder / GRAPH).exists():
        raise ModelRefused(
            f"{folder} holds a single graph, not a whole model.",
            hint="Give the folder above it, with unet/ and text_encoder/ inside.",
        )
    if list(folder.glob("unet/*.safetensors")):
        raise ModelRefused(
            f"{folder} holds PyTorch weights.", hint="Export it first: python main.py models export FOLDER --out NEW."
        )
    if list(folder.glob("*.ckpt")) or list(folder.glob("unet/*.bin")):
        raise ModelRefused(
            f"{folder} holds pickled weights.",
            hint="Pickles can run code and are never opened; get the model as safetensors or ONNX.",
        )
    raise ModelRefused(f"{folder} is not a diffusion model in ONNX form.", hint=f"It has no unet/{GRAPH}.")


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text("utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise ModelRefused(f"{path} is not readable JSON.", hint="Copy the model again.", detail=str(error)) from error
    if not isinstance(value, dict):
        raise ModelRefused(f"{path} does not hold settings.", hint="Copy the model again.")
    return value


def _card(folder: Path) -> dict[str, Any]:
    card = _json(folder / MANIFEST_FILE)
    version = card.get("version", MANIFEST_VERSION)
    if not isinstance(version, int) or version > MANIFEST_VERSION:
        raise ModelRefused(f"{folder} was made by a newer Gouache.", hint="Update the program.")
    return card


def _part(folder: Path, name: str) -> Part:
    path = folder / name / GRAPH
    header = read_header(path)
    wanted = {
        "text_encoder": ("input_ids",),
        "text_encoder_2": ("input_ids",),
        "unet": ("sample", "timestep", "encoder_hidden_states"),
        "vae_encoder": ("sample",),
        "vae_decoder": ("latent_sample",),
    }[name]
    absent = [key for key in wanted if key not in header.inputs]
    if absent:
        raise ModelRefused(
            f"{path} is the wrong part: a {name} takes {', '.join(wanted)}; this graph takes "
            f"{', '.join(list(header.inputs)[:6]) or 'nothing'}.",
            hint="The folders may be mixed up.",
        )
    if not header.outputs:
        raise ModelRefused(f"{path} gives nothing back.", hint="Copy or export the model again.")
    strange = {domain for domain, _ in header.operators} - {"", "ai.onnx", "com.microsoft", "com.microsoft.nchwc"}
    if strange:
        raise ModelRefused(
            f"{path} needs operators that no runtime here has ({', '.join(sorted(strange))}).",
            hint="Export the model without custom operators.",
        )
    return Part(name, path, header, _json(folder / name / "config.json"))


def _recognise(folder: Path, card: dict[str, Any], parts: dict[str, Part]) -> ModelManifest:
    unet, decoder = parts["unet"], parts["vae_decoder"]
    scheduler = _json(folder / "scheduler" / "scheduler_config.json")
    vae = {**parts["vae_encoder"].config, **decoder.config} if "vae_encoder" in parts else dict(decoder.config)
    latent_channels = _axis(decoder, "latent_sample", 1) or vae.get("latent_channels", 4)
    unet_channels = _axis(unet, "sample", 1) or unet.config.get("in_channels", latent_channels)
    if unet_channels not in (latent_channels, 2 * latent_channels + 1):
        raise ModelRefused(
            f"{unet.path} takes {unet_channels} channels and the decoder has {latent_channels}.",
            hint=f"Only UNets of {latent_channels} or {2 * latent_channels + 1} (inpainting) channels are known.",
        )
    channels = vae.get("out_channels") or _axis(decoder, next(iter(decoder.header.outputs)), 1, output=True) or 3
    if channels not in (3, 4):
        raise ModelRefused(f"{decoder.path} makes pictures of {channels} channels.", hint="RGB and RGBA are known.")
    family = _family(unet, parts)
    factor = latent_factor(vae)
    native = _native(card, unet, family, factor)
    embedded = _axis(unet, "timestep_cond", 1) or unet.config.get("time_cond_proj_dim") or 256
    embedded = embedded if "timestep_cond" in unet.header.inputs else 0
    few_steps = bool(card.get("few_steps", embedded or _looks_distilled(scheduler)))
    preview = card.get("preview")
    licence, sources = card.get("licence", ""), card.get("sources", ())
    return ModelManifest(
        name=str(card.get("name", folder.name)),
        title=str(card.get("title", folder.name)),
        folder=folder,
        family=family,
        tasks=_tasks(parts, unet_channels != latent_channels),
        parts=parts,
        channels=channels,
        alpha=Alpha(card.get("alpha", "none" if channels == 3 else "premultiplied")),
        latent_channels=latent_channels,
        unet_channels=unet_channels,
        factor=factor,
        scaling=float(vae.get("scaling_factor") or (0.13025 if family is Family.SDXL else 0.18215)),
        shift=float(vae.get("shift_factor") or 0.0),
        native=native,
        size_rule=_size_rule(card, native, factor),
        scheduler=scheduler,
        prediction=scheduler.get("prediction_type", "epsilon"),
        defaults=_defaults(card, scheduler, few_steps, bool(embedded)),
        clean_context=bool(card.get("clean_context", False)),
        few_steps=few_steps,
        guidance_embedded=int(embedded),
        text_layer=2 if family is Family.SDXL else 0,
        zero_empty_negative=bool(_json(folder / "model_index.json").get("force_zeros_for_empty_prompt", False)),
        precision=str(card.get("precision", _precision(unet))),
        licence=licence if isinstance(licence, str) else "",
        sources=tuple(sources),
        styles=tuple(card.get("styles", ())),
        haze=_haze(card),
        preview=PreviewMap.from_json(preview) if preview else None,
        words=read_words(folder),
        hashes=dict(card.get("hashes", {})),
    )


def _axis(part: Part, name: str, axis: int, *, output: bool = False) -> int:
    """The fixed length of an axis of an input or output, 0 when it is free or unknown."""
    tensors: Mapping[str, TensorInfo] = part.header.outputs if output else part.header.inputs
    axes = tensors[name].axes if name in tensors else None
    length = axes[axis] if axes is not None and len(axes) > axis else None
    return length if isinstance(length, int) and length > 0 else 0


def _family(unet: Part, parts: Mapping[str, Part]) -> Family:
    if "text_embeds" in unet.header.inputs and "time_ids" in unet.header.inputs:
        if "text_encoder_2" not in parts:
            raise ModelRefused(
                f"{unet.path} is a Stable Diffusion XL UNet, and text_encoder_2/ is missing.",
                hint="Copy the model with both text encoders.",
            )
        return Family.SDXL
    width = _axis(unet, "encoder_hidden_states", 2) or unet.config.get("cross_attention_dim", 0)
    return {768: Family.SD1, 1024: Family.SD2}.get(width, Family.OWN)


def latent_factor(vae: Mapping[str, Any]) -> int:
    """Pixels of a side that one latent pixel stands for, from an autoencoder's config."""
    blocks = vae.get("block_out_channels")
    return int(vae.get("patch") or 1) * 2 ** (len(blocks) - 1) if blocks else 8


def _native(card: Mapping[str, Any], unet: Part, family: Family, factor: int) -> Size:
    if "native" in card:
        return Size(*card["native"])
    side = unet.config.get("sample_size")
    if isinstance(side, int) and side > 0:
        return Size(side * factor, side * factor)
    side = 1024 if family is Family.SDXL else 768 if family is Family.SD2 else 512
    return Size(side, side)


def _size_rule(card: Mapping[str, Any], native: Size, factor: int) -> SizeRule:
    """Any multiple of the autoencoder's factor from a quarter of the native side to eight times it."""
    short, long = min(native.width, native.height), max(native.width, native.height)
    multiple = int(card.get("multiple", factor))
    return SizeRule(multiple, max(multiple, short // 4), long * 8)


def _haze(card: Mapping[str, Any]) -> tuple[float, float]:
    low, high = (float(value) for value in card.get("haze", (0.0, 1.0)))
    if not 0 <= low < high <= 1:
        raise ValueError(f"haze from {low} to {high}")
    return low, high


def _check_sizes(manifest: ModelManifest) -> None:
    rule, native, factor = manifest.size_rule, manifest.native, manifest.factor
    if rule.multiple < 1 or rule.multiple % factor or min(native.shape) < rule.multiple or not rule.allows(native):
        raise ModelRefused(
            f"{manifest.folder} cannot run at its own size, {native} in multiples of {rule.multiple}.",
            hint=f"Repair 'native' and 'multiple' in its {MANIFEST_FILE}: both are multiples of {factor}.",
        )


def _tasks(parts: Mapping[str, Part], inpainting: bool) -> tuple[Task, ...]:
    if inpainting:
        return (Task.INPAINT,) if "vae_encoder" in parts else ()
    return (Task.GENERATE, Task.VARY, Task.INPAINT) if "vae_encoder" in parts else (Task.GENERATE,)


def _looks_distilled(scheduler: Mapping[str, Any]) -> bool:
    """LCM and TCD schedulers, and the Turbo models' Euler with trailing timesteps."""
    name = scheduler.get("_class_name", "")
    turbo = name.startswith("Euler") and scheduler.get("timestep_spacing") == "trailing"
    return name in ("LCMScheduler", "TCDScheduler") or turbo


def _defaults(card: Mapping[str, Any], scheduler: Mapping[str, Any], few_steps: bool, embedded: bool) -> Defaults:
    said = card.get("defaults", {})
    guidance = 7.5 if not few_steps else 8.5 if embedded else 1.0
    return Defaults(
        steps=int(said.get("steps", 4 if few_steps else 25)),
        guidance=float(said.get("guidance", guidance)),
        scheduler=str(said.get("scheduler", name_for(scheduler))),
    )


def _precision(unet: Part) -> str:
    return {"float32": "fp32", "float16": "fp16", "bfloat16": "bf16"}.get(unet.element, unet.element)
