"""The library: everything that is installed as cards, what is known of each, and the way in for what one owns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.background import Background
from desktop_app.dialogs.dialog import Dialog, at_least, caption
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.library.cards import Cards
from desktop_app.library.details import Details, form_title
from desktop_app.library.importer import Importer, Progress
from desktop_app.messages import localised_error
from desktop_app.panels.wording import duration
from inference.errors import GouacheError
from inference.library import find_model
from inference.shelf import Entry, Removed, duplicates, entries, mark, move, remove, restore
from inference.tuned import Decision, decisions_of, forget

DOING = {
    "reading": QT_TRANSLATE_NOOP("Library", "reading"),
    "computing what PyTorch gives": QT_TRANSLATE_NOOP("Library", "computing what it should give"),
    "writing the graph": QT_TRANSLATE_NOOP("Library", "converting"),
    "keeping full precision": QT_TRANSLATE_NOOP("Library", "storing"),
    "storing the weights in half precision": QT_TRANSLATE_NOOP("Library", "storing in half precision"),
    "finding what overflows in half precision": QT_TRANSLATE_NOOP("Library", "finding what half precision cannot hold"),
    "comparing with PyTorch": QT_TRANSLATE_NOOP("Library", "comparing"),
    "there already": QT_TRANSLATE_NOOP("Library", "done before"),
    "writing the model": QT_TRANSLATE_NOOP("Library", "writing the model"),
    "making a picture": QT_TRANSLATE_NOOP("Library", "making a picture"),
    "computing hashes": QT_TRANSLATE_NOOP("Library", "computing hashes"),
    "writing": QT_TRANSLATE_NOOP("Library", "storing"),
    "comparing": QT_TRANSLATE_NOOP("Library", "comparing"),
    "comparing a picture": QT_TRANSLATE_NOOP("Library", "comparing a picture"),
    "timing": QT_TRANSLATE_NOOP("Library", "timing"),
    "making a picture with the model as it is": QT_TRANSLATE_NOOP("Library", "making a picture"),
}


def decision_for(entry: Entry) -> Decision | None:
    """Which form of a model was chosen on this machine, the newest where there are several devices."""
    if not entry.tasks or entry.problem:
        return None
    try:
        found = decisions_of(find_model(entry.name).parts["unet"])
    except (GouacheError, OSError):
        return None
    return max(found.values(), key=lambda each: each.when, default=None)


class Library(Dialog):
    """Shows the library.

    Args:
        speed: the measured speed of a model, in words, or "".

    Signals:
        files_wanted, folder_wanted: the button that opens a dialog for files, or for a folder.
        dropped: (tuple of Path) to be imported.
        used: an ``Entry`` to work with.
        avoided: an ``Entry`` whose word goes into the negative prompt.
        changed: something came or went.
        tune_wanted: an ``Entry`` for which the fastest form is to be found.
        place_wanted: an ``Entry`` whose new folder is to be asked for.
    """

    files_wanted = Signal()
    folder_wanted = Signal()
    dropped = Signal(object)
    used = Signal(object)
    avoided = Signal(object)
    changed = Signal()
    place_wanted = Signal(object)
    tune_wanted = Signal(object)

    def __init__(
        self,
        importer: Importer,
        background: Background,
        speed: Callable[[Entry], str] = lambda _: "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._importer, self._background, self._speed = importer, background, speed
        self._entries: tuple[Entry, ...] = ()
        self._twins: dict[str, str] = {}
        self._removed: Removed | None = None
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.cards, self.details = Cards(), Details()
        self.empty = caption()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bar, self.doing = QProgressBar(), caption()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.stop, self.undo = QPushButton(), QPushButton()
        self.said = QLabel()
        self.add_files, self.add_folder = self.add_button(left=True), self.add_button(left=True)
        self.close_button = self.add_button(primary=True)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.reload()
        self._show_progress()
        at_least(self, 960, 640)

    # What is shown

    def reload(self) -> None:
        """Read what is installed, in a thread: headers only, but a disk may be slow."""
        self._background.run(entries, self._take, self._fail, key="library")

    def retranslate(self) -> None:
        """Set all texts."""
        self.setWindowTitle(self.tr("Library"))
        self.search.setPlaceholderText(self.tr("Search: name, family, tag"))
        self.search.setAccessibleName(self.tr("Search"))
        self.cards.setAccessibleName(self.tr("Models and files"))
        self.empty.setText(self.tr("Drop a .safetensors file or a model's folder here to bring it in."))
        self.add_files.setText(self.tr("Import files..."))
        self.add_folder.setText(self.tr("Import a folder..."))
        self.close_button.setText(self.tr("Close"))
        self.stop.setText(self.tr("Stop"))
        self.undo.setText(self.tr("Undo"))
        self.bar.setAccessibleName(self.tr("Progress"))
        self._show_progress()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(theme.INSIDE)
        left.addWidget(self.search)
        left.addWidget(self.cards, 1)
        left.addWidget(self.empty)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.details)
        self.body.addLayout(row, 1)
        for pair in ((self.doing, self.stop), (self.said, self.undo)):
            line = QHBoxLayout()
            line.setSpacing(theme.INSIDE)
            line.addWidget(pair[0], 1)
            line.addWidget(pair[1])
            pair[1].setAutoDefault(False)
            self.body.addLayout(line)
            if pair[0] is self.doing:
                self.body.addWidget(self.bar)
        self.said.setWordWrap(True)
        self.said.hide()
        self.undo.hide()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.cards.currentItemChanged.connect(self._show_chosen)
        self.cards.itemActivated.connect(lambda _: self._use())
        self.cards.dropped.connect(self.dropped)
        self.cards.delete_wanted.connect(self._delete)
        details = self.details
        details.use_wanted.connect(self._use)
        details.tune_wanted.connect(self._tune)
        details.avoid_wanted.connect(self._avoid)
        details.delete_wanted.connect(self._delete)
        details.move_wanted.connect(lambda: self.place_wanted.emit(self.cards.chosen))
        details.favoured.connect(lambda on: self._mark(favourite=on))
        details.tagged.connect(lambda tags: self._mark(tags=tags))
        self.add_files.clicked.connect(self.files_wanted)
        self.add_folder.clicked.connect(self.folder_wanted)
        self.close_button.clicked.connect(self.accept)
        self.stop.clicked.connect(self._importer.cancel)
        self.undo.clicked.connect(self._undo)
        self._importer.progressed.connect(lambda _: self._show_progress())
        self._importer.changed.connect(self._show_progress)
        self._importer.imported.connect(self._imported)
        self._importer.measured.connect(self._measured)
        self._importer.failed.connect(lambda _, error: self._fail(error))

    def _take(self, found: tuple[Entry, ...]) -> None:
        self._entries, self._twins = found, duplicates(found)
        self._filter()

    def _filter(self) -> None:
        shown = [entry for entry in self._entries if entry.fits(self.search.text())]
        self.cards.show_entries(shown, self._speed)
        self._show_chosen()

    def _show_chosen(self, *_: object) -> None:
        entry = self.cards.chosen
        if entry is None:
            self.details.show_entry(None)
            return
        twin = self._twins.get(entry.key, "")
        self.details.show_entry(entry, speed=self._speed(entry), twin=twin, decision=decision_for(entry))

    # What is done

    def _use(self) -> None:
        entry = self.cards.chosen
        if entry is not None and self.details.use.isEnabled():
            self.used.emit(entry)
            self.accept()

    def _avoid(self) -> None:
        self.avoided.emit(self.cards.chosen)
        self.accept()

    def _tune(self) -> None:
        entry = self.cards.chosen
        if entry is None:
            return
        if decision_for(entry) is None:
            self.tune_wanted.emit(entry)
            return
        try:
            forget(find_model(entry.name).parts["unet"])
        except GouacheError as error:
            self._fail(error)
        self._say(self.tr("{name} runs as it is again.").format(name=entry.title))
        self._show_chosen()

    def _measured(self, name: str) -> None:
        self._say(self.tr("{name} is measured: what is the fastest here is used from now on.").format(name=name))
        self.reload()

    def _mark(self, *, favourite: bool | None = None, tags: tuple[str, ...] | None = None) -> None:
        entry = self.cards.chosen
        if entry is None or (tags is not None and tags == entry.tags):
            return
        try:
            mark(entry, favourite=favourite, tags=tags)
        except GouacheError as error:
            self._fail(error)
        self.reload()

    def _delete(self) -> None:
        entry = self.cards.chosen
        if entry is None:
            return
        try:
            self._removed = remove(entry)
        except GouacheError as error:
            self._fail(error)
            return
        elsewhere = self.tr("{name} is not in the library any more; its folder stays.")
        self._say(
            (elsewhere if entry.elsewhere else self.tr("{name} is in the bin.")).format(name=entry.title), undo=True
        )
        self._again()

    def _undo(self) -> None:
        if self._removed is None:
            return
        try:
            restore(self._removed)
        except GouacheError as error:
            self._fail(error)
            return
        self._removed = None
        self._say("")
        self._again()

    def move_to(self, entry: Entry, parent: Path) -> None:
        """Move a model into another folder, in a thread."""
        self._say(self.tr("Moving {name}...").format(name=entry.title))

        def done(_: Path) -> None:
            self._say(self.tr("{name} lies in {folder} now.").format(name=entry.title, folder=parent))
            self._again()

        self._background.run(lambda: move(entry, parent), done, self._fail, key="library-move")

    def _again(self) -> None:
        self.changed.emit()
        self.reload()

    def _imported(self, path: Path, name: str) -> None:
        self._say(self.tr("{file} is in the library, as {name}.").format(file=path.name, name=name))
        self.reload()

    def _say(self, text: str, *, undo: bool = False) -> None:
        self.say("")
        self.said.setText(text)
        self.said.setVisible(bool(text))
        self.undo.setVisible(undo)

    def _fail(self, error: GouacheError) -> None:
        self._say("")
        self.say(localised_error(error))

    def _show_progress(self) -> None:
        progress = self._importer.progress
        for widget in (self.bar, self.doing, self.stop):
            widget.setVisible(progress is not None)
        if progress is not None:
            self.bar.setValue(round(1000 * progress.share))
            self.doing.setText(self._words(progress))

    def _words(self, progress: Progress) -> str:
        part, colon, doing = progress.words.rpartition(": ")
        part = form_title(part)
        words = translated("Library", DOING[doing]) if doing in DOING else doing
        said = f"{part}: {words}" if colon else words or self.tr("starting")
        left = duration(progress.seconds_left) if progress.seconds_left else ""
        text = self.tr("Measuring {file}: {doing}") if progress.measuring else self.tr("Importing {file}: {doing}")
        text = text.format(file=progress.path.name, doing=said)
        if left:
            text = self.tr("{text}, about {time} left").format(text=text, time=left)
        more = len(self._importer.waiting)
        return self.tr("{text}; {count} more").format(text=text, count=more) if more else text
