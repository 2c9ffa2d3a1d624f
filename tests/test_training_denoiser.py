"""A tiny model from nothing: the loss falls, a resumed run is the same run, and what comes out runs in the engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import torch
from conftest import assert_close
from drawn import Drawn, one_thread  # noqa: F401 (a fixture)
from transformers import CLIPTokenizer

from inference.api import Generate, Inpaint, Picture
from inference.engine import LocalEngine
from inference.errors import BadRequest
from inference.text import PromptTokenizer
from training.autoencoder import DESIGNS as AUTOENCODERS
from training.autoencoder import AutoencoderSettings, train_autoencoder
from training.checkpoints import Checkpoints
from training.denoiser import DenoiserSettings, make_denoiser, train_denoiser, widened
from training.export import export_pipeline
from training.loop import Running
from training.models import load_models
from training.optimise import Optimisation
from training.progress import ProgressLog
from training.vocabulary import SMALLEST, write_tokenizer

STEPS = 60
TINY = DenoiserSettings(design="tiny")
RUNNING = Running(seed=5, batch=8, threads=1, save_seconds=1000, sample_steps=40, bf16=False)
OPTIMISATION = Optimisation(steps=STEPS, rate=3e-3, warmup=5, average=0.9)
CARD = {"name": "drawn", "alpha": "premultiplied", "native": [32, 32], "defaults": {"steps": 4, "guidance": 2.0}}


def run(folder, vae, settings=TINY, running=RUNNING, optimisation=OPTIMISATION):
    given = {"settings": settings, "running": running, "optimisation": optimisation, "vae": vae}
    return train_denoiser(Drawn(), folder, **given)


@pytest.fixture(scope="module")
def vae(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vae")
    how = Optimisation(steps=60, rate=1e-2, warmup=5, average=0)
    settings = AutoencoderSettings(design="tiny", crop=0)
    list(train_autoencoder(Drawn(), folder, settings=settings, running=RUNNING, optimisation=how))
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory, vae):
    """An uninterrupted run: its folder and its reports."""
    folder = tmp_path_factory.mktemp("model")
    return folder, list(run(folder, vae))


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = LocalEngine(device="cpu", threads=1, cache=tmp_path_factory.mktemp("graphs"))
    yield engine
    engine.close()


def made(engine, request):
    return [event.pixels for event in engine.run(request) if isinstance(event, Picture)]


def same(one, other):
    one, other = (Checkpoints(folder / "checkpoints").newest()[0] for folder in (one, other))
    assert one.step == other.step
    apart = [name for name, tensor in one.tensors.items() if not torch.equal(tensor, other.tensors[name])]
    assert not apart, f"{apart} differ"


def test_the_loss_falls(whole):
    losses = [report.loss for report in whole[1]]
    assert np.mean(losses[-15:]) < 0.8 * np.mean(losses[:5]), f"from {losses[:5]} to {losses[-15:]}"


def test_reports_and_samples_are_there(whole):
    log = list(ProgressLog(whole[0]))
    samples = [report.sample for report in log if report.sample]
    assert samples == ["samples/step-00000040.png", "samples/step-00000060.png"]
    assert all((whole[0] / sample).is_file() for sample in samples)
    assert log[-1].step == STEPS
    assert log[-1].seconds_left == 0


@pytest.mark.parametrize("stop", [pytest.param(stop, marks=pytest.mark.slow) for stop in (7, 41)])
def test_a_run_that_was_stopped_goes_on_to_the_same_bits(whole, vae, tmp_path, stop):
    first = run(tmp_path, vae)
    for report in first:
        if report.step == stop:
            break
    first.close()
    reports = list(run(tmp_path, vae))
    assert reports[0].note == f"Going on from step {stop}."
    same(whole[0], tmp_path)


@pytest.mark.slow
def test_a_broken_newest_checkpoint_costs_some_steps_and_no_bits(whole, vae, tmp_path):
    for stop in (10, 20):
        part = run(tmp_path, vae)
        next(report for report in part if report.step == stop)
        part.close()
    newest = Checkpoints(tmp_path / "checkpoints").paths()[0]
    newest.write_bytes(newest.read_bytes()[:1000])
    reports = list(run(tmp_path, vae))
    assert "broken" in reports[0].note
    assert reports[1].note == "Going on from step 10."
    same(whole[0], tmp_path)


@pytest.mark.slow
def test_the_finished_model_runs_in_the_engine(whole, engine, tmp_path):
    export_pipeline(whole[0] / "model", tmp_path / "drawn", card=CARD)
    red, blue = (
        made(engine, Generate(prompt=f"{colour} disc, flat style", model=str(tmp_path / "drawn"), seed=1))
        for colour in ("red", "blue")
    )
    assert red[0].shape == (32, 32, 4)
    assert not np.array_equal(red[0], blue[0]), "the words change nothing"


@pytest.mark.slow
def test_an_inpainting_model_is_told_the_mask(whole, engine, tmp_path):
    settings = DenoiserSettings(base=whole[0] / "model", inpainting=True)
    how = Optimisation(steps=4, rate=1e-3, warmup=1, average=0)
    list(run(tmp_path / "run", None, settings=settings, optimisation=how))
    models = load_models(tmp_path / "run" / "model")
    assert models.inpainting
    assert models.unet.config["in_channels"] == 9
    assert models.unet.conv_in.weight[:, 4:].abs().max() > 0, "the new inputs learned nothing"
    export_pipeline(tmp_path / "run" / "model", tmp_path / "inpaint", card=CARD)
    mask = np.zeros((32, 32), np.uint8)
    mask[8:24, 8:24] = 255
    picture = np.full((32, 32, 4), 200, np.uint8)
    request = Inpaint(prompt="red disc", model=str(tmp_path / "inpaint"), image=picture, mask=mask, seed=1)
    assert made(engine, request)


def test_new_inputs_for_a_mask_change_nothing_at_first(whole):
    models = load_models(whole[0] / "model")
    wide = widened(models)
    x, told, states = torch.randn(2, 4, 8, 8), torch.randn(2, 5, 8, 8), torch.randn(2, 16, 32)
    with torch.no_grad():
        plain = models.unet(x, 500, states).sample
        assert_close(wide.unet(torch.cat([x, told], 1), 500, states).sample, plain, 1e-5, "prediction")


def test_parts_of_a_batch_are_the_batch(whole, vae):
    task = make_denoiser(Drawn(), vae, whole[0], TINY, RUNNING)
    parts = [task.batch(9, part, 2) for part in range(2)]
    batch = task.batch(9, 0, 1)
    for part, mine in enumerate(parts):
        assert torch.equal(mine.times, batch.times[part::2])
        assert torch.equal(mine.ids[0], batch.ids[0][part::2])


def test_a_learned_tokenizer_is_read_alike_by_the_engine_and_the_trainer(tmp_path):
    captions = ["red apple, flat style", "blue crossed swords, noto style", "红色 苹果"]
    count = write_tokenizer(captions, tmp_path, size=SMALLEST + 40, window=16)
    assert SMALLEST < count <= SMALLEST + 40
    theirs = CLIPTokenizer.from_pretrained(tmp_path, local_files_only=True)
    mine = PromptTokenizer(tmp_path)
    for words in (*captions, "", "zebra! 7"):
        ids = theirs(words, padding="max_length", max_length=16, truncation=True).input_ids
        assert mine.chunks(words).ids[0].tolist() == ids


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (DenoiserSettings(design="vast"), "vast"),
        (DenoiserSettings(design="tiny", mirror=2.0), "'mirror' is 2"),
        (DenoiserSettings(design="tiny", train_text=False), "must be trained"),
    ],
)
def test_settings_that_cannot_be_are_refused(vae, tmp_path, settings, words):
    with pytest.raises(BadRequest, match=words):
        next(run(tmp_path, vae, settings=settings))


def test_a_model_from_nothing_needs_an_autoencoder(tmp_path):
    with pytest.raises(BadRequest, match="needs an autoencoder"):
        next(run(tmp_path, None))


KILLED = """
    import sys
    from pathlib import Path
    sys.path[:0] = [{tests!r}, {root!r}]
    from test_training_denoiser import run
    from training.stopping import Stopped, stoppable
    from contextlib import closing, suppress
    with suppress(Stopped), stoppable(), closing(run(Path({folder!r}), Path({vae!r}))) as reports:
        for report in reports:
            print(report.step, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_process_goes_on_to_the_same_bits(whole, vae, tmp_path, number, request):
    root = request.config.rootpath
    words = KILLED.format(tests=str(root / "tests"), root=str(root), folder=str(tmp_path), vae=str(vae))
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(words)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) == 20:
            os.kill(process.pid, number)
            break
    process.communicate(timeout=20)
    saved = Checkpoints(tmp_path / "checkpoints").newest()[0]
    assert (saved is not None) is (number == signal.SIGTERM)
    list(run(tmp_path, vae))
    same(whole[0], tmp_path)


def test_the_settings_of_a_run_are_kept_with_it(whole):
    kept = json.loads((whole[0] / "run.json").read_text())
    assert kept["kind"] == "model"
    assert kept["seed"] == 5
    assert kept["design"] == "tiny"


def test_designs_have_norms_that_divide_their_channels():
    for name, design in AUTOENCODERS.items():
        assert all(channels % design.groups == 0 for channels in design.channels), name
