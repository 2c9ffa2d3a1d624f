"""Pictures that a saved request starts from: PNG files named by their content, in a folder beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from inference.board import picture_hash
from inference.files import replace_file


def put_source(folder: Path, array: np.ndarray) -> str:
    """Keep an array of bytes, (height, width) or (height, width, 3 or 4), and return its file's name."""
    name = f"{picture_hash(array)[:32]}.png"
    path = folder / name
    if not path.is_file():
        with replace_file(path) as draft:
            Image.fromarray(array).save(draft, "PNG")
    return name


def get_source(folder: Path, name: str) -> np.ndarray:
    """What was kept by that name. Raises OSError or ValueError when it is not there, or not ours."""
    if not isinstance(name, str) or Path(name).name != name:
        raise ValueError(f"{name!r} is no name of a file")
    path = folder / name
    with Image.open(path, formats=("PNG",)) as image:
        if image.mode not in ("L", "RGB", "RGBA"):
            raise ValueError(f"{path} is {image.mode}")
        return np.array(image)
