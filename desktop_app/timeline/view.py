"""The Animate view: the frame on the stage, the strip with its keys, the inspector, and what can be done with them."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from desktop_app import theme
from desktop_app.language import translated
from desktop_app.pictures import to_image
from desktop_app.timeline.describing import USUAL_SIZE
from desktop_app.timeline.edits import key_at
from desktop_app.timeline.frame_images import FrameImages
from desktop_app.timeline.onion import neighbours
from desktop_app.timeline.onion_menu import OnionMenu
from desktop_app.timeline.open_animation import OpenAnimation
from desktop_app.timeline.player import Course, Player, Way
from desktop_app.timeline.standing_words import progress_words, why_not
from desktop_app.timeline.tools import TOOLS, menu_of
from desktop_app.timeline.view_parts import ViewParts
from desktop_app.timeline.wording import FRAME, said, seconds
from inference.animation.frame_log import State
from inference.animation.timeline import Repeat
from inference.geometry import Size

WAYS = {Way.LOOP: "repeat", Way.PING_PONG: "between", Way.ONCE: "once"}
"""Icons."""


class AnimateView(ViewParts):
    """Shows one ``OpenAnimation``, or ways to begin one. What goes beyond it is asked for by signals.

    Signals:
        key_wanted: a key at a frame.
        keys_unwanted: (range) no keys there.
        key_moved: (frame, to, token).
        make_wanted: what is missing, of all.
        again_wanted, preview_wanted, edit_wanted, bring_wanted, let_go_wanted: with the chosen frames (a range).
    """

    key_wanted = Signal(int)
    keys_unwanted = Signal(object)
    key_moved = Signal(int, int, str)
    make_wanted = Signal()
    again_wanted = Signal(object)
    preview_wanted = Signal(object)
    edit_wanted = Signal(object)
    bring_wanted = Signal(object)
    let_go_wanted = Signal(object)

    def __init__(
        self, parent: QWidget | None = None, *, estimate: Callable[[OpenAnimation], float | None] = lambda _: None
    ) -> None:
        self.images = FrameImages()
        self.player = Player()
        super().__init__(self.images, parent)
        self.images.setParent(self)
        self.player.setParent(self)
        self._estimate = estimate
        self._animation: OpenAnimation | None = None
        self._current = 0
        self._chosen = range(1)
        self._way = Way.LOOP
        self._skins = 1
        self._drags = 0
        self._usual_size = USUAL_SIZE
        self._last: QImage | None = None
        self._onion = OnionMenu(self._skins, self)
        self._onion.chosen.connect(self.set_skins)
        self.tools["onion"].setMenu(self._onion)
        self._connect()
        self.retranslate()
        self.set_animation(None)

    # What it shows

    @property
    def animation(self) -> OpenAnimation | None:
        """The one that is shown."""
        return self._animation

    @property
    def current(self) -> int:
        """The frame on the stage."""
        return self._current

    @property
    def chosen(self) -> range:
        """Frames that commands act on."""
        return self._chosen

    @property
    def way(self) -> Way:
        """How it plays on after the last frame."""
        return self._way

    def set_animation(self, animation: OpenAnimation | None, size: Size = USUAL_SIZE) -> None:
        """Show another one; ``size`` is that of its frames until the first picture says so."""
        self.player.stop()
        before, self._animation = self._animation, animation
        if before is not None:
            before.changed.disconnect(self._frames_changed)
            before.edited.disconnect(self._edited)
            before.progressed.disconnect(self._refresh)
            before.pictured.disconnect(self.images.put)
        self.images.set_folder(animation.folder if animation is not None else None)
        self.strip.set_animation(animation)
        self._usual_size, self._last = size, None
        self._current, self._chosen = 0, range(1)
        if animation is not None:
            animation.changed.connect(self._frames_changed)
            animation.edited.connect(self._edited)
            animation.progressed.connect(self._refresh)
            animation.pictured.connect(self.images.put)
            once = animation.animation.timeline.repeat is Repeat.ONCE and animation.about.once
            self._way = Way.ONCE if once else Way.LOOP
        self.show_work(animation is not None)
        self._edited()
        self.stage.fit()

    def go(self, frame: int, *, choosing: bool = False) -> None:
        """Another frame on the stage; choosing all from where choosing began."""
        if self._animation is None:
            return
        self.player.stop()
        self._animation.rest()
        frame = min(max(frame, 0), self._animation.count - 1)
        if choosing:
            first = self._chosen.start if self._current == self._chosen.stop - 1 else self._chosen.stop - 1
            self._chosen = range(min(first, frame), max(first, frame) + 1)
        else:
            self._chosen = range(frame, frame + 1)
        self._set_current(frame)

    def choose(self, first: int, last: int) -> None:
        """Several frames; the last one is on the stage."""
        self._chosen = range(min(first, last), max(first, last) + 1)
        self._set_current(last)

    def _set_current(self, frame: int, *, quietly: bool = False) -> None:
        self._current = frame
        if quietly:
            self._chosen = range(frame, frame + 1)
        self.strip.set_current(frame, self._chosen, quietly=quietly)
        self._show_frame()
        if not quietly:
            self._show_key()
            self._show_tools()

    def _frames_changed(self, frames: frozenset[int]) -> None:
        animation = self._animation
        if animation is None:
            return
        self.images.forget(frame for frame in frames if animation.state(frame) is State.MISSING)
        near = {frame for frame, _, _ in self._neighbours()} | {self._current}
        if frames & near:
            self._show_frame()
        self._refresh()

    def _edited(self) -> None:
        animation = self._animation
        if animation is None:
            return
        last = animation.count - 1
        if self._current > last or self._chosen.stop > animation.count:
            self._current, self._chosen = min(self._current, last), range(min(self._current, last), animation.count)
        self.strip.set_current(self._current, self._chosen)
        self.player.retime(self._course())
        self._show_key()
        self._show_frame()
        self._refresh()

    # The stage

    def _neighbours(self) -> list[tuple[int, str, int]]:
        animation = self._animation
        if animation is None or not self.tools["onion"].isChecked() or self.player.playing:
            return []
        around = animation.animation.timeline.repeat is not Repeat.ONCE
        return neighbours(self._current, animation.count, self._skins, around=around)

    def _show_frame(self) -> None:
        animation, frame = self._animation, self._current
        if animation is None:
            return
        rough, state = animation.rough(frame), animation.state(frame)
        image = to_image(rough) if rough is not None else None
        if image is None and (state is not State.MISSING or not animation.looked):
            image = self.images.whole(frame) or (self._last if self.player.playing else self.images.small(frame))
        self._last = image
        skins = [(found, tint, far) for other, tint, far in self._neighbours() if (found := self.images.whole(other))]
        notes = {State.OLD: self.tr("Made from earlier settings"), State.EDITED: self.tr("Kept as it is")}
        note = self.tr("Rough preview") if rough is not None else notes.get(state, "")
        whole = self.images.whole(frame) if state is not State.MISSING else None
        if whole is not None:
            self._usual_size = Size(whole.width(), whole.height())
        self.stage.show_picture(image, self._usual_size, skins, "" if image is None or self.player.playing else note)
        words = f"{said(FRAME).format(number=frame)} / {animation.count - 1} · {seconds(animation.start_of(frame))}"
        self.place.setText(words)

    def _pictures_came(self, frames: frozenset[int]) -> None:
        near = {frame for frame, _, _ in self._neighbours()} | {self._current}
        if frames & near:
            self._show_frame()

    # Playing

    def _course(self) -> Course:
        assert self._animation is not None
        chosen = self._chosen if len(self._chosen) > 1 and not self.player.playing else None
        return Course(self._animation.times, self._way, chosen)

    def play(self) -> None:
        """Play the chosen frames, or all; or stay."""
        if self.player.playing:
            self.player.stop()
        elif self._animation is not None and self._animation.count > 1:
            course = self._course()
            self._playing = self._chosen
            self.player.play(course, self._current if len(self._chosen) == 1 else self._chosen.start)
            self._show_tools()

    def _played(self, frame: int, ahead: list[int]) -> None:
        self.images.want(reversed(ahead))
        self._set_current(frame, quietly=True)

    def _stayed(self) -> None:
        self.strip.set_current(self._current, self._chosen)
        self._show_frame()
        self._show_key()
        self._show_tools()

    def next_way(self) -> None:
        """Loop, back and forth, once."""
        ways = list(WAYS)
        self._way = ways[(ways.index(self._way) + 1) % len(ways)]
        if self._animation is not None:
            self.player.retime(self._course())
        self._show_tools()

    # What is done

    def do(self, command: str) -> None:
        """A command of ``TOOLS`` or of a key."""
        animation = self._animation
        if animation is None:
            return
        line, current, chosen = animation.animation.timeline, self._current, self._chosen
        match command:
            case "play":
                self.play()
            case "back" | "choose_back":
                self.go(current - 1, choosing=command != "back")
            case "forth" | "choose_forth":
                self.go(current + 1, choosing=command != "forth")
            case "first" | "last":
                self.go(0 if command == "first" else animation.count - 1)
            case "key_before":
                self.go(max((key.frame for key in line.keys if key.frame < current), default=current))
            case "key_after":
                self.go(min((key.frame for key in line.keys if key.frame > current), default=current))
            case "choose_all":
                self.choose(0, animation.count - 1)
            case "key_add" if key_at(line, current) is None:
                self.key_wanted.emit(current)
                self.key_fields.prompt.setFocus()
            case "key_remove":
                self.keys_unwanted.emit(chosen)
            case "onion":
                self._show_frame()
            case "way":
                self.next_way()
            case "make" if not animation.running:
                self.make_wanted.emit()
            case "preview" | "again" | "edit" | "bring" | "let_go":
                if self.tools[command].isEnabled():
                    getattr(self, f"{command}_wanted").emit(chosen)
        self._show_tools()

    def _key_pressed(self, command: str) -> None:
        """A key toggles what a click would have toggled already."""
        if command in ("onion", "inspector"):
            self.tools[command].toggle()
        self.do(command)

    def _drag(self, place: int, to: int) -> None:
        if self._animation is not None:
            self.key_moved.emit(self._animation.animation.timeline.keys[place].frame, to, f"drag {self._drags}")
            frame = self._animation.animation.timeline.keys[place].frame
            self._chosen = range(frame, frame + 1)
            self._set_current(frame)

    def _dropped(self) -> None:
        self._drags += 1

    def escape(self) -> bool:
        """Give up the nearest thing; False when there is nothing but the view itself."""
        if self.player.playing:
            self.player.stop()
        elif len(self._chosen) > 1:
            self.go(self._current)
        else:
            return False
        return True

    def zoom_steps(self, steps: int) -> None:
        """Closer (or farther) by steps."""
        self.stage.zoom_steps(steps)

    def zoom_to(self, zoom: float) -> None:
        """So many pixels of the screen for each one of a frame."""
        self.stage.zoom_to(zoom)

    def fit(self) -> None:
        """All of the frame in sight."""
        self.stage.fit()

    # Its looks

    def _refresh(self, *_what: object) -> None:
        animation = self._animation
        if animation is None:
            return
        progress = animation.progress
        self.bar.setVisible(progress.running)
        self.bar.setRange(0, max(1, progress.todo))
        self.bar.setValue(progress.done)
        left = progress.count - progress.made
        if progress.running:
            self.make.setText(self.tr("Stop"))
            self.make.setToolTip(self.tr("Make no more; what is made stays (Esc)"))
        else:
            self.make.setText(self.tr("Make %n frames", None, left) if left else self.tr("All made"))
            self.make.setToolTip(self.tr("Make what is missing, and what was made from earlier settings (Enter)"))
        self.make.setEnabled(progress.running or left > 0)
        if bool(self.make.property("primary")) == progress.running:
            theme.mark(self.make, primary=not progress.running)
        about = self._estimate(animation) if left and not progress.running else None
        self.said.setText(progress_words(animation, about))
        self._show_tools()

    def _show_key(self) -> None:
        if self._animation is not None:
            self.key_fields.show_key(self._animation, self._current)

    def _show_tools(self) -> None:
        animation = self._animation
        if animation is None:
            return
        reasons = why_not(animation, self._current, self._chosen)
        for tool in TOOLS:
            shown = self.tools[tool.name]
            reason = reasons.get(tool.name, "")
            tip = f"{translated('AnimateView', tool.tip)} ({tool.keys})"
            tip = f"{tip}\n{reason}" if reason else tip
            if shown.toolTip() != tip:  # while one scrubs they are asked for each frame
                shown.setToolTip(tip)
            shown.setEnabled(not reason)
        with QSignalBlocker(self.tools["play"]):
            self.tools["play"].setChecked(self.player.playing)
        self.tools["play"].setIcon(theme.icon("pause" if self.player.playing else "start"))
        self.tools["way"].setIcon(theme.icon(WAYS[self._way]))

    def set_skins(self, count: int) -> None:
        """So many neighbours on each side."""
        self._skins = count
        self.tools["onion"].setChecked(True)
        self._show_frame()

    def show_menu(self, at: QPoint) -> None:
        """What can be done with the chosen frames."""
        menu_of(self.tools, self.do, self).popup(at)

    def retranslate(self) -> None:
        """Set all texts."""
        super().retranslate()
        self._onion.retranslate()
        self.stage.set_empty_words(self.tr("This frame is not made yet. P shows it roughly, Enter makes all."))
        self._refresh()
        self._show_frame()
        self._show_key()

    def minimumSizeHint(self) -> QSize:
        return QSize(360, 320)

    def _connect(self) -> None:
        for name, shown in self.tools.items():
            shown.clicked.connect(lambda _checked=False, name=name: self.do(name))
        self.make.clicked.connect(self._press_make)
        self.images.arrived.connect(self._pictures_came)
        self.player.moved.connect(self._played)
        self.player.stopped.connect(self._stayed)
        self.stage.key_asked.connect(self._key_pressed)
        self.stage.double.connect(lambda: self.do("edit"))
        self.strip.command.connect(self._key_pressed)
        self.strip.scrubbed.connect(self.go)
        self.strip.range_chosen.connect(self.choose)
        self.strip.key_moved.connect(self._drag)
        self.strip.key_dropped.connect(self._dropped)
        self.strip.key_wanted.connect(self._key_here)
        self.strip.menu_wanted.connect(self.show_menu)
        self.key_fields.key_wanted.connect(lambda: self.do("key_add"))

    def _key_here(self, frame: int) -> None:
        self.go(frame)
        self.do("key_add")

    def _press_make(self) -> None:
        if self._animation is None:
            return
        if self._animation.running:
            self._animation.stop()
        else:
            self.make_wanted.emit()

    def close_pictures(self) -> None:
        """Read no more."""
        self.player.stop()
        self.images.close()
