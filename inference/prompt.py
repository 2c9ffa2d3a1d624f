"""The grammar of prompts: ``(word:1.3)`` ``(word)`` ``[word]`` with escapes, and ``BREAK``.

It is the grammar of A1111 that everyone knows: round brackets weigh 1.1, square ones 1/1.1, a number after a colon
sets the weight, nesting multiplies, a backslash makes a bracket a letter. A bracket that nothing closes reaches to
the end, and a stray closing one is a letter: what people type always means something.

``reweigh`` is what an editor does on Ctrl+Up and Ctrl+Down.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

EMPHASIS = 1.1
LARGEST_WEIGHT = 10.0
STEP = 0.1
STEPPED_RANGE = (0.1, 2.0)
"""Weights that ``reweigh`` goes to; others can be typed."""
_TOKEN = re.compile(
    r"\\[()\[\]\\]|\(|\[|:\s*(?P<weight>[+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*\)|\)|\]|(?:\bBREAK\b)|[^\\()\[\]:B]+|.",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\[()\[\]\\]")
_WORD = re.compile(r"[^\s,.;:!?()\[\]{}<>|\\/\"“”，。；：！？、（）【】《》]+")


@dataclass(frozen=True)
class Span:
    """A run of text with one weight, or a break between chunks (``text`` is then None)."""

    text: str | None
    weight: float = 1.0


class _Text(NamedTuple):
    """A piece of text as it is meant (None: a break), and where it stands in the prompt."""

    meant: str | None
    start: int
    end: int


class _Brackets(NamedTuple):
    """A pair of brackets: its factor holds for the texts from ``first`` up to ``last``.

    In the prompt it reaches from ``start`` to ``end``, and what it holds from ``inside`` to ``outside``.
    """

    kind: str
    factor: float
    said: bool
    """The factor is written in it."""
    first: int
    last: int
    start: int
    inside: int
    outside: int
    end: int


class _Reading(NamedTuple):
    texts: list[_Text]
    pairs: list[_Brackets]
    unclosed: list[_Brackets]


def parse(prompt: str) -> list[Span]:
    """Split a prompt into weighted spans; neighbours of equal weight are joined.

    ``parse("a (red:1.5) [cat]")`` gives ``a `` at 1, ``red`` at 1.5, `` `` at 1 and ``cat`` at 1/1.1.
    """
    return _joined(Span(text.meant, weight) for text, weight in _weighed(_read(prompt)))


def _read(prompt: str) -> _Reading:
    texts: list[_Text] = []
    opened: dict[str, list[tuple[int, int]]] = {"(": [], "[": []}
    reading = _Reading(texts, [], [])

    def close(kind: str, factor: float, outside: int, end: int, *, said: bool = False) -> _Brackets:
        first, start = opened[kind].pop()
        return _Brackets(kind, factor, said, first, len(texts), start, start + 1, outside, end)

    for match in _TOKEN.finditer(prompt):
        token, weight, (start, end) = match[0], match["weight"], match.span()
        if token in opened:
            opened[token].append((len(texts), start))
        elif weight is not None and opened["("]:
            reading.pairs.append(close("(", float(weight), start, end, said=True))
        elif token == ")" and opened["("]:
            reading.pairs.append(close("(", EMPHASIS, start, end))
        elif token == "]" and opened["["]:
            reading.pairs.append(close("[", 1 / EMPHASIS, start, end))
        else:
            meant = None if token == "BREAK" else token[1:] if _ESCAPED.fullmatch(token) else token
            texts.append(_Text(meant, start, end))
    for kind, factor in (("(", EMPHASIS), ("[", 1 / EMPHASIS)):
        while opened[kind]:
            reading.unclosed.append(close(kind, factor, len(prompt), len(prompt)))
    return reading


def _weighed(reading: _Reading) -> Iterator[tuple[_Text, float]]:
    """Each text with its weight; a break has none."""
    every = reading.pairs + reading.unclosed
    products = (_weights(len(reading.texts), [pair for pair in every if pair.kind == kind]) for kind in "([")
    for text, round_, square in zip(reading.texts, *products, strict=True):
        yield text, 1.0 if text.meant is None else _clamped(round_ * square)


def plain(prompt: str) -> str:
    """The words alone: weights, brackets and breaks taken out."""
    return re.sub(r"\s+", " ", "".join(span.text if span.text is not None else " " for span in parse(prompt))).strip()


class Mark(NamedTuple):
    """A stretch of a prompt, from the letter ``start`` up to ``end``, that means more than its letters.

    ``weight`` is that of words, never 1; None for signs: brackets, numbers, BREAK.
    """

    start: int
    end: int
    weight: float | None


class Piece(NamedTuple):
    """A stretch of a prompt in its order.

    Attributes:
        text: as it is meant; None for a break; of a sign as it is written.
        start, end: where it stands.
        pair: of a sign, the number of its brackets; None for text and breaks.
    """

    text: str | None
    start: int
    end: int
    pair: int | None = None


def pieces(prompt: str) -> list[Piece]:
    """All of a prompt, text and signs; the texts of signs and of what is between them make the prompt again."""
    reading = _read(prompt)
    found = [Piece(text.meant, text.start, text.end) for text in reading.texts]
    for number, pair in enumerate(reading.pairs + reading.unclosed):
        edges = ((pair.start, pair.inside), (pair.outside, pair.end))
        found += [Piece(prompt[start:end], start, end, number) for start, end in edges if end > start]
    return sorted(found, key=lambda piece: piece.start)


def escaped(text: str) -> str:
    """A text in which brackets and backslashes are letters."""
    return re.sub(r"[()\[\]\\]", r"\\\g<0>", text)


def marks(prompt: str) -> list[Mark]:
    """What an editor tints, in the prompt's order."""
    found: list[Mark] = []
    at = 0
    for text, weight in _weighed(_read(prompt)):
        if text.start > at:
            found.append(Mark(at, text.start, None))
        if text.meant is None or weight != 1:
            found.append(Mark(text.start, text.end, None if text.meant is None else weight))
        at = text.end
    return [*found, Mark(at, len(prompt), None)] if at < len(prompt) else found


