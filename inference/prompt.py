"""The grammar of prompts: ``(word:1.3)`` ``(word)`` ``[word]`` with escapes, and ``BREAK``.

It is the grammar of A1111 that everyone knows: round brackets weigh 1.1, square ones 1/1.1, a number after a colon
sets the weight, nesting multiplies, a backslash makes a bracket a letter. A stray bracket is a letter too: what
people type always means something.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

EMPHASIS = 1.1
LARGEST_WEIGHT = 10.0
_TOKEN = re.compile(
    r"\\[()\[\]\\]|\(|\[|:\s*(?P<weight>[+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*\)|\)|\]|(?:\bBREAK\b)|[^\\()\[\]:B]+|.",
    re.DOTALL,
)


@dataclass(frozen=True)
class Span:
    """A run of text with one weight, or a break between chunks (``text`` is then None)."""

    text: str | None
    weight: float = 1.0


def parse(prompt: str) -> list[Span]:
    """Split a prompt into weighted spans; neighbours of equal weight are joined.

    ``parse("a (red:1.5) [cat]")`` gives ``a `` at 1, ``red`` at 1.5, `` `` at 1 and ``cat`` at 1/1.1.
    """
    spans: list[Span] = []
    open_round: list[int] = []
    open_square: list[int] = []

    def scale_from(position: int, factor: float) -> None:
        for i in range(position, len(spans)):
            if spans[i].text is not None:
                spans[i] = Span(spans[i].text, _clamped(spans[i].weight * factor))

    for match in _TOKEN.finditer(prompt):
        token, weight = match[0], match["weight"]
        if token == "(":
            open_round.append(len(spans))
        elif token == "[":
            open_square.append(len(spans))
        elif weight is not None and open_round:
            scale_from(open_round.pop(), float(weight))
        elif token == ")" and open_round:
            scale_from(open_round.pop(), EMPHASIS)
        elif token == "]" and open_square:
            scale_from(open_square.pop(), 1 / EMPHASIS)
        elif token == "BREAK":
            spans.append(Span(None))
        else:
            spans.append(Span(token[1:] if re.fullmatch(r"\\[()\[\]\\]", token) else token))
    for position in sorted(open_round, reverse=True):
        scale_from(position, EMPHASIS)
    for position in sorted(open_square, reverse=True):
        scale_from(position, 1 / EMPHASIS)
    return _joined(spans)


def plain(prompt: str) -> str:
    """The words alone: weights, brackets and breaks taken out."""
    return re.sub(r"\s+", " ", "".join(span.text if span.text is not None else " " for span in parse(prompt))).strip()


def _clamped(weight: float) -> float:
    return math.copysign(min(abs(weight), LARGEST_WEIGHT), weight)


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is not None and None not in (last.text, span.text) and last.weight == span.weight:
            joined[-1] = Span(f"{last.text}{span.text}", last.weight)
        else:
            joined.append(span)
    return joined
