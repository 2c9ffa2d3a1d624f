"""The window as a whole, with a steered engine: what one does in it, and what is never lost."""

from __future__ import annotations

import argparse
import threading
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import translated
from fake_engine import PATIENCE, FakeEngine
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent, QFileOpenEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot
from studiohand import MS, StudioBench, sitting

from desktop_app import language, start, theme
from desktop_app.actions import MENUS, SPECS
from desktop_app.asked_files import AskedFiles
from desktop_app.desk import recovery_folder
from desktop_app.dialogs.unsaved import Unsaved
from desktop_app.document.areas import rectangle
from desktop_app.document.arranging import add_layer, crop
from desktop_app.document.document import Document
from desktop_app.document.opening import save_document
from desktop_app.document.selecting import select
from desktop_app.jobs import State
from desktop_app.pictures import copy_to_clipboard
from desktop_app.preferences import Preferences, load
from desktop_app.requests import GenerateSettings
from desktop_app.results import Mode
from desktop_app.session import Session
from desktop_app.tidying import give_back
from desktop_app.tools.specs import TOOLS
from desktop_app.tools.toolbox import COMMANDS
from inference.api import Device
from inference.errors import OutOfMemory
from inference.geometry import Bounds, Size
from inference.pictures import write_picture


class Bench(StudioBench):
    """A studio with its engine."""

    def __init__(self, qtbot: QtBot, preferences: Preferences | None = None) -> None:
        super().__init__(qtbot, FakeEngine(), preferences or Preferences(language="en", autosave=0))

    @property
    def strip(self) -> tuple[str, ...]:
        return self.window.area.strip.texts

    def planned(self) -> None:
        """Wait until the planner has said what a run would do."""
        self.studio.planner.plan()
        self.qtbot.waitUntil(lambda: not self.studio.background.busy, timeout=MS)

    def run(self, name: str) -> None:
        self.studio.actions[name].trigger()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    with sitting(made):
        yield made


# The first steps


def test_it_begins_with_a_welcome(bench: Bench) -> None:
    assert bench.window.area.canvas is None
    assert bench.window.area.welcome.isVisible()
    assert bench.window.windowTitle() == "Gouache[*]"
    assert not bench.studio.actions["save"].isEnabled()
    assert "first" in bench.studio.actions["save"].toolTip()


def test_a_prompt_alone_makes_a_document(bench: Bench) -> None:
    bench.settings(prompt="a fox", count=2)
    QTest.keyClick(bench.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    bench.finish()
    session = bench.studio.desk.current
    assert session is not None
    assert [len(run.results) for run in session.results.runs] == [2]
    assert bench.window.results.current is session.results.runs[0].results[0], "the first one is shown at once"
    bench.run("apply")
    assert [layer.name for layer in session.document.layers][-1] == "a fox"
    assert bench.studio.preferences.welcome_done


def test_a_sample_belongs_to_no_file(bench: Bench) -> None:
    from desktop_app.welcome import SAMPLES  # noqa: PLC0415

    for sample in SAMPLES:
        with bench.qtbot.waitSignal(bench.studio.desk.opened, timeout=MS) as opened:
            bench.studio.filing.open_sample(sample.path)
        assert opened.args[0].path is None
        assert not opened.args[0].changed
    assert bench.studio.preferences.recent == ()


def test_files_that_are_dropped_are_opened_and_placed(bench: Bench, tmp_path: Path) -> None:
    write_picture(tmp_path / "gem.png", np.full((30, 40, 4), 255, np.uint8))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "gem.png"))])
    area = bench.window.area

    def drop() -> None:
        at = QPointF(area.rect().center())
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        area.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, mime, left, none))

    with bench.qtbot.waitSignal(bench.studio.desk.opened, timeout=MS) as opened:
        drop()
    session = opened.args[0]
    assert session.title == "gem"
    with bench.qtbot.waitSignal(session.arranged, timeout=MS):
        drop()
    assert [layer.name for layer in session.document.layers] == ["gem", "gem"]
    assert bench.studio.preferences.recent == (tmp_path / "gem.png",)


