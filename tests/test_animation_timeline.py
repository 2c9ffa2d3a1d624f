"""Timelines: keys are met exactly, loops close, nothing goes backwards, and files come back as they were."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.animation.animation import Animation, Consistency, Mode, walk
from inference.animation.animation_json import animation_as_json, animation_from_json
from inference.animation.camera import Camera, between, motion, seen
from inference.animation.easing import CURVES, curve
from inference.animation.key_text import parse_frames, parse_key
from inference.animation.timeline import Key, Repeat, Timeline, usual_frames
from inference.api import Blend, Generate
from inference.errors import BadRequest, UnknownName
from inference.geometry import Size

unit = st.floats(0, 1)
names = st.one_of(st.sampled_from(sorted(CURVES)), st.builds("bezier({},{},{},{})".format, unit, unit, unit, unit))
cameras = st.builds(
    Camera,
    x=st.floats(-2, 2),
    y=st.floats(-2, 2),
    zoom=st.floats(0.25, 4),
    rotate=st.floats(-400, 400),
    tilt=st.floats(-60, 60),
    turn=st.floats(-60, 60),
)
optional_camera = st.one_of(st.none(), cameras)


@st.composite
def keys(draw: st.DrawFn) -> tuple[Key, ...]:
    frames = sorted(draw(st.sets(st.integers(0, 60), min_size=1, max_size=5)))
    return tuple(
        Key(
            frame=frame,
            prompt=draw(st.sampled_from([None, "a seed", "a tree"])),
            style=draw(st.sampled_from([None, "", "noto"])),
            seed=draw(st.one_of(st.none(), st.integers(0, 2**40))),
            guidance=draw(st.one_of(st.none(), st.floats(0, 10))),
            strength=draw(st.one_of(st.none(), unit)),
            camera=draw(optional_camera),
            easing=draw(names),
            hold=draw(st.integers(0, 4)),
        )
        for frame in frames
    )


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    made = draw(keys())
    repeat = draw(st.sampled_from(Repeat))
    least = made[-1].frame + 1 if repeat is Repeat.ONCE else max(made[-1].frame + 1, 2)
    return Timeline(keys=made, frames=least + draw(st.integers(0, 30)), repeat=repeat, seed=draw(st.integers(0, 99)))


def test_curves_are_exact_at_their_ends_and_never_go_back() -> None:
    @given(names, st.lists(unit, min_size=2))
    def holds(name: str, times: list[float]) -> None:
        bend = curve(name)
        assert bend(0) == 0
        assert bend(1) == 1
        for one, other in pairwise(sorted(times)):
            assert 0 <= bend(one) <= bend(other) + 1e-9 <= 1 + 1e-9, (name, one, other, bend(one), bend(other))

    holds()


def test_a_bezier_is_that_of_css() -> None:
    # "ease", cubic-bezier(0.25, 0.1, 0.25, 1), as browsers compute it
    ease = curve("bezier(0.25,0.1,0.25,1)")
    assert [round(ease(t), 3) for t in (0.1, 0.25, 0.5, 0.75)] == [0.095, 0.409, 0.802, 0.96]


@pytest.mark.parametrize("name", ["", "liner", "bezier(1,2)", "bezier(a,0,0,1)"])
def test_an_unknown_easing_is_said(name: str) -> None:
    with pytest.raises(BadRequest):
        curve(name)


@given(timelines())
def test_a_key_is_met_exactly(line: Timeline) -> None:
    for key, moment in zip(line.keys, line.moments, strict=True):
        spec = line.at(key.frame)
        assert spec.share == 0 or spec.start == spec.end
        assert spec.start == moment
        assert spec.camera == moment.camera
        assert spec.strength == moment.strength


@given(timelines(), st.integers(0, 200))
def test_a_loop_closes(line: Timeline, frame: int) -> None:
    match line.repeat:
        case Repeat.LOOP:
            assert line.at(frame) == line.at(frame + line.frames)
        case Repeat.PING_PONG:
            first, last = line.keys[0].frame, line.keys[-1].frame
            period = max(2 * (last - first), 1)
            assert line.at(frame) == line.at(frame + period)
            assert line.at(last + frame) == line.at(last - frame)
        case Repeat.ONCE:
            end = line.at(line.keys[-1].frame + frame)
            assert (end.start, end.share) == (line.moments[-1], 0)


@given(timelines())
def test_the_way_between_two_keys_never_goes_back(line: Timeline) -> None:
    for one, other in pairwise(line.keys):
        shares = [line.at(frame).share for frame in range(one.frame, other.frame)]
        assert shares == sorted(shares)
        assert all(share == 0 for share in shares[: one.hold + 1])


@given(cameras, cameras, st.lists(unit, min_size=2))
def test_the_zoom_goes_by_equal_factors(one: Camera, other: Camera, shares: list[float]) -> None:
    assert between(one, other, 0) == one
    assert between(one, other, 1) == other
    middle = between(one, other, 0.5)
    assert math.isclose(middle.zoom**2, one.zoom * other.zoom, rel_tol=1e-9)
    zooms = [between(one, other, share).zoom for share in sorted(shares)]
    assert zooms == sorted(zooms, reverse=other.zoom < one.zoom) or np.allclose(zooms, sorted(zooms), rtol=1e-12)


@given(cameras, cameras, cameras)
def test_motions_of_a_camera_add_up(one: Camera, two: Camera, three: Camera) -> None:
    size = Size(64, 48)
    whole, parts = motion(one, three, size), motion(two, three, size) @ motion(one, two, size)
    assert np.allclose(whole / np.linalg.norm(whole), parts / np.linalg.norm(parts), atol=1e-6)


def test_what_a_camera_does_is_what_its_words_say() -> None:
    size = Size(100, 100)

    def place(camera: Camera, x: float, y: float) -> tuple[float, float]:
        out = camera.matrix(size) @ np.array([x, y, 1])
        return float(out[0] / out[2]), float(out[1] / out[2])

    middle = 49.5
    assert place(Camera(x=0.1), middle, middle) == pytest.approx((middle - 10, middle)), "to the right: things go left"
    assert place(Camera(zoom=2), middle + 10, middle) == pytest.approx((middle + 20, middle))
    assert place(Camera(rotate=90), middle + 10, middle) == pytest.approx((middle, middle - 10)), "things turn back"
    assert place(Camera(tilt=40), 0, 0)[0] > 0, "the top goes away, so it is smaller"
    assert place(Camera(turn=40), 0, 0)[1] > 0, "the left goes away"


def test_a_camera_at_rest_changes_no_bit() -> None:
    picture = np.random.default_rng(1).random((20, 30, 4)).astype(np.float32)
    moved, there = seen(picture, Camera().matrix(Size(30, 20)))
    assert moved is picture
    assert (there == 1).all()


@given(timelines(), st.sampled_from(Mode), st.builds(Consistency, flow=st.booleans(), trusted=unit, colour=unit))
def test_an_animation_comes_back_from_its_file(line: Timeline, mode: Mode, consistency: Consistency) -> None:
    base = Generate(seed=3, steps=5, size=Size(64, 96), scheduler="ddim")
    takes = {0: 2} if line.frames else {}
    line = replace(line, rate=Fraction(30000, 1001))
    animation = Animation(timeline=line, base=base, mode=mode, consistency=consistency, takes=takes)
    said = json.loads(json.dumps(animation_as_json(animation, lambda _: "x")))
    again = animation_from_json(said, lambda _: np.zeros((16, 16, 3), np.uint8))
    assert again.timeline == animation.timeline
    assert (again.mode, again.consistency, again.takes) == (mode, consistency, takes)
    assert (again.base.steps, again.base.size) == (5, Size(64, 96))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"format": "gouache-board"},
        {"keys": [{"frame": 0, "prompt": 5}]},
        {"keys": [{"frame": 0, "wings": 2}]},
        {"keys": [{"frame": True}]},
        {"keys": []},
        {"frames": "many"},
        {"frames": 0},
        {"rate": "1/0"},
        {"repeat": "often"},
        {"takes": {"99": 1}},
        {"consistency": {"colour": 7}},
        {"base": {"type": "Blend"}},
    ],
)
def test_a_damaged_file_is_refused_in_words(change: dict[str, object]) -> None:
    animation = Animation(timeline=Timeline(keys=(Key(frame=0),), frames=3), base=Generate(seed=1))
    said = animation_as_json(animation, lambda _: "x") | change
    with pytest.raises(BadRequest):
        animation_from_json(said, lambda _: np.zeros((16, 16, 3), np.uint8))


@pytest.mark.parametrize("wrong", [(), (Key(frame=3), Key(frame=3)), (Key(frame=3), Key(frame=1))])
def test_keys_that_make_no_line_are_refused(wrong: tuple[Key, ...]) -> None:
    with pytest.raises(BadRequest):
        Timeline(keys=wrong, frames=9)


def test_a_loop_needs_frames_for_the_way_back() -> None:
    with pytest.raises(BadRequest, match="way back"):
        Timeline(keys=(Key(frame=0), Key(frame=8)), frames=8, repeat=Repeat.LOOP)


def test_frames_when_nobody_says_how_many() -> None:
    two = (Key(frame=0), Key(frame=24))
    assert [usual_frames(two, repeat) for repeat in Repeat] == [25, 48, 48]
    assert [usual_frames(two[:1], repeat) for repeat in Repeat] == [1, 1, 1]


def test_a_walk_asks_for_a_key_as_it_is_and_for_the_same_way_back() -> None:
    line = Timeline(keys=(Key(frame=0, prompt="a cat"), Key(frame=6, prompt="a dog")), frames=12, repeat=Repeat.LOOP)
    animation = Animation(timeline=line, base=Generate(seed=0))
    at_key, there, back = walk(animation, 6), walk(animation, 1), walk(animation, 11)
    assert isinstance(at_key, Generate)
    assert at_key.prompt == "a dog"
    assert isinstance(there, Blend)
    assert isinstance(back, Blend)
    assert there.weights == back.weights
    assert [end.prompt for end in there.ends] == [end.prompt for end in back.ends]
    again = walk(replace(animation, takes={1: 1}), 1)
    assert isinstance(again, Blend)
    assert again.variation_strength > 0


def test_keys_as_they_are_typed() -> None:
    rate = Fraction(24)
    assert parse_key("0: a seed", rate) == Key(frame=0, prompt="a seed")
    typed = parse_key("1.5s: a tree: big | seed=5 zoom=1.5 easing=ease-out style=none hold=2", rate)
    wanted = Key(frame=36, prompt="a tree: big", seed=5, easing="ease-out", style="", hold=2, camera=Camera(zoom=1.5))
    assert typed == wanted
    assert parse_key("7: | zoom=2", rate).prompt is None
    assert list(parse_frames("3..5", 10)) == [3, 4, 5]
    assert list(parse_frames("8..", 10)) == [8, 9]


@pytest.mark.parametrize("text", ["a seed", "x: a seed", ": a", "3: a | seed=x", "3: a | seed", "-3: a", "3: a|zoom=0"])
def test_keys_that_are_none(text: str) -> None:
    with pytest.raises(BadRequest):
        parse_key(text, Fraction(12))


def test_an_unknown_setting_gives_the_near_one() -> None:
    with pytest.raises(UnknownName, match="zoom"):
        parse_key("3: a | zom=2", Fraction(12))


@pytest.mark.parametrize("text", ["", "a", "5..3", "9..12", "-1", "1..2..3"])
def test_frames_that_are_none(text: str) -> None:
    with pytest.raises(BadRequest):
        parse_frames(text, 10)
