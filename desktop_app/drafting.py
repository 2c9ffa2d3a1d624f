"""The pictures that are chosen for the next style: copies in a folder, so that a choice survives the window."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from desktop_app.document.opening import LAYERED, PICTURES, open_document
from inference.alpha import Pixels
from inference.errors import BadRequest, GouacheError
from inference.files import write_text
from inference.pictures import write_picture
from inference.trainings import ORDER, Order, draft_folder, read_order, write_order
from inference.trainings import PICTURES as FOLDER

MOST = 500
"""Pictures of a style."""
_LONGEST = 60


class Draft:
    """The pictures of the next style and what is said of them. Usable in any thread, in one at a time."""

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return draft_folder()

    @property
    def files(self) -> list[str]:
        """The pictures, as paths below the folder with forward slashes."""
        pictures = self.folder / FOLDER
        found = (
            sorted(path for path in pictures.glob("*") if path.suffix.lower() in PICTURES) if pictures.is_dir() else []
        )
        return [f"{FOLDER}/{path.name}" for path in found]

    def order(self) -> Order:
        """What is wanted; the usual things at first."""
        with contextlib.suppress(GouacheError):
            return read_order(self.folder)
        return Order()

    def keep(self, order: Order) -> None:
        """Remember what is wanted.

        Raises:
            BadRequest: when the disk says no.
        """
        write_order(self.folder, order)

    def add_files(self, paths: Iterable[Path]) -> list[str]:
        """Copy pictures, those of folders among them; documents are flattened.

        Returns:
            What could not be added, a sentence each.
        """
        notes: list[str] = []
        for path in _unfolded(paths):
            suffix = path.suffix.lower()
            if len(self.files) >= MOST:
                notes.append(f"A style is taught from up to {MOST} pictures; the others are left out.")
                break
            try:
                if suffix in LAYERED:
                    self.add_pixels(open_document(path).document.compose(), path.stem)
                elif suffix in PICTURES:
                    self._copy(path)
                else:
                    notes.append(f"{path.name} is not a picture that can be read.")
            except GouacheError as error:
                notes.append(str(error))
        return notes

    def add_pixels(self, pixels: Pixels, name: str, caption: str = "") -> None:
        """Add a picture that is no file.

        Raises:
            BadRequest: when the disk says no.
        """
        place = self._free(name, ".png")
        write_picture(place, pixels)
        if caption.strip():
            write_text(place.with_suffix(".txt"), caption.strip())

    def remove(self, files: Iterable[str]) -> None:
        """Take pictures out."""
        for file in files:
            path = self.folder / file
            for each in (path, path.with_suffix(".txt")):
                each.unlink(missing_ok=True)

    def clear(self) -> None:
        """Take out all, and forget what was said."""
        shutil.rmtree(self.folder / FOLDER, ignore_errors=True)
        (self.folder / ORDER).unlink(missing_ok=True)

    def _copy(self, path: Path) -> None:
        place = self._free(path.stem, path.suffix.lower())
        try:
            shutil.copyfile(path, place)
            beside = path.with_suffix(".txt")
            if beside.is_file():
                shutil.copyfile(beside, place.with_suffix(".txt"))
        except OSError as error:
            place.unlink(missing_ok=True)
            reason = (error.strerror or str(error)).lower()
            raise BadRequest(f"{path.name} could not be copied: {reason}.", hint="Is the disk full?") from error

    def _free(self, name: str, suffix: str) -> Path:
        """A path that nothing has, with the words of ``name``: captions are proposed from them."""
        words = "".join(letter if letter.isalnum() or letter in " -_." else " " for letter in name).strip(" .")
        stem, number = " ".join(words.split())[:_LONGEST] or "picture", 2
        folder = self.folder / FOLDER
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise BadRequest(f"{folder} could not be written: {reason}.", hint="Is the disk full?") from error
        taken = {path.stem.lower() for path in folder.iterdir()}
        free = stem
        while free.lower() in taken:
            free, number = f"{stem} {number}", number + 1
        return folder / f"{free}{suffix}"


def _unfolded(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.suffix.lower() in PICTURES and each.is_file())
        else:
            yield path
