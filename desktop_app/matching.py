"""Finding a text by some of its letters, in their order, as command palettes do."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

START, WORD, NEXT, GAP = 12, 8, 6, -3
"""For a letter at the start of the text, at the start of a word, right behind the one before, and each gap."""


class Match(NamedTuple):
    """How well a text fits (more is better), and where the letters were found."""

    score: float
    places: tuple[int, ...]


def match(query: str, text: str) -> Match | None:
    """The best way to find the query's letters in the text in their order; its words may come in any order.

    Upper and lower case are one. Texts of equal fit score higher the shorter they are. None: it is not to be found.
    """
    lowered = "".join(letter.lower()[:1] for letter in text)
    found = [_best(word, lowered) for word in query.lower().split()]
    if any(each is None for each in found):
        return None
    matches = [each for each in found if each is not None]
    places = sorted({place for each in matches for place in each.places})
    return Match(sum(each.score for each in matches) - len(text) / 100, tuple(places))


def _best(query: str, text: str) -> Match | None:
    """By dynamic programming over (letters of the query, letters of the text)."""
    if not _holds(query, text):
        return None

    @cache
    def best(at: int, start: int, follows: bool) -> Match | None:
        if at == len(query):
            return Match(0, ())
        found: Match | None = None
        place = text.find(query[at], start)
        while place != -1:
            rest = best(at + 1, place + 1, True)
            if rest is None:
                break
            score = _worth(text, place, follows and place == start) + rest.score
            score += GAP if follows and place != start else 0
            if found is None or score > found.score:
                found = Match(score, (place, *rest.places))
            place = text.find(query[at], place + 1)
        return found

    return best(0, 0, False)


def _worth(text: str, place: int, next_to_last: bool) -> int:
    if place == 0:
        return START
    if next_to_last:
        return NEXT
    return WORD if not text[place - 1].isalnum() else 0


def _holds(query: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in query)
