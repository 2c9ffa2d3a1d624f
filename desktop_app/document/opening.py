"""Opening and saving by a file's name: one table of formats each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.document.document import Document
from desktop_app.document.ora import read_ora, write_ora
from inference.errors import BadRequest
from inference.pictures import read_picture, write_picture
from inference.recipe import Recipe


def read_psd(path: Path, notes: list[str]) -> Document:
    """Open a Photoshop document; psd-tools takes a tenth of a second to import, so it waits until then."""
    from desktop_app.document import psd  # noqa: PLC0415

    return psd.read_psd(path, notes)


def write_psd(path: Path, document: Document) -> None:
    """Save one."""
    from desktop_app.document import psd  # noqa: PLC0415

    psd.write_psd(path, document)


PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
LAYERED: dict[str, Callable[[Path, list[str]], Document]] = {".ora": read_ora, ".psd": read_psd, ".psb": read_psd}
OPENS = (*LAYERED, *PICTURES)
"""Endings of the files that can be opened."""
SAVERS: dict[str, Callable[[Path, Document], None]] = {".ora": write_ora, ".psd": write_psd}
SAVES = tuple(SAVERS)
"""Endings of the files that keep layers."""
EXPORTS = (".png", ".webp", ".jpg", ".jpeg")
"""Endings of the pictures that can be exported; JPEG is laid on white."""


@dataclass(frozen=True)
class Opened:
    """A document, and what its reader should be told: groups merged, frames left out."""

    document: Document
    notes: tuple[str, ...] = ()


def open_document(path: Path) -> Opened:
    """Open a document or a picture.

    Raises:
        BadPicture: when it is missing, broken, hostile or too large.
    """
    notes: list[str] = []
    read = LAYERED.get(path.suffix.lower())
    if read is not None:
        return Opened(read(path, notes), tuple(notes))
    loaded = read_picture(path)
    return Opened(Document.of(loaded.pixels, path.stem), loaded.notes)


def save_document(path: Path, document: Document) -> None:
    """Save with all layers as .ora or .psd; the old file stays until the new one is whole.

    Raises:
        BadRequest: when the ending is another, or the place cannot be written.
    """
    write = SAVERS.get(path.suffix.lower())
    if write is None:
        raise BadRequest(f"{path.name} cannot hold layers.", hint="Save as .ora or .psd, or export a picture.")
    write(path, document)


def export_picture(path: Path, document: Document, recipe: Recipe | None = None) -> None:
    """Write what is seen as PNG, WebP (lossless) or JPEG, with the recipe of how it was made.

    Raises:
        BadRequest: when the ending is another, or the place cannot be written.
    """
    write_picture(path, document.compose(), recipe)
