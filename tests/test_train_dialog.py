"""The window's side of training a style: choosing, judging, starting, watching, stopping, finding again, deleting."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fake_engine
import numpy as np
import psutil
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot
from translated import chinese, speak, untranslated

from desktop_app import teaching
from desktop_app.background import Background
from desktop_app.dialogs.train_pictures import Offer, Offers
from desktop_app.dialogs.train_style import TrainStyle
from desktop_app.document.document import Document
from desktop_app.document.ora import write_ora
from desktop_app.drafting import MOST, Draft
from desktop_app.preferences import Preferences
from desktop_app.studio import Studio
from desktop_app.teaching import Asked, Trainer, command, read_report
from inference.errors import BadRequest
from inference.styles import load_styles
from inference.trainings import (
    Effort,
    Order,
    Stage,
    State,
    draft_folder,
    read_training,
    style_file,
    style_model,
    trainings_folder,
    write_order,
    write_state,
)

MS = 60_000
SCRIPTED = Path(__file__).parent / "scripted_training.py"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GOUACHE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(teaching, "LOOK_MS", 50)
    return tmp_path / "home"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``script(what=...)``: what the command line does instead (see ``scripted_training``)."""
    monkeypatch.setattr(teaching, "command", lambda *given: [sys.executable, str(SCRIPTED), *given])

    def write(**said: Any) -> None:
        monkeypatch.setenv("GOUACHE_SCRIPT", json.dumps(said))

    write()
    return write


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


def draw(folder: Path, count: int = 4) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for number in range(count):
        out.append(folder / f"thing {chr(97 + number)}.png")
        Image.new("RGBA", (40, 30 + number), (40 * number % 255, 90, 30, 255)).save(out[-1])
    return out


class Desk:
    """A dialog with pictures."""

    def __init__(self, qtbot: QtBot, background: Background, offers: Callable[[], Offers] = Offers) -> None:
        self.qtbot, self.background = qtbot, background
        self.trainer = Trainer()
        self.dialog = TrainStyle(self.trainer, background, offers)
        qtbot.addWidget(self.dialog)
        self.dialog.open()

    def add(self, *paths: Path) -> None:
        self.dialog.add_files(paths)
        self.judged()

    def judged(self) -> None:
        dialog = self.dialog

        def still() -> bool:
            return not (self.background.busy or dialog._busy or dialog._later.isActive() or dialog._checker.busy)

        self.qtbot.waitUntil(still, timeout=MS)

    def until(self, stage: Stage) -> None:
        self.qtbot.waitUntil(lambda: stage in {each.state.stage for each in self.trainer.trainings}, timeout=MS)

    def begin(self, title: str = "Ink") -> None:
        self.dialog.name.setText(title)
        assert self.dialog.start.isEnabled(), self.dialog.start.toolTip()
        self.dialog.start.click()


@pytest.fixture
def desk(qtbot: QtBot, background: Background, script: Callable[..., None]) -> Iterator[Desk]:
    made = Desk(qtbot, background)
    yield made
    made.dialog.reject()
    made.trainer.close()
    _end_all()


def _end_all() -> None:
    for folder in trainings_folder().glob("*") if trainings_folder().is_dir() else ():
        state = read_training(folder).state if (folder / "order.json").is_file() else State()
        if state.alive and state.pid:
            psutil.Process(state.pid).kill()


def item(desk: Desk, file: str):
    grid = desk.dialog.pictures.grid
    return next(grid.item(row) for row in range(grid.count()) if grid.item(row).data(Qt.ItemDataRole.UserRole) == file)


def test_it_says_first_what_is_missing(desk: Desk, tmp_path: Path) -> None:
    dialog = desk.dialog
    assert not dialog.start.isEnabled()
    assert "Add pictures" in dialog.start.toolTip()
    desk.add(*draw(tmp_path / "mine", 2))
    assert "at least 3" in dialog.start.toolTip()
    assert "at least 3" in dialog.note.text()
    desk.add(*draw(tmp_path / "more", 4)[2:])
    assert "no name" in dialog.start.toolTip()
    dialog.name.setText("Flat")
    assert "already" in dialog.note.text()
    dialog.name.setText("Ink")
    assert dialog.start.isEnabled()
    assert "ten or so" in dialog.hint.text()


