"""What a checkpoint in one file leaves out, from our own folder: CLIP's tokenizer and the noise schedules.

The vocabulary is CLIP's published list of merges (``resources/clip``); that of tokens follows from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inference.manifest import Family
from inference.resources import RESOURCES

MERGES = RESOURCES / "clip" / "merges.txt"
START, END = "<|startoftext|>", "<|endoftext|>"
TOKENS = 49408
WINDOW = 77


def byte_letters() -> list[str]:
    """The 256 letters that stand for bytes, in CLIP's order."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = 256 - len(shown)
    return [chr(byte) for byte in shown] + [chr(256 + i) for i in range(hidden)]


def vocabulary(merges: list[str]) -> dict[str, int]:
    """Every token and its number: bytes, bytes that end a word, merges in their order, the two marks."""
    letters = byte_letters()
    joined = [merge.replace(" ", "") for merge in merges]
    tokens = [*letters, *(letter + "</w>" for letter in letters), *joined, START, END]
    return {token: number for number, token in enumerate(tokens)}


def write_tokenizer(folder: Path, *, pad: str = END) -> None:
    """CLIP's tokenizer as published models have it. ``pad``: "!" for OpenCLIP's encoders, the end mark for OpenAI's."""
    folder.mkdir(parents=True, exist_ok=True)
    merges = MERGES.read_text("utf-8")
    tokens = vocabulary(merges.splitlines()[1:])
    special = {"bos_token": START, "eos_token": END, "pad_token": pad, "unk_token": END}
    settings = {**special, "model_max_length": WINDOW, "do_lower_case": True, "tokenizer_class": "CLIPTokenizer"}
    (folder / "merges.txt").write_text(merges, "utf-8")
    (folder / "vocab.json").write_text(json.dumps(tokens, ensure_ascii=False), "utf-8")
    (folder / "special_tokens_map.json").write_text(json.dumps(special), "utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")


_NOISE = {
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "num_train_timesteps": 1000,
    "trained_betas": None,
}
_CLASSIC = {**_NOISE, "clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1}
_TRAILING = {"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "trailing", "steps_offset": 0}
_QUICK: Mapping[str, Mapping[str, Any]] = {
    "LCM": {"_class_name": "LCMScheduler", "original_inference_steps": 50, "timestep_scaling": 10.0},
    "Turbo": _TRAILING,
    "Lightning": _TRAILING,
    "Hyper": _TRAILING,
}


def schedule(family: Family | None, variant: tuple[str, ...], prediction: str, *, zero_snr: bool) -> dict[str, Any]:
    """The scheduler's config that models of a kind are published with."""
    usual = {"_class_name": "PNDMScheduler", "skip_prk_steps": True}
    if family is Family.SDXL:
        usual = {"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "leading", "use_karras_sigmas": False}
    elif prediction == "v_prediction":
        usual = {"_class_name": "DDIMScheduler"}
    if zero_snr:
        usual = {"_class_name": "DDIMScheduler", "rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
    quick = next((_QUICK[each] for each in variant if each in _QUICK), {})
    return {**_CLASSIC, **usual, **quick, "prediction_type": prediction or "epsilon"}