def _weights(count: int, pairs: list[_Brackets]) -> list[float]:
    """The product of the factors over each of ``count`` texts; brackets of one kind are nested."""
    waiting = sorted(pairs, key=lambda pair: (pair.first, -pair.last), reverse=True)
    inside: list[tuple[int, float]] = [(count, 1.0)]
    weights = []
    for i in range(count):
        while inside[-1][0] <= i:
            inside.pop()
        while waiting and waiting[-1].first <= i:
            pair = waiting.pop()
            if pair.last > i:
                inside.append((pair.last, _clamped(inside[-1][1] * _clamped(pair.factor))))
        weights.append(inside[-1][1])
    return weights


def _clamped(weight: float) -> float:
    return math.copysign(min(abs(weight), LARGEST_WEIGHT), weight)


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for (is_break, weight), run in groupby(spans, key=lambda span: (span.text is None, span.weight)):
        texts = [span.text or "" for span in run]
        joined += [Span(None)] * len(texts) if is_break else [Span("".join(texts), weight)]
    return joined


# Ctrl+Up and Ctrl+Down


def reweigh(text: str, start: int, end: int, step: float = STEP) -> tuple[str, int, int]:
    """Give what is selected, or the words at the cursor, another weight.

    A cursor (``start == end``) inside brackets means all that they hold, elsewhere the word it touches. A selection
    is freed of spaces and commas at its ends, and widened to the brackets that it cuts. What has no weight of its own
    is put in brackets, ``(word:1.1)``; ``(word)`` and ``[word]`` get their weight written, rounded to tenths; at 1
    the brackets go, unless other brackets would then stand for them. Nothing is done where no words are meant, at the
    ends of the range, and where brackets would change the meaning of the text around them.

    Args:
        text: a prompt.
        start, end: of the selection, in letters.
        step: added to the weight; less than 0 takes away. The weight stays between 0.1 and 2.

    Returns:
        The prompt, and the words' start and end in it, which are to be selected: doing it again means the same words,
        and the opposite step gives the text back where all weights were written (at 1, brackets that held spaces or
        commas at their ends come back without them).
    """
    start, end = sorted(min(max(place, 0), len(text)) for place in (start, end))
    reading = _read(text)
    chosen = _chosen(text, reading, start, end)
    if chosen is None:
        return text, start, end
    weight = _stepped(chosen.factor, step)
    if weight == chosen.factor:
        return text, *_trimmed(text, chosen.inside, chosen.outside)
    words = text[chosen.inside : chosen.outside]
    brackets = ("(", f":{_number(weight)})")
    for opening, closing in [("", ""), brackets] if weight == 1 else [brackets]:
        made = f"{text[: chosen.start]}{opening}{words}{closing}{text[chosen.end :]}"
        inside = chosen.start + len(opening)
        place = _trimmed(made, inside, inside + len(words))
        after = _read(made)
        holding = _exactly(made, after, *place)
        if (holding and holding.inside) == (inside if opening else None) and _means_the_same(
            reading, chosen, after, inside
        ):
            return made, *place
    return text, start, end


def _chosen(text: str, reading: _Reading, start: int, end: int) -> _Brackets | None:
    """The brackets that are meant, or brackets of weight 1 that are not there yet; None: no words are meant."""
    if start == end:
        pair = _around(reading, start) or _word(text, reading, start) or _touched(reading, start)
    else:
        pair = _selected(text, reading, *_trimmed(text, start, end))
    if pair is None or not _has_words(reading, pair):
        return None
    return pair if pair.said or pair.start == pair.inside else _outermost(reading, pair)


