"""Many pictures as one gives them: files, and folders with all that is in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from inference.errors import BadRequest

READABLE = (".png", ".webp", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff")


@dataclass(frozen=True)
class Source:
    """A picture's file, and where it stands in what was given: its name, or its path inside the folder."""

    path: Path
    place: Path


def sources_of(given: Iterable[Path], avoid: Path | None = None) -> list[Source]:
    """All pictures, folders in the order of their names; hidden files and what lies in ``avoid`` are left out.

    Raises:
        BadRequest: when a folder has no pictures. Files are not looked at: they may turn out to be missing.
    """
    found: list[Source] = []
    for path in given:
        if not path.is_dir():
            found.append(Source(path, Path(path.name)))
            continue
        inside = [
            Source(each, each.relative_to(path)) for each in sorted(path.rglob("*")) if _counts(each, path, avoid)
        ]
        if not inside:
            raise BadRequest(
                f"There are no pictures in {path}.", hint="PNG, JPEG, WebP, GIF, BMP and TIFF can be read."
            )
        found += inside
    return found


def _counts(path: Path, folder: Path, avoid: Path | None) -> bool:
    if path.suffix.lower() not in READABLE or not path.is_file():
        return False
    if avoid is not None and avoid.resolve() != folder.resolve() and path.resolve().is_relative_to(avoid.resolve()):
        return False
    return not any(part.startswith(".") for part in path.relative_to(folder).parts)
