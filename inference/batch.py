"""One recipe for a folder of assets: what to make, under which names, what is done already, what belongs.

The folder of results holds the pictures under their sources' names and, in ``_batch``, the manifest, the report and the
contact sheet. The manifest is written after each picture, so that a batch that was stopped or killed goes on where it
was; everything is a function of sources, recipe and references, so that it ends with the same bytes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from inference.api import Picture, Vary
from inference.board import request_key
from inference.consistency import Belonging
from inference.errors import BadPicture, BadRequest, OutOfMemory
from inference.features import features, silhouette_change
from inference.files import write_text
from inference.folders import picture_files
from inference.metadata import read_recipe
from inference.pictures import read_picture, write_picture
from inference.post.chain import Chain
from inference.recipe import Recipe

OWN, REJECTED, KEPT = "_batch", "rejected", "kept"
MADE = "made"
"""Pictures as the model made them, where steps of post-processing follow: other steps then need no model."""
BATCH_VERSION = 2
"""2: ``Entry.post``."""
PLACE = "{}"


@dataclass(frozen=True)
class Asset:
    """A picture to work on.

    Attributes:
        source: its file. name: its place in the folder, with forward slashes. target: the result's place.
    """

    source: Path
    name: str
    target: str


@dataclass
class Entry:
    """What came of an asset.

    Attributes:
        name, target: as the asset's. prompt: that it was made with.
        key: names source and recipe; "" when nothing was made. sha: SHA-256 of the result's file.
        post: the steps of post-processing that followed, as text; "" for none.
        error: why nothing was made, or "".
        score, components: how well it belongs; None without references. measure: names references and weights.
        outline_change: 1 minus the overlap of the silhouettes of source and result, in [0, 1].
        rejected: it is in ``rejected``, because its score is below the gate.
    """

    name: str
    target: str
    prompt: str = ""
    key: str = ""
    sha: str = ""
    post: str = ""
    error: str = ""
    score: float | None = None
    components: Mapping[str, float] | None = None
    measure: str = ""
    outline_change: float = 0.0
    rejected: bool = False


def plan(folder: Path, out: Path) -> list[Asset]:
    """The pictures of a folder, each with a name of its own among the results.

    Results are PNG. Of files that would get the same name (also on disks that do not tell A from a) the PNG keeps it,
    the others get their kind as a suffix: potion.png, potion-jpg.png.

    Raises:
        BadPicture: when there are none. BadRequest: when a sub-folder has a name that the results need.
    """
    if out.resolve() == folder.resolve():
        raise BadRequest("The results would lie among their sources.", hint="Choose another --out.")
    sources = [path for path in picture_files(folder) if not path.resolve().is_relative_to(out.resolve())]
    if not sources:
        raise BadPicture(f"{folder} holds no pictures but results.", hint="Give the folder of the assets.")
    taken: set[str] = set()
    targets: dict[Path, str] = {}
    for path in sorted(sources, key=lambda each: (each.suffix.lower() != ".png", str(each))):
        place = PurePosixPath(path.relative_to(folder).as_posix())
        if place.parts[0].casefold() in (OWN, REJECTED) and len(place.parts) > 1:
            raise BadRequest(f"The folder {place.parts[0]} has a name that the results need.", hint="Rename it.")
        target = place.with_suffix(".png")
        if str(target).casefold() in taken:
            target = target.with_stem(f"{place.stem}-{place.suffix[1:].lower()}")
        number = 2
        while str(target).casefold() in taken:
            target, number = target.with_stem(f"{place.stem}-{place.suffix[1:].lower()}-{number}"), number + 1
        taken.add(str(target).casefold())
        targets[path] = str(target)
    return [Asset(path, path.relative_to(folder).as_posix(), targets[path]) for path in sources]


def prompt_for(asset: Asset, template: str) -> str:
    """The template with the asset's words for {}: the text file beside it, else its name without signs and numbers."""
    if PLACE not in template:
        return template
    beside = asset.source.with_suffix(".txt")
    if beside.is_file():
        try:
            words = " ".join(beside.read_text("utf-8").split())
        except (OSError, UnicodeDecodeError) as error:
            raise BadPicture(f"{beside} is not text in UTF-8.", hint="Save it again.", detail=str(error)) from error
    else:
        stem = "".join(c if c.isalpha() else " " for c in asset.source.stem)
        words = " ".join(stem.split()) or asset.source.stem
    return template.replace(PLACE, words)


