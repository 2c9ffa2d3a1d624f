"""The words that a model knows: a prompt in English or Chinese becomes what it was trained on, and what it does not
know is told with the nearest that it does.

Full-width signs are those of the grammar of prompts, too. Light and pure: the window, the command line and the engine
read a prompt alike. Models without a vocabulary (``inference.words_file``) take prompts as they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple

from inference.nearest import Concept, Nearest
from inference.prompt import Piece, escaped, pieces
from inference.word_forms import UNIT, WIDE, forms, is_chinese, key_of, keys_of
from inference.word_tables import CHINESE, CHINESE_COLOURS, QUIET, QUIET_CHINESE

MOST_TOLD = 8
"""Unknown words in one sentence."""
STYLE, CHINESE_STYLE = "style", "风格"

_PART = re.compile(r"[,;:.!?\n]")
_WITHIN = re.compile(r"[^,;:!?\n]*")
"""What may stand between the words of a name that has none of these itself."""
COLOURS = frozenset(word for words in CHINESE_COLOURS.values() for word in words.split())
"""English words of colours."""


class Unknown(NamedTuple):
    """A word of a prompt that a model does not know.

    Attributes:
        word: as it was typed.
        start, end: where it stands in the prompt.
        near: the nearest known names, at most three, the nearest first; may be empty.
    """

    word: str
    start: int
    end: int
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A prompt as the text encoder reads it, and what was left out."""

    text: str
    unknown: tuple[Unknown, ...] = ()


class _Kind(Enum):
    LABEL = "label"
    STYLE = "style"
    PLAIN = "plain"
    SYNONYM = "synonym"
    QUIET = "quiet"
    UNKNOWN = "unknown"


class _Name(NamedTuple):
    """What a name stands for.

    Attributes:
        text: for the text encoder; "" leaves it out.
        alone: a concept that the word stands for where nothing else is said.
        meant: English words of an unknown Chinese one.
    """

    text: str
    kind: _Kind
    alone: str = ""
    meant: str = ""


class _Unit(NamedTuple):
    key: str
    start: int
    end: int
    before: str


class _Match(NamedTuple):
    name: _Name
    start: int
    end: int
    part: int


@dataclass
class _Part:
    """What is said between two commas: how many names, and the colours among the plain words."""

    count: int = 0
    things: int = 0
    colours: set[str] = field(default_factory=set)

    def add(self, name: _Name) -> None:
        self.count += 1
        if name.kind is _Kind.PLAIN and name.text in COLOURS:
            self.colours.add(name.text)
        else:
            self.things += bool(name.text)

    def said(self, name: _Name) -> str:
        """The words for a name of this part.

        A plain word that is a synonym too stands for its concept only where it is all that is said, but for a colour. A
        concept's own colour goes where another is asked for.
        """
        if self.count == 1:
            return name.alone or name.text
        stands = bool(name.alone) and self.things == 1 and name.text not in COLOURS
        text = name.alone if stands else name.text
        words = text.split()
        if (stands or name.kind is _Kind.SYNONYM) and self.colours and not COLOURS.issuperset(words):
            return " ".join(word for word in words if word not in COLOURS)
        return text


