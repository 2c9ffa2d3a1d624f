"""What was found in a file or folder that somebody brings, as a value (see ``inference.detecting``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from inference.manifest import Family


class What(Enum):
    """What somebody brings."""

    CHECKPOINT = "a checkpoint"
    PIPELINE = "a diffusers folder"
    ONNX = "an ONNX folder"
    LORA = "a LoRA"
    VAE = "a VAE"
    EMBEDDING = "a textual inversion"
    CONTROLNET = "a ControlNet"


@dataclass(frozen=True, kw_only=True)
class Detected:
    """What was found.

    Attributes:
        family: None where it fits any, or nothing tells.
        variant: what sets it apart: "inpainting", "LCM" ...
        prediction: "epsilon", "v_prediction", or "" where it does not matter.
        told: the file says the prediction itself.
        precision: of most of its values.
        values: how many numbers it holds.
        parts: of a model, those that are in it, by our names.
        rank: of a LoRA.
        kind: what a ControlNet was trained on (see ``inference.controls.KINDS``), as far as its name tells.
        words: that a LoRA or an embedding was trained on.
        licence, title: as the file says them, or "".
        notes: what is good to know, in sentences.
    """

    path: Path
    what: What
    family: Family | None = None
    variant: tuple[str, ...] = ()
    prediction: str = ""
    told: bool = False
    precision: str = ""
    bytes: int = 0
    values: int = 0
    parts: tuple[str, ...] = ()
    rank: int = 0
    kind: str = ""
    words: tuple[str, ...] = ()
    title: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """In one line: "a LoRA for Stable Diffusion XL, fp16"."""
        joint = "of " if self.what in (What.CHECKPOINT, What.PIPELINE, What.ONNX) else "for "
        family = f"{joint}{self.family.value}" if self.family else ""
        kind = f"kind {self.kind}" if self.kind else ""
        return ", ".join(filter(None, (f"{self.what.value} {family}".strip(), kind, *self.variant, self.precision)))
