"""The library: all that is installed, with what one wants to know of it; favourites, tags, a bin."""

from __future__ import annotations

import functools
import json
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from inference.control_card import read_card
from inference.controls import known_controls
from inference.detected import What
from inference.detecting import detect
from inference.errors import BadRequest, GouacheError, UnknownName
from inference.files import explained, replace_folder, write_text
from inference.importing import folder_for
from inference.library import find_model, model_folders
from inference.manifest import MANIFEST_FILE
from inference.places import add_place, all_places, forget_place
from inference.resources import RESOURCES, user_folder
from inference.tensor_header import SUFFIX
from inference.use_terms import Terms, terms_of

MARKS, BIN, WHERE = "library.json", "bin", "where.json"
VERSION = 1
FILES = (What.LORA, What.VAE, What.EMBEDDING)
SAMPLE = "sample.png"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing in the library.

    Attributes:
        family, precision: in the field's words, "" where nothing tells.
        tasks: of a model.
        hash: SHA-256 as far as it is known without reading the weights, or "".
        source: where it came from: a file, or what it was trained on.
        sample: a picture that it made, or None.
        words: that a LoRA was trained on; the kind of a ControlNet.
        shipped: it belongs to the program.
        elsewhere: it lies outside of the user's folder.
        problem: why it cannot be used, or "".
    """

    name: str
    what: What
    path: Path
    title: str
    family: str = ""
    tasks: tuple[str, ...] = ()
    precision: str = ""
    bytes: int = 0
    terms: Terms = field(default_factory=lambda: terms_of(""))
    hash: str = ""
    source: str = ""
    sample: Path | None = None
    words: tuple[str, ...] = ()
    shipped: bool = False
    elsewhere: bool = False
    favourite: bool = False
    tags: tuple[str, ...] = ()
    problem: str = ""

    @property
    def key(self) -> str:
        """Names it among all kinds."""
        return f"{self.what.name.lower()}:{self.name}"

    def fits(self, text: str) -> bool:
        """True when every word of ``text`` is somewhere in what is known of it."""
        known = " ".join((self.name, self.title, self.family, self.precision, *self.tags, *self.words, *self.tasks))
        return all(word in known.lower() for word in text.lower().split())


def entries() -> tuple[Entry, ...]:
    """Everything that is installed, favourites first, then models, then by name."""
    marks = _marks()
    found = [_model(name, folder) for name, folder in model_folders().items()]
    found += [_file(what, path) for what in FILES for path in _files(what)]
    found += [_control(name, folder) for name, folder in known_controls().items()]
    marked = [_marked(entry, marks.get(entry.key, {})) for entry in found]
    return tuple(sorted(marked, key=_place))


def _place(entry: Entry) -> tuple[bool, bool, str, str]:
    return not entry.favourite, entry.what is not What.ONNX, entry.title.lower(), entry.key


def _files(what: What) -> list[Path]:
    folder = folder_for(what)
    return sorted(folder.rglob(f"*{SUFFIX}")) if folder.is_dir() else []


def _model(name: str, folder: Path) -> Entry:
    shipped = folder.is_relative_to(RESOURCES)
    bare = Entry(
        name=name,
        what=What.ONNX,
        path=folder,
        title=name,
        shipped=shipped,
        elsewhere=not shipped and not folder.is_relative_to(user_folder()),
    )
    try:
        manifest = find_model(name)
    except GouacheError as error:
        return replace(bare, problem=str(error))
    card = _card(folder)
    origin = card.get("origin")
    origin = origin if isinstance(origin, dict) else {}
    return replace(
        bare,
        title=manifest.title,
        family=manifest.family.value,
        tasks=tuple(task.value for task in manifest.tasks),
        precision=manifest.precision,
        bytes=manifest.bytes,
        terms=terms_of(manifest.licence),
        hash=str(origin.get("sha256", "")) or (manifest.hash if manifest.hashes else ""),
        source=str(origin.get("file", "")) or "; ".join(manifest.sources),
        sample=_sample(folder),
    )


def _control(name: str, folder: Path) -> Entry:
    shipped = folder.is_relative_to(RESOURCES)
    bare = Entry(name=name, what=What.CONTROLNET, path=folder, title=name, shipped=shipped)
    try:
        card = read_card(folder)
    except GouacheError as error:
        return replace(bare, problem=str(error))
    return replace(
        bare,
        title=card.title,
        family=card.family.value,
        precision=card.precision,
        bytes=card.part.bytes,
        terms=terms_of(card.licence),
        hash=card.hash,
        source="; ".join(card.sources),
        words=(card.kind,),
        sample=_sample(folder),
    )


def _sample(folder: Path) -> Path | None:
    path = folder / SAMPLE
    return path if path.is_file() else None


def _card(folder: Path) -> Mapping[str, object]:
    try:
        said = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _file(what: What, path: Path) -> Entry:
    status = path.stat()
    return _looked_at(what, path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=1024)
def _looked_at(what: What, path: Path, size: int, time_ns: int) -> Entry:
    bare = Entry(name=path.stem, what=what, path=path, title=path.stem, bytes=size)
    try:
        found = detect(path)
    except GouacheError as error:
        return replace(bare, problem=str(error))
    return replace(
        bare,
        title=found.title or path.stem,
        family=found.family.value if found.family else "",
        precision=found.precision,
        terms=terms_of(found.licence),
        words=found.words,
        problem=" ".join(found.notes) if what is What.LORA else "",
    )


def duplicates(found: Iterable[Entry]) -> dict[str, str]:
    """Keys of entries that are the same as one before them, and that one's name: by hash, else by size and kind."""
    first: dict[object, Entry] = {}
    same: dict[str, str] = {}
    for entry in found:
        mark = entry.hash or None
        if mark is None:
            continue
        if mark in first:
            same[entry.key] = first[mark].name
        first.setdefault(mark, entry)
    return same