@dataclass(frozen=True)
class Vocabulary:
    """What a model was trained on; ``read`` is a pure function of it and a prompt.

    Attributes:
        concepts: by caption, as the text encoder saw it.
        styles: Chinese names of each style.
        words: other words of captions.
        taught: words that somebody has taught the model since (``inference.embeddings``), as they are typed.
    """

    concepts: Mapping[str, Concept] = field(default_factory=dict)
    styles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    taught: tuple[str, ...] = ()

    def knowing(self, taught: tuple[str, ...]) -> Vocabulary:
        """The same with other taught words."""
        if taught == self.taught:
            return self
        return self._with_taught.setdefault(taught, replace(self, taught=taught))

    def read(self, prompt: str) -> Reading:
        """Turn a prompt into the words that the model was trained on; weights and breaks stay.

        Reading the text again gives it unchanged, and finds nothing unknown in it.
        """
        first = text, unknown = self._read(prompt)
        for _ in range(8):
            again, _ = self._read(text)
            if again == text:
                return Reading(text, unknown)
            text = again
        return Reading(*first)

    # Names

    @cached_property
    def _with_taught(self) -> dict[tuple[str, ...], Vocabulary]:
        return {}

    @cached_property
    def plain(self) -> dict[str, str]:
        """Words that the text encoder has seen, by key; those that say little only where ``words`` has them."""
        within = (word for label in (*self.concepts, *self.styles) for word in UNIT.findall(label))
        words = (*self.words, *(word for word in within if key_of(word) not in QUIET))
        found: dict[str, str] = {}
        for word in words:
            keys = keys_of(word)
            if len(keys) == 1:
                found.setdefault(keys[0], word.lower())
        return found

    @cached_property
    def _names(self) -> dict[tuple[str, ...], _Name]:
        names: dict[tuple[str, ...], _Name] = {}

        def add(name: str, text: str, kind: _Kind, **more: str) -> None:
            keys = keys_of(name)
            if keys and keys not in names:
                names[keys] = _Name(text, kind, **more)

        for word in self.taught:
            add(word, word, _Kind.LABEL)
        for label in self.concepts:
            add(label, label, _Kind.LABEL)
        for style, chinese in self.styles.items():
            for name in (f"{style} {STYLE}", *(each + CHINESE_STYLE for each in (style, *chinese))):
                add(name, f"{style} {STYLE}", _Kind.STYLE)
        self._add_plain(add)
        for label, concept in self.concepts.items():
            for name in concept.chinese:
                add(name, label, _Kind.SYNONYM)
        for name in (*QUIET, *QUIET_CHINESE):
            add(name, "", _Kind.QUIET)
        for label, concept in self.concepts.items():
            for name in concept.synonyms:
                add(name, _coloured(name, label), _Kind.SYNONYM)
        self._add_chinese(names, add)
        return names

    def _add_plain(self, add: Any) -> None:
        """Plain words; one that is also a synonym stands for its concept where it stands alone."""
        alone: dict[str, str] = {}
        for label, concept in self.concepts.items():
            for name in concept.synonyms:
                alone.setdefault(" ".join(keys_of(name)), label)
        for key, word in self.plain.items():
            add(word, word, _Kind.PLAIN, alone=alone.get(key, ""))
        for word in self.words:  # of several units: t-shirt
            add(word, word.lower(), _Kind.PLAIN)
        if self.styles:
            add(STYLE, STYLE, _Kind.PLAIN)

    @staticmethod
    def _add_chinese(names: dict[tuple[str, ...], _Name], add: Any) -> None:
        for chinese, english in CHINESE.items():
            seen = (names.get(keys) for word in english.split() for keys in _singular_or_plural(keys_of(word)))
            known = next((found for found in seen if found and found.text), None)
            for name in chinese.split():
                if known:
                    add(name, known.text, known.kind, alone=known.alone)
                else:
                    add(name, "", _Kind.UNKNOWN, meant=english)

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self.concepts, self.words, tuple(f"{style} {STYLE}" for style in self.styles))

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._names), default=0)

    def _named(self, keys: tuple[str, ...]) -> _Name | None:
        """What a name stands for; singular and plural of its last word are one."""
        found = self._names.get(keys)
        if found is None and keys:
            others = (self._names.get(form) for form in _singular_or_plural(keys))
            found = next((each for each in others if each and each.kind is not _Kind.QUIET), None)
        return found if found and found.kind is not _Kind.UNKNOWN else None

    # Reading

    def _read(self, prompt: str) -> tuple[str, tuple[Unknown, ...]]:
        prompt_ = prompt.translate(WIDE)
        items: list[_Match | Piece] = []
        part = 0
        for run in _runs(pieces(prompt_)):
            if isinstance(run, Piece):
                part += run.pair is None
                items.append(run)
                continue
            units, after = _units(run)
            for match in self._matches(units, part):
                items.append(match)
                part = match.part
            part += bool(_PART.search(after))
        return self._written(items), tuple(self._unknown(prompt, items))

    def _matches(self, units: Sequence[_Unit], part: int) -> Iterator[_Match]:
        """The names in a run of text: as few unknown words as can be, then as few names, the first one longest."""
        best: list[tuple[int, int, int, _Name | None]] = [(0, 0, 0, None)]
        for at in range(len(units) - 1, -1, -1):
            unknown, names, *_ = best[-1]
            choice: tuple[int, int, int, _Name | None] = (unknown + 1, names + 1, 1, None)
            for length, name in self._names_at(units, at):
                unknown, names, *_ = best[-length]
                choice = min(choice, (unknown, names + 1, length, name), key=lambda each: (each[0], each[1], -each[2]))
            best.append(choice)
        at = 0
        while at < len(units):
            _, _, length, name = best[len(units) - at]
            part += bool(_PART.search(units[at].before))
            yield _Match(name or _Name("", _Kind.UNKNOWN), units[at].start, units[at + length - 1].end, part)
            at += length

    def _names_at(self, units: Sequence[_Unit], at: int) -> Iterator[tuple[int, _Name]]:
        keys: tuple[str, ...] = ()
        whole = True
        for unit in units[at : at + self._longest]:
            whole = not keys or (whole and _WITHIN.fullmatch(unit.before) is not None)
            keys = (*keys, unit.key)
            name = self._named(keys)
            if name is not None and (whole or not _WITHIN.fullmatch(name.text)):
                yield len(keys), name

    def _unknown(self, prompt: str, items: Iterable[_Match | Piece]) -> Iterator[Unknown]:
        """Unknown words in their order; Chinese characters that follow each other are one."""
        places: list[tuple[int, int]] = []
        for item in items:
            if not isinstance(item, _Match) or item.name.kind is not _Kind.UNKNOWN:
                continue
            follows = bool(places) and places[-1][1] == item.start
            if follows and is_chinese(prompt[item.start]) and is_chinese(prompt[item.start - 1]):
                places[-1] = (places[-1][0], item.end)
            else:
                places.append((item.start, item.end))
        for start, end in places:
            word = prompt[start:end]
            yield Unknown(word, start, end, self._nearest.to(word))

    def _written(self, items: Sequence[_Match | Piece]) -> str:
        """What was found as a prompt: brackets that hold nothing go, spaces and commas are put between."""
        parts: dict[int, _Part] = defaultdict(_Part)
        for item in items:
            if isinstance(item, _Match) and item.name.text:
                parts[item.part].add(item.name)
        held, following = _held(items), _following(items)
        out: list[str] = []
        last: int | None = None
        """The part of what was written last, None where nothing is to be put between."""
        for item, part in zip(items, following, strict=True):
            opens = isinstance(item, Piece) and item.text in ("(", "[") and item.pair in held
            if last is not None and part is not None and (opens or (isinstance(item, _Match) and item.name.text)):
                out.append(" " if last == part else ", ")
                last = None
            if isinstance(item, _Match):
                if item.name.text:
                    out.append(escaped(parts[item.part].said(item.name)))
                    last = item.part
            elif item.pair is None:
                out.append(" BREAK ")
                last = None
            elif item.pair in held:
                out.append(item.text or "")
        return "".join(out).strip()