def test_paste_makes_a_document_then_a_layer(bench: Bench) -> None:
    copy_to_clipboard(np.full((30, 40, 4), (255, 0, 0, 128), np.uint8))
    bench.run("paste")
    session = bench.studio.desk.current
    assert session is not None
    assert session.size == Size(40, 30)
    assert tuple(session.document.layers[0].pixels[5, 5]) == (255, 0, 0, 128)
    bench.run("paste")
    assert len(session.document.layers) == 2
    QGuiApplication.clipboard().clear()
    bench.run("paste")
    assert "no picture on the clipboard" in bench.strip[0]


def test_copy_and_cut_take_what_is_selected(bench: Bench) -> None:
    session = bench.picture()
    session.do(select(session.document, rectangle(session.size, 10, 12, 20, 8)))
    before = session.document.compose()
    bench.planned()
    bench.run("copy")
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (20, 8)
    bench.run("cut")
    after = session.document.compose()
    assert (after[12:20, 10:30, 3] == 0).all()
    assert np.array_equal(after[:12], before[:12])
    bench.run("undo")
    assert np.array_equal(session.document.compose(), before)


# Jobs


def test_escape_gives_up_the_nearest_thing(bench: Bench) -> None:
    session = bench.picture()
    session.do(select(session.document, rectangle(session.size, 10, 12, 20, 20)))
    bench.planned()
    bench.run("generate")
    bench.qtbot.waitUntil(lambda: bench.studio.jobs.running is not None, timeout=MS)
    bench.studio.escape()
    bench.qtbot.waitUntil(lambda: bench.studio.jobs.running is None, timeout=MS)
    assert session.document.selected() is not None
    bench.studio.escape()
    assert session.document.selected() is None
    bench.run("undo")
    assert session.document.selected() is not None


def test_the_next_job_waits_and_the_panel_says_so(bench: Bench) -> None:
    bench.picture()
    bench.planned()
    bench.run("generate")
    bench.run("generate")
    assert "1 job" in bench.window._hint.text()
    bench.qtbot.waitUntil(lambda: len(bench.studio.jobs.waiting) == 1, timeout=MS)
    assert bench.studio.actions["cancel_job"].isEnabled()
    bench.run("cancel_all")
    bench.qtbot.waitUntil(lambda: bench.studio.jobs.running is None, timeout=MS)
    assert {job.state for job in bench.studio.jobs.jobs} == {State.CANCELLED}


def test_seeds_differ_from_run_to_run_unless_locked(bench: Bench) -> None:
    bench.picture()
    bench.settings(seed=7, count=1)
    bench.planned()
    bench.run("generate")
    assert bench.window.generate.settings.seed != 7
    bench.settings(seed=9, seed_locked=True)
    bench.run("generate")
    assert bench.window.generate.settings.seed == 9
    bench.finish()
    assert bench.engine.seeds == [7, 9]


def test_what_fails_is_said_in_a_strip(bench: Bench) -> None:
    bench.picture()
    bench.settings(seed=3, count=1)
    bench.engine.failures[3] = OutOfMemory("There is not enough memory.", hint="Try a smaller size.")
    bench.planned()
    bench.run("generate")
    bench.finish()
    assert "Try a smaller size" in bench.strip[0]


def test_a_model_that_is_gone_is_a_reason_not_to_run(bench: Bench) -> None:
    bench.picture()
    bench.settings(model="gone")
    bench.planned()
    assert not bench.window.generate.submit()
    assert bench.studio.jobs.jobs == ()


def test_the_gpu_that_was_not_obtained_is_a_loud_banner(bench: Bench) -> None:
    bench.engine.device = Device(
        title="CPU", provider="CPUExecutionProvider", name="a processor", threads=2, memory=8 << 30, weights=1 << 20,
        models=("sprites",), missed="CUDA could not be used, so the CPU does the work.",
    )  # fmt: skip
    bench.picture()
    bench.planned()
    bench.run("generate")
    bench.finish()
    assert any("CUDA could not be used" in text for text in bench.strip)
    assert "CPU" in bench.window.badge.text()