# Favourites and tags


def _marks() -> dict[str, Mapping[str, object]]:
    try:
        said = json.loads((user_folder() / MARKS).read_text("utf-8"))["marks"]
        return {str(key): value for key, value in said.items() if isinstance(value, dict)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _marked(entry: Entry, said: Mapping[str, object]) -> Entry:
    tags = said.get("tags", ())
    tags = tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()
    return replace(entry, favourite=said.get("favourite") is True, tags=tags)


def mark(entry: Entry, *, favourite: bool | None = None, tags: Iterable[str] | None = None) -> None:
    """Keep what a person says of a thing."""
    now = {
        "favourite": entry.favourite if favourite is None else favourite,
        "tags": list(entry.tags if tags is None else dict.fromkeys(tag.strip() for tag in tags if tag.strip())),
    }
    marks = {**_marks(), entry.key: now}
    text = json.dumps({"version": VERSION, "marks": marks}, indent=2, ensure_ascii=False) + "\n"
    write_text(user_folder() / MARKS, text)


# Taking out, and back


@dataclass(frozen=True)
class Removed:
    """What was taken out: ``kept`` is where it waits, or None where only its place was forgotten."""

    key: str
    path: Path
    kept: Path | None


def find_entry(name: str) -> Entry:
    """The thing of that name, or key ("lora:ink"). Raises UnknownName."""
    found = entries()
    for entry in found:
        if name in (entry.key, entry.name):
            return entry
    raise UnknownName("model or file", name, [entry.name for entry in found])


def remove(entry: Entry) -> Removed:
    """Move a thing to the bin; of a folder elsewhere only the place is forgotten.

    Raises:
        BadRequest: for what belongs to the program, or what cannot be moved.
    """
    if entry.shipped:
        raise BadRequest(f"{entry.title} belongs to the program.", hint="Only what you brought can be deleted.")
    if entry.elsewhere:
        forget_place(entry.name)
        return Removed(entry.key, entry.path, None)
    box = user_folder() / BIN / f"{time.strftime('%Y%m%d-%H%M%S')}-{time.monotonic_ns() % 1_000_000:06d}"
    with explained(entry.path):
        box.mkdir(parents=True)
        write_text(box / WHERE, json.dumps({"key": entry.key, "path": str(entry.path)}))
        entry.path.rename(box / entry.path.name)
    return Removed(entry.key, entry.path, box)


def restore(removed: Removed) -> Path:
    """Put a thing back where it was.

    Raises:
        BadRequest: when something else is there now, or it is gone from the bin.
    """
    if removed.kept is None:
        add_place(removed.key.partition(":")[2], removed.path)
        return removed.path
    kept = removed.kept / removed.path.name
    if removed.path.exists():
        raise BadRequest(f"There is another {removed.path.name} now.", hint="Delete or rename it first.")
    if not kept.exists():
        raise BadRequest(f"{removed.path.name} is not in the bin any more.", hint="Import it again.")
    with explained(removed.path):
        removed.path.parent.mkdir(parents=True, exist_ok=True)
        kept.rename(removed.path)
        shutil.rmtree(removed.kept, ignore_errors=True)
    return removed.path


def binned() -> tuple[Removed, ...]:
    """What is in the bin, the newest first."""
    found = []
    for box in sorted((user_folder() / BIN).glob("*"), reverse=True):
        try:
            said = json.loads((box / WHERE).read_text("utf-8"))
            found.append(Removed(str(said["key"]), Path(said["path"]), box))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return tuple(found)


def empty_bin() -> int:
    """Delete for good what is in the bin. Returns how many things that were."""
    boxes = binned()
    for each in boxes:
        if each.kept is not None:
            with explained(each.kept):
                shutil.rmtree(each.kept)
    return len(boxes)


def move(entry: Entry, parent: Path) -> Path:
    """Move a model's folder into another one, on whatever disk; it keeps its name here.

    Raises:
        BadRequest: for what belongs to the program, for files, or when the place cannot be written.
    """
    target = parent / entry.path.name
    if entry.shipped or entry.what is not What.ONNX:
        raise BadRequest(f"{entry.title} cannot be moved.", hint="Only models that you brought can.")
    if target.exists() or target.resolve().is_relative_to(entry.path.resolve()):
        raise BadRequest(f"There is a {entry.path.name} in {parent} already.", hint="Choose another folder.")
    with explained(target), replace_folder(target) as draft:
        shutil.copytree(entry.path, draft, dirs_exist_ok=True)
    if target.is_relative_to(user_folder() / "models"):
        if entry.name in all_places():
            forget_place(entry.name)
    else:
        add_place(entry.name, target)
    with explained(entry.path):
        shutil.rmtree(entry.path)
    return target
