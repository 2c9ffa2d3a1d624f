from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sd_parsers import ParserManager

from inference.errors import BadRequest
from inference.recipe import Recipe
from inference.samplers import SAMPLERS

LAW = settings(max_examples=40, deadline=None)


def recipe(**values: object) -> Recipe:
    usual = {
        "kind": "generate",
        "model": "sprites",
        "model_hash": "0123456789abcdef" * 4,
        "prompt": "a cat",
        "negative": "",
        "style": None,
        "seed": 7,
        "steps": 20,
        "guidance": 7.5,
        "scheduler": "ddim",
        "width": 128,
        "height": 96,
    }
    return Recipe(**{**usual, **values})  # type: ignore[arg-type]


texts = st.text(max_size=30)
numbers = st.floats(0, 50, allow_nan=False)
recipes = st.builds(
    Recipe,
    kind=st.sampled_from(["generate", "inpaint", "vary"]),
    model=texts,
    model_hash=texts,
    prompt=texts,
    negative=texts,
    style=st.none() | texts,
    seed=st.integers(0, 2**63 - 1),
    steps=st.integers(1, 1000),
    guidance=numbers,
    scheduler=st.sampled_from(sorted(SAMPLERS)),
    width=st.integers(8, 8192),
    height=st.integers(8, 8192),
    clip_skip=st.integers(0, 12),
    variation_seed=st.none() | st.integers(0, 2**63 - 1),
    variation_strength=st.floats(0, 1),
    seamless=st.sampled_from(["", "x", "y", "both"]),
    strength=st.none() | st.floats(0, 1),
    source=texts,
    backend=texts,
    extra=st.dictionaries(texts, st.none() | st.booleans() | st.integers() | numbers | texts | st.lists(texts)),
    notices=st.lists(texts, max_size=3).map(tuple),
)


@settings(max_examples=100, deadline=None)
@given(recipes)
def test_a_recipe_is_read_back_whole(one: Recipe) -> None:
    assert Recipe.from_json(one.as_json()) == one


@LAW
@given(recipes)
def test_parameters_can_be_written_for_any_recipe(one: Recipe) -> None:
    lines = one.parameters().split("\n")
    assert lines[-1].startswith(f"Steps: {one.steps}, Sampler: {SAMPLERS[one.scheduler].title}, ")


def test_what_a_newer_version_added_is_left_out() -> None:
    values = json.loads(recipe().as_json())
    assert Recipe.from_json(json.dumps({**values, "version": 2, "flux": 1})).version == 2


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", '"text"', "{}", '{"kind": "generate"}', '{"notices": 3}', "[" * 100_000, "\0", "NaN"],
    ids=lambda text: repr(text[:20]),
)
def test_what_is_no_recipe_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BadRequest, match="recipe cannot be read"):
        Recipe.from_json(text)


def read_by_others(one: Recipe) -> dict[str, str]:
    """What sd_parsers finds in a PNG that carries the recipe's parameters."""
    text, info, file = one.parameters(), PngInfo(), io.BytesIO()
    (info.add_text if text.isascii() else info.add_itxt)("parameters", text)
    Image.new("RGBA", (8, 8)).save(file, "PNG", pnginfo=info)
    file.seek(0)
    found = ParserManager().parse(file)
    assert found is not None, f"not read by others: {text!r}"
    (sampler,) = found.samplers
    settings_ = {**found.metadata, **sampler.parameters}
    return {
        "prompt": sampler.prompts[0].value if sampler.prompts else "",
        "negative": sampler.negative_prompts[0].value if sampler.negative_prompts else "",
        "sampler": sampler.name,
        "steps": str(settings_["steps"]),
        "seed": str(settings_["seed"]),
        "size": settings_["Size"],
        "model": sampler.model.name if sampler.model else "",
    }


PROMPTS = [
    "a red apple",
    "a cat, a dog, and: a bird",
    'she said "hello", and left',
    "it's a 16:9 picture (of a house:1.3), [snow]",
    "first line\nsecond line, with a comma\n\nfourth line",
    "一只红色的猫，坐在森林里",
    "眼镜: 圆形\n「引号」, émoji 🐈",
    "back\\slash \\(brackets\\) <lora:x:1>",
    "",
]


@pytest.mark.parametrize("negative", ["", "blurry, ugly", "模糊，\n丑陋: 很"])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_other_programs_read_the_parameters(prompt: str, negative: str) -> None:
    one = recipe(prompt=prompt, negative=negative, seed=2**63 - 1, steps=31, scheduler="dpm++2m-karras", strength=0.4)
    assert read_by_others(one) == {
        "prompt": prompt,
        "negative": negative,
        "sampler": "DPM++ 2M Karras",
        "steps": "31",
        "seed": str(2**63 - 1),
        "size": "128x96",
        "model": "sprites",
    }


@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_other_programs_read_the_samplers_title(name: str) -> None:
    assert read_by_others(recipe(scheduler=name))["sampler"] == SAMPLERS[name].title


words = st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=40)


@LAW
@given(words, words, st.integers(0, 2**63 - 1), st.sampled_from(["x", "both"]))
def test_other_programs_read_whatever_was_typed(prompt: str, negative: str, seed: int, seamless: str) -> None:
    one = recipe(
        prompt=prompt, negative=negative, seed=seed, style="flat", seamless=seamless, variation_seed=3, clip_skip=1
    )
    got = read_by_others(one)
    assert (got["prompt"], got["negative"]) == (prompt.strip(), negative.strip())
    assert (got["seed"], got["steps"], got["size"]) == (str(seed), "20", "128x96")


def test_values_with_commas_are_quoted() -> None:
    one = recipe(model="a, b: c", style='the "best"')
    assert 'Model: "a, b: c"' in one.parameters()
    assert 'Style Selector Style: "the \\"best\\""' in one.parameters()
    assert read_by_others(one)["seed"] == "7"
