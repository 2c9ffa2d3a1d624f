"""The desk: the open documents, how they are opened, saved, kept safe and closed.

Reading, copying and writing happens in threads, on snapshots. All else belongs to the GUI thread.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.background import Background
from desktop_app.document.document import Document
from desktop_app.document.opening import SAVES, Opened, export_picture, open_document, save_document
from desktop_app.document.recovery import Autosave, Recovered
from desktop_app.results import Run, store
from desktop_app.session import Session
from inference.alpha import Pixels
from inference.errors import BadRequest, GouacheError
from inference.recipe import Recipe
from inference.resources import user_folder

log = logging.getLogger(__name__)

Then = Callable[[], None]
COPIES = 3
"""Times that pixels are copied in a thread before those that were painted on each time are copied in the GUI's."""
GESTURE_MS = 1000
"""Pause after which an autosave is tried again that would have met a stroke."""
LONGEST_GESTURE = 30
"""Such pauses."""


@dataclass(eq=False)
class _Kept:
    """What the desk keeps beside a session.

    Attributes:
        copied: the session's ``edits`` at its last autosave.
        shot: the snapshot of that autosave: what has not changed since is not copied again.
        saving: a save is under way.
        saves: those that wait for it: the last one wins, whichever thread is quicker.
        put_off: how often its autosave has met a stroke.
    """

    autosave: Autosave
    copied: int = 0
    shot: Document | None = None
    saving: bool = False
    saves: deque[Then] = field(default_factory=deque)
    copying: bool = False
    put_off: int = 0


def recovery_folder() -> Path:
    """Where autosaves lie."""
    return user_folder() / "recovery"