def test_what_the_cleaner_refuses_can_be_used_all_the_same(desk: Desk, tmp_path: Path, script) -> None:
    script(refused={"thing b.png": "duplicate: nearly the same as pictures/thing a.png", "thing c.png": "tiny: 3x3"})
    desk.add(*draw(tmp_path / "mine", 5))
    pictures, dialog = desk.dialog.pictures, desk.dialog
    assert pictures.count.text() == "3 of 5 will be used"
    out = item(desk, "pictures/thing b.png")
    assert out.checkState() == Qt.CheckState.Unchecked
    assert out.text() == "It is nearly the same as a.png." or out.text() == "It is nearly the same as thing a.png."
    out.setCheckState(Qt.CheckState.Checked)
    desk.judged()
    assert dialog.order.overrides == {"pictures/thing b.png": True}
    assert pictures.count.text() == "4 of 5 will be used"
    item(desk, "pictures/thing a.png").setCheckState(Qt.CheckState.Unchecked)
    desk.judged()
    assert pictures.count.text() == "3 of 5 will be used"
    assert item(desk, "pictures/thing a.png").text() == "Left out by you."


def test_captions_are_proposed_and_written(desk: Desk, tmp_path: Path) -> None:
    desk.add(*draw(tmp_path / "mine"))
    pictures = desk.dialog.pictures
    desk.dialog.name.setText("Ink")
    assert desk.dialog.start.isEnabled()
    pictures.grid.setCurrentRow(0)
    assert pictures.words.text() == "thing a"
    pictures.words.setText("red fish")
    desk.qtbot.keyClick(pictures.words, Qt.Key.Key_Return)
    assert desk.dialog.order.captions == {"pictures/thing a.png": "red fish"}
    assert pictures.grid.currentRow() == 1
    assert pictures.words.text() == "thing b"
    assert desk.trainer.running is None, "Enter starts nothing here"
    assert desk.dialog.start.isEnabled(), "a caption need not be looked at"
    assert item(desk, "pictures/thing a.png").text() == "red fish"


def test_files_and_folders_are_dropped_documents_are_flattened(desk: Desk, tmp_path: Path) -> None:
    draw(tmp_path / "mine", 3)
    write_ora(tmp_path / "castle.ora", Document.of(np.full((20, 20, 4), 200, np.uint8)))
    (tmp_path / "notes.doc").write_text("no picture")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("mine", "castle.ora", "notes.doc")])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, mime, left, none)
    desk.dialog.pictures.grid.dropEvent(drop)
    desk.judged()
    names = ["pictures/castle.png", "pictures/thing a.png", "pictures/thing b.png", "pictures/thing c.png"]
    assert desk.dialog.pictures.files == names
    assert "notes.doc is not a picture" in desk.dialog.note.text()
    assert (tmp_path / "mine" / "thing a.png").is_file(), "it is a copy that is learned from"


def test_layers_and_results_are_taken(qtbot: QtBot, background: Background, script) -> None:
    pixels = np.full((30, 30, 4), 120, np.uint8)
    offers = Offers(
        layers=(Offer("Tower", lambda: pixels), Offer("Tower", lambda: pixels)),
        results=(Offer("a red dragon", lambda: pixels, "a red dragon"),),
    )
    desk = Desk(qtbot, background, lambda: offers)
    menu = desk.dialog.pictures._menu
    menu.aboutToShow.emit()
    actions = {action.text(): action for action in menu.actions() if action.text()}
    actions["All layers"].trigger()
    desk.judged()
    actions["a red dragon"].trigger()
    desk.judged()
    assert desk.dialog.pictures.files == [f"pictures/{n}.png" for n in ("Tower 2", "Tower", "a red dragon")]
    assert (draft_folder() / "pictures" / "a red dragon.txt").read_text() == "a red dragon"
    desk.dialog.reject()


def test_pictures_are_removed(desk: Desk, tmp_path: Path) -> None:
    desk.add(*draw(tmp_path / "mine"))
    grid = desk.dialog.pictures.grid
    grid.setCurrentRow(1)
    desk.qtbot.keyClick(grid, Qt.Key.Key_Delete)
    desk.judged()
    assert desk.dialog.pictures.files == [f"pictures/thing {letter}.png" for letter in "acd"]


def test_what_was_chosen_is_there_again(desk: Desk, tmp_path: Path, qtbot: QtBot, background: Background) -> None:
    desk.add(*draw(tmp_path / "mine"))
    desk.dialog.name.setText("Ink")
    desk.dialog.licence.setCurrentIndex(desk.dialog.licence.findData("unknown"))
    desk.dialog.pictures.captioned.emit("pictures/thing a.png", "fish")
    desk.dialog.reject()
    again = Desk(qtbot, background)
    again.judged()
    assert again.dialog.name.text() == "Ink"
    assert again.dialog.pictures.caption_of("pictures/thing a.png") == "fish"
    assert "for yourself" in again.dialog.hint.text()
    again.dialog.reject()


