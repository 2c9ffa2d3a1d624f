"""What a ControlNet in a file is, from names and shapes alone (see ``inference.detecting``)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NoReturn

from inference.architectures import (
    CONTEXT_WIDTHS,
    context_width,
    control_prefix,
    precision_of,
    squeezed_how,
    unet_signs,
)
from inference.control_card import read_card
from inference.controls import control_folder, kind_by_name
from inference.detected import Detected, What
from inference.errors import ModelRefused
from inference.manifest import Family
from inference.tensor_header import TensorHeader

_STRANGE_CONTROLS: tuple[tuple[str, str], ...] = (
    (r"^lora_controlnet$", "a Control-LoRA"),
    (r"^(task_embedding|control_add_embedding\.|control_type_proj\.|transformer_layes\.)", "a union of several"),
    (r"^difference$", "the difference of two models"),
)
"""ControlNets that are built in another way, by signs in their tensors' names."""


def detect_control(header: TensorHeader) -> Detected | None:
    """The ControlNet in a file, or None. Raises ModelRefused for one that is built in another way."""
    names = header.tensors
    prefix = control_prefix(names)
    if prefix is None:
        return None
    _refuse_control(header, prefix)
    original = f"{prefix}input_hint_block.0.weight" in names
    labelled = f"{prefix}label_emb.0.0.weight" in names or "add_embedding.linear_1.weight" in names
    width = context_width(names, prefix)
    whole = unet_signs(names) is not None
    title = header.metadata.get("modelspec.title", "")
    # In a folder of diffusers the file's own name says nothing.
    stem = header.path.stem
    named = header.path.parent.name if stem.startswith("diffusion_pytorch_model") else stem
    return Detected(
        path=header.path,
        what=What.CONTROLNET,
        family=Family.SDXL if labelled else CONTEXT_WIDTHS.get(width, Family.OWN),
        variant=() if not original else ("original layout",),
        precision=precision_of(names, prefix),
        bytes=header.bytes,
        values=sum(entry.count for name, entry in names.items() if name.startswith(prefix)),
        parts=("controlnet",),
        kind=kind_by_name(named, title),
        title=title or named,
        licence=header.metadata.get("modelspec.license", ""),
        notes=("The model that it was trained with is in the file too, and is left out.",) if whole else (),
    )


def _refuse_control(header: TensorHeader, prefix: str) -> None:
    for sign, words in _STRANGE_CONTROLS:
        if any(re.search(sign, name) for name in header.tensors):
            raise ModelRefused(f"{header.path} is a ControlNet of another build: {words}.", hint=_PLAIN_CONTROL)
    squeezed = squeezed_how(header.tensors)
    if squeezed:
        raise ModelRefused(f"The weights of {header.path} are {squeezed}.", hint="Get it in fp16 or fp32.")
    first = [header.tensors.get(f"{prefix}{name}") for name in _CONTROL_PICTURES]
    channels = {entry.shape[1] if len(entry.shape) == 4 else 0 for entry in first if entry is not None}
    if channels != {3}:
        raise ModelRefused(
            f"{header.path} is a ControlNet that reads pictures of {channels.pop()} channels.", hint=_PLAIN_CONTROL
        )
    if not context_width(header.tensors, prefix):
        raise ModelRefused(f"{header.path} lacks the layers that read the words.", hint="Copy it again.")


_CONTROL_PICTURES = ("input_hint_block.0.weight", "controlnet_cond_embedding.conv_in.weight")
_PLAIN_CONTROL = "Get one for a single kind of picture: canny, lineart, scribble, depth, pose or tile."


def refuse_imported(path: Path) -> NoReturn:
    """Say of a folder what it is. Raises ModelRefused."""
    card = read_card(path)
    raise ModelRefused(
        f"{path} is a ControlNet that was imported before: {card.title}, for {card.family.value}.",
        hint=f"Copy the folder into {control_folder()} to use it by name, or use its path.",
    )