@dataclass
class Batch:
    """A batch on disk.

    Attributes:
        first: the recipe: a request whose picture and prompt are replaced by each asset's. Its seed gives pictures of
            one size one noise.
        make: runs a request and gives its picture.
        post: steps that finish each picture; what is measured is the finished one.
        belonging: measures against references, or None. gate: least score that is not rejected, or None.
        key: names what a request's picture depends on.
    """

    folder: Path
    out: Path
    template: str
    first: Callable[..., Vary]
    make: Callable[[Vary, str], Picture]
    belonging: Belonging | None = None
    gate: float | None = None
    post: Chain = field(default_factory=Chain)
    key: Callable[[Vary], str] = request_key
    entries: dict[str, Entry] = field(default_factory=dict)
    made: int = 0

    def __post_init__(self) -> None:
        if self.gate is not None and not 0 <= self.gate <= 1:
            raise BadRequest(f"The gate is {self.gate}, which cannot be.", hint="It goes from 0 to 1.")
        if self.gate is not None and self.belonging is None:
            raise BadRequest("A gate needs something to measure against.", hint="Give --references.")
        self.assets = plan(self.folder, self.out)

    def run(self) -> Iterator[Entry]:
        """Work through the folder; each asset's entry when it is done. What is done and unchanged is not made again."""
        known = read_manifest(self.out)
        self.entries = {}
        measure = self._measure_name()
        for i, asset in enumerate(self.assets):
            old = known.get(asset.name)
            try:
                entry = self._one(asset, old, measure, f"{i + 1}/{len(self.assets)} {asset.name}")
            except (BadPicture, OutOfMemory) as error:
                entry = Entry(asset.name, asset.target, error=str(error))
            self.entries[asset.name] = entry
            if entry != old:
                write_manifest(self.out, {**known, **self.entries})
            yield entry
        if set(known) - set(self.entries):  # their sources are gone; their results stay
            write_manifest(self.out, self.entries)

    def _one(self, asset: Asset, old: Entry | None, measure: str, label: str) -> Entry:
        source = read_picture(asset.source).pixels
        prompt = prompt_for(asset, self.template)
        request = self.first(image=source, prompt=prompt)
        key = self.key(request)
        place = self.path_of(old) if old is not None else None
        post = self.post.as_text()
        ours = old is not None and old.key == key and _file_sha(place) == old.sha
        if ours and old is not None and (old.target, old.post) == (asset.target, post):
            entry = dataclasses.replace(old)
        else:
            entry = Entry(asset.name, asset.target, prompt, key, post=post)
            path = self.path_of(entry)
            plain = place if ours and old is not None and not old.post else None
            self._save(path, *self._finished(request, key, label, plain), old.sha if old is not None else "")
            if place is not None and place != path and old is not None and _file_sha(place) == old.sha:
                place.unlink()
            entry.sha = _file_sha(path)
        if entry.measure != measure or old is None or (entry.key, entry.post) != (old.key, old.post):
            self._measure(entry, source, measure)
        rejected = self.gate is not None and entry.score is not None and entry.score < self.gate
        if rejected != entry.rejected:
            before, entry.rejected = self.path_of(entry), rejected
            after = self.path_of(entry)
            self._keep(after, entry.sha)
            after.parent.mkdir(parents=True, exist_ok=True)
            before.replace(after)
        return entry

    def _finished(self, request: Vary, key: str, label: str, plain: Path | None) -> tuple[np.ndarray, Recipe]:
        """The picture after all steps; the model is only asked when it did not make it before.

        Args:
            plain: a result of an earlier run that no steps followed.
        """
        path = self._made_path(key)
        if not self.post.steps:
            return self._asked(request, label)
        before = next((each for each in (path, plain) if each is not None and each.is_file()), None)
        if before is None:
            pixels, recipe = self._asked(request, label)
        else:
            pixels, recipe = read_picture(before).pixels, read_recipe(before)
        if before != path:
            write_picture(path, pixels, recipe)
        extra = {**recipe.extra, "post": [*recipe.extra.get("post", []), *self.post.as_json()]}
        return self.post.apply(pixels), dataclasses.replace(recipe, extra=extra)

    def _asked(self, request: Vary, label: str) -> tuple[np.ndarray, Recipe]:
        picture = self.make(request, label)
        self.made += 1
        return picture.pixels, picture.recipe

    def _made_path(self, key: str) -> Path:
        return self.out / OWN / MADE / f"{key}.png"

    def path_of(self, entry: Entry) -> Path:
        """Where an entry's result lies."""
        return self.out / (REJECTED if entry.rejected else "") / entry.target

    def _save(self, path: Path, pixels: np.ndarray, recipe: Recipe, ours: str) -> None:
        """Write a result; a file in its place that is not ours (somebody painted on it) is kept aside."""
        draft = self.out / OWN / "draft.png"
        write_picture(draft, pixels, recipe)
        if _file_sha(path) != _file_sha(draft):
            self._keep(path, ours)
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(path)
        draft.unlink(missing_ok=True)

    def _keep(self, path: Path, ours: str) -> None:
        if not path.exists() or _file_sha(path) == ours:
            return
        kept = self.out / OWN / KEPT / path.relative_to(self.out)
        number = 2
        while kept.exists():
            kept, number = kept.with_stem(f"{path.stem}-{number}"), number + 1
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.replace(kept)

    def _measure(self, entry: Entry, source: np.ndarray, measure: str) -> None:
        pixels = read_picture(self.path_of(entry)).pixels
        entry.measure, entry.score, entry.components = measure, None, None
        made = read_picture(self._made_path(entry.key)).pixels if entry.post else pixels  # not yet trimmed or padded
        entry.outline_change = round(silhouette_change(source, made), 6)
        if self.belonging is not None:
            score = self.belonging.score(features(pixels))
            entry.score = round(score.total, 6)
            entry.components = {name: round(value, 6) for name, value in score.components.items()}

    def _measure_name(self) -> str:
        if self.belonging is None:
            return "none"
        said = hashlib.sha256(json.dumps(self.belonging.weights, sort_keys=True).encode())
        for each in self.belonging.references:
            for part in (each.palette.lab, each.swatches.lab, each.values, each.outline, each.silhouette, each.detail):
                said.update(part.tobytes())
        return said.hexdigest()


