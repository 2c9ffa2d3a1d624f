from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.prompt import EMPHASIS, LARGEST_WEIGHT, STEP, STEPPED_RANGE, Span, parse, plain, reweigh

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


# Ctrl+Up and Ctrl+Down. "|" marks the cursor, or the two ends of a selection.


def at(marked: str) -> tuple[str, int, int]:
    parts = marked.split("|")
    return "".join(parts), len(parts[0]), len("".join(parts[:-1]))


def marked(text: str, start: int, end: int) -> str:
    return f"{text[:start]}|{text[start:end]}|{text[end:]}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # a word at the cursor
        ("a red f|ox", "a red (|fox|:1.1)"),
        ("a red |fox", "a red (|fox|:1.1)"),
        ("a red fox|", "a red (|fox|:1.1)"),
        ("a re|d, fox", "a (|red|:1.1), fox"),
        ("semi-auto|matic, b", "(|semi-automatic|:1.1), b"),
        ("一只红|色的猫，森林", "(|一只红色的猫|:1.1)，森林"),
        ("a |🐈‍⬛ b", "a (|🐈‍⬛|:1.1) b"),
        ("BREAK f|ox", "BREAK (|fox|:1.1)"),
        # a selection
        ("a |red fox|", "a (|red fox|:1.1)"),
        ("a| red fox, |b", "a (|red fox|:1.1), b"),
        ("|a:b|", "(|a:b|:1.1)"),
        ("|16:9|", "(|16:9|:1.1)"),
        ("|a, BR|EAK", "(|a, BREAK|:1.1)"),
        ("|a BREAK b|", "(|a BREAK b|:1.1)"),
        # brackets that are there: cursor, contents, whole
        ("a (red f|ox:1.1)", "a (|red fox|:1.2)"),
        ("a (|red fox|:1.1)", "a (|red fox|:1.2)"),
        ("a |(red fox:1.1)|", "a (|red fox|:1.2)"),
        ("a (red fox:1|.1)", "a (|red fox|:1.2)"),
        ("a |(red fox:1.1)", "a (|red fox|:1.2)"),
        ("a (red fox:1.1)|", "a (|red fox|:1.2)"),
        ("a ( red fox| : 1.1 )", "a ( |red fox| :1.2)"),
        ("(f|ox:1.25)", "(|fox|:1.35)"),
        ("(f|ox:.9)", "|fox|"),
        ("(f|ox:-1)", "(|fox|:-0.9)"),
        # part of what they hold
        ("(red |fox|:1.2)", "(red (|fox|:1.1):1.2)"),
        # old emphasis
        ("(f|ox)", "(|fox|:1.2)"),
        ("((f|ox))", "(|fox|:1.3)"),
        ("(((|fox|)))", "(|fox|:1.4)"),
        ("[f|ox]", "|fox|"),
        ("[[f|ox]]", "(|fox|:0.9)"),
        ("((f|ox):1.3)", "((|fox|:1.2):1.3)"),
        # nested
        ("((f|ox:1.1):1.3)", "((|fox|:1.2):1.3)"),
        ("(|(fox:1.1)|:1.3)", "(|(fox:1.1)|:1.4)"),
        ("(a (b|:1.2) c:0.5)", "(a (|b|:1.3) c:0.5)"),
        ("(a (b:1.2) c|:0.5)", "(|a (b:1.2) c|:0.6)"),
        # brackets that would be cut are taken whole
        ("|a (b| c:1.2) d", "(|a (b c:1.2)|:1.1) d"),
        ("a (b |c:1|.2) d", "a (|b c|:1.3) d"),
        ("a [b |c] d|", "a (|[b c] d|:1.1)"),
        # escapes
        (r"\(f|ox\)", r"\((|fox|:1.1)\)"),
        (r"|\(fox\)|", r"(|\(fox\)|:1.1)"),
        (r"\|(fox\|)", r"(|\(fox\)|:1.1)"),
        (r"a \f|ox", r"a (|\fox|:1.1)"),
        (r"(\(f|ox\):1.3)", r"(|\(fox\)|:1.4)"),
        # brackets of weight 1 stay where others would stand for them
        ("((f|ox:0.9):1.3)", "((|fox|:1.0):1.3)"),
        ("( (f|ox:0.9) :1.3)", "( (|fox|:1.0) :1.3)"),
        ("(y (16:9|:0.9))", "(y (|16:9|:1.0))"),
        # what is being typed
        ("a (b, f|ox", "a (b, (|fox|:1.1)"),
        # the ends of the range
        ("(f|ox:1.95)", "(|fox|:2.0)"),
        ("(f|ox:2)", "(|fox|:2)"),
        ("(f|ox:3)", "(|fox|:3)"),
    ],
)
def test_a_step_up(before: str, after: str) -> None:
    assert marked(*reweigh(*at(before))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a red f|ox", "a red (|fox|:0.9)"),
        ("a (f|ox:1.1)", "a |fox|"),
        ("(f|ox)", "|fox|"),
        ("[f|ox]", "(|fox|:0.8)"),
        ("(f|ox:0.15)", "(|fox|:0.1)"),
        ("(f|ox:0.1)", "(|fox|:0.1)"),
        ("(f|ox:0)", "(|fox|:0)"),
        ("(f|ox:3)", "(|fox|:2.9)"),
    ],
)
def test_a_step_down(before: str, after: str) -> None:
    assert marked(*reweigh(*at(before), step=-STEP)) == after


