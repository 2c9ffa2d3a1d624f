"""Styles blended by weight, written ``fluent:0.6+noto:0.4``: a style that is between others."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from inference.errors import BadRequest
from inference.loras import Lora, summed
from inference.palettes import MOST_COLOURS, Palette

if TYPE_CHECKING:
    from inference.styles import Style

NONE = "none"
"""The name of a part that changes nothing: ``fluent:0.5+none:0.5`` is a style at half."""
MOST_PARTS = 8
_HINT = "Write it like fluent:0.6+noto:0.4"


def is_blend(name: str) -> bool:
    """Whether a style's name stands for several."""
    return "+" in name or ":" in name


def read_blend(text: str) -> tuple[tuple[str, float], ...]:
    """Names and weights, which are scaled to sum to 1; a name without one has 1.

    Raises:
        BadRequest: for weights that cannot be, fewer than two styles, or one that comes twice.
    """
    pairs = [_pair(part) for part in text.split("+")]
    names = [name for name, _ in pairs]
    if not 2 <= len(pairs) <= MOST_PARTS:
        raise BadRequest(
            f"'{text}' blends {len(pairs)} styles; 2 to {MOST_PARTS} can be.",
            hint=f"For one at half write {names[0]}:0.5+{NONE}:0.5" if len(pairs) == 1 else _HINT,
        )
    if len(set(names)) < len(names):
        raise BadRequest(f"'{text}' names a style twice.", hint=_HINT)
    total = sum(weight for _, weight in pairs)
    return tuple((name, weight / total) for name, weight in pairs)


def blend_name(parts: Sequence[tuple[str, float]]) -> str:
    """What ``read_blend`` reads."""
    return "+".join(f"{name}:{weight:.3g}" for name, weight in parts)


def _pair(text: str) -> tuple[str, float]:
    name, colon, number = text.strip().rpartition(":")
    if not colon:
        name, number = number, "1"
    try:
        weight = float(number)
    except ValueError:
        weight = math.nan
    if not name.strip() or not 0 < weight <= 1000:
        raise BadRequest(f"'{text.strip()}' is no style with its weight.", hint=_HINT)
    return name.strip().lower(), weight


def mixed(parts: Sequence[tuple[Style, float]]) -> Style:
    """One style of several whose weights sum to 1.

    Words' states and references are mixed by weight when a picture is made, from ``parts``; LoRAs act as much as their
    style weighs, the palette is of all, steps and guidance are the means of those that say them, the template, the
    sampler and the steps of post-processing are those of the style that weighs most.

    Raises:
        BadRequest: when they cannot be made by one model.
    """
    main = max(parts, key=lambda part: part[1])[0]
    loras = summed(Lora(lora.name, lora.weight * weight) for style, weight in parts for lora in style.loras)
    references = tuple(dict.fromkeys(path for style, _ in parts for path in style.references))
    return dataclasses.replace(
        main,
        name=blend_name([(style.name, weight) for style, weight in parts]),
        title=" + ".join(f"{style.title} {weight:.0%}" for style, weight in parts),
        sampling=_sampling(parts),
        models=_models(parts),
        model=_own_model(parts),
        licence="; ".join(dict.fromkeys(style.licence for style, _ in parts if style.licence)),
        loras=loras,
        references=references,
        reference_weight=sum(weight * style.reference_weight for style, weight in parts if style.references),
        palette=_palette(parts),
        parts=tuple(parts),
    )


def _sampling(parts: Sequence[tuple[Style, float]]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for key, whole in (("steps", True), ("guidance", False)):
        own = [(style.sampling[key], weight) for style, weight in parts if key in style.sampling]
        if own:
            mean = sum(value * weight for value, weight in own) / sum(weight for _, weight in own)
            said[key] = round(mean) if whole else mean
    samplers = [(weight, style.sampling["scheduler"]) for style, weight in parts if "scheduler" in style.sampling]
    if samplers:
        said["scheduler"] = max(samplers, key=lambda each: each[0])[1]
    return said


def _models(parts: Sequence[tuple[Style, float]]) -> tuple[str, ...]:
    """Those that all are made for; a style that is made for any does not mind."""
    wanted = [style.models for style, _ in parts if style.models]
    common = tuple(name for name in wanted[0] if all(name in each for each in wanted)) if wanted else ()
    if wanted and not common:
        raise BadRequest(
            f"{_titles(parts)} are made for different models.", hint="Blend styles that are made for one model."
        )
    return common


def _own_model(parts: Sequence[tuple[Style, float]]) -> Any:
    own = {style.model for style, _ in parts if style.model is not None}
    if len(own) > 1:
        raise BadRequest(f"{_titles(parts)} have models of their own.", hint="Blend one of them with plain styles.")
    return next(iter(own), None)


def _titles(parts: Sequence[tuple[Style, float]]) -> str:
    return " and ".join(style.title for style, _ in parts)


def _palette(parts: Sequence[tuple[Style, float]]) -> Palette | None:
    """All colours of those that have a palette; a style without one is free, and so is the blend, unless it is none."""
    with_words = [style for style, _ in parts if style.name != NONE]
    palettes = [style.palette for style in with_words if style.palette is not None]
    if not palettes or len(palettes) < len(with_words):
        return None
    colours = np.concatenate([palette.colours for palette in palettes])
    return Palette("+".join(dict.fromkeys(palette.name for palette in palettes)), colours[:MOST_COLOURS])
