"""Import a folder of pictures, with captions from side-car texts, metadata or the files' names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from inference.errors import BadRequest
from inference.metadata import OWN, PARAMETERS
from inference.recipe import Recipe
from training.collect.storing import Found
from training.collect.words import caption_of_name, code_points_in_name
from training.dataset import BadDataset, Entry

SUFFIXES = frozenset((".png", ".webp", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff"))
TABLE = "metadata.jsonl"
"""The list of captions that Hugging Face's image folders carry: ``file_name`` and ``text``."""
LARGEST_FILE = 256 << 20
"""Bytes of a picture."""
LONGEST_CAPTION = 2000


def find_pictures(folder: Path, dataset: Path | None = None) -> Iterator[Found]:
    """All pictures below ``folder``, in the order of their names; hidden files and links are passed over.

    Args:
        dataset: the dataset's folder; pictures that lie in it are not copied.

    Raises:
        BadDataset: when there is none. BadRequest: when ``folder`` is not a folder.
    """
    if not folder.is_dir():
        raise BadRequest(f"{folder} is not a folder.", hint="Give a folder of pictures.")
    paths = [path for path in sorted(folder.rglob("*")) if _is_picture(path, folder)]
    if not paths:
        raise BadDataset(f"There are no pictures in {folder}.", hint="PNG, WebP, JPEG, GIF, BMP and TIFF are read.")
    table = _table(folder / TABLE)
    coded = any(code_points_in_name(path.stem) for path in paths)
    for path in paths:
        code = code_points_in_name(path.stem, digits=True) if coded else ""
        named = "" if code else caption_of_name(path.stem)
        nested = caption_of_name(path.parent.name) if path.parent != folder and not code else ""
        caption = table.get(path.relative_to(folder).as_posix()) or caption_beside(path) or prompt_in(path)
        entry = Entry(
            file="",
            caption=caption or named or nested,
            concept=named or nested or ("" if code else caption),
            extra={"codepoint": code} if code else {},
        )
        yield _found(path, folder, entry, dataset)


def _found(path: Path, folder: Path, entry: Entry, dataset: Path | None) -> Found:
    if dataset is not None and path.resolve().is_relative_to(dataset.resolve()):
        file = path.resolve().relative_to(dataset.resolve()).as_posix()
        return Found(name=path.stem, entry=replace(entry, file=file), content=None)
    name = "-".join(path.relative_to(folder).with_suffix("").parts)
    return Found(name=name, entry=entry, content=path.read_bytes(), suffix=path.suffix.lower())


def _is_picture(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    fits = path.suffix.lower() in SUFFIXES and not hidden and not path.is_symlink() and path.is_file()
    return fits and path.stat().st_size <= LARGEST_FILE


def caption_beside(path: Path) -> str:
    """The text of ``name.txt`` beside ``name.png``, on one line, or ""."""
    beside = path.with_suffix(".txt")
    try:
        with beside.open(encoding="utf-8-sig", errors="replace") as file:
            return " ".join(file.read(LONGEST_CAPTION).split())
    except OSError:
        return ""


def prompt_in(path: Path) -> str:
    """The prompt of a generated picture: our recipe's, or A1111's ``parameters`` (PNG text or EXIF); else ""."""
    try:
        with Image.open(path) as image:
            own, parameters = image.info.get(OWN), image.info.get(PARAMETERS) or _user_comment(image)
    except Exception:  # noqa: BLE001 (Pillow raises many kinds on broken files; the cleaner names them)
        return ""
    if isinstance(own, str):
        try:
            return _prompt(Recipe.from_json(own).prompt)
        except BadRequest:
            pass
    return _prompt(parameters) if isinstance(parameters, str) else ""


def _prompt(parameters: object) -> str:
    """The part of ``parameters`` before the settings."""
    text = str(parameters)
    for mark in ("\nNegative prompt:", "\nSteps:"):
        text = text.split(mark, 1)[0]
    return " ".join(text.split())[:LONGEST_CAPTION] if not text.startswith("Steps:") else ""


def _user_comment(image: Image.Image) -> str:
    comment = image.getexif().get_ifd(0x8769).get(0x9286, b"")
    if not isinstance(comment, bytes) or not comment.startswith(b"UNICODE\0"):
        return ""
    return comment[8:].decode("utf-16-be", "replace")


def _table(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return {str(row["file_name"]): " ".join(str(row["text"]).split())[:LONGEST_CAPTION] for row in rows}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadDataset(
            f"{path} is not a list of captions.", hint="Each line needs file_name and text.", detail=str(error)
        ) from error