def read_manifest(out: Path) -> dict[str, Entry]:
    """What a batch did before, by name; empty when it never ran.

    Raises:
        BadRequest: when the manifest is broken or from a newer version.
    """
    path = out / OWN / "manifest.json"
    if not path.exists():
        return {}
    try:
        said = json.loads(path.read_text("utf-8"))
        if said["version"] > BATCH_VERSION:
            raise BadRequest(f"The batch in {out} was made by a newer Gouache.", hint="Update the program.")
        entries = [Entry(**each) for each in said["entries"]]
        if all(_stays_inside(each.target) for each in entries):
            return {each.name: each for each in entries}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadRequest(
            f"{path} cannot be read.", hint="Delete it to start the batch anew.", detail=str(error)
        ) from error
    raise BadRequest(f"{path} names files outside its folder.", hint="Delete it to start the batch anew.")


def _stays_inside(target: str) -> bool:
    place = PurePosixPath(target)
    return ".." not in place.parts and not place.is_absolute() and not set("\\:") & set(target)


def write_manifest(out: Path, entries: Mapping[str, Entry]) -> None:
    """Replace the manifest, sorted by name."""
    said: Sequence[Any] = [dataclasses.asdict(entries[name]) for name in sorted(entries)]
    write_text(
        out / OWN / "manifest.json",
        json.dumps({"version": BATCH_VERSION, "entries": said}, ensure_ascii=False, indent=1) + "\n",
    )


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _file_sha(path: Path | None) -> str:
    return _sha(path.read_bytes()) if path is not None and path.is_file() else "-"
