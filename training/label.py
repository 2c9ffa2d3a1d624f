"""Captions, tags and names: made uniform, completed from emoji data, varied while a model trains.

Names in English and Chinese, groups and tags come from CLDR as the npm package ``emojibase-data`` (MIT) holds it, read
from a folder that the user gives, and from a table of one's own.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from training.dataset import BadDataset, Dataset, Entry, Progress, write_dataset

LONGEST_CAPTION = 400
QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "、": ",", "，": ",", "。": ".", "；": ";", "：": ":"})
TONE = r"(?:medium[ -])?(?:light|dark)|medium"
LONG_TONE = re.compile(rf"[\s:,-]+({TONE})[ -]skin[ -]tone\b")
SHORT_TONE = re.compile(rf"[\s-]+({TONE})$")
"""Variants of a person are called ``judge-medium-dark-skin-tone``, or ``judge-medium-dark``, which needs its code."""
TONE_CODES = re.compile(r"-1F3F[B-F]")
COMMON = 2
"""Concepts that a Chinese keyword may belong to and still be a name."""
SKIN_TONE = "skin tone"
"""The tag of such variants."""


def normalise_caption(text: str) -> str:
    """Lower case, plain quotes, single spaces, no empty parts and nothing at the ends; the same when done twice."""
    plain = unicodedata.normalize("NFKC", text).translate(QUOTES).lower().replace("_", " ")
    plain = unicodedata.normalize("NFKC", plain)
    printable = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in plain)
    words = " ".join(printable.split())[:LONGEST_CAPTION]
    parts = [part.strip(" .;:!-") for part in words.split(",")]
    return ", ".join(part for part in parts if part)


def normalise_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Each as a caption, without repeats, in their order; a comma makes two tags."""
    parts = (part.strip() for tag in tags for part in normalise_caption(tag).split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True, kw_only=True)
class Named:
    """What is known of a concept.

    Attributes:
        label: its usual English name.
        synonyms: other English names.
        chinese: Chinese names, the usual one first.
        tags: English words that go with it; the names of its group and subgroup are among them.
    """

    label: str
    synonyms: tuple[str, ...] = ()
    chinese: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Names:
    """Concepts by any of their names, and by their code points."""

    by_name: Mapping[str, Named] = field(default_factory=dict)
    by_code: Mapping[str, Named] = field(default_factory=dict)

    def find(self, *names: str, code: str = "") -> Named | None:
        """The first that is known, else by code; names are compared without case, accents and punctuation."""
        found = (self.by_name.get(name_key(name)) for name in names)
        return next((named for named in found if named), None) or self.by_code.get(code_key(code))

    def over(self, other: Names) -> Names:
        """Both. What this one says comes first; a concept that the other knows keeps its label and the rest."""
        changed: dict[str, Named] = {}
        added: dict[str, Named] = {}
        for key, own in self.by_name.items():
            known = other.by_name.get(key)
            if known is None:
                added[key] = own
            else:
                changed[known.label] = _merged(own, changed.get(known.label, known))
        by_name = {key: changed.get(named.label, named) for key, named in other.by_name.items()}
        by_code = {key: changed.get(named.label, named) for key, named in other.by_code.items()}
        return Names({**by_name, **added}, {**by_code, **self.by_code})


def _merged(own: Named, known: Named) -> Named:
    return Named(
        label=known.label,
        synonyms=_others(known.label, (own.label, *own.synonyms, *known.synonyms)),
        chinese=tuple(dict.fromkeys((*own.chinese, *known.chinese))),
        tags=normalise_tags((*own.tags, *known.tags)),
    )


def name_key(name: str) -> str:
    """What two spellings of a name share."""
    plain = unicodedata.normalize("NFKD", name.lower())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w#*]+|_", " ", letters.replace("'", "").replace("’", "")).split())


def code_key(code: str) -> str:
    """Code points without skin tone and presentation."""
    return TONE_CODES.sub("", code.upper().replace("_", "-").replace("-FE0F", ""))


