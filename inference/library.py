"""Models by name: those that the program ships, and those in the user's folder."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from inference.errors import UnknownName
from inference.manifest import PARTS, ModelManifest, read_manifest
from inference.places import known_places
from inference.resources import RESOURCES, user_folder
from inference.styles import find_style


def model_folders() -> dict[str, Path]:
    """Every installed model's folder by name; the user's win over the program's, and over those that lie elsewhere."""
    found: dict[str, Path] = {}
    for root in (RESOURCES / "models", user_folder() / "models"):
        if root.is_dir():
            found |= {folder.name: folder for folder in sorted(root.iterdir()) if looks_like_model(folder)}
    return known_places() | found


def looks_like_model(folder: Path) -> bool:
    """True when a folder has a graph of a diffusion model in it."""
    return (
        folder.is_dir()
        and not folder.name.startswith(".")
        and any((folder / part / "model.onnx").exists() for part in PARTS)
    )


def find_model(name: str) -> ModelManifest:
    """The model of that name, or in that folder.

    Raises:
        UnknownName: with the near names. ModelRefused: when the folder is not a usable model.
    """
    folders = model_folders()
    if name in folders:
        return _read(folders[name])
    if any(sign in name for sign in "/\\.~") or Path(name).exists():
        return _read(Path(name).expanduser())
    raise UnknownName("model", name, folders)


def model_for(name: str, style: str | None) -> ModelManifest:
    """The model that makes a request's pictures: the style's own, where it was trained to one, else the named one.

    Raises:
        UnknownName, BadRequest, ModelRefused: as ``find_model`` and ``find_style`` do.
    """
    own = find_style(style).model if style else None
    return _read(own) if own is not None else find_model(name)


def _read(folder: Path) -> ModelManifest:
    """The folder's manifest, read again only when a file of it has changed: every request asks for it."""
    described = [file for pattern in ("*.json", "*/*.json", "*/model.onnx*") for file in folder.glob(pattern)]
    status = [(file, file.stat()) for file in sorted(described)]
    return _read_once(folder, tuple((file, s.st_size, s.st_mtime_ns) for file, s in status))


@lru_cache(maxsize=32)
def _read_once(folder: Path, stamp: tuple[tuple[Path, int, int], ...]) -> ModelManifest:
    return read_manifest(folder)
