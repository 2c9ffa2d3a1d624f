"""Prompts as the text encoders see them: the ids of transformers' tokenizer, and the hidden states of diffusers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from conftest import assert_close
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import END, START, WINDOW, WORDS, vocabulary_of, write_tokenizer
from transformers import CLIPTextModel, CLIPTokenizer

from inference.errors import ModelRefused
from inference.pipelines import Pipeline
from inference.text import PromptTokenizer

ATOL = 1e-4
IDS = vocabulary_of(WORDS)[0]
STRINGS = [
    "",
    " ",
    "a",
    "a photo of a red cat",
    "A PHOTO of  a\tred\n cat",
    "cat's, it's we'll they've I'm you're he'd don't",
    "1 22 333 4k 8K 1.5 50%",
    "red-green/blue_castle+sword=shield",
    "...!!??;;:,,",
    "café naïve Ångström e\u0301clair",
    "日本語 の 城, дракон, قلعة",
    "🐉🔥 dragon 👩‍🎨",
    "<|startoftext|> and <|endoftext|> inside",
    "(round) [square] {curly} \\back\\slash",
    "a :b: c:1.2 <lora:x:1>",
    "!",
    "! ! !",
    "supercalifragilisticexpialidocious" * 4,
    "red cat, " * 60,
    "\u00a0no\u2009break\u3000space",
    "ﬁne ½ ² ™ Ⅻ",
    "end of text",
]


def escaped(text: str) -> str:
    """Text that the prompt grammar takes as it is: no weights, no breaks."""
    return re.sub(r"[()\[\]\\]", lambda match: "\\" + match[0], text).replace("BREAK", "break")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return write_tokenizer(tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture(scope="module")
def both(folder) -> tuple[PromptTokenizer, Any]:
    return PromptTokenizer(folder), CLIPTokenizer.from_pretrained(folder, local_files_only=True)


def truncated(tokenizer: Any, text: str) -> list[int]:
    return tokenizer(text, padding="max_length", max_length=WINDOW, truncation=True).input_ids


def whole(tokenizer: Any, text: str) -> list[int]:
    return tokenizer(text, add_special_tokens=False).input_ids


@pytest.mark.parametrize("text", STRINGS)
def test_ids_are_those_of_transformers(text, both):
    mine, theirs = both
    assert mine.chunks(escaped(text)).ids[0].tolist() == truncated(theirs, text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(deadline=None, max_examples=300)
def test_ids_are_those_of_transformers_for_any_text(both, text):
    text = text.replace("BREAK", "break")
    mine, theirs = both
    assert mine.chunks(escaped(text)).ids[0].tolist() == truncated(theirs, text)


@given(st.lists(st.sampled_from([*WORDS, "dragons", "x-ray", "it's", "42", ",", ".", "Über"]), max_size=120))
@settings(deadline=None, max_examples=100)
def test_a_long_prompt_is_cut_into_windows_and_nothing_is_lost(both, words):
    mine, theirs = both
    text = " ".join(words)
    chunks, wanted, body = mine.chunks(text), whole(theirs, text), WINDOW - 2
    assert len(chunks.ids) == max(1, -(-len(wanted) // body))
    for row, ids in enumerate(chunks.ids.tolist()):
        part = wanted[row * body : (row + 1) * body]
        assert ids == [IDS[START], *part, *[IDS[END]] * (WINDOW - 1 - len(part))]
    assert (chunks.weights == 1).all()
    assert not chunks.weighted


def test_the_same_ids_come_from_a_single_tokenizer_file(both, tmp_path):
    _, theirs = both
    theirs.save_pretrained(tmp_path)
    (tmp_path / "vocab.json").unlink(missing_ok=True)
    (tmp_path / "merges.txt").unlink(missing_ok=True)
    assert (tmp_path / "tokenizer.json").is_file()
    alone = PromptTokenizer(tmp_path)
    for text in STRINGS:
        assert alone.chunks(escaped(text)).ids[0].tolist() == truncated(theirs, text), text


@pytest.mark.parametrize("pad", [END, "!"])
def test_short_prompts_are_filled_with_the_pad_token(pad, tmp_path):
    tokenizer = PromptTokenizer(write_tokenizer(tmp_path, pad=pad))
    assert tokenizer.pad == (0 if pad == "!" else IDS[END])
    ids = tokenizer.chunks("a cat").ids[0].tolist()
    assert ids[:4] == [IDS[START], IDS["a</w>"], IDS["cat</w>"], IDS[END]]
    assert set(ids[4:]) == {tokenizer.pad}
    theirs = CLIPTokenizer.from_pretrained(tmp_path, local_files_only=True)
    assert ids == truncated(theirs, "a cat")


@pytest.mark.parametrize(
    ("in_map", "in_config"), [("!", END), (END, "!"), ("!", None), (None, "!"), (None, None), ({"content": "!"}, None)]
)
def test_where_settings_disagree_the_pad_token_is_that_of_transformers(in_map, in_config, tmp_path):
    write_tokenizer(tmp_path)
    for name, pad in (("special_tokens_map.json", in_map), ("tokenizer_config.json", in_config)):
        said = json.loads((tmp_path / name).read_text("utf-8")) | {"pad_token": pad}
        (tmp_path / name).write_text(json.dumps({key: value for key, value in said.items() if value is not None}))
    theirs = CLIPTokenizer.from_pretrained(tmp_path, local_files_only=True)
    assert PromptTokenizer(tmp_path).chunks("a cat").ids[0].tolist() == truncated(theirs, "a cat")


@pytest.mark.parametrize(("said", "window"), [(24, 24), (77, 77), (10**30, 77), (None, 77)])
def test_the_window_is_what_the_tokenizer_says_within_reason(said, window, tmp_path):
    write_tokenizer(tmp_path)
    path = tmp_path / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"model_max_length": said}))
    assert PromptTokenizer(tmp_path).chunks("a cat").ids.shape == (1, window)


def test_words_carry_their_weights(both):
    chunks = both[0].chunks("a (red:1.5) [cat] ((hat))")
    wanted = {"a</w>": 1, "red</w>": 1.5, "cat</w>": 1 / 1.1, "hat</w>": 1.1**2}
    ids, weights = chunks.ids[0].tolist(), chunks.weights[0]
    assert chunks.weighted
    assert [ids[i] for i in range(1, 5)] == [IDS[token] for token in wanted]
    assert_close(weights[1:5], list(wanted.values()), 1e-6, "weights")
    assert weights[0] == 1
    assert (weights[5:] == 1).all()


def test_a_break_begins_a_new_window(both):
    chunks = both[0].chunks("a cat BREAK a dog")
    assert chunks.ids.shape == (2, WINDOW)
    assert chunks.ids[0, 1:4].tolist() == [IDS["a</w>"], IDS["cat</w>"], IDS[END]]
    assert chunks.ids[1, 1:4].tolist() == [IDS["a</w>"], IDS["dog</w>"], IDS[END]]


def test_further_windows_are_empty(both):
    chunks = both[0].chunks("a cat", least=3)
    empty = both[0].chunks("").ids[0]
    assert chunks.ids.shape == (3, WINDOW)
    assert (chunks.ids[1:] == empty).all()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: [file.unlink() for file in folder.iterdir()],
        lambda folder: (folder / "vocab.json").write_text("{"),
        lambda folder: (folder / "merges.txt").write_text("#version: 0.2\nq u x\n"),
        lambda folder: (folder / "vocab.json").write_text('{"a": 0}'),
    ],
    ids=["nothing there", "a broken vocabulary", "broken merges", "no end token"],
)
def test_a_tokenizer_that_cannot_be_used_is_refused(spoil, tmp_path):
    spoil(write_tokenizer(tmp_path))
    with pytest.raises(ModelRefused):
        PromptTokenizer(tmp_path)


# Hidden states

PROMPTS = ["a photo of a red cat", "", "a very old castle of stone, best quality; dragon " * 3]


@pytest.fixture(scope="module")
def reference(saved) -> Callable[[str], Any]:
    loaded: dict[str, Any] = {}

    def load(kind: str) -> Any:
        if kind not in loaded:
            cls = diffusers.StableDiffusionXLPipeline if kind == "sdxl" else diffusers.StableDiffusionPipeline
            loaded[kind] = cls.from_pretrained(saved(kind), local_files_only=True)
        return loaded[kind]

    return load


def theirs_encoded(pipe: Any, prompt: str, negative: str, clip_skip: int) -> tuple[Any, ...]:
    with torch.no_grad():
        return pipe.encode_prompt(
            prompt,
            device="cpu",
            num_images_per_prompt=1,
            do_classifier_free_guidance=True,
            negative_prompt=negative,
            clip_skip=clip_skip or None,
        )


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("kind", ["sd1", "sd2-v", "lcm", "rgba"])
def test_prompts_are_encoded_as_by_diffusers(kind, prompt, pipeline, reference):
    positive, negative = theirs_encoded(reference(kind), prompt, "blurry", 0)
    got = pipeline(kind).condition(prompt, "blurry", guided=True)
    assert_close(got.hidden, torch.cat([negative, positive]), ATOL, f"{kind} hidden states")
    assert got.pooled is None
    alone = pipeline(kind).condition(prompt, "blurry", guided=False)
    assert_close(alone.hidden, positive, ATOL, f"{kind} hidden states without guidance")
    assert not alone.guided


@pytest.mark.parametrize("clip_skip", [0, 1, 2])
def test_clip_skip_is_that_of_diffusers(clip_skip, pipeline, reference, monkeypatch):
    # diffusers looks for the norm where older text encoders of transformers had it.
    monkeypatch.setattr(CLIPTextModel, "text_model", property(lambda model: model), raising=False)
    positive, _ = theirs_encoded(reference("sd1"), PROMPTS[0], "", clip_skip)
    got = pipeline("sd1").condition(PROMPTS[0], "", guided=False, clip_skip=clip_skip)
    assert_close(got.hidden, positive, ATOL, f"hidden states at clip skip {clip_skip}")


@pytest.mark.parametrize("clip_skip", [0, 1])
@pytest.mark.parametrize("negative", ["blurry", None])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_sdxl_takes_the_layer_before_the_last_and_the_second_encoders_pooled_state(
    prompt, negative, clip_skip, pipeline, reference
):
    hidden, empty, pooled, empty_pooled = theirs_encoded(reference("sdxl"), prompt, negative, clip_skip)
    if negative:  # diffusers skips no layers of the negative prompt; here both are read at the same layer
        empty, _, empty_pooled, _ = theirs_encoded(reference("sdxl"), negative, None, clip_skip)
    got = pipeline("sdxl").condition(prompt, negative or "", guided=True, clip_skip=clip_skip)
    assert_close(got.hidden, torch.cat([empty, hidden]), ATOL, "hidden states")
    assert_close(got.pooled, torch.cat([empty_pooled, pooled]), 2e-4, "pooled states")
    if negative is None:
        assert not got.hidden[0].any()
        assert not got.pooled[0].any()


def test_sdxl_states_are_the_raw_ones_of_both_encoders(pipeline, reference):
    pipe, mine = reference("sdxl"), pipeline("sdxl")
    got = mine.condition(PROMPTS[0], "", guided=False)
    with torch.no_grad():
        parts = [
            encoder(torch.tensor([truncated(tokenizer, PROMPTS[0])]), output_hidden_states=True)
            for encoder, tokenizer in ((pipe.text_encoder, pipe.tokenizer), (pipe.text_encoder_2, pipe.tokenizer_2))
        ]
    wanted = torch.cat([part.hidden_states[-2] for part in parts], dim=-1)
    assert_close(got.hidden, wanted, ATOL, "hidden states")
    assert_close(got.pooled, parts[1].text_embeds, 2e-4, "pooled states")


@pytest.mark.parametrize("kind", ["sd1", "sdxl"])
def test_a_layer_that_does_not_exist_is_refused(kind, pipeline):
    with pytest.raises(ModelRefused, match="layer"):
        pipeline(kind).condition("a cat", "", guided=False, clip_skip=12)


@pytest.mark.parametrize("kind", ["sd1", "sdxl"])
def test_a_long_prompt_is_encoded_window_by_window(kind, pipeline):
    mine: Pipeline = pipeline(kind)
    long = " ".join(WORDS) + " " + " ".join(reversed(WORDS))
    both = mine.condition(long, "ugly", guided=True)
    assert both.hidden.shape[:2] == (2, 2 * WINDOW)
    short = mine.condition("ugly", "", guided=False)
    assert_close(both.hidden[0, :WINDOW], short.hidden[0], 1e-5, "the negative's first window")
    first = mine.condition(" ".join(long.split()[: WINDOW - 2]), "", guided=False)
    assert_close(both.hidden[1, :WINDOW], first.hidden[0], 1e-5, "the prompt's first window")
    rest = mine.condition(" ".join(long.split()[WINDOW - 2 :]), "", guided=False)
    assert_close(both.hidden[1, WINDOW:], rest.hidden[0], 1e-5, "the prompt's second window")


@pytest.mark.parametrize("kind", ["sd1", "sdxl"])
def test_a_weight_moves_a_words_state_away_from_the_empty_prompts(kind, pipeline):
    mine: Pipeline = pipeline(kind)
    plain = mine.condition("a red cat", "", guided=False).hidden[0]
    blank = mine.condition("", "", guided=False).hidden[0]
    heavy = mine.condition("a (red:1.5) cat", "", guided=False).hidden[0]
    assert_close(heavy[2], blank[2] + 1.5 * (plain[2] - blank[2]), ATOL, "the weighted word")
    others = [i for i in range(WINDOW) if i != 2]
    assert_close(heavy[others], plain[others], 1e-5, "all other words")
    assert np.abs(heavy[2] - plain[2]).max() > 0.05


def test_a_weight_of_one_changes_nothing(pipeline):
    mine: Pipeline = pipeline("sd1")
    plain = mine.condition("a red cat", "", guided=False).hidden
    assert mine.condition("a (red:1.0) cat", "", guided=False).hidden.tobytes() == plain.tobytes()
