"""Drawings that lead a model that sketches: they are read as sketches, which take the place of the words' own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import onnxruntime
import pytest
import torch
from drawn import Drawn, one_thread  # noqa: F401 (a fixture)

from inference.api import Generate, Picture
from inference.control_card import check_fits, control_named
from inference.controls import Control
from inference.engine import LocalEngine
from inference.errors import BadRequest, ModelRefused
from inference.geometry import Size
from inference.leads import sketched_at
from inference.library import find_model
from inference.readings import Reading
from inference.steering import enlarged
from training.autoencoder import AutoencoderSettings, train_autoencoder
from training.control_export import export_control
from training.control_net import DrawnSketch
from training.control_task import ControlSettings, drawings_of, train_control
from training.denoiser import DESIGNS, DenoiserSettings, train_denoiser
from training.export import Precision, export_pipeline
from training.loop import Running
from training.models import load_models
from training.optimise import Optimisation

SLOW = pytest.mark.slow
RUNNING = Running(seed=5, batch=8, threads=1, save_seconds=1000, sample_steps=0, bf16=False)


def small() -> DrawnSketch:
    torch.manual_seed(4)
    return DrawnSketch(latent_channels=4, widths=(16, 32), factor=4, cross_attention_dim=16, told=32, groups=8)


def asked(net: DrawnSketch, height: int = 8, width: int = 8, count: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    generator, config = torch.Generator().manual_seed(3), net.config
    side = config["factor"]
    return (
        torch.randn(count, 7, config["cross_attention_dim"], generator=generator),
        torch.rand(count, 3, height * side, width * side, generator=generator),
    )


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
    net = small().eval()
    net.save_pretrained(tmp_path / "control")
    export_control(tmp_path / "control", tmp_path / "out", kind="scribble", title="Drawings", precision=precision)
    card = control_named(str(tmp_path / "out"))
    assert (card.kind, card.title, card.factor, card.blocks) == ("scribble", "Drawings", 4, ())
    assert (card.latent_channels, card.context) == (4, 16)
    session = onnxruntime.InferenceSession(tmp_path / "out" / "model.onnx")
    for height, width, count in ((8, 8, 1), (7, 10, 3)):
        states, drawing = asked(net, height, width, count)
        with torch.no_grad():
            wanted = net(states, drawing)
        assert wanted.shape == (count, 4, height, width)
        feeds = {"encoder_hidden_states": states.numpy(), "controlnet_cond": drawing.numpy()}
        (made,) = session.run(None, feeds)
        assert np.abs(made - wanted.numpy()).max() < (1e-5 if precision is Precision.FP32 else 1e-2)


def test_it_goes_with_models_that_sketch_alone(tmp_path) -> None:
    small().save_pretrained(tmp_path / "control")
    export_control(tmp_path / "control", tmp_path / "out", kind="scribble", title="Drawings")
    card = control_named(str(tmp_path / "out"))
    manifest = find_model("sprites")
    with pytest.raises(ModelRefused, match="leads models that sketch"):
        check_fits(card, manifest, (1, 1), sketches=False)
    with pytest.raises(ModelRefused, match="4 latent channels, the model 24"):
        check_fits(card, manifest, (), sketches=True)


def test_what_is_no_control_is_refused(tmp_path) -> None:
    with pytest.raises(ModelRefused, match="train control"):
        export_control(tmp_path, tmp_path / "out", kind="scribble", title="x")
    with pytest.raises(BadRequest, match="misled"):
        ControlSettings(base=tmp_path, misled=2).check()


# With a model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A tiny model that sketches, trained for a moment."""
    folder = tmp_path_factory.mktemp("model")
    how = Optimisation(steps=30, rate=3e-3, warmup=1, average=0)
    vae = AutoencoderSettings(design="tiny", crop=0)
    list(train_autoencoder(Drawn(), folder / "vae", settings=vae, running=RUNNING, optimisation=how))
    DESIGNS["drawn"] = replace(DESIGNS["tiny"], components=12)
    settings = DenoiserSettings(design="drawn", mirror=0)
    vae_folder = folder / "vae" / "vae"
    list(train_denoiser(Drawn(), folder, settings=settings, running=RUNNING, optimisation=how, vae=vae_folder))
    del DESIGNS["drawn"]
    return folder / "model"


