"""Opening, placing, saving and closing, as the window's commands and drops ask for it; questions come first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from desktop_app.commands import placed
from desktop_app.document.document import Document
from desktop_app.document.opening import LAYERED
from desktop_app.library.shelving import looks_brought, not_for_sale
from desktop_app.pictures import from_image
from desktop_app.session import Session
from desktop_app.strip import Kind
from inference.alpha import Pixels
from inference.errors import GouacheError
from inference.style_share import SHARE_SUFFIX

if TYPE_CHECKING:
    from desktop_app.studio import Studio


class Filing(QObject):
    """The documents of one studio's window, on their way in and out."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._then_close: Callable[[], None] | None = None

    def open_path(self, path: Path) -> None:
        """Open a file; a shared style is taken in, and so is a model."""
        if looks_brought(path):
            self._studio.shelving.take((path,))
        elif path.suffix.lower() == SHARE_SUFFIX:
            self._studio.styling.take(path)
        else:
            self._studio.desk.open(path)

    def open_sample(self, path: Path) -> None:
        """Open a copy of a sample: it belongs to no file."""
        self._studio.desk.open(path, title=self._studio.window.area.welcome.sample_name(path))

    def drop_files(self, files: Sequence[str | Path], *, onto: bool) -> None:
        """Files that were dropped or pasted: pictures go onto an open canvas as layers, documents are opened."""
        for file in map(Path, files):
            picture = file.suffix.lower() not in {*LAYERED, SHARE_SUFFIX} and not looks_brought(file)
            if onto and picture and self._studio.desk.current is not None:
                self._studio.desk.read_pixels(file, lambda pixels, name=file.stem: self.place(pixels, name))
            else:
                self.open_path(file)

    def place(self, pixels: Pixels, name: str) -> None:
        """A picture as a new layer in the middle of what is seen, or as a document when none is open."""
        session = self._studio.desk.current
        if session is None:
            self._studio.desk.add(Document.of(pixels, name), name, saved=False)
            return
        canvas = self._studio.window.area.canvas
        centre = None
        if canvas is not None:
            shown = canvas.viewport.visible.intersection(session.document.stack.bounds)
            centre = (shown.x + shown.width / 2, shown.y + shown.height / 2) if not shown.empty else None
        try:
            placed(session, pixels, name, centre)
        except GouacheError as error:
            self._studio.fail(error)
            return
        self._studio.window.toolbox.choose("move")
        self._studio.window.say(self.tr("Placed as a layer: move it, or press T to scale it."))

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save the current document where it is kept, or ask where."""
        session = self._studio.desk.current
        if session is not None:
            self.save_session(session, then)

    def save_session(self, session: Session, then: Callable[[], None] | None = None) -> None:
        """Save a document where it is kept, or ask where."""
        self._studio.window.toolbox.settle()
        if session.path is None:
            self._studio.asks.save_session_as(session, then)
        else:
            self.write(session, session.path, then)

    def save_as(self) -> None:
        """Ask where, then save."""
        session = self._studio.desk.current
        if session is not None:
            self._studio.window.toolbox.settle()
            self._studio.asks.save_session_as(session, None)

    def write(self, session: Session, path: Path, then: Callable[[], None] | None = None) -> None:
        """Save a document to a file and say so."""
        if path.suffix.lower() == ".psd" and session.results.runs:
            self._studio.tell(self.tr("PSD keeps the layers but not the results; save as .ora to keep those too."))

        def done() -> None:
            self._studio.window.say(self.tr("Saved {name}.").format(name=path.name))
            if then is not None:
                then()

        self._studio.window.say(self.tr("Saving {name}...").format(name=path.name))
        self._studio.desk.save(session, path, done)

    def export(self, session: Session, path: Path) -> None:
        """Write what is seen as a picture, with the recipe of what was applied last."""
        applied = [result for run in session.results.runs for result in run.results if result.applied]
        recipe = applied[-1].recipe if applied else None
        banned = not_for_sale(result.recipe for result in applied)
        if recipe is not None and banned:
            note = f"Made with {', '.join(banned)}, whose licence allows no commercial use."
            recipe = replace(recipe, notices=(*recipe.notices, note))

        def done() -> None:
            self._studio.window.say(self.tr("Exported {name}.").format(name=path.name))
            if banned:
                words = self.tr("{name} was made with {models}, whose licence allows no commercial use.")
                text = words.format(name=path.name, models=", ".join(banned))
                self._studio.window.area.strip.show_message(Kind.WARNING, text, seconds=0)

        self._studio.desk.export(session, path, recipe, done)

    def close_current(self) -> None:
        """Close the current document, after a question when something would be lost."""
        if self._studio.desk.current is not None:
            self.ask_close_session(self._studio.desk.current)

    def ask_close_session(self, session: Session) -> None:
        """Likewise, any document."""
        self._studio.window.toolbox.settle()
        if self._after_writing(lambda: self._ask_again(session)):
            return
        if session.changed:
            self._studio.asks.unsaved((session,), lambda: self._studio.desk.close(session))
        else:
            self._studio.desk.close(session)

    def ask_close(self) -> None:
        """Close the window, after a question when something would be lost."""
        self._studio.window.toolbox.settle()
        if self._after_writing(self.ask_close):
            return
        unsaved = self._studio.desk.unsaved
        if unsaved:
            self._studio.asks.unsaved(unsaved, self._studio.close)
        else:
            self._studio.close()

    def _ask_again(self, session: Session) -> None:
        if session in self._studio.desk.sessions:
            self.ask_close_session(session)

    def _after_writing(self, then: Callable[[], None]) -> bool:
        """While files are written, put off what closes documents; asked again, only the last one is done."""
        self._then_close = then if self._studio.desk.writing else None
        if self._studio.desk.writing:
            self._studio.window.say(self.tr("Closing when everything is written..."))
        return self._studio.desk.writing

    def written(self) -> None:
        """Nothing is being written any more: close what waited for it."""
        then, self._then_close = self._then_close, None
        if then is not None and not self._studio.closed:
            then()

    def take_drop(self, files: list[Path], on_canvas: bool) -> None:
        """Files fell on the window."""
        animations = self._studio.animations
        if animations.restyling.takes(files, shown=animations.shown is not None):
            return
        self.drop_files(files, onto=on_canvas)

    def take_picture(self, image: QImage) -> None:
        """A picture without a file fell on it."""
        try:
            self.place(from_image(image), self.tr("Dropped"))
        except GouacheError as error:
            self._studio.fail(error)
