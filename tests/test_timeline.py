"""Animations in the window with a steered engine: keys, frames that come, stopping and coming back, frames by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import translated
from fake_engine import FakeEngine
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot
from studiohand import MS, StudioBench, sitting

from desktop_app import theme
from desktop_app.document.arranging import add_layer
from desktop_app.document.document import Document
from desktop_app.document.selecting import select_mask
from desktop_app.preferences import Preferences, load
from desktop_app.timeline import open_animation
from desktop_app.timeline.beginning import animations_folder
from desktop_app.timeline.cycle_dialog import CycleDialog
from desktop_app.timeline.export_dialog import Export
from desktop_app.timeline.open_animation import OpenAnimation
from desktop_app.timeline.player import Way
from desktop_app.timeline.strip_painting import KEYS
from desktop_app.timeline.tools import TOOLS
from desktop_app.timeline.view import AnimateView
from desktop_app.tools import commands as edits
from inference.animation.animation import Mode
from inference.animation.camera import Camera
from inference.animation.folder import AnimationFolder
from inference.animation.frame_log import State
from inference.animation.timeline import Key, Repeat
from inference.clips.frame import Frame
from inference.clips.packing import GRID
from inference.clips.reading import open_clip
from inference.clips.sheet_reading import read_sheet
from inference.clips.writing import write_clip
from inference.errors import EngineFailed
from inference.geometry import Size
from inference.locks import Silhouette
from inference.pictures import read_picture
from inference.styles import load_styles

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Bench(StudioBench):
    """A studio with a steered engine and an animation in front."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__(qtbot, FakeEngine(steps=1), Preferences(language="en", autosave=0, welcome_done=True))

    def begin(self, frames: int = 6, **key: object) -> OpenAnimation:
        """Frames of a fox that becomes a bear, once."""
        self.settings(prompt="a fox", seed=10, style=None, steps=1)
        self.studio.actions["animate_prompt"].trigger()
        self.view.whole_fields.repeat.set_value(Repeat.ONCE)
        self.view.whole_fields.repeat.changed.emit()
        self.view.go(self.animation.animation.timeline.keys[1].frame)
        self.view.do("key_remove")
        self.view.whole_fields.frames.number.setValue(frames)
        self.view.go(frames - 1)
        self.view.do("key_add")
        self.view.key_fields.prompt.setPlainText("a bear")
        return self.animation

    @property
    def view(self) -> AnimateView:
        return self.studio.animations.view

    @property
    def animation(self) -> OpenAnimation:
        found = self.studio.animations.animation
        assert found is not None
        return found

    @property
    def line(self) -> list[tuple[int, str | None]]:
        """Frames and prompts of the keys."""
        return [(key.frame, key.prompt) for key in self.animation.animation.timeline.keys]

    def states(self) -> list[State]:
        return [self.animation.state(frame) for frame in range(self.animation.count)]

    def fill(self) -> OpenAnimation:
        self.engine.open()
        self.view.make.click()
        self.settle()
        return self.animation

    def settle(self) -> None:
        """Until nothing is read, written or made."""
        self.qtbot.waitUntil(lambda: not self.animation.busy, timeout=MS)

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.view.strip, key, held)

    def tidy(self) -> None:
        """An empty window for the next test."""
        self.studio.animations.close_animation()
        self.studio.animations.leave()
        self.view.tools["onion"].setChecked(False)
        while self.view.way is not Way.LOOP:
            self.view.next_way()
        for session in self.studio.desk.sessions:
            self.studio.desk.close(session)
        self.window.area.strip.clear()

    def reopen(self) -> OpenAnimation:
        """As after a restart."""
        path = self.animation.folder.path
        self.studio.animations.close_animation()
        assert self.studio.animations.open(path)
        self.settle()
        return self.animation

    def where(self, frame: int, y: int) -> QPoint:
        layout = self.view.strip.layout_now
        return QPoint(round(layout.left(frame) + min(layout.cell / 2, 34)), y)


