"""The names nearest to a word that a model does not know: by meaning, by spelling, by what they share."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from inference.word_forms import forms, is_chinese, key_of, keys_of
from inference.word_tables import CHINESE, MEANINGS

MOST = 3
LEAST, TYPO = 0.7, 0.8
"""Likeness of two spellings (difflib's ratio) from which one is worth naming, and from which it is what was meant when
both begin alike and are not short."""
LEAST_SHARED = 0.5
"""Share of Chinese characters that two names have in common."""
LONGEST = 40
"""Letters of a word that is looked up."""
STEM = 4
"""Letters that two words begin with to be of one stem."""
KEPT = 1000
"""Answers that are remembered."""


@dataclass(frozen=True)
class Concept:
    """What else a concept is called, and words that go with it."""

    synonyms: tuple[str, ...] = ()
    chinese: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Nearest:
    """Looks up the nearest of known names.

    Args:
        concepts: by label; what is found is mostly one of these.
        words: plain words.
        styles: as captions name them.
    """

    def __init__(self, concepts: Mapping[str, Concept], words: Sequence[str], styles: Sequence[str] = ()) -> None:
        self._concepts = concepts
        self._names: dict[str, str] = {}
        """What is shown for each name, by its key."""
        self._holding: dict[str, list[str]] = defaultdict(list)
        self._tagged: dict[str, list[str]] = defaultdict(list)
        self._known: dict[str, tuple[str, ...]] = {}
        for name in (*concepts, *words, *styles):
            self._names.setdefault(" ".join(keys_of(name)), name)
            for key in set(keys_of(name)):
                self._holding[key].append(name)
        for label, concept in concepts.items():
            for name in concept.synonyms:
                self._names.setdefault(" ".join(keys_of(name)), name)
                for key in set(keys_of(name)):
                    self._holding[key].append(label)
            for tag in concept.tags:
                self._tagged[" ".join(keys_of(tag))].append(label)
        self._names.pop("", None)
        self._letters = [(name, shown, _letters(name)) for name, shown in self._names.items()]

    def to(self, word: str) -> tuple[str, ...]:
        """At most three names, the nearest first; in the word's own language where there are some."""
        if len(word) > LONGEST:
            return ()
        if word not in self._known:
            if len(self._known) >= KEPT:
                self._known.clear()
            scored = self._chinese(word) if is_chinese(word) else self._english(key_of(word))
            best: dict[str, float] = {}
            for name, score in scored:
                best[name] = max(score, best.get(name, 0))
            ordered = sorted(best, key=lambda name: (-best[name], name not in self._concepts, len(name), name))
            self._known[word] = tuple(ordered[:MOST])
        return self._known[word]

    def _english(self, key: str) -> Iterator[tuple[str, float]]:
        own = dict.fromkeys([key, *forms(key)])
        yield from self._alike(key)
        yield from ((label, 0.9) for form in own for label in self._tagged.get(form, ()))
        yield from ((name, 0.85) for form in own for name in self._holding.get(form, ()))
        for place, meant in enumerate(meanings(own)):
            yield from ((name, score - place / 100) for name, score in self._meant(meant))

    def _meant(self, word: str) -> Iterator[tuple[str, float]]:
        """Names that are a word, hold it, or are tagged with it."""
        for form in (word, *forms(word)):
            if form in self._names:
                yield self._names[form], 0.97
            yield from ((name, 0.93) for name in self._holding.get(form, ()))
            yield from ((label, 0.78) for label in self._tagged.get(form, ()))

    def _alike(self, key: str) -> Iterator[tuple[str, float]]:
        matcher = difflib.SequenceMatcher(b=key, autojunk=False)
        own = _letters(key)
        for name, shown, letters in self._letters:
            short, long = (key, name) if len(key) < len(name) else (name, key)
            if len(short) >= STEM and long.startswith(short):
                yield shown, 0.8 + 0.18 * len(short) / len(long)
            most = len(key) - (own & ~letters).bit_count()
            if 2 * min(most, len(name)) < LEAST * (len(key) + len(name)):
                continue  # not even if all letters that both have stood in one order
            matcher.set_seq1(name)
            if matcher.quick_ratio() < LEAST:
                continue
            ratio = matcher.ratio()
            if ratio >= LEAST:
                meant = ratio >= TYPO and key[0] == name[0] and len(key) > STEM
                yield shown, 0.9 + ratio / 10 if meant else ratio

    def _chinese(self, word: str) -> Iterator[tuple[str, float]]:
        letters = Counter(word)
        for concept in self._concepts.values():
            for name in concept.chinese:
                common = (letters & Counter(name)).total()
                shared = 2 * common / (len(word) + len(name))
                if shared > LEAST_SHARED or (shared == LEAST_SHARED and word[-1] == name[-1]):
                    yield name, shared
                elif common == len(word):
                    yield name, LEAST_SHARED
        for names, english in CHINESE.items():
            if word in names.split():
                for place, meant in enumerate(meanings(dict.fromkeys(english.split()))):
                    yield from ((self._in_chinese(name), score - place / 100) for name, score in self._meant(meant))

    def _in_chinese(self, name: str) -> str:
        chinese = self._concepts[name].chinese if name in self._concepts else ()
        return chinese[0] if chinese else name


def _letters(word: str) -> int:
    """The letters that are in a word, as bits (of code points modulo 64)."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def meanings(words: Mapping[str, object]) -> list[str]:
    """The words themselves, and words near in meaning to them, the nearest first."""
    rows = [near.split() for row, near in MEANINGS.items() if not words.keys().isdisjoint(row.split())]
    rows += [near.split() for near in MEANINGS.values() if not words.keys().isdisjoint(near.split())]
    return list(dict.fromkeys([*words, *(word for row in rows for word in row)]))
