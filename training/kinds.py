"""The modules of our own beside diffusers', found by the class that a stored config names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.patched import PatchedAutoencoderKL
from training.sketched import SketchedUNet

KINDS = {kind.__name__: kind for kind in (PatchedAutoencoderKL, SketchedUNet)}


def kind_of(config: Mapping[str, Any], usual: Any) -> Any:
    """The class of the module that a config describes: one of ours, or ``usual``."""
    return KINDS.get(str(config.get("_class_name")), usual)


def kind_in(folder: Path, usual: Any) -> Any:
    """The same for ``folder/config.json``."""
    return kind_of(json.loads((folder / "config.json").read_text("utf-8")), usual)
