"""Animations by the embedded model: keys met to the bit, series as if alone, a kill that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.animation.animation import Animation, Mode
from inference.animation.camera import Camera
from inference.animation.folder import AnimationFolder
from inference.animation.making import Making
from inference.animation.timeline import Key, Timeline
from inference.api import Blend, Generate, Notice, Picture, Request, Series, Step
from inference.engine import LocalEngine
from inference.errors import Cancelled

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    engine = LocalEngine(device="cpu", threads=2, cache=tmp_path_factory.mktemp("graphs"))
    yield engine
    engine.close()


def pictures(engine: LocalEngine, request: Request) -> list[Picture]:
    return [event for event in engine.run(request) if isinstance(event, Picture)]


CAT = Generate(prompt="a cat", style="noto", seed=7, steps=3, previews=False)
DOG = Generate(prompt="a blorf dog", style="fluent", seed=9, steps=3, guidance=3.0, previews=False)


def test_a_series_gives_each_picture_as_if_alone(engine: LocalEngine) -> None:
    blends = [Blend(ends=(CAT, DOG), weights=(1 - w, w), seed=1, previews=False) for w in (0.3, 0.6)]
    asked = [CAT, *blends, DOG]
    events = list(engine.run(Series(requests=tuple(asked), previews=False)))
    together = [event for event in events if isinstance(event, Picture)]
    assert [picture.index for picture in together] == [0, 1, 2, 3]
    for request, picture in zip(asked, together, strict=True):
        (alone,) = pictures(engine, request)
        assert np.array_equal(alone.pixels, picture.pixels)
        assert alone.recipe == picture.recipe
        assert alone.seed == picture.seed
    steps = [event for event in events if isinstance(event, Step)]
    assert (steps[-1].index, steps[-1].count) == (12, 12)
    assert [event for event in events if isinstance(event, Notice) and event.unknown], "blorf is told"


def test_what_cannot_be_stacked_is_run_one_by_one(engine: LocalEngine) -> None:
    long = replace(CAT, prompt=", ".join(["a cat"] * 60))
    asked = (CAT, replace(CAT, steps=2), replace(CAT, scheduler="ddim"), long)
    together = pictures(engine, Series(requests=asked, previews=False))
    assert [picture.index for picture in together] == [0, 1, 2, 3]
    for request, picture in zip(asked, together, strict=True):
        assert np.array_equal(pictures(engine, request)[0].pixels, picture.pixels)


def test_a_series_can_be_cancelled(engine: LocalEngine) -> None:
    running = engine.run(Series(requests=(CAT, DOG), previews=False))
    with pytest.raises(Cancelled):
        for event in running:
            if isinstance(event, Step):
                engine.cancel()
    assert len(pictures(engine, CAT)) == 1


def fill(engine: LocalEngine, making: Making, most: int = 100) -> None:
    for count, work in enumerate(making.work()):
        if count == most:
            return
        for event in engine.run(work.request):
            if isinstance(event, Picture):
                making.keep(work, event)


def test_a_walk_meets_its_keys_to_the_bit(engine: LocalEngine, tmp_path: Path) -> None:
    keys = (Key(frame=0, prompt="a cat", style="noto"), Key(frame=2, prompt="a dog"))
    line = Timeline(keys=keys, frames=3, seed=7)
    making = Making(Animation(timeline=line, base=Generate(seed=0, steps=3)), AnimationFolder(tmp_path))
    fill(engine, making)
    for frame, prompt in ((0, "a cat"), (2, "a dog")):
        (alone,) = pictures(engine, replace(CAT, prompt=prompt))
        assert np.array_equal(making.folder.read(frame), alone.pixels)
    assert not np.array_equal(making.folder.read(1), making.folder.read(0))


@pytest.mark.parametrize("mode", [Mode.FEEDBACK, Mode.RESTYLE])
def test_frames_that_need_each_other_are_the_same_after_a_kill(engine: LocalEngine, tmp_path: Path, mode: Mode) -> None:
    keys = (
        Key(frame=0, prompt="a cat", style="noto", strength=0.5),
        Key(frame=3, prompt="a dog", camera=Camera(zoom=0.8, rotate=10) if mode is Mode.FEEDBACK else None),
    )
    line = Timeline(keys=keys, frames=4, seed=7)
    animation = Animation(timeline=line, base=Generate(seed=0, steps=4), mode=mode)
    folders = [AnimationFolder(tmp_path / name) for name in ("whole", "killed")]
    (cat,) = pictures(engine, CAT)
    for folder in folders:
        for frame in range(4):
            folder.keep_clip(frame, np.roll(cat.pixels, 3 * frame, axis=1))
    fill(engine, Making(animation, folders[0]))
    for most in (2, 1, 9):
        fill(engine, Making(animation, AnimationFolder(folders[1].path)), most)
    for frame in range(4):
        assert folders[0].frame_path(frame).read_bytes() == folders[1].frame_path(frame).read_bytes(), frame
