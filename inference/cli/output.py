"""Results: pictures into files that were not there before, their paths on stdout."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inference.alpha import Pixels
from inference.api import Picture
from inference.clips.options import ExportReport
from inference.clips.sheet_writing import SheetReport
from inference.errors import BadRequest
from inference.pictures import SUFFIXES, write_picture
from inference.prompt import plain
from inference.recipe import Recipe
from inference.words import Unknown

DEFAULT_FOLDER = Path("out")


@dataclass
class Results:
    """Writes pictures and says where they are."""

    as_json: bool
    entries: list[dict[str, Any]] = field(default_factory=list)
    unknown: tuple[Unknown, ...] = ()
    """Words of the running request that the model does not know."""

    def hear(self, unknown: tuple[Unknown, ...]) -> None:
        """Take them from the engine, through ``progress.run``."""
        self.unknown = unknown

    def write(self, path: Path, pixels: Pixels, picture: Picture | None = None, recipe: Recipe | None = None) -> Path:
        """Write one picture with its recipe, or the one given, and print its path (with ``--json``: at the end)."""
        write_picture(path, pixels, picture.recipe if picture else recipe)
        entry: dict[str, Any] = {"path": str(path), "width": pixels.shape[1], "height": pixels.shape[0]}
        if picture is not None:
            entry |= {"seed": picture.seed, "recipe": dataclasses.asdict(picture.recipe)}
            entry["unknown"] = [{"word": each.word, "nearest": list(each.near)} for each in self.unknown]
        self.entries.append(entry)
        if not self.as_json:
            print(path, flush=True)
        return path

    def list(self, path: Path, pixels: Pixels, recipe: Recipe | None = None, **more: Any) -> None:
        """A picture that is written already, with what else is to be said of it in ``--json``."""
        entry: dict[str, Any] = {"path": str(path), "width": pixels.shape[1], "height": pixels.shape[0], **more}
        if recipe is not None:
            entry |= {"seed": recipe.seed, "recipe": dataclasses.asdict(recipe)}
        self.entries.append(entry)
        if not self.as_json:
            print(path, flush=True)

    def list_clip(self, report: ExportReport) -> None:
        """A clip that is written already."""
        entry = {"path": str(report.path), "width": report.size.width, "height": report.size.height}
        entry |= {"format": report.format, "frames": report.count, "seconds": float(report.duration)}
        self.entries.append(entry | {"alpha": report.alpha, "bytes": report.bytes, "exact": report.exact})
        if not self.as_json:
            print(report.path, flush=True)

    def list_sheet(self, report: SheetReport) -> None:
        """A sprite sheet's files, which are written already."""
        for path in report.files:
            self.entries.append(
                {"path": str(path), "frames": report.count, "loop": all(tag.loop for tag in report.tags)}
            )
            if not self.as_json:
                print(path, flush=True)

    def finish(self) -> None:
        """Print the JSON."""
        if self.as_json:
            json.dump(self.entries, sys.stdout, ensure_ascii=False, indent=2)
            print(flush=True)


def slug(text: str, length: int = 40) -> str:
    """A file name from a prompt: its letters and digits of any script, joined by hyphens."""
    words = re.sub(r"[^\w]+", "-", plain(text).lower(), flags=re.UNICODE).strip("-_")
    return words[:length].rstrip("-_") or "picture"


def fresh(path: Path) -> Path:
    """``path``, or the same name with the first number that is not taken: nothing is overwritten."""
    if not path.exists():
        return path
    number = 2
    while (candidate := path.with_stem(f"{path.stem}-{number}")).exists():
        number += 1
    return candidate


def check_folder(folder: Path) -> Path:
    """The folder to write to. Raises BadRequest when a file is in its place."""
    for place in (folder, *folder.parents):
        if place.exists():
            if not place.is_dir():
                raise BadRequest(f"{place} is a file, not a folder.", hint="Choose another --out.")
            break
    return folder


def target_for(out: Path | None, stem: str, *, overwrite: bool, source: Path | None = None) -> Path:
    """Where a single result goes: ``out`` when it names a picture, else a fresh name in the folder ``out``.

    Raises:
        BadRequest: when the file is there already and ``overwrite`` is not given, or its ending is not known.
    """
    if out is None or out.suffix == "" or out.is_dir():
        return fresh(check_folder(out or DEFAULT_FOLDER) / f"{stem}.png")
    if out.suffix.lower() not in SUFFIXES:
        raise BadRequest(f"{out.name} is not a kind of picture that can be written.", hint="Use .png, .webp or .jpg.")
    check_folder(out.parent)
    if out.exists() and not overwrite:
        raise BadRequest(f"{out} exists already.", hint="Give another name, or --overwrite.")
    return out
