"""The timeline with the embedded model: frames, a stop, a restart, a hand-edited frame, an export, a restyling."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_engine import PATIENCE
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from desktop_app.desk import recovery_folder
from desktop_app.preferences import Preferences
from desktop_app.studio import Studio
from desktop_app.timeline.beginning import animations_folder
from desktop_app.timeline.edits import with_frames, with_key, with_repeat
from desktop_app.timeline.export_dialog import Export
from desktop_app.timeline.open_animation import OpenAnimation
from inference.animation.frame_log import State
from inference.animation.timeline import Key, Repeat
from inference.api import Engine, Generate, Picture
from inference.clips.reading import open_clip

MS = 12 * PATIENCE * 1000
pytestmark = pytest.mark.slow


def make_engine() -> Engine:
    from inference.engine import LocalEngine  # noqa: PLC0415

    return LocalEngine(device="cpu", threads=2)


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[Studio]:
    shutil.rmtree(animations_folder(), ignore_errors=True)
    made = Studio(make_engine, Preferences(language="en", autosave=0, welcome_done=True))
    made.window.resize(1200, 800)
    made.show()
    qtbot.waitExposed(made.window)
    yield made
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for folder in (recovery_folder(), animations_folder()):
        shutil.rmtree(folder, ignore_errors=True)


def current(studio: Studio) -> OpenAnimation:
    animation = studio.animations.animation
    assert animation is not None
    return animation


def test_a_loop_is_made_stopped_resumed_painted_on_exported_and_restyled(
    studio: Studio, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = studio.window.generate
    panel.set_settings(replace(panel.settings, prompt="a red apple", style="fluent", seed=3, steps=2))
    studio.animations.starting.from_prompt()
    animation = current(studio)
    animation.change(lambda told: with_key(with_frames(told, 4), Key(frame=2, prompt="a pear")))
    animation.change(lambda told: with_repeat(told, Repeat.LOOP))
    animation.start()
    qtbot.waitUntil(lambda: animation.progress.done >= 1, timeout=MS)
    animation.stop()
    qtbot.waitUntil(lambda: not animation.busy, timeout=MS)
    path, made = animation.folder.path, animation.progress.made
    before = {frame: animation.folder.sha(frame) for frame in range(4)}
    studio.animations.close_animation()

    assert studio.animations.open(path)
    animation = current(studio)
    qtbot.waitUntil(lambda: animation.looked, timeout=MS)
    assert animation.progress.made == made
    animation.start()
    qtbot.waitUntil(lambda: animation.progress.made == 4 and not animation.busy, timeout=MS)
    assert all(animation.folder.sha(frame) == sha for frame, sha in before.items() if sha), "nothing is made twice"
    assert animation.folder.sha(1) == animation.folder.sha(3), "the way back shows the same"

    wanted = Generate(prompt="a red apple", style="fluent", seed=3, steps=2, size=animation.animation.base.size)
    engine = make_engine()
    (alone,) = [event for event in engine.run(wanted) if isinstance(event, Picture)]
    engine.close()
    assert np.array_equal(animation.folder.read(0), alone.pixels), "a key is what Generate makes, bit for bit"

    painted = animation.folder.read(2).copy()
    painted[40:60, 40:60] = (0, 0, 255, 255)
    animation.put_picture(2, painted, lambda _changed: None)
    qtbot.waitUntil(lambda: animation.state(2) is State.EDITED, timeout=MS)
    studio.animations.export()
    dialog = studio.asks.open_dialogs[-1]
    assert isinstance(dialog, Export)
    dialog.path.setText(str(tmp_path / "loop.webp"))
    dialog.run()
    qtbot.waitUntil(dialog.outcome.isVisible, timeout=MS)
    dialog.reject()
    with open_clip(tmp_path / "loop.webp") as clip:
        frames = [frame.pixels for frame in clip]
    assert len(frames) == 4
    assert np.array_equal(frames[2], painted)

    panel.set_settings(replace(panel.settings, prompt="a mushroom", style="noto", vary_strength=0.4))
    studio.animations.restyling.take(tmp_path / "loop.webp")
    qtbot.waitUntil(lambda: studio.animations.animation is not None, timeout=MS)
    restyled = current(studio)
    restyled.start([0, 1])
    qtbot.waitUntil(lambda: restyled.progress.made == 2 and not restyled.busy, timeout=MS)
    assert np.array_equal(restyled.folder.read(1)[..., 3], frames[1][..., 3]), "the clip's outline is kept"
    assert not np.array_equal(restyled.folder.read(1), frames[1])
