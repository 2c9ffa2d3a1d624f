"""A decoder learns from what the denoiser makes: only it changes, drafts become pictures, exact latents stay so."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from drawn import Drawn, one_thread  # noqa: F401 (a fixture)

from inference.errors import BadRequest
from training.autoencoder import AutoencoderSettings, train_autoencoder
from training.decoder import DecoderSettings, draft, latents_and_drafts, train_decoder
from training.denoiser import DenoiserSettings, train_denoiser
from training.export import export_pipeline
from training.loop import Running
from training.models import load_models
from training.optimise import Optimisation

ROWS = np.arange(0, len(Drawn().pictures), 2)
RUNNING = Running(seed=5, batch=8, threads=1, save_seconds=1000, sample_steps=0, bf16=False)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A tiny model that was trained for a moment."""
    folder = tmp_path_factory.mktemp("model")
    how = Optimisation(steps=30, rate=3e-3, warmup=1, average=0)
    list(
        train_autoencoder(
            Drawn(),
            folder / "vae",
            settings=AutoencoderSettings(design="tiny", crop=0),
            running=RUNNING,
            optimisation=how,
        )
    )
    settings = DenoiserSettings(design="tiny", mirror=0)
    list(
        train_denoiser(
            Drawn(), folder, settings=settings, running=RUNNING, optimisation=how, vae=folder / "vae" / "vae"
        )
    )
    return folder / "model"


def run(folder, model, steps=60, **said):
    how = Optimisation(steps=steps, rate=3e-3, warmup=2, average=0)
    settings = DecoderSettings(base=model, steps=2, **said)
    return train_decoder(Drawn(), folder, settings=settings, running=RUNNING, optimisation=how)


@pytest.fixture(scope="module")
def done(tmp_path_factory, model):
    folder = tmp_path_factory.mktemp("decoder")
    return folder, [report.loss for report in run(folder, model)]


def test_the_loss_falls_and_only_the_decoder_changes(model, done):
    folder, losses = done
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])
    before, after = load_models(model), load_models(folder / "model")
    for old, new in (
        (before.unet, after.unet),
        (before.texts[0], after.texts[0]),
        (before.vae.encoder, after.vae.encoder),
    ):
        for name, tensor in old.state_dict().items():
            assert torch.equal(tensor, new.state_dict()[name]), name
    assert not torch.equal(before.vae.decoder.conv_out.weight, after.vae.decoder.conv_out.weight)
    assert (folder / "model" / "tokenizer" / "vocab.json").is_file()


def test_drafts_are_made_once_and_depend_on_the_seed_alone(tmp_path, model):
    models = load_models(model).freeze()
    settings = DecoderSettings(base=model, steps=2)
    pairs = [
        np.array(latents_and_drafts(models, Drawn(), ROWS, tmp_path / f"{name}", settings=settings, seed=seed))
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    assert np.array_equal(pairs[0], pairs[1])
    assert np.array_equal(pairs[0][:, 0], pairs[2][:, 0]), "exact latents know no seed"
    assert not np.array_equal(pairs[0][:, 1], pairs[2][:, 1])
    (file,) = tmp_path.glob("a.*")
    stamp = file.stat().st_mtime_ns
    latents_and_drafts(models, Drawn(), ROWS, tmp_path / "a", settings=settings, seed=1)
    assert file.stat().st_mtime_ns == stamp


def test_less_noise_leaves_more_of_the_picture(model):
    models = load_models(model).freeze()
    clean = torch.randn(4, models.vae.config["latent_channels"], 8, 8, generator=torch.Generator().manual_seed(1))
    off = []
    for level in (0.05, 0.5, 5.0):
        settings = DecoderSettings(base=model, least=level, most=level)
        made = draft(models, clean, ["red disc"] * 4, settings=settings, seed=1, number=0)
        off.append(float((made - clean).square().mean()))
    assert off == sorted(off)
    assert off[0] < 0.1


@pytest.mark.slow
def test_the_result_is_exported(tmp_path, done):
    export_pipeline(done[0] / "model", tmp_path / "out", card={"name": "drawn", "alpha": "premultiplied"})
    assert json.loads((tmp_path / "out" / "gouache.json").read_text("utf-8"))["name"] == "drawn"


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on_to_the_same_bits(tmp_path, model):
    list(run(tmp_path / "whole", model, 6))
    reports = run(tmp_path / "cut", model, 6)
    for report in reports:
        if report.step == 3:
            reports.close()
            break
    list(run(tmp_path / "cut", model, 6))
    both = [load_models(tmp_path / name / "model").vae.state_dict() for name in ("whole", "cut")]
    assert all(torch.equal(tensor, both[1][name]) for name, tensor in both[0].items())


@pytest.mark.parametrize(
    ("said", "words"),
    [({"drafted": 1.5}, "'drafted' is 1.5"), ({"least": 2.0, "most": 1.0}, "less than the least")],
)
def test_settings_that_cannot_be(tmp_path, model, said, words):
    with pytest.raises(BadRequest, match=words):
        list(run(tmp_path, model, **said))


def test_a_model_that_only_inpaints_is_refused(tmp_path, model):
    how = Optimisation(steps=1, rate=1e-3, warmup=0, average=0)
    settings = DenoiserSettings(base=model, inpainting=True, mirror=0)
    list(train_denoiser(Drawn(), tmp_path / "in", settings=settings, running=RUNNING, optimisation=how))
    with pytest.raises(BadRequest, match="only inpaints"):
        list(run(tmp_path / "out", tmp_path / "in" / "model"))
