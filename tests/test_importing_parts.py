"""Checkpoints in the original layout to diffusers' modules: names back to what they were, sizes as published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import original
import pytest
import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file, save_file
from transformers import CLIPTokenizer

from inference.architectures import UNET, unet_signs
from inference.errors import ModelRefused
from inference.manifest import Family
from inference.tensor_header import read_tensor_header
from inference.text import PromptTokenizer
from training.checkpoint import Checkpoint, read_vae, unet_config
from training.clip_files import MERGES, TOKENS, vocabulary, write_tokenizer

SMALL = ("small-sd1", "small-sd2", "small-sdxl")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Path, Mapping[str, Any]]]:
    folder = tmp_path_factory.mktemp("original")
    return {kind: (original.save(kind, folder / f"{kind}.safetensors"), original.models(kind)) for kind in SMALL}


def close(found: torch.Tensor, wanted: torch.Tensor) -> None:
    torch.testing.assert_close(found, wanted, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("kind", SMALL)
def test_a_unet_computes_what_it_was_made_from(small: Mapping[str, Any], kind: str) -> None:
    path, models = small[kind]
    unet, wanted = Checkpoint(path).unet(), models["unet"]
    torch.manual_seed(1)
    width = wanted.config.cross_attention_dim
    extra: dict[str, Any] = {}
    if kind == "small-sdxl":
        extra = {"added_cond_kwargs": {"text_embeds": torch.randn(1, 64), "time_ids": torch.rand(1, 6) * 64}}
    feeds = (torch.randn(1, 4, 16, 16), torch.tensor(400.0), torch.randn(1, 7, width))
    with torch.no_grad():
        close(unet(*feeds, **extra).sample, wanted(*feeds, **extra).sample)


@pytest.mark.parametrize("kind", SMALL)
def test_a_vae_computes_what_it_was_made_from(small: Mapping[str, Any], kind: str) -> None:
    path, models = small[kind]
    vae, picture = Checkpoint(path).vae(), torch.rand(1, 3, 32, 32) * 2 - 1
    with torch.no_grad():
        latents = models["vae"].encode(picture).latent_dist.mean
        close(vae.encode(picture).latent_dist.mean, latents)
        close(vae.decode(latents).sample, models["vae"].decode(latents).sample)
    assert vae.config.scaling_factor == (0.13025 if kind == "small-sdxl" else 0.18215)


@pytest.mark.parametrize(
    ("kind", "part", "name", "layer"),
    [
        ("small-sd1", "text_encoder", "text", -1),
        ("small-sd2", "text_encoder", "open", -2),
        ("small-sdxl", "text_encoder", "text", -2),
        ("small-sdxl", "text_encoder_2", "big", -2),
    ],
)
def test_a_text_encoder_computes_what_it_was_made_from(
    small: Mapping[str, Any], kind: str, part: str, name: str, layer: int
) -> None:
    path, models = small[kind]
    encoder, wanted = Checkpoint(path).text(part), models[name]
    ids = torch.tensor([[49406, 320, 1125, 539, 49407]])
    with torch.no_grad():
        theirs = wanted(ids, output_hidden_states=True)
        ours = encoder(ids, output_hidden_states=True)
    if kind == "small-sd2":  # its last layer is left out, so the last is their last but one, normed
        normed = wanted.text_model.final_layer_norm(theirs.hidden_states[-2])
        close(ours.last_hidden_state, normed)
    else:
        close(ours.hidden_states[layer], theirs.hidden_states[layer])
    if part == "text_encoder_2":
        close(ours.text_embeds, theirs.text_embeds)


@pytest.mark.parametrize("kind", ["sd1", "sd2", "sdxl"])
def test_the_sizes_of_published_models_are_read_from_shapes(tmp_path: Path, kind: str) -> None:
    path = original.write_header(tmp_path / "one.safetensors", original.shapes(kind))
    tensors = read_tensor_header(path).tensors
    signs = unet_signs(tensors)
    assert signs is not None
    with torch.device("meta"):
        found = UNet2DConditionModel(**unet_config(path, tensors, signs))
        wanted = UNet2DConditionModel(**original.KINDS[kind]["unet"])
    shapes = {name: value.shape for name, value in found.state_dict().items()}
    assert shapes == {name: value.shape for name, value in wanted.state_dict().items()}
    heads = [m.heads for m in found.modules() if hasattr(m, "heads")]
    assert heads == [m.heads for m in wanted.modules() if hasattr(m, "heads")]


def test_a_guided_inpainting_unet_keeps_what_sets_it_apart(tmp_path: Path, small: Mapping[str, Any]) -> None:
    state = load_file(small["small-sd1"][0])
    state[f"{UNET}input_blocks.0.0.weight"] = torch.randn(32, 9, 3, 3)
    state[f"{UNET}time_embed.cond_proj.weight"] = torch.randn(32, 16)
    save_file(state, tmp_path / "lcm.safetensors")
    unet = Checkpoint(tmp_path / "lcm.safetensors").unet()
    assert (unet.config.in_channels, unet.config.time_cond_proj_dim) == (9, 16)
    torch.testing.assert_close(unet.time_embedding.cond_proj.weight.data, state[f"{UNET}time_embed.cond_proj.weight"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("middle_block.0.in_layers.2.weight", "lacks 1 weights"),
        ("input_blocks.5.1.transformer_blocks.0.attn1.to_q.weight", "lacks"),
        ("input_blocks.5.0.in_layers.2.weight", "lacks"),
    ],
)
def test_a_checkpoint_that_lacks_weights_is_refused(
    tmp_path: Path, small: Mapping[str, Any], change: str, words: str
) -> None:
    state = load_file(small["small-sd1"][0])
    del state[UNET + change]
    save_file(state, tmp_path / "less.safetensors")
    with pytest.raises(ModelRefused, match=words):
        Checkpoint(tmp_path / "less.safetensors").unet()
    state[f"{UNET}input_blocks.1.7.strange.weight"] = torch.zeros(3)
    save_file(
        load_file(small["small-sd1"][0]) | {f"{UNET}input_blocks.1.0.odd": torch.zeros(3)}, tmp_path / "m.safetensors"
    )
    with pytest.raises(ModelRefused, match="too many"):
        Checkpoint(tmp_path / "m.safetensors").unet()


@pytest.mark.parametrize("layout", ["original", "diffusers", "old diffusers"])
def test_a_vae_in_a_file_of_its_own_is_read_in_every_layout(tmp_path: Path, layout: str) -> None:
    vae = original.models("small-sd1")["vae"]
    state = dict(original.vae_state(vae.state_dict())) if layout == "original" else dict(vae.state_dict())
    if layout == "old diffusers":
        for new, old in (("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")):
            state = {name.replace(new, old): value for name, value in state.items()}
    save_file({name: value.contiguous() for name, value in state.items()}, tmp_path / "vae.safetensors")
    found, latents = read_vae(tmp_path / "vae.safetensors", Family.SD1), torch.randn(1, 4, 4, 4)
    with torch.no_grad():
        close(found.decode(latents).sample, vae.decode(latents).sample)


def test_the_vocabulary_is_clips(tmp_path: Path) -> None:
    tokens = vocabulary(MERGES.read_text("utf-8").splitlines()[1:])
    assert len(tokens) == TOKENS
    assert (tokens["<|startoftext|>"], tokens["<|endoftext|>"], tokens["!"], tokens["a</w>"]) == (49406, 49407, 0, 320)
    write_tokenizer(tmp_path / "tokenizer")
    ids = PromptTokenizer(tmp_path / "tokenizer").chunks("a photo of a cat").ids[0]
    assert ids[:7].tolist() == [49406, 320, 1125, 539, 320, 2368, 49407]  # as CLIP's own notebooks print them


def test_the_tokenizer_is_transformers_own(tmp_path: Path) -> None:
    write_tokenizer(tmp_path / "tokenizer", pad="!")
    theirs, ours = CLIPTokenizer.from_pretrained(tmp_path / "tokenizer"), PromptTokenizer(tmp_path / "tokenizer")
    for text in ("A knight's CASTLE, 1984", "Zwölf Boxkämpfer", "龙 and a café", "supercalifragilistic"):
        wanted = theirs(text, padding="max_length", max_length=77)["input_ids"]
        assert ours.chunks(text).ids[0].tolist() == wanted