def read_emojibase(folder: Path, *, chinese: str = "zh") -> Names:
    """Names from a folder of ``emojibase-data``.

    Raises:
        BadDataset: when it is none.
    """
    english, translated = _list(folder / "en" / "data.json"), _list(folder / chinese / "data.json")
    groups = _json(folder / "meta" / "groups.json")
    shortcodes = [_json(folder / "en" / "shortcodes" / f"{name}.json") for name in ("emojibase", "cldr")]
    try:
        other = {each["hexcode"]: each for each in translated}
        common = Counter(word for each in translated for word in each.get("tags", ()))
        found = {
            each["hexcode"]: _named(
                each, _chinese(other.get(each["hexcode"], {}), common), groups, _codes(each["hexcode"], shortcodes)
            )
            for each in english
            if "group" in each
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise BadDataset(
            f"{folder} is not emojibase-data.", hint="Fetch the package again.", detail=str(error)
        ) from error
    by_name: dict[str, Named] = {}
    for ask in (lambda named: (named.label,), lambda named: named.synonyms):
        for named in found.values():
            for name in ask(named):
                by_name.setdefault(name_key(name), named)
    return Names(by_name, {code_key(code): named for code, named in found.items()})


def _chinese(each: dict[str, Any], common: Counter[str]) -> tuple[str, ...]:
    """The name, and those keywords that are names as well: they share a character with it and are rarely used.

    CLDR's other keywords are what people think of: "China" and "Game of Thrones" for a dragon.
    """
    label = str(each.get("label", "")).replace(":", "").strip()
    words = (str(word).strip() for word in each.get("tags", ()))
    names = [word for word in words if len(word) > 1 and set(word) & set(label) and common[word] <= COMMON]
    return tuple(dict.fromkeys(name for name in (label, *names) if name))


def _named(english: dict[str, Any], chinese: tuple[str, ...], groups: dict[str, Any], codes: list[str]) -> Named:
    label = normalise_caption(english["label"].replace(":", ""))
    group = groups["groups"][str(english["group"])].replace("-", " ")
    subgroup = groups["subgroups"].get(str(english.get("subgroup")), "").replace("-", " ")
    names = [normalise_caption(code.replace("_", " ")) for code in codes]
    return Named(
        label=label,
        synonyms=tuple(dict.fromkeys(name for name in names if name and name_key(name) != name_key(label))),
        chinese=chinese,
        tags=normalise_tags((group, subgroup, *map(str, english.get("tags", ())))),
    )


def _codes(hexcode: str, shortcodes: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for table in shortcodes:
        codes = table.get(hexcode, [])
        found.extend([codes] if isinstance(codes, str) else codes)
    return found


def read_names(path: Path) -> Names:
    """A table of one's own: JSON, name to ``{"synonyms": [...], "chinese": [...], "tags": [...]}``.

    Raises:
        BadDataset: when it is none.
    """
    by_name: dict[str, Named] = {}
    for name, said in _json(path).items():
        try:
            lists = {key: tuple(map(str, said.get(key, ()))) for key in ("synonyms", "chinese", "tags")}
        except (AttributeError, TypeError) as error:
            raise BadDataset(f"{path} says nothing usable of '{name}'.", hint="Give lists of words.") from error
        named = Named(label=normalise_caption(name), **lists)
        for each in (name, *named.synonyms):
            by_name.setdefault(name_key(each), named)
    return Names(by_name)


def _json(path: Path) -> dict[str, Any]:
    values = _parsed(path)
    if not isinstance(values, dict):
        raise BadDataset(f"{path} does not hold a table.", hint="Check the file.")
    return values


def _list(path: Path) -> list[Any]:
    values = _parsed(path)
    if not isinstance(values, list):
        raise BadDataset(f"{path} does not hold a list.", hint="Fetch the package again.")
    return values


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadDataset(f"{path} cannot be read.", hint="Check the folder or file.", detail=str(error)) from error


def label_entry(entry: Entry, names: Names, styles: Mapping[str, str]) -> Entry:
    """One entry with a uniform caption, its concept, and what ``names`` knows of it; the same when done twice.

    A variant in skin tone says so in its caption and a tag, and shares its concept with the others.
    """
    concept = normalise_caption(entry.concept or entry.caption)
    code = str(entry.extra.get("codepoint", ""))
    plain, tones = plain_name(concept, code)
    named = names.find(concept, plain, code=code) or names.find(*entry.synonyms) or Named(label=plain)
    toned = bool(tones) or SKIN_TONE in entry.tags or bool(TONE_CODES.search(f"-{code.upper()}"))
    named_by_concept = normalise_caption(entry.caption) == concept
    return replace(
        entry,
        caption=", ".join((named.label, *tones)) if named_by_concept else normalise_caption(entry.caption),
        concept=named.label,
        tags=normalise_tags((*entry.tags, *((SKIN_TONE,) if toned else ()), *named.tags)),
        style=styles.get(entry.style, entry.style),
        synonyms=() if toned else _others(named.label, (plain, *entry.synonyms, *named.synonyms)),
        chinese=() if toned else tuple(dict.fromkeys((*named.chinese, *entry.chinese))),
    )


def _others(label: str, names: Iterable[str]) -> tuple[str, ...]:
    tidy = (normalise_caption(name) for name in names)
    return tuple(dict.fromkeys(name for name in tidy if name and name_key(name) != name_key(label)))


def plain_name(concept: str, code: str = "") -> tuple[str, tuple[str, ...]]:
    """The name without skin tones, and these in words.

    Args:
        code: the character's code points; without a tone in them "traffic light" keeps its light.
    """
    patterns = (LONG_TONE, SHORT_TONE) if TONE_CODES.search(f"-{code.upper()}") else (LONG_TONE,)
    tones: list[str] = []
    for pattern in patterns:
        tones += [f"{found.replace(' ', '-')} skin tone" for found in pattern.findall(concept)]
        concept = pattern.sub("", concept)
    return concept, tuple(tones)


@dataclass(frozen=True, kw_only=True)
class LabelReport:
    """What labelling found: entries, how many names were known, and examples of those that were not."""

    pictures: int
    named: int
    chinese: int
    concepts: int
    styles: dict[str, int]
    unknown: tuple[str, ...]


def label(
    dataset: Dataset, names: Names, styles: Mapping[str, str] | None = None, progress: Progress = lambda *_: None
) -> tuple[Dataset, LabelReport]:
    """Label every entry and write the list.

    Raises:
        BadDataset: when the dataset has no pictures.
    """
    if not dataset.entries:
        raise BadDataset(f"The dataset {dataset.folder} has no pictures.", hint="Add some: train collect.")
    labelled = dataset.with_entries(label_entry(entry, names, styles or {}) for entry in dataset.entries)
    write_dataset(labelled)
    progress("labelled", len(labelled.entries), len(labelled.entries))
    return labelled, _report(labelled, names)


def _report(dataset: Dataset, names: Names) -> LabelReport:
    entries = dataset.used
    unknown = sorted({entry.concept for entry in entries if names.find(entry.concept) is None})
    styles = Counter(entry.style for entry in entries)
    return LabelReport(
        pictures=len(entries),
        named=sum(names.find(entry.concept) is not None for entry in entries),
        chinese=sum(bool(entry.chinese) for entry in entries),
        concepts=len({entry.concept for entry in entries}),
        styles=dict(sorted(styles.items())),
        unknown=tuple(unknown),
    )


@dataclass(frozen=True, kw_only=True)
class Captioning:
    """How captions vary while a model trains; the shares are probabilities.

    Attributes:
        dropout: no words at all, so that the model learns to do without (classifier-free guidance).
        synonyms: another English name instead of the usual one.
        chinese: a Chinese name instead.
        style: the style is named.
        tags: some tags follow, in any order; at most ``most_tags``.
        chinese_styles: Chinese names of styles.
    """

    dropout: float = 0.1
    synonyms: float = 0.15
    chinese: float = 0.2
    style: float = 0.9
    tags: float = 0.1
    most_tags: int = 4
    chinese_styles: Mapping[str, str] = field(default_factory=dict)


PLAIN = Captioning(synonyms=0, chinese=0, tags=0)
"""Captions alone, with style and dropout: for models that have a list of words (``training.words``)."""
CAPTIONINGS = {"varied": Captioning(), "plain": PLAIN}


def caption_at(entry: Entry, captioning: Captioning, *, seed: int, epoch: int) -> str:
    """The caption of a picture in an epoch: a pure function, the same on every machine and after every resume."""
    chance = random.Random(f"{seed}:{epoch}:{entry.file}:{entry.hash}")
    draw = {name: chance.random() for name in ("dropout", "chinese", "synonyms", "style", "tags")}
    if draw["dropout"] < captioning.dropout:
        return ""
    if entry.chinese and draw["chinese"] < captioning.chinese:
        return _in_chinese(entry, captioning, draw["style"], chance)
    names = entry.synonyms if draw["synonyms"] < captioning.synonyms and entry.synonyms else (entry.caption,)
    parts = [chance.choice(names)]
    if entry.style and draw["style"] < captioning.style:
        parts.append(f"{entry.style} style")
    if draw["tags"] < captioning.tags:
        parts.extend(shuffled(entry.tags, chance, captioning.most_tags))
    return ", ".join(part for part in parts if part)


def _in_chinese(entry: Entry, captioning: Captioning, draw: float, chance: random.Random) -> str:
    """The usual name mostly; CLDR's keywords are looser."""
    name = entry.chinese[0] if chance.random() < 0.7 else chance.choice(entry.chinese)
    style = captioning.chinese_styles.get(entry.style, entry.style)
    return f"{name}，{style}风格" if style and draw < captioning.style else name


def shuffled(tags: tuple[str, ...], chance: random.Random, most: int) -> list[str]:
    """Some of the tags, at least one where there are any, in any order."""
    count = min(len(tags), most)
    return chance.sample(tags, chance.randint(1, count)) if count else []
