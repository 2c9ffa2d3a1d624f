"""What an upscaler's folder says of itself: its file ``upscaler.json``, read without a runtime."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from inference.errors import ModelRefused
from inference.resources import RESOURCES

CARD, GRAPH = "upscaler.json", "model.onnx"
FORMAT, VERSION = "gouache-upscaler", 1
SHIPPED = RESOURCES / "upscalers" / "icons-x2"


@dataclass(frozen=True, kw_only=True)
class UpscalerCard:
    """An upscaler in words.

    Attributes:
        factor: how many times as large it makes a picture.
        margin: pixels around a place that it sees; more than that never changes the place.
        licence, sources: for whoever passes it on.
        figures: PSNR in dB on held-out pictures, by what was measured.
        hash: SHA-256 of the graph.
    """

    name: str
    title: str
    factor: int
    margin: int
    licence: str = ""
    sources: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    hash: str = ""

    def text(self) -> str:
        """The file's text."""
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"


def read_card(folder: Path) -> UpscalerCard:
    """The card of the upscaler in ``folder``.

    Raises:
        ModelRefused: when it is missing, broken, from a newer version, or the graph is not the one it speaks of.
    """
    hint = "Install the program again, or export the upscaler again: train upscaler."
    try:
        said = json.loads((folder / CARD).read_text("utf-8"))
        graph = (folder / GRAPH).read_bytes()
        known = said["format"] == FORMAT and said["version"] == VERSION
        card = UpscalerCard(
            name=str(said["name"]),
            title=str(said["title"]),
            factor=int(said["factor"]),
            margin=int(said["margin"]),
            licence=str(said["licence"]),
            sources=tuple(str(each) for each in said["sources"]),
            figures=dict(said["figures"]),
            training=dict(said["training"]),
            hash=str(said["hash"]),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelRefused(f"{folder} holds no upscaler that can be used.", hint=hint, detail=str(error)) from error
    if not known:
        raise ModelRefused(f"{folder} holds an upscaler of another version.", hint=hint)
    if not (2 <= card.factor <= 8 and 0 <= card.margin <= 128) or hash_of(graph) != card.hash:
        raise ModelRefused(f"The upscaler in {folder} is not what its card says.", hint=hint)
    return card


def hash_of(graph: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(graph).hexdigest()