def test_licences_have_consequences(desk: Desk) -> None:
    dialog = desk.dialog
    assert dialog.order.licence == "own"
    assert dialog.order.source
    assert "yourself" not in dialog.hint.text()
    dialog.licence.setCurrentIndex(dialog.licence.findData("CC-BY-4.0"))
    assert "for yourself" in dialog.hint.text(), "nobody said where they come from"
    dialog.source.setText("a book")
    assert "name source and author" in dialog.hint.text()
    dialog.licence.setCurrentIndex(dialog.licence.findData("CC-BY-NC-4.0"))
    assert "for yourself" in dialog.hint.text()


def test_times_are_this_computers(desk: Desk) -> None:
    effort = desk.dialog.effort
    assert "being measured" in effort.itemText(0)
    desk.qtbot.waitUntil(lambda: "about" in effort.itemText(0), timeout=MS)
    assert [effort.itemText(row).rpartition("about ")[2] for row in range(3)] == ["4 min", "8 min", "18 min"]


def test_a_training_runs_beside_the_window_and_its_style_is_in_the_list(desk: Desk, tmp_path: Path) -> None:
    desk.add(*draw(tmp_path / "mine"))
    ended = []
    desk.trainer.ended.connect(ended.append)
    desk.begin("Ink & Wash")
    assert desk.dialog.pages.currentIndex() == 1
    assert desk.dialog.training is not None
    desk.until(Stage.DONE)
    assert [training.name for training in ended] == ["ink-wash"]
    assert load_styles()["ink-wash"].title == "Ink & Wash"
    progress = desk.dialog.progress
    assert "Finished" in progress.stage.text()
    assert progress.bar.value() == progress.bar.maximum()
    assert "loss" in progress.numbers.text()
    assert not progress.sample.empty
    assert progress.sample_words.text() == "Samples after step 20"
    progress.before.click()
    assert progress.sample_words.text() == "Samples after step 10"
    assert not progress.before.isEnabled()
    with desk.qtbot.waitSignal(desk.dialog.use_wanted, timeout=MS) as used:
        desk.dialog.start.click()
    assert used.args == ["ink-wash"]


def test_it_is_stopped_and_goes_on(desk: Desk, tmp_path: Path, script) -> None:
    script(wait=0.1)
    desk.add(*draw(tmp_path / "mine"))
    desk.begin()
    desk.until(Stage.LEARNING)
    assert desk.dialog.stop.isVisible()
    assert not desk.dialog.start.isVisible()
    desk.dialog.stop.click()
    assert desk.dialog.stop.text() == "Stopping..."
    desk.until(Stage.STOPPED)
    assert desk.dialog.start.text() == "Go on"
    script()
    desk.dialog.start.click()
    desk.until(Stage.DONE)


def test_a_second_one_waits(desk: Desk, tmp_path: Path, script) -> None:
    script(wait=0.2)
    desk.add(*draw(tmp_path / "mine"))
    desk.begin()
    desk.until(Stage.LEARNING)
    desk.dialog.list.setCurrentRow(0)
    desk.add(*draw(tmp_path / "more"))
    desk.dialog.name.setText("Other")
    assert not desk.dialog.start.isEnabled()
    assert "'Ink' is being trained" in desk.dialog.start.toolTip()
    with pytest.raises(BadRequest, match="being trained"):
        desk.trainer.begin(Order(title="Other"))


def test_a_process_that_dies_is_told_of_and_goes_on(desk: Desk, tmp_path: Path, script) -> None:
    script(die=5)
    desk.add(*draw(tmp_path / "mine"))
    ended = []
    desk.trainer.ended.connect(ended.append)
    desk.begin()
    desk.until(Stage.CUT_OFF)
    assert "process is gone" in desk.dialog.progress.problem.text()
    assert len(ended) == 1
    desk.trainer.look()
    assert len(ended) == 1, "once is enough"
    script()
    desk.dialog.start.click()
    desk.until(Stage.DONE)


def test_a_full_disk_is_named(desk: Desk, tmp_path: Path, script, monkeypatch: pytest.MonkeyPatch) -> None:
    script(die=5)
    desk.add(*draw(tmp_path / "mine"))
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    desk.begin()
    desk.until(Stage.CUT_OFF)
    assert "The disk is full" in desk.dialog.progress.problem.text()


def test_what_went_wrong_is_in_the_window(desk: Desk, tmp_path: Path, script) -> None:
    script(fail="The loss is no number at step 7.")
    desk.add(*draw(tmp_path / "mine"))
    desk.begin()
    desk.until(Stage.FAILED)
    assert "no number" in desk.dialog.progress.problem.text()


