"""What every training shares: batches, schedule, checkpoints, reports, stopping."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest
import torch
from conftest import assert_close
from drawn import Drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from inference.errors import BadRequest
from training import batches
from training.checkpoints import Checkpoint, Checkpoints, read
from training.diffusion import ZERO_SNR, Objective
from training.optimise import FlatParameters, Optimisation, Optimiser, rate_at
from training.progress import Progress, ProgressLog, clock, in_words
from training.stopping import Stopped, ask_to_stop, asked_to_stop, shielded, stoppable


@given(st.integers(1, 60), st.integers(1, 40), st.integers(0, 2**40))
@settings(max_examples=40, deadline=None)
def test_each_pass_shows_every_picture_once(count, batch, seed):
    steps = -(-3 * count // batch)
    shown = np.concatenate([batches.indices(count, batch, seed, step) for step in range(steps)])
    for begin in range(0, 3 * count, count):
        assert sorted(shown[begin : begin + count]) == list(range(count))


@given(st.integers(1, 300), st.integers(0, 2**40), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_timesteps_are_stratified(batch, seed, step):
    times = np.sort(batches.timesteps(batch, seed, step))
    assert times.min() >= 0
    assert times.max() <= 999
    lowest = np.arange(batch) / batch * 1000
    assert (times >= np.floor(lowest)).all()
    assert (times <= lowest + 1000 / batch).all()


def test_draws_depend_on_seed_purpose_and_step_alone():
    def draw(seed, purpose, step):
        return batches.noise((3,), seed, purpose, step)

    assert np.array_equal(draw(1, "noise", 5), draw(1, "noise", 5))
    others = [draw(2, "noise", 5), draw(1, "posterior", 5), draw(1, "noise", 6)]
    assert not any(np.array_equal(draw(1, "noise", 5), other) for other in others)


@pytest.mark.parametrize(
    ("caption", "may"),
    [("red apple", True), ("left arrow", False), ("Right hand", False), ("bright star", True), ("左箭头", False)],
)
def test_what_may_be_mirrored(caption, may):
    assert batches.may_mirror(caption) is may


def test_captions_are_worded_anew_in_each_pass():
    corpus = Drawn(count=10)
    words = [word for step in range(100) for word in batches.wordings(corpus, 4, 3, step)]
    assert 0.04 < words.count("") / len(words) < 0.2
    shown = [int(i) for step in range(100) for i in batches.indices(10, 4, 3, step)]
    assert words == [corpus.wording(i, 3, place // 10) for place, i in enumerate(shown)]


def test_masks_are_zeros_and_ones_and_some_are_whole():
    masks = np.concatenate([batches.masks(8, (16, 16), 0, step) for step in range(20)])
    assert set(np.unique(masks)) == {0, 1}
    whole = (masks.mean(axis=(1, 2, 3)) == 1).mean()
    assert 0.05 < whole < 0.4


def test_rgb_models_see_pictures_on_white():
    picture = np.array([[[[0, 0, 0, 0], [100, 0, 0, 100]]]], np.uint8)
    assert_close(batches.to_samples(picture, 3)[0, :, 0, 0], [1, 1, 1], 1e-6, "nothing")
    assert_close(batches.to_samples(picture, 3)[0, :, 0, 1], np.array([255, 155, 155]) / 127.5 - 1, 1e-6, "red glass")


def test_the_rate_rises_and_falls_with_the_global_step():
    how = Optimisation(steps=100, rate=1.0, warmup=10, last=0.1)
    rates = [rate_at(step, how) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[10] == pytest.approx(1.0)
    assert rates[100] == pytest.approx(0.1)
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_flat_parameters_are_the_modules_own():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4))
    flat = FlatParameters(dict(model.named_parameters()))
    assert flat.decayed == 12
    flat.values.fill_(0.5)
    assert all((p == 0.5).all() for p in model.parameters())
    model(torch.ones(2, 3)).square().sum().backward()
    assert flat.gradients.abs().sum() > 0


def test_the_optimiser_is_adamw_with_clipping():
    torch.manual_seed(0)
    how = Optimisation(steps=10, rate=0.01, warmup=0, schedule="constant", clip=0.3, decay=0.1, average=0)
    mine, other = nn.Linear(3, 2), nn.Linear(3, 2)
    other.load_state_dict(mine.state_dict())
    optimiser = Optimiser(FlatParameters(dict(mine.named_parameters())), how)
    groups = [{"params": [other.weight], "weight_decay": 0.1}, {"params": [other.bias], "weight_decay": 0.0}]
    adam = torch.optim.AdamW(groups, lr=0.01, betas=how.betas)
    for step in range(5):
        x = torch.randn(4, 3)
        for model in (mine, other):
            model(x).square().sum().backward()
        optimiser.update(step)
        torch.nn.utils.clip_grad_norm_(other.parameters(), 0.3)
        adam.step()
        adam.zero_grad()
    assert_close(mine.weight.detach(), other.weight.detach(), 1e-6, "weights after five steps")


def checkpoint(step):
    return Checkpoint(step, {"values": torch.arange(5.0) + step, "empty": torch.zeros(0)}, {"seed": 1})


def test_checkpoints_come_back_and_two_are_kept(tmp_path):
    kept = Checkpoints(tmp_path)
    for step in (5, 10, 15):
        kept.save(checkpoint(step))
    assert [path.name for path in kept.paths()] == ["step-00000015.safetensors", "step-00000010.safetensors"]
    found, notes = kept.newest()
    assert (found.step, notes) == (15, [])
    assert torch.equal(found.tensors["values"], torch.arange(5.0) + 15)


def test_half_a_checkpoint_of_a_killed_process_is_taken_away(tmp_path):
    kept = Checkpoints(tmp_path)
    kept.save(checkpoint(5))
    (tmp_path / ".step-00000010-abc.safetensors").write_bytes(b"half")
    assert kept.newest()[0].step == 5
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000005.safetensors"]


@pytest.mark.parametrize("spoil", ["cut", "flip", "empty", "garbage"])
def test_a_broken_newest_checkpoint_falls_back_to_the_one_before(tmp_path, spoil):
    kept = Checkpoints(tmp_path)
    for step in (5, 10):
        kept.save(checkpoint(step))
    path, content = kept.paths()[0], bytearray(kept.paths()[0].read_bytes())
    flipped = content[:-3] + bytes([content[-3] ^ 1]) + content[-2:]
    path.write_bytes({"cut": content[:-4], "flip": flipped, "empty": b"", "garbage": b"x" * 99}[spoil])
    with pytest.raises(BadRequest):
        read(path)
    found, notes = kept.newest()
    assert found.step == 5
    assert len(notes) == 1
    assert path.name in notes[0]


def test_reports_after_the_checkpoint_are_dropped(tmp_path):
    log = ProgressLog(tmp_path)
    for step in (1, 2, 3):
        log.append(Progress(step=step, steps=9, loss=0.5, figures={"psnr": 20.0}))
    with log.path.open("a") as file:
        file.write('{"step": 4, "ste')
    log.rewind(2)
    assert [report.step for report in log] == [1, 2]


def test_a_report_in_words():
    report = Progress(step=50, steps=100, loss=0.25, rate=2.0, seconds_left=25, sample="samples/a.png")
    assert in_words(report) == "50/100  loss 0.2500  2 steps/s  0:25 left  samples/a.png"
    assert clock(3723) == "1:02:03"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_for_what_must_be_whole(number):
    done = []

    def work():
        with shielded():
            os.kill(os.getpid(), number)
            done.append("whole")
        done.append("too far")

    with stoppable(), pytest.raises(Stopped):
        work()
    assert done == ["whole"]


def test_the_stop_file_stops_once(tmp_path):
    assert not asked_to_stop(tmp_path)
    ask_to_stop(tmp_path)
    assert asked_to_stop(tmp_path)
    assert not asked_to_stop(tmp_path)


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
def test_a_perfect_prediction_gives_back_the_clean_latents(prediction):
    objective = Objective.of({**ZERO_SNR, "prediction_type": prediction}, 5.0)
    clean, noise = torch.randn(4, 2, 3, 3), torch.randn(4, 2, 3, 3)
    for time in (0, 300, 900):
        times = torch.full((4,), time)
        noisy = objective.add_noise(clean, noise, times)
        got, rest = objective.clean_and_noise(noisy, objective.target(clean, noise, times), times)
        assert_close(got, clean, 2e-4, f"clean latents at {time}")
        assert_close(rest, noise, 2e-4, f"noise at {time}")
        assert objective.loss(objective.target(clean, noise, times), clean, noise, times) == 0


def test_min_snr_weights():
    times = torch.tensor([0, 300, 999])
    weights = Objective.of(ZERO_SNR, 5.0).weights(times)
    assert weights[2] == 1, "pure noise counts fully"
    assert weights[0] < 0.01, "hardly any noise counts little"
    assert torch.equal(Objective.of(ZERO_SNR, 0.0).weights(times), torch.ones(3))