def test_previews_give_way_to_the_hand(bench: Bench) -> None:
    session = bench.picture()
    bench.settings(count=1)
    bench.planned()
    bench.run("generate")
    bench.finish()
    assert bench.window.results.current is not None
    session.begin("Mask brush")
    session.do(select(session.document, rectangle(session.size, 1, 1, 9, 9)))
    assert bench.window.results.current is None
    session.commit()


def test_the_overlay_shows_what_a_run_will_see(bench: Bench) -> None:
    session = bench.picture(Size(300, 300))
    session.do(select(session.document, rectangle(session.size, 120, 120, 30, 30)))
    bench.planned()
    canvas = bench.window.area.canvas
    assert canvas is not None
    planned = bench.studio.showing.planned
    assert planned is not None
    assert planned.mode is Mode.INPAINT
    assert planned.plan is not None
    assert planned.plan.context.bounds.contains(session.document.selected() or planned.plan.patch)
    assert str(planned.plan.context.size.width) in bench.studio.showing.estimate_of(planned)
    bench.run("select_none")
    bench.planned()
    assert bench.studio.showing.planned is not None
    assert bench.studio.showing.planned.plan is None


def begun(bench: Bench) -> Session:
    """A selection that is being made anew; its first step is seen."""
    session = bench.picture(Size(90, 90))
    session.do(select(session.document, rectangle(session.size, 20, 20, 30, 30)))
    bench.settings(count=1, steps=9)
    bench.planned()
    bench.run("generate")
    step(bench)
    return session


def step(bench: Bench) -> None:
    """Steps, until one is seen: the first comes before there is ground to lay it into."""

    def seen() -> bool:
        if bench.studio.jobs.running is not None and bench.studio.jobs.running.index < 8:
            bench.engine.let(1)
        return previewing(bench)

    bench.qtbot.waitUntil(seen, timeout=MS)


def previewing(bench: Bench) -> bool:
    canvas = bench.window.area.canvas
    assert canvas is not None
    return canvas._previews.hiding


def test_a_step_that_is_seen_goes_with_its_document(bench: Bench) -> None:
    other = bench.picture()
    bench.settings(count=1)
    bench.planned()
    bench.run("generate")
    bench.engine.let(4)
    bench.qtbot.waitUntil(lambda: bench.window.results.current is not None, timeout=MS)
    assert previewing(bench)
    session = begun(bench)
    canvas = bench.window.area.canvas_of(session)
    bench.studio.desk.make_current(other)
    assert not previewing(bench), "the strip shows nothing as chosen"
    bench.run("next_result")
    assert previewing(bench)
    bench.finish()
    assert canvas is not None
    assert not canvas._previews.hiding
    bench.studio.desk.make_current(session)
    assert not previewing(bench)


def test_the_hand_sees_what_it_does_while_a_job_runs(bench: Bench) -> None:
    session = begun(bench)
    session.begin("Mask brush")
    session.do(select(session.document, rectangle(session.size, 1, 1, 9, 9)))
    assert not previewing(bench)
    session.commit()


def test_there_is_no_tint_over_a_preview(bench: Bench) -> None:
    begun(bench)
    canvas = bench.window.area.canvas
    assert canvas is not None
    for _ in range(2):
        bench.run("quick_mask")
    assert not canvas._overlay.tinted
    bench.finish()
    assert previewing(bench), "the result is shown"
    for command in ("quick_mask", "quick_mask", "rulers", "light_theme"):
        bench.run(command)
    assert not canvas._overlay.tinted
    bench.studio.escape()
    assert canvas._overlay.tinted


def test_a_preview_stays_in_its_place_and_over_what_is_there_now(bench: Bench) -> None:
    session = bench.picture(Size(100, 100))
    bench.settings(count=1, mode=Mode.GENERATE, size=Size(64, 64))
    bench.planned()
    bench.run("generate")
    bench.finish()
    canvas, result = bench.window.area.canvas, bench.window.results.current
    assert canvas is not None
    assert result is not None
    session.do(crop(session.document, Bounds(30, 20, 60, 60)))
    QApplication.processEvents()
    shown = canvas._previews._preview
    assert shown is not None
    wanted = result.bounds.moved(*session.anchor).intersection(session.document.stack.bounds)
    assert shown.bounds == wanted
    session.do(add_layer(session.document, np.full((60, 60, 4), (1, 2, 3, 255), np.uint8), "above"))
    QApplication.processEvents()
    shown = canvas._previews._preview
    assert shown is not None
    assert (shown.array == (3, 2, 1, 255)).all(), "it will lie under what came above it"


