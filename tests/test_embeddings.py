"""Textual inversions in prompts against diffusers' own, SD1 and SDXL; which words they are; what does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from conftest import assert_close
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from test_loras import kohya

from inference.api import Generate, Notice, Picture
from inference.board import request_key
from inference.detecting import detect
from inference.embeddings import Embedding, fitting, known_embeddings, misfit, said, spoken, used
from inference.engine import LocalEngine
from inference.errors import ModelRefused
from inference.lora_graphs import changes_of
from inference.loras import Lora, file_hash
from inference.manifest import read_manifest
from inference.nearest import Concept
from inference.taught_words import Taught
from inference.text import PromptTokenizer
from inference.words import Vocabulary

ATOL = 2e-5
PIPELINES = {"sd1": diffusers.StableDiffusionPipeline, "sdxl": diffusers.StableDiffusionXLPipeline}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path))
    return tmp_path


def teach(home: Path, name: str, **tensors: torch.Tensor) -> Path:
    path = home / "embeddings" / f"{name}.safetensors"
    path.parent.mkdir(exist_ok=True)
    save_file(tensors, path)
    return path


def vectors(count: int, width: int, seed: int = 7) -> torch.Tensor:
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed))


PROMPT, NEGATIVE = "a photo of MoonFox on a tree", "ugly, badhands, blurry moonfox"


def theirs(saved: Any, kind: str, taught: dict[str, dict[str, torch.Tensor]]) -> list[np.ndarray]:
    """What diffusers tells the UNet: hidden states, and pooled states of SDXL; negative then positive."""
    pipe = PIPELINES[kind].from_pretrained(saved(kind), local_files_only=True)
    for token, held in taught.items():
        if kind == "sd1":
            pipe.load_textual_inversion(held, token=token)
        else:
            ends = (("clip_l", pipe.text_encoder, pipe.tokenizer), ("clip_g", pipe.text_encoder_2, pipe.tokenizer_2))
            for key, encoder, tokenizer in ends:
                pipe.load_textual_inversion(held[key], token=token, text_encoder=encoder, tokenizer=tokenizer)
    texts = {"prompt": PROMPT.lower(), "negative_prompt": NEGATIVE.lower()}  # its tokens are told by their letters
    with torch.no_grad():
        positive, negative, *pooled = pipe.encode_prompt(
            **texts, device="cpu", num_images_per_prompt=1, do_classifier_free_guidance=True
        )
    found = [torch.cat([negative, positive])]
    return [each.numpy() for each in (*found, torch.cat([pooled[1], pooled[0]]))] if pooled else [found[0].numpy()]


def test_sd1_hears_what_diffusers_hears(saved, pipeline, home):
    fox, hands = vectors(3, 32), vectors(1, 32, 8)
    teach(home, "moonfox", emb_params=fox)
    teach(home, "some-file", badhands=hands[0])
    wanted = theirs(saved, "sd1", {"moonfox": {"moonfox": fox}, "badhands": {"badhands": hands[0]}})
    one = pipeline("sd1")
    got = one.condition(PROMPT, NEGATIVE, guided=True)
    assert_close(got.hidden, wanted[0], ATOL, "the states")
    plain = theirs(saved, "sd1", {})
    assert np.abs(wanted[0] - plain[0]).max() > 0.05, "the vectors change nothing, so anything would agree"


@pytest.mark.slow
def test_sdxl_hears_what_diffusers_hears(saved, pipeline, home):
    taught = {
        "moonfox": {"clip_l": vectors(2, 32), "clip_g": vectors(2, 40, 9)},
        "badhands": {"clip_l": vectors(1, 32, 5), "clip_g": vectors(1, 40, 6)},
    }
    for name, held in taught.items():
        teach(home, name, **held)
    hidden, pooled = theirs(saved, "sdxl", taught)
    got = pipeline("sdxl").condition(PROMPT, NEGATIVE, guided=True)
    assert_close(got.hidden, hidden, ATOL, "the states")
    assert_close(got.pooled, pooled, ATOL, "the pooled states")


@pytest.mark.slow
def test_it_lives_beside_loras_and_weights(saved, pipeline, home):
    """With a LoRA, the embedding's vectors go through the changed weights; with a word's weight, they are weighed."""
    teach(home, "moonfox", emb_params=vectors(3, 32))
    lora = Lora(str(kohya(saved("sd1"), home / "a.safetensors")), 0.7)
    one = pipeline("sd1")
    plain = one.condition("moonfox", "", guided=False).hidden
    one.wear([lora])
    worn = one.condition("moonfox", "", guided=False).hidden
    change = changes_of(one.manifest, [lora])["text_encoder"]
    assert Taught(change).key != Taught().key
    assert np.abs(worn - plain).max() > 0.01
    bare = one.condition("a", "", guided=False).hidden
    one.wear([])
    assert np.abs(bare - one.condition("a", "", guided=False).hidden).max() > 0.01
    weighed = one.condition("(moonfox:1.5)", "", guided=False).hidden
    empty = one.condition("", "", guided=False).hidden
    assert_close(weighed[0, 1:4], (empty + 1.5 * (plain - empty))[0, 1:4], 1e-4, "the weighed vectors")


def test_a_files_vectors_stay_in_one_window(saved, home):
    teach(home, "moonfox", emb_params=vectors(6, 32))
    tokenizer = PromptTokenizer(saved("sd1") / "tokenizer")
    chunks = tokenizer.chunks("cat " * 72 + "moonfox cat", known=known_embeddings())
    assert chunks.ids.shape == (2, 77)
    assert not chunks.taught[0].any()
    assert chunks.taught[1].tolist()[:8] == [0, 1, 2, 3, 4, 5, 6, 0]
    twice = tokenizer.chunks("moonfox, moonfox", known=known_embeddings())
    assert [n for n in twice.taught[0].tolist() if n] == [1, 2, 3, 4, 5, 6] * 2
    assert len(twice.embeddings) == 1


FOX = Embedding(("moonfox", "<moon>"), Path("moonfox.safetensors"), (("emb_params", 32),), 1)
LONG = Embedding(("moonfox-2",), Path("moonfox-2.safetensors"), (("emb_params", 32),), 1)
KNOWN = {"moonfox": FOX, "<moon>": FOX, "moonfox-2": LONG}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a moonfox", [FOX]),
        ("A MoonFox, red", [FOX]),
        ("moonfoxes", []),
        ("moonfox-3", []),
        ("moonfox-2", [LONG]),
        ("my_moonfox", []),
        ("a<moon>", []),
        ("a <moon> b", [FOX]),
        ("(moonfox:1.3)", [FOX]),
        ("", []),
    ],
)
def test_a_word_counts_where_it_stands_alone(text, found):
    assert list(spoken([text], KNOWN)) == found


@given(st.text(alphabet="moonfx <>-_,2é月", max_size=40))
def test_the_pieces_make_the_text_again(text):
    assert "".join(piece.text for piece in said(text, KNOWN)) == text
    assert "".join(piece.text for piece in said(text, {})) == text


def test_what_is_for_another_kind_of_model_is_told_and_read_as_words(exported, pipeline, home):
    teach(home, "moonfox", emb_params=vectors(1, 768))
    manifest = read_manifest(exported("sd1"))
    assert not fitting(manifest)
    assert not used(manifest, ["a moonfox"])
    said_ = misfit(manifest, ["a moonfox"])
    assert said_.startswith("Embeddings for another kind of model are read as plain words: moonfox (768);")
    assert said_.endswith(" has 32.")
    assert not misfit(manifest, ["a cat"])
    with_file = pipeline("sd1").condition("a moonfox", "", guided=False).hidden
    (home / "embeddings" / "moonfox.safetensors").unlink()
    assert np.array_equal(with_file, pipeline("sd1").condition("a moonfox", "", guided=False).hidden)


@pytest.mark.parametrize(
    ("tensors", "sd1", "sdxl"),
    [
        ({"emb_params": (2, 32)}, True, False),
        ({"clip_g": (2, 40)}, False, True),
        ({"clip_l": (2, 32), "clip_g": (2, 40)}, False, True),
        ({"clip_l": (2, 40), "clip_g": (2, 32)}, False, False),
        ({"clip_l": (2, 32), "clip_g": (3, 40)}, False, False),
    ],
)
def test_which_models_a_file_fits(exported, home, tensors, sd1, sdxl):
    teach(home, "fog", **{name: torch.zeros(shape) for name, shape in tensors.items()})
    assert bool(fitting(read_manifest(exported("sd1")))) == sd1
    assert bool(fitting(read_manifest(exported("sdxl")))) == sdxl


def test_broken_files_are_left_out_or_refused(pipeline, home):
    teach(home, "whole", emb_params=vectors(1, 32))
    teach(home, "long", emb_params=torch.zeros(76, 32))
    teach(home, "ints", emb_params=torch.zeros(1, 32, dtype=torch.int32))
    (home / "embeddings" / "text.safetensors").write_bytes(b"no tensors")
    assert set(known_embeddings()) == {"whole"}
    teach(home, "nan", emb_params=torch.full((1, 32), float("nan")))
    with pytest.raises(ModelRefused, match="nan is not made of numbers"):
        pipeline("sd1").condition("nan", "", guided=False)
    half = teach(home, "half", emb_params=vectors(1, 32).bfloat16())
    assert_close(
        known_embeddings()["half"].vectors("emb_params"), vectors(1, 32).bfloat16().float().numpy(), 0, half.stem
    )
    assert detect(teach(home, "own", emb_params=torch.zeros(2, 32))).rank == 2


def test_a_model_with_a_list_of_words_knows_them():
    words = Vocabulary({"red apple": Concept()}, words=("big",))
    assert [each.word for each in words.read("big moon-fox").unknown] == ["moon", "fox"]
    taught = words.knowing(("moon-fox",))
    assert taught.read("Moon-Fox, (big apple:1.2)").text == "moon-fox, (big apple:1.2)"
    assert taught.read("moon-fox").unknown == ()
    assert words.knowing(("moon-fox",)) is taught
    assert words.knowing(()) is words


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    engine = LocalEngine(device="cpu", threads=1)
    yield engine
    engine.close()


def test_recipes_and_keys_say_which_file_it_was(exported, engine, home):
    request = Generate(model=str(exported("sd1")), prompt="a moonfox", steps=2, seed=1, previews=False)
    before = request_key(request)
    path = teach(home, "moonfox", emb_params=vectors(2, 32))
    picture = next(event for event in engine.run(request) if isinstance(event, Picture))
    assert picture.recipe.extra["embeddings"] == [{"name": "moonfox", "hash": file_hash(path)}]
    keys = [before, request_key(request)]
    teach(home, "moonfox", emb_params=vectors(2, 32, 3))
    keys.append(request_key(request))
    assert len(set(keys)) == 3
    other = replace(request, prompt="a cat", negative="moonfox", guidance=1.0)
    plain = next(event for event in engine.run(other) if isinstance(event, Picture))
    assert "embeddings" not in plain.recipe.extra, "a negative that is not used names nothing"
    teach(home, "moonfox", emb_params=vectors(2, 768))
    events = list(engine.run(request))
    notices = [event.message for event in events if isinstance(event, Notice)]
    assert any("moonfox (768)" in message for message in notices)
    made = next(event for event in events if isinstance(event, Picture))
    assert any("moonfox (768)" in message for message in made.recipe.notices)
