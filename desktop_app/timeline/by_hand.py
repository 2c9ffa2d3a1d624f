"""Frames on the canvas and back: opened as documents, brought in as frames that are kept, and let go of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.document.document import Document
from desktop_app.session import Session
from desktop_app.strip import Action, Kind
from inference.alpha import Pixels
from inference.errors import BadRequest

if TYPE_CHECKING:
    from desktop_app.studio import Studio
    from desktop_app.timeline.open_animation import OpenAnimation


@dataclass(frozen=True)
class _Home:
    """The frame that a document was opened from."""

    folder: Path
    frame: int


class ByHand(QObject):
    """Belongs to ``Animations``.

    Signals:
        failed: a GouacheError.
    """

    failed = Signal(object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._homes: dict[int, _Home] = {}
        """By the number of the session."""

    def edit(self, animation: OpenAnimation, frame: int) -> None:
        """Open a frame as a document, or show the one that it was opened as."""
        folder, home = animation.folder, _Home(animation.folder.path, frame)
        for session in self._studio.desk.sessions:
            if self._homes.get(session.number) == home:
                self._show(session)
                return
        title = self.tr("{title}, frame {number}").format(title=animation.about.title, number=frame)

        def opened(pixels: Pixels) -> None:
            session = self._studio.desk.add(Document.of(pixels), title)
            self._homes[session.number] = home
            self._studio.window.say(self.tr("Ctrl+Alt+B brings the picture back as the frame."))

        self._studio.background.run(lambda: folder.read(frame), opened, self.failed.emit)

    def _show(self, session: Session) -> None:
        """It may be the current one already, behind the timeline."""
        self._studio.desk.make_current(session)
        self._studio.window.area.show_session(session)

    def bring(self, animation: OpenAnimation | None, frame: int | None) -> None:
        """The picture on the canvas becomes a frame: of those given, else the one that it was opened from."""
        studio, session = self._studio, self._studio.desk.current
        if session is None:
            self.failed.emit(BadRequest("There is no picture to bring in.", hint="Open the frame on the canvas first."))
            return
        home = self._homes.get(session.number)
        if frame is None and home is not None:
            if not studio.animations.open(home.folder):
                return
            animation, frame = studio.animations.animation, home.frame
        if animation is None:
            self.failed.emit(BadRequest("No animation is open.", hint="Open one first (Ctrl+L)."))
            return
        at = studio.animations.view.current if frame is None else frame
        if at >= animation.count:
            self.failed.emit(BadRequest(f"There is no frame {at} any more.", hint="Give the animation more frames."))
            return
        studio.window.toolbox.settle()
        edits, number = session.edits, session.number

        def done(changed: bool) -> None:
            self._brought(animation, at, changed=changed)
            handed = studio.desk.session(number)
            if handed is not None and home is not None and handed.edits == edits:
                handed.handed_over()

        animation.put_picture(at, session.document.compose(), done)

    def _brought(self, animation: OpenAnimation, frame: int, *, changed: bool) -> None:
        studio = self._studio
        studio.animations.show()
        studio.animations.view.go(frame)
        if not changed:
            studio.window.say(self.tr("The frame looks so already."))
            return
        text = self.tr("Frame {number} is kept as you painted it.").format(number=frame)
        back = Action(self.tr("Let go"), lambda: animation.let_go([frame]))
        studio.window.area.strip.show_message(Kind.GOOD, text, (back,), seconds=8)

    def let_go(self, animation: OpenAnimation, frames: range) -> None:
        """Make these as the model makes them again; what was painted is put aside."""
        painted = [frame for frame in frames if frame in animation.kept_by_hand]
        animation.let_go(painted)
        text = self.tr("What was painted on %n frames is in the folder 'kept'.", None, len(painted))
        self._studio.window.say(text)
