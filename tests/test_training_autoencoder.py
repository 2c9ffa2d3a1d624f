"""The autoencoder learns, resumes to the bit, and is normalised without changing what it makes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from conftest import assert_close
from drawn import Drawn, one_thread  # noqa: F401 (a fixture)
from safetensors.torch import load_file

from inference.errors import BadRequest
from training.autoencoder import DESIGNS, AutoencoderSettings, normalised, psnr, reconstruct, train_autoencoder
from training.batches import to_samples
from training.checkpoints import Checkpoints
from training.loop import Running
from training.models import load_vae
from training.optimise import Optimisation

STEPS = 60
TINY = AutoencoderSettings(design="tiny", crop=16)
RUNNING = Running(seed=3, batch=8, threads=1, save_seconds=1000, sample_steps=0, bf16=False)
OPTIMISATION = Optimisation(steps=STEPS, rate=1e-2, warmup=5, average=0.9)


def run(folder, corpus=None, settings=TINY, running=RUNNING, optimisation=OPTIMISATION):
    return train_autoencoder(corpus or Drawn(), folder, settings=settings, running=running, optimisation=optimisation)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An uninterrupted run: its folder and its reports."""
    folder = tmp_path_factory.mktemp("autoencoder")
    return folder, list(run(folder))


def test_the_loss_falls(whole):
    losses = [report.loss for report in whole[1]]
    assert np.mean(losses[-10:]) < 0.6 * np.mean(losses[:5]), f"from {losses[:5]} to {losses[-10:]}"


def test_the_finished_autoencoder_makes_pictures_again(whole):
    vae = load_vae(whole[0])
    samples = torch.from_numpy(to_samples(Drawn().pictures, 4))
    assert psnr(reconstruct(vae, samples), samples) > 10
    assert vae.config["scaling_factor"] == 1.0
    posterior = vae.encode(samples).latent_dist
    spread = (posterior.mean.var(dim=(0, 2, 3)) + posterior.var.mean(dim=(0, 2, 3))).sqrt()
    assert_close(spread.detach(), torch.ones_like(spread), 0.05, "deviation of the latents' channels")


def test_the_last_report_has_a_sample_and_its_psnr(whole):
    last = whole[1][-1]
    assert last.step == STEPS
    assert (whole[0] / last.sample).is_file()
    assert last.figures["psnr"] > 8


@pytest.mark.parametrize("stop", [1, 23, 55])
def test_a_run_that_was_stopped_goes_on_to_the_same_bits(whole, tmp_path, stop):
    first = run(tmp_path)
    for report in first:
        if report.step == stop:
            break
    first.close()
    assert list(run(tmp_path))[-1].step == STEPS
    one, other = (Checkpoints(folder / "checkpoints").newest()[0] for folder in (whole[0], tmp_path))
    assert one.step == other.step
    for name, tensor in one.tensors.items():
        assert torch.equal(tensor, other.tensors[name]), f"'{name}' differs after a stop at step {stop}"
    weights = [load_file(folder / "vae/diffusion_pytorch_model.safetensors") for folder in (whole[0], tmp_path)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_normalising_changes_no_picture():
    torch.manual_seed(0)
    vae = DESIGNS["tiny"].build(32)
    samples = torch.from_numpy(to_samples(Drawn().pictures, 4))
    folded = normalised(vae, samples)
    assert_close(reconstruct(folded, samples), reconstruct(vae, samples), 1e-5, "pictures")
    with torch.no_grad():
        before, after = vae.encode(samples).latent_dist, folded.encode(samples).latent_dist
    ratio = (before.std / after.std).mean(dim=(0, 2, 3))
    shift = after.mean * ratio.view(-1, 1, 1) - before.mean
    assert_close(shift, shift.mean(dim=(0, 2, 3), keepdim=True).expand_as(shift), 1e-4, "latents up to a shift")


@pytest.mark.slow
def test_two_workers_repeat_themselves(tmp_path):
    running = Running(seed=3, batch=8, threads=1, workers=2, save_seconds=1000, sample_steps=0, bf16=False)
    how = Optimisation(steps=6, rate=4e-3, warmup=2, average=0.9)
    for name in ("one", "other"):
        reports = list(run(tmp_path / name, running=running, optimisation=how))
        assert reports[-1].step == 6
    one, other = (Checkpoints(tmp_path / name / "checkpoints").newest()[0] for name in ("one", "other"))
    assert torch.equal(one.tensors["values"], other.tensors["values"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"corpus": Drawn(count=0)}, "no pictures"),
        ({"settings": AutoencoderSettings(design="huge")}, "huge"),
        ({"running": Running(batch=0)}, "'batch' is 0"),
        ({"running": Running(device="tpu")}, "tpu"),
        ({"running": Running(workers=3, batch=8)}, "divided"),
        ({"optimisation": Optimisation(steps=10, rate=-1)}, "'rate' is -1"),
        ({"optimisation": Optimisation(steps=10, rate=float("nan"))}, "'rate' is nan"),
        ({"optimisation": Optimisation(steps=10, rate=1e-3, schedule="zigzag")}, "zigzag"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path, given, words):
    with pytest.raises(BadRequest, match=words):
        next(run(tmp_path, **given))


def test_a_folder_of_another_run_is_refused(whole):
    with pytest.raises(BadRequest, match="another 'seed'"):
        next(run(whole[0], running=Running(seed=4, batch=8, threads=1, bf16=False)))


def test_bfloat16_comes_near(tmp_path):
    losses = []
    for bf16 in (False, True):
        running = Running(seed=3, batch=4, threads=1, save_seconds=1000, sample_steps=0, bf16=bf16)
        how = Optimisation(steps=2, rate=1e-3, warmup=1, average=0)
        losses.append([report.loss for report in run(tmp_path / str(bf16), running=running, optimisation=how)][:2])
    assert losses[1] == pytest.approx(losses[0], rel=0.03)
    assert losses[1] != losses[0]
