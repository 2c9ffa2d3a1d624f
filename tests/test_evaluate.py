"""From a dataset and a model to a report: prompts, copies, the whole evaluation of a tiny model, and the commands."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from drawn import COLOURS, drawing, one_thread  # noqa: F401 (a fixture)
from PIL import Image

from inference.alpha import unpremultiply
from inference.errors import BadRequest
from inference.pictures import read_picture
from main import main
from training.classifier import DESIGNS, Judge, JudgeNet, to_judge
from training.dataset import Entry
from training.evaluate import copies
from training.evaluate.asked import Asked
from training.evaluate.denoising import denoising_loss
from training.evaluate.pictures import RealPictures
from training.evaluate.prompts import KINDS, PROMPTS, Prompt, make_prompts, read_prompts, write_prompts
from training.evaluate.report import BEGIN, END, Report, compared, figures, in_words, read_report, update_card
from training.evaluate.run import EvaluationSettings, evaluate
from training.evaluate.sections import Extent
from training.split import Split, split_of

SIDE = 64
NAMES = [f"{one} {other}" for one in ("big", "old", "odd", "new") for other in "abcdefghijkl"]
SMALL = Extent(
    samples=3, reconstructed=4, denoised=2, inpainted=2, varied=2, seeds=2, fewer=2, levels=(100, 900), prompts=1
)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """Forty-eight concepts in two pictures each, so that some are held out."""
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(48):
        for style in ("thin", "wide"):
            colour, shape = list(COLOURS)[number % 4], ("disc", "box")[number // 4 % 2]
            pixels = drawing(colour, shape, SIDE, number + 100 * (style == "wide"))
            (folder / style).mkdir(exist_ok=True)
            Image.fromarray(unpremultiply(pixels / np.float32(255))).save(folder / style / f"{NAMES[number]}.png")
    place = tmp_path_factory.mktemp("evaluated") / "dataset"
    for style in ("thin", "wide"):
        given = ["--style", style, "--licence", "own", "--source", "these tests", "--quiet"]
        assert main(["train", "collect", str(folder / style), "--to", str(place), *given]) == 0
    assert main(["train", "normalise", str(place), "--size", str(SIDE), "--quiet"]) == 0
    return place


@pytest.fixture(scope="module")
def judge(dataset, tmp_path_factory):
    """A judge of these concepts, from the command."""
    out = tmp_path_factory.mktemp("judge")
    words = ["--design", "tiny", "--steps", "4", "--batch", "8", "--sample-steps", "0", "--quiet"]
    assert main(["train", "judge", str(dataset), "--out", str(out), *words]) == 0
    return out


@pytest.fixture(scope="module")
def prompts(dataset, tmp_path_factory):
    """Six prompts, from the dataset."""
    real = RealPictures.read(dataset)
    path = tmp_path_factory.mktemp("prompts") / "prompts.json"
    write_prompts(path, make_prompts(real.entries, real.splits, known=3, coloured=2, held_out=1))
    return path


@pytest.fixture(scope="module")
def evaluated(dataset, judge, prompts, exported, tmp_path_factory):
    """The whole evaluation of a tiny model with random weights: its folder and report."""
    out = tmp_path_factory.mktemp("evaluation")
    settings = EvaluationSettings(
        extent=SMALL, prompts=prompts, compare_steps=(2, 1), device="cpu", threads=1, sampling=sampling(2)
    )
    return out, evaluate(str(exported("rgba")), dataset, judge, out, settings=settings)


def sampling(steps):
    from training.evaluate.asked import Sampling  # noqa: PLC0415

    return Sampling(steps=steps, guidance=2.0)


def test_the_report_has_every_section(evaluated):
    metrics = evaluated[1].metrics
    wanted = {"reconstruction", "denoising", "fidelity", "samples", "kid", "diversity", "memorisation", "alpha"}
    assert wanted | {"steps", "inpainting", "speed"} == set(metrics)
    assert all(np.isfinite(value) for _, value in figures(metrics))
    assert {kind for kind in KINDS if kind in metrics["fidelity"]} == set(KINDS)
    assert metrics["reconstruction"]["pictures"] == 4
    assert set(metrics["steps"]) == {"2", "1"}
    assert set(metrics["denoising"]["held_out"]) == {"100", "900"}


def test_what_is_not_masked_stays(evaluated):
    assert evaluated[1].metrics["inpainting"]["kept"] == 1.0


def test_noise_is_no_copy(evaluated):
    found = evaluated[1].metrics["memorisation"]
    assert found["copies"] == 0
    assert found["pixels"] > found["near_pixels"]


def test_the_grids_are_there(evaluated):
    folder, report = evaluated
    assert {"reconstruction.png", "samples.png", "steps.png", "inpainting.png", "nearest.png"} <= set(report.pictures)
    for name in report.pictures:
        assert read_picture(folder / name).pixels.std() > 0


def test_the_report_is_read_as_it_was_written(evaluated):
    folder, report = evaluated
    again = read_report(folder)
    assert again.as_json() == json.loads(json.dumps(report.as_json()))
    assert in_words(again).splitlines()[0] == in_words(report).splitlines()[0]


def test_an_evaluation_goes_on_with_the_pictures_it_has(evaluated, dataset, judge, prompts, exported, tmp_path):  # noqa: PLR0917
    folder, report = evaluated
    (tmp_path / "made").symlink_to(folder / "made")
    before = {path: path.stat().st_mtime_ns for path in (folder / "made").iterdir()}
    settings = EvaluationSettings(
        extent=SMALL, prompts=prompts, compare_steps=(2, 1), device="cpu", threads=1, sampling=sampling(2)
    )
    again = evaluate(str(exported("rgba")), dataset, judge, tmp_path, settings=settings)
    assert {path: path.stat().st_mtime_ns for path in (folder / "made").iterdir()} == before
    wanted = dict(figures(report.metrics))
    assert dict(figures(again.metrics)) == pytest.approx(wanted, rel=1e-3, abs=1e-4)  # times are kept with four digits


def test_a_broken_kept_picture_is_made_again(exported, tmp_path):
    asked = Asked(str(exported("rgba")), tmp_path, sampling(1), device="cpu", threads=1)
    with asked.opened():
        first = asked.picture("cat", style="", seed=1)
        (path,) = tmp_path.glob("*.png")
        path.write_bytes(path.read_bytes()[:100])
        assert np.array_equal(asked.picture("cat", style="", seed=1), first)
        assert not np.array_equal(asked.picture("cat", style="", seed=2), first)


def test_the_loss_of_a_random_model_is_that_of_its_target(exported, tmp_path):
    """The v of pure noise is minus the picture, that of a clean picture is the noise: a mean square of about 1."""
    asked = Asked(str(exported("rgba")), tmp_path, device="cpu", threads=1)
    pictures = np.stack([drawing("red", "disc", SIDE, seed) for seed in range(2)])
    with asked.opened():
        one = denoising_loss(asked, pictures, ["a", "b"], (10, 500, 999))
        assert one == denoising_loss(asked, pictures, ["a", "b"], (10, 500, 999))
        assert one != denoising_loss(asked, pictures, ["c", "b"], (10, 500, 999))
    assert list(one) == [10, 500, 999]
    assert all(0.1 < value < 100 for value in one.values())


def random_judge():
    import torch  # noqa: PLC0415

    torch.manual_seed(0)
    return Judge(JudgeNet(DESIGNS["tiny"], 3).eval(), DESIGNS["tiny"], ("a", "b", "c"))


def test_a_copy_is_found_and_another_picture_is_none():
    kinds = [(colour, shape) for colour in COLOURS for shape in ("disc", "box")]
    trained = np.stack([drawing(*kinds[i % 8], SIDE, i) for i in range(24)])
    watched = random_judge()
    seen = copies.remember(watched, trained)
    fresh = copies.changed(trained[4:12], seed=9)
    others = np.stack([np.roll(np.rot90(trained[3]), 12, 1), 255 - trained[0]])
    asked = np.concatenate([trained[:2], fresh, others])
    found = copies.nearest(seen, watched.look(to_judge(asked, 32))[0], asked)
    assert found.copies[:2].all()
    assert found.copies[2:10].sum() >= 6
    assert not found.copies[10:].any()
    assert found.places[:2].tolist() == [0, 1]
    assert found.pixels[0] == pytest.approx(0, abs=1e-6)


def test_a_training_picture_passes_itself_over():
    trained = np.stack([drawing("red", "box", SIDE, i) for i in range(6)])
    watched = random_judge()
    seen = copies.remember(watched, trained)
    found = copies.nearest(seen, seen.features, trained, itself=np.arange(6))
    assert all(place != own for own, place in enumerate(found.places))


def entries(names, tags=(), pictures=3):
    return [
        Entry(file=f"{style}/{name}.png", caption=name, concept=name, style=style, tags=tuple(tags))
        for name in names
        for style in "abcde"[:pictures]
    ]


def test_the_list_of_prompts_is_the_same_in_any_order_and_keeps_its_kinds():
    names = [f"beast {i}" for i in range(60)]
    given = [*entries(names, ["animal mammal"]), *entries([f"dish {i}" for i in range(60)], ["food fruit"])]
    splits = [split_of(entry.concept) for entry in given]
    prompts = make_prompts(given, splits, known=20, coloured=10, held_out=4)
    order = np.random.default_rng(1).permutation(len(given))
    assert (
        make_prompts([given[i] for i in order], [splits[i] for i in order], known=20, coloured=10, held_out=4)
        == prompts
    )
    kinds = {kind: [p for p in prompts if p.kind == kind] for kind in KINDS}
    assert [len(each) for each in kinds.values()] == [20, 10, 4]
    assert sum(p.group == "creatures" for p in kinds["known"]) == 10
    sides = {entry.concept: split for entry, split in zip(given, splits, strict=True)}
    assert all(sides[p.concept] is Split.TRAIN for p in kinds["known"] + kinds["combination"])
    assert all(sides[p.concept] is not Split.TRAIN for p in kinds["held-out"])
    assert all(p.text == f"{p.colour} {p.concept}" for p in kinds["combination"])
    assert len({p.text for p in prompts}) == len(prompts)


def test_what_is_missing_is_made_up_by_the_other_kind():
    given = entries([f"beast {i}" for i in range(30)], ["animal mammal"])
    prompts = make_prompts(given, [Split.TRAIN] * len(given), known=5, coloured=5, held_out=5)
    assert [p.kind for p in prompts] == ["known"] * 5 + ["combination"] * 10


def test_nothing_to_ask_for():
    with pytest.raises(BadRequest, match="No concept is there in two styles"):
        make_prompts(entries(["cat"], pictures=1), [Split.TRAIN])


def test_a_list_is_read_as_it_was_written(tmp_path):
    prompts = [
        Prompt(text="cat", kind="known", concept="cat"),
        Prompt(text="红 cat", kind="combination", concept="cat", colour="red"),
    ]
    write_prompts(tmp_path / "list.json", prompts)
    assert read_prompts(tmp_path / "list.json") == prompts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "no list of prompts"),
        ("[1]", "no list of prompts"),
        ('{"version": 9, "prompts": []}', "newer"),
        ('{"version": 1, "prompts": []}', "is empty"),
        ('{"version": 1, "prompts": [{"text": "a", "kind": "b", "concept": "a"}]}', "no known kind"),
    ],
)
def test_lists_that_are_none(tmp_path, text, words):
    (tmp_path / "list.json").write_text(text)
    with pytest.raises(BadRequest, match=words):
        read_prompts(tmp_path / "list.json")


def test_our_list_is_what_the_bar_asks_for():
    prompts = read_prompts(PROMPTS)
    assert sum(p.kind == "known" for p in prompts) == 100
    assert len(prompts) == 200
    assert len({p.text for p in prompts}) == 200
    assert len({p.group for p in prompts if p.kind == "known"}) >= 10


def report(**metrics):
    return Report(
        model={"name": "one", "hash": "abcdef012345", "title": "One"},
        judge={"hash": "j", "classes": 9, "accuracy": {"top1": 0.5, "top5": 0.9}},
        dataset={"hash": "d"},
        settings={"steps": 20, "guidance": 4.0, "scheduler": "ddim", "quick": False, "prompts": "p"},
        metrics=metrics,
    )


def test_reports_are_compared():
    one, other = report(kid={"kid": 0.5}), report(kid={"kid": 0.25}, alpha={"haze": 0.1})
    table = compared([one, other])
    assert "-0.25" in table
    assert "alpha.haze" in table
    assert "Not measured alike" not in table
    assert "another judge" in compared([one, replace(other, judge={"hash": "k"})])


def test_a_card_keeps_what_is_around_the_marks(tmp_path):
    card = tmp_path / "card.md"
    card.write_text(f"# Before\n\n{BEGIN}\nold\n{END}\n\nafter\n")
    update_card(card, report())
    first = card.read_text()
    assert first.startswith("# Before\n")
    assert first.endswith(f"{END}\n\nafter\n")
    assert "old" not in first
    update_card(card, report())
    assert card.read_text() == first
    (tmp_path / "bare.md").write_text("# Bare\n")
    update_card(tmp_path / "bare.md", report())
    assert (tmp_path / "bare.md").read_text().startswith("# Bare\n\n## Evaluation\n")
    card.write_text(BEGIN)
    with pytest.raises(BadRequest, match="only one of the marks"):
        update_card(card, report())


def test_reports_that_are_none(tmp_path):
    for text, words in (
        ("{}", "no report"),
        ('{"format": "gouache-evaluation", "version": 9}', "newer"),
        ("x", "no report"),
    ):
        (tmp_path / "report.json").write_text(text)
        with pytest.raises(BadRequest, match=words):
            read_report(tmp_path)


def test_the_commands(evaluated, dataset, judge, prompts, exported, tmp_path, capsys):  # noqa: PLR0917
    listed = tmp_path / "list.json"
    assert main(["train", "prompts", str(dataset), "--out", str(listed)]) == 0
    assert capsys.readouterr().out.strip() == str(listed)
    words = [
        "--data",
        str(dataset),
        "--judge",
        str(judge),
        "--prompts",
        str(prompts),
        "--device",
        "cpu",
        "--threads",
        "1",
    ]
    command = ["train", "evaluate", str(exported("rgba")), *words, "--steps", "1", "--quick", "--quiet"]
    without = ["--without", "inpainting,diversity,denoising", "--card", str(tmp_path / "card.md")]
    assert main([*command, "--out", str(tmp_path / "out"), *without]) == 0
    path = capsys.readouterr().out.strip()
    assert read_report(tmp_path / "out").settings["steps"] == 1
    assert BEGIN in (tmp_path / "card.md").read_text()
    assert main(["train", "evaluate", "--compare", str(evaluated[0]), path]) == 0
    assert "another number of steps" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"--judge": None}, "needs --judge"),
        ({"--judge": "nowhere"}, "holds no judge"),
        ({"--data": "nowhere"}, "no normalised pictures"),
        ({"--steps": "many"}, "no list of steps"),
        ({"--steps": "4,0"}, "1 to 1000"),
        ({"--without": "kids"}, "no section 'kids'"),
        ({"--styles": "noto"}, "which style is which"),
        ({"--prompts": "nowhere"}, "no list of prompts"),
        ({"--compare": "nowhere"}, "no report"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(dataset, judge, exported, tmp_path, capsys, change, words):  # noqa: PLR0917
    given = {"--data": str(dataset), "--judge": str(judge), "--out": str(tmp_path), **change}
    options = [part for name, value in given.items() if value is not None for part in (name, value)]
    assert main(["train", "evaluate", str(exported("rgba")), *options]) == 2
    said = capsys.readouterr().err.strip()
    assert words in said
    assert "\n" not in said
