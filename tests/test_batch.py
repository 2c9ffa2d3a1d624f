"""Batches: names, resuming, what is not ours, the gate, the report; with an engine that draws without a model."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import main as program
from inference import batch as module
from inference.api import Picture, Vary
from inference.batch import Batch, plan, prompt_for, read_manifest
from inference.batch_report import write_report
from inference.consistency import Belonging
from inference.errors import BadPicture, BadRequest
from inference.features import features
from inference.geometry import Bounds, Size
from inference.metadata import read_recipe
from inference.pictures import read_picture
from inference.post.chain import Chain
from inference.recipe import Recipe


class Killed(BaseException):
    pass


def square(colour, side=32):
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[6:-6, 6:-6] = (*colour, 255)
    return pixels


@pytest.fixture
def assets(tmp_path):
    folder = tmp_path / "assets"
    (folder / "sub").mkdir(parents=True)
    for i, name in enumerate(("red_potion_02", "axe", "sub/axe", "shield")):
        Image.fromarray(square((40 * i + 60, 80, 120))).save(folder / f"{name}.png")
    (folder / "broken.png").write_text("no picture")
    (folder / "notes.txt").write_text("not an asset")
    return folder


@dataclasses.dataclass
class Maker:
    """Inverts colours; raises Killed before picture ``dies_at``."""

    dies_at: int = 1000
    requests: list = dataclasses.field(default_factory=list)

    def __call__(self, request, label):
        if len(self.requests) == self.dies_at:
            raise Killed
        self.requests.append(request)
        pixels = request.image.copy()
        pixels[..., :3] = np.where(pixels[..., 3:] > 0, 255 - pixels[..., :3], 0)
        size = Size(pixels.shape[1], pixels.shape[0])
        recipe = Recipe(
            kind="vary", model="drawn", model_hash="", prompt=request.prompt, negative="", style=None, steps=1,
            seed=request.seed, guidance=1.0, scheduler="ddim", width=size.width, height=size.height,
        )  # fmt: skip
        return Picture(
            pixels=pixels,
            bounds=Bounds.of(size),
            coverage=np.full(size.shape, 255, np.uint8),
            seed=request.seed,
            index=0,
            recipe=recipe,
        )


def key(request):
    return module._sha(request.image.tobytes() + f"{request.prompt} {request.strength} {request.seed}".encode())


def work(folder, out, maker=None, *, strength=0.5, **settings):
    def first(**own):
        return Vary(seed=0, strength=strength, **own)

    batch = Batch(folder, out, settings.pop("template", "{}"), first, maker or Maker(), key=key, **settings)
    entries = list(batch.run())
    write_report(batch, "a batch")
    return batch, entries


def tree(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_names_and_sub_folders_are_kept_the_broken_one_is_named_and_all_have_one_seed(assets, tmp_path):
    maker = Maker()
    _, entries = work(assets, tmp_path / "out", maker)
    assert {e.name for e in entries if e.error} == {"broken.png"}
    made = {p for p in tree(tmp_path / "out") if not p.startswith("_batch")}
    assert made == {"red_potion_02.png", "axe.png", str(Path("sub/axe.png")), "shield.png"}
    assert {r.seed for r in maker.requests} == {0}
    assert {r.prompt for r in maker.requests} == {"red potion", "axe", "shield"}
    report = json.loads((tmp_path / "out/_batch/report.json").read_text("utf-8"))
    assert list(report["unreadable"]) == ["broken.png"]
    assert "broken.png" in (tmp_path / "out/_batch/report.html").read_text("utf-8")
    with Image.open(tmp_path / "out/_batch/sheet.png") as sheet:
        assert sheet.width > 4 * 128


def test_a_second_run_does_nothing(assets, tmp_path):
    out = tmp_path / "out"
    work(assets, out)
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*")}
    batch, _ = work(assets, out, Maker(dies_at=0))
    assert batch.made == 0
    assert before == {p: p.stat().st_mtime_ns for p in out.rglob("*")}


@pytest.mark.parametrize("dies_at", [0, 1, 3])
def test_killed_in_the_middle_it_goes_on_to_identical_bytes(assets, tmp_path, dies_at):
    work(assets, tmp_path / "whole")
    with pytest.raises(Killed):
        work(assets, tmp_path / "out", Maker(dies_at=dies_at))
    maker = Maker()
    work(assets, tmp_path / "out", maker)
    assert len(maker.requests) == 4 - dies_at
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_killed_between_picture_and_manifest_it_ends_the_same(assets, tmp_path, monkeypatch):
    work(assets, tmp_path / "whole")
    write = module.write_manifest

    def dies(out, entries):
        if len(entries) == 2:
            raise Killed
        write(out, entries)

    monkeypatch.setattr(module, "write_manifest", dies)
    with pytest.raises(Killed):
        work(assets, tmp_path / "out")
    monkeypatch.undo()
    work(assets, tmp_path / "out")
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_only_what_changed_is_made_again(assets, tmp_path):
    out = tmp_path / "out"
    work(assets, out)
    Image.fromarray(square((1, 2, 3))).save(assets / "axe.png")
    (assets / "shield.txt").write_text("a round shield")
    maker = Maker()
    work(assets, out, maker)
    assert {r.prompt for r in maker.requests} == {"axe", "a round shield"}
    maker = Maker()
    work(assets, out, maker, strength=0.7)
    assert len(maker.requests) == 4


def test_a_result_that_somebody_painted_on_is_kept(assets, tmp_path):
    out = tmp_path / "out"
    work(assets, out)
    painted = square((9, 9, 9))
    Image.fromarray(painted).save(out / "axe.png")
    work(assets, out, strength=0.7)
    with Image.open(out / "_batch/kept/axe.png") as kept:
        assert np.array_equal(np.asarray(kept), painted)


def test_steps_follow_and_other_steps_need_no_model(assets, tmp_path):
    out = tmp_path / "out"
    plain, maker = tmp_path / "plain", Maker()
    work(assets, plain)
    chain = Chain.from_text("trim pad:width=24,height=24 upscale:by=2")
    work(assets, out, maker, post=chain)
    assert len(maker.requests) == 4
    made = read_picture(plain / "axe.png").pixels
    assert np.array_equal(read_picture(out / "axe.png").pixels, chain.apply(made))
    assert read_recipe(out / "axe.png").extra["post"] == chain.as_json()
    finished = tree(out)
    work(assets, out, Maker(dies_at=0), post=chain)
    assert tree(out) == finished
    for other in ("outline:width=1", "trim pad:width=24,height=24 upscale:by=2"):
        work(assets, out, Maker(dies_at=0), post=Chain.from_text(other))
    assert tree(out) == finished
    work(assets, plain, Maker(dies_at=0), post=chain)
    assert np.array_equal(read_picture(plain / "axe.png").pixels, read_picture(out / "axe.png").pixels)


def test_what_a_step_refuses_is_named_and_its_picture_not_made_again(assets, tmp_path):
    out = tmp_path / "out"
    _, entries = work(assets, out, post=Chain.from_text("pad:width=8,height=8"))
    assert all("8" in e.error for e in entries if e.name != "broken.png")
    _, entries = work(assets, out, Maker(dies_at=0), post=Chain.from_text("pad:width=64,height=64"))
    assert [e.name for e in entries if e.error] == ["broken.png"]


def test_the_outline_is_compared_before_the_steps(assets, tmp_path):
    _, entries = work(assets, tmp_path / "out", post=Chain.from_text("trim pad:width=128,height=32"))
    assert {e.outline_change for e in entries if not e.error} == {0.0}


def test_files_that_would_get_one_name_get_two(tmp_path):
    for name in ("potion.jpg", "potion.png", "potion-jpg.png", "Potion.webp"):
        Image.fromarray(square((80, 80, 80))[..., :3]).save(tmp_path / name)
    targets = {asset.name: asset.target for asset in plan(tmp_path, tmp_path / "out")}
    assert targets["potion.png"] == "potion.png"
    assert len({t.casefold() for t in targets.values()}) == 4


def test_the_gate_moves_and_moves_back(assets, tmp_path):
    out = tmp_path / "out"
    measure = Belonging([features(square((255 - 60, 175, 135)))])
    _, entries = work(assets, out, belonging=measure, gate=0.99)
    rejected = [e for e in entries if e.rejected]
    assert 0 < len(rejected) < 4
    assert all((out / "rejected" / e.target).exists() and not (out / e.target).exists() for e in rejected)
    assert all(e.score >= 0.99 for e in entries if not e.error and not e.rejected)
    again, _ = work(assets, out, belonging=measure)
    assert again.made == 0
    assert not list((out / "rejected").rglob("*.png"))
    assert all((out / e.target).exists() for e in entries if not e.error)


def test_folders_that_cannot_be_used(assets, tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(BadPicture):
            plan(folder, tmp_path / "out")
    with pytest.raises(BadRequest, match="among their sources"):
        plan(assets, assets)
    (assets / "rejected").mkdir()
    (assets / "shield.png").rename(assets / "rejected/shield.png")
    with pytest.raises(BadRequest, match="Rename"):
        plan(assets, tmp_path / "out")


def test_results_inside_the_assets_are_not_assets(assets):
    work(assets, assets / "out")
    assert len(plan(assets, assets / "out")) == 5


def test_a_gate_needs_references_and_a_range(assets, tmp_path):
    with pytest.raises(BadRequest, match="references"):
        work(assets, tmp_path / "out", gate=0.5)
    with pytest.raises(BadRequest, match="0 to 1"):
        work(assets, tmp_path / "out", gate=1.5, belonging=Belonging([features(square((1, 1, 1)))]))


def test_prompts(assets):
    (potion,) = [a for a in plan(assets, assets / "out") if "potion" in a.name]
    assert prompt_for(potion, "a {} icon") == "a red potion icon"
    assert prompt_for(potion, "a sword") == "a sword"
    potion.source.with_suffix(".txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadPicture, match="UTF-8"):
        prompt_for(potion, "{}")


@pytest.mark.parametrize(
    "text", ["{", '{"version": 9, "entries": []}', '{"version": 1, "entries": [{"name": "a", "target": "../a.png"}]}']
)
def test_a_broken_manifest_is_one_sentence(tmp_path, text):
    (tmp_path / "_batch").mkdir()
    (tmp_path / "_batch/manifest.json").write_text(text)
    with pytest.raises(BadRequest):
        read_manifest(tmp_path)


def test_the_command_with_the_embedded_model(assets, tmp_path, capsys):
    for name in ("sub/axe.png", "shield.png", "red_potion_02.png"):
        (assets / name).unlink()
    asked = ["vary-batch", assets, "--out", tmp_path / "out", "--steps", "1", "--style", "noto", "--device", "cpu"]
    asked = [str(each) for each in asked] + ["--quiet", "--silhouette", "keep", "--colour", "palette", "--upscale", "2"]
    assert program.main(asked) == 2  # one is broken
    first = tree(tmp_path / "out")
    assert "axe.png" in first
    source = read_picture(assets / "axe.png").pixels
    result = read_picture(tmp_path / "out/_batch/made" / next((tmp_path / "out/_batch/made").iterdir()).name).pixels
    assert np.array_equal(result[..., 3], source[..., 3]), "the outline is kept"
    inks = np.unique(source[source[..., 3] > 0], axis=0)
    assert all((inks == ink).all(1).any() for ink in np.unique(result[result[..., 3] > 0], axis=0))
    assert read_picture(tmp_path / "out/axe.png").pixels.shape == (64, 64, 4)
    assert program.main(asked) == 2
    assert tree(tmp_path / "out") == first
    assert "0 made" in capsys.readouterr().err
    assert program.main([*asked, "--references", str(tmp_path / "out/axe.png"), "--gate", "1"]) in (1, 2)
