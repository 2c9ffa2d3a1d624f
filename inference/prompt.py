"""The grammar of prompts: ``(word:1.3)`` ``(word)`` ``[word]`` with escapes, and ``BREAK``.

It is the grammar of A1111 that everyone knows: round brackets weigh 1.1, square ones 1/1.1, a number after a colon
sets the weight, nesting multiplies, a backslash makes a bracket a letter. A bracket that nothing closes reaches to
the end, and a stray closing one is a letter: what people type always means something.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

EMPHASIS = 1.1
LARGEST_WEIGHT = 10.0
_TOKEN = re.compile(
    r"\\[()\[\]\\]|\(|\[|:\s*(?P<weight>[+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*\)|\)|\]|(?:\bBREAK\b)|[^\\()\[\]:B]+|.",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\[()\[\]\\]")


@dataclass(frozen=True)
class Span:
    """A run of text with one weight, or a break between chunks (``text`` is then None)."""

    text: str | None
    weight: float = 1.0


class _Scale(NamedTuple):
    """A pair of brackets: its factor holds for the texts from ``start`` up to ``end``."""

    start: int
    end: int
    factor: float


def parse(prompt: str) -> list[Span]:
    """Split a prompt into weighted spans; neighbours of equal weight are joined.

    ``parse("a (red:1.5) [cat]")`` gives ``a `` at 1, ``red`` at 1.5, `` `` at 1 and ``cat`` at 1/1.1.
    """
    texts: list[str | None] = []
    scales: dict[str, list[_Scale]] = {"(": [], "[": []}
    opened: dict[str, list[int]] = {"(": [], "[": []}

    def close(bracket: str, factor: float) -> None:
        scales[bracket].append(_Scale(opened[bracket].pop(), len(texts), factor))

    for match in _TOKEN.finditer(prompt):
        token, weight = match[0], match["weight"]
        if token in opened:
            opened[token].append(len(texts))
        elif weight is not None and opened["("]:
            close("(", float(weight))
        elif token == ")" and opened["("]:
            close("(", EMPHASIS)
        elif token == "]" and opened["["]:
            close("[", 1 / EMPHASIS)
        elif token == "BREAK":
            texts.append(None)
        else:
            texts.append(token[1:] if _ESCAPED.fullmatch(token) else token)
    while opened["("]:
        close("(", EMPHASIS)
    while opened["["]:
        close("[", 1 / EMPHASIS)
    products = zip(*(_weights(len(texts), scales[bracket]) for bracket in "(["), strict=True)
    return _joined(
        Span(text, 1.0 if text is None else _clamped(round_ * square))
        for text, (round_, square) in zip(texts, products, strict=True)
    )


def plain(prompt: str) -> str:
    """The words alone: weights, brackets and breaks taken out."""
    return re.sub(r"\s+", " ", "".join(span.text if span.text is not None else " " for span in parse(prompt))).strip()


def _weights(count: int, scales: list[_Scale]) -> list[float]:
    """The product of the scales over each of ``count`` texts; brackets of one kind are nested."""
    waiting = sorted(scales, key=lambda scale: (scale.start, -scale.end), reverse=True)
    inside: list[tuple[int, float]] = [(count, 1.0)]
    weights = []
    for i in range(count):
        while inside[-1][0] <= i:
            inside.pop()
        while waiting and waiting[-1].start <= i:
            scale = waiting.pop()
            if scale.end > i:
                inside.append((scale.end, _clamped(inside[-1][1] * _clamped(scale.factor))))
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
