"""From the controls of a request to what leads the loop: maps at the model's size, each with its ControlNet."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inference.control_card import ControlCard, check_fits, control_named
from inference.controls import Control
from inference.geometry import Size
from inference.leads_map import shown
from inference.manifest import ModelManifest
from inference.noise import Latents

if TYPE_CHECKING:
    from inference.jobs import End


@dataclass(frozen=True, kw_only=True, eq=False)
class Lead:
    """A control with nothing left open.

    Attributes:
        map: (1, 3, height, width) in [0, 1], at the size at which the model runs; for a sketch no larger than the model
            was trained at, since a sketch is enlarged like the words' own.
        strength: above 0: by the weights of the ends that asked for it.
    """

    card: ControlCard
    map: Latents
    strength: float
    start: float
    end: float


def leads(asked: Iterable[tuple[Control, End, float]], size: Size, native: Size) -> tuple[Lead, ...]:
    """What leads a job: controls, whose end they are, and its weight. Those of strength 0 are left out.

    Args:
        size: at which the model runs. native: that it was trained at.

    Raises:
        UnknownName, BadRequest, ModelRefused: when there is no such ControlNet.
    """
    found: dict[tuple[object, ...], Lead] = {}
    for control, end, weight in asked:
        strength = round(control.strength * weight, 6)
        if strength <= 0:
            continue
        card = control_named(control.name)
        at = size if card.blocks else sketched_at(size, native, card.factor)
        seen = shown(control.picture, control.reading, end.frame, end.plan.context if end.plan else None, at)
        key = (card.folder, seen.tobytes(), control.start, control.end)
        known = found.get(key)
        lead = Lead(card=card, map=seen, strength=strength, start=control.start, end=control.end)
        found[key] = lead if known is None else replace(known, strength=round(known.strength + strength, 6))
    return tuple(found.values())


def sketched_at(size: Size, native: Size, factor: int) -> Size:
    """The size at which a drawing is sketched: in the proportions of ``size``, and no larger than ``native``."""
    scale = min(1.0, math.sqrt(native.area / size.area))
    return Size(*(max(1, round(side * scale / factor)) * factor for side in (size.width, size.height)))


def check_leads(found: Iterable[Lead], manifest: ModelManifest) -> None:
    """Refuse ControlNets of another kind of model. Raises ModelRefused."""
    for lead in found:
        # onnx takes a third of a second
        from inference.control_graphs import blocks_of_unet, sketches  # noqa: PLC0415

        unet = manifest.parts["unet"]
        check_fits(lead.card, manifest, blocks_of_unet(unet), sketches=sketches(unet))
