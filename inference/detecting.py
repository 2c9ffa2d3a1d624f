"""What a file or folder that somebody brings is, from names and shapes alone, or why it cannot be used.

Only headers are read, so the answer is there at once for a file of any size.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from inference.architectures import (
    CONTEXT_WIDTHS,
    PREDICTION_KEYS,
    REFINER_LABELS,
    UNET,
    context_width,
    other_architecture,
    precision_of,
    quick_by_name,
    squeezed_how,
    text_encoders,
    unet_signs,
    vae_prefix,
)
from inference.controls import CARD
from inference.detected import Detected, What
from inference.detecting_controls import detect_control, refuse_imported
from inference.embeddings import UNNAMED, embedding_of
from inference.errors import ModelRefused
from inference.manifest import Family, read_manifest
from inference.tensor_header import SUFFIX, TensorHeader, read_tensor, read_tensor_header, refuse_other

MOST_WORDS = 12
PICKLES = (".ckpt", ".pt", ".pth", ".bin", ".pkl")
SD2_DEPTH = 0.09
"""Standard deviation of one bias above which a Stable Diffusion 2 predicts v; ComfyUI tells the two apart by it."""
SD2_BIAS = f"{UNET}output_blocks.11.1.transformer_blocks.0.norm1.bias"


def detect(path: Path) -> Detected:
    """What ``path`` is.

    Raises:
        ModelRefused: with a plain reason, when it is nothing that can be used.
    """
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise ModelRefused(f"There is nothing at {path}.", hint="Check the path.")
    if path.suffix.lower() != SUFFIX:
        _refuse_by_name(path)
    header = read_tensor_header(path)
    for look in _LOOKS:
        found = look(header)
        if found is not None:
            return found
    other = other_architecture(header.tensors)
    if other:
        raise ModelRefused(f"{path} is for {other}, which is not supported yet.", hint=_KNOWN)
    raise ModelRefused(
        f"{path} holds {len(header.tensors):,} tensors of no known kind, {next(iter(header.tensors), 'none')} first.",
        hint=_KNOWN,
    )


_KNOWN = "Stable Diffusion 1, 2 and XL are known, and their LoRAs, VAEs, embeddings and ControlNets."


def _refuse_by_name(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(32)
    refuse_other(start, path)
    if path.suffix.lower() in PICKLES:
        raise ModelRefused(
            f"{path} is a pickle, which can run code and is never opened.", hint="Convert it to safetensors first."
        )
    if path.suffix.lower() == ".onnx":
        raise ModelRefused(f"{path} is a single graph.", hint="Give the folder with unet/ and text_encoder/ inside.")
    raise ModelRefused(f"{path} is not a model.", hint=f"Give a {SUFFIX} file or a model's folder.")


# Folders


def _folder(path: Path) -> Detected:
    if (path / "model_index.json").is_file() and any((path / "unet").glob(f"*{SUFFIX}")):
        return _pipeline(path)
    if (path / CARD).is_file():
        refuse_imported(path)
    alone = path / f"diffusion_pytorch_model{SUFFIX}"
    if alone.is_file() and not (path / "model_index.json").exists():
        return detect(alone)
    manifest = read_manifest(path)
    return Detected(
        path=path,
        what=What.ONNX,
        family=manifest.family,
        variant=("inpainting",) if manifest.inpainting_unet else (),
        prediction=manifest.prediction,
        told=True,
        precision=manifest.precision,
        bytes=manifest.bytes,
        parts=tuple(manifest.parts),
        title=manifest.title,
        licence=manifest.licence,
    )


def _pipeline(path: Path) -> Detected:
    headers = [read_tensor_header(file) for file in sorted(path.glob(f"*/*{SUFFIX}"))]
    unet = [header for header in headers if header.path.parent.name == "unet"]
    config = _settings(path / "unet" / "config.json")
    scheduler = _settings(path / "scheduler" / "scheduler_config.json")
    added = config.get("addition_embed_type") == "text_time"
    width = config.get("cross_attention_dim")
    family = Family.SDXL if added else CONTEXT_WIDTHS.get(width if isinstance(width, int) else 0, Family.OWN)
    variant = ["inpainting"] if config.get("in_channels") == 9 else []
    variant += ["LCM"] if config.get("time_cond_proj_dim") else []
    return Detected(
        path=path,
        what=What.PIPELINE,
        family=family,
        variant=tuple(variant),
        prediction=str(scheduler.get("prediction_type", "epsilon")),
        told=True,
        precision=precision_of(unet[0].tensors),
        bytes=sum(header.bytes for header in headers),
        values=sum(_values(header) for header in headers),
        parts=tuple(sorted({header.path.parent.name for header in headers})),
        title=path.name,
    )


def _settings(path: Path) -> dict[str, object]:
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelRefused(f"{path} is not readable JSON.", hint="Copy the model again.", detail=str(error)) from error
    return said if isinstance(said, dict) else {}


# Files


def _checkpoint(header: TensorHeader) -> Detected | None:
    signs = unet_signs(header.tensors)
    if signs is None:
        bare = unet_signs(header.tensors, "")
        if bare is None or "input_hint_block.0.weight" in header.tensors:
            return None
        raise _alone(header)
    _refuse_variant(header, signs.channels, signs.labels)
    parts = [*text_encoders(header.tensors), "unet", *(["vae"] if vae_prefix(header.tensors) is not None else [])]
    title = header.metadata.get("modelspec.title", "")
    quick = "LCM" if signs.embeds_guidance else quick_by_name(header.path.stem, title)
    variant = [*(["inpainting"] if signs.channels == 9 else []), *([quick] if quick else [])]
    prediction, told = _prediction(header, signs.family)
    notes = [] if "vae" in parts else ["Its VAE is not in it: one of the same family is needed beside it."]
    if any(name.startswith("model_ema.") for name in header.tensors):
        notes.append("It holds a second, averaged UNet for training, which is left out.")
    if not told and signs.family is Family.SD2:
        notes.append("It does not say what it predicts; that was judged from one of its biases.")
    if quick and not signs.embeds_guidance:
        notes.append(f"It is taken for {quick} by its name.")
    return Detected(
        path=header.path,
        what=What.CHECKPOINT,
        family=signs.family,
        variant=tuple(variant),
        prediction=prediction,
        told=told,
        precision=precision_of(header.tensors, UNET),
        bytes=header.bytes,
        values=_values(header),
        parts=tuple(parts),
        title=title,
        licence=header.metadata.get("modelspec.license", ""),
        notes=tuple(notes),
    )


def _alone(header: TensorHeader) -> ModelRefused:
    return ModelRefused(
        f"{header.path} is a UNet alone, without the text encoder that belongs to it.",
        hint="Get the whole checkpoint, or the model's folder.",
    )


def _refuse_variant(header: TensorHeader, channels: int, labels: int) -> None:
    squeezed = squeezed_how(header.tensors)
    if squeezed:
        raise ModelRefused(f"The weights of {header.path} are {squeezed}.", hint="Get the model in fp16 or fp32.")
    if labels == REFINER_LABELS:
        raise ModelRefused(
            f"{header.path} is SDXL's refiner, which only finishes another model's pictures.",
            hint="Get the base model.",
        )
    if channels not in (4, 9):
        kinds = {8: "InstructPix2Pix", 5: "a model led by depth", 7: "an upscaler by diffusion"}
        usual = kinds.get(channels, f"a UNet of {channels} channels")
        kind = other_architecture(header.tensors) or usual
        raise ModelRefused(f"{header.path} is {kind}, which is not supported yet.", hint=_KNOWN)
    if not text_encoders(header.tensors):
        raise _alone(header)
    if labels and len(text_encoders(header.tensors)) < 2:
        raise ModelRefused(f"{header.path} lacks one of SDXL's two text encoders.", hint="Get the whole checkpoint.")


def _prediction(header: TensorHeader, family: Family) -> tuple[str, bool]:
    said = header.metadata.get("modelspec.prediction_type", "").lower()
    if said.startswith("v"):
        return "v_prediction", True
    if said.startswith("eps"):
        return "epsilon", True
    for key, prediction in PREDICTION_KEYS.items():
        if key in header.tensors:
            return prediction, True
    if family is Family.SD2 and _spread(header, SD2_BIAS) > SD2_DEPTH:
        return "v_prediction", False
    return "epsilon", False


def _spread(header: TensorHeader, name: str) -> float:
    """Standard deviation of a small tensor; 0 where it is not there."""
    kinds = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}
    entry = header.tensors.get(name)
    if entry is None or entry.element not in kinds or not entry.count:
        return 0.0
    values = np.frombuffer(read_tensor(header, name), kinds[entry.element])
    if entry.element == "BF16":
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return float(np.std(values.astype(np.float64)))


_LOW_RANK = re.compile(r"(?:lora[._](?:down|up|A|B)|lora_linear_layer|\.diff$|hada_w|lokr_w|oft_|dora_scale|on_input$)")
_ALGEBRAS = {
    "dora_scale": "DoRA",
    "lora_magnitude": "DoRA",
    "hada_": "LoHa",
    "lokr_": "LoKr",
    "oft_": "OFT",
    "on_input": "IA3",
}


def _lora(header: TensorHeader) -> Detected | None:
    names = header.tensors
    if not any(_LOW_RANK.search(name) for name in names):
        return None
    other = other_architecture(names)
    if other:
        raise ModelRefused(f"{header.path} is a LoRA for {other}, which is not supported yet.", hint=_KNOWN)
    algebra = next((words for sign, words in _ALGEBRAS.items() if any(sign in name for name in names)), "")
    if not algebra and any(len(e.shape) == 4 and e.shape[2:] != (1, 1) for n, e in names.items() if "down" in n):
        algebra = "LoCon"
    said = header.metadata
    return Detected(
        path=header.path,
        what=What.LORA,
        family=_lora_family(header),
        variant=(algebra,) if algebra else (),
        precision=precision_of(header.tensors),
        bytes=header.bytes,
        values=_values(header),
        parts=_lora_parts(header),
        rank=max((e.shape[0] for n, e in names.items() if re.search(r"lora[._](?:down|A)", n) and e.shape), default=0),
        words=_trained_words(said.get("ss_tag_frequency", "")),
        title=said.get("modelspec.title", "") or said.get("ss_output_name", ""),
        licence=said.get("modelspec.license", ""),
    )


def _lora_family(header: TensorHeader) -> Family | None:
    """By the width of the words that it reads, its two text encoders, or what the trainer said."""
    if any(name.startswith(("lora_te1_", "lora_te2_", "text_encoder_2.")) for name in header.tensors):
        return Family.SDXL
    width = context_width(header.tensors)
    if width:
        return CONTEXT_WIDTHS.get(width, Family.OWN)
    said = header.metadata.get("ss_base_model_version", "") + header.metadata.get("modelspec.architecture", "")
    signs = {"xl": Family.SDXL, "sd_v2": Family.SD2, "v2": Family.SD2, "sd_v1": Family.SD1, "v1": Family.SD1}
    return next((family for sign, family in signs.items() if sign in said), None)


def _lora_parts(header: TensorHeader) -> tuple[str, ...]:
    signs = {
        "text_encoder": r"^(lora_te1?_|text_encoder\.)",
        "text_encoder_2": r"^(lora_te2_|text_encoder_2\.)",
        "unet": r"^(lora_unet_|unet\.|(base_model\.model\.)?(down_blocks|mid_block|up_blocks))",
    }
    return tuple(part for part, sign in signs.items() if any(re.search(sign, name) for name in header.tensors))


def _trained_words(text: str) -> tuple[str, ...]:
    """The words that most of the captions of kohya's trainer had."""
    try:
        counted = Counter[str]()
        for words in json.loads(text).values() if text else ():
            counted.update({str(word).strip(): int(count) for word, count in words.items()})
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ()
    return tuple(word for word, _ in counted.most_common(MOST_WORDS))


