"""The words that a model was trained on (``inference.words_file``), from the captions of its pictures."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from inference.files import write_text
from inference.manifest import MANIFEST_FILE, hash_file
from inference.nearest import Concept
from inference.word_forms import UNIT, key_of, keys_of
from inference.word_tables import QUIET
from inference.words import COLOURS, Vocabulary
from inference.words_file import WORDS_FILE, read_words, write_words
from training.choose import CHINESE_COLOURS
from training.dataset import Entry
from training.label import SKIN_TONE, Captioning, normalise_caption

LONGEST_NAME = 4
"""Words of a caption that is a name; a longer one is one only when somebody gave it other names."""
COMMON = 0.02
"""Share of captions from which "a" and "with" are words of theirs, and not a name's."""


def words_of(entries: Iterable[Entry], captioning: Captioning | None = None) -> Vocabulary:
    """What a text encoder hears of these pictures.

    A concept's label is its name where a picture has that as its caption, or has it but for a colour (icons of one
    colour), else the caption that most have. Words of tags count where tags were in captions.
    """
    captioning = captioning or Captioning()
    groups: dict[str, list[Entry]] = defaultdict(list)
    seen: list[Entry] = []
    for entry in entries:
        seen.append(entry)
        groups[normalise_caption(entry.concept or entry.caption)].append(entry)
    concepts: dict[tuple[str, ...], tuple[str, Concept]] = {}
    for name, group in groups.items():
        label = _label(name, group)
        if keys_of(label) and _is_name(label, group):
            known = concepts.get(keys_of(label), (label, Concept()))
            concepts[keys_of(label)] = known[0], _merged(known[1], _concept(name, known[0], group))
    styles = sorted({entry.style for entry in seen if entry.style and captioning.style > 0})
    return Vocabulary(
        dict(sorted(concepts.values())),
        {style: _some(captioning.chinese_styles.get(style, "")) for style in styles},
        tuple(sorted(_words(seen, concepts, captioning))),
    )


def _label(name: str, group: list[Entry]) -> str:
    captions = Counter(normalise_caption(entry.caption) for entry in group if entry.caption)
    if name in captions or not captions or any(_uncoloured(caption) == name for caption in captions):
        return name
    return min(captions, key=lambda caption: (-captions[caption], len(caption), caption))


def _uncoloured(caption: str) -> str:
    return " ".join(word for word in caption.split() if word not in COLOURS)


def _is_name(label: str, group: list[Entry]) -> bool:
    return len(keys_of(label)) <= LONGEST_NAME or any(entry.synonyms or entry.chinese for entry in group)


def _concept(name: str, label: str, group: list[Entry]) -> Concept:
    toned = [entry for entry in group if SKIN_TONE not in entry.tags]
    names = (normalise_caption(each) for entry in group for each in (name, *_untinted(entry.synonyms, entry, label)))
    return Concept(
        tuple(
            dict.fromkeys(each for each in (*names, *_pictographs(toned)) if keys_of(each) not in ((), keys_of(label)))
        ),
        tuple(
            dict.fromkeys(
                each.strip() for entry in group for each in _untinted(entry.chinese, entry, label) if each.strip()
            )
        ),
        tuple(dict.fromkeys(tag for entry in group for tag in entry.tags if keys_of(tag) and tag != SKIN_TONE)),
    )


def _untinted(names: Iterable[str], entry: Entry, label: str) -> Iterator[str]:
    """Names of a picture in a colour that its concept does not have, without the colour: "crate" for "red crate"."""
    tint = entry.caption.removesuffix(label).strip() if entry.caption.endswith(f" {label}") else ""
    if tint not in CHINESE_COLOURS:
        return iter(names)
    return (name.removeprefix(f"{tint} ").removeprefix(CHINESE_COLOURS[tint]) for name in names)


def _pictographs(entries: Iterable[Entry]) -> Iterator[str]:
    """The characters that the pictures are of."""
    for entry in entries:
        codes = str(entry.extra.get("codepoint", "")).split("-")
        try:
            character = "".join(chr(int(code, 16)) for code in codes)
        except (ValueError, OverflowError):
            continue
        if not any(letter.isascii() for letter in character):
            yield character


def _words(
    entries: list[Entry], concepts: dict[tuple[str, ...], tuple[str, Concept]], captioning: Captioning
) -> Iterator[str]:
    """Words of captions that are in no name; those that say little where they are common."""
    heard = Counter(word for entry in entries for word in set(UNIT.findall(normalise_caption(entry.caption))))
    if captioning.tags > 0:
        heard.update(word for entry in entries for tag in set(entry.tags) for word in UNIT.findall(tag))
    named = {key for keys in concepts for key in keys}
    done: set[str] = set()
    for word, count in heard.most_common():
        key = key_of(word)
        quiet = key in QUIET and count < COMMON * len(entries)
        if key not in done and not quiet and (key not in named or key in QUIET):
            done.add(key)
            yield word


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _merged(one: Concept, other: Concept) -> Concept:
    return Concept(*(tuple(dict.fromkeys((*getattr(one, name), *getattr(other, name)))) for name in vars(one)))


def added(base: Vocabulary, more: Vocabulary) -> Vocabulary:
    """A model's words after it was trained on further pictures; labels of the first stay."""
    labels = {keys_of(label): label for label in base.concepts}
    concepts = dict(base.concepts)
    for label, concept in more.concepts.items():
        own = labels.get(keys_of(label), label)
        concepts[own] = _merged(concepts.get(own, Concept()), concept)
    styles = {style: base.styles.get(style, ()) or names for style, names in {**base.styles, **more.styles}.items()}
    return Vocabulary(concepts, styles, tuple(dict.fromkeys((*base.words, *more.words))))


def words_after(base: Path | None, entries: Iterable[Entry], captioning: Captioning | None = None) -> Vocabulary | None:
    """The words of a model that goes on from the one in ``base`` (None: from nothing).

    None when the base does not say which it knows: it may know many that these pictures do not show.
    """
    more = words_of(entries, captioning)
    if base is None:
        return more
    known = read_words(base)
    return None if known is None else added(known, more)


def put_words(words: Vocabulary, folder: Path) -> Path:
    """Write the words into a model folder; where it has a manifest with hashes, their hash, too."""
    path, manifest = write_words(words, folder), folder / MANIFEST_FILE
    if manifest.is_file():
        values = json.loads(manifest.read_text("utf-8"))
        if values.get("hashes"):
            values["hashes"][WORDS_FILE] = hash_file(path)
            write_text(manifest, json.dumps(values, indent=2, ensure_ascii=False) + "\n")
    return path
