"""ControlNets at work in the loop: what they add to the UNet at a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.control_card import DOWN, MID, PICTURE, SHARE, SKETCH, ControlCard
from inference.control_graphs import NOTHING
from inference.noise import Latents
from inference.runtime import Session
from inference.store import ModelStore


@dataclass(frozen=True, kw_only=True, eq=False)
class Steer:
    """One ControlNet with its picture.

    Attributes:
        picture: (1 or batch, 3, height, width) in [0, 1] (see ``inference.leads.Lead``).
        start, end: shares of the steps (see ``inference.controls.Control``).
    """

    card: ControlCard
    picture: Latents
    strength: float
    start: float = 0.0
    end: float = 1.0
    _drawn: list[tuple[NDArray[np.floating], dict[str, Latents]]] = field(default_factory=list, init=False, repr=False)

    def leads(self, index: int, count: int) -> bool:
        """True when it counts at step ``index`` of ``count``. As diffusers has it: a step that lies inside."""
        return index / count >= self.start and (index + 1) / count <= self.end

    def row(self, index: int) -> Steer:
        """Of one picture of a batch."""
        return self if len(self.picture) == 1 else replace(self, picture=self.picture[index : index + 1])

    def rolled(self, shifts: Sequence[tuple[int, int]], latent: tuple[int, int]) -> Steer:
        """With each picture moved by latent pixels, down and across; ``latent`` is the latents' height and width."""
        tall, wide = (side / own for side, own in zip(self.picture.shape[2:], latent, strict=True))
        rows = np.broadcast_to(self.picture, (len(shifts), *self.picture.shape[1:]))
        pairs = [(round(y * tall), round(x * wide)) for y, x in shifts]
        moved = [np.roll(row, pair, (1, 2)) for row, pair in zip(rows, pairs, strict=True)]
        return replace(self, picture=np.stack(moved))

    def made(self, session: Session, feeds: Mapping[str, NDArray[np.floating]]) -> Mapping[str, Latents]:
        """What the graph gives. A sketch knows nothing of the step, so it is made once for the same words."""
        if self.card.blocks:
            return session.run(feeds)
        words = feeds["encoder_hidden_states"]
        for known, given in self._drawn:
            if np.array_equal(known, words):
                return given
        given = session.run(feeds)
        self._drawn.append((words, given))
        return given


def residuals(
    steers: Iterable[Steer], feeds: Mapping[str, NDArray[np.floating]], store: ModelStore
) -> dict[str, Latents]:
    """The sum of what ControlNets add, each by its strength, and the mean of what they draw; empty where none leads.

    Args:
        feeds: what the UNet is told; its batch holds one or several times that of the pictures.
    """
    total: dict[str, Latents] = {}
    for steer in steers:
        session = store.session(steer.card.part)
        own = {name: value for name, value in feeds.items() if name in session.inputs}
        if "sample" in own:
            own["sample"] = own["sample"][:, : steer.card.latent_channels]  # an inpainting UNet's mask is not for it
            own["timestep"] = np.reshape(own["timestep"], (1,) * (session.inputs["timestep"][1] or 0))
        own[PICTURE] = np.tile(steer.picture, (len(feeds["sample"]) // len(steer.picture), 1, 1, 1))
        made = steer.made(session, own)
        weight = np.full((len(own[PICTURE]), 1, 1, 1), steer.strength, np.float32)
        if SKETCH in made:
            weight *= own[PICTURE].max(axis=(1, 2, 3), keepdims=True) > 0  # a blank sheet leaves the words alone
            total[SHARE] = total.get(SHARE, np.float32(0)) + weight
        for name, value in made.items():
            given = enlarged(value, feeds["sample"].shape[2:]) if name == SKETCH else value
            scaled = given.astype(np.float32, copy=False) * weight
            total[name] = total[name] + scaled if name in total else scaled
    if SKETCH in total:
        total[SKETCH] = total[SKETCH] / np.maximum(total[SHARE], np.float32(1e-6))
        total[SHARE] = np.minimum(total[SHARE], np.float32(1))
    return total


def enlarged(sketches: Latents, shape: tuple[int, ...]) -> Latents:
    """Sketches at another height and width, as the UNet enlarges its own: bilinear, cells' middles aligned."""
    if sketches.shape[2:] == shape:
        return sketches
    height, width = shape
    rows = [cv2.resize(np.moveaxis(row, 0, 2), (width, height), interpolation=cv2.INTER_LINEAR) for row in sketches]
    return np.stack([np.moveaxis(np.asarray(row, np.float32), 2, 0) for row in rows])


def silent(inputs: Iterable[str]) -> dict[str, Latents]:
    """What adds and draws nothing, for a UNet that has these inputs."""
    return {name: NOTHING for name in inputs if name in (MID, SKETCH, SHARE) or name.startswith(DOWN)}