def test_a_plan_that_comes_late_is_not_shown(bench: Bench) -> None:
    session = bench.picture(Size(900, 900))
    session.do(select(session.document, rectangle(session.size, 0, 0, 900, 900)))
    bench.studio.planner.plan()
    assert bench.studio.background.busy
    bench.run("select_none")
    bench.planned()
    ended: list[object] = []
    both = threading.Barrier(2)  # met only when neither thread is busy with the late plan any more
    for _ in range(2):
        bench.studio.background.run(both.wait, ended.append, bench.studio.fail)
    bench.qtbot.waitUntil(lambda: len(ended) == 2, timeout=MS)
    QApplication.processEvents()
    assert bench.studio.showing.planned is not None
    assert bench.studio.showing.planned.mode is Mode.VARY
    assert bench.studio.showing.planned.plan is None


def test_results_can_be_discarded_and_brought_back(bench: Bench) -> None:
    session = bench.picture()
    bench.settings(count=2)
    bench.planned()
    bench.run("generate")
    bench.finish()
    bench.run("discard")
    assert len(session.results.runs[0].results) == 1
    assert session.results.restore()
    assert len(session.results.runs[0].results) == 2


# Nothing is lost


def test_closing_asks_and_cancelling_keeps_everything(bench: Bench) -> None:
    session = bench.picture()
    bench.run("invert")
    bench.window.close()
    (dialog,) = bench.studio.asks.open_dialogs
    assert isinstance(dialog, Unsaved)
    dialog.reject()
    assert bench.window.isVisible()
    assert bench.studio.desk.sessions == (session,)


def test_closing_and_saving_saves_first(bench: Bench, tmp_path: Path) -> None:
    save_document(tmp_path / "a.ora", Document.new(Size(20, 20), colour=(9, 9, 9)))
    with bench.qtbot.waitSignal(bench.studio.desk.opened, timeout=MS):
        bench.studio.filing.open_path(tmp_path / "a.ora")
    bench.run("layer_add")
    bench.window.close()
    (dialog,) = bench.studio.asks.open_dialogs
    dialog.accept() if not isinstance(dialog, Unsaved) else dialog._save.click()
    bench.qtbot.waitUntil(lambda: bench.studio.closed, timeout=MS)
    from desktop_app.document.opening import open_document  # noqa: PLC0415

    assert len(open_document(tmp_path / "a.ora").document.layers) == 2


