"""What the window does with the library: opens it, takes in what is dropped, warns of what may not be sold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from desktop_app.library.importer import Importer, Question
from desktop_app.library.taking import Takes, Taking
from desktop_app.strip import Action, Kind
from inference.detected import What
from inference.detecting import PICKLES
from inference.embeddings import known_embeddings, spoken
from inference.errors import GouacheError
from inference.library import find_model, looks_like_model
from inference.prompt import escaped
from inference.recipe import Recipe
from inference.shelf import Entry
from inference.tensor_header import SUFFIX
from inference.tuned import cost_of
from inference.use_terms import Commercial, terms_of

if TYPE_CHECKING:
    from desktop_app.library.library import Library
    from desktop_app.studio import Studio

ENDINGS = (SUFFIX, *PICKLES, ".gguf")
"""Files that are models, or are taken for some: what cannot be used is refused with its reason."""


def looks_brought(path: Path) -> bool:
    """True for what goes to the library and not onto the canvas."""
    if path.is_dir():
        return looks_like_model(path) or (path / "model_index.json").is_file()
    return path.suffix.lower() in ENDINGS


class Shelving(QObject):
    """The library of one studio."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._open: Library | None = None
        self.importer = Importer(self)
        self.importer.imported.connect(self._imported)
        self.importer.failed.connect(self._failed)
        self.importer.asked.connect(self._ask_first)

    def show(self) -> None:
        """Open the library."""
        from desktop_app.library.library import Library  # noqa: PLC0415

        if self._open is not None and self._open.isVisible():
            self._open.raise_()
            return
        studio = self._studio
        dialog = self._open = Library(self.importer, studio.background, self._speed, studio.window)
        dialog.files_wanted.connect(lambda: self._ask(folder=False))
        dialog.folder_wanted.connect(lambda: self._ask(folder=True))
        dialog.dropped.connect(self.take)
        dialog.used.connect(self._use)
        dialog.tune_wanted.connect(self._ask_measuring)
        dialog.avoided.connect(self._avoid)
        dialog.changed.connect(studio.window.generate.reload_models)
        dialog.place_wanted.connect(self._ask_place)
        studio.asks.open_dialog(dialog)

    def take(self, paths: Iterable[Path]) -> None:
        """Look at what is brought, and import it; progress is shown in the library."""
        self.show()
        for path in paths:
            self.importer.add(path)

    def close(self) -> None:
        """End what runs; it goes on when it is imported again."""
        self.importer.close()

    def _ask(self, *, folder: bool) -> None:
        files = QFileDialog(self._open, self.tr("Import models"))
        if folder:
            files.setFileMode(QFileDialog.FileMode.Directory)
        else:
            files.setFileMode(QFileDialog.FileMode.ExistingFiles)
            models = self.tr("Models")
            files.setNameFilter(f"{models} (*{SUFFIX})")
        files.filesSelected.connect(lambda chosen: self.take(map(Path, chosen)))
        self._studio.asks.open_dialog(files)

    def _ask_first(self, question: Question) -> None:
        """What a conversion takes, before it begins."""
        takes = Takes(memory=question.memory, disk=question.disk, scratch=question.scratch, seconds=question.seconds)
        words = self.tr("The model is converted beside your work. Stopped, the same import goes on where it was.")
        title = self.tr("Import {name}").format(name=question.path.name)
        self._take(title, words, takes, lambda begin: self.importer.answer(begin=begin))

    def _ask_measuring(self, entry: Entry) -> None:
        try:
            cost = cost_of(find_model(entry.name).parts["unet"])
        except GouacheError as error:
            self._studio.fail(error)
            return

        def decide(begin: bool) -> None:
            if begin:
                self.importer.measure(entry.name)

        words = self.tr(
            "Forms of the model are made, timed and compared with it. The fastest that paints the same picture is used "
            "from then on. Leave the computer alone meanwhile; you can stop it, and take it back."
        )
        title = self.tr("Optimise {name} for this device").format(name=entry.title)
        self._take(title, words, Takes(memory=cost.memory, disk=0, scratch=cost.disk), decide)

    def _take(self, title: str, words: str, takes: Takes, decide: Callable[[bool], None]) -> None:
        parent = self._open if self._open is not None and self._open.isVisible() else self._studio.window
        dialog = Taking(title, words, takes, parent)
        dialog.decided.connect(decide)
        self._studio.asks.open_dialog(dialog)

    def _ask_place(self, entry: Entry) -> None:
        dialog = self._open
        if dialog is None:
            return
        files = QFileDialog(dialog, self.tr("Move {name} into a folder").format(name=entry.title))
        files.setFileMode(QFileDialog.FileMode.Directory)
        files.setOption(QFileDialog.Option.ShowDirsOnly, True)
        files.fileSelected.connect(lambda folder: dialog.move_to(entry, Path(folder)))
        self._studio.asks.open_dialog(files)

    def _imported(self, path: Path, name: str) -> None:
        self._studio.window.generate.reload_models()
        if self._open is None or not self._open.isVisible():
            text = self.tr("{file} is in the library, as {name}.").format(file=path.name, name=name)
            self._studio.window.area.strip.show_message(
                Kind.GOOD, text, (Action(self.tr("Show"), self.show),), seconds=0
            )

    def _failed(self, _: Path, error: GouacheError) -> None:
        if self._open is None or not self._open.isVisible():
            self._studio.fail(error)

    def _use(self, entry: Entry) -> None:
        panel = self._studio.window.generate
        panel.reload_models()
        if entry.tasks:
            panel.set_settings(replace(panel.settings, model=entry.name))
        elif entry.what is What.EMBEDDING:
            panel.set_settings(replace(panel.settings, prompt=with_word(panel.settings.prompt, entry)))
        else:
            others = [lora for lora in map(str.strip, panel.settings.loras.split(",")) if lora]
            others = [lora for lora in others if lora.partition(":")[0] != entry.name]
            panel.set_settings(replace(panel.settings, loras=", ".join((*others, entry.name))))
        self._studio.focus_prompt()

    def _avoid(self, entry: Entry) -> None:
        panel = self._studio.window.generate
        panel.reload_models()
        panel.set_settings(replace(panel.settings, negative=with_word(panel.settings.negative, entry)))
        self._studio.focus_prompt()

    def _speed(self, entry: Entry) -> str:
        """Seconds for a usual picture, as measured on this machine."""
        from desktop_app.panels.wording import duration  # noqa: PLC0415

        if not entry.tasks or entry.problem:
            return ""
        try:
            manifest = find_model(entry.name)
        except GouacheError:
            return ""
        usual = manifest.defaults
        expected = self._studio.speeds.estimate(
            manifest, self._studio.jobs.device, manifest.native, steps=usual.steps, count=1, guided=usual.guidance > 1
        )
        if expected.seconds is None:
            return ""
        return self.tr("{time} a picture").format(time=duration(expected.seconds))


def with_word(prompt: str, entry: Entry) -> str:
    """A prompt with an embedding's word at its end, unless it is in it already."""
    word = entry.words[0]
    if any(each.path == entry.path for each in spoken([prompt], known_embeddings())):
        return prompt
    return f"{prompt.rstrip(' ,')}, {escaped(word)}" if prompt.strip() else escaped(word)


def not_for_sale(recipes: Iterable[Recipe]) -> tuple[str, ...]:
    """Models among those that made a picture whose licence forbids commercial use."""
    found = []
    for name in dict.fromkeys(recipe.model for recipe in recipes):
        try:
            manifest = find_model(name)
        except GouacheError:
            continue
        if terms_of(manifest.licence).commercial is Commercial.NO:
            found.append(manifest.title)
    return tuple(found)
