"""The studio: documents, jobs and preferences behind one window, and how they hear of each other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from desktop_app import language, theme
from desktop_app.actions import Need
from desktop_app.asks import Asks
from desktop_app.background import Background
from desktop_app.board.boards import Boards
from desktop_app.board.open_board import BoardPlacement
from desktop_app.canvas.view import Canvas
from desktop_app.command_palette import CommandPalette
from desktop_app.commands import Commands
from desktop_app.desk import Desk, recovery_folder
from desktop_app.document.recovery import left_behind
from desktop_app.estimates import Measured, Speeds
from desktop_app.filing import Filing
from desktop_app.finish.finishing import Finishing
from desktop_app.guiding import Guiding
from desktop_app.hints import Side, StepHints
from desktop_app.installing import Installing
from desktop_app.jobs import Jobs
from desktop_app.library.shelving import Shelving
from desktop_app.making import Making
from desktop_app.messages import localised
from desktop_app.pictures import clipboard_has_picture
from desktop_app.planning import Planned, Planner
from desktop_app.preferences import Preferences, load, save
from desktop_app.requests import GenerateSettings
from desktop_app.results import Result
from desktop_app.session import Session
from desktop_app.showing import Showing
from desktop_app.strip import Action, Kind
from desktop_app.styling import Styling
from desktop_app.teaching import Trainer
from desktop_app.tidying import give_back
from desktop_app.timeline.animations import Animations
from desktop_app.timeline.open_animation import AnimationPlacement
from desktop_app.tools.commands import select_none
from desktop_app.welcome import SAMPLES
from desktop_app.window import Window
from inference.api import Engine
from inference.errors import GouacheError
from inference.styles import load_styles
from inference.trainings import Stage, Training

log = logging.getLogger(__name__)

KEEP_MS = 1500
"""Pause after a change of the settings before they are written."""
TIDY_MS = 300
"""Pause after a document was closed before its memory is given back: Qt lets go of its canvas first."""


class Studio(QObject):
    """Everything that is open, and the window that shows it. ``close`` ends it.

    Args:
        make_engine: makes the engine, in the inference thread.
        preferences: those to begin with; None reads them.
    """

    def __init__(self, make_engine: Callable[[], Engine], preferences: Preferences | None = None) -> None:
        super().__init__()
        cv2.setNumThreads(1)  # its pool would wait for cores that the model has
        notes: list[str] = []
        self.preferences = preferences if preferences is not None else load(notes)
        self.closed = False
        self._hints: StepHints | None = None
        self.background = Background(self)
        self.jobs = Jobs(make_engine, self)
        self.speeds = Speeds.load()
        self.desk = Desk(self.background, self)
        self.making = Making(self.desk, self.jobs, self.background, self)
        self.planner = Planner(self.making, self.jobs, self.speeds, self.background, self)
        self.trainer = Trainer(self)
        self.asks = Asks(self)
        self.guiding = Guiding(self)
        self.filing = Filing(self)
        self.styling = Styling(self)
        self.boards = Boards(self)
        self.animations = Animations(self)
        self.finishing = Finishing(self)
        self.installing = Installing(self)
        self.shelving = Shelving(self)
        self.commands = Commands(self)
        self.window = Window(self.jobs, self._commands)
        self.actions = self.window.actions_
        self.showing = Showing(self.desk, self.making, self.window, self)
        self.palette: CommandPalette | None = None
        self._keep = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._keep.timeout.connect(self.keep_preferences)
        self._tidy = QTimer(self, singleShot=True, interval=TIDY_MS)
        self._tidy.timeout.connect(self._tidy_up)
        self._fill_menus()
        self._join()
        self._dress(notes)

    def _commands(self, window: Window) -> dict[str, Callable[..., object]]:
        self.window = window
        return self.commands.table()

    # Beginning

    def show(self) -> None:
        """Show the window, and offer what an earlier session has left."""
        self.window.restore_layout(self.preferences.geometry, self.preferences.state)
        self.window.show()
        QTimer.singleShot(0, self, self._offer_recovery)
        QTimer.singleShot(0, self, self._find_trainings)

    def _offer_recovery(self) -> None:
        found = left_behind(recovery_folder())
        if found:
            self.asks.recover(found)

    def _find_trainings(self) -> None:
        """What goes on without a window is told of."""
        self.trainer.look()
        running = self.trainer.running
        if running is not None:
            text = self.tr("The style '{title}' is being trained.").format(title=running.order.title)
            self._tell_training(Kind.INFO, text, running)

    def _join(self) -> None:
        desk, making, window = self.desk, self.making, self.window
        window.close_asked.connect(self.filing.ask_close)
        desk.opened.connect(self._opened)
        desk.closed.connect(self._session_closed)
        desk.current_changed.connect(self._show_session)
        desk.told.connect(self.tell)
        desk.failed.connect(self.fail)
        desk.used.connect(self._remember_file)
        desk.missing.connect(self._forget_file)
        desk.written.connect(self.filing.written)
        making.previewed.connect(self.showing.show_step)
        making.preview_ended.connect(self.showing.end_step)
        making.arrived.connect(self._arrived)
        making.finished.connect(self._finished)
        making.failed.connect(self.fail)
        making.told.connect(self.tell)
        self.trainer.ended.connect(self._training_ended)
        area = window.area
        area.chosen.connect(desk.make_current)
        area.close_wanted.connect(self.filing.ask_close_session)
        area.files_dropped.connect(self.filing.take_drop)
        area.picture_dropped.connect(self.filing.take_picture)
        area.canvas_made.connect(self._dress_canvas)
        welcome = area.welcome
        welcome.open_wanted.connect(self.asks.open_files)
        welcome.new_wanted.connect(self.asks.new_document)
        welcome.paste_wanted.connect(self.commands.paste)
        welcome.file_chosen.connect(self.filing.open_path)
        welcome.sample_chosen.connect(self.filing.open_sample)
        welcome.prompt_wanted.connect(self.focus_prompt)
        panel = window.generate
        panel.changed.connect(self._settings_changed)
        panel.style_wanted.connect(lambda name: self.actions[name].trigger())
        panel.submitted.connect(self.generate)
        panel.cancelled.connect(self.stop_running)
        window.layers.failed.connect(self.fail)
        window.layers.control_wanted.connect(self.guiding.ask)
        window.toolbox.failed.connect(self.fail)
        window.toolbox.told.connect(window.say)
        window.toolbox.options.changed.connect(self._keep.start)
        strip = window.results
        strip.previewed.connect(self.showing.show_result)
        strip.apply_wanted.connect(self.apply)
        strip.discard_wanted.connect(self._discard)
        strip.more_wanted.connect(self._more_like)
        strip.recipe_wanted.connect(self.asks.recipe)
        strip.seed_copied.connect(self._seed_copied)
        strip.cancel_wanted.connect(self.jobs.cancel)
        strip.restore_wanted.connect(self._restore)
        strip.current_changed.connect(self._show_needs)
        strip.generate_wanted.connect(self._begin)
        window.queue.generate_wanted.connect(self._begin)
        window.device.told.connect(window.say)
        window.device.addon_wanted.connect(self.installing.choose_gpu_addon)
        for view in (self.boards, self.animations):
            view.failed.connect(self.fail)
            view.told.connect(self.tell)
        jobs = self.jobs
        window.queue.retry_wanted.connect(making.retry)
        window.queue.show_wanted.connect(self._show_job)
        window.device.banner.connect(self._device_banner)
        window.badge.clicked.connect(self._show_device)
        self.planner.planned.connect(self._planned)
        self.showing.changed.connect(self._show_needs)
        jobs.queue_changed.connect(self._queue_changed)
        jobs.stepped.connect(self._progress)
        jobs.device_changed.connect(self._device_changed)
        jobs.measured.connect(self._take_measured)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), window, self.escape)

    def _dress(self, notes: Sequence[str]) -> None:
        wanted = self.preferences
        window = self.window
        window.toolbox.options.from_dict(wanted.tools)
        window.generate.reload_models()
        window.generate.set_settings(GenerateSettings.from_dict(wanted.generate))
        window.generate.prompt_history = list(wanted.prompts)
        if not wanted.generate:
            window.generate.new_seed()
        window.area.welcome.set_recent(wanted.recent)
        window.area.welcome.set_steps_shown(not wanted.welcome_done)
        self._clipboard_changed()
        QGuiApplication.clipboard().dataChanged.connect(self._clipboard_changed)
        self.desk.set_autosave(wanted.autosave)
        self.desk.keep_results = wanted.keep_results
        for name, on in (("quick_mask", wanted.show_mask), ("rulers", wanted.rulers)):
            self.actions[name].setChecked(on)
        self.actions["light_theme"].setChecked(theme.current() is theme.LIGHT)
        self._show_session(None)
        for note in notes:
            self.tell(note)

    def _fill_menus(self) -> None:
        self._fill_recent()
        self._samples = {sample.path: self.actions.submenus["samples"].addAction("") for sample in SAMPLES}
        for path, action in self._samples.items():
            action.triggered.connect(lambda _checked, path=path: self.filing.open_sample(path))
        self._name_samples()
        group = QActionGroup(self)
        for code, name in language.LANGUAGES.items():
            action = QAction(name, group)
            action.setCheckable(True)
            action.setChecked(code == language.current())
            action.triggered.connect(lambda _checked, code=code: self.use_language(code))
            self.actions.submenus["languages"].addAction(action)
        self._languages = group
        self.window.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for action in self.window.toolbox.actions():
            self.window.addAction(action)

    def _name_samples(self) -> None:
        for path, action in self._samples.items():
            action.setText(self.window.area.welcome.sample_name(path))

    def _fill_recent(self) -> None:
        menu = self.actions.submenus["recent"]
        menu.clear()
        for path in self.preferences.recent:
            menu.addAction(path.name, lambda path=path: self.filing.open_path(path)).setToolTip(str(path))
        menu.setEnabled(bool(self.preferences.recent))

    # Making

    def generate(self) -> None:
        """Put what the panel says in the queue."""
        self.window.toolbox.settle()
        panel = self.window.generate
        number = self.making.submit(self.desk.current, panel.settings, self.tr("Untitled"))
        if number is None:
            return
        panel.remember_prompt()
        panel.next_seed()
        if self._hints is not None:
            self._hints.complete(2)
        self._keep.start()
        waiting = len(self.jobs.waiting) - (self.jobs.running is None)  # the first one is about to begin
        if waiting > 0:
            self.window.say(self.tr("Added to the queue: %n jobs wait.", None, waiting))
        else:
            self.window.say(self.tr("Generating. You can go on working meanwhile."))

    def _begin(self) -> None:
        """What an empty list offers: generate, or first say what."""
        if self.window.generate.settings.prompt.strip():
            self.window.generate.submit()
        else:
            self.focus_prompt()

    def stop_running(self) -> None:
        """Stop the running job; the waiting ones go on."""
        running = self.jobs.running
        if running is not None:
            self.jobs.cancel(running.id)
        elif self.jobs.waiting:
            self.jobs.cancel(self.jobs.waiting[0].id)

    def apply(self, result: Result, merge: bool = False) -> None:
        """Make a result part of the current document."""
        session = self.desk.current
        if session is None:
            return
        self.window.toolbox.settle()
        if self.making.apply(session, result, merge=merge):
            self.window.results.choose(None)
            self.showing.show_result(None)
            self.window.say(self.tr("Applied. Ctrl+Z takes it back."))

    def _point_out(self) -> None:
        """The first three steps, beside the real controls, until the first result was applied."""
        canvas = self.window.area.canvas
        if self.preferences.welcome_done or canvas is None or self._hints is not None:
            return
        self._hints = StepHints(self.window)
        self._hints.dismissed.connect(self._first_steps_done)
        self._hints.point(0, self.window.tool_bar, Side.LEFT)
        self._hints.point(1, self.window.generate.prompt, Side.RIGHT)
        self._hints.point(2, self.window.generate.generate, Side.RIGHT)

    def _first_steps_done(self) -> None:
        if self._hints is not None:
            self._hints.finish()
            self._hints = None
        if not self.preferences.welcome_done:
            self.preferences = replace(self.preferences, welcome_done=True)
            self.window.area.welcome.set_steps_shown(False)
            self._keep.start()

    def _discard(self, results: tuple[Result, ...]) -> None:
        session = self.desk.current
        if session is None or not results:
            return
        session.results.discard(*results)
        text = self.tr("%n results discarded.", None, len(results))
        back = Action(self.tr("Bring back"), session.results.restore)
        self.window.area.strip.show_message(Kind.INFO, text, (back,), seconds=8)

    def _restore(self) -> None:
        if self.desk.current is not None:
            self.desk.current.results.restore()

    def _more_like(self, result: Result) -> None:
        session = self.desk.current
        if session is not None:
            self.making.more_like(session, result, self.window.generate.settings.count)

    def _arrived(self, session: Session, result: Result) -> None:
        self._first_steps_done()
        if session is self.desk.current and not session.history.gesturing and self.window.results.current is None:
            self.window.results.choose(result)

    def _finished(self, session: Session) -> None:
        if session is self.desk.current:
            self.window.say(self.tr("Look through the results with Alt+Right; Alt+Enter applies one as a layer."))

    # What is seen

    def _opened(self, session: Session) -> None:
        session.history.budget = self.preferences.history_mb << 20
        self.window.area.add(session)
        self.showing.follow(session)
        session.arranged.connect(self._changed)
        session.painted.connect(self._touched)
        session.reselected.connect(self._touched)
        session.resized.connect(self._changed)
        session.history_changed.connect(self._changed)
        session.retitled.connect(self._retitle)
        session.results.changed.connect(self._changed)

    def _session_closed(self, session: Session) -> None:
        self.window.area.remove(session)
        if not self.closed:
            self._tidy.start()

    def _tidy_up(self) -> None:
        self.background.run(give_back, lambda _: None, self.fail)

    def _show_session(self, session: Session | None) -> None:
        window = self.window
        self.showing.leave()
        canvas = None
        if session is not None:
            canvas = window.area.canvas_of(session)
        window.toolbox.set_target(session, canvas)
        window.area.show_session(session)
        for panel in (window.layers, window.steps, window.results):
            panel.set_session(session)
        if canvas is not None:
            canvas.setFocus()
            self._point_out()
            window.toolbox.choose(window.toolbox.current)  # its hint takes the place of what was said before
            self.showing.tell_zoom(canvas.viewport)
        else:
            for name in ("cursor", "zoom"):
                window.read_out(name, "")
            window.say(self.tr("Open a picture, or type a prompt and press Ctrl+Enter."))
        self._retitle()
        self._changed()

    def _retitle(self) -> None:
        session = self.desk.current
        if session is None:
            self.window.set_prefix("", False)
            self.window.read_out("size", "")
        else:
            self.window.set_prefix(session.title, session.changed)
            self.window.read_out("size", f"{session.size.width} × {session.size.height}")

    def _touched(self, _bounds: object) -> None:
        self._changed()

    def _changed(self, *_what: object) -> None:
        """Something is different: what can be done, and what a run would do."""
        session = self.desk.current
        if session is not None and session.history.gesturing:
            self.showing.drop()
        self.planner.touch(session, self.window.generate.settings)
        if session is None or not session.history.gesturing:
            self._show_needs()

    def _show_needs(self, _what: object = None) -> None:
        session = self.desk.current
        met = {Need.NOTHING}
        animation = self.animations.animation
        if animation is not None:
            met.add(Need.ANIMATION)
        if session is not None:
            history = session.history
            results = session.results.runs
            selected = self.showing.planned.situation.selected if self.showing.planned else None
            checks = {
                Need.DOCUMENT: True,
                Need.LAYER: session.document.active is not None,
                Need.SELECTION: selected is not None or session.document.selected() is not None,
                Need.UNDO: history.can_undo,
                Need.REDO: history.can_redo,
                Need.RESULTS: any(run.results for run in results),
                Need.RESULT: self.window.results.current is not None,
            }
            met |= {need for need, is_met in checks.items() if is_met}
        if self.animations.shown:  # it has steps of its own
            met -= {Need.UNDO, Need.REDO}
            if animation is not None:
                met |= {Need.UNDO} if animation.can_undo else set()
                met |= {Need.REDO} if animation.can_redo else set()
        if self.jobs.running is not None or self.jobs.waiting:
            met.add(Need.RUNNING)
        self.actions.set_met(frozenset(met))

    def _planned(self, planned: Planned) -> None:
        if self.closed:
            return
        if self._hints is not None and planned.situation.selected is not None:
            self._hints.complete(0)
        if self._hints is not None and self.window.generate.settings.prompt.strip():
            self._hints.complete(1)
        self.showing.show_plan(planned)

    def _settings_changed(self) -> None:
        self._keep.start()
        self._show_seed()
        self._changed()

    def _show_seed(self) -> None:
        seed = self.window.generate.settings.seed
        self.window.read_out("seed", self.tr("Seed {seed}").format(seed=seed))

    def _progress(self, number: int, _step: object) -> None:
        job = self.jobs.job(number)
        if job is not None:
            self.window.results.set_progress(number, job.index, job.count)

    def _queue_changed(self) -> None:
        running = self.jobs.running is not None or bool(self.jobs.waiting)
        self.window.generate.set_running(running, len(self.jobs.waiting))
        self._show_needs()

    def _device_changed(self, _device: object) -> None:
        self._changed()

    def _take_measured(self, measured: Measured) -> None:
        self.speeds.take(measured)
        self._changed()

    def _device_banner(self, text: str) -> None:
        self.window.area.strip.show_message(Kind.LOUD, text)

    def _show_device(self) -> None:
        self.window.docks["device"].show()
        self.window.docks["device"].raise_()

    def _show_job(self, number: int) -> None:
        job = self.jobs.job(number)
        if job is not None and isinstance(job.placement, BoardPlacement):
            self.boards.show()
            return
        if job is not None and isinstance(job.placement, AnimationPlacement):
            self.animations.show()
            return
        session = self.desk.session(getattr(job.placement, "session", 0)) if job else None
        if session is not None:
            self.desk.make_current(session)

    def _seed_copied(self, seed: int) -> None:
        self.window.say(self.tr("Seed {seed} is on the clipboard.").format(seed=seed))

    def _dress_canvas(self, canvas: Canvas) -> None:
        canvas.set_mask_shown(self.preferences.show_mask)
        canvas.set_rulers(self.preferences.rulers)
        canvas.viewport_changed.connect(self.showing.tell_zoom)
        canvas.cursor_moved.connect(self.showing.tell_cursor)
        tab = QShortcut(QKeySequence(Qt.Key.Key_Tab), canvas, self.actions["hide_panels"].trigger)
        tab.setContext(Qt.ShortcutContext.WidgetShortcut)

    def animation_changed(self) -> None:
        """Another animation is open, or other steps of it can be undone, or it came to the front."""
        if not self.closed:
            self._show_needs()

    # Trainings

    def _training_ended(self, training: Training) -> None:
        title, state = training.order.title, training.state
        if state.stage is Stage.DONE:
            self.window.generate.reload_models()
            text = self.tr("The style '{title}' is ready.").format(title=title)
            use = Action(self.tr("Use it"), lambda: self.use_style(training.name))
            self.window.area.strip.show_message(Kind.GOOD, text, (use,), seconds=0)
        elif state.stage is Stage.STOPPED:
            self.window.say(self.tr("The training of '{title}' is stopped; it can go on later.").format(title=title))
        else:
            text = self.tr("The style '{title}' could not be trained.").format(title=title)
            why = localised(f"{state.message} {state.hint}".strip())
            self._tell_training(Kind.WARNING, f"{text} {why}", training)

    def _tell_training(self, kind: Kind, text: str, training: Training) -> None:
        show = Action(self.tr("Show"), lambda: self.asks.train_style(training.name))
        self.window.area.strip.show_message(kind, text, (show,), seconds=0)

    def use_style(self, name: str) -> None:
        """Choose a style, and the model that it is made for."""
        panel = self.window.generate
        panel.reload_models()
        style = load_styles().get(name)
        if style is not None:
            model = panel.settings.model if panel.settings.model in style.models else (*style.models, "")[0]
            panel.set_settings(replace(panel.settings, style=name, model=model or panel.settings.model))
            self.focus_prompt()

    def forget_style(self, name: str) -> None:
        """A style is gone: nothing is made with it any more."""
        panel = self.window.generate
        if panel.settings.style == name:
            panel.set_settings(replace(panel.settings, style=None))
        panel.reload_models()

    # Messages

    def fail(self, error: GouacheError) -> None:
        """Show what went wrong."""
        self.window.area.strip.show_error(error)

    def tell(self, text: str) -> None:
        """Show what the reader should know."""
        self.window.area.strip.show_message(Kind.INFO, text, seconds=12)

    # Commands of the window as a whole

    def escape(self) -> None:
        """Give up the nearest thing: a stroke, a frame, a preview, the running job, the selection."""
        canvas, session = self.window.area.canvas, self.desk.current
        if self.boards.escape() or self.animations.escape():
            return
        if canvas is not None and canvas.cancel_gesture():
            return
        if self.window.toolbox.give_up():
            return
        if self.showing.result is not None or self.window.results.current is not None:
            self.showing.drop_result()
        elif self.jobs.running is not None or self.jobs.waiting:
            self.stop_running()
        elif session is not None and session.document.selected() is not None:
            select_none(session)

    def focus_prompt(self) -> None:
        """Put the cursor where one types what one wants."""
        self.window.docks["generate"].show()
        self.window.docks["generate"].raise_()
        self.window.generate.focus_prompt()

    def show_mask(self, shown: bool) -> None:
        """Tint the selection, or show its edge alone."""
        self.change_preferences(show_mask=shown)

    def show_rulers(self, shown: bool) -> None:
        """Rulers on all canvases."""
        self.change_preferences(rulers=shown)

    def hide_panels(self, hidden: bool) -> None:
        """The canvas alone."""
        self.window.show_panels(not hidden)

    def use_light_theme(self, light: bool) -> None:
        """The light theme, or the dark one."""
        self.change_preferences(theme="light" if light else "dark")

    def use_language(self, code: str) -> None:
        """Another language, at once."""
        self.change_preferences(language=code)

    def show_palette(self) -> None:
        """Find a command by typing."""
        if self.palette is None:
            self.palette = CommandPalette(self.window, self.preferences.commands)
            self.palette.ran.connect(self._keep.start)
        self.palette.popup()

    # Preferences

    def change_preferences(self, **what: object) -> None:
        """Change some and act on them."""
        self.set_preferences(replace(self.preferences, **what))  # pyright: ignore[reportArgumentType]

    def set_preferences(self, wanted: Preferences) -> None:
        """Use other preferences, at once."""
        before, self.preferences = self.preferences, wanted
        if wanted.language != before.language:
            problem = use_language(wanted.language)
            if problem:
                self.tell(problem)
            self.window.say("")
            self._show_seed()
            self._name_samples()
            for action in self._languages.actions():
                action.setChecked(language.LANGUAGES[language.current()] == action.text())
        if wanted.theme != before.theme:
            use_theme(wanted.theme)
            for canvas in self.window.area.canvases:
                canvas.set_look(theme.current().canvas)
            self.actions["light_theme"].setChecked(theme.current() is theme.LIGHT)
        self.desk.set_autosave(wanted.autosave)
        self.desk.keep_results = wanted.keep_results
        for session in self.desk.sessions:
            session.history.budget = wanted.history_mb << 20
        for name, on in (("rulers", wanted.rulers), ("quick_mask", wanted.show_mask)):
            self.actions[name].setChecked(on)
        for canvas in self.window.area.canvases:
            canvas.set_rulers(wanted.rulers)
            canvas.set_mask_shown(wanted.show_mask)
        self._keep.start()

    def keep_preferences(self) -> None:
        """Write them."""
        window = self.window
        geometry, state = window.layout_state()
        hidden = self.actions["hide_panels"].isChecked()
        kept = replace(
            self.preferences,
            geometry=geometry,
            state=self.preferences.state if hidden else state,
            tools=window.toolbox.options.as_dict(),
            generate=window.generate.settings.as_dict(),
            prompts=tuple(window.generate.prompt_history),
            commands=self.palette.recent if self.palette is not None else self.preferences.commands,
        )
        self.preferences = kept
        try:
            save(kept)
        except GouacheError as error:
            log.warning("preferences were not written: %s", error)

    def _remember_file(self, path: Path) -> None:
        self.preferences = self.preferences.with_recent(path)
        self._recent_changed()

    def _forget_file(self, path: Path) -> None:
        self.preferences = self.preferences.without_recent(path)
        self._recent_changed()

    def _recent_changed(self) -> None:
        self._fill_recent()
        self.window.area.welcome.set_recent(self.preferences.recent)
        self._keep.start()

    def _clipboard_changed(self) -> None:
        self.window.area.welcome.set_paste(clipboard_has_picture())

    # Ending

    def leave(self) -> None:
        """The system ends the program: no questions, and what is unsaved is offered at the next start."""
        if not self.closed:
            self.background.close()
            self.desk.copy_now()
            self.close(keep_copies=True)

    def close(self, *, keep_copies: bool = False) -> None:
        """Stop the jobs, write the preferences, let go of everything, close the window."""
        if self.closed:
            return
        self.closed = True
        QGuiApplication.clipboard().dataChanged.disconnect(self._clipboard_changed)
        self.asks.close()
        self.keep_preferences()
        self.planner.stop()
        self.showing.stop()
        self.trainer.close()
        self.shelving.close()
        self.boards.close()
        self.animations.close()
        self._keep.stop()
        self._tidy.stop()
        self.window.hide()
        self.jobs.close()
        self.speeds.save()
        self.background.close()
        self.desk.close_all(keep_copies=keep_copies)
        self.window.let_close()
        self.window.deleteLater()
        app = QApplication.instance()
        if app is not None:
            app.quit()


def use_theme(name: str) -> None:
    """Dress the program: "dark", "light", or "system" for what the desktop asks for."""
    if name == "system":
        light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        name = "light" if light else "dark"
    theme.apply(theme.THEMES.get(name, theme.DARK))


def use_language(code: str | None) -> str:
    """Speak a language, or the system's; returns "", or why it cannot be used."""
    return language.install(code or language.system_language())
