"""Chains by name: those that are shipped, and those that the user has kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from inference.errors import BadRequest
from inference.files import write_text
from inference.post.chain import Chain, read_chain
from inference.resources import user_folder

PRESETS: Mapping[str, str] = {
    "Pixel art, 32 colours": "despeckle pixelate:cells=64,palette=orchard32",
    "Pixel art, handheld": "despeckle pixelate:cells=48,palette=handheld4,dither=4x4",
    "Icon with outline": "trim outline:width=3 pad:square=yes",
    "Clean edges": "despeckle defringe:harden=0.3",
    "Sticker": "trim outline:width=6,colour=#ffffff shadow:x=0,y=4,blur=4,opacity=0.35",
    "Engine-ready": "despeckle defringe:bleed=8 pad:to=power-of-two,square=yes",
    "Twice as large": "upscale:by=2,method=model",
}
"""Titles and chains, in the order of the menu."""
LONGEST_NAME = 60
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def chains_folder() -> Path:
    """Where kept chains lie, each a JSON file that ``post --chain`` reads too."""
    return user_folder() / "chains"


def kept_chains() -> dict[str, Path]:
    """Files of kept chains by name, sorted."""
    return {path.stem: path for path in sorted(chains_folder().glob("*.json")) if not path.name.startswith(".")}


def keep_chain(name: str, chain: Chain) -> Path:
    """Keep a chain; one of the same name is replaced.

    Raises:
        BadRequest: when nothing is left of the name, or it cannot be written.
    """
    fit = _UNFIT.sub("-", name).strip(" .-")[:LONGEST_NAME].rstrip()
    if not fit:
        raise BadRequest("The chain has no name.", hint="Give it one, such as Pixel art.")
    path = chains_folder() / f"{fit}.json"
    write_text(path, json.dumps(chain.as_json(), indent=2, ensure_ascii=False) + "\n")
    return path


def load_chain(path: Path) -> Chain:
    """A kept chain. Raises BadRequest when it cannot be read."""
    return read_chain(str(path))


def drop_chain(path: Path) -> None:
    """Forget a kept chain; one that is gone already is not missed."""
    path.unlink(missing_ok=True)
