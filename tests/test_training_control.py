"""A small ControlNet: it starts by changing nothing, learns where drawings lead, and runs as a graph."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch
from drawn import Drawn, one_thread  # noqa: F401 (a fixture)

from inference.api import Generate, Picture
from inference.control_card import control_named
from inference.controls import Control
from inference.engine import LocalEngine
from inference.errors import BadRequest, ModelRefused
from inference.readings import Reading
from training.control_export import export_control, small_control_part
from training.control_net import SmallControlNet, control_for
from training.control_task import ControlSettings, ControlTask, drawings_of, led, train_control
from training.denoiser import DESIGNS
from training.diffusion import predict
from training.export import Precision, export_pipeline
from training.loop import Running
from training.models import Words, load_models
from training.optimise import Optimisation

SLOW = pytest.mark.slow
RUNNING = Running(seed=5, batch=8, threads=1, save_seconds=1000, sample_steps=0, bf16=False)
SMALL = SmallControlNet(in_channels=4, block_out_channels=(16, 32), factor=4, cross_attention_dim=16, norm_num_groups=8)


def stirred(net: SmallControlNet, seed: int = 1) -> SmallControlNet:
    """With outputs that say something."""
    generator = torch.Generator().manual_seed(seed)
    for out in net.outs:
        out.weight.data = 0.1 * torch.randn(out.weight.shape, generator=generator)
    return net


def asked(net: SmallControlNet, side: int = 8, count: int = 2) -> tuple[torch.Tensor, ...]:
    generator, config = torch.Generator().manual_seed(3), net.config
    return (
        torch.randn(count, config["in_channels"], side, side, generator=generator),
        torch.tensor([500] * count),
        torch.randn(count, 7, config["cross_attention_dim"], generator=generator),
        torch.rand(count, 3, side * config["factor"], side * config["factor"], generator=generator),
    )


@pytest.mark.parametrize("design", ["tiny", "sprites", "medium"])
def test_its_outputs_fit_the_unet_and_say_nothing_at_first(design: str) -> None:
    unet = DESIGNS[design].build_unet(8, 24, False)
    net = control_for(unet, 8)
    sample, times, states, drawing = asked(net)
    down, middle = net(sample, times, states, drawing)
    assert all((each == 0).all() for each in (*down, middle))
    stirred(net)
    down, middle = net(sample, times, states, drawing)
    out = unet.eval()(
        sample,
        times,
        states,
        down_block_additional_residuals=down,
        mid_block_additional_residual=middle,
        return_dict=False,
    )[0]
    with torch.no_grad():
        plain = unet(sample, times, states, return_dict=False)[0]
    assert out.shape == plain.shape
    assert not torch.allclose(out, plain), "a wrong shape would have been refused by torch"


def test_drawings_depend_on_seed_and_step_alone_and_show_lines() -> None:
    pictures = Drawn(count=6, side=64).pictures
    one, other = drawings_of(pictures, 1, 2), drawings_of(pictures, 1, 3)
    assert np.array_equal(one, drawings_of(pictures, 1, 2))
    assert not np.array_equal(one, other)
    assert one.shape == (6, 3, 64, 64)
    assert one.min() >= 0
    assert one.max() <= 1
    assert all(0.005 < each.mean() < 0.5 for each in one), "lines, and not much else"


@pytest.mark.parametrize("precision", [Precision.FP32, Precision.HALF_WEIGHTS])
def test_as_a_graph_it_says_the_same_at_any_size(tmp_path, precision: Precision) -> None:
    stirred(SMALL).save_pretrained(tmp_path / "control")
    export_control(tmp_path / "control", tmp_path / "out", kind="scribble", title="Drawings", precision=precision)
    card = control_named(str(tmp_path / "out"))
    assert (card.kind, card.title, card.factor, card.blocks) == ("scribble", "Drawings", 4, (16, 16, 16, 32, 32))
    session = onnxruntime.InferenceSession(tmp_path / "out" / "model.onnx")
    for side, count in ((8, 1), (12, 3)):
        sample, _, states, drawing = asked(SMALL, side, count)
        with torch.no_grad():
            down, middle = SMALL(sample, torch.tensor(321.0), states, drawing)
        feeds = {
            "sample": sample.numpy(),
            "timestep": np.array(321.0, np.float32),
            "encoder_hidden_states": states.numpy(),
            "controlnet_cond": drawing.numpy(),
        }
        for made, wanted in zip(session.run(None, feeds), (*down, middle), strict=True):
            assert np.abs(made - wanted.numpy()).max() < (1e-5 if precision is Precision.FP32 else 5e-3)


def test_what_is_no_control_is_refused(tmp_path) -> None:
    with pytest.raises(ModelRefused, match="train control"):
        export_control(tmp_path, tmp_path / "out", kind="scribble", title="x")
    with pytest.raises(BadRequest, match="misled"):
        ControlSettings(base=tmp_path, misled=2).check()
    assert small_control_part(SMALL).outputs[-1] == "mid_residual"


# With a model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    from test_training_decoder import model as made  # noqa: PLC0415 (slow tests alone need it)

    return made.__wrapped__(tmp_path_factory)


def run(folder, model, steps=80):
    how = Optimisation(steps=steps, rate=3e-3, warmup=2, average=0)
    settings = ControlSettings(base=model, misled=0, wordless=0)
    return train_control(Drawn(), folder, settings=settings, running=RUNNING, optimisation=how)


@SLOW
def test_it_learns_and_leaves_the_model_alone(tmp_path, model) -> None:
    before = load_models(model).unet.state_dict()
    reports = list(run(tmp_path, model))
    losses = [report.loss for report in reports if report.loss]
    assert np.mean(losses[-10:]) < 0.97 * np.mean(losses[:10])
    assert reports[-1].sample
    after = load_models(model).unet.state_dict()
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())
    net = SmallControlNet.from_pretrained(tmp_path / "control")
    assert any((out.weight != 0).any() for out in net.outs)


@SLOW
def test_a_run_that_was_stopped_goes_on_to_the_same_bits(tmp_path, model) -> None:
    list(run(tmp_path / "whole", model, 6))
    reports = run(tmp_path / "cut", model, 6)
    for report in reports:
        if report.step == 3:
            reports.close()
            break
    list(run(tmp_path / "cut", model, 6))
    both = [SmallControlNet.from_pretrained(tmp_path / name / "control").state_dict() for name in ("whole", "cut")]
    assert all(torch.equal(tensor, both[1][name]) for name, tensor in both[0].items())


@SLOW
def test_without_a_drawing_s_say_the_model_is_as_it_was(tmp_path, model) -> None:
    task = ControlTask(Drawn(), tmp_path, ControlSettings(base=model), RUNNING)
    batch = task.batch(0, 0, 1)
    words = Words(torch.randn(8, 16, task.models.unet.config["cross_attention_dim"]))
    with torch.no_grad():
        one = led(task.models, task.control, batch.clean, batch.times, words, batch.drawings)
        other = predict(task.models, batch.clean, batch.times, words)
    assert torch.equal(one, other)


@SLOW
def test_the_engine_is_led_by_it(tmp_path, model) -> None:
    net = stirred(control_for(load_models(model).unet, load_models(model).factor))
    net.save_pretrained(tmp_path / "control")
    export_control(tmp_path / "control", tmp_path / "drawing", kind="scribble", title="Drawings")
    export_pipeline(model, tmp_path / "drawn", card={"name": "drawn", "alpha": "premultiplied"})
    engine = LocalEngine(device="cpu", threads=1, cache=tmp_path / "cache")
    seen = []
    drawing = np.zeros((32, 32, 4), np.uint8)
    drawing[8:24, 8:24] = 255
    for strength in (0.0, 1.0):
        control = Control(
            name=str(tmp_path / "drawing"), picture=drawing, strength=strength, reading=Reading("scribble")
        )
        request = Generate(prompt="red disc", model=str(tmp_path / "drawn"), seed=1, controls=(control,))
        seen += [event.pixels for event in engine.run(request) if isinstance(event, Picture)]
    engine.close()
    assert not np.array_equal(seen[0], seen[1])
