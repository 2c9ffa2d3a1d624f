"""What the timeline works with, as values: where frames lie, what is played when, changes of keys, steps of undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from fake_engine import FakeEngine  # noqa: F401 (offscreen, before Qt)
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.pictures import to_image
from desktop_app.timeline.easing_curve import handles_of, named
from desktop_app.timeline.edits import (
    inherited,
    key_before,
    rate_of,
    with_frames,
    with_key,
    with_key_moved,
    with_repeat,
    without_keys,
)
from desktop_app.timeline.export_fields import CLIPS, SHEETS
from desktop_app.timeline.exporting import file_name, rounds
from desktop_app.timeline.frame_desk import Setup
from desktop_app.timeline.layout import MOST_CELL, StripLayout
from desktop_app.timeline.onion import AFTER, BEFORE, neighbours, see_through, tinted
from desktop_app.timeline.player import Course, Player, Way
from desktop_app.timeline.undoing import Past
from desktop_app.timeline.wording import EASINGS
from inference.animation.animation import Animation
from inference.animation.easing import CURVES, curve
from inference.animation.timeline import Key, Repeat, Timeline
from inference.api import Generate, Vary
from inference.clips.formats import FORMATS
from inference.clips.sheet_formats import SHEET_FORMATS


def told(frames: Sequence[int], count: int, repeat: Repeat = Repeat.ONCE) -> Animation:
    keys = tuple(Key(frame=frame, prompt=f"thing {frame}" if not at else None) for at, frame in enumerate(frames))
    return Animation(timeline=Timeline(keys=keys, frames=count, repeat=repeat), base=Generate(prompt="", seed=0))


def frames_of(animation: Animation) -> list[int]:
    return [key.frame for key in animation.timeline.keys]


places = st.sets(st.integers(0, 60), min_size=1, max_size=6).map(sorted)


# Keys


@given(places, st.integers(0, 60), st.integers(-5, 70))
def test_a_moved_key_stays_between_its_neighbours(keys: list[int], which: int, to: int) -> None:
    animation = told(keys, 61)
    frame = keys[which % len(keys)]
    moved = frames_of(with_key_moved(animation, frame, to))
    assert len(moved) == len(keys)
    assert moved == sorted(set(moved))
    assert 0 <= moved[0] <= moved[-1] <= 60
    assert [each for each in moved if each != moved[which % len(keys)]] == [each for each in keys if each != frame]


@given(places, st.integers(0, 60))
def test_what_holds_does_not_change_where_keys_that_say_nothing_come_or_go(keys: list[int], frame: int) -> None:
    animation = told(keys, 61)
    added = with_key(animation, Key(frame=frame)) if frame not in keys else animation
    assert {added.timeline.at(each).start.prompt for each in range(61)} == {f"thing {keys[0]}"}
    left = without_keys(added, keys[:-1] or [99])
    assert {left.timeline.at(each).start.prompt for each in range(61)} == {f"thing {keys[0]}"}
    assert len(left.timeline.keys) >= 1


@given(places, st.integers(1, 80), st.sampled_from(Repeat))
def test_frames_and_repeats_always_make_a_timeline(keys: list[int], count: int, repeat: Repeat) -> None:
    animation = replace(told(keys, 61), takes={60: 2})
    changed = with_repeat(with_frames(animation, count), repeat)
    assert changed.timeline.frames > keys[-1]
    assert all(frame < changed.timeline.frames for frame in changed.takes)
    if repeat is Repeat.PING_PONG and len(keys) > 1:
        assert changed.timeline.frames == max(2 * (keys[-1] - keys[0]), keys[-1] + 1)


def test_the_key_that_holds_and_what_it_inherits() -> None:
    line = told([4, 9], 20).timeline
    assert [key_before(line, frame).frame for frame in (0, 4, 8, 9, 19)] == [4, 4, 4, 9, 9]
    assert inherited(line, line.keys[1]).prompt == "thing 4"


@pytest.mark.parametrize(("typed", "rate"), [(12, "12"), (23.976, "24000/1001"), (29.97, "30000/1001"), (12.5, "25/2")])
def test_rates_as_people_write_them(typed: float, rate: str) -> None:
    assert rate_of(typed) == Fraction(rate)


def test_steps_of_undo_merge_by_their_token_and_same_setups_are_no_step() -> None:
    first = Setup(animation=told([0], 5))
    past = Past(first)
    assert not past.do(Setup(animation=replace(first.animation)))
    for count in (6, 7, 8):
        assert past.do(Setup(animation=with_frames(past.now.animation, count)), "frames")
    past.rest()
    assert past.do(Setup(animation=with_frames(past.now.animation, 9)), "frames")
    assert past.undo()
    assert past.now.animation.timeline.frames == 8
    assert past.undo()
    assert past.now is first
    assert not past.undo()
    assert past.redo()
    assert past.redo()
    assert past.now.animation.timeline.frames == 9
    image = np.zeros((32, 32, 4), np.uint8)
    base = Vary(image=image, prompt="", seed=0)
    one = Setup(animation=replace(first.animation, base=base))
    assert one.alike(Setup(animation=replace(one.animation)))
    assert not one.alike(first)


# The strip


@given(st.integers(1, 3000), st.integers(50, 2000), st.floats(2, MOST_CELL), st.integers(0, 4000), st.data())
def test_a_frame_that_is_brought_into_sight_is_seen_and_found(
    count: int, width: int, cell: float, scroll: int, data: st.DataObject
) -> None:
    frame = data.draw(st.integers(0, count - 1))
    layout = StripLayout(count=count, cell=cell, width=width).scrolled(scroll).revealed(frame)
    assert frame in layout.seen
    assert layout.at(layout.left(frame) + cell / 2) == frame
    if cell <= width:
        assert layout.left(frame) >= -1e-6
        assert layout.left(frame + 1) <= width + 1e-6
    assert len(layout.seen) <= width / cell + 2, "no more is painted than there is room for"


@given(st.integers(1, 3000), st.floats(0.2, 5), st.floats(0, 1))
def test_zooming_keeps_the_place_under_the_cursor(count: int, factor: float, share: float) -> None:
    layout = StripLayout(count=count, width=600)
    x = share * min(600, layout.whole)
    zoomed = layout.zoomed(factor, x)
    if 0 < zoomed.scroll < zoomed.most:
        assert (x + zoomed.scroll) / zoomed.cell == pytest.approx((x + layout.scroll) / layout.cell)
    assert zoomed.every(64) * zoomed.cell >= 64 - 1e-6


# Playing


@given(st.lists(st.integers(1, 400), min_size=1, max_size=20), st.sampled_from(Way), st.floats(0, 30))
def test_each_frame_is_shown_for_its_time(ms: list[int], way: Way, seconds: float) -> None:
    times = [Fraction(each, 1000) for each in ms]
    course = Course(times, way)
    frame = course.at(seconds)
    assert 0 <= frame < len(times)
    for each in range(len(times)):
        start, end = course.start_of(each), course.start_of(each) + float(times[each])
        assert course.at((start + end) / 2) == each
    if way is Way.ONCE:
        assert course.at(course.seconds + 1) == len(times) - 1
    if way is Way.PING_PONG and len(times) > 2:
        assert course.at(course.seconds - float(times[1]) / 2) == 1, "on the way back, before it begins again"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_slow_window_drops_frames_and_stays_in_time(qapp: object) -> None:
    clock, shown = Clock(), []
    player = Player(clock=clock)
    player.moved.connect(lambda frame, ahead: shown.append(frame))
    player.play(Course([Fraction(1, 24)] * 24, Way.ONCE), 0)
    for clock.now in (0.01, 0.5, 0.51, 0.9):
        player.look()
    assert shown == [0, 12, 21]
    clock.now = 1.2
    player.look()
    assert (shown[-1], player.playing) == (23, False)


# Looks


def test_onion_skins_lie_farthest_first_and_go_round_in_loops() -> None:
    assert neighbours(0, 5, 2, around=False) == [(2, AFTER, 2), (1, AFTER, 1)]
    assert neighbours(0, 5, 1, around=True) == [(4, BEFORE, 1), (1, AFTER, 1)]
    assert neighbours(0, 1, 3, around=True) == []


def test_a_skin_is_in_shades_of_its_tint_and_as_transparent_as_the_frame(qapp: object) -> None:
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[2:6, 2:6] = (10, 200, 10, 255)
    image = to_image(pixels)
    assert see_through(image)
    red = tinted(image, BEFORE)
    assert red.pixelColor(0, 0).alpha() == 0
    assert red.pixelColor(3, 3).red() > red.pixelColor(3, 3).green()
    assert not see_through(to_image(np.full((8, 8, 4), 255, np.uint8)))


def test_every_easing_and_every_form_has_words() -> None:
    assert EASINGS.keys() == CURVES.keys()
    assert CLIPS.keys() == FORMATS.keys()
    assert SHEETS.keys() == SHEET_FORMATS.keys()


@given(st.tuples(*[st.floats(0, 1)] * 4))
def test_handles_are_read_as_they_are_written(handles: tuple[float, float, float, float]) -> None:
    read = handles_of(named(handles))
    assert read == pytest.approx(handles, abs=0.0051)
    assert curve(named(handles))(1.0) == 1.0


def test_names_of_files_and_rounded_times() -> None:
    assert file_name("a fox · Jump / 狐狸!") == "a-fox-Jump-狐狸"
    assert file_name("...") == "animation"
    assert rounds([Fraction(1, 12)], "gif") == Fraction(1, 100)
    assert rounds([Fraction(1, 10)], "gif") is None
    assert rounds([Fraction(1, 12)], "mp4") is None