@pytest.mark.parametrize(
    "text",
    ["||", "  |  b", "a BRE|AK b", "(|)", "a |, | b", "a) |b) c|", "a| (b c|", "|a|BREAK", "|", ",|,"],
)
def test_where_no_words_are_meant_nothing_is_done(text: str) -> None:
    before = at(text)
    assert reweigh(*before) == before


def test_places_beyond_the_text_are_its_end() -> None:
    assert reweigh("fox", 99, -5) == ("(fox:1.1)", 1, 4)


def test_other_steps() -> None:
    assert reweigh("fox", 0, 3, 0.05) == ("(fox:1.05)", 1, 4)
    assert reweigh("fox", 0, 3, -0.25) == ("(fox:0.75)", 1, 4)


tenths = st.integers(2, 19).filter(lambda tenth: tenth != 10).map(lambda tenth: f"{tenth / 10:g}")
leaves = st.sampled_from(
    ["red", "fox", "猫", "a b", "16:9", ", ", " ", r"\(x\)", "\\", "BREAK", " BREAK ", "B", ":", "1.2", ""]
)
canonical = st.recursive(
    st.lists(leaves, max_size=4).map("".join),
    lambda inner: st.lists(
        inner | st.tuples(inner, tenths).map(lambda pair: f"({pair[0].strip(' ,')}:{pair[1]})"), max_size=4
    ).map("".join),
    max_leaves=12,
)
"""Prompts whose weights are all written, in tenths, and can go both ways."""
places = st.tuples(st.integers(0, 60), st.integers(0, 60)) | st.integers(0, 60).map(lambda place: (place, place))
steps = st.sampled_from([STEP, -STEP])


@settings(max_examples=200, deadline=None)
@given(canonical, places, steps)
def test_up_and_then_down_gives_the_text_back(text: str, place: tuple[int, int], step: float) -> None:
    made, start, end = reweigh(text, *place, step)
    assert marked(*reweigh(made, start, end, -step)).replace("|", "") == text, made


MARK = "\ue000"


def weights(prompt: str) -> list[tuple[str | None, float]]:
    """Each letter (or break) with its weight."""
    spans = parse(prompt)
    return [(letter, span.weight) for span in spans for letter in ([None] if span.text is None else span.text)]


def words_of(made: str, start: int, end: int) -> slice:
    """Which letters are the selected words."""
    around = [letter for letter, _ in weights(f"{made[:start]}{MARK}{made[end:]}")]
    first = around.index(MARK)
    return slice(first, first + len(weights(made)) - len(around) + 1)


@settings(max_examples=200, deadline=None)
@given(canonical | anything.filter(lambda text: MARK not in text), places, steps)
def test_only_the_words_get_another_weight(text: str, place: tuple[int, int], step: float) -> None:
    made, start, end = reweigh(text, *place, step)
    assert 0 <= start <= end <= len(made)
    if made == text:
        return
    before, after, words = weights(text), weights(made), words_of(made, start, end)
    assert [letter for letter, _ in after] == [letter for letter, _ in before]
    assert any(letter and not letter.isspace() for letter, _ in after[words]), "no words are selected"
    for i, ((letter, was), (_, now)) in enumerate(zip(before, after, strict=True)):
        # Spaces and commas stay in brackets that were there, but are not selected.
        if not words.start <= i < words.stop and letter and not letter.isspace() and letter != ",":
            assert now == pytest.approx(was), f"{letter!r} at {i}, not of {words}, weighs {now} instead of {was}"


@settings(max_examples=200, deadline=None)
@given(canonical, places, steps)
def test_the_words_get_the_weight_that_is_written(text: str, place: tuple[int, int], step: float) -> None:
    made, start, end = reweigh(text, *place, step)
    if made == text:
        return
    words = words_of(made, start, end)
    written = re.match(r"[\s,]*:([\d.]+)\)", made[end:]) if re.search(r"\([\s,]*$", made[:start]) else None
    weight = float(written[1]) if written else 1.0
    assert STEPPED_RANGE[0] <= weight <= STEPPED_RANGE[1]
    for (letter, was), (_, now) in zip(weights(text)[words], weights(made)[words], strict=True):
        if letter is not None and max(was, now) < LARGEST_WEIGHT:
            assert now / was == pytest.approx(weight / (weight - step)), letter


def test_ten_kilobytes_are_reweighed_without_running_away() -> None:
    for text in ("red fox, " * 1100, "(red fox:1.2), " * 660, "(" * 5000 + "fox" + ")" * 5000):
        started = time.process_time()
        place = text.index("fox", len(text) // 2 - 20)
        made, _, _ = reweigh(text, place, place)
        took = time.process_time() - started
        assert took < 5, f"{text[:10]!r} took {took:.2f} s"
        assert made != text or "((" in text
