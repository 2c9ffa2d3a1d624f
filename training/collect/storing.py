"""Put pictures that an importer found into a dataset; it is safe to stop at any moment and to run again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from inference.errors import BadPicture, BadRequest
from inference.pictures import read_picture
from training.dataset import LIST, Dataset, Entry, Progress, append, pixel_hash, read_dataset

PICTURES = "pictures"
BATCH = 128
"""Pictures between two writes of the list."""
LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What is said of all pictures of an import; "" where the importer may know better."""

    source: str = ""
    licence: str = ""
    author: str = ""
    style: str = ""

    def onto(self, entry: Entry) -> Entry:
        """The entry with what was said; what was left open stays as it is."""
        return replace(entry, **{name: value for name, value in vars(self).items() if value})


@dataclass(frozen=True, kw_only=True)
class Found:
    """A picture that an importer found.

    Attributes:
        name: what its file should be called, without folder and ending.
        entry: what is known of it; its ``file`` is chosen when it is stored, except where ``content`` is None.
        content: the bytes of its file; None when the picture lies in the dataset's folder already.
        suffix: the file's ending, with the dot.
    """

    name: str
    entry: Entry
    content: bytes | None
    suffix: str = ".png"


@dataclass
class Stored:
    """What an import did; ``names`` are examples of what could not be read."""

    added: int = 0
    present: int = 0
    unreadable: int = 0
    names: list[str] = field(default_factory=list)


def open_or_new(folder: Path) -> Dataset:
    """The dataset in ``folder``, or an empty one where there is none yet.

    Raises:
        BadDataset: when its list cannot be read. BadRequest: when a file is in the way.
    """
    if folder.exists() and not folder.is_dir():
        raise BadRequest(f"{folder} is a file, not a folder.", hint="Give a folder for the dataset.")
    return read_dataset(folder) if (folder / LIST).exists() else Dataset(folder)


def store(
    dataset: Dataset, found: Iterable[Found], origin: Origin, *, group: str, progress: Progress = lambda *_: None
) -> tuple[Dataset, Stored]:
    """Write what was found below ``pictures/<group>/`` and add it to the list.

    A picture that is there already under that name with the same pixels is passed over, so that an import can be
    repeated. One that cannot be read is stored all the same: the cleaner names it.
    """
    shelf = _Shelf(dataset, safe_name(group))
    done, waiting = Stored(), []
    for count, each in enumerate(found, 1):
        entry = shelf.put(each, done)
        if entry is not None:
            waiting.append(origin.onto(entry))
        if len(waiting) == BATCH:
            dataset, waiting = append(dataset, waiting), []
            progress("collected", count, 0)
    if waiting:
        dataset = append(dataset, waiting)
    progress("collected", done.added + done.present, 0)
    return dataset, done


def safe_name(text: str) -> str:
    """A file name that every system takes: letters, digits, dots and hyphens; never empty."""
    words = re.sub(r"[^\w.-]+", "-", text.strip().lower(), flags=re.ASCII)
    return re.sub(r"-{2,}", "-", words).strip("-._")[:LONGEST_NAME] or "picture"


class _Shelf:
    """Chooses names in one folder of a dataset and knows what lies there."""

    def __init__(self, dataset: Dataset, group: str) -> None:
        self.dataset, self.folder = dataset, PurePosixPath(PICTURES, group)
        self.taken = {entry.file for entry in dataset.entries}
        self.present: dict[str, set[str]] = defaultdict(set)
        for entry in dataset.entries:
            path = PurePosixPath(entry.file)
            if path.parent == self.folder:
                self._remember(path.stem, entry.hash)

    def put(self, found: Found, done: Stored) -> Entry | None:
        """Store one picture; None when it is there already."""
        entry = self._in_place(found) if found.content is None else self._written(found)
        if entry is None:
            done.present += 1
            return None
        self.taken.add(entry.file)
        done.added += 1
        if not entry.hash:
            done.unreadable += 1
            done.names.append(found.name)
        return entry

    def _in_place(self, found: Found) -> Entry | None:
        if found.entry.file in self.taken:
            return None
        return replace(found.entry, hash=_hash_of(self.dataset.path_of(found.entry)))

    def _written(self, found: Found) -> Entry | None:
        assert found.content is not None
        name = safe_name(found.name)
        file = self._free(name, found.suffix)
        path = self.dataset.folder / file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found.content)
        except OSError as error:
            raise BadRequest(
                f"{path} could not be written: {(error.strerror or str(error)).lower()}.", hint="Choose another place."
            ) from error
        pixels = _hash_of(path)
        if pixels in self.present[name]:
            path.unlink()
            return None
        self._remember(PurePosixPath(file).stem, pixels)
        return replace(found.entry, file=file, hash=pixels)

    def _free(self, name: str, suffix: str) -> str:
        number, file = 2, str(self.folder / f"{name}{suffix}")
        while file in self.taken:
            number, file = number + 1, str(self.folder / f"{name}-{number}{suffix}")
        return file

    def _remember(self, stem: str, pixels: str) -> None:
        """Under the name it has and the one it would have if that had been free."""
        self.present[stem].add(pixels)
        self.present[re.sub(r"-\d+$", "", stem)].add(pixels)


def _hash_of(path: Path) -> str:
    try:
        return pixel_hash(read_picture(path).pixels)
    except BadPicture:
        return ""
