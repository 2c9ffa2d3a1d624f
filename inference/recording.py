"""The recipe of a job's picture: what was asked for with nothing left open, and what a style and LoRAs did to it."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

import numpy as np

from inference.api import Blend, ColourLock, Inpaint, Request, Silhouette, Vary
from inference.control_card import control_named
from inference.controls import Control
from inference.embeddings import used
from inference.jobs import End, Job, Settings, style_of
from inference.library import find_model
from inference.loras import Lora, file_hash, find_lora
from inference.recipe import Recipe
from inference.styles import PALETTE, Style


def recipe_of(job: Job, seed: int) -> Recipe:
    """What made a job's picture, but for what it ran on."""
    request = job.request
    return _recipe(request, job.settings, job, seed, _extra(request, job))


def hash_of(pixels: np.ndarray) -> str:
    """SHA-256 of an array of bytes and its shape."""
    return hashlib.sha256(str(pixels.shape).encode() + np.ascontiguousarray(pixels).tobytes()).hexdigest()


def _recipe(request: Request, settings: Settings, job: Job, seed: int, extra: dict[str, Any]) -> Recipe:
    edit = request if isinstance(request, Inpaint | Vary) else None
    return Recipe(
        kind=type(request).__name__.lower(),
        model=find_model(request.model).name,  # with the style, it is what to ask for again
        model_hash=job.manifest.hash,
        prompt=request.prompt,
        negative=request.negative,
        style=request.style,
        seed=seed,
        steps=settings.steps,
        guidance=settings.guidance,
        scheduler=settings.scheduler,
        width=job.size.width,
        height=job.size.height,
        clip_skip=request.clip_skip,
        variation_seed=request.variation_seed,
        variation_strength=request.variation_strength,
        seamless=(request.seamless.name or "").lower() if request.seamless else "",
        strength=edit.strength if edit else None,
        source=hash_of(edit.image) if edit else "",
        extra=extra,
    )


def _extra(request: Request, job: Job) -> dict[str, Any]:
    """The settings that only one kind of request has, and references, for its recipe."""
    extra: dict[str, Any] = {}
    if request.loras:
        extra["loras"] = [lora_values(lora) for lora in request.loras]
    if found := used(job.manifest, job.prompts):
        extra["embeddings"] = [{"name": each.name, "hash": file_hash(each.path)} for each in found]
    if (style := style_of(request)) is not None:
        extra |= style_values(style)
    if request.controls:
        extra["controls"] = [control_values(each) for each in request.controls]
    if request.references:
        extra["references"] = [hash_of(each) for each in request.references]
        extra["reference_weight"] = request.reference_weight
    if request.post.steps:
        extra["post"] = request.post.as_json()
    match request:
        case Vary():
            if request.where is not None:
                extra["where"] = hash_of(request.where)
            if request.colour is not ColourLock.FREE:
                extra["colour"] = request.colour.value
            if request.silhouette is not Silhouette.FREE:
                extra["silhouette"] = request.silhouette.value
            if request.grains is not None:
                extra["grains"] = hash_of(np.stack([request.grains.births, request.grains.cells]))
        case Inpaint():
            extra |= {
                "fill": request.fill.value,
                "feather": request.feather,
                "context": request.context,
                "keep_outside": request.keep_outside,
                "match_colour": request.match_colour,
                "mask": hash_of(request.mask),
                "origin": list(request.origin),
            }
        case Blend():
            extra["ends"] = [_end_values(end, job) for end in job.ends]
    return extra


def lora_values(lora: Lora) -> dict[str, Any]:
    """A LoRA in a recipe: what it is called, how much of it, and which file it was."""
    return {"name": lora.name, "weight": lora.weight, "hash": file_hash(find_lora(lora.name))[:12]}


def control_values(control: Control) -> dict[str, Any]:
    """A control in a recipe: which ControlNet, how it reads its picture, and which picture that was."""
    return {
        "name": control.name,
        "hash": control_named(control.name).hash[:12],
        "strength": control.strength,
        "start": control.start,
        "end": control.end,
        "from": control.reading.as_text(),
        "picture": hash_of(control.picture),
    }


def style_values(style: Style) -> dict[str, Any]:
    """What a style did to a picture besides its words and sampling; empty for a style of words."""
    look: dict[str, Any] = {}
    if style.loras:
        look["loras"] = [{**lora_values(lora), "name": lora.title} for lora in style.loras]
    if style.references:
        look["references"] = [file_hash(path)[:12] for path in style.references]
        look["reference_weight"] = style.reference_weight
    if style.palette is not None:
        look["palette"] = PALETTE.write(style.palette)
    if style.post.steps:
        look["post"] = style.post.as_text()
    return {"look": look} if look else {}


def _end_values(end: End, job: Job) -> dict[str, Any]:
    """One of several, with its weight: what of its recipe says something."""
    recipe = _recipe(end.request, end.settings, job, end.request.seed, _extra(end.request, job))
    said = dataclasses.asdict(recipe)
    kept = {
        name: value for name, value in said.items() if value not in (None, "", {}, ()) and name not in _OF_THE_WHOLE
    }
    return {"weight": end.weight} | kept


_OF_THE_WHOLE = ("model_hash", "width", "height", "program", "version")
