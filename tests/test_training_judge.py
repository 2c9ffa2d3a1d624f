"""The judge learns shapes, says how good it is on what it has not seen, resumes to the bit, and keeps its word."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from drawn import one_thread  # noqa: F401 (a fixture)

from inference.errors import BadRequest
from training.checkpoints import Checkpoints
from training.classifier import load_judge, ranks, shares, shrink, to_judge
from training.judge import JudgePictures, JudgeSettings, augmented, classes_of, train_judge
from training.loop import Running
from training.optimise import Optimisation

STEPS = 40
SETTINGS = JudgeSettings(design="tiny", held_out=0.25, most=9)
RUNNING = Running(seed=2, batch=16, threads=1, bf16=False, save_seconds=1000, sample_steps=0)
OPTIMISATION = Optimisation(steps=STEPS, rate=1e-2, warmup=5, average=0.8)


STYLES = tuple("abcdefgh")


KINDS = ("bar", "cross", "disc", "pole")


def drawn_shape(kind, seed):
    """A grey shape on nothing, (32, 32, 4) premultiplied bytes."""
    random = np.random.default_rng(seed)
    y, x = np.abs(np.mgrid[0:32, 0:32] - 15.5 + random.uniform(-2, 2, (2, 1, 1)))
    long, thin = random.uniform(11, 14), random.uniform(3, 4)
    bar, pole = (x < long) & (y < thin), (y < long) & (x < thin)
    inside = {"bar": bar, "pole": pole, "cross": bar | pole, "disc": np.hypot(x, y) < long}[kind]
    return (inside[..., None] * np.array([150, 150, 150, 255])).astype(np.uint8)


def shapes(count=160, concept=str):
    """Pictures of four classes in eight styles."""
    chosen = [KINDS[i % 4] for i in range(count)]
    pixels = np.stack([drawn_shape(kind, seed) for seed, kind in enumerate(chosen)])
    styles = [STYLES[i // 4 % len(STYLES)] for i in range(count)]
    return JudgePictures(pixels, [concept(kind) for kind in chosen], styles, [f"{i}.png" for i in range(count)])


def run(folder, given=None, settings=SETTINGS, running=RUNNING, optimisation=OPTIMISATION):
    return train_judge(given or shapes(), folder, settings=settings, running=running, optimisation=optimisation)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge")
    return folder, list(run(folder))


def test_it_learns_four_classes(whole):
    judge = load_judge(whole[0])
    assert judge.classes == KINDS
    assert judge.accuracy["top1"] > 0.9
    by_style = [each["pictures"] for each in judge.accuracy["styles"].values()]
    assert sum(by_style) == judge.accuracy["pictures"] == 40
    assert whole[1][-1].figures["top1"] > 0.9


def test_it_is_measured_on_what_it_has_not_seen(whole):
    judge, given = load_judge(whole[0]), shapes()
    classes = classes_of(given, SETTINGS)
    assert judge.held_out == {given.names[i] for i in classes.unseen}
    assert not set(classes.unseen) & set(classes.taught)
    assert len(classes.unseen) + len(classes.taught) == len(given.names)


def test_what_is_saved_is_what_is_read(whole, tmp_path):
    judge = load_judge(whole[0])
    judge.save(tmp_path / "copy")
    other = load_judge(tmp_path / "copy")
    assert other.hash == judge.hash
    assert other.classes == judge.classes
    assert other.accuracy == judge.accuracy
    samples = to_judge(shapes(8).pictures, 32)
    for one, two in zip(judge.look(samples), other.look(samples), strict=True):
        assert np.array_equal(one, two)
    assert judge.look(samples[:0])[0].shape == (0, judge.net.head.in_features)


def test_a_judge_looks_at_pictures_of_any_size(whole):
    judge = load_judge(whole[0])
    large = np.zeros((100, 60, 4), np.uint8)
    large[42:58, 2:58] = (150, 150, 150, 255)
    assert judge.classes[judge.look_at([large])[1].argmax()] == "bar"
    assert judge.look_at([large[..., :3]])[1].shape == (1, 4)


def test_a_run_that_was_stopped_goes_on_to_the_same_bits(whole, tmp_path):
    first = run(tmp_path)
    for report in first:
        if report.step == 17:
            break
    first.close()
    assert list(run(tmp_path))[-1].step == STEPS
    one, other = (Checkpoints(folder / "checkpoints").newest()[0] for folder in (whole[0], tmp_path))
    assert all(torch.equal(tensor, other.tensors[name]) for name, tensor in one.tensors.items())
    assert load_judge(tmp_path).hash == load_judge(whole[0]).hash


def named(concepts, styles):
    count = len(concepts)
    return JudgePictures(np.zeros((count, 4, 4, 4), np.uint8), concepts, styles, [f"{i}.png" for i in range(count)])


def test_what_is_held_out_depends_on_names_alone():
    given = shapes(160)
    order = np.random.default_rng(0).permutation(160)
    mixed = JudgePictures(
        given.pictures[order], *([values[i] for i in order] for values in (given.concepts, given.styles, given.names))
    )
    one, other = classes_of(given, SETTINGS), classes_of(mixed, SETTINGS)
    assert {given.names[i] for i in one.unseen} == {mixed.names[i] for i in other.unseen}
    assert {given.names[i] for i in one.taught} == {mixed.names[i] for i in other.taught}


def test_a_style_is_held_out_in_all_its_variants():
    given = named(["judge"] * 12, list("abcd" * 3))
    classes = classes_of(given, JudgeSettings(most=1))
    (style,) = {given.styles[i] for i in np.flatnonzero(classes.held_out)}
    assert classes.held_out.sum() == 3
    assert classes.spare.sum() == 8
    assert len(classes.taught) == 3
    assert [given.styles[i] for i in classes.unseen] == [style]


def test_rare_concepts_are_no_classes():
    classes = classes_of(named(list("aaabbcc"), list("xyzxyxx")), JudgeSettings())
    assert classes.names == ("a", "b")
    assert classes.labels.tolist() == [0, 0, 0, 1, 1, -1, -1]  # "c" is there in one style only
    assert not classes.held_out.any()  # one of three is worth more in training


def test_ranks_and_shares():
    logits = np.array([[0.1, 0.9, 0.5], [3.0, 1.0, 2.0]])
    assert ranks(logits, [1, 1]).tolist() == [0, 2]
    assert shares(np.array([0, 3, 7, 5])) == {"top1": 0.25, "top5": 0.5, "pictures": 4}
    assert shares(np.array([], np.int64)) == {"top1": 0.0, "top5": 0.0, "pictures": 0}


def test_augmented_pictures_stay_premultiplied():
    pictures = torch.from_numpy(shapes(16).pictures).permute(0, 3, 1, 2).float() / 255
    for solid in (0.0, 1.0):
        out = augmented(pictures, np.ones(16, bool), np.random.default_rng(0), solid)
        assert out.shape == pictures.shape
        assert (out[:, :3] <= out[:, 3:] + 1e-6).all()
        assert (out >= 0).all()
        assert bool((out[:, 3] > 1 - 1e-6).all()) == bool(solid)


def test_shrinking_keeps_proportions():
    wide = np.full((10, 40, 4), 255, np.uint8)
    small = shrink([wide], 8)[0]
    assert small[3:5].min() == 255
    assert small[:3].max() == small[5:].max() == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"settings": JudgeSettings(design="huge")}, "huge"),
        ({"settings": JudgeSettings(design="tiny", smoothing=2)}, "'smoothing' is 2"),
        ({"given": shapes(8, lambda _: "thing")}, "needs two to tell apart"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, change, words):
    with pytest.raises(BadRequest, match=words):
        next(run(tmp_path, **change))


def test_a_folder_that_is_no_judge(whole, tmp_path):
    with pytest.raises(BadRequest, match="holds no judge"):
        load_judge(tmp_path)
    load_judge(whole[0]).save(tmp_path / "judge")
    config = tmp_path / "judge" / "config.json"
    config.write_text(config.read_text().replace('"version": 1', '"version": 9'))
    with pytest.raises(BadRequest, match="newer"):
        load_judge(tmp_path)
    config.write_text("{}")
    with pytest.raises(BadRequest, match="broken"):
        load_judge(tmp_path)
