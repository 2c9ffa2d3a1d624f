"""LoRA: it changes what it should, merging equals applying; and weights come back from ONNX folders."""

from __future__ import annotations

import shutil
from functools import cache

import numpy as np
import pytest
import torch
from conftest import assert_close
from drawn import Drawn, one_thread  # noqa: F401 (a fixture)
from safetensors.torch import load_file, save_file

from inference.api import Generate, Picture
from inference.engine import LocalEngine
from inference.errors import BadRequest, ModelRefused
from inference.lora_file import read_lora
from inference.resources import RESOURCES
from training.checkpoints import Checkpoints
from training.denoiser import DenoiserSettings
from training.export import Precision, export_pipeline
from training.loop import Running
from training.lora import (
    LORA_FILE,
    LoraSettings,
    adapt,
    adapted,
    apply_lora,
    export_lora,
    merge,
    merge_lora,
    train_lora,
)
from training.lora_file import save_lora
from training.models import encode_words, load_models, tokens
from training.optimise import Optimisation
from training.restore import restore_models, restore_pipeline, trainable_folder

KINDS = ["rgba", "sdxl", pytest.param("sd1", marks=pytest.mark.slow)]
RUNNING = Running(seed=2, batch=4, threads=1, save_seconds=1000, sample_steps=0, bf16=False)
OPTIMISATION = Optimisation(steps=12, rate=5e-3, warmup=2, schedule="constant", average=0)
LORA = LoraSettings(rank=4)
EMBEDDED = RESOURCES / "models" / "sprites"


def run(base, folder, lora=LORA, optimisation=OPTIMISATION, settings=None):
    given = {"lora": lora, "settings": settings or DenoiserSettings(), "running": RUNNING}
    return train_lora(Drawn(count=10), base, folder, optimisation=optimisation, **given)


@pytest.fixture(scope="module")
def trained(saved, tmp_path_factory):
    """``trained(kind)``: the folder of a LoRA of that kind of model."""
    folder = tmp_path_factory.mktemp("loras")

    @cache
    def train(kind):
        list(run(saved(kind), folder / kind))
        return folder / kind

    return train


def outputs(models):
    """The UNet's prediction on fixed inputs, through the words."""
    torch.manual_seed(0)
    channels = models.unet.config["in_channels"]
    sample = torch.randn(2, channels, 8, 8)
    ids = tokens(models.tokenizers, ["a red cat", "blue shield"])
    with torch.no_grad():
        words = encode_words(models, ids, (64, 64))
        added = None if words.added is None else dict(words.added)
        return models.unet(sample, 400, words.states, added_cond_kwargs=added).sample


@pytest.mark.parametrize("kind", KINDS)
def test_it_changes_outputs_and_merging_equals_applying(saved, trained, kind):
    base, file = saved(kind), trained(kind) / LORA_FILE
    plain = outputs(load_models(base).freeze())
    applied, merged = (load_models(base).freeze() for _ in range(2))
    for models in (applied, merged):
        apply_lora(models, file)
    merge(merged)
    assert not adapted(merged)
    changed = outputs(applied)
    assert (changed - plain).abs().max() > 1e-3 * plain.abs().max()
    assert_close(outputs(merged), changed, 1e-4 * float(plain.abs().max()), "merged against applied")


@pytest.mark.parametrize("strength", [0.0, 0.5])
def test_strength_scales_the_change(saved, trained, strength):
    base, file = saved("rgba"), trained("rgba") / LORA_FILE
    applied, merged = (load_models(base).freeze() for _ in range(2))
    apply_lora(applied, file, strength)
    apply_lora(merged, file)
    merge(merged, strength)
    assert_close(outputs(merged), outputs(applied), 1e-4, f"strength {strength}")
    if strength == 0:
        assert_close(outputs(merged), outputs(load_models(base).freeze()), 0, "strength 0 against the base")


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_lora_changes_nothing(saved, kind):
    models = load_models(saved(kind)).freeze()
    plain = outputs(models)
    adapt(models, LORA)
    assert torch.equal(outputs(models), plain)


@pytest.mark.slow
def test_the_loss_on_its_pictures_falls(saved, tmp_path):
    how = Optimisation(steps=60, rate=1e-2, warmup=2, average=0)
    losses = [report.loss for report in run(saved("rgba"), tmp_path, optimisation=how)]
    assert np.mean(losses[-20:]) < 0.85 * np.mean(losses[:5]), f"from {losses[:5]} to {losses[-20:]}"


