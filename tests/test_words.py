"""The words that a model knows: synonyms, plurals, Chinese, unknown words with their nearest; and the file."""

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.errors import ModelRefused
from inference.manifest import hash_parts, read_manifest
from inference.nearest import Concept
from inference.prompt import parse, pieces
from inference.resources import RESOURCES
from inference.words import Vocabulary, told, unknown_words
from inference.words_file import WORDS_FILE, read_words, write_words

KNOWN = Vocabulary(
    {
        "goblin": Concept(("hobgoblin",), ("哥布林", "小妖"), ("creature", "monster")),
        "red apple": Concept(("apple",), ("红苹果", "苹果"), ("fruit",)),
        "dagger": Concept(("knife",), ("匕首",), ("weapon",)),
        "crossed swords": Concept((), ("交叉的剑", "双剑"), ("weapon", "crossed")),
        "fire engine": Concept(("fire truck",), ("消防车",), ("vehicle",)),
        "dragon": Concept((), ("龙",), ("creature",)),
        "a button (blood type)": Concept(("a",), ("A型血",)),
        "mrs. claus": Concept(),
        "axe": Concept(("hatchet", "ax"), ()),
        "piñata": Concept(),
        "t-shirt": Concept((), ("T恤",)),
    },
    {"flat": ("扁平",), "noto": ()},
    ("big", "green", "blue", "red", "wooden", "knight"),
)
NAMES = [
    *KNOWN.concepts,
    *(name for concept in KNOWN.concepts.values() for name in (*concept.synonyms, *concept.chinese)),
    *KNOWN.words,
    *("flat style", "扁平风格", "noto风格", "大", "绿色", "木制", "的", "apples", "knights"),
]
TYPED = st.lists(
    st.sampled_from([*"()[]:,.'\\ 13Bab红苹果龙军的（），：。", "BREAK", "big ", "red apple", " fire engine"])
).map("".join)


def read(prompt):
    return KNOWN.read(prompt).text


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("hobgoblin", "goblin"),
        ("Hobgoblins!", "goblin"),
        ("a Fire   Truck", "fire engine"),
        ("big fire trucks", "big fire engine"),
        ("Mrs. Claus", "mrs. claus"),
        ("pinatas", "piñata"),
        ("green T-shirt, flat style", "green t-shirt, flat style"),
        ("an apple", "red apple"),
        ("apple, flat style", "red apple, flat style"),
        ("blue apple", "blue apple"),
        ("哥布林", "goblin"),
        ("龙，扁平风格", "dragon, flat style"),
        ("一条绿色的龙。noto风格", "green dragon, noto style"),
        ("大苹果", "big red apple"),
        ("蓝苹果", "blue apple"),
        ("木制Ｔ恤", "wooden t-shirt"),
        ("交叉的剑", "crossed swords"),
        ("斧", "axe"),
        ("红色战斧", "red axe"),
        ("red hatchet", "red axe"),
        ("", ""),
    ],
)
def test_a_prompt_is_said_in_the_words_of_the_captions(prompt, text):
    reading = KNOWN.read(prompt)
    assert reading.text == text
    assert not reading.unknown


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("(hobgoblin:1.3), [apple]", "(goblin:1.3), [red apple]"),
        ("（红苹果：1.3），［龙］", "(red apple:1.3), [dragon]"),
        ("((knife)) big", "((dagger)) big"),
        ("dragon BREAK (sabre:1.2) goblin", "dragon BREAK goblin"),
        ("(sabre:1.5), dragon, (zorp)", "dragon"),
        (r"a button \(blood type\)", r"a button \(blood type\)"),
        ("(big hobgoblin", "(big goblin"),
        ("((((", ""),
    ],
)
def test_weights_and_breaks_stay_with_their_words(prompt, text):
    assert read(prompt) == text


def test_every_word_keeps_its_weight():
    spans = {span.text.strip(" ,"): span.weight for span in parse(read("(apple:1.4), [hobgoblin], ((龙)), knife"))}
    assert {word: weight for word, weight in spans.items() if word} == pytest.approx(
        {"red apple": 1.4, "goblin": 1 / 1.1, "dragon": 1.1**2, "dagger": 1}
    )


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("sabre", ("dagger", "crossed swords")),
        ("Saber", ("dagger", "crossed swords")),
        ("weapon", ("dagger", "crossed swords")),
        ("monsters", ("goblin",)),
        ("gobiln", ("goblin",)),
        ("dragn", ("dragon",)),
        ("truck", ("fire engine",)),
        ("big交叉", ("交叉的剑",)),
        ("xylograph", ()),
        ("🐉", ()),
    ],
)
def test_an_unknown_word_is_told_with_the_nearest(word, near):
    (unknown,) = [each for each in KNOWN.read(f"dragon, {word}").unknown if each.word != "big"]
    assert unknown.near[: len(near)] == near
    assert len(unknown.near) <= 3