@pytest.fixture(scope="module")
def studio(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """One window for all: to open it takes longer than most of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(open_animation, "PAUSE_MS", 0)
        made = Bench(QtBot(request))
        with sitting(made):
            yield made


@pytest.fixture
def bench(studio: Bench, qtbot: QtBot) -> Iterator[Bench]:
    shutil.rmtree(animations_folder(), ignore_errors=True)
    studio.qtbot = qtbot
    studio.engine.reset()
    yield studio
    studio.finish()
    studio.tidy()
    shutil.rmtree(animations_folder(), ignore_errors=True)


# Beginning and keys


def test_a_new_animation_says_what_the_panel_says_and_writes_nothing_yet(bench: Bench) -> None:
    bench.studio.actions["animate"].trigger()
    assert bench.studio.animations.shown is not None
    assert not bench.view.make.isVisible(), "there is nothing to make: ways to begin are shown"
    bench.settings(prompt="a fox", seed=10, style="flat", guidance=4.0, steps=5, size=Size(64, 64))
    bench.view.start.ways["prompt"].click()
    line = bench.animation.animation.timeline
    key, other = line.keys
    assert (key.prompt, key.seed, key.style, key.guidance) == ("a fox", 10, "flat", 4.0)
    assert (other.frame, other.prompt, other.seed) == (line.frames // 2, None, 11), "it moves, with the same words"
    assert line.repeat is Repeat.LOOP
    base = bench.animation.animation.base
    assert (base.steps, base.size, base.prompt) == (5, Size(64, 64), "")
    assert bench.view.key_fields.prompt.value == "a fox"
    assert not bench.animation.folder.path.exists(), "nothing is written before something is changed or made"


def test_keys_are_set_changed_and_removed_each_as_a_step_that_is_undone(bench: Bench) -> None:
    bench.begin()
    assert bench.line == [(0, "a fox"), (5, "a bear")]
    bench.view.key_fields.hold.number.setValue(1)
    bench.view.key_fields.camera.own.box.click()
    bench.view.key_fields.camera.numbers["zoom"].number.setValue(200)
    last = bench.animation.animation.timeline.keys[-1]
    assert (last.hold, last.camera) == (1, Camera(zoom=2.0))
    undo = bench.studio.actions["undo"]
    bench.view.strip.setFocus()
    for _ in range(4):
        undo.trigger()
    assert bench.line == [(0, "a fox"), (5, None)], "typing is one step"
    undo.trigger()
    assert bench.line == [(0, "a fox")]
    bench.studio.actions["redo"].trigger()
    bench.studio.actions["redo"].trigger()
    assert bench.line == [(0, "a fox"), (5, "a bear")]
    bench.view.go(0)
    bench.key(Qt.Key.Key_Delete)
    assert bench.line == [(5, "a bear")]
    assert bench.animation.animation.timeline.keys[0].seed == 10, "the first key keeps what held at it"
    bench.view.go(5)
    assert not bench.view.tools["key_remove"].isEnabled(), "one key stays"


def test_a_key_is_dragged_as_one_step_no_further_than_its_neighbour(bench: Bench) -> None:
    bench.begin()
    bench.view.go(0)
    bench.view.key_wanted.emit(2)
    strip = bench.view.strip
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, NONE, bench.where(2, KEYS // 2))
    for frame in (3, 4, 5):
        QTest.mouseMove(strip, bench.where(frame, KEYS // 2))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, NONE, bench.where(5, KEYS // 2))
    assert [frame for frame, _ in bench.line] == [0, 4, 5]
    assert bench.view.current == 4
    bench.studio.actions["undo"].trigger()
    assert [frame for frame, _ in bench.line] == [0, 2, 5]


def test_scrubbing_choosing_and_stepping(bench: Bench) -> None:
    bench.begin()
    strip = bench.view.strip
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, NONE, bench.where(1, KEYS + 20))
    QTest.mouseMove(strip, bench.where(3, KEYS + 20))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, NONE, bench.where(3, KEYS + 20))
    assert (bench.view.current, bench.view.chosen) == (3, range(3, 4))
    bench.key(Qt.Key.Key_Right, SHIFT)
    bench.key(Qt.Key.Key_Right, SHIFT)
    assert bench.view.chosen == range(3, 6)
    bench.key(Qt.Key.Key_Left, SHIFT)
    assert bench.view.chosen == range(3, 5)
    bench.key(Qt.Key.Key_Home)
    bench.key(Qt.Key.Key_Down)
    assert bench.view.current == 5, "the next key"
    bench.key(Qt.Key.Key_Up)
    assert (bench.view.current, bench.view.chosen) == (0, range(1))


def test_a_loop_makes_room_for_the_way_back_and_frames_never_cut_keys_off(bench: Bench) -> None:
    bench.begin()
    fields = bench.view.whole_fields
    fields.repeat.choice.setCurrentIndex(fields.repeat.choice.row_of(Repeat.LOOP))
    fields.repeat.choice.activated.emit(1)
    assert bench.animation.count == 10
    fields.frames.number.setValue(2)
    assert bench.animation.count == 6, "as many as the last key needs"
    fields.rate.number.setValue(23.976)
    assert bench.animation.animation.timeline.rate == Fraction(24000, 1001)


# Making


def test_frames_come_stop_and_go_on_and_are_there_after_a_restart(bench: Bench) -> None:
    animation = bench.begin()
    bench.view.make.click()
    bench.qtbot.waitUntil(lambda: animation.makes(0), timeout=MS)
    assert animation.waits(5)
    bench.engine.let(2)  # one step, one picture
    bench.qtbot.waitUntil(lambda: animation.progress.done == 1, timeout=MS)
    assert "of 6" in bench.view.said.text()
    assert animation.folder.frame_path(0).is_file(), "a frame is on the disk at once"
    QTest.keyClick(bench.window, Qt.Key.Key_Escape)
    assert not animation.running
    assert bench.studio.animations.shown is not None, "the first Esc stops, the second one leaves"
    bench.settle()
    bench.engine.open()
    bench.qtbot.waitUntil(lambda: bench.studio.jobs.running is None, timeout=MS)
    first = animation.folder.frame_path(0).read_bytes()
    animation = bench.reopen()
    assert bench.states().count(State.MADE) == 1
    assert bench.line == [(0, "a fox"), (5, "a bear")]
    asked = len(bench.engine.seeds)
    bench.fill()
    assert bench.states() == [State.MADE] * 6
    assert len(bench.engine.seeds) - asked == 5, "nothing is made twice"
    assert animation.folder.frame_path(0).read_bytes() == first
    assert not bench.view.make.isEnabled()


def test_a_change_makes_old_what_it_touches_and_undo_makes_it_good_again(bench: Bench) -> None:
    bench.begin()
    bench.fill()
    bench.view.go(5)
    bench.view.key_fields.prompt.setPlainText("a wolf")
    bench.settle()
    assert bench.states() == [State.MADE, *[State.OLD] * 5]
    assert "5" in bench.view.make.text()
    bench.view.strip.setFocus()
    bench.studio.actions["undo"].trigger()
    bench.settle()
    assert bench.states() == [State.MADE] * 6


def test_a_change_while_frames_are_made_holds_for_those_that_come_after_it(bench: Bench) -> None:
    animation = bench.begin(12)
    bench.view.make.click()
    bench.qtbot.waitUntil(lambda: animation.makes(0), timeout=MS)
    bench.view.go(11)
    bench.view.key_fields.prompt.setPlainText("a wolf")
    bench.engine.open()
    bench.settle()
    assert bench.states() == [State.MADE] * 12
    fresh = AnimationFolder(animation.folder.path)
    assert fresh.load().timeline.keys[-1].prompt == "a wolf"


def test_frames_are_made_again_with_other_noise(bench: Bench) -> None:
    animation = bench.begin()
    bench.fill()
    bench.view.choose(1, 2)
    bench.key(Qt.Key.Key_R)
    bench.settle()
    assert animation.animation.takes == {1: 1, 2: 1}
    assert bench.states() == [State.MADE] * 6
    assert animation.can_undo


def test_a_failure_stops_and_is_said_once(bench: Bench) -> None:
    animation = bench.begin()
    bench.engine.failures[10] = EngineFailed("It broke.", hint="Try again.")
    bench.engine.open()
    bench.view.make.click()
    bench.qtbot.waitUntil(lambda: bool(bench.window.area.strip.texts), timeout=MS)
    bench.settle()
    assert not animation.running
    assert sum("It broke" in text for text in bench.window.area.strip.texts) == 1
    bench.engine.failures.clear()
    bench.fill()
    assert bench.states() == [State.MADE] * 6


def test_what_cannot_be_made_is_said_before_anything_is_asked_for(bench: Bench) -> None:
    animation = bench.begin()
    animation.change(lambda told: replace(told, base=replace(told.base, model="no such model")))
    bench.engine.open()
    bench.view.make_wanted.emit()
    bench.settle()
    assert not animation.running
    assert any("no such model" in text for text in bench.window.area.strip.texts)
    assert bench.engine.seeds == []


def test_a_rough_preview_is_seen_and_not_kept(bench: Bench) -> None:
    animation = bench.begin()
    bench.engine.open()
    bench.view.go(3)
    bench.key(Qt.Key.Key_P)
    bench.qtbot.waitUntil(lambda: animation.rough(3) is not None, timeout=MS)
    assert bench.view.stage.image is not None
    assert bench.view.stage.note == "Rough preview"
    assert not animation.folder.frame_path(3).exists()
    bench.settle()
    bench.view.key_fields.hold.number.setValue(2)
    assert animation.rough(3) is None, "it was of other settings"


def test_feedback_makes_frames_one_by_one_and_a_preview_needs_the_frame_before(bench: Bench) -> None:
    animation = bench.begin(3)
    fields = bench.view.whole_fields
    fields.mode.choice.setCurrentIndex(1)
    fields.mode.choice.activated.emit(1)
    assert bench.view.key_fields.strength.isVisible()
    bench.engine.open()
    bench.view.go(2)
    bench.key(Qt.Key.Key_P)
    bench.qtbot.waitUntil(lambda: bool(bench.window.area.strip.texts), timeout=MS)
    assert "the one before it" in bench.window.area.strip.texts[0]
    bench.fill()
    assert bench.states() == [State.MADE] * 3
    assert animation.progress.made == 3


# By hand


def paint(bench: Bench, value: int) -> None:
    """All of the current document in one grey."""
    session = bench.studio.desk.current
    assert session is not None
    edits.fill(session, (value, value, value))


def test_a_frame_is_painted_on_the_canvas_brought_back_and_kept(bench: Bench) -> None:
    animation = bench.begin()
    bench.fill()
    bench.view.go(2)
    bench.key(Qt.Key.Key_E)
    bench.qtbot.waitUntil(lambda: bench.studio.desk.current is not None, timeout=MS)
    session = bench.studio.desk.current
    assert session is not None
    assert "frame 2" in session.title
    assert not session.changed
    paint(bench, 200)
    assert session.changed
    bench.studio.actions["animate_bring"].trigger()
    bench.qtbot.waitUntil(lambda: animation.state(2) is State.EDITED, timeout=MS)
    assert not session.changed, "its work is kept in the animation"
    assert bench.studio.animations.shown is not None
    assert bench.view.stage.note == "Kept as it is"
    assert (animation.folder.read(2)[..., :3] == 200).all()
    assert not bench.view.make.isEnabled(), "kept frames are not made again"
    bench.view.go(5)
    bench.view.key_fields.prompt.setPlainText("a wolf")
    bench.settle()
    bench.fill()
    assert bench.states() == [State.MADE, State.MADE, State.EDITED, *[State.MADE] * 3]
    bench.view.go(2)
    bench.key(Qt.Key.Key_G)
    bench.settle()
    assert bench.states()[2] is State.MISSING
    assert len(list((animation.folder.path / "kept").iterdir())) == 1, "nothing that somebody painted is lost"
    bench.fill()
    assert bench.states() == [State.MADE] * 6


def test_making_a_painted_frame_again_on_purpose_puts_it_aside(bench: Bench) -> None:
    animation = bench.begin()
    bench.fill()
    animation.put_picture(1, np.full((64, 64, 4), 77, np.uint8), lambda _: None)
    bench.settle()
    assert bench.states()[1] is State.EDITED
    bench.view.go(1)
    bench.key(Qt.Key.Key_R)
    bench.settle()
    assert bench.states() == [State.MADE] * 6
    assert len(list((animation.folder.path / "kept").iterdir())) == 1
    assert any("kept" in text for text in bench.window.area.strip.texts)


def test_a_picture_of_another_size_is_refused(bench: Bench) -> None:
    bench.begin()
    bench.fill()
    bench.picture(Size(96, 80))
    bench.studio.animations.show()
    bench.view.go(1)
    bench.key(Qt.Key.Key_B)
    bench.qtbot.waitUntil(lambda: bool(bench.window.area.strip.texts), timeout=MS)
    assert "96" in bench.window.area.strip.texts[0]
    assert bench.states()[1] is State.MADE


# Restyling


def clip_of(folder: Path, frames: int, broken: bool = False) -> Path:
    """A GIF of a square that moves, or one that is cut off."""
    pictures = []
    for number in range(frames):
        pixels = np.zeros((48, 64, 4), np.uint8)
        pixels[10:30, 4 + 3 * number : 24 + 3 * number] = (200, 90 + number, 30, 255)
        pictures.append(Frame(pixels, Fraction(1, 10)))
    path = folder / "square.gif"
    write_clip(pictures, path)
    if broken:
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    return path


def test_a_dropped_clip_is_restyled_and_its_flicker_measured_against_the_plain_one(
    bench: Bench, tmp_path: Path
) -> None:
    bench.settings(prompt="a crate", seed=5, style=None, steps=1, vary_strength=0.4)
    bench.studio.actions["animate"].trigger()
    bench.window.area.files_dropped.emit([clip_of(tmp_path, 4)], False)
    bench.qtbot.waitUntil(lambda: bench.studio.animations.animation is not None, timeout=MS)
    animation = bench.animation
    told = animation.animation
    assert (told.mode, told.timeline.frames, told.timeline.rate) == (Mode.RESTYLE, 4, 10)
    assert told.timeline.keys[0].strength == 0.4
    assert told.silhouette is Silhouette.LOCKED, "a clip with holes keeps its outline"
    assert animation.about.title == "square"
    assert not bench.view.whole_fields.repeat.isVisible()
    bench.fill()
    flickering = bench.studio.animations.flickering
    bench.qtbot.waitUntil(lambda: flickering.flicker is not None, timeout=MS)
    assert flickering.flicker is not None
    assert flickering.flicker.alone is None
    bench.view.whole_fields.compare.click()
    bench.qtbot.waitUntil(lambda: getattr(flickering.flicker, "alone", None) is not None, timeout=MS)
    assert "each frame alone" in bench.view.whole_fields.flicker.text()
    assert AnimationFolder(animation.folder.path / "alone").load().consistency.flow is False


def test_of_a_broken_clip_the_good_frames_are_taken_and_it_is_said(bench: Bench, tmp_path: Path) -> None:
    bench.studio.actions["animate"].trigger()
    bench.studio.animations.restyling.take(clip_of(tmp_path, 8, broken=True))
    bench.qtbot.waitUntil(lambda: bool(bench.window.area.strip.texts), timeout=MS)
    assert 1 <= bench.animation.count < 8
    bench.studio.animations.restyling.take(tmp_path / "not there.gif")
    bench.qtbot.waitUntil(lambda: len(bench.window.area.strip.texts) == 2, timeout=MS)
    assert "does not exist" in bench.window.area.strip.texts[0]
    assert bench.view.start.ways["prompt"].isEnabled()


def test_layers_become_frames(bench: Bench) -> None:
    session = bench.picture(Size(64, 64))
    for grey in (40, 90):
        pixels = np.full((20, 20, 4), grey, np.uint8)
        session.do(add_layer(session.document, pixels, str(grey), x=grey // 4, y=3))
    bench.studio.actions["animate_layers"].trigger()
    bench.qtbot.waitUntil(lambda: bench.studio.animations.animation is not None, timeout=MS)
    assert bench.animation.count == 3
    assert bench.animation.folder.read_clip(0)[..., 3].all()
    second = bench.animation.folder.read_clip(1)
    assert (second.shape, int((second[..., 3] > 0).sum())) == ((64, 64, 4), 400)


# Cycles


def sprite_of(bench: Bench) -> None:
    """A document with a red square in an empty layer, and nothing else."""
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[20:50, 16:48] = (200, 30, 30, 255)
    bench.studio.desk.add(Document.of(pixels, "crate"), "crate")


def cycle_dialog(bench: Bench) -> CycleDialog:
    bench.studio.actions["animate_cycle"].trigger()
    dialog = bench.studio.asks.open_dialogs[-1]
    assert isinstance(dialog, CycleDialog)
    return dialog


def test_a_layer_jumps_and_its_frames_are_kept_with_times_pivot_and_that_it_ends(bench: Bench) -> None:
    sprite_of(bench)
    dialog = cycle_dialog(bench)
    dialog.kind.set_value("squash")
    dialog.kind.changed.emit()
    dialog.frames.number.setValue(6)
    bench.qtbot.waitUntil(lambda: dialog.moving.image is not None, timeout=MS)
    dialog.make.click()
    bench.qtbot.waitUntil(lambda: bench.studio.animations.animation is not None, timeout=MS)
    bench.settle()
    animation = bench.animation
    assert bench.states() == [State.EDITED] * 6
    assert animation.about.once
    assert animation.about.pivot is not None
    assert 0.4 < animation.about.pivot[0] < 0.6 < animation.about.pivot[1] <= 1
    assert abs(animation.start_of(6) - 0.8) < 0.01
    assert bench.view.way is Way.ONCE
    assert animation.about.title == "crate · Jump"
    assert bench.engine.seeds == [], "nothing of it is the model's"


def test_a_layer_blinks_with_the_eyes_that_are_selected(bench: Bench) -> None:
    sprite_of(bench)
    dialog = cycle_dialog(bench)
    dialog.kind.set_value("blink")
    dialog.kind.changed.emit()
    bench.qtbot.waitUntil(dialog.note.isVisible, timeout=MS)
    assert "No eyes" in dialog.note.text()
    assert not dialog.make.isEnabled()
    dialog.reject()
    session = bench.studio.desk.current
    assert session is not None
    eyes = np.zeros((64, 64), np.uint8)
    eyes[26:32, 20:25] = eyes[26:32, 38:43] = 255
    session.do(select_mask(session.document, eyes))
    dialog = cycle_dialog(bench)
    dialog.kind.set_value("blink")
    dialog.kind.changed.emit()
    assert [(eye.width, eye.height) for eye in dialog.wish.eyes] == [(5, 6), (5, 6)]
    bench.qtbot.waitUntil(lambda: dialog.make.isEnabled() and dialog.moving.image is not None, timeout=MS)
    dialog.reject()


def test_a_flickering_sprite_is_a_ring_that_the_model_makes(bench: Bench) -> None:
    sprite_of(bench)
    bench.settings(steps=1)
    bench.engine.open()
    dialog = cycle_dialog(bench)
    dialog.kind.set_value("flicker")
    dialog.kind.changed.emit()
    assert dialog.prompt.isVisible()
    dialog.prompt.setText("a torch")
    dialog.make.click()
    bench.qtbot.waitUntil(lambda: bench.studio.animations.animation is not None, timeout=MS)
    bench.settle()
    told = bench.animation.animation
    assert (told.timeline.repeat, len(told.timeline.keys), told.timeline.frames) == (Repeat.LOOP, 3, 8)
    assert told.timeline.keys[0].prompt == "a torch"
    assert bench.states() == [State.MADE] * 8


def test_without_a_sprite_there_is_no_cycle(bench: Bench) -> None:
    bench.studio.actions["animate_cycle"].trigger()
    assert "no sprite" in bench.window.area.strip.texts[0]
    assert bench.studio.asks.open_dialogs == []


# Exporting


def dialog_of(bench: Bench) -> Export:
    bench.studio.actions["animate_export"].trigger()
    dialog = bench.studio.asks.open_dialogs[-1]
    assert isinstance(dialog, Export)
    return dialog


def choose_form(dialog: Export, form: str, path: Path) -> None:
    dialog.fields.form.set_value(form)
    dialog.fields.form.changed.emit()
    dialog.path.setText(str(path))
    dialog.path.textEdited.emit(str(path))


def export(bench: Bench, dialog: Export) -> None:
    dialog.export.click()
    bench.qtbot.waitUntil(lambda: dialog.outcome.isVisible() or dialog.note.isVisible(), timeout=MS)


@pytest.mark.parametrize(
    "form", ["webp", "godot", *(pytest.param(form, marks=pytest.mark.slow) for form in ("mp4", "gif", "png"))]
)
def test_every_form_is_written_and_read_back(bench: Bench, tmp_path: Path, form: str) -> None:
    bench.begin(4)
    bench.fill()
    dialog = dialog_of(bench)
    choose_form(dialog, form, tmp_path / ("out" + dialog.fields.suffix))
    dialog.fields.form.changed.emit()
    assert "64 × 64" in dialog.summary.text()
    assert "0.33 s" in dialog.summary.text()
    assert dialog.fields.fields["quality"].value is None, "the usual one"
    export(bench, dialog)
    assert "read back and compared" in dialog.outcome.text() or "cut out again" in dialog.outcome.text()
    ending = {"png": "", "godot": ".tres"}.get(form, f".{form}")
    with open_clip(tmp_path / f"out{ending}") as clip:
        assert len(list(clip)) == 4
    assert dialog.export.text() == "Replace", "the next one would take its place"
    dialog.reject()


def test_sheets_heed_what_is_chosen(bench: Bench, tmp_path: Path) -> None:
    bench.begin(4)
    bench.fill()
    bench.view.choose(1, 3)
    dialog = dialog_of(bench)
    choose_form(dialog, "aseprite", tmp_path / "walk.png")
    assert not dialog.fields.fields["columns"].isVisible(), "a packed sheet has no columns"
    dialog.fields.use({"layout": GRID, "columns": 3, "padding": 1, "power_of_two": True, "trim": False, "pivot_y": 100})
    assert "1 page" in dialog.summary.text()
    dialog.frames.set_value("chosen")
    dialog.frames.changed.emit()
    assert "3 frames" in dialog.summary.text()
    export(bench, dialog)
    assert dialog.outcome.isVisible(), dialog.note.text()
    assert len(read_sheet(tmp_path / "walk.json").atlas.sprites) == 3
    assert read_picture(tmp_path / "walk.png").pixels.shape == (128, 256, 4)
    assert '"pivot":{"x":32,"y":64}' in "".join((tmp_path / "walk.json").read_text().split())
    dialog.reject()


def test_a_failed_and_a_stopped_export_keep_the_frames_and_what_was_there(bench: Bench, tmp_path: Path) -> None:
    animation = bench.begin(4)
    bench.fill()
    dialog = dialog_of(bench)
    (tmp_path / "full").write_text("a file")
    choose_form(dialog, "webp", tmp_path / "full" / "out.webp")
    export(bench, dialog)
    assert "tried again" in dialog.note.text()
    (tmp_path / "out.webp").write_text("before")
    choose_form(dialog, "webp", tmp_path / "out.webp")
    assert "will be replaced" in dialog.note.text()
    dialog.export.click()
    dialog.reject()
    bench.qtbot.waitUntil(lambda: dialog.stop.text() == "Close", timeout=MS)
    assert (tmp_path / "out.webp").read_bytes()[:4] in (b"befo", b"RIFF")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert all(animation.folder.frame_path(frame).is_file() for frame in range(4))
    export(bench, dialog)
    assert (tmp_path / "out.webp").read_bytes()[:4] == b"RIFF"
    dialog.reject()


def test_what_was_chosen_for_an_export_is_chosen_after_a_restart(bench: Bench, tmp_path: Path) -> None:
    bench.begin(3)
    bench.fill()
    dialog = dialog_of(bench)
    choose_form(dialog, "gif", tmp_path / "out.gif")
    dialog.fields.use({"colours": 32, "background": (1, 2, 3)})
    export(bench, dialog)
    dialog.reject()
    bench.studio.keep_preferences()
    kept = load([])
    broken = {"form": "no such form", "colours": "many", "background": 3, "unheard of": 1}
    for export_choices, colours in ((kept.export, 32), (kept.export | broken, 256)):
        bench.studio.preferences = replace(kept, export=export_choices)
        dialog = dialog_of(bench)
        assert dialog.fields.fields["colours"].value == colours
        assert dialog.fields.form.value == ("gif" if colours == 32 else "webp")
        assert dialog.fields.fields["background"].value == ((1, 2, 3) if colours == 32 else (0, 0, 0))
        assert Path(dialog.path.text()).parent == tmp_path
        dialog.fields.use({"colours": 64})
        dialog.reject()


def test_what_is_not_made_cannot_be_exported_and_says_so(bench: Bench) -> None:
    bench.begin(4)
    dialog = dialog_of(bench)
    assert not dialog.export.isEnabled()
    assert "4 of these frames are not made" in dialog.note.text()
    dialog.reject()


# The window


def test_it_is_left_and_found_again_and_closing_writes_everything(bench: Bench) -> None:
    animation = bench.begin()
    path = animation.folder.path
    bench.picture()
    assert bench.studio.animations.shown is None
    assert bench.studio.actions["undo"].isEnabled() is False, "steps of the animation are its own"
    bench.studio.actions["animate"].trigger()
    assert bench.studio.animations.shown is not None
    bench.view.key_fields.prompt.setPlainText("a badger")
    bench.studio.animations.close_animation()
    assert AnimationFolder(path).load().timeline.keys[-1].prompt == "a badger"
    bench.studio.animations.show()
    assert bench.view.start.recent.count() == 1
    bench.view.start.recent.itemClicked.emit(bench.view.start.recent.item(0))
    assert bench.animation.folder.path == path
    assert bench.animation.about.title == "a fox"


def test_a_folder_of_the_command_line_and_one_that_is_none(bench: Bench, tmp_path: Path) -> None:
    assert not bench.studio.animations.open(tmp_path)
    assert bench.window.area.strip.texts
    bench.begin()
    told = bench.animation.animation
    folder = AnimationFolder(tmp_path / "pear.animation")
    folder.save(told)
    assert bench.studio.animations.open(folder.path)
    assert bench.animation.about.title == "a fox"


def test_onion_skins_are_the_neighbours(bench: Bench) -> None:
    bench.begin()
    bench.fill()
    bench.view.go(2)
    bench.key(Qt.Key.Key_O)
    bench.qtbot.waitUntil(lambda: len(bench.view.stage.skins) == 2, timeout=MS)
    bench.view.set_skins(3)
    bench.qtbot.waitUntil(lambda: len(bench.view.stage.skins) == 5, timeout=MS)
    bench.key(Qt.Key.Key_O)
    assert bench.view.stage.skins == ()


def test_playing_shows_frames_and_stays_where_it_is_stopped(bench: Bench) -> None:
    bench.begin()
    bench.fill()
    bench.view.whole_fields.rate.number.setValue(60)
    bench.view.go(0)
    bench.key(Qt.Key.Key_Space)
    assert bench.view.player.playing
    bench.qtbot.waitUntil(lambda: bench.view.current >= 2, timeout=MS)
    bench.key(Qt.Key.Key_Space)
    assert not bench.view.player.playing
    here = bench.view.current
    bench.qtbot.wait(30)
    assert bench.view.current == here
    bench.key(Qt.Key.Key_L)
    bench.key(Qt.Key.Key_L)
    bench.view.go(4)
    bench.key(Qt.Key.Key_Space)
    bench.qtbot.waitUntil(lambda: not bench.view.player.playing, timeout=MS)
    assert bench.view.current == 5, "played once, it ends at the last frame"


def test_two_thousand_frames_are_painted_at_once(bench: Bench) -> None:
    animation = bench.begin()
    animation.change(lambda told: replace(told, timeline=replace(told.timeline, frames=2000)))
    bench.view.strip.fit()
    assert bench.view.strip.layout_now.seen == range(2000) or bench.view.strip.layout_now.cell == 2
    bench.view.strip.grab()
    bench.view.go(1999)
    assert 1999 in bench.view.strip.layout_now.seen


def test_everything_has_a_name_a_key_and_a_tip(bench: Bench) -> None:
    bench.begin()
    bench.fill()
    for tool in TOOLS:
        shown = bench.view.tools[tool.name]
        assert f"({tool.keys})" in shown.toolTip()
    nameless = [
        widget
        for kind in (QAbstractButton, QComboBox, QLineEdit)
        for widget in bench.view.findChildren(kind)
        if not (widget.accessibleName() or getattr(widget, "text", str)())
        and widget.objectName() not in ("qt_spinbox_lineedit", "ScrollLeftButton", "ScrollRightButton")
        and not isinstance(widget.parent(), QComboBox | QLineEdit)
    ]
    assert nameless == []


def test_both_languages_and_themes(bench: Bench) -> None:
    bench.begin()
    bench.fill()
    translated.speak("zh_CN")
    folders = [str(path) for path in animations_folder().iterdir()]
    names = [style.title for style in load_styles().values()]
    left = translated.untranslated(bench.view, allow=["a fox", "a bear", "Gouache Sprites 1", "kept", *names, *folders])
    assert left == []
    translated.speak("en")
    assert translated.chinese(bench.view) == []
    theme.apply(theme.LIGHT)
    bench.view.grab()


def test_keys_of_a_setup_are_alike(bench: Bench) -> None:
    animation = bench.begin()
    before = animation.setup
    assert animation.change(replace)
    assert animation.setup is before, "a change that changes nothing is no step"
    assert Key(frame=1) == Key(frame=1)
