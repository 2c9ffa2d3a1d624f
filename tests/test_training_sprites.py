"""The two modules of our own: an autoencoder that starts linear, and a UNet that sketches before it denoises."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from conftest import assert_close
from drawn import Drawn, drawing, one_thread  # noqa: F401 (a fixture)
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.api import Generate, Inpaint, Picture
from inference.engine import LocalEngine
from inference.errors import BadRequest, ModelRefused
from inference.geometry import Size
from inference.loras import Lora
from inference.pipelines import Pipeline
from training.autoencoder import DESIGNS as AUTOENCODERS
from training.autoencoder import (
    AutoencoderDesign,
    AutoencoderSettings,
    normalised,
    psnr,
    reconstruct,
    train_autoencoder,
)
from training.batches import to_samples
from training.denoiser import DESIGNS, DenoiserSettings, Design, eigenpictures, make_denoiser, train_denoiser
from training.diffusion import ZERO_SNR, Objective
from training.export import Precision, export_pipeline
from training.loop import Running
from training.lora import LORA_FILE, apply_lora, merge_lora, suited, train_lora
from training.lora_file import save_lora
from training.models import load_models, load_vae
from training.optimise import Optimisation
from training.restore import restore_models
from training.restyled import cell_map, left_out, mapped, nearest_style, put_into, sketches_of, weights_of

RUNNING = Running(seed=5, batch=8, threads=1, save_seconds=1000, sample_steps=0, bf16=False)
SAMPLES = torch.from_numpy(to_samples(Drawn().pictures, 4))
CARD = {"name": "drawn", "alpha": "premultiplied", "native": [32, 32], "defaults": {"steps": 4, "guidance": 2.0}}
PATCHED = AutoencoderDesign(channels=(16, 16), latent_channels=6, patch=4, groups=4)
SKETCHING = Design(
    channels=(32, 64),
    attends=(False, True),
    groups=8,
    width=32,
    text_layers=1,
    window=16,
    vocabulary=600,
    components=12,
)


@pytest.fixture(scope="module", autouse=True)
def designs():
    """Small ones by the names of "patched" and "sketching"."""
    patch = pytest.MonkeyPatch()
    patch.setitem(AUTOENCODERS, "patched", PATCHED)
    patch.setitem(DESIGNS, "sketching", SKETCHING)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def vae(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vae")
    how = Optimisation(steps=8, rate=1e-3, warmup=1, average=0)
    settings = AutoencoderSettings(design="patched", crop=0)
    list(train_autoencoder(Drawn(), folder, settings=settings, running=RUNNING, optimisation=how))
    return folder


def run(folder, vae, steps=30, rate=3e-3, **said):
    settings = DenoiserSettings(design="sketching", mirror=0, **said)
    how = Optimisation(steps=steps, rate=rate, warmup=2, average=0)
    return train_denoiser(Drawn(), folder, settings=settings, running=RUNNING, optimisation=how, vae=vae)


@pytest.fixture(scope="module")
def sketch(tmp_path_factory, vae):
    """A run of the words and the sketch alone: its folder and its losses."""
    folder = tmp_path_factory.mktemp("sketch")
    return folder, [report.loss for report in run(folder, vae, 60, only_sketch=True)]


@pytest.fixture(scope="module")
def model(tmp_path_factory, sketch):
    folder = tmp_path_factory.mktemp("model")
    list(run(folder, None, 6, base=sketch[0] / "model"))
    return folder / "model"


def linear(channels):
    return AutoencoderDesign(channels=(16, 16), latent_channels=channels, patch=4, groups=4).build(32)


def test_a_linear_start_makes_the_error_of_the_principal_components():
    blocks = torch.nn.functional.pixel_unshuffle(SAMPLES, 8).movedim(1, -1).flatten(0, 2).double().numpy()
    centre = blocks.mean(0)
    directions = np.linalg.svd(blocks - centre, full_matrices=False)[2]
    errors = []
    for channels in (2, 8, 16):
        kept = directions[:channels]
        left = (blocks - centre) - (blocks - centre) @ kept.T @ kept
        vae = linear(channels).start_linear(SAMPLES)
        with torch.no_grad():
            made = vae.decode(vae.encode(SAMPLES).latent_dist.mean).sample
        errors.append(float((made - SAMPLES).square().mean()))
        assert errors[-1] == pytest.approx((left**2).mean(), rel=1e-3)
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("evening", [0.0, 0.5, 1.0])
@torch.no_grad()
def test_latents_of_a_linear_start_have_a_mean_variance_of_one(evening):
    latents = linear(6).start_linear(SAMPLES, evening=evening).encode(SAMPLES).latent_dist.mean
    power = latents.var(dim=(0, 2, 3))
    assert float(power.mean()) == pytest.approx(1, abs=0.01)
    assert float(power.max() / power.min()) == pytest.approx(1, abs=0.01) if evening == 1 else power.max() > power.min()


@torch.no_grad()
def test_normalising_changes_no_picture_and_keeps_proportions():
    torch.manual_seed(1)
    vae = linear(6).start_linear(SAMPLES * 0.3)
    for conv in (vae.quant_conv, vae.decoder.conv_out):
        torch.nn.init.normal_(conv.weight, std=0.02)
    after = normalised(vae, SAMPLES)
    assert_close(reconstruct(after, SAMPLES), reconstruct(vae, SAMPLES), 1e-4, "pictures")
    one, other = (v.encode(SAMPLES).latent_dist for v in (vae, after))
    scale = one.mean.std(dim=(0, 2, 3)) / other.mean.std(dim=(0, 2, 3))
    assert_close(scale, scale.mean().expand_as(scale), 1e-3, "proportions")
    assert float(other.mean.var(dim=(0, 2, 3)).mean()) == pytest.approx(1, abs=0.05)
    assert_close((one.std / other.std), scale.mean().expand_as(one.std), 1e-3, "deviations")


def test_training_goes_on_from_the_linear_start(vae):
    finished = load_vae(vae)
    start = psnr(reconstruct(linear(6).start_linear(SAMPLES), SAMPLES), SAMPLES)
    assert psnr(reconstruct(finished, SAMPLES), SAMPLES) > start - 0.3
    assert not finished.analysis.weight.requires_grad


def test_eigenpictures_are_the_principal_components():
    latents = np.random.default_rng(3).normal(size=(9, 2, 2, 3, 4, 4)).astype(np.float32)
    mean, components = eigenpictures(latents, 20)
    rows = latents[:, 0, 0].reshape(9, -1)
    assert components.shape == (9, 3, 4, 4)
    flat = components.flatten(1)
    weights = (torch.from_numpy(rows) - mean.flatten()) @ torch.linalg.pinv(flat)
    assert_close(weights @ flat + mean.flatten(), torch.from_numpy(rows), 1e-4, "every picture")
    # Each is as long as the pictures deviate in its direction, the longest first.
    lengths = flat.norm(dim=1)
    assert_close(lengths[:8], torch.from_numpy(np.linalg.svd(rows - rows.mean(0))[1][:8] / 3), 1e-4, "deviations")


def test_the_sketch_learns_what_words_show(sketch):
    losses = sketch[1]
    assert np.mean(losses[-8:]) < 0.6 * np.mean(losses[:3]), f"from {losses[:3]} to {losses[-8:]}"


def test_training_the_sketch_leaves_the_rest_of_the_unet_alone(sketch, tmp_path, vae):
    before = load_models(sketch[0] / "model").unet.state_dict()
    list(run(tmp_path, vae, 1, only_sketch=True))
    after = load_models(tmp_path / "model").unet.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert all(name.startswith("sketch.") and "basis" not in name for name in changed)


def test_a_model_without_a_sketch_is_told_so(tmp_path, vae):
    settings = DenoiserSettings(design="tiny", only_sketch=True)
    how = Optimisation(steps=1, rate=1e-3)
    with pytest.raises(BadRequest, match="no sketch"):
        next(train_denoiser(Drawn(), tmp_path, settings=settings, running=RUNNING, optimisation=how, vae=vae))


def test_it_comes_back_from_its_graphs_and_runs_in_the_engine_at_any_size(model, tmp_path):
    export_pipeline(model, tmp_path / "onnx", card=CARD)
    restored, stored = restore_models(tmp_path / "onnx"), load_models(model)
    for one, other in ((restored.unet, stored.unet), (restored.vae, stored.vae)):
        values = other.state_dict()
        assert one.state_dict().keys() == values.keys()
        assert all(torch.equal(tensor, values[name]) for name, tensor in one.state_dict().items())
    assert restored.unet.config["in_channels"] == 6
    engine = LocalEngine(device="cpu", threads=1, cache=tmp_path / "graphs")
    try:
        for side in (32, 64):
            request = Generate(model=str(tmp_path / "onnx"), prompt="red box", seed=1, size=Size(side, side))
            (pixels,) = [event.pixels for event in engine.run(request) if isinstance(event, Picture)]
            assert pixels.shape == (side, side, 4)
    finally:
        engine.close()


@given(st.integers(0, 2**31), st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_only_the_error_in_the_hole_counts(seed, batch):
    random = torch.Generator().manual_seed(seed)

    def normal():
        return torch.randn((batch, 3, 6, 5), generator=random)

    objective = Objective.of(ZERO_SNR, 5.0)
    clean, noise, times = normal(), normal(), torch.randint(0, 1000, (batch,), generator=random)
    hole = torch.zeros(batch, 1, 6, 5)
    hole[:, :, :2] = 1
    target = objective.target(clean, noise, times)
    wrong_outside = torch.where(hole > 0, target, normal())
    assert float(objective.loss(wrong_outside, clean, noise, times, hole)) == 0
    predicted = normal()
    everywhere = objective.loss(predicted, clean, noise, times, torch.ones_like(hole))
    assert float(everywhere) == pytest.approx(float(objective.loss(predicted, clean, noise, times)), rel=1e-5)


def test_pictures_with_holes_are_clean_around_them(vae, tmp_path):
    settings = DenoiserSettings(design="sketching", mirror=0, masked=0.5)
    task = make_denoiser(Drawn(), vae, tmp_path, settings, RUNNING)
    batches = [task.batch(step, 0, 1) for step in range(6)]
    shares = torch.cat([batch.fresh.mean(dim=(1, 2, 3)) for batch in batches])
    holed = shares < 1
    assert 0.2 < float(holed.float().mean()) < 0.8
    assert shares.min() > 0, "there is always something to learn"
    seen = []
    task.models.unet.forward = lambda sample, *_, **__: seen.append(sample) or (sample,)
    for batch in batches:
        task.loss(batch)
        outside = (batch.fresh == 0).expand_as(batch.clean)
        assert torch.equal(seen[-1][outside], batch.clean[outside])
        assert not torch.equal(seen[-1], batch.clean)


@pytest.mark.parametrize("clean_context", [pytest.param(True, marks=pytest.mark.slow), False])
def test_a_model_that_fills_holes_is_shown_its_context_without_noise(model, tmp_path, clean_context, monkeypatch):
    export_pipeline(model, tmp_path / "onnx", card={**CARD, "clean_context": clean_context})
    seen = []
    predict = Pipeline._predict
    monkeypatch.setattr(
        Pipeline,
        "_predict",
        lambda self, job, scaled, *rest: seen.append((job, scaled)) or predict(self, job, scaled, *rest),
    )
    pixels = drawing("red", "disc", 64, 1)
    mask = np.zeros((64, 64), np.uint8)
    mask[:16, :16] = 255
    engine = LocalEngine(device="cpu", threads=1, cache=tmp_path / "graphs")
    try:
        request = Inpaint(model=str(tmp_path / "onnx"), prompt="blue box", seed=1, image=pixels, mask=mask)
        assert any(isinstance(event, Picture) for event in engine.run(request))
    finally:
        engine.close()
    for job, scaled in seen:
        kept = np.broadcast_to(job.keep_map == 0, scaled.shape)
        assert kept.any()
        assert np.array_equal(scaled[kept], job.clean[kept]) is clean_context


def test_a_decoder_alone_leaves_the_latents_to_the_bit(vae, tmp_path):
    said = AutoencoderSettings(base=vae, crop=0, only_decoder=True)
    how = Optimisation(steps=4, rate=1e-3, warmup=1, average=0)
    list(train_autoencoder(Drawn(), tmp_path, settings=said, running=RUNNING, optimisation=how))
    before, after = load_vae(vae), load_vae(tmp_path)
    with torch.no_grad():
        one, other = (each.encode(SAMPLES).latent_dist for each in (before, after))
    assert torch.equal(one.mean, other.mean)
    assert torch.equal(one.std, other.std)
    assert not torch.equal(before.decoder.conv_out.weight, after.decoder.conv_out.weight)
    with pytest.raises(BadRequest, match="start from"):
        AutoencoderSettings(design="patched", only_decoder=True).check()


def cells(count, channels=3, side=4, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(count, channels, side, side))).float()


@given(st.integers(0, 1000), st.integers(2, 6))
@settings(max_examples=20)
def test_a_map_of_cells_is_found_again(seed, count):
    sketches, matrix, shift = (
        cells(count, seed=seed),
        cells(1, 1, 3, seed + 1)[0, 0],
        cells(1, 3, 1, seed + 2).flatten(),
    )
    found = cell_map(sketches, mapped(sketches, matrix, shift), pull=1e-6)
    assert_close(found[0], matrix, 1e-3, "matrix")
    assert_close(found[1], shift, 1e-3, "shift")
    assert left_out(sketches, sketches) < 1e-6, "what is right already is not changed"
    held, _ = cell_map(sketches, mapped(sketches, matrix, shift), pull=1e9)
    assert_close(held, torch.eye(3), 1e-3, "pulled towards no change")
    with pytest.raises(BadRequest, match="cells a side"):
        cell_map(sketches, sketches[:, :, :2, :2])


def test_a_map_of_cells_is_put_into_whatever_is_sketched(model):
    sketch = load_models(model).unet.sketch
    weights, matrix, shift = cells(2, 1, 12)[:, 0, 0], cells(1, 1, 6, 1)[0, 0], cells(1, 6, 1, 2).flatten()
    before = sketch.basis.weight.clone()
    with torch.no_grad():
        wanted = mapped(sketch.draw(weights), matrix, shift)
    change, _ = put_into(sketch, matrix, shift)
    assert_close(sketch.draw(weights).detach(), wanted, 1e-4, "mapped")
    assert_close(before + change, sketch.basis.weight.detach(), 1e-5, "the change")


def test_the_weights_of_a_sketch_are_told_from_it(model):
    sketch = load_models(model).freeze().unet.sketch
    weights = cells(3, 1, 12)[:, 0, 0]
    used = sketch.basis.weight.square().sum(0) > 1e-3
    told = weights_of(sketch, sketch.draw(weights), doubt=1e-9)
    assert_close(told[:, used], weights[:, used], 1e-2, "weights")
    assert weights_of(sketch, sketch.draw(weights), doubt=1e9).abs().max() < 1e-3, "in doubt, the mean"


def test_pictures_are_called_by_the_style_that_tells_most_of_them(model):
    models = load_models(model).freeze()
    captions = ["red disc", "blue disc", "green box", "yellow box"]
    latents = sketches_of(models, [f"{caption}, flat style" for caption in captions])
    assert nearest_style(models, captions, 2 * latents, ["odd", "flat", "xyz"]) == "flat"


def lora_of(model, folder, steps=8):
    lora, how = suited(model)
    running = Optimisation(steps=steps, rate=3e-3, warmup=1, average=0)
    return train_lora(Drawn(count=6), model, folder, lora=lora, settings=how, running=RUNNING, optimisation=running)


@pytest.mark.slow
def test_a_lora_of_a_model_that_sketches_brings_its_colours(model, tmp_path):
    list(lora_of(model, tmp_path / "run"))
    stopped = lora_of(model, tmp_path / "again")
    next(report for report in stopped if report.step == 3)
    stopped.close()
    list(lora_of(model, tmp_path / "again"))
    file = tmp_path / "run" / LORA_FILE
    assert file.read_bytes() == (tmp_path / "again" / LORA_FILE).read_bytes(), "resumed, it is another"
    plain, whole, half = (load_models(model).freeze() for _ in range(3))
    apply_lora(whole, file)
    apply_lora(half, file, 0.5)
    merge_lora(model, file, tmp_path / "merged")
    merged = load_models(tmp_path / "merged")
    weights = [each.unet.sketch.basis.weight.detach() for each in (plain, half, whole, merged)]
    assert (weights[2] - weights[0]).abs().max() > 0.05, "the sketch has the colours that it had"
    assert_close(weights[1], (weights[0] + weights[2]) / 2, 1e-4, "half of the change")
    assert_close(weights[3], weights[2], 1e-6, "merged")


def made(folder, **said):
    engine = LocalEngine(device="cpu", threads=1)
    try:
        request = Generate(prompt="red disc", model=str(folder), seed=3, **said)
        return next(event.pixels for event in engine.run(request) if isinstance(event, Picture)).astype(int)
    finally:
        engine.close()


@pytest.mark.slow
@pytest.mark.parametrize("precision", [Precision.FP32, Precision.HALF_WEIGHTS])
def test_its_colours_come_at_run_time_too(model, tmp_path, precision):
    list(lora_of(model, tmp_path / "run", 3))
    file = tmp_path / "run" / LORA_FILE
    merge_lora(model, file, tmp_path / "merged")
    for source, name in ((model, "plain"), (tmp_path / "merged", "changed")):
        export_pipeline(source, tmp_path / "onnx" / name, card=CARD, precision=precision)
    wanted = made(tmp_path / "onnx" / "changed")
    worn = made(tmp_path / "onnx" / "plain", loras=(Lora(str(file)),))
    plain = made(tmp_path / "onnx" / "plain")
    assert np.abs(worn - wanted).max() <= 2, f"{np.abs(worn - wanted).max()} levels from the merged model"
    assert np.abs(plain - wanted).max() > 20


def test_a_change_of_a_whole_layer_must_fit(model, tmp_path):
    save_lora({}, tmp_path / "x.safetensors", changes={"lora_unet_conv_in": (torch.zeros(2, 2), torch.zeros(2))})
    with pytest.raises(ModelRefused, match="another shape"):
        apply_lora(load_models(model).freeze(), tmp_path / "x.safetensors")