def test_a_stopped_lora_goes_on_to_the_same_bits(saved, trained, tmp_path):
    first = run(saved("rgba"), tmp_path)
    next(report for report in first if report.step == 5)
    first.close()
    list(run(saved("rgba"), tmp_path))
    one, other = (Checkpoints(folder / "checkpoints").newest()[0] for folder in (trained("rgba"), tmp_path))
    assert torch.equal(one.tensors["values"], other.tensors["values"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_is_in_kohyas_layout(trained, kind):
    tensors = load_file(trained(kind) / LORA_FILE)
    query = "down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"
    assert tensors[f"lora_unet_{query}.lora_down.weight"].shape == (4, 32)
    assert tensors[f"lora_unet_{query}.lora_up.weight"].shape == (32, 4)
    assert tensors[f"lora_unet_{query}.alpha"] == 4
    text = "lora_te1" if kind == "sdxl" else "lora_te"
    assert f"{text}_text_model_encoder_layers_0_self_attn_q_proj.lora_up.weight" in tensors


@pytest.mark.slow
def test_diffusers_names_are_read_too(saved, trained, tmp_path):
    base, file = saved("sd1"), trained("sd1") / LORA_FILE
    models = load_models(base).freeze()
    apply_lora(models, file)
    wanted = outputs(models)
    renamed = {}
    for prefix, root in (("unet", models.unet), ("text_encoder", models.texts[0])):
        for path, layer in root.named_modules():
            if hasattr(layer, "down") and hasattr(layer, "strength"):
                renamed[f"{prefix}.{path}.lora_A.weight"] = layer.down.weight.data.clone()
                renamed[f"{prefix}.{path}.lora_B.weight"] = layer.up.weight.data.clone()
    save_file(renamed, tmp_path / "diffusers.safetensors")
    other = load_models(base).freeze()
    apply_lora(other, tmp_path / "diffusers.safetensors")
    assert torch.equal(outputs(other), wanted)


def test_a_lora_of_another_model_is_refused(saved, trained):
    with pytest.raises(ModelRefused, match="another model"):
        apply_lora(load_models(saved("sd1")).freeze(), trained("sdxl") / LORA_FILE)


def test_what_is_no_lora_is_refused(saved, tmp_path):
    (tmp_path / "a.safetensors").write_bytes(b"not a file of tensors")
    with pytest.raises(ModelRefused, match="is not a LoRA"):
        read_lora(tmp_path / "a.safetensors")
    save_file({"weight": torch.zeros(3)}, tmp_path / "b.safetensors")
    with pytest.raises(ModelRefused, match="no low-rank layers"):
        read_lora(tmp_path / "b.safetensors")


def test_saved_layers_come_back(saved, tmp_path):
    models = load_models(saved("sd1")).freeze()
    layers = adapt(models, LoraSettings(rank=3, alpha=6.0, targets="attention", train_text=False))
    for layer in layers.values():
        torch.nn.init.normal_(layer.up.weight, std=0.05)
    save_lora(layers, tmp_path / "x.safetensors", {"name": "x"})
    other = load_models(saved("sd1")).freeze()
    apply_lora(other, tmp_path / "x.safetensors")
    assert_close(outputs(other), outputs(models), 5e-3, "from the file, in half precision")


@pytest.mark.parametrize(
    ("lora", "words"),
    [(LoraSettings(rank=0), "'rank' is 0"), (LoraSettings(targets="everything"), "everything")],
)
def test_settings_that_cannot_be_are_refused(saved, tmp_path, lora, words):
    with pytest.raises(BadRequest, match=words):
        next(run(saved("rgba"), tmp_path, lora=lora))


def test_a_strength_that_cannot_be_is_refused(saved, trained, tmp_path):
    with pytest.raises(BadRequest, match="strength is 9"):
        merge_lora(saved("rgba"), trained("rgba") / LORA_FILE, tmp_path / "out", 9.0)


SLOW = [pytest.param(kind, marks=pytest.mark.slow) for kind in ("sd1", "sdxl", "sd2-v", "sd1-inpaint")]


@pytest.mark.parametrize("kind", ["rgba", *SLOW])
def test_an_exported_model_gives_its_weights_back_bit_for_bit(saved, exported, tmp_path, kind):
    restored = restore_pipeline(exported(kind), tmp_path / "restored")
    for part in ("unet", "vae", "text_encoder", "text_encoder_2"):
        for file in (saved(kind) / part).glob("*.safetensors"):
            wanted, got = load_file(file), load_file(restored / part / file.name)
            apart = [name for name, tensor in wanted.items() if not torch.equal(got[name], tensor)]
            assert wanted.keys() == got.keys()
            assert not apart, f"{part}: {apart[:3]} differ"


def test_the_embedded_model_gives_its_weights_back():
    models = restore_models(EMBEDDED)  # runs every part against its graph
    assert models.unet.config["cross_attention_dim"] == models.texts[0].config.hidden_size


def test_a_graph_without_its_names_is_refused(exported, tmp_path):
    broken = shutil.copytree(exported("rgba"), tmp_path / "broken")
    shutil.copy(broken / "vae_decoder" / "model.onnx", broken / "unet" / "model.onnx")
    with pytest.raises(ModelRefused, match="does not tell its weight"):
        restore_models(broken)


def test_a_diffusers_folder_is_trained_on_as_it_is(saved, tmp_path):
    assert trainable_folder(saved("sd1"), tmp_path / "x") == saved("sd1")


@pytest.mark.slow
def test_a_merged_lora_runs_in_the_engine(saved, trained, tmp_path):
    base = saved("rgba")
    card = {"name": "styled", "alpha": "premultiplied", "native": [64, 64], "defaults": {"steps": 3}}
    export_lora(base, trained("rgba") / LORA_FILE, tmp_path / "styled", card=card, precision=Precision.FP32)
    export_pipeline(base, tmp_path / "plain", card=card)
    engine = LocalEngine(device="cpu", threads=1, cache=None)
    try:
        plain, styled = (
            next(
                event.pixels
                for event in engine.run(Generate(prompt="red cat", model=str(tmp_path / name), seed=1))
                if isinstance(event, Picture)
            )
            for name in ("plain", "styled")
        )
    finally:
        engine.close()
    assert not np.array_equal(plain, styled)