def _vae(header: TensorHeader) -> Detected | None:
    prefix = vae_prefix(header.tensors)
    if prefix is None or len(header.tensors) > 2000:
        return None
    latents = header.tensors[f"{prefix}decoder.conv_in.weight"].shape
    channels = latents[1] if len(latents) == 4 else 0
    if channels != 4:
        raise ModelRefused(
            f"{header.path} is a VAE of {channels} latent channels, for Flux, Stable Diffusion 3 or a film.",
            hint=_KNOWN,
        )
    return Detected(
        path=header.path,
        what=What.VAE,
        precision=precision_of(header.tensors),
        bytes=header.bytes,
        values=_values(header),
        parts=("vae",),
        title=header.metadata.get("modelspec.title", ""),
        notes=("Those of Stable Diffusion 1 and XL look alike; its name has to tell.",),
    )


_EMBEDDED = {
    frozenset({768}): Family.SD1,
    frozenset({1024}): Family.SD2,
    frozenset({768, 1280}): Family.SDXL,
    frozenset({1280}): Family.SDXL,
}


def _embedding(header: TensorHeader) -> Detected | None:
    """Vectors that stand for a word: one tensor for each text encoder, and no more."""
    try:
        found = embedding_of(header)
    except ModelRefused:
        return None
    family = _EMBEDDED.get(frozenset(width for _, width in found.tensors))
    if family is None and not any(name in UNNAMED for name in header.tensors):
        return None
    return Detected(
        path=header.path,
        what=What.EMBEDDING,
        family=family or Family.OWN,
        precision=precision_of(header.tensors),
        bytes=header.bytes,
        values=_values(header),
        rank=found.count,
        words=found.words,
        title=header.path.stem,
    )


_LOOKS: tuple[Callable[[TensorHeader], Detected | None], ...] = (_lora, detect_control, _checkpoint, _vae, _embedding)


def _values(header: TensorHeader) -> int:
    return sum(entry.count for entry in header.tensors.values())
