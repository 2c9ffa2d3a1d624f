"""Choose what a model learns: a list of concepts with their names in English and Chinese; other pictures are left out.

The list is JSON::

    {"format": "gouache-concepts", "version": 1, "concepts": [
        {"label": "axe", "group": "weapon", "chinese": ["斧头"], "synonyms": ["hatchet"],
         "names": ["axe"], "icons": {"game-icons": ["wood-axe"]}}]}

``names`` are what pictures of the concept are called in the dataset once it is labelled. ``icons`` are icons of sets in
which names say too little (the folder below ``pictures`` and the file's name, without its tint); of such a set nothing
else is taken. Either may be missing; without both, the label is the only name. A concept with
``"taught": true`` is never held out: people ask for it first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from training.collect.iconify import PALETTE
from training.dataset import BadDataset, Dataset, Entry, Progress, write_dataset
from training.label import SKIN_TONE, name_key, normalise_caption, normalise_tags
from training.split import TAUGHT

FORMAT, VERSION = "gouache-concepts", 1
UNCHOSEN = "unchosen"
"""The cleaning rule that removes what the list does not have."""
CALLED = "called"
"""In ``Entry.extra``: the concept before the list gave it another name, so that another list finds it again."""
NOT_LISTED, A_TONE = "not in the list of concepts", "a variant in skin tone"

CHINESE_COLOURS: Mapping[str, str] = {
    "red": "红色",
    "orange": "橙色",
    "yellow": "黄色",
    "green": "绿色",
    "teal": "青色",
    "blue": "蓝色",
    "purple": "紫色",
    "pink": "粉色",
    "brown": "棕色",
    "grey": "灰色",
    "black": "黑色",
    "white": "白色",
    "golden": "金色",
    "silver": "银色",
}
"""The words of ``PALETTE`` in Chinese."""
COLOUR_WORDS = frozenset((*PALETTE, "gold"))
COLOUR_SIGNS = frozenset(word[0] for word in CHINESE_COLOURS.values())


@dataclass(frozen=True, kw_only=True)
class Concept:
    """What a model is to learn.

    Attributes:
        label: its English name, which becomes caption and concept.
        group: what kind of thing it is ("weapon"); becomes a tag.
        chinese: Chinese names, the usual one first.
        synonyms: other English names.
        names: concepts of the dataset that are this one.
        icons: icons by set.
        taught: always for training, whatever the split by concept says.
    """

    label: str
    group: str = ""
    chinese: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    icons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    taught: bool = False


@dataclass(frozen=True)
class Concepts:
    """A list of concepts, and how pictures are found for them."""

    concepts: tuple[Concept, ...]
    by_name: Mapping[str, Concept]
    by_icon: Mapping[tuple[str, str], Concept]

    @property
    def sets(self) -> frozenset[str]:
        """The sets of which only listed icons are taken."""
        return frozenset(name for name, _ in self.by_icon)

    def icons_of(self, name: str) -> frozenset[str] | None:
        """The listed icons of a set; None when the list says nothing of the set."""
        found = frozenset(icon for each, icon in self.by_icon if each == name)
        return found or None

    def find(self, entry: Entry) -> Concept | None:
        """The concept of a picture, or None when it is not in the list."""
        name, icon, _ = icon_of(entry)
        if name in self.sets:
            return self.by_icon.get((name, icon))
        return self.by_name.get(name_key(str(entry.extra.get(CALLED) or entry.concept or entry.caption)))


def icon_of(entry: Entry) -> tuple[str, str, str]:
    """Set, icon and tint of a picture, from where it lies: ``pictures/game-icons/battle-axe-red.png``; "" for none.

    It is tinted when its caption begins with the colour, as the collector writes it, and its concept does not.
    """
    path = PurePosixPath(entry.file)
    colour = path.stem.rpartition("-")[2]
    begins = f"{colour} "
    tinted = colour in PALETTE and entry.caption.startswith(begins) and not entry.concept.startswith(begins)
    tint = colour if tinted else ""
    return path.parent.name, path.stem.removesuffix(f"-{tint}") if tint else path.stem, tint


def read_concepts(path: Path) -> Concepts:
    """Read a list.

    Raises:
        BadDataset: when it is none, or says one name of two concepts.
    """
    try:
        values = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadDataset(f"{path} cannot be read.", hint="Give a list of concepts.", detail=str(error)) from error
    if not isinstance(values, dict) or values.get("format") != FORMAT or not isinstance(values.get("concepts"), list):
        raise BadDataset(f"{path} is not a list of concepts.", hint=f'It begins with "format": "{FORMAT}".')
    if values.get("version") != VERSION:
        raise BadDataset(f"{path} has another version than {VERSION}.", hint="Use the Gouache that wrote it.")
    try:
        return _indexed([_concept(each) for each in values["concepts"]])
    except ValueError as error:
        raise BadDataset(f"{path}: {error}.", hint="Mend the list.") from error


def _concept(said: Any) -> Concept:
    if not isinstance(said, dict) or not isinstance(said.get("label"), str) or not normalise_caption(said["label"]):
        raise ValueError("a concept has no label")
    label, icons = normalise_caption(said["label"]), said.get("icons", {})
    lists = [said.get(key, []) for key in ("chinese", "synonyms", "names")]
    if not isinstance(said.get("group", ""), str):
        raise ValueError(f"the group of '{label}' is no word")  # noqa: TRY004 (about a file, not about code)
    for words in (*lists, *(icons.values() if isinstance(icons, dict) else (None,))):
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
            raise ValueError(f"'{label}' does not give lists of words")
    chinese, synonyms, names = map(tuple, lists)
    return Concept(
        label=label,
        group=said.get("group", ""),
        chinese=chinese,
        synonyms=tuple(map(normalise_caption, synonyms)),
        names=names or (() if icons else (label,)),
        icons={name: tuple(each) for name, each in icons.items()},
        taught=said.get("taught", False) is True,
    )


def _indexed(concepts: list[Concept]) -> Concepts:
    by_name: dict[str, Concept] = {}
    by_icon: dict[tuple[str, str], Concept] = {}
    for concept in concepts:
        names = dict.fromkeys(map(name_key, concept.names))
        icons = dict.fromkeys((name, icon) for name, each in concept.icons.items() for icon in each)
        for key, known in (*((name, by_name) for name in names), *((icon, by_icon) for icon in icons)):
            if key in known:
                raise ValueError(f"both '{known[key].label}' and '{concept.label}' claim {key!r}")  # pyright: ignore[reportArgumentType]
            known[key] = concept  # pyright: ignore[reportArgumentType]
    labels = [concept.label for concept in concepts]
    if len(set(labels)) < len(labels):
        twice = next(label for i, label in enumerate(labels) if label in labels[:i])
        raise ValueError(f"'{twice}' is listed twice")
    return Concepts(tuple(concepts), by_name, by_icon)


def choose_entry(entry: Entry, concepts: Concepts) -> Entry:
    """One entry with the names of its concept, or with the reason why it is left out; the same when done twice.

    Tints stay in the names: "red battle axe". Names that have a colour of their own are not used for tinted pictures.
    """
    found = concepts.find(entry)
    reasons = tuple(reason for reason in entry.reasons if not _says_unchosen(reason))
    if found is None or SKIN_TONE in entry.tags:
        reason = f"{UNCHOSEN}: {A_TONE if found else NOT_LISTED}"
        return replace(entry, kept=False, reasons=(*reasons, reason))
    tint = icon_of(entry)[2]
    return replace(
        entry,
        caption=f"{tint} {found.label}".strip(),
        concept=found.label,
        synonyms=tinted_synonyms(found.synonyms, tint),
        chinese=tinted_names(found.chinese, tint),
        tags=normalise_tags((found.group, tint)),
        kept=entry.kept if reasons == entry.reasons or reasons else None,
        reasons=reasons,
        extra={CALLED: entry.concept or entry.caption}
        | _without(entry.extra, TAUGHT)
        | ({TAUGHT: True} if found.taught else {}),
    )


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _says_unchosen(reason: str) -> bool:
    return reason.startswith(f"{UNCHOSEN}:")


def has_colour(name: str) -> bool:
    """True when a name says a colour: "red heart", "gold coin", "红心"."""
    return bool(COLOUR_WORDS & set(name.split())) or name[:1] in COLOUR_SIGNS


def tinted_synonyms(names: tuple[str, ...], tint: str) -> tuple[str, ...]:
    """English names with a tint before them, without those that say a colour themselves; as they are without a tint."""
    return tuple(f"{tint} {name}" for name in names if not has_colour(name)) if tint else names


def tinted_names(names: tuple[str, ...], tint: str) -> tuple[str, ...]:
    """Chinese names with a tint before them: the usual name always, the others unless they say a colour themselves."""
    if not tint:
        return names
    return tuple(f"{CHINESE_COLOURS[tint]}{name}" for i, name in enumerate(names) if i == 0 or not has_colour(name))


@dataclass(frozen=True, kw_only=True)
class ChooseReport:
    """What choosing did: pictures in all and chosen, concepts with pictures and in the list, labels without any."""

    pictures: int
    chosen: int
    found: int
    listed: int
    missing: tuple[str, ...]


def choose(dataset: Dataset, concepts: Concepts, progress: Progress = lambda *_: None) -> tuple[Dataset, ChooseReport]:
    """Name the pictures that the list has and leave the others out; a person's word (``override``) wins.

    Raises:
        BadDataset: when the dataset has no pictures, or none of the list's.
    """
    if not dataset.entries:
        raise BadDataset(f"The dataset {dataset.folder} has no pictures.", hint="Add some: train collect.")
    changed = dataset.with_entries(choose_entry(entry, concepts) for entry in dataset.entries)
    report = _report(changed.entries, concepts)
    if not report.chosen:
        raise BadDataset(
            f"None of the pictures in {dataset.folder} is in the list.", hint="Label them first: train label."
        )
    write_dataset(changed)
    progress("chosen", report.chosen, report.pictures)
    return changed, report


def _report(entries: Iterable[Entry], concepts: Concepts) -> ChooseReport:
    every = tuple(entries)
    chosen = [entry for entry in every if not any(map(_says_unchosen, entry.reasons))]
    found = {entry.concept for entry in chosen}
    return ChooseReport(
        pictures=len(every),
        chosen=len(chosen),
        found=len(found),
        listed=len(concepts.concepts),
        missing=tuple(concept.label for concept in concepts.concepts if concept.label not in found),
    )
