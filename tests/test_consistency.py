"""The measure: a distance's laws, what it must not see, what it must; references, weights and picks."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

import main as program
from inference.consistency import COMPONENTS, DEFAULT_WEIGHTS, Belonging, distance
from inference.errors import BadRequest
from inference.features import features, silhouette_change
from inference.taste import Picks, Taste, reweighted

RED, GREEN, BLUE = (200, 50, 40), (40, 160, 70), (40, 70, 190)


def drawn(colour, *, shape="ellipse", outline=None, noise=0, seed=0, side=64):
    image = Image.new("RGBA", (side, side))
    getattr(ImageDraw.Draw(image), shape)((8, 8, side - 9, side - 9), (*colour, 255), outline, 4 if outline else 0)
    pixels = np.asarray(image).copy()
    if noise:
        random = np.random.default_rng(seed)
        rough = pixels[..., :3] + random.normal(0, noise, (side, side, 1))
        pixels[..., :3] = np.where(pixels[..., 3:] > 0, np.clip(rough, 0, 255), 0)
    return pixels


colours = st.tuples(*[st.integers(0, 255)] * 3)
pictures = st.builds(
    drawn,
    colours,
    shape=st.sampled_from(["ellipse", "rectangle"]),
    outline=st.sampled_from([None, (0, 0, 0, 255)]),
    noise=st.sampled_from([0, 30]),
)


@settings(max_examples=25, deadline=None)
@given(pictures, pictures)
def test_a_distance_is_symmetric_in_range_and_zero_for_the_same(a, b):
    one, other = features(a), features(b)
    there = distance(one, other)
    assert there == distance(other, one)
    assert set(there) == set(COMPONENTS)
    assert all(0 <= value <= 1 for value in there.values())
    assert set(distance(one, features(a)).values()) == {0.0}


@settings(max_examples=15, deadline=None)
@given(pictures, *[st.integers(0, 40)] * 4)
def test_place_and_empty_margin_change_nothing(picture, left, top, right, bottom):
    moved = np.pad(picture, ((top, bottom), (left, right), (0, 0)))
    assert set(distance(features(picture), features(moved)).values()) == {0.0}


def test_each_component_sees_what_it_is_for():
    plain = features(drawn(RED))
    recoloured = distance(plain, features(drawn(BLUE)))
    assert recoloured["palette"] > 0.3
    assert recoloured["swatches"] == 1
    assert recoloured["silhouette"] == recoloured["detail"] == 0
    reshaped = distance(plain, features(drawn(RED, shape="rectangle")))
    assert reshaped["silhouette"] > 0.03
    assert reshaped["palette"] == reshaped["values"] == 0
    assert distance(plain, features(drawn(RED, outline=(0, 0, 0, 255))))["outline"] > 0.1
    assert distance(plain, features(drawn(RED, noise=30)))["detail"] > 0.3


def test_nothing_to_see_is_near_nothing():
    empty = features(np.zeros((32, 32, 4), np.uint8))
    assert set(distance(empty, empty).values()) == {0.0}
    assert set(distance(empty, features(drawn(RED))).values()) == {1.0}
    assert Belonging([features(drawn(RED))]).score(empty).total < 0.5
    assert 0 <= Belonging([empty]).score(empty).total <= 1


def test_silhouette_change():
    disc = drawn(RED)
    assert silhouette_change(disc, drawn(BLUE)) == 0
    assert silhouette_change(disc, np.zeros_like(disc)) == 1
    assert 0 < silhouette_change(disc, np.roll(disc, 8, axis=1)) < 0.5
    assert silhouette_change(disc[..., :3], disc[..., :3]) == 0


def test_one_of_the_set_scores_above_a_stranger_and_says_why():
    measure = Belonging([features(drawn(RED, noise=20, seed=seed)) for seed in range(4)])
    own, stranger = measure.score(features(drawn(RED, noise=20, seed=9))), measure.score(features(drawn(BLUE)))
    assert own.total > 0.75
    assert stranger.total < 0.55
    assert (
        max(stranger.components["palette"], stranger.components["swatches"]) < 0.05 < stranger.components["silhouette"]
    )
    assert own.total == pytest.approx(sum(measure.weights[n] * own.components[n] for n in COMPONENTS))


@pytest.mark.parametrize("weights", [{}, {"palette": -1}, {"taste": 1}, {"palette": 0}, {"palette": float("nan")}])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(BadRequest):
        Belonging([features(drawn(RED))], weights)


def test_no_references_are_refused():
    with pytest.raises(BadRequest, match="no references"):
        Belonging([])


def scores(random, count):
    return [dict(zip(COMPONENTS, row, strict=True)) for row in random.random((count, len(COMPONENTS)))]


def auc(weights, liked, others):
    better, worse = ([sum(weights[n] * s[n] for n in COMPONENTS) for s in side] for side in (liked, others))
    return float(np.mean(np.subtract.outer(better, worse) > 0))


@pytest.mark.parametrize("hidden", COMPONENTS)
def test_picks_by_one_hidden_criterion_make_the_measure_agree_with_it(hidden):
    random = np.random.default_rng(5)
    seen, unseen = scores(random, 18), scores(random, 200)
    weights = reweighted(DEFAULT_WEIGHTS, [s for s in seen if s[hidden] > 0.6], [s for s in seen if s[hidden] <= 0.6])
    sides = [s for s in unseen if s[hidden] > 0.6], [s for s in unseen if s[hidden] <= 0.6]
    before, after = auc(DEFAULT_WEIGHTS, *sides), auc(weights, *sides)
    assert weights[hidden] > DEFAULT_WEIGHTS[hidden]
    assert after > before
    assert after > 0.85


def test_learning_is_deterministic_whatever_the_order_and_nothing_is_learned_from_one_side():
    seen = scores(np.random.default_rng(1), 12)
    weights = reweighted(DEFAULT_WEIGHTS, seen[:4], seen[4:])
    assert weights == pytest.approx(reweighted(DEFAULT_WEIGHTS, seen[3::-1], seen[:3:-1]), abs=1e-9)
    assert sum(weights.values()) == pytest.approx(1)
    assert min(weights.values()) >= 0
    assert reweighted(DEFAULT_WEIGHTS, seen, []) == pytest.approx(dict(DEFAULT_WEIGHTS))


def test_picks_that_say_nothing_leave_the_weights_alone():
    same = scores(np.random.default_rng(1), 1) * 3
    assert reweighted(DEFAULT_WEIGHTS, same, same) == pytest.approx(dict(DEFAULT_WEIGHTS), abs=1e-6)


def test_a_taste_is_saved_and_read_back(tmp_path):
    path, seen = tmp_path / "taste.json", scores(np.random.default_rng(2), 6)
    assert Taste.load(path) == Taste()
    taste = Taste().with_picks(seen[:2], seen[2:])
    taste.save(path)
    assert Taste.load(path) == taste
    assert Taste.load(path).weights == taste.weights


@pytest.mark.parametrize("text", ["", "[]", '{"version": 99}', '{"version": 1, "picked": [{}], "passed_over": []}'])
def test_a_broken_taste_is_one_sentence(tmp_path, text):
    (tmp_path / "taste.json").write_text(text)
    with pytest.raises(BadRequest, match=r"taste\.json"):
        Taste.load(tmp_path / "taste.json")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, picture in {
        "set/a": drawn(RED),
        "set/b": drawn(RED, shape="rectangle"),
        "new/own": drawn((205, 52, 44)),
        "new/odd": drawn(GREEN, noise=30),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(picture).save(f"{name}.png")
    (tmp_path / "new" / "text.png").write_text("no picture")
    return tmp_path


def test_the_command_sorts_names_what_is_broken_and_learns(folder, capsys):
    assert program.main(["consistency", "new", "--references", "set", "--json"]) == 2
    said = capsys.readouterr()
    assert "text.png is not a picture" in said.err
    result = json.loads(said.out)
    assert [each["path"] for each in result["pictures"]] == ["new/own.png", "new/odd.png"]
    learn = ["--taste", "taste.json", "--picked", "new/odd.png", "--passed-over", "new/own.png"]
    assert program.main(["consistency", "set", "--references", "set", *learn]) == 0
    assert "set/a.png" in capsys.readouterr().out
    assert len(Taste.load(folder / "taste.json").picked) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["new/own.png", "--references", "nowhere.png"],
        ["--references", "set"],
        ["new/own.png", "--references", "set", "--picked", "set/a.png"],
        ["--references", "set", "--picked", "set/a.png", "--passed-over", "set/b.png"],
    ],
)
def test_bad_input_is_one_line(folder, capsys, arguments):
    assert program.main(["consistency", *arguments]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_reference_is_measured_against_the_others():
    pictures = [features(drawn(RED, noise=20, seed=seed)) for seed in range(4)] + [features(drawn(BLUE))]
    measure = Belonging(pictures)
    assert measure.score(pictures[4]).total > measure.among(4).total, "to itself it is near"
    assert measure.among(4).total < min(measure.among(i).total for i in range(4))
    assert Belonging(pictures[:1]).among(0).total == 1


def test_a_boards_picks_take_the_place_of_its_earlier_ones_and_are_not_mixed_with_other_boards(tmp_path):
    one, other = scores(np.random.default_rng(1), 4), scores(np.random.default_rng(2), 4)
    first = Taste().with_board("a", Picks(tuple(one[:2]), tuple(one[2:])))
    again = Taste().with_board("a", Picks(tuple(other[:2]), tuple(other[2:])))
    assert first.with_board("a", again.boards["a"]).weights == again.weights
    assert first.with_board("a", None).weights == dict(DEFAULT_WEIGHTS)
    apart = first.with_board("b", Picks(tuple(other[:2]), ())).weights
    assert apart == first.weights, "picks of one board are not set against what another passed over"
    first.save(tmp_path / "taste.json")
    assert Taste.load(tmp_path / "taste.json") == first


def test_picks_of_the_first_version_are_read(tmp_path):
    one = scores(np.random.default_rng(1), 2)
    said = {"version": 1, "picked": one[:1], "passed_over": one[1:], "weights": {}}
    (tmp_path / "taste.json").write_text(json.dumps(said))
    assert Taste.load(tmp_path / "taste.json") == Taste((one[0],), (one[1],))