def test_what_the_cleaner_cannot_do_is_in_the_window(desk: Desk, tmp_path: Path, script) -> None:
    script(check="None of the 4 pictures can be used. See what is said of each, or add other pictures.")
    desk.add(*draw(tmp_path / "mine"))
    assert "None of the 4 pictures" in desk.dialog.note.text()
    assert not desk.dialog.start.isEnabled()
    script(problem={"message": "Only 1 of 4 pictures can be used; a style needs at least 3.", "hint": "Add more."})
    desk.dialog._look()
    desk.judged()
    assert "Only 1 of 4" in desk.dialog.note.text()


def test_deleting_asks_first(desk: Desk, tmp_path: Path) -> None:
    desk.add(*draw(tmp_path / "mine"))
    desk.begin()
    desk.until(Stage.DONE)
    gone = []
    desk.dialog.deleted.connect(gone.append)
    desk.dialog.delete.click()
    assert desk.dialog.delete.text() == "Delete for good"
    assert style_file("ink").is_file()
    desk.dialog.delete.click()
    assert gone == ["ink"]
    assert not style_file("ink").exists()
    assert not (trainings_folder() / "ink").exists()
    assert desk.dialog.training is None
    desk.add(*draw(tmp_path / "mine"))
    desk.begin()
    desk.until(Stage.DONE)


def test_it_works_by_keyboard_with_names_in_two_languages(desk: Desk, tmp_path: Path) -> None:
    desk.add(*draw(tmp_path / "mine"))
    dialog = desk.dialog
    for kind in (QAbstractButton, QLineEdit, QComboBox, QListWidget):
        for control in dialog.findChildren(kind):
            inner = isinstance(control.parent(), QComboBox | QLineEdit | QListWidget)
            if control.isVisible() and not inner and not isinstance(control, QPushButton):
                labelled = any(label.buddy() is control for label in dialog._labels.values())
                assert control.accessibleName() or labelled or getattr(control, "text", str)(), control
    try:
        speak("zh_CN")
        kept = ["MIT", "Apache 2.0", *[f"thing {letter}" for letter in "abcd"]]
        kept += [text for text in map(dialog.licence.itemText, range(dialog.licence.count())) if text.startswith("CC")]
        assert untranslated(dialog, allow=kept) == []
    finally:
        speak("en")
    assert chinese(dialog) == []
    desk.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


# Without the dialog


def test_a_running_training_survives_the_window(qtbot: QtBot, script, tmp_path: Path) -> None:
    script(wait=0.15)
    draw(draft_folder() / "pictures")
    first = Trainer()
    first.begin(Order(title="Ink"))
    qtbot.waitUntil(lambda: first.running is not None and first.running.state.pid > 0, timeout=MS)
    first.close()
    second = Trainer()
    second.look()
    assert second.running is not None
    assert second.running.name == "ink"
    qtbot.waitUntil(lambda: second.running is None, timeout=MS)
    assert second.trainings[0].state.stage is Stage.DONE
    second.close()


def test_a_deaf_training_is_ended(qtbot: QtBot, script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "PATIENCE_MS", 100)
    monkeypatch.setattr(teaching, "STOP", "nobody looks here")
    script(wait=2)
    draw(draft_folder() / "pictures")
    trainer = Trainer()
    trainer.begin(Order(title="Ink"))
    qtbot.waitUntil(lambda: trainer.running is not None and trainer.running.state.pid > 0, timeout=MS)
    trainer.stop(trainer.running)
    qtbot.waitUntil(lambda: trainer.trainings[0].state.stage is Stage.CUT_OFF, timeout=MS)
    trainer.close()


@pytest.mark.slow
def test_a_real_training_of_a_tiny_model(qtbot: QtBot, exported: Callable[[str], Path]) -> None:
    """The command line itself, in a process of its own, to a style that the engine runs."""
    from drawn import Drawn  # noqa: PLC0415 (it brings torch)

    from inference.alpha import unpremultiply  # noqa: PLC0415
    from inference.library import model_for  # noqa: PLC0415

    for number, pixels in enumerate(Drawn(count=6).pictures):
        Draft().add_pixels(unpremultiply(pixels / np.float32(255)), f"thing {number}")
    trainer, model = Trainer(), str(exported("rgba"))
    trainer.begin(Order(title="Ink", model=model, effort=Effort.QUICK, source="these tests"))
    stages: list[Stage] = []
    trainer.changed.connect(lambda: stages.extend(each.state.stage for each in trainer.trainings))
    qtbot.waitUntil(lambda: trainer.running is None, timeout=280_000)
    training = trainer.trainings[0]
    assert training.state.stage is Stage.DONE, (training.folder / "log.txt").read_text()
    assert {Stage.PREPARING, Stage.LEARNING} <= set(stages)
    report = read_report(training.folder)
    assert report.step == report.steps == Effort.QUICK.steps
    assert len(report.samples) == 5
    assert report.losses[-1][1] < report.losses[0][1]
    assert model_for(model, "ink").folder == style_model("ink")
    trainer.delete(training)
    assert trainer.trainings == ()