def test_an_unknown_word_is_told_where_it_stands():
    prompt = r"a (sabre:1.2) \(zorp\) 军舰 knight"
    words = [(unknown.word, prompt[unknown.start : unknown.end]) for unknown in KNOWN.read(prompt).unknown]
    assert words == [(word, word) for word in ("sabre", "zorp", "军舰")]


def test_words_are_told_once_in_one_sentence():
    unknown = unknown_words(KNOWN, "sabre zorp Sabre", "zorp")
    assert [each.word for each in unknown] == ["sabre", "zorp"]
    assert told(unknown) == (
        "Words that the model does not know are left out: 'sabre' (nearest: dagger, crossed swords); 'zorp'."
    )
    many = unknown_words(KNOWN, " ".join(f"zorp{letter}" for letter in "abcdefghijkl"))
    assert told(many).endswith("; 4 more.")
    assert unknown_words(None, "sabre") == ()


@settings(max_examples=40)
@given(st.lists(st.sampled_from(NAMES)), st.sampled_from([", ", " ", "，", " BREAK "]))
def test_known_names_are_never_unknown(names, separator):
    assert KNOWN.read(separator.join(names)).unknown == ()


@settings(max_examples=40)
@given(TYPED)
def test_reading_twice_is_reading_once(prompt):
    text = read(prompt)
    again = KNOWN.read(text)
    assert (again.text, again.unknown) == (text, ())


@settings(max_examples=40)
@given(TYPED)
def test_unknown_words_stand_in_the_prompt_in_order(prompt):
    unknown = KNOWN.read(prompt).unknown
    assert all(prompt[each.start : each.end] == each.word for each in unknown)
    assert all(one.end <= other.start for one, other in pairwise(unknown))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["dragon", "goblin", "dagger"]), st.floats(0.1, 2).map(lambda x: round(x, 2))))
)
def test_weights_are_preserved(words):
    prompt = ", ".join(f"({word}:{weight})" for word, weight in words)
    assert read(prompt) == prompt


@settings(max_examples=40)
@given(TYPED)
def test_pieces_make_the_prompt_again(prompt):
    found = pieces(prompt)
    assert "".join(prompt[piece.start : piece.end] for piece in found) == prompt
    assert all(one.end == other.start for one, other in pairwise(found))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["(", "(a", "red apple, ", "zorp ", "([)]", "蓝苹果"])
def test_thousands_of_letters_are_read_at_once(piece):
    KNOWN.read(piece * (5_000 // len(piece)))


# The file


def test_the_file_gives_the_words_back(tmp_path):
    path = write_words(KNOWN, tmp_path)

    again = read_words(tmp_path)
    assert dict(again.concepts) == dict(KNOWN.concepts)
    assert dict(again.styles) == dict(KNOWN.styles)
    assert again.words == tuple(sorted(KNOWN.words))
    before = path.read_bytes()
    write_words(again, tmp_path)
    assert path.read_bytes() == before


def test_a_folder_without_the_file_has_no_vocabulary(tmp_path):
    assert read_words(tmp_path) is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"format": "other"}',
        '{"format": "gouache-words"}',
        '{"format": "gouache-words", "version": 1, "concepts": {"a": []}, "styles": {}, "words": []}',
        '{"format": "gouache-words", "version": 1, "concepts": {}, "styles": {}, "words": [1]}',
        '{"format": "gouache-words", "version": 1, "concepts": {}, "styles": {"flat": "x"}, "words": []}',
        "[" * 100_000,
    ],
)
def test_a_broken_file_is_refused(tmp_path, content):
    (tmp_path / WORDS_FILE).write_text(content, "utf-8")
    with pytest.raises(ModelRefused, match=re.escape("is not a list of words")):
        read_words(tmp_path)


def test_a_newer_file_is_refused(tmp_path):
    (tmp_path / WORDS_FILE).write_text(json.dumps({"format": "gouache-words", "version": 2}), "utf-8")
    with pytest.raises(ModelRefused, match="newer"):
        read_words(tmp_path)


def test_a_manifest_holds_the_words_and_their_hash(tmp_path):
    for path in (RESOURCES / "models" / "sprites").iterdir():
        if path.name == WORDS_FILE:
            continue
        (tmp_path / path.name).symlink_to(path)
    assert read_manifest(tmp_path).words is None
    write_words(KNOWN, tmp_path)
    words = read_manifest(tmp_path).words
    assert words is not None
    assert words.read("hobgoblin").text == "goblin"
    assert WORDS_FILE in hash_parts(tmp_path)
