"""What an imported ControlNet is: one graph and a card, checked against each other and against a model.

A folder holds ``model.onnx`` (and weights beside it), ``config.json`` and ``control.json``. The graph takes what a UNet
takes and ``controlnet_cond``, (batch, 3, height, width) in [0, 1]; it gives what is added to the UNet's skip
connections, ``down_residual_0 ...``, and to its middle, ``mid_residual``. For a model that sketches first it may give
a ``sketch`` instead, which takes the place of the words' own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from inference.controls import CARD, KINDS, UNKNOWN, find_control
from inference.errors import ModelRefused
from inference.files import write_text
from inference.manifest import GRAPH, Family, ModelManifest, Part, hash_file
from inference.onnx_header import read_header

FORMAT, VERSION = "gouache-control", 1
PICTURE = "controlnet_cond"
DOWN, MID = "down_residual_", "mid_residual"
SKETCH, SHARE = "sketch", "sketch_share"
"""What is drawn, and how much of it there is: of the words' sketch, the rest stays."""
MOST_BLOCKS = 64
PART = "controlnet"


@dataclass(frozen=True, kw_only=True)
class ControlCard:
    """All that is known of a ControlNet without its weights.

    Attributes:
        kind: see ``inference.controls.KINDS``.
        blocks: channels of what is added to each skip connection, in order, and to the middle; () for a sketch.
        latent_channels: of the latents that it is shown.
        context: width of the words' states.
        pooled: width of SDXL's pooled states, or 0.
        factor: picture pixels per latent pixel on a side.
        hashes: SHA-256 of each file by name.
    """

    name: str
    title: str
    folder: Path
    part: Part
    family: Family
    kind: str
    blocks: tuple[int, ...]
    latent_channels: int
    context: int
    pooled: int
    factor: int
    precision: str = ""
    licence: str = ""
    sources: tuple[str, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """Of the graph's file, and of the weights beside it where there are some."""
        return "".join(self.hashes[name][:16] for name in sorted(self.hashes))


def read_card(folder: Path) -> ControlCard:
    """Recognise the ControlNet in ``folder``; it is read again only when a file of it has changed.

    Raises:
        ModelRefused: with a plain reason, when it is none that can be used, or its card is of another graph.
    """
    files = [file for pattern in ("*.json", "model.onnx*") for file in sorted(folder.glob(pattern))]
    return _read(folder, tuple((file, file.stat().st_size, file.stat().st_mtime_ns) for file in files))


def control_named(name: str) -> ControlCard:
    """The ControlNet of that name, or in that folder. Raises UnknownName, BadRequest, ModelRefused."""
    return read_card(find_control(name))


@lru_cache(maxsize=32)
def _read(folder: Path, stamp: tuple[tuple[Path, int, int], ...]) -> ControlCard:
    said = _said(folder)
    part = _part(folder)
    try:
        card = _recognised(folder, said, part)
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise ModelRefused(
            f"The card of {folder} makes no sense.", hint="Import the ControlNet again.", detail=str(error)
        ) from error
    own = {file.name: file for file in part.files}
    if card.hashes.keys() != own.keys():
        raise ModelRefused(f"The card of {folder} is of other files.", hint="Import the ControlNet again.")
    return card


def _said(folder: Path) -> dict[str, Any]:
    path = folder / CARD
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelRefused(f"{path} cannot be read.", hint="Import the ControlNet again.", detail=str(error)) from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise ModelRefused(f"{path} is not a ControlNet's card.", hint="Import the ControlNet again.")
    version = said.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise ModelRefused(f"{folder} was made by a newer Gouache.", hint="Update the program.")
    return said


def _part(folder: Path) -> Part:
    path = folder / GRAPH
    header = read_header(path)
    sketches = set(header.outputs) == {SKETCH}
    wanted = ("encoder_hidden_states", PICTURE, *(() if sketches else ("sample", "timestep")))
    absent = [name for name in wanted if name not in header.inputs]
    strange = {domain for domain, _ in header.operators} - {"", "ai.onnx", "com.microsoft"}
    if absent or not (sketches or {MID, f"{DOWN}0"} <= set(header.outputs)):
        raise ModelRefused(f"{path} is not the graph of a ControlNet.", hint="Import the ControlNet again.")
    if strange:
        raise ModelRefused(
            f"{path} needs operators that no runtime here has ({', '.join(sorted(strange))}).",
            hint="Import the ControlNet again.",
        )
    return Part(PART, path, header, {})


def _recognised(folder: Path, said: Mapping[str, Any], part: Part) -> ControlCard:
    blocks = blocks_of(part)
    if [int(each) for each in said["blocks"]] != list(blocks):
        raise ValueError(f"blocks {said['blocks']} are {blocks} in the graph")
    kind, factor = str(said.get("kind", UNKNOWN)), int(said["factor"])
    if kind not in KINDS or not 1 <= factor <= 64:
        raise ValueError(f"{kind}, {factor}")
    return ControlCard(
        name=folder.name,
        title=str(said.get("title") or folder.name),
        folder=folder,
        part=part,
        family=Family(said["family"]),
        kind=kind,
        blocks=blocks,
        latent_channels=_channels(part, SKETCH) if not blocks else _axis(part, "sample", 1),
        context=_axis(part, "encoder_hidden_states", 2),
        pooled=_axis(part, "text_embeds", 1),
        factor=factor,
        precision=str(said.get("precision", "")),
        licence=str(said.get("licence", "")),
        sources=tuple(str(each) for each in said.get("sources", ())),
        hashes={str(name): str(value) for name, value in said["hashes"].items()},
    )


def blocks_of(part: Part) -> tuple[int, ...]:
    """Channels of a ControlNet's outputs: skip connections in order, then the middle; () where it gives a sketch.

    Raises:
        ValueError: for other outputs.
    """
    if set(part.header.outputs) == {SKETCH}:
        return ()
    names = [f"{DOWN}{i}" for i in range(MOST_BLOCKS)]
    names = [*(name for name in names if name in part.header.outputs), MID]
    if set(names) != set(part.header.outputs):
        raise ValueError(f"outputs {', '.join(part.header.outputs)}")
    return tuple(_channels(part, name) for name in names)


def _channels(part: Part, name: str) -> int:
    """Of an output. Raises ValueError when it says none."""
    axes = part.header.outputs[name].axes or ()
    if len(axes) != 4 or not isinstance(axes[1], int) or axes[1] < 1:
        raise ValueError(f"{name} of {axes}")
    return axes[1]


def _axis(part: Part, name: str, axis: int) -> int:
    tensor = part.header.inputs.get(name)
    length = tensor.axes[axis] if tensor is not None and tensor.axes is not None and len(tensor.axes) > axis else 0
    return length if isinstance(length, int) else 0


def write_card(
    folder: Path,
    *,
    title: str,
    family: Family,
    kind: str,
    precision: str,
    licence: str = "",
    origin: Path | None = None,
    export: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """Write the card of the graph in ``folder``, whose ``config.json`` is the ControlNet's in diffusers' words.

    Args:
        origin: the file or folder that it was made from.
        export: how far the graph is from PyTorch.
    """
    config = json.loads((folder / "config.json").read_text("utf-8"))
    part = _part(folder)
    said = {
        "format": FORMAT,
        "version": VERSION,
        "title": title,
        "family": family.value,
        "kind": kind or UNKNOWN,
        "blocks": list(blocks_of(part)),
        "factor": config.get("factor") or 2 ** (len(config["conditioning_embedding_out_channels"]) - 1),
        "precision": precision,
        "licence": licence,
        "sources": [origin.name] if origin else [],
        "origin": {"file": str(origin), "sha256": hash_file(origin) if origin.is_file() else ""} if origin else {},
        "export": dict(export),
        "hashes": hashes_of(folder),
    }
    _recognised(folder, said, part)
    write_text(folder / CARD, json.dumps(said, indent=2, ensure_ascii=False) + "\n")


def hashes_of(folder: Path) -> dict[str, str]:
    """SHA-256 of the graph and the weights beside it, by name."""
    part = Part(PART, folder / GRAPH, read_header(folder / GRAPH), {})
    return {file.name: hash_file(file) for file in part.files}


def check_whole(card: ControlCard) -> None:
    """Compare the files with the card's hashes; reads all of them. Raises ModelRefused."""
    own = hashes_of(card.folder)
    wrong = sorted(name for name in own if own[name] != card.hashes.get(name))
    if wrong:
        raise ModelRefused(
            f"{card.folder / wrong[0]} is not the file that was imported.", hint="Import the ControlNet again."
        )


def check_fits(card: ControlCard, manifest: ModelManifest, blocks: tuple[int, ...], *, sketches: bool = False) -> None:
    """Refuse a ControlNet that was made for another kind of model.

    Args:
        blocks: channels of the UNet's skip connections in order and of its middle, 0 where they are not known.
        sketches: the UNet sketches first.

    Raises:
        ModelRefused: with which of the two is what.
    """
    if card.family is not manifest.family:
        raise ModelRefused(
            f"The ControlNet {card.title} is for {card.family.value}, and {manifest.title} is {manifest.family.value}.",
            hint="Use it with a model of its own family.",
        )
    if not card.blocks and not sketches:
        raise ModelRefused(
            f"{card.title} leads models that sketch, and {manifest.title} does not.", hint="Use a ControlNet for it."
        )
    unet = manifest.parts["unet"]
    pairs = {
        "latent channels": (card.latent_channels, manifest.latent_channels),
        "wide words": (card.context, _axis(unet, "encoder_hidden_states", 2)),
        "wide pooled words": (card.pooled, _axis(unet, "text_embeds", 1)),
        "pixels a latent": (card.factor, manifest.factor),
        "blocks": (len(card.blocks), len(blocks)),
    }
    wrong = [
        f"{own} {words}, the model {other}" for words, (own, other) in pairs.items() if own and other and own != other
    ]
    wide = [(own, other) for own, other in zip(card.blocks, blocks, strict=False) if other and own != other]
    wrong += [f"a block of {own}, the model of {other}" for own, other in wide[:1]]
    if wrong:
        raise ModelRefused(
            f"The ControlNet {card.title} does not fit {manifest.title}: it has {wrong[0]}.",
            hint="It was made for another model.",
        )
