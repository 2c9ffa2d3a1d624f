"""Frames in a folder: nothing made twice, nothing lost by a kill, nothing painted over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_engine import picture
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.animation.animation import NONE, Animation, Consistency, Mode
from inference.animation.camera import Camera
from inference.animation.flow import motion_between
from inference.animation.folder import AnimationFolder
from inference.animation.frame_log import FrameLog, Line, State
from inference.animation.making import Making, Work, made_again
from inference.animation.timeline import Key, Repeat, Timeline
from inference.api import Generate, Picture, Request, Series, Vary
from inference.board import request_key
from inference.errors import BadRequest
from inference.geometry import Bounds
from inference.pictures import write_picture

SIDE = 32


def pictures(request: Request) -> Iterator[Picture]:
    """Pictures as an engine makes them: a function of their request alone."""
    requests = request.requests if isinstance(request, Series) else (request,)
    for index, each in enumerate(requests):
        seed = int(hashlib.sha256(request_key(each).encode()).hexdigest()[:12], 16)
        pixels = np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 4), np.uint8)
        pixels[..., 3] |= 128
        yield Picture(
            pixels=pixels,
            bounds=Bounds(0, 0, SIDE, SIDE),
            coverage=np.full((SIDE, SIDE), 255, np.uint8),
            seed=each.seed,
            index=index,
            recipe=picture(each, 0).recipe,
        )


def animation(**changes: object) -> Animation:
    line = Timeline(
        keys=(Key(frame=0, prompt="a cat"), Key(frame=4, prompt="a dog"), Key(frame=8, prompt="a cow")),
        frames=10,
        seed=3,
    )
    return Animation(timeline=replace(line, **changes), base=Generate(seed=0))  # type: ignore[arg-type]


def moving(mode: Mode, how: Consistency) -> Animation:
    """Five frames under a camera that draws back, or of a clip."""
    camera = Camera(zoom=0.5) if mode is Mode.FEEDBACK else None
    keys = (Key(frame=0, prompt="a cat", strength=0.6), Key(frame=4, camera=camera))
    return Animation(timeline=Timeline(keys=keys, frames=5, seed=3), base=Generate(seed=0), mode=mode, consistency=how)


def bring_clip(folder: AnimationFolder) -> None:
    still = np.random.default_rng(8).integers(0, 256, (SIDE, SIDE, 4), np.uint8)
    still[..., 3] = 255
    for frame in range(5):
        folder.keep_clip(frame, np.roll(still, frame, axis=1))


def fill(making: Making, *, stop: int | None = None, again: tuple[int, ...] = ()) -> list[Work]:
    """Make what is missing; ``stop`` kills the process after so many pictures."""
    done, count = [], 0
    for work in making.work(again or None, again):
        done.append(work)
        for made in pictures(work.request):
            if count == stop:
                return done
            making.keep(work, made)
            count += 1
    return done


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "frames").glob("*.png"))}


def test_every_frame_is_there_and_nothing_is_made_twice(tmp_path: Path) -> None:
    making = Making(animation(), AnimationFolder(tmp_path))
    work = fill(making)
    assert sum(len(each.keys) for each in work) == 9, "the last two frames are one picture"
    assert sorted(content(tmp_path)) == [f"{frame:06d}.png" for frame in range(10)]
    assert content(tmp_path)["000008.png"] == content(tmp_path)["000009.png"]
    assert fill(Making(animation(), AnimationFolder(tmp_path))) == []


@settings(max_examples=6)
@given(stops=st.lists(st.integers(0, 5), max_size=4), repeat=st.sampled_from(Repeat))
def test_kills_change_nothing(tmp_path_factory: pytest.TempPathFactory, stops: list[int], repeat: Repeat) -> None:
    whole, killed = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("killed")
    wanted = animation(repeat=repeat)
    fill(Making(wanted, AnimationFolder(whole)))
    for stop in stops:
        fill(Making(wanted, AnimationFolder(killed)), stop=stop)
    fill(Making(wanted, AnimationFolder(killed)))
    assert content(whole) == content(killed)


@pytest.mark.parametrize("mode", [Mode.FEEDBACK, Mode.RESTYLE])
@pytest.mark.parametrize("how", [Consistency(), NONE])
def test_kills_change_nothing_where_frames_need_each_other(tmp_path: Path, mode: Mode, how: Consistency) -> None:
    wanted = moving(mode, how)
    folders = [AnimationFolder(tmp_path / name) for name in ("whole", "killed")]
    for folder in folders:
        bring_clip(folder)
    assert sum(len(work.keys) for work in fill(Making(wanted, folders[0]))) == 5
    for stop in (1, 0, 2):
        # a new process each time: nothing is known but what is on disk
        fill(Making(wanted, AnimationFolder(folders[1].path)), stop=stop)
    fill(Making(wanted, AnimationFolder(folders[1].path)))
    assert content(folders[0].path) == content(folders[1].path)
    assert fill(Making(wanted, AnimationFolder(folders[0].path))) == []


@pytest.mark.parametrize("mode", [Mode.FEEDBACK, Mode.RESTYLE])
def test_a_painted_frame_leads_on_to_those_after_it(tmp_path: Path, mode: Mode) -> None:
    wanted, folder = moving(mode, Consistency()), AnimationFolder(tmp_path)
    bring_clip(folder)
    fill(Making(wanted, folder))
    before = content(tmp_path)
    write_picture(folder.frame_path(2), np.full((SIDE, SIDE, 4), 200, np.uint8))
    making = Making(wanted, AnimationFolder(tmp_path))
    standing = making.standing()
    assert (standing.made, standing.edited, standing.old) == ((0, 1), (2,), (3, 4))
    fill(making)
    after = content(tmp_path)
    assert [name for name in before if before[name] == after[name]] == ["000000.png", "000001.png"]
    assert making.standing().edited == (2,)


def test_requests_of_a_restyled_clip_follow_its_motion(tmp_path: Path) -> None:
    folder = AnimationFolder(tmp_path)
    bring_clip(folder)
    making = Making(moving(Mode.RESTYLE, Consistency(trusted=0.5)), folder)
    fill(making)
    asked = making.course.request(3)
    assert isinstance(asked, Vary)
    assert asked.strength == 0.6
    assert asked.where is not None
    assert asked.where.min() >= 127, "where the motion can be followed, half of the strength"
    assert asked.grains is not None
    assert asked.grains.births.max() <= 3
    alone = Making(moving(Mode.RESTYLE, NONE), folder).course.request(3)
    assert isinstance(alone, Vary)
    assert alone.where is None
    assert alone.grains is None
    assert np.array_equal(alone.image[..., :3], folder.read_clip(3)[..., :3])


@pytest.mark.parametrize("grain", [0, 1])
def test_where_the_clip_stands_still_so_do_its_frames(tmp_path: Path, grain: int) -> None:
    folder, random = AnimationFolder(tmp_path), np.random.default_rng(4)
    ground = np.kron(random.integers(40, 200, (4, 4, 4)), np.ones((8, 8, 1))).astype(np.uint8)
    ground[..., 3] = 255
    for frame in range(5):
        shown = ground.copy()
        shown[..., :3] += random.integers(0, grain + 1, (SIDE, SIDE, 3), np.uint8)
        folder.keep_clip(frame, shown)
    fill(Making(moving(Mode.RESTYLE, Consistency(colour=0)), folder))
    for frame in range(1, 5):
        change = np.abs(folder.read(frame).astype(int) - folder.read(frame - 1))
        assert change.max() == 0 if grain == 0 else change.mean() < 6, "another picture is 80 levels away"


def test_a_fade_is_followed_though_each_step_is_small() -> None:
    motion = motion_between(*(np.full((SIDE, SIDE, 4), (level, level, level, 255), np.uint8) for level in (100, 101)))
    assert (motion.still < 1).all(), "else nothing new would ever be shown"


def test_a_camera_that_draws_back_asks_for_all_that_appears(tmp_path: Path) -> None:
    folder = AnimationFolder(tmp_path)
    making = Making(moving(Mode.FEEDBACK, Consistency()), folder)
    fill(making)
    asked = making.course.request(4)
    assert isinstance(asked, Vary)
    assert asked.strength == 1.0
    assert asked.where is not None
    assert asked.where[0, 0] == 255
    assert asked.where[SIDE // 2, SIDE // 2] == round(0.6 * 255)


def test_a_line_without_its_frame_and_a_line_cut_off_count_for_nothing(tmp_path: Path) -> None:
    making = Making(animation(), AnimationFolder(tmp_path))
    fill(making)
    before = content(tmp_path)
    (tmp_path / "frames" / "000005.png").unlink()
    with (tmp_path / "frames.jsonl").open("a") as file:
        file.write('{"frame": 6, "key": "ab')
    making = Making(animation(), AnimationFolder(tmp_path))
    assert making.standing().missing == (5,)
    fill(making)
    assert content(tmp_path) == before
    lines = (tmp_path / "frames.jsonl").read_text().splitlines()
    assert all(json.loads(line)["frame"] in range(10) for line in lines)


def test_a_frame_that_somebody_painted_on_is_kept(tmp_path: Path) -> None:
    fill(Making(animation(), AnimationFolder(tmp_path)))
    painted = np.full((SIDE, SIDE, 4), 9, np.uint8)
    write_picture(tmp_path / "frames" / "000002.png", painted)
    making = Making(animation(), AnimationFolder(tmp_path))
    assert making.standing().edited == (2,)
    assert fill(making) == []
    fill(making, again=(2,))
    assert making.standing().edited == ()
    aside = AnimationFolder(tmp_path).path / "kept" / "000002.png"
    assert aside.is_file(), "asked to make it again, what was painted is put aside"
    assert not np.array_equal(making.folder.read(2), painted)


def test_frames_of_other_settings_are_told_apart(tmp_path: Path) -> None:
    fill(Making(animation(), AnimationFolder(tmp_path)))
    other = animation()
    keys = (*other.timeline.keys[:2], replace(other.timeline.keys[2], prompt="a frog"))
    other = replace(other, timeline=replace(other.timeline, keys=keys))
    standing = Making(other, AnimationFolder(tmp_path)).standing()
    assert standing.old == (5, 6, 7, 8, 9)
    assert standing.made == (0, 1, 2, 3, 4)


def test_a_frame_made_again_is_another_and_the_same_each_time(tmp_path: Path) -> None:
    folder = AnimationFolder(tmp_path)
    fill(Making(animation(), folder))
    before = content(tmp_path)
    once = made_again(animation(), [2, 3])
    assert [len(work.keys) for work in fill(Making(once, folder), again=(2, 3))] == [2]
    after = content(tmp_path)
    changed = [name for name in before if before[name] != after[name]]
    assert changed == ["000002.png", "000003.png"]
    assert fill(Making(once, folder)) == []
    assert made_again(once, [2]).takes == {2: 2, 3: 1}


def test_ping_pong_makes_half(tmp_path: Path) -> None:
    line = animation().timeline
    back = replace(animation(), timeline=replace(line, frames=16, repeat=Repeat.PING_PONG))
    work = fill(Making(back, AnimationFolder(tmp_path)))
    assert sum(len(each.keys) for each in work) == 9
    files = list(content(tmp_path).values())
    assert files[1:8] == files[:8:-1]


def test_a_copy_is_made_where_another_frame_has_the_picture(tmp_path: Path) -> None:
    folder = AnimationFolder(tmp_path)
    fill(Making(animation(), folder))
    folder.frame_path(9).unlink()
    assert fill(Making(animation(), folder)) == []
    assert folder.sha(9) == folder.sha(8)


def test_the_camera_is_in_the_key_and_in_the_picture(tmp_path: Path) -> None:
    one = Timeline(keys=(Key(frame=0, prompt="a cat"), Key(frame=2, camera=Camera(zoom=2.0))), frames=3)
    fill(Making(Animation(timeline=one, base=Generate(seed=0)), AnimationFolder(tmp_path)))
    assert len(set(content(tmp_path).values())) == 3


def test_animations_come_back_from_their_folder(tmp_path: Path) -> None:
    folder = AnimationFolder(tmp_path)
    with pytest.raises(BadRequest, match="no animation"):
        folder.load()
    folder.save(animation())
    assert folder.load().timeline == animation().timeline
    (tmp_path / "animation.json").write_text("{")
    with pytest.raises(BadRequest, match="cannot be read"):
        folder.load()


def test_a_full_disk_keeps_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    making = Making(animation(), AnimationFolder(tmp_path))
    fill(making, stop=3)
    before = content(tmp_path)

    def full(path: Path, *_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(BadRequest, match="no space left"):
            fill(making)
    assert content(tmp_path) == before
    fill(making)
    assert len(content(tmp_path)) == 10


def test_states(tmp_path: Path) -> None:
    log = FrameLog(tmp_path / "log")
    log.add(1, Line("k", "a"))
    log.add(1, Line("l", "b"))
    for read in (log, FrameLog.read(tmp_path / "log")):
        states = [read.state(1, "l", sha) for sha in ("", "a", "b", "c")]
        assert states == [State.MISSING, State.OLD, State.MADE, State.EDITED]
        assert read.state(1, "k", "a") is State.MADE, "settings that came back"