def run(folder, model, steps=60):
    how = Optimisation(steps=steps, rate=3e-3, warmup=2, average=0)
    return train_control(Drawn(), folder, settings=ControlSettings(base=model), running=RUNNING, optimisation=how)


@SLOW
def test_it_learns_and_a_stopped_run_goes_on_to_the_same_bits(tmp_path, model) -> None:
    before = load_models(model).unet.state_dict()
    reports = list(run(tmp_path / "whole", model))
    losses = [report.loss for report in reports if report.loss]
    assert np.mean(losses[-10:]) < 0.6 * np.mean(losses[:5])
    assert reports[-1].sample
    after = load_models(model).unet.state_dict()
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())
    for report in (part := run(tmp_path / "cut", model)):
        if report.step == 20:
            part.close()
            break
    list(run(tmp_path / "cut", model))
    both = [DrawnSketch.from_pretrained(tmp_path / name / "control").state_dict() for name in ("whole", "cut")]
    assert all(torch.equal(tensor, both[1][name]) for name, tensor in both[0].items())


@SLOW
def test_the_engine_draws_with_the_sketch_that_torch_would_use(tmp_path, model) -> None:
    models = load_models(model)
    net = DrawnSketch(
        latent_channels=models.unet.config["out_channels"],
        widths=(16, 32),
        factor=models.factor,
        cross_attention_dim=models.unet.config["cross_attention_dim"],
        told=32,
        groups=8,
    )
    net.save_pretrained(tmp_path / "control")
    export_control(tmp_path / "control", tmp_path / "drawing", kind="scribble", title="Drawings")
    export_pipeline(model, tmp_path / "drawn", card={"name": "drawn", "alpha": "premultiplied"})
    engine = LocalEngine(device="cpu", threads=1, cache=tmp_path / "cache")
    drawing = np.zeros((32, 32, 4), np.uint8)
    drawing[8:24, 8:24] = 255
    blank = np.zeros_like(drawing)

    def made(*controls: Control) -> np.ndarray:
        request = Generate(prompt="red disc", model=str(tmp_path / "drawn"), seed=1, steps=4, controls=controls)
        return next(event.pixels for event in engine.run(request) if isinstance(event, Picture))

    def control(picture: np.ndarray, strength: float = 1.0) -> Control:
        name = str(tmp_path / "drawing")
        return Control(name=name, picture=picture, strength=strength, reading=Reading("scribble"))

    plain = made()
    assert np.array_equal(made(control(drawing, 0)), plain)
    assert np.array_equal(made(control(blank)), plain), "a blank sheet leaves the words alone"
    led = made(control(drawing))
    assert not np.array_equal(led, plain)
    assert np.array_equal(made(control(drawing), control(drawing)), led), "two of the same are one"
    engine.close()


def test_a_sketch_is_enlarged_as_the_unet_enlarges_its_own() -> None:
    sketch = torch.randn(2, 24, 16, 16, generator=torch.Generator().manual_seed(2))
    for shape in ((32, 32), (16, 24), (20, 12)):
        wanted = torch.nn.functional.interpolate(sketch, size=shape, mode="bilinear", align_corners=False)
        assert np.abs(enlarged(sketch.numpy(), shape) - wanted.numpy()).max() < 1e-4
    assert sketched_at(Size(256, 256), Size(128, 128), 8) == Size(128, 128)
    assert sketched_at(Size(512, 128), Size(128, 128), 8) == Size(256, 64)
    assert sketched_at(Size(96, 64), Size(128, 128), 8) == Size(96, 64)