def test_a_document_that_is_closed_leaves_no_memory(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr("desktop_app.studio.give_back", lambda: (give_back(), given.append(1)))
    session = bench.picture(Size(700, 600))
    other = bench.picture()
    canvas = bench.window.area.canvas_of(session)
    assert canvas is not None
    kept = [weakref.ref(each) for each in (session.document, canvas._surface)]
    canvas.zoom_to(7)
    shown = bench.window.area.canvas_of(other)
    assert shown is not None
    del canvas
    bench.studio.desk.close(session)
    del session
    bench.qtbot.waitUntil(lambda: [ref() for ref in kept] == [None] * 2, timeout=MS)
    bench.qtbot.waitUntil(lambda: bool(given), timeout=MS)
    zoom = f"{shown.viewport.zoom / shown.scale * 100:.4g} %"
    assert zoom in [label.text() for label in bench.window.statusBar().findChildren(QLabel)]


def test_closing_waits_for_what_is_being_written(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()

    def slow(path: Path, document: Document) -> None:
        assert go.wait(PATIENCE)
        save_document(path, document)

    monkeypatch.setattr("desktop_app.desk.save_document", slow)
    session = bench.picture()
    bench.run("layer_add")
    bench.studio.filing.write(session, tmp_path / "a.ora")
    bench.studio.filing.export(session, tmp_path / "a.png")
    bench.run("close")
    bench.window.close()
    assert not bench.studio.asks.open_dialogs, "it is being saved: nothing to ask"
    assert not bench.studio.closed
    go.set()
    bench.qtbot.waitUntil(lambda: bench.studio.closed, timeout=MS)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.ora", "a.png"]


def test_closing_during_a_job_is_clean(bench: Bench) -> None:
    bench.picture()
    bench.planned()
    bench.run("generate")
    bench.qtbot.waitUntil(lambda: bench.studio.jobs.running is not None and bool(bench.engine.threads), timeout=MS)
    bench.studio.close()
    assert bench.engine.closed == 1
    assert not list(recovery_folder().glob("*.ora"))


def test_ended_by_the_system_it_is_offered_at_the_next_start(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.picture()
    bench.run("layer_add")
    bench.studio.leave()
    assert list(recovery_folder().glob("*.ora"))
    monkeypatch.setattr("desktop_app.document.recovery._runs", lambda *_: False)
    again = Bench(qtbot)
    try:
        qtbot.waitUntil(lambda: bool(again.studio.asks.open_dialogs), timeout=MS)
        dialog = again.studio.asks.open_dialogs[0]
        with qtbot.waitSignal(again.studio.desk.opened, timeout=MS) as opened:
            dialog._recover.click()  # type: ignore[attr-defined]
        assert len(opened.args[0].document.layers) == 2
        assert opened.args[0].changed
    finally:
        again.studio.close()


def test_a_file_that_the_system_asks_for_while_it_runs_is_opened(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    write_picture(tmp_path / "图 1.png", np.full((8, 8, 4), 255, np.uint8))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    asked = AskedFiles(app, bench.studio)
    asked.asked.connect(bench.studio.filing.open_path)
    with qtbot.waitSignal(bench.studio.desk.opened, timeout=MS) as opened:
        QApplication.sendEvent(app, QFileOpenEvent(str(tmp_path / "图 1.png")))
    assert opened.args[0].size == Size(8, 8)


def test_when_the_display_goes_away_the_copies_stay(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def exec(self) -> int:
            return 1

    bench.picture()
    bench.run("layer_add")
    monkeypatch.setattr(start, "open_studio", lambda _: (Gone(), bench.studio))
    monkeypatch.setattr(start, "log_to_file", lambda: None)
    monkeypatch.setattr(start, "_end_on_signals", lambda _: None)
    assert start.run(argparse.Namespace()) == 1
    assert bench.studio.closed
    assert len(list(recovery_folder().glob("*.ora"))) == 1


def test_preferences_come_back(bench: Bench, qtbot: QtBot) -> None:
    bench.settings(prompt="a gem", count=3, seed_locked=True, seed=11)
    bench.window.toolbox.options.mask_size = 77
    bench.studio.show_rulers(True)
    bench.studio.close()
    kept = load([])
    again = Bench(qtbot, replace(kept, autosave=0))
    try:
        assert again.window.generate.settings.prompt == "a gem"
        assert (again.window.generate.settings.count, again.window.generate.settings.seed) == (3, 11)
        assert again.window.toolbox.options.mask_size == 77
        assert again.studio.actions["rulers"].isChecked()
        assert again.picture() is again.studio.desk.current
        assert again.window.area.canvas is not None
        assert again.window.area.canvas.rulers
    finally:
        again.studio.close()


def test_settings_of_another_day_are_no_reason_to_fail(qtbot: QtBot) -> None:
    odd = Preferences(
        language="en", autosave=0, tools={"mask_size": "?", "combine": 3}, generate={"steps": "x"}, geometry="?",
        state="AAAA",
    )  # fmt: skip
    bench = Bench(qtbot, odd)
    assert bench.window.generate.settings == GenerateSettings()
    bench.studio.close()


# Words and keys


def test_it_speaks_chinese_at_once_and_all_of_it(bench: Bench) -> None:
    bench.picture()
    bench.planned()
    for action in ("shortcuts", "preferences", "new", "canvas_size"):
        bench.run(action)
    bench.studio.use_language("zh_CN")
    QApplication.processEvents()
    bench.planned()
    QApplication.processEvents()
    styles = ("Flat", "Fluent", "Glyph", "Noto", "Twemoji")
    allowed = (
        "Gouache",
        "LoRA",
        "loras",
        "ink",
        "wash",
        "picture",
        "Sprites",
        "preview",
        "ffffff",
        *styles,
        *language.LANGUAGES.values(),
    )
    left = translated.untranslated(bench.window, allow=allowed)
    assert left == [], left
    bench.studio.asks.close()
    bench.studio.use_language("en")
    QApplication.processEvents()
    bench.planned()
    QApplication.processEvents()
    assert translated.chinese(bench.window, allow=tuple(language.LANGUAGES.values())) == []


def test_everything_that_takes_the_focus_has_a_name(bench: Bench) -> None:
    bench.picture()
    bench.planned()
    nameless = []
    for widget in bench.window.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.objectName().startswith("qt_"):
            continue
        if isinstance(widget, QLabel) and not widget.text():
            continue
        popup = bool(widget.window().windowFlags() & Qt.WindowType.Popup == Qt.WindowType.Popup)
        if popup or widget.isHidden() or isinstance(widget.parentWidget(), QComboBox):
            continue  # the list and the field of a drop-down list go by its own name
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is None or not interface.text(QAccessible.Text.Name).strip():
            nameless.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}: {widget.objectName()}")
    assert nameless == [], "\n".join(nameless)


def test_no_two_commands_share_a_key() -> None:
    keys = [key for spec in SPECS.values() for key in spec.keys]
    keys += [key for spec in TOOLS for key in spec.keys]
    assert sorted(keys) == sorted(set(keys))


def test_no_command_has_two_keys_that_one_press_sends() -> None:
    """Qt takes neither then: Shift and [ is { as well."""
    same = {"Shift+[": "{", "Shift+]": "}"}
    for _title, keys in COMMANDS.values():
        assert not any(same.get(key) in keys for key in keys)


def test_every_command_stands_in_a_menu(bench: Bench) -> None:
    for menu in MENUS:
        for entry in menu.entries:
            if entry is not None and not isinstance(entry, str):
                assert bench.studio.actions[entry.name].text()
    assert {action.text() for action in bench.window.menuBar().actions()} >= {"&File", "&Edit"}


def test_letters_in_the_prompt_are_letters(bench: Bench) -> None:
    session = bench.picture()
    bench.window.toolbox.choose("move")
    prompt = bench.window.generate.prompt
    prompt.setFocus()
    QTest.keyClicks(prompt, "bekq w")
    assert bench.window.generate.settings.prompt == "bekq w"
    assert bench.window.toolbox.current == "move"
    canvas = bench.window.area.canvas
    assert canvas is not None
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_B)
    assert bench.window.toolbox.current == "paint-brush"
    assert session.history.position == 0


def test_delete_belongs_to_what_has_the_focus(bench: Bench) -> None:
    session = bench.picture()
    bench.run("layer_add")
    layers = bench.window.layers
    layers.view.setFocus()
    QTest.keyClick(layers.view, Qt.Key.Key_Delete)
    assert len(session.document.layers) == 1
    assert session.document.compose()[..., 3].all()


def test_tab_leaves_the_canvas_alone(bench: Bench) -> None:
    bench.picture()
    canvas = bench.window.area.canvas
    assert canvas is not None
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert not bench.window.docks["generate"].isVisible()
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert bench.window.docks["generate"].isVisible()


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_nothing_is_cut_off_at_usual_sizes(bench: Bench, size: tuple[int, int]) -> None:
    bench.picture()
    bench.window.resize(*size)
    bench.planned()
    QApplication.processEvents()
    assert (bench.window.width(), bench.window.height()) == size
    generate = bench.window.generate.generate
    bottom = generate.mapTo(bench.window, QPoint(0, generate.height())).y()
    assert generate.isVisible()
    assert bottom <= size[1]


def test_the_theme_changes_at_once(bench: Bench) -> None:
    bench.picture()
    bench.run("light_theme")
    assert theme.current() is theme.LIGHT
    assert bench.studio.preferences.theme == "light"
    bench.run("light_theme")
    assert theme.current() is theme.DARK
