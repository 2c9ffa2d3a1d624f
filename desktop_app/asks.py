"""What the window asks before it acts: files, sizes, amounts, and what is to become of unsaved work.

Dialogs are opened, never waited for: the window goes on, and jobs with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog

from desktop_app.dialogs.amount import Amount
from desktop_app.document.arranging import extend_canvas
from desktop_app.document.document import Document
from desktop_app.document.opening import EXPORTS, OPENS, SAVES
from desktop_app.document.recovery import Recovered
from desktop_app.document.selecting import feather, grow, shrink
from desktop_app.requests import GenerateSettings
from desktop_app.results import Result
from desktop_app.session import Session
from desktop_app.tools.canvas_frames import extend
from desktop_app.tools.gestures import one_step
from inference.errors import GouacheError
from inference.geometry import Bounds, Size
from inference.recipe import Recipe

if TYPE_CHECKING:
    from desktop_app.dialogs.canvas_size import CanvasChange
    from desktop_app.dialogs.new_document import NewDocumentChoice
    from desktop_app.dialogs.train_pictures import Offers
    from desktop_app.dialogs.unsaved import Decision
    from desktop_app.studio import Studio

AMOUNTS = {
    "grow": ("Grow selection", grow),
    "shrink": ("Shrink selection", shrink),
    "feather": ("Feather selection", feather),
}
FIRST_AMOUNT = 8


class Asks(QObject):
    """The questions of one studio's window. Dialogs are imported when they are first needed."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._last_size: Size | None = None
        self._amounts = dict.fromkeys(AMOUNTS, FIRST_AMOUNT)
        self._folder = ""
        self.open_dialogs: list[QDialog] = []
        """Those that are open, the newest last."""

    # Documents

    def new_document(self) -> None:
        """A new document by size."""
        from desktop_app.dialogs.new_document import NewDocument  # noqa: PLC0415

        image = QGuiApplication.clipboard().image()
        size = None if image.isNull() else _size(image.size())
        dialog = NewDocument(self._studio.window, name=self.tr("Untitled"), last=self._last_size, clipboard=size)
        dialog.chosen.connect(self._make)
        self.open_dialog(dialog)

    def _make(self, choice: NewDocumentChoice) -> None:
        self._last_size = choice.size
        self._studio.desk.add(Document.new(choice.size, colour=choice.colour), choice.name)

    def open_files(self) -> None:
        """Choose files to open."""
        dialog = self.files(self.tr("Open"), QFileDialog.AcceptMode.AcceptOpen, self._opens())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._open_files)
        self.open_dialog(dialog)

    def _open_files(self, files: list[str]) -> None:
        for file in files:
            self._studio.filing.open_path(Path(file))

    def place_file(self) -> None:
        """Choose a picture to become a layer."""
        dialog = self.files(self.tr("Place as layer"), QFileDialog.AcceptMode.AcceptOpen, self._opens())
        dialog.fileSelected.connect(self._place_file)
        self.open_dialog(dialog)

    def _place_file(self, file: str) -> None:
        path = Path(file)
        self._studio.desk.read_pixels(path, lambda pixels: self._studio.filing.place(pixels, path.stem))

    def save_session_as(self, session: Session, then: Callable[[], None] | None) -> None:
        """Choose where to save."""
        kinds = [(self.tr("OpenRaster: layers and results"), ".ora"), (self.tr("Photoshop: layers"), ".psd")]
        filters = [f"{title} (*{suffix})" for title, suffix in kinds]
        dialog = self.files(self.tr("Save"), QFileDialog.AcceptMode.AcceptSave, filters)
        path = session.path or Path(f"{session.title}.ora")
        dialog.selectFile(path.with_suffix(path.suffix if path.suffix in SAVES else ".ora").name)
        self._follow_filter(dialog, [suffix for _, suffix in kinds])
        dialog.fileSelected.connect(lambda file: self._studio.filing.write(session, _ending(file, SAVES, ".ora"), then))
        self.open_dialog(dialog)

    def export(self) -> None:
        """Choose where to write what is seen."""
        session = self._studio.desk.current
        if session is None:
            return
        self._studio.window.toolbox.settle()
        kinds = [(self.tr("PNG: exact, with transparency"), ".png"), (self.tr("WebP: exact, small"), ".webp"),
                 (self.tr("JPEG: on white"), ".jpg")]  # fmt: skip
        filters = [f"{title} (*{suffix})" for title, suffix in kinds]
        dialog = self.files(self.tr("Export picture"), QFileDialog.AcceptMode.AcceptSave, filters)
        dialog.selectFile(f"{Path(session.title).stem}.png")
        self._follow_filter(dialog, [suffix for _, suffix in kinds])
        dialog.fileSelected.connect(lambda file: self._studio.filing.export(session, _ending(file, EXPORTS, ".png")))
        self.open_dialog(dialog)

    def unsaved(self, sessions: Sequence[Session], then: Callable[[], None]) -> None:
        """What is to become of unsaved work; ``then`` is called when it is saved or given up, not when cancelled."""
        from desktop_app.dialogs.unsaved import Choice, Unsaved  # noqa: PLC0415

        kept = tuple(sessions)

        def decide(decision: Decision) -> None:
            if decision.choice is Choice.DISCARD:
                then()
            elif decision.choice is Choice.SAVE:
                self._save_all([kept[place] for place in decision.save], then)

        dialog = Unsaved([session.title for session in kept], self._studio.window)
        dialog.decided.connect(decide)
        self.open_dialog(dialog)

    def _save_all(self, sessions: list[Session], then: Callable[[], None]) -> None:
        """One after the other: each may ask for a place; one that is not saved ends it."""
        if not sessions:
            then()
            return
        first, *rest = sessions
        self._studio.desk.make_current(first)
        self._studio.filing.save_session(first, lambda: self._save_all(rest, then))

    def recover(self, found: Sequence[Recovered]) -> None:
        """Offer what an earlier session has left."""
        from desktop_app.dialogs.recovery import Recovery  # noqa: PLC0415

        dialog = Recovery(found, self._studio.window)
        dialog.recover_wanted.connect(self._recover)
        dialog.discard_wanted.connect(_discard)
        self.open_dialog(dialog)

    def _recover(self, chosen: tuple[Recovered, ...]) -> None:
        for each in chosen:
            self._studio.desk.recover(each)

    # Edits

    def canvas_size(self) -> None:
        """Another size of the canvas; new room can be selected, to be filled."""
        from desktop_app.dialogs.canvas_size import CanvasSize  # noqa: PLC0415

        session = self._studio.desk.current
        if session is None:
            return
        self._studio.window.toolbox.settle()

        def change(choice: CanvasChange) -> None:
            left, top, right, bottom = choice.left, choice.top, choice.right, choice.bottom
            size = session.size
            try:
                if choice.select_new:
                    frame = Bounds(-left, -top, size.width + left + right, size.height + top + bottom)
                    one_step(session, lambda session: extend(session, frame), label="Extend canvas")
                elif any((left, top, right, bottom)):
                    session.do(extend_canvas(session.document, left, top, right, bottom))
            except GouacheError as error:
                self._studio.fail(error)

        dialog = CanvasSize(session.size, self._studio.window)
        dialog.chosen.connect(change)
        self.open_dialog(dialog)

    def amount(self, name: str) -> None:
        """By how many pixels to grow, shrink or feather the selection, seen while it is chosen."""
        session = self._studio.desk.current
        if session is None:
            return
        self._studio.window.toolbox.settle()
        titles = {
            "grow": self.tr("Grow the selection"),
            "shrink": self.tr("Shrink the selection"),
            "feather": self.tr("Feather the selection"),
        }
        label, edit = AMOUNTS[name]

        def show(value: float) -> None:
            session.cancel()
            session.begin(label)
            try:
                session.do(edit(session.document, value))
            except GouacheError as error:
                self._studio.fail(error)

        def choose(value: float) -> None:
            show(value)
            self._amounts[name] = round(value)
            session.commit()

        dialog = Amount(titles[name], self._amounts[name], parent=self._studio.window)
        dialog.changed.connect(show)
        dialog.chosen.connect(choose)
        dialog.rejected.connect(session.cancel)
        self.open_dialog(dialog)

    # The rest

    def recipe(self, result: Result) -> None:
        """Show how a result was made."""
        self.show_recipe(result.recipe)

    def show_recipe(self, recipe: Recipe) -> None:
        """Show a recipe, whose settings may be used again."""
        from desktop_app.dialogs.recipe import RecipeDialog  # noqa: PLC0415

        panel = self._studio.window.generate
        dialog = RecipeDialog(recipe, self._studio.window)
        dialog.used.connect(lambda recipe: panel.set_settings(GenerateSettings.from_recipe(recipe, panel.settings)))
        self.open_dialog(dialog)

    def preferences(self) -> None:
        """What one sets by hand."""
        from desktop_app.dialogs.preferences import PreferencesDialog  # noqa: PLC0415

        dialog = PreferencesDialog(self._studio.preferences, self._studio.window)
        dialog.changed.connect(
            lambda wanted: self._studio.set_preferences(self._studio.preferences.with_choices(wanted))
        )
        self.open_dialog(dialog)

    def train_style(self, show: str = "") -> None:
        """Teach a style, or look after those that are being taught.

        Args:
            show: the name of a training; "" for the one that runs, else for a new one.
        """
        from desktop_app.dialogs.train_pictures import Offers  # noqa: PLC0415
        from desktop_app.dialogs.train_style import TrainStyle  # noqa: PLC0415

        studio = self._studio
        for each in self.open_dialogs:
            if isinstance(each, TrainStyle):
                each.raise_()
                return
        self._studio.window.toolbox.settle()

        def offers() -> Offers:
            session = studio.desk.current
            return Offers() if session is None else offers_of(session, self.tr("Result"))

        dialog = TrainStyle(studio.trainer, studio.background, offers, studio.window, show=show)

        def ask_files() -> None:
            files = self.files(self.tr("Add pictures"), QFileDialog.AcceptMode.AcceptOpen, self._opens())
            files.setParent(dialog, files.windowFlags())
            files.setFileMode(QFileDialog.FileMode.ExistingFiles)
            files.filesSelected.connect(lambda chosen: dialog.add_files(tuple(map(Path, chosen))))
            self.open_dialog(files)

        dialog.files_wanted.connect(ask_files)
        dialog.use_wanted.connect(studio.use_style)
        dialog.deleted.connect(studio.forget_style)
        self.open_dialog(dialog)

    def finish(self) -> None:
        """Put together the steps that finish a layer or results."""
        dialog = self._studio.finishing.dialog()
        if dialog is not None:
            self.open_dialog(dialog)

    def shortcuts(self) -> None:
        """All keys."""
        from desktop_app.dialogs.shortcuts import Shortcuts  # noqa: PLC0415

        self.open_dialog(Shortcuts(self._studio.window))

    def about(self) -> None:
        """What this program is, and whose work is in it."""
        from desktop_app.dialogs.about import About  # noqa: PLC0415

        self.open_dialog(About(self._studio.window))

    def close(self) -> None:
        """Close what is open, as Esc does; a style that is being edited is kept."""
        for dialog in tuple(self.open_dialogs):
            rescue = getattr(dialog, "rescue", dialog.reject)
            rescue()

    # Opening

    def open_dialog(self, dialog: QDialog) -> None:
        """Open a dialog; it is known until it closes."""
        self.open_dialogs.append(dialog)

        def done() -> None:
            self.open_dialogs.remove(dialog)
            dialog.deleteLater()

        dialog.finished.connect(done)
        dialog.open()

    def files(self, title: str, mode: QFileDialog.AcceptMode, filters: list[str]) -> QFileDialog:
        """A dialog for files that begins in the folder of the last one."""
        dialog = QFileDialog(self._studio.window, title, self._folder)
        dialog.setAcceptMode(mode)
        dialog.setNameFilters(filters)
        dialog.directoryEntered.connect(self._remember_folder)
        dialog.fileSelected.connect(lambda file: self._remember_folder(str(Path(file).parent)))
        return dialog

    def _remember_folder(self, folder: str) -> None:
        self._folder = folder

    def _opens(self) -> list[str]:
        every = " ".join(f"*{suffix}" for suffix in OPENS)
        return [self.tr("Pictures and documents") + f" ({every})", self.tr("All files") + " (*)"]

    def _follow_filter(self, dialog: QFileDialog, suffixes: list[str]) -> None:
        """The name's ending follows the chosen kind."""
        dialog.setDefaultSuffix(suffixes[0][1:])
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix(next(s for s in suffixes if f"*{s}" in chosen)[1:])
        )


def offers_of(session: Session, untitled: str) -> Offers:
    """The layers and results of a document, for a style to be taught from."""
    from desktop_app.dialogs.train_pictures import Offer, Offers  # noqa: PLC0415

    layers = [Offer(layer.name, lambda layer=layer: layer.pixels) for layer in reversed(session.document.layers)]
    results = [
        Offer(run.title or untitled, lambda result=result: result.pixels, run.title)
        for run in reversed(session.results.runs)
        for result in run.results
    ]
    return Offers(tuple(layers), tuple(results))


def _discard(chosen: tuple[Recovered, ...]) -> None:
    for each in chosen:
        each.discard()


def _ending(file: str, known: Sequence[str], usual: str) -> Path:
    """The path with an ending that can be written."""
    path = Path(file)
    return path if path.suffix.lower() in known else path.with_name(path.name + usual)


def _size(size: QSize) -> Size:
    return Size(size.width(), size.height())
