"""Animations in the studio: begun from the panel, the canvas or a clip, found again, and their frames on the canvas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from desktop_app.session import Session
from desktop_app.timeline import beginning
from desktop_app.timeline.by_hand import ByHand
from desktop_app.timeline.cycling import Cycling
from desktop_app.timeline.describing import base_words, seconds_for, size_of, styles_for
from desktop_app.timeline.edits import with_key, with_key_moved, without_keys
from desktop_app.timeline.export_dialog import Export
from desktop_app.timeline.flickering import Flickering
from desktop_app.timeline.frame_desk import About, FrameDesk, Setup
from desktop_app.timeline.open_animation import OpenAnimation
from desktop_app.timeline.restyling import Restyling
from desktop_app.timeline.starting import Starting
from desktop_app.timeline.view import AnimateView
from inference.animation.animation import Animation, Mode
from inference.animation.folder import AnimationFolder
from inference.animation.timeline import Key
from inference.errors import GouacheError
from inference.library import model_for

if TYPE_CHECKING:
    from desktop_app.studio import Studio


class Animations(QObject):
    """The animation that is open, and the view that shows it; made when it is first wanted.

    Signals:
        told: a sentence.
        failed: a GouacheError.
    """

    told = Signal(str)
    failed = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._view: AnimateView | None = None
        self._animation: OpenAnimation | None = None
        self.by_hand = ByHand(studio, self)
        self.restyling = Restyling(studio, self)
        self.flickering = Flickering(studio.jobs, self)
        self.cycling = Cycling(studio, self)
        self.starting = Starting(studio, self)
        for part in (self.by_hand, self.restyling, self.flickering, self.cycling, self.starting):
            part.failed.connect(self.failed)

    # What is seen

    @property
    def animation(self) -> OpenAnimation | None:
        """The one that is open."""
        return self._animation

    @property
    def view(self) -> AnimateView:
        """The page of the window."""
        if self._view is None:
            view = self._view = AnimateView(self._studio.window.area, estimate=self._estimate)
            self._join(view)
        return self._view

    @property
    def shown(self) -> AnimateView | None:
        """The view while it is in front."""
        view = self._view
        return view if view is not None and self._studio.window.area.shows(view) else None

    def toggle(self) -> None:
        """To the animation, or back to the canvas."""
        if self.shown:
            self.leave()
        else:
            self.show()

    def show(self) -> None:
        """The animation that is open, or ways to begin one."""
        studio, view = self._studio, self.view
        studio.window.toolbox.settle()
        if self._animation is None:
            self.starting.fill_page()
        studio.window.area.show_page(view)
        studio.animation_changed()
        studio.window.say(self.tr("Space plays, arrow keys step, K sets a key, Enter makes the frames."))
        (view.strip if self._animation is not None else view.start.ways["prompt"]).setFocus()

    def leave(self) -> None:
        """Back to the canvas; what is under way goes on."""
        if self.shown is None:
            return
        self.view.player.stop()
        area = self._studio.window.area
        area.show_session(self._studio.desk.current)
        self._studio.animation_changed()
        if area.canvas is not None:
            area.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def escape(self) -> bool:
        """Give up the nearest thing; False when the view is not in front."""
        view = self.shown
        if view is None:
            return False
        if not view.escape():
            if self._animation is not None and (self._animation.running or self._animation.roughs.busy):
                self._animation.stop()
            else:
                self.leave()
        return True

    def undo(self) -> bool:
        """Take the last change back; False when the view is not in front."""
        if self.shown is None:
            return False
        if self._animation is not None:
            self._animation.undo()
        return True

    def redo(self) -> bool:
        """Likewise."""
        if self.shown is None:
            return False
        if self._animation is not None:
            self._animation.redo()
        return True

    # Opening

    def open(self, path: Path) -> bool:
        """An animation of a folder; False when it cannot be read (``failed`` has the reason)."""
        if self._animation is not None and self._animation.folder.path == path:
            self.show()
            return True
        folder = AnimationFolder(path)
        try:
            setup, about = FrameDesk(folder).load()
        except GouacheError as error:
            self.failed.emit(error)
            return False
        self.use(folder, setup, about if about.title else replace(about, title=_title_of(setup.animation, path)))
        self.show()
        return True

    def use(self, folder: AnimationFolder, setup: Setup, about: About) -> OpenAnimation:
        """Have another animation open."""
        self.close_animation()
        animation = self._animation = OpenAnimation(folder, setup, about, self._studio.jobs, self)
        animation.failed.connect(self.failed)
        animation.told.connect(self.told)
        animation.edited.connect(self._edited)
        animation.edited.connect(self._studio.animation_changed)
        self.view.key_fields.set_styles(styles_for(setup.animation))
        self.view.set_animation(animation, size_of(folder, setup.animation))
        self.flickering.set_animation(animation)
        self._edited()
        self._studio.animation_changed()
        return animation

    def close_animation(self) -> None:
        """Stop, and write what is not written yet; ways to begin are shown."""
        for dialog in tuple(self._studio.asks.open_dialogs):
            if isinstance(dialog, Export):
                dialog.rescue()
        animation, self._animation = self._animation, None
        self.flickering.set_animation(None)
        if self._view is not None:
            self._view.set_animation(None)
        if animation is not None:
            animation.close()
            animation.deleteLater()

    def close(self) -> None:
        """At the end of the program."""
        self.close_animation()
        self.restyling.close()
        self.flickering.close()
        if self._view is not None:
            self._view.close_pictures()

    # Changes

    def _edited(self) -> None:
        animation = self._animation
        if animation is not None:
            self.view.whole_fields.show_animation(animation, lambda: base_words(animation.animation))

    def _set_key(self, key: Key, token: str = "") -> None:
        if self._animation is not None:
            self._animation.change(lambda animation: with_key(animation, key), token)

    def _show_flicker(self) -> None:
        alone = self.flickering.alone
        self.view.whole_fields.show_flicker(self.flickering.flicker, None if alone is None else alone.progress)

    def _add_key(self, frame: int) -> None:
        self._set_key(Key(frame=frame))

    def _remove_keys(self, frames: range) -> None:
        if self._animation is not None:
            self._animation.change(lambda animation: without_keys(animation, frames))

    def _move_key(self, frame: int, to: int, token: str) -> None:
        if self._animation is not None:
            self._animation.change(lambda animation: with_key_moved(animation, frame, to), token)

    def _key_from_panel(self, key: Key) -> None:
        said = beginning.key_of(self._studio.window.generate.settings, key.frame)
        self._set_key(replace(said, strength=key.strength, camera=key.camera, easing=key.easing, hold=key.hold))

    def _change(self, change: Callable[[Animation], Animation], token: str) -> None:
        if self._animation is None:
            return
        if token == "rate" and self._animation.setup.times is not None:  # even from now on
            rated = change(self._animation.animation)
            self._animation.put(Setup(animation=rated), token)
        else:
            self._animation.change(change, token)

    def _base_from_panel(self) -> None:
        settings = self._studio.window.generate.settings

        def change(animation: Animation) -> Animation:
            base = beginning.base_of(settings, model_for(settings.model, settings.style))
            size = None if animation.mode is Mode.RESTYLE else base.size
            return replace(animation, base=replace(base, size=size))

        if self._animation is not None:
            self._animation.change(change)

    def _rename(self, title: str) -> None:
        if self._animation is not None:
            self._animation.rename(title)

    # Making

    def start(self) -> None:
        """Make what is missing."""
        if self._animation is not None:
            self._animation.start()

    def _again(self, frames: range) -> None:
        if self._animation is not None:
            kept = [frame for frame in frames if frame in self._animation.kept_by_hand]
            self._animation.make_again(frames)
            if kept:
                self.told.emit(self.tr("What was painted on %n frames is in the folder 'kept'.", None, len(kept)))

    def _preview(self, frames: range) -> None:
        if self._animation is not None:
            self._animation.preview(list(frames))

    def _edit(self, _frames: range) -> None:
        if self._animation is not None:
            self.by_hand.edit(self._animation, self.view.current)

    def _bring(self, _frames: range) -> None:
        self.by_hand.bring(self._animation, self.view.current)

    def bring(self) -> None:
        """The picture on the canvas becomes the frame that it was opened from, else the current one."""
        if self.shown is not None:
            self._bring(self.view.chosen)
        else:
            self.by_hand.bring(self._animation, None)

    def _let_go(self, frames: range) -> None:
        if self._animation is not None:
            self.by_hand.let_go(self._animation, frames)

    def export(self) -> None:
        """Write the animation as a clip or a sheet."""
        animation = self._animation
        if animation is None:
            return
        for each in self._studio.asks.open_dialogs:
            if isinstance(each, Export):
                each.raise_()
                return
        size, chosen = self.view.stage.size_of_frames, self.view.chosen
        kept = self._studio.preferences
        before = Path(kept.export_folder or Path.home())
        folder = before if before.is_dir() else Path.home()
        dialog = Export(animation, size, chosen, self._studio.window, before=kept.export, folder=folder)
        dialog.written.connect(self._written)
        dialog.finished.connect(lambda _result: self._remember_export(dialog.fields.as_dict()))
        self._studio.asks.open_dialog(dialog)

    def _written(self, path: Path) -> None:
        self._studio.change_preferences(export_folder=str(path.parent))
        self._studio.window.say(self.tr("Exported {name}.").format(name=path.name))

    def _estimate(self, animation: OpenAnimation) -> float | None:
        return seconds_for(animation, self._studio.speeds, self._studio.jobs.device)

    def _remember_export(self, chosen: dict[str, Any]) -> None:
        self._studio.change_preferences(export=chosen)

    def _tab_chosen(self, session: Session) -> None:
        if self.shown and session is self._studio.desk.current:
            self.leave()

    def _join(self, view: AnimateView) -> None:
        view.leave.clicked.connect(self.leave)
        self.starting.join(view)
        view.make_wanted.connect(self.start)
        view.again_wanted.connect(self._again)
        view.export.clicked.connect(self.export)
        view.preview_wanted.connect(self._preview)
        view.edit_wanted.connect(self._edit)
        view.bring_wanted.connect(self._bring)
        view.let_go_wanted.connect(self._let_go)
        view.key_wanted.connect(self._add_key)
        view.keys_unwanted.connect(self._remove_keys)
        view.key_moved.connect(self._move_key)
        view.key_fields.changed.connect(self._set_key)
        view.key_fields.panel_wanted.connect(self._key_from_panel)
        view.whole_fields.changed.connect(self._change)
        view.whole_fields.renamed.connect(self._rename)
        view.whole_fields.panel_wanted.connect(self._base_from_panel)
        view.whole_fields.compare_wanted.connect(self.flickering.compare)
        view.start.stop_wanted.connect(self.restyling.stop)
        self.flickering.changed.connect(self._show_flicker)
        self._studio.window.area.chosen.connect(self._tab_chosen)


def _title_of(animation: Animation, path: Path) -> str:
    """Of one that the window has not made."""
    return animation.timeline.moments[0].prompt.strip()[: beginning.LONGEST_TITLE] or path.name