def test_reports_are_read_though_some_are_broken(home: Path) -> None:
    run = home / "run"
    (run / "samples").mkdir(parents=True)
    (run / "samples" / "a.png").touch()
    lines = [
        '{"step": 1, "steps": 9, "loss": 0.5, "rate": 2, "seconds_left": 4, "sample": ""}',
        "[]", "{", "null", '{"step": "x"}', '{"step": 2, "steps": 9, "sample": "samples/a.png", "loss": 1, "rate": 0}',
        '{"step": 2, "steps": 9, "sample": "../../secret.png"}', '{"step": 3, "st',
    ]  # fmt: skip
    (run / "progress.jsonl").write_text("\n".join(lines))
    report = read_report(home)
    assert (report.step, report.steps, report.rate, report.losses) == (2, 9, 2.0, ((1, 0.5),))
    assert report.samples == (run / "samples" / "a.png",)
    assert read_report(home / "nothing") == teaching.Report()


def test_a_frozen_program_is_its_own_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert command("train")[1:] == [str(Path(teaching.MAIN)), "train"]
    assert Path(teaching.MAIN).is_file()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command("train", "speed") == [sys.executable, "train", "speed"]


def test_the_names_of_files_are_the_trainers(home: Path) -> None:
    from inference import trainings  # noqa: PLC0415
    from training import progress, stopping  # noqa: PLC0415
    from training.collect import storing  # noqa: PLC0415

    assert trainings.STOP == stopping.STOP_FILE
    assert trainings.PROGRESS == progress.PROGRESS_FILE
    assert trainings.PICTURES == storing.PICTURES


def test_a_process_that_cannot_start(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "command", lambda *_: ["/nowhere/at/all"])
    asked = Asked()
    with qtbot.waitSignal(asked.failed, timeout=MS):
        asked.ask("train", "speed")
    draw(draft_folder() / "pictures")
    trainer = Trainer()
    with pytest.raises(Exception, match="could not be started"):
        trainer.begin(Order(title="Ink"))
    assert trainer.trainings[0].state.stage is Stage.FAILED
    trainer.close()


def test_a_draft_has_room_for_so_many(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.drafting.MOST", 3)
    notes = Draft().add_files(draw(tmp_path / "mine", 5))
    assert len(Draft().files) == 3
    assert "up to 3 pictures" in notes[0]
    assert MOST == 500


def test_the_studio_finds_trainings_again(qtbot: QtBot, script) -> None:
    folder = trainings_folder() / "ink"
    draw(folder / "pictures")
    write_order(folder, Order(title="Ink"))
    me = psutil.Process()
    write_state(folder, State(stage=Stage.LEARNING, pid=me.pid, began=me.create_time()))
    studio = Studio(lambda: fake_engine.FakeEngine().open(), Preferences(language="en", autosave=0))
    try:
        studio.show()
        strip = studio.window.area.strip
        qtbot.waitUntil(lambda: "The style 'Ink' is being trained." in strip.texts, timeout=MS)
        style = {"name": "ink", "title": "Ink", "template": "{prompt}, ink style", "models": ["sprites"]}
        style_file("ink").parent.mkdir(parents=True, exist_ok=True)
        style_file("ink").write_text(json.dumps(style))
        write_state(folder, State(stage=Stage.DONE))
        qtbot.waitUntil(lambda: "The style 'Ink' is ready." in strip.texts, timeout=MS)
        studio.use_style("ink")
        assert studio.window.generate.settings.style == "ink"
        studio.actions["train_style"].trigger()
        dialog = studio.asks.open_dialogs[-1]
        assert isinstance(dialog, TrainStyle)
        studio.actions["train_style"].trigger()
        assert len(studio.asks.open_dialogs) == 1
        dialog.list.setCurrentRow(1)
        dialog.delete.click()
        dialog.delete.click()
        assert studio.window.generate.settings.style is None
        time.sleep(0.01)
    finally:
        studio.close()
