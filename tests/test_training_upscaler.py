"""The upscaler begins as bicubic interpolation, learns to do better, resumes to the bit, and is exported as it is."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
import torch
from drawn import Drawn, one_thread  # noqa: F401 (a fixture)
from PIL import Image

from inference.errors import BadRequest, ModelRefused
from inference.upscaling import Upscaler
from inference.upscaling_card import CARD, GRAPH, read_card
from training.checkpoints import Checkpoints
from training.dataset import Dataset, Entry, write_dataset
from training.loop import Running
from training.optimise import Optimisation
from training.upscaler import UpscalerSettings, halved, load_net, psnr, softened, train_upscaler, upscaled
from training.upscaler_export import export_upscaler, methods
from training.upscaler_net import DESIGNS, UpscalerNet

SETTINGS = UpscalerSettings(design="tiny", crop=16, cut=1)
RUNNING = Running(seed=4, batch=4, threads=1, bf16=False, save_seconds=1000, sample_steps=0)
OPTIMISATION = Optimisation(steps=60, rate=2e-2, warmup=5, average=0.8, decay=0.0)


@dataclass(frozen=True)
class Smooth:
    """Drawings with soft edges, as icons have."""

    count: int = 16
    side: int = 48

    @cached_property
    def pictures(self):
        large = Drawn(self.count, 4 * self.side).pictures.astype(np.float32)
        return np.round(halved(halved(large))).astype(np.uint8)

    @property
    def captions(self):
        return ["drawing"] * self.count


CORPUS = Smooth()


def run(folder, settings=SETTINGS, corpus=CORPUS, optimisation=OPTIMISATION):
    return train_upscaler(corpus, folder, settings=settings, running=RUNNING, optimisation=optimisation)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("upscaler")
    return folder, list(run(folder))


def test_it_begins_as_bicubic_interpolation():
    picture = np.random.default_rng(0).random((1, 20, 24, 4), np.float32)
    picture[..., 3] = 1
    made = upscaled(UpscalerNet(DESIGNS["tiny"]), picture)[0]
    for channel in range(3):
        image = Image.fromarray(picture[0, ..., channel]).resize((48, 40), Image.Resampling.BICUBIC)
        apart = np.abs(np.clip(np.asarray(image), 0, 1) - made[..., channel])
        assert apart[4:-4, 4:-4].max() < 1e-5  # Pillow weighs what lies beyond the edge otherwise


def test_it_learns_to_do_better_than_bicubic_on_pictures_it_has_not_seen(whole):
    unseen = Smooth(16, 64).pictures.astype(np.float32) / 255
    small = halved(unseen)
    net, _ = load_net(whole[0])
    better = psnr(upscaled(net, small), unseen) - psnr(upscaled(UpscalerNet(net.design), small), unseen)
    assert better > 0.02, f"{better:.2f} dB"
    assert whole[1][-1].figures["psnr"] > whole[1][-1].figures["bicubic"]


def test_a_run_that_was_stopped_goes_on_to_the_same_bits(whole, tmp_path):
    reports = run(tmp_path)
    for report in reports:
        if report.step == 23:
            break
    reports.close()
    list(run(tmp_path))
    one, other = (Checkpoints(folder / "checkpoints").newest()[0] for folder in (whole[0], tmp_path))
    assert one.step == other.step == 60
    assert all(torch.equal(one.tensors[name], other.tensors[name]) for name in one.tensors)


def test_what_does_not_see_further_than_its_margin_says():
    net = UpscalerNet(DESIGNS["tiny"])
    torch.manual_seed(0)
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    sample = torch.rand(1, 4, 31, 31)
    other = sample.clone()
    other[..., 15, 15] += 1
    with torch.no_grad():
        changed = (net(sample) != net(other)).any(1)[0].nonzero()
    reach = 2 * net.design.margin
    assert changed.min() >= 30 - reach
    assert changed.max() <= 31 + reach


@pytest.mark.parametrize("smaller", [halved, softened])
def test_what_is_made_small_keeps_its_mean_and_its_place(smaller):
    flat = np.full((1, 8, 12, 4), 0.25, np.float32)
    assert np.allclose(smaller(flat), 0.25)
    ramp = np.broadcast_to(np.arange(16, dtype=np.float32)[None, None, :, None], (1, 16, 16, 4))
    assert np.allclose(smaller(ramp)[0, 3:5, 2:6, 0], [4.5, 6.5, 8.5, 10.5])


def dataset(folder):
    """Ten drawings with licences, as a dataset and its corpus."""
    entries = [Entry(file=f"{i}.png", caption=f"thing {i}", style="flat", licence="MIT", source="x") for i in range(16)]
    write_dataset(Dataset(folder, tuple(entries)))
    return Corpus(entries)


class Corpus:
    def __init__(self, entries):
        self.entries, self.pictures = entries, CORPUS.pictures


def test_the_exported_upscaler_does_what_the_trained_one_does(whole, tmp_path):
    unseen = dataset(tmp_path / "set")
    target = tmp_path / "up"
    card = export_upscaler(whole[0], target, title="Tiny", dataset=tmp_path / "set", unseen=[unseen])
    assert card == read_card(target)
    assert card.training["difference"] < 0.05
    said = card.figures["24 to 48"]["model"]["all"]
    held = CORPUS.pictures.astype(np.float32) / 255
    assert said == pytest.approx(psnr(upscaled(load_net(whole[0])[0], halved(held)), held), abs=0.5)
    assert set(card.figures["24 to 48"]["model"]) == {"all", "flat"}
    pixels = np.dstack([CORPUS.pictures[3][..., :3], np.full((48, 48), 255, np.uint8)])
    net, _ = load_net(whole[0])
    with closing(Upscaler(target, threads=1)) as upscaler:
        made = methods(upscaler)["model"](pixels)
    wanted = upscaled(net, pixels[None].astype(np.float32) / 255)[0] * 255
    inner = slice(2 * net.design.margin, -2 * net.design.margin)
    assert np.abs(made[inner, inner, :3] - wanted[inner, inner, :3]).max() < 1.5


@pytest.mark.parametrize(
    ("name", "text"),
    [(CARD, "{"), (CARD, '{"format": "gouache-upscaler", "version": 9}'), (GRAPH, "not a graph"), (CARD, None)],
)
def test_a_broken_upscaler_is_refused_in_a_sentence(whole, tmp_path, name, text):
    export_upscaler(whole[0], tmp_path / "up", title="", dataset=_set(tmp_path), unseen=[])
    if text is None:
        (tmp_path / "up" / name).unlink()
    else:
        (tmp_path / "up" / name).write_text(text)
    with pytest.raises(ModelRefused) as refused:
        Upscaler(tmp_path / "up")
    assert refused.value.hint


def _set(folder):
    dataset(folder / "set")
    return folder / "set"


@pytest.mark.parametrize(
    "wrong", [{"design": "large"}, {"crop": 2}, {"crop": 16, "cut": 8}, {"soft": 2.0}, {"edges": float("nan")}]
)
def test_settings_that_cannot_be_are_refused(tmp_path, wrong):
    with pytest.raises(BadRequest):
        next(run(tmp_path, UpscalerSettings(**{"design": "tiny", "crop": 16, "cut": 1, **wrong})))


def test_crops_larger_than_the_pictures_are_refused(tmp_path):
    with pytest.raises(BadRequest, match="48"):
        list(run(tmp_path, UpscalerSettings(design="tiny", crop=24), Smooth(4, 32)))


def test_a_run_that_is_not_finished_is_exported_only_when_that_is_meant(tmp_path):
    reports = run(tmp_path / "run")
    for _ in range(3):
        next(reports)
    reports.close()
    given = {"title": "", "dataset": _set(tmp_path), "unseen": []}
    with pytest.raises(BadRequest, match="not finished"):
        export_upscaler(tmp_path / "run", tmp_path / "up", **given)
    assert export_upscaler(tmp_path / "run", tmp_path / "up", **given, early=True).training["steps"] == 3


def test_a_folder_without_a_run_has_nothing_to_export(tmp_path):
    with pytest.raises(BadRequest):
        export_upscaler(tmp_path, tmp_path / "up", title="", dataset=_set(tmp_path), unseen=[], early=True)