class Desk(QObject):
    """The open sessions, and the current one.

    Signals:
        opened: a session was opened (it becomes the current one next).
        closed: a session was closed; let go of it.
        current_changed: another session, or None, is the current one.
        told: something for the reader (a sentence): notes of a file's reader, saved, exported.
        failed: a GouacheError.
        used: a file was opened or saved: for the list of recent files.
        missing: a file that was asked for is not there.
        written: nothing is being saved or exported any more.
    """

    opened = Signal(object)
    closed = Signal(object)
    current_changed = Signal(object)
    told = Signal(str)
    failed = Signal(object)
    used = Signal(object)
    missing = Signal(object)
    written = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._kept: dict[Session, _Kept] = {}
        self._current: Session | None = None
        self._opening: set[Path] = set()
        self._leaving: list[_Kept] = []
        self._writing = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.autosave)
        self.keep_results = True

    # What is open

    @property
    def sessions(self) -> tuple[Session, ...]:
        """In the order in which they were opened."""
        return tuple(self._kept)

    @property
    def current(self) -> Session | None:
        """The one that is seen."""
        return self._current

    @property
    def unsaved(self) -> tuple[Session, ...]:
        """Those that would lose something by closing them."""
        return tuple(session for session in self._kept if session.changed)

    @property
    def writing(self) -> bool:
        """True while something is being saved or exported."""
        return self._writing > 0

    def session(self, number: int) -> Session | None:
        """The open session of that number."""
        return next((session for session in self._kept if session.number == number), None)

    def make_current(self, session: Session | None) -> None:
        """Show another one."""
        if session is not self._current:
            self._current = session
            self.current_changed.emit(session)

    # Opening

    def add(self, document: Document, title: str, path: Path | None = None, *, saved: bool = True) -> Session:
        """Put a document on the desk and make it the current one."""
        session = Session(document, title=title, path=path, saved=saved, parent=self)
        self._kept[session] = _Kept(Autosave(recovery_folder()), session.edits)
        self.opened.emit(session)
        self.make_current(session)
        return session

    def open(self, path: Path, *, title: str | None = None, then: Callable[[Session], None] | None = None) -> None:
        """Open a file; one that is open already comes to the front.

        Args:
            title: open a copy that belongs to no file (samples, recovered documents).
        """
        path = path.absolute()
        known = next((session for session in self._kept if session.path == path), None)
        if title is None and known is not None:
            self.make_current(known)
            return
        if path in self._opening:
            return
        self._opening.add(path)

        def done(opened: Opened) -> None:
            self._opening.discard(path)
            own = path if title is None and path.suffix.lower() in SAVES else None
            session = self.add(opened.document, title or path.stem, own)
            if title is None:
                self.used.emit(path)
            for note in opened.notes:
                self.told.emit(note)
            if then is not None:
                then(session)

        def failed(error: GouacheError) -> None:
            self._opening.discard(path)
            if not path.exists():
                self.missing.emit(path)
            self.failed.emit(error)

        self._background.run(lambda: open_document(path), done, failed)

    def recover(self, recovered: Recovered) -> None:
        """Open what a session that did not end well has left; its copy goes when a new one is written."""

        def done(opened: Opened) -> None:
            original = recovered.original
            keeps = original is not None and original.suffix.lower() in SAVES
            session = self.add(opened.document, recovered.title, original if keeps else None, saved=False)
            self._copy(session, self._kept[session], recovered.discard)

        self._background.run(lambda: open_document(recovered.file), done, self.failed.emit)

    # Saving

    def save(self, session: Session, path: Path, then: Then | None = None) -> None:
        """Save as .ora or .psd; ``then`` is called when it is done. What is painted while it is copied is saved too."""
        kept = self._kept[session]
        if kept.saving:
            kept.saves.append(lambda: self.save(session, path, then))
            return
        kept.saving = True
        self._begin_writing()

        def write(shot: Document) -> None:
            edits, runs, anchor = session.edits, self._runs(session), session.anchor

            def work() -> None:
                store(shot, runs, anchor)
                save_document(path, shot)

            self._background.run(work, lambda _: done(edits), failed)

        def done(edits: int) -> None:
            if session in self._kept:
                session.saved(path, edits)
                if not session.changed:
                    self._drop_copy(kept)
            self.used.emit(path)
            end()
            if then is not None:
                then()

        def failed(error: GouacheError) -> None:
            self.failed.emit(error)
            end()

        def end() -> None:
            kept.saving = False
            if kept.saves and session in self._kept:
                kept.saves.popleft()()
            self._end_writing()

        self._shoot(session, kept.shot, write, failed)

    def export(self, session: Session, path: Path, recipe: Recipe | None, then: Then | None = None) -> None:
        """Write what is seen as a picture."""
        self._begin_writing()

        def write(shot: Document) -> None:
            self._background.run(lambda: export_picture(path, shot, recipe), done, failed)

        def done(_: None) -> None:
            self._end_writing()
            if then is not None:
                then()

        def failed(error: GouacheError) -> None:
            self.failed.emit(error)
            self._end_writing()

        self._shoot(session, self._kept[session].shot, write, failed)

    def _begin_writing(self) -> None:
        self._writing += 1

    def _end_writing(self) -> None:
        self._writing -= 1
        if not self._writing:
            self.written.emit()

    def _shoot(
        self,
        session: Session,
        previous: Document | None,
        then: Callable[[Document], None],
        failed: Callable[[GouacheError], None],
        tries: int = COPIES,
    ) -> None:
        """Give a snapshot of when it is ready to ``then``: pixels are copied in a thread, the window goes on."""
        document = session.document

        def landed(copies: Document) -> None:
            if tries > 1 and document.painted_since(copies):
                self._shoot(session, copies, then, failed, tries - 1)
            else:
                then(document.snapshot(copies))

        self._background.run(document.copying(previous), landed, failed)

    def read_pixels(self, path: Path, done: Callable[[Pixels], None]) -> None:
        """Read a picture or a document's merged picture, for a new layer."""

        def told(opened: Opened) -> None:
            for note in opened.notes:
                self.told.emit(note)
            done(opened.document.compose())

        self._background.run(lambda: open_document(path), told, self.failed.emit)

    # Keeping safe

    def set_autosave(self, seconds: int) -> None:
        """How often; 0 for never."""
        if seconds > 0:
            self._timer.start(seconds * 1000)
        else:
            self._timer.stop()

    def autosave(self) -> None:
        """Copy every document that has changed since its last copy; one that is being painted on, when that ends."""
        for session, kept in self._kept.items():
            if not session.changed or session.edits == kept.copied or kept.copying or kept.saving:
                continue
            if session.history.gesturing and kept.put_off < LONGEST_GESTURE:
                kept.put_off += 1
                QTimer.singleShot(GESTURE_MS, self, self.autosave)
            else:
                self._copy(session, kept)

    def _copy(self, session: Session, kept: _Kept, then: Then | None = None) -> None:
        kept.copying, kept.put_off = True, 0

        def write(shot: Document) -> None:
            if session not in self._kept:
                kept.copying = False
                self._drop_copy(kept)
                return
            edits, path, title = session.edits, session.path, session.title
            runs, anchor = self._runs(session), session.anchor

            def work() -> None:
                store(shot, runs, anchor)
                kept.autosave.write(shot, path, title)

            self._background.run(work, lambda _: done(edits, shot), failed)

        def done(edits: int, shot: Document) -> None:
            kept.copying = False
            kept.copied, kept.shot = edits, shot
            if session not in self._kept or not session.changed:
                self._drop_copy(kept)
            if then is not None:
                then()

        def failed(error: GouacheError) -> None:
            kept.copying = False
            self.failed.emit(
                BadRequest(
                    f"'{session.title}' could not be copied for safety.",
                    hint="Save it, and make room on the disk.",
                    detail=str(error),
                )
            )

        self._shoot(session, kept.shot, write, failed)

    def _drop_copy(self, kept: _Kept) -> None:
        if not kept.copying:
            kept.autosave.discard()
            kept.shot = None

    def _runs(self, session: Session) -> tuple[Run, ...]:
        return session.results.runs if self.keep_results else ()

    # Closing

    def close(self, session: Session) -> None:
        """Let go of a session, saved or not: asking comes before."""
        kept = self._kept.pop(session)
        order = list(self._kept)
        if session is self._current:
            self.make_current(order[-1] if order else None)
        self.closed.emit(session)
        if kept.copying:
            self._leaving.append(kept)
        self._drop_copy(kept)
        session.close()
        session.deleteLater()

    def close_all(self, *, keep_copies: bool = False) -> None:
        """Let go of everything, after the background was closed: no copy is being written any more.

        Args:
            keep_copies: leave the autosaves of unsaved documents, to be offered at the next start.
        """
        self._timer.stop()
        for session in self.sessions:
            kept = self._kept[session]
            kept.copying = keep_copies and session.changed
            self.close(session)
        for kept in () if keep_copies else self._leaving:
            kept.autosave.discard()

    def copy_now(self) -> None:
        """Copy every unsaved document before the program is ended from outside; waits until it is done."""
        for session, kept in self._kept.items():
            if session.changed and session.edits != kept.copied:
                shot = session.document.snapshot(kept.shot)
                store(shot, self._runs(session), session.anchor)
                try:
                    kept.autosave.write(shot, session.path, session.title)
                except GouacheError as error:  # the others are still to be copied, and nobody is there to be told
                    log.warning("%s was not copied: %s", session.title, error)