def _selected(text: str, reading: _Reading, start: int, end: int) -> _Brackets | None:
    pair = _exactly(text, reading, start, end)
    if pair is not None or start == end:
        return pair
    start, end = _widened(reading, start, end)
    return _exactly(text, reading, start, end) or _unbracketed(reading, start, end)


def _unbracketed(reading: _Reading, start: int, end: int) -> _Brackets:
    """A backslash that is a letter comes along, lest it make a letter of the bracket."""
    start -= any(part.meant == "\\" and (part.start, part.end) == (start - 1, start) for part in reading.texts)
    return _Brackets("(", 1.0, False, 0, 0, start, start, end, end)


def _has_words(reading: _Reading, pair: _Brackets) -> bool:
    letters = (letter for letter, place, _ in _letters(reading) if pair.inside <= place < pair.outside)
    return any(letter and letter != "," and not letter.isspace() for letter in letters)


def _around(reading: _Reading, place: int) -> _Brackets | None:
    """The smallest pair that a cursor stands in."""
    around = (pair for pair in reading.pairs if pair.start < place < pair.end)
    return min(around, key=lambda pair: pair.end - pair.start, default=None)


def _touched(reading: _Reading, place: int) -> _Brackets | None:
    """The largest pair that begins or ends where the cursor stands."""
    touched = (pair for pair in reading.pairs if place in (pair.start, pair.end))
    return max(touched, key=lambda pair: pair.end - pair.start, default=None)


def _word(text: str, reading: _Reading, place: int) -> _Brackets | None:
    touched = (match.span() for match in _WORD.finditer(text) if match.start() <= place <= match.end())
    return next((_unbracketed(reading, *span) for span in touched), None)


def _widened(reading: _Reading, start: int, end: int) -> tuple[int, int]:
    """So that no escape and no brackets are cut."""
    wholes = [part for part in reading.texts if part.meant is None or len(part.meant) < part.end - part.start]
    before = None
    while before != (start, end):
        before = start, end
        for whole in (*wholes, *reading.pairs):
            apart = end <= whole.start or start >= whole.end
            around = start <= whole.start and whole.end <= end
            within = isinstance(whole, _Brackets) and whole.inside <= start and end <= whole.outside
            if not (apart or around or within):
                start, end = min(start, whole.start), max(end, whole.end)
    return start, end


def _exactly(text: str, reading: _Reading, start: int, end: int) -> _Brackets | None:
    """The pair that holds just this, else the pair that is just this."""
    holding = [pair for pair in reading.pairs if _trimmed(text, pair.inside, pair.outside) == (start, end)]
    being = [pair for pair in reading.pairs if (pair.start, pair.end) == (start, end)]
    return next(iter(holding + being), None)


def _outermost(reading: _Reading, pair: _Brackets) -> _Brackets:
    """``((word))`` is one emphasis; its weight in tenths."""
    factor, start, end = pair.factor, pair.start, pair.end
    by_inside = {
        (each.inside, each.outside): each for each in reading.pairs if not each.said and each.kind == pair.kind
    }
    while (start, end) in by_inside:
        outer = by_inside[start, end]
        factor, start, end = factor * outer.factor, outer.start, outer.end
    return pair._replace(factor=round(factor, 1), start=start, end=end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] == ","):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] == ","):
        end -= 1
    return start, end


def _stepped(weight: float, step: float) -> float:
    least, most = STEPPED_RANGE
    stepped = round(weight + step, 10)
    return max(weight, min(stepped, most)) if step > 0 else min(weight, max(stepped, least))


def _number(weight: float) -> str:
    digits = f"{weight:.10f}".rstrip("0")
    return digits + "0" if digits.endswith(".") else digits


def _means_the_same(before: _Reading, chosen: _Brackets, after: _Reading, inside: int) -> bool:
    """The letters are the same, and those around the words weigh the same."""
    outside = inside + chosen.outside - chosen.inside
    old, new = (list(_letters(reading)) for reading in (before, after))
    if [letter for letter, _, _ in old] != [letter for letter, _, _ in new]:
        return False
    for (_, was, weighed), (_, now, weighs) in zip(old, new, strict=True):
        among = inside <= now < outside
        if among != (chosen.inside <= was < chosen.outside) or not (among or math.isclose(weighed, weighs)):
            return False
    return True


def _letters(reading: _Reading) -> Iterator[tuple[str | None, int, float]]:
    """Each letter (or break), where it stands, and its weight."""
    for text, weight in _weighed(reading):
        if text.meant is None or text.end - text.start != len(text.meant):
            yield text.meant, text.start, weight
        else:
            yield from ((letter, text.start + i, weight) for i, letter in enumerate(text.meant))