def _coloured(name: str, label: str) -> str:
    """A label with the colours of another name that it lacks: a red car is a "red automobile"."""
    colours = (word for word in name.lower().split() if word in COLOURS and word not in label.split())
    return " ".join((*colours, label))


def _singular_or_plural(keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield keys
    yield from ((*keys[:-1], form) for form in forms(keys[-1]))


def _held(items: Sequence[_Match | Piece]) -> set[int]:
    """Numbers of the brackets with something said inside; those that nothing closes reach to the end."""
    said = 0
    opened: dict[int, int] = {}
    held: set[int] = set()
    for item in items:
        if isinstance(item, _Match):
            said += bool(item.name.text)
        elif item.pair is not None and item.pair not in opened:
            opened[item.pair] = said
        elif item.pair is not None and opened.pop(item.pair) < said:
            held.add(item.pair)
    return held | {pair for pair, before in opened.items() if before < said}


def _following(items: Sequence[_Match | Piece]) -> list[int | None]:
    """For each the part of what is said there or next; None after the last and before a break."""
    parts: list[int | None] = []
    part: int | None = None
    for item in reversed(items):
        if isinstance(item, _Match):
            part = item.part if item.name.text else part
        elif item.pair is None:
            part = None
        parts.append(part)
    return parts[::-1]


def _runs(parts: Iterable[Piece]) -> Iterator[list[tuple[str, int]] | Piece]:
    """Letters with their places as they follow each other; signs and breaks between."""
    run: list[tuple[str, int]] = []
    for piece in parts:
        if piece.text is not None and piece.pair is None:
            whole = piece.end - piece.start == len(piece.text)
            run += [(letter, piece.start + at if whole else piece.start) for at, letter in enumerate(piece.text)]
            continue
        if run:
            yield run
            run = []
        yield piece
    if run:
        yield run


def _units(run: Sequence[tuple[str, int]]) -> tuple[list[_Unit], str]:
    """The words of a run, and what follows the last."""
    text = "".join(letter for letter, _ in run)
    units, at = [], 0
    for match in UNIT.finditer(text):
        places = run[match.start()][1], run[match.end() - 1][1] + 1
        units.append(_Unit(key_of(match[0]), *places, text[at : match.start()]))
        at = match.end()
    return units, text[at:]


def unknown_words(vocabulary: Vocabulary | None, *prompts: str) -> tuple[Unknown, ...]:
    """The unknown words of several prompts, each once; places are those in its own prompt."""
    if vocabulary is None:
        return ()
    found = (each for prompt in prompts for each in vocabulary.read(prompt).unknown)
    return tuple({key_of(each.word): each for each in reversed(list(found))}.values())[::-1]


def told(unknown: Sequence[Unknown]) -> str:
    """One sentence on words that were left out."""
    notes: list[str] = []
    for each in unknown[:MOST_TOLD]:
        if each.near:
            notes.append(f"'{each.word}' (nearest: {', '.join(each.near)})")
        else:
            notes.append(f"'{each.word}'")
    if len(unknown) > MOST_TOLD:
        notes.append(f"{len(unknown) - MOST_TOLD} more")
    return f"Words that the model does not know are left out: {'; '.join(notes)}."
