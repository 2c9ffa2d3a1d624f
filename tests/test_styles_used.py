"""What a style of version 2 does to pictures, alone and blended, through the engine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import assert_close
from safetensors.numpy import save_file

from inference.api import Generate, Inpaint, Notice, Picture, Request, Vary
from inference.board import request_key
from inference.engine import LocalEngine
from inference.errors import BadRequest, UnknownName
from inference.locks import Silhouette
from inference.lora_graphs import layers_of
from inference.loras import Lora
from inference.manifest import read_manifest
from inference.palettes import Palette, find_palette
from inference.pictures import write_picture
from inference.post.chain import Chain
from inference.style_blends import blend_name, read_blend
from inference.style_files import save_style
from inference.styles import Style, find_style


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    engine = LocalEngine(device="cpu", threads=1)
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))


@pytest.fixture
def model(exported: Any) -> str:
    return str(exported("rgba"))


def run(engine: LocalEngine, request: Request) -> tuple[Picture, list[str]]:
    events = list(engine.run(request))
    (picture,) = [event for event in events if isinstance(event, Picture)]
    return picture, [event.message for event in events if isinstance(event, Notice)]


def asked(model: str, **own: Any) -> Generate:
    return Generate(**{"seed": 1, "prompt": "a red cat", "steps": 3, "previews": False, "model": model, **own})


def a_style(**own: Any) -> Style:
    return save_style(Style(**{"name": "ink", "title": "Ink", "template": "{prompt}", **own}))


def a_lora(model: str, path: Path, seed: int = 0) -> Path:
    """Random changes of the middle of the UNet."""
    drawn, tensors = np.random.default_rng(seed), {}
    for layer in layers_of(read_manifest(Path(model)).parts["unet"]):
        if "mid_block" in layer.path:
            outputs, inputs = layer.torch_shape[0], math.prod(layer.torch_shape[1:])
            name = f"lora_unet_{layer.path.replace('.', '_')}"
            down = drawn.standard_normal((2, *layer.torch_shape[1:]), np.float32)
            tensors[f"{name}.lora_down.weight"] = down / np.float32(math.sqrt(inputs))
            tensors[f"{name}.lora_up.weight"] = drawn.standard_normal((outputs, 2), np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)
    return path


def source(seed: int = 3, side: int = 64) -> np.ndarray:
    pixels = np.random.default_rng(seed).integers(0, 255, (side, side, 4)).astype(np.uint8)
    pixels[..., 3] = 255
    pixels[:8, :, 3] = 0
    return pixels


def test_a_palette_is_kept_to_and_nothing_else_changes(engine, model):
    plain, _ = run(engine, asked(model))
    palette = find_palette("pico8")
    a_style(palette=palette)
    styled, _ = run(engine, asked(model, style="ink"))
    seen = styled.pixels[styled.pixels[..., 3] > 0, :3]
    assert {tuple(colour) for colour in seen} <= {tuple(colour) for colour in palette.colours}
    assert np.array_equal(styled.pixels[..., 3], plain.pixels[..., 3])
    assert styled.recipe.extra["look"] == {"palette": "pico8"}


def test_an_edit_has_the_palette_where_it_was_made_anew(engine, model):
    a_style(palette=find_palette("pico8"), post=Chain.from_text("outline:width=2"))
    mask = np.zeros((64, 64), np.uint8)
    mask[24:44, 20:40] = 255
    image = source()
    request = Inpaint(image=image, mask=mask, seed=1, steps=3, model=model, style="ink", previews=False)
    picture, told = run(engine, request)
    inside = picture.coverage > 0
    assert inside.any()
    colours = {tuple(colour) for colour in find_palette("pico8").colours}
    seen = inside & (picture.pixels[..., 3] > 0)
    assert {tuple(colour) for colour in picture.pixels[seen, :3]} <= colours
    assert np.array_equal(picture.pixels[~inside], image[picture.bounds.slices][~inside])
    assert told == ["The steps of the style Ink are for whole pictures and were left off."]
    assert told[0] in picture.recipe.notices


def test_steps_are_done_and_a_picture_of_another_size_stays_centred(engine, model):
    plain, _ = run(engine, asked(model))
    chain = Chain.from_text("outline:width=2 upscale:by=2")
    a_style(post=chain)
    styled, told = run(engine, asked(model, style="ink"))
    wanted = chain.apply(plain.pixels)
    assert np.array_equal(styled.pixels, wanted)
    assert styled.coverage.shape == wanted.shape[:2]
    assert (styled.bounds.width, styled.bounds.height) == (wanted.shape[1], wanted.shape[0])
    assert styled.bounds.x == (plain.bounds.width - wanted.shape[1]) // 2
    assert styled.recipe.extra["look"] == {"post": chain.as_text()}
    assert not told


def test_steps_of_a_request_come_after_those_of_its_style(engine, model):
    plain, _ = run(engine, asked(model))
    first, then = Chain.from_text("outline:width=2"), Chain.from_text("trim pad:to=multiple,multiple=96")
    alone, told = run(engine, asked(model, post=then))
    assert np.array_equal(alone.pixels, then.apply(plain.pixels))
    assert alone.recipe.extra["post"] == then.as_json()
    assert not told
    a_style(post=first)
    both, _ = run(engine, asked(model, style="ink", post=then))
    assert np.array_equal(both.pixels, then.apply(first.apply(plain.pixels)))


def test_steps_of_a_request_are_for_whole_pictures(engine, model):
    mask = np.zeros((64, 64), np.uint8)
    mask[24:44, 20:40] = 255
    said = {"image": source(), "seed": 1, "steps": 3, "model": model, "previews": False}
    steps = Chain.from_text("outline:width=2")
    edited, told = run(engine, Inpaint(mask=mask, post=steps, **said))
    plain, _ = run(engine, Inpaint(mask=mask, **said))
    assert np.array_equal(edited.pixels, plain.pixels)
    assert told == ["The finishing steps are for whole pictures and were left off."]
    _, told = run(engine, Vary(silhouette=Silhouette.LOCKED, post=steps, **said))
    assert told == ["The outline is kept, so the finishing steps were left off."]


def test_a_locked_outline_wins_over_steps(engine, model):
    a_style(post=Chain.from_text("outline:width=2"))
    image = source()
    vary = Vary(image=image, seed=1, steps=3, model=model, style="ink", silhouette=Silhouette.LOCKED, previews=False)
    picture, told = run(engine, vary)
    assert np.array_equal(picture.pixels[..., 3], image[..., 3])
    assert len(told) == 1


def test_a_styles_references_are_those_of_a_request(engine, model, tmp_path):
    red = np.full((64, 64, 4), (220, 30, 30, 255), np.uint8)
    red[::2, ::3, :3] -= 25
    write_picture(tmp_path / "red.png", red)
    a_style(references=(tmp_path / "red.png",), reference_weight=0.9)
    styled, _ = run(engine, asked(model, style="ink"))
    by_hand, _ = run(engine, asked(model, references=(red,), reference_weight=0.9))
    plain, _ = run(engine, asked(model))
    assert np.array_equal(styled.pixels, by_hand.pixels)
    assert not np.array_equal(styled.pixels, plain.pixels)
    assert styled.recipe.extra["look"]["reference_weight"] == 0.9
    blue = np.full((64, 64, 4), (20, 30, 220, 255), np.uint8)
    own, _ = run(engine, asked(model, style="ink", references=(blue,), reference_weight=0.9))
    alone, _ = run(engine, asked(model, references=(blue,), reference_weight=0.9))
    assert np.array_equal(own.pixels, alone.pixels), "a request's own references come before its style's"


def test_a_styles_loras_are_those_of_a_request(engine, model, tmp_path):
    file = a_lora(model, tmp_path / "wash.safetensors")
    a_style(loras=(Lora(str(file), 0.8),))
    styled, _ = run(engine, asked(model, style="ink"))
    by_hand, _ = run(engine, asked(model, loras=(Lora(str(file), 0.8),)))
    assert np.array_equal(styled.pixels, by_hand.pixels)
    (said,) = styled.recipe.extra["look"]["loras"]
    assert said["weight"] == 0.8
    assert said["hash"] == by_hand.recipe.extra["loras"][0]["hash"]


# Blends


def test_blends_are_read_and_scaled():
    assert read_blend("A:3 + b:1") == (("a", 0.75), ("b", 0.25))
    assert read_blend("a+b") == (("a", 0.5), ("b", 0.5))
    assert blend_name(read_blend("a:0.6+b:0.4")) == "a:0.6+b:0.4"


@pytest.mark.parametrize("text", ["a:1", "a:0.5+", "a:x+b", "a:-1+b", "a:nan+b", "a+a", "+".join("abcdefghi"), "a:0+b"])
def test_blends_that_cannot_be_are_refused(text):
    with pytest.raises(BadRequest) as refused:
        read_blend(text)
    assert refused.value.hint


def test_a_blend_of_one_weight_is_that_style(engine, model):
    save_style(Style(name="a", title="A", template="{prompt}, flat"))
    save_style(Style(name="b", title="B", template="{prompt}, pixel art"))
    alone, _ = run(engine, asked(model, style="a"))
    nearly, _ = run(engine, asked(model, style="a:1000+b:0.0001"))
    between, _ = run(engine, asked(model, style="a:0.5+b:0.5"))
    assert np.abs(nearly.pixels.astype(int) - alone.pixels).max() <= 1
    other, _ = run(engine, asked(model, style="b"))
    assert not np.array_equal(between.pixels, alone.pixels)
    assert not np.array_equal(between.pixels, other.pixels)
    assert between.recipe.style == "a:0.5+b:0.5"


def test_words_states_are_mixed_by_weight(engine, model):
    from inference.jobs import job_of  # noqa: PLC0415
    from inference.starting import condition  # noqa: PLC0415

    save_style(Style(name="a", title="A", template="{prompt}, flat"))
    save_style(Style(name="b", title="B", template="{prompt}, pixel art", negative="photo"))
    pipeline = engine.pipeline(read_manifest(Path(model)))
    pipeline.wear(())
    a, b, mixed = (condition(pipeline, job_of(asked(model, style=each))) for each in ("a", "b", "a:0.3+b:0.7"))
    assert_close(mixed.hidden, 0.3 * a.hidden + 0.7 * b.hidden, 1e-5, "words' states")


def test_everything_else_is_mixed_too(model, tmp_path):
    files = [a_lora(model, tmp_path / f"{name}.safetensors", seed) for seed, name in enumerate("ab")]
    common = {"template": "{prompt}"}
    a = {"loras": (Lora(str(files[0]), 1.0),), "palette": Palette("x", np.array([[1, 2, 3]], np.uint8))}
    b = {"loras": (Lora(str(files[0]), 0.5), Lora(str(files[1]), 2.0))}
    b |= {"palette": Palette("y", np.array([[9, 9, 9]], np.uint8)), "post": Chain.from_text("trim")}
    save_style(Style(name="a", title="A", **common, **a, sampling={"steps": 10, "scheduler": "ddim"}))
    save_style(Style(name="b", title="B", **common, **b, sampling={"steps": 20, "guidance": 3.0}))
    mixed = find_style("a:0.4+b:0.6")
    assert [round(lora.weight, 6) for lora in mixed.loras] == [0.4, 0.3, 1.2]  # one file in two folders acts twice
    assert mixed.palette.hex() == ["#010203", "#090909"]
    assert mixed.sampling == {"steps": 16, "guidance": 3.0, "scheduler": "ddim"}
    assert mixed.post == Chain.from_text("trim")
    assert mixed.title == "A 40% + B 60%"
    assert find_style("a:0.5+none:0.5").palette == find_style("a").palette


def test_blends_say_what_does_not_go_together():
    save_style(Style(name="a", title="A", template="{prompt}", models=("sprites",)))
    save_style(Style(name="b", title="B", template="{prompt}", models=("other",)))
    with pytest.raises(BadRequest, match="A and B are made for different models"):
        find_style("a+b")
    with pytest.raises(UnknownName, match="no style named 'c'"):
        find_style("a+c")


def test_keys_of_blends_follow_weights_and_parts():
    save_style(Style(name="a", title="A", template="{prompt}, a"))
    save_style(Style(name="b", title="B", template="{prompt}, b"))
    names = ("a", "b", "a:0.5+b:0.5", "a:0.6+b:0.4", "b:0.5+a:0.5")
    keys = {request_key(Generate(seed=1, style=name)) for name in names}
    assert len(keys) == len(names)
    before = request_key(Generate(seed=1, style="a+b"))
    save_style(replace(find_style("b"), negative="photo"))
    assert request_key(Generate(seed=1, style="a+b")) != before


def test_style_with_loras_of_another_model_says_so(engine, model, tmp_path):
    drawn = np.zeros((2, 4), np.float32)
    layer = "lora_unet_nowhere_to_q"
    file = tmp_path / "x.safetensors"
    save_file({f"{layer}.lora_down.weight": drawn, f"{layer}.lora_up.weight": drawn.T.copy()}, file)
    a_style(loras=(Lora(str(file), 1.0),))
    with pytest.raises(BadRequest, match="does not fit"):
        run(engine, asked(model, style="ink"))
