"""Picture files of a folder and its sub-folders, and what they look like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from inference.errors import BadPicture
from inference.features import Features, features
from inference.pictures import read_picture

READABLE = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"})


def picture_files(folder: Path) -> list[Path]:
    """All pictures in it by their names' endings, sub-folders too, hidden ones not, in a fixed order.

    Raises:
        BadPicture: when it is no folder or holds no pictures.
    """
    if not folder.is_dir():
        raise BadPicture(f"{folder} is not a folder.", hint="Give a folder of pictures.")
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in READABLE
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not found:
        raise BadPicture(f"{folder} holds no pictures.", hint="PNG, JPEG, WebP, GIF, BMP and TIFF can be read.")
    return found


def measured(places: Iterable[Path]) -> Iterator[tuple[Path, Features | BadPicture]]:
    """What each picture looks like, of files and of folders of them; why not, where one cannot be read.

    Raises:
        BadPicture: when a folder holds no pictures.
    """
    for place in places:
        for path in picture_files(place) if place.is_dir() else [place]:
            try:
                yield path, features(read_picture(path).pixels)
            except BadPicture as error:
                yield path, error
