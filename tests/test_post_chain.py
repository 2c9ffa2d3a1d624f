from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured import thing

from inference.errors import BadRequest, UnknownName
from inference.palettes import Palette, find_palette
from inference.post.chain import STEPS, Chain, make_step, read_chain
from inference.post.parameters import Kind, Parameter, Value, parameters_of
from inference.post.step import Step

PALETTES = [None, find_palette("pico8"), Palette("own", np.array([[1, 2, 3], [250, 0, 128]], np.uint8))]


def values_of(parameter: Parameter) -> st.SearchStrategy[Value]:
    match parameter.kind:
        case Kind.WHOLE:
            return st.integers(int(parameter.low), int(parameter.high))
        case Kind.NUMBER:
            return st.integers(0, 64).map(lambda i: parameter.low + (parameter.high - parameter.low) * i / 64)
        case Kind.CHOICE:
            return st.sampled_from(parameter.choices)
        case Kind.SWITCH:
            return st.booleans()
        case Kind.COLOUR:
            return st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
        case Kind.PALETTE:
            return st.sampled_from(PALETTES)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    kind = draw(st.sampled_from(list(STEPS.values())))
    return kind(**{each.name: draw(values_of(each)) for each in parameters_of(kind)})


@settings(max_examples=40, deadline=None)
@given(st.lists(steps(), min_size=1, max_size=4).map(tuple))
def test_a_chain_comes_back_from_json_and_from_text(given_steps: tuple[Step, ...]) -> None:
    chain = Chain(given_steps)
    assert Chain.from_json(json.loads(json.dumps(chain.as_json()))) == chain
    again = Chain.from_text(chain.as_text())
    assert again.as_text() == chain.as_text()
    for a, b in zip(again.steps, chain.steps, strict=True):
        for each in parameters_of(a):
            one, other = getattr(a, each.name), getattr(b, each.name)
            assert one == other or (each.kind is Kind.NUMBER and one == pytest.approx(other, rel=1e-4)), each.name


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 999))
def test_a_chain_is_pure_and_its_stages_end_in_its_result(seed: int) -> None:
    chain = Chain.from_text("defringe quantise:colours=6 pixelate:cells=16 outline shadow:blur=0 pad:to=power-of-two")
    pixels = thing(seed, 40)
    before = pixels.copy()
    pixels.setflags(write=False)
    result = chain.apply(pixels)
    assert np.array_equal(pixels, before)
    assert np.array_equal(chain.apply(pixels), result)
    stages = list(chain.results(pixels))
    assert len(stages) == len(chain.steps)
    assert np.array_equal(stages[-1], result)


def test_every_step_takes_a_picture_and_says_what_it_is() -> None:
    picture = thing(3, 40)
    opaque = np.ascontiguousarray(picture[..., :3])
    for name, kind in STEPS.items():
        assert (kind.name, bool(kind.title), bool(kind.words)) == (name, True, True)
        assert kind() == make_step(name, {})
        assert all(dataclasses.is_dataclass(kind) and each.words and each.range() for each in parameters_of(kind))
        for pixels in (picture, opaque, picture[:1, :1], picture[:1], picture[:, :1]):
            done = Chain((kind(),)).apply(pixels)
            assert (done.dtype, done.ndim, done.shape[2]) == (np.uint8, 3, 4)


def test_an_empty_chain_only_adds_alpha() -> None:
    assert Chain().apply(np.zeros((2, 3, 3), np.uint8)).tolist() == [[[0, 0, 0, 255]] * 3] * 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("outlin", "Did you mean outline"),
        ("outline:widht=2", "Did you mean width"),
        ("outline:width", "has no value"),
        ("outline:width=0", "outline: width cannot be '0.*Give 1 to 64 px"),
        ("outline:width=two", "width cannot be 'two'"),
        ("outline:colour=red", "Give #rrggbb"),
        ("pixelate:palette=pico9", "Did you mean pico8"),
        ("pixelate:palette=none.gpl", "no palette"),
        ('pixelate:palette="a b', "quote"),
        ("trim:margin=nan", "margin cannot be"),
        ("trim " * 65, "65 steps"),
    ],
)
def test_what_cannot_be_is_told_with_what_can(text: str, told: str) -> None:
    with pytest.raises((BadRequest, UnknownName), match=told):
        Chain.from_text(text)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {"step": "trim"},
        ["trim"],
        [{"margin": 2}],
        [{"step": 3}],
        [{"step": "trim", "margin": None}],
        [{"step": "trim", "margin": [1]}],
        [{"step": "quantise", "palette": {"colours": ["#12"]}}],
        [{"step": "quantise", "palette": {"colours": []}}],
        [{"step": "quantise", "palette": 7}],
    ],
)
def test_json_that_is_no_chain_is_told(value: object) -> None:
    with pytest.raises(BadRequest) as error:
        Chain.from_json(value)
    assert error.value.hint


def test_a_chain_is_read_from_a_file_with_a_palette_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine.hex").write_text("112233\nddeeff\n")
    (tmp_path / "chain.json").write_text('[{"step": "quantise", "palette": "mine.hex"}]')
    chain = read_chain(str(tmp_path / "chain.json"))
    assert chain.as_json() == [{"step": "quantise", "palette": {"name": "mine", "colours": ["#112233", "#ddeeff"]}}]
    with pytest.raises(BadRequest, match="cannot be read"):
        read_chain(str(tmp_path / "none.json"))


def test_values_with_spaces_stand_in_quotes(tmp_path: Path) -> None:
    (tmp_path / "my own, palette.hex").write_text("112233\n")
    chain = Chain.from_text('quantise:palette="my own, palette.hex",colours=4 trim', tmp_path)
    assert [step.name for step in chain.steps] == ["quantise", "trim"]
