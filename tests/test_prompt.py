from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.prompt import EMPHASIS, LARGEST_WEIGHT, Span, parse, plain

LAW = settings(max_examples=100, deadline=None)
UP, DOWN = EMPHASIS, 1 / EMPHASIS

letters = st.text(alphabet=st.characters(exclude_characters="()[]\\", exclude_categories=("Cs",)), max_size=60)
anything = st.text(max_size=60) | st.text(alphabet="()[]\\:B1.2 aEKR-+", max_size=60)


def said(prompt: str) -> list[tuple[str | None, float]]:
    return [(span.text, pytest.approx(span.weight)) for span in parse(prompt)]


@pytest.mark.parametrize(
    ("prompt", "spans"),
    [
        ("", []),
        ("()", []),
        ("normal text", [("normal text", 1)]),
        ("an (important) word", [("an ", 1), ("important", UP), (" word", 1)]),
        ("(x)", [("x", UP)]),
        ("((x))", [("x", UP**2)]),
        ("(((x)))", [("x", UP**3)]),
        ("[x]", [("x", DOWN)]),
        ("[[x]]", [("x", DOWN**2)]),
        ("[(x)]", [("x", 1)]),
        ("(x:1.3)", [("x", 1.3)]),
        ("(x : 1.3 )", [("x ", 1.3)]),
        ("(x:.5)", [("x", 0.5)]),
        ("(x:2.)", [("x", 2)]),
        ("(x:+2)", [("x", 2)]),
        ("(x:-1)", [("x", -1)]),
        ("(x:0)", [("x", 0)]),
        ("((x:1.3))", [("x", 1.3 * UP)]),
        ("((x:1.3) y:2)", [("x", 2.6), (" y", 2)]),
        ("(a [b] c:2)", [("a ", 2), ("b", 2 * DOWN), (" c", 2)]),
        ("(unnecessary)(parens)", [("unnecessaryparens", UP)]),
        (r"\(literal\]", [("(literal]", 1)]),
        (r"\\", [("\\", 1)]),
        (r"(\(x\):1.5)", [("(x)", 1.5)]),
        (r"a \ b", [("a \\ b", 1)]),
        ("a:b", [("a:b", 1)]),
        ("(a:b)", [("a:b", UP)]),
        ("(a:b:1.5)", [("a:b", 1.5)]),
        ("(a:1.5:2)", [("a:1.5", 2)]),
        ("a:1.5)", [("a:1.5)", 1)]),
        ("[a:1.5]", [("a:1.5", DOWN)]),
        ("16:9 at 12:30", [("16:9 at 12:30", 1)]),
        ("smile :)", [("smile :)", 1)]),
        ("x)]", [("x)]", 1)]),
        ("(unbalanced", [("unbalanced", UP)]),
        ("a (b [c", [("a ", 1), ("b ", UP), ("c", 1)]),
        ("a BREAK b", [("a ", 1), (None, 1), (" b", 1)]),
        ("(a BREAK b:2)", [("a ", 2), (None, 1), (" b", 2)]),
        ("BREAK BREAK", [(None, 1), (" ", 1), (None, 1)]),
        ("BREAKBREAK", [("BREAKBREAK", 1)]),
        ("BREAKFAST, OUTBREAK, break, B", [("BREAKFAST, OUTBREAK, break, B", 1)]),
        ("(一只红色的猫:1.3)，森林", [("一只红色的猫", 1.3), ("，森林", 1)]),
        ("（全角：1.3）", [("（全角：1.3）", 1)]),
        ("a (🐈‍⬛:1.2) 🌲", [("a ", 1), ("🐈‍⬛", 1.2), (" 🌲", 1)]),
        ("line\n(two\nlines:1.2)", [("line\n", 1), ("two\nlines", 1.2)]),
        (
            "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
            [
                ("a ", 1),
                ("house", 1.3 * UP**2),
                (" ", UP),
                ("on", 1),
                (" a ", UP),
                ("hill", 0.5 * UP),
                (", sun, ", UP),
                ("sky", UP**4),
                (".", UP),
            ],
        ),
    ],
)
def test_the_grammar_by_example(prompt: str, spans: list[tuple[str | None, float]]) -> None:
    assert said(prompt) == spans


@pytest.mark.parametrize("prompt", ["(x:99)", "(x:1" + "0" * 400 + ")", "(" * 50 + "x" + ")" * 50])
def test_weights_have_a_limit(prompt: str) -> None:
    assert parse(prompt) == [Span("x", LARGEST_WEIGHT)]


def test_nothing_inside_a_huge_weight_is_still_nothing() -> None:
    assert parse("((x:0):1" + "0" * 400 + ")") == [Span("x", 0.0)]


@settings(max_examples=300, deadline=None)
@given(anything)
def test_whatever_is_typed_means_something(prompt: str) -> None:
    spans = parse(prompt)
    for span in spans:
        assert abs(span.weight) <= LARGEST_WEIGHT, span
        assert span.text != "", "a span of nothing"
        assert span.text is not None or span.weight == 1, "a break with a weight"
    for before, after in pairwise(spans):
        assert before.text is None or after.text is None or before.weight != after.weight, "neighbours not joined"
    plain(prompt)


@LAW
@given(letters)
def test_text_without_brackets_comes_back_unchanged(text: str) -> None:
    assert "".join("BREAK" if span.text is None else span.text for span in parse(text)) == text
    assert all(span.weight == 1 for span in parse(text))


@LAW
@given(st.text(alphabet="aB:\\ ", max_size=40).filter(lambda text: "\\\\" not in text))
def test_the_letter_b_colons_and_lone_backslashes_are_letters(text: str) -> None:
    assert parse(text) == ([Span(text)] if text else [])


@LAW
@given(st.text(max_size=40))
def test_escaping_makes_any_text_plain(text: str) -> None:
    escaped = re.sub(r"([()\[\]\\])", r"\\\1", text)
    assert "".join("BREAK" if span.text is None else span.text for span in parse(escaped)) == text
    assert all(span.weight == 1 for span in parse(escaped))


@LAW
@given(st.lists(st.sampled_from("(["), max_size=20), letters.filter(bool))
def test_nesting_multiplies_in_any_order(brackets: list[str], text: str) -> None:
    text = re.sub(r"BREAK|:", "_", text)
    prompt = "".join(brackets) + text + "".join({"(": ")", "[": "]"}[bracket] for bracket in reversed(brackets))
    weight = UP ** (brackets.count("(") - brackets.count("["))
    assert said(prompt) == [(text, pytest.approx(weight))]


@pytest.mark.parametrize(
    "unit", ["(", ")", "[", "]", "()", "(a", "a)", "[(", "(a:1.1)", "(a[b", "\\(", ":", ": ", "(:", ":1", "B", "BREAK "]
)
def test_ten_kilobytes_of_brackets_are_read_at_once(unit: str) -> None:
    prompt = unit * (10_000 // len(unit))
    started = time.process_time()
    parse(prompt)
    parse("(a" * 2500 + prompt[:2500] + ")" * 2500)
    took = time.process_time() - started
    assert took < 1.5, f"{unit!r} took {took:.1f} s"


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a (red:1.5) [cat]", "a red cat"),
        ("  a \n b  ", "a b"),
        ("a BREAK b", "a b"),
        (r"\(c\)", "(c)"),
        ("(猫:1.2)", "猫"),
        ("", ""),
    ],
)
def test_the_words_alone(prompt: str, words: str) -> None:
    assert plain(prompt) == words
